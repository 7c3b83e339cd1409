//! `flushexpiredtokens`: deletes expired refresh tokens, also from the blacklist. Nothing else deletes them; run it
//! about once a day.

use belleville_auth::jwt::blacklist;
use belleville_auth::models::OutstandingToken;
use belleville_db::Model;
use clap::Args;

use crate::console::CommandError;
use crate::program::Program;

/// Deletes expired refresh tokens from the tables of the token blacklist.
#[derive(Args, Debug)]
pub(crate) struct Arguments {}

pub(crate) async fn run(program: &Program, _: &Arguments) -> Result<(), CommandError> {
    let opened = program.open()?;
    let app = OutstandingToken::META.app_label;
    if !opened.apps.iter().any(|known| known.label == app) {
        return Err(CommandError::new(format!(
            "this program has no app {app}, so there are no tokens to flush"
        )));
    }
    opened.check_tables().await?;
    println!("Deleted {} expired tokens.", blacklist::flush_expired(&opened.db).await?);
    Ok(())
}
