use belleville_auth::csrf::{
    CsrfSecret, OriginWithoutScheme, Source, Submitted, TrustedOrigins, check_source, check_token,
};

use crate::vectors::{check_rows, generated, optional_text, rows, text};

#[test]
fn origins_and_referers_are_judged_as_in_django() {
    let vectors = generated();
    let sources = &vectors["csrf_sources"];
    let trusted =
        TrustedOrigins::parse(rows(&sources["trusted"]).iter().map(text)).expect("every entry has a scheme");
    check_rows(
        rows(&sources["rows"]),
        |row| optional_text(&row["reason"]).map(str::to_owned),
        |row| {
            let source = Source {
                secure: row["secure"] == true,
                host: optional_text(&row["host"]),
                port: text(&row["port"]),
                origin: optional_text(&row["origin"]),
                referer: optional_text(&row["referer"]),
                cookie_domain: optional_text(&row["cookie_domain"]),
            };
            check_source(&source, &trusted).err().map(|reason| reason.to_string())
        },
    );
}

#[test]
fn tokens_are_judged_as_in_django() {
    let vectors = generated();
    check_rows(
        rows(&vectors["csrf_tokens"]),
        |row| optional_text(&row["reason"]).map(str::to_owned),
        |row| {
            let submitted = Submitted {
                post_field: optional_text(&row["field"]),
                header: optional_text(&row["header"]),
                header_name: text(&row["header_name"]),
            };
            let stored = optional_text(&row["cookie"]).map(CsrfSecret::parse);
            check_token(stored, submitted).err().map(|reason| reason.to_string())
        },
    );
}

#[test]
fn trusted_origins_need_a_scheme() {
    for origin in ["example.com", "*.example.com", "", "//example.com", "https://[oops"] {
        let outcome = TrustedOrigins::parse(["https://good.example", origin]).err();
        assert_eq!(outcome, Some(OriginWithoutScheme(origin.to_owned())));
    }
}
