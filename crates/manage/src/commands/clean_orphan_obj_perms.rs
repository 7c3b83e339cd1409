//! `clean_orphan_obj_perms`: takes away permissions on objects that are gone, as django-guardian's command. Nothing else takes them away;
//! run it about once a day.

use belleville_auth::guardian::{Guardian, UserObjectPermission};
use belleville_db::Model;
use clap::Args;

use crate::console::CommandError;
use crate::program::Program;

/// Deletes permissions on objects that are gone.
#[derive(Args, Debug)]
pub(crate) struct Arguments {}

pub(crate) async fn run(program: &Program, _: &Arguments) -> Result<(), CommandError> {
    let opened = program.open()?;
    let app = UserObjectPermission::META.app_label;
    if !opened.apps.iter().any(|known| known.label == app) {
        return Err(CommandError::new(format!(
            "this program has no app {app}, so there are no permissions on objects"
        )));
    }
    opened.check_tables().await?;
    let removed = Guardian::new(&opened.db).clean_orphans().await?;
    println!("Removed {removed} object permission entries with no targets");
    Ok(())
}
