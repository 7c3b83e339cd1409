//! `#[derive(AbstractModel)]`: fields that several models have. A derive sees one struct alone, so that an abstract model writes
//! a macro of its own name, which gives its declaration to the models that have it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::{DeriveInput, Ident, braced, bracketed};

use crate::attr::Mistakes;
use crate::model::{Column, check_column, field_meta, named_fields, parts};

/// A model and the abstract ones in it: `{ struct } [ { struct } ] { struct }`.
pub(crate) struct WithBases {
    pub(crate) model: DeriveInput,
    pub(crate) bases: Vec<DeriveInput>,
}

impl Parse for WithBases {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        fn one(input: ParseStream<'_>) -> syn::Result<DeriveInput> {
            let content;
            braced!(content in input);
            content.parse()
        }
        let model = one(input)?;
        let known;
        bracketed!(known in input);
        let mut bases = Vec::new();
        while !known.is_empty() {
            bases.push(one(&known)?);
        }
        bases.push(one(input)?);
        Ok(Self { model, bases })
    }
}

/// An abstract model: what its fields are, and a macro that gives its declaration to the models that have it.
pub(crate) fn derive_abstract(input: &DeriveInput) -> syn::Result<TokenStream> {
    let mut mistakes = Mistakes::default();
    let parts = parts(input, &[], &mut mistakes);
    for (ident, _) in &parts.flattened {
        mistakes.add(syn::Error::new_spanned(ident, "an abstract model has no other one in it"));
    }
    for many in &parts.many {
        mistakes.add(syn::Error::new_spanned(
            many.ident,
            "an abstract model has no ManyToMany: write it in each model",
        ));
    }
    for parent in &parts.parents {
        mistakes.add(syn::Error::new_spanned(parent.ident, "an abstract model has no parent"));
    }
    for ident in parts.generic.idents() {
        mistakes.add(syn::Error::new_spanned(
            ident,
            "an abstract model has no generic key and no generic relation: write it in each model",
        ));
    }
    for column in &parts.columns {
        check_column(column, &mut mistakes);
        if column.has_upload_function() {
            mistakes.add(syn::Error::new_spanned(
                column.ident,
                "an abstract model does not know the model that a function of upload_to gets: say a folder here",
            ));
        }
    }
    mistakes.finish()?;
    let model = &input.ident;
    let mut declared: Vec<&Column<'_>> = parts.columns.iter().collect();
    let names: Vec<&Ident> =
        named_fields(input, "a model", &mut Mistakes::default()).map(|(ident, _)| ident).collect();
    declared.sort_by_key(|column| names.iter().position(|name| *name == column.ident));
    let fields = declared.into_iter().enumerate().map(|(index, column)| {
        let (ty, meta) = (column.ty, field_meta(column, None));
        quote! {
            #[automatically_derived]
            impl ::belleville::db::AbstractField<#index> for #model {
                type Type = #ty;

                const META: ::belleville::db::FieldMeta = #meta;
            }
        }
    });
    let hidden = format_ident!("__abstract_model_{}", model);
    Ok(quote! {
        #(#fields)*

        #[doc(hidden)]
        #[allow(unused_macros, clippy::allow_attributes, reason = "no model may have it yet")]
        macro_rules! #hidden {
            ($model:tt $known:tt) => {
                ::belleville::db::model_with_base! { $model $known { #input } }
            };
        }

        #[doc(hidden)]
        #[allow(unused_imports, clippy::allow_attributes, reason = "no model may have it yet")]
        pub(crate) use #hidden as #model;
    })
}
