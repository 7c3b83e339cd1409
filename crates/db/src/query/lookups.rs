//! The methods of columns and expressions: comparisons (Django's lookups), functions, aggregates and orders.

use super::expr::{Column, Expr, IntoExpr, Number, Order, PrimaryKey, Q, Related};
use super::node::{
    Aggregate, AggregateFunction, Function, JsonKey, Lookup, Moment, Node, Operator, Part, Right, Type, Unit,
};
use super::output::Fields;
use super::queryset::QuerySet;
use crate::json::Json;
use crate::{Date, DateTime, Duration, FieldValue, Model, Time, Value};

/// What a function returns: NULL where its argument may be NULL.
pub trait Nullable: FieldValue {
    /// `U`, or an optional `U` when this type is optional.
    type With<U: FieldValue>: FieldValue;
}

impl<T: FieldValue> Nullable for Option<T> {
    type With<U: FieldValue> = U::Optional;
}

macro_rules! never_null {
    ($($type:ty)*) => {$(
        impl Nullable for $type {
            type With<U: FieldValue> = U;
        }
    )*};
}

never_null!(bool i16 i32 i64 u16 u32 f64 String DateTime Date Time Duration crate::Decimal crate::Uuid Json Vec<u8>);

impl<M: Model> Nullable for crate::ForeignKey<M> {
    type With<U: FieldValue> = U;
}

/// A type that may be NULL.
#[diagnostic::on_unimplemented(message = "`{Self}` is never NULL", label = "this is for columns that may be NULL")]
pub trait Optional: FieldValue {
    /// The type without NULL.
    type Inner: FieldValue;
}

impl<T: FieldValue> Optional for Option<T> {
    type Inner = T;
}

/// A type of text.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a text", label = "this is for columns of text")]
pub trait Text: Nullable {}

impl Text for String {}

impl Text for Option<String> {}

/// A type of dates and times.
#[diagnostic::on_unimplemented(message = "`{Self}` is neither a date nor a time", label = "this is for dates and times")]
pub trait Temporal: Nullable {
    #[doc(hidden)]
    const MOMENT: TemporalKind;
}

/// What kind of date or time a type is.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum TemporalKind {
    DateTime,
    Date,
    Time,
}

impl TemporalKind {
    const fn moment(self) -> Moment {
        match self {
            Self::DateTime => Moment::DateTime,
            Self::Date => Moment::Date,
            Self::Time => Moment::Time,
        }
    }
}

/// A type of datetimes.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a datetime", label = "this is for datetimes")]
pub trait Instant: Temporal {}

/// A type that has a date.
#[diagnostic::on_unimplemented(message = "`{Self}` has no date", label = "this is for dates and datetimes")]
pub trait Dated: Temporal {}

/// A type that has a time of day.
#[diagnostic::on_unimplemented(message = "`{Self}` has no time of day", label = "this is for times and datetimes")]
pub trait Clock: Temporal {}

macro_rules! temporal {
    ($($type:ty: $kind:ident $($trait:ident)*;)*) => {$(
        impl Temporal for $type { const MOMENT: TemporalKind = TemporalKind::$kind; }
        impl Temporal for Option<$type> { const MOMENT: TemporalKind = TemporalKind::$kind; }
        $(impl $trait for $type {} impl $trait for Option<$type> {})*
    )*};
}

temporal! {
    DateTime: DateTime Instant Dated Clock;
    Date: Date Dated;
    Time: Time Clock;
}

/// A type of JSON documents.
#[diagnostic::on_unimplemented(message = "`{Self}` is not JSON", label = "this is for columns of JSON")]
pub trait Document: FieldValue {}

impl Document for Json {}

impl Document for Option<Json> {}

/// Where a value is inside a JSON document: the key of an object or the position in an array.
pub trait IntoJsonKey {
    #[doc(hidden)]
    fn text_or_index(self) -> Result<String, i64>;
}

impl IntoJsonKey for &str {
    fn text_or_index(self) -> Result<String, i64> {
        Ok(self.to_owned())
    }
}

impl IntoJsonKey for String {
    fn text_or_index(self) -> Result<String, i64> {
        Ok(self)
    }
}

impl IntoJsonKey for i64 {
    fn text_or_index(self) -> Result<String, i64> {
        Err(self)
    }
}

fn json_key(key: impl IntoJsonKey) -> JsonKey {
    key.text_or_index().map_or_else(JsonKey::Index, JsonKey::Key)
}

/// What a column may be one of: some values, or what another query finds.
pub trait Choices<M, T> {
    #[doc(hidden)]
    fn condition(self, left: Expr<M, T>) -> Q<M>;
}

impl<M, T, V: IntoExpr<M, T>, I: IntoIterator<Item = V>> Choices<M, T> for I {
    fn condition(self, left: Expr<M, T>) -> Q<M> {
        // As in Django: a NULL in the list matches nothing, and would make the rest of it match nothing under a NOT.
        let nodes = self.into_iter().map(|value| value.into_expr().node);
        let nodes = nodes.filter(|node| !matches!(node, Node::Value(Value::Null))).collect();
        Q::new(Node::compare(left.node, Lookup::In, Right::List(nodes)))
    }
}

impl<M, T, R: Model, V> Choices<M, T> for QuerySet<R, Fields<V>>
where
    V: Like<T>,
{
    fn condition(self, left: Expr<M, T>) -> Q<M> {
        Q::new(Node::compare(left.node, Lookup::In, Right::Query(std::sync::Arc::new(self.into_query()))))
    }
}

/// A value that can be looked for in a column of `T`: of the same type, optional or not, or the key that a foreign key
/// holds.
#[diagnostic::on_unimplemented(message = "a query for `{Self}` cannot be looked for in a column of type `{T}`")]
pub trait Like<T> {}

impl<T> Like<T> for T {}

impl<T> Like<Option<T>> for T {}

impl<T: FieldValue<Optional = Option<T>>> Like<T> for Option<T> {}

impl<M: Model<Pk = K>, K: PrimaryKey> Like<crate::ForeignKey<M>> for K {}

impl<M: Model<Pk = K>, K: PrimaryKey> Like<Option<crate::ForeignKey<M>>> for K {}

macro_rules! expressions {
    ($(#[$($bounds:tt)*] { $($body:tt)* })*) => {$(
        expressions!(@column [$($bounds)*] { $($body)* });
        expressions!(@expr [$($bounds)*] { $($body)* });
    )*};
    (@column [$($bounds:tt)*] { $($body:tt)* }) => {
        impl<M, T, Of> Column<M, T, Of> where T: $($bounds)* { $($body)* }
    };
    (@expr [$($bounds:tt)*] { $($body:tt)* }) => {
        impl<M, T> Expr<M, T> where T: $($bounds)* { $($body)* }
    };
}

impl<M, T, Of> Column<M, T, Of> {
    fn into_node(self) -> Node {
        Node::Column(self.path)
    }
}

impl<M, T> Expr<M, T> {
    fn into_node(self) -> Node {
        self.node
    }
}

expressions! {
    #[FieldValue] {
        fn lookup(self, lookup: Lookup, value: impl IntoExpr<M, T>) -> Q<M> {
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
        pub fn is_in(self, choices: impl Choices<M, T>) -> Q<M> {
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

        /// This value, or the other one where this is NULL.
        pub fn coalesce(self, other: impl IntoExpr<M, T>) -> Expr<M, T> {
            call(Function::Coalesce, vec![self.into_node(), other.into_expr().node])
        }

        /// The greater of two values.
        pub fn greatest(self, other: impl IntoExpr<M, T>) -> Expr<M, T> {
            call(Function::Greatest, vec![self.into_node(), other.into_expr().node])
        }

        /// The lesser of two values.
        pub fn least(self, other: impl IntoExpr<M, T>) -> Expr<M, T> {
            call(Function::Least, vec![self.into_node(), other.into_expr().node])
        }

        /// NULL where it equals the other.
        pub fn null_if(self, other: impl IntoExpr<M, T>) -> Expr<M, T::Optional> {
            call(Function::NullIf, vec![self.into_node(), other.into_expr().node])
        }

        /// How many values there are that are not NULL.
        pub fn count(self) -> Aggregated<M, i64> {
            Aggregated::of(AggregateFunction::Count, Some(self.into_node()))
        }

        /// How many different values there are that are not NULL.
        pub fn count_distinct(self) -> Aggregated<M, i64> {
            self.count().distinct()
        }

        /// The least of them; `None` of no rows.
        pub fn min(self) -> Aggregated<M, T::Optional> {
            Aggregated::of(AggregateFunction::Min, Some(self.into_node()))
        }

        /// The greatest of them; `None` of no rows.
        pub fn max(self) -> Aggregated<M, T::Optional> {
            Aggregated::of(AggregateFunction::Max, Some(self.into_node()))
        }
    }
    #[Optional] {
        /// This value, or a default where it is NULL: `Coalesce` with a value that is never NULL.
        pub fn or(self, default: impl IntoExpr<M, T::Inner>) -> Expr<M, T::Inner> {
            call(Function::Coalesce, vec![self.into_node(), default.into_expr().node])
        }
    }
    #[Number] {
        /// The sum; `None` of no rows.
        pub fn sum(self) -> Aggregated<M, Option<T::Sum>> {
            Aggregated::of(AggregateFunction::Sum(T::CLASS), Some(self.into_node()))
        }

        /// The average; `None` of no rows.
        pub fn avg(self) -> Aggregated<M, Option<T::Average>> {
            Aggregated::of(AggregateFunction::Avg(T::CLASS), Some(self.into_node()))
        }

        /// The standard deviation of the population, or with `sample` of a sample.
        pub fn std_dev(self, sample: bool) -> Aggregated<M, Option<f64>> {
            Aggregated::of(AggregateFunction::StdDev { sample }, Some(self.into_node()))
        }

        /// The variance of the population, or with `sample` of a sample.
        pub fn variance(self, sample: bool) -> Aggregated<M, Option<f64>> {
            Aggregated::of(AggregateFunction::Variance { sample }, Some(self.into_node()))
        }

        /// Without its sign.
        pub fn abs(self) -> Expr<M, T> {
            call(Function::Abs, vec![self.into_node()])
        }

        /// Rounded to a number of decimal places. The database decides what a half is rounded to.
        pub fn round(self, places: i32) -> Expr<M, T> {
            call(Function::Round(T::CLASS), vec![self.into_node(), whole(i64::from(places))])
        }

        /// The greatest whole number that is not greater.
        pub fn floor(self) -> Expr<M, T> {
            call(Function::Floor, vec![self.into_node()])
        }

        /// The least whole number that is not less.
        pub fn ceil(self) -> Expr<M, T> {
            call(Function::Ceil, vec![self.into_node()])
        }
    }
    #[Text] {
        /// Equal without regard to case.
        pub fn iexact(self, text: impl IntoExpr<M, T>) -> Q<M> {
            self.lookup(Lookup::IExact, text)
        }

        /// It contains the text. SQLite matches ASCII letters in either case, as with Django.
        pub fn contains(self, text: impl IntoExpr<M, T>) -> Q<M> {
            self.lookup(Lookup::Contains, text)
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

        /// In lower case.
        pub fn lower(self) -> Expr<M, T> {
            call(Function::Lower, vec![self.into_node()])
        }

        /// In upper case.
        pub fn upper(self) -> Expr<M, T> {
            call(Function::Upper, vec![self.into_node()])
        }

        /// How many characters it has.
        pub fn length(self) -> Expr<M, T::With<i64>> {
            call(Function::Length, vec![self.into_node()])
        }

        /// Without white space at either end.
        pub fn trim(self) -> Expr<M, T> {
            call(Function::Trim, vec![self.into_node()])
        }

        /// Without white space at the beginning.
        pub fn ltrim(self) -> Expr<M, T> {
            call(Function::LTrim, vec![self.into_node()])
        }

        /// Without white space at the end.
        pub fn rtrim(self) -> Expr<M, T> {
            call(Function::RTrim, vec![self.into_node()])
        }

        /// This text and then another one; NULL counts as an empty text.
        pub fn concat(self, other: impl IntoExpr<M, Option<String>>) -> Expr<M, String> {
            call(Function::Concat, vec![self.into_node(), other.into_expr().node])
        }

        /// As many characters as `length` says, from a position that is counted from 1.
        pub fn substr(self, start: i64, length: i64) -> Expr<M, T> {
            call(Function::Substr, vec![self.into_node(), whole(start), whole(length)])
        }

        /// The first characters.
        pub fn left(self, length: i64) -> Expr<M, T> {
            call(Function::Left, vec![self.into_node(), whole(length)])
        }

        /// The last characters.
        pub fn right(self, length: i64) -> Expr<M, T> {
            call(Function::Right, vec![self.into_node(), whole(length)])
        }

        /// With every occurrence of one text replaced by another.
        pub fn replace(self, from: impl IntoExpr<M, T>, to: impl IntoExpr<M, T>) -> Expr<M, T> {
            call(Function::Replace, vec![self.into_node(), from.into_expr().node, to.into_expr().node])
        }

        /// Where a text begins in it, counted from 1; 0 when it is not there.
        pub fn str_index(self, text: impl IntoExpr<M, T>) -> Expr<M, T::With<i64>> {
            call(Function::StrIndex, vec![self.into_node(), text.into_expr().node])
        }

        /// Its characters from last to first.
        pub fn reversed(self) -> Expr<M, T> {
            call(Function::Reverse, vec![self.into_node()])
        }

        /// Several times.
        pub fn repeat(self, times: i64) -> Expr<M, T> {
            call(Function::Repeat, vec![self.into_node(), whole(times)])
        }
    }
    #[Dated] {
        /// The year.
        pub fn year(self) -> Expr<M, T::With<i64>> {
            part(Part::Year, T::MOMENT, self.into_node())
        }

        /// The year of the ISO 8601 week.
        pub fn iso_year(self) -> Expr<M, T::With<i64>> {
            part(Part::IsoYear, T::MOMENT, self.into_node())
        }

        /// The quarter, from 1 to 4.
        pub fn quarter(self) -> Expr<M, T::With<i64>> {
            part(Part::Quarter, T::MOMENT, self.into_node())
        }

        /// The month, from 1 to 12.
        pub fn month(self) -> Expr<M, T::With<i64>> {
            part(Part::Month, T::MOMENT, self.into_node())
        }

        /// The ISO 8601 week, from 1 to 53.
        pub fn week(self) -> Expr<M, T::With<i64>> {
            part(Part::Week, T::MOMENT, self.into_node())
        }

        /// The day of the month.
        pub fn day(self) -> Expr<M, T::With<i64>> {
            part(Part::Day, T::MOMENT, self.into_node())
        }

        /// The day of the week, from 1 (Sunday) to 7 (Saturday).
        pub fn week_day(self) -> Expr<M, T::With<i64>> {
            part(Part::WeekDay, T::MOMENT, self.into_node())
        }

        /// The day of the week, from 1 (Monday) to 7 (Sunday).
        pub fn iso_week_day(self) -> Expr<M, T::With<i64>> {
            part(Part::IsoWeekDay, T::MOMENT, self.into_node())
        }

        /// The first moment of its year.
        pub fn trunc_year(self) -> Expr<M, T> {
            cut(Unit::Year, T::MOMENT, self.into_node())
        }

        /// The first moment of its quarter.
        pub fn trunc_quarter(self) -> Expr<M, T> {
            cut(Unit::Quarter, T::MOMENT, self.into_node())
        }

        /// The first moment of its month.
        pub fn trunc_month(self) -> Expr<M, T> {
            cut(Unit::Month, T::MOMENT, self.into_node())
        }

        /// The first moment of its week, which begins on Monday.
        pub fn trunc_week(self) -> Expr<M, T> {
            cut(Unit::Week, T::MOMENT, self.into_node())
        }

        /// The first moment of its day.
        pub fn trunc_day(self) -> Expr<M, T> {
            cut(Unit::Day, T::MOMENT, self.into_node())
        }
    }
    #[Clock] {
        /// The hour.
        pub fn hour(self) -> Expr<M, T::With<i64>> {
            part(Part::Hour, T::MOMENT, self.into_node())
        }

        /// The minute.
        pub fn minute(self) -> Expr<M, T::With<i64>> {
            part(Part::Minute, T::MOMENT, self.into_node())
        }

        /// The second, without its fraction.
        pub fn second(self) -> Expr<M, T::With<i64>> {
            part(Part::Second, T::MOMENT, self.into_node())
        }

        /// The first moment of its hour.
        pub fn trunc_hour(self) -> Expr<M, T> {
            cut(Unit::Hour, T::MOMENT, self.into_node())
        }

        /// The first moment of its minute.
        pub fn trunc_minute(self) -> Expr<M, T> {
            cut(Unit::Minute, T::MOMENT, self.into_node())
        }

        /// The first moment of its second.
        pub fn trunc_second(self) -> Expr<M, T> {
            cut(Unit::Second, T::MOMENT, self.into_node())
        }
    }
    #[Instant] {
        /// The date, in UTC.
        pub fn date(self) -> Expr<M, T::With<Date>> {
            call(Function::Date, vec![self.into_node()])
        }

        /// The time of day, in UTC.
        pub fn time(self) -> Expr<M, T::With<Time>> {
            call(Function::Time, vec![self.into_node()])
        }

        /// Later by a length of time.
        pub fn plus(self, length: impl IntoExpr<M, Duration>) -> Expr<M, T> {
            between(Operator::TimeAdd, self.into_node(), length.into_expr().node)
        }

        /// Earlier by a length of time.
        pub fn minus(self, length: impl IntoExpr<M, Duration>) -> Expr<M, T> {
            between(Operator::TimeSubtract, self.into_node(), length.into_expr().node)
        }

        /// The length of time since another point in time.
        pub fn since(self, other: impl IntoExpr<M, T>) -> Expr<M, T::With<Duration>> {
            between(Operator::TimeBetween, self.into_node(), other.into_expr().node)
        }
    }
    #[Document] {
        /// The value at a key, or at a position of an array, as JSON.
        pub fn key(self, key: impl IntoJsonKey) -> Expr<M, Option<Json>> {
            let key = json_key(key);
            match self.into_node() {
                Node::Call(Function::JsonPath(mut keys), nodes) => {
                    keys.push(key);
                    call(Function::JsonPath(keys), nodes)
                }
                node => call(Function::JsonPath(vec![key]), vec![node]),
            }
        }

        /// The value at a key, or at a position of an array, as text.
        pub fn key_text(self, key: impl IntoJsonKey) -> Expr<M, Option<String>> {
            match self.key(key).node {
                Node::Call(Function::JsonPath(keys), nodes) => call(Function::JsonText(keys), nodes),
                node => Expr::new(node),
            }
        }

        /// The document has the key.
        pub fn has_key(self, key: impl IntoJsonKey) -> Q<M> {
            let key = match json_key(key) {
                JsonKey::Key(key) => Value::Text(key),
                JsonKey::Index(index) => Value::Int(index),
            };
            Q::new(Node::compare(self.into_node(), Lookup::HasKey, Right::One(Node::Value(key))))
        }

        /// The document has all the keys.
        pub fn has_keys<'a>(self, keys: impl IntoIterator<Item = &'a str>) -> Q<M> {
            Q::new(Node::compare(self.into_node(), Lookup::HasKeys, texts(keys)))
        }

        /// The document has one of the keys.
        pub fn has_any_keys<'a>(self, keys: impl IntoIterator<Item = &'a str>) -> Q<M> {
            Q::new(Node::compare(self.into_node(), Lookup::HasAnyKeys, texts(keys)))
        }

        /// The document contains another one. PostgreSQL only, as with Django.
        pub fn contains_json(self, other: Json) -> Q<M> {
            let other = Right::One(Node::Value(Value::Json(other)));
            Q::new(Node::compare(self.into_node(), Lookup::JsonContains, other))
        }

        /// The document is contained in another one. PostgreSQL only, as with Django.
        pub fn contained_by_json(self, other: Json) -> Q<M> {
            let other = Right::One(Node::Value(Value::Json(other)));
            Q::new(Node::compare(self.into_node(), Lookup::JsonContainedBy, other))
        }
    }
}

fn call<M, T>(function: Function, nodes: Vec<Node>) -> Expr<M, T> {
    Expr::new(Node::Call(function, nodes))
}

fn part<M, T>(part: Part, of: TemporalKind, node: Node) -> Expr<M, T> {
    call(Function::Extract(part, of.moment()), vec![node])
}

fn cut<M, T>(unit: Unit, of: TemporalKind, node: Node) -> Expr<M, T> {
    call(Function::Trunc(unit, of.moment()), vec![node])
}

fn between<M, T>(operator: Operator, left: Node, right: Node) -> Expr<M, T> {
    Expr::new(Node::Arithmetic(operator, Box::new([left, right])))
}

fn whole(n: i64) -> Node {
    Node::Value(Value::Int(n))
}

fn texts<'a>(keys: impl IntoIterator<Item = &'a str>) -> Right {
    Right::List(keys.into_iter().map(|key| Node::Value(Value::Text(key.to_owned()))).collect())
}

/// The database's time: at the beginning of the statement.
pub fn current_timestamp<M>() -> Expr<M, DateTime> {
    call(Function::Now, Vec::new())
}

impl<M, T, Of> Column<M, T, Of> {
    /// As another type.
    pub fn cast<U: Castable>(self) -> Expr<M, U> {
        call(Function::Cast(U::KIND.kind()), vec![self.into_node()])
    }
}

impl<M, T> Expr<M, T> {
    /// As another type.
    pub fn cast<U: Castable>(self) -> Expr<M, U> {
        call(Function::Cast(U::KIND.kind()), vec![self.into_node()])
    }
}

/// A type that a value can be cast to.
pub trait Castable: FieldValue {
    #[doc(hidden)]
    const KIND: CastKind;
}

/// What kind of type it is.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct CastKind(u8);

const CASTS: [Type; 12] = [
    Type::Bool,
    Type::Int,
    Type::BigInt,
    Type::Float,
    Type::Decimal,
    Type::Text,
    Type::Date,
    Type::DateTime,
    Type::Time,
    Type::Duration,
    Type::Uuid,
    Type::Json,
];

impl CastKind {
    fn kind(self) -> Type {
        CASTS[usize::from(self.0)]
    }
}

macro_rules! castable {
    ($($type:ty, $at:literal;)*) => {$(
        impl Castable for $type { const KIND: CastKind = CastKind($at); }
        impl Castable for Option<$type> { const KIND: CastKind = CastKind($at); }
    )*};
}

castable! {
    bool, 0;
    i32, 1;
    i64, 2;
    f64, 3;
    crate::Decimal, 4;
    String, 5;
    Date, 6;
    DateTime, 7;
    Time, 8;
    Duration, 9;
    crate::Uuid, 10;
    Json, 11;
}

/// A function of many rows, which may be narrowed to different values or to some rows.
#[derive(Clone, Debug)]
pub struct Aggregated<M, T> {
    aggregate: Aggregate,
    types: std::marker::PhantomData<fn() -> (M, T)>,
}

impl<M, T> Aggregated<M, T> {
    fn of(function: AggregateFunction, of: Option<Node>) -> Self {
        let aggregate = Aggregate { function, of, distinct: false, filter: None };
        Self { aggregate, types: std::marker::PhantomData }
    }

    /// Of different values only.
    #[must_use]
    pub fn distinct(mut self) -> Self {
        self.aggregate.distinct = true;
        self
    }

    /// Of the rows that match the condition only.
    #[must_use]
    pub fn filter(mut self, q: Q<M>) -> Self {
        self.aggregate.filter = Some(match self.aggregate.filter {
            None => q.node,
            Some(before) => Node::All(vec![before, q.node]),
        });
        self
    }

    /// As an expression, which can be compared and computed with.
    pub fn expr(self) -> Expr<M, T> {
        Expr::new(Node::Aggregate(Box::new(self.aggregate)))
    }

    pub(super) fn into_aggregate(self) -> Aggregate {
        self.aggregate
    }
}

impl<M, T> IntoExpr<M, T> for Aggregated<M, T> {
    fn into_expr(self) -> Expr<M, T> {
        self.expr()
    }
}

macro_rules! of_aggregates {
    ($($(#[$doc:meta])* $name:ident)*) => {
        impl<M, T: FieldValue> Aggregated<M, T> {
            $($(#[$doc])* pub fn $name(self, value: impl IntoExpr<M, T>) -> Q<M> { self.expr().$name(value) })*

            /// In ascending order.
            pub fn asc(self) -> Order<M> {
                self.expr().asc()
            }

            /// In descending order.
            pub fn desc(self) -> Order<M> {
                self.expr().desc()
            }

            /// NULL, or with `false` anything else.
            pub fn is_null(self, null: bool) -> Q<M> {
                self.expr().is_null(null)
            }
        }
    };
}

of_aggregates! {
    /// Equal; `None` matches NULL.
    eq
    /// Less than.
    lt
    /// Less than or equal.
    lte
    /// Greater than.
    gt
    /// Greater than or equal.
    gte
}

/// How many rows there are: `COUNT(*)`.
pub fn count_all<M>() -> Aggregated<M, i64> {
    Aggregated::of(AggregateFunction::Count, None)
}

impl<M: Model, R: Model> Related<M, R> {
    /// How many related rows there are.
    pub fn count(self) -> Aggregated<M, i64> {
        Aggregated::of(AggregateFunction::Count, Some(Node::Column(self.path)))
    }

    /// How many different related rows there are: where a query follows several relations to many rows, each of which
    /// multiplies the others.
    pub fn count_distinct(self) -> Aggregated<M, i64> {
        self.count().distinct()
    }

    /// There is a related row, or with `true` there is none.
    pub fn is_null(self, null: bool) -> Q<M> {
        Q::new(Node::compare(Node::Column(self.path), Lookup::IsNull, Right::Truth(null)))
    }

    /// One of the related rows is this one.
    pub fn eq(self, row: &R) -> Q<M> {
        Q::new(Node::equals(self.path, row.pk().to_value()))
    }

    /// One of the related rows is one of these.
    pub fn is_in<'a>(self, rows: impl IntoIterator<Item = &'a R>) -> Q<M> {
        Q::new(Node::is_in(self.path, rows.into_iter().map(|row| row.pk().to_value())))
    }
}

/// A value chosen by conditions: Django's `Case(When(...))`.
#[derive(Clone, Debug)]
pub struct When<M, T> {
    case: super::node::Case,
    types: std::marker::PhantomData<fn() -> (M, T)>,
}

/// The value where the condition is true: `when(Note::STARS.gt(3), "good").otherwise("bad")`.
pub fn when<M, T: FieldValue>(condition: Q<M>, value: impl IntoExpr<M, T>) -> When<M, T> {
    let case = super::node::Case { when: vec![(condition.node, value.into_expr().node)], otherwise: None };
    When { case, types: std::marker::PhantomData }
}

impl<M, T: FieldValue> When<M, T> {
    /// The value where this condition is true and the ones before are not.
    #[must_use]
    pub fn when(mut self, condition: Q<M>, value: impl IntoExpr<M, T>) -> Self {
        self.case.when.push((condition.node, value.into_expr().node));
        self
    }

    /// The value where no condition is true.
    pub fn otherwise(mut self, value: impl IntoExpr<M, T>) -> Expr<M, T> {
        self.case.otherwise = Some(value.into_expr().node);
        Expr::new(Node::Case(Box::new(self.case)))
    }

    /// NULL where no condition is true.
    pub fn or_null(self) -> Expr<M, T::Optional> {
        Expr::new(Node::Case(Box::new(self.case)))
    }
}

/// A value, where an expression is asked for.
pub fn value<M, T: FieldValue>(value: T) -> Expr<M, T> {
    Expr::new(Node::Value(value.to_value()))
}
