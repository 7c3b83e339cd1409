//! What a start takes from its settings: every key, every class that can be named, and the pages of a whole program.

use std::collections::BTreeMap;

use belleville::App;
use belleville::application::Application;
use belleville::db::Registry;
use belleville::prelude::*;
use belleville::settings::Settings;

use crate::server::{Folder, PASSWORD, Server, settings};

/// A setting: its key, Django's default, a value in the file and another one in the environment.
type Row = (&'static str, &'static str, &'static str, &'static str, fn(&Settings) -> String);

const KEYS: &[Row] = &[
    ("debug", "false", "true", "0", |s| s.debug.to_string()),
    ("secret_key", "", "'of the file'", "of the environment", |s| s.secret_key.clone()),
    ("secret_key_fallbacks", "", "['a', 'b']", "c, d", |s| s.secret_key_fallbacks.join(",")),
    ("allowed_hosts", "", "['a.example']", "b.example,.c.example", |s| s.allowed_hosts.join(",")),
    ("csrf_trusted_origins", "", "['https://a.example']", "https://b.example", |s| {
        s.csrf_trusted_origins.join(",")
    }),
    ("database_url", "sqlite:///db.sqlite3", "'sqlite:///a'", "sqlite:///b", |s| s.database_url.clone()),
    ("append_slash", "true", "false", "1", |s| s.append_slash.to_string()),
    ("basic_authentication_cache_age", "300", "5", "0", |s| s.basic_authentication_cache_age.to_string()),
    ("login_redirect_url", "/accounts/profile/", "'/a/'", "/b/", |s| s.login_redirect_url.clone()),
    ("pbkdf2_iterations", "1000000", "870000", "600000", |s| s.pbkdf2_iterations.to_string()),
    ("login_failures_per_user", "", "'5/min'", "6/hour", |s| s.login_failures_per_user.clone()),
    ("login_failures_per_address", "", "'5/min'", "6/hour", |s| s.login_failures_per_address.clone()),
    (
        "password_hashers",
        "PBKDF2PasswordHasher,PBKDF2SHA1PasswordHasher,Argon2PasswordHasher,BCryptSHA256PasswordHasher,ScryptPasswordHasher",
        "['MD5PasswordHasher']",
        "ScryptPasswordHasher, Argon2PasswordHasher",
        |s| s.password_hashers.join(","),
    ),
    (
        "auth_password_validators",
        "UserAttributeSimilarityValidator,MinimumLengthValidator,CommonPasswordValidator,NumericPasswordValidator",
        "['NumericPasswordValidator']",
        "CommonPasswordValidator, NumericPasswordValidator",
        |s| s.auth_password_validators.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
    ),
    ("secure_proxy_ssl_header", "", "['HTTP_X_A', 'on']", "HTTP_X_B, https", |s| {
        s.secure_proxy_ssl_header.join(",")
    }),
    ("email_backend", "", "'console'", "filebased", |s| s.email_backend.clone()),
    ("email_file_path", "", "'a'", "b", |s| {
        s.email_file_path.as_deref().map_or_else(String::new, |path| path.display().to_string())
    }),
    ("default_from_email", "webmaster@localhost", "'a@example.com'", "b@example.com", |s| {
        s.default_from_email.clone()
    }),
    ("password_reset_url", "", "'https://a.example/{uid}/{token}'", "https://b.example/{uid}/{token}", |s| {
        s.password_reset_url.clone()
    }),
    ("password_reset_timeout", "259200", "60", "61", |s| s.password_reset_timeout.to_string()),
    ("templates", "", "'a'", "b", |s| {
        s.templates.as_deref().map_or_else(String::new, |path| path.display().to_string())
    }),
];

const REST_FRAMEWORK_KEYS: &[Row] = &[
    (
        "default_authentication_classes",
        "SessionAuthentication,BasicAuthentication",
        "['TokenAuthentication']",
        "BasicAuthentication, SessionAuthentication",
        |s| s.rest_framework.default_authentication_classes.join(","),
    ),
    // DRF's own default is AllowAny; ours is closed.
    ("default_permission_classes", "IsAuthenticated", "['AllowAny']", "IsAdminUser", |s| {
        s.rest_framework.default_permission_classes.join(",")
    }),
    ("num_proxies", "0", "1", "2", |s| s.rest_framework.num_proxies.to_string()),
];

const REST_KNOX_KEYS: &[Row] = &[
    ("token_ttl", "36000", "60", "61", |s| s.rest_knox.token_ttl.to_string()),
    ("token_limit_per_user", "0", "3", "4", |s| s.rest_knox.token_limit_per_user.to_string()),
    ("auto_refresh", "false", "true", "off", |s| s.rest_knox.auto_refresh.to_string()),
    ("min_refresh_interval", "60", "3", "4", |s| s.rest_knox.min_refresh_interval.to_string()),
    ("auth_header_prefix", "Token", "'Key'", "Word", |s| s.rest_knox.auth_header_prefix.clone()),
];

const SIMPLE_JWT_KEYS: &[Row] = &[
    ("access_token_lifetime", "300", "3", "4", |s| s.simple_jwt.access_token_lifetime.to_string()),
    ("refresh_token_lifetime", "86400", "3", "4", |s| s.simple_jwt.refresh_token_lifetime.to_string()),
    ("sliding_token_lifetime", "300", "3", "4", |s| s.simple_jwt.sliding_token_lifetime.to_string()),
    ("sliding_token_refresh_lifetime", "86400", "3", "4", |s| {
        s.simple_jwt.sliding_token_refresh_lifetime.to_string()
    }),
    ("rotate_refresh_tokens", "false", "true", "off", |s| s.simple_jwt.rotate_refresh_tokens.to_string()),
    ("blacklist_after_rotation", "false", "true", "off", |s| {
        s.simple_jwt.blacklist_after_rotation.to_string()
    }),
    ("update_last_login", "false", "true", "off", |s| s.simple_jwt.update_last_login.to_string()),
    ("algorithm", "HS256", "'HS384'", "ES256", |s| s.simple_jwt.algorithm.clone()),
    ("signing_key", "", "'a'", "b", |s| s.simple_jwt.signing_key.clone()),
    ("verifying_key", "", "'a'", "b", |s| s.simple_jwt.verifying_key.clone()),
    ("audience", "", "['a', 'b']", "c,d", |s| match &s.simple_jwt.audience {
        belleville::settings::Audience::One(one) => one.clone(),
        belleville::settings::Audience::Many(many) => many.join(","),
    }),
    ("issuer", "", "'a'", "b", |s| s.simple_jwt.issuer.clone()),
    ("jwk_url", "", "'file:///a'", "file:///b", |s| s.simple_jwt.jwk_url.clone()),
    ("leeway", "0", "3.5", "4", |s| s.simple_jwt.leeway.to_string()),
    ("auth_header_types", "Bearer", "['JWT', 'Bearer']", "Word", |s| {
        s.simple_jwt.auth_header_types.join(",")
    }),
    ("auth_header_name", "HTTP_AUTHORIZATION", "'HTTP_X_A'", "HTTP_X_B", |s| {
        s.simple_jwt.auth_header_name.clone()
    }),
    ("user_id_field", "id", "'username'", "pk", |s| s.simple_jwt.user_id_field.clone()),
    ("user_id_claim", "user_id", "'a'", "b", |s| s.simple_jwt.user_id_claim.clone()),
    ("auth_token_classes", "AccessToken", "['SlidingToken']", "UntypedToken, AccessToken", |s| {
        s.simple_jwt.auth_token_classes.join(",")
    }),
    ("token_type_claim", "token_type", "'a'", "b", |s| s.simple_jwt.token_type_claim.clone()),
    ("jti_claim", "jti", "'a'", "b", |s| s.simple_jwt.jti_claim.clone()),
    ("sliding_token_refresh_exp_claim", "refresh_exp", "'a'", "b", |s| {
        s.simple_jwt.sliding_token_refresh_exp_claim.clone()
    }),
    ("check_revoke_token", "false", "true", "off", |s| s.simple_jwt.check_revoke_token.to_string()),
    ("revoke_token_claim", "hash_password", "'a'", "b", |s| s.simple_jwt.revoke_token_claim.clone()),
    ("check_user_is_active", "true", "true", "off", |s| s.simple_jwt.check_user_is_active.to_string()),
];

/// The tables: what stands before their keys in the file and in the environment.
const TABLES: [(&str, &str, &[Row]); 4] = [
    ("", "", KEYS),
    ("[rest_framework]\n", "REST_FRAMEWORK__", REST_FRAMEWORK_KEYS),
    ("[rest_knox]\n", "REST_KNOX__", REST_KNOX_KEYS),
    ("[simple_jwt]\n", "SIMPLE_JWT__", SIMPLE_JWT_KEYS),
];

/// What a literal of the file reads as, written as the rows' functions write it.
fn plain(literal: &str) -> String {
    literal.trim_matches(['[', ']']).replace(['\'', ' '], "")
}

/// What a text of the environment reads as.
fn given(text: &str) -> String {
    match text {
        "0" | "no" | "off" => "false".to_owned(),
        list => list.replace(", ", ","),
    }
}

#[test]
fn every_key_is_taken_from_the_file_and_the_environment_wins() {
    let read = |text: &str, variables: &[(&str, &str)]| {
        let environment =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Settings::read(text, &environment).unwrap()
    };
    for (table, prefix, rows) in TABLES {
        for (key, default, literal, variable, found) in rows {
            let text = format!("{table}{key} = {literal}");
            let name = format!("{prefix}{}", key.to_uppercase());
            assert_eq!(found(&read("", &[])), *default, "{key}");
            if *key == "secret_key" || *key == "database_url" || key.ends_with("url") {
                assert_eq!(format!("'{}'", found(&read(&text, &[]))), *literal, "{key}");
            } else {
                assert_eq!(found(&read(&text, &[])), plain(literal), "{key}");
            }
            let expected =
                if *key == "basic_authentication_cache_age" { "0".into() } else { given(variable) };
            assert_eq!(found(&read("", &[(&name, variable)])), expected, "{name}");
            assert_eq!(found(&read(&text, &[(&name, variable)])), expected, "{name} over the file");
        }
    }
}

/// The words between back quotes, after the first.
fn listed(error: &str) -> Vec<String> {
    error.split('`').skip(1).step_by(2).skip(1).map(str::to_owned).collect()
}

#[test]
fn no_key_is_left_out_of_these_tests() {
    for (table, prefix, rows) in TABLES {
        let text = format!("{table}odd = 1");
        let tables = ["rest_framework", "rest_knox", "simple_jwt"].iter().filter(|_| prefix.is_empty());
        let mut known = listed(&Settings::read(&text, &BTreeMap::new()).unwrap_err().to_string());
        let mut tested: Vec<&str> = rows.iter().map(|row| row.0).chain(tables.copied()).collect();
        known.sort_unstable();
        tested.sort_unstable();
        assert_eq!(known, tested);
    }
}

async fn open(_: Request) -> Result<Response> {
    Ok(Response::json(200, b"1".to_vec()))
}

fn application(text: &str) -> Result<std::sync::Arc<Application>, String> {
    let settings = settings(text, &[], "sqlite://:memory:");
    let db = Database::open(&settings.database_url, Registry::default()).unwrap();
    let urls = Urls::new().path("open/", View::new("Open").get(open));
    Application::new(settings, db, urls, vec![], Default::default()).map_err(|error| error.to_string())
}

#[test]
fn every_class_can_be_named_short_and_as_drf_does() {
    for (key, module, expected) in [
        (
            "default_authentication_classes",
            "rest_framework.authentication",
            &["SessionAuthentication", "BasicAuthentication", "TokenAuthentication"][..],
        ),
        (
            "default_permission_classes",
            "rest_framework.permissions",
            &[
                "AllowAny",
                "IsAuthenticated",
                "IsAdminUser",
                "IsAuthenticatedOrReadOnly",
                "DjangoModelPermissions",
                "DjangoModelPermissionsOrAnonReadOnly",
                "DjangoObjectPermissions",
            ],
        ),
    ] {
        let error = application(&format!("[rest_framework]\n{key} = ['Nobody']")).unwrap_err();
        for class in expected {
            assert!(error.contains(class), "{class}: {error}");
            for name in [(*class).to_owned(), format!("{module}.{class}")] {
                let application = application(&format!("[rest_framework]\n{key} = ['{name}']")).unwrap();
                let view = application.urls().view_at("/open/").unwrap();
                let found = match key {
                    "default_permission_classes" => view.permissions("GET")[0].to_string(),
                    _ => view.authenticators()[0].name().to_owned(),
                };
                assert_eq!(found, *class, "{name}");
            }
        }
    }
}

#[test]
fn starts_that_cannot_work_are_refused() {
    for (text, part) in [
        // Django's check 4_0.E001.
        ("csrf_trusted_origins = ['example.com']", "must start with a scheme (http:// or https://)"),
        ("secret_key = ''", "SECRET_KEY is not set"),
    ] {
        let error = application(text).unwrap_err();
        assert!(error.contains(part), "{text}: {error}");
    }
}

/// The first authenticator decides, as DRF's guide says: 401 with its challenge, or 403 when it has none.
#[test]
fn the_order_of_the_authenticators_decides() {
    let wrong = "Authorization: Basic YWxpY2U6d3Jvbmc=";
    for (classes, headers, status, challenge, detail) in [
        ("SessionAuthentication,BasicAuthentication", "", 403, None, "credentials were not provided"),
        ("SessionAuthentication,BasicAuthentication", wrong, 403, None, "Invalid username/password."),
        (
            "BasicAuthentication,SessionAuthentication",
            "",
            401,
            Some("Basic realm=\"api\""),
            "credentials were not provided",
        ),
        (
            "BasicAuthentication,SessionAuthentication",
            wrong,
            401,
            Some("Basic realm=\"api\""),
            "Invalid username/password.",
        ),
        ("TokenAuthentication,BasicAuthentication", wrong, 401, Some("Token"), "Invalid username/password."),
        // Basic credentials are nobody's where Basic is not asked.
        ("TokenAuthentication", wrong, 401, Some("Token"), "credentials were not provided"),
    ] {
        let urls = Urls::new().path("open/", View::new("Open").get(open));
        let variables = [("REST_FRAMEWORK__DEFAULT_AUTHENTICATION_CLASSES", classes)];
        let answer = Server::start("", &variables, urls).get("/open/", headers);
        assert_eq!(
            (answer.status, answer.header("www-authenticate")),
            (status, challenge),
            "{classes} {headers}"
        );
        assert!(answer.body.contains(detail), "{classes} {headers}: {}", answer.body);
    }
}

fn app() -> App {
    App::new("sample", env!("CARGO_MANIFEST_DIR"), || {
        Urls::new()
            .path("open/", View::new("Open").permission_classes([AllowAny.into()]).get(open))
            .path("api-auth/logout/", View::new("Mine").permission_classes([AllowAny.into()]).get(open))
    })
}

#[test]
fn a_program_can_be_served_without_its_command_line() {
    let server = Server::start_app(&app(), "", &[]);
    assert_eq!(server.get("/open/", "").body, "1");
    assert!(server.get("/api-auth/login/", "").body.contains("csrfmiddlewaretoken"));
    // The program's own URLs stand before the pages that come with it, and the first that fits answers.
    assert_eq!(server.get("/api-auth/logout/", "").body, "1");
    let page = server.get("/open/", "Accept: text/html");
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let login = server.login("alice", PASSWORD);
    assert_eq!((login.status, login.header("location")), (302, Some("/accounts/profile/")));
}

#[test]
fn the_setting_for_templates_reaches_the_pages() {
    let folder = Folder::new();
    let own = folder.path().join("rest_framework");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::write(own.join("login.html"), "my own").unwrap();
    let text = format!("templates = '{}'", folder.path().display());
    let server = Server::start_app(&app(), &text, &[]);
    assert_eq!(server.get("/api-auth/login/", "").body, "my own");

    std::fs::write(own.join("login.html"), "one\ntwo\n{% if %}").unwrap();
    let start = |text: &str| app().application(settings(text, &[], "sqlite://:memory:"));
    let error = start(&text).unwrap_err().to_string();
    assert!(error.contains("templates") && error.contains("login.html, line 3"), "{error}");
    let error = start("templates = 'nowhere'").unwrap_err().to_string();
    assert!(error.contains("nowhere is not a folder"), "{error}");
}
