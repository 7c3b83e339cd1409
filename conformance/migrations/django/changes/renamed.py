"""Fields, models and tables that get other names."""
from .declare import TAGGED, THING, change

ROWS = ["INSERT INTO {app}_thing (name) VALUES ('a'), ('b')"]
PIECES = ["INSERT INTO {app}_thing (name, pieces) VALUES ('a', 1), ('b', 2)"]
PARTS = [*ROWS, "INSERT INTO {app}_part (thing_id) VALUES (2), (1)"]


def renamed(app, before, names, rows):
    """The models after are those before, in which these names are others."""
    after = before
    for name, other in names.items():
        after = after.replace(name, other)
    change(app, before, after, rows)


NAME = {"name =": "title ="}
ITEM = {"Thing": "Item"}

renamed("rename_plain", THING + """
    pieces = models.IntegerField()
""", NAME, PIECES)
renamed("rename_indexed", """
class Thing(models.Model):
    name = models.CharField(max_length=20, db_index=True)
    code = models.CharField(max_length=9, unique=True)
""", {**NAME, "code": "sign"}, ["INSERT INTO {app}_thing (name, code) VALUES ('a', 'x')"])
renamed("rename_positive", """
class Thing(models.Model):
    pieces = models.PositiveIntegerField()
""", {"pieces": "units"}, ["INSERT INTO {app}_thing (pieces) VALUES (3)"])
renamed("rename_column_kept", THING, {"name = models.CharField(": 'title = models.CharField(db_column="name", '}, ROWS)
renamed("rename_key", THING.replace("Thing", "Maker") + """
class Thing(models.Model):
    maker = models.ForeignKey(Maker, models.CASCADE)
""", {"maker": "author"}, ["INSERT INTO {app}_maker (name) VALUES ('m')", "INSERT INTO {app}_thing (maker_id) VALUES (1)"])
MANY = TAGGED + """
    tags = models.ManyToManyField(Tag)
"""
LINKED = ["INSERT INTO {app}_tag (name) VALUES ('t')", *ROWS, "INSERT INTO {app}_thing_tags (thing_id, tag_id) VALUES (2, 1)"]
renamed("rename_many", MANY, {"tags": "labels"}, LINKED)
renamed("rename_in_together", THING + """
    pieces = models.IntegerField()

    class Meta:
        unique_together = [["name", "pieces"]]
""", {**NAME, '"name"': '"title"'}, PIECES)
renamed("rename_in_index", THING + """
    pieces = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["name", "pieces"], name="rename_in_index_ix")]
""", {**NAME, '"name"': '"title"'}, PIECES)
renamed("rename_in_check", """
class Thing(models.Model):
    pieces = models.IntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pieces__gt=0), name="rename_in_check_ck")]
""", {"pieces": "units"}, ["INSERT INTO {app}_thing (pieces) VALUES (3)"])
renamed("rename_target", """
class Maker(models.Model):
    code = models.CharField(max_length=20, unique=True)

class Thing(models.Model):
    maker = models.ForeignKey(Maker, models.CASCADE, to_field="code")
""", {"code": "sign"}, ["INSERT INTO {app}_maker (code) VALUES ('m')", "INSERT INTO {app}_thing (maker_id) VALUES ('m')"])
change("rename_and_change", THING + """
    pieces = models.IntegerField()
""", THING.replace("name", "title") + """
    pieces = models.BigIntegerField()
    extra = models.CharField(max_length=9, null=True)
""", PIECES)
renamed("rename_model", THING, ITEM, ROWS)
renamed("rename_model_ruled", """
class Thing(models.Model):
    name = models.CharField(max_length=20, db_index=True)
    pieces = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["pieces"], name="rename_model_ruled_ix")]
        constraints = [models.CheckConstraint(condition=models.Q(pieces__gt=0), name="rename_model_ruled_ck")]
        unique_together = [["name", "pieces"]]
""", ITEM, PIECES)
renamed("rename_model_keyed", THING + """
class Part(models.Model):
    thing = models.ForeignKey(Thing, models.CASCADE)
    pieces = models.IntegerField()
""", ITEM, [*ROWS, "INSERT INTO {app}_part (thing_id, pieces) VALUES (2, 5), (1, 6)"])
renamed("rename_model_many", TAGGED + """
    pieces = models.IntegerField()
    tags = models.ManyToManyField(Tag)

class Box(models.Model):
    things = models.ManyToManyField(Thing)
""", ITEM, [
    "INSERT INTO {app}_tag (name) VALUES ('t')", *PIECES, "INSERT INTO {app}_thing_tags (thing_id, tag_id) VALUES (2, 1)",
    "INSERT INTO {app}_box DEFAULT VALUES", "INSERT INTO {app}_box_things (box_id, thing_id) VALUES (1, 2)",
])
renamed("rename_model_many_to_self", THING + """
    others = models.ManyToManyField("self")
""", ITEM, [*ROWS, "INSERT INTO {app}_thing_others (from_thing_id, to_thing_id) VALUES (1, 2), (2, 1)"])
renamed("rename_model_to_self", THING + """
    part_of = models.ForeignKey("self", models.SET_NULL, null=True)
""", ITEM, [*ROWS, "INSERT INTO {app}_thing (name, part_of_id) VALUES ('c', 1)"])
change("rename_model_and_field", THING + """
class Part(models.Model):
    maker = models.ForeignKey(Thing, models.CASCADE)
""", THING.replace("Thing", "Item") + """

class Part(models.Model):
    author = models.ForeignKey(Item, models.CASCADE)
""", [*ROWS, "INSERT INTO {app}_part (maker_id) VALUES (2)"])
change("rename_table", """
class Thing(models.Model):
    name = models.CharField(max_length=20, db_index=True)
""", """
class Thing(models.Model):
    name = models.CharField(max_length=20, db_index=True)

    class Meta:
        db_table = "rename_table_other"
""", ROWS)
change("rename_table_back", THING + """
    class Meta:
        db_table = "rename_table_back_other"
""", THING, ["INSERT INTO {app}_other (name) VALUES ('a'), ('b')"])
PART = """
class Part(models.Model):
    thing = models.ForeignKey(Thing, models.CASCADE)
"""
change("rename_table_many", MANY + PART, MANY + """
    class Meta:
        db_table = "rename_table_many_other"
""" + PART, [*LINKED, "INSERT INTO {app}_part (thing_id) VALUES (2)"])
