"""Random conditions of the lookups in `names.json`: `run.py --chance COUNT --seed N` makes them, and both sides read them."""
import json
import os
import random
from pathlib import Path

from django.apps import apps
from django.db.models import Q

FILE = os.environ.get("CHANCE")

# Two relations to one table: under a `~`, Django takes the one for the other when its names for their tables are the same.
NOT_HERE = ["edited__available", "pupils__name", "followers", "friends__follows"]

# Under a `^`, Django joins these as if all of its parts had to hold, and loses rows: it is asked about own columns only.
RELATIONS = {
    "author", "book", "books", "branches", "clubs", "editor", "followers", "follows", "friends", "members", "region", "mentor", "profile", "pupils", "purchase", "reviews", "taggings", "tags",
}


def make(seed, count):
    """`count` queries: each is a model and calls of `filter` and `exclude` with a tree of conditions."""
    dice = random.Random(seed)
    rows = json.loads(Path(__file__).with_name("names.json").read_text())
    lookups = {}
    for row in rows:
        if "filter" in row and row["filter"] not in NOT_HERE and row["model"] in apps.get_app_config("shop").models:
            lookups.setdefault(row["model"], []).append([row["filter"], row["value"]])
    models = sorted(lookups)
    weights = [len(lookups[model]) for model in models]

    # A key's own column is a relation too.
    own = {model: [row for row in rows if row[0].split("__")[0].removesuffix("_id") not in RELATIONS] for model, rows in lookups.items()}

    def tree(model, depth, lookups=lookups):
        if depth == 0 or dice.random() < 0.35:
            return dice.choice(lookups[model])
        kind = dice.choice(["and", "and", "or", "or", "not", "xor"])
        if kind == "xor" and not own[model]:
            kind = "or"
        count = 1 if kind == "not" else dice.choice([2, 2, 3])
        return [kind, *(tree(model, depth - 1, own if kind == "xor" else lookups) for _ in range(count))]

    def query(number):
        model = dice.choices(models, weights)[0]
        calls = [[dice.choice(["filter", "filter", "exclude"]), tree(model, dice.choice([0, 1, 2, 3]))] for _ in range(dice.choice([1, 1, 2, 3]))]
        return {"name": f"chance {seed} {number}", "model": model, "calls": calls}

    return [query(number) for number in range(count)]


def condition(tree):
    kind, *parts = tree
    if kind == "not":
        return ~condition(parts[0])
    if kind in ("and", "or", "xor"):
        whole = condition(parts[0])
        for part in parts[1:]:
            whole = whole & condition(part) if kind == "and" else whole | condition(part) if kind == "or" else whole ^ condition(part)
        return whole
    return Q(**{kind: parts[0]})


def ask(row):
    found = apps.get_model("shop", row["model"]).objects.order_by("id")
    for call, tree in row["calls"]:
        found = getattr(found, call)(condition(tree))
    return found


TABLE = {row["name"]: lambda row=row: ask(row) for row in (json.loads(Path(FILE).read_text()) if FILE else [])}
