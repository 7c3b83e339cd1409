//! Django's own apps: their models and their migrations.
//!
//! The first migration of each app creates its tables as they are after Django's last one; the others are only
//! recorded. The order of columns is that of Django's tables, some of which its migrations have rebuilt.

use belleville_db::migrations::{AppConfig, Migration};

use crate::models::{
    ContentType, Group, GroupPermission, LogEntry, Permission, Session, Token, TokenProxy, User, UserGroup,
    UserPermission,
};

const FIRST: &str = "0001_initial";

/// Every app of this module, in the order of Django's `INSTALLED_APPS`, which decides the ids of content types.
pub fn all() -> Vec<AppConfig> {
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
            Migration::new(FIRST)
                .depends_on("auth", FIRST)
                .depends_on("contenttypes", FIRST)
                .create_in_order::<LogEntry>(&[
                    "id",
                    "object_id",
                    "object_repr",
                    "action_flag",
                    "change_message",
                    "content_type_id",
                    "user_id",
                    "action_time",
                ]),
        )
        .migration(contained("0002_logentry_remove_auto_add"))
        .migration(contained("0003_logentry_add_action_flag_choices"))
}

/// `django.contrib.auth`: users, groups and permissions.
pub fn auth() -> AppConfig {
    AppConfig::new("auth")
        .model::<Permission>()
        .model::<Group>()
        .model::<GroupPermission>()
        .model::<User>()
        .model::<UserGroup>()
        .model::<UserPermission>()
        .migration(auth_tables())
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
    Migration::new(FIRST)
        .depends_on("contenttypes", FIRST)
        .create_in_order::<Permission>(&["id", "content_type_id", "codename", "name"])
        .create::<Group>()
        .create::<GroupPermission>()
        .create_in_order::<User>(&[
            "id",
            "password",
            "last_login",
            "is_superuser",
            "username",
            "last_name",
            "email",
            "is_staff",
            "is_active",
            "date_joined",
            "first_name",
        ])
        .create::<UserGroup>()
        .create::<UserPermission>()
}

/// `django.contrib.contenttypes`: one row per model.
pub fn contenttypes() -> AppConfig {
    AppConfig::new("contenttypes")
        .model::<ContentType>()
        .migration(Migration::new(FIRST).create::<ContentType>())
        .migration(contained("0002_remove_content_type_name"))
}

/// `django.contrib.sessions`: browsers' sessions.
pub fn sessions() -> AppConfig {
    AppConfig::new("sessions").model::<Session>().migration(Migration::new(FIRST).create::<Session>())
}

/// `rest_framework.authtoken`: tokens for `Authorization: Token ...`.
pub fn authtoken() -> AppConfig {
    AppConfig::new("authtoken")
        .model::<Token>()
        .model::<TokenProxy>()
        .migration(Migration::new(FIRST).depends_on("auth", FIRST).create::<Token>())
        .migration(contained("0002_auto_20160226_1747"))
        .migration(contained("0003_tokenproxy"))
        .migration(contained("0004_alter_tokenproxy_options"))
}
