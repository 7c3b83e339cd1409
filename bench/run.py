#!/usr/bin/env python3
"""Requests a second and processor time a request, next to Django under gunicorn with two workers, in the same run."""
import argparse
import os
import re
import shlex
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "conformance"))

from harness import database, reference, servers, tokens  # noqa: E402

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
    database.ready(options)
    if not options.peer:
        subprocess.run(["cargo", "build", "--release", "--quiet", "-p", "conformance"], cwd=REPOSITORY, check=True)
    peer = options.peer or "target/release/conformance runserver 127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder, database.databases(options, folder) as databases:
        folder = Path(folder)
        ours, theirs = (filled(databases, databases.seeded(name)) for name in ("ours", "theirs"))
        # As durable as the reference project, whose settings say the same.
        durable = {"DATABASE_URL": f"{ours}?synchronous=normal"} if options.database == "sqlite" else {}
        with django(options.python, theirs, folder / "django.log") as other:
            with servers.belleville(peer, ours, folder / "belleville.log", durable) as own:
                report(options, folder, own, other, postmaster(ours))


def parsed():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds, one server after the other (default 5)")
    parser.add_argument("--seconds", type=int, default=4, help="length of one measurement (default 4)")
    parser.add_argument("--connections", type=int, default=8)
    database.add_argument(parser)
    parser.add_argument("--python", help="an interpreter that has conformance/requirements.txt")
    parser.add_argument("--peer", help="command line of Belleville, with {port} (default: a release build)")
    return parser.parse_args()


def filled(databases, url):
    """The seeded database, in which alice has as many projects as a list shows."""
    ((own,),) = databases.query(url, "SELECT COUNT(*) FROM projects_project WHERE owner_id = 2")
    rows = ", ".join(
        f"('Project {n}', 'About as long as people write', '2026-01-02 03:04:05.678901', 2)" for n in range(ROWS - own)
    )
    databases.query(url, f"INSERT INTO projects_project (name, description, created_at, owner_id) VALUES {rows}")
    return url


def django(interpreter, url, log):
    port = servers.free_port()
    command = [interpreter, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    return servers.Server("Django", command, port, reference.environment(url), reference.DJANGO, log, 30)


def report(options, folder, own, other, behind):
    """`behind` is the first process of the database's server, which works for one of both at a time."""
    print(f"{'':32} | requests a second: Belleville, Django, ratio | CPU a request, us: Belleville, Django, ratio"
          + (" | of PostgreSQL, us: Belleville, Django" if behind else ""))
    print(f"at rest: {memory(own):.0f} MiB against {memory(other):.0f} MiB")
    for request in MEASURED:
        rounds = {own: [], other: []}
        for _ in range(options.rounds):
            for server in (own, other):
                rounds[server].append(measured(options, folder, server, behind, *request[1:]))
        print(line(request[0], *(medians(rounds[server]) for server in (own, other)), behind))
    print(f"after it: {memory(own):.0f} MiB against {memory(other):.0f} MiB")


def medians(rounds):
    """Requests a second, and the processor times a request, over the rounds in which there was an answer."""
    costs = [round.costs for round in rounds if round.requests]
    return statistics.median(round.rate for round in rounds), [statistics.median(cost) for cost in zip(*costs)]


def line(name, own, other, behind):
    (fast, cheap), (slow, dear) = own, other
    said = f"{name:32} | {fast:9.0f} {slow:7.1f} {ratio(fast, slow)}"
    if not (cheap and dear):
        return f"{said} | one side answered nothing in any round"
    said += f" | {cheap[0]:8.0f} {dear[0]:8.0f} {ratio(dear[0], cheap[0])}"
    return said + (f" | {cheap[1]:8.0f} {dear[1]:8.0f}" if behind else "")


def ratio(more, less):
    return f"{more / less:7.0f} x" if less else f"{'-':>9}"


class Round:
    """One run of the load generator: requests a second, and microseconds of processor time a request."""

    def __init__(self, requests, rate, *spent):
        self.requests, self.rate = requests, rate
        self.costs = [seconds / max(requests, 1) * 1e6 for seconds in spent]


def measured(options, folder, server, behind, path, header, body):
    command = f"wrk -t1 -c{options.connections} -d{options.seconds}s -H {shlex.quote(header)} -H 'Host: testserver'"
    if body:
        script = folder / "post.lua"
        script.write_text(f"wrk.method = 'POST'\nwrk.body = '{body}'\nwrk.headers['Content-Type'] = 'application/json'\n")
        command += f" -s {script}"
    before = processor_time(processes(server)), processor_time(family(behind))
    said = subprocess.run(
        shlex.split(command) + [f"http://127.0.0.1:{server.port}{path}"], capture_output=True, text=True, check=True
    ).stdout
    after = processor_time(processes(server)), processor_time(family(behind))
    if failed := re.search(r"Non-2xx or 3xx responses: (\d+)", said):
        sys.exit(f"{server.name} refused {failed[1]} requests to {path}")
    requests, rate = re.search(r"(\d+) requests in", said), re.search(r"Requests/sec:\s+([\d.]+)", said)
    if not (requests and rate):
        sys.exit(f"wrk said what this program does not know:\n{said}")
    return Round(int(requests[1]), float(rate[1]), after[0] - before[0], after[1] - before[1])


def postmaster(url):
    """The process of PostgreSQL's server that starts the others; none for a database that is a file."""
    if not url.startswith("postgres"):
        return None
    import psycopg

    with psycopg.connect(url) as connection:
        (backend,) = connection.execute("SELECT pg_backend_pid()").fetchone()
    return int(stat(Path("/proc") / str(backend))[1])


def family(parent):
    """A process and its children."""
    for folder in Path("/proc").iterdir() if parent else ():
        if folder.name == str(parent) or (folder.name.isdigit() and stat(folder)[1] == str(parent)):
            yield folder


def processes(server):
    """The server and its workers: everything in its process group."""
    return [folder for folder in Path("/proc").iterdir() if folder.name.isdigit() and stat(folder)[2] == str(server.process.pid)]


def stat(folder):
    """What the system says of a process, from its state on: its parent, its group, and so on. Zeros when it has ended."""
    try:
        return (folder / "stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return ["0"] * 50


def processor_time(folders):
    """Seconds of user and system time so far, with those of children that have ended."""
    return sum(sum(map(int, stat(folder)[11:15])) for folder in folders) / os.sysconf("SC_CLK_TCK")


def memory(server):
    """Resident memory of all its processes, in MiB."""
    kibibytes = 0
    for folder in processes(server):
        kibibytes += int(re.search(r"VmRSS:\s+(\d+)", (folder / "status").read_text())[1])
    return kibibytes / 1024


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    main()
