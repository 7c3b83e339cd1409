//! Constraints and indexes that have a name: the same values say them in a model's metadata and in a migration.

use std::borrow::Cow;
use std::fmt;
use std::ops::Bound;

use crate::Value;

type Text = Cow<'static, str>;

/// A constraint of a table: Django's `UniqueConstraint` or `CheckConstraint`.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    /// The name in the database.
    pub name: Text,
    /// What it refuses.
    pub rule: ConstraintRule,
}

/// What a constraint refuses.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ConstraintRule {
    /// Two rows with the same values.
    Unique {
        /// The fields, by name.
        fields: Vec<Text>,
        /// Among these rows alone.
        condition: Option<Condition>,
        /// Further fields that the index holds, so that queries need not look at the table (PostgreSQL).
        include: Vec<Text>,
        /// Whether two NULLs differ. Where it is said the constraint exists in PostgreSQL alone, as in Django.
        nulls_distinct: Option<bool>,
    },
    /// A row that does not meet the condition.
    Check(Condition),
}

/// An index of a table: Django's `Index`.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// The name in the database. An empty one becomes Django's: by the fields and a digest.
    pub name: Text,
    /// The fields, by name; `-created` in descending order.
    pub fields: Vec<Text>,
    /// Of these rows alone.
    pub condition: Option<Condition>,
    /// Further fields that the index holds (PostgreSQL).
    pub include: Vec<Text>,
    /// How it finds rows.
    pub method: IndexMethod,
}

/// How an index finds rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum IndexMethod {
    /// By the order of values: what both databases do where nothing is said.
    #[default]
    BTree,
    /// By what is inside of values: arrays, hstores, JSON, words (PostgreSQL). Django's `GinIndex`.
    Gin,
    /// By what values have in common: ranges, words (PostgreSQL). Django's `GistIndex`.
    Gist,
}

impl IndexMethod {
    /// The end of a name that Django makes.
    pub(crate) const fn suffix(self) -> &'static str {
        match self {
            Self::BTree => "idx",
            Self::Gin => "gin",
            Self::Gist => "gist",
        }
    }
}

/// No two rows have the same values of these fields.
pub fn unique(name: impl Into<Text>, fields: impl IntoIterator<Item = impl Into<Text>>) -> Constraint {
    let rule = ConstraintRule::Unique {
        fields: fields.into_iter().map(Into::into).collect(),
        condition: None,
        include: Vec::new(),
        nulls_distinct: None,
    };
    Constraint { name: name.into(), rule }
}

/// Each row meets the condition.
pub fn check(name: impl Into<Text>, condition: Condition) -> Constraint {
    Constraint { name: name.into(), rule: ConstraintRule::Check(condition) }
}

/// An index of these fields; `-created` is in descending order.
pub fn index(name: impl Into<Text>, fields: impl IntoIterator<Item = impl Into<Text>>) -> Index {
    Index {
        name: name.into(),
        fields: fields.into_iter().map(Into::into).collect(),
        condition: None,
        include: Vec::new(),
        method: IndexMethod::BTree,
    }
}

/// An index of what is inside of arrays, hstores, JSON or words (PostgreSQL): Django's `GinIndex`.
pub fn gin_index(name: impl Into<Text>, fields: impl IntoIterator<Item = impl Into<Text>>) -> Index {
    Index { method: IndexMethod::Gin, ..index(name, fields) }
}

/// An index of what ranges or words have in common (PostgreSQL): Django's `GistIndex`.
pub fn gist_index(name: impl Into<Text>, fields: impl IntoIterator<Item = impl Into<Text>>) -> Index {
    Index { method: IndexMethod::Gist, ..index(name, fields) }
}

impl Constraint {
    /// The constraint counts rows that meet a condition alone. For a check this is the condition itself.
    #[must_use]
    pub fn condition(mut self, given: Condition) -> Self {
        match &mut self.rule {
            ConstraintRule::Unique { condition, .. } => *condition = Some(given),
            ConstraintRule::Check(condition) => *condition = given,
        }
        self
    }

    /// The index of a unique constraint holds these fields too.
    #[must_use]
    pub fn include(mut self, fields: impl IntoIterator<Item = impl Into<Text>>) -> Self {
        if let ConstraintRule::Unique { include, .. } = &mut self.rule {
            include.extend(fields.into_iter().map(Into::into));
        }
        self
    }

    /// Whether two NULLs differ in a unique constraint.
    #[must_use]
    pub fn nulls_distinct(mut self, distinct: bool) -> Self {
        if let ConstraintRule::Unique { nulls_distinct, .. } = &mut self.rule {
            *nulls_distinct = Some(distinct);
        }
        self
    }

    /// SQLite makes such a constraint as an index, beside the table; the others are a part of the table.
    pub(crate) fn is_index(&self) -> bool {
        match &self.rule {
            ConstraintRule::Unique { condition, include, .. } => condition.is_some() || !include.is_empty(),
            ConstraintRule::Check(_) => false,
        }
    }
}

impl Index {
    /// The index is of rows that meet a condition alone.
    #[must_use]
    pub fn condition(self, condition: Condition) -> Self {
        Self { condition: Some(condition), ..self }
    }

    /// The index holds these fields too.
    #[must_use]
    pub fn include(mut self, fields: impl IntoIterator<Item = impl Into<Text>>) -> Self {
        self.include.extend(fields.into_iter().map(Into::into));
        self
    }
}

/// What a row must be: a small part of a query's conditions, which needs no model to be written.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Condition {
    /// A comparison of a field: Django's lookups `exact`, `lt` and so on.
    Compare(Text, Comparison, Operand),
    /// A field is one of these values.
    In(Text, Vec<Value>),
    /// A field is NULL, or is not.
    IsNull(Text, bool),
    /// All of these.
    And(Vec<Condition>),
    /// One of these.
    Or(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// What a field is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A value.
    Value(Value),
    /// Another field of the row: Django's `F`.
    Field(Text),
}

/// A field of a condition, by name: `field("age").gte(18)`.
pub fn field(name: impl Into<Text>) -> ConditionField {
    ConditionField(name.into())
}

/// A field of a condition.
#[derive(Clone, Debug)]
pub struct ConditionField(pub(crate) Text);

/// A value or a field on the right side of a comparison.
impl From<ConditionField> for Operand {
    fn from(field: ConditionField) -> Self {
        Self::Field(field.0)
    }
}

impl<T: crate::FieldValue> From<T> for Operand {
    fn from(value: T) -> Self {
        Self::Value(value.to_value())
    }
}

impl From<&str> for Operand {
    fn from(text: &str) -> Self {
        Self::Value(Value::Text(text.to_owned()))
    }
}

#[expect(clippy::wrong_self_convention, reason = "the names of the lookups, on a value that is used once")]
impl ConditionField {
    fn compare(self, comparison: Comparison, with: impl Into<Operand>) -> Condition {
        Condition::Compare(self.0, comparison, with.into())
    }

    /// It is equal.
    pub fn eq(self, with: impl Into<Operand>) -> Condition {
        self.compare(Comparison::Equal, with)
    }

    /// It is less.
    pub fn lt(self, than: impl Into<Operand>) -> Condition {
        self.compare(Comparison::Less, than)
    }

    /// It is less or equal.
    pub fn lte(self, than: impl Into<Operand>) -> Condition {
        self.compare(Comparison::LessOrEqual, than)
    }

    /// It is greater.
    pub fn gt(self, than: impl Into<Operand>) -> Condition {
        self.compare(Comparison::Greater, than)
    }

    /// It is greater or equal.
    pub fn gte(self, than: impl Into<Operand>) -> Condition {
        self.compare(Comparison::GreaterOrEqual, than)
    }

    /// It is one of these.
    pub fn is_in(self, values: impl IntoIterator<Item = impl Into<Operand>>) -> Condition {
        let values = values.into_iter().filter_map(|value| match value.into() {
            Operand::Value(value) => Some(value),
            Operand::Field(_) => None,
        });
        Condition::In(self.0, values.collect())
    }

    /// It is NULL.
    pub fn is_null(self) -> Condition {
        Condition::IsNull(self.0, true)
    }

    /// It is not NULL.
    pub fn is_not_null(self) -> Condition {
        Condition::IsNull(self.0, false)
    }
}

impl Condition {
    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::And(mut parts), Self::And(others)) => {
                parts.extend(others);
                Self::And(parts)
            }
            (Self::And(mut parts), other) => {
                parts.push(other);
                Self::And(parts)
            }
            (first, second) => Self::And(vec![first, second]),
        }
    }

    /// One of both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Or(mut parts), Self::Or(others)) => {
                parts.extend(others);
                Self::Or(parts)
            }
            (Self::Or(mut parts), other) => {
                parts.push(other);
                Self::Or(parts)
            }
            (first, second) => Self::Or(vec![first, second]),
        }
    }

    /// The same condition of a table in which a field has got another name.
    pub(crate) fn rename(&mut self, from: &str, to: &Text) {
        let rename = |name: &mut Text| {
            if name == from {
                *name = to.clone();
            }
        };
        match self {
            Self::Compare(name, _, with) => {
                rename(name);
                if let Operand::Field(other) = with {
                    rename(other);
                }
            }
            Self::In(name, _) | Self::IsNull(name, _) => rename(name),
            Self::And(parts) | Self::Or(parts) => parts.iter_mut().for_each(|part| part.rename(from, to)),
            Self::Not(part) => part.rename(from, to),
        }
    }
}

impl std::ops::Not for Condition {
    type Output = Self;

    fn not(self) -> Self {
        Self::Not(Box::new(self))
    }
}

/// The condition as a migration is written.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compare(name, comparison, with) => {
                let method = match comparison {
                    Comparison::Equal => "eq",
                    Comparison::Less => "lt",
                    Comparison::LessOrEqual => "lte",
                    Comparison::Greater => "gt",
                    Comparison::GreaterOrEqual => "gte",
                };
                match with {
                    Operand::Field(other) => write!(f, "field({name:?}).{method}(field({other:?}))"),
                    Operand::Value(value) => write!(f, "field({name:?}).{method}({})", Literal(value)),
                }
            }
            Self::In(name, values) => {
                let values: Vec<String> = values.iter().map(|value| Literal(value).to_string()).collect();
                write!(f, "field({name:?}).is_in([{}])", values.join(", "))
            }
            Self::IsNull(name, true) => write!(f, "field({name:?}).is_null()"),
            Self::IsNull(name, false) => write!(f, "field({name:?}).is_not_null()"),
            Self::And(parts) => joined(f, parts, "and"),
            Self::Or(parts) => joined(f, parts, "or"),
            Self::Not(part) => write!(f, "!{part}"),
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Condition], word: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        match index {
            0 => write!(f, "{part}")?,
            _ => write!(f, ".{word}({part})")?,
        }
    }
    Ok(())
}

/// A value as Rust writes it.
pub(crate) struct Literal<'a>(pub(crate) &'a Value);

impl fmt::Display for Literal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Null => f.write_str("Value::Null"),
            Value::Bool(b) => write!(f, "{b}"),
            Value::Int(n) => write!(f, "{n}"),
            Value::Float(x) => write!(f, "{x:?}"),
            Value::Text(text) => write!(f, "{text:?}"),
            Value::Decimal(number) => write!(f, "{:?}.parse::<Decimal>().unwrap()", number.to_string()),
            Value::Uuid(uuid) => write!(f, "{:?}.parse::<Uuid>().unwrap()", uuid.to_string()),
            Value::DateTime(at) => write!(f, "{:?}.parse::<DateTime>().unwrap()", at.to_string()),
            Value::Date(date) => write!(f, "{:?}.parse::<Date>().unwrap()", date.to_string()),
            Value::Time(time) => write!(f, "{:?}.parse::<Time>().unwrap()", time.to_string()),
            Value::IpAddress(address) => {
                write!(f, "{:?}.parse::<std::net::IpAddr>().unwrap()", address.to_string())
            }
            Value::Duration(length) => write!(f, "Duration::from_micros({})", length.as_micros()),
            Value::Json(json) => write!(f, "json::loads({:?}).unwrap()", json.dumps().unwrap_or_default()),
            Value::Bytes(bytes) => write!(f, "b\"{}\".to_vec()", bytes.escape_ascii()),
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| Literal(item).to_string()).collect();
                write!(f, "vec![{}]", items.join(", "))
            }
            Value::Range(range) => match (range.lower(), range.upper()) {
                (Some(lower), Some(upper)) => {
                    write!(f, "Range::new({}, {})", bound(lower), bound(upper))
                }
                _ => f.write_str("Range::empty()"),
            },
            Value::HStore(pairs) => {
                let pairs: Vec<String> = pairs
                    .iter()
                    .map(|(key, value)| match value {
                        Some(value) => format!("({key:?}.to_owned(), Some({value:?}.to_owned()))"),
                        None => format!("({key:?}.to_owned(), None)"),
                    })
                    .collect();
                write!(f, "HStore::from([{}])", pairs.join(", "))
            }
        }
    }
}

fn bound(bound: Bound<&Value>) -> String {
    match bound {
        Bound::Included(value) => format!("Bound::Included({})", Literal(value)),
        Bound::Excluded(value) => format!("Bound::Excluded({})", Literal(value)),
        Bound::Unbounded => "Bound::Unbounded".to_owned(),
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.rule {
            ConstraintRule::Check(condition) => write!(f, "check({:?}, {condition})", self.name),
            ConstraintRule::Unique { fields, condition, include, nulls_distinct } => {
                write!(f, "unique({:?}, {fields:?})", self.name)?;
                write_options(f, condition.as_ref(), include)?;
                nulls_distinct.map_or(Ok(()), |distinct| write!(f, ".nulls_distinct({distinct})"))
            }
        }
    }
}

impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let function = match self.method {
            IndexMethod::BTree => "index",
            IndexMethod::Gin => "gin_index",
            IndexMethod::Gist => "gist_index",
        };
        write!(f, "{function}({:?}, {:?})", self.name, self.fields)?;
        write_options(f, self.condition.as_ref(), &self.include)
    }
}

fn write_options(f: &mut fmt::Formatter<'_>, condition: Option<&Condition>, include: &[Text]) -> fmt::Result {
    if let Some(condition) = condition {
        write!(f, ".condition({condition})")?;
    }
    if include.is_empty() { Ok(()) } else { write!(f, ".include({include:?})") }
}
