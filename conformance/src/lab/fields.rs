//! One serializer for each declaration of DRF's `tests/test_fields.py`: it has this one field, called `field`.

use belleville::db::datetime::TimeZone;
use belleville::db::python::{Rounding, parse_decimal};
use belleville::db::validators::{Limit, Rule, Validator};
use belleville::db::{Decimal, Duration};
use belleville::json::Json;
use belleville::prelude::*;
use belleville::serializers::fields::{
    BigIntegerField, BooleanField, CharField, ChoiceField, DateField, DateTimeField, DecimalField, Declared,
    DefaultValue, DictField, DurationField, EmailField, FieldOptions, FileField, FilePathField, FloatField,
    HStoreField, HiddenField, IPAddressField, ImageField, IntegerField, JSONField, ListField,
    MultipleChoiceField, Protocol, RegexField, SlugField, TimeField, URLField, UUIDField, UuidFormat,
};
use belleville::serializers::{
    Methods, PrimaryKeyRelatedField, SerializerClass, SlugRelatedField, Validated,
};

use super::models::{
    ForeignKeyTarget, NestedForeignKeySource, NullableForeignKeySource, UUIDForeignKeyTarget,
};
use super::{Lab, of_json};

const NIL: &str = r#"{"uuid": "00000000-0000-0000-0000-000000000000"}"#;
const UUID: &str = r#"{"uuid": "825d7aeb-05a9-45b5-a5b7-05df87923cda"}"#;

/// The name, the field, and the values that GET shows, as JSON.
type Row = (&'static str, fn() -> Declared, &'static [&'static str]);

pub(super) fn labs() -> Vec<Lab> {
    FIELDS.iter().map(lab).collect()
}

fn lab((name, field, shown): &Row) -> Lab {
    let class = SerializerClass::plain("Lab", [("field", field())], Methods::new());
    Lab::new(name, class, (!shown.is_empty()).then(|| objects(shown)))
}

/// An object with each of the values.
fn objects(shown: &[&str]) -> String {
    let objects: Vec<String> = shown.iter().map(|shown| format!("{{\"field\": {shown}}}")).collect();
    format!("[{}]", objects.join(", "))
}

fn keys() -> PrimaryKeyRelatedField<ForeignKeyTarget> {
    PrimaryKeyRelatedField::new().queryset(ForeignKeyTarget::objects())
}

fn names() -> SlugRelatedField<ForeignKeyTarget> {
    SlugRelatedField::new().slug_field("name").queryset(ForeignKeyTarget::objects())
}

fn integer() -> IntegerField {
    IntegerField::new()
}

fn text() -> CharField {
    CharField::new()
}

fn list() -> ListField {
    ListField::new()
}

fn dict() -> DictField {
    DictField::new()
}

fn quality() -> ChoiceField {
    ChoiceField::new().choices([
        ("poor", "Poor quality"),
        ("medium", "Medium quality"),
        ("good", "Good quality"),
    ])
}

fn same(numbers: [i64; 3]) -> ChoiceField {
    ChoiceField::new().choices(numbers.map(|number| (number, number.to_string())))
}

fn extras() -> MultipleChoiceField {
    MultipleChoiceField::new().choices([
        ("aircon", "AirCon"),
        ("manual", "Manual drive"),
        ("diesel", "Diesel"),
    ])
}

/// The folder that `LAB_FILES` names, or `files` of the reference project.
fn files() -> FilePathField {
    let files = std::env::var("LAB_FILES");
    FilePathField::new(files.unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/files").to_owned()))
}

fn price() -> DecimalField {
    DecimalField::new(3, 1)
}

fn number(text: &str) -> Decimal {
    parse_decimal(text).expect("the limits of this file are decimal numbers")
}

fn zone(name: &str) -> TimeZone {
    TimeZone::named(name).expect("this time zone is known everywhere")
}

fn days(days: i64) -> Duration {
    Duration::from_hours(24 * days)
}

const FIELDS: &[Row] = &[
    // Of any field: required, allow_null, default and the like.
    ("required", || integer().into(), &[]),
    ("not-required", || integer().required(false), &[]),
    ("allow-null", || integer().allow_null(true), &[]),
    ("allow-null-not-required", || integer().allow_null(true).required(false), &[]),
    ("default", || integer().default(123_i64), &[]),
    ("default-allow-null", || integer().default(123_i64).allow_null(true), &[]),
    ("default-null", || integer().default(Validated::NULL).allow_null(true), &[]),
    ("default-callable", || integer().default(DefaultValue::Function(|_| Ok(321_i64.into()))), &[]),
    ("initial", || integer().initial(123_i64), &[]),
    ("initial-callable", || integer().initial(123_i64), &[]),
    (
        "label",
        || integer().label("My label").help_text("Some help <b>").style("base_template", "input.html"),
        &[],
    ),
    ("write-only", || integer().write_only(), &["1"]),
    ("read-only", || integer().read_only(), &["1"]),
    ("read-only-default", || integer().read_only().default(7_i64), &["1"]),
    ("hidden", || HiddenField::new().default("secret".to_owned()), &[]),
    (
        "error-messages",
        || {
            let field = integer().min_value(1).max_value(9);
            field
                .error_message("required", "Where is it?")
                .error_message("null", "Not null, please.")
                .error_message("invalid", "No number here.")
                .error_message("max_value", "Too large: {max_value}.")
                .error_message("min_value", "Too small: {min_value}.")
                .error_message("max_string_length", "Too long.")
        },
        &[],
    ),
    // Booleans.
    ("boolean-field", || BooleanField::new().into(), &["true", "false"]),
    ("boolean-field-not-required", || BooleanField::new().required(false), &[]),
    ("nullable-boolean-field", || BooleanField::new().allow_null(true), &["true", "false", "null"]),
    ("nullable-boolean-field-default", || BooleanField::new().allow_null(true).default(true), &[]),
    ("boolean-field-default", || BooleanField::new().default(true), &[]),
    ("boolean-field-messages", || BooleanField::new().error_message("invalid", "“{input}” is neither."), &[]),
    // Strings.
    ("char-field", || text().into(), &[r#""abc""#, r#""""#, r#"" é ""#]),
    ("char-field-no-trim", || text().trim_whitespace(false).into(), &[]),
    ("char-field-allow-blank", || text().allow_blank(true).into(), &[]),
    ("char-field-allow-blank-not-required", || text().allow_blank(true).required(false), &[]),
    ("char-field-allow-null", || text().allow_null(true), &[r#""abc""#, "null"]),
    ("char-field-allow-null-allow-blank", || text().allow_blank(true).allow_null(true), &[]),
    ("char-field-not-required", || text().required(false), &[]),
    ("char-field-default", || text().default("happy".to_owned()), &[]),
    ("char-field-lengths", || text().min_length(2).max_length(5).into(), &[]),
    ("char-field-lengths-no-trim", || text().min_length(2).max_length(5).trim_whitespace(false).into(), &[]),
    ("char-field-lengths-allow-blank", || text().min_length(2).max_length(5).allow_blank(true).into(), &[]),
    (
        "char-field-messages",
        || {
            let field = text().min_length(2).max_length(3);
            field
                .error_message("blank", "Say something.")
                .error_message("max_length", "{max_length} at most.")
                .error_message("min_length", "{min_length} at least.")
                .error_message("invalid", "No text.")
        },
        &[],
    ),
    (
        "char-field-validators",
        || {
            let letters = Validator::new(Rule::regex("^[a-z]*$"));
            text()
                .validator(Validator::new(Rule::MinLength(2)).message("Too short."))
                .validator(Rule::MaxLength(4))
                .validator(letters.message("Small letters only.").code("letters"))
        },
        &[],
    ),
    ("char-field-no-validators", || text().into(), &[]),
    ("email-field", || EmailField::new().into(), &[]),
    ("email-field-lengths", || EmailField::new().max_length(12).min_length(7).into(), &[]),
    (
        "email-field-message",
        || EmailField::new().allow_blank(true).error_message("invalid", "No such address."),
        &[],
    ),
    ("regex-field", || RegexField::new().regex("[a-z][0-9]").into(), &[]),
    (
        "regex-field-anchored",
        || RegexField::new().regex(r"^\d{3}$").min_length(2).error_message("invalid", "Three digits."),
        &[],
    ),
    ("regex-field-compiled", || RegexField::new().regex("(?i)^[a-z]+$").into(), &[]),
    ("slug-field", || SlugField::new().into(), &[]),
    ("slug-field-unicode", || SlugField::new().allow_unicode(true).into(), &[]),
    ("url-field", || URLField::new().into(), &[]),
    ("url-field-lengths", || URLField::new().max_length(20).allow_blank(true).into(), &[]),
    ("uuid-field", || UUIDField::new().into(), &[UUID]),
    ("uuid-field-hex", || UUIDField::new().format(UuidFormat::Hex).into(), &[NIL, UUID]),
    ("uuid-field-int", || UUIDField::new().format(UuidFormat::Int).into(), &[NIL, UUID]),
    ("uuid-field-urn", || UUIDField::new().format(UuidFormat::Urn).into(), &[NIL]),
    ("uuid-field-not-required", || UUIDField::new().required(false), &[]),
    (
        "uuid-field-default",
        || {
            let five = DefaultValue::Function(|_| {
                Ok(of_json(r#"{"uuid": "00000000-0000-0000-0000-000000000005"}"#))
            });
            UUIDField::new().default(five)
        },
        &[],
    ),
    ("ip-address-field", || IPAddressField::new().into(), &[]),
    ("ip-address-field-4", || IPAddressField::new().protocol(Protocol::Ipv4).into(), &[]),
    ("ip-address-field-6", || IPAddressField::new().protocol(Protocol::Ipv6).into(), &[]),
    ("file-path-field", || files().into(), &[]),
    ("file-path-field-not-required", || files().required(false), &[]),
    ("file-path-field-match", || files().matching(r".*\.txt$").recursive(true).into(), &[]),
    ("file-path-field-folders", || files().allow_files(false).allow_folders(true).into(), &[]),
    ("file-path-field-all", || files().recursive(true).allow_folders(true).into(), &[]),
    // Validators of django.core.validators.
    ("validate-email", || text().validator(Rule::Email { allowlist: &["intranet"] }), &[]),
    ("validate-url", || text().validator(Rule::Url { schemes: &["https", "ftp"] }), &[]),
    ("validate-ipv4", || text().validator(Rule::Ipv4), &[]),
    ("validate-integer-list", || text().validator(Validator::COMMA_SEPARATED_INTEGERS), &[]),
    ("validate-unicode-slug", || text().validator(Rule::UnicodeSlug), &[]),
    (
        "validate-inverse-match",
        || {
            let admin = Validator::new(Rule::Regex { pattern: "admin", inverse_match: true });
            text().validator(admin.message("Not this name.").code("reserved"))
        },
        &[],
    ),
    ("validate-null-characters", || text().validator(Rule::ProhibitNullCharacters), &[]),
    ("validate-step", || integer().validator(Rule::Step { size: Limit::Int(5), offset: None }), &[]),
    (
        "validate-step-offset",
        || {
            let step = Rule::Step { size: Limit::Float(0.5), offset: Some(Limit::Float(0.25)) };
            FloatField::new().validator(step)
        },
        &[],
    ),
    (
        "validate-step-decimal",
        || DecimalField::new(5, 2).validator(Rule::Step { size: Limit::Decimal("0.25"), offset: None }),
        &[],
    ),
    // Numbers.
    ("integer-field", || integer().into(), &["1", "0", "-5"]),
    ("min-max-integer-field", || integer().min_value(1).max_value(3).into(), &[]),
    (
        "big-integer-field",
        || BigIntegerField::new().into(),
        &["1", "9223372036854775807", "-9223372036854775808"],
    ),
    ("min-max-big-integer-field", || BigIntegerField::new().min_value(1).max_value(3).into(), &[]),
    (
        "coercion-big-integer-field",
        || BigIntegerField::new().coerce_to_string(true).into(),
        &["1", "-9223372036854775808"],
    ),
    (
        "float-field",
        || FloatField::new().into(),
        &["1.0", "0.0", "-0.0", "1e16", "1e-7", "0.1", "1.5e300", "123456789.123"],
    ),
    ("min-max-float-field", || FloatField::new().min_value(1_i64).max_value(3_i64).into(), &[]),
    ("min-max-float-field-fraction", || FloatField::new().min_value(-1.5).max_value(2.25).into(), &[]),
    ("float-field-allow-null", || FloatField::new().allow_null(true).required(false), &[]),
    (
        "decimal-field",
        || price().into(),
        &[
            r#"{"decimal": "1.0"}"#,
            r#"{"decimal": "0.0"}"#,
            r#"{"decimal": "1.09"}"#,
            r#"{"decimal": "0.04"}"#,
            r#"{"decimal": "1"}"#,
            r#"{"decimal": "-0.05"}"#,
            r#"{"decimal": "0.25"}"#,
            r#"{"decimal": "0.35"}"#,
        ],
    ),
    ("allow-null-decimal-field", || price().allow_null(true), &["null", r#"{"decimal": "1.5"}"#]),
    (
        "allow-null-no-string-coercion-decimal-field",
        || price().coerce_to_string(false).allow_null(true),
        &["null", r#"{"decimal": "1.5"}"#],
    ),
    ("min-max-decimal-field", || price().min_value(number("10.0")).max_value(number("20.0")).into(), &[]),
    ("min-max-integer-decimal-field", || price().min_value(0).max_value(10).allow_null(true), &[]),
    ("no-max-digits-decimal-field", || DecimalField::new(None, 2).min_value(0).max_value(100).into(), &[]),
    (
        "no-string-coercion-decimal-field",
        || price().coerce_to_string(false).into(),
        &[r#"{"decimal": "1.09"}"#, r#"{"decimal": "0.04"}"#, r#"{"decimal": "10"}"#],
    ),
    ("quantized-decimal-field", || DecimalField::new(4, 2).into(), &[]),
    (
        "normalized-decimal-field",
        || DecimalField::new(4, 3).normalize_output(true).into(),
        &[
            r#"{"decimal": "1.000"}"#,
            r#"{"decimal": "1.200"}"#,
            r#"{"decimal": "0"}"#,
            r#"{"decimal": "0.001"}"#,
        ],
    ),
    (
        "non-normalized-decimal-field",
        || DecimalField::new(4, 3).into(),
        &[r#"{"decimal": "1.000"}"#, r#"{"decimal": "1.2"}"#],
    ),
    (
        "normalized-number-decimal-field",
        || DecimalField::new(6, 3).normalize_output(true).coerce_to_string(false).into(),
        &[r#"{"decimal": "1.000"}"#, r#"{"decimal": "100.000"}"#, r#"{"decimal": "0.5"}"#],
    ),
    (
        "no-decimal-places",
        || DecimalField::new(6, None).into(),
        &[r#"{"decimal": "1.2345"}"#, r#"{"decimal": "0"}"#, r#"{"decimal": "1.10"}"#],
    ),
    (
        "no-limits-decimal-field",
        || DecimalField::new(None, None).into(),
        &[r#"{"decimal": "1.2345"}"#, r#"{"decimal": "1E+3"}"#, r#"{"decimal": "1E-10"}"#],
    ),
    ("only-places-decimal-field", || DecimalField::new(2, 2).into(), &[]),
    (
        "rounding-up-decimal-field",
        || DecimalField::new(4, 2).rounding(Rounding::Up).into(),
        &[r#"{"decimal": "1.234"}"#, r#"{"decimal": "-1.231"}"#, r#"{"decimal": "1.23"}"#],
    ),
    (
        "rounding-down-decimal-field",
        || DecimalField::new(4, 2).rounding(Rounding::Down).into(),
        &[r#"{"decimal": "1.234"}"#, r#"{"decimal": "-1.239"}"#],
    ),
    (
        "decimal-field-messages",
        || {
            price()
                .max_value(50)
                .error_message("invalid", "No number.")
                .error_message("max_digits", "{max_digits} digits.")
                .error_message("max_decimal_places", "{max_decimal_places} places.")
                .error_message("max_whole_digits", "{max_whole_digits} before the point.")
                .error_message("max_value", "At most {max_value}.")
        },
        &[],
    ),
    // Dates and times.
    (
        "date-field",
        || DateField::new().into(),
        &[r#"{"date": "2001-01-01"}"#, r#"{"date": "0001-02-03"}"#, "null"],
    ),
    ("custom-input-format-date-field", || DateField::new().input_formats(["%d %b %Y"]).into(), &[]),
    (
        "custom-output-format-date-field",
        || DateField::new().format("%d %b %Y").into(),
        &[r#"{"date": "2001-01-01"}"#],
    ),
    ("no-output-format-date-field", || DateField::new().unformatted().into(), &[r#"{"date": "2001-01-01"}"#]),
    (
        "several-formats-date-field",
        || {
            let field = DateField::new().input_formats(["%d/%m/%y", "iso-8601", "%j %Y"]);
            field.format("%A %-d %B %Y").into()
        },
        &[r#"{"date": "2001-01-01"}"#],
    ),
    ("date-field-allow-null", || DateField::new().allow_null(true), &[]),
    (
        "date-field-messages",
        || {
            let field = DateField::new().error_message("invalid", "Like {format}!");
            field.error_message("datetime", "A day only.")
        },
        &[],
    ),
    (
        "date-time-field",
        || DateTimeField::new().default_timezone(TimeZone::UTC).into(),
        &[
            r#"{"datetime": "2001-01-01T13:00:00Z"}"#,
            r#"{"datetime": "2001-01-01T13:00:00Z"}"#,
            r#"{"datetime": "2001-01-01T13:00:00.000001+05:30"}"#,
            "null",
        ],
    ),
    (
        "default-tz-date-time-field",
        || DateTimeField::new().into(),
        &[r#"{"datetime": "2018-02-08T14:15:16Z"}"#],
    ),
    (
        "custom-input-format-date-time-field",
        || {
            let field = DateTimeField::new().default_timezone(TimeZone::UTC);
            field.input_formats(["%I:%M%p, %d %b %Y"]).into()
        },
        &[],
    ),
    (
        "custom-output-format-date-time-field",
        || DateTimeField::new().format("%I:%M%p, %d %b %Y").into(),
        &[r#"{"datetime": "2001-01-01T13:00:00"}"#],
    ),
    (
        "no-output-format-date-time-field",
        || DateTimeField::new().unformatted().into(),
        &[r#"{"datetime": "2001-01-01T13:00:00.123456Z"}"#],
    ),
    (
        "several-formats-date-time-field",
        || {
            let formats = ["%d.%m.%Y %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S%z", "iso-8601", "%a %b %d %H:%M:%S %Y"];
            DateTimeField::new().input_formats(formats).format("%Y%m%dT%H%M%S.%f%z %p").into()
        },
        &[r#"{"datetime": "2001-01-01T13:00:05.000007Z"}"#],
    ),
    (
        "tz-date-time-field",
        || DateTimeField::new().default_timezone(zone("Asia/Kolkata")).into(),
        &[r#"{"datetime": "2016-12-19T10:00:00+05:30"}"#, r#"{"datetime": "2016-12-19T04:30:00Z"}"#],
    ),
    (
        "dst-date-time-field",
        || DateTimeField::new().default_timezone(zone("America/New_York")).into(),
        &[r#"{"datetime": "2017-07-01T16:00:00Z"}"#, r#"{"datetime": "2017-01-01T16:00:00Z"}"#],
    ),
    (
        "custom-timezone-date-time-field",
        || {
            let field = DateTimeField::new().default_timezone(zone("Asia/Kolkata"));
            field.format("%d/%m/%Y %H:%M").into()
        },
        &[r#"{"datetime": "2018-02-08T14:15:16Z"}"#],
    ),
    (
        "date-time-field-messages",
        || {
            let field = DateTimeField::new().default_timezone(zone("America/New_York"));
            field
                .required(false)
                .error_message("invalid", "Like {format}!")
                .error_message("date", "When?")
                .error_message("make_aware", "No such moment in {timezone}.")
                .error_message("overflow", "Too far.")
        },
        &[],
    ),
    (
        "time-field",
        || TimeField::new().into(),
        &[r#"{"time": "13:00:00"}"#, r#"{"time": "00:00:00"}"#, r#"{"time": "01:02:03.000004"}"#, "null"],
    ),
    ("custom-input-format-time-field", || TimeField::new().input_formats(["%I:%M%p"]).into(), &[]),
    (
        "custom-output-format-time-field",
        || TimeField::new().format("%I:%M%p").into(),
        &[r#"{"time": "13:00:00"}"#],
    ),
    ("no-output-format-time-field", || TimeField::new().unformatted().into(), &[r#"{"time": "13:00:00"}"#]),
    (
        "duration-field",
        || DurationField::new().into(),
        &[
            r#"{"microseconds": "289921000123"}"#,
            r#"{"microseconds": "0"}"#,
            r#"{"microseconds": "-1000000"}"#,
            r#"{"microseconds": "-86399999913600000000"}"#,
            r#"{"microseconds": "3600000005"}"#,
        ],
    ),
    ("min-max-duration-field", || DurationField::new().min_value(days(1)).max_value(days(4)).into(), &[]),
    (
        "no-output-format-duration-field",
        || DurationField::new().unformatted().into(),
        &[r#"{"microseconds": "86400000000"}"#, r#"{"microseconds": "-89999999"}"#],
    ),
    (
        "iso-output-format-duration-field",
        || DurationField::new().format("iso-8601").into(),
        &[
            r#"{"microseconds": "289921000123"}"#,
            r#"{"microseconds": "0"}"#,
            r#"{"microseconds": "-1000000"}"#,
        ],
    ),
    // Choices.
    ("choice-field", || quality().into(), &[r#""good""#, r#""""#, r#""amazing""#, "null"]),
    ("choice-field-allow-blank", || quality().allow_blank(true).into(), &[]),
    ("choice-field-allow-null", || same([1, 2, 3]).allow_null(true), &[]),
    ("choice-field-default", || quality().default("good".to_owned()), &[]),
    (
        "choice-field-groups",
        || {
            let numbers = ["integer", "float"].map(|name| (name, name));
            let strings = ["text", "email", "url"].map(|name| (name, name));
            let grouped = ChoiceField::new().group("Numbers", numbers).group("Strings", strings);
            grouped.choice("boolean", "boolean").into()
        },
        &[],
    ),
    (
        "choice-field-with-type",
        || {
            let numbered = [(1_i64, "Poor quality"), (2, "Medium quality"), (3, "Good quality")];
            ChoiceField::new().choices(numbered).into()
        },
        &["1", "null"],
    ),
    (
        "choice-field-with-list-choices",
        || ChoiceField::new().choices(["poor", "medium", "good"].map(|name| (name, name))).into(),
        &[],
    ),
    (
        "choice-field-with-grouped-choices",
        || {
            let grouped = [("poor", "Poor quality"), ("medium", "Medium quality")];
            ChoiceField::new().group("Category", grouped).choice("good", "Good quality").into()
        },
        &[],
    ),
    (
        "choice-field-with-mixed-choices",
        || {
            let mixed = ChoiceField::new().group("Category", [("poor", "Poor quality")]);
            mixed.choice("medium", "medium").choice("good", "Good quality").into()
        },
        &[],
    ),
    (
        "choice-field-both-types",
        || {
            let field = ChoiceField::new().choice("s", "Small").choice(3_i64, "Three").choice("4", "Four");
            field.choice(true, "Yes").choice(Json::Null, "None").into()
        },
        &[],
    ),
    ("choice-field-empty-value", || ChoiceField::new().choice("", "Nothing").choice("a", "A").into(), &[]),
    (
        "choice-field-messages",
        || ChoiceField::new().choice("a", "a").error_message("invalid_choice", "Not {input}."),
        &[],
    ),
    (
        "choice-field-small-numbers",
        || ChoiceField::new().choices([(0_i64, "Small"), (1, "Medium"), (2, "Large")]).into(),
        &[],
    ),
    (
        "choice-field-nested-numbers",
        || {
            let grouped = [(1_i64, "First"), (2, "Second"), (3, "Third")];
            ChoiceField::new().group("Category", grouped).choice(4_i64, "Fourth").into()
        },
        &[],
    ),
    (
        "choice-field-mixed-numbers",
        || {
            let mixed = ChoiceField::new().group("Category", [(1_i64, "First"), (2, "Second")]);
            mixed.choice(3_i64, "3").choice(4_i64, "Fourth").into()
        },
        &[],
    ),
    ("integer-choices", || ChoiceField::new().choices([(1_i64, "Small"), (2, "Large")]).into(), &["2"]),
    ("text-choices", || ChoiceField::new().choices([("r", "Red"), ("b", "Blue")]).into(), &[r#""r""#]),
    (
        "multiple-choice-field",
        || extras().into(),
        &[
            r#"["aircon", "manual", "incorrect"]"#,
            r#"["manual", "aircon", "incorrect"]"#,
            r#"["aircon", "manual", "aircon"]"#,
            "[]",
        ],
    ),
    ("empty-multiple-choice-field", || extras().allow_empty(false).into(), &[]),
    (
        "multiple-choice-field-not-required",
        || {
            let numbers = [(1_i64, "1"), (2, "2"), (3, "3")];
            MultipleChoiceField::new().choices(numbers).required(false)
        },
        &[],
    ),
    ("multiple-choice-field-allow-null", || extras().allow_null(true), &[]),
    ("multiple-choice-field-allow-blank", || extras().allow_blank(true).into(), &[]),
    // Files.
    (
        "file-field",
        || FileField::new().max_length(10).into(),
        &[r#""docs/a.txt""#, r#""a b&é.txt""#, r#""""#, "null"],
    ),
    ("file-field-allow-empty", || FileField::new().allow_empty_file(true).into(), &[]),
    ("file-field-not-required", || FileField::new().required(false).allow_null(true), &[]),
    ("file-field-use-name", || FileField::new().use_url(false).into(), &[r#""docs/a b.txt""#, r#""""#]),
    (
        "file-field-messages",
        || {
            FileField::new()
                .max_length(5)
                .error_message("required", "A file!")
                .error_message("invalid", "No file.")
                .error_message("empty", "Empty.")
                .error_message("max_length", "{length} of {max_length}.")
                .error_message("null", "Null.")
        },
        &[],
    ),
    ("image-field", || ImageField::new().into(), &[r#""a.png""#, r#""x?y=1#z.png""#, r#""a\\b.png""#]),
    ("image-field-max-length", || ImageField::new().max_length(10).allow_null(true).required(false), &[]),
    ("file-field-read-only", || FileField::new().read_only(), &[r#""./a.txt""#, r#""/a.txt""#]),
    ("file-field-write-only", || FileField::new().write_only(), &[]),
    ("file-field-default", || FileField::new().default(Validated::NULL).allow_null(true), &[]),
    ("image-field-allow-empty", || ImageField::new().allow_empty_file(true).into(), &[]),
    ("image-field-use-name", || ImageField::new().use_url(false).into(), &[r#""a.png""#, "null"]),
    (
        "image-field-messages",
        || {
            ImageField::new()
                .max_length(9)
                .error_message("invalid", "No file.")
                .error_message("empty", "Empty.")
                .error_message("invalid_image", "No image.")
                .error_message("max_length", "{length}!")
        },
        &[],
    ),
    ("validate-file-extension", || FileField::new().validator(Rule::FileExtension(&["txt", "pdf"])), &[]),
    (
        "validate-file-name",
        || {
            let name = Validator::new(Rule::regex(r"^[a-z]+\.txt$"));
            FileField::new().validator(name.message("Not “%(value)s”.").code("name"))
        },
        &[],
    ),
    (
        "file-list",
        || list().child(FileField::new().max_length(10)).max_length(2).into(),
        &[r#"["a.txt", "b.txt"]"#, "[]"],
    ),
    (
        "file-list-use-name",
        || list().child(FileField::new().use_url(false)).allow_empty(false).into(),
        &[r#"["a.txt", ""]"#],
    ),
    (
        "file-list-allow-null",
        || list().child(FileField::new().allow_null(true)).required(false),
        &[r#"["a.txt", null]"#],
    ),
    ("image-list", || list().child(ImageField::new()).into(), &[]),
    ("file-dict", || dict().child(FileField::new().max_length(10)).into(), &[r#"{"a": "a.txt", "b": ""}"#]),
    ("image-dict", || dict().child(ImageField::new().max_length(10)).into(), &[]),
    ("image-lists", || list().child(list().child(ImageField::new())).into(), &[]),
    // Relations without a model serializer around them.
    ("primary-key-related-field", || keys().into(), &[]),
    ("many-primary-key-related-field", || keys().many(true).into(), &[]),
    ("not-empty-primary-key-related-field", || keys().many(true).allow_empty(false).into(), &[]),
    (
        "proxied-primary-key-related-field",
        || {
            PrimaryKeyRelatedField::<UUIDForeignKeyTarget>::new()
                .pk_field(UUIDField::new().format(UuidFormat::Int))
                .into()
        },
        &[],
    ),
    ("slug-related-field", || names().into(), &[]),
    ("many-slug-related-field", || names().many(true).into(), &[]),
    (
        "nested-slug-related-field",
        || {
            let sources = NullableForeignKeySource::objects().filter(NullableForeignKeySource::ID.eq(1));
            SlugRelatedField::new().slug_field("target__name").queryset(sources).into()
        },
        &[],
    ),
    (
        "nested-nested-slug-related-field",
        || {
            let sources = NestedForeignKeySource::objects().filter(NestedForeignKeySource::ID.eq(1));
            SlugRelatedField::new().slug_field("target__target__name").queryset(sources).into()
        },
        &[],
    ),
    // Fields made of others.
    ("list-field", || list().child(integer()).into(), &["[1, 2, 3]", "[]"]),
    ("nested-list-field", || list().child(list().child(integer())).into(), &["[[1, 2], [3]]"]),
    (
        "list-field-of-keys",
        || list().child(PrimaryKeyRelatedField::<UUIDForeignKeyTarget>::new()).into(),
        &[],
    ),
    ("empty-list-field", || list().child(integer()).allow_empty(false).into(), &[]),
    ("list-field-length-limit", || list().child(integer()).min_length(3).max_length(4).into(), &[]),
    ("unvalidated-list-field", || list().into(), &[r#"[1, "2", true, [4, 5, 6]]"#]),
    ("list-field-not-required", || list().required(false), &[]),
    ("list-field-default", || list().default(of_json("[1, 3]")), &[]),
    ("list-field-allow-null", || list().child(text().max_length(7)).allow_null(true).required(false), &[]),
    (
        "list-field-null-child",
        || list().child(integer().min_value(0).allow_null(true)).into(),
        &["[1, null]"],
    ),
    (
        "list-field-messages",
        || {
            let field = list().min_length(2).max_length(3);
            field
                .error_message("not_a_list", "A list, not {input_type}.")
                .error_message("min_length", "{min_length}!")
                .error_message("max_length", "{max_length}?")
        },
        &[],
    ),
    ("dict-field", || dict().child(text()).into(), &[r#"{"a": "1", "b": "2"}"#, "{}"]),
    (
        "nested-dict-field",
        || dict().child(dict().child(text())).into(),
        &[r#"{"0": {"a": "1"}, "1": {"3": "3"}}"#],
    ),
    (
        "dict-field-with-null-child",
        || dict().child(text().allow_null(true)).into(),
        &[r#"{"a": null, "b": "2"}"#],
    ),
    ("unvalidated-dict-field", || dict().into(), &[r#"{"a": 1, "b": [4, 5, 6]}"#]),
    ("dict-field-allow-null", || dict().allow_null(true), &[]),
    ("dict-field-not-empty", || dict().allow_empty(false).into(), &[]),
    ("dict-field-default", || dict().default(of_json(r#"{"x": "y"}"#)), &[]),
    ("dict-field-not-required", || dict().required(false), &[]),
    ("dict-field-of-lists", || dict().child(list().child(integer().min_value(0))).into(), &[]),
    ("hstore-field", || HStoreField::new().into(), &[r#"{"a": "1", "b": null}"#]),
    ("hstore-field-allow-null", || HStoreField::new().allow_null(true), &[]),
    (
        "json-field",
        || JSONField::new().into(),
        &[r#"{"a": 1, "b": ["some", "list", true, 1.23], "3": 3}"#, "null", r#""text""#],
    ),
    ("json-field-allow-null", || JSONField::new().allow_null(true), &[]),
    ("binary-json-field", || JSONField::new().binary(true).into(), &[r#"["some", "list", true, 1.23]"#]),
];
