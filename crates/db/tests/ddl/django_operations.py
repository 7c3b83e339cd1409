"""Prints what Django's schema editor does for the operations of `operations.rs`, in the words of one database.

    python django_operations.py sqlite > operations_sqlite.sql
    python django_operations.py postgres > operations_postgres.sql

Each migration is printed and then applied, because Django asks the database for the names of constraints. PostgreSQL is the
one of the environment: PGHOST, PGPORT, PGUSER, PGDATABASE.
"""

import os
import sys
from decimal import Decimal

import django
from django.conf import settings

SQLITE = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
POSTGRES = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": os.environ.get("PGDATABASE", "postgres"),
    "HOST": os.environ.get("PGHOST"),
    "PORT": os.environ.get("PGPORT"),
    "USER": os.environ.get("PGUSER"),
}
database = SQLITE if sys.argv[1] == "sqlite" else POSTGRES
settings.configure(DATABASES={"default": database}, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", USE_TZ=True)
django.setup()

from django.db import connection, migrations, models  # noqa: E402
from django.db.migrations.state import ProjectState  # noqa: E402
from django.db.models import Deferrable, ExpressionWrapper, F, Index, Q, UniqueConstraint, Value  # noqa: E402
from django.db.models.functions import Abs, Coalesce, Concat, Length, Lower, Trim, Upper  # noqa: E402



class Named(models.Model):
    """Gives the index of Stock the name that makemigrations would write."""

    state = models.CharField(max_length=9)
    least = models.IntegerField()

    class Meta:
        app_label = "named"
        db_table = "shop_stock"
        indexes = [models.Index(fields=["state", "-least"])]


def computed(expression, output_field, **options):
    return models.GeneratedField(expression=expression, output_field=output_field, db_persist=True, **options)


DECIMAL = models.DecimalField(max_digits=6, decimal_places=2)
CASCADE = models.CASCADE
big = lambda: ("id", models.BigAutoField(primary_key=True))  # noqa: E731
to_author = lambda **options: models.ForeignKey("shop.Author", CASCADE, **options)  # noqa: E731

MIGRATIONS = [
    (
        "initial",
        [
            migrations.CreateModel("Author", [big(), ("name", models.CharField(max_length=50, unique=True))]),
            migrations.CreateModel(
                "Book",
                [
                    big(),
                    ("title", models.CharField(max_length=40)),
                    ("rank", models.PositiveIntegerField(null=True)),
                    ("open", models.BooleanField()),
                    ("number", models.IntegerField()),
                    ("author", to_author()),
                ],
            ),
            migrations.CreateModel("Person", [big(), ("friends", models.ManyToManyField("shop.Person"))]),
            migrations.CreateModel(
                "Stock",
                [
                    big(),
                    ("least", models.IntegerField()),
                    ("most", models.IntegerField(null=True)),
                    ("state", models.CharField(max_length=9)),
                    ("open", models.BooleanField()),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(condition=Q(least__gte=0), name="not_negative"),
                        models.CheckConstraint(condition=Q(least__lt=F("most")), name="least_below_most"),
                        models.CheckConstraint(condition=Q(least__gte=1) & Q(state="a'b"), name="both"),
                        models.CheckConstraint(condition=Q(least=1) | Q(open=True) & Q(most__gt=5), name="one"),
                        models.CheckConstraint(condition=~Q(state="x"), name="not_x"),
                        models.CheckConstraint(condition=~Q(most=3), name="not_three"),
                        models.CheckConstraint(condition=Q(state__in=["a", "b"]), name="a_or_b"),
                        models.CheckConstraint(condition=Q(most__isnull=False) | Q(open=False), name="most_or_shut"),
                        models.UniqueConstraint(fields=["least", "most"], name="one_range"),
                        models.UniqueConstraint(fields=["state"], condition=Q(open=True), name="one_open"),
                        models.UniqueConstraint(
                            fields=["least"], condition=Q(open=True) & Q(most__isnull=True), name="one_endless"
                        ),
                    ],
                    "indexes": [models.Index(fields=["state", "-least"], name=Named._meta.indexes[0].name)],
                },
            ),
        ],
    ),
    ("add_null", [migrations.AddField("Book", "subtitle", models.CharField(max_length=20, null=True))]),
    ("add_default", [migrations.AddField("Book", "pages", models.IntegerField(default=3))]),
    ("add_text", [migrations.AddField("Book", "code", models.CharField(max_length=5, default="a'b"))]),
    ("add_key", [migrations.AddField("Book", "editor", to_author(null=True, related_name="+"))]),
    ("add_unique", [migrations.AddField("Book", "isbn", models.CharField(max_length=13, null=True, unique=True))]),
    ("longer", [migrations.AlterField("Book", "title", models.CharField(max_length=80))]),
    ("not_null", [migrations.AlterField("Book", "subtitle", models.CharField(max_length=20, default="x"))]),
    ("null", [migrations.AlterField("Book", "code", models.CharField(max_length=5, null=True))]),
    ("index", [migrations.AlterField("Book", "pages", models.IntegerField(db_index=True))]),
    ("no_index", [migrations.AlterField("Book", "pages", models.IntegerField())]),
    ("text_index", [migrations.AlterField("Book", "code", models.CharField(max_length=5, null=True, db_index=True))]),
    ("unique", [migrations.AlterField("Book", "title", models.CharField(max_length=80, unique=True))]),
    ("not_unique", [migrations.AlterField("Book", "title", models.CharField(max_length=80))]),
    ("another_type", [migrations.AlterField("Book", "number", models.CharField(max_length=9))]),
    ("no_check", [migrations.AlterField("Book", "rank", models.IntegerField(null=True))]),
    ("a_check", [migrations.AlterField("Book", "rank", models.PositiveIntegerField(null=True))]),
    ("key_null", [migrations.AlterField("Book", "author", to_author(null=True))]),
    ("rename", [migrations.RenameField("Book", "pages", "length")]),
    ("rename_key", [migrations.RenameField("Book", "editor", "reviewer")]),
    ("remove", [migrations.RemoveField("Book", "length")]),
    ("remove_key", [migrations.RemoveField("Book", "reviewer")]),
    ("together", [migrations.AlterUniqueTogether("Book", {("title", "author")})]),
    ("apart", [migrations.AlterUniqueTogether("Book", set())]),
    (
        "add_index",
        [
            migrations.AddIndex("Book", models.Index(fields=["title"], name="by_title")),
            migrations.AddIndex("Book", models.Index(fields=["-title", "rank"], condition=Q(rank__gt=3), name="ranked")),
        ],
    ),
    ("rename_index", [migrations.RenameIndex("Book", new_name="titles", old_name="by_title")]),
    ("remove_index", [migrations.RemoveIndex("Book", "titles")]),
    (
        "add_constraint",
        [
            migrations.AddConstraint("Book", models.UniqueConstraint(fields=["title", "rank"], name="one_rank")),
            migrations.AddConstraint("Book", models.UniqueConstraint(fields=["code"], condition=Q(open=True), name="oc")),
            migrations.AddConstraint("Book", models.CheckConstraint(condition=Q(rank__lt=9), name="low")),
        ],
    ),
    (
        "remove_constraint",
        [
            migrations.RemoveConstraint("Book", "one_rank"),
            migrations.RemoveConstraint("Book", "oc"),
            migrations.RemoveConstraint("Book", "low"),
        ],
    ),
    ("key_type", [migrations.AlterField("Author", "id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))]),
    ("add_many", [migrations.AddField("Book", "readers", models.ManyToManyField("shop.Person"))]),
    ("remove_many", [migrations.RemoveField("Book", "readers")]),
    ("db_default", [migrations.AddField("Book", "stars", models.IntegerField(db_default=5))]),
    ("other_db_default", [migrations.AlterField("Book", "stars", models.IntegerField(db_default=6))]),
    ("alter_table", [migrations.AlterModelTable("Stock", "stocks")]),
    ("delete", [migrations.DeleteModel("Stock")]),
    (
        "generated",
        [
            migrations.CreateModel(
                "Line",
                [
                    big(),
                    ("name", models.CharField(max_length=20)),
                    ("nick", models.CharField(max_length=20, null=True)),
                    ("price", models.DecimalField(max_digits=6, decimal_places=2)),
                    ("pieces", models.IntegerField()),
                    ("rate", models.FloatField()),
                    ("size", models.IntegerField()),
                    ("total", computed(F("price") * F("pieces"), models.DecimalField(max_digits=8, decimal_places=2))),
                    ("more", computed((F("pieces") + 1) * 2 - F("pieces") % 3, models.IntegerField())),
                    ("half", computed(F("rate") / 2.5, models.FloatField())),
                    ("small", computed(Lower("name"), models.CharField(max_length=20), unique=True)),
                    ("called", computed(Concat(F("name"), Value(" it's "), F("nick")), models.CharField(max_length=50))),
                    ("known", computed(Coalesce(F("nick"), F("name")), models.CharField(max_length=20), db_index=True)),
                    ("long", computed(Length(Upper(Trim("name"))), models.IntegerField())),
                    ("far", computed(Abs(F("price")), models.DecimalField(max_digits=6, decimal_places=2))),
                    ("paid", computed(Coalesce(F("price"), F("pieces"), output_field=DECIMAL), DECIMAL)),
                    ("many", computed(Q(pieces__gte=10) & ~Q(name="x"), models.BooleanField())),
                    ("dear", computed(F("price") * Value(Decimal("0.50")), models.DecimalField(max_digits=8, decimal_places=2))),
                ],
            )
        ],
    ),
    ("add_generated", [migrations.AddField("Line", "twice", computed(F("pieces") * 2, models.IntegerField()))]),
    ("alter_beside_generated", [migrations.AlterField("Line", "size", models.BigIntegerField(null=True))]),
    ("rename_computed_of", [migrations.RenameField("Line", "pieces", "count")]),
    ("remove_generated", [migrations.RemoveField("Line", "twice")]),
    (
        "child",
        [
            migrations.CreateModel(
                "Novel",
                [
                    (
                        "book_ptr",
                        models.OneToOneField(
                            "shop.Book", CASCADE, parent_link=True, primary_key=True, auto_created=True, serialize=False
                        ),
                    ),
                    ("plot", models.CharField(max_length=20)),
                    ("ghost", to_author(null=True, related_name="+")),
                ],
                bases=("shop.book",),
            )
        ],
    ),
    ("add_to_child", [migrations.AddField("Novel", "parts", models.IntegerField(default=1))]),
    ("alter_of_child", [migrations.AlterField("Novel", "plot", models.CharField(max_length=40, unique=True))]),
    ("delete_child", [migrations.DeleteModel("Novel")]),
    (
        "expressions",
        [
            migrations.CreateModel(
                "Entry",
                [
                    big(),
                    ("name", models.CharField(max_length=20)),
                    ("nick", models.CharField(max_length=20, null=True)),
                    ("price", models.DecimalField(max_digits=6, decimal_places=2)),
                    ("pieces", models.IntegerField()),
                ],
                options={
                    "constraints": [
                        UniqueConstraint(Lower("name"), name="one_name"),
                        UniqueConstraint(
                            Lower("name").desc(), "nick", condition=Q(pieces__gt=3), include=["price"], name="one_pair"
                        ),
                        UniqueConstraint(Upper("nick"), F("price") * F("pieces"), condition=Q(pieces__gt=4), name="part"),
                        UniqueConstraint(
                            fields=["name", "nick"], opclasses=["varchar_pattern_ops"] * 2, name="one_prefix"
                        ),
                        UniqueConstraint(fields=["pieces"], deferrable=Deferrable.DEFERRED, name="late"),
                        UniqueConstraint(fields=["price"], deferrable=Deferrable.IMMEDIATE, name="soon"),
                    ],
                    "indexes": [
                        Index(Lower("name").desc(), "nick", name="by_small"),
                        Index(F("price") * F("pieces"), name="by_worth"),
                        Index((F("price") * Value(Decimal("0.50"))).desc(), name="by_half"),
                        Index((F("pieces") + 1).desc(), Value(2) * F("pieces"), name="by_more"),
                        Index(Coalesce("nick", "name"), name="by_known"),
                        Index(Concat("name", Value(" it's "), "nick"), name="by_called"),
                        Index(Length(Upper(Trim("name"))), Abs("price"), name="by_length"),
                        Index(F("nick").asc(), name="by_nick"),
                        Index(
                            ExpressionWrapper(Q(pieces__gt=3) & ~Q(name="x"), output_field=models.BooleanField()),
                            name="by_many",
                        ),
                        Index(fields=["name", "-nick"], opclasses=["varchar_pattern_ops"] * 2, name="by_prefix"),
                        Index(Lower("nick"), condition=Q(pieces__gt=3), include=["price"], name="by_part"),
                    ],
                },
            )
        ],
    ),
    (
        "add_expressions",
        [
            migrations.AddIndex("Entry", Index(Lower("nick"), name="by_small_nick")),
            migrations.AddConstraint("Entry", UniqueConstraint(Upper("nick"), name="one_nick")),
            migrations.AddConstraint(
                "Entry", UniqueConstraint(fields=["nick"], deferrable=Deferrable.DEFERRED, name="late_nick")
            ),
        ],
    ),
    ("alter_below_expressions", [migrations.AlterField("Entry", "pieces", models.BigIntegerField())]),
    (
        "remove_expressions",
        [
            migrations.RemoveIndex("Entry", "by_small_nick"),
            migrations.RemoveConstraint("Entry", "one_nick"),
            migrations.RemoveConstraint("Entry", "late_nick"),
            migrations.RemoveConstraint("Entry", "part"),
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
                operation.state_forwards("shop", after)
                operation.database_forwards("shop", editor, current, after)
                current = after
        for sql in editor.collected_sql:
            if not sql.startswith("--"):
                print(sql)
        with connection.schema_editor() as editor:
            for operation in operations:
                after = state.clone()
                operation.state_forwards("shop", after)
                operation.database_forwards("shop", editor, state, after)
                state = after


main()
