//! The viewsets of the library.

use belleville::db::now;
use belleville::json;
use belleville::permissions::{DjangoModelPermissions, DjangoModelPermissionsOrAnonReadOnly, IntoRules};
use belleville::prelude::*;
use belleville::serializers::SerializerClass;

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
        config.permission_classes(Self::rules());
        config.on(Action::Create).permission_classes(IsAuthenticated);
    }

    async fn perform_create(&self, serializer: Serializer<Book>, request: &Request) -> Result<Book> {
        serializer.with(Book::OWNER.set(request.user()?)).save(request.db()).await
    }
}

/// What the viewset can do beside the usual actions.
impl BookViewSet {
    /// Everybody may read, and only the owner may change a book.
    fn rules() -> impl IntoRules {
        (IsAuthenticatedOrReadOnly, ReadOnly | IsOwner::by(Book::OWNER))
    }

    /// A view as DRF's `@action` makes it.
    fn action(name: &str, description: &str) -> View {
        View::new(name)
            .class("BookViewSet")
            .description(description)
            .serializer(SerializerClass::of::<BookSerializer>())
            .permission_classes(Self::rules())
    }

    async fn publish(request: Request) -> Result<Response> {
        let book = Self.get_object(&request).await?;
        let drafts = Book::objects().filter(Book::STATUS.eq(Status::Draft));
        let published = [Book::STATUS.set(Status::Published), Book::UPDATED_AT.set(now())];
        match drafts.update_one(request.db(), book, published).await? {
            Some(book) => Response::of_object::<BookSerializer>(200, &book, &request).await,
            None => Response::data(409, &json!({"status": "already published"})),
        }
    }

    async fn brief(request: Request) -> Result<Response> {
        Response::of_rows::<BookBriefSerializer>(Self.queryset(&request)?, &request).await
    }

    async fn audit(request: Request) -> Result<Response> {
        let book = Self.get_object(&request).await?;
        let user = request.user()?.username();
        Response::data(200, &json!({"id": book.id, "checked_by": user}))
    }

    fn audited(_: &Request) -> Response {
        Response::empty(204)
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

    fn queryset(&self, _: &Request) -> Result<QuerySet<Author>> {
        Ok(Author::objects().order_by([Author::ID.desc()]))
    }

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(DjangoModelPermissions);
    }
}

pub(super) struct ReviewViewSet;

impl ModelViewSet for ReviewViewSet {
    type Model = Review;
    type Serializer = ReviewSerializer;

    const ACTIONS: &'static [Action] = &[Action::List, Action::Create, Action::Retrieve, Action::Destroy];

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(IsAuthenticated);
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

    let audit = BookViewSet::action("Audit", BookViewSet::DOC)
        .permission_classes(IsAdminUser)
        .get(BookViewSet::audit)
        .delete(BookViewSet::audited);
    Urls::new()
        .path("books/in-brief/", BookViewSet::action("Brief", BookViewSet::DOC).get(BookViewSet::brief))
        .name("book-brief")
        .path(
            "books/<pk>/publish/",
            BookViewSet::action("Publish", "Move a draft to the shelf.").post(BookViewSet::publish),
        )
        .name("book-publish")
        .path("books/<pk>/audit/", audit)
        .name("book-audit")
        .include("", router.urls())
        .include("bare/", bare.urls())
}
