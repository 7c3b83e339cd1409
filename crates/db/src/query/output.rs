//! What a query reads: objects, objects with annotations, or some values.

use std::borrow::Cow;
use std::fmt::Debug;
use std::marker::PhantomData;

use super::aggregates::Aggregated;
use super::expr::{Column, Expr, Q};
use super::node::Node;
use super::path::{Hop, end_of};
use super::select::Query;
use crate::value::decimal_with_places;
use crate::{FieldKind, FieldValue, Model, Result, Row, ValueRef};

/// What a query reads of each row.
pub trait Output<M>: Debug {
    /// What a row becomes.
    type Item: Send;

    /// How many rows of one-to-one keys back are read with it.
    #[doc(hidden)]
    const BACK: usize = 0;

    #[doc(hidden)]
    fn read(row: &dyn Row, query: &Reading<'_>) -> Result<Self::Item>;
}

/// What is read begins with whole objects.
pub trait OfObjects {}

impl OfObjects for Objects {}

impl<V> OfObjects for Annotated<V> {}

impl<Out, R> OfObjects for WithOne<Out, R> {}

/// The query whose rows are read.
#[doc(hidden)]
pub struct Reading<'a> {
    query: &'a Query,
    layout: Cow<'a, Layout>,
}

/// Where in a row what stands that a query reads.
#[derive(Clone)]
pub(super) struct Layout {
    /// How many columns stand before the values that are computed or chosen.
    own_columns: usize,
    /// Where the columns of rows begin that refer back by a one-to-one key.
    back: Vec<usize>,
    /// The decimal places of those values that are columns of decimals; empty where there are none.
    places: Vec<Option<u16>>,
}

impl Layout {
    pub(super) fn of(query: &Query) -> Self {
        let related = query.related.iter().map(|hops| end_of(query.meta, hops).fields.len());
        let own_columns =
            if query.selected.is_some() { 0 } else { query.meta.fields.len() + related.sum::<usize>() };
        let places = match &query.selected {
            Some(nodes) => places(query, nodes.iter()),
            None => places(query, query.annotations()),
        };
        let mut back = Vec::new();
        let mut offset = query.meta.fields.len();
        for hops in &query.related {
            if hops.iter().any(|hop| !matches!(hop, Hop::Forward(_))) {
                back.push(offset);
            }
            offset += end_of(query.meta, hops).fields.len();
        }
        Self { own_columns, back, places }
    }
}

impl<'a> Reading<'a> {
    pub(super) fn new(query: &'a Query) -> Self {
        Self { query, layout: Cow::Owned(Layout::of(query)) }
    }

    /// Of a query whose layout is known.
    pub(super) fn known(query: &'a Query, layout: &'a Layout) -> Self {
        Self { query, layout: Cow::Borrowed(layout) }
    }

    fn values<V: Record>(&self, row: &dyn Row) -> Result<V> {
        V::read(row, self.layout.own_columns, &self.layout.places).map_err(|(index, error)| {
            match self.query.selected.as_deref().and_then(|nodes| nodes.get(index)) {
                Some(Node::Column(path)) => {
                    let model = path.model(self.query.meta);
                    error.in_column(model.db_table, model.fields[path.last()].column)
                }
                _ => error,
            }
        })
    }
}

/// Those of some values, if any of them has some.
pub(super) fn places<'a>(query: &Query, nodes: impl Iterator<Item = &'a Node> + Clone) -> Vec<Option<u16>> {
    let places = nodes.map(|node| places_of(query, node));
    if places.clone().any(|places| places.is_some()) { places.collect() } else { Vec::new() }
}

/// The decimal places of a column of decimals. SQLite does not keep them.
fn places_of(query: &Query, node: &Node) -> Option<u16> {
    let Node::Column(path) = node else { return None };
    match path.model(query.meta).fields[path.last()].kind {
        FieldKind::DecimalField { decimal_places, .. } => Some(decimal_places),
        _ => None,
    }
}

/// Whole objects.
#[derive(Clone, Copy, Debug)]
pub struct Objects;

impl<M: Model> Output<M> for Objects {
    type Item = M;

    fn read(row: &dyn Row, query: &Reading<'_>) -> Result<M> {
        let mut object = M::from_row(row, 0)?;
        let mut offset = M::meta().fields.len();
        for hops in &query.query.related {
            // Rows that refer back are no part of the object.
            if let Some(positions) = positions(hops) {
                object.load_related(&positions, row, offset)?;
            }
            offset += end_of(M::meta(), hops).fields.len();
        }
        Ok(object)
    }
}

/// The foreign keys on the way, where it goes forward only.
fn positions(hops: &[Hop]) -> Option<Vec<usize>> {
    let position = |hop: &Hop| match hop {
        Hop::Forward(key) => Some(*key),
        Hop::Reverse(..) | Hop::Generic(..) | Hop::GenericBack(..) => None,
    };
    hops.iter().map(position).collect()
}

/// What another query reads, and the row that refers to each object by a one-to-one key.
pub struct WithOne<Out, R>(PhantomData<fn() -> (Out, R)>);

impl<Out, R> Debug for WithOne<Out, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WithOne")
    }
}

impl<M: Model, Out: Output<M>, R: Model> Output<M> for WithOne<Out, R> {
    type Item = (Out::Item, Option<R>);

    const BACK: usize = Out::BACK + 1;

    fn read(row: &dyn Row, query: &Reading<'_>) -> Result<Self::Item> {
        let item = Out::read(row, query)?;
        let offset = query.layout.back.get(Out::BACK).copied().unwrap_or_default();
        let is_missing = matches!(row.get(offset + R::meta().pk_position())?, ValueRef::Null);
        let other = if is_missing { None } else { Some(R::from_row(row, offset)?) };
        Ok((item, other))
    }
}

/// Whole objects, each with values that the database has computed.
pub struct Annotated<V>(PhantomData<fn() -> V>);

impl<V> Debug for Annotated<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Annotated")
    }
}

impl<M: Model, V: Record> Output<M> for Annotated<V> {
    type Item = (M, V);

    fn read(row: &dyn Row, query: &Reading<'_>) -> Result<(M, V)> {
        let object = <Objects as Output<M>>::read(row, query)?;
        Ok((object, query.values(row)?))
    }
}

/// Some values instead of objects.
pub struct Fields<V>(PhantomData<fn() -> V>);

impl<V> Debug for Fields<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fields")
    }
}

impl<M: Model, V: Record> Output<M> for Fields<V> {
    type Item = V;

    fn read(row: &dyn Row, query: &Reading<'_>) -> Result<V> {
        query.values(row)
    }
}

/// A value, or a tuple of values, or a struct with `#[derive(Record)]`, that is read from a row.
pub trait Record: Sized + Send {
    /// The values of the columns from a position on, or which of them could not be read. `places` are those of decimals.
    #[doc(hidden)]
    fn read(row: &dyn Row, offset: usize, places: &[Option<u16>]) -> Result<Self, (usize, crate::Error)>;
}

impl<T: FieldValue + Send> Record for T {
    fn read(row: &dyn Row, offset: usize, places: &[Option<u16>]) -> Result<Self, (usize, crate::Error)> {
        read_value(row, offset, places, 0)
    }
}

/// One of several values that begin at `offset`, or which of them could not be read. Called by derived code.
#[doc(hidden)]
pub fn read_value<T: FieldValue>(
    row: &dyn Row,
    offset: usize,
    places: &[Option<u16>],
    index: usize,
) -> Result<T, (usize, crate::Error)> {
    read_one(row, offset, places, index).map_err(|error| (index, error))
}

fn read_one<T: FieldValue>(row: &dyn Row, offset: usize, places: &[Option<u16>], index: usize) -> Result<T> {
    let value = row.get(offset + index)?;
    match places.get(index).copied().flatten() {
        Some(places) if !matches!(value, ValueRef::Null) => {
            T::from_value(ValueRef::Decimal(&decimal_with_places(value, places)?))
        }
        _ => T::from_value(value),
    }
}

/// A column, an expression or an aggregate of `M` that a query can read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a column of `{M}`",
    label = "give a column or an expression of the model"
)]
pub trait Selectable<M> {
    /// The type of its value.
    type Value: FieldValue + Send;

    #[doc(hidden)]
    fn selected(self) -> Expr<M, Self::Value>;
}

impl<M, T: FieldValue + Send, Of> Selectable<M> for Column<M, T, Of> {
    type Value = T;

    fn selected(self) -> Expr<M, T> {
        Expr::new(Node::Column(self.path))
    }
}

impl<M, T: FieldValue + Send> Selectable<M> for Expr<M, T> {
    type Value = T;

    fn selected(self) -> Self {
        self
    }
}

impl<M, T: FieldValue + Send> Selectable<M> for Aggregated<M, T> {
    type Value = T;

    fn selected(self) -> Expr<M, T> {
        self.expr()
    }
}

impl<M> Selectable<M> for Q<M> {
    type Value = bool;

    fn selected(self) -> Expr<M, bool> {
        Expr::new(self.node)
    }
}

/// A column or a tuple of columns and expressions, read by [`QuerySet::values`](crate::QuerySet::values).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tuple of columns of `{M}`",
    label = "give a column of the model or a tuple of them: `values((Project::ID, Project::NAME))`"
)]
pub trait Columns<M> {
    /// The tuple of their types.
    type Row: Record;

    #[doc(hidden)]
    fn selected(self) -> Selected;
}

/// What a query selects.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Selected(pub(crate) Vec<Node>);

impl Selected {
    /// Beside these also a column, whose values are of this type. Called by derived code.
    #[doc(hidden)]
    #[must_use]
    pub fn with<M, T: FieldValue, C: Selectable<M, Value = T>>(mut self, column: C) -> Self {
        self.0.push(column.selected().node);
        self
    }
}

/// A struct of some of a model's columns, read by [`QuerySet::only`](crate::QuerySet::only). `#[derive(Record)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a record of `{M}`",
    label = "add #[derive(Record)] and #[record(model = {M})] to it"
)]
pub trait RecordOf<M>: Record {
    #[doc(hidden)]
    fn columns() -> Selected;
}

macro_rules! single_columns {
    ($(<$($generic:ident),*> $type:ty;)*) => {$(
        impl<M, $($generic),*> Columns<M> for $type
        where
            $type: Selectable<M>,
        {
            type Row = <$type as Selectable<M>>::Value;

            fn selected(self) -> Selected {
                Selected(vec![Selectable::selected(self).node])
            }
        }
    )*};
}

single_columns! {
    <T, Of> Column<M, T, Of>;
    <T> Expr<M, T>;
    <T> Aggregated<M, T>;
    <> Q<M>;
}

macro_rules! column_tuples {
    ($($type:ident $index:tt),+) => {
        impl<Model, $($type: Selectable<Model>),+> Columns<Model> for ($($type,)+) {
            type Row = ($($type::Value,)+);

            fn selected(self) -> Selected {
                Selected(vec![$(Selectable::selected(self.$index).node),+])
            }
        }

        impl<$($type: FieldValue + Send),+> Record for ($($type,)+) {
            fn read(
                row: &dyn Row,
                offset: usize,
                places: &[Option<u16>],
            ) -> Result<Self, (usize, crate::Error)> {
                Ok(($(read_value(row, offset, places, $index)?,)+))
            }
        }
    };
}

column_tuples!(A 0);
column_tuples!(A 0, B 1);
column_tuples!(A 0, B 1, C 2);
column_tuples!(A 0, B 1, C 2, D 3);
column_tuples!(A 0, B 1, C 2, D 3, E 4);
column_tuples!(A 0, B 1, C 2, D 3, E 4, F 5);
column_tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
column_tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
column_tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
column_tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
