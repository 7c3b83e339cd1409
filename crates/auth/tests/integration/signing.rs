use std::time::{Duration, SystemTime, UNIX_EPOCH};

use belleville_auth::crypto::hex;
use belleville_auth::signing::{
    Algorithm, BadSignature, DEFAULT_SALT, SecretKeys, Signer, TimestampSigner, dumps, loads, salted_hmac,
};
use belleville_db::json::{self, Json};

use crate::vectors::{check_rows, django, generated, keys, rows, text};

fn signing_time() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

#[test]
fn salted_hmac_is_djangos() {
    let vectors = django();
    let algorithms =
        [("salted_hmac_sha1_hex", Algorithm::Sha1), ("salted_hmac_sha256_hex", Algorithm::Sha256)];
    for (name, algorithm) in algorithms {
        let row = &vectors[name];
        let mac = salted_hmac(text(&row["key_salt"]), text(&row["value"]), keys().primary(), algorithm);
        assert_eq!(hex(&mac), text(&row["hex"]), "{name}");
    }
}

#[test]
fn signatures_are_djangos() {
    let vectors = generated();
    check_rows(
        rows(&vectors["signed"]),
        |row| ["plain", "sha1", "timed"].map(|form| text(&row[form]).to_owned()),
        |row| {
            let (salt, value) = (text(&row["salt"]), text(&row["value"]));
            [
                Signer::new(&keys(), salt).sign(value),
                Signer::with_algorithm(&keys(), salt, Algorithm::Sha1).sign(value),
                TimestampSigner::new(&keys(), salt).sign_at(value, signing_time()),
            ]
        },
    );
}

#[test]
fn djangos_signatures_are_read_and_fallbacks_only_verify() {
    let vectors = generated();
    let without_fallback = SecretKeys::new(keys().primary(), [""; 0]);
    for row in rows(&vectors["signed"]) {
        let (salt, value) = (text(&row["salt"]), text(&row["value"]));
        let signer = TimestampSigner::new(&keys(), salt);
        for form in ["timed", "fallback"] {
            assert_eq!(signer.unsign(text(&row[form]), None), Ok(value), "{row}");
        }
        let strict = TimestampSigner::new(&without_fallback, salt);
        assert_eq!(strict.unsign(text(&row["fallback"]), None), Err(BadSignature::DoesNotMatch), "{row}");
        assert!(
            TimestampSigner::new(&keys(), "elsewhere").unsign(text(&row["timed"]), None).is_err(),
            "{row}"
        );
    }
}

#[test]
fn whatever_is_not_signed_is_refused() {
    let vectors = generated();
    let signer = TimestampSigner::new(&keys(), "s");
    for signed in rows(&vectors["signed_bad"]) {
        assert!(signer.unsign(text(signed), None).is_err(), "{signed}");
    }
}

#[test]
fn age_counts_from_the_signature() {
    let signer = TimestampSigner::new(&keys(), "s");
    let signed = signer.sign_at("v", signing_time());
    let day = Duration::from_secs(86_400);
    let second = Duration::from_secs(1);
    let rows = [
        (signing_time() + day, Some(day), true),
        (signing_time() + day + Duration::from_millis(1), Some(day), false),
        (signing_time() + day + second, Some(day), false),
        (signing_time() + 1000 * day, None, true),
        (signing_time() - day, Some(Duration::ZERO), true),
    ];
    for (now, max_age, good) in rows {
        let outcome = signer.unsign_at(&signed, max_age, now);
        assert_eq!(outcome.is_ok(), good, "{now:?} {outcome:?}");
        assert!(good || matches!(outcome, Err(BadSignature::Expired { .. })));
    }
}

#[test]
fn json_is_written_and_read_as_django_does() {
    let vectors = generated();
    let signer = TimestampSigner::new(&keys(), DEFAULT_SALT);
    for row in rows(&vectors["json"]) {
        let object = json::loads(text(&row["object"])).expect("JSON");
        assert_eq!(object.dumps().as_deref(), Ok(text(&row["ascii"])));
        for form in ["plain", "compressed"] {
            assert_eq!(loads(&signer, text(&row[form]), None).as_ref(), Ok(&object), "{row}");
        }
        for compress in [false, true] {
            let signed = dumps(&signer, &object, compress).expect("JSON");
            assert_eq!(loads(&signer, &signed, None).as_ref(), Ok(&object), "{row}");
        }
        let payload = |signed: &str| signed.split(':').next().map(str::to_owned);
        let signed = dumps(&signer, &object, false).expect("JSON");
        assert_eq!(payload(&signed), payload(text(&row["plain"])));
    }
}

#[test]
fn the_contracts_signed_values_are_good() {
    let vectors = django();
    let signer = TimestampSigner::new(&keys(), DEFAULT_SALT);
    let signed = text(&vectors["signing_dumps"]["encoded"]);
    assert_eq!(loads(&signer, signed, None), Ok(Json::from("hello")));
}

#[test]
fn secrets_do_not_print() {
    let keys = SecretKeys::new("hush-hush", ["older-hush"]);
    let printed = format!("{keys:?} {:?} {:?}", Signer::new(&keys, "s"), TimestampSigner::new(&keys, "s"));
    assert!(!printed.contains("hush"), "{printed}");
}
