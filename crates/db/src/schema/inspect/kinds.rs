//! Which kind of field a column is: Django's `data_types_reverse`, the other way round from [`FieldKind::column_type`].

use super::facts::ColumnKind;
use crate::{Dialect, Family, FieldKind};

impl ColumnKind {
    /// One value of a kind.
    pub(super) const fn of(kind: FieldKind) -> Self {
        Self { kind, dimensions: 0, is_wide: false }
    }
}

/// The kind of a column of this type; `None` where Django does not know the type.
pub(super) fn kind_of(column_type: &str, dialect: Dialect) -> Option<FieldKind> {
    match dialect {
        Dialect::Sqlite => sqlite(column_type),
        Dialect::Postgres => postgres(column_type),
    }
}

/// `varchar(20)` as `varchar`, and what stands in the parenthesis.
fn split(column_type: &str) -> (&str, Vec<u16>) {
    let Some((name, rest)) = column_type.split_once('(') else { return (column_type.trim(), Vec::new()) };
    let (sizes, _) = rest.split_once(')').unwrap_or((rest, ""));
    (name.trim(), sizes.split(',').filter_map(|size| size.trim().parse().ok()).collect())
}

/// The length of `varchar(20)`.
fn length(column_type: &str) -> Option<u32> {
    let (_, rest) = column_type.split_once('(')?;
    rest.split_once(')')?.0.trim().parse().ok().filter(|length| *length > 0)
}

/// Django's digits where the database says none.
const GUESSED_DIGITS: (u16, u16) = (10, 5);

/// A decimal, by what its type says in parentheses.
fn decimal(sizes: &[u16]) -> FieldKind {
    let (max_digits, decimal_places) = match sizes {
        [digits, places, ..] => (*digits, *places),
        [digits] => (*digits, 0),
        [] => GUESSED_DIGITS,
    };
    FieldKind::DecimalField { max_digits, decimal_places }
}

/// Django guesses the digits, too.
pub(super) fn has_guessed_digits(column_type: &str, kind: FieldKind) -> bool {
    matches!(kind, FieldKind::DecimalField { .. }) && split(column_type).1.is_empty()
}

/// A decimal whose digits are guessed, with as many as its values have.
pub(super) fn with_digits(kind: ColumnKind, before: i64, after: i64) -> ColumnKind {
    let number = |digits: i64| u16::try_from(digits).unwrap_or(u16::MAX / 2);
    match kind.kind {
        FieldKind::DecimalField { max_digits, decimal_places } => {
            let decimal_places = decimal_places.max(number(after));
            let max_digits = max_digits.max(number(before).saturating_add(decimal_places));
            ColumnKind { kind: FieldKind::DecimalField { max_digits, decimal_places }, ..kind }
        }
        _ => kind,
    }
}

fn sqlite(column_type: &str) -> Option<FieldKind> {
    let (name, sizes) = split(column_type);
    Some(match name {
        "bool" | "boolean" => FieldKind::BooleanField,
        "smallint" | "smallinteger" => FieldKind::SmallIntegerField,
        "smallint unsigned" => FieldKind::PositiveSmallIntegerField,
        "int" | "integer" => FieldKind::IntegerField,
        "integer unsigned" => FieldKind::PositiveIntegerField,
        "bigint" => FieldKind::BigIntegerField,
        "bigint unsigned" => FieldKind::PositiveBigIntegerField,
        "decimal" => decimal(&sizes),
        "real" => FieldKind::FloatField,
        "text" => FieldKind::TextField { max_length: None },
        // Django's own texts are `varchar`: these lengths of `char` are those of its other fields.
        "char" if sizes == [32] => FieldKind::UUIDField,
        "char" if sizes == [39] => FieldKind::GenericIPAddressField,
        "char" | "varchar" => FieldKind::CharField { max_length: length(column_type) },
        "blob" => FieldKind::BinaryField { max_length: None },
        "date" => FieldKind::DateField,
        "datetime" => FieldKind::DateTimeField,
        "time" => FieldKind::TimeField,
        _ => return None,
    })
}

/// What SQLite keeps in a column of an unknown type, by its rules of affinity. `None` where anything may be there.
pub(super) fn by_affinity(column_type: &str) -> Option<FieldKind> {
    let has = |words: &[&str]| words.iter().any(|word| column_type.contains(word));
    if has(&["int"]) {
        Some(FieldKind::BigIntegerField)
    } else if has(&["char", "clob", "text"]) {
        Some(match length(column_type) {
            Some(length) => FieldKind::CharField { max_length: Some(length) },
            None => FieldKind::TextField { max_length: None },
        })
    } else if has(&["blob"]) {
        Some(FieldKind::BinaryField { max_length: None })
    } else if has(&["real", "floa", "doub"]) {
        Some(FieldKind::FloatField)
    } else if has(&["numeric", "number", "money"]) {
        Some(decimal(&split(column_type).1))
    } else {
        None
    }
}

/// The kind of values of a storage class of SQLite.
pub(super) fn of_class(class: &str) -> FieldKind {
    match class {
        "integer" => FieldKind::BigIntegerField,
        "real" => FieldKind::FloatField,
        "blob" => FieldKind::BinaryField { max_length: None },
        _ => FieldKind::TextField { max_length: None },
    }
}

fn postgres(column_type: &str) -> Option<FieldKind> {
    let (name, sizes) = split(column_type);
    // A type of an extension that is in a schema of its own: `extensions.hstore`.
    let name = name.rsplit('.').next().unwrap_or(name);
    Some(match name {
        "boolean" => FieldKind::BooleanField,
        "bytea" => FieldKind::BinaryField { max_length: None },
        "bigint" => FieldKind::BigIntegerField,
        "smallint" => FieldKind::SmallIntegerField,
        "integer" => FieldKind::IntegerField,
        "text" => FieldKind::TextField { max_length: None },
        "real" | "double precision" => FieldKind::FloatField,
        "inet" => FieldKind::GenericIPAddressField,
        "varchar" | "character" | "bpchar" => FieldKind::CharField { max_length: length(column_type) },
        "date" => FieldKind::DateField,
        "time" => FieldKind::TimeField,
        "timestamp" | "timestamp without time zone" | "timestamp with time zone" => FieldKind::DateTimeField,
        "interval" => FieldKind::DurationField,
        "numeric" => decimal(&sizes),
        "uuid" => FieldKind::UUIDField,
        "jsonb" | "json" => FieldKind::JSONField,
        "int4range" => FieldKind::IntegerRangeField,
        "int8range" => FieldKind::BigIntegerRangeField,
        "numrange" => FieldKind::DecimalRangeField,
        "daterange" => FieldKind::DateRangeField,
        "tstzrange" => FieldKind::DateTimeRangeField,
        "hstore" => FieldKind::HStoreField,
        "tsvector" => FieldKind::SearchVectorField,
        _ => return None,
    })
}

/// The kind of a whole number that is never negative.
pub(super) const fn positive(kind: FieldKind) -> Option<FieldKind> {
    Some(match kind {
        FieldKind::SmallIntegerField => FieldKind::PositiveSmallIntegerField,
        FieldKind::IntegerField => FieldKind::PositiveIntegerField,
        FieldKind::BigIntegerField => FieldKind::PositiveBigIntegerField,
        _ => return None,
    })
}

/// A column of this type has values that a field of the kind reads and writes, whatever the column's type would be if the
/// field had made it.
pub(crate) fn holds(column_type: &str, kind: FieldKind, dialect: Dialect) -> bool {
    let (values, base) = (column_type.split('[').next().unwrap_or(column_type), kind.base());
    if base.is_some() != (values != column_type) {
        return false;
    }
    let mut base = base.unwrap_or(kind);
    while let Some(inner) = base.base() {
        base = inner;
    }
    let Some(found) = kind_of(values, dialect) else {
        // An enum or the like is read as text. SQLite's column of an unknown type holds anything.
        return dialect == Dialect::Sqlite || base.row().family == Family::Text;
    };
    match (dialect, found.row().family, base.row().family) {
        (_, found, wanted) if found == wanted => true,
        (Dialect::Sqlite, found, wanted) => {
            matches!(
                (found, wanted),
                (
                    Family::Text | Family::Uuid | Family::IpAddress,
                    Family::Text | Family::Uuid | Family::IpAddress | Family::Json
                ) | (Family::Integer | Family::Boolean, Family::Integer | Family::Boolean | Family::Duration)
            )
        }
        _ => false,
    }
}
