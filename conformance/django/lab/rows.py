"""The rows that DRF's tests set up, with the same keys."""
import datetime
import uuid
from decimal import Decimal

from django.apps import apps

from .models import *  # noqa: F403

EPOCH = datetime.datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=datetime.timezone.utc)


def seed():
    """Fill the tables of this app; the models, for the sequences of their keys."""
    make(ManyToManyTarget, ["name"], *[[f"target-{n}"] for n in (1, 2, 3)])
    make(ManyToManySource, ["name"], *[[f"source-{n}"] for n in (1, 2, 3)])
    for source in ManyToManySource.objects.all():
        source.targets.set(range(1, source.pk + 1))
    make(ForeignKeyTarget, ["name"], ["target-1"], ["target-2"], ["limited-target"], ["<b>é</b>"])
    make(ForeignKeySource, ["name", "target_id"], ["source-1", 1], ["source-2", 1], ["source-3", 1])
    make(ForeignKeySourceWithLimitedChoices, ["target_id"], [3])
    make(NullableForeignKeySource, ["name", "target_id"], ["source-1", 1], ["source-2", 1], ["source-3", None])
    make(NestedForeignKeySource, ["name", "target_id"], ["nested-1", 1], ["nested-2", 3], ["nested-3", None])
    for n in (1, 2):
        UUIDForeignKeyTarget.objects.create(pk=uuid.UUID(int=n), name=f"target-{n}")
    make(NullableUUIDForeignKeySource, ["name", "target_id"], ["source-1", uuid.UUID(int=1)], ["source-2", None])
    make(OneToOneTarget, ["name"], ["target-1"], ["target-2"], ["target-3"])
    make(NullableOneToOneSource, ["name", "target_id"], ["source-1", 2], ["source-2", None])
    OneToOnePKSource.objects.create(target_id=1, name="source-1")
    make(RelationalModel, ["foreign_key_id", "one_to_one_id"], [1, 1], [2, 2])
    RelationalModel.objects.get(pk=1).many_to_many.set([1, 2, 3])
    make(Supplementary, ["extra", "forwards_id", "backwards_id"], [7, 1, 1], [8, 3, 1])
    make(TitledParent, ["title"], ["abc"], ["without"])
    TextKeyChild.objects.create(value="def", parent_id=1)
    TextKeyChild.objects.create(value="a b-é", parent_id=1)
    make(ParentModel, ["name1"], ["parent name"])
    ChildModel.objects.create(pk=2, name1="parent of a child", name2="child name")
    AssociatedModel.objects.create(ref_id=1, name="hello")
    make(ChildAssociatedModel, ["child_model_id", "child_name"], [2, "associated"])
    make_kinds()
    make(UniqueChoiceModel, ["name"], ["choice1"])
    make(OneFieldModel, ["char_field"], ["abc"])
    make(FileModel, ["file_field"], ["uploads/a b.txt"], [""])
    make(UniquenessModel, ["username"], ["existing"], ["free"])
    make(RelatedModel, ["user_id", "email"], [1, "existing@example.com"])
    make(AnotherUniquenessModel, ["code", "note"], [100, None], [200, "note"])
    for model in (UniquenessTogetherModel, DefaultUniquenessTogetherModel):
        make(model, ["race_name", "position"], ["example", 1], ["example", 2], ["other", 1])
    make(
        NullUniquenessTogetherModel, ["date_of_birth", "race_name", "position"],
        [datetime.date(2000, 1, 1), "Paris Marathon", None], [datetime.date(2000, 1, 1), "Paris Marathon", 1],
    )
    make(UniqueTogetherKeysModel, ["foreign_key_id", "one_to_one_id"], [1, 1])
    make(
        UniqueConstraintModel, ["race_name", "position", "global_id", "fancy_conditions"],
        ["example", 1, 1, 1], ["example", 2, 2, 1], ["other", 1, 3, 1], ["condition", 1, 10, 10],
    )
    make(UniqueConstraintReadOnlyFieldModel, ["state", "position", "something"], ["new", 1, 1], ["old", 2, 2])
    make(UniqueConstraintNullableModel, ["title", "age", "tag"], ["Ann", 1, "a"], ["Bob", None, "a"])
    make(UniqueConstraintNullsDistinctModel, ["name", "code", "category"], ["First", None, None], ["Second", "A", "X"], ["Third", None, "X"])
    make(UniqueConstraintCustomMessageCodeModel, ["username", "company_id", "role"], ["Alice", 1, "member"])
    make(UniqueForDateModel, ["slug", "published"], ["existing", datetime.date(2000, 1, 1)])
    for model in (UniqueForMonthModel, UniqueForYearModel):
        make(model, ["slug", "published"], ["existing", datetime.date(2017, 1, 1)])
    make(HiddenFieldUniqueForDateModel, ["slug"], ["existing"])
    HiddenFieldUniqueForDateModel.objects.update(published=EPOCH)
    make(MaxValueModel, ["number_value"], [100])
    make(ShouldValidateModel, ["should_validate_field"], ["abc"])
    return list(apps.get_app_config("lab").get_models())


def make(model, names, *rows):
    """Rows with the keys 1, 2, 3 ..."""
    for pk, row in enumerate(rows, 1):
        model.objects.create(pk=pk, **dict(zip(names, row)))


def make_kinds():
    """One row with a value of each kind, and one with each option."""
    RegularFieldsModel.objects.create(
        auto_field=1, big_integer_field=9223372036854775807, boolean_field=True, char_field="char é", date_field=datetime.date(2020, 2, 29),
        datetime_field=EPOCH, decimal_field=Decimal("1.5"), duration_field=datetime.timedelta(days=1, seconds=2, microseconds=3),
        email_field="a@example.com", float_field=0.1, integer_field=-7, ip_field="2001:db8::1", json_field={"a": [1, None, "é"]},
        null_boolean_field=None, positive_integer_field=5, positive_small_integer_field=6, slug_field="a-slug", small_integer_field=-8,
        text_field="text\nlines", time_field=datetime.time(13, 0, 1), url_field="https://example.com/?a=1&b=2", uuid_field=uuid.UUID(int=9),
    )
    FieldOptionsModel.objects.create(
        pk=1, value_limit_field=5, length_limit_field="abc", null_field=None, descriptive_field=1, choices_field="red", text_choices_field="blue",
        pattern_field="1234", decimal_limit_field=Decimal("2.0"), duration_limit_field=datetime.timedelta(days=2), ip4_field="192.0.2.1",
    )
    FieldOptionsModel.objects.update(created=EPOCH, changed=EPOCH)
