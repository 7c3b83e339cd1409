//! The URL of another row: DRF's `HyperlinkedRelatedField` and `HyperlinkedIdentityField`.

use belleville_db::json::{Json, write_str};
use belleville_db::{Error, ModelMeta, Result, ValueRef};

use super::Related;
use super::declared::{Link, no_field};
use crate::RelatedRows;
use crate::fields::{Blank, Field, Messages, Reading, ValidationError, cannot_show};
use crate::input::Given;
use crate::reading::Found;
use crate::value::Validated;

/// The URL of a row, which a view has under a name.
#[derive(Debug)]
pub struct Hyperlink {
    /// The row, by the field that stands in the URL.
    pub(crate) related: Related,
    pub(crate) url: ViewUrl,
}

/// The URLs of a view that have one parameter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ViewUrl {
    /// Their name: `book-detail`.
    pub(crate) view_name: String,
    /// The parameter.
    pub(crate) url_kwarg: &'static str,
    /// The format suffix, where the request has one.
    pub(crate) format: Option<&'static str>,
}

impl Hyperlink {
    /// The rows of a model by their URLs; `wanted` is the field whose value is kept.
    ///
    /// # Panics
    /// At start, when the model has no field that the link names; `place` is where it is declared.
    pub(crate) fn new(
        place: &str,
        link: Link,
        to: &'static ModelMeta,
        wanted: usize,
        queryset: Option<RelatedRows>,
    ) -> Self {
        let related = match link.lookup_field {
            "pk" => Related::by_key(to, wanted, queryset),
            field if to.position(field).is_none() => no_field(place, "lookup_field", field, to),
            field => Related::by_slug(to, field, wanted, queryset)
                .unwrap_or_else(|| no_field(place, "lookup_field", field, to)),
        };
        Self {
            related,
            url: ViewUrl {
                view_name: link.view_name.map_or_else(|| format!("{}-detail", to.model_name), str::to_owned),
                url_kwarg: link.lookup_url_kwarg.unwrap_or(link.lookup_field),
                format: link.format,
            },
        }
    }

    /// The error of a value that fits into no URL.
    pub(crate) fn no_url(url: &ViewUrl, value: &str) -> Error {
        let ViewUrl { view_name, url_kwarg, .. } = url;
        Error::refused(format!(
            "there is no URL `{view_name}` with {url_kwarg} = {value}, which a hyperlinked field shows"
        ))
    }
}

impl Field for Hyperlink {
    fn error_messages(&self) -> Messages {
        &[
            ("no_match", "Invalid hyperlink - No URL match."),
            ("incorrect_match", "Invalid hyperlink - Incorrect URL match."),
            ("does_not_exist", "Invalid hyperlink - Object does not exist."),
            // Django REST framework fails at it.
            ("not_unique", "Invalid hyperlink - More than one object matches."),
            ("incorrect_type", "Incorrect type. Expected URL string, received {data_type}."),
        ]
    }

    fn blank(&self, text: &str) -> Blank {
        if text.is_empty() { Blank::Null } else { Blank::Value }
    }

    fn to_internal_value(&self, _: &Json) -> Result<Validated, ValidationError> {
        Err(ValidationError::of("no_match"))
    }

    fn read(&self, given: &Given<'_>, reading: &mut Reading<'_>) -> Result<Validated, ValidationError> {
        let Given::Value(data) = given else { return Err(self.refuse(given)) };
        let Json::Str(url) = &**data else { return Err(self.refuse(given)) };
        let found = match reading.context().resolve(url) {
            Ok(found) => found.ok_or(ValidationError::of("no_match"))?,
            Err(error) => {
                reading.fail(error);
                return Ok(Validated::NULL);
            }
        };
        if found.name != reading.context().versioned_name(&self.url.view_name) {
            return Err(ValidationError::of("incorrect_match"));
        }
        let missing = || ValidationError::of("does_not_exist");
        let key = found
            .kwargs
            .iter()
            .find(|(name, _)| name == self.url.url_kwarg)
            .map(|(_, value)| Json::from(&**value));
        let key = self.related.key_of(&key.ok_or_else(missing)?).map_err(|_| missing())?;
        match reading.row(self.related.rows(), key) {
            Found::One(value) => Ok(Validated::Value(value)),
            Found::None => Err(missing()),
            Found::Several => Err(ValidationError::of("not_unique")),
        }
    }

    fn refuse(&self, given: &Given<'_>) -> ValidationError {
        ValidationError::of("incorrect_type").with("data_type", given.python_type_name())
    }

    /// Of the URL, once the request has made it.
    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        let ValueRef::Text(url) = value else { return Err(cannot_show()) };
        write_str(out, url);
        Ok(())
    }

    fn relation(&self) -> Option<&Related> {
        Some(&self.related)
    }

    fn link(&self) -> Option<&Hyperlink> {
        Some(self)
    }
}
