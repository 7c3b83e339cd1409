"""The rows: NULL in each column that may be NULL, equal values, texts with %, _ and \\, ends of years, negative numbers."""
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection
from shop.models import *  # noqa: F403


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


PUBLISHERS = [(1, "Ace", "us", 1900), (2, "Bay", "de", None), (3, "Élan", None, 1850), (4, "Empty", "us", 1900)]
AUTHORS = [
    (1, "Ann", "ann@x.org", date(1970, 1, 1), 4.5, 1, None),
    (2, "bob", None, None, None, None, 1),
    (3, "Cy_1", "cy%@x.org", date(1999, 12, 31), -1.5, 2, 1),
    (4, "Ann", "ann2@x.org", date(1970, 1, 1), 0.0, 1, 2),
    (5, "Émile", "em\\ile@x.org", None, 2.25, 3, 3),
    (6, "Zoe", None, date(2000, 2, 29), 4.5, None, None),
]
PROFILES = [(1, 1, "Writes.", "https://a.example"), (2, 3, "", None), (3, 5, "100% true_story", None)]
TAGS = [(1, "crime", "red"), (2, "Crime", None), (3, "100%", "red"), (4, "a_b", "blue"), (5, "unused", None)]
BOOKS = [
    # id title isbn blurb author editor pages stock price discount rating published opens created sold reading meta available featured
    (1, "Alpha", "i-1", "first", 1, 2, 100, 5, "9.99", "1.50", 4.5, date(2024, 12, 30), time(9, 30),
     at("2024-12-31 23:59:59.999999"), at("2025-01-01 00:00:00"), timedelta(hours=5), {"a": 1, "b": {"c": [1, 2, 3]}, "t": "x"}, True, True),
    (2, "beta 100%", None, "", 2, None, None, -3, "10.00", None, None, None, None,
     at("2025-01-01 00:00:00"), None, None, None, False, None),
    (3, "under_score", "i-3", "Alpha inside", 3, 3, 0, 0, "0.00", "0.00", 0.0, date(2025, 1, 1), time(0, 0),
     at("2024-02-29 12:30:15.5"), at("2024-03-01 12:30:15.25"), timedelta(0), {"a": None, "b": "text", "k": True}, True, False),
    (4, "back\\slash", "i-4", "it's", 1, None, 100, 5, "19.90", None, 4.5, date(2023, 1, 1), time(23, 59, 59, 999999),
     at("2023-01-01 05:06:07"), None, timedelta(days=2, microseconds=7), [1, 2, {"a": 5}], True, None),
    (5, "ÉTÉ été", None, "straße", 2, 1, 250, 12, "5.25", "0.25", 3.25, date(2020, 12, 31), None,
     at("2020-12-31 00:00:00"), at("2021-06-15 18:45:00"), timedelta(hours=-1), {"a": "1", "b": {"c": []}}, False, True),
    (6, "alpha", "i-6", "  spaces  ", 4, 2, 33, -3, "100.01", "99.99", -2.75, date(2021, 1, 3), time(9, 30),
     at("2021-01-03 23:00:00.000001"), at("2021-01-04 00:00:00"), timedelta(minutes=90), {}, True, False),
    (7, "Omega", "i-7", "alpha Alpha", 5, 5, 250, 1, "9.99", None, 4.5, date(2024, 2, 29), time(12, 0, 1),
     at("2024-08-15 10:20:30"), None, None, "plain", True, None),
]
TAGGINGS = [(1, 1, 1, 5), (2, 1, 2, 1), (3, 2, 3, -1), (4, 3, 1, 5), (5, 3, 4, 2), (6, 5, 2, 0), (7, 7, 1, 1)]
REVIEWS = [
    (1, 1, 1, 5, "great", 3, at("2025-01-02 10:00:00")), (2, 1, 2, 1, "BAD", None, at("2025-01-03 10:00:00")),
    (3, 1, None, 5, "great", 0, at("2024-12-31 23:00:00")), (4, 2, 3, 3, "so-so", 3, at("2025-02-01 00:00:00")),
    (5, 3, None, -1, "", None, at("2024-02-29 00:00:00")), (6, 5, 1, 4, "good%", 10, at("2020-12-31 23:59:59")),
    (7, 5, 5, 4, "good", -2, at("2021-01-01 00:00:00")), (8, 7, 6, 5, "great_", None, at("2024-09-01 08:00:00")),
]
CUSTOMERS = [(1, "a@x.org", "Bern", True), (2, "b@x.org", None, False), (3, "c@x.org", "Bern", False)]
PURCHASES = [
    (1, 1, at("2024-12-31 12:00:00"), at("2025-01-01 12:00:00")), (2, 1, at("2025-01-05 08:00:00"), None),
    (3, 2, at("2025-01-05 09:30:00"), at("2025-01-05 09:30:00")),
]
LINES = [(1, 1, 1, 2, "9.99"), (2, 1, 3, 1, "0.00"), (3, 2, 1, 1, "8.99"), (4, 3, 5, 10, "5.25"), (5, 3, 1, 1, "9.99")]


def edition_rows():
    """`[` and `]` belong to a range, `(` and `)` do not."""
    from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange, NumericRange

    empty = NumericRange(empty=True)
    return [
        # id book text tags sizes board ages keys prices stay shift facts words
        (1, 1, "The quick brown fox jumps", ["a", "b"], [1, 2, 3], [[1, 2], [3, 4]], NumericRange(1, 5), NumericRange(1, None),
         NumericRange(Decimal("0.5"), Decimal("9.99"), "[]"), DateRange(date(2025, 1, 1), date(2025, 1, 10)),
         DateTimeTZRange(at("2025-01-01 08:00:00"), at("2025-01-01 17:30:00.000001"), "(]"), {"color": "red", "size": "10"},
         "'fox':3 'quick':2A"),
        (2, 1, "A lazy dog", [], None, [], NumericRange(5, 10, "[]"), None, None, None, None, None, None),
        (3, 2, "Foxes and dogs", ["b", "c", "a,b"], [None, 2], [[7]], empty, NumericRange(-5, 5), NumericRange(None, Decimal("3")),
         DateRange(None, None), DateTimeTZRange(None, at("2025-01-01 08:00:00")), {"color": None}, "'dog':1 'fox':2"),
        (4, None, "", ["A"], [], [[1], [2]], NumericRange(None, 3), NumericRange(7, 8), NumericRange(Decimal("1"), Decimal("2"), "()"),
         DateRange(date(2025, 1, 10), None), DateTimeTZRange(at("2025-01-01 17:30:00.000001"), None), {}, ""),
        (5, 3, "quick, quick! Back\\slash's", ["", "NULL", "\"q\"", "back\\slash", "é"], [5], [[0]], NumericRange(3, None), empty, empty,
         DateRange(empty=True), DateTimeTZRange(empty=True), {"size": "9", "": "", "a \"key\"": "b=>c"}, "'quick':1,2 'it''s':3B"),
        (6, 3, "fox quick", ["b"], [3, 1], [[1, 2], [3, 5]], NumericRange(4, 5), NumericRange(2**40, 2**41), NumericRange(0, 100),
         DateRange(date(2025, 1, 5), date(2025, 1, 6)), DateTimeTZRange(at("2025-01-01 07:00:00"), at("2025-01-01 09:00:00")),
         {"color": "red", "weight": "1.5"}, None),
    ]


def make_tables():
    if IS_POSTGRESQL:  # noqa: F405
        from django.contrib.postgres.operations import HStoreExtension, TrigramExtension, UnaccentExtension

        with connection.schema_editor() as editor:
            for extension in (HStoreExtension(), TrigramExtension(), UnaccentExtension()):
                extension.database_forwards("shop", editor, None, None)
    # The tables of the app without migrations refer to those of the other one.
    call_command("migrate", "contenttypes", "-v0")
    call_command("migrate", "--run-syncdb", "-v0")


def of(model):
    return ContentType.objects.get_for_model(model).id


def make():
    """The tables with their rows."""
    make_tables()
    models = fill()
    # The rows have keys of their own; new ones begin after them.
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def fill():
    models = []
    for model, rows in [
        (Publisher, PUBLISHERS), (Author, AUTHORS), (Profile, PROFILES), (Tag, TAGS), (Book, None), (Tagging, TAGGINGS),
        (Review, REVIEWS), (Customer, CUSTOMERS), (Purchase, PURCHASES), (Line, LINES),
        (Warehouse, [(1, "main"), (2, "spare"), (3, "old"), (4, "kept"), (5, "whole"), (6, "noted")]),
        (Shelf, [(1, 3), (2, 4), (3, 5)]),
        (Box, [(1, None, 2), (2, 5, 3)]), (Sensor, [(1, 3, 3), (2, 5, 1)]), (Guard, [(1, 1, 1)]), (Memo, [(1, 6)]),
        (Club, [(1, "crime club"), (2, "empty")]), (Club.members.through, [(1, 1, 1), (2, 1, 3)]),
        (Person, [(1,), (2,), (3,)]), (Person.friends.through, [(1, 1, 2), (2, 2, 1)]),
        (Person.follows.through, [(1, 1, 2), (2, 3, 1)]),
        *([(Edition, edition_rows())] if IS_POSTGRESQL else []),  # noqa: F405
        (Album, [(1, "Red"), (2, "Blue"), (3, "Bare")]),
        (Song, [(1, 1, "One"), (2, 1, "Two"), (3, 2, "Red"), (4, 3, "Alone")]),
        (Ticket, [("1",), ("x-2",)]), (Visit, [(UUID(int=7),)]),
        (Label, [(1, "loud", of(Album), 1), (2, "old", of(Album), 1), (3, "loud", of(Song), 1), (4, "new", of(Album), 2),
                 (5, "loud", of(Song), 3), (6, "lost", of(Song), 99)]),
        (Sticker, [(1, 1), (2, 3), (3, 3)]),
        (Remark, [(1, "fine", of(Album), "1"), (2, "so", of(Ticket), "1"), (3, "and", of(Ticket), "x-2"), (4, "why", of(Remark), "1"),
                  (5, "none", None, None), (6, "uuid", of(Visit), str(UUID(int=7))), (7, "because", of(Remark), "4"), (8, "torn", of(Album), "x")]),
        (Place, [(1, "Alley", None), (2, "Quay", 1)]),
        # The key, the name and the owner of the place come first.
        (Restaurant, [(3, "Napoli", 1, 3, True, 4.5), (4, "Asia", None, 4, False, None)]),
        (Cafe, [(5, "Mokka", 3, 5, True, 2.0, 5, "dark"), (6, "Aroma", 1, 6, False, None, 6, "light")]),
        (Bar, [(7, "Tap", None, 7, 12, 3), (8, "Inn", 1, 8, 3, None)]),
        (Visitor, [(1, 1, 3, "glad"), (2, 3, None, "sad"), (3, 3, 5, "glad"), (4, 5, 3, "tired"), (5, 7, None, "glad")]),
        (Menu, [(3, "margherita"), (5, "espresso")]),
        (Place.tags.through, [(1, 3, 1), (2, 3, 2), (3, 1, 1), (4, 6, 3)]),
        (Region, [(1, 70, "north"), (2, 80, "south"), (3, 1, "none")]), (Branch, [(1, 70, "a"), (2, 70, "b"), (3, 80, "c"), (4, None, "d")]),
    ]:
        fields = [field.attname for field in model._meta.concrete_fields]
        if rows is None:
            rows = [(*row[:16], UUID(int=row[0] * 0x0123456789ABCDEF), *row[16:]) for row in BOOKS]
        objects = [model(**dict(zip(fields, row))) for row in rows]
        if model._meta.parents:
            for row in objects:
                row.save()
        else:
            model.objects.bulk_create(objects)
        models.append(model)
    return models
