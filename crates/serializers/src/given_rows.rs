//! The rows that a new object was given by its many-to-many fields. The answer shows their keys without reading them back, where
//! nothing can have changed what was written.

use std::sync::{Arc, OnceLock};

use belleville_db::{Database, FieldValue as _, Model, Result, Value, Way};

use crate::uniqueness::Named;
use crate::{Context, SerializerClass};

/// The rows that saving gives a new object, once it is saved: [`Serializer::given_rows`](crate::Serializer::given_rows). Without
/// them, or where something may have changed them, an answer reads them from the database.
#[derive(Clone, Debug, Default)]
pub struct GivenRows(Option<Arc<OnceLock<Given>>>);

#[derive(Debug)]
struct Given {
    /// The primary key of the object.
    object: Value,
    /// The keys by each relation, each once and in their order.
    keys: Vec<(Way, Vec<i64>)>,
    /// [`Database::writes`](belleville_db::Database::writes) when they had been written.
    writes: u64,
}

impl GivenRows {
    /// Those of a new object of a serializer, as far as it shows any.
    pub(crate) fn of_new(class: &SerializerClass) -> Self {
        let are_known = class.output().given_ways().next().is_some()
            && class.meta().hooks.is_none()
            && class.methods.create.is_none()
            && !class.has_nested_writes();
        Self(are_known.then(Arc::default))
    }

    /// The object has been saved, with the rows that its fields name.
    pub(crate) fn saved<M: Model>(
        &self,
        class: &SerializerClass,
        object: &M,
        named: &[Named<'_>],
        db: &Database,
    ) {
        let Some(given) = &self.0 else { return };
        let keys = class.output().given_ways().filter_map(|way| {
            let named = named.iter().find(|named| named.is_of(way))?;
            let mut keys = named.keys.iter().map(whole).collect::<Option<Vec<i64>>>()?;
            keys.sort_unstable();
            keys.dedup();
            Some((way, keys))
        });
        let keys = keys.collect();
        let _ = given.set(Given { object: object.pk().to_value(), keys, writes: db.writes() });
    }

    /// The keys of the rows that a relation leads to from an object, where they are known.
    pub(crate) async fn of(&self, way: Way, object: &Value, context: &Context<'_>) -> Result<Option<&[i64]>> {
        let Some(given) = self.0.as_ref().and_then(|given| given.get()) else { return Ok(None) };
        let known = given.keys.iter().find(|(known, _)| known.is(way));
        let Some((_, keys)) = known.filter(|_| given.object == *object) else { return Ok(None) };
        let has_changed = context.db().has_triggers().await? || context.db().writes() != given.writes;
        Ok((!has_changed).then_some(keys.as_slice()))
    }
}

fn whole(key: &Value) -> Option<i64> {
    match key {
        Value::Int(number) => Some(*number),
        _ => None,
    }
}
