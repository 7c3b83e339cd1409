//! `runserver`: serves the API. In development the first start also makes the database and fills it for a first look.

use std::net::SocketAddr;
use std::sync::Arc;

use belleville_auth::crypto::{RANDOM_STRING_CHARS, get_random_string};
use belleville_auth::users::{NewUser, create_user, logs_in_by_email};
use belleville_http::server::{Serve as _, serve};
use clap::Args;
use tokio::net::TcpListener;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::console::CommandError;
use crate::program::{Opened, Program};
use crate::slow_hash;

const DEFAULT_ADDRESS: &str = "127.0.0.1:8000";
const PASSWORD_LENGTH: usize = 16;

/// Serves the API.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Where to listen: ADDR:PORT, or PORT alone on this machine.
    #[arg(value_name = "ADDR:PORT", default_value = DEFAULT_ADDRESS)]
    address: String,
    /// Leave a new database without users and rows.
    #[arg(long)]
    no_demo: bool,
}

pub(crate) async fn run(program: &Program, arguments: &Arguments) -> Result<(), CommandError> {
    let address = parse(&arguments.address)?;
    let opened = program.open()?;
    let debug = opened.settings.debug;
    if !debug && opened.settings.hosts.allowed_hosts.is_empty() {
        return Err(CommandError::new(
            "ALLOWED_HOSTS is empty and DEBUG is off, so that every request would be refused; name the hosts: \
             ALLOWED_HOSTS=api.example.com",
        ));
    }
    opened.settings.refuse_weak_keys()?;
    log_to_stderr(debug, opened.settings.monitoring.access_log);
    let listener = TcpListener::bind(address).await.map_err(|error| {
        CommandError::new(format!(
            "cannot listen on {address}: {error}; name another address: runserver 127.0.0.1:8001"
        ))
    })?;
    // Whatever cannot work is found out before a password is made that would never be shown.
    let application = opened.application()?;
    let first_look = if debug { prepare(&opened, arguments).await? } else { None };
    if !debug {
        warn_of_migrations(&opened).await?;
    }
    if let Some(advice) = slow_hash::advice(opened.settings.passwords.pbkdf2_iterations) {
        eprintln!("{advice}");
    }
    opened.refuse_differences().await?;
    let address = listener.local_addr()?;
    // Where the tables are not there yet, that is told instead.
    if !opened.has_users().await.unwrap_or(true) {
        println!("\nNo users yet: cargo run -- createsuperuser");
    }
    announce(address, first_look.as_ref(), &application);
    serve(Arc::clone(&application), listener, stopped()).await?;
    application.finish_mail().await;
    Ok(())
}

fn parse(text: &str) -> Result<SocketAddr, CommandError> {
    let full = match text.parse::<u16>() {
        Ok(port) => format!("127.0.0.1:{port}"),
        Err(_) => text.replace("localhost:", "127.0.0.1:"),
    };
    full.parse().map_err(|_| {
        CommandError::new(format!(
            "`{text}` is neither a command (--help lists them) nor an address like 127.0.0.1:8000, [::1]:8000 or 8000"
        ))
    })
}

/// Requests are logged in development, and where the setting `access_log` says so; what happens to credentials, and what goes
/// wrong, always.
fn log_to_stderr(debug: bool, access_log: bool) {
    let level = if debug { LevelFilter::INFO } else { LevelFilter::WARN };
    let requests = if access_log { LevelFilter::INFO } else { level };
    let targets = Targets::new()
        .with_default(level)
        .with_target("belleville::events", LevelFilter::INFO)
        .with_target("belleville::request", requests);
    // A program that has set its own subscriber keeps it.
    let _ = tracing_subscriber::fmt().with_writer(std::io::stderr).finish().with(targets).try_init();
}

/// The users that a first start made.
struct FirstLook {
    usernames: Vec<String>,
    password: String,
}

/// Brings the tables up to date and, when there is no user yet, fills them.
async fn prepare(opened: &Opened<'_>, arguments: &Arguments) -> Result<Option<FirstLook>, CommandError> {
    opened.migrate().await?;
    opened.refuse_differences().await?;
    let Some(demo) = opened.program.demo.filter(|_| !arguments.no_demo) else { return Ok(None) };
    if opened.has_users().await? {
        return Ok(None);
    }
    let hashing = opened.hashing()?;
    let password = get_random_string(PASSWORD_LENGTH, RANDOM_STRING_CHARS);
    let filled = opened.db.atomic(async || {
        let mut users = Vec::new();
        for (name, is_superuser) in [("admin", true), ("alice", false), ("bob", false)] {
            let email = format!("{name}@example.com");
            let username = if logs_in_by_email() { email.clone() } else { name.to_owned() };
            let password = Some(password.clone());
            let new = NewUser { username, email, password, is_superuser, ..NewUser::default() };
            users.push(create_user(&opened.db, &hashing, new).await?);
        }
        demo(&opened.db, &users[1..]).await?;
        Ok::<_, CommandError>(users)
    });
    let users = filled.await?;
    Ok(Some(FirstLook { usernames: users.iter().map(|user| user.username().to_owned()).collect(), password }))
}

async fn warn_of_migrations(opened: &Opened<'_>) -> Result<(), CommandError> {
    let waiting = opened.migrator().plan(&opened.db).await?.len();
    if waiting > 0 {
        eprintln!(
            "{waiting} migrations are not applied: the API will not work before the command `migrate`."
        );
    }
    Ok(())
}

fn announce(
    address: SocketAddr,
    first_look: Option<&FirstLook>,
    application: &crate::application::Application,
) {
    if let Some(first_look) = first_look {
        println!("\nThe database is new. Users: {}.", first_look.usernames.join(", "));
        println!("Password of each, shown this once: {}", first_look.password);
    }
    let scheme = if application.tls().is_some() { "https" } else { "http" };
    println!("\nServing {scheme}://{address}/ (stop with Ctrl-C)");
    // What a browser or a plain `curl` can look at.
    let pages = application.urls().routes().iter().filter(|route| route.is_plain());
    for route in pages.filter(|route| route.methods().contains(&"GET")) {
        println!("  {scheme}://{address}{}", route.path());
    }
    if let Some(first_look) = first_look {
        println!("\nTry it:\n  curl -u alice:{} {scheme}://{address}/api/projects/", first_look.password);
    }
}

/// Done when the process is asked to stop. Whoever asks twice does not want to wait for requests under way.
async fn stopped() {
    asked_to_stop().await;
    tokio::spawn(async {
        asked_to_stop().await;
        std::process::exit(1);
    });
}

async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
