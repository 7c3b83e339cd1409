#!/usr/bin/env python3
"""Requests a second and processor time a request, next to Django under gunicorn with two workers, in the same run."""
import argparse
import os
import re
import shlex
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "conformance"))

from harness import reference, servers, sqlite, tokens  # noqa: E402

ROWS = 100
ALICE = "Authorization: Token " + "2" * 40
BASIC = "Authorization: Basic YWxpY2U6YWxpY2UtcGFzcy3DnzE="
BEARER = "Authorization: Bearer " + tokens.forged({"claims": {"exp": 86400}})
MEASURED = [
    ("token, one project", "/api/projects/1/", ALICE, None),
    (f"token, a list of {ROWS} projects", "/api/projects/", ALICE, None),
    ("token, a new task", "/api/tasks/", ALICE, '{"project": 1, "title": "measured"}'),
    ("JSON Web Token, one project", "/api/projects/1/", BEARER, None),
    ("Basic, one project", "/api/projects/1/", BASIC, None),
]


def main():
    options = parsed()
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed: apt-get install wrk")
    if not options.peer:
        subprocess.run(["cargo", "build", "--release", "--quiet", "-p", "conformance"], cwd=REPOSITORY, check=True)
    peer = options.peer or "target/release/conformance runserver 127.0.0.1:{port}"
    interpreter = reference.python(options.python)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        ours, theirs = (database(interpreter, folder / name) for name in ("ours.sqlite3", "theirs.sqlite3"))
        with django(interpreter, theirs, folder / "django.log") as other:
            # As durable as the reference project, whose settings say the same.
            durable = {"DATABASE_URL": f"{sqlite.url(ours)}?synchronous=normal"}
            with servers.belleville(peer, sqlite.url(ours), folder / "belleville.log", durable) as own:
                report(options, folder, own, other)


def parsed():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds, one server after the other (default 5)")
    parser.add_argument("--seconds", type=int, default=4, help="length of one measurement (default 4)")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--python", help="an interpreter that has conformance/requirements.txt")
    parser.add_argument("--peer", help="command line of Belleville, with {port} (default: a release build)")
    return parser.parse_args()


def database(interpreter, path):
    """The seeded database, in which alice has as many projects as a list shows."""
    shutil.copy(sqlite.seeded_database(interpreter), path)
    connection = sqlite3.connect(path)
    (own,) = connection.execute("SELECT COUNT(*) FROM projects_project WHERE owner_id = 2").fetchone()
    connection.executemany(
        "INSERT INTO projects_project (name, description, created_at, owner_id) VALUES (?, ?, ?, 2)",
        [(f"Project {n}", "About as long as people write", "2026-01-02 03:04:05.678901") for n in range(ROWS - own)],
    )
    connection.commit()
    connection.close()
    return path


def django(interpreter, path, log):
    port = servers.free_port()
    command = [interpreter, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    return servers.Server("Django", command, port, reference.environment(sqlite.url(path)), reference.DJANGO, log, 30)


def report(options, folder, own, other):
    print(f"{'':32} | requests a second: Belleville, Django, ratio | CPU a request, us: Belleville, Django, ratio")
    print(f"at rest: {memory(own):.0f} MiB against {memory(other):.0f} MiB")
    for name, path, header, body in MEASURED:
        rates, costs = {own: [], other: []}, {own: [], other: []}
        for _ in range(options.rounds):
            for server in (own, other):
                rate, cost = measured(options, folder, server, path, header, body)
                rates[server].append(rate)
                costs[server].append(cost)
        (fast, slow), (cheap, dear) = medians(rates, own, other), medians(costs, own, other)
        print(f"{name:32} | {fast:9.0f} {slow:7.1f} {fast / slow:7.0f} x | {cheap:8.0f} {dear:8.0f} {dear / cheap:7.0f} x")
    print(f"after it: {memory(own):.0f} MiB against {memory(other):.0f} MiB")


def medians(values, own, other):
    return statistics.median(values[own]), statistics.median(values[other])


def measured(options, folder, server, path, header, body):
    """One run of the load generator: requests a second, and microseconds of the server's processor time a request."""
    command = f"wrk -t1 -c{options.connections} -d{options.seconds}s -H {shlex.quote(header)} -H 'Host: testserver'"
    if body:
        script = folder / "post.lua"
        script.write_text(f"wrk.method = 'POST'\nwrk.body = '{body}'\nwrk.headers['Content-Type'] = 'application/json'\n")
        command += f" -s {script}"
    before = processor_time(server)
    said = subprocess.run(
        shlex.split(command) + [f"http://127.0.0.1:{server.port}{path}"], capture_output=True, text=True, check=True
    ).stdout
    spent = processor_time(server) - before
    if failed := re.search(r"Non-2xx or 3xx responses: (\d+)", said):
        sys.exit(f"{server.name} refused {failed[1]} requests to {path}")
    requests = int(re.search(r"(\d+) requests in", said)[1])
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), spent / max(requests, 1) * 1e6


def processes(server):
    """The server and its workers: everything in its process group."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if os.getpgid(int(folder.name)) == server.process.pid:
                    yield folder
            except ProcessLookupError:
                continue


def processor_time(server):
    """Seconds of user and system time so far."""
    ticks = 0
    for folder in processes(server):
        fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(server):
    """Resident memory of all its processes, in MiB."""
    kibibytes = 0
    for folder in processes(server):
        kibibytes += int(re.search(r"VmRSS:\s+(\d+)", (folder / "status").read_text())[1])
    return kibibytes / 1024


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    main()
