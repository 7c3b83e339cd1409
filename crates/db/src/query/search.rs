//! Full-text search, which PostgreSQL alone has: Django's `SearchQuery`, `SearchVector`, `SearchRank`, `SearchHeadline` and
//! `search`; and texts that are like others: trigrams and `unaccent`.

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
    search_rank_by(Rank::new(), vector, query)
}

/// How well a query matches, counted in a way of one's own.
pub fn search_rank_by<M, V: IntoSearchVector<M>>(
    rank: Rank,
    vector: V,
    query: impl Into<SearchQuery>,
) -> Expr<M, V::Rank> {
    Expr::new(Node::Call(Function::SearchRank(rank), vec![vector.into_vector().node, query.into().0]))
}

/// How the rank of a text is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[must_use]
pub struct Rank {
    pub(super) weights: Option<[f64; 4]>,
    pub(super) normalization: Option<i32>,
    pub(super) cover_density: bool,
}

impl Rank {
    /// As PostgreSQL counts it by itself.
    pub fn new() -> Self {
        Self::default()
    }

    /// How much the words of each weight count: those of `D`, `C`, `B` and `A`, in PostgreSQL's order. By itself it is
    /// `[0.1, 0.2, 0.4, 1.0]`.
    pub fn weights(self, weights: [f64; 4]) -> Self {
        Self { weights: Some(weights), ..self }
    }

    /// How the length of a text changes its rank: PostgreSQL's numbers, of which several are joined by `|`.
    pub fn normalization(self, normalization: i32) -> Self {
        Self { normalization: Some(normalization), ..self }
    }

    /// Words that are close to each other count more: `ts_rank_cd`.
    pub fn cover_density(self) -> Self {
        Self { cover_density: true, ..self }
    }
}

/// How a text is shown with the words that were found: Django's `SearchHeadline`. What is not said is as PostgreSQL has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Headline {
    config: Option<String>,
    /// The options, as PostgreSQL reads them.
    options: String,
}

macro_rules! options {
    ($($name:ident $option:literal $of:ty, $doc:literal;)*) => {$(
        #[doc = $doc]
        pub fn $name(self, value: $of) -> Self {
            self.option($option, &value.to_string())
        }
    )*};
}

impl Headline {
    /// As PostgreSQL shows it by itself: a piece of some words, with `<b>` and `</b>`.
    pub fn new() -> Self {
        Self::default()
    }

    /// The configuration that knows the words' language: `french`.
    pub fn config(self, name: impl Into<String>) -> Self {
        Self { config: Some(name.into()), ..self }
    }

    options! {
        start_sel "StartSel" &str, "What comes before a word that was found: `<b>`.";
        stop_sel "StopSel" &str, "What comes after a word that was found: `</b>`.";
        max_words "MaxWords" u32, "How many words are shown at most.";
        min_words "MinWords" u32, "How many words are shown at least.";
        short_word "ShortWord" u32, "Words of at most so many letters do not stand at the beginning or at the end.";
        highlight_all "HighlightAll" bool, "The whole text is shown.";
        max_fragments "MaxFragments" u32, "How many pieces are shown at most. None is one piece by another rule.";
        fragment_delimiter "FragmentDelimiter" &str, "What stands between pieces: ` ... `.";
    }

    fn option(mut self, name: &str, value: &str) -> Self {
        if !self.options.is_empty() {
            self.options.push_str(", ");
        }
        let value = value.replace('\'', "''");
        self.options.push_str(&format!("{name}='{value}'"));
        self
    }
}

fn headline<M, T>(text: Node, query: SearchQuery, Headline { config, options }: Headline) -> Expr<M, T> {
    Expr::new(Node::Call(Function::SearchHeadline { config, options }, vec![text, query.0]))
}

fn search<M>(left: Node, query: SearchQuery) -> Q<M> {
    Q::new(Node::compare(left, Lookup::Search, Right::One(query.0)))
}

fn similar<M>(left: Node, lookup: Lookup, text: impl IntoExpr<M, String>) -> Q<M> {
    Q::new(Node::compare(left, lookup, Right::One(text.into_expr().node)))
}

fn two<M, T>(function: Function, first: Node, second: Node) -> Expr<M, T> {
    Expr::new(Node::Call(function, vec![first, second]))
}

expressions! {
    #[Text] {
        /// The words are found in it. A `SearchVectorField` is searched as it is; of a text the words are made anew, in the
        /// query's configuration.
        pub fn search(self, query: impl Into<SearchQuery>) -> Q<M> {
            search(self.into_node(), query.into())
        }

        /// A piece of the text with the words that were found: Django's `SearchHeadline`. The text itself is not escaped.
        pub fn search_headline(self, query: impl Into<SearchQuery>) -> Expr<M, T> {
            headline(self.into_node(), query.into(), Headline::new())
        }

        /// As `search_headline`, shown in a way of one's own.
        pub fn search_headline_by(self, how: Headline, query: impl Into<SearchQuery>) -> Expr<M, T> {
            headline(self.into_node(), query.into(), how)
        }

        /// The text without accents (the extension `unaccent`). What it is compared with is taken without accents too.
        pub fn unaccent(self) -> Expr<M, T> {
            Expr::new(Node::Call(Function::Unaccent, vec![self.into_node()]))
        }

        /// It has enough triples of letters in common with another text (the extension `pg_trgm`). The setting
        /// `pg_trgm.similarity_threshold` says what is enough.
        pub fn trigram_similar(self, text: impl IntoExpr<M, String>) -> Q<M> {
            similar(self.into_node(), Lookup::TrigramSimilar, text)
        }

        /// A part of it has enough in common with another text (`pg_trgm.word_similarity_threshold`).
        pub fn trigram_word_similar(self, text: impl IntoExpr<M, String>) -> Q<M> {
            similar(self.into_node(), Lookup::TrigramWordSimilar, text)
        }

        /// Some of its words have enough in common with another text (`pg_trgm.strict_word_similarity_threshold`).
        pub fn trigram_strict_word_similar(self, text: impl IntoExpr<M, String>) -> Q<M> {
            similar(self.into_node(), Lookup::TrigramStrictWordSimilar, text)
        }

        /// How much it has in common with another text, from 0 to 1: Django's `TrigramSimilarity`.
        pub fn trigram_similarity(self, text: impl IntoExpr<M, String>) -> Expr<M, T::With<f64>> {
            two(Function::Similarity("SIMILARITY"), self.into_node(), text.into_expr().node)
        }

        /// How much a part of it has in common with another text: Django's `TrigramWordSimilarity`.
        pub fn trigram_word_similarity(self, text: impl IntoExpr<M, String>) -> Expr<M, T::With<f64>> {
            two(Function::Similarity("WORD_SIMILARITY"), text.into_expr().node, self.into_node())
        }

        /// How much some of its words have in common with another text: Django's `TrigramStrictWordSimilarity`.
        pub fn trigram_strict_word_similarity(self, text: impl IntoExpr<M, String>) -> Expr<M, T::With<f64>> {
            two(Function::Similarity("STRICT_WORD_SIMILARITY"), text.into_expr().node, self.into_node())
        }

        /// One without `trigram_similarity`, by which an index orders: Django's `TrigramDistance`.
        pub fn trigram_distance(self, text: impl IntoExpr<M, String>) -> Expr<M, T::With<f64>> {
            two(Function::TrigramDistance(" <-> "), self.into_node(), text.into_expr().node)
        }

        /// One without `trigram_word_similarity`: Django's `TrigramWordDistance`.
        pub fn trigram_word_distance(self, text: impl IntoExpr<M, String>) -> Expr<M, T::With<f64>> {
            two(Function::TrigramDistance(" <<-> "), text.into_expr().node, self.into_node())
        }

        /// One without `trigram_strict_word_similarity`: Django's `TrigramStrictWordDistance`.
        pub fn trigram_strict_word_distance(self, text: impl IntoExpr<M, String>) -> Expr<M, T::With<f64>> {
            two(Function::TrigramDistance(" <<<-> "), text.into_expr().node, self.into_node())
        }
    }
}
