"""Rows with random values of every kind of field."""
import ipaddress
import json
import random
import sys
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

from django.db import connection, models
from shop.models import IS_POSTGRESQL, Region, Sample, Tag
from shop.rows import make_tables
from shop.shown import as_json

LETTERS = ["a", "Z", "0", " ", ",", ";", "'", '"', "\\", "{", "}", "[", "]", "(", ")", "%", "_", "$1", "?", "\n", "\t", "é", "ß",
           "\u200b", "\U0001f3b8", "NULL", "null", "=>", "::", "--", "&", "|", "!", ":", "*", "-"]
DAY = 86_400 * 10**6


class Dice(random.Random):
    """Makes values of a field: the edges of what it holds about as often as something between them."""

    def text(self, most):
        text = "".join(self.choice(LETTERS) for _ in range(self.choice([0, 1, 2, 5, 20])))
        return text[:most]

    def number(self, least, greatest):
        return self.choice([least, greatest, 0, 1, self.randint(least, greatest), self.randint(0, min(99, greatest))])

    def float(self):
        edges = [0.0, -0.0, 0.1, 1 / 3, 1.0, 1e16, 1e-7, 5e-324, 1.7976931348623157e308, float("inf"), float("-inf")]
        return self.choice([self.choice(edges), self.uniform(-1e6, 1e6), self.gauss(0, 1) * 10 ** self.randint(-300, 300)])

    def decimal(self, digits, places):
        number = self.number(-(10**digits) + 1, 10**digits - 1) // 10 ** self.randint(0, digits)
        return Decimal(f"{number}E-{places}")

    def date(self):
        return self.choice([date.min, date.max, date(2000, 2, 29), date.fromordinal(self.randint(1, date.max.toordinal()))])

    def time(self):
        micros = self.choice([0, DAY - 1, self.randrange(DAY), self.randrange(86_400) * 10**6])
        return (datetime.min + timedelta(microseconds=micros)).time()

    def datetime(self):
        return datetime.combine(self.date(), self.time(), timezone.utc)

    def duration(self):
        most = 10**5 * DAY
        return timedelta(microseconds=self.choice([0, -1, self.randint(-most, most), self.randint(-DAY, DAY)]))

    def ip(self):
        four, six = self.getrandbits(32), self.getrandbits(128)
        mapped = ipaddress.IPv6Address(0xFFFF << 32 | four)
        return str(self.choice([ipaddress.IPv4Address(four), ipaddress.IPv6Address(six), mapped, ipaddress.IPv6Address("::1")]))

    def json(self, depth=3):
        kinds = ["text", "int", "big", "float", "bool", "null"] + ["list", "dict"] * (depth > 0) * 2
        match self.choice(kinds):
            case "text":
                return self.text(50)
            case "int":
                return self.number(-(2**63), 2**63 - 1)
            case "big":
                return self.randint(-(10**30), 10**30)
            case "float":
                return self.choice([0.5, -1.25, 1e300, self.uniform(-1e6, 1e6)])
            case "bool":
                return self.random() < 0.5
            case "null":
                # The null of a whole document is Django's NULL.
                return None if depth < 3 else {}
            case "list":
                return [self.json(depth - 1) for _ in range(self.randrange(4))]
            case "dict":
                return {self.text(10): self.json(depth - 1) for _ in range(self.randrange(4))}

    def of(self, field):
        """A value for a field, or NULL where it allows that."""
        if field.null and self.random() < 0.2:
            return None
        if field.choices:
            return self.choice(field.choices)[0]
        match field:
            case models.ForeignKey():
                return self.choice(list(field.related_model.objects.values_list(field.target_field.attname, flat=True)))
            case models.FilePathField() | models.FileField() | models.CharField() | models.TextField():
                return self.text(field.max_length or 200)
            case models.BooleanField():
                return self.random() < 0.5
            case models.IntegerField():
                least, greatest = RANGES[field.get_internal_type()]
                return self.number(least, greatest)
            case models.FloatField():
                return self.float()
            case models.DecimalField():
                return self.decimal(field.max_digits, field.decimal_places)
            case models.DateTimeField():
                return self.datetime()
            case models.DateField():
                return self.date()
            case models.TimeField():
                return self.time()
            case models.DurationField():
                return self.duration()
            case models.UUIDField():
                return self.choice([UUID(int=0), UUID(int=self.getrandbits(128))])
            case models.JSONField():
                return self.json()
            case models.BinaryField():
                return self.randbytes(self.choice([0, 1, 20]))
            case models.GenericIPAddressField():
                return self.ip()
        return self.of_postgresql(field)

    def of_postgresql(self, field):
        from django.contrib.postgres import fields
        from django.contrib.postgres.search import SearchVectorField

        match field:
            case fields.ArrayField(base_field=fields.ArrayField()):
                # Each row of it is as long as the others, and none is NULL.
                rows, columns = self.choice([(0, 0), (1, 1), (2, 3)])
                return [[self.of(field.base_field.base_field) for _ in range(columns)] for _ in range(rows)]
            case fields.ArrayField():
                return [self.of(field.base_field) for _ in range(self.choice([0, 1, 2, 5]))]
            case fields.HStoreField():
                return {self.text(10): self.choice([None, self.text(20)]) for _ in range(self.randrange(5))}
            case SearchVectorField():
                words = [self.text(10).replace("'", "''").replace("\\", "\\\\") for _ in range(self.randrange(4))]
                places = [self.choice(["", ":1", ":2,16383", ":3A,4B,5C,6D"]) for _ in words]
                return " ".join(f"'{word}'{place}" for word, place in zip(words, places) if word)
        return self.range(field)

    def range(self, field):
        if self.random() < 0.1:
            return field.range_type(empty=True)
        kind = "date" if field.get_internal_type() == "DateRangeField" else None
        base = field.base_field
        pair = [self.decimal(20, 5) if isinstance(base, models.DecimalField) else self.of(base) for _ in range(2)]
        lower, upper = sorted(pair)
        bounds = self.choice(["[)", "(]", "()", "[]"])
        # One more than the greatest value is none: a range that ends with it has no canonical form.
        if isinstance(base, models.IntegerField):
            upper = min(upper, RANGES[base.get_internal_type()][1] - 1)
            lower = min(lower, upper)
        if kind == "date":
            upper = min(upper, date(9999, 12, 30))
            lower = min(lower, upper)
        lower, upper = self.choice([(lower, upper), (lower, upper), (None, upper), (lower, None), (None, None)])
        return field.range_type(lower, upper, bounds)


RANGES = {
    "SmallIntegerField": (-(2**15), 2**15 - 1),
    "IntegerField": (-(2**31), 2**31 - 1),
    "BigIntegerField": (-(2**63), 2**63 - 1),
    "PositiveSmallIntegerField": (0, 2**15 - 1),
    "PositiveIntegerField": (0, 2**31 - 1),
    "PositiveBigIntegerField": (0, 2**63 - 1),
}


def sampled():
    if IS_POSTGRESQL:
        from shop.models import PostgresSample

        return [Sample, PostgresSample]
    return [Sample]


def write(seed, count):
    """Makes the tables and the rows, and prints each row as it is read."""
    make_tables()
    dice = Dice(seed)
    Region.objects.bulk_create(Region(number=number, name=str(number)) for number in [-(2**40), 0, 7])
    Tag.objects.bulk_create(Tag(name=str(number)) for number in range(3))
    for model in sampled():
        fields = [field for field in model._meta.concrete_fields if not field.primary_key]
        model.objects.bulk_create(model(**{field.attname: dice.of(field) for field in fields}) for _ in range(count))
        for row in model.objects.order_by("pk"):
            values = {field.attname: plain(getattr(row, field.attname)) for field in fields}
            print(json.dumps({"model": model.__name__, "id": row.pk, "values": values}))


def plain(value):
    """JSON has no word for what is no number."""
    match value:
        case float() if value in (float("inf"), float("-inf")):
            return str(value)
        case list():
            return [plain(item) for item in value]
    return as_json(value)


def compare_copies():
    """Reads lines with a row's key and the keys of its copies, and prints what differs between them."""
    by_name = {model.__name__: model for model in sampled()}
    for line in sys.stdin:
        row = json.loads(line)
        model = by_name[row["model"]]
        columns = [field for field in model._meta.concrete_fields if not field.primary_key]
        for copy in row["copies"]:
            one, two = (model.objects.get(pk=pk) for pk in (row["id"], copy))
            stored = [stored_forms(model, columns, pk) for pk in (row["id"], copy)]
            for index, field in enumerate(columns):
                before, after = (getattr(sample, field.attname) for sample in (one, two))
                where = f"{row['model']} {row['id']}, {field.attname}"
                if (type(before), before) != (type(after), after):
                    print(json.dumps(f"{where}: Django wrote {before!r}, and reads {after!r} of the copy"))
                elif stored[0][index] != stored[1][index]:
                    print(json.dumps(f"{where}: Django stores {stored[0][index]!r}, Belleville {stored[1][index]!r}"))


def stored_forms(model, columns, pk):
    form = "{0}::text" if IS_POSTGRESQL else "typeof({0}) || ' ' || quote({0})"
    forms = ", ".join(form.format(connection.ops.quote_name(field.column)) for field in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {forms} FROM {model._meta.db_table} WHERE id = %s", [pk])
        return cursor.fetchone()
