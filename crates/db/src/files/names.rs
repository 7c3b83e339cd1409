//! Names of files: what Django makes of a client's, and which ones it refuses.

use crate::python::{is_alnum, str_strip};
use crate::{Error, Result, Uuid};

/// The most characters of an upload's name.
const LONGEST: usize = 255;

/// How many random characters an alternative name has.
const RANDOM: usize = 7;

const ALPHANUMERIC: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

pub(super) fn suspicious<T>(reason: String) -> Result<T> {
    Err(Error::SuspiciousFileOperation(reason))
}

/// A name without folders, of at most 255 characters, as Django's `UploadedFile` keeps it.
pub(super) fn upload_name(name: &str) -> Result<String> {
    let name = base_name(name);
    let name = match name.chars().count() {
        0..=LONGEST => name.to_owned(),
        _ => shortened(name),
    };
    validate_file_name(&name, false)?;
    Ok(name)
}

fn shortened(name: &str) -> String {
    let (root, extension) = splitext(name);
    let extension: String = extension.chars().take(LONGEST).collect();
    let room = LONGEST - extension.chars().count();
    root.chars().take(room).collect::<String>() + &extension
}

/// Refuses a name that is no file's (`.`), one that is absolute or leaves its folder (`../a`), and, unless
/// `allow_relative_path`, one with folders: Django's `validate_file_name`.
///
/// # Errors
/// [`Error::SuspiciousFileOperation`] with Django's text.
pub fn validate_file_name(name: &str, allow_relative_path: bool) -> Result<()> {
    if matches!(base_name(name), "" | "." | "..") {
        return suspicious(format!("Could not derive file name from '{name}'"));
    }
    if allow_relative_path {
        let path = name.replace('\\', "/");
        if path.starts_with('/') || has_parent(&path) {
            return suspicious(format!("Detected path traversal attempt in '{name}'"));
        }
    } else if name != base_name(name) {
        return suspicious(format!("File name '{name}' includes path elements"));
    }
    Ok(())
}

/// The name with underscores for spaces, and without what is no letter, digit, dash, underscore or dot: Django's
/// `get_valid_filename`.
///
/// # Errors
/// [`Error::SuspiciousFileOperation`] when nothing is left.
pub fn get_valid_filename(name: &str) -> Result<String> {
    let is_word = |c: &char| is_alnum(*c) || matches!(c, '-' | '_' | '.');
    let valid: String = str_strip(name).replace(' ', "_").chars().filter(is_word).collect();
    match valid.as_str() {
        "" | "." | ".." => suspicious(format!("Could not derive file name from '{name}'")),
        _ => Ok(valid),
    }
}

/// The name with seven random letters and digits before the extension: `a_4Kf09Zq.txt`.
pub fn alternative_name(root: &str, extension: &str) -> String {
    // 120 of the bits of a random UUID are random: enough for seven choices of eight bits each, of which those are taken again
    // that would make some letters likelier.
    let mut random = String::with_capacity(RANDOM);
    while random.len() < RANDOM {
        for byte in Uuid::new_v4().into_bytes().into_iter().take(6) {
            let at = usize::from(byte);
            if random.len() < RANDOM && at < ALPHANUMERIC.len() * 4 {
                random.push(char::from(ALPHANUMERIC[at % ALPHANUMERIC.len()]));
            }
        }
    }
    format!("{root}_{random}{extension}")
}

/// A name as a storage takes it: each folder and the file's own name as they are, with the file's name made valid.
pub(super) fn generated_name(name: &str, valid: impl FnOnce(&str) -> Result<String>) -> Result<String> {
    let name = name.replace('\\', "/");
    let (folder, file) = split(&name);
    refuse_parent(folder)?;
    Ok(normalised(&join(folder, &valid(file)?)))
}

/// A name for a new file, taken apart: the folder, and the file's name before and from its first extension on.
pub(super) struct NameParts {
    pub(super) folder: String,
    pub(super) root: String,
    pub(super) extension: String,
}

impl NameParts {
    pub(super) fn of(name: &str) -> Result<Self> {
        let (folder, file) = split(name);
        refuse_parent(folder)?;
        validate_file_name(file, false)?;
        let extension = suffixes(file);
        let root = file[..file.len() - extension.len()].to_owned();
        Ok(Self { folder: folder.to_owned(), root, extension: extension.to_owned() })
    }
}

fn refuse_parent(folder: &str) -> Result<()> {
    if has_parent(folder) {
        return suspicious(format!("Detected path traversal attempt in '{folder}'"));
    }
    Ok(())
}

fn has_parent(path: &str) -> bool {
    path.split('/').any(|part| part == "..")
}

/// What stands behind the last slash.
pub(super) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// Python's `os.path.split`.
fn split(path: &str) -> (&str, &str) {
    let file = base_name(path);
    let folder = &path[..path.len() - file.len()];
    let trimmed = folder.trim_end_matches('/');
    (if trimmed.is_empty() { folder } else { trimmed }, file)
}

/// Python's `os.path.join` of two paths.
pub(super) fn join(folder: &str, name: &str) -> String {
    match folder {
        _ if name.starts_with('/') => name.to_owned(),
        "" => name.to_owned(),
        _ if folder.ends_with('/') => format!("{folder}{name}"),
        _ => format!("{folder}/{name}"),
    }
}

/// Python's `os.path.normpath` of a path without `..`.
fn normalised(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let root = if path.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}

/// Python's `os.path.splitext`: leading dots belong to the name.
fn splitext(name: &str) -> (&str, &str) {
    let dots = name.len() - name.trim_start_matches('.').len();
    name[dots..].rfind('.').map_or((name, ""), |at| name.split_at(dots + at))
}

/// What stands behind the last dot of a path, without it: Python's `Path.suffix`.
pub(crate) fn extension(path: &str) -> &str {
    let name = path.split('/').rfind(|part| !matches!(*part, "" | ".")).unwrap_or_default();
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => extension,
        _ => "",
    }
}

/// All extensions: `.tar.gz`, Python's `PurePath.suffixes`. A name that ends with a dot has none.
fn suffixes(name: &str) -> &str {
    if name.ends_with('.') {
        return "";
    }
    let dots = name.len() - name.trim_start_matches('.').len();
    name[dots..].find('.').map_or("", |at| &name[dots + at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(outcome: Result<String>) -> String {
        outcome.unwrap_or_else(|error| format!("! {error}"))
    }

    #[test]
    fn names_are_what_django_makes_of_them() {
        // What `UploadedFile(name=..).name` of Django 5.2 is.
        let long = "a".repeat(300);
        for (name, expected) in [
            ("a.txt", "a.txt".to_owned()),
            ("a/b/c.txt", "c.txt".to_owned()),
            ("a\\b.txt", "a\\b.txt".to_owned()),
            ("..", "! Could not derive file name from '..'".to_owned()),
            ("a/", "! Could not derive file name from ''".to_owned()),
            (&format!("{long}.txt"), "a".repeat(251) + ".txt"),
            (&long, "a".repeat(255)),
            (&format!("a.{long}"), format!(".{}", "a".repeat(254))),
            (&format!("é{long}.tar.gz"), format!("é{}.gz", "a".repeat(251))),
        ] {
            assert_eq!(text(upload_name(name)), expected, "{name}");
        }
    }

    #[test]
    fn valid_names_are_djangos() {
        // What `get_valid_filename(name)` of Django 5.2 is.
        for (name, expected) in [
            ("john's portrait in 2004.jpg", "johns_portrait_in_2004.jpg"),
            ("  a b\t c.txt ", "a_b_c.txt"),
            ("naïve ½ ².txt", "naïve_½_².txt"),
            ("日本 語.txt", "日本_語.txt"),
            ("e\u{301}x\u{200d}y\u{203f}\u{bcd}\u{bbe}\u{24b6}aªⅠ.txt", "exyaªⅠ.txt"),
            ("a/b\\c:d*e?.txt", "abcde.txt"),
            ("..", "! Could not derive file name from '..'"),
            ("$%&", "! Could not derive file name from '$%&'"),
        ] {
            assert_eq!(text(get_valid_filename(name)), expected, "{name}");
        }
    }

    #[test]
    fn paths_are_what_django_generates() {
        // What `FileSystemStorage().generate_filename(name)` of Django 5.2 is.
        for (name, expected) in [
            ("a b.txt", "a_b.txt"),
            ("x y/a b.txt", "x y/a_b.txt"),
            ("x//y/./a.txt", "x/y/a.txt"),
            ("x\\y\\a.txt", "x/y/a.txt"),
            ("/x/a.txt", "/x/a.txt"),
            ("../a.txt", "! Detected path traversal attempt in '..'"),
            ("x/../a.txt", "! Detected path traversal attempt in 'x/..'"),
            ("x/", "! Could not derive file name from ''"),
        ] {
            assert_eq!(text(generated_name(name, get_valid_filename)), expected, "{name}");
        }
    }

    #[test]
    fn extensions_are_pythons() {
        for (name, root, extension) in [
            ("a.txt", "a", ".txt"),
            ("a.tar.gz", "a", ".tar.gz"),
            (".bashrc", ".bashrc", ""),
            (".a.b", ".a", ".b"),
            ("a.", "a.", ""),
            ("a", "a", ""),
        ] {
            let parts = NameParts::of(name).expect(name);
            assert_eq!((parts.root.as_str(), parts.extension.as_str()), (root, extension), "{name}");
        }
    }
}
