//! A request: what the client sent, and what the request pipeline has found out about it.

use std::any::Any;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use belleville_auth::models::User;
use belleville_auth::permissions::UserPermissions;
use belleville_auth::sessions::store::SessionStore;
use belleville_db::{Database, Object};
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, COOKIE, HOST, HeaderName, HeaderValue};
use tokio::sync::{Mutex, MutexGuard, OnceCell};

use crate::application::Application;
use crate::body::{Body, BodyError, Reading};
use crate::csrf::CsrfState;
use crate::exceptions::{Error, Result};
use crate::negotiation::Accepted;
use crate::parsers::{self, Data, Parsing, QueryDict};
use crate::server::Presence;
use crate::views::View;
use crate::{address, uri};

/// The media type of forms with files.
const MULTIPART: &[u8] = b"multipart/form-data";

/// A body up to this length is parsed on the request's thread; a longer one would make other requests of the thread
/// wait.
const PARSED_INLINE: usize = 32_768;

/// A request: DRF's `Request`. It is cheap to clone, and every clone is the same request.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::exceptions::{Error, Result};
/// use belleville::json::Json;
/// use belleville::parsers::Data;
/// use belleville::request::Request;
/// use belleville::response::Response;
/// use belleville::views::View;
///
/// // GET /years/2026/?language=en, for the path `years/<int:year>/`
/// async fn show(request: Request) -> Result<Response> {
///     let year: i32 = request.kwarg_as("year")?;
///     let language = request.query_params().get("language").unwrap_or("en");
///     let user = request.user()?; // 401 or 403 when nobody is logged in
///     Response::data(200, &Json::from(format!("{year}, {language}, {}", user.username)))
/// }
///
/// // POST with a JSON body
/// async fn store(request: Request) -> Result<Response> {
///     match &*request.data().await? {
///         Data::Json(body) if body.get("title").is_some() => Ok(Response::empty(204)),
///         _ => Err(Error::validation("A title is needed.")),
///     }
/// }
///
/// let view = View::new("Year").get(show).post(store);
/// ```
#[derive(Clone)]
pub struct Request {
    inner: Arc<Inner>,
    /// Another method to check permissions with: the metadata of OPTIONS finds out with it what a user may do.
    method: Option<&'static str>,
}

struct Inner {
    application: Arc<Application>,
    parts: Parts,
    found: Found,
}

/// What the client sent.
pub(crate) struct Parts {
    /// Upper case, as in Django.
    pub(crate) method: String,
    /// Decoded.
    pub(crate) path: String,
    /// As it was sent.
    pub(crate) raw_path: String,
    pub(crate) query_string: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Arc<Body>,
    pub(crate) peer: Option<IpAddr>,
    pub(crate) presence: Arc<Presence>,
    /// The port that the server listens on.
    pub(crate) port: u16,
    /// The user of a test's request, whatever its headers say; never set for requests from the network.
    pub(crate) forced_user: Option<User>,
}

impl Parts {
    /// What the head of a request says.
    pub(crate) fn of(head: http::request::Parts, body: Arc<Body>, peer: IpAddr, port: u16) -> Self {
        let raw_path = head.uri.path().to_owned();
        Self {
            method: head.method.as_str().to_ascii_uppercase(),
            path: decoded(&raw_path),
            raw_path,
            query_string: head.uri.query().unwrap_or_default().to_owned(),
            headers: head.headers,
            body,
            peer: Some(peer),
            presence: Arc::default(),
            port,
            forced_user: None,
        }
    }
}

/// A path percent-decoded as Django does it: what is not UTF-8 stays quoted.
fn decoded(raw: &str) -> String {
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(raw).collect();
    let mut path = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        path.push_str(chunk.valid());
        for byte in chunk.invalid() {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
    path
}

/// What the request pipeline has found out.
#[derive(Default)]
struct Found {
    route: OnceLock<RouteMatch>,
    accepted: OnceLock<Accepted>,
    known: OnceLock<Box<Known>>,
    query: OnceLock<QueryDict>,
    post: OnceLock<QueryDict>,
    data: Mutex<Option<Arc<Data>>>,
    session: OnceCell<Mutex<SessionStore>>,
    csrf: OnceLock<CsrfState>,
    error_code: OnceLock<&'static str>,
    credential: OnceLock<()>,
    clamped: OnceLock<()>,
}

/// What the URL said.
#[derive(Default)]
pub(crate) struct RouteMatch {
    pub(crate) view: Option<Arc<View>>,
    pub(crate) kwargs: Vec<(Arc<str>, String)>,
    pub(crate) format: Option<String>,
    /// The most bytes of a body that the view reads, when that is less than the settings allow.
    pub(crate) body_limit: Option<usize>,
}

/// The user of the request, and after a login or a logout the new one: a list that only grows, so that references to
/// an earlier user stay valid.
struct Known {
    identity: Identity,
    permissions: OnceCell<UserPermissions>,
    next: OnceLock<Box<Known>>,
}

/// The user of a request.
#[derive(Default)]
pub(crate) struct Identity {
    pub(crate) user: Option<Arc<User>>,
    pub(crate) auth: Option<Arc<dyn Any + Send + Sync>>,
    pub(crate) authenticator: Option<&'static str>,
    /// The user comes from a token alone and has no row, and therefore no permissions.
    pub(crate) stateless: bool,
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method())
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}

/// What the client sent.
impl Request {
    pub(crate) fn new(application: Arc<Application>, parts: Parts) -> Self {
        Self { inner: Arc::new(Inner { application, parts, found: Found::default() }), method: None }
    }

    /// The method, in upper case.
    pub fn method(&self) -> &str {
        self.method.unwrap_or(&self.inner.parts.method)
    }

    /// The same request, as if it had another method.
    pub(crate) fn with_method(&self, method: &'static str) -> Self {
        Self { inner: Arc::clone(&self.inner), method: Some(method) }
    }

    /// The path, percent-decoded.
    pub fn path(&self) -> &str {
        &self.inner.parts.path
    }

    /// The path as it was sent.
    pub fn raw_path(&self) -> &str {
        &self.inner.parts.raw_path
    }

    /// The path and the query as they were sent.
    pub fn full_path(&self) -> String {
        match self.inner.parts.query_string.as_str() {
            "" => self.inner.parts.raw_path.clone(),
            query => format!("{}?{query}", self.inner.parts.raw_path),
        }
    }

    /// The query as it was sent.
    pub fn query_string(&self) -> &str {
        &self.inner.parts.query_string
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.inner.parts.headers
    }

    /// A header's value as text, one character per byte (latin-1), as in WSGI. Several headers of one name are joined
    /// with a comma.
    pub fn header(&self, name: &HeaderName) -> Option<String> {
        let mut values = self.inner.parts.headers.get_all(name).iter().peekable();
        values.peek()?;
        let texts: Vec<String> =
            values.map(|value| value.as_bytes().iter().map(|byte| char::from(*byte)).collect()).collect();
        Some(texts.join(","))
    }

    /// The address of the connection: the client's, or that of the proxy in front.
    pub fn peer(&self) -> Option<IpAddr> {
        self.inner.parts.peer
    }

    /// The address of the client, behind as many proxies as the setting `rest_framework.num_proxies` says. Each proxy
    /// adds the address of its client to the end of `X-Forwarded-For`; addresses further left are not trusted,
    /// because the client can send them.
    pub fn client_address(&self) -> Option<IpAddr> {
        let proxies = self.inner.application.settings.rest_framework.num_proxies;
        if proxies == 0 {
            return self.peer();
        }
        let forwarded = self.header(&HeaderName::from_static("x-forwarded-for")).unwrap_or_default();
        let addresses: Vec<&str> = forwarded.split(',').map(str::trim).collect();
        let at = addresses.len().saturating_sub(proxies as usize);
        addresses.get(at).and_then(|address| address::parse(address)).or(self.peer())
    }

    /// Awaits work that is useless once the client has hung up, such as a place in a queue.
    ///
    /// # Errors
    /// 499, which only the log shows, when the client hangs up first.
    pub(crate) async fn while_client_waits<T>(&self, work: impl Future<Output = T>) -> Result<T> {
        tokio::select! {
            biased;
            done = work => Ok(done),
            () = self.inner.parts.presence.ended() => Err(Error::client_gone()),
        }
    }

    /// A cookie's value. Of several cookies of one name the last one counts, as in Django.
    pub fn cookie(&self, name: &str) -> Option<String> {
        crate::cookies::find(&self.header(&COOKIE)?, name)
    }

    /// `http` or `https`.
    ///
    /// Behind a proxy it is in the header that `secure_proxy_ssl_header` names; of several values the first one
    /// counts.
    pub fn scheme(&self) -> &'static str {
        let says_https = |(name, value): &(HeaderName, String)| {
            let header = self.header(name).unwrap_or_default();
            header.split(',').next().is_some_and(|first| first.trim() == value)
        };
        let secure = self.inner.application.secure_proxy_header.as_ref().is_some_and(says_https);
        if secure { "https" } else { "http" }
    }

    /// The host (and port) of the request, checked against `allowed_hosts` before any view gets the request. With the
    /// setting `use_x_forwarded_host`, the proxy's header comes first.
    pub fn host(&self) -> String {
        let believed = self.inner.application.settings.security.use_x_forwarded_host;
        let forwarded = believed.then(|| self.header(&HeaderName::from_static("x-forwarded-host"))).flatten();
        forwarded.or_else(|| self.header(&HOST)).unwrap_or_default()
    }

    /// The server's port, or that of the proxy's header with the setting `use_x_forwarded_port`.
    pub fn port(&self) -> String {
        let believed = self.inner.application.settings.security.use_x_forwarded_port;
        let forwarded = believed.then(|| self.header(&HeaderName::from_static("x-forwarded-port"))).flatten();
        forwarded.unwrap_or_else(|| self.inner.parts.port.to_string())
    }

    /// The path and the query, quoted for a `Location`, with a text between them.
    pub(crate) fn quoted_path_and_query(&self, between: &str) -> String {
        let path = uri::escape_uri_path(self.path());
        match self.query_string() {
            "" => path + between,
            query => format!("{path}{between}?{}", uri::quoted_query(query)),
        }
    }

    /// The absolute URL of a path on the request's host.
    pub fn build_absolute_uri(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme(), self.host())
    }

    /// The parameters of the query string.
    pub fn query_params(&self) -> &QueryDict {
        self.inner.found.query.get_or_init(|| parsers::query(self))
    }

    /// The parameters of the query string, unless there are more than Django allows.
    pub(crate) fn readable_query(&self) -> Result<&QueryDict> {
        let query = self.query_params();
        if query.is_truncated() {
            return Err(Error::Suspicious("the query exceeded DATA_UPLOAD_MAX_NUMBER_FIELDS"));
        }
        Ok(query)
    }

    /// The form in the body of a POST, whichever parsers the view has: Django's `request.POST`. Empty for other
    /// methods and media types.
    ///
    /// # Errors
    /// 400 when the form cannot be read.
    pub async fn post(&self) -> Result<&QueryDict> {
        if let Some(form) = self.inner.found.post.get() {
            return Ok(form);
        }
        let form = parsers::posted_form(self).await?;
        Ok(self.inner.found.post.get_or_init(|| form))
    }

    /// The media type of the body.
    pub fn content_type(&self) -> String {
        self.header(&http::header::CONTENT_TYPE).unwrap_or_default()
    }

    /// The body's bytes. They are read at the first call: the body of a request that is refused before is never read.
    ///
    /// # Errors
    /// 400 when it is malformed, or longer than the view or the setting `data_upload_max_memory_size` allows; 408
    /// when it takes too long to arrive; 503 when other bodies use all of the memory for bodies.
    pub async fn body(&self) -> Result<Bytes> {
        let body = self.whole_body().await?;
        if body.len() > self.memory_limit() {
            return Err(BodyError::TooLong.into());
        }
        Ok(body)
    }

    /// The body's bytes, when something of the program has read them: whoever was refused before sent them for nothing.
    pub fn body_already_read(&self) -> Option<Bytes> {
        self.inner.parts.body.read_already()
    }

    /// The same for a parser that checks the limit itself, because the bytes of files do not count.
    pub(crate) async fn whole_body(&self) -> Result<Bytes> {
        self.inner.parts.body.read(|| self.reading()).await
    }

    fn reading(&self) -> Reading {
        let application = &self.inner.application;
        let server = &application.settings.server;
        Reading {
            limit: self.body_limit(),
            timeout: Duration::from_secs(server.body_timeout),
            memory: application.limits.body_memory(self.client_address()),
        }
    }

    /// The most bytes that the body may have, files included.
    fn body_limit(&self) -> usize {
        let most = self.inner.application.settings.server.max_body_size as usize;
        let content_type =
            self.inner.parts.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
        let has_files = content_type
            .trim_ascii_start()
            .get(..MULTIPART.len())
            .is_some_and(|media_type| media_type.eq_ignore_ascii_case(MULTIPART));
        if has_files { most.min(self.own_body_limit()) } else { most.min(self.memory_limit()) }
    }

    /// The most bytes that it may have without files.
    fn memory_limit(&self) -> usize {
        let uploads = &self.inner.application.settings.uploads;
        uploads.data_upload_max_memory_size.unwrap_or(usize::MAX).min(self.own_body_limit())
    }

    fn own_body_limit(&self) -> usize {
        self.inner.found.route.get().and_then(|route| route.body_limit).unwrap_or(usize::MAX)
    }

    /// The body, parsed by the view's parser for its media type at the first call.
    ///
    /// # Errors
    /// 415 when no parser accepts the media type, 400 when the body cannot be parsed.
    pub async fn data(&self) -> Result<Arc<Data>> {
        let mut data = self.inner.found.data.lock().await;
        if let Some(data) = data.as_ref() {
            return Ok(Arc::clone(data));
        }
        let parsed = Arc::new(self.parse().await?);
        *data = Some(Arc::clone(&parsed));
        Ok(parsed)
    }

    /// The same for a single use: nothing stays in memory when the result is dropped.
    pub(crate) async fn take_data(&self) -> Result<Arc<Data>> {
        let data = self.data().await?;
        self.inner.found.data.lock().await.take();
        self.inner.parts.body.let_go().await;
        Ok(data)
    }

    async fn parse(&self) -> Result<Data> {
        if self.inner.parts.body.is_absent() {
            return Ok(parsers::nothing(self));
        }
        let parsing = Parsing::of(self);
        if let (Err(_), true) = (&parsing, self.inner.parts.body.is_announced()) {
            return parsing.map(|_| parsers::nothing(self));
        }
        let has_files = parsing.as_ref().is_ok_and(Parsing::has_files);
        let body = if has_files { self.whole_body().await? } else { self.body().await? };
        if body.is_empty() {
            return Ok(parsers::nothing(self));
        }
        let parsing = parsing?;
        if body.len() <= PARSED_INLINE {
            return parsing.parse(&body);
        }
        let _turn = self.inner.application.limits.parsing.acquire().await;
        let parsed = tokio::task::spawn_blocking(move || parsing.parse(&body)).await;
        parsed.unwrap_or_else(|error| Err(Error::internal(error)))
    }
}

/// The program of the request.
impl Request {
    /// The program.
    pub fn application(&self) -> &Arc<Application> {
        &self.inner.application
    }

    /// The database.
    pub fn db(&self) -> &Database {
        &self.inner.application.db
    }
}

/// What the request pipeline has found out.
impl Request {
    pub(crate) fn set_route(&self, route: RouteMatch) {
        // Set once, before the view gets the request.
        let _ = self.inner.found.route.set(route);
    }

    /// The view that answers.
    pub fn view(&self) -> Option<&Arc<View>> {
        self.inner.found.route.get()?.view.as_ref()
    }

    /// A part of the path by its name in the pattern: `pk`.
    pub fn kwarg(&self, name: &str) -> Option<&str> {
        let kwargs = &self.inner.found.route.get()?.kwargs;
        kwargs.iter().find(|(known, _)| **known == *name).map(|(_, value)| value.as_str())
    }

    /// A part of the path, read as a type: `let year: i32 = request.kwarg_as("year")?`.
    ///
    /// # Errors
    /// 404 when the path has no such part or it cannot be read as the type, for example a number that is too large.
    pub fn kwarg_as<T: std::str::FromStr>(&self, name: &str) -> Result<T> {
        self.kwarg(name).and_then(|text| text.parse().ok()).ok_or_else(Error::not_found)
    }

    /// The format suffix of the path: `json` of `/api/projects.json`.
    pub fn format_suffix(&self) -> Option<&str> {
        self.inner.found.route.get()?.format.as_deref()
    }

    pub(crate) fn set_accepted(&self, accepted: Accepted) {
        let _ = self.inner.found.accepted.set(accepted);
    }

    pub(crate) fn accepted(&self) -> Option<&Accepted> {
        self.inner.found.accepted.get()
    }

    /// The media type that the answer is rendered as, which the client and the view agreed upon: `application/json`.
    pub fn accepted_media_type(&self) -> Option<&str> {
        let accepted = self.accepted()?;
        self.view()?.renderers().get(accepted.index).map(|renderer| renderer.media_type())
    }

    /// The user that a test has set.
    pub(crate) fn forced_user(&self) -> Option<&User> {
        self.inner.parts.forced_user.as_ref()
    }

    /// Sets the user of the request.
    pub(crate) fn set_identity(&self, identity: Identity) {
        let mut known = Box::new(Known { identity, permissions: OnceCell::new(), next: OnceLock::new() });
        let mut last = &self.inner.found.known;
        while let Err(refused) = last.set(known) {
            known = refused;
            let Some(earlier) = last.get() else { return };
            last = &earlier.next;
        }
    }

    /// Changes the user of the request, as Django's `login` and `logout` change `request.user`.
    pub(crate) fn set_user(&self, user: Option<User>) {
        let before = self.identity();
        self.set_identity(Identity {
            user: user.map(Arc::new),
            auth: before.and_then(|before| before.auth.clone()),
            authenticator: before.and_then(|before| before.authenticator),
            stateless: false,
        });
    }

    /// The code of the API error that the request was answered with, if any.
    pub(crate) fn error_code(&self) -> Option<&'static str> {
        self.inner.found.error_code.get().copied()
    }

    pub(crate) fn set_error_code(&self, code: &'static str) {
        let _ = self.inner.found.error_code.set(code);
    }

    /// Whether the response contains a credential.
    pub(crate) fn hands_out_credential(&self) -> bool {
        self.inner.found.credential.get().is_some()
    }

    /// Notes that some numbers in the object differ from those in its row ([`belleville_db::QuerySet::get_clamped`]).
    pub(crate) fn set_clamped(&self) {
        let _ = self.inner.found.clamped.set(());
    }

    pub(crate) fn is_clamped(&self) -> bool {
        self.inner.found.clamped.get().is_some()
    }

    pub(crate) fn set_hands_out_credential(&self) {
        let _ = self.inner.found.credential.set(());
    }

    /// The user of the request; after [`Request::login`] the user who has logged in.
    ///
    /// # Errors
    /// 401 or 403 when nobody is logged in.
    pub fn user(&self) -> Result<&User> {
        self.identity().and_then(|found| found.user.as_deref()).ok_or_else(Error::not_authenticated)
    }

    /// The user's Django permissions, read once per request; `None` when nobody is logged in, or when the user is
    /// only described by a token.
    ///
    /// # Errors
    /// Any database error.
    pub async fn user_permissions(&self) -> Result<Option<&UserPermissions>> {
        let Some(Known { identity, permissions, .. }) = self.known() else { return Ok(None) };
        match identity.user.as_deref().filter(|_| !identity.stateless) {
            Some(user) => {
                Ok(Some(permissions.get_or_try_init(|| UserPermissions::of(self.db(), user)).await?))
            }
            None => Ok(None),
        }
    }

    /// Whether somebody is logged in.
    pub fn is_authenticated(&self) -> bool {
        self.identity().is_some_and(|found| found.user.is_some())
    }

    /// What authenticated the request, when it is of type `A`: a [`Token`](belleville_auth::models::Token) with
    /// `TokenAuthentication`.
    pub fn auth<A: Any>(&self) -> Option<&A> {
        self.identity()?.auth.as_ref()?.downcast_ref()
    }

    /// The name of the authenticator that accepted the request.
    pub fn successful_authenticator(&self) -> Option<&'static str> {
        self.identity()?.authenticator
    }

    fn identity(&self) -> Option<&Identity> {
        self.known().map(|known| &known.identity)
    }

    fn known(&self) -> Option<&Known> {
        let mut known = self.inner.found.known.get()?;
        while let Some(next) = known.next.get() {
            known = next;
        }
        Some(known)
    }

    /// Reads or changes the session, which is loaded at the first call. The session is locked while `work` runs, so
    /// `work` cannot be async: it cannot call [`Request::login`], which would wait for the same lock.
    ///
    /// # Errors
    /// Any database error.
    pub async fn session<T>(&self, work: impl FnOnce(&mut SessionStore) -> T + Send) -> Result<T> {
        Ok(work(&mut *self.lock_session().await?))
    }

    /// The session, locked. Code that has the lock must not take it again, nor call a function that does.
    pub(crate) async fn lock_session(&self) -> Result<MutexGuard<'_, SessionStore>> {
        let session = self
            .inner
            .found
            .session
            .get_or_try_init(|| async {
                let application = &self.inner.application;
                let cookie = self.cookie(application.middleware.session.cookie.name());
                SessionStore::load(&application.db, &application.codec, cookie.as_deref())
                    .await
                    .map(Mutex::new)
            })
            .await?;
        Ok(session.lock().await)
    }

    /// The session, if it was loaded.
    pub(crate) fn loaded_session(&self) -> Option<&Mutex<SessionStore>> {
        self.inner.found.session.get()
    }

    pub(crate) fn set_csrf(&self, state: CsrfState) {
        let _ = self.inner.found.csrf.set(state);
    }

    pub(crate) fn csrf(&self) -> &CsrfState {
        self.inner.found.csrf.get_or_init(CsrfState::default)
    }

    /// Checks the view's permissions on an object.
    ///
    /// # Errors
    /// 401 or 403 when one of them refuses.
    pub async fn check_object_permissions(&self, object: &dyn Object) -> Result<()> {
        let Some(view) = self.view() else { return Ok(()) };
        for rule in view.permissions(self.method()) {
            if !rule.has_object_permission(self, object).await? {
                return Err(crate::dispatch::refusal(self, view, rule));
            }
        }
        Ok(())
    }
}
