//! JSON as HTML: escaped, lightly coloured, and with its links to follow. One pass over the text; a text that is no JSON
//! is shown as it is, only with less colour.

use crate::browsable::ObjectLink;
use crate::html;

/// Turns indented JSON into HTML. Whatever the text holds, nothing of it becomes markup. A value that names an object
/// leads to it.
pub(crate) fn json(text: &str, links: &[ObjectLink]) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text;
    let mut place = Place::default();
    while let Some((class, token)) = first_token(rest) {
        match class {
            "" => html::linkify(&mut out, token),
            _ => {
                out.extend(["<span class=\"", class, "\">"]);
                match place.link(class, token, links) {
                    Some(link) => write_link(&mut out, token, link),
                    None => html::linkify(&mut out, token),
                }
                out.push_str("</span>");
            }
        }
        place.pass(class, token);
        rest = &rest[token.len()..];
    }
    out
}

/// Where in a document a token stands.
#[derive(Default)]
struct Place<'a> {
    /// The brackets that are open.
    open: Vec<u8>,
    /// The key whose value comes next, between its quotes.
    key: Option<&'a str>,
}

impl<'a> Place<'a> {
    fn pass(&mut self, class: &str, token: &'a str) {
        match class {
            "k" => self.key = token.strip_prefix('"').and_then(|token| token.strip_suffix('"')),
            "" => token.bytes().for_each(|byte| match byte {
                b'{' | b'[' => {
                    self.open.push(byte);
                    self.key = None;
                }
                b'}' | b']' => {
                    self.open.pop();
                    self.key = None;
                }
                b',' => self.key = None,
                _ => {}
            }),
            _ => {}
        }
    }

    /// The link of a value: of the object itself, or of an object of the list.
    fn link<'b>(&self, class: &str, token: &str, links: &'b [ObjectLink]) -> Option<&'b ObjectLink> {
        let is_value = matches!(class, "n" | "s");
        let (key, is_shown) = (self.key?, matches!(self.open.as_slice(), b"{" | b"[{"));
        let link = links.iter().find(|link| is_value && is_shown && link.key == key)?;
        let value = token.trim_matches('"');
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        (!value.is_empty() && value.chars().all(is_plain)).then_some(link)
    }
}

/// The token as a link; it holds nothing that a URL would have to escape.
fn write_link(out: &mut String, token: &str, link: &ObjectLink) {
    let url = format!("{}{}{}", link.before, token.trim_matches('"'), link.after);
    out.push_str("<a href=\"");
    html::escape(out, &html::href(&url));
    out.push_str("\">");
    html::escape(out, token);
    out.push_str("</a>");
}

/// The next stretch of the text and its class: `k`ey, `s`tring, `n`umber, `l`iteral, or none.
fn first_token(text: &str) -> Option<(&'static str, &str)> {
    let first = *text.as_bytes().first()?;
    if first == b'"' {
        let (token, rest) = text.split_at(end_of_string(text));
        let is_key = rest.bytes().find(|byte| !byte.is_ascii_whitespace()) == Some(b':');
        return Some((if is_key { "k" } else { "s" }, token));
    }
    if !starts_word(first) {
        let end = text.bytes().position(|byte| byte == b'"' || starts_word(byte)).unwrap_or(text.len());
        return Some(("", &text[..end]));
    }
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte);
    let word = &text[..text.bytes().position(|byte| !is_word(byte)).unwrap_or(text.len())];
    let is_number = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    match word {
        "true" | "false" | "null" | "NaN" | "Infinity" | "-Infinity" => Some(("l", word)),
        _ if !first.is_ascii_alphabetic() && word.bytes().all(is_number) => Some(("n", word)),
        // No JSON: the line is left alone.
        _ => Some(("", &text[..text.find(['"', '\n']).unwrap_or(text.len())])),
    }
}

fn starts_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// The offset behind the closing quote, or the end of a text that has none.
fn end_of_string(text: &str) -> usize {
    let mut bytes = text.bytes().enumerate().skip(1);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_their_colours() {
        for (text, expected) in [
            (r#"{"a": 1}"#, r#"{<span class="k">&quot;a&quot;</span>: <span class="n">1</span>}"#),
            (
                r#"["a", "b"]"#,
                r#"[<span class="s">&quot;a&quot;</span>, <span class="s">&quot;b&quot;</span>]"#,
            ),
            ("-1.5e+3", r#"<span class="n">-1.5e+3</span>"#),
            ("[true,null]", r#"[<span class="l">true</span>,<span class="l">null</span>]"#),
            (r#""a\"b\\""#, r#"<span class="s">&quot;a\&quot;b\\&quot;</span>"#),
            (
                r#""see https://x/?a=1&b, é""#,
                r#"<span class="s">&quot;see <a href="https://x/?a=1&amp;b" rel="nofollow">https://x/?a=1&amp;b</a>, é&quot;</span>"#,
            ),
            ("truely <b> http://x", r#"truely &lt;b&gt; <a href="http://x" rel="nofollow">http://x</a>"#),
            ("", ""),
        ] {
            assert_eq!(json(text, &[]), expected);
        }
    }

    #[test]
    fn keys_of_objects_are_links() {
        let link = |key: &str| ObjectLink { key: key.into(), before: format!("/{key}/"), after: "/".into() };
        let links = [link("id"), link("slug")];
        // What is expected: the addresses that were linked, in order.
        for (text, expected) in [
            (r#"[{"id": 1, "name": "id", "n": 2}, {"id": 3}]"#, &["/id/1/", "/id/3/"][..]),
            (r#"{"slug": "a-b_c", "id": 7}"#, &["/slug/a-b_c/", "/id/7/"]),
            (r#"{"id": null, "slug": "a/b"}"#, &[]),
            (r#"{"id": "", "slug": "\""}"#, &[]),
            (r#"{"id": -1.5}"#, &[]),
            (r#"{"a": {"id": 1}, "b": [{"id": 2}], "id": {"c": 3}, "d": 4}"#, &[]),
            (r#"[[{"id": 1}]]"#, &[]),
            (r#"id: 1"#, &[]),
        ] {
            let html = json(text, &links);
            let linked: Vec<&str> =
                html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            assert_eq!(linked, expected, "{text} became {html}");
            assert_eq!(text_of(&html), text, "{html}");
        }
    }

    /// The text of the HTML is the text that was given, and the only tags are ours.
    #[test]
    fn nothing_is_lost_and_nothing_becomes_markup() {
        for text in [
            "<script>alert(1)</script>",
            r#"{"</pre><script>": "</span><img src=x onerror=alert(1)>"}"#,
            r#""javascript:alert(1)""#,
            r#""http://x/'\"><script>""#,
            "\"never closed",
            "\"ends in a backslash\\",
            "\\é\"\\é\"",
            "-",
            "1é2",
            "&lt;&amp;amp;",
            "\u{0}\u{202e}\u{2028}",
            "{{ 7 * 7 }}{% raw %}",
        ] {
            let html = json(text, &[]);
            assert_eq!(text_of(&html), text, "{html}");
        }
    }

    fn text_of(html: &str) -> String {
        let mut text = String::new();
        for (at, part) in html.split('<').enumerate() {
            let shown = if at == 0 { part } else { part.split_once('>').expect("a whole tag").1 };
            if at > 0 {
                let tag = part.split(['>', ' ']).next();
                assert!(matches!(tag, Some("span" | "/span" | "a" | "/a")), "{tag:?} in {html}");
            }
            text.push_str(shown);
        }
        let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
        entities.iter().fold(text, |text, (entity, character)| text.replace(entity, character))
    }
}
