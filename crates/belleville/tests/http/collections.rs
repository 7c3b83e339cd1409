//! Arrays, hstores and ranges over HTTP, on the PostgreSQL that `BELLEVILLE_TEST_POSTGRES_URL` names: a fresh one, where the
//! extension `hstore` is in no other schema. `python3 conformance/harness/postgres.py -- cargo test -p belleville --test http`
//! starts one.

use std::ops::Bound;

use belleville::db::migrations::AppConfig;
use belleville::db::migrations::state::ModelState;
use belleville::db::{Choices, Decimal, HStore, Range};
use belleville::prelude::*;

use crate::server::Server;

#[derive(Clone, Debug, Model)]
#[model(app = "kits", ordering = ["id"])]
struct Kit {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 5, size = 3, blank, default = vec![])]
    tags: Vec<String>,
    sizes: Option<Vec<Option<i32>>>,
    board: Vec<Vec<i16>>,
    flags: Option<Vec<bool>>,
    moments: Option<Vec<DateTime>>,
    #[field(max_digits = 6, decimal_places = 2)]
    prices: Option<Vec<Decimal>>,
    facts: Option<HStore>,
    ages: Option<Range<i32>>,
    amounts: Option<Range<Decimal>>,
    shift: Option<Range<DateTime>>,
    #[field(kind = SearchVectorField)]
    words: Option<String>,
    sides: Option<Vec<Side>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Choices)]
enum Side {
    #[choice("l", "Left")]
    Left,
    #[choice("r", "Right")]
    Right,
}

#[derive(ModelSerializer)]
#[serializer(
    model = Kit,
    fields = [id, tags, sizes, board, flags, moments, prices, facts, ages, amounts, shift, words, sides],
    read_only_fields = [id, prices, ages, amounts, shift, words],
)]
struct KitSerializer;

struct KitViewSet;

impl ModelViewSet for KitViewSet {
    type Model = Kit;
    type Serializer = KitSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }
}

fn server() -> Option<Server> {
    let url = std::env::var("BELLEVILLE_TEST_POSTGRES_URL").ok()?;
    let migration = Migration::new("0001_initial").create_extension("hstore").create(ModelState::of::<Kit>());
    let app = AppConfig::new("kits").model::<Kit>().migration(migration);
    let mut router = DefaultRouter::new();
    router.register("kits", KitViewSet);
    let urls = Urls::new().include("", router.urls());
    Some(Server::start_with("", &[("DATABASE_URL", &url)], urls, vec![app], vec![]))
}

const JSON: &str = "Content-Type: application/json";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

/// What Django REST framework 3.18.3 answers to these bodies, with the same model on PostgreSQL. Its key is left out.
const ANSWERS: [(&str, &str, u16, &str); 16] = [
    (JSON, "{}", 400, r#"{"board":["This field is required."]}"#),
    (
        JSON,
        r#"{"board": [[1]]}"#,
        201,
        r#"{"tags":[],"sizes":null,"board":[[1]],"flags":null,"moments":null,"prices":null,"facts":null,"ages":null,"amounts":null,"shift":null,"words":null,"sides":null}"#,
    ),
    (JSON, r#"{"tags": [], "board": []}"#, 400, r#"{"board":["This list may not be empty."]}"#),
    (
        JSON,
        r#"{"tags": ["a","b","c","d"], "board": [[1]]}"#,
        400,
        r#"{"tags":["List contains 4 items, it should contain no more than 3."]}"#,
    ),
    (
        JSON,
        r#"{"tags": "a", "sizes": 5, "board": {"a": 1}, "flags": true, "moments": null, "facts": []}"#,
        400,
        r#"{"tags":["Expected a list of items but got type \"str\"."],"sizes":["Expected a list of items but got type \"int\"."],"board":["Expected a list of items but got type \"dict\"."],"flags":["Expected a list of items but got type \"bool\"."],"facts":["Expected a dictionary of items but got type \"list\"."]}"#,
    ),
    (
        JSON,
        r#"{"tags": ["xxxxxx", " ", null, 5, true, " a "], "sizes": ["1", "x", null, 1099511627776], "board": [[1, 2], ["x"], 3, null, [40000], []]}"#,
        400,
        r#"{"tags":{"0":["Ensure this field has no more than 5 characters."],"1":["This field may not be blank."],"2":["This field may not be null."],"4":["Not a valid string."]},"sizes":{"1":["A valid integer is required."],"3":["Ensure this value is less than or equal to 2147483647."]},"board":{"1":{"0":["A valid integer is required."]},"2":["Expected a list of items but got type \"int\"."],"3":["This field may not be null."],"4":{"0":["Ensure this value is less than or equal to 32767."]},"5":["This list may not be empty."]}}"#,
    ),
    (
        JSON,
        r#"{"tags": ["a\u0000b"], "flags": [true, "no", 2, null], "moments": ["2026-01-02T03:04:05Z", "never", 5], "board": [[1, null]], "facts": {"a": {"b": 1}, "c": true, "d": 1.5, "e": " x "}}"#,
        400,
        r#"{"tags":{"0":["Null characters are not allowed."]},"board":{"0":{"1":["This field may not be null."]}},"flags":{"2":["Must be a valid boolean."],"3":["This field may not be null."]},"moments":{"1":["Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."],"2":["Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."]},"facts":{"a":["Not a valid string."],"c":["Not a valid string."]}}"#,
    ),
    (
        JSON,
        r#"{"tags": null, "board": null, "sizes": null}"#,
        400,
        r#"{"tags":["This field may not be null."],"board":["This field may not be null."]}"#,
    ),
    (
        JSON,
        r#"{"tags": ["x", 5], "sizes": [1, null, "3"], "board": [[1, 2], [3, 4]], "flags": [true, "no", 1], "moments": ["2026-01-02T03:04:05.5+01:00"], "facts": {"b": " x ", "aa": null, "a": 5, "": ""}, "ages": [1, 2], "words": "x"}"#,
        201,
        r#"{"tags":["x","5"],"sizes":[1,null,3],"board":[[1,2],[3,4]],"flags":[true,false,true],"moments":["2026-01-02T02:04:05.500000Z"],"prices":null,"facts":{"":"","a":"5","b":"x","aa":null},"ages":null,"amounts":null,"shift":null,"words":null,"sides":null}"#,
    ),
    (
        JSON,
        r#"{"board": [[1]], "sides": ["l", "x", "", null, 5]}"#,
        400,
        r#"{"sides":{"1":["\"x\" is not a valid choice."],"2":["\"\" is not a valid choice."],"3":["This field may not be null."],"4":["\"5\" is not a valid choice."]}}"#,
    ),
    (
        JSON,
        r#"{"board": [[1]], "sides": ["r", "l"]}"#,
        201,
        r#"{"tags":[],"sizes":null,"board":[[1]],"flags":null,"moments":null,"prices":null,"facts":null,"ages":null,"amounts":null,"shift":null,"words":null,"sides":["r","l"]}"#,
    ),
    (
        FORM,
        "board[0][0]=1&board[0][1]=2&tags=a&tags=b&sizes=1&facts.a=1&facts.b=",
        201,
        r#"{"tags":["a","b"],"sizes":[1],"board":[[1,2]],"flags":null,"moments":null,"prices":null,"facts":{"a":"1","b":""},"ages":null,"amounts":null,"shift":null,"words":null,"sides":null}"#,
    ),
    (
        FORM,
        "tags[1]=b&tags[0]=a&board[0][0]=x",
        400,
        r#"{"board":{"0":{"0":["A valid integer is required."]}}}"#,
    ),
    (
        FORM,
        "board[0]=1&facts=x&flags=on",
        400,
        r#"{"board":{"0":["Expected a list of items but got type \"str\"."]}}"#,
    ),
    (FORM, "board[0][0]=1&tags[0][0][0]=x", 400, r#"{"tags":{"0":["Not a valid string."]}}"#),
    (FORM, "board[0][0]=1&facts=&tags=", 400, r#"{"tags":{"0":["This field may not be blank."]}}"#),
];

/// The fields that `OPTIONS` tells, as Django REST framework does.
const METADATA: [&str; 7] = [
    r#""tags":{"type":"list","required":false,"read_only":false,"label":"Tags","child":{"type":"string","required":true,"read_only":false,"label":"Tags","max_length":5}}"#,
    r#""sizes":{"type":"list","required":false,"read_only":false,"label":"Sizes","child":{"type":"integer","required":false,"read_only":false,"label":"Sizes","min_value":-2147483648,"max_value":2147483647}}"#,
    r#""board":{"type":"list","required":true,"read_only":false,"label":"Board","child":{"type":"list","required":true,"read_only":false,"label":"Board","child":{"type":"integer","required":true,"read_only":false,"label":"Board","min_value":-32768,"max_value":32767}}}"#,
    r#""prices":{"type":"list","required":false,"read_only":true,"label":"Prices","child":{"type":"decimal","required":true,"read_only":false,"label":"Prices","max_digits":6,"decimal_places":2}}"#,
    r#""facts":{"type":"nested object","required":false,"read_only":false,"label":"Facts","child":{"type":"string","required":true,"read_only":false}}"#,
    r#""sides":{"type":"list","required":false,"read_only":false,"label":"Sides","child":{"type":"choice","required":true,"read_only":false,"label":"Sides","choices":[{"value":"l","display_name":"Left"},{"value":"r","display_name":"Right"}]}}"#,
    r#""ages":{"type":"field","required":false,"read_only":true,"label":"Ages"}"#,
];

#[test]
fn collections_are_read_and_shown_as_drf_does() {
    let Some(server) = server() else { return };
    for (kind, body, status, expected) in ANSWERS {
        let answer = server.send("POST /kits/", kind, body);
        assert_eq!(answer.status, status, "{body}: {}", answer.body);
        let shown = match answer.body.split_once(',') {
            Some((key, rest)) if status == 201 && key.starts_with("{\"id\":") => format!("{{{rest}"),
            _ => answer.body,
        };
        assert_eq!(shown, expected, "{body}");
    }
    // Django answers 500 to these.
    for (body, expected) in [
        (r#"{"board": [[1], [2, 3]]}"#, r#"{"board":["Nested arrays must have the same length."]}"#),
        (
            r#"{"board": [[1]], "facts": {"a\u0000": "b"}}"#,
            r#"{"detail":"Null characters are not allowed."}"#,
        ),
    ] {
        let answer = server.send("POST /kits/", JSON, body);
        assert_eq!((answer.status, answer.body.as_str()), (400, expected), "{body}");
    }
    let options = server.send("OPTIONS /kits/", "", "").body;
    for field in METADATA {
        assert!(options.contains(field), "{field} is not in {options}");
    }
    // Kinds that are only shown, of a row that the program made.
    let kit = server.runtime.block_on(async {
        let shift = Range::from(.."2026-01-01T08:00:00.000001".parse::<DateTime>().unwrap());
        let amounts = Range::new(Bound::Excluded("0.00000001".parse().unwrap()), Bound::Unbounded);
        let row = [
            Kit::TAGS.set(vec!["a".to_owned()]),
            Kit::BOARD.set(vec![vec![1, 2]]),
            Kit::PRICES.set(vec!["1.5".parse().unwrap(), "-3".parse().unwrap()]),
            Kit::AGES.set(1..=4),
            Kit::AMOUNTS.set(amounts),
            Kit::SHIFT.set(shift),
            Kit::WORDS.set("'fox':2A".to_owned()),
            Kit::FACTS.set(HStore::from([
                ("long key".to_owned(), Some("x".to_owned())),
                ("b".to_owned(), None),
                ("a".to_owned(), Some(String::new())),
            ])),
        ];
        Kit::objects().create(&server.application.db, row).await.unwrap().id
    });
    let shown = server.get(&format!("/kits/{kit}/"), "").body;
    let expected = r#","tags":["a"],"sizes":null,"board":[[1,2]],"flags":null,"moments":null,"prices":["1.50","-3.00"],"facts":{"a":"","b":null,"long key":"x"},"ages":"{\"bounds\": \"[)\", \"lower\": \"1\", \"upper\": \"5\"}","amounts":"{\"bounds\": \"()\", \"lower\": \"1E-8\", \"upper\": null}","shift":"{\"bounds\": \"()\", \"lower\": null, \"upper\": \"2026-01-01T08:00:00.000001+00:00\"}","words":"'fox':2A","sides":null}"#;
    assert_eq!(shown, format!("{{\"id\":{kit}{expected}"));
}
