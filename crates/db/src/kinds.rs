//! The kinds of field. One row of the table in [`FieldKind::row`] says what is the same for each field of a kind: Django's
//! name, the types of its column and of a key to it, its check, its range, and how values and input look. A new kind is a
//! variant and a row.

use std::borrow::Cow;
use std::fmt;

use crate::dialect::Dialect;
use crate::{TimeZone, Value, now};

/// Django's kinds of field, each with what its column has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is Django's field of the same name, and the data are Django's options")]
pub enum FieldKind {
    AutoField,
    BigAutoField,
    SmallAutoField,
    BooleanField,
    CharField { max_length: Option<u32> },
    TextField { max_length: Option<u32> },
    SlugField { max_length: u32 },
    EmailField { max_length: u32 },
    URLField { max_length: u32 },
    UUIDField,
    DecimalField { max_digits: u16, decimal_places: u16 },
    FloatField,
    SmallIntegerField,
    IntegerField,
    BigIntegerField,
    PositiveSmallIntegerField,
    PositiveIntegerField,
    PositiveBigIntegerField,
    DateField,
    DateTimeField,
    TimeField,
    DurationField,
    JSONField,
    BinaryField { max_length: Option<u32> },
    GenericIPAddressField,
    FileField { max_length: u32 },
    ImageField { max_length: u32 },
    FilePathField { max_length: u32 },
    ArrayField { base: &'static FieldKind, size: Option<u32> },
    IntegerRangeField,
    BigIntegerRangeField,
    DecimalRangeField,
    DateRangeField,
    DateTimeRangeField,
    HStoreField,
    SearchVectorField,
    ForeignKey,
    OneToOneField,
}

/// What is the same for each field of a kind.
#[derive(Clone, Copy, Debug)]
pub struct KindRow {
    /// Django's name of the field's class.
    pub django: &'static str,
    /// The type of the column in SQLite, in which `{max_length}` stands for the field's own; empty where it has none.
    sqlite: &'static str,
    /// The type of the column in PostgreSQL.
    postgres: &'static str,
    /// The types of a foreign key to such a field, where they are not those of the field itself.
    key_types: Option<(&'static str, &'static str)>,
    /// What kind of value it holds.
    pub family: Family,
    check: Check,
    /// The least and the greatest whole number, as Django's `integer_field_range` has it for PostgreSQL. SQLite's columns
    /// hold 64 bits, and of these only the sign is checked.
    range: Option<(i64, i64)>,
    /// The field of a serializer that reads its input.
    pub serializer_field: SerializerField,
}

/// What values a field has: which lookups it knows, and how a value is read and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each says what it is")]
pub enum Family {
    Boolean,
    Integer,
    Float,
    Decimal,
    Text,
    Date,
    DateTime,
    Time,
    Duration,
    Uuid,
    Json,
    Binary,
    IpAddress,
    /// Several values of another kind.
    Array,
    Range,
    /// Texts by their keys.
    HStore,
    /// The words of a text, for full-text search.
    SearchVector,
    /// The value of another model's field.
    Key,
}

/// The field of a serializer that reads a kind's input: Django REST framework's `serializer_field_mapping`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is the serializer field of the same name")]
pub enum SerializerField {
    Boolean,
    Integer,
    BigInteger,
    Char,
    Email,
    Date,
    DateTime,
    Time,
    Duration,
    Decimal,
    Float,
    Slug,
    Url,
    File,
    Image,
    Uuid,
    IpAddress,
    FilePath,
    Json,
    Related,
    List,
    Dict,
    /// The model's field reads it: Django REST framework's `ModelField`.
    Model,
    /// Output alone, so far.
    ReadOnly,
}

/// What the column of a kind is checked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Check {
    Nothing,
    /// It is not negative.
    NotNegative,
    /// It is JSON: only in SQLite, which has no such type.
    Json,
}

const I16: (i64, i64) = (i16::MIN as i64, i16::MAX as i64);
const I32: (i64, i64) = (i32::MIN as i64, i32::MAX as i64);
const I64: (i64, i64) = (i64::MIN, i64::MAX);

impl KindRow {
    const fn new(
        django: &'static str,
        sqlite: &'static str,
        postgres: &'static str,
        family: Family,
        serializer_field: SerializerField,
    ) -> Self {
        Self {
            django,
            sqlite,
            postgres,
            key_types: None,
            family,
            check: Check::Nothing,
            range: None,
            serializer_field,
        }
    }

    const fn whole(
        django: &'static str,
        sqlite: &'static str,
        postgres: &'static str,
        range: (i64, i64),
    ) -> Self {
        let row = Self::new(django, sqlite, postgres, Family::Integer, SerializerField::Integer);
        Self { range: Some(range), ..row }
    }

    const fn big(django: &'static str, sqlite: &'static str, range: (i64, i64)) -> Self {
        let row = Self::new(django, sqlite, "bigint", Family::Integer, SerializerField::BigInteger);
        Self { range: Some(range), ..row }
    }

    const fn text(django: &'static str, sqlite: &'static str, serializer_field: SerializerField) -> Self {
        Self::new(django, sqlite, sqlite, Family::Text, serializer_field)
    }

    const fn plain(
        django: &'static str,
        sqlite: &'static str,
        postgres: &'static str,
        family: Family,
    ) -> Self {
        Self::new(django, sqlite, postgres, family, SerializerField::ReadOnly)
    }

    /// A kind of `django.contrib.postgres`.
    const fn of_postgres(django: &'static str, postgres: &'static str, family: Family) -> Self {
        let row = Self::plain(django, "", postgres, family);
        match family {
            Family::Array => Self { serializer_field: SerializerField::List, ..row },
            Family::HStore => Self { serializer_field: SerializerField::Dict, ..row },
            Family::Range => Self { serializer_field: SerializerField::Model, ..row },
            _ => row,
        }
    }

    /// The type of a foreign key to such a field.
    const fn key(self, sqlite: &'static str, postgres: &'static str) -> Self {
        Self { key_types: Some((sqlite, postgres)), ..self }
    }

    const fn positive(self) -> Self {
        Self { check: Check::NotNegative, ..self }
    }
}

impl FieldKind {
    /// The row of the kind.
    pub const fn row(self) -> &'static KindRow {
        use KindRow as Row;
        use SerializerField::{
            Boolean, Char, DateTime, Email, File, Image, IpAddress, Json, Model, Related, Slug, Url, Uuid,
        };
        const VARCHAR: &str = "varchar({max_length})";
        match self {
            // An automatic key counts up to what SQLite holds, but a key to it has the size that was declared.
            Self::AutoField => {
                const { &Row::whole("AutoField", "integer", "integer", I32).key("integer", "integer") }
            }
            Self::BigAutoField => const { &Row::big("BigAutoField", "integer", I64).key("bigint", "bigint") },
            Self::SmallAutoField => {
                const { &Row::whole("SmallAutoField", "integer", "smallint", I16).key("smallint", "smallint") }
            }
            Self::BooleanField => {
                const { &Row::new("BooleanField", "bool", "boolean", Family::Boolean, Boolean) }
            }
            Self::CharField { .. } => const { &Row::text("CharField", VARCHAR, Char) },
            Self::TextField { .. } => const { &Row::text("TextField", "text", Char) },
            Self::SlugField { .. } => const { &Row::text("SlugField", VARCHAR, Slug) },
            Self::EmailField { .. } => const { &Row::text("EmailField", VARCHAR, Email) },
            Self::URLField { .. } => const { &Row::text("URLField", VARCHAR, Url) },
            Self::FileField { .. } => const { &Row::text("FileField", VARCHAR, File) },
            Self::ImageField { .. } => const { &Row::text("ImageField", VARCHAR, Image) },
            Self::FilePathField { .. } => {
                const { &Row::text("FilePathField", VARCHAR, SerializerField::FilePath) }
            }
            Self::UUIDField => const { &Row::new("UUIDField", "char(32)", "uuid", Family::Uuid, Uuid) },
            Self::DecimalField { .. } => {
                const {
                    &Row::new(
                        "DecimalField",
                        "decimal",
                        "numeric({max_digits}, {decimal_places})",
                        Family::Decimal,
                        SerializerField::Decimal,
                    )
                }
            }
            Self::FloatField => {
                const { &Row::new("FloatField", "real", "double precision", Family::Float, SerializerField::Float) }
            }
            Self::SmallIntegerField => {
                const { &Row::whole("SmallIntegerField", "smallint", "smallint", I16) }
            }
            Self::IntegerField => const { &Row::whole("IntegerField", "integer", "integer", I32) },
            Self::BigIntegerField => const { &Row::big("BigIntegerField", "bigint", I64) },
            Self::PositiveSmallIntegerField => {
                const {
                    &Row::whole("PositiveSmallIntegerField", "smallint unsigned", "smallint", (0, I16.1))
                        .positive()
                        .key("smallint", "smallint")
                }
            }
            Self::PositiveIntegerField => {
                const {
                    &Row::whole("PositiveIntegerField", "integer unsigned", "integer", (0, I32.1))
                        .positive()
                        .key("integer", "integer")
                }
            }
            Self::PositiveBigIntegerField => {
                const {
                    &Row::big("PositiveBigIntegerField", "bigint unsigned", (0, I64.1))
                        .positive()
                        .key("bigint", "bigint")
                }
            }
            Self::DateField => {
                const { &Row::new("DateField", "date", "date", Family::Date, SerializerField::Date) }
            }
            Self::DateTimeField => {
                const {
                    &Row::new(
                        "DateTimeField",
                        "datetime",
                        "timestamp with time zone",
                        Family::DateTime,
                        DateTime,
                    )
                }
            }
            Self::TimeField => {
                const { &Row::new("TimeField", "time", "time", Family::Time, SerializerField::Time) }
            }
            Self::DurationField => {
                const {
                    &Row::new(
                        "DurationField",
                        "bigint",
                        "interval",
                        Family::Duration,
                        SerializerField::Duration,
                    )
                }
            }
            Self::JSONField => {
                const { &Row { check: Check::Json, ..Row::new("JSONField", "text", "jsonb", Family::Json, Json) } }
            }
            Self::BinaryField { .. } => {
                const { &Row::new("BinaryField", "BLOB", "bytea", Family::Binary, Model) }
            }
            Self::GenericIPAddressField => {
                const { &Row::new("GenericIPAddressField", "char(39)", "inet", Family::IpAddress, IpAddress) }
            }
            // The type is that of the values in it.
            Self::ArrayField { .. } => const { &Row::of_postgres("ArrayField", "", Family::Array) },
            Self::IntegerRangeField => {
                const { &Row::of_postgres("IntegerRangeField", "int4range", Family::Range) }
            }
            Self::BigIntegerRangeField => {
                const { &Row::of_postgres("BigIntegerRangeField", "int8range", Family::Range) }
            }
            Self::DecimalRangeField => {
                const { &Row::of_postgres("DecimalRangeField", "numrange", Family::Range) }
            }
            Self::DateRangeField => const { &Row::of_postgres("DateRangeField", "daterange", Family::Range) },
            Self::DateTimeRangeField => {
                const { &Row::of_postgres("DateTimeRangeField", "tstzrange", Family::Range) }
            }
            Self::HStoreField => const { &Row::of_postgres("HStoreField", "hstore", Family::HStore) },
            Self::SearchVectorField => {
                const { &Row::of_postgres("SearchVectorField", "tsvector", Family::SearchVector) }
            }
            // The column has the type of the field that the key refers to.
            Self::ForeignKey => const { &Row::new("ForeignKey", "", "", Family::Key, Related) },
            Self::OneToOneField => const { &Row::new("OneToOneField", "", "", Family::Key, Related) },
        }
    }

    /// The database makes the value of a new row.
    pub const fn is_auto(self) -> bool {
        matches!(self, Self::AutoField | Self::BigAutoField | Self::SmallAutoField)
    }

    /// The present time as a field of the kind has it: what `auto_now` sets. Dates and times are those of a time zone.
    pub(crate) fn now(self, time_zone: TimeZone) -> Value {
        let now = now();
        let local = || time_zone.to_local(now).map_or(now, |local| local.at);
        match self.row().family {
            Family::Date => Value::Date(local().date()),
            Family::Time => Value::Time(local().time()),
            _ => Value::DateTime(now),
        }
    }

    /// The column holds text.
    pub const fn is_text(self) -> bool {
        matches!(self.row().family, Family::Text)
    }

    /// The column holds the name of a file in the storage.
    pub const fn is_file(self) -> bool {
        matches!(self, Self::FileField { .. } | Self::ImageField { .. })
    }

    /// The field refers to a row of another model.
    pub const fn is_relation(self) -> bool {
        matches!(self, Self::ForeignKey | Self::OneToOneField)
    }

    /// A database has columns of the kind. Those of `django.contrib.postgres` are for PostgreSQL alone.
    pub const fn is_in(self, dialect: Dialect) -> bool {
        match dialect {
            Dialect::Sqlite => !self.row().sqlite.is_empty() || self.is_relation(),
            Dialect::Postgres => true,
        }
    }

    /// The kind of the values in an array.
    pub const fn base(self) -> Option<FieldKind> {
        match self {
            Self::ArrayField { base, .. } => Some(*base),
            _ => None,
        }
    }

    /// The kind of the bounds of a range.
    pub const fn bound(self) -> Option<FieldKind> {
        Some(match self {
            Self::IntegerRangeField => Self::IntegerField,
            Self::BigIntegerRangeField => Self::BigIntegerField,
            // As many digits as PostgreSQL has; the places are not looked at.
            Self::DecimalRangeField => Self::DecimalField { max_digits: 1000, decimal_places: 0 },
            Self::DateRangeField => Self::DateField,
            Self::DateTimeRangeField => Self::DateTimeField,
            _ => return None,
        })
    }

    /// The most characters that a text may have.
    pub const fn max_length(self) -> Option<u32> {
        match self {
            Self::CharField { max_length }
            | Self::TextField { max_length }
            | Self::BinaryField { max_length } => max_length,
            Self::SlugField { max_length }
            | Self::EmailField { max_length }
            | Self::URLField { max_length }
            | Self::FileField { max_length }
            | Self::ImageField { max_length }
            | Self::FilePathField { max_length } => Some(max_length),
            _ => None,
        }
    }

    /// The type of the column; for a foreign key that of [`FieldKind::key_type`] of the field it refers to.
    pub(crate) fn column_type(self, dialect: Dialect) -> Cow<'static, str> {
        let row = self.row();
        let template = match dialect {
            Dialect::Sqlite => row.sqlite,
            Dialect::Postgres => row.postgres,
        };
        match self {
            Self::CharField { max_length: None } => "varchar".into(),
            Self::ArrayField { base, size } => {
                let size = size.map_or_else(String::new, |size| size.to_string());
                format!("{}[{size}]", base.column_type(dialect)).into()
            }
            Self::DecimalField { max_digits, decimal_places } => template
                .replace("{max_digits}", &max_digits.to_string())
                .replace("{decimal_places}", &decimal_places.to_string())
                .into(),
            _ => match self.max_length() {
                Some(length) => template.replace("{max_length}", &length.to_string()).into(),
                None => template.into(),
            },
        }
    }

    /// The type of a foreign key that refers to such a field: without what belongs to a key alone, or to a check.
    pub(crate) fn key_type(self, dialect: Dialect) -> Cow<'static, str> {
        match (self.row().key_types, dialect) {
            (Some((sqlite, _)), Dialect::Sqlite) => sqlite.into(),
            (Some((_, postgres)), Dialect::Postgres) => postgres.into(),
            (None, _) => self.column_type(dialect),
        }
    }

    /// What the database checks of a column, as Django's `data_type_check_constraints` has it.
    pub(crate) fn check(self, column: &str, dialect: Dialect) -> Option<String> {
        match (self.row().check, dialect) {
            (Check::NotNegative, _) => Some(format!("\"{column}\" >= 0")),
            (Check::Json, Dialect::Sqlite) => {
                Some(format!("(JSON_VALID(\"{column}\") OR \"{column}\" IS NULL)"))
            }
            _ => None,
        }
    }

    /// The least and the greatest whole number that the column of a database holds: Django's `integer_field_range`.
    pub const fn integer_range(self, dialect: Dialect) -> Option<(i64, i64)> {
        let row = self.row();
        match (row.range, dialect, row.check) {
            (Some((_, greatest)), Dialect::Sqlite, Check::NotNegative) if greatest > 0 => Some((0, i64::MAX)),
            (Some(_), Dialect::Sqlite, _) => Some(I64),
            (range, _, _) => range,
        }
    }
}

impl fmt::Display for FieldKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().django)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Each row is what `Field.db_type`, `Field.rel_db_type` and `Field.db_check` of Django 5.2.19 say, on SQLite and on
    // PostgreSQL.
    #[test]
    fn the_types_of_columns_are_djangos() {
        use FieldKind::*;
        for (kind, sqlite, sqlite_key, postgres, postgres_key) in [
            (AutoField, "integer", "integer", "integer", "integer"),
            (BigAutoField, "integer", "bigint", "bigint", "bigint"),
            (SmallAutoField, "integer", "smallint", "smallint", "smallint"),
            (BooleanField, "bool", "bool", "boolean", "boolean"),
            (CharField { max_length: Some(7) }, "varchar(7)", "varchar(7)", "varchar(7)", "varchar(7)"),
            (CharField { max_length: None }, "varchar", "varchar", "varchar", "varchar"),
            (TextField { max_length: Some(7) }, "text", "text", "text", "text"),
            (SlugField { max_length: 50 }, "varchar(50)", "varchar(50)", "varchar(50)", "varchar(50)"),
            (UUIDField, "char(32)", "char(32)", "uuid", "uuid"),
            (
                DecimalField { max_digits: 6, decimal_places: 2 },
                "decimal",
                "decimal",
                "numeric(6, 2)",
                "numeric(6, 2)",
            ),
            (FloatField, "real", "real", "double precision", "double precision"),
            (PositiveSmallIntegerField, "smallint unsigned", "smallint", "smallint", "smallint"),
            (PositiveIntegerField, "integer unsigned", "integer", "integer", "integer"),
            (PositiveBigIntegerField, "bigint unsigned", "bigint", "bigint", "bigint"),
            (DateTimeField, "datetime", "datetime", "timestamp with time zone", "timestamp with time zone"),
            (TimeField, "time", "time", "time", "time"),
            (DurationField, "bigint", "bigint", "interval", "interval"),
            (JSONField, "text", "text", "jsonb", "jsonb"),
            (BinaryField { max_length: None }, "BLOB", "BLOB", "bytea", "bytea"),
            (GenericIPAddressField, "char(39)", "char(39)", "inet", "inet"),
        ] {
            assert_eq!(kind.column_type(Dialect::Sqlite), sqlite, "{kind}");
            assert_eq!(kind.key_type(Dialect::Sqlite), sqlite_key, "{kind}");
            assert_eq!(kind.column_type(Dialect::Postgres), postgres, "{kind}");
            assert_eq!(kind.key_type(Dialect::Postgres), postgres_key, "{kind}");
        }
    }

    // What `db_type` of the fields of Django 5.2.19's `django.contrib.postgres` says.
    #[test]
    fn the_types_of_columns_that_postgresql_alone_has_are_djangos() {
        use FieldKind::*;
        const TEXTS: FieldKind = ArrayField { base: &CharField { max_length: Some(20) }, size: None };
        for (kind, expected) in [
            (TEXTS, "varchar(20)[]"),
            (ArrayField { base: &IntegerField, size: Some(3) }, "integer[3]"),
            (ArrayField { base: &TEXTS, size: Some(2) }, "varchar(20)[][2]"),
            (
                ArrayField { base: &DecimalField { max_digits: 6, decimal_places: 2 }, size: None },
                "numeric(6, 2)[]",
            ),
            (IntegerRangeField, "int4range"),
            (BigIntegerRangeField, "int8range"),
            (DecimalRangeField, "numrange"),
            (DateRangeField, "daterange"),
            (DateTimeRangeField, "tstzrange"),
            (HStoreField, "hstore"),
            (SearchVectorField, "tsvector"),
        ] {
            assert_eq!(kind.column_type(Dialect::Postgres), expected, "{kind}");
            assert!(kind.is_in(Dialect::Postgres) && !kind.is_in(Dialect::Sqlite), "{kind}");
        }
    }
}
