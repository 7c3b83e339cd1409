//! What `check` and a start say of mistakes: all of them at once, and the same.

use belleville::db::migrations::state::ModelState;
use belleville::db::migrations::{AppConfig, Migrator};
use belleville::db::{Database, Registry};
use belleville::prelude::*;

use crate::Folder;

mod before {
    //! The sample's models, as they might have been when the database was made.

    use belleville::prelude::*;

    #[derive(Clone, Debug, Model)]
    #[model(app = "projects")]
    pub(super) struct Project {
        #[field(primary_key)]
        pub(super) id: i64,
        #[field(max_length = 50)]
        pub(super) name: String,
        pub(super) description: i64,
        #[field(max_length = 10)]
        pub(super) colour: Option<String>,
        #[field(auto_now_add)]
        pub(super) created_at: DateTime,
        #[field(on_delete = Cascade)]
        pub(super) owner: ForeignKey<User>,
    }

    #[derive(Clone, Debug, Model)]
    #[model(app = "projects")]
    pub(super) struct Task {
        #[field(primary_key)]
        pub(super) id: i64,
        #[field(max_length = 100)]
        pub(super) title: String,
        #[field(blank)]
        pub(super) description: String,
        #[field(auto_now_add)]
        pub(super) created_at: DateTime,
        #[field(on_delete = Cascade)]
        pub(super) project: ForeignKey<Project>,
        pub(super) hours: i64,
    }
}

/// A database whose history says that everything is applied, and whose tables are other ones.
fn make_tables(folder: &Folder) {
    let projects = AppConfig::new("projects").migration(
        Migration::new("0001_initial")
            .create(ModelState::of::<before::Project>())
            .create(ModelState::of::<before::Task>()),
    );
    let apps = belleville::auth::user::install([belleville::simplejwt::token_blacklist(), projects]).unwrap();
    let url = format!("sqlite:///{}", folder.0.join("db.sqlite3").display());
    let db = Database::open(&url, Registry::default()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { Migrator::new(&apps).migrate(&db, |_| {}).await }).unwrap();
}

#[test]
fn tables_that_are_not_the_models_stop_the_start() {
    let folder = Folder::new();
    make_tables(&folder);
    let fatal = [
        "projects.Project differs from its migrations: column `description` of the table `projects_project` is `bigint`, and \
         the model's is `text`;",
        "projects.Task differs from its migrations: column `completed` of the table `projects_task` is missing; run the \
         command `makemigrations`, then `migrate`. Where no migration is missing, the database is not what its migrations made: \
         add the column (ALTER TABLE \"projects_task\" ADD COLUMN \"completed\" bool NOT NULL DEFAULT <what the rows get",
        "projects.Task differs from its migrations: column `hours` of the table `projects_task` is not in the model, allows no \
         NULL and has no default",
    ];
    let harmless = [
        "column `name` of the table `projects_project` is `varchar(50)`, and the model's is `varchar(100)`",
        "column `colour` of the table `projects_project` is not in the model; add the field if it should be read",
    ];
    let check = folder.run(&["check"], &[]);
    assert_eq!(check.code, Some(1), "{check:?}");
    for part in fatal {
        assert!(check.err.contains(&format!("ERROR: {part}")), "{part}: {check:?}");
    }
    for part in harmless {
        assert!(
            check.err.lines().any(|line| line.starts_with("WARNING: ") && line.contains(part)),
            "{check:?}"
        );
    }
    let head = "System check identified 5 issues; the program does not start before the errors are fixed.";
    assert!(check.err.contains(head) && check.out.is_empty(), "{check:?}");
    for variables in [&[][..], &[("DEBUG", "0"), ("SECRET_KEY", LONG), ("ALLOWED_HOSTS", "a")]] {
        let start = folder.run(&["runserver", "127.0.0.1:0"], variables);
        assert_eq!(start.code, Some(1), "{start:?}");
        assert!(fatal.iter().all(|part| start.err.contains(part)), "{start:?}");
        assert!(harmless.iter().all(|part| !start.err.contains(part)), "{start:?}");
    }
}

const LONG: &str = "k3y-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789-ABCDEF";

#[test]
fn misspelt_variables_stop_the_start_and_the_check() {
    let folder = Folder::new();
    for command in ["check", "runserver", "routes"] {
        let ended = folder
            .run(&[command], &[("SERVER__BODY_TIMEOUTS", "5"), ("REST_FRAMEWORK__HTML_SELECT_CUTOFF", "5")]);
        assert_eq!(ended.code, Some(1), "{ended:?}");
        for part in [
            "the environment has SERVER__BODY_TIMEOUTS, which is no setting; did you mean `SERVER__BODY_TIMEOUT`?",
            "the environment has REST_FRAMEWORK__HTML_SELECT_CUTOFF, which is no setting; known are",
        ] {
            assert!(ended.err.contains(part), "{command}: {ended:?}");
        }
    }
}
