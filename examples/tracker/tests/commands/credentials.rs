//! Commands that make, change and print credentials, and whether those are good where they should be.

use crate::{Folder, LOG, Serving};

/// The header of HTTP Basic.
fn basic(username: &str, password: &str) -> String {
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
    text + "\r\n"
}

const CSRF: &str = "0123456789abcdefghijABCDEFGHIJ01";

/// The cookie of a session, made by the login form.
fn session(serving: &Serving, username: &str, password: &str) -> String {
    let headers = format!(
        "Cookie: csrftoken={CSRF}\r\nX-CSRFToken: {CSRF}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    );
    let form = format!("username={username}&password={}", password.replace(' ', "+"));
    let answer = serving.send("POST /api-auth/login/", &headers, &form);
    assert!(answer.starts_with("HTTP/1.1 302"), "{answer}");
    let key = answer.split("sessionid=").nth(1).unwrap().split(';').next().unwrap().to_owned();
    format!("Cookie: sessionid={key}\r\n")
}

/// The status of a request for the projects, and the error's text if there is one.
fn projects(serving: &Serving, headers: &str) -> (u16, String) {
    let answer = serving.send("GET /api/projects/", headers, "");
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let detail = answer.split("{\"detail\":\"").nth(1).map_or("", |rest| rest.trim_end_matches("\"}"));
    (status, detail.to_owned())
}

fn good() -> (u16, String) {
    (200, String::new())
}

fn refused(detail: &str) -> (u16, String) {
    // The sample asks SessionAuthentication first, which has no challenge: 403.
    (403, detail.to_owned())
}

/// A login without `next` leads to a page that is there, with `debug` and without.
#[test]
fn a_login_leads_to_a_page_that_is_there() {
    for debug in ["1", "0"] {
        let folder = Folder::new();
        let first = folder.serve(&["127.0.0.1:0"], &[]);
        let password = first.password().to_owned();
        first.stop();
        let variables = [
            ("DEBUG", debug),
            ("SECRET_KEY", "k3y-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789-ABCDEF"),
            ("ALLOWED_HOSTS", "localhost"),
        ];
        let serving = folder.serve(&["127.0.0.1:0"], &variables);
        let headers = format!(
            "Cookie: csrftoken={CSRF}\r\nX-CSRFToken: {CSRF}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        );
        let form = format!("username=alice&password={password}");
        let answer = serving.send("POST /api-auth/login/", &headers, &form);
        let location =
            answer.lines().find_map(|line| line.to_lowercase().strip_prefix("location: ").map(str::to_owned));
        let location = location.unwrap_or_else(|| panic!("no redirect: {answer}"));
        let cookie = session(&serving, "alice", &password);
        let page = serving.send(&format!("GET {location}"), &format!("{cookie}Accept: text/html\r\n"), "");
        assert!(page.starts_with("HTTP/1.1 200"), "{location}: {page}");
    }
}

#[test]
fn what_the_first_start_prints_is_good() {
    let folder = Folder::new();
    let first = folder.serve(&["127.0.0.1:0"], &[]);
    let password = first.password().to_owned();
    let line = first.said.lines().find(|line| line.starts_with("  curl ")).unwrap();
    let [_, flag, credentials, url] = line.split_whitespace().collect::<Vec<_>>()[..] else {
        panic!("{line}")
    };
    let (username, given) = credentials.split_once(':').unwrap();
    assert_eq!((flag, url), ("-u", format!("http://{}/api/projects/", first.address).as_str()));
    assert_eq!(projects(&first, &basic(username, given)), good());
    for username in ["admin", "alice", "bob"] {
        assert_eq!(projects(&first, &basic(username, &password)), good());
    }
    for path in first.said.lines().filter_map(|line| line.strip_prefix("  http://")) {
        let path = &path[path.find('/').unwrap()..];
        let answer = first.send(&format!("GET {path}"), &basic("alice", &password), "");
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    }
    assert!(
        first.said.contains("/api/tasks/\n") && !first.said.contains("/api-token-auth/"),
        "{}",
        first.said
    );
    let cookie = session(&first, "alice", &password);
    let (key, rows) = (folder.read(".secret_key"), first.send("GET /api/tasks/", &cookie, ""));
    first.stop();
    let second = folder.serve(&["127.0.0.1:0"], &[]);
    assert_eq!(projects(&second, &cookie), good(), "the session outlives the server");
    assert_eq!(folder.read(".secret_key"), key);
    let body = |answer: &str| answer.split("\r\n\r\n").nth(1).unwrap().to_owned();
    assert_eq!(body(&second.send("GET /api/tasks/", &cookie, "")), body(&rows));
}

#[cfg(unix)]
#[test]
fn what_is_made_is_its_owners_and_what_is_there_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |folder: &Folder, name: &str| {
        std::fs::metadata(folder.0.join(name)).unwrap().permissions().mode() & 0o777
    };
    let folder = Folder::new();
    let _serving = folder.serve(&["127.0.0.1:0"], &[]);
    for name in [".secret_key", "db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm"] {
        assert_eq!(mode(&folder, name), 0o600, "{name}");
    }
    // A database that Django made, and shares with its group.
    let shared = Folder::new();
    shared.write("db.sqlite3", "");
    let group = std::fs::Permissions::from_mode(0o664);
    std::fs::set_permissions(shared.0.join("db.sqlite3"), group).unwrap();
    let _serving = shared.serve(&["127.0.0.1:0"], &[]);
    for name in ["db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm"] {
        assert_eq!(mode(&shared, name), 0o664, "{name}");
    }
}

#[test]
fn users_and_passwords_that_commands_make_are_good_at_once() {
    let folder = Folder::new();
    let serving = folder.serve(&["--no-demo", "127.0.0.1:0"], &[]);
    assert_eq!(
        projects(&serving, &basic("chief", "phrase 1 of many")),
        refused("Invalid username/password.")
    );
    let asked = folder.tell(
        &["createsuperuser", "--username", "chief"],
        "chief@example.com\nphrase 1 of many\nphrase 1 of many\n",
    );
    assert_eq!(asked.code, Some(0), "{asked:?}");
    assert!(!asked.out.contains("phrase") && !asked.err.contains("phrase"), "{asked:?}");
    assert_eq!(projects(&serving, &basic("chief", "phrase 1 of many")), good());
    let cookie = session(&serving, "chief", "phrase 1 of many");
    assert_eq!(projects(&serving, &cookie), good());

    let wrong = folder.tell(&["changepassword", "chief"], "one phrase 22\nother phrase 22\nx\n");
    assert!(wrong.code == Some(1) && wrong.err.contains("Error: Your passwords didn't match."), "{wrong:?}");
    let short = folder.tell(&["changepassword", "chief"], "short\nshort\n");
    assert!(short.code == Some(1) && short.err.contains("This password is too short."), "{short:?}");
    let like = folder.tell(&["changepassword", "chief"], "chief@example\nchief@example\n");
    assert!(
        like.code == Some(1) && like.err.contains("The password is too similar to the email address."),
        "{like:?}"
    );
    assert_eq!(projects(&serving, &cookie), good(), "nothing was changed");

    let changed = folder.tell(&["changepassword", "chief"], "phrase 2 of many\nphrase 2 of many\n");
    assert_eq!(changed.code, Some(0), "{changed:?}");
    assert_eq!(projects(&serving, &cookie), refused("Authentication credentials were not provided."));
    assert_eq!(
        projects(&serving, &basic("chief", "phrase 1 of many")),
        refused("Invalid username/password.")
    );
    assert_eq!(projects(&serving, &basic("chief", "phrase 2 of many")), good());
}

#[test]
fn a_new_password_ends_tokens_where_the_setting_says_so() {
    for (text, is_good) in [("", true), ("revoke_tokens_on_password_change = true\n", false)] {
        let folder = Folder::new();
        let classes = "[rest_framework]\ndefault_authentication_classes = ['TokenAuthentication']\n";
        folder.write("belleville.toml", &format!("debug = true\n{text}{classes}"));
        let serving = folder.serve(&["127.0.0.1:0"], &[]);
        let (alice, bob) = (serving.token("alice"), serving.token("bob"));
        let refresh = refresh_token(&serving, "alice");
        let changed = folder.tell(&["changepassword", "alice"], "phrase 2 of many\nphrase 2 of many\n");
        assert_eq!(changed.code, Some(0), "{changed:?}");
        assert_eq!(projects(&serving, &alice).0 == 200, is_good, "{text}");
        let json = "Content-Type: application/json\r\n";
        let refreshed =
            serving.send("POST /api/token/refresh/", json, &format!("{{\"refresh\":\"{refresh}\"}}"));
        assert_eq!(refreshed.starts_with("HTTP/1.1 200"), is_good, "{text}: {refreshed}");
        assert_eq!(projects(&serving, &bob).0, 200);
    }
}

/// A refresh token, for the password that was printed.
fn refresh_token(serving: &Serving, username: &str) -> String {
    let body = format!("{{\"username\":\"{username}\",\"password\":\"{}\"}}", serving.password());
    let answer = serving.send("POST /api/token/", "Content-Type: application/json\r\n", &body);
    answer.split("\"refresh\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[test]
fn a_superuser_can_be_made_without_questions() {
    let folder = Folder::new();
    let variables = [
        ("DJANGO_SUPERUSER_USERNAME", "chief"),
        ("DJANGO_SUPERUSER_EMAIL", "a@EXAMPLE.com"),
        ("DJANGO_SUPERUSER_PASSWORD", "x"),
    ];
    let make = |variables: &[_]| folder.run(&["createsuperuser", "--noinput"], variables);
    let early = make(&variables);
    assert_eq!(
        (early.code, early.err.as_str()),
        (Some(1), "tracker: the database is not migrated; run the command `migrate` first\n")
    );
    assert_eq!(folder.run(&["migrate"], &[]).code, Some(0));
    // What Django says when one of them is missing.
    for (missing, option) in [(0, "username"), (1, "email")] {
        let some: Vec<_> =
            variables.iter().enumerate().filter(|(at, _)| *at != missing).map(|(_, row)| *row).collect();
        let ended = make(&some);
        let line =
            format!("tracker: You must use --{option} (or {}) with --noinput.\n", variables[missing].0);
        assert_eq!((ended.code, ended.out.as_str(), ended.err), (Some(1), "", line));
    }
    assert_eq!(make(&variables).out, "Superuser created successfully.\n");
    let again = make(&variables);
    assert_eq!(
        (again.code, again.err.as_str()),
        (Some(1), "tracker: A user with that username already exists.\n")
    );
    let wordless = [("DJANGO_SUPERUSER_USERNAME", "mute"), ("DJANGO_SUPERUSER_EMAIL", "")];
    let made = make(&wordless);
    assert!(made.code == Some(0) && made.out.contains("no usable password"), "{made:?}");
    let serving = folder.serve(&["127.0.0.1:0"], &[]);
    assert!(!serving.said.contains("Password"), "there are users already: {}", serving.said);
    assert_eq!(projects(&serving, &basic("chief", "x")), good());
    assert_eq!(projects(&serving, &basic("mute", "")), refused("Invalid username/password."));
}

#[test]
fn a_token_is_good_until_it_is_replaced() {
    let folder = Folder::new();
    let serving = folder.serve(&["127.0.0.1:0"], &[]);
    let token = |arguments: &[&str]| {
        let out = folder.run(arguments, &[]).out;
        let key = out.split(' ').nth(2).unwrap().to_owned();
        assert_eq!(out, format!("Generated token {key} for user bob\n"));
        format!("Authorization: Token {key}\r\n")
    };
    let first = token(&["drf_create_token", "bob"]);
    assert_eq!(projects(&serving, &first), good());
    let second = token(&["drf_create_token", "--reset", "bob"]);
    assert_eq!(projects(&serving, &first), refused("Invalid token."));
    assert_eq!(projects(&serving, &second), good());
}

#[test]
fn expired_sessions_are_cleared_and_others_kept() {
    let folder = Folder::new();
    let short = folder.serve(&["127.0.0.1:0"], &[("SESSION_COOKIE_AGE", "1")]);
    let password = short.password().to_owned();
    let expired = session(&short, "alice", &password);
    drop(short);
    let serving = folder.serve(&["127.0.0.1:0"], &[]);
    let kept = session(&serving, "alice", &password);
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let anonymous = refused("Authentication credentials were not provided.");
    assert_eq!((projects(&serving, &expired), projects(&serving, &kept)), (anonymous, good()));
    assert!(folder.run(&["clearsessions"], &[]).out.starts_with("Deleted 1 expired session"));
    assert_eq!(projects(&serving, &kept), good());
    assert!(folder.run(&["clearsessions"], &[]).out.starts_with("Deleted 0 expired session"));
}

/// Whatever happens to a credential, neither it nor what it was exchanged for is in the log or on the terminal, but for
/// the password of the first start.
#[test]
fn no_credential_is_logged() {
    let folder = Folder::new();
    let key = "k3y-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789-ABCDEF";
    let serving = folder.serve(&["127.0.0.1:0"], &[("SECRET_KEY", key)]);
    let password = serving.password().to_owned();
    let token = serving.token("alice");
    let cookie = session(&serving, "alice", &password);
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let bad = format!("username=alice&password=wrong-{password}");
    let pair = serving.send("POST /api/token/", form, &format!("username=alice&password={password}"));
    let tokens: Vec<&str> = pair.split('"').filter(|text| text.starts_with("eyJ")).collect();
    let [refresh, access] = tokens[..] else { panic!("{pair}") };
    let refresh_form = format!("refresh={refresh}");
    for (line, headers, body) in [
        ("GET /api/projects/", basic("alice", &password), ""),
        ("GET /api/projects/", basic("alice", "wrong-word-1"), ""),
        ("GET /api/projects/", token.clone(), ""),
        ("GET /api/projects/", "Authorization: Token wrong-word-2\r\n".to_owned(), ""),
        ("GET /api/projects/?password=wrong-word-3", cookie.clone(), ""),
        ("POST /api/projects/", cookie.clone(), "name=wrong-word-4"),
        ("POST /api-token-auth/", form.to_owned(), &bad),
        ("POST /api/token/", form.to_owned(), &bad),
        ("GET /api/projects/", format!("Authorization: Bearer {access}\r\n"), ""),
        ("GET /api/projects/", format!("Authorization: Bearer {access}x\r\n"), ""),
        ("POST /api/token/refresh/", form.to_owned(), &refresh_form),
        ("POST /api/token/blacklist/", form.to_owned(), &refresh_form),
        ("POST /api-auth/login/", format!("{form}Cookie: csrftoken={CSRF}\r\n"), &bad),
        ("POST /api-auth/logout/", cookie.clone(), ""),
    ] {
        serving.send(line, &headers, body);
    }
    let (code, rest) = serving.stop();
    assert_eq!((code, rest.as_str()), (Some(0), ""));
    let log = folder.read(LOG);
    assert!(log.contains("GET /api/projects/"), "requests are logged: {log}");
    for event in ["login", "login_failed", "token_issued", "token_refreshed", "token_revoked"] {
        assert!(log.contains(&format!("event=\"{event}\"")), "{event} in {log}");
    }
    let last = |text: &str| text.trim_end().rsplit(' ').next().unwrap().to_owned();
    let header = |text: &str| last(text).trim_start_matches("sessionid=").to_owned();
    let encoded = header(&basic("alice", &password));
    for secret in [&password, &header(&token), &header(&cookie), &encoded, CSRF, key, "wrong-word", "eyJ"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

#[test]
fn what_happens_to_credentials_is_logged_in_production() {
    let folder = Folder::new();
    let password = folder.serve(&["127.0.0.1:0"], &[]).password().to_owned();
    let key = folder.read(".secret_key");
    let production = [("DEBUG", "0"), ("SECRET_KEY", key.trim()), ("ALLOWED_HOSTS", "*")];
    let serving = folder.serve(&["127.0.0.1:0"], &production);
    folder.write(LOG, "");
    serving.send("GET /api/projects/", &basic("alice", &password), "");
    serving.send("GET /api/projects/", &basic("mallory", "wrong"), "");
    let log = folder.read(LOG);
    assert_eq!(log.lines().count(), 1, "{log}");
    for part in ["event=\"login_failed\"", "through=\"basic\"", "username=\"mallory\"", "address=127.0.0.1"] {
        assert!(log.contains(part), "{part} in {log}");
    }
}

#[test]
fn new_passwords_are_as_the_settings_say() {
    let folder = Folder::new();
    let change =
        |password: &str| folder.tell(&["changepassword", "chief"], &format!("{password}\n{password}\n"));
    let text = "debug = true\n[rest_framework]\ndefault_authentication_classes = ['BasicAuthentication']\n";
    folder.write("belleville.toml", text);
    assert_eq!(folder.run(&["migrate"], &[]).code, Some(0));
    let password = ("DJANGO_SUPERUSER_PASSWORD", "a long phrase 4");
    let email = "chief@example.com";
    let made =
        folder.run(&["createsuperuser", "--noinput", "--username", "chief", "--email", email], &[password]);
    assert_eq!(made.code, Some(0), "{made:?}");
    let refused = change("1234567");
    assert!(
        refused.err.contains("This password is too short. It must contain at least 8 characters."),
        "{refused:?}"
    );
    let rule = "auth_password_validators = [{ name = 'MinimumLengthValidator', min_length = 7 }]\n";
    folder.write("belleville.toml", &format!("{rule}{text}"));
    let changed = change("1234567");
    assert!(changed.out.contains("Password changed successfully for user 'chief'"), "{changed:?}");
    assert!(change("123456").err.contains("It must contain at least 7 characters."));
}
