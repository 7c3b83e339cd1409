//! The pages' Content-Security-Policy: a text that somebody manages to put into a page does not run there, and no other
//! site has the page in a frame.
//!
//! Scripts and styles stand in the pages. What the policy lets run is known at start: what the templates, a project's own
//! among them, write between `<script>` or `<style>` and its end when they are tried out, by its hash. A script that is
//! different from request to request is not among them.

use std::collections::BTreeSet;

use belleville_auth::crypto::sha256_base64;
use belleville_http::security::SecuritySettings;
use belleville_rest::login::LoginSettings;
use belleville_rest::middleware::MiddlewareSettings;
use belleville_rest::request::Request;
use belleville_rest::response::Response;
use http::header::CONTENT_SECURITY_POLICY;

/// What stands in the pages, as a policy names it.
#[derive(Debug)]
pub(crate) struct Policy {
    scripts: String,
    styles: String,
}

impl Policy {
    /// Lets run what stands in these pages.
    pub(crate) fn of(pages: &[String]) -> Self {
        Self { scripts: hashes(pages, "script"), styles: hashes(pages, "style") }
    }

    /// Says the policy with a page: this one, or the setting's.
    pub(crate) fn guard(&self, request: &Request, mut response: Response) -> Response {
        let services = request.services();
        let own = services.get::<MiddlewareSettings>().and_then(|own| own.content_security_policy.as_deref());
        match own {
            Some("") => {}
            Some(own) => response.set_header(CONTENT_SECURITY_POLICY, own),
            None => {
                let security = services.get::<SecuritySettings>();
                let ancestors = frame_ancestors(security.map_or("DENY", |said| &said.x_frame_options));
                let login = services.get::<LoginSettings>();
                let policy = self.text(login.and_then(|said| origin(&said.login_redirect_url)), ancestors);
                response.set_header(CONTENT_SECURITY_POLICY, &policy);
            }
        }
        response
    }

    /// A browser follows a form's answer only to where a form may be sent: `beyond` is where a login leads.
    fn text(&self, beyond: Option<&str>, ancestors: &str) -> String {
        let Self { scripts, styles } = self;
        let beyond = beyond.map(|origin| format!(" {origin}")).unwrap_or_default();
        format!(
            "default-src 'none'; script-src {scripts}; style-src {styles}; img-src 'self'; connect-src 'self'; form-action \
             'self'{beyond}; base-uri 'none'; frame-ancestors {ancestors}"
        )
    }
}

/// Who may show the pages in a frame: browsers that know this do not look at `X-Frame-Options`.
fn frame_ancestors(x_frame_options: &str) -> &'static str {
    if x_frame_options.eq_ignore_ascii_case("SAMEORIGIN") { "'self'" } else { "'none'" }
}

/// The hashes of everything that stands in an element of this name, in a source list.
fn hashes(pages: &[String], name: &str) -> String {
    let texts: BTreeSet<String> = pages.iter().flat_map(|page| inline(page, name)).collect();
    if texts.is_empty() {
        return "'none'".to_owned();
    }
    let hashes: Vec<String> =
        texts.iter().map(|text| format!("'sha256-{}'", sha256_base64(text.as_bytes()))).collect();
    hashes.join(" ")
}

/// What stands in the elements of a name, with the line ends that a browser's parser makes.
fn inline(page: &str, name: &str) -> Vec<String> {
    let (start, end) = (format!("<{name}"), format!("</{name}"));
    let lower = page.to_ascii_lowercase();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(begun) = lower[at..].find(&start).map(|found| at + found + start.len()) {
        let Some(open) = lower[begun..].find('>').map(|found| begun + found) else { break };
        let Some(close) = lower[open..].find(&end).map(|found| open + found) else { break };
        let text = page[open + 1..close].replace("\r\n", "\n").replace('\r', "\n");
        // One with `src` is empty.
        if !text.is_empty() {
            found.push(text);
        }
        at = close + end.len();
    }
    found
}

/// The origin of an absolute URL.
fn origin(url: &str) -> Option<&str> {
    let authority = url.find("://")? + "://".len();
    let end = url[authority..].find(['/', '?', '#', '\\']).map_or(url.len(), |found| authority + found);
    let origin = &url[..end];
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-:[]/".contains(c);
    (end > authority && origin.chars().all(is_plain)).then_some(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_pages_is_let_run() {
        // The hash of `alert(1)` is the one that every guide shows.
        let known = "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='";
        for page in [
            "<p><script>alert(1)</script>",
            "<SCRIPT async>alert(1)</SCRIPT ><script src='/a.js'></script>",
            "<script>alert(1)</script><style></style><script>alert(1)</script>",
        ] {
            let policy = Policy::of(&[page.to_owned()]);
            assert_eq!((policy.scripts.as_str(), policy.styles.as_str()), (known, "'none'"), "{page}");
        }
        assert_eq!(inline("<style>a\r\nb\rc</style><style>d</style>", "style"), ["a\nb\nc", "d"]);
        for broken in ["<script", "<script>", "<script>alert(1)", "", "<p>script</p>"] {
            assert_eq!(inline(broken, "script"), [""; 0], "{broken}");
        }
    }

    #[test]
    fn an_absolute_url_has_an_origin() {
        for (url, expected) in [
            ("https://app.example.com/a?b", Some("https://app.example.com")),
            ("http://[::1]:3000", Some("http://[::1]:3000")),
            ("https://app.example.com?next=http://x/", Some("https://app.example.com")),
            ("/accounts/profile/", None),
            ("/login?next=https://evil.example/", None),
            ("https://", None),
            ("https://a; script-src *", None),
        ] {
            assert_eq!(origin(url), expected, "{url}");
        }
    }
}
