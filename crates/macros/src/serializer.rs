//! `#[derive(ModelSerializer)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt as _;
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
        let text = name.unraw().to_string();
        let read_only = options.read_only_fields.contains(name);
        let queryset = options.querysets.iter().find(|(known, _)| known == name).map(|(_, queryset)| {
            let field = as_field(name);
            quote! {
                |context| ::core::result::Result::Ok(::belleville::serializers::related_rows(
                    |model: &#model| &model.#field,
                    (#queryset)(context.request::<::belleville::request::Request>()?)?,
                ))
            }
        });
        let queryset = queryset.map_or_else(
            || quote!(::core::option::Option::None),
            |queryset| quote!(::core::option::Option::Some(#queryset)),
        );
        quote!(::belleville::serializers::DeclaredField {
            // `known_fields` does not compile when the model has no such field.
            field: <#model as ::belleville::db::Model>::META.position(#text).unwrap_or(::core::primitive::usize::MAX),
            read_only: #read_only,
            queryset: #queryset,
        })
    });
    let known = options.fields.iter().map(|name| {
        let name = as_field(name);
        quote!(let _ = &model.#name;)
    });
    Ok(quote! {
        const _: () = {
            #[allow(dead_code, reason = "the compiler checks the names of the fields here, in the case they are written in")]
            fn known_fields(model: &#model) {
                #(#known)*
            }
        };

        #[automatically_derived]
        impl ::belleville::serializers::ModelSerializer for #ident {
            type Model = #model;

            fn fields() -> ::std::vec::Vec<::belleville::serializers::DeclaredField> {
                ::std::vec![#(#fields),*]
            }
        }
    })
}

/// The name as the struct has it, at the user's own token: `r#type` for `type`.
fn as_field(name: &Ident) -> Ident {
    let text = name.unraw().to_string();
    if syn::parse_str::<Ident>(&text).is_ok() {
        Ident::new(&text, name.span())
    } else {
        Ident::new_raw(&text, name.span())
    }
}
