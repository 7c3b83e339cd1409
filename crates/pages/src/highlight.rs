//! JSON as HTML: escaped, coloured, and with its links to follow.

/// Turns indented JSON into HTML. Whatever the text holds, nothing of it becomes markup.
pub(crate) fn html(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        let (token, class) = match first {
            '"' => {
                let end = end_of_string(rest);
                let is_key = rest[end..].trim_start().starts_with(':');
                (&rest[..end], if is_key { "k" } else { "s" })
            }
            '-' | '0'..='9' | 'a'..='z' => {
                let end = rest.find([',', ']', '}', '\n', ' ']).unwrap_or(rest.len());
                (&rest[..end], "n")
            }
            _ => (&rest[..first.len_utf8()], ""),
        };
        write_token(&mut out, token, class);
        rest = &rest[token.len()..];
    }
    out
}

/// The offset behind the closing quote.
fn end_of_string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn write_token(out: &mut String, token: &str, class: &str) {
    if class.is_empty() {
        return escape(out, token);
    }
    out.push_str("<span class=\"");
    out.push_str(class);
    out.push_str("\">");
    match link(token).filter(|_| class == "s") {
        Some(url) => {
            out.push_str("\"<a href=\"");
            escape(out, url);
            out.push_str("\" rel=\"nofollow\">");
            escape(out, url);
            out.push_str("</a>\"");
        }
        None => escape(out, token),
    }
    out.push_str("</span>");
}

/// The URL that a whole string is. Only `http` and `https` are followed.
fn link(token: &str) -> Option<&str> {
    let url = token.strip_prefix('"')?.strip_suffix('"')?;
    let is_web = url.starts_with("http://") || url.starts_with("https://");
    (is_web && !url.contains(['\\', ' '])).then_some(url)
}

/// A text in which nothing is markup.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(&mut out, text);
    out
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_json_becomes_markup() {
        for (json, expected) in [
            (r#""<script>""#, r#"<span class="s">&quot;&lt;script&gt;&quot;</span>"#),
            (r#"{"a": 1}"#, r#"{<span class="k">&quot;a&quot;</span>: <span class="n">1</span>}"#),
            (r#""a\"b""#, r#"<span class="s">&quot;a\&quot;b&quot;</span>"#),
            (
                r#""http://x/'?a=1&b""#,
                r#"<span class="s">"<a href="http://x/&#39;?a=1&amp;b" rel="nofollow">http://x/&#39;?a=1&amp;b</a>"</span>"#,
            ),
            (r#""javascript:alert(1)""#, r#"<span class="s">&quot;javascript:alert(1)&quot;</span>"#),
            ("null", r#"<span class="n">null</span>"#),
        ] {
            assert_eq!(html(json), expected);
        }
    }
}
