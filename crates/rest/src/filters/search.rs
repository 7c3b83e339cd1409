//! `?search=`: rows in which all the words are found.

use belleville_db::{Annotation, LookupName, ModelMeta, Registry, RowCondition, Rows};

use super::{FilterBackend, ListOption};
use crate::exceptions::{Detail, Error, Result};
use crate::json::Json;
use crate::listing::Listing;
use crate::python::{is_space, str_strip};
use crate::request::Request;

/// Finds rows by `?search=`: each of its words must be found in one of the view's
/// [`search_fields`](crate::policies::Policies::search_fields), and what stands in quotes is one word. The setting `search_param`
/// is the name of the parameter.
#[derive(Clone, Copy, Debug)]
pub struct SearchFilter;

impl FilterBackend for SearchFilter {
    async fn filter_rows(&self, request: &Request, rows: Rows, listing: &Listing) -> Result<Rows> {
        found(rows, listing.search_fields(), &terms(request, listing)?)
    }

    fn reads(&self) -> &'static [ListOption] {
        &[ListOption::SearchFields]
    }
}

impl SearchFilter {
    /// The rows in which the words of `?search=` are found, in these fields and not in those of the view: for a filter of one's own
    /// that chooses them by the request, as DRF's `get_search_fields` does.
    ///
    /// ```
    /// # extern crate belleville_rest as belleville;
    /// use belleville::db::Rows;
    /// use belleville::exceptions::Result;
    /// use belleville::filters::{FilterBackend, SearchFilter};
    /// use belleville::request::Request;
    /// use belleville::views::Listing;
    ///
    /// /// Looks at titles alone where the request says so.
    /// struct TitleSearch;
    ///
    /// impl FilterBackend for TitleSearch {
    ///     async fn filter_rows(&self, request: &Request, rows: Rows, listing: &Listing) -> Result<Rows> {
    ///         let fields: &[&str] = match request.query_params().get("title_only") {
    ///             Some(_) => &["title"],
    ///             None => &["title", "text"],
    ///         };
    ///         SearchFilter.search(request, rows, listing, fields)
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// 400 when the parameter has a null character, 500 when a field is unknown.
    pub fn search(self, request: &Request, rows: Rows, listing: &Listing, fields: &[&str]) -> Result<Rows> {
        let terms = terms(request, listing)?;
        let (meta, annotations) = (listing.model(), listing.annotations());
        let fields = SearchFields::resolve(meta, request.db().registry(), fields, annotations);
        found(rows, &fields.map_err(Error::internal)?, &terms)
    }
}

/// The words that a request looks for.
fn terms(request: &Request, listing: &Listing) -> Result<Vec<String>> {
    let searched = request.query_params().get(listing.search_param()).unwrap_or_default();
    if searched.contains('\0') {
        return Err(Error::validation(Detail::message("Null characters are not allowed.")));
    }
    Ok(search_smart_split(searched))
}

fn found(rows: Rows, fields: &SearchFields, terms: &[String]) -> Result<Rows> {
    match fields.condition(terms) {
        Some(condition) => Ok(rows.matching(condition)?),
        None => Ok(rows),
    }
}

/// What the sign before the name of a field means.
const LOOKUP_PREFIXES: [(char, &str); 4] =
    [('^', "istartswith"), ('=', "iexact"), ('@', "search"), ('$', "iregex")];

const DEFAULT_LOOKUP: &str = "icontains";

/// The fields in which words are looked for.
#[derive(Debug)]
pub(crate) struct SearchFields {
    meta: &'static ModelMeta,
    lookups: Vec<Searched>,
}

/// What a word is looked for in, and how.
#[derive(Debug)]
enum Searched {
    Field(LookupName),
    Annotation(Annotation, &'static str),
}

impl Searched {
    /// `None` where the word is no value of the field's kind.
    fn condition(&self, term: &str) -> Option<RowCondition> {
        match self {
            Self::Field(lookup) => lookup.row_condition(&Json::from(term)).ok(),
            Self::Annotation(annotation, lookup) => annotation.text_condition(lookup, term).ok(),
        }
    }

    fn repeats_rows(&self) -> bool {
        matches!(self, Self::Field(lookup) if lookup.repeats_rows())
    }
}

impl SearchFields {
    /// Checks the names of the fields.
    ///
    /// # Errors
    /// When one is unknown.
    pub(crate) fn resolve(
        meta: &'static ModelMeta,
        registry: &Registry,
        names: &[&str],
        annotations: &[Annotation],
    ) -> Result<Self, String> {
        let lookups = names.iter().map(|name| searched(meta, registry, name, annotations));
        let lookups =
            lookups.collect::<Result<_, _>>().map_err(|error| format!("search_fields has {error}"))?;
        Ok(Self { meta, lookups })
    }

    /// Each term is found in one of the fields; `None` when there is nothing to be looked for.
    fn condition(&self, terms: &[String]) -> Option<RowCondition> {
        if terms.is_empty() || self.lookups.is_empty() {
            return None;
        }
        let of_term = |term: &String| {
            // A term that is no value of a field's kind is not found in it.
            let fields = self.lookups.iter().filter_map(|searched| searched.condition(term));
            RowCondition::any(self.meta, fields)
        };
        let found = RowCondition::all(self.meta, terms.iter().map(of_term));
        let repeats_rows = self.lookups.iter().any(Searched::repeats_rows);
        Some(if repeats_rows { found.in_subquery() } else { found })
    }
}

/// How a field is searched: as the sign before its name says, by the lookup at its end, or anywhere in it.
fn searched(
    meta: &'static ModelMeta,
    registry: &Registry,
    name: &str,
    annotations: &[Annotation],
) -> Result<Searched, belleville_db::UnknownName> {
    let prefix = LOOKUP_PREFIXES.iter().find(|(sign, _)| name.starts_with(*sign));
    let plain = prefix.map_or(name, |(sign, _)| name.trim_start_matches(*sign));
    if let Some(annotation) = annotations.iter().find(|annotation| annotation.name() == plain) {
        let lookup = prefix.map_or(DEFAULT_LOOKUP, |(_, lookup)| *lookup);
        return Ok(Searched::Annotation(annotation.clone(), lookup));
    }
    let parse = |name: &str| LookupName::parse(meta, registry, name);
    if let Some((_, lookup)) = prefix {
        return parse(&format!("{plain}__{lookup}")).map(Searched::Field);
    }
    let own = parse(name)?;
    let is_named = name.rsplit_once("__").is_some_and(|(_, last)| last == own.lookup());
    let lookup = if is_named { own } else { parse(&format!("{name}__{DEFAULT_LOOKUP}"))? };
    Ok(Searched::Field(lookup))
}

/// The words of a search: separated by white space or commas, where those do not stand in quotes.
fn search_smart_split(searched: &str) -> Vec<String> {
    let mut terms = Vec::new();
    for token in smart_split(searched) {
        let token = token.trim_matches(',');
        match token.chars().next() {
            Some(quote @ ('"' | '\'')) if token.ends_with(quote) => {
                terms.push(unescape_string_literal(token, quote));
            }
            _ => {
                let parts = token.split(',').filter(|part| !part.is_empty());
                terms.extend(parts.map(|part| str_strip(part).to_owned()));
            }
        }
    }
    terms
}

/// Django's `smart_split`: words separated by white space, in which quoted parts may have some.
fn smart_split(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start_matches(is_space);
    while !rest.is_empty() {
        let end = quoted_token_end(rest).unwrap_or_else(|| rest.find(is_space).unwrap_or(rest.len()));
        let (token, after) = rest.split_at(end);
        tokens.push(token);
        rest = after.trim_start_matches(is_space);
    }
    tokens
}

/// Where a token ends that has at least one quoted part before any lone quote or white space; `None` if it has none.
fn quoted_token_end(text: &str) -> Option<usize> {
    let (mut at, mut end) = (0, None);
    loop {
        let plain = |c: char| !is_space(c) && c != '"' && c != '\'';
        let run = text[at..].find(|c| !plain(c)).map_or(text.len(), |run| at + run);
        if end.is_some() {
            end = Some(run);
        }
        match quoted_end(&text[run..]) {
            Some(length) => (at, end) = (run + length, Some(run + length)),
            None => return end,
        }
    }
}

/// The length of the quoted part at the beginning, in which a backslash takes the next character with it.
fn quoted_end(text: &str) -> Option<usize> {
    let mut characters = text.char_indices();
    let quote = characters.next().map(|(_, quote)| quote).filter(|quote| matches!(quote, '"' | '\''))?;
    while let Some((at, character)) = characters.next() {
        match character {
            // As a dot of Python's, which is no end of a line.
            '\\' => drop(characters.next().filter(|(_, escaped)| *escaped != '\n')?),
            character if character == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The text of a quoted word: Django's `unescape_string_literal`.
fn unescape_string_literal(word: &str, quote: char) -> String {
    let inside = word.strip_prefix(quote).unwrap_or(word);
    let inside = inside.strip_suffix(quote).unwrap_or(inside);
    inside.replace(&format!("\\{quote}"), &quote.to_string()).replace("\\\\", "\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What DRF's `search_smart_split` makes of the same texts.
    #[test]
    fn words_are_split_as_in_drf() {
        let cases: [(&str, &[&str]); 20] = [
            ("", &[]),
            (" a  b\tc ", &["a", "b", "c"]),
            ("a,b ,c,", &["a", "b", "c"]),
            (",", &[]),
            (r#""a b" c"#, &["a b", "c"]),
            ("'a, b'", &["a, b"]),
            (r#""hello",world"#, &["\"hello\"", "world"]),
            (r#"a"b c"d"#, &["a\"b c\"d"]),
            (r#""a"#, &["\"a"]),
            ("\"", &[""]),
            (r#""hello, world""#, &["hello, world"]),
            (r#",,"hello, world",,"#, &["hello, world"]),
            (r#"hello, world,,"#, &["hello", "world"]),
            (",,hello, world,,", &["hello", "world"]),
            (r#""hello, world",found"#, &["\"hello", "world\"", "found"]),
            (r#""\"a\" \\b""#, &["\"a\" \\b"]),
            (r#"it's a dog's"#, &["it's a dog's"]),
            ("\u{a0}a\u{1c}b", &["a", "b"]),
            ("'\"'", &["\""]),
            (r#""a"b"c d""#, &["a\"b\"c d"]),
        ];
        for (searched, expected) in cases {
            assert_eq!(search_smart_split(searched), expected, "{searched}");
        }
    }
}
