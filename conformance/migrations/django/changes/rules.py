"""Indexes, constraints, and fields that are unique together."""
from .declare import KEYED, THING, change

BEFORE = THING + """
    pieces = models.IntegerField(null=True)
"""
ROWS = ["INSERT INTO {app}_thing (name, pieces) VALUES ('a', 1), ('b', 2)"]


def ruled(app, before, after, model=BEFORE, rows=ROWS):
    """The options of the model `Thing`, before and after."""
    change(app, *(f"{model}\n    class Meta:\n        {options or 'pass'}\n" for options in (before, after)), rows)


def index(app, fields, options="", end="ix"):
    return f'indexes = [models.Index(fields={fields}, name="{app}_{end}"{options})]'


def unique(app, fields, options=""):
    return f'constraints = [models.UniqueConstraint(fields={fields}, name="{app}_uq"{options})]'


def check(app, condition):
    return f'constraints = [models.CheckConstraint(condition={condition}, name="{app}_ck")]'


ruled("index_added", None, index("index_added", ["pieces", "-name"]))
ruled("index_unnamed", None, 'indexes = [models.Index(fields=["name", "pieces"])]')
ruled("index_removed", index("index_removed", ["pieces"]), None)
ruled("index_renamed", index("index_renamed", ["pieces"]), index("index_renamed", ["pieces"], end="other"))
ruled("index_changed", index("index_changed", ["pieces"]), index("index_changed", ["-pieces"]))
ruled("index_partial", None, index("index_partial", ["name"], ', condition=models.Q(pieces__gt=3) & ~models.Q(name="x")'))
ruled("index_covering", None, index("index_covering", ["name"], ', include=["pieces"]'))
ruled("unique_added", None, unique("unique_added", ["name", "pieces"]))
ruled("unique_removed", unique("unique_removed", ["name", "pieces"]), None)
ruled("unique_changed", unique("unique_changed", ["name", "pieces"]), unique("unique_changed", ["name"]))
IS_NULL = ", condition=models.Q(pieces__isnull=True)"
ruled("unique_conditional", None, unique("unique_conditional", ["name"], IS_NULL))
ruled("unique_conditional_removed", unique("unique_conditional_removed", ["name"], IS_NULL), None)
ruled("unique_nulls", None, unique("unique_nulls", ["name", "pieces"], ", nulls_distinct=False"))
ruled("unique_including", None, unique("unique_including", ["name"], ', include=["pieces"]'))
ruled("check_added", None, check("check_added", 'models.Q(pieces__gte=0) | ~models.Q(name="x")'))
ruled("check_removed", check("check_removed", "models.Q(pieces__gte=0)"), None)
ruled("check_changed", check("check_changed", "models.Q(pieces__gte=0)"), check("check_changed", "models.Q(pieces__gte=1)"))
PRICE = """
class Thing(models.Model):
    price = models.DecimalField(max_digits=6, decimal_places=2)
    size = models.CharField(max_length=9)
"""
ruled("check_decimal", None, """constraints = [
            models.CheckConstraint(condition=models.Q(price__gte=0) & models.Q(price__lt=10), name="check_decimal_ck"),
            models.CheckConstraint(condition=models.Q(size__in=["s", "it's"]), name="check_decimal_sizes"),
        ]""", PRICE, ["INSERT INTO {app}_thing (price, size) VALUES (1.5, 's')"])
change("rules_and_field", BEFORE + """
    class Meta:
        indexes = [models.Index(fields=["pieces"], name="rules_and_field_ix")]
""", BEFORE + """
    rank = models.IntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["pieces"], name="rules_and_field_ix"), models.Index(fields=["rank"], name="rules_and_field_too"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(rank__gte=models.F("pieces")), name="rules_and_field_ck"),
            models.UniqueConstraint(fields=["name", "rank"], name="rules_and_field_uq"),
        ]
""", ROWS)
ruled("together_added", None, 'unique_together = [["name", "pieces"]]')
ruled("together_changed", 'unique_together = [["name", "pieces"]]', 'unique_together = [["name", "rank"]]',
      BEFORE + "    rank = models.IntegerField(null=True)\n")
ruled("together_removed", 'unique_together = [["name", "pieces"]]', None)
change("together_with_key", KEYED, KEYED + """
    maker = models.ForeignKey(Maker, models.CASCADE, null=True)

    class Meta:
        unique_together = [["maker", "name"]]
""", ["INSERT INTO {app}_thing (name) VALUES ('a')"])
