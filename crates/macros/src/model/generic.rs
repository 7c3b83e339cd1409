//! Generic foreign keys and generic relations: fields that are no columns, from the struct to the code.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Field, Ident, Type, Visibility};

use super::ast::{Column, Parts, argument_of, last_segment};
use crate::attr::{FieldAttr, Mistakes, ModelAttr};

/// The generic foreign keys and generic relations of a struct.
#[derive(Default)]
pub(crate) struct Generics<'a> {
    keys: Vec<GenericKey<'a>>,
    relations: Vec<GenericRelation<'a>>,
}

struct GenericKey<'a> {
    ident: &'a Ident,
    vis: &'a Visibility,
    attr: FieldAttr,
}

struct GenericRelation<'a> {
    ident: &'a Ident,
    vis: &'a Visibility,
    /// The model with the generic foreign key.
    to: &'a Type,
    attr: FieldAttr,
}

impl<'a> Generics<'a> {
    /// Takes a field that is one of them; gives the options of any other back.
    pub(super) fn take(&mut self, ident: &'a Ident, field: &'a Field, attr: FieldAttr) -> Option<FieldAttr> {
        let vis = &field.vis;
        if last_segment(&field.ty).is_some_and(|segment| segment.ident == "GenericForeignKey") {
            self.keys.push(GenericKey { ident, vis, attr });
        } else if let Some(to) = argument_of(&field.ty, "GenericRelation") {
            self.relations.push(GenericRelation { ident, vis, to, attr });
        } else {
            return Some(attr);
        }
        None
    }

    /// The fields, all of which hold nothing.
    pub(crate) fn idents(&self) -> impl Iterator<Item = &'a Ident> {
        let keys = self.keys.iter().map(|key| key.ident);
        keys.chain(self.relations.iter().map(|relation| relation.ident))
    }

    /// The fields of a new object.
    pub(super) fn reads(&self) -> impl Iterator<Item = TokenStream> {
        self.idents().map(|ident| quote!(#ident: ::core::default::Default::default()))
    }

    /// What is added to the metadata.
    pub(super) fn meta(&self, parts: &Parts<'_>) -> TokenStream {
        let mut meta = TokenStream::new();
        if !self.keys.is_empty() {
            let keys = self.keys.iter().filter_map(|key| key.meta(parts));
            meta.extend(quote!(.generic_keys(const { &[#(#keys),*] })));
        }
        if !self.relations.is_empty() {
            let relations = self.relations.iter().map(GenericRelation::meta);
            meta.extend(quote!(.generic_relations(&[#(#relations),*])));
        }
        meta
    }

    /// A constant for each.
    pub(super) fn constants(&self, model: &Ident) -> TokenStream {
        let keys = self.keys.iter().enumerate().map(|(index, key)| {
            let (name, vis) = (constant(key.ident), key.vis);
            let doc = format!("The generic foreign key [`{model}::{}`].", key.ident.unraw());
            quote! {
                #[doc = #doc]
                #vis const #name: ::belleville::db::GenericKey<#model> = ::belleville::db::GenericKey::new(#index);
            }
        });
        let relations = self.relations.iter().enumerate().map(|(index, relation)| {
            let (name, vis, to) = (constant(relation.ident), relation.vis, relation.to);
            let doc = format!("The generic relation [`{model}::{}`].", relation.ident.unraw());
            quote! {
                #[doc = #doc]
                #vis const #name: ::belleville::db::Related<#model, #to, ::belleville::db::Generic> =
                    ::belleville::db::Related::generic(#index);
            }
        });
        quote!(#(#keys)* #(#relations)*)
    }

    /// What the model implements, and what the compiler checks of the other models.
    pub(super) fn items(&self, model: &Ident) -> TokenStream {
        let has_key = (!self.keys.is_empty()).then(|| {
            quote! {
                #[automatically_derived]
                impl ::belleville::db::WithGenericKey for #model {}
            }
        });
        let checks = self.relations.iter().map(|relation| relation.checks(model));
        quote!(#has_key #(#checks)*)
    }
}

fn constant(field: &Ident) -> Ident {
    format_ident!("{}", field.unraw().to_string().to_uppercase(), span = field.span())
}

impl GenericKey<'_> {
    fn meta(&self, parts: &Parts<'_>) -> Option<TokenStream> {
        let [content_type, object_id] = self.attr.generic.as_ref()?;
        let at = |name: &Ident| parts.columns.iter().position(|column| *column.ident == *name);
        let (key, id) = (at(content_type)?, at(object_id)?);
        let types = argument_of(parts.columns[key].inner, "ForeignKey")?;
        let (name, key, id) = (self.ident.unraw().to_string(), parts.position(key), parts.position(id));
        Some(quote_spanned!(types.span()=> ::belleville::db::generic_key::<#types>(#name, #key, #id)))
    }
}

impl GenericRelation<'_> {
    fn meta(&self) -> TokenStream {
        let (to, name) = (self.to, self.ident.unraw().to_string());
        let key = self.attr.key.as_ref().map(|key| key.unraw().to_string());
        let key = key.map(|key| quote!(.key(#key)));
        let query_name = self.attr.related_query_name.as_ref().map(|name| quote!(.related_query_name(#name)));
        quote_spanned!(to.span()=> ::belleville::db::generic_relation::<#to>(#name) #key #query_name)
    }

    /// What the compiler checks of the other model: it has the generic foreign key that is named or, where none is, one alone,
    /// and that holds keys of this model.
    fn checks(&self, model: &Ident) -> TokenStream {
        let to = self.to;
        let name = self.attr.key.as_ref().map_or_else(String::new, |key| key.unraw().to_string());
        let holds = quote_spanned! {to.span()=>
            const _: () = ::core::assert!(
                ::belleville::db::holds_keys_of(
                    <#model as ::belleville::db::Model>::META, <#to as ::belleville::db::Model>::META, #name,
                ),
                "the generic foreign key cannot hold the primary keys of this model; a text holds keys of any kind",
            );
        };
        let has_key = match &self.attr.key {
            Some(key) => {
                let field = quote_spanned!(key.span()=> &row.#key);
                quote! {
                    const _: () = {
                        #[allow(dead_code, clippy::allow_attributes, reason = "the compiler checks the field")]
                        fn named(row: &#to) -> &::belleville::db::GenericForeignKey {
                            #field
                        }
                    };
                }
            }
            None => quote_spanned! {to.span()=>
                const _: () = ::core::assert!(
                    <#to as ::belleville::db::Model>::META.generic_keys.len() <= 1,
                    "the other model has several generic foreign keys: say which, #[field(key = content_object)]",
                );
            },
        };
        quote!(#has_key #holds)
    }
}

pub(super) fn check(options: &ModelAttr, parts: &Parts<'_>, mistakes: &mut Mistakes) {
    for key in &parts.generic.keys {
        check_key(key, &parts.columns, mistakes);
    }
    for relation in &parts.generic.relations {
        let mut refuse = |text: &str| mistakes.add(syn::Error::new_spanned(relation.ident, text));
        if relation.attr.is_of_a_column() || relation.attr.generic.is_some() {
            refuse("a GenericRelation is no column: its options are key and related_query_name");
        }
        if options.proxy {
            refuse("a proxy has no generic relation: it belongs to the model with the table");
        }
    }
}

fn check_key(key: &GenericKey<'_>, columns: &[Column<'_>], mistakes: &mut Mistakes) {
    let mut refuse = |span: Span, text: String| mistakes.add(syn::Error::new(span, text));
    if key.attr.is_of_a_column() || key.attr.key.is_some() {
        refuse(
            key.ident.span(),
            "a GenericForeignKey is no column: its option is generic(content_type, object_id)".to_owned(),
        );
    }
    let Some([content_type, object_id]) = &key.attr.generic else {
        let text = "name the foreign key to the content type and the field with the primary key: \
                    #[field(generic(content_type, object_id))]";
        return refuse(key.ident.span(), text.to_owned());
    };
    let find = |name: &Ident| columns.iter().find(|column| *column.ident == *name);
    for name in [content_type, object_id].into_iter().filter(|name| find(name).is_none()) {
        refuse(name.span(), format!("the model has no field `{name}`"));
    }
    if find(content_type).is_some_and(|column| argument_of(column.inner, "ForeignKey").is_none()) {
        refuse(content_type.span(), format!("`{content_type}` is not a ForeignKey<ContentType>"));
    }
    if find(object_id).is_some_and(|column| argument_of(column.inner, "ForeignKey").is_some()) {
        refuse(
            object_id.span(),
            format!("`{object_id}` is a key to one model, and not the key of any object"),
        );
    }
}
