//! Accounts and their notes.

use belleville::auth::models::{Group, Permission};
use belleville::db;
use belleville::db::migrations::AUTH_USER_MODEL;
use belleville::db::migrations::state::*;
use belleville::db::{ManyToMany, Uuid};
use belleville::prelude::*;

/// Who logs in by an address.
#[derive(Clone, Debug, Model)]
#[model(app = "shop", user(login = email), hooks)]
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

/// What each account has, from its first day on.
#[derive(Clone, Debug, Model)]
#[model(app = "shop")]
pub(crate) struct Profile {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(one_to_one, on_delete = Cascade)]
    pub(crate) account: ForeignKey<Account>,
    /// How often the account was saved since.
    #[field(default = 0)]
    pub(crate) saves: i64,
}

impl ModelHooks for Account {
    async fn before_save(&mut self, _: &Database) -> db::Result<()> {
        self.about = format!("writes from {}", self.email.split('@').next_back().unwrap_or_default());
        Ok(())
    }

    async fn after_save(&self, db: &Database, created: bool) -> db::Result<()> {
        if created {
            Profile::objects().create(db, [Profile::ACCOUNT.set(self)]).await?;
        } else {
            let own = Profile::objects().filter(Profile::ACCOUNT.eq(self));
            own.update(db, [Profile::SAVES.set(Profile::SAVES + 1)]).await?;
        }
        match self.email.starts_with("refused") {
            true => Err(db::Error::refused("not this one")),
            false => Ok(()),
        }
    }
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
    migrations::AppConfig::new("shop").model::<Account>().model::<Profile>().model::<Note>().migration(
        Migration::new("0001_initial")
            .depends_on("auth", "0012_alter_user_first_name_max_length")
            .create(ModelState::of::<Account>())
            .create(ModelState::of::<Profile>())
            .create(note),
    )
}
