//! JSON as HTML: escaped, lightly coloured, and with its links to follow. One pass over the text; a text that is no JSON
//! is shown as it is, only with less colour.

use crate::html;

/// Turns indented JSON into HTML. Whatever the text holds, nothing of it becomes markup.
pub(crate) fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some((class, token)) = first_token(rest) {
        match class {
            "" => html::linkify(&mut out, token),
            _ => {
                out.extend(["<span class=\"", class, "\">"]);
                html::linkify(&mut out, token);
                out.push_str("</span>");
            }
        }
        rest = &rest[token.len()..];
    }
    out
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
            assert_eq!(json(text), expected);
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
            let html = json(text);
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
