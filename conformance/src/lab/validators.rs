//! Serializers of DRF's tests/test_validators.py: rules about other rows.

use std::marker::PhantomData;

use belleville::db::migrations::AppConfig;
use belleville::db::{Date, DateTime, ForeignKey};
use belleville::prelude::*;
use belleville::serializers::fields::{CharField, DateField, HiddenField, IntegerField};
use belleville::serializers::{
    ModelSerializer, UniqueForDateValidator, UniqueTogetherValidator, UniqueValidator,
};

/// The models, beside those of the other parts of the lab.
pub(crate) fn models(app: AppConfig) -> AppConfig {
    app.model::<UniquenessModel>()
        .model::<RelatedModel>()
        .model::<AnotherUniquenessModel>()
        .model::<UniquenessTogetherModel>()
        .model::<NullUniquenessTogetherModel>()
        .model::<DefaultUniquenessTogetherModel>()
        .model::<UniqueTogetherKeysModel>()
        .model::<UniqueConstraintModel>()
        .model::<UniqueConstraintReadOnlyFieldModel>()
        .model::<UniqueConstraintNullableModel>()
        .model::<UniqueConstraintNullsDistinctModel>()
        .model::<UniqueConstraintCustomMessageCodeModel>()
        .model::<UniqueForDateModel>()
        .model::<UniqueForMonthModel>()
        .model::<UniqueForYearModel>()
        .model::<HiddenFieldUniqueForDateModel>()
}

macro_rules! endpoints {
    ($($name:literal: $serializer:ident,)*) => {
        pub(crate) fn register(router: &mut SimpleRouter) {
            $(router.register($name, Rows::<$serializer>(PhantomData));)*
        }
    };
}

endpoints! {
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
}

/// Rows of one model through one serializer.
struct Rows<S>(PhantomData<S>);

impl<S: ModelSerializer> ModelViewSet for Rows<S> {
    type Model = S::Model;
    type Serializer = S;

    fn configure(&self, config: &mut Config<Self>) {
        config.authentication_classes(()).permission_classes(AllowAny);
    }
}

// Rows of the other parts of the lab, to which keys refer.

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
struct ForeignKeyTarget {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100)]
    name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
struct OneToOneTarget {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100)]
    name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
struct UniquenessModel {
    #[field(primary_key)]
    id: i64,
    #[field(unique, max_length = 100)]
    username: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
struct RelatedModel {
    #[field(primary_key)]
    id: i64,
    #[field(one_to_one, on_delete = Cascade)]
    user: ForeignKey<UniquenessModel>,
    #[field(unique, max_length = 80)]
    email: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
struct AnotherUniquenessModel {
    #[field(primary_key)]
    id: i64,
    #[field(unique)]
    code: i32,
    #[field(max_length = 10, unique, blank, error_messages = [["unique", "Taken."]])]
    note: Option<String>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab", unique_together = [["race_name", "position"]])]
struct UniquenessTogetherModel {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100)]
    race_name: String,
    position: i32,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab", unique_together = [["race_name", "position"]])]
struct NullUniquenessTogetherModel {
    #[field(primary_key)]
    id: i64,
    date_of_birth: Option<Date>,
    #[field(max_length = 100)]
    race_name: String,
    position: Option<i32>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab", unique_together = [["race_name", "position"]])]
struct DefaultUniquenessTogetherModel {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100, default = "example")]
    race_name: String,
    position: i32,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab", unique_together = [["foreign_key", "one_to_one"]])]
struct UniqueTogetherKeysModel {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = Cascade, related_name = "+")]
    foreign_key: ForeignKey<ForeignKeyTarget>,
    #[field(on_delete = Cascade, related_name = "+")]
    one_to_one: ForeignKey<OneToOneTarget>,
}

#[derive(Clone, Debug, Model)]
#[model(
    app = "lab",
    constraints = [
        unique(name = "unique_constraint_model_global_id_uniq", fields = ["global_id"]),
        unique(name = "unique_constraint_model_fancy_1_uniq", fields = ["fancy_conditions"], condition = global_id <= 1),
        unique(name = "unique_constraint_model_fancy_3_uniq", fields = ["fancy_conditions"], condition = global_id >= 3),
        unique(
            name = "unique_constraint_model_together_uniq",
            fields = ["race_name", "position"],
            condition = race_name == "example",
        ),
        unique(
            name = "unique_constraint_model_together_uniq2",
            fields = ["race_name", "position"],
            condition = fancy_conditions >= 10,
        ),
    ],
)]
struct UniqueConstraintModel {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100)]
    race_name: String,
    position: i32,
    global_id: i32,
    fancy_conditions: i32,
}

#[derive(Clone, Debug, Model)]
#[model(
    app = "lab",
    constraints = [
        unique(
            name = "unique_constraint_uniqueconstraintreadonlyfieldmodel",
            fields = ["position", "something"],
            condition = state == "new",
        ),
    ],
)]
struct UniqueConstraintReadOnlyFieldModel {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100, default = "new")]
    state: String,
    position: i32,
    something: i32,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab", constraints = [unique(name = "unique_constraint", fields = ["age", "tag"])])]
struct UniqueConstraintNullableModel {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100)]
    title: String,
    age: Option<i32>,
    #[field(max_length = 100)]
    tag: Option<String>,
}

#[derive(Clone, Debug, Model)]
#[model(
    app = "lab",
    constraints = [
        unique(name = "unique_code_category_nulls_not_distinct", fields = ["code", "category"], nulls_distinct = false),
    ],
)]
struct UniqueConstraintNullsDistinctModel {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100)]
    name: String,
    #[field(max_length = 100)]
    code: Option<String>,
    #[field(max_length = 100)]
    category: Option<String>,
}

#[derive(Clone, Debug, Model)]
#[model(
    app = "lab",
    constraints = [
        unique(
            name = "unique_username_company_custom_msg",
            fields = ["username", "company_id"],
            violation_error_message = "Username must be unique within a company.",
            violation_error_code = "duplicate_username",
        ),
        unique(name = "unique_company_role_default_msg", fields = ["company_id", "role"]),
    ],
)]
struct UniqueConstraintCustomMessageCodeModel {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 32)]
    username: String,
    company_id: i32,
    #[field(max_length = 32)]
    role: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
struct UniqueForDateModel {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100, unique_for_date = "published")]
    slug: String,
    published: Date,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
struct UniqueForMonthModel {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100, unique_for_month = "published")]
    slug: String,
    published: Date,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
struct UniqueForYearModel {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100, unique_for_year = "published")]
    slug: String,
    published: Date,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
struct HiddenFieldUniqueForDateModel {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100, unique_for_date = "published")]
    slug: String,
    #[field(auto_now_add)]
    published: DateTime,
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
