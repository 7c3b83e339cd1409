//! `check`: what is wrong with the settings and the views, without starting anything.

use belleville_rest::urls::Urls;
use belleville_rest::views::View;
use clap::Args;

use crate::application::Application;
use crate::console::CommandError;
use crate::program::Program;
use crate::settings::Settings;

mod security;

/// Looks for mistakes in the settings and the views.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Also look for settings that are not safe on a public server.
    #[arg(long)]
    deploy: bool,
}

/// Methods that change something.
const UNSAFE: &[&str] = &["POST", "PUT", "PATCH", "DELETE"];

pub(crate) async fn run(program: &Program, arguments: &Arguments) -> Result<(), CommandError> {
    let opened = program.open()?;
    let waiting = opened.migrator().plan(&opened.db).await?.len();
    let mut warnings = Vec::new();
    if waiting > 0 {
        warnings.push(format!("{waiting} migrations are not applied; run the command `migrate`."));
    }
    warnings.extend(opened.migrator().out_of_step(&opened.db).await?);
    if arguments.deploy {
        let settings = &opened.settings;
        warnings.extend(settings.weak_keys());
        warnings.extend(settings.short_hmac_key());
        let told = unsafe_settings(settings).into_iter().chain(security::warnings(settings));
        warnings.extend(told.map(str::to_owned));
    }
    let mut errors = Vec::new();
    for difference in opened.differences().await? {
        if difference.is_fatal { &mut errors } else { &mut warnings }.push(difference.text);
    }
    match opened.application() {
        Err(error) => errors.extend(error.to_string().lines().map(str::to_owned)),
        Ok(application) => {
            if arguments.deploy {
                warnings.extend(unlimited_views(&opened.settings, application.urls()));
                warnings.extend(counted_apart(&application));
            }
            warnings.extend(open_views(application.urls()));
        }
    }
    report(&errors, &warnings)
}

/// Tells everything that was found. With an error among it the command fails, and all of it goes to standard error.
fn report(errors: &[String], warnings: &[String]) -> Result<(), CommandError> {
    let errors_told = errors.iter().map(|error| format!("ERROR: {error}\n"));
    let found: String =
        errors_told.chain(warnings.iter().map(|warning| format!("WARNING: {warning}\n"))).collect();
    let issues = match errors.len() + warnings.len() {
        0 => "no issues".to_owned(),
        1 => "1 issue".to_owned(),
        many => format!("{many} issues"),
    };
    if errors.is_empty() {
        print!("{found}");
        println!("System check identified {issues}.");
        return Ok(());
    }
    let what = if errors.len() == 1 { "the error is" } else { "the errors are" };
    Err(CommandError::new(format!(
        "System check identified {issues}; the program does not start before {what} fixed.\n{}",
        found.trim_end()
    )))
}

/// Settings that are for development only.
fn unsafe_settings(settings: &Settings) -> Vec<&'static str> {
    let uses_basic = settings
        .rest_framework
        .default_authentication_classes
        .iter()
        .any(|name| name.ends_with("BasicAuthentication"));
    let unlimited = settings.login.login_failures_per_user.is_empty()
        && settings.login.login_failures_per_address.is_empty();
    let weak_hasher =
        settings.passwords.password_hashers.first().is_some_and(|name| name.ends_with("MD5PasswordHasher"));
    [
        (settings.debug, "DEBUG is on; set DEBUG=0."),
        (
            settings.hosts.allowed_hosts.iter().any(|host| host == "*"),
            "ALLOWED_HOSTS has `*`; name the hosts: otherwise a client chooses the host of the links in responses.",
        ),
        (
            unlimited,
            "LOGIN_FAILURES_PER_USER and LOGIN_FAILURES_PER_ADDRESS are empty; passwords can be guessed without a limit. \
             Say 10/min and 30/min.",
        ),
        (weak_hasher, "PASSWORD_HASHERS begins with MD5PasswordHasher, which is for tests."),
        (
            uses_basic,
            "BasicAuthentication sends the password with every request; let only HTTPS reach this server, or leave it out.",
        ),
    ]
    .into_iter()
    .filter_map(|(is_unsafe, warning)| is_unsafe.then_some(warning))
    .collect()
}

/// Account endpoints without a rate limit.
fn unlimited_views(settings: &Settings, urls: &Urls) -> Vec<String> {
    let resets = "anybody may have any number of mails sent";
    let rows = [
        ("Register", &settings.account.registrations_per_address, "registrations_per_address", "20/hour", {
            "anybody may create any number of accounts"
        }),
        (
            "Password Reset",
            &settings.account.password_resets_per_address,
            "password_resets_per_address",
            "20/hour",
            resets,
        ),
        (
            "Password Reset",
            &settings.account.password_resets_per_email,
            "password_resets_per_email",
            "5/hour",
            resets,
        ),
    ];
    let served = |class: &str| {
        urls.routes().iter().filter_map(|route| route.view()).any(|view| view.class_name() == class)
    };
    rows.into_iter()
        .filter(|(class, value, ..)| value.is_empty() && served(class))
        .map(|(_, _, key, rate, harm)| format!("{} is empty; {harm}. Say {rate}.", key.to_uppercase()))
        .collect()
}

/// Limits that are counted in each process, and sessions that each process has for itself.
fn counted_apart(application: &Application) -> Vec<String> {
    let mut warnings = Vec::new();
    let views = || application.urls().routes().iter().filter_map(|route| route.view());
    let is_throttled =
        |view: &View| view.allowed_methods().any(|method| !view.policies_of(method).throttles().is_empty());
    if application.counts_in_memory() && views().any(is_throttled) {
        warnings.push(
            "Throttles count in the memory of each process, so that several let more requests through; with more than one, \
             say CACHE_URL=redis://HOST:PORT/0."
                .to_owned(),
        );
    }
    let settings = &application.settings;
    if settings.cache.is_in_memory() && settings.session.session_engine.ends_with("cache") {
        warnings.push(
            "SESSION_ENGINE is cache, and the cache is in the memory of one process: sessions end with it, and there is room for \
             CACHE_MAX_ENTRIES of them. Say CACHE_URL=redis://HOST:PORT/0, or SESSION_ENGINE=cached_db."
                .to_owned(),
        );
    }
    warnings
}

/// Views where anybody may write.
fn open_views(urls: &Urls) -> Vec<String> {
    let mut warnings = Vec::new();
    for route in urls.routes().iter().filter(|route| !route.is_format_suffix()) {
        let Some(view) = route.view() else { continue };
        let open: Vec<&str> = view
            .allowed_methods()
            .filter(|method| UNSAFE.contains(method))
            .filter(|method| view.policies_of(method).allows_anonymous(method) == Some(true))
            .collect();
        if let Some(first) = open.first()
            && !view.is_open_on_purpose()
        {
            let rules = view.policies_of(first).permissions();
            let rules: Vec<String> = rules.iter().map(ToString::to_string).collect();
            let rules = if rules.is_empty() { "no permission".to_owned() } else { rules.join(", ") };
            warnings.push(format!(
                "{}: anybody may {} here ({rules} on {}); say IsAuthenticatedOrReadOnly unless that is meant.",
                route.path(),
                open.join(", "),
                view.class_name()
            ));
        }
    }
    warnings
}

#[cfg(test)]
mod tests {
    use belleville_accounts::account;

    use super::*;

    #[test]
    fn rules_are_read_by_what_they_allow() {
        use belleville_db::Registry;
        use belleville_rest::permissions::{AllowAny, IsAdminUser, IsAuthenticated, Rule};
        use belleville_rest::policies::{CompletePolicies, RestFramework};
        use belleville_rest::{exceptions, request::Request, response::Response, views::View};
        async fn post(_: Request) -> exceptions::Result<Response> {
            Ok(Response::empty(204))
        }
        let defaults =
            CompletePolicies::of_settings(&RestFramework::default(), vec![], &[]).expect("good settings");
        let warnings = |urls: Urls| {
            urls.resolve_policies(&defaults, &Registry::default());
            open_views(&urls)
        };
        let rows: [(Vec<Rule>, Option<&str>); 8] = [
            (vec![], Some("/a/: anybody may POST here (no permission on A); say IsAuthenticatedOrReadOnly")),
            (vec![AllowAny.into()], Some("(AllowAny on A)")),
            (vec![AllowAny | IsAdminUser], Some("((AllowAny | IsAdminUser) on A)")),
            (vec![!IsAuthenticated], Some("(~IsAuthenticated on A)")),
            (vec![!(IsAuthenticated & IsAdminUser)], Some("anybody may POST")),
            (vec![AllowAny & IsAuthenticated], None),
            (vec![AllowAny.into(), IsAuthenticated.into()], None),
            (vec![IsAdminUser | IsAuthenticated], None),
        ];
        for (rules, expected) in rows {
            let named = format!("{rules:?}");
            let urls = Urls::new().path("a/", View::new("A").permission_classes(rules).post(post));
            let found = warnings(urls);
            match expected {
                None => assert!(found.is_empty(), "{named}: {found:?}"),
                Some(part) => assert!(found.len() == 1 && found[0].contains(part), "{named}: {found:?}"),
            }
        }
        // What hands out credentials is open because it has to be.
        assert!(warnings(account::urls()).is_empty());
    }

    #[test]
    fn account_endpoints_without_a_limit_are_told() {
        let mut settings = Settings::default();
        let told = |settings: &Settings, urls: &Urls| -> Vec<String> {
            let warnings = unlimited_views(settings, urls);
            warnings.iter().filter_map(|text| text.split(' ').next()).map(str::to_owned).collect()
        };
        let urls = account::urls();
        let all = ["REGISTRATIONS_PER_ADDRESS", "PASSWORD_RESETS_PER_ADDRESS", "PASSWORD_RESETS_PER_EMAIL"];
        assert_eq!(told(&settings, &urls), all);
        assert!(told(&settings, &Urls::new().path("login/", account::login())).is_empty());
        settings.account.password_resets_per_address = "20/hour".to_owned();
        assert_eq!(told(&settings, &urls), [all[0], all[2]]);
    }
}
