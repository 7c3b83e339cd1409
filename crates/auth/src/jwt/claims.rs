//! The registered claims (RFC 7519, section 4.1), as strictly as PyJWT reads them.

use belleville_db::json::{Dict, Json};
use jiff::Timestamp;

use super::Options;
use super::token::{TokenError, seconds};

/// Checks the claims `iat`, `nbf`, `exp`, `iss`, `aud`, `sub` and `jti` that a token has, and requires `iss` and
/// `aud` when the options set them.
pub(super) fn validate(claims: &Dict, options: &Options, at: Timestamp) -> Result<(), TokenError> {
    let now = at.as_duration().as_secs_f64();
    for claim in ["iat", "nbf"] {
        if let Some(value) = claims.get(claim) {
            let not_before = seconds(value).ok_or(TokenError::Invalid)?;
            if not_before as f64 > now + options.leeway {
                return Err(TokenError::Invalid);
            }
        }
    }
    if let Some(value) = claims.get("exp") {
        let expiry = seconds(value).ok_or(TokenError::Invalid)?;
        if expiry as f64 <= now - options.leeway {
            return Err(TokenError::Expired);
        }
    }
    let is_text =
        |claim: &str| claims.get(claim).is_none_or(|v| matches!(v, Json::Str(_) | Json::Surrogates(_)));
    let good = is_issuer(claims, options) && is_audience(claims, options) && is_text("sub") && is_text("jti");
    if good { Ok(()) } else { Err(TokenError::Invalid) }
}

fn is_issuer(claims: &Dict, options: &Options) -> bool {
    options.issuer.as_deref().is_none_or(|issuer| claims.get("iss") == Some(&Json::from(issuer)))
}

fn is_audience(claims: &Dict, options: &Options) -> bool {
    if options.audience.is_empty() {
        return true;
    }
    let named = |text: &Json| matches!(text, Json::Str(text) if options.audience.iter().any(|known| *text == **known));
    match claims.get("aud") {
        Some(Json::List(all)) => {
            all.iter().all(|one| matches!(one, Json::Str(_) | Json::Surrogates(_))) && all.iter().any(named)
        }
        Some(one) => named(one),
        None => false,
    }
}
