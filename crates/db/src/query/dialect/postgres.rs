//! PostgreSQL: every value has a type, a text is searched as it is or through `UPPER`, and times are kept in UTC.

use super::{Cast, pattern, search, wildcards};
use crate::query::node::{Class, Function, JsonKey, Lookup, Moment, Node, Operator, Part, Type, Unit};
use crate::query::writer::Writer;
use crate::{Dialect, Value};

pub(super) const FOREIGN_KEYS: &str = "SELECT c.relname::text, own.attname::text, t.relname::text, other.attname::text \
    FROM pg_catalog.pg_constraint con JOIN pg_catalog.pg_class c ON c.oid = con.conrelid \
    JOIN pg_catalog.pg_class t ON t.oid = con.confrelid \
    JOIN pg_catalog.pg_attribute own ON own.attrelid = c.oid AND own.attnum = con.conkey[1] \
    JOIN pg_catalog.pg_attribute other ON other.attrelid = t.oid AND other.attnum = con.confkey[1] \
    WHERE con.contype = 'f' AND con.confdeltype IN ('a', 'r') AND pg_catalog.cardinality(con.conkey) = 1 \
    AND con.conparentid = 0 AND pg_catalog.pg_table_is_visible(c.oid) AND pg_catalog.pg_table_is_visible(t.oid)";

/// A value whose type the database could not know otherwise.
pub(super) fn literal_cast(value: &Value) -> Cast {
    (
        "",
        match value {
            Value::Null => "",
            Value::Bool(_) => "::boolean",
            Value::Int(_) => "::bigint",
            Value::Float(_) => "::double precision",
            Value::Text(_) | Value::File(_) => "::text",
            Value::DateTime(_) => "::timestamptz",
            Value::Date(_) => "::date",
            Value::Time(_) => "::time",
            Value::Duration(_) => "::interval",
            Value::Decimal(_) => "::numeric",
            Value::Uuid(_) => "::uuid",
            Value::Json(_) => "::jsonb",
            Value::Bytes(_) => "::bytea",
            Value::IpAddress(_) => "::inet",
            Value::HStore(_) => "::hstore",
            // What stands beside it says of what it is one.
            Value::Array(_) | Value::Range(_) => "",
        },
    )
}

/// A value beside a column takes the column's type. A whole number may be greater than the column can hold: then it is
/// not found, and that is no error.
pub(super) fn compared_cast(value: &Value) -> Cast {
    match value {
        Value::Int(_) => ("", "::bigint"),
        _ => ("", ""),
    }
}

pub(super) fn matches(writer: &mut Writer, left: &Node, lookup: Lookup, right: &Node) {
    let upper =
        matches!(lookup, Lookup::IExact | Lookup::IContains | Lookup::IStartsWith | Lookup::IEndsWith);
    if lookup == Lookup::IExact {
        writer.around("UPPER(", left, "::text) = UPPER(");
        writer.around("", right, ")");
        return;
    }
    if let Some(wildcards) = wildcards(lookup) {
        writer.around(
            if upper { "UPPER(" } else { "" },
            left,
            if upper { "::text) LIKE UPPER(" } else { "::text LIKE " },
        );
        pattern(writer, wildcards, right);
        if upper {
            writer.push(")");
        }
        return;
    }
    match lookup {
        Lookup::Regex => writer.around("", left, "::text ~ "),
        Lookup::IRegex => writer.around("", left, "::text ~* "),
        Lookup::HasKey => return has_key(writer, left, right),
        Lookup::Includes => writer.around("", left, " @> "),
        Lookup::IncludedBy => writer.around("", left, " <@ "),
        Lookup::Overlap => writer.around("", left, " && "),
        Lookup::FullyLt => writer.around("", left, " << "),
        Lookup::FullyGt => writer.around("", left, " >> "),
        Lookup::NotLt => writer.around("", left, " &> "),
        Lookup::NotGt => writer.around("", left, " &< "),
        Lookup::Search => return search::matches(writer, left, right),
        Lookup::TrigramSimilar => writer.around("", left, " % "),
        Lookup::TrigramWordSimilar => writer.around("", left, " %> "),
        Lookup::TrigramStrictWordSimilar => writer.around("", left, " %>> "),
        Lookup::AdjacentTo => writer.around("", left, " -|- "),
        _ => return writer.refuse("a lookup that PostgreSQL does not have"),
    }
    writer.part(right);
}

fn has_key(writer: &mut Writer, left: &Node, key: &Node) {
    match key {
        Node::Value(Value::Int(_)) => {
            writer.around("(", left, " -> (");
            writer.around("", key, ")::int) IS NOT NULL");
        }
        _ => {
            writer.around("", left, " ? ");
            writer.part(key);
        }
    }
}

pub(super) fn operator(writer: &mut Writer, operator: Operator, nodes: &[Node; 2]) {
    let text = match operator {
        Operator::TimeAdd => " + ",
        Operator::TimeSubtract | Operator::TimeBetween => " - ",
        _ => return writer.refuse("an operator that PostgreSQL does not have"),
    };
    writer.chain(nodes, text, ("", ""));
}

pub(super) fn call(writer: &mut Writer, function: &Function, nodes: &[Node]) {
    match (function, nodes) {
        (Function::Concat, nodes) => writer.chain(nodes, " || ", ("COALESCE(", "::text, '')")),
        (Function::Substr, [text, rest @ ..]) => {
            writer.around("SUBSTRING(", text, "");
            for number in rest {
                writer.around(", (", number, ")::int");
            }
            writer.push(")");
        }
        (Function::Left, [text, count]) => {
            writer.around("LEFT(", text, ", (");
            writer.around("", count, ")::int)");
        }
        (Function::Right, [text, count]) => {
            writer.around("RIGHT(", text, ", (");
            writer.around("", count, ")::int)");
        }
        (Function::StrIndex, nodes) => writer.function("STRPOS", nodes),
        (Function::Greatest, nodes) => writer.function("GREATEST", nodes),
        (Function::Least, nodes) => writer.function("LEAST", nodes),
        (Function::Mod, [one, two]) => {
            writer.around("MOD((", one, ")::numeric, (");
            writer.around("", two, ")::numeric)::double precision");
        }
        (Function::Round(class), nodes) => round(writer, *class, nodes),
        (Function::Now, _) => writer.push("STATEMENT_TIMESTAMP()"),
        (Function::Cast(to), [node]) => {
            writer.around("(", node, ")::");
            writer.push(type_name(*to));
        }
        (Function::AsColumn(kind), [node]) => {
            writer.around("(", node, ")::");
            writer.push(&kind.key_type(Dialect::Postgres));
        }
        (Function::TextOfKey(_), [node]) => writer.around("(", node, ")::text"),
        (Function::Extract(part, moment), [node]) => extract(writer, *part, *moment, node),
        (Function::Trunc(unit, Moment::DateTime), [node]) if !writer.time_zone.is_utc() => {
            trunc_in_time_zone(writer, *unit, node);
        }
        (Function::Trunc(unit, moment), [node]) => trunc(writer, *unit, *moment, node),
        (Function::Date, [node]) => {
            let zone = time_zone(writer);
            writer.around("(", node, &format!("{zone})::date"));
        }
        (Function::Time, [node]) => {
            let zone = time_zone(writer);
            writer.around("(", node, &format!("{zone})::time"));
        }
        (Function::ToLocal | Function::MakeAware, [node]) => {
            let zone = time_zone(writer);
            writer.around("(", node, &format!("{zone})"));
        }
        (Function::JsonPath(keys), [node]) => json(writer, keys, node, "#>"),
        (Function::JsonText(keys), [node]) => json(writer, keys, node, "#>>"),
        // Of an empty array the function says NULL.
        (Function::ArrayLength, [array]) => {
            writer.around("(CASE WHEN ", array, " IS NULL THEN NULL ELSE ");
            writer.around("COALESCE(ARRAY_LENGTH(", array, ", 1), 0) END)");
        }
        (Function::ArrayItem(at), [array]) => subscript(writer, array, &[*at]),
        (Function::ArraySlice(from, to), [array]) => subscript(writer, array, &[*from, *to]),
        (Function::OfRange(name), nodes) => writer.function(name, nodes),
        (Function::HStoreText(key), [pairs]) => {
            writer.around("(", pairs, " -> ");
            writer.bind(Value::Text(key.clone()));
            writer.push("::text)");
        }
        (Function::HStoreKeys, nodes) => writer.function("AKEYS", nodes),
        (Function::HStoreValues, nodes) => writer.function("AVALS", nodes),
        (
            Function::SearchVector { .. }
            | Function::SearchQuery { .. }
            | Function::SearchNot
            | Function::SearchJoin(_)
            | Function::SearchRank(_)
            | Function::SearchHeadline { .. },
            nodes,
        ) => search::call(writer, function, nodes),
        (Function::Similarity(name), nodes) => writer.function(name, nodes),
        (Function::TrigramDistance(operator), nodes @ [_, _]) => writer.chain(nodes, operator, ("", "")),
        (Function::Unaccent, nodes) => writer.function("UNACCENT", nodes),
        _ => writer.refuse("a function with the wrong number of arguments"),
    }
}

/// One position of an array, or from one to another.
fn subscript(writer: &mut Writer, array: &Node, positions: &[i64]) {
    // In an array of arrays `a[1][2]` is a value, and `(a[1])[2]` is none.
    match array {
        Node::Call(Function::ArrayItem(_), _) if positions.len() == 1 => writer.around("", array, "["),
        _ => writer.around("(", array, ")["),
    }
    for (index, position) in positions.iter().enumerate() {
        writer.push(if index > 0 { ":(" } else { "(" });
        writer.bind(Value::Int(*position));
        writer.push(")::int");
    }
    writer.push("]");
}

/// Only decimals can be rounded to a number of places.
fn round(writer: &mut Writer, class: Class, nodes: &[Node]) {
    let Some((number, places)) = nodes.split_first() else { return };
    writer.around("ROUND((", number, ")::numeric");
    for places in places {
        writer.around(", (", places, ")::int");
    }
    writer.push(match class {
        Class::Decimal => ")",
        Class::Whole => ")::bigint",
        Class::Float | Class::Duration => ")::double precision",
    });
}

fn type_name(to: Type) -> &'static str {
    match to {
        Type::Bool => "boolean",
        Type::Int => "integer",
        Type::BigInt => "bigint",
        Type::Float => "double precision",
        Type::Decimal => "numeric",
        Type::Text => "text",
        Type::Date => "date",
        Type::DateTime => "timestamptz",
        Type::Time => "time",
        Type::Duration => "interval",
        Type::Uuid => "uuid",
        Type::Json => "jsonb",
        Type::IntRange => "int4range",
        Type::BigIntRange => "int8range",
        Type::DecimalRange => "numrange",
        Type::DateRange => "daterange",
        Type::DateTimeRange => "tstzrange",
    }
}

fn extract(writer: &mut Writer, part: Part, moment: Moment, node: &Node) {
    let name = match part {
        Part::Year => "YEAR",
        Part::IsoYear => "ISOYEAR",
        Part::Quarter => "QUARTER",
        Part::Month => "MONTH",
        Part::Week => "WEEK",
        Part::Day => "DAY",
        Part::WeekDay => "DOW",
        Part::IsoWeekDay => "ISODOW",
        Part::Hour => "HOUR",
        Part::Minute => "MINUTE",
        Part::Second => "SECOND",
    };
    let zone = if moment == Moment::DateTime { time_zone(writer) } else { String::new() };
    let after = if part == Part::WeekDay { ")::bigint + 1)" } else { ")::bigint)" };
    // The second with its fraction is rounded by a cast; it is cut here.
    let (before, after) = if part == Part::Second {
        ("(FLOOR(EXTRACT(SECOND FROM ".to_owned(), format!("{zone}){after}"))
    } else {
        (format!("((EXTRACT({name} FROM "), format!("{zone}){after}"))
    };
    writer.around(&before, node, &after);
}

/// What stands behind a point in time for what clocks show then, and behind that for the point in time. No name of a time zone
/// has a quotation mark.
fn time_zone(writer: &Writer) -> String {
    format!(" AT TIME ZONE '{}'", writer.time_zone.name())
}

fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Year => "year",
        Unit::Quarter => "quarter",
        Unit::Month => "month",
        Unit::Week => "week",
        Unit::Day => "day",
        Unit::Hour => "hour",
        Unit::Minute => "minute",
        Unit::Second => "second",
    }
}

fn trunc(writer: &mut Writer, unit: Unit, moment: Moment, node: &Node) {
    let after = match moment {
        Moment::DateTime => ", 'UTC')",
        Moment::Date => ")::date",
        Moment::Time => ")::time",
    };
    writer.around(&format!("DATE_TRUNC('{}', ", unit_name(unit)), node, after);
}

/// Of two points in time when clocks show the same, Django's is the first and PostgreSQL's the last. The first has the offset of
/// the day before; where that gives another time of day, the time is shown once.
fn trunc_in_time_zone(writer: &mut Writer, unit: Unit, node: &Node) {
    let (unit, zone) = (unit_name(unit), time_zone(writer));
    let (before, after) = (format!("DATE_TRUNC('{unit}', "), format!("{zone})"));
    let first_before = format!("(({before}");
    let first_after = format!("{after} - INTERVAL '24 hours'){zone} + INTERVAL '24 hours')");
    writer.around(&format!("(CASE WHEN {first_before}"), node, &format!("{first_after}{zone} = "));
    writer.around(&before, node, &format!("{after} THEN "));
    writer.around(&first_before, node, &format!("{first_after} ELSE "));
    writer.around(&before, node, &format!("{after}{zone} END)"));
}

fn json(writer: &mut Writer, keys: &[JsonKey], node: &Node, operator: &str) {
    writer.around("(", node, " ");
    writer.push(operator);
    writer.push(" ARRAY[");
    writer.list(keys, |writer, key| {
        writer.bind(Value::Text(match key {
            JsonKey::Key(key) => key.clone(),
            JsonKey::Index(index) => index.to_string(),
        }));
        writer.push("::text");
    });
    writer.push("])");
}
