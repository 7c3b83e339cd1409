//! The commands.

mod changepassword;
mod check;
mod clean_orphan_obj_perms;
mod clearsessions;
mod createcachetable;
mod createsuperuser;
mod dbshell;
mod drf_create_token;
mod dumpdata;
mod flush;
mod flushexpiredtokens;
mod inspectdb;
mod loaddata;
mod makemigrations;
mod migrate;
mod password;
mod routes;
mod runserver;
mod showmigrations;
mod sqlflush;
mod sqlmigrate;
mod squashmigrations;
mod startapp;

use clap::{Parser, Subcommand};

use crate::console::{CommandError, Exit};
use crate::program::Program;

/// Serves the API and looks after its database. Without a command: runserver.
#[derive(Debug, Parser)]
#[command(version, disable_help_subcommand = true)]
pub(crate) struct Line {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    runserver: runserver::Arguments,
}

#[derive(Debug, Subcommand)]
enum Command {
    Runserver(runserver::Arguments),
    Makemigrations(makemigrations::Arguments),
    Migrate(migrate::Arguments),
    Showmigrations(showmigrations::Arguments),
    Sqlmigrate(sqlmigrate::Arguments),
    Squashmigrations(squashmigrations::Arguments),
    Createsuperuser(createsuperuser::Arguments),
    Changepassword(changepassword::Arguments),
    #[command(name = "drf_create_token")]
    DrfCreateToken(drf_create_token::Arguments),
    #[command(name = "clean_orphan_obj_perms")]
    CleanOrphanObjPerms(clean_orphan_obj_perms::Arguments),
    Clearsessions(clearsessions::Arguments),
    Createcachetable(createcachetable::Arguments),
    Flushexpiredtokens(flushexpiredtokens::Arguments),
    Inspectdb(inspectdb::Arguments),
    Check(check::Arguments),
    Routes(routes::Arguments),
    Dumpdata(dumpdata::Arguments),
    Loaddata(loaddata::Arguments),
    Flush(flush::Arguments),
    /// Shows the SQL that flush would run.
    Sqlflush,
    Dbshell(dbshell::Arguments),
    Startapp(startapp::Arguments),
}

/// How long threads may take to notice that the program ends.
const END: std::time::Duration = std::time::Duration::from_secs(1);

pub(crate) fn run(program: &Program, line: Line) -> Result<Exit, CommandError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        let done = match line.command.unwrap_or(Command::Runserver(line.runserver)) {
            Command::Makemigrations(arguments) => return makemigrations::run(program, &arguments),
            Command::Migrate(arguments) => return migrate::run(program, &arguments).await,
            Command::Runserver(arguments) => runserver::run(program, &arguments).await,
            Command::Showmigrations(arguments) => showmigrations::run(program, &arguments).await,
            Command::Sqlmigrate(arguments) => sqlmigrate::run(program, &arguments),
            Command::Squashmigrations(arguments) => squashmigrations::run(program, &arguments),
            Command::Createsuperuser(arguments) => createsuperuser::run(program, &arguments).await,
            Command::Changepassword(arguments) => changepassword::run(program, &arguments).await,
            Command::DrfCreateToken(arguments) => drf_create_token::run(program, &arguments).await,
            Command::CleanOrphanObjPerms(arguments) => clean_orphan_obj_perms::run(program, &arguments).await,
            Command::Clearsessions(arguments) => clearsessions::run(program, &arguments).await,
            Command::Createcachetable(arguments) => createcachetable::run(program, &arguments).await,
            Command::Flushexpiredtokens(arguments) => flushexpiredtokens::run(program, &arguments).await,
            Command::Inspectdb(arguments) => inspectdb::run(program, &arguments).await,
            Command::Check(arguments) => check::run(program, &arguments).await,
            Command::Routes(arguments) => routes::run(program, &arguments),
            Command::Dumpdata(arguments) => dumpdata::run(program, &arguments).await,
            Command::Loaddata(arguments) => loaddata::run(program, &arguments).await,
            Command::Flush(arguments) => flush::run(program, &arguments).await,
            Command::Sqlflush => sqlflush::run(program).await,
            Command::Dbshell(arguments) => dbshell::run(program, &arguments),
            Command::Startapp(arguments) => startapp::run(&arguments),
        };
        done.map(|()| Exit::Success)
    });
    // What a server still does when its time to stop is over is not waited for.
    runtime.shutdown_timeout(END);
    outcome
}
