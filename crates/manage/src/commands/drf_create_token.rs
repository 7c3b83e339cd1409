//! `drf_create_token`: a token for a user.

use belleville_auth::tokens;
use clap::Args;

use crate::console::CommandError;
use crate::program::Program;

/// Makes the API token of a user, or shows the one there is.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The user's name.
    #[arg(value_name = "USER")]
    username: String,
    /// Replace the token: the old one is no longer good.
    #[arg(short, long)]
    reset: bool,
}

pub(crate) async fn run(program: &Program, arguments: &Arguments) -> Result<(), CommandError> {
    let opened = program.open()?;
    let username = &arguments.username;
    let Some(user) = opened.user(username).await? else {
        return Err(CommandError::new(format!("Cannot create the Token: user {username} does not exist")));
    };
    let token = if arguments.reset {
        tokens::replace(&opened.db, &user).await?
    } else {
        tokens::get_or_create(&opened.db, &user).await?
    };
    println!("Generated token {} for user {username}", token.key);
    Ok(())
}
