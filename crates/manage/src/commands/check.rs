//! `check`: what is wrong with the settings and the views, without starting anything.

use belleville_rest::settings::Settings;
use belleville_rest::urls::Urls;
use clap::Args;

use crate::console::CommandError;
use crate::program::Program;

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

pub(crate) async fn run(program: &Program, arguments: &Arguments) -> Result<(), CommandError> {
    let opened = program.open()?;
    let waiting = opened.migrator().plan(&opened.db).await?.len();
    let mut warnings = Vec::new();
    if waiting > 0 {
        warnings.push(format!("{waiting} migrations are not applied; run the command `migrate`."));
    }
    if arguments.deploy {
        warnings.extend(unsafe_settings(&opened.settings).into_iter().map(str::to_owned));
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
        (!settings.session_cookie_secure, "SESSION_COOKIE_SECURE is off; a session is sent over plain HTTP too."),
        (!settings.csrf_cookie_secure, "CSRF_COOKIE_SECURE is off; the CSRF cookie is sent over plain HTTP too."),
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
