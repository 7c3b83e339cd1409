//! What a model must not say.

use syn::{DeriveInput, Expr, ExprLit, Lit, LitStr, Type};

use super::ast::{Column, Many, Parts, argument_of, last_segment};
use super::{field_meta, generic, parent};
use crate::attr::{Mistakes, ModelAttr, Roles};
use crate::validators;

pub(super) fn check(input: &DeriveInput, options: &ModelAttr, parts: &Parts<'_>, mistakes: &mut Mistakes) {
    let columns = &parts.columns;
    if options.app.is_none() {
        mistakes.add(syn::Error::new_spanned(
            &input.ident,
            "say which app the model belongs to: #[model(app = \"projects\")]",
        ));
    }
    let keys: Vec<_> = columns.iter().filter(|column| column.attr.primary_key).collect();
    if keys.len() != 1 && parts.parents.is_empty() {
        mistakes
            .add(syn::Error::new_spanned(&input.ident, "mark exactly one field with #[field(primary_key)]"));
    }
    for column in columns {
        check_column(column, mistakes);
    }
    for many in &parts.many {
        check_many(many, mistakes);
    }
    generic::check(options, parts, mistakes);
    parent::check(parts, mistakes);
    let is_field = |name: &str| columns.iter().any(|column| column.name() == name);
    let named = |text: &LitStr| is_field(text.value().trim_start_matches('-'));
    let declared = options.constraints.iter().chain(&options.indexes);
    let declared = declared.flat_map(|declared| declared.fields.iter().chain(&declared.include));
    // The fields of a parent are not seen here: the compiler checks these.
    let orders = options.ordering.iter().chain(&options.get_latest_by).filter(|_| parts.parents.is_empty());
    // What follows behind a foreign key, `author__name`, is looked up at start.
    let orders = orders.filter(|text| {
        let order = text.value();
        !order.trim_start_matches('-').split_once("__").is_some_and(|(key, _)| is_field(key))
    });
    let dates = columns.iter().flat_map(|column| column.attr.unique_for.iter().map(|(_, date)| date));
    for text in orders.chain(options.unique_together.iter().flatten()).chain(declared).chain(dates) {
        if !named(text) {
            mistakes.add(syn::Error::new(text.span(), format!("the model has no field `{}`", text.value())));
        }
    }
    for text in options.natural_key.iter().filter(|_| parts.parents.is_empty()) {
        if !columns.iter().any(|column| column.name() == text.value()) {
            mistakes.add(syn::Error::new(text.span(), format!("the model has no field `{}`", text.value())));
        }
    }
    check_roles(input, options, columns, mistakes);
    for field in options.user.iter().flat_map(Roles::named_fields) {
        if !columns.iter().any(|column| *field == column.name()) {
            mistakes.add(syn::Error::new(field.span(), format!("the model has no field `{field}`")));
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

/// Every user has a name to log in with and a password.
fn check_roles(input: &DeriveInput, options: &ModelAttr, columns: &[Column<'_>], mistakes: &mut Mistakes) {
    let Some(roles) = &options.user else { return };
    for (role, usual) in [("login", "username"), ("password", "password")] {
        let is_named = roles.fields.iter().any(|(name, _)| name == role);
        if !is_named && !columns.iter().any(|column| column.name() == usual) {
            mistakes.add(syn::Error::new(
                input.ident.span(),
                format!(
                    "a model of users needs a field `{usual}`, or one that has its part: user({role} = ..)"
                ),
            ));
        }
    }
}

fn check_many(many: &Many<'_>, mistakes: &mut Mistakes) {
    if many.attr.is_of_a_column() {
        mistakes.add(syn::Error::new_spanned(
            many.ident,
            "a ManyToMany is no column: its options are related_name, through, symmetrical, limit_choices_to, blank, verbose_name and help_text",
        ));
    }
}

pub(crate) fn check_column(column: &Column<'_>, mistakes: &mut Mistakes) {
    let attr = &column.attr;
    let is_key = argument_of(column.inner, "ForeignKey").is_some();
    let mut refuse = |text: &str| mistakes.add(syn::Error::new_spanned(column.ident, text));
    if is_key && attr.on_delete.is_none() {
        refuse("say what deleting the other row does: #[field(on_delete = Cascade)] (or Protect, SetNull)");
    }
    if !is_key && (attr.on_delete.is_some() || attr.related_name.is_some() || attr.one_to_one) {
        refuse("on_delete, related_name and one_to_one belong to a ForeignKey");
    }
    if attr.size.is_some() && column.kind.name != "ArrayField" {
        refuse("size belongs to an array: a Vec of values");
    }
    if !is_key && attr.db_constraint.is_some() {
        refuse("db_constraint belongs to a ForeignKey");
    }
    if !is_key && attr.limit_choices_to.is_some() {
        refuse("limit_choices_to belongs to a ForeignKey or a ManyToMany");
    }
    if attr.through.is_some() || attr.symmetrical.is_some() {
        refuse("through and symmetrical belong to a ManyToMany");
    }
    if attr.generic.is_some() {
        refuse("generic belongs to a GenericForeignKey");
    }
    if attr.key.is_some() || attr.related_query_name.is_some() {
        refuse("key and related_query_name belong to a GenericRelation");
    }
    let rule = attr.on_delete.as_ref().map(|on_delete| on_delete.rule.to_string()).unwrap_or_default();
    if rule == "SetNull" && !column.null {
        refuse("on_delete = SetNull needs an Option<ForeignKey<..>>");
    }
    if rule == "SetDefault" && attr.default.is_none() {
        refuse("on_delete = SetDefault needs a default");
    }
    let kind = column.kind.name.as_str();
    let is_time = matches!(kind, "DateTimeField" | "DateField" | "TimeField");
    if (attr.auto_now || attr.auto_now_add) && !is_time {
        refuse("auto_now and auto_now_add belong to a DateTime, a Date or a Time");
    }
    let values = column.kind.values.as_deref().unwrap_or(kind);
    if attr.max_length.is_some() && !is_text_kind(values) && values != "BinaryField" {
        refuse("max_length belongs to a String");
    }
    if (attr.max_digits.is_some() || attr.decimal_places.is_some()) && values != "DecimalField" {
        refuse("max_digits and decimal_places belong to a Decimal");
    }
    if attr.db_persist.is_some() && attr.generated.is_none() {
        refuse("db_persist belongs to a field that is generated: #[field(generated = price * pieces)]");
    }
    let is_set = attr.default.is_some() || attr.db_default.is_some() || attr.auto_now || attr.auto_now_add;
    if attr.generated.is_some() && (is_set || is_key || attr.primary_key) {
        refuse("the database computes a generated field: it has no default, and is no key");
    }
    if let Some(upload_to) = &attr.upload_to {
        if !matches!(kind, "FileField" | "ImageField") || is_plain_text(column.inner) {
            refuse("upload_to belongs to a FieldFile");
        }
        if matches!(upload_to, Expr::Lit(ExprLit { lit: Lit::Str(folder), .. }) if folder.value().starts_with('/'))
        {
            refuse("upload_to is a folder of the storage: remove the leading slash");
        }
    }
    if attr.allow_unicode && kind != "SlugField" {
        refuse("allow_unicode belongs to a SlugField: kind = SlugField");
    }
    if attr.protocol.is_some() && kind != "GenericIPAddressField" {
        refuse("protocol belongs to a GenericIPAddressField: an IpAddr");
    }
    if attr.protocol.as_ref().is_some_and(|name| field_meta::protocol(name).is_none()) {
        refuse("the protocol is \"both\", \"IPv4\" or \"IPv6\"");
    }
    let has_folder_options = attr.matching.is_some() || attr.recursive || attr.allow_folders;
    if attr.path.is_some() && kind != "FilePathField" {
        refuse("path belongs to a FilePathField: kind = FilePathField");
    }
    if (has_folder_options || attr.allow_files.is_some()) && attr.path.is_none() {
        refuse("matching, recursive, allow_files and allow_folders belong to a FilePathField with a path");
    }
    let is_unique = attr.unique || attr.one_to_one || attr.primary_key;
    for message in &attr.error_messages {
        let is_known = message.first().is_some_and(|code| code.value() == "unique");
        if message.len() != 2 || !is_known || !is_unique {
            refuse(
                "error_messages are pairs of a code and a text, of which a unique field has one: \
                 [[\"unique\", \"Somebody has it already.\"]]",
            );
        }
    }
    for error in attr.choices.iter().filter_map(|(value, _)| field_meta::choice_value(column, value).err()) {
        mistakes.add(error);
    }
    let name = column.name();
    let of = column.of_validators(&name);
    for error in attr.validators.iter().filter_map(|declared| validators::expand(declared, &of).err()) {
        mistakes.add(error);
    }
}

/// A text may have a file's name, but no uploads.
fn is_plain_text(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == "String")
}

pub(super) fn is_text_kind(kind: &str) -> bool {
    matches!(
        kind,
        "CharField"
            | "EmailField"
            | "TextField"
            | "SlugField"
            | "URLField"
            | "FileField"
            | "ImageField"
            | "FilePathField"
    )
}
