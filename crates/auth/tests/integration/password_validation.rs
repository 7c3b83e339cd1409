use belleville_auth::password_validation::{
    CommonPasswordValidator, MinimumLengthValidator, PasswordError, PasswordValidator, UserAttribute,
    UserAttributeSimilarityValidator, startproject_validators, validate_password,
};
use serde_json::{Value, json};

use crate::vectors::{check_rows, generated, rows, text};

fn as_json(error: &PasswordError) -> Value {
    json!([error.code, error.message])
}

#[test]
fn passwords_are_judged_as_in_django() {
    let vectors = generated();
    let table = &vectors["password_errors"];
    let attribute = |row: &'static Value| UserAttribute {
        name: text(&row[0]),
        verbose_name: text(&row[1]),
        value: text(&row[2]),
    };
    let attributes: &'static Value = Box::leak(Box::new(table["attributes"].clone()));
    let user: Vec<UserAttribute<'_>> = rows(attributes).iter().map(attribute).collect();
    let validators = startproject_validators();
    check_rows(
        rows(&table["rows"]),
        |row| row["errors"].clone(),
        |row| {
            let known = if row["user"] == true { user.as_slice() } else { &[] };
            let errors =
                validate_password(text(&row["password"]), known, &validators).err().unwrap_or_default();
            errors.iter().map(as_json).collect()
        },
    );
}

#[test]
fn help_texts_are_djangos() {
    let vectors = generated();
    let table = &vectors["password_errors"];
    let ours: Value =
        startproject_validators().iter().map(|validator| json!(validator.help_text())).collect();
    assert_eq!(ours, table["help_texts"]);

    let one = MinimumLengthValidator { min_length: 1 };
    assert_eq!(one.help_text(), text(&table["minimum_one_help"]));
    assert_eq!(one.validate("", &[]).err().as_ref().map(as_json), Some(table["minimum_one"].clone()));
}

#[test]
fn validators_take_options() {
    let own = CommonPasswordValidator::with_passwords(["zebra", "aardvark"]);
    for (password, taken) in [("Aardvark ", false), ("zebra", false), ("password", true)] {
        assert_eq!(own.validate(password, &[]).is_ok(), taken, "{password}");
    }
    let user = [UserAttribute { name: "city", verbose_name: "city", value: "London" }];
    let strict = UserAttributeSimilarityValidator::new(["city"], 0.5).expect("0.5 is allowed");
    let default = UserAttributeSimilarityValidator::default();
    assert!(strict.validate("london12345", &user).is_err());
    assert!(default.validate("london", &user).is_ok(), "only the named attributes count");
}
