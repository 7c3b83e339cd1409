//! The metadata of a model, as code.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Ident, LitStr};

use super::ast::{Base, Column, Many, Parts, argument_of};
use super::field_meta::{field_meta, limited};
use super::names::{default_verbose_name, spaced};
use super::optional;
use super::rules::Rules;
use crate::attr::{ModelAttr, Roles};

pub(super) fn meta(ident: &Ident, options: &ModelAttr, parts: &Parts<'_>, rules: &Rules) -> TokenStream {
    let columns = &parts.columns;
    let app = options.app.as_ref().map(LitStr::value).unwrap_or_default();
    let name = options.name.as_ref().map_or_else(|| ident.to_string(), LitStr::value);
    let model_name = name.to_lowercase();
    let verbose_name = options.verbose_name.as_ref().map_or_else(|| spaced(&name), LitStr::value);
    let table = options.table.as_ref().map_or_else(|| format!("{app}_{model_name}"), LitStr::value);
    let related = options.default_related_name.as_ref().map(|text| named_related(text, &app, &model_name));
    let fields = columns.iter().zip(&rules.generated).map(|(column, generated)| {
        let meta = match column.base {
            Some(base) => inherited_meta(column, base, related.as_deref(), &app, &model_name),
            None => field_meta(column, related.as_deref()),
        };
        let generated = generated.as_ref().map(|generated| quote!(.generated(|| #generated)));
        quote!(#meta #generated)
    });
    let order = |texts: &[LitStr]| {
        let columns = texts.iter().map(|text| {
            let text = text.value();
            let (descending, name) = (text.starts_with('-'), text.trim_start_matches('-'));
            let (name, then) = name.split_once("__").unwrap_or((name, ""));
            let field = field_position(parts, name);
            quote! {
                ::belleville::db::OrderBy {
                    field: #field,
                    then: #then,
                    descending: #descending,
                }
            }
        });
        quote!(const { &[#(#columns),*] })
    };
    let fields: Vec<TokenStream> = fields.collect();
    let fields = parts.parent().map_or_else(|| quote!(&[#(#fields),*]), |parent| parent.fields(&fields));
    let mut meta = quote! {
        ::belleville::db::ModelMeta::new(#app, #name, #model_name, #table, #fields).verbose_name(#verbose_name)
    };
    if let Some(parent) = parts.parent() {
        let (model, link) = (parent.model(), parent.link());
        // As in Django, a child has its parent's order unless it says another one.
        meta.extend(quote! {
            .parent(#model::meta, #link)
            .ordering(#model::META.ordering)
            .get_latest_by(#model::META.get_latest_by)
        });
    }
    if let Some(plural) = &options.verbose_name_plural {
        meta.extend(quote!(.verbose_name_plural(#plural)));
    }
    if !parts.many.is_empty() {
        let many = parts.many.iter().map(|many| many_meta(many, related.as_deref()));
        meta.extend(quote!(.many(&[#(#many),*])));
    }
    if !options.ordering.is_empty() {
        let ordering = order(&options.ordering);
        meta.extend(quote!(.ordering(#ordering)));
    }
    if !options.get_latest_by.is_empty() {
        let order = order(&options.get_latest_by);
        meta.extend(quote!(.get_latest_by(#order)));
    }
    if !options.natural_key.is_empty() {
        let fields = options.natural_key.iter().map(|text| field_position(parts, &text.value()));
        meta.extend(quote!(.natural_key(const { &[#(#fields),*] })));
    }
    if !options.unique_together.is_empty() {
        let together = &options.unique_together;
        meta.extend(quote!(.unique_together(&[#(&[#(#together),*]),*])));
    }
    if !rules.constraints.is_empty() {
        let constraints = &rules.constraints;
        meta.extend(quote!(.constraints(|| ::std::vec![#(#constraints),*])));
    }
    if !rules.indexes.is_empty() {
        let indexes = &rules.indexes;
        meta.extend(quote!(.indexes(|| ::std::vec![#(#indexes),*])));
    }
    if let Some(permissions) = &options.default_permissions {
        meta.extend(quote!(.default_permissions(&[#(#permissions),*])));
    }
    if !options.permissions.is_empty() {
        let permissions = options.permissions.iter().map(|pair| quote!((#(#pair),*)));
        meta.extend(quote!(.permissions(&[#(#permissions),*])));
    }
    if options.managed.as_ref().is_some_and(|managed| !managed.value) {
        meta.extend(quote!(.unmanaged()));
    }
    if options.proxy {
        meta.extend(quote!(.proxy()));
    }
    if options.auto_created {
        meta.extend(quote!(.auto_created()));
    }
    if let Some(named) = &options.user {
        let roles = user_roles(named, parts);
        meta.extend(quote!(.roles(#roles)));
    }
    if let Some(word) = &options.hooks {
        let hooks = quote_spanned!(word.span()=> ::belleville::db::Hooks::of::<Self>());
        meta.extend(quote!(.hooks(#hooks)));
    }
    meta.extend(parts.generic.meta(parts));
    meta.extend(quote!(.of::<Self>()));
    meta
}

/// The position of a field that an order or a natural key names: a column of the model, or of its parent.
fn field_position(parts: &Parts<'_>, name: &str) -> TokenStream {
    match (parts.columns.iter().position(|column| column.name() == name), parts.parent()) {
        (None, Some(parent)) => {
            let model = parent.model();
            quote!(::belleville::db::parent_position(#model::META.fields, #name))
        }
        (column, _) => parts.position(column.unwrap_or_default()),
    }
}

/// Django's placeholders in a related name.
fn named_related(text: &LitStr, app: &str, model_name: &str) -> String {
    text.value()
        .replace("%(app_label)s", app)
        .replace("%(class)s", model_name)
        .replace("%(model_name)s", model_name)
}

/// A role has the field that is named for it, or the one of its usual name.
fn user_roles(roles: &Roles, parts: &Parts<'_>) -> TokenStream {
    let at = |field: &str| {
        let column = parts.columns.iter().position(|column| column.name() == field);
        column.map(|column| parts.position(column))
    };
    let position = |role: &str, usual: &str| match roles.fields.iter().find(|(name, _)| name == role) {
        Some((_, field)) => at(&field.unraw().to_string()),
        None => at(usual),
    };
    // A user without these two is refused before.
    let login = position("login", "username").unwrap_or_else(|| quote!(0));
    let password = position("password", "password").unwrap_or_else(|| quote!(0));
    let others = ["email", "is_active", "is_staff", "is_superuser", "last_login"].map(|role| {
        let name = format_ident!("{role}");
        let position = optional(position(role, role).map(|position| quote!(#position)));
        quote!(#name: #position)
    });
    let required = roles.required.iter().filter_map(|field| at(&field.unraw().to_string()));
    quote! {
        ::belleville::db::UserRoles {
            login: #login, password: #password, #(#others,)* required: &[#(#required),*],
        }
    }
}

fn many_meta(many: &Many<'_>, related: Option<&str>) -> TokenStream {
    let (attr, to) = (&many.attr, many.to);
    let name = many.ident.unraw().to_string();
    let symmetrical = attr.symmetrical.as_ref().is_none_or(|symmetrical| symmetrical.value);
    let mut meta = quote!(::belleville::db::many_field::<Self, #to>(#name, #symmetrical));
    if let Some(through) = &attr.through {
        meta.extend(quote!(.own_through(<#through as ::belleville::db::Model>::meta)));
    }
    let own = attr.related_name.as_ref().map(|text| text.value());
    if let Some(related_name) = own.as_deref().or(related) {
        meta.extend(quote!(.related_name(#related_name)));
    }
    let verbose_name = attr.verbose_name.as_ref().map_or_else(|| default_verbose_name(&name), LitStr::value);
    meta.extend(quote!(.verbose_name(#verbose_name)));
    if let Some(help_text) = &attr.help_text {
        meta.extend(quote!(.help_text(#help_text)));
    }
    if attr.blank {
        meta.extend(quote!(.blank()));
    }
    if let Some(limit) = &attr.limit_choices_to {
        meta.extend(limited(to, limit));
    }
    meta
}

/// The metadata of an abstract model's field. The name of the way back may have the model's in it.
fn inherited_meta(
    column: &Column<'_>,
    base: Base<'_>,
    related: Option<&str>,
    app: &str,
    model_name: &str,
) -> TokenStream {
    let Base { ty, index, .. } = base;
    let own = column.attr.related_name.as_ref().map(|text| named_related(text, app, model_name));
    let is_key = argument_of(column.inner, "ForeignKey").is_some();
    let related_name = own.as_deref().or(related).filter(|_| is_key);
    let related_name = related_name.map(|name| quote!(.related_name(#name)));
    quote!(<#ty as ::belleville::db::AbstractField<#index>>::META #related_name)
}
