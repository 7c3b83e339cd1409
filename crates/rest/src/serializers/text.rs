//! Input without a model: a name, a password, a token. Each field is DRF's `CharField`.

use belleville_http::json_writer::{JsonWriter, ObjectWriter};

use crate::exceptions::{Detail, Error, Result};
use crate::json::Json;
use crate::parsers::Data;
use crate::python;
use crate::request::Request;

/// A text field of the input.
#[derive(Clone, Copy, Debug)]
pub struct CharField {
    name: &'static str,
    label: &'static str,
    trim: bool,
    required: bool,
    read_only: bool,
    max_length: Option<usize>,
}

impl CharField {
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
    pub const fn max_length(self, characters: usize) -> Self {
        Self { max_length: Some(characters), ..self }
    }

    /// The texts of some fields of a request's body, in their order. The rest of the body does not stay in memory
    /// while a handler waits for a password to be hashed.
    ///
    /// # Errors
    /// 400 with DRF's message for each field.
    pub async fn read<const N: usize>(fields: &[Self; N], request: &Request) -> Result<[String; N]> {
        Self::texts(fields, &*request.take_data().await?)
    }

    fn texts<const N: usize>(fields: &[Self; N], data: &Data) -> Result<[String; N]> {
        super::check_shape(data)?;
        let mut errors = Vec::new();
        let texts = fields.map(|field| {
            field.text(data).unwrap_or_else(|message| {
                errors.push((field.name.to_owned(), Detail::message(message)));
                String::new()
            })
        });
        if errors.is_empty() { Ok(texts) } else { Err(Error::validation(Detail::Dict(errors))) }
    }

    /// The texts of the fields in the input, for a partial update.
    ///
    /// # Errors
    /// As [`CharField::read`].
    pub async fn read_partial<const N: usize>(
        fields: &[Self; N],
        request: &Request,
    ) -> Result<[Option<String>; N]> {
        let data = request.take_data().await?;
        let mut texts = Self::texts(fields, &data)?.map(Some);
        for (field, text) in fields.iter().zip(&mut texts) {
            let is_there = match &*data {
                Data::Form(form) => form.get(field.name).is_some(),
                Data::Json(json) => json.get(field.name).is_some(),
            };
            text.take_if(|_| !is_there);
        }
        Ok(texts)
    }

    fn text(&self, data: &Data) -> Result<String, String> {
        let text = match data {
            Data::Form(form) => form.get(self.name).map(str::to_owned),
            Data::Json(json) => match json.get(self.name) {
                None => None,
                Some(Json::Str(text)) => Some(text.to_string()),
                Some(number @ (Json::Int(_) | Json::BigInt(_) | Json::Float(_))) => {
                    Some(python::str_of(number))
                }
                Some(Json::Null) => return Err("This field may not be null.".to_owned()),
                Some(Json::Surrogates(points)) => return Err(super::surrogate_message(points)),
                Some(_) => return Err("Not a valid string.".to_owned()),
            },
        };
        let Some(text) = text else {
            return if self.required { Err("This field is required.".to_owned()) } else { Ok(String::new()) };
        };
        let text = if self.trim { python::str_strip(&text).to_owned() } else { text };
        match (text.as_str(), self.max_length) {
            ("", _) if self.required => Err("This field may not be blank.".to_owned()),
            (text, _) if text.contains('\0') => Err("Null characters are not allowed.".to_owned()),
            (text, Some(most)) if text.chars().count() > most => {
                Err(format!("Ensure this field has no more than {most} characters."))
            }
            _ => Ok(text),
        }
    }

    /// The name of the field.
    pub fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// What `OPTIONS` says under `actions` of a view that takes these fields by POST.
    pub(crate) fn write_actions(fields: &[Self], to: JsonWriter<'_>) {
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
            facts.key("max_length").number(i64::try_from(most).unwrap_or(i64::MAX));
        }
    }
}
