//! Conditions of constraints, asked of the values of one row that is not saved yet.

use std::cmp::Ordering;

use belleville_db::{Comparison, Condition, FieldValue, Operand, Value, ValueRef};

/// Whether values meet a condition, as a database would say: `None` where a NULL leaves it open, or where the values can only
/// be compared by the database.
pub(super) fn holds(condition: &Condition, value: &dyn Fn(&str) -> Value) -> Option<bool> {
    match condition {
        Condition::Compare(name, comparison, with) => {
            let with = match with {
                Operand::Value(value) => value.clone(),
                Operand::Field(other) => value(other),
            };
            let order = order(&value(name), &with)?;
            Some(match comparison {
                Comparison::Equal => order.is_eq(),
                Comparison::Less => order.is_lt(),
                Comparison::LessOrEqual => order.is_le(),
                Comparison::Greater => order.is_gt(),
                Comparison::GreaterOrEqual => order.is_ge(),
            })
        }
        Condition::In(name, values) => {
            let own = value(name);
            let equal = values.iter().map(|other| order(&own, other).map(Ordering::is_eq));
            any(equal)
        }
        Condition::IsNull(name, is_null) => Some(value(name).is_null() == *is_null),
        Condition::And(parts) => any(parts.iter().map(|part| holds(part, value).map(|is| !is))).map(|is| !is),
        Condition::Or(parts) => any(parts.iter().map(|part| holds(part, value))),
        Condition::Not(part) => holds(part, value).map(|is| !is),
        _ => None,
    }
}

/// SQL's `OR`.
fn any(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut all_known = true;
    for part in parts {
        match part {
            Some(true) => return Some(true),
            Some(false) => {}
            None => all_known = false,
        }
    }
    all_known.then_some(false)
}

fn order(one: &Value, two: &Value) -> Option<Ordering> {
    match (one.as_ref(), two.as_ref()) {
        (ValueRef::Bool(one), ValueRef::Bool(two)) => Some(one.cmp(&two)),
        (ValueRef::Int(one), ValueRef::Int(two)) => Some(one.cmp(&two)),
        (ValueRef::Text(one), ValueRef::Text(two)) => Some(one.cmp(two)),
        (ValueRef::DateTime(one), ValueRef::DateTime(two)) => Some(one.cmp(&two)),
        (ValueRef::Date(one), ValueRef::Date(two)) => Some(one.cmp(&two)),
        (ValueRef::Time(one), ValueRef::Time(two)) => Some(one.cmp(&two)),
        (ValueRef::Duration(one), ValueRef::Duration(two)) => Some(one.as_micros().cmp(&two.as_micros())),
        (ValueRef::Uuid(one), ValueRef::Uuid(two)) => Some(one.cmp(&two)),
        (
            one @ (ValueRef::Int(_) | ValueRef::Float(_) | ValueRef::Decimal(_)),
            two @ (ValueRef::Int(_) | ValueRef::Float(_) | ValueRef::Decimal(_)),
        ) => {
            let decimal = |value| belleville_db::Decimal::from_value(value).ok();
            Some(decimal(one)?.cmp(&decimal(two)?))
        }
        _ => None,
    }
}
