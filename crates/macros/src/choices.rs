//! `#[derive(Choices)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, Ident, Lit, LitStr};

use crate::attr::{self, Mistakes};

struct Variant<'a> {
    ident: &'a Ident,
    value: Lit,
    label: LitStr,
}

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let mut mistakes = Mistakes::default();
    let variants = variants(input, &mut mistakes);
    check(&variants, &mut mistakes);
    mistakes.finish()?;
    Ok(expand(&input.ident, &variants))
}

fn variants<'a>(input: &'a DeriveInput, mistakes: &mut Mistakes) -> Vec<Variant<'a>> {
    let Data::Enum(data) = &input.data else {
        mistakes.add(syn::Error::new_spanned(&input.ident, "choices are an enum without data"));
        return Vec::new();
    };
    if data.variants.is_empty() {
        mistakes.add(syn::Error::new_spanned(&input.ident, "choices are at least one"));
    }
    let mut all = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            mistakes.add(syn::Error::new_spanned(variant, "a choice has no data"));
        }
        match attr::choice(&variant.attrs, &variant.ident) {
            Ok((value, label)) => {
                let label = label
                    .unwrap_or_else(|| LitStr::new(&default_label(&variant.ident), variant.ident.span()));
                all.push(Variant { ident: &variant.ident, value, label });
            }
            Err(error) => mistakes.add(error),
        }
    }
    all
}

/// `InReview` as `In review`, where no label is given.
fn default_label(ident: &Ident) -> String {
    let mut label = String::new();
    for (index, c) in ident.to_string().chars().enumerate() {
        if index > 0 && c.is_uppercase() {
            label.push(' ');
            label.extend(c.to_lowercase());
        } else {
            label.push(c);
        }
    }
    label
}

fn check(variants: &[Variant<'_>], mistakes: &mut Mistakes) {
    let Some(first) = variants.first() else { return };
    let is_text = matches!(first.value, Lit::Str(_));
    for (index, variant) in variants.iter().enumerate() {
        if matches!(variant.value, Lit::Str(_)) != is_text {
            mistakes
                .add(syn::Error::new_spanned(&variant.value, "choices are all texts or all whole numbers"));
        }
        let written = |value: &Lit| match value {
            Lit::Str(text) => text.value(),
            Lit::Int(number) => number.base10_digits().to_owned(),
            _ => String::new(),
        };
        let value = written(&variant.value);
        if variants[..index].iter().any(|before| written(&before.value) == value) {
            mistakes.add(syn::Error::new_spanned(&variant.value, "another choice has the same value"));
        }
    }
}

fn expand(ident: &Ident, variants: &[Variant<'_>]) -> TokenStream {
    let is_text = variants.first().is_some_and(|variant| matches!(variant.value, Lit::Str(_)));
    let kind = if is_text {
        quote!(::belleville::db::FieldKind::CharField {
            max_length: ::belleville::db::longest(<Self as ::belleville::db::FieldValue>::CHOICES)
        })
    } else {
        quote!(::belleville::db::FieldKind::IntegerField)
    };
    let choices = variants.iter().map(|variant| {
        let (value, label) = (&variant.value, &variant.label);
        let value = match value {
            Lit::Int(number) => quote!(Int(#number)),
            text => quote!(Text(#text)),
        };
        quote!(::belleville::db::Choice { value: ::belleville::db::ChoiceValue::#value, label: #label })
    });
    let idents: Vec<_> = variants.iter().map(|variant| variant.ident).collect();
    let positions = 0..variants.len();
    quote! {
        #[automatically_derived]
        impl ::belleville::db::FieldValue for #ident {
            type Optional = ::core::option::Option<Self>;
            type With<U: ::belleville::db::FieldValue> = U;

            const CHOICES: &'static [::belleville::db::Choice] = &[#(#choices),*];

            fn from_value(value: ::belleville::db::ValueRef<'_>) -> ::belleville::db::Result<Self> {
                ::belleville::db::read_choice(value)
            }

            fn to_ref(&self) -> ::belleville::db::ValueRef<'_> {
                let position: usize = match self { #(Self::#idents => #positions),* };
                <Self as ::belleville::db::FieldValue>::CHOICES[position].value.to_ref()
            }
        }

        #[automatically_derived]
        impl ::belleville::db::FieldChoices for #ident {
            const KIND: ::belleville::db::FieldKind = #kind;

            fn label(self) -> &'static str {
                let position = Self::all().iter().position(|known| {
                    ::core::mem::discriminant(known) == ::core::mem::discriminant(&self)
                });
                position.map_or("", |position| <Self as ::belleville::db::FieldValue>::CHOICES[position].label)
            }

            fn all() -> &'static [Self] {
                &[#(Self::#idents),*]
            }
        }
    }
}
