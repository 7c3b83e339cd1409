//! Django's own apps: their models and their migrations, which do one by one what Django's do. Names of constraints and the
//! order of columns depend on the history.

use belleville_db::Model;
use belleville_db::migrations::state::*;
use belleville_db::migrations::{AUTH_USER_MODEL, AppConfig, Migration};

use crate::models::{ContentType, Group, LogEntry, Permission, Session, Token, TokenProxy, User};
use crate::user::is_user_model;

const FIRST: &str = "0001_initial";

/// Every app of this module, in the order of Django's `INSTALLED_APPS`, which decides the ids of content types.
pub(crate) fn all() -> Vec<AppConfig> {
    vec![admin(), auth(), contenttypes(), sessions(), authtoken()]
}

/// `django.contrib.admin`: the log of changes.
pub fn admin() -> AppConfig {
    let log_entry = model(
        "LogEntry",
        [
            auto("id"),
            date_time("action_time"),
            text("object_id").null(),
            char("object_repr", 200),
            positive_small_integer("action_flag"),
            text("change_message"),
            foreign_key("content_type", "contenttypes.ContentType").null(),
            foreign_key("user", AUTH_USER_MODEL),
        ],
    );
    AppConfig::new("admin")
        .model::<LogEntry>()
        .migration(
            Migration::new(FIRST)
                .depends_on_user_model()
                .depends_on("contenttypes", FIRST)
                .create(log_entry.table("django_admin_log")),
        )
        .migration(Migration::new("0002_logentry_remove_auto_add").rewrite_field("LogEntry", "action_time"))
        .migration(Migration::new("0003_logentry_add_action_flag_choices"))
}

/// `django.contrib.auth`: groups and permissions, and users where the program has no user model of its own.
pub fn auth() -> AppConfig {
    let app = AppConfig::new("auth").model::<Permission>().model::<Group>();
    let app = if is_user_model(User::META) { app.model::<User>() } else { app };
    app.migration(auth_tables())
        .migration(
            Migration::new("0002_alter_permission_name_max_length")
                .alter_field("Permission", char("name", 255)),
        )
        .migration(of_user("0003_alter_user_email_max_length", email("email", 254)))
        .migration(Migration::new("0004_alter_user_username_opts"))
        .migration(of_user("0005_alter_user_last_login_null", date_time("last_login").null()))
        .migration(
            Migration::new("0006_require_contenttypes_0002")
                .depends_on("contenttypes", "0002_remove_content_type_name"),
        )
        .migration(Migration::new("0007_alter_validators_add_error_messages"))
        .migration(of_user("0008_alter_user_username_max_length", char("username", 150).unique()))
        .migration(of_user("0009_alter_user_last_name_max_length", char("last_name", 150)))
        .migration(
            Migration::new("0010_alter_group_name_max_length")
                .alter_field("Group", char("name", 150).unique()),
        )
        .migration(
            Migration::new("0011_update_proxy_permissions")
                .depends_on("contenttypes", "0002_remove_content_type_name"),
        )
        .migration(of_user("0012_alter_user_first_name_max_length", char("first_name", 150)))
}

fn auth_tables() -> Migration {
    let tables = Migration::new(FIRST)
        .depends_on("contenttypes", FIRST)
        .create(
            model(
                "Permission",
                [
                    auto("id"),
                    char("name", 50),
                    foreign_key("content_type", "contenttypes.ContentType"),
                    char("codename", 100),
                ],
            )
            .unique_together(["content_type", "codename"]),
        )
        .create(
            model("Group", [auto("id"), char("name", 80).unique()])
                .many_to_many("permissions", "auth.Permission"),
        );
    if is_user_model(User::META) { tables.create(user_table()) } else { tables }
}

fn user_table() -> ModelState {
    model(
        "User",
        [
            auto("id"),
            char("password", 128),
            date_time("last_login"),
            boolean("is_superuser"),
            char("username", 30).unique(),
            char("first_name", 30),
            char("last_name", 30),
            email("email", 75),
            boolean("is_staff"),
            boolean("is_active"),
            date_time("date_joined"),
        ],
    )
    .many_to_many("groups", "auth.Group")
    .many_to_many("user_permissions", "auth.Permission")
}

/// A change of a column of Django's users, which is none where the program has others.
fn of_user(name: &'static str, field: FieldState) -> Migration {
    let migration = Migration::new(name);
    if is_user_model(User::META) { migration.alter_field("User", field) } else { migration }
}

/// `django.contrib.contenttypes`: one row per model.
pub fn contenttypes() -> AppConfig {
    let content_type =
        model("ContentType", [auto("id"), char("name", 100), char("app_label", 100), char("model", 100)]);
    AppConfig::new("contenttypes")
        .model::<ContentType>()
        .migration(
            Migration::new(FIRST)
                .create(content_type.table("django_content_type"))
                .alter_unique_together("ContentType", [["app_label", "model"]]),
        )
        .migration(
            Migration::new("0002_remove_content_type_name")
                .alter_field("ContentType", char("name", 100).null())
                .remove_field("ContentType", "name"),
        )
}

/// `django.contrib.sessions`: browsers' sessions.
pub fn sessions() -> AppConfig {
    let session = model(
        "Session",
        [char("session_key", 40).primary_key(), text("session_data"), date_time("expire_date").index()],
    );
    AppConfig::new("sessions")
        .model::<Session>()
        .migration(Migration::new(FIRST).create(session.table("django_session")))
}

/// `rest_framework.authtoken`: tokens for `Authorization: Token ...`.
pub fn authtoken() -> AppConfig {
    AppConfig::new("authtoken")
        .model::<Token>()
        .model::<TokenProxy>()
        .migration(Migration::new(FIRST).depends_on_user_model().create(model(
            "Token",
            [char("key", 40).primary_key(), date_time("created"), one_to_one("user", AUTH_USER_MODEL)],
        )))
        .migration(Migration::new("0002_auto_20160226_1747"))
        .migration(Migration::new("0003_tokenproxy"))
        .migration(Migration::new("0004_alter_tokenproxy_options"))
}
