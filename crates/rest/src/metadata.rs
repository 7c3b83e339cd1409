//! What `OPTIONS` answers: DRF's `SimpleMetadata`.

use belleville_db::{Family, FieldKind};

use crate::exceptions::Result;
use crate::json::{write_i64, write_str};
use crate::parsers::ParserKind;
use crate::request::Request;
use crate::response::Response;
use crate::serializers::{CharField, Field, FieldType, SerializerClass};
use crate::views::View;

pub(crate) async fn options(view: &View, request: &Request) -> Result<Response> {
    let mut out = Vec::with_capacity(512);
    out.extend_from_slice(b"{\"name\":");
    write_str(&mut out, view.view_name());
    out.extend_from_slice(b",\"description\":");
    write_str(&mut out, view.view_description());
    out.extend_from_slice(b",\"renders\":");
    write_list(&mut out, view.renderers().iter().map(|renderer| renderer.media_type()));
    out.extend_from_slice(b",\"parses\":");
    write_list(&mut out, view.parsers.iter().map(ParserKind::media_type));
    if let Some(serializer) = &view.serializer {
        write_actions(&mut out, view, serializer, request).await?;
    }
    if !view.text_fields.is_empty() {
        out.extend_from_slice(b",\"actions\":");
        CharField::write_actions(&view.text_fields, &mut out);
    }
    out.push(b'}');
    Ok(Response::json(200, out))
}

fn write_list<'a>(out: &mut Vec<u8>, items: impl Iterator<Item = &'a str>) {
    out.push(b'[');
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_str(out, item);
    }
    out.push(b']');
}

/// The fields of each method that writes and that the user may use.
async fn write_actions(
    out: &mut Vec<u8>,
    view: &View,
    serializer: &SerializerClass,
    request: &Request,
) -> Result<()> {
    let mut written = false;
    for method in ["PUT", "POST"] {
        if !view.may_use(method, request).await? {
            continue;
        }
        out.extend_from_slice(if written { b"," } else { b",\"actions\":{" });
        write_str(out, method);
        out.push(b':');
        write_fields(out, serializer);
        written = true;
    }
    if written {
        out.push(b'}');
    }
    Ok(())
}

fn write_fields(out: &mut Vec<u8>, serializer: &SerializerClass) {
    out.push(b'{');
    for (index, field) in serializer.fields().iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(&field.key);
        write_field(out, field);
    }
    out.push(b'}');
}

fn write_field(out: &mut Vec<u8>, field: &Field) {
    out.extend_from_slice(b"{\"type\":");
    write_str(out, type_name(&field.kind));
    out.extend_from_slice(b",\"required\":");
    write_bool(out, field.required);
    out.extend_from_slice(b",\"read_only\":");
    write_bool(out, field.read_only);
    out.extend_from_slice(b",\"label\":");
    write_str(out, &field.label);
    if !field.model_field.help_text.is_empty() {
        out.extend_from_slice(b",\"help_text\":");
        write_str(out, field.model_field.help_text);
    }
    if field.read_only {
        out.push(b'}');
        return;
    }
    match field.kind {
        FieldType::Char { max_length: Some(max), .. } => write_number(out, "max_length", i64::from(max)),
        FieldType::Integer { min_value, max_value } => {
            write_number(out, "min_value", min_value);
            write_number(out, "max_value", max_value);
        }
        _ => {}
    }
    out.push(b'}');
}

fn write_number(out: &mut Vec<u8>, name: &str, number: i64) {
    out.push(b',');
    write_str(out, name);
    out.push(b':');
    write_i64(out, number);
}

fn write_bool(out: &mut Vec<u8>, b: bool) {
    out.extend_from_slice(if b { b"true" } else { b"false" });
}

fn type_name(kind: &FieldType) -> &'static str {
    match kind {
        FieldType::Char { is_email: true, .. } => "email",
        FieldType::Char { .. } => "string",
        FieldType::Boolean => "boolean",
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
        FieldType::PrimaryKeyRelated { .. } => "field",
    }
}
