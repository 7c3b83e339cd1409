use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use belleville_auth::hashers::{
    Argon2PasswordHasher, BCryptPasswordHasher, BCryptSha256PasswordHasher, HashError, Md5PasswordHasher,
    PasswordHasher, PasswordHashers, Pbkdf2PasswordHasher, Pbkdf2Sha1PasswordHasher, ScryptPasswordHasher,
    UnknownHasher, Verification, is_password_usable, make_unusable_password,
};
use serde_json::Value;

use crate::vectors::{check_rows, django, generated, rows, text};

/// The work factors under which `generate.py` asked Django.
fn cheap_hashers() -> Vec<Box<dyn PasswordHasher>> {
    vec![
        Box::new(Pbkdf2PasswordHasher { iterations: 100 }),
        Box::new(Pbkdf2Sha1PasswordHasher { iterations: 100 }),
        Box::new(Argon2PasswordHasher { memory_cost: 64, time_cost: 1, parallelism: 2 }),
        Box::new(BCryptSha256PasswordHasher { rounds: 5 }),
        Box::new(BCryptPasswordHasher { rounds: 5 }),
        Box::new(ScryptPasswordHasher { work_factor: 16, block_size: 2, parallelism: 1 }),
        Box::new(Md5PasswordHasher),
    ]
}

fn preferring(algorithm: &str) -> PasswordHashers {
    let (mut preferred, others): (Vec<_>, Vec<_>) =
        cheap_hashers().into_iter().partition(|hasher| hasher.algorithm() == algorithm);
    PasswordHashers::new(preferred.pop().expect("an algorithm of ours"), others)
}

fn outcome(verification: Verification) -> &'static str {
    match verification {
        Verification::Wrong => "wrong",
        Verification::Right { must_update: false } => "right",
        Verification::Right { must_update: true } => "update",
    }
}

#[test]
fn right_passwords_are_judged_as_in_django_whichever_hasher_is_preferred() {
    let vectors = generated();
    let password = text(&vectors["passwords"]["password"]);
    for algorithm in ["pbkdf2_sha256", "argon2", "bcrypt_sha256", "bcrypt", "scrypt", "md5"] {
        let hashers = preferring(algorithm);
        check_rows(
            rows(&vectors["passwords"]["good"]),
            |row| text(&row["outcomes"][algorithm]).to_owned(),
            |row| outcome(hashers.check_password(password, text(&row["encoded"]))).to_owned(),
        );
    }
}

#[test]
fn wrong_passwords_are_wrong_for_every_algorithm() {
    let vectors = generated();
    let password = text(&vectors["passwords"]["password"]);
    let hashers = preferring("pbkdf2_sha256");
    for row in rows(&vectors["passwords"]["good"]) {
        for wrong in [format!("{password}x"), String::new(), password.to_uppercase()] {
            assert_eq!(hashers.check_password(&wrong, text(&row["encoded"])), Verification::Wrong, "{row}");
        }
    }
}

#[test]
fn malformed_hashes_are_wrong_where_django_says_so_or_breaks_down() {
    let vectors = generated();
    let password = text(&vectors["passwords"]["password"]);
    for algorithm in ["pbkdf2_sha256", "argon2", "bcrypt_sha256", "scrypt"] {
        let hashers = preferring(algorithm);
        for row in rows(&vectors["passwords"]["bad"]) {
            let before = hashers.operations();
            assert_eq!(hashers.check_password(password, text(&row["encoded"])), Verification::Wrong, "{row}");
            assert_eq!(hashers.operations(), before + 1, "the work is done all the same: {row}");
        }
    }
}

#[test]
fn long_and_odd_passwords_hash_as_in_django() {
    let vectors = generated();
    let hashers = preferring("md5");
    check_rows(
        rows(&vectors["password_lengths"]),
        |_| true,
        |row: &Value| hashers.check_password(text(&row[0]), text(&row[1])).is_right(),
    );
}

#[test]
fn the_contracts_hashes_check_at_full_cost() {
    let vectors = django();
    let password = text(&vectors["passwords"]["plain"]);
    let hashers = PasswordHashers::default();
    let encoded = &vectors["passwords"]["encoded"];
    for (algorithm, expected) in [("pbkdf2_sha256", "right"), ("pbkdf2_sha1", "update"), ("scrypt", "update")]
    {
        assert_eq!(
            outcome(hashers.check_password(password, text(&encoded[algorithm]))),
            expected,
            "{algorithm}"
        );
    }
    // Neither is in Django's default list, so that neither is right.
    for unlisted in ["md5", "bcrypt"] {
        assert_eq!(
            hashers.check_password(password, text(&encoded[unlisted])),
            Verification::Wrong,
            "{unlisted}"
        );
    }
    let slow: [(&str, Box<dyn PasswordHasher>); 3] = [
        ("argon2", Box::new(Argon2PasswordHasher::default())),
        ("bcrypt_sha256", Box::new(BCryptSha256PasswordHasher::default())),
        ("bcrypt", Box::new(BCryptPasswordHasher::default())),
    ];
    for (algorithm, hasher) in slow {
        assert_eq!(hasher.verify(password, text(&encoded[algorithm])), Ok(true), "{algorithm}");
        assert!(!hasher.must_update(text(&encoded[algorithm])), "{algorithm}");
    }
}

#[test]
fn what_is_made_is_right_and_current() {
    for hasher in cheap_hashers() {
        let algorithm = hasher.algorithm();
        let hashers = PasswordHashers::new(hasher, []);
        let encoded = hashers.make_password("correct horse").expect("an ordinary password");
        assert!(encoded.starts_with(&format!("{algorithm}$")) && encoded.len() <= 128, "{encoded}");
        assert_eq!(
            hashers.check_password("correct horse", &encoded),
            Verification::Right { must_update: false }
        );
        assert_ne!(
            hashers.make_password("correct horse").expect("an ordinary password"),
            encoded,
            "salts differ"
        );
    }
}

#[test]
fn absurd_costs_are_refused_unless_they_are_the_configured_ones() {
    let h = "A".repeat(43);
    let rows = [
        format!("pbkdf2_sha256$4000000000$salt${h}="),
        format!("pbkdf2_sha1$10000001$salt${h}="),
        format!("argon2$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ${h}"),
        format!("argon2$argon2id$v=19$m=524288,t=4294967295,p=1$c2FsdHNhbHQ${h}"),
        format!("argon2$argon2id$v=19$m=8,t=4294967295,p=1$c2FsdHNhbHQ${h}"),
        format!("bcrypt_sha256$$2b$31$saltsaltsaltsaltsaltsO{}", "a".repeat(31)),
        format!("bcrypt$$2b$17$saltsaltsaltsaltsaltsO{}", "a".repeat(31)),
        format!("scrypt$2147483648$salt$8$1${h}="),
        format!("scrypt$16384$salt$4294967295$1${h}="),
        format!("scrypt$2$salt$1$4294967295${h}="),
        format!("scrypt$8$salt$1$1900000${h}="),
    ];
    for encoded in rows {
        let algorithm = encoded.split('$').next();
        let hasher = cheap_hashers().into_iter().find(|hasher| Some(hasher.algorithm()) == algorithm);
        assert_eq!(
            hasher.expect("one of ours").verify("x", &encoded),
            Err(HashError::TooCostly),
            "{encoded}"
        );
    }
    let configured = Pbkdf2PasswordHasher { iterations: 10_000_001 };
    assert_ne!(configured.verify("x", "pbkdf2_sha256$10000002$salt$h"), Ok(true));
}

#[test]
fn bcrypt_takes_72_bytes() {
    let hashers = PasswordHashers::new(Box::new(BCryptPasswordHasher { rounds: 4 }), []);
    let encoded = hashers.make_password(&"x".repeat(72)).expect("72 bytes fit");
    assert!(hashers.check_password(&"x".repeat(72), &encoded).is_right());
    for too_long in ["x".repeat(73), "é".repeat(37)] {
        assert_eq!(hashers.make_password(&too_long), Err(HashError::PasswordTooLong));
        assert_eq!(hashers.check_password(&too_long, &encoded), Verification::Wrong);
    }
}

/// Notes what it was asked to do instead of hashing.
struct Witness {
    hardened: Arc<AtomicU32>,
    must_update: bool,
}

impl PasswordHasher for Witness {
    fn algorithm(&self) -> &'static str {
        "witness"
    }

    fn encode(&self, password: &str, _salt: &str) -> Result<String, HashError> {
        Ok(format!("witness${password}"))
    }

    fn verify(&self, password: &str, encoded: &str) -> Result<bool, HashError> {
        Ok(encoded == format!("witness${password}"))
    }

    fn must_update(&self, _encoded: &str) -> bool {
        self.must_update
    }

    fn harden_runtime(&self, _password: &str, _encoded: &str) {
        self.hardened.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn runtime_is_hardened_for_a_wrong_password_under_an_outdated_hash_of_the_preferred_algorithm_only() {
    let rows = [
        ("outdated, wrong", "witness", true, "witness$b", 1),
        ("outdated, right", "witness", true, "witness$a", 0),
        ("current, wrong", "witness", false, "witness$b", 0),
        ("not preferred, outdated, wrong", "md5", true, "witness$b", 0),
    ];
    for (name, preferred, must_update, encoded, expected) in rows {
        let hardened = Arc::new(AtomicU32::new(0));
        let witness: Box<dyn PasswordHasher> =
            Box::new(Witness { hardened: Arc::clone(&hardened), must_update });
        let md5: Box<dyn PasswordHasher> = Box::new(Md5PasswordHasher);
        let (first, second) = if preferred == "md5" { (md5, witness) } else { (witness, md5) };
        let _ = PasswordHashers::new(first, [second]).check_password("a", encoded);
        assert_eq!(hardened.load(Ordering::Relaxed), expected, "{name}");
    }
}

#[test]
fn hashers_are_named_as_in_djangos_settings() {
    let names =
        ["django.contrib.auth.hashers.ScryptPasswordHasher", "PBKDF2PasswordHasher", "MD5PasswordHasher"];
    let hashers = PasswordHashers::from_setting(names, 7).expect("names that we know");
    assert_eq!(format!("{hashers:?}"), r#"PasswordHashers["scrypt", "pbkdf2_sha256", "md5"]"#);
    let preferred = PasswordHashers::from_setting(["PBKDF2PasswordHasher"], 7).expect("a name that we know");
    assert!(preferred.make_password("x").is_ok_and(|encoded| encoded.starts_with("pbkdf2_sha256$7$")));
    for (names, unknown) in [(vec![], ""), (vec!["MD5PasswordHasher", "my.Hasher"], "my.Hasher")] {
        let error = PasswordHashers::from_setting(names, 7).expect_err("an unknown name");
        assert_eq!(error, UnknownHasher(unknown.to_owned()));
        assert!(error.to_string().contains("BCryptSHA256PasswordHasher"));
    }
}

#[test]
fn unusable_passwords_match_nothing() {
    let unusable = make_unusable_password();
    assert_eq!(unusable.len(), 41);
    assert!(!is_password_usable(&unusable) && is_password_usable("") && is_password_usable("md5$a$b"));
    let hashers = preferring("md5");
    for password in ["", &unusable, &unusable[1..]] {
        assert_eq!(hashers.check_password(password, &unusable), Verification::Wrong);
    }
}
