//! A decimal number: DRF's `DecimalField`.

use belleville_db::json::{Json, write_f64, write_str};
use belleville_db::python::{self, DecimalParts, Rounding, str_strip};
use belleville_db::{Decimal, FieldKind, FieldValue as _, Result, Value, ValueRef};

use super::integer::LONGEST_NUMBER;
use super::{Bind, Blank, Field, Messages, Shape, ValidationError, cannot_show};
use crate::field_defaults::FieldDefaults;
use crate::value::{Note, Validated};
use crate::{Context, Given};

/// A decimal number with a limit to its digits. It is shown in a text, so that none of them is lost, as long as the settings say
/// nothing else.
#[derive(Clone, Debug)]
pub struct DecimalField {
    max_digits: Option<u32>,
    decimal_places: Option<u16>,
    coerce_to_string: Option<bool>,
    min_value: Option<Decimal>,
    max_value: Option<Decimal>,
    rounding: Rounding,
    normalize_output: bool,
    allow_null: bool,
}

/// A number without limits.
impl Default for DecimalField {
    fn default() -> Self {
        Self::new(None, None)
    }
}

impl DecimalField {
    /// A number of at most so many digits, of which so many stand behind the point. `None` is no limit.
    pub fn new(max_digits: impl Into<Option<u32>>, decimal_places: impl Into<Option<u16>>) -> Self {
        Self {
            max_digits: max_digits.into(),
            decimal_places: decimal_places.into(),
            coerce_to_string: None,
            min_value: None,
            max_value: None,
            rounding: Rounding::HalfEven,
            normalize_output: false,
            allow_null: false,
        }
    }

    /// The most digits.
    #[must_use]
    pub fn max_digits(self, digits: u32) -> Self {
        Self { max_digits: Some(digits), ..self }
    }

    /// The most digits behind the point. It is shown with as many.
    #[must_use]
    pub fn decimal_places(self, places: u16) -> Self {
        Self { decimal_places: Some(places), ..self }
    }

    /// It is shown in a text, or as a number of JSON.
    #[must_use]
    pub fn coerce_to_string(self, coerce_to_string: bool) -> Self {
        Self { coerce_to_string: Some(coerce_to_string), ..self }
    }

    /// The least number.
    #[must_use]
    pub fn min_value(self, least: impl Into<Decimal>) -> Self {
        Self { min_value: Some(least.into()), ..self }
    }

    /// The greatest number.
    #[must_use]
    pub fn max_value(self, greatest: impl Into<Decimal>) -> Self {
        Self { max_value: Some(greatest.into()), ..self }
    }

    /// How a number with more places is rounded where it is shown.
    #[must_use]
    pub fn rounding(self, rounding: Rounding) -> Self {
        Self { rounding, ..self }
    }

    /// Zeros at the end are not shown.
    #[must_use]
    pub fn normalize_output(self, normalize_output: bool) -> Self {
        Self { normalize_output, ..self }
    }

    /// The field of a model's field.
    pub(super) fn of(kind: FieldKind) -> Self {
        match kind {
            FieldKind::DecimalField { max_digits, decimal_places } => {
                Self::new(u32::from(max_digits), decimal_places)
            }
            _ => Self::new(None, None),
        }
    }

    /// Whether it is shown in a text.
    fn is_text(&self) -> bool {
        self.coerce_to_string.unwrap_or_else(|| FieldDefaults::current().coerces_decimals())
    }

    /// DRF's `validate_precision`.
    fn check_precision(&self, number: &DecimalParts) -> Result<(), ValidationError> {
        let count = number.count_digits();
        let message = |code, limit: u64| Err(ValidationError::of(code).with(code, limit));
        let (digits, places) = (self.max_digits.map(u64::from), self.decimal_places.map(u64::from));
        if let Some(digits) = digits.filter(|digits| count.total > *digits) {
            return message("max_digits", digits);
        }
        if let Some(places) = places.filter(|places| count.places > *places) {
            return message("max_decimal_places", places);
        }
        let whole = digits.zip(places).map(|(digits, places)| digits.saturating_sub(places));
        match whole.filter(|whole| count.whole > *whole) {
            Some(whole) => message("max_whole_digits", whole),
            None => Ok(()),
        }
    }

    fn show(&self, number: DecimalParts, out: &mut Vec<u8>) -> Result<()> {
        let number = self.quantized(number).ok_or_else(cannot_show)?;
        let number = if self.normalize_output { number.normalize() } else { number };
        if self.is_text() {
            write_str(out, &number.to_fixed());
        } else {
            write_f64(out, number.to_f64());
        }
        Ok(())
    }

    /// The number with its places. `None` when it has too many digits then.
    fn quantized(&self, number: DecimalParts) -> Option<DecimalParts> {
        match self.decimal_places {
            None => Some(number),
            Some(places) => number.quantize(places, self.rounding, self.max_digits),
        }
    }
}

impl Field for DecimalField {
    fn bind(&mut self, options: &Bind<'_>) {
        self.allow_null = options.allow_null;
    }

    fn error_messages(&self) -> Messages {
        &[
            ("invalid", "A valid number is required."),
            ("max_value", "Ensure this value is less than or equal to {max_value}."),
            ("min_value", "Ensure this value is greater than or equal to {min_value}."),
            ("max_digits", "Ensure that there are no more than {max_digits} digits in total."),
            ("max_decimal_places", "Ensure that there are no more than {max_decimal_places} decimal places."),
            (
                "max_whole_digits",
                "Ensure that there are no more than {max_whole_digits} digits before the decimal point.",
            ),
            ("max_string_length", "String value too large."),
        ]
    }

    fn shape(&self) -> Shape {
        Shape {
            min_value: self.min_value.as_ref().map(limit),
            max_value: self.max_value.as_ref().map(limit),
            max_digits: self.max_digits.map(u64::from),
            decimal_places: self.decimal_places.map(u64::from),
            ..Shape::new("decimal").format("decimal")
        }
    }

    fn blank(&self, text: &str) -> Blank {
        if self.allow_null && str_strip(text).is_empty() { Blank::Null } else { Blank::Value }
    }

    fn to_internal_value(&self, data: &Json) -> Result<Validated, ValidationError> {
        let given = python::str_of(data);
        let text = str_strip(&given);
        if text.chars().count() > LONGEST_NUMBER {
            return Err(ValidationError::of("max_string_length"));
        }
        let number = DecimalParts::parse(text).ok_or(ValidationError::of("invalid"))?;
        self.check_precision(&number)?;
        // Where there are no limits, DRF fails at a number that is too long.
        let number = self.quantized(number).ok_or(ValidationError::of("invalid"))?;
        let value = number.to_decimal().map(Value::Decimal).ok_or(ValidationError::of("invalid"))?;
        Ok(if number.is_minus_zero() {
            Validated::noted(value, Note::MinusZero)
        } else {
            Validated::Value(value)
        })
    }

    fn takes_names_of_files(&self) -> bool {
        true
    }

    fn refuse(&self, _: &Given<'_>) -> ValidationError {
        ValidationError::of("invalid")
    }

    fn validate(&self, value: &Validated, _: &Given<'_>) -> Vec<ValidationError> {
        let Some(Value::Decimal(number)) = value.value() else { return Vec::new() };
        let too_great = self.max_value.as_ref().filter(|greatest| number > *greatest);
        let too_small = self.min_value.as_ref().filter(|least| number < *least);
        let message = |code, limit: &Decimal| ValidationError::of(code).with(code, DecimalParts::from(limit));
        let great = too_great.map(|greatest| message("max_value", greatest));
        great.into_iter().chain(too_small.map(|least| message("min_value", least))).collect()
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        let number = match value {
            // What is no number has only a text.
            ValueRef::Numeric(number) if number.to_decimal().is_none() && self.is_text() => {
                write_str(out, &number.to_string());
                return Ok(());
            }
            value => DecimalParts::from(&Decimal::from_value(value)?),
        };
        self.show(number, out)
    }

    fn represent(&self, value: &Validated, _: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        if let Validated::Noted(noted) = value
            && let (Value::Decimal(zero), Note::MinusZero) = (&noted.value, &noted.note)
        {
            return self.show(DecimalParts::from(zero).with_minus(), out);
        }
        let value = value.value().ok_or_else(cannot_show)?;
        self.to_representation(value.as_ref(), out)
    }
}

/// A limit as `OPTIONS` shows it.
fn limit(number: &Decimal) -> Json {
    let parts = DecimalParts::from(number);
    match parts.count_digits().places {
        0 => parts
            .to_fixed()
            .parse()
            .map_or_else(|_| Json::from(parts.to_f64()), |whole: i64| Json::from(whole)),
        _ => Json::from(parts.to_f64()),
    }
}
