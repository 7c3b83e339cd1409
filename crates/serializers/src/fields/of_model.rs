//! The field that follows from a model's field: DRF's `ModelSerializer.build_field`.

use std::borrow::Cow;

use belleville_db::json::Json;
use belleville_db::validators::{FieldKwargs, INVALID, Limit, Rule, Validator};
use belleville_db::{
    Decimal, Detail, Dialect, ErrorDetail, FieldKind, FieldMeta, Folder, ModelMeta, Protocol, Relation,
    SerializerField, Value, python,
};

use super::binary::Binary;
use super::char::{AnyText, Email, RuledText, Slug, TextRule, Url};
use super::declared::{ExtraKwargs, Kind, Options, Validate};
use super::file::FileRules;
use super::integer::WholeNumber;
use super::{
    BooleanField, BoundField, ChoiceField, DateField, DateTimeField, DecimalField, Declared, DurationField,
    Field, FieldOptions as _, FileField, FilePathField, FloatField, HStoreField, IPAddressField, ImageField,
    JSONField, ListField, TimeField, UUIDField, range, read_only,
};
use crate::RelatedRows;
use crate::relations::Related;
use crate::uniqueness::UniqueRule;

/// The field of a model's field, with the options that a serializer adds.
///
/// # Panics
/// At start, when input would have to set a field of a kind that cannot be read from input.
pub(crate) fn of_model(
    name: &'static str,
    meta: &'static ModelMeta,
    position: usize,
    options: Options,
    extra: &ExtraKwargs,
    hyperlink: Option<Box<dyn Field>>,
    queryset: Option<RelatedRows>,
) -> BoundField {
    let field = &meta.fields[position];
    let has_own_validators = options.validators.is_some();
    if let Some(option) = unknown_option(field, extra) {
        panic!(
            "{}.{}: a {} takes no `{option}`, which extra_kwargs say",
            meta.label(),
            field.name,
            described(field)
        );
    }
    // Of a field that is usually shown alone DRF takes nothing else, even where a serializer has it written.
    let is_shown = !field.editable || field.kind.is_auto();
    let read_only = options.read_only.unwrap_or(is_shown);
    let limits = if read_only || is_shown { Limits::default() } else { Limits::of(field).with(extra) };
    let kind = match &field.relation {
        Some(_) if let Some(hyperlink) = hyperlink => hyperlink,
        Some(relation) => related_field(field, relation, queryset),
        None => standard_field(field, &limits, extra),
    };
    assert!(
        read_only || kind.takes_input(),
        "the serializer of {} takes `{}` from input, which is not possible for a {}; declare the field, or add it to \
         read_only_fields",
        meta.label(),
        field.name,
        described(field)
    );
    let is_choice = !field.choices.is_empty() && field.kind.base().is_none();
    let may_be_blank = field.blank && (!is_choice || field.null || field.holds_blank());
    let is_optional = !is_shown && (field.default.is_some() || may_be_blank || field.null);
    let optional = is_optional || options.default.is_some();
    let style = if options.style.is_empty() { style_of(field) } else { options.style };
    let options = Options {
        read_only: Some(read_only),
        required: Some(!read_only && options.required.unwrap_or(!optional)),
        allow_null: Some(options.allow_null.unwrap_or(field.null)),
        label: options.label.or_else(|| label_of(field.verbose_name, options.source.unwrap_or(name))),
        help_text: options.help_text.or(Some(field.help_text.into())),
        style,
        validators: options.validators.or_else(|| Some(limits.rules(field))),
        ..options
    };
    let mut bound = BoundField::of_model_field(name, kind, options, Some(field));
    if !read_only && !is_shown && limits.are_closer_on_postgres(field) {
        bound.set_postgres_kind(standard_field(field, &limits.on_postgres(field), extra));
    }
    if has_own_validators {
        bound.bind_unique(field.name);
    } else if !read_only && !is_shown {
        bound.unique = UniqueRule::of_model(meta, position);
    }
    bound
}

/// The name that people read of a model's field, where it is another one than DRF makes of its source.
pub(crate) fn label_of(verbose_name: &str, source: &str) -> Option<Cow<'static, str>> {
    let label = python::capfirst(verbose_name);
    (label != super::label(source)).then(|| label.into())
}

/// The first option that a field of the model's kind does not have.
fn unknown_option(field: &FieldMeta, extra: &ExtraKwargs) -> Option<&'static str> {
    use SerializerField::{
        BigInteger, Char, Date, DateTime, Decimal, Duration, Email, File, Float, Image, Integer, Slug, Time,
        Url,
    };
    let input = field.kind.row().serializer_field;
    let is_plain = field.relation.is_none() && field.choices.is_empty();
    let is_moment = is_plain && matches!(input, Date | DateTime | Time);
    let is_text = is_plain && matches!(input, Char | Email | Slug | Url);
    let is_file = is_plain && matches!(input, File | Image);
    let is_number = is_plain && matches!(input, Integer | BigInteger | Float | Decimal);
    let is_decimal = is_plain && input == Decimal;
    let given = [
        ("min_length", extra.min_length.is_some() && !is_text),
        ("max_length", extra.max_length.is_some() && !is_text && !is_file),
        ("allow_blank", extra.allow_blank.is_some() && !is_text),
        ("trim_whitespace", extra.trim_whitespace.is_some() && !is_text),
        ("min_value", extra.min_value.is_some() && !is_number),
        ("max_value", extra.max_value.is_some() && !is_number),
        ("allow_empty_file", extra.allow_empty_file.is_some() && !is_file),
        ("use_url", extra.use_url.is_some() && !is_file),
        ("format", extra.format.is_some() && !is_moment && !(is_plain && input == Duration)),
        ("input_formats", extra.input_formats.is_some() && !is_moment),
        ("coerce_to_string", extra.coerce_to_string.is_some() && !is_decimal),
        ("rounding", extra.rounding.is_some() && !is_decimal),
        ("normalize_output", extra.normalize_output.is_some() && !is_decimal),
        // Of a many-to-many field, which is no column.
        ("allow_empty", extra.allow_empty.is_some()),
    ];
    given.into_iter().find(|(_, is_unknown)| *is_unknown).map(|(name, _)| name)
}

/// DRF's `build_relational_field`.
fn related_field(
    field: &'static FieldMeta,
    relation: &'static Relation,
    queryset: Option<RelatedRows>,
) -> Box<dyn Field> {
    let to = (relation.to)();
    let related = match relation.to_field {
        Some(by) => Related::by_slug(to, to.fields[by].name, by, queryset),
        None => Some(Related::by_key(to, to.pk_position(), queryset)),
    };
    match related.filter(Related::can_be_read) {
        Some(related) => Box::new(related),
        None => Box::new(read_only::ReadOnly { kind: field.value_kind() }),
    }
}

/// DRF's `build_standard_field`.
fn standard_field(field: &'static FieldMeta, limits: &Limits, extra: &ExtraKwargs) -> Box<dyn Field> {
    if let FieldKind::ArrayField { base, size } = field.kind {
        return Box::new(list(field, *base, size).allow_empty(field.blank));
    }
    if !field.choices.is_empty() {
        return Box::new(ChoiceField::of(field));
    }
    field_of_kind(field.kind, limits, extra)
}

/// The field of an array, whose items are of a kind.
fn list(field: &'static FieldMeta, base: FieldKind, size: Option<u32>) -> ListField {
    let child = match base {
        FieldKind::ArrayField { base, size } => list(field, *base, size).allow_empty(false).into(),
        _ if !field.choices.is_empty() => ChoiceField::of(field).allow_blank(false).into(),
        kind => Declared::of(Kind::Field(field_of_kind(kind, &Limits::of_items(kind), &ExtraKwargs::new()))),
    };
    // PostgreSQL has no NULL in the place of a list.
    let allow_null = field.null_inside && base.base().is_none();
    ListField::of_array(size.map(u64::from))
        .child(child.allow_null(allow_null).required(!allow_null).label(python::capfirst(field.verbose_name)))
}

/// The field of a kind: DRF's `serializer_field_mapping`.
fn field_of_kind(kind: FieldKind, limits: &Limits, extra: &ExtraKwargs) -> Box<dyn Field> {
    /// With the formats that a serializer says.
    macro_rules! formatted {
        ($field:expr) => {{
            let field = extra.format.into_iter().fold($field, |field, format| field.format(format));
            let formats = extra.input_formats.clone();
            Box::new(formats.into_iter().fold(field, |field, formats| field.input_formats(formats)))
        }};
    }
    match kind.row().serializer_field {
        SerializerField::Boolean => Box::new(BooleanField::new()),
        SerializerField::DateTime => formatted!(DateTimeField::new()),
        SerializerField::Integer => Box::new(limits.number::<false>()),
        SerializerField::BigInteger => Box::new(limits.number::<true>()),
        SerializerField::Char => Box::new(limits.text::<AnyText>()),
        SerializerField::Email => Box::new(limits.text::<Email>()),
        SerializerField::Slug => Box::new(limits.text::<Slug>().allow_unicode(limits.allow_unicode)),
        SerializerField::Url => Box::new(limits.text::<Url>()),
        SerializerField::File => Box::new(FileField::of_rules(limits.file())),
        SerializerField::Image => Box::new(ImageField::of_rules(limits.file())),
        SerializerField::Uuid => Box::new(UUIDField::new()),
        SerializerField::IpAddress => Box::new(IPAddressField::new().protocol(limits.protocol)),
        SerializerField::Json => Box::new(JSONField::new()),
        SerializerField::Dict => Box::new(HStoreField::new()),
        SerializerField::Date => formatted!(DateField::new()),
        SerializerField::Time => formatted!(TimeField::new()),
        SerializerField::Duration => Box::new(limits.duration(extra)),
        SerializerField::Float => Box::new(limits.float()),
        SerializerField::Decimal => Box::new(limits.decimal(kind, extra)),
        SerializerField::FilePath if let Some(folder) = &limits.folder => Box::new(FilePathField::of(folder)),
        SerializerField::Model => match (range::Range::of(kind), kind) {
            (Some(range), _) => Box::new(range),
            (None, FieldKind::BinaryField { max_length }) => Box::new(Binary { max_length }),
            (None, kind) => Box::new(read_only::ReadOnly { kind }),
        },
        _ => Box::new(read_only::ReadOnly { kind }),
    }
}

/// The limits that a field takes of the model: DRF's `get_field_kwargs`. One that is only shown has none.
#[derive(Default)]
struct Limits {
    kwargs: FieldKwargs,
    /// The least and the greatest whole number of the column.
    range: Option<(i64, i64)>,
    max_length: Option<u64>,
    allow_blank: bool,
    trim_whitespace: bool,
    allow_unicode: bool,
    protocol: Protocol,
    folder: Option<Folder>,
    allow_empty_file: bool,
    use_url: Option<bool>,
}

impl Limits {
    fn of(field: &'static FieldMeta) -> Self {
        Self {
            kwargs: field.field_kwargs(),
            range: Some(field.integer_range(Dialect::Sqlite)),
            max_length: field.max_length().map(u64::from),
            allow_blank: field.blank,
            trim_whitespace: true,
            allow_unicode: field.allow_unicode,
            protocol: field.protocol,
            folder: field.folder,
            ..Self::default()
        }
    }

    /// The same with what a serializer says itself.
    fn with(mut self, extra: &ExtraKwargs) -> Self {
        self.kwargs.min_value = extra.min_value.or(self.kwargs.min_value);
        self.kwargs.max_value = extra.max_value.or(self.kwargs.max_value);
        self.kwargs.min_length =
            extra.min_length.and_then(|least| u32::try_from(least).ok()).or(self.kwargs.min_length);
        self.max_length = extra.max_length.or(self.max_length);
        self.allow_blank = extra.allow_blank.unwrap_or(self.allow_blank);
        self.trim_whitespace = extra.trim_whitespace.unwrap_or(true);
        self.allow_empty_file = extra.allow_empty_file.unwrap_or(false);
        self.use_url = extra.use_url;
        self
    }

    /// A column of PostgreSQL holds fewer numbers.
    fn are_closer_on_postgres(&self, field: &FieldMeta) -> bool {
        let is_number = matches!(
            field.kind.row().serializer_field,
            SerializerField::Integer | SerializerField::BigInteger
        );
        is_number
            && field.choices.is_empty()
            && self.range.is_some_and(|range| range != field.integer_range(Dialect::Postgres))
    }

    /// The same for a column of PostgreSQL.
    fn on_postgres(self, field: &FieldMeta) -> Self {
        Self { range: Some(field.integer_range(Dialect::Postgres)), ..self }
    }

    /// Of what is inside of an array.
    fn of_items(kind: FieldKind) -> Self {
        Self {
            range: kind.integer_range(Dialect::Postgres),
            max_length: kind.max_length().map(u64::from),
            trim_whitespace: true,
            ..Self::default()
        }
    }

    fn text<R: TextRule + Default>(&self) -> RuledText<R> {
        RuledText {
            max_length: self.max_length,
            min_length: self.kwargs.min_length.map(u64::from),
            allow_blank: self.allow_blank,
            trim_whitespace: self.trim_whitespace,
            ..RuledText::of_rule(R::default())
        }
    }

    fn file(&self) -> FileRules {
        FileRules {
            max_length: self.max_length,
            allow_empty_file: self.allow_empty_file,
            use_url: self.use_url,
        }
    }

    /// The bounds of the validators, as far as the column holds the numbers between them.
    fn number<const BIG: bool>(&self) -> WholeNumber<BIG> {
        let (least, greatest) = (whole(self.kwargs.min_value), whole(self.kwargs.max_value));
        match self.range {
            None => WholeNumber { min_value: least, max_value: greatest, ..WholeNumber::new() },
            Some((first, last)) => WholeNumber::new()
                .min_value(least.unwrap_or(first).max(first))
                .max_value(greatest.unwrap_or(last).min(last)),
        }
    }

    /// A number whose bounds are known before it is read.
    fn float(&self) -> FloatField {
        let bound = |limit: Option<Limit>| match limit? {
            Limit::Int(number) => Some(Json::from(number)),
            Limit::Float(number) => Some(Json::from(number)),
            _ => None,
        };
        let field = bound(self.kwargs.min_value).into_iter().fold(FloatField::new(), FloatField::min_value);
        bound(self.kwargs.max_value).into_iter().fold(field, FloatField::max_value)
    }

    fn decimal(&self, kind: FieldKind, extra: &ExtraKwargs) -> DecimalField {
        let field = DecimalField::of(kind)
            .coerce_to_string(extra.coerce_to_string.unwrap_or(true))
            .rounding(extra.rounding.unwrap_or_default())
            .normalize_output(extra.normalize_output.unwrap_or(false));
        let bound = |limit: Option<Limit>| match limit?.value() {
            Value::Int(number) => Some(Decimal::from(number)),
            Value::Decimal(number) => Some(number),
            _ => None,
        };
        let field = bound(self.kwargs.min_value).into_iter().fold(field, DecimalField::min_value);
        bound(self.kwargs.max_value).into_iter().fold(field, DecimalField::max_value)
    }

    fn duration(&self, extra: &ExtraKwargs) -> DurationField {
        let field = extra.format.into_iter().fold(DurationField::new(), DurationField::format);
        field.limited(self.kwargs.min_value, self.kwargs.max_value)
    }

    /// The validators of the model that the field does not have by itself.
    fn rules(&self, field: &'static FieldMeta) -> Vec<Validate> {
        let bound = |limit: Option<Limit>, rule: fn(Limit) -> Rule| {
            limit.filter(|limit| !has_limit(field.kind, *limit)).map(|limit| rule(limit).into())
        };
        let bounds =
            [bound(self.kwargs.max_value, Rule::MaxValue), bound(self.kwargs.min_value, Rule::MinValue)];
        // DRF takes Django's own validator of such a slug for one that was declared: both say what is wrong.
        let unicode = (self.allow_unicode && field.choices.is_empty()).then(|| Rule::UnicodeSlug.into());
        let own = self.kwargs.validators.iter().map(|validator| **validator);
        unicode
            .into_iter()
            .chain(own)
            .chain(bounds.into_iter().flatten())
            .map(|validator| rule_of(validator, field.kind))
            .collect()
    }
}

/// Whether the field of a kind has such a bound by itself.
fn has_limit(kind: FieldKind, limit: Limit) -> bool {
    match kind.row().serializer_field {
        SerializerField::Integer | SerializerField::BigInteger => matches!(limit, Limit::Int(_)),
        SerializerField::Float => matches!(limit, Limit::Int(_) | Limit::Float(_)),
        SerializerField::Decimal => matches!(limit, Limit::Int(_) | Limit::Decimal(_)),
        SerializerField::Duration => matches!(limit, Limit::Computed(_)),
        _ => false,
    }
}

fn whole(limit: Option<Limit>) -> Option<i64> {
    match limit {
        Some(Limit::Int(number)) => Some(number),
        _ => None,
    }
}

/// A validator of the model.
fn rule_of(validator: Validator, kind: FieldKind) -> Validate {
    Validate::new(move |value, _| {
        let checked = match value.value() {
            Some(value) => validator.check(value.as_ref()),
            None => match value.clone().into_column(kind) {
                Ok(value) => validator.check(value.as_ref()),
                Err(_) => Err(ErrorDetail::new(INVALID, "invalid")),
            },
        };
        checked.map_err(Detail::message)
    })
}

/// Texts that may be long have a large box in forms.
fn style_of(field: &FieldMeta) -> Vec<(&'static str, Json)> {
    let is_long = match field.kind {
        FieldKind::TextField { .. } => field.choices.is_empty(),
        FieldKind::JSONField => true,
        _ => false,
    };
    if is_long { vec![("base_template", Json::from("textarea.html"))] } else { Vec::new() }
}

fn described(field: &FieldMeta) -> String {
    match field.relation {
        Some(_) => format!("{} to a {}", field.kind, field.value_kind()),
        None => match field.kind.base() {
            Some(base) => format!("{} of {base}", field.kind),
            None => field.kind.to_string(),
        },
    }
}
