//! The list of common passwords.

use std::fmt;
use std::sync::LazyLock;

use miniz_oxide::inflate::decompress_to_vec_zlib;

use super::{PasswordError, PasswordValidator, UserAttribute};

/// Django's list of about 20 000 common passwords. Where it is from and its licence: `assets/NOTICE`.
static COMPRESSED: &[u8] = include_bytes!("../../assets/common-passwords.txt.zz");

/// Decompressed when the first password is checked.
static TEXT: LazyLock<String> = LazyLock::new(|| {
    let text = decompress_to_vec_zlib(COMPRESSED).expect("the list was compressed by us");
    String::from_utf8(text).expect("the list is text")
});
static COMMON: LazyLock<Vec<&'static str>> = LazyLock::new(|| TEXT.split('\n').collect());

/// Refuses the passwords of a list, in any case and with any white space around them.
#[derive(Clone, Default)]
pub struct CommonPasswordValidator {
    /// `None` for Django's list; sorted.
    passwords: Option<Vec<String>>,
}

impl CommonPasswordValidator {
    /// A validator with this list instead of Django's. Its entries must be in lower case.
    pub fn with_passwords(passwords: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let mut passwords: Vec<String> = passwords.into_iter().map(Into::into).collect();
        passwords.sort_unstable();
        Self { passwords: Some(passwords) }
    }

    fn is_common(&self, password: &str) -> bool {
        match &self.passwords {
            Some(own) => own.binary_search_by(|common| common.as_str().cmp(password)).is_ok(),
            None => COMMON.binary_search(&password).is_ok(),
        }
    }
}

impl PasswordValidator for CommonPasswordValidator {
    fn validate(&self, password: &str, _user: &[UserAttribute<'_>]) -> Result<(), PasswordError> {
        if !self.is_common(password.to_lowercase().trim_matches(is_space)) {
            return Ok(());
        }
        Err(PasswordError { code: "password_too_common", message: "This password is too common.".to_owned() })
    }

    fn help_text(&self) -> String {
        "Your password can’t be a commonly used password.".to_owned()
    }
}

impl fmt::Debug for CommonPasswordValidator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommonPasswordValidator").field("own_list", &self.passwords.is_some()).finish()
    }
}

/// Python also strips four separators that are no white space in Unicode.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::crypto::hex;

    #[test]
    fn the_list_is_djangos_and_sorted() {
        // The digest of Django 5.2's list, sorted, without duplicates and joined by line feeds.
        let digest = "b07157b3926b3e61f4c09c178aabaf4adff31d90a2314be35a0cae5b53e8e03e";
        assert_eq!(hex(&Sha256::digest(TEXT.as_bytes())), digest);
        assert_eq!(COMMON.len(), 19_640);
        assert!(COMMON.is_sorted());
    }
}
