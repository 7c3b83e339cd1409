"""Parts of points in time, and what they are cut to, in the program's time zone: also where clocks are set forward or back. A
condition on what is cut (`TruncDay("placed") == ..`) and a part of it are not asked: Django takes what clocks show there for UTC."""
import json
from pathlib import Path

from prelude import *  # noqa: F403
from shop.models import Purchase

SHARED = json.loads((Path(__file__).parent / "times.json").read_text(encoding="utf-8"))


def purchases():
    Purchase.objects.bulk_create(Purchase(id=100 + index, customer_id=1, placed=at(text), paid=at(text)) for index, text in enumerate(SHARED["moments"]))
    return Purchase.objects.order_by("id")


def found(row):
    condition = Q(**{row["filter"]: row["value"]}) if "filter" in row else ~Q(**{row["exclude"]: row["value"]})
    return lambda: list(purchases().filter(condition).values_list("id", flat=True))


def parts(*expressions):
    return lambda: [list(row) for row in purchases().values_list("id", *expressions)]


def counted(expression):
    return lambda: [list(row) for row in purchases().order_by().annotate(part=expression).values_list("part").annotate(n=Count("id")).order_by("part")]


DATE_PARTS = [ExtractYear, ExtractMonth, ExtractDay, ExtractWeek, ExtractQuarter]
TABLE = {
    "parts of dates in the zone": parts(*(extract("placed") for extract in DATE_PARTS)),
    "parts of dates that may be NULL": parts(*(extract("paid") for extract in DATE_PARTS)),
    "days of weeks in the zone": parts(*(extract("placed") for extract in [ExtractWeekDay, ExtractIsoWeekDay, ExtractIsoYear])),
    "parts of times in the zone": parts(*(extract("placed") for extract in [ExtractHour, ExtractMinute, ExtractSecond])),
    "date and time in the zone": parts(TruncDate("placed"), TruncTime("placed"), TruncDate("paid"), TruncTime("paid")),
    "long units in the zone": parts(*(trunc("placed") for trunc in [TruncYear, TruncQuarter, TruncMonth, TruncWeek, TruncDay])),
    "short units in the zone": parts(*(trunc("paid") for trunc in [TruncHour, TruncMinute, TruncSecond])),
    "count by hour": counted(TruncHour("placed")),
    "count by day": counted(TruncDay("placed")),
    "count by date": counted(TruncDate("placed")),
    "count by month of year": counted(ExtractMonth("placed")),
    **{f"purchases {json.dumps(row, separators=(',', ':'))}": found(row) for row in SHARED["conditions"]},
}
