#!/usr/bin/env python3
"""Random values of every kind of field, written by Django and read by Belleville, written by Belleville and read by Django:
equal, and stored in the same form. ../README.md says more."""
import argparse
import json
import os
import random
import subprocess
import sys

from run import DATABASES, HERE, postgres, reference

SAMPLES = "import django; django.setup(); from shop import samples; samples.{}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", metavar="PATH", help="an interpreter that has requirements.txt (default: own venv)")
    parser.add_argument("--peer", metavar="CMD", default="cargo run --quiet -p queries --", help="the program under test")
    parser.add_argument("--database", choices=DATABASES, action="append", help="one of them only")
    parser.add_argument("--count", type=int, default=200, help="how many rows of each model")
    parser.add_argument("--seed", type=int, help="of the random values (default: another one each time)")
    options = parser.parse_args()
    if options.seed is None:
        options.seed = random.randrange(10**6)
    print(f"{options.count} rows of each model, --seed {options.seed}")
    interpreter = reference.python(options.python)
    outcomes = []
    for name in options.database or DATABASES:
        try:
            with DATABASES[name]() as url:
                outcomes.append(compare(name, url, interpreter, options))
        except postgres.NotInstalled as error:
            print(f"\n{name}: {error}", file=sys.stderr)
            outcomes.append(False)
    return 0 if all(outcomes) else 1


def compare(name, url, interpreter, options):
    environment = {
        **os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "settings", "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": f"{HERE / 'django'}",
    }

    def run(command, text=None):
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True, input=text)
        return list(map(json.loads, done.stdout.splitlines()))

    written = run([interpreter, "-c", SAMPLES.format(f"write({options.seed}, {options.count})")])
    # Each row as it is read, and the keys of its copies.
    read = run([*options.peer.split(), url, "values"])
    differences = list(different(written, read))
    differences += run([interpreter, "-c", SAMPLES.format("compare_copies()")], "\n".join(map(json.dumps, read)))
    for difference in differences[:20]:
        print(f"{name}: {difference}")
    print(f"{name}: {len(written)} rows, {len(differences)} differences")
    return not differences and bool(written) and len(written) == len(read)


def different(written, read):
    found = {(row["model"], row["id"]): row["values"] for row in read}
    for row in written:
        values = found.get((row["model"], row["id"]), {})
        for field, value in row["values"].items():
            # As text, so that 1, 1.0 and true differ.
            if json.dumps(value, sort_keys=True) != json.dumps(values.get(field, "nothing"), sort_keys=True):
                yield f"{row['model']} {row['id']}, {field}: Django wrote {value!r}, Belleville read {values.get(field)!r}"


if __name__ == "__main__":
    sys.exit(main())
