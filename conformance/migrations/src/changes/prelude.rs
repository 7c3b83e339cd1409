//! What the models of a change use.

pub(crate) use belleville_db::json::Json;
pub(crate) use belleville_db::migrations::AppConfig;
pub(crate) use belleville_db::{Date, DateTime, Decimal, ForeignKey, HStore, ManyToMany, Model, Uuid};

/// `{"a": [1, "x"]}`.
pub(crate) fn some_json() -> Json {
    crate::told::object([("a".to_owned(), vec![Json::from(1), Json::from("x")].into())])
}
