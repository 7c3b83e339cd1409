//! `changepassword`: a new password for a user, which ends their sessions.

use belleville_auth::users::set_password;
use clap::Args;

use super::password;
use crate::console::CommandError;
use crate::program::Program;

/// Changes a user's password; their sessions end.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The user's name.
    #[arg(value_name = "USER")]
    username: String,
}

pub(crate) async fn run(program: &Program, arguments: &Arguments) -> Result<(), CommandError> {
    let opened = program.open()?;
    let username = &arguments.username;
    let Some(mut user) = opened.user(username).await? else {
        return Err(CommandError::new(format!("user '{username}' does not exist")));
    };
    println!("Changing password for user '{username}'");
    let password = password::ask_for(&opened.settings.passwords.validators()?, &user)?;
    let ends_tokens = opened.settings.login.revoke_tokens_on_password_change;
    set_password(&opened.db, &opened.hashing()?, &mut user, &password, ends_tokens).await?;
    println!("Password changed successfully for user '{username}'");
    Ok(())
}
