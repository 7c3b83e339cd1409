//! What the database computes of other fields, written as Rust: `price * pieces`, `lower(name)`, `pieces >= 10`. An index has
//! it with an order: `lower(name).desc()`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{BinOp, Expr, ExprCall, Lit, UnOp};

use crate::attr::Mistakes;
use crate::condition;

const FORMS: &str = "the database computes with numbers (`price * pieces`), calls `lower`, `upper`, `trim`, `length`, \
                     `abs`, `concat(a, \" \", b)` or `coalesce(a, b)`, or asks a condition (`pieces >= 10`)";

/// The expression as code; what the database does not know is reported at its place.
pub(crate) fn expand(expr: &Expr, fields: &[String], mistakes: &mut Mistakes) -> TokenStream {
    match parse(expr, fields) {
        Ok(tokens) => tokens,
        Err(error) => {
            mistakes.add(error);
            TokenStream::new()
        }
    }
}

/// A key of an index, as code.
pub(crate) fn key(expr: &Expr, fields: &[String], mistakes: &mut Mistakes) -> TokenStream {
    if let Expr::MethodCall(call) = expr
        && ORDERS.iter().any(|order| call.method == order)
    {
        let (inner, method, arguments) = (key(&call.receiver, fields, mistakes), &call.method, &call.args);
        return quote!(#inner.#method(#arguments));
    }
    let expression = expand(expr, fields, mistakes);
    quote!(::belleville::db::IndexKey::from(#expression))
}

/// What an index says of an expression.
const ORDERS: [&str; 6] = ["asc", "desc", "nulls_first", "nulls_last", "collate", "opclass"];

fn parse(expr: &Expr, fields: &[String]) -> syn::Result<TokenStream> {
    let tokens = match expr {
        Expr::Paren(inner) => return parse(&inner.expr, fields),
        Expr::Group(inner) => return parse(&inner.expr, fields),
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) if number.suffix().is_empty() => quote!(#number as i64),
            _ => quote!(#literal),
        },
        Expr::Path(_) if condition::name(expr).is_some() => condition::field(expr, fields)?,
        Expr::Binary(binary) if is_arithmetic(binary.op) => {
            let (left, operator, right) =
                (parse(&binary.left, fields)?, binary.op, parse(&binary.right, fields)?);
            return Ok(quote!((#left #operator #right)));
        }
        Expr::Call(call) => return function(call, fields),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => quote!(#expr),
        Expr::Binary(_) | Expr::Unary(_) | Expr::MethodCall(_) => condition::parse(expr, fields)?,
        // A constant, or another value.
        Expr::Path(_) => quote!(#expr),
        _ => return Err(syn::Error::new_spanned(expr, FORMS)),
    };
    Ok(quote!(::belleville::db::Expression::from(#tokens)))
}

fn is_arithmetic(operator: BinOp) -> bool {
    matches!(operator, BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_) | BinOp::Rem(_))
}

fn function(call: &ExprCall, fields: &[String]) -> syn::Result<TokenStream> {
    const OF_ONE: [&str; 5] = ["lower", "upper", "trim", "length", "abs"];
    const OF_SOME: [&str; 2] = ["concat", "coalesce"];
    let refused = || syn::Error::new_spanned(call, FORMS);
    let name = condition::name(&call.func).ok_or_else(refused)?;
    let parts: Vec<TokenStream> =
        call.args.iter().map(|part| parse(part, fields)).collect::<syn::Result<_>>()?;
    let is = |known: &[&str]| known.iter().any(|known| name == known);
    match parts.len() {
        1 if is(&OF_ONE) => Ok(quote!(::belleville::db::migrations::#name(#(#parts)*))),
        2..=6 if is(&OF_SOME) => Ok(quote!(::belleville::db::migrations::#name((#(#parts),*)))),
        _ => Err(refused()),
    }
}
