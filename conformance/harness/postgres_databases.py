"""Databases of PostgreSQL, on a server that the run starts (or on the one of BELLEVILLE_TEST_POSTGRES_URL)."""
import datetime
import decimal
import ipaddress
import json
import os
import re
import shlex
import subprocess
import uuid
from contextlib import ExitStack, closing

import psycopg
from psycopg import sql

from . import postgres, reference
from .database import connect as mirror

INSERT_SESSION = "INSERT INTO django_session VALUES (%(session_key)s, %(session_data)s, %(expire_date)s)"
TABLE = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)", re.IGNORECASE)

# What pg_catalog says of a schema: one row for each thing, its name and all that is known of it.
COLUMNS = """
SELECT c.relname, string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attnotnull THEN 'NOT NULL' END, 'identity=' || a.attidentity::text, 'generated=' || a.attgenerated::text,
    'default=' || pg_get_expr(d.adbin, d.adrelid),
    'collation=' || CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END), E'\\n' ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped GROUP BY 1"""
SCHEMA = f"""
SELECT 'table ' || relname, string_agg FROM ({COLUMNS}) AS columns
UNION ALL SELECT 'constraint ' || conname || ' of ' || conrelid::regclass, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'sequence ' || sequencename, concat_ws(' ', data_type, start_value, min_value, max_value, increment_by,
    cycle, cache_size) FROM pg_sequences WHERE schemaname = 'public'
UNION ALL SELECT relkind::text || ' ' || relname, relkind::text
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('r', 'i', 'S')"""


class Databases:
    Error = psycopg.Error

    def __init__(self, interpreter, folder):
        self.interpreter = interpreter
        self.count = 0
        self.template = None

    def __enter__(self):
        self.stack = ExitStack()
        environment = os.environ
        if "BELLEVILLE_TEST_POSTGRES_URL" not in environment:
            environment = self.stack.enter_context(postgres.Server()).environment()
        self.server = environment["BELLEVILLE_TEST_POSTGRES_URL"]
        self.restart = environment["BELLEVILLE_TEST_POSTGRES_RESTART"]
        return self

    def __exit__(self, *_):
        self.stack.close()

    def crash(self):
        """The server ends without a word to anybody, and starts again."""
        subprocess.run(shlex.split(self.restart), check=True, capture_output=True)

    def empty(self, name):
        """The URL of a database without tables."""
        return self.make(name)

    def seeded(self, name):
        """The URL of a database that Django migrated and filled."""
        if not self.template:
            self.template = self.make("seed")
            restore(kept_seed(self), self.template)
        return self.make(name, self.template.rsplit("/", 1)[1])

    def copied(self, database, name):
        """The URL of a copy of a database, with which nobody is connected."""
        return self.make(name, database.rsplit("/", 1)[1])

    def live(self, name):
        """A seeded database to be written to by a server, and to be put back after each case."""
        return Live(self.seeded(name))

    def make(self, name, template="template0"):
        self.count += 1
        name = f"{name}_{os.getpid()}_{self.count}".replace("-", "_").lower()
        with closing(connect(self.server)) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        self.stack.callback(self.drop, name)
        return f"{self.server.rsplit('/', 1)[0]}/{name}"

    def drop(self, name):
        with closing(connect(self.server)) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def query(self, database, statement):
        with closing(connect(database)) as connection:
            return rows(connection, statement)

    def schema(self, database):
        """What the catalog says of every table, constraint, index and sequence, by name."""
        with closing(connect(database)) as connection:
            return dict(connection.execute(SCHEMA).fetchall())

    def columns(self, database):
        with closing(connect(database)) as connection:
            return dict(connection.execute(COLUMNS).fetchall())

    def contents(self, database):
        with closing(connect(database)) as connection:
            tables = {table: connection.execute(f'SELECT * FROM "{table}"').fetchall() for table in names(connection)}
        return {table: sorted(found, key=repr) for table, found in tables.items()}

    def assert_sound(self, database):
        """PostgreSQL keeps its constraints itself, unless one was never checked."""
        with closing(connect(database)) as connection:
            assert connection.execute("SELECT conname FROM pg_constraint WHERE NOT convalidated").fetchall() == []


class Live:
    """`restore` puts the rows back under the running server. Triggers count the changes of each table; the counters are
    sequences, which make nobody wait for anybody."""

    def __init__(self, database):
        self.url = database
        self.connection = connect(database)
        # As a replica: no foreign key is checked, as in SQLite without being asked.
        self.connection.execute("SET session_replication_role = replica")
        self.tables = names(self.connection)
        statements = ["CREATE SCHEMA seed; CREATE SCHEMA base; CREATE SCHEMA changes", CHANGED]
        for table in self.tables:
            statements.append(
                f"CREATE TABLE seed.{table} AS TABLE public.{table}; CREATE TABLE base.{table} AS TABLE public.{table}; "
                f"CREATE SEQUENCE changes.{table}; CREATE TRIGGER changed BEFORE INSERT OR UPDATE OR DELETE ON "
                f"public.{table} FOR EACH STATEMENT EXECUTE FUNCTION changes.changed(); "
                f"ALTER TABLE public.{table} ENABLE ALWAYS TRIGGER changed"
            )
        self.connection.execute(";".join(statements))
        self.seed = self.restored_at = self.counters()

    def counters(self):
        query = "SELECT schemaname, sequencename, last_value FROM pg_sequences"
        return {(schema, name): value for schema, name, value in self.connection.execute(query)}

    def begin(self, sessions, statements):
        """The seeded rows with these sessions and changes are what `restore` comes back to."""
        self.put_back("seed", self.tables)
        with self.connection.cursor() as cursor:
            for session in sessions:
                cursor.execute(INSERT_SESSION, session)
            for statement in statements:
                cursor.execute(statement)
        copies = (f"DELETE FROM base.{table}; INSERT INTO base.{table} TABLE public.{table}" for table in self.tables)
        self.connection.execute(";".join(copies))
        self.restored_at = self.counters()

    def restore(self):
        before, now = self.restored_at, self.counters()
        self.put_back("base", [name for schema, name in now if schema == "changes" and now[schema, name] != before[schema, name]])

    def put_back(self, source, tables):
        statements = [f"DELETE FROM public.{table}; INSERT INTO public.{table} TABLE {source}.{table}" for table in tables]
        statements += [
            f"SELECT setval('public.{name}', {value or 1}, {value is not None})"
            for (schema, name), value in self.seed.items() if schema == "public"
        ]
        self.connection.execute(f"BEGIN; {'; '.join(statements)}; COMMIT")
        self.restored_at = self.counters()

    def touched(self):
        """Whether anyone wrote since the last restore."""
        return self.counters() != self.restored_at

    def set_up(self, statements):
        for statement in statements:
            self.connection.execute(statement)

    def rows(self, query):
        return rows(self.connection, query)

    def close(self):
        self.connection.close()


CHANGED = """
CREATE FUNCTION changes.changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM nextval(format('changes.%I', TG_TABLE_NAME)); RETURN NULL; END $$"""


def connect(database):
    return psycopg.connect(database, autocommit=True, options="-c TimeZone=UTC")


def names(connection):
    query = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
    return [name for name, in connection.execute(query)]


def rows(connection, statement):
    """The rows of a query. The cases are written for SQLite, with functions of their own: the tables are read into memory,
    as Django has them in SQLite, and the query is run there."""
    if not statement.startswith("SELECT"):
        connection.execute(statement)
        return []
    with closing(mirror(":memory:")) as memory:
        for table in set(TABLE.findall(statement)):
            cursor = connection.execute(sql.SQL("SELECT * FROM {} ORDER BY 1").format(sql.Identifier(table)))
            columns = ", ".join(f'"{column.name}"' for column in cursor.description)
            marks = ", ".join("?" for _ in cursor.description)
            memory.execute(f'CREATE TABLE "{table}" ({columns})')
            memory.executemany(f'INSERT INTO "{table}" VALUES ({marks})', ([plain(value) for value in row] for row in cursor))
        return memory.execute(statement).fetchall()


def plain(value):
    """A value as Django has it in SQLite."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime.datetime):
        return str(value.astimezone(datetime.timezone.utc).replace(tzinfo=None))
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, int) and abs(value) > 2**63 - 1:
        return str(value)
    if isinstance(value, datetime.timedelta):
        return value // datetime.timedelta(microseconds=1)
    if isinstance(value, (datetime.date, datetime.time, decimal.Decimal, ipaddress.IPv4Address, ipaddress.IPv6Address)):
        return str(value)
    return json.dumps(value) if isinstance(value, (dict, list)) else value


def kept_seed(databases):
    """The dump of a database that Django migrated and filled, kept between runs."""

    def make(kept):
        fresh = databases.make("fresh")
        reference.migrate_and_seed(databases.interpreter, fresh)
        part = kept.with_suffix(".part")
        run("pg_dump", "--format=custom", f"--file={part}", fresh)
        part.replace(kept)

    return reference.kept(databases.interpreter, "dump", make)


def restore(dump, database):
    run("pg_restore", "--no-owner", f"--dbname={database}", dump)


def run(program, *arguments):
    done = subprocess.run([os.path.join(postgres.programs(), program), *arguments], capture_output=True, text=True)
    if done.returncode:
        raise reference.Broken(f"{program} failed:\n{done.stdout}{done.stderr}")
