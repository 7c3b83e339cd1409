"""Changes that need PostgreSQL."""
from .by_hand import migration
from .declare import THING, change

change("pg_array", THING + """
    numbers = ArrayField(models.IntegerField(), null=True)
""", THING + """
    numbers = ArrayField(models.BigIntegerField(), null=True)
    words = ArrayField(models.CharField(max_length=9), null=True)
""", ["INSERT INTO pg_array_thing (name, numbers) VALUES ('a', '{1,2}')"], is_postgres=True)
GIN = """
class Thing(models.Model):
    words = ArrayField(models.TextField())
    data = models.JSONField()
"""
change("pg_gin", GIN, GIN + """
    class Meta:
        indexes = [GinIndex(fields=["words"], name="pg_gin_words"), GinIndex(fields=["data"], name="pg_gin_data")]
""", is_postgres=True)
change("pg_hstore", "", """
class Thing(models.Model):
    data = HStoreField()
""", is_postgres=True, first=0, by_hand={"0001_hstore": migration("", "HStoreExtension()")})
change("pg_concurrently", THING, THING, ["INSERT INTO {app}_thing (name) VALUES ('a')"], is_postgres=True, by_hand={
    "0002_index": migration('("pg_concurrently", "0001_initial")', """migrations.RunSQL(
        "CREATE INDEX CONCURRENTLY pg_concurrently_ix ON pg_concurrently_thing (name)",
        "DROP INDEX CONCURRENTLY pg_concurrently_ix",
    )""", "atomic = False"),
})
