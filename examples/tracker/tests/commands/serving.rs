//! How the server starts, where it takes its settings from, and how it ends.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::{Folder, LOG};

#[test]
fn settings_come_from_the_folder_and_the_environment() {
    let folder = Folder::new();
    // The file of the current folder stands in for the one beside the manifest.
    folder.write(
        "belleville.toml",
        "debug = true\ndatabase_url = 'sqlite:///mine.sqlite3'\n[rest_framework]\ndefault_authentication_classes = ['TokenAuthentication']\n",
    );
    let routes = folder.run(&["routes"], &[]).out;
    assert!(routes.contains("    authentication  TokenAuthentication\n"), "{routes}");
    assert_eq!(folder.run(&["migrate"], &[]).code, Some(0));
    assert!(folder.has("mine.sqlite3") && !folder.has("db.sqlite3"));
    assert_eq!(folder.run(&["migrate"], &[("DATABASE_URL", "sqlite:///other.sqlite3")]).code, Some(0));
    assert!(folder.has("other.sqlite3"));

    for (text, part) in [
        ("debug = true\npage_size = 3\n", "unknown field `page_size`. Known are `debug`"),
        ("debug = true\n\nsecret_key = \n", "line 3"),
        ("[rest_framework]\nbookshelves = []\n", "`default_permission_classes`"),
        ("session_cookie_age = 0\n", "session_cookie_age is 0"),
        ("templates = 'mine'\ndebug = true\n", "mine is not a folder"),
    ] {
        folder.write("belleville.toml", text);
        let ended = folder.run(&["runserver", "127.0.0.1:0"], &[]);
        assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{text}: {}", ended.err);
        assert!(ended.err.contains(part), "{text}: {}", ended.err);
    }
}

/// A start that cannot work makes nothing: the password that is shown once must not be made where nobody sees it.
#[test]
fn a_start_that_fails_leaves_the_first_start_to_the_next() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.0.join("pages/rest_framework")).unwrap();
    folder.write("pages/rest_framework/login.html", "one\n{% if %}\n");
    for (name, value, part) in [
        ("TEMPLATES", "pages", "login.html, line 2"),
        ("CSRF_TRUSTED_ORIGINS", "example.com", "must start with a scheme"),
        ("REST_FRAMEWORK__DEFAULT_AUTHENTICATION_CLASSES", "Nobody", "`Nobody`, which is unknown"),
    ] {
        let ended = folder.run(&["runserver", "127.0.0.1:0"], &[(name, value)]);
        assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{name}: {}", ended.err);
        assert!(ended.err.contains(part), "{name}: {}", ended.err);
    }
    folder.write("pages/rest_framework/login.html", "my own\n");
    let serving = folder.serve(&["127.0.0.1:0"], &[("TEMPLATES", "pages")]);
    assert!(serving.said.contains("Password of each, shown this once: "), "{}", serving.said);
    assert!(serving.send("GET /api-auth/login/", "", "").ends_with("\r\n\r\nmy own"));
}

#[test]
fn an_address_that_is_taken_is_refused_before_anything_is_made() {
    let folder = Folder::new();
    let serving = folder.serve(&["0"], &[]);
    assert!(
        serving.address.starts_with("127.0.0.1:"),
        "a port alone is on this machine: {}",
        serving.address
    );
    let other = Folder::new();
    let ended = other.run(&["runserver", &serving.address], &[]);
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.err.contains(&format!("cannot listen on {}", serving.address))
            && ended.err.contains("name another address"),
        "{}",
        ended.err
    );
    assert!(!ended.out.contains("Password"), "a password that nobody can use: {}", ended.out);
}

/// A Django project with a key that it cannot change yet is served, and in development nobody minds.
#[test]
fn a_weak_key_that_is_known_is_served() {
    let folder = Folder::new();
    let weak = [("SECRET_KEY", "short"), ("SIMPLE_JWT__SIGNING_KEY", "short")];
    for more in [
        &[("DEBUG", "0"), ("ALLOWED_HOSTS", "localhost"), ("ALLOW_WEAK_SECRET_KEY", "1")][..],
        &[("DEBUG", "1")],
    ] {
        let serving = folder.serve(&["127.0.0.1:0"], &[&weak[..], more].concat());
        assert!(serving.send("GET /api/projects/", "", "").starts_with("HTTP/1.1 403"));
    }
}

#[test]
fn outside_of_development_nothing_is_made() {
    let folder = Folder::new();
    let variables = [
        ("DEBUG", "0"),
        ("SECRET_KEY", "k3y-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789-ABCDEF"),
        ("ALLOWED_HOSTS", "localhost"),
    ];
    let serving = folder.serve(&["127.0.0.1:0"], &variables);
    assert!(!serving.said.contains("Password") && !serving.said.contains("Applying"), "{}", serving.said);
    assert!(folder.read(LOG).contains("before the command `migrate`"), "{}", folder.read(LOG));
    assert!(!folder.has(".secret_key"));
    assert!(serving.send("GET /nowhere/", "", "").starts_with("HTTP/1.1 404"));
}

/// A request that is under way when the server is asked to stop is answered; then the process ends well.
#[test]
fn who_is_being_served_is_served_to_the_end() {
    let folder = Folder::new();
    let serving = folder.serve(&["127.0.0.1:0"], &[]);
    let token = serving.token("alice");
    let body = "{\"name\":\"the last\"}";
    let mut stream = TcpStream::connect(&serving.address).unwrap();
    let length = body.len();
    write!(stream, "POST /api/projects/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{token}\r\n{{").unwrap();
    stream.flush().unwrap();
    // An answer to somebody else: by now the first request is under way.
    serving.send("GET /api/", "", "");
    serving.ask_to_stop();
    while TcpStream::connect(&serving.address).is_ok() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    stream.write_all(&body.as_bytes()[1..]).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 Created"), "{answer}");
    let mut serving = serving;
    assert_eq!(serving.child.wait().unwrap().code(), Some(0));
    let again = folder.serve(&["127.0.0.1:0"], &[]);
    assert!(again.send("GET /api/projects/", &token, "").contains("\"the last\""));
}

/// Whoever asks twice does not want to wait.
#[test]
fn a_second_signal_ends_the_server_at_once() {
    let folder = Folder::new();
    let mut serving = folder.serve(&["127.0.0.1:0"], &[("SERVER__SHUTDOWN_TIMEOUT", "3600")]);
    let token = serving.token("alice");
    let mut stream = TcpStream::connect(&serving.address).unwrap();
    write!(stream, "POST /api/projects/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n{token}\r\n{{")
        .unwrap();
    serving.send("GET /api/", "", "");
    serving.ask_to_stop();
    while TcpStream::connect(&serving.address).is_ok() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert_eq!(serving.child.try_wait().unwrap(), None, "it waits for what is under way");
    serving.ask_to_stop();
    assert_eq!(serving.child.wait().unwrap().code(), Some(1));
}

/// A body that ends early, one of chunks that are none, and a head that a proxy may read in another way.
#[test]
fn broken_requests_are_refused_and_logged() {
    let folder = Folder::new();
    let serving = folder.serve(&["127.0.0.1:0"], &[]);
    let broken = "the body ended early or its chunks are malformed";
    for (request, reason) in [
        (
            "POST /api-token-auth/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\nContent-Type: application/json\r\n\r\n{",
            broken,
        ),
        (
            "POST /api-auth/login/ HTTP/1.1\r\nHost: localhost\r\nCookie: csrftoken=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\nTransfer-Encoding: chunked\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nZZ\r\n",
            broken,
        ),
        ("GET /api/ HTTP/1.1\nHost: localhost\r\n\r\n", "a line of its head ends without a carriage return"),
    ] {
        let before = folder.read(LOG).matches(reason).count();
        let mut stream = TcpStream::connect(&serving.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 Bad Request"), "{request:?}: {answer}");
        assert!(answer.to_lowercase().contains("\r\nconnection: close\r\n"), "{request:?}: {answer}");
        assert_eq!(folder.read(LOG).matches(reason).count(), before + 1, "{request:?}");
    }
}

/// More clients than descriptors: those for whom there is none are told, and the others are served.
#[test]
fn a_server_without_descriptors_says_so() {
    let folder = Folder::new();
    let serving = folder.serve_with_descriptors(64, &["127.0.0.1:0"], &[("SERVER__MAX_CONNECTIONS", "1000")]);
    let token = serving.token("alice");
    let mut held: Vec<TcpStream> = (0..100).map(|_| TcpStream::connect(&serving.address).unwrap()).collect();
    let patience = Some(std::time::Duration::from_secs(60));
    let refused = held.iter_mut().rev().take(20).filter_map(|stream| {
        stream.set_read_timeout(patience).unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).ok().map(|()| answer)
    });
    let refused: Vec<[u8; 12]> = refused.collect();
    assert!(refused.len() == 20 && refused.iter().all(|answer| answer == b"HTTP/1.1 503"), "{refused:?}");
    held.clear();
    let list = loop {
        // Refused while there is no descriptor: the answer may even come before the request is sent.
        match serving.try_send("GET /api/projects/", &token, "") {
            Ok(list) if !list.starts_with("HTTP/1.1 503") => break list,
            _ => {}
        }
    };
    assert!(list.starts_with("HTTP/1.1 200"), "{list}");
    assert!(folder.read(LOG).contains("connections were refused"), "{}", folder.read(LOG));
}

/// Killed in the middle of many writes at once: whatever was answered with 201 is there.
#[test]
fn a_kill_among_writers_loses_nothing_acknowledged() {
    let folder = Folder::new();
    let mut serving = folder.serve(&["127.0.0.1:0"], &[]);
    let token = serving.token("bob");
    let address = serving.address.clone();
    let killed = AtomicBool::new(false);
    let acknowledged: Vec<String> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..8)
            .map(|writer| {
                let (address, token, killed) = (&address, &token, &killed);
                scope.spawn(move || {
                    let mut kept = Vec::new();
                    for number in 0.. {
                        let name = format!("kept {writer}-{number}.");
                        let body = format!("{{\"name\":\"{name}\"}}");
                        let Ok(mut stream) = TcpStream::connect(address) else { break };
                        let length = body.len();
                        let sent = write!(stream, "POST /api/projects/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{token}\r\n{body}");
                        let mut answer = String::new();
                        let _ = stream.read_to_string(&mut answer);
                        if sent.is_ok() && answer.starts_with("HTTP/1.1 201") {
                            kept.push(name);
                        } else {
                            assert!(killed.load(Ordering::SeqCst), "{answer}");
                            break;
                        }
                    }
                    kept
                })
            })
            .collect();
        std::thread::sleep(std::time::Duration::from_millis(400));
        killed.store(true, Ordering::SeqCst);
        // SIGKILL.
        serving.child.kill().unwrap();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    assert!(acknowledged.len() > 8, "too few to tell: {}", acknowledged.len());
    let second = folder.serve(&["127.0.0.1:0"], &[]);
    let list = second.send("GET /api/projects/", &token, "");
    for name in &acknowledged {
        assert!(list.contains(name.as_str()), "{name} of {} is lost", acknowledged.len());
    }
}
