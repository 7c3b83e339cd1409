#!/usr/bin/env python3
"""Fixtures of Django and of Belleville: dumps of one database are the same bytes, and what one side has dumped the other loads."""
import argparse
import difflib
import itertools
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from harness import database, reference, servers
from harness.reference import Broken

QUERIES = reference.CONFORMANCE / "queries"
SAMPLE = {"DJANGO_SETTINGS_MODULE": "config.settings_sample"}
FILL = "import django; django.setup(); from shop import rows, samples; rows.make(); samples.write({}, {})"
MAKE = "import django; django.setup(); from shop.rows import make_tables; make_tables()"

# Fixtures that are wrong whatever the models are, and what we say of them.
BAD = [
    ("", "is not JSON"),
    ("[{", "is not JSON"),
    ('{"model": "shop.tag"}', "expected a list of objects"),
    ("[3]", "expected an object"),
    ('[{"pk": 1, "fields": {}}]', "expected the name of a model"),
    ('[{"model": "shop.nothing", "pk": 1, "fields": {}}]', "there is no model 'shop.nothing'"),
]

# The options of a dump: as Django's command line has them.
DUMPS = [
    [],
    ["--indent", "2"],
    ["--indent", "0"],
    ["--format", "jsonl"],
    ["--natural-foreign"],
    ["--natural-primary"],
    ["--natural-foreign", "--natural-primary", "--indent", "4"],
]
SHOP = [
    ["shop.Place", "shop.Restaurant", "shop.cafe", "--indent", "1"],
    ["shop", "--exclude", "shop.Sample", "-e", "contenttypes"],
    ["contenttypes", "shop.Song", "shop", "--natural-foreign"],
    ["shop.Book", "--pks", "1, 3,4"],
    ["shop.Ticket", "--pks", "x-2"],
    ["shop.Visit", "--pks", "00000000-0000-0000-0000-000000000007"],
]

# Rows of the sample API: users, groups, tokens, sessions, the admin's log, projects.
ROWS = """
from datetime import datetime, timezone
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from projects.models import Project, Task
from rest_framework.authtoken.models import Token
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

at = datetime(2026, 1, 2, 3, 4, 5, 678901, timezone.utc)
ann = User.objects.create(username="ann", password="!", email="ann@example.com", is_superuser=True, last_login=at, date_joined=at)
zoé = User.objects.create(username="zoé", password="", first_name="Zo\\u00e9", is_active=False, date_joined=at)
editors, readers = [Group.objects.create(name=name) for name in ("editors", "<readers> & \\"others\\"")]
editors.permissions.set(Permission.objects.filter(content_type__app_label="projects"))
readers.permissions.set(Permission.objects.filter(codename__startswith="view", content_type__app_label__in=["contenttypes", "projects"]))
zoé.groups.set([readers, editors])
# Of several apps, whose order is not that of their keys.
zoé.user_permissions.set(Permission.objects.filter(codename__in=["add_task", "view_session", "delete_group", "add_logentry"]))
Token.objects.create(key="a" * 40, user=ann)
Session.objects.create(session_key="key", session_data="e30:1", expire_date=at)
for number in range(1203):
    project = Project.objects.create(owner=[ann, zoé][number % 2], name=f"Project {number}", description="\\n\\u2028\\x7f\\t")
Task.objects.create(project=project, title="", completed=True)
kind = ContentType.objects.get_for_model(Project)
LogEntry.objects.create(user=ann, content_type=kind, object_id="1", object_repr="it", action_flag=1, action_time=at)
LogEntry.objects.create(user=zoé, content_type=None, object_repr="gone", action_flag=3)
token = OutstandingToken.objects.create(user=ann, jti="jti", token="a.b.c", created_at=None, expires_at=at)
BlacklistedToken.objects.create(token=token)
"""


def main():
    options = parse_arguments()
    try:
        database.ready(options)
        with tempfile.TemporaryDirectory() as folder, database.databases(options, folder) as databases:
            tests = [test for world in (Shop, Sample) for test in world(options, databases, Path(folder)).tests()]
            outcomes = [passed(*test) for test in tests]
    except Broken as reason:
        print(f"error: {reason}", file=sys.stderr)
        return 2
    print(f"\n{sum(outcomes)} passed, {len(outcomes) - sum(outcomes)} failed")
    return 0 if all(outcomes) else 1


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", metavar="PATH", help="an interpreter that has requirements.txt (default: own venv)")
    parser.add_argument("--queries", metavar="CMD", default="target/debug/queries", help="the program with the bookshop's models")
    parser.add_argument("--peer", metavar="CMD", default="target/debug/tracker", help="the sample app, without its subcommand")
    parser.add_argument("--seed", type=int, default=5, help="of the random values in the bookshop")
    parser.add_argument("--count", type=int, default=60, help="how many rows of random values")
    database.add_argument(parser)
    return parser.parse_args()


TAG = {"model": "shop.tag", "pk": 1, "fields": {"name": "crime"}}


def objects(*objects):
    return json.dumps(objects)


class World:
    """A database with rows, which both sides dump, and empty ones, into which they load."""

    def __init__(self, options, databases, folder):
        self.options, self.databases, self.folder = options, databases, folder
        self.url = self.filled()
        self.without_rows = None
        self.count = 0

    def django(self, url, *commands):
        """What each of several commands of Django's writes, all of them by one process; of one that fails the error."""
        code = (
            "import django, io, json, sys; django.setup(); from django.core.management import call_command\n"
            "def answer(name, *arguments):\n"
            "    out = io.StringIO()\n"
            "    try:\n        call_command(name, *arguments, stdout=out)\n"
            "    except Exception as error:\n        return f'{type(error).__name__}: {error}'\n"
            "    return out.getvalue()\n"
            "print(json.dumps([answer(*command) for command in json.load(sys.stdin)]))"
        )
        done = subprocess.run(
            [self.options.python, "-W", "ignore", "-c", code], env=self.environment(url), cwd=self.home,
            input=json.dumps(commands), capture_output=True, text=True, check=False,
        )
        if done.returncode:
            raise Broken(f"Django failed:\n{done.stderr}")
        return json.loads(done.stdout)

    def tests(self):
        yield "an empty database is left as it is by fixtures that are wrong", self.bad_fixtures
        yield "both dump the same bytes", self.same_bytes
        for arguments in self.loads:
            yield f"each loads what the other has dumped: {' '.join(arguments)}", self.loaded, arguments

    def same_bytes(self):
        dumps = [*DUMPS, *self.dumps]
        answers = self.django(self.url, *(["dumpdata", *arguments] for arguments in dumps))
        for arguments, django in zip(dumps, answers):
            assert_same(django, self.ours(self.url, arguments), f"dumpdata {' '.join(arguments)}")

    def loaded(self, arguments):
        """The rows, loaded crosswise into empty databases, are dumped as those that they were dumped from."""
        ours, theirs = self.empty(), self.empty()
        [django] = self.django(self.url, ["dumpdata", *arguments])
        self.load(ours, self.file(django, arguments))
        [told] = self.django(theirs, ["loaddata", str(self.file(self.ours(self.url, arguments), arguments))])
        assert told.startswith("Installed "), told
        for url, side in [(ours, "Belleville"), (theirs, "Django")]:
            [again] = self.django(url, ["dumpdata", *arguments])
            # JSON has milliseconds: smaller parts of a second are lost, and what is left of them in one second is nothing.
            django, again = (re.sub(r"\.000(Z?)\"", r'\1"', text) for text in (django, again))
            assert_same(django, again, f"dumpdata {' '.join(arguments)} of what {side} has loaded")
            self.databases.assert_sound(url)
        if "--natural-primary" not in arguments:
            known = set(self.databases.contents(ours)) - {"django_migrations"}
            django, belleville = self.rows(theirs, known), self.rows(ours, known)
            assert django == belleville, f"what is stored differs, in {differing(django, belleville)}"

    def rows(self, url, tables):
        """What is stored. The rows of a many-to-many field have keys of their own, in no order that anybody has chosen."""
        contents = self.databases.contents(url)
        for table in contents:
            if table.endswith(self.links):
                contents[table] = sorted(row[1:] for row in contents[table])
        return {table: rows for table, rows in contents.items() if table in tables}

    def bad_fixtures(self):
        url = self.empty()
        before = self.databases.contents(url)
        files = [(self.file(text, []), text, reason) for text, reason in [*BAD, *self.bad]]
        for file, text, reason in files:
            told = self.load(url, file, fails=True)
            assert reason in told, f"{text}\n        is refused with {told!r}, not with {reason!r}"
            assert self.databases.contents(url) == before, f"{text} has changed something"
        # Django refuses all of them too.
        for told, (_, text, _) in zip(self.django(url, *(["loaddata", str(file)] for file, _, _ in files)), files):
            assert not told.startswith("Installed "), f"Django loads {text}"
        assert self.databases.contents(url) == before, "Django has changed something"

    def file(self, text, arguments):
        self.count += 1
        file = self.folder / f"{type(self).__name__}-{self.count}.{'jsonl' if 'jsonl' in arguments else 'json'}"
        file.write_text(text)
        return file

    def empty(self):
        """A database with tables and without rows."""
        name = type(self).__name__.lower()
        if not self.without_rows:
            self.without_rows = self.databases.empty(f"{name}_empty")
            self.make_tables(self.without_rows)
        self.count += 1
        return self.databases.copied(self.without_rows, f"{name}{self.count}")

    def run(self, command, url, fails=False):
        done = subprocess.run(
            command, env={**servers.peer_environment(url), "RUST_BACKTRACE": "0"}, cwd=reference.REPOSITORY, capture_output=True, text=True, timeout=60,
        )
        assert bool(done.returncode) == fails, f"{' '.join(map(str, command))} ends with {done.returncode}: {done.stdout[-300:]}{done.stderr}"
        return done.stderr if fails else done.stdout


class Shop(World):
    """The bookshop: a column of every kind, all relations, children."""

    home = QUERIES
    links = ("_members", "_friends", "_follows", "place_tags")
    dumps = SHOP
    loads = [[], ["--natural-foreign", "--indent", "3"], ["--format", "jsonl"], ["--natural-foreign", "--natural-primary"]]
    bad = [
        (objects(TAG, {"model": "shop.tag", "pk": 2, "fields": {"nam": "a"}}), "object 2 (shop.tag, pk 2), field `nam`: shop.Tag has no such field"),
        (objects(TAG, {"model": "shop.tag", "pk": "two", "fields": {"name": "a"}}), "field `pk`: expected a whole number"),
        (objects(TAG, {"model": "shop.author", "pk": 1, "fields": {"name": "a", "born": "soon"}}), "object 2 (shop.author, pk 1), field `born`: expected a date"),
        (objects(TAG, {"model": "shop.author", "pk": 1, "fields": {"name": "a", "publisher": ["x"]}}), "field `publisher`: there is no row of shop.Publisher with the natural key ['x']"),
        (objects(TAG, {"model": "shop.author", "pk": 1, "fields": {"name": "a", "publisher": ["x", "y"]}}), "field `publisher`: expected a natural key of shop.Publisher, which is a list of 1 (name)"),
        (objects(TAG, {"model": "shop.author", "pk": 1, "fields": {"name": "a", "publisher": 99}}), "publisher_id"),
        (objects(TAG, {"model": "shop.author", "pk": 1, "fields": {"name": None}}), "field `name`: expected a value, and not null"),
        (objects(TAG, {"model": "shop.shelf", "pk": 1, "fields": {}}), "field `warehouse`: expected a value: the field has no default"),
        (objects(TAG, {"model": "shop.tag", "pk": 2, "fields": {"name": "crime"}}), "Could not load shop.Tag(pk=2)"),
        (objects(TAG, {"model": "shop.club", "pk": 1, "fields": {"name": "a", "members": [7]}}), "shop_club_members"),
        (objects(TAG, {"model": "shop.club", "pk": 1, "fields": {"name": "a", "members": 7}}), "field `members`: expected a list of keys"),
        (objects(TAG, {"model": "shop.place", "pk": 1, "fields": {"name": "a", "tags": [["none"]]}}), "field `tags`: there is no row of shop.Tag with the natural key ['none']"),
        (objects(TAG, {"model": "shop.cafe", "pk": 9, "fields": {"beans": "a"}}), "shop_cafe"),
    ]

    def environment(self, url):
        return {
            **os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "settings", "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(QUERIES / "django"),
        }

    def python(self, url, code):
        subprocess.run([self.options.python, "-c", code], env=self.environment(url), check=True, stdout=subprocess.DEVNULL)

    def filled(self):
        url = self.databases.empty("shop")
        self.python(url, FILL.format(self.options.seed, self.options.count))
        return url

    def make_tables(self, url):
        self.python(url, MAKE)

    def ours(self, url, arguments):
        return self.run([*shlex.split(self.options.queries), url, "dump", json.dumps(as_json(arguments))], url)

    def load(self, url, file, fails=False):
        return self.run([*shlex.split(self.options.queries), url, "load", json.dumps({"files": [str(file)]})], url, fails)


def as_json(arguments):
    """Options of a command line as those of the bookshop's program."""
    parser = argparse.ArgumentParser()
    parser.add_argument("labels", nargs="*")
    parser.add_argument("--indent", type=int)
    parser.add_argument("--format", default="json")
    parser.add_argument("--natural-foreign", action="store_true")
    parser.add_argument("--natural-primary", action="store_true")
    parser.add_argument("-e", "--exclude", action="append", default=[])
    parser.add_argument("--pks", default="")
    options = vars(parser.parse_args(arguments))
    keys = options.pop("pks").split(",")
    return {**options, "lines": options["format"] == "jsonl", "keys": [key.strip() for key in keys if key]}


class Sample(World):
    """The sample API, by the command line: users, permissions, tokens, projects."""

    home = reference.DJANGO
    links = ("_groups", "_permissions")
    dumps = [
        ["auth", "projects", "--indent", "2"],
        ["auth.user", "auth.Group", "auth.permission"],
        ["projects", "auth.Permission", "authtoken", "--natural-foreign", "--natural-primary"],
        ["authtoken.TokenProxy"],
    ]
    loads = [
        [],
        ["--natural-foreign", "--natural-primary", "-e", "contenttypes", "-e", "auth.Permission", "-e", "admin.logentry", "-e", "sessions"],
    ]
    bad = [
        (objects({"model": "auth.user", "fields": {"username": "x", "password": "", "groups": [["none"]]}}), "there is no row of auth.Group with the natural key ['none']"),
        (objects({"model": "auth.permission", "fields": {"name": "x", "codename": "x", "content_type": ["auth", "none"]}}), "field `content_type`: there is no row of contenttypes.ContentType"),
    ]

    def environment(self, url):
        return reference.environment(url, SAMPLE)

    def filled(self):
        url = self.databases.empty("sample")
        self.make_tables(url)
        reference.manage(self.options.python, url, "shell", "-v0", "-c", ROWS, extra=SAMPLE)
        return url

    def make_tables(self, url):
        reference.manage(self.options.python, url, "migrate", "-v0", extra=SAMPLE)

    def tests(self):
        yield from super().tests()
        yield "flush leaves what Django's leaves, and sqlflush shows the same", self.flushed

    def flushed(self):
        ours, theirs = [self.databases.copied(self.url, f"flushed{number}") for number in range(2)]
        [statements, _] = self.django(theirs, ["sqlflush"], ["flush", "--no-input"])
        # Django has the tables in no order.
        shown = [sorted(re.findall(r"\w+", text)) for text in (statements, self.run([*shlex.split(self.options.peer), "sqlflush"], ours))]
        assert shown[0] == shown[1], f"sqlflush: Django shows {shown[0]}, Belleville {shown[1]}"
        self.run([*shlex.split(self.options.peer), "flush", "--noinput"], ours)
        contents = [self.databases.contents(url) for url in (theirs, ours)]
        assert contents[0]["django_migrations"], "the history of migrations is gone"
        assert contents[0] == contents[1], f"after flush: {differing(*contents)}"

    def ours(self, url, arguments):
        return self.run([*shlex.split(self.options.peer), "dumpdata", *arguments], url)

    def load(self, url, file, fails=False):
        return self.run([*shlex.split(self.options.peer), "loaddata", str(file)], url, fails)


def assert_same(django, ours, what):
    if django == ours:
        return
    at = next((at for at, (one, two) in enumerate(zip(django, ours)) if one != two), min(len(django), len(ours)))
    raise AssertionError(f"{what}: they differ at {at}:\n        Django:     {django[max(0, at - 80):at + 80]!r}\n        Belleville: {ours[max(0, at - 80):at + 80]!r}")


def differing(django, ours):
    for table in django:
        for one, two in zip(django[table], ours.get(table, [])):
            if one != two:
                return f"{table}:\n        Django:     {one}\n        Belleville: {two}"
        if len(django[table]) != len(ours.get(table, [])):
            return f"{table}: Django {len(django[table])} rows, Belleville {len(ours.get(table, []))}"
    return "nothing"


def passed(text, test, *arguments):
    try:
        test(*arguments)
    except (AssertionError, Broken, OSError, ValueError, subprocess.SubprocessError) as failure:
        print(f"FAILED  {text}\n        {type(failure).__name__}: {failure}")
        return False
    print(f"ok      {text}")
    return True


if __name__ == "__main__":
    sys.exit(main())
