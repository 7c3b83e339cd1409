//! Input without a model: a name, a password, a token. Each field is DRF's `CharField`.

use belleville_db::json::{Json, JsonWriter, ObjectWriter};
use belleville_db::{Detail, Error, ErrorDetail, Result, python};

use crate::Input;
use crate::fields::{CharField, Field as _, Invalid};
use crate::validation::check_shape;
use crate::validators::{null_characters, surrogates};

/// A text field of the input.
#[derive(Clone, Copy, Debug)]
pub struct TextField {
    name: &'static str,
    label: &'static str,
    trim: bool,
    required: bool,
    read_only: bool,
    max_length: Option<u32>,
}

impl TextField {
    /// A required text, which is trimmed. Users see the label.
    pub const fn new(name: &'static str, label: &'static str) -> Self {
        Self { name, label, trim: true, required: true, read_only: false, max_length: None }
    }

    /// Keeps white space at the ends, as a password needs.
    #[must_use]
    pub const fn untrimmed(self) -> Self {
        Self { trim: false, ..self }
    }

    /// The text may be missing or blank, and is then empty.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self { required: false, ..self }
    }

    /// It is in the response but not accepted as input.
    #[must_use]
    pub const fn read_only(self) -> Self {
        Self { required: false, read_only: true, ..self }
    }

    /// The most characters.
    #[must_use]
    pub const fn max_length(self, characters: u32) -> Self {
        Self { max_length: Some(characters), ..self }
    }

    /// The texts of some fields of the input, in their order.
    ///
    /// # Errors
    /// [`Error::Invalid`] with DRF's message for each field.
    pub fn read<const N: usize>(fields: &[Self; N], input: &Input<'_>) -> Result<[String; N]> {
        check_shape(input)?;
        let mut errors = Vec::new();
        let texts = fields.map(|field| {
            field.text(input).unwrap_or_else(|message| {
                errors.push((field.name.to_owned(), Detail::message(message)));
                String::new()
            })
        });
        if errors.is_empty() { Ok(texts) } else { Err(Error::Invalid(Detail::Dict(errors))) }
    }

    /// The texts of the fields that the input has, for a partial update.
    ///
    /// # Errors
    /// As [`TextField::read`].
    pub fn read_partial<const N: usize>(
        fields: &[Self; N],
        input: &Input<'_>,
    ) -> Result<[Option<String>; N]> {
        let mut texts = Self::read(fields, input)?.map(Some);
        for (field, text) in fields.iter().zip(&mut texts) {
            let is_there = match input {
                Input::Form(form) => form.text(field.name).is_some(),
                Input::Json(json) => json.get(field.name).is_some(),
            };
            text.take_if(|_| !is_there);
        }
        Ok(texts)
    }

    fn text(&self, input: &Input<'_>) -> Result<String, ErrorDetail> {
        let text = match input {
            Input::Form(form) => form.text(self.name).map(str::to_owned),
            Input::Json(json) => match json.get(self.name) {
                None => None,
                Some(Json::Str(text)) => Some(text.to_string()),
                Some(number @ (Json::Int(_) | Json::BigInt(_) | Json::Float(_))) => {
                    Some(python::str_of(number))
                }
                Some(Json::Null) => return Err(message(Invalid::of("null"))),
                Some(Json::Surrogates(points)) => return Err(surrogates(points)),
                Some(_) => return Err(message(Invalid::of("invalid"))),
            },
        };
        let Some(text) = text else {
            return if self.required { Err(message(Invalid::of("required"))) } else { Ok(String::new()) };
        };
        let text = if self.trim { python::str_strip(&text).to_owned() } else { text };
        if text.is_empty() && self.required {
            return Err(message(Invalid::of("blank")));
        }
        let most = self.max_length.filter(|most| text.chars().count() > *most as usize);
        let too_long = || most.map(|most| message(Invalid::of("max_length").with("max_length", most)));
        null_characters(&text).or_else(too_long).map_or(Ok(text), Err)
    }

    /// The name of the field.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether it is in the response but not accepted as input.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// What `OPTIONS` says under `actions` of a view that takes these fields by POST.
    pub fn write_actions(fields: &[Self], to: JsonWriter<'_>) {
        to.object(|actions| {
            actions.key("POST").object(|object| {
                fields.iter().for_each(|field| object.key(field.name).object(|facts| field.describe(facts)));
            });
        });
    }

    fn describe(&self, facts: &mut ObjectWriter<'_>) {
        facts.key("type").text("string");
        facts.key("required").boolean(self.required);
        facts.key("read_only").boolean(self.read_only);
        facts.key("label").text(self.label);
        if let Some(most) = self.max_length {
            facts.key("max_length").number(i64::from(most));
        }
    }
}

/// The words of DRF's `CharField`.
fn message(invalid: Invalid) -> ErrorDetail {
    match invalid.detail(&[], CharField::new().error_messages()) {
        Detail::Text(message) => message,
        Detail::List(_) | Detail::Dict(_) => ErrorDetail::new("Invalid value.", "invalid"),
    }
}
