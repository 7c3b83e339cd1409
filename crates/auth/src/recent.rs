//! A cache of credentials that were correct recently, so that a client which sends its password with every request
//! (HTTP Basic) costs a database query instead of a million rounds of hashing.
//!
//! The cache has a keyed digest of the credentials, and the stored hash that the password matched. The key is made at
//! start and never leaves memory. The user's row is still read at every request: a changed password, a deactivated or
//! a deleted user is refused at the next request. The cache is in memory only; an attacker who can read that memory
//! can read the passwords of requests as well.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use belleville_db::{Database, Result};

use crate::crypto::{constant_time_compare, fill};
use crate::signing::{Algorithm, salted_hmac};
use crate::user::AuthUser;
use crate::users;

/// How many credentials are kept; the oldest is removed first.
const MOST: usize = 1024;

type Digest = Vec<u8>;

/// The credentials that were correct recently.
pub struct RecentCredentials {
    key: [u8; 32],
    /// How long each is kept; zero keeps none.
    age: Duration,
    kept: Mutex<HashMap<Digest, Kept>>,
}

struct Kept {
    stored_hash: String,
    until: Instant,
}

impl std::fmt::Debug for RecentCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecentCredentials").field("age", &self.age).finish_non_exhaustive()
    }
}

impl RecentCredentials {
    /// An empty cache that keeps entries for this long; zero keeps none.
    #[must_use]
    pub fn new(age: Duration) -> Self {
        let mut key = [0; 32];
        fill(&mut key);
        Self { key, age, kept: Mutex::new(HashMap::new()) }
    }

    /// The user with this name and password, if both were correct recently and still are. The user's row is read,
    /// nothing is hashed.
    ///
    /// # Errors
    /// Any database error.
    pub async fn find(&self, db: &Database, username: &str, password: &str) -> Result<Option<AuthUser>> {
        let Some(stored_hash) = self.stored_hash(&self.digest(username, password)) else { return Ok(None) };
        let user = users::find(db, username).await?.filter(AuthUser::is_active);
        Ok(user.filter(|user| constant_time_compare(&stored_hash, user.password())))
    }

    /// Adds a name and a password that are correct for this user.
    pub fn remember(&self, username: &str, password: &str, user: &AuthUser) {
        if !self.age.is_zero() {
            self.keep(self.digest(username, password), user);
        }
    }

    fn stored_hash(&self, digest: &Digest) -> Option<String> {
        let kept = self.lock();
        kept.get(digest).filter(|kept| kept.until > Instant::now()).map(|kept| kept.stored_hash.clone())
    }

    fn keep(&self, digest: Digest, user: &AuthUser) {
        let now = Instant::now();
        let mut kept = self.lock();
        if kept.len() >= MOST {
            kept.retain(|_, entry| entry.until > now);
        }
        if kept.len() >= MOST {
            let oldest = kept.iter().min_by_key(|(_, entry)| entry.until).map(|(digest, _)| digest.clone());
            oldest.and_then(|digest| kept.remove(&digest));
        }
        kept.insert(digest, Kept { stored_hash: user.password().to_owned(), until: now + self.age });
    }

    /// The length keeps `("ab", "c")` and `("a", "bc")` apart.
    fn digest(&self, username: &str, password: &str) -> Digest {
        let value =
            [&(username.len() as u64).to_be_bytes()[..], username.as_bytes(), password.as_bytes()].concat();
        salted_hmac("belleville.recent_credentials", value, &self.key, Algorithm::Sha256)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Digest, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
