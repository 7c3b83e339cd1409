//! Salted MD5, `md5$salt$hash`: not secure, but fast enough for tests, and still found in old databases. It is not in
//! Django's default list.

use md5::{Digest, Md5};
use zeroize::Zeroizing;

use super::{HashError, PasswordHasher, check_salt, must_update_salt, parts};
use crate::crypto::{constant_time_compare, hex};

/// Salted MD5.
#[derive(Clone, Copy, Debug, Default)]
pub struct Md5PasswordHasher;

impl PasswordHasher for Md5PasswordHasher {
    fn algorithm(&self) -> &'static str {
        "md5"
    }

    fn encode(&self, password: &str, salt: &str) -> Result<String, HashError> {
        check_salt(salt)?;
        let salted = Zeroizing::new([salt, password].concat());
        Ok(format!("md5${salt}${}", hex(&Md5::digest(salted.as_bytes()))))
    }

    fn verify(&self, password: &str, encoded: &str) -> Result<bool, HashError> {
        let [salt, _hash] = parts(encoded)?;
        Ok(constant_time_compare(encoded, self.encode(password, salt)?))
    }

    fn must_update(&self, encoded: &str) -> bool {
        parts(encoded).is_ok_and(|[salt, _hash]| must_update_salt(salt))
    }
}
