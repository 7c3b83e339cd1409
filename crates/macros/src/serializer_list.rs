//! `#[derive(ListSerializer)]`: a struct whose one field declares the items of a list.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{DeriveInput, Error};

use crate::attr::{self, ListSerializerAttr, Mistakes};
use crate::serializer::{DeclaredField, as_field, fields_of};

const ITEMS: &str = "declare the items: struct BookListSerializer { child: BookSerializer }";

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let mut mistakes = Mistakes::default();
    let options = attr::list_serializer(&input.attrs, &mut mistakes);
    let fields: Vec<DeclaredField> =
        fields_of(input, &mut mistakes).iter().map(|field| DeclaredField::of(field, &mut mistakes)).collect();
    for other in fields.iter().filter(|field| field.name != "child") {
        let text =
            format!("a list has one field, `child`: `{}` belongs to the serializer of the items", other.name);
        mistakes.add(Error::new(other.name.span(), text));
    }
    let child = fields.iter().find(|field| field.name == "child");
    let Some(child) = child else {
        if fields.is_empty() {
            mistakes.add(Error::new_spanned(&input.ident, ITEMS));
        }
        mistakes.finish()?;
        return Ok(TokenStream::new());
    };
    mistakes.finish()?;
    let (ident, ty) = (&input.ident, &child.ty);
    let (declared, said) = (child.of_kind(), said(&options));
    let known = options.key.as_ref().map(|key| {
        let field = as_field(key);
        quote!(let _ = |model: &<#ty as ::belleville::serializers::ModelSerializer>::Model| { let _ = &model.#field; };)
    });
    Ok(quote! {
        const _: () = {
            #[allow(dead_code, reason = "the struct is a declaration: nothing else reads its field")]
            fn known_fields(list: &#ident) {
                let _ = &list.child;
                #known
            }
        };

        #[automatically_derived]
        impl ::belleville::serializers::SerializerMethods for #ident {
            type Methods = ::belleville::serializers::ListMethods;
        }

        #[automatically_derived]
        impl ::belleville::serializers::ListSerializer for #ident {
            type Child = #ty;

            fn class() -> &'static ::std::sync::Arc<::belleville::serializers::ListSerializerClass> {
                static CLASS: ::std::sync::OnceLock<::std::sync::Arc<::belleville::serializers::ListSerializerClass>> =
                    ::std::sync::OnceLock::new();
                CLASS.get_or_init(::belleville::serializers::ListSerializerClass::of::<#ident>)
            }

            fn declaration() -> ::belleville::serializers::ListDeclaration {
                #[allow(unused_imports, reason = "a list may have methods of its own")]
                use {::belleville::serializers::NoMethods as _};
                ::belleville::serializers::ListDeclaration::new(#declared) #said .methods(#ident::serializer_methods())
            }
        }
    })
}

/// What is said of the list.
fn said(options: &ListSerializerAttr) -> TokenStream {
    let limits = [
        ("allow_empty", &options.allow_empty),
        ("min_length", &options.min_length),
        ("max_length", &options.max_length),
        ("writes", &options.writes),
    ];
    let limits = limits.into_iter().filter_map(|(name, value)| {
        let value = value.as_ref()?;
        let method = proc_macro2::Ident::new(name, value.span());
        Some(quote_spanned!(value.span() => .#method(#value)))
    });
    let key = options.key.as_ref().map(|key| {
        let key = key.to_string();
        quote!(.key(#key))
    });
    quote!(#(#limits)* #key)
}
