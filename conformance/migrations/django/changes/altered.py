"""Fields that become others."""
from .declare import TAGGED, THING, change

MAKER = THING.replace("Thing", "Maker")
ROWS = ["INSERT INTO {app}_thing (name) VALUES ('a'), ('b')"]
PIECES = ["INSERT INTO {app}_thing (pieces) VALUES (1), (2)"]
MAKERS = ["INSERT INTO {app}_maker (name) VALUES ('m'), ('n')", "INSERT INTO {app}_thing (maker_id) VALUES (2), (1)"]
NULL = ["INSERT INTO {app}_thing (name, weight) VALUES ('a', NULL), ('b', 2)"]
CODED = ["INSERT INTO {app}_thing (name, code) VALUES ('a', 'x')"]


def altered(app, before, after, rows, others=""):
    """The fields of the model `Thing`, before and after; other models come before it."""
    change(app, *(f"{others}\nclass Thing(models.Model):\n    " + "\n    ".join(fields) for fields in (before, after)), rows)


name = "name = models.CharField(max_length=20)"

altered("alter_longer", [name], ["name = models.CharField(max_length=40)"], ROWS)
altered("alter_shorter", [name], ["name = models.CharField(max_length=10)"], ROWS)
altered("alter_to_text", [name, "code = models.CharField(max_length=20, unique=True)"],
        ["name = models.TextField()", "code = models.TextField(unique=True)"], CODED)
altered("alter_to_bigint", ["pieces = models.IntegerField()"], ["pieces = models.BigIntegerField()"], PIECES)
altered("alter_to_char", ["pieces = models.IntegerField()"], ["pieces = models.CharField(max_length=10)"], PIECES)
altered("alter_to_integer", ["pieces = models.CharField(max_length=10)"], ["pieces = models.IntegerField()"],
        ["INSERT INTO {app}_thing (pieces) VALUES ('1'), ('2')"])
altered("alter_required", [name, "weight = models.IntegerField(null=True)"], [name, "weight = models.IntegerField()"], NULL)
altered("alter_required_default", [name, "weight = models.IntegerField(null=True)"],
        [name, "weight = models.IntegerField(default=9)"], NULL)
altered("alter_required_ignored", [name, "ignored = models.IntegerField(null=True)"],
        [name, "ignored = models.IntegerField()"], ["INSERT INTO {app}_thing (name, ignored) VALUES ('a', 1)"])
altered("alter_required_text", [name, "word = models.CharField(max_length=9, null=True)"],
        [name, 'word = models.CharField(max_length=9, default="")'], ROWS)
altered("alter_null", [name, "weight = models.IntegerField()"], [name, "weight = models.IntegerField(null=True)"],
        ["INSERT INTO {app}_thing (name, weight) VALUES ('a', 1)"])
UNIQUE = [name.replace("20)", "20, unique=True)"), "weight = models.IntegerField(unique=True)"]
INDEXED = [field.replace("unique", "db_index") for field in UNIQUE]
PLAIN = [name, "weight = models.IntegerField()"]
WEIGHED = ["INSERT INTO {app}_thing (name, weight) VALUES ('a', 1), ('b', 2)"]
altered("alter_unique", PLAIN, UNIQUE, WEIGHED)
altered("alter_unique_dropped", UNIQUE, PLAIN, WEIGHED)
altered("alter_index", PLAIN, INDEXED, WEIGHED)
altered("alter_index_dropped", INDEXED, PLAIN, WEIGHED)
altered("alter_index_unique", [INDEXED[0], "code = models.CharField(max_length=9, unique=True)"],
        [UNIQUE[0], "code = models.CharField(max_length=9, db_index=True)"], CODED)
altered("alter_indexed_longer", [INDEXED[0], "code = models.CharField(max_length=9, unique=True)"],
        [INDEXED[0].replace("20", "40"), "code = models.CharField(max_length=19, unique=True)"], CODED)
altered("alter_indexed_to_integer",
        ["pieces = models.CharField(max_length=20, db_index=True)", "weight = models.IntegerField(db_index=True)"],
        ["pieces = models.IntegerField(db_index=True)", "weight = models.CharField(max_length=20, db_index=True)"],
        ["INSERT INTO {app}_thing (pieces, weight) VALUES ('1', 2)"])
altered("alter_to_slug", [name.replace("20", "50")], ["name = models.SlugField()"], ROWS)
altered("alter_positive", ["pieces = models.PositiveIntegerField()", "boxes = models.IntegerField()"],
        ["pieces = models.IntegerField()", "boxes = models.PositiveIntegerField()"],
        ["INSERT INTO {app}_thing (pieces, boxes) VALUES (1, 2)"])
altered("alter_decimal", ["price = models.DecimalField(max_digits=6, decimal_places=2)"],
        ["price = models.DecimalField(max_digits=9, decimal_places=3)"], ["INSERT INTO {app}_thing (price) VALUES (1.5), (2)"])
altered("alter_date", ["since = models.DateField()"], ["since = models.DateTimeField()"],
        ["INSERT INTO {app}_thing (since) VALUES ('2024-05-06')"])
altered("alter_column", [INDEXED[0], "pieces = models.PositiveIntegerField()"],
        ['name = models.CharField(max_length=20, db_index=True, db_column="label")', 'pieces = models.PositiveIntegerField(db_column="n")'],
        ["INSERT INTO {app}_thing (name, pieces) VALUES ('a', 1)"])

key = "maker = models.ForeignKey(Maker, models.CASCADE)"
altered("alter_target", [key], [key.replace("Maker", "Other")],
        ["INSERT INTO {app}_other (name) VALUES ('o'), ('p')", *MAKERS], MAKER + MAKER.replace("Maker", "Other"))
altered("alter_to_one_to_one", [key], [key.replace("ForeignKey", "OneToOneField")], MAKERS, MAKER)
altered("alter_from_one_to_one", [key.replace("ForeignKey", "OneToOneField")], [key], MAKERS, MAKER)
owner = key.replace("maker", "owner").replace(")", ', related_name="+")')
OWNED = [MAKERS[0], "INSERT INTO {app}_thing (maker_id, owner_id) VALUES (2, 1)"]
altered("alter_key_null", [key, owner.replace(")", ", null=True)")], [key.replace(")", ", null=True)"), owner],
        [*OWNED, "INSERT INTO {app}_thing (maker_id) VALUES (1)"], MAKER)
altered("alter_unchecked", [key, owner.replace(")", ", db_constraint=False)")],
        [key.replace(")", ", db_constraint=False)"), owner], OWNED, MAKER)
altered("alter_key_unindexed", [key], [key.replace(")", ", db_index=False)")], MAKERS, MAKER)
altered("alter_to_key", ["maker = models.BigIntegerField()"], [key],
        [MAKERS[0], "INSERT INTO {app}_thing (maker) VALUES (2)"], MAKER)
altered("alter_db_default",
        ["one = models.IntegerField()", "two = models.IntegerField(db_default=2)", "three = models.IntegerField(db_default=3)"],
        ["one = models.IntegerField(db_default=1)", "two = models.IntegerField(db_default=22)", "three = models.IntegerField()"],
        ["INSERT INTO {app}_thing (one) VALUES (1)"])
altered("alter_required_db_default", [name, "weight = models.IntegerField(null=True)"],
        [name, "weight = models.IntegerField(db_default=4)"], NULL)
altered("alter_many", [name, "tags = models.ManyToManyField(Tag)"], [name, "tags = models.ManyToManyField(Label)"], [
    "INSERT INTO {app}_tag (name) VALUES ('t')", "INSERT INTO {app}_label (name) VALUES ('l')", *ROWS,
    "INSERT INTO {app}_thing_tags (thing_id, tag_id) VALUES (2, 1)",
], MAKER.replace("Maker", "Tag") + MAKER.replace("Maker", "Label"))
MANY = f"""
class Thing(models.Model):
    {key}
    pieces = models.IntegerField()
    others = models.ManyToManyField(Maker, related_name="+")
"""
AUTO = MAKER.replace("    name", "    id = models.AutoField(primary_key=True)\n    name")
change("alter_auto_to_big", AUTO + MANY, MAKER + MANY, [
    MAKERS[0], "INSERT INTO {app}_thing (maker_id, pieces) VALUES (2, 5)",
    "INSERT INTO {app}_thing_others (thing_id, maker_id) VALUES (1, 1)",
])
CODE = """
class Maker(models.Model):
    code = models.CharField(max_length=9, primary_key=True)
    name = models.CharField(max_length=20)

class Thing(models.Model):
    maker = models.ForeignKey(Maker, models.CASCADE)
"""
change("alter_key_of_text", CODE, CODE.replace("=9", "=19"),
       ["INSERT INTO {app}_maker VALUES ('x', 'm')", "INSERT INTO {app}_thing (maker_id) VALUES ('x')"])
TARGET = """
class Maker(models.Model):
    code = models.IntegerField(unique=True)

class Thing(models.Model):
    maker = models.ForeignKey(Maker, models.CASCADE, to_field="code")
"""
change("alter_target_type", TARGET, TARGET.replace("models.Integer", "models.BigInteger"),
       ["INSERT INTO {app}_maker (code) VALUES (7)", "INSERT INTO {app}_thing (maker_id) VALUES (7)"])
altered("alter_other_key", ["code = models.CharField(max_length=20)"],
        ["code = models.CharField(max_length=20, primary_key=True)"], ["INSERT INTO {app}_thing (code) VALUES ('a'), ('b')"])
change("alter_to_many", TAGGED + """
    tags = models.CharField(max_length=20, null=True)
""", TAGGED + """
    tags = models.ManyToManyField(Tag)
""", ["INSERT INTO {app}_thing (name, tags) VALUES ('a', 'x')"])
SELF = 'part_of = models.ForeignKey("self", models.CASCADE, null=True)'
altered("alter_beside_self", [SELF, name, "pieces = models.IntegerField()"],
        [SELF, name.replace("20", "30"), "pieces = models.IntegerField()"], ["INSERT INTO {app}_thing (name, pieces) VALUES ('a', 1)"])
