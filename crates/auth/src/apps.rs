//! Django's own apps: their models and their migrations.
//!
//! The first migration of each app creates its tables as they are after Django's last one; the others are only
//! recorded. The order of columns is that of Django's tables, some of which its migrations have rebuilt.

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

/// A migration of Django's whose effect [`FIRST`] contains.
const fn contained(name: &'static str) -> Migration {
    Migration::new(name).part_of(FIRST)
}

/// `django.contrib.admin`: the log of changes.
pub fn admin() -> AppConfig {
    AppConfig::new("admin")
        .model::<LogEntry>()
        .migration(
            Migration::new(FIRST).depends_on_user_model().depends_on("contenttypes", FIRST).create(
                model(
                    "LogEntry",
                    [
                        auto("id"),
                        text("object_id").null(),
                        char("object_repr", 200),
                        positive_small_integer("action_flag"),
                        text("change_message"),
                        foreign_key("content_type", "contenttypes.ContentType").null(),
                        foreign_key("user", AUTH_USER_MODEL),
                        date_time("action_time"),
                    ],
                )
                .table("django_admin_log"),
            ),
        )
        .migration(contained("0002_logentry_remove_auto_add"))
        .migration(contained("0003_logentry_add_action_flag_choices"))
}

/// `django.contrib.auth`: groups and permissions, and users where the program has no user model of its own.
pub fn auth() -> AppConfig {
    let app = AppConfig::new("auth").model::<Permission>().model::<Group>();
    let app = if is_user_model(User::META) { app.model::<User>() } else { app };
    app.migration(auth_tables())
        .migration(contained("0002_alter_permission_name_max_length"))
        .migration(contained("0003_alter_user_email_max_length"))
        .migration(contained("0004_alter_user_username_opts"))
        .migration(contained("0005_alter_user_last_login_null"))
        .migration(
            contained("0006_require_contenttypes_0002")
                .depends_on("contenttypes", "0002_remove_content_type_name"),
        )
        .migration(contained("0007_alter_validators_add_error_messages"))
        .migration(contained("0008_alter_user_username_max_length"))
        .migration(contained("0009_alter_user_last_name_max_length"))
        .migration(contained("0010_alter_group_name_max_length"))
        .migration(
            contained("0011_update_proxy_permissions")
                .depends_on("contenttypes", "0002_remove_content_type_name"),
        )
        .migration(contained("0012_alter_user_first_name_max_length"))
}

fn auth_tables() -> Migration {
    let tables = Migration::new(FIRST)
        .depends_on("contenttypes", FIRST)
        .create(
            model(
                "Permission",
                [
                    auto("id"),
                    foreign_key("content_type", "contenttypes.ContentType"),
                    char("codename", 100),
                    char("name", 255),
                ],
            )
            .unique_together(["content_type", "codename"]),
        )
        .create(
            model("Group", [auto("id"), char("name", 150).unique()])
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
            date_time("last_login").null(),
            boolean("is_superuser"),
            char("username", 150).unique(),
            char("last_name", 150),
            email("email", 254),
            boolean("is_staff"),
            boolean("is_active"),
            date_time("date_joined"),
            char("first_name", 150),
        ],
    )
    .many_to_many("groups", "auth.Group")
    .many_to_many("user_permissions", "auth.Permission")
}

/// `django.contrib.contenttypes`: one row per model.
pub fn contenttypes() -> AppConfig {
    AppConfig::new("contenttypes")
        .model::<ContentType>()
        .migration(
            Migration::new(FIRST).create(
                model("ContentType", [auto("id"), char("app_label", 100), char("model", 100)])
                    .table("django_content_type")
                    .unique_together(["app_label", "model"]),
            ),
        )
        .migration(contained("0002_remove_content_type_name"))
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
        .migration(contained("0002_auto_20160226_1747"))
        .migration(contained("0003_tokenproxy"))
        .migration(contained("0004_alter_tokenproxy_options"))
}
