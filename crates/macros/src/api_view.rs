//! `#[api_view(GET, POST)]`: a function as a view.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, ItemFn, Token};

use crate::viewset::action::{Entry, method};
use crate::viewset::documentation;

/// The function that makes the view, with the handler in it.
pub(crate) fn expand(options: TokenStream, function: TokenStream) -> syn::Result<TokenStream> {
    let mut handler: ItemFn = syn::parse2(function.clone()).map_err(|_| {
        Error::new_spanned(
            function,
            "#[api_view] stands above a function: async fn note_list(request: Request) -> Result<Response> { .. }",
        )
    })?;
    let options = Punctuated::<Entry, Token![,]>::parse_terminated.parse2(options)?;
    let (mut methods, mut policies) = (Vec::<Ident>::new(), Vec::new());
    for Entry { key, value } in options {
        if value.is_none() && key.to_string().starts_with(char::is_uppercase) {
            methods.push(method(key)?);
        } else {
            policies.push(quote!(.#key(#value)));
        }
    }
    if methods.is_empty() {
        methods.push(Ident::new("GET", handler.sig.ident.span()));
    }
    let description = documentation(&handler.attrs).map(|text| quote!(.description(#text)));
    let is_doc = |attribute: &Attribute| attribute.path().is_ident("doc");
    let (docs, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut handler.attrs).into_iter().partition(is_doc);
    handler.attrs = rest;
    let visibility = std::mem::replace(&mut handler.vis, syn::Visibility::Inherited);
    let name = handler.sig.ident.clone();
    let text = name.to_string();
    Ok(quote! {
        #(#docs)*
        #visibility fn #name() -> ::belleville::views::View {
            #handler
            ::belleville::views::View::of_function(#text)
                .methods([#(::belleville::viewsets::Method::#methods),*], #name)
                #description #(#policies)*
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_becomes_a_function_that_makes_a_view() {
        let tokens = |text: &str| text.parse::<TokenStream>().expect(text);
        let function = "/// All notes.\npub async fn note_list(request: Request) -> Result<Response> { x }";
        let expanded = expand(tokens("GET, POST, permission_classes = AllowAny, atomic"), tokens(function));
        let expanded = expanded.expect(function).to_string();
        for part in [
            "pub fn note_list () -> :: belleville :: views :: View { async fn note_list",
            "of_function (\"note_list\")",
            ". methods ([:: belleville :: viewsets :: Method :: GET , :: belleville :: viewsets :: Method :: POST] , note_list)",
            ". description (\"All notes.\") . permission_classes (AllowAny) . atomic ()",
        ] {
            assert!(expanded.contains(part), "{expanded}");
        }
        assert!(expand(tokens(""), tokens(function)).expect("GET").to_string().contains("Method :: GET]"));
        for (options, function, part) in
            [("GTE", function, "did you mean `GET`?"), ("GET", "struct Notes;", "stands above a function")]
        {
            let refused = expand(tokens(options), tokens(function)).expect_err(options).to_string();
            assert!(refused.contains(part), "{refused}");
        }
    }
}
