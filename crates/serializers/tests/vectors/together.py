"""What DRF's validators of whole serializers say of some input, one line for each case.

    python together.py > together.jsonl

with Django and Django REST framework installed. The models and serializers are those of `tests/integration/together.rs`.
"""

import itertools
import json
import sys

import django
from django.conf import settings

settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"], USE_TZ=True, TIME_ZONE="UTC",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.db import connection, models  # noqa: E402
from rest_framework import serializers  # noqa: E402
from rest_framework.validators import UniqueForDateValidator, UniqueTogetherValidator, UniqueValidator  # noqa: E402


class Account(models.Model):
    username = models.CharField(unique=True, max_length=100)

    class Meta:
        app_label = "clubs"


class Seat(models.Model):
    row = models.CharField(max_length=100)
    number = models.IntegerField()
    note = models.CharField(max_length=100, default="none")

    class Meta:
        app_label = "clubs"
        unique_together = [("row", "number")]


class Race(models.Model):
    name = models.CharField(max_length=100, default="example")
    place = models.IntegerField(null=True)
    town = models.CharField(max_length=100, blank=True)

    class Meta:
        app_label = "clubs"
        unique_together = [("name", "place"), ("town", "name")]


class Member(models.Model):
    account = models.ForeignKey(Account, models.CASCADE)
    club = models.IntegerField()
    role = models.CharField(max_length=100)
    level = models.IntegerField(null=True)

    class Meta:
        app_label = "clubs"
        constraints = [
            models.UniqueConstraint(
                name="one_membership", fields=["account", "club"], violation_error_message="Already a member.",
                violation_error_code="member",
            ),
            models.UniqueConstraint(name="one_chair", fields=["club", "role"], condition=models.Q(role="chair")),
            models.UniqueConstraint(name="one_high", fields=["club"], condition=models.Q(level__gte=3)),
            models.UniqueConstraint(name="one_level", fields=["level"], condition=models.Q(level__gt=90)),
        ]


class Ticket(models.Model):
    code = models.CharField(max_length=100, null=True)
    kind = models.CharField(max_length=100, null=True)

    class Meta:
        app_label = "clubs"
        constraints = [models.UniqueConstraint(name="one_ticket", fields=["code", "kind"], nulls_distinct=False)]


class Post(models.Model):
    slug = models.CharField(max_length=100, unique_for_date="published", unique_for_year="published")
    word = models.CharField(max_length=100, unique_for_month="published")
    published = models.DateTimeField()

    class Meta:
        app_label = "clubs"


class Entry(models.Model):
    slug = models.CharField(max_length=100, unique_for_date="created")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "clubs"


class Meta:
    pass


def of(of_model, of_fields="__all__", declared=(), **options):
    meta = type("Meta", (), {"model": of_model, "fields": of_fields, **options})
    return type("Of", (serializers.ModelSerializer,), {"Meta": meta, **dict(declared)})


SERIALIZERS = {
    "account": of(Account),
    "any-case": of(Account, declared={"username": serializers.CharField(
        max_length=100, validators=[UniqueValidator(Account.objects.all(), lookup="iexact", message="Taken, whatever the case.")],
    )}.items()),
    "seat": of(Seat),
    "renamed": of(Seat, ["id", "line", "number"], {"line": serializers.CharField(source="row")}.items()),
    "half": of(Seat, ["id", "row"]),
    "unchecked": of(Seat, ["id", "row", "number"], validators=[]),
    "in-words": of(Seat, ["id", "line", "number"], {"line": serializers.CharField(source="row")}.items(), validators=[
        UniqueTogetherValidator(Seat.objects.all(), ["line", "number"], message="Taken: {field_names}.", code="taken"),
    ]),
    "some-seats": of(Seat, ["id", "row", "number"], validators=[UniqueTogetherValidator(Seat.objects.filter(number__gt=1), ["row", "number"])]),
    "read-only-default": of(Seat, ["id", "row", "number"], {"row": serializers.CharField(read_only=True, default="a")}.items()),
    "read-only-create": of(Seat, ["id", "row", "number"], {
        "row": serializers.CharField(read_only=True, default=serializers.CreateOnlyDefault("a")),
    }.items()),
    "hidden": of(Seat, ["id", "row", "number"], {"row": serializers.HiddenField(default="a")}.items()),
    "race": of(Race),
    "race-part": of(Race, ["id", "place", "name"], read_only_fields=["name"]),
    "not-required": of(Race, ["id", "name", "place"], extra_kwargs={"name": {"required": False}}),
    "member": of(Member),
    "member-part": of(Member, ["id", "account", "club", "level"]),
    "ticket": of(Ticket),
    "post": of(Post),
    "post-day": of(Post, ["id", "slug", "published"], validators=[
        UniqueForDateValidator(Post.objects.all(), "slug", "published", message="Taken on that {date_field}."),
    ]),
    "entry": of(Entry, ["id", "slug"]),
    "entry-shown": of(Entry, ["id", "slug", "created"]),
}


def all_of(**values):
    """Every combination; what is None stands for a name that is left out."""
    leave = object()
    lists = [[leave if value is ... else value for value in some] for some in values.values()]
    for row in itertools.product(*lists):
        yield {name: value for name, value in zip(values, row) if value is not leave}


SEATS = list(all_of(row=["a", "b", "", ...], number=[1, 2, 9, "x", ...]))
INPUT = {
    "account": list(all_of(username=["ann", "ANN", "new", " ann ", None, ...])),
    "seat": SEATS,
    "renamed": list(all_of(line=["a", "b", ...], number=[1, 2, ...])),
    "half": list(all_of(row=["a", ...])),
    "unchecked": list(all_of(row=["b", ...], number=[5, ...])),
    "hidden": list(all_of(row=["b", ...], number=[1, 5, ...])),
    "race": list(all_of(name=["example", "other", ...], place=[1, 2, None, ...], town=["Rome", "", ...])),
    "race-part": list(all_of(name=["other", ...], place=[1, 2, None, ...])),
    "not-required": list(all_of(name=["example", "other", ...], place=[1, None, ...])),
    "member": list(all_of(account=[1, 2], club=[1, 2, ...], role=["chair", "guest", ...], level=[1, 3, 95, None, ...])),
    "member-part": list(all_of(account=[1, 2, ...], club=[1, 2], level=[3, ...])),
    "ticket": list(all_of(code=["A", "B", None, ...], kind=["X", "Y", None, ...])),
    "post": list(all_of(
        slug=["first", "new", ...], word=["one", "two"],
        published=["2017-01-01T10:00:00Z", "2017-01-31T10:00:00Z", "2018-01-01T10:00:00Z", "2017-03-01T00:00:00Z", "x", ...],
    )),
    "post-day": list(all_of(slug=["first", "new", ...], published=["2017-01-01T23:00:00Z", "2017-01-02T00:00:00Z", ...])),
    "entry": list(all_of(slug=["first", "today", ...])),
    "entry-shown": list(all_of(slug=["first", "today", ...])),
}
for same, as_this in [("any-case", "account"), ("in-words", "renamed"), ("some-seats", "unchecked"), ("read-only-default", "hidden"), ("read-only-create", "hidden")]:
    INPUT[same] = INPUT[as_this]
INPUT["some-seats"] = SEATS


def fill():
    for model in (Account, Seat, Race, Member, Ticket, Post, Entry):
        with connection.schema_editor() as editor:
            editor.create_model(model)
    for name in ("ann", "bob"):
        Account.objects.create(username=name)
    for row, number in (("a", 1), ("a", 2), ("b", 1)):
        Seat.objects.create(row=row, number=number)
    for name, place, town in (("example", 1, ""), ("other", None, "Rome"), ("example", 3, "Rome")):
        Race.objects.create(name=name, place=place, town=town)
    for account, club, role, level in ((1, 1, "chair", 3), (2, 1, "guest", 1), (1, 2, "guest", 95)):
        Member.objects.create(account_id=account, club=club, role=role, level=level)
    for code, kind in (("A", "X"), (None, None), ("B", None)):
        Ticket.objects.create(code=code, kind=kind)
    for slug, word, published in (("first", "one", "2017-01-01T10:00:00Z"), ("second", "two", "2018-02-01T10:00:00Z")):
        Post.objects.create(slug=slug, word=word, published=published)
    for slug, created in (("first", "2017-01-01T10:00:00Z"), ("today", None)):
        entry = Entry.objects.create(slug=slug)
        if created:
            Entry.objects.filter(pk=entry.pk).update(created=created)


def codes(detail):
    if isinstance(detail, list):
        return [codes(item) for item in detail]
    return {name: codes(item) for name, item in detail.items()} if isinstance(detail, dict) else detail.code


def main():
    fill()
    for name, serializer in SERIALIZERS.items():
        for pk, partial in ((None, False), (1, False), (1, True), (2, True)):
            for given in INPUT[name]:
                instance = serializer.Meta.model.objects.get(pk=pk) if pk else None
                case = {"of": name, "pk": pk, "partial": partial, "input": given}
                try:
                    asked = serializer(instance, data=given, partial=partial)
                    asked.is_valid()
                    case |= {"errors": asked.errors, "codes": codes(asked.errors)}
                except Exception as error:
                    print(type(error).__name__, error, case, file=sys.stderr)
                    continue
                print(json.dumps(case))


main()
