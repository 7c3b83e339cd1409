"""What Belleville does not have yet (waiting.toml), endpoints and single cases: it is left out, and counted."""
import re
import tomllib
from collections import Counter

from .reference import CONFORMANCE

ENDPOINT = re.compile(r"/conformance/(?:lab/)?([^/?]+)")


def table_of_reasons():
    return tomllib.loads((CONFORMANCE / "waiting.toml").read_text(encoding="utf-8"))


def waits(endpoint):
    """Whether an endpoint has no Rust side yet."""
    return any(endpoint in names for names in table_of_reasons().values())


def left_out(areas):
    """The areas without the cases that wait, and how many wait for what."""
    table = table_of_reasons()
    single = {name: reason for reason, names in table.pop("cases", {}).items() for name in names}
    reasons = {name: reason for reason, names in table.items() for name in names}
    waiting = Counter()
    kept = []
    for area in areas:
        found = [(case, single.get(f"{area.name} | {case.name}") or reason_of(case, reasons)) for case in area.cases]
        waiting.update(reason for _, reason in found if reason)
        kept.append(area.with_cases(case for case, reason in found if not reason))
    return kept, waiting


def reason_of(case, reasons):
    """What the first of its endpoints waits for."""
    endpoints = (ENDPOINT.match(step.target) for step in case.steps)
    return next((reasons[found[1]] for found in endpoints if found and found[1] in reasons), None)
