//! What permissions are on: a model, and objects of it.

use belleville_db::{Error, Model, ModelMeta, Object, Q, QuerySet, Result, Value};

use super::Guardian;
use crate::models::{ContentType, Permission};

/// An object that has permissions.
pub(super) struct Target {
    /// Its model; of a proxy the model with the table.
    pub(super) meta: &'static ModelMeta,
    /// Its primary key as text.
    pub(super) key: String,
}

impl Guardian<'_> {
    pub(super) fn target(&self, object: &dyn Object) -> Result<Target> {
        let meta = object.meta();
        let key = object.value_at(meta.pk_position()).to_owned();
        if key.is_null() || (meta.pk().kind.is_auto() && key == Value::Int(0)) {
            return Err(Error::Database(format!(
                "an object of {} must be saved before it has permissions",
                meta.label()
            )));
        }
        Ok(Target { meta: self.model(meta), key: text_of_key(meta, key)? })
    }

    /// The model whose permissions a model's objects have.
    pub(super) fn model(&self, meta: &'static ModelMeta) -> &'static ModelMeta {
        self.db.registry().concrete(meta)
    }

    /// The row of a permission of a model.
    pub(super) async fn permission(&self, meta: &ModelMeta, perm: &str) -> Result<Permission> {
        let found = permissions_of(meta).filter(Permission::CODENAME.eq(codename(perm)));
        match found.get(self.db).await {
            Err(Error::DoesNotExist(_)) => Err(Error::Database(format!(
                "{} has no permission `{}`; the command `migrate` makes those that its model declares",
                meta.label(),
                codename(perm)
            ))),
            outcome => outcome,
        }
    }

    /// The primary keys of some objects, as text.
    pub(super) async fn keys_of<M: Model>(&self, objects: &QuerySet<M>) -> Result<Vec<String>> {
        let (meta, mut keys) = (M::meta(), Vec::new());
        let each = &mut |row: &dyn belleville_db::Row| {
            keys.push(text_of_key(meta, row.get(0)?.to_owned())?);
            Ok(())
        };
        objects.clone().rows().for_each(self.db, &[meta.pk_position()], each).await?;
        Ok(keys)
    }
}

/// The permissions of a model.
pub(super) fn permissions_of(meta: &ModelMeta) -> QuerySet<Permission> {
    let of_type = |column, value| Permission::CONTENT_TYPE.to(column).eq(value);
    let of_app: Q<Permission> = of_type(ContentType::APP_LABEL, meta.app_label);
    Permission::objects().filter(of_app & of_type(ContentType::MODEL, meta.model_name))
}

/// The name of a permission without its app.
pub(super) fn codename(perm: &str) -> &str {
    perm.split_once('.').map_or(perm, |(_, codename)| codename)
}

/// The same, which must not name the app of another model.
pub(super) fn codename_for<'p>(meta: &ModelMeta, perm: &'p str) -> Result<&'p str> {
    match perm.split_once('.') {
        Some((app, _)) if app != meta.app_label => Err(Error::Database(format!(
            "the permission `{perm}` is none of {}, whose app is another",
            meta.label()
        ))),
        Some((_, codename)) => Ok(codename),
        None => Ok(perm),
    }
}

/// A primary key as Python's `str()` writes it.
fn text_of_key(meta: &ModelMeta, key: Value) -> Result<String> {
    match key {
        Value::Int(number) => Ok(number.to_string()),
        Value::Text(text) => Ok(text),
        Value::Uuid(uuid) => Ok(uuid.to_string()),
        _ => Err(Error::Database(format!(
            "objects of {} can have no permissions: its key is no whole number, no text and no UUID",
            meta.label()
        ))),
    }
}
