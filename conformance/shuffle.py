#!/usr/bin/env python3
"""Put the parts of all cases together anew, at random, and send the results to Django and to Belleville.

A request takes its method from one case, its target from a second, its headers and its body from others; now and then a
character is changed. Whatever Django answers, but for its server errors, Belleville has to answer as well.
"""
import argparse
import dataclasses
import json
import random
import re
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import run
from harness import cases, compare, database, reference, servers, waiting
from harness.cases import Area, Case, Step

FORGED = re.compile(r"\{(session|jwt)\.([\w-]+)\}")
# Views that answer 500 of their own accord, or with what is no JSON, or because a lookup finds several objects.
MEANT_TO_FAIL = (
    "/errors/unhandled/", "errors/api-exception", "/handlers/answers/nan/", "/handlers/answers/pairs/", "status=500", "/status/500/",
    "/made/500/", "/links/by-author/", "/links/by-genre/", "/links/by-rating/", "/links/by-title/",
)
NORMALISE = ("now", "token", "jwt", "knox", "uuid", "allow-order", "wait")
ROWS = (
    "SELECT count(*), from_now(max(expire_date)) FROM django_session",
    "SELECT id, is_active, last_login IS NULL FROM auth_user ORDER BY id",
    "SELECT count(*) FROM authtoken_token",
    "SELECT user_id, from_now(expires_at) FROM token_blacklist_outstandingtoken ORDER BY id",
    "SELECT token_id FROM token_blacklist_blacklistedtoken ORDER BY id",
    "SELECT user_id, from_now(expiry) FROM knox_authtoken ORDER BY created",
    "SELECT id, owner_id, name, description FROM projects_project ORDER BY id",
    "SELECT id, project_id, title, description, completed FROM projects_task ORDER BY id",
    "SELECT id, name, slug FROM conformance_genre ORDER BY id",
    "SELECT id, name, email, born FROM conformance_author ORDER BY id",
    "SELECT id, owner_id, title, author_id, status, isbn, price, pages, rating, available, published_on, metadata, homepage"
    " FROM conformance_book ORDER BY id",
    "SELECT book_id, genre_id FROM conformance_book_genres ORDER BY book_id, genre_id",
    "SELECT id, book_id, reviewer_id, stars, text FROM conformance_review ORDER BY id",
)
FRAMING = ("content-length", "transfer-encoding", "expect", "connection", "upgrade")
# What one of the two HTTP servers refuses in a request line, before anybody else sees it.
UNSENDABLE = re.compile(r"""[<>"\s\x00-\x20\x7f^`{|}\\]|^\*""")


def main():
    options = parse_arguments()
    try:
        database.ready(options)
        print(f"seed {options.seed}")
        return run.report(list(shuffled(options)), {})
    except reference.Broken as reason:
        print(f"error: {reason}", file=sys.stderr)
        return 2


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", metavar="PATH", help="an interpreter that has requirements.txt (default: own venv)")
    parser.add_argument("--peer", metavar="CMD", help="command line of the server under test, with {port} (default: cargo)")
    database.add_argument(parser)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32), help="repeats a run")
    parser.add_argument("--count", type=int, default=2000, help="how many cases (default: 2000)")
    parser.add_argument("-v", "--verbose", action="store_true", help="show each case and Django's answer")
    return parser.parse_args(namespace=argparse.Namespace(self_check=False))


def shuffled(options):
    """Each environment of the cases in turn, with the parts of all."""
    if not options.peer:
        servers.build("conformance")
    areas = outside_the_lab(cases.read_all(reference.CONFORMANCE / "cases", options.database))
    shuffler = Shuffler(areas, random.Random(options.seed))
    environments = {json.dumps(area.environment, sort_keys=True): area for area in reversed(areas)}.values()
    with tempfile.TemporaryDirectory() as folder, database.databases(options, folder) as databases:
        for first in environments:
            with ExitStack() as stack:
                arena = Arena(stack, Path(folder), databases, first.environment, options)
                area = shuffler.area(first.name, options.count // len(environments))
                yield area.name, arena.run_area(area)


def outside_the_lab(areas):
    """Without the cases that wait, and without those of the lab: each of its endpoints has cases enough, of one field."""
    areas, _ = waiting.left_out(areas)
    is_of_lab = lambda case: any(step.target.startswith("/conformance/lab/") for step in case.steps)
    areas = [area.with_cases(case for case in area.cases if not is_of_lab(case)) for area in areas]
    return [area for area in areas if area.cases]


class Arena(run.Arena):
    """Judges what no case foresaw: pages are each side's own, and where Django breaks there is nothing to be matched."""

    def prepare(self, side, case):
        self.broken = False
        super().prepare(side, case)

    def differences(self, step, answers):
        if self.broken or any(isinstance(answer, Exception) for answer in answers):
            # Django's server may close before it has read a long body, and its answer is lost: there is nothing to compare.
            is_lost = isinstance(answers[0], ConnectionResetError) and not isinstance(answers[1], Exception)
            return [] if self.broken or is_lost else super().differences(step, answers)
        django, peer = answers
        if django.status == 500:
            self.broken = True
            if "you have APPEND_SLASH set" in django.text() or any(path in step.target for path in MEANT_TO_FAIL):
                # Django means this one: a form without its slash in development, and the views that fail for the cases.
                return [] if peer.status == 500 else [f"status {peer.status} where Django answers 500"]
            # A number that JSON cannot have is sent back by neither.
            is_no_json = step.target.startswith("/conformance/echo/") and "e999" in str(step.body)
            return [f"status {peer.status} where Django breaks"] if peer.status >= 500 and not is_no_json else []
        if meant(step, django, peer) or (peer.status != 404 and step.target.split("?")[0] == "/"):
            # In development `/` says what is here.
            return []
        # In development a report of what went wrong comes as text to clients that do not want HTML.
        is_page = any("text/html" in kind for kind in django.all("content-type")) or "\nDjango Version: " in django.text()
        if is_page:
            step = dataclasses.replace(step, compare="head")
        found = super().differences(step, answers)
        # The tag of a page is that of its bytes.
        return [line for line in found if not (is_page and line.startswith("etag: "))]

    def tell(self, area, case, found, seen, seconds):
        """A case that stands in no file is shown whole."""
        super().tell(area, case, found, seen, seconds)
        for step in case.steps if found else ():
            print(f"  {step.method} {step.target}")
            for name, value in step.headers:
                print(f"    {name}: {value}")
            print(f"    {compare.excerpt(str(step.body), width=400)}")

    def compare_databases(self, case):
        return () if self.broken else super().compare_databases(case)


def meant(step, django, peer):
    """Where we mean to differ: no body is read of a POST that no URL answers (Django's page looks for a CSRF token in it), and
    no long one where credentials are handed out."""
    no_url = peer.status in (301, 404) or (peer.status == 500 and "APPEND_SLASH" in peer.text())
    unanswered = step.method == "POST" and django.status == 400 and no_url
    return unanswered or (peer.status == 400 and length(step.body) > 65_536)


def length(body):
    parts = body if isinstance(body, list) else [body or ""]
    return sum(len(part) if isinstance(part, str) else len(part[0]) * part[1] for part in parts)


class Shuffler:
    """Makes new cases of the parts of those that there are."""

    def __init__(self, areas, source):
        self.random = source
        self.waiting = waiting.Waiting()
        self.sessions = {f"{n}-{name}": spec for n, area in enumerate(areas) for name, spec in area.sessions.items()}
        self.tokens = {f"{n}-{name}": spec for n, area in enumerate(areas) for name, spec in area.tokens.items()}
        self.steps = [
            renamed(step, number)
            for number, area in enumerate(areas) for case in area.cases for step in case.steps
            if step.belleville is None and not UNSENDABLE.search(step.target)
        ]
        self.with_body = [step for step in self.steps if step.body is not None]
        self.targets = sorted({step.target for step in self.steps})
        self.headers = [header for step in self.steps for header in step.headers]

    def area(self, name, count):
        return Area(name, {}, self.sessions, self.tokens, (), tuple(self.case(number + 1) for number in range(count)))

    def case(self, number):
        steps = [self.step() for _ in range(self.random.choice([1, 1, 1, 2, 3]))]
        steps = [step for step in steps if not self.waiting.reason_of_step(step)]
        return Case(" then ".join(f"{step.method} {step.target[:60]}" for step in steps) + f" ({number})", tuple(steps), db=ROWS)

    def step(self):
        base, other = self.random.choice(self.steps), self.random.choice(self.with_body)
        method = base.method if self.likely(0.6) else self.random.choice(self.steps).method
        target = base.target if self.likely(0.5) else self.random.choice(self.targets)
        source = base if self.likely(0.6) else other
        headers = [*base.headers, *(header for header in source.headers if header[0].lower() == "content-type")]
        while self.likely(0.4):
            headers.append(self.random.choice(self.headers))
        headers = {name.lower(): (name, self.nudged(value)) for name, value in headers if self.likely(0.9)}
        headers.setdefault("host", ("Host", "testserver"))
        headers = tuple(header for name, header in headers.items() if name not in FRAMING)
        body = self.nudged(source.body) if isinstance(source.body, str) else source.body
        return Step(method, target, headers, body, source.encoding, normalise=NORMALISE)

    def nudged(self, text):
        """Mostly the text as it is; now and then a character goes, comes or changes."""
        if not isinstance(text, str) or not text or "{" in text[:1] or self.likely(0.93):
            return text
        place = self.random.randrange(len(text))
        return text[:place] + self.random.choice(["", *" ,;:=.\"'/%+-_aZ09é"]) + text[place + self.random.randrange(2) :]

    def likely(self, probability):
        return self.random.random() < probability


def renamed(step, area):
    """The step, with its sessions and tokens named as those of its area."""

    def apart(value):
        if isinstance(value, str):
            return FORGED.sub(lambda match: f"{{{match[1]}.{area}-{match[2]}}}", value)
        return [apart(item) for item in value] if isinstance(value, (list, tuple)) else value

    headers = tuple((name, apart(value)) for name, value in step.headers)
    return dataclasses.replace(step, target=apart(step.target), headers=headers, body=apart(step.body))


if __name__ == "__main__":
    sys.exit(main())
