//! Tables and indexes, as Django 5.2.19's `makemigrations` and `migrate` left them in `sqlite_master`.

use belleville_db::Model;
use belleville_db::schema::create_model;

use crate::library::{Author, File, Publisher, migrated};

const DJANGOS: &str = r#"
CREATE TABLE "library_littlekey" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "flag" bool NULL);
CREATE TABLE "library_publisher" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(50) NOT NULL UNIQUE);
CREATE TABLE "library_author" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(100) NOT NULL, "email" varchar(254) NULL, "rank" integer NULL, "mentor_id" bigint NULL REFERENCES "library_author" ("id") DEFERRABLE INITIALLY DEFERRED, "publisher_id" bigint NULL REFERENCES "library_publisher" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "library_badge" ("code" varchar(20) NOT NULL PRIMARY KEY, "made" datetime NOT NULL, "author_id" bigint NOT NULL UNIQUE REFERENCES "library_author" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "library_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(40) NOT NULL, "blurb" text NOT NULL, "pages" integer unsigned NULL CHECK ("pages" >= 0), "shelf" smallint NOT NULL, "copies" bigint NOT NULL, "floor" smallint unsigned NOT NULL CHECK ("floor" >= 0), "rating" real NULL, "available" bool NOT NULL, "created" datetime NOT NULL, "updated" datetime NOT NULL, "author_id" bigint NOT NULL REFERENCES "library_author" ("id") DEFERRABLE INITIALLY DEFERRED, "editor_id" bigint NULL REFERENCES "library_author" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "library_award" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(40) NOT NULL, "book_id" bigint NOT NULL REFERENCES "library_book" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "library_stamp" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "old_number" integer NOT NULL, "badge_id" varchar(20) NOT NULL REFERENCES "library_badge" ("code") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "library_useslittlekey" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "little_id" integer NOT NULL REFERENCES "library_littlekey" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE INDEX "library_author_rank_abcecc90" ON "library_author" ("rank");
CREATE INDEX "library_author_mentor_id_774c4db9" ON "library_author" ("mentor_id");
CREATE INDEX "library_author_publisher_id_e7267322" ON "library_author" ("publisher_id");
CREATE UNIQUE INDEX "library_book_author_id_title_e8635dfc_uniq" ON "library_book" ("author_id", "title");
CREATE INDEX "library_book_author_id_d9a3b67e" ON "library_book" ("author_id");
CREATE INDEX "library_book_editor_id_03910eb0" ON "library_book" ("editor_id");
CREATE INDEX "library_award_book_id_bcf18722" ON "library_award" ("book_id");
CREATE INDEX "library_stamp_badge_id_83936444" ON "library_stamp" ("badge_id");
CREATE INDEX "library_useslittlekey_little_id_0b5ecff4" ON "library_useslittlekey" ("little_id");
CREATE TABLE "django_migrations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL, "applied" datetime NOT NULL);
CREATE TABLE sqlite_sequence(name,seq);
"#;

#[tokio::test]
async fn the_schema_is_djangos_to_the_letter() {
    let file = File::new();
    migrated(&file.url()).await;
    let connection = file.connect();
    let mut query = connection.prepare("SELECT sql || ';' FROM sqlite_master WHERE sql IS NOT NULL").unwrap();
    let mut ours: Vec<String> = query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut djangos: Vec<&str> = DJANGOS.trim().lines().collect();
    ours.sort_unstable();
    djangos.sort_unstable();
    assert_eq!(ours, djangos);
}

#[test]
fn a_stated_column_order_is_kept_and_checked() {
    let stated = create_model(Publisher::META, Some(&["name", "id"])).unwrap();
    assert!(stated[0].starts_with("CREATE TABLE \"library_publisher\" (\"name\" varchar(50)"));
    for (columns, words) in [
        (&["id"][..], "library.Publisher: `name` is missing"),
        (&["id", "name", "id"], "library.Publisher: `id` stands there twice"),
        (&["id", "name", "nam"], "library.Publisher: `nam` is not a column of the model"),
    ] {
        let error = create_model(Publisher::META, Some(columns)).unwrap_err().to_string();
        assert!(error.ends_with(words), "{error}");
    }
    // Columns are named, not fields.
    assert!(create_model(Author::META, Some(&["publisher"])).is_err());
}
