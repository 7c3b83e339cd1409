//! Functions of many rows, and groups. `tables/aggregates.py` has the same in Python.

use belleville_db::functions::when;
use belleville_db::{Database, Decimal};

use crate::models::{Author, Book, Line, Review};
use crate::table::Table;
use crate::values::{LINES, REVIEWS, TAGS, books, lines};

pub(crate) fn add(t: &mut Table) {
    t.all("count related", books().annotate(REVIEWS.count()));
    t.all("count two related", books().annotate((REVIEWS.count(), TAGS.count())));
    t.all("count distinct two", books().annotate((REVIEWS.count_distinct(), TAGS.count_distinct())));
    t.all("count filter", books().annotate(REVIEWS.count().filter(REVIEWS.to(Review::STARS).gte(4))));
    t.all("sum related", books().annotate(REVIEWS.to(Review::STARS).sum()));
    t.all(
        "avg min max",
        books().annotate((
            REVIEWS.to(Review::STARS).avg(),
            REVIEWS.to(Review::STARS).min(),
            REVIEWS.to(Review::MADE).max(),
        )),
    );
    t.all("filter then annotate", books().filter(REVIEWS.to(Review::STARS).eq(5)).annotate(REVIEWS.count()));
    t.all("annotate then filter", books().annotate(REVIEWS.count()).filter(REVIEWS.to(Review::STARS).eq(5)));
    t.all("having", books().annotate(REVIEWS.count()).filter(REVIEWS.count().gte(2)));
    t.all("having zero", books().annotate(REVIEWS.count()).filter(REVIEWS.count().eq(0)));
    t.all("having alias", books().filter(REVIEWS.count().gt(1)));
    t.all(
        "having and where",
        books().annotate(REVIEWS.count()).filter(REVIEWS.count().gt(0) & Book::PAGES.eq(250)),
    );
    t.all(
        "having or where",
        books().annotate(REVIEWS.count()).filter(REVIEWS.count().gt(2) | Book::PAGES.eq(33)),
    );
    t.all("exclude having", books().annotate(REVIEWS.count()).exclude(REVIEWS.count().eq(1)));
    t.all(
        "order by count",
        books().annotate(REVIEWS.count()).order_by([REVIEWS.count().desc(), Book::ID.asc()]),
    );
    t.all(
        "having a column",
        books().annotate(REVIEWS.count()).filter(REVIEWS.count().lt(Book::STOCK.cast::<i64>())),
    );
    t.all("group by", books().order_by([Book::PAGES.asc()]).values((Book::PAGES, Book::ID.count())));
    t.all(
        "group by two",
        books().order_by([Book::PAGES.asc(), Book::AVAILABLE.asc()]).values((
            Book::PAGES,
            Book::AVAILABLE,
            Book::ID.count(),
            Book::STOCK.sum(),
        )),
    );
    t.all(
        "group by forward",
        books()
            .order_by([Book::AUTHOR.to(Author::NAME).asc()])
            .values((Book::AUTHOR.to(Author::NAME), Book::ID.count())),
    );
    t.all(
        "group by having",
        books()
            .order_by([Book::PAGES.asc()])
            .values((Book::PAGES, Book::ID.count()))
            .filter(Book::ID.count().gt(1)),
    );
    t.all(
        "group by after filter",
        books()
            .filter(Book::AVAILABLE.eq(true))
            .order_by([Book::PAGES.asc()])
            .values((Book::PAGES, REVIEWS.count())),
    );
    t.all(
        "group by year",
        books().order_by([Book::CREATED.year().asc()]).values((Book::CREATED.year(), Book::ID.count())),
    );
    t.all("group by model's order is left out", books().values((Book::AVAILABLE, Book::ID.count())));
    t.all(
        "group by order by count",
        books().values((Book::AVAILABLE, Book::ID.count())).order_by([Book::ID.count().desc()]),
    );
    t.all(
        "sum of a product",
        books().annotate((LINES.to(Line::QUANTITY).cast::<Option<Decimal>>() * LINES.to(Line::UNIT)).sum()),
    );
    t.all(
        "nested values",
        lines().order_by([Line::BOOK.to(Book::ID).asc()]).values((Line::BOOK, Line::QUANTITY.sum())),
    );
    t.run("aggregate", async |db: &Database| {
        books()
            .aggregate(
                db,
                (
                    Book::STOCK.sum(),
                    Book::PAGES.avg(),
                    Book::PRICE.min(),
                    Book::TITLE.max(),
                    Book::ISBN.count(),
                ),
            )
            .await
    });
    t.run("aggregate of nothing", async |db: &Database| {
        books().none().aggregate(db, (Book::STOCK.sum(), Book::ID.count())).await
    });
    t.run("aggregate filter", async |db: &Database| {
        books()
            .aggregate(
                db,
                (
                    Book::STOCK.sum().filter(Book::AVAILABLE.eq(true)),
                    Book::ID.count().filter(Book::PAGES.eq(100)),
                ),
            )
            .await
    });
    t.run("aggregate distinct", async |db: &Database| {
        books().aggregate(db, (Book::PAGES.count_distinct(), Book::PAGES.sum().distinct())).await
    });
    t.run("aggregate decimals", async |db: &Database| {
        books().aggregate(db, (Book::PRICE.sum(), Book::PRICE.avg(), Book::DISCOUNT.max())).await
    });
    t.run("aggregate durations", async |db: &Database| {
        books().aggregate(db, (Book::READING.sum(), Book::READING.max())).await
    });
    t.run("aggregate dates", async |db: &Database| {
        books().aggregate(db, (Book::PUBLISHED.min(), Book::CREATED.max(), Book::OPENS.min())).await
    });
    t.run("stddev variance", async |db: &Database| {
        books()
            .exclude(Book::RATING.eq(None))
            .aggregate(
                db,
                (
                    Book::STOCK.std_dev(false),
                    Book::STOCK.std_dev(true),
                    Book::RATING.variance(false),
                    Book::RATING.variance(true),
                ),
            )
            .await
    });
    t.run("aggregate related", async |db: &Database| {
        books().aggregate(db, (REVIEWS.to(Review::STARS).avg(), REVIEWS.count())).await
    });
    t.run("aggregate a slice", async |db: &Database| {
        books().slice(0..3).aggregate(db, (Book::STOCK.sum(),)).await
    });
    t.run("aggregate ordered slice", async |db: &Database| {
        books()
            .order_by([-Book::PRICE])
            .slice(1..4)
            .aggregate(db, (Book::PRICE.max(), Book::ID.count()))
            .await
    });
    t.run("aggregate distinct rows", async |db: &Database| {
        books().filter(REVIEWS.to(Review::STARS).eq(5)).distinct().aggregate(db, (Book::STOCK.sum(),)).await
    });
    t.run("aggregate of annotated", async |db: &Database| {
        books()
            .annotate(REVIEWS.count())
            .aggregate(db, (REVIEWS.count().expr().sum(), REVIEWS.count().expr().max()))
            .await
    });
    t.run("aggregate after having", async |db: &Database| {
        books()
            .annotate(REVIEWS.count())
            .filter(REVIEWS.count().gt(1))
            .aggregate(db, (Book::STOCK.sum(),))
            .await
    });
    t.run("aggregate expression", async |db: &Database| {
        books().aggregate(db, ((Book::STOCK * 2).sum(), Book::TITLE.length().max())).await
    });
    t.run("aggregate over filtered back", async |db: &Database| {
        books()
            .filter(REVIEWS.to(Review::STARS).eq(5))
            .aggregate(db, (REVIEWS.to(Review::HELPFUL).sum(), Book::ID.count()))
            .await
    });
    t.all("coalesce sum", books().annotate(REVIEWS.to(Review::HELPFUL).sum().expr().or(0)));
    t.run("count of a case", async |db: &Database| {
        books().aggregate(db, (when::<Book, i64>(Book::PAGES.gt(50), 1).otherwise(0).sum(),)).await
    });
}
