//! Users of another kind: an e-mail address to log in with, a UUID as the key, and no user name.

use belleville::auth::models::{Group, Permission};
use belleville::db::migrations::state::*;
use belleville::db::{ManyToMany, Uuid};
use belleville::prelude::*;

/// A user.
#[derive(Clone, Model)]
#[model(app = "members", user(login = email))]
pub(crate) struct Member {
    #[field(max_length = 128)]
    pub(crate) password: String,
    #[field(blank)]
    pub(crate) last_login: Option<DateTime>,
    #[field(default = false, verbose_name = "superuser status")]
    pub(crate) is_superuser: bool,
    #[field(primary_key, default = Uuid::new_v4(), editable = false)]
    pub(crate) id: Uuid,
    #[field(kind = EmailField, max_length = 254, unique)]
    pub(crate) email: String,
    #[field(max_length = 100)]
    pub(crate) full_name: String,
    #[field(default = true)]
    pub(crate) is_active: bool,
    #[field(blank, related_name = "user_set")]
    pub(crate) groups: ManyToMany<Group>,
    #[field(blank, related_name = "user_set")]
    pub(crate) user_permissions: ManyToMany<Permission>,
}

// The hash stays out of logs.
impl std::fmt::Debug for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Member").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The app `members`.
pub(crate) fn members() -> migrations::AppConfig {
    let member = model(
        "Member",
        [
            char("password", 128),
            date_time("last_login").null(),
            boolean("is_superuser"),
            uuid("id").primary_key(),
            email("email", 254).unique(),
            char("full_name", 100),
            boolean("is_active"),
        ],
    );
    let member =
        member.many_to_many("groups", "auth.Group").many_to_many("user_permissions", "auth.Permission");
    migrations::AppConfig::new("members").model::<Member>().migration(
        Migration::new("0001_initial")
            .depends_on("auth", "0012_alter_user_first_name_max_length")
            .create(member),
    )
}
