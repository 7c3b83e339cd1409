//! What a user may do: the permissions of the user and of the user's groups, as Django's `ModelBackend` finds them.

use std::collections::HashSet;

use belleville_db::{Database, Model, Result};

use crate::models::{ContentType, GroupPermission, Permission, User, UserGroup, UserPermission};

/// A user's permissions, read once.
#[derive(Clone, Debug, Default)]
pub struct UserPermissions {
    is_superuser: bool,
    /// `projects.add_project`
    names: HashSet<String>,
}

impl UserPermissions {
    /// Reads them: one query for the user's own, two for those of groups. An inactive user has none; a superuser has
    /// all of them without a query.
    ///
    /// # Errors
    /// Any database error.
    pub async fn of(db: &Database, user: &User) -> Result<Self> {
        if !user.is_active || user.is_superuser {
            return Ok(Self { is_superuser: user.is_active, names: HashSet::new() });
        }
        let own = UserPermission::objects().filter(UserPermission::USER.eq(user)).values((
            UserPermission::PERMISSION.to(Permission::CONTENT_TYPE).to(ContentType::APP_LABEL),
            UserPermission::PERMISSION.to(Permission::CODENAME),
        ));
        let mut pairs = own.all(db).await?;
        let groups = UserGroup::objects().filter(UserGroup::USER.eq(user)).all(db).await?;
        if !groups.is_empty() {
            let of_groups = GroupPermission::objects()
                .filter(GroupPermission::GROUP.is_in(groups.into_iter().map(|link| link.group)))
                .values((
                    GroupPermission::PERMISSION.to(Permission::CONTENT_TYPE).to(ContentType::APP_LABEL),
                    GroupPermission::PERMISSION.to(Permission::CODENAME),
                ));
            pairs.append(&mut of_groups.all(db).await?);
        }
        let names =
            pairs.into_iter().map(|(app_label, codename)| format!("{app_label}.{codename}")).collect();
        Ok(Self { is_superuser: false, names })
    }

    /// Whether the user has a permission: `projects.add_project`.
    pub fn has(&self, name: &str) -> bool {
        self.is_superuser || self.names.contains(name)
    }

    /// Whether the user has a permission on one object. Django's backend has no such permissions, so only a superuser
    /// has them.
    pub fn has_on_object(&self, _name: &str) -> bool {
        self.is_superuser
    }
}
