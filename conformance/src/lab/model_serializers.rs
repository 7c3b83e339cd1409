//! Serializers of DRF's tests/test_model_serializer.py, test_validation.py and test_serializer_nested.py.

use belleville::db::Duration;
use belleville::exceptions::ErrorDetail;
use belleville::prelude::*;
use belleville::serializers::fields::{BooleanField, CharField, IntegerField, ValidationError};
use belleville::serializers::{
    Context, HyperlinkedModelSerializer, ModelSerializer, PrimaryKeyRelatedField, SerializerMethodField,
    Validated, ValidatedData, serializer_methods,
};

use super::models::*;
use super::rows::rows;

rows! {
    "prefetched-source": PrefetchedSourceViewSet(PrefetchedSourceSerializer) of kept_sources,
    "regular-fields": RegularFieldsViewSet(RegularFieldsSerializer),
    "field-options": FieldOptionsViewSet(FieldOptionsSerializer),
    "method-and-key": MethodAndKeyViewSet(MethodAndKeySerializer),
    "extra-kwargs": ExtraKwargsViewSet(ExtraKwargsSerializer),
    "named-source": NamedSourceViewSet(NamedSourceSerializer),
    "exclude": ExcludeViewSet(ExcludeSerializer),
    "free-key": FreeKeyViewSet(FreeKeySerializer),
    "declared-field": DeclaredFieldViewSet(DeclaredFieldSerializer),
    "base-meta": BaseMetaViewSet(BaseMetaSerializer),
    "child-meta": ChildMetaViewSet(ChildMetaSerializer),
    "unique-choice": UniqueChoiceViewSet(UniqueChoiceSerializer),
    "bulk-create": BulkCreateViewSet(BulkCreateSerializer),
    "relational": RelationalViewSet(RelationalSerializer),
    "depth": DepthViewSet(DepthSerializer),
    "deep-depth": DeepDepthViewSet(DeepDepthSerializer),
    "hyperlinked-depth": HyperlinkedDepthViewSet(HyperlinkedDepthSerializer),
    "unique-together-depth": UniqueTogetherDepthViewSet(UniqueTogetherDepthSerializer),
    "reverse-foreign-key": ReverseForeignKeyViewSet(ReverseForeignKeySerializer),
    "reverse-one-to-one": ReverseOneToOneViewSet(ReverseOneToOneSerializer),
    "reverse-many-to-many": ReverseManyToManyViewSet(ReverseManyToManySerializer),
    "reverse-through": ReverseThroughViewSet(ReverseThroughSerializer),
    "dotted-siblings": DottedSiblingsViewSet(DottedSiblingsSerializer),
    "nested-write": NestedWriteViewSet(NestedWriteSerializer),
    "nested-parent": NestedParentViewSet(NestedParentSerializer),
    "max-value": MaxValueViewSet(MaxValueSerializer),
    "read-only-fields": ReadOnlyFieldsViewSet(ReadOnlyFieldsSerializer),
    "should-validate": ShouldValidateViewSet(ShouldValidateSerializer),
    links:
    "hyperlinked-relational": HyperlinkedRelationalViewSet(HyperlinkedRelationalSerializer),
}

// What becomes of columns: tests/test_model_serializer.py.

#[derive(ModelSerializer)]
#[serializer(model = RegularFieldsModel, fields = all)]
struct RegularFieldsSerializer;

#[derive(ModelSerializer)]
#[serializer(model = FieldOptionsModel, fields = all)]
struct FieldOptionsSerializer;

#[derive(ModelSerializer)]
#[serializer(
    model = RegularFieldsModel,
    fields = [pk, auto_field, method, shouted, char_field],
    read_only_fields = [char_field]
)]
struct MethodAndKeySerializer {
    method: SerializerMethodField,
    shouted: SerializerMethodField,
}

#[serializer_methods]
impl MethodAndKeySerializer {
    fn get_method(_: &RegularFieldsModel) -> String {
        "method".to_owned()
    }

    fn get_shouted(object: &RegularFieldsModel) -> String {
        object.char_field.to_uppercase()
    }
}

#[derive(ModelSerializer)]
#[serializer(
    model = FieldOptionsModel,
    fields = [
        id, value_limit_field, length_limit_field, blank_field, null_field, descriptive_field, choices_field,
        text_choices_field, pattern_field, decimal_limit_field, duration_limit_field,
    ],
    read_only_fields = [null_field],
    extra_kwargs = [
        value_limit_field(max_value = 7, error_messages = [("max_value", "Seven at most.")]),
        length_limit_field(default = "extra"),
        blank_field(allow_blank = false, required = true, label = "Not blank"),
        descriptive_field(default = 3i64),
        choices_field(write_only),
        text_choices_field(allow_null = false, help_text = "Pick"),
        decimal_limit_field(coerce_to_string = false),
        duration_limit_field(format = "iso-8601", default = Duration::from_hours(48)),
        pattern_field(trim_whitespace = false, initial = "0000"),
    ]
)]
struct ExtraKwargsSerializer;

#[derive(ModelSerializer)]
#[serializer(model = MaxValueModel, fields = [id, number], extra_kwargs = [number(source = "number_value")])]
struct NamedSourceSerializer;

#[derive(ModelSerializer)]
#[serializer(model = NullUniquenessTogetherModel, exclude = [position])]
struct ExcludeSerializer;

/// The key may be said.
#[derive(ModelSerializer)]
#[serializer(
    model = OneFieldModel,
    fields = [id, char_field],
    extra_kwargs = [id(read_only = false, required = false)]
)]
struct FreeKeySerializer;

/// A declared field beside the model's, one in the place of the model's, and one that is dropped before saving.
#[derive(ModelSerializer)]
#[serializer(model = OneFieldModel, fields = [id, char_field, length, confirm])]
struct DeclaredFieldSerializer {
    #[field(min_length = 2, max_length = 5)]
    char_field: CharField,
    length: SerializerMethodField,
    #[field(write_only)]
    confirm: BooleanField,
}

#[serializer_methods]
impl DeclaredFieldSerializer {
    fn get_length(object: &OneFieldModel) -> i64 {
        object.char_field.chars().count() as i64
    }

    fn validate_confirm(confirm: &bool) -> std::result::Result<(), ValidationError> {
        if *confirm { Ok(()) } else { Err(ErrorDetail::new("Please confirm.", "unconfirmed").into()) }
    }

    async fn create(data: ValidatedData, context: &Context<'_>) -> Result<OneFieldModel> {
        let text = data.field(OneFieldModel::CHAR_FIELD).unwrap_or_default();
        Ok(OneFieldModel::objects().create(context.db(), [OneFieldModel::CHAR_FIELD.set(text)]).await?)
    }

    async fn update(
        mut object: OneFieldModel,
        data: ValidatedData,
        context: &Context<'_>,
    ) -> Result<OneFieldModel> {
        if let Some(text) = data.field(OneFieldModel::CHAR_FIELD) {
            object.char_field = text;
        }
        object.char_field.push('!');
        object.save(context.db()).await?;
        Ok(object)
    }
}

#[derive(ModelSerializer)]
#[serializer(
    model = OneFieldModel,
    fields = [id, char_field, non_model_field],
    read_only_fields = [char_field]
)]
struct BaseMetaSerializer {
    #[field(read_only, default = "n")]
    non_model_field: CharField,
}

#[derive(ModelSerializer)]
#[serializer(model = OneFieldModel, fields = [id, char_field, non_model_field])]
struct ChildMetaSerializer {
    #[field(read_only, default = "n")]
    non_model_field: CharField,
}

#[derive(ModelSerializer)]
#[serializer(model = UniqueChoiceModel, fields = all)]
struct UniqueChoiceSerializer;

#[derive(ModelSerializer)]
#[serializer(model = BulkCreateModel, fields = [name])]
struct BulkCreateSerializer;

// Relations.

#[derive(ModelSerializer)]
#[serializer(model = RelationalModel, fields = all)]
struct RelationalSerializer;

#[derive(ModelSerializer)]
#[serializer(model = RelationalModel, fields = all, depth = 1)]
struct DepthSerializer;

#[derive(ModelSerializer)]
#[serializer(model = NestedForeignKeySource, fields = all, depth = 2)]
struct DeepDepthSerializer;

#[derive(HyperlinkedModelSerializer)]
#[serializer(model = RelationalModel, fields = all)]
struct HyperlinkedRelationalSerializer;

#[derive(HyperlinkedModelSerializer)]
#[serializer(model = RelationalModel, fields = all, depth = 1, extra_kwargs = [url(source = "*")])]
struct HyperlinkedDepthSerializer;

#[derive(ModelSerializer)]
#[serializer(model = UniqueTogetherKeysModel, fields = all, depth = 1)]
struct UniqueTogetherDepthSerializer;

#[derive(ModelSerializer)]
#[serializer(model = ForeignKeyTarget, fields = [id, name, reverse_foreign_key])]
struct ReverseForeignKeySerializer {
    #[field(many)]
    reverse_foreign_key: PrimaryKeyRelatedField<RelationalModel>,
}

#[derive(ModelSerializer)]
#[serializer(model = OneToOneTarget, fields = [id, name, reverse_one_to_one])]
struct ReverseOneToOneSerializer {
    #[field(read_only)]
    reverse_one_to_one: PrimaryKeyRelatedField<RelationalModel>,
}

#[derive(ModelSerializer)]
#[serializer(model = ManyToManyTarget, fields = [id, name, reverse_many_to_many])]
struct ReverseManyToManySerializer {
    #[field(many)]
    reverse_many_to_many: PrimaryKeyRelatedField<RelationalModel>,
}

#[derive(ModelSerializer)]
#[serializer(model = ManyToManySource, fields = [id, name, reverse_through])]
struct ReverseThroughSerializer {
    #[field(many, read_only)]
    reverse_through: PrimaryKeyRelatedField<RelationalModel>,
}

#[derive(ModelSerializer)]
#[serializer(model = NullableForeignKeySource, fields = [id, name])]
struct SiblingSerializer;

/// Rows of a row, by a dotted source; the key may be null.
#[derive(ModelSerializer)]
#[serializer(model = NullableForeignKeySource, fields = [id, siblings, target_name])]
struct DottedSiblingsSerializer {
    #[field(many, source = "target.nullable_sources", read_only, default = Validated::List(Vec::new()))]
    siblings: SiblingSerializer,
    #[field(source = "target.name", read_only, allow_null)]
    target_name: CharField,
}

#[derive(ModelSerializer)]
#[serializer(model = ManyToManySource, fields = [id, name, targets])]
struct PrefetchedSourceSerializer;

fn kept_sources(_: &Request) -> Result<QuerySet<ManyToManySource>> {
    let kept = ManyToManySource::objects().exclude(ManyToManySource::NAME.eq("exclude"));
    Ok(kept.order_by([ManyToManySource::ID.asc()]))
}

// Nested writes, by methods of their own.

#[derive(ModelSerializer)]
#[serializer(model = ForeignKeySource, fields = [id, name])]
struct NestedSourceSerializer {
    #[field(required = false)]
    id: IntegerField,
}

/// A target with its sources: created along with it, updated by key, and deleted when left out.
#[derive(ModelSerializer)]
#[serializer(model = ForeignKeyTarget, fields = [id, name, sources])]
struct NestedWriteSerializer {
    #[field(many)]
    sources: NestedSourceSerializer,
}

#[serializer_methods]
impl NestedWriteSerializer {
    async fn create(data: ValidatedData, context: &Context<'_>) -> Result<ForeignKeyTarget> {
        let db = context.db();
        let name = data.field(ForeignKeyTarget::NAME).unwrap_or_default();
        let target = ForeignKeyTarget::objects().create(db, [ForeignKeyTarget::NAME.set(name)]).await?;
        for source in given_sources(&data).unwrap_or_default() {
            let name = source.field(ForeignKeySource::NAME).unwrap_or_default();
            let row = [ForeignKeySource::NAME.set(name), ForeignKeySource::TARGET.set(&target)];
            ForeignKeySource::objects().create(db, row).await?;
        }
        Ok(target)
    }

    async fn update(
        mut target: ForeignKeyTarget,
        data: ValidatedData,
        context: &Context<'_>,
    ) -> Result<ForeignKeyTarget> {
        let db = context.db();
        if let Some(name) = data.field(ForeignKeyTarget::NAME) {
            target.name = name;
        }
        target.save(db).await?;
        let Some(sources) = given_sources(&data) else { return Ok(target) };
        let of_target = ForeignKeySource::objects().filter(ForeignKeySource::TARGET.eq(&target));
        let mut known = of_target.all(db).await?;
        for given in sources {
            let id = given.field(ForeignKeySource::ID);
            let at = known.iter().position(|source| Some(source.id) == id);
            let mut source = at.map_or_else(
                || ForeignKeySource { id: 0, name: String::new(), target: ForeignKey::new(target.id) },
                |at| known.remove(at),
            );
            if let Some(name) = given.field(ForeignKeySource::NAME) {
                source.name = name;
            }
            source.save(db).await?;
        }
        for source in known {
            source.delete(db).await?;
        }
        Ok(target)
    }
}

/// The values of each source, where input has them.
fn given_sources(data: &ValidatedData) -> Option<Vec<ValidatedData>> {
    match data.get("sources")? {
        Validated::List(sources) => Some(
            sources
                .iter()
                .filter_map(|source| match source {
                    Validated::Dict(source) => Some(source.clone()),
                    _ => None,
                })
                .collect(),
        ),
        _ => None,
    }
}

#[derive(ModelSerializer)]
#[serializer(model = ForeignKeyTarget, fields = [id, name])]
struct ParentTargetSerializer;

/// A source with its target, which is written along with it.
#[derive(ModelSerializer)]
#[serializer(model = ForeignKeySource, fields = [id, name, target])]
struct NestedParentSerializer {
    target: ParentTargetSerializer,
}

#[serializer_methods]
impl NestedParentSerializer {
    async fn create(data: ValidatedData, context: &Context<'_>) -> Result<ForeignKeySource> {
        let db = context.db();
        let name = given_target(&data).and_then(|target| target.field(ForeignKeyTarget::NAME));
        let target = [ForeignKeyTarget::NAME.set(name.unwrap_or_default())];
        let target = ForeignKeyTarget::objects().create(db, target).await?;
        let name = data.field(ForeignKeySource::NAME).unwrap_or_default();
        let row = [ForeignKeySource::NAME.set(name), ForeignKeySource::TARGET.set(&target)];
        Ok(ForeignKeySource::objects().create(db, row).await?)
    }

    async fn update(
        mut source: ForeignKeySource,
        data: ValidatedData,
        context: &Context<'_>,
    ) -> Result<ForeignKeySource> {
        let db = context.db();
        if let Some(name) = given_target(&data).and_then(|target| target.field(ForeignKeyTarget::NAME)) {
            let target = ForeignKeyTarget::objects().filter_pk(*source.target.key());
            target.update(db, [ForeignKeyTarget::NAME.set(name)]).await?;
        }
        if let Some(name) = data.field(ForeignKeySource::NAME) {
            source.name = name;
        }
        source.save(db).await?;
        Ok(source)
    }
}

/// The values of the target, where input has them.
fn given_target(data: &ValidatedData) -> Option<&ValidatedData> {
    match data.get("target")? {
        Validated::Dict(target) => Some(target),
        _ => None,
    }
}

// tests/test_validation.py.

#[derive(ModelSerializer)]
#[serializer(model = MaxValueModel, fields = all)]
struct MaxValueSerializer;

#[derive(ModelSerializer)]
#[serializer(
    model = ShouldValidateModel,
    fields = [id, should_validate_field],
    read_only_fields = [should_validate_field]
)]
struct ReadOnlyFieldsSerializer;

#[derive(ModelSerializer)]
#[serializer(model = ShouldValidateModel, fields = [renamed])]
struct ShouldValidateSerializer {
    #[field(source = "should_validate_field", required = false)]
    renamed: CharField,
}

#[serializer_methods]
impl ShouldValidateSerializer {
    fn validate_renamed(renamed: &str) -> std::result::Result<(), ValidationError> {
        if renamed.chars().count() < 3 { Err("Minimum 3 characters.".into()) } else { Ok(()) }
    }
}
