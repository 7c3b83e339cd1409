//! `check`: what is wrong with the settings and the views, without starting anything.

use belleville_rest::settings::Settings;
use belleville_rest::urls::Urls;
use clap::Args;

use crate::console::CommandError;
use crate::program::Program;

mod security;

/// Looks for mistakes in the settings and the views.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Also look for settings that are not safe on a server that strangers reach.
    #[arg(long)]
    deploy: bool,
}

/// Methods that change something.
const UNSAFE: &[&str] = &["POST", "PUT", "PATCH", "DELETE"];

/// Django's least length of a key, and the least number of different characters in it.
const KEY_LENGTH: usize = 50;
const KEY_VARIETY: usize = 5;

/// The least key of HMAC with SHA-256 (RFC 7518, section 3.2).
const JWT_KEY_BYTES: usize = 32;

pub(crate) async fn run(program: &Program, arguments: &Arguments) -> Result<(), CommandError> {
    let opened = program.open()?;
    let waiting = opened.migrator().plan(&opened.db).await?.len();
    let mut warnings = Vec::new();
    if waiting > 0 {
        warnings.push(format!("{waiting} migrations are not applied; run the command `migrate`."));
    }
    if arguments.deploy {
        let settings = &opened.settings;
        let told = unsafe_settings(settings).into_iter().chain(security::warnings(settings));
        warnings.extend(told.map(str::to_owned));
    }
    warnings.extend(open_views(opened.application()?.urls()));
    for warning in &warnings {
        println!("WARNING: {warning}");
    }
    let issues = match warnings.len() {
        0 => "no issues".to_owned(),
        1 => "1 issue".to_owned(),
        many => format!("{many} issues"),
    };
    println!("System check identified {issues}.");
    Ok(())
}

/// Settings that are for one's own machine.
fn unsafe_settings(settings: &Settings) -> Vec<&'static str> {
    let key = &settings.secret_key;
    let variety = key.chars().collect::<std::collections::HashSet<_>>().len();
    let weak_key = key.len() < KEY_LENGTH || variety < KEY_VARIETY || key.starts_with("django-insecure-");
    let uses_basic = settings
        .rest_framework
        .default_authentication_classes
        .iter()
        .any(|name| name.ends_with("BasicAuthentication"));
    let unlimited =
        settings.login_failures_per_user.is_empty() && settings.login_failures_per_address.is_empty();
    let jwt = &settings.simple_jwt;
    let weak_jwt_key = jwt.algorithm.starts_with("HS") && (1..JWT_KEY_BYTES).contains(&jwt.signing_key.len());
    let weak_hasher =
        settings.password_hashers.first().is_some_and(|name| name.ends_with("MD5PasswordHasher"));
    [
        (settings.debug, "DEBUG is on; set DEBUG=0."),
        (
            weak_key,
            "SECRET_KEY is shorter than 50 characters, has fewer than 5 different ones or is one that Django made for \
             development; who guesses it can log in as anybody.",
        ),
        (
            settings.allowed_hosts.iter().any(|host| host == "*"),
            "ALLOWED_HOSTS has `*`; name the hosts, or links in answers lead where a stranger wants.",
        ),
        (
            unlimited,
            "LOGIN_FAILURES_PER_USER and LOGIN_FAILURES_PER_ADDRESS are empty; nobody who guesses passwords is slowed down. \
             Say 10/min and 30/min.",
        ),
        (weak_hasher, "PASSWORD_HASHERS begins with MD5PasswordHasher, which is for tests."),
        (weak_jwt_key, "SIMPLE_JWT__SIGNING_KEY is shorter than 32 bytes; who guesses it makes tokens for anybody."),
        (
            uses_basic,
            "BasicAuthentication sends the password with every request; let only HTTPS reach this server, or leave it out.",
        ),
    ]
    .into_iter()
    .filter_map(|(is_unsafe, warning)| is_unsafe.then_some(warning))
    .collect()
}

/// Views where anybody may write.
fn open_views(urls: &Urls) -> Vec<String> {
    let mut warnings = Vec::new();
    for route in urls.routes().iter().filter(|route| !route.is_format_suffix()) {
        let Some(view) = route.view() else { continue };
        let open: Vec<&str> = view
            .allowed_methods()
            .filter(|method| UNSAFE.contains(method))
            .filter(|method| view.permissions(method).iter().any(|rule| rule.to_string() == "AllowAny"))
            .collect();
        if !open.is_empty() {
            warnings.push(format!(
                "{}: anybody may {} here (AllowAny on {}); say IsAuthenticatedOrReadOnly unless that is meant.",
                route.path(),
                open.join(", "),
                view.class_name()
            ));
        }
    }
    warnings
}
