#!/usr/bin/env python3
"""Ask Django and Belleville the same queries about the same rows, on SQLite and on PostgreSQL, and tell every
difference. ../README.md says more."""
import argparse
import json
import math
import os
import random
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from harness import postgres, reference  # noqa: E402

ORACLE = HERE / "tables" / "oracle.py"
# Where we have one error for several of Django's.
OUR_NAMES = {"RestrictedError": "ProtectedError", "NotSupportedError": "Error", "ProgrammingError": "Error", "ValueError": "Error"}
FILL = "import django; django.setup(); from shop.rows import make; make()"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", metavar="PATH", help="an interpreter that has requirements.txt (default: own venv)")
    parser.add_argument("--peer", metavar="CMD", default="cargo run --quiet -p queries --", help="the program under test")
    parser.add_argument("--database", choices=DATABASES, action="append", help="one of them only")
    parser.add_argument("--time-zone", default="UTC", metavar="NAME", help="the TIME_ZONE of both")
    parser.add_argument("--only", metavar="SUBSTR", default="", help="only queries whose name contains this")
    parser.add_argument("--self-check", action="store_true", help="Django against Django: are the tables themselves sound?")
    parser.add_argument("--chance", type=int, default=0, metavar="COUNT", help="random conditions beside the tables")
    parser.add_argument("--seed", type=int, help="of the random conditions (default: another one each time)")
    parser.add_argument("-v", "--verbose", action="store_true", help="show the statements of each query")
    options = parser.parse_args()
    interpreter = reference.python(options.python)
    peer = [interpreter, ORACLE] if options.self_check else options.peer.split()
    outcomes = []
    if options.chance and options.seed is None:
        options.seed = random.randrange(10**6)
    for name in options.database or DATABASES:
        try:
            with DATABASES[name]() as url:
                outcomes.append(compare(name, url, interpreter, peer, options))
        except postgres.NotInstalled as error:
            print(f"\n{name}: {error}", file=sys.stderr)
            outcomes.append(False)
    return 0 if all(outcomes) else 1


@contextmanager
def sqlite():
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/queries.sqlite3"


@contextmanager
def postgresql():
    with postgres.Server() as server:
        yield server.url


DATABASES = {"sqlite": sqlite, "postgresql": postgresql}


def compare(name, url, interpreter, peer, options):
    environment = {
        **os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "settings", "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": f"{HERE / 'django'}:{HERE / 'tables'}", "TIME_ZONE": options.time_zone,
        # Django warns of each datetime without an offset.
        "PYTHONWARNINGS": "ignore::RuntimeWarning",
    }
    subprocess.run([interpreter, "-c", FILL], env=environment, check=True)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as chance:
        if options.chance:
            print(f"{options.chance} random conditions, --seed {options.seed}")
            make = f"import django; django.setup(); import json, chance; print(json.dumps(chance.make({options.seed}, {options.chance})))"
            chance.write(subprocess.run([interpreter, "-c", make], env=environment, check=True, capture_output=True, text=True).stdout)
            chance.flush()
            environment["CHANCE"] = chance.name
        expected = answers([interpreter, ORACLE], environment)
        found = answers([*peer, url], environment)
    return report(name, expected, found, options)


def answers(command, environment):
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return {answer["name"]: answer for answer in map(json.loads, done.stdout.splitlines())}


def report(database, expected, found, options):
    failed = sorted(set(expected) ^ set(found))
    for name in failed:
        print(f"{name}: only in the table of {'Django' if name in expected else 'Belleville'}")
    fewer = 0
    for name, django in expected.items():
        if options.only not in name or name not in found:
            continue
        ours = found[name]
        differences = list(compared(django, ours))
        if differences:
            failed.append(name)
        if differences or options.verbose:
            print(f"\n== {database}, {django['area']}: {name}")
            print("\n".join(differences))
            for side, answer in [("Django", django), ("Belleville", ours)]:
                print("\n".join(f"  {side}: {sql}" for sql in answer["statements"]))
        fewer += len(django["statements"]) - len(ours["statements"])
    print(f"\n{database}: {len(expected)} queries, {len(failed)} differ; {fewer} statements fewer than Django's")
    return not failed


def compared(django, ours):
    one, two = django["result"], ours["result"]
    if isinstance(one, dict) and "ordered" in one:
        parts = [(key, one[key], two.get(key) if isinstance(two, dict) else two) for key in ("rows", "count", "exists")]
        if not one["ordered"]:
            parts[0] = ("rows", *(sorted(rows, key=json.dumps) if isinstance(rows, list) else rows for rows in parts[0][1:]))
    else:
        parts = [("result", one, two)]
    for name, one, two in parts:
        if not same(one, two):
            yield f"  {name}: Django {json.dumps(one, ensure_ascii=False)}\n  {' ' * len(name)}    ours {json.dumps(two, ensure_ascii=False)}"
    if len(ours["statements"]) > len(django["statements"]):
        yield f"  {len(ours['statements'])} statements, Django's {len(django['statements'])}"


def our_name(answer):
    return OUR_NAMES.get(answer["error"], answer["error"])


def same(one, two):
    if isinstance(one, dict) and "error" in one:
        return isinstance(two, dict) and "error" in two and our_name(one) == our_name(two)
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, float) and isinstance(two, float):
        return math.isclose(one, two, rel_tol=1e-12)
    return type(one) is type(two) and one == two


if __name__ == "__main__":
    sys.exit(main())
