//! The rows that belong to an object, which the items of a nested list name: asked about while they are read.

use std::collections::HashMap;
use std::sync::Arc;

use belleville_db::{Database, Result, Selection, Value, Way};

use crate::SerializerClass;
use crate::fields::of_column;
use crate::key::Key;
use crate::uniqueness::Object;

/// Which row that belongs to an object is meant.
#[derive(Clone, Debug)]
pub(crate) struct BelongingQuestion {
    /// The serializer of the rows.
    pub(crate) class: Arc<SerializerClass>,
    /// From the object to the rows.
    pub(crate) way: Way,
    /// The primary key of the object.
    pub(crate) owner: Value,
    /// What names the row: a field's position, and its value. There is only one row where nothing does.
    pub(crate) named: Option<(usize, Value)>,
}

impl BelongingQuestion {
    /// Whether one statement can answer both.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.class, &other.class) && self.way.is(other.way) && self.by() == other.by()
    }

    fn by(&self) -> Option<usize> {
        self.named.as_ref().map(|(by, _)| *by)
    }

    /// What names the row among those of all objects.
    fn key(&self) -> (Key, Key) {
        (Key::of(&self.owner), self.named.as_ref().map_or(Key::Null, |(_, value)| Key::of(value)))
    }
}

/// The answers to questions that are alike: as far as validators look at them, the objects.
///
/// # Errors
/// Any database error.
pub(crate) async fn rows_that_belong(
    questions: &[BelongingQuestion],
    db: &Database,
) -> Result<Vec<Option<Arc<Object>>>> {
    let mut found = HashMap::new();
    for some in questions.chunks(Way::MOST_KEYS) {
        find(some, &mut found, db).await?;
    }
    Ok(questions.iter().map(|question| found.get(&question.key()).cloned()).collect())
}

async fn find(
    questions: &[BelongingQuestion],
    found: &mut HashMap<(Key, Key), Arc<Object>>,
    db: &Database,
) -> Result<()> {
    let [first, ..] = questions else { return Ok(()) };
    let mut owners: Vec<Value> = Vec::new();
    for question in questions {
        if !owners.contains(&question.owner) {
            owners.push(question.owner.clone());
        }
    }
    let (mut rows, owner) = first.way.rows(owners);
    let meta = rows.meta();
    if let Some(by) = first.by() {
        let values = questions.iter().filter_map(|question| Some(question.named.as_ref()?.1.clone()));
        rows = rows.with_any(by, values);
    }
    let mut selection = Selection::default();
    let owner = selection.column(owner);
    let mut column = |field: usize| selection.column(belleville_db::ColumnPath::field(field));
    let (pk, by) = (column(meta.pk_position()), first.by().map(|by| (by, column(by))));
    let values: Vec<(usize, usize)> =
        first.class.validators.positions().iter().map(|field| (*field, column(*field))).collect();
    rows.select(db, &selection, &mut |row| {
        let value = |(field, at): (usize, usize)| of_column(&meta.fields[field], row.get(at)?);
        let name = by.map(value).transpose()?.map_or(Key::Null, |name| Key::of(&name));
        let values = values.iter().map(|(field, at)| Ok((*field, value((*field, *at))?)));
        let object = Object::new(value((meta.pk_position(), pk))?, values.collect::<Result<_>>()?);
        found.insert((Key::of_ref(row.get(owner)?), name), Arc::new(object));
        Ok(())
    })
    .await
}
