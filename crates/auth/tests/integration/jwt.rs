//! Tokens that others made, and tokens that others tried to make.

use belleville_auth::jwt::{Algorithm, Options, TokenClass, TokenError, Tokens, UserIdField};
use belleville_db::json::Json;
use serde_json::Value;

use crate::vectors::{django, text};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../vectors/jwt.json")).expect("the vectors are JSON")
}

fn each<'a>(vectors: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    vectors[name].as_array().expect("a list").iter()
}

fn options(algorithm: &str, signing_key: &str, verifying_key: &str) -> Options {
    Options {
        algorithm: algorithm.parse().expect("a known algorithm"),
        signing_key: signing_key.to_owned(),
        verifying_key: verifying_key.to_owned(),
        audience: vec![],
        audience_is_list: false,
        issuer: None,
        leeway: 0.0,
        access_token_lifetime: 300,
        refresh_token_lifetime: 86_400,
        sliding_token_lifetime: 300,
        sliding_token_refresh_lifetime: 86_400,
        token_type_claim: "token_type".to_owned(),
        jti_claim: "jti".to_owned(),
        sliding_token_refresh_exp_claim: "refresh_exp".to_owned(),
        user_id_field: UserIdField::pk(),
        user_id_claim: "user_id".to_owned(),
        check_revoke_token: false,
        revoke_token_claim: "hash_password".to_owned(),
    }
}

fn read(tokens: &Tokens, token: &str) -> Result<String, TokenError> {
    let token = tokens.decode(TokenClass::Access, token.as_bytes())?;
    tokens.verify(&token)?;
    let claims: Vec<String> = token
        .claims()
        .map(|(name, value)| format!("{name}={}", belleville_db::python::str_of(value)))
        .collect();
    Ok(claims.join(" "))
}

const CLAIMS: &str = "token_type=access exp=4102444800 iat=1700000000 jti=x user_id=1 name=Zoë";

/// Another signature of the same length.
fn damaged(token: &str) -> String {
    let (message, signature) = token.rsplit_once('.').expect("a token");
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    format!("{message}.{first}{}", &signature[1..])
}

#[test]
fn the_examples_of_the_rfc_are_genuine() {
    for example in each(&vectors(), "rfc") {
        let tokens =
            Tokens::new(options(text(&example["algorithm"]), "", text(&example["public"]))).expect("a key");
        // They expired in 2011, which is only said of a token whose signature is good.
        let token = text(&example["token"]);
        assert_eq!(read(&tokens, token), Err(TokenError::Expired), "{}", example["section"]);
        assert_eq!(read(&tokens, &damaged(token)), Err(TokenError::Invalid), "{}", example["section"]);
    }
}

#[test]
fn tokens_of_django_are_genuine() {
    let vectors = django();
    let tokens = Tokens::new(options("HS256", text(&vectors["secret_key"]), "")).expect("a key");
    assert_eq!(read(&tokens, text(&vectors["jwt"]["encoded"])), Err(TokenError::Expired));
}

#[test]
fn every_algorithm_reads_what_pyjwt_signed_and_what_it_signs_itself() {
    let vectors = vectors();
    for vector in each(&vectors, "secret") {
        let tokens =
            Tokens::new(options(text(&vector["algorithm"]), text(&vector["secret"]), "")).expect("a key");
        assert_eq!(read(&tokens, text(&vector["token"])).as_deref(), Ok(CLAIMS));
    }
    for vector in each(&vectors, "key") {
        let (name, token) = (text(&vector["algorithm"]), text(&vector["token"]));
        let by_public_key = Tokens::new(options(name, "", text(&vector["public"]))).expect("a public key");
        assert!(!by_public_key.can_sign());
        assert_eq!(read(&by_public_key, token).as_deref(), Ok(CLAIMS), "{name}");
        assert_eq!(read(&by_public_key, &damaged(token)), Err(TokenError::Invalid), "{name}");
        for private in ["pkcs8", "traditional"] {
            let tokens = Tokens::new(options(name, text(&vector[private]), "")).expect("a private key");
            let again = tokens.decode(TokenClass::Access, token.as_bytes()).expect("a good token");
            let again = tokens.encode(&again).expect("a token");
            assert_eq!(read(&by_public_key, &again).as_deref(), Ok(CLAIMS), "{name} {private}");
        }
    }
}

#[test]
fn a_key_of_a_set_is_found_by_its_id() {
    for vector in each(&vectors(), "key") {
        let (name, token) = (text(&vector["algorithm"]), text(&vector["token"]));
        let set =
            |jwk: &Value| serde_json::json!({ "keys": [{ "kty": "oct", "kid": "one", "k": "AAAA" }, jwk] });
        let tokens =
            Tokens::with_jwk_set(options(name, "", ""), &set(&vector["jwk"]).to_string()).expect("a set");
        assert_eq!(read(&tokens, token).as_deref(), Ok(CLAIMS), "{name}");
        // The key under another id, after the set was exchanged.
        let mut other = vector["jwk"].clone();
        other["kid"] = "two".into();
        tokens.replace_jwk_set(&set(&other).to_string()).expect("a set");
        assert_eq!(read(&tokens, token), Err(TokenError::Invalid), "{name}");
        // A key for encryption is none.
        other["use"] = "enc".into();
        assert!(tokens.replace_jwk_set(&set(&other).to_string()).is_err(), "{name}");
        assert!(tokens.replace_jwk_set("{").is_err());
    }
    let set = "{\"keys\":[]}";
    assert!(Tokens::with_jwk_set(options("HS256", "secret", ""), set).is_err());
}

#[test]
fn no_algorithm_reads_the_tokens_of_another() {
    let vectors = vectors();
    let all: Vec<&Value> = each(&vectors, "secret").chain(each(&vectors, "key")).collect();
    for reader in &all {
        let key = if reader["secret"].is_string() { &reader["secret"] } else { &reader["pkcs8"] };
        let tokens = Tokens::new(options(text(&reader["algorithm"]), text(key), "")).expect("a key");
        for vector in &all {
            let alike = vector["algorithm"] == reader["algorithm"];
            assert_eq!(read(&tokens, text(&vector["token"])).is_ok(), alike);
        }
    }
}

#[test]
fn a_public_key_is_no_secret() {
    for vector in each(&vectors(), "key") {
        let public = text(&vector["public"]);
        for algorithm in ["HS256", "HS384", "HS512"] {
            let error = Tokens::new(options(algorithm, public, "")).expect_err("an asymmetric key");
            assert!(error.to_string().contains("say RS256 or ES256"), "{error}");
        }
    }
    assert!(Tokens::new(options("HS256", "ssh-rsa AAAA", "")).is_err());
    assert!(Tokens::new(options("HS256", "", "")).is_err());
}

#[test]
fn a_token_signed_with_the_public_key_as_a_secret_is_none() {
    for vector in each(&vectors(), "key") {
        let (name, public) = (text(&vector["algorithm"]), text(&vector["public"]));
        let by_key = Tokens::new(options(name, "", public)).expect("a public key");
        let set = serde_json::json!({ "keys": [vector["jwk"]] }).to_string();
        let by_set = Tokens::with_jwk_set(options(name, "", ""), &set).expect("a set");
        for confused in vector["confused"].as_array().expect("tokens") {
            for tokens in [&by_key, &by_set] {
                assert_eq!(read(tokens, text(confused)), Err(TokenError::Invalid), "{name}");
            }
        }
    }
}

#[test]
fn keys_that_do_not_fit_say_so() {
    let vectors = vectors();
    let key = |name: &str| each(&vectors, "key").find(|key| key["algorithm"] == name).expect("a key").clone();
    let (rsa, p256) = (key("RS256"), key("ES256"));
    for (algorithm, signing, verifying, part) in [
        ("RS256", "", "", "needs signing_key or verifying_key"),
        ("RS256", "secret", "", "no public key in PEM that RS256 can use"),
        ("RS256", text(&p256["pkcs8"]), "", "RS256 can use"),
        ("ES256", text(&rsa["pkcs8"]), "", "ES256 can use"),
        ("ES384", text(&p256["pkcs8"]), "", "ES384 can use"),
        ("ES256", text(&p256["public"]), "", "signing_key is no private key"),
        ("ES256", text(&p256["pkcs8"]), text(&rsa["public"]), "verifying_key is no public key"),
    ] {
        let error = Tokens::new(options(algorithm, signing, verifying)).expect_err(part);
        assert!(error.to_string().contains(part), "{algorithm}: {error}");
    }
    let unknown = "none".parse::<Algorithm>().expect_err("no algorithm");
    assert_eq!(
        unknown.to_string(),
        "algorithm is `none`, which is unknown; known are HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384, ES512"
    );
}

#[test]
fn a_claim_of_every_kind_survives() {
    let tokens = Tokens::new(options("HS256", "a-secret-of-more-than-thirty-two-bytes", "")).expect("a key");
    let vectors = vectors();
    let made = Tokens::new(options("HS256", text(&vectors["secret"][0]["secret"]), "")).expect("a key");
    let mut token =
        made.decode(TokenClass::Access, text(&vectors["secret"][0]["token"]).as_bytes()).expect("a token");
    token.insert("list", vec![Json::Float(1.5), Json::Null, Json::from("é😀")]);
    token.insert("yes", true);
    let encoded = tokens.encode(&token).expect("a token");
    assert_eq!(read(&tokens, &encoded), Ok(format!("{CLAIMS} list=[1.5, None, 'é😀'] yes=True")));
}
