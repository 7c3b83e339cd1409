//! JSON documents and hstores: what is inside of them.

use super::expr::{Column, Expr, Q};
use super::functions::call;
use super::methods::expressions;
use super::node::{Function, JsonKey, Lookup, Node, Right};
use crate::json::Json;
use crate::{FieldValue, HStore, Value};

/// A type of JSON documents.
#[diagnostic::on_unimplemented(message = "`{Self}` is not JSON", label = "this is for columns of JSON")]
pub trait Document: FieldValue {}

impl Document for Json {}

impl Document for Option<Json> {}

/// Where a value is inside a JSON document: the key of an object or the position in an array.
pub trait IntoJsonKey {
    #[doc(hidden)]
    fn text_or_index(self) -> Result<String, i64>;
}

impl IntoJsonKey for &str {
    fn text_or_index(self) -> Result<String, i64> {
        Ok(self.to_owned())
    }
}

impl IntoJsonKey for String {
    fn text_or_index(self) -> Result<String, i64> {
        Ok(self)
    }
}

impl IntoJsonKey for i64 {
    fn text_or_index(self) -> Result<String, i64> {
        Err(self)
    }
}

fn json_key(key: impl IntoJsonKey) -> JsonKey {
    key.text_or_index().map_or_else(JsonKey::Index, JsonKey::Key)
}

/// A type whose values are found by keys: JSON documents and hstores.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no keys",
    label = "this is for columns of JSON and of hstores"
)]
pub trait Keyed: FieldValue {
    /// What a key leads to.
    type Found: FieldValue;

    /// A key may be a position.
    #[doc(hidden)]
    const HAS_POSITIONS: bool;

    #[doc(hidden)]
    fn found(of: Found, key: Key) -> Found;
}

/// A key of an object, or a position in an array.
#[doc(hidden)]
#[derive(Debug)]
pub struct Key(JsonKey);

/// What is at a key.
#[doc(hidden)]
#[derive(Debug)]
pub struct Found(Node);

impl Keyed for Json {
    type Found = Option<Self>;

    const HAS_POSITIONS: bool = true;

    fn found(Found(node): Found, Key(key): Key) -> Found {
        Found(match node {
            Node::Call(Function::JsonPath(mut keys), nodes) => {
                keys.push(key);
                Node::Call(Function::JsonPath(keys), nodes)
            }
            node => Node::Call(Function::JsonPath(vec![key]), vec![node]),
        })
    }
}

impl Keyed for HStore {
    type Found = Option<String>;

    const HAS_POSITIONS: bool = false;

    fn found(Found(node): Found, Key(key): Key) -> Found {
        let key = match key {
            JsonKey::Key(key) => key,
            JsonKey::Index(index) => index.to_string(),
        };
        Found(Node::Call(Function::HStoreText(key), vec![node]))
    }
}

impl<T: Keyed> Keyed for Option<T> {
    type Found = T::Found;

    const HAS_POSITIONS: bool = T::HAS_POSITIONS;

    fn found(of: Found, key: Key) -> Found {
        T::found(of, key)
    }
}

/// A type of hstores.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an hstore",
    label = "this is for columns of hstores"
)]
pub trait Pairs: FieldValue {}

impl Pairs for HStore {}

impl Pairs for Option<HStore> {}

expressions! {
    #[Keyed] {
        /// The value at a key, or at a position of an array: JSON of a document, text of an hstore.
        pub fn key(self, key: impl IntoJsonKey) -> Expr<M, T::Found> {
            Expr::new(T::found(Found(self.into_node()), Key(json_key(key))).0)
        }

    }
    #[Document] {
        /// The value at a key, or at a position of an array, as text.
        pub fn key_text(self, key: impl IntoJsonKey) -> Expr<M, Option<String>> {
            match Json::found(Found(self.into_node()), Key(json_key(key))).0 {
                Node::Call(Function::JsonPath(keys), nodes) => call(Function::JsonText(keys), nodes),
                node => Expr::new(node),
            }
        }

    }
    #[Keyed] {
        /// The document or the hstore has the key.
        pub fn has_key(self, key: impl IntoJsonKey) -> Q<M> {
            let key = match json_key(key) {
                JsonKey::Key(key) => Value::Text(key),
                JsonKey::Index(index) if T::HAS_POSITIONS => Value::Int(index),
                JsonKey::Index(index) => Value::Text(index.to_string()),
            };
            Q::new(Node::compare(self.into_node(), Lookup::HasKey, Right::One(Node::Value(key))))
        }

        /// The document or the hstore has all the keys.
        pub fn has_keys<'a>(self, keys: impl IntoIterator<Item = &'a str>) -> Q<M> {
            Q::new(Node::compare(self.into_node(), Lookup::HasKeys, texts(keys)))
        }

        /// The document or the hstore has one of the keys.
        pub fn has_any_keys<'a>(self, keys: impl IntoIterator<Item = &'a str>) -> Q<M> {
            Q::new(Node::compare(self.into_node(), Lookup::HasAnyKeys, texts(keys)))
        }
    }
    #[Pairs] {
        /// All its keys, in the order of the server.
        pub fn keys(self) -> Expr<M, T::With<Vec<String>>> {
            call(Function::HStoreKeys, vec![self.into_node()])
        }

        /// All its texts, in the order of its keys.
        pub fn values(self) -> Expr<M, T::With<Vec<Option<String>>>> {
            call(Function::HStoreValues, vec![self.into_node()])
        }
    }
}

fn texts<'a>(keys: impl IntoIterator<Item = &'a str>) -> Right {
    Right::List(keys.into_iter().map(|key| Node::Value(Value::Text(key.to_owned()))).collect())
}
