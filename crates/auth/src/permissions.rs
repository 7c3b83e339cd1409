//! What a user may do: the permissions of the user and of the user's groups, as Django's `ModelBackend` finds them.

use std::collections::HashSet;

use belleville_db::{Column, Database, Joined, ManyMeta, Model, Own, Related, Result};

use crate::models::{ContentType, Group, Permission};
use crate::user::{self, AuthUser};

/// A user's permissions, read once.
#[derive(Clone, Debug, Default)]
pub struct UserPermissions {
    is_superuser: bool,
    /// `projects.add_project`
    names: HashSet<String>,
}

impl UserPermissions {
    /// Reads them: one query for the user's own, one for those of the groups; a user model without groups and
    /// permissions has none. An inactive user has none; a superuser has
    /// all of them without a query.
    ///
    /// # Errors
    /// Any database error.
    pub async fn of(db: &Database, user: &AuthUser) -> Result<Self> {
        if !user.is_active() || user.is_superuser() {
            return Ok(Self { is_superuser: user.is_active(), names: HashSet::new() });
        }
        let mut pairs = Vec::new();
        for columns in ways() {
            let rows = AuthUser::objects().filter_pk(user.pk().clone()).values(columns);
            pairs.append(&mut rows.all(db).await?);
        }
        let names =
            pairs.into_iter().filter_map(|(app, codename)| Some(format!("{}.{}", app?, codename?))).collect();
        Ok(Self { is_superuser: false, names })
    }

    /// Whether the user has a permission: `projects.add_project`.
    pub fn has(&self, name: &str) -> bool {
        self.is_superuser || self.names.contains(name)
    }
}

/// The app and the codename of permissions.
pub(crate) type Names = (Column<AuthUser, Option<String>, Joined>, Column<AuthUser, Option<String>, Joined>);

/// The permissions that a user has: the user's own, and those of the groups.
pub(crate) fn ways() -> Vec<Names> {
    let own = field("user_permissions").map(names);
    let of_groups = field("groups").map(|groups| names(groups.to_many(Group::PERMISSIONS)));
    own.into_iter().chain(of_groups).collect()
}

fn names<Of>(way: Related<AuthUser, Permission, Of>) -> Names {
    (way.to(Permission::CONTENT_TYPE.to(ContentType::APP_LABEL)), way.to(Permission::CODENAME))
}

/// The many-to-many field of the user model with this name: those of Django's `PermissionsMixin`.
pub(crate) fn field<R: Model>(name: &str) -> Option<Related<AuthUser, R, Own>> {
    let is_it = |many: &ManyMeta| many.name == name && (many.to)().db_table == R::meta().db_table;
    user::meta().many.iter().position(is_it).map(Related::many)
}
