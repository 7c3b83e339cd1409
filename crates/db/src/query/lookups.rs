//! Comparisons: Django's lookups as methods of columns and expressions.

use super::expr::{Column, Expr, IntoExpr, Order, PrimaryKey, Q};
use super::functions::Text;
use super::methods::expressions;
use super::node::{Lookup, Node, Right};
use super::output::Fields;
use super::queryset::QuerySet;
use super::sliced::Sliced;
use crate::{FieldValue, ForeignKey, Model, Target, Value};

/// What a column may be one of: some values, or what another query finds.
#[diagnostic::on_unimplemented(
    message = "a column of type `{T}` cannot be one of `{Self}`",
    label = "give a list of values, or a query for one column of the same type"
)]
pub trait OneOf<M, T> {
    #[doc(hidden)]
    fn condition(self, left: Expr<M, T>) -> Q<M>;
}

impl<M, T, V: IntoExpr<M, T>, I: IntoIterator<Item = V>> OneOf<M, T> for I {
    fn condition(self, left: Expr<M, T>) -> Q<M> {
        // As in Django: a NULL in the list matches nothing, and would make the rest of it match nothing under a NOT.
        let nodes = self.into_iter().map(|value| value.into_expr().node);
        let nodes = nodes.filter(|node| !matches!(node, Node::Value(Value::Null))).collect();
        Q::new(Node::compare(left.node, Lookup::In, Right::List(nodes)))
    }
}

impl<M, T, R: Model, V> OneOf<M, T> for QuerySet<R, Fields<V>>
where
    V: Like<T>,
{
    fn condition(self, left: Expr<M, T>) -> Q<M> {
        Q::new(Node::compare(left.node, Lookup::In, Right::Query(std::sync::Arc::new(self.into_query()))))
    }
}

impl<M, T, R: Model, V> OneOf<M, T> for Sliced<R, Fields<V>>
where
    V: Like<T>,
{
    fn condition(self, left: Expr<M, T>) -> Q<M> {
        self.0.condition(left)
    }
}

/// A value that can be looked for in a column of `T`: of the same type, optional or not, or the key that a foreign key
/// holds.
#[diagnostic::on_unimplemented(
    message = "a query for `{Self}` cannot be looked for in a column of type `{T}`"
)]
pub trait Like<T> {}

impl<T> Like<T> for T {}

impl<T> Like<Option<T>> for T {}

impl<T: FieldValue<Optional = Option<T>>> Like<T> for Option<T> {}

impl<M: Target<F, Key = K>, K: PrimaryKey, const F: usize> Like<ForeignKey<M, F>> for K {}

impl<M: Target<F, Key = K>, K: PrimaryKey, const F: usize> Like<Option<ForeignKey<M, F>>> for K {}

expressions! {
    #[FieldValue] {
        pub(super) fn lookup(self, lookup: Lookup, value: impl IntoExpr<M, T>) -> Q<M> {
            Q::new(Node::compare(self.into_node(), lookup, Right::One(value.into_expr().node)))
        }

        /// Equal; `None` matches NULL.
        pub fn eq(self, value: impl IntoExpr<M, T>) -> Q<M> {
            match value.into_expr().node {
                Node::Value(Value::Null) => self.is_null(true),
                node => Q::new(Node::compare(self.into_node(), Lookup::Exact, Right::One(node))),
            }
        }

        /// Not equal; a row whose column is NULL matches, as with Django's `exclude`.
        pub fn ne(self, value: impl IntoExpr<M, T>) -> Q<M> {
            !self.eq(value)
        }

        /// One of these values (an empty list matches nothing), or of those that another query finds.
        pub fn is_in(self, choices: impl OneOf<M, T>) -> Q<M> {
            choices.condition(Expr::new(self.into_node()))
        }

        /// Less than.
        pub fn lt(self, value: impl IntoExpr<M, T>) -> Q<M> {
            self.lookup(Lookup::Lt, value)
        }

        /// Less than or equal.
        pub fn lte(self, value: impl IntoExpr<M, T>) -> Q<M> {
            self.lookup(Lookup::Lte, value)
        }

        /// Greater than.
        pub fn gt(self, value: impl IntoExpr<M, T>) -> Q<M> {
            self.lookup(Lookup::Gt, value)
        }

        /// Greater than or equal.
        pub fn gte(self, value: impl IntoExpr<M, T>) -> Q<M> {
            self.lookup(Lookup::Gte, value)
        }

        /// Between two values, both of which match too: Django's `range`.
        pub fn between(self, least: impl IntoExpr<M, T>, greatest: impl IntoExpr<M, T>) -> Q<M> {
            let ends = Box::new([least.into_expr().node, greatest.into_expr().node]);
            Q::new(Node::compare(self.into_node(), Lookup::Range, Right::Two(ends)))
        }

        /// NULL, or with `false` anything else.
        pub fn is_null(self, null: bool) -> Q<M> {
            Q::new(Node::compare(self.into_node(), Lookup::IsNull, Right::Truth(null)))
        }

        /// In ascending order.
        pub fn asc(self) -> Order<M> {
            Order::new(self.into_node(), false)
        }

        /// In descending order; `-Note::ID` is the same.
        pub fn desc(self) -> Order<M> {
            Order::new(self.into_node(), true)
        }
    }
    #[Text] {
        /// Equal without regard to case.
        pub fn iexact(self, text: impl IntoExpr<M, T>) -> Q<M> {
            self.lookup(Lookup::IExact, text)
        }

        /// It contains the text, in either case.
        pub fn icontains(self, text: impl IntoExpr<M, T>) -> Q<M> {
            self.lookup(Lookup::IContains, text)
        }

        /// It begins with the text. SQLite matches ASCII letters in either case, as with Django.
        pub fn starts_with(self, text: impl IntoExpr<M, T>) -> Q<M> {
            self.lookup(Lookup::StartsWith, text)
        }

        /// It begins with the text, in either case.
        pub fn istarts_with(self, text: impl IntoExpr<M, T>) -> Q<M> {
            self.lookup(Lookup::IStartsWith, text)
        }

        /// It ends with the text. SQLite matches ASCII letters in either case, as with Django.
        pub fn ends_with(self, text: impl IntoExpr<M, T>) -> Q<M> {
            self.lookup(Lookup::EndsWith, text)
        }

        /// It ends with the text, in either case.
        pub fn iends_with(self, text: impl IntoExpr<M, T>) -> Q<M> {
            self.lookup(Lookup::IEndsWith, text)
        }

        /// It matches a regular expression of the database's kind.
        pub fn regex(self, pattern: impl IntoExpr<M, T>) -> Q<M> {
            self.lookup(Lookup::Regex, pattern)
        }

        /// It matches a regular expression, in either case.
        pub fn iregex(self, pattern: impl IntoExpr<M, T>) -> Q<M> {
            self.lookup(Lookup::IRegex, pattern)
        }
    }
}
