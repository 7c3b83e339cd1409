"""Databases of SQLite: files of a folder."""
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from . import reference
from .database import connect

INSERT_SESSION = "INSERT INTO django_session VALUES (:session_key, :session_data, :expire_date)"


class Databases:
    Error = sqlite3.Error

    def __init__(self, interpreter, folder):
        self.interpreter, self.folder = interpreter, Path(folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def empty(self, name):
        """The URL of a database without tables."""
        return url(self.folder / f"{name}.sqlite3")

    def seeded(self, name):
        """The URL of a database that Django migrated and filled."""
        made = self.empty(name)
        copy(seeded_database(self.interpreter), path(made))
        return made

    def copied(self, database, name):
        """The URL of a copy of a database."""
        made = self.empty(name)
        copy(path(database), path(made))
        return made

    def live(self, name):
        """A seeded database to be written to by a server, and to be put back after each case."""
        return Live(self.seeded(name), seeded_database(self.interpreter))

    def query(self, database, statement):
        with closing(connect(path(database))) as connection:
            return connection.execute(statement).fetchall()

    def schema(self, database):
        """The text of every table and index, by name."""
        rows = self.query(database, "SELECT type || ' ' || name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
        return dict(rows)

    def tables(self, database):
        return sorted(name.removeprefix("table ") for name in self.schema(database) if name.startswith("table "))

    def columns(self, database):
        return {table: self.query(database, f'PRAGMA table_info("{table}")') for table in self.tables(database)}

    def contents(self, database):
        rows = {table: self.query(database, f'SELECT * FROM "{table}"') for table in self.tables(database)}
        return {table: sorted(rows[table], key=repr) for table in rows}

    def assert_sound(self, database):
        assert self.query(database, "PRAGMA integrity_check") == [("ok",)]
        assert self.query(database, "PRAGMA foreign_key_check") == []


class Live:
    """`restore` puts the rows back under the running server, by SQLite's backup interface."""

    def __init__(self, database, seed):
        self.url, self.seed = database, seed
        self.base = Path(f"{path(database)}.base")
        self.connection = connect(path(database))
        self.restored_at = None

    def begin(self, sessions, statements):
        """The seeded rows with these sessions and changes are what `restore` comes back to."""
        self.base.unlink(missing_ok=True)
        copy(self.seed, self.base)
        with closing(connect(self.base)) as base:
            base.executemany(INSERT_SESSION, sessions)
            for statement in statements:
                base.execute(statement)
            base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.restore()

    def restore(self):
        with closing(sqlite3.connect(self.base)) as source:
            source.backup(self.connection)
        self.restored_at = self.version()

    def touched(self):
        """Whether anyone wrote since the last restore."""
        return self.restored_at is None or self.version() != self.restored_at

    def version(self):
        return self.connection.execute("PRAGMA data_version").fetchone()[0]

    def set_up(self, statements):
        for statement in statements:
            self.connection.execute(statement)
        if statements:
            self.restored_at = None

    def rows(self, query):
        return self.connection.execute(query).fetchall()

    def close(self):
        self.connection.close()


def url(file):
    return f"sqlite:///{Path(file).absolute()}"


def path(database):
    return database.removeprefix("sqlite:///")


def copy(source, target):
    with closing(sqlite3.connect(source)) as connection, closing(sqlite3.connect(target)) as other:
        connection.backup(other)


def seeded_database(interpreter):
    """The file of a database that Django migrated and filled, kept between runs."""

    def make(kept):
        with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
            fresh = Path(folder) / "seed.sqlite3"
            reference.migrate_and_seed(interpreter, url(fresh))
            with closing(sqlite3.connect(fresh)) as connection:
                # The file alone is everything.
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            fresh.replace(kept)

    return reference.kept(interpreter, "sqlite3", make)
