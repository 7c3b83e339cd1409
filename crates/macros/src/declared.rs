//! Constraints and indexes as a model's attribute has them: `unique(name = "one", fields = ["a", "b"], condition = a > 1)`.

use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, LitStr, Token, bracketed, parenthesized};

use crate::attr::{assigned, strings, unknown, value};

/// A constraint or an index.
pub(crate) struct Declared {
    pub(crate) word: Ident,
    pub(crate) name: Option<LitStr>,
    pub(crate) fields: Vec<LitStr>,
    pub(crate) expressions: Vec<Expr>,
    pub(crate) include: Vec<LitStr>,
    pub(crate) opclasses: Vec<LitStr>,
    pub(crate) condition: Option<Expr>,
    /// The others, which are called as the methods of the value are.
    pub(crate) options: Vec<(Ident, Option<Expr>)>,
}

impl Declared {
    pub(crate) fn is_index(&self) -> bool {
        self.word.to_string().ends_with("index")
    }
}

const CONSTRAINTS: &[(&str, &str)] = &[
    (
        "unique",
        "name, fields, expressions, condition, include, opclasses, nulls_distinct, deferrable, violation_error_message, \
         violation_error_code",
    ),
    ("check", "name, condition"),
    ("exclude", "name, expressions, condition, include, spgist, deferrable"),
];

const INDEXES: &[(&str, &str)] = &[
    ("index", "name, fields, expressions, condition, include, opclasses"),
    (
        "btree_index",
        "name, fields, expressions, condition, include, opclasses, fillfactor, deduplicate_items",
    ),
    (
        "brin_index",
        "name, fields, expressions, condition, include, opclasses, autosummarize, pages_per_range",
    ),
    (
        "gin_index",
        "name, fields, expressions, condition, include, opclasses, fastupdate, gin_pending_list_limit",
    ),
    ("gist_index", "name, fields, expressions, condition, include, opclasses, buffering, fillfactor"),
    ("hash_index", "name, fields, expressions, condition, include, opclasses, fillfactor"),
    ("spgist_index", "name, fields, expressions, condition, include, opclasses, fillfactor"),
];

pub(crate) fn constraints(input: ParseStream<'_>) -> syn::Result<Vec<Declared>> {
    declared(input, CONSTRAINTS)
}

pub(crate) fn indexes(input: ParseStream<'_>) -> syn::Result<Vec<Declared>> {
    declared(input, INDEXES)
}

fn declared(input: ParseStream<'_>, words: &[(&str, &str)]) -> syn::Result<Vec<Declared>> {
    let list;
    bracketed!(list in input);
    let mut all = Vec::new();
    while !list.is_empty() {
        all.push(one(&list, words)?);
        if !list.is_empty() {
            list.parse::<Token![,]>()?;
        }
    }
    Ok(all)
}

fn one(input: ParseStream<'_>, words: &[(&str, &str)]) -> syn::Result<Declared> {
    let word: Ident = input.parse()?;
    let Some((_, known)) = words.iter().find(|(known, _)| word == known) else {
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        return Err(unknown(&word, &words.join(", ")));
    };
    let mut declared = Declared {
        word,
        name: None,
        fields: Vec::new(),
        expressions: Vec::new(),
        include: Vec::new(),
        opclasses: Vec::new(),
        condition: None,
        options: Vec::new(),
    };
    let arguments;
    parenthesized!(arguments in input);
    while !arguments.is_empty() {
        let option: Ident = arguments.parse()?;
        if !known.split(", ").any(|known| option == known) {
            return Err(unknown(&option, known));
        }
        declared.take(option, &arguments)?;
        if !arguments.is_empty() {
            arguments.parse::<Token![,]>()?;
        }
    }
    Ok(declared)
}

impl Declared {
    fn take(&mut self, option: Ident, input: ParseStream<'_>) -> syn::Result<()> {
        match option.to_string().as_str() {
            "name" => self.name = Some(value(input)?),
            "fields" => self.fields = assigned(input, strings)?,
            "expressions" => self.expressions = assigned(input, expressions)?,
            "include" => self.include = assigned(input, strings)?,
            "opclasses" => self.opclasses = assigned(input, strings)?,
            "condition" => self.condition = Some(value(input)?),
            "spgist" => self.options.push((option, None)),
            _ => self.options.push((option, Some(value(input)?))),
        }
        Ok(())
    }
}

pub(crate) fn expressions(input: ParseStream<'_>) -> syn::Result<Vec<Expr>> {
    let list;
    bracketed!(list in input);
    Ok(Punctuated::<Expr, Token![,]>::parse_terminated(&list)?.into_iter().collect())
}
