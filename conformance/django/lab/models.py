"""The models of DRF's own tests, under their names there."""
import datetime
import uuid
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinLengthValidator, MinValueValidator, RegexValidator
from django.db import models

COLORS = [("red", "Red"), ("blue", "Blue"), ("green", "Green")]


class Named(models.Model):
    name = models.CharField(max_length=100)

    class Meta:
        abstract = True

    def __str__(self):
        return f"{type(self).__name__} {self.name}"


# Relations: tests/models.py.


class ManyToManyTarget(Named):
    pass


class ManyToManySource(Named):
    targets = models.ManyToManyField(ManyToManyTarget, related_name="sources")


class ForeignKeyTarget(Named):
    pass


class UUIDForeignKeyTarget(Named):
    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4)


class ForeignKeySource(Named):
    target = models.ForeignKey(ForeignKeyTarget, models.CASCADE, related_name="sources", help_text="Target", verbose_name="Target")


class ForeignKeySourceWithLimitedChoices(models.Model):
    target = models.ForeignKey(
        ForeignKeyTarget, models.CASCADE, limit_choices_to={"name__startswith": "limited-"}, related_name="+",
    )


class NullableForeignKeySource(Named):
    target = models.ForeignKey(
        ForeignKeyTarget, models.CASCADE, null=True, blank=True, related_name="nullable_sources", verbose_name="Optional target object",
    )


class NullableUUIDForeignKeySource(Named):
    target = models.ForeignKey(UUIDForeignKeyTarget, models.CASCADE, null=True, blank=True, related_name="nullable_sources")


class NestedForeignKeySource(Named):
    target = models.ForeignKey(NullableForeignKeySource, models.CASCADE, null=True, blank=True, related_name="nested_sources")


class OneToOneTarget(Named):
    pass


class NullableOneToOneSource(Named):
    target = models.OneToOneField(OneToOneTarget, models.CASCADE, null=True, blank=True, related_name="nullable_source")


class OneToOnePKSource(Named):
    target = models.OneToOneField(OneToOneTarget, models.CASCADE, primary_key=True, related_name="required_source")


class RelationalModel(models.Model):
    foreign_key = models.ForeignKey(ForeignKeyTarget, models.CASCADE, related_name="reverse_foreign_key")
    one_to_one = models.OneToOneField(OneToOneTarget, models.CASCADE, related_name="reverse_one_to_one")
    many_to_many = models.ManyToManyField(ManyToManyTarget, related_name="reverse_many_to_many")
    through = models.ManyToManyField(ManyToManySource, through="Supplementary", related_name="reverse_through")


class Supplementary(models.Model):
    extra = models.IntegerField()
    forwards = models.ForeignKey(ManyToManySource, models.CASCADE)
    backwards = models.ForeignKey(RelationalModel, models.CASCADE)


# A key that is text, and a table without more than a key.


class TitledParent(models.Model):
    title = models.CharField(max_length=64)


class TextKeyChild(models.Model):
    parent = models.ForeignKey(TitledParent, models.CASCADE, related_name="children")
    value = models.CharField(primary_key=True, max_length=64)


# Multi-table inheritance.


class ParentModel(models.Model):
    name1 = models.CharField(max_length=100)


class ChildModel(ParentModel):
    name2 = models.CharField(max_length=100)


class AssociatedModel(models.Model):
    ref = models.OneToOneField(ParentModel, models.CASCADE, primary_key=True)
    name = models.CharField(max_length=100)


class ChildAssociatedModel(models.Model):
    child_model = models.OneToOneField(ChildModel, models.CASCADE)
    child_name = models.CharField(max_length=100)


# What becomes of each kind of column: tests/test_model_serializer.py.


class RegularFieldsModel(models.Model):
    auto_field = models.AutoField(primary_key=True)
    big_integer_field = models.BigIntegerField()
    boolean_field = models.BooleanField(default=False)
    char_field = models.CharField(max_length=100)
    date_field = models.DateField()
    datetime_field = models.DateTimeField()
    decimal_field = models.DecimalField(max_digits=3, decimal_places=1)
    duration_field = models.DurationField()
    email_field = models.EmailField(max_length=100)
    float_field = models.FloatField()
    integer_field = models.IntegerField()
    ip_field = models.GenericIPAddressField()
    json_field = models.JSONField()
    null_boolean_field = models.BooleanField(null=True, default=False)
    positive_integer_field = models.PositiveIntegerField()
    positive_small_integer_field = models.PositiveSmallIntegerField()
    slug_field = models.SlugField(max_length=100)
    small_integer_field = models.SmallIntegerField()
    text_field = models.TextField(max_length=100)
    time_field = models.TimeField()
    url_field = models.URLField(max_length=100)
    uuid_field = models.UUIDField()

    def method(self):
        return "method"

    @property
    def shouted(self):
        return self.char_field.upper()


class FieldOptionsModel(models.Model):
    value_limit_field = models.IntegerField(validators=[MinValueValidator(1), MaxValueValidator(10)])
    length_limit_field = models.CharField(validators=[MinLengthValidator(3)], max_length=12)
    blank_field = models.CharField(blank=True, max_length=10)
    null_field = models.IntegerField(null=True)
    null_blank_field = models.CharField(null=True, blank=True, max_length=10)
    default_field = models.IntegerField(default=0)
    descriptive_field = models.IntegerField("A label", help_text="Some help text")
    choices_field = models.CharField(max_length=100, choices=COLORS)
    text_choices_field = models.TextField(choices=COLORS)
    blank_choices_field = models.CharField(max_length=10, choices=COLORS, blank=True)
    number_choices_field = models.IntegerField(choices=[(1, "One"), (2, "Two")], null=True, blank=True)
    boolean_choices_field = models.BooleanField(null=True, choices=[(None, "Unknown"), (True, "Yes"), (False, "No")])
    fixed_field = models.CharField(max_length=5, choices=COLORS, default="red", editable=False)
    pattern_field = models.CharField(max_length=6, validators=[RegexValidator(r"^[0-9]{4,6}$", "A PIN is 4-6 digits")])
    unicode_slug_field = models.SlugField(allow_unicode=True, blank=True)
    decimal_limit_field = models.DecimalField(max_digits=3, decimal_places=1, validators=[MinValueValidator(1), MaxValueValidator(3)])
    decimal_choices_field = models.DecimalField(
        max_digits=3, decimal_places=1, choices=[(Decimal("0.1"), "low"), (Decimal("0.5"), "medium")], default=Decimal("0.5"),
    )
    duration_limit_field = models.DurationField(
        validators=[MinValueValidator(datetime.timedelta(days=1)), MaxValueValidator(datetime.timedelta(days=3))],
    )
    ip4_field = models.GenericIPAddressField(protocol="IPv4", null=True)
    ip6_field = models.GenericIPAddressField(protocol="IPv6", null=True)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)


class UniqueChoiceModel(models.Model):
    name = models.CharField(max_length=254, unique=True, choices=[("choice1", "choice 1"), ("choice2", "choice 2")])


class OneFieldModel(models.Model):
    char_field = models.CharField(max_length=100)


class BulkCreateModel(models.Model):
    name = models.CharField(max_length=10)


class FileModel(models.Model):
    """Rows that name files, which nobody opens."""

    file_field = models.FileField(upload_to="uploads", max_length=30, blank=True)


# Validators: tests/test_validators.py.


class UniquenessModel(models.Model):
    username = models.CharField(unique=True, max_length=100)


class RelatedModel(models.Model):
    user = models.OneToOneField(UniquenessModel, models.CASCADE)
    email = models.CharField(unique=True, max_length=80)


class AnotherUniquenessModel(models.Model):
    code = models.IntegerField(unique=True)
    note = models.CharField(max_length=10, unique=True, null=True, blank=True, error_messages={"unique": "Taken."})


class UniquenessTogetherModel(models.Model):
    race_name = models.CharField(max_length=100)
    position = models.IntegerField()

    class Meta:
        unique_together = ("race_name", "position")


class NullUniquenessTogetherModel(models.Model):
    date_of_birth = models.DateField(null=True)
    race_name = models.CharField(max_length=100)
    position = models.IntegerField(null=True)

    class Meta:
        unique_together = ("race_name", "position")


class DefaultUniquenessTogetherModel(models.Model):
    race_name = models.CharField(max_length=100, default="example")
    position = models.IntegerField()

    class Meta:
        unique_together = ("race_name", "position")


class UniqueTogetherKeysModel(models.Model):
    foreign_key = models.ForeignKey(ForeignKeyTarget, models.CASCADE, related_name="+")
    one_to_one = models.ForeignKey(OneToOneTarget, models.CASCADE, related_name="+")

    class Meta:
        unique_together = ("foreign_key", "one_to_one")


class UniqueConstraintModel(models.Model):
    race_name = models.CharField(max_length=100)
    position = models.IntegerField()
    global_id = models.IntegerField()
    fancy_conditions = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="unique_constraint_model_global_id_uniq", fields=("global_id",)),
            models.UniqueConstraint(
                name="unique_constraint_model_fancy_1_uniq", fields=("fancy_conditions",), condition=models.Q(global_id__lte=1),
            ),
            models.UniqueConstraint(
                name="unique_constraint_model_fancy_3_uniq", fields=("fancy_conditions",), condition=models.Q(global_id__gte=3),
            ),
            models.UniqueConstraint(
                name="unique_constraint_model_together_uniq", fields=("race_name", "position"), condition=models.Q(race_name="example"),
            ),
            models.UniqueConstraint(
                name="unique_constraint_model_together_uniq2", fields=("race_name", "position"), condition=models.Q(fancy_conditions__gte=10),
            ),
        ]


class UniqueConstraintReadOnlyFieldModel(models.Model):
    state = models.CharField(max_length=100, default="new")
    position = models.IntegerField()
    something = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="unique_constraint_%(class)s", fields=("position", "something"), condition=models.Q(state="new")),
        ]


class UniqueConstraintNullableModel(models.Model):
    title = models.CharField(max_length=100)
    age = models.IntegerField(null=True)
    tag = models.CharField(max_length=100, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="unique_constraint", fields=("age", "tag"))]


class UniqueConstraintNullsDistinctModel(models.Model):
    name = models.CharField(max_length=100)
    code = models.CharField(max_length=100, null=True)
    category = models.CharField(max_length=100, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="unique_code_category_nulls_not_distinct", fields=("code", "category"), nulls_distinct=False),
        ]


class UniqueConstraintCustomMessageCodeModel(models.Model):
    username = models.CharField(max_length=32)
    company_id = models.IntegerField()
    role = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("username", "company_id"), name="unique_username_company_custom_msg",
                violation_error_message="Username must be unique within a company.", violation_error_code="duplicate_username",
            ),
            models.UniqueConstraint(fields=("company_id", "role"), name="unique_company_role_default_msg"),
        ]


class UniqueForDateModel(models.Model):
    slug = models.CharField(max_length=100, unique_for_date="published")
    published = models.DateField()


class UniqueForMonthModel(models.Model):
    slug = models.CharField(max_length=100, unique_for_month="published")
    published = models.DateField()


class UniqueForYearModel(models.Model):
    slug = models.CharField(max_length=100, unique_for_year="published")
    published = models.DateField()


class HiddenFieldUniqueForDateModel(models.Model):
    slug = models.CharField(max_length=100, unique_for_date="published")
    published = models.DateTimeField(auto_now_add=True)


class MaxValueModel(models.Model):
    number_value = models.PositiveIntegerField(validators=[MaxValueValidator(100)])


class ShouldValidateModel(models.Model):
    should_validate_field = models.CharField(max_length=255)
