//! Typed columns: the conditions, orders and assignments that a query is made of.
//!
//! A column of the wrong model or a value of the wrong type does not compile.

use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use crate::{Error, FieldValue, ForeignKey, Model, Result, Row, Value};

/// How many foreign keys the path to one column may follow.
const LONGEST_PATH: usize = 6;

/// The path from a queryset's model to a column: positions of foreign keys, then of the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    steps: [u8; LONGEST_PATH],
    len: u8,
}

impl Path {
    const fn field(index: usize) -> Self {
        assert!(index < 256, "a model has at most 255 fields");
        let mut steps = [0; LONGEST_PATH];
        steps[0] = index as u8;
        Self { steps, len: 1 }
    }

    const fn then(mut self, next: Self) -> Self {
        let mut at = 0;
        while at < next.len as usize {
            assert!(
                (self.len as usize) < LONGEST_PATH,
                "a column is reached through five foreign keys at most"
            );
            self.steps[self.len as usize] = next.steps[at];
            self.len += 1;
            at += 1;
        }
        self
    }

    pub(crate) fn steps(&self) -> impl ExactSizeIterator<Item = usize> + DoubleEndedIterator + '_ {
        self.steps[..usize::from(self.len)].iter().map(|step| usize::from(*step))
    }
}

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
        self.path.steps().next_back().unwrap_or_default()
    }
}

/// A foreign key, or an optional one: a column that refers to another model.
pub trait Reference {
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
}

/// A value that a column holding `T` can be compared with or set to.
#[diagnostic::on_unimplemented(message = "a column of type `{T}` cannot be compared with or set to `{Self}`")]
pub trait Operand<T> {
    /// The value as the column has it.
    fn operand(self) -> Value;
}

impl<T: FieldValue> Operand<T> for T {
    fn operand(self) -> Value {
        self.to_value()
    }
}

impl Operand<String> for &str {
    fn operand(self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl Operand<String> for &String {
    fn operand(self) -> Value {
        Value::Text(self.clone())
    }
}

impl Operand<Option<String>> for &str {
    fn operand(self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl<M: Model> Operand<ForeignKey<M>> for &M {
    fn operand(self) -> Value {
        self.pk().to_value()
    }
}

impl<M: Model> Operand<Option<ForeignKey<M>>> for &M {
    fn operand(self) -> Value {
        self.pk().to_value()
    }
}

macro_rules! plain_operands {
    ($($type:ty)*) => {$(
        impl Operand<Option<$type>> for $type {
            fn operand(self) -> Value {
                self.to_value()
            }
        }
    )*};
}

plain_operands!(bool i16 i32 i64 u16 u32 f64 String crate::DateTime crate::Date crate::Time crate::Duration
    crate::Decimal crate::Uuid crate::json::Json Vec<u8>);

macro_rules! key_operands {
    ($($type:ty)*) => {$(
        impl<M: Model<Pk = $type>> Operand<ForeignKey<M>> for $type {
            fn operand(self) -> Value {
                self.to_value()
            }
        }

        impl<M: Model<Pk = $type>> Operand<Option<ForeignKey<M>>> for $type {
            fn operand(self) -> Value {
                self.to_value()
            }
        }
    )*};
}

key_operands!(i32 i64 String crate::Uuid);

#[derive(Clone, Debug)]
pub(crate) enum Lookup {
    Exact(Value),
    In(Vec<Value>),
    LessThan(Value),
    LessThanOrEqual(Value),
    GreaterThan(Value),
    GreaterThanOrEqual(Value),
    IsNull(bool),
    /// A `LIKE` pattern whose own `%`, `_` and `\` are escaped.
    Like(String),
}

#[derive(Clone, Debug)]
pub(crate) enum Condition {
    Lookup(Path, Lookup),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
}

/// A condition on rows of `M`, to be combined with `&`, `|` and `!`.
#[derive(Clone, Debug)]
pub struct Q<M> {
    pub(crate) condition: Condition,
    model: PhantomData<fn() -> M>,
}

impl<M> Q<M> {
    fn new(condition: Condition) -> Self {
        Self { condition, model: PhantomData }
    }
}

impl<M> BitAnd for Q<M> {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self::new(Condition::All(vec![self.condition, other.condition]))
    }
}

impl<M> BitOr for Q<M> {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self::new(Condition::Any(vec![self.condition, other.condition]))
    }
}

impl<M> Not for Q<M> {
    type Output = Self;

    fn not(self) -> Self {
        Self::new(Condition::Not(Box::new(self.condition)))
    }
}

impl<M, T: FieldValue, Of> Column<M, T, Of> {
    fn q(self, lookup: Lookup) -> Q<M> {
        Q::new(Condition::Lookup(self.path, lookup))
    }

    /// Equal; `None` matches NULL.
    pub fn eq(self, value: impl Operand<T>) -> Q<M> {
        match value.operand() {
            Value::Null => self.is_null(true),
            value => self.q(Lookup::Exact(value)),
        }
    }

    /// One of these values; an empty list matches nothing.
    pub fn is_in<V: Operand<T>>(self, values: impl IntoIterator<Item = V>) -> Q<M> {
        let values = values.into_iter().map(Operand::operand);
        // As in Django: a NULL in the list matches nothing, and would make the rest of it match nothing under a NOT.
        self.q(Lookup::In(values.filter(|value| !value.is_null()).collect()))
    }

    /// Less than.
    pub fn lt(self, value: impl Operand<T>) -> Q<M> {
        self.q(Lookup::LessThan(value.operand()))
    }

    /// Less than or equal.
    pub fn lte(self, value: impl Operand<T>) -> Q<M> {
        self.q(Lookup::LessThanOrEqual(value.operand()))
    }

    /// Greater than.
    pub fn gt(self, value: impl Operand<T>) -> Q<M> {
        self.q(Lookup::GreaterThan(value.operand()))
    }

    /// Greater than or equal.
    pub fn gte(self, value: impl Operand<T>) -> Q<M> {
        self.q(Lookup::GreaterThanOrEqual(value.operand()))
    }

    /// NULL, or with `false` anything else.
    pub fn is_null(self, null: bool) -> Q<M> {
        self.q(Lookup::IsNull(null))
    }

    /// In ascending order.
    pub fn asc(self) -> Order<M> {
        Order { path: self.path, descending: false, model: PhantomData }
    }

    /// In descending order.
    pub fn desc(self) -> Order<M> {
        Order { path: self.path, descending: true, model: PhantomData }
    }
}

impl<M, T: FieldValue> Column<M, T> {
    /// The column's new value, for `create` and `update`.
    pub fn set(self, value: impl Operand<T>) -> Assignment<M> {
        Assignment { field: self.field(), value: value.operand(), model: PhantomData }
    }
}

/// A type of text columns.
pub trait Text: FieldValue {}

impl Text for String {}

impl Text for Option<String> {}

impl<M, T: Text, Of> Column<M, T, Of> {
    /// The column contains the text. As with Django on SQLite, ASCII letters match in either case.
    pub fn contains(self, text: &str) -> Q<M> {
        self.q(Lookup::Like(format!("%{}%", escaped(text))))
    }

    /// The column equals the text. As with Django on SQLite, ASCII letters match in either case.
    pub fn iexact(self, text: &str) -> Q<M> {
        self.q(Lookup::Like(escaped(text)))
    }

    /// The column begins with the text. As with Django on SQLite, ASCII letters match in either case.
    pub fn starts_with(self, text: &str) -> Q<M> {
        self.q(Lookup::Like(format!("{}%", escaped(text))))
    }
}

fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

/// One column of a sort order.
#[derive(Clone, Debug)]
pub struct Order<M> {
    pub(crate) path: Path,
    pub(crate) descending: bool,
    model: PhantomData<fn() -> M>,
}

/// A column's new value.
#[derive(Clone, Debug)]
pub struct Assignment<M> {
    pub(crate) field: usize,
    pub(crate) value: Value,
    model: PhantomData<fn() -> M>,
}

impl<M> Assignment<M> {
    /// The position of the field and its new value.
    pub fn into_parts(self) -> (usize, Value) {
        (self.field, self.value)
    }
}

/// A tuple of columns, read by [`QuerySet::values`](crate::QuerySet::values).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tuple of columns of `{M}`",
    label = "give a tuple of the model's columns: `values((Project::ID, Project::NAME))`"
)]
pub trait Columns<M> {
    /// The tuple of their types.
    type Row;

    #[doc(hidden)]
    fn paths(&self) -> Vec<Column<M, ()>>;

    /// The tuple, or which of the columns could not be read.
    #[doc(hidden)]
    fn read(row: &dyn Row) -> Result<Self::Row, (usize, Error)>;
}

impl<M, T, Of> Column<M, T, Of> {
    fn untyped(self) -> Column<M, ()> {
        Column { path: self.path, types: PhantomData }
    }
}

macro_rules! column_tuples {
    ($($type:ident $via:ident $index:tt),+) => {
        impl<Model, $($type: FieldValue, $via),+> Columns<Model> for ($(Column<Model, $type, $via>,)+) {
            type Row = ($($type,)+);

            fn paths(&self) -> Vec<Column<Model, ()>> {
                vec![$(self.$index.untyped()),+]
            }

            fn read(row: &dyn Row) -> Result<Self::Row, (usize, Error)> {
                Ok(($(row.get($index).and_then($type::from_value).map_err(|error| ($index, error))?,)+))
            }
        }
    };
}

column_tuples!(A Ai 0);
column_tuples!(A Ai 0, B Bi 1);
column_tuples!(A Ai 0, B Bi 1, C Ci 2);
column_tuples!(A Ai 0, B Bi 1, C Ci 2, D Di 3);
column_tuples!(A Ai 0, B Bi 1, C Ci 2, D Di 3, E Ei 4);
column_tuples!(A Ai 0, B Bi 1, C Ci 2, D Di 3, E Ei 4, F Fi 5);
