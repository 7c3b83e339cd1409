//! Which of Django's kinds a field is, by its type and its attributes.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Type};

use super::ast::{argument_of, last_segment};
use super::optional;
use crate::attr::FieldAttr;

/// The kind of a column: its name where the derive knows it, and its code.
pub(super) struct Kind {
    /// `CharField`; of an enum with choices that names none it is empty.
    pub(super) name: String,
    /// The name of what an array consists of.
    pub(super) values: Option<String>,
    pub(super) tokens: TokenStream,
}

/// The kinds that fields of a Rust type may have; the first is the usual one. A key's comes by its attributes.
const KINDS: &[(&str, &[&str])] = &[
    ("bool", &["BooleanField"]),
    ("i16", &["SmallIntegerField", "PositiveSmallIntegerField", "SmallAutoField"]),
    (
        "i32",
        &[
            "IntegerField",
            "SmallIntegerField",
            "PositiveIntegerField",
            "PositiveSmallIntegerField",
            "AutoField",
            "SmallAutoField",
        ],
    ),
    (
        "i64",
        &[
            "BigIntegerField",
            "IntegerField",
            "SmallIntegerField",
            "PositiveBigIntegerField",
            "PositiveIntegerField",
            "PositiveSmallIntegerField",
            "BigAutoField",
            "AutoField",
            "SmallAutoField",
        ],
    ),
    ("u16", &["PositiveSmallIntegerField"]),
    ("u32", &["PositiveIntegerField", "PositiveSmallIntegerField"]),
    ("f64", &["FloatField"]),
    (
        "String",
        &[
            "TextField",
            "CharField",
            "SlugField",
            "EmailField",
            "URLField",
            "FileField",
            "ImageField",
            "FilePathField",
            "GenericIPAddressField",
            "SearchVectorField",
        ],
    ),
    ("FieldFile", &["FileField", "ImageField"]),
    ("DateTime", &["DateTimeField"]),
    ("Date", &["DateField"]),
    ("Time", &["TimeField"]),
    ("Duration", &["DurationField"]),
    ("Decimal", &["DecimalField"]),
    ("Uuid", &["UUIDField"]),
    ("Json", &["JSONField"]),
    ("IpAddr", &["GenericIPAddressField"]),
    ("HStore", &["HStoreField"]),
];

/// The kinds of ranges, by the type of their bounds.
const RANGES: [(&str, &str); 5] = [
    ("i32", "IntegerRangeField"),
    ("i64", "BigIntegerRangeField"),
    ("Decimal", "DecimalRangeField"),
    ("Date", "DateRangeField"),
    ("DateTime", "DateTimeRangeField"),
];

/// The kinds that an enum of choices may have.
const CHOICE_KINDS: [&str; 8] = [
    "CharField",
    "TextField",
    "IntegerField",
    "SmallIntegerField",
    "BigIntegerField",
    "PositiveIntegerField",
    "PositiveSmallIntegerField",
    "PositiveBigIntegerField",
];

const KNOWN_TYPES: &str = "a model's field is a bool, i16, i32, i64, u16, u32, f64, String, DateTime, Date, Time, Duration, \
                           Decimal, Uuid, Json, Vec<u8>, IpAddr, FieldFile, ForeignKey<Model>, ManyToMany<Model>, an enum with \
                           #[derive(Choices)], or an Option of one; on PostgreSQL also a Vec of one, a Range of \
                           i32, i64, Decimal, Date or DateTime, or an HStore";

pub(super) fn kind(ty: &Type, ident: &Ident, attr: &FieldAttr) -> syn::Result<Kind> {
    let Some(segment) = last_segment(ty) else { return Err(syn::Error::new_spanned(ty, KNOWN_TYPES)) };
    let type_name = segment.ident.to_string();
    if type_name == "ForeignKey" {
        return Ok(plain(if attr.one_to_one { "OneToOneField" } else { "ForeignKey" }));
    }
    if type_name == "Vec" {
        return match argument_of(ty, "Vec").map(|item| (item, last_segment(item))) {
            Some((_, Some(segment))) if segment.ident == "u8" => with_length("BinaryField", attr, None),
            Some((item, Some(segment))) if segment.ident != "ForeignKey" => array(item, ident, attr),
            _ => Err(syn::Error::new_spanned(ty, KNOWN_TYPES)),
        };
    }
    if type_name == "Range" {
        let bound = argument_of(ty, "Range").and_then(last_segment);
        let known = RANGES.iter().find(|(name, _)| bound.is_some_and(|bound| bound.ident == name));
        return known
            .map_or_else(|| Err(syn::Error::new_spanned(ty, KNOWN_TYPES)), |(_, kind)| Ok(plain(kind)));
    }
    let known = KINDS.iter().find(|(name, _)| *name == type_name).map(|(_, kinds)| *kinds);
    let name = match (&attr.kind, known) {
        (Some(stated), _) => {
            let kinds = known.unwrap_or(&CHOICE_KINDS);
            let name = stated.to_string();
            if !kinds.contains(&name.as_str()) {
                let text = format!("the kinds of a `{type_name}` are {}", kinds.join(", "));
                return Err(syn::Error::new(stated.span(), text));
            }
            name
        }
        (None, Some(kinds)) => usual_kind(&type_name, kinds[0], attr).to_owned(),
        // An enum of choices.
        (None, None) if attr.max_length.is_some() => "CharField".to_owned(),
        (None, None) => {
            let tokens = quote_spanned!(ty.span()=> <#ty as ::belleville::db::FieldChoices>::KIND);
            return Ok(Kind { name: String::new(), values: None, tokens });
        }
    };
    match name.as_str() {
        "CharField" | "TextField" => with_length(&name, attr, None),
        "SlugField" => with_length(&name, attr, Some(50)),
        // Django's length of an e-mail address that states none.
        "EmailField" => with_length(&name, attr, Some(254)),
        "URLField" => with_length(&name, attr, Some(200)),
        "FileField" | "ImageField" | "FilePathField" => with_length(&name, attr, Some(100)),
        "DecimalField" => match (&attr.max_digits, &attr.decimal_places) {
            (Some(digits), Some(places)) => {
                let tokens = quote!(::belleville::db::FieldKind::DecimalField { max_digits: #digits, decimal_places: #places });
                Ok(Kind { name, values: None, tokens })
            }
            _ => Err(syn::Error::new_spanned(
                ident,
                "say how many digits a decimal has, and how many of them after the point: \
                 #[field(max_digits = 8, decimal_places = 2)]",
            )),
        },
        _ => Ok(plain(&name)),
    }
}

/// An array of values whose options are those of the field. The values may be NULL.
fn array(item: &Type, ident: &Ident, attr: &FieldAttr) -> syn::Result<Kind> {
    let Kind { name, values, tokens: base } = kind(argument_of(item, "Option").unwrap_or(item), ident, attr)?;
    let size = optional(attr.size.as_ref().map(ToTokens::to_token_stream));
    let tokens = quote!(::belleville::db::FieldKind::ArrayField { base: &#base, size: #size });
    Ok(Kind { name: "ArrayField".to_owned(), values: values.or(Some(name)), tokens })
}

fn usual_kind(type_name: &str, usual: &'static str, attr: &FieldAttr) -> &'static str {
    match type_name {
        "i16" if attr.primary_key => "SmallAutoField",
        "i32" if attr.primary_key => "AutoField",
        "i64" if attr.primary_key => "BigAutoField",
        "String" if attr.max_length.is_some() => "CharField",
        _ => usual,
    }
}

fn plain(name: &str) -> Kind {
    let ident = format_ident!("{name}");
    Kind { name: name.to_owned(), values: None, tokens: quote!(::belleville::db::FieldKind::#ident) }
}

/// A kind with a length: one that may have none, or one that has a usual length.
fn with_length(name: &str, attr: &FieldAttr, usual: Option<u32>) -> syn::Result<Kind> {
    let ident = format_ident!("{name}");
    let length = match (&attr.max_length, usual) {
        (Some(length), Some(_)) => quote!(#length),
        (None, Some(usual)) => quote!(#usual),
        (length, None) => optional(length.as_ref().map(ToTokens::to_token_stream)),
    };
    Ok(Kind {
        name: name.to_owned(),
        values: None,
        tokens: quote!(::belleville::db::FieldKind::#ident { max_length: #length }),
    })
}
