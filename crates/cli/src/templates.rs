//! The files of a new project and of a new app.

/// Fills in the `{{words}}` of a template.
pub(crate) fn fill(template: &str, words: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        out.push_str(words.iter().find(|(known, _)| *known == name).map_or("", |(_, word)| word));
        rest = after;
    }
    out + rest
}

macro_rules! templates {
    ($($path:literal => $file:literal,)*) => { &[$(($path, include_str!(concat!("templates/", $file)))),*] };
}

/// A project's own files. Their names here are not those of the project where Cargo or git would take them for their own.
pub(crate) const PROJECT: &[(&str, &str)] = templates! {
    "Cargo.toml" => "project/manifest.toml",
    "belleville.toml" => "project/belleville.toml",
    "README.md" => "project/README.md",
    "Dockerfile" => "project/Dockerfile",
    ".dockerignore" => "project/dockerignore",
    ".gitignore" => "project/gitignore",
    "src/main.rs" => "project/main.rs",
    "src/lib.rs" => "project/lib.rs",
    "src/urls.rs" => "project/urls.rs",
};

/// An app's files.
pub(crate) const APP: &[(&str, &str)] = templates! {
    "src/{{app}}/mod.rs" => "app/mod.rs",
    "src/{{app}}/models.rs" => "app/models.rs",
    "src/{{app}}/migrations/mod.rs" => "app/migrations.rs",
    "src/{{app}}/migrations/m0001_initial.rs" => "app/m0001_initial.rs",
    "src/{{app}}/serializers.rs" => "app/serializers.rs",
    "src/{{app}}/views.rs" => "app/views.rs",
    "tests/{{app}}.rs" => "app/test.rs",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_templates_is_known() {
        let known =
            ["project", "dependency", "profile", "docker_build", "docker_sources", "app", "Model", "A_model"];
        for (path, text) in PROJECT.iter().chain(APP) {
            for word in [*path, *text].into_iter().flat_map(|text| text.split("{{").skip(1)) {
                let word = word.split("}}").next().unwrap_or_default();
                assert!(known.contains(&word), "{path}: {word}");
            }
        }
        assert_eq!(fill("{{a}}-{{b}}{c}", &[("a", "1"), ("b", "2")]), "1-2{c}");
    }
}
