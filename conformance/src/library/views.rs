//! The viewsets of the library.

use belleville::db::now;
use belleville::filters::{DjangoFilterBackend, FilterSet, OrderingFilter, SearchFilter};
use belleville::json;
use belleville::pagination::PageNumberPagination;
use belleville::permissions::{DjangoModelPermissions, DjangoModelPermissionsOrAnonReadOnly, IntoRules};
use belleville::policies::Policies;
use belleville::prelude::*;
use belleville::serializers::SerializerClass;

use super::lists;
use super::models::{Author, Book, Genre, Review, Status};
use super::serializers::{
    AuthorSerializer, BookBriefSerializer, BookSerializer, GenreSerializer, ReviewSerializer,
};
use crate::permissions::ReadOnly;

pub(super) struct BookViewSet;

/// Books: filtered, searched, ordered and paged; only their owner may change them.
#[viewset]
impl ModelViewSet for BookViewSet {
    type Model = Book;
    type Serializer = BookSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        let pages =
            PageNumberPagination::new().page_size(5).page_size_query_param("page_size").max_page_size(20);
        Self::filtered(config);
        config.permission_classes(Self::rules()).pagination_class(pages);
        config.on(Action::Create).permission_classes(IsAuthenticated);
    }

    async fn perform_create(&self, serializer: Serializer<Book>, request: &Request) -> Result<Book> {
        serializer.with(Book::OWNER.set(request.user()?)).save(request.db()).await
    }

    /// Move a draft to the shelf.
    #[action(detail, methods = [POST])]
    async fn publish(&self, request: &Request) -> Result<Response> {
        let book = self.get_object(request).await?;
        let drafts = Book::objects().filter(Book::STATUS.eq(Status::Draft));
        let published = [Book::STATUS.set(Status::Published), Book::UPDATED_AT.set(now())];
        match drafts.update_one(request.db(), book, published).await? {
            Some(book) => Response::of_object::<BookSerializer>(200, &book, request).await,
            None => Response::data(409, &json!({"status": "already published"})),
        }
    }

    #[action(
        list,
        url_path = "in-brief",
        url_name = "brief",
        pagination_class = (),
        serializer_class = SerializerClass::of::<BookBriefSerializer>()
    )]
    async fn brief(&self, request: &Request) -> Result<Response> {
        self.list(request).await
    }

    #[action(detail, permission_classes = IsAdminUser)]
    async fn audit(&self, request: &Request) -> Result<Response> {
        let book = self.get_object(request).await?;
        Response::data(200, &json!({"id": book.id, "checked_by": request.user()?.username()}))
    }

    #[action(mapping = audit, methods = [DELETE])]
    fn audited(&self, _: &Request) -> Response {
        Response::empty(204)
    }
}

/// What the viewset can do beside the usual actions.
impl BookViewSet {
    /// Everybody may read, and only the owner may change a book.
    fn rules() -> impl IntoRules {
        (IsAuthenticatedOrReadOnly, ReadOnly | IsOwner::by(Book::OWNER))
    }

    /// What clients may ask for of its lists.
    fn filtered(policies: &mut Policies) {
        policies
            .filter_backends((DjangoFilterBackend, SearchFilter, OrderingFilter))
            .filterset(Self::filterset())
            .search_fields(["title", "^author__name", "=isbn", "genres__name"])
            .ordering_fields(["title", "price", "created_at", "author__name"]);
    }

    fn filterset() -> FilterSet {
        FilterSet::new()
            .lookups("status", ["exact", "in"])
            .lookups("price", ["exact", "lt", "lte", "gt", "gte", "range"])
            .lookups("title", ["exact", "iexact", "contains", "icontains", "startswith", "istartswith"])
            .lookups("pages", ["isnull", "gte"])
            .lookups("author", ["exact"])
            .lookups("author__name", ["icontains"])
            .lookups("available", ["exact"])
            .lookups("published_on", ["year", "gte", "lte"])
            .lookups("genres", ["exact"])
    }
}

pub(super) struct GenreViewSet;

impl ModelViewSet for GenreViewSet {
    type Model = Genre;
    type Serializer = GenreSerializer;

    const LOOKUP: Lookup<Genre> = Lookup::field(Genre::SLUG);

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(DjangoModelPermissionsOrAnonReadOnly);
    }
}

pub(super) struct AuthorViewSet;

impl ModelViewSet for AuthorViewSet {
    type Model = Author;
    type Serializer = AuthorSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config
            .permission_classes(DjangoModelPermissions)
            .filter_backends((SearchFilter, OrderingFilter))
            .search_fields(["name", "email", "books__title"])
            .ordering(["-id"]);
    }
}

pub(super) struct ReviewViewSet;

impl ModelViewSet for ReviewViewSet {
    type Model = Review;
    type Serializer = ReviewSerializer;

    const ACTIONS: &'static [Action] = &[Action::List, Action::Create, Action::Retrieve, Action::Destroy];

    fn configure(&self, config: &mut Config<Self>) {
        config
            .permission_classes(IsAuthenticated)
            .filter_backends(DjangoFilterBackend)
            .filterset(["book", "stars"]);
    }
}

pub(super) fn urls() -> Urls {
    let mut router = DefaultRouter::new();
    router.register("books", BookViewSet);
    router.register("genres", GenreViewSet);
    router.register("authors", AuthorViewSet);
    router.register("reviews", ReviewViewSet);
    let mut bare = SimpleRouter::without_trailing_slash();
    bare.register("genres", GenreViewSet).basename("bare-genre");

    Urls::new().include("", lists::urls()).include("", router.urls()).include("bare/", bare.urls())
}
