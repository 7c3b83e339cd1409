//! Statements that write. Each is undone. `tables/writes.py` has the same in Python.

use belleville_db::functions::{outer, when};
use belleville_db::{Conflicts, Database, Model, Result};

use crate::models::{Author, Book, Customer, Memo, Publisher, Review, Sensor, Warehouse};
use crate::table::Table;
use crate::values::{REVIEWS, authors, books, reviews};

fn customer(email: &str, city: Option<&str>, vip: bool) -> Customer {
    Customer { id: 0, email: email.to_owned(), city: city.map(str::to_owned), vip }
}

async fn buyers(db: &Database) -> Result<Vec<(String, Option<String>, bool)>> {
    let values = (Customer::EMAIL, Customer::CITY, Customer::VIP);
    Customer::objects().order_by([Customer::EMAIL.asc()]).values(values).all(db).await
}

async fn bulk_update(db: &Database) -> Result<u64> {
    let mut found = Customer::objects().order_by([Customer::ID.asc()]).all(db).await?;
    for (number, customer) in found.iter_mut().enumerate() {
        customer.city = (number > 0).then(|| format!("city {number}"));
        customer.vip = !customer.vip;
    }
    Customer::objects().bulk_update(db, &found, [Customer::CITY.into(), Customer::VIP.into()]).await
}

pub(crate) fn add(t: &mut Table) {
    t.run("get or create found", async |db: &Database| {
        Customer::objects()
            .get_or_create(db, [Customer::EMAIL.set("a@x.org")], [Customer::CITY.set("Rome")])
            .await
    });
    t.run("get or create new", async |db: &Database| {
        Ok((
            Customer::objects()
                .get_or_create(db, [Customer::EMAIL.set("new")], [Customer::CITY.set("Rome")])
                .await?
                .1,
            buyers(db).await?,
        ))
    });
    t.run("get or create several", async |db: &Database| {
        Customer::objects().get_or_create(db, [Customer::CITY.set("Bern")], []).await
    });
    t.run("get or create refused", async |db: &Database| {
        Customer::objects()
            .get_or_create(db, [Customer::CITY.set("Nowhere")], [Customer::EMAIL.set("a@x.org")])
            .await
    });
    t.run("update or create found", async |db: &Database| {
        Ok((
            Customer::objects()
                .update_or_create(db, [Customer::EMAIL.set("a@x.org")], [Customer::CITY.set("Rome")])
                .await?
                .1,
            buyers(db).await?,
        ))
    });
    t.run("update or create new", async |db: &Database| {
        Ok((
            Customer::objects()
                .update_or_create(db, [Customer::EMAIL.set("new")], [Customer::CITY.set("Rome")])
                .await?
                .1,
            buyers(db).await?,
        ))
    });
    t.run("bulk create", async |db: &Database| {
        Ok((
            Customer::objects()
                .bulk_create(
                    db,
                    &mut [customer("y", None, false), customer("z", Some("Z"), true)],
                    Conflicts::fail(),
                )
                .await?,
            buyers(db).await?,
        ))
    });
    t.run("bulk create refused", async |db: &Database| {
        Customer::objects()
            .bulk_create(
                db,
                &mut [customer("y", None, false), customer("a@x.org", None, false)],
                Conflicts::fail(),
            )
            .await
    });
    t.run("bulk create ignore", async |db: &Database| {
        Ok((
            Customer::objects()
                .bulk_create(
                    db,
                    &mut [customer("y", None, false), customer("a@x.org", None, false)],
                    Conflicts::ignore(),
                )
                .await?,
            buyers(db).await?,
        ))
    });
    t.run("bulk create update", async |db: &Database| {
        Ok((
            Customer::objects()
                .bulk_create(
                    db,
                    &mut [customer("y", None, false), customer("a@x.org", Some("Rome"), false)],
                    Conflicts::update([Customer::EMAIL.into()], [Customer::CITY.into()]),
                )
                .await?,
            buyers(db).await?,
        ))
    });
    t.run("bulk update", async |db: &Database| Ok((bulk_update(db).await?, buyers(db).await?)));
    t.run("update", async |db: &Database| {
        Ok((
            books().filter(Book::PAGES.eq(100)).update(db, [Book::STOCK.set(9)]).await?,
            books().values((Book::ID, Book::STOCK)).all(db).await?,
        ))
    });
    t.run("update F", async |db: &Database| {
        Ok((
            books().update(db, [Book::STOCK.set(Book::STOCK * 2 + 1)]).await?,
            books().values((Book::ID, Book::STOCK)).all(db).await?,
        ))
    });
    t.run("update across a join", async |db: &Database| {
        Ok((
            books()
                .filter(Book::AUTHOR.to(Author::NAME).eq("Ann"))
                .update(db, [Book::EDITOR.set(None)])
                .await?,
            books().values((Book::ID, Book::EDITOR)).all(db).await?,
        ))
    });
    t.run("update excluded back", async |db: &Database| {
        Ok((
            books().exclude(REVIEWS.to(Review::STARS).eq(5)).update(db, [Book::STOCK.set(0)]).await?,
            books().values((Book::ID, Book::STOCK)).all(db).await?,
        ))
    });
    t.run("update having", async |db: &Database| {
        Ok((
            books().filter(REVIEWS.count().gt(1)).update(db, [Book::STOCK.set(7)]).await?,
            books().values((Book::ID, Book::STOCK)).all(db).await?,
        ))
    });
    t.run("update case", async |db: &Database| {
        Ok((
            books()
                .update(
                    db,
                    [Book::STOCK.set(when::<Book, i32>(Book::PAGES.eq(100), 1).otherwise(Book::STOCK))],
                )
                .await?,
            books().values((Book::ID, Book::STOCK)).all(db).await?,
        ))
    });
    t.run("update subquery", async |db: &Database| {
        Ok((
            books()
                .update(
                    db,
                    [Book::BLURB.set(
                        reviews()
                            .filter(Review::BOOK.eq(outer(Book::ID)))
                            .order_by([Review::ID.asc()])
                            .values(Review::TEXT)
                            .slice(0..1)
                            .subquery()
                            .or("none"),
                    )],
                )
                .await?,
            books().values((Book::ID, Book::BLURB)).all(db).await?,
        ))
    });
    t.run("update nothing", async |db: &Database| {
        books().filter(Book::PAGES.eq(1)).update(db, [Book::STOCK.set(1)]).await
    });
    t.run("update refused", async |db: &Database| {
        Customer::objects().update(db, [Customer::EMAIL.set("same")]).await
    });
    t.run("delete cascade", async |db: &Database| {
        Ok((
            reviews().filter(Review::STARS.eq(5)).delete(db).await?,
            reviews().order_by([Review::ID.asc()]).all(db).await?,
        ))
    });
    t.run("delete cascade with relations", async |db: &Database| {
        Ok((books().filter_pk(2).delete(db).await?, reviews().order_by([Review::ID.asc()]).all(db).await?))
    });
    t.run("delete protected", async |db: &Database| books().filter_pk(1).delete(db).await);
    t.run("delete protected further on", async |db: &Database| authors().filter_pk(1).delete(db).await);
    t.run("delete set null", async |db: &Database| {
        Ok((
            Publisher::objects().filter_pk(1).delete(db).await?,
            authors().order_by([Author::ID.asc()]).values((Author::ID, Author::PUBLISHER)).all(db).await?,
        ))
    });
    t.run("delete one to one", async |db: &Database| {
        Ok((authors().filter_pk(5).delete(db).await?, authors().all(db).await?))
    });
    t.run("delete nothing", async |db: &Database| books().filter_pk(99).delete(db).await);
    t.run("delete across a join", async |db: &Database| {
        Ok((
            reviews().filter(Review::BOOK.to(Book::TITLE).eq("Alpha")).delete(db).await?,
            reviews().order_by([Review::ID.asc()]).all(db).await?,
        ))
    });
    t.run("delete restricted", async |db: &Database| Warehouse::objects().filter_pk(4).delete(db).await);
    t.run("delete restricted with its owner", async |db: &Database| {
        Ok((
            Warehouse::objects().filter_pk(5).delete(db).await?,
            Sensor::objects()
                .order_by([Sensor::ID.asc()])
                .values((Sensor::ID, Sensor::WAREHOUSE, Sensor::BACKUP))
                .all(db)
                .await?,
        ))
    });
    t.run("delete set default and set", async |db: &Database| {
        Ok((
            Warehouse::objects().filter_pk(3).delete(db).await?,
            Sensor::objects()
                .order_by([Sensor::ID.asc()])
                .values((Sensor::ID, Sensor::WAREHOUSE, Sensor::BACKUP))
                .all(db)
                .await?,
        ))
    });
    t.run("delete do nothing", async |db: &Database| {
        Ok((Warehouse::objects().filter_pk(6).delete(db).await?, Memo::objects().all(db).await?))
    });
}
