use belleville_auth::sessions::codec::{
    AuthHashMatch, SessionCodec, SessionData, is_valid_session_key, new_session_key, session_auth_hash,
    verify_session_auth_hash,
};
use belleville_auth::signing::SecretKeys;
use belleville_db::json::{Json, loads};
use serde_json::{Value, json};

use crate::vectors::{check_rows, django, generated, keys, rows, text};

fn items(session: &SessionData) -> Value {
    session.iter().map(|(key, value)| json!([key, plain(value)])).collect()
}

fn plain(value: &Json) -> Value {
    serde_json::from_str(&value.dumps().expect("JSON")).expect("JSON")
}

#[test]
fn sessions_decode_as_in_django() {
    let vectors = generated();
    let codec = SessionCodec::new(&keys());
    check_rows(
        rows(&vectors["sessions"]),
        |row| row["items"].clone(),
        |row| items(&codec.decode(text(&row["encoded"]))),
    );
}

#[test]
fn the_contracts_sessions_decode_and_round_trip() {
    let vectors = django();
    let codec = SessionCodec::new(&keys());
    for name in ["session", "session_small", "session_unicode", "session_empty"] {
        let row = &vectors[name];
        let session = codec.decode(text(&row["encoded"]));
        assert_eq!(session.len(), row["dict"].as_object().map_or(0, |dict| dict.len()), "{name}");
        assert!(session.iter().all(|(key, value)| row["dict"][key] == plain(value)), "{name}");
        assert_eq!(items(&codec.decode(&codec.encode(&session).expect("JSON"))), items(&session), "{name}");
        let payload = |encoded: &str| encoded.split(':').next().map(str::to_owned);
        let compressed = text(&row["encoded"]).starts_with('.');
        assert_eq!(codec.encode(&session).expect("JSON").starts_with('.'), compressed, "{name}");
        if !compressed {
            assert_eq!(
                payload(&codec.encode(&session).expect("JSON")),
                payload(text(&row["encoded"])),
                "{name}"
            );
        }
    }
}

#[test]
fn a_session_keeps_its_order_and_what_it_does_not_know() {
    let mut session: SessionData =
        [("z", loads(r#"{"deep": [1, null]}"#).expect("JSON")), ("a", Json::from(1)), ("m", Json::from("x"))]
            .into_iter()
            .collect();
    assert_eq!(session.insert("a", 2), Some(Json::from(1)));
    assert_eq!(session.remove("m"), Some(Json::from("x")));
    assert_eq!(session.insert("last", true), None);
    assert_eq!(items(&session), json!([["z", {"deep": [1, null]}], ["a", 2], ["last", true]]));
    assert_eq!(format!("{session:?}"), r#"SessionData["z", "a", "last"]"#);
    assert!(session.contains_key("z") && session.remove("m").is_none());
    session.clear();
    assert!(session.is_empty());
}

#[test]
fn numbers_that_only_python_has_stay_what_they_are() {
    let codec = SessionCodec::new(&keys());
    for number in ["123456789012345678901234567890", "1e+16", "0.1", "-0.0", "NaN"] {
        let mut session = SessionData::new();
        session.insert("number", loads(number).expect(number));
        let read = codec.decode(&codec.encode(&session).expect("JSON"));
        let text = read.get("number").map(|value| value.dumps());
        assert_eq!(text, Some(Ok(number.to_owned())));
    }
}

#[test]
fn the_session_auth_hash_knows_its_secret_and_its_password() {
    let vectors = django();
    let row = &vectors["session_auth_hash"];
    let (password, hash) = (text(&row["password_field"]), text(&row["hex"]));
    assert_eq!(session_auth_hash(password, &keys()), hash);

    let rotated = SecretKeys::new("a new secret", [keys().primary()]);
    let foreign = SecretKeys::new("a new secret", ["another"]);
    let rows = [
        (hash, password, &keys(), AuthHashMatch::Current),
        (hash, password, &rotated, AuthHashMatch::Fallback),
        (hash, password, &foreign, AuthHashMatch::None),
        (hash, "another", &keys(), AuthHashMatch::None),
        ("", password, &keys(), AuthHashMatch::None),
        (&hash[1..], password, &keys(), AuthHashMatch::None),
    ];
    for (hash, password, keys, expected) in rows {
        assert_eq!(verify_session_auth_hash(hash, password, keys), expected);
    }
}

#[test]
fn session_keys_are_djangos() {
    let key = new_session_key();
    assert_eq!(key.len(), 32);
    assert!(key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{key}");
    assert_ne!(key, new_session_key());
    for (key, valid) in
        [("", false), ("1234567", false), ("12345678", true), ("éééééééé", true), ("ééééééé", false)]
    {
        assert_eq!(is_valid_session_key(key), valid, "{key}");
    }
}
