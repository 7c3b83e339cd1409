//! A new password, asked for twice and checked by Django's validators.

use belleville_auth::models::User;
use belleville_auth::password_validation::{PasswordValidator, UserAttribute, validate_password};

use crate::console::{CommandError, ask, ask_password, is_interactive};

/// Asks until two answers are the same and the validators are content, three times at most.
pub(crate) fn ask_twice(
    validators: &[Box<dyn PasswordValidator>],
    username: &str,
    email: &str,
    may_bypass: bool,
) -> Result<String, CommandError> {
    for _ in 0..3 {
        let password = ask_password("Password: ")?;
        if ask_password("Password (again): ")? != password {
            eprintln!("Error: Your passwords didn't match.");
        } else if password.trim().is_empty() {
            eprintln!("Error: Blank passwords aren't allowed.");
        } else {
            let problems = problems(validators, &password, username, email);
            if problems.is_empty() {
                return Ok(password);
            }
            for problem in problems {
                eprintln!("{problem}");
            }
            if may_bypass && bypassed()? {
                return Ok(password);
            }
        }
    }
    Err(CommandError::new("no password was set after 3 attempts"))
}

fn bypassed() -> Result<bool, CommandError> {
    Ok(is_interactive()
        && ask("Bypass password validation and create user anyway? [y/N]: ")?.eq_ignore_ascii_case("y"))
}

fn problems(
    validators: &[Box<dyn PasswordValidator>],
    password: &str,
    username: &str,
    email: &str,
) -> Vec<String> {
    let attribute = |name, verbose_name, value| UserAttribute { name, verbose_name, value };
    let user = [attribute("username", "username", username), attribute("email", "email address", email)];
    match validate_password(password, &user, validators) {
        Ok(()) => Vec::new(),
        Err(errors) => errors.into_iter().map(|error| error.message).collect(),
    }
}

/// For an existing user.
pub(crate) fn ask_for(
    validators: &[Box<dyn PasswordValidator>],
    user: &User,
) -> Result<String, CommandError> {
    ask_twice(validators, &user.username, &user.email, false)
}
