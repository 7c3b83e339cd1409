//! Full-text search, which PostgreSQL alone has: Django's `SearchQuery`, `SearchVector`, `SearchRank` and `search`.

use std::marker::PhantomData;
use std::ops::{Add, BitAnd, BitOr, Not};

use super::expr::{Column, Expr, IntoExpr, Q};
use super::functions::Text;
use super::methods::expressions;
use super::node::{Function, Lookup, Node, Right};
use super::output::Columns;
use crate::{FieldValue, Value};

/// What is searched for: words, which `&`, `|` and `!` combine.
#[derive(Clone, Debug)]
pub struct SearchQuery(Node);

impl SearchQuery {
    /// All these words, in any order.
    pub fn plain(words: impl Into<String>) -> Self {
        Self::of("plainto_tsquery", words)
    }

    /// These words, one after the other.
    pub fn phrase(words: impl Into<String>) -> Self {
        Self::of("phraseto_tsquery", words)
    }

    /// A query in PostgreSQL's own language: `'tomato' & ('red' | 'green')`. A text that is none is an error of the database.
    pub fn raw(query: impl Into<String>) -> Self {
        Self::of("to_tsquery", query)
    }

    /// Words as people type them into a search engine: `"red tomato" or -green`. Every text is a query.
    pub fn websearch(words: impl Into<String>) -> Self {
        Self::of("websearch_to_tsquery", words)
    }

    fn of(function: &'static str, text: impl Into<String>) -> Self {
        let text = Node::Value(Value::Text(text.into()));
        Self(Node::Call(Function::SearchQuery { function, config: None }, vec![text]))
    }

    /// The configuration that knows the words' language: `french`. What was given one before keeps it.
    #[must_use]
    pub fn config(self, name: &str) -> Self {
        Self(with_config(self.0, name))
    }

    fn joined(self, operator: &'static str, other: Self) -> Self {
        Self(Node::Call(Function::SearchJoin(operator), vec![self.0, other.0]))
    }
}

/// The configuration for each part that has none.
fn with_config(node: Node, name: &str) -> Node {
    match node {
        Node::Call(Function::SearchQuery { function, config: None }, nodes) => {
            Node::Call(Function::SearchQuery { function, config: Some(name.to_owned()) }, nodes)
        }
        Node::Call(Function::SearchVector { config: None, weight }, nodes) => {
            Node::Call(Function::SearchVector { config: Some(name.to_owned()), weight }, nodes)
        }
        vector @ Node::Call(Function::SearchVector { .. }, _) => vector,
        Node::Call(function, nodes) => {
            Node::Call(function, nodes.into_iter().map(|node| with_config(node, name)).collect())
        }
        other => other,
    }
}

impl From<&str> for SearchQuery {
    fn from(words: &str) -> Self {
        Self::plain(words)
    }
}

impl From<String> for SearchQuery {
    fn from(words: String) -> Self {
        Self::plain(words)
    }
}

impl BitAnd for SearchQuery {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        self.joined(" && ", other)
    }
}

impl BitOr for SearchQuery {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.joined(" || ", other)
    }
}

impl Not for SearchQuery {
    type Output = Self;

    fn not(self) -> Self {
        Self(Node::Call(Function::SearchNot, vec![self.0]))
    }
}

/// The words of some columns, in which is searched.
#[derive(Clone, Debug)]
pub struct SearchVector<M> {
    node: Node,
    model: PhantomData<fn() -> M>,
}

/// The words of a column, or of a tuple of columns: `search_vector((Book::TITLE, Book::BLURB))`.
pub fn search_vector<M>(columns: impl Columns<M>) -> SearchVector<M> {
    let vector = Function::SearchVector { config: None, weight: None };
    SearchVector::new(Node::Call(vector, columns.selected().0))
}

impl<M> SearchVector<M> {
    fn new(node: Node) -> Self {
        Self { node, model: PhantomData }
    }

    /// The configuration that knows the words' language: `french`. What was given one before keeps it.
    #[must_use]
    pub fn config(self, name: &str) -> Self {
        Self::new(with_config(self.node, name))
    }

    /// How much the words count. What was given a weight before keeps it.
    #[must_use]
    pub fn weight(self, weight: Weight) -> Self {
        Self::new(with_weight(self.node, weight))
    }

    /// A query finds something in it.
    pub fn search(self, query: impl Into<SearchQuery>) -> Q<M> {
        search(self.node, query.into())
    }
}

fn with_weight(node: Node, weight: Weight) -> Node {
    match node {
        Node::Call(Function::SearchVector { config, weight: None }, nodes) => {
            Node::Call(Function::SearchVector { config, weight: Some(weight) }, nodes)
        }
        Node::Call(join @ Function::SearchJoin(_), nodes) => {
            Node::Call(join, nodes.into_iter().map(|node| with_weight(node, weight)).collect())
        }
        other => other,
    }
}

/// How much words count: those of `A` the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "PostgreSQL's names, which mean nothing but their order")]
pub enum Weight {
    A,
    B,
    C,
    D,
}

/// The words of both.
impl<M> Add for SearchVector<M> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new(Node::Call(Function::SearchJoin(" || "), vec![self.node, other.node]))
    }
}

/// A `SearchVectorField` is set to the words of a row's texts.
impl<M> IntoExpr<M, String> for SearchVector<M> {
    fn into_expr(self) -> Expr<M, String> {
        Expr::new(self.node)
    }
}

impl<M> IntoExpr<M, Option<String>> for SearchVector<M> {
    fn into_expr(self) -> Expr<M, Option<String>> {
        Expr::new(self.node)
    }
}

/// In what is searched: a [`SearchVector`], a column of texts or a `SearchVectorField`.
pub trait IntoSearchVector<M> {
    /// How well a query matches: NULL where the column is.
    type Rank: FieldValue;

    #[doc(hidden)]
    fn into_vector(self) -> Expr<M, String>;
}

impl<M> IntoSearchVector<M> for SearchVector<M> {
    type Rank = f64;

    fn into_vector(self) -> Expr<M, String> {
        Expr::new(self.node)
    }
}

impl<M, T: Text, Of> IntoSearchVector<M> for Column<M, T, Of> {
    type Rank = T::With<f64>;

    fn into_vector(self) -> Expr<M, String> {
        Expr::new(self.into_node())
    }
}

/// How well a query matches: Django's `SearchRank`.
pub fn search_rank<M, V: IntoSearchVector<M>>(vector: V, query: impl Into<SearchQuery>) -> Expr<M, V::Rank> {
    Expr::new(Node::Call(Function::SearchRank, vec![vector.into_vector().node, query.into().0]))
}

fn search<M>(left: Node, query: SearchQuery) -> Q<M> {
    Q::new(Node::compare(left, Lookup::Search, Right::One(query.0)))
}

expressions! {
    #[Text] {
        /// The words are found in it. A `SearchVectorField` is searched as it is; of a text the words are made anew, in the
        /// query's configuration.
        pub fn search(self, query: impl Into<SearchQuery>) -> Q<M> {
            search(self.into_node(), query.into())
        }
    }
}
