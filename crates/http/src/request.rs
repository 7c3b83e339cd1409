//! A request as the server has read it: Django's `HttpRequest`. It knows no view and no user.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, OnceLock};

use belleville_auth::sessions::store::SessionStore;
use belleville_db::Database;
use bytes::Bytes;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, COOKIE, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Uri};
use tokio::sync::{Mutex, OnceCell};

use crate::body::{Arrived, Body, BodyError, Pieces, Reading};
use crate::csrf::state::CsrfState;
use crate::exceptions::{Error, Result};
use crate::facts::Facts;
use crate::parsers::media_type::MediaType;
use crate::parsers::{self, BoxedParser, Data, Parsing, PostedForm, QueryDict};
use crate::run_to_end::Presence;
use crate::services::Services;
use crate::{headers, uri};

/// The media type of forms with files.
const MULTIPART: &[u8] = b"multipart/form-data";

/// A body up to this length is parsed on the request's thread; a longer one would make other requests of the thread
/// wait.
const PARSED_INLINE: usize = 32_768;

/// A request: what the client sent, what has been found out about it, and the services of the program.
pub struct HttpRequest {
    parts: Parts,
    found: Found,
    facts: Facts,
    services: Arc<Services>,
}

/// What the client sent.
pub struct Parts {
    /// Upper case, as in Django.
    method: Method,
    uri: Uri,
    /// The path decoded, where that is another text.
    decoded: Option<String>,
    headers: HeaderMap,
    body: Arc<Body>,
    peer: Option<IpAddr>,
    presence: Arc<Presence>,
    /// The port that the server listens on.
    port: u16,
    is_encrypted: bool,
}

/// The other end of a connection, and how it has come.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// The client's address.
    pub peer: IpAddr,
    /// The port that the server listens on.
    pub port: u16,
    /// The connection is one of TLS.
    pub is_encrypted: bool,
}

impl Origin {
    /// A connection to the usual port: 443 where it is encrypted, otherwise 80.
    pub fn new(peer: IpAddr, is_encrypted: bool) -> Self {
        Self { peer, port: if is_encrypted { 443 } else { 80 }, is_encrypted }
    }
}

/// From this machine, by HTTP.
impl Default for Origin {
    fn default() -> Self {
        Self::new(Ipv4Addr::LOCALHOST.into(), false)
    }
}

/// No token is asked for: see [`HttpRequest::skip_csrf_check`].
struct SkipsCsrfCheck;

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts")
            .field("method", &self.method)
            .field("path", &self.uri.path())
            .finish_non_exhaustive()
    }
}

impl Parts {
    /// What the head of a request says.
    pub(crate) fn of(
        head: http::request::Parts,
        body: Arc<Body>,
        origin: Origin,
        presence: Arc<Presence>,
    ) -> Self {
        Self {
            method: in_upper_case(head.method),
            decoded: decoded(head.uri.path()),
            uri: head.uri,
            headers: head.headers,
            body,
            peer: Some(origin.peer),
            presence,
            port: origin.port,
            is_encrypted: origin.is_encrypted,
        }
    }

    /// A request of this process, whose body is in memory.
    pub fn in_process(head: http::request::Parts, body: Bytes, origin: Origin) -> Self {
        Self::of(head, Arc::new(Body::whole(body)), origin, Arc::default())
    }
}

fn in_upper_case(method: Method) -> Method {
    if method.as_str().bytes().any(|byte| byte.is_ascii_lowercase()) {
        // Upper case has the same letters, all of which are allowed in a method.
        return Method::from_bytes(method.as_str().to_ascii_uppercase().as_bytes()).unwrap_or(method);
    }
    method
}

/// A path percent-decoded as Django does it: what is not UTF-8 stays quoted. Nothing where nothing is encoded.
fn decoded(raw: &str) -> Option<String> {
    memchr::memchr(b'%', raw.as_bytes())?;
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(raw).collect();
    Some(uri::repercented(&bytes))
}

/// What modules of this crate find out, in places of their own: a request that has none of it takes no memory for it.
#[derive(Default)]
pub(crate) struct Found {
    input: OnceLock<InputRules>,
    query: OnceLock<QueryDict>,
    data: Mutex<Option<Arc<Data>>>,
    /// In a box, so that a request without a session is not moved with the room for one.
    pub(crate) session: OnceCell<Box<Mutex<SessionStore>>>,
    /// Somebody wanted to know of a session where there can be none, which is not loaded for that.
    pub(crate) asked_for_session: OnceLock<()>,
    pub(crate) csrf: OnceLock<CsrfState>,
}

impl Found {
    pub(crate) fn csrf(&self) -> &CsrfState {
        self.csrf.get_or_init(CsrfState::default)
    }
}

/// What the endpoint of a request reads.
#[derive(Clone, Debug)]
pub struct InputRules {
    /// The most bytes of a body, when that is less than the settings allow.
    pub body_limit: Option<usize>,
    /// The parsers, in order.
    pub parsers: Arc<[BoxedParser]>,
    /// Which of them reads the body, where that is not chosen by its media type.
    pub chosen_parser: Option<ChosenParser>,
    /// The part `filename` of the path: the name of a body that is a file.
    pub filename: Option<String>,
}

/// The parser of a body that an endpoint has chosen in a way of its own; none where no parser takes the body.
#[derive(Clone, Copy, Debug)]
pub struct ChosenParser(pub Option<usize>);

/// The form of a POST, once it was read.
#[derive(Default)]
struct Posted(OnceLock<QueryDict>);

/// The response has a credential.
struct HandsOutCredential;

impl std::fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method())
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}

/// What the client sent.
impl HttpRequest {
    /// A request of a program with these services.
    pub fn new(services: Arc<Services>, parts: Parts) -> Self {
        Self { parts, found: Found::default(), facts: Facts::default(), services }
    }

    /// The method, in upper case.
    pub fn method(&self) -> &str {
        self.parts.method.as_str()
    }

    /// The path, percent-decoded.
    pub fn path(&self) -> &str {
        self.parts.decoded.as_deref().unwrap_or_else(|| self.raw_path())
    }

    /// The path as it was sent.
    pub fn raw_path(&self) -> &str {
        self.parts.uri.path()
    }

    /// The path and the query as they were sent.
    pub fn full_path(&self) -> String {
        match self.query_string() {
            "" => self.raw_path().to_owned(),
            query => format!("{}?{query}", self.raw_path()),
        }
    }

    /// The query as it was sent.
    pub fn query_string(&self) -> &str {
        self.parts.uri.query().unwrap_or_default()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// A header's value as text, one character per byte (latin-1), as in WSGI. Several headers of one name are joined
    /// with a comma.
    pub fn header(&self, name: &HeaderName) -> Option<String> {
        self.header_text(name).map(Cow::into_owned)
    }

    /// The same, borrowed where it can be.
    pub fn header_text(&self, name: &HeaderName) -> Option<Cow<'_, str>> {
        headers::text(&self.parts.headers, name)
    }

    /// The same as bytes.
    pub fn header_bytes(&self, name: &HeaderName) -> Option<Cow<'_, [u8]>> {
        headers::bytes(&self.parts.headers, name)
    }

    /// The address of the connection: the client's, or that of the proxy in front.
    pub fn peer(&self) -> Option<IpAddr> {
        self.parts.peer
    }

    /// The address of the client, behind as many proxies as the setting `rest_framework.num_proxies` says. Each proxy
    /// adds the address of its client to the end of `X-Forwarded-For`; addresses further left are not trusted,
    /// because the client can send them.
    pub fn client_address(&self) -> Option<IpAddr> {
        self.services.forwarding.client_address(&self.parts.headers, self.parts.peer)
    }

    /// Awaits work that is useless once the client has hung up, such as a place in a queue.
    ///
    /// # Errors
    /// 499, which only the log shows, when the client hangs up first.
    pub async fn while_client_waits<T>(&self, work: impl Future<Output = T>) -> Result<T> {
        tokio::select! {
            biased;
            done = work => Ok(done),
            () = self.parts.presence.ended() => Err(Error::client_gone()),
        }
    }

    /// A cookie's value. Of several cookies of one name the last one counts, as in Django.
    pub fn cookie(&self, name: &str) -> Option<String> {
        crate::cookies::find(&self.header_text(&COOKIE)?, name)
    }

    /// `http` or `https`.
    ///
    /// Behind a proxy it is in the header that `secure_proxy_ssl_header` names; of several values the first one
    /// counts. Without the header it is that of the connection.
    pub fn scheme(&self) -> &'static str {
        let forwarded = self.services.forwarding.is_https(&self.parts.headers);
        if forwarded.unwrap_or(self.parts.is_encrypted) { "https" } else { "http" }
    }

    /// The host (and port) of the request, checked against `allowed_hosts` before any view gets the request. With the
    /// setting `use_x_forwarded_host`, the proxy's header comes first.
    pub fn host(&self) -> Cow<'_, str> {
        self.services.forwarding.host(&self.parts.headers).unwrap_or_default()
    }

    /// Lets it pass the CSRF check, as the clients of tests do: Django's `_dont_enforce_csrf_checks`.
    pub fn skip_csrf_check(&self) {
        self.facts.get_or_insert_with(|| SkipsCsrfCheck);
    }

    pub(crate) fn skips_csrf_check(&self) -> bool {
        self.facts.get::<SkipsCsrfCheck>().is_some()
    }

    /// The server's port, or that of the proxy's header with the setting `use_x_forwarded_port`.
    pub fn port(&self) -> String {
        let forwarded = self.services.forwarding.port(&self.parts.headers);
        forwarded.map_or_else(|| self.parts.port.to_string(), Cow::into_owned)
    }

    /// The path and the query, quoted for a `Location`, with a text between them.
    pub fn quoted_path_and_query(&self, between: &str) -> String {
        let path = uri::escape_uri_path(self.path());
        match self.query_string() {
            "" => path + between,
            query => format!("{path}{between}?{}", uri::quoted_query(query)),
        }
    }

    /// The absolute URL of a path on the request's host. Segments `.` and `..` are resolved, as in Django. A URL that names its
    /// own host stays as it is.
    pub fn build_absolute_uri(&self, location: &str) -> String {
        if uri::has_scheme_and_host(location) {
            return uri::iri_to_uri(location);
        }
        if location.starts_with("//") {
            return uri::iri_to_uri(&format!("{}:{location}", self.scheme()));
        }
        let path = uri::without_dot_segments(location);
        uri::iri_to_uri(&format!("{}://{}{path}", self.scheme(), self.host()))
    }

    /// The parameters of the query string.
    pub fn query_params(&self) -> &QueryDict {
        self.found.query.get_or_init(|| {
            let uploads = self.services.bodies.uploads;
            parsers::query(self.query_string(), &self.content_type(), uploads)
        })
    }

    /// The parameters of the query string as a URL has them, in UTF-8: [`HttpRequest::query_params`] are read in the charset of the
    /// body, as Django reads them.
    pub fn query_of_url(&self) -> QueryDict {
        parsers::query(self.query_string(), "", self.services.bodies.uploads)
    }

    /// The parameters of the query string, unless there are more than Django allows.
    ///
    /// # Errors
    /// 400 when there are.
    pub fn readable_query(&self) -> Result<&QueryDict> {
        let query = self.query_params();
        if query.is_truncated() {
            return Err(Error::suspicious(parsers::TOO_MANY_FIELDS));
        }
        Ok(query)
    }

    /// The form in the body of a POST, whichever parsers the view has: Django's `request.POST`. Empty for other
    /// methods and media types.
    ///
    /// # Errors
    /// 400 when the form cannot be read.
    pub async fn post(&self) -> Result<&QueryDict> {
        let posted = &self.facts.get_or_insert_with(Posted::default).0;
        if let Some(form) = posted.get() {
            return Ok(form);
        }
        let form = self.posted_form().await?;
        Ok(posted.get_or_init(|| form))
    }

    async fn posted_form(&self) -> Result<QueryDict> {
        if self.method() != "POST" {
            return Ok(QueryDict::default());
        }
        let content_type = self.content_type();
        match PostedForm::of(&content_type) {
            PostedForm::Urlencoded(media_type) => {
                parsers::check_urlencoded(&media_type)?;
                parsers::parse_form(&self.body().await?, &media_type, self.services.bodies.uploads)
            }
            PostedForm::MultiPart if !self.parts.body.is_absent() => {
                let parsing = Parsing::of_multipart(content_type, &self.services.bodies);
                match Box::pin(self.parse_with(parsing)).await? {
                    Data::Form(form) => Ok(form),
                    Data::Json(_) => Ok(QueryDict::default()),
                }
            }
            PostedForm::MultiPart | PostedForm::None => Ok(QueryDict::default()),
        }
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

    /// Waits until the body has arrived, if it is one that the endpoint can parse. What is wrong with it is said to who asks
    /// for it.
    pub async fn await_body(&self) {
        if self.parts.body.is_absent() {
            return;
        }
        match self.parsing() {
            Ok(parsing) if parsing.most_in_memory().is_some() => drop(self.data().await),
            Ok(_) => drop(self.whole_body().await),
            Err(_) => {}
        }
    }

    /// The body's bytes, when something of the program has read them: whoever was refused before sent them for nothing.
    pub fn body_already_read(&self) -> Option<Bytes> {
        self.parts.body.read_already()
    }

    /// The same for a parser that checks the limit itself, because the bytes of files do not count.
    pub(crate) async fn whole_body(&self) -> Result<Bytes> {
        self.parts.body.read(|| self.reading()).await
    }

    fn reading(&self) -> Reading {
        let bodies = &self.services.bodies;
        Reading {
            limit: self.body_limit(),
            timeout: bodies.timeout,
            memory: bodies.clients.body_memory(self.client_address()),
        }
    }

    /// The most bytes that the body may have, files included.
    fn body_limit(&self) -> usize {
        let most = self.services.bodies.most;
        let content_type =
            self.parts.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
        let has_files = content_type
            .trim_ascii_start()
            .get(..MULTIPART.len())
            .is_some_and(|media_type| media_type.eq_ignore_ascii_case(MULTIPART));
        if has_files || self.is_file() {
            most.min(self.own_body_limit())
        } else {
            most.min(self.memory_limit())
        }
    }

    /// Whether the endpoint reads the body as a file.
    fn is_file(&self) -> bool {
        let reads_files = |input: &InputRules| input.parsers.iter().any(BoxedParser::is_file);
        self.found.input.get().is_some_and(reads_files)
            && self.parsing().is_ok_and(|parsing| parsing.has_files())
    }

    /// The most bytes that it may have without files.
    fn memory_limit(&self) -> usize {
        self.services
            .bodies
            .uploads
            .data_upload_max_memory_size
            .unwrap_or(usize::MAX)
            .min(self.own_body_limit())
    }

    fn own_body_limit(&self) -> usize {
        self.found.input.get().and_then(|input| input.body_limit).unwrap_or(usize::MAX)
    }

    /// The body, parsed by the view's parser for its media type at the first call.
    ///
    /// # Errors
    /// 415 when no parser accepts the media type, 400 when the body cannot be parsed.
    pub async fn data(&self) -> Result<Arc<Data>> {
        let mut data = self.found.data.lock().await;
        if let Some(data) = data.as_ref() {
            return Ok(Arc::clone(data));
        }
        let parsed = Arc::new(self.parse().await?);
        *data = Some(Arc::clone(&parsed));
        Ok(parsed)
    }

    /// The same for a single use: nothing stays in memory when the result is dropped.
    ///
    /// # Errors
    /// As [`HttpRequest::data`].
    pub async fn take_data(&self) -> Result<Arc<Data>> {
        let data = self.data().await?;
        self.found.data.lock().await.take();
        self.parts.body.let_go().await;
        Ok(data)
    }

    /// The parser of the endpoint for the body's media type.
    fn parsing(&self) -> Result<Parsing> {
        let input = self.found.input.get();
        let parsers = input.map_or(parsers::default_parsers(), |input| &input.parsers);
        let content_type = self.content_type();
        let chosen = match input.and_then(|input| input.chosen_parser) {
            Some(ChosenParser(chosen)) => chosen,
            None => parsers::select(parsers, &content_type),
        };
        let parser = chosen.and_then(|index| parsers.get(index));
        let parsing = Parsing::of(content_type, parser, &self.services.bodies)?;
        Ok(parsing.with_filename(|| self.filename()))
    }

    /// The name of a body that is a file: that of the path, or of the header `Content-Disposition`.
    fn filename(&self) -> Option<String> {
        if let Some(name) = self.found.input.get().and_then(|input| input.filename.as_ref()) {
            return Some(name.clone());
        }
        let disposition = MediaType::parse(&self.header_text(&CONTENT_DISPOSITION)?);
        disposition.parameter("filename").map(str::to_owned)
    }

    async fn parse(&self) -> Result<Data> {
        if self.parts.body.is_absent() {
            return Ok(parsers::nothing(&self.content_type()));
        }
        let parsing = self.parsing();
        if let (Err(_), true) = (&parsing, self.parts.body.is_announced()) {
            return parsing.map(|_| parsers::nothing(&self.content_type()));
        }
        match parsing {
            Ok(parsing) if parsing.has_files() => Box::pin(self.parse_with(parsing)).await,
            parsing => {
                let body = self.body().await?;
                if body.is_empty() {
                    return Ok(parsers::nothing(&self.content_type()));
                }
                self.parse_whole(parsing?, body).await
            }
        }
    }

    /// Parses a body that may have files.
    async fn parse_with(&self, parsing: Parsing) -> Result<Data> {
        let body = match parsing.most_in_memory() {
            Some(most) => match self.parts.body.arrive(self.reading(), most).await? {
                Arrived::Whole(body) => body,
                Arrived::InPieces(pieces) => return self.parse_pieces(parsing, pieces).await,
                Arrived::Parsed(parser, form) if parser == parsing.name() => return form.map(Data::Form),
                // DRF has nothing for a second parser.
                Arrived::Parsed(..) => Bytes::new(),
            },
            None => self.whole_body().await?,
        };
        if body.is_empty() {
            return Ok(parsers::nothing(&self.content_type()));
        }
        self.parse_whole(parsing, body).await
    }

    async fn parse_whole(&self, parsing: Parsing, body: Bytes) -> Result<Data> {
        if body.len() <= PARSED_INLINE {
            return parsing.parse(body);
        }
        Box::pin(self.parse_beside(parsing, body)).await
    }

    /// Parses a body as it arrives. What came of it is kept.
    async fn parse_pieces(&self, parsing: Parsing, mut pieces: Pieces<'_>) -> Result<Data> {
        let form = self.form_of_pieces(&parsing, &mut pieces).await;
        let answer = match &form {
            Ok(form) => Ok(Data::Form(form.clone())),
            Err(error) => Err(error.again()),
        };
        pieces.keep(parsing.name(), form);
        answer
    }

    async fn form_of_pieces(&self, parsing: &Parsing, pieces: &mut Pieces<'_>) -> Result<QueryDict> {
        let mut reader = parsing.reader()?;
        while let Some(piece) = pieces.next(reader.held()).await? {
            reader = self.beside(move || reader.write(piece).map(|()| reader)).await?;
        }
        match self.beside(move || reader.finish()).await? {
            Data::Form(form) => Ok(form),
            Data::Json(_) => Err(Error::internal("a body that is parsed as it arrives is a form")),
        }
    }

    /// Parses a long body beside the threads that answer requests.
    async fn parse_beside(&self, parsing: Parsing, body: Bytes) -> Result<Data> {
        self.beside(move || parsing.parse(body)).await
    }

    /// Does work beside the threads that answer requests.
    async fn beside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _turn = self.services.bodies.clients.long_work.acquire().await;
        let done = tokio::task::spawn_blocking(work).await;
        done.unwrap_or_else(|error| Err(Error::internal(error)))
    }
}

/// What is known of it.
impl HttpRequest {
    /// The services of the program.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// The same, to be kept by work that goes on after the response.
    pub fn shared_services(&self) -> &Arc<Services> {
        &self.services
    }

    /// The database.
    pub fn db(&self) -> &Database {
        &self.services.db
    }

    /// What has been found out about the request, by type.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    pub(crate) fn found(&self) -> &Found {
        &self.found
    }

    /// Sets what the endpoint reads, once, when the URL is known.
    pub fn set_input_rules(&self, rules: InputRules) {
        let _ = self.found.input.set(rules);
    }

    /// Whether the response contains a credential.
    pub fn hands_out_credential(&self) -> bool {
        self.facts.get::<HandsOutCredential>().is_some()
    }

    /// Notes that the response contains a credential.
    pub fn set_hands_out_credential(&self) {
        self.facts.get_or_insert_with(|| HandsOutCredential);
    }
}
