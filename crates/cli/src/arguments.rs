//! The command line.

use std::path::{Path, PathBuf};

use crate::Error;
use crate::dependency::Dependency;
use crate::startapp::startapp;
use crate::startproject::startproject;

const HELP: &str = "\
Starts Belleville projects and apps.

Usage: cargo belleville new NAME [FOLDER] [--path CHECKOUT | --version VERSION]
       cargo belleville startapp NAME [PROJECT] [--model NAME]

new           makes a project in FOLDER (./NAME when it is left out); `startproject` is the same
  --path      take Belleville from this checkout of its repository
  --version   take this version of Belleville from the registry
startapp      makes an app in the project in PROJECT (the current folder when it is left out)
  --model     the name of the app's model";

/// Runs a command; returns what there is to say.
pub(crate) fn run(arguments: impl Iterator<Item = String>) -> Result<String, Error> {
    let mut line = Line::parse(arguments)?;
    if line.help {
        return Ok(HELP.to_owned());
    }
    let command = line.next().ok_or_else(|| Error::new(format!("no command was given.\n\n{HELP}")))?;
    match command.as_str() {
        "new" | "startproject" => {
            let (name, folder) = line.name_and_folder(&command, "shop")?;
            let dependency = line.dependency()?;
            line.refuse_option("--model", &line.model, &command)?;
            startproject(&name, folder.as_deref(), dependency.as_ref())
        }
        "startapp" => {
            let (name, folder) = line.name_and_folder(&command, "orders")?;
            line.refuse_option("--path", &line.path, &command)?;
            line.refuse_option("--version", &line.version, &command)?;
            startapp(&name, folder.as_deref().unwrap_or(Path::new(".")), line.model.as_deref())
        }
        other => Err(Error::new(format!("`{other}` is not a command.\n\n{HELP}"))),
    }
}

#[derive(Default)]
struct Line {
    words: std::collections::VecDeque<String>,
    path: Option<String>,
    version: Option<String>,
    model: Option<String>,
    help: bool,
}

impl Line {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, Error> {
        let mut line = Self::default();
        while let Some(argument) = arguments.next() {
            let (option, inline) = match argument.split_once('=') {
                Some((option, value)) if option.starts_with("--") => (option, Some(value.to_owned())),
                _ => (argument.as_str(), None),
            };
            let place = match option {
                "--help" | "-h" => {
                    line.help = true;
                    continue;
                }
                "--path" => &mut line.path,
                "--version" => &mut line.version,
                "--model" => &mut line.model,
                _ if option.starts_with('-') => {
                    return Err(Error::new(format!("`{option}` is not an option.\n\n{HELP}")));
                }
                _ => {
                    line.words.push_back(argument);
                    continue;
                }
            };
            let value = inline.or_else(|| arguments.next()).filter(|value| !value.is_empty());
            *place = Some(value.ok_or_else(|| Error::new(format!("{option} needs a value")))?);
        }
        Ok(line)
    }

    fn next(&mut self) -> Option<String> {
        self.words.pop_front()
    }

    fn name_and_folder(&mut self, command: &str, example: &str) -> Result<(String, Option<PathBuf>), Error> {
        let name = self.next().ok_or_else(|| Error::new(format!("say a name: {command} {example}")))?;
        let folder = self.next().map(PathBuf::from);
        match self.next() {
            None => Ok((name, folder)),
            Some(more) => {
                Err(Error::new(format!("`{more}` is one word too many; {command} takes a name and a folder")))
            }
        }
    }

    fn dependency(&self) -> Result<Option<Dependency>, Error> {
        match (&self.path, &self.version) {
            (Some(_), Some(_)) => Err(Error::new("--path and --version exclude each other")),
            (Some(path), None) => Dependency::checkout(Path::new(path)).map(Some),
            (None, Some(version)) => Dependency::version(version).map(Some),
            (None, None) => Ok(None),
        }
    }

    fn refuse_option(&self, option: &str, value: &Option<String>, command: &str) -> Result<(), Error> {
        match value {
            None => Ok(()),
            Some(_) => Err(Error::new(format!("{command} has no option {option}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_use_is_one_clear_error() {
        for (line, part) in [
            ("", "no command was given"),
            ("startprojct shop", "`startprojct` is not a command"),
            ("new", "say a name: new shop"),
            ("startapp", "say a name: startapp orders"),
            ("new shop a b", "`b` is one word too many"),
            ("new shop --branch main", "`--branch` is not an option"),
            ("new shop --version", "--version needs a value"),
            ("new shop --version=", "--version needs a value"),
            ("new shop --version 1 --path .", "exclude each other"),
            ("new shop --version newest", "`newest` is not a version"),
            ("new shop --path /no/such/folder", "is not a checkout of Belleville"),
            ("new shop --model Order", "new has no option --model"),
            ("startapp orders --path .", "startapp has no option --path"),
        ] {
            let error = run(line.split_whitespace().map(str::to_owned)).expect_err(line).to_string();
            assert!(error.contains(part), "{line}: {error}");
        }
        assert_eq!(run(["--help".to_owned()].into_iter()).ok().as_deref(), Some(HELP));
    }
}
