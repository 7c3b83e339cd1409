//! Credentials that were right a moment ago, so that a client which sends a password with every request (HTTP Basic)
//! costs a row look-up instead of a million rounds of hashing.
//!
//! What is kept is a digest under a key that is made at start and never leaves memory, next to the stored hash that the
//! password matched. The user's row is read at every request all the same: a changed password, a deactivated or a
//! deleted user is refused on the very next one. Who can read this memory could read the passwords on their way in as
//! well; nothing of it is written anywhere.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use belleville_db::{Database, Result};

use crate::crypto::{constant_time_compare, fill};
use crate::models::User;
use crate::signing::{Algorithm, salted_hmac};
use crate::users;

/// How many credentials are kept; the oldest makes room.
const MOST: usize = 1024;

type Digest = Vec<u8>;

/// The credentials of the last moments.
pub struct RecentCredentials {
    key: [u8; 32],
    /// How long each is good; zero keeps none.
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
    /// An empty memory whose entries are good for so long; zero keeps nothing.
    #[must_use]
    pub fn new(age: Duration) -> Self {
        let mut key = [0; 32];
        fill(&mut key);
        Self { key, age, kept: Mutex::new(HashMap::new()) }
    }

    /// The user with this name and password, when both were right lately and still are; the row is read, nothing is hashed.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn find(&self, db: &Database, username: &str, password: &str) -> Result<Option<User>> {
        let Some(stored_hash) = self.stored_hash(&self.digest(username, password)) else { return Ok(None) };
        let user = users::find(db, username).await?.filter(|user| user.is_active);
        Ok(user.filter(|user| constant_time_compare(&stored_hash, &user.password)))
    }

    /// Remembers that a name and a password were right for this user.
    pub fn remember(&self, username: &str, password: &str, user: &User) {
        if !self.age.is_zero() {
            self.keep(self.digest(username, password), user);
        }
    }

    fn stored_hash(&self, digest: &Digest) -> Option<String> {
        let kept = self.lock();
        kept.get(digest).filter(|kept| kept.until > Instant::now()).map(|kept| kept.stored_hash.clone())
    }

    fn keep(&self, digest: Digest, user: &User) {
        let now = Instant::now();
        let mut kept = self.lock();
        if kept.len() >= MOST {
            kept.retain(|_, entry| entry.until > now);
        }
        if kept.len() >= MOST {
            let oldest = kept.iter().min_by_key(|(_, entry)| entry.until).map(|(digest, _)| digest.clone());
            oldest.and_then(|digest| kept.remove(&digest));
        }
        kept.insert(digest, Kept { stored_hash: user.password.clone(), until: now + self.age });
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
