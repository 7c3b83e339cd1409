//! Filters, search, order and pages of lists. The blocks of `docs/guide/filters-and-pages.md` are pieces of this file.

use belleville::db::migrations::state::ModelState;
use belleville::db::{Annotation, Decimal, Rows};
use belleville::filters::{
    DjangoFilterBackend, Filter, FilterBackend, FilterSet, OrderingFilter, SearchFilter,
};
use belleville::json;
use belleville::json::Json;
use belleville::pagination::{
    CursorPagination, LimitOffsetPagination, Page, PageNumberPagination, Pagination,
};
use belleville::prelude::*;
use belleville::serializers::SerializerClass;
use belleville::settings::Settings;
use belleville::test::TestClient;
use belleville::views::Listing;

#[derive(Clone, Debug, Model)]
#[model(app = "shop", ordering = ["name"])]
struct Author {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100)]
    name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "shop", ordering = ["id"])]
struct Book {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100)]
    title: String,
    #[field(on_delete = Cascade, related_name = "books")]
    author: ForeignKey<Author>,
    #[field(max_digits = 7, decimal_places = 2)]
    price: Decimal,
    #[field(default = false)]
    hidden: bool,
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title, author, price])]
struct BookSerializer;

struct BookViewSet;

impl ModelViewSet for BookViewSet {
    type Model = Book;
    type Serializer = BookSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config
            .filter_backends((DjangoFilterBackend, SearchFilter, OrderingFilter))
            .filterset(filterset())
            .search_fields(["title", "^author__name"])
            .ordering_fields(["title", "price", "author__name"])
            .ordering(["title"])
            .pagination_class(PageNumberPagination::new().page_size(2).page_size_query_param("page_size"));
    }
}

fn filterset() -> FilterSet {
    FilterSet::new()
        .lookups("price", ["exact", "lt", "range"])
        .lookups("author__name", ["icontains"])
        .filter("title", Filter::text().lookup_expr("istartswith"))
        .filter("cheap", Filter::boolean().method(cheap))
}

/// `?cheap=true`
fn cheap(rows: Rows, value: &Json, _: &Request) -> Result<Rows> {
    let limit = Decimal::from(10);
    match value {
        Json::Bool(true) => Ok(rows.matching(Book::PRICE.lt(limit))?),
        _ => Ok(rows.matching(Book::PRICE.gte(limit))?),
    }
}

/// Books that are hidden are found by nobody but the staff.
struct VisibleBooks;

impl FilterBackend for VisibleBooks {
    async fn filter_rows(&self, request: &Request, rows: Rows, _: &Listing) -> Result<Rows> {
        match request.user()?.is_staff() {
            true => Ok(rows),
            false => Ok(rows.matching(Book::HIDDEN.eq(false))?),
        }
    }
}

/// The rows of a page under `data`, and where the next page is.
struct InData(PageNumberPagination);

impl Pagination for InData {
    async fn paginate_rows(&self, request: &Request, rows: Rows, listing: &Listing) -> Result<Option<Page>> {
        self.0.paginate_rows(request, rows, listing).await
    }

    fn write_page(&self, page: &Page, results: &[u8]) -> Vec<u8> {
        let next = if page.next.is_some() { "true" } else { "false" };
        [b"{\"more\":", next.as_bytes(), b",\"data\":", results, b"}"].concat()
    }
}

/// The books that the user may see, in pages of one's own.
struct VisibleViewSet;

impl ModelViewSet for VisibleViewSet {
    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    type Model = Book;
    type Serializer = BookSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config
            .filter_backends(VisibleBooks)
            .pagination_class(InData(PageNumberPagination::new().page_size(2)));
    }
}

/// A view without a viewset.
fn newest() -> View {
    let pages = CursorPagination::new().page_size(2).ordering(["-id"]);
    View::new("Newest")
        .serializer_class(SerializerClass::of::<BookSerializer>())
        .pagination_class(pages)
        .get(async |request: Request| Response::of_page::<BookSerializer>(Book::objects(), &request).await)
}

/// Every book, in pages for which not all of them are counted.
fn bounded(pages: impl Pagination) -> View {
    View::new("Bounded")
        .serializer_class(SerializerClass::of::<BookSerializer>())
        .pagination_class(pages)
        .get(async |request: Request| Response::of_page::<BookSerializer>(Book::objects(), &request).await)
}

/// Every book, however many there are.
struct AllBooks;

impl ModelViewSet for AllBooks {
    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    type Model = Book;
    type Serializer = BookSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.pagination_class(()).stream();
    }
}

/// As the settings say.
struct PlainViewSet;

impl ModelViewSet for PlainViewSet {
    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    type Model = Book;
    type Serializer = BookSerializer;
}

#[derive(Default)]
struct SearchedViewSet;

impl ModelViewSet for SearchedViewSet {
    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    type Model = Book;
    type Serializer = BookSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.search_fields(["title"]);
    }
}

#[derive(Default)]
struct MisspeltViewSet;

impl ModelViewSet for MisspeltViewSet {
    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    type Model = Book;
    type Serializer = BookSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.filter_backends(SearchFilter).search_fields(["titel"]);
    }
}

#[derive(Default)]
struct EmptyPages;

impl ModelViewSet for EmptyPages {
    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    type Model = Book;
    type Serializer = BookSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.pagination_class(PageNumberPagination::new().page_size(0));
    }
}

/// Viewsets whose declarations are mistaken in the way that they look up or configure.
macro_rules! mistaken {
    ($($name:ident $lookup:expr, $configure:expr;)*) => {$(
        #[derive(Default)]
        struct $name;

        impl ModelViewSet for $name {
            const ACTIONS: &'static [Action] = Action::READ_ONLY;
            const LOOKUP: Lookup<Book> = $lookup;

            type Model = Book;
            type Serializer = BookSerializer;

            fn configure(&self, config: &mut Config<Self>) {
                let configure: fn(&mut Config<Self>) = $configure;
                configure(config);
            }
        }
    )*};
}

mistaken! {
    AnnotatedElsewhere Lookup::PRIMARY_KEY, |config| {
        config.annotations([Annotation::of("works", Book::AUTHOR.reverse().count())]);
    };
    CursorByAnnotation Lookup::PRIMARY_KEY, |config| {
        config
            .annotations([Annotation::of("shout", Book::TITLE.upper())])
            .filter_backends(OrderingFilter)
            .ordering_fields(["shout"])
            .pagination_class(CursorPagination::new().ordering(["id"]));
    };
    LookupOfNothing Lookup::named("author__nam"), |_| {};
    LookupOfSeveral Lookup::named("title__in"), |_| {};
    LookupOfNull Lookup::named("author__name__isnull"), |_| {};
}

fn urls() -> Urls {
    let mut router = SimpleRouter::new();
    router.register("books", BookViewSet);
    router.register("visible", VisibleViewSet).basename("visible");
    router.register("plain", PlainViewSet).basename("plain");
    router.register("all", AllBooks).basename("all");
    let (numbers, limits) = (PageNumberPagination::new(), LimitOffsetPagination::new());
    Urls::new()
        .include("", router.urls())
        .path("newest/", newest())
        .path("numbers/two/", bounded(numbers.clone().page_size(1).max_count(2)))
        .path("numbers/ten/", bounded(numbers.clone().page_size(1).max_count(10)))
        .path("numbers/none/", bounded(numbers.page_size(3).without_count()))
        .path("limits/two/", bounded(limits.clone().default_limit(1).max_count(2)))
        .path("limits/none/", bounded(limits.default_limit(3).without_count()))
}

fn shop() -> AppConfig {
    AppConfig::new("shop").model::<Author>().model::<Book>().migration(
        Migration::new("0001_initial").create(ModelState::of::<Author>()).create(ModelState::of::<Book>()),
    )
}

async fn client(change: impl FnOnce(&mut Settings)) -> TestClient {
    let app = App::new("shop", env!("CARGO_MANIFEST_DIR"), urls).app(shop());
    let mut settings = Settings::default();
    change(&mut settings);
    let client = TestClient::with_settings(&app, settings).await;
    client.create_user("alice").await;
    let db = client.db();
    for (name, titles) in [("Ann", ["Alpha", "Beta"]), ("Bob", ["Gamma", "Delta"])] {
        let author = Author::objects().create(db, [Author::NAME.set(name)]).await.unwrap();
        for title in titles {
            let price = Decimal::from(2 * title.len() as i64);
            let book = [Book::TITLE.set(title), Book::AUTHOR.set(&author), Book::PRICE.set(price)];
            Book::objects().create(db, book).await.unwrap();
        }
    }
    client.login("alice").await
}

fn text(dict: &Json, key: &str) -> String {
    match dict.get(key) {
        Some(Json::Str(text)) => text.to_string(),
        other => panic!("{key} is {other:?}"),
    }
}

/// The titles of a list or of a page.
fn titles(rows: &Json) -> Vec<String> {
    let title = |row: &Json| text(row, "title");
    match rows {
        Json::List(rows) => rows.iter().map(title).collect(),
        page => titles(page.get("results").or_else(|| page.get("data")).unwrap()),
    }
}

#[belleville::test]
async fn a_list_is_filtered_searched_ordered_and_split() {
    let client = client(|_| ()).await;
    for (query, count, expected) in [
        ("", 4, &["Alpha", "Beta"][..]),
        ("?page=2", 4, &["Delta", "Gamma"]),
        ("?page=last", 4, &["Delta", "Gamma"]),
        ("?page_size=3", 4, &["Alpha", "Beta", "Delta"]),
        ("?search=a", 4, &["Alpha", "Beta"]),
        ("?search=bo", 2, &["Delta", "Gamma"]),
        ("?search=bo,mm", 1, &["Gamma"]),
        ("?search=ob", 0, &[]),
        ("?ordering=-price,-title", 4, &["Gamma", "Delta"]),
        ("?ordering=hidden", 4, &["Alpha", "Beta"]),
        ("?price__lt=10", 1, &["Beta"]),
        ("?price__range=8,9", 1, &["Beta"]),
        ("?cheap=true", 1, &["Beta"]),
        ("?cheap=false", 3, &["Alpha", "Delta"]),
        ("?author__name__icontains=ANN", 2, &["Alpha", "Beta"]),
        ("?title=g", 1, &["Gamma"]),
    ] {
        let page = client.get(&format!("/books/{query}")).await;
        page.assert_status(200).assert_key("count", count);
        assert_eq!(titles(&page.json()), expected, "{query}");
    }
    let page = client.get("/books/?page=3").await;
    page.assert_status(404).assert_json(json!({"detail": "Invalid page."}));
    let page = client.get("/books/?price=x").await;
    page.assert_status(400).assert_json(json!({"price": ["Enter a number."]}));
    // The object of a URL is looked for among the rows that the filters leave.
    client.get("/books/1/?title=g").await.assert_status(404);
    client.get("/books/3/?title=g").await.assert_status(200);
}

#[belleville::test]
async fn filters_and_pages_of_ones_own() {
    let client = client(|_| ()).await;
    let first = Book::objects().filter(Book::TITLE.eq("Alpha"));
    first.update(client.db(), [Book::HIDDEN.set(true)]).await.unwrap();
    let page = client.get("/visible/").await;
    page.assert_key("more", true);
    assert_eq!(titles(&page.json()), ["Beta", "Gamma"]);
    client.get("/visible/1/").await.assert_status(404);
    let page = client.get("/visible/?page=2").await;
    page.assert_key("more", false);
    assert_eq!(titles(&page.json()), ["Delta"]);
}

#[belleville::test]
async fn a_view_without_a_viewset_has_pages() {
    let client = client(|_| ()).await;
    let page = client.get("/newest/").await.json();
    assert_eq!(titles(&page), ["Delta", "Gamma"]);
    let next = text(&page, "next").replace("http://testserver", "");
    let page = client.get(&next).await.json();
    assert_eq!(titles(&page), ["Beta", "Alpha"]);
    assert_eq!(page.get("next"), Some(&Json::Null));
    let page = client.get("/newest/?cursor=x").await;
    page.assert_status(404).assert_json(json!({"detail": "Invalid cursor"}));
}

#[belleville::test]
async fn not_all_rows_need_be_counted() {
    let client = client(|_| ()).await;
    for (path, count, expected, next, previous) in [
        ("/numbers/two/", Some(2), &["Alpha"][..], Some("/numbers/two/?page=2"), None),
        ("/numbers/two/?page=2", Some(2), &["Beta"], Some("/numbers/two/?page=3"), Some("/numbers/two/")),
        ("/numbers/two/?page=4", Some(2), &["Delta"], None, Some("/numbers/two/?page=3")),
        ("/numbers/ten/?page=last", Some(4), &["Delta"], None, Some("/numbers/ten/?page=3")),
        ("/numbers/none/", None, &["Alpha", "Beta", "Gamma"], Some("/numbers/none/?page=2"), None),
        ("/numbers/none/?page=2", None, &["Delta"], None, Some("/numbers/none/")),
        ("/limits/two/", Some(2), &["Alpha"], Some("/limits/two/?limit=1&offset=1"), None),
        ("/limits/two/?offset=3", Some(2), &["Delta"], None, Some("/limits/two/?limit=1&offset=2")),
        ("/limits/none/", None, &["Alpha", "Beta", "Gamma"], Some("/limits/none/?limit=3&offset=3"), None),
        ("/limits/none/?offset=9", None, &[], None, Some("/limits/none/?limit=3&offset=6")),
    ] {
        let page = client.get(path).await;
        page.assert_status(200);
        let page = page.json();
        assert_eq!(page.get("count"), count.map(Json::Int).as_ref(), "{path}");
        assert_eq!(titles(&page), expected, "{path}");
        for (key, url) in [("next", next), ("previous", previous)] {
            let url = url.map(|url| format!("http://testserver{url}"));
            assert_eq!(page.get(key), Some(&Json::from(url.as_deref())), "{path}: {key}");
        }
    }
    // The last page of a list that is not counted to its end is not known; behind it there is none.
    for path in [
        "/numbers/two/?page=last",
        "/numbers/two/?page=5",
        "/numbers/none/?page=last",
        "/numbers/none/?page=3",
    ] {
        client.get(path).await.assert_status(404).assert_json(json!({"detail": "Invalid page."}));
    }
}

#[belleville::test]
async fn settings_say_how_lists_are_split_and_filtered() {
    for (class, page_size, path, expected) in [
        (None, None, "/plain/", &["Alpha", "Beta", "Gamma", "Delta"][..]),
        (None, Some(3), "/plain/", &["Alpha", "Beta", "Gamma", "Delta"]),
        (Some("PageNumberPagination"), None, "/plain/", &["Alpha", "Beta", "Gamma", "Delta"]),
        (Some("PageNumberPagination"), Some(3), "/plain/?page=2", &["Delta"]),
        (
            Some("rest_framework.pagination.LimitOffsetPagination"),
            Some(3),
            "/plain/?offset=1",
            &["Beta", "Gamma", "Delta"],
        ),
    ] {
        let client = client(|settings| {
            settings.rest_framework.default_pagination_class = class.map(str::to_owned);
            settings.rest_framework.page_size = page_size;
        })
        .await;
        assert_eq!(titles(&client.get(path).await.json()), expected, "{class:?} {page_size:?}");
    }
    for (filters, search, ordering, query, expected) in [
        (&[][..], "search", "ordering", "?ordering=-title", ["Alpha", "Beta"]),
        (&["OrderingFilter"], "search", "ordering", "?ordering=-title", ["Gamma", "Delta"]),
        (&["rest_framework.filters.OrderingFilter"], "search", "sort", "?sort=-title", ["Gamma", "Delta"]),
        (&["OrderingFilter"], "search", "sort", "?ordering=-title", ["Alpha", "Beta"]),
    ] {
        let client = client(|settings| {
            let rest = &mut settings.rest_framework;
            rest.default_filter_backends = filters.iter().map(|name| (*name).to_owned()).collect();
            (rest.search_param, rest.ordering_param) = (search.to_owned(), ordering.to_owned());
        })
        .await;
        let found = titles(&client.get(&format!("/plain/{query}")).await.json());
        assert_eq!(found[..2], expected, "{filters:?} {query}");
    }
    let client = client(|settings| settings.rest_framework.search_param = "q".to_owned()).await;
    client.get("/books/?q=mm").await.assert_key("count", 1);
    client.get("/books/?search=mm").await.assert_key("count", 4);
}

fn urls_of<V: ModelViewSet + Default>() -> Urls {
    let mut router = SimpleRouter::new();
    router.register("books", V::default());
    router.urls()
}

#[belleville::test]
async fn a_mistake_in_a_list_stops_the_start() {
    for (urls, expected) in [
        (
            urls_of::<SearchedViewSet> as fn() -> Urls,
            "SearchedViewSet: search_fields is set, and no filter reads it: add SearchFilter to `filter_backends`",
        ),
        (urls_of::<MisspeltViewSet>, "did you mean `title`?"),
        (urls_of::<EmptyPages>, "a page has at least one row: `page_size(20)`"),
        (
            urls_of::<AnnotatedElsewhere>,
            "AnnotatedElsewhere: the annotation `works` is of shop.Author, and the view's rows are of shop.Book",
        ),
        (
            urls_of::<CursorByAnnotation>,
            "CursorByAnnotation: CursorPagination orders by fields, and `shout` is an annotation",
        ),
        (
            urls_of::<LookupOfNothing>,
            "LookupOfNothing: LOOKUP has `author__nam`: shop.Author has no field `nam`",
        ),
        (
            urls_of::<LookupOfSeveral>,
            "LookupOfSeveral: LOOKUP has `in`, which does not compare with one value",
        ),
        (urls_of::<LookupOfNull>, "LookupOfNull: LOOKUP has `isnull`, which does not compare with one value"),
    ] {
        let app = App::new("shop", env!("CARGO_MANIFEST_DIR"), urls).app(shop());
        let mut settings = Settings::default();
        (settings.secret_key, settings.database_url) =
            ("0123456789".repeat(6), "sqlite://:memory:".to_owned());
        let error = app.application(settings).err().map_or_else(String::new, |error| error.to_string());
        assert!(error.contains(expected), "{expected}: {error}");
    }
}

#[belleville::test]
async fn a_streamed_list_has_no_pages_whatever_the_settings_say() {
    let client = client(|settings| {
        settings.rest_framework.default_pagination_class = Some("PageNumberPagination".to_owned());
        settings.rest_framework.page_size = Some(2);
    });
    let alice = client.await.login("alice").await;
    assert!(matches!(alice.get("/all/").await.json(), Json::List(books) if books.len() == 4));
    assert!(matches!(alice.get("/plain/").await.json(), Json::Dict(_)));
}
