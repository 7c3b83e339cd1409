//! Which column is the primary key of a model. A model has exactly one, and a table may have none or several.

use super::facts::{ColumnFacts, TableFacts, TableKind};
use super::models::is_unique;

/// The column that can be a model's key, and what is to be said of it; or why there is none.
pub(super) fn key(facts: &TableFacts) -> Result<(String, Option<String>), String> {
    let can_be = |column: &&ColumnFacts| column.kind.is_some() && column.generated.is_none();
    let unique = || {
        let mut columns = facts.columns.iter().filter(can_be);
        // No column of a view is NOT NULL.
        let is_null = |column: &ColumnFacts| column.null && facts.kind != TableKind::View;
        let is_key = |column: &&ColumnFacts| !is_null(column) && is_unique(facts, &column.name);
        columns.find(is_key).map(|column| column.name.clone())
    };
    match facts.primary_key.as_slice() {
        [only] if facts.column(only).as_ref().is_some_and(can_be) => Ok((only.clone(), None)),
        [_] => Err("no kind of field holds the values of its primary key".to_owned()),
        [] => {
            if let Some(unique) = unique() {
                let note = "The table has no primary key. This column is unique, and stands for one.";
                return Ok((unique, Some(note.to_owned())));
            }
            if facts.kind == TableKind::View {
                let mut columns = facts.columns.iter().filter(can_be);
                let named = columns.find(|column| column.name.eq_ignore_ascii_case("id"));
                return named.map_or_else(
                    || Err("it has no column `id`, which could be its key".to_owned()),
                    |column| {
                        let note =
                            "A view has no primary key. See that no two rows have the same value here.";
                        Ok((column.name.clone(), Some(note.to_owned())))
                    },
                );
            }
            Err("it has no primary key and no column that is unique and never NULL".to_owned())
        }
        several => {
            let columns = several.join(", ");
            if let Some(unique) = unique() {
                let note = format!(
                    "The composite primary key ({columns}) found, that is not supported. This column is unique, and \
                     stands for it."
                );
                return Ok((unique, Some(note)));
            }
            let first = several.iter().find(|name| facts.column(name).as_ref().is_some_and(can_be));
            let first = first.ok_or("no kind of field holds the values of its primary key")?;
            let note = format!(
                "The composite primary key ({columns}) found, that is not supported. The first column is selected. Read \
                 such rows, and change them by queries that name every column of the key: `save` and `delete` reach all rows \
                 with the same value here."
            );
            Ok((first.clone(), Some(note)))
        }
    }
}
