//! Conditions, orders and values over relations; subqueries. `tables/relations.py` has the same in Python.

use belleville_db::functions::outer;

use crate::models::{Author, Book, Line, Profile, Publisher, Review, Tag, Tagging};
use crate::table::Table;
use crate::values::{BOOKS, REVIEWS, TAGS, authors, books, lines, reviews, tags};

pub(crate) fn add(t: &mut Table) {
    t.all("forward", books().filter(Book::AUTHOR.to(Author::NAME).eq("Ann")));
    t.all("forward nullable", books().filter(Book::EDITOR.to(Author::NAME).eq("bob")));
    t.all("exclude forward nullable", books().exclude(Book::EDITOR.to(Author::NAME).eq("bob")));
    t.all(
        "exclude nullable column over nullable",
        books().exclude(Book::EDITOR.to(Author::EMAIL).eq("ann@x.org")),
    );
    t.all("isnull over nullable", books().filter(Book::EDITOR.to(Author::EMAIL).is_null(true)));
    t.all("isnull false over nullable", books().filter(Book::EDITOR.to(Author::EMAIL).is_null(false)));
    t.all("isnull of a key", books().filter(Book::EDITOR.is_null(true)));
    t.all("two forward", books().filter(Book::AUTHOR.to(Author::PUBLISHER).to(Publisher::NAME).eq("Ace")));
    t.all(
        "exclude two forward",
        books().exclude(Book::AUTHOR.to(Author::PUBLISHER).to(Publisher::NAME).eq("Ace")),
    );
    t.all(
        "exclude contains two forward",
        books().exclude(Book::AUTHOR.to(Author::PUBLISHER).to(Publisher::COUNTRY).contains("u")),
    );
    t.all(
        "three forward",
        books().filter(Book::EDITOR.to(Author::MENTOR).to(Author::PUBLISHER).to(Publisher::COUNTRY).eq("us")),
    );
    t.all("or over a join", books().filter(Book::EDITOR.to(Author::NAME).eq("bob") | Book::PAGES.eq(250)));
    t.all(
        "exclude or over a join",
        books().exclude(Book::EDITOR.to(Author::NAME).eq("bob") | Book::PAGES.eq(250)),
    );
    t.all("self", authors().filter(Author::MENTOR.to(Author::NAME).eq("Ann")));
    t.all("self back", authors().filter(Author::MENTOR.reverse().to(Author::NAME).eq("bob")));
    t.all("self twice", authors().filter(Author::MENTOR.to(Author::MENTOR).to(Author::ID).eq(1)));
    t.all("exclude self back", authors().exclude(Author::MENTOR.reverse().to(Author::NAME).eq("bob")));
    t.all("back", books().filter(REVIEWS.to(Review::STARS).eq(5)));
    t.all("back distinct", books().filter(REVIEWS.to(Review::STARS).eq(5)).distinct());
    t.all(
        "back two in one filter",
        books().filter(REVIEWS.to(Review::STARS).eq(5) & REVIEWS.to(Review::HELPFUL).eq(3)),
    );
    t.all(
        "back two filters",
        books().filter(REVIEWS.to(Review::STARS).eq(5)).filter(REVIEWS.to(Review::STARS).eq(1)),
    );
    t.all(
        "back impossible in one",
        books().filter(REVIEWS.to(Review::STARS).eq(5) & REVIEWS.to(Review::TEXT).eq("BAD")),
    );
    t.all("back or", books().filter(REVIEWS.to(Review::STARS).eq(1) | REVIEWS.to(Review::HELPFUL).eq(10)));
    t.all("exclude back", books().exclude(REVIEWS.to(Review::STARS).eq(5)));
    t.all("exclude back nullable", books().exclude(REVIEWS.to(Review::HELPFUL).eq(3)));
    t.all(
        "exclude back two in one",
        books().exclude(REVIEWS.to(Review::STARS).eq(5) & REVIEWS.to(Review::HELPFUL).eq(10)),
    );
    t.all(
        "filter and not back in one",
        books().filter(REVIEWS.to(Review::STARS).eq(5) & !REVIEWS.to(Review::HELPFUL).eq(3)),
    );
    t.all(
        "not before filter back in one",
        books().filter(!REVIEWS.to(Review::HELPFUL).eq(3) & REVIEWS.to(Review::STARS).eq(5)),
    );
    t.all(
        "filter then exclude back",
        books().filter(REVIEWS.to(Review::STARS).eq(5)).exclude(REVIEWS.to(Review::HELPFUL).eq(3)),
    );
    t.all("exclude not back", books().exclude(!REVIEWS.to(Review::STARS).eq(5)));
    t.all("back isnull", books().filter(REVIEWS.is_null(true)));
    t.all("back not isnull", books().filter(REVIEWS.is_null(false)));
    t.all("exclude back isnull", books().exclude(REVIEWS.is_null(true)));
    t.all("exclude back not isnull", books().exclude(REVIEWS.is_null(false)));
    t.all("back column isnull", books().filter(REVIEWS.to(Review::HELPFUL).is_null(true)));
    t.all("exclude back column isnull", books().exclude(REVIEWS.to(Review::HELPFUL).is_null(true)));
    t.all("back then forward", books().filter(REVIEWS.to(Review::REVIEWER).to(Author::NAME).eq("Ann")));
    t.all(
        "exclude back then forward",
        books().exclude(REVIEWS.to(Review::REVIEWER).to(Author::NAME).eq("Ann")),
    );
    t.all(
        "forward then back",
        reviews().filter(Review::REVIEWER.to_many(Book::AUTHOR.reverse()).to(Book::TITLE).eq("Alpha")),
    );
    t.all(
        "exclude forward then back",
        reviews().exclude(Review::REVIEWER.to_many(Book::AUTHOR.reverse()).to(Book::TITLE).eq("Alpha")),
    );
    t.all(
        "exclude forward then back not null",
        lines().exclude(Line::BOOK.to_many(REVIEWS).to(Review::STARS).eq(5)),
    );
    t.all("back twice", authors().filter(BOOKS.to_many(REVIEWS).to(Review::STARS).eq(5)));
    t.all("exclude back twice", authors().exclude(BOOKS.to_many(REVIEWS).to(Review::STARS).eq(5)));
    t.all(
        "back in",
        authors().filter(BOOKS.pk().is_in(books().filter(Book::PAGES.eq(100)).values(Book::ID))),
    );
    t.all("exclude back in", authors().exclude(BOOKS.pk().is_in([1, 2])));
    t.all("exclude back F", authors().exclude(BOOKS.to(Book::TITLE).eq(Author::NAME)));
    t.all("many", books().filter(TAGS.to(Tag::NAME).eq("crime")));
    t.all(
        "many two filters",
        books().filter(TAGS.to(Tag::NAME).eq("crime")).filter(TAGS.to(Tag::NAME).eq("Crime")),
    );
    t.all(
        "many two in one",
        books().filter(TAGS.to(Tag::NAME).eq("crime") & Tagging::BOOK.reverse().to(Tagging::WEIGHT).eq(5)),
    );
    t.all("exclude many", books().exclude(TAGS.to(Tag::NAME).eq("crime")));
    t.all("exclude many nullable", books().exclude(TAGS.to(Tag::COLOR).eq("red")));
    t.all("many isnull", books().filter(TAGS.is_null(true)));
    t.all(
        "many back",
        tags()
            .filter(Tagging::TAG.reverse().to(Tagging::BOOK).to(Book::PAGES).eq(100))
            .order_by([Tag::ID.asc()]),
    );
    t.all(
        "exclude many back",
        tags()
            .exclude(Tagging::TAG.reverse().to(Tagging::BOOK).to(Book::AVAILABLE).eq(true))
            .order_by([Tag::ID.asc()]),
    );
    t.all("many icontains distinct", books().filter(TAGS.to(Tag::NAME).icontains("c")).distinct());
    t.all("one to one back", authors().filter(Profile::AUTHOR.reverse().to(Profile::BIO).eq("")));
    let bio = Profile::AUTHOR.reverse().to(Profile::BIO);
    let is_null = Profile::AUTHOR.reverse().is_null(true);
    let (ann, bob) = (Author::NAME.eq("Ann"), Author::NAME.eq("Bob"));
    let both = (is_null | ann.clone()) & (bio.eq("") | bob);
    t.all("exclude one to one back that is needed", authors().exclude(both));
    let first = Profile::AUTHOR.reverse().to(Profile::ID).eq(1) & ann;
    t.all("not one to one back beside one", authors().filter(first | !bio.eq("")));
    let any = authors().filter(bio.eq("") | Author::ID.gt(0));
    t.all("not one to one back after another filter", any.filter(!bio.eq("")));
    t.all("one to one back isnull", authors().filter(Profile::AUTHOR.reverse().is_null(true)));
    t.all(
        "exclude one to one back",
        authors().exclude(Profile::AUTHOR.reverse().to(Profile::WEBSITE).eq("https://a.example")),
    );
    t.all(
        "exclude one to one back contains",
        authors().exclude(Profile::AUTHOR.reverse().to(Profile::BIO).contains("%")),
    );
    t.all(
        "order by forward",
        books().order_by([Book::AUTHOR.to(Author::NAME).asc(), -Book::PAGES, Book::ID.asc()]),
    );
    t.all("order by nullable forward", books().order_by([-Book::EDITOR.to(Author::NAME), Book::ID.asc()]));
    t.all("order by back", books().order_by([REVIEWS.to(Review::STARS).asc(), Book::ID.asc()]));
    t.all(
        "filter then order by back",
        books().filter(REVIEWS.to(Review::STARS).eq(5)).order_by([-REVIEWS.to(Review::MADE)]),
    );
    t.all(
        "order by model's order",
        books().order_by([
            Book::AUTHOR.to(Author::NAME).asc(),
            Book::AUTHOR.to(Author::ID).asc(),
            Book::ID.asc(),
        ]),
    );
    t.all(
        "values forward",
        books().values((
            Book::ID,
            Book::EDITOR.to(Author::NAME),
            Book::AUTHOR.to(Author::PUBLISHER).to(Publisher::NAME),
        )),
    );
    t.all(
        "values back",
        books()
            .order_by([Book::ID.asc(), REVIEWS.to(Review::ID).asc()])
            .values((Book::ID, REVIEWS.to(Review::STARS))),
    );
    t.all(
        "filter then values back",
        books()
            .filter(REVIEWS.to(Review::STARS).eq(5))
            .order_by([Book::ID.asc(), REVIEWS.to(Review::ID).asc()])
            .values((Book::ID, REVIEWS.to(Review::TEXT))),
    );
    t.all(
        "exists outer",
        books().filter(reviews().filter(Review::BOOK.eq(outer(Book::ID)) & Review::STARS.eq(5)).is_found()),
    );
    t.all(
        "not exists outer",
        books().filter(!reviews().filter(Review::BOOK.eq(outer(Book::ID)) & Review::STARS.eq(5)).is_found()),
    );
    t.all(
        "exists annotated",
        books().annotate(reviews().filter(Review::BOOK.eq(outer(Book::ID))).is_found()),
    );
    t.all(
        "subquery",
        books().annotate(
            reviews()
                .filter(Review::BOOK.eq(outer(Book::ID)))
                .order_by([-Review::MADE])
                .values(Review::TEXT)
                .slice(0..1)
                .subquery(),
        ),
    );
    t.all(
        "subquery in a filter",
        books().filter(
            Book::PAGES.eq(books()
                .order_by([-Book::PAGES])
                .exclude(Book::PAGES.eq(None))
                .values(Book::PAGES)
                .slice(0..1)
                .subquery()),
        ),
    );
    t.all(
        "subquery order",
        authors().order_by([
            books()
                .filter(Book::AUTHOR.eq(outer(Author::ID)))
                .order_by([-Book::PRICE])
                .values(Book::PRICE)
                .slice(0..1)
                .subquery()
                .desc()
                .nulls_last(),
            Author::ID.asc(),
        ]),
    );
}
