//! Files that are written all or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::Error;

/// Files with their texts, by their paths below a folder.
#[derive(Default)]
pub(crate) struct Files(Vec<(String, String)>);

impl Files {
    pub(crate) fn add(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.0.push((path.into(), text.into()));
    }

    /// Writes the files below a folder, which is made when it is not there. Nothing that is there is overwritten; when one
    /// cannot be written, those before it and the folders made for them are removed.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), Error> {
        let mut made = Vec::new();
        for (path, text) in &self.0 {
            let path = folder.join(path);
            if let Err(error) = write(&path, text, &mut made) {
                for path in made.iter().rev() {
                    let _ = if path.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) };
                }
                return Err(Error::new(format!(
                    "cannot write {}: {error}; nothing was made",
                    path.display()
                )));
            }
        }
        Ok(())
    }
}

fn write(path: &Path, text: &str, made: &mut Vec<PathBuf>) -> io::Result<()> {
    let missing: Vec<&Path> =
        path.ancestors().skip(1).take_while(|one| !one.as_os_str().is_empty() && !one.exists()).collect();
    for folder in missing.into_iter().rev() {
        fs::create_dir(folder)?;
        made.push(folder.to_owned());
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    made.push(path.to_owned());
    file.write_all(text.as_bytes())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A folder that goes when the test ends.
    pub(crate) struct Folder(pub(crate) PathBuf);

    impl Folder {
        pub(crate) fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("belleville-cli-{}-{name}", std::process::id()));
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(&folder).expect("a folder");
            Self(folder)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn what_cannot_be_finished_leaves_nothing() {
        let folder = Folder::new("half");
        fs::write(folder.0.join("taken"), "mine").expect("a file");
        let mut files = Files::default();
        files.add("a/b/one", "1");
        files.add("taken", "2");
        files.add("three", "3");
        let error = files.write(&folder.0).expect_err("a file is there").to_string();
        assert!(error.contains("taken") && error.ends_with("nothing was made"), "{error}");
        let left: Vec<_> =
            fs::read_dir(&folder.0).expect("the folder").flatten().map(|one| one.file_name()).collect();
        assert_eq!(left, ["taken"]);
        assert_eq!(fs::read_to_string(folder.0.join("taken")).expect("the file"), "mine");
    }
}
