//! `routes`: every URL, what answers it, its name, and who may use it.

use belleville_rest::policies::CompletePolicies;
use belleville_rest::views::View;
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
        let authentication =
            by_methods(view, |policies| names(policies.authenticators().iter().map(|one| one.name())));
        for (methods, names) in &authentication {
            match authentication.len() {
                1 => println!("    authentication  {names}"),
                _ => println!("    authentication  {names} ({methods})"),
            }
        }
        for (methods, names) in by_methods(view, |policies| names(policies.permissions())) {
            println!("    permissions     {names} ({methods})");
        }
    }
    Ok(())
}

/// What is said of policies, with the methods whose policies they are.
fn by_methods(view: &View, say: impl Fn(&CompletePolicies) -> String) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for method in view.allowed_methods() {
        let said = say(view.policies_of(method));
        match all.iter_mut().find(|(_, known)| *known == said) {
            Some((methods, _)) => {
                methods.push_str(", ");
                methods.push_str(method);
            }
            None => all.push((method.to_owned(), said)),
        }
    }
    all
}

fn names(classes: impl IntoIterator<Item = impl ToString>) -> String {
    let names: Vec<String> = classes.into_iter().map(|class| class.to_string()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
