"""Runs the tables on Django and prints one line of JSON for each query, as `src/main.rs` does."""
import importlib
import json
import sys

import django

django.setup()

from django.core.exceptions import ObjectDoesNotExist, MultipleObjectsReturned  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from shop.shown import as_json  # noqa: E402

AREAS = ["lookups", "relations", "aggregates", "functions", "times", "rows", "names", "chance", "managers", "writes", "generic", "inheritance", "postgresql"]
CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "SET CONSTRAINTS")


def items(queryset):
    if issubclass(queryset._iterable_class, models.query.ModelIterable):
        names = list(queryset.query.annotation_select)
        for item in queryset:
            values = [getattr(item, name) for name in names]
            yield (item, values[0] if len(values) == 1 else values) if values else item
    else:
        yield from queryset


def error(caught):
    return {"error": type(caught).__name__, "text": str(caught)}


def result(value):
    if not isinstance(value, models.QuerySet):
        return as_json(list(value.values()) if isinstance(value, dict) else value)
    found = {}
    for name, ask in [("rows", lambda q: as_json(list(items(q)))), ("count", lambda q: q.count()), ("exists", lambda q: q.exists())]:
        try:
            with transaction.atomic():
                found[name] = ask(value._chain())
        except Exception as caught:
            found[name] = error(caught)
    found["ordered"] = value.ordered
    return found


def run(query):
    statements = []

    def seen(execute, sql, params, many, context):
        if not sql.startswith(CONTROL):
            statements.append(f"{sql} -- {params}")
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(seen):
        try:
            with transaction.atomic():
                outcome = result(query())
        except (ObjectDoesNotExist, MultipleObjectsReturned) as caught:
            outcome = {"error": "DoesNotExist" if isinstance(caught, ObjectDoesNotExist) else "MultipleObjectsReturned", "text": str(caught)}
        except Exception as caught:
            outcome = error(caught)
        transaction.set_rollback(True)
    return outcome, statements


for area in AREAS:
    for name, query in importlib.import_module(area).TABLE.items():
        outcome, statements = run(query)
        json.dump({"area": area, "name": name, "result": outcome, "statements": statements}, sys.stdout)
        print()
