//! What fields do that say nothing themselves: DRF's settings of fields.

use std::cell::Cell;

use belleville_db::Result as DbResult;
use belleville_db::json::Json;

use crate::fields::{DurationFormat, InputFormats, OutputFormat, cannot_show, date, datetime, time};

/// What fields do that say nothing themselves, by the settings of the program.
#[derive(Clone, Copy, Debug, Default)]
pub struct FieldDefaults(Option<&'static Prepared>);

/// The settings, with DRF's names. A format is one of Python's `strftime`, or `iso-8601`; without one, values are shown as the
/// renderer shows them.
#[derive(Clone, Debug)]
pub struct FieldSettings<'a> {
    /// How points in time are shown.
    pub datetime_format: Option<&'a str>,
    /// What input of them looks like.
    pub datetime_input_formats: &'a [String],
    /// How dates are shown.
    pub date_format: Option<&'a str>,
    /// What input of them looks like.
    pub date_input_formats: &'a [String],
    /// How times of day are shown.
    pub time_format: Option<&'a str>,
    /// What input of them looks like.
    pub time_input_formats: &'a [String],
    /// How lengths of time are shown: `django` or `iso-8601`.
    pub duration_format: Option<&'a str>,
    /// Decimal numbers are shown in texts.
    pub coerce_decimal_to_string: bool,
    /// Numbers of a `BigIntegerField` are shown in texts.
    pub coerce_bigint_to_string: bool,
    /// Numbers that are not finite are refused, and not shown.
    pub strict_json: bool,
}

/// The settings, prepared at start.
#[derive(Debug)]
struct Prepared {
    datetime: Formats,
    date: Formats,
    time: Formats,
    duration: DurationFormat,
    coerce_decimal_to_string: bool,
    coerce_bigint_to_string: bool,
    strict_json: bool,
}

/// How a kind of value is shown, and what its input looks like.
#[derive(Debug)]
pub(crate) struct Formats {
    pub(crate) output: OutputFormat,
    /// ISO 8601, where there are none.
    pub(crate) input: Option<InputFormats>,
}

/// DRF's own.
static ISO_8601: Formats = Formats { output: OutputFormat::Iso8601, input: None };

thread_local! {
    static CURRENT: Cell<FieldDefaults> = const { Cell::new(FieldDefaults(None)) };
}

impl FieldDefaults {
    /// Prepares the settings. They are kept as long as the program runs.
    ///
    /// # Errors
    /// When an input format is none; the text names the setting.
    pub fn new(settings: &FieldSettings<'_>) -> Result<Self, String> {
        let formats = |name, output: Option<&str>, input: &[String], iso_8601| {
            let output =
                output.map_or(OutputFormat::Unformatted, |format| OutputFormat::of(format.to_owned()));
            let input = InputFormats::try_new(input.iter().map(String::as_str), iso_8601)
                .map_err(|error| format!("{name} has {error}"))?;
            Ok::<_, String>(Formats { output, input: Some(input) })
        };
        let FieldSettings { datetime_format, datetime_input_formats, .. } = *settings;
        let prepared = Prepared {
            datetime: formats(
                "datetime_input_formats",
                datetime_format,
                datetime_input_formats,
                datetime::ISO_8601,
            )?,
            date: formats(
                "date_input_formats",
                settings.date_format,
                settings.date_input_formats,
                date::ISO_8601,
            )?,
            time: formats(
                "time_input_formats",
                settings.time_format,
                settings.time_input_formats,
                time::ISO_8601,
            )?,
            duration: settings.duration_format.map_or(Ok(DurationFormat::Unformatted), |format| {
                DurationFormat::named(format).ok_or_else(|| {
                    format!("duration_format is `{format}`: it is `django`, `iso-8601` or false")
                })
            })?,
            coerce_decimal_to_string: settings.coerce_decimal_to_string,
            coerce_bigint_to_string: settings.coerce_bigint_to_string,
            strict_json: settings.strict_json,
        };
        Ok(Self(Some(Box::leak(Box::new(prepared)))))
    }

    /// Those of what this thread does now.
    pub(crate) fn current() -> Self {
        CURRENT.get()
    }

    /// Does something that does not wait, with these as the [`current`](Self::current) ones.
    pub(crate) fn during<T>(self, work: impl FnOnce() -> T) -> T {
        struct Restore(FieldDefaults);
        impl Drop for Restore {
            fn drop(&mut self) {
                CURRENT.set(self.0);
            }
        }
        let _before = Restore(CURRENT.replace(self));
        work()
    }

    pub(crate) fn datetime(self) -> &'static Formats {
        self.0.map_or(&ISO_8601, |prepared| &prepared.datetime)
    }

    pub(crate) fn date(self) -> &'static Formats {
        self.0.map_or(&ISO_8601, |prepared| &prepared.date)
    }

    pub(crate) fn time(self) -> &'static Formats {
        self.0.map_or(&ISO_8601, |prepared| &prepared.time)
    }

    pub(crate) fn duration(self) -> DurationFormat {
        self.0.map_or(DurationFormat::Django, |prepared| prepared.duration)
    }

    pub(crate) fn coerces_decimals(self) -> bool {
        self.0.is_none_or(|prepared| prepared.coerce_decimal_to_string)
    }

    pub(crate) fn coerces_big_integers(self) -> bool {
        self.0.is_some_and(|prepared| prepared.coerce_bigint_to_string)
    }

    /// Whether a number may only be finite.
    pub(crate) fn is_strict(self) -> bool {
        self.0.is_none_or(|prepared| prepared.strict_json)
    }

    /// Writes JSON.
    ///
    /// # Errors
    /// When it has a text with lone surrogates, or a number that is not finite and may not be shown.
    pub(crate) fn write(self, json: &Json, out: &mut Vec<u8>) -> DbResult<()> {
        let written = if self.is_strict() { json.write(out) } else { json.write_with_constants(out) };
        written.map_err(|_| cannot_show())
    }
}
