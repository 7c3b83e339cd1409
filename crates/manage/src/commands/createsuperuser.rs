//! `createsuperuser`: makes a user who may do everything.

use belleville_auth::password_validation::UserAttribute;
use belleville_auth::users::{NewUser, check_email, check_username, create_user};
use clap::Args;

use super::password;
use crate::console::{CommandError, ask};
use crate::program::{Opened, Program};

const BLANK_USERNAME: &str = "Username cannot be blank.";

/// Makes a superuser.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The name; asked for when it is left out.
    #[arg(long)]
    username: Option<String>,
    /// The e-mail address; asked for when it is left out.
    #[arg(long)]
    email: Option<String>,
    /// Ask nothing: DJANGO_SUPERUSER_USERNAME, DJANGO_SUPERUSER_EMAIL and DJANGO_SUPERUSER_PASSWORD say the rest.
    #[arg(long, visible_alias = "no-input")]
    noinput: bool,
}

pub(crate) async fn run(program: &Program, arguments: &Arguments) -> Result<(), CommandError> {
    let opened = program.open()?;
    opened.check_tables().await?;
    let new = if arguments.noinput {
        from_environment(&opened, arguments).await?
    } else {
        asked(&opened, arguments).await?
    };
    let without_password = new.password.is_none();
    create_user(&opened.db, &opened.hashing()?, new).await?;
    println!("Superuser created successfully.");
    if without_password {
        println!("Without DJANGO_SUPERUSER_PASSWORD it has no usable password; set one with changepassword.");
    }
    Ok(())
}

async fn from_environment(opened: &Opened<'_>, arguments: &Arguments) -> Result<NewUser, CommandError> {
    // As for Django, an e-mail address that is set but empty is an answer.
    let needed = |given: &Option<String>, variable: &str, option: &str| {
        given.clone().or_else(|| std::env::var(variable).ok()).ok_or_else(|| {
            CommandError::new(format!("You must use --{option} (or {variable}) with --noinput."))
        })
    };
    let username = needed(&arguments.username, "DJANGO_SUPERUSER_USERNAME", "username")?;
    if let Some(refused) = refusal(opened, &username).await? {
        return Err(CommandError::new(refused));
    }
    let email = needed(&arguments.email, "DJANGO_SUPERUSER_EMAIL", "email")?;
    check_email(&email)?;
    let password = std::env::var("DJANGO_SUPERUSER_PASSWORD").ok();
    Ok(NewUser { username, email, password, is_superuser: true })
}

async fn asked(opened: &Opened<'_>, arguments: &Arguments) -> Result<NewUser, CommandError> {
    let username = match &arguments.username {
        Some(username) if username.is_empty() => return Err(CommandError::new(BLANK_USERNAME)),
        Some(username) => match refusal(opened, username).await? {
            Some(refused) => {
                eprintln!("{refused}");
                ask_username(opened).await?
            }
            None => username.clone(),
        },
        None => ask_username(opened).await?,
    };
    let email = match &arguments.email {
        Some(email) => {
            check_email(email)?;
            email.clone()
        }
        None => ask_email()?,
    };
    let user = UserAttribute::of(&username, "", "", &email);
    let password = password::ask_twice(&opened.settings.passwords.validators()?, &user, true)?;
    Ok(NewUser { username, email, password: Some(password), is_superuser: true })
}

async fn ask_username(opened: &Opened<'_>) -> Result<String, CommandError> {
    for _ in 0..3 {
        let username = ask("Username: ")?;
        match check_username(&username) {
            Err(error) => eprintln!("Error: {error}"),
            Ok(()) => match refusal(opened, &username).await? {
                Some(refused) => eprintln!("{refused}"),
                None => return Ok(username),
            },
        }
    }
    Err(CommandError::new("no user was made after 3 attempts"))
}

fn ask_email() -> Result<String, CommandError> {
    for _ in 0..3 {
        let email = ask("Email address: ")?;
        match check_email(&email) {
            Err(error) => eprintln!("Error: {error}"),
            Ok(()) => return Ok(email),
        }
    }
    Err(CommandError::new("no user was made after 3 attempts"))
}

/// Why nobody can have this name, in Django's words.
async fn refusal(opened: &Opened<'_>, username: &str) -> Result<Option<String>, CommandError> {
    if opened.user(username).await?.is_some() {
        return Ok(Some("Error: That username is already taken.".to_owned()));
    }
    if username.is_empty() {
        return Ok(Some(BLANK_USERNAME.to_owned()));
    }
    Ok(check_username(username).err().map(|error| error.to_string()))
}
