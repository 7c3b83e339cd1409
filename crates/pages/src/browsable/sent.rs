//! What a raw form sent, for the form of the page that refuses it: nobody types it twice.

use belleville_rest::request::Request;

/// What is put back into a form.
pub(super) struct Sent {
    pub(super) media_type: String,
    pub(super) content: String,
}

/// A longer text is not put back.
const LONGEST: usize = 65_536;

/// What a name of a secret has in it.
const SECRET_NAMES: [&str; 7] = ["passw", "passphrase", "secret", "token", "refresh", "credential", "key"];

/// The body of a request as it was typed, when it was read, is text and holds nothing that is called a secret.
pub(super) fn of(request: &Request) -> Option<Sent> {
    let media_type = request.content_type();
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let body = request.body_already_read().filter(|body| !body.is_empty() && body.len() <= LONGEST)?;
    let content = String::from_utf8(body.to_vec()).ok()?;
    let is_form_with_files = media_type == "multipart/form-data";
    (!is_form_with_files && !names_secret(&content)).then_some(Sent { media_type, content })
}

/// Whether a text, which may be no JSON at all, has a key or a field whose name is that of a secret.
fn names_secret(text: &str) -> bool {
    let text = text.to_lowercase();
    SECRET_NAMES.iter().any(|name| text.match_indices(name).any(|(at, _)| is_name(&text[at..])))
}

/// Whether a word is followed by what follows a name: `": ` or `=`.
fn is_name(text: &str) -> bool {
    let after = text.trim_start_matches(|c: char| c.is_alphanumeric() || "_-[]".contains(c));
    let after = after.trim_start_matches(['"', '\'']).trim_start();
    after.starts_with([':', '='])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_its_name() {
        for (text, expected) in [
            (r#"{"title": "buy a token"}"#, false),
            (r#"{"title": "my password", "done": true}"#, false),
            (r#"{"title": "a""#, false),
            ("title=a+key", false),
            (r#"{"password": "x"}"#, true),
            (r#"{"new_password1" : "x"#, true),
            ("{'passWord': 'x'", true),
            ("{password: x}", true),
            ("a=b&refresh=x", true),
            (r#"{"api_key":"x"}"#, true),
            (r#"{"a": {"client_secret": "x"}}"#, true),
        ] {
            assert_eq!(names_secret(text), expected, "{text}");
        }
    }
}
