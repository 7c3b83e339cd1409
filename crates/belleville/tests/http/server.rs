//! A server in this process, on a port and a database of its own, and a client that sends exactly what it is told.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Once, OnceLock, PoisonError};

use belleville::application::{Application, Hooks, hashing_pool};
use belleville::auth::users::{NewUser, create_user};
use belleville::auth::{contenttypes, tokens, user};
use belleville::db::Registry;
use belleville::db::migrations::{AppConfig, Migrator};
use belleville::prelude::*;
use belleville::renderers::BoxedRenderer;
use belleville::settings::Settings;

/// The key of every test server.
pub(crate) const SECRET_KEY: &str = "a-key-for-tests-that-is-long-enough-to-be-good-0123456789";
/// The password of every test user.
pub(crate) const PASSWORD: &str = "correct horse";

/// A folder that goes when the test ends.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("belleville-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self) -> &std::path::Path {
        &self.0
    }

    /// The address of a database in it.
    pub(crate) fn database(&self) -> String {
        format!("sqlite:///{}", self.0.join("db.sqlite3").display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A running server. A panic on one of its threads, which tokio would swallow, fails the test.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) application: Arc<Application>,
    pub(crate) runtime: tokio::runtime::Runtime,
    threads: String,
    may_panic: AtomicBool,
    _folder: Folder,
}

/// The names of the threads that panicked.
static PANICKED: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn watch_for_panics() {
    static WATCH: Once = Once::new();
    WATCH.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let name = std::thread::current().name().unwrap_or_default().to_owned();
            PANICKED.lock().unwrap_or_else(PoisonError::into_inner).push(name);
            before(panic);
        }));
    });
}

impl Drop for Server {
    fn drop(&mut self) {
        let panicked = PANICKED.lock().unwrap_or_else(PoisonError::into_inner).contains(&self.threads);
        let may_panic = self.may_panic.load(Ordering::Relaxed);
        assert!(std::thread::panicking() || may_panic || !panicked, "a thread of the server panicked");
    }
}

/// A runtime for one server, and the name of its threads.
fn runtime() -> (tokio::runtime::Runtime, String) {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    watch_for_panics();
    let name = format!("server-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    (builder.worker_threads(2).thread_name(&name).enable_all().build().unwrap(), name)
}

/// The three users that every server has: `alice`, `bob` and the superuser `root`.
async fn make_users(db: &Database, settings: &Settings) {
    let hashing = hashing_pool(settings).unwrap();
    for (username, is_superuser) in [("alice", false), ("bob", false), ("root", true)] {
        let new = NewUser {
            username: username.to_owned(),
            email: String::new(),
            password: Some(PASSWORD.to_owned()),
            is_superuser,
            ..NewUser::default()
        };
        let user = create_user(db, &hashing, new).await.unwrap();
        tokens::get_or_create(db, &user).await.unwrap();
    }
}

/// A server's settings: a file's text and environment variables over the tests' own.
pub(crate) fn settings(text: &str, variables: &[(&str, &str)], database: &str) -> Settings {
    let ours = [
        ("SECRET_KEY", SECRET_KEY),
        ("ALLOWED_HOSTS", "testserver"),
        ("PBKDF2_ITERATIONS", "1000"),
        ("DATABASE_URL", database),
    ];
    let mut environment = BTreeMap::new();
    for (name, value) in ours.iter().chain(variables) {
        environment.insert((*name).to_owned(), (*value).to_owned());
    }
    // What the file says is not overruled by what the tests say.
    for line in text.lines() {
        if let Some((key, _)) = line.split_once('=') {
            environment.remove(&key.trim().to_uppercase());
        }
    }
    Settings::read(text, &environment).unwrap()
}

/// Why a program does not start.
pub(crate) fn refusal(urls: Urls, own: Vec<AppConfig>) -> String {
    let apps = user::install(own).unwrap();
    let registry = Registry::new(apps.iter().flat_map(|app| app.models.iter().copied()));
    let db = Database::open("sqlite://:memory:", registry).unwrap();
    let settings = settings("", &[], "sqlite://:memory:");
    Application::new(settings, db, urls, vec![], Hooks::default()).map(drop).unwrap_err().to_string()
}

impl Server {
    /// The program that is served panics, and is meant to.
    pub(crate) fn expects_panics(&self) {
        self.may_panic.store(true, Ordering::Relaxed);
    }

    pub(crate) fn start(text: &str, variables: &[(&str, &str)], urls: Urls) -> Self {
        Self::start_with(text, variables, urls, vec![], vec![])
    }

    pub(crate) fn start_with(
        text: &str,
        variables: &[(&str, &str)],
        urls: Urls,
        own: Vec<AppConfig>,
        renderers: Vec<BoxedRenderer>,
    ) -> Self {
        let folder = Folder::new();
        let settings = settings(text, variables, &folder.database());
        let (runtime, threads) = runtime();
        let apps = user::install(own).unwrap();
        let registry = Registry::new(apps.iter().flat_map(|app| app.models.iter().copied()));
        let db = Database::open(&settings.database_url, registry).unwrap();
        runtime.block_on(async {
            Migrator::new(&apps).migrate(&db, |_| {}).await.unwrap();
            contenttypes::create_missing(&db, &apps).await.unwrap();
            make_users(&db, &settings).await;
        });
        let application = Application::new(settings, db, urls, renderers, Hooks::default()).unwrap();
        Self::serve(folder, runtime, threads, application)
    }

    /// Starts a whole program, pages and all, as somebody does who embeds one.
    pub(crate) fn start_app(app: &belleville::App, text: &str, variables: &[(&str, &str)]) -> Self {
        let folder = Folder::new();
        let (runtime, threads) = runtime();
        let application = app.application(settings(text, variables, &folder.database())).unwrap();
        runtime.block_on(async {
            app.migrate(&application.db).await.unwrap();
            make_users(&application.db, &application.settings).await;
        });
        Self::serve(folder, runtime, threads, application)
    }

    /// Starts a program whose database has no tables.
    pub(crate) fn start_unmigrated(app: &belleville::App) -> Self {
        let folder = Folder::new();
        let (runtime, threads) = runtime();
        let application = app.application(settings("", &[], &folder.database())).unwrap();
        Self::serve(folder, runtime, threads, application)
    }

    fn serve(
        folder: Folder,
        runtime: tokio::runtime::Runtime,
        threads: String,
        application: Arc<Application>,
    ) -> Self {
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let served = Arc::clone(&application);
        runtime.spawn(async move {
            belleville::server::serve(served, listener, std::future::pending()).await.unwrap();
        });
        Self { address, application, runtime, threads, may_panic: AtomicBool::default(), _folder: folder }
    }

    /// The row of a user, as it is now.
    pub(crate) fn user(&self, username: &str) -> User {
        let user = User::objects().filter(User::USERNAME.eq(username));
        self.runtime.block_on(user.get(&self.application.db)).unwrap()
    }

    /// Sends bytes on a connection of their own and reads the whole answer.
    pub(crate) fn raw(&self, bytes: &[u8]) -> String {
        exchange(self.address, bytes)
    }

    /// Sends several requests at once on one connection, the last of which closes it, and reads their answers. A request
    /// without a host is given one.
    pub(crate) fn pipelined(&self, requests: &[&str]) -> Vec<Answer> {
        let all: String =
            requests.iter().map(|request| request.replacen("\r\n", "\r\nHost: testserver\r\n", 1)).collect();
        let text = self.raw(all.as_bytes());
        let mut rest = text.as_str();
        let mut answers = Vec::new();
        for request in requests {
            let head = rest.find("\r\n\r\n").map_or(rest.len(), |end| end + 4);
            let length = Answer::of(&rest[..head]).header("content-length").map_or(0, |n| n.parse().unwrap());
            let body = if request.starts_with("HEAD ") { 0 } else { length };
            answers.push(Answer::of(&rest[..head + body]));
            rest = &rest[head + body..];
        }
        assert_eq!(rest, "", "bytes after the last answer");
        answers
    }

    /// Sends a request whose headers are lines; the host and the length are added.
    pub(crate) fn send(&self, line: &str, headers: &str, body: &str) -> Answer {
        let headers: String = headers.lines().map(|header| format!("{}\r\n", header.trim())).collect();
        let host = if headers.to_lowercase().contains("host:") { "" } else { "Host: testserver\r\n" };
        let length =
            if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let request = format!("{line} HTTP/1.1\r\n{host}Connection: close\r\n{length}{headers}\r\n{body}");
        Answer::of(&self.raw(request.as_bytes()))
    }

    pub(crate) fn get(&self, path: &str, headers: &str) -> Answer {
        self.send(&format!("GET {path}"), headers, "")
    }

    /// The header of a user's token.
    pub(crate) fn token(&self, username: &str) -> String {
        let user = self.user(username);
        let found = self.runtime.block_on(tokens::get_or_create(&self.application.db, &user.into())).unwrap();
        format!("Authorization: Token {}", found.key)
    }

    /// Logs in through the form; returns the answer.
    pub(crate) fn login(&self, username: &str, password: &str) -> Answer {
        let secret = "a".repeat(32);
        let headers = format!(
            "Cookie: csrftoken={secret}\nX-CSRFToken: {secret}\nContent-Type: application/x-www-form-urlencoded"
        );
        self.send("POST /api-auth/login/", &headers, &format!("username={username}&password={password}"))
    }
}

/// Sends bytes to a server on a connection of their own and reads the whole answer.
pub(crate) fn exchange(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    // A server that refuses early may close before everything is sent.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// What was logged, by whichever server of this process.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The log of this process, as `runserver` writes it.
pub(crate) fn log() -> Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    let begun = || {
        let log = Log::default();
        let writer = log.clone();
        // What the subscriber would escape by itself is not what is tested.
        let format = tracing_subscriber::fmt().with_ansi(false).with_ansi_sanitization(false);
        format.with_writer(move || writer.clone()).init();
        log
    };
    LOG.get_or_init(begun).clone()
}

/// The header of HTTP Basic.
pub(crate) fn basic(username: &str, password: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::from("Authorization: Basic ");
    for chunk in format!("{username}:{password}").as_bytes().chunks(3) {
        let number = chunk.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            let index = (number >> (18 - 6 * digit)) as usize & 63;
            text.push(if digit > chunk.len() { '=' } else { char::from(DIGITS[index]) });
        }
    }
    text
}

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn of(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// The value of a header that is there once.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).next()
    }

    pub(crate) fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        let name = name.to_lowercase();
        self.head.lines().filter_map(move |line| {
            let (key, value) = line.split_once(": ")?;
            (key.to_lowercase() == name).then_some(value)
        })
    }

    /// The whole `Set-Cookie` of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let start = format!("{name}=");
        self.headers("set-cookie").find(|cookie| cookie.starts_with(&start))
    }

    pub(crate) fn cookie_value(&self, name: &str) -> Option<&str> {
        self.cookie(name)?.split(['=', ';']).nth(1)
    }
}
