//! Reads the tags of a page, no more of HTML than its own pages use.

/// A start or end tag: its name and its attributes, with their values as the browser has them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
}

impl Tag {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the tag only colours a token of JSON.
    fn is_colour(&self) -> bool {
        self.name == "/span"
            || self.name == "span" && matches!(self.get("class"), Some("k" | "s" | "n" | "l"))
    }
}

/// Every tag of a page. What stands in a style or a script is not looked at, as a browser does not.
pub(crate) fn tags(page: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        let (tag, after) = tag(&rest[at + 1..]);
        rest = match tag.name.as_str() {
            "style" | "script" => &after[after.find(&format!("</{}", tag.name)).expect("an end tag")..],
            _ => after,
        };
        tags.push(tag);
    }
    tags
}

/// The tags and the names of their attributes: what text must not be able to change.
pub(crate) fn skeleton(page: &str) -> Vec<(String, Vec<String>)> {
    let names = |tag: Tag| (tag.name, tag.attributes.into_iter().map(|(name, _)| name).collect());
    tags(page).into_iter().filter(|tag| !tag.is_colour()).map(names).collect()
}

fn tag(text: &str) -> (Tag, &str) {
    let end = text.find([' ', '\n', '>']).expect("the end of a tag's name");
    let mut tag = Tag { name: text[..end].to_owned(), attributes: Vec::new() };
    let mut rest = text[end..].trim_start();
    while !rest.starts_with('>') {
        let end = rest.find(['=', ' ', '\n', '>']).expect("the end of an attribute's name");
        let name = rest[..end].to_owned();
        let (value, after) = match rest[end..].strip_prefix("=\"") {
            Some(value) => value.split_once('"').expect("the end of a value"),
            None => ("", &rest[end..]),
        };
        tag.attributes.push((name, unescaped(value)));
        rest = after.trim_start();
    }
    (tag, &rest[1..])
}

fn unescaped(text: &str) -> String {
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    entities.iter().fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}
