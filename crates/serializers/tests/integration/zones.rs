//! Points in time of a program in a time zone: input without an offset is of it, rows hold UTC, and the output is in it.

use belleville_db::json::parse;
use belleville_db::{Model as _, TimeZone, stored};
use belleville_serializers::{Context, Input, Serializer, SerializerClass};

use crate::stock::{Thing, ThingSerializer, filled_in};

#[tokio::test]
async fn points_in_time_are_read_and_shown_in_the_zone() {
    let db = filled_in(TimeZone::named("Europe/Berlin").unwrap()).await;
    let class = SerializerClass::of::<ThingSerializer>();
    let context = Context::new(&db);
    // What Django REST framework 3.18 makes of the text with `TIME_ZONE = "Europe/Berlin"`.
    for (name, given, utc, shown) in [
        ("a", "2020-07-01T10:00:00", "2020-07-01 08:00:00", "2020-07-01T10:00:00+02:00"),
        ("b", "2020-07-01T10:00:00Z", "2020-07-01 10:00:00", "2020-07-01T12:00:00+02:00"),
        ("c", "2024-10-27T02:30:00", "2024-10-27 00:30:00", "2024-10-27T02:30:00+02:00"),
    ] {
        let text = format!(
            "{{\"name\": \"{name}\", \"mail\": \"\", \"size\": 1, \"done\": true, \"color\": \"r\", \"at\": \"{given}\", \
             \"region\": 7, \"origin\": null}}"
        );
        let input = parse(text.as_str()).unwrap();
        let input = Input::Json(&input);
        let thing =
            Serializer::<Thing>::for_create(&class, &input, &context).await.unwrap().save(&db).await.unwrap();
        assert_eq!(stored(thing.at), utc, "{given}");
        let rows = Thing::objects().filter(Thing::NAME.eq(name)).rows();
        for bytes in [
            class.represent(&thing, &context).await.unwrap(),
            class.represent_one(&rows, &context).await.unwrap().unwrap(),
        ] {
            let json = String::from_utf8(bytes).unwrap();
            assert!(json.contains(&format!("\"at\":\"{shown}\"")), "{json}");
        }
    }
}
