"""Values as JSON, in which both sides write a value alike. `src/results.rs` has the Rust of it."""
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

from django.db import models
from django.db.models.fields.files import FieldFile
from psycopg.types.range import Range


def as_json(value):
    match value:
        case models.Model():
            return value.pk
        case datetime():
            if value.tzinfo:
                value = value.astimezone(timezone.utc)
            # Python leaves out zeros at the beginning of a year.
            return f"{value.year:04}-{value:%m-%dT%H:%M:%S.%f}"
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M:%S.%f}"
        case timedelta():
            return f"{value // timedelta(microseconds=1)} us"
        case Decimal():
            return f"decimal {value:f}"
        case UUID():
            return str(value)
        case FieldFile():
            return value.name
        case bytes() | memoryview():
            return list(bytes(value))
        case dict():
            return {key: as_json(item) for key, item in value.items()}
        case list() | tuple():
            return [as_json(item) for item in value]
        case Range():
            if value.isempty:
                return "empty"
            return {"lower": as_json(value.lower), "upper": as_json(value.upper), "bounds": value.bounds}
    return value
