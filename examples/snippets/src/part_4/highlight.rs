//! A snippet as a page. The tutorial has Pygments colour it; here it is escaped, and its lines are numbered.

use belleville::db::FieldChoices as _;

use super::Snippet;

pub(super) fn highlight(snippet: &Snippet) -> String {
    let title = escaped(&snippet.title);
    let (language, style) = (snippet.language.label(), snippet.style.label());
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n<body>\n\
         <h2>{title}</h2>\n<pre class=\"{language} {style}\">{}</pre>\n</body>\n</html>\n",
        escaped(&code(snippet))
    )
}

/// The code, with the numbers of its lines if they are wanted.
fn code(snippet: &Snippet) -> String {
    if !snippet.linenos {
        return snippet.code.clone();
    }
    let lines = snippet.code.split('\n').zip(1..);
    lines.map(|(line, number)| format!("{number:4} {line}")).collect::<Vec<_>>().join("\n")
}

/// The text without markup in it, as Python's `html.escape`.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#x27;")
}
