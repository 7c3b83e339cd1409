//! The SQL of what the database computes, as Django writes it: for columns and for indexes.

use super::table::Table;
use crate::generated::{Expression, Function, Generated};
use crate::kinds::FieldKind;
use crate::migrations::state::StateError;
use crate::{Dialect, Value};

type Result<T> = std::result::Result<T, StateError>;

impl Table<'_> {
    /// `GENERATED ALWAYS AS (...) STORED`.
    pub(super) fn generated(&self, generated: &Generated) -> Result<String> {
        let how = if generated.stored { "STORED" } else { "VIRTUAL" };
        Ok(format!("GENERATED ALWAYS AS ({}) {how}", self.expression(&generated.expression)?))
    }

    pub(super) fn expression(&self, expression: &Expression) -> Result<String> {
        let sql = match expression {
            Expression::Field(name) => return Ok(format!("\"{}\"", self.field(name)?.column())),
            Expression::Value(Value::Decimal(number)) if self.dialect == Dialect::Sqlite => {
                return Ok(format!("(CAST('{}' AS NUMERIC))", number.to_plain_string()));
            }
            Expression::Value(value) => return Ok(self.literal(value)),
            Expression::Condition(condition) => return self.condition(condition),
            Expression::Arithmetic(arithmetic, sides) => {
                let (left, right) = (self.expression(&sides[0])?, self.expression(&sides[1])?);
                format!("({left} {} {right})", arithmetic.sign())
            }
            Expression::Call(Function::Concat, parts) => return self.concat(parts),
            Expression::Call(function, parts) => {
                let parts: Vec<String> =
                    parts.iter().map(|part| self.expression(part)).collect::<Result<_>>()?;
                format!("{}({})", function.names().0, parts.join(", "))
            }
        };
        // SQLite computes decimals as other numbers.
        let is_cast = self.dialect == Dialect::Sqlite && self.is_decimal(expression)?;
        Ok(if is_cast { format!("(CAST({sql} AS NUMERIC))") } else { sql })
    }

    /// Pairs in pairs, in which NULL is an empty text.
    fn concat(&self, parts: &[Expression]) -> Result<String> {
        let [first, rest @ ..] = parts else { return Ok("''".to_owned()) };
        let first = self.expression(first)?;
        match rest {
            [] => Ok(first),
            [second] => {
                let second = self.expression(second)?;
                Ok(format!("(COALESCE({first}, '') || COALESCE({second}, ''))"))
            }
            rest => Ok(format!("(COALESCE({first}, '') || COALESCE({}, ''))", self.concat(rest)?)),
        }
    }

    pub(super) fn is_decimal(&self, expression: &Expression) -> Result<bool> {
        Ok(match expression {
            Expression::Field(name) => matches!(self.field(name)?.kind, FieldKind::DecimalField { .. }),
            Expression::Value(value) => matches!(value, Value::Decimal(_)),
            Expression::Arithmetic(_, sides) => self.is_decimal(&sides[0])? || self.is_decimal(&sides[1])?,
            Expression::Call(Function::Abs | Function::Coalesce, parts) => match parts.first() {
                Some(first) => self.is_decimal(first)?,
                None => false,
            },
            Expression::Call(..) | Expression::Condition(_) => false,
        })
    }
}
