//! JSON as CPython reads and DRF writes it: the same documents, the same errors, the same bytes.

mod dumps;
mod parser;
mod value;
mod writer;

pub use parser::{ParseError, loads, parse};
pub use value::{Dict, Json};
pub use writer::{Unencodable, reindent, write_f64, write_i64, write_str};
