//! What the parameters of filters are read as: what Django's form fields make of texts, and their messages.

use std::sync::LazyLock;

use belleville_db::datetime::{InputFormat, parse_datetime, parse_duration, time_text};
use belleville_db::{ErrorDetail, Family, FieldMeta, ModelMeta};

use crate::json::Json;
use crate::python::{DecimalParts, parse_uuid, str_strip};

/// A kind of value.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Char,
    /// A number that is not too great, as `NumberFilter` has it.
    Number,
    /// One of any size.
    Decimal,
    Boolean,
    Date,
    DateTime,
    Time,
    Duration,
    Uuid,
    /// One of these texts.
    Choice(Vec<String>),
    /// The row of a model with this value in this field.
    Row(&'static ModelMeta, &'static FieldMeta),
}

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// As a lookup takes it.
    Plain(Json),
    /// A number of any size.
    Number(DecimalParts),
}

impl Value {
    /// As a method of the program gets it.
    pub(super) fn into_json(self) -> Json {
        match self {
            Self::Plain(json) => json,
            Self::Number(number) => {
                let number = number.to_f64();
                // Whole numbers that a float has without loss.
                let is_whole = number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
                #[expect(clippy::cast_possible_truncation, reason = "it was checked to be whole and small")]
                if is_whole { Json::Int(number as i64) } else { Json::Float(number) }
            }
        }
    }
}

/// The greatest number that a filter takes.
const MOST: f64 = 1e50;

/// Django's `DATE_INPUT_FORMATS` of the language `en-us`.
static DATES: LazyLock<Vec<InputFormat>> = LazyLock::new(|| {
    formats(&[
        "%Y-%m-%d",
        "%m/%d/%Y",
        "%m/%d/%y",
        "%b %d %Y",
        "%b %d, %Y",
        "%d %b %Y",
        "%d %b, %Y",
        "%B %d %Y",
        "%B %d, %Y",
        "%d %B %Y",
        "%d %B, %Y",
    ])
});

/// Django's `TIME_INPUT_FORMATS`.
static TIMES: LazyLock<Vec<InputFormat>> = LazyLock::new(|| formats(&["%H:%M:%S", "%H:%M:%S.%f", "%H:%M"]));

fn formats(formats: &[&str]) -> Vec<InputFormat> {
    formats.iter().filter_map(|format| InputFormat::new(format, &[]).ok()).collect()
}

impl Kind {
    pub(super) fn choices(choices: impl IntoIterator<Item = &'static str>) -> Self {
        Self::Choice(choices.into_iter().map(str::to_owned).collect())
    }

    /// The kind of the values of a family of fields.
    pub(super) fn of_family(family: Family) -> Option<Self> {
        Some(match family {
            Family::Text | Family::IpAddress => Self::Char,
            Family::Integer | Family::Float | Family::Decimal => Self::Number,
            Family::Boolean => Self::Boolean,
            Family::Date => Self::Date,
            Family::DateTime => Self::DateTime,
            Family::Time => Self::Time,
            Family::Duration => Self::Duration,
            Family::Uuid => Self::Uuid,
            _ => return None,
        })
    }

    /// The value of a text; `None` where it says none.
    ///
    /// # Errors
    /// Why it is no value.
    pub(super) fn clean(&self, text: &str) -> Result<Option<Value>, ErrorDetail> {
        let plain = |json: Json| Ok(Some(Value::Plain(json)));
        let invalid = |what: &str| Err(ErrorDetail::new(format!("Enter a valid {what}."), "invalid"));
        match self {
            Self::Char => {
                let text = str_strip(text);
                no_null_characters(text)?;
                if text.is_empty() { Ok(None) } else { plain(Json::from(text)) }
            }
            Self::Boolean => Ok(match &*text.to_lowercase() {
                "true" | "1" => Some(Value::Plain(Json::Bool(true))),
                "false" | "0" => Some(Value::Plain(Json::Bool(false))),
                _ => None,
            }),
            _ if text.is_empty() => Ok(None),
            Self::Number => number(text, Some(MOST)).map(|number| Some(Value::Number(number))),
            Self::Decimal => number(text, None).map(|number| Some(Value::Number(number))),
            Self::Date => {
                let text = str_strip(text);
                match DATES.iter().find_map(|format| format.parse(text)) {
                    Some(found) => plain(Json::from(found.at.date().to_string())),
                    None => invalid("date"),
                }
            }
            Self::Time => {
                let text = str_strip(text);
                match TIMES.iter().find_map(|format| format.parse(text)) {
                    Some(found) => plain(Json::from(time_text(found.at.time()))),
                    None => invalid("time"),
                }
            }
            Self::DateTime => {
                let text = str_strip(text);
                if parse_datetime(text).is_ok() { plain(Json::from(text)) } else { invalid("date/time") }
            }
            Self::Duration => match parse_duration(text) {
                Ok(Some(_)) => plain(Json::from(text)),
                Ok(None) => invalid("duration"),
                Err(_) => Err(ErrorDetail::new(
                    "The number of days must be between -999999999 and 999999999.",
                    "overflow",
                )),
            },
            Self::Uuid => match parse_uuid(text) {
                Some(uuid) => plain(Json::from(uuid.to_string())),
                None => invalid("UUID"),
            },
            Self::Choice(choices) if choices.iter().any(|choice| choice == text) => plain(Json::from(text)),
            Self::Choice(_) => Err(no_choice(text)),
            Self::Row(..) => {
                no_null_characters(text)?;
                plain(Json::from(text))
            }
        }
    }

    /// What an empty part between two commas is.
    pub(super) fn blank(&self) -> Option<Value> {
        matches!(self, Self::Char).then(|| Value::Plain(Json::from("")))
    }
}

pub(super) fn no_choice(text: &str) -> ErrorDetail {
    let message = format!("Select a valid choice. {text} is not one of the available choices.");
    ErrorDetail::new(message, "invalid_choice")
}

pub(super) fn no_row() -> ErrorDetail {
    let message = "Select a valid choice. That choice is not one of the available choices.";
    ErrorDetail::new(message, "invalid_choice")
}

fn no_null_characters(text: &str) -> Result<(), ErrorDetail> {
    if text.contains('\0') {
        Err(ErrorDetail::new("Null characters are not allowed.", "null_characters_not_allowed"))
    } else {
        Ok(())
    }
}

fn number(text: &str, most: Option<f64>) -> Result<DecimalParts, ErrorDetail> {
    match DecimalParts::parse(text) {
        None => Err(ErrorDetail::new("Enter a number.", "invalid")),
        Some(number) if most.is_some_and(|most| number.to_f64() > most) => {
            Err(ErrorDetail::new("Ensure this value is less than or equal to 1e+50.", "max_value"))
        }
        Some(number) => Ok(number),
    }
}
