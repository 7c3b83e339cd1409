//! Lists of books without a viewset: in pages of other sorts, and with a filter of each class.

use belleville::db::{Annotation, Rows};
use belleville::filters::{
    DjangoFilterBackend, Filter, FilterSet, OrderingFields, OrderingFilter, SearchFilter,
};
use belleville::json::Json;
use belleville::pagination::{CursorPagination, LimitOffsetPagination, PageNumberPagination};
use belleville::prelude::*;
use belleville::serializers::SerializerClass;

use super::models::{Author, Book};
use super::serializers::{AuthorSerializer, BookSerializer, NestedBookSerializer};

/// All books.
fn books<S: ModelSerializer<Model = Book>>(class: &str) -> View {
    View::new(class.replace("Books", " Books"))
        .class(class)
        .serializer_class(SerializerClass::of::<S>())
        .permission_classes(AllowAny)
        .get(all_books::<S>)
}

async fn all_books<S: ModelSerializer<Model = Book>>(request: Request) -> Result<Response> {
    Response::of_page::<S>(Book::objects(), &request).await
}

const GENRES: [&str; 3] = ["crime", "poetry", "science-fiction"];

/// One filter of each class.
fn declared() -> FilterSet {
    let [owner_name, reviewer_name] = crate::LOGIN_NAMES;
    FilterSet::new()
        .lookups("title", ["exact", "endswith", "regex"])
        .lookups("author", ["in", "isnull"])
        .lookups("genres", ["in", "isnull"])
        .lookups("reviews", ["exact"])
        .lookups("reviews__stars", ["exact", "gte"])
        .lookups("author__books", ["exact"])
        .lookups("created_at", ["exact", "date", "year__gt", "hour"])
        .lookups("rating", ["exact", "gt"])
        .lookups("author__born", ["isnull", "year"])
        .lookups(owner_name, ["exact", "in"])
        .lookups("pages", ["lt", "range"])
        .filter("cheaper_than", Filter::number().field_name("price").lookup_expr("lt"))
        .filter("price", Filter::range())
        .filter("created", Filter::date_from_to_range().field_name("created_at"))
        .filter("between", Filter::datetime_from_to_range().field_name("created_at"))
        .filter("since", Filter::datetime().field_name("created_at").lookup_expr("gte"))
        .filter("at", Filter::time().field_name("created_at").lookup_expr("time__gte"))
        .filter("times", Filter::time_range().field_name("created_at__time"))
        .filter("published", Filter::date().field_name("published_on").lookup_expr("range"))
        .filter("not_status", Filter::choice(["draft", "published"]).field_name("status").exclude())
        .filter("genre", Filter::multiple_choice(GENRES).field_name("genres__slug"))
        .filter("all_genres", Filter::multiple_choice(GENRES).field_name("genres__slug").conjoined())
        .filter("no_genre", Filter::multiple_choice(GENRES).field_name("genres__slug").exclude())
        .filter("pages", Filter::number().lookup_expr("in"))
        .filter("uuid", Filter::uuid())
        .filter("wait", Filter::duration().method(|rows, _, _| Ok(rows.matching(Book::ID.eq(0))?)))
        .filter("title", Filter::text().lookup_expr("icontains"))
        .filter("reviewer", Filter::text().field_name(reviewer_name).distinct())
        .filter("unreviewed", Filter::boolean().field_name("reviews").lookup_expr("isnull").distinct())
        .filter("longer_than", Filter::number().method(longer_than))
        .filter("sort", Filter::ordering([("price", "cost"), ("title", "title")]))
}

fn longer_than(rows: Rows, pages: &Json, _: &Request) -> Result<Rows> {
    let pages = match pages {
        Json::Int(pages) => *pages,
        _ => 0,
    };
    Ok(rows.matching(Book::PAGES.gt(pages))?)
}

pub(super) fn urls() -> Urls {
    let by_offset = LimitOffsetPagination::new().default_limit(4).max_limit(10);
    let by_cursor = CursorPagination::new().page_size(3).ordering(["-price"]).page_size_query_param("size");
    let by_order = CursorPagination::new().page_size(4).ordering(["title", "id"]);
    let ordered = books::<BookSerializer>("OrderedCursorBooks")
        .name("Ordered Cursor Books")
        .pagination_class(by_order)
        .filter_backends(OrderingFilter)
        .ordering_fields(["title", "price", "isbn", "created_at", "author__name"]);
    let filtered = books::<NestedBookSerializer>("FilteredBooks")
        .filter_backends(DjangoFilterBackend)
        .filterset(declared());
    let searched = books::<NestedBookSerializer>("SearchedBooks")
        .filter_backends((SearchFilter, OrderingFilter))
        .search_fields(["title__endswith", "$isbn", "reviews__text", "pages", "author__name__iexact"])
        .ordering_fields(OrderingFields::All);
    let authors = View::new("Searched Authors")
        .class("SearchedAuthors")
        .serializer_class(SerializerClass::of::<AuthorSerializer>())
        .permission_classes(AllowAny)
        .filter_backends(SearchFilter)
        .search_fields(["=name", "books__title", "=books__published_on__year"])
        .get(async |request: Request| {
            Response::of_page::<AuthorSerializer>(Author::objects(), &request).await
        });
    let annotated = |name: &str, class: &str| {
        View::new(name)
            .class(class)
            .serializer_class(SerializerClass::of::<AuthorSerializer>())
            .permission_classes(AllowAny)
            .filter_backends((SearchFilter, OrderingFilter))
            .annotations([
                Annotation::of("works", Book::AUTHOR.reverse().count()),
                Annotation::of("shout", Author::NAME.upper()),
                Annotation::of("length", Author::NAME.length()),
                Annotation::of("dearest", Book::AUTHOR.reverse().to(Book::PRICE).max()),
            ])
            .get(async |request: Request| {
                Response::of_page::<AuthorSerializer>(Author::objects(), &request).await
            })
    };
    let by_works = annotated("Annotated Authors", "AnnotatedAuthors")
        .search_fields(["=works", "^shout", "email"])
        .ordering_fields(["works", "shout", "name", "dearest"])
        .ordering(["-works", "id"])
        .pagination_class(PageNumberPagination::new().page_size(2));
    let by_all = annotated("Authors By All", "AuthorsByAll")
        .search_fields(["dearest", "$shout", "books__title"])
        .ordering_fields(OrderingFields::All)
        .ordering(["length", "id"]);
    Urls::new()
        .path("authors-annotated/", by_works)
        .path("authors-annotated-by-all/", by_all)
        .path("books-by-offset/", books::<BookSerializer>("OffsetBooks").pagination_class(by_offset))
        .path("books-by-cursor/", books::<BookSerializer>("CursorBooks").pagination_class(by_cursor))
        .path("books-by-cursor-and-order/", ordered)
        .path("books-filtered/", filtered)
        .path("books-searched/", searched)
        .path("authors-searched/", authors)
}
