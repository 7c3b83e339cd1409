//! The parent of a model (Django's multi-table inheritance): the field with the parent's row, from the struct to the code. A
//! derive does not see the parent: what depends on it is computed by the compiler, from its metadata.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Field, Ident, Type, Visibility};

use super::ast::{Column, Parts, argument_of};
use crate::attr::{FieldAttr, Mistakes, ModelAttr};

/// The field with the parent's row.
pub(crate) struct Parent<'a> {
    pub(crate) ident: &'a Ident,
    vis: &'a Visibility,
    ty: &'a Type,
    attr: FieldAttr,
}

impl<'a> Parent<'a> {
    pub(super) fn new(ident: &'a Ident, field: &'a Field, attr: FieldAttr) -> Self {
        Self { ident, vis: &field.vis, ty: &field.ty, attr }
    }

    /// The parent as a model.
    pub(super) fn model(&self) -> TokenStream {
        let ty = self.ty;
        quote!(<#ty as ::belleville::db::Model>)
    }

    /// The position of the link, which is the number of the parent's fields.
    pub(super) fn link(&self) -> TokenStream {
        let model = self.model();
        quote!(#model::META.fields.len())
    }

    /// The fields of the child, as an array.
    pub(super) fn fields(&self, own: &[TokenStream]) -> TokenStream {
        let (model, start, link) = (self.model(), self.link(), self.link_meta());
        let count = own.len() + 1;
        quote! {
            const {
                &::belleville::db::inherited_fields::<{ #start + #count }, #count>(
                    #model::META.fields,
                    [#link, #(#own),*],
                )
            }
        }
    }

    /// Django's `place_ptr`, with the column `place_ptr_id`.
    fn link_meta(&self) -> TokenStream {
        let model = self.model();
        let named = |suffix: &str| {
            let length = suffix.len();
            quote! {
                ::belleville::db::text(const {
                    &::belleville::db::joined::<{ #model::META.model_name.len() + #length }>(
                        #model::META.model_name, #suffix,
                    )
                })
            }
        };
        let (name, verbose_name) = (named("_ptr"), named(" ptr"));
        let column = self.attr.column.as_ref().map_or_else(|| named("_ptr_id"), |column| quote!(#column));
        let related_name = self.attr.related_name.as_ref();
        let related_name = super::optional(related_name.map(|name| quote!(#name)));
        quote! {
            ::belleville::db::FieldMeta::new(#name, ::belleville::db::FieldKind::OneToOneField)
                .verbose_name(#verbose_name)
                .column(#column)
                .primary_key()
                .editable(false)
                .relation(::belleville::db::Relation::new(
                    #model::meta,
                    ::belleville::db::OnDelete::Cascade,
                    #related_name,
                ).parent_link())
        }
    }

    pub(super) fn constant(&self, child: &Ident) -> TokenStream {
        let (vis, ty, link) = (self.vis, self.ty, self.link());
        let field = self.ident.unraw().to_string();
        let name = format_ident!("{}", field.to_uppercase(), span = self.ident.span());
        let doc = format!("The way to the parent, [`{child}::{field}`].");
        quote! {
            #[doc = #doc]
            #vis const #name: ::belleville::db::ParentLink<#child, #ty> = ::belleville::db::ParentLink::new(#link);
        }
    }

    /// What the compiler checks of the parent's fields, each at its place: the child has none of them again, and its orders and
    /// its natural key are of what one of the two has.
    pub(super) fn checks(&self, options: &ModelAttr, columns: &[Column<'_>]) -> TokenStream {
        let model = self.model();
        let has = |name: &str| quote!(::belleville::db::has_field(#model::META.fields, #name));
        let fields = columns.iter().map(|column| {
            let (has, text) =
                (has(&column.name()), format!("the parent has a field `{}` too", column.name()));
            quote_spanned!(column.ident.span()=> const _: () = ::core::assert!(!#has, #text);)
        });
        let orders = options.ordering.iter().chain(&options.get_latest_by);
        let orders = orders.map(|text| {
            let order = text.value();
            let name = order.trim_start_matches('-');
            (text.span(), name.split_once("__").map_or(name, |(key, _)| key).to_owned())
        });
        let keys = options.natural_key.iter().map(|text| (text.span(), text.value()));
        let named = orders.chain(keys).filter_map(|(span, name)| {
            if columns.iter().any(|column| column.name() == name) {
                return None;
            }
            let (has, message) =
                (has(&name), format!("neither the model nor its parent has a field `{name}`"));
            Some(quote_spanned!(span=> const _: () = ::core::assert!(#has, #message);))
        });
        quote!(#(#fields)* #(#named)*)
    }

    /// A child has the fields of its parent: `restaurant.name`.
    pub(super) fn deref(&self, child: &Ident) -> TokenStream {
        let (ident, ty) = (self.ident, self.ty);
        quote! {
            #[automatically_derived]
            impl ::core::ops::Deref for #child {
                type Target = #ty;

                fn deref(&self) -> &#ty { &self.#ident }
            }

            #[automatically_derived]
            impl ::core::ops::DerefMut for #child {
                fn deref_mut(&mut self) -> &mut #ty { &mut self.#ident }
            }
        }
    }
}

pub(super) fn check(parts: &Parts<'_>, mistakes: &mut Mistakes) {
    let [parent, others @ ..] = parts.parents.as_slice() else { return };
    for other in others {
        let text = "a model has one parent: refer to another model by a `ForeignKey` with #[field(one_to_one)], or make it an \
                    abstract model with #[field(flatten)]";
        mistakes.add(syn::Error::new_spanned(other.ident, text));
    }
    if parent.attr.is_of_a_column_of_its_own() {
        mistakes.add(syn::Error::new_spanned(
            parent.ident,
            "the link to the parent is made by itself: its options are related_name and column",
        ));
    }
    if argument_of(parent.ty, "Option").is_some() || argument_of(parent.ty, "ForeignKey").is_some() {
        mistakes.add(syn::Error::new_spanned(
            parent.ty,
            "a child has its parent's row: write the parent itself, `place: Place`",
        ));
    }
    for column in parts.columns.iter().filter(|column| column.attr.primary_key) {
        mistakes.add(syn::Error::new_spanned(
            column.ident,
            "the primary key of a child is the link to its parent, which is made by itself",
        ));
    }
}
