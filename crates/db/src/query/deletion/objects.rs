//! The objects that are deleted, where their models have hooks.

use crate::hooks::Hooked;
use crate::{Database, Result, Value};

/// The objects, by table, in the order of their deletion.
#[derive(Default)]
pub(super) struct Objects(Vec<(&'static str, Vec<Box<dyn Hooked>>)>);

impl Objects {
    pub(super) fn push(&mut self, table: &'static str, objects: Vec<Box<dyn Hooked>>) {
        self.0.push((table, objects));
    }

    /// Calls the hooks of all objects before anything is deleted.
    pub(super) async fn before_delete(&self, db: &Database) -> Result<()> {
        for object in self.0.iter().flat_map(|(_, objects)| objects) {
            object.before_delete(db).await?;
        }
        Ok(())
    }

    /// Calls the hooks of a table's objects after these were deleted: as in Django, those that came first come last.
    pub(super) async fn after_delete(&self, table: &str, db: &Database) -> Result<()> {
        let of_table = self.0.iter().filter(|(known, _)| *known == table);
        for object in of_table.flat_map(|(_, objects)| objects.iter().rev()) {
            object.after_delete(db).await?;
        }
        Ok(())
    }
}

/// The values of a row in the order of the model's fields, from those of `fields`.
pub(super) fn in_order(fields: &[usize], row: &[Value]) -> Vec<Value> {
    let mut values = vec![Value::Null; fields.len()];
    for (field, value) in fields.iter().zip(row) {
        if let Some(place) = values.get_mut(*field) {
            *place = value.clone();
        }
    }
    values
}
