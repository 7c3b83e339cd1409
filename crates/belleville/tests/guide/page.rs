//! The pages have nothing in Rust that these tests don't have.

const PAGE: &str = include_str!("../../../../docs/guide/models-and-queries.md");
const MIGRATIONS: &str = include_str!("../../../../docs/guide/migrations.md");
const SERIALIZERS: &str = include_str!("../../../../docs/guide/serializers.md");
const FILES: &str = include_str!("../../../../docs/guide/files.md");

const SOURCES: [&str; 13] = [
    include_str!("../http/files.rs"),
    include_str!("generic.rs"),
    include_str!("hooks.rs"),
    include_str!("kinds.rs"),
    include_str!("library.rs"),
    include_str!("migrations.rs"),
    include_str!("postgres.rs"),
    include_str!("queries.rs"),
    include_str!("relations.rs"),
    include_str!("serializers.rs"),
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
    let blocks = |page: &'static str| -> Vec<&str> {
        page.split("```rust\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default()).collect()
    };
    let (of_models, of_migrations, of_files) = (blocks(PAGE), blocks(MIGRATIONS), blocks(FILES));
    assert!(of_models.len() > 30 && of_migrations.len() > 7, "{} {}", of_models.len(), of_migrations.len());
    assert!(of_files.len() > 7, "{}", of_files.len());
    let of_serializers = blocks(SERIALIZERS);
    assert!(of_serializers.len() > 7, "{}", of_serializers.len());
    for block in of_models.into_iter().chain(of_migrations).chain(of_files).chain(of_serializers) {
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
