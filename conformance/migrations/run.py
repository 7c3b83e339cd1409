#!/usr/bin/env python3
"""Change the same models in Django and in Belleville, and tell every difference: the migrations that both write, what these make
of the tables and the rows, forwards and backwards, and what each says of the other's database. ../README.md says more."""
import argparse
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE / "django")]

from changes import ALL  # noqa: E402
from harness import database, postgres, reference  # noqa: E402

WRITTEN = HERE / "src" / "written"
SQUASHED = ["squash_none", "squash_some", "squash_all"]
FAKED, FAKED_INITIAL = "faked", "faked_initial"
# What cannot go back to the state of before: its migrations of before are replaced by one.
NOT_BACK = set(SQUASHED)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    database.add_argument(parser)
    parser.add_argument("--python", metavar="PATH", help="an interpreter that has requirements.txt (default: own venv)")
    parser.add_argument("--peer", metavar="CMD", default="cargo run --quiet -p migrations --", help="the program under test")
    parser.add_argument("-v", "--verbose", action="store_true", help="tell how far it is")
    parser.add_argument("--write", action="store_true", help="write our migrations anew, and compare nothing")
    options = parser.parse_args()
    database.ready(options)
    if options.write:
        write(options.peer.split(), WRITTEN)
        return 0
    try:
        with tempfile.TemporaryDirectory() as folder, database.databases(options, folder) as databases:
            return Comparison(options, databases, Path(folder)).run()
    except (reference.Broken, postgres.NotInstalled) as error:
        print(error, file=sys.stderr)
        return 1


def write(peer, folder):
    """Our migrations as the program writes them, laid out by rustfmt."""
    subprocess.run([*peer, "write", folder], check=True)
    files = sorted(folder.glob("*.rs"))
    subprocess.run(["rustfmt", "--edition", "2024", "--config-path", reference.REPOSITORY, folder / "mod.rs"], check=True)
    return {file.name: file.read_text() for file in files}


class Django:
    """A process of `django/oracle.py`."""

    def __init__(self, options, url, folder, stage):
        environment = {**os.environ, "DATABASE_URL": url, "PYTHONDONTWRITEBYTECODE": "1"}
        command = [options.python, HERE / "django" / "oracle.py", stage, folder]
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, *command, **options):
        print(json.dumps([*command, options]), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            raise reference.Broken(f"Django: {command[0]} failed")
        return json.loads(answer)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


class Comparison:
    def __init__(self, options, databases, folder):
        self.options, self.databases, self.folder = options, databases, folder
        self.peer = options.peer.split()
        self.django_url, self.our_url = databases.empty("django"), databases.empty("ours")
        is_postgres = options.database == "postgres"
        self.changes = {app: change for app, change in sorted(ALL.items()) if is_postgres or not change.is_postgres}
        self.failed = {}
        self.pool = ThreadPoolExecutor(1)

    def ours(self, *command, stage="after", url=None):
        environment = {**os.environ, "DATABASE_URL": url or self.our_url, "STAGE": stage}
        done = subprocess.run([*self.peer, *command], env=environment, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            raise reference.Broken(f"ours: {' '.join(command[:3])} failed")
        return json.loads(done.stdout)

    def migrate_ours(self, what, targets, command="migrate", stage="after"):
        for target, error in self.ours(command, *targets, stage=stage).items():
            if not target.startswith("faked by "):
                self.fail(target.split(".")[0], f"  {what}: {target}: {error}")
                if target == "all":
                    # The others go on.
                    self.migrate_ours(what, list(self.changes))

    def fail(self, app, text):
        self.failed.setdefault(app, []).append(text)

    def told(self, what):
        """How long it took, for who waits."""
        if self.options.verbose:
            print(f"{time.monotonic() - self.began:.0f}: {what}", file=sys.stderr)

    def run(self):
        self.began = began = time.monotonic()
        self.compare_written()
        with Django(self.options, self.django_url, self.folder / "apps", "before") as django:
            self.prepare(django)
        with Django(self.options, self.django_url, self.folder / "apps", "after") as django:
            self.compare(django)
        for app, texts in sorted(self.failed.items()):
            print(f"\n== {app}")
            print("\n".join(dict.fromkeys(texts)))
        count = len(self.changes)
        print(f"\n{self.options.database}: {count} changes, {len(self.failed)} differ; {time.monotonic() - began:.0f} seconds")
        return 1 if self.failed else 0

    def compare_written(self):
        """The migrations that are compiled are those that the program writes."""
        folder = self.folder / "written"
        folder.mkdir()
        now, known = write(self.peer, folder), {file.name: file.read_text() for file in WRITTEN.glob("*.rs")}
        for name in sorted(now.keys() | known.keys()):
            self.same(name.removesuffix(".rs"), "the source", known.get(name, ""), now.get(name, ""), ("committed", "written now"))

    def prepare(self, django):
        """Both apply what is before the changes, and the same rows are inserted."""
        django("makemigrations")
        there = django("describe")
        first, targets = {}, []
        for app, change in self.changes.items():
            names = sorted(name.split(".")[1] for name in there if name.split(".")[0] == app)
            count = change.first if change.first is not None else "0001_initial" in names
            first[app] = names[count - 1] if count else None
            if count:
                targets.append([app, first[app]])
        self.first = first
        going = self.pool.submit(django, "migrate", targets)
        self.migrate_ours("before", [f"{app}.{name}" for app, name in targets], stage="before")
        going.result()
        self.compare_databases("before")
        for app, change in self.changes.items():
            if change.rows and (first[app] or app == FAKED_INITIAL):
                for row in change.rows:
                    if "INTO {app}_thing (name)" in row and app.startswith("squash"):
                        row = row.replace("name", "title") if first[app] >= "0003" else row
                    for url in (self.django_url, self.our_url):
                        try:
                            self.databases.query(url, row.replace("{app}", app))
                        except self.databases.Error as error:
                            self.fail(app, f"  {row}: {error}")

    def compare(self, django):
        django("merge")
        django("makemigrations")
        for app in SQUASHED:
            django("squash", app, "0004_two")
        self.told("written")
        self.compare_described(django)
        self.compare_sql(django, False)
        self.told("SQL")
        self.compare_faked(django)
        self.told("faked")
        everything = list(self.changes)
        self.both(django, "forwards", None, ["all"])
        self.compare_checks(django)
        self.told("checks")
        self.compare_sql(django, True)
        self.told("SQL")
        back = {app: name for app, name in self.first.items() if app not in NOT_BACK}
        self.both(django, "backwards", back.items(), [f"{app}.{name or 'zero'}" for app, name in back.items()])
        self.both(django, "to zero", [(app, None) for app in everything], [f"{app}.zero" for app in everything])
        self.both(django, "forwards again", None, ["all"])

    def both(self, django, what, targets, our_targets):
        going = self.pool.submit(django, "migrate", targets and list(targets))
        self.migrate_ours(what, our_targets)
        self.told(f"{what}: ours")
        going.result()
        self.told(f"{what}: Django's")
        self.compare_databases(what)
        self.compare_history(what)
        self.told(f"{what}: compared")

    def compare_described(self, django):
        theirs, ours = django("describe"), self.ours("describe")
        plain = {"Raw Python operation": "Raw Rust operation"}
        for app in self.changes:
            def of(described):
                return [
                    line for name, lines in sorted(described.items()) if name.split(".")[0] == app
                    for line in [name, *(f"  {plain.get(line, line)}" for line in lines)]
                ]
            self.same(app, "operations", "\n".join(of(theirs)), "\n".join(of(ours)))

    def compare_sql(self, django, backwards):
        """Django asks its database for the names of constraints, so that it is to be in the state that the SQL begins with."""
        theirs, ours = django("sql", backwards), self.ours("sql", "BACKWARDS" if backwards else "FORWARDS")
        for name in theirs:
            told = f"SQL of {name}{' backwards' if backwards else ''}"
            self.same(name.split(".")[0], told, *(plain_sql(name.split(".")[0], sql.get(name, [])) for sql in (theirs, ours)))

    def compare_faked(self, django):
        """`--fake` in both directions, and `--fake-initial`."""
        last = django("describe")
        name = max(name for name in last if name.startswith(f"{FAKED}."))
        for target in (name.split("."), [FAKED, self.first[FAKED]]):
            django("migrate", [target], fake=True)
            self.migrate_ours("faked", [".".join(target)], "fake")
            self.compare_history("faked")
            self.compare_databases("faked")
        django("migrate", [[FAKED_INITIAL, "0001_initial"]], fake_initial=True)
        self.migrate_ours("faked", [FAKED_INITIAL], "fake-initial")
        self.compare_history("faked initially")
        self.compare_databases("faked initially")

    def compare_checks(self, django):
        """Each finds nothing to do on its own database, and on the other's."""
        nothing = {"migrate": [], "makemigrations": []}
        for side, url in [("Django's", self.django_url), ("our", self.our_url)]:
            found = self.ours("check", url=url)
            if found != nothing:
                self.fail("checks", f"Belleville on {side} database: {found}")
            django("use", url)
            found = django("check")
            if not all(found.values()):
                self.fail("checks", f"Django on {side} database: {found}")
        django("use", self.django_url)

    def compare_databases(self, what):
        theirs, ours = self.databases.schema(self.django_url), self.databases.schema(self.our_url)
        for name in sorted(theirs.keys() | ours.keys()):
            if "django_migrations" not in name:
                self.same(self.app_of(name), f"{what}: {name}", theirs.get(name), ours.get(name))
        theirs, ours = self.databases.contents(self.django_url), self.databases.contents(self.our_url)
        for table in sorted(theirs.keys() & ours.keys() - {"django_migrations"}):
            self.same(self.app_of(table), f"{what}: rows of {table}", shown(theirs[table]), shown(ours[table]))

    def compare_history(self, what):
        query = "SELECT app || '.' || name FROM django_migrations ORDER BY id"
        theirs, ours = (
            [name for name, in self.databases.query(url, query)] for url in (self.django_url, self.our_url)
        )
        self.same("history", what, "\n".join(theirs), "\n".join(ours))

    def app_of(self, name):
        """The app whose label is the longest that the name of a table, or a thing of it, has in it."""
        words = re.findall(r"\w+", name)
        found = [app for app in self.changes if any(word.startswith(f"{app}_") for word in words)]
        return max(found, key=len, default=name)

    def same(self, app, what, theirs, ours, names=("Django", "Belleville")):
        if theirs != ours:
            lines = [(text or "").splitlines() for text in (theirs, ours)]
            differing = difflib.unified_diff(*lines, *names, lineterm="", n=1 if app == "history" else 0)
            self.fail(app, f"  {what}:\n" + "\n".join(f"    {line}" for line in differing if not line.startswith("@@")))


def shown(rows):
    return "\n".join(map(repr, rows))


# What Django names after it has asked its database. We show the name that the thing would be given today.
ASKED = re.compile(r'(?<=CONSTRAINT )"[^"]+"(?=;|$)|(?<=SET CONSTRAINTS )"[^"]+"(?= IMMEDIATE)')
LIKE = re.compile(r'DROP INDEX IF EXISTS "[^"]*_like";')


def plain_sql(app, lines):
    """Without what Django knows of its database alone: names of constraints that are dropped, in which order it finds them, the
    second indexes of texts; and without the keys of a table that it has just renamed, which it looks for in vain where the
    renaming is only shown."""
    lines = [ASKED.sub("?", line) for line in lines if not LIKE.fullmatch(line)]
    if app.startswith("rename_model"):
        lines = [line for line in lines if "FOREIGN KEY" not in line and "DROP CONSTRAINT" not in line]
    if any("DROP CONSTRAINT ?" in line for line in lines):
        lines = sorted(set(lines))
    return "\n".join(lines).replace("Raw Python operation", "Raw Rust operation")


if __name__ == "__main__":
    sys.exit(main())
