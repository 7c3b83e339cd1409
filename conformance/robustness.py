#!/usr/bin/env python3
"""What happens when a server is killed, the database restarts, or connections run out: with a real server, over HTTP."""
import argparse
import http.client
import itertools
import json
import os
import random
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from harness import database, postgres, reference, servers
from harness.cases import TOKENS
from interop import PASSWORD, Visitor

ALICE = {"Authorization": f"Token {TOKENS['alice']}", "Content-Type": "application/json", "Host": "testserver"}
BUSY = '{"detail":"The server is busy. Try again in a moment."}'
CLIENTS = 4


def main():
    options = parse_arguments()
    database.ready(options)
    print(f"seed {options.seed}")
    random.seed(options.seed)
    tests = [Killed, Migrating]
    if options.database == "postgres":
        tests += [TwoProcesses, Restarted, Exhausted, Options, Bouncer]
    outcomes = []
    with tempfile.TemporaryDirectory() as folder, database.databases(options, folder) as databases:
        for test in tests:
            with ExitStack() as stack:
                outcomes += run(test(options, Path(folder), databases, stack), options.only)
    print(f"\n{sum(outcomes)} passed, {len(outcomes) - sum(outcomes)} failed")
    return 0 if all(outcomes) else 1


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", metavar="PATH", help="an interpreter that has requirements.txt (default: own venv)")
    parser.add_argument("--peer", metavar="CMD", help="the sample app, without its subcommand (default: cargo run -p tracker)")
    database.add_argument(parser)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32), help="of the moments of the kills")
    parser.add_argument("--kills", type=int, default=100, help="how often the server is killed (default: 100)")
    parser.add_argument("--only", metavar="SUBSTR", default="", help="only tests whose text contains this")
    options = parser.parse_args()
    if not options.peer:
        servers.build("tracker")
        options.peer = str(reference.REPOSITORY / "target/debug/tracker")
    return options


def run(test, only):
    for name, method in vars(type(test)).items():
        text = (method.__doc__ or "").strip()
        if not name.startswith("test_") or only not in text:
            continue
        began = time.monotonic()
        try:
            method(test)
        except (AssertionError, reference.Broken, OSError, http.client.HTTPException) as failure:
            print(f"FAILED  {text}\n        {type(failure).__name__}: {failure}")
            yield False
        else:
            print(f"ok      {text} ({time.monotonic() - began:.0f} s)")
            yield True


class Test:
    def __init__(self, options, folder, databases, stack):
        self.options, self.folder, self.databases, self.stack = options, folder, databases, stack

    def server(self, url, log="server"):
        return servers.belleville(f"{self.options.peer} runserver 127.0.0.1:{{port}}", url, self.folder / f"{log}.log")

    def rows(self, statement):
        return self.databases.query(self.url, statement)

    def succeed(self, url, *arguments):
        """One subcommand of the sample app, on the given database."""
        command = [*shlex.split(self.options.peer), *arguments]
        done = subprocess.run(command, env=servers.peer_environment(url), capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def ask(server, method, path, body=None, headers=ALICE, timeout=30):
    """Status, headers in small letters, and body; `None` when the server broke off."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
    try:
        connection.request(method, path, body and json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
    except (ConnectionError, http.client.HTTPException):
        return None
    finally:
        connection.close()


class Client:
    """Makes projects with two tasks each, deletes some of them, and remembers what was acknowledged."""

    def __init__(self, name):
        self.name, self.numbers = name, itertools.count()
        self.projects, self.deleted, self.sent_deletions = {}, set(), set()
        self.wrong = []

    def work(self, server, stop):
        while not stop.is_set():
            name = f"{self.name} {next(self.numbers)}"
            project = self.acknowledged(server, "POST", "/api/projects/", {"name": name}, 201)
            if not project:
                continue
            self.projects[project["id"]] = (name, [])
            for title in ("one", "two"):
                task = self.acknowledged(server, "POST", "/api/tasks/", {"title": title, "project": project["id"]}, 201)
                if task:
                    self.projects[project["id"]][1].append(task["id"])
            if random.random() < 0.5:
                self.sent_deletions.add(project["id"])
                if self.acknowledged(server, "DELETE", f"/api/projects/{project['id']}/", None, 204) is not None:
                    self.deleted.add(project["id"])

    def acknowledged(self, server, method, path, body, status):
        """What the server answered when it did the work; `None` when it was killed, or said that it could not."""
        answer = ask(server, method, path, body)
        if answer is None:
            return None
        found, headers, text = answer
        if found == status:
            return json.loads(text or "{}")
        if found != 503 or "retry-after" not in headers:
            # A task for a project whose deletion was sent, but not acknowledged, may find it gone.
            self.wrong.append(f"{method} {path}: {found} {text[:200]}")
        return None

    def compare(self, projects, tasks):
        """Every acknowledged write is there, and no deletion was done by half."""
        for project, (name, made) in self.projects.items():
            there = [task for task in made if task in tasks]
            if project in self.deleted:
                assert project not in projects and not there, f"project {project} was deleted, and is there: {there}"
            elif project in self.sent_deletions and project not in projects:
                assert not there, f"project {project} is gone, and its tasks {there} are not"
            else:
                assert projects.get(project) == name, f"project {project} {name!r} was acknowledged, and is {projects.get(project)!r}"
                assert there == made, f"of project {project} the tasks {made} were acknowledged, and there are {there}"


class Writers(Test):
    """A load of clients that write."""

    @contextmanager
    def load(self, server):
        stop = threading.Event()
        with ThreadPoolExecutor(CLIENTS) as pool:
            working = [pool.submit(client.work, server, stop) for client in self.clients]
            try:
                yield
            finally:
                stop.set()
            for work in working:
                work.result()

    def begin(self, name):
        self.url = self.databases.seeded(name)
        self.clients = [Client(f"client {number}") for number in range(CLIENTS)]

    def compare(self):
        projects = dict(self.rows("SELECT id, name FROM projects_project"))
        tasks = {task for task, in self.rows("SELECT id FROM projects_task")}
        names = [name for name in projects.values() if name.startswith("client ")]
        assert len(names) == len(set(names)), "a project was written twice"
        for client in self.clients:
            assert not client.wrong, client.wrong[:3]
            client.compare(projects, tasks)
        return sum(len(client.projects) for client in self.clients)


class Killed(Writers):
    def test_kill(self):
        """killed in mid-write a hundred times: every acknowledged write is there, and nothing by half"""
        self.begin("killed")
        for _ in range(self.options.kills):
            with self.server(self.url) as server, self.load(server):
                time.sleep(random.uniform(0.01, 0.2))
                os.killpg(server.process.pid, signal.SIGKILL)
                server.process.wait()
        self.databases.assert_sound(self.url)
        made = self.compare()
        assert made > self.options.kills, f"only {made} projects were made"
        print(f"        {made} projects were made")


class Restarted(Writers):
    def test_restart(self):
        """PostgreSQL crashes under load: right answers, or 503 with Retry-After, and then it goes on by itself"""
        self.begin("restarted")
        with self.server(self.url) as server:
            self.reads, stop = [], threading.Event()
            reader = threading.Thread(target=self.read, args=(server, stop))
            reader.start()
            try:
                with self.load(server):
                    for _ in range(3):
                        time.sleep(0.5)
                        self.databases.crash()
                    time.sleep(0.5)
            finally:
                stop.set()
                reader.join()
            self.compare()
            refused = sum(status == 503 for status, *_ in self.reads)
            print(f"        {len(self.reads)} reads, of which {refused} were refused")
            for status, headers, body in self.reads:
                good = status == 200 and json.loads(body)["name"] == "Project 1"
                assert good or (status == 503 and "retry-after" in headers), (status, headers, body)
            assert self.reads[-1][0] == 200, self.reads[-1]
            assert ask(server, "GET", "/api/projects/1/")[0] == 200, "it did not recover"

    def read(self, server, stop):
        while not stop.is_set():
            answer = ask(server, "GET", "/api/projects/1/")
            self.reads.append(answer or (0, {}, "the server broke off"))


class Migrating(Test):
    def test_migrate_at_once(self):
        """several processes migrate an empty database at once, and all succeed"""
        for number in range(3):
            self.url = self.databases.empty(f"at_once_{number}")
            with ThreadPoolExecutor(4) as pool:
                for migrating in [pool.submit(self.succeed, self.url, "migrate") for _ in range(4)]:
                    migrating.result()
            self.succeed(self.url, "check")
            assert self.rows("SELECT count(*), count(DISTINCT model) FROM django_content_type") == [(12, 12)]


class TwoProcesses(Test):
    def test_two_processes(self):
        """two processes on one database: what one hands out is good at the other, and a logout is one at both"""
        self.url = self.databases.seeded("two")
        user = {"username": "alice", "password": PASSWORD}
        with self.server(self.url, "one") as one, self.server(self.url, "two") as two:
            for first, second in ((one, two), (two, one)):
                visitor = Visitor()
                visitor.log_in(first, second, "/api-auth/login/", user, "/api/")
                key = visitor.cookies["sessionid"]
                for server in (first, second):
                    visitor.ask(server, "GET /api/projects/", 200)
                visitor.ask(first, "POST /api-auth/logout/", headers={"X-CSRFToken": visitor.variables["csrftoken"]})
                for server in (first, second):
                    Visitor().ask(server, "GET /api/projects/", 403, headers={"Cookie": f"sessionid={key}"})
                pair = json.loads(Visitor().ask(first, "POST /api/token/", 200, json=json.dumps(user)).text())
                Visitor().ask(second, "GET /api/projects/", 200, headers={"Authorization": f"Bearer {pair['access']}"})
                refresh = json.dumps({"refresh": pair["refresh"]})
                Visitor().ask(second, "POST /api/token/blacklist/", 200, json=refresh)
                Visitor().ask(first, "POST /api/token/refresh/", 401, json=refresh)
                made = Visitor().ask(first, "POST /api/projects/", 201, json='{"name": "here"}', **{"as": "alice"})
                detail = f"/api/projects/{json.loads(made.body)['id']}/"
                assert Visitor().ask(second, f"GET {detail}", 200, **{"as": "alice"}).body == made.body


class Locked(Test):
    """A transaction of somebody else keeps everybody from the table of projects."""

    @contextmanager
    def lock(self):
        import psycopg

        with psycopg.connect(self.url) as connection:
            connection.execute("LOCK TABLE projects_project IN ACCESS EXCLUSIVE MODE")
            yield


class Exhausted(Locked):
    def test_pool(self):
        """all connections are in use: 503 after pool_timeout, and what waits for the database gets its answer"""
        self.url = self.databases.seeded("pool")
        with self.server(f"{self.url}?pool_size=2&pool_timeout=300ms") as server, ThreadPoolExecutor(2) as pool:
            with self.lock():
                waiting = [pool.submit(ask, server, "GET", "/api/projects/1/") for _ in range(2)]
                self.wait_until_waiting(2)
                began = time.monotonic()
                status, headers, body = ask(server, "GET", "/api/projects/1/")
                assert (status, body) == (503, BUSY) and "retry-after" in headers, (status, body)
                assert time.monotonic() - began >= 0.3, "it did not wait"
                assert not any(answer.done() for answer in waiting)
            assert [answer.result()[0] for answer in waiting] == [200, 200]
            assert ask(server, "GET", "/api/projects/1/")[0] == 200

    def wait_until_waiting(self, count):
        import psycopg

        waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        with psycopg.connect(self.url, autocommit=True) as connection:
            while connection.execute(waiting).fetchone()[0] < count:
                time.sleep(0.01)


class Bouncer(Test):
    def test_bouncer(self):
        """behind PgBouncer in transaction mode, with prepared_statements=off"""
        self.url = self.databases.seeded("bouncer")
        with self.bouncer() as url:
            for arguments in ("migrate", "check"):
                self.succeed(f"{url}?prepared_statements=off", arguments)
            with self.server(f"{url}?prepared_statements=off") as server, ThreadPoolExecutor(8) as pool:
                answers = list(pool.map(lambda number: ask(server, "POST", "/api/projects/", {"name": f"at once {number}"}), range(80)))
                assert {status for status, *_ in answers} == {201}, [answer for answer in answers if answer[0] != 201][:3]
        assert self.rows("SELECT count(*) FROM projects_project WHERE name LIKE 'at once%'") == [(80,)]

    @contextmanager
    def bouncer(self):
        """The URL of the database behind a PgBouncer with few connections."""
        server, port = urlsplit(self.url), servers.free_port()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "users").write_text(f'"{server.username}" "{unquote(server.password)}"')
        (folder / "bouncer.ini").write_text(
            f"[databases]\n* = host=localhost port={server.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
            f"unix_socket_dir =\nauth_type = plain\nauth_file = {folder}/users\npool_mode = transaction\ndefault_pool_size = 3\n"
        )
        for path in (folder, folder / "users", folder / "bouncer.ini"):
            path.chmod(0o755)
        program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
        assert program, "PgBouncer is not installed (on Debian: apt-get install pgbouncer)"
        user = postgres.lent_to()
        process = subprocess.Popen(
            [program, "--quiet", folder / "bouncer.ini"], user=user and user.pw_uid, group=user and user.pw_gid,
            extra_groups=[] if user else None, cwd="/", stderr=subprocess.DEVNULL,
        )
        try:
            self.wait_for(port)
            yield self.url.replace(f"localhost:{server.port}", f"localhost:{port}")
        finally:
            process.kill()
            process.wait()

    def wait_for(self, port):
        for _ in range(100):
            try:
                return socket.create_connection(("127.0.0.1", port)).close()
            except ConnectionRefusedError:
                time.sleep(0.05)
        raise reference.Broken("PgBouncer does not start")


class Options(Locked):
    def test_timeouts(self):
        """statement_timeout and lock_timeout end what takes too long with 503"""
        self.url = self.databases.seeded("timeouts")
        for option in ("statement_timeout=200ms", "lock_timeout=200ms"):
            with self.server(f"{self.url}?{option}") as server:
                with self.lock():
                    status, headers, body = ask(server, "GET", "/api/projects/1/")
                    assert (status, body) == (503, BUSY) and "retry-after" in headers, (option, status, body)
                assert ask(server, "GET", "/api/projects/1/")[0] == 200

    def test_search_path(self):
        """search_path says in which schema the tables are made and looked for, application_name who asks"""
        import psycopg

        self.url = self.databases.empty("schema")
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("CREATE SCHEMA app")
            url = f"{self.url}?search_path=app&application_name=the%20tracker"
            for arguments in ("migrate", "check"):
                self.succeed(url, arguments)
            schemas = connection.execute("SELECT DISTINCT schemaname FROM pg_tables WHERE schemaname NOT LIKE 'pg_%' AND schemaname <> 'information_schema'")
            assert schemas.fetchall() == [("app",)]
            with self.server(url) as server:
                assert ask(server, "GET", "/api/projects/")[0] == 403, "a token that nobody has"
                names = connection.execute("SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
                assert names.fetchall() == [("the tracker",)]


if __name__ == "__main__":
    sys.exit(main())
