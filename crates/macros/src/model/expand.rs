//! The code of a model: `impl Model`, and a constant for each field.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::{DeriveInput, Ident};

use super::ast::{Column, Many, Parts, argument_of};
use super::meta::meta;
use super::rules::Rules;
use crate::attr::ModelAttr;

pub(super) fn expand(
    input: &DeriveInput,
    options: &ModelAttr,
    parts: &Parts<'_>,
    rules: &Rules,
) -> TokenStream {
    let (ident, columns) = (&input.ident, &parts.columns);
    let meta = meta(ident, options, parts, rules);
    let constants = columns.iter().enumerate().map(|(index, column)| constant(ident, index, column));
    let many_constants = parts.many.iter().enumerate().map(|(index, many)| many_constant(ident, index, many));
    let key = columns.iter().find(|column| column.attr.primary_key);
    let (key, key_type) = key.map_or((ident.to_token_stream(), None), |key| (key.access(), Some(key.ty())));
    let read = |(index, column): (usize, &Column<'_>)| {
        let name = column.ident;
        quote!(#name: ::belleville::db::read_column(row, offset, <Self as ::belleville::db::Model>::META, #index)?)
    };
    let of = |field: Option<Ident>| {
        let columns = columns.iter().enumerate();
        columns.filter(move |(_, column)| column.base.map(|base| base.field) == field.as_ref()).map(read)
    };
    let reads = of(None).chain(parts.flattened.iter().map(|(field, ty)| {
        let reads = of(Some((*field).clone()));
        quote!(#field: #ty { #(#reads),* })
    }));
    let reads = reads.chain(parts.many.iter().map(|many| {
        let name = many.ident;
        quote!(#name: ::belleville::db::ManyToMany::new())
    }));
    let reads = reads.chain(parts.generic.reads());
    let values = columns.iter().enumerate().map(|(index, column)| {
        let (name, ty) = (column.access(), column.ty());
        quote!(#index => <#ty as ::belleville::db::FieldValue>::to_ref(&self.#name))
    });
    let keys: Vec<_> = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| argument_of(column.inner, "ForeignKey").is_some())
        .collect();
    let related = keys.iter().map(|(index, column)| {
        let name = column.access();
        quote!([#index, rest @ ..] => ::belleville::db::LoadRelated::load(&mut self.#name, rest, row, offset))
    });
    let kept = keys.iter().map(|(_, column)| {
        let name = column.access();
        quote!(::belleville::db::LoadRelated::keep(&mut self.#name, before.#name);)
    });
    let targets = columns.iter().enumerate().filter_map(|(index, column)| target(ident, index, column));
    let user = options.user.as_ref().map(|_| {
        quote! {
            #[automatically_derived]
            impl ::belleville::db::UserModel for #ident {}
        }
    });
    let hooks = options.hooks.as_ref().map(|_| {
        quote! {
            #[automatically_derived]
            impl ::belleville::db::WithHooks for #ident {}
        }
    });
    // The compiler would call such a field unused: it holds nothing that anybody could read.
    let empty = parts.many.iter().map(|many| many.ident).chain(parts.generic.idents());
    let (generic_constants, generic_items) = (parts.generic.constants(ident), parts.generic.items(ident));
    quote! {
        #user
        #hooks
        #generic_items

        #(#targets)*

        #[automatically_derived]
        impl #ident { #(#constants)* #(#many_constants)* #generic_constants }

        #[automatically_derived]
        impl ::belleville::db::Model for #ident {
            type Pk = #key_type;

            const META: &'static ::belleville::db::ModelMeta = &#meta;

            fn pk(&self) -> &Self::Pk { &self.#key }

            fn set_pk(&mut self, pk: Self::Pk) { self.#key = pk; }

            fn from_row(row: &dyn ::belleville::db::Row, offset: usize) -> ::belleville::db::Result<Self> {
                Ok(Self { #(#reads),* })
            }

            #[allow(unused_variables, clippy::allow_attributes, reason = "a model without foreign keys uses none of them")]
            fn load_related(
                &mut self, path: &[usize], row: &dyn ::belleville::db::Row, offset: usize,
            ) -> ::belleville::db::Result<()> {
                match path {
                    #(#related,)*
                    _ => Ok(()),
                }
            }

            #[allow(unused_variables, clippy::allow_attributes, reason = "a model without foreign keys has nothing to keep")]
            fn keep_related(&mut self, before: Self) {
                #(#kept)*
                #(let _ = &self.#empty;)*
            }

            fn value_ref(&self, field: usize) -> ::belleville::db::ValueRef<'_> {
                match field {
                    #(#values,)*
                    _ => ::belleville::db::ValueRef::Null,
                }
            }
        }
    }
}

/// Foreign keys can refer to the primary key and to the other unique fields that are never NULL.
fn target(model: &Ident, index: usize, column: &Column<'_>) -> Option<TokenStream> {
    let (attr, name, ty) = (&column.attr, column.access(), column.ty());
    let is_unique = attr.primary_key || attr.unique || attr.one_to_one;
    (is_unique && !column.null).then(|| {
        quote! {
            #[automatically_derived]
            impl ::belleville::db::Target<#index> for #model {
                type Key = #ty;

                fn key(&self) -> &Self::Key { &self.#name }
            }
        }
    })
}

fn constant(model: &Ident, index: usize, column: &Column<'_>) -> TokenStream {
    let name = format_ident!("{}", column.name().to_uppercase(), span = column.ident.span());
    let (vis, ty) = (column.vis, column.ty());
    // A link to a keyword is written without its `r#`.
    let doc = match column.base {
        Some(base) => format!("The column of `{}` in [`{model}::{}`].", column.name(), base.field.unraw()),
        None => format!("The column of [`{model}::{}`].", column.name()),
    };
    let unused = column.base.map(|_| {
        quote!(#[allow(dead_code, clippy::allow_attributes, reason = "not every model uses each field of a base")])
    });
    if column.attr.generated.is_some() {
        return quote! {
            #[doc = #doc]
            #unused
            #vis const #name: ::belleville::db::Column<#model, #ty, ::belleville::db::Joined> =
                ::belleville::db::Column::generated(#index);
        };
    }
    quote! {
        #[doc = #doc]
        #unused
        #vis const #name: ::belleville::db::Column<#model, #ty> = ::belleville::db::Column::new(#index);
    }
}

fn many_constant(model: &Ident, index: usize, many: &Many<'_>) -> TokenStream {
    let field = many.ident.unraw().to_string();
    let name = format_ident!("{}", field.to_uppercase(), span = many.ident.span());
    let (vis, to) = (many.vis, many.to);
    let doc = format!("The many-to-many field [`{model}::{field}`].");
    quote! {
        #[doc = #doc]
        #vis const #name: ::belleville::db::Related<#model, #to, ::belleville::db::Own> =
            ::belleville::db::Related::many(#index);
    }
}
