//! Text on its way into a page: escaped, with its links to follow, and URLs that are safe to stand in a link.
//! Whatever the text holds, nothing of it becomes markup, and no link leads to anything but the web.

/// The escaped text, piece by piece. Django's five characters: the slash of a URL stays readable.
pub(crate) fn escaped(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = *rest.as_bytes().first()?;
        let (piece, length) = match entity(first) {
            Some(entity) => (entity, 1),
            None => {
                let end = rest.bytes().position(|byte| entity(byte).is_some()).unwrap_or(rest.len());
                (&rest[..end], end)
            }
        };
        rest = &rest[length..];
        Some(piece)
    })
}

fn entity(byte: u8) -> Option<&'static str> {
    match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        b'\'' => Some("&#39;"),
        _ => None,
    }
}

/// Adds a text, escaped.
pub(crate) fn escape(out: &mut String, text: &str) {
    out.extend(escaped(text));
}

/// Adds a text, escaped, with each `http` and `https` URL in it made a link.
pub(crate) fn linkify(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some((start, end)) = find_url(rest) {
        escape(out, &rest[..start]);
        out.push_str("<a href=\"");
        escape(out, &rest[start..end]);
        out.push_str("\" rel=\"nofollow\">");
        escape(out, &rest[start..end]);
        out.push_str("</a>");
        rest = &rest[end..];
    }
    escape(out, rest);
}

/// A description as paragraphs: lines up to an empty one, with links to follow and `code` between backticks.
pub(crate) fn paragraphs(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut lines = text.lines().map(str::trim_end).peekable();
    while lines.peek().is_some() {
        let paragraph: Vec<&str> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
        if !paragraph.is_empty() {
            out.push_str("<p>");
            write_inline(&mut out, &paragraph.join("\n"));
            out.push_str("</p>");
        }
    }
    out
}

fn write_inline(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some((before, code, after)) = code(rest) {
        linkify(out, before);
        out.push_str("<code>");
        escape(out, code);
        out.push_str("</code>");
        rest = after;
    }
    linkify(out, rest);
}

/// What stands before, between and after the first two backticks.
fn code(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('`')?;
    let (code, after) = rest.split_once('`')?;
    Some((before, code, after))
}

fn find_url(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(start) = text[from..].find("http").map(|at| at + from) {
        let within_word = text[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let length = if within_word { 0 } else { url_length(&text[start..]) };
        if length > 0 {
            return Some((start, start + length));
        }
        from = start + "http".len();
    }
    None
}

/// The length of the URL at the start of a text; 0 when there is none.
fn url_length(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else { return 0 };
    if !rest.starts_with(|c: char| c.is_alphanumeric() || c == '[') {
        return 0;
    }
    let ends = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\' | '`');
    let end = rest.find(ends).unwrap_or(rest.len());
    text.len() - rest.len() + without_punctuation(&rest[..end]).len()
}

/// The full stop behind a URL belongs to the sentence, and a bracket that the URL does not open to the text around it.
fn without_punctuation(url: &str) -> &str {
    let mut unopened = url.matches(')').count().saturating_sub(url.matches('(').count());
    url.trim_end_matches(|c: char| match c {
        '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '}' => true,
        ')' if unopened > 0 => {
            unopened -= 1;
            true
        }
        _ => false,
    })
}

/// A URL as the value of `href` or `action`: a path on this host, a query, or a web address. Anything else is `#`.
pub(crate) fn href(url: &str) -> String {
    // Browsers do not see these, wherever they stand, and take a backslash for a slash.
    let url = url.trim_matches(|c| c <= ' ').replace(['\t', '\n', '\r'], "").replace('\\', "%5C");
    let lower = url.get(..8).unwrap_or(&url).to_ascii_lowercase();
    if url.starts_with("//") {
        // Our own path with two slashes, which would otherwise be another host.
        format!("/.{url}")
    } else if url.starts_with(['/', '?', '#'])
        || lower.starts_with("http://")
        || lower.starts_with("https://")
    {
        url
    } else {
        "#".to_owned()
    }
}

/// A URL with one parameter of its query set; others stay as they are.
pub(crate) fn with_query(url: &str, name: &str, encoded_value: &str) -> String {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let is_other = |pair: &&str| !pair.is_empty() && pair.split('=').next() != Some(name);
    let pair = format!("{name}={encoded_value}");
    let pairs: Vec<&str> = query.split('&').filter(is_other).chain([pair.as_str()]).collect();
    format!("{path}?{}", pairs.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_become_links() {
        // What is expected: the addresses that were linked, in order.
        for (text, expected) in [
            ("see http://a.b/c?d=1&e=2.", &["http://a.b/c?d=1&amp;e=2"][..]),
            ("(https://a.b/c_(d)), then", &["https://a.b/c_(d)"]),
            ("<http://a.b/>; rel=\"next\"", &["http://a.b/"]),
            (r#""http://a.b/\"onclick=alert(1)""#, &["http://a.b/"]),
            ("http://a.b/'onclick='x", &["http://a.b/&#39;onclick=&#39;x"]),
            ("http://a.b/)))))", &["http://a.b/"]),
            ("http://[::1]:8000/ https://ü.de/é", &["http://[::1]:8000/", "https://ü.de/é"]),
            ("xhttp://a.b http:// http://<b> https://\u{7}", &[]),
            ("javascript:alert(1) data:text/html,x vbscript:x ftp://a.b //a.b HTTP", &[]),
            ("javascript://http", &[]),
        ] {
            let mut out = String::new();
            linkify(&mut out, text);
            let linked: Vec<&str> =
                out.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            assert_eq!(linked, expected, "{text:?} became {out}");
            assert_eq!(out.matches('<').count(), 2 * expected.len(), "{out}");
        }
    }

    #[test]
    fn descriptions_are_paragraphs() {
        for (text, expected) in [
            ("", ""),
            ("One.", "<p>One.</p>"),
            ("One,\ntwo.\n\n\n  Three", "<p>One,\ntwo.</p><p>  Three</p>"),
            ("a `b<c>` d ` e", "<p>a <code>b&lt;c&gt;</code> d ` e</p>"),
            ("<b> http://a.b", "<p>&lt;b&gt; <a href=\"http://a.b\" rel=\"nofollow\">http://a.b</a></p>"),
        ] {
            assert_eq!(paragraphs(text), expected, "{text:?}");
        }
    }

    #[test]
    fn links_stay_on_the_web() {
        for (url, expected) in [
            ("/api/?a=b", "/api/?a=b"),
            ("?format=json", "?format=json"),
            ("https://a.b/", "https://a.b/"),
            ("HTTP://a.b/", "HTTP://a.b/"),
            ("//evil/", "/.//evil/"),
            ("/\t/evil/", "/.//evil/"),
            (" \u{1}//evil/", "/.//evil/"),
            ("/\\evil/", "/%5Cevil/"),
            ("javascript:alert(1)", "#"),
            ("JaVa\nScript:alert(1)", "#"),
            ("\u{1}javascript:alert(1)", "#"),
            ("data:text/html,<script>", "#"),
            ("http:evil", "#"),
            ("", "#"),
            ("é", "#"),
        ] {
            assert_eq!(href(url), expected, "{url:?}");
        }
    }

    #[test]
    fn one_parameter_is_set() {
        for (url, expected) in [
            ("/a/", "/a/?format=json"),
            ("/a/?page=2", "/a/?page=2&format=json"),
            ("/a/?format=api&page=2&format", "/a/?page=2&format=json"),
            ("/a/?formats=1", "/a/?formats=1&format=json"),
        ] {
            assert_eq!(with_query(url, "format", "json"), expected, "{url}");
        }
    }
}
