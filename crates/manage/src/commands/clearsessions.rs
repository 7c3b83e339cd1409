//! `clearsessions`: deletes expired sessions. Nothing else deletes them; run it about once a day.

use belleville_auth::models::Session;
use belleville_db::{Model, now};
use clap::Args;

use crate::console::CommandError;
use crate::program::Program;

/// Deletes expired sessions.
#[derive(Args, Debug)]
pub(crate) struct Arguments {}

pub(crate) async fn run(program: &Program, _: &Arguments) -> Result<(), CommandError> {
    let opened = program.open()?;
    opened.check_tables().await?;
    let deleted = Session::objects().filter(Session::EXPIRE_DATE.lt(now())).delete(&opened.db).await?;
    println!("Deleted {} expired sessions.", deleted.total);
    Ok(())
}
