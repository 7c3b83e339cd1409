//! Permissions that are given and taken.

use std::collections::BTreeSet;

use belleville_db::{Conflicts, ForeignKey, GenericForeignKey, Model, ModelMeta, Object, QuerySet, Result};

use super::target::{Target, codename, permissions_of};
use super::who::{Holder, Known};
use super::{GroupObjectPermission, Guardian, UserObjectPermission};
use crate::models::{Group, Permission};
use crate::user::AuthUser;

/// How many keys one statement names at most.
const CHUNK: usize = 500;

impl Guardian<'_> {
    /// Gives somebody a permission on an object: guardian's `assign_perm`. The answer says whether it is new.
    ///
    /// # Errors
    /// Any database error, and when there is no such permission of the object's model.
    pub async fn assign_perm<'h>(
        &self,
        perm: &str,
        holder: impl Into<Holder<'h>>,
        object: &dyn Object,
    ) -> Result<bool> {
        let Target { meta, key } = self.target(object)?;
        let permission = self.permission(meta, perm).await?;
        match self.writable(holder.into()).await? {
            Known::Group(group) => self.give_group(&permission, group, key).await,
            Known::User(user) => self.give_user(&permission, user, key).await,
            Known::Anonymous(user) => self.give_user(&permission, &user, key).await,
        }
    }

    async fn give_user(&self, permission: &Permission, user: &AuthUser, key: String) -> Result<bool> {
        let row = [
            UserObjectPermission::USER.set(user),
            UserObjectPermission::PERMISSION.set(permission),
            UserObjectPermission::CONTENT_TYPE.set(permission.content_type.clone()),
            UserObjectPermission::OBJECT_PK.set(key),
        ];
        Ok(UserObjectPermission::objects().get_or_create(self.db(), row, []).await?.1)
    }

    async fn give_group(&self, permission: &Permission, group: &Group, key: String) -> Result<bool> {
        let row = [
            GroupObjectPermission::GROUP.set(group),
            GroupObjectPermission::PERMISSION.set(permission),
            GroupObjectPermission::CONTENT_TYPE.set(permission.content_type.clone()),
            GroupObjectPermission::OBJECT_PK.set(key),
        ];
        Ok(GroupObjectPermission::objects().get_or_create(self.db(), row, []).await?.1)
    }

    /// Gives several users or groups a permission on an object, with one statement for all of either kind, in one transaction. Who
    /// has it keeps it.
    ///
    /// # Errors
    /// As [`Guardian::assign_perm`]; nothing is given then.
    pub async fn assign_perm_to_many<'h, H: Into<Holder<'h>>>(
        &self,
        perm: &str,
        holders: impl IntoIterator<Item = H>,
        object: &dyn Object,
    ) -> Result<()> {
        let holders: Vec<Holder<'h>> = holders.into_iter().map(Into::into).collect();
        let target = self.target(object)?;
        let db = self.db();
        db.atomic(async || {
            let permission = self.permission(target.meta, perm).await?;
            let mut rows = NewRows::default();
            for holder in &holders {
                rows.add(&permission, &self.writable(*holder).await?, &target.key);
            }
            rows.insert(self).await
        })
        .await
    }

    /// Gives somebody a permission on each of a queryset's objects, in one transaction: guardian's `bulk_assign_perm`. As there, an object
    /// on which a user has the permission already, also by a group or as a superuser, gets no row. Returns how many rows were added.
    ///
    /// # Errors
    /// As [`Guardian::assign_perm`]; nothing is given then.
    pub async fn bulk_assign_perm<'h, M: Model>(
        &self,
        perm: &str,
        holder: impl Into<Holder<'h>>,
        objects: &QuerySet<M>,
    ) -> Result<u64> {
        let (meta, holder, db) = (self.model(M::meta()), holder.into(), self.db());
        db.atomic(async || {
            let permission = self.permission(meta, perm).await?;
            let known = self.writable(holder).await?;
            if known.user().is_some_and(super::who::has_everything) {
                return Ok(0);
            }
            let keys = self.keys_of(objects).await?;
            let given = self.given_among(&permission, &known, &keys).await?;
            let mut rows = NewRows::default();
            for key in keys.iter().filter(|key| !given.contains(*key)) {
                rows.add(&permission, &known, key);
            }
            let added = rows.len();
            rows.insert(self).await?;
            Ok(added)
        })
        .await
    }

    /// Those of some objects' keys on which somebody has a permission.
    async fn given_among(
        &self,
        permission: &Permission,
        known: &Known<'_>,
        keys: &[String],
    ) -> Result<BTreeSet<String>> {
        let (own, of_groups) = (self.own_rows(known.holder()), self.group_rows(known.holder()));
        let mut given = BTreeSet::new();
        for keys in keys.chunks(CHUNK) {
            if let Some(rows) = own.clone() {
                let rows = rows
                    .filter(UserObjectPermission::PERMISSION.eq(permission))
                    .filter(UserObjectPermission::OBJECT_PK.is_in(keys));
                given.extend(rows.values(UserObjectPermission::OBJECT_PK).all(self.db()).await?);
            }
            if let Some(rows) = of_groups.clone() {
                let rows = rows
                    .filter(GroupObjectPermission::PERMISSION.eq(permission))
                    .filter(GroupObjectPermission::OBJECT_PK.is_in(keys));
                given.extend(rows.values(GroupObjectPermission::OBJECT_PK).all(self.db()).await?);
            }
        }
        Ok(given)
    }

    /// Gives permissions on an object that was saved, each to several users or groups, in one transaction: what
    /// djangorestframework-guardian's `ObjectPermissionsAssignmentMixin` does with its `get_permissions_map`.
    ///
    /// ```
    /// # extern crate belleville_auth as belleville;
    /// # use belleville_auth::{guardian::{Guardian, Holder}, models::Group, user::AuthUser};
    /// # use belleville_db::Model;
    /// # #[derive(Clone, Debug, Model)]
    /// # #[model(app = "notes")]
    /// # struct Note { #[field(primary_key)] id: i64, #[field(max_length = 100)] title: String }
    /// # async fn example(guardian: Guardian<'_>, author: &AuthUser, readers: &Group, note: &Note) -> belleville_db::Result<()> {
    /// let map = [
    ///     ("change_note", vec![Holder::from(author)]),
    ///     ("view_note", vec![author.into(), readers.into()]),
    /// ];
    /// guardian.assign_permissions(map, note).await
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Guardian::assign_perm`]; nothing is given then.
    pub async fn assign_permissions<'h>(
        &self,
        map: impl IntoIterator<Item = (&str, Vec<Holder<'h>>)>,
        object: &dyn Object,
    ) -> Result<()> {
        let map: Vec<(&str, Vec<Holder<'h>>)> = map.into_iter().collect();
        let db = self.db();
        db.atomic(async || {
            for (perm, holders) in &map {
                self.assign_perm_to_many(perm, holders.iter().copied(), object).await?;
            }
            Ok(())
        })
        .await
    }

    /// Takes a permission on an object from somebody: guardian's `remove_perm`. Returns how many rows were deleted: one, or none
    /// where there was none. What a user has by a group stays.
    ///
    /// # Errors
    /// Any database error.
    pub async fn remove_perm<'h>(
        &self,
        perm: &str,
        holder: impl Into<Holder<'h>>,
        object: &dyn Object,
    ) -> Result<u64> {
        let target = self.target(object)?;
        self.remove(perm, target.meta, holder.into(), &[target.key]).await
    }

    /// Takes a permission on an object from several users or groups, in one transaction. Returns how many rows were deleted.
    ///
    /// # Errors
    /// Any database error; nothing is taken then.
    pub async fn remove_perm_from_many<'h, H: Into<Holder<'h>>>(
        &self,
        perm: &str,
        holders: impl IntoIterator<Item = H>,
        object: &dyn Object,
    ) -> Result<u64> {
        let holders: Vec<Holder<'h>> = holders.into_iter().map(Into::into).collect();
        let target = self.target(object)?;
        let (db, keys) = (self.db(), [target.key]);
        db.atomic(async || {
            let mut removed = 0;
            for holder in &holders {
                removed += self.remove(perm, target.meta, *holder, &keys).await?;
            }
            Ok(removed)
        })
        .await
    }

    /// Takes a permission on each of a queryset's objects from somebody, in one transaction: guardian's `bulk_remove_perm`. Returns how
    /// many rows were deleted.
    ///
    /// # Errors
    /// Any database error; nothing is taken then.
    pub async fn bulk_remove_perm<'h, M: Model>(
        &self,
        perm: &str,
        holder: impl Into<Holder<'h>>,
        objects: &QuerySet<M>,
    ) -> Result<u64> {
        let (meta, holder, db) = (self.model(M::meta()), holder.into(), self.db());
        db.atomic(async || {
            let keys = self.keys_of(objects).await?;
            self.remove(perm, meta, holder, &keys).await
        })
        .await
    }

    async fn remove(&self, perm: &str, meta: &ModelMeta, holder: Holder<'_>, keys: &[String]) -> Result<u64> {
        let permission = permissions_of(meta).filter(Permission::CODENAME.eq(codename(perm)));
        let permission = permission.order_by([]).values(Permission::ID);
        let mut removed = 0;
        for keys in keys.chunks(CHUNK) {
            removed += match (self.own_rows(holder), holder) {
                (Some(rows), _) => {
                    let rows = rows
                        .filter(UserObjectPermission::PERMISSION.is_in(permission.clone()))
                        .filter(UserObjectPermission::OBJECT_PK.is_in(keys));
                    rows.delete(self.db()).await?.total
                }
                (None, Holder::Group(_)) => {
                    let Some(rows) = self.group_rows(holder) else { continue };
                    let rows = rows
                        .filter(GroupObjectPermission::PERMISSION.is_in(permission.clone()))
                        .filter(GroupObjectPermission::OBJECT_PK.is_in(keys));
                    rows.delete(self.db()).await?.total
                }
                (None, _) => 0,
            };
        }
        Ok(removed)
    }
}

/// Rows that are not written yet.
#[derive(Default)]
struct NewRows {
    users: Vec<UserObjectPermission>,
    groups: Vec<GroupObjectPermission>,
}

impl NewRows {
    fn add(&mut self, permission: &Permission, known: &Known<'_>, key: &str) {
        let (permission, content_type) = (ForeignKey::from(permission), permission.content_type.clone());
        let (object_pk, content_object) = (key.to_owned(), GenericForeignKey);
        if let Some(user) = known.user() {
            let user = ForeignKey::new(user.pk().clone());
            let row =
                UserObjectPermission { id: 0, permission, content_type, object_pk, content_object, user };
            self.users.push(row);
        } else if let Known::Group(group) = known {
            let group = ForeignKey::new(group.id);
            let row =
                GroupObjectPermission { id: 0, permission, content_type, object_pk, content_object, group };
            self.groups.push(row);
        }
    }

    fn len(&self) -> u64 {
        (self.users.len() + self.groups.len()) as u64
    }

    /// Writes them; those that are there already stay.
    async fn insert(mut self, guardian: &Guardian<'_>) -> Result<()> {
        let db = guardian.db();
        UserObjectPermission::objects().bulk_create(db, &mut self.users, Conflicts::ignore()).await?;
        GroupObjectPermission::objects().bulk_create(db, &mut self.groups, Conflicts::ignore()).await
    }
}
