//! Fields of a state, as a migration names them: `char("name", 100).unique()`.

use super::{FieldState, RelationState, Text};
use crate::generated::{Expression, Generated};
use crate::kinds::FieldKind;
use crate::migrations::autodetector::steady_default;
use crate::{FieldMeta, FieldValue, Value};

/// A field of a kind, for the kinds that have no function of their own: `kind("code", FieldKind::SlugField { max_length: 9 })`.
pub fn kind(name: impl Into<Text>, kind: FieldKind) -> FieldState {
    FieldState {
        name: name.into(),
        db_column: None,
        kind,
        null: false,
        unique: false,
        db_index: false,
        primary_key: false,
        explicit: false,
        default: None,
        db_default: None,
        generated: None,
        relation: None,
    }
}

/// The usual primary key: a `BigAutoField` named `id`.
pub fn id() -> FieldState {
    big_auto("id")
}

macro_rules! kinds {
    ($($function:ident, $kind:ident;)*) => {$(
        #[doc = concat!("A `", stringify!($kind), "`.")]
        pub fn $function(name: impl Into<Text>) -> FieldState {
            kind(name, FieldKind::$kind)
        }
    )*};
}

kinds! {
    boolean, BooleanField;
    float, FloatField;
    small_integer, SmallIntegerField;
    integer, IntegerField;
    big_integer, BigIntegerField;
    positive_small_integer, PositiveSmallIntegerField;
    positive_integer, PositiveIntegerField;
    positive_big_integer, PositiveBigIntegerField;
    date, DateField;
    date_time, DateTimeField;
    time, TimeField;
    duration, DurationField;
    uuid, UUIDField;
    json, JSONField;
    ip_address, GenericIPAddressField;
    integer_range, IntegerRangeField;
    big_integer_range, BigIntegerRangeField;
    decimal_range, DecimalRangeField;
    date_range, DateRangeField;
    date_time_range, DateTimeRangeField;
    hstore, HStoreField;
    search_vector, SearchVectorField;
}

macro_rules! keys {
    ($($function:ident, $kind:ident;)*) => {$(
        #[doc = concat!("A `", stringify!($kind), "`, which is the primary key.")]
        pub fn $function(name: impl Into<Text>) -> FieldState {
            kind(name, FieldKind::$kind).primary_key()
        }
    )*};
}

keys! {
    small_auto, SmallAutoField;
    auto, AutoField;
    big_auto, BigAutoField;
}

macro_rules! texts {
    ($($function:ident, $kind:ident;)*) => {$(
        #[doc = concat!("A `", stringify!($kind), "` of at most so many characters.")]
        pub fn $function(name: impl Into<Text>, max_length: u32) -> FieldState {
            kind(name, FieldKind::$kind { max_length })
        }
    )*};
}

texts! {
    email, EmailField;
    url, URLField;
    file, FileField;
    image, ImageField;
    file_path, FilePathField;
}

/// A `CharField` of at most so many characters.
pub fn char(name: impl Into<Text>, max_length: u32) -> FieldState {
    kind(name, FieldKind::CharField { max_length: Some(max_length) })
}

/// A `SlugField` of at most so many characters, with its index.
pub fn slug(name: impl Into<Text>, max_length: u32) -> FieldState {
    kind(name, FieldKind::SlugField { max_length }).index()
}

/// A `TextField`.
pub fn text(name: impl Into<Text>) -> FieldState {
    kind(name, FieldKind::TextField { max_length: None })
}

/// A `BinaryField`.
pub fn binary(name: impl Into<Text>) -> FieldState {
    kind(name, FieldKind::BinaryField { max_length: None })
}

/// A `DecimalField` with so many digits, of which so many are after the point.
pub fn decimal(name: impl Into<Text>, max_digits: u16, decimal_places: u16) -> FieldState {
    kind(name, FieldKind::DecimalField { max_digits, decimal_places })
}

/// An `ArrayField` of values of a kind: `array("tags", &FieldKind::CharField { max_length: Some(20) })`.
pub fn array(name: impl Into<Text>, base: &'static FieldKind) -> FieldState {
    kind(name, FieldKind::ArrayField { base, size: None })
}

/// A `ForeignKey` to a model (`auth.User`), with its index.
pub fn foreign_key(name: impl Into<Text>, to: impl Into<Text>) -> FieldState {
    FieldState { db_index: true, ..one_or_many(name, FieldKind::ForeignKey, to) }
}

/// A `OneToOneField` to a model.
pub fn one_to_one(name: impl Into<Text>, to: impl Into<Text>) -> FieldState {
    one_or_many(name, FieldKind::OneToOneField, to).unique()
}

fn one_or_many(name: impl Into<Text>, of: FieldKind, to: impl Into<Text>) -> FieldState {
    let relation = RelationState { to: to.into(), to_field: None, db_constraint: true };
    FieldState { relation: Some(relation), ..kind(name, of) }
}

impl FieldState {
    pub(super) fn from_meta(meta: &FieldMeta) -> Self {
        let relation = meta.relation.as_ref().map(|relation| RelationState {
            to: (relation.to)().label().into(),
            to_field: relation
                .to_field
                .and_then(|at| (relation.to)().fields.get(at))
                .map(|field| field.name.into()),
            db_constraint: relation.db_constraint,
        });
        let kind = match meta.kind {
            // The length of a text without a length in its column is a matter of input.
            FieldKind::TextField { .. } => FieldKind::TextField { max_length: None },
            FieldKind::BinaryField { .. } => FieldKind::BinaryField { max_length: None },
            kind => kind,
        };
        let mut state = Self {
            name: meta.name.into(),
            db_column: None,
            kind,
            null: meta.null,
            unique: meta.unique,
            db_index: meta.db_index,
            primary_key: meta.primary_key,
            explicit: false,
            default: meta.default.and_then(steady_default),
            db_default: meta.db_default.map(|default| default()),
            generated: meta.generated.map(|generated| generated()),
            relation,
        };
        if state.column() != meta.column {
            state.db_column = Some(meta.column.into());
        }
        state
    }

    /// NULL is allowed.
    #[must_use]
    pub fn null(self) -> Self {
        Self { null: true, ..self }
    }

    /// No two rows have the same value.
    #[must_use]
    pub fn unique(self) -> Self {
        Self { unique: true, ..self }
    }

    /// The column has an index.
    #[must_use]
    pub fn index(self) -> Self {
        Self { db_index: true, ..self }
    }

    /// A foreign key or a slug without its index.
    #[must_use]
    pub fn without_index(self) -> Self {
        Self { db_index: false, ..self }
    }

    /// It is the primary key.
    #[must_use]
    pub fn primary_key(self) -> Self {
        Self { primary_key: true, unique: true, db_index: false, ..self }
    }

    /// A key `id` that Django's model declares: see [`FieldState::explicit`](#structfield.explicit).
    #[must_use]
    pub fn explicit(self) -> Self {
        Self { explicit: true, ..self }
    }

    /// The column has this name.
    #[must_use]
    pub fn db_column(self, name: impl Into<Text>) -> Self {
        Self { db_column: Some(name.into()), ..self }
    }

    /// What the rows that are there already get, when the column is added or may no longer be NULL.
    #[must_use]
    pub fn default(self, value: impl FieldValue) -> Self {
        Self { default: Some(value.to_value()), ..self }
    }

    /// The same, of a text.
    #[must_use]
    pub fn default_text(self, text: impl Into<String>) -> Self {
        Self { default: Some(Value::Text(text.into())), ..self }
    }

    /// The column's own default.
    #[must_use]
    pub fn db_default(self, value: impl FieldValue) -> Self {
        Self { db_default: Some(value.to_value()), ..self }
    }

    /// The database computes the values, and keeps them: `decimal("total", 8, 2).generated(field("price") * field("pieces"))`.
    #[must_use]
    pub fn generated(self, expression: impl Into<Expression>) -> Self {
        Self { generated: Some(Generated { expression: expression.into(), stored: true }), ..self }
    }

    /// What the database computes is not kept.
    #[must_use]
    pub fn not_stored(mut self) -> Self {
        if let Some(generated) = &mut self.generated {
            generated.stored = false;
        }
        self
    }

    /// The field of the other model that a foreign key refers to.
    #[must_use]
    pub fn to_field(mut self, name: impl Into<Text>) -> Self {
        if let Some(relation) = &mut self.relation {
            relation.to_field = Some(name.into());
        }
        self
    }

    /// The database does not check that the other row exists.
    #[must_use]
    pub fn without_constraint(mut self) -> Self {
        if let Some(relation) = &mut self.relation {
            relation.db_constraint = false;
        }
        self
    }

    /// The column: `owner_id`.
    pub fn column(&self) -> String {
        match (&self.db_column, &self.relation) {
            (Some(column), _) => column.to_string(),
            (None, Some(_)) => format!("{}_id", self.name),
            (None, None) => self.name.to_string(),
        }
    }

    /// What the rows get whose column is NULL, which it may no longer be.
    pub(crate) fn given_default(&self) -> Option<Value> {
        self.default.clone().filter(|value| self.generated.is_none() && *value != Value::Null)
    }

    /// What the rows get in a column that is added: an empty text where the migration says nothing, as a new row would.
    pub(crate) fn effective_default(&self) -> Option<Value> {
        match &self.default {
            _ if self.generated.is_some() => None,
            Some(_) => self.given_default(),
            None if !self.null && self.kind.is_text() && !self.unique => Some(Value::Text(String::new())),
            None => None,
        }
    }

    /// The column would be the same: the default for rows that are there is no part of it, nor where it stands.
    pub(crate) fn is_same_column(&self, other: &Self) -> bool {
        let column = |field: &Self| Self { default: None, explicit: false, ..field.clone() };
        column(self) == column(other)
    }
}
