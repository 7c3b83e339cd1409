//! What the compiler says of each of the examples. A line `//~^ words` in an example expects an error with these words at the
//! line above it (above all lines of this kind). The compiler's other words and its layout change from version to version,
//! and are not compared.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use belleville::json::Json;

use crate::{Row, root};

/// An error expected at a line.
#[derive(Debug)]
struct Expected {
    line: i64,
    words: String,
}

/// The examples by name: the text of each.
fn examples() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect()
}

fn expectations(text: &str) -> Vec<Expected> {
    let mut expected = Vec::new();
    let mut line_of_code = 0;
    for (line, text) in (1..).zip(text.lines()) {
        match text.trim_start().strip_prefix("//~^ ") {
            Some(words) => expected.push(Expected { line: line_of_code, words: words.to_owned() }),
            None => line_of_code = line,
        }
    }
    expected
}

pub(crate) fn rows() -> Vec<Row> {
    let row = |text: &String| {
        let mistake = text.lines().next().unwrap().trim_start_matches("//! ").to_owned();
        Row { mistake, said: expectations(text).into_iter().map(|expected| expected.words).collect() }
    };
    examples().values().map(row).collect()
}

fn list<'a>(json: &'a Json, key: &str) -> &'a [Json] {
    if let Some(Json::List(list)) = json.get(key) { list } else { &[] }
}

fn text(json: &Json, key: &str) -> String {
    match json.get(key) {
        Some(Json::Str(text)) => text.to_string(),
        _ => String::new(),
    }
}

/// One error of the compiler: the example, the lines it is at, and its words without the source that it shows.
#[derive(Debug)]
struct Said {
    example: String,
    lines: Vec<i64>,
    words: String,
}

impl Said {
    fn of(line: &str) -> Option<Self> {
        let json = belleville::json::parse(line).ok()?;
        let message = json.get("message").filter(|message| text(message, "level") == "error")?;
        let example = text(json.get("target")?, "name");
        let spans = list(message, "spans").iter().filter(|span| {
            text(span, "file_name").ends_with(&format!("{example}.rs"))
                && matches!(span.get("is_primary"), Some(Json::Bool(true)))
        });
        let lines =
            spans.filter_map(
                |span| if let Json::Int(line) = span.get("line_start")? { Some(*line) } else { None },
            );
        let lines = lines.collect();
        Some(Self { lines, words: words(message).replace("belleville::prelude::", ""), example })
    }
}

/// A message, its labels, its suggestions, and the same of the notes below it.
fn words(message: &Json) -> String {
    let mut words = vec![text(message, "message")];
    for span in list(message, "spans") {
        words.extend([text(span, "label"), text(span, "suggested_replacement")]);
    }
    words.extend(list(message, "children").iter().map(self::words));
    words.join("\n")
}

fn compile() -> Vec<Said> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["check", "--locked", "--package", "belleville-mistakes", "--examples", "--keep-going"])
        .args(["--features", "examples-that-do-not-compile", "--message-format", "json"])
        .current_dir(root())
        .output()
        .unwrap();
    let said: Vec<Said> = String::from_utf8_lossy(&output.stdout).lines().filter_map(Said::of).collect();
    assert!(!said.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[test]
fn the_compiler_names_the_fix_at_the_line_of_the_mistake() {
    let said = compile();
    let manifest = include_str!("../../Cargo.toml");
    let mut failures = Vec::new();
    for (name, text) in examples() {
        assert!(manifest.contains(&format!("\nname = \"{name}\"\n")), "{name} is not listed in Cargo.toml");
        let expected = expectations(&text);
        assert!(!expected.is_empty(), "{name} expects nothing");
        let of_example: Vec<&Said> = said.iter().filter(|said| said.example == name).collect();
        for Expected { line, words } in expected {
            let is_said =
                of_example.iter().any(|said| said.lines.contains(&line) && said.words.contains(&words));
            if !is_said {
                failures.push(format!("{name}.rs, line {line}: {words}\n  said: {of_example:#?}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
