//! Argon2: `argon2$argon2id$v=19$m=102400,t=2,p=8$salt$hash`. What follows the first `$` is the format that Argon2's
//! own libraries share, so that the 2i and 2d variants and the older version can be read too.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::{HashError, PasswordHasher, must_update_salt};
use crate::crypto::constant_time_compare;

const HASH_LENGTH: usize = 32;
/// The most memory that a stored hash may ask for, in KiB: 512 MiB, five times Django's.
const MAX_MEMORY_COST: u32 = 512 * 1024;
/// The most work (memory times passes) that a stored hash may ask for, in KiB: ten times Django's.
const MAX_WORK: u64 = 2 << 20;
const MAX_HASH_LENGTH: usize = 128;

/// Argon2id. A stored hash may ask for 512 MiB and for 2 GiB of passes over it, or for the hasher's own when more.
///
/// The lanes are computed one after the other: the pool of hashing threads already uses the other cores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argon2PasswordHasher {
    /// Passes over the memory.
    pub time_cost: u32,
    /// Memory in KiB.
    pub memory_cost: u32,
    /// Lanes.
    pub parallelism: u32,
}

impl Default for Argon2PasswordHasher {
    fn default() -> Self {
        Self { time_cost: 2, memory_cost: 102_400, parallelism: 8 }
    }
}

impl PasswordHasher for Argon2PasswordHasher {
    fn algorithm(&self) -> &'static str {
        "argon2"
    }

    fn encode(&self, password: &str, salt: &str) -> Result<String, HashError> {
        let hash =
            self.derive(Algorithm::Argon2id, Version::V0x13, password, salt.as_bytes(), HASH_LENGTH)?;
        let Self { time_cost, memory_cost, parallelism } = self;
        let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash));
        Ok(format!("argon2$argon2id$v=19$m={memory_cost},t={time_cost},p={parallelism}${salt}${hash}"))
    }

    fn verify(&self, password: &str, encoded: &str) -> Result<bool, HashError> {
        let stored = Stored::parse(encoded).ok_or(HashError::Malformed)?;
        let costs = &stored.costs;
        let too_much_memory = costs.memory_cost > MAX_MEMORY_COST.max(self.memory_cost);
        if too_much_memory || costs.work() > MAX_WORK.max(self.work()) || stored.hash.len() > MAX_HASH_LENGTH
        {
            return Err(HashError::TooCostly);
        }
        let hash = costs.derive(stored.variety, stored.version, password, &stored.salt, stored.hash.len())?;
        Ok(constant_time_compare(hash, stored.hash))
    }

    fn must_update(&self, encoded: &str) -> bool {
        Stored::parse(encoded).is_some_and(|stored| {
            let current = stored.variety == Algorithm::Argon2id && stored.version == Version::V0x13;
            let salt: String = stored.salt.iter().copied().map(char::from).collect();
            !current || stored.costs != *self || stored.hash.len() != HASH_LENGTH || must_update_salt(&salt)
        })
    }
}

impl Argon2PasswordHasher {
    fn derive(
        &self,
        variety: Algorithm,
        version: Version,
        password: &str,
        salt: &[u8],
        length: usize,
    ) -> Result<Vec<u8>, HashError> {
        let params = Params::new(self.memory_cost, self.time_cost, self.parallelism, Some(length))
            .map_err(|_| HashError::InvalidParameters)?;
        let mut hash = vec![0; length];
        Argon2::new(variety, version, params)
            .hash_password_into(password.as_bytes(), salt, &mut hash)
            .map_err(|_| HashError::InvalidSalt)?;
        Ok(hash)
    }

    fn work(&self) -> u64 {
        u64::from(self.memory_cost) * u64::from(self.time_cost)
    }
}

/// A stored hash, parsed.
struct Stored {
    variety: Algorithm,
    version: Version,
    costs: Argon2PasswordHasher,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Stored {
    fn parse(encoded: &str) -> Option<Self> {
        let mut fields = encoded.split('$').skip(1).peekable();
        let variety = match fields.next()? {
            "argon2id" => Algorithm::Argon2id,
            "argon2i" => Algorithm::Argon2i,
            "argon2d" => Algorithm::Argon2d,
            _ => return None,
        };
        // Hashes from before version 19 do not name their version.
        let version = match fields.next_if(|field| field.starts_with("v=")) {
            Some("v=19") => Version::V0x13,
            Some("v=16") | None => Version::V0x10,
            Some(_) => return None,
        };
        let costs = parse_costs(fields.next()?)?;
        let salt = STANDARD_NO_PAD.decode(fields.next()?).ok()?;
        let hash = STANDARD_NO_PAD.decode(fields.next()?).ok()?;
        fields.next().is_none().then_some(Self { variety, version, costs, salt, hash })
    }
}

fn parse_costs(text: &str) -> Option<Argon2PasswordHasher> {
    let (memory_cost, rest) = text.strip_prefix("m=")?.split_once(",t=")?;
    let (time_cost, parallelism) = rest.split_once(",p=")?;
    Some(Argon2PasswordHasher {
        memory_cost: memory_cost.parse().ok()?,
        time_cost: time_cost.parse().ok()?,
        parallelism: parallelism.parse().ok()?,
    })
}
