"""Models that are created, deleted, and managed or not."""
from .declare import KEYED, TAGGED, THING, change

MAKER = THING.replace("Thing", "Maker")
ROWS = ["INSERT INTO {app}_thing (name) VALUES ('a'), ('b')"]
MADE = ["INSERT INTO {app}_maker (name) VALUES ('m')", "INSERT INTO {app}_thing (name, maker_id) VALUES ('a', 1)"]

change("create_first", "", THING)
change("create_keyed", MAKER, MAKER + """
class Thing(models.Model):
    maker = models.ForeignKey(Maker, models.CASCADE)
    name = models.CharField(max_length=20, unique=True)
    also = models.ForeignKey(Maker, models.SET_NULL, null=True, related_name="+")
    others = models.ManyToManyField(Maker, related_name="+")

    class Meta:
        unique_together = [["maker", "name"]]
        indexes = [models.Index(fields=["name", "maker"], name="create_keyed_ix")]
""")
change("create_many", "", """
class Zebra(models.Model):
    name = models.CharField(max_length=20)

class Ant(models.Model):
    name = models.CharField(max_length=20)
    zebra = models.ForeignKey(Zebra, models.CASCADE)

class Mouse(models.Model):
    ant = models.ForeignKey(Ant, models.CASCADE)
    zebras = models.ManyToManyField(Zebra)
    size = models.PositiveIntegerField(default=1)
""")
change("create_circular", "", """
class Left(models.Model):
    right = models.ForeignKey("Right", models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=9)

class Right(models.Model):
    left = models.ForeignKey(Left, models.CASCADE, related_name="+")
    name = models.CharField(max_length=9)
""")
change("create_near", "", """
class House(models.Model):
    town = models.ForeignKey("create_far.Town", models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=9)

class Street(models.Model):
    name = models.CharField(max_length=9)
""")
change("create_far", "", """
class Town(models.Model):
    street = models.ForeignKey("create_near.Street", models.CASCADE, related_name="+")
    name = models.CharField(max_length=9)
""")
PLACE = THING.replace("Thing", "Place")
change("create_child", PLACE, PLACE + """
class Shop(Place):
    rooms = models.IntegerField(default=1)
""", ["INSERT INTO {app}_place (name) VALUES ('p')"])
UNMANAGED = THING + """
    class Meta:
        managed = False
"""
change("create_unmanaged", "", UNMANAGED)
change("create_owned", "", THING + """
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
""")
change("add_owner", THING, THING + """
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    readers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
""", ROWS)
PERSON = """
class Person(models.Model):
    name = models.CharField(max_length=20, unique=True)
"""
# The user model, which other apps refer to.
change("people", PERSON, PERSON, ["INSERT INTO people_person (name) VALUES ('a')"])
change("delete_alone", THING, "", ROWS)
change("delete_referred", KEYED + """
    maker = models.ForeignKey(Maker, models.SET_NULL, null=True)
""", THING, MADE)
change("delete_keyed", KEYED + """
    maker = models.ForeignKey(Maker, models.CASCADE)

    class Meta:
        unique_together = [["maker", "name"]]
        indexes = [models.Index(fields=["name"], name="delete_keyed_ix")]
""", MAKER, MADE)
change("delete_many", TAGGED + """
    tags = models.ManyToManyField(Tag)
""", THING.replace("Thing", "Tag"), [
    "INSERT INTO {app}_tag (name) VALUES ('t')", *ROWS, "INSERT INTO {app}_thing_tags (thing_id, tag_id) VALUES (1, 1)",
])
KEPT = THING.replace("Thing", "Kept")
change("delete_both", KEYED + """
    maker = models.ForeignKey(Maker, models.CASCADE)
""" + KEPT, KEPT, MADE)
change("delete_and_create", THING, THING.replace("Thing", "Other") + """
    pieces = models.IntegerField()
""", ROWS)
change("manage", UNMANAGED, THING)
change("unmanage", THING, UNMANAGED, ROWS)
