//! `dbshell`: starts the database's own command line.

use std::io;
use std::process::Command;

use belleville_db::client;
use clap::Args;

use crate::console::CommandError;
use crate::program::Program;

/// Starts sqlite3 or psql on the program's database.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// What is handed on, after `--`: `dbshell -- -c "SELECT 1"`.
    #[arg(last = true)]
    parameters: Vec<String>,
}

pub(crate) fn run(program: &Program, arguments: &Arguments) -> Result<(), CommandError> {
    let client = client(&program.settings()?.database_url, &arguments.parameters)?;
    let mut command = Command::new(client.program);
    command.args(&client.arguments).envs(client.environment);
    let error = match become_it(&mut command) {
        Ok(()) => return Ok(()),
        Err(error) => error,
    };
    Err(match error.kind() {
        io::ErrorKind::NotFound => CommandError::new(format!(
            "You appear not to have the '{}' program installed or on your path.",
            client.program
        )),
        _ => CommandError::new(format!("{} cannot be started: {error}", client.program)),
    })
}

/// The client takes the place of this program, so that it has the terminal, the signals and the exit status.
#[cfg(unix)]
fn become_it(command: &mut Command) -> io::Result<()> {
    Err(std::os::unix::process::CommandExt::exec(command))
}

#[cfg(not(unix))]
fn become_it(command: &mut Command) -> io::Result<()> {
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("it ended with {status}"))) }
}
