//! A library: its models, its migrations, and a database with some rows.

use belleville::auth::user;
use belleville::db::migrations::Migrator;
use belleville::db::migrations::state::*;
use belleville::db::{Choices, Date, Decimal, ManyToMany, Registry};
use belleville::prelude::*;

use crate::generic::{NightOffice, Remark};
use crate::kinds::{Counter, Letterbox, Office, Parcel};
use crate::users::Account;

/// Who writes books.
#[derive(Clone, Debug, Model)]
#[model(app = "library", ordering = ["name"])]
pub struct Author {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 100)]
    pub name: String,
    pub born: Option<Date>,
}

/// What is told of an author, if anything.
#[derive(Clone, Debug, Model)]
#[model(app = "library")]
pub struct Profile {
    #[field(primary_key)]
    pub id: i64,
    #[field(one_to_one, on_delete = Cascade, related_name = "profile")]
    pub author: ForeignKey<Author>,
    #[field(blank)]
    pub text: String,
}

/// What a book is about. A genre may be a part of another one.
#[derive(Clone, Debug, Model)]
#[model(app = "library", ordering = ["name"])]
pub struct Genre {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 50, unique)]
    pub name: String,
    #[field(on_delete = SetNull, related_name = "parts")]
    pub part_of: Option<ForeignKey<Genre>>,
}

/// Whether a book can be borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Choices)]
pub enum State {
    #[choice("ordered", "Ordered")]
    Ordered,
    #[choice("here", "On the shelf")]
    Here,
    #[choice("gone", "Gone")]
    Gone,
}

/// A book of the library.
#[derive(Clone, Debug, Model)]
#[model(
    app = "library",
    ordering = ["id"],
    constraints = [
        unique(name = "one_title_an_author", fields = ["author", "title"]),
        check(name = "price_not_negative", condition = price >= 0),
    ],
    indexes = [index(name = "book_state_published", fields = ["state", "-published"])]
)]
pub struct Book {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 100)]
    pub title: String,
    #[field(on_delete = Cascade, related_name = "books")]
    pub author: ForeignKey<Author>,
    #[field(on_delete = SetNull, related_name = "translations")]
    pub translator: Option<ForeignKey<Author>>,
    #[field(default = State::Here)]
    pub state: State,
    pub pages: Option<u32>,
    #[field(default = 1)]
    pub copies: i32,
    #[field(max_digits = 7, decimal_places = 2)]
    pub price: Decimal,
    pub published: Option<Date>,
    #[field(related_name = "books")]
    pub genres: ManyToMany<Genre>,
    #[field(through = Shelving, related_name = "books")]
    pub shelves: ManyToMany<Shelf>,
}

impl Book {
    /// The books that can be borrowed.
    pub fn here() -> QuerySet<Self> {
        Self::objects().filter(Self::STATE.eq(State::Here))
    }
}

/// A shelf of the library.
#[derive(Clone, Debug, Model)]
#[model(app = "library")]
pub struct Shelf {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 20, unique)]
    pub name: String,
}

/// A book on a shelf, and its place there.
#[derive(Clone, Debug, Model)]
#[model(app = "library", unique_together = [["book", "shelf"]])]
pub struct Shelving {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = Cascade)]
    pub book: ForeignKey<Book>,
    #[field(on_delete = Cascade)]
    pub shelf: ForeignKey<Shelf>,
    #[field(default = 0)]
    pub place: i32,
}

/// A member: friends are friends of each other, whom one follows need not follow back.
#[derive(Clone, Debug, Model)]
#[model(app = "library")]
pub struct Member {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 50)]
    pub name: String,
    pub friends: ManyToMany<Member>,
    #[field(symmetrical = false, related_name = "followers")]
    pub follows: ManyToMany<Member>,
}

/// A book that somebody has borrowed. Each account has a book once at most.
#[derive(Clone, Debug, Model)]
#[model(
    app = "library",
    ordering = ["-since"],
    constraints = [unique(name = "once_at_a_time", fields = ["book", "reader"], condition = returned.is_null())]
)]
pub struct Loan {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = Protect, related_name = "loans")]
    pub book: ForeignKey<Book>,
    #[field(on_delete = Cascade, related_name = "loans")]
    pub reader: ForeignKey<Account>,
    #[field(auto_now_add)]
    pub since: DateTime,
    pub returned: Option<DateTime>,
}

pub fn app() -> migrations::AppConfig {
    migrations::AppConfig::new("library")
        .model::<Account>()
        .model::<Author>()
        .model::<Profile>()
        .model::<Genre>()
        .model::<Book>()
        .model::<Shelf>()
        .model::<Shelving>()
        .model::<Member>()
        .model::<Loan>()
        .migration(initial())
        .migration(born())
        .migration(books())
        .migration(lending())
}

fn initial() -> Migration {
    Migration::new("0001_initial")
        .depends_on("auth", "0012_alter_user_first_name_max_length")
        .create(
            model(
                "Account",
                [
                    id(),
                    email("email", 254).unique(),
                    char("password", 128),
                    char("name", 100),
                    date_time("last_login").null(),
                    boolean("is_active"),
                    boolean("is_staff"),
                    boolean("is_superuser"),
                ],
            )
            .many_to_many("groups", "auth.Group")
            .many_to_many("user_permissions", "auth.Permission"),
        )
        .create(model("Author", [id(), char("name", 100)]))
}

fn born() -> Migration {
    Migration::new("0002_author_born").add_field("Author", date("born").null())
}

fn books() -> Migration {
    Migration::new("0003_books")
        .create(model("Profile", [id(), text("text"), one_to_one("author", "library.Author")]))
        .create(model(
            "Genre",
            [id(), char("name", 50).unique(), foreign_key("part_of", "library.Genre").null()],
        ))
        .create(model("Shelf", [id(), char("name", 20).unique()]))
        .create(
            model(
                "Book",
                [
                    id(),
                    char("title", 100),
                    char("state", 7),
                    positive_integer("pages").null(),
                    integer("copies"),
                    decimal("price", 7, 2),
                    date("published").null(),
                    foreign_key("author", "library.Author"),
                    foreign_key("translator", "library.Author").null(),
                ],
            )
            .many_to_many("genres", "library.Genre")
            .constraint(migrations::unique("one_title_an_author", ["author", "title"]))
            .constraint(migrations::check("price_not_negative", migrations::field("price").gte(0)))
            .index(migrations::index("book_state_published", ["state", "-published"])),
        )
        .create(
            model(
                "Shelving",
                [
                    id(),
                    integer("place"),
                    foreign_key("book", "library.Book"),
                    foreign_key("shelf", "library.Shelf"),
                ],
            )
            .unique_together(["book", "shelf"]),
        )
        .create(
            model("Member", [id(), char("name", 50)])
                .many_to_many("friends", "library.Member")
                .many_to_many("follows", "library.Member"),
        )
}

fn lending() -> Migration {
    Migration::new("0004_lending").create(
        model(
            "Loan",
            [
                id(),
                date_time("since"),
                date_time("returned").null(),
                foreign_key("book", "library.Book"),
                foreign_key("reader", "library.Account"),
            ],
        )
        .constraint(
            migrations::unique("once_at_a_time", ["book", "reader"])
                .condition(migrations::field("returned").is_null()),
        ),
    )
}

#[test]
fn the_migrations_make_the_tables_of_the_models() {
    user::choose::<Account>().unwrap();
    let apps = user::install([app()]).unwrap();
    let made = Migrator::new(&apps).state().unwrap();
    let models = apps.iter().flat_map(|app| app.models.iter().copied());
    assert_eq!(made.differences(&ProjectState::from_models(models)), Vec::<String>::new());
}

/// A new database in memory.
pub(crate) async fn database() -> Database {
    user::choose::<Account>().unwrap();
    let post = migrations::AppConfig::new("post")
        .model::<Parcel>()
        .model::<Office>()
        .model::<Counter>()
        .model::<Letterbox>()
        .model::<NightOffice>()
        .model::<Remark>()
        .migration(
            Migration::new("0001_initial")
                .depends_on("contenttypes", "0002_remove_content_type_name")
                .create(ModelState::of::<Parcel>())
                .create(ModelState::of::<Office>())
                .create(ModelState::of::<Counter>())
                .create(ModelState::of::<Letterbox>())
                .create(ModelState::of::<NightOffice>())
                .create(ModelState::of::<Remark>()),
        );
    let apps = user::install([app(), post]).unwrap();
    let models = apps.iter().flat_map(|app| app.models.iter().copied());
    let db = Database::open("sqlite://:memory:", Registry::new(models)).unwrap();
    Migrator::new(&apps).migrate(&db, |_| {}).await.unwrap();
    db
}

/// The same with rows: Ann has Alpha (100 pages, 10.00, 3 copies) and Beta (250 pages, 20.00, none); Bob has Gamma (pages
/// unknown, 30.00, 5 copies), translated by Ann, and Delta, which is ordered. Alpha and Beta are crime, Alpha is travel too.
pub(crate) async fn filled() -> Database {
    let db = database().await;
    fill(&db).await.unwrap();
    db
}

async fn fill(db: &Database) -> Result<()> {
    let ann = Author::objects()
        .create(db, [Author::NAME.set("Ann"), Author::BORN.set(Date::constant(1950, 3, 1))])
        .await?;
    let bob = Author::objects().create(db, [Author::NAME.set("Bob")]).await?;
    let rows = [
        ("Alpha", &ann, Some(100), 3, 10, Some(Date::constant(2020, 5, 1)), State::Here),
        ("Beta", &ann, Some(250), 0, 20, Some(Date::constant(2021, 1, 1)), State::Gone),
        ("Gamma", &bob, None, 5, 30, Some(Date::constant(2021, 7, 1)), State::Here),
        ("Delta", &bob, Some(40), 0, 40, None, State::Ordered),
    ];
    for (title, author, pages, copies, price, published, state) in rows {
        let book = [
            Book::TITLE.set(title),
            Book::AUTHOR.set(author),
            Book::PAGES.set(pages),
            Book::COPIES.set(copies),
            Book::PRICE.set(Decimal::from(price)),
            Book::PUBLISHED.set(published),
            Book::STATE.set(state),
        ];
        Book::objects().create(db, book).await?;
    }
    Book::objects().filter(Book::TITLE.eq("Gamma")).update(db, [Book::TRANSLATOR.set(&ann)]).await?;
    for (genre, titles) in [("crime", &["Alpha", "Beta"][..]), ("travel", &["Alpha"])] {
        let genre = Genre::objects().create(db, [Genre::NAME.set(genre)]).await?;
        let books = Book::objects().filter(Book::TITLE.is_in(titles.iter().copied())).all(db).await?;
        for book in &books {
            Book::GENRES.of(book).add(db, [&genre]).await?;
        }
    }
    Ok(())
}

/// The titles, for a comparison.
pub(crate) fn titles(books: &[Book]) -> Vec<&str> {
    books.iter().map(|book| book.title.as_str()).collect()
}
