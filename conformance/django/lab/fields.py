"""One serializer for each declaration of DRF's tests/test_fields.py: it has this one field, called `field`."""
import datetime
import os
import re
import uuid
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import (
    EmailValidator, FileExtensionValidator, MaxLengthValidator, MinLengthValidator, MinValueValidator,
    ProhibitNullCharactersValidator, RegexValidator, StepValueValidator, URLValidator, validate_comma_separated_integer_list,
    validate_ipv4_address, validate_unicode_slug,
)
from django.db.models import FileField, IntegerChoices, TextChoices
from django.db.models.fields.files import FieldFile
from rest_framework import serializers

from .models import ForeignKeyTarget, NestedForeignKeySource, NullableForeignKeySource, UUIDForeignKeyTarget

KOLKATA, NEW_YORK = ZoneInfo("Asia/Kolkata"), ZoneInfo("America/New_York")
FILES = os.environ.get("LAB_FILES", str(settings.BASE_DIR.parent / "files"))
QUALITY = [("poor", "Poor quality"), ("medium", "Medium quality"), ("good", "Good quality")]
GROUPED = [("Category", (("poor", "Poor quality"), ("medium", "Medium quality"))), ("good", "Good quality")]
MIXED = [("Category", (("poor", "Poor quality"),)), "medium", ("good", "Good quality")]
NUMBERED = [(1, "Poor quality"), (2, "Medium quality"), (3, "Good quality")]
EXTRAS = [("aircon", "AirCon"), ("manual", "Manual drive"), ("diesel", "Diesel")]
PRICE = {"max_digits": 3, "decimal_places": 1}


class Size(IntegerChoices):
    SMALL = 1, "Small"
    LARGE = 2, "Large"


class Colour(TextChoices):
    RED = "r", "Red"
    BLUE = "b", "Blue"


FIELDS = {
    # Of any field: required, allow_null, default and the like.
    "required": serializers.IntegerField(),
    "not-required": serializers.IntegerField(required=False),
    "allow-null": serializers.IntegerField(allow_null=True),
    "allow-null-not-required": serializers.IntegerField(allow_null=True, required=False),
    "default": serializers.IntegerField(default=123),
    "default-allow-null": serializers.IntegerField(default=123, allow_null=True),
    "default-null": serializers.IntegerField(default=None, allow_null=True),
    "default-callable": serializers.IntegerField(default=lambda: 321),
    "initial": serializers.IntegerField(initial=123),
    "initial-callable": serializers.IntegerField(initial=lambda: 123),
    "label": serializers.IntegerField(label="My label", help_text="Some help <b>", style={"base_template": "input.html"}),
    "write-only": serializers.IntegerField(write_only=True),
    "read-only": serializers.IntegerField(read_only=True),
    "read-only-default": serializers.IntegerField(read_only=True, default=7),
    "hidden": serializers.HiddenField(default="secret"),
    "error-messages": serializers.IntegerField(
        min_value=1, max_value=9,
        error_messages={
            "required": "Where is it?", "null": "Not null, please.", "invalid": "No number here.", "max_value": "Too large: {max_value}.",
            "min_value": "Too small: {min_value}.", "max_string_length": "Too long.",
        },
    ),
    # Booleans.
    "boolean-field": serializers.BooleanField(),
    "boolean-field-not-required": serializers.BooleanField(required=False),
    "nullable-boolean-field": serializers.BooleanField(allow_null=True),
    "nullable-boolean-field-default": serializers.BooleanField(allow_null=True, default=True),
    "boolean-field-default": serializers.BooleanField(default=True),
    "boolean-field-messages": serializers.BooleanField(error_messages={"invalid": "“{input}” is neither."}),
    # Strings.
    "char-field": serializers.CharField(),
    "char-field-no-trim": serializers.CharField(trim_whitespace=False),
    "char-field-allow-blank": serializers.CharField(allow_blank=True),
    "char-field-allow-blank-not-required": serializers.CharField(allow_blank=True, required=False),
    "char-field-allow-null": serializers.CharField(allow_null=True),
    "char-field-allow-null-allow-blank": serializers.CharField(allow_null=True, allow_blank=True),
    "char-field-not-required": serializers.CharField(required=False),
    "char-field-default": serializers.CharField(default="happy"),
    "char-field-lengths": serializers.CharField(min_length=2, max_length=5),
    "char-field-lengths-no-trim": serializers.CharField(min_length=2, max_length=5, trim_whitespace=False),
    "char-field-lengths-allow-blank": serializers.CharField(min_length=2, max_length=5, allow_blank=True),
    "char-field-messages": serializers.CharField(
        min_length=2, max_length=3,
        error_messages={"blank": "Say something.", "max_length": "{max_length} at most.", "min_length": "{min_length} at least.", "invalid": "No text."},
    ),
    "char-field-validators": serializers.CharField(
        validators=[MinLengthValidator(2, "Too short."), MaxLengthValidator(4), RegexValidator("^[a-z]*$", "Small letters only.", "letters")],
    ),
    "char-field-no-validators": serializers.CharField(validators=[]),
    "email-field": serializers.EmailField(),
    "email-field-lengths": serializers.EmailField(max_length=12, min_length=7),
    "email-field-message": serializers.EmailField(error_messages={"invalid": "No such address."}, allow_blank=True),
    "regex-field": serializers.RegexField("[a-z][0-9]"),
    "regex-field-anchored": serializers.RegexField(r"^\d{3}$", min_length=2, error_messages={"invalid": "Three digits."}),
    "regex-field-compiled": serializers.RegexField(re.compile("^[a-z]+$", re.IGNORECASE)),
    "slug-field": serializers.SlugField(),
    "slug-field-unicode": serializers.SlugField(allow_unicode=True),
    "url-field": serializers.URLField(),
    "url-field-lengths": serializers.URLField(max_length=20, allow_blank=True),
    "uuid-field": serializers.UUIDField(),
    "uuid-field-hex": serializers.UUIDField(format="hex"),
    "uuid-field-int": serializers.UUIDField(format="int"),
    "uuid-field-urn": serializers.UUIDField(format="urn"),
    "uuid-field-not-required": serializers.UUIDField(required=False),
    "uuid-field-default": serializers.UUIDField(default=lambda: uuid.UUID(int=5)),
    "ip-address-field": serializers.IPAddressField(),
    "ip-address-field-4": serializers.IPAddressField(protocol="IPv4"),
    "ip-address-field-6": serializers.IPAddressField(protocol="IPv6"),
    "file-path-field": serializers.FilePathField(path=FILES),
    "file-path-field-not-required": serializers.FilePathField(path=FILES, required=False),
    "file-path-field-match": serializers.FilePathField(path=FILES, match=r".*\.txt$", recursive=True),
    "file-path-field-folders": serializers.FilePathField(path=FILES, allow_files=False, allow_folders=True),
    "file-path-field-all": serializers.FilePathField(path=FILES, recursive=True, allow_folders=True),
    # Validators of django.core.validators on a string.
    "validate-email": serializers.CharField(validators=[EmailValidator(allowlist=["intranet"])]),
    "validate-url": serializers.CharField(validators=[URLValidator(schemes=["https", "ftp"])]),
    "validate-ipv4": serializers.CharField(validators=[validate_ipv4_address]),
    "validate-integer-list": serializers.CharField(validators=[validate_comma_separated_integer_list]),
    "validate-unicode-slug": serializers.CharField(validators=[validate_unicode_slug]),
    "validate-inverse-match": serializers.CharField(validators=[RegexValidator("admin", "Not this name.", "reserved", inverse_match=True)]),
    "validate-null-characters": serializers.CharField(validators=[ProhibitNullCharactersValidator()]),
    "validate-step": serializers.IntegerField(validators=[StepValueValidator(5)]),
    "validate-step-offset": serializers.FloatField(validators=[StepValueValidator(0.5, offset=0.25)]),
    "validate-step-decimal": serializers.DecimalField(max_digits=5, decimal_places=2, validators=[StepValueValidator(Decimal("0.25"))]),
    "validate-file-extension": serializers.FileField(validators=[FileExtensionValidator(["txt", "pdf"])]),
    # Numbers.
    "integer-field": serializers.IntegerField(),
    "min-max-integer-field": serializers.IntegerField(min_value=1, max_value=3),
    "big-integer-field": serializers.BigIntegerField(),
    "min-max-big-integer-field": serializers.BigIntegerField(min_value=1, max_value=3),
    "coercion-big-integer-field": serializers.BigIntegerField(coerce_to_string=True),
    "float-field": serializers.FloatField(),
    "min-max-float-field": serializers.FloatField(min_value=1, max_value=3),
    "min-max-float-field-fraction": serializers.FloatField(min_value=-1.5, max_value=2.25),
    "float-field-allow-null": serializers.FloatField(allow_null=True, required=False),
    "decimal-field": serializers.DecimalField(**PRICE),
    "allow-null-decimal-field": serializers.DecimalField(**PRICE, allow_null=True),
    "allow-null-no-string-coercion-decimal-field": serializers.DecimalField(**PRICE, allow_null=True, coerce_to_string=False),
    "min-max-decimal-field": serializers.DecimalField(**PRICE, min_value=Decimal("10.0"), max_value=Decimal("20.0")),
    "min-max-integer-decimal-field": serializers.DecimalField(**PRICE, allow_null=True, min_value=0, max_value=10),
    "no-max-digits-decimal-field": serializers.DecimalField(max_value=100, min_value=0, decimal_places=2, max_digits=None),
    "no-string-coercion-decimal-field": serializers.DecimalField(**PRICE, coerce_to_string=False),
    "quantized-decimal-field": serializers.DecimalField(max_digits=4, decimal_places=2),
    "normalized-decimal-field": serializers.DecimalField(max_digits=4, decimal_places=3, normalize_output=True),
    "non-normalized-decimal-field": serializers.DecimalField(max_digits=4, decimal_places=3, normalize_output=False),
    "normalized-number-decimal-field": serializers.DecimalField(max_digits=6, decimal_places=3, normalize_output=True, coerce_to_string=False),
    "no-decimal-places": serializers.DecimalField(max_digits=6, decimal_places=None),
    "no-limits-decimal-field": serializers.DecimalField(max_digits=None, decimal_places=None),
    "only-places-decimal-field": serializers.DecimalField(max_digits=2, decimal_places=2),
    "rounding-up-decimal-field": serializers.DecimalField(max_digits=4, decimal_places=2, rounding=ROUND_UP),
    "rounding-down-decimal-field": serializers.DecimalField(max_digits=4, decimal_places=2, rounding=ROUND_DOWN),
    "decimal-field-messages": serializers.DecimalField(
        max_digits=3, decimal_places=1, max_value=50,
        error_messages={
            "invalid": "No number.", "max_digits": "{max_digits} digits.", "max_decimal_places": "{max_decimal_places} places.",
            "max_whole_digits": "{max_whole_digits} before the point.", "max_value": "At most {max_value}.",
        },
    ),
    # Dates and times.
    "date-field": serializers.DateField(),
    "custom-input-format-date-field": serializers.DateField(input_formats=["%d %b %Y"]),
    "custom-output-format-date-field": serializers.DateField(format="%d %b %Y"),
    "no-output-format-date-field": serializers.DateField(format=None),
    "several-formats-date-field": serializers.DateField(input_formats=["%d/%m/%y", "iso-8601", "%j %Y"], format="%A %-d %B %Y"),
    "date-field-allow-null": serializers.DateField(allow_null=True),
    "date-field-messages": serializers.DateField(error_messages={"invalid": "Like {format}!", "datetime": "A day only."}),
    "date-time-field": serializers.DateTimeField(default_timezone=datetime.timezone.utc),
    "default-tz-date-time-field": serializers.DateTimeField(),
    "custom-input-format-date-time-field": serializers.DateTimeField(default_timezone=datetime.timezone.utc, input_formats=["%I:%M%p, %d %b %Y"]),
    "custom-output-format-date-time-field": serializers.DateTimeField(format="%I:%M%p, %d %b %Y"),
    "no-output-format-date-time-field": serializers.DateTimeField(format=None),
    "several-formats-date-time-field": serializers.DateTimeField(
        input_formats=["%d.%m.%Y %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S%z", "iso-8601", "%a %b %d %H:%M:%S %Y"], format="%Y%m%dT%H%M%S.%f%z %p",
    ),
    "naive-date-time-field": serializers.DateTimeField(default_timezone=None),
    "tz-date-time-field": serializers.DateTimeField(default_timezone=KOLKATA),
    "dst-date-time-field": serializers.DateTimeField(default_timezone=NEW_YORK),
    "custom-timezone-date-time-field": serializers.DateTimeField(default_timezone=KOLKATA, format="%d/%m/%Y %H:%M"),
    "date-time-field-messages": serializers.DateTimeField(
        default_timezone=NEW_YORK, required=False,
        error_messages={"invalid": "Like {format}!", "date": "When?", "make_aware": "No such moment in {timezone}.", "overflow": "Too far."},
    ),
    "time-field": serializers.TimeField(),
    "custom-input-format-time-field": serializers.TimeField(input_formats=["%I:%M%p"]),
    "custom-output-format-time-field": serializers.TimeField(format="%I:%M%p"),
    "no-output-format-time-field": serializers.TimeField(format=None),
    "duration-field": serializers.DurationField(),
    "min-max-duration-field": serializers.DurationField(min_value=datetime.timedelta(days=1), max_value=datetime.timedelta(days=4)),
    "no-output-format-duration-field": serializers.DurationField(format=None),
    "iso-output-format-duration-field": serializers.DurationField(format="iso-8601"),
    # Choices.
    "choice-field": serializers.ChoiceField(choices=QUALITY),
    "choice-field-allow-blank": serializers.ChoiceField(choices=QUALITY, allow_blank=True),
    "choice-field-allow-null": serializers.ChoiceField(choices=[1, 2, 3], allow_null=True),
    "choice-field-default": serializers.ChoiceField(choices=QUALITY, default="good"),
    "choice-field-groups": serializers.ChoiceField(choices=[("Numbers", ["integer", "float"]), ("Strings", ["text", "email", "url"]), "boolean"]),
    "choice-field-with-type": serializers.ChoiceField(choices=NUMBERED),
    "choice-field-with-list-choices": serializers.ChoiceField(choices=("poor", "medium", "good")),
    "choice-field-with-grouped-choices": serializers.ChoiceField(choices=GROUPED),
    "choice-field-with-mixed-choices": serializers.ChoiceField(choices=MIXED),
    "choice-field-both-types": serializers.ChoiceField(choices=[("s", "Small"), (3, "Three"), ("4", "Four"), (True, "Yes"), (None, "None")]),
    "choice-field-empty-value": serializers.ChoiceField(choices=[("", "Nothing"), ("a", "A")]),
    "choice-field-messages": serializers.ChoiceField(choices=["a"], error_messages={"invalid_choice": "Not {input}."}),
    "choice-field-small-numbers": serializers.ChoiceField(choices=[(0, "Small"), (1, "Medium"), (2, "Large")]),
    "choice-field-nested-numbers": serializers.ChoiceField(choices=[("Category", ((1, "First"), (2, "Second"), (3, "Third"))), (4, "Fourth")]),
    "choice-field-mixed-numbers": serializers.ChoiceField(choices=[("Category", ((1, "First"), (2, "Second"))), 3, (4, "Fourth")]),
    "integer-choices": serializers.ChoiceField(choices=Size.choices),
    "text-choices": serializers.ChoiceField(choices=Colour.choices),
    "multiple-choice-field": serializers.MultipleChoiceField(choices=EXTRAS),
    "empty-multiple-choice-field": serializers.MultipleChoiceField(choices=EXTRAS, allow_empty=False),
    "multiple-choice-field-not-required": serializers.MultipleChoiceField(choices=[1, 2, 3], required=False),
    "multiple-choice-field-allow-null": serializers.MultipleChoiceField(choices=EXTRAS, allow_null=True),
    "multiple-choice-field-allow-blank": serializers.MultipleChoiceField(choices=EXTRAS, allow_blank=True),
    # Files.
    "file-field": serializers.FileField(max_length=10),
    "file-field-allow-empty": serializers.FileField(allow_empty_file=True),
    "file-field-not-required": serializers.FileField(required=False, allow_null=True),
    "file-field-use-name": serializers.FileField(use_url=False),
    "file-field-messages": serializers.FileField(
        max_length=5,
        error_messages={"required": "A file!", "invalid": "No file.", "empty": "Empty.", "max_length": "{length} of {max_length}.", "null": "Null."},
    ),
    "image-field": serializers.ImageField(),
    "image-field-max-length": serializers.ImageField(max_length=10, allow_null=True, required=False),
    "file-field-read-only": serializers.FileField(read_only=True),
    "file-field-write-only": serializers.FileField(write_only=True),
    "file-field-default": serializers.FileField(default=None, allow_null=True),
    "image-field-allow-empty": serializers.ImageField(allow_empty_file=True),
    "image-field-use-name": serializers.ImageField(use_url=False),
    "image-field-messages": serializers.ImageField(
        max_length=9, error_messages={"invalid": "No file.", "empty": "Empty.", "invalid_image": "No image.", "max_length": "{length}!"},
    ),
    "validate-file-name": serializers.FileField(validators=[RegexValidator(r"^[a-z]+\.txt$", "Not “%(value)s”.", "name")]),
    "file-list": serializers.ListField(child=serializers.FileField(max_length=10), max_length=2),
    "file-list-use-name": serializers.ListField(child=serializers.FileField(use_url=False), allow_empty=False),
    "file-list-allow-null": serializers.ListField(child=serializers.FileField(allow_null=True), required=False),
    "image-list": serializers.ListField(child=serializers.ImageField()),
    "file-dict": serializers.DictField(child=serializers.FileField(max_length=10)),
    "image-dict": serializers.DictField(child=serializers.ImageField(max_length=10)),
    "image-lists": serializers.ListField(child=serializers.ListField(child=serializers.ImageField())),
    # Relations without a model serializer around them.
    "primary-key-related-field": serializers.PrimaryKeyRelatedField(queryset=ForeignKeyTarget.objects.all()),
    "many-primary-key-related-field": serializers.PrimaryKeyRelatedField(queryset=ForeignKeyTarget.objects.all(), many=True),
    "not-empty-primary-key-related-field": serializers.PrimaryKeyRelatedField(queryset=ForeignKeyTarget.objects.all(), many=True, allow_empty=False),
    "proxied-primary-key-related-field": serializers.PrimaryKeyRelatedField(
        queryset=UUIDForeignKeyTarget.objects.all(), pk_field=serializers.UUIDField(format="int"),
    ),
    "slug-related-field": serializers.SlugRelatedField(slug_field="name", queryset=ForeignKeyTarget.objects.all()),
    "many-slug-related-field": serializers.SlugRelatedField(slug_field="name", queryset=ForeignKeyTarget.objects.all(), many=True),
    "nested-slug-related-field": serializers.SlugRelatedField(slug_field="target__name", queryset=NullableForeignKeySource.objects.filter(pk=1)),
    "nested-nested-slug-related-field": serializers.SlugRelatedField(
        slug_field="target__target__name", queryset=NestedForeignKeySource.objects.filter(pk=1),
    ),
    # Fields made of others.
    "list-field": serializers.ListField(child=serializers.IntegerField()),
    "nested-list-field": serializers.ListField(child=serializers.ListField(child=serializers.IntegerField())),
    "list-field-of-keys": serializers.ListField(child=serializers.PrimaryKeyRelatedField(queryset=UUIDForeignKeyTarget.objects.all())),
    "empty-list-field": serializers.ListField(child=serializers.IntegerField(), allow_empty=False),
    "list-field-length-limit": serializers.ListField(child=serializers.IntegerField(), min_length=3, max_length=4),
    "unvalidated-list-field": serializers.ListField(),
    "list-field-not-required": serializers.ListField(required=False),
    "list-field-default": serializers.ListField(default=lambda: [1, 3]),
    "list-field-allow-null": serializers.ListField(child=serializers.CharField(max_length=7), allow_null=True, required=False),
    "list-field-null-child": serializers.ListField(child=serializers.IntegerField(allow_null=True, min_value=0)),
    "list-field-messages": serializers.ListField(
        min_length=2, max_length=3, error_messages={"not_a_list": "A list, not {input_type}.", "min_length": "{min_length}!", "max_length": "{max_length}?"},
    ),
    "dict-field": serializers.DictField(child=serializers.CharField()),
    "nested-dict-field": serializers.DictField(child=serializers.DictField(child=serializers.CharField())),
    "dict-field-with-null-child": serializers.DictField(child=serializers.CharField(allow_null=True)),
    "unvalidated-dict-field": serializers.DictField(),
    "dict-field-allow-null": serializers.DictField(allow_null=True),
    "dict-field-not-empty": serializers.DictField(allow_empty=False),
    "dict-field-default": serializers.DictField(default=lambda: {"x": "y"}),
    "dict-field-not-required": serializers.DictField(required=False),
    "dict-field-of-lists": serializers.DictField(child=serializers.ListField(child=serializers.IntegerField(min_value=0))),
    "hstore-field": serializers.HStoreField(),
    "hstore-field-allow-null": serializers.HStoreField(allow_null=True),
    "json-field": serializers.JSONField(),
    "json-field-allow-null": serializers.JSONField(allow_null=True),
    "binary-json-field": serializers.JSONField(binary=True),
}


def stored(name):
    return FieldFile(None, FileField(), name)


# What GET shows: each of these values, represented by the field.
OUTPUTS = {
    "boolean-field": [True, False],
    "nullable-boolean-field": [True, False, None],
    "char-field": ["abc", "", " é "],
    "char-field-allow-null": ["abc", None],
    "write-only": [1],
    "read-only": [1],
    "read-only-default": [1],
    "uuid-field": [uuid.UUID("825d7aeb-05a9-45b5-a5b7-05df87923cda")],
    "uuid-field-hex": [uuid.UUID(int=0), uuid.UUID("825d7aeb-05a9-45b5-a5b7-05df87923cda")],
    "uuid-field-int": [uuid.UUID(int=0), uuid.UUID("825d7aeb-05a9-45b5-a5b7-05df87923cda")],
    "uuid-field-urn": [uuid.UUID(int=0)],
    "integer-field": [1, 0, -5],
    "big-integer-field": [1, 9223372036854775807, -9223372036854775808],
    "coercion-big-integer-field": [1, -9223372036854775808],
    "float-field": [1.0, 0.0, -0.0, 1e16, 1e-7, 0.1, 1.5e300, 123456789.123],
    "decimal-field": [Decimal("1.0"), Decimal("0.0"), Decimal("1.09"), Decimal("0.04"), Decimal("1"), Decimal("-0.05"), Decimal("0.25"), Decimal("0.35")],
    "allow-null-decimal-field": [None, Decimal("1.5")],
    "allow-null-no-string-coercion-decimal-field": [None, Decimal("1.5")],
    "no-string-coercion-decimal-field": [Decimal("1.09"), Decimal("0.04"), Decimal("10")],
    "normalized-decimal-field": [Decimal("1.000"), Decimal("1.200"), Decimal("0"), Decimal("0.001")],
    "non-normalized-decimal-field": [Decimal("1.000"), Decimal("1.2")],
    "normalized-number-decimal-field": [Decimal("1.000"), Decimal("100.000"), Decimal("0.5")],
    "no-decimal-places": [Decimal("1.2345"), Decimal("0"), Decimal("1.10")],
    "no-limits-decimal-field": [Decimal("1.2345"), Decimal("1E+3"), Decimal("1E-10")],
    "rounding-up-decimal-field": [Decimal("1.234"), Decimal("-1.231"), Decimal("1.23")],
    "rounding-down-decimal-field": [Decimal("1.234"), Decimal("-1.239")],
    "date-field": [datetime.date(2001, 1, 1), datetime.date(1, 2, 3), None],
    "custom-output-format-date-field": [datetime.date(2001, 1, 1)],
    "no-output-format-date-field": [datetime.date(2001, 1, 1)],
    "several-formats-date-field": [datetime.date(2001, 1, 1)],
    "date-time-field": [
        datetime.datetime(2001, 1, 1, 13, 0), datetime.datetime(2001, 1, 1, 13, 0, tzinfo=datetime.timezone.utc),
        datetime.datetime(2001, 1, 1, 13, 0, 0, 1, tzinfo=KOLKATA), None,
    ],
    "custom-output-format-date-time-field": [datetime.datetime(2001, 1, 1, 13, 0)],
    "no-output-format-date-time-field": [datetime.datetime(2001, 1, 1, 13, 0, 0, 123456, tzinfo=datetime.timezone.utc)],
    "several-formats-date-time-field": [datetime.datetime(2001, 1, 1, 13, 0, 5, 7, tzinfo=datetime.timezone.utc)],
    "naive-date-time-field": [datetime.datetime(2001, 1, 1, 13, 0), datetime.datetime(2001, 1, 1, 13, 0, tzinfo=datetime.timezone.utc)],
    "tz-date-time-field": [datetime.datetime(2016, 12, 19, 10), datetime.datetime(2016, 12, 19, 4, 30, tzinfo=datetime.timezone.utc)],
    "dst-date-time-field": [datetime.datetime(2017, 7, 1, 16, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2017, 1, 1, 16, 0, tzinfo=datetime.timezone.utc)],
    "custom-timezone-date-time-field": [datetime.datetime(2018, 2, 8, 14, 15, 16, tzinfo=datetime.timezone.utc)],
    "default-tz-date-time-field": [datetime.datetime(2018, 2, 8, 14, 15, 16, tzinfo=datetime.timezone.utc)],
    "time-field": [datetime.time(13, 0), datetime.time(0, 0), datetime.time(1, 2, 3, 4), None],
    "custom-output-format-time-field": [datetime.time(13, 0)],
    "no-output-format-time-field": [datetime.time(13, 0)],
    "duration-field": [
        datetime.timedelta(days=3, hours=8, minutes=32, seconds=1, microseconds=123), datetime.timedelta(0), datetime.timedelta(seconds=-1),
        datetime.timedelta(days=-999999999), datetime.timedelta(hours=1, microseconds=5),
    ],
    "no-output-format-duration-field": [datetime.timedelta(days=1), datetime.timedelta(seconds=-90, microseconds=1)],
    "iso-output-format-duration-field": [
        datetime.timedelta(days=3, hours=8, minutes=32, seconds=1, microseconds=123), datetime.timedelta(0), datetime.timedelta(seconds=-1),
    ],
    "choice-field": ["good", "", "amazing", None],
    "choice-field-with-type": [1, None],
    "integer-choices": [2],
    "text-choices": ["r"],
    "multiple-choice-field": [["aircon", "manual", "incorrect"], ["manual", "aircon", "incorrect"], ["aircon", "manual", "aircon"], []],
    "file-field": [stored("docs/a.txt"), stored("a b&é.txt"), stored(""), None],
    "file-field-use-name": [stored("docs/a b.txt"), stored("")],
    "file-field-read-only": [stored("./a.txt"), stored("/a.txt")],
    "image-field": [stored("a.png"), stored("x?y=1#z.png"), stored("a\\b.png")],
    "image-field-use-name": [stored("a.png"), None],
    "file-list": [[stored("a.txt"), stored("b.txt")], []],
    "file-list-use-name": [[stored("a.txt"), stored("")]],
    "file-list-allow-null": [[stored("a.txt"), None]],
    "file-dict": [{"a": stored("a.txt"), "b": stored("")}],
    "list-field": [[1, 2, 3], []],
    "nested-list-field": [[[1, 2], [3]]],
    "unvalidated-list-field": [[1, "2", True, [4, 5, 6]]],
    "list-field-null-child": [[1, None]],
    "dict-field": [{"a": "1", "b": "2"}, {}],
    "nested-dict-field": [{"0": {"a": "1"}, "1": {"3": "3"}}],
    "dict-field-with-null-child": [{"a": None, "b": "2"}],
    "unvalidated-dict-field": [{"a": 1, "b": [4, 5, 6]}],
    "hstore-field": [{"a": "1", "b": None}],
    "json-field": [{"a": 1, "b": ["some", "list", True, 1.23], "3": 3}, None, "text"],
    "binary-json-field": [["some", "list", True, 1.23]],
}


def serializer(name):
    return type(f"{name}-serializer", (serializers.Serializer,), {"field": FIELDS[name]})


ENDPOINTS = {name: (serializer(name), [{"field": value} for value in OUTPUTS[name]] if name in OUTPUTS else None) for name in FIELDS}
