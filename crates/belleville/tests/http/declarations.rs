//! Declarations that are wrong stop the start, with a message that says where and how to fix it.

use belleville::json::{Dict, Json};
use belleville::prelude::*;

use crate::server::{Server, settings};

async fn kwargs(request: Request) -> Result<Response> {
    let mut body = Dict::new();
    for name in ["int", "str", "slug", "uuid", "path"] {
        if let Some(value) = request.kwarg(name) {
            body.insert(name, Json::from(value));
        }
    }
    Response::data(200, &Json::Dict(body))
}

async fn next_year(request: Request) -> Result<Response> {
    let year: u16 = request.kwarg_as("year")?;
    Response::data(200, &Json::Int(i64::from(year) + 1))
}

fn view() -> View {
    View::new("Kwargs").permission_classes(AllowAny).get(kwargs)
}

/// Each expectation is that of Django's `path()` with the same routes.
#[test]
fn routes_take_djangos_converters() {
    let urls = Urls::new()
        .path("a/<int:int>/", view())
        .path("a/<uuid:uuid>/", view())
        .path("a/<slug:slug>/", view())
        .path("a/<str>/", view())
        .path("a/<path:path>/", view())
        .include("b/<int:int>/", Urls::new().path("<slug:slug>/", view()))
        .path("year/<year>/", View::new("Year").permission_classes(AllowAny).get(next_year));
    let server = Server::start("", &[], urls);
    let uuid = "075194d3-6885-417e-a8a8-6c931e272f00";
    for (path, status, body) in [
        ("/a/12/", 200, r#"{"int":"12"}"#.to_owned()),
        ("/a/012/", 200, r#"{"int":"12"}"#.to_owned()),
        (&format!("/a/{uuid}/"), 200, format!(r#"{{"uuid":"{uuid}"}}"#)),
        ("/a/x-1_y/", 200, r#"{"slug":"x-1_y"}"#.to_owned()),
        ("/a/x.y/", 200, r#"{"str":"x.y"}"#.to_owned()),
        ("/a/x%20y/", 200, r#"{"str":"x y"}"#.to_owned()),
        ("/a/x/y.z/", 200, r#"{"path":"x/y.z"}"#.to_owned()),
        ("/b/7/tea/", 200, r#"{"int":"7","slug":"tea"}"#.to_owned()),
        ("/year/2026/", 200, "2027".to_owned()),
    ] {
        let answer = server.get(path, "");
        assert_eq!((answer.status, answer.body), (status, body), "{path}");
    }
    for path in ["/b/x/tea/", "/year/soon/", "/year/70000/", "/a//"] {
        assert_eq!(server.get(path, "").status, 404, "{path}");
    }
}

/// The routes are those of DRF's `SimpleRouter().register("", ..)`.
#[test]
fn a_router_takes_an_empty_prefix() {
    let mut router = SimpleRouter::new();
    router.register("", shop::Items);
    let urls = Urls::new().include("items/", router.urls());
    let paths: Vec<String> = urls.routes().iter().map(belleville::urls::Route::path).collect();
    assert_eq!((paths, urls.mistakes()), (vec!["/items/".to_owned(), "/items/<pk>/".to_owned()], vec![]));
}

/// What an application says of its URLs when it starts.
fn refused(urls: Urls) -> String {
    let settings = settings("", &[], "sqlite://:memory:");
    let db = Database::open(&settings.database_url, belleville::db::Registry::default()).unwrap();
    let started = belleville::application::Application::new(settings, db, urls, vec![], Default::default());
    started.map(drop).unwrap_err().to_string()
}

/// A converter with a regular expression of its own.
struct Own(&'static str);

impl belleville::urls::PathConverter for Own {
    fn regex(&self) -> &str {
        self.0
    }
}

#[test]
fn routes_that_cannot_work_stop_the_start() {
    for (urls, part) in [
        (Urls::new().path("/a/", view()), "the route `/a/` begins with a slash"),
        (Urls::new().include("/api/", Urls::new()), "the route `/api/` begins with a slash"),
        (Urls::new().include("api/", Urls::new().path("/a/", view())), "write `a/`"),
        (Urls::new().path("a/<itn:pk>/", view()), "did you mean `int`?"),
        (Urls::new().path("a/<pk/", view()), "unmatched `<`"),
        (Urls::new().path("a/<pk>/b/<pk>/", view()), "the route `/a/<pk>/b/<pk>/` has the name `pk` twice"),
        (
            Urls::new().include("a/<int:pk>/", Urls::new().path("<int:pk>/", view())),
            "has the name `pk` twice: give one of them another name",
        ),
        (
            Urls::new().path("a/<int:a>/", view()).include("a/", Urls::new().path("<int:b>/", view())),
            "two routes answer `/a/<int:b>/`: Kwargs, and then Kwargs, which no request reaches",
        ),
        (Urls::new().path("a/", view()).name("news:a"), "`news:a` cannot be the name of a URL"),
        (Urls::new().path("a/", view()).name("a").namespace("x:y"), "`x:y` cannot be a namespace"),
        (Urls::new().path("a/", view()).name("a").app_name("x:y"), "`x:y` cannot be a namespace"),
        (Urls::new().name("a"), "`.name(\"a\")` names nothing"),
        (Urls::new().kwargs([("a", 1)]), "`.kwargs(..)` gives parameters to nothing"),
        (
            Urls::new().path("a/<own:x>/", view()),
            "the converter `own`, which is unknown; known are int, str, slug, uuid, path; `Urls::register_converter` names one \
             of your own",
        ),
        (
            Urls::new().register_converter("int", Own("[0-9]")),
            "the converter `int` is there already: give yours another name",
        ),
        (
            Urls::new().register_converter("own", Own("x")).register_converter("own", Own("y")),
            "the converter `own` is there already",
        ),
        (
            Urls::new().path("a/<own:x>/", view()).register_converter("own", Own("[0-9")),
            "the route `/a/<own:x>/` does not work: the regular expression of the converter `own`: unterminated character set",
        ),
        (
            Urls::new().re_path("^a/(?!b)", view()),
            "the route `^a/(?!b)` does not work as a regular expression: look-ahead and look-behind are not supported",
        ),
        (
            Urls::new().re_path("^a/([0-9]+)/$", view()),
            "its groups have no names: write `(?P<year>[0-9]{4})`",
        ),
        (
            Urls::new().re_path("^/a/$", view()),
            "begins with a slash, which the path of a request has already lost",
        ),
        (
            Urls::new().re_include("^a/$", Urls::new().path("b/", view())),
            "the prefix `^a/$` ends with `$`, so that nothing can follow it",
        ),
        (
            Urls::new().re_path("^a/(?P<x>b)/$", view()).re_path("^a/(?P<y>b)/$", view()),
            "two routes answer `/a/(?P<y>b)/`: Kwargs, and then Kwargs, which no request reaches",
        ),
        (
            Urls::new().re_path("^a/", view()).path("a/b/", view()),
            "no request reaches `/a/b/` (Kwargs): `/a/` (Kwargs) stands before it and takes this path too",
        ),
        (
            Urls::new().re_include("^(?P<x>b)/", Urls::new().re_path("^(?P<x>c)/$", view())),
            "has the name `x` twice",
        ),
        (Urls::new().include("a/", Urls::new().path("b/", view())).name("a"), "`.name(\"a\")` names nothing"),
    ] {
        let error = refused(urls);
        assert!(error.contains(part), "{part}: {error}");
    }
    // All of them at once.
    let error = refused(Urls::new().path("/a/", view()).path("b/<x:y>/", view()));
    assert_eq!(error.lines().count(), 2, "{error}");
    // Routes that differ in what they take may overlap: the first that fits answers, as in Django.
    assert!(Urls::new().path("a/<int:a>/", view()).path("a/<a>/", view()).mistakes().is_empty());
}

mod shop {
    //! Models that fit their apps badly.

    use belleville::prelude::*;

    #[derive(Clone, Debug, Model)]
    #[model(app = "shop", table = "shop_item")]
    pub(super) struct Item {
        #[field(primary_key)]
        pub(super) id: i64,
        #[field(max_length = 10)]
        pub(super) name: String,
    }

    /// The same table, as its model was changed after the migration.
    #[derive(Clone, Debug, Model)]
    #[model(app = "shop", table = "shop_item")]
    pub(super) struct ChangedItem {
        #[field(primary_key)]
        pub(super) id: i64,
        pub(super) name: i64,
        #[field(max_length = 20)]
        pub(super) colour: Option<String>,
    }

    #[derive(Clone, Debug, Model)]
    #[model(app = "shop")]
    pub(super) struct Order {
        #[field(primary_key)]
        pub(super) id: i64,
        #[field(on_delete = Cascade)]
        pub(super) item: ForeignKey<Item>,
        #[field(on_delete = Cascade)]
        pub(super) buyer: ForeignKey<User>,
    }

    /// What is wrong with the pattern is known when it is compiled.
    #[derive(Clone, Debug, Model)]
    #[model(app = "shop")]
    pub(super) struct Sticker {
        #[field(primary_key)]
        pub(super) id: i64,
        #[field(max_length = 20, validators = [regex("^(?!a)")])]
        pub(super) text: String,
    }

    macro_rules! views {
        ($($view:ident, $serializer:ident, $model:ident, [$($field:ident),*], $rule:expr;)*) => {$(
            #[derive(ModelSerializer)]
            #[serializer(model = $model, fields = [$($field),*])]
            pub(super) struct $serializer;

            pub(super) struct $view;

            impl ModelViewSet for $view {
                type Model = $model;
                type Serializer = $serializer;

                fn configure(&self, config: &mut Config<Self>) {
 config.permission_classes($rule);
}
            }
        )*};
    }

    views! {
        Items, ItemSerializer, Item, [id, name], IsAuthenticated;
        OwnedItems, OwnedItemSerializer, Item, [id, name], IsOwner::new() | IsAdminUser;
        ForeignItems, ForeignItemSerializer, Item, [id, name], IsOwner::by(Order::BUYER);
        Orders, OrderSerializer, Order, [id, item, buyer], IsOwner::by(Order::BUYER);
        OwnedOrders, OwnedOrderSerializer, Order, [id, item, buyer], IsOwnerOrReadOnly::new();
    }
}

/// A program with the models of a shop and one viewset, as it starts.
fn shop<K, V: belleville::viewsets::IntoViewSet<K>>(
    app: belleville::db::migrations::AppConfig,
    viewset: V,
) -> std::result::Result<(), String> {
    let mut router = SimpleRouter::new();
    router.register("a", viewset);
    let settings = settings("", &[], "sqlite://:memory:");
    let apps = belleville::auth::user::install([app]).unwrap();
    let models = apps.iter().flat_map(|app| app.models.iter().copied());
    let db = Database::open(&settings.database_url, belleville::db::Registry::new(models)).unwrap();
    let started =
        belleville::application::Application::new(settings, db, router.urls(), vec![], Default::default());
    started.map(drop).map_err(|error| error.to_string())
}

#[test]
fn models_and_owners_that_do_not_fit_stop_the_start() {
    use shop::{ForeignItems, Item, Items, Order, Orders, OwnedItems, OwnedOrders, Sticker};
    let app = || belleville::db::migrations::AppConfig::new("shop");
    let whole = || app().model::<Item>().model::<Order>();
    assert_eq!(shop(whole(), Items), Ok(()));
    assert_eq!(shop(whole(), Orders), Ok(()));
    for (started, expected) in [
        (
            shop(app(), Items),
            "Items: the model shop.Item is in no app: add `.model::<Item>()` to `migrations::AppConfig::new(\"shop\")`",
        ),
        (
            shop(app().model::<Order>(), Orders),
            "shop.Order.item refers to the model shop.Item, which is in no app: add `.model::<Item>()` to \
             `migrations::AppConfig::new(\"shop\")`",
        ),
        (
            shop(whole().model::<Sticker>(), Items),
            "shop.Sticker.text has a wrong validator: the pattern `^(?!a)`: look-ahead and look-behind are not supported (at \
             character 4)",
        ),
        (
            shop(whole(), OwnedItems),
            "OwnedItems: IsOwner goes by the field `owner`, which is no foreign key of shop.Item to a user: add `owner: \
             ForeignKey<User>` to it, or use another permission",
        ),
        (
            shop(whole(), OwnedOrders),
            "OwnedOrders: IsOwnerOrReadOnly goes by the field `owner`, which is no foreign key of shop.Order to a user: say \
             IsOwnerOrReadOnly::by(Order::BUYER)",
        ),
        (
            shop(whole(), ForeignItems),
            "ForeignItems: IsOwner goes by `buyer` of shop.Order, and the model here is shop.Item: say IsOwner::by(Item::..) \
             with a foreign key to a user",
        ),
    ] {
        assert_eq!(started, Err(expected.to_owned()));
    }
}

#[test]
fn tables_are_compared_with_their_models() {
    use belleville::db::schema::differences;
    use shop::{ChangedItem, Item};
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let db = Database::open("sqlite://:memory:", belleville::db::Registry::default()).unwrap();
    runtime.block_on(async {
        let told = |meta| {
            let db = db.clone();
            async move {
                let found = differences(&db, meta).await.unwrap();
                found.into_iter().map(|found| (found.is_fatal, found.text)).collect::<Vec<_>>()
            }
        };
        let missing = told(Item::META).await;
        assert_eq!(missing.len(), 1);
        assert!(
            missing[0].1.starts_with("shop.Item: the database has no table `shop_item`, and no migration makes it: run"),
            "{missing:?}"
        );
        let app = belleville::db::migrations::AppConfig::new("shop")
            .model::<Item>()
            .migration(Migration::new("0001_initial").create(belleville::db::migrations::state::ModelState::of::<Item>()));
        belleville::db::migrations::Migrator::new(&[app]).migrate(&db, |_| {}).await.unwrap();
        assert_eq!(told(Item::META).await, []);
        let changed = told(ChangedItem::META).await;
        for (index, start) in [
            "shop.ChangedItem differs from its migrations: column `name` of the table `shop_item` is `varchar(10)`, and the \
             model's is `bigint`; make them the same",
            "shop.ChangedItem differs from its migrations: column `colour` of the table `shop_item` is missing; run the \
             command `makemigrations`, then `migrate`.",
        ]
        .into_iter()
        .enumerate()
        {
            assert!(changed[index].0 && changed[index].1.starts_with(start), "{changed:?}");
        }
    });
}
