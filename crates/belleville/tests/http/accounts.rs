//! The account endpoints, as a front end uses them, and as somebody misuses them.

use std::sync::{Arc, Mutex};

use belleville::auth::reset_token::{PasswordResetTokenGenerator, ResetUser, encode_uid};
use belleville::mail::{Mail, MailError, MailTransport};
use belleville::prelude::*;
use belleville::{App, BoxFuture, account};

use crate::server::{Answer, Folder, PASSWORD, Server, basic, settings};

pub(crate) fn program() -> App {
    App::new("accounts", env!("CARGO_MANIFEST_DIR"), || Urls::new().include("account/", account::urls()))
}

pub(crate) const RESET: (&str, &str) = ("PASSWORD_RESET_URL", "https://app.example.com/reset/{uid}/{token}/");

/// Keeps mail instead of sending it.
#[derive(Clone, Default)]
pub(crate) struct Pigeon(pub(crate) Arc<Mutex<Vec<Mail>>>);

impl MailTransport for Pigeon {
    fn send(&self, mail: Mail) -> BoxFuture<'_, Result<(), MailError>> {
        self.0.lock().unwrap().push(mail);
        Box::pin(std::future::ready(Ok(())))
    }
}

pub(crate) fn start(variables: &[(&str, &str)]) -> (Server, Pigeon) {
    let pigeon = Pigeon::default();
    let variables: Vec<_> = [RESET].into_iter().chain(variables.iter().copied()).collect();
    (Server::start_app(&program().mail(pigeon.clone()), "", &variables), pigeon)
}

pub(crate) const SECRET: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// A JSON request from a page of our own, in a session.
pub(crate) fn send(server: &Server, line: &str, session: &str, json: &str) -> Answer {
    let cookie = format!("Cookie: csrftoken={SECRET}; sessionid={session}");
    server.send(line, &format!("{cookie}\nX-CSRFToken: {SECRET}\nContent-Type: application/json"), json)
}

pub(crate) fn log_in(server: &Server, username: &str, password: &str) -> Answer {
    let json = format!("{{\"username\":\"{username}\",\"password\":\"{password}\"}}");
    send(server, "POST /account/login/", "", &json)
}

fn session(answer: &Answer) -> String {
    answer.cookie_value("sessionid").unwrap_or_else(|| panic!("no session in {answer:?}")).to_owned()
}

#[test]
fn a_session_from_login_to_logout() {
    let (server, _) = start(&[]);
    let token = server.get("/account/login/", "");
    assert!(token.body.starts_with("{\"csrf_token\":\"") && token.cookie("csrftoken").is_some(), "{token:?}");
    let answer = log_in(&server, "alice", PASSWORD);
    let id = server.user("alice").id;
    let shown = format!(r#"{{"id":{id},"username":"alice","email":"","first_name":"","last_name":""}}"#);
    assert_eq!((answer.status, answer.body.as_str()), (200, shown.as_str()));
    assert!(server.user("alice").last_login.is_some());
    let key = session(&answer);
    assert_eq!(send(&server, "GET /account/user/", &key, "").body, shown);
    assert_eq!(send(&server, "GET /account/user/", "", "").status, 403);
    assert_eq!(send(&server, "POST /account/logout/", &key, "").status, 204);
    assert_eq!(send(&server, "GET /account/user/", &key, "").status, 403);
    assert_eq!(send(&server, "POST /account/logout/", "", "").status, 204);
}

#[test]
fn a_login_needs_a_csrf_token() {
    let (server, _) = start(&[]);
    let json = format!("{{\"username\":\"alice\",\"password\":\"{PASSWORD}\"}}");
    let refused = server.send("POST /account/login/", "Content-Type: application/json", &json);
    assert_eq!(
        (refused.status, refused.body.as_str()),
        (403, r#"{"detail":"CSRF Failed: CSRF cookie not set."}"#)
    );
    assert!(refused.cookie("sessionid").is_none());
    let foreign = format!(
        "Cookie: csrftoken={SECRET}\nX-CSRFToken: {SECRET}\nOrigin: https://evil.example\nContent-Type: application/json"
    );
    assert_eq!(server.send("POST /account/login/", &foreign, &json).status, 403);
}

#[test]
fn a_planted_session_is_worth_nothing_after_a_login() {
    let (server, _) = start(&[]);
    let planted = "attackersattackersattackersattac";
    let json = format!("{{\"username\":\"alice\",\"password\":\"{PASSWORD}\"}}");
    let key = session(&send(&server, "POST /account/login/", planted, &json));
    assert_ne!(key, planted);
    assert_eq!(send(&server, "GET /account/user/", planted, "").status, 403);
    // A session of one's own gets a new key for another user.
    let again = session(&send(&server, "POST /account/login/", &key, &json.replace("alice", "bob")));
    assert_ne!(again, key);
    assert_eq!(send(&server, "GET /account/user/", &key, "").status, 403);
}

#[test]
fn nothing_tells_whether_an_account_exists() {
    let (server, pigeon) = start(&[]);
    let hashed = || server.application.hashing.operations();
    let mut answers = Vec::new();
    for (username, password) in [("alice", "wrong"), ("nobody", "wrong"), ("nobody", PASSWORD)] {
        let before = hashed();
        let answer = log_in(&server, username, password);
        answers.push((answer.status, answer.body, hashed() - before));
    }
    assert_eq!(
        answers[0],
        (400, r#"{"non_field_errors":["Unable to log in with provided credentials."]}"#.to_owned(), 1)
    );
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");

    change(&server, "alice", |_| [User::EMAIL.set("alice@example.com")]);
    let reset = |email: &str| {
        let answer =
            send(&server, "POST /account/password/reset/", "", &format!("{{\"email\":\"{email}\"}}"));
        (answer.status, answer.head.len(), answer.body)
    };
    assert_eq!(reset("alice@example.com"), reset("nobody@example.com"));
    wait_for_mail(&pigeon, 1);
    let wrong = |uid: &str| {
        let json = format!(
            "{{\"uid\":\"{uid}\",\"token\":\"c0ffee-{}\",\"new_password\":\"a long new one\"}}",
            "0".repeat(32)
        );
        let answer = send(&server, "POST /account/password/reset/confirm/", "", &json);
        (answer.status, answer.body)
    };
    // "1" and "4711" in base64, and what is none.
    assert_eq!(wrong("MQ"), wrong("NDcxMQ"));
    assert_eq!(wrong("MQ"), wrong("!"));
}

pub(crate) fn change<const N: usize>(
    server: &Server,
    username: &str,
    row: impl FnOnce(&User) -> [belleville::db::Assignment<User>; N],
) {
    let user = server.user(username);
    let row = row(&user);
    let db = &server.application.db;
    server.runtime.block_on(User::objects().filter_pk(user.id).update(db, row)).unwrap();
}

/// Mail is sent after the answer.
pub(crate) fn wait_for_mail(pigeon: &Pigeon, count: usize) -> Vec<Mail> {
    for _ in 0..500 {
        let mail = pigeon.0.lock().unwrap().clone();
        if mail.len() >= count {
            assert_eq!(mail.len(), count, "{mail:?}");
            return mail;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("no mail came");
}

#[test]
fn a_link_is_good_as_long_as_the_setting_says() {
    for (timeout, status) in [("50", 400), ("200", 204), ("0", 400)] {
        let (server, _) = start(&[("PASSWORD_RESET_TIMEOUT", timeout)]);
        let alice = server.user("alice");
        let (pk, since_1970) = (alice.id.to_string(), std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap());
        // Django counts from 2001 on.
        let now = since_1970.as_secs() - 978_307_200;
        let user = ResetUser { pk: &pk, password: &alice.password, last_login: None, email: "" };
        let token =
            PasswordResetTokenGenerator::new(&server.application.keys, 0).make_token(&user, now - 100);
        let json = format!(
            "{{\"uid\":\"{}\",\"token\":\"{token}\",\"new_password\":\"a long new one\"}}",
            encode_uid(&pk)
        );
        let answer = send(&server, "POST /account/password/reset/confirm/", "", &json);
        assert_eq!(answer.status, status, "{timeout}: {}", answer.body);
    }
}

#[test]
fn a_forgotten_password_is_set_by_the_link_once() {
    let (server, pigeon) = start(&[("DEFAULT_FROM_EMAIL", "support@example.com")]);
    change(&server, "alice", |_| [User::EMAIL.set("Alice@example.com")]);
    let old_session = session(&log_in(&server, "alice", PASSWORD));
    let asked = send(&server, "POST /account/password/reset/", "", "{\"email\":\"alice@EXAMPLE.com\"}");
    assert_eq!(asked.status, 200, "{asked:?}");
    let [mail] = wait_for_mail(&pigeon, 1).try_into().unwrap();
    assert_eq!((mail.from.as_str(), mail.to.as_str()), ("support@example.com", "Alice@example.com"));
    let link = mail.body.split("https://app.example.com/reset/").nth(1).unwrap();
    let [uid, token] = [0, 1].map(|part| link.split('/').nth(part).unwrap().to_owned());
    let confirm = |uid: &str, token: &str, password: &str| {
        let json = format!("{{\"uid\":\"{uid}\",\"token\":\"{token}\",\"new_password\":\"{password}\"}}");
        let answer = send(&server, "POST /account/password/reset/confirm/", "", &json);
        (answer.status, answer.body)
    };
    let refused = |body: &str| (400, body.to_owned());
    let no_good = refused(r#"{"token":["The link is not good, or no longer."]}"#);
    let mut damaged = token.clone();
    damaged.replace_range(token.len() - 1.., if token.ends_with('0') { "1" } else { "0" });
    assert_eq!(confirm(&uid, &damaged, "a long new one"), no_good);
    assert_eq!(
        confirm(&uid, &token, "1234"),
        refused(concat!(
            r#"{"new_password":["This password is too short. It must contain at least 8 characters.","#,
            r#""This password is too common.","This password is entirely numeric."]}"#
        ))
    );
    let answers: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|_| scope.spawn(|| confirm(&uid, &token, "a long new one"))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| **answer == (204, String::new())).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| **answer == no_good).count(), 7, "{answers:?}");
    assert_eq!(confirm(&uid, &token, "another long one"), no_good);
    assert_eq!(log_in(&server, "alice", PASSWORD).status, 400);
    assert_eq!(log_in(&server, "alice", "a long new one").status, 200);
    // Whoever was logged in is not any more.
    assert_eq!(send(&server, "GET /account/user/", &old_session, "").status, 403);
}

#[test]
fn no_link_goes_to_who_may_not_log_in() {
    let (server, pigeon) = start(&[]);
    change(&server, "alice", |_| [User::EMAIL.set("a@example.com"), User::IS_ACTIVE.set(false)]);
    change(&server, "bob", |_| [User::EMAIL.set("b@example.com"), User::PASSWORD.set("!unusable")]);
    change(&server, "root", |_| [User::EMAIL.set("r@example.com")]);
    for email in ["a@example.com", "b@example.com", "%@example.com", "r@example.com"] {
        send(&server, "POST /account/password/reset/", "", &format!("{{\"email\":\"{email}\"}}"));
    }
    assert_eq!(wait_for_mail(&pigeon, 1)[0].to, "r@example.com");
}

#[test]
fn a_changed_password_ends_other_sessions() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&told);
    let app = program().mail(Pigeon::default()).on_event(move |event| {
        ear.lock().unwrap().push(format!(
            "{} {} {}",
            event.kind.name(),
            event.through.name(),
            event.username
        ));
    });
    let server = Server::start_app(&app, "", &[RESET]);
    let (mine, other) =
        (session(&log_in(&server, "alice", PASSWORD)), session(&log_in(&server, "alice", PASSWORD)));
    let change = |old: &str, new: &str| {
        let json = format!("{{\"old_password\":\"{old}\",\"new_password\":\"{new}\"}}");
        send(&server, "POST /account/password/change/", &mine, &json)
    };
    let refused = change("wrong", "a long new one");
    assert_eq!(
        (refused.status, refused.body.as_str()),
        (400, r#"{"old_password":["Your old password was entered incorrectly. Please enter it again."]}"#)
    );
    assert_eq!(
        change(PASSWORD, "alice12!").body,
        r#"{"new_password":["The password is too similar to the username."]}"#
    );
    let changed = change(PASSWORD, "a long new one");
    assert_eq!(changed.status, 204, "{changed:?}");
    let renewed = session(&changed);
    assert_eq!(send(&server, "GET /account/user/", &renewed, "").status, 200);
    assert_eq!(send(&server, "GET /account/user/", &mine, "").status, 403);
    assert_eq!(send(&server, "GET /account/user/", &other, "").status, 403);
    send(&server, "POST /account/logout/", &renewed, "");
    let expected = [
        "login session alice",
        "login session alice",
        "login_failed account alice",
        "password_changed account alice",
        "logout session alice",
    ];
    assert_eq!(*told.lock().unwrap(), expected);
}

#[test]
fn an_account_is_made() {
    let (server, _) = start(&[]);
    let register = |json: &str| send(&server, "POST /account/register/", "", json);
    let made = register(r#"{"username":"carol","email":"C@EXAMPLE.com","password":"a long new one"}"#);
    assert_eq!(made.status, 201, "{made:?}");
    assert!(made.body.contains(r#""username":"carol","email":"C@example.com""#), "{made:?}");
    let carol = server.user("carol");
    assert_eq!((carol.is_active, carol.is_staff, carol.is_superuser), (true, false, false));
    assert_eq!(log_in(&server, "carol", "a long new one").status, 200);
    for (json, body) in [
        (r#"{}"#, r#"{"username":["This field is required."],"password":["This field is required."]}"#),
        (
            r#"{"username":"alice","password":"a long new one"}"#,
            r#"{"username":["A user with that username already exists."]}"#,
        ),
        (
            r#"{"username":"a b","email":"x","password":"12345678"}"#,
            concat!(
                r#"{"username":["Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."],"#,
                r#""email":["Enter a valid email address."],"#,
                r#""password":["This password is too common.","This password is entirely numeric."]}"#
            ),
        ),
        (r#"{"username":"dan","password":"a long new one","is_superuser":true,"is_staff":true}"#, ""),
    ] {
        let answer = register(json);
        if !body.is_empty() {
            assert_eq!((answer.status, answer.body.as_str()), (400, body));
        }
    }
    assert!(!server.user("dan").is_superuser && !server.user("dan").is_staff);
}

#[test]
fn names_are_changed_and_nothing_else() {
    let (server, _) = start(&[]);
    let key = session(&log_in(&server, "alice", PASSWORD));
    let patch = |json: &str| send(&server, "PATCH /account/user/", &key, json);
    // Whoever could change the address could have a new password sent there.
    let changed =
        patch(r#"{"first_name":"Alice","email":"a@example.org","username":"root","is_staff":true}"#);
    assert!(changed.body.contains(r#""username":"alice","email":"","first_name":"Alice""#), "{changed:?}");
    assert!(!server.user("alice").is_staff);
    assert_eq!(patch(r#"{"last_name":"A","first_name":""}"#).status, 200);
    let alice = server.user("alice");
    assert_eq!((alice.first_name.as_str(), alice.last_name.as_str(), alice.email.as_str()), ("", "A", ""));
    assert_eq!(patch("{}").status, 200);
    let long = format!(r#"{{"first_name":"{}"}}"#, "x".repeat(151));
    assert_eq!(patch(&long).body, r#"{"first_name":["Ensure this field has no more than 150 characters."]}"#);
}

#[test]
fn who_fails_too_often_waits() {
    let (server, _) = start(&[("LOGIN_FAILURES_PER_USER", "3/min")]);
    let fail = |username: &str| log_in(&server, username, "wrong").status;
    // An unknown name waits as a known one does.
    for username in ["alice", "nobody"] {
        assert_eq!([fail(username), fail(username), fail(username), fail(username)], [400, 400, 400, 429]);
    }
    let waiting = log_in(&server, "alice", PASSWORD);
    assert_eq!(waiting.status, 429);
    let seconds: u64 = waiting.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{waiting:?}");
    assert!(waiting.body.starts_with(r#"{"detail":"Request was throttled. Expected available in "#));
    // Others log in, as often as they like.
    for _ in 0..5 {
        assert_eq!(log_in(&server, "bob", PASSWORD).status, 200);
    }
    // The other ways in count with it, and the form says it on a page.
    let form = server.login("alice", PASSWORD.replace(' ', "+").as_str());
    assert_eq!(form.status, 429, "{form:?}");
    assert!(
        form.body.contains("Too many failed logins. Try again in ") && form.header("retry-after").is_some()
    );
}

#[test]
fn who_waits_is_told() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&told);
    let app = program().mail(Pigeon::default()).on_event(move |event| {
        ear.lock().unwrap().push((event.kind.name(), event.username.clone(), event.user_id.clone()));
    });
    let server = Server::start_app(&app, "", &[RESET, ("LOGIN_FAILURES_PER_USER", "1/min")]);
    let long = "x".repeat(150);
    log_in(&server, &long, "wrong");
    log_in(&server, &long, "wrong");
    server.get("/account/user/", &basic(&"y".repeat(5000), "wrong"));
    // A name is told as far as names go.
    let expected = [
        ("login_failed", long.clone(), None),
        ("login_throttled", long, None),
        ("login_failed", "y".repeat(150), None),
    ];
    assert_eq!(*told.lock().unwrap(), expected);
}

#[test]
fn many_guesses_at_once_are_no_more_than_one_after_the_other() {
    let (server, _) = start(&[("LOGIN_FAILURES_PER_USER", "4/hour")]);
    let before = server.application.hashing.operations();
    let all_at_once = |password: &str| -> Vec<u16> {
        std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..24).map(|_| scope.spawn(|| log_in(&server, "alice", password).status)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        })
    };
    let count = |statuses: &[u16], status: u16| statuses.iter().filter(|found| **found == status).count();
    // Right ones wait for each other, and none is refused.
    assert_eq!(count(&all_at_once(PASSWORD), 200), 24);
    let guesses = all_at_once("wrong");
    assert_eq!((count(&guesses, 400), count(&guesses, 429)), (4, 20), "{guesses:?}");
    assert_eq!(server.application.hashing.operations() - before, 28);
}

#[test]
fn who_was_right_lately_goes_on() {
    let classes = ("REST_FRAMEWORK__DEFAULT_AUTHENTICATION_CLASSES", "BasicAuthentication");
    let (server, _) = start(&[classes, ("LOGIN_FAILURES_PER_USER", "2/hour")]);
    let ask = |password: &str| server.get("/account/user/", &basic("alice", password)).status;
    assert_eq!([ask(PASSWORD), ask("wrong"), ask("wrong"), ask("wrong")], [200, 401, 401, 429]);
    assert_eq!(ask(PASSWORD), 200);
    let (server, _) = start(&[classes, ("LOGIN_FAILURES_PER_USER", "2/hour")]);
    let ask = |password: &str| server.get("/account/user/", &basic("alice", password)).status;
    assert_eq!([ask("wrong"), ask("wrong"), ask(PASSWORD)], [401, 401, 429]);
}

#[test]
fn mail_goes_into_a_folder_or_nowhere() {
    let folder = Folder::new();
    let path = folder.path().join("mail");
    let variables = [RESET, ("EMAIL_BACKEND", "filebased"), ("EMAIL_FILE_PATH", path.to_str().unwrap())];
    let server = Server::start_app(&program(), "", &variables);
    change(&server, "alice", |_| [User::EMAIL.set("alice@example.com")]);
    send(&server, "POST /account/password/reset/", "", "{\"email\":\"alice@example.com\"}");
    let written = (0..500).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        let file = std::fs::read_dir(&path).ok()?.next()?.ok()?;
        let text = std::fs::read_to_string(file.path()).ok().filter(|text| !text.is_empty())?;
        Some((text, file.metadata().ok()?))
    });
    let (written, file) = written.expect("a mail is written");
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::MetadataExt::mode(&file) & 0o777, 0o600, "it is nobody else's to read");
    #[cfg(not(unix))]
    drop(file);
    assert!(
        written.starts_with(
            "Subject: Password reset on testserver\nFrom: webmaster@localhost\nTo: alice@example.com\n"
        ),
        "{written}"
    );

    let error = |variables: &[(&str, &str)]| {
        program().application(settings("", variables, &folder.database())).expect_err("a mistake").to_string()
    };
    assert!(error(&[RESET]).contains("there is no transport"));
    assert!(error(&[("EMAIL_BACKEND", "console")]).contains("password_reset_url should be"));
    assert!(error(&[RESET, ("EMAIL_BACKEND", "smtp")]).contains("known are `console` and `filebased`"));
    assert!(error(&[RESET, ("EMAIL_BACKEND", "filebased")]).contains("set email_file_path"));
}

#[test]
fn passwords_are_as_the_settings_say() {
    let text = "auth_password_validators = [{ name = 'MinimumLengthValidator', min_length = 3 }]";
    let pigeon = program().mail(Pigeon::default());
    let server = Server::start_app(
        &pigeon,
        text,
        &[RESET, ("PASSWORD_HASHERS", "Argon2PasswordHasher,PBKDF2PasswordHasher")],
    );
    let register = |password: &str| {
        let json = format!(r#"{{"username":"u{}","password":"{password}"}}"#, password.len());
        send(&server, "POST /account/register/", "", &json).status
    };
    assert_eq!((register("12"), register("123")), (400, 201));
    assert!(server.user("u3").password.starts_with("argon2$argon2id$"), "{}", server.user("u3").password);
    let folder = Folder::new();
    for (text, part) in [
        ("auth_password_validators = ['LongEnough']", "known are UserAttributeSimilarityValidator"),
        (
            "auth_password_validators = [{ name = 'NumericPasswordValidator', min_length = 3 }]",
            "has no option `min_length`",
        ),
        (
            "auth_password_validators = [{ name = 'UserAttributeSimilarityValidator', max_similarity = 0.01 }]",
            "0.1 or more",
        ),
        ("password_hashers = []", "password_hashers: "),
        ("password_hashers = ['Rot13']", "password_hashers: "),
    ] {
        let error =
            pigeon.application(settings(text, &[RESET], &folder.database())).expect_err(text).to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
}
