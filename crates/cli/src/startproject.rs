//! `startproject`: a new project with one app, which is tested and can be served at once.

use std::path::{Path, PathBuf};

use crate::dependency::Dependency;
use crate::files::Files;
use crate::names::{self, Kind};
use crate::templates::{self, fill};
use crate::{Error, PROFILE, startapp};

/// Makes a project in `folder`, or in a new folder of its name; returns what there is to say. Belleville comes from
/// `dependency`, or from where this program does.
///
/// # Errors
/// When the name cannot be used or the folder is not empty; nothing is written then.
pub fn startproject(
    name: &str,
    folder: Option<&Path>,
    dependency: Option<&Dependency>,
) -> Result<String, Error> {
    names::check(Kind::Project, name)?;
    let folder = folder.unwrap_or(Path::new(name));
    refuse_used(folder)?;
    let dependency = dependency.cloned().unwrap_or_else(Dependency::of_this_program);
    files(name, &absolute(folder)?, &dependency).write(folder)?;
    let (folder, source) = (folder.display(), dependency.source());
    Ok(format!(
        "Made the project {name} in {folder}. It takes Belleville from {source}.\n\
         \n  cd {folder}\n  cargo test\n  cargo run -- migrate\n  cargo run -- createsuperuser\n  cargo run\n\
         \nREADME.md there says what is where."
    ))
}

fn files(name: &str, folder: &Path, dependency: &Dependency) -> Files {
    let words = [
        ("project", name),
        ("profile", PROFILE),
        ("dependency", &dependency.in_manifest(folder)),
        ("docker_build", &dependency.docker_build(name, folder)),
        ("docker_sources", &dependency.docker_sources(name, folder)),
    ];
    let mut files = Files::default();
    for (path, text) in templates::PROJECT {
        files.add(*path, fill(text, &words));
    }
    startapp::add(&mut files, name, "notes", "Note");
    files
}

/// Only a folder that is not there or empty is used: nobody's files are mixed with ours.
fn refuse_used(folder: &Path) -> Result<(), Error> {
    let shown = folder.display();
    if folder.is_dir() {
        let mut entries = folder
            .read_dir()
            .map_err(|error| Error::new(format!("cannot read the folder {shown}: {error}")))?;
        return match entries.next() {
            None => Ok(()),
            Some(_) => {
                Err(Error::new(format!("'{shown}' already exists and is not empty; name another folder")))
            }
        };
    }
    if folder.exists() {
        return Err(Error::new(format!("'{shown}' already exists and is not a folder; name another one")));
    }
    Ok(())
}

/// The full path of a folder that may not be there yet.
fn absolute(folder: &Path) -> Result<PathBuf, Error> {
    let there = folder.ancestors().find(|one| !one.as_os_str().is_empty() && one.exists());
    let base = there.unwrap_or(Path::new("."));
    let missing = folder.strip_prefix(base).unwrap_or(folder);
    base.canonicalize()
        .map(|base| if missing.as_os_str().is_empty() { base } else { base.join(missing) })
        .map_err(|error| Error::new(format!("cannot find the folder {}: {error}", base.display())))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::files::tests::Folder;

    #[test]
    fn a_used_folder_is_refused_and_left_as_it_is() {
        let folder = Folder::new("used");
        let (empty, used, file) = (folder.0.join("empty"), folder.0.join("used"), folder.0.join("file"));
        fs::create_dir_all(&empty).expect("a folder");
        fs::create_dir_all(used.join("src")).expect("a folder");
        fs::write(&file, "mine").expect("a file");
        for (taken, part) in [(&used, "is not empty"), (&file, "is not a folder")] {
            let error = startproject("shop", Some(taken), None).expect_err("it is used").to_string();
            assert!(error.contains(part), "{error}");
        }
        assert_eq!(used.read_dir().expect("the folder").count(), 1);
        for name in ["fn", "my-shop"] {
            assert!(startproject(name, Some(&folder.0.join("new")), None).is_err());
        }
        assert!(!folder.0.join("new").exists());
        startproject("shop", Some(&empty), None).expect("an empty folder is used");
        assert!(empty.join(".gitignore").is_file());
    }

    #[test]
    fn the_manifest_is_a_workspace_of_its_own_with_the_profile() {
        let folder = Folder::new("manifest");
        let shop = folder.0.join("deep/in/shop");
        let version = Dependency::version("0.1").expect("a version");
        startproject("shop", Some(&shop), Some(&version)).expect("a project");
        let text = fs::read_to_string(shop.join("Cargo.toml")).expect("the manifest");
        let manifest: toml::Table = text.parse().expect("TOML");
        assert!(manifest.contains_key("workspace") && text.contains(PROFILE), "{text}");
        assert_eq!(manifest["package"]["name"].as_str(), Some("shop"));
        assert_eq!(manifest["dependencies"]["belleville"].as_str(), Some("0.1"));
        assert_eq!(manifest["profile"]["dev"]["package"]["sha2"]["opt-level"].as_integer(), Some(3));
        let settings = fs::read_to_string(shop.join("belleville.toml")).expect("the settings");
        let settings: toml::Table = settings.parse().expect("TOML");
        // A login leads to what the router of `urls.rs` answers.
        let urls = fs::read_to_string(shop.join("src/urls.rs")).expect("the URLs");
        let path = settings["login_redirect_url"].as_str().expect("a path").trim_start_matches('/');
        assert!(urls.contains(&format!(".include(\"{path}\", router.urls())")), "{path}: {urls}");
    }

    #[test]
    fn the_profile_is_that_of_the_workspace() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml");
        // A published crate has no workspace around it.
        let Ok(workspace) = fs::read_to_string(path) else { return };
        assert!(workspace.contains(PROFILE), "crates/cli/src/templates/profile.toml differs from Cargo.toml");
    }
}
