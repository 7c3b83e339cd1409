//! Writes one row.

use std::ops::Range;
use std::sync::Arc;

use belleville_db::json::{write_i64, write_plain_ascii, write_str};
use belleville_db::python::str_of_value;
use belleville_db::{Error, Result, Row, ValueRef, write_iso_8601};

use super::children::Owners;
use super::output::{Absent, Body, Change, Members, Op, Output};
use crate::fields::{
    AsIs, DefaultValue, Field, OutputFormat, cannot_show, write_bool, write_iso_date, write_plain_datetime,
    write_validated,
};
use crate::method::{AnyObject, Method};
use crate::relations::Hyperlink;
use crate::value::Validated;
use crate::{Context, UrlOf};

/// Rows that are being written: the bytes, and the places that are filled later.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) bytes: Vec<u8>,
    pub(super) holes: Vec<Hole>,
    /// Each row of a child, with the position of its owner.
    pub(super) items: Vec<(usize, Range<usize>)>,
}

impl Draft {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), ..Self::default() }
    }

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
    /// The rows of a child that belong to an owner.
    Child { child: usize, owner: Option<usize> },
    /// An object that the serializer's own `to_representation` changes.
    Changed { draft: Box<Draft>, method: Change, object: Arc<AnyObject> },
    /// What an async method says of an object.
    Method { method: Method, object: Arc<AnyObject> },
}

/// What the rows of a query are written with.
pub(super) struct Writing<'a> {
    pub(super) output: &'a Output,
    pub(super) context: &'a Context<'a>,
    as_is: ShownAsIs,
    /// The URLs of the output.
    urls: Vec<UrlOf>,
    /// The keys of the rows that have been written, for each child.
    pub(super) owners: Vec<Owners>,
}

impl<'a> Writing<'a> {
    pub(super) fn new(output: &'a Output, context: &'a Context<'a>) -> Result<Self> {
        let owners = output.children.iter().map(|_| Owners::default()).collect();
        Ok(Self { output, context, as_is: ShownAsIs::of(context), urls: output.urls(context)?, owners })
    }

    /// Writes a row, of which there may be an object already.
    pub(super) fn row(&mut self, row: &dyn Row, given: Option<&AnyObject>, draft: &mut Draft) -> Result<()> {
        let (context, asks_thread) = (self.context, self.output.asks_thread);
        let mut writer = RowWriter { row, given, writing: self, objects: Vec::new() };
        if asks_thread { context.during(|| writer.write(draft)) } else { writer.write(draft) }
    }
}

/// Which kinds of values the settings and the time zone show as they are.
struct ShownAsIs {
    big_whole: bool,
    date: bool,
    datetime: bool,
}

impl ShownAsIs {
    fn of(context: &Context<'_>) -> Self {
        let (defaults, is_utc) = (context.defaults(), context.db().time_zone().is_utc());
        Self {
            big_whole: !defaults.coerces_big_integers(),
            date: !matches!(defaults.date().output, OutputFormat::Strftime(_)),
            datetime: match defaults.datetime().output {
                OutputFormat::Iso8601 => is_utc,
                OutputFormat::Unformatted => true,
                OutputFormat::Strftime(_) => false,
            },
        }
    }
}

/// One row while it is written.
struct RowWriter<'a, 'w> {
    row: &'a dyn Row,
    /// The object, where there is one already.
    given: Option<&'a AnyObject>,
    writing: &'a mut Writing<'w>,
    /// The objects that were read for methods.
    objects: Vec<Option<Arc<AnyObject>>>,
}

impl RowWriter<'_, '_> {
    fn write(&mut self, draft: &mut Draft) -> Result<()> {
        match &self.writing.output.body {
            Body::Object(members) => self.members(members, draft),
            Body::Value(op) => self.op(op, draft),
        }
    }

    fn members(&mut self, members: &Members, draft: &mut Draft) -> Result<()> {
        if members.may_skip || members.all.is_empty() {
            return self.some_members(members, draft);
        }
        for member in &members.all {
            draft.bytes.extend_from_slice(&member.key);
            self.op(&member.op, draft)?;
        }
        draft.bytes.push(b'}');
        Ok(())
    }

    /// Those members that are not left out.
    fn some_members(&mut self, members: &Members, draft: &mut Draft) -> Result<()> {
        let mut before = b'{';
        for member in &members.all {
            if self.is_skipped(&member.op)? {
                continue;
            }
            draft.bytes.push(before);
            draft.bytes.extend_from_slice(&member.key[1..]);
            before = b',';
            self.op(&member.op, draft)?;
        }
        if before == b'{' {
            draft.bytes.push(b'{');
        }
        draft.bytes.push(b'}');
        Ok(())
    }

    /// Whether an object without an attribute is shown without its name.
    fn is_skipped(&self, op: &Op) -> Result<bool> {
        let is_skipped = |absent: &Absent| match absent {
            Absent::Skip => true,
            Absent::Default { .. } => self.writing.context.is_partial(),
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
            DefaultValue::Function(value) => value(self.writing.context)?,
            DefaultValue::CreateOnly(_) => return null(draft),
        };
        match value {
            value if value.is_null() => null(draft),
            value if *is_nested => write_validated(&value, &mut draft.bytes),
            value => field.represent(&value, self.writing.context, &mut draft.bytes),
        }
    }

    fn op(&mut self, op: &Op, draft: &mut Draft) -> Result<()> {
        match op {
            Op::Column { at, as_is, field, model, column } => {
                if self.text(*at, *as_is, &mut draft.bytes) {
                    return Ok(());
                }
                let written = match self.row.get(*at) {
                    Ok(value) => self.column(value, *as_is, &**field, &mut draft.bytes),
                    Err(error) => Err(error),
                };
                written.map_err(|error| error.in_column(model.db_table, column))
            }
            Op::Link { at, link } => match self.row.get(*at)? {
                ValueRef::Null => null(draft),
                value => {
                    let value = str_of_value(value);
                    let url = self
                        .writing
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
                    field.show(shown, self.writing.context, &mut draft.bytes)
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
                let owner = self.writing.owners[*child].add(self.row.get(*at)?);
                draft.hole(Filling::Child { child: *child, owner });
                Ok(())
            }
            Op::OfValues { positions, method } => {
                let value = method.call(self.row, positions, self.writing.context)?;
                write_validated(&value, &mut draft.bytes)
            }
            Op::Method { object, method } => self.method(*object, method, draft),
        }
    }

    /// Writes a text that is shown as it is, straight from the database's memory; whether it was one.
    fn text(&self, at: usize, as_is: AsIs, out: &mut Vec<u8>) -> bool {
        let shown = &self.writing.as_is;
        let is_shown = match as_is {
            AsIs::Text => true,
            AsIs::DateTime => shown.datetime,
            AsIs::Date => shown.date,
            _ => false,
        };
        if !is_shown {
            return false;
        }
        let Some(bytes) = self.row.bytes_of_text(at) else { return false };
        match as_is {
            AsIs::DateTime => write_plain_datetime(out, bytes),
            AsIs::Date => write_iso_date(out, bytes),
            _ => {
                write_plain_ascii(out, bytes)
                    || std::str::from_utf8(bytes).is_ok_and(|text| {
                        write_str(out, text);
                        true
                    })
            }
        }
    }

    fn column(&self, value: ValueRef<'_>, as_is: AsIs, field: &dyn Field, out: &mut Vec<u8>) -> Result<()> {
        let shown = &self.writing.as_is;
        match (as_is, value) {
            (_, ValueRef::Null) => out.extend_from_slice(b"null"),
            (AsIs::Text, ValueRef::Text(text)) => write_str(out, text),
            (AsIs::Whole, ValueRef::Int(number)) => write_i64(out, number),
            (AsIs::BigWhole, ValueRef::Int(number)) if shown.big_whole => write_i64(out, number),
            (AsIs::Truth, ValueRef::Int(number)) => write_bool(out, number != 0),
            (AsIs::Truth, ValueRef::Bool(truth)) => write_bool(out, truth),
            (AsIs::DateTime, ValueRef::DateTime(at)) if shown.datetime => write_iso_8601(out, at),
            (_, value) => return self.show(value, field, out),
        }
        Ok(())
    }

    fn show(&self, value: ValueRef<'_>, field: &dyn Field, out: &mut Vec<u8>) -> Result<()> {
        let context = self.writing.context;
        match self.writing.output.asks_thread {
            // The row is written in the context already.
            true => field.show(value, context, out),
            false => context.during(|| field.show(value, context, out)),
        }
    }

    fn no_url(&self, link: usize, value: &str) -> Error {
        let url = self.writing.output.links.get(link);
        url.map_or_else(cannot_show, |url| Hyperlink::no_url(url, value))
    }

    fn method(&mut self, object: usize, method: &Method, draft: &mut Draft) -> Result<()> {
        match method {
            Method::Now(call) => {
                let value = match self.given.filter(|_| object == 0) {
                    Some(given) => call(given, self.writing.context)?,
                    None => {
                        let object = self.object(object)?;
                        call(&*object, self.writing.context)?
                    }
                };
                write_validated(&value, &mut draft.bytes)
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
            self.objects.resize(self.writing.output.objects.len(), None);
        }
        if let Some(Some(object)) = self.objects.get(index) {
            return Ok(Arc::clone(object));
        }
        let (first, read) = self.writing.output.objects[index];
        let object: Arc<AnyObject> = read(self.row, first)?.into();
        self.objects[index] = Some(Arc::clone(&object));
        Ok(object)
    }
}

fn null(draft: &mut Draft) -> Result<()> {
    draft.bytes.extend_from_slice(b"null");
    Ok(())
}
