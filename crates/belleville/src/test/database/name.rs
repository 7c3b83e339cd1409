//! The names of test databases on a server. Only databases with such a name are ever dropped.

use belleville_auth::crypto::get_random_string;

/// The longest part of a name that says which program it is of: a name has 63 bytes at most.
const LONGEST_BASE: usize = 24;

/// What the names of one program's test databases begin with: `test_shop_`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Prefix(String);

/// What a test database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One with the tables and without rows, which is copied: `test_shop_t0123456789abcdef`.
    Template(String),
    /// One of a test, with the process that it belongs to: `test_shop_p01234567_1`.
    Own {
        /// The process, by a text that it has made up.
        owner: String,
    },
}

impl Prefix {
    /// That of the database of a URL, which need not exist.
    pub(super) fn of(url: &str) -> Self {
        let letter =
            |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' };
        let name: String = name_in(url).chars().map(letter).take(LONGEST_BASE).collect();
        Self(format!("test_{name}_"))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn template(&self, number: u64) -> String {
        format!("{}t{number:016x}", self.0)
    }

    pub(super) fn own(&self, owner: &str, number: usize) -> String {
        format!("{}p{owner}_{number}", self.0)
    }

    /// What a database of this name is; none where it is no test database.
    pub(super) fn kind(&self, name: &str) -> Option<Kind> {
        let rest = name.strip_prefix(&self.0)?;
        let is_hex =
            |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if let Some(number) = rest.strip_prefix('t').filter(|number| is_hex(number, 16)) {
            return Some(Kind::Template(number.to_owned()));
        }
        let (owner, number) = rest.strip_prefix('p')?.split_once('_')?;
        let is_own =
            is_hex(owner, 8) && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        is_own.then(|| Kind::Own { owner: owner.to_owned() })
    }
}

/// A text by which a process is told from all others.
pub(super) fn new_owner() -> String {
    get_random_string(8, "0123456789abcdef")
}

/// The database that a URL names.
fn name_in(url: &str) -> &str {
    let (base, options) = url.split_once('?').unwrap_or((url, ""));
    let option = options.split('&').find_map(|option| option.strip_prefix("dbname="));
    let path = base.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map(|(_, name)| name);
    option.or(path).filter(|name| !name.is_empty()).unwrap_or("belleville")
}

/// The same URL for another database of the server.
pub(super) fn url_of(url: &str, name: &str) -> String {
    let (base, options) = url.split_once('?').unwrap_or((url, ""));
    let (scheme, rest) = base.split_once("://").unwrap_or((base, ""));
    let server = rest.split_once('/').map_or(rest, |(server, _)| server);
    let options: Vec<&str> =
        options.split('&').filter(|option| !option.is_empty() && !option.starts_with("dbname=")).collect();
    let options = if options.is_empty() { String::new() } else { format!("?{}", options.join("&")) };
    format!("{scheme}://{server}/{name}{options}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_whose_they_are() {
        for (url, prefix) in [
            ("postgres://u:p@host:5432/shop", "test_shop_"),
            ("postgres://host/My%2FShop?sslmode=disable", "test_my_2fshop_"),
            ("postgres://host/a?dbname=b&sslmode=disable", "test_b_"),
            ("postgres://host", "test_belleville_"),
            ("postgres:///a_name_that_is_longer_than_that", "test_a_name_that_is_longer_th_"),
        ] {
            assert_eq!(Prefix::of(url).as_str(), prefix, "{url}");
        }
    }

    #[test]
    fn no_other_name_is_that_of_a_test_database() {
        let prefix = Prefix::of("postgres://host/shop");
        let own = Kind::Own { owner: "01234567".to_owned() };
        let template = Kind::Template("00000000000000ff".to_owned());
        for (name, kind) in [
            (prefix.own("01234567", 12), Some(own)),
            (prefix.template(255), Some(template)),
            ("shop".to_owned(), None),
            ("test_shop".to_owned(), None),
            ("test_shop_".to_owned(), None),
            ("test_shop_production".to_owned(), None),
            ("test_shop_p01234567_".to_owned(), None),
            ("test_shop_p01234567_1x".to_owned(), None),
            ("test_shop_p0123456z_1".to_owned(), None),
            ("test_shop_tff".to_owned(), None),
            ("test_shopping_p01234567_1".to_owned(), None),
        ] {
            assert_eq!(prefix.kind(&name), kind, "{name}");
        }
    }

    #[test]
    fn a_url_of_another_database_keeps_the_rest() {
        for (url, other) in [
            ("postgres://u:p%3Aw@host:5432/shop", "postgres://u:p%3Aw@host:5432/x"),
            ("postgres://host", "postgres://host/x"),
            ("postgresql:///a?host=/tmp&dbname=b", "postgresql:///x?host=/tmp"),
            ("postgres://host/a?dbname=b", "postgres://host/x"),
        ] {
            assert_eq!(url_of(url, "x"), other, "{url}");
        }
    }
}
