//! What an index goes by: fields, or expressions with an order.

use std::borrow::Cow;
use std::fmt;

use super::condition::{Condition, ConditionField};
use crate::Expression;
use crate::generated::Part;

type Text = Cow<'static, str>;

/// What an index or a unique constraint goes by: `["author", "-year"]`, `lower(field("email"))`, or a tuple of several
/// expressions, `(lower(field("name")).desc(), field("year"))`.
#[derive(Clone, Debug, PartialEq)]
pub enum IndexKeys {
    /// Fields, by name; `-created` in descending order.
    Fields(Vec<Text>),
    /// Expressions.
    Expressions(Vec<IndexKey>),
}

/// An expression that an index goes by, and how its values are ordered and compared.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexKey {
    /// What is computed of a row.
    pub expression: Expression,
    /// How the values are ordered, where it is said.
    pub order: Option<KeyOrder>,
    /// The collation by which texts are compared.
    pub collation: Option<Text>,
    /// The operator class (PostgreSQL): `varchar_pattern_ops`, `gin_trgm_ops`. Django's `OpClass`.
    pub opclass: Option<Text>,
}

/// How an index orders values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyOrder {
    /// The greatest is first.
    pub descending: bool,
    /// Where NULL is, if not in the usual place of the database.
    pub nulls_first: Option<bool>,
}

impl IndexKey {
    /// The greatest first.
    #[must_use]
    pub fn desc(self) -> Self {
        self.ordered(|order| order.descending = true)
    }

    /// The least first, said in so many words: `ASC`.
    #[must_use]
    pub fn asc(self) -> Self {
        self.ordered(|order| order.descending = false)
    }

    /// NULL before all values.
    #[must_use]
    pub fn nulls_first(self) -> Self {
        self.ordered(|order| order.nulls_first = Some(true))
    }

    /// NULL after all values.
    #[must_use]
    pub fn nulls_last(self) -> Self {
        self.ordered(|order| order.nulls_first = Some(false))
    }

    /// Texts are compared by this collation of the database.
    #[must_use]
    pub fn collate(self, name: impl Into<Text>) -> Self {
        Self { collation: Some(name.into()), ..self }
    }

    /// The index is made for the operators of this class (PostgreSQL).
    #[must_use]
    pub fn opclass(self, name: impl Into<Text>) -> Self {
        Self { opclass: Some(name.into()), ..self }
    }

    /// Nothing is said but the expression.
    pub(super) fn is_plain(&self) -> bool {
        self.order.is_none() && self.collation.is_none() && self.opclass.is_none()
    }

    fn ordered(mut self, change: impl FnOnce(&mut KeyOrder)) -> Self {
        change(self.order.get_or_insert_default());
        self
    }
}

macro_rules! keys {
    ($($of:ty)*) => {$(
        impl From<$of> for IndexKey {
            fn from(expression: $of) -> Self {
                Self { expression: expression.into(), order: None, collation: None, opclass: None }
            }
        }

        /// What is computed as a key of an index.
        impl $of {
            /// The greatest first.
            pub fn desc(self) -> IndexKey {
                IndexKey::from(self).desc()
            }

            /// The least first, said in so many words: `ASC`.
            pub fn asc(self) -> IndexKey {
                IndexKey::from(self).asc()
            }

            /// NULL before all values.
            pub fn nulls_first(self) -> IndexKey {
                IndexKey::from(self).nulls_first()
            }

            /// NULL after all values.
            pub fn nulls_last(self) -> IndexKey {
                IndexKey::from(self).nulls_last()
            }

            /// Texts are compared by this collation of the database.
            pub fn collate(self, name: impl Into<Text>) -> IndexKey {
                IndexKey::from(self).collate(name)
            }

            /// The index is made for the operators of this class (PostgreSQL).
            pub fn opclass(self, name: impl Into<Text>) -> IndexKey {
                IndexKey::from(self).opclass(name)
            }
        }
    )*};
}

keys!(Expression ConditionField Condition);

impl<T: Into<Text>, const N: usize> From<[T; N]> for IndexKeys {
    fn from(fields: [T; N]) -> Self {
        Self::Fields(fields.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Text>> From<Vec<T>> for IndexKeys {
    fn from(fields: Vec<T>) -> Self {
        Self::Fields(fields.into_iter().map(Into::into).collect())
    }
}

macro_rules! single {
    ($($of:ty)*) => {$(
        impl From<$of> for IndexKeys {
            fn from(key: $of) -> Self {
                Self::Expressions(vec![key.into()])
            }
        }
    )*};
}

single!(IndexKey Expression ConditionField Condition);

macro_rules! tuples {
    ($($($key:ident)*;)*) => {$(
        impl<$($key: Into<IndexKey>),*> From<($($key,)*)> for IndexKeys {
            #[expect(non_snake_case, reason = "a key is called as its type")]
            fn from(($($key,)*): ($($key,)*)) -> Self {
                Self::Expressions(vec![$($key.into()),*])
            }
        }
    )*};
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
}

impl IndexKeys {
    /// The fields by name, where it goes by fields.
    pub fn fields(&self) -> &[Text] {
        match self {
            Self::Fields(fields) => fields,
            Self::Expressions(_) => &[],
        }
    }

    /// The names of all fields in it.
    pub(crate) fn names(&self) -> Vec<&str> {
        match self {
            Self::Fields(fields) => fields.iter().map(|field| field.trim_start_matches('-')).collect(),
            Self::Expressions(keys) => {
                let mut found = Vec::new();
                keys.iter().for_each(|key| key.expression.fields(&mut found));
                found
            }
        }
    }

    /// The same of a table in which a field has got another name.
    pub(crate) fn rename(&mut self, from: &str, to: &Text) {
        match self {
            Self::Fields(fields) => fields.iter_mut().for_each(|field| rename(field, from, to)),
            Self::Expressions(keys) => keys.iter_mut().for_each(|key| key.expression.rename(from, to)),
        }
    }
}

/// Renames a field in a list, where it may begin with `-`.
pub(crate) fn rename(name: &mut Text, from: &str, to: &Text) {
    if name == from {
        *name = to.clone();
    } else if name.strip_prefix('-') == Some(from) {
        *name = format!("-{to}").into();
    }
}

/// The keys as a migration is written.
impl fmt::Display for IndexKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fields(fields) => write!(f, "{fields:?}"),
            Self::Expressions(keys) => {
                let shown: Vec<String> = keys.iter().map(ToString::to_string).collect();
                if let [key] = &shown[..] { f.write_str(key) } else { write!(f, "({})", shown.join(", ")) }
            }
        }
    }
}

/// The key as a migration is written.
impl fmt::Display for IndexKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { expression, order, collation, opclass } = self;
        match expression {
            Expression::Value(_) => write!(f, "Expression::from({expression})")?,
            expression if self.is_plain() => write!(f, "{expression}")?,
            expression => write!(f, "{}", Part(expression))?,
        }
        if let Some(name) = collation {
            write!(f, ".collate({name:?})")?;
        }
        if let Some(name) = opclass {
            write!(f, ".opclass({name:?})")?;
        }
        let Some(KeyOrder { descending, nulls_first }) = order else { return Ok(()) };
        f.write_str(if *descending { ".desc()" } else { ".asc()" })?;
        match nulls_first {
            Some(true) => f.write_str(".nulls_first()"),
            Some(false) => f.write_str(".nulls_last()"),
            None => Ok(()),
        }
    }
}

/// What is wrong with the operator classes of fields.
pub(super) fn opclasses_mistake(keys: &IndexKeys, opclasses: &[Text]) -> Option<String> {
    match keys {
        _ if opclasses.is_empty() => None,
        IndexKeys::Expressions(_) => Some("goes by expressions: each says its own `opclass`".to_owned()),
        IndexKeys::Fields(fields) if fields.len() != opclasses.len() => {
            Some(format!("has {} fields and {} operator classes", fields.len(), opclasses.len()))
        }
        IndexKeys::Fields(_) => None,
    }
}
