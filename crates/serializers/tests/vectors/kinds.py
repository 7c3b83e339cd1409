"""Asks a real Django REST framework 3.18 what its fields make of input and how they show values, and writes the answers to
kinds.json.

    python kinds.py path/to/django-rest-framework > kinds.json

It needs Django, Django REST framework and a checkout of its source: every input in the tables of its own tests/test_fields.py
is asked too. Add a row to a list, run it again, and commit both files.
"""

import inspect
import json
import re
import sys
import tempfile
import types
import uuid
from collections.abc import Mapping
from pathlib import Path
from unittest.mock import MagicMock

import django
from django.conf import settings

settings.configure(
    USE_I18N=False, USE_TZ=True, TIME_ZONE="UTC", SECRET_KEY="-", INSTALLED_APPS=["rest_framework"], DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
django.setup()

from django.core import validators as v  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.db import models as m  # noqa: E402
from django.utils.datastructures import MultiValueDict  # noqa: E402
from rest_framework import fields as f  # noqa: E402
from rest_framework import serializers  # noqa: E402
from rest_framework.exceptions import ErrorDetail  # noqa: E402
from rest_framework.metadata import SimpleMetadata  # noqa: E402
from rest_framework.renderers import JSONRenderer  # noqa: E402

ANYTHING = [
    '""', '" "', '"a"', '" a "', '"abcdef"', '"1"', '"01"', '"True"', '"true"', '"null"', '"None"', "null", "true", "false", "0", "1",
    "-1", "1.0", "1.5", "1e20", "123456789012345678901234567890", "[]", "{}", '[1]', '["a"]', '{"a":1}', '"\\u0000"', '"a\\u0000b"',
    '"\\ud800"', '"a\\ud83d"', '"\\u00e9"', '"\\u2003a\\u2003"', '"\\u001c"', '"a\\nb"', '"a\\n"',
]
FORMS = [[], [["f", ""]], [["f", " "]], [["f", "a"]], [["f", "1"]], [["f", "a"], ["f", "b"]], [["f", {"file": "a.txt"}]], [["g", "a"]]]
BOOLEANS = ['"%s"' % word for word in "t T y YES yes true TRUE on ON 1 f F n NO no false FALSE off 0 null NULL 2 tru oN".split()]
BOOLEANS += ["2", "0.0", "-0.0", "1.0", "0.5", '"\\u0130"']
NUMBERS = ['"%s"' % text for text in ["0", "-5", "+5", " 5 ", "5.0", "5.", "5.00 ", "5.1", "5.0.0", "1_000", "1__0", "_1", "1e3", "0x1", "\u0663", "\u00b2",
           "9223372036854775807", "-9223372036854775808", "3", "10", "-0", "--1", "1 2", ".0", "1" * 999 + "x", "1" * 1001]]
NUMBERS += ["5", "3", "10", "2.0", "2.5", "-3", "9223372036854775807", "1e15", "1e16", "100.0"]
EMAILS = ['"%s"' % text for text in ["a@b.co", " a@b.co ", "a@b", "nomail", "a@localhost", "a@b.co\\n", "A@B.CO"]]
SLUGS = ['"%s"' % text for text in ["a-b_9", "a b", "\u00e9", "\u5317\u4eac", "a.b", "-", "_", "a\\n", "a\\n\\n", " a-b "]]
URLS = ['"%s"' % text for text in ["http://a.com", "https://a.com/b?c#d", "ftp://a.com", "a.com", "http://", "http://a", "javascript:alert(1)", " http://a.com "]]
U = "5ce0e9a5-5ffa-654b-cee0-1238041fb31a"
UUIDS = ['"%s"' % text for text in [U, U.upper(), U.replace("-", ""), "{%s}" % U, "urn:uuid:" + U, "uuid:" + U, U[:-1], U + "0", " " + U, "g" + U[1:], "urn:uuid:{%s}" % U,
         "0x" + U.replace("-", "")[:30], "+" + U.replace("-", "")[:31], "_" + U.replace("-", "")[:31], "0x_" + U.replace("-", "")[:29], "1__" + U.replace("-", "")[:29], "1_" + U.replace("-", "")[:30], "\u0663" * 32]]
UUIDS += ["284758210125106368185219588917561929842", "340282366920938463463374607431768211455", "340282366920938463463374607431768211456", "-1", "0", "true", "1.0"]
ADDRESSES = ['"%s"' % text for text in ["127.0.0.1", " 127.0.0.1 ", "127.0.0.256", "127.0.0.01", "::1", " ::1 ", "::ffff:10.0.0.1", "::ffff:a00:1", "::10.0.0.1",
             "2001:DB8:0:0:0:0:0:1", "2001:db8::1::", "fe80::1%eth0", "1:2", "1.2.3", "::ffff:10.0.0.256", ":", "0:0:0:0:0:0:0:0", "2001:0db8:85a3:0000:0000:8a2e:0370:7334"]]
DOCUMENTS = ['{"a":[1,null,"x"]}', '"text"', '"{\\"a\\":1}"', '"{a"', "1e999", '{"a":[1e999]}', '"null"', '"NaN"', '"[1, 2"', '"1"', '"\\ud800"', "[true,1.50,1e3]",
             '"{\\"a\\": [1, 2.50, \\"\\u00e9\\"]}"']
LISTS = ['[1,2]', '["1"," 2 "]', '["x",1]', "[null]", "[[1]]", "[true]", '"ab"', '{"a":1}', "[1,1,1,1]", "5", '[""]', "[{}]", '["a","b"]', '["b","a","b"]', '["c"]', '[1,"1"]']
DICTS = ['{"a":1,"b":"2"}', '{"a":null}', '{"a":"x"}', '{"a":[1]}', '{"":""}', '{"a":" b "}', '{"1":true}', '{"a":1.5}', '[["a",1]]', '{"a":{"b":1}}', '{"a":""}']
LIST_FORMS = [[["f", "1"], ["f", "2"]], [["f", ""]], [["f[0]", "1"], ["f[1]", "x"]], [["f[1]", "1"], ["f[0]", "2"]], [["f[0]a", "1"]], [["f.a", "1"], ["f.b", "2"]], [["f.a", "x"]],
              [["f", "1"], ["f.a", "2"]], [["f", '{"a": 1}']], [["f", "{a"]], [["f", "null"]], [["f", "NaN"]], [["f", "b"], ["f", "a"], ["f", "b"]], [["f", "[1]"]]]
OWN = {"error_messages": {"invalid": "No!", "blank": "Blank.", "max_length": "At most {max_length}.", "min_length": "Least {min_length}.",
       "null": "Null.", "required": "Missing.", "invalid_unicode": "No letters.", "invalid_choice": "Not {input}.", "min_value": ">= {min_value}", "max_value": "<= {max_value}",
       "not_a_list": "{input_type} is no list", "not_a_dict": "{input_type} is no dict", "empty": "Empty.", "max_string_length": "Long."}}
LETTERS = {"choices": [["a", "A"], ["b", "B"]]}
MIXED = {"choices": [[1, "One"], ["a", "A"], ["Group", [[2, "Two"], ["3", "Three"]]], [3, "Three again"], [1.5, "One and a half"]]}
BLANK = {"choices": [["", "None"], ["a", "A"]]}
TRUTH = {"choices": [[True, "Yes"], [False, "No"]]}
INT = {"field": "IntegerField", "options": {}}

# A field, its options, and the further input that it is asked about.
FIELDS = [
    *[("BooleanField", options, BOOLEANS) for options in ({}, {"allow_null": True}, {"required": False}, {"default": True}, OWN)],
    *[("CharField", options, []) for options in ({}, {"allow_blank": True}, {"allow_null": True}, {"allow_blank": True, "allow_null": True}, {"trim_whitespace": False},
      {"trim_whitespace": False, "allow_blank": True}, {"max_length": 2}, {"min_length": 2}, {"max_length": 1, "min_length": 1}, {"required": False}, {"default": "d"},
      {"required": False, "allow_blank": True}, {"max_length": 2, **OWN}, {"min_length": 2, **OWN})],
    *[("EmailField", options, EMAILS) for options in ({}, {"allow_blank": True}, {"max_length": 5}, {"trim_whitespace": False}, OWN)],
    *[("RegexField", {"regex": "[a-z][0-9]", **options}, ['"a9"', '"xa9x"', '"A9"', '"9"']) for options in ({}, {"min_length": 3}, {"allow_blank": True}, OWN)],
    ("RegexField", {"regex": "(?i)^a$"}, ['"A"', '"a\\n"', '"ab"']),
    *[("SlugField", options, SLUGS) for options in ({}, {"allow_unicode": True}, {"trim_whitespace": False}, {"trim_whitespace": False, "allow_unicode": True},
      {"max_length": 3}, OWN, {"allow_unicode": True, **OWN})],
    *[("URLField", options, URLS) for options in ({}, {"max_length": 10}, {"allow_blank": True}, OWN)],
    *[("UUIDField", options, UUIDS) for options in ({}, {"format": "hex"}, {"format": "int"}, {"format": "urn"}, {"allow_null": True}, OWN)],
    *[("IPAddressField", options, ADDRESSES) for options in ({}, {"protocol": "ipv4"}, {"protocol": "ipv6"}, {"max_length": 5}, {"allow_blank": True}, {"trim_whitespace": False}, OWN)],
    *[(name, options, NUMBERS) for name in ("IntegerField", "BigIntegerField") for options in ({"max_value": 10, "min_value": -4}, {"min_value": 3, "max_value": 3}, {"min_value": 0, "max_value": 9, **OWN}, {"allow_null": True, "min_value": 0, "max_value": 9})],
    ("BigIntegerField", {"coerce_to_string": True, "min_value": 0, "max_value": 2**62}, NUMBERS),
    *[("ChoiceField", options, ['"b"', '"c"', '"3"', "2", "3", '"1.5"', '"2"']) for options in (LETTERS, MIXED, BLANK, TRUTH, {**LETTERS, "allow_blank": True}, {**LETTERS, "allow_null": True},
      {**LETTERS, "allow_blank": True, "allow_null": True}, {**LETTERS, "required": False}, {**LETTERS, **OWN})],
    *[("MultipleChoiceField", options, LISTS) for options in (LETTERS, MIXED, {**LETTERS, "allow_empty": False}, {**BLANK, "allow_blank": True}, {**LETTERS, "allow_null": True}, {**LETTERS, **OWN})],
    *[("ListField", options, LISTS) for options in ({}, {"child": INT}, {"allow_empty": False}, {"min_length": 2}, {"max_length": 2}, {"min_length": 1, "max_length": 2, "child": {"field": "CharField", "options": {}}},
      {"child": {"field": "IntegerField", "options": {"allow_null": True}}}, {"child": {"field": "ListField", "options": {"child": INT}}}, {"allow_null": True}, {"required": False}, OWN,
      {"child": {"field": "ChoiceField", "options": LETTERS}}, {"child": {"field": "UUIDField", "options": {}}})],
    *[("DictField", options, DICTS) for options in ({}, {"child": INT}, {"allow_empty": False}, {"child": {"field": "CharField", "options": {}}}, {"child": {"field": "CharField", "options": {"allow_null": True}}},
      {"allow_null": True}, {"child": {"field": "DictField", "options": {"child": INT}}}, OWN)],
    *[("HStoreField", options, DICTS) for options in ({}, {"allow_empty": False}, {"child": {"field": "CharField", "options": {"max_length": 1}}}, OWN)],
    *[("JSONField", options, DOCUMENTS) for options in ({}, {"binary": True}, {"allow_null": True}, {"required": False}, OWN)],
    *[("FilePathField", options, []) for options in ({}, {"recursive": True}, {"allow_folders": True}, {"allow_files": False, "allow_folders": True}, {"match": "^a"}, {"recursive": True, "allow_folders": True, "match": "[ab]"},
      {"required": True}, {"required": False}, OWN)],
    ("ReadOnlyField", {}, []),
]

# A field, its options, and values that it shows.
SHOWN = [
    *[("BooleanField", {"allow_null": null}, [True, False, 1, 0, 0.0, 2.0, "yes", "No", "x", "", "null"]) for null in (False, True)],
    ("CharField", {}, ["a", "", 1, 1.5, "\u00e9\u2028\"<", 1e20]),
    ("IntegerField", {}, [1, "7", 2.0, 3.9, True, "-4"]),
    ("BigIntegerField", {}, [1, "7", 2.0]),
    ("BigIntegerField", {"coerce_to_string": True}, [1, -9223372036854775808]),
    *[("UUIDField", {"format": form}, [uuid.UUID(U)]) for form in ("hex_verbose", "hex", "int", "urn")],
    ("ChoiceField", MIXED, ["a", 1, "1", 2, "3", 3, "x", 9, "", 1.5, "1.5"]),
    ("ChoiceField", TRUTH, [True, False, "True", 5]),
    ("MultipleChoiceField", MIXED, [["a", 1, "1", "x"], [], [3, "3", 2]]),
    ("ListField", {"child": INT}, [[1, "2", None], []]),
    ("ListField", {}, [[1, "2", None, {"a": [True]}], []]),
    ("DictField", {"child": {"field": "CharField", "options": {}}}, [{"a": 1, "b": "2", "c": None}, {}]),
    ("DictField", {}, [{"a": 1, "b": [None]}, {}]),
    ("JSONField", {}, [{"a": [1, None]}, [1.5], {"\u00e9": "\u00e9"}]),
    ("JSONField", {"binary": True}, [{"a": [1, None], "b": {}}, [1.5, "\u00e9"]]),
    ("ListField", {"child": {"field": "JSONField", "options": {}}}, [["1", "a", 1, {"a": "1"}, None]]),
    ("DictField", {"child": {"field": "JSONField", "options": {}}}, [{"a": "1", "b": [1], "c": None}]),
    ("ReadOnlyField", {}, ["a", 1, 1.5, True, [1, "a"], {"a": None}, uuid.UUID(U)]),
]


class Thing(m.Model):
    """The fields of `Thing` in the tests, in the same order."""

    flag = m.BooleanField()
    maybe = m.BooleanField(null=True)
    number = m.BigIntegerField()
    positive = m.PositiveBigIntegerField(default=3)
    bounded = m.BigIntegerField(validators=[v.MaxValueValidator(9), v.MinValueValidator(3), v.MinValueValidator(5)])
    halves = m.BigIntegerField(validators=[v.MinValueValidator(0.5)], null=True)
    name = m.CharField(max_length=5, validators=[v.MinLengthValidator(2)], help_text="Two to five.", verbose_name="full name")
    code = m.CharField(max_length=5, blank=True, validators=[v.RegexValidator("^[a-z]+$", "Letters only.", "letters")])
    notes = m.TextField(blank=True)
    story = m.TextField(null=True)
    mail = m.EmailField(max_length=20)
    site = m.URLField(max_length=20, blank=True)
    slug = m.SlugField()
    key = m.UUIDField()
    ip = m.GenericIPAddressField(null=True, blank=True)
    document = m.JSONField()
    settings = m.JSONField(null=True)
    hidden = m.BinaryField()
    blob = m.BinaryField(editable=True, max_length=2)
    color = m.CharField(max_length=1, choices=[("r", "Red"), ("g", "Green")])
    shade = m.CharField(max_length=1, choices=[("", "None"), ("d", "Dark")], blank=True)
    level = m.IntegerField(choices=[(1, "Low"), (2, "High")], null=True)
    stamp = m.CharField(max_length=5, editable=False)

    class Meta:
        app_label = "shown"


MODEL_INPUTS = {
    "flag": BOOLEANS, "maybe": BOOLEANS, "mail": EMAILS, "site": URLS, "slug": SLUGS, "key": UUIDS, "ip": ADDRESSES, "document": DOCUMENTS, "settings": DOCUMENTS,
    "number": NUMBERS, "positive": NUMBERS, "bounded": NUMBERS, "halves": NUMBERS, "name": ['"abc"', '"abcdef"'], "code": ['"abc"', '"ab1"', '"abcdefgh1"'],
    "blob": ['"YQ=="', '"YWJj"', '"YWI="', '"YW Jj"'], "color": ['"r"', '"g"'], "shade": ['"d"'], "level": ["2", "3", '"2"'],
}
FOLDER = Path(tempfile.mkdtemp())
for name in ("a.txt", "b.txt", "folder/a.py", "folder/deep/ab", "__pycache__/a.pyc", "zoo/c"):
    (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
    (FOLDER / name).touch()


def field_of(name, options):
    options = dict(options)
    if "child" in options:
        options["child"] = field_of(options["child"]["field"], options["child"]["options"])
    if name == "FilePathField":
        options["path"] = str(FOLDER)
    return getattr(f, name)(**options)


def canonical(value):
    """A text of a value with its type."""
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value)
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, memoryview):
        return f"b'{value.hex()}'"
    if isinstance(value, uuid.UUID):
        return f"uuid {value}"
    if isinstance(value, (SimpleUploadedFile,)):
        return json.dumps(value.name)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(key)}:{canonical(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(canonical, value)) + "]"
    raise TypeError(type(value))


def errors_of(detail):
    if isinstance(detail, ErrorDetail):
        # The answer to a request cannot hold a lone surrogate. Django answers 500.
        return [re.sub("[\ud800-\udfff]", "\ufffd", str(detail)), detail.code]
    if isinstance(detail, dict):
        return {str(key): errors_of(item) for key, item in detail.items()}
    return [errors_of(item) for item in detail]


def form_of(pairs):
    form = MultiValueDict()
    for key, value in pairs:
        form.appendlist(key, SimpleUploadedFile(value["file"], b"x") if isinstance(value, dict) else value)
    return form


def relative(value):
    """Without the folder that this run has made."""
    return json.loads(json.dumps(value).replace(str(FOLDER), "FOLDER"))


def outcome(name, options, data, partial=False):
    return outcome_of(type("S", (serializers.Serializer,), {"f": field_of(name, options)})(data=data, partial=partial))


def outcome_of(serializer):
    if not serializer.is_valid():
        return {"errors": errors_of(serializer.errors["f"])}
    if "f" not in serializer.validated_data:
        return {"skip": True}
    value = serializer.validated_data["f"]
    answer = {"value": canonical(value)}
    # A `ModelField` shows objects, not values.
    if value is not None and not isinstance(value, memoryview):
        try:
            answer["shown"] = rendered(serializer.fields["f"].to_representation(value))
        except UnicodeEncodeError:
            pass
    return answer


def rendered(value):
    return "null" if value is None else JSONRenderer().render(value).decode()


def too_long(answer):
    """Whole numbers of more than 64 bits, which no column holds."""
    return any(len(digits.lstrip("-")) > 18 and not -(2**63) <= int(digits) < 2**63 for digits in re.findall(r"(?<![\w.])-?\d+(?![\w.])", answer.get("value", "")))


def rows(name, options, inputs):
    for text in inputs:
        answer = outcome(name, options, {"f": json.loads(text.replace("FOLDER", str(FOLDER)))})
        if text in ("true", "false") and options.get("format") == "int":
            # The UUID of a boolean is shown as one, until it is read from the database.
            continue
        if not too_long(answer) or name == "UUIDField":
            yield {"json": text, **relative(answer)}
    yield {"json": None, **relative(outcome(name, options, {}))}
    yield {"json": None, "partial": True, **relative(outcome(name, options, {}, True))}
    for partial in (False, True):
        # In Python a file is a list of its lines.
        is_file_shown = name == "ListField" and options.get("child", {"field": "ListField"})["field"] == "ListField"
        for pairs in [form for form in FORMS if not is_file_shown or "file" not in str(form)] + (LIST_FORMS if name in ("ListField", "DictField", "HStoreField", "JSONField", "MultipleChoiceField") else []):
            yield {"form": pairs, "partial": partial, **relative(outcome(name, options, form_of(pairs), partial))}


PATHS = ['"FOLDER/%s"' % path for path in ("a.txt", "b.txt", "folder", "folder/a.py", "folder/deep", "folder/deep/ab", "__pycache__", "__pycache__/a.pyc", "x", "zoo/c")]
PATHS += ['"FOLDER"', '"a.txt"']


def own_fields():
    for name, options, inputs in FIELDS:
        inputs = ANYTHING + inputs + (PATHS if name == "FilePathField" else [])
        case = {"field": name, "options": options, "rows": list(rows(name, options, dict.fromkeys(inputs)))}
        if name in ("ChoiceField", "MultipleChoiceField", "FilePathField"):
            case["choices"] = relative([[canonical(value), str(label)] for value, label in field_of(name, options).choices.items()])
        yield case


def tables_of_drf(checkout):
    """The inputs in the tables of Django REST framework's own tests, of the fields and options that exist here."""
    sys.modules["pytest"] = MagicMock()
    sys.modules["tests.models"] = MagicMock()
    package = sys.modules["tests"] = types.ModuleType("tests")
    package.__path__ = [str(Path(checkout) / "tests")]
    source = (Path(checkout) / "tests" / "test_fields.py").read_text()
    module = types.ModuleType("tests.test_fields")
    module.__file__ = str(Path(checkout) / "tests" / "test_fields.py")
    exec(compile(source, "test_fields.py", "exec"), module.__dict__)
    known = {name for name, *_ in FIELDS} - {"FilePathField", "ReadOnlyField"}
    for table in vars(module).values():
        field = getattr(table, "field", None) if inspect.isclass(table) else None
        if type(field).__name__ not in known or not hasattr(table, "valid_inputs"):
            continue
        options = declared(field)
        if options is None:
            continue
        pairs = [getattr(table, kind) for kind in ("valid_inputs", "invalid_inputs")]
        inputs = [item[0] for pair in pairs for item in (pair.items() if isinstance(pair, dict) else pair)]
        texts = list(dict.fromkeys(filter(None, map(as_json, inputs))))
        yield {"field": type(field).__name__, "options": options, "rows": list(rows(type(field).__name__, options, texts))}


def declared(field):
    """The options that a field was made with; none where one of them has no form in JSON."""
    options = {key: value for key, value in field._kwargs.items()}
    if field._args:
        return None
    if isinstance(options.get("regex"), re.Pattern):
        flags = options["regex"].flags & ~re.UNICODE
        options["regex"] = ("(?i)" if flags & re.IGNORECASE else "") + options["regex"].pattern
    if "child" in options:
        inside = declared(options["child"])
        if inside is None or not hasattr(f, type(options["child"]).__name__):
            return None
        options["child"] = {"field": type(options["child"]).__name__, "options": inside}
    if "choices" in options:
        options["choices"] = [[key, [list(pair) for pair in label] if isinstance(label, (list, tuple)) else label] for key, label in
                              (item if isinstance(item, (list, tuple)) else (item, item) for item in options["choices"])]
    known = {
        "regex", "child", "choices", "max_length", "min_length", "allow_blank", "allow_null", "trim_whitespace", "max_value", "min_value", "format", "protocol",
        "allow_unicode", "allow_empty", "binary", "required", "default", "coerce_to_string",
    }
    return options if set(options) <= known and as_json(options) else None


def as_json(value):
    try:
        text = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return None
    # Python's own types, such as tuples, enums and texts that are translated, come only from programs.
    return text if canonical_or_none(json.loads(text)) == canonical_or_none(value) and not isinstance(value, tuple) else None


def canonical_or_none(value):
    try:
        return canonical(value)
    except TypeError:
        return None


def shown():
    for name, options, values in SHOWN:
        field = field_of(name, options)
        rows = [[canonical(value), rendered(field.to_representation(value))] for value in values]
        yield {"field": name, "options": options, "shown": rows}


def of_models():
    """What follows from the fields of a model."""
    names = [field.name for field in Thing._meta.fields]
    meta = type("Meta", (), {"model": Thing, "fields": names})
    every = type("S", (serializers.ModelSerializer,), {"Meta": meta})().fields
    for name in names:
        meta = type("Meta", (), {"model": Thing, "fields": [name]})
        one = type("S", (serializers.ModelSerializer,), {"Meta": meta})
        answers = []
        for text in dict.fromkeys([] if every[name].read_only else ANYTHING + MODEL_INPUTS.get(name, [])):
            if name == "blob" and text not in ("null", *MODEL_INPUTS["blob"]):
                # Django answers 500 to what is not base 64.
                continue
            answer = outcome_of(Renamed(one(data={name: json.loads(text)}), name))
            if not too_long(answer) or name == "key":
                answers.append({"json": text, **answer})
        for data in [] if every[name].read_only else [{}, MultiValueDict(), MultiValueDict({name: [""]})]:
            answers.append({"json": None, **({"form": [["f", item] for item in data.getlist(name)]} if isinstance(data, MultiValueDict) else {}),
                            **outcome_of(Renamed(one(data=data), name))})
        case = {"model_field": name, "options_of": SimpleMetadata().get_field_info(every[name]), "style": every[name].style, "rows": answers}
        if name == "halves":
            # The bounds of whole numbers that are none are validators here.
            del case["options_of"]
        yield case


class Renamed:
    """A serializer of one field, which is called `f`."""

    def __init__(self, serializer, name):
        self.serializer, self.name = serializer, name

    def is_valid(self):
        return self.serializer.is_valid()

    @property
    def errors(self):
        return {"f": self.serializer.errors[self.name]}

    @property
    def validated_data(self):
        data = self.serializer.validated_data
        return {"f": data[self.name]} if self.name in data else {}

    @property
    def fields(self):
        return {"f": self.serializer.fields[self.name]}


cases = [*of_models(), *own_fields(), *(tables_of_drf(sys.argv[1]) if len(sys.argv) > 1 else []), *shown()]
print("[")
print(",\n".join(
    "{" + ", ".join(
        f"{json.dumps(key)}: " + ("[\n" + ",\n".join(json.dumps(row) for row in value) + "\n]" if key in ("rows", "shown") else json.dumps(value))
        for key, value in case.items()
    ) + "}"
    for case in cases
))
print("]")
