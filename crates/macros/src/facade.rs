//! The facade's name in what a derive writes: `::belleville`, or what `crate = path` says where a program has renamed it.

use proc_macro2::{Group, Ident, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::{Attribute, Path, Token};

/// The key of the option. `each` of `attr` reads past it: it is read here, forevery derive alike.
pub(crate) const OPTION: &str = "crate";

/// The path of `#[model(crate = api)]`, when one of these attributes has it.
pub(crate) fn renamed(attributes: &[Attribute], names: &[&str]) -> Option<Path> {
    let mut found = None;
    for attribute in attributes.iter().filter(|one| names.iter().any(|name| one.path().is_ident(name))) {
        // Mistakes are reported by whoever reads the other options.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident(OPTION) {
                found = Some(path(meta.input)?);
                return Ok(());
            }
            skip(meta.input)
        });
    }
    found
}

/// `= path`, the value of the option.
pub(crate) fn path(input: ParseStream<'_>) -> syn::Result<Path> {
    input.parse::<Token![=]>()?;
    input.call(Path::parse_mod_style)
}

/// Passes over the value of another option, up to the next comma.
fn skip(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// The same tokens with `path` wherever a path begins with `::belleville`.
pub(crate) fn replace(tokens: TokenStream, path: &Path) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out = TokenStream::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if begins_facade(&tokens, at) {
            path.to_tokens(&mut out);
            at += 3;
            continue;
        }
        match token {
            TokenTree::Group(group) => {
                let mut new = Group::new(group.delimiter(), replace(group.stream(), path));
                new.set_span(group.span());
                out.extend([TokenTree::from(new)]);
            }
            other => out.extend([other.clone()]),
        }
        at += 1;
    }
    out
}

/// Whether `::belleville` stands here, and not as a later part of another path.
fn begins_facade(tokens: &[TokenTree], at: usize) -> bool {
    let [TokenTree::Punct(first), TokenTree::Punct(second), TokenTree::Ident(name), ..] = &tokens[at..]
    else {
        return false;
    };
    let follows_a_name = match &tokens[..at] {
        [.., TokenTree::Punct(quote), TokenTree::Ident(_)] if quote.as_char() == '\'' => false,
        [.., TokenTree::Ident(before)] => !is_keyword(before),
        _ => false,
    };
    let is_path = first.as_char() == ':' && first.spacing() == Spacing::Joint && second.as_char() == ':';
    is_path && name == "belleville" && !follows_a_name
}

/// A word after which a new path begins.
fn is_keyword(ident: &Ident) -> bool {
    ["as", "const", "dyn", "else", "for", "impl", "in", "mut", "return", "where"]
        .iter()
        .any(|word| ident == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_facade_is_replaced() {
        let path: Path = syn::parse_quote!(crate::api);
        for (text, expected) in [
            ("::belleville::db::Column", "crate::api::db::Column"),
            ("<T as ::belleville::A>::B", "<T as crate::api::A>::B"),
            ("::core::belleville::A", "::core::belleville::A"),
            ("belleville::A", "belleville::A"),
            ("[::belleville::A, { (::belleville::B) }]", "[crate::api::A, { (crate::api::B) }]"),
            ("x: ::belleville::A", "x: crate::api::A"),
            ("&'static ::belleville::A", "&'static crate::api::A"),
        ] {
            let tokens = |text: &str| text.parse::<TokenStream>().expect(text);
            assert_eq!(replace(tokens(text), &path).to_string(), tokens(expected).to_string(), "{text}");
        }
    }
}
