//! Validators of whole serializers: what they say, in how many statements, and what is said of a clash that only the database
//! sees.

use belleville_db::json::{Json, parse};
use belleville_db::migrations::state::ModelState;
use belleville_db::migrations::{AppConfig, Migration, Migrator};
use belleville_db::{
    Database, DateTime, Error, ForeignKey, ManyToMany, Model, Registry, capture_queries, parse_stored,
};
use belleville_serializers::fields::{CharField, CreateOnlyDefault, HiddenField, ValidationError};
use belleville_serializers::{
    Context, Input, ModelSerializer, Purpose, Serializer, SerializerClass, UniqueForDateValidator,
    UniqueTogetherValidator, UniqueValidator, serializer_methods,
};

#[derive(Clone, Debug, Model)]
#[model(app = "clubs")]
struct Account {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100, unique)]
    username: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "clubs", unique_together = [["row", "number"]])]
struct Seat {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100)]
    row: String,
    number: i32,
    #[field(max_length = 100, default = "none")]
    note: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "clubs", unique_together = [["name", "place"], ["town", "name"]])]
struct Race {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100, default = "example")]
    name: String,
    place: Option<i32>,
    #[field(max_length = 100, blank)]
    town: String,
}

#[derive(Clone, Debug, Model)]
#[model(
    app = "clubs",
    constraints = [
        unique(
            name = "one_membership",
            fields = ["account", "club"],
            violation_error_message = "Already a member.",
            violation_error_code = "member",
        ),
        unique(name = "one_chair", fields = ["club", "role"], condition = role == "chair"),
        unique(name = "one_high", fields = ["club"], condition = level >= 3),
        unique(name = "one_level", fields = ["level"], condition = level > 90),
    ],
)]
struct Member {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = Cascade)]
    account: ForeignKey<Account>,
    club: i32,
    #[field(max_length = 100)]
    role: String,
    level: Option<i32>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "clubs", constraints = [unique(name = "one_ticket", fields = ["code", "kind"], nulls_distinct = false)])]
struct Ticket {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100)]
    code: Option<String>,
    #[field(max_length = 100)]
    kind: Option<String>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "clubs")]
struct Post {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100, unique_for_date = "published", unique_for_year = "published")]
    slug: String,
    #[field(max_length = 100, unique_for_month = "published")]
    word: String,
    published: DateTime,
}

#[derive(Clone, Debug, Model)]
#[model(app = "clubs")]
struct Entry {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100, unique_for_date = "created")]
    slug: String,
    #[field(auto_now_add)]
    created: DateTime,
}

/// Seats that accounts have taken.
#[derive(Clone, Debug, Model)]
#[model(app = "clubs", unique_together = [["account", "day"]])]
struct Booking {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = Cascade)]
    account: ForeignKey<Account>,
    day: i32,
    #[field(max_length = 20, unique)]
    number: String,
    #[field(blank)]
    seats: ManyToMany<Seat>,
}

macro_rules! serializers {
    ($($name:ident of $model:ident $options:tt $({ $($body:tt)* })?;)*) => {$(serializers!(@one $name $model $options $({ $($body)* })?);)*};
    (@one $name:ident $model:ident ($($options:tt)*)) => {
        #[derive(ModelSerializer)]
        #[serializer(model = $model, $($options)*)]
        struct $name;
    };
    (@one $name:ident $model:ident ($($options:tt)*) { $($body:tt)* }) => {
        #[derive(ModelSerializer)]
        #[serializer(model = $model, $($options)*)]
        struct $name { $($body)* }
    };
}

serializers! {
    AccountSerializer of Account (fields = all);
    AnyCase of Account (fields = all) {
        #[field(max_length = 100, validators = [
            UniqueValidator::new(Account::objects()).lookup("iexact").message("Taken, whatever the case."),
        ])]
        username: CharField,
    };
    SeatSerializer of Seat (fields = all);
    Renamed of Seat (fields = [id, line, number]) { #[field(source = "row")] line: CharField };
    Half of Seat (fields = [id, row]);
    Unchecked of Seat (fields = [id, row, number], validators = []);
    InWords of Seat (
        fields = [id, line, number],
        validators = [UniqueTogetherValidator::new(["line", "number"]).message("Taken: {field_names}.").code("taken")]
    ) { #[field(source = "row")] line: CharField };
    SomeSeats of Seat (
        fields = [id, row, number],
        validators = [
            UniqueTogetherValidator::new(["row", "number"]).queryset(Seat::objects().filter(Seat::NUMBER.gt(1))),
        ]
    );
    ReadOnlyDefault of Seat (fields = [id, row, number]) { #[field(read_only, default = "a")] row: CharField };
    ReadOnlyCreate of Seat (fields = [id, row, number]) {
        #[field(read_only, default = CreateOnlyDefault::new("a".to_owned()))]
        row: CharField,
    };
    Hidden of Seat (fields = [id, row, number]) { #[field(default = "a")] row: HiddenField };
    RaceSerializer of Race (fields = all);
    RacePart of Race (fields = [id, place, name], read_only_fields = [name]);
    NotRequired of Race (fields = [id, name, place], extra_kwargs = [name(required = false)]);
    MemberSerializer of Member (fields = all);
    MemberPart of Member (fields = [id, account, club, level]);
    TicketSerializer of Ticket (fields = all);
    PostSerializer of Post (fields = all);
    PostDay of Post (
        fields = [id, slug, published],
        validators = [UniqueForDateValidator::new("slug", "published").message("Taken on that {date_field}.")]
    );
    EntrySerializer of Entry (fields = [id, slug]);
    EntryShown of Entry (fields = [id, slug, created]);
    BookingSerializer of Booking (fields = all);
}

fn apps() -> [AppConfig; 1] {
    let first = Migration::new("0001_initial")
        .create(ModelState::of::<Account>())
        .create(ModelState::of::<Seat>())
        .create(ModelState::of::<Race>())
        .create(ModelState::of::<Member>())
        .create(ModelState::of::<Ticket>())
        .create(ModelState::of::<Post>())
        .create(ModelState::of::<Entry>())
        .create(ModelState::of::<Booking>());
    let app = AppConfig::new("clubs")
        .model::<Account>()
        .model::<Seat>()
        .model::<Race>()
        .model::<Member>()
        .model::<Ticket>()
        .model::<Post>()
        .model::<Entry>()
        .model::<Booking>();
    [app.migration(first)]
}

async fn tables(url: &str) -> Database {
    let apps = apps();
    let registry = Registry::new(apps.iter().flat_map(|app| app.models.iter().copied()));
    let db = Database::open(url, registry).unwrap();
    Migrator::new(&apps).migrate(&db, |_| {}).await.unwrap();
    db
}

/// The rows of `tests/vectors/together.py`.
async fn filled() -> Database {
    let db = tables("sqlite://:memory:").await;
    for name in ["ann", "bob"] {
        Account::objects().create(&db, [Account::USERNAME.set(name)]).await.unwrap();
    }
    for (row, number) in [("a", 1), ("a", 2), ("b", 1)] {
        Seat::objects().create(&db, [Seat::ROW.set(row), Seat::NUMBER.set(number)]).await.unwrap();
    }
    for (name, place, town) in
        [("example", Some(1), ""), ("other", None, "Rome"), ("example", Some(3), "Rome")]
    {
        let race = [Race::NAME.set(name), Race::PLACE.set(place), Race::TOWN.set(town)];
        Race::objects().create(&db, race).await.unwrap();
    }
    for (account, club, role, level) in [(1, 1, "chair", 3), (2, 1, "guest", 1), (1, 2, "guest", 95)] {
        let member = [
            Member::ACCOUNT.set(account),
            Member::CLUB.set(club),
            Member::ROLE.set(role),
            Member::LEVEL.set(Some(level)),
        ];
        Member::objects().create(&db, member).await.unwrap();
    }
    for (code, kind) in [(Some("A"), Some("X")), (None, None), (Some("B"), None)] {
        let ticket = [Ticket::CODE.set(code.map(str::to_owned)), Ticket::KIND.set(kind.map(str::to_owned))];
        Ticket::objects().create(&db, ticket).await.unwrap();
    }
    for (slug, word, published) in
        [("first", "one", "2017-01-01 10:00:00"), ("second", "two", "2018-02-01 10:00:00")]
    {
        let published = parse_stored(published).unwrap();
        let post = [Post::SLUG.set(slug), Post::WORD.set(word), Post::PUBLISHED.set(published)];
        Post::objects().create(&db, post).await.unwrap();
    }
    for slug in ["first", "today"] {
        Entry::objects().create(&db, [Entry::SLUG.set(slug)]).await.unwrap();
    }
    let old = parse_stored("2017-01-01 10:00:00").unwrap();
    Entry::objects().filter(Entry::ID.eq(1)).update(&db, [Entry::CREATED.set(old)]).await.unwrap();
    db
}

/// What a serializer says of input: the messages and their codes.
async fn said<S: ModelSerializer>(db: &Database, case: &Json) -> Option<(Json, Json)>
where
    S::Model: Model<Pk = i64>,
{
    let (class, context) = (SerializerClass::of::<S>(), Context::new(db));
    let input = Input::Json(case.get("input").unwrap());
    let outcome = match case.get("pk") {
        Some(Json::Int(pk)) => {
            let instance = S::Model::objects().filter_pk(*pk).get(db).await.unwrap();
            let is_partial = case.get("partial") == Some(&Json::Bool(true));
            Serializer::<S::Model>::for_update(&class, &input, instance, is_partial, &context).await
        }
        _ => Serializer::<S::Model>::for_create(&class, &input, &context).await,
    };
    match outcome {
        Ok(_) => None,
        Err(Error::Invalid(detail)) => {
            let json = |text: String| parse(&text).unwrap();
            Some((json(detail.to_string()), json(detail.codes("invalid").to_string())))
        }
        Err(error) => panic!("{error}"),
    }
}

/// Each line was written by `tests/vectors/together.py`.
#[tokio::test]
async fn what_is_said_is_what_drf_says() {
    let db = filled().await;
    let mut wrong = Vec::new();
    for line in include_str!("../vectors/together.jsonl").lines() {
        let case = parse(line).unwrap();
        let Some(Json::Str(name)) = case.get("of") else { panic!("{line}") };
        let said = match &**name {
            "account" => said::<AccountSerializer>(&db, &case).await,
            "any-case" => said::<AnyCase>(&db, &case).await,
            "seat" => said::<SeatSerializer>(&db, &case).await,
            "renamed" => said::<Renamed>(&db, &case).await,
            "half" => said::<Half>(&db, &case).await,
            "unchecked" => said::<Unchecked>(&db, &case).await,
            "in-words" => said::<InWords>(&db, &case).await,
            "some-seats" => said::<SomeSeats>(&db, &case).await,
            "read-only-default" => said::<ReadOnlyDefault>(&db, &case).await,
            "read-only-create" => said::<ReadOnlyCreate>(&db, &case).await,
            "hidden" => said::<Hidden>(&db, &case).await,
            "race" => said::<RaceSerializer>(&db, &case).await,
            "race-part" => said::<RacePart>(&db, &case).await,
            "not-required" => said::<NotRequired>(&db, &case).await,
            "member" => said::<MemberSerializer>(&db, &case).await,
            "member-part" => said::<MemberPart>(&db, &case).await,
            "ticket" => said::<TicketSerializer>(&db, &case).await,
            "post" => said::<PostSerializer>(&db, &case).await,
            "post-day" => said::<PostDay>(&db, &case).await,
            "entry" => said::<EntrySerializer>(&db, &case).await,
            "entry-shown" => said::<EntryShown>(&db, &case).await,
            other => panic!("no serializer {other}"),
        };
        let nothing = || parse("{}").unwrap();
        let (errors, codes) = said.unwrap_or_else(|| (nothing(), nothing()));
        if (Some(&errors), Some(&codes)) != (case.get("errors"), case.get("codes")) {
            wrong.push(format!("{line}\n  {errors:?} {codes:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Seats whose row is written in small letters.
#[derive(ModelSerializer)]
#[serializer(model = Seat, fields = [row, number])]
struct SmallSeat;

#[serializer_methods]
impl SmallSeat {
    fn validate_row(row: String) -> Result<String, ValidationError> {
        Ok(row.to_lowercase())
    }
}

#[tokio::test]
async fn a_list_is_asked_about_in_one_statement() {
    let db = filled().await;
    let context = Context::new(&db);
    let class = SerializerClass::of::<SmallSeat>();
    for count in [2, 300] {
        let items: Vec<String> = (0..count).map(|n| format!(r#"{{"row": "c", "number": {n}}}"#)).collect();
        let input = parse(&format!("[{}]", items.join(","))).unwrap();
        let (outcome, queries) =
            capture_queries(class.validate_many(&Input::Json(&input), Purpose::create(), &context)).await;
        assert_eq!((outcome.unwrap().len(), queries.len()), (count, 1));
    }
    // A value that a method has changed is asked about again.
    let input = parse(r#"[{"row": "A", "number": 1}, {"row": "a", "number": 2}, {"row": "a", "number": 3}]"#)
        .unwrap();
    let (outcome, queries) =
        capture_queries(class.validate_many(&Input::Json(&input), Purpose::create(), &context)).await;
    let Err(Error::Invalid(detail)) = outcome else { panic!("it was not refused") };
    let set = r#"{"non_field_errors":["The fields row, number must make a unique set."]}"#;
    assert_eq!(detail.to_string(), format!(r#"{{"0":{set},"1":{set}}}"#));
    assert_eq!(queries.len(), 2);
}

/// The databases of the tests of races: two connections each to SQLite and, where one is named, to PostgreSQL.
async fn pairs() -> Vec<(Database, Database)> {
    let file = std::env::temp_dir().join(format!("belleville-together-{}.sqlite3", std::process::id()));
    let _ = std::fs::remove_file(&file);
    let mut urls = vec![format!("sqlite://{}", file.display())];
    urls.extend(std::env::var("BELLEVILLE_TEST_POSTGRES_URL"));
    let mut pairs = Vec::new();
    for url in urls {
        let (one, two) = (tables(&url).await, tables(&url).await);
        Booking::objects().delete(&one).await.unwrap();
        Member::objects().delete(&one).await.unwrap();
        Seat::objects().delete(&one).await.unwrap();
        Account::objects().delete(&one).await.unwrap();
        for (id, name) in [(1, "ann"), (2, "bob")] {
            Account::objects()
                .create(&one, [Account::ID.set(id), Account::USERNAME.set(name)])
                .await
                .unwrap();
        }
        Seat::objects()
            .create(&one, [Seat::ID.set(1), Seat::ROW.set("a"), Seat::NUMBER.set(1)])
            .await
            .unwrap();
        pairs.push((one, two));
    }
    pairs
}

async fn valid<S: ModelSerializer>(db: &Database, input: &str) -> Serializer<S::Model> {
    let input = parse(input).unwrap();
    let class = SerializerClass::of::<S>();
    Serializer::for_create(&class, &Input::Json(&input), &Context::new(db)).await.unwrap()
}

/// What is said where another connection changes something between validating and saving.
async fn said_later<S: ModelSerializer>(
    db: &Database,
    input: &str,
    meanwhile: impl Future<Output = ()>,
) -> (String, String) {
    let serializer = valid::<S>(db, input).await;
    meanwhile.await;
    match serializer.save(db).await {
        Err(Error::Invalid(detail)) => (detail.to_string(), detail.codes("invalid").to_string()),
        other => panic!("{input}: {other:?}"),
    }
}

/// What the validators would have said a moment later: the texts and codes of DRF.
#[tokio::test]
async fn a_race_is_refused_in_the_words_of_the_validator() {
    for (db, other) in pairs().await {
        let book = async |account: i64, day: i32, number: &str| {
            let booking = [Booking::ACCOUNT.set(account), Booking::DAY.set(day), Booking::NUMBER.set(number)];
            Booking::objects().create(&other, booking).await.unwrap();
        };
        let set = async { book(1, 1, "x").await };
        let said = said_later::<BookingSerializer>(
            &db,
            r#"{"account": 1, "day": 1, "number": "1", "seats": []}"#,
            set,
        )
        .await;
        let (text, codes) = (
            r#"{"non_field_errors":["The fields account, day must make a unique set."]}"#,
            r#"{"non_field_errors":["unique"]}"#,
        );
        assert_eq!(said, (text.to_owned(), codes.to_owned()));

        let field = async { book(2, 2, "2").await };
        let said = said_later::<BookingSerializer>(
            &db,
            r#"{"account": 1, "day": 2, "number": "2", "seats": []}"#,
            field,
        )
        .await;
        let text = r#"{"number":["booking with this number already exists."]}"#;
        assert_eq!(said, (text.to_owned(), r#"{"number":["unique"]}"#.to_owned()));

        let gone = async {
            Booking::objects().filter(Booking::ACCOUNT.eq(2)).delete(&other).await.unwrap();
            Account::objects().filter(Account::ID.eq(2)).delete(&other).await.unwrap();
        };
        let said = said_later::<BookingSerializer>(
            &db,
            r#"{"account": 2, "day": 3, "number": "3", "seats": []}"#,
            gone,
        )
        .await;
        let text = r#"{"account":["Invalid pk \"2\" - object does not exist."]}"#;
        assert_eq!(said, (text.to_owned(), r#"{"account":["does_not_exist"]}"#.to_owned()));

        let gone = async {
            Seat::objects().filter(Seat::ID.eq(1)).delete(&other).await.unwrap();
        };
        let said = said_later::<BookingSerializer>(
            &db,
            r#"{"account": 1, "day": 4, "number": "4", "seats": [1]}"#,
            gone,
        )
        .await;
        let text = r#"{"seats":["Invalid pk \"1\" - object does not exist."]}"#;
        assert_eq!(said, (text.to_owned(), r#"{"seats":["does_not_exist"]}"#.to_owned()));

        let member = async |role: &'static str| {
            let member = [Member::ACCOUNT.set(1), Member::CLUB.set(1), Member::ROLE.set(role)];
            Member::objects().create(&other, member).await.unwrap();
        };
        let input = r#"{"account": 1, "club": 1, "role": "guest", "level": null}"#;
        let said = said_later::<MemberSerializer>(&db, input, async { member("chair").await }).await;
        let text = r#"{"non_field_errors":["Already a member."]}"#;
        assert_eq!(said, (text.to_owned(), r#"{"non_field_errors":["member"]}"#.to_owned()));
    }
}
