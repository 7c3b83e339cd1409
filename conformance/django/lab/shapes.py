"""What each serializer of the lab takes, as data: for values by chance."""
from rest_framework import serializers
from rest_framework.relations import ManyRelatedField, RelatedField

from . import fields as of_fields, serializers as of_serializers

# The classes whose values are made in a way of their own. A class comes before those that it inherits from.
KINDS = [
    serializers.FilePathField, serializers.MultipleChoiceField, serializers.ChoiceField, serializers.EmailField, serializers.SlugField,
    serializers.URLField, serializers.UUIDField, serializers.IPAddressField, serializers.RegexField, serializers.CharField,
    serializers.BooleanField, serializers.IntegerField, serializers.FloatField, serializers.DecimalField, serializers.DateTimeField,
    serializers.DateField, serializers.TimeField, serializers.DurationField, serializers.FileField, serializers.HStoreField,
    serializers.DictField, serializers.ListField, serializers.JSONField, serializers.ListSerializer, serializers.Serializer,
    ManyRelatedField, RelatedField,
]
LIMITS = ("min_value", "max_value", "min_length", "max_length", "max_digits", "decimal_places")


def shape(field):
    """A field's kind, and what of its options says which values are near its limits."""
    kind = next((known for known in KINDS if isinstance(field, known)), serializers.Field)
    found = {"kind": kind.__name__}
    if field.read_only:
        found["read_only"] = True
    if isinstance(field, serializers.ChoiceField):
        found["choices"] = list(field.choices)
    if kind in (serializers.DateTimeField, serializers.DateField, serializers.TimeField):
        formats = getattr(field, "input_formats", None) or ["iso-8601"]
        found["formats"] = [form for form in formats if "%" in form]
    if isinstance(getattr(field, "child", None), serializers.Field):
        found["child"] = shape(field.child)
    if isinstance(field, serializers.Serializer):
        found["fields"] = {name: shape(child) for name, child in field.fields.items()}
    if isinstance(field, serializers.JSONField) and field.binary:
        found["binary"] = True
    for limit in LIMITS:
        if getattr(field, limit, None) is not None:
            found[limit] = str(getattr(field, limit))
    return found


def shapes():
    return {
        name: shape(serializer())
        for module in (of_fields, of_serializers)
        for name, (serializer, _) in module.ENDPOINTS.items()
    }
