//! Serializers of DRF's tests/test_validators.py: rules about other rows.

use belleville::prelude::*;
use belleville::serializers::fields::{CharField, DateField, HiddenField, IntegerField};
use belleville::serializers::{
    ModelSerializer, UniqueForDateValidator, UniqueTogetherValidator, UniqueValidator,
};

use super::models::*;
use super::rows::rows;

rows! {
    "uniqueness": UniquenessViewSet(UniquenessSerializer),
    "related-model-user": RelatedModelUserViewSet(RelatedModelUserSerializer),
    "another-uniqueness": AnotherUniquenessViewSet(AnotherUniquenessSerializer),
    "iexact-uniqueness": IExactUniquenessViewSet(IExactUniquenessSerializer),
    "uniqueness-together": UniquenessTogetherViewSet(UniquenessTogetherSerializer),
    "null-uniqueness-together": NullUniquenessTogetherViewSet(NullUniquenessTogetherSerializer),
    "default-uniqueness-together": DefaultUniquenessTogetherViewSet(DefaultUniquenessTogetherSerializer),
    "part-of-uniqueness": PartOfUniquenessViewSet(PartOfUniquenessSerializer),
    "read-only-uniqueness": ReadOnlyUniquenessViewSet(ReadOnlyUniquenessSerializer),
    "read-only-default-uniqueness": ReadOnlyDefaultUniquenessViewSet(ReadOnlyDefaultUniquenessSerializer),
    "read-only-renamed-uniqueness": ReadOnlyRenamedUniquenessViewSet(ReadOnlyRenamedUniquenessSerializer),
    "renamed-uniqueness": RenamedUniquenessViewSet(RenamedUniquenessSerializer),
    "declared-uniqueness": DeclaredUniquenessViewSet(DeclaredUniquenessSerializer),
    "not-required-uniqueness": NotRequiredUniquenessViewSet(NotRequiredUniquenessSerializer),
    "no-validators": NoValidatorsViewSet(NoValidatorsSerializer),
    "unique-together-keys": UniqueTogetherKeysViewSet(UniqueTogetherKeysSerializer),
    "unique-constraint": UniqueConstraintViewSet(UniqueConstraintSerializer),
    "unique-constraint-part": UniqueConstraintPartViewSet(UniqueConstraintPartSerializer),
    "source-unique-constraint": SourceUniqueConstraintViewSet(SourceUniqueConstraintSerializer),
    "unique-constraint-read-only": UniqueConstraintReadOnlyFieldViewSet(UniqueConstraintReadOnlyFieldSerializer),
    "unique-constraint-nullable": UniqueConstraintNullableViewSet(UniqueConstraintNullableSerializer),
    "unique-constraint-nulls-distinct": UniqueConstraintNullsDistinctViewSet(UniqueConstraintNullsDistinctSerializer),
    "unique-constraint-messages": UniqueConstraintCustomMessageCodeViewSet(UniqueConstraintCustomMessageCodeSerializer),
    "unique-for-date": UniqueForDateViewSet(UniqueForDateSerializer),
    "unique-for-month": UniqueForMonthViewSet(UniqueForMonthSerializer),
    "unique-for-year": UniqueForYearViewSet(UniqueForYearSerializer),
    "declared-unique-for-date": DeclaredUniqueForDateViewSet(DeclaredUniqueForDateSerializer),
    "hidden-date": HiddenDateViewSet(HiddenDateSerializer),
    "shown-date": ShownDateViewSet(ShownDateSerializer),
}

/// Serializers of all fields of a model.
macro_rules! of_all_fields {
    ($($name:ident $model:ident;)*) => {$(
        #[derive(ModelSerializer)]
        #[serializer(model = $model, fields = all)]
        struct $name;
    )*};
}

of_all_fields! {
    UniquenessSerializer UniquenessModel;
    AnotherUniquenessSerializer AnotherUniquenessModel;
    UniquenessTogetherSerializer UniquenessTogetherModel;
    NullUniquenessTogetherSerializer NullUniquenessTogetherModel;
    DefaultUniquenessTogetherSerializer DefaultUniquenessTogetherModel;
    UniqueTogetherKeysSerializer UniqueTogetherKeysModel;
    UniqueConstraintSerializer UniqueConstraintModel;
    UniqueForDateSerializer UniqueForDateModel;
    UniqueForMonthSerializer UniqueForMonthModel;
    UniqueForYearSerializer UniqueForYearModel;
}

#[derive(ModelSerializer)]
#[serializer(model = RelatedModel, fields = [id, user, email])]
struct RelatedModelUserSerializer;

#[derive(ModelSerializer)]
#[serializer(model = UniquenessModel, fields = all)]
struct IExactUniquenessSerializer {
    #[field(max_length = 100, validators = [
        UniqueValidator::new(UniquenessModel::objects()).lookup("iexact").message("Taken, whatever the case."),
    ])]
    username: CharField,
}

/// Without the position there is nothing to check, and it is given on saving.
#[derive(ModelSerializer)]
#[serializer(model = NullUniquenessTogetherModel, fields = [id, race_name])]
struct PartOfUniquenessSerializer;

#[derive(ModelSerializer)]
#[serializer(model = DefaultUniquenessTogetherModel, fields = [id, race_name, position], read_only_fields = [race_name])]
struct ReadOnlyUniquenessSerializer;

#[derive(ModelSerializer)]
#[serializer(model = UniquenessTogetherModel, fields = [id, race_name, position])]
struct ReadOnlyDefaultUniquenessSerializer {
    #[field(max_length = 100, read_only, default = "example")]
    race_name: CharField,
}

#[derive(ModelSerializer)]
#[serializer(
    model = UniquenessTogetherModel,
    fields = [id, name, position],
    validators = [UniqueTogetherValidator::new(["name", "position"])]
)]
struct ReadOnlyRenamedUniquenessSerializer {
    #[field(source = "race_name", default = "other", read_only)]
    name: CharField,
}

#[derive(ModelSerializer)]
#[serializer(model = UniquenessTogetherModel, fields = [id, name, pos])]
struct RenamedUniquenessSerializer {
    #[field(source = "race_name")]
    name: CharField,
    #[field(source = "position")]
    pos: IntegerField,
}

#[derive(ModelSerializer)]
#[serializer(
    model = UniquenessTogetherModel,
    fields = [id, name, position],
    validators = [UniqueTogetherValidator::new(["name", "position"]).message("Taken: {field_names}.")]
)]
struct DeclaredUniquenessSerializer {
    #[field(source = "race_name")]
    name: CharField,
}

#[derive(ModelSerializer)]
#[serializer(model = NullUniquenessTogetherModel, fields = all, extra_kwargs = [position(required = false)])]
struct NotRequiredUniquenessSerializer;

#[derive(ModelSerializer)]
#[serializer(model = NullUniquenessTogetherModel, fields = [id, race_name, position], validators = [])]
struct NoValidatorsSerializer;

#[derive(ModelSerializer)]
#[serializer(model = UniqueConstraintModel, fields = [id, race_name, position, global_id, fancy_conditions])]
struct UniqueConstraintPartSerializer {
    #[field(default = 5i64)]
    fancy_conditions: HiddenField,
}

#[derive(ModelSerializer)]
#[serializer(model = UniqueConstraintModel, fields = [raceName, position, global_id, fancy_conditions])]
#[expect(non_snake_case, reason = "the name of DRF's test")]
struct SourceUniqueConstraintSerializer {
    #[field(source = "race_name")]
    raceName: CharField,
}

#[derive(ModelSerializer)]
#[serializer(
    model = UniqueConstraintReadOnlyFieldModel,
    fields = [id, position, something, state],
    read_only_fields = [state]
)]
struct UniqueConstraintReadOnlyFieldSerializer;

#[derive(ModelSerializer)]
#[serializer(model = UniqueConstraintNullableModel, fields = [title, age, tag])]
struct UniqueConstraintNullableSerializer;

#[derive(ModelSerializer)]
#[serializer(model = UniqueConstraintNullsDistinctModel, fields = [name, code, category])]
struct UniqueConstraintNullsDistinctSerializer;

#[derive(ModelSerializer)]
#[serializer(model = UniqueConstraintCustomMessageCodeModel, fields = [username, company_id, role])]
struct UniqueConstraintCustomMessageCodeSerializer;

#[derive(ModelSerializer)]
#[serializer(
    model = UniqueForMonthModel,
    fields = [id, slug, day],
    validators = [UniqueForDateValidator::new("slug", "day").message("Taken on that {date_field}.")]
)]
struct DeclaredUniqueForDateSerializer {
    #[field(source = "published")]
    day: DateField,
}

#[derive(ModelSerializer)]
#[serializer(model = HiddenFieldUniqueForDateModel, fields = [id, slug])]
struct HiddenDateSerializer;

#[derive(ModelSerializer)]
#[serializer(model = HiddenFieldUniqueForDateModel, fields = [id, slug, published])]
struct ShownDateSerializer;
