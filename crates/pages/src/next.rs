//! Where a login or a logout may lead: Django's `url_has_allowed_host_and_scheme`. Anything else is an open redirect.

use belleville_auth::url::SplitUrl;

/// Django's longest URL.
const LONGEST: usize = 2048;

/// Whether a redirect to a URL stays on the host that was asked for, and on HTTPS when the request came by it.
pub(crate) fn is_safe(url: &str, host: &str, require_https: bool) -> bool {
    let url = url.trim();
    // Browsers take a backslash for a slash.
    !url.is_empty() && stays(url, host, require_https) && stays(&url.replace('\\', "/"), host, require_https)
}

fn stays(url: &str, host: &str, require_https: bool) -> bool {
    let begins_badly = url.starts_with("///") || url.chars().next().is_some_and(char::is_control);
    if begins_badly || url.chars().count() > LONGEST {
        return false;
    }
    let Some(SplitUrl { scheme, netloc, .. }) = SplitUrl::parse(url) else { return false };
    match (scheme.as_str(), netloc.as_str()) {
        ("", "") => true,
        (_, "") => false,
        // Without a scheme it is the page's, which Django takes for http.
        ("" | "http", netloc) => !require_https && netloc == host,
        ("https", netloc) => netloc == host,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_stay_at_home() {
        // Each row is what Django 5.2 answers for the host `testserver`.
        for (url, expected) in [
            ("/api/", true),
            ("api/", true),
            ("?a=b", true),
            ("http://testserver/x", true),
            ("https://testserver/x", true),
            ("//testserver/x", true),
            ("/x?next=http://evil", true),
            ("/\\evil", false),
            ("", false),
            (" ", false),
            ("http://evil/x", false),
            ("//evil/x", false),
            ("///evil/x", false),
            ("http:///evil", false),
            ("http:\\\\evil", false),
            ("javascript:alert(1)", false),
            ("java\nscript:alert(1)", false),
            ("ftp://testserver/x", false),
            ("\u{8}//evil", false),
            ("http://testserver@evil/", false),
            ("http:evil", false),
            // Python finds no URL in it.
            ("//[testserver", false),
        ] {
            assert_eq!(is_safe(url, "testserver", false), expected, "{url:?}");
        }
        for (url, expected) in [
            ("/api/", true),
            ("https://testserver/x", true),
            ("http://testserver/x", false),
            ("//testserver/x", false),
            ("https://evil/x", false),
        ] {
            assert_eq!(is_safe(url, "testserver", true), expected, "{url:?}");
        }
    }
}
