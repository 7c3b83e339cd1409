//! Reads rows and what belongs to them, and puts the bytes together.

use std::iter::Peekable;
use std::ops::Range;
use std::sync::Arc;
use std::vec::IntoIter;

use belleville_db::json::{self, Json};
use belleville_db::{ColumnPath, Error, Result, Row, RowBatches, Rows, Selection, ValueRef, Way};

use super::children::{Children, Owners};
use super::output::{Change, Child, Output};
use super::row::{Draft, Filling, Hole, Writing};
use crate::Context;
use crate::fields::{cannot_show, write_validated};
use crate::method::{AnyObject, Method};

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
    let mut draft = Draft::with_capacity(if is_list { 4096 } else { 256 });
    if is_list {
        draft.bytes.push(b'[');
    }
    let (first, mut writing) = (draft.bytes.len(), Writing::new(output, context)?);
    let each = &mut |row: &dyn Row| {
        if draft.bytes.len() > first {
            match frame {
                Frame::List => draft.bytes.push(b','),
                Frame::One(model) => return Err(Error::MultipleObjectsReturned(model)),
            }
        }
        writing.row(row, None, &mut draft)
    };
    match &output.own_fields {
        Some(fields) => rows.for_each(context.db(), fields, each).await?,
        None => rows.select(context.db(), &output.selection, each).await?,
    }
    if is_list {
        draft.bytes.push(b']');
    }
    let known = if rows.are_all() { Known::All } else { Known::Some };
    Ok(filled(writing, draft, known).await?.bytes)
}

/// The rows of the next batch of a query, as an array.
pub(super) async fn batch(output: &Output, rows: &mut RowBatches, context: &Context<'_>) -> Result<Vec<u8>> {
    let mut draft = Draft::with_capacity(4096);
    draft.bytes.push(b'[');
    let mut writing = Writing::new(output, context)?;
    let each = &mut |row: &dyn Row| {
        if draft.bytes.len() > 1 {
            draft.bytes.push(b',');
        }
        writing.row(row, None, &mut draft)
    };
    rows.next(each).await?;
    draft.bytes.push(b']');
    Ok(filled(writing, draft, Known::Some).await?.bytes)
}

/// An object, whose columns a row has.
pub(super) async fn object(
    output: &Output,
    row: &(dyn Row + Sync),
    given: Option<&AnyObject>,
    context: &Context<'_>,
) -> Result<Vec<u8>> {
    let mut draft = Draft::with_capacity(256);
    let mut writing = Writing::new(output, context)?;
    writing.row(row, given, &mut draft)?;
    Ok(filled(writing, draft, Known::Some).await?.bytes)
}

/// A list of objects that is being written.
pub(super) struct Objects<'a> {
    writing: Writing<'a>,
    draft: Draft,
}

impl<'a> Objects<'a> {
    pub(super) fn new(output: &'a Output, context: &'a Context<'a>) -> Result<Self> {
        let draft = Draft { bytes: vec![b'['], ..Draft::default() };
        Ok(Self { writing: Writing::new(output, context)?, draft })
    }

    /// Writes an object, whose columns a row has.
    pub(super) fn add(&mut self, row: &dyn Row, object: &AnyObject) -> Result<()> {
        if self.draft.bytes.len() > 1 {
            self.draft.bytes.push(b',');
        }
        self.writing.row(row, Some(object), &mut self.draft)
    }

    pub(super) async fn finish(mut self) -> Result<Vec<u8>> {
        self.draft.bytes.push(b']');
        Ok(filled(self.writing, self.draft, Known::Some).await?.bytes)
    }
}

/// Which rows of a model were written.
#[derive(Clone, Copy, PartialEq)]
enum Known {
    /// All that there were, so that what belongs to them need not be looked for by their keys.
    All,
    Some,
}

/// The same with every place filled.
async fn filled(writing: Writing<'_>, draft: Draft, known: Known) -> Result<Draft> {
    if draft.holes.is_empty() {
        return Ok(draft);
    }
    // Boxed, so that rows without relations do not take its memory.
    Box::pin(fill(writing, draft, known)).await
}

async fn fill(writing: Writing<'_>, draft: Draft, known: Known) -> Result<Draft> {
    let Writing { output, context, owners, .. } = writing;
    let mut children = Vec::with_capacity(output.children.len());
    for (child, owners) in output.children.iter().zip(&owners) {
        children.push(children_of(child, owners, known, context).await?);
    }
    let filler = Filler { output, children, context };
    let mut holes = draft.holes.into_iter().peekable();
    let mut bytes = Vec::with_capacity(draft.bytes.len() * 2);
    if draft.items.is_empty() {
        filler.fill(&draft.bytes, 0..draft.bytes.len(), &mut holes, &mut bytes).await?;
        return Ok(Draft { bytes, ..Draft::default() });
    }
    let mut items = Vec::with_capacity(draft.items.len());
    for (owner, range) in draft.items {
        let first = bytes.len();
        filler.fill(&draft.bytes, range, &mut holes, &mut bytes).await?;
        items.push((owner, first..bytes.len()));
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
                Filling::Child { child, owner } => {
                    let (first, meant) = (out.len(), &self.output.children[child]);
                    self.children[child].write(owner, meant.is_one, out);
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
        let Ok(Json::Dict(data)) = json::loads(&text) else { return Err(cannot_show()) };
        let changed = (method.0)(&**object, data, self.context).await?;
        self.context.defaults().write(&Json::Dict(changed), out)
    }
}

async fn children_of(
    child: &Child,
    owners: &Owners,
    known: Known,
    context: &Context<'_>,
) -> Result<Children> {
    let mut children = Children::of(owners);
    if let Some(given) = context.given_rows().filter(|_| child.are_given)
        && let [owner] = &*owners.keys()
        && let Some(keys) = given.of(child.way, owner, context).await?
    {
        add_given(&mut children, child, keys, context)?;
        return Ok(children);
    }
    let is_page = owners.len() <= Way::MOST_KEYS;
    if let Some((rows, owner)) = child.way.all_rows().filter(|_| known == Known::All && is_page) {
        add_rows(&mut children, child, (&rows, owner), owners, context).await?;
        return Ok(children);
    }
    let keys = owners.keys();
    for keys in keys.chunks(Way::MOST_KEYS) {
        let (rows, owner) = child.way.rows(keys.iter().cloned());
        add_rows(&mut children, child, (&rows, owner), owners, context).await?;
    }
    Ok(children)
}

/// Adds the rows of the one owner that there is, of which only the keys are shown.
fn add_given(children: &mut Children, child: &Child, keys: &[i64], context: &Context<'_>) -> Result<()> {
    let mut writing = Writing::new(child.output(), context)?;
    let mut draft = Draft::with_capacity(keys.len() * 8);
    for key in keys {
        let first = draft.bytes.len();
        writing.row(&KeyRow(*key), None, &mut draft)?;
        children.add(0, first..draft.bytes.len());
    }
    children.add_page(draft.bytes);
    Ok(())
}

/// A row of which nothing is read but its key.
struct KeyRow(i64);

impl Row for KeyRow {
    fn get(&self, index: usize) -> Result<ValueRef<'_>> {
        match index {
            0 => Ok(ValueRef::Int(self.0)),
            _ => Err(Error::Decode(format!("the row has no column {index}"))),
        }
    }
}

/// Adds the rows of a query, in which a column has the key of the row that each belongs to.
async fn add_rows(
    children: &mut Children,
    child: &Child,
    (rows, owner): (&Rows, ColumnPath),
    owners: &Owners,
    context: &Context<'_>,
) -> Result<()> {
    let output = child.output();
    let mut selection: Selection = output.selection.clone();
    let (owner, mut writing) = (selection.column(owner), Writing::new(output, context)?);
    let mut draft = Draft::with_capacity(4096);
    // What has no places to be filled stays where it is written.
    let stays = output.children.is_empty() && output.objects.is_empty();
    let each = &mut |row: &dyn Row| {
        if let Some(owner) = owners.find(row.get(owner)?) {
            let first = draft.bytes.len();
            writing.row(row, None, &mut draft)?;
            let written = first..draft.bytes.len();
            if stays { children.add(owner, written) } else { draft.items.push((owner, written)) }
        }
        Ok(())
    };
    rows.select(context.db(), &selection, each).await?;
    let draft = Box::pin(filled(writing, draft, Known::Some)).await?;
    draft.items.into_iter().for_each(|(owner, written)| children.add(owner, written));
    children.add_page(draft.bytes);
    Ok(())
}
