//! The guide's commands, run one after the other as a reader would paste them: each answers what the guide shows.

use std::process::Command;

use crate::Folder;

const GUIDE: &str = include_str!("../../../../docs/guide/authentication.md");

/// Each command of the guide with what it shows below it.
fn commands() -> Vec<(&'static str, String)> {
    let mut commands: Vec<(&str, String)> = Vec::new();
    let blocks = GUIDE.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    for line in blocks.flat_map(str::lines) {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command, String::new())),
            (None, Some((_, shown))) => *shown = format!("{shown}{line}\n"),
            (None, None) => panic!("output before the first command: {line}"),
        }
    }
    commands
}

/// What differs from run to run is named instead: tokens, moments, addresses.
fn normalised(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
    let name = |word: &str| {
        let hexadecimal = word.len() == 40 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let moment = word.len() > 20 && word.starts_with("20") && word.ends_with('Z');
        match word {
            _ if word.starts_with("eyJ") => "JWT",
            _ if hexadecimal => "TOKEN",
            _ if moment => "MOMENT",
            _ if word.starts_with("127.0.0.1:") => "ADDRESS",
            _ => word,
        }
        .to_owned()
    };
    let (mut out, mut word) = (String::new(), String::new());
    for c in text.chars().chain(['\n']) {
        if is_part(c) {
            word.push(c);
        } else {
            out.push_str(&name(&word));
            word.clear();
            out.push(c);
        }
    }
    out.trim().to_owned()
}

#[test]
fn every_command_answers_what_the_guide_shows() {
    let folder = Folder::new();
    let serving = folder.serve(&["127.0.0.1:0"], &[]);
    let mut script = format!("cd {}\n", folder.0.display());
    let commands = commands();
    assert!(commands.len() > 20, "the guide has commands");
    for (command, _) in &commands {
        let command = match command.strip_prefix("PASSWORD=") {
            Some(_) => format!("PASSWORD={}", serving.password()),
            None => command.replace("127.0.0.1:8000", &serving.address.to_string()),
        };
        script.push_str(&format!("{command}\nprintf '\\n@@\\n'\n"));
    }
    let run = Command::new("bash").args(["-e", "-c", &script]).output().unwrap();
    let said = String::from_utf8(run.stdout).unwrap();
    let mut answers = said.split("\n@@\n");
    for (command, shown) in &commands {
        let answer = answers.next().unwrap_or_else(|| panic!("`{command}` did not end"));
        assert_eq!(normalised(answer), normalised(shown), "{command}");
    }
}

#[test]
fn the_guide_names_every_option_of_a_url_of_postgresql() {
    let guide = include_str!("../../../../docs/guide/deployment.md");
    let said = Folder::new().run(&["check"], &[("DATABASE_URL", "postgres://host/name?unknown=1")]).err;
    let known = said.split("known are ").nth(1).unwrap();
    // `name=what may stand there`, some of which has commas itself.
    let names: Vec<&str> = known.split(", ").filter_map(|option| Some(option.split_once('=')?.0)).collect();
    assert!(names.len() > 20, "{said}");
    for name in names {
        assert!(guide.contains(&format!("`{name}`")), "the guide does not name {name}");
    }
}
