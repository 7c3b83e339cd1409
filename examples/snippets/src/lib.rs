//! Django REST framework's tutorial: snippets of code, which users share. Part 1 has two serializers for the same snippets, part 5
//! has users, permissions and hyperlinks. `django/` beside this crate is the same in Python.

pub mod choices;
pub mod part_1;
pub mod part_5;

use belleville::prelude::*;

/// Part 1 under a prefix, and part 5.
pub fn urls() -> Urls {
    Urls::new().include("part-1/", part_1::urls()).include("", part_5::urls())
}

/// The program: two apps with a model each.
pub fn app() -> App {
    App::new("snippets", env!("CARGO_MANIFEST_DIR"), urls).app(part_1::app()).app(part_5::app())
}
