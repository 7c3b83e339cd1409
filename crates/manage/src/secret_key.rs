//! The key of a development machine: made once, kept in a file that git ignores.

use std::io::{ErrorKind, Write};
use std::path::Path;

use belleville_auth::crypto::{RANDOM_STRING_CHARS, get_random_string};
use belleville_db::create_private;

use crate::console::CommandError;

const FILE: &str = ".secret_key";
const LENGTH: usize = 64;

/// The kept key, made if there is none. Outside of development a key must be given.
pub(crate) fn for_development(debug: bool) -> Result<String, CommandError> {
    if !debug {
        return Err(CommandError::new(
            "SECRET_KEY is not set and DEBUG is off; set the environment variable SECRET_KEY (or secret_key in \
             belleville.toml) to the key of the Django project whose sessions should be good here, or to at least 50 random \
             characters",
        ));
    }
    match std::fs::read_to_string(FILE) {
        Ok(key) if !key.trim().is_empty() => Ok(key.trim().to_owned()),
        Ok(_) => Err(CommandError::new(format!("{FILE} is empty; delete it, and a new key is made"))),
        Err(error) if error.kind() == ErrorKind::NotFound => make(),
        Err(error) => Err(CommandError::new(format!("cannot read {FILE}: {error}"))),
    }
}

fn make() -> Result<String, CommandError> {
    let key = get_random_string(LENGTH, RANDOM_STRING_CHARS);
    create_private(Path::new(FILE))
        .and_then(|mut file| writeln!(file, "{key}"))
        .map_err(|error| CommandError::new(format!("cannot keep a secret key in {FILE}: {error}")))?;
    Ok(key)
}
