//! The patterns of declarations, each compiled once for a process.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use crate::python::{Regex, RegexError};

type Compiled = Result<&'static Regex, RegexError>;

static KNOWN: RwLock<Option<HashMap<&'static str, Compiled>>> = RwLock::new(None);

/// The pattern, compiled. Those that are compiled are kept for good: there are as many as the program declares.
pub(super) fn compiled(pattern: &'static str) -> Compiled {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(compiled) = known.as_ref().and_then(|known| known.get(pattern)) {
        return compiled.clone();
    }
    drop(known);
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    let entry = known.get_or_insert_with(HashMap::new).entry(pattern);
    entry.or_insert_with(|| Regex::new(pattern).map(|regex| &*Box::leak(Box::new(regex)))).clone()
}
