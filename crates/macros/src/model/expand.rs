//! The code of a model: `impl Model`, and a constant for each field.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
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
    let constants = columns.iter().enumerate();
    let constants = constants.map(|(index, column)| constant(ident, &parts.position(index), column));
    let many_constants = parts.many.iter().enumerate().map(|(index, many)| many_constant(ident, index, many));
    let Key { ty: key_type, get: get_key, set: set_key } = key(parts);
    let read = |(index, column): (usize, &Column<'_>)| {
        let (name, index) = (column.ident, parts.position(index));
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
    let reads = reads.chain(parts.generic.reads()).chain(parts.parent().map(|parent| {
        let (name, model) = (parent.ident, parent.model());
        quote!(#name: #model::from_row(row, offset)?)
    }));
    let value_ref = value_ref(parts);
    let keys: Vec<_> = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| argument_of(column.inner, "ForeignKey").is_some())
        .collect();
    let related = keys.iter().map(|(index, column)| {
        let (name, at) = (column.access(), parts.position(*index));
        let pattern = match parts.parent() {
            Some(_) => quote!([at, rest @ ..] if *at == #at),
            None => quote!([#at, rest @ ..]),
        };
        quote!(#pattern => ::belleville::db::LoadRelated::load(&mut self.#name, rest, row, offset))
    });
    let related = related.chain(parts.parent().map(|parent| {
        let (name, model, link) = (parent.ident, parent.model(), parent.link());
        quote!([at, ..] if *at < #link => #model::load_related(&mut self.#name, path, row, offset))
    }));
    let kept = keys.iter().map(|(_, column)| {
        let name = column.access();
        quote!(::belleville::db::LoadRelated::keep(&mut self.#name, before.#name);)
    });
    let kept = kept.chain(parts.parent().map(|parent| {
        let (name, model) = (parent.ident, parent.model());
        quote!(#model::keep_related(&mut self.#name, before.#name);)
    }));
    let targets = columns.iter().enumerate();
    let targets = targets.filter_map(|(index, column)| target(ident, &parts.position(index), column));
    let parent_constant = parts.parent().map(|parent| parent.constant(ident));
    let deref = parts.parent().map(|parent| parent.deref(ident));
    let parent_checks = parts.parent().map(|parent| parent.checks(options, columns));
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
        #deref
        #parent_checks

        #(#targets)*

        #[automatically_derived]
        impl #ident { #(#constants)* #(#many_constants)* #generic_constants #parent_constant }

        #[automatically_derived]
        impl ::belleville::db::Model for #ident {
            type Pk = #key_type;

            const META: &'static ::belleville::db::ModelMeta = &#meta;

            fn pk(&self) -> &Self::Pk { #get_key }

            fn set_pk(&mut self, pk: Self::Pk) { #set_key }

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

            fn value_ref(&self, field: usize) -> ::belleville::db::ValueRef<'_> { #value_ref }
        }
    }
}

/// The primary key: its type, and how it is read and set.
struct Key {
    ty: Option<TokenStream>,
    get: TokenStream,
    set: TokenStream,
}

fn key(parts: &Parts<'_>) -> Key {
    if let Some(parent) = parts.parent() {
        let (name, model) = (parent.ident, parent.model());
        return Key {
            ty: Some(quote!(#model::Pk)),
            get: quote!(#model::pk(&self.#name)),
            set: quote!(#model::set_pk(&mut self.#name, pk)),
        };
    }
    // A model without a key is refused before.
    let key = parts.columns.iter().find(|column| column.attr.primary_key);
    let name = key.map(Column::access);
    Key { ty: key.map(Column::ty), get: quote!(&self.#name), set: quote!(self.#name = pk;) }
}

/// The value at a position. The fields of a parent come first, and the link has the value of the parent's key.
fn value_ref(parts: &Parts<'_>) -> TokenStream {
    let before = usize::from(parts.parent().is_some());
    let values = parts.columns.iter().enumerate().map(|(index, column)| {
        let (name, ty, at) = (column.access(), column.ty(), index + before);
        quote!(#at => <#ty as ::belleville::db::FieldValue>::to_ref(&self.#name))
    });
    let null = quote!(::belleville::db::ValueRef::Null);
    let Some(parent) = parts.parent() else {
        return quote!(match field { #(#values,)* _ => #null });
    };
    let (name, model, link) = (parent.ident, parent.model(), parent.link());
    quote! {
        if field < #link {
            return #model::value_ref(&self.#name, field);
        }
        match field - #link {
            0 => <#model::Pk as ::belleville::db::FieldValue>::to_ref(#model::pk(&self.#name)),
            #(#values,)*
            _ => #null,
        }
    }
}

/// Foreign keys can refer to the primary key and to the other unique fields that are never NULL.
fn target(model: &Ident, index: &TokenStream, column: &Column<'_>) -> Option<TokenStream> {
    let (attr, name, ty) = (&column.attr, column.access(), column.ty());
    let is_unique = attr.primary_key || attr.unique || attr.one_to_one;
    (is_unique && !column.null).then(|| {
        quote! {
            #[automatically_derived]
            impl ::belleville::db::Target<{ #index }> for #model {
                type Key = #ty;

                fn key(&self) -> &Self::Key { &self.#name }
            }
        }
    })
}

fn constant(model: &Ident, index: &TokenStream, column: &Column<'_>) -> TokenStream {
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
