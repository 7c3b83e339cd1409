//! What PostgreSQL alone has: arrays, ranges, hstores, full-text search. `tables/postgresql.py` has the same in Python.

use std::ops::Bound;

use belleville_db::functions::{search_rank, search_rank_by, search_vector};
use belleville_db::json::{Dict, Json};
use belleville_db::{
    Assignment, Column, Database, Decimal, FieldValue, HStore, Headline, Model, QuerySet, Range, RangeValue,
    Rank, Related, Result, SearchQuery, Weight,
};

use crate::models::{Book, Edition, Review};
use crate::results::ToJson;
use crate::table::Table;
use crate::values::{at, books, date, dec, js, reviews};

const EDITIONS: Related<Book, Edition> = Edition::BOOK.reverse();

fn editions() -> QuerySet<Edition> {
    Edition::objects().order_by([Edition::ID.asc()])
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn pairs(pairs: &[(&str, Option<&str>)]) -> HStore {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), value.map(str::to_owned))).collect()
}

pub(crate) fn add(t: &mut Table) {
    values(t);
    arrays(t);
    ranges(t);
    in_ranges(t);
    hstores(t);
    search(t);
    headlines(t);
    likeness(t);
    documents(t);
    relations(t);
    writes(t);
}

fn values(t: &mut Table) {
    t.all("values of tags", editions().values(Edition::TAGS));
    t.all("values of sizes", editions().values(Edition::SIZES));
    t.all("values of board", editions().values(Edition::BOARD));
    t.all("values of ages", editions().values(Edition::AGES));
    t.all("values of keys", editions().values(Edition::KEYS));
    t.all("values of prices", editions().values(Edition::PRICES));
    t.all("values of stay", editions().values(Edition::STAY));
    t.all("values of shift", editions().values(Edition::SHIFT));
    t.all("values of facts", editions().values(Edition::FACTS));
    t.all("values of words", editions().values(Edition::WORDS));
}

fn arrays(t: &mut Table) {
    let tags = Edition::TAGS;
    let sizes = Edition::SIZES;
    t.all("array exact", editions().filter(tags.eq(texts(&["a", "b"]))));
    t.all("array exact empty", editions().filter(tags.eq(vec![])));
    t.all("array exact NULL inside", editions().filter(sizes.eq(vec![None, Some(2)])));
    t.all("array exclude exact", editions().exclude(sizes.eq(vec![Some(1), Some(2), Some(3)])));
    t.all("array isnull", editions().filter(sizes.eq(None)));
    t.all("array in", editions().filter(tags.is_in([texts(&["A"]), texts(&["b"]), texts(&["x"])])));
    t.all("array gt", editions().filter(sizes.gt(vec![Some(2)])));
    t.all("array contains", editions().filter(tags.contains(texts(&["b"]))));
    t.all(
        "array contains special",
        editions().filter(tags.contains(texts(&["back\\slash", "\"q\"", "", "NULL"]))),
    );
    t.all("array contains nothing", editions().filter(tags.contains(vec![])));
    t.all("array exclude contains", editions().exclude(sizes.contains(vec![Some(2)])));
    t.all("array contained by", editions().filter(tags.contained_by(texts(&["a", "b", "c"]))));
    t.all("array overlap", editions().filter(tags.overlap(texts(&["a", "c"]))));
    t.all("array exclude overlap", editions().exclude(sizes.overlap(vec![Some(2), Some(5)])));
    t.all("array len", editions().filter(sizes.len().eq(0)));
    t.all("array len gt", editions().filter(tags.len().gt(1)));
    t.all("array exclude len", editions().exclude(sizes.len().eq(3)));
    t.all("array first", editions().filter(tags.item(0).eq("b")));
    t.all("array first number", editions().filter(sizes.item(0).gte(3)));
    t.all("array exclude second", editions().exclude(sizes.item(1).eq(2)));
    t.all("array first icontains", editions().filter(tags.item(0).icontains("a")));
    t.all("array slice", editions().filter(tags.slice(0..2).eq(texts(&["a", "b"]))));
    t.all("array slice contains", editions().filter(tags.slice(1..3).contains(texts(&["c"]))));
    t.all("array nested", editions().filter(Edition::BOARD.eq(vec![vec![1, 2], vec![3, 4]])));
    t.all("array nested inside", editions().filter(Edition::BOARD.item(0).eq(None)));
    t.all("array order", Edition::objects().order_by([tags.asc(), Edition::ID.asc()]));
    t.all("array order by len", Edition::objects().order_by([tags.len().desc(), Edition::ID.asc()]));
    t.all("array column", editions().filter(tags.contains(tags)));
}

fn ranges(t: &mut Table) {
    let (ages, keys, prices, stay, shift) =
        (Edition::AGES, Edition::KEYS, Edition::PRICES, Edition::STAY, Edition::SHIFT);
    t.all("range exact", editions().filter(ages.eq(5..11)));
    t.all("range exact not canonical", editions().filter(ages.eq(5..=10)));
    t.all("range exact empty", editions().filter(ages.eq(Range::empty())));
    t.all("range exclude exact", editions().exclude(keys.eq(7..8)));
    t.all("range contains value", editions().filter(ages.contains_value(4)));
    t.all("range contains range", editions().filter(ages.contains(6..8)));
    t.all("range contains big value", editions().filter(keys.contains_value((1 << 40) + 1)));
    t.all("range contains decimal", editions().filter(prices.contains_value(dec("9.99"))));
    t.all("range contains date", editions().filter(stay.contains_value(date("2025-01-05"))));
    t.all("range contains datetime", editions().filter(shift.contains_value(at("2025-01-01 08:00:00"))));
    t.all("range exclude contains", editions().exclude(prices.contains_value(dec("1.5"))));
    t.all("range contained by", editions().filter(ages.contained_by(0..20)));
    t.all("range overlap", editions().filter(stay.overlap(date("2025-01-09")..date("2025-01-11"))));
    t.all("range fully lt", editions().filter(ages.fully_lt(5..6)));
    t.all("range fully gt", editions().filter(ages.fully_gt(1..4)));
    t.all("range not lt", editions().filter(ages.not_lt(3..5)));
    t.all("range not gt", editions().filter(ages.not_gt(3..5)));
    t.all("range adjacent to", editions().filter(ages.adjacent_to(5..7)));
    t.all("range startswith", editions().filter(ages.start().eq(5)));
    t.all("range endswith lt", editions().filter(stay.end().lt(date("2025-01-08"))));
    t.all("range startswith missing", editions().filter(ages.start().eq(None)));
    t.all("range exclude endswith", editions().exclude(shift.end().eq(at("2025-01-01 09:00:00"))));
    t.all("range isempty", editions().filter(keys.is_empty().eq(true)));
    t.all("range exclude isempty", editions().exclude(keys.is_empty().eq(true)));
    t.all("range lower inc", editions().filter(shift.lower_inc().eq(false)));
    t.all("range lower inf", editions().filter(ages.lower_inf().eq(true)));
    t.all("range upper inc", editions().filter(prices.upper_inc().eq(true)));
    t.all("range upper inf", editions().filter(keys.upper_inf().eq(true)));
    t.all("range lt", editions().filter(ages.lt(3..4)));
    t.all("range order", Edition::objects().order_by([ages.asc(), Edition::ID.asc()]));
}

fn in_ranges(t: &mut Table) {
    t.all("number in a range", books().filter(Book::PAGES.contained_by(33..101)));
    t.all(
        "decimal in a range",
        books().filter(
            Book::PRICE.contained_by(Range::new(Bound::Excluded(dec("5.25")), Bound::Included(dec("10.00")))),
        ),
    );
    t.all("float in a range", books().filter(Book::RATING.contained_by(dec("0")..dec("4"))));
    t.all("date in a range", books().filter(Book::PUBLISHED.contained_by(date("2024-01-01")..)));
    t.all("datetime in a range", books().filter(Book::CREATED.contained_by(..at("2021-01-04 00:00:00"))));
    t.all("exclude number in a range", books().exclude(Book::PAGES.contained_by(33..101)));
    t.all(
        "small number in a range",
        reviews().filter(Review::STARS.contained_by(3..5)).order_by([Review::ID.asc()]),
    );
}

fn hstores(t: &mut Table) {
    let facts = Edition::FACTS;
    let red = || pairs(&[("color", Some("red"))]);
    t.all(
        "hstore exact",
        editions().filter(facts.eq(pairs(&[("size", Some("10")), ("color", Some("red"))]))),
    );
    t.all("hstore exact empty", editions().filter(facts.eq(HStore::new())));
    t.all("hstore contains", editions().filter(facts.contains(red())));
    t.all("hstore contains NULL", editions().filter(facts.contains(pairs(&[("color", None)]))));
    t.all(
        "hstore contains special",
        editions().filter(facts.contains(pairs(&[("a \"key\"", Some("b=>c"))]))),
    );
    t.all("hstore exclude contains", editions().exclude(facts.contains(red())));
    t.all(
        "hstore contained by",
        editions().filter(facts.contained_by(pairs(&[
            ("color", Some("red")),
            ("size", Some("10")),
            ("x", Some("y")),
        ]))),
    );
    t.all("hstore has key", editions().filter(facts.has_key("color")));
    t.all("hstore has keys", editions().filter(facts.has_keys(["color", "size"])));
    t.all("hstore has no keys", editions().filter(facts.has_keys([])));
    t.all("hstore has any keys", editions().filter(facts.has_any_keys(["weight", "size"])));
    t.all("hstore exclude has key", editions().exclude(facts.has_key("color")));
    t.all("hstore key", editions().filter(facts.key("color").eq("red")));
    t.all("hstore key missing", editions().filter(facts.key("color").is_null(true)));
    t.all("hstore exclude key", editions().exclude(facts.key("color").eq("red")));
    t.all("hstore key icontains", editions().filter(facts.key("color").icontains("RE")));
    t.all("hstore key in", editions().filter(facts.key("size").is_in(["9", "10"])));
    t.all("hstore keys", editions().filter(facts.keys().contains(texts(&["size"]))));
    t.all("hstore keys overlap", editions().filter(facts.keys().overlap(texts(&["weight", ""]))));
    t.all("hstore values", editions().filter(facts.values().contains(vec![Some("red".to_owned())])));
    t.all("hstore values of keys", editions().values((Edition::ID, facts.keys(), facts.values())));
    t.all(
        "hstore order by key",
        Edition::objects().order_by([facts.key("size").asc().nulls_last(), Edition::ID.asc()]),
    );
}

fn search(t: &mut Table) {
    let (text, words) = (Edition::TEXT, Edition::WORDS);
    let title = Edition::BOOK.to(Book::TITLE);
    let plain = SearchQuery::plain;
    t.all("search", editions().filter(text.search("fox")));
    t.all("search several", editions().filter(text.search("quick foxes")));
    t.all("search nothing", editions().filter(text.search("")));
    t.all("search a vector", editions().filter(words.search("fox")));
    t.all("exclude search a vector", editions().exclude(words.search("fox")));
    t.all("exclude search", editions().exclude(text.search("fox")));
    t.all("search phrase", editions().filter(text.search(SearchQuery::phrase("quick fox"))));
    t.all("search raw", editions().filter(text.search(SearchQuery::raw("fox & !dog"))));
    t.all("search raw wrong", editions().filter(text.search(SearchQuery::raw("fox & & dog"))));
    t.all("search web", editions().filter(text.search(SearchQuery::websearch("\"brown fox\" or lazy"))));
    t.all("search config", editions().filter(text.search(plain("foxes").config("english"))));
    t.all("search simple config", editions().filter(text.search(plain("foxes").config("simple"))));
    t.all("search not", editions().filter(text.search(!plain("fox"))));
    t.all("search and", editions().filter(text.search(plain("fox") & plain("jumps"))));
    t.all("search or", editions().filter(text.search(plain("lazy") | plain("jumps"))));
    t.all("search and not", editions().filter(text.search(plain("fox") & !plain("jumps"))));
    t.all(
        "search columns",
        editions().filter(search_vector((text, title)).search("alpha")).values(Edition::ID),
    );
    // One configuration and one weight for both.
    let both = (search_vector(text) + search_vector(title)).config("simple").weight(Weight::B);
    t.all("search rank of both", editions().values((Edition::ID, search_rank(both, "the"))));
    t.all("search rank", editions().values((Edition::ID, search_rank(search_vector(text), "quick"))));
    t.all("search rank of a vector", editions().values((Edition::ID, search_rank(words, "quick"))));
    t.all(
        "search rank with weights",
        editions().values((
            Edition::ID,
            search_rank(
                search_vector(text).weight(Weight::A) + search_vector(title).weight(Weight::D),
                plain("alpha") | plain("fox"),
            ),
        )),
    );
    let ranked = |rank: Rank| (Edition::ID, search_rank_by(rank, words, plain("quick") | plain("fox")));
    let own = Rank::new().weights([0.9, 0.2, 0.4, 0.1]);
    t.all("search rank own weights", editions().values(ranked(own)));
    t.all("search rank normalization", editions().values(ranked(Rank::new().normalization(2 | 8))));
    let density = Rank::new().cover_density().weights([0.1, 0.2, 0.4, 1.0]).normalization(1);
    t.all("search rank cover density", editions().values(ranked(density)));
    let rank = search_rank(search_vector(text).config("english"), plain("fox").config("english"));
    t.all("search rank order", Edition::objects().order_by([rank.desc(), Edition::ID.asc()]));
}

fn headlines(t: &mut Table) {
    let (text, title) = (Edition::TEXT, Edition::BOOK.to(Book::TITLE));
    let plain = SearchQuery::plain;
    t.all("search headline", editions().values((Edition::ID, text.search_headline("fox"))));
    t.all("search headline of a key", editions().values((Edition::ID, title.search_headline("alpha"))));
    let how = Headline::new().config("english").start_sel("<i>").stop_sel("it's</i>");
    let how = how.max_words(4).min_words(2).short_word(1);
    let shown = text.search_headline_by(how, plain("foxes").config("english"));
    t.all("search headline options", editions().values((Edition::ID, shown)));
    let how = Headline::new().max_fragments(2).fragment_delimiter(" | ").max_words(2).min_words(1);
    let shown = text.search_headline_by(how, plain("quick") | plain("jumps"));
    t.all("search headline pieces", editions().values((Edition::ID, shown)));
    let how = Headline::new().config("simple").highlight_all(true);
    let shown = text.search_headline_by(how, "simple");
    t.all("search headline all", editions().values((Edition::ID, shown)));
}

fn likeness(t: &mut Table) {
    let (id, text, title) = (Edition::ID, Edition::TEXT, Edition::BOOK.to(Book::TITLE));
    t.all("trigram similar", editions().filter(text.trigram_similar("quick fix")));
    t.all("exclude trigram similar", editions().exclude(text.trigram_similar("quick fix")));
    t.all("trigram similar of a key", editions().exclude(title.trigram_similar("alphabet")));
    t.all("trigram word similar", editions().filter(text.trigram_word_similar("brownie")));
    t.all("trigram strict word similar", editions().filter(text.trigram_strict_word_similar("brownie")));
    let similarity = (id, text.trigram_similarity("quick fox"), title.trigram_similarity(text));
    t.all("trigram similarity", editions().values(similarity));
    let words = (id, text.trigram_word_similarity("brownie"), text.trigram_strict_word_similarity("brownie"));
    t.all("trigram word similarity", editions().values(words));
    let distances = (
        id,
        text.trigram_distance("quick fox"),
        text.trigram_word_distance("brownie"),
        text.trigram_strict_word_distance("brownie"),
    );
    t.all("trigram distances", editions().values(distances));
    let order = [text.trigram_distance("quick fox").asc(), id.asc()];
    t.all("trigram order", Edition::objects().order_by(order));
    t.all("unaccent", editions().filter(text.unaccent().eq("Â lázy dog")));
    t.all("unaccent icontains", editions().filter(text.unaccent().icontains("FÓX")));
    t.all("unaccent startswith", editions().filter(text.unaccent().starts_with("qüick, %")));
    t.all("unaccent in", editions().filter(text.unaccent().is_in(["Â lázy dog", "Fòxes and dogs"])));
    t.all("exclude unaccent", editions().exclude(title.unaccent().contains("é")));
}

fn documents(t: &mut Table) {
    t.all("json contains", books().filter(Book::META.contains(js("{\"a\": 1}"))));
    t.all("json contains a part", books().filter(Book::META.contains(js("{\"b\": {\"c\": [2]}}"))));
    t.all("json exclude contains", books().exclude(Book::META.contains(js("{\"a\": 1}"))));
    t.all(
        "json contained by",
        books().filter(Book::META.contained_by(js("{\"a\": \"1\", \"b\": {\"c\": []}, \"x\": 1}"))),
    );
    t.all("json inside contains", books().filter(Book::META.key("b").contains(js("{\"c\": [1, 3]}"))));
}

fn relations(t: &mut Table) {
    let tags = EDITIONS.to(Edition::TAGS);
    t.all("array over a relation", books().filter(tags.contains(texts(&["b"]))).distinct());
    t.all("exclude array over a relation", books().exclude(tags.contains(texts(&["b"]))));
    t.all("range over a relation", books().filter(EDITIONS.to(Edition::AGES).contains_value(4)));
}

fn writes(t: &mut Table) {
    t.run("saved again", async |db: &Database| {
        let mut edition = Edition::objects().filter_pk(1).get(db).await?;
        edition.id = 0;
        edition.save(db).await?;
        let found = Edition::objects().filter_pk(edition.id).get(db).await?;
        Ok((
            (found.tags, found.sizes, found.board, found.ages, found.keys),
            (found.prices, found.stay, found.shift, found.facts, found.words),
        ))
    });
    t.run("created", async |db: &Database| {
        created(
            db,
            vec![
                Edition::TAGS.set(texts(&["x", "y\""])),
                Edition::SIZES.set(vec![None, Some(7)]),
                Edition::AGES.set(1..=4),
                Edition::PRICES.set(Range::new(Bound::Excluded(dec("1.50")), Bound::Unbounded)),
                Edition::FACTS.set(pairs(&[("a", None), ("b c", Some("d"))])),
                Edition::WORDS.set("'a':1B".to_owned()),
            ],
        )
        .await
    });
    t.run("created empty", async |db: &Database| {
        created(
            db,
            vec![
                Edition::TAGS.set(vec![]),
                Edition::SIZES.set(vec![]),
                Edition::AGES.set(Range::empty()),
                Edition::FACTS.set(HStore::new()),
            ],
        )
        .await
    });
    t.run("updated", async |db: &Database| {
        update(
            db,
            vec![
                Edition::TAGS.set(texts(&["n"])),
                Edition::AGES.set(Range::from(..)),
                Edition::FACTS.set(pairs(&[("k", Some("v"))])),
                Edition::STAY.set(date("2025-01-01")..=date("2025-01-02")),
            ],
        )
        .await?;
        Ok((
            left(db, Edition::TAGS).await?,
            left(db, Edition::AGES).await?,
            left(db, Edition::FACTS).await?,
            left(db, Edition::STAY).await?,
        ))
    });
    t.run("updated to NULL", async |db: &Database| {
        update(db, vec![Edition::SIZES.set(None), Edition::PRICES.set(None), Edition::FACTS.set(None)])
            .await?;
        Ok((
            left(db, Edition::SIZES).await?,
            left(db, Edition::PRICES).await?,
            left(db, Edition::FACTS).await?,
        ))
    });
    t.run("updated from a column", async |db: &Database| {
        update(db, vec![Edition::WORDS.set(search_vector(Edition::TEXT))]).await?;
        Ok((left(db, Edition::WORDS).await?,))
    });
}

async fn update(db: &Database, values: Vec<Assignment<Edition>>) -> Result<u64> {
    Edition::objects().filter(Edition::ID.lte(2)).update(db, values).await
}

/// What the changed rows have now.
async fn left<T: FieldValue + Send + 'static>(db: &Database, column: Column<Edition, T>) -> Result<Vec<T>> {
    editions().filter(Edition::ID.lte(2)).values(column).all(db).await
}

type Created = (
    Vec<String>,
    Option<Vec<Option<i32>>>,
    Range<i32>,
    Option<Range<Decimal>>,
    Option<HStore>,
    Option<String>,
);

async fn created(db: &Database, mut values: Vec<Assignment<Edition>>) -> Result<Vec<Created>> {
    values.extend([Edition::TEXT.set("new"), Edition::BOARD.set(vec![])]);
    let edition = Edition::objects().create(db, values).await?;
    let columns =
        (Edition::TAGS, Edition::SIZES, Edition::AGES, Edition::PRICES, Edition::FACTS, Edition::WORDS);
    Edition::objects().filter_pk(edition.id).values(columns).all(db).await
}

impl<T: ToJson + RangeValue> ToJson for Range<T> {
    fn to_json(&self) -> Json {
        let (Some(lower), Some(upper)) = (self.lower(), self.upper()) else { return "empty".into() };
        let value = |bound: Bound<&T>| match bound {
            Bound::Included(value) | Bound::Excluded(value) => value.to_json(),
            Bound::Unbounded => Json::Null,
        };
        let mut json = Dict::new();
        json.insert("lower", value(lower));
        json.insert("upper", value(upper));
        let open = if matches!(lower, Bound::Included(_)) { '[' } else { '(' };
        let close = if matches!(upper, Bound::Included(_)) { ']' } else { ')' };
        json.insert("bounds", format!("{open}{close}").into());
        Json::Dict(json)
    }
}
