//! JSON as CPython reads and DRF writes it: the same documents, the same errors, the same bytes.

mod dict;
mod dumps;
mod layout;
mod parser;
mod pieces;
mod scan;
mod serialize;
mod text;
mod value;
mod writer;

pub use dict::Dict;
pub use layout::Layout;
pub use parser::{ParseError, loads, parse};
pub use pieces::{JsonWriter, ListWriter, ObjectWriter};
pub use serialize::{NotJson, field_value, to_vec, to_vec_with_constants};
pub use text::Text;
pub use value::Json;
pub use writer::{
    Unencodable, in_ascii, reindent, spaced, write_constant, write_f64, write_i64, write_plain_ascii,
    write_str,
};

/// Room for `more` items, or for as many again as there are, but not for more than the `most` that can follow: while a
/// document is read it shall not take much more than when it is.
fn make_room<T>(items: &mut Vec<T>, more: usize, most: usize) {
    if items.capacity() - items.len() < more {
        items.reserve_exact(more.max(items.len().min(most)));
    }
}
