//! The validators as a program declares them.

use belleville_db::validators::{Rule, Validator};
use belleville_db::{Model, QuerySet};

use super::Among;
use super::period::Periods;
use crate::RelatedRows;
use crate::fields::Validate;

/// No other row of a queryset has the value: DRF's `UniqueValidator`.
/// `#[field(validators = [UniqueValidator::new(User::objects()).lookup("iexact")])]`
#[derive(Clone, Debug)]
pub struct UniqueValidator {
    pub(super) among: Among,
    pub(super) message: Option<String>,
    pub(super) lookup: Option<&'static str>,
}

impl UniqueValidator {
    /// Among these rows.
    pub fn new<M: Model>(queryset: QuerySet<M>) -> Self {
        Self { among: among(queryset), message: None, lookup: None }
    }

    /// What is said of a value that another row has, instead of `This field must be unique.`
    #[must_use]
    pub fn message(self, text: impl Into<String>) -> Self {
        Self { message: Some(text.into()), ..self }
    }

    /// How values are compared: `iexact`, for example. It is `exact` where nothing is said.
    #[must_use]
    pub fn lookup(self, name: &'static str) -> Self {
        Self { lookup: Some(name), ..self }
    }
}

/// A validator of a field: a rule about the value, or about other rows.
#[derive(Debug)]
#[non_exhaustive]
pub enum FieldValidator {
    /// A rule about the value.
    Rule(Validate),
    /// No other row has it.
    Unique(UniqueValidator),
}

impl From<Validate> for FieldValidator {
    fn from(rule: Validate) -> Self {
        Self::Rule(rule)
    }
}

impl From<Validator> for FieldValidator {
    fn from(validator: Validator) -> Self {
        Self::Rule(validator.into())
    }
}

impl From<Rule> for FieldValidator {
    fn from(rule: Rule) -> Self {
        Self::Rule(rule.into())
    }
}

impl From<UniqueValidator> for FieldValidator {
    fn from(validator: UniqueValidator) -> Self {
        Self::Unique(validator)
    }
}

/// A validator of a whole serializer: one of DRF's `Meta.validators`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SerializerValidator {
    /// Some values together are those of no other row.
    Together(UniqueTogetherValidator),
    /// A value is that of no other row of a day.
    ForDate(UniqueForDateValidator),
    /// A value is that of no other row of a month.
    ForMonth(UniqueForMonthValidator),
    /// A value is that of no other row of a year.
    ForYear(UniqueForYearValidator),
}

/// No other row has these values together: DRF's `UniqueTogetherValidator`. Input must have all of the fields.
/// `UniqueTogetherValidator::new(["author", "title"])`
#[derive(Clone, Debug)]
pub struct UniqueTogetherValidator {
    pub(super) fields: Vec<&'static str>,
    pub(super) among: Option<Among>,
    pub(super) message: Option<String>,
    pub(super) code: Option<&'static str>,
}

impl UniqueTogetherValidator {
    /// The values of these fields of the serializer, among all rows of its model.
    pub fn new(fields: impl IntoIterator<Item = &'static str>) -> Self {
        Self { fields: fields.into_iter().collect(), among: None, message: None, code: None }
    }

    /// Among these rows.
    #[must_use]
    pub fn queryset<M: Model>(self, queryset: QuerySet<M>) -> Self {
        Self { among: Some(among(queryset)), ..self }
    }

    /// What is said, instead of `The fields {field_names} must make a unique set.`
    #[must_use]
    pub fn message(self, text: impl Into<String>) -> Self {
        Self { message: Some(text.into()), ..self }
    }

    /// The short name of the message, instead of `unique`.
    #[must_use]
    pub fn code(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }
}

impl From<UniqueTogetherValidator> for SerializerValidator {
    fn from(validator: UniqueTogetherValidator) -> Self {
        Self::Together(validator)
    }
}

macro_rules! of_periods {
    ($($name:ident $variant:ident $period:ident $word:literal;)*) => {$(
        #[doc = concat!("No other row of the same ", $word, " has the value: DRF's `", stringify!($name), "`. Input must have both fields.")]
        #[derive(Clone, Debug)]
        pub struct $name(pub(super) Periods);

        impl $name {
            /// The value of the first field, among the rows of the model whose date or time is in the same period as that of
            /// the second one.
            pub fn new(field: &'static str, date_field: &'static str) -> Self {
                Self(Periods { field, date_field, period: belleville_db::Period::$period, among: None, message: None })
            }

            /// Among these rows.
            #[must_use]
            pub fn queryset<M: Model>(self, queryset: QuerySet<M>) -> Self {
                Self(Periods { among: Some(among(queryset)), ..self.0 })
            }

            #[doc = concat!("What is said, instead of `This field must be unique for the \"{date_field}\" ", $word, ".`")]
            #[must_use]
            pub fn message(self, text: impl Into<String>) -> Self {
                Self(Periods { message: Some(text.into()), ..self.0 })
            }
        }

        impl From<$name> for SerializerValidator {
            fn from(validator: $name) -> Self {
                Self::$variant(validator)
            }
        }
    )*};
}

of_periods! {
    UniqueForDateValidator ForDate Date "date";
    UniqueForMonthValidator ForMonth Month "month";
    UniqueForYearValidator ForYear Year "year";
}

fn among<M: Model>(queryset: QuerySet<M>) -> Among {
    let rows = queryset.rows();
    Among::Queryset(M::meta(), RelatedRows::new(move |_| Ok(rows.clone())))
}
