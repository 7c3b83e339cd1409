"""A bookshop: each kind of relation and of column. `src/models.rs` has the same models."""
import functools

from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models

IS_POSTGRESQL = connection.vendor == "postgresql"
if IS_POSTGRESQL:
    from django.contrib.postgres import fields
    from django.contrib.postgres.search import SearchVectorField


class Known(models.Manager):
    def get_by_natural_key(self, *key):
        return self.get(**dict(zip(self.model.KNOWN_BY, key)))


class ByName(models.Model):
    """Its rows are known by some of their fields, as well as by their primary keys."""

    KNOWN_BY = ["name"]
    objects = Known()

    def natural_key(self):
        return tuple(functools.reduce(getattr, name.split("__"), self) for name in self.KNOWN_BY)

    class Meta:
        abstract = True


class Publisher(ByName):
    name = models.CharField(max_length=50, unique=True)
    country = models.CharField(max_length=2, null=True)
    founded = models.IntegerField(null=True)


class Author(models.Model):
    name = models.CharField(max_length=100)
    email = models.CharField(max_length=100, null=True, unique=True)
    born = models.DateField(null=True)
    score = models.FloatField(null=True)
    publisher = models.ForeignKey(Publisher, models.SET_NULL, null=True, related_name="authors")
    mentor = models.ForeignKey("self", models.SET_NULL, null=True, related_name="pupils")

    class Meta:
        ordering = ["name", "id"]


class Profile(models.Model):
    author = models.OneToOneField(Author, models.CASCADE, related_name="profile")
    bio = models.TextField()
    website = models.CharField(max_length=100, null=True)


class Tag(ByName):
    name = models.CharField(max_length=30, unique=True)
    color = models.CharField(max_length=10, null=True)


class Book(models.Model):
    title = models.CharField(max_length=100)
    isbn = models.CharField(max_length=20, null=True, unique=True)
    blurb = models.TextField()
    author = models.ForeignKey(Author, models.CASCADE, related_name="books")
    editor = models.ForeignKey(Author, models.SET_NULL, null=True, related_name="edited")
    pages = models.PositiveIntegerField(null=True)
    stock = models.IntegerField(default=0)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    discount = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    rating = models.FloatField(null=True)
    published = models.DateField(null=True)
    opens = models.TimeField(null=True)
    created = models.DateTimeField()
    sold = models.DateTimeField(null=True)
    reading = models.DurationField(null=True)
    code = models.UUIDField()
    meta = models.JSONField(null=True)
    available = models.BooleanField(default=True)
    featured = models.BooleanField(null=True)
    tags = models.ManyToManyField(Tag, through="Tagging", related_name="books")

    class Meta:
        ordering = ["id"]


class Tagging(models.Model):
    book = models.ForeignKey(Book, models.CASCADE, related_name="taggings")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings")
    weight = models.IntegerField(default=1)

    class Meta:
        unique_together = [["book", "tag"]]


class Review(models.Model):
    book = models.ForeignKey(Book, models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(Author, models.SET_NULL, null=True, related_name="reviews")
    stars = models.SmallIntegerField()
    text = models.TextField()
    helpful = models.IntegerField(null=True)
    made = models.DateTimeField()


class Customer(models.Model):
    email = models.CharField(max_length=100, unique=True)
    city = models.CharField(max_length=50, null=True)
    vip = models.BooleanField(default=False)


class Purchase(models.Model):
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="purchases")
    placed = models.DateTimeField()
    paid = models.DateTimeField(null=True)


class Line(models.Model):
    purchase = models.ForeignKey(Purchase, models.CASCADE, related_name="lines")
    book = models.ForeignKey(Book, models.PROTECT, related_name="lines")
    quantity = models.PositiveSmallIntegerField()
    unit = models.DecimalField(max_digits=8, decimal_places=2)

    class Meta:
        ordering = ["-quantity", "id"]


class Warehouse(models.Model):
    name = models.CharField(max_length=20)


class Shelf(models.Model):
    warehouse = models.ForeignKey(Warehouse, models.CASCADE, related_name="shelves")


class Box(models.Model):
    """Its shelf is not deleted, except together with the box's warehouse."""

    warehouse = models.ForeignKey(Warehouse, models.CASCADE, null=True, related_name="boxes")
    shelf = models.ForeignKey(Shelf, models.RESTRICT, related_name="boxes")


class Sensor(models.Model):
    warehouse = models.ForeignKey(Warehouse, models.SET_DEFAULT, default=1, related_name="sensors")
    backup = models.ForeignKey(Warehouse, models.SET(2), related_name="backups")


class Guard(models.Model):
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="guards")
    shelf = models.ForeignKey(Shelf, models.SET_NULL, null=True, related_name="guards")


class Memo(models.Model):
    warehouse = models.ForeignKey(Warehouse, models.DO_NOTHING, db_constraint=False, related_name="memos")


class Club(models.Model):
    name = models.CharField(max_length=20)
    members = models.ManyToManyField(Author, related_name="clubs")


class Person(models.Model):
    friends = models.ManyToManyField("self")
    follows = models.ManyToManyField("self", symmetrical=False, related_name="followers")


class Region(ByName):
    KNOWN_BY = ["number"]

    number = models.BigIntegerField(unique=True)
    name = models.CharField(max_length=20)


class Branch(models.Model):
    region = models.ForeignKey(Region, models.CASCADE, to_field="number", null=True, related_name="branches")
    name = models.CharField(max_length=20)


class Label(models.Model):
    text = models.CharField(max_length=20)
    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.BigIntegerField()
    content_object = GenericForeignKey()


class Sticker(models.Model):
    label = models.ForeignKey(Label, models.CASCADE)


class Remark(models.Model):
    """Its objects have keys of any kind. There are remarks about remarks."""

    text = models.CharField(max_length=20)
    about_type = models.ForeignKey(ContentType, models.CASCADE, null=True)
    about_id = models.CharField(max_length=40, null=True)
    about = GenericForeignKey("about_type", "about_id")
    remarks = GenericRelation("self", "about_id", "about_type", related_query_name="remark")

    class Meta:
        ordering = ["id"]


class Album(ByName):
    KNOWN_BY = ["title"]

    title = models.CharField(max_length=20)
    labels = GenericRelation(Label, related_query_name="album")
    remarks = GenericRelation(Remark, "about_id", "about_type", related_query_name="album")

    class Meta:
        ordering = ["id"]


class Song(ByName):
    KNOWN_BY = ["title", "album__title"]

    album = models.ForeignKey(Album, models.CASCADE, related_name="songs")
    title = models.CharField(max_length=20)
    labels = GenericRelation(Label, related_query_name="song")

    class Meta:
        ordering = ["id"]


class Ticket(models.Model):
    code = models.CharField(max_length=10, primary_key=True)
    remarks = GenericRelation(Remark, "about_id", "about_type", related_query_name="ticket")


class Visit(models.Model):
    key = models.UUIDField(primary_key=True)


class Place(ByName):
    name = models.CharField(max_length=20)
    owner = models.ForeignKey(Author, models.SET_NULL, null=True, related_name="places")
    tags = models.ManyToManyField(Tag, related_name="places")

    class Meta:
        ordering = ["name", "id"]
        get_latest_by = ["name"]


class Restaurant(Place):
    serves_pizza = models.BooleanField(default=False)
    rating = models.FloatField(null=True)


class Cafe(Restaurant):
    beans = models.CharField(max_length=20)

    class Meta:
        ordering = ["-name"]


class Bar(Place):
    beers = models.IntegerField()
    kept_by = models.ForeignKey(Author, models.CASCADE, null=True, related_name="bars")
    visits = GenericRelation(Label)


class Visitor(models.Model):
    place = models.ForeignKey(Place, models.CASCADE, related_name="visitors")
    favourite = models.ForeignKey(Restaurant, models.SET_NULL, null=True, related_name="fans")
    mood = models.CharField(max_length=10)


class Menu(models.Model):
    restaurant = models.OneToOneField(Restaurant, models.CASCADE, primary_key=True, related_name="menu")
    text = models.CharField(max_length=20)

class Sample(models.Model):
    """A column of every kind that both databases have."""

    class Letter(models.TextChoices):
        A = "a"
        B = "b'\\", "quoted"

    class Number(models.IntegerChoices):
        LESS = -5
        ZERO = 0
        MORE = 70_000

    boolean = models.BooleanField()
    boolean_or_null = models.BooleanField(null=True)
    small = models.SmallIntegerField(null=True)
    whole = models.IntegerField()
    big = models.BigIntegerField(null=True)
    positive_small = models.PositiveSmallIntegerField()
    positive = models.PositiveIntegerField(null=True)
    positive_big = models.PositiveBigIntegerField()
    double = models.FloatField()
    decimal = models.DecimalField(max_digits=15, decimal_places=5)
    char = models.CharField(max_length=30, null=True)
    text = models.TextField()
    slug = models.SlugField()
    email = models.EmailField(null=True)
    url = models.URLField()
    file = models.FileField()
    image = models.ImageField()
    file_path = models.FilePathField()
    uuid = models.UUIDField(null=True)
    date = models.DateField(null=True)
    date_time = models.DateTimeField()
    time = models.TimeField(null=True)
    duration = models.DurationField(null=True)
    document = models.JSONField(null=True)
    binary = models.BinaryField()
    address = models.GenericIPAddressField(null=True)
    address_text = models.GenericIPAddressField(null=True)
    letter = models.CharField(max_length=3, choices=Letter.choices)
    number = models.IntegerField(choices=Number.choices, null=True)
    tag = models.ForeignKey(Tag, models.CASCADE, null=True)
    region = models.ForeignKey(Region, models.CASCADE, to_field="number")


if IS_POSTGRESQL:

    class Edition(models.Model):
        """The kinds of column that PostgreSQL alone has."""

        book = models.ForeignKey(Book, models.CASCADE, null=True, related_name="editions")
        text = models.TextField()
        tags = fields.ArrayField(models.CharField(max_length=20))
        sizes = fields.ArrayField(models.IntegerField(null=True), null=True)
        board = fields.ArrayField(fields.ArrayField(models.BigIntegerField()))
        ages = fields.IntegerRangeField()
        keys = fields.BigIntegerRangeField(null=True)
        prices = fields.DecimalRangeField(null=True)
        stay = fields.DateRangeField(null=True)
        shift = fields.DateTimeRangeField(null=True)
        facts = fields.HStoreField(null=True)
        words = SearchVectorField(null=True)

    class PostgresSample(models.Model):
        """A column of every kind that PostgreSQL alone has."""

        booleans = fields.ArrayField(models.BooleanField())
        smalls = fields.ArrayField(models.SmallIntegerField())
        wholes = fields.ArrayField(models.IntegerField(null=True), null=True)
        bigs = fields.ArrayField(models.BigIntegerField(), size=9)
        doubles = fields.ArrayField(models.FloatField())
        decimals = fields.ArrayField(models.DecimalField(max_digits=40, decimal_places=10))
        chars = fields.ArrayField(models.CharField(max_length=20, null=True))
        texts = fields.ArrayField(models.TextField())
        uuids = fields.ArrayField(models.UUIDField(null=True))
        dates = fields.ArrayField(models.DateField())
        date_times = fields.ArrayField(models.DateTimeField())
        times = fields.ArrayField(models.TimeField())
        durations = fields.ArrayField(models.DurationField())
        documents = fields.ArrayField(models.JSONField())
        binaries = fields.ArrayField(models.BinaryField())
        addresses = fields.ArrayField(models.GenericIPAddressField(), null=True)
        board = fields.ArrayField(fields.ArrayField(models.IntegerField()))
        words_of_board = fields.ArrayField(fields.ArrayField(models.TextField(null=True)))
        spans = fields.ArrayField(fields.DateRangeField())
        facts_of = fields.ArrayField(fields.HStoreField(null=True))
        wholes_from = fields.IntegerRangeField()
        bigs_from = fields.BigIntegerRangeField(null=True)
        decimals_from = fields.DecimalRangeField()
        dates_from = fields.DateRangeField(null=True)
        date_times_from = fields.DateTimeRangeField()
        facts = fields.HStoreField()
        facts_or_null = fields.HStoreField(null=True)
        words = SearchVectorField(null=True)
