//! Accounts and their notes.

use belleville::auth::models::{Group, Permission};
use belleville::db::migrations::AUTH_USER_MODEL;
use belleville::db::migrations::state::*;
use belleville::db::{ManyToMany, Uuid};
use belleville::prelude::*;

/// Who logs in by an address.
#[derive(Clone, Debug, Model)]
#[model(app = "shop", user(login = email))]
pub(crate) struct Account {
    #[field(primary_key, default = Uuid::new_v4())]
    pub(crate) id: Uuid,
    #[field(max_length = 128)]
    pub(crate) password: String,
    pub(crate) last_login: Option<DateTime>,
    #[field(default = false)]
    pub(crate) is_superuser: bool,
    #[field(kind = EmailField, max_length = 254, unique, verbose_name = "e-mail address")]
    pub(crate) email: String,
    #[field(max_length = 50, blank)]
    pub(crate) about: String,
    #[field(default = false)]
    pub(crate) is_staff: bool,
    #[field(default = true)]
    pub(crate) is_active: bool,
    pub(crate) groups: ManyToMany<Group>,
    pub(crate) user_permissions: ManyToMany<Permission>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "shop", ordering = ["id"])]
pub(crate) struct Note {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) text: String,
    #[field(on_delete = Cascade)]
    pub(crate) owner: ForeignKey<Account>,
}

pub(crate) fn app() -> migrations::AppConfig {
    let note = model("Note", [id(), char("text", 100), foreign_key("owner", AUTH_USER_MODEL)]);
    migrations::AppConfig::new("shop").model::<Account>().model::<Note>().migration(
        Migration::new("0001_initial")
            .depends_on("auth", "0012_alter_user_first_name_max_length")
            .create(ModelState::of::<Account>())
            .create(note),
    )
}
