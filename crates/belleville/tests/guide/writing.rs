//! Writing rows.

use belleville::db::functions::when;
use belleville::db::{Conflicts, Decimal, Error, ManyToMany, ViolationKind};
use belleville::prelude::{Result, *};

use crate::library::{Author, Book, Genre, Loan, Shelf, State, filled};
use crate::users::Account;

#[belleville::test]
async fn create_save_delete() -> Result<()> {
    let db = &filled().await;
    let mut author = Author { id: 0, name: "Cleo".to_owned(), born: None };
    author.save(db).await?;
    assert_eq!(author.id, 3);

    author.name = "Cleopatra".to_owned();
    author.save(db).await?;

    let values = [Book::TITLE.set("Omega"), Book::AUTHOR.set(&author), Book::PRICE.set(Decimal::from(5))];
    let book = Book::objects().create(db, values).await?;
    assert_eq!((book.copies, book.state), (1, State::Here));

    let deleted = author.delete(db).await?;
    assert_eq!(deleted.total, 2);
    Ok(())
}

#[belleville::test]
async fn get_or_create() -> Result<()> {
    let db = &filled().await;
    let (genre, is_new) = Genre::objects().get_or_create(db, [Genre::NAME.set("poetry")], []).await?;
    assert!(is_new);
    let (again, is_new) = Genre::objects().get_or_create(db, [Genre::NAME.set("poetry")], []).await?;
    assert_eq!((again.id, is_new), (genre.id, false));

    let wanted = [Author::NAME.set("Ann")];
    let (ann, is_new) = Author::objects().update_or_create(db, wanted, [Author::BORN.set(None)]).await?;
    assert_eq!((ann.born, is_new), (None, false));
    Ok(())
}

#[belleville::test]
async fn update_and_delete() -> Result<()> {
    let db = &filled().await;
    let changed = Book::objects()
        .filter(Book::AUTHOR.to(Author::NAME).eq("Ann"))
        .update(db, [Book::COPIES.set(Book::COPIES + 1), Book::STATE.set(State::Here)])
        .await?;
    assert_eq!(changed, 2);

    let discount = when(Book::PAGES.lt(50), Book::PRICE / Decimal::from(2)).otherwise(Book::PRICE);
    Book::objects().update(db, [Book::PRICE.set(discount)]).await?;
    let prices = Book::objects().values(Book::PRICE).all(db).await?;
    assert_eq!(
        prices.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["10.00", "20.00", "30.00", "20.00"]
    );

    let deleted = Book::objects().filter(Book::STATE.eq(State::Ordered)).delete(db).await?;
    assert_eq!(deleted.total, 1);
    Ok(())
}

#[belleville::test]
async fn bulk() -> Result<()> {
    let db = &filled().await;
    let shelf = |name: &str| Shelf { id: 0, name: name.to_owned() };
    let mut shelves = [shelf("A1"), shelf("A2")];
    Shelf::objects().bulk_create(db, &mut shelves, Conflicts::fail()).await?;

    shelves[0].name = "B1".to_owned();
    Shelf::objects().bulk_update(db, &shelves, [Shelf::NAME.into()]).await?;

    let mut more = [shelf("B1"), shelf("C1")];
    Shelf::objects().bulk_create(db, &mut more, Conflicts::ignore()).await?;
    let by_key = Shelf::objects().in_bulk(db, [1, 2]).await?;
    assert_eq!((by_key[&1].name.as_str(), Shelf::objects().count(db).await?), ("B1", 3));
    let upsert = Conflicts::update([Shelf::NAME.into()], [Shelf::NAME.into()]);
    Shelf::objects().bulk_create(db, &mut [shelf("B1")], upsert).await?;
    assert_eq!(Shelf::objects().count(db).await?, 3);
    let genre = Genre { id: 0, name: "drama".to_owned(), part_of: None };
    let mut member = crate::library::Member {
        id: 0,
        name: "Kim".to_owned(),
        friends: ManyToMany::new(),
        follows: ManyToMany::new(),
    };
    member.save(db).await?;
    assert_eq!((genre.id, member.id), (0, 1));
    Ok(())
}

#[belleville::test]
async fn errors() -> Result<()> {
    let db = &filled().await;
    let reader = [Account::EMAIL.set("ida@example.com"), Account::PASSWORD.set(""), Account::NAME.set("Ida")];
    let reader = Account::objects().create(db, reader).await?;
    let alpha = Book::objects().filter(Book::TITLE.eq("Alpha")).get(db).await?;
    let borrow = || [Loan::BOOK.set(&alpha), Loan::READER.set(&reader)];
    Loan::objects().create(db, borrow()).await?;

    match Loan::objects().create(db, borrow()).await {
        Err(Error::Integrity(violation)) if violation.kind == ViolationKind::Unique => {
            assert_eq!(violation.table.as_deref(), Some("library_loan"));
            assert_eq!(violation.columns, ["book_id", "reader_id"]);
        }
        other => panic!("{other:?}"),
    }

    // Loans protect their book.
    let refused = alpha.delete(db).await;
    assert!(matches!(refused, Err(Error::Protected { model: "Loan", field: "book" })));
    Ok(())
}
