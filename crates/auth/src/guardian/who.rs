//! Who has permissions, and the rows that give them.

use belleville_db::{Database, Error, Model, Q, QuerySet, Result};

use super::{GroupObjectPermission, Guardian, UserObjectPermission};
use crate::models::Group;
use crate::permissions::field;
use crate::user::{self, AuthUser};
use crate::users;

/// Who has permissions: a user, a group, or whoever is not logged in.
///
/// `request.user().ok()` is one too: the user of a request, or nobody.
#[derive(Clone, Copy, Debug)]
pub enum Holder<'a> {
    /// A user.
    User(&'a AuthUser),
    /// A group.
    Group(&'a Group),
    /// Whoever is not logged in.
    Anonymous,
}

impl<'a> From<&'a AuthUser> for Holder<'a> {
    fn from(user: &'a AuthUser) -> Self {
        Self::User(user)
    }
}

impl<'a> From<&'a Group> for Holder<'a> {
    fn from(group: &'a Group) -> Self {
        Self::Group(group)
    }
}

impl<'a> From<Option<&'a AuthUser>> for Holder<'a> {
    fn from(user: Option<&'a AuthUser>) -> Self {
        user.map_or(Self::Anonymous, Self::User)
    }
}

/// A holder with a row: the user that stands for whoever is not logged in was looked up.
pub(super) enum Known<'a> {
    User(&'a AuthUser),
    Anonymous(AuthUser),
    Group(&'a Group),
}

impl Known<'_> {
    /// The user, if it is one.
    pub(super) fn user(&self) -> Option<&AuthUser> {
        match self {
            Self::User(user) => Some(user),
            Self::Anonymous(user) => Some(user),
            Self::Group(_) => None,
        }
    }

    /// The same as a holder.
    pub(super) fn holder(&self) -> Holder<'_> {
        match self {
            Self::User(user) => Holder::User(user),
            Self::Anonymous(user) => Holder::User(user),
            Self::Group(group) => Holder::Group(group),
        }
    }
}

impl Guardian<'_> {
    /// The holder with a row. `None` where there is none: no user stands for whoever is not logged in, or a user is only described
    /// by a token.
    pub(super) async fn known<'h>(&self, holder: Holder<'h>) -> Result<Option<Known<'h>>> {
        Ok(match (holder, self.anonymous_user_name) {
            (Holder::User(user), _) => Some(Known::User(user)).filter(|_| !user.is_described()),
            (Holder::Group(group), _) => Some(Known::Group(group)),
            (Holder::Anonymous, Some(name)) => users::find(self.db, name).await?.map(Known::Anonymous),
            (Holder::Anonymous, None) => None,
        })
    }

    /// The same for a write, which needs a row.
    pub(super) async fn writable<'h>(&self, holder: Holder<'h>) -> Result<Known<'h>> {
        self.known(holder).await?.ok_or_else(|| match holder {
            Holder::Anonymous => Error::Database(
                "no user stands for those who are not logged in; run the command `migrate`, which makes one, and set \
                 `anonymous_user_name`"
                    .to_owned(),
            ),
            _ => Error::Database(
                "a user that is only described by a token has no row, and can have no permissions".to_owned(),
            ),
        })
    }

    /// Which user a holder is. `None` where it is none, or none that has a row.
    pub(super) fn is_user(&self, holder: Holder<'_>) -> Option<Q<AuthUser>> {
        match holder {
            Holder::User(user) if user.is_described() => None,
            Holder::User(user) => Some(pk_of_users().eq(user.pk().clone())),
            Holder::Anonymous => self.anonymous_user_name.map(|name| user::login_column().eq(name)),
            Holder::Group(_) => None,
        }
    }

    /// The rows of a user's own permissions.
    pub(super) fn own_rows(&self, holder: Holder<'_>) -> Option<QuerySet<UserObjectPermission>> {
        let rows = UserObjectPermission::objects();
        match holder {
            Holder::User(user) if user.is_described() => None,
            Holder::User(user) => Some(rows.filter(UserObjectPermission::USER.eq(user))),
            Holder::Anonymous => {
                let login = UserObjectPermission::USER.to(user::login_column());
                self.anonymous_user_name.map(|name| rows.filter(login.eq(name)))
            }
            Holder::Group(_) => None,
        }
    }

    /// The rows of a group's permissions, or of those of all groups of a user.
    pub(super) fn group_rows(&self, holder: Holder<'_>) -> Option<QuerySet<GroupObjectPermission>> {
        let rows = GroupObjectPermission::objects();
        if let Holder::Group(group) = holder {
            return Some(rows.filter(GroupObjectPermission::GROUP.eq(group)));
        }
        let groups = field::<Group>("groups")?;
        let of_user = AuthUser::objects().filter(self.is_user(holder)?).values(groups.to(Group::ID));
        Some(rows.filter(GroupObjectPermission::GROUP.to(Group::ID).is_in(of_user)))
    }
}

/// The primary keys of users.
pub(super) fn pk_of_users() -> belleville_db::Column<AuthUser, user::UserPk> {
    belleville_db::Column::new(user::meta().pk_position())
}

/// A user who may be denied nothing: an active superuser.
pub(super) fn has_everything(user: &AuthUser) -> bool {
    user.is_active() && user.is_superuser()
}

/// The database of permissions.
impl Guardian<'_> {
    pub(super) fn db(&self) -> &Database {
        self.db
    }
}
