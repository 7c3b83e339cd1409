#!/usr/bin/env python3
"""Random values for every serializer of the lab. Django and Belleville must validate and show the same, and what they show must be
validated to the same again. README.md beside this file says more."""
import argparse
import datetime
import json
import random
import re
import string
import sys
import tempfile
import urllib.parse
from contextlib import ExitStack
from pathlib import Path

from harness import database, reference, servers, waiting
from harness.reference import Broken
from harness.wire import exchange

# What waiting.toml names: where it is the difference, the value waits too. As long as the reason stands there.
WAITS = {
    "whole numbers of more than 64 bits": lambda name, body: re.search(r"\d{17}", re.sub(r"[_\s]|\\n", "", body)),
    "minus zero as a decimal": lambda name, body: "decimal" in name,
    "the order of an hstore's keys": lambda name, body: "hstore" in name,
    "values without a format in their own time zone": lambda name, body: name == "no-output-format-date-time-field",
    "local times that no clock shows": lambda name, body: "date-time-field" in name,
}
SHAPES = "import json; from lab.shapes import shapes; print(json.dumps(shapes()))"
# Where a value is not what it was before, once it was shown: the reason. Both sides must answer the same all the same.
LOSES = {
    **dict.fromkeys(("write-only", "write-only-field", "email-password"), "it is not shown"),
    **dict.fromkeys(
        ("allow-null-not-required", "float-field-allow-null", "list-field-allow-null", "community"), "what was left out is null",
    ),
    **dict.fromkeys(
        (
            "custom-input-format-date-field", "custom-output-format-date-field", "several-formats-date-field",
            "custom-input-format-date-time-field", "custom-output-format-date-time-field", "several-formats-date-time-field",
            "custom-timezone-date-time-field", "custom-input-format-time-field", "custom-output-format-time-field",
        ),
        "it is read in other formats than it is shown in",
    ),
    **dict.fromkeys(("no-limits-decimal-field", "no-decimal-places"), "an exponent is written out"),
    **dict.fromkeys(("choice-field-both-types", "binary-json-field"), "null is one of its values and is refused as input"),
    "several-errors": "its validation doubles the number",
}
# Where Django breaks by the declaration, whatever the value is. Elsewhere Belleville must not break where Django does.
BREAKS = {"null-implies-default": "it shows a field that the values do not have"}


def main():
    options = parse_arguments()
    try:
        database.ready(options)
        print(f"{options.count} values of each serializer, --seed {options.seed}, {options.time_zone}")
        return run(options)
    except Broken as reason:
        print(f"error: {reason}", file=sys.stderr)
        return 2


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", metavar="PATH", help="an interpreter that has requirements.txt (default: own venv)")
    parser.add_argument("--peer", metavar="CMD", help="command line of the server under test, with {port} (default: cargo)")
    database.add_argument(parser)
    parser.add_argument("--only", metavar="SUBSTR", help="only serializers whose name contains this")
    parser.add_argument("--count", type=int, default=200, help="how many values of each (default: 200)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32), help="repeats a run")
    parser.add_argument("--time-zone", default="UTC", help="the TIME_ZONE of both (default: UTC)")
    return parser.parse_args()


def run(options):
    peer = options.peer or "cargo run --quiet -p conformance -- runserver 127.0.0.1:{port}"
    environment = {"TIME_ZONE": options.time_zone}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        databases = stack.enter_context(database.databases(options, folder))
        urls = [databases.seeded(name) for name in ("django", "belleville")]
        shapes = json.loads(reference.manage(options.python, urls[0], "shell", "-v0", "-c", SHAPES))
        log, waits = Path(folder), waiting.Waiting()
        django = stack.enter_context(servers.django(options.python, urls[0], log / "django.log", environment))
        belleville = stack.enter_context(servers.belleville(peer, urls[1], log / "belleville.log", environment))
        outcomes = [
            Proof(name, shape, (django.port, belleville.port), waits, options).run()
            for name, shape in shapes.items()
            if name not in waits.endpoints and has_no_file(shape) and (options.only or "") in name
        ]
    found = sum(map(len, outcomes))
    print(f"{len(outcomes)} serializers, {found} differences")
    return 1 if found or not outcomes else 0


def has_no_file(shape):
    inner = [*shape.get("fields", {}).values(), *([shape["child"]] if "child" in shape else [])]
    return shape["kind"] != "FileField" and all(map(has_no_file, inner))


class Proof:
    """One serializer: what both sides make of its values."""

    def __init__(self, name, shape, ports, waits, options):
        self.name, self.shape, self.ports, self.count = name, shape, ports, options.count
        self.waits = [is_meant for reason, is_meant in WAITS.items() if reason in waits.cases.values()]
        # Of the name too, so that a run of this serializer alone has the same values.
        self.values = Values(random.Random(f"{options.seed} {name}"))
        self.found = []

    def run(self):
        # A list of them is asked for where the serializer is none.
        self.many = "?" if self.shape["kind"] == "ListSerializer" else "?many&"
        item = self.shape.get("child", self.shape)
        bodies = [self.values.value(item) for _ in range(self.count)]
        good = self.good(bodies)
        self.again(good, self.alike(good))
        self.forms(item)
        for line in self.found[:3]:
            print(f"{self.name}: {line}")
        return self.found

    def good(self, bodies):
        """Those that are not refused."""
        answers = self.alike(bodies, "codes=1")
        return [body for body, answer in zip(bodies, answers) if answer == {} or isinstance(answer, tuple)]

    def again(self, bodies, answers):
        """What was shown, as input: it is validated to what it was."""
        shown = {json.dumps(answer[1]): (body, answer[0]) for body, answer in zip(bodies, answers) if answer}
        good = self.good(list(shown))
        again = dict(zip(good, self.alike(good)))
        if self.name in LOSES:
            return
        for data, (body, validated) in shown.items():
            second = again.get(data)
            if not second or spelled(second[0]) != spelled(validated):
                self.found.append(f"{body} is shown as {data}, which is validated to {second}, not to {spelled(validated)}")

    def alike(self, bodies, query=""):
        """The answer for each body: its errors, or what it is validated to with what is shown. Where both break there is none."""
        if not bodies:
            return []
        django, belleville = (self.post(port, f"[{','.join(bodies)}]", query) for port in self.ports)
        if django == belleville and django[0] != 500:
            return parsed(django, len(bodies))
        if len(bodies) > 1:
            middle = len(bodies) // 2
            return self.alike(bodies[:middle], query) + self.alike(bodies[middle:], query)
        if not self.may_differ(django, belleville):
            self.tell(f"[{bodies[0]}]", django, belleville)
        return [None]

    def may_differ(self, django, belleville):
        return django[0] == 500 and (belleville[0] < 500 or self.name in BREAKS)

    def forms(self, item):
        """Texts, as forms have them."""
        fields = item.get("fields") or {"": item}
        pairs = [
            (f"[{number}]{name}", self.values.form_text(shape))
            for number in range(min(self.count, 200 // len(fields)))
            for name, shape in fields.items()
        ]
        self.form(pairs)

    def form(self, pairs):
        body = urllib.parse.urlencode(pairs, quote_via=urllib.parse.quote)
        django, belleville = (self.post(port, body, "", "application/x-www-form-urlencoded") for port in self.ports)
        if django == belleville or self.may_differ(django, belleville):
            return
        if len(pairs) > 1:
            middle = len(pairs) // 2
            before = len(self.found)
            self.form(pairs[:middle])
            self.form(pairs[middle:])
            if len(self.found) > before:
                return
        self.tell(body, django, belleville)

    def tell(self, body, django, belleville):
        sent = urllib.parse.unquote(body)
        if any(is_meant(self.name, sent) for is_meant in self.waits):
            return
        self.found.append(f"{body}\n    Django:     {django[0]} {django[1]}\n    Belleville: {belleville[0]} {belleville[1]}")

    def post(self, port, body, query, media_type="application/json"):
        data = body.encode()
        head = [
            f"POST /conformance/lab/{self.name}/{self.many}{query} HTTP/1.1", "Host: testserver", f"Content-Type: {media_type}",
            f"Content-Length: {len(data)}", "", "",
        ]
        answer = exchange(port, "POST", "\r\n".join(head).encode() + data)
        return answer.status, answer.text()


def parsed(answer, count):
    status, body = answer
    body = json.loads(body) if status in (200, 400) else None
    if status == 200:
        return list(zip(body["validated"], body["data"]))
    # The errors have the numbers of their items; what is wrong with the list itself has a name.
    is_of_items = isinstance(body, dict) and all(key.isdigit() for key in body)
    return [body.get(str(number), {}) for number in range(count)] if is_of_items else [None] * count


def spelled(value):
    """A value with its types: 1, 1.0 and true are three."""
    return json.dumps(value, sort_keys=True)


TEXTS = [
    string.ascii_letters, string.digits, " ", "-_.", "\t\n\r\x0b\x0c\x1c\x85\xa0\u2003\u200b\ufeff", "éßİıſ", "٣９", "\x00", "\"'\\/<>&%", "🜁",
]
OFFSETS = ["", "", "", "Z", "+00:00", "+05:30", "-08:00", "+0100", "+14", "-23:59", " +02:00", "z", "+24:00"]


class Values:
    """JSON texts of values by chance: most of them good or nearly so."""

    def __init__(self, source):
        self.random = source

    def pick(self, *options):
        return self.random.choice(options)

    def likely(self, probability):
        return self.random.random() < probability

    def value(self, shape):
        if shape["kind"] == "Serializer":
            return self.sometimes(self.members(shape["fields"]), 0.97)
        if self.likely(0.04):
            return "null"
        if self.likely(0.06):
            # `UUID(int=True)` shows its number as true, which is no example to follow.
            return self.integerfield({}) if shape["kind"] == "UUIDField" else self.any_json(2)
        text = getattr(self, shape["kind"].lower(), self.any)(shape)
        return self.spoilt(text) if self.likely(0.12) else text

    def sometimes(self, text, probability):
        return text if self.likely(probability) else self.any_json(1)

    def members(self, fields):
        kept = [(name, shape) for name, shape in fields.items() if self.likely(0.93)]
        members = [f"{json.dumps(name)}: {self.value(shape)}" for name, shape in kept]
        if self.likely(0.05):
            members.append(f'"other": {self.any_json(1)}')
        return "{" + ", ".join(members) + "}"

    def spoilt(self, text):
        """Another character somewhere in a text."""
        try:
            value = json.loads(text)
        except ValueError:
            return text
        if not isinstance(value, str):
            return json.dumps(text.strip() + self.pick("", " ", "0", ".", "\n"))
        place = self.random.randrange(len(value) + 1)
        # A null character in a time ends it for CPython, whatever follows: that is no example to follow.
        added = self.characters(self.random.randrange(2)).strip("\0")
        return json.dumps(value[:place] + added + value[place + self.random.randrange(2) :])

    def form_text(self, shape):
        text = self.value(shape)
        try:
            value = json.loads(text)
        except ValueError:
            return text
        return value if isinstance(value, str) else text

    def characters(self, count):
        return "".join(self.random.choice(self.random.choice(TEXTS)) for _ in range(count))

    def any_json(self, depth):
        scalars = [
            lambda: "true", lambda: "false", lambda: "null", lambda: self.integerfield({}), lambda: self.floatfield({}),
            lambda: json.dumps(self.characters(self.random.randrange(4))),
        ]
        if depth and self.likely(0.4):
            inner = [self.any_json(depth - 1) for _ in range(self.random.randrange(4))]
            if self.likely(0.5):
                return "[" + ", ".join(inner) + "]"
            names = [json.dumps(self.characters(self.random.randrange(3))) for _ in inner]
            return "{" + ", ".join(f"{name}: {value}" for name, value in zip(names, inner)) + "}"
        return self.random.choice(scalars)()

    def any(self, _):
        return self.any_json(2)

    def booleanfield(self, _):
        words = ["t", "T", "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON", "1"]
        words += ["f", "F", "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF", "0", "0.0", "null", "Null", "NULL", ""]
        return self.pick("true", "false", "1", "0", "1.0", "0.0", "-0.0", "2", json.dumps(self.pick(*words)), json.dumps(self.pick(*words)))

    def charfield(self, shape):
        longest = int(shape.get("max_length", 12))
        text = json.dumps(self.characters(self.random.randrange(longest + 3)))
        return text if self.likely(0.9) else self.pick(self.integerfield({}), self.floatfield({}))

    def regexfield(self, _):
        return json.dumps(self.pick("a1", "z9", "123", "abc", "ABC", "Ab", "12", "x" + self.characters(2), self.characters(3)))

    def slugfield(self, _):
        return json.dumps("".join(self.pick("a", "Z", "0", "-", "_", "é", " ", ".", "ß") if self.likely(0.2) else "x" for _ in range(5)))

    def emailfield(self, _):
        local = self.pick("a", "a.b", "a+b", '"a b"', '"', ".a", "a..b", "é", "a_b", "A!#$%&'*+-/=?^_`{|}~", self.characters(3))
        domain = self.pick("example.com", "b", "localhost", "[127.0.0.1]", "[::1]", "é.fr", "xn--9ca.fr", "a-.com", "a.b", "example.c", "-a.com", "EXAMPLE.COM")
        return json.dumps(local + self.pick("@", "@", "@", "@", "", "@@") + domain)

    def urlfield(self, _):
        scheme = self.pick("http://", "https://", "ftp://", "HTTP://", "ftps://", "mailto:", "//", "http:/", "")
        user = self.pick("", "", "", "u@", "u:p@", "u:p:q@", "a b@")
        host = self.pick("example.com", "a", "localhost", "127.0.0.1", "256.1.1.1", "[::1]", "[::1", "é.fr", "a_b.com", "x" * 64 + ".com", "-a.com", "a.-b", "example.com.")
        port = self.pick("", "", "", ":80", ":", ":99999", ":100000", ":x", ":8٣")
        return json.dumps(scheme + user + host + port + self.pick("", "", "/", "/a b", "/é?q=1#f", "?q", "#f", "/\n", "/" + self.characters(2)))

    def uuidfield(self, _):
        number = self.random.choice([0, 1, 2**128 - 1, self.random.getrandbits(128), self.random.getrandbits(64)])
        digits = f"{number:032x}"
        dashed = "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])
        text = self.pick(digits, dashed, dashed, dashed.upper(), f"urn:uuid:{dashed}", "{" + dashed + "}", digits[:31], digits + "0", str(number), f" {dashed}", "-".join(digits))
        return json.dumps(text) if self.likely(0.85) else str(number % 2**53)

    def ipaddressfield(self, _):
        parts = [self.random.choice([0, 1, 9, 10, 127, 255, 256]) for _ in range(4)]
        four = ".".join(map(str, parts))
        six = ":".join(f"{self.random.choice([0, 0, 0, 1, 0xABCD, 0xFFFF]):x}" for _ in range(8))
        short = self.pick("::", "::1", "1::", "fe80::1", "::ffff:" + four, "2001:db8::8:800:200c:417a", "1:2:3:4:5:6:7::", "::g", "1::2::3", "::" + four, "fe80::1%eth0")
        return json.dumps(self.pick(four, four, f"0{four}", four + ".1", six, six.upper(), six + ":1", short, f" {short} ", f"[{short}]"))

    def filepathfield(self, shape):
        return json.dumps(self.pick(*shape["choices"], "none"))

    def integerfield(self, shape):
        number = self.number(shape)
        as_text = self.pick(str(number), f" {number}\n", f"+{number}", f"{number}.0", f"{number}.", f"{number}.00", f"{number}_000", f"0{number}", f"{number}.5", f"{number}e0")
        return self.pick(str(number), str(number), f"{number}.0", f"{number}.5", f"{number}e1", json.dumps(as_text), json.dumps(as_text))

    def number(self, shape):
        limits = [int(float(shape[name])) for name in ("min_value", "max_value") if name in shape]
        if limits and self.likely(0.8):
            return self.random.choice(limits) + self.random.randrange(-2, 3)
        return self.random.choice([0, 1, -1, 7, 2**31, -(2**31) - 1, 2**53 + 1, 2**63 - 1, -(2**63), self.random.randrange(-(10**9), 10**9)])

    def floatfield(self, shape):
        if "min_value" in shape and self.likely(0.6):
            return str(self.number(shape) + self.random.choice([0, 0.5, 0.25, 1e-9]))
        number = self.random.choice([self.random.uniform(-1, 1), self.random.gauss(0, 1) * 10 ** self.random.randrange(-30, 30), float(self.random.randrange(-(10**6), 10**6))])
        text = self.pick(repr(number), f"{number:.3f}", f"{number:e}", f"{number:.17g}")
        return text if self.likely(0.7) else json.dumps(self.pick(text, f" {text}", text.upper(), text + "_0", "nan", "inf", "-Infinity", "1_0.5", ".5", "5.", "٣.٣"))

    def decimalfield(self, shape):
        digits, places = int(shape.get("max_digits", 6)), int(shape.get("decimal_places", 3))
        whole = self.random.randrange(10 ** self.random.randrange(1, max(2, digits - places + 2)))
        part = "".join(self.random.choice(string.digits) for _ in range(self.random.randrange(places + 2)))
        text = self.pick("", "", "-", "+") + str(whole) + self.pick(".", "") * bool(part) + part
        text = self.pick(text, text, text, f"{text}e{self.random.randrange(-3, 3)}", f"{text}E0", f" {text} ", f"0{text}", f"{text}0", f"{text}.", "NaN", "sNaN", "-Infinity", f"{text}_1")
        is_number = text.strip("-").replace(".", "", 1).isdigit() and not text.strip("-").startswith("0") and text[-1] != "."
        return text if is_number and self.likely(0.4) else json.dumps(text)

    def moment(self):
        year = self.pick(1, 2, 1582, 1900, 1969, 1999, 2000, 2017, 2024, 9999)
        day = datetime.datetime(year, 1, 1) + datetime.timedelta(days=self.random.randrange(365))
        return day + datetime.timedelta(microseconds=self.pick(0, self.random.randrange(86_400) * 10**6, self.random.randrange(86_400 * 10**6)))

    def written(self, moment, shape, iso):
        if shape.get("formats") and self.likely(0.6):
            return moment.strftime(self.random.choice(shape["formats"]))
        return iso

    def datetimefield(self, shape):
        moment = self.moment()
        iso = moment.isoformat(sep=self.pick("T", "T", " "), timespec=self.pick("auto", "minutes", "seconds", "milliseconds")) + self.pick(*OFFSETS)
        return json.dumps(self.written(moment, shape, self.pick(iso, iso, iso, iso[:10], iso.replace("-", ""), iso + "1")))

    def datefield(self, shape):
        moment = self.moment()
        iso = moment.date().isoformat()
        loose = f"{moment.year}-{moment.month}-{moment.day}"
        return json.dumps(self.written(moment, shape, self.pick(iso, iso, iso, loose, iso.replace("-", ""), moment.isoformat(), moment.strftime("%G-W%V-%u"))))

    def timefield(self, shape):
        moment = self.moment()
        iso = moment.time().isoformat(timespec=self.pick("auto", "minutes", "seconds", "milliseconds"))
        return json.dumps(self.written(moment, shape, self.pick(iso, iso, iso, iso[1:], iso + "Z", iso + "+01:00", iso + "0", iso.replace(":", ""))))

    def durationfield(self, shape):
        length = datetime.timedelta(days=self.pick(0, 0, 1, -1, 4, 400, -999999999), seconds=self.random.randrange(86_400), microseconds=self.pick(0, 1, 500_000, 123_456))
        seconds = length.total_seconds()
        iso = f"{self.pick('', '-', '+')}P{self.random.randrange(3)}DT{self.random.randrange(30)}H{self.random.randrange(90)}M{self.random.randrange(90)}.{self.random.randrange(10)}S"
        clock = f"{self.pick('', '', '1 ', '-2 ', '3 days, ')}{self.random.randrange(30)}:{self.random.randrange(70):02}:{self.random.randrange(70):02}{self.pick('', '.5', '.123456', ',1')}"
        return self.pick(json.dumps(str(length)), json.dumps(clock), json.dumps(clock), json.dumps(iso), json.dumps("PT1H"), str(int(seconds)), json.dumps(str(seconds)), json.dumps(self.pick("1", "-1:00", "00:01", "P1W", "PT")))

    def choicefield(self, shape):
        value = self.random.choice([*shape["choices"], "other", ""])
        return self.pick(json.dumps(value), json.dumps(value), json.dumps(str(value)))

    def multiplechoicefield(self, shape):
        return self.listed([self.choicefield(shape) for _ in range(self.random.randrange(4))])

    def listed(self, values):
        return "[" + ", ".join(values) + "]"

    def listfield(self, shape):
        child = shape.get("child", {"kind": "Field"})
        return self.listed([self.value(child) for _ in range(self.random.randrange(6))])

    listserializer = listfield

    def dictfield(self, shape):
        child = shape.get("child", {"kind": "Field"})
        names = [self.pick("a", "b", "0", "", "é", self.characters(2)) for _ in range(self.random.randrange(4))]
        return "{" + ", ".join(f"{json.dumps(name)}: {self.value(child)}" for name in names) + "}"

    hstorefield = dictfield

    def jsonfield(self, shape):
        text = self.any_json(3)
        return json.dumps(text) if shape.get("binary") and self.likely(0.8) else text

    def relatedfield(self, _):
        return self.pick("1", "2", "3", '"1"', '"target-1"', "0", "99", "true", '"x"')

    def manyrelatedfield(self, _):
        return self.listed([self.relatedfield({}) for _ in range(self.random.randrange(3))])


if __name__ == "__main__":
    sys.exit(main())
