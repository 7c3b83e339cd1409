"""Multi-table inheritance: a place, a restaurant that is one, a cafe that is one of these."""
from prelude import *  # noqa: F403
from shop.models import Bar, Cafe, Label, Menu, Place, Restaurant, Visitor

places, restaurants, cafes, bars, visitors = (model.objects for model in (Place, Restaurant, Cafe, Bar, Visitor))


def place_rows():
    return rows(places.order_by("id").values_list("id", "name", "owner"))


def restaurant_rows():
    return rows(restaurants.order_by("id").values_list("id", "name", "owner", "serves_pizza", "rating"))


def visitor_rows():
    return rows(visitors.order_by("id").values_list("id", "place", "favourite"))


def whole(r):
    return [r.pk, r.id, r.name, r.owner_id, r.serves_pizza, r.rating]


def cafe_row(c):
    return [*whole(c), c.beans]


def saved(r):
    r.save()
    return r


def changed():
    cafe = cafes.get(pk=5)
    cafe.name, cafe.rating, cafe.beans = "Kaffee", 3.5, "mixed"
    cafe.save()
    return [cafe_row(c) for c in cafes.all()]


def changed_partly(**values):
    r = restaurants.get(pk=3)
    for name, value in values.items():
        setattr(r, name, value)
    r.save(update_fields=list(values))
    return restaurant_rows()


def bulk_updated():
    found = list(restaurants.order_by("id"))
    for number, r in enumerate(found):
        r.name, r.rating = f"number {number}", number / 2
    return restaurants.bulk_update(found, ["name", "rating"])


def or_none(read):
    try:
        return read()
    except Exception:
        return None


TABLE = {
    "child all": lambda: [whole(r) for r in restaurants.all()],
    "child queryset": lambda: restaurants.all(),
    "grandchild all": lambda: [cafe_row(c) for c in cafes.all()],
    "grandchild queryset": lambda: cafes.all(),
    "parent all": lambda: places.all(),
    "child get": lambda: whole(restaurants.get(pk=4)),
    "child get by parent's key": lambda: whole(restaurants.get(id=4)),
    "child get of another kind": lambda: restaurants.get(pk=1),
    "child filter by parent": lambda: restaurants.filter(name__contains="a"),
    "child filter by own": lambda: restaurants.filter(serves_pizza=True),
    "child filter by both": lambda: restaurants.filter(name__gt="N", rating__gt=1.0),
    "child filter by the link": lambda: restaurants.filter(place_ptr=3),
    "child filter by keys": lambda: restaurants.filter(pk__in=[1, 3, 5]),
    "child exclude by parent": lambda: restaurants.exclude(name="Napoli"),
    "child exclude nullable by parent": lambda: restaurants.exclude(owner=1),
    "child exclude own nullable": lambda: restaurants.exclude(rating=4.5),
    "child or": lambda: restaurants.filter(Q(name="Asia") | Q(rating=2.0)),
    "child compare columns": lambda: restaurants.filter(id=F("place_ptr")),
    "child over parent's key": lambda: restaurants.filter(owner__name="Ann"),
    "child exclude over parent's key": lambda: restaurants.exclude(owner__name="Ann"),
    "child isnull over parent's key": lambda: restaurants.filter(owner__email__isnull=True),
    "child over parent's many": lambda: restaurants.filter(tags__name="crime"),
    "child exclude over parent's many": lambda: restaurants.exclude(tags__name="crime"),
    "child back over parent's": lambda: restaurants.filter(visitors__mood="glad"),
    "child exclude back over parent's": lambda: restaurants.exclude(visitors__mood="glad"),
    "child back over own": lambda: restaurants.filter(fans__mood="glad"),
    "grandchild back over parents": lambda: cafes.filter(fans__mood="glad", visitors__mood="tired"),
    "grandchild filter by first parent": lambda: cafes.filter(name="Mokka"),
    "grandchild filter by all": lambda: cafes.filter(name="Mokka", serves_pizza=True, beans="dark"),
    "grandchild over key": lambda: cafes.filter(owner__name="Cy_1"),
    "grandchild exclude": lambda: cafes.exclude(rating=2.0),
    "parent to child": lambda: places.filter(restaurant__serves_pizza=True),
    "parent exclude child": lambda: places.exclude(restaurant__serves_pizza=True),
    "parent without child": lambda: places.filter(restaurant__isnull=True),
    "parent to grandchild": lambda: places.filter(restaurant__cafe__beans="dark"),
    "parent to either child": lambda: places.filter(Q(restaurant__rating=4.5) | Q(bar__beers=3)),
    "key to child": lambda: visitors.filter(favourite__serves_pizza=True).order_by("id"),
    "key to child's parent": lambda: visitors.filter(favourite__name="Napoli").order_by("id"),
    "key to child exclude": lambda: visitors.exclude(favourite__name="Napoli").order_by("id"),
    "key to child's key": lambda: visitors.filter(favourite=5).order_by("id"),
    "key to parent, as child": lambda: visitors.filter(place__restaurant__rating=4.5).order_by("id"),
    "one to one with a child": lambda: Menu.objects.filter(restaurant__name="Napoli"),
    "child of one to one": lambda: restaurants.filter(menu__text="espresso"),
    "child order by parent": lambda: restaurants.order_by("-name"),
    "child order by both": lambda: restaurants.order_by("serves_pizza", "-name"),
    "child order by parent's key": lambda: restaurants.order_by("owner__name", "-id"),
    "own order of a child": lambda: bars.order_by("-beers"),
    "order of the parent": lambda: bars.all(),
    "child reversed": lambda: restaurants.reverse(),
    "child first last": lambda: (restaurants.first(), restaurants.last(), restaurants.latest(), cafes.order_by().first()),
    "child sliced": lambda: restaurants.all()[1:3],
    "child values": lambda: restaurants.values_list("id", "pk", "name", "rating", "owner__name"),
    "grandchild values": lambda: cafes.values_list("name", "serves_pizza", "beans"),
    "child distinct": lambda: restaurants.order_by("owner").values_list("owner", flat=True).distinct(),
    "child annotate": lambda: restaurants.annotate(n=Count("visitors")),
    "child annotate two": lambda: restaurants.annotate(n=Count("visitors", distinct=True), m=Count("fans", distinct=True)),
    "child having": lambda: restaurants.annotate(n=Count("visitors")).filter(n__gte=1),
    "grandchild annotate": lambda: cafes.annotate(n=Count("fans")),
    "child grouped by parent's": lambda: restaurants.order_by("owner").values_list("owner").annotate(n=Count("id")),
    "child aggregate": lambda: restaurants.aggregate(a=Max("name"), b=Avg("rating"), c=Count("owner")),
    "child annotate expression": lambda: restaurants.annotate(u=Upper("name")),
    "child outer": lambda: restaurants.filter(Exists(visitors.filter(place=OuterRef("pk"), mood="sad"))),
    "child outer name": lambda: restaurants.filter(Exists(authors.filter(name__gt=OuterRef("name")))),
    "child in subquery": lambda: visitors.filter(favourite__in=restaurants.filter(name="Napoli").order_by().values("pk")).order_by("id"),
    "parents of children": lambda: places.filter(id__in=restaurants.filter(rating=None).order_by().values("place_ptr")),
    "child union": lambda: restaurants.order_by().filter(name="Asia").union(restaurants.order_by().filter(rating=4.5)).order_by("name"),
    "child select related": lambda: [(r, r.owner and r.owner.name) for r in restaurants.select_related("owner")],
    "grandchild select related": lambda: [(c, c.owner and c.owner.name) for c in cafes.select_related("owner")],
    "select related to a child": lambda: [(v.id, v.place.name, v.favourite and v.favourite.name, v.favourite and v.favourite.rating) for v in visitors.order_by("id").select_related("place", "favourite")],
    "parent with child": lambda: [(p, or_none(lambda: whole(p.restaurant))) for p in places.select_related("restaurant")],
    "parent with grandchild": lambda: [(p, or_none(lambda: cafe_row(p.restaurant.cafe))) for p in places.select_related("restaurant__cafe")],
    "prefetch of a child": lambda: [(r, sorted(r.visitors.all(), key=lambda v: v.id)) for r in restaurants.prefetch_related("visitors")],
    "prefetch many of a child": lambda: [(r, sorted(r.tags.all(), key=lambda t: t.id)) for r in restaurants.prefetch_related("tags")],
    "prefetch children": lambda: [(a, sorted(a.bars.all(), key=lambda b: b.id)) for a in authors.prefetch_related("bars")],
    "visitors of a child": lambda: rows(Restaurant(id=3, place_ptr_id=3).visitors.order_by("id")),
    "child of a place": lambda: [whole(places.get(id=3).restaurant), or_none(lambda: places.get(id=1).restaurant)],
    "place of a child": lambda: (lambda r: (r.place_ptr_id, r.name))(restaurants.get(pk=3)),
    "child by name": lambda: restaurants.filter(visitors__mood__startswith="g", tags__name="crime"),
    "child create": lambda: (whole(restaurants.create(name="New", rating=1.5))[2:], restaurant_rows()[-1][1:], len(place_rows())),
    "grandchild create": lambda: (cafe_row(cafes.create(name="New", beans="green", owner_id=2))[2:], len(place_rows()), len(restaurant_rows())),
    "child save": lambda: (whole(saved(Restaurant(name="New", serves_pizza=True)))[2:], len(place_rows())),
    "child save of a place": lambda: (whole(saved(Restaurant(id=1, place_ptr_id=1, name="Lane", rating=5.0))), place_rows()[0]),
    "grandchild save": changed,
    "child save parent's field": lambda: changed_partly(name="Roma"),
    "child save own field": lambda: changed_partly(rating=1.0),
    "child save both fields": lambda: changed_partly(name="Roma", rating=1.0),
    "child get or create found": lambda: (lambda r, new: (whole(r), new))(*restaurants.get_or_create(name="Asia", defaults={"rating": 1.0})),
    "child get or create new": lambda: (lambda r, new: (whole(r)[2:], new))(*restaurants.get_or_create(name="New", defaults={"rating": 1.0})),
    "child update or create": lambda: (restaurants.update_or_create(name="Asia", defaults={"rating": 1.0})[1], restaurant_rows()),
    "child update or create parent's": lambda: (restaurants.update_or_create(rating=4.5, defaults={"name": "Roma"})[1], restaurant_rows()),
    "child update own": lambda: (restaurants.filter(serves_pizza=True).update(rating=1.0), restaurant_rows()),
    "child update own by parent's": lambda: (restaurants.filter(name__gt="M").update(rating=1.0), restaurant_rows()),
    "child update parent's": lambda: (restaurants.filter(serves_pizza=True).update(name="Same"), restaurant_rows()),
    "child update both": lambda: (restaurants.filter(name="Asia").update(name="Same", rating=2.5), restaurant_rows()),
    "child update F": lambda: (restaurants.filter(rating__gt=0).update(rating=F("rating") * 2), restaurant_rows()),
    "grandchild update all": lambda: (cafes.update(name="Same", rating=2.5, beans="x"), [cafe_row(c) for c in cafes.order_by("id")]),
    "child update nothing": lambda: (restaurants.filter(name="none").update(name="Same", rating=2.5), len(restaurant_rows())),
    "child bulk create": lambda: restaurants.bulk_create([Restaurant(name="New")]),
    "child bulk update": lambda: (bulk_updated(), restaurant_rows()),
    "child in bulk": lambda: sorted(restaurants.in_bulk([3, 4, 1])),
    "child many": lambda: (restaurants.get(pk=4).tags.add(*tags.filter(id__in=[1, 2])), rows(restaurants.filter(tags__name="crime"))),
    "child delete": lambda: (restaurants.filter(pk=3).delete(), place_rows(), visitor_rows()),
    "child delete rows": lambda: (restaurants.filter(name="Asia").delete(), place_rows(), visitor_rows()),
    "grandchild delete": lambda: (cafes.filter(pk=5).delete(), place_rows(), restaurant_rows(), visitor_rows()),
    "child with grandchild delete": lambda: (restaurants.filter(pk=5).delete(), place_rows(), restaurant_rows(), len(cafes.all())),
    "parent delete": lambda: (places.filter(pk=5).delete(), place_rows(), restaurant_rows(), visitor_rows()),
    "parent of nothing delete": lambda: (places.filter(pk=2).delete(), place_rows()),
    "parents delete": lambda: (places.filter(owner=1).delete(), place_rows(), restaurant_rows(), len(bars.all())),
    "bar delete": lambda: (bars.filter(beers=12).delete(), place_rows(), len(bars.all()), visitor_rows()),
    "owner of children delete": lambda: (authors.filter(id=6).delete(), Author.objects.create(id=90, name="x").bars.create(name="y", beers=1) and authors.filter(id=90).delete(), place_rows(), len(bars.all())),
    "child of a generic relation": lambda: (Bar(id=7, place_ptr_id=7).visits.create(text="x") and None, rows(bars.filter(visits__text="x")), rows(Bar(id=8, place_ptr_id=8).visits.all())),
    "child of a generic relation delete": lambda: (Bar(id=7, place_ptr_id=7).visits.create(text="x") and None, bars.filter(pk=7).delete(), len(Label.objects.all())),
}
