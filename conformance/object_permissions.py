#!/usr/bin/env python3
"""django-guardian's tables, made by Django and by Belleville in turn, and permissions that one gives and the other sees."""
import argparse
import json
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

os.environ["CONFORMANCE_PROJECT"] = str(Path(__file__).resolve().parent / "guarded")

from harness import database, reference, servers  # noqa: E402
from harness.reference import Broken  # noqa: E402
from interop import Visitor, assert_same, journeys, run_peer  # noqa: E402

USER_MODELS = {"auth.User": ("auth_user", "username"), "members.Member": ("members_member", "email")}
MIGRATIONS = [
    "0001_initial", "0002_generic_permissions_index",
    "0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more",
]


def main():
    options = parse_arguments()
    try:
        database.ready(options)
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            databases = stack.enter_context(database.databases(options, folder))
            worlds = [TablesWorld(options, databases, model) for model in USER_MODELS]
            worlds.append(SharedWorld(options, Path(folder), stack, databases))
            outcomes = [outcome for world in worlds for outcome in journeys(world, options)]
    except Broken as reason:
        print(f"error: {reason}", file=sys.stderr)
        return 2
    print(f"\n{sum(outcomes)} passed, {len(outcomes) - sum(outcomes)} failed")
    return 0 if all(outcomes) else 1


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", metavar="PATH", help="an interpreter that has requirements.txt (default: own venv)")
    parser.add_argument("--peer", metavar="CMD", help="the program, without its subcommand (default: cargo run -p guarded)")
    database.add_argument(parser)
    parser.add_argument("--only", metavar="SUBSTR", default="", help="only journeys whose text contains this")
    options = parser.parse_args()
    if not options.peer:
        servers.build("guarded")
        options.peer = "cargo run --quiet -p guarded --"
    return options


class TablesWorld:
    """Databases that each side makes, with a user model."""

    def __init__(self, options, databases, user_model):
        self.options, self.databases, self.extra = options, databases, {"AUTH_USER_MODEL": user_model}
        self.users, self.login = USER_MODELS[user_model]
        self.prefix = user_model.split(".")[0]
        self.theirs, self.ours = self.empty("theirs"), self.empty("ours")
        self.django(self.theirs, "migrate")
        self.belleville(self.ours, "migrate")

    def empty(self, name):
        return self.databases.empty(f"{self.prefix}{name}")

    def django(self, url, *arguments, **extra):
        return reference.manage(self.options.python, url, *arguments, extra={**self.extra, **extra})

    def belleville(self, url, *arguments, **extra):
        return run_peer(self.options, url, *arguments, extra={**self.extra, **extra})

    def rows(self, url):
        """What both must have: the key of a user is random where it is a UUID, and so are passwords."""
        key = "id" if self.users == "auth_user" else "0"
        statements = {
            "migrations": "SELECT app, name FROM django_migrations",
            "content types": "SELECT id, app_label, model FROM django_content_type",
            "permissions": "SELECT id, content_type_id, codename, name FROM auth_permission",
            "users": f"SELECT {key}, {self.login}, is_superuser, is_active, last_login, substr(password, 1, 1), length(password) FROM {self.users}",
        }
        return {what: sorted(self.databases.query(url, statement), key=repr) for what, statement in statements.items()}

    def assert_alike(self, theirs, ours):
        assert_same(self.databases.schema(theirs), self.databases.schema(ours), "the text of")
        assert_same(self.rows(theirs), self.rows(ours), "the rows of")

    def journey_tables(self):
        """tables, constraints, indexes, migrations, content types, permissions and the anonymous user are Django's"""
        self.databases.assert_sound(self.ours)
        assert [row[1] for row in self.rows(self.ours)["users"]] == ["AnonymousUser"]
        self.assert_alike(self.theirs, self.ours)

    def journey_nothing_to_do(self):
        """neither side finds anything to do where the other has migrated"""
        self.django(self.ours, "migrate", "--check")
        self.django(self.ours, "makemigrations", "--check", "--dry-run")
        # The program lets anybody write, which is what is said of it.
        said = self.belleville(self.theirs, "check").splitlines()
        assert all("anybody may" in line or "identified" in line for line in said), said
        assert "No migrations to apply." in self.belleville(self.theirs, "migrate")
        self.assert_alike(self.theirs, self.ours)

    def journey_in_turn(self):
        """each side goes on where the other has stopped"""
        for number, name in enumerate(MIGRATIONS[:2]):
            for sides in ((self.django, self.belleville), (self.belleville, self.django)):
                url = self.empty(f"turn{number}{sides[0].__name__}")
                # Content types come in the order of the apps, so that those before guardian's come first.
                for app in ("admin", "auth", "contenttypes", "sessions", "authtoken"):
                    sides[0](url, "migrate", app)
                sides[0](url, "migrate", "guardian", name)
                sides[1](url, "migrate")
                assert_same(self.databases.schema(self.theirs), self.databases.schema(url), f"after {name}, the text of")
                theirs, ours = self.rows(self.theirs), self.rows(url)
                assert theirs["migrations"] == ours["migrations"], f"after {name}: {ours['migrations']}"
                # Django uses up a key of PostgreSQL where it tries to make the user before its table is what the model says.
                assert [row[1:] for row in theirs["users"]] == [row[1:] for row in ours["users"]], f"after {name}: {ours['users']}"

    def journey_back(self):
        """both take guardian's tables away, and bring them again"""
        urls = [self.empty("backtheirs"), self.empty("backours")]
        for side, url in zip((self.django, self.belleville), urls):
            side(url, "migrate")
            side(url, "migrate", "guardian", "zero")
        self.assert_alike(*urls)
        # Each by the other.
        self.belleville(urls[0], "migrate")
        self.django(urls[1], "migrate")
        self.assert_alike(*urls)

    def journey_flush(self):
        """`flush` leaves the anonymous user, and no other"""
        urls = [self.empty("flushtheirs"), self.empty("flushours")]
        for side, url in zip((self.django, self.belleville), urls):
            side(url, "migrate")
            side(url, "flush", "--noinput")
        self.assert_alike(*urls)

    def journey_other_name(self):
        """the anonymous user has the name that the settings say; `false`: there is none"""
        for name, expected in (("guest", ["guest"]), ("false", [])):
            urls = [self.empty(f"{name}theirs"), self.empty(f"{name}ours")]
            for side, url in zip((self.django, self.belleville), urls):
                side(url, "migrate", ANONYMOUS_USER_NAME=name)
                assert [row[1] for row in self.rows(url)["users"]] == expected
            self.assert_alike(*urls)


class SharedWorld:
    """A database that Django migrated and filled, under both servers at once."""

    def __init__(self, options, folder, stack, databases):
        self.options, self.databases = options, databases
        self.url = databases.seeded("shared")
        peer = f"{options.peer} runserver 127.0.0.1:{{port}}"
        self.belleville = stack.enter_context(servers.belleville(peer, self.url, folder / "belleville.log"))
        self.django = stack.enter_context(servers.django(options.python, self.url, folder / "django.log"))

    def grant(self, server, op, to, on):
        body = json.dumps({"op": op, "perm": "view_note", "to": [to], "on": on})
        Visitor().ask(server, "POST /grants/", 200, json=body)

    def listed(self, server):
        answer = Visitor().ask(server, "GET /filtered/", 200, **{"as": "dave"})
        return [note["id"] for note in json.loads(answer.body)]

    def journey_given_here_seen_there(self):
        """a permission that one server gives or takes is one at the other at once, also by a group"""
        for giver, seer in ((self.django, self.belleville), (self.belleville, self.django)):
            self.let_dave_read()
            for op, to, on, expected in (
                ("assign", "dave", [7], [2, 3, 4, 7]), ("bulk_assign", "dave", [7, 8, 9], [2, 3, 4, 7, 8, 9]),
                ("remove", "dave", [7], [2, 3, 4, 8, 9]), ("bulk_remove", "dave", [8, 9], [2, 3, 4]),
                ("assign", "group:readers", [1], [1, 2, 3, 4]), ("remove", "group:readers", [1], [2, 3, 4]),
            ):
                self.grant(giver, op, to, on)
                for server in (giver, seer):
                    assert self.listed(server) == expected, f"{op} {to} {on}: {server.name} lists {self.listed(server)}"

    def journey_orphans(self):
        """`clean_orphan_obj_perms` takes the same rows, and says how many"""
        urls = [self.databases.seeded(name) for name in ("orphanstheirs", "orphansours")]
        code = "from django.db import connection; connection.cursor().execute('DELETE FROM notes_note WHERE id IN (2, 3, 8)')"
        for url in urls:
            reference.manage(self.options.python, url, "shell", "-v0", "-c", code)
        rows = [
            f"SELECT id, object_pk, permission_id FROM guardian_{who}objectpermission ORDER BY id" for who in ("user", "group")
        ]
        before = [self.databases.query(urls[1], statement) for statement in rows]
        said = [
            reference.manage(self.options.python, urls[0], "clean_orphan_obj_perms"), run_peer(self.options, urls[1], "clean_orphan_obj_perms"),
        ]
        assert said[0] == said[1] and "Removed 0 " not in said[0], said
        after = [[self.databases.query(url, statement) for statement in rows] for url in urls]
        assert after[0] == after[1] != before, after
        assert "Removed 0 " in run_peer(self.options, urls[0], "clean_orphan_obj_perms")

    def let_dave_read(self):
        """dave is one of the readers."""
        code = "from django.contrib.auth.models import Group, User; User.objects.get(username='dave').groups.add(Group.objects.get(name='readers'))"
        reference.manage(self.options.python, self.url, "shell", "-v0", "-c", code)

    def journey_has_perm(self):
        """`has_perm` of a Python shell says what our endpoint says"""
        self.grant(self.belleville, "assign", "carol", [9])
        code = (
            "from django.contrib.auth.models import User; from notes.models import Note\n"
            "print([note.pk for note in Note.objects.all() if User.objects.get(username='carol').has_perm('notes.view_note', note)])"
        )
        said = reference.manage(self.options.python, self.url, "shell", "-v0", "-c", code).strip()
        ours = [pk for pk in range(1, 10) if json.loads(Visitor().ask(self.belleville, f"GET /perms/note/{pk}/?of=carol", 200).body)["has"][0]]
        assert said == str(ours) == "[8, 9]", f"{said} {ours}"


if __name__ == "__main__":
    sys.exit(main())
