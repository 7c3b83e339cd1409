//! Reads rows and what belongs to them, and puts the bytes together.

use std::collections::{HashMap, HashSet};
use std::iter::Peekable;
use std::ops::Range;
use std::sync::Arc;
use std::vec::IntoIter;

use belleville_db::json::{self, Json};
use belleville_db::{ColumnPath, Error, Result, Row, Rows, Selection, Value, Way};

use super::output::{Change, Child, Output};
use super::row::{Draft, Filling, Hole, RowWriter};
use crate::fields::{cannot_show, write_validated};
use crate::key::Key;
use crate::method::{AnyObject, Method};
use crate::{Context, UrlOf};

/// What stands around the rows.
#[derive(Clone, Copy)]
pub(super) enum Frame {
    /// An array.
    List,
    /// Nothing: there is one row at most, of this model.
    One(&'static str),
}

/// The rows of a query.
pub(super) async fn rows(
    output: &Output,
    rows: &Rows,
    frame: Frame,
    context: &Context<'_>,
) -> Result<Vec<u8>> {
    let is_list = matches!(frame, Frame::List);
    let mut draft = Draft { bytes: Vec::with_capacity(if is_list { 4096 } else { 256 }), ..Draft::default() };
    if is_list {
        draft.bytes.push(b'[');
    }
    let (first, urls) = (draft.bytes.len(), output.urls(context)?);
    let each = &mut |row: &dyn Row| {
        if draft.bytes.len() > first {
            match frame {
                Frame::List => draft.bytes.push(b','),
                Frame::One(model) => return Err(Error::MultipleObjectsReturned(model)),
            }
        }
        write_row(output, row, None, context, &urls, &mut draft)
    };
    match &output.own_fields {
        Some(fields) => rows.for_each(context.db(), fields, each).await?,
        None => rows.select(context.db(), &output.selection, each).await?,
    }
    if is_list {
        draft.bytes.push(b']');
    }
    Ok(filled(output, draft, context).await?.bytes)
}

/// An object, whose columns a row has.
pub(super) async fn object(
    output: &Output,
    row: &(dyn Row + Sync),
    given: Option<&AnyObject>,
    context: &Context<'_>,
) -> Result<Vec<u8>> {
    let mut draft = Draft { bytes: Vec::with_capacity(256), ..Draft::default() };
    write_row(output, row, given, context, &output.urls(context)?, &mut draft)?;
    Ok(filled(output, draft, context).await?.bytes)
}

/// A list of objects that is being written.
pub(super) struct Objects<'a> {
    output: &'a Output,
    context: &'a Context<'a>,
    urls: Vec<UrlOf>,
    draft: Draft,
}

impl<'a> Objects<'a> {
    pub(super) fn new(output: &'a Output, context: &'a Context<'a>) -> Result<Self> {
        let draft = Draft { bytes: vec![b'['], ..Draft::default() };
        Ok(Self { output, context, urls: output.urls(context)?, draft })
    }

    /// Writes an object, whose columns a row has.
    pub(super) fn add(&mut self, row: &dyn Row, object: &AnyObject) -> Result<()> {
        if self.draft.bytes.len() > 1 {
            self.draft.bytes.push(b',');
        }
        write_row(self.output, row, Some(object), self.context, &self.urls, &mut self.draft)
    }

    pub(super) async fn finish(mut self) -> Result<Vec<u8>> {
        self.draft.bytes.push(b']');
        Ok(filled(self.output, self.draft, self.context).await?.bytes)
    }
}

fn write_row(
    output: &Output,
    row: &dyn Row,
    given: Option<&AnyObject>,
    context: &Context<'_>,
    urls: &[UrlOf],
    draft: &mut Draft,
) -> Result<()> {
    let mut writer = RowWriter { row, given, output, context, urls, objects: Vec::new() };
    // Points in time are shown as clocks in the program's time zone show them.
    context.during(|| writer.write(draft))
}

/// The same with every place filled.
async fn filled(output: &Output, draft: Draft, context: &Context<'_>) -> Result<Draft> {
    if draft.holes.is_empty() {
        return Ok(draft);
    }
    // Boxed, so that rows without relations do not take its memory.
    Box::pin(fill(output, draft, context)).await
}

async fn fill(output: &Output, draft: Draft, context: &Context<'_>) -> Result<Draft> {
    let mut children = Vec::with_capacity(output.children.len());
    for (index, child) in output.children.iter().enumerate() {
        children.push(children_of(child, keys_of(&draft, index), context).await?);
    }
    let filler = Filler { output, children, context };
    let mut holes = draft.holes.into_iter().peekable();
    let mut bytes = Vec::with_capacity(draft.bytes.len() * 2);
    if draft.items.is_empty() {
        filler.fill(&draft.bytes, 0..draft.bytes.len(), &mut holes, &mut bytes).await?;
        return Ok(Draft { bytes, ..Draft::default() });
    }
    let mut items = Vec::with_capacity(draft.items.len());
    for (key, range) in draft.items {
        let first = bytes.len();
        filler.fill(&draft.bytes, range, &mut holes, &mut bytes).await?;
        items.push((key, first..bytes.len()));
    }
    Ok(Draft { bytes, items, ..Draft::default() })
}

type Holes = Peekable<IntoIter<Hole>>;

/// Copies what was written, and fills the places in it.
struct Filler<'a> {
    output: &'a Output,
    children: Vec<Children>,
    context: &'a Context<'a>,
}

impl Filler<'_> {
    /// The next range of what was written.
    async fn fill(
        &self,
        written: &[u8],
        range: Range<usize>,
        holes: &mut Holes,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let mut from = range.start;
        while let Some(hole) = holes.next_if(|hole| hole.at < range.end) {
            out.extend_from_slice(&written[from..hole.at]);
            from = hole.at + 1;
            match hole.filling {
                Filling::Child { child, key } => {
                    let (first, meant) = (out.len(), &self.output.children[child]);
                    self.children[child].write(&key, meant.is_one, out);
                    if let Some(list) = &meant.list {
                        list.changed(first, self.context, out).await?;
                    }
                }
                Filling::Method { method, object } => {
                    if let Method::Later(call) = &method {
                        write_validated(&call(&*object, self.context).await?, out)?;
                    }
                }
                Filling::Changed { draft, method, object } => {
                    Box::pin(self.change(*draft, &method, &object, out)).await?;
                }
            }
        }
        out.extend_from_slice(&written[from..range.end]);
        Ok(())
    }

    /// Hands an object to the serializer's own `to_representation`.
    async fn change(
        &self,
        draft: Draft,
        method: &Change,
        object: &Arc<AnyObject>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let mut written = Vec::with_capacity(draft.bytes.len() * 2);
        let mut holes = draft.holes.into_iter().peekable();
        self.fill(&draft.bytes, 0..draft.bytes.len(), &mut holes, &mut written).await?;
        let text = String::from_utf8(written).map_err(|_| cannot_show())?;
        let Ok(Json::Dict(data)) = json::parse(&text) else { return Err(cannot_show()) };
        let changed = (method.0)(&**object, data, self.context).await?;
        Json::Dict(changed).write(out).map_err(|_| cannot_show())
    }
}

/// The keys that the rows of a child are asked for.
fn keys_of(draft: &Draft, index: usize) -> Vec<Value> {
    let (mut seen, mut keys) = (HashSet::new(), Vec::new());
    collect_keys(draft, index, &mut seen, &mut keys);
    keys
}

fn collect_keys<'a>(draft: &'a Draft, index: usize, seen: &mut HashSet<&'a Key>, keys: &mut Vec<Value>) {
    for hole in &draft.holes {
        match &hole.filling {
            Filling::Child { child, key } if *child == index && *key != Key::Null => {
                if seen.insert(key) {
                    keys.push(key.to_value());
                }
            }
            Filling::Changed { draft, .. } => collect_keys(draft, index, seen, keys),
            Filling::Child { .. } | Filling::Method { .. } => {}
        }
    }
}

/// The rows of a child, written, by the key that they belong to.
struct Children {
    pages: Vec<Vec<u8>>,
    /// The page of each row, and where in it.
    of: HashMap<Key, Vec<(usize, Range<usize>)>>,
}

impl Children {
    fn write(&self, key: &Key, is_one: bool, out: &mut Vec<u8>) {
        let rows = self.of.get(key).map_or(&[][..], Vec::as_slice);
        if is_one {
            match rows.first() {
                Some((page, range)) => out.extend_from_slice(&self.pages[*page][range.clone()]),
                None => out.extend_from_slice(b"null"),
            }
            return;
        }
        out.push(b'[');
        for (index, (page, range)) in rows.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(&self.pages[*page][range.clone()]);
        }
        out.push(b']');
    }
}

async fn children_of(child: &Child, keys: Vec<Value>, context: &Context<'_>) -> Result<Children> {
    let mut children = Children { pages: Vec::new(), of: HashMap::with_capacity(keys.len()) };
    for keys in keys.chunks(Way::MOST_KEYS) {
        let (rows, owner) = child.way.rows(keys.iter().cloned());
        let draft = Box::pin(owned_rows(child.output(), &rows, owner, context)).await?;
        let page = children.pages.len();
        for (key, range) in draft.items {
            children.of.entry(key).or_default().push((page, range));
        }
        children.pages.push(draft.bytes);
    }
    Ok(children)
}

/// The rows of a query, each with the key of the row that it belongs to.
async fn owned_rows(output: &Output, rows: &Rows, owner: ColumnPath, context: &Context<'_>) -> Result<Draft> {
    let mut selection: Selection = output.selection.clone();
    let (owner, urls) = (selection.column(owner), output.urls(context)?);
    let mut draft = Draft { bytes: Vec::with_capacity(4096), ..Draft::default() };
    let each = &mut |row: &dyn Row| {
        let first = draft.bytes.len();
        write_row(output, row, None, context, &urls, &mut draft)?;
        draft.items.push((Key::of_ref(row.get(owner)?), first..draft.bytes.len()));
        Ok(())
    };
    rows.select(context.db(), &selection, each).await?;
    filled(output, draft, context).await
}
