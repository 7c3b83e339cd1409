//! Columns, lookups and orders by their names: `tables/names.json`, which Django reads too.

use belleville_db::json::{self, Json};
use belleville_db::{LookupName, Model, Order, OrderName, QuerySet, Registry};

use crate::models::{Author, Book, Branch, Club, Edition, Line, Person, Region, Review, Tag};
use crate::results::ToJson;
use crate::table::Table;

const ROWS: &str = include_str!("../tables/names.json");

pub(crate) fn add(t: &mut Table, registry: &Registry) {
    let Ok(Json::List(rows)) = json::loads(ROWS) else { panic!("names.json is no list") };
    for row in &rows {
        match text(row.get("model")) {
            "author" => add_row::<Author>(t, registry, row),
            "book" => add_row::<Book>(t, registry, row),
            "branch" => add_row::<Branch>(t, registry, row),
            "club" => add_row::<Club>(t, registry, row),
            "person" => add_row::<Person>(t, registry, row),
            "region" => add_row::<Region>(t, registry, row),
            "line" => add_row::<Line>(t, registry, row),
            "review" => add_row::<Review>(t, registry, row),
            "tag" => add_row::<Tag>(t, registry, row),
            "edition" if registry.contains(Edition::META) => add_row::<Edition>(t, registry, row),
            // On SQLite there is no such table.
            "edition" => {}
            model => panic!("names.json: no model {model}"),
        }
    }
}

pub(crate) fn text(value: Option<&Json>) -> &str {
    match value {
        Some(Json::Str(text)) => text.as_str(),
        other => panic!("names.json: no text: {other:?}"),
    }
}

fn add_row<M: Model + ToJson>(t: &mut Table, registry: &Registry, row: &Json) {
    let mut name = vec![text(row.get("model")).to_owned()];
    let queryset = match row.get("order_by") {
        Some(Json::List(names)) => {
            name.extend(names.iter().map(|name| text(Some(name)).to_owned()));
            ordered::<M>(registry, names)
        }
        _ => {
            let value = row.get("value").unwrap_or(&Json::Null);
            name.extend([text(row.get("filter")).to_owned(), value.dumps().unwrap_or_default()]);
            filtered::<M>(registry, text(row.get("filter")), value)
        }
    };
    t.all(name.join(" "), queryset);
}

fn filtered<M: Model>(registry: &Registry, name: &str, value: &Json) -> QuerySet<M> {
    let lookup = LookupName::parse(M::META, registry, name).unwrap_or_else(|error| panic!("{error}"));
    let condition = lookup.with(value).unwrap_or_else(|error| panic!("{name}: {error}"));
    M::objects().filter(condition).order_by(order(registry, "id"))
}

fn ordered<M: Model>(registry: &Registry, names: &[Json]) -> QuerySet<M> {
    let by = names.iter().flat_map(|name| order(registry, text(Some(name))));
    M::objects().order_by(by.collect::<Vec<_>>())
}

pub(crate) fn order<M: Model>(registry: &Registry, name: &str) -> Vec<Order<M>> {
    let name = OrderName::parse(M::META, registry, name).unwrap_or_else(|error| panic!("{error}"));
    name.order().unwrap_or_else(|error| panic!("{error}"))
}
