//! Which names projects, apps and models may have: Django's rule, and what Rust and Cargo ask for.

use crate::Error;

/// What a name is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Project,
    App,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::App => "app",
        }
    }
}

/// Words of the language, in use or reserved.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "union", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Crates that come with Rust.
const SYSROOT: &[&str] = &["alloc", "core", "proc_macro", "std", "test"];

/// What a project depends upon.
const DEPENDENCIES: &[&str] = &["belleville"];

/// Folders in `target/`, whose names Cargo gives no program.
const CARGO: &[&str] = &["build", "deps", "examples", "incremental"];

/// What Windows takes for devices.
const DEVICES: &[&str] = &["aux", "con", "nul", "prn"];

/// Apps of Django that a program of Belleville has or may have; their tables and migrations have these names.
const APPS: &[&str] = &[
    "account",
    "admin",
    "auth",
    "authtoken",
    "contenttypes",
    "knox",
    "messages",
    "sessions",
    "staticfiles",
    "token_blacklist",
];

/// Modules that a new project has already.
const MODULES: &[&str] = &["lib", "main", "urls"];

/// Refuses a name that cannot be used, before anything is made under it.
pub(crate) fn check(kind: Kind, name: &str) -> Result<(), Error> {
    let word = kind.word();
    if !is_identifier(name) {
        let instead = suggestion(name).map(|name| format!(", for example {name}")).unwrap_or_default();
        return Err(Error::new(format!(
            "'{name}' is not a valid {word} name. Please make sure the name is a valid identifier: lower-case letters, \
             digits and underscores, not a digit first{instead}."
        )));
    }
    match conflict(kind, name) {
        None => Ok(()),
        Some(conflict) => Err(Error::new(format!(
            "'{name}' conflicts with {conflict} and cannot be used as {} {word} name. Please try another name.",
            if kind == Kind::App { "an" } else { "a" }
        ))),
    }
}

fn conflict(kind: Kind, name: &str) -> Option<&'static str> {
    let of_project = kind == Kind::Project;
    let known: [(&[&str], bool, &str); 7] = [
        (KEYWORDS, true, "a word of the language Rust"),
        (SYSROOT, true, "a crate that comes with Rust"),
        (DEPENDENCIES, true, "the name of a crate that the project depends upon"),
        (DEVICES, true, "the name of a device on Windows"),
        (CARGO, of_project, "a folder that Cargo makes"),
        (APPS, !of_project, "the name of an app of Django"),
        (MODULES, !of_project, "a module that every project has"),
    ];
    known.into_iter().find(|(names, counts, _)| *counts && names.contains(&name)).map(|(_, _, why)| why)
}

/// The name of an app's model: what its last `s` is the plural of, in capitals.
pub(crate) fn model_of(app: &str) -> String {
    let singular = match app.strip_suffix("ies") {
        Some(stem) if stem.len() > 1 => format!("{stem}y"),
        _ => match app.strip_suffix('s') {
            Some(stem) if !stem.is_empty() && !stem.ends_with('s') => stem.to_owned(),
            _ => app.to_owned(),
        },
    };
    singular.split('_').map(capitalised).collect()
}

/// Refuses a name that no model can have.
pub(crate) fn check_model(name: &str) -> Result<(), Error> {
    let is_good = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
        && name != "Self";
    if is_good {
        return Ok(());
    }
    Err(Error::new(format!(
        "'{name}' is not a valid model name. Write it as Rust writes types: Order, OrderLine."
    )))
}

/// A model's name as words: `order line` of `OrderLine`.
pub(crate) fn words(model: &str) -> String {
    let mut out = String::new();
    for (index, c) in model.chars().enumerate() {
        if c.is_ascii_uppercase() && index > 0 {
            out.push(' ');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && name.chars().any(|c| c.is_ascii_lowercase())
}

/// A name that is like this one and can be used.
fn suggestion(name: &str) -> Option<String> {
    let name: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    let name = name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
    is_identifier(name).then(|| name.to_owned())
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_cannot_be_used_are_refused_with_the_reason() {
        for (kind, name, part) in [
            (
                Kind::Project,
                "my-shop",
                "valid identifier: lower-case letters, digits and underscores, not a digit first, for example my_shop.",
            ),
            (Kind::Project, "Shop", "for example shop."),
            (Kind::Project, "7shop", "for example shop."),
            (Kind::Project, "", "'' is not a valid project name."),
            (Kind::Project, "_", "not a valid project name"),
            (Kind::Project, "../shop", "for example shop."),
            (Kind::Project, "café", "not a valid project name"),
            (
                Kind::Project,
                "match",
                "conflicts with a word of the language Rust and cannot be used as a project name",
            ),
            (Kind::Project, "test", "a crate that comes with Rust"),
            (Kind::Project, "belleville", "a crate that the project depends upon"),
            (Kind::Project, "build", "a folder that Cargo makes"),
            (Kind::App, "con", "a device on Windows"),
            (Kind::App, "auth", "an app of Django and cannot be used as an app name"),
            (Kind::App, "urls", "a module that every project has"),
            (Kind::App, "type", "a word of the language Rust"),
        ] {
            let error = check(kind, name).expect_err(name).to_string();
            assert!(error.contains(part), "{error}");
        }
        for (kind, name) in [
            (Kind::Project, "shop"),
            (Kind::Project, "my_shop2"),
            (Kind::Project, "auth"),
            (Kind::App, "orders"),
        ] {
            assert!(check(kind, name).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_model_is_one_of_what_the_app_has() {
        for (app, model) in [
            ("orders", "Order"),
            ("order_lines", "OrderLine"),
            ("categories", "Category"),
            ("blog", "Blog"),
            ("address", "Address"),
            ("s", "S"),
        ] {
            assert_eq!(model_of(app), model);
            assert!(check_model(model).is_ok());
        }
        for name in ["order", "Order-Line", "", "Self", "Ärger"] {
            assert!(check_model(name).is_err(), "{name}");
        }
    }
}
