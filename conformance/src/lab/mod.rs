//! `/conformance/lab/<name>/`: one serializer each. Of those that need no model: what it makes of a body, and of its
//! instance. Of the others: the rows of their model.

mod encoder;
mod fields;
mod files;
mod lists;
mod model_serializers;
mod models;
mod relations;
mod rows;
mod serializers;
mod validators;

use std::sync::Arc;

use belleville::json::{Json, JsonWriter, parse};
use belleville::prelude::*;
use belleville::serializers::{
    Context, ListSerializerClass, Purpose, SerializerClass, Validated, ValidatedData, context, input,
};

pub(crate) use models::app;

pub(crate) fn urls(urls: Urls) -> Urls {
    let labs = fields::labs().into_iter().chain(serializers::labs());
    let urls = labs.fold(urls, |urls, lab| urls.path(&format!("lab/{}/", lab.name), Arc::new(lab).view()));
    let mut router = SimpleRouter::new();
    relations::register(&mut router);
    model_serializers::register(&mut router);
    validators::register(&mut router);
    files::register(&mut router);
    urls.include("lab/", router.urls()).include("lab/lists/", lists::urls())
}

/// In the query, `codes` asks for the codes of errors: with their texts, or with `only` alone.
fn told(error: Error, request: &Request) -> Result<Response> {
    match (error, request.query_params().get("codes")) {
        (Error::Api(exception), Some(codes)) if exception.code() == "invalid" => {
            let told = if codes == "only" { exception.codes() } else { exception.full_details() };
            Ok(Response::json(exception.status(), told.to_string().into_bytes()))
        }
        (error, _) => Err(error),
    }
}

/// A serializer, and what GET shows.
struct Lab {
    name: &'static str,
    class: Arc<SerializerClass>,
    /// What GET shows and `?update` changes, as JSON: an object or a list of them. Without one, GET shows the initial values.
    instance: Option<String>,
    /// The list of such that a request asks for by `many`.
    list: Arc<ListSerializerClass>,
    /// It is a list, whatever a request says: DRF's `ListSerializer`.
    is_list: bool,
}

impl Lab {
    fn new(name: &'static str, class: Arc<SerializerClass>, instance: Option<String>) -> Self {
        let list = ListSerializerClass::many(Arc::clone(&class));
        Self { name, class, instance, list, is_list: false }
    }

    fn view(self: Arc<Self>) -> View {
        let (get, post) = (Arc::clone(&self), Arc::clone(&self));
        View::new("Lab")
            .description("One serializer: what it makes of a body, and of its instance.")
            .authentication_classes(())
            .permission_classes(AllowAny)
            .exception_handler(told)
            .serializer_class(Arc::clone(&self.class))
            .get(move |request| {
                let lab = Arc::clone(&get);
                async move { lab.get(&request).await }
            })
            .post(move |request| {
                let lab = Arc::clone(&post);
                async move { lab.post(&request).await }
            })
    }

    async fn get(&self, request: &Request) -> Result<Response> {
        Ok(Response::json(200, self.shown(&context(request)).await?))
    }

    /// The instance, or the initial values.
    async fn shown(&self, context: &Context<'_>) -> Result<Vec<u8>> {
        let Some(instance) = &self.instance else {
            let initial = Json::Dict(self.class.initial());
            return Ok(if self.is_list { b"[]".to_vec() } else { bytes(&initial) });
        };
        // Here, and not at start: a datetime without an offset is of the program's time zone.
        match context.db().time_zone().during(|| of_json(instance)) {
            Validated::List(items) => Ok(self.list.represent_values(&items, context).await?),
            instance => {
                let instance = data(instance).unwrap_or_default();
                Ok(self.class.represent_values(&instance, context).await?)
            }
        }
    }

    /// In the query, `many` and `partial` are arguments of the serializer, and `update` gives it its instance.
    async fn post(&self, request: &Request) -> Result<Response> {
        let has = |name| !request.query_params().getlist(name).is_empty();
        let (is_update, is_partial) = (has("update"), has("partial"));
        let purpose = if is_update { Purpose::update() } else { Purpose::create() }.partial(is_partial);
        let (data, context) = (request.data().await?, context(request));
        let (validated, shown) = if has("many") || self.is_list {
            let all = self.list.validate(&input(&data), purpose, &context).await?;
            let shown = self.list.represent_values(&all, &context);
            let shown = if is_partial { Vec::new() } else { shown.await? };
            let items = all.iter().map(|item| encoder::encoded_item(&self.class, item));
            (Json::from(items.collect::<Vec<_>>()), shown)
        } else {
            let data = self.class.validate(&input(&data), purpose, &context).await?;
            let shown = self.class.represent_values(&data, &context);
            let shown = if is_partial { Vec::new() } else { shown.await? };
            (encoder::encoded_data(&self.class, &data), shown)
        };
        let shown = match is_update && self.instance.is_some() {
            true => self.shown(&context).await?,
            false => shown,
        };
        let mut body = [b"{\"validated\":", &*bytes(&validated)].concat();
        // What a partial serializer leaves out cannot be represented.
        if !is_partial {
            body.extend_from_slice(b",\"data\":");
            body.extend_from_slice(&shown);
        }
        body.push(b'}');
        Ok(Response::json(200, body))
    }
}

fn bytes(json: &Json) -> Vec<u8> {
    let mut out = Vec::new();
    JsonWriter::new(&mut out).json(json);
    out
}

/// The values of an object.
fn data(value: Validated) -> Option<ValidatedData> {
    match value {
        Validated::Dict(data) => Some(data),
        _ => None,
    }
}

/// What the program itself writes as JSON, as a value.
fn of_json(text: &str) -> Validated {
    parse(text).map_or_else(|_| unreachable!("this is no JSON: {text}"), |json| encoder::decoded(&json))
}
