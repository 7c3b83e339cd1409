//! The names that people read, by Django's rules.

/// Django's default: the name with spaces.
pub(super) fn default_verbose_name(name: &str) -> String {
    name.replace('_', " ")
}

/// `ContentType` as `content type` and `APIKey` as `api key`: Django's `camel_case_to_spaces`. A capital begins a word after
/// a small letter, and where none follows it that is not the last.
pub(super) fn spaced(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut words = String::new();
    for (index, c) in chars.iter().enumerate() {
        let after_small = index > 0 && chars[index - 1].is_ascii_lowercase();
        let before_other = chars.get(index + 1).is_some_and(|next| !next.is_ascii_uppercase());
        if c.is_ascii_uppercase() && (after_small || before_other) {
            words.push(' ');
        }
        words.push(*c);
    }
    words.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::spaced;

    #[test]
    fn names_are_read_as_django_reads_them() {
        // Each row is what `camel_case_to_spaces` of Django 5.2.19 says.
        for (name, expected) in [
            ("APIKey", "api key"),
            ("HTTPServer", "http server"),
            ("User", "user"),
            ("ContentType", "content type"),
            ("UserAPI", "user api"),
            ("OAuth2Token", "o auth2 token"),
            ("OAuth2Application", "o auth2 application"),
            ("A", "a"),
            ("AB", "ab"),
            ("ABc", "a bc"),
            ("Ab", "ab"),
            ("IPAddress", "ip address"),
            ("MyIPv4Address", "my i pv4 address"),
            ("JSONWebToken", "json web token"),
            ("Group_permissions", "group_permissions"),
            ("XMLHttpRequest", "xml http request"),
            ("Point3D", "point3d"),
            ("Ünicode", "ünicode"),
            ("ÄÖTest", "äö test"),
            ("URL", "url"),
            ("Foo_Bar", "foo_ bar"),
            ("TOTPDevice", "totp device"),
            ("HTML5Page", "htm l5 page"),
            ("A1B2", "a1 b2"),
            ("Éclair", "éclair"),
            ("StraßeName", "straße name"),
        ] {
            assert_eq!(spaced(name), expected, "{name}");
        }
    }
}
