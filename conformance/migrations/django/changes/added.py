"""Fields that are added."""
from .declare import KEYED, TAGGED, THING, change

ROWS = ["INSERT INTO {app}_thing (name) VALUES ('a'), ('b')"]
MAKERS = ["INSERT INTO {app}_maker (name) VALUES ('m'), ('n')", *ROWS]
TAGS = ["INSERT INTO {app}_tag (name) VALUES ('t')", *ROWS]


def added(app, fields, before=THING, rows=ROWS):
    change(app, before, before + fields, rows)


added("add_char", """
    colour = models.CharField(max_length=10, default="it's \\\\red")
""")
added("add_char_null", """
    colour = models.CharField(max_length=10, null=True)
""")
added("add_text_blank", """
    notes = models.TextField(blank=True)
""")
added("add_required", """
    label = models.CharField(max_length=9)
""")
added("add_integer", """
    weight = models.IntegerField(default=-3)
""")
added("add_boolean", """
    is_new = models.BooleanField(default=True)
""")
added("add_decimal", """
    price = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal("2"))
""")
added("add_date", """
    since = models.DateField()
""")
added("add_auto_now_add", """
    made = models.DateTimeField(auto_now_add=True)
""")
added("add_json", """
    data = models.JSONField(default=some_json)
""")
added("add_uuid", """
    key = models.UUIDField(unique=True, null=True)
""")
added("add_binary", """
    bytes = models.BinaryField(default=b"\\x00a")
""")
added("add_key_null", """
    maker = models.ForeignKey(Maker, models.SET_NULL, null=True)
""", KEYED, MAKERS)
added("add_key", """
    maker = models.ForeignKey(Maker, models.CASCADE)
""", KEYED, MAKERS)
added("add_key_to_self", """
    part_of = models.ForeignKey("self", models.CASCADE, null=True)
""")
added("add_one_to_one", """
    maker = models.OneToOneField(Maker, models.CASCADE, null=True)
""", KEYED, MAKERS)
added("add_many", """
    tags = models.ManyToManyField(Tag)
""", TAGGED, TAGS)
added("add_many_to_self", """
    others = models.ManyToManyField("self")
""")
added("add_slug", """
    slug = models.SlugField(default="x")
""")
added("add_unique", """
    code = models.CharField(max_length=20, unique=True, null=True)
""")
added("add_indexed", """
    code = models.CharField(max_length=20, db_index=True, null=True)
    rank = models.IntegerField(db_index=True, default=0)
""")
added("add_positive", """
    pieces = models.PositiveIntegerField(default=1)
    boxes = models.PositiveSmallIntegerField(null=True)
""")
added("add_db_default", """
    weight = models.IntegerField(db_default=7)
    word = models.CharField(max_length=5, db_default="it's")
""")
added("add_generated", """
    twice = models.GeneratedField(expression=models.F("pieces") * 2, output_field=models.IntegerField(), db_persist=True)
""", THING + """
    pieces = models.IntegerField()
""", ["INSERT INTO {app}_thing (name, pieces) VALUES ('a', 4)"])
added("add_several", """
    code = models.CharField(max_length=9, unique=True, null=True)
    maker = models.ForeignKey(Maker, models.SET_NULL, null=True)
    pieces = models.PositiveIntegerField(default=0)
    rank = models.BigIntegerField(default=0, db_index=True)
    size = models.FloatField(default=1.5)
""", KEYED, MAKERS)
added("add_two", """
    one = models.CharField(max_length=9, null=True)
    two = models.DateField(null=True)
""")
added("add_named_column", """
    colour = models.CharField(max_length=9, null=True, db_column="Col Or")
""")
