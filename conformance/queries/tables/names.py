"""Columns, lookups and orders by their names: `names.json`, which Belleville reads too."""
import json
from pathlib import Path

from django.apps import apps


def query(row):
    objects = apps.get_model("shop", row["model"]).objects
    if "order_by" in row:
        return lambda: objects.order_by(*row["order_by"])
    return lambda: objects.filter(**{row["filter"]: row["value"]}).order_by("id")


def name(row):
    return " ".join([row["model"], *(row.get("order_by") or [row["filter"], json.dumps(row["value"], ensure_ascii=False, separators=(",", ":"))])])


ROWS = json.loads(Path(__file__).with_suffix(".json").read_text())
TABLE = {name(row): query(row) for row in ROWS if row["model"] in apps.get_app_config("shop").models}
