//! `#[derive(Composable)]`: operators of a permission.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    quote! {
        #[automatically_derived]
        impl<P: ::core::convert::Into<::belleville::permissions::Rule>> ::core::ops::BitAnd<P> for #ident {
            type Output = ::belleville::permissions::Rule;

            fn bitand(self, other: P) -> Self::Output {
                ::belleville::permissions::Rule::from(self) & other.into()
            }
        }

        #[automatically_derived]
        impl<P: ::core::convert::Into<::belleville::permissions::Rule>> ::core::ops::BitOr<P> for #ident {
            type Output = ::belleville::permissions::Rule;

            fn bitor(self, other: P) -> Self::Output {
                ::belleville::permissions::Rule::from(self) | other.into()
            }
        }

        #[automatically_derived]
        impl ::core::ops::Not for #ident {
            type Output = ::belleville::permissions::Rule;

            fn not(self) -> Self::Output {
                !::belleville::permissions::Rule::from(self)
            }
        }
    }
}
