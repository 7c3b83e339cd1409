#!/usr/bin/env python3
"""Writes the tables in ../crates/db/tests/python and ../crates/serializers/tests/fields: what CPython, Django and Django REST
framework make of texts, dates, times and numbers. Each line is a call and its answer. With --check they are compared with what is there. ../README.md says more."""
import argparse
import decimal
import json
import os
import random
import re
import subprocess
import sys
import time
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).resolve().parent
CRATES = HERE.parent / "crates"
DIGITS = "0123456789"
ARABIC = str.maketrans(DIGITS, "٠١٢٣٤٥٦٧٨٩")
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe", "America/St_Johns"]
EPOCH = datetime(1970, 1, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", metavar="PATH", help="an interpreter that has requirements.txt (default: own venv)")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a table is not what Python answers now")
    options = parser.parse_args()
    if "INSIDE" not in os.environ:
        from harness import reference
        environment = {**os.environ, "INSIDE": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
        return subprocess.run([reference.python(options.python), *sys.argv], env=environment).returncode
    from django.conf import settings
    settings.configure(USE_TZ=True, TIME_ZONE="UTC", INSTALLED_APPS=["rest_framework"])
    import django
    django.setup()
    differing = []
    for name, make in MAKERS.items():
        chance = random.Random(name)
        seen, lines = set(), []
        for arguments, answer in make(chance):
            call = json.dumps(arguments)
            if call not in seen:
                seen.add(call)
                lines.append(json.dumps([*arguments, answer], ensure_ascii=False) + "\n")
        text, path = "".join(lines), CRATES / FOLDERS.get(name, "db/tests/python") / f"{name}.jsonl"
        if not options.check:
            path.write_text(text, encoding="utf-8")
        elif path.read_text(encoding="utf-8") != text:
            differing.append(name)
        print(f"{name}: {len(lines)} calls")
    if differing:
        print("not what Python answers:", ", ".join(differing), file=sys.stderr)
    return 1 if differing else 0


def moment(chance):
    if chance.random() < 0.2:
        return datetime(chance.choice([1, 2, 99, 999, 1000, 1900, 1999, 2000, 2024, 9999]), chance.choice([1, 2, 3, 12]),
                        chance.choice([1, 2, 28]), chance.choice([0, 11, 12, 13, 23]), chance.choice([0, 59]), chance.choice([0, 59]),
                        chance.choice([0, 1, 999999]))
    at = EPOCH + timedelta(seconds=chance.randrange(-60 * 10**9, 9 * 10**9), microseconds=chance.choice([0, 1, 500000, 123456, 999999]))
    return at


def changed(chance, text, alphabet):
    """The text with one of its characters another one, left out or doubled."""
    if not text:
        return chance.choice(alphabet)
    at = chance.randrange(len(text) + 1)
    return chance.choice([
        text[:at] + text[at + 1:], text[:at] + chance.choice(alphabet) + text[at + 1:], text[:at] + chance.choice(alphabet) + text[at:],
        text[:at], text + text[at:],
    ])


def strftime(chance):
    # `%s` depends on the zone of the process.
    letters = "aAbBcCdDeFfgGhHIjklmMnpPrRStTuUVwWxXyYzZ%"
    formats = [f"%{c}" for c in letters] + [
        "%Y-%m-%dT%H:%M:%S.%f%z", "%d.%m.%Y", "%-d/%-m/%Y", "%_d|%_H|%_5Y", "%010Y|%5d|%-5d|%^a|%^B|%#p|%#a|%^10A|%010a",
        "100%", "%%Y", "%q", "%E", "%Ey|%EY|%Ec|%Ed|%Od|%OY|%OH", "é%Yé", "%", "%%", "%5", "%-", "% d", "%:z", "%+", "%v", "%Q%Y",
        "%-I:%M %p", "%-j %-U %-W %-V %-y %-S %_m %0e %0k %-e", "%^b %^h", "%A, %d. %B %Y", "%3f", "%-f", "%5%", "%_j|%_U|%_y|%_C|%3C",
        "%10F|%10T|%^c|%10R|%-D|%012x",
    ]
    for format in formats:
        for _ in range(6):
            at = moment(chance)
            zone = chance.choice([None, None, *ZONES, 0, 7200000000, -19800000000, 3601000000, 3600500000, -1])
            try:
                yield [format, at.isoformat(), zone], in_zone(at, zone).strftime(format)
            except OverflowError:
                pass


def in_zone(at, zone):
    if zone is None:
        return at
    tz = ZoneInfo(zone) if isinstance(zone, str) else timezone(timedelta(microseconds=zone))
    return at.replace(tzinfo=timezone.utc).astimezone(tz)


FORMATS = [
    "%Y-%m-%d", "%d.%m.%Y", "%m/%d/%y", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S%z", "%I:%M %p", "%I %p %d", "%H", "%p", "%I", "%A %d %B %Y",
    "%a %b %d %H:%M:%S %Y", "%c", "%x", "%X", "%x %X", "%j", "%Y %j", "%y%m%d", "%Y%m%d%H%M%S", "%Y %U %w", "%Y %W %u", "%Y %U", "%U %a",
    "%G %V %u", "%G-W%V-%w", "%G %V %A", "%G %V", "%V %u", "%Y %V %u", "%G %j", "%G %Y %V %u", "%Y %U %V %u", "%G %U %V %a", "%f", "%S", "%M",
    "%z", "%Z", "%z %Z", "%d %b", "%b %d", "%m %d", "%B", "%Y  %m", "%Y%%%m", "[%Y]", "(%d)*", "%e", "%", "%Y %Y", "%c %Y", "%d%", "% d", "%D",
    "%T", "%q", "%%", "", " ", "%y %Y", "%b %B", "%H %I", "%I %H %p", "%a %A", "%w %u", "%d\t%m", "%:z", "%j %U %a %Y", "%Y-%m-%d %H:%M:%S %Z%z",
    "%é", "é %Y", "%U %W %a %Y", "a.b%Y", "%H:%M:%S.%f", "%Y-%j",
]


def strptime(chance):
    import _strptime
    for format in FORMATS:
        try:
            _strptime._TimeRE_cache.compile(format)
        except (KeyError, IndexError, re.error):
            yield [format, ""], "bad format"
            continue
        texts = {"", " ", "1", "12", "60", "61", "2024", "0000", "2024 1", "Feb 29", "29 Feb", "2 29", "+0200", "+02:00", "+02:0030", "+020030.5", "+02:00:30.25",
                 "+2400", "-23:59", "Z", "z", "UTC", "gmt", "CET", "+0100 UTC", "Z GMT", "12 am", "12 PM 5", "AM", "0", "00", "366", "2023 366", "2024 366",
                 "2024 53 6", "2024 0 1", "2024 0 0", "0001 0 1", "9999 53 6", "2020 53 7", "2021 53 7", "1 1 1", "0001 01 1", "2024 1 0", "2024 53 Sunday"}
        for _ in range(25):
            at = moment(chance)
            zone = timezone(timedelta(minutes=chance.randrange(-1439, 1440)), chance.choice(["UTC", "GMT"]))
            text = f"{at.year:04}".join(at.replace(tzinfo=zone).strftime(part) for part in format.split("%Y"))
            text = chance.choice([text, text, text.lower(), text.upper(), text.translate(ARABIC), changed(chance, text, "0159: -+ZaP.é\n")])
            texts.add(text)
        for text in sorted(texts):
            try:
                yield [format, text], datetime.strptime(text, format).isoformat()
            except ValueError:
                # Most of the fixed texts match nothing.
                if len(text) > 8 or chance.random() < 0.3:
                    yield [format, text], None


DATES = ["2020-01-02", "20200102", "2020-W01-5", "2020W015", "2020W01", "2020-W53-7", "2021-W53-1", "2020-1-2", "0001-01-01", "9999-12-31", "0000-01-01",
         "2020-02-30", "2020-2-30", "1-1-1", "2020-366", "2020366", "2020-01", "2020", "", "2020-01-02\n", "2020-1-2\n", "0001-W01-1", "9999-W52-7", "9999-W53-1",
         "2020-W00-1", "2020-W1-1", "2020-W01-8", "2020-W01-0", "2020-0102", "202001-02", "+2020-01-02", " 2020-01-02", "2020-01-0é", "2020-13-01", "2020-1-32",
         "1900-02-29", "2000-02-29"]
TIMES = ["10", "10:11", "10:11:12", "1011", "101112", "10:11:12.5", "10:11:12,5", "10:11:12.123456", "10:11:12.1234567", "10:11:12.1234567890123", "T10", "T10:11",
         "24:00", "23:60", "23:59:60", "1:2", "1:2:3", "1:2:3.4", "1:2:3,4", "10:11Z", "10:11+02:00", "10:11-02", "10+02:00", "10:11:12+02:00:30", "10:11+24:00", "10:11+23:59",
         "10:11:12.", "10:11:", "10:", "", "1", "10:1112", "1011:12", "10:11:12.5Z", "10:11 ", "1:2\n", "10:11\n", "25:00", "1:60", "10:11:12.12345é", "10.5", "10:11.5", "é0:11", "t10:11"]


def parsed(texts, parse):
    for text in texts:
        try:
            value = parse(text)
            yield [text], None if value is None else value.isoformat()
        except ValueError:
            yield [text], False


def varied(chance, texts, count, alphabet):
    yield from texts
    for _ in range(count):
        text = chance.choice(texts)
        for _ in range(chance.choice([0, 1, 1, 2])):
            text = changed(chance, text, alphabet)
        yield text.translate(ARABIC) if chance.random() < 0.15 else text


def parse_date(chance):
    from django.utils import dateparse
    return parsed(varied(chance, DATES, 500, "0123459-W :"), dateparse.parse_date)


def parse_time(chance):
    from django.utils import dateparse
    return parsed(varied(chance, TIMES, 500, "0123459-+:.,ZT "), dateparse.parse_time)


def parse_datetime(chance):
    from django.utils import dateparse
    texts = [chance.choice(DATES) + chance.choice(["T", " ", "T", " ", "x", "", "é"]) + chance.choice(TIMES) + chance.choice(["", "", "Z", "+02:00", "-0530", " +02", "+05", "z"]) for _ in range(500)]
    good = [f"{d}{s}{t}{z}" for d in ["2020-01-02", "2020-1-2", "20200102", "2020-W01-5"] for s in "T " for t in ["10:11", "1:2", "10:11:12", "101112", "10:11:12.5"] for z in ["", "Z", "+02:00", " -0330"]]
    return parsed(varied(chance, DATES + good + texts, 600, "0123459-+W:.,ZT "), dateparse.parse_datetime)


def parse_duration(chance):
    from django.utils import dateparse
    texts = ["", "0", "15", "15:30", "1:15:30", "4 15:30", "4 days 15:30", "4 days, 15:30", "1 day, 0:00:01", "4 1:15:30.1", "4 10:15:30,000123", "-4 15:30", "-15:30", "-1:15:30", "4 -15:30", "-4 -15:30",
             "172800", "15.1234567", "15.123456789012", "15.1234567890123", "1.5", "1.5:3", "100:200:300", "P4D", "P4Y", "P4M", "P4W", "-P1D", "+P1D", "PT5H", "PT5M", "PT5S", "PT0.000005S", "PT0,000005S", "P0.5D", "-P0.5D", "P1DT2H3M4.5S", "PT1.5H1.5M1.5S",
             "PT", "P", "PT0.0000005S", "PT0.0000015S", "PT0.0000025S", "PT0.5M0.0000005S", "P1DT0.1S", "1 day", "1 days", "-1 days", "3 days 04:05:06", "3 days -04:05:06", "-3 days +04:05:06.7", "1 day 4:05:06.123456", "1 day 4:05:06.1234567", "+04:05:06", "1 day -0:00:01",
             "999999999 0", "1000000000 0", "-999999999 0", "-999999999 -1", "999999999 23:59:59.999999", "999999999 24:00:00", "-999999999 23:59:59", "P999999999D", "P1000000000D", "-P999999999D", "-P999999999DT1S", "86399999999999.999999", "9" * 30, "9" * 400, "P" + "9" * 400 + "D",
             "15\n", "15:30\n\n", " 15", "15 ", "a", "1e5", "1_0", "10:60", "10:99:99", "1 year", "1:2:3:4", "١٥:٣٠", "PT١S", "3 days  04:05:06", "3 days, 4:05:06", "0 0:0:0", "-0", "1 -1", "P1D1H", "PT1S1M", "P-1D"]
    for text in varied(chance, texts, 600, "0123456789:.,- PTDHMSdays"):
        try:
            length = dateparse.parse_duration(text)
            yield [text], None if length is None else length // timedelta(microseconds=1)
        except OverflowError:
            yield [text], "overflow"


def durations(chance):
    from django.utils.duration import duration_iso_string, duration_string
    day = 86400 * 10**6
    fixed = [0, 1, -1, day, -day, day - 1, 1 - day, 10**6, -10**6, 273906000007, 999999999 * day, -999999999 * day]
    for micros in fixed + [chance.randrange(-10**chance.randrange(1, 20), 10**chance.randrange(1, 20)) for _ in range(400)]:
        length = timedelta(microseconds=micros)
        yield [micros], [duration_string(length), duration_iso_string(length), str(length), length.total_seconds()]


def shown(chance):
    from rest_framework.fields import DateTimeField
    for _ in range(400):
        at, zone = moment(chance), chance.choice(ZONES)
        try:
            yield [at.isoformat(), zone], DateTimeField(default_timezone=ZoneInfo(zone)).to_representation(at.replace(tzinfo=timezone.utc))
        except OverflowError:
            yield [at.isoformat(), zone], None


def make_aware(chance):
    """What a local time is in UTC. Django REST framework takes those that clocks show twice or skip as well."""
    from rest_framework.fields import DateTimeField
    near = {"Europe/Berlin": [(2024, 3, 31, 2), (2024, 10, 27, 2)], "America/New_York": [(2024, 3, 10, 2), (2024, 11, 3, 1)], "Asia/Kolkata": [(1945, 10, 15, 0)],
            "Pacific/Apia": [(2011, 12, 30, 0), (2012, 4, 1, 3), (2011, 9, 24, 3)], "Australia/Lord_Howe": [(2024, 4, 7, 1), (2024, 10, 6, 2)], "America/St_Johns": [(2006, 4, 2, 0), (2024, 11, 3, 1)], "UTC": [(2024, 1, 1, 0)]}
    for zone, places in near.items():
        for place in places:
            for minutes in [*range(-90, 150, 15), -1, 1, 29, 31, 59, 61, 1439, 1440]:
                yield from one_aware(datetime(*place) + timedelta(minutes=minutes), zone, DateTimeField)
    for _ in range(300):
        yield from one_aware(moment(chance), chance.choice(ZONES), DateTimeField)


def one_aware(local, zone, field):
    try:
        at = field(default_timezone=ZoneInfo(zone)).run_validation(local.isoformat())
        yield [local.isoformat(), zone], at.astimezone(timezone.utc).replace(tzinfo=None).isoformat()
    except OverflowError:
        yield [local.isoformat(), zone], None


NUMBERS = ["0", "-0", "0.0", "-0.00", "1", "1.50", " -1_0.5\n", "1E+2", "1e-3", ".5", "5.", "_1_", "٣.٤", "+7", "1e", "e5", ".", "--1", "1 2", "NaN", "sNaN", "nan12", "inf", "-Infinity", "0x10", "1e+",
           "1.2.3", "", "1e999999", "1e-999999", "1e999999999999999999", "1e1000000000000000000", "1e99999999999999999999", "-1e-7", "0.000001", "0.0000001", "1000000000000000000000000000000",
           "123456789012345678901234567890.5", "0e5", "0e-9", "00012.300", "\x1c1", "\x851", "\xa01\u2003", "1\x00", "1__0", "_", "1_e_5", "1e_5", "9.995", "99.5", "0.5", "1.5", "2.5", "-0.5", "-2.5", "0.05", "0.15", "1.05", "9.5",
           "99999999999999999999999999999", "0.1e1", "1,5", "½", "²", "1e0", "1e00", "1E5", "1e+05", "Ⅷ", "𝟙𝟚.𝟛"]


def numbers(chance, count):
    yield from NUMBERS
    for _ in range(count):
        digits = "".join(chance.choice(DIGITS) for _ in range(chance.choice([1, 2, 3, 5, 8, 15, 17, 29, 31])))
        point = chance.randrange(len(digits) + 1)
        text = chance.choice(["", "", "-", "+"]) + digits[:point] + chance.choice([".", ".", ""]) + digits[point:] + chance.choice(["", "", "", f"e{chance.randrange(-40, 40)}", f"E+{chance.randrange(9)}"])
        yield changed(chance, text, "0159._-+eE ٣") if chance.random() < 0.2 else text


def decimals(chance):
    """str(), the format "f", str() of normalize(), the shortest float, and how many digits Django REST framework counts."""
    for text in numbers(chance, 500):
        try:
            number = decimal.Decimal(text)
        except decimal.InvalidOperation:
            number = decimal.Decimal("NaN")
        if not number.is_finite():
            yield [text], None
            continue
        _, digits, exponent = number.as_tuple()
        if exponent >= 0:
            count = [len(digits) + exponent, len(digits) + exponent, 0]
        elif len(digits) > -exponent:
            count = [len(digits), len(digits) + exponent, -exponent]
        else:
            count = [-exponent, 0, -exponent]
        is_short = abs(exponent) < 1000
        try:
            normal = str(number.normalize()) if is_short else None
        except decimal.InvalidOperation:
            normal = None
        yield [text], [str(number), f"{number:f}" if is_short else None, normal, repr(float(number)), count]


def quantize(chance):
    roundings = [name for name in vars(decimal) if name.startswith("ROUND_")]
    for text in numbers(chance, 900):
        try:
            number = decimal.Decimal(text)
        except decimal.InvalidOperation:
            continue
        if not number.is_finite():
            continue
        for rounding in roundings if text in NUMBERS else [chance.choice(roundings)]:
            places, precision = chance.choice([0, 1, 2, 3, 10]), chance.choice([None, 1, 3, 5, 10, 28, 40])
            context = decimal.Context()
            if precision:
                context.prec = precision
            try:
                answer = str(number.quantize(decimal.Decimal(".1") ** places, rounding=rounding, context=context))
            except decimal.InvalidOperation:
                answer = None
            yield [text, places, rounding, precision], answer


def floats(chance):
    for text in [*numbers(chance, 400), "infinity", "-INF", "+nan", "iNfInItY", "1e400", "-1e400", "1e-400", "infinit", "nan(1)", "1_0.0_1e1_0", "1._0", "1_.0", "1e_1", "0b1", "1d", "1f", " \t\n\x0b\x0c\r1 ", "1 ", "\u20281"]:
        try:
            yield [text], repr(float(text))
        except ValueError:
            yield [text], None


# The fields by their names in crates/serializers/src/fields/tables.rs: DRF's class and its options.
FIELDS = {
    "datetime": ("DateTimeField", {}),
    "datetime, format": ("DateTimeField", {"format": "%A %d.%m.%Y %H:%M:%S.%f %Z %z"}),
    "datetime, unformatted": ("DateTimeField", {"format": None}),
    "datetime, input formats": ("DateTimeField", {"input_formats": ["%d.%m.%Y %H:%M", "iso-8601", "%d/%m/%y %I %p"]}),
    "datetime, input format with a zone": ("DateTimeField", {"input_formats": ["%Y-%m-%d %H:%M:%S %z", "%b"]}),
    "datetime, Berlin": ("DateTimeField", {"default_timezone": "Europe/Berlin"}),
    "datetime, Berlin, format": ("DateTimeField", {"default_timezone": "Europe/Berlin", "format": "%d.%m.%Y %H:%M %Z %z", "input_formats": ["%d.%m.%Y %H:%M"]}),
    "datetime, New York": ("DateTimeField", {}),
    "datetime, New York, unformatted": ("DateTimeField", {"format": None}),
    "date": ("DateField", {}),
    "date, formats": ("DateField", {"format": "%d %B %Y, day %j %H", "input_formats": ["%d.%m.%Y", "ISO-8601", "%A %d %b %y"]}),
    "date, unformatted": ("DateField", {"format": None, "input_formats": ["%Y%j"]}),
    "time": ("TimeField", {}),
    "time, formats": ("TimeField", {"format": "%I.%M %p on %d.%m.%Y", "input_formats": ["%I.%M %p", "%H%M%S", "iso-8601"]}),
    "time, unformatted": ("TimeField", {"format": None}),
    "duration": ("DurationField", {}),
    "duration, iso": ("DurationField", {"format": "ISO-8601"}),
    "duration, unformatted": ("DurationField", {"format": None}),
    "duration, limits": ("DurationField", {"min_value": timedelta(seconds=10), "max_value": timedelta(days=3, hours=4, microseconds=5)}),
    "float": ("FloatField", {}),
    "float, limits": ("FloatField", {"min_value": 1, "max_value": 10.5}),
    "decimal": ("DecimalField", {"max_digits": 5, "decimal_places": 2}),
    "decimal, null": ("DecimalField", {"max_digits": 5, "decimal_places": 2, "allow_null": True}),
    "decimal, no limits": ("DecimalField", {"max_digits": None, "decimal_places": None}),
    "decimal, places": ("DecimalField", {"max_digits": None, "decimal_places": 2}),
    "decimal, digits": ("DecimalField", {"max_digits": 4, "decimal_places": None}),
    "decimal, whole": ("DecimalField", {"max_digits": 10, "decimal_places": 0}),
    "decimal, number": ("DecimalField", {"max_digits": 12, "decimal_places": 4, "coerce_to_string": False}),
    "decimal, normalized": ("DecimalField", {"max_digits": 12, "decimal_places": 4, "normalize_output": True}),
    "decimal, rounded up": ("DecimalField", {"max_digits": 12, "decimal_places": 2, "rounding": "ROUND_UP"}),
    "decimal, limits": ("DecimalField", {"max_digits": 6, "decimal_places": 2, "min_value": decimal.Decimal("0.50"), "max_value": 100}),
}
OTHERS = [0, 1, -5, 1.5, 1e22, 1e-9, 123456789012345678901234567890, 10**400, True, False, [], [1], {}, {"a": 1}, "", " ", "\n", "1" * 1000, "1" * 1001, " " * 1001 + "1", "é", "\U0001f600", None]


def made(name):
    from rest_framework import fields
    kind, options = FIELDS[name]
    if "default_timezone" in options:
        options = {**options, "default_timezone": ZoneInfo(options["default_timezone"])}
    return getattr(fields, kind)(**options)


def in_json(value):
    from rest_framework.renderers import JSONRenderer
    return json.loads(JSONRenderer().render(value))


def current_zone(name):
    from django.utils import timezone as zones
    return zones.override(ZoneInfo("America/New_York" if "New York" in name else "UTC"))


def fields(chance):
    """What a field makes of input, shown as it comes back from the database; or its messages with their codes. Where Django fails, it is an error of the field."""
    from rest_framework.exceptions import ValidationError
    moments = [d + s + t + z for d in ["2024-03-31", "2024-10-27", "2024-11-03", "2024-03-10", "0001-01-01", "9999-12-31"] for s in "T" for t in ["00:30", "01:30", "02:30:00.25", "23:59:59"] for z in ["", "Z", "-05:00", "+14:00"]]
    formatted = ["31.03.2024 02:30", "27.10.2024 02:30", "1.2.2024 3:04", "31.02.2024 00:00", "01/02/24 11 PM", "01/02/24 13 PM", "2024-01-02 03:04:05 +0230", "2024-01-02 03:04:05 Z", "0001-01-01 00:00:00 +0100", "Jan", "iso"]
    dates = ["02.01.2024", "Monday 01 Jan 24", "monday 1 jan 24", "2024001", "2024366", "29.02.2023"]
    times = ["03.04 pm", "12.00 AM", "030405", "0304", "13.00 PM"]
    texts = {
        "DateTimeField": moments + formatted + DATES[:12] + chance.sample(DATES, 5) + TIMES[:5], "DateField": DATES + dates + moments[:4], "TimeField": TIMES + times,
        "DurationField": [text for make in [parse_duration] for (text,), _ in list(make(chance))[:160]],
        "FloatField": list(numbers(chance, 60)), "DecimalField": list(numbers(chance, 120)),
    }
    for name, (kind, _) in FIELDS.items():
        for given in [*texts[kind], *OTHERS]:
            # Django writes it out, with as many zeros as there is memory for.
            if "999999" in str(given) and name in ("decimal, no limits", "decimal, digits"):
                continue
            with current_zone(name):
                field = made(name)
                try:
                    value = field.run_validation(given)
                    yield [name, given], {"value": None if value is None else in_json(field.to_representation(value))}
                except ValidationError as error:
                    yield [name, given], {"errors": [[str(detail), detail.code] for detail in error.detail]}
                except (decimal.InvalidOperation, OverflowError, ValueError) as error:
                    yield [name, given], {"raises": type(error).__name__}


def shown_fields(chance):
    """How a field shows a value of the database."""
    values = {
        "DateTimeField": [moment(chance).replace(tzinfo=timezone.utc) for _ in range(25)] + [datetime.fromisoformat(t).replace(tzinfo=timezone.utc) for t in ["2024-10-27 00:30:00", "2024-10-27 01:30:00.000001", "2024-11-03 05:30:00", "2024-11-03 06:30:00"]],
        "DateField": [moment(chance).date() for _ in range(25)], "TimeField": [moment(chance).time() for _ in range(25)],
        "DurationField": [timedelta(microseconds=chance.randrange(-10**15, 10**15)) for _ in range(25)],
        "FloatField": [0.0, -0.0, 1e16, 1e-5, 123.456, 5e-324], "DecimalField": [decimal.Decimal(text) for text in ["0", "1.5", "-2.675", "2.665", "100", "0.0001", "999.995", "12345678.9", "1E+2", "0.00", "-0.004"]],
    }
    for name, (kind, _) in FIELDS.items():
        for value in values[kind]:
            text = value.replace(tzinfo=None).isoformat() if isinstance(value, datetime) else str(value // timedelta(microseconds=1)) if isinstance(value, timedelta) else str(value)
            with current_zone(name):
                try:
                    yield [name, text], {"value": in_json(made(name).to_representation(value))}
                except (decimal.InvalidOperation, OverflowError) as error:
                    yield [name, text], {"raises": type(error).__name__}
                except Exception as error:
                    yield [name, text], {"raises": "ValidationError"} if type(error).__name__ == "ValidationError" else {"error": repr(error)}


FOLDERS = {"fields": "serializers/tests/fields", "shown_fields": "serializers/tests/fields"}
MAKERS = {make.__name__: make for make in [strftime, strptime, parse_date, parse_time, parse_datetime, parse_duration, durations, shown, make_aware, decimals, quantize, floats, fields, shown_fields]}

if __name__ == "__main__":
    sys.exit(main())
