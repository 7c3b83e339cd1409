//! The objects on which somebody has permissions, as a condition on rows.

use belleville_db::{Model, ModelMeta, QuerySet, Result, RowCondition, Rows};

use super::target::{codename_for, permissions_of};
use super::who::Holder;
use super::{GroupObjectPermission, Guardian, UserObjectPermission};
use crate::models::{ContentType, Group, Permission};
use crate::permissions::ways;
use crate::user::{self, AuthUser};

/// The objects on which somebody has permissions: what guardian's `get_objects_for_user` and `get_objects_for_group` return, before it is
/// said of which rows. See [`Guardian::get_objects_for`].
#[derive(Clone, Debug)]
pub struct ObjectsFor<'a> {
    guardian: Guardian<'a>,
    holder: Holder<'a>,
    perms: Vec<String>,
    any_perm: bool,
    use_groups: bool,
    with_superuser: bool,
    accept_global_perms: bool,
}

impl<'a> Guardian<'a> {
    /// The objects on which a user, a group or whoever is not logged in has all of some permissions; without a permission, any.
    /// [`ObjectsFor::filter`] makes a queryset of them:
    ///
    /// ```
    /// # extern crate belleville_auth as belleville;
    /// # use belleville_auth::{guardian::Guardian, user::AuthUser};
    /// # use belleville_db::Model;
    /// # #[derive(Clone, Debug, Model)]
    /// # #[model(app = "notes")]
    /// # struct Note { #[field(primary_key)] id: i64, #[field(max_length = 100)] title: String }
    /// # fn example(guardian: Guardian<'_>, alice: &AuthUser) -> belleville_db::Result<()> {
    /// let either = guardian.get_objects_for(alice, ["notes.change_note", "notes.delete_note"]).any_perm(true);
    /// let notes = either.filter(Note::objects())?;
    /// # Ok(()) }
    /// ```
    pub fn get_objects_for<P: Into<String>>(
        self,
        holder: impl Into<Holder<'a>>,
        perms: impl IntoIterator<Item = P>,
    ) -> ObjectsFor<'a> {
        ObjectsFor {
            guardian: self,
            holder: holder.into(),
            perms: perms.into_iter().map(Into::into).collect(),
            any_perm: false,
            use_groups: true,
            with_superuser: true,
            accept_global_perms: true,
        }
    }
}

impl ObjectsFor<'_> {
    /// Whether one of the permissions is enough; all are needed by default.
    #[must_use]
    pub fn any_perm(self, any_perm: bool) -> Self {
        Self { any_perm, ..self }
    }

    /// Whether the permissions of a user's groups count; they do by default.
    #[must_use]
    pub fn use_groups(self, use_groups: bool) -> Self {
        Self { use_groups, ..self }
    }

    /// Whether a superuser is given all objects, as by default, and not only those that rows name. Where it is not so, the
    /// permissions on all objects do not count either, as in guardian.
    #[must_use]
    pub fn with_superuser(self, with_superuser: bool) -> Self {
        Self { with_superuser, ..self }
    }

    /// Whether Django's permissions, which are on all objects of a model, count as permissions on each of them; they do by
    /// default.
    #[must_use]
    pub fn accept_global_perms(self, accept_global_perms: bool) -> Self {
        Self { accept_global_perms, ..self }
    }

    /// Those of a queryset's rows that are among the objects. The condition is part of its statement.
    ///
    /// # Errors
    /// When a permission is named with another app than that of the model.
    pub fn filter<M: Model>(&self, queryset: QuerySet<M>) -> Result<QuerySet<M>> {
        self.filter_rows(queryset.rows())?.into_queryset()
    }

    /// The same of rows without a type, for filters of lists.
    ///
    /// # Errors
    /// As [`ObjectsFor::filter`], and when the rows are a slice.
    pub fn filter_rows(&self, rows: Rows) -> Result<Rows> {
        match self.condition(rows.meta())? {
            Some(condition) => rows.matching(condition),
            None => Ok(rows),
        }
    }

    /// That a row is one of the objects; `None`: all are.
    fn condition(&self, meta: &'static ModelMeta) -> Result<Option<RowCondition>> {
        let meta = self.guardian.model(meta);
        if self.with_superuser && matches!(self.holder, Holder::User(user) if user.is_superuser()) {
            return Ok(None);
        }
        if self.perms.is_empty() {
            return Ok(Some(RowCondition::any(meta, self.given(meta, None))));
        }
        let each: Result<Vec<RowCondition>> = self.perms.iter().map(|perm| self.has(meta, perm)).collect();
        let each = each?;
        Ok(Some(if self.any_perm { RowCondition::any(meta, each) } else { RowCondition::all(meta, each) }))
    }

    /// That there is a permission on a row.
    fn has(&self, meta: &'static ModelMeta, perm: &str) -> Result<RowCondition> {
        let codename = codename_for(meta, perm)?;
        let on_all = if self.accept_global_perms && (self.with_superuser || self.is_group()) {
            self.given_on_all(meta, codename)
        } else {
            Vec::new()
        };
        Ok(RowCondition::any(meta, on_all.into_iter().chain(self.given(meta, Some(codename)))))
    }

    fn is_group(&self) -> bool {
        matches!(self.holder, Holder::Group(_))
    }

    /// That rows give a permission, or any, on a row.
    fn given(&self, meta: &'static ModelMeta, codename: Option<&str>) -> Vec<RowCondition> {
        let permission = codename.map(|codename| {
            permissions_of(meta).filter(Permission::CODENAME.eq(codename)).order_by([]).values(Permission::ID)
        });
        let own = self.guardian.own_rows(self.holder).map(|rows| {
            let rows = match permission.clone() {
                Some(permission) => rows.filter(UserObjectPermission::PERMISSION.is_in(permission)),
                None => rows,
            };
            UserObjectPermission::CONTENT_OBJECT.is_to(meta, rows)
        });
        let of_groups = Some(self.holder).filter(|_| self.use_groups || self.is_group());
        let of_groups = of_groups.and_then(|holder| self.guardian.group_rows(holder)).map(|rows| {
            let rows = match permission {
                Some(permission) => rows.filter(GroupObjectPermission::PERMISSION.is_in(permission)),
                None => rows,
            };
            GroupObjectPermission::CONTENT_OBJECT.is_to(meta, rows)
        });
        own.into_iter().chain(of_groups).collect()
    }

    /// That somebody has a permission on all rows: a user, by any model of the app that has one of this name, as Django looks for
    /// it.
    fn given_on_all(&self, meta: &'static ModelMeta, codename: &str) -> Vec<RowCondition> {
        if let Holder::Group(group) = self.holder {
            let permission = Group::PERMISSIONS.to(Permission::CODENAME).eq(codename)
                & Group::PERMISSIONS
                    .to(Permission::CONTENT_TYPE.to(ContentType::APP_LABEL))
                    .eq(meta.app_label)
                & Group::PERMISSIONS.to(Permission::CONTENT_TYPE.to(ContentType::MODEL)).eq(meta.model_name);
            let found = Group::objects().filter_pk(group.id).filter(permission);
            return vec![RowCondition::found(meta, &found.rows())];
        }
        let Some(user) = self.active_user() else { return Vec::new() };
        let with = |(app, name): crate::permissions::Names| {
            let rows = user.clone().filter(app.eq(meta.app_label) & name.eq(codename));
            RowCondition::found(meta, &rows.rows())
        };
        ways().into_iter().map(with).collect()
    }

    /// The row of the user, if it is active.
    fn active_user(&self) -> Option<QuerySet<AuthUser>> {
        let rows = AuthUser::objects().filter(self.guardian.is_user(self.holder)?);
        match (self.holder, user::is_active_column()) {
            (Holder::User(user), _) => Some(rows).filter(|_| user.is_active()),
            (_, Some(is_active)) => Some(rows.filter(is_active.eq(true))),
            (_, None) => Some(rows),
        }
    }
}
