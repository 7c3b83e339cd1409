//! JSON Web Tokens as simplejwt makes and reads them: access, refresh and sliding tokens, valid on both sides when
//! the signing key and the settings are the same.
//!
//! [`Tokens`] makes and reads them; [`blacklist`] stores those that can be revoked in simplejwt's two tables.

mod algorithm;
pub mod blacklist;
mod claims;
mod family;
mod jwk;
mod jws;
mod token;
mod users;

use std::fmt;
use std::sync::{PoisonError, RwLock};

use belleville_db::json::{Dict, Json};
use jiff::Timestamp;

pub use self::algorithm::{Algorithm, KeyError};
use self::algorithm::{Signing, Verifying};
pub use self::family::blacklist_all;
use self::jwk::KeySet;
use self::jws::Compact;
pub use self::token::{Token, TokenClass, TokenError};
pub use self::users::{UserIdField, revocation_hash};
use crate::crypto::token_hex;
use crate::user::AuthUser;

/// How tokens are made and checked: the part of simplejwt's settings that this module needs, under the same names.
#[derive(Clone)]
pub struct Options {
    /// `ALGORITHM`.
    pub algorithm: Algorithm,
    /// `SIGNING_KEY`: the secret, or a private key as PEM; empty where tokens are only checked.
    pub signing_key: String,
    /// `VERIFYING_KEY`: a public key as PEM; when it is empty, the public half of the signing key.
    pub verifying_key: String,
    /// `AUDIENCE`: whom tokens are for; a token must name one of them. Empty: not checked.
    pub audience: Vec<String>,
    /// Write the audience as a list even when it is one.
    pub audience_is_list: bool,
    /// `ISSUER`: who makes tokens.
    pub issuer: Option<String>,
    /// `LEEWAY`: how many seconds clocks may differ.
    pub leeway: f64,
    /// `ACCESS_TOKEN_LIFETIME`, in seconds.
    pub access_token_lifetime: i64,
    /// `REFRESH_TOKEN_LIFETIME`, in seconds.
    pub refresh_token_lifetime: i64,
    /// `SLIDING_TOKEN_LIFETIME`, in seconds.
    pub sliding_token_lifetime: i64,
    /// `SLIDING_TOKEN_REFRESH_LIFETIME`, in seconds.
    pub sliding_token_refresh_lifetime: i64,
    /// `TOKEN_TYPE_CLAIM`.
    pub token_type_claim: String,
    /// `JTI_CLAIM`.
    pub jti_claim: String,
    /// `SLIDING_TOKEN_REFRESH_EXP_CLAIM`.
    pub sliding_token_refresh_exp_claim: String,
    /// `USER_ID_FIELD`.
    pub user_id_field: UserIdField,
    /// `USER_ID_CLAIM`.
    pub user_id_claim: String,
    /// `CHECK_REVOKE_TOKEN`: tie tokens to the user's password.
    pub check_revoke_token: bool,
    /// `REVOKE_TOKEN_CLAIM`.
    pub revoke_token_claim: String,
}

/// Makes and reads tokens.
pub struct Tokens {
    options: Options,
    header: String,
    signing: Option<Signing>,
    verifying: Keys,
}

/// The keys that signatures are checked with.
enum Keys {
    One(Verifying),
    /// The key that a token names; the set may be replaced while requests are served.
    Set(RwLock<KeySet>),
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("algorithm", &self.options.algorithm).finish_non_exhaustive()
    }
}

impl Tokens {
    /// Prepares the keys.
    ///
    /// # Errors
    /// When a key cannot be used with the algorithm; the text names the setting.
    pub fn new(options: Options) -> Result<Self, KeyError> {
        let algorithm = options.algorithm;
        let checked_with = match options.verifying_key.as_str() {
            // HMAC has one key; the other algorithms' private keys contain the public ones.
            _ if algorithm.is_symmetric() => &options.signing_key,
            "" if options.signing_key.is_empty() => {
                return Err(KeyError(format!("{} needs signing_key or verifying_key", algorithm.name())));
            }
            "" => &options.signing_key,
            key => key,
        };
        let verifying = Keys::One(algorithm::verifying_key(algorithm, checked_with)?);
        Self::with_keys(options, verifying)
    }

    /// Prepares tokens that are checked with the keys of a JWK set (RFC 7517), each by its `kid`.
    ///
    /// # Errors
    /// When the algorithm is symmetric, or no key of the set can be used with it.
    pub fn with_jwk_set(options: Options, set: &str) -> Result<Self, KeyError> {
        if options.algorithm.is_symmetric() {
            return Err(KeyError(format!(
                "jwk_url is set, but {} has no public keys",
                options.algorithm.name()
            )));
        }
        let keys = KeySet::parse(set, options.algorithm)?;
        Self::with_keys(options, Keys::Set(RwLock::new(keys)))
    }

    fn with_keys(options: Options, verifying: Keys) -> Result<Self, KeyError> {
        let signing = match options.signing_key.as_str() {
            "" => None,
            key => Some(algorithm::signing_key(options.algorithm, key)?),
        };
        Ok(Self { header: jws::header(options.algorithm), options, signing, verifying })
    }

    /// Replaces the keys of a JWK set.
    ///
    /// # Errors
    /// When no key of the set can be used; the old keys stay in use then.
    pub fn replace_jwk_set(&self, set: &str) -> Result<(), KeyError> {
        let Keys::Set(keys) = &self.verifying else { return Ok(()) };
        let new = KeySet::parse(set, self.options.algorithm)?;
        *keys.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    /// Whether the key that a token names is in the JWK set; `true` where tokens name no key.
    pub fn knows_key_of(&self, encoded: &[u8]) -> bool {
        let Keys::Set(keys) = &self.verifying else { return true };
        let Some(compact) = Compact::parse(encoded, &self.header) else { return true };
        let known = |kid| keys.read().unwrap_or_else(PoisonError::into_inner).get(kid).is_some();
        compact.key_id().is_none_or(known)
    }

    /// The options.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Whether there is a key to sign with.
    pub fn can_sign(&self) -> bool {
        self.signing.is_some()
    }

    /// A new token of a class, without a user.
    fn create(&self, class: TokenClass) -> Token {
        let options = &self.options;
        let mut token = Token { class, claims: Dict::new(), at: Timestamp::now() };
        token.insert(options.token_type_claim.as_str(), class.token_type());
        self.set_exp(&mut token);
        self.set_iat(&mut token);
        self.set_jti(&mut token);
        if class == TokenClass::Sliding {
            let expiry = token.at.as_second().saturating_add(options.sliding_token_refresh_lifetime);
            token.insert(options.sliding_token_refresh_exp_claim.as_str(), expiry);
        }
        token
    }

    /// A new token for a user: simplejwt's `for_user`. A refresh or sliding token is not in the table of outstanding
    /// tokens yet.
    pub fn for_user(&self, class: TokenClass, user: &AuthUser) -> Token {
        let options = &self.options;
        let mut token = self.create(class);
        token.insert(options.user_id_claim.as_str(), options.user_id_field.of(user));
        if options.check_revoke_token {
            token.insert(options.revoke_token_claim.as_str(), revocation_hash(user));
        }
        token
    }

    /// An access token with the claims of a refresh token; the lifetimes of both begin at the same moment.
    pub fn access_token(&self, refresh: &Token) -> Token {
        let options = &self.options;
        let mut access = self.create(TokenClass::Access);
        let expiry = refresh.at.as_second().saturating_add(options.access_token_lifetime);
        access.insert("exp", expiry);
        let own = [options.token_type_claim.as_str(), "exp", options.jti_claim.as_str(), "jti", "iat"];
        for (claim, value) in refresh.claims().filter(|(claim, _)| !own.contains(claim)) {
            access.insert(claim, value.clone());
        }
        access
    }

    /// Gives a refresh token a new id and a new expiry, for rotation.
    pub fn renew(&self, token: &mut Token) {
        self.set_jti(token);
        self.set_exp(token);
        self.set_iat(token);
    }

    /// Gives a sliding token a new expiry, unless its refresh period is over.
    ///
    /// # Errors
    /// [`TokenError::NoClaim`] and [`TokenError::ClaimExpired`] for the claim that limits refreshing.
    pub fn slide(&self, token: &mut Token) -> Result<(), TokenError> {
        self.check_exp(token, &self.options.sliding_token_refresh_exp_claim)?;
        self.set_exp(token);
        self.set_iat(token);
        Ok(())
    }

    /// The token as it is sent; `None` when there is no key to sign with, a claim cannot be written, or the system's
    /// randomness fails.
    pub fn encode(&self, token: &Token) -> Option<String> {
        let options = &self.options;
        let mut claims = token.claims.clone();
        match options.audience.as_slice() {
            [] => {}
            [one] if !options.audience_is_list => claims.insert("aud", Json::from(one.as_str())),
            all => {
                let all = all.iter().map(|one| Json::from(one.as_str())).collect();
                claims.insert("aud", Json::List(all));
            }
        }
        if let Some(issuer) = &options.issuer {
            claims.insert("iss", Json::from(issuer.as_str()));
        }
        jws::encode(&self.header, &claims.dumps().ok()?, self.signing.as_ref()?)
    }

    /// Decodes a token and checks its signature and its times; [`Tokens::verify`] checks its class.
    ///
    /// # Errors
    /// [`TokenError::Invalid`] and [`TokenError::Expired`].
    pub fn decode(&self, class: TokenClass, encoded: &[u8]) -> Result<Token, TokenError> {
        let at = Timestamp::now();
        let compact = Compact::parse(encoded, &self.header).ok_or(TokenError::Invalid)?;
        let claims = self.verified(compact).ok_or(TokenError::Invalid)?;
        claims::validate(&claims, &self.options, at)?;
        Ok(Token { class, claims, at })
    }

    /// Checks that a token expires, has an id and is of its class.
    ///
    /// # Errors
    /// The first of these checks that fails.
    pub fn verify(&self, token: &Token) -> Result<(), TokenError> {
        let options = &self.options;
        self.check_exp(token, "exp")?;
        if token.get(&options.jti_claim).is_none() {
            return Err(TokenError::NoId);
        }
        if token.class == TokenClass::Untyped {
            return Ok(());
        }
        match token.get(&options.token_type_claim) {
            None => Err(TokenError::NoType),
            Some(Json::Str(name)) if name == token.class.token_type() => Ok(()),
            Some(_) => Err(TokenError::WrongType),
        }
    }

    /// Whether the token is tied to the user's password as it is now; `true` when tokens are not tied to passwords.
    pub fn is_current(&self, token: &Token, user: &AuthUser) -> bool {
        let tied = || match token.get(&self.options.revoke_token_claim) {
            Some(Json::Str(hash)) => {
                crate::crypto::constant_time_compare(hash.as_bytes(), revocation_hash(user))
            }
            _ => false,
        };
        !self.options.check_revoke_token || tied()
    }

    fn verified(&self, compact: Compact<'_>) -> Option<Dict> {
        let algorithm = self.options.algorithm;
        match &self.verifying {
            Keys::One(key) => compact.verified(algorithm, key),
            Keys::Set(keys) => {
                let keys = keys.read().unwrap_or_else(PoisonError::into_inner);
                let key = keys.get(compact.key_id()?)?;
                compact.verified(algorithm, key)
            }
        }
    }

    fn lifetime(&self, class: TokenClass) -> i64 {
        match class {
            TokenClass::Access => self.options.access_token_lifetime,
            TokenClass::Refresh => self.options.refresh_token_lifetime,
            TokenClass::Sliding => self.options.sliding_token_lifetime,
            TokenClass::Untyped => 0,
        }
    }

    fn set_exp(&self, token: &mut Token) {
        let expiry = token.at.as_second().saturating_add(self.lifetime(token.class));
        token.insert("exp", expiry);
    }

    fn set_iat(&self, token: &mut Token) {
        token.insert("iat", token.at.as_second());
    }

    fn set_jti(&self, token: &mut Token) {
        token.insert(self.options.jti_claim.as_str(), uuid4());
    }

    /// Checks a time: it is a number and has not passed; fractions of a second count.
    fn check_exp(&self, token: &Token, claim: &str) -> Result<(), TokenError> {
        let now = token.at.as_duration().as_secs_f64();
        let expiry = match token.get(claim) {
            None => return Err(TokenError::NoClaim(claim.to_owned())),
            Some(Json::Float(x)) if x.is_finite() => *x,
            Some(number @ (Json::Int(_) | Json::Bool(_))) => {
                token::seconds(number).ok_or(TokenError::Invalid)? as f64
            }
            Some(_) => return Err(TokenError::Invalid),
        };
        match expiry {
            // A year that no calendar has.
            expiry if expiry > Timestamp::MAX.as_duration().as_secs_f64() => Err(TokenError::Invalid),
            expiry if expiry <= now - self.options.leeway => Err(TokenError::ClaimExpired(claim.to_owned())),
            _ => Ok(()),
        }
    }
}

/// Python's `uuid4().hex`: 122 random bits, and six that say so.
fn uuid4() -> String {
    let mut hex = token_hex(16).into_bytes();
    hex[12] = b'4';
    // The variant is the two bits `10`.
    hex[16] = match hex[16] {
        b'0' | b'4' | b'8' | b'c' => b'8',
        b'1' | b'5' | b'9' | b'd' => b'9',
        b'2' | b'6' | b'a' | b'e' => b'a',
        _ => b'b',
    };
    hex.into_iter().map(char::from).collect()
}
