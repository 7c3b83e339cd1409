//! A struct as a model: its columns, its many-to-many fields, and the fields that it has of abstract models.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Expr, Field, Fields, GenericArgument, Ident, PathArguments, Type, Visibility};

use super::check::is_text_kind;
use super::generic::Generics;
use super::kind::{Kind, kind};
use super::parent::Parent;
use crate::attr::{self, FieldAttr, Mistakes};
use crate::validators::{Of, Sort};

pub(crate) struct Column<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(super) vis: &'a Visibility,
    pub(super) attr: FieldAttr,
    /// The type inside `Option`, or the type itself.
    pub(super) inner: &'a Type,
    pub(super) null: bool,
    pub(super) kind: Kind,
    /// Where it comes from, if not from the model itself.
    pub(super) base: Option<Base<'a>>,
}

/// A field of an abstract model.
#[derive(Clone, Copy)]
pub(super) struct Base<'a> {
    /// The field of the model that has the abstract one.
    pub(super) field: &'a Ident,
    /// The abstract model.
    pub(super) ty: &'a Type,
    /// The position among the fields of the abstract model.
    pub(super) index: usize,
}

impl Column<'_> {
    /// The field's name: `type` of a field that Rust wants to be written `r#type`.
    pub(super) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// What its validators have to know.
    pub(super) fn of_validators<'a>(&'a self, name: &'a str) -> Of<'a> {
        let sort = match self.kind.name.as_str() {
            kind if is_text_kind(kind) => Sort::Text,
            "FloatField" => Sort::Float,
            "DecimalField" => Sort::Decimal,
            "DateField" | "DateTimeField" | "TimeField" | "DurationField" => Sort::Moment,
            "BinaryField" => Sort::Binary,
            "ArrayField" => Sort::Array,
            "GenericIPAddressField" => Sort::Address,
            "ForeignKey" | "OneToOneField" => Sort::Key,
            kind if kind.ends_with("IntegerField") || kind.ends_with("AutoField") => Sort::Integer,
            _ => Sort::Other,
        };
        Of { name, ty: self.inner, sort }
    }

    /// The type. That of an abstract model's field may have another meaning here, and is asked of that model.
    pub(super) fn ty(&self) -> TokenStream {
        match self.base {
            Some(Base { ty, index, .. }) => quote!(<#ty as ::belleville::db::AbstractField<#index>>::Type),
            None => self.ty.to_token_stream(),
        }
    }

    /// Whether a function says where uploads go.
    pub(crate) fn has_upload_function(&self) -> bool {
        matches!(&self.attr.upload_to, Some(value) if !matches!(value, Expr::Lit(_)))
    }

    /// The way from the model's value to the field: `title`, or `times.created`.
    pub(super) fn access(&self) -> TokenStream {
        let name = self.ident;
        match self.base {
            Some(Base { field, .. }) => quote!(#field.#name),
            None => name.to_token_stream(),
        }
    }
}

/// A many-to-many field, which is no column.
pub(crate) struct Many<'a> {
    pub(crate) ident: &'a Ident,
    pub(super) vis: &'a Visibility,
    /// The model on the other side.
    pub(super) to: &'a Type,
    pub(super) attr: FieldAttr,
}

#[derive(Default)]
pub(crate) struct Parts<'a> {
    pub(crate) columns: Vec<Column<'a>>,
    pub(crate) many: Vec<Many<'a>>,
    /// The fields that have the values of an abstract model, with its type.
    pub(crate) flattened: Vec<(&'a Ident, &'a Type)>,
    pub(crate) generic: Generics<'a>,
    /// The fields with the row of a parent. There may be one.
    pub(crate) parents: Vec<Parent<'a>>,
}

impl<'a> Parts<'a> {
    /// The parent, of a child.
    pub(super) fn parent(&self) -> Option<&Parent<'a>> {
        self.parents.first()
    }

    /// The position of one of the model's own columns among its fields.
    pub(super) fn position(&self, column: usize) -> TokenStream {
        match self.parent() {
            Some(parent) => {
                let (link, at) = (parent.link(), column + 1);
                quote!(#link + #at)
            }
            None => quote!(#column),
        }
    }
}

pub(crate) fn parts<'a>(
    input: &'a DeriveInput,
    bases: &'a [DeriveInput],
    mistakes: &mut Mistakes,
) -> Parts<'a> {
    let mut parts = Parts::default();
    let mut inherited = Vec::new();
    for (ident, field) in named_fields(input, "a model", mistakes) {
        let attr = attr::field(&field.attrs, mistakes);
        if attr.flatten {
            if let Some(base) = bases.get(parts.flattened.len()) {
                inherited.extend(columns_of(base, ident, &field.ty, mistakes));
            }
            parts.flattened.push((ident, &field.ty));
            continue;
        }
        if attr.parent {
            parts.parents.push(Parent::new(ident, field, attr));
            continue;
        }
        let Some(attr) = parts.generic.take(ident, field, attr) else { continue };
        match argument_of(&field.ty, "ManyToMany") {
            Some(to) => parts.many.push(Many { ident, vis: &field.vis, to, attr }),
            None => parts.columns.extend(column(field, ident, attr, mistakes)),
        }
    }
    // Django's order: a key that it would add by itself, then the fields of abstract models.
    let is_automatic =
        |column: &Column<'_>| column.attr.primary_key && column.kind.name.ends_with("AutoField");
    let automatic = parts.columns.iter().position(is_automatic);
    let key = automatic.map(|at| parts.columns.remove(at));
    parts.columns = key.into_iter().chain(inherited).chain(parts.columns).collect();
    parts
}

/// The fields of a struct, which `what` is.
pub(crate) fn named_fields<'a>(
    input: &'a DeriveInput,
    what: &str,
    mistakes: &mut Mistakes,
) -> impl Iterator<Item = (&'a Ident, &'a Field)> + use<'a> {
    let named = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(named) => Some(&named.named),
            _ => None,
        },
        _ => None,
    };
    if named.is_none() {
        let text = format!("{what} is a struct with named fields");
        mistakes.add(syn::Error::new_spanned(&input.ident, text));
    }
    named.into_iter().flatten().filter_map(|field| Some((field.ident.as_ref()?, field)))
}

/// The columns of an abstract model that a field has the values of.
fn columns_of<'a>(
    base: &'a DeriveInput,
    field: &'a Ident,
    ty: &'a Type,
    mistakes: &mut Mistakes,
) -> Vec<Column<'a>> {
    let columns =
        named_fields(base, "a model", mistakes).enumerate().filter_map(|(index, (ident, declared))| {
            // Its mistakes are told where it is declared.
            let attr = attr::field(&declared.attrs, &mut Mistakes::default());
            let column = column(declared, ident, attr, &mut Mistakes::default())?;
            Some(Column { base: Some(Base { field, ty, index }), ..column })
        });
    columns.collect()
}

fn column<'a>(
    field: &'a Field,
    ident: &'a Ident,
    attr: FieldAttr,
    mistakes: &mut Mistakes,
) -> Option<Column<'a>> {
    let inner = argument_of(&field.ty, "Option");
    let null = inner.is_some();
    let inner = inner.unwrap_or(&field.ty);
    match kind(inner, ident, &attr) {
        Ok(kind) => {
            Some(Column { ident, ty: &field.ty, vis: &field.vis, attr, inner, null, kind, base: None })
        }
        Err(error) => {
            mistakes.add(error);
            None
        }
    }
}

pub(super) fn last_segment(ty: &Type) -> Option<&syn::PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        // A type that a macro was given.
        Type::Group(group) => last_segment(&group.elem),
        _ => None,
    }
}

/// The `T` of `wrapper<T>`.
pub(super) fn argument_of<'a>(ty: &'a Type, wrapper: &str) -> Option<&'a Type> {
    let segment = last_segment(ty).filter(|segment| segment.ident == wrapper)?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The field that a key refers to, where its type says one: the second argument of `ForeignKey<Region, FIELD>`.
pub(super) fn field_of_key(ty: &Type) -> Option<TokenStream> {
    let segment = last_segment(ty).filter(|segment| segment.ident == "ForeignKey")?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    let field = arguments.args.iter().nth(1)?.to_token_stream();
    // The braces belong to the type.
    let inner = match field.clone().into_iter().next() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => Some(group.stream()),
        _ => None,
    };
    Some(inner.unwrap_or(field))
}
