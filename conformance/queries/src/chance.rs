//! Random conditions of lookups by their names: a file that `tables/chance.py` makes.

use belleville_db::json::{self, Json};
use belleville_db::{LookupName, Model, Q, QuerySet, Registry};

use crate::models::{Author, Book, Branch, Club, Edition, Line, Person, Region, Tag};
use crate::names::{order, text};
use crate::results::ToJson;
use crate::table::Table;

pub(crate) fn add(t: &mut Table, registry: &Registry, file: &str) {
    let Ok(Json::List(rows)) = json::loads(file) else { panic!("the random queries are no list") };
    for row in &rows {
        match text(row.get("model")) {
            "author" => add_row::<Author>(t, registry, row),
            "book" => add_row::<Book>(t, registry, row),
            "branch" => add_row::<Branch>(t, registry, row),
            "club" => add_row::<Club>(t, registry, row),
            "edition" => add_row::<Edition>(t, registry, row),
            "person" => add_row::<Person>(t, registry, row),
            "region" => add_row::<Region>(t, registry, row),
            "line" => add_row::<Line>(t, registry, row),
            "tag" => add_row::<Tag>(t, registry, row),
            model => panic!("no model {model}"),
        }
    }
}

fn add_row<M: Model + ToJson>(t: &mut Table, registry: &Registry, row: &Json) {
    let mut found: QuerySet<M> = M::objects().order_by(order(registry, "id"));
    for call in list(row.get("calls")) {
        let [kind, tree] = list(Some(call)) else { panic!("a call has a name and a condition") };
        let condition = condition::<M>(registry, tree);
        found = if text(Some(kind)) == "filter" { found.filter(condition) } else { found.exclude(condition) };
    }
    t.all(text(row.get("name")), found);
}

fn list(value: Option<&Json>) -> &[Json] {
    match value {
        Some(Json::List(list)) => list,
        other => panic!("no list: {other:?}"),
    }
}

fn condition<M: Model>(registry: &Registry, tree: &Json) -> Q<M> {
    let Some((kind, parts)) = list(Some(tree)).split_first() else { panic!("an empty condition") };
    let mut conditions = parts.iter().map(|part| condition::<M>(registry, part));
    match text(Some(kind)) {
        "not" => !conditions.next().unwrap_or(Q::all()),
        "and" => conditions.reduce(|one, two| one & two).unwrap_or(Q::all()),
        "or" => conditions.reduce(|one, two| one | two).unwrap_or(Q::none()),
        "xor" => conditions.reduce(|one, two| one ^ two).unwrap_or(Q::none()),
        name => {
            drop(conditions);
            let lookup = LookupName::parse(M::META, registry, name).unwrap_or_else(|error| panic!("{error}"));
            lookup.with(&parts[0]).unwrap_or_else(|error| panic!("{name}: {error}"))
        }
    }
}
