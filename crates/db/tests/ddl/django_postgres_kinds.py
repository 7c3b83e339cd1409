"""Prints what Django's schema editor does for the migrations of `postgres_kinds.rs`.

    python django_postgres_kinds.py > kinds_postgres.sql

PostgreSQL is the one of the environment: PGHOST, PGPORT, PGUSER, PGDATABASE. Each migration is applied, because Django asks the
database for the names of constraints.
"""

import os

import django
from django.conf import settings

POSTGRES = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": os.environ.get("PGDATABASE", "postgres"),
    "HOST": os.environ.get("PGHOST"),
    "PORT": os.environ.get("PGPORT"),
    "USER": os.environ.get("PGUSER"),
}
settings.configure(
    DATABASES={"default": POSTGRES}, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", USE_TZ=True,
    INSTALLED_APPS=["django.contrib.postgres"],
)
django.setup()

from django.contrib.postgres.fields import *  # noqa: E402, F403
from django.contrib.postgres.constraints import ExclusionConstraint  # noqa: E402
from django.contrib.postgres.indexes import (  # noqa: E402
    BrinIndex, BTreeIndex, GinIndex, GistIndex, HashIndex, OpClass, SpGistIndex,
)
from django.contrib.postgres.operations import BtreeGistExtension, HStoreExtension  # noqa: E402
from django.contrib.postgres.search import SearchVectorField  # noqa: E402
from django.db import connection, migrations, models  # noqa: E402
from django.db.backends.postgresql.psycopg_any import NumericRange  # noqa: E402
from django.db.migrations.state import ProjectState  # noqa: E402
from django.db.models import Deferrable, F, Index, Q, UniqueConstraint  # noqa: E402
from django.db.models.functions import Collate, Lower, Upper  # noqa: E402


def array(field, **options):
    return ArrayField(field, **options)


class Named(models.Model):
    """Gives indexes the names that makemigrations would write."""

    tags = array(models.CharField(max_length=20))
    words = SearchVectorField()

    class Meta:
        app_label = "named"
        db_table = "kinds_collection"
        indexes = [GinIndex(fields=["tags"]), GinIndex(fields=["words"])]


class ExtensionIsThere(HStoreExtension):
    """Prints the statement, whether there is the extension or not."""

    def extension_exists(self, schema_editor, extension):
        return False


class BtreeGistIsThere(BtreeGistExtension):
    """The same."""

    def extension_exists(self, schema_editor, extension):
        return False


class Slots(models.Model):
    """Gives indexes the names that makemigrations would write."""

    room = models.IntegerField()
    booked = DateRangeField()

    class Meta:
        app_label = "named"
        db_table = "kinds_slot"
        indexes = [
            BTreeIndex(fields=["-room"]),
            BrinIndex(fields=["room"]),
            HashIndex(fields=["room"]),
            SpGistIndex(fields=["booked"]),
        ]


by_tags, by_words = Named._meta.indexes
FIELDS = [
    ("id", models.BigAutoField(primary_key=True)),
    ("tags", array(models.CharField(max_length=20), db_index=True)),
    ("numbers", array(models.IntegerField(null=True), size=3, null=True)),
    ("board", array(array(models.BigIntegerField()))),
    ("flags", array(models.BooleanField())),
    ("floats", array(models.FloatField())),
    ("prices", array(models.DecimalField(max_digits=9, decimal_places=3))),
    ("days", array(models.DateField())),
    ("moments", array(models.DateTimeField())),
    ("times", array(models.TimeField())),
    ("lengths", array(models.DurationField())),
    ("ids", array(models.UUIDField())),
    ("documents", array(models.JSONField())),
    ("blobs", array(models.BinaryField())),
    ("addresses", array(models.GenericIPAddressField())),
    ("ages", IntegerRangeField()),
    ("keys", BigIntegerRangeField(null=True)),
    ("amounts", DecimalRangeField()),
    ("stay", DateRangeField()),
    ("shift", DateTimeRangeField()),
    ("spans", array(IntegerRangeField())),
    ("attributes", HStoreField()),
    ("words", SearchVectorField(null=True)),
]


def alter(name, field):
    return migrations.AlterField("Collection", name, field)


def add(name, field):
    return migrations.AddField("Collection", name, field)


MIGRATIONS = [
    (
        "0001_initial",
        [
            ExtensionIsThere(),
            migrations.CreateModel("Collection", FIELDS, options={"indexes": [by_tags, GistIndex(fields=["ages"], name="by_ages")]}),
        ],
    ),
    ("longer", [alter("tags", array(models.CharField(max_length=40), db_index=True))]),
    ("texts", [alter("tags", array(models.TextField(), db_index=True))]),
    ("no_size", [alter("numbers", array(models.IntegerField(null=True), null=True))]),
    ("big_numbers", [alter("numbers", array(models.BigIntegerField(null=True), null=True))]),
    ("null", [alter("attributes", HStoreField(null=True))]),
    ("add", [add("more", array(models.DateField(), null=True))]),
    (
        "add_default",
        [
            add("most", array(models.IntegerField(), default=list)),
            add("years", IntegerRangeField(default=NumericRange(1, 5))),
            add("facts", HStoreField(default=lambda: {"a": None})),
        ],
    ),
    ("index", [migrations.AddIndex("Collection", by_words)]),
    ("remove", [migrations.RemoveField("Collection", "more")]),
    (
        "methods",
        [
            BtreeGistIsThere(),
            migrations.CreateModel(
                "Slot",
                [
                    ("id", models.BigAutoField(primary_key=True)),
                    ("room", models.IntegerField()),
                    ("guest", models.CharField(max_length=20, null=True)),
                    ("booked", DateRangeField()),
                    ("tags", array(models.TextField())),
                ],
                options={
                    "constraints": [
                        ExclusionConstraint(name="one_booking", expressions=[("room", "="), ("booked", "&&")]),
                        ExclusionConstraint(
                            name="apart",
                            expressions=[(F("booked"), "-|-")],
                            index_type="SPGIST",
                            condition=Q(room__gt=3),
                            include=["room"],
                            deferrable=Deferrable.DEFERRED,
                        ),
                        UniqueConstraint(fields=["room", "guest"], nulls_distinct=False, name="one_guest"),
                        UniqueConstraint(
                            OpClass(Collate(Lower("guest"), "C"), name="text_pattern_ops").desc(),
                            nulls_distinct=True,
                            condition=Q(room__gt=3),
                            include=["room"],
                            name="one_small_guest",
                        ),
                    ],
                    "indexes": [
                        *Slots._meta.indexes,
                        BTreeIndex(
                            fields=["guest"], fillfactor=70, deduplicate_items=True, condition=Q(room__gt=3),
                            include=["room"], name="tree",
                        ),
                        BrinIndex("room", autosummarize=True, pages_per_range=4, name="ranges"),
                        GinIndex(
                            fields=["tags"], opclasses=["array_ops"], fastupdate=False, gin_pending_list_limit=64,
                            name="inside",
                        ),
                        GistIndex(fields=["booked"], buffering=False, fillfactor=80, name="common"),
                        HashIndex(Upper("guest"), fillfactor=60, name="digest"),
                        SpGistIndex(fields=["booked"], fillfactor=50, name="space"),
                        Index("guest", Collate("guest", "C").desc(nulls_last=True), name="collated"),
                    ],
                },
            ),
        ],
    ),
    (
        "exclusions",
        [
            migrations.RemoveConstraint("Slot", "apart"),
            migrations.RemoveConstraint("Slot", "one_guest"),
            migrations.RemoveConstraint("Slot", "one_small_guest"),
            migrations.AddConstraint(
                "Slot", ExclusionConstraint(name="again", expressions=[(OpClass("booked", name="range_ops"), "-|-")])
            ),
            migrations.AddConstraint("Slot", UniqueConstraint(fields=["guest"], nulls_distinct=False, name="guests")),
        ],
    ),
]


def main():
    state = ProjectState()
    for name, operations in MIGRATIONS:
        print(f"-- {name}")
        before = state.clone()
        with connection.schema_editor(collect_sql=True, atomic=False) as editor:
            current = before.clone()
            for operation in operations:
                after = current.clone()
                operation.state_forwards("kinds", after)
                operation.database_forwards("kinds", editor, current, after)
                current = after
        for sql in editor.collected_sql:
            if not sql.startswith("--"):
                print(sql)
        with connection.schema_editor() as editor:
            for operation in operations:
                after = state.clone()
                operation.state_forwards("kinds", after)
                operation.database_forwards("kinds", editor, state, after)
                state = after


main()
