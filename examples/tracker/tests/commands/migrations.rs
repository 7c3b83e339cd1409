//! Migrations on the command line. What is shown is what Django 5.2's commands show.

use crate::Folder;

fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

#[test]
fn an_app_goes_back_and_forth() {
    let folder = Folder::new();
    let first = folder.run(&["migrate", "projects"], &[]);
    assert_eq!(first.code, Some(0), "{first:?}");
    let shown = lines(&first.out);
    assert_eq!(
        shown[..3],
        ["Operations to perform:", "  Apply all migrations: projects", "Running migrations:"]
    );
    assert_eq!(shown.last(), Some(&"  Applying projects.0001_initial... OK"));
    // Sessions are needed by nothing of this app.
    assert!(!first.out.contains("sessions."), "{first:?}");

    let back = folder.run(&["migrate", "projects", "zero"], &[]);
    assert_eq!(
        lines(&back.out),
        [
            "Operations to perform:",
            "  Unapply all migrations: projects",
            "Running migrations:",
            "  Unapplying projects.0001_initial... OK",
        ]
    );
    let listed = folder.run(&["showmigrations", "projects"], &[]);
    assert_eq!(lines(&listed.out), ["projects", " [ ] 0001_initial"]);
    let check = folder.run(&["migrate", "--check"], &[]);
    assert_eq!((check.code, check.out.as_str()), (Some(1), ""));
    let plan = folder.run(&["migrate", "projects", "0001", "--plan"], &[]);
    assert_eq!(
        lines(&plan.out),
        ["Planned operations:", "projects.0001_initial", "    Create model Project", "    Create model Task"]
    );
    assert_eq!(folder.run(&["migrate"], &[]).code, Some(0));
    assert_eq!(folder.run(&["migrate", "--check"], &[]).code, Some(0));
    let undo = folder.run(&["migrate", "projects", "zero", "--plan"], &[]);
    assert_eq!(lines(&undo.out)[2..], ["    Undo Create model Project", "    Undo Create model Task"]);
    let listed = folder.run(&["showmigrations", "--plan", "authtoken", "-v", "2"], &[]);
    let needs = "[X]  authtoken.0001_initial ... (auth.0001_initial)";
    assert!(lines(&listed.out).contains(&needs), "{listed:?}");
    assert!(!listed.out.contains("projects"), "{listed:?}");
}

#[test]
fn a_migration_is_recorded_without_being_run() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["migrate"], &[]).code, Some(0));
    let back = folder.run(&["migrate", "projects", "zero", "--fake"], &[]);
    assert!(back.out.ends_with("  Unapplying projects.0001_initial... FAKED\n"), "{back:?}");
    // The tables are still there.
    let again = folder.run(&["migrate", "projects"], &[]);
    assert_eq!(again.code, Some(1));
    assert!(again.err.contains("the migration projects.0001_initial failed and was undone"), "{again:?}");
    assert!(again.err.contains("projects_project"), "{again:?}");
    let initial = folder.run(&["migrate", "projects", "--fake-initial"], &[]);
    assert!(initial.out.ends_with("  Applying projects.0001_initial... FAKED\n"), "{initial:?}");
    assert_eq!(folder.run(&["check"], &[]).out, "System check identified no issues.\n");
    // Where the tables are not there it is run.
    assert_eq!(folder.run(&["migrate", "projects", "zero"], &[]).code, Some(0));
    let initial = folder.run(&["migrate", "projects", "--fake-initial"], &[]);
    assert!(initial.out.ends_with("  Applying projects.0001_initial... OK\n"), "{initial:?}");
}

#[test]
fn names_that_mean_nothing_are_refused_with_what_there_is() {
    let folder = Folder::new();
    for (arguments, part) in [
        (vec!["migrate", "project"], "the app 'project' is not there or has no migrations"),
        (vec!["migrate", "projects", "7"], "Cannot find a migration matching '7' from app 'projects'."),
        (
            vec!["migrate", "auth", "000"],
            "More than one migration matches '000' in app 'auth'. Please be more specific: 0001_initial, 0002_alter",
        ),
        (vec!["sqlmigrate", "auth", "0013"], "Cannot find a migration matching '0013' from app 'auth'."),
        (vec!["showmigrations", "nothing"], "the app 'nothing' is not there"),
        (vec!["makemigrations", "nothing"], "No installed app with label 'nothing'."),
        (vec!["makemigrations", "--empty"], "You must supply at least one app label when using --empty."),
        (vec!["makemigrations", "--name", "a-b"], "The migration name must be of letters"),
        (vec!["migrate", "token_blacklist", "0003", "--prune"], "token_blacklist.0003"),
    ] {
        let ended = folder.run(&arguments, &[]);
        // The last one is not wrong: there is nothing to prune.
        if arguments.contains(&"--prune") {
            assert_eq!(ended.out, "Pruning migrations:\n  No migrations to prune.\n");
            continue;
        }
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(ended.err.contains(part), "{ended:?}");
    }
}

#[test]
fn the_sql_of_a_migration_is_djangos() {
    let folder = Folder::new();
    // Django 5.2.19, `manage.py sqlmigrate authtoken 0001` and `... contenttypes 0002 --backwards`, on SQLite.
    let sql = folder.run(&["sqlmigrate", "authtoken", "0001"], &[]);
    assert_eq!(
        lines(&sql.out),
        [
            "BEGIN;",
            "--",
            "-- Create model Token",
            "--",
            "CREATE TABLE \"authtoken_token\" (\"key\" varchar(40) NOT NULL PRIMARY KEY, \"created\" datetime NOT NULL, \
             \"user_id\" integer NOT NULL UNIQUE REFERENCES \"auth_user\" (\"id\") DEFERRABLE INITIALLY DEFERRED);",
            "COMMIT;",
        ]
    );
    let nothing = folder.run(&["sqlmigrate", "authtoken", "0003"], &[]);
    assert_eq!((nothing.out.as_str(), nothing.err.as_str()), ("", "No operations found.\n"));
}

#[test]
fn models_that_have_their_migrations_need_no_new_ones() {
    let folder = Folder::new();
    let nothing = folder.run(&["makemigrations", "--check"], &[]);
    assert_eq!((nothing.code, nothing.out.as_str()), (Some(0), "No changes detected\n"));
    let nothing = folder.run(&["makemigrations", "projects"], &[]);
    assert_eq!(nothing.out, "No changes detected in app 'projects'\n");
    let nothing = folder.run(&["makemigrations", "--merge"], &[]);
    assert_eq!(nothing.out, "No conflicts detected to merge.\n");
    // An app of Belleville's own is not written by the program.
    let foreign = folder.run(&["makemigrations", "auth", "--empty", "--dry-run"], &[]);
    assert_eq!(foreign.code, Some(0), "{foreign:?}");
}
