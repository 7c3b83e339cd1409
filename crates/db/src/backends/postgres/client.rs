//! How psql is started on a URL's database.

use std::ffi::OsString;

use tokio_postgres::config::{ChannelBinding, Host, SslMode};

use super::tls::Verify;
use super::url::{self, Settings};
use crate::backends::client::Client;
use crate::database::OpenError;

/// As Django's: the place and the role as arguments, the password and what is about TLS in the environment. The session has the
/// URL's settings too.
pub(in crate::backends) fn client(url: &str, parameters: &[String]) -> Result<Client, OpenError> {
    let settings = url::parse(url)?;
    let database = settings.config.get_dbname().unwrap_or_default().to_owned();
    let hosts: Vec<String> = settings.config.get_hosts().iter().map(host).collect();
    let ports: Vec<String> = settings.config.get_ports().iter().map(u16::to_string).collect();
    let place = [
        ("-U", settings.config.get_user().unwrap_or_default().to_owned()),
        ("-h", hosts.join(",")),
        ("-p", ports.join(",")),
    ];
    let mut arguments: Vec<OsString> = Vec::new();
    for (option, value) in place.into_iter().filter(|(_, value)| !value.is_empty()) {
        arguments.extend([option.into(), value.into()]);
    }
    arguments.extend(parameters.iter().map(Into::into));
    arguments.push(database.clone().into());
    Ok(Client { program: "psql", arguments, environment: environment(settings), database })
}

fn host(host: &Host) -> String {
    match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(folder) => folder.display().to_string(),
    }
}

fn environment(settings: Settings) -> Vec<(&'static str, OsString)> {
    let config = &settings.config;
    let password =
        config.get_password().map(|password| String::from_utf8_lossy(password).into_owned().into());
    let (certificate, key) = settings.client_certificate.unzip();
    // libpq looks for a file in the home folder where none is named.
    let system = || (settings.verify != Verify::Nothing).then(|| OsString::from("system"));
    let root_certificate = settings.root_certificate.map(OsString::from).or_else(system);
    let all = [
        ("PGPASSWORD", password),
        ("PGSSLMODE", Some(sslmode(config.get_ssl_mode(), settings.verify).into())),
        ("PGSSLROOTCERT", root_certificate),
        ("PGSSLCERT", certificate.map(Into::into)),
        ("PGSSLKEY", key.map(Into::into)),
        ("PGCHANNELBINDING", channel_binding(config.get_channel_binding()).map(Into::into)),
        ("PGOPTIONS", config.get_options().map(Into::into)),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// libpq's word.
fn sslmode(mode: SslMode, verify: Verify) -> &'static str {
    match (mode, verify) {
        (SslMode::Disable, _) => "disable",
        (SslMode::Prefer, _) => "prefer",
        (_, Verify::AuthorityAndName) => "verify-full",
        (_, Verify::Authority) => "verify-ca",
        (_, Verify::Nothing) => "require",
    }
}

/// libpq's word, where another way was chosen than its own.
fn channel_binding(binding: ChannelBinding) -> Option<&'static str> {
    match binding {
        ChannelBinding::Disable => Some("disable"),
        ChannelBinding::Require => Some("require"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn psql_is_started_as_django_starts_it_and_the_password_is_no_argument() {
        let url = "postgres://ann:p%40ss@db.example:5433/shop?sslmode=verify-full&sslrootcert=/ca.pem&search_path=app";
        let client = client(url, &["-c".to_owned(), "SELECT 1".to_owned()]).expect("a URL");
        assert_eq!(client.program, "psql");
        let expected = ["-U", "ann", "-h", "db.example", "-p", "5433", "-c", "SELECT 1", "shop"];
        assert_eq!(client.arguments, expected.map(OsString::from));
        let expected = [
            ("PGPASSWORD", "p@ss"),
            ("PGSSLMODE", "verify-full"),
            ("PGSSLROOTCERT", "/ca.pem"),
            ("PGOPTIONS", "-c search_path=app"),
        ];
        assert_eq!(client.environment, expected.map(|(name, value)| (name, OsString::from(value))));
        assert!(!format!("{client:?}").contains("p@ss"));
    }
}
