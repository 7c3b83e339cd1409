//! A server in this process, on a port and a database of its own, and a client that sends exactly what it is told.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use belleville::application::{Application, hashing_pool};
use belleville::auth::users::{NewUser, create_user};
use belleville::auth::{apps, contenttypes, tokens};
use belleville::db::Registry;
use belleville::db::migrations::{App, Migrator};
use belleville::prelude::*;
use belleville::renderers::Renderer;
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
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A running server.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) application: Arc<Application>,
    pub(crate) runtime: tokio::runtime::Runtime,
    _folder: Folder,
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

impl Server {
    pub(crate) fn start(text: &str, variables: &[(&str, &str)], urls: Urls) -> Self {
        Self::start_with(text, variables, urls, vec![], vec![])
    }

    /// Starts a server with users `alice` and `bob`, whose tokens are their names forty characters long.
    pub(crate) fn start_with(
        text: &str,
        variables: &[(&str, &str)],
        urls: Urls,
        own: Vec<App>,
        renderers: Vec<Arc<dyn Renderer>>,
    ) -> Self {
        let folder = Folder::new();
        let database = format!("sqlite:///{}", folder.path().join("db.sqlite3").display());
        let settings = settings(text, variables, &database);
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let mut apps = apps::all();
        apps.extend(own);
        let registry = Registry::new(apps.iter().flat_map(|app| app.models.iter().copied()));
        let db = Database::open(&settings.database_url, registry).unwrap();
        let (application, listener) = runtime.block_on(async {
            Migrator::new(&apps).migrate(&db, |_| {}).await.unwrap();
            contenttypes::create_missing(&db, &apps).await.unwrap();
            let hashing = hashing_pool(&settings).unwrap();
            for (username, is_superuser) in [("alice", false), ("bob", false), ("root", true)] {
                let new = NewUser {
                    username: username.to_owned(),
                    email: String::new(),
                    password: Some(PASSWORD.to_owned()),
                    is_superuser,
                };
                let user = create_user(&db, &hashing, new).await.unwrap();
                tokens::get_or_create(&db, &user).await.unwrap();
            }
            let application = Application::new(settings, db, urls, renderers).unwrap();
            (application, tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap())
        });
        let address = listener.local_addr().unwrap();
        let served = Arc::clone(&application);
        runtime.spawn(async move {
            belleville::server::serve(served, listener, std::future::pending()).await.unwrap();
        });
        Self { address, application, runtime, _folder: folder }
    }

    /// Sends bytes on a connection of their own and reads the whole answer.
    pub(crate) fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        // A server that refuses early may close before everything is sent.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
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
        let found = self.runtime.block_on(async {
            let user =
                User::objects().filter(User::USERNAME.eq(username)).get(&self.application.db).await.unwrap();
            tokens::get_or_create(&self.application.db, &user).await.unwrap()
        });
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

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    fn of(text: &str) -> Self {
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
