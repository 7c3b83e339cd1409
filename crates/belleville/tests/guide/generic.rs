//! Rows that refer to rows of any model, and models that are other models too.

use belleville::auth::models::ContentType;
use belleville::db::{Conflicts, GenericForeignKey, Time};
use belleville::prelude::*;

use crate::kinds::{Counter, Office};
use crate::library::{Author, Book, database, filled};

/// A remark about anything that has a whole number as its key.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "post", ordering = ["id"])]
pub struct Remark {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 100)]
    pub text: String,
    #[field(on_delete = Cascade)]
    pub content_type: ForeignKey<ContentType>,
    pub object_id: i64,
    #[field(generic(content_type, object_id))]
    pub about: GenericForeignKey,
}

/// An office with a night window: an office, and some fields more.
#[derive(Clone, Debug, Model)]
#[model(app = "post")]
pub struct NightOffice {
    #[field(parent)]
    pub office: Office,
    #[field(default = false)]
    pub guarded: bool,
    pub closes: Option<Time>,
}

async fn paris(db: &Database) -> Result<Office> {
    Ok(Office::objects().create(db, [Office::CODE.set("P1"), Office::TOWN.set("Paris")]).await?)
}

#[belleville::test]
async fn a_row_of_any_model() -> Result<()> {
    let db = &filled().await;
    let paris = paris(db).await?;
    let alpha = Book::objects().filter(Book::TITLE.eq("Alpha")).get(db).await?;

    // What refers to an object are two fields. The content type is looked for once, and then known.
    let [content_type, object_id] = Remark::ABOUT.set(db, &alpha).await?;
    let torn = [Remark::TEXT.set("Torn."), content_type, object_id];
    let torn = Remark::objects().create(db, torn).await?;
    // Or from the other side.
    let loud = Office::REMARKS.of(&paris).create(db, [Remark::TEXT.set("Loud.")]).await?;

    let book: Option<Book> = Remark::ABOUT.of(&torn).get_as(db).await?;
    assert_eq!(book.map(|book| book.title), Some("Alpha".to_owned()));
    assert!(Remark::ABOUT.of(&loud).get_as::<Book>(db).await?.is_none());
    // An object of any model.
    let object = Remark::ABOUT.of(&loud).get(db).await?;
    let office = object.as_ref().and_then(|object| object.downcast_ref::<Office>());
    assert_eq!(office.map(|office| office.town.as_str()), Some("Paris"));

    // Three queries: the remarks, the books and the offices that they are about.
    let remarks = Remark::objects().prefetch_objects(Remark::ABOUT).all(db).await?;
    assert!(remarks[0].1.as_ref().is_some_and(|object| object.downcast_ref::<Book>().is_some()));
    // Each model by a query of one's own: a remark about an office has that office and its counters.
    let offices =
        Office::objects().filter(Office::TOWN.eq("Paris")).prefetch_related(Counter::OFFICE.reverse());
    let remarks = Remark::objects()
        .prefetch_objects_as(Remark::ABOUT, offices)
        .prefetch_objects_as(Remark::ABOUT, Book::objects().select_related(Book::AUTHOR));
    let remarks = remarks.all(db).await?;
    let ((loud, office), book) = &remarks[1];
    assert_eq!((loud.text.as_str(), book.is_none()), ("Loud.", true));
    assert!(office.as_ref().is_some_and(|office| office.0.town == "Paris" && office.1.is_empty()));
    Ok(())
}

#[belleville::test]
async fn rows_about_an_object() -> Result<()> {
    let db = &database().await;
    let paris = paris(db).await?;
    let remarks = Office::REMARKS.of(&paris);
    let loud = remarks.create(db, [Remark::TEXT.set("Loud.")]).await?;
    remarks.create(db, [Remark::TEXT.set("Far.")]).await?;
    assert_eq!(remarks.all()?.count(db).await?, 2);
    let loud_offices = Office::objects().filter(Office::REMARKS.to(Remark::TEXT).eq("Loud."));
    assert_eq!(loud_offices.count(db).await?, 1);
    let in_paris = Office::REMARKS.reverse().to(Office::TOWN).eq("Paris");
    assert_eq!(Remark::objects().filter(in_paris).count(db).await?, 2);

    // Rows that are taken out are deleted, as in Django, and those of an object that is deleted too.
    remarks.set(db, [&loud]).await?;
    assert_eq!(Remark::objects().all(db).await?, [loud]);
    let deleted = paris.delete(db).await?;
    assert_eq!(deleted.total, 2);
    assert!(!Remark::objects().filter(Remark::ABOUT.is_a::<Office>()).exists(db).await?);
    Ok(())
}

#[belleville::test]
async fn a_model_that_is_another_one_too() -> Result<()> {
    let db = &database().await;
    const TOWN: belleville::db::Column<NightOffice, String> = NightOffice::OFFICE.to(Office::TOWN);

    let row =
        [NightOffice::OFFICE.to(Office::CODE).set("N1"), TOWN.set("Paris"), NightOffice::GUARDED.set(true)];
    let mut night = NightOffice::objects().create(db, row).await?;
    // It has the fields of its parent.
    assert_eq!(night.label, "N1, PARIS");
    night.town = "Lyon".to_owned();
    night.save(db).await?;

    let in_lyon = NightOffice::objects().filter(TOWN.eq("Lyon") & NightOffice::GUARDED.eq(true));
    assert_eq!(in_lyon.order_by([-TOWN]).get(db).await?.town, "Lyon");
    // It is an office among the others, and the way goes in both directions.
    let office: Office = Office::objects().filter(Office::CODE.eq("N1")).get(db).await?;
    let again = NightOffice::OFFICE.reverse().of(&office).first(db).await?;
    assert_eq!(again.map(|night| night.office.id), Some(night.id));
    let offices = Office::objects().select_related_one(NightOffice::OFFICE.reverse()).all(db).await?;
    assert!(offices[0].1.as_ref().is_some_and(|night| night.guarded));

    // A row that is there already gets the other row.
    let mut paris = NightOffice { office: paris(db).await?, guarded: false, closes: None };
    paris.save(db).await?;
    assert_eq!(Office::objects().count(db).await?, 2);
    night.delete(db).await?;
    assert_eq!((Office::objects().count(db).await?, NightOffice::objects().count(db).await?), (1, 1));
    let refused = NightOffice::objects().bulk_create(db, &mut [paris], Conflicts::fail()).await;
    assert!(refused.is_err());
    Ok(())
}

/// A book in a list.
#[derive(Clone, Debug, PartialEq, Record)]
#[record(model = Book)]
pub struct BookLine {
    pub id: i64,
    pub title: String,
    #[record(from = Book::AUTHOR.to(Author::NAME))]
    pub author: String,
}

#[belleville::test]
async fn some_columns_as_a_struct() -> Result<()> {
    let db = &filled().await;
    let lines: Vec<BookLine> = Book::objects().filter(Book::PAGES.gt(200)).only::<BookLine>().all(db).await?;
    assert_eq!((lines[0].title.as_str(), lines[0].author.as_str()), ("Beta", "Ann"));
    Ok(())
}
