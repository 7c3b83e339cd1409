-- Tables that no Django made.
CREATE EXTENSION IF NOT EXISTS citext;
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE DOMAIN positive_number AS integer CHECK (VALUE > 0);
CREATE DOMAIN short_text AS varchar(10) NOT NULL;
CREATE TABLE customers (id serial PRIMARY KEY, name citext NOT NULL UNIQUE, balance numeric, rate real DEFAULT 0.5, born date,
    seen timestamp DEFAULT now(), mood mood NOT NULL DEFAULT 'happy', letter char(3), document json, place point, paid money,
    level positive_number, label short_text, active boolean DEFAULT true, moods mood[], clock timetz, flags bit(3));
COMMENT ON TABLE customers IS 'Who buys.';
COMMENT ON COLUMN customers.rate IS 'Of one;
two lines.';
CREATE TABLE orders (number bigserial PRIMARY KEY, customer integer NOT NULL REFERENCES customers ON DELETE CASCADE,
    payer integer REFERENCES customers (id) ON DELETE SET NULL, buyer citext REFERENCES customers (name), status text NOT NULL DEFAULT 'it''s new',
    hours int4range, CONSTRAINT known_status CHECK (status IN ('it''s new', 'paid')), CONSTRAINT one_number UNIQUE (number, customer),
    EXCLUDE USING gist (hours WITH &&));
CREATE TABLE order_lines (order_number bigint NOT NULL REFERENCES orders (number) ON DELETE RESTRICT, line integer NOT NULL,
    what varchar(20), PRIMARY KEY (order_number, line));
CREATE TABLE notes_of_lines (id smallserial PRIMARY KEY, order_number bigint, line integer,
    FOREIGN KEY (order_number, line) REFERENCES order_lines (order_number, line));
CREATE TABLE without_key (a integer, b text);
CREATE TABLE with_unique (a text, b text NOT NULL UNIQUE, c integer GENERATED ALWAYS AS IDENTITY);
CREATE TABLE pairs (a text NOT NULL, b text NOT NULL, c integer NOT NULL UNIQUE, PRIMARY KEY (a, b));
CREATE TABLE box (id integer PRIMARY KEY, wide integer, high integer, area integer GENERATED ALWAYS AS (wide * high) STORED,
    initial text GENERATED ALWAYS AS (substr('x', high)) STORED);
CREATE TABLE measures (day date NOT NULL, value integer, PRIMARY KEY (day)) PARTITION BY RANGE (day);
CREATE TABLE measures_2024 PARTITION OF measures FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX customers_level ON customers (level DESC, lower(name::text));
CREATE INDEX customers_seen ON customers (seen) WHERE active;
CREATE VIEW big_orders AS SELECT number AS id, customer, status, number * 1.5 AS half FROM orders;
CREATE MATERIALIZED VIEW names AS SELECT name FROM customers;
INSERT INTO customers (name, balance, born, letter, document, place, level, label, moods) VALUES
    ('Ann', 12.5000000, '2000-02-29', 'ab', '{"a":[1,2]}', '(1, 2)', 3, 'x', '{sad,happy}'), ('Bob', 0.1234567, NULL, NULL, NULL, NULL, NULL, 'y', NULL);
INSERT INTO orders (customer, payer, buyer, status, hours) VALUES (1, 2, 'ann', 'paid', '[1,5)');
INSERT INTO order_lines VALUES (1, 1, 'pen'), (1, 2, NULL);
INSERT INTO notes_of_lines (order_number, line) VALUES (1, 2);
INSERT INTO with_unique VALUES (NULL, 'b');
INSERT INTO pairs VALUES ('a', 'b', 3);
INSERT INTO box (id, wide, high) VALUES (1, 3, 4);
INSERT INTO measures VALUES ('2024-05-01', 7);
CREATE TABLE "we""ird */ `name`
// of [a] table" ("id" serial PRIMARY KEY, "qu""ote
// fn main" integer NOT NULL DEFAULT 0, "{}" text DEFAULT '"\ é {x}', "Qu_ote_fn_main" integer, CHECK ("qu""ote
// fn main" <> 7));
COMMENT ON COLUMN "we""ird */ `name`
// of [a] table"."{}" IS E'one\ntwo \u202E three';
INSERT INTO "we""ird */ `name`
// of [a] table" VALUES (1, 2, 'x', 4);
