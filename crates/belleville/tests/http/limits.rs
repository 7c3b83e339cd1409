//! What is counted and limited, and whom a limit does not reach, as an attacker and the others see it.

use std::io::Write;
use std::net::TcpStream;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use belleville::BoxFuture;
use belleville::auth::hashing::HashingLimits;
use belleville::mail::{Mail, MailError, MailTransport};
use belleville::prelude::*;

use crate::accounts::{Pigeon, RESET, SECRET, change, log_in, program, send, start, wait_for_mail};
use crate::server::{Answer, PASSWORD, Server, basic};

/// One proxy stands in front and tells the address.
const PROXY: (&str, &str) = ("REST_FRAMEWORK__NUM_PROXIES", "1");

fn json_from(address: &str) -> String {
    format!(
        "Cookie: csrftoken={SECRET}\nX-CSRFToken: {SECRET}\nX-Forwarded-For: {address}\nContent-Type: application/json"
    )
}

fn credentials(username: &str, password: &str) -> String {
    format!("{{\"username\":\"{username}\",\"password\":\"{password}\"}}")
}

/// A login that comes from an address.
fn login_from(server: &Server, address: &str, username: &str, password: &str) -> u16 {
    server.send("POST /account/login/", &json_from(address), &credentials(username, password)).status
}

/// Begins logins and does not wait for their answers.
fn begin_logins(server: &Server, address: &str, usernames: &[String]) -> Vec<TcpStream> {
    let connections = usernames
        .iter()
        .map(|username| {
            let body = credentials(username, "wrong");
            let headers = json_from(address).replace('\n', "\r\n");
            let length = body.len();
            let request = format!(
                "POST /account/login/ HTTP/1.1\r\nHost: testserver\r\nContent-Length: {length}\r\n{headers}\r\n\r\n{body}"
            );
            let mut stream = TcpStream::connect(server.address).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            stream
        })
        .collect();
    // Time enough to get as far as the hashing.
    std::thread::sleep(Duration::from_millis(100));
    connections
}

/// Begins logins and closes their connections in the middle.
fn break_off(server: &Server, address: &str, usernames: &[String]) {
    begin_logins(server, address, usernames).into_iter().for_each(|stream| reset(server, stream));
}

/// Closes a connection without a farewell.
fn reset(server: &Server, stream: TcpStream) {
    let _runtime = server.runtime.enter();
    stream.set_nonblocking(true).unwrap();
    tokio::net::TcpStream::from_std(stream).unwrap().set_zero_linger().unwrap();
}

/// Keeps all threads that hash passwords busy for a while.
fn occupy_hashing(server: &Server, iterations: u32) {
    for _ in 0..HashingLimits::default().threads {
        let application = Arc::clone(&server.application);
        server.runtime.spawn(async move {
            let encoded = format!("pbkdf2_sha256${iterations}$salt$AAAA");
            application.hashing.check("x", &encoded).await
        });
    }
}

#[test]
fn a_login_that_is_broken_off_is_counted_and_told() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&told);
    let app = program().mail(Pigeon::default()).on_event(move |event| {
        ear.lock().unwrap().push((event.kind.name(), event.username.clone()));
    });
    let server = Server::start_app(&app, "", &[RESET, ("LOGIN_FAILURES_PER_USER", "3/hour")]);
    // One may be too early to be in the middle; three times as many as may fail are not.
    let refused = (0..9).any(|_| {
        occupy_hashing(&server, 2_000_000);
        break_off(&server, "", &["alice".to_owned()]);
        log_in(&server, "alice", PASSWORD).status == 429
    });
    assert!(refused, "guesses that are broken off are free");
    let failed = ("login_failed", "alice".to_owned());
    assert_eq!(told.lock().unwrap().iter().filter(|event| **event == failed).count(), 3);
}

#[test]
fn logins_that_are_broken_off_do_not_keep_others_from_the_hashing() {
    // More than may wait to be hashed.
    let limit = ("LOGIN_FAILURES_PER_ADDRESS", "70/hour");
    let (server, _) = start(&[limit, PROXY]);
    occupy_hashing(&server, 2_000_000);
    let names: Vec<String> = (0..70).map(|number| format!("user{number}")).collect();
    break_off(&server, "192.0.2.1", &names);
    assert_eq!(login_from(&server, "192.0.2.2", "alice", PASSWORD), 200);
}

/// No limit is set: it is clients taking turns that leaves others a place.
#[test]
fn many_logins_from_one_address_leave_others_a_place() {
    let (server, _) = start(&[PROXY]);
    occupy_hashing(&server, 2_000_000);
    let names: Vec<String> = (0..100).map(|number| format!("user{number}")).collect();
    let greedy = begin_logins(&server, "192.0.2.1", &names);
    assert_eq!(login_from(&server, "192.0.2.2", "alice", PASSWORD), 200);
    drop(greedy);
}

#[test]
fn a_name_that_is_attacked_from_one_address_logs_in_from_another() {
    let (server, _) = start(&[("LOGIN_FAILURES_PER_USER", "3/hour"), PROXY]);
    for username in ["alice", "nobody"] {
        let fail = |address: &str| login_from(&server, address, username, "wrong");
        let attack = [(); 4].map(|()| fail("192.0.2.1"));
        assert_eq!(attack, [400, 400, 400, 429], "{username}");
        assert_eq!(fail("192.0.2.2"), 400, "{username}");
    }
    assert_eq!(login_from(&server, "192.0.2.1", "alice", PASSWORD), 429);
    assert_eq!(login_from(&server, "192.0.2.2", "alice", PASSWORD), 200);
}

#[test]
fn a_name_that_is_attacked_from_everywhere_logs_in_from_where_it_did_lately() {
    let everywhere = ("LOGIN_FAILURES_PER_USER_EVERYWHERE", "5/hour");
    // Without it, it is ten times the limit from one address.
    for (settings, most) in [
        (&[("LOGIN_FAILURES_PER_USER", "2/hour"), everywhere, PROXY][..], 5),
        (&[("LOGIN_FAILURES_PER_USER", "1/hour"), PROXY], 10),
        (&[everywhere, PROXY], 5),
    ] {
        let (server, _) = start(settings);
        assert_eq!(login_from(&server, "198.51.100.1", "alice", PASSWORD), 200);
        for username in ["alice", "nobody"] {
            let fail = |number: usize| login_from(&server, &format!("192.0.2.{number}"), username, "wrong");
            let attack: Vec<u16> = (0..most + 2).map(fail).collect();
            let expected: Vec<u16> = (0..most + 2).map(|n| if n < most { 400 } else { 429 }).collect();
            assert_eq!(attack, expected, "{username}");
        }
        // Nobody new comes in, not even with the password; whoever is known here does, and again.
        assert_eq!(login_from(&server, "198.51.100.2", "alice", PASSWORD), 429);
        assert_eq!(login_from(&server, "198.51.100.1", "alice", PASSWORD), 200);
        assert_eq!(login_from(&server, "198.51.100.1", "alice", PASSWORD), 200);
        assert_eq!(login_from(&server, "198.51.100.1", "nobody", PASSWORD), 429);
    }
}

/// From a familiar address, too, nobody guesses without end.
#[test]
fn a_familiar_address_has_its_own_failures() {
    let (server, _) = start(&[("LOGIN_FAILURES_PER_USER", "2/hour"), PROXY]);
    let login = |password: &str| login_from(&server, "192.0.2.1", "alice", password);
    assert_eq!([login(PASSWORD), login("wrong"), login("wrong"), login(PASSWORD)], [200, 400, 400, 429]);
}

#[test]
fn an_address_that_fails_too_often_waits() {
    let (server, _) = start(&[("LOGIN_FAILURES_PER_ADDRESS", "2/hour"), PROXY]);
    assert_eq!(login_from(&server, "192.0.2.1", "x", "wrong"), 400);
    assert_eq!(login_from(&server, "192.0.2.1", "y", "wrong"), 400);
    assert_eq!(login_from(&server, "192.0.2.1", "bob", PASSWORD), 429);
    assert_eq!(login_from(&server, "192.0.2.2", "bob", PASSWORD), 200);
}

/// Whoever has one address of version 6 has 2^64 of them.
#[test]
fn addresses_are_counted_by_prefix_however_they_are_written() {
    let (server, _) = start(&[("LOGIN_FAILURES_PER_ADDRESS", "1/hour"), PROXY]);
    let fail = |address: &str| login_from(&server, address, "x", "wrong");
    for (address, status) in [
        ("2001:db8:0:1::1", 400),
        ("2001:db8:0:1:ffff::2", 429),
        ("[2001:db8:0:1::3]:4711", 429),
        ("2001:db8:0:2::1", 400),
        ("192.0.2.1", 400),
        ("192.0.2.1:4711", 429),
        ("::ffff:192.0.2.1", 429),
        ("[::ffff:192.0.2.1]:80", 429),
        ("192.0.2.2", 400),
    ] {
        assert_eq!(fail(address), status, "{address}");
    }
}

#[test]
fn a_proxy_tells_the_address_where_that_is_set() {
    let fail = |server: &Server, forwarded: &str| login_from(server, forwarded, "x", "wrong");
    let limit = ("LOGIN_FAILURES_PER_ADDRESS", "1/hour");
    let (server, _) = start(&[limit]);
    // Nobody asked for proxies: the header is the client's own.
    assert_eq!([fail(&server, "192.0.2.1"), fail(&server, "192.0.2.2")], [400, 429]);
    let (server, _) = start(&[limit, PROXY]);
    assert_eq!([fail(&server, "192.0.2.1"), fail(&server, "192.0.2.2")], [400, 400]);
    // What stands left of the proxy's own word is made up.
    assert_eq!([fail(&server, "192.0.2.9, 192.0.2.1"), fail(&server, "192.0.2.3, 192.0.2.4")], [429, 400]);
}

/// A server that is busy says nothing about a password.
#[test]
fn what_could_not_be_answered_is_not_counted() {
    // Where the hashing ends before the requests are answered, nothing is known: it has to take longer.
    let attempts = std::iter::successors(Some(4_000_000), |iterations: &u32| iterations.checked_mul(2));
    let mut attempts = attempts.map(busy_server_counts_nothing);
    assert!(attempts.any(|was_busy| was_busy), "no hash takes as long as four requests");
}

/// Whether the server was busy while it was asked.
fn busy_server_counts_nothing(iterations: u32) -> bool {
    let (server, _) =
        start(&[("LOGIN_FAILURES_PER_USER", "1/hour"), ("REGISTRATIONS_PER_ADDRESS", "1/hour")]);
    let register = || {
        send(&server, "POST /account/register/", "", r#"{"username":"carol","password":"a long new one"}"#)
            .status
    };
    let pool = Arc::clone(&server.application.hashing);
    // Each of another client, so that none makes room. They take their places in this order.
    let mut clients = 0..;
    let mut hashing = || pool.for_client(clients.next().unwrap_or_default());
    let encoded = format!("pbkdf2_sha256${iterations}$salt$AAAA");
    let mut hashed: Vec<_> =
        (0..HashingLimits::default().threads).map(|_| Box::pin(hashing().check("x", &encoded))).collect();
    assert!(hashed.iter_mut().all(|hash| poll(hash).is_none()));
    let mut waiting = Vec::new();
    loop {
        let mut waiter = Box::pin(hashing().burn());
        match poll(&mut waiter) {
            None => waiting.push(waiter),
            Some(refused) => break assert!(refused.is_err(), "the queue is full"),
        }
    }
    let wrong = [log_in(&server, "alice", "wrong").status, register()];
    let right = [log_in(&server, "alice", PASSWORD).status, register()];
    if hashed.iter_mut().any(|hash| poll(hash).is_some()) {
        return false;
    }
    assert_eq!([wrong, right], [[503, 503]; 2]);
    drop(waiting);
    for hash in hashed {
        server.runtime.block_on(hash).unwrap();
    }
    assert_eq!([log_in(&server, "alice", PASSWORD).status, register()], [200, 201]);
    true
}

/// What has come of a future, which goes on.
fn poll<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    match Pin::new(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// Ten thousand other names, and the one that is at its limit stays there.
#[test]
fn a_flood_of_other_names_does_not_make_a_name_forgotten() {
    let classes = ("REST_FRAMEWORK__DEFAULT_AUTHENTICATION_CLASSES", "BasicAuthentication");
    let hashers = ("PASSWORD_HASHERS", "MD5PasswordHasher");
    let (server, _) = start(&[("LOGIN_FAILURES_PER_USER", "2/hour"), classes, hashers]);
    let ask = |username: &str| server.get("/account/user/", &basic(username, "wrong")).status;
    assert_eq!([ask("alice"), ask("alice"), ask("alice")], [401, 401, 429]);
    std::thread::scope(|scope| {
        for flooder in 0..4 {
            let server = &server;
            scope.spawn(move || {
                for batch in 0..52 {
                    let one = |number: usize| {
                        let close = if number == 49 { "Connection: close\r\n" } else { "" };
                        let header = basic(&format!("user-{flooder}-{batch}-{number}"), "wrong");
                        format!("GET /account/user/ HTTP/1.1\r\n{header}\r\n{close}\r\n")
                    };
                    let requests: Vec<String> = (0..50).map(one).collect();
                    let requests: Vec<&str> = requests.iter().map(String::as_str).collect();
                    let answers = server.pipelined(&requests);
                    assert!(answers.iter().all(|answer| answer.status == 401), "{answers:?}");
                }
            });
        }
    });
    assert_eq!(ask("alice"), 429);
}

#[test]
fn accounts_are_not_made_without_end() {
    let (server, _) = start(&[("REGISTRATIONS_PER_ADDRESS", "3/hour"), PROXY]);
    let register = |address: &str, username: &str| {
        let json = credentials(username, "a long new one");
        server.send("POST /account/register/", &json_from(address), &json)
    };
    assert_eq!(register("192.0.2.1", "carol").status, 201);
    // Which names are taken, nobody asks without end either.
    assert_eq!(register("192.0.2.1", "carol").status, 400);
    assert_eq!(register("192.0.2.1", "alice").status, 400);
    // A form that is not filled in asks nothing.
    assert_eq!(server.send("POST /account/register/", &json_from("192.0.2.2"), "{}").status, 400);
    let refused = register("192.0.2.1", "dan");
    assert_eq!(refused.status, 429, "{refused:?}");
    assert!(waits_for_an_hour(&refused), "{refused:?}");
    assert_eq!(register("192.0.2.2", "dan").status, 201);
    // It is a limit of its own.
    assert_eq!(login_from(&server, "192.0.2.1", "alice", PASSWORD), 200);
}

fn waits_for_an_hour(refused: &Answer) -> bool {
    let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    (3500..=3600).contains(&seconds) && refused.body.starts_with("{\"detail\":\"Request was throttled. ")
}

fn ask_for_link(server: &Server, address: &str, email: &str) -> Answer {
    server.send("POST /account/password/reset/", &json_from(address), &format!("{{\"email\":\"{email}\"}}"))
}

#[test]
fn links_are_not_asked_for_without_end() {
    let (server, pigeon) = start(&[("PASSWORD_RESETS_PER_EMAIL", "2/hour"), PROXY]);
    change(&server, "alice", |_| [User::EMAIL.set("alice@example.com")]);
    // Whether or not somebody has the address, and from wherever it is asked.
    for email in ["alice@example.com", "nobody@example.com"] {
        assert_eq!(ask_for_link(&server, "192.0.2.1", email).status, 200);
        assert_eq!(ask_for_link(&server, "192.0.2.2", &email.to_uppercase()).status, 200);
        let refused = ask_for_link(&server, "192.0.2.3", email);
        assert!(refused.status == 429 && waits_for_an_hour(&refused), "{refused:?}");
    }
    wait_for_mail(&pigeon, 2);
    let (server, _) = start(&[("PASSWORD_RESETS_PER_ADDRESS", "2/hour"), PROXY]);
    let ask = |address: &str, email: &str| ask_for_link(&server, address, email).status;
    assert_eq!([ask("192.0.2.1", "a@example.com"), ask("192.0.2.1", "b@example.com")], [200, 200]);
    assert_eq!([ask("192.0.2.1", "c@example.com"), ask("192.0.2.2", "c@example.com")], [429, 200]);
}

#[test]
fn links_are_not_tried_without_end() {
    let (server, pigeon) = start(&[("PASSWORD_RESETS_PER_ADDRESS", "3/hour"), PROXY]);
    change(&server, "alice", |_| [User::EMAIL.set("alice@example.com")]);
    assert_eq!(ask_for_link(&server, "192.0.2.9", "alice@example.com").status, 200);
    let mail = wait_for_mail(&pigeon, 1).remove(0);
    let link = mail.body.split("https://app.example.com/reset/").nth(1).unwrap();
    let [uid, token] = [0, 1].map(|part| link.split('/').nth(part).unwrap().to_owned());
    let confirm = |address: &str, token: &str, password: &str| {
        let json = format!("{{\"uid\":\"{uid}\",\"token\":\"{token}\",\"new_password\":\"{password}\"}}");
        server.send("POST /account/password/reset/confirm/", &json_from(address), &json).status
    };
    // A link that is good is not counted, whatever the password is like.
    assert_eq!([(); 4].map(|()| confirm("192.0.2.1", &token, "1234")), [400; 4]);
    let wrong = format!("c0ffee-{}", "0".repeat(32));
    let guesses = [(); 4].map(|()| confirm("192.0.2.1", &wrong, "a long new one"));
    assert_eq!(guesses, [400, 400, 400, 429]);
    assert_eq!(confirm("192.0.2.1", &token, "a long new one"), 429);
    assert_eq!(confirm("192.0.2.2", &token, "a long new one"), 204);
}

/// Holds mail back until it is told.
#[derive(Clone)]
struct Slow {
    may_go: Arc<tokio::sync::Semaphore>,
    begun: Arc<Mutex<Vec<String>>>,
    sent: Arc<Mutex<Vec<String>>>,
}

impl MailTransport for Slow {
    fn send(&self, mail: Mail) -> BoxFuture<'_, Result<(), MailError>> {
        Box::pin(async move {
            self.begun.lock().unwrap().push(mail.to.clone());
            self.may_go.acquire().await?.forget();
            self.sent.lock().unwrap().push(mail.to);
            Ok(())
        })
    }
}

#[test]
fn mail_is_sent_a_few_at_a_time_and_nobody_waits_for_it() {
    let slow = Slow {
        may_go: Arc::new(tokio::sync::Semaphore::new(0)),
        begun: Arc::default(),
        sent: Arc::default(),
    };
    let server = Server::start_app(&program().mail(slow.clone()), "", &[RESET]);
    change(&server, "alice", |_| [User::EMAIL.set("alice@example.com")]);
    let answers: Vec<String> =
        (0..12).map(|_| ask_for_link(&server, "192.0.2.1", "alice@example.com").body).collect();
    assert!(answers.iter().all(|body| *body == answers[0]), "{answers:?}");
    let begun = || slow.begun.lock().unwrap().len();
    let several = (0..500).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        begun() >= 4
    });
    assert!(several, "{} begun", begun());
    assert_eq!((begun(), slow.sent.lock().unwrap().len()), (4, 0));
    // What was promised is sent before the end.
    slow.may_go.add_permits(12);
    server.runtime.block_on(server.application.finish_mail());
    assert_eq!(slow.sent.lock().unwrap().len(), 12);
}
