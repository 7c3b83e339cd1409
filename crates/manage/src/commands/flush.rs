//! `flush`: empties the tables.

use belleville_auth::contenttypes;
use belleville_db::{client, schema};
use clap::Args;

use crate::console::{CommandError, ask};
use crate::program::{Program, create_anonymous_user};

/// Removes all rows of the program's models from the database. The tables and the history of migrations stay.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Ask nothing.
    #[arg(long, visible_alias = "no-input")]
    noinput: bool,
}

pub(crate) async fn run(program: &Program, arguments: &Arguments) -> Result<(), CommandError> {
    let opened = program.open()?;
    let name = client(&opened.settings.database_url, &[])?.database;
    if !arguments.noinput && ask(&question(&name))? != "yes" {
        println!("Flush cancelled.");
        return Ok(());
    }
    let (db, apps) = (&opened.db, &opened.apps);
    let flushed = db.atomic_alone(async || {
        // What migrations create after the tables is there again: content types, permissions, guardian's user.
        if schema::flush(db).await? {
            contenttypes::create_after_flush(db, apps).await?;
            create_anonymous_user(db, &opened.settings).await?;
        }
        Ok(())
    });
    flushed.await.map_err(|error| CommandError::new(could_not_flush(&name, &error)))
}

/// Django's question.
fn question(name: &str) -> String {
    format!(
        "You have requested a flush of the database.\n\
         This will IRREVERSIBLY DESTROY all data currently in the \"{name}\" database,\n\
         and return each table to an empty state.\n\
         Are you sure you want to do this?\n\
         \n    Type 'yes' to continue, or 'no' to cancel: "
    )
}

fn could_not_flush(name: &str, error: &belleville_db::Error) -> String {
    format!(
        "Database {name} couldn't be flushed: {error}. Possible reasons:\n  \
         * The database isn't running or isn't configured correctly.\n  \
         * A table that is none of the program's refers to one of its tables.\n\
         Hint: Look at the output of `sqlflush`. That's the SQL this command wasn't able to run."
    )
}
