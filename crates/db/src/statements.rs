//! A cache of SQL texts. The text of a query depends on its shape (which columns, which comparisons, which order),
//! not on the values compared: each thread writes the text of a shape once and then only collects the values.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::Value;
use crate::column::{Condition, Lookup, Path};
use crate::compile::Selection;

/// How many shapes a thread keeps before it empties its cache. Each length of a list is another shape.
const MOST: usize = 1024;

/// SQL with its parameters.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) sql: Arc<str>,
    pub(crate) params: Vec<Value>,
}

/// What is asked of the rows selected.
#[derive(Clone, Copy)]
pub(crate) enum Asked<'a> {
    /// The columns of the model itself, then those of each related model.
    Objects,
    /// These columns.
    Columns(&'a [Path]),
    /// Columns of the model itself by position.
    Fields(&'a [usize]),
    /// The number of rows.
    Count,
    /// One row if there is any.
    Exists,
}

thread_local! {
    static WRITTEN: RefCell<HashMap<Vec<u8>, Arc<str>>> = RefCell::new(HashMap::new());
}

impl Selection {
    pub(crate) fn statement(&self, asked: Asked<'_>) -> Statement {
        let shape = self.shape(asked);
        if let Some(sql) = WRITTEN.with_borrow(|written| written.get(&shape).cloned()) {
            return Statement { sql, params: self.params(asked) };
        }
        let statement = self.write(asked);
        // Only a text whose parameters are found again in the same order may be used again.
        if statement.params == self.params(asked) {
            WRITTEN.with_borrow_mut(|written| {
                if written.len() >= MOST {
                    written.clear();
                }
                written.insert(shape, Arc::clone(&statement.sql));
            });
        }
        statement
    }

    /// Everything on which the text depends.
    fn shape(&self, asked: Asked<'_>) -> Vec<u8> {
        let mut shape = Vec::with_capacity(64);
        shape.extend_from_slice(&std::ptr::from_ref(self.meta).addr().to_ne_bytes());
        match asked {
            Asked::Objects => shape.push(0),
            Asked::Columns(paths) => {
                shape.push(1);
                write_list(&mut shape, paths, write_path);
            }
            Asked::Fields(fields) => {
                shape.push(2);
                write_list(&mut shape, fields, |shape, field| shape.extend_from_slice(&field.to_ne_bytes()));
            }
            Asked::Count => shape.push(3),
            Asked::Exists => shape.push(4),
        }
        shape.extend([
            u8::from(self.limit.is_some()),
            u8::from(self.offset > 0),
            u8::from(self.order.is_some()),
        ]);
        write_list(&mut shape, self.order.as_deref().unwrap_or_default(), |shape, (path, descending)| {
            shape.push(u8::from(*descending));
            write_path(shape, path);
        });
        write_list(&mut shape, &self.related, |shape, path| {
            write_list(shape, path, |shape, step| shape.extend_from_slice(&step.to_ne_bytes()));
        });
        write_list(&mut shape, &self.conditions, write_condition);
        shape
    }

    /// The values, in the order in which the text asks for them.
    fn params(&self, asked: Asked<'_>) -> Vec<Value> {
        let mut params = Vec::new();
        self.conditions.iter().for_each(|condition| collect(&mut params, condition));
        let limit = match asked {
            Asked::Exists => Some(self.limit.unwrap_or(1).min(1)),
            _ if self.offset > 0 => Some(self.limit.unwrap_or(i64::MAX as u64)),
            _ => self.limit,
        };
        params.extend(limit.map(count));
        if self.offset > 0 {
            params.push(count(self.offset));
        }
        params
    }
}

fn write_list<T>(shape: &mut Vec<u8>, items: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    shape.extend_from_slice(&items.len().to_ne_bytes());
    items.iter().for_each(|item| write(shape, item));
}

fn write_path(shape: &mut Vec<u8>, path: &Path) {
    shape.push(path.steps().len() as u8);
    // A model has at most 255 fields.
    shape.extend(path.steps().map(|step| step as u8));
}

fn write_condition(shape: &mut Vec<u8>, condition: &Condition) {
    match condition {
        Condition::Lookup(path, lookup) => {
            shape.push(0);
            write_path(shape, path);
            write_lookup(shape, lookup);
        }
        Condition::All(parts) => {
            shape.push(1);
            write_list(shape, parts, write_condition);
        }
        Condition::Any(parts) => {
            shape.push(2);
            write_list(shape, parts, write_condition);
        }
        Condition::Not(part) => {
            shape.push(3);
            write_condition(shape, part);
        }
    }
}

fn write_lookup(shape: &mut Vec<u8>, lookup: &Lookup) {
    match lookup {
        Lookup::Exact(_) => shape.push(0),
        Lookup::In(values) => {
            shape.push(1);
            shape.extend_from_slice(&values.len().to_ne_bytes());
        }
        Lookup::LessThan(_) => shape.push(2),
        Lookup::LessThanOrEqual(_) => shape.push(3),
        Lookup::GreaterThan(_) => shape.push(4),
        Lookup::GreaterThanOrEqual(_) => shape.push(5),
        Lookup::IsNull(null) => shape.extend([6, u8::from(*null)]),
        Lookup::Like(_) => shape.push(7),
    }
}

/// A number of rows, cut to what SQLite can count.
pub(crate) fn count(rows: u64) -> Value {
    Value::Int(i64::try_from(rows).unwrap_or(i64::MAX))
}

fn collect(params: &mut Vec<Value>, condition: &Condition) {
    match condition {
        Condition::Lookup(_, lookup) => match lookup {
            Lookup::In(values) => params.extend(values.iter().cloned()),
            Lookup::IsNull(_) => {}
            Lookup::Like(pattern) => params.push(Value::Text(pattern.clone())),
            Lookup::Exact(value)
            | Lookup::LessThan(value)
            | Lookup::LessThanOrEqual(value)
            | Lookup::GreaterThan(value)
            | Lookup::GreaterThanOrEqual(value) => params.push(value.clone()),
        },
        Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| collect(params, part)),
        Condition::Not(part) => collect(params, part),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, ModelMeta};

    static META: ModelMeta = ModelMeta {
        app_label: "shop",
        name: "Item",
        model_name: "item",
        verbose_name: "item",
        db_table: "shop_item",
        fields: &[crate::FieldMeta {
            name: "id",
            column: "id",
            kind: crate::FieldKind::BigAutoField,
            verbose_name: "ID",
            help_text: "",
            null: false,
            blank: false,
            unique: true,
            db_index: false,
            primary_key: true,
            editable: true,
            auto_now: false,
            auto_now_add: false,
            max_length: None,
            type_range: None,
            validators: &[],
            error_messages: &[],
            default: None,
            relation: None,
        }],
        ordering: &[],
        unique_together: &[],
        permissions: &[],
        proxy: false,
        auto_created: false,
    };

    fn lookups() -> Vec<Lookup> {
        let one = || Value::Int(1);
        vec![
            Lookup::Exact(one()),
            Lookup::In(vec![]),
            Lookup::In(vec![one(), Value::Int(2)]),
            Lookup::LessThan(one()),
            Lookup::LessThanOrEqual(one()),
            Lookup::GreaterThan(one()),
            Lookup::GreaterThanOrEqual(one()),
            Lookup::IsNull(true),
            Lookup::IsNull(false),
            Lookup::Like("%a%".to_owned()),
        ]
    }

    /// A shape is written once: the second time its text is the very same one, and its values are its own.
    #[test]
    fn texts_are_written_once() {
        let path = Column::<(), ()>::new(0).path;
        for lookup in lookups() {
            for (limit, offset) in [(None, 0), (Some(3), 0), (Some(3), 2), (None, 2)] {
                for asked in [
                    Asked::Objects,
                    Asked::Columns(&[path]),
                    Asked::Fields(&[0]),
                    Asked::Count,
                    Asked::Exists,
                ] {
                    let mut selection = Selection::new(&META);
                    let found = Condition::Lookup(path, lookup.clone());
                    selection.conditions =
                        vec![Condition::Not(Box::new(Condition::Any(vec![found.clone(), found])))];
                    selection.limit = limit;
                    selection.offset = offset;
                    let (anew, first, second) =
                        (selection.write(asked), selection.statement(asked), selection.statement(asked));
                    assert_eq!((&anew.sql, &anew.params), (&second.sql, &second.params), "{lookup:?}");
                    assert!(
                        Arc::ptr_eq(&first.sql, &second.sql),
                        "{lookup:?} {limit:?} {offset}: {}",
                        anew.sql
                    );
                }
            }
        }
    }
}
