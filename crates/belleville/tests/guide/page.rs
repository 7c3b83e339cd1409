//! The pages have nothing in Rust that these tests don't have.

const MODELS: &str = include_str!("../../../../docs/guide/models-and-queries.md");

/// The pages, and more than how many blocks each has at least.
const PAGES: [(&str, usize); 15] = [
    (MODELS, 30),
    (include_str!("../../../../docs/guide/migrations.md"), 7),
    (include_str!("../../../../docs/guide/files.md"), 7),
    (include_str!("../../../../docs/guide/serializers.md"), 7),
    (include_str!("../../../../docs/guide/filters-and-pages.md"), 4),
    (include_str!("../../../../docs/guide/object-permissions.md"), 2),
    (include_str!("../../../../docs/guide/views.md"), 4),
    (include_str!("../../../../docs/guide/routers.md"), 2),
    (include_str!("../../../../docs/guide/versioning.md"), 1),
    (include_str!("../../../../docs/guide/parsers-and-renderers.md"), 1),
    (include_str!("../../../../docs/guide/middleware.md"), 1),
    (include_str!("../../../../docs/guide/throttling-and-cache.md"), 5),
    (include_str!("../../../../docs/guide/responses.md"), 4),
    (include_str!("../../../../docs/guide/testing.md"), 6),
    (include_str!("../../../../docs/guide/tutorial.md"), 20),
];

const SOURCES: [&str; 47] = [
    include_str!("../http/actions.rs"),
    include_str!("../http/around.rs"),
    include_str!("../http/caching.rs"),
    include_str!("../http/files.rs"),
    include_str!("../http/formats.rs"),
    include_str!("../http/handlers.rs"),
    include_str!("../http/object_permissions.rs"),
    include_str!("../http/versioning.rs"),
    include_str!("../http/lists.rs"),
    include_str!("../http/throttling.rs"),
    include_str!("../http/reports.rs"),
    include_str!("../http/responses.rs"),
    include_str!("../http/routes.rs"),
    include_str!("../http/streams.rs"),
    include_str!("../http/testing.rs"),
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
    include_str!("../../../../examples/snippets/src/lib.rs"),
    include_str!("../../../../examples/snippets/src/part_1/models.rs"),
    include_str!("../../../../examples/snippets/src/part_1/serializers.rs"),
    include_str!("../../../../examples/snippets/src/part_2/mod.rs"),
    include_str!("../../../../examples/snippets/src/part_2/views.rs"),
    include_str!("../../../../examples/snippets/src/part_3/api_views.rs"),
    include_str!("../../../../examples/snippets/src/part_3/generic.rs"),
    include_str!("../../../../examples/snippets/src/part_3/mixins.rs"),
    include_str!("../../../../examples/snippets/src/part_3/mod.rs"),
    include_str!("../../../../examples/snippets/src/part_4/permissions.rs"),
    include_str!("../../../../examples/snippets/src/part_4/serializers.rs"),
    include_str!("../../../../examples/snippets/src/part_4/views.rs"),
    include_str!("../../../../examples/snippets/src/part_5/mod.rs"),
    include_str!("../../../../examples/snippets/src/part_5/serializers.rs"),
    include_str!("../../../../examples/snippets/src/part_5/views.rs"),
    include_str!("../../../../examples/snippets/src/part_6/mod.rs"),
    include_str!("../../../../examples/snippets/src/part_6/views.rs"),
    include_str!("../../../../examples/snippets/src/quickstart/mod.rs"),
    include_str!("../../../../examples/snippets/src/quickstart/serializers.rs"),
    include_str!("../../../../examples/snippets/src/quickstart/views.rs"),
];

/// The lines without what they begin with: a block of the page is not indented as the function that it is a piece of.
fn lines(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", line.trim())).collect()
}

fn blocks(page: &'static str) -> Vec<&'static str> {
    page.split("```rust\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default()).collect()
}

#[test]
fn every_block_of_rust_is_tested() {
    let sources = SOURCES.map(lines);
    for (page, least) in PAGES {
        let blocks = blocks(page);
        assert!(blocks.len() > least, "{} blocks: {}", blocks.len(), page.lines().next().unwrap_or_default());
        for block in blocks {
            let wanted = format!("\n{}", lines(block));
            assert!(
                sources.iter().any(|source| source.contains(&wanted)),
                "no test has this block:\n{block}"
            );
        }
    }
}

#[test]
fn the_table_beside_django_is_long() {
    let rows = MODELS.split("| Django says | Belleville says |").nth(1).unwrap_or_default();
    let rows = rows.lines().skip(2).take_while(|line| line.starts_with('|')).count();
    assert!(rows >= 60, "{rows} rows");
}
