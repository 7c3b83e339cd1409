"""How a change is declared: the models of an app before and after it, and the rows that are there when it is applied."""
from dataclasses import dataclass, field

ALL = {}

# What most changes begin with. Fields may be added at their ends.
THING = """
class Thing(models.Model):
    name = models.CharField(max_length=20)
"""
KEYED = THING.replace("Thing", "Maker") + THING
TAGGED = THING.replace("Thing", "Tag") + THING


@dataclass
class Change:
    app: str
    before: str
    after: str
    # SQL that runs after the migrations of before. `{app}` is the app's label.
    rows: list
    # It needs PostgreSQL.
    is_postgres: bool = False
    # Migrations that are written by hand: the text of the file by its name.
    by_hand: dict = field(default_factory=dict)
    # How many migrations are applied before the rows are inserted; none: those that the models before need.
    first: int | None = None


def change(app, before, after, rows=(), **options):
    assert app not in ALL, app
    ALL[app] = Change(app, before, after, list(rows), **options)
