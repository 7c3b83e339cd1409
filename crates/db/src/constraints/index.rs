//! Indexes that have a name: Django's `Index` and PostgreSQL's kinds of it.

use std::borrow::Cow;
use std::fmt;

use super::condition::Condition;
use super::keys::{self, IndexKeys};
use super::write_options;

type Text = Cow<'static, str>;

/// An index of a table: Django's `Index`.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// The name in the database. An empty one becomes Django's: by the fields and a digest. An index of expressions has a
    /// name.
    pub name: Text,
    /// What it goes by.
    pub keys: IndexKeys,
    /// The operator class of each field (PostgreSQL). Empty where the fields have their usual ones.
    pub opclasses: Vec<Text>,
    /// Of these rows alone.
    pub condition: Option<Condition>,
    /// Further fields that the index holds (PostgreSQL).
    pub include: Vec<Text>,
    /// How it finds rows.
    pub method: IndexMethod,
    /// How it is kept.
    pub options: IndexOptions,
}

/// How an index finds rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum IndexMethod {
    /// By the order of values: what both databases do where nothing is said. Django's `Index`.
    #[default]
    Usual,
    /// The same, said in so many words (PostgreSQL). Django's `BTreeIndex`.
    BTree,
    /// By ranges of pages, for values that stand in the table in their order (PostgreSQL). Django's `BrinIndex`.
    Brin,
    /// By what is inside of values: arrays, hstores, JSON, words (PostgreSQL). Django's `GinIndex`.
    Gin,
    /// By what values have in common: ranges, words (PostgreSQL). Django's `GistIndex`.
    Gist,
    /// By a digest, for `=` alone (PostgreSQL). Django's `HashIndex`.
    Hash,
    /// By parts of the space of values: ranges, texts, addresses (PostgreSQL). Django's `SpGistIndex`.
    SpGist,
}

impl IndexMethod {
    /// The end of a name that Django makes, and the name of the method in PostgreSQL.
    pub(crate) const fn suffix(self) -> &'static str {
        match self {
            Self::Usual => "idx",
            Self::BTree => "btree",
            Self::Brin => "brin",
            Self::Gin => "gin",
            Self::Gist => "gist",
            Self::Hash => "hash",
            Self::SpGist => "spgist",
        }
    }

    const fn function(self) -> &'static str {
        match self {
            Self::Usual => "index",
            Self::BTree => "btree_index",
            Self::Brin => "brin_index",
            Self::Gin => "gin_index",
            Self::Gist => "gist_index",
            Self::Hash => "hash_index",
            Self::SpGist => "spgist_index",
        }
    }

    /// The options that Django's class has.
    const fn options(self) -> &'static [&'static str] {
        match self {
            Self::Usual => &[],
            Self::BTree => &["fillfactor", "deduplicate_items"],
            Self::Brin => &["autosummarize", "pages_per_range"],
            Self::Gin => &["gin_pending_list_limit", "fastupdate"],
            Self::Gist => &["buffering", "fillfactor"],
            Self::Hash | Self::SpGist => &["fillfactor"],
        }
    }
}

/// How PostgreSQL keeps an index: its storage parameters. What is not said is as the server's settings have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IndexOptions {
    /// New pages are summarised at once (BRIN).
    pub autosummarize: Option<bool>,
    /// How many pages make a range (BRIN).
    pub pages_per_range: Option<u32>,
    /// How many kilobytes wait to be written (GIN).
    pub gin_pending_list_limit: Option<u32>,
    /// New entries wait in a list (GIN).
    pub fastupdate: Option<bool>,
    /// It is built with a buffer (GiST).
    pub buffering: Option<bool>,
    /// To how many percent pages are filled at first.
    pub fillfactor: Option<u32>,
    /// Equal values are kept once (B-tree).
    pub deduplicate_items: Option<bool>,
}

impl IndexOptions {
    /// The options that are given, with their values, in Django's order. A switch is a boolean.
    fn given(&self) -> Vec<(&'static str, OptionValue)> {
        let switch = |name, value: Option<bool>| value.map(|value| (name, OptionValue::Switch(value)));
        let number = |name, value: Option<u32>| value.map(|value| (name, OptionValue::Number(value)));
        let all = [
            switch("autosummarize", self.autosummarize),
            number("pages_per_range", self.pages_per_range),
            number("gin_pending_list_limit", self.gin_pending_list_limit),
            switch("fastupdate", self.fastupdate),
            switch("buffering", self.buffering),
            number("fillfactor", self.fillfactor),
            switch("deduplicate_items", self.deduplicate_items),
        ];
        all.into_iter().flatten().collect()
    }
}

#[derive(Clone, Copy)]
enum OptionValue {
    Switch(bool),
    Number(u32),
}

macro_rules! functions {
    ($($name:ident $method:ident $doc:literal;)*) => {$(
        #[doc = $doc]
        pub fn $name(name: impl Into<Text>, keys: impl Into<IndexKeys>) -> Index {
            Index {
                name: name.into(),
                keys: keys.into(),
                opclasses: Vec::new(),
                condition: None,
                include: Vec::new(),
                method: IndexMethod::$method,
                options: IndexOptions::default(),
            }
        }
    )*};
}

functions! {
    index Usual "An index of these fields, of which `-created` is in descending order, or of expressions.";
    btree_index BTree "An index by the order of values, with options (PostgreSQL): Django's `BTreeIndex`.";
    brin_index Brin "An index of ranges of pages (PostgreSQL): Django's `BrinIndex`.";
    gin_index Gin "An index of what is inside of arrays, hstores, JSON or words (PostgreSQL): Django's `GinIndex`.";
    gist_index Gist "An index of what ranges or words have in common (PostgreSQL): Django's `GistIndex`.";
    hash_index Hash "An index for `=` alone (PostgreSQL): Django's `HashIndex`.";
    spgist_index SpGist "An index of ranges, texts or addresses (PostgreSQL): Django's `SpGistIndex`.";
}

macro_rules! options {
    ($($name:ident $of:ty, $doc:literal;)*) => {$(
        #[doc = $doc]
        #[must_use]
        pub fn $name(mut self, value: $of) -> Self {
            self.options.$name = Some(value);
            self
        }
    )*};
}

impl Index {
    /// The index is of rows that meet a condition alone.
    #[must_use]
    pub fn condition(self, condition: Condition) -> Self {
        Self { condition: Some(condition), ..self }
    }

    /// The index holds these fields too.
    #[must_use]
    pub fn include(mut self, fields: impl IntoIterator<Item = impl Into<Text>>) -> Self {
        self.include.extend(fields.into_iter().map(Into::into));
        self
    }

    /// The operator class of each field (PostgreSQL).
    #[must_use]
    pub fn opclasses(mut self, names: impl IntoIterator<Item = impl Into<Text>>) -> Self {
        self.opclasses.extend(names.into_iter().map(Into::into));
        self
    }

    options! {
        autosummarize bool, "New pages are summarised at once (BRIN).";
        pages_per_range u32, "How many pages make a range (BRIN).";
        gin_pending_list_limit u32, "How many kilobytes wait to be written (GIN).";
        fastupdate bool, "New entries wait in a list (GIN).";
        buffering bool, "It is built with a buffer (GiST).";
        fillfactor u32, "To how many percent pages are filled at first (B-tree, GiST, hash, SP-GiST).";
        deduplicate_items bool, "Equal values are kept once (B-tree).";
    }

    /// The options as `WITH` has them: `fastupdate = off`.
    pub(crate) fn with(&self) -> Vec<String> {
        let given = self.options.given().into_iter();
        let shown = given.map(|(name, value)| match value {
            OptionValue::Switch(on) => format!("{name} = {}", if on { "on" } else { "off" }),
            OptionValue::Number(number) => format!("{name} = {number}"),
        });
        shown.collect()
    }

    /// What is wrong with what was declared.
    pub(crate) fn mistake(&self) -> Option<String> {
        let known = self.method.options();
        let foreign = self.options.given().into_iter().find(|(name, _)| !known.contains(name));
        if let Some((name, _)) = foreign {
            return Some(format!("has no option `{name}`; known are {}", known.join(", ")));
        }
        if self.name.is_empty() && self.keys.fields().is_empty() {
            return Some("goes by expressions, and so needs a name".to_owned());
        }
        keys::opclasses_mistake(&self.keys, &self.opclasses)
    }

    /// The same index of a table in which a field has got another name.
    pub(crate) fn rename(&mut self, from: &str, to: &Text) {
        self.keys.rename(from, to);
        self.include.iter_mut().for_each(|field| keys::rename(field, from, to));
        self.condition.iter_mut().for_each(|condition| condition.rename(from, to));
    }
}

/// The index as a migration is written.
impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({:?}, {})", self.method.function(), self.name, self.keys)?;
        write_options(f, &self.opclasses, self.condition.as_ref(), &self.include)?;
        for (name, value) in self.options.given() {
            match value {
                OptionValue::Switch(on) => write!(f, ".{name}({on})")?,
                OptionValue::Number(number) => write!(f, ".{name}({number})")?,
            }
        }
        Ok(())
    }
}
