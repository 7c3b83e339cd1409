//! `dumpdata`, `loaddata`, `flush`, `sqlflush` and `dbshell`. What they write and say beside a running Django is in
//! `conformance/fixtures.py`.

use std::os::unix::fs::PermissionsExt as _;

use crate::{Ended, Folder};

/// A folder with tables, a user, and a project of the user's.
fn filled() -> Folder {
    let folder = Folder::new();
    assert_eq!(folder.run(&["migrate"], &[]).code, Some(0));
    let user = ["createsuperuser", "--noinput", "--username", "ann", "--email", "ann@example.com"];
    assert_eq!(folder.run(&user, &[]).code, Some(0));
    folder.write("project.json", &project(1, "First"));
    let loaded = folder.run(&["loaddata", "project.json"], &[]);
    assert_eq!(loaded.out, "Installed 1 object(s) from 1 fixture(s)\n", "{loaded:?}");
    folder
}

/// A fixture with one project, which names its owner by the natural key.
fn project(pk: i64, name: &str) -> String {
    format!(
        r#"[{{"model": "projects.project", "pk": {pk}, "fields": {{"name": "{name}", "created_at": "2026-01-02T03:04:05Z", "owner": ["ann"]}}}}]"#
    )
}

fn refused(ended: &Ended, text: &str) {
    assert!(ended.code != Some(0) && ended.err.contains(text), "{text}: {ended:?}");
}

const DUMPED: &str = r#"[{"model": "projects.project", "pk": 1, "fields": {"name": "First", "description": "", "created_at": "2026-01-02T03:04:05Z", "owner": 1}}]"#;

#[test]
fn what_is_dumped_can_be_loaded_after_a_flush() {
    let folder = filled();
    let run = |arguments: &[&str]| folder.run(arguments, &[]);
    assert_eq!(run(&["dumpdata", "projects"]).out, DUMPED);
    let users = ["dumpdata", "auth.user", "--indent", "2", "--natural-primary", "-o", "users.json"];
    assert_eq!(run(&users).out, "", "no bar where nobody looks");
    let mode = std::fs::metadata(folder.0.join("users.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "hashes of passwords are in it");
    let everything = run(&["dumpdata", "--natural-foreign"]);
    assert_eq!(everything.err, "", "the proxy's model is there");

    let asked = folder.tell(&["flush"], "y\n");
    assert_eq!(
        asked.out,
        "You have requested a flush of the database.\n\
         This will IRREVERSIBLY DESTROY all data currently in the \"db.sqlite3\" database,\n\
         and return each table to an empty state.\n\
         Are you sure you want to do this?\n\
         \n    Type 'yes' to continue, or 'no' to cancel: Flush cancelled.\n"
    );
    assert_eq!(run(&["dumpdata", "projects"]).out, DUMPED);
    assert_eq!(folder.tell(&["flush"], "yes\n").code, Some(0));
    assert_eq!(run(&["dumpdata", "projects", "auth.user"]).out, "[]");
    let types = run(&["dumpdata", "contenttypes", "auth.Permission"]).out;
    assert!(
        types.contains(r#""model": "project""#) && types.contains(r#""codename": "add_project""#),
        "{types}"
    );
    assert!(run(&["migrate"]).out.ends_with("Running migrations:\n  No migrations to apply.\n"));

    let loaded = run(&["loaddata", "users", "project.json"]);
    assert_eq!(loaded.out, "Installed 2 object(s) from 2 fixture(s)\n", "{loaded:?}");
    assert_eq!(run(&["dumpdata", "projects"]).out, DUMPED);
    assert_eq!(run(&["flush", "--no-input"]).code, Some(0));
    assert_eq!(run(&["dumpdata", "projects"]).out, "[]");
}

#[test]
fn dumps_are_of_what_is_asked_for() {
    let folder = filled();
    folder.write("two.json", &project(2, "Second"));
    assert_eq!(folder.run(&["loaddata", "two"], &[]).code, Some(0));
    let run = |arguments: &[&str]| folder.run(&[&["dumpdata"], arguments].concat(), &[]);
    let second = DUMPED.replace("\"pk\": 1", "\"pk\": 2").replace("First", "Second");
    assert_eq!(run(&["projects.Project", "--pks", "2, 3"]).out, second);
    assert_eq!(run(&["projects", "-e", "projects.project"]).out, "[]");
    assert_eq!(run(&["projects.task", "projects.project", "--exclude", "projects"]).out, "[]");
    let lines = run(&["projects.project", "--format", "jsonl"]).out;
    assert_eq!((lines.lines().count(), lines.ends_with("}}\n")), (2, true), "{lines}");
    let proxy = run(&["authtoken.TokenProxy"]);
    assert_eq!(proxy.out, "[]");
    assert_eq!(proxy.err, "authtoken.TokenProxy is a proxy model and won't be serialized.\n");
    for (arguments, text) in [
        (&["none"][..], "No installed app with label 'none'."),
        (&["projects.none"], "Unknown model: projects.none"),
        (&["projects", "-e", "projects.none"], "Unknown model: projects.none"),
        (&["projects", "--pks", "1"], "You can only use --pks option with one model"),
        (&["projects.task", "--pks", "one"], "expected a whole number of 64 bits as a key of projects.Task"),
        (&["--format", "xml"], "Unknown serialization format: xml; known are json and jsonl"),
        (&["-o", "all.json.gz"], "name a file without .gz"),
        (&["-o", "no/folder.json"], "cannot write no/folder.json"),
    ] {
        refused(&run(arguments), text);
    }
}

#[test]
fn fixtures_are_found_and_what_is_wrong_with_them_is_said() {
    let folder = filled();
    std::fs::create_dir_all(folder.0.join("fixtures/projects")).unwrap();
    folder.write("fixtures/more.jsonl", r#"{"model": "projects.project", "pk": 5, "fields": {"name": "x", "created_at": "2026-01-02", "owner": 1}}"#);
    folder.write("fixtures/projects/own.json", &project(6, "Own"));
    folder.write("fixtures/both.json", "[]");
    folder.write("fixtures/both.jsonl", "");
    let run = |arguments: &[&str]| folder.run(&[&["loaddata"], arguments].concat(), &[]);
    for arguments in [&["more"][..], &["more.jsonl"], &["fixtures/more"], &["own", "--app", "projects"]] {
        let loaded = run(arguments);
        assert_eq!(loaded.out, "Installed 1 object(s) from 1 fixture(s)\n", "{arguments:?} {loaded:?}");
    }
    let piped = folder.tell(&["loaddata", "-", "--format", "json"], &project(7, "Piped"));
    assert_eq!(piped.out, "Installed 1 object(s) from 1 fixture(s)\n");
    let excluded = run(&["more", "own", "--app", "projects"]);
    refused(&excluded, "No fixture named 'more' found. It was looked for in `fixtures/projects`.");
    let excluded = run(&["more", "-e", "projects.Project"]);
    assert_eq!(excluded.out, "Installed 0 object(s) (of 1) from 1 fixture(s)\n");

    let unknown = r#"[{"model": "old.model", "pk": 1, "fields": {}}, {"model": "auth.group", "fields": {"name": "a", "colour": "red"}}]"#;
    folder.write("old.json", unknown);
    refused(
        &run(&["old"]),
        "Problem installing fixture 'old.json': object 1 (old.model, pk 1): there is no model 'old.model'",
    );
    refused(&run(&["old", "-e", "old"]), "No installed app with label 'old'.");
    assert_eq!(run(&["old", "-i"]).out, "Installed 1 object(s) from 1 fixture(s)\n");

    let before = folder.run(&["dumpdata"], &[]).out;
    folder.write("late.json", &format!("{},{}]", project(8, "Eight").trim_end_matches(']'), r#"{"model": "projects.task", "pk": 1, "fields": {"title": "x", "created_at": "2026-01-02", "project": 99}}"#));
    for (arguments, text) in [
        (&[][..], "No database fixture specified."),
        (
            &["none"],
            "No fixture named 'none' found. It was looked for in the current folder and in `fixtures`.",
        ),
        (&["data.xml"], "xml is not a known serialization format; known are json and jsonl"),
        (&["both"], "Multiple fixtures named 'both' in 'fixtures'. Aborting."),
        (&["-"], "--format must be specified when reading from stdin."),
        (
            &["project", "late"],
            "projects_task.project_id contains a value '99' that does not have a corresponding value",
        ),
    ] {
        refused(&run(arguments), text);
    }
    assert_eq!(folder.run(&["dumpdata"], &[]).out, before, "nothing has changed");
}

#[test]
fn the_statements_of_a_flush_are_shown() {
    let folder = filled();
    let shown = folder.run(&["sqlflush"], &[]).out;
    assert!(shown.starts_with("BEGIN;\nDELETE FROM \"django_admin_log\";\n"), "{shown}");
    assert!(shown.contains("\nDELETE FROM \"auth_user_groups\";\n"), "{shown}");
    assert!(
        shown
            .contains("\nUPDATE \"sqlite_sequence\" SET \"seq\" = 0 WHERE \"name\" IN ('django_admin_log', "),
        "{shown}"
    );
    assert!(shown.ends_with(");\nCOMMIT;\n") && !shown.contains("django_migrations"), "{shown}");
    let empty = Folder::new().run(&["sqlflush"], &[]);
    assert_eq!((empty.out.as_str(), empty.err.as_str()), ("", "No tables found.\n"));
}

#[test]
fn the_shell_of_the_database_is_started() {
    let folder = Folder::new();
    folder.write("sqlite3", "#!/bin/sh\necho \"$@\"\nexit 7\n");
    std::fs::set_permissions(folder.0.join("sqlite3"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = folder.0.display().to_string();
    let started = folder.run(&["dbshell", "--", "-json", "SELECT 1"], &[("PATH", &path)]);
    assert_eq!((started.code, started.out.as_str()), (Some(7), "db.sqlite3 -json SELECT 1\n"));
    assert!(!folder.has("db.sqlite3"), "the client opens the file, and nobody else");
    let missing = [("PATH", path.as_str()), ("DATABASE_URL", "postgres://ann:secret@localhost/shop")];
    refused(
        &folder.run(&["dbshell"], &missing),
        "You appear not to have the 'psql' program installed or on your path.",
    );
    folder.write("psql", "#!/bin/sh\necho \"$@ $PGPASSWORD\"\n");
    std::fs::set_permissions(folder.0.join("psql"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let started = folder.run(&["dbshell"], &missing);
    assert_eq!(started.out, "-U ann -h localhost shop secret\n");
}
