#!/usr/bin/env python3
"""Instructions a request, beside the same endpoints written by hand. Needs valgrind.

Processor time depends on the machine and on its other work; the number of instructions hardly does. Each figure is the
difference between a short and a long run, so that the start does not count.
"""
import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
RECORDED = Path(__file__).resolve().parent / "instructions.json"
KEY = "bench-key-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789"
ROWS = 100
SHORT, LONG = 200, 600
# How much more than recorded is refused.
MARGIN = 1.05
REQUESTS = {
    "detail": ("GET", "/api/tasks/1/", b"", 200),
    "list": ("GET", "/api/tasks/", b"", 200),
    "create": ("POST", "/api/projects/", b'{"name": "Measured", "description": "once more"}', 201),
}


def main():
    options = parsed()
    if not shutil.which("valgrind"):
        sys.exit("valgrind is not installed: apt-get install valgrind")
    if not options.no_build:
        subprocess.run(["cargo", "build", "--release", "--quiet", "--locked", "-p", "tracker", "-p", "by_hand"],
                       cwd=REPOSITORY, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")) / "release"
    recorded = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    counted, worse = {}, []
    print(f"{'':8} {'Belleville':>12} {'by hand':>12} {'ratio':>7}   recorded")
    for name, (method, path, body, status) in REQUESTS.items():
        request = (method, path, body, status)
        answers = []
        ours = difference(lambda folder: tracker(target / "tracker", folder), target / "tracker", request, answers)
        theirs = difference(lambda folder: by_hand(target / "by_hand", folder), target / "tracker", request, answers)
        if same(answers[0]) != same(answers[1]):
            sys.exit(f"{name}: the answers differ:\n{answers[0]}\n{answers[1]}")
        counted[name] = {"belleville": round(ours), "by_hand": round(theirs)}
        before = recorded.get(name, {}).get("belleville")
        print(f"{name:8} {ours:12,.0f} {theirs:12,.0f} {ours / theirs:7.2f}   {before or '-'}")
        if before and ours > before * MARGIN:
            worse.append(name)
    if options.record:
        RECORDED.write_text(json.dumps(counted, indent=2) + "\n")
    elif worse and options.check:
        sys.exit(f"more than 5 % above the recorded figure: {', '.join(worse)}; find out why, or record the new figures "
                 "with --record and say in bench/README.md what they are spent on")


def parsed():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when a figure is 5 %% above the recorded one")
    parser.add_argument("--record", action="store_true", help="write the figures to instructions.json")
    parser.add_argument("--no-build", action="store_true")
    return parser.parse_args()


def difference(start, tracker_binary, request, answers):
    short, answer = counted_run(start, tracker_binary, request, SHORT)
    long, _ = counted_run(start, tracker_binary, request, LONG)
    answers.append(answer)
    return (long - short) / (LONG - SHORT)


def counted_run(start, tracker_binary, request, count):
    with tempfile.TemporaryDirectory() as folder:
        token = prepared(tracker_binary, folder)
        command, environment, port = start(folder)
        server = subprocess.Popen(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", *command],
            cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            answer = send(port, token, request, count)
        finally:
            server.send_signal(signal.SIGTERM)
            log = server.communicate()[1]
    found = re.search(r"Collected : (\d+)", log)
    if not found:
        sys.exit(f"valgrind counted nothing:\n{log}")
    return int(found[1]), answer


def environment(folder):
    return {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": KEY,
        # As in production: a line in the log for each request is development's.
        "DEBUG": "0",
        "PBKDF2_ITERATIONS": "10",
        "ALLOWED_HOSTS": "*",
        # Both sides leave it to the system when a commit is on the disk.
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3?synchronous=normal",
    }


def prepared(binary, folder):
    """A database with a user, the user's token and 100 tasks."""
    run = lambda *words, **more: subprocess.run([binary, *words], cwd=folder, check=True, capture_output=True,
                                                text=True, env={**environment(folder), **more})
    run("migrate")
    run("createsuperuser", "--noinput", "--username", "alice", "--email", "a@example.com",
        DJANGO_SUPERUSER_PASSWORD="alice-has-a-long-password")
    import sqlite3
    with sqlite3.connect(f"{folder}/db.sqlite3") as database:
        now = "2026-01-02 03:04:05.678901"
        database.execute("INSERT INTO projects_project (id, name, description, created_at, owner_id) "
                         "VALUES (1, 'First', 'the first one', ?, 1)", (now,))
        database.executemany(
            "INSERT INTO projects_task (id, title, description, completed, created_at, project_id) "
            "VALUES (?, ?, 'in a few words', ?, ?, 1)",
            [(number, f"Task {number}", number % 2, now) for number in range(1, ROWS + 1)])
    return run("drf_create_token", "alice").stdout.split()[2]


def tracker(binary, folder):
    port = free_port()
    return [binary, "runserver", f"127.0.0.1:{port}"], environment(folder), port


def by_hand(binary, folder):
    port = free_port()
    return [binary, f"{folder}/db.sqlite3", f"127.0.0.1:{port}"], environment(folder), port


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def send(port, token, request, count):
    method, path, body, status = request
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n" \
           f"Authorization: Token {token}\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    message = head.encode() + b"\r\n" + body
    connection = connected(port)
    with connection, connection.makefile("rb") as answers:
        for _ in range(count):
            connection.sendall(message)
            answer = received(answers)
    if answer[0] != status:
        sys.exit(f"{method} {path}: {answer}")
    return answer


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
