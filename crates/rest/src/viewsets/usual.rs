//! The usual six actions, as a viewset has them that does not override them.

use belleville_db::Model;
use http::header::LOCATION;

use super::ModelViewSet;
use super::create::place_of;
use super::lookup::{no_match, rows_of_url};
use crate::exceptions::{Error, Result};
use crate::request::Request;
use crate::response::Response;
use crate::serializers::{Context, Serializer, SerializerClass, context, input, url_field_name};

pub(super) async fn list<V: ModelViewSet>(viewset: &V, request: &Request) -> Result<Response> {
    let rows = viewset.filter_queryset(viewset.queryset(request)?, request).await?;
    let class = viewset.get_serializer_class(request)?;
    if request.streams_lists() {
        return request.list_rows(rows.rows(), &class).await;
    }
    let page = viewset.paginate_queryset(&rows, request).await?;
    request.answer_list(rows.rows(), page, &class).await
}

pub(super) async fn create<V: ModelViewSet>(viewset: &V, request: &Request) -> Result<Response> {
    if viewset.many(request) {
        // Boxed, so that one object does not take the memory of a list.
        return Box::pin(create_many(viewset, request)).await;
    }
    let class = viewset.get_serializer_class(request)?;
    let data = request.data().await?;
    let context = context(request);
    let mut serializer = Serializer::for_create(&class, &input(&data), &context).await?;
    let given_rows = serializer.given_rows();
    let object = viewset.perform_create(serializer, request).await?;
    let shown = class.represent(&object, &context.with_given_rows(&given_rows)).await?;
    let place = if class.may_show(url_field_name()) { place_of(&shown) } else { None };
    let mut response = Response::json(201, shown);
    if let Some(place) = place {
        response.headers_mut().insert(LOCATION, place);
    }
    Ok(response)
}

/// All of them or none: a mistake at one undoes those before it.
async fn create_many<V: ModelViewSet>(viewset: &V, request: &Request) -> Result<Response> {
    let class = viewset.get_serializer_class(request)?;
    let data = request.data().await?;
    let context = context(request);
    let all = Serializer::for_create_many(&class, &input(&data), &context).await?;
    let save = async || {
        let mut objects = Vec::with_capacity(all.len());
        for serializer in all {
            objects.push(viewset.perform_create(serializer, request).await?);
        }
        Ok::<_, Error>(objects)
    };
    let objects = request.db().atomic(save).await?;
    Ok(Response::json(201, class.represent_objects(&objects, &context).await?))
}

pub(super) async fn retrieve<V: ModelViewSet>(viewset: &V, request: &Request) -> Result<Response> {
    if request.finds_by_itself()
        && request.policies().is_some_and(|policies| policies.ignore_objects(request))
    {
        return retrieve_row(viewset, request).await;
    }
    // Boxed, so that a row that is only shown does not take the memory of an object's way.
    Box::pin(retrieve_object(viewset, request)).await
}

async fn retrieve_object<V: ModelViewSet>(viewset: &V, request: &Request) -> Result<Response> {
    let object = viewset.get_object(request).await?;
    let class = viewset.get_serializer_class(request)?;
    Ok(Response::json(200, represent(&class, &object, &context(request), request).await?))
}

/// The same without an object: from the row's columns to the bytes.
async fn retrieve_row<V: ModelViewSet>(viewset: &V, request: &Request) -> Result<Response> {
    let rows = rows_of_url(viewset, request).await?.rows().slice(0..2);
    let row = viewset.get_serializer_class(request)?.represent_one(&rows, &context(request)).await?;
    row.map(|row| Response::json(200, row)).ok_or_else(|| no_match(V::Model::META))
}

/// The representation of an object; read from the row when the object's numbers differ from the row's.
async fn represent<M: Model>(
    class: &SerializerClass,
    object: &M,
    context: &Context<'_>,
    request: &Request,
) -> Result<Vec<u8>> {
    if !request.is_clamped() {
        return Ok(class.represent(object, context).await?);
    }
    let row = M::objects().filter_pk(object.pk().clone()).slice(0..1).rows();
    class.represent_one(&row, context).await?.ok_or_else(|| no_match(M::META))
}

pub(super) async fn update<V: ModelViewSet>(
    viewset: &V,
    request: &Request,
    partial: bool,
) -> Result<Response> {
    let object = viewset.get_object(request).await?;
    let class = viewset.get_serializer_class(request)?;
    let data = request.data().await?;
    let (input, context) = (input(&data), context(request).partial(partial));
    let serializer = Serializer::for_update(&class, &input, object, partial, &context).await?;
    let object = viewset.perform_update(serializer, request).await?;
    Ok(Response::json(200, represent(&class, &object, &context, request).await?))
}

pub(super) async fn destroy<V: ModelViewSet>(viewset: &V, request: &Request) -> Result<Response> {
    let object = viewset.get_object(request).await?;
    viewset.perform_destroy(object, request).await?;
    Ok(Response::empty(204))
}
