//! `#[viewset]`: the doc comment of an implementation as its constant `DOC`.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;
use syn::parse::Parser as _;
use syn::{Attribute, Error, Expr, ExprLit, Lit, Meta};

/// The implementation with the constant in it.
pub(crate) fn expand(options: TokenStream, implementation: TokenStream) -> syn::Result<TokenStream> {
    if !options.is_empty() {
        return Err(Error::new_spanned(options, "#[viewset] takes no options"));
    }
    let text = documentation(implementation.clone())?;
    let mut tokens: Vec<TokenTree> = implementation.into_iter().collect();
    let body = match tokens.pop() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => group,
        other => return Err(Error::new_spanned(other, EXPECTED)),
    };
    if !tokens.iter().any(|token| matches!(token, TokenTree::Ident(ident) if ident == "impl")) {
        return Err(Error::new_spanned(tokens.into_iter().collect::<TokenStream>(), EXPECTED));
    }
    let items = body.stream();
    let mut with_constant = Group::new(
        Delimiter::Brace,
        quote! {
            const DOC: &'static str = #text;
            #items
        },
    );
    with_constant.set_span(body.span());
    tokens.push(with_constant.into());
    Ok(tokens.into_iter().collect())
}

const EXPECTED: &str = "#[viewset] stands above an implementation: impl ModelViewSet for NoteViewSet { .. }";

/// The text of the doc comment, without the space that each line begins with.
fn documentation(implementation: TokenStream) -> syn::Result<String> {
    let read = |input: syn::parse::ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        let rest: TokenStream = input.parse()?;
        Ok((attributes, rest))
    };
    let (attributes, rest) = read.parse2(implementation)?;
    let lines: Vec<String> = attributes.iter().filter_map(line).collect();
    let text = lines.join("\n").trim().to_owned();
    if text.is_empty() {
        return Err(Error::new_spanned(rest, "write a doc comment above #[viewset]: it is the description"));
    }
    Ok(text)
}

fn line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value else { return None };
    let text = text.value();
    pair.path.is_ident("doc").then(|| text.strip_prefix(' ').unwrap_or(&text).trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_doc_comment_is_the_constant() {
        let tokens = |text: &str| text.parse::<TokenStream>().expect(text);
        for (text, expected) in [
            ("/// One.\nimpl A for B { type C = D; }", Ok("\"One.\"")),
            (
                "/// One\n///   two.\n///\n/// Three \"four\".\n#[rustfmt::skip]\nimpl A for B {}",
                Ok(r#""One\n  two.\n\nThree \"four\".""#),
            ),
            ("impl A for B {}", Err("write a doc comment")),
            ("#[allow(a)]\nimpl A for B {}", Err("write a doc comment")),
            ("/// One.\nstruct B;", Err("stands above an implementation")),
            ("/// One.\nstruct B {}", Err("stands above an implementation")),
        ] {
            let outcome = expand(TokenStream::new(), tokens(text));
            match expected {
                Ok(constant) => {
                    let expanded = outcome.expect(text).to_string();
                    assert!(
                        expanded.contains(&format!("const DOC : & 'static str = {constant} ;")),
                        "{expanded}"
                    );
                }
                Err(part) => assert!(outcome.expect_err(text).to_string().contains(part), "{text}"),
            }
        }
        assert!(expand(tokens("name = 1"), tokens("/// One.\nimpl A for B {}")).is_err());
    }
}
