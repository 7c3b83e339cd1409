//! The keys that sign everything else, kept so that no log line, panic message or freed memory shows them.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

/// Django's `SECRET_KEY` and `SECRET_KEY_FALLBACKS`. New signatures use the first; any of them verifies.
///
/// Clones share the keys. `Debug` prints how many there are, never the keys, and the memory is erased when the last
/// clone is dropped. The settings check whether a key is long enough.
#[derive(Clone)]
pub struct SecretKeys {
    keys: Arc<[Zeroizing<Vec<u8>>]>,
}

impl SecretKeys {
    /// Keys that sign with `secret_key` and accept `fallbacks` too, in that order.
    pub fn new<K: Into<Vec<u8>>>(
        secret_key: impl Into<Vec<u8>>,
        fallbacks: impl IntoIterator<Item = K>,
    ) -> Self {
        let fallbacks = fallbacks.into_iter().map(Into::into);
        Self { keys: std::iter::once(secret_key.into()).chain(fallbacks).map(Zeroizing::new).collect() }
    }

    /// The key that signs: `SECRET_KEY`.
    #[must_use]
    pub fn primary(&self) -> &[u8] {
        &self.keys[0]
    }

    /// The keys that only verify: `SECRET_KEY_FALLBACKS`.
    pub fn fallbacks(&self) -> impl Iterator<Item = &[u8]> {
        self.iter().skip(1)
    }

    /// Every key, in the order in which verification tries them.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.keys.iter().map(|key| key.as_slice())
    }
}

impl fmt::Debug for SecretKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKeys(1 and {} fallbacks)", self.keys.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_counts_and_does_not_tell() {
        let keys = SecretKeys::new("hush-hush", ["old-one", "older-one"]);
        assert_eq!(format!("{keys:?}"), "SecretKeys(1 and 2 fallbacks)");
    }

    #[test]
    fn the_first_key_signs_and_the_others_follow() {
        let keys = SecretKeys::new("a", ["b", "c"]);
        assert_eq!(keys.primary(), b"a");
        assert_eq!(keys.fallbacks().collect::<Vec<_>>(), [b"b", b"c"]);
    }
}
