"""Serializers of DRF's tests of relations: by key, by slug, by link, as a text."""
from rest_framework import serializers
from rest_framework.settings import api_settings

from .models import (
    AssociatedModel, ChildAssociatedModel, ChildModel, ForeignKeySource, ForeignKeySourceWithLimitedChoices, ForeignKeyTarget,
    ManyToManySource, ManyToManyTarget, NestedForeignKeySource, NullableForeignKeySource, NullableOneToOneSource,
    NullableUUIDForeignKeySource, OneToOnePKSource, OneToOneTarget, TextKeyChild, TitledParent, UUIDForeignKeyTarget,
)


# tests/test_relations_pk.py.


class ManyToManyTargetSerializer(serializers.ModelSerializer):
    class Meta:
        model = ManyToManyTarget
        fields = ["id", "name", "sources"]


class ManyToManySourceSerializer(serializers.ModelSerializer):
    class Meta:
        model = ManyToManySource
        fields = ["id", "name", "targets"]


class EmptyManyToManySourceSerializer(serializers.ModelSerializer):
    targets = serializers.PrimaryKeyRelatedField(many=True, queryset=ManyToManyTarget.objects.all(), required=False)

    class Meta:
        model = ManyToManySource
        fields = ["id", "name", "targets"]


class ForeignKeyTargetSerializer(serializers.ModelSerializer):
    class Meta:
        model = ForeignKeyTarget
        fields = ["id", "name", "sources"]


class ForeignKeySourceSerializer(serializers.ModelSerializer):
    class Meta:
        model = ForeignKeySource
        fields = ["id", "name", "target"]


class NotRequiredForeignKeySourceSerializer(serializers.ModelSerializer):
    class Meta:
        model = NullableForeignKeySource
        fields = ["id", "name", "target"]
        extra_kwargs = {"target": {"required": False, "allow_null": False}}


class LimitedChoicesSerializer(serializers.ModelSerializer):
    class Meta:
        model = ForeignKeySourceWithLimitedChoices
        fields = ["id", "target"]


class ChosenTargetSerializer(serializers.ModelSerializer):
    target = serializers.PrimaryKeyRelatedField(queryset=ForeignKeyTarget.objects.filter(name__startswith="target"))

    class Meta:
        model = ForeignKeySource
        fields = ["id", "name", "target"]


class NullableForeignKeySourceSerializer(serializers.ModelSerializer):
    class Meta:
        model = NullableForeignKeySource
        fields = ["id", "name", "target"]


class NullableUUIDForeignKeySourceSerializer(serializers.ModelSerializer):
    target = serializers.PrimaryKeyRelatedField(
        pk_field=serializers.UUIDField(), queryset=UUIDForeignKeyTarget.objects.all(), allow_null=True,
    )

    class Meta:
        model = NullableUUIDForeignKeySource
        fields = ["id", "name", "target"]


class IntUUIDForeignKeySourceSerializer(serializers.ModelSerializer):
    target = serializers.PrimaryKeyRelatedField(
        pk_field=serializers.UUIDField(format="int"), queryset=UUIDForeignKeyTarget.objects.all(), allow_null=True,
    )

    class Meta:
        model = NullableUUIDForeignKeySource
        fields = ["id", "name", "target"]


class PlainUUIDForeignKeySourceSerializer(serializers.ModelSerializer):
    class Meta:
        model = NullableUUIDForeignKeySource
        fields = ["id", "name", "target"]


class NullableOneToOneTargetSerializer(serializers.ModelSerializer):
    class Meta:
        model = OneToOneTarget
        fields = ["id", "name", "nullable_source"]


class ReadOneToOneTargetSerializer(serializers.ModelSerializer):
    nullable_source = serializers.PrimaryKeyRelatedField(read_only=True)

    class Meta:
        model = OneToOneTarget
        fields = ["id", "name", "nullable_source"]


class NullableOneToOneSourceSerializer(serializers.ModelSerializer):
    class Meta:
        model = NullableOneToOneSource
        fields = ["id", "name", "target"]


class OneToOnePKSourceSerializer(serializers.ModelSerializer):
    class Meta:
        model = OneToOnePKSource
        fields = "__all__"


class NestedTargetSerializer(serializers.ModelSerializer):
    """A dotted source over keys that may be null."""

    target = serializers.PrimaryKeyRelatedField(source="target.target", read_only=True, allow_null=True, default=None)
    target_name = serializers.CharField(source="target.target.name", read_only=True, default="x")

    class Meta:
        model = NestedForeignKeySource
        fields = ["id", "name", "target", "target_name"]


class TextKeyChildSerializer(serializers.ModelSerializer):
    class Meta:
        model = TextKeyChild
        fields = ["value", "parent"]


class TitledParentSerializer(serializers.ModelSerializer):
    class Meta:
        model = TitledParent
        fields = ["id", "title", "children"]


# tests/test_relations.py: texts of objects, error messages of one's own.


class StringRelatedSerializer(serializers.ModelSerializer):
    target = serializers.StringRelatedField()

    class Meta:
        model = NullableForeignKeySource
        fields = ["id", "name", "target"]


class ManyStringRelatedSerializer(serializers.ModelSerializer):
    targets = serializers.StringRelatedField(many=True)

    class Meta:
        model = ManyToManySource
        fields = ["id", "name", "targets"]


class RelationMessagesSerializer(serializers.ModelSerializer):
    target = serializers.PrimaryKeyRelatedField(
        queryset=ForeignKeyTarget.objects.all(),
        error_messages={"does_not_exist": "No {pk_value}.", "incorrect_type": "Not a {data_type}.", "required": "Which?", "null": "None?"},
    )
    targets = serializers.PrimaryKeyRelatedField(
        many=True, write_only=True, queryset=ManyToManyTarget.objects.all(), allow_empty=False, required=False,
        error_messages={"not_a_list": "No list: {input_type}.", "empty": "Some, please."},
    )

    class Meta:
        model = ForeignKeySource
        fields = ["id", "name", "target", "targets"]

    def create(self, validated_data):
        validated_data.pop("targets", None)
        return super().create(validated_data)


# tests/test_relations_slug.py.


class SlugForeignKeyTargetSerializer(serializers.ModelSerializer):
    sources = serializers.SlugRelatedField(slug_field="name", queryset=ForeignKeySource.objects.all(), many=True)

    class Meta:
        model = ForeignKeyTarget
        fields = "__all__"


class SlugForeignKeySourceSerializer(serializers.ModelSerializer):
    target = serializers.SlugRelatedField(slug_field="name", queryset=ForeignKeyTarget.objects.all())

    class Meta:
        model = ForeignKeySource
        fields = "__all__"


class SlugNullableForeignKeySourceSerializer(serializers.ModelSerializer):
    target = serializers.SlugRelatedField(slug_field="name", queryset=ForeignKeyTarget.objects.all(), allow_null=True)

    class Meta:
        model = NullableForeignKeySource
        fields = "__all__"


class SlugManyToManySourceSerializer(serializers.ModelSerializer):
    targets = serializers.SlugRelatedField(slug_field="name", queryset=ManyToManyTarget.objects.all(), many=True)

    class Meta:
        model = ManyToManySource
        fields = ["id", "name", "targets"]


class SlugNestedSerializer(serializers.ModelSerializer):
    """A slug of another row's row; those without one are no choice."""

    target = serializers.SlugRelatedField(
        slug_field="target__name", queryset=NullableForeignKeySource.objects.filter(target__isnull=False, name="source-1"),
    )

    class Meta:
        model = NestedForeignKeySource
        fields = ["id", "name", "target"]


class SlugNumberSerializer(serializers.ModelSerializer):
    target = serializers.SlugRelatedField(slug_field="id", queryset=ForeignKeyTarget.objects.all())

    class Meta:
        model = ForeignKeySource
        fields = ["id", "name", "target"]


# tests/test_relations_hyperlink.py and test_lazy_hyperlinks.py.


class HyperlinkedManyToManyTargetSerializer(serializers.HyperlinkedModelSerializer):
    class Meta:
        model = ManyToManyTarget
        fields = [api_settings.URL_FIELD_NAME, "name", "sources"]


class HyperlinkedManyToManySourceSerializer(serializers.HyperlinkedModelSerializer):
    class Meta:
        model = ManyToManySource
        fields = [api_settings.URL_FIELD_NAME, "name", "targets"]


class HyperlinkedForeignKeyTargetSerializer(serializers.HyperlinkedModelSerializer):
    class Meta:
        model = ForeignKeyTarget
        fields = ["url", "name", "sources"]


class HyperlinkedForeignKeySourceSerializer(serializers.HyperlinkedModelSerializer):
    class Meta:
        model = ForeignKeySource
        fields = ["url", "name", "target"]


class HyperlinkedNullableForeignKeySourceSerializer(serializers.HyperlinkedModelSerializer):
    class Meta:
        model = NullableForeignKeySource
        fields = ["url", "id", "name", "target"]


class HyperlinkedOneToOneTargetSerializer(serializers.HyperlinkedModelSerializer):
    nullable_source = serializers.HyperlinkedRelatedField(read_only=True, view_name="nullableonetoonesource-detail")

    class Meta:
        model = OneToOneTarget
        fields = ["url", "name", "nullable_source"]


class HyperlinkedNullableOneToOneSourceSerializer(serializers.HyperlinkedModelSerializer):
    class Meta:
        model = NullableOneToOneSource
        fields = ["url", "name", "target"]


class ByNameSerializer(serializers.HyperlinkedModelSerializer):
    class Meta:
        model = TitledParent
        fields = ["url", "title"]
        extra_kwargs = {"url": {"lookup_field": "title", "view_name": "by-name-detail"}}


class HyperlinkedByNameSerializer(serializers.HyperlinkedModelSerializer):
    """Links by another field than the key; the child's own key is text."""

    parent = serializers.HyperlinkedRelatedField(view_name="by-name-detail", lookup_field="title", queryset=TitledParent.objects.all())
    link = serializers.HyperlinkedIdentityField(view_name="textkeychild-detail")

    class Meta:
        model = TextKeyChild
        fields = ["link", "value", "parent"]


# tests/test_multitable_inheritance.py and test_one_to_one_with_inheritance.py.


class ChildModelSerializer(serializers.ModelSerializer):
    class Meta:
        model = ChildModel
        fields = "__all__"


class AssociatedModelSerializer(serializers.ModelSerializer):
    class Meta:
        model = AssociatedModel
        fields = "__all__"


class DerivedModelSerializer(serializers.ModelSerializer):
    class Meta:
        model = ChildModel
        fields = ["id", "name1", "name2", "childassociatedmodel"]
        read_only_fields = ["childassociatedmodel"]


class ChildAssociatedModelSerializer(serializers.ModelSerializer):
    class Meta:
        model = ChildAssociatedModel
        fields = ["id", "child_model", "child_name"]


ENDPOINTS = {
    "many-to-many-target": ManyToManyTargetSerializer,
    "many-to-many-source": ManyToManySourceSerializer,
    "empty-many-to-many-source": EmptyManyToManySourceSerializer,
    "foreign-key-target": ForeignKeyTargetSerializer,
    "foreign-key-source": ForeignKeySourceSerializer,
    "not-required-foreign-key-source": NotRequiredForeignKeySourceSerializer,
    "limited-choices": LimitedChoicesSerializer,
    "chosen-target": ChosenTargetSerializer,
    "nullable-foreign-key-source": NullableForeignKeySourceSerializer,
    "nullable-uuid-foreign-key-source": NullableUUIDForeignKeySourceSerializer,
    "int-uuid-foreign-key-source": IntUUIDForeignKeySourceSerializer,
    "plain-uuid-foreign-key-source": PlainUUIDForeignKeySourceSerializer,
    "nullable-one-to-one-target": NullableOneToOneTargetSerializer,
    "read-one-to-one-target": ReadOneToOneTargetSerializer,
    "nullable-one-to-one-source": NullableOneToOneSourceSerializer,
    "one-to-one-pk-source": OneToOnePKSourceSerializer,
    "nested-target": NestedTargetSerializer,
    "text-key-child": TextKeyChildSerializer,
    "titled-parent": TitledParentSerializer,
    "string-related": StringRelatedSerializer,
    "many-string-related": ManyStringRelatedSerializer,
    "relation-messages": RelationMessagesSerializer,
    "slug-foreign-key-target": SlugForeignKeyTargetSerializer,
    "slug-foreign-key-source": SlugForeignKeySourceSerializer,
    "slug-nullable-foreign-key-source": SlugNullableForeignKeySourceSerializer,
    "slug-many-to-many-source": SlugManyToManySourceSerializer,
    "slug-number": SlugNumberSerializer,
    "child-model": ChildModelSerializer,
    "associated-model": AssociatedModelSerializer,
    "derived-model": DerivedModelSerializer,
    "child-associated-model": ChildAssociatedModelSerializer,
}

# These have the views that links lead to: `<model>-detail`.
HYPERLINKED = {
    "hyperlinked-many-to-many-target": HyperlinkedManyToManyTargetSerializer,
    "hyperlinked-many-to-many-source": HyperlinkedManyToManySourceSerializer,
    "hyperlinked-foreign-key-target": HyperlinkedForeignKeyTargetSerializer,
    "hyperlinked-foreign-key-source": HyperlinkedForeignKeySourceSerializer,
    "hyperlinked-nullable-foreign-key-source": HyperlinkedNullableForeignKeySourceSerializer,
    "hyperlinked-one-to-one-target": HyperlinkedOneToOneTargetSerializer,
    "hyperlinked-nullable-one-to-one-source": HyperlinkedNullableOneToOneSourceSerializer,
    "hyperlinked-by-name": HyperlinkedByNameSerializer,
}
