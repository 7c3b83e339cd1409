"""Fields that are removed."""
from .declare import KEYED, TAGGED, THING, change

ROWS = ["INSERT INTO {app}_thing (name) VALUES ('a'), ('b')"]


def removed(app, fields, before=THING, rows=ROWS):
    change(app, before + fields, before, rows)


removed("remove_plain", """
    pieces = models.IntegerField(default=4)
""", rows=["INSERT INTO {app}_thing (name, pieces) VALUES ('a', 1), ('b', 2)"])
removed("remove_indexed", """
    code = models.CharField(max_length=9, db_index=True, null=True)
""")
removed("remove_unique", """
    code = models.CharField(max_length=9, unique=True, null=True)
""")
removed("remove_positive", """
    pieces = models.PositiveIntegerField(default=1)
""", rows=["INSERT INTO {app}_thing (name, pieces) VALUES ('a', 1)"])
removed("remove_key", """
    maker = models.ForeignKey(Maker, models.SET_NULL, null=True)
""", KEYED, ["INSERT INTO {app}_maker (name) VALUES ('m')", "INSERT INTO {app}_thing (name, maker_id) VALUES ('a', 1)"])
removed("remove_many", """
    tags = models.ManyToManyField(Tag)
""", TAGGED, ["INSERT INTO {app}_tag (name) VALUES ('t')", *ROWS, "INSERT INTO {app}_thing_tags (thing_id, tag_id) VALUES (1, 1)"])
removed("remove_in_together", """
    pieces = models.IntegerField(null=True)

    class Meta:
        unique_together = [["name", "pieces"]]
""")
removed("remove_in_index", """
    pieces = models.IntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["name", "pieces"], name="remove_in_index_ix")]
""")
removed("remove_with_constraint", """
    pieces = models.IntegerField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pieces__gt=0), name="remove_with_constraint_ck")]
""")
removed("remove_with_default", """
    pieces = models.IntegerField(db_default=5)
""")
removed("remove_generated", """
    loud = models.GeneratedField(expression=Upper("name"), output_field=models.CharField(max_length=20), db_persist=True)
""")
change("remove_and_add", THING + """
    old = models.CharField(max_length=9, null=True)
""", THING + """
    new = models.CharField(max_length=9, null=True)
""", ["INSERT INTO {app}_thing (name, old) VALUES ('a', 'x')"])
