//! The metadata of a field, as code.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprLit, ExprUnary, Lit, LitStr, Type, UnOp};

use super::ast::{Column, argument_of, field_of_key};
use super::check::is_text_kind;
use super::names::default_verbose_name;
use super::optional;
use crate::validators;

pub(crate) fn field_meta(column: &Column<'_>, related: Option<&str>) -> TokenStream {
    let attr = &column.attr;
    let name = column.name();
    let target = argument_of(column.inner, "ForeignKey");
    let (ty, kind) = (column.ty, &column.kind.tokens);
    let verbose_name = attr.verbose_name.as_ref().map(LitStr::value).unwrap_or_else(|| {
        // Django's name of a key that it adds by itself.
        let is_automatic = name == "id" && column.kind.name.ends_with("AutoField");
        if is_automatic { "ID".to_owned() } else { default_verbose_name(&name) }
    });
    let mut meta = quote! {
        ::belleville::db::FieldMeta::new(#name, #kind)
            .verbose_name(#verbose_name)
            .type_range(<#ty as ::belleville::db::FieldValue>::RANGE)
            .null_inside(<#ty as ::belleville::db::FieldValue>::HAS_NULL_INSIDE)
            .type_choices(<#ty as ::belleville::db::FieldValue>::CHOICES)
    };
    let db_column = match (&attr.column, target) {
        (Some(column), _) => Some(column.value()),
        (None, Some(_)) => Some(format!("{name}_id")),
        (None, None) => None,
    };
    if let Some(column) = db_column {
        meta.extend(quote!(.column(#column)));
    }
    if let Some(help_text) = &attr.help_text {
        meta.extend(quote!(.help_text(#help_text)));
    }
    let unique = attr.unique || attr.one_to_one || attr.primary_key;
    // Django's slugs have an index unless they say otherwise, as its foreign keys have.
    let usually_indexed = target.is_some() || column.kind.name == "SlugField";
    // Django's forms have no bytes, nor what is set at a save.
    let is_hidden = attr.auto_now || attr.auto_now_add || column.kind.name == "BinaryField";
    let flags = [
        (column.null, "null"),
        (attr.blank, "blank"),
        (unique && !attr.primary_key, "unique"),
        (attr.primary_key, "primary_key"),
        (attr.index.unwrap_or(usually_indexed && !unique), "db_index"),
        (attr.auto_now, "auto_now"),
        (attr.auto_now_add, "auto_now_add"),
    ];
    for (_, flag) in flags.iter().filter(|(is_set, _)| *is_set) {
        let flag = format_ident!("{flag}");
        meta.extend(quote!(.#flag()));
    }
    if !attr.editable.as_ref().map_or(!is_hidden, |editable| editable.value) {
        meta.extend(quote!(.editable(false)));
    }
    if !attr.validators.is_empty() {
        // What is wrong with one of them is told by `check`.
        let of = column.of_validators(&name);
        let validators = attr.validators.iter().filter_map(|declared| validators::expand(declared, &of).ok());
        meta.extend(quote!(.validators(&[#(#validators),*])));
    }
    if !attr.error_messages.is_empty() {
        let messages = attr.error_messages.iter().map(|pair| quote!((#(#pair),*)));
        meta.extend(quote!(.error_messages(&[#(#messages),*])));
    }
    if !attr.unique_for.is_empty() {
        let pairs = attr.unique_for.iter().map(|(period, date)| {
            let period = format_ident!("{period}");
            quote!((::belleville::db::Period::#period, #date))
        });
        meta.extend(quote!(.unique_for(&[#(#pairs),*])));
    }
    meta.extend(kind_options(column));
    if let Some(upload_to) = &attr.upload_to {
        let upload_to = upload_to_value(upload_to);
        meta.extend(quote!(.upload_to(#upload_to)));
    }
    if let Some(value) = &attr.default {
        let default = default_value(column, value);
        meta.extend(quote!(.default(#default)));
    }
    if let Some(value) = &attr.db_default {
        let default = default_value(column, value);
        meta.extend(quote!(.db_default(#default)));
    }
    if let (Some(target), Some(on_delete)) = (target, &attr.on_delete) {
        let own = attr.related_name.as_ref().map(LitStr::value);
        let related_name = optional(own.as_deref().or(related).map(|name| quote!(#name)));
        let rule = &on_delete.rule;
        let value = on_delete
            .value
            .as_ref()
            .map(|value| quote!((|| ::belleville::db::FieldValue::to_value(&(#value)))));
        let to_field = field_of_key(column.inner).map(|field| quote!(.to_field(#field)));
        let without = attr.db_constraint.as_ref().filter(|constraint| !constraint.value);
        let without = without.map(|_| quote!(.without_constraint()));
        let limit = attr.limit_choices_to.as_ref().map(|limit| limited(target, limit));
        meta.extend(quote! {
            .relation(::belleville::db::Relation::new(
                <#target as ::belleville::db::Model>::meta,
                ::belleville::db::OnDelete::#rule #value,
                #related_name,
            ) #to_field #without #limit)
        });
    }
    meta
}

/// The rows that input may name. The compiler checks that the condition is on the other model.
pub(super) fn limited(target: &Type, condition: &Expr) -> TokenStream {
    quote_spanned!(condition.span() => .limit_choices_to(|| ::belleville::db::limited_to::<#target>(#condition)))
}

/// The options that fields of some kinds have alone. What is wrong with one of them is told by `check`.
fn kind_options(column: &Column<'_>) -> TokenStream {
    let attr = &column.attr;
    let mut options = TokenStream::new();
    if !attr.choices.is_empty() {
        let choices = attr.choices.iter().filter_map(|(value, label)| {
            let value = choice_value(column, value).ok()?;
            Some(quote!(::belleville::db::Choice { value: ::belleville::db::ChoiceValue::#value, label: #label }))
        });
        options.extend(quote!(.choices(&[#(#choices),*])));
    }
    if attr.allow_unicode {
        options.extend(quote!(.allow_unicode()));
    }
    if let Some(protocol) = attr.protocol.as_ref().and_then(protocol) {
        options.extend(quote!(.protocol(::belleville::db::Protocol::#protocol)));
    }
    if let Some(path) = &attr.path {
        let matching = optional(attr.matching.as_ref().map(ToTokens::to_token_stream));
        let (recursive, allow_folders) = (attr.recursive, attr.allow_folders);
        let allow_files = attr.allow_files.as_ref().is_none_or(|allow| allow.value);
        options.extend(quote! {
            .folder(::belleville::db::Folder {
                path: || ::std::string::String::from(#path),
                matching: #matching,
                recursive: #recursive,
                allow_files: #allow_files,
                allow_folders: #allow_folders,
            })
        });
    }
    options
}

/// A choice as the column has it: `Text("red")`.
pub(super) fn choice_value(column: &Column<'_>, value: &Expr) -> syn::Result<TokenStream> {
    let kind = column.kind.name.as_str();
    let is_none = matches!(value, Expr::Path(path) if path.path.is_ident("None"));
    Ok(match (kind, validators::literal_of(value)) {
        _ if is_none && column.null => quote!(Null),
        (kind, Some(Lit::Str(text))) if is_text_kind(kind) => quote!(Text(#text)),
        ("DecimalField", Some(Lit::Str(text))) if validators::is_decimal(&text.value()) => {
            quote!(Decimal(#text))
        }
        ("BooleanField", Some(Lit::Bool(flag))) => quote!(Bool(#flag)),
        (kind, Some(Lit::Int(_))) if kind.ends_with("IntegerField") => quote!(Int(#value)),
        _ => {
            let text = "a choice is a value as it is written: a text, a whole number, true or false, for a Decimal a text \
                        (\"0.5\"), and None where the field is an Option";
            return Err(syn::Error::new_spanned(value, text));
        }
    })
}

/// Django's name of a protocol as ours.
pub(super) fn protocol(name: &LitStr) -> Option<syn::Ident> {
    let known = [("both", "Both"), ("ipv4", "Ipv4"), ("ipv6", "Ipv6")];
    let (_, protocol) = known.into_iter().find(|(known, _)| name.value().eq_ignore_ascii_case(known))?;
    Some(format_ident!("{protocol}"))
}

/// Where uploads go: a folder, or what a function of the object and the file's name says.
fn upload_to_value(value: &Expr) -> TokenStream {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(folder), .. }) => {
            quote!(::belleville::db::files::UploadTo::Folder(#folder))
        }
        function => quote! {
            ::belleville::db::files::UploadTo::Function(|row, name| {
                ::core::result::Result::Ok(#function(&<Self as ::belleville::db::Model>::from_row(row, 0)?, name))
            })
        },
    }
}

/// A default, as a function. A number takes the type of its field: `default = 0` is a `u16` where the field is one. So does
/// an empty array.
fn default_value(column: &Column<'_>, value: &Expr) -> TokenStream {
    let (ty, inner) = (column.ty, column.inner);
    let is_integer =
        ["i16", "i32", "i64", "u16", "u32"].contains(&inner.to_token_stream().to_string().as_str());
    let is_collection = ["ArrayField", "HStoreField"].contains(&column.kind.name.as_str());
    if is_collection || (is_integer && is_plain_integer(value)) {
        return quote!(|| <#inner as ::belleville::db::FieldValue>::to_value(&#value));
    }
    quote!(|| <#ty as ::belleville::db::FieldValue>::to_value(&(#value).into()))
}

/// `7` and `-7`, but not `7i16`.
fn is_plain_integer(value: &Expr) -> bool {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.suffix().is_empty(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => is_plain_integer(expr),
        _ => false,
    }
}
