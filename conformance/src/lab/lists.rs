//! `/conformance/lab/lists/<name>/`: what DRF's tests of filters, pages and generic views ask, over the models that the lab has.

use std::sync::Arc;

use belleville::db::Rows;
use belleville::filters::{FilterBackend, OrderingFields, OrderingFilter, SearchFilter};
use belleville::json;
use belleville::pagination::{CursorPagination, LimitOffsetPagination, PageNumberPagination};
use belleville::policies::Policies;
use belleville::prelude::*;
use belleville::serializers::fields::CharField;
use belleville::serializers::{SerializerClass, SerializerMethodField, serializer_methods};
use belleville::views::Listing;

use super::models::{
    ForeignKeySource, ForeignKeyTarget, ManyToManySource, OneFieldModel, RegularFieldsModel,
    UniqueConstraintCustomMessageCodeModel as Text, UniquenessTogetherModel,
};
use super::rows::by_key;

#[derive(ModelSerializer)]
#[serializer(model = Text, fields = [id, username, company_id, role])]
struct TextSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Text, fields = [id, username])]
struct HiddenRoleSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Text, fields = [id, username, role], extra_kwargs = [role(write_only)])]
struct WriteOnlyRoleSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Text, fields = [id, user])]
struct RenamedSerializer {
    #[field(source = "username")]
    user: CharField,
}

#[derive(ModelSerializer)]
#[serializer(model = ForeignKeySource, fields = [id, name, target_name])]
struct SourceSerializer {
    #[field(source = "target.name")]
    target_name: CharField,
}

#[derive(ModelSerializer)]
#[serializer(model = ForeignKeyTarget, fields = [id, name])]
struct TargetSerializer;

#[derive(ModelSerializer)]
#[serializer(model = ManyToManySource, fields = [id, name])]
struct ManySerializer;

#[derive(ModelSerializer)]
#[serializer(model = RegularFieldsModel, fields = [auto_field, char_field, slug_field, shouted])]
struct ShoutedSerializer {
    shouted: SerializerMethodField,
}

#[serializer_methods]
impl ShoutedSerializer {
    fn get_shouted(object: &RegularFieldsModel) -> String {
        object.char_field.to_uppercase()
    }
}

#[derive(ModelSerializer)]
#[serializer(model = UniquenessTogetherModel, fields = [race_name, position])]
struct PositionSerializer;

#[derive(ModelSerializer)]
#[serializer(model = OneFieldModel, fields = [id, char_field])]
struct BasicSerializer;

/// What a POST takes, beside the rest.
#[derive(ModelSerializer)]
#[serializer(model = OneFieldModel, fields = [char_field])]
struct WordSerializer;

/// All rows of a serializer's model, by their keys.
fn rows<S: ModelSerializer>(class: &str, policies: impl FnOnce(&mut Policies)) -> View {
    View::new(class)
        .serializer_class(SerializerClass::of::<S>())
        .authentication_classes(())
        .permission_classes(AllowAny)
        .policies(policies)
        .get(async |request: Request| Response::of_page::<S>(by_key::<S::Model>(&request)?, &request).await)
}

fn searched<S: ModelSerializer>(fields: impl Into<Vec<&'static str>>) -> View {
    let fields = fields.into();
    rows::<S>("Searched", |policies| {
        policies.filter_backends(SearchFilter).search_fields(fields);
    })
}

fn ordered<S: ModelSerializer>(ordering: &[&'static str], fields: impl Into<Option<OrderingFields>>) -> View {
    rows::<S>("Ordered", |policies| {
        policies.filter_backends(OrderingFilter).ordering(ordering.to_vec());
        if let Some(fields) = fields.into() {
            policies.ordering_fields(fields);
        }
    })
}

/// Looks at the name alone where the request says so.
struct Either;

impl FilterBackend for Either {
    async fn filter_rows(&self, request: &Request, rows: Rows, listing: &Listing) -> Result<Rows> {
        let title_only = request.query_params().get("title_only").is_some_and(|said| !said.is_empty());
        let fields: &[&str] = if title_only { &["$username"] } else { &["$username", "$role"] };
        SearchFilter.search(request, rows, listing, fields)
    }
}

struct EvenOnly;

impl FilterBackend for EvenOnly {
    async fn filter_rows(&self, _: &Request, rows: Rows, _: &Listing) -> Result<Rows> {
        Ok(rows.matching(Text::USERNAME.eq("even"))?)
    }
}

fn numbers() -> PageNumberPagination {
    PageNumberPagination::new().page_size(5).page_size_query_param("page_size").max_page_size(20)
}

fn cursors() -> CursorPagination {
    CursorPagination::new()
        .page_size(5)
        .page_size_query_param("page_size")
        .max_page_size(20)
        .ordering(["position"])
}

/// Rows whose text is this one.
struct Only(&'static str);

impl FilterBackend for Only {
    async fn filter_rows(&self, _: &Request, rows: Rows, _: &Listing) -> Result<Rows> {
        Ok(rows.matching(OneFieldModel::CHAR_FIELD.eq(self.0))?)
    }
}

/// `ListCreateAPIView`, with a filter where there is one.
struct Root(Option<&'static str>);

impl ModelViewSet for Root {
    type Model = OneFieldModel;
    type Serializer = BasicSerializer;

    const ACTIONS: &'static [Action] = &[Action::List, Action::Create];

    fn queryset(&self, request: &Request) -> Result<QuerySet<OneFieldModel>> {
        by_key(request)
    }

    fn configure(&self, config: &mut Config<Self>) {
        open(config, self.0);
    }
}

fn open(policies: &mut Policies, only: Option<&'static str>) {
    policies.authentication_classes(()).permission_classes(AllowAny);
    if let Some(text) = only {
        policies.filter_backends(Only(text));
    }
}

/// The actions of `RetrieveUpdateDestroyAPIView`.
const OF_INSTANCE: &[Action] = &[Action::Retrieve, Action::Update, Action::PartialUpdate, Action::Destroy];

struct Instance(Option<&'static str>);

impl ModelViewSet for Instance {
    type Model = OneFieldModel;
    type Serializer = BasicSerializer;

    const ACTIONS: &'static [Action] = OF_INSTANCE;

    fn queryset(&self, _: &Request) -> Result<QuerySet<OneFieldModel>> {
        Ok(OneFieldModel::objects().exclude(OneFieldModel::CHAR_FIELD.eq("filtered out")))
    }

    fn configure(&self, config: &mut Config<Self>) {
        open(config, self.0);
    }
}

struct Dynamic;

impl ModelViewSet for Dynamic {
    type Model = OneFieldModel;
    type Serializer = BasicSerializer;

    const ACTIONS: &'static [Action] = &[Action::List, Action::Create];

    fn configure(&self, config: &mut Config<Self>) {
        open(config, None);
    }

    fn get_serializer_class(&self, request: &Request) -> Result<Arc<SerializerClass>> {
        Ok(match request.method() {
            "POST" => SerializerClass::of::<WordSerializer>(),
            _ => SerializerClass::of::<BasicSerializer>(),
        })
    }
}

struct OwnObject;

impl ModelViewSet for OwnObject {
    type Model = OneFieldModel;
    type Serializer = BasicSerializer;

    const ACTIONS: &'static [Action] = OF_INSTANCE;

    fn configure(&self, config: &mut Config<Self>) {
        open(config, None);
    }

    async fn get_object(&self, request: &Request) -> Result<OneFieldModel> {
        let text = request.kwarg("pk").unwrap_or_default();
        let found = OneFieldModel::objects().filter(OneFieldModel::CHAR_FIELD.eq(text));
        found.first(request.db()).await?.ok_or_else(Error::not_found)
    }
}

struct OverriddenRoot;

impl ModelViewSet for OverriddenRoot {
    type Model = OneFieldModel;
    type Serializer = BasicSerializer;

    const ACTIONS: &'static [Action] = &[Action::List, Action::Create];

    fn configure(&self, config: &mut Config<Self>) {
        open(config, None);
    }

    async fn list(&self, _: &Request) -> Result<Response> {
        Response::data(200, &json!({"called": "list"}))
    }

    async fn create(&self, _: &Request) -> Result<Response> {
        Response::data(200, &json!({"called": "create"}))
    }
}

struct Overridden;

impl ModelViewSet for Overridden {
    type Model = OneFieldModel;
    type Serializer = BasicSerializer;

    const ACTIONS: &'static [Action] = OF_INSTANCE;

    fn configure(&self, config: &mut Config<Self>) {
        open(config, None);
    }

    async fn retrieve(&self, request: &Request) -> Result<Response> {
        called("retrieve", request)
    }

    async fn update(&self, request: &Request) -> Result<Response> {
        called("update", request)
    }

    async fn partial_update(&self, request: &Request) -> Result<Response> {
        called("partial_update", request)
    }

    async fn destroy(&self, request: &Request) -> Result<Response> {
        called("destroy", request)
    }
}

fn called(action: &str, request: &Request) -> Result<Response> {
    Response::data(200, &json!({"called": action, "pk": request.kwarg("pk").unwrap_or_default()}))
}

fn search(urls: Urls) -> Urls {
    urls.path("search/plain/", searched::<TextSerializer>(["username", "role"]))
        .path("search/nowhere/", searched::<TextSerializer>([]))
        .path("search/exact/", searched::<TextSerializer>(["=username", "role"]))
        .path("search/start/", searched::<TextSerializer>(["username", "^role"]))
        .path("search/pattern/", searched::<TextSerializer>(["$username", "$role"]))
        .path("search/end/", searched::<TextSerializer>(["role__iendswith"]))
        .path("search/number/", searched::<TextSerializer>(["company_id", "id"]))
        .path("search/either/", rows::<TextSerializer>("Searched", |_| ()).filter_backends(Either))
        .path("search/foreign/", searched::<SourceSerializer>(["name", "target__name"]))
        .path("search/foreign-first/", searched::<SourceSerializer>(["target__name__iendswith", "name"]))
        .path("search/many/", searched::<ManySerializer>(["=name", "targets__name"]))
        .path("search/reverse/", searched::<TargetSerializer>(["=name", "sources__name"]))
        .path("search/date/", searched::<ShoutedSerializer>(["=date_field__year", "slug_field"]))
}

fn order(urls: Urls) -> Urls {
    urls.path("order/named/", ordered::<TextSerializer>(&["username"], OrderingFields::from(["role"])))
        .path("order/text/", ordered::<TextSerializer>(&["username"], OrderingFields::from(["role"])))
        .path("order/shown/", ordered::<ShoutedSerializer>(&["-auto_field"], None))
        .path("order/all/", ordered::<TextSerializer>(&["username"], OrderingFields::All))
        .path("order/none/", ordered::<TextSerializer>(&[], None))
        .path("order/dotted/", ordered::<SourceSerializer>(&[], None))
        .path("order/hidden/", ordered::<HiddenRoleSerializer>(&["username"], None))
        .path("order/write-only/", ordered::<WriteOnlyRoleSerializer>(&["username"], None))
        .path("order/renamed/", ordered::<RenamedSerializer>(&["username"], None))
}

fn pages(urls: Urls) -> Urls {
    let offsets = LimitOffsetPagination::new().default_limit(10).max_limit(15);
    let renamed = PageNumberPagination::new()
        .page_size(5)
        .page_query_param("p")
        .last_page_strings(["end"])
        .invalid_page_message("No such page.");
    let renamed_offsets =
        LimitOffsetPagination::new().default_limit(5).limit_query_param("count").offset_query_param("from");
    let paged = || rows::<TextSerializer>("Paged", |_| ());
    let by_cursor = || rows::<PositionSerializer>("Paged", |_| ()).pagination_class(cursors());
    let orderable = || by_cursor().filter_backends(OrderingFilter).ordering_fields(["race_name", "position"]);
    let kinds = rows::<ShoutedSerializer>("Paged", |_| ())
        .pagination_class(CursorPagination::new().page_size(1).ordering(["auto_field"]))
        .filter_backends(OrderingFilter)
        .ordering_fields(OrderingFields::All);
    urls.path("pages/numbers/", paged().pagination_class(numbers()).filter_backends(EvenOnly))
        .path("pages/all/", paged().pagination_class(numbers()))
        .path("pages/never/", paged().pagination_class(()))
        .path("pages/offsets/", paged().pagination_class(offsets))
        .path("pages/no-limit/", paged().pagination_class(LimitOffsetPagination::new()))
        .path("pages/renamed/", paged().pagination_class(renamed))
        .path("pages/renamed-offsets/", paged().pagination_class(renamed_offsets))
        .path("pages/cursors/", by_cursor())
        .path("pages/cursors-by-key/", by_cursor().pagination_class(cursors().ordering(["position", "id"])))
        .path("pages/ordered-cursors/", orderable().ordering(["race_name"]))
        .path("pages/orderable-cursors/", orderable())
        .path("pages/kinds/", kinds)
}

fn generic(urls: Urls) -> Urls {
    let root = |only| View::list_of(Root(only)).name("Root");
    let instance = |only| View::detail_of(Instance(only)).name("Instance");
    urls.path("generic/base/", root(None))
        .path("generic/inclusive/", root(Some("foo")))
        .path("generic/exclusive/", root(Some("other")))
        .path("generic/dynamic/", View::list_of(Dynamic).name("Dynamic"))
        .path("generic/overridden/", View::list_of(OverriddenRoot).name("Overridden Root"))
        .path("generic/instance/<pk>/", instance(None))
        .path("generic/inclusive/<pk>/", instance(Some("foo")))
        .path("generic/exclusive/<pk>/", instance(Some("other")))
        .path("generic/own-object/<pk>/", View::detail_of(OwnObject).name("Own Object"))
        .path("generic/overridden/<pk>/", View::detail_of(Overridden).name("Overridden"))
}

pub(crate) fn urls() -> Urls {
    generic(pages(order(search(Urls::new()))))
}
