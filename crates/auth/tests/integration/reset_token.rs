use belleville_auth::reset_token::{
    PASSWORD_RESET_TIMEOUT, PasswordResetTokenGenerator, ResetUser, decode_uid, encode_uid,
};

use crate::vectors::{check_rows, django, generated, keys, optional_text, rows, text};

#[test]
fn tokens_are_good_where_django_says_so() {
    let vectors = generated();
    let generator = PasswordResetTokenGenerator::new(&keys(), PASSWORD_RESET_TIMEOUT);
    check_rows(
        rows(&vectors["reset_tokens"]),
        |row| row["good"] == true,
        |row| {
            let user = ResetUser {
                pk: text(&row["pk"]),
                password: text(&row["password"]),
                last_login: optional_text(&row["last_login"]),
                email: text(&row["email"]),
            };
            generator.check_token(&user, text(&row["token"]), row["now"].as_u64().expect("a number"))
        },
    );
}

#[test]
fn the_contracts_token_is_made() {
    let vectors = django();
    let user = ResetUser {
        pk: "1",
        password: text(&vectors["session_auth_hash"]["password_field"]),
        last_login: Some("2024-01-01 00:00:00"),
        email: "a@b.c",
    };
    let made_at = vectors["password_reset"]["ts"].as_u64().expect("a number");
    let generator = PasswordResetTokenGenerator::new(&keys(), PASSWORD_RESET_TIMEOUT);
    assert_eq!(generator.make_token(&user, made_at), text(&vectors["password_reset"]["token"]));
    assert_eq!(encode_uid("1"), text(&vectors["password_reset"]["uidb64(1)"]));
}

#[test]
fn user_ids_travel_in_links() {
    for pk in ["1", "42", "550e8400-e29b-41d4-a716-446655440000", "é"] {
        assert_eq!(decode_uid(&encode_uid(pk)).as_deref(), Some(pk));
    }
    for broken in ["*", "_w", "a"] {
        assert_eq!(decode_uid(broken), None, "{broken}");
    }
}
