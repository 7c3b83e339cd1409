//! The content types of a database, kept as Django's `ContentTypeManager` keeps them: each is asked for once.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::generic::GenericKeyMeta;
use crate::query::deletion::Key;
use crate::query::node::Node;
use crate::query::path::Path;
use crate::query::save;
use crate::query::select::Query;
use crate::query::statement::Asked;
use crate::{Database, FieldValue, ModelMeta, Result, Row, Value};

/// The app of a model, and its name in lower case.
pub(crate) type TypeName = (String, String);

/// The content types that are known.
#[derive(Default)]
pub(crate) struct KnownTypes(Mutex<Known>);

#[derive(Default)]
struct Known {
    keys: BTreeMap<TypeName, Value>,
    names: BTreeMap<Key, TypeName>,
}

impl KnownTypes {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, key: Value, name: TypeName) {
        let mut known = self.known();
        known.names.insert(Key::of(&key), name.clone());
        known.keys.insert(name, key);
    }
}

impl Database {
    /// Forgets which content types there are: Django's `ContentType.objects.clear_cache()`. They are asked for again when they
    /// are needed. Whoever deletes or renames content types calls it.
    pub fn forget_content_types(&self) {
        *self.known_types().known() = Known::default();
    }

    /// The key of a model's content type, which is made when there is none: Django's `get_for_model`.
    pub(crate) async fn content_type(&self, of: &GenericKeyMeta, model: &'static ModelMeta) -> Result<Value> {
        let model = self.registry().concrete(model);
        let name = (model.app_label.to_owned(), model.model_name.to_owned());
        let known = self.known_types().known().keys.get(&name).cloned();
        if let Some(key) = known {
            return Ok(key);
        }
        let query = of.type_of(model);
        if let Some(key) = self.found_type(&query, of).await? {
            self.remember_type(key.clone(), name);
            return Ok(key);
        }
        let types = of.types();
        let (app_label, model_field) = of.type_fields();
        let row = vec![
            (app_label, Value::Text(model.app_label.to_owned())),
            (model_field, Value::Text(model.model_name.to_owned())),
        ];
        let created = self.atomic(async || save::create_row(self, types, row).await).await;
        let key = match created {
            Ok(row) => row[types.pk_position()].clone(),
            // Another program was faster.
            Err(error) if error.is_integrity() => return self.found_type(&query, of).await?.ok_or(error),
            Err(error) => return Err(error),
        };
        self.remember_type(key.clone(), name);
        Ok(key)
    }

    /// Keeps a content type from the end of the transaction on: it may have been made in it, and what is undone must not be
    /// known.
    fn remember_type(&self, key: Value, name: TypeName) {
        let db = self.clone();
        self.on_commit(move || db.known_types().add(key, name));
    }

    async fn found_type(&self, query: &Query, of: &GenericKeyMeta) -> Result<Option<Value>> {
        let mut found = None;
        let each = &mut |row: &dyn Row| {
            found = Some(row.get(0)?.to_owned());
            Ok(())
        };
        query.select(self, Asked::Fields(&[of.types().pk_position()]), each).await?;
        Ok(found)
    }

    /// The app and the name of the model that a content type is of, if there is such a content type: Django's `get_for_id`.
    pub(crate) async fn content_type_name(
        &self,
        of: &GenericKeyMeta,
        key: &Value,
    ) -> Result<Option<TypeName>> {
        let known = self.known_types().known().names.get(&Key::of(key)).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let mut query = Query::new(of.types());
        query.filter(Node::equals(Path::field(of.types().pk_position()), key.clone()));
        query.order = Some(Vec::new());
        let (app_label, model) = of.type_fields();
        let mut found = None;
        let each = &mut |row: &dyn Row| {
            found = Some((String::from_value(row.get(0)?)?, String::from_value(row.get(1)?)?));
            Ok(())
        };
        query.select(self, Asked::Fields(&[app_label, model]), each).await?;
        if let Some(name) = &found {
            self.remember_type(key.clone(), name.clone());
        }
        Ok(found)
    }
}
