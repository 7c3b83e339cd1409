//! The order of a list with cursors: in which no two rows are equal.

use belleville_db::{
    DateTime, Dialect, Duration, Family, FieldKind, FieldValue, LookupName, ModelMeta, OrderName, Registry,
    Row, RowCondition, Rows, Selection, Time, UnknownName, Uuid, ValueRef,
};

use super::Position;
use crate::exceptions::{Error, Result};
use crate::json::Json;
use crate::python::{DecimalParts, Rounding, str_of_value};

/// More digits than a column of decimals has.
const MOST_DIGITS: u32 = 2000;

/// The fields of an order, and the primary key as the last one.
#[derive(Debug)]
pub(super) struct Order {
    meta: &'static ModelMeta,
    fields: Vec<Field>,
}

/// Python's `str` of a column's value.
fn text_of<T: FieldValue>(value: ValueRef<'_>) -> belleville_db::Result<String> {
    Ok(str_of_value(T::from_value(value)?.to_ref()))
}

#[derive(Debug)]
struct Field {
    descending: bool,
    exact: LookupName,
    less: LookupName,
    greater: LookupName,
    is_null: LookupName,
    /// The order, and the same turned round.
    orders: [OrderName; 2],
}

impl Order {
    pub(super) fn resolve(
        meta: &'static ModelMeta,
        registry: &Registry,
        names: &[&str],
    ) -> Result<Self, UnknownName> {
        let fields = names.iter().map(|name| Field::resolve(meta, registry, name));
        let mut fields = fields.collect::<Result<Vec<_>, _>>()?;
        if !fields.iter().any(|field| field.is_unique(meta)) {
            fields.push(Field::resolve(meta, registry, "pk")?);
        }
        Ok(Self { meta, fields })
    }

    /// The rows in this order, or in the opposite one.
    pub(super) fn applied(&self, rows: Rows, reverse: bool) -> Result<Rows> {
        rows.order_by(self.fields.iter().map(|field| &field.orders[usize::from(reverse)]))
            .map_err(Error::internal)
    }

    /// Adds the fields' columns to what is selected, and gives where each of them is.
    pub(super) fn select(&self, selection: &mut Selection) -> Vec<usize> {
        self.fields.iter().map(|field| selection.named(&field.exact)).collect()
    }

    /// The position of a row, whose columns are there.
    pub(super) fn position(&self, row: &dyn Row, columns: &[usize]) -> belleville_db::Result<Position> {
        self.fields.iter().zip(columns).map(|(field, at)| field.text(row.get(*at)?)).collect()
    }

    /// Rows that come after a position: the values of the first fields. `None` when one of them is no value of its field.
    pub(super) fn after(&self, position: &Position, reverse: bool, dialect: Dialect) -> Option<RowCondition> {
        if position.len() > self.fields.len() {
            return None;
        }
        let mut ways = Vec::with_capacity(position.len());
        let mut equal: Vec<RowCondition> = Vec::new();
        for (field, value) in self.fields.iter().zip(position) {
            let mut way = equal.clone();
            way.push(field.after(value.as_deref(), reverse, dialect)?);
            ways.push(RowCondition::all(self.meta, way));
            equal.push(field.equal(value.as_deref())?);
        }
        Some(RowCondition::any(self.meta, ways))
    }
}

impl Field {
    fn resolve(meta: &'static ModelMeta, registry: &Registry, name: &str) -> Result<Self, UnknownName> {
        let (column, descending) = name.strip_prefix('-').map_or((name, false), |column| (column, true));
        let exact = LookupName::parse(meta, registry, column)?;
        // A foreign key alone would mean the order of the other model.
        let column = match exact.kind().row().family {
            Family::Key if column == exact.field().name => exact.field().column,
            _ => column,
        };
        let lookup = |lookup: &str| LookupName::parse(meta, registry, &format!("{column}__{lookup}"));
        let order = |sign: &str| OrderName::parse(meta, registry, &format!("{sign}{column}"));
        let orders = if descending { [order("-")?, order("")?] } else { [order("")?, order("-")?] };
        Ok(Self {
            descending,
            less: lookup("lt")?,
            greater: lookup("gt")?,
            is_null: lookup("isnull")?,
            orders,
            exact,
        })
    }

    /// A value as a cursor has it: Python's `str`. Decimals have all the places of their field.
    fn text(&self, value: ValueRef<'_>) -> belleville_db::Result<Option<String>> {
        if matches!(value, ValueRef::Null) {
            return Ok(None);
        }
        let kind = self.exact.kind();
        // SQLite has numbers and texts for most kinds.
        let text = match kind.row().family {
            Family::Boolean => text_of::<bool>(value)?,
            Family::DateTime => text_of::<DateTime>(value)?,
            Family::Duration => text_of::<Duration>(value)?,
            Family::Time => text_of::<Time>(value)?,
            Family::Uuid => text_of::<Uuid>(value)?,
            _ => str_of_value(value),
        };
        let FieldKind::DecimalField { decimal_places, .. } = kind else { return Ok(Some(text)) };
        let number = DecimalParts::parse(&text)
            .and_then(|number| number.quantize(decimal_places, Rounding::HalfEven, Some(MOST_DIGITS)));
        Ok(Some(number.map_or(text, |number| number.to_string())))
    }

    /// Whether no two rows have the same value.
    fn is_unique(&self, meta: &'static ModelMeta) -> bool {
        let field = self.exact.field();
        let is_own = meta.field(field.name).is_some_and(|own| std::ptr::eq(own, &*field));
        is_own && !self.exact.is_part() && (field.unique || field.primary_key) && !field.null
    }

    /// NULL comes before all values on SQLite, and after them on PostgreSQL.
    fn after(&self, value: Option<&str>, reverse: bool, dialect: Dialect) -> Option<RowCondition> {
        let descending = self.descending != reverse;
        let nulls_follow = descending == (dialect == Dialect::Sqlite);
        let meta = self.exact.model();
        let Some(value) = value else {
            return if nulls_follow { Some(RowCondition::any(meta, [])) } else { self.null(false) };
        };
        let beyond = if descending { &self.less } else { &self.greater };
        let beyond = beyond.row_condition(&self.json(value)).ok()?;
        if !nulls_follow || !self.exact.field().null {
            return Some(beyond);
        }
        Some(RowCondition::any(meta, [beyond, self.null(true)?]))
    }

    fn equal(&self, value: Option<&str>) -> Option<RowCondition> {
        match value {
            None => self.null(true),
            Some(value) => self.exact.row_condition(&self.json(value)).ok(),
        }
    }

    fn null(&self, is_null: bool) -> Option<RowCondition> {
        self.is_null.row_condition(&Json::Bool(is_null)).ok()
    }

    /// Decimals are written out, which is how lookups take them.
    fn json(&self, value: &str) -> Json {
        let is_decimal = self.exact.kind().row().family == Family::Decimal;
        match DecimalParts::parse(value).filter(|_| is_decimal && value.len() < 100) {
            Some(number) if number.to_f64().abs() < 1e50 => Json::from(number.to_fixed()),
            _ => Json::from(value),
        }
    }
}
