//! The migrations, from the oldest to the newest. `makemigrations` adds to the list.

mod m0001_initial;

use belleville::db::migrations::Migration;

/// All of them.
pub fn all() -> Vec<Migration> {
    vec![m0001_initial::migration()]
}
