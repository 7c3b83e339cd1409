//! What the modules of a program have made ready at start, for every request.

use std::any::{Any, TypeId, type_name};

use belleville_db::Database;

use crate::body::BodyLimits;
use crate::exceptions::{Error, Result};
use crate::forwarding::Forwarding;

/// The services of a program: those that every request needs, and the others by their type. It is filled at start,
/// and only read after that.
///
/// The settings of each module are among them, so that a module reads its own without knowing those of others.
pub struct Services {
    /// The database.
    pub db: Database,
    /// Whether errors are shown with their reasons, for development.
    pub debug: bool,
    pub(crate) forwarding: Forwarding,
    pub(crate) bodies: BodyLimits,
    others: Vec<(TypeId, Box<dyn Any + Send + Sync>)>,
}

impl std::fmt::Debug for Services {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Services").field("db", &self.db).finish_non_exhaustive()
    }
}

impl Services {
    /// The services that every request needs.
    pub fn new(db: Database, debug: bool, forwarding: Forwarding, bodies: BodyLimits) -> Self {
        Self { db, debug, forwarding, bodies, others: Vec::new() }
    }

    /// Adds a service. Of two of one type the last one counts.
    pub fn insert<T: Any + Send + Sync>(&mut self, service: T) {
        let id = TypeId::of::<T>();
        self.others.retain(|(known, _)| *known != id);
        self.others.push((id, Box::new(service)));
    }

    /// The service of a type, when the program has it.
    pub fn get<T: Any + Send + Sync>(&self) -> Option<&T> {
        // There are about twenty: comparing ids in turn is faster than hashing one.
        let id = TypeId::of::<T>();
        self.others.iter().find(|(known, _)| *known == id)?.1.downcast_ref()
    }

    /// The service of a type.
    ///
    /// # Errors
    /// 500 when the program has none: the app that makes it is missing.
    #[track_caller]
    pub fn require<T: Any + Send + Sync>(&self) -> Result<&T> {
        match self.get() {
            Some(service) => Ok(service),
            None => Err(Error::internal(format!(
                "the program has no {}; the app that makes it ready is missing",
                type_name::<T>()
            ))),
        }
    }
}
