"""Validated data as JSON: a value that JSON does not know stands in an object that names its type."""
import datetime
import decimal
import uuid
from collections.abc import Mapping

from django.core.files.base import File
from django.db.models import Model

MICROSECOND = datetime.timedelta(microseconds=1)


def in_utc(moment):
    """The same moment in UTC, whatever time zone a field has read it in."""
    try:
        return moment.astimezone(datetime.timezone.utc) if moment.tzinfo else moment
    except OverflowError:
        return moment


def encoded(value):
    if isinstance(value, Mapping):
        return {str(name): encoded(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encoded(item) for item in value]
    for kind, spelled in KINDS:
        if isinstance(value, kind):
            return spelled(value)
    return value


# A datetime is a date too, so it comes first.
KINDS = [
    (bool, bool),
    (decimal.Decimal, lambda value: {"decimal": str(value)}),
    (datetime.datetime, lambda value: {"datetime": in_utc(value).isoformat()}),
    (datetime.date, lambda value: {"date": value.isoformat()}),
    (datetime.time, lambda value: {"time": value.isoformat()}),
    (datetime.timedelta, lambda value: {"microseconds": str(value // MICROSECOND)}),
    (uuid.UUID, lambda value: {"uuid": str(value)}),
    (File, lambda value: {"file": [value.name, value.size]}),
    (Model, lambda value: {type(value).__name__: encoded(value.pk)}),
]
