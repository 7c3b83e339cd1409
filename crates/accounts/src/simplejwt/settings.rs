//! The table `[simple_jwt]`: simplejwt's settings, in lower case and with its defaults. Lifetimes are in seconds.

use belleville_auth::jwt::{Options, UserIdField};
use serde::Deserialize;

use belleville_http::settings::{Section, SettingsError};

/// The table `[simple_jwt]`.
///
/// Where simplejwt has a dotted path, the program has code: serializers are
/// [`TokenSerializer`](crate::simplejwt::TokenSerializer), and the rule who may have tokens is
/// `App::user_authentication_rule`.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct SimpleJwt {
    /// How long an access token is valid.
    pub access_token_lifetime: u32,
    /// How long a refresh token is valid.
    pub refresh_token_lifetime: u32,
    /// How long a sliding token is valid for requests.
    pub sliding_token_lifetime: u32,
    /// How long a sliding token can be refreshed.
    pub sliding_token_refresh_lifetime: u32,
    /// Issue a new refresh token at every refresh.
    pub rotate_refresh_tokens: bool,
    /// Blacklist the old refresh token when a new one is issued.
    pub blacklist_after_rotation: bool,
    /// When a refresh token is used again after it was exchanged, it was stolen: revoke all tokens of its login. This
    /// is not in simplejwt, and needs the two settings above.
    pub detect_refresh_reuse: bool,
    /// Write `last_login` when tokens are obtained.
    pub update_last_login: bool,
    /// HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384 or ES512.
    pub algorithm: String,
    /// The secret, or a private key as PEM; `secret_key` when it is empty and the algorithm is symmetric.
    pub signing_key: String,
    /// A public key as PEM; the signing key's public half when it is empty.
    pub verifying_key: String,
    /// The audience of tokens.
    pub audience: Audience,
    /// The issuer of tokens.
    pub issuer: String,
    /// The JWK set that tokens are checked with: a file (`file:///etc/keys.json`) or, with the feature `jwk-url`, an
    /// address. It is read anew every five minutes, and when a token names a key that it does not have.
    pub jwk_url: String,
    /// How many seconds clocks may differ.
    pub leeway: f64,
    /// The words before the token in the header; the first one is in the challenge.
    pub auth_header_types: Vec<String>,
    /// The header, as WSGI names it: `HTTP_AUTHORIZATION`.
    pub auth_header_name: String,
    /// The field of a user that is in tokens: `id` or `username`.
    pub user_id_field: String,
    /// The claim with that field.
    pub user_id_claim: String,
    /// The classes of tokens that authenticate requests: `AccessToken`, `SlidingToken`.
    pub auth_token_classes: Vec<String>,
    /// The claim that names a token's class.
    pub token_type_claim: String,
    /// The claim that identifies a token.
    pub jti_claim: String,
    /// The claim with the end of a sliding token's refresh period.
    pub sliding_token_refresh_exp_claim: String,
    /// Tie tokens to the user's password: a changed password revokes them.
    pub check_revoke_token: bool,
    /// The claim for that.
    pub revoke_token_claim: String,
    /// Refuse the tokens of users who are not active.
    pub check_user_is_active: bool,
}

/// One audience, or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    /// One, written as a text.
    One(String),
    /// Several, written as a list.
    Many(Vec<String>),
}

impl Default for SimpleJwt {
    fn default() -> Self {
        Self {
            access_token_lifetime: 300,
            refresh_token_lifetime: 86_400,
            sliding_token_lifetime: 300,
            sliding_token_refresh_lifetime: 86_400,
            rotate_refresh_tokens: false,
            blacklist_after_rotation: false,
            detect_refresh_reuse: false,
            update_last_login: false,
            algorithm: "HS256".to_owned(),
            signing_key: String::new(),
            verifying_key: String::new(),
            audience: Audience::Many(Vec::new()),
            issuer: String::new(),
            jwk_url: String::new(),
            leeway: 0.0,
            auth_header_types: vec!["Bearer".to_owned()],
            auth_header_name: "HTTP_AUTHORIZATION".to_owned(),
            user_id_field: "id".to_owned(),
            user_id_claim: "user_id".to_owned(),
            auth_token_classes: vec!["AccessToken".to_owned()],
            token_type_claim: "token_type".to_owned(),
            jti_claim: "jti".to_owned(),
            sliding_token_refresh_exp_claim: "refresh_exp".to_owned(),
            check_revoke_token: false,
            revoke_token_claim: "hash_password".to_owned(),
            check_user_is_active: true,
        }
    }
}

impl SimpleJwt {
    /// The options of tokens, signed with the secret key when no signing key is set.
    pub(crate) fn options(&self, secret_key: &str) -> Result<Options, SettingsError> {
        let algorithm = self.algorithm.parse::<belleville_auth::jwt::Algorithm>().map_err(in_simple_jwt)?;
        let (audience, audience_is_list) = match &self.audience {
            Audience::One(one) => {
                (Some(one.clone()).into_iter().filter(|one| !one.is_empty()).collect(), false)
            }
            Audience::Many(many) => (many.clone(), true),
        };
        let signing_key = match self.signing_key.as_str() {
            "" if algorithm.is_symmetric() => secret_key,
            key => key,
        };
        Ok(Options {
            algorithm,
            signing_key: signing_key.to_owned(),
            verifying_key: self.verifying_key.clone(),
            audience,
            audience_is_list,
            issuer: Some(self.issuer.clone()).filter(|issuer| !issuer.is_empty()),
            leeway: self.leeway,
            access_token_lifetime: self.access_token_lifetime.into(),
            refresh_token_lifetime: self.refresh_token_lifetime.into(),
            sliding_token_lifetime: self.sliding_token_lifetime.into(),
            sliding_token_refresh_lifetime: self.sliding_token_refresh_lifetime.into(),
            token_type_claim: self.token_type_claim.clone(),
            jti_claim: self.jti_claim.clone(),
            sliding_token_refresh_exp_claim: self.sliding_token_refresh_exp_claim.clone(),
            user_id_field: self.user_id_field()?,
            user_id_claim: self.user_id_claim.clone(),
            check_revoke_token: self.check_revoke_token,
            revoke_token_claim: self.revoke_token_claim.clone(),
        })
    }

    fn user_id_field(&self) -> Result<UserIdField, SettingsError> {
        let field = &self.user_id_field;
        UserIdField::named(field).map_err(|unique| {
            let user = belleville_auth::user::label();
            SettingsError::new(format!(
                "simple_jwt.user_id_field is `{field}`; it should be a unique field of {user}: {unique}"
            ))
        })
    }
}

impl Section for SimpleJwt {
    const TABLE: Option<&'static str> = Some("simple_jwt");

    fn check(&self) -> Result<(), SettingsError> {
        for (name, claim) in [
            ("user_id_claim", &self.user_id_claim),
            ("token_type_claim", &self.token_type_claim),
            ("jti_claim", &self.jti_claim),
            ("sliding_token_refresh_exp_claim", &self.sliding_token_refresh_exp_claim),
            ("revoke_token_claim", &self.revoke_token_claim),
        ] {
            if claim.is_empty() {
                return Err(SettingsError::new(format!(
                    "simple_jwt.{name} is empty; it names a claim of the tokens"
                )));
            }
        }
        if !(self.leeway.is_finite() && self.leeway >= 0.0) {
            return Err(SettingsError::new("simple_jwt.leeway should be a number of seconds, 0 or more"));
        }
        Ok(())
    }
}

/// An error of a key or an algorithm.
pub(super) fn in_simple_jwt(error: impl std::fmt::Display) -> SettingsError {
    SettingsError::new(format!("simple_jwt: {error}"))
}
