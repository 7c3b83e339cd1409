//! bcrypt, with and without a SHA-256 before it: `bcrypt_sha256$$2b$12$salthash` and `bcrypt$$2b$12$salthash`. What
//! follows the first `$` is bcrypt's own format, which is why there are two.

use base64::Engine;
use bcrypt::BASE_64;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{HashError, PasswordHasher};
use crate::crypto::{constant_time_compare, hex};

/// The most bytes of a password that bcrypt reads.
const MAX_PASSWORD: usize = 72;
const SALT_BYTES: usize = 16;
const SALT_CHARS: usize = 22;
/// bcrypt gives 24 bytes, of which every implementation drops the last.
const CHECKSUM_BYTES: usize = 23;
const ROUNDS: u32 = 12;
/// The most rounds that a stored hash may ask for: sixteen times Django's work.
const MAX_ROUNDS: u32 = 16;

/// bcrypt over the hexadecimal SHA-256 of the password, so that no part of a long one is lost.
#[derive(Clone, Copy, Debug)]
pub struct BCryptSha256PasswordHasher {
    /// The base-2 logarithm of the work, 4 to 31. A stored hash may ask for 16, or for this when it is more.
    pub rounds: u32,
}

/// bcrypt over the password itself, which must not be longer than 72 bytes. It is not in Django's default list.
#[derive(Clone, Copy, Debug)]
pub struct BCryptPasswordHasher {
    /// The base-2 logarithm of the work, 4 to 31. A stored hash may ask for 16, or for this when it is more.
    pub rounds: u32,
}

impl Default for BCryptSha256PasswordHasher {
    fn default() -> Self {
        Self { rounds: ROUNDS }
    }
}

impl Default for BCryptPasswordHasher {
    fn default() -> Self {
        Self { rounds: ROUNDS }
    }
}

impl PasswordHasher for BCryptSha256PasswordHasher {
    fn algorithm(&self) -> &'static str {
        "bcrypt_sha256"
    }

    fn encode(&self, password: &str, salt: &str) -> Result<String, HashError> {
        encode(self.algorithm(), &digest(password), salt)
    }

    fn verify(&self, password: &str, encoded: &str) -> Result<bool, HashError> {
        verify(self.algorithm(), &digest(password), encoded, self.rounds)
    }

    fn must_update(&self, encoded: &str) -> bool {
        rounds_of(encoded).is_some_and(|stored| stored != self.rounds)
    }

    fn harden_runtime(&self, password: &str, encoded: &str) {
        harden_runtime(&digest(password), encoded, self.rounds);
    }

    fn salt(&self) -> String {
        salt(self.rounds)
    }
}

impl PasswordHasher for BCryptPasswordHasher {
    fn algorithm(&self) -> &'static str {
        "bcrypt"
    }

    fn encode(&self, password: &str, salt: &str) -> Result<String, HashError> {
        encode(self.algorithm(), password.as_bytes(), salt)
    }

    fn verify(&self, password: &str, encoded: &str) -> Result<bool, HashError> {
        verify(self.algorithm(), password.as_bytes(), encoded, self.rounds)
    }

    fn must_update(&self, encoded: &str) -> bool {
        rounds_of(encoded).is_some_and(|stored| stored != self.rounds)
    }

    fn harden_runtime(&self, password: &str, encoded: &str) {
        harden_runtime(password.as_bytes(), encoded, self.rounds);
    }

    fn salt(&self) -> String {
        salt(self.rounds)
    }
}

/// What bcrypt calls a salt: version, rounds and 22 characters, `$2b$12$…`.
struct Setting<'a> {
    version: &'a str,
    rounds: u32,
    salt: [u8; SALT_BYTES],
}

impl<'a> Setting<'a> {
    /// Reads a bare salt, or the salt at the start of a whole hash.
    fn parse(text: &'a str) -> Option<Self> {
        let (version, rest) = text.strip_prefix('$')?.split_once('$')?;
        let (rounds, rest) = rest.split_once('$')?;
        let two_digits = rounds.len() == 2 && rounds.bytes().all(|digit| digit.is_ascii_digit());
        let salt = BASE_64.decode(rest.get(..SALT_CHARS)?).ok()?.try_into().ok()?;
        let known = matches!(version, "2a" | "2b" | "2x" | "2y");
        let rounds = rounds.parse().ok().filter(|rounds| (4..=31).contains(rounds))?;
        (known && two_digits).then_some(Self { version, rounds, salt })
    }

    fn hash(&self, password: &[u8]) -> Result<String, HashError> {
        if password.len() > MAX_PASSWORD {
            return Err(HashError::PasswordTooLong);
        }
        // The C string's end is part of what is hashed, unless there is no room for it.
        let mut key = Zeroizing::new([password, b"\0"].concat());
        key.truncate(MAX_PASSWORD);
        let checksum = bcrypt::bcrypt(self.rounds, self.salt, &key);
        Ok(format!("{}{}", self.text(), BASE_64.encode(&checksum[..CHECKSUM_BYTES])))
    }

    fn text(&self) -> String {
        format!("${}${:02}${}", self.version, self.rounds, BASE_64.encode(self.salt))
    }
}

fn encode(algorithm: &str, password: &[u8], salt: &str) -> Result<String, HashError> {
    let setting = Setting::parse(salt).ok_or(HashError::InvalidSalt)?;
    Ok(format!("{algorithm}${}", setting.hash(password)?))
}

fn verify(algorithm: &str, password: &[u8], encoded: &str, configured: u32) -> Result<bool, HashError> {
    let setting = stored_setting(encoded).ok_or(HashError::Malformed)?;
    if setting.rounds > MAX_ROUNDS.max(configured) {
        return Err(HashError::TooCostly);
    }
    Ok(constant_time_compare(encoded, format!("{algorithm}${}", setting.hash(password)?)))
}

fn stored_setting(encoded: &str) -> Option<Setting<'_>> {
    Setting::parse(encoded.split_once('$')?.1)
}

fn rounds_of(encoded: &str) -> Option<u32> {
    stored_setting(encoded).map(|setting| setting.rounds)
}

/// Each round more doubles the work, so that the missing work is the stored hash's, some times over.
fn harden_runtime(password: &[u8], encoded: &str, configured: u32) {
    let Some(setting) = stored_setting(encoded) else { return };
    for _ in 0..missing_runs(setting.rounds, configured) {
        std::hint::black_box(setting.hash(password).ok());
    }
}

fn missing_runs(stored: u32, configured: u32) -> u32 {
    configured.checked_sub(stored).map_or(0, |doublings| (1_u32 << doublings.min(31)) - 1)
}

fn salt(rounds: u32) -> String {
    let mut salt = [0; SALT_BYTES];
    crate::crypto::fill(&mut salt);
    Setting { version: "2b", rounds, salt }.text()
}

fn digest(password: &str) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(hex(&Sha256::digest(password.as_bytes())).into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_missing_round_doubles_the_work() {
        for (stored, configured, runs) in [(12, 12, 0), (11, 12, 1), (10, 12, 3), (13, 12, 0), (4, 12, 255)] {
            assert_eq!(missing_runs(stored, configured), runs, "{stored} of {configured}");
        }
    }
}
