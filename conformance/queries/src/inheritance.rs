//! Multi-table inheritance. `tables/inheritance.py` has the same in Python.

use belleville_db::functions::outer;
use belleville_db::{
    Column, Conflicts, Database, Dialect, Expr, ForeignKey, LookupName, Model, ParentLink, QuerySet, Related,
    Result, json::Json,
};

use crate::models::{Author, Bar, Cafe, Label, Menu, Place, Restaurant, Tag, Visitor, registry};
use crate::table::Table;
use crate::values::{authors, tags};

const PLACE: ParentLink<Restaurant, Place> = Restaurant::PLACE;
const NAME: Column<Restaurant, String> = PLACE.to(Place::NAME);
const ID: Column<Restaurant, i64> = PLACE.to(Place::ID);
const OWNER: Column<Restaurant, Option<ForeignKey<Author>>> = PLACE.to(Place::OWNER);
const TAGS: Related<Restaurant, Tag> = PLACE.to_many(Place::TAGS);
const VISITORS: Related<Restaurant, Visitor> = PLACE.to_many(Visitor::PLACE.reverse());
const FANS: Related<Restaurant, Visitor> = Visitor::FAVOURITE.reverse();
const CAFE_NAME: Column<Cafe, String> = Cafe::RESTAURANT.to(NAME);
const CAFE_ID: Column<Cafe, i64> = Cafe::RESTAURANT.to(ID);
const CHILD: Related<Place, Restaurant> = PLACE.reverse();
const GRANDCHILD: Related<Place, Cafe> = CHILD.to_many(Cafe::RESTAURANT.reverse());

fn places() -> QuerySet<Place> {
    Place::objects()
}

fn restaurants() -> QuerySet<Restaurant> {
    Restaurant::objects()
}

fn cafes() -> QuerySet<Cafe> {
    Cafe::objects()
}

fn bars() -> QuerySet<Bar> {
    Bar::objects()
}

fn visitors() -> QuerySet<Visitor> {
    Visitor::objects().order_by([Visitor::ID.asc()])
}

fn place(id: i64, name: &str) -> Place {
    Place { id, name: name.to_owned(), owner: None, tags: Default::default() }
}

fn restaurant(id: i64, name: &str) -> Restaurant {
    Restaurant { place: place(id, name), serves_pizza: false, rating: None }
}

type Whole = (i64, i64, String, Option<i64>, bool, Option<f64>);

fn whole(r: &Restaurant) -> Whole {
    (*r.pk(), r.id, r.name.clone(), r.owner.as_ref().map(|owner| *owner.pk()), r.serves_pizza, r.rating)
}

fn without_keys(r: &Restaurant) -> (String, Option<i64>, bool, Option<f64>) {
    let (_, _, name, owner, serves_pizza, rating) = whole(r);
    (name, owner, serves_pizza, rating)
}

type CafeRow = (i64, i64, String, Option<i64>, bool, Option<f64>, String);

fn cafe_row(c: &Cafe) -> CafeRow {
    let (pk, id, name, owner, serves_pizza, rating) = whole(c);
    (pk, id, name, owner, serves_pizza, rating, c.beans.clone())
}

async fn cafe_rows(db: &Database, query: QuerySet<Cafe>) -> Result<Vec<CafeRow>> {
    Ok(query.all(db).await?.iter().map(cafe_row).collect())
}

async fn place_rows(db: &Database) -> Result<Vec<(i64, String, Option<ForeignKey<Author>>)>> {
    places().order_by([Place::ID.asc()]).values((Place::ID, Place::NAME, Place::OWNER)).all(db).await
}

type RestaurantRow = (i64, String, Option<ForeignKey<Author>>, bool, Option<f64>);

async fn restaurant_rows(db: &Database) -> Result<Vec<RestaurantRow>> {
    let columns = (ID, NAME, OWNER, Restaurant::SERVES_PIZZA, Restaurant::RATING);
    restaurants().order_by([ID.asc()]).values(columns).all(db).await
}

async fn visitor_rows(
    db: &Database,
) -> Result<Vec<(i64, ForeignKey<Place>, Option<ForeignKey<Restaurant>>)>> {
    visitors().values((Visitor::ID, Visitor::PLACE, Visitor::FAVOURITE)).all(db).await
}

pub(crate) fn add(t: &mut Table) {
    objects(t);
    filters(t);
    relations(t);
    orders(t);
    groups(t);
    loaded(t);
    saving(t);
    updates(t);
    deletion(t);
}

fn objects(t: &mut Table) {
    t.run("child all", async |db: &Database| {
        Ok(restaurants().all(db).await?.iter().map(whole).collect::<Vec<_>>())
    });
    t.all("child queryset", restaurants());
    t.run("grandchild all", async |db: &Database| cafe_rows(db, cafes()).await);
    t.all("grandchild queryset", cafes());
    t.all("parent all", places());
    t.run("child get", async |db: &Database| Ok(whole(&restaurants().filter_pk(4).get(db).await?)));
    t.run("child get by parent's key", async |db: &Database| {
        Ok(whole(&restaurants().filter(ID.eq(4)).get(db).await?))
    });
    t.run("child get of another kind", async |db: &Database| restaurants().filter_pk(1).get(db).await);
}

fn filters(t: &mut Table) {
    t.all("child filter by parent", restaurants().filter(NAME.contains("a")));
    t.all("child filter by own", restaurants().filter(Restaurant::SERVES_PIZZA.eq(true)));
    t.all("child filter by both", restaurants().filter(NAME.gt("N") & Restaurant::RATING.gt(1.0)));
    t.all("child filter by the link", restaurants().filter(PLACE.key().eq(3)));
    t.all("child filter by keys", restaurants().filter(ID.is_in([1, 3, 5])));
    t.all("child exclude by parent", restaurants().exclude(NAME.eq("Napoli")));
    t.all("child exclude nullable by parent", restaurants().exclude(OWNER.eq(1)));
    t.all("child exclude own nullable", restaurants().exclude(Restaurant::RATING.eq(4.5)));
    t.all("child or", restaurants().filter(NAME.eq("Asia") | Restaurant::RATING.eq(2.0)));
    t.all("child compare columns", restaurants().filter(ID.eq(PLACE.key().to(Place::ID))));
    t.all("child over parent's key", restaurants().filter(OWNER.to(Author::NAME).eq("Ann")));
    t.all("child exclude over parent's key", restaurants().exclude(OWNER.to(Author::NAME).eq("Ann")));
    t.all("child isnull over parent's key", restaurants().filter(OWNER.to(Author::EMAIL).is_null(true)));
    t.all("child over parent's many", restaurants().filter(TAGS.to(Tag::NAME).eq("crime")));
    t.all("child exclude over parent's many", restaurants().exclude(TAGS.to(Tag::NAME).eq("crime")));
    t.all("child back over parent's", restaurants().filter(VISITORS.to(Visitor::MOOD).eq("glad")));
    t.all("child exclude back over parent's", restaurants().exclude(VISITORS.to(Visitor::MOOD).eq("glad")));
    t.all("child back over own", restaurants().filter(FANS.to(Visitor::MOOD).eq("glad")));
    let fans = Cafe::RESTAURANT.to_many(FANS).to(Visitor::MOOD);
    let guests = Cafe::RESTAURANT.to_many(VISITORS).to(Visitor::MOOD);
    t.all("grandchild back over parents", cafes().filter(fans.eq("glad") & guests.eq("tired")));
    t.all("grandchild filter by first parent", cafes().filter(CAFE_NAME.eq("Mokka")));
    let pizza = Cafe::RESTAURANT.to(Restaurant::SERVES_PIZZA);
    t.all(
        "grandchild filter by all",
        cafes().filter(CAFE_NAME.eq("Mokka") & pizza.eq(true) & Cafe::BEANS.eq("dark")),
    );
    let owner = Cafe::RESTAURANT.to(OWNER.to(Author::NAME));
    t.all("grandchild over key", cafes().filter(owner.eq("Cy_1")));
    t.all("grandchild exclude", cafes().exclude(Cafe::RESTAURANT.to(Restaurant::RATING).eq(2.0)));
    let find = |name: &str, value: &str| {
        let found =
            LookupName::parse(Restaurant::META, &registry(Dialect::Sqlite), name).and_then(|lookup| {
                lookup.with::<Restaurant>(&Json::from(value)).map_err(|error| panic!("{error}"))
            });
        found.unwrap_or_else(|error| panic!("{error}"))
    };
    t.all(
        "child by name",
        restaurants().filter(find("visitors__mood__startswith", "g") & find("tags__name", "crime")),
    );
}

fn relations(t: &mut Table) {
    t.all("parent to child", places().filter(CHILD.to(Restaurant::SERVES_PIZZA).eq(true)));
    t.all("parent exclude child", places().exclude(CHILD.to(Restaurant::SERVES_PIZZA).eq(true)));
    t.all("parent without child", places().filter(CHILD.is_null(true)));
    t.all("parent to grandchild", places().filter(GRANDCHILD.to(Cafe::BEANS).eq("dark")));
    let beers = Bar::PLACE.reverse().to(Bar::BEERS);
    t.all("parent to either child", places().filter(CHILD.to(Restaurant::RATING).eq(4.5) | beers.eq(3)));
    let pizza = Visitor::FAVOURITE.to(Restaurant::SERVES_PIZZA);
    t.all("key to child", visitors().filter(pizza.eq(true)));
    t.all("key to child's parent", visitors().filter(Visitor::FAVOURITE.to(NAME).eq("Napoli")));
    t.all("key to child exclude", visitors().exclude(Visitor::FAVOURITE.to(NAME).eq("Napoli")));
    t.all("key to child's key", visitors().filter(Visitor::FAVOURITE.eq(5)));
    let rating = Visitor::PLACE.to_many(CHILD).to(Restaurant::RATING);
    t.all("key to parent, as child", visitors().filter(rating.eq(4.5)));
    t.all("one to one with a child", Menu::objects().filter(Menu::RESTAURANT.to(NAME).eq("Napoli")));
    t.all(
        "child of one to one",
        restaurants().filter(Menu::RESTAURANT.reverse().to(Menu::TEXT).eq("espresso")),
    );
    t.all(
        "child outer",
        restaurants().filter(
            Visitor::objects()
                .filter(Visitor::PLACE.to(Place::ID).eq(outer(ID)) & Visitor::MOOD.eq("sad"))
                .is_found(),
        ),
    );
    t.all(
        "child outer name",
        restaurants().filter(authors().filter(Author::NAME.gt(outer(NAME))).is_found()),
    );
    t.all(
        "child in subquery",
        visitors().filter(
            Visitor::FAVOURITE.to(ID).is_in(restaurants().filter(NAME.eq("Napoli")).order_by([]).values(ID)),
        ),
    );
    t.all(
        "parents of children",
        places().filter(
            Place::ID.is_in(restaurants().filter(Restaurant::RATING.is_null(true)).order_by([]).values(ID)),
        ),
    );
}

fn orders(t: &mut Table) {
    t.all("child order by parent", restaurants().order_by([-NAME]));
    t.all("child order by both", restaurants().order_by([Restaurant::SERVES_PIZZA.asc(), -NAME]));
    t.all("child order by parent's key", restaurants().order_by([OWNER.to(Author::NAME).asc(), -ID]));
    t.all("own order of a child", bars().order_by([-Bar::BEERS]));
    t.all("order of the parent", bars());
    t.all("child reversed", restaurants().reverse());
    t.run("child first last", async |db: &Database| {
        Ok((
            restaurants().first(db).await?,
            restaurants().last(db).await?,
            restaurants().latest(db, ()).await?,
            cafes().order_by([]).first(db).await?,
        ))
    });
    t.all("child sliced", restaurants().slice(1..3));
    t.all(
        "child values",
        restaurants().values((
            ID,
            PLACE.key().to(Place::ID),
            NAME,
            Restaurant::RATING,
            OWNER.to(Author::NAME),
        )),
    );
    let pizza = Cafe::RESTAURANT.to(Restaurant::SERVES_PIZZA);
    t.all("grandchild values", cafes().values((CAFE_NAME, pizza, Cafe::BEANS)));
    t.all("child distinct", restaurants().order_by([OWNER.asc()]).values(OWNER).distinct());
    let named = |name: &str| restaurants().order_by([]).filter(NAME.eq(name));
    t.all(
        "child union",
        named("Asia")
            .union(restaurants().order_by([]).filter(Restaurant::RATING.eq(4.5)))
            .order_by([NAME.asc()]),
    );
}

fn groups(t: &mut Table) {
    t.all("child annotate", restaurants().annotate(VISITORS.count()));
    t.all(
        "child annotate two",
        restaurants().annotate((VISITORS.count().distinct(), FANS.count().distinct())),
    );
    t.all("child having", restaurants().annotate(VISITORS.count()).filter(VISITORS.count().gte(1)));
    t.all("grandchild annotate", cafes().annotate(Cafe::RESTAURANT.to_many(FANS).count()));
    t.all("child grouped by parent's", restaurants().order_by([OWNER.asc()]).values((OWNER, ID.count())));
    t.run("child aggregate", async |db: &Database| {
        let found =
            restaurants().aggregate(db, (NAME.max(), Restaurant::RATING.avg(), OWNER.count())).await?;
        Ok(vec![Json::from(found.0.unwrap_or_default()), found.1.unwrap_or_default().into(), found.2.into()])
    });
    let upper: Expr<Restaurant, String> = NAME.upper();
    t.all("child annotate expression", restaurants().annotate(upper));
}

fn loaded(t: &mut Table) {
    t.run("child select related", async |db: &Database| {
        let found = restaurants().select_related(OWNER).all(db).await?;
        let named = |r: Restaurant| {
            let name = r.owner.as_ref().and_then(|owner| owner.get()).map(|owner| owner.name.clone());
            (r, name)
        };
        Ok(found.into_iter().map(named).collect::<Vec<_>>())
    });
    t.run("grandchild select related", async |db: &Database| {
        let found = cafes().select_related(Cafe::RESTAURANT.to(OWNER)).all(db).await?;
        let named = |c: Cafe| {
            let name = c.owner.as_ref().and_then(|owner| owner.get()).map(|owner| owner.name.clone());
            (c, name)
        };
        Ok(found.into_iter().map(named).collect::<Vec<_>>())
    });
    t.run("select related to a child", async |db: &Database| {
        let found =
            visitors().select_related(Visitor::PLACE).select_related(Visitor::FAVOURITE).all(db).await?;
        let named = |v: &Visitor| {
            let favourite = v.favourite.as_ref().and_then(|favourite| favourite.get());
            (
                v.id,
                v.place.get().map(|place| place.name.clone()),
                favourite.map(|favourite| favourite.name.clone()),
                favourite.and_then(|favourite| favourite.rating),
            )
        };
        Ok(found.iter().map(named).collect::<Vec<_>>())
    });
    t.run("parent with child", async |db: &Database| {
        let found = places().select_related_one(CHILD).all(db).await?;
        Ok(found.into_iter().map(|(p, r)| (p, r.as_ref().map(whole))).collect::<Vec<_>>())
    });
    t.run("parent with grandchild", async |db: &Database| {
        let found = places().select_related_one(GRANDCHILD).all(db).await?;
        Ok(found.into_iter().map(|(p, c)| (p, c.as_ref().map(cafe_row))).collect::<Vec<_>>())
    });
    t.run("prefetch of a child", async |db: &Database| {
        restaurants().prefetch(VISITORS, visitors()).all(db).await
    });
    t.run("prefetch many of a child", async |db: &Database| {
        restaurants().prefetch(TAGS, tags().order_by([Tag::ID.asc()])).all(db).await
    });
    t.run("prefetch children", async |db: &Database| {
        let bars = bars().order_by([Bar::PLACE.to(Place::ID).asc()]);
        authors().prefetch(Bar::KEPT_BY.reverse(), bars).all(db).await
    });
    t.run("visitors of a child", async |db: &Database| {
        VISITORS.of(&restaurant(3, "")).order_by([Visitor::ID.asc()]).all(db).await
    });
    t.run("child of a place", async |db: &Database| {
        let mut found = Vec::new();
        for id in [3, 1] {
            let place = places().filter_pk(id).get(db).await?;
            found.push(CHILD.of(&place).first(db).await?.as_ref().map(whole));
        }
        Ok(found)
    });
    t.run("place of a child", async |db: &Database| {
        let r = restaurants().filter_pk(3).get(db).await?;
        Ok((*r.pk(), r.place.name.clone()))
    });
}

fn saving(t: &mut Table) {
    t.run("child create", async |db: &Database| {
        let row = [NAME.set("New"), Restaurant::RATING.set(1.5)];
        let made = restaurants().create(db, row).await?;
        let last = restaurant_rows(db).await?.pop();
        let last = last.map(|(_, name, owner, pizza, rating)| (name, owner, pizza, rating));
        Ok((without_keys(&made), last, place_rows(db).await?.len()))
    });
    t.run("grandchild create", async |db: &Database| {
        let owner = Cafe::RESTAURANT.to(OWNER).set(Some(ForeignKey::new(2)));
        let made = cafes().create(db, [CAFE_NAME.set("New"), Cafe::BEANS.set("green"), owner]).await?;
        let (_, _, name, owner, pizza, rating, beans) = cafe_row(&made);
        let row = (name, owner, pizza, rating, beans);
        Ok((row, place_rows(db).await?.len(), restaurant_rows(db).await?.len()))
    });
    t.run("child save", async |db: &Database| {
        let mut new = Restaurant { serves_pizza: true, ..restaurant(0, "New") };
        new.save(db).await?;
        Ok((without_keys(&new), place_rows(db).await?.len()))
    });
    t.run("child save of a place", async |db: &Database| {
        let mut new = Restaurant { rating: Some(5.0), ..restaurant(1, "Lane") };
        new.save(db).await?;
        Ok((whole(&new), place_rows(db).await?.swap_remove(0)))
    });
    t.run("grandchild save", async |db: &Database| {
        let mut cafe = cafes().filter_pk(5).get(db).await?;
        (cafe.name, cafe.rating, cafe.beans) = ("Kaffee".to_owned(), Some(3.5), "mixed".to_owned());
        cafe.save(db).await?;
        cafe_rows(db, cafes()).await
    });
    for (name, sets) in [
        ("child save parent's field", vec![NAME.set("Roma")]),
        ("child save own field", vec![Restaurant::RATING.set(1.0)]),
        ("child save both fields", vec![NAME.set("Roma"), Restaurant::RATING.set(1.0)]),
    ] {
        t.run(name, async move |db: &Database| {
            let r = restaurants().filter_pk(3).get(db).await?;
            restaurants().update_one(db, r, sets.clone()).await?;
            restaurant_rows(db).await
        });
    }
    t.run("child get or create found", async |db: &Database| {
        let defaults = [Restaurant::RATING.set(1.0)];
        let (r, new) = restaurants().get_or_create(db, [NAME.set("Asia")], defaults).await?;
        Ok((whole(&r), new))
    });
    t.run("child get or create new", async |db: &Database| {
        let defaults = [Restaurant::RATING.set(1.0)];
        let (r, new) = restaurants().get_or_create(db, [NAME.set("New")], defaults).await?;
        Ok((without_keys(&r), new))
    });
    t.run("child update or create", async |db: &Database| {
        let values = [Restaurant::RATING.set(1.0)];
        let (_, new) = restaurants().update_or_create(db, [NAME.set("Asia")], values).await?;
        Ok((new, restaurant_rows(db).await?))
    });
    t.run("child update or create parent's", async |db: &Database| {
        let wanted = [Restaurant::RATING.set(4.5)];
        let (_, new) = restaurants().update_or_create(db, wanted, [NAME.set("Roma")]).await?;
        Ok((new, restaurant_rows(db).await?))
    });
    t.run("child bulk create", async |db: &Database| {
        restaurants().bulk_create(db, &mut [restaurant(0, "New")], Conflicts::fail()).await
    });
    t.run("child bulk update", async |db: &Database| {
        let mut found = restaurants().order_by([ID.asc()]).all(db).await?;
        for (number, r) in found.iter_mut().enumerate() {
            (r.name, r.rating) = (format!("number {number}"), Some(number as f64 / 2.0));
        }
        let fields = [NAME.into(), Restaurant::RATING.into()];
        Ok((restaurants().bulk_update(db, &found, fields).await?, restaurant_rows(db).await?))
    });
    t.run("child in bulk", async |db: &Database| {
        Ok(restaurants().in_bulk(db, [3, 4, 1]).await?.into_keys().collect::<Vec<_>>())
    });
    t.run("child many", async |db: &Database| {
        let r = restaurants().filter_pk(4).get(db).await?;
        let two = tags().filter(Tag::ID.is_in([1, 2])).all(db).await?;
        Place::TAGS.of(&r).add(db, &two).await?;
        Ok(((), restaurants().filter(TAGS.to(Tag::NAME).eq("crime")).all(db).await?))
    });
}

fn updates(t: &mut Table) {
    let pizza = || restaurants().filter(Restaurant::SERVES_PIZZA.eq(true));
    for (name, query, sets) in [
        ("child update own", pizza(), vec![Restaurant::RATING.set(1.0)]),
        (
            "child update own by parent's",
            restaurants().filter(NAME.gt("M")),
            vec![Restaurant::RATING.set(1.0)],
        ),
        ("child update parent's", pizza(), vec![NAME.set("Same")]),
        (
            "child update both",
            restaurants().filter(NAME.eq("Asia")),
            vec![NAME.set("Same"), Restaurant::RATING.set(2.5)],
        ),
        (
            "child update F",
            restaurants().filter(Restaurant::RATING.gt(0.0)),
            vec![Restaurant::RATING.set(Restaurant::RATING * 2.0)],
        ),
    ] {
        t.run(name, async move |db: &Database| {
            Ok((query.update(db, sets.clone()).await?, restaurant_rows(db).await?))
        });
    }
    t.run("grandchild update all", async |db: &Database| {
        let rating = Cafe::RESTAURANT.to(Restaurant::RATING);
        let changed =
            cafes().update(db, [CAFE_NAME.set("Same"), rating.set(2.5), Cafe::BEANS.set("x")]).await?;
        Ok((changed, cafe_rows(db, cafes().order_by([CAFE_ID.asc()])).await?))
    });
    t.run("child update nothing", async |db: &Database| {
        let none = restaurants().filter(NAME.eq("none"));
        let changed = none.update(db, [NAME.set("Same"), Restaurant::RATING.set(2.5)]).await?;
        Ok((changed, restaurant_rows(db).await?.len()))
    });
}

fn deletion(t: &mut Table) {
    t.run("child delete", async |db: &Database| {
        let deleted = restaurants().filter_pk(3).delete(db).await?;
        Ok((deleted, place_rows(db).await?, visitor_rows(db).await?))
    });
    t.run("child delete rows", async |db: &Database| {
        let deleted = restaurants().filter(NAME.eq("Asia")).delete(db).await?;
        Ok((deleted, place_rows(db).await?, visitor_rows(db).await?))
    });
    t.run("grandchild delete", async |db: &Database| {
        let deleted = cafes().filter_pk(5).delete(db).await?;
        Ok((deleted, place_rows(db).await?, restaurant_rows(db).await?, visitor_rows(db).await?))
    });
    t.run("child with grandchild delete", async |db: &Database| {
        let deleted = restaurants().filter_pk(5).delete(db).await?;
        let left = cafes().all(db).await?.len();
        Ok((deleted, place_rows(db).await?, restaurant_rows(db).await?, left))
    });
    t.run("parent delete", async |db: &Database| {
        let deleted = places().filter_pk(5).delete(db).await?;
        Ok((deleted, place_rows(db).await?, restaurant_rows(db).await?, visitor_rows(db).await?))
    });
    t.run("parent of nothing delete", async |db: &Database| {
        Ok((places().filter_pk(2).delete(db).await?, place_rows(db).await?))
    });
    t.run("parents delete", async |db: &Database| {
        let deleted = places().filter(Place::OWNER.eq(1)).delete(db).await?;
        let left = bars().all(db).await?.len();
        Ok((deleted, place_rows(db).await?, restaurant_rows(db).await?, left))
    });
    t.run("bar delete", async |db: &Database| {
        let deleted = bars().filter(Bar::BEERS.eq(12)).delete(db).await?;
        Ok((deleted, place_rows(db).await?, bars().all(db).await?.len(), visitor_rows(db).await?))
    });
    t.run("owner of children delete", async |db: &Database| {
        let first = authors().filter(Author::ID.eq(6)).delete(db).await?;
        let owner = authors().create(db, [Author::ID.set(90), Author::NAME.set("x")]).await?;
        let bar = [Bar::PLACE.to(Place::NAME).set("y"), Bar::BEERS.set(1), Bar::KEPT_BY.set(&owner)];
        bars().create(db, bar).await?;
        let second = authors().filter(Author::ID.eq(90)).delete(db).await?;
        Ok((first, second, place_rows(db).await?, bars().all(db).await?.len()))
    });
    t.run("child of a generic relation", async |db: &Database| {
        Bar::VISITS.of(&bar(7)).create(db, [Label::TEXT.set("x")]).await?;
        let found = bars().filter(Bar::VISITS.to(Label::TEXT).eq("x")).all(db).await?;
        Ok(((), found, Bar::VISITS.of(&bar(8)).all()?.all(db).await?))
    });
    t.run("child of a generic relation delete", async |db: &Database| {
        Bar::VISITS.of(&bar(7)).create(db, [Label::TEXT.set("x")]).await?;
        let deleted = bars().filter_pk(7).delete(db).await?;
        Ok(((), deleted, Label::objects().all(db).await?.len()))
    });
}

fn bar(id: i64) -> Bar {
    Bar { place: place(id, ""), beers: 0, kept_by: None, visits: Default::default() }
}
