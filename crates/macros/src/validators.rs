//! The validators of a field: `validators = [min_value(0), regex(r"^\d{13}$", "Enter 13 digits."), no_shouting]`.

use std::collections::VecDeque;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, ExprUnary, Ident, Lit, Path, Token, Type, UnOp, bracketed, parenthesized};

use crate::attr::nearest;

/// A validator as it is written.
pub(crate) enum Declared {
    /// One that Django has: its name and its arguments.
    Named(Ident, Arguments),
    /// One's own function.
    Function(Path),
    /// A constant: its name is in capitals.
    Constant(Path),
}

/// What stands in the parentheses: `(0, "Too small.", code = "small")`.
#[derive(Default)]
pub(crate) struct Arguments {
    positional: Vec<Expr>,
    named: Vec<(Ident, Expr)>,
}

/// What values a field has, as far as validators care.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Sort {
    Text,
    Integer,
    Float,
    Decimal,
    Moment,
    Binary,
    Array,
    Address,
    Key,
    Other,
}

/// The field that has validators.
pub(crate) struct Of<'a> {
    pub(crate) name: &'a str,
    pub(crate) ty: &'a Type,
    pub(crate) sort: Sort,
}

/// A validator with a name: how it is written, and which fields may have it.
struct Known {
    name: &'static str,
    usage: &'static str,
    sorts: &'static [Sort],
    of: &'static str,
}

const NUMBERS: &[Sort] = &[Sort::Integer, Sort::Float, Sort::Decimal];
const TEXTS: &[Sort] = &[Sort::Text];
const ADDRESSES: &[Sort] = &[Sort::Text, Sort::Address];
const BOUNDED: &[Sort] = &[Sort::Integer, Sort::Float, Sort::Decimal, Sort::Moment];
const LONG: &[Sort] = &[Sort::Text, Sort::Binary, Sort::Array];

const fn known(name: &'static str, usage: &'static str, sorts: &'static [Sort], of: &'static str) -> Known {
    Known { name, usage, sorts, of }
}

const KNOWN: [Known; 17] = [
    known("min_value", "min_value(0)", BOUNDED, "numbers, dates, times and lengths of time"),
    known("max_value", "max_value(5)", BOUNDED, "numbers, dates, times and lengths of time"),
    known("step", "step(5), or step(5, offset = 2)", NUMBERS, "numbers"),
    known("min_length", "min_length(3)", LONG, "texts, bytes and arrays"),
    known("max_length", "max_length(30)", LONG, "texts, bytes and arrays"),
    known("decimal", "decimal(max_digits = 6, decimal_places = 2)", &[Sort::Decimal], "a Decimal"),
    known(
        "regex",
        "regex(r\"^\\d{13}$\", \"Enter 13 digits.\")",
        &[Sort::Text, Sort::Integer],
        "texts and whole numbers",
    ),
    known("email", "email, or email(allowlist = [\"localhost\"])", TEXTS, "texts"),
    known("url", "url, or url(schemes = [\"https\"])", TEXTS, "texts"),
    known("slug", "slug", TEXTS, "texts"),
    known("unicode_slug", "unicode_slug", TEXTS, "texts"),
    known("ipv4", "ipv4", ADDRESSES, "texts and addresses"),
    known("ipv6", "ipv6", ADDRESSES, "texts and addresses"),
    known("ipv46", "ipv46", ADDRESSES, "texts and addresses"),
    known("file_extension", "file_extension([\"pdf\", \"txt\"])", TEXTS, "texts"),
    known("int_list", "int_list, or int_list(sep = \";\", allow_negative = true)", TEXTS, "texts"),
    known("prohibit_null_characters", "prohibit_null_characters", TEXTS, "texts"),
];

const CUSTOM: &str = "custom(in_stock, code = \"out_of_stock\")";

/// `[min_value(0), no_shouting]`.
pub(crate) fn validators(input: ParseStream<'_>) -> syn::Result<Vec<Declared>> {
    let list;
    bracketed!(list in input);
    Ok(Punctuated::<Declared, Token![,]>::parse_terminated(&list)?.into_iter().collect())
}

impl Parse for Declared {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let path: Path = input.call(Path::parse_mod_style)?;
        let last = path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        let name = path
            .get_ident()
            .filter(|name| *name == "custom" || KNOWN.iter().any(|known| *name == known.name));
        if input.peek(syn::token::Paren) {
            let content;
            parenthesized!(content in input);
            let name = path.require_ident()?.clone();
            return Ok(Self::Named(name, content.parse()?));
        }
        Ok(match name {
            Some(name) => Self::Named(name.clone(), Arguments::default()),
            None if last.chars().any(char::is_uppercase) && !last.chars().any(char::is_lowercase) => {
                Self::Constant(path)
            }
            None => Self::Function(path),
        })
    }
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut arguments = Self::default();
        while !input.is_empty() {
            if input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
                let name = input.call(Ident::parse_any)?;
                input.parse::<Token![=]>()?;
                arguments.named.push((name, input.parse()?));
            } else {
                arguments.positional.push(input.parse()?);
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(arguments)
    }
}

/// A validator as code.
pub(crate) fn expand(declared: &Declared, of: &Of<'_>) -> syn::Result<TokenStream> {
    if of.sort == Sort::Key {
        let text = format!("`{}` is a ForeignKey, which has no validators", of.name);
        return Err(syn::Error::new(declared.span(), text));
    }
    match declared {
        Declared::Constant(path) => Ok(path.to_token_stream()),
        Declared::Function(path) => {
            let rule = function(path, of);
            Ok(quote!(::belleville::db::Validator::new(#rule)))
        }
        Declared::Named(name, arguments) => {
            let positional = arguments.positional.iter().collect();
            let mut given = Given { name, positional, named: arguments.named.iter().collect() };
            let mut validator = rule(&mut given, of)?;
            let message = given.named("message").or_else(|| given.message());
            for (option, value) in [("message", message), ("code", given.named("code"))] {
                if let Some(value) = value {
                    let option = Ident::new(option, Span::call_site());
                    validator.extend(quote!(.#option(#value)));
                }
            }
            given.finish()?;
            Ok(validator)
        }
    }
}

impl Declared {
    fn span(&self) -> Span {
        match self {
            Self::Named(name, _) => name.span(),
            Self::Function(path) | Self::Constant(path) => path.span(),
        }
    }
}

/// The arguments that were not read yet.
struct Given<'a> {
    name: &'a Ident,
    positional: VecDeque<&'a Expr>,
    named: Vec<&'a (Ident, Expr)>,
}

impl<'a> Given<'a> {
    fn named(&mut self, name: &str) -> Option<&'a Expr> {
        let at = self.named.iter().position(|(known, _)| known == name)?;
        Some(&self.named.remove(at).1)
    }

    /// The text that stands alone.
    fn message(&mut self) -> Option<&'a Expr> {
        let is_text = self.positional.front().is_some_and(|value| text_of(value).is_some());
        if is_text { self.positional.pop_front() } else { None }
    }

    /// The argument that has no name.
    fn first(&mut self) -> syn::Result<&'a Expr> {
        self.positional.pop_front().ok_or_else(|| self.wrong(self.name.span()))
    }

    fn wrong(&self, span: Span) -> syn::Error {
        let known = KNOWN.iter().find(|known| self.name == known.name);
        let usage = known.map_or(CUSTOM, |known| known.usage);
        syn::Error::new(span, format!("it is written {usage}; a text and `code = \"..\"` may follow"))
    }

    fn finish(&self) -> syn::Result<()> {
        let left = self.positional.front().map(|value| value.span());
        match left.or_else(|| self.named.first().map(|(name, _)| name.span())) {
            Some(span) => Err(self.wrong(span)),
            None => Ok(()),
        }
    }
}

/// `Validator::new(Rule::..)` of a validator with a name.
fn rule(given: &mut Given<'_>, of: &Of<'_>) -> syn::Result<TokenStream> {
    let name = given.name.to_string();
    if name == "custom" {
        let function = match given.first()? {
            Expr::Path(path) => function(&path.path, of),
            other => return Err(given.wrong(other.span())),
        };
        return Ok(quote!(::belleville::db::Validator::new(#function)));
    }
    let Some(known) = KNOWN.iter().find(|known| known.name == name) else { return Err(unknown(given.name)) };
    if !known.sorts.contains(&of.sort) {
        let ty = of.ty.to_token_stream().to_string().replace(' ', "");
        let text = format!("`{name}` is for {}, and `{}` is of the type `{ty}`", known.of, of.name);
        return Err(syn::Error::new(given.name.span(), text));
    }
    let rule = match name.as_str() {
        "min_value" => bounded("MinValue", given, of)?,
        "max_value" => bounded("MaxValue", given, of)?,
        "step" => {
            let size = limit(given.first()?, of)?;
            let offset = match given.named("offset") {
                Some(offset) => {
                    let offset = limit(offset, of)?;
                    quote!(::core::option::Option::Some(#offset))
                }
                None => quote!(::core::option::Option::None),
            };
            quote!(Step { size: #size, offset: #offset })
        }
        "min_length" => with_length("MinLength", given)?,
        "max_length" => with_length("MaxLength", given)?,
        "decimal" => {
            let max_digits = optional(given.named("max_digits"));
            let decimal_places = optional(given.named("decimal_places"));
            quote!(Decimal { max_digits: #max_digits, decimal_places: #decimal_places })
        }
        "regex" => {
            let pattern = given.first()?;
            let inverse = given.named("inverse_match").map_or(quote!(false), ToTokens::to_token_stream);
            quote!(Regex { pattern: #pattern, inverse_match: #inverse })
        }
        "email" => match given.named("allowlist") {
            Some(list) => quote!(Email { allowlist: &#list }),
            None => quote!(email()),
        },
        "url" => match given.named("schemes") {
            Some(schemes) => quote!(Url { schemes: &#schemes }),
            None => quote!(url()),
        },
        "file_extension" => {
            let allowed = given.first()?;
            quote!(FileExtension(&#allowed))
        }
        "int_list" => {
            let (separator, negative) = (given.named("sep"), given.named("allow_negative"));
            if separator.is_none() && negative.is_none() {
                return Ok(quote!(::belleville::db::Validator::COMMA_SEPARATED_INTEGERS));
            }
            let separator = separator.map_or(quote!(","), ToTokens::to_token_stream);
            let negative = negative.map_or(quote!(false), ToTokens::to_token_stream);
            quote!(IntList { separator: #separator, allow_negative: #negative })
        }
        "slug" => quote!(Slug),
        "unicode_slug" => quote!(UnicodeSlug),
        "ipv4" => quote!(Ipv4),
        "ipv6" => quote!(Ipv6),
        "ipv46" => quote!(Ipv46),
        _ => quote!(ProhibitNullCharacters),
    };
    Ok(quote!(::belleville::db::Validator::new(::belleville::db::validators::Rule::#rule)))
}

fn unknown(name: &Ident) -> syn::Error {
    let mut names: Vec<&str> = KNOWN.iter().map(|known| known.name).collect();
    names.push("custom");
    let meant = nearest(&name.to_string(), names.iter().copied());
    let meant = meant
        .map(|meant| format!("; did you mean `{meant}`? Known are "))
        .unwrap_or("; known are ".to_owned());
    let text = format!(
        "unknown validator `{name}`{meant}{}, and the names of functions and constants",
        names.join(", ")
    );
    syn::Error::new(name.span(), text)
}

fn bounded(rule: &str, given: &mut Given<'_>, of: &Of<'_>) -> syn::Result<TokenStream> {
    let rule = Ident::new(rule, Span::call_site());
    let limit = limit(given.first()?, of)?;
    Ok(quote!(#rule(#limit)))
}

fn with_length(rule: &str, given: &mut Given<'_>) -> syn::Result<TokenStream> {
    let rule = Ident::new(rule, Span::call_site());
    let length = given.first()?;
    Ok(quote!(#rule(#length)))
}

fn optional(value: Option<&Expr>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

/// A bound: a number as it is written, or an expression of the field's type that is computed at each check.
fn limit(value: &Expr, of: &Of<'_>) -> syn::Result<TokenStream> {
    let ty = of.ty;
    let literal = literal_of(value);
    let kind = match (of.sort, literal) {
        (_, None) => {
            let computed = quote_spanned!(value.span()=> || {
                let limit: #ty = #value;
                ::belleville::db::FieldValue::to_value(&limit)
            });
            return Ok(quote!(::belleville::db::validators::Limit::Computed(#computed)));
        }
        (Sort::Integer | Sort::Float | Sort::Decimal, Some(Lit::Int(number)))
            if number.suffix().is_empty() =>
        {
            "Int"
        }
        (Sort::Integer | Sort::Float, Some(Lit::Float(number))) if number.suffix().is_empty() => "Float",
        (Sort::Decimal, Some(Lit::Str(text))) if is_decimal(&text.value()) => "Decimal",
        (Sort::Decimal, Some(_)) => {
            let text = "the bound of a Decimal is a whole number, or a text: \"0.01\"";
            return Err(syn::Error::new(value.span(), text));
        }
        (Sort::Moment, Some(_)) => {
            let ty = ty.to_token_stream().to_string().replace(' ', "");
            let text = format!(
                "the bound is a value of the type `{ty}`, as `Date::constant(2026, 12, 31)` is a Date"
            );
            return Err(syn::Error::new(value.span(), text));
        }
        (_, Some(_)) => {
            let text = "the bound is a number, or an expression of the field's type";
            return Err(syn::Error::new(value.span(), text));
        }
    };
    let kind = Ident::new(kind, Span::call_site());
    Ok(quote!(::belleville::db::validators::Limit::#kind(#value)))
}

/// A literal, perhaps with a minus sign.
pub(crate) fn literal_of(value: &Expr) -> Option<&Lit> {
    match value {
        Expr::Lit(ExprLit { lit, .. }) => Some(lit),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => literal_of(expr),
        _ => None,
    }
}

fn text_of(value: &Expr) -> Option<&syn::LitStr> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text),
        _ => None,
    }
}

/// `12`, `-0.5`.
pub(crate) fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    are_digits(whole) && are_digits(fraction)
}

/// The types that a function takes as they are. It borrows others.
const COPIED: [&str; 13] = [
    "bool", "i16", "i32", "i64", "u16", "u32", "f64", "DateTime", "Date", "Time", "Duration", "Uuid",
    "IpAddr",
];

/// The rule that calls one's own function, which takes a `&str` where the field is a text, and a `&FieldFile` where it is a file.
fn function(path: &Path, of: &Of<'_>) -> TokenStream {
    let ty = of.ty;
    let name = match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    };
    let name = name.unwrap_or_default();
    let span = path.span();
    let is_text = (of.sort == Sort::Text && name != "FieldFile") || name == "String";
    let called = if is_text {
        quote_spanned!(span=> ::belleville::db::validators::call_text(value, #path))
    } else if COPIED.contains(&name.as_str()) {
        quote_spanned!(span=> ::belleville::db::validators::call::<#ty, _>(value, #path))
    } else {
        quote_spanned!(span=> ::belleville::db::validators::call_with::<#ty, _>(value, #path))
    };
    quote!(::belleville::db::validators::Rule::Custom(|value| #called))
}
