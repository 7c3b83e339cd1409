//! `DATABASE_URL=postgres://user:password@host:port/name?options`, as libpq reads it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{ChannelBinding, SslMode, TargetSessionAttrs};

use super::tls::Verify;
use crate::backends::url::{self, Known};
use crate::database::OpenError;
use crate::transaction::Isolation;

/// How many connections are open at once.
const POOL_SIZE: usize = 10;

/// How long a statement waits for a connection, and a new connection for the server: as long as for SQLite's lock.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where a server on the same machine has its socket.
const SOCKET_FOLDERS: [&str; 3] = ["/run/postgresql", "/var/run/postgresql", "/tmp"];

pub(super) const OPTIONS: [Known; 25] = [
    ("sslmode", "disable|prefer|require|verify-ca|verify-full (prefer is the default)"),
    ("sslrootcert", "the file of the certificate authority (the system's by default)"),
    ("sslcert", "the file of the client's certificate"),
    ("sslkey", "the file of its key"),
    ("channel_binding", "disable|prefer|require"),
    ("host", "a name, an address or the folder of a Unix socket"),
    ("port", "5432"),
    ("user", "the role"),
    ("password", "its password"),
    ("dbname", "the database"),
    ("connect_timeout", "5s"),
    ("keepalives", "1 or 0"),
    ("keepalives_idle", "30s"),
    ("tcp_user_timeout", "30s"),
    ("target_session_attrs", "any|read-write|read-only"),
    ("application_name", "what pg_stat_activity shows"),
    ("search_path", "app,public"),
    ("statement_timeout", "30s (or 500ms; the default is the server's)"),
    ("lock_timeout", "5s (or 500ms; the default is the server's)"),
    ("idle_in_transaction_session_timeout", "1min (the default is the server's)"),
    ("isolation_level", "read-committed|repeatable-read|serializable"),
    ("options", "-c name=value"),
    ("prepared_statements", "on|off (off behind PgBouncer in transaction mode)"),
    ("pool_size", "10"),
    ("pool_timeout", "5s"),
];

/// All that a URL says.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) config: Config,
    pub(super) verify: Verify,
    pub(super) root_certificate: Option<PathBuf>,
    pub(super) client_certificate: Option<(PathBuf, PathBuf)>,
    pub(super) prepared_statements: bool,
    pub(super) connect_timeout: Duration,
    pub(super) pool_size: usize,
    pub(super) pool_timeout: Duration,
    /// The server for messages, without the password: `host:port`.
    pub(super) place: String,
}

/// What was read so far.
#[derive(Default)]
struct Parts {
    hosts: Vec<String>,
    ports: Vec<u16>,
    /// What the session sets at its start: `-c name=value`.
    session: Vec<(&'static str, String)>,
    options: Option<String>,
    sslmode: Option<String>,
    sslcert: Option<PathBuf>,
    sslkey: Option<PathBuf>,
}

pub(super) fn parse(text: &str) -> Result<Settings, OpenError> {
    let (url, options) = url::options(text, &OPTIONS)?;
    let mut settings = Settings {
        config: Config::new(),
        verify: Verify::Nothing,
        root_certificate: None,
        client_certificate: None,
        prepared_statements: true,
        connect_timeout: PATIENCE,
        pool_size: POOL_SIZE,
        pool_timeout: PATIENCE,
        place: String::new(),
    };
    let mut parts = Parts::default();
    read_url(url, &mut settings, &mut parts)?;
    for (name, value) in options {
        read_option(&name, value, &mut settings, &mut parts)?;
    }
    finish(settings, parts)
}

fn malformed(what: &str) -> OpenError {
    OpenError::new(format!("{what}; DATABASE_URL should be like {}", url::POSTGRES_EXAMPLE))
}

/// `scheme://user:password@host:port,host:port/name`
fn read_url(url: &str, settings: &mut Settings, parts: &mut Parts) -> Result<(), OpenError> {
    let rest = url.split_once("://").map(|(_, rest)| rest);
    let rest = rest.ok_or_else(|| malformed("the database URL has no // after its kind"))?;
    let (authority, name) = rest.split_once('/').unwrap_or((rest, ""));
    if !name.is_empty() {
        settings.config.dbname(&*url::decoded(name)?);
    }
    let (credentials, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
    if !user.is_empty() {
        settings.config.user(&*url::decoded(user)?);
    }
    if !password.is_empty() {
        settings.config.password(&*url::decoded(password)?);
    }
    for host in hosts.split(',').filter(|host| !host.is_empty()) {
        let (host, port) = host_and_port(host)?;
        parts.hosts.push(url::decoded(host)?.into_owned());
        parts.ports.extend(port);
    }
    Ok(())
}

/// `host`, `host:port` or `[::1]:port`.
fn host_and_port(text: &str) -> Result<(&str, Option<u16>), OpenError> {
    let (host, port) = match text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    let port =
        port.map(|port| port.parse().map_err(|_| malformed("the database URL has a port that is no number")));
    Ok((host, port.transpose()?))
}

fn read_option(
    name: &str,
    value: String,
    settings: &mut Settings,
    parts: &mut Parts,
) -> Result<(), OpenError> {
    let bad = || url::bad_value(name, &OPTIONS);
    let config = &mut settings.config;
    let seconds = |text: &str| url::duration(text, Duration::from_secs(1)).ok_or_else(bad);
    match name {
        "host" => parts.hosts = value.split(',').map(str::to_owned).collect(),
        "port" => {
            let ports = value.split(',').map(|port| port.parse().map_err(|_| bad()));
            parts.ports = ports.collect::<Result<_, _>>()?;
        }
        "user" => _ = config.user(value),
        "password" => _ = config.password(value),
        "dbname" => _ = config.dbname(value),
        "sslmode" => parts.sslmode = Some(value),
        "sslrootcert" => settings.root_certificate = (value != "system").then(|| value.into()),
        "sslcert" => parts.sslcert = Some(value.into()),
        "sslkey" => parts.sslkey = Some(value.into()),
        "channel_binding" => {
            config.channel_binding(match value.as_str() {
                "disable" => ChannelBinding::Disable,
                "prefer" => ChannelBinding::Prefer,
                "require" => ChannelBinding::Require,
                _ => return Err(bad()),
            });
        }
        "connect_timeout" => settings.connect_timeout = seconds(&value)?.max(Duration::from_secs(1)),
        "keepalives" => _ = config.keepalives(switch(&value).ok_or_else(bad)?),
        "keepalives_idle" => _ = config.keepalives_idle(seconds(&value)?),
        "tcp_user_timeout" => {
            let timeout = url::duration(&value, Duration::from_millis(1)).ok_or_else(bad)?;
            config.tcp_user_timeout(timeout);
        }
        "target_session_attrs" => {
            config.target_session_attrs(match value.as_str() {
                "any" => TargetSessionAttrs::Any,
                "read-write" | "primary" => TargetSessionAttrs::ReadWrite,
                "read-only" | "standby" => TargetSessionAttrs::ReadOnly,
                _ => return Err(bad()),
            });
        }
        "application_name" => _ = config.application_name(value),
        "search_path" => parts.session.push(("search_path", value)),
        "statement_timeout" => parts.session.push(("statement_timeout", millis(&value).ok_or_else(bad)?)),
        "lock_timeout" => parts.session.push(("lock_timeout", millis(&value).ok_or_else(bad)?)),
        "idle_in_transaction_session_timeout" => {
            parts.session.push(("idle_in_transaction_session_timeout", millis(&value).ok_or_else(bad)?));
        }
        "isolation_level" => {
            let level = isolation(&value).ok_or_else(bad)?;
            parts.session.push(("default_transaction_isolation", level.sql().to_ascii_lowercase()));
        }
        "options" => parts.options = Some(value),
        "prepared_statements" => settings.prepared_statements = switch(&value).ok_or_else(bad)?,
        "pool_size" => settings.pool_size = value.parse().ok().filter(|size| *size > 0).ok_or_else(bad)?,
        "pool_timeout" => settings.pool_timeout = seconds(&value)?,
        // `url::options` has refused all others.
        _ => return Err(bad()),
    }
    Ok(())
}

fn switch(text: &str) -> Option<bool> {
    match text {
        "1" | "on" | "true" => Some(true),
        "0" | "off" | "false" => Some(false),
        _ => None,
    }
}

/// A length of time as the server reads it.
fn millis(text: &str) -> Option<String> {
    url::duration(text, Duration::from_millis(1)).map(|length| length.as_millis().to_string())
}

fn isolation(text: &str) -> Option<Isolation> {
    match text.to_ascii_lowercase().replace(['_', ' '], "-").as_str() {
        "read-committed" => Some(Isolation::ReadCommitted),
        "repeatable-read" => Some(Isolation::RepeatableRead),
        "serializable" => Some(Isolation::Serializable),
        _ => None,
    }
}

fn finish(mut settings: Settings, mut parts: Parts) -> Result<Settings, OpenError> {
    if settings.config.get_dbname().is_none() {
        return Err(malformed("the database URL names no database"));
    }
    if parts.ports.len() > 1 && parts.ports.len() != parts.hosts.len() {
        return Err(malformed("the database URL has more ports than hosts, or fewer"));
    }
    let port = parts.ports.first().copied().unwrap_or(5432);
    if parts.hosts.is_empty() {
        parts.hosts.push(default_host(port));
    }
    for host in &parts.hosts {
        settings.config.host(host);
    }
    for port in &parts.ports {
        settings.config.port(*port);
    }
    let place = |(index, host): (usize, &String)| {
        format!("{host}:{}", parts.ports.get(index).copied().unwrap_or(port))
    };
    settings.place = parts.hosts.iter().enumerate().map(place).collect::<Vec<_>>().join(" or ");
    if settings.config.get_application_name().is_none() {
        settings.config.application_name("belleville");
    }
    settings.config.connect_timeout(settings.connect_timeout);
    let options = session_options(&parts);
    if !options.is_empty() {
        settings.config.options(options);
    }
    settings.client_certificate = match (parts.sslcert, parts.sslkey) {
        (Some(certificate), Some(key)) => Some((certificate, key)),
        (None, None) => None,
        _ => return Err(malformed("sslcert and sslkey belong together, and one of them is missing")),
    };
    tls(&mut settings, parts.sslmode.as_deref())?;
    Ok(settings)
}

/// The server on this machine: by its Unix socket if there is one.
fn default_host(port: u16) -> String {
    let has_socket = |folder: &&&str| Path::new(folder).join(format!(".s.PGSQL.{port}")).exists();
    SOCKET_FOLDERS.iter().find(has_socket).map_or("localhost", |folder| folder).to_owned()
}

/// What each session sets at its start.
fn session_options(parts: &Parts) -> String {
    let mut text = parts.options.clone().unwrap_or_default();
    for (name, value) in &parts.session {
        let escaped = value.replace('\\', "\\\\").replace(' ', "\\ ");
        text.push_str(&format!(" -c {name}={escaped}"));
    }
    text.trim_start().to_owned()
}

fn tls(settings: &mut Settings, sslmode: Option<&str>) -> Result<(), OpenError> {
    let (mode, verify) = match sslmode.unwrap_or("prefer") {
        "disable" => (SslMode::Disable, Verify::Nothing),
        "prefer" | "allow" => (SslMode::Prefer, Verify::Nothing),
        // With a certificate authority at hand libpq uses it.
        "require" if settings.root_certificate.is_some() => (SslMode::Require, Verify::Authority),
        "require" => (SslMode::Require, Verify::Nothing),
        "verify-ca" => (SslMode::Require, Verify::Authority),
        "verify-full" => (SslMode::Require, Verify::AuthorityAndName),
        _ => return Err(url::bad_value("sslmode", &OPTIONS)),
    };
    settings.config.ssl_mode(mode);
    settings.verify = verify;
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio_postgres::config::Host;

    use super::*;

    fn parsed(url: &str) -> Settings {
        parse(url).map_err(|error| error.to_string()).expect(url)
    }

    #[test]
    fn a_url_is_read_as_libpq_does() {
        let settings =
            parsed("postgresql://al%40ice:p%3Aw%2F%3F@db.example.com:6543/shop%20a?application_name=x%26y");
        let config = &settings.config;
        assert_eq!(config.get_user(), Some("al@ice"));
        assert_eq!(config.get_password(), Some(b"p:w/?".as_slice()));
        assert_eq!(config.get_hosts(), [Host::Tcp("db.example.com".to_owned())]);
        assert_eq!((config.get_ports(), config.get_dbname()), ([6543].as_slice(), Some("shop a")));
        assert_eq!(config.get_application_name(), Some("x&y"));
        assert_eq!(settings.place, "db.example.com:6543");
        for url in [
            "postgres:///name?host=/run/postgresql",
            "postgres:///name?host=%2Frun%2Fpostgresql",
            "postgres://%2Frun%2Fpostgresql/name",
            "postgres://%2Frun%2Fpostgresql:5432/name",
        ] {
            assert_eq!(parsed(url).config.get_hosts(), [Host::Unix("/run/postgresql".into())], "{url}");
        }
        let settings =
            parsed("postgres://[::1]:1,other:2/name?pool_size=3&pool_timeout=250ms&prepared_statements=off");
        assert_eq!(settings.place, "::1:1 or other:2");
        assert_eq!((settings.pool_size, settings.pool_timeout), (3, Duration::from_millis(250)));
        assert!(!settings.prepared_statements);
        assert_eq!(parsed("postgres:///ignored?dbname=name").config.get_dbname(), Some("name"));
    }

    #[test]
    fn the_session_begins_with_what_the_url_sets() {
        let url = "postgres://host/name?search_path=app,%20public&statement_timeout=2s&isolation_level=Repeatable_Read&options=-c%20a=b";
        assert_eq!(
            parsed(url).config.get_options(),
            Some(
                "-c a=b -c search_path=app,\\ public -c statement_timeout=2000 \
                 -c default_transaction_isolation=repeatable\\ read"
            )
        );
        // PgBouncer refuses options, also when they say nothing.
        assert_eq!(parsed("postgres://host/name").config.get_options(), None);
    }

    #[test]
    fn the_connection_is_kept_alive_as_the_url_says() {
        let config =
            parsed("postgres://host/name?keepalives=0&keepalives_idle=7s&tcp_user_timeout=1500ms").config;
        assert!(!config.get_keepalives());
        assert_eq!(config.get_keepalives_idle(), Duration::from_secs(7));
        assert_eq!(config.get_tcp_user_timeout(), Some(&Duration::from_millis(1500)));
    }

    #[test]
    fn modes_of_tls_are_those_of_libpq() {
        for (options, mode, verify) in [
            ("", SslMode::Prefer, Verify::Nothing),
            ("?sslmode=disable", SslMode::Disable, Verify::Nothing),
            ("?sslmode=require", SslMode::Require, Verify::Nothing),
            ("?sslmode=require&sslrootcert=ca.pem", SslMode::Require, Verify::Authority),
            ("?sslmode=verify-ca", SslMode::Require, Verify::Authority),
            ("?sslmode=verify-full&sslrootcert=system", SslMode::Require, Verify::AuthorityAndName),
        ] {
            let settings = parsed(&format!("postgres://host/name{options}"));
            assert_eq!((settings.config.get_ssl_mode(), settings.verify), (mode, verify), "{options}");
        }
    }

    #[test]
    fn mistakes_are_told_with_what_is_right() {
        for (url, words) in [
            ("postgres://host", "the database URL names no database"),
            ("postgres://host/", "the database URL names no database"),
            ("postgres:name", "the database URL has no //"),
            ("postgres://host:abc/name", "a port that is no number"),
            ("postgres://host/name?ssl=true", "the option `ssl`; known are sslmode=disable|prefer|"),
            ("postgres://host/name?sslmode=on", "should have sslmode=disable|prefer|"),
            ("postgres://host/name?pool_size=0", "should have pool_size=10"),
            ("postgres://host/name?statement_timeout=soon", "should have statement_timeout=30s"),
            ("postgres://host/name?isolation_level=snapshot", "should have isolation_level=read-committed|"),
            ("postgres://host/name?sslcert=a.pem", "sslcert and sslkey belong together"),
            ("postgres://a,b,c:1,d:2/name", "more ports than hosts, or fewer"),
            ("postgres://user:%FF@host/name", "not UTF-8"),
        ] {
            let error = parse(url).map(drop).map_err(|error| error.to_string()).expect_err(url);
            assert!(error.contains(words), "{url}: {error}");
        }
    }
}
