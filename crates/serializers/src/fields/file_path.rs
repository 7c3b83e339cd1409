//! The path of a file in a folder: DRF's `FilePathField`.

use std::path::{Path, PathBuf};
use std::{fs, io};

use belleville_db::json::Json;
use belleville_db::{Folder, Result, ValueRef, python};

use super::choice::Choices;
use super::primitive::{value_of, write_primitive};
use super::shape::Choice;
use super::{Bind, Field, Messages, Shape, ValidationError};
use crate::Given;
use crate::value::Validated;

/// The path of a file that is in a folder when the field is read.
#[derive(Clone, Debug)]
pub struct FilePathField {
    path: PathBuf,
    pattern: Option<python::Regex>,
    recursive: bool,
    allow_files: bool,
    allow_folders: bool,
    /// The declaration says that input must have it: there is no empty choice then.
    is_required: bool,
    /// It is a model's field, of which DRF never says so.
    is_of_model: bool,
}

impl Default for FilePathField {
    fn default() -> Self {
        Self {
            path: PathBuf::new(),
            pattern: None,
            recursive: false,
            allow_files: true,
            allow_folders: false,
            is_required: false,
            is_of_model: false,
        }
    }
}

impl FilePathField {
    /// The files of a folder.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self::default().path(path)
    }

    /// The field of a model's field.
    ///
    /// # Panics
    /// At start, when its pattern is none.
    pub(super) fn of(folder: &Folder) -> Self {
        let field = Self::new((folder.path)())
            .recursive(folder.recursive)
            .allow_files(folder.allow_files)
            .allow_folders(folder.allow_folders);
        let field = Self { is_of_model: true, ..field };
        folder.matching.into_iter().fold(field, Self::matching)
    }

    /// The folder.
    #[must_use]
    pub fn path(self, path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), ..self }
    }

    /// Those whose names Python's `re.search` finds a pattern in: DRF's `match`.
    ///
    /// # Panics
    /// When it is no pattern.
    #[must_use]
    pub fn matching(mut self, pattern: &str) -> Self {
        match python::Regex::new(pattern) {
            Ok(regex) => self.pattern = Some(regex),
            Err(error) => panic!("the pattern {pattern:?} of a FilePathField: {error}"),
        }
        self
    }

    /// Those of the folders inside of it too, or not.
    #[must_use]
    pub fn recursive(self, recursive: bool) -> Self {
        Self { recursive, ..self }
    }

    /// Files are taken, or not.
    #[must_use]
    pub fn allow_files(self, allow_files: bool) -> Self {
        Self { allow_files, ..self }
    }

    /// Folders are taken, or not.
    #[must_use]
    pub fn allow_folders(self, allow_folders: bool) -> Self {
        Self { allow_folders, ..self }
    }

    /// What the folder has now. A folder that cannot be read has nothing.
    fn choices(&self) -> Choices {
        let mut found = Vec::new();
        if !self.is_required {
            found.push(choice(String::new(), "---------".to_owned()));
        }
        if self.recursive {
            self.walk(&mut found);
        } else {
            self.list(&mut found);
        }
        Choices::of(found)
    }

    fn list(&self, found: &mut Vec<Choice>) {
        let mut names = entries(&self.path).unwrap_or_default();
        names.retain(|entry| entry.name != "__pycache__" && self.takes(entry));
        found.extend(names.into_iter().map(|entry| choice(joined(&self.path, &entry.name), entry.name)));
    }

    /// Django's `sorted(os.walk(path))`: the folders by their paths, in each its files, then its folders.
    fn walk(&self, found: &mut Vec<Choice>) {
        let root = self.path.to_string_lossy();
        let mut folders = vec![root.clone().into_owned()];
        let mut at = 0;
        while let Some(folder) = folders.get(at).cloned() {
            at += 1;
            let inside = entries(Path::new(&folder)).unwrap_or_default().into_iter();
            let inside = inside.filter(|entry| entry.is_dir && !entry.is_link);
            folders.extend(inside.map(|entry| joined(Path::new(&folder), &entry.name)));
        }
        folders.sort();
        for folder in folders {
            let entries = entries(Path::new(&folder)).unwrap_or_default();
            let (dirs, files): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.is_dir);
            let dirs = dirs.into_iter().filter(|entry| entry.name != "__pycache__");
            for entry in files.into_iter().chain(dirs) {
                let is_kind = if entry.is_dir { self.allow_folders } else { self.allow_files };
                if is_kind && self.matches(&entry.name) {
                    let path = joined(Path::new(&folder), &entry.name);
                    let name = path.replacen(&*root, "", 1);
                    found.push(choice(path, name));
                }
            }
        }
    }

    fn takes(&self, entry: &Entry) -> bool {
        ((self.allow_files && entry.is_file) || (self.allow_folders && entry.is_dir))
            && self.matches(&entry.name)
    }

    fn matches(&self, name: &str) -> bool {
        self.pattern.as_ref().is_none_or(|pattern| pattern.search(name))
    }
}

/// What stands in a folder.
struct Entry {
    name: String,
    is_file: bool,
    is_dir: bool,
    is_link: bool,
}

/// What stands in a folder, by name.
fn entries(folder: &Path) -> io::Result<Vec<Entry>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        found.push(Entry { name, is_file: path.is_file(), is_dir: path.is_dir(), is_link });
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

/// Python's `os.path.join`.
fn joined(folder: &Path, name: &str) -> String {
    folder.join(name).to_string_lossy().into_owned()
}

fn choice(path: String, name: String) -> Choice {
    Choice { value: Json::from(path), display_name: name.into(), group: None }
}

impl Field for FilePathField {
    fn bind(&mut self, options: &Bind<'_>) {
        assert!(
            self.allow_files || self.allow_folders,
            "a FilePathField takes files or folders: it has `allow_files` or `allow_folders`"
        );
        assert!(!self.path.as_os_str().is_empty(), "a FilePathField needs a folder: add `path`");
        if let Err(error) = entries(&self.path) {
            panic!("the folder {} of a FilePathField: {error}", self.path.display());
        }
        self.is_required = options.required == Some(true) && !self.is_of_model;
    }

    fn error_messages(&self) -> Messages {
        &[("invalid_choice", "\"{input}\" is not a valid path choice.")]
    }

    fn shape(&self) -> Shape {
        self.choices().shape("choice")
    }

    fn to_internal_value(&self, data: &Json) -> Result<Validated, ValidationError> {
        let text = python::str_of(data);
        match self.choices().find(&text) {
            Some(path) => Ok(Validated::Value(value_of(path))),
            None => Err(ValidationError::of("invalid_choice").with("input", text)),
        }
    }

    fn takes_names_of_files(&self) -> bool {
        true
    }

    fn refuse(&self, given: &Given<'_>) -> ValidationError {
        Choices::refuse(given)
    }

    fn to_representation(&self, value: ValueRef<'_>, out: &mut Vec<u8>) -> Result<()> {
        write_primitive(value, out)
    }
}
