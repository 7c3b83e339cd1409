//! The names of views that users read, as DRF makes them of a class.

use crate::python;

/// The name for users of a type: `Project List` for `ProjectViewSet`, as in DRF.
pub(crate) fn display_name(class: &str, suffix: &str) -> String {
    let without = |class: &'_ str, word: &str| -> String {
        class.strip_suffix(word).filter(|rest| !rest.is_empty()).unwrap_or(class).to_owned()
    };
    let class = without(&without(class, "View"), "ViewSet");
    let mut name = spaced(&class);
    if !suffix.is_empty() {
        name.push(' ');
        name.push_str(suffix);
    }
    name
}

/// `Json Only` of `JSONOnly`: a space before each capital that follows a small letter or is not followed by another
/// capital or the end; then Python's `title()`.
fn spaced(camel: &str) -> String {
    let chars: Vec<char> = camel.chars().collect();
    let mut text = String::new();
    for (index, c) in chars.iter().enumerate() {
        let after_small = index > 0 && chars[index - 1].is_ascii_lowercase();
        let begins_word = chars.get(index + 1).is_some_and(|next| !next.is_ascii_uppercase());
        if c.is_ascii_uppercase() && (after_small || begins_word) {
            text.push(' ');
        }
        text.push(if *c == '_' { ' ' } else { *c });
    }
    python::title(text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_drfs() {
        // Each row is what `rest_framework.views.get_view_name` answers.
        for (class, suffix, expected) in [
            ("ProjectViewSet", "List", "Project List"),
            ("ProductVS", "List", "Product Vs List"),
            ("APIRootView", "", "Api Root"),
            ("JSONOnly", "", "Json Only"),
            ("aB2Cd", "", "A B2 Cd"),
            ("ObtainAuthToken", "", "Obtain Auth Token"),
            ("WhoAmI", "", "Who Am I"),
        ] {
            assert_eq!(display_name(class, suffix), expected);
        }
    }
}
