//! Functions of one row, dates and times, windows. `tables/functions.py` has the same in Python.

use belleville_db::Database;
use belleville_db::functions::{current_timestamp, dense_rank, lag, lead, rank, row_number, when, window};

use crate::models::Book;
use crate::table::Table;
use crate::values::{books, dec, hours};

pub(crate) fn add(t: &mut Table) {
    t.all(
        "case",
        books().annotate(
            when::<Book, String>(Book::PAGES.gt(99), "long")
                .when(Book::PAGES.eq(None), "none")
                .otherwise("short"),
        ),
    );
    t.all(
        "case without default",
        books().annotate(when::<Book, String>(Book::STOCK.lt(0), Book::TITLE).or_null()),
    );
    t.all(
        "order by case",
        books().order_by([when::<Book, i64>(Book::AVAILABLE.eq(true), 0).otherwise(1).asc(), -Book::ID]),
    );
    t.all("coalesce", books().annotate(Book::ISBN.or(Book::TITLE)));
    t.all("coalesce value", books().annotate(Book::PAGES.cast::<Option<i64>>().or(-1)));
    t.all("filter coalesce", books().annotate(Book::PAGES.or(7)).filter(Book::PAGES.or(7).eq(7)));
    t.all("lower upper", books().annotate((Book::TITLE.lower(), Book::ISBN.upper())));
    t.all("length of nullable", books().annotate(Book::ISBN.length()));
    t.all("concat", books().annotate(Book::TITLE.concat("/").concat(Book::ISBN)));
    t.all("substr", books().annotate(Book::TITLE.substr(2, 3)));
    t.all("left right", books().annotate((Book::TITLE.left(2), Book::TITLE.right(2))));
    t.all("trim", books().annotate((Book::BLURB.trim(), Book::BLURB.ltrim(), Book::BLURB.rtrim())));
    t.all("replace", books().annotate(Book::TITLE.replace("a", "%")));
    t.all("str index", books().annotate(Book::TITLE.str_index("a")));
    t.all("greatest least", books().annotate((Book::STOCK.greatest(1), Book::STOCK.least(1))));
    t.all("greatest with NULL", books().annotate(Book::RATING.greatest(1.0)));
    t.all("nullif", books().annotate(Book::STOCK.null_if(5)));
    t.all(
        "cast",
        books().annotate((
            Book::STOCK.cast::<String>(),
            Book::RATING.cast::<Option<i32>>(),
            Book::STOCK.cast::<f64>(),
        )),
    );
    t.all(
        "abs round floor ceil",
        books().annotate((
            Book::STOCK.abs(),
            Book::RATING.round(0),
            Book::RATING.floor(),
            Book::RATING.ceil(),
        )),
    );
    t.all("mod", books().annotate(Book::STOCK.modulo(4)));
    t.all(
        "arithmetic",
        books().annotate((Book::STOCK + 1, Book::STOCK - 3, Book::STOCK * -2, Book::STOCK % 4)),
    );
    t.all("whole division", books().annotate(Book::STOCK / 2));
    t.all(
        "decimal arithmetic",
        books().annotate((Book::DISCOUNT * dec("-1") + Book::PRICE, Book::PRICE * dec("2"))),
    );
    t.all("float arithmetic", books().annotate(Book::RATING / 2.0));
    t.all("datetime plus", books().annotate(Book::CREATED.plus(hours(5))));
    t.all("datetime minus", books().annotate(Book::SOLD.since(Book::CREATED)));
    t.all("filter by difference", books().filter(Book::SOLD.gt(Book::CREATED.plus(hours(5)))));
    t.all(
        "extract",
        books().annotate((
            Book::CREATED.year(),
            Book::CREATED.month(),
            Book::CREATED.day(),
            Book::CREATED.week(),
            Book::CREATED.quarter(),
            Book::CREATED.week_day(),
            Book::CREATED.iso_week_day(),
            Book::CREATED.iso_year(),
        )),
    );
    t.all(
        "extract of dates",
        books().annotate((
            Book::PUBLISHED.year(),
            Book::PUBLISHED.week(),
            Book::PUBLISHED.iso_year(),
            Book::PUBLISHED.week_day(),
        )),
    );
    t.all(
        "extract of times",
        books().annotate((Book::OPENS.hour(), Book::OPENS.minute(), Book::OPENS.second())),
    );
    t.all(
        "trunc",
        books().annotate((
            Book::CREATED.trunc_year(),
            Book::CREATED.trunc_quarter(),
            Book::CREATED.trunc_month(),
            Book::CREATED.trunc_week(),
            Book::CREATED.trunc_day(),
            Book::CREATED.trunc_hour(),
            Book::CREATED.trunc_minute(),
            Book::CREATED.trunc_second(),
        )),
    );
    t.all(
        "trunc of dates",
        books().annotate((
            Book::PUBLISHED.trunc_year(),
            Book::PUBLISHED.trunc_quarter(),
            Book::PUBLISHED.trunc_month(),
            Book::PUBLISHED.trunc_week(),
        )),
    );
    t.all(
        "trunc of times",
        books().annotate((Book::OPENS.trunc_hour(), Book::OPENS.trunc_minute(), Book::OPENS.trunc_second())),
    );
    t.all("trunc date time", books().annotate((Book::SOLD.date(), Book::CREATED.time())));
    t.all(
        "group by trunc",
        books()
            .order_by([Book::CREATED.trunc_month().asc()])
            .values((Book::CREATED.trunc_month(), Book::ID.count())),
    );
    t.run("now", async |db: &Database| books().filter(Book::CREATED.lt(current_timestamp())).count(db).await);
    t.all(
        "condition annotated",
        books().values((Book::ID, Book::PAGES.gt(50))).exclude(Book::PAGES.eq(None)),
    );
    t.all(
        "row number",
        books().annotate(row_number(
            window().partition_by(Book::AUTHOR).order_by([-Book::PRICE, Book::ID.asc()]),
        )),
    );
    t.all(
        "rank",
        books().exclude(Book::RATING.eq(None)).annotate((
            rank(window().order_by([-Book::RATING])),
            dense_rank(window().order_by([-Book::RATING])),
        )),
    );
    t.all(
        "lag lead",
        books().annotate((
            lag::<Book, i64>(Book::ID, 1, window().order_by([Book::ID.asc()])),
            lead::<Book, String>(Book::TITLE, 2, window().order_by([Book::ID.asc()])),
        )),
    );
    t.all("sum over", books().annotate(Book::STOCK.sum().over(window().order_by([Book::ID.asc()]))));
}
