//! Who has permissions on an object.

use belleville_db::{Column, Model, Object, Q, QuerySet, Result};

use super::target::{Target, permissions_of};
use super::who::pk_of_users;
use super::{GroupObjectPermission, Guardian, UserObjectPermission};
use crate::models::{Group, Permission};
use crate::permissions::field;
use crate::user::{self, AuthUser};

/// Who has permissions on an object: what guardian's `get_users_with_perms` and `get_groups_with_perms` return, before it is said which of
/// them. See [`Guardian::with_perms_on`].
#[derive(Clone, Debug)]
pub struct HoldersOf {
    meta: &'static belleville_db::ModelMeta,
    key: String,
    only_with_perms_in: Option<Vec<String>>,
    with_superusers: bool,
    with_group_users: bool,
}

impl Guardian<'_> {
    /// Who has any permission on an object: `.users()` and `.groups()` are querysets.
    ///
    /// # Errors
    /// When the object is not saved.
    pub fn with_perms_on(&self, object: &dyn Object) -> Result<HoldersOf> {
        let Target { meta, key } = self.target(object)?;
        Ok(HoldersOf { meta, key, only_with_perms_in: None, with_superusers: false, with_group_users: true })
    }
}

impl HoldersOf {
    /// Only those who have one of these permissions, by their codenames.
    #[must_use]
    pub fn only_with_perms_in<P: Into<String>>(self, codenames: impl IntoIterator<Item = P>) -> Self {
        Self { only_with_perms_in: Some(codenames.into_iter().map(Into::into).collect()), ..self }
    }

    /// Whether superusers are among the users; they are not by default.
    #[must_use]
    pub fn with_superusers(self, with_superusers: bool) -> Self {
        Self { with_superusers, ..self }
    }

    /// Whether those are among the users who have permissions by a group alone; they are by default.
    #[must_use]
    pub fn with_group_users(self, with_group_users: bool) -> Self {
        Self { with_group_users, ..self }
    }

    /// The users.
    pub fn users(&self) -> QuerySet<AuthUser> {
        let rows = UserObjectPermission::objects()
            .filter(UserObjectPermission::PERMISSION.is_in(self.permissions()))
            .filter(UserObjectPermission::OBJECT_PK.eq(&self.key));
        let own = pk_of_users().is_in(rows.values(UserObjectPermission::USER.to(pk_of_users())));
        let groups = field::<Group>("groups").filter(|_| self.with_group_users);
        // As a subquery, so that the relation to many groups repeats no user.
        let of_groups: Option<Q<AuthUser>> = groups.map(|groups| {
            let members = AuthUser::objects().filter(groups.to(Group::ID).is_in(self.group_keys()));
            pk_of_users().is_in(members.order_by([]).values(pk_of_users()))
        });
        let superusers = user::is_superuser_column().filter(|_| self.with_superusers);
        let superusers = superusers.map(|column: Column<AuthUser, bool>| column.eq(true));
        let any = of_groups.into_iter().chain(superusers).fold(own, |one, other| one | other);
        AuthUser::objects().filter(any)
    }

    /// The groups.
    pub fn groups(&self) -> QuerySet<Group> {
        Group::objects().filter(Group::ID.is_in(self.group_keys()))
    }

    fn group_keys(&self) -> QuerySet<GroupObjectPermission, belleville_db::Fields<i32>> {
        GroupObjectPermission::objects()
            .filter(GroupObjectPermission::PERMISSION.is_in(self.permissions()))
            .filter(GroupObjectPermission::OBJECT_PK.eq(&self.key))
            .values(GroupObjectPermission::GROUP.to(Group::ID))
    }

    /// The keys of the permissions that count.
    fn permissions(&self) -> QuerySet<Permission, belleville_db::Fields<i32>> {
        let all = permissions_of(self.meta).order_by([]);
        let chosen = match &self.only_with_perms_in {
            Some(names) => all.filter(Permission::CODENAME.is_in(names)),
            None => all,
        };
        chosen.values(Permission::ID)
    }
}
