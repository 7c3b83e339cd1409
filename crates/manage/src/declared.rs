//! What a program declares in code. A mistake in it is a panic, which ends the start as every other mistake does.

use std::cell::RefCell;
use std::panic::{Location, PanicHookInfo, catch_unwind, resume_unwind, set_hook, take_hook};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

thread_local! {
    /// Where the program's own code has panicked while it declared something.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The hook is one of the whole process.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// What a function declares, or the text of the mistake in it. The hook of panics says nothing of it: its lines are about this
/// library's code, not the program's.
pub(crate) fn declared<T>(declare: fn() -> T) -> Result<T, String> {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let declaring = thread::current().id();
    let usual: Arc<dyn Fn(&PanicHookInfo<'_>) + Send + Sync> = Arc::from(take_hook());
    let others = Arc::clone(&usual);
    set_hook(Box::new(move |panic| match thread::current().id() == declaring {
        true => PLACE.set(panic.location().filter(|place| !is_ours(place.file())).map(Location::to_string)),
        false => others(panic),
    }));
    PLACE.take();
    let declared = catch_unwind(declare);
    drop(take_hook());
    set_hook(Box::new(move |panic| usual(panic)));
    declared.map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        match (text.or_else(|| panic.downcast_ref::<&str>().copied()), PLACE.take()) {
            (Some(text), None) => text.to_owned(),
            (Some(text), Some(place)) if text.contains(&place) => text.to_owned(),
            (Some(text), Some(place)) => format!("{place}: {text}"),
            (None, _) => resume_unwind(panic),
        }
    })
}

/// Whether a file is one of this library's crates, whose folders stand beside this one's.
fn is_ours(file: &str) -> bool {
    let Some(folder) = file!().strip_suffix("/src/declared.rs") else { return false };
    let (crates, own) = folder.rsplit_once('/').unwrap_or(("", folder));
    let Some(path) = file.strip_prefix(crates) else { return false };
    // In a registry the crates of others stand there too.
    own == "manage" || path.trim_start_matches('/').starts_with("belleville-")
}

#[cfg(test)]
mod tests {
    use super::declared;

    #[test]
    fn a_mistake_is_its_text() {
        // This file is one of the library's.
        assert_eq!(declared::<()>(|| panic!("{} is mistaken", 1)), Err("1 is mistaken".to_owned()));
        assert_eq!(declared(|| 5), Ok(5));
    }

    #[test]
    fn files_of_the_library_are_told_from_others() {
        assert!(super::is_ours("crates/serializers/src/plan/build.rs"));
        for other in ["src/main.rs", "examples/tracker/src/main.rs", "/home/a/shop/src/main.rs"] {
            assert!(!super::is_ours(other), "{other}");
        }
    }
}
