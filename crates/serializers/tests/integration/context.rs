//! A queryset of related rows gets the request of the program, whatever its type is.

use belleville_db::json::parse;
use belleville_db::{Error, Model, Result, Rows};
use belleville_serializers::{Context, DeclaredField, Input, ModelSerializer, Serializer, SerializerClass};

use crate::stock::{Region, Thing, filled};

struct Visitor {
    region: &'static str,
}

/// What the derive writes for `querysets = [region = ..]`, with another request than HTTP's.
struct OwnRegion;

impl ModelSerializer for OwnRegion {
    type Model = Thing;

    fn fields() -> Vec<DeclaredField> {
        let field = Thing::META.position("region").unwrap();
        vec![DeclaredField { field, read_only: false, queryset: Some(own_region) }]
    }
}

fn own_region(context: &Context<'_>) -> Result<Rows> {
    let visitor: &Visitor = context.request()?;
    Ok(Region::objects().filter(Region::CODE.eq(visitor.region)).rows())
}

#[tokio::test]
async fn related_rows_depend_on_the_request() {
    let db = filled().await;
    let class = SerializerClass::of::<OwnRegion>();
    let input = parse("{\"region\": 7}").unwrap();
    let visitor = |region| Visitor { region };
    for (region, is_valid) in [("EU", true), ("US", false)] {
        let visitor = visitor(region);
        let context = Context::new(&db, &visitor);
        let outcome = Serializer::<Thing>::for_create(&class, &Input::Json(&input), &context).await;
        assert_eq!(outcome.is_ok(), is_valid, "{region}");
    }
    let none = Serializer::<Thing>::for_create(&class, &Input::Json(&input), &Context::new(&db, &())).await;
    let Err(Error::Refused(reason)) = none else { panic!("a request of another type") };
    assert!(reason.to_string().ends_with("was given no integration::context::Visitor"), "{reason}");
}

#[tokio::test]
async fn a_row_without_a_required_value_is_refused_by_name() {
    let db = filled().await;
    let class = SerializerClass::of::<OwnRegion>();
    let input = parse("{\"region\": 7}").unwrap();
    let visitor = Visitor { region: "EU" };
    let context = Context::new(&db, &visitor);
    let serializer = Serializer::<Thing>::for_create(&class, &Input::Json(&input), &context).await.unwrap();
    let error = serializer.with(Thing::SIZE.set(1)).save(&db).await.unwrap_err().to_string();
    assert_eq!(error, "OwnRegion does not take `done`, which has no default: set it in perform_create");
}
