#!/usr/bin/env python3
"""Fixtures of Django and of Belleville: dumps of one database are the same bytes, and what one side has dumped the other loads."""
import argparse
import difflib
import itertools
import json
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from harness import database, reference, servers
from harness.reference import Broken

QUERIES = reference.CONFORMANCE / "queries"
SAMPLE = {"DJANGO_SETTINGS_MODULE": "config.settings_sample"}
FILL = "import django; django.setup(); from shop import rows, samples; rows.make(); samples.fill({}, {})"
MAKE = "import django; django.setup(); from shop.rows import make_tables; make_tables()"

# The options of a dump: as Django's command line has them.
DUMPS = [
    [],
    ["--indent", "2"],
    ["--indent", "0"],
    ["--format", "jsonl"],
    ["--natural-foreign"],
    ["--natural-primary"],
    ["--natural-foreign", "--natural-primary", "--indent", "4"],
]
SHOP = [
    ["shop.Place", "shop.Restaurant", "shop.cafe", "--indent", "1"],
    ["shop", "--exclude", "shop.Sample", "-e", "contenttypes"],
    ["contenttypes", "shop.Song", "shop", "--natural-foreign"],
    ["shop.Book", "--pks", "1, 3,4"],
    ["shop.Ticket", "--pks", "x-2"],
    ["shop.Visit", "--pks", "00000000-0000-0000-0000-000000000007"],
]


def main():
    options = parse_arguments()
    try:
        database.ready(options)
        with tempfile.TemporaryDirectory() as folder, database.databases(options, folder) as databases:
            tests = [test for world in (Shop, Sample) for test in world(options, databases, Path(folder)).tests()]
            outcomes = [passed(*test) for test in tests]
    except Broken as reason:
        print(f"error: {reason}", file=sys.stderr)
        return 2
    print(f"\n{sum(outcomes)} passed, {len(outcomes) - sum(outcomes)} failed")
    return 0 if all(outcomes) else 1


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", metavar="PATH", help="an interpreter that has requirements.txt (default: own venv)")
    parser.add_argument("--queries", metavar="CMD", default="target/debug/queries", help="the program with the bookshop's models")
    parser.add_argument("--peer", metavar="CMD", default="target/debug/tracker", help="the sample app, without its subcommand")
    parser.add_argument("--seed", type=int, default=5, help="of the random values in the bookshop")
    parser.add_argument("--count", type=int, default=60, help="how many rows of random values")
    database.add_argument(parser)
    return parser.parse_args()
