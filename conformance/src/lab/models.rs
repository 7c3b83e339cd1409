//! The models of DRF's own tests, under their names there: those of `django/lab/models.py`, which makes their tables. Whole
//! numbers are as large as SQLite has them.

use std::fmt;
use std::net::IpAddr;

use belleville::db::files::FieldFile;
use belleville::db::migrations::AppConfig;
use belleville::db::{Choices, Date, DateTime, Decimal, Duration, ForeignKey, ManyToMany, Time, Uuid};
use belleville::json::Json;
use belleville::prelude::*;

macro_rules! app {
    ($($model:ident)*) => {
        pub(crate) fn app() -> AppConfig {
            AppConfig::new("lab")$(.model::<$model>())*
        }
    };
}

app! {
    ManyToManyTarget
    ManyToManySource
    ForeignKeyTarget
    UUIDForeignKeyTarget
    ForeignKeySource
    ForeignKeySourceWithLimitedChoices
    NullableForeignKeySource
    NullableUUIDForeignKeySource
    NestedForeignKeySource
    OneToOneTarget
    NullableOneToOneSource
    OneToOnePKSource
    RelationalModel
    Supplementary
    TitledParent
    TextKeyChild
    ParentModel
    ChildModel
    AssociatedModel
    ChildAssociatedModel
    RegularFieldsModel
    FieldOptionsModel
    UniqueChoiceModel
    OneFieldModel
    BulkCreateModel
    FileModel
    UniquenessModel
    RelatedModel
    AnotherUniquenessModel
    UniquenessTogetherModel
    NullUniquenessTogetherModel
    DefaultUniquenessTogetherModel
    UniqueTogetherKeysModel
    UniqueConstraintModel
    UniqueConstraintReadOnlyFieldModel
    UniqueConstraintNullableModel
    UniqueConstraintNullsDistinctModel
    UniqueConstraintCustomMessageCodeModel
    UniqueForDateModel
    UniqueForMonthModel
    UniqueForYearModel
    HiddenFieldUniqueForDateModel
    MaxValueModel
    ShouldValidateModel
}

/// What `StringRelatedField` shows: the model and the name.
macro_rules! named {
    ($($model:ident)*) => {$(
        impl fmt::Display for $model {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} {}", stringify!($model), self.name)
            }
        }
    )*};
}

named! {
    ManyToManyTarget
    ManyToManySource
    ForeignKeyTarget
    UUIDForeignKeyTarget
    ForeignKeySource
    NullableForeignKeySource
    NullableUUIDForeignKeySource
    NestedForeignKeySource
    OneToOneTarget
    NullableOneToOneSource
    OneToOnePKSource
}

/// The choices of tests/test_model_serializer.py.
#[derive(Clone, Copy, Debug, PartialEq, Choices)]
pub(crate) enum Color {
    #[choice("red", "Red")]
    Red,
    #[choice("blue", "Blue")]
    Blue,
    #[choice("green", "Green")]
    Green,
}

#[derive(Clone, Copy, Debug, PartialEq, Choices)]
pub(crate) enum OneOrTwo {
    #[choice(1, "One")]
    One,
    #[choice(2, "Two")]
    Two,
}

#[derive(Clone, Copy, Debug, PartialEq, Choices)]
pub(crate) enum Choice {
    #[choice("choice1", "choice 1")]
    First,
    #[choice("choice2", "choice 2")]
    Second,
}

// Relations: tests/models.py.

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct ManyToManyTarget {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct ManyToManySource {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) name: String,
    #[field(related_name = "sources")]
    pub(crate) targets: ManyToMany<ManyToManyTarget>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct ForeignKeyTarget {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct UUIDForeignKeyTarget {
    #[field(max_length = 100)]
    pub(crate) name: String,
    #[field(primary_key, default = Uuid::new_v4())]
    pub(crate) uuid: Uuid,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct ForeignKeySource {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) name: String,
    #[field(on_delete = Cascade, help_text = "Target", verbose_name = "Target", related_name = "sources")]
    pub(crate) target: ForeignKey<ForeignKeyTarget>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct ForeignKeySourceWithLimitedChoices {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(
        on_delete = Cascade,
        related_name = "+",
        limit_choices_to = ForeignKeyTarget::NAME.starts_with("limited-")
    )]
    pub(crate) target: ForeignKey<ForeignKeyTarget>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct NullableForeignKeySource {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) name: String,
    #[field(on_delete = Cascade, blank, verbose_name = "Optional target object", related_name = "nullable_sources")]
    pub(crate) target: Option<ForeignKey<ForeignKeyTarget>>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct NullableUUIDForeignKeySource {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) name: String,
    #[field(on_delete = Cascade, blank, related_name = "nullable_sources")]
    pub(crate) target: Option<ForeignKey<UUIDForeignKeyTarget>>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct NestedForeignKeySource {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) name: String,
    #[field(on_delete = Cascade, blank, related_name = "nested_sources")]
    pub(crate) target: Option<ForeignKey<NullableForeignKeySource>>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct OneToOneTarget {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct NullableOneToOneSource {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) name: String,
    #[field(one_to_one, on_delete = Cascade, blank, related_name = "nullable_source")]
    pub(crate) target: Option<ForeignKey<OneToOneTarget>>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct OneToOnePKSource {
    #[field(max_length = 100)]
    pub(crate) name: String,
    #[field(primary_key, one_to_one, on_delete = Cascade, related_name = "required_source")]
    pub(crate) target: ForeignKey<OneToOneTarget>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct RelationalModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = Cascade, related_name = "reverse_foreign_key")]
    pub(crate) foreign_key: ForeignKey<ForeignKeyTarget>,
    #[field(one_to_one, on_delete = Cascade, related_name = "reverse_one_to_one")]
    pub(crate) one_to_one: ForeignKey<OneToOneTarget>,
    #[field(related_name = "reverse_many_to_many")]
    pub(crate) many_to_many: ManyToMany<ManyToManyTarget>,
    #[field(through = Supplementary, related_name = "reverse_through")]
    pub(crate) through: ManyToMany<ManyToManySource>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct Supplementary {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(kind = IntegerField)]
    pub(crate) extra: i64,
    #[field(on_delete = Cascade)]
    pub(crate) forwards: ForeignKey<ManyToManySource>,
    #[field(on_delete = Cascade)]
    pub(crate) backwards: ForeignKey<RelationalModel>,
}

// A key that is text, and a table without more than a key.

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct TitledParent {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 64)]
    pub(crate) title: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct TextKeyChild {
    #[field(on_delete = Cascade, related_name = "children")]
    pub(crate) parent: ForeignKey<TitledParent>,
    #[field(primary_key, max_length = 64)]
    pub(crate) value: String,
}

// Multi-table inheritance.

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct ParentModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) name1: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct ChildModel {
    #[field(parent)]
    pub(crate) parent: ParentModel,
    #[field(max_length = 100)]
    pub(crate) name2: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct AssociatedModel {
    #[field(primary_key, one_to_one, on_delete = Cascade)]
    pub(crate) r#ref: ForeignKey<ParentModel>,
    #[field(max_length = 100)]
    pub(crate) name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct ChildAssociatedModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(one_to_one, on_delete = Cascade)]
    pub(crate) child_model: ForeignKey<ChildModel>,
    #[field(max_length = 100)]
    pub(crate) child_name: String,
}

// What becomes of each kind of column: tests/test_model_serializer.py.

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct RegularFieldsModel {
    #[field(kind = AutoField, primary_key)]
    pub(crate) auto_field: i64,
    pub(crate) big_integer_field: i64,
    #[field(default = false)]
    pub(crate) boolean_field: bool,
    #[field(max_length = 100)]
    pub(crate) char_field: String,
    pub(crate) date_field: Date,
    pub(crate) datetime_field: DateTime,
    #[field(max_digits = 3, decimal_places = 1)]
    pub(crate) decimal_field: Decimal,
    pub(crate) duration_field: Duration,
    #[field(kind = EmailField, max_length = 100)]
    pub(crate) email_field: String,
    pub(crate) float_field: f64,
    #[field(kind = IntegerField)]
    pub(crate) integer_field: i64,
    pub(crate) ip_field: IpAddr,
    pub(crate) json_field: Json,
    #[field(default = false)]
    pub(crate) null_boolean_field: Option<bool>,
    #[field(kind = PositiveIntegerField)]
    pub(crate) positive_integer_field: i64,
    #[field(kind = PositiveSmallIntegerField)]
    pub(crate) positive_small_integer_field: i64,
    #[field(kind = SlugField, max_length = 100)]
    pub(crate) slug_field: String,
    #[field(kind = SmallIntegerField)]
    pub(crate) small_integer_field: i64,
    #[field(kind = TextField, max_length = 100)]
    pub(crate) text_field: String,
    pub(crate) time_field: Time,
    #[field(kind = URLField, max_length = 100)]
    pub(crate) url_field: String,
    pub(crate) uuid_field: Uuid,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct FieldOptionsModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(kind = IntegerField, validators = [min_value(1), max_value(10)])]
    pub(crate) value_limit_field: i64,
    #[field(validators = [min_length(3)], max_length = 12)]
    pub(crate) length_limit_field: String,
    #[field(blank, max_length = 10)]
    pub(crate) blank_field: String,
    #[field(kind = IntegerField)]
    pub(crate) null_field: Option<i64>,
    #[field(blank, max_length = 10)]
    pub(crate) null_blank_field: Option<String>,
    #[field(kind = IntegerField, default = 0)]
    pub(crate) default_field: i64,
    #[field(kind = IntegerField, verbose_name = "A label", help_text = "Some help text")]
    pub(crate) descriptive_field: i64,
    #[field(max_length = 100)]
    pub(crate) choices_field: Color,
    #[field(kind = TextField)]
    pub(crate) text_choices_field: Color,
    #[field(max_length = 10, choices = [("red", "Red"), ("blue", "Blue"), ("green", "Green")], blank)]
    pub(crate) blank_choices_field: String,
    #[field(blank)]
    pub(crate) number_choices_field: Option<OneOrTwo>,
    #[field(choices = [(None, "Unknown"), (true, "Yes"), (false, "No")])]
    pub(crate) boolean_choices_field: Option<bool>,
    #[field(max_length = 5, default = Color::Red, editable = false)]
    pub(crate) fixed_field: Color,
    #[field(max_length = 6, validators = [regex("^[0-9]{4,6}$", "A PIN is 4-6 digits")])]
    pub(crate) pattern_field: String,
    #[field(kind = SlugField, allow_unicode, blank)]
    pub(crate) unicode_slug_field: String,
    #[field(max_digits = 3, decimal_places = 1, validators = [min_value(1), max_value(3)])]
    pub(crate) decimal_limit_field: Decimal,
    #[field(max_digits = 3, decimal_places = 1, choices = [("0.1", "low"), ("0.5", "medium")], default = half())]
    pub(crate) decimal_choices_field: Decimal,
    #[field(validators = [min_value(days(1)), max_value(days(3))])]
    pub(crate) duration_limit_field: Duration,
    #[field(protocol = "IPv4")]
    pub(crate) ip4_field: Option<IpAddr>,
    #[field(protocol = "IPv6")]
    pub(crate) ip6_field: Option<IpAddr>,
    #[field(auto_now_add)]
    pub(crate) created: DateTime,
    #[field(auto_now)]
    pub(crate) changed: DateTime,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct UniqueChoiceModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 254, unique)]
    pub(crate) name: Choice,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct OneFieldModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) char_field: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct BulkCreateModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 10)]
    pub(crate) name: String,
}

/// Rows that name files, which nobody opens.
#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct FileModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(upload_to = "uploads", max_length = 30, blank)]
    pub(crate) file_field: FieldFile,
}

// Validators: tests/test_validators.py.

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct UniquenessModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(unique, max_length = 100)]
    pub(crate) username: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct RelatedModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(one_to_one, on_delete = Cascade)]
    pub(crate) user: ForeignKey<UniquenessModel>,
    #[field(unique, max_length = 80)]
    pub(crate) email: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct AnotherUniquenessModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(kind = IntegerField, unique)]
    pub(crate) code: i64,
    #[field(max_length = 10, unique, blank, error_messages = [["unique", "Taken."]])]
    pub(crate) note: Option<String>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab", unique_together = [["race_name", "position"]])]
pub(crate) struct UniquenessTogetherModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) race_name: String,
    #[field(kind = IntegerField)]
    pub(crate) position: i64,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab", unique_together = [["race_name", "position"]])]
pub(crate) struct NullUniquenessTogetherModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    pub(crate) date_of_birth: Option<Date>,
    #[field(max_length = 100)]
    pub(crate) race_name: String,
    #[field(kind = IntegerField)]
    pub(crate) position: Option<i64>,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab", unique_together = [["race_name", "position"]])]
pub(crate) struct DefaultUniquenessTogetherModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100, default = "example")]
    pub(crate) race_name: String,
    #[field(kind = IntegerField)]
    pub(crate) position: i64,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab", unique_together = [["foreign_key", "one_to_one"]])]
pub(crate) struct UniqueTogetherKeysModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(on_delete = Cascade, related_name = "+")]
    pub(crate) foreign_key: ForeignKey<ForeignKeyTarget>,
    #[field(on_delete = Cascade, related_name = "+")]
    pub(crate) one_to_one: ForeignKey<OneToOneTarget>,
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
pub(crate) struct UniqueConstraintModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) race_name: String,
    #[field(kind = IntegerField)]
    pub(crate) position: i64,
    #[field(kind = IntegerField)]
    pub(crate) global_id: i64,
    #[field(kind = IntegerField)]
    pub(crate) fancy_conditions: i64,
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
pub(crate) struct UniqueConstraintReadOnlyFieldModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100, default = "new")]
    pub(crate) state: String,
    #[field(kind = IntegerField)]
    pub(crate) position: i64,
    #[field(kind = IntegerField)]
    pub(crate) something: i64,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab", constraints = [unique(name = "unique_constraint", fields = ["age", "tag"])])]
pub(crate) struct UniqueConstraintNullableModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) title: String,
    #[field(kind = IntegerField)]
    pub(crate) age: Option<i64>,
    #[field(max_length = 100)]
    pub(crate) tag: Option<String>,
}

#[derive(Clone, Debug, Model)]
#[model(
    app = "lab",
    constraints = [
        unique(name = "unique_code_category_nulls_not_distinct", fields = ["code", "category"], nulls_distinct = false),
    ],
)]
pub(crate) struct UniqueConstraintNullsDistinctModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) name: String,
    #[field(max_length = 100)]
    pub(crate) code: Option<String>,
    #[field(max_length = 100)]
    pub(crate) category: Option<String>,
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
pub(crate) struct UniqueConstraintCustomMessageCodeModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 32)]
    pub(crate) username: String,
    #[field(kind = IntegerField)]
    pub(crate) company_id: i64,
    #[field(max_length = 32)]
    pub(crate) role: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct UniqueForDateModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100, unique_for_date = "published")]
    pub(crate) slug: String,
    pub(crate) published: Date,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct UniqueForMonthModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100, unique_for_month = "published")]
    pub(crate) slug: String,
    pub(crate) published: Date,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct UniqueForYearModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100, unique_for_year = "published")]
    pub(crate) slug: String,
    pub(crate) published: Date,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct HiddenFieldUniqueForDateModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100, unique_for_date = "published")]
    pub(crate) slug: String,
    #[field(auto_now_add)]
    pub(crate) published: DateTime,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct MaxValueModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(kind = PositiveIntegerField, validators = [max_value(100)])]
    pub(crate) number_value: i64,
}

#[derive(Clone, Debug, Model)]
#[model(app = "lab")]
pub(crate) struct ShouldValidateModel {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 255)]
    pub(crate) should_validate_field: String,
}

const fn days(count: i64) -> Duration {
    Duration::from_hours(24 * count)
}

fn half() -> Decimal {
    Decimal::from(1) / 2
}
