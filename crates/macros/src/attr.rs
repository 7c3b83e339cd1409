//! Attributes as they are written: names, literals and lists.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Ident, Lit, LitInt, LitStr, Token, bracketed, parenthesized};

use crate::declared::{self, Declared};
use crate::facade;
use crate::serializer::GivenOption;
use crate::validators::{self, Declared as Validator};

/// Collects every mistake, so that all of them are reported at once.
#[derive(Default)]
pub(crate) struct Mistakes(Option<syn::Error>);

impl Mistakes {
    pub(crate) fn add(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(known) => known.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// Whether nothing is wrong so far: what follows from a mistake is none of its own.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn finish(self) -> syn::Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}

/// `#[model(...)]`.
#[derive(Default)]
pub(crate) struct ModelAttr {
    pub(crate) app: Option<LitStr>,
    pub(crate) name: Option<LitStr>,
    pub(crate) table: Option<LitStr>,
    pub(crate) verbose_name: Option<LitStr>,
    pub(crate) verbose_name_plural: Option<LitStr>,
    pub(crate) ordering: Vec<LitStr>,
    pub(crate) get_latest_by: Vec<LitStr>,
    pub(crate) natural_key: Vec<LitStr>,
    pub(crate) default_related_name: Option<LitStr>,
    pub(crate) default_permissions: Option<Vec<LitStr>>,
    pub(crate) constraints: Vec<Declared>,
    pub(crate) indexes: Vec<Declared>,
    pub(crate) managed: Option<syn::LitBool>,
    pub(crate) user: Option<Roles>,
    pub(crate) unique_together: Vec<Vec<LitStr>>,
    pub(crate) permissions: Vec<Vec<LitStr>>,
    pub(crate) proxy: bool,
    pub(crate) auto_created: bool,
    /// The word, where the mistake of a model without hooks is shown.
    pub(crate) hooks: Option<Ident>,
}

/// What authentication reads of a user: `user(login = email, required = [name])`.
pub(crate) struct Roles {
    /// The roles that are named, each with its field.
    pub(crate) fields: Vec<(Ident, Ident)>,
    /// What `createsuperuser` asks for besides.
    pub(crate) required: Vec<Ident>,
}

impl Roles {
    /// Every field that is named.
    pub(crate) fn named_fields(&self) -> impl Iterator<Item = &Ident> {
        self.fields.iter().map(|(_, field)| field).chain(&self.required)
    }
}

/// What deleting the other row does: `Cascade`, or `Set(value)`.
pub(crate) struct OnDelete {
    pub(crate) rule: Ident,
    pub(crate) value: Option<Expr>,
}

/// `#[field(...)]`.
#[derive(Default)]
pub(crate) struct FieldAttr {
    pub(crate) primary_key: bool,
    pub(crate) unique: bool,
    pub(crate) index: Option<bool>,
    pub(crate) blank: bool,
    pub(crate) auto_now: bool,
    pub(crate) auto_now_add: bool,
    pub(crate) one_to_one: bool,
    pub(crate) flatten: bool,
    pub(crate) parent: bool,
    pub(crate) editable: Option<syn::LitBool>,
    pub(crate) max_length: Option<LitInt>,
    /// How many values an array has.
    pub(crate) size: Option<LitInt>,
    pub(crate) max_digits: Option<LitInt>,
    pub(crate) decimal_places: Option<LitInt>,
    pub(crate) default: Option<Expr>,
    pub(crate) db_default: Option<Expr>,
    pub(crate) generated: Option<Expr>,
    pub(crate) db_persist: Option<syn::LitBool>,
    pub(crate) validators: Vec<Validator>,
    pub(crate) error_messages: Vec<Vec<LitStr>>,
    /// `unique_for_date = "published"`: the period, and the field with the date.
    pub(crate) unique_for: Vec<(&'static str, LitStr)>,
    pub(crate) verbose_name: Option<LitStr>,
    pub(crate) help_text: Option<LitStr>,
    pub(crate) kind: Option<Ident>,
    pub(crate) column: Option<LitStr>,
    /// Where the uploads of a file field go: a text, or the name of a function.
    pub(crate) upload_to: Option<Expr>,
    /// The values with what people read, of a type that is no enum of them.
    pub(crate) choices: Vec<(Expr, LitStr)>,
    pub(crate) allow_unicode: bool,
    pub(crate) protocol: Option<LitStr>,
    /// The folder of a `FilePathField`, with its options.
    pub(crate) path: Option<Expr>,
    pub(crate) matching: Option<LitStr>,
    pub(crate) recursive: bool,
    pub(crate) allow_files: Option<syn::LitBool>,
    pub(crate) allow_folders: bool,
    pub(crate) on_delete: Option<OnDelete>,
    pub(crate) related_name: Option<LitStr>,
    pub(crate) db_constraint: Option<syn::LitBool>,
    /// The rows that input may name, as a condition on the other model.
    pub(crate) limit_choices_to: Option<Expr>,
    pub(crate) through: Option<syn::Path>,
    pub(crate) symmetrical: Option<syn::LitBool>,
    /// The fields of a generic foreign key: the content type and the primary key.
    pub(crate) generic: Option<[Ident; 2]>,
    /// The generic foreign key of a generic relation.
    pub(crate) key: Option<Ident>,
    pub(crate) related_query_name: Option<LitStr>,
}

impl FieldAttr {
    /// Whether it has an option that only a column can have.
    pub(crate) fn is_of_a_column(&self) -> bool {
        self.column.is_some() || self.is_of_a_column_of_its_own()
    }

    /// The same, but for the name of the column.
    pub(crate) fn is_of_a_column_of_its_own(&self) -> bool {
        self.primary_key
            || self.unique
            || self.index.is_some()
            || self.max_length.is_some()
            || self.default.is_some()
            || self.on_delete.is_some()
            || self.one_to_one
            || self.kind.is_some()
            || self.upload_to.is_some()
    }
}

/// `#[serializer(...)]`.
#[derive(Default)]
pub(crate) struct SerializerAttr {
    pub(crate) model: Option<syn::Path>,
    pub(crate) fields: SerializerFields,
    pub(crate) read_only_fields: Vec<Ident>,
    pub(crate) querysets: Vec<(Ident, Expr)>,
    pub(crate) extra_kwargs: Vec<(Ident, Vec<GivenOption>)>,
    pub(crate) depth: Option<LitInt>,
    pub(crate) validators: Option<Vec<Expr>>,
}

/// Which fields of the model a serializer has.
pub(crate) enum SerializerFields {
    Named(Vec<FieldName>),
    All,
    Exclude(Vec<Ident>),
}

/// A name among `fields`.
pub(crate) enum FieldName {
    /// `title`: of the model, or declared.
    Own(Ident),
    /// `audited.created`: one of a base.
    OfBase(Ident, Ident),
    /// `..audited`: all of a base.
    AllOfBase(Ident),
}

impl FieldName {
    /// The name of the field; of all of a base there is none.
    pub(crate) fn name(&self) -> Option<&Ident> {
        match self {
            Self::Own(name) | Self::OfBase(_, name) => Some(name),
            Self::AllOfBase(_) => None,
        }
    }

    /// The base that it is of.
    pub(crate) fn base(&self) -> Option<&Ident> {
        match self {
            Self::Own(_) => None,
            Self::OfBase(base, _) | Self::AllOfBase(base) => Some(base),
        }
    }
}

impl Default for SerializerFields {
    fn default() -> Self {
        Self::Named(Vec::new())
    }
}

pub(crate) fn model(attributes: &[Attribute], mistakes: &mut Mistakes) -> ModelAttr {
    let mut found = ModelAttr::default();
    each(attributes, "model", mistakes, |name, input| {
        match name.to_string().as_str() {
            "app" => found.app = Some(value(input)?),
            "name" => found.name = Some(value(input)?),
            "table" => found.table = Some(value(input)?),
            "verbose_name" => found.verbose_name = Some(value(input)?),
            "verbose_name_plural" => found.verbose_name_plural = Some(value(input)?),
            "ordering" => found.ordering = assigned(input, strings)?,
            "get_latest_by" => found.get_latest_by = assigned(input, strings)?,
            "natural_key" => found.natural_key = assigned(input, strings)?,
            "default_related_name" => found.default_related_name = Some(value(input)?),
            "default_permissions" => found.default_permissions = Some(assigned(input, strings)?),
            "constraints" => found.constraints = assigned(input, declared::constraints)?,
            "indexes" => found.indexes = assigned(input, declared::indexes)?,
            "managed" => found.managed = Some(value(input)?),
            "user" => found.user = Some(roles(input)?),
            "unique_together" => found.unique_together = assigned(input, string_lists)?,
            "permissions" => found.permissions = assigned(input, string_lists)?,
            "proxy" => found.proxy = true,
            "auto_created" => found.auto_created = true,
            "hooks" => found.hooks = Some(name.clone()),
            _ => {
                return Err(unknown(
                    name,
                    "app, name, table, verbose_name, verbose_name_plural, ordering, get_latest_by, natural_key, unique_together, constraints, \
                     indexes, default_related_name, permissions, default_permissions, managed, proxy, user, auto_created, hooks",
                ));
            }
        }
        Ok(())
    });
    found
}

const TO_FIELD: &str = "the type says which field a key refers to: ForeignKey<Region, { Region::CODE.field() }>, without to_field";

pub(crate) fn field(attributes: &[Attribute], mistakes: &mut Mistakes) -> FieldAttr {
    let mut found = FieldAttr::default();
    each(attributes, "field", mistakes, |name, input| {
        match name.to_string().as_str() {
            "primary_key" => found.primary_key = true,
            "unique" => found.unique = true,
            "index" => found.index = Some(flag(input)?),
            "blank" => found.blank = true,
            "auto_now" => found.auto_now = true,
            "auto_now_add" => found.auto_now_add = true,
            "one_to_one" => found.one_to_one = true,
            "flatten" => found.flatten = true,
            "parent" => found.parent = true,
            "editable" => found.editable = Some(value(input)?),
            "max_length" => found.max_length = Some(value(input)?),
            "size" => found.size = Some(value(input)?),
            "max_digits" => found.max_digits = Some(value(input)?),
            "decimal_places" => found.decimal_places = Some(value(input)?),
            "db_default" => found.db_default = Some(value(input)?),
            "default" => found.default = Some(value(input)?),
            "generated" => found.generated = Some(value(input)?),
            "db_persist" => found.db_persist = Some(value(input)?),
            "validators" => found.validators = assigned(input, validators::validators)?,
            "error_messages" => found.error_messages = assigned(input, string_lists)?,
            "unique_for_date" => found.unique_for.push(("Date", value(input)?)),
            "unique_for_month" => found.unique_for.push(("Month", value(input)?)),
            "unique_for_year" => found.unique_for.push(("Year", value(input)?)),
            "verbose_name" => found.verbose_name = Some(value(input)?),
            "help_text" => found.help_text = Some(value(input)?),
            "kind" => found.kind = Some(value(input)?),
            "column" => found.column = Some(value(input)?),
            "upload_to" => found.upload_to = Some(value(input)?),
            "choices" => found.choices = assigned(input, choices)?,
            "allow_unicode" => found.allow_unicode = flag(input)?,
            "protocol" => found.protocol = Some(value(input)?),
            "path" => found.path = Some(value(input)?),
            "matching" => found.matching = Some(value(input)?),
            "recursive" => found.recursive = flag(input)?,
            "allow_files" => found.allow_files = Some(value(input)?),
            "allow_folders" => found.allow_folders = flag(input)?,
            "on_delete" => found.on_delete = Some(assigned(input, on_delete)?),
            "to_field" => return Err(syn::Error::new(name.span(), TO_FIELD)),
            "limit_choices_to" => found.limit_choices_to = Some(value(input)?),
            "db_constraint" => found.db_constraint = Some(value(input)?),
            "through" => found.through = Some(value(input)?),
            "symmetrical" => found.symmetrical = Some(value(input)?),
            "related_name" => found.related_name = Some(value(input)?),
            "generic" => found.generic = Some(generic_fields(input)?),
            "key" => found.key = Some(value(input)?),
            "related_query_name" => found.related_query_name = Some(value(input)?),
            _ => {
                return Err(unknown(
                    name,
                    "primary_key, unique, index, blank, auto_now, auto_now_add, one_to_one, editable, max_length, size, max_digits, \
                     decimal_places, default, db_default, generated, db_persist, validators, error_messages, verbose_name, help_text, kind, column, \
                     upload_to, on_delete, related_name, limit_choices_to, db_constraint, through, symmetrical, flatten, parent, generic, key, related_query_name, \
                     unique_for_date, unique_for_month, unique_for_year, choices, allow_unicode, protocol, path, matching, recursive, \
                     allow_files, allow_folders",
                ));
            }
        }
        Ok(())
    });
    found
}

/// `#[choice("draft", "Draft")]`: the value and the label, which may be left out.
pub(crate) fn choice(attributes: &[Attribute], variant: &Ident) -> syn::Result<(Lit, Option<LitStr>)> {
    let Some(attribute) = attributes.iter().find(|attribute| attribute.path().is_ident("choice")) else {
        return Err(syn::Error::new_spanned(
            variant,
            "say what the column has and what people read: #[choice(\"draft\", \"Draft\")], or #[choice(1, \"Low\")]",
        ));
    };
    attribute.parse_args_with(|input: ParseStream<'_>| {
        let value: Lit = input.parse()?;
        if !matches!(value, Lit::Str(_) | Lit::Int(_)) {
            return Err(syn::Error::new_spanned(value, "a choice is a text or a whole number"));
        }
        let mut label = None;
        if input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            label = Some(input.parse()?);
            input.parse::<Option<Token![,]>>()?;
        }
        Ok((value, label))
    })
}

impl SerializerAttr {
    /// Whether it says which fields, in one way or the other.
    pub(crate) fn says_fields(&self) -> bool {
        !matches!(&self.fields, SerializerFields::Named(names) if names.is_empty())
    }
}

pub(crate) fn serializer(attributes: &[Attribute], mistakes: &mut Mistakes) -> SerializerAttr {
    let mut found = SerializerAttr::default();
    each(attributes, "serializer", mistakes, |name, input| {
        match name.to_string().as_str() {
            "model" => found.model = Some(assigned(input, model_path)?),
            "fields" | "exclude" if found.says_fields() => {
                return Err(syn::Error::new(name.span(), "say `fields` or `exclude`, not both"));
            }
            "fields" => found.fields = assigned(input, serializer_fields)?,
            "exclude" => found.fields = SerializerFields::Exclude(assigned(input, names)?),
            "read_only_fields" => found.read_only_fields = assigned(input, names)?,
            "querysets" => found.querysets = assigned(input, querysets)?,
            "extra_kwargs" => found.extra_kwargs = assigned(input, extra_kwargs)?,
            "depth" => found.depth = Some(assigned(input, depth)?),
            "validators" => found.validators = Some(assigned(input, serializer_validators)?),
            _ => {
                return Err(unknown(
                    name,
                    "model, fields, exclude, read_only_fields, extra_kwargs, querysets, depth, validators",
                ));
            }
        }
        Ok(())
    });
    found
}

/// The model of the methods of a base.
pub(crate) fn base_model(attributes: &[Attribute], mistakes: &mut Mistakes) -> Option<syn::Path> {
    let mut model = None;
    each(attributes, "serializer", mistakes, |name, input| match name.to_string().as_str() {
        "model" => {
            model = Some(value(input)?);
            Ok(())
        }
        _ => Err(unknown(name, "model")),
    });
    model
}

/// The options of a list of serializers.
#[derive(Default)]
pub(crate) struct ListSerializerAttr {
    pub(crate) allow_empty: Option<Expr>,
    pub(crate) min_length: Option<Expr>,
    pub(crate) max_length: Option<Expr>,
    pub(crate) writes: Option<Expr>,
    pub(crate) key: Option<Ident>,
}

pub(crate) fn list_serializer(attributes: &[Attribute], mistakes: &mut Mistakes) -> ListSerializerAttr {
    let mut found = ListSerializerAttr::default();
    each(attributes, "serializer", mistakes, |name, input| {
        match name.to_string().as_str() {
            "allow_empty" => found.allow_empty = Some(value(input)?),
            "min_length" => found.min_length = Some(value(input)?),
            "max_length" => found.max_length = Some(value(input)?),
            "writes" => found.writes = Some(value(input)?),
            "key" => found.key = Some(value(input)?),
            _ => return Err(unknown(name, "allow_empty, min_length, max_length, writes, key")),
        }
        Ok(())
    });
    found
}

/// `#[record(model = Book)]` of a struct.
pub(crate) fn record(attributes: &[Attribute], mistakes: &mut Mistakes) -> Option<syn::Path> {
    let mut model = None;
    each(attributes, "record", mistakes, |name, input| match name.to_string().as_str() {
        "model" => {
            model = Some(value(input)?);
            Ok(())
        }
        _ => Err(unknown(name, "model")),
    });
    model
}

/// An attribute that takes no options beside `crate`; another derive does.
pub(crate) fn no_options(attributes: &[Attribute], name: &str, else_derive: &str, mistakes: &mut Mistakes) {
    each(attributes, name, mistakes, |option, _| {
        let text = format!("#[{name}(..)] takes no options here; those of a model belong to {else_derive}");
        Err(syn::Error::new(option.span(), text))
    });
}

/// `Book`, or a path that ends so.
fn model_path(input: ParseStream<'_>) -> syn::Result<syn::Path> {
    input.parse().map_err(|_| input.error("name the model's struct: `model = Book`"))
}

/// `[id, title]`, or `all`.
fn serializer_fields(input: ParseStream<'_>) -> syn::Result<SerializerFields> {
    if input.peek(syn::token::Bracket) {
        let list;
        bracketed!(list in input);
        let names = Punctuated::<_, Token![,]>::parse_terminated_with(&list, named_field)?;
        check_once(names.iter().filter_map(FieldName::name))?;
        return Ok(SerializerFields::Named(names.into_iter().collect()));
    }
    let all = input.fork().parse::<Ident>().is_ok_and(|word| word == "all");
    if !all {
        return Err(input.error("name the fields, `fields = [id, title]`, or say `fields = all`"));
    }
    input.parse::<Ident>()?;
    Ok(SerializerFields::All)
}

/// How many levels DRF takes.
const DEEPEST: u8 = 10;

fn depth(input: ParseStream<'_>) -> syn::Result<LitInt> {
    let depth = input.fork().parse::<LitInt>();
    let is_good = depth.and_then(|depth| depth.base10_parse::<u8>()).is_ok_and(|depth| depth <= DEEPEST);
    if is_good {
        input.parse()
    } else {
        Err(input.error(format!("depth is a whole number from 0 to {DEEPEST}")))
    }
}

fn serializer_validators(input: ParseStream<'_>) -> syn::Result<Vec<Expr>> {
    check_list(input, "[UniqueTogetherValidator::new([\"author\", \"title\"])]")?;
    declared::expressions(input)
}

/// What follows has to be a list.
fn check_list(input: ParseStream<'_>, example: &str) -> syn::Result<()> {
    let is_list = input.peek(syn::token::Bracket);
    if is_list { Ok(()) } else { Err(input.error(format!("give a list in brackets: {example}"))) }
}

/// Refuses a name that a list has twice.
fn check_once<'a>(names: impl IntoIterator<Item = &'a Ident>) -> syn::Result<()> {
    let mut seen: Vec<&Ident> = Vec::new();
    for name in names {
        if seen.contains(&name) {
            return Err(syn::Error::new(name.span(), format!("`{name}` is named twice")));
        }
        seen.push(name);
    }
    Ok(())
}

/// The name of a field, which may be a keyword of Rust: `type` is the field `r#type`.
fn field_name(input: ParseStream<'_>) -> syn::Result<Ident> {
    if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        let advice = format!("write the name without quotes: `{}`", text.value());
        return Err(syn::Error::new(text.span(), advice));
    }
    Ok(Ident::parse_any(input)?.unraw())
}

/// `title`, `audited.created` or `..audited`.
fn named_field(input: ParseStream<'_>) -> syn::Result<FieldName> {
    if input.parse::<Option<Token![..]>>()?.is_some() {
        return Ok(FieldName::AllOfBase(Ident::parse_any(input)?.unraw()));
    }
    let name = field_name(input)?;
    Ok(match input.parse::<Option<Token![.]>>()? {
        Some(_) => FieldName::OfBase(name, field_name(input)?),
        None => FieldName::Own(name),
    })
}

/// `[title(help_text = "As printed"), isbn(min_length = 13)]`.
fn extra_kwargs(input: ParseStream<'_>) -> syn::Result<Vec<(Ident, Vec<GivenOption>)>> {
    check_list(input, "[title(min_length = 2)]")?;
    let list;
    bracketed!(list in input);
    let field = |input: ParseStream<'_>| {
        let name = field_name(input)?;
        if !input.peek(syn::token::Paren) {
            let advice = format!("put its options in parentheses: `{name}(min_length = 2)`");
            return Err(syn::Error::new(name.span(), advice));
        }
        let options;
        parenthesized!(options in input);
        let options = Punctuated::<GivenOption, Token![,]>::parse_terminated_with(&options, given_option)?;
        check_once(options.iter().map(|option| &option.name))?;
        Ok((name, options.into_iter().collect()))
    };
    let all = Punctuated::<_, Token![,]>::parse_terminated_with(&list, field)?;
    let all: Vec<(Ident, Vec<GivenOption>)> = all.into_iter().collect();
    check_once(all.iter().map(|(name, _)| name))?;
    Ok(all)
}

fn given_option(input: ParseStream<'_>) -> syn::Result<GivenOption> {
    let name = input.parse()?;
    let value = if input.peek(Token![=]) { Some(value(input)?) } else { None };
    Ok(GivenOption { name, value })
}

/// `#[field(many, slug_field = "slug")]` of a declared field: options in the words of its kind, which the compiler checks.
pub(crate) fn serializer_field(attributes: &[Attribute], mistakes: &mut Mistakes) -> Vec<GivenOption> {
    let mut options = Vec::new();
    each(attributes, "field", mistakes, |name, input| {
        let value = if input.peek(Token![=]) { Some(value(input)?) } else { None };
        options.push(GivenOption { name: name.clone(), value });
        Ok(())
    });
    options
}

/// `#[record(from = Book::AUTHOR.to(Author::NAME))]` of a field.
pub(crate) fn record_field(attributes: &[Attribute], mistakes: &mut Mistakes) -> Option<Expr> {
    let mut from = None;
    each(attributes, "record", mistakes, |name, input| match name.to_string().as_str() {
        "from" => {
            from = Some(value(input)?);
            Ok(())
        }
        _ => Err(unknown(name, "from")),
    });
    from
}

pub(crate) fn unknown(name: &Ident, known: &str) -> syn::Error {
    let text = match nearest(&name.to_string(), known.split(',').map(str::trim)) {
        Some(meant) => format!("unknown option `{name}`; did you mean `{meant}`? Known are {known}"),
        None => format!("unknown option `{name}`; known are {known}"),
    };
    syn::Error::new(name.span(), text)
}

/// The known word that a misspelt one most likely means.
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let far = (word.chars().count() / 3).max(1);
    let with_distance = known.map(|known| (distance(word.as_bytes(), known.as_bytes()), known));
    with_distance
        .filter(|(distance, _)| *distance <= far)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// How many letters have to be added, removed, replaced or swapped with their neighbour.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        rows[i][0] = i;
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = least;
        }
    }
    rows[a.len()][b.len()]
}

/// What syn says where a value is missing.
const EXPECTED_VALUE: &str = "expected `=`";

fn each(
    attributes: &[Attribute],
    wanted: &str,
    mistakes: &mut Mistakes,
    mut take: impl FnMut(&Ident, ParseStream<'_>) -> syn::Result<()>,
) {
    let mut seen: Vec<Ident> = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(wanted)) {
        let outcome = attribute.parse_nested_meta(|meta| {
            let name = meta.path.require_ident()?.clone();
            if name == facade::OPTION {
                return facade::path(meta.input).map(drop);
            }
            if seen.contains(&name) {
                return Err(syn::Error::new(name.span(), format!("`{name}` is said twice")));
            }
            if meta.input.peek(Token![:]) {
                return Err(meta.input.error(format!("write `{name} = ..`")));
            }
            seen.push(name.clone());
            let is_bare = meta.input.is_empty() || meta.input.peek(Token![,]);
            take(&name, meta.input).map_err(|error| {
                let is_missing = is_bare && error.to_string() == EXPECTED_VALUE;
                if is_missing {
                    syn::Error::new(name.span(), format!("give it a value: `{name} = ..`"))
                } else {
                    error
                }
            })
        });
        if let Err(error) = outcome {
            mistakes.add(error);
        }
    }
}

pub(crate) fn value<T: syn::parse::Parse>(input: ParseStream<'_>) -> syn::Result<T> {
    input.parse::<Token![=]>()?;
    input.parse()
}

pub(crate) fn assigned<T>(
    input: ParseStream<'_>,
    parse: fn(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<T> {
    input.parse::<Token![=]>()?;
    parse(input)
}

/// `index` alone, or `index = false`.
fn flag(input: ParseStream<'_>) -> syn::Result<bool> {
    if input.peek(Token![=]) { value::<syn::LitBool>(input).map(|flag| flag.value) } else { Ok(true) }
}

fn on_delete(input: ParseStream<'_>) -> syn::Result<OnDelete> {
    const RULES: [&str; 7] = ["Cascade", "Protect", "Restrict", "SetNull", "SetDefault", "Set", "DoNothing"];
    let rule: Ident = input.parse()?;
    let name = rule.to_string();
    if !RULES.contains(&name.as_str()) {
        return Err(syn::Error::new(
            rule.span(),
            format!("unknown rule `{name}`; known are {}", RULES.join(", ")),
        ));
    }
    if name != "Set" {
        return Ok(OnDelete { rule, value: None });
    }
    let argument;
    parenthesized!(argument in input);
    Ok(OnDelete { rule, value: Some(argument.parse()?) })
}

/// `generic(content_type, object_id)`.
fn generic_fields(input: ParseStream<'_>) -> syn::Result<[Ident; 2]> {
    let list;
    let parens = parenthesized!(list in input);
    let names = Punctuated::<Ident, Token![,]>::parse_terminated(&list)?;
    let names: Vec<Ident> = names.into_iter().collect();
    names.try_into().map_err(|_| {
        let text = "name the foreign key to the content type and the field with the primary key: \
                    generic(content_type, object_id)";
        syn::Error::new(parens.span.join(), text)
    })
}

/// `user(login = email, required = [name])`.
fn roles(input: ParseStream<'_>) -> syn::Result<Roles> {
    const ROLES: &str = "login, password, email, is_active, is_staff, is_superuser, last_login, required";
    let list;
    parenthesized!(list in input);
    let mut roles = Roles { fields: Vec::new(), required: Vec::new() };
    while !list.is_empty() {
        let name: Ident = list.parse()?;
        if !ROLES.split(", ").any(|role| name == role) {
            return Err(unknown(&name, ROLES));
        }
        list.parse::<Token![=]>()?;
        if name == "required" {
            let fields;
            bracketed!(fields in list);
            roles.required.extend(Punctuated::<Ident, Token![,]>::parse_terminated(&fields)?);
        } else {
            let field = list.parse()?;
            roles.fields.push((name, field));
        }
        if !list.is_empty() {
            list.parse::<Token![,]>()?;
        }
    }
    Ok(roles)
}

/// `[id, title]`.
fn names(input: ParseStream<'_>) -> syn::Result<Vec<Ident>> {
    check_list(input, "[id, title]")?;
    let list;
    bracketed!(list in input);
    let names = Punctuated::<Ident, Token![,]>::parse_terminated_with(&list, field_name)?;
    check_once(&names)?;
    Ok(names.into_iter().collect())
}

/// `[("red", "Red"), ("blue", "Blue")]`.
fn choices(input: ParseStream<'_>) -> syn::Result<Vec<(Expr, LitStr)>> {
    let list;
    bracketed!(list in input);
    let choice = |input: ParseStream<'_>| {
        let pair;
        parenthesized!(pair in input);
        let value = pair.parse()?;
        pair.parse::<Token![,]>()?;
        let label = pair.parse()?;
        pair.parse::<Option<Token![,]>>()?;
        Ok((value, label))
    };
    let all = Punctuated::<_, Token![,]>::parse_terminated_with(&list, choice)?;
    Ok(all.into_iter().collect())
}

/// `[project = own_projects]`.
fn querysets(input: ParseStream<'_>) -> syn::Result<Vec<(Ident, Expr)>> {
    check_list(input, "[project = own_projects]")?;
    let list;
    bracketed!(list in input);
    let queryset = |input: ParseStream<'_>| Ok((field_name(input)?, value(input)?));
    let all = Punctuated::<_, Token![,]>::parse_terminated_with(&list, queryset)?;
    let all: Vec<(Ident, Expr)> = all.into_iter().collect();
    check_once(all.iter().map(|(name, _)| name))?;
    Ok(all)
}

pub(crate) fn strings(input: ParseStream<'_>) -> syn::Result<Vec<LitStr>> {
    let list;
    bracketed!(list in input);
    Ok(Punctuated::<LitStr, Token![,]>::parse_terminated(&list)?.into_iter().collect())
}

fn string_lists(input: ParseStream<'_>) -> syn::Result<Vec<Vec<LitStr>>> {
    let list;
    bracketed!(list in input);
    let lists = list.parse_terminated(strings, Token![,])?;
    Ok(lists.into_iter().collect())
}
