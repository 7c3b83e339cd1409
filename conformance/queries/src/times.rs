//! Parts of points in time, and what they are cut to, in the program's time zone. `tables/times.py` has the same in Python.

use belleville_db::json::{self, Json};
use belleville_db::{
    Conflicts, Database, ForeignKey, LookupName, Model as _, Output, QuerySet, Registry, Result, parse_stored,
};

use crate::models::Purchase;
use crate::names::text;
use crate::results::ToJson;
use crate::table::Table;

const SHARED: &str = include_str!("../tables/times.json");

pub(crate) fn add(t: &mut Table, registry: &Registry) {
    dates(t);
    times(t);
    counts(t);
    for row in list("conditions") {
        let (name, is_negated) = match row.get("filter") {
            Some(name) => (text(Some(name)), false),
            None => (text(row.get("exclude")), true),
        };
        let lookup =
            LookupName::parse(Purchase::META, registry, name).unwrap_or_else(|error| panic!("{error}"));
        let condition = lookup.with::<Purchase>(row.get("value").unwrap_or(&Json::Null));
        let condition = condition.unwrap_or_else(|error| panic!("{name}: {error}"));
        let found = if is_negated {
            Purchase::objects().exclude(condition)
        } else {
            Purchase::objects().filter(condition)
        };
        run(t, format!("purchases {}", row.dumps().unwrap_or_default()), by_id(found).values(Purchase::ID));
    }
}

fn list(name: &str) -> Vec<Json> {
    match json::loads(SHARED).ok().and_then(|shared| shared.get(name).cloned()) {
        Some(Json::List(items)) => items.into_vec(),
        _ => panic!("times.json has no list {name}"),
    }
}

/// A query of the rows at all the moments.
fn run<Out: Output<Purchase> + 'static>(
    t: &mut Table,
    name: impl Into<String>,
    query: QuerySet<Purchase, Out>,
) where
    Out::Item: ToJson,
{
    t.run(name, async move |db: &Database| {
        make(db).await?;
        query.all(db).await
    });
}

async fn make(db: &Database) -> Result<()> {
    let mut purchases = Vec::new();
    for (id, moment) in (100..).zip(list("moments")) {
        let at = parse_stored(text(Some(&moment)))?;
        purchases.push(Purchase { id, customer: ForeignKey::new(1), placed: at, paid: Some(at) });
    }
    Purchase::objects().bulk_create(db, &mut purchases, Conflicts::fail()).await.map(drop)
}

fn by_id(purchases: QuerySet<Purchase>) -> QuerySet<Purchase> {
    purchases.order_by([Purchase::ID.asc()])
}

fn purchases() -> QuerySet<Purchase> {
    by_id(Purchase::objects())
}

fn dates(t: &mut Table) {
    let (placed, paid) = (Purchase::PLACED, Purchase::PAID);
    let parts = (Purchase::ID, placed.year(), placed.month(), placed.day(), placed.week(), placed.quarter());
    run(t, "parts of dates in the zone", purchases().values(parts));
    let parts = (Purchase::ID, paid.year(), paid.month(), paid.day(), paid.week(), paid.quarter());
    run(t, "parts of dates that may be NULL", purchases().values(parts));
    let parts = (Purchase::ID, placed.week_day(), placed.iso_week_day(), placed.iso_year());
    run(t, "days of weeks in the zone", purchases().values(parts));
    let parts = (
        Purchase::ID,
        placed.trunc_year(),
        placed.trunc_quarter(),
        placed.trunc_month(),
        placed.trunc_week(),
        placed.trunc_day(),
    );
    run(t, "long units in the zone", purchases().values(parts));
}

fn times(t: &mut Table) {
    let (placed, paid) = (Purchase::PLACED, Purchase::PAID);
    let parts = (Purchase::ID, placed.hour(), placed.minute(), placed.second());
    run(t, "parts of times in the zone", purchases().values(parts));
    let parts = (Purchase::ID, placed.date(), placed.time(), paid.date(), paid.time());
    run(t, "date and time in the zone", purchases().values(parts));
    let parts = (Purchase::ID, paid.trunc_hour(), paid.trunc_minute(), paid.trunc_second());
    run(t, "short units in the zone", purchases().values(parts));
}

fn counts(t: &mut Table) {
    let placed = Purchase::PLACED;
    macro_rules! count {
        ($name:literal, $part:expr) => {
            run(t, $name, Purchase::objects().order_by([$part.asc()]).values(($part, Purchase::ID.count())));
        };
    }
    count!("count by hour", placed.trunc_hour());
    count!("count by day", placed.trunc_day());
    count!("count by date", placed.date());
    count!("count by month of year", placed.month());
}
