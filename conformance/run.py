#!/usr/bin/env python3
"""Send the same requests to Django and to Belleville, and tell every difference. README.md beside this file says more."""
import argparse
import itertools
import json
import secrets
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from harness import accounts, cases, compare, database, reference, servers, tokens, waiting
from harness.reference import Broken
from harness.wire import Client

ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
CSRF_SECRET = "conformanceCSRFsecret00000000000"


def main():
    options = parse_arguments()
    try:
        areas = [selected(area, options) for area in cases.read_all(options.cases, options.database)]
        areas, left_out = (areas, {}) if options.self_check else waiting.left_out(areas)
        areas = [area for area in areas if area.cases]
        if options.list:
            return list_cases(areas, left_out, options.verbose)
        return report(run(areas, options), left_out)
    except Broken as reason:
        print(f"error: {reason}", file=sys.stderr)
        return 2


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", metavar="PATH", help="an interpreter that has requirements.txt (default: own venv)")
    parser.add_argument("--peer", metavar="CMD", help="command line of the server under test, with {port} (default: cargo)")
    database.add_argument(parser)
    parser.add_argument("--only", metavar="SUBSTR", help="only cases whose name contains this")
    parser.add_argument("--area", metavar="NAME", action="append", help="only this area (may be repeated)")
    parser.add_argument("--cases", metavar="DIR", default=reference.PROJECT / "cases", help="where the case files are")
    parser.add_argument("--self-check", action="store_true", help="Django against Django: checks the cases themselves")
    parser.add_argument("--list", action="store_true", help="count the cases and stop (with -v: name them)")
    parser.add_argument("-v", "--verbose", action="store_true", help="show each case and Django's answer")
    return parser.parse_args()


def selected(area, options):
    if options.area and area.name not in options.area:
        return area.with_cases(())
    named = (case for case in area.cases if not options.only or options.only in case.name)
    return area.with_cases(case for case in named if accounts.asks(case))


def list_cases(areas, left_out, verbose):
    for area in areas:
        print(f"{area.name:<24}{len(area.cases):>6}")
        for case in area.cases if verbose else ():
            print(f"    {case.name}")
    print(f"{'together':<24}{sum(len(area.cases) for area in areas):>6}")
    tell_waiting(left_out)
    return 0


def tell_waiting(left_out):
    for reason, number in left_out.items():
        print(f"{number} cases wait for {reason}")


def run(areas, options):
    """Every area's name with the outcome of each of its cases. Areas of one environment share their servers."""
    database.ready(options)
    if not options.peer and not options.self_check:
        servers.build(reference.PROJECT.name)
    outcomes = []
    by_environment = sorted(areas, key=lambda area: json.dumps(area.environment, sort_keys=True))
    with tempfile.TemporaryDirectory() as folder, database.databases(options, folder) as databases:
        for key, group in itertools.groupby(by_environment, key=lambda area: json.dumps(area.environment, sort_keys=True)):
            with ExitStack() as stack:
                arena = Arena(stack, Path(folder), databases, json.loads(key), options)
                outcomes += [(area.name, arena.run_area(area)) for area in group]
    return sorted(outcomes)


class Arena:
    """Both servers under one environment, each with its own copy of the database."""

    def __init__(self, stack, folder, databases, environment, options):
        self.folder, self.interpreter, self.options = folder, databases.interpreter, options
        self.lives = [databases.live(name) for name in ("django", "belleville")]
        for live in self.lives:
            stack.callback(live.close)
        urls = [live.url for live in self.lives]
        starters = [
            lambda: servers.django(self.interpreter, urls[0], folder / "django.log", environment),
            lambda: self.start_peer(urls[1], environment),
        ]
        self.servers = [stack.enter_context(start()) for start in starters]
        self.pool = stack.enter_context(ThreadPoolExecutor(2))

    def start_peer(self, url, environment):
        log = self.folder / "belleville.log"
        if self.options.self_check:
            return servers.django(self.interpreter, url, log, environment)
        peer = self.options.peer or f"cargo run --quiet -p {reference.PROJECT.name} -- runserver 127.0.0.1:{{port}}"
        return servers.belleville(peer, url, log, environment)

    def run_area(self, area):
        self.variables = {"csrf": CSRF_SECRET, "csrf_masked": masked(CSRF_SECRET), "files": reference.FILES}
        specs = accounts.sessions([{"name": name, **spec} for name, spec in area.sessions.items()])
        sessions = reference.forged_sessions(self.interpreter, self.lives[0].url, specs)
        self.variables |= {f"session.{row['name']}": row["session_key"] for row in sessions}
        self.variables |= {f"jwt.{name}": tokens.forged(spec) for name, spec in area.tokens.items()}
        for live in self.lives:
            live.begin(sessions, area.setup)
        return [self.run_case(area, case) for case in area.cases]

    def each_side(self, action):
        """Do the same on both sides at once; an exception is an outcome like any other."""

        def guarded(side):
            try:
                return action(side)
            except Exception as error:  # noqa: BLE001 - a server that breaks off is what we want to report
                return error

        return list(self.pool.map(guarded, (0, 1)))

    def run_case(self, area, case):
        """Whether both sides were alike; says so when they were not."""
        began = time.monotonic()
        for outcome in self.each_side(lambda side: self.prepare(self.lives[side], case)):
            if isinstance(outcome, Exception):
                raise Broken(f"the setup of [{area.name}] {case.name} failed: {outcome}")
        clients = [Client(server.port, self.variables) for server in self.servers]
        found, seen = [], []
        for number, step in enumerate(case.steps, 1):
            answers = self.each_side(lambda side: self.perform(side, clients[side], step))
            seen.append((step, answers[0]))
            told = self.differences(step, answers)
            found += [(f"step {number}: {step.method} {step.target[:120]}", line) for line in told]
        found += [("database", line) for line in self.compare_databases(case)]
        self.tell(area, case, found, seen, time.monotonic() - began)
        return not found

    def differences(self, step, answers):
        return compare.differences(step, *answers, honest=not self.options.self_check)

    def prepare(self, live, case):
        if live.touched():
            live.restore()
        live.set_up(case.setup)

    def perform(self, side, client, step):
        self.lives[side].set_up([client.fill(statement) for statement in step.sql])
        return client.perform(step)

    def compare_databases(self, case):
        for query, meant in itertools.zip_longest(case.db, [] if self.options.self_check else case.meant_db):
            django, peer = self.each_side(lambda side: self.lives[side].rows(query))
            if isinstance(django, Exception):
                yield f"{query}: {django!r}"
            elif meant not in (None, "*") and meant != str(shown(peer, case)):
                yield f"{query}\n        Meant:      {meant}\n        Belleville: {shown(peer, case)}"
            elif meant in (None, "*") and shown(django, case) != shown(peer, case):
                yield f"{query}\n        Django:     {shown(django, case)}\n        Belleville: {shown(peer, case)}"
            elif self.options.verbose:
                print(f"    {query}: {shown(django, case)}")

    def tell(self, area, case, found, seen, seconds):
        if self.options.verbose:
            print(f"[{area.name}] {case.name} ({seconds * 1000:.0f} ms)")
            for step, answer in seen:
                self.show(step, answer)
        if found:
            print(f"DIFFERENT [{area.name}] {case.name}")
            for place, lines in itertools.groupby(found, key=lambda item: item[0]):
                print(f"  {place}")
                for _, line in lines:
                    print(f"    {line}")

    def show(self, step, answer):
        if isinstance(answer, Exception):
            return print(f"    {step.method} {step.target}: {answer!r}")
        head, body = compare.view(answer, step)
        print(f"    {step.method} {step.target[:120]}: {head}\n        {compare.excerpt(body or '', width=600)}")


def shown(rows, case):
    return rows if isinstance(rows, Exception) else compare.normalised(repr(rows), case.normalise)


def masked(secret):
    """The 64-character form of a CSRF secret that Django's forms carry."""
    mask = [secrets.randbelow(len(ALPHABET)) for _ in secret]
    cipher = (ALPHABET[(ALPHABET.index(c) + m) % len(ALPHABET)] for c, m in zip(secret, mask))
    return "".join(ALPHABET[m] for m in mask) + "".join(cipher)


def report(outcomes, left_out):
    print(f"\n{'area':<32} | {'cases':>6} | {'alike':>6} | {'different':>9}")
    print("-" * 62)
    for name, results in outcomes:
        print(f"{name:<32} | {len(results):>6} | {sum(results):>6} | {len(results) - sum(results):>9}")
    passed = sum(sum(results) for _, results in outcomes)
    failed = sum(len(results) for _, results in outcomes) - passed
    tell_waiting(left_out)
    print(f"\n{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
