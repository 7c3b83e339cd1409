//! `#[belleville::test]`.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;
use syn::parse::Parser as _;
use syn::{Error, Path};

use crate::facade;

/// The function without `async`, whose body is run on a runtime; and the facade's name where `crate = path` gives one.
pub(crate) fn expand(
    options: TokenStream,
    function: TokenStream,
) -> syn::Result<(TokenStream, Option<Path>)> {
    let mut renamed = None;
    let option = syn::meta::parser(|meta| {
        if meta.path.is_ident(facade::OPTION) {
            renamed = Some(facade::path(meta.input)?);
            return Ok(());
        }
        Err(meta.error("the only option is the facade's name: #[api::test(crate = api)]"))
    });
    option.parse2(options)?;
    let mut head: Vec<TokenTree> = function.into_iter().collect();
    let body = match head.pop() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => group,
        other => return Err(Error::new_spanned(other, "a test is a function: async fn name() { .. }")),
    };
    let is_async = |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if ident == "async");
    let Some(at) = head.iter().position(is_async) else {
        let head = head.into_iter().collect::<TokenStream>();
        return Err(Error::new_spanned(head, "the test is not async: write `async fn`, or use #[test]"));
    };
    head.remove(at);
    let head = head.into_iter().collect::<TokenStream>();
    let expanded = quote! {
        #[::core::prelude::v1::test]
        #head {
            ::belleville::test::run(async move #body)
        }
    };
    Ok((expanded, renamed))
}
