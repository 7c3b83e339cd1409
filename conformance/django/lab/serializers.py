"""Serializers of DRF's tests that have no model: several fields, nested ones, lists, and methods of their own."""
from collections import OrderedDict
from types import SimpleNamespace

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import RegexValidator
from rest_framework import serializers

from .models import ForeignKeyTarget


# tests/test_fields.py: source, read_only, write_only, initial, HTML input, defaults.


class SourceSerializer(serializers.Serializer):
    example_field = serializers.CharField(source="other")


class CallableSourceSerializer(serializers.Serializer):
    example_field = serializers.CharField(source="example_callable", read_only=True)


class ReadOnlySerializer(serializers.Serializer):
    read_only = serializers.ReadOnlyField(default="789")
    writable = serializers.IntegerField()


class WriteOnlySerializer(serializers.Serializer):
    write_only = serializers.IntegerField(write_only=True)
    readable = serializers.IntegerField()


class InitialSerializer(serializers.Serializer):
    initial_field = serializers.IntegerField(initial=123)
    blank_field = serializers.IntegerField()


class ListAndNumberSerializer(serializers.Serializer):
    a = serializers.IntegerField(required=True)
    scores = serializers.ListField(default=lambda: [1, 3])


class DictAndNumberSerializer(serializers.Serializer):
    a = serializers.IntegerField(required=True)
    data = serializers.DictField(default=lambda: {"x": "y"})


class DictAndTextSerializer(serializers.Serializer):
    field_name = serializers.DictField(required=False)
    other_field = serializers.CharField(required=False)


class CommunitySerializer(serializers.Serializer):
    colors = serializers.ListField(allow_null=True, child=serializers.CharField(label="Colors", max_length=7), required=False)
    name = serializers.CharField(max_length=100, required=False)


class CreateOnlyDefaultSerializer(serializers.Serializer):
    published = serializers.HiddenField(default=serializers.CreateOnlyDefault("2001-01-01"))
    text = serializers.CharField()


class NamesItsField:
    requires_context = True

    def __call__(self, field):
        return f"for {field.field_name}"


class ContextDefaultSerializer(serializers.Serializer):
    context_set = serializers.CharField(default=serializers.CreateOnlyDefault(NamesItsField()))
    always_set = serializers.CharField(default=NamesItsField())


class MethodSerializer(serializers.Serializer):
    example_field = serializers.SerializerMethodField()
    renamed = serializers.SerializerMethodField("get_another_name")

    def get_example_field(self, obj):
        return f"ran get_example_field({obj.get('example_field')})"

    def get_another_name(self, obj):
        return [obj.get("example_field"), None]


class PasswordSerializer(serializers.Serializer):
    """Django's own errors in a validate method: `password` says which."""

    password = serializers.CharField()

    def validate_password(self, value):
        if value == "one":
            raise DjangoValidationError("exc_msg %s", code="exc_code", params=("exc_param",))
        if value == "list":
            raise DjangoValidationError([DjangoValidationError("exc_msg %s", code="exc_code", params=("exc_param",)), "second"])
        if value == "percent":
            raise DjangoValidationError("exc_msg with %", code="exc_code")
        return value

    def validate(self, attrs):
        if attrs["password"] == "dict":
            raise DjangoValidationError({"email": DjangoValidationError("email error", code="exc_code")})
        if attrs["password"] == "plain dict":
            raise DjangoValidationError({"email": "email error", "name": ["name error 1", "name error 2"]})
        if attrs["password"] == "list of dict":
            raise DjangoValidationError([DjangoValidationError({"email": "email error"})])
        return attrs


# tests/test_serializer.py.


class ExampleSerializer(serializers.Serializer):
    char = serializers.CharField()
    integer = serializers.IntegerField()


class NonFieldErrorSerializer(ExampleSerializer):
    def validate(self, attrs):
        raise serializers.ValidationError("Non field error")


class FieldErrorSerializer(ExampleSerializer):
    def validate(self, attrs):
        raise serializers.ValidationError({"char": "Field error"}, code="chosen")


class SeveralErrorsSerializer(ExampleSerializer):
    """Errors of every shape: `char` says which."""

    def validate_integer(self, value):
        if value < 0:
            raise serializers.ValidationError(["Below zero.", "And negative."], code="negative")
        return value * 2

    def validate(self, attrs):
        shape = {
            "list": ["One.", "Two."],
            "nested": {"char": {"deep": ["Deep."]}, "other": "Unknown field."},
            "mixed": [{"char": ["In a list."]}, "Text."],
        }
        if attrs["char"] in shape:
            raise serializers.ValidationError(shape[attrs["char"]], code="shaped")
        return {**attrs, "added": True}


class RaisedErrorSerializer(serializers.Serializer):
    def raised(value):
        raise serializers.ValidationError("Raised error")

    char = serializers.CharField(validators=[raised])
    integer = serializers.IntegerField()


class EmailBaseSerializer(serializers.BaseSerializer):
    def to_representation(self, obj):
        return {"id": obj["id"], "email": obj["name"] + "@" + obj["domain"]}

    def to_internal_value(self, data):
        if not (isinstance(data, dict) and isinstance(data.get("id"), int) and "@" in str(data.get("email"))):
            raise serializers.ValidationError({"email": ["A number and an address, please."]})
        name, _, domain = data["email"].partition("@")
        return {"id": data["id"], "name": name, "domain": domain}


class Nested1Serializer(serializers.Serializer):
    a = serializers.IntegerField()
    b = serializers.IntegerField()


class Nested2Serializer(serializers.Serializer):
    c = serializers.IntegerField()
    d = serializers.IntegerField()


class StarredSourceSerializer(serializers.Serializer):
    nested1 = Nested1Serializer(source="*")
    nested2 = Nested2Serializer(source="*")


class NullableStarredSourceSerializer(serializers.Serializer):
    nested = Nested1Serializer(source="*", allow_null=True)


class PointField(serializers.Field):
    """A field of one's own, over two values of the object."""

    default_error_messages = {"invalid": "Two numbers with a comma, not {input}."}

    def to_representation(self, instance):
        return f"{instance['x']},{instance['y']}"

    def to_internal_value(self, data):
        x, comma, y = str(data).partition(",")
        if not (comma and x.isdigit() and y.isdigit()):
            self.fail("invalid", input=data)
        return {"x": int(x), "y": int(y)}


class StarredFieldSerializer(serializers.Serializer):
    field = PointField(source="*")


class NotRequiredOutputSerializer(serializers.Serializer):
    omitted = serializers.CharField(required=False)
    included = serializers.CharField()


class DefaultOutputSerializer(serializers.Serializer):
    has_default = serializers.CharField(default="x")
    has_default_callable = serializers.CharField(default=lambda: "y")
    no_default = serializers.CharField()


class DottedSourceSerializer(serializers.Serializer):
    traversed = serializers.CharField(default="x", source="traversed.attr")
    c = serializers.CharField(default="x", source="a.b.c")
    d = serializers.CharField(source="a.d", required=False)


class DefaultsInNestedSerializer(serializers.Serializer):
    a = serializers.CharField(default="1")
    c = serializers.CharField(default="2", source="b.c")


class NestedDefaultsSerializer(serializers.Serializer):
    nested = DefaultsInNestedSerializer(allow_null=True)


class NullImpliesDefaultSerializer(serializers.Serializer):
    foo = serializers.CharField(allow_null=True)
    bar = serializers.CharField(source="foo.bar", allow_null=True)
    optional = serializers.CharField(required=False, allow_null=True)


class DefaultInclusionsSerializer(serializers.Serializer):
    char = serializers.CharField(default="abc")
    integer = serializers.IntegerField()


class BaseFieldsSerializer(serializers.Serializer):
    f1 = serializers.CharField()
    f2 = serializers.CharField()


class ThirdFieldSerializer(BaseFieldsSerializer):
    f3 = serializers.IntegerField()


class OtherFieldsSerializer(serializers.Serializer):
    f3 = serializers.CharField()
    f4 = serializers.CharField()


class InheritedFieldsSerializer(ThirdFieldSerializer, OtherFieldsSerializer):
    f2 = serializers.IntegerField()
    f5 = serializers.CharField()


class DisabledFieldSerializer(BaseFieldsSerializer):
    f1 = None


class PinSerializer(serializers.Serializer):
    pin = serializers.CharField(validators=[RegexValidator("^[0-9]{4,6}$", "A PIN is 4-6 digits")])


class OverridesSerializer(serializers.Serializer):
    """Both directions overridden: keys are upper case outside."""

    name = serializers.CharField(max_length=5)

    def to_internal_value(self, data):
        return super().to_internal_value({key.lower(): value for key, value in data.items()})

    def to_representation(self, instance):
        return OrderedDict((key.upper(), value) for key, value in super().to_representation(instance).items())


class ContextSerializer(serializers.Serializer):
    """What the context says: the method and a query parameter."""

    name = serializers.CharField()
    method = serializers.SerializerMethodField()

    def get_method(self, obj):
        return self.context["request"].method

    def validate_name(self, value):
        if value == self.context["request"].query_params.get("not"):
            raise serializers.ValidationError("Not this one.")
        return value


# tests/test_write_only_fields.py.


class EmailPasswordSerializer(serializers.Serializer):
    email = serializers.EmailField()
    password = serializers.CharField(write_only=True)


# tests/test_serializer_nested.py.


class OneTwoSerializer(serializers.Serializer):
    one = serializers.IntegerField(max_value=10)
    two = serializers.IntegerField(max_value=10)


class NestedSerializer(serializers.Serializer):
    nested = OneTwoSerializer()


class OneSerializer(serializers.Serializer):
    one = serializers.IntegerField(max_value=10)


class NotRequiredNestedSerializer(serializers.Serializer):
    nested = OneSerializer(required=False)


class NullNestedSerializer(serializers.Serializer):
    nested = OneSerializer(allow_null=True)
    name = serializers.CharField(default="n")


class DefaultNestedSerializer(serializers.Serializer):
    nested = OneSerializer(default={"one": 5})


class NestedWithManySerializer(serializers.Serializer):
    allow_null = OneSerializer(many=True, allow_null=True)
    not_allow_null = OneSerializer(many=True)
    allow_empty = OneSerializer(many=True, allow_empty=True)
    not_allow_empty = OneSerializer(many=True, allow_empty=False)

    def validate_allow_null(self, value):
        return value if value is None else value[::-1]


class NestedChoicesSerializer(serializers.Serializer):
    example = serializers.MultipleChoiceField(choices=[1, 2, 3])


class NestedWithListSerializer(serializers.Serializer):
    nested = NestedChoicesSerializer()


class NotRequiredNestedWithManySerializer(serializers.Serializer):
    nested = OneSerializer(required=False, many=True)


class DeepSerializer(serializers.Serializer):
    """Three levels, with a rule at each."""

    class Middle(serializers.Serializer):
        inner = OneTwoSerializer(many=True, max_length=2)
        flag = serializers.BooleanField()

        def validate(self, attrs):
            if attrs["flag"] and not attrs["inner"]:
                raise serializers.ValidationError("A flag needs something inside.", code="empty_flag")
            return attrs

    middle = Middle()
    name = serializers.CharField(source="title")

    def validate_middle(self, value):
        if len(value["inner"]) == 1 and value["inner"][0]["one"] == 7:
            raise serializers.ValidationError("Seven is taken.")
        return value


# tests/test_serializer_lists.py and test_serializer_bulk_update.py.


class IntegerListSerializer(serializers.ListSerializer):
    child = serializers.IntegerField()


class IntegerBooleanSerializer(serializers.Serializer):
    integer = serializers.IntegerField()
    boolean = serializers.BooleanField()


class ObjectListSerializer(serializers.ListSerializer):
    child = IntegerBooleanSerializer()


class NestedListSerializer(serializers.Serializer):
    integers = serializers.ListSerializer(child=serializers.IntegerField())
    booleans = serializers.ListSerializer(child=serializers.BooleanField())


class ListsOfListsSerializer(serializers.Serializer):
    integers = serializers.ListSerializer(child=serializers.ListSerializer(child=serializers.IntegerField()))
    booleans = serializers.ListSerializer(child=serializers.ListSerializer(child=serializers.BooleanField()))


class RefusingListSerializer(serializers.ListSerializer):
    def validate(self, attrs):
        if len(attrs) != 1:
            raise serializers.ValidationError("Exactly one, please.", code="count")
        return attrs


class RefusedListSerializer(serializers.Serializer):
    name = serializers.CharField()

    class Meta:
        list_serializer_class = RefusingListSerializer


class ListFieldSerializer(serializers.Serializer):
    listdata = serializers.ListField()


class IdSerializer(serializers.Serializer):
    id = serializers.IntegerField()


class AllowEmptyListSerializer(serializers.Serializer):
    ids = IdSerializer(many=True, allow_empty=True)


class NotEmptyListSerializer(serializers.Serializer):
    ids = IdSerializer(many=True, allow_empty=False)


class UpdateStoreSerializer(serializers.Serializer):
    update_field = serializers.IntegerField()
    store_field = serializers.IntegerField()


class NotEmptyStoresListSerializer(serializers.ListSerializer):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, allow_empty=False, **kwargs)


class NotEmptyStoresSerializer(UpdateStoreSerializer):
    class Meta:
        list_serializer_class = NotEmptyStoresListSerializer


class ListAsFieldSerializer(serializers.Serializer):
    extra_field = serializers.IntegerField()
    list_field = UpdateStoreSerializer(many=True)


class SomeIntSerializer(serializers.Serializer):
    some_int = serializers.IntegerField()


class LengthLimitsSerializer(serializers.Serializer):
    at_most_five = SomeIntSerializer(many=True, max_length=5, required=False)
    at_least_three = SomeIntSerializer(many=True, min_length=3, required=False)
    between = SomeIntSerializer(many=True, min_length=3, max_length=5, required=False)


class BulkBookSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField(max_length=100)
    author = serializers.CharField(max_length=100)


class NumSerializer(serializers.Serializer):
    num = serializers.BooleanField()


class WrappedListsSerializer(serializers.Serializer):
    list_serializer = NumSerializer(many=True)
    list_field = serializers.ListField(child=serializers.DictField(allow_empty=False))


# tests/test_bound_fields.py: what a form would show is the data of the fields.


class BoundFieldsSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=100)
    amount = serializers.IntegerField()
    bool_field = serializers.BooleanField()
    null_field = serializers.IntegerField(allow_null=True)
    json_field = serializers.JSONField()


class NestedBoundFieldsSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=100)
    nested = BoundFieldsSerializer()


class ParentErrorSerializer(serializers.Serializer):
    nested = OneSerializer()

    def validate_nested(self, nested):
        raise serializers.ValidationError(["parent-level nested error"])


# tests/test_metadata.py.


class MetadataSerializer(serializers.Serializer):
    choice_field = serializers.ChoiceField(["red", "green", "blue"])
    integer_field = serializers.IntegerField(min_value=1, max_value=1000)
    char_field = serializers.CharField(required=False, min_length=3, max_length=40)
    list_field = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    nested_field = Nested1Serializer()
    uuid_field = serializers.UUIDField(label="UUID field")
    hidden_field = serializers.HiddenField(default=1)
    decimal_field = serializers.DecimalField(max_digits=18, decimal_places=4)
    null_boolean_field = serializers.BooleanField(allow_null=True)
    related_field = serializers.PrimaryKeyRelatedField(queryset=ForeignKeyTarget.objects.all())
    many_related_field = serializers.PrimaryKeyRelatedField(queryset=ForeignKeyTarget.objects.all(), many=True)
    read_only_related_field = serializers.PrimaryKeyRelatedField(read_only=True)
    grouped_field = serializers.ChoiceField([("Numbers", [(1, "One"), (2, "Two")]), ("x", "Else")], help_text="Pick one", label="Of groups")


ONE_TWO = {"one": 1, "two": 2}
BOUND = {"text": "abc", "amount": 123, "bool_field": True, "null_field": None, "json_field": {"some": ["json"]}}

# The name of each, and what GET shows: an object, a list of them, or without one the initial values.
ENDPOINTS = {
    "source": (SourceSerializer, {"other": "abc"}),
    "callable-source": (CallableSourceSerializer, SimpleNamespace(example_callable=lambda: "example callable value")),
    "read-only-field": (ReadOnlySerializer, {"read_only": 123, "writable": 456}),
    "write-only-field": (WriteOnlySerializer, {"write_only": 123, "readable": 456}),
    "initial-fields": (InitialSerializer, None),
    "list-and-number": (ListAndNumberSerializer, None),
    "dict-and-number": (DictAndNumberSerializer, None),
    "dict-and-text": (DictAndTextSerializer, None),
    "community": (CommunitySerializer, None),
    "create-only-default": (CreateOnlyDefaultSerializer, {"text": "example", "published": "2001-01-01"}),
    "context-default": (ContextDefaultSerializer, {"context_set": "a", "always_set": "b"}),
    "method-field": (MethodSerializer, {"example_field": 123}),
    "password": (PasswordSerializer, None),
    "example": (ExampleSerializer, {"char": "abc", "integer": 123}),
    "non-field-error": (NonFieldErrorSerializer, None),
    "field-error": (FieldErrorSerializer, None),
    "several-errors": (SeveralErrorsSerializer, None),
    "raised-error": (RaisedErrorSerializer, None),
    "email-base": (EmailBaseSerializer, [{"id": 1, "name": "tom", "domain": "example.com"}, {"id": 2, "name": "ann", "domain": "example.com"}]),
    "starred-source": (StarredSourceSerializer, {"a": 1, "b": 2, "c": 3, "d": 4}),
    "nullable-starred-source": (NullableStarredSourceSerializer, None),
    "starred-field": (StarredFieldSerializer, {"x": 1, "y": 2}),
    "not-required-output": (NotRequiredOutputSerializer, [{"included": "abc"}, {"omitted": "x", "included": "abc"}]),
    "default-output": (
        DefaultOutputSerializer, [{"no_default": "abc"}, {"has_default": "def", "has_default_callable": "ghi", "no_default": "abc"}],
    ),
    "dotted-source": (
        DottedSourceSerializer,
        [
            {}, {"traversed": {}}, {"traversed": None}, {"traversed": {"attr": "abc"}}, {"a": {}}, {"a": None}, {"a": {"b": {}}}, {"a": {"b": None}},
            {"a": {"b": {"c": "abc"}, "d": "e"}},
        ],
    ),
    "nested-defaults": (
        NestedDefaultsSerializer, [{"nested": None}, {"nested": {}}, {"nested": {"a": "3", "b": {}}}, {"nested": {"a": "3", "b": {"c": "4"}}}],
    ),
    "null-implies-default": (NullImpliesDefaultSerializer, {"foo": None}),
    "default-inclusions": (DefaultInclusionsSerializer, {"char": "def", "integer": 123}),
    "inherited-fields": (InheritedFieldsSerializer, {"f1": "1", "f2": 2, "f3": 3, "f4": "4", "f5": "5"}),
    "disabled-field": (DisabledFieldSerializer, {"f1": "1", "f2": "2"}),
    "pin": (PinSerializer, None),
    "overrides": (OverridesSerializer, {"name": "abc"}),
    "context": (ContextSerializer, {"name": "abc"}),
    "email-password": (EmailPasswordSerializer, {"email": "foo@example.com", "password": "123"}),
    "nested": (NestedSerializer, {"nested": ONE_TWO}),
    "nested-initial": (NestedSerializer, None),
    "not-required-nested": (NotRequiredNestedSerializer, [{"nested": {"one": 1}}, {}]),
    "null-nested": (NullNestedSerializer, [{"nested": None}, {"nested": {"one": 1}, "name": "x"}]),
    "default-nested": (DefaultNestedSerializer, None),
    "nested-with-many": (NestedWithManySerializer, {"allow_null": None, "not_allow_null": [], "allow_empty": [{"one": 1}], "not_allow_empty": [{"one": 2}]}),
    "nested-with-list": (NestedWithListSerializer, {"nested": {"example": [1, 2]}}),
    "not-required-nested-with-many": (NotRequiredNestedWithManySerializer, [{"nested": [{"one": 1}]}, {}]),
    "deep": (DeepSerializer, {"middle": {"inner": [ONE_TWO], "flag": True}, "title": "t"}),
    "integer-list": (IntegerListSerializer, None),
    "object-list": (ObjectListSerializer, None),
    "nested-list": (NestedListSerializer, {"integers": [123, 456], "booleans": [True, False]}),
    "lists-of-lists": (ListsOfListsSerializer, {"integers": [[123, 456], [789, 0]], "booleans": [[True, True], []]}),
    "refused-list": (RefusedListSerializer, [{"name": "a"}, {"name": "b"}]),
    "list-data": (ListFieldSerializer, None),
    "allow-empty-list": (AllowEmptyListSerializer, {"ids": [{"id": 1}]}),
    "not-empty-list": (NotEmptyListSerializer, {"ids": [{"id": 1}]}),
    "update-store": (UpdateStoreSerializer, [{"update_field": 11, "store_field": 12}, {"update_field": 21, "store_field": 22}]),
    "not-empty-stores": (NotEmptyStoresSerializer, [{"update_field": 11, "store_field": 12}, {"update_field": 21, "store_field": 22}]),
    "list-as-field": (ListAsFieldSerializer, {"extra_field": 1, "list_field": [{"update_field": 11, "store_field": 12}]}),
    "length-limits": (LengthLimitsSerializer, None),
    "bulk-book": (BulkBookSerializer, None),
    "num": (NumSerializer, None),
    "wrapped-lists": (WrappedListsSerializer, None),
    "bound-fields": (BoundFieldsSerializer, BOUND),
    "bound-fields-initial": (BoundFieldsSerializer, None),
    "nested-bound-fields": (NestedBoundFieldsSerializer, {"text": "x", "nested": BOUND}),
    "nested-bound-fields-initial": (NestedBoundFieldsSerializer, None),
    "parent-error": (ParentErrorSerializer, None),
    "metadata": (MetadataSerializer, None),
}
