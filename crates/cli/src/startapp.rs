//! `startapp`: a new app in a project.

use std::fs;
use std::path::Path;

use crate::Error;
use crate::files::Files;
use crate::names::{self, Kind};
use crate::templates::{self, fill};

/// Makes an app with one model in the project in `project_folder`; returns what there is to say. The model is called after the app,
/// unless `model` says how.
///
/// # Errors
/// When the name cannot be used, the folder is no project or something of that name is there; nothing is written then.
pub fn startapp(name: &str, project_folder: &Path, model: Option<&str>) -> Result<String, Error> {
    names::check(Kind::App, name)?;
    let model = model.map_or_else(|| names::model_of(name), str::to_owned);
    names::check_model(&model)?;
    let package = package(project_folder)?;
    let mut files = Files::default();
    add(&mut files, &package.replace('-', "_"), name, &model);
    for path in [format!("src/{name}"), format!("src/{name}.rs"), format!("tests/{name}.rs")] {
        if project_folder.join(&path).exists() {
            return Err(Error::new(format!("{path} already exists; please try another name")));
        }
    }
    files.write(project_folder)?;
    Ok(format!(
        "Made the app {name} with the model {model}. Three lines make it part of the program:\n\
         \n  src/lib.rs   pub mod {name};\n\
         \x20 src/lib.rs   .app({name}::app())                          behind the other apps of App::new\n\
         \x20 src/urls.rs  router.register(\"{name}\", crate::{name}::views::{model}ViewSet);\n\
         \n`cargo test` tests it; `cargo run -- migrate` makes its table."
    ))
}

/// Adds the files of an app.
pub(crate) fn add(files: &mut Files, project: &str, app: &str, model: &str) {
    let words = names::words(model);
    let article = if words.starts_with(['a', 'e', 'i', 'o', 'u']) { "An" } else { "A" };
    let a_model = format!("{article} {words}");
    let words = [("project", project), ("app", app), ("Model", model), ("A_model", a_model.as_str())];
    for (path, text) in templates::APP {
        files.add(fill(path, &words), fill(text, &words));
    }
}

/// The name of the package in a folder that is a project of Belleville.
fn package(folder: &Path) -> Result<String, Error> {
    let path = folder.join("Cargo.toml");
    let manifest = fs::read_to_string(&path).map_err(|error| {
        Error::new(format!(
            "cannot read {}: {error}; an app is made in the folder of a project, or name it: startapp orders ../shop",
            path.display()
        ))
    })?;
    if !manifest.contains("belleville") || !folder.join("src/lib.rs").is_file() {
        return Err(Error::new(format!(
            "{} is not a project of Belleville with a src/lib.rs; make one: cargo belleville new shop",
            folder.display()
        )));
    }
    package_name(&manifest)
        .ok_or_else(|| Error::new(format!("{} has no [package] with a name", path.display())))
}

/// The `name` of `[package]`.
fn package_name(manifest: &str) -> Option<String> {
    let mut lines = manifest.lines().map(str::trim).skip_while(|line| *line != "[package]").skip(1);
    let name = lines.by_ref().take_while(|line| !line.starts_with('[')).find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "name").then(|| value.trim())
    })?;
    Some(name.split(['"', '\'']).nth(1)?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::tests::Folder;

    #[test]
    fn the_name_of_the_package_is_found() {
        for (manifest, name) in [
            ("[package]\nname = \"shop\"\n", Some("shop")),
            ("# a shop\n[package]\nversion = \"1\"\nname='my-shop' # ours\n", Some("my-shop")),
            ("[dependencies]\nname = \"1\"\n", None),
            ("[package]\nversion = \"1\"\n[lib]\nname = \"x\"", None),
        ] {
            assert_eq!(package_name(manifest).as_deref(), name, "{manifest}");
        }
    }

    #[test]
    fn an_app_is_made_only_in_a_project_and_over_nothing() {
        let folder = Folder::new("app");
        let error = startapp("orders", &folder.0, None).expect_err("an empty folder").to_string();
        assert!(error.contains("Cargo.toml") && error.contains("in the folder of a project"), "{error}");
        crate::startproject("shop", Some(&folder.0), None).expect("a project");
        let said = startapp("order_lines", &folder.0, None).expect("an app");
        assert!(said.contains("with the model OrderLine") && said.contains("pub mod order_lines;"), "{said}");
        let test = fs::read_to_string(folder.0.join("tests/order_lines.rs")).expect("the test");
        assert!(test.contains("&shop::app()") && test.contains("\"/api/order_lines/\""), "{test}");
        let models = fs::read_to_string(folder.0.join("src/order_lines/models.rs")).expect("the models");
        assert!(models.contains("/// An order line of a user."), "{models}");
        for name in ["notes", "order_lines"] {
            let error = startapp(name, &folder.0, None).expect_err(name).to_string();
            assert!(error.contains("already exists"), "{error}");
        }
        let error = startapp("news", &folder.0, Some("news")).expect_err("no type").to_string();
        assert!(error.contains("not a valid model name") && !folder.0.join("src/news").exists(), "{error}");
    }
}
