//! The client of a test.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use belleville_accounts::mail::Mail;
use belleville_auth::crypto::{RANDOM_STRING_CHARS, get_random_string};
use belleville_auth::sessions::store::{Saved, SessionStore};
use belleville_auth::user::AuthUser;
use belleville_auth::users::{self, NewUser, create_user, logs_in_by_email};
use belleville_db::Database;
use belleville_http::json::Json;
use belleville_manage::application::Application;
use belleville_manage::settings::Settings;

use super::database::TestDatabase;
use super::outbox::Outbox;
use super::request::TestRequest;
use crate::App;

/// The host that requests are sent to, as in Django's tests.
pub(super) const HOST: &str = "testserver";

/// The password of users that [`TestClient::create_user`] makes.
const PASSWORD: &str = "correct horse battery staple";

/// The length of a CSRF secret.
const SECRET: usize = 32;

/// Sends requests to a program, on a new database with every migration applied; [the module](mod@crate::test) has an
/// example. It keeps cookies and headers; clones have separate ones, and share the program and the database.
///
/// The settings are those of the program's `belleville.toml`, without the environment, and with changes for tests:
/// `debug` is off, the key is random, the database is new, password hashes are fast, and the host `testserver` is
/// allowed. No mail is sent: [`TestClient::outbox`] has it. A method that fails ends the test with a message.
pub struct TestClient {
    program: Arc<Program>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) forced: Option<AuthUser>,
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
        let database = TestDatabase::new();
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
        if let Err(error) = app.migrate_with(&application.db, &application.settings).await {
            panic!("the migrations cannot be applied: {error}");
        }
        Self {
            program: Arc::new(Program { application, outbox, _database: database }),
            headers: Vec::new(),
            forced: None,
            cookies: Mutex::default(),
        }
        .with_csrf_cookie()
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
        let application = &self.program.application;
        let user = match users::find(self.db(), username).await {
            Ok(Some(user)) => user,
            Ok(None) => panic!(
                "there is no user `{username}` in the test's database; make one: client.create_user(\"{username}\").await"
            ),
            Err(error) => panic!("the user `{username}` cannot be read: {error}"),
        };
        let client = self.clone().with_csrf_cookie();
        match client.new_session(&user).await {
            Ok(key) => {
                let name = application.settings.session.session_cookie_name.clone();
                client.cookies().insert(name, key);
            }
            Err(error) => panic!("`{username}` cannot be logged in: {error}"),
        }
        client
    }

    /// Keeps a session of a user; returns its key.
    async fn new_session(&self, user: &AuthUser) -> belleville_db::Result<String> {
        let application = &self.program.application;
        let csrf = &application.settings.csrf;
        let mut session = SessionStore::load(self.db(), application.session_engine(), None).await?;
        session.login(self.db(), user, &application.keys).await?;
        if csrf.csrf_use_sessions
            && let Some(secret) = self.cookie(&csrf.csrf_cookie_name)
        {
            session.set_csrf_secret(&secret);
        }
        match session.save(self.db()).await? {
            Saved::Kept { key, .. } => Ok(key),
            Saved::Interrupted => Err(belleville_db::Error::Database("the session is gone".to_owned())),
        }
    }

    /// The same client, whose requests are from this user for every view, whichever authenticators it has: DRF's
    /// `force_authenticate`.
    #[must_use]
    pub fn force_authenticate(&self, user: impl Into<AuthUser>) -> Self {
        Self { forced: Some(user.into()), ..self.clone() }
    }

    /// The same client as nobody: without cookies, headers and a forced user. DRF's `logout`.
    #[must_use]
    pub fn logout(&self) -> Self {
        let client = Self {
            program: Arc::clone(&self.program),
            headers: Vec::new(),
            forced: None,
            cookies: Mutex::default(),
        };
        client.with_csrf_cookie()
    }

    /// The same client, whose requests have this header: `("Authorization", "Token 401f7ac8...")`. DRF's `credentials`.
    #[must_use]
    pub fn header(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name.to_owned(), value.to_owned()));
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

    /// A DELETE request.
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

    /// The `Cookie` header of its requests, when it keeps any.
    pub(super) fn cookie_header(&self) -> Option<String> {
        let cookies = self.cookies();
        let pairs: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// The header and the token that a page's script would send with an unsafe request.
    pub(super) fn csrf_header(&self) -> Option<(String, String)> {
        let cookies = &self.program.application.settings.csrf;
        let name = cookies.csrf_header_name.trim_start_matches("HTTP_").replace('_', "-");
        Some((name, self.cookie(&cookies.csrf_cookie_name)?))
    }

    /// Keeps a cookie, or forgets one whose time is over.
    pub(super) fn take_cookie(&self, set_cookie: &str) {
        let (pair, attributes) = set_cookie.split_once(';').unwrap_or((set_cookie, ""));
        let Some((name, value)) = pair.split_once('=') else { return };
        let is_over = attributes.split(';').any(|one| one.trim().eq_ignore_ascii_case("max-age=0"));
        if is_over {
            self.cookies().remove(name);
        } else {
            self.cookies().insert(name.to_owned(), value.to_owned());
        }
    }

    fn with_csrf_cookie(self) -> Self {
        let name = self.program.application.settings.csrf.csrf_cookie_name.clone();
        self.cookies().insert(name, get_random_string(SECRET, RANDOM_STRING_CHARS));
        self
    }

    fn cookies(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
