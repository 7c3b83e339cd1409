//! Conditions of constraints and indexes, written as Rust: `age >= 18 && status == "draft" || !owner.is_null()`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{BinOp, Expr, Ident, UnOp};

use crate::attr::Mistakes;

/// The condition as code; names that are no fields are reported at their place.
pub(crate) fn expand(expr: &Expr, fields: &[String], mistakes: &mut Mistakes) -> TokenStream {
    match parse(expr, fields) {
        Ok(tokens) => tokens,
        Err(error) => {
            mistakes.add(error);
            quote!()
        }
    }
}

const FORMS: &str = "a condition compares fields with values or fields (`age >= 18`), asks `owner.is_null()`, \
                     `owner.is_not_null()` or `status.is_in(\"a\", \"b\")`, names a boolean field, and joins such with `&&`, `||` \
                     and `!`";

pub(crate) fn parse(expr: &Expr, fields: &[String]) -> syn::Result<TokenStream> {
    let refused = || syn::Error::new_spanned(expr, FORMS);
    match expr {
        Expr::Paren(inner) => parse(&inner.expr, fields),
        Expr::Group(inner) => parse(&inner.expr, fields),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => {
            let inner = parse(&unary.expr, fields)?;
            Ok(quote!((!#inner)))
        }
        Expr::Binary(binary) => match binary.op {
            BinOp::And(_) | BinOp::Or(_) => {
                let (left, right) = (parse(&binary.left, fields)?, parse(&binary.right, fields)?);
                let join = if matches!(binary.op, BinOp::And(_)) { quote!(and) } else { quote!(or) };
                Ok(quote!(#left.#join(#right)))
            }
            op => {
                let left = field(&binary.left, fields)?;
                let right = operand(&binary.right, fields)?;
                let method = match op {
                    BinOp::Eq(_) | BinOp::Ne(_) => quote!(eq),
                    BinOp::Lt(_) => quote!(lt),
                    BinOp::Le(_) => quote!(lte),
                    BinOp::Gt(_) => quote!(gt),
                    BinOp::Ge(_) => quote!(gte),
                    _ => return Err(refused()),
                };
                let compared = quote!(#left.#method(#right));
                Ok(if matches!(op, BinOp::Ne(_)) { quote!((!#compared)) } else { compared })
            }
        },
        Expr::MethodCall(call) => {
            let left = field(&call.receiver, fields)?;
            let method = &call.method;
            match method.to_string().as_str() {
                "is_null" | "is_not_null" if call.args.is_empty() => Ok(quote!(#left.#method())),
                "is_in" if !call.args.is_empty() => {
                    let values: Vec<_> =
                        call.args.iter().map(|value| operand(value, fields)).collect::<syn::Result<_>>()?;
                    Ok(quote!(#left.#method([#(#values),*])))
                }
                _ => Err(refused()),
            }
        }
        Expr::Path(_) => {
            let named = field(expr, fields)?;
            Ok(quote!(#named.eq(true)))
        }
        _ => Err(refused()),
    }
}

pub(crate) fn name(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Path(path) => path.path.get_ident(),
        _ => None,
    }
}

pub(crate) fn field(expr: &Expr, fields: &[String]) -> syn::Result<TokenStream> {
    let Some(ident) = name(expr) else { return Err(syn::Error::new_spanned(expr, FORMS)) };
    let text = syn::ext::IdentExt::unraw(ident).to_string();
    if !fields.contains(&text) {
        return Err(syn::Error::new(ident.span(), format!("the model has no field `{text}`")));
    }
    Ok(quote!(::belleville::db::migrations::field(#text)))
}

/// A literal, or another field.
fn operand(expr: &Expr, fields: &[String]) -> syn::Result<TokenStream> {
    match expr {
        Expr::Path(_) if name(expr).is_some() => field(expr, fields),
        // A number without a type is an i64, as the column's values are.
        Expr::Lit(literal) => Ok(match &literal.lit {
            syn::Lit::Int(number) if number.suffix().is_empty() => quote!((#number as i64)),
            _ => quote!(#literal),
        }),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            let inner = operand(&unary.expr, fields)?;
            Ok(quote!((-#inner)))
        }
        _ => Ok(quote!(#expr)),
    }
}
