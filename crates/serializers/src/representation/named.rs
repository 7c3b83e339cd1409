//! The rows that validated values name by their keys, and what is shown of them: one question for each field, however many
//! values there are.

use std::borrow::Cow;
use std::collections::HashMap;

use belleville_db::python::str_of_value;
use belleville_db::{Result, Row, Rows, Selection, Value};

use crate::fields::{BoundField, DefaultValue, Field};
use crate::key::Key;
use crate::plan::Role;
use crate::relations::{Hyperlink, NamedRows, Related, TextRelated};
use crate::value::{Validated, ValidatedData};
use crate::{Context, SerializerClass};

/// What is shown of rows, by the field that names them and their keys.
#[derive(Debug, Default)]
pub(crate) struct Named {
    shown: HashMap<(FieldId, Key), Value>,
}

/// The address of a field: that of no other one.
type FieldId = usize;

/// A field that shows something else of a row than what is kept of it.
#[derive(Clone, Copy)]
enum Shows<'a> {
    Column(&'a Related),
    Link(&'a Hyperlink),
    Text(&'a TextRelated),
}

impl<'a> Shows<'a> {
    fn of(field: &'a dyn Field) -> Option<Self> {
        if let Some(link) = field.link() {
            return Some(Self::Link(link));
        }
        if let Some(text) = field.text() {
            return Some(Self::Text(text));
        }
        field.relation().filter(|related| !related.is_kept()).map(Self::Column)
    }

    fn id(self) -> FieldId {
        match self {
            Self::Column(related) => std::ptr::from_ref(related).addr(),
            Self::Link(link) => std::ptr::from_ref(link).addr(),
            Self::Text(text) => std::ptr::from_ref(text).addr(),
        }
    }

    /// What is shown of the rows with these keys.
    async fn read(self, keys: &[Value], context: &Context<'_>) -> Result<Vec<(Value, Value)>> {
        match self {
            Self::Column(related) => values(related.rows(), keys, context).await,
            Self::Link(link) => urls(link, keys, context).await,
            Self::Text(text) => texts(text, keys, context).await,
        }
    }
}

/// The values by which the rows are named, which are not what is kept of them.
async fn values(rows: &NamedRows, keys: &[Value], context: &Context<'_>) -> Result<Vec<(Value, Value)>> {
    Rows::all(rows.to).find_all(context.db(), rows.wanted(), keys, rows.by).await
}

async fn urls(link: &Hyperlink, keys: &[Value], context: &Context<'_>) -> Result<Vec<(Value, Value)>> {
    let rows = link.related.rows();
    let values = match link.related.is_kept() {
        true => keys.iter().map(|key| (key.clone(), key.clone())).collect(),
        false => values(rows, keys, context).await?,
    };
    let url_of = context.urls(&link.url)?;
    let url = |(key, value): (Value, Value)| {
        let value = str_of_value(value.as_ref());
        let url = url_of(&value).ok_or_else(|| Hyperlink::no_url(&link.url, &value))?;
        Ok((key, Value::Text(url)))
    };
    values.into_iter().map(url).collect()
}

async fn texts(text: &TextRelated, keys: &[Value], context: &Context<'_>) -> Result<Vec<(Value, Value)>> {
    let mut selection = Selection::default();
    let first = selection.all_columns(text.to, &[]);
    let mut found = Vec::with_capacity(keys.len());
    let each = &mut |row: &dyn Row| {
        let key = row.get(first + text.to.pk_position())?.to_owned();
        found.push((key, Value::Text((text.read)(row, first)?)));
        Ok(())
    };
    for keys in keys.chunks(belleville_db::Way::MOST_KEYS) {
        let rows = Rows::all(text.to).with_keys(keys.iter().cloned());
        rows.select(context.db(), &selection, each).await?;
    }
    Ok(found)
}

/// The keys that each field is asked for.
#[derive(Default)]
struct Asked<'a>(Vec<(Shows<'a>, Vec<Value>)>);

impl<'a> Asked<'a> {
    fn data(&mut self, class: &'a SerializerClass, data: &ValidatedData) {
        for field in class.shown_fields() {
            let value = match (field.source.is_object(), &field.bound.default) {
                (true, _) => None,
                (false, Some(DefaultValue::Value(default))) => field.source.find(data).or(Some(default)),
                (false, _) => field.source.find(data),
            };
            match (&field.role, value) {
                (Role::Nested(nested), None) if field.source.is_object() => self.data(&nested.class, data),
                (Role::Nested(nested), Some(value)) => self.nested(&nested.class, value),
                (Role::Value | Role::List(_), Some(value)) => self.value(&*field.bound.field, value),
                _ => {}
            }
        }
    }

    fn nested(&mut self, class: &'a SerializerClass, value: &Validated) {
        match value {
            Validated::Dict(data) => self.data(class, data),
            Validated::List(items) => items.iter().for_each(|item| self.nested(class, item)),
            Validated::Value(_) | Validated::Noted(_) => {}
        }
    }

    fn value(&mut self, field: &'a dyn Field, value: &Validated) {
        if let Some(shows) = Shows::of(field) {
            self.keys(shows, value);
        } else if let Some(child) = field.child_field() {
            match value {
                Validated::List(items) => items.iter().for_each(|item| self.value(&*child.field, item)),
                Validated::Dict(dict) => dict.iter().for_each(|(_, item)| self.value(&*child.field, item)),
                Validated::Value(_) | Validated::Noted(_) => {}
            }
        }
    }

    fn keys(&mut self, shows: Shows<'a>, value: &Validated) {
        match value {
            Validated::List(items) => items.iter().for_each(|item| self.keys(shows, item)),
            Validated::Value(Value::Array(keys)) => keys.iter().for_each(|key| self.key(shows, key)),
            Validated::Value(key) => self.key(shows, key),
            Validated::Dict(_) | Validated::Noted(_) => {}
        }
    }

    fn key(&mut self, shows: Shows<'a>, key: &Value) {
        if key.is_null() {
            return;
        }
        let at = self.0.iter().position(|(known, _)| known.id() == shows.id()).unwrap_or_else(|| {
            self.0.push((shows, Vec::new()));
            self.0.len() - 1
        });
        self.0[at].1.push(key.clone());
    }
}

impl Named {
    /// What is shown of the rows that values name.
    pub(crate) async fn read(
        class: &SerializerClass,
        all: &[&ValidatedData],
        context: &Context<'_>,
    ) -> Result<Self> {
        let mut asked = Asked::default();
        all.iter().for_each(|data| asked.data(class, data));
        let mut named = Self::default();
        named.learn(asked, context).await?;
        Ok(named)
    }

    /// The value with what is shown of rows in the place of their keys; null in the place of one that is not there any more.
    pub(super) async fn shown<'a>(
        &mut self,
        field: &BoundField,
        value: Cow<'a, Validated>,
        context: &Context<'_>,
    ) -> Result<Cow<'a, Validated>> {
        let mut asked = Asked::default();
        asked.value(&*field.field, &value);
        if asked.0.is_empty() {
            return Ok(value);
        }
        self.learn(asked, context).await?;
        Ok(Cow::Owned(self.replaced(&*field.field, &value)))
    }

    /// Asks for what is not known yet.
    async fn learn(&mut self, asked: Asked<'_>, context: &Context<'_>) -> Result<()> {
        for (shows, mut keys) in asked.0 {
            let id = shows.id();
            keys.retain(|key| match self.shown.entry((id, Key::of(key))) {
                std::collections::hash_map::Entry::Occupied(_) => false,
                std::collections::hash_map::Entry::Vacant(place) => {
                    place.insert(Value::Null);
                    true
                }
            });
            if keys.is_empty() {
                continue;
            }
            let found = shows.read(&keys, context).await?;
            self.shown.extend(found.into_iter().map(|(key, value)| ((id, Key::of(&key)), value)));
        }
        Ok(())
    }

    fn replaced(&self, field: &dyn Field, value: &Validated) -> Validated {
        if let Some(shows) = Shows::of(field) {
            return self.row(shows.id(), value);
        }
        match (field.child_field(), value) {
            (Some(child), Validated::List(items)) => {
                Validated::List(items.iter().map(|item| self.replaced(&*child.field, item)).collect())
            }
            (Some(child), Validated::Dict(dict)) => {
                let member =
                    |(name, item): (&str, &_)| (name.to_owned().into(), self.replaced(&*child.field, item));
                Validated::Dict(dict.iter().map(member).collect())
            }
            _ => value.clone(),
        }
    }

    fn row(&self, id: FieldId, value: &Validated) -> Validated {
        let shown = |key: &Value| self.shown.get(&(id, Key::of(key))).cloned().unwrap_or(Value::Null);
        match value {
            Validated::List(items) => Validated::List(items.iter().map(|item| self.row(id, item)).collect()),
            Validated::Value(Value::Array(keys)) => {
                Validated::Value(Value::Array(keys.iter().map(shown).collect()))
            }
            Validated::Value(key) => Validated::Value(shown(key)),
            Validated::Dict(_) | Validated::Noted(_) => value.clone(),
        }
    }
}
