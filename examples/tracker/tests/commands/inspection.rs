//! `inspectdb`: which tables are written, and what is told beside. `conformance/inspectdb.py` looks at what is written.

use belleville::db::functions::raw;
use belleville::db::{Database, Registry};

use crate::{Ended, Folder};

/// A folder whose database has these tables.
fn folder(statements: &[&str]) -> Folder {
    let folder = Folder::new();
    let url = format!("sqlite:///{}", folder.0.join("db.sqlite3").display());
    let db = Database::open(&url, Registry::default()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for statement in statements {
            raw(*statement).execute(&db).await.unwrap();
        }
    });
    folder
}

fn inspected(folder: &Folder, arguments: &[&str]) -> Ended {
    let arguments: Vec<&str> = std::iter::once("inspectdb").chain(arguments.iter().copied()).collect();
    folder.run(&arguments, &[])
}

fn structs(source: &str) -> Vec<&str> {
    source.lines().filter_map(|line| line.strip_prefix("pub struct ")?.strip_suffix(" {")).collect()
}

#[test]
fn tables_of_belleville_are_named_and_not_written() {
    let folder = Folder::new();
    folder.run(&["migrate"], &[]);
    let ended = inspected(&folder, &[]);
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    assert_eq!(structs(&ended.out), ["Project", "Task"]);
    for part in [
        "use belleville::auth::models::User;\nuse belleville::db::{DateTime, ForeignKey, Model};\n",
        "#[model(app = \"projects\", managed = false)]\npub struct Project {",
        "    pub owner: ForeignKey<User>,\n",
    ] {
        assert!(ended.out.contains(part), "{part}\nis not in\n{}", ended.out);
    }
    // Who asks for such a table gets it, and keys refer to it.
    let ended = inspected(&folder, &["auth_user", "projects_project"]);
    assert_eq!(structs(&ended.out), ["User", "Project"]);
    assert!(!ended.out.contains("use belleville::auth"), "{}", ended.out);
}

#[test]
fn tables_can_be_chosen_and_what_is_not_written_is_told() {
    let folder = folder(&[
        "CREATE TABLE shop_book (id integer PRIMARY KEY, shelf_id integer REFERENCES shop_shelf (id))",
        "CREATE TABLE shop_shelf (id integer PRIMARY KEY)",
        "CREATE TABLE shop_log (line text)",
        "CREATE VIEW shop_numbers AS SELECT id FROM shop_book",
    ]);
    let ended = inspected(&folder, &[]);
    assert_eq!(structs(&ended.out), ["Book", "Shelf"]);
    let left_out = "The table `shop_log` is left out: it has no primary key and no column that is unique and never NULL.\n";
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), left_out));
    assert!(ended.out.contains("// The table `shop_log` is left out: "));

    assert_eq!(structs(&inspected(&folder, &["--include-views"]).out), ["Book", "Numbers", "Shelf"]);
    let ended = inspected(&folder, &["shop_numbers", "shop_book"]);
    assert_eq!(structs(&ended.out), ["Book", "Numbers"]);
    assert!(
        ended.out.contains("// A foreign key to `id` of the table `shop_shelf`, which has no model here.\n")
    );
    assert!(inspected(&folder, &["--app", "books"]).out.contains("app = \"books\", table = \"shop_book\""));

    for (arguments, expected) in [
        (vec!["shop_boook"], "the database has no table or view `shop_boook`; it has shop_book, shop_log,"),
        (vec!["--app", "My App"], "`My App` cannot be an app: a label is small letters, digits and `_`"),
    ] {
        let ended = inspected(&folder, &arguments);
        assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""));
        assert!(ended.err.contains(expected), "{}", ended.err);
    }
}

#[test]
fn a_table_that_cannot_be_read_is_named_and_the_others_are_written() {
    // The view's table is gone.
    let folder = folder(&[
        "CREATE TABLE shop_book (id integer PRIMARY KEY)",
        "CREATE TABLE gone (id integer PRIMARY KEY)",
        "CREATE VIEW shop_lost AS SELECT id FROM gone",
        "DROP TABLE gone",
    ]);
    let ended = inspected(&folder, &["--include-views"]);
    assert_eq!((ended.code, structs(&ended.out)), (Some(0), vec!["Book"]));
    assert!(ended.err.starts_with("Unable to inspect table `shop_lost`: "), "{}", ended.err);
    assert!(ended.out.starts_with("// Unable to inspect table `shop_lost`: "), "{}", ended.out);
}
