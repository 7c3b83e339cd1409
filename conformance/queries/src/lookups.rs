//! Lookups of every kind, under `filter` and `exclude`. `tables/lookups.py` has the same in Python.

use belleville_db::json::Json;

use crate::models::{Author, Book};
use crate::table::Table;
use crate::values::{at, authors, books, date, dec, hours, js, time, uuid};

pub(crate) fn add(t: &mut Table) {
    t.all("exact", books().filter(Book::TITLE.eq("Alpha")));
    t.all("exact number", books().filter(Book::PAGES.eq(100)));
    t.all("exact None", books().filter(Book::PAGES.eq(None)));
    t.all("exclude exact nullable", books().exclude(Book::PAGES.eq(100)));
    t.all("exclude exact", books().exclude(Book::TITLE.eq("Alpha")));
    t.all("exclude None", books().exclude(Book::PAGES.eq(None)));
    t.all("exact decimal", books().filter(Book::PRICE.eq(dec("9.99"))));
    t.all("exact decimal other digits", books().filter(Book::PRICE.eq(dec("10"))));
    t.all("exact float", books().filter(Book::RATING.eq(4.5)));
    t.all("exact bool", books().filter(Book::AVAILABLE.eq(false)));
    t.all("exact nullable bool", books().filter(Book::FEATURED.eq(false)));
    t.all("exclude nullable bool", books().exclude(Book::FEATURED.eq(true)));
    t.all("exact date", books().filter(Book::PUBLISHED.eq(date("2025-01-01"))));
    t.all("exact datetime", books().filter(Book::CREATED.eq(at("2024-12-31 23:59:59.999999"))));
    t.all("exact time", books().filter(Book::OPENS.eq(time("09:30:00"))));
    t.all("exact duration", books().filter(Book::READING.eq(hours(5))));
    t.all("negative duration", books().filter(Book::READING.lt(hours(0))));
    t.all("exact uuid", books().filter(Book::CODE.eq(uuid("00000000-0000-0000-0123-456789abcdef"))));
    t.all("iexact", books().filter(Book::TITLE.iexact("ALPHA")));
    t.all("iexact wildcards", books().filter(Book::TITLE.iexact("under%score")));
    t.all("iexact nullable excluded", books().exclude(Book::ISBN.iexact("I-1")));
    t.all("iexact other letters", books().filter(Book::TITLE.iexact("été ÉTÉ")));
    t.all("contains", books().filter(Book::TITLE.contains("lpha")));
    t.all("contains percent", books().filter(Book::TITLE.contains("%")));
    t.all("contains underscore", books().filter(Book::TITLE.contains("_")));
    t.all("contains backslash", books().filter(Book::TITLE.contains("\\")));
    t.all("contains nothing", books().filter(Book::TITLE.contains("")));
    t.all("contains a column", books().filter(Book::BLURB.contains(Book::TITLE)));
    t.all("icontains", books().filter(Book::BLURB.icontains("ALPHA")));
    t.all("exclude contains nullable", books().exclude(Book::ISBN.contains("1")));
    t.all("startswith", books().filter(Book::TITLE.starts_with("al")));
    t.all("istartswith", books().filter(Book::TITLE.istarts_with("AL")));
    t.all("endswith", books().filter(Book::TITLE.ends_with("a")));
    t.all("iendswith", books().filter(Book::TITLE.iends_with("A")));
    t.all("startswith a column", books().filter(Book::BLURB.istarts_with(Book::TITLE)));
    t.all("regex", books().filter(Book::TITLE.regex(r"^[A-Z]\w+$")));
    t.all("iregex", books().filter(Book::TITLE.iregex(r"^ALPHA$")));
    t.all("exclude regex nullable", books().exclude(Book::ISBN.regex(r"[13]$")));
    t.all("in", books().filter(Book::PAGES.is_in([0, 250])));
    t.all("in nothing", books().filter(Book::PAGES.is_in(Vec::<u32>::new())));
    t.all("exclude in nothing", books().exclude(Book::PAGES.is_in(Vec::<u32>::new())));
    t.all("in with NULL", books().filter(Book::PAGES.is_in([Some(0), None])));
    t.all("exclude in", books().exclude(Book::PAGES.is_in([0, 250])));
    t.all("exclude in with NULL", books().exclude(Book::PAGES.is_in([Some(0), None])));
    t.all("in texts", books().filter(Book::TITLE.is_in(["Alpha", "Omega"])));
    t.all("in decimals", books().filter(Book::PRICE.is_in([dec("9.99"), dec("0")])));
    t.all(
        "in a query",
        books().filter(Book::AUTHOR.is_in(authors().filter(Author::NAME.eq("Ann")).values(Author::ID))),
    );
    t.all(
        "exclude in a query",
        books().exclude(Book::EDITOR.is_in(authors().filter(Author::NAME.eq("bob")).values(Author::ID))),
    );
    t.all(
        "exclude in a query with NULLs",
        authors().exclude(Author::ID.is_in(books().values(Book::EDITOR.to(Author::ID)))),
    );
    t.all("range", books().filter(Book::PAGES.between(33, 100)));
    t.all("range of dates", books().filter(Book::PUBLISHED.between(date("2024-01-01"), date("2025-01-01"))));
    t.all("exclude range", books().exclude(Book::PAGES.between(33, 100)));
    t.all("range of columns", books().filter(Book::STOCK.between(-3, Book::PAGES.cast::<i32>())));
    t.all("lt", books().filter(Book::STOCK.lt(0)));
    t.all("lte", books().filter(Book::PAGES.lte(100)));
    t.all("gt", books().filter(Book::RATING.gt(0.0)));
    t.all("gte decimal", books().filter(Book::PRICE.gte(dec("10"))));
    t.all("exclude gt nullable", books().exclude(Book::PAGES.gt(50)));
    t.all("exclude lt decimal nullable", books().exclude(Book::DISCOUNT.lt(dec("1"))));
    t.all("isnull", books().filter(Book::META.is_null(true)));
    t.all("isnull false", books().filter(Book::SOLD.is_null(false)));
    t.all("exclude isnull", books().exclude(Book::SOLD.is_null(true)));
    t.all("date", books().filter(Book::CREATED.date().eq(date("2024-12-31"))));
    t.all("date gt", books().filter(Book::SOLD.date().gt(date("2021-01-04"))));
    t.all("exclude date nullable", books().exclude(Book::SOLD.date().eq(date("2025-01-01"))));
    t.all("time", books().filter(Book::CREATED.time().eq(time("00:00:00"))));
    t.all("time with a fraction", books().filter(Book::CREATED.time().gte(time("23:00:00.000001"))));
    t.all("year", books().filter(Book::CREATED.year().eq(2024)));
    t.all("year of a date", books().filter(Book::PUBLISHED.year().eq(2020)));
    t.all("year gte", books().filter(Book::PUBLISHED.year().gte(2024)));
    t.all("year lt", books().filter(Book::CREATED.year().lt(2024)));
    t.all("exclude year", books().exclude(Book::PUBLISHED.year().eq(2024)));
    t.all("year in", books().filter(Book::CREATED.year().is_in([2020, 2025])));
    t.all("iso year", books().filter(Book::PUBLISHED.iso_year().eq(2020)));
    t.all("quarter", books().filter(Book::CREATED.quarter().eq(1)));
    t.all("month", books().filter(Book::PUBLISHED.month().eq(12)));
    t.all("week", books().filter(Book::PUBLISHED.week().eq(1)));
    t.all("week 53", books().filter(Book::PUBLISHED.week().eq(53)));
    t.all("week 52", books().filter(Book::CREATED.week().eq(52)));
    t.all("day", books().filter(Book::CREATED.day().eq(31)));
    t.all("week day", books().filter(Book::PUBLISHED.week_day().eq(1)));
    t.all("iso week day", books().filter(Book::CREATED.iso_week_day().eq(7)));
    t.all("hour", books().filter(Book::CREATED.hour().eq(23)));
    t.all("hour of a time", books().filter(Book::OPENS.hour().eq(9)));
    t.all("minute", books().filter(Book::CREATED.minute().gt(20)));
    t.all("second", books().filter(Book::CREATED.second().eq(59)));
    t.all("second of a time", books().filter(Book::OPENS.second().eq(59)));
    t.all("exclude hour nullable", books().exclude(Book::OPENS.hour().eq(9)));
    t.all("length", books().annotate(Book::TITLE.length()).filter(Book::TITLE.length().eq(5)));
    t.all("json key", books().filter(Book::META.key("a").eq(js("1"))));
    t.all("json key text", books().filter(Book::META.key("a").eq(js("\"1\""))));
    t.all("json key null", books().filter(Book::META.key("a").eq(Json::Null)));
    t.all("json key missing", books().filter(Book::META.key("a").is_null(true)));
    t.all("json exclude key", books().exclude(Book::META.key("a").eq(js("1"))));
    t.all("json path", books().filter(Book::META.key("b").key("c").key(1).eq(js("2"))));
    t.all("json path object", books().filter(Book::META.key("b").eq(js(r#"{"c": []}"#))));
    t.all("json position", books().filter(Book::META.key(2).key("a").eq(js("5"))));
    t.all("json whole", books().filter(Book::META.eq(js("{}"))));
    t.all("json whole text", books().filter(Book::META.eq(js("\"plain\""))));
    t.all("json key gt", books().filter(Book::META.key("a").gt(js("0"))));
    t.all("json key icontains", books().filter(Book::META.key_text("b").icontains("EX")));
    t.all("json has key", books().filter(Book::META.has_key("a")));
    t.all("json has key inside", books().filter(Book::META.key("b").has_key("c")));
    t.all("json exclude has key", books().exclude(Book::META.has_key("a")));
    t.all("json has keys", books().filter(Book::META.has_keys(["a", "t"])));
    t.all("json has any keys", books().filter(Book::META.has_any_keys(["t", "k"])));
    t.all("json key in values", books().values((Book::ID, Book::META.key("b"))));
    t.all("json key true", books().filter(Book::META.key("k").eq(js("true"))));
    t.all("F equal", books().filter(Book::TITLE.eq(Book::BLURB)));
    t.all("F less", books().filter(Book::DISCOUNT.lt(Book::PRICE)));
    t.all("exclude F", books().exclude(Book::DISCOUNT.lt(Book::PRICE)));
    t.all("F of two nullable", books().filter(Book::SOLD.gt(Book::CREATED)));
    t.all("F arithmetic", books().filter(Book::STOCK.gt(Book::STOCK * 2)));
    t.all("F plus", books().filter(Book::PAGES.eq(Book::PAGES + 0)));
    t.all("F over a join", books().filter(Book::EDITOR.eq(Book::AUTHOR)));
    t.all(
        "exclude F over a join",
        books().exclude(Book::EDITOR.to(Author::NAME).eq(Book::AUTHOR.to(Author::NAME))),
    );
    t.all("Q or", books().filter(Book::PAGES.eq(100) | Book::STOCK.eq(-3)));
    t.all("Q not or", books().filter(!(Book::PAGES.eq(100) | Book::RATING.eq(0.0))));
    t.all("Q and not", books().filter(Book::STOCK.gt(0) & !Book::PAGES.eq(100)));
    t.all("Q xor", books().filter(Book::STOCK.gt(0) ^ Book::PAGES.eq(100)));
    t.all(
        "Q xor of three",
        books().filter(Book::STOCK.gt(0) ^ Book::PAGES.eq(100) ^ Book::AVAILABLE.eq(true)),
    );
    t.all("Q not xor", books().exclude(Book::STOCK.gt(0) ^ Book::PAGES.eq(100)));
    t.all("Q not not", books().filter(!!Book::PAGES.eq(100)));
    t.all("Q not of not and", books().filter(!(!Book::PAGES.eq(100) & Book::AVAILABLE.eq(true))));
    t.all("exclude two conditions", books().exclude(Book::PAGES.eq(100) & Book::RATING.eq(4.5)));
    t.all("exclude not", books().exclude(!Book::PAGES.eq(100)));
    t.all("none", books().none());
    t.all("pk", books().filter_pk(4));
}
