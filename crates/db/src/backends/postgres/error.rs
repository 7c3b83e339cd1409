//! What the server says of a failure, in our words.

use std::error::Error as _;
use std::io;

use tokio_postgres::Error as Refused;
use tokio_postgres::error::{DbError, SqlState};

use super::url::Settings;
use crate::backends::url;
use crate::{Conflict, Error, Violation, ViolationKind};

/// Whether the connection broke, or the server ended it: nothing more can be done on it.
pub(super) fn is_lost(error: &Refused) -> bool {
    match error.as_db_error() {
        Some(refused) => is_unavailable(refused.code()),
        None => error.is_closed() || io_error(error).is_some(),
    }
}

/// Whether a prepared statement cannot be used any more.
pub(super) fn is_stale(error: &Refused) -> bool {
    error.as_db_error().is_some_and(|refused| {
        *refused.code() == SqlState::INVALID_SQL_STATEMENT_NAME
            // "cached plan must not change result type"
            || (*refused.code() == SqlState::FEATURE_NOT_SUPPORTED
                && refused.routine() == Some("RevalidateCachedQuery"))
    })
}

fn is_unavailable(code: &SqlState) -> bool {
    // Class 08: the connection. Class 57P: the server is stopped, starts, or has crashed.
    let code = code.code();
    code.starts_with("08") || code.starts_with("57P") || code == "53300"
}

fn io_error(error: &Refused) -> Option<&io::Error> {
    error.source().and_then(|source| source.downcast_ref())
}

/// The failure of a statement.
pub(super) fn of_statement(error: &Refused) -> Error {
    match error.as_db_error() {
        Some(refused) => of_server(refused),
        None if is_lost(error) => {
            let reason = io_error(error).map_or_else(|| "it was closed".to_owned(), ToString::to_string);
            Error::Unavailable(format!("the connection to the database is lost: {reason}"))
        }
        None => Error::Database(with_sources(error)),
    }
}

fn of_server(refused: &DbError) -> Error {
    let code = refused.code();
    match code.code() {
        "40001" => Error::Conflict(Conflict::Serialization),
        "40P01" => Error::Conflict(Conflict::Deadlock),
        // `lock_timeout`, and `NOWAIT`
        "55P03" => Error::Busy,
        // `statement_timeout`
        "57014" => Error::Timeout,
        // Of a text and of JSON. The driver sends UTF-8, in which nothing else can be wrong.
        "22021" | "22P05" => Error::NullCharacter,
        "2201B" => Error::InvalidRegex,
        // Two clients of PgBouncer on one connection of the server.
        "42P05" => Error::Database(format!(
            "{}: behind PgBouncer in transaction mode DATABASE_URL needs prepared_statements=off",
            refused.message()
        )),
        _ if is_unavailable(code) => {
            Error::Unavailable(format!("the database ended the connection: {}", refused.message()))
        }
        text if text.starts_with("23") => Error::Integrity(violation(refused)),
        text => Error::Database(format!("{} (SQLSTATE {text})", message(refused))),
    }
}

/// The message, without the values that those about data have in quotes: they may be secrets.
fn message(refused: &DbError) -> String {
    if !refused.code().code().starts_with("22") {
        return refused.message().to_owned();
    }
    let parts = refused.message().split('"').enumerate();
    parts.map(|(index, part)| if index % 2 == 1 { "\"...\"" } else { part }).collect()
}

fn violation(refused: &DbError) -> Violation {
    let table = refused.table().map(str::to_owned);
    let constraint = refused.constraint().map(str::to_owned);
    let is_primary_key =
        || table.as_ref().zip(constraint.as_ref()).is_some_and(|(t, c)| *c == format!("{t}_pkey"));
    let kind = match refused.code().code() {
        "23505" if is_primary_key() => ViolationKind::PrimaryKey,
        "23505" => ViolationKind::Unique,
        "23503" | "23001" => ViolationKind::ForeignKey,
        "23502" => ViolationKind::NotNull,
        "23514" => ViolationKind::Check,
        "23P01" => ViolationKind::Exclusion,
        _ => ViolationKind::Other,
    };
    let columns = match kind {
        ViolationKind::NotNull => refused.column().map(str::to_owned).into_iter().collect(),
        ViolationKind::Unique | ViolationKind::PrimaryKey | ViolationKind::ForeignKey => {
            refused.detail().map(columns).unwrap_or_default()
        }
        _ => Vec::new(),
    };
    Violation { kind, table, columns, constraint }
}

/// The columns of `Key (author_id, title)=(1, x) already exists.`, whatever the language of the server. An index on an
/// expression has none. Of a row that is still referred to, the columns are those of the other table: none either.
fn columns(detail: &str) -> Vec<String> {
    let key = detail.split_once('(').and_then(|(_, rest)| rest.split_once(")=(")).map(|(key, _)| key);
    let names = key.into_iter().flat_map(|key| key.split(", ")).map(|name| name.trim_matches('"').to_owned());
    let names: Vec<String> = names.collect();
    if names.iter().any(|name| name.contains('(')) { Vec::new() } else { names }
}

fn with_sources(error: &Refused) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// Why there is no connection, and what to change.
pub(super) fn of_connecting(error: &Refused, settings: &Settings) -> String {
    let place = &settings.place;
    let (user, name) = (
        settings.config.get_user().unwrap_or("the user of this process"),
        settings.config.get_dbname().unwrap_or_default(),
    );
    let Some(refused) = error.as_db_error() else {
        if lacks_password(error, settings) {
            return format!(
                "PostgreSQL at {place} needs a password for the role `{user}`, and DATABASE_URL has none: write it as in {}",
                url::POSTGRES_EXAMPLE
            );
        }
        return format!(
            "cannot connect to PostgreSQL at {place}: {}; is the server running there, and do the host, the port and sslmode in DATABASE_URL agree with it?",
            with_sources(error)
        );
    };
    let said = refused.message();
    match refused.code().code() {
        "28P01" => format!(
            "PostgreSQL at {place} refuses the password of the role `{user}`: check the user and the password in DATABASE_URL ({said})"
        ),
        "28000" => format!(
            "PostgreSQL at {place} does not let the role `{user}` in: check the user in DATABASE_URL and the server's pg_hba.conf ({said})"
        ),
        "3D000" => format!(
            "there is no database `{name}` on PostgreSQL at {place}: make it with `createdb {name}`, or change the name in DATABASE_URL"
        ),
        "42501" => format!(
            "the role `{user}` may not connect to the database `{name}` on PostgreSQL at {place}: it needs GRANT CONNECT ({said})"
        ),
        "53300" => format!(
            "PostgreSQL at {place} has no connection left: pool_size in DATABASE_URL takes fewer ({said})"
        ),
        _ if said.contains("unsupported startup parameter") => format!(
            "PgBouncer at {place} does not pass on what DATABASE_URL sets for the session: set it for the role instead, as in ALTER ROLE {user} SET search_path = app ({said})"
        ),
        _ => format!("PostgreSQL at {place} refuses the connection: {said}"),
    }
}

/// The driver has no code for it.
fn lacks_password(error: &Refused, settings: &Settings) -> bool {
    settings.config.get_password().is_none()
        && error.source().is_some_and(|source| source.to_string() == "password missing")
}

pub(super) fn no_answer(settings: &Settings) -> String {
    format!(
        "PostgreSQL at {} did not answer within {} s (connect_timeout): check the host and the port in DATABASE_URL, and the network between",
        settings.place,
        settings.connect_timeout.as_secs()
    )
}
