//! The tree of an expression, without types: what a query compares, computes, selects and orders by.

use std::sync::Arc;

use super::path::Path;
use super::search::{Rank, Weight};
use super::select::Query;
use crate::{FieldKind, ModelMeta, Value};

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// A column.
    Column(Path),
    /// A column of the query around a subquery: Django's `OuterRef`.
    Outer(Outer),
    /// A value.
    Value(Value),
    /// A column that the subquery in `FROM` selects.
    Selected(usize),
    /// A comparison, true or false.
    Compare(Box<Compare>),
    /// True when all of them are.
    All(Vec<Node>),
    /// True when one of them is.
    Any(Vec<Node>),
    /// True when an odd number of them is.
    Odd(Vec<Node>),
    /// True when the other is not. A NULL inside does not make it NULL: see the writer.
    Not(Box<Node>),
    /// Two numbers, or times and lengths of time.
    Arithmetic(Operator, Box<[Node; 2]>),
    /// A function of one row.
    Call(Function, Vec<Node>),
    /// A function of many rows.
    Aggregate(Box<Aggregate>),
    /// The first of several values whose condition is true.
    Case(Box<Case>),
    /// The one value that another query finds.
    Subquery(Arc<Query>),
    /// Whether another query finds a row.
    Exists(Arc<Query>),
    /// A function of the rows around this one.
    Window(Box<Window>),
}

/// A column of the query around this one, and that query's model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outer {
    pub(crate) meta: &'static ModelMeta,
    pub(crate) path: Path,
}

impl PartialEq for Outer {
    fn eq(&self, other: &Self) -> bool {
        self.meta.db_table == other.meta.db_table && self.path == other.path
    }
}

/// A comparison.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Compare {
    pub(crate) left: Node,
    pub(crate) lookup: Lookup,
    pub(crate) right: Right,
}

/// What a lookup compares with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Right {
    One(Node),
    Two(Box<[Node; 2]>),
    List(Vec<Node>),
    Query(Arc<Query>),
    Truth(bool),
}

/// A kind of comparison, by Django's name. How it is written is the dialect's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lookup {
    Exact,
    IExact,
    Contains,
    IContains,
    StartsWith,
    IStartsWith,
    EndsWith,
    IEndsWith,
    Regex,
    IRegex,
    Lt,
    Lte,
    Gt,
    Gte,
    In,
    Range,
    IsNull,
    /// A JSON document or an hstore has the key, or all, or any of them.
    HasKey,
    HasKeys,
    HasAnyKeys,
    /// An array, a range, an hstore or a JSON document contains another one, or is contained in it (PostgreSQL only).
    Includes,
    IncludedBy,
    /// Arrays or ranges have something in common.
    Overlap,
    /// A range lies before or after another one, does not begin before it or end after it, or touches it.
    FullyLt,
    FullyGt,
    NotLt,
    NotGt,
    AdjacentTo,
    /// A text, or the words of one, is found by a query of words.
    Search,
    /// Two texts have enough triples of letters in common: both, or the second with words of the first.
    TrigramSimilar,
    TrigramWordSimilar,
    TrigramStrictWordSimilar,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    /// A point in time and a length of time.
    TimeAdd,
    TimeSubtract,
    /// The length between two points in time.
    TimeBetween,
}

/// A function of one row, by Django's name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Function {
    Coalesce,
    Lower,
    Upper,
    Length,
    Concat,
    Substr,
    Left,
    Right,
    StrIndex,
    Trim,
    LTrim,
    RTrim,
    Replace,
    Greatest,
    Least,
    NullIf,
    Now,
    Abs,
    Round(Class),
    Floor,
    Ceil,
    Mod,
    Cast(Type),
    /// As the column of a field of this kind has it, where the database would not know that by itself.
    AsColumn(FieldKind),
    /// A key of this kind as a generic foreign key has it in a text.
    TextOfKey(FieldKind),
    Extract(Part, Moment),
    Trunc(Unit, Moment),
    /// The date or the time of a datetime, in the program's time zone.
    Date,
    Time,
    /// A datetime as clocks in the program's time zone show it, and the point in time when they show one (Django's
    /// `make_aware`).
    ToLocal,
    MakeAware,
    /// A value inside a JSON document, as JSON and as text.
    JsonPath(Vec<JsonKey>),
    JsonText(Vec<JsonKey>),
    /// How many values an array has; the one at a position, counted from 1; those from one position to another.
    ArrayLength,
    ArrayItem(i64),
    ArraySlice(i64, i64),
    /// A property of a range, by the name of PostgreSQL's function.
    OfRange(&'static str),
    /// The text at a key of an hstore; all its keys; all its texts.
    HStoreText(String),
    HStoreKeys,
    HStoreValues,
    /// The words of some texts; a query of words by PostgreSQL's function for it; what is not found by one.
    SearchVector {
        config: Option<String>,
        weight: Option<Weight>,
    },
    SearchQuery {
        function: &'static str,
        config: Option<String>,
    },
    SearchNot,
    /// Two vectors or two queries, by the operator between them.
    SearchJoin(&'static str),
    SearchRank(Rank),
    SearchHeadline {
        config: Option<String>,
        options: String,
    },
    /// How much two texts have in common, by PostgreSQL's function or operator.
    Similarity(&'static str),
    TrigramDistance(&'static str),
    Unaccent,
}

/// A step into a JSON document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum JsonKey {
    Key(String),
    Index(i64),
}

/// A type that a value can be cast to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Bool,
    Int,
    BigInt,
    Float,
    Decimal,
    Text,
    Date,
    DateTime,
    Time,
    Duration,
    Uuid,
    Json,
    IntRange,
    BigIntRange,
    DecimalRange,
    DateRange,
    DateTimeRange,
}

/// What a part is taken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    DateTime,
    Date,
    Time,
}

/// A part of a date or a time, as a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Year,
    IsoYear,
    Quarter,
    Month,
    Week,
    Day,
    /// 1 for Sunday to 7 for Saturday.
    WeekDay,
    /// 1 for Monday to 7 for Sunday.
    IsoWeekDay,
    Hour,
    Minute,
    Second,
}

/// What a date or a time is cut to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Year,
    Quarter,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
}

/// A function of many rows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Aggregate {
    pub(crate) function: AggregateFunction,
    /// What it is a function of; all the rows without it.
    pub(crate) of: Option<Node>,
    pub(crate) distinct: bool,
    pub(crate) filter: Option<Node>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AggregateFunction {
    Count,
    Sum(Class),
    Avg(Class),
    Min,
    Max,
    StdDev { sample: bool },
    Variance { sample: bool },
}

/// A kind of number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Whole numbers.
    Whole,
    /// Doubles.
    Float,
    /// Decimals.
    Decimal,
    /// Lengths of time.
    Duration,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Case {
    pub(crate) when: Vec<(Node, Node)>,
    pub(crate) otherwise: Option<Node>,
}

/// A function of the rows around this one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Window {
    pub(crate) function: WindowFunction,
    pub(crate) partition_by: Vec<Node>,
    pub(crate) order_by: Vec<OrderNode>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum WindowFunction {
    RowNumber,
    Rank,
    DenseRank,
    PercentRank,
    CumeDist,
    Ntile(u32),
    Lag(Node, u32),
    Lead(Node, u32),
    FirstValue(Node),
    LastValue(Node),
    /// An aggregate over the window.
    Aggregate(Aggregate),
}

/// One part of an order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OrderNode {
    pub(crate) node: Node,
    pub(crate) descending: bool,
    /// NULL before or after everything else; by default as the database does.
    pub(crate) nulls_first: Option<bool>,
}

impl Node {
    pub(crate) fn compare(left: Self, lookup: Lookup, right: Right) -> Self {
        Self::Compare(Box::new(Compare { left, lookup, right }))
    }

    /// A column equal to a value that is not NULL.
    pub(crate) fn equals(path: Path, value: Value) -> Self {
        Self::compare(Self::Column(path), Lookup::Exact, Right::One(Self::Value(value)))
    }

    /// A column that has one of these values.
    pub(crate) fn is_in(path: Path, values: impl IntoIterator<Item = Value>) -> Self {
        let values = values.into_iter().map(Self::Value).collect();
        Self::compare(Self::Column(path), Lookup::In, Right::List(values))
    }

    /// The same of values whose number differs from one request to the next: the last one is said again until there are as many
    /// as one of a few numbers, so that as few texts are written and prepared.
    pub(crate) fn is_among(path: Path, values: impl IntoIterator<Item = Value>) -> Self {
        let mut values: Vec<Value> = values.into_iter().collect();
        if let Some(last) = values.last().cloned() {
            values.resize(values.len().next_power_of_two(), last);
        }
        Self::is_in(path, values)
    }

    /// Calls `each` with the nodes directly below this one. Subqueries are queries of their own.
    pub(crate) fn children<'a>(&'a self, each: &mut dyn FnMut(&'a Self)) {
        match self {
            Self::Column(_)
            | Self::Outer(_)
            | Self::Value(_)
            | Self::Selected(_)
            | Self::Subquery(_)
            | Self::Exists(_) => {}
            Self::Compare(compare) => {
                each(&compare.left);
                match &compare.right {
                    Right::One(node) => each(node),
                    Right::Two(nodes) => nodes.iter().for_each(each),
                    Right::List(nodes) => nodes.iter().for_each(each),
                    Right::Query(_) | Right::Truth(_) => {}
                }
            }
            Self::All(nodes) | Self::Any(nodes) | Self::Odd(nodes) | Self::Call(_, nodes) => {
                nodes.iter().for_each(each);
            }
            Self::Not(node) => each(node),
            Self::Arithmetic(_, nodes) => nodes.iter().for_each(each),
            Self::Aggregate(aggregate) => aggregate.of.iter().chain(&aggregate.filter).for_each(each),
            Self::Case(case) => {
                for (condition, value) in &case.when {
                    each(condition);
                    each(value);
                }
                case.otherwise.iter().for_each(each);
            }
            Self::Window(window) => {
                match &window.function {
                    WindowFunction::Lag(node, _)
                    | WindowFunction::Lead(node, _)
                    | WindowFunction::FirstValue(node)
                    | WindowFunction::LastValue(node) => each(node),
                    WindowFunction::Aggregate(aggregate) => {
                        aggregate.of.iter().chain(&aggregate.filter).for_each(&mut *each);
                    }
                    _ => {}
                }
                window.partition_by.iter().for_each(&mut *each);
                window.order_by.iter().for_each(|by| each(&by.node));
            }
        }
    }

    /// Whether it, or anything in it, is so.
    pub(crate) fn any(&self, is_so: &dyn Fn(&Self) -> bool) -> bool {
        if is_so(self) {
            return true;
        }
        let mut found = false;
        self.children(&mut |child| found = found || child.any(is_so));
        found
    }

    /// Whether it is a function of many rows.
    pub(crate) fn has_aggregate(&self) -> bool {
        match self {
            Self::Aggregate(_) => true,
            Self::Column(_) | Self::Value(_) => false,
            _ => {
                let mut found = false;
                self.children(&mut |child| found = found || child.has_aggregate());
                found
            }
        }
    }
}
