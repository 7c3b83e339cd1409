//! The compact serialization of RFC 7515: `header.payload.signature`, each part in URL-safe base64.
//!
//! The same tokens are accepted as by PyJWT: of the one configured algorithm (RFC 8725, section 3.1), with a text as
//! `kid`, and without critical extensions, because none is supported.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use belleville_db::json::{Dict, Json, loads};

use super::algorithm::{Algorithm, Signing, Verifying};

/// The header of every token that is made here.
pub(super) fn header(algorithm: Algorithm) -> String {
    URL_SAFE_NO_PAD.encode(format!("{{\"alg\":\"{}\",\"typ\":\"JWT\"}}", algorithm.name()))
}

/// Signs a payload; `None` when the system's randomness fails.
pub(super) fn encode(header: &str, payload: &str, key: &Signing) -> Option<String> {
    let mut token = String::with_capacity(header.len() + payload.len() * 4 / 3 + 128);
    token.push_str(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut token);
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Some(token)
}

/// A token, split into its parts but not verified.
pub(super) struct Compact<'a> {
    /// What the signature is made over.
    message: &'a [u8],
    payload: Vec<u8>,
    signature: Vec<u8>,
    /// `None` when the header is exactly the one that we write.
    header: Option<Dict>,
}

impl<'a> Compact<'a> {
    /// Splits a token into its parts; `own` is the header that [`encode`] writes.
    pub(super) fn parse(token: &'a [u8], own: &str) -> Option<Self> {
        let dot = token.iter().rposition(|byte| *byte == b'.')?;
        let (message, signature) = (&token[..dot], &token[dot + 1..]);
        let dot = message.iter().position(|byte| *byte == b'.')?;
        let (header, payload) = (&message[..dot], &message[dot + 1..]);
        let header = if header == own.as_bytes() { None } else { Some(checked_header(&decode(header)?)?) };
        Some(Self { message, payload: decode(payload)?, signature: decode(signature)?, header })
    }

    /// The id of the key that the token says it was signed with.
    pub(super) fn key_id(&self) -> Option<&str> {
        match self.header.as_ref()?.get("kid")? {
            Json::Str(kid) => Some(kid),
            _ => None,
        }
    }

    /// The payload, when the token names this algorithm and the key made its signature.
    pub(super) fn verified(self, algorithm: Algorithm, key: &Verifying) -> Option<Dict> {
        let named = match &self.header {
            None => true,
            Some(header) => header.get("alg") == Some(&Json::from(algorithm.name())),
        };
        if !named || !key.verify(self.message, &self.signature) {
            return None;
        }
        object(&self.payload)
    }
}

/// The payload of a token that is already verified.
pub(super) fn payload(token: &[u8]) -> Option<Dict> {
    object(&decode(token.split(|byte| *byte == b'.').nth(1)?)?)
}

fn checked_header(bytes: &[u8]) -> Option<Dict> {
    let header = object(bytes)?;
    let kid_is_text = header.get("kid").is_none_or(|kid| matches!(kid, Json::Str(_) | Json::Surrogates(_)));
    let is_detached = header.get("b64") == Some(&Json::Bool(false));
    let is_critical = header.get("crit").is_some_and(|critical| !is_understood(critical, &header));
    (kid_is_text && !is_detached && !is_critical).then_some(header)
}

/// The one extension that PyJWT knows is `b64` (RFC 7797); `true` there changes nothing.
fn is_understood(critical: &Json, header: &Dict) -> bool {
    let Json::List(names) = critical else { return false };
    !names.is_empty() && names.iter().all(|name| *name == Json::from("b64")) && header.get("b64").is_some()
}

fn object(bytes: &[u8]) -> Option<Dict> {
    let text = std::str::from_utf8(bytes).ok()?;
    match loads(text.strip_prefix('\u{feff}').unwrap_or(text)).ok()? {
        Json::Dict(dict) => Some(dict),
        _ => None,
    }
}

/// One part. Padding may be there, when it is right; nothing may follow the last bit.
fn decode(part: &[u8]) -> Option<Vec<u8>> {
    let padding = part.iter().rev().take_while(|byte| **byte == b'=').count();
    if padding > 2 || (padding > 0 && !part.len().is_multiple_of(4)) {
        return None;
    }
    URL_SAFE_NO_PAD.decode(&part[..part.len() - padding]).ok()
}
