//! Values of `serde::Serialize` as JSON, as DRF's renderer writes the same values of Python.

use std::fmt::{self, Display};
use std::ops::{Deref, DerefMut};

use serde::ser::{self, Error as _, Impossible, Serialize, Serializer};

use super::{Json, write_constant, write_f64, write_i64, write_str};
use crate::datetime::total_seconds;
use crate::{FieldValue, ValueRef, iso_8601, python};

/// The digits of a whole number that no integer of Rust holds.
const DIGITS: &str = "$belleville::json::digits";

/// A text with lone surrogates, without them.
const SURROGATES: &str = "$belleville::json::surrogates";

/// Why a value cannot be written as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotJson {
    /// A text has lone surrogates, which UTF-8 cannot hold.
    Surrogates,
    /// Whatever else it is, in words: a number that is not finite, a key that is no text.
    Other(String),
}

impl Display for NotJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Surrogates => f.write_str("a text has lone surrogates"),
            Self::Other(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for NotJson {}

impl ser::Error for NotJson {
    fn custom<T: Display>(reason: T) -> Self {
        Self::Other(reason.to_string())
    }
}

type Result<T, E = NotJson> = std::result::Result<T, E>;

/// The compact JSON of a value.
///
/// ```
/// use belleville_db::json::to_vec;
///
/// assert_eq!(to_vec(&("a", 1.0, Some(true))).as_deref(), Ok(&b"[\"a\",1.0,true]"[..]));
/// ```
///
/// # Errors
/// [`NotJson`] when a number is not finite, a key is neither a text, a number, a boolean nor nothing, or the value says so itself.
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>> {
    match to_vec_with_constants(value)? {
        (compact, None) => Ok(compact),
        (_, Some(reason)) => Err(NotJson::Other(reason)),
    }
}

/// The same with `NaN`, `Infinity` and `-Infinity` for numbers that are not finite, as Python writes them, and with the reason why that
/// is no JSON.
///
/// # Errors
/// As [`to_vec`], but for such numbers.
pub fn to_vec_with_constants<T: Serialize + ?Sized>(value: &T) -> Result<(Vec<u8>, Option<String>)> {
    let mut out = Out { bytes: Vec::with_capacity(128), not_finite: None };
    value.serialize(Writer::new(&mut out))?;
    let reason = out.not_finite.map(|number| {
        format!("Out of range float values are not JSON compliant: {}", python::float_repr(number))
    });
    Ok((out.bytes, reason))
}

/// What is written.
struct Out {
    bytes: Vec<u8>,
    /// The first number that is not finite.
    not_finite: Option<f64>,
}

impl Deref for Out {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.bytes
    }
}

impl DerefMut for Out {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }
}

/// A value of a model's field as DRF's encoder writes it: of a struct's field
/// `#[serde(serialize_with = "belleville::json::field_value")]`.
///
/// ```
/// use belleville_db::{DateTime, Decimal, json};
///
/// #[derive(serde::Serialize)]
/// struct Receipt {
///     #[serde(serialize_with = "json::field_value")]
///     paid: Option<DateTime>,
///     #[serde(serialize_with = "json::field_value")]
///     total: Decimal,
/// }
///
/// let receipt = Receipt { paid: Some(DateTime::constant(2026, 1, 2, 3, 4, 5, 0)), total: "9.50".parse()? };
/// let expected = br#"{"paid":"2026-01-02T03:04:05Z","total":9.5}"#;
/// assert_eq!(json::to_vec(&receipt).as_deref(), Ok(&expected[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As the serializer reports.
pub fn field_value<V: FieldValue, S: Serializer>(value: &V, serializer: S) -> Result<S::Ok, S::Error> {
    Shown(value.to_ref()).serialize(serializer)
}

/// A value of a field.
struct Shown<'a>(ValueRef<'a>);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            ValueRef::Null => serializer.serialize_none(),
            ValueRef::Bool(value) => serializer.serialize_bool(value),
            ValueRef::Int(number) => serializer.serialize_i64(number),
            ValueRef::Float(number) => serializer.serialize_f64(number),
            ValueRef::Decimal(number) => {
                serializer.serialize_f64(number.to_plain_string().parse().map_err(S::Error::custom)?)
            }
            ValueRef::Numeric(number) => {
                serializer.serialize_f64(number.to_string().parse().map_err(S::Error::custom)?)
            }
            ValueRef::DateTime(at) => serializer.serialize_str(&iso_8601(at)),
            ValueRef::Duration(length) => {
                serializer.serialize_str(&python::float_repr(total_seconds(length)))
            }
            ValueRef::Json(json) => json.serialize(serializer),
            ValueRef::Bytes(bytes) => serializer.serialize_bytes(bytes),
            ValueRef::Array(items) => serializer.collect_seq(items.iter().map(Shown)),
            ValueRef::HStore(pairs) => serializer.collect_map(pairs.iter()),
            value => serializer.serialize_str(&python::str_of_value(value)),
        }
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(number) => serializer.serialize_i64(*number),
            Self::BigInt(digits) => serializer.serialize_newtype_struct(DIGITS, &**digits),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::Str(text) => serializer.serialize_str(text.as_str()),
            Self::Surrogates(points) => {
                let text: String = points.iter().filter_map(|point| char::from_u32(*point)).collect();
                serializer.serialize_newtype_struct(SURROGATES, &text)
            }
            Self::List(items) => serializer.collect_seq(&**items),
            Self::Dict(dict) => dict.serialize(serializer),
        }
    }
}

impl Serialize for super::Dict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_unencodable() {
            return serializer.serialize_newtype_struct(SURROGATES, "");
        }
        serializer.collect_map(self.iter())
    }
}

/// Writes one value.
struct Writer<'a> {
    out: &'a mut Out,
    /// A text is written without quotes: it is a number.
    is_digits: bool,
}

impl<'a> Writer<'a> {
    fn new(out: &'a mut Out) -> Self {
        Self { out, is_digits: false }
    }

    fn display(self, number: impl Display) -> Result<()> {
        self.out.extend_from_slice(number.to_string().as_bytes());
        Ok(())
    }

    /// Begins `[` or `{`.
    fn begin(self, open: u8, close: &'static [u8]) -> Items<'a> {
        self.out.push(open);
        Items { out: self.out, is_first: true, close }
    }

    /// Begins `{"variant":`.
    fn begin_variant(self, variant: &str) -> Self {
        self.out.push(b'{');
        write_str(self.out, variant);
        self.out.push(b':');
        self
    }
}

/// Python's words for a number that JSON does not have.
fn finite(number: f64) -> Result<f64> {
    if number.is_finite() {
        return Ok(number);
    }
    let shown = if number.is_nan() {
        "nan"
    } else if number > 0.0 {
        "inf"
    } else {
        "-inf"
    };
    Err(NotJson::Other(format!("Out of range float values are not JSON compliant: {shown}")))
}

/// The number that has the same shortest digits.
fn widened(number: f32) -> f64 {
    if number.is_finite() {
        number.to_string().parse().unwrap_or_else(|_| number.into())
    } else {
        number.into()
    }
}

impl<'a> Serializer for Writer<'a> {
    type Ok = ();
    type Error = NotJson;
    type SerializeSeq = Items<'a>;
    type SerializeTuple = Items<'a>;
    type SerializeTupleStruct = Items<'a>;
    type SerializeTupleVariant = Items<'a>;
    type SerializeMap = Items<'a>;
    type SerializeStruct = Items<'a>;
    type SerializeStructVariant = Items<'a>;

    fn serialize_bool(self, value: bool) -> Result<()> {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_i8(self, number: i8) -> Result<()> {
        self.serialize_i64(number.into())
    }

    fn serialize_i16(self, number: i16) -> Result<()> {
        self.serialize_i64(number.into())
    }

    fn serialize_i32(self, number: i32) -> Result<()> {
        self.serialize_i64(number.into())
    }

    fn serialize_i64(self, number: i64) -> Result<()> {
        write_i64(self.out, number);
        Ok(())
    }

    fn serialize_i128(self, number: i128) -> Result<()> {
        self.display(number)
    }

    fn serialize_u8(self, number: u8) -> Result<()> {
        self.serialize_i64(number.into())
    }

    fn serialize_u16(self, number: u16) -> Result<()> {
        self.serialize_i64(number.into())
    }

    fn serialize_u32(self, number: u32) -> Result<()> {
        self.serialize_i64(number.into())
    }

    fn serialize_u64(self, number: u64) -> Result<()> {
        self.display(number)
    }

    fn serialize_u128(self, number: u128) -> Result<()> {
        self.display(number)
    }

    fn serialize_f32(self, number: f32) -> Result<()> {
        self.serialize_f64(widened(number))
    }

    fn serialize_f64(self, number: f64) -> Result<()> {
        if number.is_finite() {
            write_f64(self.out, number);
        } else {
            self.out.not_finite.get_or_insert(number);
            write_constant(self.out, number);
        }
        Ok(())
    }

    fn serialize_char(self, letter: char) -> Result<()> {
        self.serialize_str(letter.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<()> {
        if self.is_digits {
            self.out.extend_from_slice(text.as_bytes());
        } else {
            write_str(self.out, text);
        }
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<()> {
        let text = std::str::from_utf8(bytes).map_err(|error| NotJson::Other(error.to_string()))?;
        self.serialize_str(text)
    }

    fn serialize_none(self) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<()> {
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<()> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<()> {
        match name {
            DIGITS => value.serialize(Writer { out: self.out, is_digits: true }),
            SURROGATES => Err(NotJson::Surrogates),
            _ => value.serialize(self),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<()> {
        let writer = self.begin_variant(variant);
        value.serialize(Writer::new(writer.out))?;
        writer.out.push(b'}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'a>> {
        Ok(self.begin(b'[', b"]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Items<'a>> {
        Ok(self.begin(b'[', b"]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items<'a>> {
        Ok(self.begin(b'[', b"]"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Items<'a>> {
        Ok(self.begin_variant(variant).begin(b'[', b"]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Items<'a>> {
        Ok(self.begin(b'{', b"}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Items<'a>> {
        Ok(self.begin(b'{', b"}"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Items<'a>> {
        Ok(self.begin_variant(variant).begin(b'{', b"}}"))
    }
}

/// Writes the items of an array, or the members of an object.
struct Items<'a> {
    out: &'a mut Out,
    is_first: bool,
    close: &'static [u8],
}

impl Items<'_> {
    fn separate(&mut self) {
        if !std::mem::take(&mut self.is_first) {
            self.out.push(b',');
        }
    }

    fn item<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<()> {
        self.separate();
        item.serialize(Writer::new(self.out))
    }

    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.separate();
        write_str(self.out, &key.serialize(Key)?);
        self.out.push(b':');
        Ok(())
    }

    fn member<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<()> {
        self.separate();
        write_str(self.out, key);
        self.out.push(b':');
        value.serialize(Writer::new(self.out))
    }

    fn finish(self) {
        self.out.extend_from_slice(self.close);
    }
}

macro_rules! lists {
    ($($compound:ident $method:ident;)*) => {$(
        impl ser::$compound for Items<'_> {
            type Ok = ();
            type Error = NotJson;

            fn $method<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<()> {
                self.item(item)
            }

            fn end(self) -> Result<()> {
                self.finish();
                Ok(())
            }
        }
    )*};
}

lists! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

macro_rules! structs {
    ($($compound:ident)*) => {$(
        impl ser::$compound for Items<'_> {
            type Ok = ();
            type Error = NotJson;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<()> {
                self.member(key, value)
            }

            fn end(self) -> Result<()> {
                self.finish();
                Ok(())
            }
        }
    )*};
}

structs! { SerializeStruct SerializeStructVariant }

impl ser::SerializeMap for Items<'_> {
    type Ok = ();
    type Error = NotJson;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        value.serialize(Writer::new(self.out))
    }

    fn end(self) -> Result<()> {
        self.finish();
        Ok(())
    }
}

/// Makes a text of a key, as Python's `json.dumps` does: of numbers, booleans and nothing as well.
struct Key;

/// Python's words for any other key.
fn no_key(kind: &str) -> NotJson {
    NotJson::Other(format!("keys must be str, int, float, bool or None, not {kind}"))
}

macro_rules! numbers {
    ($($method:ident $ty:ty;)*) => {$(
        fn $method(self, number: $ty) -> Result<String> {
            Ok(number.to_string())
        }
    )*};
}

impl Serializer for Key {
    type Ok = String;
    type Error = NotJson;
    type SerializeSeq = Impossible<String, NotJson>;
    type SerializeTuple = Impossible<String, NotJson>;
    type SerializeTupleStruct = Impossible<String, NotJson>;
    type SerializeTupleVariant = Impossible<String, NotJson>;
    type SerializeMap = Impossible<String, NotJson>;
    type SerializeStruct = Impossible<String, NotJson>;
    type SerializeStructVariant = Impossible<String, NotJson>;

    numbers! {
        serialize_bool bool;
        serialize_i8 i8;
        serialize_i16 i16;
        serialize_i32 i32;
        serialize_i64 i64;
        serialize_i128 i128;
        serialize_u8 u8;
        serialize_u16 u16;
        serialize_u32 u32;
        serialize_u64 u64;
        serialize_u128 u128;
        serialize_char char;
        serialize_str &str;
    }

    fn serialize_f32(self, number: f32) -> Result<String> {
        self.serialize_f64(widened(number))
    }

    fn serialize_f64(self, number: f64) -> Result<String> {
        Ok(python::float_repr(finite(number)?))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<String> {
        Err(no_key("bytes"))
    }

    fn serialize_none(self) -> Result<String> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<String> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<String> {
        Ok("null".to_owned())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<String> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<String> {
        Ok(variant.to_owned())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<String> {
        if name == SURROGATES { Err(NotJson::Surrogates) } else { value.serialize(self) }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<String> {
        Err(no_key(name))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq> {
        Err(no_key("list"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple> {
        Err(no_key("tuple"))
    }

    fn serialize_tuple_struct(self, name: &'static str, _: usize) -> Result<Self::SerializeTupleStruct> {
        Err(no_key(name))
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant> {
        Err(no_key(name))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap> {
        Err(no_key("dict"))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Self::SerializeStruct> {
        Err(no_key(name))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant> {
        Err(no_key(name))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::json::loads;

    fn text<T: Serialize>(value: &T) -> Result<String> {
        to_vec(value).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    #[derive(serde::Serialize)]
    struct Unit;

    #[derive(serde::Serialize)]
    struct Wrapped(u8);

    #[derive(serde::Serialize)]
    enum Shape {
        Point,
        Circle(f32),
        Line(i8, i8),
        Box { width: u64 },
    }

    #[test]
    fn values_are_written_as_pythons() {
        // What `rest_framework.renderers.JSONRenderer` writes of the values of Python that are alike.
        let floats = [0.0, -0.0, 1.0, 0.1, 1e16, 1e22, 1.5e-7];
        assert_eq!(text(&floats).as_deref(), Ok("[0.0,-0.0,1.0,0.1,1e+16,1e+22,1.5e-07]"));
        assert_eq!(text(&[0.1f32, 16_777_216.0]).as_deref(), Ok("[0.1,16777216.0]"));
        assert_eq!(
            text(&(u64::MAX, i128::MIN)).as_deref(),
            Ok("[18446744073709551615,-170141183460469231731687303715884105728]")
        );
        assert_eq!(
            text(&("é\u{2028}\"", 'x', (), None::<u8>, true)).as_deref(),
            Ok("[\"é\\u2028\\\"\",\"x\",null,null,true]")
        );
        let keys = BTreeMap::from([(1, "a"), (2, "b")]);
        assert_eq!(text(&keys).as_deref(), Ok("{\"1\":\"a\",\"2\":\"b\"}"));
        assert_eq!(text(&BTreeMap::from([(true, 1)])).as_deref(), Ok("{\"true\":1}"));
        assert_eq!(text(&BTreeMap::from([(None::<u8>, 1)])).as_deref(), Ok("{\"null\":1}"));
        assert_eq!(text(&(Unit, Wrapped(3))).as_deref(), Ok("[null,3]"));
        let shapes = [Shape::Point, Shape::Circle(0.5), Shape::Line(1, -1), Shape::Box { width: 2 }];
        assert_eq!(
            text(&shapes).as_deref(),
            Ok("[\"Point\",{\"Circle\":0.5},{\"Line\":[1,-1]},{\"Box\":{\"width\":2}}]")
        );
    }

    #[test]
    fn what_is_no_json_says_why() {
        for (number, shown) in [(f64::NAN, "nan"), (f64::INFINITY, "inf"), (f64::NEG_INFINITY, "-inf")] {
            let reason = format!("Out of range float values are not JSON compliant: {shown}");
            assert_eq!(text(&[number]), Err(NotJson::Other(reason)));
        }
        let keys = BTreeMap::from([((1, 2), 3)]);
        let reason = "keys must be str, int, float, bool or None, not tuple";
        assert_eq!(text(&keys), Err(NotJson::Other(reason.to_owned())));
        assert_eq!(text(&loads("[\"\\ud800\"]").expect("a document")), Err(NotJson::Surrogates));
        assert_eq!(text(&loads("{\"\\ud800\": 1}").expect("a document")), Err(NotJson::Surrogates));
    }

    #[test]
    fn json_is_written_as_it_writes_itself() {
        let document =
            "{\"b\":[1,2.0,1e400,null],\"a\":{\"é\":\"\\u2028\"},\"n\":123456789012345678901234567890}";
        let json = loads(&document.replace("1e400", "1e300")).expect("a document");
        let mut own = Vec::new();
        assert!(json.write(&mut own).is_ok());
        assert_eq!(to_vec(&json), Ok(own));
    }
}
