//! The usual mistakes, each with what is said of it. `docs/guide/mistakes.md` lists them; the list is written from what is
//! tested here, so that it says what is so: `UPDATE_MISTAKES=1 cargo test -p belleville-mistakes` writes it anew.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod answers;
mod compiler;
mod start;

use std::path::{Path, PathBuf};

/// A mistake, and what is said of it.
pub(crate) struct Row {
    pub(crate) mistake: String,
    pub(crate) said: Vec<String>,
}

/// The top of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A part of the page.
fn section(title: &str, rows: &[Row], number: &mut usize) -> String {
    let mut text = format!("## {title}\n\n| | mistake | what is said |\n|---|---|---|\n");
    for row in rows {
        *number += 1;
        // A back quote inside of a code span takes two around it; a bar would end the cell.
        let said = row.said.iter().map(|said| format!("`` {} ``", said.replace('|', "\\|")));
        let said = said.collect::<Vec<_>>().join("<br>");
        text.push_str(&format!("| {number} | {} | {said} |\n", row.mistake.replace('|', "\\|")));
    }
    text.push('\n');
    text
}

#[test]
fn the_page_lists_what_is_tested() {
    let mut number = 0;
    let mut page = String::from(
        "# The usual mistakes\n\n\
         What is said of each, word for word (a part of it, where it is long). The list is written by the tests that make the \
         mistakes: `tests/mistakes`.\n\n",
    );
    page.push_str(&section("The compiler says", &compiler::rows(), &mut number));
    page.push_str(&section(
        "The program does not start, and `check` says the same",
        &start::rows(),
        &mut number,
    ));
    page.push_str(&section("A client reads", &answers::rows(), &mut number));
    let page = format!("{}\n", page.trim_end());
    assert!(number >= 40, "{number} mistakes");
    let path = root().join("docs/guide/mistakes.md");
    if std::env::var_os("UPDATE_MISTAKES").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "{} is out of date: run the tests with UPDATE_MISTAKES=1", path.display());
}
