//! The policies of views that don't set their own: DRF's `REST_FRAMEWORK`.

use belleville_db::NON_FIELD_ERRORS;
use belleville_http::settings::{Section, SettingsError, number_or_false, text_or_false};
use belleville_http::suggest::did_you_mean;
use belleville_serializers::{FieldDefaults, FieldSettings};
use serde::Deserialize;

use super::CompletePolicies;
use crate::authentication::{self, NamedAuthenticator};
use crate::metadata;
use crate::renderers::{self, BoxedRenderer};
use crate::throttling::{self, ThrottleRates};
use crate::versioning::{self, Versions};
use crate::{filters, pagination, parsers, permissions};

/// The table `[rest_framework]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RestFramework {
    /// The authenticators of views that don't set their own.
    pub default_authentication_classes: Vec<String>,
    /// The permissions of views that don't set their own.
    pub default_permission_classes: Vec<String>,
    /// The throttles of views that don't set their own.
    pub default_throttle_classes: Vec<String>,
    /// The rates of throttles by their scopes: `{ anon = "100/day", user = "1000/day" }`; `false` is no limit.
    pub default_throttle_rates: ThrottleRates,
    /// Requests are let through while Redis, where throttles count them, cannot be reached. If not, they are answered 503.
    pub throttle_fail_open: bool,
    /// Responses tell what the throttles have counted: `RateLimit-Policy` and `RateLimit`.
    pub rate_limit_headers: bool,
    /// The renderers of views that don't set their own, the first one for clients that take anything.
    pub default_renderer_classes: Vec<String>,
    /// The parsers of views that don't set their own.
    pub default_parser_classes: Vec<String>,
    /// How the version of the API is found that a request is for. `false`: there are no versions.
    #[serde(deserialize_with = "text_or_false")]
    pub default_versioning_class: Option<String>,
    /// The version of requests that say none. `false`: none.
    #[serde(deserialize_with = "text_or_false")]
    pub default_version: Option<String>,
    /// The versions that there are; empty for any.
    pub allowed_versions: Vec<String>,
    /// The parameter with the version: of the media type, the path or the query.
    pub version_param: String,
    /// What `OPTIONS` answers. `false`: 405.
    #[serde(deserialize_with = "text_or_false")]
    pub default_metadata_class: Option<String>,
    /// The parameter of a URL with the format of the answer. `false`: none.
    #[serde(deserialize_with = "text_or_false")]
    pub url_format_override: Option<String>,
    /// The filters of lists that don't set their own.
    pub default_filter_backends: Vec<String>,
    /// How lists are split into pages that don't say it themselves. `false`: not at all.
    #[serde(deserialize_with = "text_or_false")]
    pub default_pagination_class: Option<String>,
    /// How many rows a page has where its pagination does not say it. `false`: no such pages.
    #[serde(deserialize_with = "number_or_false")]
    pub page_size: Option<u64>,
    /// The parameter of a URL with what is searched for.
    pub search_param: String,
    /// The parameter of a URL with the order of a list.
    pub ordering_param: String,
    /// The number of proxies in front of the server: the client's address is this many places from the right in
    /// `X-Forwarded-For`. With 0 the header is ignored, because every client can send it. `false` is DRF's own default: throttles
    /// count by the whole header, so that a client chooses for whom its requests count.
    #[serde(deserialize_with = "number_or_false")]
    pub num_proxies: Option<u32>,
    /// Errors are answered with problem details (RFC 9457), `application/problem+json`, rather than in DRF's form.
    pub problem_details: bool,
    /// The key of what is wrong with input and is about no field.
    pub non_field_errors_key: String,
    /// How points in time are shown: a format of Python's `strftime`, or `iso-8601`. `false`: as the renderer shows them.
    #[serde(deserialize_with = "text_or_false")]
    pub datetime_format: Option<String>,
    /// What input of points in time looks like.
    pub datetime_input_formats: Vec<String>,
    /// How dates are shown.
    #[serde(deserialize_with = "text_or_false")]
    pub date_format: Option<String>,
    /// What input of dates looks like.
    pub date_input_formats: Vec<String>,
    /// How times of day are shown.
    #[serde(deserialize_with = "text_or_false")]
    pub time_format: Option<String>,
    /// What input of times of day looks like.
    pub time_input_formats: Vec<String>,
    /// How lengths of time are shown: `django` or `iso-8601`. `false`: as the renderer shows them, in seconds.
    #[serde(deserialize_with = "text_or_false")]
    pub duration_format: Option<String>,
    /// Decimal numbers are texts in the output.
    pub coerce_decimal_to_string: bool,
    /// Numbers of a `BigIntegerField` are texts in the output.
    pub coerce_bigint_to_string: bool,
    /// The name of the field that hyperlinked serializers declare as `url`.
    pub url_field_name: String,
    /// JSON has letters beyond ASCII as they are, rather than as `\u00e9`.
    pub unicode_json: bool,
    /// JSON has no spaces, rather than one behind each comma and colon.
    pub compact_json: bool,
    /// JSON has no `NaN`, `Infinity` and `-Infinity`: they are neither read nor written.
    pub strict_json: bool,
    /// Serializers show files as their URLs, where a field does not say so itself; as their names if not.
    pub uploaded_files_use_url: bool,
}

impl Default for RestFramework {
    fn default() -> Self {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            default_authentication_classes: names(&["SessionAuthentication", "BasicAuthentication"]),
            // DRF's own default is AllowAny; here a view without permissions is closed.
            default_permission_classes: names(&["IsAuthenticated"]),
            default_throttle_classes: Vec::new(),
            default_throttle_rates: ThrottleRates::default(),
            throttle_fail_open: false,
            rate_limit_headers: false,
            default_renderer_classes: names(&["JSONRenderer", "BrowsableAPIRenderer"]),
            default_parser_classes: names(&["JSONParser", "FormParser", "MultiPartParser"]),
            default_versioning_class: None,
            default_version: None,
            allowed_versions: Vec::new(),
            version_param: "version".to_owned(),
            default_metadata_class: Some("SimpleMetadata".to_owned()),
            url_format_override: Some("format".to_owned()),
            default_filter_backends: Vec::new(),
            default_pagination_class: None,
            page_size: None,
            search_param: "search".to_owned(),
            ordering_param: "ordering".to_owned(),
            num_proxies: Some(0),
            problem_details: false,
            non_field_errors_key: NON_FIELD_ERRORS.to_owned(),
            datetime_format: Some(ISO_8601.to_owned()),
            datetime_input_formats: names(&[ISO_8601]),
            date_format: Some(ISO_8601.to_owned()),
            date_input_formats: names(&[ISO_8601]),
            time_format: Some(ISO_8601.to_owned()),
            time_input_formats: names(&[ISO_8601]),
            duration_format: Some("django".to_owned()),
            coerce_decimal_to_string: true,
            coerce_bigint_to_string: false,
            url_field_name: "url".to_owned(),
            unicode_json: true,
            compact_json: true,
            strict_json: true,
            uploaded_files_use_url: true,
        }
    }
}

/// DRF's name of the format that is not one of `strftime`.
const ISO_8601: &str = "iso-8601";

impl RestFramework {
    /// How many proxies are believed, where nobody may choose an address: none where `num_proxies` is `false`.
    #[must_use]
    pub fn trusted_proxies(&self) -> u32 {
        self.num_proxies.unwrap_or(0)
    }

    /// What fields do that say nothing themselves.
    ///
    /// # Errors
    /// When an input format is none.
    pub fn field_defaults(&self) -> Result<FieldDefaults, SettingsError> {
        let settings = FieldSettings {
            datetime_format: self.datetime_format.as_deref(),
            datetime_input_formats: &self.datetime_input_formats,
            date_format: self.date_format.as_deref(),
            date_input_formats: &self.date_input_formats,
            time_format: self.time_format.as_deref(),
            time_input_formats: &self.time_input_formats,
            duration_format: self.duration_format.as_deref(),
            coerce_decimal_to_string: self.coerce_decimal_to_string,
            coerce_bigint_to_string: self.coerce_bigint_to_string,
            strict_json: self.strict_json,
        };
        FieldDefaults::new(&settings).map_err(|error| SettingsError::new(format!("rest_framework.{error}")))
    }
}

impl Section for RestFramework {
    const TABLE: Option<&'static str> = Some("rest_framework");

    fn check(&self) -> Result<(), SettingsError> {
        if self.default_permission_classes.is_empty() {
            return Err(SettingsError::new(
                "rest_framework.default_permission_classes is empty, which lets everybody in; say AllowAny if that is meant, \
                 or IsAuthenticated",
            ));
        }
        for (key, classes) in [
            ("default_renderer_classes", &self.default_renderer_classes),
            ("default_parser_classes", &self.default_parser_classes),
        ] {
            if classes.is_empty() {
                return Err(SettingsError::new(format!(
                    "rest_framework.{key} is empty: name at least one class"
                )));
            }
        }
        if self.version_param.is_empty() {
            return Err(SettingsError::new(
                "rest_framework.version_param is empty: it is the name of a parameter, such as version",
            ));
        }
        if self.page_size == Some(0) {
            return Err(SettingsError::new("rest_framework.page_size is 0: a page has at least one row"));
        }
        if self.url_field_name.is_empty() {
            return Err(SettingsError::new(
                "rest_framework.url_field_name is empty; DRF's own name is `url`",
            ));
        }
        Ok(())
    }
}

impl CompletePolicies {
    /// The policies that the settings name, among the classes of this crate, those of the apps and the given renderers.
    ///
    /// # Errors
    /// When a class is unknown; the text lists the known ones.
    pub fn of_settings(
        settings: &RestFramework,
        apps: Vec<NamedAuthenticator>,
        others: &[BoxedRenderer],
    ) -> Result<Self, SettingsError> {
        let known: Vec<NamedAuthenticator> = authentication::named().into_iter().chain(apps).collect();
        let names: Vec<&str> = known.iter().map(|one| one.names[0]).collect();
        let authenticator = |name: &str| {
            let found = known.iter().find(|one| one.names.contains(&name));
            found.map(|one| one.authenticator.clone())
        };
        let authenticators = resolve(
            "default_authentication_classes",
            &settings.default_authentication_classes,
            authenticator,
            &names,
        )?;
        let permissions = resolve(
            "default_permission_classes",
            &settings.default_permission_classes,
            permissions::by_name,
            permissions::NAMES,
        )?;
        let throttles = resolve(
            "default_throttle_classes",
            &settings.default_throttle_classes,
            throttling::by_name,
            throttling::NAMES,
        )?;
        let filter_backends = resolve(
            "default_filter_backends",
            &settings.default_filter_backends,
            filters::by_name,
            filters::NAMES,
        )?;
        let pagination = resolve(
            "default_pagination_class",
            settings.default_pagination_class.as_slice(),
            pagination::by_name,
            pagination::NAMES,
        )?;
        let renderers = resolve(
            "default_renderer_classes",
            &settings.default_renderer_classes,
            |name| renderers::by_name(name, others),
            renderers::NAMES,
        )?;
        let parsers = resolve(
            "default_parser_classes",
            &settings.default_parser_classes,
            parsers::by_name,
            parsers::NAMES,
        )?;
        let versioning = resolve(
            "default_versioning_class",
            settings.default_versioning_class.as_slice(),
            versioning::by_name,
            versioning::NAMES,
        )?;
        let metadata = resolve(
            "default_metadata_class",
            settings.default_metadata_class.as_slice(),
            metadata::by_name,
            metadata::NAMES,
        )?;
        let versions = Versions::new(
            settings.default_version.clone(),
            settings.allowed_versions.clone(),
            settings.version_param.clone(),
        );
        Ok(Self {
            authenticators,
            permissions,
            renderers: renderers.into_iter().flatten().collect(),
            parsers: parsers.into(),
            versioning: versioning.into_iter().next(),
            versions,
            metadata: metadata.into_iter().next(),
            format_override: settings.url_format_override.as_deref().map(Into::into),
            throttles,
            filter_backends,
            pagination: pagination.into_iter().next(),
            page_size: settings.page_size,
            search_param: settings.search_param.as_str().into(),
            ordering_param: settings.ordering_param.as_str().into(),
            problem_details: settings.problem_details,
            non_field_errors_key: settings.non_field_errors_key.as_str().into(),
            ..Self::closed()
        })
    }

    /// Whether the handlers of requests run in transactions: the setting `atomic_requests`.
    #[must_use]
    pub fn atomic(self, atomic: bool) -> Self {
        Self { atomic, ..self }
    }
}

/// The classes that a setting names; the error for an unknown name lists the known ones.
fn resolve<T>(
    setting: &str,
    names: &[String],
    by_name: impl Fn(&str) -> Option<T>,
    known: &[&str],
) -> Result<Vec<T>, SettingsError> {
    names
        .iter()
        .map(|name| {
            by_name(name).ok_or_else(|| {
                SettingsError::new(format!(
                    "rest_framework.{setting} has `{name}`, which is unknown; known are {} (or DRF's dotted names){}",
                    known.join(", "),
                    did_you_mean(name, known.iter().copied())
                ))
            })
        })
        .collect()
}
