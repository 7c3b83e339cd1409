//! Password hashes as they are stored in `auth_user.password`: Django's `django.contrib.auth.hashers`. The first
//! hasher of [`PasswordHashers`] makes new hashes; the others only check old ones, and a hash of any other algorithm
//! matches no password. A malformed hash, on which Django raises an error, matches no password either. The work is
//! always about that of the preferred hasher, so that the response time reveals nothing.

mod argon2;
mod bcrypt;
mod md5;
mod pbkdf2;
mod scrypt;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

pub use self::argon2::Argon2PasswordHasher;
pub use self::bcrypt::{BCryptPasswordHasher, BCryptSha256PasswordHasher};
pub use self::md5::Md5PasswordHasher;
pub use self::pbkdf2::{Pbkdf2PasswordHasher, Pbkdf2Sha1PasswordHasher};
pub use self::scrypt::ScryptPasswordHasher;

use crate::crypto::{RANDOM_STRING_CHARS, get_random_string};

/// The rounds of PBKDF2 in Django 5.2. Two programs on one database should use the same number. Otherwise a login
/// through one of them replaces the hash of the other and ends the user's other sessions.
pub const DEFAULT_ITERATIONS: u32 = 1_000_000;

/// The first character of an unusable password; no hash begins with it.
pub const UNUSABLE_PASSWORD_PREFIX: char = '!';
const UNUSABLE_PASSWORD_SUFFIX_LENGTH: usize = 40;
const SALT_ENTROPY: f64 = 128.0;

/// The outcome of checking a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verification {
    /// It is not the password, or no password matches.
    Wrong,
    /// It is the password.
    Right {
        /// Whether the stored hash should be replaced by one of the preferred hasher.
        must_update: bool,
    },
}

impl Verification {
    /// Whether the password was right.
    #[must_use]
    pub fn is_right(self) -> bool {
        matches!(self, Self::Right { .. })
    }
}

/// Why a hasher could not hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashError {
    /// bcrypt takes 72 bytes and no more.
    PasswordTooLong,
    /// A salt is at least one character, none of them `$`; bcrypt's and Argon2's have rules of their own.
    InvalidSalt,
    /// The work factors are outside of what the algorithm allows.
    InvalidParameters,
    /// The stored text is not a hash of this algorithm.
    Malformed,
    /// The work factors of the stored hash are above what a server should do for one login.
    TooCostly,
}

impl fmt::Display for HashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PasswordTooLong => "The password is longer than 72 bytes, which is all that bcrypt takes.",
            Self::InvalidSalt => "The salt is empty or has characters that this algorithm does not allow.",
            Self::InvalidParameters => "The work factors are outside of what this algorithm allows.",
            Self::Malformed => "The stored password is not a hash of this algorithm.",
            Self::TooCostly => "The stored password asks for more work than one login may cost.",
        })
    }
}

impl std::error::Error for HashError {}

/// A password hashing algorithm with its work factors. Implement it to check hashes that Django does not have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hash passwords",
    note = "use a hasher of `belleville_auth::hashers`, or implement `algorithm`, `encode` and `verify`"
)]
pub trait PasswordHasher: Send + Sync {
    /// The algorithm's name, which its hashes begin with, up to the first `$`.
    fn algorithm(&self) -> &'static str;

    /// The hash of `password` with `salt`, as it is stored.
    ///
    /// # Errors
    /// When the password, the salt or this hasher's work factors do not suit the algorithm.
    fn encode(&self, password: &str, salt: &str) -> Result<String, HashError>;

    /// Whether `encoded` is the hash of `password`, compared in constant time.
    ///
    /// # Errors
    /// When `encoded` is not a hash of this algorithm or asks for too much work; the password is wrong then.
    fn verify(&self, password: &str, encoded: &str) -> Result<bool, HashError>;

    /// Whether `encoded`, of this algorithm, was made with other work factors or too short a salt.
    fn must_update(&self, _encoded: &str) -> bool {
        false
    }

    /// Does the work that [`verify`](Self::verify) left out because `encoded` was made with smaller work factors.
    fn harden_runtime(&self, _password: &str, _encoded: &str) {}

    /// A new salt of at least 128 bits.
    fn salt(&self) -> String {
        get_random_string((SALT_ENTROPY / bits_per_character()).ceil() as usize, RANDOM_STRING_CHARS)
    }
}

/// The hashers in use: Django's `PASSWORD_HASHERS`.
///
/// ```
/// use belleville_auth::hashers::{Pbkdf2PasswordHasher, PasswordHashers, Verification};
/// let hashers = PasswordHashers::new(Box::new(Pbkdf2PasswordHasher { iterations: 100 }), []);
/// let encoded = hashers.make_password("correct horse")?;
/// assert!(encoded.starts_with("pbkdf2_sha256$100$"));
/// assert_eq!(hashers.check_password("correct horse", &encoded), Verification::Right { must_update: false });
/// assert_eq!(hashers.check_password("battery staple", &encoded), Verification::Wrong);
/// # Ok::<(), belleville_auth::hashers::HashError>(())
/// ```
pub struct PasswordHashers {
    /// Never empty; the first is the preferred one.
    hashers: Vec<Box<dyn PasswordHasher>>,
    operations: AtomicU64,
}

impl PasswordHashers {
    /// `preferred` makes new hashes; `others` check old ones.
    #[must_use]
    pub fn new(
        preferred: Box<dyn PasswordHasher>,
        others: impl IntoIterator<Item = Box<dyn PasswordHasher>>,
    ) -> Self {
        let hashers = std::iter::once(preferred).chain(others).collect();
        Self { hashers, operations: AtomicU64::new(0) }
    }

    /// The hashers that `names` list as Django's setting does, by dotted path or by the last part of it; both PBKDF2
    /// hashers run `iterations` rounds.
    ///
    /// # Errors
    /// When the list is empty or a name in it is not one of ours.
    pub fn from_setting<'a>(
        names: impl IntoIterator<Item = &'a str>,
        iterations: u32,
    ) -> Result<Self, UnknownHasher> {
        let named = |name: &str| hasher_named(name, iterations).ok_or_else(|| UnknownHasher(name.to_owned()));
        let mut hashers = names.into_iter().map(named);
        let preferred = hashers.next().ok_or_else(|| UnknownHasher(String::new()))??;
        Ok(Self::new(preferred, hashers.collect::<Result<Vec<_>, _>>()?))
    }

    /// The hash of `password` to store, made by the preferred hasher with a new salt.
    ///
    /// # Errors
    /// When the password does not suit the hasher: bcrypt takes 72 bytes.
    pub fn make_password(&self, password: &str) -> Result<String, HashError> {
        self.count();
        self.preferred().encode(password, &self.preferred().salt())
    }

    /// Whether `encoded`, as stored, is the hash of `password`.
    #[must_use]
    pub fn check_password(&self, password: &str, encoded: &str) -> Verification {
        let Some(hasher) = self.identify_hasher(encoded) else { return self.wrong_after_work() };
        // A hash of another algorithm gets no hardening: Django does not try to hide that either.
        let hasher_changed = hasher.algorithm() != self.preferred().algorithm();
        let must_update = hasher_changed || hasher.must_update(encoded);
        let Ok(is_right) = hasher.verify(password, encoded) else { return self.wrong_after_work() };
        self.count();
        if is_right {
            return Verification::Right { must_update };
        }
        if must_update && !hasher_changed {
            hasher.harden_runtime(password, encoded);
        }
        Verification::Wrong
    }

    /// Runs the preferred hasher once and ignores the result. Call it when there is no hash to check, for example for
    /// an unknown user, so that the response takes as long as for a known one.
    pub fn burn(&self) {
        // A hasher that refuses its own salt would refuse every password too, and say so there.
        drop(self.make_password(&get_random_string(UNUSABLE_PASSWORD_SUFFIX_LENGTH, RANDOM_STRING_CHARS)));
    }

    /// How many passwords were hashed so far, for any reason. Tests compare it to show that two cases cost the same
    /// work.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.operations.load(Ordering::Relaxed)
    }

    fn preferred(&self) -> &dyn PasswordHasher {
        &*self.hashers[0]
    }

    /// An unusable password needs no case of its own: no algorithm's name begins with `!`.
    fn identify_hasher(&self, encoded: &str) -> Option<&dyn PasswordHasher> {
        let algorithm = encoded.split_once('$').filter(|_| !is_unsalted(encoded))?.0;
        self.hashers.iter().map(|hasher| &**hasher).find(|hasher| hasher.algorithm() == algorithm)
    }

    fn wrong_after_work(&self) -> Verification {
        self.burn();
        Verification::Wrong
    }

    fn count(&self) {
        self.operations.fetch_add(1, Ordering::Relaxed);
    }
}

/// Django's own list and work factors.
impl Default for PasswordHashers {
    fn default() -> Self {
        Self::new(
            Box::new(Pbkdf2PasswordHasher::default()),
            [
                Box::new(Pbkdf2Sha1PasswordHasher::default()) as Box<dyn PasswordHasher>,
                Box::new(Argon2PasswordHasher::default()),
                Box::new(BCryptSha256PasswordHasher::default()),
                Box::new(ScryptPasswordHasher::default()),
            ],
        )
    }
}

impl fmt::Debug for PasswordHashers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHashers")?;
        f.debug_list().entries(self.hashers.iter().map(|hasher| hasher.algorithm())).finish()
    }
}

/// A name in `PASSWORD_HASHERS` that we have no hasher for, or no name at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownHasher(pub String);

impl fmt::Display for UnknownHasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is no password hasher; those are {}.", self.0, HASHER_NAMES.join(", "))
    }
}

impl std::error::Error for UnknownHasher {}

/// The class names of Django's hashers, all of which we have.
pub const HASHER_NAMES: [&str; 7] = [
    "PBKDF2PasswordHasher",
    "PBKDF2SHA1PasswordHasher",
    "Argon2PasswordHasher",
    "BCryptSHA256PasswordHasher",
    "BCryptPasswordHasher",
    "ScryptPasswordHasher",
    "MD5PasswordHasher",
];

/// The value to store for a user without a password: no password matches it.
#[must_use]
pub fn make_unusable_password() -> String {
    let suffix = get_random_string(UNUSABLE_PASSWORD_SUFFIX_LENGTH, RANDOM_STRING_CHARS);
    format!("{UNUSABLE_PASSWORD_PREFIX}{suffix}")
}

/// Whether `encoded` is not one that [`make_unusable_password`] made.
#[must_use]
pub fn is_password_usable(encoded: &str) -> bool {
    !encoded.starts_with(UNUSABLE_PASSWORD_PREFIX)
}

fn hasher_named(name: &str, iterations: u32) -> Option<Box<dyn PasswordHasher>> {
    let class = name.strip_prefix("django.contrib.auth.hashers.").unwrap_or(name);
    Some(match HASHER_NAMES.iter().position(|known| *known == class)? {
        0 => Box::new(Pbkdf2PasswordHasher { iterations }),
        1 => Box::new(Pbkdf2Sha1PasswordHasher { iterations }),
        2 => Box::new(Argon2PasswordHasher::default()),
        3 => Box::new(BCryptSha256PasswordHasher::default()),
        4 => Box::new(BCryptPasswordHasher::default()),
        5 => Box::new(ScryptPasswordHasher::default()),
        _ => Box::new(Md5PasswordHasher),
    })
}

/// Very old versions of Django stored MD5 and SHA-1 hashes without a salt, which are not supported any more.
fn is_unsalted(encoded: &str) -> bool {
    let length = encoded.chars().count();
    (length == 37 && encoded.starts_with("md5$$")) || (length == 46 && encoded.starts_with("sha1$$"))
}

fn must_update_salt(salt: &str) -> bool {
    (salt.chars().count() as f64) * bits_per_character() < SALT_ENTROPY
}

fn bits_per_character() -> f64 {
    (RANDOM_STRING_CHARS.len() as f64).log2()
}

fn check_salt(salt: &str) -> Result<(), HashError> {
    if salt.is_empty() || salt.contains('$') { Err(HashError::InvalidSalt) } else { Ok(()) }
}

/// A work factor. One that Python's `%d` would write otherwise, such as `0100`, needs no refusal: a hash is compared
/// with what its parts encode to, which then differs.
fn parse_cost(text: &str) -> Result<u32, HashError> {
    text.parse().ok().filter(|factor| *factor > 0).ok_or(HashError::Malformed)
}

/// The parts of `encoded` after the algorithm's name, when there are exactly `N`.
fn parts<const N: usize>(encoded: &str) -> Result<[&str; N], HashError> {
    let parts: Vec<&str> = encoded.split('$').skip(1).collect();
    parts.try_into().map_err(|_| HashError::Malformed)
}
