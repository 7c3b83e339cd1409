//! Models as Rust, laid out as rustfmt would.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::{Field, fields};
use super::models::{Model, Models, Target};
use super::rules::{Rules, rules};
use crate::Dialect;
use crate::schema::inspect::facts::TableKind;

/// The longest line.
const WIDTH: usize = 100;

const HEADER: &str = "\
// Models of the tables of a database, written by `inspectdb`. They can be compiled and used as they are. Then:
//   * Read the comments. They say what a table does not tell, and what a model cannot say.
//   * Give each foreign key the `on_delete` that it should have. `DoNothing` leaves it to the database.
//   * Add the models to their apps: `AppConfig::new(\"app\").model::<Name>()`.
//   * Take `managed = false` away from a model whose table migrations should make and change from now on.
// Models and fields can be renamed. The tables and columns then have to be named: `table = \"..\"` and `column = \"..\"`.
";

/// The models as the text of a file.
pub(super) fn source(models: &Models<'_>, dialect: Dialect) -> String {
    let mut names = Names::default();
    let mut reverse = BTreeSet::new();
    let structs: Vec<String> = models
        .models
        .iter()
        .map(|model| write_model(models, model, dialect, &mut reverse, &mut names))
        .collect();
    let left_out = models.left_out.iter().map(|reason| comment("", reason));
    let mut text = format!("{HEADER}\n");
    text.extend(left_out);
    text.push_str(&names.imports());
    for written in structs {
        text.push('\n');
        text.push_str(&written);
    }
    text
}

/// What the written code names and has to import: names by the module that has them.
#[derive(Default)]
pub(super) struct Names(BTreeMap<&'static str, BTreeSet<&'static str>>);

impl Names {
    /// A name of `belleville::db`.
    pub(super) fn db(&mut self, name: &'static str) {
        self.0.entry("belleville::db").or_default().insert(name);
    }

    /// A path of its own.
    pub(super) fn path(&mut self, path: &'static str) {
        if let Some((module, name)) = path.rsplit_once("::") {
            self.0.entry(module).or_default().insert(name);
        }
    }

    fn imports(&self) -> String {
        let mut lines: Vec<String> = self.0.iter().map(|(module, names)| import(module, names)).collect();
        lines.sort_by_key(|line| line.starts_with("use std"));
        lines.concat()
    }
}

fn import(module: &str, names: &BTreeSet<&'static str>) -> String {
    let names: Vec<&str> = names.iter().copied().collect();
    match names.as_slice() {
        [one] => format!("use {module}::{one};\n"),
        several => format!("use {module}::{{{}}};\n", several.join(", ")),
    }
}

fn write_model(
    models: &Models<'_>,
    model: &Model<'_>,
    dialect: Dialect,
    reverse: &mut BTreeSet<(String, String)>,
    names: &mut Names,
) -> String {
    names.db("Model");
    let rules = rules(model, dialect);
    let fields = fields(models, model, &rules, dialect, reverse, names);
    let mut text = format!("/// A row of {}.\n", place(model));
    text.extend(notes(model, &rules).iter().map(|note| comment("", note)));
    text.push_str("#[derive(Clone, Debug, Model)]\n");
    text.push_str(&attribute("", "model", &options(model, &rules)));
    text.push_str(&format!("pub struct {} {{\n", model.name));
    for field in fields {
        text.push_str(&write_field(&field));
    }
    text.push_str("}\n");
    text
}

fn place(model: &Model<'_>) -> String {
    let what = if model.facts.kind == TableKind::View { "view" } else { "table" };
    format!("the {what} `{}`", one_line(&model.facts.name))
}

fn notes(model: &Model<'_>, rules: &Rules) -> Vec<String> {
    let mut notes: Vec<String> = model.facts.comment.iter().map(|comment| one_line(comment)).collect();
    match model.facts.kind {
        TableKind::View => notes.push("Created from a view. Don't remove `managed = false`.".to_owned()),
        TableKind::Partition => {
            notes.push("Created from a partition. Don't remove `managed = false`.".to_owned())
        }
        TableKind::Table => {}
    }
    let several = model.facts.foreign_keys.iter().filter(|key| key.columns.len() > 1);
    notes.extend(several.map(|key| {
        let (columns, to) = (key.columns.join(", "), key.to_columns.join(", "));
        format!("A foreign key of several columns is left out: ({columns}) to {} ({to}).", key.to_table)
    }));
    notes.extend(rules.notes.iter().cloned());
    notes
}

fn options(model: &Model<'_>, rules: &Rules) -> Vec<String> {
    let mut options = vec![format!("app = {:?}", model.app)];
    options.extend(model.other_name.as_ref().map(|name| format!("name = {name:?}")));
    if model.usual_table() != model.facts.name {
        options.push(format!("table = {:?}", model.facts.name));
    }
    options.push("managed = false".to_owned());
    let list = |name: &str, items: &[String]| {
        let one_line = format!("{name} = [{}]", items.join(", "));
        (!items.is_empty()).then(|| {
            if one_line.len() + 4 <= WIDTH && items.len() == 1 || one_line.len() <= 60 {
                one_line
            } else {
                let items: String = items.iter().map(|item| format!("        {item},\n")).collect();
                format!("{name} = [\n{items}    ]")
            }
        })
    };
    options.extend(list("unique_together", &rules.together));
    options.extend(list("constraints", &rules.constraints));
    options.extend(list("indexes", &rules.indexes));
    options
}

fn write_field(field: &Field) -> String {
    let mut text: String = field.notes.iter().map(|note| comment("    ", note)).collect();
    if let Some((name, ty)) = &field.declared {
        if !field.options.is_empty() {
            text.push_str(&attribute("    ", "field", &field.options));
        }
        text.push_str(&format!("    pub {name}: {ty},\n"));
    }
    text
}

/// `#[field(a, b)]`, in one line if there is room.
fn attribute(indent: &str, name: &str, options: &[String]) -> String {
    let one_line = format!("{indent}#[{name}({})]\n", options.join(", "));
    if one_line.len() <= WIDTH + 1 && !one_line.trim_end().contains('\n') {
        return one_line;
    }
    let lines: Vec<String> = options.iter().map(|option| format!("{indent}    {option}")).collect();
    format!("{indent}#[{name}(\n{}\n{indent})]\n", lines.join(",\n"))
}

/// A comment, in as many lines as it needs.
fn comment(indent: &str, text: &str) -> String {
    let mut lines = String::new();
    let mut line = format!("{indent}//");
    for word in one_line(text).split(' ') {
        if line.chars().count() + 1 + word.chars().count() > WIDTH && !line.ends_with("//") {
            lines.push_str(&line);
            lines.push('\n');
            line = format!("{indent}//");
        }
        line.push(' ');
        line.push_str(word);
    }
    lines.push_str(&line);
    lines.push('\n');
    lines
}

/// A text of the database in one line, without what would end a comment or turn the direction of a line.
pub(super) fn one_line(text: &str) -> String {
    let is_mark = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let words = text.split(|c: char| c.is_whitespace() || c.is_control() || is_mark(c));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The name of a model that is referred to.
pub(super) fn target_name(models: &Models<'_>, target: Target, names: &mut Names) -> String {
    match target {
        Target::Written(at) => models.models[at].name.clone(),
        Target::Known(at) => {
            let known = &models.known[at];
            names.path(known.path);
            known.name().to_owned()
        }
    }
}
