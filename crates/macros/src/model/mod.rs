//! `#[derive(Model)]`, in the steps of a compiler: the attributes (`attr`, beside this folder), the struct as a model
//! (`ast`, `kind`), what it must not say (`check`), and the code (`expand`, with the metadata of `meta`, `field_meta` and
//! `rules`).

mod ast;
mod check;
mod expand;
mod field_meta;
mod generic;
mod kind;
mod meta;
mod names;
mod parent;
mod rules;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::attr::{self, Mistakes};

pub(crate) use ast::{Column, named_fields, parts};
pub(crate) use check::check_column;
pub(crate) use field_meta::field_meta;

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    with_bases(input, &[])
}

/// The model with the abstract ones that are known. Of the next one it knows no more than the name: there is a macro of the
/// same name that calls this function again.
pub(crate) fn with_bases(input: &DeriveInput, bases: &[DeriveInput]) -> syn::Result<TokenStream> {
    let mut mistakes = Mistakes::default();
    let options = attr::model(&input.attrs, &mut mistakes);
    let parts = parts(input, bases, &mut mistakes);
    if let Some((_, next)) = parts.flattened.get(bases.len()) {
        return Ok(quote!(#next! { { #input } [ #({ #bases })* ] }));
    }
    check::check(input, &options, &parts, &mut mistakes);
    let rules = rules::rules(&options, &parts, &mut mistakes);
    mistakes.finish()?;
    Ok(expand::expand(input, &options, &parts, &rules))
}

fn optional(tokens: Option<TokenStream>) -> TokenStream {
    tokens.map_or_else(
        || quote!(::core::option::Option::None),
        |tokens| quote!(::core::option::Option::Some(#tokens)),
    )
}
