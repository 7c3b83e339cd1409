//! What has been found out about a request, by type: each module keeps its own facts, and the request need not know
//! their types.

use std::any::Any;
use std::sync::OnceLock;

/// A store that only grows, so that references to what is in it stay valid. It takes no lock, and no memory while it
/// is empty. A type is kept once.
///
/// ```
/// use belleville_http::facts::Facts;
///
/// struct Tenant(String);
///
/// let facts = Facts::default();
/// assert!(facts.get::<Tenant>().is_none());
/// facts.get_or_insert_with(|| Tenant("acme".to_owned()));
/// assert_eq!(facts.get_or_insert_with(|| Tenant("other".to_owned())).0, "acme");
/// ```
#[derive(Default)]
pub struct Facts(OnceLock<Box<Fact<dyn Any + Send + Sync>>>);

struct Fact<T: ?Sized> {
    next: Facts,
    value: T,
}

impl std::fmt::Debug for Facts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Facts").finish_non_exhaustive()
    }
}

impl Facts {
    /// The fact of a type, when it was found out.
    pub fn get<T: Any + Send + Sync>(&self) -> Option<&T> {
        let mut at = self;
        while let Some(fact) = at.0.get() {
            if let Some(found) = fact.value.downcast_ref() {
                return Some(found);
            }
            at = &fact.next;
        }
        None
    }

    /// The fact of a type, made at its first use. Of several threads one makes it.
    pub fn get_or_insert_with<T: Any + Send + Sync>(&self, make: impl Fn() -> T) -> &T {
        let mut at = self;
        loop {
            let fact = at.0.get_or_init(|| Box::new(Fact { next: Self::default(), value: make() }));
            if let Some(found) = fact.value.downcast_ref() {
                return found;
            }
            at = &fact.next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_is_kept_once() {
        let facts = Facts::default();
        assert_eq!(facts.get::<u8>(), None);
        assert_eq!((facts.get_or_insert_with(|| 1_u8), facts.get_or_insert_with(|| "a")), (&1, &"a"));
        assert_eq!((facts.get_or_insert_with(|| 2_u8), facts.get::<&str>()), (&1, Some(&"a")));
        assert_eq!(facts.get::<u16>(), None);
    }
}
