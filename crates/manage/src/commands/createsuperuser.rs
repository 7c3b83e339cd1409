//! `createsuperuser`: makes a user who may do everything. It asks for the name to log in with and for what the user model
//! requires besides (Django's `REQUIRED_FIELDS`), and has an option for each of them.

use belleville_auth::password_validation::UserAttribute;
use belleville_auth::user;
use belleville_auth::users::{NewUser, check_email, check_username, create_user};
use belleville_db::{Family, FieldMeta, Value, python};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

use super::password;
use crate::console::{CommandError, ask};
use crate::program::{Opened, Program};

/// Makes a superuser.
#[derive(Debug)]
pub(crate) struct Arguments {
    /// What the options say, by the fields' names.
    given: Vec<(&'static str, String)>,
    /// Ask nothing.
    noinput: bool,
}

/// The fields that are asked for, the name to log in with first.
fn fields() -> impl Iterator<Item = &'static FieldMeta> {
    let roles = user::roles();
    let required = roles.required.iter().filter(|field| **field != roles.login);
    std::iter::once(&roles.login).chain(required).map(|field| &user::meta().fields[*field])
}

impl Args for Arguments {
    fn augment_args(command: Command) -> Command {
        let option = |field: &'static FieldMeta| {
            let help = format!("The {}; asked for when it is left out", field.verbose_name);
            Arg::new(field.name).long(field.name).help(help)
        };
        let noinput =
            Arg::new("noinput").long("noinput").visible_alias("no-input").action(ArgAction::SetTrue).help(
                "Ask nothing: DJANGO_SUPERUSER_PASSWORD and a variable for each of the others say the rest",
            );
        command.about("Makes a superuser").args(fields().map(option)).arg(noinput)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Arguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given =
            fields().filter_map(|field| Some((field.name, matches.get_one::<String>(field.name)?.clone())));
        Ok(Self { given: given.collect(), noinput: matches.get_flag("noinput") })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Arguments {
    fn of(&self, field: &FieldMeta) -> Option<&str> {
        self.given.iter().find(|(name, _)| *name == field.name).map(|(_, text)| text.as_str())
    }
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
    let mut new = NewUser { is_superuser: true, ..NewUser::default() };
    for field in fields() {
        let (option, variable) = (field.name, format!("DJANGO_SUPERUSER_{}", field.name.to_uppercase()));
        // As for Django, a text that is set but empty is an answer.
        let text = arguments.of(field).map(str::to_owned).or_else(|| std::env::var(&variable).ok());
        let text = text.ok_or_else(|| {
            CommandError::new(format!("You must use --{option} (or {variable}) with --noinput."))
        })?;
        if let Some(refused) = refusal(opened, field, &text).await? {
            return Err(CommandError::new(refused));
        }
        set(&mut new, field, text)?;
    }
    new.password = std::env::var("DJANGO_SUPERUSER_PASSWORD").ok();
    Ok(new)
}

async fn asked(opened: &Opened<'_>, arguments: &Arguments) -> Result<NewUser, CommandError> {
    let mut new = NewUser { is_superuser: true, ..NewUser::default() };
    for field in fields() {
        let text = text_of(opened, field, arguments.of(field)).await?;
        set(&mut new, field, text)?;
    }
    let user = UserAttribute::of_new(&new.username, &new.email);
    new.password = Some(password::ask_twice(&opened.settings.passwords.validators()?, &user, true)?);
    Ok(new)
}

/// The text of a field: that of its option, or an answer.
async fn text_of(
    opened: &Opened<'_>,
    field: &'static FieldMeta,
    given: Option<&str>,
) -> Result<String, CommandError> {
    let Some(given) = given else { return ask_for(opened, field).await };
    match refusal(opened, field, given).await? {
        None => Ok(given.to_owned()),
        Some(refused) if !is_login(field) || given.is_empty() => Err(CommandError::new(refused)),
        Some(refused) => {
            eprintln!("{refused}");
            ask_for(opened, field).await
        }
    }
}

async fn ask_for(opened: &Opened<'_>, field: &'static FieldMeta) -> Result<String, CommandError> {
    for _ in 0..3 {
        let text = ask(&format!("{}: ", python::capfirst(field.verbose_name)))?;
        match invalid(field, &text) {
            Some(message) => eprintln!("Error: {message}"),
            None => match refusal(opened, field, &text).await? {
                Some(refused) => eprintln!("{refused}"),
                None => return Ok(text),
            },
        }
    }
    Err(CommandError::new("no user was made after 3 attempts"))
}

fn is_login(field: &FieldMeta) -> bool {
    field.name == user::login_field()
}

fn is_email(field: &FieldMeta) -> bool {
    user::roles().email.is_some_and(|email| user::meta().fields[email].name == field.name)
}

/// Puts a field's text where it belongs.
fn set(new: &mut NewUser, field: &'static FieldMeta, text: String) -> Result<(), CommandError> {
    match field.value_kind().row().family {
        _ if is_login(field) => new.username = text,
        _ if is_email(field) => new.email = text,
        Family::Text => new.fields.push((field.name, Value::Text(text))),
        Family::Integer => match python::parse_int(&text) {
            Some(number) => new.fields.push((field.name, Value::Int(number))),
            None => {
                return Err(CommandError::new(format!("`{}` is a whole number, not `{text}`", field.name)));
            }
        },
        _ => {
            return Err(CommandError::new(format!(
                "`{}` is neither a text nor a whole number: make this user in code, with users::create_user",
                field.name
            )));
        }
    }
    Ok(())
}

/// What is wrong with a text, in Django's words.
fn invalid(field: &FieldMeta, text: &str) -> Option<String> {
    let checked = match field {
        field if is_login(field) => check_username(text),
        field if is_email(field) => check_email(text),
        _ => return refused_by_validators(field, text),
    };
    checked.err().map(|error| error.to_string())
}

/// What the field's validators say, in one line. A text that is no value of the field is told when it is set.
fn refused_by_validators(field: &FieldMeta, text: &str) -> Option<String> {
    let value = field.value_of_text(text).ok()?;
    let refused = field.run_validators(value.as_ref());
    let texts: Vec<String> = refused.into_iter().map(|refused| refused.text).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// Why nobody can be made with this text, in Django's words.
async fn refusal(
    opened: &Opened<'_>,
    field: &'static FieldMeta,
    text: &str,
) -> Result<Option<String>, CommandError> {
    if is_login(field) && opened.user(text).await?.is_some() {
        return Ok(Some(format!("Error: That {} is already taken.", field.verbose_name)));
    }
    if is_login(field) && text.is_empty() {
        return Ok(Some(format!("{} cannot be blank.", python::capfirst(field.verbose_name))));
    }
    Ok(invalid(field, text))
}

#[cfg(test)]
mod tests {
    use belleville_db::validators::{Limit, Rule};
    use belleville_db::{FieldKind, Validator};

    use super::*;

    #[test]
    fn a_required_field_is_checked_by_its_validators() {
        const VALIDATORS: &[Validator] = &[
            Validator::new(Rule::MinValue(Limit::Int(18))),
            Validator::new(Rule::Step { size: Limit::Int(2), offset: None }),
        ];
        let age = FieldMeta::new("age", FieldKind::IntegerField).validators(VALIDATORS);
        // As `"; ".join(error.messages)` of Django's `clean`, which the command shows.
        for (text, expected) in [
            ("18", None),
            ("16", Some("Ensure this value is greater than or equal to 18.")),
            (
                "17",
                Some(
                    "Ensure this value is greater than or equal to 18.; Ensure this value is a multiple of step size 2.",
                ),
            ),
        ] {
            assert_eq!(invalid(&age, text).as_deref(), expected, "{text}");
        }
    }
}
