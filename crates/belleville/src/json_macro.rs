//! The macro `json!`.

/// A [`Json`](crate::json::Json) value, written as JSON. A value may be any expression that a `Json` can be made from.
///
/// ```
/// use belleville::json;
/// let title = String::from("Milk");
/// let note = json!({"title": title, "done": false, "tags": ["shop", null], "size": {"litres": 2}});
/// assert_eq!(
///     note.dumps().unwrap(),
///     r#"{"title":"Milk","done":false,"tags":["shop",null],"size":{"litres":2}}"#
/// );
/// ```
#[macro_export]
macro_rules! json {
    (null) => { $crate::json::Json::Null };
    ([ $($items:tt)* ]) => {{
        #[allow(unused_mut, clippy::allow_attributes, clippy::vec_init_then_push, reason = "it may be empty")]
        let items = {
            let mut items: ::std::vec::Vec<$crate::json::Json> = ::std::vec::Vec::new();
            $crate::json!(@items items $($items)*);
            items
        };
        $crate::json::Json::from(items)
    }};
    ({ $($members:tt)* }) => {{
        #[allow(unused_mut, clippy::allow_attributes, reason = "it may be empty")]
        let members = {
            let mut members = $crate::json::Dict::new();
            $crate::json!(@members members $($members)*);
            members
        };
        $crate::json::Json::Dict(members)
    }};
    (@items $to:ident) => {};
    (@items $to:ident null $(, $($rest:tt)*)?) => {
        $to.push($crate::json::Json::Null);
        $crate::json!(@items $to $($($rest)*)?)
    };
    (@items $to:ident [ $($inner:tt)* ] $(, $($rest:tt)*)?) => {
        $to.push($crate::json!([ $($inner)* ]));
        $crate::json!(@items $to $($($rest)*)?)
    };
    (@items $to:ident { $($inner:tt)* } $(, $($rest:tt)*)?) => {
        $to.push($crate::json!({ $($inner)* }));
        $crate::json!(@items $to $($($rest)*)?)
    };
    (@items $to:ident $value:expr $(, $($rest:tt)*)?) => {
        $to.push($crate::json::Json::from($value));
        $crate::json!(@items $to $($($rest)*)?)
    };
    (@members $to:ident) => {};
    (@members $to:ident $key:literal : null $(, $($rest:tt)*)?) => {
        $to.insert($key, $crate::json::Json::Null);
        $crate::json!(@members $to $($($rest)*)?)
    };
    (@members $to:ident $key:literal : [ $($inner:tt)* ] $(, $($rest:tt)*)?) => {
        $to.insert($key, $crate::json!([ $($inner)* ]));
        $crate::json!(@members $to $($($rest)*)?)
    };
    (@members $to:ident $key:literal : { $($inner:tt)* } $(, $($rest:tt)*)?) => {
        $to.insert($key, $crate::json!({ $($inner)* }));
        $crate::json!(@members $to $($($rest)*)?)
    };
    (@members $to:ident $key:literal : $value:expr $(, $($rest:tt)*)?) => {
        $to.insert($key, $crate::json::Json::from($value));
        $crate::json!(@members $to $($($rest)*)?)
    };
    ($value:expr) => { $crate::json::Json::from($value) };
}
