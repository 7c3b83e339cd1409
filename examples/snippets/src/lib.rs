//! Django REST framework's tutorial: snippets of code, which users share. Each module is one part of it. `django/` beside this crate is
//! the same in Python, and `docs/guide/tutorial.md` goes through both.

pub mod choices;
pub mod part_1;
pub mod part_2;
pub mod part_3;
pub mod part_4;
pub mod part_5;
pub mod part_6;
pub mod quickstart;

use belleville::prelude::*;

/// Each part under its own prefix. Those with links are in namespaces, so that the names of their URLs are their own.
pub fn urls() -> Urls {
    Urls::new()
        .include("quickstart/", quickstart::urls().namespace("quickstart"))
        .include("part-1/", part_1::urls())
        .include("part-2/", part_2::urls())
        .include("part-3/", part_3::urls())
        .include("part-4/", part_4::urls())
        .include("part-5/", part_5::urls().namespace("part-5"))
        .include("part-6/", part_6::urls().namespace("part-6"))
}

/// The program: the two apps that have a model.
pub fn app() -> App {
    App::new("snippets", env!("CARGO_MANIFEST_DIR"), urls).app(part_1::app()).app(part_4::app())
}
