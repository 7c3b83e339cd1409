//! Orders, slices, distinct rows, combined queries, single rows, related objects. `tables/rows.py` has the same in Python.

use belleville_db::{Database, Decimal, Model, Record};

use crate::models::{Author, Book, Review, Tagging};
use crate::table::Table;
use crate::values::{BOOKS, LINES, REVIEWS, authors, books, reviews};

pub(crate) fn add(t: &mut Table) {
    t.all("default order", authors());
    t.all("order by", books().order_by([-Book::PAGES, Book::TITLE.asc()]));
    t.all("order by nothing", books().order_by([]));
    t.all("nulls first", books().order_by([Book::PAGES.desc().nulls_first(), Book::ID.asc()]));
    t.all("nulls last", books().order_by([Book::PAGES.asc().nulls_last(), Book::ID.asc()]));
    t.all("reverse", books().order_by([-Book::PAGES, Book::ID.asc()]).reverse());
    t.all("reverse nulls last", books().order_by([Book::PAGES.asc().nulls_last(), Book::ID.asc()]).reverse());
    t.all("reverse default", authors().reverse());
    t.all("reverse twice", authors().reverse().reverse());
    t.all("order by expression", books().order_by([Book::TITLE.lower().asc(), Book::ID.asc()]));
    t.all("order by length", books().order_by([Book::TITLE.length().desc(), Book::ID.asc()]));
    t.all("slice", books().slice(1..4));
    t.all("slice of slice", books().slice(1..6).slice(1..3));
    t.all("empty slice", books().slice(3..3));
    t.all("slice past the end", books().slice(5..90));
    t.all("slice of filtered", books().filter(Book::AVAILABLE.eq(true)).slice(0..2));
    t.all("slice of annotated", books().annotate(REVIEWS.count()).order_by([Book::ID.asc()]).slice(1..4));
    t.all("distinct values", books().order_by([Book::PAGES.asc()]).values(Book::PAGES).distinct());
    t.all(
        "distinct values sliced",
        books().order_by([Book::PAGES.asc()]).values(Book::PAGES).distinct().slice(1..3),
    );
    t.all("distinct over a join", authors().filter(BOOKS.to(Book::AVAILABLE).eq(true)).distinct());
    t.all(
        "distinct ordered by a join",
        authors().order_by([BOOKS.to(Book::PRICE).asc(), Author::ID.asc()]).distinct(),
    );
    t.all("distinct values default order", authors().values(Author::NAME).distinct());
    t.all(
        "distinct annotated",
        books().filter(REVIEWS.to(Review::STARS).eq(5)).annotate(Book::TITLE.length()).distinct(),
    );
    t.all(
        "values all kinds",
        books().values((
            Book::TITLE,
            Book::PRICE,
            Book::DISCOUNT,
            Book::RATING,
            Book::PUBLISHED,
            Book::OPENS,
            Book::CREATED,
            Book::READING,
        )),
    );
    t.all(
        "values more kinds",
        books().values((
            Book::CODE,
            Book::META,
            Book::AVAILABLE,
            Book::FEATURED,
            Book::SOLD,
            Book::AUTHOR,
            Book::EDITOR,
        )),
    );
    t.all("values expression", books().values((Book::ID, Book::TITLE.lower())));
    t.all(
        "union",
        books()
            .filter(Book::PAGES.eq(100))
            .union(books().filter(Book::STOCK.eq(5)))
            .order_by([Book::ID.asc()]),
    );
    t.all(
        "union all",
        books()
            .filter(Book::PAGES.eq(100))
            .union_all(books().filter(Book::STOCK.eq(5)))
            .order_by([Book::ID.asc()]),
    );
    t.all("union values", books().values(Book::TITLE).union(books().values(Book::BLURB)));
    t.run("union sliced", async |db: &Database| {
        books()
            .filter(Book::PAGES.eq(100))
            .union(books().filter(Book::STOCK.eq(-3)))
            .order_by([-Book::ID])
            .slice(1..3)
            .all(db)
            .await
    });
    t.all(
        "union of three",
        books()
            .filter_pk(1)
            .union(books().filter_pk(2))
            .union(books().filter_pk(3))
            .order_by([Book::ID.asc()]),
    );
    t.all(
        "intersection",
        books()
            .filter(Book::PAGES.eq(100))
            .intersection(books().filter(Book::STOCK.eq(5)))
            .order_by([Book::ID.asc()]),
    );
    t.all(
        "difference",
        books().difference(books().filter(Book::AVAILABLE.eq(true))).order_by([Book::ID.asc()]),
    );
    t.run("first", async |db: &Database| books().filter(Book::PAGES.eq(100)).first(db).await);
    t.run("first unordered", async |db: &Database| reviews().first(db).await);
    t.run("first of none", async |db: &Database| books().filter(Book::PAGES.eq(1)).first(db).await);
    t.run("last", async |db: &Database| books().filter(Book::PAGES.eq(100)).last(db).await);
    t.run("last unordered", async |db: &Database| reviews().last(db).await);
    t.run("last of the default order", async |db: &Database| authors().last(db).await);
    t.run("latest", async |db: &Database| books().latest(db, Book::CREATED).await);
    t.run("earliest", async |db: &Database| books().earliest(db, Book::CREATED).await);
    t.run("latest of none", async |db: &Database| {
        books().filter(Book::PAGES.eq(1)).latest(db, Book::CREATED).await
    });
    t.run("get", async |db: &Database| books().filter(Book::PAGES.eq(33)).get(db).await);
    t.run("get none", async |db: &Database| books().filter(Book::PAGES.eq(1)).get(db).await);
    t.run("get several", async |db: &Database| books().filter(Book::PAGES.eq(100)).get(db).await);
    t.run("in bulk", async |db: &Database| books().in_bulk(db, [1, 3, 99]).await);
    t.run("select related", async |db: &Database| {
        Ok(books()
            .select_related(Book::AUTHOR)
            .all(db)
            .await?
            .iter()
            .map(|b| (b.id, b.author.get().map(|a| a.name.clone())))
            .collect::<Vec<_>>())
    });
    t.run("select related through NULL", async |db: &Database| {
        Ok(books()
            .select_related(Book::EDITOR.to(Author::MENTOR))
            .all(db)
            .await?
            .iter()
            .map(|b| {
                (
                    b.id,
                    b.editor.as_ref().and_then(|e| e.get()?.mentor.as_ref()?.get()).map(|m| m.name.clone()),
                )
            })
            .collect::<Vec<_>>())
    });
    t.run("select related annotated", async |db: &Database| {
        Ok(books()
            .select_related(Book::AUTHOR)
            .annotate(REVIEWS.count())
            .order_by([Book::ID.asc()])
            .all(db)
            .await?
            .iter()
            .map(|(b, n)| (b.author.get().map(|a| a.name.clone()), *n))
            .collect::<Vec<_>>())
    });
    t.run("prefetch", async |db: &Database| authors().prefetch_related(BOOKS).all(db).await);
    t.run("prefetch filtered", async |db: &Database| {
        authors().prefetch(BOOKS, books().filter(Book::PAGES.eq(100)).order_by([-Book::ID])).all(db).await
    });
    t.run("prefetch nested", async |db: &Database| {
        authors().prefetch(BOOKS, books().prefetch_related(LINES)).all(db).await
    });
    t.run("prefetch two", async |db: &Database| {
        books()
            .prefetch_related(LINES)
            .prefetch(Tagging::BOOK.reverse(), Tagging::objects().order_by([Tagging::ID.asc()]))
            .all(db)
            .await
    });
    t.run("only", async |db: &Database| {
        let found = books().only::<Title>().all(db).await?;
        Ok(found.into_iter().map(|b| (b.id, b.title, b.pages)).collect::<Vec<_>>())
    });
    t.run("only over a key", async |db: &Database| {
        let found = books().only::<Names>().all(db).await?;
        Ok(found.into_iter().map(|b| (b.title, b.author, b.editor)).collect::<Vec<_>>())
    });
    t.run("only filtered", async |db: &Database| {
        let by_ann = books().filter(Book::AUTHOR.to(Author::NAME).eq("Ann")).order_by([-Book::ID]);
        let found = by_ann.only::<Price>().slice(0..2).all(db).await?;
        Ok(found.into_iter().map(|b| (b.id, b.price)).collect::<Vec<_>>())
    });
    t.run("only annotated", async |db: &Database| {
        let found = books().only::<Reviewed>().all(db).await?;
        Ok(found.into_iter().map(|b| (b.id, b.reviews)).collect::<Vec<_>>())
    });
}

#[derive(Clone, Debug, Record)]
#[record(model = Book)]
struct Title {
    id: i64,
    title: String,
    pages: Option<u32>,
}

#[derive(Clone, Debug, Record)]
#[record(model = Book)]
struct Names {
    title: String,
    #[record(from = Book::AUTHOR.to(Author::NAME))]
    author: String,
    #[record(from = Book::EDITOR.to(Author::NAME))]
    editor: Option<String>,
}

#[derive(Clone, Debug, Record)]
#[record(model = Book)]
struct Price {
    id: i64,
    price: Decimal,
}

#[derive(Clone, Debug, Record)]
#[record(model = Book)]
struct Reviewed {
    id: i64,
    #[record(from = REVIEWS.count())]
    reviews: i64,
}
