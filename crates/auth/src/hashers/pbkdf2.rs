//! PBKDF2, Django's preferred algorithm: `pbkdf2_sha256$iterations$salt$hash`. A login is a million rounds of this, so
//! the loop drives the compression functions itself: the HMAC's two keyed states are made once, and each round is then
//! two compressions of one block whose padding never changes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::block_api::compress as compress_sha1;
use sha2::block_api::compress256;
use zeroize::{Zeroize, Zeroizing};

use super::{DEFAULT_ITERATIONS, HashError, PasswordHasher, check_salt, must_update_salt, parse_cost, parts};
use crate::crypto::constant_time_compare;

/// The most rounds that a stored hash may ask for, unless the hasher is configured for more: ten times Django's.
const MAX_ITERATIONS: u32 = 10_000_000;

/// PBKDF2 with HMAC-SHA-256.
#[derive(Clone, Copy, Debug)]
pub struct Pbkdf2PasswordHasher {
    /// The rounds for new hashes. A stored hash may ask for ten million, or for this when it is more.
    pub iterations: u32,
}

/// PBKDF2 with HMAC-SHA-1, for hashes that other programs made.
#[derive(Clone, Copy, Debug)]
pub struct Pbkdf2Sha1PasswordHasher {
    /// The rounds for new hashes. A stored hash may ask for ten million, or for this when it is more.
    pub iterations: u32,
}

impl Default for Pbkdf2PasswordHasher {
    fn default() -> Self {
        Self { iterations: DEFAULT_ITERATIONS }
    }
}

impl Default for Pbkdf2Sha1PasswordHasher {
    fn default() -> Self {
        Self { iterations: DEFAULT_ITERATIONS }
    }
}

impl PasswordHasher for Pbkdf2PasswordHasher {
    fn algorithm(&self) -> &'static str {
        "pbkdf2_sha256"
    }

    fn encode(&self, password: &str, salt: &str) -> Result<String, HashError> {
        encode(self.algorithm(), pbkdf2::<Sha256, 8>, password, salt, self.iterations)
    }

    fn verify(&self, password: &str, encoded: &str) -> Result<bool, HashError> {
        let (iterations, salt) = decode(encoded, self.iterations)?;
        let encoded_2 = encode(self.algorithm(), pbkdf2::<Sha256, 8>, password, salt, iterations)?;
        Ok(constant_time_compare(encoded, encoded_2))
    }

    fn must_update(&self, encoded: &str) -> bool {
        must_update(encoded, self.iterations)
    }

    fn harden_runtime(&self, password: &str, encoded: &str) {
        harden_runtime(pbkdf2::<Sha256, 8>, password, encoded, self.iterations);
    }
}

impl PasswordHasher for Pbkdf2Sha1PasswordHasher {
    fn algorithm(&self) -> &'static str {
        "pbkdf2_sha1"
    }

    fn encode(&self, password: &str, salt: &str) -> Result<String, HashError> {
        encode(self.algorithm(), pbkdf2::<Sha1, 5>, password, salt, self.iterations)
    }

    fn verify(&self, password: &str, encoded: &str) -> Result<bool, HashError> {
        let (iterations, salt) = decode(encoded, self.iterations)?;
        let encoded_2 = encode(self.algorithm(), pbkdf2::<Sha1, 5>, password, salt, iterations)?;
        Ok(constant_time_compare(encoded, encoded_2))
    }

    fn must_update(&self, encoded: &str) -> bool {
        must_update(encoded, self.iterations)
    }

    fn harden_runtime(&self, password: &str, encoded: &str) {
        harden_runtime(pbkdf2::<Sha1, 5>, password, encoded, self.iterations);
    }
}

type Derive = fn(password: &[u8], salt: &[u8], iterations: u32) -> Vec<u8>;

fn encode(
    algorithm: &str,
    derive: Derive,
    password: &str,
    salt: &str,
    iterations: u32,
) -> Result<String, HashError> {
    check_salt(salt)?;
    if iterations == 0 {
        return Err(HashError::InvalidParameters);
    }
    let hash = STANDARD.encode(derive(password.as_bytes(), salt.as_bytes(), iterations));
    Ok(format!("{algorithm}${iterations}${salt}${hash}"))
}

/// The rounds and the salt of a stored hash.
fn decode(encoded: &str, configured: u32) -> Result<(u32, &str), HashError> {
    let [iterations, salt, _hash] = parts(encoded)?;
    check_salt(salt)?;
    let iterations = parse_cost(iterations)?;
    if iterations > MAX_ITERATIONS.max(configured) {
        Err(HashError::TooCostly)
    } else {
        Ok((iterations, salt))
    }
}

fn must_update(encoded: &str, configured: u32) -> bool {
    decode(encoded, configured)
        .is_ok_and(|(iterations, salt)| iterations != configured || must_update_salt(salt))
}

fn harden_runtime(derive: Derive, password: &str, encoded: &str, configured: u32) {
    if let Some((missing, salt)) = missing_iterations(encoded, configured) {
        std::hint::black_box(derive(password.as_bytes(), salt.as_bytes(), missing));
    }
}

fn missing_iterations(encoded: &str, configured: u32) -> Option<(u32, &str)> {
    let (iterations, salt) = decode(encoded, configured).ok()?;
    let missing = configured.checked_sub(iterations).filter(|missing| *missing > 0)?;
    Some((missing, salt))
}

const BLOCK: usize = 64;

/// A hash function as its bare compression function: a state of `W` words, absorbing blocks of 64 bytes.
trait Compression<const W: usize> {
    const INITIAL: [u32; W];
    fn compress(state: &mut [u32; W], blocks: &[[u8; BLOCK]]);
}

struct Sha256;

impl Compression<8> for Sha256 {
    const INITIAL: [u32; 8] = [
        0x6a09_e667,
        0xbb67_ae85,
        0x3c6e_f372,
        0xa54f_f53a,
        0x510e_527f,
        0x9b05_688c,
        0x1f83_d9ab,
        0x5be0_cd19,
    ];

    fn compress(state: &mut [u32; 8], blocks: &[[u8; BLOCK]]) {
        compress256(state, blocks);
    }
}

struct Sha1;

impl Compression<5> for Sha1 {
    const INITIAL: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];

    fn compress(state: &mut [u32; 5], blocks: &[[u8; BLOCK]]) {
        compress_sha1(state, blocks);
    }
}

/// The first, and for Django the only, block of PBKDF2-HMAC's output.
fn pbkdf2<C: Compression<W>, const W: usize>(password: &[u8], salt: &[u8], iterations: u32) -> Vec<u8> {
    let (mut inner, mut outer) = keyed_states::<C, W>(password);
    let mut block = digest_block::<W>();
    let mut state = inner;
    absorb::<C, W>(&mut state, &[salt, &1_u32.to_be_bytes()].concat(), BLOCK);
    write_words(&mut block, &state);
    state = outer;
    C::compress(&mut state, std::slice::from_ref(&block));

    let mut result = state;
    for _ in 1..iterations {
        write_words(&mut block, &state);
        state = inner;
        C::compress(&mut state, std::slice::from_ref(&block));
        write_words(&mut block, &state);
        state = outer;
        C::compress(&mut state, std::slice::from_ref(&block));
        for (sum, word) in result.iter_mut().zip(&state) {
            *sum ^= word;
        }
    }
    inner.zeroize();
    outer.zeroize();
    block.zeroize();
    result.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// HMAC's inner and outer states, each one compression past the key.
fn keyed_states<C: Compression<W>, const W: usize>(password: &[u8]) -> ([u32; W], [u32; W]) {
    let mut key = Zeroizing::new([0; BLOCK]);
    if password.len() > BLOCK {
        let mut state = C::INITIAL;
        absorb::<C, W>(&mut state, password, 0);
        write_words(&mut key, &state);
    } else {
        key[..password.len()].copy_from_slice(password);
    }
    let keyed = |pad: u8| {
        let mut state = C::INITIAL;
        C::compress(&mut state, &[*Zeroizing::new(key.map(|byte| byte ^ pad))]);
        state
    };
    (keyed(0x36), keyed(0x5c))
}

/// Absorbs `message` and the final padding, `before` bytes having gone in already.
fn absorb<C: Compression<W>, const W: usize>(state: &mut [u32; W], message: &[u8], before: usize) {
    let mut padded = Zeroizing::new(Vec::with_capacity(message.len() + 2 * BLOCK));
    padded.extend_from_slice(message);
    padded.push(0x80);
    let end = (padded.len() + 8).next_multiple_of(BLOCK);
    padded.resize(end - 8, 0);
    padded.extend_from_slice(&bit_length(before + message.len()));
    C::compress(state, padded.as_chunks().0);
}

/// A block that holds one digest, behind one block of key: only the digest ever changes.
fn digest_block<const W: usize>() -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[4 * W] = 0x80;
    block[BLOCK - 8..].copy_from_slice(&bit_length(BLOCK + 4 * W));
    block
}

fn bit_length(bytes: usize) -> [u8; 8] {
    (8 * bytes as u64).to_be_bytes()
}

#[inline]
fn write_words<const W: usize>(block: &mut [u8; BLOCK], words: &[u32; W]) {
    for (bytes, word) in block.as_chunks_mut::<4>().0.iter_mut().zip(words) {
        *bytes = word.to_be_bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hardening_makes_up_for_exactly_what_is_missing() {
        let rows = [
            ("pbkdf2_sha256$20000$salt$h", 1_000_000, Some(980_000)),
            ("pbkdf2_sha256$1000000$salt$h", 1_000_000, None),
            ("pbkdf2_sha256$2000000$salt$h", 1_000_000, None),
            ("pbkdf2_sha256$x$salt$h", 1_000_000, None),
        ];
        for (encoded, configured, missing) in rows {
            assert_eq!(missing_iterations(encoded, configured).map(|(n, _)| n), missing, "{encoded}");
        }
    }

    #[test]
    fn the_ceiling_follows_the_configuration() {
        let rows = [
            ("a$10000000$salt$h", 1, Ok((10_000_000, "salt"))),
            ("a$10000001$salt$h", 1, Err(HashError::TooCostly)),
            ("a$10000001$salt$h", 20_000_000, Ok((10_000_001, "salt"))),
            ("a$4294967296$salt$h", 1, Err(HashError::Malformed)),
        ];
        for (encoded, configured, outcome) in rows {
            assert_eq!(decode(encoded, configured), outcome, "{encoded}");
        }
    }
}
