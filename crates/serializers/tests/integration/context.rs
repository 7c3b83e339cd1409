//! A queryset of related rows gets the request of the program, whatever its type is.

use belleville_db::json::parse;
use std::any::Any;
use std::sync::Arc;

use belleville_db::{Error, Model, QuerySet, Result, Value};
use belleville_serializers::{
    Context, Input, ModelSerializer, RequestContext, ResolvedUrl, Serializer, SerializerClass, UrlOf,
};

use crate::stock::{Region, Thing, filled};

#[derive(Clone)]
struct Visitor {
    region: &'static str,
}

impl RequestContext for Visitor {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn shared(&self) -> Arc<dyn RequestContext> {
        Arc::new(self.clone())
    }

    fn user(&self) -> Result<Value> {
        Err(Error::refused("nobody is logged in"))
    }

    fn urls(&self, _: &str, _: &str, _: Option<&str>) -> Result<UrlOf> {
        Err(Error::refused("there are no URLs"))
    }

    fn resolve(&self, _: &str) -> Option<ResolvedUrl> {
        None
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Thing, fields = [region], querysets = [region = own_region])]
struct OwnRegion;

fn own_region(visitor: &Visitor) -> Result<QuerySet<Region>> {
    Ok(Region::objects().filter(Region::CODE.eq(visitor.region)))
}

#[tokio::test]
async fn related_rows_depend_on_the_request() {
    let db = filled().await;
    let class = SerializerClass::of::<OwnRegion>();
    let input = parse("{\"region\": 7}").unwrap();
    let visitor = |region| Visitor { region };
    for (region, is_valid) in [("EU", true), ("US", false)] {
        let visitor = visitor(region);
        let context = Context::new(&db).with_request(&visitor);
        let outcome = Serializer::<Thing>::for_create(&class, &Input::Json(&input), &context).await;
        assert_eq!(outcome.is_ok(), is_valid, "{region}");
    }
    let none = Serializer::<Thing>::for_create(&class, &Input::Json(&input), &Context::new(&db)).await;
    let Err(Error::Refused(reason)) = none else { panic!("a request of another type") };
    assert!(reason.to_string().ends_with("was given no integration::context::Visitor"), "{reason}");
}

#[tokio::test]
async fn a_row_without_a_required_value_is_refused_by_name() {
    let db = filled().await;
    let class = SerializerClass::of::<OwnRegion>();
    let input = parse("{\"region\": 7}").unwrap();
    let visitor = Visitor { region: "EU" };
    let context = Context::new(&db).with_request(&visitor);
    let serializer = Serializer::<Thing>::for_create(&class, &Input::Json(&input), &context).await.unwrap();
    let error = serializer.with(Thing::SIZE.set(1)).save(&db).await.unwrap_err().to_string();
    assert_eq!(error, "OwnRegion does not take `done`, which has no default: set it in perform_create");
}
