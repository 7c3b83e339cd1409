//! Following redirects, as Django's client does.

use super::request::Sent;

/// How many redirects one request may lead to: Django's number, and that of browsers.
const MOST: usize = 20;

/// The redirects that were followed: the URL of each, and the status that led there.
pub(super) type Chain = Vec<(String, u16)>;

/// Whether a status leads elsewhere.
pub(super) fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// Why a chain is not followed any further: Django's `RedirectCycleError`.
pub(super) fn cycle(chain: &Chain) -> Option<&'static str> {
    let (last, before) = chain.split_last()?;
    if before.contains(last) {
        return Some("Redirect loop detected.");
    }
    (chain.len() > MOST).then_some("Too many redirects.")
}

impl Sent {
    /// The request that a redirect leads to. After 307 and 308 it has the same method and the same body; after the others it is
    /// a GET.
    pub(super) fn redirected(mut self, status: u16, location: &str) -> Self {
        let target = Target::of(location);
        if let Some(is_secure) = target.is_secure {
            self.is_secure = is_secure;
        }
        if let Some(host) = target.host {
            self.set_header("Host", host);
        }
        self.path = joined(&self.path, target.path_and_query, target.host.is_some());
        if !matches!(status, 307 | 308) {
            self.method = "GET";
            self.body = super::body::Body::Empty;
            self.remove_header("Content-Type");
        }
        self
    }
}

/// The parts of a `Location`.
struct Target<'a> {
    is_secure: Option<bool>,
    host: Option<&'a str>,
    path_and_query: &'a str,
}

impl<'a> Target<'a> {
    fn of(location: &'a str) -> Self {
        let location = location.split('#').next().unwrap_or_default();
        let (is_secure, rest) = match location.split_once("://") {
            Some((scheme @ ("http" | "https"), rest)) => (Some(scheme == "https"), Some(rest)),
            _ => (None, location.strip_prefix("//")),
        };
        let Some(rest) = rest else { return Self { is_secure, host: None, path_and_query: location } };
        let (host, path_and_query) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        // As in Django, the port is no part of the host that is asked next.
        let host = host.rsplit_once(':').map_or(host, |(name, _)| name);
        Self { is_secure, host: Some(host), path_and_query }
    }
}

/// The path of the next request, which may be relative to that of the last one.
fn joined(path: &str, next: &str, has_host: bool) -> String {
    let (next_path, query) = next.split_at(next.find('?').unwrap_or(next.len()));
    let path = path.split('?').next().unwrap_or_default();
    let next_path = match next_path {
        "" if has_host => "/".to_owned(),
        "" => path.to_owned(),
        next_path if next_path.starts_with('/') => next_path.to_owned(),
        next_path => format!("{}/{next_path}", path.rsplit_once('/').map_or("", |(folder, _)| folder)),
    };
    format!("{}{query}", belleville_http::uri::without_dot_segments(&next_path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_leads_to_the_next_path() {
        for (path, location, next) in [
            ("/a/b/?x=1", "/c/?y=2", "/c/?y=2"),
            ("/a/b/?x=1", "c/", "/a/b/c/"),
            ("/a/b?x=1", "../c?y", "/c?y"),
            ("/a/b/?x=1", "?y=2", "/a/b/?y=2"),
            ("/a/", "/c/#part", "/c/"),
            ("/a/", "http://other.example", "/"),
            ("/a/", "https://other.example:8000/c/?y#z", "/c/?y"),
            ("/a/", "//other.example/c/", "/c/"),
        ] {
            let target = Target::of(location);
            assert_eq!(joined(path, target.path_and_query, target.host.is_some()), next, "{path} {location}");
        }
        let target = Target::of("https://other.example:8000/c/");
        assert_eq!((target.host, target.is_secure), (Some("other.example"), Some(true)));
    }

    #[test]
    fn a_chain_ends_where_it_goes_in_circles() {
        let chain = |paths: &[&str]| paths.iter().map(|path| ((*path).to_owned(), 302)).collect::<Chain>();
        assert_eq!(cycle(&chain(&["/a/", "/b/"])), None);
        assert_eq!(cycle(&chain(&["/a/", "/b/", "/a/"])), Some("Redirect loop detected."));
        let long: Vec<String> = (0..21).map(|number| format!("/{number}/")).collect();
        let long: Vec<&str> = long.iter().map(String::as_str).collect();
        assert_eq!(cycle(&chain(&long[..20])), None);
        assert_eq!(cycle(&chain(&long)), Some("Too many redirects."));
    }
}
