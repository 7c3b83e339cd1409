//! Serializers of DRF's tests of relations: by key, by slug, by link, as a text.

use belleville::db::Result as DbResult;
use belleville::prelude::*;
use belleville::serializers::fields::{CharField, UUIDField, UuidFormat};
use belleville::serializers::{
    HyperlinkedIdentityField, HyperlinkedModelSerializer, HyperlinkedRelatedField, PrimaryKeyRelatedField,
    SlugRelatedField, StringRelatedField, ValidatedData, serializer_methods,
};

use super::models::{
    AssociatedModel, ChildAssociatedModel, ChildModel, ForeignKeySource, ForeignKeySourceWithLimitedChoices,
    ForeignKeyTarget, ManyToManySource, ManyToManyTarget, NestedForeignKeySource, NullableForeignKeySource,
    NullableOneToOneSource, NullableUUIDForeignKeySource, OneToOnePKSource, OneToOneTarget, TextKeyChild,
    TitledParent, UUIDForeignKeyTarget,
};
use super::rows::rows;

rows! {
    "by-name": ByNameViewSet(ByNameSerializer) by TITLE,
    "slug-nested": SlugNestedViewSet(SlugNestedSerializer) of with_target_of_target,
    "many-to-many-target": ManyToManyTargetViewSet(ManyToManyTargetSerializer),
    "many-to-many-source": ManyToManySourceViewSet(ManyToManySourceSerializer),
    "empty-many-to-many-source": EmptyManyToManySourceViewSet(EmptyManyToManySourceSerializer),
    "foreign-key-target": ForeignKeyTargetViewSet(ForeignKeyTargetSerializer),
    "foreign-key-source": ForeignKeySourceViewSet(ForeignKeySourceSerializer),
    "not-required-foreign-key-source": NotRequiredForeignKeySourceViewSet(NotRequiredForeignKeySourceSerializer),
    "limited-choices": LimitedChoicesViewSet(LimitedChoicesSerializer),
    "chosen-target": ChosenTargetViewSet(ChosenTargetSerializer),
    "nullable-foreign-key-source": NullableForeignKeySourceViewSet(NullableForeignKeySourceSerializer),
    "nullable-uuid-foreign-key-source": NullableUUIDForeignKeySourceViewSet(NullableUUIDForeignKeySourceSerializer),
    "int-uuid-foreign-key-source": IntUUIDForeignKeySourceViewSet(IntUUIDForeignKeySourceSerializer),
    "plain-uuid-foreign-key-source": PlainUUIDForeignKeySourceViewSet(PlainUUIDForeignKeySourceSerializer),
    "nullable-one-to-one-target": NullableOneToOneTargetViewSet(NullableOneToOneTargetSerializer),
    "read-one-to-one-target": ReadOneToOneTargetViewSet(ReadOneToOneTargetSerializer),
    "nullable-one-to-one-source": NullableOneToOneSourceViewSet(NullableOneToOneSourceSerializer),
    "one-to-one-pk-source": OneToOnePKSourceViewSet(OneToOnePKSourceSerializer),
    "nested-target": NestedTargetViewSet(NestedTargetSerializer),
    "text-key-child": TextKeyChildViewSet(TextKeyChildSerializer),
    "titled-parent": TitledParentViewSet(TitledParentSerializer),
    "string-related": StringRelatedViewSet(StringRelatedSerializer),
    "many-string-related": ManyStringRelatedViewSet(ManyStringRelatedSerializer),
    "relation-messages": RelationMessagesViewSet(RelationMessagesSerializer),
    "slug-foreign-key-target": SlugForeignKeyTargetViewSet(SlugForeignKeyTargetSerializer),
    "slug-foreign-key-source": SlugForeignKeySourceViewSet(SlugForeignKeySourceSerializer),
    "slug-nullable-foreign-key-source": SlugNullableForeignKeySourceViewSet(SlugNullableForeignKeySourceSerializer),
    "slug-many-to-many-source": SlugManyToManySourceViewSet(SlugManyToManySourceSerializer),
    "slug-number": SlugNumberViewSet(SlugNumberSerializer),
    "child-model": ChildModelViewSet(ChildModelSerializer),
    "associated-model": AssociatedModelViewSet(AssociatedModelSerializer),
    "derived-model": DerivedModelViewSet(DerivedModelSerializer),
    "child-associated-model": ChildAssociatedModelViewSet(ChildAssociatedModelSerializer),
    links:
    "hyperlinked-many-to-many-target": HyperlinkedManyToManyTargetViewSet(HyperlinkedManyToManyTargetSerializer),
    "hyperlinked-many-to-many-source": HyperlinkedManyToManySourceViewSet(HyperlinkedManyToManySourceSerializer),
    "hyperlinked-foreign-key-target": HyperlinkedForeignKeyTargetViewSet(HyperlinkedForeignKeyTargetSerializer),
    "hyperlinked-foreign-key-source": HyperlinkedForeignKeySourceViewSet(HyperlinkedForeignKeySourceSerializer),
    "hyperlinked-nullable-foreign-key-source":
        HyperlinkedNullableForeignKeySourceViewSet(HyperlinkedNullableForeignKeySourceSerializer),
    "hyperlinked-one-to-one-target": HyperlinkedOneToOneTargetViewSet(HyperlinkedOneToOneTargetSerializer),
    "hyperlinked-nullable-one-to-one-source":
        HyperlinkedNullableOneToOneSourceViewSet(HyperlinkedNullableOneToOneSourceSerializer),
    "hyperlinked-by-name": HyperlinkedByNameViewSet(HyperlinkedByNameSerializer),
}

// tests/test_relations_pk.py.

#[derive(ModelSerializer)]
#[serializer(model = ManyToManyTarget, fields = [id, name, sources])]
struct ManyToManyTargetSerializer {
    #[field(many)]
    sources: PrimaryKeyRelatedField<ManyToManySource>,
}

#[derive(ModelSerializer)]
#[serializer(model = ManyToManySource, fields = [id, name, targets])]
struct ManyToManySourceSerializer;

#[derive(ModelSerializer)]
#[serializer(model = ManyToManySource, fields = [id, name, targets])]
struct EmptyManyToManySourceSerializer {
    #[field(many, required = false)]
    targets: PrimaryKeyRelatedField<ManyToManyTarget>,
}

#[derive(ModelSerializer)]
#[serializer(model = ForeignKeyTarget, fields = [id, name, sources])]
struct ForeignKeyTargetSerializer {
    #[field(many)]
    sources: PrimaryKeyRelatedField<ForeignKeySource>,
}

#[derive(ModelSerializer)]
#[serializer(model = ForeignKeySource, fields = [id, name, target])]
struct ForeignKeySourceSerializer;

#[derive(ModelSerializer)]
#[serializer(model = NullableForeignKeySource, fields = [id, name, target],
    extra_kwargs = [target(required = false, allow_null = false)])]
struct NotRequiredForeignKeySourceSerializer;

#[derive(ModelSerializer)]
#[serializer(model = ForeignKeySourceWithLimitedChoices, fields = [id, target])]
struct LimitedChoicesSerializer;

#[derive(ModelSerializer)]
#[serializer(model = ForeignKeySource, fields = [id, name, target])]
struct ChosenTargetSerializer {
    #[field(queryset = ForeignKeyTarget::objects().filter(ForeignKeyTarget::NAME.starts_with("target")))]
    target: PrimaryKeyRelatedField<ForeignKeyTarget>,
}

#[derive(ModelSerializer)]
#[serializer(model = NullableForeignKeySource, fields = [id, name, target])]
struct NullableForeignKeySourceSerializer;

#[derive(ModelSerializer)]
#[serializer(model = NullableUUIDForeignKeySource, fields = [id, name, target])]
struct NullableUUIDForeignKeySourceSerializer {
    #[field(pk_field = UUIDField::new(), allow_null)]
    target: PrimaryKeyRelatedField<UUIDForeignKeyTarget>,
}

#[derive(ModelSerializer)]
#[serializer(model = NullableUUIDForeignKeySource, fields = [id, name, target])]
struct IntUUIDForeignKeySourceSerializer {
    #[field(pk_field = UUIDField::new().format(UuidFormat::Int), allow_null)]
    target: PrimaryKeyRelatedField<UUIDForeignKeyTarget>,
}

#[derive(ModelSerializer)]
#[serializer(model = NullableUUIDForeignKeySource, fields = [id, name, target])]
struct PlainUUIDForeignKeySourceSerializer;

#[derive(ModelSerializer)]
#[serializer(model = OneToOneTarget, fields = [id, name, nullable_source])]
struct NullableOneToOneTargetSerializer {
    nullable_source: PrimaryKeyRelatedField<NullableOneToOneSource>,
}

#[derive(ModelSerializer)]
#[serializer(model = OneToOneTarget, fields = [id, name, nullable_source])]
struct ReadOneToOneTargetSerializer {
    #[field(read_only)]
    nullable_source: PrimaryKeyRelatedField<NullableOneToOneSource>,
}

#[derive(ModelSerializer)]
#[serializer(model = NullableOneToOneSource, fields = [id, name, target])]
struct NullableOneToOneSourceSerializer;

#[derive(ModelSerializer)]
#[serializer(model = OneToOnePKSource, fields = all)]
struct OneToOnePKSourceSerializer;

/// A dotted source over keys that may be null.
#[derive(ModelSerializer)]
#[serializer(model = NestedForeignKeySource, fields = [id, name, target, target_name])]
struct NestedTargetSerializer {
    #[field(source = "target.target", read_only, allow_null)]
    target: PrimaryKeyRelatedField<ForeignKeyTarget>,
    #[field(source = "target.target.name", read_only, default = "x")]
    target_name: CharField,
}

#[derive(ModelSerializer)]
#[serializer(model = TextKeyChild, fields = [value, parent])]
struct TextKeyChildSerializer;

#[derive(ModelSerializer)]
#[serializer(model = TitledParent, fields = [id, title, children])]
struct TitledParentSerializer {
    #[field(many)]
    children: PrimaryKeyRelatedField<TextKeyChild>,
}

// tests/test_relations.py: texts of objects, error messages of one's own.

#[derive(ModelSerializer)]
#[serializer(model = NullableForeignKeySource, fields = [id, name, target])]
struct StringRelatedSerializer {
    target: StringRelatedField<ForeignKeyTarget>,
}

#[derive(ModelSerializer)]
#[serializer(model = ManyToManySource, fields = [id, name, targets])]
struct ManyStringRelatedSerializer {
    #[field(many)]
    targets: StringRelatedField<ManyToManyTarget>,
}

#[derive(ModelSerializer)]
#[serializer(model = ForeignKeySource, fields = [id, name, target, targets])]
struct RelationMessagesSerializer {
    #[field(error_messages = [
        ("does_not_exist", "No {pk_value}."), ("incorrect_type", "Not a {data_type}."), ("required", "Which?"),
        ("null", "None?"),
    ])]
    target: PrimaryKeyRelatedField<ForeignKeyTarget>,
    #[field(many, write_only, allow_empty = false, required = false, error_messages = [
        ("not_a_list", "No list: {input_type}."), ("empty", "Some, please."),
    ])]
    targets: PrimaryKeyRelatedField<ManyToManyTarget>,
}

#[serializer_methods]
impl RelationMessagesSerializer {
    fn validate(data: &mut ValidatedData) -> DbResult<()> {
        data.take("targets");
        Ok(())
    }
}

// tests/test_relations_slug.py.

#[derive(ModelSerializer)]
#[serializer(model = ForeignKeyTarget, fields = all)]
struct SlugForeignKeyTargetSerializer {
    #[field(many, slug_field = "name")]
    sources: SlugRelatedField<ForeignKeySource>,
}

#[derive(ModelSerializer)]
#[serializer(model = ForeignKeySource, fields = all)]
struct SlugForeignKeySourceSerializer {
    #[field(slug_field = "name")]
    target: SlugRelatedField<ForeignKeyTarget>,
}

#[derive(ModelSerializer)]
#[serializer(model = NullableForeignKeySource, fields = all)]
struct SlugNullableForeignKeySourceSerializer {
    #[field(slug_field = "name", allow_null)]
    target: SlugRelatedField<ForeignKeyTarget>,
}

#[derive(ModelSerializer)]
#[serializer(model = ManyToManySource, fields = [id, name, targets])]
struct SlugManyToManySourceSerializer {
    #[field(many, slug_field = "name")]
    targets: SlugRelatedField<ManyToManyTarget>,
}

/// A slug of another row's row; those without one are no choice.
#[derive(ModelSerializer)]
#[serializer(model = NestedForeignKeySource, fields = [id, name, target])]
struct SlugNestedSerializer {
    #[field(slug_field = "target__name", queryset = first_source())]
    target: SlugRelatedField<NullableForeignKeySource>,
}

fn first_source() -> QuerySet<NullableForeignKeySource> {
    NullableForeignKeySource::objects()
        .filter(NullableForeignKeySource::TARGET.is_null(false))
        .filter(NullableForeignKeySource::NAME.eq("source-1"))
}

fn with_target_of_target(_: &Request) -> Result<QuerySet<NestedForeignKeySource>> {
    let target = NestedForeignKeySource::TARGET.to(NullableForeignKeySource::TARGET);
    Ok(NestedForeignKeySource::objects()
        .filter(target.is_null(false))
        .order_by([NestedForeignKeySource::ID.asc()]))
}

#[derive(ModelSerializer)]
#[serializer(model = ForeignKeySource, fields = [id, name, target])]
struct SlugNumberSerializer {
    #[field(slug_field = "id")]
    target: SlugRelatedField<ForeignKeyTarget>,
}

// tests/test_relations_hyperlink.py and test_lazy_hyperlinks.py.

#[derive(HyperlinkedModelSerializer)]
#[serializer(model = ManyToManyTarget, fields = [url, name, sources])]
struct HyperlinkedManyToManyTargetSerializer {
    #[field(many)]
    sources: HyperlinkedRelatedField<ManyToManySource>,
}

#[derive(HyperlinkedModelSerializer)]
#[serializer(model = ManyToManySource, fields = [url, name, targets])]
struct HyperlinkedManyToManySourceSerializer;

#[derive(HyperlinkedModelSerializer)]
#[serializer(model = ForeignKeyTarget, fields = [url, name, sources])]
struct HyperlinkedForeignKeyTargetSerializer {
    #[field(many)]
    sources: HyperlinkedRelatedField<ForeignKeySource>,
}

#[derive(HyperlinkedModelSerializer)]
#[serializer(model = ForeignKeySource, fields = [url, name, target])]
struct HyperlinkedForeignKeySourceSerializer;

#[derive(HyperlinkedModelSerializer)]
#[serializer(model = NullableForeignKeySource, fields = [url, id, name, target])]
struct HyperlinkedNullableForeignKeySourceSerializer;

#[derive(HyperlinkedModelSerializer)]
#[serializer(model = OneToOneTarget, fields = [url, name, nullable_source])]
struct HyperlinkedOneToOneTargetSerializer {
    #[field(read_only, view_name = "nullableonetoonesource-detail")]
    nullable_source: HyperlinkedRelatedField<NullableOneToOneSource>,
}

#[derive(HyperlinkedModelSerializer)]
#[serializer(model = NullableOneToOneSource, fields = [url, name, target])]
struct HyperlinkedNullableOneToOneSourceSerializer;

#[derive(HyperlinkedModelSerializer)]
#[serializer(model = TitledParent, fields = [url, title],
    extra_kwargs = [url(lookup_field = "title", view_name = "by-name-detail")])]
struct ByNameSerializer;

/// Links by another field than the key; the child's own key is text.
#[derive(HyperlinkedModelSerializer)]
#[serializer(model = TextKeyChild, fields = [link, value, parent])]
struct HyperlinkedByNameSerializer {
    #[field(view_name = "by-name-detail", lookup_field = "title")]
    parent: HyperlinkedRelatedField<TitledParent>,
    #[field(view_name = "textkeychild-detail")]
    link: HyperlinkedIdentityField,
}

// tests/test_multitable_inheritance.py and test_one_to_one_with_inheritance.py.

#[derive(ModelSerializer)]
#[serializer(model = ChildModel, fields = all)]
struct ChildModelSerializer;

#[derive(ModelSerializer)]
#[serializer(model = AssociatedModel, fields = all)]
struct AssociatedModelSerializer;

#[derive(ModelSerializer)]
#[serializer(model = ChildModel, fields = [id, name1, name2, childassociatedmodel])]
struct DerivedModelSerializer {
    #[field(read_only)]
    childassociatedmodel: PrimaryKeyRelatedField<ChildAssociatedModel>,
}

#[derive(ModelSerializer)]
#[serializer(model = ChildAssociatedModel, fields = [id, child_model, child_name])]
struct ChildAssociatedModelSerializer;
