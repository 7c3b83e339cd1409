//! One serializer for each declaration of DRF's `tests/test_fields.py`: it has this one field, called `field`.

use belleville::serializers::fields::{
    BooleanField, CharField, Declared, DefaultValue, DictField, EmailField, FieldOptions, HStoreField,
    HiddenField, IntegerField, ListField,
};
use belleville::serializers::{Methods, SerializerClass, Validated};

use super::{Instance, Lab, instance, of_json};

/// The name, the field, and the values that GET shows, as JSON.
type Row = (&'static str, fn() -> Declared, &'static [&'static str]);

pub(super) fn labs() -> Vec<Lab> {
    FIELDS.iter().map(lab).collect()
}

fn lab((name, field, shown): &Row) -> Lab {
    let class = SerializerClass::plain("Lab", [("field", field())], Methods::new());
    let shown = if shown.is_empty() { Instance::None } else { instance(&objects(shown)) };
    Lab::new(name, class, shown)
}

/// An object with each of the values.
fn objects(shown: &[&str]) -> String {
    let objects: Vec<String> = shown.iter().map(|shown| format!("{{\"field\": {shown}}}")).collect();
    format!("[{}]", objects.join(", "))
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
    ("char-field-no-validators", || text().into(), &[]),
    ("email-field", || EmailField::new().into(), &[]),
    ("email-field-lengths", || EmailField::new().max_length(12).min_length(7).into(), &[]),
    (
        "email-field-message",
        || EmailField::new().allow_blank(true).error_message("invalid", "No such address."),
        &[],
    ),
    // Numbers.
    ("integer-field", || integer().into(), &["1", "0", "-5"]),
    ("min-max-integer-field", || integer().min_value(1).max_value(3).into(), &[]),
    // Fields made of others.
    ("list-field", || list().child(integer()).into(), &["[1, 2, 3]", "[]"]),
    ("nested-list-field", || list().child(list().child(integer())).into(), &["[[1, 2], [3]]"]),
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
];
