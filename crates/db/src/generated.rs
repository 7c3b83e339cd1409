//! What the database computes of a row's fields: for Django's `GeneratedField`, for indexes and for unique constraints. The same
//! values say it in a model's metadata and in a migration.

use std::borrow::Cow;
use std::fmt;

use crate::constraints::{Condition, ConditionField, Literal};
use crate::{FieldValue, Value};

type Text = Cow<'static, str>;

/// A column whose values the database computes.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// What it computes.
    pub expression: Expression,
    /// The values are kept in the table. Otherwise they are computed when they are read, which PostgreSQL cannot do before
    /// its version 18.
    pub stored: bool,
}

/// What is computed of a row: a small part of a query's expressions, which needs no model to be written.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Expression {
    /// A field, by name.
    Field(Text),
    /// A value.
    Value(Value),
    /// Two numbers.
    Arithmetic(Arithmetic, Box<[Expression; 2]>),
    /// A function.
    Call(Function, Vec<Expression>),
    /// Whether something is so.
    Condition(Condition),
}

/// What is done with two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

impl Arithmetic {
    pub(crate) fn sign(self) -> char {
        match self {
            Self::Add => '+',
            Self::Subtract => '-',
            Self::Multiply => '*',
            Self::Divide => '/',
            Self::Remainder => '%',
        }
    }
}

impl From<ConditionField> for Expression {
    fn from(field: ConditionField) -> Self {
        Self::Field(field.0)
    }
}

impl From<Condition> for Expression {
    fn from(condition: Condition) -> Self {
        Self::Condition(condition)
    }
}

impl<T: FieldValue> From<T> for Expression {
    fn from(value: T) -> Self {
        Self::Value(value.to_value())
    }
}

impl From<&str> for Expression {
    fn from(text: &str) -> Self {
        Self::Value(Value::Text(text.to_owned()))
    }
}

macro_rules! arithmetic {
    ($($trait:ident $method:ident $variant:ident;)*) => {$(
        impl<R: Into<Expression>> std::ops::$trait<R> for Expression {
            type Output = Self;

            fn $method(self, right: R) -> Self {
                Self::Arithmetic(Arithmetic::$variant, Box::new([self, right.into()]))
            }
        }

        impl<R: Into<Expression>> std::ops::$trait<R> for ConditionField {
            type Output = Expression;

            fn $method(self, right: R) -> Expression {
                Expression::from(self).$method(right)
            }
        }
    )*};
}

arithmetic! {
    Add add Add;
    Sub sub Subtract;
    Mul mul Multiply;
    Div div Divide;
    Rem rem Remainder;
}

macro_rules! functions {
    ($($name:ident $variant:ident $sql:literal $doc:literal;)*) => {
        /// A function of Django's, by its name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Function {
            $(#[doc = $doc] $variant,)*
            /// Texts, one after the other.
            Concat,
            /// The first that is not NULL.
            Coalesce,
        }

        impl Function {
            /// The name in SQL, and in a migration.
            pub(crate) fn names(self) -> (&'static str, &'static str) {
                match self {
                    $(Self::$variant => ($sql, stringify!($name)),)*
                    Self::Concat => ("", "concat"),
                    Self::Coalesce => ("COALESCE", "coalesce"),
                }
            }
        }

        $(
            #[doc = $doc]
            pub fn $name(of: impl Into<Expression>) -> Expression {
                Expression::Call(Function::$variant, vec![of.into()])
            }
        )*
    };
}

functions! {
    lower Lower "LOWER" "A text in small letters.";
    upper Upper "UPPER" "A text in capital letters.";
    trim Trim "TRIM" "A text without the spaces around it.";
    length Length "LENGTH" "How many characters a text has.";
    abs Abs "ABS" "A number without its sign.";
}

/// Texts, one after the other; NULL counts as an empty one: `concat((field("first"), " ", field("last")))`.
pub fn concat(parts: impl Parts) -> Expression {
    Expression::Call(Function::Concat, parts.parts())
}

/// The first that is not NULL: `coalesce((field("nick"), field("name")))`.
pub fn coalesce(parts: impl Parts) -> Expression {
    Expression::Call(Function::Coalesce, parts.parts())
}

/// Some expressions: a tuple of fields and values.
pub trait Parts {
    #[doc(hidden)]
    fn parts(self) -> Vec<Expression>;
}

macro_rules! tuples {
    ($($($part:ident)*;)*) => {$(
        impl<$($part: Into<Expression>),*> Parts for ($($part,)*) {
            #[expect(non_snake_case, reason = "a part is called as its type")]
            fn parts(self) -> Vec<Expression> {
                let ($($part,)*) = self;
                vec![$($part.into()),*]
            }
        }
    )*};
}

tuples! {
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
}

impl Expression {
    /// The fields that it is computed of.
    pub(crate) fn fields<'a>(&'a self, found: &mut Vec<&'a str>) {
        match self {
            Self::Field(name) => found.push(name),
            Self::Value(_) => {}
            Self::Arithmetic(_, sides) => sides.iter().for_each(|side| side.fields(found)),
            Self::Call(_, parts) => parts.iter().for_each(|part| part.fields(found)),
            Self::Condition(condition) => condition.fields(found),
        }
    }

    /// The same expression of a table in which a field has got another name.
    pub(crate) fn rename(&mut self, from: &str, to: &Text) {
        match self {
            Self::Field(name) if name == from => *name = to.clone(),
            Self::Field(_) | Self::Value(_) => {}
            Self::Arithmetic(_, sides) => sides.iter_mut().for_each(|side| side.rename(from, to)),
            Self::Call(_, parts) => parts.iter_mut().for_each(|part| part.rename(from, to)),
            Self::Condition(condition) => condition.rename(from, to),
        }
    }
}

impl Expression {
    /// Whether a field is a part of it.
    pub(crate) fn has(&self, field: &str) -> bool {
        let mut without = self.clone();
        without.rename(field, &Text::Borrowed(""));
        without != *self
    }
}

/// An expression of which more is said, as a migration is written.
pub(crate) struct Part<'a>(pub(crate) &'a Expression);

impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            expression @ (Expression::Arithmetic(..) | Expression::Condition(Condition::Not(_))) => {
                write!(f, "({expression})")
            }
            expression => write!(f, "{expression}"),
        }
    }
}

/// The expression as a migration is written.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(f, "field({name:?})"),
            Self::Value(Value::Int(n)) => write!(f, "{n}_i64"),
            Self::Value(value) => write!(f, "{}", Literal(value)),
            Self::Arithmetic(arithmetic, sides) => {
                let [left, right] = &**sides;
                match left {
                    // Rust knows the arithmetic of fields and expressions alone.
                    Self::Value(_) | Self::Condition(_) => write!(f, "Expression::from({left})")?,
                    left => write!(f, "{}", Part(left))?,
                }
                write!(f, " {} {}", arithmetic.sign(), Part(right))
            }
            Self::Call(function @ (Function::Concat | Function::Coalesce), parts) => {
                let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
                write!(f, "{}(({}))", function.names().1, parts.join(", "))
            }
            Self::Call(function, parts) => {
                let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
                write!(f, "{}({})", function.names().1, parts.join(", "))
            }
            Self::Condition(condition) => write!(f, "{condition}"),
        }
    }
}
