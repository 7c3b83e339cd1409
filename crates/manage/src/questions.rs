//! The questions that `makemigrations` asks, in Django's words.

use belleville_db::migrations::autodetector::{Questioner, Refused};
use belleville_db::{FieldMeta, Value};

use crate::console::{CommandError, ask};

/// Asks the person at the terminal.
pub(crate) struct Terminal {
    /// Nothing is written, so that no default is needed.
    pub(crate) dry_run: bool,
}

fn refused(error: CommandError) -> Refused {
    Refused(error.to_string())
}

/// A question that is answered with yes or no; no answer is no.
pub(crate) fn confirm(question: &str) -> Result<bool, CommandError> {
    let mut answer = ask(&format!("{question} "))?;
    while !answer.is_empty() && !answer.to_lowercase().starts_with(['y', 'n']) {
        answer = ask("Please answer yes or no: ")?;
    }
    Ok(answer.to_lowercase().starts_with('y'))
}

fn choose(question: &str, choices: &[&str]) -> Result<usize, CommandError> {
    println!("{question}");
    for (number, choice) in choices.iter().enumerate() {
        println!(" {}) {choice}", number + 1);
    }
    let mut prompt = "Select an option: ";
    loop {
        let answer = ask(prompt)?;
        match answer.trim().parse::<usize>() {
            Ok(number) if (1..=choices.len()).contains(&number) => return Ok(number),
            _ => prompt = "Please select a valid option: ",
        }
    }
}

fn ask_default(field: &FieldMeta, offered: Option<Value>) -> Result<Value, CommandError> {
    println!("Please enter the default value as text ({}).", field.value_kind());
    if offered.is_some() {
        println!("Accept the present time by pressing 'Enter' or provide another value.");
    }
    println!("Type 'exit' to exit this prompt");
    let prompt = if offered.is_some() { "[default: now] >>> " } else { ">>> " };
    loop {
        let answer = ask(prompt)?;
        match (answer.as_str(), &offered) {
            ("exit", _) => return Err(CommandError::new("Cancelled; nothing was written.")),
            ("", Some(value)) => return Ok(value.clone()),
            ("", None) if !field.kind.is_text() => println!("Please enter a value, or 'exit' to exit."),
            (text, _) => match field.value_of_text(text) {
                Ok(value) => return Ok(value),
                Err(error) => println!("{error}"),
            },
        }
    }
}

const ONE_OFF: &str =
    "Provide a one-off default now (will be set on all existing rows with a null value for this column)";
const QUIT: &str = "Quit and manually define a default value in the model.";

fn quit() -> CommandError {
    CommandError::new("Give the field a default: #[field(default = ..)]. Nothing was written.")
}

impl Questioner for Terminal {
    fn is_renamed_model(&mut self, before: &str, after: &str) -> Result<bool, Refused> {
        let after = after.split_once('.').map_or(after, |(_, name)| name);
        confirm(&format!("Was the model {before} renamed to {after}? [y/N]")).map_err(refused)
    }

    fn is_renamed_field(&mut self, model: &str, before: &str, after: &str) -> Result<bool, Refused> {
        let model = model.split_once('.').map_or(model, |(_, name)| name).to_lowercase();
        confirm(&format!("Was {model}.{before} renamed to {model}.{after}? [y/N]")).map_err(refused)
    }

    fn default_of_added(
        &mut self,
        model: &str,
        field: &FieldMeta,
        offered: Option<Value>,
    ) -> Result<Value, Refused> {
        if self.dry_run {
            return Ok(offered.unwrap_or(Value::Null));
        }
        let ask = || {
            let name = field.name;
            let question = match offered {
                Some(_) => format!(
                    "It is impossible to add the field '{name}' with 'auto_now_add' to {model} without providing a default. This \
                     is because the database needs something to populate existing rows."
                ),
                None => format!(
                    "It is impossible to add a non-nullable field '{name}' to {model} without specifying a default. This is \
                     because the database needs something to populate existing rows.\nPlease select a fix:"
                ),
            };
            if choose(&question, &[ONE_OFF, QUIT])? == 2 {
                return Err(quit());
            }
            ask_default(field, offered.clone())
        };
        ask().map_err(refused)
    }

    fn default_of_required(&mut self, model: &str, field: &FieldMeta) -> Result<Option<Value>, Refused> {
        const IGNORE: &str = "Ignore for now. Existing rows that contain NULL values will have to be handled manually, for \
                              example with a `run` or `run_sql` operation.";
        if self.dry_run {
            return Ok(None);
        }
        let ask = || {
            let question = format!(
                "It is impossible to change a nullable field '{}' on {model} to non-nullable without providing a default. This is \
                 because the database needs something to populate existing rows.\nPlease select a fix:",
                field.name
            );
            match choose(&question, &[ONE_OFF, IGNORE, QUIT])? {
                1 => ask_default(field, None).map(Some),
                2 => Ok(None),
                _ => Err(quit()),
            }
        };
        ask().map_err(refused)
    }
}
