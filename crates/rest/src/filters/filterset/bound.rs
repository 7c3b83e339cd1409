//! Filters that are checked: from the parameters of a request to conditions on rows.

use std::collections::HashSet;

use belleville_db::{
    ColumnPath, Database, Dialect, ErrorDetail, Family, FieldMeta, LookupName, ModelMeta, OrderName,
    Registry, RowCondition, Rows,
};

use super::form::{Kind, Value, no_choice, no_row};
use super::{FieldClass, Filter, FilterSet, Method, refusal};
use crate::exceptions::{Detail, Error, Result};
use crate::json::Json;
use crate::python::{DecimalParts, Rounding, parse_int, str_of_value};
use crate::request::Request;
use crate::viewsets::value_of_url;

/// A filter set whose names were checked.
#[derive(Debug)]
pub(crate) struct BoundFilterSet {
    filters: Vec<BoundFilter>,
}

/// A filter.
struct BoundFilter {
    /// The name of its parameter.
    name: String,
    input: Input,
    action: Action,
    required: bool,
}

/// What its parameters are.
#[derive(Debug)]
enum Input {
    One(Kind),
    /// Values separated by commas; two of them.
    Csv(Kind),
    Two(Kind),
    /// Values of a parameter that is repeated.
    Multiple(Kind),
    /// Two parameters.
    Between(Kind, [String; 2]),
}

/// What it does with its value.
enum Action {
    Lookup {
        lookup: LookupName,
        exclude: bool,
        distinct: bool,
    },
    /// Of several values each, and all or one of them must match.
    EachOf {
        lookup: LookupName,
        exclude: bool,
        distinct: bool,
        conjoined: bool,
    },
    /// From one value to another.
    Between {
        least: LookupName,
        greatest: LookupName,
        exclude: bool,
        distinct: bool,
    },
    Order(Vec<(String, OrderName)>),
    Method(Method),
}

/// What the parameters of a filter say.
#[derive(Clone, Debug)]
enum Cleaned {
    Nothing,
    One(Value),
    Several(Vec<Option<Value>>),
}

impl std::fmt::Debug for BoundFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BoundFilter")
            .field("name", &self.name)
            .field("input", &self.input)
            .finish_non_exhaustive()
    }
}

impl BoundFilterSet {
    pub(super) fn resolve(
        declared: &FilterSet,
        meta: &'static ModelMeta,
        registry: &Registry,
    ) -> Result<Self, String> {
        let mut filters = Vec::new();
        for (field, lookups) in &declared.lookups {
            for lookup in lookups {
                filters.push(BoundFilter::of_field(meta, registry, field, lookup)?);
            }
        }
        for (name, filter) in &declared.declared {
            let filter = BoundFilter::declared(meta, registry, name, filter)?;
            // In the place of the one that follows from a field.
            match filters.iter_mut().find(|known| known.name == filter.name) {
                Some(known) => *known = filter,
                None => filters.push(filter),
            }
        }
        Ok(Self { filters })
    }

    pub(super) async fn filter_rows(&self, request: &Request, mut rows: Rows) -> Result<Rows> {
        let mut cleaned = Vec::with_capacity(self.filters.len());
        let mut refused = Vec::new();
        for filter in &self.filters {
            match filter.clean(request).await? {
                Ok(value) => cleaned.push(value),
                Err(messages) => {
                    refused.push((filter.name.clone(), messages.into_iter().collect::<Detail>()))
                }
            }
        }
        if !refused.is_empty() {
            return Err(refusal(refused));
        }
        for (filter, value) in self.filters.iter().zip(cleaned) {
            rows = filter.apply(request, rows, value)?;
        }
        Ok(rows)
    }
}

type Messages = Vec<ErrorDetail>;

impl BoundFilter {
    /// The filter of a lookup of a model's field.
    fn of_field(
        meta: &'static ModelMeta,
        registry: &Registry,
        field: &str,
        lookup_expr: &str,
    ) -> Result<Self, String> {
        let name = format!("{field}__{lookup_expr}");
        let lookup =
            LookupName::parse(meta, registry, &name).map_err(|error| format!("filterset has {error}"))?;
        let name = name.strip_suffix("__exact").unwrap_or(&name).to_owned();
        let kind = kind_of(&lookup).ok_or_else(|| {
            format!(
                "filterset has `{name}`: a {} has no filter of its own; declare one with a method",
                lookup.kind()
            )
        })?;
        let is_rows = lookup.names_rows() && lookup.repeats_rows();
        let (input, action) = match lookup.lookup() {
            "isnull" => (Input::One(Kind::Boolean), Action::of(lookup)),
            "in" => (Input::Csv(kind), Action::of(lookup)),
            "range" => (Input::Two(kind), Action::of(lookup)),
            "exact" if is_rows => {
                let action = Action::EachOf { lookup, exclude: false, distinct: true, conjoined: false };
                (Input::Multiple(kind), action)
            }
            _ => (Input::One(kind), Action::of(lookup)),
        };
        Ok(Self { name, input, action, required: false })
    }

    fn declared(
        meta: &'static ModelMeta,
        registry: &Registry,
        name: &str,
        filter: &Filter,
    ) -> Result<Self, String> {
        let field = filter.field_name.unwrap_or(name);
        let lookup = |expr: &str| {
            let lookup = LookupName::parse(meta, registry, &format!("{field}__{expr}"));
            lookup.map_err(|error| format!("the filter `{name}` has {error}"))
        };
        let (exclude, distinct) = (filter.exclude, filter.distinct);
        let input = match &filter.field_class {
            FieldClass::One(kind) => match filter.lookup_expr.rsplit("__").next() {
                Some("in") => Input::Csv(kind.clone()),
                Some("range") => Input::Two(kind.clone()),
                _ => Input::One(kind.clone()),
            },
            FieldClass::Multiple { choices, .. } => Input::Multiple(choices.clone()),
            FieldClass::Between { kind, suffixes } => {
                Input::Between(kind.clone(), suffixes.map(|suffix| format!("{name}_{suffix}")))
            }
            FieldClass::Ordering(fields) => {
                let params = fields.iter().flat_map(|(_, param)| [(*param).to_owned(), format!("-{param}")]);
                Input::Csv(Kind::Choice(params.collect()))
            }
        };
        let action = match (&filter.method, &filter.field_class) {
            (Some(method), _) => Action::Method(method.clone()),
            (None, FieldClass::One(_)) => {
                Action::Lookup { lookup: lookup(filter.lookup_expr)?, exclude, distinct }
            }
            (None, FieldClass::Multiple { conjoined, .. }) => {
                let lookup = lookup(filter.lookup_expr)?;
                Action::EachOf { lookup, exclude, distinct, conjoined: *conjoined }
            }
            (None, FieldClass::Between { .. }) => {
                Action::Between { least: lookup("gte")?, greatest: lookup("lte")?, exclude, distinct }
            }
            (None, FieldClass::Ordering(fields)) => {
                let both = fields.iter().flat_map(|(field, param)| [("", field, param), ("-", field, param)]);
                let order = both.map(|(sign, field, param)| {
                    let order = OrderName::parse(meta, registry, &format!("{sign}{field}"));
                    let order = order.map_err(|error| format!("the filter `{name}` has {error}"))?;
                    Ok((format!("{sign}{param}"), order))
                });
                Action::Order(order.collect::<Result<_, String>>()?)
            }
        };
        Ok(Self { name: name.to_owned(), input, action, required: filter.required })
    }

    /// What the parameters of a request say; of rows, whether they are there.
    async fn clean(&self, request: &Request) -> Result<Result<Cleaned, Messages>> {
        let query = request.query_params();
        let cleaned = match &self.input {
            Input::One(kind) => one(kind, query.get(&self.name)),
            Input::Csv(kind) => csv(kind, query.get(&self.name)),
            Input::Two(kind) => csv(kind, query.get(&self.name)).and_then(two),
            Input::Multiple(kind) => multiple(kind, query.getlist(&self.name)),
            Input::Between(kind, names) => between(kind, names.each_ref().map(|name| query.get(name))),
        };
        Ok(match cleaned {
            Ok(Cleaned::Nothing) if self.required => {
                Err(vec![ErrorDetail::new("This field is required.", "required")])
            }
            Ok(cleaned) => self.find_rows(request.db(), cleaned).await?,
            refused => refused,
        })
    }

    /// The same with the keys of rows in place of the texts that name them.
    async fn find_rows(&self, db: &Database, cleaned: Cleaned) -> Result<Result<Cleaned, Messages>> {
        let (Input::One(Kind::Row(to, by)) | Input::Csv(Kind::Row(to, by)) | Input::Two(Kind::Row(to, by))) =
            self.input
        else {
            return match self.input {
                Input::Multiple(Kind::Row(to, by)) => all_rows(db, to, by, cleaned).await,
                _ => Ok(Ok(cleaned)),
            };
        };
        Ok(match cleaned {
            Cleaned::One(value) => row(db, to, by, value).await?.map(Cleaned::One),
            Cleaned::Several(texts) => several_rows(db, to, by, texts).await?,
            Cleaned::Nothing => Ok(Cleaned::Nothing),
        })
    }

    fn apply(&self, request: &Request, rows: Rows, cleaned: Cleaned) -> Result<Rows> {
        let dialect = request.db().dialect();
        let (condition, exclude, distinct) = match (&self.action, cleaned) {
            (_, Cleaned::Nothing) => return Ok(rows),
            (Action::Method(method), Cleaned::One(value)) => {
                return method(rows, &value.into_json(), request);
            }
            (Action::Method(method), Cleaned::Several(values)) => {
                let values = values.into_iter().map(|value| value.map_or(Json::Null, Value::into_json));
                return method(rows, &values.collect::<Vec<_>>().into(), request);
            }
            (Action::Order(known), Cleaned::Several(values)) => {
                let names = values.into_iter().flatten().map(Value::into_json);
                let order = names.filter_map(|name| {
                    known.iter().find(|(known, _)| Json::from(known) == name).map(|(_, order)| order)
                });
                return rows.order_by(order).map_err(Error::internal);
            }
            (Action::Order(_), Cleaned::One(_)) => return Ok(rows),
            (Action::Lookup { lookup, exclude, distinct }, Cleaned::One(value)) => {
                (compared(lookup, value, dialect), *exclude, *distinct)
            }
            (Action::Lookup { lookup, exclude, distinct }, Cleaned::Several(values)) => {
                (compared_with_list(lookup, values, dialect), *exclude, *distinct)
            }
            (Action::EachOf { lookup, exclude, distinct, conjoined }, cleaned) => {
                let values = match cleaned {
                    Cleaned::Several(values) => values.into_iter().flatten().collect(),
                    Cleaned::One(value) => vec![value],
                    Cleaned::Nothing => Vec::new(),
                };
                let each = values.into_iter().map(|value| compared(lookup, value, dialect));
                if *conjoined {
                    return each
                        .into_iter()
                        .try_fold(rows, |rows, condition| narrowed(rows, condition, *exclude, *distinct));
                }
                (RowCondition::any(rows.meta(), each), *exclude, *distinct)
            }
            (Action::Between { least, greatest, exclude, distinct }, Cleaned::Several(values)) => {
                let bounds = [least, greatest].into_iter().zip(values);
                let bounds = bounds.filter_map(|(lookup, value)| Some(compared(lookup, value?, dialect)));
                (RowCondition::all(rows.meta(), bounds), *exclude, *distinct)
            }
            (Action::Between { least, exclude, distinct, .. }, Cleaned::One(value)) => {
                (compared(least, value, dialect), *exclude, *distinct)
            }
        };
        narrowed(rows, condition, exclude, distinct)
    }
}

impl Action {
    fn of(lookup: LookupName) -> Self {
        Self::Lookup { lookup, exclude: false, distinct: false }
    }
}

fn narrowed(rows: Rows, condition: RowCondition, exclude: bool, distinct: bool) -> Result<Rows> {
    let condition = if exclude { !condition } else { condition };
    Ok(rows.matching(if distinct { condition.in_subquery() } else { condition })?)
}

/// What kind of values the filter of a lookup takes: that of the field, or of the part of it.
fn kind_of(lookup: &LookupName) -> Option<Kind> {
    let field = lookup.field();
    if lookup.names_rows() {
        let to = lookup.field().model();
        return Some(Kind::Row(to, &to.fields[to.pk_position()]));
    }
    match lookup.kind().row().family {
        Family::Key => {
            let relation = field.relation.as_ref()?;
            let to = (relation.to)();
            Some(Kind::Row(to, &to.fields[relation.to_field.unwrap_or_else(|| to.pk_position())]))
        }
        _ if lookup.lookup() == "exact" && !lookup.is_part() && !field.choices.is_empty() => {
            let texts = field.choices.iter().map(|choice| str_of_value(choice.value.to_ref()));
            Some(Kind::Choice(texts.collect()))
        }
        family => Kind::of_family(family),
    }
}

fn one(kind: &Kind, text: Option<&str>) -> Result<Cleaned, Messages> {
    let Some(text) = text else { return Ok(Cleaned::Nothing) };
    let value = kind.clean(text).map_err(|message| vec![message])?;
    Ok(value.map_or(Cleaned::Nothing, Cleaned::One))
}

/// Values separated by commas.
fn csv(kind: &Kind, text: Option<&str>) -> Result<Cleaned, Messages> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(Cleaned::Nothing) };
    let value = |text| Ok(kind.clean(text)?.or_else(|| kind.blank()));
    let values = text.split(',').map(value).collect::<Result<_, _>>();
    values.map(Cleaned::Several).map_err(|message| vec![message])
}

fn two(cleaned: Cleaned) -> Result<Cleaned, Messages> {
    match cleaned {
        Cleaned::Several(values) if values.len() != 2 => {
            Err(vec![ErrorDetail::new("Range query expects two values.", "invalid_values")])
        }
        cleaned => Ok(cleaned),
    }
}

fn multiple(kind: &Kind, texts: &[String]) -> Result<Cleaned, Messages> {
    if texts.is_empty() {
        return Ok(Cleaned::Nothing);
    }
    let values = texts.iter().map(|text| match kind {
        // An empty text names no row.
        Kind::Row(..) if text.is_empty() => Ok(Some(Value::Plain(Json::from("")))),
        Kind::Choice(_) if text.is_empty() => Err(no_choice(text)),
        kind => kind.clean(text),
    });
    let values = values.collect::<Result<Vec<_>, _>>().map_err(|message| vec![message])?;
    Ok(Cleaned::Several(values))
}

/// The first and the last value, of which one may be left out. A day goes on to its end.
fn between(kind: &Kind, texts: [Option<&str>; 2]) -> Result<Cleaned, Messages> {
    let mut messages: Messages = Vec::new();
    let mut values = Vec::with_capacity(2);
    for (text, of_day) in texts.into_iter().zip(["T00:00:00", "T23:59:59.999999"]) {
        let value = match kind.clean(text.unwrap_or_default()) {
            Ok(value) => value,
            Err(message) => {
                if !messages.contains(&message) {
                    messages.push(message);
                }
                None
            }
        };
        values.push(match (kind, value) {
            (Kind::Date, Some(Value::Plain(Json::Str(day)))) => {
                Some(Value::Plain(Json::from(format!("{}{of_day}", day.as_str()))))
            }
            (_, value) => value,
        });
    }
    if !messages.is_empty() {
        return Err(messages);
    }
    let is_empty = values.iter().all(Option::is_none);
    Ok(if is_empty { Cleaned::Nothing } else { Cleaned::Several(values) })
}

/// The value of a text in the field that names a row, as the database has it; `None` when no row can have it.
fn value_of(by: &FieldMeta, text: &Value) -> Result<Option<belleville_db::Value>> {
    let Value::Plain(Json::Str(text)) = text else { return Ok(None) };
    value_of_url(by, text.as_str())
}

/// The row that a text names: its value in the field.
async fn row(
    db: &Database,
    to: &'static ModelMeta,
    by: &'static FieldMeta,
    text: Value,
) -> Result<Result<Value, Messages>> {
    let refused = || Ok(Err(vec![no_row()]));
    let Ok(Some(value)) = value_of(by, &text) else { return refused() };
    let Some(at) = to.position(by.name) else { return refused() };
    let column = ColumnPath::field(at);
    let found = Rows::all(to).find(db, column, &value, column).await?;
    match found.first() {
        Some(found) => Ok(Ok(Value::Plain(Json::from(str_of_value(found.as_ref()))))),
        None => refused(),
    }
}

/// The rows that some texts name, in one statement. What is not among its rows as it was written is looked up by itself, so that the
/// database says what is equal; the first that is not there ends it.
async fn several_rows(
    db: &Database,
    to: &'static ModelMeta,
    by: &'static FieldMeta,
    texts: Vec<Option<Value>>,
) -> Result<Result<Cleaned, Messages>> {
    let refused = || Ok(Err(vec![no_row()]));
    let Some(at) = to.position(by.name) else { return refused() };
    let column = ColumnPath::field(at);
    let mut asked = HashSet::new();
    let mut values = Vec::new();
    for text in texts.iter().flatten() {
        let Ok(Some(value)) = value_of(by, text) else { return refused() };
        if asked.insert(str_of_value(value.as_ref())) {
            values.push(value);
        }
    }
    let found = Rows::all(to).find_all(db, column, &values, column).await?;
    let found: HashSet<String> = found.iter().map(|(value, _)| str_of_value(value.as_ref())).collect();
    let mut cleaned = Vec::with_capacity(texts.len());
    for text in texts {
        let Some(text) = text else {
            cleaned.push(None);
            continue;
        };
        let shown = value_of(by, &text).ok().flatten().map(|value| str_of_value(value.as_ref()));
        match shown.filter(|shown| found.contains(shown)) {
            Some(shown) => cleaned.push(Some(Value::Plain(Json::from(shown)))),
            None => match row(db, to, by, text).await? {
                Ok(value) => cleaned.push(Some(value)),
                Err(messages) => return Ok(Err(messages)),
            },
        }
    }
    Ok(Ok(Cleaned::Several(cleaned)))
}

/// The rows that some texts name, all of which must be there, as the database writes their values.
async fn all_rows(
    db: &Database,
    to: &'static ModelMeta,
    by: &'static FieldMeta,
    cleaned: Cleaned,
) -> Result<Result<Cleaned, Messages>> {
    let (Cleaned::Several(texts), Some(at)) = (cleaned, to.position(by.name)) else {
        return Ok(Ok(Cleaned::Nothing));
    };
    let mut wanted = Vec::with_capacity(texts.len());
    for text in texts.into_iter().flatten() {
        let Value::Plain(Json::Str(shown)) = &text else { continue };
        match value_of(by, &text) {
            Ok(value) => wanted.push((shown.as_str().to_owned(), value)),
            Err(_) => {
                let message = format!("“{}” is not a valid value.", shown.as_str());
                return Ok(Err(vec![ErrorDetail::new(message, "invalid_pk_value")]));
            }
        }
    }
    let values: Vec<_> = wanted.iter().filter_map(|(_, value)| value.clone()).collect();
    let column = ColumnPath::field(at);
    let found = Rows::all(to).find_all(db, column, &values, column).await?;
    let found: Vec<String> = found.iter().map(|(value, _)| str_of_value(value.as_ref())).collect();
    match wanted.iter().find(|(text, _)| !found.contains(text)) {
        Some((text, _)) => Ok(Err(vec![no_choice(text)])),
        None => {
            let values = wanted.into_iter().map(|(text, _)| Some(Value::Plain(Json::from(text))));
            Ok(Ok(Cleaned::Several(values.collect())))
        }
    }
}

/// A number, as the values of a field can be compared with it.
enum Comparable {
    Value(Json),
    /// It is smaller, or greater, than every value.
    Least,
    Greatest,
}

/// Beyond that there are no values of columns.
const MOST_DECIMAL: f64 = 1e50;

/// How many digits after the point make a difference.
const PLACES: u16 = 40;

fn comparable(lookup: &LookupName, value: Value, dialect: Dialect) -> Comparable {
    let number = match value {
        Value::Plain(json) => return Comparable::Value(json),
        Value::Number(number) => number,
    };
    let near = number.to_f64();
    if near.abs() > MOST_DECIMAL {
        return if near < 0.0 { Comparable::Least } else { Comparable::Greatest };
    }
    match lookup.kind().row().family {
        Family::Integer => whole(lookup, &number, dialect),
        Family::Float => Comparable::Value(Json::Float(near)),
        _ => Comparable::Value(Json::from(fixed(&number, PLACES, Rounding::HalfEven))),
    }
}

/// A number without what comes after the point, as Django compares whole numbers with one.
fn whole(lookup: &LookupName, number: &DecimalParts, dialect: Dialect) -> Comparable {
    let text = fixed(number, 0, Rounding::Down);
    let (least, greatest) = lookup.kind().integer_range(dialect).unwrap_or((i64::MIN, i64::MAX));
    match parse_int(&text) {
        Some(number) if number < least => Comparable::Least,
        Some(number) if number > greatest => Comparable::Greatest,
        Some(number) => Comparable::Value(Json::Int(number)),
        None if text.starts_with('-') => Comparable::Least,
        None => Comparable::Greatest,
    }
}

fn fixed(number: &DecimalParts, places: u16, rounding: Rounding) -> String {
    let is_long = number.count_digits().places > u64::from(places);
    let cut = if is_long { number.quantize(places, rounding, Some(200)) } else { None };
    cut.as_ref().unwrap_or(number).to_fixed()
}

/// Rows whose value compares so with another one.
fn compared(lookup: &LookupName, value: Value, dialect: Dialect) -> RowCondition {
    let (all, none) = (RowCondition::all(lookup.model(), []), RowCondition::any(lookup.model(), []));
    match (comparable(lookup, value, dialect), lookup.lookup()) {
        // What is no value of the column's is in no row.
        (Comparable::Value(value), _) => lookup.row_condition(&value).unwrap_or(none),
        (Comparable::Least, "gt" | "gte") | (Comparable::Greatest, "lt" | "lte") => all,
        (Comparable::Least | Comparable::Greatest, _) => none,
    }
}

/// Rows whose value is among some others, or between two of them.
fn compared_with_list(lookup: &LookupName, values: Vec<Option<Value>>, dialect: Dialect) -> RowCondition {
    let none = RowCondition::any(lookup.model(), []);
    let is_range = lookup.lookup() == "range";
    let bounds = lookup.kind().integer_range(dialect).unwrap_or((i64::MIN, i64::MAX));
    let mut list = Vec::with_capacity(values.len());
    for (index, value) in values.into_iter().enumerate() {
        match value.map(|value| comparable(lookup, value, dialect)) {
            Some(Comparable::Value(value)) => list.push(value),
            // A range may begin before the first value and end after the last one.
            Some(Comparable::Least) if is_range && index == 0 => list.push(Json::Int(bounds.0)),
            Some(Comparable::Greatest) if is_range && index == 1 => list.push(Json::Int(bounds.1)),
            _ if is_range => return none,
            _ => {}
        }
    }
    lookup.row_condition(&list.into()).unwrap_or(none)
}
