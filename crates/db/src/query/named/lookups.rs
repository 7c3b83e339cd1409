//! Transforms and lookups by their names, and which of them a kind of field has.

use super::values;
use super::{UnknownName, WrongValue, field_of};
use crate::json::Json;
use crate::query::node::{Function, JsonKey, Lookup, Moment, Node, Part, Right, Type};
use crate::query::path::Path;
use crate::suggest::did_you_mean;
use crate::{Dialect, Family, FieldKind, FieldRef, ModelMeta, Value};

/// The left side of a comparison.
#[derive(Clone, Debug)]
pub(super) struct Side {
    pub(super) path: Path,
    pub(super) field: FieldRef,
    pub(super) node: Node,
    /// The kind of the value, which a transform may have made another one.
    pub(super) kind: FieldKind,
}

/// A lookup by its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct NamedLookup {
    pub(super) name: &'static str,
    pub(super) lookup: Lookup,
    pub(super) operand: Operand,
}

/// What a lookup compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operand {
    /// A value of the field's kind.
    One,
    /// A text, whatever the field's kind is.
    Text,
    Many,
    Two,
    Truth,
    /// A key of a document, or several.
    Key,
    Keys,
    /// A document.
    Document,
    /// A range, or a value that may be in one.
    RangeOrValue,
    /// A range of such values.
    RangeOf,
}

const fn named(name: &'static str, lookup: Lookup, operand: Operand) -> NamedLookup {
    NamedLookup { name, lookup, operand }
}

const EXACT: NamedLookup = named("exact", Lookup::Exact, Operand::One);

/// The lookups of every column: those of a foreign key come first.
const LOOKUPS: [NamedLookup; 17] = [
    EXACT,
    named("in", Lookup::In, Operand::Many),
    named("gt", Lookup::Gt, Operand::One),
    named("gte", Lookup::Gte, Operand::One),
    named("lt", Lookup::Lt, Operand::One),
    named("lte", Lookup::Lte, Operand::One),
    named("isnull", Lookup::IsNull, Operand::Truth),
    named("range", Lookup::Range, Operand::Two),
    named("iexact", Lookup::IExact, Operand::Text),
    named("contains", Lookup::Contains, Operand::Text),
    named("icontains", Lookup::IContains, Operand::Text),
    named("startswith", Lookup::StartsWith, Operand::Text),
    named("istartswith", Lookup::IStartsWith, Operand::Text),
    named("endswith", Lookup::EndsWith, Operand::Text),
    named("iendswith", Lookup::IEndsWith, Operand::Text),
    named("regex", Lookup::Regex, Operand::Text),
    named("iregex", Lookup::IRegex, Operand::Text),
];

/// How many of them a foreign key has.
const OF_KEYS: usize = 7;

/// What documents have beside those, or in their place.
const OF_DOCUMENTS: [NamedLookup; 5] = [
    named("contains", Lookup::Includes, Operand::Document),
    named("contained_by", Lookup::IncludedBy, Operand::Document),
    named("has_key", Lookup::HasKey, Operand::Key),
    named("has_keys", Lookup::HasKeys, Operand::Keys),
    named("has_any_keys", Lookup::HasAnyKeys, Operand::Keys),
];

/// What arrays and ranges have in place of the lookup of texts by that name.
const OF_SETS: [NamedLookup; 3] = [
    named("contains", Lookup::Includes, Operand::One),
    named("contained_by", Lookup::IncludedBy, Operand::One),
    named("overlap", Lookup::Overlap, Operand::One),
];

const OF_RANGES: [NamedLookup; 8] = [
    named("contains", Lookup::Includes, Operand::RangeOrValue),
    OF_SETS[1],
    OF_SETS[2],
    named("fully_lt", Lookup::FullyLt, Operand::One),
    named("fully_gt", Lookup::FullyGt, Operand::One),
    named("not_lt", Lookup::NotLt, Operand::One),
    named("not_gt", Lookup::NotGt, Operand::One),
    named("adjacent_to", Lookup::AdjacentTo, Operand::One),
];

const OF_HSTORES: [NamedLookup; 5] =
    [OF_SETS[0], OF_SETS[1], OF_DOCUMENTS[2], OF_DOCUMENTS[3], OF_DOCUMENTS[4]];

/// What texts have beside the others.
const OF_TEXTS: [NamedLookup; 4] = [
    named("search", Lookup::Search, Operand::Text),
    named("trigram_similar", Lookup::TrigramSimilar, Operand::Text),
    named("trigram_word_similar", Lookup::TrigramWordSimilar, Operand::Text),
    named("trigram_strict_word_similar", Lookup::TrigramStrictWordSimilar, Operand::Text),
];

/// The properties of a range: their names, and PostgreSQL's functions.
const RANGE_PARTS: [(&str, &str); 7] = [
    ("startswith", "LOWER"),
    ("endswith", "UPPER"),
    ("isempty", "ISEMPTY"),
    ("lower_inc", "LOWER_INC"),
    ("lower_inf", "LOWER_INF"),
    ("upper_inc", "UPPER_INC"),
    ("upper_inf", "UPPER_INF"),
];

const TEXTS: FieldKind =
    FieldKind::ArrayField { base: &FieldKind::TextField { max_length: None }, size: None };

const DATE_PARTS: [(&str, Part); 8] = [
    ("year", Part::Year),
    ("iso_year", Part::IsoYear),
    ("quarter", Part::Quarter),
    ("month", Part::Month),
    ("week", Part::Week),
    ("day", Part::Day),
    ("week_day", Part::WeekDay),
    ("iso_week_day", Part::IsoWeekDay),
];

const TIME_PARTS: [(&str, Part); 3] =
    [("hour", Part::Hour), ("minute", Part::Minute), ("second", Part::Second)];

/// The lookup of texts of this name.
pub(super) fn of_texts(name: &str) -> Option<NamedLookup> {
    let mut lookups = LOOKUPS.iter().chain(&OF_TEXTS).filter(|lookup| lookup.operand == Operand::Text);
    lookups.find(|lookup| lookup.name == name).copied()
}

/// Whether it may stand behind a foreign key.
pub(super) fn is_lookup_of_key(name: &str) -> bool {
    LOOKUPS[..OF_KEYS].iter().any(|lookup| lookup.name == name)
}

/// What the parts of a name behind its column mean.
pub(super) fn resolve(
    meta: &'static ModelMeta,
    path: Path,
    name: &str,
    rest: &[&str],
) -> Result<(Side, NamedLookup), UnknownName> {
    let mut side = Side::new(meta, path);
    for (index, part) in rest.iter().enumerate() {
        let is_last = index + 1 == rest.len();
        match side.lookup(part).filter(|_| is_last) {
            Some(lookup) => return Ok((side, lookup)),
            None => side = side.transformed(name, part)?,
        }
    }
    let exact = side.lookup(EXACT.name).unwrap_or(EXACT);
    Ok((side, exact))
}

/// A column with transforms, to be ordered by.
pub(super) fn transformed(
    meta: &'static ModelMeta,
    path: Path,
    name: &str,
    rest: &[&str],
) -> Result<Side, UnknownName> {
    rest.iter().try_fold(Side::new(meta, path), |side, part| side.transformed(name, part))
}

impl Side {
    fn new(meta: &'static ModelMeta, path: Path) -> Self {
        let field = field_of(meta, &path);
        Self { path, field, node: Node::Column(path), kind: field.kind }
    }

    pub(super) fn family(&self) -> Family {
        self.kind.row().family
    }

    fn lookups(&self) -> Vec<NamedLookup> {
        let with = |own: &[NamedLookup], without: &[&str]| {
            let is_left = |lookup: &&NamedLookup| !without.contains(&lookup.name);
            LOOKUPS.iter().filter(is_left).chain(own).copied().collect()
        };
        match self.family() {
            Family::Key => LOOKUPS[..OF_KEYS].to_vec(),
            Family::Json if self.is_inside() => {
                let beside = OF_DOCUMENTS.iter().filter(|lookup| lookup.name != "contains");
                LOOKUPS.iter().chain(beside).copied().collect()
            }
            Family::Json => {
                let own = LOOKUPS.iter().filter(|lookup| lookup.name != "contains");
                own.chain(&OF_DOCUMENTS).copied().collect()
            }
            Family::Array => with(&OF_SETS, &["contains"]),
            Family::Range => with(&OF_RANGES, &["contains", "startswith", "endswith"]),
            Family::HStore => with(&OF_HSTORES, &["contains"]),
            Family::Text => with(&OF_TEXTS, &[]),
            Family::SearchVector => with(&[named("exact", Lookup::Search, Operand::Text)], &["exact"]),
            _ if range_of(self.kind).is_some() => {
                with(&[named("contained_by", Lookup::IncludedBy, Operand::RangeOf)], &[])
            }
            _ => LOOKUPS.to_vec(),
        }
    }

    /// Whether it is a value inside of a document.
    fn is_inside(&self) -> bool {
        matches!(self.node, Node::Call(Function::JsonPath(_), _))
    }

    fn lookup(&self, name: &str) -> Option<NamedLookup> {
        self.lookups().into_iter().find(|lookup| lookup.name == name)
    }

    fn transforms(&self) -> Vec<&'static str> {
        let dates = DATE_PARTS.iter().map(|(name, _)| *name);
        let times = TIME_PARTS.iter().map(|(name, _)| *name);
        match self.family() {
            Family::DateTime => ["date", "time"].into_iter().chain(dates).chain(times).collect(),
            Family::Date => dates.collect(),
            Family::Time => times.collect(),
            Family::Array => vec!["len"],
            Family::Range => RANGE_PARTS.iter().map(|(name, _)| *name).collect(),
            Family::HStore => vec!["keys", "values"],
            Family::Text => vec!["unaccent"],
            _ => Vec::new(),
        }
    }

    fn transformed(self, name: &str, part: &str) -> Result<Self, UnknownName> {
        let known = self.transforms();
        match self.family() {
            Family::Json => return Ok(self.inside(part)),
            Family::Array if let Some((function, kind)) = self.part_of_array(part) => {
                return Ok(self.called(function, kind));
            }
            Family::HStore if !known.contains(&part) => {
                let kind = FieldKind::TextField { max_length: None };
                return Ok(self.called(Function::HStoreText(part.to_owned()), kind));
            }
            _ => {}
        }
        let Some(part) = known.iter().find(|known| **known == part) else {
            return Err(self.unknown(name, part));
        };
        let (function, kind) = match *part {
            "date" => (Function::Date, FieldKind::DateField),
            "time" => (Function::Time, FieldKind::TimeField),
            "len" => (Function::ArrayLength, FieldKind::IntegerField),
            "keys" => (Function::HStoreKeys, TEXTS),
            "unaccent" => (Function::Unaccent, self.kind),
            "values" => (Function::HStoreValues, TEXTS),
            part if let Some((name, function)) = RANGE_PARTS.iter().find(|(known, _)| *known == part) => {
                let bound = self.kind.bound().filter(|_| name.ends_with("with"));
                (Function::OfRange(function), bound.unwrap_or(FieldKind::BooleanField))
            }
            part => {
                let mut parts = DATE_PARTS.iter().chain(&TIME_PARTS);
                let Some((_, found)) = parts.find(|(known, _)| *known == part) else {
                    return Err(self.unknown(name, part));
                };
                (Function::Extract(*found, self.moment()), FieldKind::IntegerField)
            }
        };
        Ok(self.called(function, kind))
    }

    fn called(self, function: Function, kind: FieldKind) -> Self {
        Self { node: Node::Call(function, vec![self.node]), kind, ..self }
    }

    /// The value at a position of an array (`0`), or those from one position to another (`0_2`).
    fn part_of_array(&self, part: &str) -> Option<(Function, FieldKind)> {
        let position = |text: &str| text.parse::<i32>().ok().map(i64::from);
        if let Some((from, to)) = part.split_once('_') {
            return Some((Function::ArraySlice(position(from)? + 1, position(to)?), self.kind));
        }
        Some((Function::ArrayItem(position(part)? + 1), self.kind.base()?))
    }

    fn moment(&self) -> Moment {
        match self.family() {
            Family::Date => Moment::Date,
            Family::Time => Moment::Time,
            _ => Moment::DateTime,
        }
    }

    /// The value at a key of the document, or at a position of an array.
    fn inside(mut self, part: &str) -> Self {
        let key = part.parse().map_or_else(|_| JsonKey::Key(part.to_owned()), JsonKey::Index);
        self.node = match self.node {
            Node::Call(Function::JsonPath(mut keys), nodes) => {
                keys.push(key);
                Node::Call(Function::JsonPath(keys), nodes)
            }
            node => Node::Call(Function::JsonPath(vec![key]), vec![node]),
        };
        self
    }

    fn unknown(&self, name: &str, part: &str) -> UnknownName {
        let mut known: Vec<&str> = self.lookups().iter().map(|lookup| lookup.name).collect();
        known.extend(self.transforms());
        let meant = did_you_mean(part, known.iter().copied());
        let meant = if meant.is_empty() { ".".to_owned() } else { meant };
        let known = known.join(", ");
        let kind = self.field.kind;
        UnknownName(format!("`{name}`: a {kind} has no lookup `{part}`{meant} It has {known}"))
    }

    /// The condition.
    pub(super) fn compared(&self, lookup: &NamedLookup, value: &Json) -> Result<Node, WrongValue> {
        let one = |value: &Json| Ok(node_of(self.value(value)?, value));
        let right = match lookup.operand {
            Operand::One if *value == Json::Null && self.family() != Family::Json => {
                return match lookup.lookup {
                    Lookup::Exact => Ok(self.is_null(true)),
                    _ => Err(WrongValue("cannot be compared with null".to_owned())),
                };
            }
            Operand::One => Right::One(one(value)?),
            Operand::Text => Right::One(Node::Value(Value::Text(values::text(value)?))),
            Operand::Truth => return Ok(self.is_null(values::boolean(value)?)),
            Operand::Many => {
                let values = values::list(value)?.iter().filter(|value| **value != Json::Null);
                Right::List(values.map(one).collect::<Result<_, _>>()?)
            }
            Operand::Two => match values::list(value)? {
                [least, greatest] => Right::Two(Box::new([one(least)?, one(greatest)?])),
                _ => return Err(WrongValue("expected two values".to_owned())),
            },
            Operand::Key if self.family() == Family::HStore => {
                Right::One(Node::Value(Value::Text(values::text(value)?)))
            }
            Operand::Key => Right::One(Node::Value(values::key(value)?)),
            Operand::Keys => {
                let keys = values::list(value)?.iter().map(|key| values::text(key).map(Value::Text));
                Right::List(keys.map(|key| key.map(Node::Value)).collect::<Result<_, _>>()?)
            }
            Operand::Document => Right::One(Node::Value(Value::Json(value.clone()))),
            Operand::RangeOrValue => match (value, self.kind.bound()) {
                (Json::List(_), _) | (_, None) => Right::One(one(value)?),
                (value, Some(bound)) => {
                    Right::One(cast(Node::Value(values::of_kind(bound, value)?), value_type(bound)))
                }
            },
            Operand::RangeOf => {
                let Some((range, range_type)) = range_of(self.kind) else {
                    return Err(WrongValue::new("expected a range".to_owned()));
                };
                let right = Right::One(cast(Node::Value(values::of_kind(range, value)?), range_type));
                let left = cast(self.node.clone(), range.bound().map_or(Type::Text, value_type));
                return Ok(Node::compare(left, lookup.lookup, right));
            }
        };
        Ok(self.compared_with(lookup, right))
    }

    pub(super) fn compared_with(&self, lookup: &NamedLookup, right: Right) -> Node {
        Node::compare(self.left(lookup), lookup.lookup, right)
    }

    /// A text is looked for in the text of what a document has at a key.
    fn left(&self, lookup: &NamedLookup) -> Node {
        match &self.node {
            Node::Call(Function::JsonPath(keys), nodes) if lookup.operand == Operand::Text => {
                Node::Call(Function::JsonText(keys.clone()), nodes.clone())
            }
            node => node.clone(),
        }
    }

    fn is_null(&self, null: bool) -> Node {
        Node::compare(self.node.clone(), Lookup::IsNull, Right::Truth(null))
    }

    fn value(&self, value: &Json) -> Result<Value, WrongValue> {
        let kind = match self.family() {
            Family::Key => self.field.value_kind(),
            _ => self.kind,
        };
        values::of_kind(kind, value)
    }
}

/// A datetime that was given without an offset is one of the program's time zone.
fn node_of(value: Value, given: &Json) -> Node {
    match value {
        Value::DateTime(at) if !values::has_offset(given) => {
            Node::Call(Function::MakeAware, vec![Node::Value(Value::DateTime(at))])
        }
        value => Node::Value(value),
    }
}

fn cast(node: Node, to: Type) -> Node {
    Node::Call(Function::Cast(to), vec![node])
}

/// The kind of the ranges in which values of a kind can be: Django's `RangeContainedBy`.
fn range_of(kind: FieldKind) -> Option<(FieldKind, Type)> {
    let is_big = || kind.integer_range(Dialect::Postgres).is_some_and(|(_, greatest)| greatest == i64::MAX);
    Some(match kind.row().family {
        Family::Integer if is_big() => (FieldKind::BigIntegerRangeField, Type::BigIntRange),
        Family::Integer => (FieldKind::IntegerRangeField, Type::IntRange),
        Family::Float | Family::Decimal => (FieldKind::DecimalRangeField, Type::DecimalRange),
        Family::Date => (FieldKind::DateRangeField, Type::DateRange),
        Family::DateTime => (FieldKind::DateTimeRangeField, Type::DateTimeRange),
        _ => return None,
    })
}

/// The type of the bounds of a range.
fn value_type(bound: FieldKind) -> Type {
    match bound {
        FieldKind::IntegerField => Type::Int,
        FieldKind::BigIntegerField => Type::BigInt,
        FieldKind::DateField => Type::Date,
        FieldKind::DateTimeField => Type::DateTime,
        _ => Type::Decimal,
    }
}
