"""Statements that write. Each is undone."""
from prelude import *  # noqa: F403


def bulk_update():
    found = list(customers.order_by("id"))
    for number, customer in enumerate(found):
        customer.city, customer.vip = (None if number == 0 else f"city {number}"), not customer.vip
    return customers.bulk_update(found, ["city", "vip"])


TABLE = {
    "get or create found": lambda: customers.get_or_create(email="a@x.org", defaults={"city": "Rome"}),
    "get or create new": lambda: (customers.get_or_create(email="new", defaults={"city": "Rome"})[1], rows(customers.order_by("email").values_list("email", "city", "vip"))),
    "get or create several": lambda: customers.get_or_create(city="Bern"),
    "get or create refused": lambda: customers.get_or_create(city="Nowhere", defaults={"email": "a@x.org"}),
    "update or create found": lambda: (customers.update_or_create(email="a@x.org", defaults={"city": "Rome"})[1], rows(customers.order_by("email").values_list("email", "city", "vip"))),
    "update or create new": lambda: (customers.update_or_create(email="new", defaults={"city": "Rome"})[1], rows(customers.order_by("email").values_list("email", "city", "vip"))),
    "bulk create": lambda: (customers.bulk_create([Customer(email="y", city=None), Customer(email="z", city="Z", vip=True)]) and None, rows(customers.order_by("email").values_list("email", "city", "vip"))),
    "bulk create refused": lambda: customers.bulk_create([Customer(email="y"), Customer(email="a@x.org")]),
    "bulk create ignore": lambda: (customers.bulk_create([Customer(email="y"), Customer(email="a@x.org")], ignore_conflicts=True) and None, rows(customers.order_by("email").values_list("email", "city", "vip"))),
    "bulk create update": lambda: (customers.bulk_create([Customer(email="y"), Customer(email="a@x.org", city="Rome")], update_conflicts=True, unique_fields=["email"], update_fields=["city"]) and None, rows(customers.order_by("email").values_list("email", "city", "vip"))),
    "bulk update": lambda: (bulk_update(), rows(customers.order_by("email").values_list("email", "city", "vip"))),
    "update": lambda: (books.filter(pages=100).update(stock=9), rows(books.values_list("id", "stock"))),
    "update F": lambda: (books.update(stock=F("stock") * 2 + 1), rows(books.values_list("id", "stock"))),
    "update across a join": lambda: (books.filter(author__name="Ann").update(editor=None), rows(books.values_list("id", "editor"))),
    "update excluded back": lambda: (books.exclude(reviews__stars=5).update(stock=0), rows(books.values_list("id", "stock"))),
    "update having": lambda: (books.annotate(n=Count("reviews")).filter(n__gt=1).update(stock=7), rows(books.values_list("id", "stock"))),
    "update case": lambda: (books.update(stock=Case(When(pages=100, then=1), default=F("stock"))), rows(books.values_list("id", "stock"))),
    "update subquery": lambda: (books.update(blurb=Coalesce(Subquery(reviews.filter(book=OuterRef("pk")).order_by("id").values("text")[:1]), Value("none"))), rows(books.values_list("id", "blurb"))),
    "update nothing": lambda: books.filter(pages=1).update(stock=1),
    "update refused": lambda: customers.update(email="same"),
    "delete cascade": lambda: (reviews.filter(stars=5).delete(), rows(reviews.order_by("id"))),
    "delete cascade with relations": lambda: (books.filter(id=2).delete(), rows(reviews.order_by("id"))),
    "delete protected": lambda: books.filter(id=1).delete(),
    "delete protected further on": lambda: authors.filter(id=1).delete(),
    "delete set null": lambda: (publishers.filter(id=1).delete(), rows(authors.order_by("id").values_list("id", "publisher"))),
    "delete one to one": lambda: (authors.filter(id=5).delete(), rows(authors)),
    "delete nothing": lambda: books.filter(id=99).delete(),
    "delete across a join": lambda: (reviews.filter(book__title="Alpha").delete(), rows(reviews.order_by("id"))),
    "delete restricted": lambda: warehouses.filter(id=4).delete(),
    "delete restricted with its owner": lambda: (warehouses.filter(id=5).delete(), rows(sensors.order_by("id").values_list("id", "warehouse", "backup"))),
    "delete set default and set": lambda: (warehouses.filter(id=3).delete(), rows(sensors.order_by("id").values_list("id", "warehouse", "backup"))),
    "delete do nothing": lambda: (warehouses.filter(id=6).delete(), rows(memos)),
}
