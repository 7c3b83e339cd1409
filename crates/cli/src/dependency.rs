//! Where a new project takes Belleville from.

use std::path::{Component, Path, PathBuf};

use crate::Error;

/// Belleville as a dependency: a folder or a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dependency {
    /// The root of a checkout of the repository.
    Checkout(PathBuf),
    /// A version of the registry.
    Version(String),
}

/// Where the facade is in a checkout.
const FACADE: &str = "crates/belleville";

impl Dependency {
    /// The checkout that this program was built in, when it is still there; otherwise, as after `cargo install`, the version
    /// that the program itself has.
    pub(crate) fn of_this_program() -> Self {
        let manifest_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest_folder.parent().and_then(Path::parent).unwrap_or(manifest_folder);
        Self::checkout(root).unwrap_or_else(|_| Self::Version(env!("CARGO_PKG_VERSION").to_owned()))
    }

    pub(crate) fn checkout(root: &Path) -> Result<Self, Error> {
        let is_checkout = root.join(FACADE).join("Cargo.toml").is_file();
        match root.canonicalize() {
            Ok(root) if is_checkout => Ok(Self::Checkout(root)),
            _ => Err(Error::new(format!(
                "{} is not a checkout of Belleville: there is no {FACADE}/Cargo.toml in it",
                root.display()
            ))),
        }
    }

    pub(crate) fn version(text: &str) -> Result<Self, Error> {
        let is_version = text.starts_with(|c: char| c.is_ascii_digit() || "^~=".contains(c))
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "^~=.-+".contains(c));
        if is_version {
            return Ok(Self::Version(text.to_owned()));
        }
        Err(Error::new(format!("`{text}` is not a version; write it as in Cargo.toml: 0.1 or =0.1.0")))
    }

    /// Where it comes from, in words.
    pub(crate) fn source(&self) -> String {
        match self {
            Self::Checkout(root) => format!("the checkout {}", root.display()),
            Self::Version(version) => format!("the registry, version {version}"),
        }
    }

    /// The value in `Cargo.toml` of a project in `folder`.
    pub(crate) fn in_manifest(&self, folder: &Path) -> String {
        match self {
            Self::Version(version) => format!("\"{version}\""),
            Self::Checkout(root) => {
                let path = nearby(folder, root).join(FACADE);
                format!("{{ path = {} }}", quoted(&path))
            }
        }
    }

    /// The command that builds the project's image.
    pub(crate) fn docker_build(&self, project: &str, folder: &Path) -> String {
        match self {
            Self::Version(_) => format!("docker build -t {project} ."),
            Self::Checkout(root) => {
                let context = nearby(folder, root);
                format!("docker build --build-context belleville={} -t {project} .", context.display())
            }
        }
    }

    /// The lines of a `Dockerfile` that bring the sources to where `Cargo.toml` says, in an image where the project is in
    /// `/src/NAME`.
    pub(crate) fn docker_sources(&self, project: &str, folder: &Path) -> String {
        match self {
            Self::Version(_) => String::new(),
            Self::Checkout(root) => {
                let place = resolved(&Path::new("/src").join(project).join(nearby(folder, root)));
                format!("COPY --from=belleville . {}/\n", place.display().to_string().trim_end_matches('/'))
            }
        }
    }
}

/// The path from a project to a checkout. It is relative where the project is beside the checkout or in it, so that both
/// can be moved together; from elsewhere it is absolute, so that the project can be moved alone.
fn nearby(folder: &Path, root: &Path) -> PathBuf {
    let Some(beside) = root.parent().filter(|parent| parent.parent().is_some()) else {
        return root.to_owned();
    };
    let Ok(below) = folder.strip_prefix(beside) else { return root.to_owned() };
    let common = folder.components().zip(root.components()).take_while(|(one, other)| one == other).count();
    let up = below.components().count() + beside.components().count() - common;
    let down = root.components().skip(common);
    let path: PathBuf = std::iter::repeat_n(Component::ParentDir, up).chain(down).collect();
    path
}

/// The path without `..`, as far as there is something above.
fn resolved(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

/// A path as a TOML string, which is read on every system when it is written with slashes.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string().replace('\\', "/").replace('"', "\\\"");
    format!("\"{text}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_relative_beside_the_checkout_and_absolute_elsewhere() {
        let checkout = Dependency::Checkout(PathBuf::from("/home/ann/belleville"));
        for (folder, path, place) in [
            ("/home/ann/shop", "../belleville/crates/belleville", "/src/belleville/"),
            ("/home/ann/code/shop", "../../belleville/crates/belleville", "/belleville/"),
            ("/home/ann/belleville/my/shop", "../../crates/belleville", "/"),
            ("/srv/shop", "/home/ann/belleville/crates/belleville", "/home/ann/belleville/"),
        ] {
            assert_eq!(checkout.in_manifest(Path::new(folder)), format!("{{ path = \"{path}\" }}"));
            let sources = checkout.docker_sources("shop", Path::new(folder));
            assert_eq!(sources, format!("COPY --from=belleville . {place}\n"), "{folder}");
        }
    }

    #[test]
    fn below_the_root_the_path_is_absolute() {
        let checkout = Dependency::Checkout(PathBuf::from("/belleville"));
        assert_eq!(checkout.in_manifest(Path::new("/shop")), "{ path = \"/belleville/crates/belleville\" }");
    }

    #[test]
    fn a_version_stands_alone() {
        let version = Dependency::version("0.1").expect("a version");
        assert_eq!(version.in_manifest(Path::new("/shop")), "\"0.1\"");
        assert_eq!(version.docker_build("shop", Path::new("/shop")), "docker build -t shop .");
        assert_eq!(version.docker_sources("shop", Path::new("/shop")), "");
    }

    #[test]
    fn this_program_was_built_in_a_checkout() {
        assert!(
            matches!(Dependency::of_this_program(), Dependency::Checkout(root) if root.join(FACADE).is_dir())
        );
    }
}
