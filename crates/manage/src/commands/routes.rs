//! `routes`: every URL, what answers it, its name, and who may use it.

use clap::Args;

use crate::console::CommandError;
use crate::program::Program;

/// Lists every URL with its view, its name, its authentication and its permission classes.
#[derive(Args, Debug)]
pub(crate) struct Arguments {}

pub(crate) fn run(program: &Program, _: &Arguments) -> Result<(), CommandError> {
    let application = program.open()?.application()?;
    for route in application.urls().routes().iter().filter(|route| !route.is_format_suffix()) {
        println!("{}  {}", route.path(), route.name());
        if let Some(name) = route.url_name() {
            println!("    name            {name}");
        }
        let Some(view) = route.view() else { continue };
        println!("    methods         {}", view.allow());
        let authenticators: Vec<&str> = view.authenticators().iter().map(|one| one.name()).collect();
        println!("    authentication  {}", or_none(&authenticators.join(", ")));
        for (methods, rules) in rules(view) {
            println!("    permissions     {} ({methods})", or_none(&rules));
        }
    }
    Ok(())
}

/// The rules, with the methods that they are for.
fn rules(view: &belleville_rest::views::View) -> Vec<(String, String)> {
    let mut rules: Vec<(String, String)> = Vec::new();
    for method in view.allowed_methods() {
        let names: Vec<String> = view.permissions(method).iter().map(ToString::to_string).collect();
        let names = names.join(", ");
        match rules.iter_mut().find(|(_, known)| *known == names) {
            Some((methods, _)) => {
                methods.push_str(", ");
                methods.push_str(method);
            }
            None => rules.push((method.to_owned(), names)),
        }
    }
    rules
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}
