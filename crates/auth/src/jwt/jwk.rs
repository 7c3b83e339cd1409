//! JSON Web Key sets (RFC 7517): the public keys of the server that issues the tokens, found by `kid`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use belleville_db::json::{Dict, Json, loads};
use rsa::{BoxedUint, PublicKey};

use super::algorithm::{Algorithm, KeyError, Verifying, point_verifying, rsa_verifying};

/// The keys of a set that one algorithm can use.
pub(super) struct KeySet {
    keys: Vec<(String, Verifying)>,
}

impl KeySet {
    /// Reads a set. Keys without `kid`, of another kind or for another use are ignored.
    pub(super) fn parse(text: &str, algorithm: Algorithm) -> Result<Self, KeyError> {
        let set = loads(text).map_err(|error| KeyError(format!("the JWK set is no JSON: {error}")))?;
        let Some(Json::List(keys)) = set.get("keys") else {
            return Err(KeyError("the JWK set has no list `keys`".to_owned()));
        };
        let keys: Vec<_> = keys.iter().filter_map(|key| usable(key, algorithm)).collect();
        if keys.is_empty() {
            let name = algorithm.name();
            return Err(KeyError(format!("the JWK set has no key with a `kid` that {name} can use")));
        }
        Ok(Self { keys })
    }

    /// The key with an id.
    pub(super) fn get(&self, kid: &str) -> Option<&Verifying> {
        self.keys.iter().find(|(known, _)| known == kid).map(|(_, key)| key)
    }
}

fn usable(key: &Json, algorithm: Algorithm) -> Option<(String, Verifying)> {
    let Json::Dict(key) = key else { return None };
    let kid = text(key, "kid")?;
    let for_signatures = text(key, "use").is_none_or(|purpose| purpose == "sig");
    let for_algorithm = text(key, "alg").is_none_or(|name| name == algorithm.name());
    if !for_signatures || !for_algorithm || kid.is_empty() {
        return None;
    }
    let verifying = match text(key, "kty")? {
        "RSA" if algorithm.name().starts_with("RS") => rsa_verifying(algorithm, rsa(key)?),
        "EC" => point_verifying(algorithm, &point(key, algorithm)?)?,
        _ => return None,
    };
    Some((kid.to_owned(), verifying))
}

fn rsa(key: &Dict) -> Option<PublicKey> {
    PublicKey::new(number(key, "n")?, number(key, "e")?).ok()
}

fn number(key: &Dict, name: &str) -> Option<BoxedUint> {
    let bytes = bytes(key, name)?;
    BoxedUint::from_be_slice_vartime(&bytes).into()
}

/// `04 x y`, uncompressed.
fn point(key: &Dict, algorithm: Algorithm) -> Option<Vec<u8>> {
    let (curve, size) = match algorithm {
        Algorithm::ES256 => ("P-256", 32),
        Algorithm::ES384 => ("P-384", 48),
        Algorithm::ES512 => ("P-521", 66),
        _ => return None,
    };
    let (x, y) = (bytes(key, "x")?, bytes(key, "y")?);
    (text(key, "crv")? == curve && x.len() == size && y.len() == size)
        .then(|| [&[4], &x[..], &y[..]].concat())
}

fn text<'a>(key: &'a Dict, name: &str) -> Option<&'a str> {
    match key.get(name)? {
        Json::Str(text) => Some(text),
        _ => None,
    }
}

fn bytes(key: &Dict, name: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text(key, name)?).ok()
}
