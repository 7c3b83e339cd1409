//! Errors as responses: the only module that knows the status of each error.
//!
//! Each API error is DRF's: a status, a code and a detail. Where Django answers an HTML 500 (a constraint violated by
//! a race after validation, a locked database), the response here is a 4xx or 503 with a message.

use std::borrow::Cow;
use std::fmt;

/// What an error says: a text, or texts by field.
pub use belleville_db::{Detail, ErrorDetail};

pub use crate::failure::Failure;
use crate::json::JsonWriter;

/// The crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request failed.
#[derive(Debug)]
pub enum Error {
    /// An error of the API, rendered by the view's renderer.
    Api(ApiException),
    /// Input that only an attacker or a broken client sends (Django's `SuspiciousOperation`): an HTML 400.
    Suspicious(Cow<'static, str>),
    /// A request that cannot be read (Django's `BadRequest`): an HTML 400.
    BadRequest(Cow<'static, str>),
    /// A mistake of the program: an HTML 500. What is said of it is logged, and shown only in development
    /// ([`Error::internal`]).
    Internal(Failure),
}

/// An error of the API, as DRF's `APIException`.
#[derive(Clone, Debug)]
pub struct ApiException {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) detail: Detail,
    /// Seconds after which to try again.
    pub(crate) wait: Option<f64>,
    /// The challenge of the view's first authenticator decides between 401 and 403.
    pub(crate) is_authentication: bool,
    /// The reason for the log; the client does not see it.
    pub(crate) reason: Option<String>,
}

impl ApiException {
    /// An error with a custom status and detail: a subclass of DRF's `APIException`. The code is for programs and logs; it is
    /// not sent.
    pub fn new(status: u16, code: &'static str, detail: impl Into<Detail>) -> Self {
        Self { status, code, detail: detail.into(), wait: None, is_authentication: false, reason: None }
    }

    /// The same with another code, which messages have that name none themselves: DRF's `code`.
    #[must_use]
    pub fn with_code(self, code: &'static str) -> Self {
        Self { code, ..self }
    }

    /// The same as an error of credentials: the challenge of the view's first authenticator decides between 401 and
    /// 403.
    #[must_use]
    pub fn of_authentication(self) -> Self {
        Self { is_authentication: true, ..self }
    }

    /// Whether it is an error of credentials.
    pub fn is_authentication(&self) -> bool {
        self.is_authentication
    }

    /// The reason for the log; the client does not see it.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// The response's status, before the view's authenticators change a 401 to a 403.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The short name of the error, for programs and logs.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The short name of each message, in the shape of the body: [`ApiException::code`] where a message has none of its own.
    /// DRF's `get_codes`.
    pub fn codes(&self) -> Detail {
        self.detail.codes(self.code)
    }

    /// The text and the short name of each message, in the shape of the body. DRF's `get_full_details`.
    pub fn full_details(&self) -> Detail {
        self.detail.full_details(self.code)
    }

    /// What is wrong.
    pub fn detail(&self) -> &Detail {
        &self.detail
    }

    /// The body: the detail itself when it is a list or keyed by field, otherwise under `detail`. What is about no field stands
    /// under this key: DRF's `NON_FIELD_ERRORS_KEY`.
    pub fn body(&self, non_field_errors_key: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(96);
        let to = JsonWriter::new(&mut out);
        match &self.detail {
            Detail::Text(message) => to.object(|object| object.key("detail").text(&message.text)),
            detail => detail.write_with(to, non_field_errors_key),
        }
        out
    }

    /// The header `Retry-After` in whole seconds; `None` when the wait is unknown or over.
    pub fn retry_after(&self) -> Option<u64> {
        self.wait.map(whole_seconds).filter(|seconds| *seconds > 0)
    }
}

/// 500 with the text of DRF's `APIException`, which the view's renderer writes.
impl Default for ApiException {
    fn default() -> Self {
        Self::new(500, "error", "A server error occurred.")
    }
}

fn whole_seconds(wait: f64) -> u64 {
    // A float cast saturates: a negative wait becomes 0.
    wait.ceil() as u64
}

/// DRF's exceptions, one row each. The default texts of those that are as a rule raised with one of their own are constants.
impl Error {
    /// DRF's text of [`Error::validation`].
    pub const INVALID_INPUT: &'static str = "Invalid input.";

    /// DRF's text of [`Error::parse`].
    pub const MALFORMED_REQUEST: &'static str = "Malformed request.";

    /// DRF's text of [`Error::authentication_failed`].
    pub const AUTHENTICATION_FAILED: &'static str = "Incorrect authentication credentials.";

    /// DRF's text of [`Error::permission_denied`].
    pub const PERMISSION_DENIED: &'static str = "You do not have permission to perform this action.";

    /// The same error of the API with another code, which messages have that name none themselves: DRF's `code`. Other errors
    /// stay as they are.
    ///
    /// ```
    /// # extern crate belleville_http as belleville;
    /// use belleville::exceptions::Error;
    ///
    /// let Error::Api(exception) = Error::validation("Too short.").with_code("min_length") else { unreachable!() };
    /// assert_eq!(exception.codes().to_string(), r#"["min_length"]"#);
    /// ```
    #[must_use]
    pub fn with_code(self, code: &'static str) -> Self {
        match self {
            Self::Api(exception) => exception.with_code(code).into(),
            other => other,
        }
    }

    /// 400 with a detail: `ValidationError`. A text becomes a list of one.
    pub fn validation(detail: impl Into<Detail>) -> Self {
        let detail = match detail.into() {
            text @ Detail::Text(_) => Detail::List(vec![text]),
            detail => detail,
        };
        ApiException::new(400, "invalid", detail).into()
    }

    /// 400: `ParseError`.
    pub fn parse(detail: impl Into<Detail>) -> Self {
        ApiException::new(400, "parse_error", detail).into()
    }

    /// 401 or 403: `AuthenticationFailed`.
    pub fn authentication_failed(detail: impl Into<Detail>) -> Self {
        ApiException::new(401, "authentication_failed", detail).of_authentication().into()
    }

    /// 401 or 403 with DRF's default text: `NotAuthenticated`.
    pub fn not_authenticated() -> Self {
        Self::not_authenticated_because("Authentication credentials were not provided.")
    }

    /// 401 or 403 with a custom detail: `NotAuthenticated`.
    pub fn not_authenticated_because(detail: impl Into<Detail>) -> Self {
        ApiException::new(401, "not_authenticated", detail).of_authentication().into()
    }

    /// 403 with DRF's default text: `PermissionDenied`, and Django's exception of that name where it has no text.
    pub fn permission_denied() -> Self {
        Self::permission_denied_because(Self::PERMISSION_DENIED)
    }

    /// 403 with a custom detail.
    pub fn permission_denied_because(detail: impl Into<Detail>) -> Self {
        ApiException::new(403, "permission_denied", detail).into()
    }

    /// 404 with DRF's default text: `NotFound`, and Django's `Http404` where it has no text.
    pub fn not_found() -> Self {
        Self::not_found_because("Not found.")
    }

    /// 404 with a custom detail.
    pub fn not_found_because(detail: impl Into<Detail>) -> Self {
        ApiException::new(404, "not_found", detail).into()
    }

    /// 405 with DRF's default text: `MethodNotAllowed`.
    pub fn method_not_allowed(method: &str) -> Self {
        Self::method_not_allowed_because(format!("Method \"{method}\" not allowed."))
    }

    /// 405 with a custom detail.
    pub fn method_not_allowed_because(detail: impl Into<Detail>) -> Self {
        ApiException::new(405, "method_not_allowed", detail).into()
    }

    /// 406 with DRF's default text: `NotAcceptable`.
    pub fn not_acceptable() -> Self {
        Self::not_acceptable_because("Could not satisfy the request Accept header.")
    }

    /// 406 with a custom detail.
    pub fn not_acceptable_because(detail: impl Into<Detail>) -> Self {
        ApiException::new(406, "not_acceptable", detail).into()
    }

    /// 415 with DRF's default text: `UnsupportedMediaType`.
    pub fn unsupported_media_type(media_type: &str) -> Self {
        Self::unsupported_media_type_because(format!("Unsupported media type \"{media_type}\" in request."))
    }

    /// 415 with a custom detail.
    pub fn unsupported_media_type_because(detail: impl Into<Detail>) -> Self {
        ApiException::new(415, "unsupported_media_type", detail).into()
    }

    /// 429 with DRF's default text: `Throttled`, with the seconds to wait when they are known.
    pub fn throttled(wait: Option<f64>) -> Self {
        Self::throttled_because("Request was throttled.", wait)
    }

    /// 429 with a custom text, behind which the seconds to wait stand when they are known.
    pub fn throttled_because(detail: impl Into<ErrorDetail>, wait: Option<f64>) -> Self {
        let mut detail = detail.into();
        if let Some(seconds) = wait.map(whole_seconds) {
            let unit = if seconds == 1 { "second" } else { "seconds" };
            detail.text.push_str(&format!(" Expected available in {seconds} {unit}."));
        }
        ApiException { wait, ..ApiException::new(429, "throttled", detail) }.into()
    }

    /// 400: input that only an attacker or a broken client sends. The reason goes to the log, and by mail to the administrators; a client
    /// reads it only when `debug` is on.
    pub fn suspicious(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Suspicious(reason.into())
    }

    /// 400: a request that cannot be read, as one that breaks off. Other than of a [suspicious](Error::suspicious) one, the
    /// administrators are not told of it.
    pub fn bad_request(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::BadRequest(reason.into())
    }

    /// 499, as nginx logs it: the client has hung up, so that nobody reads this.
    pub fn client_gone() -> Self {
        ApiException::new(499, "client_gone", "The client closed the connection.").into()
    }

    /// 500: something that should not happen. The text goes to the log with the place where this is called; a client reads
    /// it only when `debug` is on.
    #[track_caller]
    pub fn internal(reason: impl fmt::Display) -> Self {
        Self::Internal(Failure::new(reason.to_string()))
    }

    /// The same error for who asks again.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::Api(exception) => Self::Api(exception.clone()),
            Self::Suspicious(reason) => Self::Suspicious(reason.clone()),
            Self::BadRequest(reason) => Self::BadRequest(reason.clone()),
            Self::Internal(failure) => Self::internal(failure),
        }
    }

    /// 503: the database is being restarted, or cannot be reached. The reason goes to the log.
    fn database_unavailable(reason: String) -> Self {
        let detail = "The database is not available. Try again in a moment.";
        let unavailable = ApiException::new(503, "database_unavailable", detail);
        ApiException { wait: Some(1.0), reason: Some(reason), ..unavailable }.into()
    }

    /// 503: the queue of passwords to hash is full, or the database is locked or busy with others for too long.
    pub fn busy() -> Self {
        let detail = "The server is busy. Try again in a moment.";
        ApiException { wait: Some(1.0), ..ApiException::new(503, "busy", detail) }.into()
    }
}

impl From<ApiException> for Error {
    fn from(exception: ApiException) -> Self {
        Self::Api(exception)
    }
}

impl From<belleville_db::Error> for Error {
    /// The place is the one of the `?` that brought the error here.
    #[track_caller]
    fn from(error: belleville_db::Error) -> Self {
        use belleville_db::Error as Db;
        match error {
            Db::DoesNotExist(model) => {
                Self::not_found_because(format!("No {model} matches the given query."))
            }
            // After validation only a race can cause this. Django answers 500; we say what happened.
            Db::Integrity(violation) if violation.kind.may_be_a_race() => {
                let detail = "The change conflicts with another one made at the same time, or refers to a row that is gone.";
                let conflict = ApiException::new(409, "conflict", detail);
                ApiException { reason: Some(violation.to_string()), ..conflict }.into()
            }
            Db::Protected { model, .. } => ApiException::new(
                409,
                "protected",
                format!("It cannot be deleted: objects of {model} refer to it."),
            )
            .into(),
            Db::Busy | Db::PoolTimeout | Db::Timeout | Db::Conflict(_) => Self::busy(),
            Db::Unavailable(reason) => Self::database_unavailable(reason),
            Db::Invalid(detail) => Self::validation(detail),
            Db::SuspiciousFileOperation(reason) => Self::suspicious(reason),
            // Django answers 500.
            Db::NullCharacter => {
                ApiException::new(400, "null_characters_not_allowed", "Null characters are not allowed.")
                    .into()
            }
            // Django answers 500.
            Db::InvalidRegex => {
                ApiException::new(400, "invalid_regex", "The regular expression is not valid.").into()
            }
            // A hook of a model may answer as a view does.
            Db::Refused(reason) => match reason.downcast::<Self>() {
                Ok(error) => *error,
                Err(reason) => Self::Internal(Failure::of_database(&Db::Refused(reason))),
            },
            other => Self::Internal(Failure::of_database(&other)),
        }
    }
}

/// A hook of a model refuses with the answer that the client gets: `Err(Error::validation("Too late."))?`.
impl From<Error> for belleville_db::Error {
    fn from(error: Error) -> Self {
        Self::refused(error)
    }
}

impl From<belleville_auth::cache::CacheError> for Error {
    /// 503: the cache is being restarted, or cannot be reached.
    fn from(error: belleville_auth::cache::CacheError) -> Self {
        let detail = "The cache is not available. Try again in a moment.";
        let unavailable = ApiException::new(503, "cache_unavailable", detail);
        ApiException { wait: Some(1.0), reason: Some(error.to_string()), ..unavailable }.into()
    }
}

impl From<belleville_auth::users::UserError> for Error {
    #[track_caller]
    fn from(error: belleville_auth::users::UserError) -> Self {
        use belleville_auth::users::UserError;
        match error {
            UserError::Busy => Self::busy(),
            UserError::Hashing(reason) => Self::internal(reason),
            UserError::Database(error) => error.into(),
            UserError::Invalid(message) => Self::validation(message),
            other => Self::internal(other),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(exception) => write!(f, "{} {}", exception.status, exception.code),
            Self::Suspicious(reason) | Self::BadRequest(reason) => write!(f, "400 {reason}"),
            Self::Internal(failure) => failure.fmt(f),
        }
    }
}

impl std::error::Error for Error {}
