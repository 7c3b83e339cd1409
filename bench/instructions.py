#!/usr/bin/env python3
"""Instructions a request, beside the same endpoints written by hand. Needs valgrind.

Processor time depends on the machine and on its other work; the number of instructions hardly does. Each figure is the
difference between a short and a long run, so that the start does not count. On PostgreSQL its server does not count.
"""
import argparse
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "conformance"))

from harness import postgres  # noqa: E402

RECORDED = Path(__file__).resolve().parent / "instructions.json"
KEY = "bench-key-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789"
ROWS = 100
AUTHORS, GENRES_A_BOOK = 20, 2
# How much more than recorded is refused.
MARGIN = 1.05


@dataclass(frozen=True)
class Case:
    """A request to a program of Belleville's and to the one written by hand, and how often it is sent in each of two runs."""

    program: str
    method: str
    path: str
    status: int = 200
    body: Callable[[int], bytes] = lambda _: b""
    short: int = 200
    long: int = 600
    # How many tasks or books there are.
    rows: int = ROWS
    databases: tuple = ("sqlite", "postgres")


def new_book(number):
    return {"title": f"A new book, number {number}", "isbn": f"{9780000000000 + number}", "pages": 100 + number % 900,
            "published": "2026-01-02", "author": 1 + number % AUTHORS}


def created_book(number):
    return json.dumps(new_book(number) | {"genres": [1, 2, 3]}).encode()


def checked_books(_):
    return json.dumps([new_book(number) for number in range(1000)]).encode()


def library(*words, **more):
    return Case("library", *words, databases=("sqlite",), **more)


CASES = {
    "detail": Case("tracker", "GET", "/api/tasks/1/"),
    "list": Case("tracker", "GET", "/api/tasks/"),
    "create": Case("tracker", "POST", "/api/projects/", 201,
                   lambda _: b'{"name": "Measured", "description": "once more"}'),
    "books": library("GET", "/books/", short=50, long=150),
    "authors": library("GET", "/authors/", short=50, long=150),
    "lines": library("GET", "/lines/", short=50, long=150),
    "whole lines": library("GET", "/whole-lines/", short=50, long=150),
    # The 61st to the 80th of some hundred books that are found among 10,000.
    "page": library("GET", "/shelf/?pages__gte=300&search=number+77&ordering=-published&page=4", short=5, long=15, rows=10_000),
    "new book": library("POST", "/new-books/", 201, created_book),
    "1000 books": library("POST", "/checked-books/", 200, checked_books, short=5, long=15),
}


def main():
    options = parsed()
    if not shutil.which("valgrind"):
        sys.exit("valgrind is not installed: apt-get install valgrind")
    if not options.no_build:
        subprocess.run(["cargo", "build", "--release", "--quiet", "--locked", "-p", "tracker", "-p", "library", "-p", "by_hand"],
                       cwd=REPOSITORY, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")) / "release"
    recorded = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    with DATABASES[options.database]() as databases:
        counted, worse = count(databases, target, recorded.get(options.database, {}))
    if options.record:
        RECORDED.write_text(json.dumps(recorded | {options.database: counted}, indent=2) + "\n")
    elif worse and options.check:
        sys.exit(f"more than 5 % above the recorded figure: {', '.join(worse)}; find out why, or record the new figures "
                 "with --record and say in bench/README.md what they are spent on")


def count(databases, target, recorded):
    """The figures of each request, and the names of those that have become worse than recorded."""
    counted, worse = {}, []
    print(f"{'':11} {'Belleville':>12} {'by hand':>12} {'ratio':>7}   recorded")
    with ThreadPoolExecutor(databases.at_once) as pool:
        cases = {name: case for name, case in CASES.items() if databases.name in case.databases}
        runs = {name: [pool.submit(difference, databases, target, binary, case) for binary in (case.program, "by_hand")]
                for name, case in cases.items()}
        for name, both in runs.items():
            (ours, our_answer), (theirs, their_answer) = (run.result() for run in both)
            if same(our_answer) != same(their_answer):
                sys.exit(f"{name}: the answers differ:\n{our_answer}\n{their_answer}")
            counted[name] = {"belleville": round(ours), "by_hand": round(theirs)}
            before = recorded.get(name, {}).get("belleville")
            print(f"{name:11} {ours:12,.0f} {theirs:12,.0f} {ours / theirs:7.2f}   {before or '-'}", flush=True)
            if before and ours > before * MARGIN:
                worse.append(name)
    return counted, worse


def parsed():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when a figure is 5 %% above the recorded one")
    parser.add_argument("--record", action="store_true", help="write the figures to instructions.json")
    parser.add_argument("--database", choices=DATABASES, default="sqlite", help="on which database (default: sqlite)")
    parser.add_argument("--no-build", action="store_true")
    return parser.parse_args()


def difference(databases, target, binary, case):
    """Instructions a request, and the answer."""
    short, answer = counted_run(databases, target, binary, case, case.short)
    long, _ = counted_run(databases, target, binary, case, case.long)
    return (long - short) / (case.long - case.short), answer


def counted_run(databases, target, binary, case, count):
    with tempfile.TemporaryDirectory() as folder, databases.fresh(folder) as url:
        token = PREPARED[case.program](target / case.program, databases, folder, url, case.rows)
        port = free_port()
        command = [target / binary, databases.by_hand(url), f"127.0.0.1:{port}"]
        if binary != "by_hand":
            command = [target / binary, "runserver", f"127.0.0.1:{port}"]
        server = subprocess.Popen(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", *command],
            cwd=folder, env=environment(url), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            answer = send(port, token, case, count)
        finally:
            server.send_signal(signal.SIGTERM)
            log = server.communicate()[1]
    found = re.search(r"Collected : (\d+)", log)
    if not found:
        sys.exit(f"valgrind counted nothing:\n{log}")
    return int(found[1]), answer


class Sqlite:
    """The database of each run is a file."""

    name = "sqlite"
    # A server under valgrind uses one processor.
    at_once = os.cpu_count()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    @contextmanager
    def fresh(self, folder):
        # Both sides leave it to the system when a commit is on the disk.
        yield f"sqlite:///{folder}/db.sqlite3?synchronous=normal"

    def run(self, url, statements):
        with closing(sqlite3.connect(self.by_hand(url))) as connection:
            connection.executescript(statements)

    def by_hand(self, url):
        """What the program written by hand is told."""
        return url.removeprefix("sqlite:///").partition("?")[0]


class Postgres:
    """The database of each run is one of a server that is started for all of them."""

    name = "postgres"
    # Databases are made of a template one after the other.
    at_once = 1

    def __enter__(self):
        self.server = postgres.Server().__enter__()
        return self

    def __exit__(self, *_):
        self.server.__exit__()

    @contextmanager
    def fresh(self, folder):
        name = Path(folder).name.lower().replace("-", "_")
        self.run(self.server.url, f'CREATE DATABASE "{name}"')
        # Neither side encrypts what it says to the server.
        yield f"{self.server.url.rpartition('/')[0]}/{name}?sslmode=disable"
        self.run(self.server.url, f'DROP DATABASE "{name}" WITH (FORCE)')

    def run(self, url, statements):
        program = Path(self.server.bin) / "psql"
        subprocess.run([program, "-q", "-v", "ON_ERROR_STOP=1", url, "-c", statements], env=os.environ | {"PGTZ": "UTC"}, check=True)

    def by_hand(self, url):
        return url


DATABASES = {"sqlite": Sqlite, "postgres": Postgres}


def environment(url):
    return {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": KEY,
        # As in production: a line in the log for each request is development's.
        "DEBUG": "0",
        "PBKDF2_ITERATIONS": "10",
        "ALLOWED_HOSTS": "*",
        "DATABASE_URL": url,
    }


def run(binary, folder, url, *words, **more):
    return subprocess.run([binary, *words], cwd=folder, check=True, capture_output=True, text=True,
                          env={**environment(url), **more})


def prepared_tracker(binary, databases, folder, url, rows):
    """A database with a user, the user's token and their tasks."""
    run(binary, folder, url, "migrate")
    run(binary, folder, url, "createsuperuser", "--noinput", "--username", "alice", "--email", "a@example.com",
        DJANGO_SUPERUSER_PASSWORD="alice-has-a-long-password")
    now = "2026-01-02 03:04:05.678901"
    tasks = ", ".join(f"('Task {number}', 'in a few words', {number % 2 == 1}, '{now}', 1)" for number in range(1, rows + 1))
    databases.run(url, f"INSERT INTO projects_project (name, description, created_at, owner_id) "
                       f"VALUES ('First', 'the first one', '{now}', 1); "
                       f"INSERT INTO projects_task (title, description, completed, created_at, project_id) VALUES {tasks}")
    return run(binary, folder, url, "drf_create_token", "alice").stdout.split()[2]


def prepared_library(binary, databases, folder, url, rows):
    """A database with 20 authors, ten genres and books, each published a day later. Nobody has a token."""
    run(binary, folder, url, "migrate")
    numbers = range(1, rows + 1)
    authors = ", ".join(f"('Author {number} of Some Books')" for number in range(1, AUTHORS + 1))
    genres = ", ".join(f"('genre-{number}')" for number in range(1, 11))
    books = ", ".join(f"('The Book with Number {number}', '87800000{number:05}', {100 + number % 900}, '{day(number)}', "
                      f"{1 + number % AUTHORS})" for number in numbers)
    links = ", ".join(f"({number}, {1 + (number + step) % 10})" for number in numbers for step in range(GENRES_A_BOOK))
    databases.run(url, f"INSERT INTO library_author (name) VALUES {authors}; "
                       f"INSERT INTO library_genre (slug) VALUES {genres}; "
                       f"INSERT INTO library_book (title, isbn, pages, published, author_id) VALUES {books}; "
                       f"INSERT INTO library_book_genres (book_id, genre_id) VALUES {links}")


def day(number):
    return date(2000, 1, 1) + timedelta(days=number)


PREPARED = {"tracker": prepared_tracker, "library": prepared_library}


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def send(port, token, case, count):
    connection = connected(port)
    with connection, connection.makefile("rb") as answers:
        for number in range(count):
            connection.sendall(message(token, case, number))
            answer = received(answers)
    if answer[0] != case.status:
        sys.exit(f"{case.method} {case.path}: {answer}")
    return answer


def message(token, case, number):
    head = f"{case.method} {case.path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n"
    if token:
        head += f"Authorization: Token {token}\r\n"
    body = case.body(number)
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def connected(port):
    for _ in range(1200):
        try:
            return socket.create_connection(("127.0.0.1", port))
        except OSError:
            time.sleep(0.1)
    sys.exit("the server did not start")


def received(answers):
    status = int(answers.readline().split()[1])
    headers = {}
    while (line := answers.readline().strip()):
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    return status, headers, answers.read(int(headers["content-length"]))


def same(answer):
    """The answer without what is of its own moment."""
    status, headers, body = answer
    body = re.sub(rb'"created_at":"[^"]*"', b"", body)
    body = re.sub(rb'^\{"id":\d+', b"", body)
    return status, {name: value for name, value in sorted(headers.items()) if name not in ("date", "content-length")}, body


if __name__ == "__main__":
    main()
