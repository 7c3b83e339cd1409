//! scrypt: `scrypt$N$salt$r$p$hash`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use scrypt::{Params, scrypt};

use super::{HashError, PasswordHasher, check_salt, parse_cost, parts};
use crate::crypto::constant_time_compare;

const HASH_LENGTH: usize = 64;
/// The most memory that a stored hash may ask for: 256 MiB, sixteen times what Django's own parameters take.
const MAX_MEMORY: u64 = 256 << 20;
/// The most work (N * r * p) that a stored hash may ask for: nearly thirteen times Django's own.
const MAX_WORK: u64 = 1 << 23;

/// scrypt. A stored hash may ask for 256 MiB and N·r·p of 2²³, or for as much as the hasher's own when that is more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScryptPasswordHasher {
    /// N, a power of two.
    pub work_factor: u32,
    /// r.
    pub block_size: u32,
    /// p.
    pub parallelism: u32,
}

impl Default for ScryptPasswordHasher {
    fn default() -> Self {
        Self { work_factor: 1 << 14, block_size: 8, parallelism: 5 }
    }
}

impl PasswordHasher for ScryptPasswordHasher {
    fn algorithm(&self) -> &'static str {
        "scrypt"
    }

    fn encode(&self, password: &str, salt: &str) -> Result<String, HashError> {
        check_salt(salt)?;
        let mut hash = [0; HASH_LENGTH];
        scrypt(password.as_bytes(), salt.as_bytes(), &self.params()?, &mut hash)
            .map_err(|_| HashError::InvalidParameters)?;
        let Self { work_factor, block_size, parallelism } = self;
        Ok(format!("scrypt${work_factor}${salt}${block_size}${parallelism}${}", STANDARD.encode(hash)))
    }

    fn verify(&self, password: &str, encoded: &str) -> Result<bool, HashError> {
        let (stored, salt) = Self::decode(encoded)?;
        if stored.memory() > MAX_MEMORY.max(self.memory()) || stored.work() > MAX_WORK.max(self.work()) {
            return Err(HashError::TooCostly);
        }
        Ok(constant_time_compare(encoded, stored.encode(password, salt)?))
    }

    fn must_update(&self, encoded: &str) -> bool {
        Self::decode(encoded).is_ok_and(|(stored, _)| stored != *self)
    }
}

impl ScryptPasswordHasher {
    fn decode(encoded: &str) -> Result<(Self, &str), HashError> {
        let [work_factor, salt, block_size, parallelism, _hash] = parts(encoded)?;
        let stored = Self {
            work_factor: parse_cost(work_factor)?,
            block_size: parse_cost(block_size)?,
            parallelism: parse_cost(parallelism)?,
        };
        Ok((stored, salt))
    }

    fn params(&self) -> Result<Params, HashError> {
        if !self.work_factor.is_power_of_two() || self.work_factor == 1 {
            return Err(HashError::InvalidParameters);
        }
        let log_n = self.work_factor.trailing_zeros() as u8;
        Params::new(log_n, self.block_size, self.parallelism).map_err(|_| HashError::InvalidParameters)
    }

    /// In bytes: the N-block scratchpad and the p blocks that are mixed through it.
    fn memory(&self) -> u64 {
        let blocks = u64::from(self.work_factor) + u64::from(self.parallelism);
        blocks.saturating_mul(128 * u64::from(self.block_size))
    }

    fn work(&self) -> u64 {
        let area = u64::from(self.work_factor) * u64::from(self.block_size);
        area.saturating_mul(u64::from(self.parallelism))
    }
}
