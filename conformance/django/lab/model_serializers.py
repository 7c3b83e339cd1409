"""Serializers of tests/test_model_serializer.py, test_validators.py, test_validation.py and test_serializer_nested.py."""
import datetime

from rest_framework import serializers
from rest_framework.validators import UniqueForDateValidator, UniqueTogetherValidator, UniqueValidator

from .models import (
    AnotherUniquenessModel, BulkCreateModel, DefaultUniquenessTogetherModel, FieldOptionsModel, FileModel, ForeignKeySource,
    ForeignKeyTarget, HiddenFieldUniqueForDateModel, ManyToManySource, ManyToManyTarget, MaxValueModel, NestedForeignKeySource,
    NullableForeignKeySource, NullUniquenessTogetherModel, OneFieldModel, OneToOneTarget, RegularFieldsModel, RelatedModel, RelationalModel,
    ShouldValidateModel, UniqueChoiceModel, UniqueConstraintCustomMessageCodeModel, UniqueConstraintModel, UniqueConstraintNullableModel,
    UniqueConstraintNullsDistinctModel, UniqueConstraintReadOnlyFieldModel, UniqueForDateModel, UniqueForMonthModel, UniqueForYearModel,
    UniquenessModel, UniquenessTogetherModel, UniqueTogetherKeysModel,
)


# tests/test_model_serializer.py: what becomes of columns.


class RegularFieldsSerializer(serializers.ModelSerializer):
    class Meta:
        model = RegularFieldsModel
        fields = "__all__"


class FieldOptionsSerializer(serializers.ModelSerializer):
    class Meta:
        model = FieldOptionsModel
        fields = "__all__"


class MethodAndKeySerializer(serializers.ModelSerializer):
    class Meta:
        model = RegularFieldsModel
        fields = ["pk", "auto_field", "method", "shouted", "char_field"]
        read_only_fields = ["char_field"]


class ExtraKwargsSerializer(serializers.ModelSerializer):
    class Meta:
        model = FieldOptionsModel
        fields = [
            "id", "value_limit_field", "length_limit_field", "blank_field", "null_field", "descriptive_field", "choices_field",
            "text_choices_field", "pattern_field", "decimal_limit_field", "duration_limit_field",
        ]
        read_only_fields = ["null_field"]
        extra_kwargs = {
            "value_limit_field": {"max_value": 7, "error_messages": {"max_value": "Seven at most."}},
            "length_limit_field": {"default": "extra"},
            "blank_field": {"allow_blank": False, "required": True, "label": "Not blank"},
            "descriptive_field": {"default": 3},
            "choices_field": {"write_only": True},
            "text_choices_field": {"allow_null": False, "help_text": "Pick"},
            "decimal_limit_field": {"coerce_to_string": False},
            "duration_limit_field": {"format": "iso-8601", "default": datetime.timedelta(days=2)},
            "pattern_field": {"trim_whitespace": False, "initial": "0000"},
        }


class NamedSourceSerializer(serializers.ModelSerializer):
    class Meta:
        model = MaxValueModel
        fields = ["id", "number"]
        extra_kwargs = {"number": {"source": "number_value"}}


class ExcludeSerializer(serializers.ModelSerializer):
    class Meta:
        model = NullUniquenessTogetherModel
        exclude = ["position"]


class FreeKeySerializer(serializers.ModelSerializer):
    """The key may be said."""

    class Meta:
        model = OneFieldModel
        fields = ["id", "char_field"]
        extra_kwargs = {"id": {"read_only": False, "required": False}}


class DeclaredFieldSerializer(serializers.ModelSerializer):
    """A declared field beside the model's, one in the place of the model's, and one that is dropped before saving."""

    char_field = serializers.CharField(min_length=2, max_length=5)
    length = serializers.SerializerMethodField()
    confirm = serializers.BooleanField(write_only=True)

    class Meta:
        model = OneFieldModel
        fields = ["id", "char_field", "length", "confirm"]

    def get_length(self, obj):
        return len(obj.char_field)

    def validate_confirm(self, value):
        if not value:
            raise serializers.ValidationError("Please confirm.", code="unconfirmed")
        return value

    def create(self, validated_data):
        validated_data.pop("confirm")
        return super().create(validated_data)

    def update(self, instance, validated_data):
        validated_data.pop("confirm", None)
        instance.char_field = validated_data.get("char_field", instance.char_field) + "!"
        instance.save()
        return instance


class BaseMetaSerializer(serializers.ModelSerializer):
    non_model_field = serializers.CharField(read_only=True, default="n")

    class Meta:
        model = OneFieldModel
        read_only_fields = ["char_field", "non_model_field"]
        fields = ["id", "char_field", "non_model_field"]


class ChildMetaSerializer(BaseMetaSerializer):
    class Meta(BaseMetaSerializer.Meta):
        read_only_fields = []


class FileModelSerializer(serializers.ModelSerializer):
    class Meta:
        model = FileModel
        fields = "__all__"


class FileOptionsSerializer(serializers.ModelSerializer):
    class Meta:
        model = FileModel
        fields = "__all__"
        extra_kwargs = {
            "file_field": {
                "use_url": False, "max_length": 12, "allow_empty_file": True, "required": True, "error_messages": {"max_length": "{max_length}!"},
            },
        }


class DeclaredFileSerializer(serializers.ModelSerializer):
    document = serializers.FileField(source="file_field", allow_null=True, help_text="Your document")

    class Meta:
        model = FileModel
        fields = ["id", "document"]

    def validate_document(self, file):
        if file and b"secret" in file.read():
            raise serializers.ValidationError("No secrets.")
        return file

    def create(self, validated_data):
        validated_data["file_field"].name = "renamed.txt"
        return super().create(validated_data)


class PictureSerializer(serializers.ModelSerializer):
    file_field = serializers.ImageField(max_length=10, use_url=False)

    class Meta:
        model = FileModel
        fields = "__all__"


class UniqueFileSerializer(serializers.ModelSerializer):
    file_field = serializers.FileField(required=False, validators=[UniqueValidator(queryset=FileModel.objects.all())])

    class Meta:
        model = FileModel
        fields = "__all__"


class ReadOnlyFileSerializer(serializers.ModelSerializer):
    class Meta:
        model = FileModel
        fields = ["file_field", "id"]
        read_only_fields = ["file_field"]


class UniqueChoiceSerializer(serializers.ModelSerializer):
    class Meta:
        model = UniqueChoiceModel
        fields = "__all__"


class BulkCreateSerializer(serializers.ModelSerializer):
    class Meta:
        model = BulkCreateModel
        fields = ["name"]


# Relations.


class RelationalSerializer(serializers.ModelSerializer):
    class Meta:
        model = RelationalModel
        fields = "__all__"


class DepthSerializer(serializers.ModelSerializer):
    class Meta:
        model = RelationalModel
        fields = "__all__"
        depth = 1


class DeepDepthSerializer(serializers.ModelSerializer):
    class Meta:
        model = NestedForeignKeySource
        fields = "__all__"
        depth = 2


class HyperlinkedRelationalSerializer(serializers.HyperlinkedModelSerializer):
    class Meta:
        model = RelationalModel
        fields = "__all__"


class HyperlinkedDepthSerializer(serializers.HyperlinkedModelSerializer):
    class Meta:
        model = RelationalModel
        fields = "__all__"
        depth = 1
        extra_kwargs = {"url": {"source": "*"}}


class UniqueTogetherDepthSerializer(serializers.ModelSerializer):
    class Meta:
        model = UniqueTogetherKeysModel
        fields = "__all__"
        depth = 1


class ReverseForeignKeySerializer(serializers.ModelSerializer):
    class Meta:
        model = ForeignKeyTarget
        fields = ["id", "name", "reverse_foreign_key"]


class ReverseOneToOneSerializer(serializers.ModelSerializer):
    class Meta:
        model = OneToOneTarget
        fields = ["id", "name", "reverse_one_to_one"]
        read_only_fields = ["reverse_one_to_one"]


class ReverseManyToManySerializer(serializers.ModelSerializer):
    class Meta:
        model = ManyToManyTarget
        fields = ["id", "name", "reverse_many_to_many"]


class ReverseThroughSerializer(serializers.ModelSerializer):
    class Meta:
        model = ManyToManySource
        fields = ["id", "name", "reverse_through"]


class SiblingSerializer(serializers.ModelSerializer):
    class Meta:
        model = NullableForeignKeySource
        fields = ["id", "name"]


class DottedSiblingsSerializer(serializers.ModelSerializer):
    """Rows of a row, by a dotted source; the key may be null."""

    siblings = SiblingSerializer(source="target.nullable_sources", default=[], many=True, read_only=True)
    target_name = serializers.CharField(source="target.name", read_only=True, allow_null=True)

    class Meta:
        model = NullableForeignKeySource
        fields = ["id", "siblings", "target_name"]


class PrefetchedSourceSerializer(serializers.ModelSerializer):
    class Meta:
        model = ManyToManySource
        fields = ["id", "name", "targets"]


# Nested writes, by methods of their own.


class NestedSourceSerializer(serializers.ModelSerializer):
    id = serializers.IntegerField(required=False)

    class Meta:
        model = ForeignKeySource
        fields = ["id", "name"]


class NestedWriteSerializer(serializers.ModelSerializer):
    """A target with its sources: created along with it, updated by key, and deleted when left out."""

    sources = NestedSourceSerializer(many=True)

    class Meta:
        model = ForeignKeyTarget
        fields = ["id", "name", "sources"]

    def create(self, validated_data):
        sources = validated_data.pop("sources")
        target = ForeignKeyTarget.objects.create(**validated_data)
        for source in sources:
            ForeignKeySource.objects.create(target=target, name=source["name"])
        return target

    def update(self, instance, validated_data):
        sources = validated_data.pop("sources", None)
        target = super().update(instance, validated_data)
        if sources is None:
            return target
        known = {source.pk: source for source in target.sources.all()}
        for row in sources:
            source = known.pop(row.get("id"), None) or ForeignKeySource(target=target)
            source.name = row.get("name", source.name)
            source.save()
        for source in known.values():
            source.delete()
        return target


class NestedParentSerializer(serializers.ModelSerializer):
    """A source with its target, which is written along with it."""

    class Target(serializers.ModelSerializer):
        class Meta:
            model = ForeignKeyTarget
            fields = ["id", "name"]

    target = Target()

    class Meta:
        model = ForeignKeySource
        fields = ["id", "name", "target"]

    def create(self, validated_data):
        target = ForeignKeyTarget.objects.create(**validated_data.pop("target"))
        return ForeignKeySource.objects.create(target=target, **validated_data)

    def update(self, instance, validated_data):
        for name, value in validated_data.pop("target", {}).items():
            setattr(instance.target, name, value)
        instance.target.save()
        return super().update(instance, validated_data)


# tests/test_validators.py.


class UniquenessSerializer(serializers.ModelSerializer):
    class Meta:
        model = UniquenessModel
        fields = "__all__"


class RelatedModelUserSerializer(serializers.ModelSerializer):
    class Meta:
        model = RelatedModel
        fields = ["id", "user", "email"]


class AnotherUniquenessSerializer(serializers.ModelSerializer):
    class Meta:
        model = AnotherUniquenessModel
        fields = "__all__"


class IExactUniquenessSerializer(serializers.ModelSerializer):
    username = serializers.CharField(
        max_length=100,
        validators=[UniqueValidator(queryset=UniquenessModel.objects.all(), lookup="iexact", message="Taken, whatever the case.")],
    )

    class Meta:
        model = UniquenessModel
        fields = "__all__"


class UniquenessTogetherSerializer(serializers.ModelSerializer):
    class Meta:
        model = UniquenessTogetherModel
        fields = "__all__"


class NullUniquenessTogetherSerializer(serializers.ModelSerializer):
    class Meta:
        model = NullUniquenessTogetherModel
        fields = "__all__"


class DefaultUniquenessTogetherSerializer(serializers.ModelSerializer):
    class Meta:
        model = DefaultUniquenessTogetherModel
        fields = "__all__"


class PartOfUniquenessSerializer(serializers.ModelSerializer):
    """Without the position there is nothing to check, and it is given on saving."""

    class Meta:
        model = NullUniquenessTogetherModel
        fields = ["id", "race_name"]


class ReadOnlyUniquenessSerializer(serializers.ModelSerializer):
    class Meta:
        model = DefaultUniquenessTogetherModel
        fields = ["id", "race_name", "position"]
        read_only_fields = ["race_name"]


class ReadOnlyDefaultUniquenessSerializer(serializers.ModelSerializer):
    race_name = serializers.CharField(max_length=100, read_only=True, default="example")

    class Meta:
        model = UniquenessTogetherModel
        fields = ["id", "race_name", "position"]


class ReadOnlyRenamedUniquenessSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="race_name", default="other", read_only=True)

    class Meta:
        model = UniquenessTogetherModel
        fields = ["id", "name", "position"]
        validators = [UniqueTogetherValidator(queryset=UniquenessTogetherModel.objects.all(), fields=["name", "position"])]


class RenamedUniquenessSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="race_name")
    pos = serializers.IntegerField(source="position")

    class Meta:
        model = UniquenessTogetherModel
        fields = ["id", "name", "pos"]


class DeclaredUniquenessSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="race_name")

    class Meta:
        model = UniquenessTogetherModel
        fields = ["id", "name", "position"]
        validators = [
            UniqueTogetherValidator(queryset=UniquenessTogetherModel.objects.all(), fields=["name", "position"], message="Taken: {field_names}."),
        ]


class NotRequiredUniquenessSerializer(serializers.ModelSerializer):
    class Meta:
        model = NullUniquenessTogetherModel
        fields = "__all__"
        extra_kwargs = {"position": {"required": False}}


class NoValidatorsSerializer(serializers.ModelSerializer):
    class Meta:
        model = NullUniquenessTogetherModel
        fields = ["id", "race_name", "position"]
        validators = []


class UniqueTogetherKeysSerializer(serializers.ModelSerializer):
    class Meta:
        model = UniqueTogetherKeysModel
        fields = "__all__"


class UniqueConstraintSerializer(serializers.ModelSerializer):
    class Meta:
        model = UniqueConstraintModel
        fields = "__all__"


class UniqueConstraintPartSerializer(serializers.ModelSerializer):
    fancy_conditions = serializers.HiddenField(default=5)

    class Meta:
        model = UniqueConstraintModel
        fields = ["id", "race_name", "position", "global_id", "fancy_conditions"]


class SourceUniqueConstraintSerializer(serializers.ModelSerializer):
    raceName = serializers.CharField(source="race_name")

    class Meta:
        model = UniqueConstraintModel
        fields = ["raceName", "position", "global_id", "fancy_conditions"]


class UniqueConstraintReadOnlyFieldSerializer(serializers.ModelSerializer):
    class Meta:
        model = UniqueConstraintReadOnlyFieldModel
        fields = ["id", "position", "something", "state"]
        read_only_fields = ["state"]


class UniqueConstraintNullableSerializer(serializers.ModelSerializer):
    class Meta:
        model = UniqueConstraintNullableModel
        fields = ["title", "age", "tag"]


class UniqueConstraintNullsDistinctSerializer(serializers.ModelSerializer):
    class Meta:
        model = UniqueConstraintNullsDistinctModel
        fields = ["name", "code", "category"]


class UniqueConstraintCustomMessageCodeSerializer(serializers.ModelSerializer):
    class Meta:
        model = UniqueConstraintCustomMessageCodeModel
        fields = ["username", "company_id", "role"]


class UniqueForDateSerializer(serializers.ModelSerializer):
    class Meta:
        model = UniqueForDateModel
        fields = "__all__"


class UniqueForMonthSerializer(serializers.ModelSerializer):
    class Meta:
        model = UniqueForMonthModel
        fields = "__all__"


class UniqueForYearSerializer(serializers.ModelSerializer):
    class Meta:
        model = UniqueForYearModel
        fields = "__all__"


class DeclaredUniqueForDateSerializer(serializers.ModelSerializer):
    day = serializers.DateField(source="published")

    class Meta:
        model = UniqueForMonthModel
        fields = ["id", "slug", "day"]
        validators = [
            UniqueForDateValidator(queryset=UniqueForMonthModel.objects.all(), field="slug", date_field="day", message="Taken on that {date_field}."),
        ]


class HiddenDateSerializer(serializers.ModelSerializer):
    class Meta:
        model = HiddenFieldUniqueForDateModel
        fields = ["id", "slug"]


class ShownDateSerializer(serializers.ModelSerializer):
    class Meta:
        model = HiddenFieldUniqueForDateModel
        fields = ["id", "slug", "published"]


# tests/test_validation.py.


class MaxValueSerializer(serializers.ModelSerializer):
    class Meta:
        model = MaxValueModel
        fields = "__all__"


class ReadOnlyFieldsSerializer(serializers.ModelSerializer):
    class Meta:
        model = ShouldValidateModel
        fields = ["id", "should_validate_field"]
        read_only_fields = ["should_validate_field"]


class ShouldValidateSerializer(serializers.ModelSerializer):
    renamed = serializers.CharField(source="should_validate_field", required=False)

    class Meta:
        model = ShouldValidateModel
        fields = ["renamed"]

    def validate_renamed(self, value):
        if len(value) < 3:
            raise serializers.ValidationError("Minimum 3 characters.")
        return value


ENDPOINTS = {
    "regular-fields": RegularFieldsSerializer,
    "field-options": FieldOptionsSerializer,
    "method-and-key": MethodAndKeySerializer,
    "extra-kwargs": ExtraKwargsSerializer,
    "named-source": NamedSourceSerializer,
    "exclude": ExcludeSerializer,
    "free-key": FreeKeySerializer,
    "declared-field": DeclaredFieldSerializer,
    "base-meta": BaseMetaSerializer,
    "child-meta": ChildMetaSerializer,
    "file-model": FileModelSerializer,
    "file-options": FileOptionsSerializer,
    "declared-file": DeclaredFileSerializer,
    "picture": PictureSerializer,
    "unique-file": UniqueFileSerializer,
    "read-only-file": ReadOnlyFileSerializer,
    "unique-choice": UniqueChoiceSerializer,
    "bulk-create": BulkCreateSerializer,
    "relational": RelationalSerializer,
    "depth": DepthSerializer,
    "deep-depth": DeepDepthSerializer,
    "hyperlinked-depth": HyperlinkedDepthSerializer,
    "unique-together-depth": UniqueTogetherDepthSerializer,
    "reverse-foreign-key": ReverseForeignKeySerializer,
    "reverse-one-to-one": ReverseOneToOneSerializer,
    "reverse-many-to-many": ReverseManyToManySerializer,
    "reverse-through": ReverseThroughSerializer,
    "dotted-siblings": DottedSiblingsSerializer,
    "nested-write": NestedWriteSerializer,
    "nested-parent": NestedParentSerializer,
    "uniqueness": UniquenessSerializer,
    "related-model-user": RelatedModelUserSerializer,
    "another-uniqueness": AnotherUniquenessSerializer,
    "iexact-uniqueness": IExactUniquenessSerializer,
    "uniqueness-together": UniquenessTogetherSerializer,
    "null-uniqueness-together": NullUniquenessTogetherSerializer,
    "default-uniqueness-together": DefaultUniquenessTogetherSerializer,
    "part-of-uniqueness": PartOfUniquenessSerializer,
    "read-only-uniqueness": ReadOnlyUniquenessSerializer,
    "read-only-default-uniqueness": ReadOnlyDefaultUniquenessSerializer,
    "read-only-renamed-uniqueness": ReadOnlyRenamedUniquenessSerializer,
    "renamed-uniqueness": RenamedUniquenessSerializer,
    "declared-uniqueness": DeclaredUniquenessSerializer,
    "not-required-uniqueness": NotRequiredUniquenessSerializer,
    "no-validators": NoValidatorsSerializer,
    "unique-together-keys": UniqueTogetherKeysSerializer,
    "unique-constraint": UniqueConstraintSerializer,
    "unique-constraint-part": UniqueConstraintPartSerializer,
    "source-unique-constraint": SourceUniqueConstraintSerializer,
    "unique-constraint-read-only": UniqueConstraintReadOnlyFieldSerializer,
    "unique-constraint-nullable": UniqueConstraintNullableSerializer,
    "unique-constraint-nulls-distinct": UniqueConstraintNullsDistinctSerializer,
    "unique-constraint-messages": UniqueConstraintCustomMessageCodeSerializer,
    "unique-for-date": UniqueForDateSerializer,
    "unique-for-month": UniqueForMonthSerializer,
    "unique-for-year": UniqueForYearSerializer,
    "declared-unique-for-date": DeclaredUniqueForDateSerializer,
    "hidden-date": HiddenDateSerializer,
    "shown-date": ShownDateSerializer,
    "max-value": MaxValueSerializer,
    "read-only-fields": ReadOnlyFieldsSerializer,
    "should-validate": ShouldValidateSerializer,
}
HYPERLINKED = {
    "hyperlinked-relational": HyperlinkedRelationalSerializer,
}
