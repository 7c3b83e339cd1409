//! Results as JSON, in which both sides write a value alike. `run.py` has the Python of it.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::samples::{Letter, Number};
use belleville_db::files::FieldFile;
use belleville_db::json::{Dict, Json};
use belleville_db::{
    Date, DateTime, Decimal, Deleted, Duration, FieldValue as _, ForeignKey, HStore, Target, Time, Uuid,
    Value,
};

pub(crate) trait ToJson {
    fn to_json(&self) -> Json;
}

macro_rules! written {
    ($($type:ty, |$value:ident| $json:expr;)*) => {$(
        impl ToJson for $type {
            fn to_json(&self) -> Json {
                let $value = self;
                Json::from($json)
            }
        }
    )*};
}

written! {
    bool, |b| *b;
    i16, |n| i64::from(*n);
    i32, |n| *n;
    i64, |n| *n;
    u16, |n| i64::from(*n);
    u32, |n| i64::from(*n);
    u64, |n| i64::try_from(*n).unwrap_or(i64::MAX);
    usize, |n| i64::try_from(*n).unwrap_or(i64::MAX);
    f64, |x| if x.is_infinite() { Json::from(x.to_string()) } else { Json::from(*x) };
    u8, |n| i64::from(*n);
    IpAddr, |address| address.to_string();
    String, |text| text.as_str();
    Date, |date| date.to_string();
    Time, |time| format!("{time:.6}");
    DateTime, |at| format!("{at:.6}");
    Duration, |length| format!("{} us", length.as_micros());
    Decimal, |number| format!("decimal {}", number.to_plain_string());
    Uuid, |uuid| uuid.to_string();
    Json, |json| json.clone();
}

impl ToJson for FieldFile {
    fn to_json(&self) -> Json {
        Json::from(self.name())
    }
}

impl ToJson for () {
    fn to_json(&self) -> Json {
        Json::Null
    }
}

impl<M: Target<F, Key: ToJson>, const F: usize> ToJson for ForeignKey<M, F> {
    fn to_json(&self) -> Json {
        self.key().to_json()
    }
}

macro_rules! choices {
    ($($type:ty)*) => {$(
        impl ToJson for $type {
            fn to_json(&self) -> Json {
                match self.to_value() {
                    Value::Int(number) => number.into(),
                    Value::Text(text) => text.into(),
                    _ => Json::Null,
                }
            }
        }
    )*};
}

choices!(Letter Number);

impl<T: ToJson> ToJson for Option<T> {
    fn to_json(&self) -> Json {
        self.as_ref().map_or(Json::Null, T::to_json)
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn to_json(&self) -> Json {
        self.iter().map(T::to_json).collect::<Vec<_>>().into()
    }
}

impl<T: ToJson> ToJson for &T {
    fn to_json(&self) -> Json {
        (*self).to_json()
    }
}

impl ToJson for HStore {
    fn to_json(&self) -> Json {
        let mut json = Dict::new();
        for (key, text) in self {
            json.insert(key.as_str(), text.to_json());
        }
        Json::Dict(json)
    }
}

impl<V: ToJson> ToJson for BTreeMap<i64, V> {
    fn to_json(&self) -> Json {
        self.iter()
            .map(|(key, value)| Json::from(vec![key.to_json(), value.to_json()]))
            .collect::<Vec<_>>()
            .into()
    }
}

impl ToJson for Deleted {
    fn to_json(&self) -> Json {
        let mut counts = self.by_model.clone();
        counts.sort();
        let mut by_model = Dict::new();
        for (model, rows) in counts.iter().filter(|(_, rows)| *rows > 0) {
            by_model.insert(model.as_str(), rows.to_json());
        }
        vec![self.total.to_json(), Json::Dict(by_model)].into()
    }
}

macro_rules! tuples {
    ($($($type:ident)*;)*) => {$(
        impl<$($type: ToJson),*> ToJson for ($($type,)*) {
            #[expect(non_snake_case, reason = "a value is called by its type")]
            fn to_json(&self) -> Json {
                let ($($type,)*) = self;
                vec![$($type.to_json()),*].into()
            }
        }
    )*};
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
}
