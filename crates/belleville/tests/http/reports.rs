//! Who is told of errors that nothing has handled: the program's own hook, and the administrators by mail.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use belleville::App;
use belleville::exceptions::ApiException;
use belleville::mail::Mail;
use belleville::prelude::*;
use belleville::reports::Report;

use crate::accounts::{Pigeon, wait_for_mail};
use crate::server::Server;

async fn fail(request: Request) -> Result<Response> {
    match request.kwarg("how") {
        Some("panic") => panic!("nobody expected this"),
        Some("api") => Err(ApiException::default().into()),
        Some("database") => {
            User::objects().filter(User::USERNAME.eq("nobody")).get(request.db()).await?;
            Ok(Response::empty(200))
        }
        Some("parse") => Err(Error::parse("no")),
        Some("suspicious") => Err(Error::suspicious("this\nis suspicious")),
        Some("unreadable") => Err(Error::bad_request("no")),
        Some("busy") => Err(Error::busy()),
        _ => Err(Error::internal("out of order")),
    }
}

fn urls() -> Urls {
    Urls::new().path("fail/<str:how>/", View::new("Fail").permission_classes(()).get(fail).post(fail))
}

/// Is told of errors that nothing has handled.
fn program() -> App {
    App::new("shop", env!("CARGO_MANIFEST_DIR"), urls).on_error(|report: &Report| {
        let view = report.view.as_deref().unwrap_or("no view");
        eprintln!("{} {} ({view}): {}", report.method, report.path, report.reason);
    })
}

#[test]
fn a_hook_is_told_of_errors_that_nothing_has_handled() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let ears = Arc::clone(&told);
    let program = program()
        .on_error(|_| panic!("a hook that fails"))
        .on_error(move |report: &Report| ears.lock().unwrap().push(report.clone()));
    let server = Server::start_app(&program, "", &[("REQUEST_ID_HEADER", "X-Request-ID")]);
    server.expects_panics();
    for (path, status) in [
        ("/fail/parse/", 400),
        ("/fail/suspicious/", 400),
        ("/fail/unreadable/", 400),
        ("/fail/database/", 404),
        ("/fail/busy/", 503),
        ("/nowhere/", 404),
    ] {
        assert_eq!(server.get(path, "").status, status, "{path}");
    }
    assert!(told.lock().unwrap().is_empty(), "these are answers");

    let headers = "X-Request-ID: abc\nAuthorization: Bearer s3cret\nCookie: sessionid=s3cret\nUser-Agent: curl\nX-Own: s3cret";
    let answer = server.get("/fail/now/?page=2&access_token=s3cret&Password=s3cret", headers);
    assert_eq!(answer.status, 500);
    let report = told.lock().unwrap().pop().unwrap();
    assert_eq!((report.status, report.reason.as_str()), (500, "out of order"));
    assert_eq!((report.method.as_str(), report.path.as_str()), ("GET", "/fail/now/"));
    assert_eq!((report.view.as_deref(), report.request_id.as_deref()), (Some("Fail"), Some("abc")));
    assert!(report.place.as_deref().unwrap().contains("reports.rs:"), "{report:?}");
    assert!(report.query.contains(&("page".to_owned(), "2".to_owned())), "{report:?}");
    assert!(report.headers.contains(&("user-agent".to_owned(), "curl".to_owned())), "{report:?}");
    assert!(!format!("{report:?}{report}").contains("s3cret"), "{report:?}");

    for (line, reason) in [
        ("POST /fail/panic/", "panicked: nobody expected this"),
        ("GET /fail/api/", "\"A server error occurred.\""),
    ] {
        assert_eq!(server.send(line, "", "").status, 500, "{line}");
        assert_eq!(told.lock().unwrap().pop().unwrap().reason, reason);
    }
    assert!(told.lock().unwrap().is_empty(), "each is told once");
}

fn mails(variables: &[(&str, &str)], requests: usize, expected: usize) -> Vec<Mail> {
    let pigeon = Pigeon::default();
    let server = Server::start_app(&program().mail(pigeon.clone()), "", variables);
    for _ in 0..requests {
        assert_eq!(server.get("/fail/now/?token=s3cret", "Authorization: s3cret").status, 500);
    }
    if expected == 0 {
        std::thread::sleep(Duration::from_millis(50));
        return pigeon.0.lock().unwrap().clone();
    }
    wait_for_mail(&pigeon, expected)
}

#[test]
fn administrators_get_a_mail() {
    let admins = ("ADMINS", "ann@example.com, bob@example.com");
    let own = [admins, ("SERVER_EMAIL", "shop@example.com"), ("EMAIL_SUBJECT_PREFIX", "[shop] ")];
    let sent = mails(&own, 1, 2);
    let to: Vec<&str> = sent.iter().map(|mail| mail.to.as_str()).collect();
    assert!(to.contains(&"ann@example.com") && to.contains(&"bob@example.com"), "{to:?}");
    for mail in sent {
        assert_eq!(mail.from, "shop@example.com");
        assert_eq!(mail.subject, "[shop] ERROR (EXTERNAL IP): Internal Server Error: /fail/now/");
        for part in ["out of order", "GET /fail/now/", "View: Fail", "token: ***", "authorization: ***"] {
            assert!(mail.body.contains(part), "{part} is not in {}", mail.body);
        }
        assert!(!mail.body.contains("s3cret"), "{}", mail.body);
    }
    let sent = mails(&[("ADMINS", "ann@example.com")], 1, 1);
    assert_eq!(sent[0].from, "root@localhost");
    assert!(sent[0].subject.starts_with("[Django] ERROR "), "{}", sent[0].subject);
    assert!(mails(&[], 1, 0).is_empty());
    assert!(mails(&[("ADMINS", "ann@example.com"), ("DEBUG", "1")], 1, 0).is_empty(), "none in development");
}

/// What Django's administrators read of each.
#[test]
fn administrators_get_a_mail_of_suspicious_requests() {
    let pigeon = Pigeon::default();
    let variables = [("ADMINS", "ann@example.com")];
    let server = Server::start_app(&program().mail(pigeon.clone()), "", &variables);
    for path in ["/fail/unreadable/", "/fail/parse/", "/nowhere/"] {
        server.get(path, "");
    }
    let mut expected = Vec::new();
    let mut refused = |path: &str, host: &str, subject: &str| {
        assert_eq!(server.get(path, &format!("Host: {host}")).status, 400, "{path} of {host}");
        expected.push(format!("[Django] ERROR (EXTERNAL IP): {subject}"));
    };
    refused("/fail/suspicious/", "testserver", r"this\nis suspicious");
    refused(
        "/nowhere/",
        "evil.example:8000",
        "Invalid HTTP_HOST header: 'evil.example:8000'. You may need to add 'evil.example' to ALLOWED_HOSTS.",
    );
    refused(
        "/fail/now/",
        "it's",
        "Invalid HTTP_HOST header: \"it's\". The domain name provided is not valid according to RFC 1034/1035.",
    );
    let subjects = |count: usize| {
        let mut subjects: Vec<String> =
            wait_for_mail(&pigeon, count).into_iter().map(|mail| mail.subject).collect();
        subjects.sort();
        subjects
    };
    expected.sort();
    assert_eq!(subjects(3), expected);
    let mail = wait_for_mail(&pigeon, 3).into_iter().find(|mail| mail.subject.contains("evil")).unwrap();
    assert!(mail.body.starts_with("Bad request at /nowhere/\nInvalid HTTP_HOST header: "), "{}", mail.body);

    // Who scans the program keeps nobody from hearing of errors.
    for _ in 0..20 {
        server.get("/fail/suspicious/", "");
    }
    server.get("/fail/now/", "");
    let subjects = subjects(11);
    assert_eq!(subjects.len(), 11, "{subjects:?}");
    assert!(subjects.iter().any(|subject| subject.ends_with("Internal Server Error: /fail/now/")));
}

#[test]
fn a_flood_of_errors_is_no_flood_of_mail() {
    assert_eq!(mails(&[("ADMINS", "ann@example.com")], 25, 10).len(), 10);
}

#[test]
fn administrators_take_a_way_to_send_mail() {
    let folder = crate::server::Folder::new();
    let settings = crate::server::settings("", &[("ADMINS", "ann@example.com")], &folder.database());
    let error = program().application(settings).unwrap_err().to_string();
    assert!(error.contains("give one (App::mail), or set email_backend"), "{error}");
}
