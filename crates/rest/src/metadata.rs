//! What `OPTIONS` answers: DRF's `SimpleMetadata`.

use belleville_db::{Choice, ChoiceValue, Family, FieldKind};
use belleville_http::json_writer::{JsonWriter, ListWriter, ObjectWriter};

use crate::exceptions::Result;
use crate::parsers::ParserKind;
use crate::request::Request;
use crate::response::Response;
use crate::serializers::{CharField, Field, FieldType, SerializerClass};
use crate::views::View;

pub(crate) async fn options(view: &View, request: &Request) -> Result<Response> {
    let methods = writing_methods(view, request).await?;
    let out = JsonWriter::object_of(|object| {
        object.key("name").text(view.view_name());
        object.key("description").text(view.view_description());
        let renders = view.renderers().iter().map(|renderer| renderer.media_type());
        object.key("renders").list(|list| write_texts(list, renders));
        object.key("parses").list(|list| write_texts(list, view.parsers.iter().map(ParserKind::media_type)));
        if let Some(serializer) = view.serializer.as_ref().filter(|_| !methods.is_empty()) {
            object.key("actions").object(|actions| {
                methods.iter().for_each(|method| write_fields(actions.key(method), serializer));
            });
        }
        if !view.text_fields.is_empty() {
            CharField::write_actions(&view.text_fields, object.key("actions"));
        }
    });
    Ok(Response::json(200, out))
}

fn write_texts<'a>(list: &mut ListWriter<'_>, texts: impl Iterator<Item = &'a str>) {
    texts.for_each(|text| list.item().text(text));
}

/// The methods of a model's view that take its fields and that the user may use.
async fn writing_methods(view: &View, request: &Request) -> Result<Vec<&'static str>> {
    let mut methods = Vec::new();
    if view.serializer.is_none() {
        return Ok(methods);
    }
    for method in ["PUT", "POST"] {
        if view.may_use(method, request).await? {
            methods.push(method);
        }
    }
    Ok(methods)
}

fn write_fields(to: JsonWriter<'_>, serializer: &SerializerClass) {
    to.object(|fields| {
        for field in serializer.fields() {
            fields.key(field.name).object(|object| write_field(object, field));
        }
    });
}

fn write_field(object: &mut ObjectWriter<'_>, field: &Field) {
    object.key("type").text(type_name(&field.kind));
    object.key("required").boolean(field.required);
    object.key("read_only").boolean(field.read_only);
    object.key("label").text(&field.label);
    if !field.model_field.help_text.is_empty() {
        object.key("help_text").text(field.model_field.help_text);
    }
    match &field.kind {
        FieldType::List { child, allow_null, .. } => {
            object.key("child").object(|object| write_child(object, child, !allow_null, &field.label));
        }
        FieldType::Dict => {
            let text = FieldType::Char { max_length: None, allow_blank: true, is_email: false };
            object.key("child").object(|object| write_child(object, &text, true, ""));
        }
        _ if field.read_only => {}
        kind => write_limits(object, kind),
    }
}

/// The field of what is in a list or a dictionary.
fn write_child(object: &mut ObjectWriter<'_>, kind: &FieldType, required: bool, label: &str) {
    object.key("type").text(type_name(kind));
    object.key("required").boolean(required);
    object.key("read_only").boolean(false);
    if !label.is_empty() {
        object.key("label").text(label);
    }
    match kind {
        FieldType::List { child, allow_null, .. } => {
            object.key("child").object(|object| write_child(object, child, !allow_null, label));
        }
        kind => write_limits(object, kind),
    }
}

fn write_limits(object: &mut ObjectWriter<'_>, kind: &FieldType) {
    match kind {
        FieldType::Char { max_length: Some(max), .. } => object.key("max_length").number(i64::from(*max)),
        FieldType::Integer { min_value, max_value } => {
            object.key("min_value").number(*min_value);
            object.key("max_value").number(*max_value);
        }
        FieldType::Choice { choices, .. } => object.key("choices").list(|list| {
            choices.iter().for_each(|choice| list.item().object(|object| write_choice(object, choice)));
        }),
        FieldType::ReadOnly { kind: FieldKind::DecimalField { max_digits, decimal_places } } => {
            object.key("max_digits").number(i64::from(*max_digits));
            object.key("decimal_places").number(i64::from(*decimal_places));
        }
        _ => {}
    }
}

fn write_choice(object: &mut ObjectWriter<'_>, choice: &Choice) {
    match choice.value {
        ChoiceValue::Text(text) => object.key("value").text(text),
        ChoiceValue::Int(number) => object.key("value").number(number),
    }
    object.key("display_name").text(choice.label);
}

fn type_name(kind: &FieldType) -> &'static str {
    match kind {
        FieldType::Char { is_email: true, .. } => "email",
        FieldType::Char { .. } => "string",
        FieldType::Boolean => "boolean",
        FieldType::Choice { .. } => "choice",
        FieldType::Integer { .. } => "integer",
        FieldType::ReadOnly { kind } => match kind.row().family {
            Family::Float => "float",
            Family::Decimal => "decimal",
            Family::Date => "date",
            Family::Time => "time",
            Family::Text if matches!(kind, FieldKind::SlugField { .. }) => "slug",
            Family::Text if matches!(kind, FieldKind::URLField { .. }) => "url",
            Family::Text if matches!(kind, FieldKind::FileField { .. }) => "file upload",
            Family::Text if matches!(kind, FieldKind::ImageField { .. }) => "image upload",
            Family::Text | Family::Uuid => "string",
            // Django REST framework's word for every other field.
            _ => "field",
        },
        FieldType::DateTime => "datetime",
        FieldType::List { .. } => "list",
        FieldType::Dict => "nested object",
        FieldType::PrimaryKeyRelated { .. } => "field",
    }
}
