//! The constraints and indexes of a model, and what the database computes of its rows.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::ast::{Column, Parts};
use crate::attr::{self, Mistakes, ModelAttr};
use crate::{condition, generated};

/// The constraints and indexes, as code.
pub(super) struct Rules {
    pub(super) constraints: Vec<TokenStream>,
    pub(super) indexes: Vec<TokenStream>,
    /// What the database computes, beside the columns.
    pub(super) generated: Vec<Option<TokenStream>>,
}

pub(super) fn rules(options: &ModelAttr, parts: &Parts<'_>, mistakes: &mut Mistakes) -> Rules {
    let names: Vec<String> = parts.columns.iter().map(Column::name).collect();
    let constraints = options.constraints.iter().map(|declared| rule(declared, &names, mistakes)).collect();
    let indexes = options.indexes.iter().map(|declared| rule(declared, &names, mistakes)).collect();
    let generated = parts.columns.iter().map(|column| {
        let expression = generated::expand(column.attr.generated.as_ref()?, &names, mistakes);
        let stored = column.attr.db_persist.as_ref().is_none_or(|persist| persist.value);
        Some(quote!(::belleville::db::Generated { expression: #expression, stored: #stored }))
    });
    Rules { constraints, indexes, generated: generated.collect() }
}

fn rule(declared: &attr::Declared, fields: &[String], mistakes: &mut Mistakes) -> TokenStream {
    let attr::Declared { word, name, fields: named, include, condition, nulls_distinct } = declared;
    let condition = condition.as_ref().map(|given| condition::expand(given, fields, mistakes));
    if name.is_none() && !["index", "gin_index", "gist_index"].iter().any(|index| word == index) {
        mistakes.add(syn::Error::new(word.span(), "a constraint has a name: name = \"one_per_day\""));
    }
    if word == "check" {
        let Some(condition) = condition else {
            mistakes.add(syn::Error::new(word.span(), "say what is checked: condition = age >= 18"));
            return TokenStream::new();
        };
        return quote!(::belleville::db::migrations::check(#name, #condition));
    }
    if named.is_empty() {
        mistakes.add(syn::Error::new(word.span(), "name its fields: fields = [\"author\", \"title\"]"));
    }
    let name = name.as_ref().map_or_else(|| quote!(""), ToTokens::to_token_stream);
    let condition = condition.map(|condition| quote!(.condition(#condition)));
    let include = (!include.is_empty()).then(|| quote!(.include([#(#include),*])));
    let nulls_distinct = nulls_distinct.as_ref().map(|distinct| quote!(.nulls_distinct(#distinct)));
    quote!(::belleville::db::migrations::#word(#name, [#(#named),*]) #condition #include #nulls_distinct)
}
