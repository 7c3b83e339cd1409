//! Expressions with types: a column, and what is computed of columns. The compiler refuses a column of another model
//! and a value of another type.

use std::marker::PhantomData;
use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Not, Rem, Sub};

use super::node::{Node, Operator, OrderNode, Outer};
use super::path::{Hop, Path};
use crate::{Error, FieldValue, ForeignKey, Model, Result, Value};

/// A column of the model itself, which an assignment may set.
#[derive(Debug)]
pub enum Own {}

/// A column of a related model, which conditions, orders and `values` may read.
#[derive(Debug)]
pub enum Joined {}

/// A column of model `M` (or, when it is [`Joined`], of a model related to it) that holds a `T`.
///
/// `#[derive(Model)]` writes one constant per field: `Project::NAME`, `Project::OWNER`.
#[derive(Debug)]
pub struct Column<M, T, Of = Own> {
    pub(crate) path: Path,
    types: PhantomData<Types<M, T, Of>>,
}

type Types<M, T, Of> = fn() -> (M, T, Of);

impl<M, T, Of> Clone for Column<M, T, Of> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T, Of> Copy for Column<M, T, Of> {}

impl<M, T> Column<M, T> {
    #[doc(hidden)]
    pub const fn new(field: usize) -> Self {
        Self { path: Path::field(field), types: PhantomData }
    }

    /// The position of the field in its model's metadata.
    pub fn field(&self) -> usize {
        self.path.last()
    }
}

/// A foreign key, or an optional one: a column that refers to another model.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a foreign key",
    label = "only a foreign key leads to another model"
)]
pub trait Reference: FieldValue {
    /// The model it refers to.
    type To: Model;

    /// What a column of that model holds when it is reached through this key.
    type Reached<U: FieldValue>: FieldValue;
}

impl<M: Model> Reference for ForeignKey<M> {
    type To = M;
    type Reached<U: FieldValue> = U;
}

impl<M: Model> Reference for Option<ForeignKey<M>> {
    type To = M;
    type Reached<U: FieldValue> = U::Optional;
}

impl<M: Model, T: Reference, Of> Column<M, T, Of> {
    /// A column of the related model: `Task::PROJECT.to(Project::OWNER)`. When the key is optional, so is the column.
    pub const fn to<U: FieldValue, Via>(
        self,
        column: Column<T::To, U, Via>,
    ) -> Column<M, T::Reached<U>, Joined> {
        Column { path: self.path.then(column.path), types: PhantomData }
    }

    /// The rows that are related to the row that the key refers to.
    pub const fn to_many<R, Via>(self, related: Related<T::To, R, Via>) -> Related<M, R> {
        Related { path: self.path.then(related.path), types: PhantomData }
    }
}

impl<M: Model, T: Reference> Column<M, T> {
    /// The way back: from the model that the key refers to, to the rows of `M` that refer to it. Django calls it by the
    /// key's `related_name`.
    pub const fn reverse(self) -> Related<T::To, M> {
        let key = self.path.last();
        Related { path: Path::reverse(M::META, key, pk_position(M::META)), types: PhantomData }
    }
}

const fn pk_position(meta: &'static crate::ModelMeta) -> usize {
    let mut at = 0;
    while at < meta.fields.len() {
        if meta.fields[at].primary_key {
            return at;
        }
        at += 1;
    }
    0
}

/// The rows of `R` that are related to a row of `M`: those that refer to it, or those of a many-to-many field.
///
/// `#[derive(Model)]` writes one constant per many-to-many field (`Book::GENRES`), which is the model's [`Own`]. A way
/// back over a foreign key is `Task::PROJECT.reverse()`.
#[derive(Debug)]
pub struct Related<M, R, Of = Joined> {
    /// It ends at the primary key of `R`.
    pub(crate) path: Path,
    types: PhantomData<Types<M, R, Of>>,
}

impl<M, R, Of> Clone for Related<M, R, Of> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, R, Of> Copy for Related<M, R, Of> {}

impl<M: Model, R: Model> Related<M, R, Own> {
    /// Over the many-to-many field at this position. Called by derived code.
    #[doc(hidden)]
    pub const fn many(index: usize) -> Self {
        Self { path: Path::many(index, pk_position(R::META)), types: PhantomData }
    }

    /// The way back: from the rows on the other side to those that have the field. Django calls it by the field's
    /// `related_name`.
    pub const fn reverse(self) -> Related<R, M> {
        let path = Path::many_reverse(M::META, self.path.first_step(), pk_position(M::META));
        Related { path, types: PhantomData }
    }
}

impl<M: Model, R: Model, Of> Related<M, R, Of> {
    /// A column of the related rows. A row of `M` may have none of them, so that the value is optional.
    pub const fn to<U: FieldValue, Via>(self, column: Column<R, U, Via>) -> Column<M, U::Optional, Joined> {
        Column { path: self.path.then_field(column.path), types: PhantomData }
    }

    /// The rows that are related to the related rows.
    pub const fn to_many<S, Via>(self, related: Related<R, S, Via>) -> Related<M, S> {
        Related { path: self.path.then_field(related.path), types: PhantomData }
    }

    /// The primary keys of the related rows.
    pub const fn pk(self) -> Column<M, <R::Pk as FieldValue>::Optional, Joined> {
        Column { path: self.path, types: PhantomData }
    }
}

/// An expression of model `M` whose value is a `T`.
#[derive(Debug)]
pub struct Expr<M, T> {
    pub(crate) node: Node,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Clone for Expr<M, T> {
    fn clone(&self) -> Self {
        Self::new(self.node.clone())
    }
}

impl<M, T> Expr<M, T> {
    pub(crate) const fn new(node: Node) -> Self {
        Self { node, types: PhantomData }
    }
}

/// A value or an expression that a `T` of model `M` can be compared with or computed with: Django's `F()` needs no
/// word of its own here, a column is one.
#[diagnostic::on_unimplemented(message = "a column of type `{T}` cannot be compared with or set to `{Self}`")]
pub trait IntoExpr<M, T> {
    /// The expression.
    fn into_expr(self) -> Expr<M, T>;
}

fn literal<M, T>(value: Value) -> Expr<M, T> {
    Expr::new(Node::Value(value))
}

impl<M, T: FieldValue> IntoExpr<M, T> for T {
    fn into_expr(self) -> Expr<M, T> {
        literal(self.to_value())
    }
}

impl<M, T: FieldValue> IntoExpr<M, Option<T>> for T {
    fn into_expr(self) -> Expr<M, Option<T>> {
        literal(self.to_value())
    }
}

macro_rules! texts {
    ($($type:ty)*) => {$(
        impl<M> IntoExpr<M, String> for $type {
            fn into_expr(self) -> Expr<M, String> {
                literal(Value::Text(self.to_owned()))
            }
        }

        impl<M> IntoExpr<M, Option<String>> for $type {
            fn into_expr(self) -> Expr<M, Option<String>> {
                literal(Value::Text(self.to_owned()))
            }
        }
    )*};
}

texts!(&str & String);

impl<M, R: Model> IntoExpr<M, ForeignKey<R>> for &R {
    fn into_expr(self) -> Expr<M, ForeignKey<R>> {
        literal(self.pk().to_value())
    }
}

impl<M, R: Model> IntoExpr<M, Option<ForeignKey<R>>> for &R {
    fn into_expr(self) -> Expr<M, Option<ForeignKey<R>>> {
        literal(self.pk().to_value())
    }
}

macro_rules! keys {
    ($($type:ty)*) => {$(
        impl PrimaryKey for $type {}

        impl<M, R: Model<Pk = $type>> IntoExpr<M, ForeignKey<R>> for $type {
            fn into_expr(self) -> Expr<M, ForeignKey<R>> {
                literal(self.to_value())
            }
        }

        impl<M, R: Model<Pk = $type>> IntoExpr<M, Option<ForeignKey<R>>> for $type {
            fn into_expr(self) -> Expr<M, Option<ForeignKey<R>>> {
                literal(self.to_value())
            }
        }
    )*};
}

keys!(i16 i32 i64 String crate::Uuid);

impl<M, T, Of> IntoExpr<M, T> for Column<M, T, Of> {
    fn into_expr(self) -> Expr<M, T> {
        Expr::new(Node::Column(self.path))
    }
}

impl<M, T, Of> IntoExpr<M, Option<T>> for Column<M, T, Of> {
    fn into_expr(self) -> Expr<M, Option<T>> {
        Expr::new(Node::Column(self.path))
    }
}

impl<M, T> IntoExpr<M, T> for Expr<M, T> {
    fn into_expr(self) -> Self {
        self
    }
}

impl<M, T> IntoExpr<M, Option<T>> for Expr<M, T> {
    fn into_expr(self) -> Expr<M, Option<T>> {
        Expr::new(self.node)
    }
}

impl<M> IntoExpr<M, bool> for Q<M> {
    fn into_expr(self) -> Expr<M, bool> {
        Expr::new(self.node)
    }
}

/// A column of the query around a subquery: Django's `OuterRef`. See [`outer`].
#[derive(Clone, Copy, Debug)]
pub struct OuterRef<O, T> {
    node: Outer,
    types: PhantomData<fn() -> (O, T)>,
}

/// A column of the query around a subquery: `Task::PROJECT.eq(outer(Project::ID))`.
pub fn outer<O: Model, T, Of>(column: Column<O, T, Of>) -> OuterRef<O, T> {
    OuterRef { node: Outer { meta: O::META, path: column.path }, types: PhantomData }
}

impl<M, O, T> IntoExpr<M, T> for OuterRef<O, T> {
    fn into_expr(self) -> Expr<M, T> {
        Expr::new(Node::Outer(self.node))
    }
}

impl<M, O, T> IntoExpr<M, Option<T>> for OuterRef<O, T> {
    fn into_expr(self) -> Expr<M, Option<T>> {
        Expr::new(Node::Outer(self.node))
    }
}

/// A foreign key can be compared with the key of the row around it.
impl<M, O: Model<Pk = T>, T: PrimaryKey> IntoExpr<M, ForeignKey<O>> for OuterRef<O, T> {
    fn into_expr(self) -> Expr<M, ForeignKey<O>> {
        Expr::new(Node::Outer(self.node))
    }
}

impl<M, O: Model<Pk = T>, T: PrimaryKey> IntoExpr<M, Option<ForeignKey<O>>> for OuterRef<O, T> {
    fn into_expr(self) -> Expr<M, Option<ForeignKey<O>>> {
        Expr::new(Node::Outer(self.node))
    }
}

/// A type of primary keys.
pub trait PrimaryKey: FieldValue {}

/// A condition on rows of `M`, to be combined with `&`, `|`, `^` and `!`.
#[derive(Clone, Debug)]
pub struct Q<M> {
    pub(crate) node: Node,
    model: PhantomData<fn() -> M>,
}

impl<M> Q<M> {
    pub(crate) const fn new(node: Node) -> Self {
        Self { node, model: PhantomData }
    }

    /// The condition that every row meets: where conditions are put together in a loop.
    pub const fn all() -> Self {
        Self::new(Node::All(Vec::new()))
    }

    /// The condition that no row meets.
    pub const fn none() -> Self {
        Self::new(Node::Any(Vec::new()))
    }
}

/// Conditions put together are one list, whichever side has them already.
macro_rules! connectors {
    ($($trait:ident $method:ident $variant:ident),*) => {$(
        impl<M> $trait for Q<M> {
            type Output = Self;

            fn $method(self, other: Self) -> Self {
                let listed = |node| match node {
                    Node::$variant(nodes) if !nodes.is_empty() => nodes,
                    node => vec![node],
                };
                let mut nodes = listed(self.node);
                nodes.extend(listed(other.node));
                Self::new(Node::$variant(nodes))
            }
        }
    )*};
}

connectors!(BitAnd bitand All, BitOr bitor Any, BitXor bitxor Odd);

impl<M> Not for Q<M> {
    type Output = Self;

    fn not(self) -> Self {
        Self::new(match self.node {
            Node::Not(node) => *node,
            node => Node::Not(Box::new(node)),
        })
    }
}

/// A type of numbers, whose columns can be computed with.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number",
    label = "arithmetic needs columns of numbers"
)]
pub trait Number: FieldValue {
    /// What kind of number it is.
    #[doc(hidden)]
    const CLASS: super::node::Class;

    /// The sum of a column of them.
    type Sum: FieldValue;

    /// Their average.
    type Average: FieldValue;
}

macro_rules! numbers {
    ($($type:ty, $class:ident, $sum:ty, $average:ty;)*) => {$(
        impl Number for $type {
            const CLASS: super::node::Class = super::node::Class::$class;
            type Sum = $sum;
            type Average = $average;
        }

        impl Number for Option<$type> {
            const CLASS: super::node::Class = super::node::Class::$class;
            type Sum = $sum;
            type Average = $average;
        }
    )*};
}

numbers! {
    i16, Whole, i64, f64;
    i32, Whole, i64, f64;
    i64, Whole, i64, f64;
    u16, Whole, i64, f64;
    u32, Whole, i64, f64;
    f64, Float, f64, f64;
    crate::Decimal, Decimal, crate::Decimal, crate::Decimal;
    crate::Duration, Duration, crate::Duration, crate::Duration;
}

macro_rules! arithmetic {
    ($($trait:ident $method:ident $operator:ident),*) => {$(
        impl<M, T: Number, Of, R: IntoExpr<M, T>> $trait<R> for Column<M, T, Of> {
            type Output = Expr<M, T>;

            fn $method(self, other: R) -> Expr<M, T> {
                computed(Node::Column(self.path), Operator::$operator, other.into_expr().node)
            }
        }

        impl<M, T: Number, R: IntoExpr<M, T>> $trait<R> for Expr<M, T> {
            type Output = Self;

            fn $method(self, other: R) -> Self {
                computed(self.node, Operator::$operator, other.into_expr().node)
            }
        }
    )*};
}

arithmetic!(Add add Add, Sub sub Subtract, Mul mul Multiply, Div div Divide, Rem rem Modulo);

pub(super) fn computed<M, T>(left: Node, operator: Operator, right: Node) -> Expr<M, T> {
    Expr::new(Node::Arithmetic(operator, Box::new([left, right])))
}

/// One part of a sort order.
#[derive(Clone, Debug)]
pub struct Order<M> {
    pub(crate) by: OrderNode,
    model: PhantomData<fn() -> M>,
}

impl<M> Order<M> {
    pub(super) const fn new(node: Node, descending: bool) -> Self {
        Self { by: OrderNode { node, descending, nulls_first: None }, model: PhantomData }
    }

    pub(super) const fn of_node(by: OrderNode) -> Self {
        Self { by, model: PhantomData }
    }

    /// NULL comes before everything else.
    #[must_use]
    pub const fn nulls_first(mut self) -> Self {
        self.by.nulls_first = Some(true);
        self
    }

    /// NULL comes after everything else.
    #[must_use]
    pub const fn nulls_last(mut self) -> Self {
        self.by.nulls_first = Some(false);
        self
    }
}

impl<M, T, Of> Neg for Column<M, T, Of> {
    type Output = Order<M>;

    fn neg(self) -> Order<M> {
        Order::new(Node::Column(self.path), true)
    }
}

impl<M, T> Neg for Expr<M, T> {
    type Output = Order<M>;

    fn neg(self) -> Order<M> {
        Order::new(self.node, true)
    }
}

/// A column's new value.
#[derive(Clone, Debug)]
pub struct Assignment<M> {
    pub(crate) field: usize,
    pub(crate) node: Node,
    model: PhantomData<fn() -> M>,
}

impl<M> Assignment<M> {
    pub(crate) const fn of(field: usize, node: Node) -> Self {
        Self { field, node, model: PhantomData }
    }

    /// The position of the field and its new value.
    ///
    /// # Errors
    /// When the value is an expression: only `update` has a row's columns to compute it from.
    pub fn into_parts(self) -> Result<(usize, Value)>
    where
        M: Model,
    {
        match self.node {
            Node::Value(value) => Ok((self.field, value)),
            _ => Err(Error::Database(format!(
                "{}.{} is set to an expression, which only `update` of a queryset can compute",
                M::META.name,
                M::META.fields[self.field].name
            ))),
        }
    }
}

impl<M, T: FieldValue> Column<M, T> {
    /// The column's new value, for `create` and `update`: a value, or an expression of the row's columns
    /// (`Book::COPIES.set(Book::COPIES + 1)`).
    pub fn set(self, value: impl IntoExpr<M, T>) -> Assignment<M> {
        Assignment { field: self.field(), node: value.into_expr().node, model: PhantomData }
    }
}

/// The way of `select_related`.
pub(super) fn way<M: Model, T, Of>(key: Column<M, T, Of>) -> Vec<Hop> {
    key.path.hops_through(M::META)
}
