//! Which permissions somebody has on an object.

use std::collections::BTreeSet;

use belleville_db::{ModelMeta, Object, QuerySet, Result};

use super::target::{Target, codename_for, permissions_of};
use super::who::{Holder, Known, has_everything};
use super::{GroupObjectPermission, Guardian, UserObjectPermission};
use crate::models::Permission;

/// The permissions that somebody has on an object, read once.
#[derive(Clone, Debug, Default)]
pub struct ObjectPermissions {
    has_everything: bool,
    codenames: BTreeSet<String>,
}

impl ObjectPermissions {
    /// Those of a user who has no rows of permissions: all of an active superuser, none of anybody else.
    pub fn without_rows(is_active_superuser: bool) -> Self {
        Self { has_everything: is_active_superuser, codenames: BTreeSet::new() }
    }

    /// Whether a permission on objects of a model is one of them: `change_note`, or `notes.change_note`.
    ///
    /// # Errors
    /// When the name is that of another app's.
    pub fn has(&self, meta: &ModelMeta, perm: &str) -> Result<bool> {
        if self.has_everything {
            return Ok(true);
        }
        Ok(self.codenames.contains(codename_for(meta, perm)?))
    }
}

impl Guardian<'_> {
    /// Whether somebody has a permission on an object: guardian's backend of `user.has_perm(perm, obj)`. A superuser has every
    /// permission, an inactive user none. One query; of a superuser none.
    ///
    /// # Errors
    /// Any database error, or when the permission is named with another app than the object's.
    pub async fn has_perm<'h>(
        &self,
        holder: impl Into<Holder<'h>>,
        perm: &str,
        object: &dyn Object,
    ) -> Result<bool> {
        self.object_permissions(holder.into(), object).await?.has(self.model(object.meta()), perm)
    }

    /// The codenames of all permissions that somebody has on an object, in the order of the alphabet: guardian's `get_perms`. Of a
    /// superuser they are all of the model.
    ///
    /// # Errors
    /// Any database error.
    pub async fn get_perms<'h>(
        &self,
        holder: impl Into<Holder<'h>>,
        object: &dyn Object,
    ) -> Result<Vec<String>> {
        let target = self.target(object)?;
        let Some(known) = self.known(holder.into()).await? else { return Ok(Vec::new()) };
        let found = match known.user() {
            Some(user) if !user.is_active() => return Ok(Vec::new()),
            Some(user) if user.is_superuser() => permissions_of(target.meta),
            _ => self.permissions_on(&known, &target),
        };
        Ok(self.codenames(found).await?.into_iter().collect())
    }

    /// All permissions that somebody has on an object, to be asked several times.
    ///
    /// # Errors
    /// Any database error.
    pub async fn object_permissions(
        &self,
        holder: Holder<'_>,
        object: &dyn Object,
    ) -> Result<ObjectPermissions> {
        let Some(known) = self.known(holder).await? else { return Ok(ObjectPermissions::default()) };
        match known.user() {
            Some(user) if !user.is_active() => Ok(ObjectPermissions::default()),
            Some(user) if has_everything(user) => Ok(ObjectPermissions::without_rows(true)),
            _ => {
                let found = self.permissions_on(&known, &self.target(object)?);
                Ok(ObjectPermissions { has_everything: false, codenames: self.codenames(found).await? })
            }
        }
    }

    /// The permissions that rows give a holder on an object.
    fn permissions_on(&self, known: &Known<'_>, target: &Target) -> QuerySet<Permission> {
        let own = self.own_rows(known.holder()).map(|rows| {
            let rows = rows.filter(UserObjectPermission::OBJECT_PK.eq(&target.key));
            Permission::ID.is_in(rows.values(UserObjectPermission::PERMISSION.to(Permission::ID)))
        });
        let of_groups = self.group_rows(known.holder()).map(|rows| {
            let rows = rows.filter(GroupObjectPermission::OBJECT_PK.eq(&target.key));
            Permission::ID.is_in(rows.values(GroupObjectPermission::PERMISSION.to(Permission::ID)))
        });
        let all = permissions_of(target.meta);
        match own.into_iter().chain(of_groups).reduce(|one, other| one | other) {
            Some(given) => all.filter(given),
            None => all.none(),
        }
    }

    async fn codenames(&self, found: QuerySet<Permission>) -> Result<BTreeSet<String>> {
        let found = found.order_by([]).values(Permission::CODENAME);
        Ok(found.all(self.db()).await?.into_iter().collect())
    }
}
