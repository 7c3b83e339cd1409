//! Values by which rows are found in memory.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;

use belleville_db::{FieldValue, Uuid, Value, ValueRef};

/// A value that can be compared with others of its kind, whatever form a database gives it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Int(i64),
    Uuid(Uuid),
    Text(String),
    Null,
}

impl Key {
    pub(crate) fn of(value: &Value) -> Self {
        Self::of_ref(value.as_ref())
    }

    pub(crate) fn of_ref(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Int(number) => Self::Int(number),
            ValueRef::Uuid(uuid) => Self::Uuid(uuid),
            // SQLite has UUIDs as text, which Django writes in lower case. A text in capitals is another text.
            ValueRef::Text(text)
                if text.len() == 32 && !text.bytes().any(|byte| byte.is_ascii_uppercase()) =>
            {
                Uuid::from_value(value).map_or_else(|_| Self::Text(text.to_owned()), Self::Uuid)
            }
            ValueRef::Text(text) => Self::Text(text.to_owned()),
            other => Self::Text(format!("{other:?}")),
        }
    }

    /// The value of a primary key.
    pub(crate) fn to_value(&self) -> Value {
        match self {
            Self::Int(number) => Value::Int(*number),
            Self::Uuid(uuid) => Value::Uuid(*uuid),
            Self::Text(text) => Value::Text(text.clone()),
            Self::Null => Value::Null,
        }
    }
}

/// Mixes a number that is a key with one that only this process knows, so that nobody can choose keys to be slow.
#[derive(Clone, Copy)]
pub(crate) struct Mixing(u64);

impl Default for Mixing {
    fn default() -> Self {
        static SECRET: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0));
        Self(*SECRET)
    }
}

impl BuildHasher for Mixing {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        *self
    }
}

impl Hasher for Mixing {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        let product = u128::from(self.0 ^ number) * 0x9e37_79b9_7f4a_7c15;
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64(number.cast_unsigned());
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_differ_in_case_are_two() {
        let texts = ["6f1e42ac6f1e42ac6f1e42ac6f1e42ac", "6F1E42AC6F1E42AC6F1E42AC6F1E42AC"];
        let [small, capital] = texts.map(|text| Key::of(&Value::Text(text.into())));
        assert_ne!(small, capital);
        let uuid = Uuid::parse_str(texts[0]).map(|uuid| Key::of(&Value::Uuid(uuid)));
        assert_eq!(uuid.ok(), Some(small));
    }
}
