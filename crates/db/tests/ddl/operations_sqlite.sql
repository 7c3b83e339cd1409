-- initial
CREATE TABLE "shop_author" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(50) NOT NULL UNIQUE);
CREATE TABLE "shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(40) NOT NULL, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "number" integer NOT NULL, "author_id" bigint NOT NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shop_person" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT);
CREATE TABLE "shop_person_friends" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "from_person_id" bigint NOT NULL REFERENCES "shop_person" ("id") DEFERRABLE INITIALLY DEFERRED, "to_person_id" bigint NOT NULL REFERENCES "shop_person" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shop_stock" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "least" integer NOT NULL, "most" integer NULL, "state" varchar(9) NOT NULL, "open" bool NOT NULL, CONSTRAINT "not_negative" CHECK ("least" >= 0), CONSTRAINT "least_below_most" CHECK ("least" < ("most")), CONSTRAINT "both" CHECK (("least" >= 1 AND "state" = 'a''b')), CONSTRAINT "one" CHECK (("least" = 1 OR ("open" AND "most" > 5))), CONSTRAINT "not_x" CHECK (NOT ("state" = 'x')), CONSTRAINT "not_three" CHECK (NOT ("most" = 3 AND "most" IS NOT NULL)), CONSTRAINT "a_or_b" CHECK ("state" IN ('a', 'b')), CONSTRAINT "most_or_shut" CHECK (("most" IS NOT NULL OR NOT "open")), CONSTRAINT "one_range" UNIQUE ("least", "most"));
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
CREATE UNIQUE INDEX "shop_person_friends_from_person_id_to_person_id_f8bb450a_uniq" ON "shop_person_friends" ("from_person_id", "to_person_id");
CREATE INDEX "shop_person_friends_from_person_id_36070ead" ON "shop_person_friends" ("from_person_id");
CREATE INDEX "shop_person_friends_to_person_id_03c451dc" ON "shop_person_friends" ("to_person_id");
CREATE UNIQUE INDEX "one_open" ON "shop_stock" ("state") WHERE "open";
CREATE UNIQUE INDEX "one_endless" ON "shop_stock" ("least") WHERE ("open" AND "most" IS NULL);
CREATE INDEX "shop_stock_state_767068_idx" ON "shop_stock" ("state", "least" DESC);
-- add_null
ALTER TABLE "shop_book" ADD COLUMN "subtitle" varchar(20) NULL;
-- add_default
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(40) NOT NULL, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "number" integer NOT NULL, "author_id" bigint NOT NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "subtitle" varchar(20) NULL, "pages" integer NOT NULL);
INSERT INTO "new__shop_book" ("id", "title", "rank", "open", "number", "author_id", "subtitle", "pages") SELECT "id", "title", "rank", "open", "number", "author_id", "subtitle", 3 FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
-- add_text
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(40) NOT NULL, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "number" integer NOT NULL, "author_id" bigint NOT NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "subtitle" varchar(20) NULL, "pages" integer NOT NULL, "code" varchar(5) NOT NULL);
INSERT INTO "new__shop_book" ("id", "title", "rank", "open", "number", "author_id", "subtitle", "pages", "code") SELECT "id", "title", "rank", "open", "number", "author_id", "subtitle", "pages", 'a''b' FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
-- add_key
ALTER TABLE "shop_book" ADD COLUMN "editor_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "shop_book_editor_id_71eff3c6" ON "shop_book" ("editor_id");
-- add_unique
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(40) NOT NULL, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "number" integer NOT NULL, "author_id" bigint NOT NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "subtitle" varchar(20) NULL, "pages" integer NOT NULL, "code" varchar(5) NOT NULL, "editor_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "isbn" varchar(13) NULL UNIQUE);
INSERT INTO "new__shop_book" ("id", "title", "rank", "open", "number", "author_id", "subtitle", "pages", "code", "editor_id", "isbn") SELECT "id", "title", "rank", "open", "number", "author_id", "subtitle", "pages", "code", "editor_id", NULL FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
CREATE INDEX "shop_book_editor_id_71eff3c6" ON "shop_book" ("editor_id");
-- longer
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "number" integer NOT NULL, "author_id" bigint NOT NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "subtitle" varchar(20) NULL, "pages" integer NOT NULL, "code" varchar(5) NOT NULL, "editor_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "isbn" varchar(13) NULL UNIQUE, "title" varchar(80) NOT NULL);
INSERT INTO "new__shop_book" ("id", "rank", "open", "number", "author_id", "subtitle", "pages", "code", "editor_id", "isbn", "title") SELECT "id", "rank", "open", "number", "author_id", "subtitle", "pages", "code", "editor_id", "isbn", "title" FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
CREATE INDEX "shop_book_editor_id_71eff3c6" ON "shop_book" ("editor_id");
-- not_null
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(80) NOT NULL, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "number" integer NOT NULL, "author_id" bigint NOT NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "pages" integer NOT NULL, "code" varchar(5) NOT NULL, "editor_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "isbn" varchar(13) NULL UNIQUE, "subtitle" varchar(20) NOT NULL);
INSERT INTO "new__shop_book" ("id", "title", "rank", "open", "number", "author_id", "pages", "code", "editor_id", "isbn", "subtitle") SELECT "id", "title", "rank", "open", "number", "author_id", "pages", "code", "editor_id", "isbn", coalesce("subtitle", 'x') FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
CREATE INDEX "shop_book_editor_id_71eff3c6" ON "shop_book" ("editor_id");
-- null
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(80) NOT NULL, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "number" integer NOT NULL, "author_id" bigint NOT NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "subtitle" varchar(20) NOT NULL, "pages" integer NOT NULL, "editor_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "isbn" varchar(13) NULL UNIQUE, "code" varchar(5) NULL);
INSERT INTO "new__shop_book" ("id", "title", "rank", "open", "number", "author_id", "subtitle", "pages", "editor_id", "isbn", "code") SELECT "id", "title", "rank", "open", "number", "author_id", "subtitle", "pages", "editor_id", "isbn", "code" FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
CREATE INDEX "shop_book_editor_id_71eff3c6" ON "shop_book" ("editor_id");
-- index
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(80) NOT NULL, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "number" integer NOT NULL, "author_id" bigint NOT NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "subtitle" varchar(20) NOT NULL, "code" varchar(5) NULL, "editor_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "isbn" varchar(13) NULL UNIQUE, "pages" integer NOT NULL);
INSERT INTO "new__shop_book" ("id", "title", "rank", "open", "number", "author_id", "subtitle", "code", "editor_id", "isbn", "pages") SELECT "id", "title", "rank", "open", "number", "author_id", "subtitle", "code", "editor_id", "isbn", "pages" FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
CREATE INDEX "shop_book_editor_id_71eff3c6" ON "shop_book" ("editor_id");
CREATE INDEX "shop_book_pages_d177e4d8" ON "shop_book" ("pages");
-- no_index
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(80) NOT NULL, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "number" integer NOT NULL, "author_id" bigint NOT NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "subtitle" varchar(20) NOT NULL, "code" varchar(5) NULL, "editor_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "isbn" varchar(13) NULL UNIQUE, "pages" integer NOT NULL);
INSERT INTO "new__shop_book" ("id", "title", "rank", "open", "number", "author_id", "subtitle", "code", "editor_id", "isbn", "pages") SELECT "id", "title", "rank", "open", "number", "author_id", "subtitle", "code", "editor_id", "isbn", "pages" FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
CREATE INDEX "shop_book_editor_id_71eff3c6" ON "shop_book" ("editor_id");
-- text_index
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(80) NOT NULL, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "number" integer NOT NULL, "author_id" bigint NOT NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "subtitle" varchar(20) NOT NULL, "pages" integer NOT NULL, "editor_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "isbn" varchar(13) NULL UNIQUE, "code" varchar(5) NULL);
INSERT INTO "new__shop_book" ("id", "title", "rank", "open", "number", "author_id", "subtitle", "pages", "editor_id", "isbn", "code") SELECT "id", "title", "rank", "open", "number", "author_id", "subtitle", "pages", "editor_id", "isbn", "code" FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
CREATE INDEX "shop_book_editor_id_71eff3c6" ON "shop_book" ("editor_id");
CREATE INDEX "shop_book_code_6d2c2ad5" ON "shop_book" ("code");
-- unique
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "number" integer NOT NULL, "author_id" bigint NOT NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "subtitle" varchar(20) NOT NULL, "pages" integer NOT NULL, "code" varchar(5) NULL, "editor_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "isbn" varchar(13) NULL UNIQUE, "title" varchar(80) NOT NULL UNIQUE);
INSERT INTO "new__shop_book" ("id", "rank", "open", "number", "author_id", "subtitle", "pages", "code", "editor_id", "isbn", "title") SELECT "id", "rank", "open", "number", "author_id", "subtitle", "pages", "code", "editor_id", "isbn", "title" FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
CREATE INDEX "shop_book_code_6d2c2ad5" ON "shop_book" ("code");
CREATE INDEX "shop_book_editor_id_71eff3c6" ON "shop_book" ("editor_id");
-- not_unique
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "number" integer NOT NULL, "author_id" bigint NOT NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "subtitle" varchar(20) NOT NULL, "pages" integer NOT NULL, "code" varchar(5) NULL, "editor_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "isbn" varchar(13) NULL UNIQUE, "title" varchar(80) NOT NULL);
INSERT INTO "new__shop_book" ("id", "rank", "open", "number", "author_id", "subtitle", "pages", "code", "editor_id", "isbn", "title") SELECT "id", "rank", "open", "number", "author_id", "subtitle", "pages", "code", "editor_id", "isbn", "title" FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
CREATE INDEX "shop_book_code_6d2c2ad5" ON "shop_book" ("code");
CREATE INDEX "shop_book_editor_id_71eff3c6" ON "shop_book" ("editor_id");
-- another_type
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(80) NOT NULL, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "author_id" bigint NOT NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "subtitle" varchar(20) NOT NULL, "pages" integer NOT NULL, "code" varchar(5) NULL, "editor_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "isbn" varchar(13) NULL UNIQUE, "number" varchar(9) NOT NULL);
INSERT INTO "new__shop_book" ("id", "title", "rank", "open", "author_id", "subtitle", "pages", "code", "editor_id", "isbn", "number") SELECT "id", "title", "rank", "open", "author_id", "subtitle", "pages", "code", "editor_id", "isbn", "number" FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
CREATE INDEX "shop_book_code_6d2c2ad5" ON "shop_book" ("code");
CREATE INDEX "shop_book_editor_id_71eff3c6" ON "shop_book" ("editor_id");
-- no_check
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(80) NOT NULL, "open" bool NOT NULL, "number" varchar(9) NOT NULL, "author_id" bigint NOT NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "subtitle" varchar(20) NOT NULL, "pages" integer NOT NULL, "code" varchar(5) NULL, "editor_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "isbn" varchar(13) NULL UNIQUE, "rank" integer NULL);
INSERT INTO "new__shop_book" ("id", "title", "open", "number", "author_id", "subtitle", "pages", "code", "editor_id", "isbn", "rank") SELECT "id", "title", "open", "number", "author_id", "subtitle", "pages", "code", "editor_id", "isbn", "rank" FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
CREATE INDEX "shop_book_code_6d2c2ad5" ON "shop_book" ("code");
CREATE INDEX "shop_book_editor_id_71eff3c6" ON "shop_book" ("editor_id");
-- a_check
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(80) NOT NULL, "open" bool NOT NULL, "number" varchar(9) NOT NULL, "author_id" bigint NOT NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "subtitle" varchar(20) NOT NULL, "pages" integer NOT NULL, "code" varchar(5) NULL, "editor_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "isbn" varchar(13) NULL UNIQUE, "rank" integer unsigned NULL CHECK ("rank" >= 0));
INSERT INTO "new__shop_book" ("id", "title", "open", "number", "author_id", "subtitle", "pages", "code", "editor_id", "isbn", "rank") SELECT "id", "title", "open", "number", "author_id", "subtitle", "pages", "code", "editor_id", "isbn", "rank" FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
CREATE INDEX "shop_book_code_6d2c2ad5" ON "shop_book" ("code");
CREATE INDEX "shop_book_editor_id_71eff3c6" ON "shop_book" ("editor_id");
-- key_null
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(80) NOT NULL, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "number" varchar(9) NOT NULL, "subtitle" varchar(20) NOT NULL, "pages" integer NOT NULL, "code" varchar(5) NULL, "editor_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "isbn" varchar(13) NULL UNIQUE, "author_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "new__shop_book" ("id", "title", "rank", "open", "number", "subtitle", "pages", "code", "editor_id", "isbn", "author_id") SELECT "id", "title", "rank", "open", "number", "subtitle", "pages", "code", "editor_id", "isbn", "author_id" FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE INDEX "shop_book_code_6d2c2ad5" ON "shop_book" ("code");
CREATE INDEX "shop_book_editor_id_71eff3c6" ON "shop_book" ("editor_id");
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
-- rename
ALTER TABLE "shop_book" RENAME COLUMN "pages" TO "length";
-- rename_key
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(80) NOT NULL, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "number" varchar(9) NOT NULL, "author_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "subtitle" varchar(20) NOT NULL, "code" varchar(5) NULL, "isbn" varchar(13) NULL UNIQUE, "length" integer NOT NULL, "reviewer_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "new__shop_book" ("id", "title", "rank", "open", "number", "author_id", "subtitle", "code", "isbn", "length", "reviewer_id") SELECT "id", "title", "rank", "open", "number", "author_id", "subtitle", "code", "isbn", "length", "editor_id" FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
CREATE INDEX "shop_book_code_6d2c2ad5" ON "shop_book" ("code");
CREATE INDEX "shop_book_reviewer_id_a71de264" ON "shop_book" ("reviewer_id");
-- remove
ALTER TABLE "shop_book" DROP COLUMN "length";
-- remove_key
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(80) NOT NULL, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "number" varchar(9) NOT NULL, "author_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "subtitle" varchar(20) NOT NULL, "code" varchar(5) NULL, "isbn" varchar(13) NULL UNIQUE);
INSERT INTO "new__shop_book" ("id", "title", "rank", "open", "number", "author_id", "subtitle", "code", "isbn") SELECT "id", "title", "rank", "open", "number", "author_id", "subtitle", "code", "isbn" FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
CREATE INDEX "shop_book_code_6d2c2ad5" ON "shop_book" ("code");
-- together
CREATE UNIQUE INDEX "shop_book_title_author_id_b73220a8_uniq" ON "shop_book" ("title", "author_id");
-- apart
DROP INDEX "shop_book_title_author_id_b73220a8_uniq";
-- add_index
CREATE INDEX "by_title" ON "shop_book" ("title");
CREATE INDEX "ranked" ON "shop_book" ("title" DESC, "rank") WHERE "rank" > 3;
-- rename_index
DROP INDEX "by_title";
CREATE INDEX "titles" ON "shop_book" ("title");
-- remove_index
DROP INDEX "titles";
-- add_constraint
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(80) NOT NULL, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "number" varchar(9) NOT NULL, "author_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "subtitle" varchar(20) NOT NULL, "code" varchar(5) NULL, "isbn" varchar(13) NULL UNIQUE, CONSTRAINT "one_rank" UNIQUE ("title", "rank"));
INSERT INTO "new__shop_book" ("id", "title", "rank", "open", "number", "author_id", "subtitle", "code", "isbn") SELECT "id", "title", "rank", "open", "number", "author_id", "subtitle", "code", "isbn" FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
CREATE INDEX "shop_book_code_6d2c2ad5" ON "shop_book" ("code");
CREATE INDEX "ranked" ON "shop_book" ("title" DESC, "rank") WHERE "rank" > 3;
CREATE UNIQUE INDEX "oc" ON "shop_book" ("code") WHERE "open";
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(80) NOT NULL, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "number" varchar(9) NOT NULL, "author_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "subtitle" varchar(20) NOT NULL, "code" varchar(5) NULL, "isbn" varchar(13) NULL UNIQUE, CONSTRAINT "one_rank" UNIQUE ("title", "rank"), CONSTRAINT "low" CHECK ("rank" < 9));
INSERT INTO "new__shop_book" ("id", "title", "rank", "open", "number", "author_id", "subtitle", "code", "isbn") SELECT "id", "title", "rank", "open", "number", "author_id", "subtitle", "code", "isbn" FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE UNIQUE INDEX "oc" ON "shop_book" ("code") WHERE "open";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
CREATE INDEX "shop_book_code_6d2c2ad5" ON "shop_book" ("code");
CREATE INDEX "ranked" ON "shop_book" ("title" DESC, "rank") WHERE "rank" > 3;
-- remove_constraint
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(80) NOT NULL, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "number" varchar(9) NOT NULL, "author_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "subtitle" varchar(20) NOT NULL, "code" varchar(5) NULL, "isbn" varchar(13) NULL UNIQUE, CONSTRAINT "low" CHECK ("rank" < 9));
INSERT INTO "new__shop_book" ("id", "title", "rank", "open", "number", "author_id", "subtitle", "code", "isbn") SELECT "id", "title", "rank", "open", "number", "author_id", "subtitle", "code", "isbn" FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE UNIQUE INDEX "oc" ON "shop_book" ("code") WHERE "open";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
CREATE INDEX "shop_book_code_6d2c2ad5" ON "shop_book" ("code");
CREATE INDEX "ranked" ON "shop_book" ("title" DESC, "rank") WHERE "rank" > 3;
DROP INDEX "oc";
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(80) NOT NULL, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "number" varchar(9) NOT NULL, "author_id" bigint NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "subtitle" varchar(20) NOT NULL, "code" varchar(5) NULL, "isbn" varchar(13) NULL UNIQUE);
INSERT INTO "new__shop_book" ("id", "title", "rank", "open", "number", "author_id", "subtitle", "code", "isbn") SELECT "id", "title", "rank", "open", "number", "author_id", "subtitle", "code", "isbn" FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
CREATE INDEX "shop_book_code_6d2c2ad5" ON "shop_book" ("code");
CREATE INDEX "ranked" ON "shop_book" ("title" DESC, "rank") WHERE "rank" > 3;
-- key_type
CREATE TABLE "new__shop_author" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(50) NOT NULL UNIQUE);
INSERT INTO "new__shop_author" ("name", "id") SELECT "name", "id" FROM "shop_author";
DROP TABLE "shop_author";
ALTER TABLE "new__shop_author" RENAME TO "shop_author";
-- add_many
CREATE TABLE "shop_book_readers" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "book_id" bigint NOT NULL REFERENCES "shop_book" ("id") DEFERRABLE INITIALLY DEFERRED, "person_id" bigint NOT NULL REFERENCES "shop_person" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE UNIQUE INDEX "shop_book_readers_book_id_person_id_64a38b2e_uniq" ON "shop_book_readers" ("book_id", "person_id");
CREATE INDEX "shop_book_readers_book_id_e00e8aa5" ON "shop_book_readers" ("book_id");
CREATE INDEX "shop_book_readers_person_id_a9f51146" ON "shop_book_readers" ("person_id");
-- remove_many
DROP TABLE "shop_book_readers";
-- db_default
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(80) NOT NULL, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "number" varchar(9) NOT NULL, "author_id" integer NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "subtitle" varchar(20) NOT NULL, "code" varchar(5) NULL, "isbn" varchar(13) NULL UNIQUE, "stars" integer DEFAULT 5 NOT NULL);
INSERT INTO "new__shop_book" ("id", "title", "rank", "open", "number", "author_id", "subtitle", "code", "isbn") SELECT "id", "title", "rank", "open", "number", "author_id", "subtitle", "code", "isbn" FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
CREATE INDEX "shop_book_code_6d2c2ad5" ON "shop_book" ("code");
CREATE INDEX "ranked" ON "shop_book" ("title" DESC, "rank") WHERE "rank" > 3;
-- other_db_default
CREATE TABLE "new__shop_book" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(80) NOT NULL, "rank" integer unsigned NULL CHECK ("rank" >= 0), "open" bool NOT NULL, "number" varchar(9) NOT NULL, "author_id" integer NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "subtitle" varchar(20) NOT NULL, "code" varchar(5) NULL, "isbn" varchar(13) NULL UNIQUE, "stars" integer DEFAULT 6 NOT NULL);
INSERT INTO "new__shop_book" ("id", "title", "rank", "open", "number", "author_id", "subtitle", "code", "isbn", "stars") SELECT "id", "title", "rank", "open", "number", "author_id", "subtitle", "code", "isbn", "stars" FROM "shop_book";
DROP TABLE "shop_book";
ALTER TABLE "new__shop_book" RENAME TO "shop_book";
CREATE INDEX "shop_book_author_id_82b8ab51" ON "shop_book" ("author_id");
CREATE INDEX "shop_book_code_6d2c2ad5" ON "shop_book" ("code");
CREATE INDEX "ranked" ON "shop_book" ("title" DESC, "rank") WHERE "rank" > 3;
-- alter_table
ALTER TABLE "shop_stock" RENAME TO "stocks";
-- delete
DROP TABLE "stocks";
-- generated
CREATE TABLE "shop_line" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(20) NOT NULL, "nick" varchar(20) NULL, "price" decimal NOT NULL, "pieces" integer NOT NULL, "rate" real NOT NULL, "size" integer NOT NULL, "total" decimal GENERATED ALWAYS AS ((CAST(("price" * "pieces") AS NUMERIC))) STORED, "more" integer GENERATED ALWAYS AS (((("pieces" + 1) * 2) - ("pieces" % 3))) STORED, "half" real GENERATED ALWAYS AS (("rate" / 2.5)) STORED, "small" varchar(20) GENERATED ALWAYS AS (LOWER("name")) STORED UNIQUE, "called" varchar(50) GENERATED ALWAYS AS ((COALESCE("name", '') || COALESCE((COALESCE(' it''s ', '') || COALESCE("nick", '')), ''))) STORED, "known" varchar(20) GENERATED ALWAYS AS (COALESCE("nick", "name")) STORED, "long" integer GENERATED ALWAYS AS (LENGTH(UPPER(TRIM("name")))) STORED, "far" decimal GENERATED ALWAYS AS ((CAST(ABS("price") AS NUMERIC))) STORED, "paid" decimal GENERATED ALWAYS AS ((CAST(COALESCE("price", "pieces") AS NUMERIC))) STORED, "many" bool GENERATED ALWAYS AS (("pieces" >= 10 AND NOT ("name" = 'x'))) STORED, "dear" decimal GENERATED ALWAYS AS ((CAST(("price" * (CAST('0.50' AS NUMERIC))) AS NUMERIC))) STORED);
CREATE INDEX "shop_line_known_e51888b0" ON "shop_line" ("known");
-- add_generated
CREATE TABLE "new__shop_line" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(20) NOT NULL, "nick" varchar(20) NULL, "price" decimal NOT NULL, "pieces" integer NOT NULL, "rate" real NOT NULL, "size" integer NOT NULL, "total" decimal GENERATED ALWAYS AS ((CAST(("price" * "pieces") AS NUMERIC))) STORED, "more" integer GENERATED ALWAYS AS (((("pieces" + 1) * 2) - ("pieces" % 3))) STORED, "half" real GENERATED ALWAYS AS (("rate" / 2.5)) STORED, "small" varchar(20) GENERATED ALWAYS AS (LOWER("name")) STORED UNIQUE, "called" varchar(50) GENERATED ALWAYS AS ((COALESCE("name", '') || COALESCE((COALESCE(' it''s ', '') || COALESCE("nick", '')), ''))) STORED, "known" varchar(20) GENERATED ALWAYS AS (COALESCE("nick", "name")) STORED, "long" integer GENERATED ALWAYS AS (LENGTH(UPPER(TRIM("name")))) STORED, "far" decimal GENERATED ALWAYS AS ((CAST(ABS("price") AS NUMERIC))) STORED, "paid" decimal GENERATED ALWAYS AS ((CAST(COALESCE("price", "pieces") AS NUMERIC))) STORED, "many" bool GENERATED ALWAYS AS (("pieces" >= 10 AND NOT ("name" = 'x'))) STORED, "dear" decimal GENERATED ALWAYS AS ((CAST(("price" * (CAST('0.50' AS NUMERIC))) AS NUMERIC))) STORED, "twice" integer GENERATED ALWAYS AS (("pieces" * 2)) STORED);
INSERT INTO "new__shop_line" ("id", "name", "nick", "price", "pieces", "rate", "size") SELECT "id", "name", "nick", "price", "pieces", "rate", "size" FROM "shop_line";
DROP TABLE "shop_line";
ALTER TABLE "new__shop_line" RENAME TO "shop_line";
CREATE INDEX "shop_line_known_e51888b0" ON "shop_line" ("known");
-- alter_beside_generated
CREATE TABLE "new__shop_line" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(20) NOT NULL, "nick" varchar(20) NULL, "price" decimal NOT NULL, "pieces" integer NOT NULL, "rate" real NOT NULL, "total" decimal GENERATED ALWAYS AS ((CAST(("price" * "pieces") AS NUMERIC))) STORED, "more" integer GENERATED ALWAYS AS (((("pieces" + 1) * 2) - ("pieces" % 3))) STORED, "half" real GENERATED ALWAYS AS (("rate" / 2.5)) STORED, "small" varchar(20) GENERATED ALWAYS AS (LOWER("name")) STORED UNIQUE, "called" varchar(50) GENERATED ALWAYS AS ((COALESCE("name", '') || COALESCE((COALESCE(' it''s ', '') || COALESCE("nick", '')), ''))) STORED, "known" varchar(20) GENERATED ALWAYS AS (COALESCE("nick", "name")) STORED, "long" integer GENERATED ALWAYS AS (LENGTH(UPPER(TRIM("name")))) STORED, "far" decimal GENERATED ALWAYS AS ((CAST(ABS("price") AS NUMERIC))) STORED, "paid" decimal GENERATED ALWAYS AS ((CAST(COALESCE("price", "pieces") AS NUMERIC))) STORED, "many" bool GENERATED ALWAYS AS (("pieces" >= 10 AND NOT ("name" = 'x'))) STORED, "dear" decimal GENERATED ALWAYS AS ((CAST(("price" * (CAST('0.50' AS NUMERIC))) AS NUMERIC))) STORED, "twice" integer GENERATED ALWAYS AS (("pieces" * 2)) STORED, "size" bigint NULL);
INSERT INTO "new__shop_line" ("id", "name", "nick", "price", "pieces", "rate", "size") SELECT "id", "name", "nick", "price", "pieces", "rate", "size" FROM "shop_line";
DROP TABLE "shop_line";
ALTER TABLE "new__shop_line" RENAME TO "shop_line";
CREATE INDEX "shop_line_known_e51888b0" ON "shop_line" ("known");
-- rename_computed_of
ALTER TABLE "shop_line" RENAME COLUMN "pieces" TO "count";
-- remove_generated
ALTER TABLE "shop_line" DROP COLUMN "twice";
-- child
CREATE TABLE "shop_novel" ("book_ptr_id" bigint NOT NULL PRIMARY KEY REFERENCES "shop_book" ("id") DEFERRABLE INITIALLY DEFERRED, "plot" varchar(20) NOT NULL, "ghost_id" integer NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE INDEX "shop_novel_ghost_id_02640c77" ON "shop_novel" ("ghost_id");
-- add_to_child
CREATE TABLE "new__shop_novel" ("book_ptr_id" bigint NOT NULL PRIMARY KEY REFERENCES "shop_book" ("id") DEFERRABLE INITIALLY DEFERRED, "plot" varchar(20) NOT NULL, "ghost_id" integer NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "parts" integer NOT NULL);
INSERT INTO "new__shop_novel" ("book_ptr_id", "plot", "ghost_id", "parts") SELECT "book_ptr_id", "plot", "ghost_id", 1 FROM "shop_novel";
DROP TABLE "shop_novel";
ALTER TABLE "new__shop_novel" RENAME TO "shop_novel";
CREATE INDEX "shop_novel_ghost_id_02640c77" ON "shop_novel" ("ghost_id");
-- alter_of_child
CREATE TABLE "new__shop_novel" ("book_ptr_id" bigint NOT NULL PRIMARY KEY REFERENCES "shop_book" ("id") DEFERRABLE INITIALLY DEFERRED, "ghost_id" integer NULL REFERENCES "shop_author" ("id") DEFERRABLE INITIALLY DEFERRED, "parts" integer NOT NULL, "plot" varchar(40) NOT NULL UNIQUE);
INSERT INTO "new__shop_novel" ("book_ptr_id", "ghost_id", "parts", "plot") SELECT "book_ptr_id", "ghost_id", "parts", "plot" FROM "shop_novel";
DROP TABLE "shop_novel";
ALTER TABLE "new__shop_novel" RENAME TO "shop_novel";
CREATE INDEX "shop_novel_ghost_id_02640c77" ON "shop_novel" ("ghost_id");
-- delete_child
DROP TABLE "shop_novel";
-- expressions
CREATE TABLE "shop_entry" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(20) NOT NULL, "nick" varchar(20) NULL, "price" decimal NOT NULL, "pieces" integer NOT NULL);
CREATE UNIQUE INDEX "one_name" ON "shop_entry" ((LOWER("name")));
CREATE UNIQUE INDEX "part" ON "shop_entry" ((UPPER("nick")), (CAST(((CAST(("price" * "pieces") AS NUMERIC))) AS NUMERIC))) WHERE "pieces" > 4;
CREATE UNIQUE INDEX "one_prefix" ON "shop_entry" ("name", "nick");
CREATE INDEX "by_small" ON "shop_entry" ((LOWER("name")) DESC, "nick");
CREATE INDEX "by_worth" ON "shop_entry" ((CAST(((CAST(("price" * "pieces") AS NUMERIC))) AS NUMERIC)));
CREATE INDEX "by_half" ON "shop_entry" ((CAST(((CAST(("price" * (CAST('0.50' AS NUMERIC))) AS NUMERIC))) AS NUMERIC)) DESC);
CREATE INDEX "by_more" ON "shop_entry" ((("pieces" + 1)) DESC, ((2 * "pieces")));
CREATE INDEX "by_known" ON "shop_entry" ((COALESCE("nick", "name")));
CREATE INDEX "by_called" ON "shop_entry" (((COALESCE("name", '') || COALESCE((COALESCE(' it''s ', '') || COALESCE("nick", '')), ''))));
CREATE INDEX "by_length" ON "shop_entry" ((LENGTH(UPPER(TRIM("name")))), (CAST(((CAST(ABS("price") AS NUMERIC))) AS NUMERIC)));
CREATE INDEX "by_nick" ON "shop_entry" ("nick" ASC);
CREATE INDEX "by_many" ON "shop_entry" ((("pieces" > 3 AND NOT ("name" = 'x'))));
CREATE INDEX "by_prefix" ON "shop_entry" ("name", "nick" DESC);
CREATE INDEX "by_part" ON "shop_entry" ((LOWER("nick"))) WHERE "pieces" > 3;
-- add_expressions
CREATE INDEX "by_small_nick" ON "shop_entry" ((LOWER("nick")));
CREATE UNIQUE INDEX "one_nick" ON "shop_entry" ((UPPER("nick")));
-- alter_below_expressions
CREATE TABLE "new__shop_entry" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(20) NOT NULL, "nick" varchar(20) NULL, "price" decimal NOT NULL, "pieces" bigint NOT NULL);
INSERT INTO "new__shop_entry" ("id", "name", "nick", "price", "pieces") SELECT "id", "name", "nick", "price", "pieces" FROM "shop_entry";
DROP TABLE "shop_entry";
ALTER TABLE "new__shop_entry" RENAME TO "shop_entry";
CREATE UNIQUE INDEX "one_name" ON "shop_entry" ((LOWER("name")));
CREATE UNIQUE INDEX "part" ON "shop_entry" ((UPPER("nick")), (CAST(((CAST(("price" * "pieces") AS NUMERIC))) AS NUMERIC))) WHERE "pieces" > 4;
CREATE UNIQUE INDEX "one_prefix" ON "shop_entry" ("name", "nick");
CREATE UNIQUE INDEX "one_nick" ON "shop_entry" ((UPPER("nick")));
CREATE INDEX "by_small" ON "shop_entry" ((LOWER("name")) DESC, "nick");
CREATE INDEX "by_worth" ON "shop_entry" ((CAST(((CAST(("price" * "pieces") AS NUMERIC))) AS NUMERIC)));
CREATE INDEX "by_half" ON "shop_entry" ((CAST(((CAST(("price" * (CAST('0.50' AS NUMERIC))) AS NUMERIC))) AS NUMERIC)) DESC);
CREATE INDEX "by_more" ON "shop_entry" ((("pieces" + 1)) DESC, ((2 * "pieces")));
CREATE INDEX "by_known" ON "shop_entry" ((COALESCE("nick", "name")));
CREATE INDEX "by_called" ON "shop_entry" (((COALESCE("name", '') || COALESCE((COALESCE(' it''s ', '') || COALESCE("nick", '')), ''))));
CREATE INDEX "by_length" ON "shop_entry" ((LENGTH(UPPER(TRIM("name")))), (CAST(((CAST(ABS("price") AS NUMERIC))) AS NUMERIC)));
CREATE INDEX "by_nick" ON "shop_entry" ("nick" ASC);
CREATE INDEX "by_many" ON "shop_entry" ((("pieces" > 3 AND NOT ("name" = 'x'))));
CREATE INDEX "by_prefix" ON "shop_entry" ("name", "nick" DESC);
CREATE INDEX "by_part" ON "shop_entry" ((LOWER("nick"))) WHERE "pieces" > 3;
CREATE INDEX "by_small_nick" ON "shop_entry" ((LOWER("nick")));
-- remove_expressions
DROP INDEX "by_small_nick";
DROP INDEX "one_nick";
DROP INDEX "part";
