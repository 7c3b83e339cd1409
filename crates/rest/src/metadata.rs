//! What `OPTIONS` answers: DRF's `SimpleMetadata`.

use belleville_db::Dialect;
use belleville_http::json::{JsonWriter, ListWriter};

use crate::exceptions::Result;
use crate::parsers::ParserKind;
use crate::request::Request;
use crate::response::Response;
use crate::serializers::SerializerClass;
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
                let dialect = request.db().dialect();
                methods.iter().for_each(|method| write_fields(actions.key(method), serializer, dialect));
            });
        }
    });
    Ok(Response::json(200, out))
}

fn write_texts<'a>(list: &mut ListWriter<'_>, texts: impl Iterator<Item = &'a str>) {
    texts.for_each(|text| list.item().text(text));
}

/// The methods of a view with a serializer that take its fields and that the user may use.
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

fn write_fields(to: JsonWriter<'_>, serializer: &SerializerClass, dialect: Dialect) {
    to.object(|fields| {
        for field in serializer.fields().iter().filter(|field| !field.is_hidden()) {
            fields.key(field.bound.name).object(|facts| field.shape(dialect).write(facts));
        }
    });
}
