//! `#[derive(Record)]`: a struct of some of a model's columns, which a query reads instead of whole objects.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{DeriveInput, Expr, Field, Ident, Path};

use crate::attr::{self, Mistakes};
use crate::model::named_fields;

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let mut mistakes = Mistakes::default();
    let model = attr::record(&input.attrs, &mut mistakes);
    let fields: Vec<(&Ident, &Field)> = named_fields(input, "a record", &mut mistakes).collect();
    let sources: Vec<Option<Expr>> =
        fields.iter().map(|(_, field)| attr::record_field(&field.attrs, &mut mistakes)).collect();
    if model.is_none() {
        mistakes.add(syn::Error::new_spanned(&input.ident, "say of which model: #[record(model = Book)]"));
    }
    mistakes.finish()?;
    // Without a model it was refused.
    let Some(model) = model else { return Ok(TokenStream::new()) };
    let ident = &input.ident;
    let reads = fields.iter().enumerate().map(|(index, (name, field))| {
        let ty = &field.ty;
        quote!(#name: ::belleville::db::read_value::<#ty>(row, offset, places, #index)?)
    });
    let columns = fields.iter().zip(&sources).map(|((name, field), source)| {
        let (ty, column) = (&field.ty, column(&model, name, source.as_ref()));
        quote_spanned!(ty.span()=> .with::<#model, #ty, _>(#column))
    });
    let known = fields.iter().zip(&sources).filter(|(_, source)| source.is_none());
    let known = known.map(|((name, _), _)| quote!(let _ = &model.#name;));
    Ok(quote! {
        const _: () = {
            #[allow(dead_code, clippy::allow_attributes, reason = "the compiler checks the names of the fields here")]
            fn known_fields(model: &#model) {
                #(#known)*
            }
        };

        #[automatically_derived]
        impl ::belleville::db::Record for #ident {
            fn read(
                row: &dyn ::belleville::db::Row,
                offset: usize,
                places: &[::core::option::Option<u16>],
            ) -> ::core::result::Result<Self, (usize, ::belleville::db::Error)> {
                ::core::result::Result::Ok(Self { #(#reads),* })
            }
        }

        #[automatically_derived]
        impl ::belleville::db::RecordOf<#model> for #ident {
            fn columns() -> ::belleville::db::Selected {
                ::belleville::db::Selected::default() #(#columns)*
            }
        }
    })
}

/// What a field is read from: what it says, or the model's column of its name.
fn column(model: &Path, field: &Ident, source: Option<&Expr>) -> TokenStream {
    match source {
        Some(source) => quote!(#source),
        None => {
            let constant = format_ident!("{}", field.unraw().to_string().to_uppercase(), span = field.span());
            quote!(#model::#constant)
        }
    }
}
