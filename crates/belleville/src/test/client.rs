//! The client of a test.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use belleville_accounts::mail::Mail;
use belleville_auth::crypto::{RANDOM_STRING_CHARS, get_random_string};
use belleville_auth::sessions::store::{Saved, SessionStore};
use belleville_auth::user::AuthUser;
use belleville_auth::users::{self, NewUser, authenticate, create_user, logs_in_by_email};
use belleville_db::Database;
use belleville_http::json::Json;
use belleville_manage::application::Application;
use belleville_manage::in_process::Forced;
use belleville_manage::settings::Settings;

use super::database::TestDatabase;
use super::outbox::Outbox;
use super::request::{TestRequest, set_header};
use crate::App;

/// The host that requests are sent to, as in Django's tests.
pub(super) const HOST: &str = "testserver";

/// The password of users that [`TestClient::create_user`] makes.
const PASSWORD: &str = "correct horse battery staple";

/// Sends requests to a program, on a new database with every migration applied; [the module](mod@crate::test) has an
/// example. It keeps cookies and headers; clones have separate ones, and share the program and the database.
///
/// The settings are those of the program's `belleville.toml`, without the environment, and with changes for tests:
/// `debug` is off, the key is random, the database is new, password hashes are fast, and the host `testserver` is
/// allowed. No mail is sent: [`TestClient::outbox`] has it. A method that fails ends the test with a message.
///
/// The database is on the server of PostgreSQL that `database_url` names, or in a file where that names SQLite; the environment
/// variable `TEST_DATABASE_URL` says otherwise. On a server its name begins with `test_`. It goes with the last client.
pub struct TestClient {
    program: Arc<Program>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) forced: Option<Forced>,
    pub(super) enforces_csrf_checks: bool,
    pub(super) raises_request_exception: bool,
    cookies: Mutex<BTreeMap<String, String>>,
}

struct Program {
    application: Arc<Application>,
    outbox: Outbox,
    _database: TestDatabase,
}

impl Clone for TestClient {
    fn clone(&self) -> Self {
        Self {
            program: Arc::clone(&self.program),
            headers: self.headers.clone(),
            forced: self.forced.clone(),
            enforces_csrf_checks: self.enforces_csrf_checks,
            raises_request_exception: self.raises_request_exception,
            cookies: Mutex::new(self.cookies().clone()),
        }
    }
}

impl std::fmt::Debug for TestClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestClient").finish_non_exhaustive()
    }
}

impl TestClient {
    /// A client of a program with its own settings, and nobody logged in.
    pub async fn new(app: &App) -> Self {
        match app.file_settings() {
            Ok(settings) => Self::with_settings(app, settings).await,
            Err(error) => panic!("{error}"),
        }
    }

    /// A client of a program with other settings than those of its `belleville.toml`.
    pub async fn with_settings(app: &App, mut settings: Settings) -> Self {
        let database = match TestDatabase::new(app, &settings).await {
            Ok(database) => database,
            Err(error) => panic!("there is no database for the test: {error}"),
        };
        settings.debug = false;
        settings.secret_key = get_random_string(64, RANDOM_STRING_CHARS);
        settings.database_url = database.url();
        settings.hosts.allowed_hosts.push(HOST.to_owned());
        settings.passwords.password_hashers = vec!["MD5PasswordHasher".to_owned()];
        let outbox = Outbox::default();
        let application = match app.application_with_mail(settings, Arc::new(outbox.clone())) {
            Ok(application) => application,
            Err(error) => panic!("the program does not start: {error}"),
        };
        Self::of(Arc::new(Program { application, outbox, _database: database }))
    }

    /// A client as nobody.
    fn of(program: Arc<Program>) -> Self {
        Self {
            program,
            headers: Vec::new(),
            forced: None,
            enforces_csrf_checks: false,
            raises_request_exception: true,
            cookies: Mutex::default(),
        }
    }

    /// The same client, whose requests the CSRF check refuses where they lack the token: DRF's `enforce_csrf_checks`. Without it
    /// they need none.
    #[must_use]
    pub fn enforce_csrf_checks(&self, enforce: bool) -> Self {
        Self { enforces_csrf_checks: enforce, ..self.clone() }
    }

    /// The same client, where `false` has an error that nothing handles answered with 500, as clients see it. Otherwise it ends
    /// the test with its text: Django's `raise_request_exception`.
    #[must_use]
    pub fn raise_request_exception(&self, raise: bool) -> Self {
        Self { raises_request_exception: raise, ..self.clone() }
    }

    /// The database, to create and read rows.
    #[must_use]
    pub fn db(&self) -> &Database {
        &self.program.application.db
    }

    /// The program.
    #[must_use]
    pub fn application(&self) -> &Arc<Application> {
        &self.program.application
    }

    /// The mail that the program has sent so far: Django's `mail.outbox`.
    pub async fn outbox(&self) -> Vec<Mail> {
        self.program.application.finish_mail().await;
        self.program.outbox.mails()
    }

    /// Makes an ordinary user.
    pub async fn create_user(&self, username: &str) -> AuthUser {
        self.create(username, false).await
    }

    /// Makes a user who may do everything.
    pub async fn create_superuser(&self, username: &str) -> AuthUser {
        self.create(username, true).await
    }

    async fn create(&self, username: &str, is_superuser: bool) -> AuthUser {
        let email = if logs_in_by_email() { String::new() } else { format!("{username}@example.com") };
        let new = NewUser {
            username: username.to_owned(),
            email,
            password: Some(PASSWORD.to_owned()),
            is_superuser,
            ..NewUser::default()
        };
        match create_user(self.db(), &self.program.application.hashing, new).await {
            Ok(user) => user,
            Err(error) => panic!("the user `{username}` cannot be made: {error}"),
        }
    }

    /// The same client with a session of this user, as after a login in a browser: Django's `force_login`. It works
    /// for views with `SessionAuthentication`.
    pub async fn login(&self, username: &str) -> Self {
        let user = match users::find(self.db(), username).await {
            Ok(Some(user)) => user,
            Ok(None) => panic!(
                "there is no user `{username}` in the test's database; make one: client.create_user(\"{username}\").await"
            ),
            Err(error) => panic!("the user `{username}` cannot be read: {error}"),
        };
        self.with_session_of(&user).await
    }

    /// The same client with a session of the user whose name and password these are; none where nobody has them. Django's
    /// `login`.
    pub async fn login_with_password(&self, username: &str, password: &str) -> Option<Self> {
        match authenticate(self.db(), &self.program.application.hashing, username, password).await {
            Ok(Some(user)) => Some(self.with_session_of(&user).await),
            Ok(None) => None,
            Err(error) => panic!("the password of `{username}` cannot be checked: {error}"),
        }
    }

    async fn with_session_of(&self, user: &AuthUser) -> Self {
        let client = self.clone();
        match client.new_session(user).await {
            Ok(key) => {
                client.set_cookie(&self.program.application.settings.session.session_cookie_name, &key)
            }
            Err(error) => panic!("`{}` cannot be logged in: {error}", user.username()),
        }
        client
    }

    /// Keeps a session of a user; returns its key.
    async fn new_session(&self, user: &AuthUser) -> belleville_db::Result<String> {
        let application = &self.program.application;
        let mut session = SessionStore::load(self.db(), application.session_engine(), None).await?;
        session.login(self.db(), user, &application.keys).await?;
        match session.save(self.db()).await? {
            Saved::Kept { key, .. } => Ok(key),
            Saved::Interrupted => Err(belleville_db::Error::Database("the session is gone".to_owned())),
        }
    }

    /// The same client, whose requests are from this user for every view, whichever authenticators it has: DRF's
    /// `force_authenticate`.
    #[must_use]
    pub fn force_authenticate(&self, user: impl Into<AuthUser>) -> Self {
        let forced = Forced { user: Some(user.into()), ..self.forced.clone().unwrap_or_default() };
        Self { forced: Some(forced), ..self.clone() }
    }

    /// The same client, in whose requests handlers find this by `request.auth()`: the token of DRF's `force_authenticate`. Without
    /// [`TestClient::force_authenticate`] they are nobody's.
    #[must_use]
    pub fn force_auth(&self, auth: impl Any + Send + Sync) -> Self {
        let forced = Forced { auth: Some(Arc::new(auth)), ..self.forced.clone().unwrap_or_default() };
        Self { forced: Some(forced), ..self.clone() }
    }

    /// The same client as nobody: without cookies, headers and a forced user. DRF's `logout`.
    #[must_use]
    pub fn logout(&self) -> Self {
        Self {
            enforces_csrf_checks: self.enforces_csrf_checks,
            raises_request_exception: self.raises_request_exception,
            ..Self::of(Arc::clone(&self.program))
        }
    }

    /// The same client, whose requests have this header: `("Authorization", "Token 401f7ac8...")`. DRF's `credentials`. The name
    /// may be WSGI's: `HTTP_AUTHORIZATION`.
    #[must_use]
    pub fn header(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        set_header(&mut client.headers, name, value);
        client
    }

    /// A GET request. It is sent when it is awaited, as all of them are.
    pub fn get(&self, path: &str) -> TestRequest<'_> {
        self.request("GET", path)
    }

    /// A POST request with a body of JSON.
    pub fn post(&self, path: &str, data: Json) -> TestRequest<'_> {
        self.request("POST", path).json(&data)
    }

    /// A PUT request with a body of JSON.
    pub fn put(&self, path: &str, data: Json) -> TestRequest<'_> {
        self.request("PUT", path).json(&data)
    }

    /// A PATCH request with a body of JSON.
    pub fn patch(&self, path: &str, data: Json) -> TestRequest<'_> {
        self.request("PATCH", path).json(&data)
    }

    /// An OPTIONS request.
    pub fn options(&self, path: &str) -> TestRequest<'_> {
        self.request("OPTIONS", path)
    }

    /// A HEAD request.
    pub fn head(&self, path: &str) -> TestRequest<'_> {
        self.request("HEAD", path)
    }

    /// A DELETE request. A body is given to it by [`TestRequest::json`] and the like.
    pub fn delete(&self, path: &str) -> TestRequest<'_> {
        self.request("DELETE", path)
    }

    /// A request of any method, without a body so far.
    pub fn request(&self, method: &'static str, path: &str) -> TestRequest<'_> {
        TestRequest::new(self, method, path)
    }

    /// The value of a cookie that the client keeps.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies().get(name).cloned()
    }

    /// Keeps a cookie, which is sent with the requests from now on.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies().insert(name.to_owned(), value.to_owned());
    }

    /// The `Cookie` header of a request that has these besides, when there are any.
    pub(super) fn cookie_header(&self, besides: &[(String, String)]) -> Option<String> {
        let mut cookies = self.cookies().clone();
        cookies.extend(besides.iter().cloned());
        let pairs: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Keeps a cookie, or forgets one whose time is over.
    pub(super) fn take_cookie(&self, set_cookie: &str) {
        let (pair, attributes) = set_cookie.split_once(';').unwrap_or((set_cookie, ""));
        let Some((name, value)) = pair.split_once('=') else { return };
        let is_over = attributes.split(';').any(|one| one.trim().eq_ignore_ascii_case("max-age=0"));
        if is_over {
            self.cookies().remove(name);
        } else {
            self.set_cookie(name, value);
        }
    }

    fn cookies(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
