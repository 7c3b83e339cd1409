//! The signatures of JSON Web Tokens (RFC 7518, section 3): HMAC, RSA (PKCS #1 v1.5) and ECDSA, each with SHA-2.

use std::fmt;
use std::str::FromStr;

use getrandom::SysRng;
use hmac::{Hmac, KeyInit, Mac};
use rsa::pkcs1::{DecodeRsaPrivateKey, DecodeRsaPublicKey};
use rsa::pkcs8::{AssociatedOid, DecodePrivateKey, DecodePublicKey};
use rsa::signature::{RandomizedSigner, SignatureEncoding};
use rsa::{PrivateKey, PublicKey, pkcs1v15};
use sha2::{Sha256, Sha384, Sha512};

/// How tokens are signed: simplejwt's `ALGORITHM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "RFC 7518's own names")]
pub enum Algorithm {
    HS256,
    HS384,
    HS512,
    RS256,
    RS384,
    RS512,
    ES256,
    ES384,
    ES512,
}

use Algorithm::{ES256, ES384, ES512, HS256, HS384, HS512, RS256, RS384, RS512};

impl Algorithm {
    /// Every algorithm, by name.
    pub const ALL: [Self; 9] = [HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384, ES512];

    /// The name in a token's header.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            HS256 => "HS256",
            HS384 => "HS384",
            HS512 => "HS512",
            RS256 => "RS256",
            RS384 => "RS384",
            RS512 => "RS512",
            ES256 => "ES256",
            ES384 => "ES384",
            ES512 => "ES512",
        }
    }

    /// Whether one key both signs and verifies.
    #[must_use]
    pub const fn is_symmetric(self) -> bool {
        matches!(self, HS256 | HS384 | HS512)
    }
}

impl FromStr for Algorithm {
    type Err = KeyError;

    fn from_str(name: &str) -> Result<Self, KeyError> {
        Self::ALL.into_iter().find(|known| known.name() == name).ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            KeyError(format!("algorithm is `{name}`, which is unknown; known are {known}"))
        })
    }
}

/// A key that cannot be used with the algorithm; the text says which key is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyError(pub(super) String);

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for KeyError {}

/// Signs a token's first two parts.
pub(super) trait Sign: Send + Sync {
    /// The signature; `None` when the system's randomness fails.
    fn sign(&self, message: &[u8]) -> Option<Vec<u8>>;
}

/// Checks a token's signature.
pub(super) trait Verify: Send + Sync {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool;
}

pub(super) type Signing = Box<dyn Sign>;
pub(super) type Verifying = Box<dyn Verify>;

/// The key that makes tokens: the secret itself, or a private key as PEM (PKCS #8, PKCS #1 or SEC 1).
pub(super) fn signing_key(algorithm: Algorithm, key: &str) -> Result<Signing, KeyError> {
    let pem = || KeyError(format!("signing_key is no private key in PEM that {} can use", algorithm.name()));
    Ok(match algorithm {
        HS256 => Box::new(secret::<HmacSha256>(key)?),
        HS384 => Box::new(secret::<HmacSha384>(key)?),
        HS512 => Box::new(secret::<HmacSha512>(key)?),
        RS256 => Box::new(pkcs1v15::SigningKey::<Sha256>::new(rsa_private(key).ok_or_else(pem)?)),
        RS384 => Box::new(pkcs1v15::SigningKey::<Sha384>::new(rsa_private(key).ok_or_else(pem)?)),
        RS512 => Box::new(pkcs1v15::SigningKey::<Sha512>::new(rsa_private(key).ok_or_else(pem)?)),
        ES256 => Box::new(p256::signing_key(key).ok_or_else(pem)?),
        ES384 => Box::new(p384::signing_key(key).ok_or_else(pem)?),
        ES512 => Box::new(p521::signing_key(key).ok_or_else(pem)?),
    })
}

/// The key that checks tokens: the secret itself, or a public key as PEM. A private key in PEM is accepted too: its
/// public half is used.
pub(super) fn verifying_key(algorithm: Algorithm, key: &str) -> Result<Verifying, KeyError> {
    let pem = || KeyError(format!("verifying_key is no public key in PEM that {} can use", algorithm.name()));
    Ok(match algorithm {
        HS256 => Box::new(secret::<HmacSha256>(key)?),
        HS384 => Box::new(secret::<HmacSha384>(key)?),
        HS512 => Box::new(secret::<HmacSha512>(key)?),
        RS256 | RS384 | RS512 => rsa_verifying(algorithm, rsa_public(key).ok_or_else(pem)?),
        ES256 => Box::new(p256::verifying_key(key).ok_or_else(pem)?),
        ES384 => Box::new(p384::verifying_key(key).ok_or_else(pem)?),
        ES512 => Box::new(p521::verifying_key(key).ok_or_else(pem)?),
    })
}

/// An RSA key for one of the three algorithms that use it.
pub(super) fn rsa_verifying(algorithm: Algorithm, key: PublicKey) -> Verifying {
    match algorithm {
        RS384 => Box::new(pkcs1v15::VerifyingKey::<Sha384>::new(key)),
        RS512 => Box::new(pkcs1v15::VerifyingKey::<Sha512>::new(key)),
        _ => Box::new(pkcs1v15::VerifyingKey::<Sha256>::new(key)),
    }
}

/// A point on the algorithm's curve, uncompressed (SEC 1).
pub(super) fn point_verifying(algorithm: Algorithm, point: &[u8]) -> Option<Verifying> {
    Some(match algorithm {
        ES256 => Box::new(::p256::ecdsa::VerifyingKey::from_sec1_bytes(point).ok()?),
        ES384 => Box::new(::p384::ecdsa::VerifyingKey::from_sec1_bytes(point).ok()?),
        ES512 => Box::new(::p521::ecdsa::VerifyingKey::from_sec1_bytes(point).ok()?),
        _ => return None,
    })
}

type HmacSha256 = Hmac<Sha256>;
type HmacSha384 = Hmac<Sha384>;
type HmacSha512 = Hmac<Sha512>;

/// An HMAC with its key, copied for each token.
struct Secret<H>(H);

/// To use a public key as an HMAC's secret is a well-known mistake, so keys that look like PEM or SSH are refused.
fn secret<H: KeyInit>(key: &str) -> Result<Secret<H>, KeyError> {
    if key.is_empty() {
        return Err(KeyError("signing_key is empty; leave it out to sign with SECRET_KEY".to_owned()));
    }
    if key.contains("-----BEGIN ") || key.starts_with("ssh-") || key.starts_with("ecdsa-sha2-") {
        return Err(KeyError(
            "signing_key is an asymmetric key, which must not be the secret of HS256, HS384 or HS512; say RS256 or ES256 \
             as algorithm"
                .to_owned(),
        ));
    }
    // HMAC takes keys of every length.
    H::new_from_slice(key.as_bytes()).map(Secret).map_err(|error| KeyError(error.to_string()))
}

impl<H: Mac + Clone + Send + Sync> Sign for Secret<H> {
    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        Some(self.0.clone().chain_update(message).finalize().into_bytes().to_vec())
    }
}

impl<H: Mac + Clone + Send + Sync> Verify for Secret<H> {
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        // In constant time.
        self.0.clone().chain_update(message).verify_slice(signature).is_ok()
    }
}

fn rsa_private(pem: &str) -> Option<PrivateKey> {
    PrivateKey::from_pkcs8_pem(pem).ok().or_else(|| PrivateKey::from_pkcs1_pem(pem).ok())
}

fn rsa_public(pem: &str) -> Option<PublicKey> {
    PublicKey::from_public_key_pem(pem)
        .ok()
        .or_else(|| PublicKey::from_pkcs1_pem(pem).ok())
        .or_else(|| rsa_private(pem).map(|key| key.to_public_key()))
}

impl<D> Sign for pkcs1v15::SigningKey<D>
where
    D: sha2::Digest + AssociatedOid + Send + Sync,
    Self: RandomizedSigner<pkcs1v15::Signature>,
{
    /// Randomness blinds the private key against timing.
    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        self.try_sign_with_rng(&mut SysRng, message).ok().map(|signature| signature.to_vec())
    }
}

impl<D> Verify for pkcs1v15::VerifyingKey<D>
where
    D: sha2::Digest + Send + Sync,
    Self: rsa::signature::Verifier<pkcs1v15::Signature>,
{
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        pkcs1v15::Signature::try_from(signature)
            .is_ok_and(|signature| rsa::signature::Verifier::verify(self, message, &signature).is_ok())
    }
}

/// One curve: its keys in PEM, and signatures as the two numbers one after the other (RFC 7518, section 3.4).
macro_rules! curve {
    ($curve:ident) => {
        mod $curve {
            use super::{DecodePrivateKey, DecodePublicKey, Sign, Verify};
            use ::$curve::SecretKey;
            use ::$curve::ecdsa::{Signature, SigningKey, VerifyingKey};
            use rsa::signature::{Signer, Verifier};

            fn secret_key(pem: &str) -> Option<SecretKey> {
                SecretKey::from_pkcs8_pem(pem).ok().or_else(|| SecretKey::from_sec1_pem(pem).ok())
            }

            pub(super) fn signing_key(pem: &str) -> Option<SigningKey> {
                secret_key(pem).map(SigningKey::from)
            }

            pub(super) fn verifying_key(pem: &str) -> Option<VerifyingKey> {
                VerifyingKey::from_public_key_pem(pem)
                    .ok()
                    .or_else(|| signing_key(pem).map(|key| *key.verifying_key()))
            }

            impl Sign for SigningKey {
                fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
                    let signature: Signature = self.try_sign(message).ok()?;
                    Some(signature.to_bytes().to_vec())
                }
            }

            impl Verify for VerifyingKey {
                fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
                    Signature::from_slice(signature)
                        .is_ok_and(|signature| Verifier::verify(self, message, &signature).is_ok())
                }
            }
        }
    };
}

curve!(p256);
curve!(p384);
curve!(p521);
