//! A project's own templates: they win, they may lean on the built-in ones, and a mistake in one is found at start.

use std::path::{Path, PathBuf};

use belleville_pages::Templates;
use belleville_pages::login::LoginPage;

/// A folder that is gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn with(name: &str, files: &[(&str, &str)]) -> Self {
        let folder =
            Self(std::env::temp_dir().join(format!("belleville-pages-{}-{name}", std::process::id())));
        for (file, source) in files {
            let path = folder.0.join(file);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
            std::fs::write(path, source).expect("a writable file");
        }
        folder
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const LOGIN: &str = "rest_framework/login.html";

#[test]
fn own_templates_take_the_place_of_built_in_ones() {
    for (at, (files, expected)) in [
        (&[(LOGIN, "Hello {{ next }}")][..], "Hello &lt;b&gt;"),
        (
            &[(
                LOGIN,
                "{% extends 'rest_framework/login_base.html' %}{% block branding %}Acme{% endblock %}",
            )],
            "Acme",
        ),
        (&[(LOGIN, "{% include 'acme/foot.html' %}"), ("acme/foot.html", "Our foot")], "Our foot"),
        (&[("rest_framework/style.css", "body { color: teal }")], "body { color: teal }"),
        (&[("rest_framework/mark.svg", "<svg id=acme></svg>")], "<svg id=acme></svg>"),
        // Not ours to read: hidden, or no template.
        (&[(".hidden/broken.html", "{% if %}"), ("notes.md", "{% if %}")], "Log in"),
    ]
    .into_iter()
    .enumerate()
    {
        let folder = Folder::with(&format!("own-{at}"), files);
        let templates = Templates::new(Some(&folder.0)).unwrap_or_else(|error| panic!("{files:?}: {error}"));
        let page = LoginPage { next: "<b>".into(), ..LoginPage::default() }.render(&templates);
        assert!(page.contains(expected), "{files:?}: {page}");
    }
}

#[test]
fn a_mistake_is_found_at_start_with_its_file_and_line() {
    for (at, (file, source, expected)) in [
        (LOGIN, "one\n{% if %}", ", line 2: syntax error"),
        (LOGIN, "one\ntwo\n{{ next|shout }}", ", line 3: unknown filter"),
        (LOGIN, "\n{% include 'nowhere.html' %}", "nowhere.html"),
        (LOGIN, "{% extends 'nowhere.html' %}", "nowhere.html"),
        ("rest_framework/api.html", "{% for name in breadcrumbs %}\n{{ shout() }}{% endfor %}", ", line 2: "),
        ("rest_framework/raw_data_form.html", "\n\n{{ raw.content|shout }}", ", line 3: unknown filter"),
        ("403_csrf.html", "{{ reason", ", line 1: syntax error"),
        ("registration/logged_out.html", "{% block a %}", ", line 1: syntax error"),
        ("acme/unused.html", "\n{% endif %}", ", line 2: syntax error"),
    ]
    .into_iter()
    .enumerate()
    {
        let folder = Folder::with(&format!("broken-{at}"), &[(file, source)]);
        let error = Templates::new(Some(&folder.0)).expect_err(source).to_string();
        assert!(error.contains(expected), "{source:?}: {error}");
        assert!(error.contains(&folder.0.join(file).display().to_string()), "{source:?}: {error}");
    }
}

#[test]
fn a_folder_must_be_there() {
    let error = Templates::new(Some(Path::new("no/such/folder"))).expect_err("no folder").to_string();
    assert_eq!(error, "no/such/folder is not a folder");
}
