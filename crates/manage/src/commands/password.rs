//! A new password, asked for twice and checked by Django's validators.

use belleville_auth::password_validation::{PasswordValidator, UserAttribute, validate_password};
use belleville_auth::user::AuthUser;

use crate::console::{CommandError, ask, ask_password, is_interactive};

/// Asks until two answers are the same and the validators are content, three times at most.
pub(crate) fn ask_twice(
    validators: &[Box<dyn PasswordValidator>],
    user: &[UserAttribute<'_>],
    may_bypass: bool,
) -> Result<String, CommandError> {
    for _ in 0..3 {
        let password = ask_password("Password: ")?;
        if ask_password("Password (again): ")? != password {
            eprintln!("Error: Your passwords didn't match.");
        } else if password.trim().is_empty() {
            eprintln!("Error: Blank passwords aren't allowed.");
        } else {
            let problems = problems(validators, &password, user);
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
    user: &[UserAttribute<'_>],
) -> Vec<String> {
    match validate_password(password, user, validators) {
        Ok(()) => Vec::new(),
        Err(errors) => errors.into_iter().map(|error| error.message).collect(),
    }
}

/// For an existing user.
pub(crate) fn ask_for(
    validators: &[Box<dyn PasswordValidator>],
    user: &AuthUser,
) -> Result<String, CommandError> {
    ask_twice(validators, &UserAttribute::of(user), false)
}

#[cfg(test)]
mod tests {
    use belleville_auth::models::User;
    use belleville_auth::password_validation::startproject_validators;
    use belleville_db::ManyToMany;

    use super::*;

    #[test]
    fn a_password_is_compared_with_every_name_of_the_user() {
        let user = User {
            id: 1,
            password: String::new(),
            last_login: None,
            is_superuser: false,
            username: "somebody".to_owned(),
            first_name: "Wilhelmina".to_owned(),
            last_name: "Featherstone".to_owned(),
            email: "post@example.com".to_owned(),
            is_staff: false,
            is_active: true,
            date_joined: belleville_db::now(),
            groups: ManyToMany::new(),
            user_permissions: ManyToMany::new(),
        };
        let user = AuthUser::from(user);
        for (password, expected) in [
            ("somebody1", "The password is too similar to the username."),
            ("wilhelmina7", "The password is too similar to the first name."),
            ("featherstone7", "The password is too similar to the last name."),
            ("post@example", "The password is too similar to the email address."),
        ] {
            assert_eq!(problems(&startproject_validators(), password, &UserAttribute::of(&user)), [expected]);
        }
    }
}
