#!/usr/bin/env python3
"""Databases that Django made, and some that it did not: `inspectdb` writes models of them, which are compiled. No table differs
from its model, every row can be read and is saved as it was, kinds are those of Django's own `inspectdb`, and the tables that
migrations make of the models are the same as before. ../inspectdb/ has the models and the tables."""
import argparse
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from ast import literal_eval
from contextlib import ExitStack, closing
from pathlib import Path

from harness import database, reference
from harness.reference import CONFORMANCE, REPOSITORY, Broken

HERE = CONFORMANCE / "inspectdb"
SCRATCH = REPOSITORY / "target" / "inspectdb"
# The models of these tables are Belleville's own.
KNOWN = ("auth_", "django_", "authtoken_", "token_blacklist_", "knox_")
# What a model cannot say. A comment does.
UNSAID = {
    "of_an_expression", "of_lower_state", "cannot_be_said", "brin_of_one", "hash_of_one", "of_a_class", "name_of_a_class",
    # Comments on tables and columns are no part of a model.
}
# Where we know more than Django's `inspectdb`, by what it says.
REFINED = {
    "AutoField": {"BigAutoField", "SmallAutoField", "BigIntegerField"},
    "CharField": {"UUIDField", "GenericIPAddressField"},
    "SmallIntegerField": {"PositiveSmallIntegerField"},
    "IntegerField": {"PositiveIntegerField"},
    "BigIntegerField": {"PositiveBigIntegerField"},
}
MANIFEST = """\
[package]
name = "inspected_{kind}"
version = "0.1.0"
edition = "2024"

[workspace]

[dependencies]
belleville = {{ path = "{repository}/crates/belleville" }}
tokio = {{ version = "1.54", default-features = false, features = ["rt"] }}

[lints.rust]
warnings = "deny"

{profiles}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", metavar="PATH", help="an interpreter that has requirements.txt (default: own venv)")
    parser.add_argument("--peer", metavar="CMD", default="cargo run --quiet -p tracker --", help="the program with the command")
    database.add_argument(parser)
    options = parser.parse_args()
    try:
        database.ready(options)
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            databases = stack.enter_context(database.databases(options, folder))
            worlds = [world(options, databases) for world in (Legacy, Shop, Reference, People, Raw)]
            program = compiled(options.database, worlds)
            failures = [f"{world.name}: {failure}" for world in worlds for failure in world.compare(program)]
    except Broken as reason:
        print(f"error: {reason}", file=sys.stderr)
        return 2
    print("\n".join(failures))
    print(f"{options.database}: {sum(len(world.found) for world in worlds)} models, {len(failures)} differences")
    return 1 if failures else 0


def run(command, environment=None, cwd=None):
    done = subprocess.run([str(part) for part in command], env=environment, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise Broken(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def compiled(kind, worlds):
    """The program with all models. The dependencies are those that the workspace has built."""
    crate = SCRATCH / kind
    (crate / "src" / "modules").mkdir(parents=True, exist_ok=True)
    manifest = (REPOSITORY / "Cargo.toml").read_text()
    # With other profiles everything would be built once more.
    profiles = manifest[manifest.index("[profile.dev]"):]
    (crate / "Cargo.toml").write_text(MANIFEST.format(kind=kind, repository=REPOSITORY, profiles=profiles))
    shutil.copy(REPOSITORY / "Cargo.lock", crate)
    shutil.copy(HERE / "main.rs", crate / "src" / "main.rs")
    lines = ["use super::Inspected;", ""]
    for world in worlds:
        (crate / "src" / "modules" / f"{world.name}.rs").write_text(world.source)
        lines.append(f"mod {world.name};")
    lines.append("\npub fn of(module: &str) -> Option<Vec<Inspected>> {\n    match module {")
    for world in worlds:
        models = ", ".join(world.inspected())
        lines.append(f'        "{world.name}" => Some(vec![{models}]),')
    lines.append("        _ => None,\n    }\n}\n")
    (crate / "src" / "modules.rs").write_text("\n".join(lines))
    environment = {**os.environ, "CARGO_TARGET_DIR": str(REPOSITORY / "target"), "CARGO_NET_OFFLINE": "true"}
    run(["cargo", "build", "--quiet", "--manifest-path", crate / "Cargo.toml"], environment)
    return REPOSITORY / "target" / "debug" / f"inspected_{kind}"


class World:
    """A database, and the models that are written of it."""

    # Migrations make the tables anew; those that Django did not make come out otherwise.
    is_djangos = True
    arguments = ()
    settings = {}

    def __init__(self, options, databases):
        self.options, self.databases = options, databases
        self.name = type(self).__name__.lower()
        self.url = self.make()
        environment = {**reference.environment(self.url), "SECRET_KEY": reference.SECRET_KEY}
        self.source = run([*options.peer.split(), "inspectdb", *self.arguments], environment)
        if self.is_djangos:
            # Compared without indulgence, and made anew.
            self.source = re.sub(r"managed = false,?\s*", "", self.source)
        self.found = []

    def make(self):
        """The URL of the database."""
        raise NotImplementedError

    def django(self, code):
        environment = {**reference.environment(self.url_of_new(), self.settings), "PYTHONPATH": str(self.project)}
        run([self.options.python, "-c", f"import django; django.setup(); {code}"], environment)
        return self.made

    def url_of_new(self):
        self.made = self.databases.empty(self.name)
        return self.made

    def inspected(self):
        """A line of code for each model."""
        for struct in re.split(r"(?m)^(?=/// A row of)", self.source)[1:]:
            name = re.search(r"pub struct (\w+)", struct)[1]
            is_read_only = "first column is" in re.sub(r"\s*//\s*", " ", struct) or "/// A row of the view" in struct
            yield f"Inspected::{'read_only' if is_read_only else 'of'}::<{self.name}::{name}>()"

    def compare(self, program):
        before = self.rows()
        self.found = [json.loads(line) for line in run([program, "check", self.name, self.url]).splitlines()]
        for model in self.found:
            for difference in model["differences"]:
                column = re.search(r"column `([^`]*)`", difference)
                if not (column and self.leaves_out(column[1])):
                    yield difference
            if len(before[model["table"]]) != model["rows"]:
                yield f"{model['table']} has {len(before[model['table']])} rows, and {model['rows']} were read"
        after = self.rows()
        for table, rows in before.items():
            if after[table] != rows:
                yield f"{table}: the rows were {rows}, and are {after[table]} after they were saved"
        yield from self.compare_kinds()
        if self.is_djangos:
            yield from self.compare_schema(program)

    def rows(self):
        if self.options.database == "postgres":
            return postgres_rows(self.url)
        with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
            return {name: sorted(connection.execute(f"SELECT * FROM {quoted(name)}").fetchall(), key=repr) for (name,) in names}

    def compare_kinds(self):
        """What Django's own `inspectdb` says."""
        settings = {"DJANGO_SETTINGS_MODULE": "settings"}
        environment = {**reference.environment(self.url, settings), "PYTHONPATH": str(HERE / "django")}
        told = run([self.options.python, "-m", "django", "inspectdb", *self.django_arguments()], environment)
        ours = {model["table"]: model for model in self.found}
        many = {table for model in self.found for table in model["many"]}
        for text in re.split(r"(?m)^class ", told)[1:]:
            table = literal_eval(re.search(r"db_table = (.*)", text)[1])
            if table in many or table.startswith(KNOWN) or f"`{table}` is left out" in self.source:
                continue
            if table not in ours:
                yield f"Django has a model of {table}, and we have none"
                continue
            fields = {field["column"]: field for field in ours[table]["fields"]}
            lines = re.findall(r"(?m)^    (\w+) = models\.(\w+)\((.*)\)(?:  # (.*))?$", text)
            for name, kind, options, note in lines:
                if kind == "CompositePrimaryKey":
                    continue
                column = re.search(r"""db_column=((['"]).*?(?<!\\)\2)""", options)
                column = literal_eval(column[1]) if column else name + ("_id" if kind in ("ForeignKey", "OneToOneField") else "")
                if column not in fields:
                    if not self.leaves_out(column):
                        yield f"Django has a field of {table}.{column}, and we have none"
                    continue
                field = fields[column]
                if "This field type is a guess" not in note and not self.agree(kind, field, note):
                    yield f"{table}.{column} is a {kind} for Django, and a {field['kind']} for us"
                if ("null=True" in options) != field["null"] and not field["key"]:
                    yield f"{table}.{column}: {options} for Django, and {field} for us"

    def leaves_out(self, column):
        """There is a comment instead of a field."""
        return f"The column `{column}` is left out" in self.source

    def agree(self, kind, field, note):
        ours = field["kind"]
        if kind == ours or ours in REFINED.get(kind, ()):
            return True
        return not self.is_djangos and self.may_differ(kind, ours)

    def may_differ(self, kind, ours):
        return False

    def django_arguments(self):
        return []

    def compare_schema(self, program):
        """The tables that migrations make of the models."""
        new = self.databases.empty(f"{self.name}_new")
        if self.options.database == "postgres":
            with closing(postgres_connection(new)) as connection:
                connection.execute("CREATE EXTENSION hstore")
        run([program, "make", self.name, new])
        wanted, found = self.schema(self.url), self.schema(new)
        for name in sorted(wanted.keys() | found.keys()):
            if wanted.get(name) != found.get(name):
                yield f"{name}: was {wanted.get(name)}, and is {found.get(name)}"

    def schema(self, url):
        """What there is, by name, without what the models cannot say."""
        tables = {model["table"] for model in self.found} | {table for model in self.found for table in model["many"]}
        if self.options.database == "postgres":
            return postgres_schema(self.databases, url, tables)
        return sqlite_schema(url, tables)


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def sqlite_schema(url, tables):
    things = {}
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        query = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        for kind, name, table, sql in connection.execute(query):
            if table not in tables or name in UNSAID:
                continue
            if kind == "table":
                for part in definitions(sql):
                    if not any(unsaid in part for unsaid in UNSAID):
                        things[f"{table}: {part}"] = part
            else:
                things[f"{kind} {name}"] = sql
    return things


def definitions(sql):
    """What stands between the commas of CREATE TABLE."""
    depth, quote, part, parts = 0, None, "", []
    for c in sql[sql.index("(") + 1:sql.rindex(")")]:
        if quote:
            quote = None if c == quote else quote
        elif c in "'\"":
            quote = c
        depth += 0 if quote else (c == "(") - (c == ")")
        if c == "," and not depth and not quote:
            parts.append(part.strip())
            part = ""
        else:
            part += c
    return [*parts, part.strip()]


def postgres_connection(url):
    # The driver is in the interpreter that has Django.
    from harness.postgres_databases import connect

    return connect(url)


def postgres_rows(url):
    with closing(postgres_connection(url)) as connection:
        query = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')"
        names = [name for name, in connection.execute(query)]
        # As text, so that every type will do.
        return {name: sorted(connection.execute(f"SELECT t::text FROM {quoted(name)} t").fetchall()) for name in names}


def postgres_schema(databases, url, tables):
    things = {}
    query = (
        "SELECT 'constraint', conname::text, c.relname::text, pg_get_constraintdef(con.oid) FROM pg_constraint con "
        "JOIN pg_class c ON c.oid = con.conrelid UNION ALL SELECT 'index', indexname, tablename, indexdef FROM pg_indexes"
    )
    with closing(postgres_connection(url)) as connection:
        for kind, name, table, definition in connection.execute(query):
            if table in tables and name not in UNSAID:
                things[f"{kind} {name} of {table}"] = definition
    for table, lines in databases.columns(url).items():
        if table in tables:
            things |= {f"{table}: {line}": line for line in lines.splitlines()}
    return things


class Legacy(World):
    project = HERE / "django"
    settings = {"DJANGO_SETTINGS_MODULE": "settings"}

    def make(self):
        return self.django("from legacy.models import make; make()")


class Shop(World):
    project = CONFORMANCE / "queries" / "django"
    settings = {"DJANGO_SETTINGS_MODULE": "settings"}

    def make(self):
        return self.django("from shop.rows import make; make(); from shop import samples; samples.write(5, 40)")


class Reference(World):
    def make(self):
        return self.databases.seeded(self.name)


class People(World):
    project = CONFORMANCE / "django"
    settings = {"AUTH_USER_MODEL": "people.Account", "DJANGO_SETTINGS_MODULE": "config.settings"}
    is_djangos = True

    def make(self):
        return self.django("from django.core.management import call_command; call_command('migrate', '-v0')")


class Raw(World):
    is_djangos = False
    arguments = ("--include-views", "--include-partitions")

    def make(self):
        url = self.databases.empty(self.name)
        script = (HERE / f"raw_{self.options.database}.sql").read_text()
        if self.options.database == "postgres":
            with closing(postgres_connection(url)) as connection:
                connection.execute(script)
        else:
            with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
                connection.executescript(script)
        return url

    def django_arguments(self):
        return self.arguments

    def may_differ(self, kind, ours):
        # A key to what is not there or not unique is a column; a key of several columns is not one to one.
        # So is one that refers back to itself.
        keys = {"ForeignKey", "OneToOneField"}
        return kind in keys and ours in {"AutoField", "IntegerField", "BigIntegerField", "ForeignKey"}


if __name__ == "__main__":
    sys.exit(main())
