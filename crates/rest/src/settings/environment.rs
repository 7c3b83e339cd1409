//! Settings by environment variable: `SESSION_COOKIE_AGE` for `session_cookie_age`, `REST_FRAMEWORK__NUM_PROXIES` for
//! `num_proxies` of the table `[rest_framework]`.

use std::collections::BTreeMap;

use super::{SettingsError, parts};
use crate::suggest::nearest;

/// A key, and the type of its variable; a dot separates a table and its key.
pub(super) type Key = (&'static str, Kind);

/// The type of a variable.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    /// None when it is `false` or empty.
    TextOrFalse,
    Boolean,
    Number,
    /// None when it is `false`.
    NumberOrFalse,
    List,
    /// A list when there is a comma in it.
    TextOrList,
}

/// The keys of [`Settings`](super::Settings) itself; its parts have their own.
pub(super) const KEYS: &[Key] = &[
    ("debug", Kind::Boolean),
    ("secret_key", Kind::Text),
    ("secret_key_fallbacks", Kind::List),
    ("allow_weak_secret_key", Kind::Boolean),
    ("allowed_hosts", Kind::List),
    ("csrf_trusted_origins", Kind::List),
    ("database_url", Kind::Text),
    ("append_slash", Kind::Boolean),
    ("credentials_no_store", Kind::Boolean),
    ("basic_authentication_cache_age", Kind::Number),
    ("login_redirect_url", Kind::Text),
    ("pbkdf2_iterations", Kind::Number),
    ("password_hashers", Kind::List),
    ("revoke_tokens_on_password_change", Kind::Boolean),
    ("auth_password_validators", Kind::List),
    ("secure_proxy_ssl_header", Kind::List),
    ("email_backend", Kind::Text),
    ("email_file_path", Kind::Text),
    ("default_from_email", Kind::Text),
    ("password_reset_url", Kind::Text),
    ("password_reset_timeout", Kind::Number),
    ("templates", Kind::Text),
    ("content_security_policy", Kind::Text),
    ("login_failures_per_user", Kind::Text),
    ("login_failures_per_user_everywhere", Kind::Text),
    ("login_failures_per_address", Kind::Text),
    ("server.max_connections", Kind::Number),
    ("server.max_connections_per_address", Kind::Number),
    ("server.max_requests_per_connection", Kind::Number),
    ("server.max_head_size", Kind::Number),
    ("server.max_body_size", Kind::Number),
    ("server.body_memory", Kind::Number),
    ("server.keep_alive_timeout", Kind::Number),
    ("server.header_timeout", Kind::Number),
    ("server.body_timeout", Kind::Number),
    ("server.write_timeout", Kind::Number),
    ("server.shutdown_timeout", Kind::Number),
    ("registrations_per_address", Kind::Text),
    ("password_resets_per_address", Kind::Text),
    ("password_resets_per_email", Kind::Text),
    ("rest_framework.default_authentication_classes", Kind::List),
    ("rest_framework.default_permission_classes", Kind::List),
    ("rest_framework.num_proxies", Kind::Number),
    ("rest_knox.token_ttl", Kind::Number),
    ("rest_knox.token_limit_per_user", Kind::Number),
    ("rest_knox.auto_refresh", Kind::Boolean),
    ("rest_knox.min_refresh_interval", Kind::Number),
    ("rest_knox.auth_header_prefix", Kind::Text),
    ("simple_jwt.access_token_lifetime", Kind::Number),
    ("simple_jwt.refresh_token_lifetime", Kind::Number),
    ("simple_jwt.sliding_token_lifetime", Kind::Number),
    ("simple_jwt.sliding_token_refresh_lifetime", Kind::Number),
    ("simple_jwt.rotate_refresh_tokens", Kind::Boolean),
    ("simple_jwt.blacklist_after_rotation", Kind::Boolean),
    ("simple_jwt.detect_refresh_reuse", Kind::Boolean),
    ("simple_jwt.update_last_login", Kind::Boolean),
    ("simple_jwt.algorithm", Kind::Text),
    ("simple_jwt.signing_key", Kind::Text),
    ("simple_jwt.verifying_key", Kind::Text),
    ("simple_jwt.audience", Kind::TextOrList),
    ("simple_jwt.issuer", Kind::Text),
    ("simple_jwt.jwk_url", Kind::Text),
    ("simple_jwt.leeway", Kind::Number),
    ("simple_jwt.auth_header_types", Kind::List),
    ("simple_jwt.auth_header_name", Kind::Text),
    ("simple_jwt.user_id_field", Kind::Text),
    ("simple_jwt.user_id_claim", Kind::Text),
    ("simple_jwt.auth_token_classes", Kind::List),
    ("simple_jwt.token_type_claim", Kind::Text),
    ("simple_jwt.jti_claim", Kind::Text),
    ("simple_jwt.sliding_token_refresh_exp_claim", Kind::Text),
    ("simple_jwt.check_revoke_token", Kind::Boolean),
    ("simple_jwt.revoke_token_claim", Kind::Text),
    ("simple_jwt.check_user_is_active", Kind::Boolean),
];

/// The variables that are set, each with the key that it gives, its text and its value.
pub(super) struct Given<'a> {
    pub(super) variable: String,
    pub(super) text: &'a str,
    key: &'static str,
    value: toml::Value,
}

/// What a set of environment variables gives.
///
/// # Errors
/// When a text is not of the setting's kind, or a variable begins with a table's name and means none of its keys.
pub(super) fn given(environment: &BTreeMap<String, String>) -> Result<Vec<Given<'_>>, SettingsError> {
    refuse_unknown(environment)?;
    let mut found = Vec::new();
    for (key, kind) in parts::ALL.into_iter().flatten() {
        let variable = key.to_uppercase().replace('.', "__");
        if let Some(text) = environment.get(&variable) {
            let value = kind
                .read(text)
                .map_err(|wanted| SettingsError(format!("{variable} is `{text}`; it should be {wanted}")))?;
            found.push(Given { variable, text, key, value });
        }
    }
    Ok(found)
}

/// A variable that begins with a table's name and two underlines is meant for this program: a misspelt one would be
/// ignored silently.
fn refuse_unknown(environment: &BTreeMap<String, String>) -> Result<(), SettingsError> {
    let mistakes: Vec<String> = environment.keys().filter_map(|variable| unknown(variable)).collect();
    if mistakes.is_empty() { Ok(()) } else { Err(SettingsError(mistakes.join("\n"))) }
}

/// What is wrong with a variable of one of the tables.
fn unknown(variable: &str) -> Option<String> {
    let (table, _) = variable.split_once("__")?;
    let known: Vec<String> = parts::ALL
        .into_iter()
        .flatten()
        .filter(|(key, _)| key.split_once('.').is_some_and(|(known, _)| known.to_uppercase() == table))
        .map(|(key, _)| key.to_uppercase().replace('.', "__"))
        .collect();
    if known.is_empty() || known.iter().any(|known| known == variable) {
        return None;
    }
    let end = match nearest(variable, known.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("known are {}", known.join(", ")),
    };
    Some(format!("the environment has {variable}, which is no setting; {end}"))
}

impl Given<'_> {
    /// Puts the value where the file would have it.
    pub(super) fn put(&self, table: &mut toml::Table) {
        let value = self.value.clone();
        match self.key.split_once('.') {
            None => {
                table.insert(self.key.to_owned(), value);
            }
            Some((section, key)) => {
                let section = table.entry(section).or_insert_with(|| toml::Table::new().into());
                if let Some(section) = section.as_table_mut() {
                    section.insert(key.to_owned(), value);
                }
            }
        }
    }
}

impl Kind {
    /// The value that a text means, or what it should be.
    fn read(self, text: &str) -> Result<toml::Value, &'static str> {
        match self {
            Self::TextOrFalse if text.is_empty() || is_false(text) => Ok(false.into()),
            Self::Text | Self::TextOrFalse => Ok(text.into()),
            Self::TextOrList if !text.contains(',') => Ok(text.into()),
            Self::List | Self::TextOrList => Ok(items(text)),
            Self::Boolean => boolean(text).map(Into::into).ok_or("1 or 0"),
            Self::NumberOrFalse if is_false(text) => Ok(false.into()),
            Self::NumberOrFalse => number(text).ok_or("a whole number, or false for none"),
            Self::Number => number(text).ok_or("a whole number"),
        }
    }
}

fn is_false(text: &str) -> bool {
    text.eq_ignore_ascii_case("false")
}

fn number(text: &str) -> Option<toml::Value> {
    text.trim().parse::<i64>().ok().map(Into::into)
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Some(true),
        "0" | "false" | "no" | "off" | "" => Some(false),
        _ => None,
    }
}

/// A list in the environment is written with commas.
fn items(text: &str) -> toml::Value {
    let items: Vec<toml::Value> =
        text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(Into::into).collect();
    items.into()
}
