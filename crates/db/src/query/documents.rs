//! JSON documents: what is inside of them.

use super::expr::{Column, Expr, Q};
use super::functions::call;
use super::methods::expressions;
use super::node::{Function, JsonKey, Lookup, Node, Right};
use crate::json::Json;
use crate::{FieldValue, Value};

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

expressions! {
    #[Document] {
        /// The value at a key, or at a position of an array, as JSON.
        pub fn key(self, key: impl IntoJsonKey) -> Expr<M, Option<Json>> {
            let key = json_key(key);
            match self.into_node() {
                Node::Call(Function::JsonPath(mut keys), nodes) => {
                    keys.push(key);
                    call(Function::JsonPath(keys), nodes)
                }
                node => call(Function::JsonPath(vec![key]), vec![node]),
            }
        }

        /// The value at a key, or at a position of an array, as text.
        pub fn key_text(self, key: impl IntoJsonKey) -> Expr<M, Option<String>> {
            match self.key(key).node {
                Node::Call(Function::JsonPath(keys), nodes) => call(Function::JsonText(keys), nodes),
                node => Expr::new(node),
            }
        }

        /// The document has the key.
        pub fn has_key(self, key: impl IntoJsonKey) -> Q<M> {
            let key = match json_key(key) {
                JsonKey::Key(key) => Value::Text(key),
                JsonKey::Index(index) => Value::Int(index),
            };
            Q::new(Node::compare(self.into_node(), Lookup::HasKey, Right::One(Node::Value(key))))
        }

        /// The document has all the keys.
        pub fn has_keys<'a>(self, keys: impl IntoIterator<Item = &'a str>) -> Q<M> {
            Q::new(Node::compare(self.into_node(), Lookup::HasKeys, texts(keys)))
        }

        /// The document has one of the keys.
        pub fn has_any_keys<'a>(self, keys: impl IntoIterator<Item = &'a str>) -> Q<M> {
            Q::new(Node::compare(self.into_node(), Lookup::HasAnyKeys, texts(keys)))
        }

        /// The document contains another one. PostgreSQL only, as with Django.
        pub fn contains_json(self, other: Json) -> Q<M> {
            let other = Right::One(Node::Value(Value::Json(other)));
            Q::new(Node::compare(self.into_node(), Lookup::JsonContains, other))
        }

        /// The document is contained in another one. PostgreSQL only, as with Django.
        pub fn contained_by_json(self, other: Json) -> Q<M> {
            let other = Right::One(Node::Value(Value::Json(other)));
            Q::new(Node::compare(self.into_node(), Lookup::JsonContainedBy, other))
        }
    }
}

fn texts<'a>(keys: impl IntoIterator<Item = &'a str>) -> Right {
    Right::List(keys.into_iter().map(|key| Node::Value(Value::Text(key.to_owned()))).collect())
}
