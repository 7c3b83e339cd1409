//! What validation may ask beside the input: DRF's `serializer.context`.

use std::any::{Any, type_name};
use std::fmt;

use belleville_db::{Database, Error, Result};

/// The database, and what the input is a part of: a request, of whatever type the program has for one.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    db: &'a Database,
    request: &'a (dyn Any + Send + Sync),
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("db", &self.db).finish_non_exhaustive()
    }
}

impl<'a> Context<'a> {
    /// The context of a request.
    pub fn new(db: &'a Database, request: &'a (dyn Any + Send + Sync)) -> Self {
        Self { db, request }
    }

    /// The database.
    pub fn db(&self) -> &'a Database {
        self.db
    }

    /// The request.
    ///
    /// # Errors
    /// When it is of another type: the serializer was made for requests that the program does not have.
    pub fn request<R: Any>(&self) -> Result<&'a R> {
        let wrong = || Error::refused(format!("a serializer was given no {}", type_name::<R>()));
        self.request.downcast_ref().ok_or_else(wrong)
    }
}
