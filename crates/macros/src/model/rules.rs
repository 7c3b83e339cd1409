//! The constraints and indexes of a model, and what the database computes of its rows.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, Ident};

use super::ast::{Column, Parts};
use crate::attr::{Mistakes, ModelAttr};
use crate::declared::Declared;
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

const SOME_KEYS: &str =
    "say what it goes by: fields = [\"author\", \"title\"], or expressions = [lower(title).desc(), author]";

fn rule(declared: &Declared, fields: &[String], mistakes: &mut Mistakes) -> TokenStream {
    let Declared { word, name, include, opclasses, condition, options, .. } = declared;
    let condition = condition.as_ref().map(|given| condition::expand(given, fields, mistakes));
    if name.is_none() && !declared.is_index() {
        mistakes.add(syn::Error::new(word.span(), "a constraint has a name: name = \"one_per_day\""));
    }
    if name.is_none() && !declared.expressions.is_empty() && declared.is_index() {
        let text = "an index of expressions has a name: name = \"by_small_title\"";
        mistakes.add(syn::Error::new(word.span(), text));
    }
    if word == "check" {
        let Some(condition) = condition else {
            mistakes.add(syn::Error::new(word.span(), "say what is checked: condition = age >= 18"));
            return TokenStream::new();
        };
        return quote!(::belleville::db::migrations::check(#name, #condition));
    }
    let keys = if word == "exclude" {
        compared(declared, fields, mistakes)
    } else {
        keys(declared, fields, mistakes)
    };
    let name = name.as_ref().map_or_else(|| quote!(""), ToTokens::to_token_stream);
    let condition = condition.map(|condition| quote!(.condition(#condition)));
    let include = (!include.is_empty()).then(|| quote!(.include([#(#include),*])));
    let opclasses = (!opclasses.is_empty()).then(|| quote!(.opclasses([#(#opclasses),*])));
    let options = options.iter().map(|(option, value)| plain_option(option, value.as_ref(), mistakes));
    quote!(::belleville::db::migrations::#word(#name, #keys) #condition #include #opclasses #(#options)*)
}

/// What an index or a unique constraint goes by.
fn keys(declared: &Declared, fields: &[String], mistakes: &mut Mistakes) -> TokenStream {
    let Declared { word, fields: named, expressions, opclasses, .. } = declared;
    let mut refuse = |text: &str| mistakes.add(syn::Error::new(word.span(), text));
    match (named.is_empty(), expressions.len()) {
        (true, 0) => refuse(SOME_KEYS),
        (false, 1..) => refuse("it goes by fields or by expressions: among expressions a field is one too"),
        (true, 7..) => refuse("it goes by six expressions at most"),
        (true, _) if !opclasses.is_empty() => {
            refuse(
                "`opclasses` are of fields: an expression says its own, lower(title).opclass(\"text_pattern_ops\")",
            );
        }
        (false, _) if !opclasses.is_empty() && opclasses.len() != named.len() => {
            refuse("`opclasses` has one for each of the fields");
        }
        _ => {}
    }
    if expressions.is_empty() {
        return quote!([#(#named),*]);
    }
    let keys = expressions.iter().map(|key| generated::key(key, fields, mistakes));
    quote!((#(#keys,)*))
}

/// What an exclusion compares: `(booked, "&&")`.
fn compared(declared: &Declared, fields: &[String], mistakes: &mut Mistakes) -> TokenStream {
    const PAIRS: &str = "an exclusion has pairs of an expression and an operator: expressions = [(room, \"=\"), (booked, \"&&\")]";
    if declared.expressions.is_empty() {
        mistakes.add(syn::Error::new(declared.word.span(), PAIRS));
    }
    let pairs = declared.expressions.iter().map(|pair| {
        if let Expr::Tuple(parts) = pair
            && let [key, operator] = &parts.elems.iter().collect::<Vec<_>>()[..]
        {
            let key = generated::key(key, fields, mistakes);
            return quote!(#key.with(#operator));
        }
        mistakes.add(syn::Error::new_spanned(pair, PAIRS));
        TokenStream::new()
    });
    quote!([#(#pairs),*])
}

/// An option that is called as its method is.
fn plain_option(option: &Ident, value: Option<&Expr>, mistakes: &mut Mistakes) -> TokenStream {
    if option != "deferrable" {
        return quote!(.#option(#value));
    }
    let when = value.and_then(condition::name).map(ToString::to_string);
    let when = match when.as_deref() {
        Some("deferred") => quote!(Deferred),
        Some("immediate") => quote!(Immediate),
        _ => {
            let text = "it is checked at the end of a transaction or of a statement: deferrable = deferred, or immediate";
            mistakes.add(syn::Error::new(option.span(), text));
            return TokenStream::new();
        }
    };
    quote!(.#option(::belleville::db::Deferrable::#when))
}
