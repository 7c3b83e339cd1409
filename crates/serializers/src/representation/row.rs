//! Writes one row.

use std::ops::Range;
use std::sync::Arc;

use belleville_db::json::write_str;
use belleville_db::python::str_of_value;
use belleville_db::{Error, Result, Row, ValueRef};

use super::output::{Absent, Body, Change, Member, Op, Output};
use crate::fields::{DefaultValue, cannot_show, write_primitive};
use crate::key::Key;
use crate::method::{AnyObject, Method};
use crate::relations::Hyperlink;
use crate::value::Validated;
use crate::{Context, UrlOf};

/// Rows that are being written: the bytes, and the places that are filled later.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) bytes: Vec<u8>,
    pub(super) holes: Vec<Hole>,
    /// Each row, with the key of the row that it belongs to.
    pub(super) items: Vec<(Key, Range<usize>)>,
}

impl Draft {
    /// A place that is filled later. A byte stands there until then, so that a row is never nothing.
    fn hole(&mut self, filling: Filling) {
        self.holes.push(Hole { at: self.bytes.len(), filling });
        self.bytes.push(b'?');
    }
}

/// A place that is filled when the rows have been read.
pub(super) struct Hole {
    pub(super) at: usize,
    pub(super) filling: Filling,
}

pub(super) enum Filling {
    /// The rows of a child that belong to a key.
    Child { child: usize, key: Key },
    /// An object that the serializer's own `to_representation` changes.
    Changed { draft: Box<Draft>, method: Change, object: Arc<AnyObject> },
    /// What an async method says of an object.
    Method { method: Method, object: Arc<AnyObject> },
}

/// One row while it is written.
pub(super) struct RowWriter<'a> {
    pub(super) row: &'a dyn Row,
    /// The object, where there is one already.
    pub(super) given: Option<&'a AnyObject>,
    pub(super) output: &'a Output,
    pub(super) context: &'a Context<'a>,
    /// The URLs of the output.
    pub(super) urls: &'a [UrlOf],
    /// The objects that were read for methods.
    pub(super) objects: Vec<Option<Arc<AnyObject>>>,
}

impl RowWriter<'_> {
    pub(super) fn write(&mut self, draft: &mut Draft) -> Result<()> {
        match &self.output.body {
            Body::Object(members) => self.members(members, draft),
            Body::Value(op) => self.op(op, draft),
        }
    }

    fn members(&mut self, members: &[Member], draft: &mut Draft) -> Result<()> {
        draft.bytes.push(b'{');
        let mut is_first = true;
        for member in members {
            if self.is_skipped(&member.op)? {
                continue;
            }
            draft.bytes.extend_from_slice(if is_first { &member.key[1..] } else { &member.key });
            is_first = false;
            self.op(&member.op, draft)?;
        }
        draft.bytes.push(b'}');
        Ok(())
    }

    /// Whether an object without an attribute is shown without its name.
    fn is_skipped(&self, op: &Op) -> Result<bool> {
        let is_skipped = |absent: &Absent| match absent {
            Absent::Skip => true,
            Absent::Default { .. } => self.context.is_partial(),
            Absent::Null => false,
        };
        match op {
            Op::Attribute { at, absent, .. } if is_skipped(absent) => {
                Ok(self.row.get(*at)? == ValueRef::Null)
            }
            Op::Absent(absent) => Ok(is_skipped(absent)),
            _ => Ok(false),
        }
    }

    fn absent(&self, absent: &Absent, draft: &mut Draft) -> Result<()> {
        let Absent::Default { default, field, is_nested } = absent else { return null(draft) };
        let value = match default {
            DefaultValue::Value(value) => value.clone(),
            DefaultValue::OfModel(value) => Validated::Value(value()),
            DefaultValue::Function(value) => value(self.context)?,
            DefaultValue::CreateOnly(_) => return null(draft),
        };
        match value {
            value if value.is_null() => null(draft),
            value if *is_nested => write_answer(&value, &mut draft.bytes),
            value => field.represent(&value, &mut draft.bytes),
        }
    }

    fn op(&mut self, op: &Op, draft: &mut Draft) -> Result<()> {
        match op {
            Op::Column { at, field, model, column } => {
                let written = self.row.get(*at).and_then(|value| match value {
                    ValueRef::Null => {
                        draft.bytes.extend_from_slice(b"null");
                        Ok(())
                    }
                    value => field.to_representation(value, &mut draft.bytes),
                });
                written.map_err(|error| error.in_column(model.db_table, column))
            }
            Op::Link { at, link } => match self.row.get(*at)? {
                ValueRef::Null => null(draft),
                value => {
                    let value = str_of_value(value);
                    let url = self
                        .urls
                        .get(*link)
                        .and_then(|url| url(&value))
                        .ok_or_else(|| self.no_url(*link, &value))?;
                    draft.bytes.push(b'"');
                    draft.bytes.extend_from_slice(url.as_bytes());
                    draft.bytes.push(b'"');
                    Ok(())
                }
            },
            Op::Label { at, meta, field } => match self.row.get(*at)? {
                ValueRef::Null => null(draft),
                value => {
                    let shown = meta.choice_label(value).map_or(value, ValueRef::Text);
                    field.to_representation(shown, &mut draft.bytes)
                }
            },
            Op::Nested { members } => self.members(members, draft),
            Op::IfPresent { at, op } => match self.row.get(*at)? {
                ValueRef::Null => null(draft),
                _ => self.op(op, draft),
            },
            Op::Attribute { at, op, absent } => match self.row.get(*at)? {
                ValueRef::Null => self.absent(absent, draft),
                _ => self.op(op, draft),
            },
            Op::Absent(absent) => self.absent(absent, draft),
            Op::Changed { object, method, members } => {
                let mut inside = Draft::default();
                self.members(members, &mut inside)?;
                let filling = Filling::Changed {
                    draft: Box::new(inside),
                    method: method.clone(),
                    object: self.object(*object)?,
                };
                draft.hole(filling);
                Ok(())
            }
            Op::Text { present, first, read } => match self.row.get(*present)? {
                ValueRef::Null => null(draft),
                _ => {
                    write_str(&mut draft.bytes, &read(self.row, *first)?);
                    Ok(())
                }
            },
            Op::Child { at, child } => {
                let key = Key::of_ref(self.row.get(*at)?);
                draft.hole(Filling::Child { child: *child, key });
                Ok(())
            }
            Op::Method { object, method } => self.method(*object, method, draft),
        }
    }

    fn no_url(&self, link: usize, value: &str) -> Error {
        self.output.links.get(link).map_or_else(cannot_show, |url| Hyperlink::no_url(url, value))
    }

    fn method(&mut self, object: usize, method: &Method, draft: &mut Draft) -> Result<()> {
        match method {
            Method::Now(call) => {
                let value = match self.given.filter(|_| object == 0) {
                    Some(given) => call(given, self.context)?,
                    None => {
                        let object = self.object(object)?;
                        call(&*object, self.context)?
                    }
                };
                write_answer(&value, &mut draft.bytes)
            }
            Method::Later(_) => {
                let object = self.object(object)?;
                let filling = Filling::Method { method: method.clone(), object };
                draft.hole(filling);
                Ok(())
            }
        }
    }

    /// The object that a method is given. Each is read once.
    fn object(&mut self, index: usize) -> Result<Arc<AnyObject>> {
        if self.objects.is_empty() {
            self.objects.resize(self.output.objects.len(), None);
        }
        if let Some(Some(object)) = self.objects.get(index) {
            return Ok(Arc::clone(object));
        }
        let (first, read) = self.output.objects[index];
        let object: Arc<AnyObject> = read(self.row, first)?.into();
        self.objects[index] = Some(Arc::clone(&object));
        Ok(object)
    }
}

fn null(draft: &mut Draft) -> Result<()> {
    draft.bytes.extend_from_slice(b"null");
    Ok(())
}

/// What a method has answered, as DRF's JSON encoder writes it.
pub(super) fn write_answer(value: &Validated, out: &mut Vec<u8>) -> Result<()> {
    match value {
        Validated::Value(value) => write_primitive(value.as_ref(), out),
        Validated::List(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_answer(item, out)?;
            }
            out.push(b']');
            Ok(())
        }
        Validated::Dict(data) => {
            out.push(b'{');
            for (index, (key, value)) in data.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_str(out, key);
                out.push(b':');
                write_answer(value, out)?;
            }
            out.push(b'}');
            Ok(())
        }
    }
}
