//! Django's own apps: tables, history, content types and permissions, as Django 5.2.19's `migrate` leaves them in an
//! empty SQLite file with admin, auth, contenttypes, sessions and authtoken installed.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::path::PathBuf;

use belleville_auth::{contenttypes, user};
use belleville_db::migrations::Migrator;
use belleville_db::{Database, Registry};

const SCHEMA: &str = r#"
CREATE TABLE "django_migrations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL, "applied" datetime NOT NULL);
CREATE TABLE sqlite_sequence(name,seq);
CREATE TABLE "auth_group_permissions" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "auth_user_groups" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "auth_user_user_permissions" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "django_admin_log" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "object_id" text NULL, "object_repr" varchar(200) NOT NULL, "action_flag" smallint unsigned NOT NULL CHECK ("action_flag" >= 0), "change_message" text NOT NULL, "content_type_id" integer NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "action_time" datetime NOT NULL);
CREATE TABLE "django_content_type" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL);
CREATE TABLE "auth_permission" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "codename" varchar(100) NOT NULL, "name" varchar(255) NOT NULL);
CREATE TABLE "auth_group" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(150) NOT NULL UNIQUE);
CREATE TABLE "auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "last_login" datetime NULL, "is_superuser" bool NOT NULL, "username" varchar(150) NOT NULL UNIQUE, "last_name" varchar(150) NOT NULL, "email" varchar(254) NOT NULL, "is_staff" bool NOT NULL, "is_active" bool NOT NULL, "date_joined" datetime NOT NULL, "first_name" varchar(150) NOT NULL);
CREATE TABLE "authtoken_token" ("key" varchar(40) NOT NULL PRIMARY KEY, "created" datetime NOT NULL, "user_id" integer NOT NULL UNIQUE REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "django_session" ("session_key" varchar(40) NOT NULL PRIMARY KEY, "session_data" text NOT NULL, "expire_date" datetime NOT NULL);
CREATE UNIQUE INDEX "auth_group_permissions_group_id_permission_id_0cd325b0_uniq" ON "auth_group_permissions" ("group_id", "permission_id");
CREATE INDEX "auth_group_permissions_group_id_b120cbf9" ON "auth_group_permissions" ("group_id");
CREATE INDEX "auth_group_permissions_permission_id_84c5c92e" ON "auth_group_permissions" ("permission_id");
CREATE UNIQUE INDEX "auth_user_groups_user_id_group_id_94350c0c_uniq" ON "auth_user_groups" ("user_id", "group_id");
CREATE INDEX "auth_user_groups_user_id_6a12ed8b" ON "auth_user_groups" ("user_id");
CREATE INDEX "auth_user_groups_group_id_97559544" ON "auth_user_groups" ("group_id");
CREATE UNIQUE INDEX "auth_user_user_permissions_user_id_permission_id_14a6b632_uniq" ON "auth_user_user_permissions" ("user_id", "permission_id");
CREATE INDEX "auth_user_user_permissions_user_id_a95ead1b" ON "auth_user_user_permissions" ("user_id");
CREATE INDEX "auth_user_user_permissions_permission_id_1fbb5f2c" ON "auth_user_user_permissions" ("permission_id");
CREATE INDEX "django_admin_log_content_type_id_c4bce8eb" ON "django_admin_log" ("content_type_id");
CREATE INDEX "django_admin_log_user_id_c564eba6" ON "django_admin_log" ("user_id");
CREATE UNIQUE INDEX "django_content_type_app_label_model_76bd3d3b_uniq" ON "django_content_type" ("app_label", "model");
CREATE UNIQUE INDEX "auth_permission_content_type_id_codename_01ab375a_uniq" ON "auth_permission" ("content_type_id", "codename");
CREATE INDEX "auth_permission_content_type_id_2f476e4b" ON "auth_permission" ("content_type_id");
CREATE INDEX "django_session_expire_date_a5c62663" ON "django_session" ("expire_date");
"#;

const MIGRATIONS: &str = "\
contenttypes.0001_initial
auth.0001_initial
admin.0001_initial
admin.0002_logentry_remove_auto_add
admin.0003_logentry_add_action_flag_choices
contenttypes.0002_remove_content_type_name
auth.0002_alter_permission_name_max_length
auth.0003_alter_user_email_max_length
auth.0004_alter_user_username_opts
auth.0005_alter_user_last_login_null
auth.0006_require_contenttypes_0002
auth.0007_alter_validators_add_error_messages
auth.0008_alter_user_username_max_length
auth.0009_alter_user_last_name_max_length
auth.0010_alter_group_name_max_length
auth.0011_update_proxy_permissions
auth.0012_alter_user_first_name_max_length
authtoken.0001_initial
authtoken.0002_auto_20160226_1747
authtoken.0003_tokenproxy
authtoken.0004_alter_tokenproxy_options
sessions.0001_initial
";

/// Key, app and model.
const CONTENT_TYPES: &str = "\
1 admin.logentry
2 auth.permission
3 auth.group
4 auth.user
5 contenttypes.contenttype
6 sessions.session
7 authtoken.token
8 authtoken.tokenproxy
";

/// Key, content type, codename and name.
const PERMISSIONS: &str = "\
1 1 add_logentry Can add log entry
2 1 change_logentry Can change log entry
3 1 delete_logentry Can delete log entry
4 1 view_logentry Can view log entry
5 2 add_permission Can add permission
6 2 change_permission Can change permission
7 2 delete_permission Can delete permission
8 2 view_permission Can view permission
9 3 add_group Can add group
10 3 change_group Can change group
11 3 delete_group Can delete group
12 3 view_group Can view group
13 4 add_user Can add user
14 4 change_user Can change user
15 4 delete_user Can delete user
16 4 view_user Can view user
17 5 add_contenttype Can add content type
18 5 change_contenttype Can change content type
19 5 delete_contenttype Can delete content type
20 5 view_contenttype Can view content type
21 6 add_session Can add session
22 6 change_session Can change session
23 6 delete_session Can delete session
24 6 view_session Can view session
25 7 add_token Can add Token
26 7 change_token Can change Token
27 7 delete_token Can delete Token
28 7 view_token Can view Token
29 8 add_tokenproxy Can add Token
30 8 change_tokenproxy Can change Token
31 8 delete_tokenproxy Can delete Token
32 8 view_tokenproxy Can view Token
";

/// A file of its own, gone with the test.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        let name = format!("belleville-auth-{}-{name}.sqlite3", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn open(&self) -> Database {
        let apps = user::install([]).unwrap();
        let models = apps.iter().flat_map(|app| app.models.iter().copied());
        Database::open(&format!("sqlite:///{}", self.0.display()), Registry::new(models)).unwrap()
    }

    fn lines(&self, query: &str) -> Vec<String> {
        let connection = rusqlite::Connection::open(&self.0).unwrap();
        let mut query = connection.prepare(query).unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    fn run(&self, sql: &str) {
        rusqlite::Connection::open(&self.0).unwrap().execute_batch(sql).unwrap();
    }

    fn content_types(&self) -> Vec<String> {
        self.lines("SELECT id || ' ' || app_label || '.' || model FROM django_content_type ORDER BY id")
    }

    fn permissions(&self) -> Vec<String> {
        self.lines(
            "SELECT id || ' ' || content_type_id || ' ' || codename || ' ' || name FROM auth_permission ORDER BY id",
        )
    }
}

impl Drop for File {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let mut path = self.0.clone().into_os_string();
            path.push(suffix);
            let _ = std::fs::remove_file(path);
        }
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Migrates the file and fills in what follows.
fn migrate(file: &File) {
    let apps = user::install([]).unwrap();
    let db = file.open();
    block_on(async {
        Migrator::new(&apps).migrate(&db, |_| {}).await.unwrap();
        contenttypes::create_missing(&db, &apps).await.unwrap();
    });
}

fn lines(text: &str) -> Vec<&str> {
    text.trim().lines().collect()
}

#[test]
fn an_empty_database_becomes_what_django_makes() {
    let file = File::new("fresh");
    migrate(&file);
    let mut ours = file.lines("SELECT sql || ';' FROM sqlite_master WHERE sql IS NOT NULL");
    let mut djangos = lines(SCHEMA);
    ours.sort_unstable();
    djangos.sort_unstable();
    assert_eq!(ours, djangos);
    assert_eq!(file.lines("SELECT app || '.' || name FROM django_migrations ORDER BY id"), lines(MIGRATIONS));
    assert_eq!(file.content_types(), lines(CONTENT_TYPES));
    assert_eq!(file.permissions(), lines(PERMISSIONS));
}

#[test]
fn only_what_is_missing_is_made() {
    let file = File::new("again");
    migrate(&file);
    migrate(&file);
    assert_eq!(file.permissions(), lines(PERMISSIONS));
    file.run(
        "UPDATE auth_permission SET name = 'Kann Gruppen sehen' WHERE codename = 'view_group';
         DELETE FROM auth_permission WHERE codename = 'add_token' OR content_type_id = 6;
         DELETE FROM django_content_type WHERE id = 6;",
    );
    migrate(&file);
    assert!(file.content_types().contains(&"9 sessions.session".to_owned()));
    let permissions = file.permissions();
    assert!(
        permissions.contains(&"12 3 view_group Kann Gruppen sehen".to_owned()),
        "a name is left as it is"
    );
    let made = [
        "33 9 add_session Can add session",
        "34 9 change_session Can change session",
        "35 9 delete_session Can delete session",
        "36 9 view_session Can view session",
        "37 7 add_token Can add Token",
    ];
    assert_eq!(permissions[permissions.len() - made.len()..], made);
}

/// Every table and index, with its columns.
fn schema(file: &File) -> Vec<String> {
    file.lines("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
}

#[test]
fn a_database_that_django_left_halfway_is_brought_up_to_date() {
    let whole = File::new("whole");
    migrate(&whole);
    for (app, applied) in [("auth", 1), ("auth", 7), ("admin", 1), ("authtoken", 2)] {
        let file = File::new(&format!("{app}{applied}"));
        let mut apps = user::install([]).unwrap();
        let halfway = apps.iter_mut().find(|known| known.label == app).unwrap();
        halfway.migrations.truncate(applied);
        // What another app needs of the rest would not be there either.
        let there = halfway.migrations.iter().map(|migration| migration.name).collect::<Vec<_>>();
        for other in &mut apps {
            other.migrations.retain(|migration| {
                migration.dependencies.iter().all(|needed| needed.app != app || there.contains(&needed.name))
            });
        }
        block_on(Migrator::new(&apps).migrate(&file.open(), |_| {})).unwrap();
        migrate(&file);
        assert_eq!(schema(&file), schema(&whole), "{app} {applied}");
        assert_eq!(file.lines("SELECT name FROM django_migrations").len(), 22);
    }
}
