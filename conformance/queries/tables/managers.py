"""Many-to-many fields, windows, single answers, SQL of one's own."""
from prelude import *  # noqa: F403

from shop.models import Branch, Club, Person, Region

clubs, people, regions, branches = (model.objects for model in (Club, Person, Region, Branch))


def members():
    return rows(Club.members.through.objects.order_by("club", "author").values_list("club", "author"))


def friends():
    return sorted(rows(Person.friends.through.objects.values_list("from_person", "to_person")))


def club():
    return Club(id=1)


def person(pk):
    return Person(id=pk)


def author(*pks):
    return [Author(id=pk) for pk in pks]


def over(function, **options):
    return Window(function, **options)


TABLE = {
    "members": lambda: rows(club().members.all()),
    "members filtered": lambda: rows(club().members.filter(name="Ann")),
    "members back": lambda: rows(Author(id=1).clubs.all()),
    "add": lambda: (club().members.add(*author(2, 4)), members()),
    "add again": lambda: (club().members.add(*author(1, 2, 2)), members()),
    "add nobody": lambda: (club().members.add(), members()),
    "remove": lambda: (club().members.remove(*author(1, 5)), members()),
    "clear": lambda: (club().members.clear(), members()),
    "set": lambda: (club().members.set(author(3, 6)), members()),
    "set the same": lambda: (club().members.set(author(1, 3)), members()),
    "create": lambda: (clubs.get(id=1).members.create(name="New").name, len(members())),
    "friends": lambda: rows(person(1).friends.all()),
    "add a friend": lambda: (person(3).friends.add(person(1)), friends()),
    "add oneself": lambda: (person(3).friends.add(person(3)), friends()),
    "remove a friend": lambda: (person(2).friends.remove(person(1)), friends()),
    "clear friends": lambda: (person(1).friends.clear(), friends()),
    "followers": lambda: (rows(person(1).followers.order_by("id")), rows(person(1).follows.all())),
    "prefetch members": lambda: [(c, sorted(c.members.all(), key=lambda a: a.id)) for c in clubs.order_by("id").prefetch_related("members")],
    "prefetch back over members": lambda: [(a, list(a.clubs.all())) for a in authors.prefetch_related("clubs")],
    "prefetch tags": lambda: [(b, sorted(b.tags.all(), key=lambda t: t.id)) for b in books.prefetch_related("tags")],
    "prefetch nothing": lambda: [(b, list(b.lines.all())) for b in books.filter(id=0).prefetch_related("lines")],
    "count members": lambda: clubs.annotate(n=Count("members")).order_by("id"),
    "count clubs": lambda: authors.annotate(n=Count("clubs", distinct=True)).filter(n=1),
    "delete with pairs": lambda: (clubs.filter(id=1).delete(), members()),
    "delete a member": lambda: (authors.filter(id=3).delete(), members()),
    "delete a friend": lambda: (people.filter(id=1).delete(), friends()),
    "delete over another field": lambda: (regions.filter(id=1).delete(), rows(branches.order_by("id"))),
    "branches of a region": lambda: rows(Region(id=1, number=70).branches.order_by("id")),
    "select related by another field": lambda: [(b.id, b.region and b.region.name) for b in branches.select_related("region").order_by("id")],
    "prefetch by another field": lambda: [(r, sorted(r.branches.all(), key=lambda b: b.id)) for r in regions.order_by("id").prefetch_related("branches")],
    "count by another field": lambda: regions.annotate(n=Count("branches")).order_by("id"),
    "exclude by another field": lambda: regions.exclude(branches__name="a").order_by("id"),
    "compare with a row by another field": lambda: branches.filter(region=Region(id=1, number=70)).order_by("id"),
    "not over another field beside one": lambda: branches.filter(Q(region=70, region__id=1) | ~Q(region__name="north")).order_by("id"),
    "exclude a row by another field": lambda: branches.exclude(region=Region(id=1, number=70)).order_by("id"),
    "rows by another field": lambda: branches.filter(region__in=[Region(id=1, number=70), Region(id=3, number=1)]).order_by("id"),
    "subquery of another field": lambda: branches.filter(region__in=regions.filter(name="south").values("number")).order_by("id"),
    "outer row by another field": lambda: regions.filter(Exists(branches.filter(region=OuterRef("number")))).order_by("id"),
    "set a row by another field": lambda: (branches.filter(id=4).update(region=Region(id=3, number=1)), rows(branches.order_by("id"))),
    "create by another field": lambda: (branches.create(id=9, region=Region(id=3, number=1), name="e"), rows(regions.filter(branches__name="e"))),
    "select related one back": lambda: [(a, getattr(a, "profile", None)) for a in authors.select_related("profile")],
    "select related one back and forward": lambda: [((a, getattr(a, "profile", None)), a.publisher and a.publisher.name, a.n) for a in authors.select_related("publisher", "profile").annotate(n=Count("books")).order_by("id")],
    "percent rank": lambda: books.annotate(a=over(PercentRank(), order_by=["stock"]), b=over(CumeDist(), order_by=["stock"])),
    "ntile": lambda: books.annotate(a=over(Ntile(3), order_by=["id"])),
    "first last": lambda: books.annotate(a=over(FirstValue("id"), partition_by=["author"], order_by=["id"]), b=over(LastValue("id"), partition_by=["author"], order_by=["id"])),
    "average over": lambda: books.annotate(a=over(Avg("stock"), partition_by=["author"]), b=over(Count("id"), partition_by=["author"]), c=over(Max("stock"))),
    "over with a filter": lambda: books.filter(available=True).annotate(a=over(RowNumber(), order_by=["-id"])),
    "window ordered by": lambda: books.annotate(a=over(RowNumber(), order_by=[F("pages").desc(nulls_last=True), "id"])).order_by("a"),
    "distinct on": lambda: books.order_by("pages", "-id").distinct("pages"),
    "distinct on a join": lambda: books.order_by("author__name", "id").distinct("author__name"),
    "select for update": lambda: rows(books.select_for_update().filter(pages=100)),
    "raw": lambda: list(Book.objects.raw("SELECT * FROM shop_book WHERE pages = %s AND title <> %s ORDER BY id", [100, "x"])),
    "latest by two": lambda: books.filter(pages=100).latest("rating", "id"),
    "exists": lambda: (books.filter(pages=100).exists(), books.filter(pages=1).exists(), books.none().exists()),
    "count sliced": lambda: (books.all()[2:4].count(), books.all()[6:90].count(), books.filter(pages=100)[:1].count()),
    "nested subquery": lambda: authors.filter(Exists(books.filter(Exists(reviews.filter(book=OuterRef("pk"), stars=5)), author=OuterRef("pk")))),
    "subquery of a count": lambda: authors.annotate(n=Subquery(books.filter(author=OuterRef("pk")).order_by().values("author").annotate(n=Count("id")).values("n"))),
    "in a subquery of values": lambda: books.filter(author__in=authors.filter(score__gt=0).order_by().values("id")),
    "in a sliced query": lambda: books.filter(id__in=books.order_by("-id").values("id")[:3]),
    "in no query": lambda: books.filter(author__in=authors.none()),
    "annotated and grouped": lambda: books.annotate(c=Coalesce("pages", 7)).values_list("c").annotate(n=Count("id")).order_by("c"),
    "grouped by a case": lambda: books.annotate(c=Case(When(pages__gt=99, then=Value("long")), default=Value("short"))).values_list("c").annotate(n=Count("id"), s=Sum("stock")).order_by("c"),
    "ordered by a case with values": lambda: books.order_by(Case(When(pages__gt=99, then=Value("a")), default=Value("b")), "id").values_list("id", flat=True),
    "distinct by an expression": lambda: books.order_by(Coalesce("pages", 7)).values_list(Coalesce("pages", 7), flat=True).distinct(),
    "annotated with a condition": lambda: books.annotate(n=Count("reviews", filter=Q(reviews__stars__gt=3) & Q(reviews__helpful__isnull=False), distinct=True)).filter(n__gt=0),
    "having over two relations": lambda: authors.annotate(n=Count("books__reviews")).filter(n__gte=2),
    "aggregate of a case": lambda: books.aggregate(a=Count(Case(When(stock__lt=0, then="id"))), b=Sum("stock", default=0), c=Avg(F("stock") * 1.0)),
    "aggregate beside an annotation": lambda: books.annotate(n=Count("reviews")).aggregate(a=Sum("stock"), b=Count("id")),
    "aggregate of a filtered relation": lambda: authors.filter(books__available=True).aggregate(a=Count("id"), b=Count("id", distinct=True)),
    "exclude a function of NULL": lambda: books.annotate(c=Coalesce("isbn", "title")).exclude(c="beta 100%"),
    "exclude annotated": lambda: books.alias(n=Count("tags")).exclude(n=0),
    "update with a join in a subquery": lambda: (books.filter(reviews__stars=5).update(stock=F("stock") + 1), rows(books.values_list("id", "stock"))),
    "update nulls": lambda: (books.filter(pages__isnull=True).update(pages=1, rating=2.5, meta={"x": [1]}), rows(books.filter(pages=1).values_list("id", "rating", "meta"))),
    "update times": lambda: (books.filter(id=1).update(sold=F("created") + timedelta(days=1), reading=None), rows(books.filter(id=1).values_list("sold", "reading"))),
    "update none": lambda: books.none().update(stock=1),
    "delete none": lambda: books.none().delete(),
    "delete sliced by keys": lambda: (reviews.filter(id__in=reviews.order_by("-id").values("id")[:2]).delete(), rows(reviews.order_by("id"))),
}
