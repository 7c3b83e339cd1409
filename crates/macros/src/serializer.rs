//! `#[derive(ModelSerializer)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{DeriveInput, Ident};

use crate::attr::{self, Mistakes};

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let mut mistakes = Mistakes::default();
    let options = attr::serializer(&input.attrs, &mut mistakes);
    for name in &options.read_only_fields {
        if !options.fields.contains(name) {
            mistakes.add(syn::Error::new(name.span(), format!("`{name}` is not one of `fields`")));
        }
    }
    for (name, _) in &options.querysets {
        if !options.fields.contains(name) {
            mistakes.add(syn::Error::new(name.span(), format!("`{name}` is not one of `fields`")));
        } else if options.read_only_fields.contains(name) {
            mistakes.add(syn::Error::new(name.span(), format!("`{name}` is read-only: nobody can set it")));
        }
    }
    if options.fields.is_empty() {
        mistakes.add(syn::Error::new_spanned(
            &input.ident,
            "say which fields: #[serializer(fields = [id, name])]",
        ));
    }
    let Some(model) = options.model else {
        mistakes.add(syn::Error::new_spanned(
            &input.ident,
            "say which model: #[serializer(model = Project, ...)]",
        ));
        mistakes.finish()?;
        return Ok(TokenStream::new());
    };
    mistakes.finish()?;
    let ident = &input.ident;
    let fields = options.fields.iter().map(|name| {
        let constant = constant(name);
        let read_only = options.read_only_fields.contains(name);
        let queryset = options.querysets.iter().find(|(known, _)| known == name).map(|(_, queryset)| {
            quote! {
                |request| ::core::result::Result::Ok(
                    ::belleville::serializers::related_rows(#model::#constant, (#queryset)(request)?)
                )
            }
        });
        let queryset = queryset.map_or_else(
            || quote!(::core::option::Option::None),
            |queryset| quote!(::core::option::Option::Some(#queryset)),
        );
        quote! {
            ::belleville::serializers::DeclaredField {
                field: #model::#constant.field(), read_only: #read_only, queryset: #queryset,
            }
        }
    });
    Ok(quote! {
        #[automatically_derived]
        impl ::belleville::serializers::ModelSerializer for #ident {
            type Model = #model;

            fn fields() -> ::std::vec::Vec<::belleville::serializers::DeclaredField> {
                ::std::vec![#(#fields),*]
            }
        }
    })
}

/// The column constant of a field, at the user's own token: an unknown name is an error there.
fn constant(name: &Ident) -> Ident {
    format_ident!("{}", name.to_string().to_uppercase(), span = name.span())
}
