//! `#[derive(Model)]`.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{
    Data, DeriveInput, Expr, ExprLit, ExprUnary, Field, Fields, GenericArgument, Ident, Lit, LitStr,
    PathArguments, Type, UnOp, Visibility,
};

use crate::attr::{self, FieldAttr, Mistakes, ModelAttr, Roles};
use crate::{condition, generated};

pub(crate) struct Column<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    vis: &'a Visibility,
    attr: FieldAttr,
    /// The type inside `Option`, or the type itself.
    inner: &'a Type,
    null: bool,
    kind: Kind,
    /// Where it comes from, if not from the model itself.
    base: Option<Base<'a>>,
}

/// A field of an abstract model.
#[derive(Clone, Copy)]
struct Base<'a> {
    /// The field of the model that has the abstract one.
    field: &'a Ident,
    /// The abstract model.
    ty: &'a Type,
    /// The position among the fields of the abstract model.
    index: usize,
}

impl Column<'_> {
    /// The field's name: `type` of a field that Rust wants to be written `r#type`.
    fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// The type. That of an abstract model's field may have another meaning here, and is asked of that model.
    fn ty(&self) -> TokenStream {
        match self.base {
            Some(Base { ty, index, .. }) => quote!(<#ty as ::belleville::db::AbstractField<#index>>::Type),
            None => self.ty.to_token_stream(),
        }
    }

    /// The way from the model's value to the field: `title`, or `times.created`.
    fn access(&self) -> TokenStream {
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
    vis: &'a Visibility,
    /// The model on the other side.
    to: &'a Type,
    attr: FieldAttr,
}

/// The kind of a column: its name where the derive knows it, and its code.
struct Kind {
    /// `CharField`; of an enum with choices that names none it is empty.
    name: String,
    /// The name of what an array consists of.
    values: Option<String>,
    tokens: TokenStream,
}

#[derive(Default)]
pub(crate) struct Parts<'a> {
    pub(crate) columns: Vec<Column<'a>>,
    pub(crate) many: Vec<Many<'a>>,
    /// The fields that have the values of an abstract model, with its type.
    pub(crate) flattened: Vec<(&'a Ident, &'a Type)>,
}

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    with_bases(input, &[])
}

/// The model with the abstract ones that are known. Of the next one it knows no more than the name: there is a macro of the
/// same name that calls this function again.
pub(crate) fn with_bases(input: &DeriveInput, bases: &[DeriveInput]) -> syn::Result<TokenStream> {
    let mut mistakes = Mistakes::default();
    let options = attr::model(&input.attrs, &mut mistakes);
    let parts = parts(input, bases, &mut mistakes);
    if let Some((_, next)) = parts.flattened.get(bases.len()) {
        return Ok(quote!(#next! { { #input } [ #({ #bases })* ] }));
    }
    check(input, &options, &parts, &mut mistakes);
    let rules = rules(&options, &parts, &mut mistakes);
    mistakes.finish()?;
    Ok(expand(input, &options, &parts, &rules))
}

pub(crate) fn parts<'a>(
    input: &'a DeriveInput,
    bases: &'a [DeriveInput],
    mistakes: &mut Mistakes,
) -> Parts<'a> {
    let mut parts = Parts::default();
    let mut inherited = Vec::new();
    for (ident, field) in named_fields(input, mistakes) {
        let attr = attr::field(&field.attrs, mistakes);
        if attr.flatten {
            if let Some(base) = bases.get(parts.flattened.len()) {
                inherited.extend(columns_of(base, ident, &field.ty, mistakes));
            }
            parts.flattened.push((ident, &field.ty));
            continue;
        }
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

pub(crate) fn named_fields<'a>(
    input: &'a DeriveInput,
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
        mistakes.add(syn::Error::new_spanned(&input.ident, "a model is a struct with named fields"));
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
    let columns = named_fields(base, mistakes).enumerate().filter_map(|(index, (ident, declared))| {
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
                           Decimal, Uuid, Json, Vec<u8>, IpAddr, ForeignKey<Model>, ManyToMany<Model>, an enum with \
                           #[derive(Choices)], or an Option of one; on PostgreSQL also a Vec of one, a Range of \
                           i32, i64, Decimal, Date or DateTime, or an HStore";

fn kind(ty: &Type, ident: &Ident, attr: &FieldAttr) -> syn::Result<Kind> {
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

fn last_segment(ty: &Type) -> Option<&syn::PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        // A type that a macro was given.
        Type::Group(group) => last_segment(&group.elem),
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

/// The field that a key refers to, where its type says one: the second argument of `ForeignKey<Region, FIELD>`.
fn field_of_key(ty: &Type) -> Option<TokenStream> {
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

fn check(input: &DeriveInput, options: &ModelAttr, parts: &Parts<'_>, mistakes: &mut Mistakes) {
    let columns = &parts.columns;
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
    for many in &parts.many {
        check_many(many, mistakes);
    }
    let named =
        |text: &LitStr| columns.iter().any(|column| column.name() == text.value().trim_start_matches('-'));
    let declared = options.constraints.iter().chain(&options.indexes);
    let declared = declared.flat_map(|declared| declared.fields.iter().chain(&declared.include));
    let all = options.ordering.iter().chain(&options.get_latest_by);
    for text in all.chain(options.unique_together.iter().flatten()).chain(declared) {
        if !named(text) {
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
    let attr = &many.attr;
    let column_options = attr.primary_key
        || attr.unique
        || attr.index.is_some()
        || attr.max_length.is_some()
        || attr.default.is_some()
        || attr.column.is_some()
        || attr.on_delete.is_some()
        || attr.one_to_one
        || attr.kind.is_some();
    if column_options {
        mistakes.add(syn::Error::new_spanned(
            many.ident,
            "a ManyToMany is no column: its options are related_name, through, symmetrical, blank, verbose_name and help_text",
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
    if attr.through.is_some() || attr.symmetrical.is_some() {
        refuse("through and symmetrical belong to a ManyToMany");
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
    let is_text = is_text_kind(kind);
    let values = column.kind.values.as_deref().unwrap_or(kind);
    if attr.max_length.is_some() && !is_text_kind(values) && values != "BinaryField" {
        refuse("max_length belongs to a String");
    }
    if (attr.max_digits.is_some() || attr.decimal_places.is_some()) && values != "DecimalField" {
        refuse("max_digits and decimal_places belong to a Decimal");
    }
    if !attr.validators.is_empty() && !is_text {
        refuse("validators belong to a String");
    }
    if attr.db_persist.is_some() && attr.generated.is_none() {
        refuse("db_persist belongs to a field that is generated: #[field(generated = price * pieces)]");
    }
    let is_set = attr.default.is_some() || attr.db_default.is_some() || attr.auto_now || attr.auto_now_add;
    if attr.generated.is_some() && (is_set || is_key || attr.primary_key) {
        refuse("the database computes a generated field: it has no default, and is no key");
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
}

fn is_text_kind(kind: &str) -> bool {
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

/// The constraints and indexes, as code.
struct Rules {
    constraints: Vec<TokenStream>,
    indexes: Vec<TokenStream>,
    /// What the database computes, beside the columns.
    generated: Vec<Option<TokenStream>>,
}

fn rules(options: &ModelAttr, parts: &Parts<'_>, mistakes: &mut Mistakes) -> Rules {
    let names: Vec<String> = parts.columns.iter().map(Column::name).collect();
    let constraints = options.constraints.iter().map(|declared| rule(declared, &names, mistakes)).collect();
    let indexes = options.indexes.iter().map(|declared| rule(declared, &names, mistakes)).collect();
    let generated = parts.columns.iter().map(|column| {
        let expression = generated::expand(column.attr.generated.as_ref()?, &names, mistakes);
        let stored = column.attr.db_persist.as_ref().is_none_or(|persist| persist.value);
        Some(quote!(::belleville::db::Generated { expression: #expression, stored: #stored }))
    });
    Rules { constraints, indexes, generated: generated.collect() }
}

fn rule(declared: &attr::Declared, fields: &[String], mistakes: &mut Mistakes) -> TokenStream {
    let attr::Declared { word, name, fields: named, include, condition, nulls_distinct } = declared;
    let condition = condition.as_ref().map(|given| condition::expand(given, fields, mistakes));
    if name.is_none() && !["index", "gin_index", "gist_index"].iter().any(|index| word == index) {
        mistakes.add(syn::Error::new(word.span(), "a constraint has a name: name = \"one_per_day\""));
    }
    if word == "check" {
        let Some(condition) = condition else {
            mistakes.add(syn::Error::new(word.span(), "say what is checked: condition = age >= 18"));
            return TokenStream::new();
        };
        return quote!(::belleville::db::migrations::check(#name, #condition));
    }
    if named.is_empty() {
        mistakes.add(syn::Error::new(word.span(), "name its fields: fields = [\"author\", \"title\"]"));
    }
    let name = name.as_ref().map_or_else(|| quote!(""), ToTokens::to_token_stream);
    let condition = condition.map(|condition| quote!(.condition(#condition)));
    let include = (!include.is_empty()).then(|| quote!(.include([#(#include),*])));
    let nulls_distinct = nulls_distinct.as_ref().map(|distinct| quote!(.nulls_distinct(#distinct)));
    quote!(::belleville::db::migrations::#word(#name, [#(#named),*]) #condition #include #nulls_distinct)
}

fn expand(input: &DeriveInput, options: &ModelAttr, parts: &Parts<'_>, rules: &Rules) -> TokenStream {
    let (ident, columns) = (&input.ident, &parts.columns);
    let meta = meta(ident, options, parts, rules);
    let constants = columns.iter().enumerate().map(|(index, column)| constant(ident, index, column));
    let many_constants = parts.many.iter().enumerate().map(|(index, many)| many_constant(ident, index, many));
    let key = columns.iter().find(|column| column.attr.primary_key);
    let (key, key_type) = key.map_or((ident.to_token_stream(), None), |key| (key.access(), Some(key.ty())));
    let read = |(index, column): (usize, &Column<'_>)| {
        let name = column.ident;
        quote!(#name: ::belleville::db::read_column(row, offset, <Self as ::belleville::db::Model>::META, #index)?)
    };
    let of = |field: Option<Ident>| {
        let columns = columns.iter().enumerate();
        columns.filter(move |(_, column)| column.base.map(|base| base.field) == field.as_ref()).map(read)
    };
    let reads = of(None).chain(parts.flattened.iter().map(|(field, ty)| {
        let reads = of(Some((*field).clone()));
        quote!(#field: #ty { #(#reads),* })
    }));
    let reads = reads.chain(parts.many.iter().map(|many| {
        let name = many.ident;
        quote!(#name: ::belleville::db::ManyToMany::new())
    }));
    let values = columns.iter().enumerate().map(|(index, column)| {
        let (name, ty) = (column.access(), column.ty());
        quote!(#index => <#ty as ::belleville::db::FieldValue>::to_ref(&self.#name))
    });
    let keys: Vec<_> = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| argument_of(column.inner, "ForeignKey").is_some())
        .collect();
    let related = keys.iter().map(|(index, column)| {
        let name = column.access();
        quote!([#index, rest @ ..] => ::belleville::db::LoadRelated::load(&mut self.#name, rest, row, offset))
    });
    let kept = keys.iter().map(|(_, column)| {
        let name = column.access();
        quote!(::belleville::db::LoadRelated::keep(&mut self.#name, before.#name);)
    });
    let targets = columns.iter().enumerate().filter_map(|(index, column)| target(ident, index, column));
    let user = options.user.as_ref().map(|_| {
        quote! {
            #[automatically_derived]
            impl ::belleville::db::UserModel for #ident {}
        }
    });
    let hooks = options.hooks.as_ref().map(|_| {
        quote! {
            #[automatically_derived]
            impl ::belleville::db::WithHooks for #ident {}
        }
    });
    // The compiler would call a many-to-many field unused: it holds nothing that anybody could read.
    let many = parts.many.iter().map(|many| many.ident);
    quote! {
        #user
        #hooks

        #(#targets)*

        #[automatically_derived]
        impl #ident { #(#constants)* #(#many_constants)* }

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
                #(let _ = &self.#many;)*
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

/// Foreign keys can refer to the primary key and to the other unique fields that are never NULL.
fn target(model: &Ident, index: usize, column: &Column<'_>) -> Option<TokenStream> {
    let (attr, name, ty) = (&column.attr, column.access(), column.ty());
    let is_unique = attr.primary_key || attr.unique || attr.one_to_one;
    (is_unique && !column.null).then(|| {
        quote! {
            #[automatically_derived]
            impl ::belleville::db::Target<#index> for #model {
                type Key = #ty;

                fn key(&self) -> &Self::Key { &self.#name }
            }
        }
    })
}

fn constant(model: &Ident, index: usize, column: &Column<'_>) -> TokenStream {
    let name = format_ident!("{}", column.name().to_uppercase(), span = column.ident.span());
    let (vis, ty) = (column.vis, column.ty());
    // A link to a keyword is written without its `r#`.
    let doc = match column.base {
        Some(base) => format!("The column of `{}` in [`{model}::{}`].", column.name(), base.field.unraw()),
        None => format!("The column of [`{model}::{}`].", column.name()),
    };
    let unused = column.base.map(|_| {
        quote!(#[allow(dead_code, clippy::allow_attributes, reason = "not every model uses each field of a base")])
    });
    if column.attr.generated.is_some() {
        return quote! {
            #[doc = #doc]
            #unused
            #vis const #name: ::belleville::db::Column<#model, #ty, ::belleville::db::Joined> =
                ::belleville::db::Column::generated(#index);
        };
    }
    quote! {
        #[doc = #doc]
        #unused
        #vis const #name: ::belleville::db::Column<#model, #ty> = ::belleville::db::Column::new(#index);
    }
}

fn many_constant(model: &Ident, index: usize, many: &Many<'_>) -> TokenStream {
    let field = many.ident.unraw().to_string();
    let name = format_ident!("{}", field.to_uppercase(), span = many.ident.span());
    let (vis, to) = (many.vis, many.to);
    let doc = format!("The many-to-many field [`{model}::{field}`].");
    quote! {
        #[doc = #doc]
        #vis const #name: ::belleville::db::Related<#model, #to, ::belleville::db::Own> =
            ::belleville::db::Related::many(#index);
    }
}

fn meta(ident: &Ident, options: &ModelAttr, parts: &Parts<'_>, rules: &Rules) -> TokenStream {
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
            let field = columns.iter().position(|column| column.name() == name).unwrap_or_default();
            quote!(::belleville::db::OrderBy { field: #field, descending: #descending })
        });
        quote!(&[#(#columns),*])
    };
    let mut meta = quote! {
        ::belleville::db::ModelMeta::new(#app, #name, #model_name, #table, &[#(#fields),*]).verbose_name(#verbose_name)
    };
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
        let roles = user_roles(named, columns);
        meta.extend(quote!(.roles(#roles)));
    }
    if let Some(word) = &options.hooks {
        let hooks = quote_spanned!(word.span()=> ::belleville::db::Hooks::of::<Self>());
        meta.extend(quote!(.hooks(#hooks)));
    }
    meta
}

/// Django's placeholders in a related name.
fn named_related(text: &LitStr, app: &str, model_name: &str) -> String {
    text.value()
        .replace("%(app_label)s", app)
        .replace("%(class)s", model_name)
        .replace("%(model_name)s", model_name)
}

/// A role has the field that is named for it, or the one of its usual name.
fn user_roles(roles: &Roles, columns: &[Column<'_>]) -> TokenStream {
    let at = |field: &str| columns.iter().position(|column| column.name() == field);
    let position = |role: &str, usual: &str| match roles.fields.iter().find(|(name, _)| name == role) {
        Some((_, field)) => at(&field.unraw().to_string()),
        None => at(usual),
    };
    // A user without these two is refused before.
    let login = position("login", "username").unwrap_or_default();
    let password = position("password", "password").unwrap_or_default();
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

pub(crate) fn field_meta(column: &Column<'_>, related: Option<&str>) -> TokenStream {
    let attr = &column.attr;
    let name = column.name();
    let target = argument_of(column.inner, "ForeignKey");
    let (ty, kind) = (column.ty, &column.kind.tokens);
    let verbose_name = attr.verbose_name.as_ref().map_or_else(|| default_verbose_name(&name), LitStr::value);
    let mut meta = quote! {
        ::belleville::db::FieldMeta::new(#name, #kind)
            .verbose_name(#verbose_name)
            .type_range(<#ty as ::belleville::db::FieldValue>::RANGE)
            .null_inside(<#ty as ::belleville::db::FieldValue>::HAS_NULL_INSIDE)
            .choices(<#ty as ::belleville::db::FieldValue>::CHOICES)
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
    let automatic = attr.auto_now || attr.auto_now_add;
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
    if !attr.editable.as_ref().map_or(!automatic, |editable| editable.value) {
        meta.extend(quote!(.editable(false)));
    }
    if !attr.validators.is_empty() {
        let validators = &attr.validators;
        meta.extend(quote!(.validators(&[#(#validators),*])));
    }
    if !attr.error_messages.is_empty() {
        let messages = attr.error_messages.iter().map(|pair| quote!((#(#pair),*)));
        meta.extend(quote!(.error_messages(&[#(#messages),*])));
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
        meta.extend(quote! {
            .relation(::belleville::db::Relation::new(
                <#target as ::belleville::db::Model>::meta,
                ::belleville::db::OnDelete::#rule #value,
                #related_name,
            ) #to_field #without)
        });
    }
    meta
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
