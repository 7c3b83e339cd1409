//! What a query reads: objects, objects with annotations, or some values.

use std::fmt::Debug;
use std::marker::PhantomData;

use super::aggregates::Aggregated;
use super::expr::{Column, Expr, Q};
use super::node::Node;
use super::path::{Hop, end_of};
use super::select::Query;
use crate::{FieldValue, Model, Result, Row};

/// What a query reads of each row.
pub trait Output<M>: Debug {
    /// What a row becomes.
    type Item: Send;

    #[doc(hidden)]
    fn read(row: &dyn Row, query: &Reading<'_>) -> Result<Self::Item>;
}

/// The query whose rows are read.
#[doc(hidden)]
pub struct Reading<'a>(pub(crate) &'a Query);

impl Reading<'_> {
    /// How many columns stand before the annotations.
    fn own_columns(&self) -> usize {
        let related = self.0.related.iter().map(|hops| end_of(self.0.meta, hops).fields.len());
        self.0.meta.fields.len() + related.sum::<usize>()
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
        for hops in &query.0.related {
            let positions: Vec<usize> = hops.iter().filter_map(|hop| position(*hop)).collect();
            object.load_related(&positions, row, offset)?;
            offset += end_of(M::meta(), hops).fields.len();
        }
        Ok(object)
    }
}

fn position(hop: Hop) -> Option<usize> {
    match hop {
        Hop::Forward(key) => Some(key),
        Hop::Reverse(..) => None,
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
        Ok((object, V::read(row, query.own_columns()).map_err(|(_, error)| error)?))
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
        V::read(row, 0).map_err(|(index, error)| {
            let nodes = query.0.selected.as_deref().unwrap_or_default();
            match nodes.get(index) {
                Some(Node::Column(path)) => {
                    let model = path.model(query.0.meta);
                    error.in_column(model.db_table, model.fields[path.last()].column)
                }
                _ => error,
            }
        })
    }
}

/// A value, or a tuple of values, that is read from a row.
pub trait Record: Sized + Send {
    /// The values of the columns from a position on, or which of them could not be read.
    #[doc(hidden)]
    fn read(row: &dyn Row, offset: usize) -> Result<Self, (usize, crate::Error)>;
}

impl<T: FieldValue + Send> Record for T {
    fn read(row: &dyn Row, offset: usize) -> Result<Self, (usize, crate::Error)> {
        row.get(offset).and_then(T::from_value).map_err(|error| (0, error))
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
#[derive(Debug)]
pub struct Selected(pub(crate) Vec<Node>);

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
            fn read(row: &dyn Row, offset: usize) -> Result<Self, (usize, crate::Error)> {
                Ok(($(
                    row.get(offset + $index).and_then($type::from_value).map_err(|error| ($index, error))?,
                )+))
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
