//! Many-to-many fields, windows, single answers, SQL of one's own. `tables/managers.py` has the same in Python.

use belleville_db::functions::{
    cume_dist, first_value, last_value, ntile, outer, percent_rank, raw, row_number, when, window,
};
use belleville_db::{Database, Duration, ManyRows, Model, Order, Result};

use crate::models::{Author, Book, Branch, Club, Person, Profile, Region, Review, Tag};
use crate::table::Table;
use crate::values::{BOOKS, LINES, REVIEWS, TAGS, authors, books, js, reviews};

const CLUBS: belleville_db::Related<Author, Club> = Club::MEMBERS.reverse();
const BRANCHES: belleville_db::Related<Region, Branch> = Branch::REGION.reverse();

async fn members(db: &Database) -> Result<Vec<(i64, i64)>> {
    raw("SELECT club_id, author_id FROM shop_club_members ORDER BY club_id, author_id").rows(db).await
}

async fn friends(db: &Database) -> Result<Vec<(i64, i64)>> {
    let sql = "SELECT from_person_id, to_person_id FROM shop_person_friends ORDER BY 1, 2";
    raw(sql).rows(db).await
}

fn club() -> Club {
    Club { id: 1, name: String::new(), members: Default::default() }
}

fn person(id: i64) -> Person {
    Person { id, friends: Default::default(), follows: Default::default() }
}

fn author(id: i64) -> Author {
    Author { id, name: String::new(), email: None, born: None, score: None, publisher: None, mentor: None }
}

fn club_members(club: &Club) -> ManyRows<'_, Club, Author> {
    Club::MEMBERS.of(club)
}

fn by_id<M>(column: impl Into<Order<M>>) -> [Order<M>; 1] {
    [column.into()]
}

async fn add(db: &Database, ids: &[i64]) -> Result<((), Vec<(i64, i64)>)> {
    let authors: Vec<Author> = ids.iter().map(|id| author(*id)).collect();
    Ok((club_members(&club()).add(db, &authors).await?, members(db).await?))
}

async fn set(db: &Database, ids: &[i64]) -> Result<((), Vec<(i64, i64)>)> {
    let authors: Vec<Author> = ids.iter().map(|id| author(*id)).collect();
    Ok((club_members(&club()).set(db, &authors).await?, members(db).await?))
}

pub(crate) fn add_all(t: &mut Table) {
    many_to_many(t);
    other_fields(t);
    windows(t);
    answers(t);
    groups(t);
    writes(t);
}

fn many_to_many(t: &mut Table) {
    t.run("members", async |db: &Database| club_members(&club()).all().all(db).await);
    t.run("members filtered", async |db: &Database| {
        club_members(&club()).all().filter(Author::NAME.eq("Ann")).all(db).await
    });
    t.run("members back", async |db: &Database| CLUBS.of(&author(1)).all(db).await);
    t.run("add", async |db: &Database| add(db, &[2, 4]).await);
    t.run("add again", async |db: &Database| add(db, &[1, 2, 2]).await);
    t.run("add nobody", async |db: &Database| add(db, &[]).await);
    t.run("remove", async |db: &Database| {
        Ok((club_members(&club()).remove(db, &[author(1), author(5)]).await?, members(db).await?))
    });
    t.run("clear", async |db: &Database| Ok((club_members(&club()).clear(db).await?, members(db).await?)));
    t.run("set", async |db: &Database| set(db, &[3, 6]).await);
    t.run("set the same", async |db: &Database| set(db, &[1, 3]).await);
    t.run("create", async |db: &Database| {
        Ok((
            club_members(&Club::objects().filter_pk(1).get(db).await?)
                .create(db, [Author::NAME.set("New")])
                .await?
                .name,
            members(db).await?.len(),
        ))
    });
    t.run("friends", async |db: &Database| Person::FRIENDS.of(&person(1)).all().all(db).await);
    t.run("add a friend", async |db: &Database| {
        Ok((Person::FRIENDS.of(&person(3)).add(db, &[person(1)]).await?, friends(db).await?))
    });
    t.run("add oneself", async |db: &Database| {
        Ok((Person::FRIENDS.of(&person(3)).add(db, &[person(3)]).await?, friends(db).await?))
    });
    t.run("remove a friend", async |db: &Database| {
        Ok((Person::FRIENDS.of(&person(2)).remove(db, &[person(1)]).await?, friends(db).await?))
    });
    t.run("clear friends", async |db: &Database| {
        Ok((Person::FRIENDS.of(&person(1)).clear(db).await?, friends(db).await?))
    });
    t.run("followers", async |db: &Database| {
        Ok((
            Person::FOLLOWS.reverse().of(&person(1)).order_by(by_id(Person::ID)).all(db).await?,
            Person::FOLLOWS.of(&person(1)).all().all(db).await?,
        ))
    });
    t.run("prefetch members", async |db: &Database| {
        Club::objects()
            .order_by(by_id(Club::ID))
            .prefetch(Club::MEMBERS, authors().order_by(by_id(Author::ID)))
            .all(db)
            .await
    });
    t.run("prefetch back over members", async |db: &Database| {
        authors().prefetch_related(CLUBS).all(db).await
    });
    t.run("prefetch tags", async |db: &Database| {
        books().prefetch(TAGS, Tag::objects().order_by(by_id(Tag::ID))).all(db).await
    });
    t.run("prefetch nothing", async |db: &Database| {
        books().filter_pk(0).prefetch_related(LINES).all(db).await
    });
    t.all("count members", Club::objects().annotate(Club::MEMBERS.count()).order_by(by_id(Club::ID)));
    t.all("count clubs", authors().annotate(CLUBS.count_distinct()).filter(CLUBS.count_distinct().eq(1)));
    t.run("delete with pairs", async |db: &Database| {
        Ok((Club::objects().filter_pk(1).delete(db).await?, members(db).await?))
    });
    t.run("delete a member", async |db: &Database| {
        Ok((authors().filter_pk(3).delete(db).await?, members(db).await?))
    });
    t.run("delete a friend", async |db: &Database| {
        Ok((Person::objects().filter_pk(1).delete(db).await?, friends(db).await?))
    });
}

fn other_fields(t: &mut Table) {
    let regions = || Region::objects().order_by(by_id(Region::ID));
    let branches = || Branch::objects().order_by(by_id(Branch::ID));
    t.run("delete over another field", async move |db: &Database| {
        Ok((Region::objects().filter_pk(1).delete(db).await?, branches().all(db).await?))
    });
    t.run("branches of a region", async |db: &Database| {
        BRANCHES
            .of(&Region { id: 1, number: 70, name: String::new() })
            .order_by(by_id(Branch::ID))
            .all(db)
            .await
    });
    t.run("select related by another field", async move |db: &Database| {
        Ok(branches()
            .select_related(Branch::REGION)
            .all(db)
            .await?
            .iter()
            .map(|b| {
                (b.id, b.region.as_ref().and_then(|region| region.get()).map(|region| region.name.clone()))
            })
            .collect::<Vec<_>>())
    });
    t.run("prefetch by another field", async move |db: &Database| {
        regions().prefetch(BRANCHES, branches()).all(db).await
    });
    t.all("count by another field", regions().annotate(BRANCHES.count()));
    t.all("exclude by another field", regions().exclude(BRANCHES.to(Branch::NAME).eq("a")));
    let region = |id, number| Region { id, number, name: String::new() };
    t.all("compare with a row by another field", branches().filter(Branch::REGION.eq(&region(1, 70))));
    let one = Branch::REGION.eq(&region(1, 70)) & Branch::REGION.to(Region::ID).eq(1);
    let not_north = !Branch::REGION.to(Region::NAME).eq("north");
    t.all("not over another field beside one", branches().filter(one | not_north));
    t.all("exclude a row by another field", branches().exclude(Branch::REGION.eq(&region(1, 70))));
    t.all("rows by another field", branches().filter(Branch::REGION.is_in([&region(1, 70), &region(3, 1)])));
    let south = Region::objects().filter(Region::NAME.eq("south")).values(Region::NUMBER);
    t.all("subquery of another field", branches().filter(Branch::REGION.is_in(south)));
    let own = Branch::objects().filter(Branch::REGION.eq(outer(Region::NUMBER)));
    t.all("outer row by another field", regions().filter(own.is_found()));
    t.run("set a row by another field", async move |db: &Database| {
        let set = [Branch::REGION.set(&region(3, 1))];
        Ok((Branch::objects().filter_pk(4).update(db, set).await?, branches().all(db).await?))
    });
    t.run("create by another field", async move |db: &Database| {
        let row = [Branch::ID.set(9), Branch::REGION.set(&region(3, 1)), Branch::NAME.set("e")];
        let made = Branch::objects().create(db, row).await?;
        let found = Region::objects().filter(BRANCHES.to(Branch::NAME).eq("e")).all(db).await?;
        Ok((made, found))
    });
}

fn windows(t: &mut Table) {
    const PROFILE: belleville_db::Related<Author, Profile> = Profile::AUTHOR.reverse();
    t.run("select related one back", async |db: &Database| {
        authors().select_related_one(PROFILE).all(db).await
    });
    t.run("select related one back and forward", async |db: &Database| {
        let found = authors()
            .select_related(Author::PUBLISHER)
            .annotate(BOOKS.count())
            .select_related_one(PROFILE)
            .order_by([Author::ID.asc()])
            .all(db)
            .await?;
        let name = |author: &Author| Some(author.publisher.as_ref()?.get()?.name.clone());
        Ok(found
            .into_iter()
            .map(|((a, n), p)| {
                let name = name(&a);
                ((a, p), name, n)
            })
            .collect::<Vec<_>>())
    });
    t.all(
        "percent rank",
        books().annotate((
            percent_rank(window().order_by([Book::STOCK.asc()])),
            cume_dist(window().order_by([Book::STOCK.asc()])),
        )),
    );
    t.all("ntile", books().annotate(ntile(3, window().order_by([Book::ID.asc()]))));
    t.all(
        "first last",
        books().annotate((
            first_value::<Book, i64>(
                Book::ID,
                window().partition_by(Book::AUTHOR).order_by([Book::ID.asc()]),
            ),
            last_value::<Book, i64>(Book::ID, window().partition_by(Book::AUTHOR).order_by([Book::ID.asc()])),
        )),
    );
    t.all(
        "average over",
        books().annotate((
            Book::STOCK.avg().over(window().partition_by(Book::AUTHOR)),
            Book::ID.count().over(window().partition_by(Book::AUTHOR)),
            Book::STOCK.max().over(window()),
        )),
    );
    t.all(
        "over with a filter",
        books().filter(Book::AVAILABLE.eq(true)).annotate(row_number(window().order_by([-Book::ID]))),
    );
    let number = || row_number(window().order_by([Book::PAGES.desc().nulls_last(), Book::ID.asc()]));
    t.all("window ordered by", books().annotate(number()).order_by([number().asc()]));
}

fn answers(t: &mut Table) {
    t.all("distinct on", books().order_by([Book::PAGES.asc(), -Book::ID]).distinct_on(Book::PAGES));
    t.all(
        "distinct on a join",
        books()
            .order_by([Book::AUTHOR.to(Author::NAME).asc(), Book::ID.asc()])
            .distinct_on(Book::AUTHOR.to(Author::NAME)),
    );
    t.run("select for update", async |db: &Database| {
        books().select_for_update().filter(Book::PAGES.eq(100)).all(db).await
    });
    t.run("raw", async |db: &Database| {
        raw("SELECT * FROM shop_book WHERE pages = %s AND title <> %s ORDER BY id")
            .bind(100)
            .bind("x")
            .objects::<Book>(db)
            .await
    });
    t.run("latest by two", async |db: &Database| {
        books().filter(Book::PAGES.eq(100)).latest(db, [Book::RATING.asc(), Book::ID.asc()]).await
    });
    t.run("exists", async |db: &Database| {
        Ok((
            books().filter(Book::PAGES.eq(100)).exists(db).await?,
            books().filter(Book::PAGES.eq(1)).exists(db).await?,
            books().none().exists(db).await?,
        ))
    });
    t.run("count sliced", async |db: &Database| {
        Ok((
            books().slice(2..4).count(db).await?,
            books().slice(6..90).count(db).await?,
            books().filter(Book::PAGES.eq(100)).slice(0..1).count(db).await?,
        ))
    });
    let liked = || reviews().filter(Review::BOOK.eq(outer(Book::ID)) & Review::STARS.eq(5)).is_found();
    t.all(
        "nested subquery",
        authors().filter(books().filter(liked() & Book::AUTHOR.eq(outer(Author::ID))).is_found()),
    );
    t.all(
        "subquery of a count",
        authors().annotate(
            books()
                .filter(Book::AUTHOR.eq(outer(Author::ID)))
                .order_by([])
                .values(Book::ID.count())
                .group_by(Book::AUTHOR)
                .subquery(),
        ),
    );
    t.all(
        "in a subquery of values",
        books().filter(
            Book::AUTHOR.is_in(authors().filter(Author::SCORE.gt(0.0)).order_by([]).values(Author::ID)),
        ),
    );
    t.all(
        "in a sliced query",
        books().filter(Book::ID.is_in(books().order_by([-Book::ID]).values(Book::ID).slice(0..3))),
    );
    t.all("in no query", books().filter(Book::AUTHOR.is_in(authors().none().values(Author::ID))));
}

fn groups(t: &mut Table) {
    let pages = || Book::PAGES.or(7);
    t.all("annotated and grouped", books().values((pages(), Book::ID.count())).order_by([pages().asc()]));
    let length = || when::<Book, String>(Book::PAGES.gt(99), "long").otherwise("short");
    t.all(
        "grouped by a case",
        books().values((length(), Book::ID.count(), Book::STOCK.sum())).order_by([length().asc()]),
    );
    t.all(
        "ordered by a case with values",
        books()
            .order_by([when::<Book, String>(Book::PAGES.gt(99), "a").otherwise("b").asc(), Book::ID.asc()])
            .values(Book::ID),
    );
    t.all("distinct by an expression", books().order_by([pages().asc()]).values(pages()).distinct());
    let helpful = || {
        REVIEWS
            .count_distinct()
            .filter(REVIEWS.to(Review::STARS).gt(3) & REVIEWS.to(Review::HELPFUL).is_null(false))
    };
    t.all("annotated with a condition", books().annotate(helpful()).filter(helpful().gt(0)));
    t.all(
        "having over two relations",
        authors().annotate(BOOKS.to_many(REVIEWS).count()).filter(BOOKS.to_many(REVIEWS).count().gte(2)),
    );
    t.run("aggregate of a case", async |db: &Database| {
        books()
            .aggregate(
                db,
                (
                    when::<Book, i64>(Book::STOCK.lt(0), Book::ID).or_null().count(),
                    Book::STOCK.sum().expr().or(0),
                    (Book::STOCK.cast::<f64>() * 1.0).avg(),
                ),
            )
            .await
    });
    t.run("aggregate beside an annotation", async |db: &Database| {
        books().annotate(REVIEWS.count()).aggregate(db, (Book::STOCK.sum(), Book::ID.count())).await
    });
    t.run("aggregate of a filtered relation", async |db: &Database| {
        authors()
            .filter(BOOKS.to(Book::AVAILABLE).eq(true))
            .aggregate(db, (Author::ID.count(), Author::ID.count_distinct()))
            .await
    });
    t.all(
        "exclude a function of NULL",
        books().annotate(Book::ISBN.or(Book::TITLE)).exclude(Book::ISBN.or(Book::TITLE).eq("beta 100%")),
    );
    t.all("exclude annotated", books().exclude(TAGS.count().eq(0)));
}

fn writes(t: &mut Table) {
    t.run("update with a join in a subquery", async |db: &Database| {
        Ok((
            books()
                .filter(REVIEWS.to(Review::STARS).eq(5))
                .update(db, [Book::STOCK.set(Book::STOCK + 1)])
                .await?,
            books().values((Book::ID, Book::STOCK)).all(db).await?,
        ))
    });
    t.run("update nulls", async |db: &Database| {
        Ok((
            books()
                .filter(Book::PAGES.is_null(true))
                .update(db, [Book::PAGES.set(1), Book::RATING.set(2.5), Book::META.set(js(r#"{"x": [1]}"#))])
                .await?,
            books().filter(Book::PAGES.eq(1)).values((Book::ID, Book::RATING, Book::META)).all(db).await?,
        ))
    });
    t.run("update times", async |db: &Database| {
        Ok((
            books()
                .filter_pk(1)
                .update(
                    db,
                    [Book::SOLD.set(Book::CREATED.plus(Duration::from_hours(24))), Book::READING.set(None)],
                )
                .await?,
            books().filter_pk(1).values((Book::SOLD, Book::READING)).all(db).await?,
        ))
    });
    t.run("update none", async |db: &Database| books().none().update(db, [Book::STOCK.set(1)]).await);
    t.run("delete none", async |db: &Database| books().none().delete(db).await);
    t.run("delete sliced by keys", async |db: &Database| {
        Ok((
            reviews()
                .filter(Review::ID.is_in(reviews().order_by([-Review::ID]).values(Review::ID).slice(0..2)))
                .delete(db)
                .await?,
            reviews().order_by([Review::ID.asc()]).all(db).await?,
        ))
    });
}
