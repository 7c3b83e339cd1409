//! States as the Rust code that makes them.

use std::fmt;

use super::{FieldState, ModelState};
use crate::Value;
use crate::constraints::Literal;
use crate::generated::Generated;
use crate::kinds::FieldKind;
use crate::migrations::AUTH_USER_MODEL;

/// The model as a migration is written.
impl fmt::Display for ModelState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "model({:?}, [", self.name)?;
        for field in &self.fields {
            writeln!(f, "    {field},")?;
        }
        f.write_str("])")?;
        if let Some(table) = &self.db_table {
            write!(f, "\n.table({table:?})")?;
        }
        for many in &self.many {
            write!(f, "\n.many_to_many({:?}, {})", many.name, LabelCode(&many.to))?;
        }
        for set in &self.unique_together {
            write!(f, "\n.unique_together({set:?})")?;
        }
        for constraint in &self.constraints {
            write!(f, "\n.constraint({constraint})")?;
        }
        for index in &self.indexes {
            write!(f, "\n.index({index})")?;
        }
        if self.managed { Ok(()) } else { f.write_str("\n.unmanaged()") }
    }
}

/// The field as a migration is written.
impl fmt::Display for FieldState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut usually_indexed, mut usually_key, mut usually_unique) = (false, false, false);
        let name = &self.name;
        let of = |function: &str, length: u32| format!("{function}({name:?}, {length})");
        let call = match self.kind {
            FieldKind::BigAutoField if name == "id" && self.primary_key => {
                usually_key = true;
                "id()".to_owned()
            }
            FieldKind::AutoField | FieldKind::BigAutoField | FieldKind::SmallAutoField
                if self.primary_key =>
            {
                usually_key = true;
                let function = match self.kind {
                    FieldKind::AutoField => "auto",
                    FieldKind::BigAutoField => "big_auto",
                    _ => "small_auto",
                };
                format!("{function}({name:?})")
            }
            FieldKind::CharField { max_length: Some(length) } => of("char", length),
            FieldKind::EmailField { max_length } => of("email", max_length),
            FieldKind::URLField { max_length } => of("url", max_length),
            FieldKind::FileField { max_length } => of("file", max_length),
            FieldKind::ImageField { max_length } => of("image", max_length),
            FieldKind::FilePathField { max_length } => of("file_path", max_length),
            FieldKind::SlugField { max_length } => {
                usually_indexed = true;
                of("slug", max_length)
            }
            FieldKind::TextField { .. } => format!("text({name:?})"),
            FieldKind::BinaryField { .. } => format!("binary({name:?})"),
            FieldKind::DecimalField { max_digits, decimal_places } => {
                format!("decimal({name:?}, {max_digits}, {decimal_places})")
            }
            FieldKind::BooleanField => format!("boolean({name:?})"),
            FieldKind::FloatField => format!("float({name:?})"),
            FieldKind::SmallIntegerField => format!("small_integer({name:?})"),
            FieldKind::IntegerField => format!("integer({name:?})"),
            FieldKind::BigIntegerField => format!("big_integer({name:?})"),
            FieldKind::PositiveSmallIntegerField => format!("positive_small_integer({name:?})"),
            FieldKind::PositiveIntegerField => format!("positive_integer({name:?})"),
            FieldKind::PositiveBigIntegerField => format!("positive_big_integer({name:?})"),
            FieldKind::DateField => format!("date({name:?})"),
            FieldKind::DateTimeField => format!("date_time({name:?})"),
            FieldKind::TimeField => format!("time({name:?})"),
            FieldKind::DurationField => format!("duration({name:?})"),
            FieldKind::UUIDField => format!("uuid({name:?})"),
            FieldKind::JSONField => format!("json({name:?})"),
            FieldKind::GenericIPAddressField => format!("ip_address({name:?})"),
            FieldKind::ArrayField { base, size: None } => format!("array({name:?}, &{})", KindCode(base)),
            kind @ FieldKind::ArrayField { .. } => format!("kind({name:?}, {})", KindCode(&kind)),
            FieldKind::IntegerRangeField => format!("integer_range({name:?})"),
            FieldKind::BigIntegerRangeField => format!("big_integer_range({name:?})"),
            FieldKind::DecimalRangeField => format!("decimal_range({name:?})"),
            FieldKind::DateRangeField => format!("date_range({name:?})"),
            FieldKind::DateTimeRangeField => format!("date_time_range({name:?})"),
            FieldKind::HStoreField => format!("hstore({name:?})"),
            FieldKind::SearchVectorField => format!("search_vector({name:?})"),
            FieldKind::ForeignKey | FieldKind::OneToOneField => {
                let to = self.relation.as_ref().map_or("", |relation| &relation.to);
                usually_indexed = self.kind == FieldKind::ForeignKey;
                usually_unique = !usually_indexed;
                let function = if usually_indexed { "foreign_key" } else { "one_to_one" };
                format!("{function}({name:?}, {})", LabelCode(to))
            }
            other => format!("kind({name:?}, FieldKind::{other:?})"),
        };
        f.write_str(&call)?;
        if let Some(column) = &self.db_column {
            write!(f, ".db_column({column:?})")?;
        }
        if let Some(field) = self.relation.as_ref().and_then(|relation| relation.to_field.as_ref()) {
            write!(f, ".to_field({field:?})")?;
        }
        let without_constraint = self.relation.as_ref().is_some_and(|relation| !relation.db_constraint);
        let options = [
            (self.primary_key && !usually_key, "primary_key"),
            (self.explicit, "explicit"),
            (self.null, "null"),
            (self.unique && !self.primary_key && !usually_unique, "unique"),
            (self.db_index && !usually_indexed, "index"),
            (!self.db_index && usually_indexed && !self.primary_key, "without_index"),
            (without_constraint, "without_constraint"),
        ];
        for (_, option) in options.iter().filter(|(is_set, _)| *is_set) {
            write!(f, ".{option}()")?;
        }
        if let Some(Generated { expression, stored }) = &self.generated {
            write!(f, ".generated({expression})")?;
            f.write_str(if *stored { "" } else { ".not_stored()" })?;
        }
        match &self.default {
            Some(Value::Text(text)) => write!(f, ".default_text({text:?})")?,
            Some(value) => write!(f, ".default({})", Literal(value))?,
            None => {}
        }
        match &self.db_default {
            Some(Value::Text(text)) => write!(f, ".db_default({text:?}.to_owned())"),
            Some(value) => write!(f, ".db_default({})", Literal(value)),
            None => Ok(()),
        }
    }
}

/// The label of a model as Rust writes it.
pub(crate) struct LabelCode<'a>(pub(crate) &'a str);

impl fmt::Display for LabelCode<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == AUTH_USER_MODEL { f.write_str("AUTH_USER_MODEL") } else { write!(f, "{:?}", self.0) }
    }
}

/// A kind as Rust writes it.
struct KindCode<'a>(&'a FieldKind);

impl fmt::Display for KindCode<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            FieldKind::ArrayField { base, size } => {
                write!(f, "FieldKind::ArrayField {{ base: &{}, size: {size:?} }}", KindCode(base))
            }
            other => write!(f, "FieldKind::{other:?}"),
        }
    }
}
