//! The command line, as a person uses it: the built program in an empty folder.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod checks;
mod credentials;
mod data;
mod guide;
mod inspection;
mod migrations;
mod serving;

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// An empty folder to work in, which goes when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("tracker-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tracker"));
        command.args(arguments).current_dir(&self.0).env_clear().env("PBKDF2_ITERATIONS", "1000");
        command
    }

    /// Runs a command to its end.
    fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
        Ended::of(
            self.command(arguments).envs(variables.iter().copied()).stdin(Stdio::null()).output().unwrap(),
        )
    }

    /// Runs a command that is told something.
    fn tell(&self, arguments: &[&str], input: &str) -> Ended {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Ended::of(child.wait_with_output().unwrap())
    }

    fn serve(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Serving {
        Serving::start(self.command(arguments).envs(variables.iter().copied()), self)
    }

    /// A server that may have so many descriptors and no more.
    fn serve_with_descriptors(&self, most: u32, arguments: &[&str], variables: &[(&str, &str)]) -> Serving {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", &format!("ulimit -n {most}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_tracker")])
            .args(arguments)
            .current_dir(&self.0)
            .env_clear()
            .env("PBKDF2_ITERATIONS", "1000")
            .envs(variables.iter().copied());
        Serving::start(&mut command, self)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }

    fn has(&self, name: &str) -> bool {
        Path::new(&self.0).join(name).exists()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// How a command ended.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Ended {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// A server that is stopped when the test ends, and what it said at its start.
struct Serving {
    child: Child,
    lines: BufReader<ChildStdout>,
    said: String,
    address: String,
}

/// Where a server's log goes, in its folder.
const LOG: &str = "log";

impl Serving {
    fn start(command: &mut Command, folder: &Folder) -> Self {
        let log = File::options().create(true).append(true).open(folder.0.join(LOG)).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let (mut said, mut address) = (String::new(), String::new());
        // The start ends with the last address, after which it says no more but for the line to try.
        loop {
            let mut line = String::new();
            assert!(lines.read_line(&mut line).unwrap() > 0, "{said}{}", folder.read(LOG));
            if let Some(rest) = line.strip_prefix("Serving http://") {
                address = rest.split('/').next().unwrap().to_owned();
            }
            let is_last = line.contains("/api-auth/login/");
            said.push_str(&line);
            if is_last {
                break;
            }
        }
        if said.contains("shown this once") {
            for _ in 0..3 {
                lines.read_line(&mut said).unwrap();
            }
        }
        Self { child, lines, said, address }
    }

    /// Asks the server to stop, as a process supervisor does, and waits until it has; what it said last.
    fn stop(mut self) -> (Option<i32>, String) {
        self.ask_to_stop();
        let code = self.child.wait().unwrap().code();
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).unwrap();
        (code, rest)
    }

    fn ask_to_stop(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    fn password(&self) -> &str {
        let line = self.said.lines().find(|line| line.contains("shown this once")).unwrap();
        line.rsplit(' ').next().unwrap()
    }

    fn send(&self, line: &str, headers: &str, body: &str) -> String {
        self.try_send(line, headers, body).unwrap()
    }

    /// The answer, unless the server ends the connection before it has the request.
    fn try_send(&self, line: &str, headers: &str, body: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(&self.address)?;
        let length = body.len();
        let request = format!(
            "{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
        );
        stream.write_all(request.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }

    /// A user's token, for the password that was printed.
    fn token(&self, username: &str) -> String {
        let form = "Content-Type: application/x-www-form-urlencoded\r\n";
        let answer = self.send(
            "POST /api-token-auth/",
            form,
            &format!("username={username}&password={}", self.password()),
        );
        let key = answer.rsplit("{\"token\":\"").next().unwrap().trim_end_matches("\"}").to_owned();
        assert_eq!(key.len(), 40, "{answer}");
        format!("Authorization: Token {key}\r\n")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // SIGKILL: whatever was acknowledged must be there all the same.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_first_start_shows_how_to_get_in_and_later_ones_change_nothing() {
    let folder = Folder::new();
    let first = folder.serve(&["127.0.0.1:0"], &[]);
    assert!(first.said.contains("Users: admin, alice, bob."), "{}", first.said);
    assert!(first.said.contains(&format!(
        "curl -u alice:{} http://{}/api/projects/",
        first.password(),
        first.address
    )));
    assert!(folder.has("db.sqlite3") && folder.has(".secret_key"));
    let token = first.token("alice");
    let list = first.send("GET /api/projects/", &token, "");
    assert!(list.starts_with("HTTP/1.1 200 OK") && list.contains("\"name\":\"Learn the guitar\""), "{list}");
    drop(first);
    let second = folder.serve(&["runserver", "127.0.0.1:0"], &[]);
    assert!(!second.said.contains("Password"), "{}", second.said);
    assert_eq!(
        second.send("GET /api/projects/", &token, "").split("\r\n\r\n").nth(1),
        list.split("\r\n\r\n").nth(1)
    );
}

#[test]
fn an_acknowledged_write_survives_a_kill() {
    let folder = Folder::new();
    let first = folder.serve(&["127.0.0.1:0"], &[]);
    let token = first.token("bob");
    for number in 0..20 {
        let headers = format!("{token}Content-Type: application/json\r\n");
        let answer = first.send("POST /api/projects/", &headers, &format!("{{\"name\": \"kept {number}\"}}"));
        assert!(answer.starts_with("HTTP/1.1 201 Created"), "{answer}");
    }
    drop(first);
    let second = folder.serve(&["127.0.0.1:0"], &[]);
    let list = second.send("GET /api/projects/", &token, "");
    assert!((0..20).all(|number| list.contains(&format!("\"kept {number}\""))), "{list}");
}

#[test]
fn a_database_can_be_left_empty() {
    let folder = Folder::new();
    let serving = folder.serve(&["--no-demo", "127.0.0.1:0"], &[]);
    assert!(!serving.said.contains("Password"), "{}", serving.said);
    let advice = "No users yet: cargo run -- createsuperuser";
    assert!(serving.said.contains(advice), "{}", serving.said);
    assert!(serving.send("GET /", "", "").contains(advice));
    let made = folder.run(
        &["createsuperuser", "--noinput"],
        &[
            ("DJANGO_SUPERUSER_USERNAME", "chief"),
            ("DJANGO_SUPERUSER_EMAIL", ""),
            ("DJANGO_SUPERUSER_PASSWORD", "x"),
        ],
    );
    assert_eq!(
        (made.code, made.out.as_str()),
        (Some(0), "Superuser created successfully.\n"),
        "{}",
        made.err
    );
    drop(serving);
    let again = folder.serve(&["--no-demo", "127.0.0.1:0"], &[]);
    assert!(!again.said.contains("No users yet"), "{}", again.said);
}

#[test]
fn starts_that_cannot_work_are_refused_with_the_mend() {
    for (arguments, variables, part) in [
        (
            &["runserver"][..],
            &[("DEBUG", "0")][..],
            "SECRET_KEY is not set and DEBUG is off; set the environment variable SECRET_KEY",
        ),
        (&["runserver"], &[("DEBUG", "0"), ("SECRET_KEY", "x")], "ALLOWED_HOSTS is empty and DEBUG is off"),
        (
            &["runserver"],
            &[
                ("DEBUG", "0"),
                ("ALLOWED_HOSTS", "a.example"),
                ("SECRET_KEY", "django-insecure-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEF"),
            ],
            "SECRET_KEY begins with `django-insecure-`",
        ),
        (
            &["runserver"],
            &[("DEBUG", "0"), ("ALLOWED_HOSTS", "a.example"), ("SECRET_KEY", "x")],
            "Make a new key, for example by `openssl rand -base64 48`",
        ),
        (
            &["runserver", "nowhere"],
            &[],
            "`nowhere` is neither a command (--help lists them) nor an address like 127.0.0.1:8000",
        ),
        (&["runserver"], &[("DEBUG", "perhaps")], "DEBUG is `perhaps`; it should be 1 or 0"),
        (&["migrate"], &[("DATABASE_URL", "mysql://x")], "a database of kind `mysql` is not supported"),
        (
            &["migrate"],
            &[("DATABASE_URL", "sqlite:///db.sqlite3?synchronous=off")],
            "DATABASE_URL has the option `synchronous=off`; known are synchronous=full",
        ),
        (
            &["runserver", "127.0.0.1:0"],
            &[("DATABASE_URL", "postgres://user:secret@127.0.0.1:1/name")],
            "cannot connect to PostgreSQL at 127.0.0.1:1: error connecting to server: Connection refused",
        ),
        (&["migrate"], &[("DATABASE_URL", "postgres://127.0.0.1")], "the database URL names no database"),
        (
            &["check"],
            &[("REST_FRAMEWORK__DEFAULT_PERMISSION_CLASSES", "Nobody")],
            "`Nobody`, which is unknown; known are AllowAny",
        ),
        (
            &["drf_create_token", "alice"],
            &[],
            "the database is not migrated; run the command `migrate` first",
        ),
        (&["dance"], &[], "`dance` is neither a command (--help lists them) nor an address"),
        (&["runserver", "--fast"], &[], "unexpected argument '--fast'"),
    ] {
        let ended = Folder::new().run(arguments, variables);
        assert_ne!(ended.code, Some(0), "{arguments:?}");
        assert!(ended.err.contains(part), "{arguments:?}: {}", ended.err);
        assert_eq!(ended.out, "", "{arguments:?}");
    }
}

#[test]
fn commands_do_what_they_say() {
    let folder = Folder::new();
    let run = |arguments: &[&str]| folder.run(arguments, &[]);
    let plan = run(&["migrate", "--plan"]);
    assert!(
        plan.out
            .starts_with("Planned operations:\ncontenttypes.0001_initial\n    Create model ContentType\n"),
        "{}",
        plan.out
    );
    assert!(run(&["migrate"]).out.contains("  Applying projects.0001_initial... OK\n"));
    assert!(run(&["migrate"]).out.ends_with("Running migrations:\n  No migrations to apply.\n"));
    assert_eq!(run(&["migrate", "--plan"]).out, "Planned operations:\n  No planned migration operations.\n");

    let asked = folder.tell(&["createsuperuser"], "chief\nchief@example.com\n1234\n1234\nlong enough 77\nlong enough 78\nlong enough 77\nlong enough 77\n");
    assert_eq!(asked.code, Some(0), "{asked:?}");
    for part in [
        "This password is too short. It must contain at least 8 characters.",
        "This password is too common.",
        "Error: Your passwords didn't match.",
    ] {
        assert!(asked.err.contains(part), "{}", asked.err);
    }
    assert!(asked.out.ends_with("Superuser created successfully.\n"), "{}", asked.out);
    let taken =
        folder.run(&["createsuperuser", "--noinput", "--username", "chief", "--email", "a@b.co"], &[]);
    assert!(
        taken.code != Some(0) && taken.err.contains("Error: That username is already taken."),
        "{taken:?}"
    );
    let unnamed = run(&["createsuperuser", "--noinput"]);
    assert!(unnamed.code != Some(0) && unnamed.err.contains("You must use --username"), "{unnamed:?}");
    let address = folder.run(&["createsuperuser", "--noinput", "--username", "x", "--email", "nomail"], &[]);
    assert!(address.code != Some(0) && address.err.contains("Enter a valid email address."), "{address:?}");

    let token = || run(&["drf_create_token", "chief"]).out;
    let first = token();
    assert!(first.starts_with("Generated token ") && first.ends_with(" for user chief\n"), "{first}");
    assert_eq!(token(), first);
    assert_ne!(run(&["drf_create_token", "-r", "chief"]).out, first);
    let nobody = run(&["drf_create_token", "nobody"]);
    assert!(
        nobody.code != Some(0) && nobody.err.contains("Cannot create the Token: user nobody does not exist")
    );

    let changed = folder.tell(&["changepassword", "chief"], "another phrase 5\nanother phrase 5\n");
    assert!(changed.out.ends_with("Password changed successfully for user 'chief'\n"), "{changed:?}");
    assert!(run(&["changepassword", "nobody"]).err.contains("user 'nobody' does not exist"));
    assert_eq!(run(&["clearsessions"]).out, "Deleted 0 expired sessions.\n");
    assert_eq!(run(&["flushexpiredtokens"]).out, "Deleted 0 expired tokens.\n");
}

#[test]
fn routes_and_checks_tell_who_may_do_what() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["migrate"], &[]).code, Some(0));
    let routes = folder.run(&["routes"], &[]).out;
    let detail = "/api/projects/<pk>/  ProjectViewSet\n    name            project-detail\n    methods         GET, PUT, PATCH, DELETE, HEAD, OPTIONS\n    authentication  SessionAuthentication, BasicAuthentication, TokenAuthentication, JWTAuthentication\n    permissions     IsAuthenticated (GET, PUT, PATCH, DELETE, HEAD, OPTIONS)\n";
    assert!(routes.contains(detail), "{routes}");
    assert_eq!(folder.run(&["check"], &[]).out, "System check identified no issues.\n");
    let open = folder.run(&["check"], &[("REST_FRAMEWORK__DEFAULT_PERMISSION_CLASSES", "AllowAny")]).out;
    assert!(
        open.contains("WARNING: /api/projects/: anybody may POST here (AllowAny on ProjectViewSet)"),
        "{open}"
    );
    let safe = "k3y-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789-ABCDEF";
    for (variables, parts, missing) in [
        (
            &[][..],
            &[
                "DEBUG is on",
                "SESSION_COOKIE_SECURE is off",
                "CSRF_COOKIE_SECURE is off",
                "BasicAuthentication sends",
            ][..],
            "ALLOWED_HOSTS has",
        ),
        (
            &[("DEBUG", "0"), ("SECRET_KEY", "short"), ("ALLOWED_HOSTS", "*")],
            &["SECRET_KEY is shorter", "ALLOWED_HOSTS has `*`"],
            "DEBUG is on",
        ),
        (
            &[
                ("DEBUG", "0"),
                ("SECRET_KEY", safe),
                ("LOGIN_FAILURES_PER_USER", ""),
                ("LOGIN_FAILURES_PER_ADDRESS", ""),
                ("PASSWORD_HASHERS", "MD5PasswordHasher"),
                ("SIMPLE_JWT__SIGNING_KEY", "short"),
            ],
            &[
                "LOGIN_FAILURES_PER_USER and LOGIN_FAILURES_PER_ADDRESS are empty",
                "PASSWORD_HASHERS begins with MD5PasswordHasher",
                "SIMPLE_JWT__SIGNING_KEY is shorter than 32 bytes",
            ],
            "SECRET_KEY is",
        ),
        (
            &[("SECRET_KEY", safe), ("SIMPLE_JWT__ALGORITHM", "HS512")],
            &[
                "SECRET_KEY, which signs JSON Web Tokens too, is shorter than 64 bytes, which RFC 7518 wants for HS512.",
            ],
            "SIMPLE_JWT__SIGNING_KEY",
        ),
        (
            &[("SIMPLE_JWT__SIGNING_KEY", &safe[..40]), ("SIMPLE_JWT__ALGORITHM", "HS384")],
            &["SIMPLE_JWT__SIGNING_KEY is shorter than 48 bytes, which RFC 7518 wants for HS384."],
            "SECRET_KEY",
        ),
        (
            &[
                ("REST_FRAMEWORK__DEFAULT_THROTTLE_CLASSES", "AnonRateThrottle"),
                ("REST_FRAMEWORK__DEFAULT_THROTTLE_RATES", "anon=100/day"),
            ],
            &["Throttles count in the memory of each process"],
            "SESSION_ENGINE is cache",
        ),
        (&[("SESSION_ENGINE", "cache")], &["SESSION_ENGINE is cache"], "Throttles count"),
        (
            &[("DEBUG", "0"), ("SECRET_KEY", safe), ("SESSION_COOKIE_SECURE", "1")],
            &["CSRF_COOKIE_SECURE is off"],
            "SESSION_COOKIE_SECURE",
        ),
    ] {
        let out = folder.run(&["check", "--deploy"], variables).out;
        assert!(parts.iter().all(|part| out.contains(part)) && !out.contains(missing), "{out}");
    }
}

/// The numbers are those that `manage.py check --deploy` of Django 5.2 tells of the same settings.
#[test]
fn a_deployment_is_checked_as_django_checks_it() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["migrate"], &[]).code, Some(0));
    let safe = [
        ("DEBUG", "0"),
        ("SECRET_KEY", "k3y-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789-ABCDEF"),
        ("ALLOWED_HOSTS", "api.example.com"),
        ("SECURE_HSTS_SECONDS", "3600"),
        ("SECURE_HSTS_INCLUDE_SUBDOMAINS", "1"),
        ("SECURE_HSTS_PRELOAD", "1"),
        ("SECURE_SSL_REDIRECT", "1"),
        ("SESSION_COOKIE_SECURE", "1"),
        ("CSRF_COOKIE_SECURE", "1"),
    ];
    for (changed, expected) in [
        (&[][..], &[][..]),
        (&[("SECURE_HSTS_SECONDS", "0")], &["W004"]),
        (&[("SECURE_HSTS_INCLUDE_SUBDOMAINS", "0")], &["W005"]),
        (&[("SECURE_HSTS_PRELOAD", "0")], &["W021"]),
        (&[("SECURE_CONTENT_TYPE_NOSNIFF", "0")], &["W006"]),
        (&[("SECURE_SSL_REDIRECT", "0")], &["W008"]),
        (&[("SESSION_COOKIE_SECURE", "0")], &["W012"]),
        (&[("SESSION_COOKIE_HTTPONLY", "0")], &["W015"]),
        (&[("CSRF_COOKIE_SECURE", "0")], &["W016"]),
        (&[("CSRF_COOKIE_SECURE", "0"), ("CSRF_USE_SESSIONS", "1")], &[]),
        (&[("X_FRAME_OPTIONS", "SAMEORIGIN")], &["W019"]),
        (&[("ALLOWED_HOSTS", "")], &["W020"]),
        (&[("SECURE_REFERRER_POLICY", "false")], &["W022"]),
        (&[("SECURE_CROSS_ORIGIN_OPENER_POLICY", "false")], &[]),
        (&[("SECURE_HSTS_SECONDS", "0"), ("SECURE_HSTS_PRELOAD", "0"), ("DEBUG", "0")], &["W004"]),
    ] {
        let variables: Vec<_> = safe.iter().chain(changed).copied().collect();
        let out = folder.run(&["check", "--deploy"], &variables).out;
        let told: Vec<_> =
            out.split("(security.").skip(1).map(|rest| rest.split(')').next().unwrap()).collect();
        assert_eq!(told, expected, "{changed:?}: {out}");
    }
    for (variable, value, code) in [
        ("SECURE_REFERRER_POLICY", "no-refferer", "security.E023"),
        ("SECURE_CROSS_ORIGIN_OPENER_POLICY", "anything", "security.E024"),
    ] {
        let ended = folder.run(&["check"], &[(variable, value)]);
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(ended.err.contains(code) && ended.err.contains(value), "{ended:?}");
    }
}

#[test]
fn every_command_explains_itself() {
    let folder = Folder::new();
    let commands = [
        "runserver",
        "migrate",
        "createsuperuser",
        "changepassword",
        "drf_create_token",
        "clearsessions",
        "createcachetable",
        "flushexpiredtokens",
        "check",
        "routes",
        "startapp",
        "dumpdata",
        "loaddata",
        "flush",
        "sqlflush",
        "dbshell",
    ];
    let help = folder.run(&["--help"], &[]);
    for command in commands {
        assert!(help.out.contains(&format!("\n  {command} ")), "{command}: {}", help.out);
        let own = folder.run(&[command, "--help"], &[]);
        assert!(own.code == Some(0) && own.out.contains("Usage:"), "{command}: {}", own.out);
    }
    assert!(!folder.has("db.sqlite3"), "help touches nothing");
}

#[test]
fn an_app_is_made_in_a_project_only() {
    let folder = Folder::new();
    for (name, part) in
        [("orders", "cannot read ./Cargo.toml"), ("auth", "conflicts with the name of an app")]
    {
        let ended = folder.run(&["startapp", name], &[]);
        assert!(ended.code == Some(1) && ended.err.contains(part), "{ended:?}");
    }
    assert!(!folder.has("src"), "nothing was made");
}
