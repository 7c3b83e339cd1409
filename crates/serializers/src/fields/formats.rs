//! Formats of dates and times, as the options `format` and `input_formats` have them.

use std::borrow::Cow;

use belleville_db::datetime::{InputFormat, LocalDateTime};

/// DRF's name of the format that is not one of `strftime`.
const ISO_8601: &str = "iso-8601";

/// The options of a field of dates or times: how it shows its values, and what input looks like, where the settings of this name do not
/// say it.
macro_rules! format_options {
    ($field:ident, $setting:ident, $($unformatted:literal)+) => {
        impl $field {
            /// How it is shown: a format of Python's `strftime`, or `iso-8601`.
            #[must_use]
            pub fn format(self, format: &'static str) -> Self {
                Self { format: Some(OutputFormat::of(format)), ..self }
            }

            $(#[doc = $unformatted])+
            #[must_use]
            pub fn unformatted(self) -> Self {
                Self { format: Some(OutputFormat::Unformatted), ..self }
            }

            /// What input may look like: formats of Python's `strptime`, or `iso-8601`. The first that fits counts.
            ///
            /// # Panics
            /// At start, when one of them is no format.
            #[must_use]
            pub fn input_formats(self, formats: impl IntoIterator<Item = &'static str>) -> Self {
                Self { input_formats: Some(InputFormats::new(formats, ISO_8601)), ..self }
            }

            fn wrong_format(&self) -> ValidationError {
                ValidationError::of("invalid").with("format", formats::shown(self.input(), ISO_8601))
            }

            /// How it is shown.
            fn output(&self) -> &OutputFormat {
                self.format.as_ref().unwrap_or_else(|| &FieldDefaults::current().$setting().output)
            }

            /// What input may look like.
            fn input(&self) -> Option<&InputFormats> {
                self.input_formats.as_ref().or_else(|| FieldDefaults::current().$setting().input.as_ref())
            }
        }
    };
}

pub(super) use format_options;

/// How a date or a time is shown.
#[derive(Clone, Debug, Default)]
pub(crate) enum OutputFormat {
    /// As ISO 8601, in the time zone of the field.
    #[default]
    Iso8601,
    /// As the renderer shows it by itself.
    Unformatted,
    /// As Python's `strftime` shows it.
    Strftime(Cow<'static, str>),
}

impl OutputFormat {
    pub(crate) fn of(format: impl Into<Cow<'static, str>>) -> Self {
        let format = format.into();
        if format.eq_ignore_ascii_case(ISO_8601) { Self::Iso8601 } else { Self::Strftime(format) }
    }
}

/// The formats that input may have, which are tried in their order.
#[derive(Clone, Debug)]
pub(crate) struct InputFormats {
    formats: Vec<Format>,
    /// What messages say of them.
    shown: String,
}

#[derive(Clone, Debug)]
enum Format {
    Iso8601,
    Strptime(InputFormat),
}

impl InputFormats {
    /// Prepares formats; messages say `iso_8601` for DRF's own.
    ///
    /// # Panics
    /// At start, when one of them is no format.
    pub(super) fn new(formats: impl IntoIterator<Item = &'static str>, iso_8601: &str) -> Self {
        Self::try_new(formats, iso_8601).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The same.
    ///
    /// # Errors
    /// When one of them is no format.
    pub(crate) fn try_new<'a>(
        formats: impl IntoIterator<Item = &'a str>,
        iso_8601: &str,
    ) -> Result<Self, String> {
        let formats: Vec<_> = formats.into_iter().collect();
        let shown = humanized(&formats.join(", ").replace(ISO_8601, iso_8601));
        let prepared = |format: &&str| match InputFormat::new(format, &[]) {
            _ if format.eq_ignore_ascii_case(ISO_8601) => Ok(Format::Iso8601),
            Ok(prepared) => Ok(Format::Strptime(prepared)),
            Err(error) => Err(format!("the input format `{format}`: {error}")),
        };
        Ok(Self { formats: formats.iter().map(prepared).collect::<Result<_, _>>()?, shown })
    }

    /// Whether ISO 8601 is tried before any other.
    pub(super) fn begin_with_iso_8601(&self) -> bool {
        matches!(self.formats.first(), Some(Format::Iso8601))
    }

    /// What a text is by the first format that it has: `iso_8601` reads DRF's own, and `of` makes it of a datetime.
    fn read<T>(
        &self,
        text: &str,
        iso_8601: impl Fn(&str) -> Option<T>,
        of: impl Fn(LocalDateTime) -> T,
    ) -> Option<T> {
        self.formats.iter().find_map(|format| match format {
            Format::Iso8601 => iso_8601(text),
            Format::Strptime(format) => format.parse(text).map(&of),
        })
    }
}

/// What a text is by the formats of a field, or as ISO 8601 where it has none.
pub(super) fn read<T>(
    formats: Option<&InputFormats>,
    text: &str,
    iso_8601: impl Fn(&str) -> Option<T>,
    of: impl Fn(LocalDateTime) -> T,
) -> Option<T> {
    match formats {
        None => iso_8601(text),
        Some(formats) => formats.read(text, iso_8601, of),
    }
}

/// What messages say of the formats of a field.
pub(super) fn shown<'a>(formats: Option<&'a InputFormats>, iso_8601: &'a str) -> &'a str {
    formats.map_or(iso_8601, |formats| &formats.shown)
}

/// DRF's `humanize_strptime`.
fn humanized(formats: &str) -> String {
    const WORDS: [(&str, &str); 15] = [
        ("%Y", "YYYY"),
        ("%y", "YY"),
        ("%m", "MM"),
        ("%b", "[Jan-Dec]"),
        ("%B", "[January-December]"),
        ("%d", "DD"),
        ("%H", "hh"),
        ("%I", "hh"),
        ("%M", "mm"),
        ("%S", "ss"),
        ("%f", "uuuuuu"),
        ("%a", "[Mon-Sun]"),
        ("%A", "[Monday-Sunday]"),
        ("%p", "[AM|PM]"),
        ("%z", "[+HHMM|-HHMM]"),
    ];
    WORDS.iter().fold(formats.to_owned(), |formats, (directive, word)| formats.replace(directive, word))
}
