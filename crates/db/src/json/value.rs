//! A JSON value with what Python keeps of it: the order of keys, whole numbers of any size, lone surrogates.

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number of 64 bits.
    Int(i64),
    /// A longer whole number: its digits, with a minus sign before a negative one.
    BigInt(Box<str>),
    /// Any other number.
    Float(f64),
    /// A text.
    Str(String),
    /// A text with lone surrogates, which UTF-8 cannot hold: its code points.
    Surrogates(Box<[u32]>),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Dict(Dict),
}

impl Json {
    /// The value of a key, when this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Dict(dict) => dict.get(key),
            _ => None,
        }
    }

    /// The name of Python's type, as DRF's messages have it.
    pub fn python_type_name(&self) -> &'static str {
        match self {
            Self::Null => "NoneType",
            Self::Bool(_) => "bool",
            Self::Int(_) | Self::BigInt(_) => "int",
            Self::Float(_) => "float",
            Self::Str(_) | Self::Surrogates(_) => "str",
            Self::List(_) => "list",
            Self::Dict(_) => "dict",
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Str(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Str(text)
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Json {
    fn from(b: bool) -> Self {
        Self::Bool(b)
    }
}

/// An object: keys in order of appearance; a key that comes again keeps its place and takes the new value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dict {
    items: Vec<(String, Json)>,
    /// Positions by key, once there are many of them.
    index: Option<std::collections::HashMap<String, usize>>,
    /// A key had lone surrogates, so that the object cannot be written.
    unencodable: bool,
}

/// From how many keys on an index pays.
const MANY: usize = 16;

impl Dict {
    /// An empty object.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a key.
    pub fn insert(&mut self, key: impl Into<String>, value: Json) {
        let key = key.into();
        if let Some(position) = self.position(&key) {
            self.items[position].1 = value;
            return;
        }
        if let Some(index) = &mut self.index {
            index.insert(key.clone(), self.items.len());
        }
        self.items.push((key, value));
        if self.index.is_none() && self.items.len() > MANY {
            self.index =
                Some(self.items.iter().enumerate().map(|(at, (key, _))| (key.clone(), at)).collect());
        }
    }

    /// Sets a key that was parsed. One with lone surrogates can name no field: each of them becomes U+FFFD.
    pub(super) fn insert_parsed(&mut self, key: Json, value: Json) {
        match key {
            Json::Str(key) => self.insert(key, value),
            Json::Surrogates(points) => {
                let replaced = |point: &u32| char::from_u32(*point).unwrap_or(char::REPLACEMENT_CHARACTER);
                self.unencodable = true;
                self.insert(points.iter().map(replaced).collect::<String>(), value);
            }
            _ => {}
        }
    }

    /// Whether a key had lone surrogates.
    pub(super) fn is_unencodable(&self) -> bool {
        self.unencodable
    }

    fn position(&self, key: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(key).copied(),
            None => self.items.iter().position(|(known, _)| known == key),
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.position(key).map(|position| &self.items[position].1)
    }

    /// Keys and values, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Json)> {
        self.items.iter().map(|(key, value)| (key.as_str(), value))
    }
}
