//! Validates input field by field, with the rules and the messages of DRF.

use belleville_auth::users::{INVALID_EMAIL, is_email as is_email_address};
use belleville_db::{Choice, ChoiceValue, Database, Family, ModelMeta, Uuid, Validator, Value, row_exists};

use super::{Field, FieldType, RelatedRows, SerializerClass, collections, datetime};
use crate::exceptions::{Detail, Error, Result};
use crate::json::Json;
use crate::parsers::{Data, QueryDict};
use crate::python;
use crate::request::Request;

/// Longer texts are not tried as numbers: DRF's `MAX_STRING_LENGTH`.
const LONGEST_NUMBER: usize = 1000;

/// What the input is validated for.
pub(crate) struct Purpose {
    /// The object that is being changed.
    pub(crate) pk: Option<Value>,
    /// Fields that are left out stay unchanged.
    pub(crate) partial: bool,
}

impl Purpose {
    pub(crate) fn create() -> Self {
        Self { pk: None, partial: false }
    }
}

/// A field's value in the input.
enum Input<'a> {
    Missing,
    Json(&'a Json),
    Text(&'a str),
    /// What several names of a form say.
    Joined(Json),
    /// A file where a value belongs, by its name.
    File(&'a str),
    False,
    Null,
}

/// The result of validating a field.
pub(super) enum Outcome {
    /// Left out.
    Skip,
    /// A value, and the errors of its validators.
    Valid(Value, Vec<String>),
    Invalid(Vec<String>),
    /// What is wrong with values inside of it, by their places.
    Nested(Detail),
}

pub(super) fn valid(value: Value) -> Outcome {
    Outcome::Valid(value, Vec::new())
}

pub(super) fn invalid(message: impl Into<String>) -> Outcome {
    Outcome::Invalid(vec![message.into()])
}

/// The validated values by the model's field, or every error at once.
pub(crate) async fn validate(
    class: &SerializerClass,
    data: &Data,
    purpose: &Purpose,
    request: &Request,
) -> Result<Vec<(usize, Value)>> {
    check_shape(data)?;
    let mut validated = Vec::new();
    let mut errors = Vec::new();
    for field in class.fields().iter().filter(|field| !field.read_only) {
        let outcome = run(field, data, purpose, request).await?;
        match check_unique(class.meta(), field, outcome, purpose, request.db()).await? {
            Outcome::Skip => {}
            Outcome::Valid(value, messages) if messages.is_empty() => validated.push((field.source, value)),
            Outcome::Valid(_, messages) | Outcome::Invalid(messages) => {
                let messages = messages.into_iter().map(Detail::Text).collect();
                errors.push((field.name.to_owned(), Detail::List(messages)));
            }
            Outcome::Nested(detail) => errors.push((field.name.to_owned(), detail)),
        }
    }
    if errors.is_empty() { Ok(validated) } else { Err(Error::validation(Detail::Dict(errors))) }
}

pub(crate) fn check_shape(data: &Data) -> Result<()> {
    let message = match data {
        Data::Form(_) | Data::Json(Json::Dict(_)) => return Ok(()),
        Data::Json(Json::Null) => "No data provided".to_owned(),
        Data::Json(other) => {
            format!("Invalid data. Expected a dictionary, but got {}.", other.python_type_name())
        }
    };
    let errors = vec![("non_field_errors".to_owned(), Detail::message(message))];
    Err(Error::validation(Detail::Dict(errors)))
}

async fn run(field: &Field, data: &Data, purpose: &Purpose, request: &Request) -> Result<Outcome> {
    let input = find(field, data, purpose);
    if let FieldType::Char { allow_blank, .. } = field.kind
        && is_blank(&input)
    {
        return Ok(if allow_blank {
            valid(Value::Text(String::new()))
        } else {
            invalid("This field may not be blank.")
        });
    }
    // A relation takes an empty text of a form for no relation.
    let input = match (&field.kind, input) {
        (FieldType::PrimaryKeyRelated { .. }, Input::Text("")) => Input::Null,
        (FieldType::PrimaryKeyRelated { .. }, Input::Json(Json::Str(text))) if text.is_empty() => Input::Null,
        (_, input) => input,
    };
    match input {
        Input::Missing if purpose.partial || !field.required => Ok(Outcome::Skip),
        Input::Missing => Ok(invalid("This field is required.")),
        Input::Null | Input::Json(Json::Null) if field.allow_null => Ok(valid(Value::Null)),
        Input::Null | Input::Json(Json::Null) => Ok(invalid("This field may not be null.")),
        Input::File(name) => Ok(invalid(not_a_file(&field.kind, name))),
        Input::False => Ok(to_internal_value(field, &Json::Bool(false), request).await?),
        Input::Text(text) => to_internal_value(field, &Json::from(text), request).await,
        Input::Joined(json) => to_internal_value(field, &json, request).await,
        Input::Json(json) => to_internal_value(field, json, request).await,
    }
}

fn not_a_file(kind: &FieldType, name: &str) -> String {
    let message = match kind {
        FieldType::Char { .. } => "Not a valid string.",
        FieldType::Boolean => "Must be a valid boolean.",
        FieldType::Choice { .. } => return not_a_choice(name),
        FieldType::DateTime => datetime::WRONG_FORMAT,
        FieldType::PrimaryKeyRelated { .. } => {
            "Incorrect type. Expected pk value, received InMemoryUploadedFile."
        }
        _ => "A valid integer is required.",
    };
    message.to_owned()
}

fn find<'a>(field: &Field, data: &'a Data, purpose: &Purpose) -> Input<'a> {
    match data {
        Data::Json(json) => json.get(field.name).map_or(Input::Missing, Input::Json),
        Data::Form(form) => find_in_form(field, form, purpose),
    }
}

/// A form cannot say false or null: a box that is not ticked is missing, and nothing is an empty text.
fn find_in_form<'a>(field: &Field, form: &'a QueryDict, purpose: &Purpose) -> Input<'a> {
    let allow_blank = matches!(
        field.kind,
        FieldType::Char { allow_blank: true, .. } | FieldType::Choice { allow_blank: true, .. }
    );
    let joined = match field.kind {
        FieldType::List { .. } => Some(collections::list_in_form(field.name, form)),
        FieldType::Dict => Some(collections::dict_in_form(field.name, form)),
        _ => None,
    };
    if let Some(joined) = joined {
        return joined.map_or(Input::Missing, Input::Joined);
    }
    if let Some((_, file)) = form.files().find(|(name, _)| *name == field.name) {
        return Input::File(&file.name);
    }
    match form.get(field.name) {
        None if purpose.partial => Input::Missing,
        None if matches!(field.kind, FieldType::Boolean) => {
            if field.allow_null {
                Input::Null
            } else {
                Input::False
            }
        }
        None => Input::Missing,
        Some("") if field.allow_null => {
            if allow_blank {
                Input::Text("")
            } else {
                Input::Null
            }
        }
        Some("") if !field.required => {
            if allow_blank {
                Input::Text("")
            } else {
                Input::Missing
            }
        }
        Some(text) => Input::Text(text),
    }
}

fn is_blank(input: &Input<'_>) -> bool {
    match input {
        Input::Text(text) => is_blank_text(text),
        Input::Json(Json::Str(text)) => is_blank_text(text),
        _ => false,
    }
}

pub(super) fn is_blank_text(text: &str) -> bool {
    python::str_strip(text).is_empty()
}

async fn to_internal_value(field: &Field, json: &Json, request: &Request) -> Result<Outcome> {
    Ok(match &field.kind {
        FieldType::Char { max_length, is_email, .. } => {
            text(field.model_field.validators, json, *max_length, *is_email)
        }
        FieldType::List { child, allow_null, allow_empty, max_items } => {
            collections::list(json, child, *allow_null, *allow_empty, *max_items)
        }
        FieldType::Dict => collections::dict(json),
        FieldType::Boolean => boolean(json, field.allow_null),
        FieldType::Integer { min_value, max_value } => integer(json, *min_value, *max_value),
        FieldType::PrimaryKeyRelated { to, queryset, .. } => related(json, to, *queryset, request).await?,
        FieldType::Choice { choices, allow_blank } => chosen(json, choices, *allow_blank),
        FieldType::DateTime => point_in_time(json),
        // `Field::of` lets it be read-only alone.
        FieldType::ReadOnly { .. } => Outcome::Skip,
    })
}

/// A text, with the messages of every validator that refuses it, in DRF's order: the model's own come first.
pub(super) fn text(
    validators: &[Validator],
    json: &Json,
    max_length: Option<u32>,
    is_email: bool,
) -> Outcome {
    let (text, surrogates) = match json {
        Json::Str(text) => (text.to_string(), None),
        Json::Int(_) | Json::BigInt(_) | Json::Float(_) => (python::str_of(json), None),
        // A text that UTF-8 cannot hold, as code points.
        Json::Surrogates(points) => (
            points
                .iter()
                .map(|point| char::from_u32(*point).unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect(),
            Some(surrogate_message(points)),
        ),
        _ => return invalid("Not a valid string."),
    };
    let text = if surrogates.is_some() { text.as_str() } else { python::str_strip(&text) };
    let own = validators.iter().filter_map(|validator| validator(text).err());
    let mut messages: Vec<String> = own.collect();
    if let Some(max) = max_length.filter(|max| text.chars().count() > *max as usize) {
        messages.push(format!("Ensure this field has no more than {max} characters."));
    }
    if text.contains('\0') {
        messages.push("Null characters are not allowed.".to_owned());
    }
    messages.extend(surrogates);
    if is_email && !is_email_address(text) {
        messages.push(INVALID_EMAIL.to_owned());
    }
    Outcome::Valid(Value::Text(text.to_owned()), messages)
}

/// DRF's message about the first surrogate of a text.
pub(crate) fn surrogate_message(points: &[u32]) -> String {
    let first = points.iter().find(|point| (0xD800..0xE000).contains(*point)).copied().unwrap_or(0xD800);
    format!("Surrogate characters are not allowed: U+{first:X}.")
}

pub(super) fn point_in_time(json: &Json) -> Outcome {
    let Json::Str(text) = json else { return invalid(datetime::WRONG_FORMAT) };
    datetime::parse(text).map_or_else(invalid, |at| valid(Value::DateTime(at)))
}

/// The choice whose value is written as the input is: `"1"` is the number 1, as in DRF.
pub(super) fn chosen(json: &Json, choices: &[Choice], allow_blank: bool) -> Outcome {
    let text = python::str_of(json);
    let found = choices.iter().find(|choice| match choice.value {
        ChoiceValue::Text(value) => value == text,
        ChoiceValue::Int(value) => value.to_string() == text,
    });
    match found {
        Some(choice) => valid(choice.value.to_ref().to_owned()),
        None if text.is_empty() && allow_blank => valid(Value::Null),
        None => invalid(not_a_choice(&text)),
    }
}

fn not_a_choice(text: &str) -> String {
    format!("\"{text}\" is not a valid choice.")
}

pub(super) fn boolean(json: &Json, allow_null: bool) -> Outcome {
    match json {
        Json::Bool(b) => valid(Value::Bool(*b)),
        Json::Int(n @ (0 | 1)) => valid(Value::Bool(*n == 1)),
        Json::Float(x) if *x == 1.0 || *x == 0.0 => valid(Value::Bool(*x == 1.0)),
        Json::Str(text) => match text.to_lowercase().as_str() {
            "t" | "y" | "yes" | "true" | "on" | "1" => valid(Value::Bool(true)),
            "f" | "n" | "no" | "false" | "off" | "0" => valid(Value::Bool(false)),
            "null" | "" if allow_null => valid(Value::Null),
            _ => invalid("Must be a valid boolean."),
        },
        _ => invalid("Must be a valid boolean."),
    }
}

pub(super) fn integer(json: &Json, min_value: i64, max_value: i64) -> Outcome {
    let text = match json {
        Json::Str(text) if text.chars().count() > LONGEST_NUMBER => {
            return invalid("String value too large.");
        }
        Json::Str(_) | Json::Int(_) | Json::BigInt(_) | Json::Float(_) => python::str_of(json),
        _ => return invalid("A valid integer is required."),
    };
    match python::parse_int(without_zero_fraction(&text)) {
        Some(n) if n < min_value => too_small(min_value),
        Some(n) if n > max_value => too_great(max_value),
        Some(n) => valid(Value::Int(n)),
        // A number of more than 64 bits.
        None if python::is_int(without_zero_fraction(&text)) => {
            if python::str_strip(&text).starts_with('-') {
                too_small(min_value)
            } else {
                too_great(max_value)
            }
        }
        None => invalid("A valid integer is required."),
    }
}

fn too_small(min_value: i64) -> Outcome {
    invalid(format!("Ensure this value is greater than or equal to {min_value}."))
}

fn too_great(max_value: i64) -> Outcome {
    invalid(format!("Ensure this value is less than or equal to {max_value}."))
}

/// `5.0` and `5.` are whole.
fn without_zero_fraction(text: &str) -> &str {
    let trimmed = python::str_strip(text);
    match trimmed.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|byte| byte == b'0') => whole,
        _ => text,
    }
}

async fn related(
    json: &Json,
    to: &'static ModelMeta,
    queryset: Option<RelatedRows>,
    request: &Request,
) -> Result<Outcome> {
    let key = match to.key_kind().row().family {
        Family::Text => text_key(json),
        Family::Uuid => match uuid_key(json) {
            Err(message) => return Ok(invalid(message)),
            Ok(key) => key,
        },
        _ => whole_key(json),
    };
    let Some(key) = key else {
        return Ok(invalid(format!(
            "Incorrect type. Expected pk value, received {}.",
            json.python_type_name()
        )));
    };
    if let Some(pk) = key
        && may_name(&pk, to, queryset, request).await?
    {
        return Ok(valid(pk));
    }
    Ok(invalid(format!("Invalid pk \"{}\" - object does not exist.", python::str_of(json))))
}

/// Whether a row exists and the request may refer to it.
async fn may_name(
    pk: &Value,
    to: &'static ModelMeta,
    queryset: Option<RelatedRows>,
    request: &Request,
) -> Result<bool> {
    Ok(match queryset {
        Some(queryset) => queryset(request)?.contains(request.db(), pk).await?,
        None => row_exists(request.db(), to, to.pk_position(), pk, None).await?,
    })
}

/// A value that may be a text as a primary key. Python makes a text of whatever is no text, but DRF refuses booleans.
fn text_key(json: &Json) -> Option<Option<Value>> {
    match json {
        Json::Bool(_) | Json::Surrogates(_) => None,
        other => Some(Some(Value::Text(python::str_of(other)))),
    }
}

/// A value that may be a UUID as a primary key, in each way that Django's `UUIDField` reads; its message where it is none.
fn uuid_key(json: &Json) -> std::result::Result<Option<Option<Value>>, String> {
    let uuid = match json {
        Json::Bool(_) => return Ok(None),
        Json::Int(number) => u128::try_from(*number).ok().map(Uuid::from_u128),
        Json::Str(text) => python::parse_uuid(text),
        _ => None,
    };
    let invalid = || format!("“{}” is not a valid UUID.", python::str_of(json));
    uuid.map(|uuid| Some(Some(Value::Uuid(uuid)))).ok_or_else(invalid)
}

/// A value that may be a number as a primary key: `None` where it can be none, and none inside where no row can have it.
fn whole_key(json: &Json) -> Option<Option<Value>> {
    let number = match json {
        Json::Int(n) => Some(*n),
        Json::BigInt(_) => None,
        // Python's int() cuts the fraction off; a float cast saturates, and no key is that large.
        Json::Float(x) => Some(*x as i64),
        Json::Str(text) => match python::parse_int(text) {
            Some(n) => Some(n),
            None if python::is_int(text) => None,
            None => return None,
        },
        _ => return None,
    };
    Some(number.map(Value::Int))
}

/// DRF's `UniqueValidator`: no other row has the value. Its message comes after those of the model's own validators, of which
/// there is one for each that refuses.
async fn check_unique(
    meta: &'static ModelMeta,
    field: &Field,
    outcome: Outcome,
    purpose: &Purpose,
    db: &Database,
) -> Result<Outcome> {
    let Outcome::Valid(value, mut messages) = outcome else { return Ok(outcome) };
    let model_field = field.model_field;
    let must_be = model_field.unique && !value.is_null();
    if must_be && row_exists(db, meta, field.source, &value, purpose.pk.as_ref()).await? {
        let usual =
            || format!("{} with this {} already exists.", meta.verbose_name, model_field.verbose_name);
        let message = model_field.error_message("unique").map_or_else(usual, str::to_owned);
        let own = model_field.validators.iter().filter(|validator| refuses(**validator, &value)).count();
        messages.insert(own.min(messages.len()), message);
    }
    Ok(Outcome::Valid(value, messages))
}

fn refuses(validator: Validator, value: &Value) -> bool {
    matches!(value, Value::Text(text) if validator(text).is_err())
}
