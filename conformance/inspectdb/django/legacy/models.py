"""What is hard to read from tables: names that are no names, keys of every kind, constraints and indexes of every kind."""
import datetime
import decimal
import uuid

from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Lower

IS_POSTGRESQL = connection.vendor == "postgresql"
NOON = datetime.datetime(2024, 2, 29, 12, 30, 1, 250, tzinfo=datetime.timezone.utc)


class SmallKey(models.Model):
    id = models.SmallAutoField(primary_key=True)


class AutoKey(models.Model):
    id = models.AutoField(primary_key=True)
    type = models.CharField(max_length=7, db_index=True)
    match = models.TextField(null=True)
    ref = models.ForeignKey(SmallKey, models.CASCADE, db_column="SmallKey")


class TextKey(models.Model):
    """A key that is a text, under another name than `id`, and a unique number beside it."""

    code = models.CharField(max_length=12, primary_key=True)
    number = models.IntegerField(unique=True)
    url = models.URLField(unique=True, null=True)
    parent = models.ForeignKey("self", models.CASCADE, null=True)
    successor = models.OneToOneField("self", models.SET_NULL, to_field="number", null=True, related_name="+")


class UuidKey(models.Model):
    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    texts = models.ManyToManyField(TextKey, related_name="+")
    others = models.ManyToManyField("self", symmetrical=False)
    friends = models.ManyToManyField("self")
    groups = models.ManyToManyField(Group)


class NumberKey(models.Model):
    """A number that nobody counts."""

    number = models.BigIntegerField(primary_key=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    editor = models.ForeignKey(User, models.CASCADE, related_name="+", null=True, db_index=False)
    login = models.ForeignKey(User, models.CASCADE, to_field="username", related_name="+", null=True)
    content_type = models.ForeignKey(ContentType, models.CASCADE)


class Heir(TextKey):
    """A child's key is its parent's."""

    share = models.DecimalField(max_digits=7, decimal_places=3)


class HeirsNote(models.Model):
    heir = models.OneToOneField(Heir, models.CASCADE, primary_key=True)
    to_number = models.ForeignKey(TextKey, models.CASCADE, to_field="number", related_name="+", db_column="Number")
    text = models.CharField(max_length=5, null=True)


class Option(models.Model):
    """A name that Rust has."""

    vec = models.CharField(max_length=3)
    string = models.ForeignKey("String", models.CASCADE, null=True)


class String(models.Model):
    option = models.CharField(max_length=3, null=True)


def named(name):
    """A model with a name that Rust or Belleville has."""
    return type(name, (models.Model,), {"__module__": __name__, "ref": models.ForeignKey(Option, models.CASCADE, null=True)})


NAMES = [
    named(name) for name in [
        "Action", "Box", "Clone", "Column", "Debug", "Default", "Err", "Error", "Group", "Iterator", "Json", "Record", "Result", "Send",
        "Some", "Target", "User", "Vec",
    ]
]


class Kinds(models.Model):
    boolean = models.BooleanField(db_index=True)
    boolean_or_null = models.BooleanField(null=True)
    small = models.SmallIntegerField()
    whole = models.IntegerField(null=True)
    big = models.BigIntegerField()
    positive_small = models.PositiveSmallIntegerField()
    positive = models.PositiveIntegerField(null=True)
    positive_big = models.PositiveBigIntegerField()
    double = models.FloatField(null=True)
    decimal = models.DecimalField(max_digits=9, decimal_places=4)
    long_decimal = models.DecimalField(max_digits=30, decimal_places=9)
    char = models.CharField(max_length=30, unique=True)
    text = models.TextField()
    slug = models.SlugField()
    email = models.EmailField(null=True)
    uuid = models.UUIDField(unique=True)
    date = models.DateField(null=True)
    date_time = models.DateTimeField(db_index=True)
    time = models.TimeField(null=True)
    duration = models.DurationField(null=True)
    document = models.JSONField(null=True)
    document_too = models.JSONField()
    binary = models.BinaryField()
    address = models.GenericIPAddressField(null=True)
    file = models.FileField()


class Columns(models.Model):
    """Columns with names that no field can have."""

    a = models.IntegerField(db_column="CamelCase")
    b = models.IntegerField(db_column="with space")
    c = models.IntegerField(db_column="with-dash")
    d = models.IntegerField(db_column="double__line")
    e = models.IntegerField(db_column="_leading")
    f = models.IntegerField(db_column="trailing_")
    g = models.IntegerField(db_column="9lives")
    h = models.IntegerField(db_column="fn")
    i = models.IntegerField(db_column="camelcase_0")
    j = models.IntegerField(db_column="größe")
    k = models.IntegerField(db_column="self")
    m = models.IntegerField(db_column="with_space")
    n = models.IntegerField(db_column="pk_id")
    o = models.IntegerField(db_column="Type", unique=True)

    class Meta:
        db_table = "Odd Table-name"
        unique_together = [["a", "h"], ["o", "b", "c"]]


class Constraints(models.Model):
    name = models.CharField(max_length=20)
    state = models.CharField(max_length=5, db_default="new")
    owner = models.ForeignKey(AutoKey, models.CASCADE, null=True, related_name="+")
    low = models.IntegerField(db_default=-1)
    high = models.IntegerField(null=True)
    price = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    flag = models.BooleanField(db_default=True)
    alone = models.IntegerField(null=True)
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)
    double = models.FloatField(db_default=1.5)
    total = models.GeneratedField(expression=F("low") * 2 + F("alone"), output_field=models.IntegerField(), db_persist=True)
    shout = models.GeneratedField(expression=Lower("name"), output_field=models.CharField(max_length=20), db_persist=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "owner"], name="one_name_an_owner"),
            models.UniqueConstraint(fields=["alone"], name="alone_is_alone"),
            models.UniqueConstraint(fields=["name"], condition=Q(state="new"), name="new_names"),
            models.UniqueConstraint(fields=["low", "high"], condition=Q(flag=True, high__gte=3) | ~Q(state__in=["a", "it's"]), name="some_pairs"),
            models.UniqueConstraint(Lower("name"), "low", name="of_an_expression"),
            models.CheckConstraint(condition=Q(low__gte=-10) & (Q(high__isnull=True) | Q(high__gt=F("low"))), name="low_is_low"),
            models.CheckConstraint(condition=Q(price__gt=decimal.Decimal("0.5")), name="not_for_nothing"),
            models.CheckConstraint(condition=~Q(state="bad"), name="not_bad"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="ends_later"),
            models.CheckConstraint(condition=Q(name__startswith="x") | Q(flag=True), name="cannot_be_said"),
        ]
        indexes = [
            models.Index(fields=["state", "-low"], name="state_and_low"),
            models.Index(fields=["high"], name="high_of_new", condition=Q(state="new")),
            models.Index(fields=["alone"], name="another_name"),
            models.Index(Lower("state"), name="of_lower_state"),
            models.Index(fields=["price", "high"]),
        ]


class Tag(models.Model):
    name = models.CharField(max_length=5, unique=True)
    article = models.IntegerField(null=True)


class Article(models.Model):
    """Several ways from one model to another; a table between two models that has a column more."""

    main = models.ForeignKey(Tag, models.CASCADE)
    side = models.ForeignKey(Tag, models.CASCADE, related_name="+")
    tags = models.ManyToManyField(Tag, related_name="+")
    marked = models.ManyToManyField(Tag, through="Mark", related_name="+")


class Mark(models.Model):
    article = models.ForeignKey(Article, models.CASCADE)
    tag = models.ForeignKey(Tag, models.CASCADE)
    weight = models.IntegerField()

    class Meta:
        unique_together = [["article", "tag"]]


class Circle(models.Model):
    other = models.ForeignKey("Circle2", models.CASCADE, null=True)


class Circle2(models.Model):
    other = models.ForeignKey(Circle, models.CASCADE, null=True)


if IS_POSTGRESQL:
    from django.contrib.postgres import fields
    from django.contrib.postgres.indexes import BrinIndex, GinIndex, GistIndex, HashIndex, OpClass
    from django.contrib.postgres.search import SearchVectorField

    class OfPostgresql(models.Model):
        tags = fields.ArrayField(models.CharField(max_length=20))
        sizes = fields.ArrayField(models.IntegerField(null=True), null=True)
        board = fields.ArrayField(fields.ArrayField(models.BigIntegerField()))
        binaries = fields.ArrayField(models.BinaryField())
        ages = fields.IntegerRangeField()
        keys = fields.BigIntegerRangeField(null=True)
        prices = fields.DecimalRangeField(null=True)
        stay = fields.DateRangeField(null=True)
        shift = fields.DateTimeRangeField(null=True)
        facts = fields.HStoreField(null=True)
        words = SearchVectorField(null=True)
        name = models.CharField(max_length=9, db_comment="What it is called.")
        one = models.IntegerField()
        two = models.IntegerField(null=True)

        class Meta:
            db_table_comment = "A table\nof many kinds."
            constraints = [
                models.UniqueConstraint(fields=["one"], include=["two"], name="one_with_two"),
                models.UniqueConstraint(fields=["one", "two"], nulls_distinct=False, name="nulls_are_one"),
            ]
            indexes = [
                GinIndex(fields=["tags"], name="gin_of_tags"),
                GistIndex(fields=["stay"], name="gist_of_stay"),
                BrinIndex(fields=["one"], name="brin_of_one"),
                HashIndex(fields=["one"], name="hash_of_one"),
                models.Index(fields=["one"], include=["two"], name="holds_two"),
                models.Index(OpClass(Lower("name"), "varchar_pattern_ops"), name="of_a_class"),
                models.Index(fields=["name"], opclasses=["varchar_pattern_ops"], name="name_of_a_class"),
            ]


def make():
    """The tables with their rows."""
    from django.core.management import call_command

    if IS_POSTGRESQL:
        from django.contrib.postgres.operations import HStoreExtension

        with connection.schema_editor() as editor:
            HStoreExtension().database_forwards("legacy", editor, None, None)
    # The tables of the app without migrations refer to those of the others.
    call_command("migrate", "auth", "-v0")
    call_command("migrate", "--run-syncdb", "-v0")
    fill()


def fill():
    user = User.objects.create(username="ann", password="x")
    group = Group.objects.create(name="readers")
    small = SmallKey.objects.create()
    auto = AutoKey.objects.create(type="t", match="m", ref=small)
    first = TextKey.objects.create(code="a", number=7, url="http://a")
    text = TextKey.objects.create(code="b", number=8, parent=first, successor=first)
    key, other = UuidKey.objects.create(), UuidKey.objects.create()
    key.texts.add(first, text)
    key.others.add(key, other)
    key.friends.add(other)
    key.groups.add(group)
    content_type = ContentType.objects.get_for_model(User)
    NumberKey.objects.create(number=2**40, user=user, login=user, content_type=content_type)
    heir = Heir.objects.create(code="h", number=-9, share=decimal.Decimal("1.250"))
    HeirsNote.objects.create(heir=heir, to_number=first, text="é")
    Option.objects.create(vec="v", string=String.objects.create(option="o"))
    for model in NAMES:
        model.objects.create(ref=None)
    for n in (1, 2):
        Kinds.objects.create(
            boolean=True, boolean_or_null=None if n == 1 else False, small=-5, whole=-70_000, big=-(2**40), positive_small=5,
            positive=None if n == 1 else 2**31 - 1, positive_big=2**40, double=1.5, decimal=decimal.Decimal("10.0250"),
            long_decimal=decimal.Decimal("123456.123456789"), char=f"c{n}",
            text="te'xt", slug="s", email="a@b", uuid=uuid.UUID(int=n), date=NOON.date(), date_time=NOON, time=NOON.time(),
            duration=datetime.timedelta(days=3, microseconds=5) if n == 1 else None, document={"a": [1, None, "é"]}, document_too=[],
            binary=b"\0\xff", address="::1" if n == 1 else "10.0.0.1", file="f.txt",
        )
    Columns.objects.create(**{field.name: 4 for field in Columns._meta.fields if field.name != "id"})
    Constraints.objects.create(name="x", owner=auto, high=4, price=decimal.Decimal("9.50"), alone=5, starts=NOON.date(), ends="2024-03-01")
    Constraints.objects.create(name="Y")
    tag = Tag.objects.create(name="t", article=3)
    article = Article.objects.create(main=tag, side=tag)
    article.tags.add(tag)
    Mark.objects.create(article=article, tag=tag, weight=2)
    circle = Circle.objects.create(other=None)
    Circle2.objects.create(other=circle)
    if IS_POSTGRESQL:
        from django.contrib.postgres.search import SearchVector
        from django.db.models import Value

        row = OfPostgresql.objects.create(
            tags=["a", "b"], sizes=[1, None], board=[[1, 2], [3, 4]], binaries=[b"\x01"], ages=(1, 5), keys=(None, 2**40),
            prices=(decimal.Decimal("0.5"), None), stay=(NOON.date(), None), shift=(NOON, None), facts={"a": None, "b": "c"},
            name="n", one=1,
        )
        OfPostgresql.objects.filter(pk=row.pk).update(words=SearchVector(Value("words of a text")))
