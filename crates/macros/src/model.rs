//! `#[derive(Model)]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::{
    Data, DeriveInput, Expr, ExprLit, ExprUnary, Field, Fields, GenericArgument, Ident, Lit, LitStr,
    PathArguments, Type, UnOp, Visibility,
};

use crate::attr::{self, FieldAttr, Mistakes, ModelAttr};

struct Column<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    vis: &'a Visibility,
    attr: FieldAttr,
    /// The type inside `Option`, or the type itself.
    inner: &'a Type,
    null: bool,
    kind: Ident,
}

impl Column<'_> {
    /// The field's name: `type` of a field that Rust wants to be written `r#type`.
    fn name(&self) -> String {
        self.ident.unraw().to_string()
    }
}

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let mut mistakes = Mistakes::default();
    let options = attr::model(&input.attrs, &mut mistakes);
    let columns = columns(input, &mut mistakes);
    check(input, &options, &columns, &mut mistakes);
    mistakes.finish()?;
    Ok(expand(input, &options, &columns))
}

fn columns<'a>(input: &'a DeriveInput, mistakes: &mut Mistakes) -> Vec<Column<'a>> {
    let Data::Struct(data) = &input.data else {
        mistakes.add(syn::Error::new_spanned(&input.ident, "a model is a struct with named fields"));
        return Vec::new();
    };
    let Fields::Named(named) = &data.fields else {
        mistakes.add(syn::Error::new_spanned(&input.ident, "a model is a struct with named fields"));
        return Vec::new();
    };
    named.named.iter().filter_map(|field| column(field, mistakes)).collect()
}

fn column<'a>(field: &'a Field, mistakes: &mut Mistakes) -> Option<Column<'a>> {
    let ident = field.ident.as_ref()?;
    let attr = attr::field(&field.attrs, mistakes);
    let inner = argument_of(&field.ty, "Option");
    let null = inner.is_some();
    let inner = inner.unwrap_or(&field.ty);
    let Some(kind) = kind(inner, &attr) else {
        mistakes.add(syn::Error::new_spanned(
            &field.ty,
            "a model's field is a bool, i16, i32, i64, u16, u32, f64, String, DateTime, ForeignKey<Model> or an Option of one",
        ));
        return None;
    };
    Some(Column { ident, ty: &field.ty, vis: &field.vis, attr, inner, null, kind })
}

fn kind(ty: &Type, attr: &FieldAttr) -> Option<Ident> {
    if let Some(kind) = &attr.kind {
        return Some(kind.clone());
    }
    let name = match last_segment(ty)?.ident.to_string().as_str() {
        "bool" => "BooleanField",
        "i16" => "SmallIntegerField",
        "i32" if attr.primary_key => "AutoField",
        "i32" => "IntegerField",
        "i64" if attr.primary_key => "BigAutoField",
        "i64" => "BigIntegerField",
        "u16" => "PositiveSmallIntegerField",
        "u32" => "PositiveIntegerField",
        "f64" => "FloatField",
        "String" if attr.max_length.is_some() => "CharField",
        "String" => "TextField",
        "DateTime" => "DateTimeField",
        "ForeignKey" if attr.one_to_one => "OneToOneField",
        "ForeignKey" => "ForeignKey",
        _ => return None,
    };
    Some(format_ident!("{name}"))
}

fn last_segment(ty: &Type) -> Option<&syn::PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// The `T` of `wrapper<T>`.
fn argument_of<'a>(ty: &'a Type, wrapper: &str) -> Option<&'a Type> {
    let segment = last_segment(ty).filter(|segment| segment.ident == wrapper)?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn check(input: &DeriveInput, options: &ModelAttr, columns: &[Column<'_>], mistakes: &mut Mistakes) {
    if options.app.is_none() {
        mistakes.add(syn::Error::new_spanned(
            &input.ident,
            "say which app the model belongs to: #[model(app = \"projects\")]",
        ));
    }
    let keys: Vec<_> = columns.iter().filter(|column| column.attr.primary_key).collect();
    if keys.len() != 1 {
        mistakes
            .add(syn::Error::new_spanned(&input.ident, "mark exactly one field with #[field(primary_key)]"));
    }
    for column in columns {
        check_column(column, mistakes);
    }
    let named =
        |text: &LitStr| columns.iter().any(|column| column.name() == text.value().trim_start_matches('-'));
    for text in options.ordering.iter().chain(options.unique_together.iter().flatten()) {
        if !named(text) {
            mistakes.add(syn::Error::new(text.span(), format!("the model has no field `{}`", text.value())));
        }
    }
    for pair in options.permissions.iter().filter(|pair| pair.len() != 2) {
        let span = pair.first().map_or_else(|| input.ident.span(), LitStr::span);
        mistakes.add(syn::Error::new(
            span,
            "a permission is a codename and a name: [\"publish_note\", \"Can publish note\"]",
        ));
    }
}

fn check_column(column: &Column<'_>, mistakes: &mut Mistakes) {
    let is_key = argument_of(column.inner, "ForeignKey").is_some();
    let mut refuse = |text: &str| mistakes.add(syn::Error::new_spanned(column.ident, text));
    if is_key && column.attr.on_delete.is_none() {
        refuse("say what deleting the other row does: #[field(on_delete = Cascade)] (or Protect, SetNull)");
    }
    if !is_key
        && (column.attr.on_delete.is_some() || column.attr.related_name.is_some() || column.attr.one_to_one)
    {
        refuse("on_delete, related_name and one_to_one belong to a ForeignKey");
    }
    if column.attr.on_delete.as_ref().is_some_and(|rule| rule == "SetNull") && !column.null {
        refuse("on_delete = SetNull needs an Option<ForeignKey<..>>");
    }
    let is_time = column.kind == "DateTimeField";
    if (column.attr.auto_now || column.attr.auto_now_add) && !is_time {
        refuse("auto_now and auto_now_add belong to a DateTime");
    }
    let is_text = matches!(column.kind.to_string().as_str(), "CharField" | "EmailField" | "TextField");
    if column.attr.max_length.is_some() && !is_text {
        refuse("max_length belongs to a String");
    }
    if !column.attr.validators.is_empty() && !is_text {
        refuse("validators belong to a String");
    }
    let is_unique = column.attr.unique || column.attr.one_to_one || column.attr.primary_key;
    for message in &column.attr.error_messages {
        let is_known = message.first().is_some_and(|code| code.value() == "unique");
        if message.len() != 2 || !is_known || !is_unique {
            refuse(
                "error_messages are pairs of a code and a text, of which a unique field has one: \
                 [[\"unique\", \"Somebody has it already.\"]]",
            );
        }
    }
}

fn expand(input: &DeriveInput, options: &ModelAttr, columns: &[Column<'_>]) -> TokenStream {
    let ident = &input.ident;
    let meta = meta(ident, options, columns);
    let constants = columns.iter().enumerate().map(|(index, column)| constant(ident, index, column));
    let key = columns.iter().find(|column| column.attr.primary_key);
    let (key, key_type) = key.map_or((ident, None), |key| (key.ident, Some(key.ty)));
    let reads = columns.iter().enumerate().map(|(index, column)| {
        let name = column.ident;
        quote!(#name: ::belleville::db::read_column(row, offset, Self::META, #index)?)
    });
    let values = columns.iter().enumerate().map(|(index, column)| {
        let (name, ty) = (column.ident, column.ty);
        quote!(#index => <#ty as ::belleville::db::FieldValue>::to_ref(&self.#name))
    });
    let keys: Vec<_> = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| argument_of(column.inner, "ForeignKey").is_some())
        .collect();
    let related = keys.iter().map(|(index, column)| {
        let name = column.ident;
        quote!([#index, rest @ ..] => ::belleville::db::LoadRelated::load(&mut self.#name, rest, row, offset))
    });
    let kept = keys.iter().map(|(_, column)| {
        let name = column.ident;
        quote!(::belleville::db::LoadRelated::keep(&mut self.#name, before.#name);)
    });
    quote! {
        #[automatically_derived]
        impl #ident { #(#constants)* }

        #[automatically_derived]
        impl ::belleville::db::Model for #ident {
            type Pk = #key_type;

            const META: &'static ::belleville::db::ModelMeta = &#meta;

            fn pk(&self) -> &Self::Pk { &self.#key }

            fn set_pk(&mut self, pk: Self::Pk) { self.#key = pk; }

            fn from_row(row: &dyn ::belleville::db::Row, offset: usize) -> ::belleville::db::Result<Self> {
                Ok(Self { #(#reads),* })
            }

            #[allow(unused_variables, clippy::allow_attributes, reason = "a model without foreign keys uses none of them")]
            fn load_related(
                &mut self, path: &[usize], row: &dyn ::belleville::db::Row, offset: usize,
            ) -> ::belleville::db::Result<()> {
                match path {
                    #(#related,)*
                    _ => Ok(()),
                }
            }

            #[allow(unused_variables, clippy::allow_attributes, reason = "a model without foreign keys has nothing to keep")]
            fn keep_related(&mut self, before: Self) {
                #(#kept)*
            }

            fn value_ref(&self, field: usize) -> ::belleville::db::ValueRef<'_> {
                match field {
                    #(#values,)*
                    _ => ::belleville::db::ValueRef::Null,
                }
            }
        }
    }
}

fn constant(model: &Ident, index: usize, column: &Column<'_>) -> TokenStream {
    let name = format_ident!("{}", column.name().to_uppercase(), span = column.ident.span());
    let (vis, ty) = (column.vis, column.ty);
    // A link to a keyword is written without its `r#`.
    let doc = format!("The column of [`{model}::{}`].", column.name());
    quote! {
        #[doc = #doc]
        #vis const #name: ::belleville::db::Column<#model, #ty> = ::belleville::db::Column::new(#index);
    }
}

fn meta(ident: &Ident, options: &ModelAttr, columns: &[Column<'_>]) -> TokenStream {
    let app = options.app.as_ref().map(LitStr::value).unwrap_or_default();
    let name = options.name.as_ref().map_or_else(|| ident.to_string(), LitStr::value);
    let model_name = name.to_lowercase();
    let verbose_name = options.verbose_name.as_ref().map_or_else(|| spaced(&name), LitStr::value);
    let table = options.table.as_ref().map_or_else(|| format!("{app}_{model_name}"), LitStr::value);
    let fields = columns.iter().map(field_meta);
    let ordering = options.ordering.iter().map(|text| {
        let text = text.value();
        let (descending, name) = (text.starts_with('-'), text.trim_start_matches('-'));
        let field = columns.iter().position(|column| column.name() == name).unwrap_or_default();
        quote!(::belleville::db::OrderBy { field: #field, descending: #descending })
    });
    let together = &options.unique_together;
    let permissions = options.permissions.iter().map(|pair| quote!((#(#pair),*)));
    let (proxy, auto_created) = (options.proxy, options.auto_created);
    quote! {
        ::belleville::db::ModelMeta {
            app_label: #app,
            name: #name,
            model_name: #model_name,
            verbose_name: #verbose_name,
            db_table: #table,
            fields: &[#(#fields),*],
            ordering: &[#(#ordering),*],
            unique_together: &[#(&[#(#together),*]),*],
            permissions: &[#(#permissions),*],
            proxy: #proxy,
            auto_created: #auto_created,
        }
    }
}

fn field_meta(column: &Column<'_>) -> TokenStream {
    let attr = &column.attr;
    let name = column.name();
    let target = argument_of(column.inner, "ForeignKey");
    let db_column = attr.column.as_ref().map(LitStr::value).unwrap_or_else(|| match target {
        Some(_) => format!("{name}_id"),
        None => name.clone(),
    });
    let kind = &column.kind;
    let verbose_name = attr.verbose_name.as_ref().map_or_else(|| default_verbose_name(&name), LitStr::value);
    let help_text = attr.help_text.as_ref().map(LitStr::value).unwrap_or_default();
    let (null, blank, primary_key) = (column.null, attr.blank, attr.primary_key);
    let unique = attr.unique || attr.one_to_one || primary_key;
    let db_index = attr.index || (target.is_some() && !unique);
    let automatic = attr.auto_now || attr.auto_now_add;
    let editable = attr.editable.as_ref().map_or(!automatic, |editable| editable.value);
    let (auto_now, auto_now_add) = (attr.auto_now, attr.auto_now_add);
    let max_length = attr.max_length.as_ref().map(|length| quote!(#length));
    // Django's length of an e-mail address that states none.
    let max_length = optional(max_length.or_else(|| (kind == "EmailField").then(|| quote!(254))));
    let ty = column.ty;
    let default = optional(attr.default.as_ref().map(|value| default_value(column, value)));
    let validators = &attr.validators;
    let error_messages = attr.error_messages.iter().map(|pair| quote!((#(#pair),*)));
    let relation = optional(target.map(|target| {
        let on_delete = &attr.on_delete;
        let related_name = optional(attr.related_name.as_ref().map(|name| quote!(#name)));
        quote! {
            ::belleville::db::Relation::new(
                || <#target as ::belleville::db::Model>::META,
                ::belleville::db::OnDelete::#on_delete,
                #related_name,
            )
        }
    }));
    quote! {
        ::belleville::db::FieldMeta {
            name: #name,
            column: #db_column,
            kind: ::belleville::db::FieldKind::#kind,
            verbose_name: #verbose_name,
            help_text: #help_text,
            null: #null,
            blank: #blank,
            unique: #unique,
            db_index: #db_index,
            primary_key: #primary_key,
            editable: #editable,
            auto_now: #auto_now,
            auto_now_add: #auto_now_add,
            max_length: #max_length,
            type_range: <#ty as ::belleville::db::FieldValue>::RANGE,
            validators: &[#(#validators),*],
            error_messages: &[#(#error_messages),*],
            default: #default,
            relation: #relation,
        }
    }
}

/// A default, as a function. A number takes the type of its field: `default = 0` is a `u16` where the field is one.
fn default_value(column: &Column<'_>, value: &Expr) -> TokenStream {
    let (ty, inner) = (column.ty, column.inner);
    let is_integer =
        ["i16", "i32", "i64", "u16", "u32"].contains(&inner.to_token_stream().to_string().as_str());
    if is_integer && is_plain_integer(value) {
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

fn optional(tokens: Option<TokenStream>) -> TokenStream {
    tokens.map_or_else(
        || quote!(::core::option::Option::None),
        |tokens| quote!(::core::option::Option::Some(#tokens)),
    )
}

/// Django's default: the name with spaces, and `ID` for an automatic key.
fn default_verbose_name(name: &str) -> String {
    if name == "id" { "ID".to_owned() } else { name.replace('_', " ") }
}

/// `ContentType` as `content type` and `APIKey` as `api key`: Django's `camel_case_to_spaces`. A capital begins a word after
/// a small letter, and where none follows it that is not the last.
fn spaced(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut words = String::new();
    for (index, c) in chars.iter().enumerate() {
        let after_small = index > 0 && chars[index - 1].is_ascii_lowercase();
        let before_other = chars.get(index + 1).is_some_and(|next| !next.is_ascii_uppercase());
        if c.is_ascii_uppercase() && (after_small || before_other) {
            words.push(' ');
        }
        words.push(*c);
    }
    words.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::spaced;

    #[test]
    fn names_are_read_as_django_reads_them() {
        // Each row is what `camel_case_to_spaces` of Django 5.2.19 says.
        for (name, expected) in [
            ("APIKey", "api key"),
            ("HTTPServer", "http server"),
            ("User", "user"),
            ("ContentType", "content type"),
            ("UserAPI", "user api"),
            ("OAuth2Token", "o auth2 token"),
            ("OAuth2Application", "o auth2 application"),
            ("A", "a"),
            ("AB", "ab"),
            ("ABc", "a bc"),
            ("Ab", "ab"),
            ("IPAddress", "ip address"),
            ("MyIPv4Address", "my i pv4 address"),
            ("JSONWebToken", "json web token"),
            ("Group_permissions", "group_permissions"),
            ("XMLHttpRequest", "xml http request"),
            ("Point3D", "point3d"),
            ("Ünicode", "ünicode"),
            ("ÄÖTest", "äö test"),
            ("URL", "url"),
            ("Foo_Bar", "foo_ bar"),
            ("TOTPDevice", "totp device"),
            ("HTML5Page", "htm l5 page"),
            ("A1B2", "a1 b2"),
            ("Éclair", "éclair"),
            ("StraßeName", "straße name"),
        ] {
            assert_eq!(spaced(name), expected, "{name}");
        }
    }
}
