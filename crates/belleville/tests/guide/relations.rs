//! Relations: over them, back over them, and rows that are loaded together.

use belleville::prelude::*;

use crate::library::{Author, Book, Genre, Member, Profile, Shelf, Shelving, State, filled, titles};

#[belleville::test]
async fn over_keys_and_back() -> Result<()> {
    let db = &filled().await;
    let by_ann = Book::objects().filter(Book::AUTHOR.to(Author::NAME).eq("Ann")).all(db).await?;
    assert_eq!(titles(&by_ann), ["Alpha", "Beta"]);

    const BOOKS: belleville::db::Related<Author, Book> = Book::AUTHOR.reverse();
    let authors = Author::objects().filter(BOOKS.to(Book::STATE).eq(State::Ordered)).all(db).await?;
    assert_eq!(authors[0].name, "Bob");

    let bob = &authors[0];
    assert_eq!(titles(&BOOKS.of(bob).all(db).await?), ["Gamma", "Delta"]);
    // The key of a row is in the struct, without a query.
    let book = BOOKS.of(bob).filter(Book::TITLE.eq("Gamma")).get(db).await?;
    assert_eq!(book.author.pk(), &bob.id);
    Ok(())
}

#[belleville::test]
async fn one_to_one() -> Result<()> {
    let db = &filled().await;
    let ann = Author::objects().filter(Author::NAME.eq("Ann")).get(db).await?;
    Profile::objects().create(db, [Profile::AUTHOR.set(&ann), Profile::TEXT.set("Lives in Lyon.")]).await?;
    let profile = Profile::AUTHOR.reverse().of(&ann).first(db).await?;
    assert_eq!(profile.map(|profile| profile.text), Some("Lives in Lyon.".to_owned()));
    let without = Author::objects().filter(Profile::AUTHOR.reverse().is_null(true)).count(db).await?;
    assert_eq!(without, 1);
    Ok(())
}

#[belleville::test]
async fn loaded_together() -> Result<()> {
    let db = &filled().await;
    // One query. `ForeignKey::get` has the row that it loaded.
    let books = Book::objects().select_related(Book::AUTHOR).select_related(Book::TRANSLATOR).all(db).await?;
    let gamma = &books[2];
    assert_eq!(gamma.author.get().map(|author| author.name.as_str()), Some("Bob"));
    let translator = gamma.translator.as_ref().and_then(|key| key.get());
    assert_eq!(translator.map(|author| author.name.as_str()), Some("Ann"));

    // Two queries. Each author comes with the books.
    let authors: Vec<(Author, Vec<Book>)> =
        Author::objects().prefetch_related(Book::AUTHOR.reverse()).all(db).await?;
    assert_eq!(titles(&authors[0].1), ["Alpha", "Beta"]);

    // Three queries, the second with a condition of its own: Django's Prefetch.
    let here = Book::objects().filter(Book::STATE.eq(State::Here)).prefetch_related(Book::GENRES);
    let authors = Author::objects().prefetch(Book::AUTHOR.reverse(), here).all(db).await?;
    let (_, books) = &authors[0];
    let (alpha, genres) = &books[0];
    assert_eq!((books.len(), alpha.title.as_str(), genres.len()), (1, "Alpha", 2));
    Ok(())
}

#[belleville::test]
async fn many_to_many() -> Result<()> {
    let db = &filled().await;
    let alpha = Book::objects().filter(Book::TITLE.eq("Alpha")).get(db).await?;
    let crime = Genre::objects().filter(Genre::NAME.eq("crime")).get(db).await?;

    let genres = Book::GENRES.of(&alpha);
    genres.remove(db, [&crime]).await?;
    let fiction = genres.create(db, [Genre::NAME.set("fiction")]).await?;
    genres.add(db, [&crime, &fiction]).await?;
    genres.set(db, [&fiction]).await?;
    assert_eq!(genres.all().values(Genre::NAME).all(db).await?, ["fiction"]);
    genres.clear(db).await?;

    // From the other side.
    let books = Book::GENRES.reverse().of(&crime).all(db).await?;
    assert_eq!(titles(&books), ["Beta"]);
    Ok(())
}

#[belleville::test]
async fn through_a_model() -> Result<()> {
    let db = &filled().await;
    let alpha = Book::objects().filter(Book::TITLE.eq("Alpha")).get(db).await?;
    let shelf = Shelf::objects().create(db, [Shelf::NAME.set("A1")]).await?;
    let place = [Shelving::BOOK.set(&alpha), Shelving::SHELF.set(&shelf), Shelving::PLACE.set(7)];
    Shelving::objects().create(db, place).await?;
    let names = Book::SHELVES.of(&alpha).all().values(Shelf::NAME).all(db).await?;
    assert_eq!(names, ["A1"]);
    let on_shelf = Book::objects().filter(Book::SHELVES.eq(&shelf)).all(db).await?;
    assert_eq!(titles(&on_shelf), ["Alpha"]);
    Ok(())
}

#[belleville::test]
async fn to_the_same_model() -> Result<()> {
    let db = &filled().await;
    let ida = Member::objects().create(db, [Member::NAME.set("Ida")]).await?;
    let jan = Member::objects().create(db, [Member::NAME.set("Jan")]).await?;
    Member::FRIENDS.of(&ida).add(db, [&jan]).await?;
    Member::FOLLOWS.of(&ida).add(db, [&jan]).await?;
    assert_eq!(Member::FRIENDS.of(&jan).all().count(db).await?, 1);
    assert_eq!(Member::FOLLOWS.of(&jan).all().count(db).await?, 0);
    assert_eq!(Member::FOLLOWS.reverse().of(&jan).count(db).await?, 1);

    let crime = Genre::objects().filter(Genre::NAME.eq("crime")).get(db).await?;
    Genre::objects().create(db, [Genre::NAME.set("noir"), Genre::PART_OF.set(&crime)]).await?;
    let parts = Genre::objects().filter(Genre::PART_OF.to(Genre::NAME).eq("crime")).values(Genre::NAME);
    assert_eq!(parts.all(db).await?, ["noir"]);
    Ok(())
}

#[belleville::test]
async fn one_related_row_or_several() -> Result<()> {
    let db = &filled().await;
    const BOOKS: belleville::db::Related<Author, Book> = Book::AUTHOR.reverse();
    // One book that is here and has 250 pages: none. A book that is here, and a book of 250 pages: Ann's.
    let one = BOOKS.to(Book::STATE).eq(State::Here) & BOOKS.to(Book::PAGES).eq(250);
    assert_eq!(Author::objects().filter(one).count(db).await?, 0);
    let two =
        Author::objects().filter(BOOKS.to(Book::STATE).eq(State::Here)).filter(BOOKS.to(Book::PAGES).eq(250));
    assert_eq!(two.count(db).await?, 1);
    Ok(())
}
