#!/usr/bin/env python3
"""Journeys across a running Django and a running Belleville that share one database."""
import argparse
import json
import shlex
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from harness import cases, database, reference, servers
from harness.reference import Broken
from harness.wire import Client

SAMPLE = {"DJANGO_SETTINGS_MODULE": "config.settings_sample"}
PASSWORD = "alice-pass-ß1"
ADMIN = {"username": "admin", "password": "admin-pass-ß1"}
CHIEF = {"username": "chief", "password": "a long Passwörd 1"}


def main():
    options = parse_arguments()
    try:
        database.ready(options)
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            databases = stack.enter_context(database.databases(options, folder))
            worlds = [world(options, Path(folder), stack, databases) for world in (SharedWorld, EnginesWorld, KeysWorld, FreshWorld)]
            outcomes = [outcome for world in worlds for outcome in journeys(world, options)]
    except Broken as reason:
        print(f"error: {reason}", file=sys.stderr)
        return 2
    print(f"\n{sum(outcomes)} passed, {len(outcomes) - sum(outcomes)} failed")
    return 0 if all(outcomes) else 1


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", metavar="PATH", help="an interpreter that has requirements.txt (default: own venv)")
    parser.add_argument("--peer", metavar="CMD", help="the sample app, without its subcommand (default: cargo run -p tracker)")
    database.add_argument(parser)
    parser.add_argument("--only", metavar="SUBSTR", default="", help="only journeys whose text contains this")
    options = parser.parse_args()
    if not options.peer:
        servers.build("tracker")
        options.peer = "cargo run --quiet -p tracker --"
    return options


def journeys(world, options):
    """Run every method of `world` whose name starts with `journey_`, in the order in which they are written."""
    for name, journey in vars(type(world)).items():
        text = (journey.__doc__ or "").strip()
        if not name.startswith("journey_") or options.only not in text:
            continue
        try:
            journey(world)
        except (AssertionError, Broken, OSError, KeyError, IndexError, ValueError, world.databases.Error) as failure:
            print(f"FAILED  {text}\n        {type(failure).__name__}: {failure}")
            yield False
        else:
            print(f"ok      {text}")
            yield True


class Visitor(Client):
    """A browser with one set of cookies, that goes from one server to the other."""

    def __init__(self):
        super().__init__(None, {})

    def ask(self, server, request, expect=None, **details):
        self.port = server.port
        answer = self.perform(cases.make_step({"request": request, **details}))
        if expect is not None:
            seen = f"{server.name} answers {answer.status} to {request}, not {expect}: {answer.text()[:300]}"
            assert answer.status == expect, seen
        return answer

    def log_in(self, page_from, form_to, path, user, next_page):
        """Fetch the form from one server and send it to another (or the same) one."""
        self.ask(page_from, f"GET {path}", 200)
        fields = {**user, "next": next_page, "csrfmiddlewaretoken": self.variables["csrfmiddlewaretoken"]}
        self.ask(form_to, f"POST {path}", 302, multipart=fields)
        assert "sessionid" in self.cookies, f"{form_to.name} set no session cookie"


def run_peer(options, url, *arguments, extra=None, expect=0, text=None):
    """One subcommand of the sample app, on the given database."""
    command = [*shlex.split(options.peer), *arguments]
    environment = servers.peer_environment(url, extra)
    done = subprocess.run(
        command, cwd=reference.REPOSITORY, env=environment, input=text, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == expect, f"{' '.join(arguments)} ends with {done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout


def assert_same(django, belleville, what):
    """Two dictionaries, compared entry by entry so that a failure names the entry."""
    for key in [*django, *(set(belleville) - set(django))]:
        ours, theirs = belleville.get(key, "(absent)"), django.get(key, "(absent)")
        assert ours == theirs, f"{what} {key}:\n        Django:     {theirs}\n        Belleville: {ours}"


class SharedWorld:
    """A database that Django migrated and filled, under both servers at once."""

    def __init__(self, options, folder, stack, databases):
        self.options, self.databases = options, databases
        self.url = databases.seeded("shared")
        self.before = self.state()
        self.belleville = stack.enter_context(
            servers.belleville(f"{options.peer} runserver 127.0.0.1:{{port}}", self.url, folder / "belleville.log")
        )
        self.after_start = self.state()
        self.django = stack.enter_context(servers.django(options.python, self.url, folder / "django.log"))

    def state(self):
        return self.databases.schema(self.url), self.databases.contents(self.url)

    def query(self, statement):
        return self.databases.query(self.url, statement)

    def python_shell(self, code):
        return reference.manage(self.options.python, self.url, "shell", "-v0", "-c", code)

    def journey_untouched(self):
        """starting on a database that Django filled changes no table and no row"""
        assert_same(self.before[0], self.after_start[0], "the schema of")
        assert_same(self.before[1], self.after_start[1], "the rows of")

    def journey_migrate_finds_nothing_to_do(self):
        """`migrate` on a database that Django filled changes no table and no row"""
        before = self.state()
        run_peer(self.options, self.url, "migrate")
        after = self.state()
        assert_same(before[0], after[0], "the schema of")
        assert_same(before[1], after[1], "the rows of")

    def journey_same_answers(self):
        """both servers give the same answers from the one database"""
        for user, token in cases.TOKENS.items():
            for path in ("/api/projects/", "/api/tasks/", "/api/projects/1/", "/api/tasks/16/"):
                answers = [Visitor().ask(server, f"GET {path}", **{"as": user}) for server in (self.django, self.belleville)]
                django, belleville = [(answer.status, answer.text()) for answer in answers]
                assert django == belleville, f"{path} as {user} ({token[:4]}…): {django} | {belleville}"

    def journey_written_here_read_there(self):
        """a project written at one server is read, changed and deleted at the other"""
        for writer, reader in ((self.django, self.belleville), (self.belleville, self.django)):
            project = Visitor().ask(writer, "POST /api/projects/", 201, json='{"name": "née ✓"}', **{"as": "alice"})
            detail = f"/api/projects/{json.loads(project.body)['id']}/"
            seen = Visitor().ask(reader, f"GET {detail}", 200, **{"as": "alice"})
            assert seen.body == project.body, f"{project.text()} | {seen.text()}"
            Visitor().ask(reader, f"PATCH {detail}", 200, json='{"description": "two"}', **{"as": "alice"})
            assert b'"two"' in Visitor().ask(writer, f"GET {detail}", 200, **{"as": "alice"}).body
            Visitor().ask(writer, f"DELETE {detail}", 204, **{"as": "alice"})
            Visitor().ask(reader, f"GET {detail}", 404, **{"as": "alice"})

    def journey_session_from_django_admin(self):
        """a session from Django's admin login is good at Belleville"""
        visitor = Visitor()
        visitor.log_in(self.django, self.django, "/admin/login/", ADMIN, "/admin/")
        visitor.ask(self.belleville, "GET /api/projects/", 200)
        visitor.ask(self.belleville, "POST /api/projects/", 403, json='{"name": "no token"}')
        visitor.ask(
            self.belleville, "POST /api/projects/", 201, json='{"name": "by session"}',
            headers={"X-CSRFToken": visitor.variables["csrftoken"]},
        )

    def journey_session_from_belleville(self):
        """a session from Belleville's login is good at Django's API and at its admin"""
        visitor = Visitor()
        visitor.log_in(self.belleville, self.belleville, "/api-auth/login/", ADMIN, "/api/")
        visitor.ask(self.django, "GET /api/projects/", 200)
        page = visitor.ask(self.django, "GET /admin/", 200)
        assert "Site administration" in page.text(), page.text()[:300]
        visitor.ask(
            self.django, "POST /api/projects/", 201, json='{"name": "by session"}',
            headers={"X-CSRFToken": visitor.variables["csrftoken"]},
        )

    def journey_csrf_across(self):
        """a login form fetched from one server is accepted by the other"""
        for page_from, form_to in ((self.django, self.belleville), (self.belleville, self.django)):
            visitor = Visitor()
            visitor.log_in(page_from, form_to, "/api-auth/login/", ADMIN, "/api/")
            visitor.ask(page_from, "GET /api/projects/", 200)

    def journey_logout_ends_everywhere(self):
        """a logout at one server ends the session at the other"""
        for first, second in ((self.django, self.belleville), (self.belleville, self.django)):
            visitor = Visitor()
            visitor.log_in(first, first, "/api-auth/login/", ADMIN, "/api/")
            key = visitor.cookies["sessionid"]
            visitor.ask(second, "POST /api-auth/logout/", headers={"X-CSRFToken": visitor.variables["csrftoken"]})
            assert self.query(f"SELECT count(*) FROM django_session WHERE session_key = '{key}'") == [(0,)]
            Visitor().ask(first, "GET /api/projects/", 403, headers={"Cookie": f"sessionid={key}"})

    def journey_password_changed_in_django(self):
        """a password changed in Django ends the session at Belleville at once, and its row is gone"""
        visitor = Visitor()
        visitor.log_in(self.belleville, self.belleville, "/api-auth/login/", {"username": "alice", "password": PASSWORD}, "/api/")
        key = visitor.cookies["sessionid"]
        visitor.ask(self.belleville, "GET /api/projects/", 200)
        self.python_shell(
            "from django.contrib.auth.models import User; u = User.objects.get(username='alice'); "
            f"u.set_password({PASSWORD!r}); u.save()"
        )
        visitor.ask(self.belleville, "GET /api/projects/", 403)
        assert "sessionid" not in visitor.cookies, "the cookie was not deleted"
        assert self.query(f"SELECT count(*) FROM django_session WHERE session_key = '{key}'") == [(0,)]

    def journey_password_changed_here(self):
        """a password changed by Belleville ends the session at Django, and lets the user in there"""
        visitor = Visitor()
        visitor.log_in(self.django, self.django, "/api-auth/login/", {"username": "alice", "password": PASSWORD}, "/api/")
        visitor.ask(self.django, "GET /api/projects/", 200)
        new = "another long phrase 7"
        run_peer(self.options, self.url, "changepassword", "alice", text=f"{new}\n{new}\n")
        visitor.ask(self.django, "GET /api/projects/", 403)
        Visitor().ask(self.django, "GET /api/projects/", 200, basic=f"alice:{new}")
        Visitor().ask(self.belleville, "GET /api/projects/", 403, basic=f"alice:{PASSWORD}")
        self.python_shell(
            "from django.contrib.auth.models import User; u = User.objects.get(username='alice'); "
            f"u.set_password({PASSWORD!r}); u.save()"
        )

    def journey_tokens(self):
        """a token made by one server is good at the other, and is what the other hands out too"""
        for maker, user in ((self.django, self.belleville), (self.belleville, self.django)):
            self.query("DELETE FROM authtoken_token WHERE user_id = 2")
            credentials = json.dumps({"username": "alice", "password": PASSWORD})
            made = json.loads(Visitor().ask(maker, "POST /api-token-auth/", 200, json=credentials).body)["token"]
            Visitor().ask(user, "GET /api/projects/", 200, headers={"Authorization": f"Token {made}"})
            again = json.loads(Visitor().ask(user, "POST /api-token-auth/", 200, json=credentials).body)["token"]
            assert made == again, f"{made} | {again}"

    def journey_jwt(self):
        """access and refresh tokens of either side are good on the other"""
        for maker, taker in [(self.belleville, self.django), (self.django, self.belleville)]:
            access, refresh = self.jwt_pair(maker)
            Visitor().ask(taker, "GET /api/projects/", 200, headers={"Authorization": f"Bearer {access}"})
            answer = Visitor().ask(taker, "POST /api/token/refresh/", 200, json=json.dumps({"refresh": refresh}))
            renewed = json.loads(answer.text())["access"]
            Visitor().ask(maker, "GET /api/projects/", 200, headers={"Authorization": f"Bearer {renewed}"})

    def journey_jwt_blacklist(self):
        """a refresh token taken back on one side is no good on the other"""
        for maker, taker in [(self.belleville, self.django), (self.django, self.belleville)]:
            _, refresh = self.jwt_pair(maker)
            body = json.dumps({"refresh": refresh})
            Visitor().ask(taker, "POST /api/token/blacklist/", 200, json=body)
            for server in (maker, taker):
                refused = Visitor().ask(server, "POST /api/token/refresh/", 401, json=body)
                assert "Token is blacklisted" in refused.text(), refused.text()

    def journey_flush(self):
        """`flushexpiredtokens` leaves the tables as Django's own leaves them"""
        outstanding = "SELECT jti FROM token_blacklist_outstandingtoken ORDER BY jti"
        blacklisted = "SELECT count(*) FROM token_blacklist_blacklistedtoken"
        self.jwt_pair(self.django)
        self.query(
            "UPDATE token_blacklist_outstandingtoken SET expires_at = '2020-01-01 00:00:00' WHERE id IN "
            "(SELECT token_id FROM token_blacklist_blacklistedtoken)"
        )
        kept = [jti for jti, in self.query(outstanding)]
        expired = self.query(blacklisted)[0][0]
        assert expired > 0, "there is a blacklisted token to flush"
        run_peer(self.options, self.url, "flushexpiredtokens")
        left = [jti for jti, in self.query(outstanding)]
        assert len(left) == len(kept) - expired and self.query(blacklisted) == [(0,)], (kept, left)
        reference.manage(self.options.python, self.url, "flushexpiredtokens")
        assert [jti for jti, in self.query(outstanding)] == left, "Django finds more to flush"

    def jwt_pair(self, server):
        body = json.dumps({"username": "alice", "password": PASSWORD})
        answer = json.loads(Visitor().ask(server, "POST /api/token/", 200, json=body).text())
        return answer["access"], answer["refresh"]

    def journey_renewed_hash(self):
        """a hash that Belleville renewed at a login lets the user in at Django"""
        self.python_shell(
            "from django.contrib.auth.models import User; from django.contrib.auth.hashers import PBKDF2PasswordHasher; "
            f"User.objects.filter(pk=2).update(password=PBKDF2PasswordHasher().encode({PASSWORD!r}, 'a' * 22, 20000))"
        )
        Visitor().ask(self.belleville, "GET /api/projects/", 200, basic=f"alice:{PASSWORD}")
        [(renewed,)] = self.query("SELECT password FROM auth_user WHERE id = 2")
        assert renewed.startswith("pbkdf2_sha256$1000000$") and "$" + "a" * 22 + "$" not in renewed, renewed
        Visitor().ask(self.django, "GET /api/projects/", 200, basic=f"alice:{PASSWORD}")
        assert self.query("SELECT password FROM auth_user WHERE id = 2") == [(renewed,)], "Django renewed it again"

    def journey_writing_at_once(self):
        """both servers write at once, and no write is refused or lost"""
        [(before,)] = self.query("SELECT count(*) FROM projects_project")

        def write(number):
            server = (self.django, self.belleville)[number % 2]
            return Visitor().ask(server, "POST /api/projects/", json=f'{{"name": "{number}"}}', headers={"Authorization": "Token " + "3" * 40})

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(write, range(80)))
        refused = [answer.status for answer in answers if answer.status != 201]
        assert not refused, f"refused with {refused}"
        assert len({json.loads(answer.body)["id"] for answer in answers}) == 80
        assert self.query("SELECT count(*) FROM projects_project") == [(before + 80,)]


class EnginesWorld:
    """Both servers with the same session engine and the same cache, a table of one database."""

    def __init__(self, options, folder, stack, databases):
        self.options, self.folder, self.databases = options, folder, databases

    def journey_cache_tables(self):
        """`createcachetable` makes the table that Django's makes"""
        django, ours = self.databases.seeded("cache-django"), self.databases.seeded("cache")
        environment = {"CACHE_URL": "database://cache table"}
        reference.manage(self.options.python, django, "createcachetable", extra=environment)
        for _ in range(2):
            run_peer(self.options, ours, "createcachetable", extra=environment)
        assert_same(self.databases.schema(django), self.databases.schema(ours), "the schema of")

    def journey_engines(self):
        """sessions of every engine are good at both servers, and a logout at one ends them at the other"""
        for engine in ["cache", "cached_db", "signed_cookies"]:
            with ExitStack() as stack:
                url = self.databases.seeded(f"sessions-{engine}".replace("_", "-"))
                environment = {
                    "SESSION_ENGINE": f"django.contrib.sessions.backends.{engine}", "CACHE_URL": "database://django_cache",
                }
                run_peer(self.options, url, "createcachetable", extra=environment)
                django = stack.enter_context(
                    servers.django(self.options.python, url, self.folder / f"{engine}-django.log", environment)
                )
                command = f"{self.options.peer} runserver 127.0.0.1:{{port}}"
                ours = stack.enter_context(servers.belleville(command, url, self.folder / f"{engine}.log", environment))
                for first, second in [(django, ours), (ours, django)]:
                    self.there_and_back(first, second, engine)
                entries = self.databases.query(url, "SELECT count(*) FROM django_cache")
                assert (entries[0][0] == 0) == (engine == "signed_cookies"), f"{engine}: {entries} entries"

    def there_and_back(self, first, second, engine):
        visitor = Visitor()
        visitor.log_in(first, first, "/api-auth/login/", ADMIN, "/api/")
        key = visitor.cookies["sessionid"]
        assert (":" in key) == (engine == "signed_cookies"), key
        visitor.ask(second, "GET /api/projects/", 200)
        visitor.ask(first, "GET /api/projects/", 200)
        token = {"X-CSRFToken": visitor.variables["csrftoken"]}
        visitor.ask(second, "POST /api/projects/", 201, json='{"name": "by session"}', headers=token)
        visitor.ask(second, "POST /api-auth/logout/", headers=token)
        # Whoever has kept a signed cookie has the session.
        kept = 200 if engine == "signed_cookies" else 403
        Visitor().ask(first, "GET /api/projects/", kept, headers={"Cookie": f"sessionid={key}"})
        other = Visitor()
        other.log_in(first, first, "/api-auth/login/", ADMIN, "/api/")


class KeysWorld:
    """Both servers with the same asymmetric key, on one database."""

    def __init__(self, options, folder, stack, databases):
        self.options, self.folder, self.databases = options, folder, databases

    def journey_algorithms(self):
        """tokens of every asymmetric algorithm are good on the other side"""
        for algorithm in ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"]:
            private, public = self.keys(algorithm)
            with ExitStack() as stack:
                url = self.databases.seeded(algorithm)
                keys = {"ALGORITHM": algorithm, "SIGNING_KEY": private, "VERIFYING_KEY": public}
                environment = {f"SIMPLE_JWT__{name}": value for name, value in keys.items()}
                django = stack.enter_context(
                    servers.django(self.options.python, url, self.folder / f"{algorithm}-django.log", environment)
                )
                command = f"{self.options.peer} runserver 127.0.0.1:{{port}}"
                ours = stack.enter_context(
                    servers.belleville(command, url, self.folder / f"{algorithm}.log", environment)
                )
                body = json.dumps({"username": "alice", "password": PASSWORD})
                for maker, taker in [(ours, django), (django, ours)]:
                    access = json.loads(Visitor().ask(maker, "POST /api/token/", 200, json=body).text())["access"]
                    header, payload, signature = access.split(".")
                    bearer = {"Authorization": f"Bearer {access}"}
                    Visitor().ask(taker, "GET /api/projects/", 200, headers=bearer)
                    broken = signature[:9] + ("A" if signature[9] != "A" else "B") + signature[10:]
                    bearer = {"Authorization": f"Bearer {header}.{payload}.{broken}"}
                    Visitor().ask(taker, "GET /api/projects/", 403, headers=bearer)

    def keys(self, algorithm):
        code = (
            "import json, sys\n"
            "from cryptography.hazmat.primitives.asymmetric import ec, rsa\n"
            "from cryptography.hazmat.primitives import serialization as s\n"
            "name = sys.argv[1]\n"
            "curve = {'ES256': ec.SECP256R1, 'ES384': ec.SECP384R1, 'ES512': ec.SECP521R1}.get(name)\n"
            "key = ec.generate_private_key(curve()) if curve else rsa.generate_private_key(65537, 2048)\n"
            "pem = s.Encoding.PEM\n"
            "private = key.private_bytes(pem, s.PrivateFormat.PKCS8, s.NoEncryption()).decode()\n"
            "public = key.public_key().public_bytes(pem, s.PublicFormat.SubjectPublicKeyInfo).decode()\n"
            "print(json.dumps([private, public]))\n"
        )
        made = subprocess.run([self.options.python, "-c", code, algorithm], capture_output=True, text=True, check=True)
        return json.loads(made.stdout)


class FreshWorld:
    """A database that Belleville's `migrate` made, beside one that Django's made."""

    def __init__(self, options, folder, stack, databases):
        self.options, self.folder, self.stack, self.databases = options, folder, stack, databases
        self.ours, self.theirs = databases.empty("ours"), databases.empty("theirs")
        reference.manage(options.python, self.theirs, "migrate", "-v0", extra=SAMPLE)

    def state(self):
        return self.databases.schema(self.ours), self.databases.contents(self.ours)

    def query(self, url, statement):
        return self.databases.query(url, statement)

    def manage(self, *arguments):
        return reference.manage(self.options.python, self.ours, *arguments, extra=SAMPLE)

    def journey_migrate(self):
        """`migrate` makes a database out of nothing"""
        run_peer(self.options, self.ours, "migrate")
        self.databases.assert_sound(self.ours)

    def journey_columns(self):
        """its tables have the columns of Django's"""
        assert_same(self.databases.columns(self.theirs), self.databases.columns(self.ours), "the columns of")

    def journey_schema(self):
        """its tables, constraints, indexes and sequences are Django's, by the same names"""
        assert_same(self.databases.schema(self.theirs), self.databases.schema(self.ours), "the text of")

    def journey_migration_rows(self):
        """it knows the same migrations as Django"""
        statement = "SELECT app, name FROM django_migrations"
        theirs, ours = set(self.query(self.theirs, statement)), set(self.query(self.ours, statement))
        assert theirs == ours, f"only Django: {theirs - ours}, only Belleville: {ours - theirs}"

    def journey_content_types(self):
        """it has Django's content types and permissions, by the same ids"""
        for statement in (
            "SELECT id, app_label, model FROM django_content_type",
            "SELECT id, content_type_id, codename, name FROM auth_permission",
        ):
            theirs, ours = [{row[0]: row[1:] for row in self.query(path, statement)} for path in (self.theirs, self.ours)]
            assert_same(theirs, ours, f"{statement}: row")

    def journey_migrate_twice(self):
        """`migrate` once more changes nothing"""
        before = self.state()
        run_peer(self.options, self.ours, "migrate")
        assert before == self.state()

    def journey_migrate_check(self):
        """Django's `migrate --check` and `makemigrations --check` find nothing to do, and `check` nothing to say"""
        self.manage("migrate", "--check")
        self.manage("makemigrations", "--check", "--dry-run")
        self.manage("check", "--fail-level", "WARNING")
        before = self.state()
        self.manage("migrate", "-v0")
        assert before == self.state(), "Django's migrate changed something"

    def journey_check_of_djangos(self):
        """our `check` has nothing to say of a database that Django migrated, and `migrate` nothing to do there"""
        for arguments, words in ((["check"], "no issues"), (["migrate"], "No migrations to apply.")):
            said = run_peer(self.options, self.theirs, *arguments)
            assert words in said, said

    def journey_create_superuser(self):
        """`createsuperuser` makes a row that Django would have made"""
        extra = {
            "DJANGO_SUPERUSER_USERNAME": CHIEF["username"], "DJANGO_SUPERUSER_EMAIL": "Chief@EXAMPLE.com",
            "DJANGO_SUPERUSER_PASSWORD": CHIEF["password"],
        }
        run_peer(self.options, self.ours, "createsuperuser", "--noinput", extra=extra)
        reference.manage(self.options.python, self.theirs, "createsuperuser", "--noinput", extra={**SAMPLE, **extra})
        statement = (
            "SELECT id, username, first_name, last_name, email, is_staff, is_superuser, is_active, last_login, "
            "substr(password, 1, 22), length(password), length(date_joined), typeof(date_joined), typeof(is_staff) FROM auth_user"
        )
        theirs, ours = self.query(self.theirs, statement), self.query(self.ours, statement)
        assert theirs == ours, f"\n        Django:     {theirs}\n        Belleville: {ours}"

    def journey_admin_login(self):
        """that user logs in at Django's admin, and works there"""
        django = self.stack.enter_context(servers.django(self.options.python, self.ours, self.folder / "sample.log", SAMPLE))
        visitor = Visitor()
        visitor.log_in(django, django, "/admin/login/", CHIEF, "/admin/")
        assert "Site administration" in visitor.ask(django, "GET /admin/", 200).text()
        for page in ("auth/user/", "auth/group/", "authtoken/tokenproxy/", "projects/project/", "projects/task/", "auth/user/add/"):
            visitor.ask(django, f"GET /admin/{page}", 200)

    def journey_both_serve_it(self):
        """both servers serve it, with one session"""
        django = self.stack.enter_context(servers.django(self.options.python, self.ours, self.folder / "sample2.log", SAMPLE))
        peer = f"{self.options.peer} runserver 127.0.0.1:{{port}}"
        belleville = self.stack.enter_context(servers.belleville(peer, self.ours, self.folder / "fresh.log"))
        visitor = Visitor()
        visitor.log_in(belleville, belleville, "/api-auth/login/", CHIEF, "/api/")
        token = {"X-CSRFToken": visitor.variables["csrftoken"]}
        project = visitor.ask(belleville, "POST /api/projects/", 201, json='{"name": "first"}', headers=token)
        listed = visitor.ask(django, "GET /api/projects/", 200)
        assert json.loads(listed.body) == [json.loads(project.body)], listed.text()
        assert "first" in visitor.ask(django, "GET /admin/projects/project/", 200).text()

    def journey_superuser_in_djangos(self):
        """`createsuperuser` on a database that Django migrated makes a user whose password Django knows"""
        extra = {"DJANGO_SUPERUSER_USERNAME": "second", "DJANGO_SUPERUSER_EMAIL": "", "DJANGO_SUPERUSER_PASSWORD": CHIEF["password"]}
        run_peer(self.options, self.theirs, "createsuperuser", "--noinput", extra=extra)
        code = f"from django.contrib.auth import authenticate; print(authenticate(username='second', password={CHIEF['password']!r}))"
        said = reference.manage(self.options.python, self.theirs, "shell", "-v0", "-c", code, extra=SAMPLE)
        assert said.strip().splitlines()[-1] == "second", said


if __name__ == "__main__":
    sys.exit(main())
