-- Tables that no Django made.
CREATE TABLE customers (ID INTEGER PRIMARY KEY, Name NVARCHAR(40) NOT NULL COLLATE NOCASE, balance NUMERIC(10, 2) DEFAULT 0, rate DOUBLE,
    born DATE, seen TIMESTAMP DEFAULT CURRENT_TIMESTAMP, level TINYINT NOT NULL DEFAULT 3, photo BLOB, anything, active BOOLEAN DEFAULT 1,
    millis INTEGER, hash CHAR(32), price DECIMAL(8, 3) CHECK (price > 0), UNIQUE (Name, level));
CREATE TABLE orders (number INTEGER NOT NULL PRIMARY KEY, customer INTEGER NOT NULL REFERENCES Customers ON DELETE CASCADE,
    payer INTEGER REFERENCES customers (id) ON DELETE SET NULL, status TEXT NOT NULL DEFAULT 'it''s new',
    CONSTRAINT known_status CHECK (status IN ('it''s new', 'paid')), CONSTRAINT "one_number" UNIQUE (number, customer));
CREATE TABLE order_lines (order_number INTEGER NOT NULL REFERENCES orders (number) ON DELETE RESTRICT, line INTEGER NOT NULL,
    what VARCHAR(20), PRIMARY KEY (order_number, line));
CREATE TABLE notes_of_lines (id INTEGER PRIMARY KEY, order_number INTEGER, line INTEGER,
    FOREIGN KEY (order_number, line) REFERENCES order_lines (order_number, line));
CREATE TABLE orphans (id INTEGER PRIMARY KEY, lost INTEGER REFERENCES nowhere (id));
CREATE TABLE without_key (a INTEGER, b TEXT);
CREATE TABLE with_unique (a TEXT, b TEXT NOT NULL UNIQUE);
CREATE TABLE pairs (a TEXT NOT NULL, b TEXT NOT NULL, c INTEGER NOT NULL UNIQUE, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE TABLE one (id INTEGER PRIMARY KEY REFERENCES other (id));
CREATE TABLE other (id INTEGER PRIMARY KEY REFERENCES one (id));
CREATE TABLE box (id INTEGER PRIMARY KEY, wide INTEGER, high INTEGER, area INTEGER GENERATED ALWAYS AS (wide * high) STORED,
    half REAL AS (wide / 2.0), initial TEXT AS (substr(high, 1, 1)));
CREATE INDEX customers_level ON customers (level DESC, lower(Name));
CREATE INDEX customers_seen ON customers (seen) WHERE active = 1;
CREATE VIEW big_orders AS SELECT number AS id, customer, status, number * 1.5 AS half, count(*) AS many FROM orders GROUP BY number;
CREATE VIEW names AS SELECT Name FROM customers;
INSERT INTO customers (ID, Name, balance, rate, born, level, photo, anything, millis, hash, price) VALUES
    (1, 'Ann', 12.5, 0.25, '2000-02-29', 2, X'00FF', 7, 1700000000000, 'not a UUID', 1.25), (2, 'Bob', 3, 1, NULL, 3, NULL, NULL, NULL, NULL, NULL);
INSERT INTO orders VALUES (10, 1, 2, 'paid');
INSERT INTO order_lines VALUES (10, 1, 'pen'), (10, 2, NULL);
INSERT INTO notes_of_lines VALUES (1, 10, 2);
INSERT INTO with_unique VALUES (NULL, 'b');
INSERT INTO pairs VALUES ('a', 'b', 3);
INSERT INTO box (id, wide, high) VALUES (1, 3, 4);
CREATE TABLE "we""ird */ `name`
// of [a] table" ("id" INTEGER PRIMARY KEY, "qu""ote
// fn main" INTEGER NOT NULL DEFAULT 0, "{}" TEXT DEFAULT '"\ é {x}', "Qu_ote_fn_main" INTEGER CHECK ("qu""ote
// fn main" <> 7));
INSERT INTO "we""ird */ `name`
// of [a] table" VALUES (1, 2, 'x', 4);
