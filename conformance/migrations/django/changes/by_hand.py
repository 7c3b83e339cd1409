"""Migrations that are written by hand: steps of code and SQL, branches, and those that are squashed."""
from .declare import THING, change

ROWS = ["INSERT INTO {app}_thing (name) VALUES ('a'), ('b')"]


def migration(before, operations, options=""):
    return f"""
from django.db import migrations, models
import django.contrib.postgres.fields
from django.contrib.postgres.operations import HStoreExtension


def shout(apps, editor):
    editor.execute("UPDATE step_of_code_thing SET loud = upper(name)")


def whisper(apps, editor):
    editor.execute("UPDATE step_of_code_thing SET name = lower(loud)")


class Migration(migrations.Migration):
    {options}
    dependencies = [{before}]
    operations = [{operations}]
"""


def added(field, kind="Integer"):
    return f'migrations.AddField("thing", "{field}", models.{kind}Field(null=True))'


change("step_of_code", THING, THING + """
    loud = models.CharField(max_length=20)
""", ROWS, by_hand={
    "0002_loud": migration('("step_of_code", "0001_initial")', """
        migrations.AddField("thing", "loud", models.CharField(max_length=20, null=True)),
        migrations.RunPython(shout, whisper),
        migrations.AlterField("thing", "loud", models.CharField(max_length=20)),
    """),
})
change("step_of_sql", THING, THING, ROWS, by_hand={
    "0002_more": migration('("step_of_sql", "0001_initial")', """migrations.RunSQL(
        "INSERT INTO step_of_sql_thing (name) VALUES ('more')", "DELETE FROM step_of_sql_thing WHERE name = 'more'",
    )"""),
})
change("branches", THING, THING + """
    one = models.IntegerField(null=True)
    two = models.IntegerField(null=True)
""", ROWS, by_hand={
    "0002_one": migration('("branches", "0001_initial")', added("one")),
    "0002_two": migration('("branches", "0001_initial")', added("two")),
})
for app, first in [("squash_none", 0), ("squash_some", 2), ("squash_all", 4)]:
    change(app, THING, """
class Thing(models.Model):
    title = models.CharField(max_length=20)
    one = models.BigIntegerField(null=True)
    two = models.IntegerField(null=True)
""", first=first, by_hand={
        "0002_one": migration(f'("{app}", "0001_initial")', added("one")),
        "0003_title": migration(f'("{app}", "0002_one")', """
            migrations.RenameField("thing", "name", "title"),
            migrations.AlterField("thing", "one", models.BigIntegerField(null=True)),
        """),
        "0004_two": migration(f'("{app}", "0003_title")', added("two")),
    })
change("faked", THING, THING + """
    pieces = models.IntegerField(null=True)
""", ROWS)
change("faked_initial", "", THING + """
class Other(models.Model):
    pieces = models.IntegerField()
""", [
    "CREATE TABLE faked_initial_thing (id bigint PRIMARY KEY, name varchar(20))",
    "CREATE TABLE faked_initial_other (id bigint PRIMARY KEY)",
])
