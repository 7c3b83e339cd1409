#!/usr/bin/env python3
"""Ask Django and Belleville the same queries about the same rows, and tell every difference. ../README.md says more."""
import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from harness import reference  # noqa: E402

FILL = "import django; django.setup(); from django.core.management import call_command as c; c('migrate', '--run-syncdb', '-v0'); from shop.rows import fill; fill()"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", metavar="PATH", help="an interpreter that has requirements.txt (default: own venv)")
    parser.add_argument("--peer", metavar="CMD", default="cargo run --quiet -p queries --", help="the program under test")
    parser.add_argument("--database", metavar="URL", help="an empty database, postgres://... (default: a new SQLite file)")
    parser.add_argument("--only", metavar="SUBSTR", default="", help="only queries whose name contains this")
    parser.add_argument("-v", "--verbose", action="store_true", help="show the statements of each query")
    options = parser.parse_args()
    interpreter = reference.python(options.python)
    with tempfile.TemporaryDirectory() as folder:
        url = options.database or f"sqlite:///{folder}/queries.sqlite3"
        environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "settings", "PYTHONDONTWRITEBYTECODE": "1"}
        environment["PYTHONPATH"] = f"{HERE / 'django'}:{HERE / 'tables'}"
        subprocess.run([interpreter, "-c", FILL], env=environment, check=True)
        expected = answers([interpreter, HERE / "tables" / "oracle.py"], environment)
        found = answers([*options.peer.split(), url.replace("sqlite:///", "sqlite:////") if not options.database else url], environment)
    return report(expected, found, options)


def answers(command, environment):
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return {answer["name"]: answer for answer in map(json.loads, done.stdout.splitlines())}


def report(expected, found, options):
    failed = sorted(set(expected) ^ set(found))
    for name in failed:
        print(f"{name}: only in the table of {'Django' if name in expected else 'Belleville'}")
    more = 0
    for name, django in expected.items():
        if options.only not in name or name not in found:
            continue
        ours = found[name]
        differences = list(compared(django, ours))
        if differences:
            failed.append(name)
        if differences or options.verbose:
            print(f"\n== {django['area']}: {name}")
            print("\n".join(differences))
            for side, answer in [("Django", django), ("Belleville", ours)]:
                print("\n".join(f"  {side}: {sql}" for sql in answer["statements"]))
        more += len(django["statements"]) - len(ours["statements"])
    print(f"\n{len(expected)} queries, {len(failed)} differ; {more} statements fewer than Django's")
    return 1 if failed else 0


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


def same(one, two):
    if isinstance(one, dict) and "error" in one:
        return isinstance(two, dict) and one["error"].replace("RestrictedError", "ProtectedError") == two.get("error")
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, float) and isinstance(two, float):
        return math.isclose(one, two, rel_tol=1e-12)
    return type(one) is type(two) and one == two


if __name__ == "__main__":
    sys.exit(main())
