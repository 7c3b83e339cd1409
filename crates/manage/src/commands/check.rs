//! `check`: what is wrong with the settings and the views, without starting anything.

use clap::Args;

use crate::console::CommandError;
use crate::program::Program;

/// Looks for mistakes in the settings and the views.
#[derive(Args, Debug)]
pub(crate) struct Arguments {}

/// Methods that change something.
const UNSAFE: &[&str] = &["POST", "PUT", "PATCH", "DELETE"];

pub(crate) async fn run(program: &Program, _: &Arguments) -> Result<(), CommandError> {
    let opened = program.open()?;
    let waiting = opened.migrator().plan(&opened.db).await?.len();
    let mut warnings = Vec::new();
    if waiting > 0 {
        warnings.push(format!("{waiting} migrations are not applied; run the command `migrate`."));
    }
    let application = opened.application()?;
    for route in application.urls().routes().iter().filter(|route| !route.is_format_suffix()) {
        let Some(view) = route.view() else { continue };
        let open: Vec<&str> = view
            .allowed_methods()
            .filter(|method| UNSAFE.contains(method))
            .filter(|method| view.permissions(method).iter().any(|rule| rule.to_string() == "AllowAny"))
            .collect();
        if !open.is_empty() {
            warnings.push(format!(
                "{}: anybody may {} here (AllowAny on {}); say IsAuthenticatedOrReadOnly unless that is meant.",
                route.path(),
                open.join(", "),
                view.class_name()
            ));
        }
    }
    for warning in &warnings {
        println!("WARNING: {warning}");
    }
    let issues =
        if warnings.is_empty() { "no issues".to_owned() } else { format!("{} issues", warnings.len()) };
    println!("System check identified {issues}.");
    Ok(())
}
