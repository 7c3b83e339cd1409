//! The page has nothing in Rust that these tests don't have.

const PAGE: &str = include_str!("../../../../docs/guide/models-and-queries.md");

const SOURCES: [&str; 10] = [
    include_str!("generic.rs"),
    include_str!("hooks.rs"),
    include_str!("kinds.rs"),
    include_str!("library.rs"),
    include_str!("postgres.rs"),
    include_str!("queries.rs"),
    include_str!("relations.rs"),
    include_str!("transactions.rs"),
    include_str!("users.rs"),
    include_str!("writing.rs"),
];

/// The lines without what they begin with: a block of the page is not indented as the function that it is a piece of.
fn lines(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", line.trim())).collect()
}

#[test]
fn every_block_of_rust_is_tested() {
    let sources = SOURCES.map(lines);
    let blocks: Vec<&str> =
        PAGE.split("```rust\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default()).collect();
    assert!(blocks.len() > 30, "{} blocks", blocks.len());
    for block in blocks {
        let wanted = format!("\n{}", lines(block));
        assert!(sources.iter().any(|source| source.contains(&wanted)), "no test has this block:\n{block}");
    }
}

#[test]
fn the_table_beside_django_is_long() {
    let rows = PAGE.split("| Django says | Belleville says |").nth(1).unwrap_or_default();
    let rows = rows.lines().skip(2).take_while(|line| line.starts_with('|')).count();
    assert!(rows >= 60, "{rows} rows");
}
