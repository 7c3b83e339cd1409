"""What Belleville does not have yet (waiting.toml), endpoints, requests and single cases: it is left out, and counted."""
import re
import tomllib
from collections import Counter

from .reference import CONFORMANCE

ENDPOINT = re.compile(r"/conformance/(?:lab/)?([^/?]+)")


class Waiting:
    """What waits for what."""

    def __init__(self):
        table = tomllib.loads((CONFORMANCE / "waiting.toml").read_text(encoding="utf-8"))
        self.cases, self.requests = (by_name(table.pop(kind, {})) for kind in ("cases", "requests"))
        self.endpoints = by_name(table)

    def reason_of(self, area, case):
        """What a case waits for, if it does."""
        single = self.cases.get(f"{area.name} | {case.name}")
        return single or next(filter(None, (self.reason_of_step(step) for step in case.steps)), None)

    def reason_of_step(self, step):
        path = step.target.partition("?")[0]
        found = ENDPOINT.match(step.target)
        return self.requests.get(f"{step.method} {path}") or (self.endpoints.get(found[1]) if found else None)


def by_name(table):
    return {name: reason for reason, names in table.items() for name in names}


def left_out(areas):
    """The areas without the cases that wait, and how many wait for what."""
    waits = Waiting()
    waiting = Counter()
    kept = []
    for area in areas:
        found = [(case, waits.reason_of(area, case)) for case in area.cases]
        waiting.update(reason for _, reason in found if reason)
        kept.append(area.with_cases(case for case, reason in found if not reason))
    return kept, waiting
