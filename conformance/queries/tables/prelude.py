"""What the tables need."""
from datetime import date, time, timedelta  # noqa: F401
from decimal import Decimal  # noqa: F401
from uuid import UUID  # noqa: F401

from django.db.models import *  # noqa: F403
from django.db.models.functions import *  # noqa: F403
from shop.models import *  # noqa: F403
from shop.models import (
    Author, Book, Customer, Line, Memo, Publisher, Review, Sensor, Tag, Warehouse,
)
from shop.rows import at  # noqa: F401

books, authors, reviews, lines, tags = (model.objects for model in (Book, Author, Review, Line, Tag))
customers, publishers, sensors, warehouses, memos = (
    model.objects for model in (Customer, Publisher, Sensor, Warehouse, Memo)
)


def rows(queryset):
    return list(queryset.all())
