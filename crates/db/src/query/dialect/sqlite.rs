//! SQLite: times are text, a text is searched without regard to the case of ASCII letters, and functions that it lacks
//! are registered with each connection, as Django does.

use std::borrow::Cow;

use super::{Cast, json_path, pattern, wildcards};
use crate::json::Json;
use crate::query::node::{Function, JsonKey, Lookup, Moment, Node, Operator, Part, Type, Unit};
use crate::query::writer::Writer;
use crate::{FieldKind, Value};

pub(super) const FOREIGN_KEYS: &str = "SELECT m.name, MAX(f.\"from\"), MAX(f.\"table\"), MAX(f.\"to\") \
    FROM sqlite_master m, pragma_foreign_key_list(m.name) f \
    WHERE m.type = 'table' AND f.on_delete IN ('NO ACTION', 'RESTRICT') GROUP BY m.name, f.id HAVING COUNT(*) = 1";

const NO_SEARCH: &str = "full-text search needs PostgreSQL";
const NO_TRIGRAMS: &str = "the similarity of texts needs PostgreSQL";

/// Where the parts of a UUID begin between its hyphens, and how long they are.
const UUID_PARTS: [(u8, u8); 5] = [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)];

/// UUIDs are kept without their hyphens. Every other key is compared with a text as it is.
pub(super) fn text_of_key(column: String, kind: FieldKind) -> String {
    if kind != FieldKind::UUIDField {
        return column;
    }
    let parts = UUID_PARTS.map(|(start, length)| format!("substr({column}, {start}, {length})"));
    format!("({})", parts.join(" || '-' || "))
}

/// The same of an expression.
fn key_as_text(writer: &mut Writer, node: &Node, kind: FieldKind) {
    if kind != FieldKind::UUIDField {
        return writer.part(node);
    }
    let mut before = "(substr(";
    for (start, length) in UUID_PARTS {
        writer.around(before, node, &format!(", {start}, {length})"));
        before = " || '-' || substr(";
    }
    writer.push(")");
}

/// A decimal is bound as text; beside a column the column makes it a number, elsewhere this does.
pub(super) fn literal_cast(value: &Value) -> Cast {
    match value {
        Value::Decimal(_) => ("CAST(", " AS NUMERIC)"),
        _ => ("", ""),
    }
}

pub(super) fn matches(writer: &mut Writer, left: &Node, lookup: Lookup, right: &Node) {
    if let Some(wildcards) = wildcards(lookup) {
        writer.part(left);
        writer.push(" LIKE ");
        pattern(writer, wildcards, right);
        return writer.push(" ESCAPE '\\'");
    }
    match lookup {
        Lookup::Regex | Lookup::IRegex => {
            writer.part(left);
            writer.push(if lookup == Lookup::IRegex { " REGEXP '(?i)' || " } else { " REGEXP " });
            writer.part(right);
        }
        Lookup::HasKey => has_key(writer, left, right),
        Lookup::Includes | Lookup::IncludedBy => {
            writer.refuse("contains lookup is not supported on this database backend.");
        }
        Lookup::Search => writer.refuse(NO_SEARCH),
        Lookup::TrigramSimilar | Lookup::TrigramWordSimilar | Lookup::TrigramStrictWordSimilar => {
            writer.refuse(NO_TRIGRAMS);
        }
        _ => writer.refuse("a lookup that SQLite does not have"),
    }
}

/// The type of what is at a path is NULL where there is nothing.
fn has_key(writer: &mut Writer, left: &Node, key: &Node) {
    let (document, mut keys) = match left {
        Node::Call(Function::JsonPath(keys), nodes) => (&nodes[0], keys.clone()),
        left => (left, Vec::new()),
    };
    match key {
        Node::Value(Value::Text(text)) => keys.push(JsonKey::Key(text.clone())),
        Node::Value(Value::Int(n)) => keys.push(JsonKey::Index(*n)),
        _ => writer.refuse("a key of a JSON document is a text or a number"),
    }
    json_function(writer, "JSON_TYPE(", document, &json_path(&keys));
    writer.push(" IS NOT NULL");
}

pub(super) fn operator(writer: &mut Writer, operator: Operator, nodes: &[Node; 2]) {
    match operator {
        Operator::TimeAdd => writer.function("belleville_time_add", nodes),
        Operator::TimeSubtract => writer.function("belleville_time_subtract", nodes),
        Operator::TimeBetween => writer.function("belleville_time_between", nodes),
        _ => writer.refuse("an operator that SQLite does not have"),
    }
}

pub(super) fn call(writer: &mut Writer, function: &Function, nodes: &[Node]) {
    match (function, nodes) {
        (Function::Concat, nodes) => writer.chain(nodes, " || ", ("COALESCE(", ", '')")),
        (Function::Substr, nodes) => writer.function("SUBSTR", nodes),
        (Function::Left, [text, count]) => {
            writer.around("SUBSTR(", text, ", 1, ");
            writer.around("", count, ")");
        }
        (Function::Right, [text, count]) => {
            writer.around("SUBSTR(", text, ", (");
            writer.around("", count, ") * -1)");
        }
        (Function::StrIndex, nodes) => writer.function("INSTR", nodes),
        (Function::Greatest, nodes) => writer.function("MAX", nodes),
        (Function::Least, nodes) => writer.function("MIN", nodes),
        (Function::Mod, nodes) => writer.function("MOD", nodes),
        (Function::Round(_), nodes) => writer.function("ROUND", nodes),
        (Function::Now, _) => writer.push("STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')"),
        (Function::Cast(to), [node]) => cast(writer, *to, node),
        (Function::AsColumn(_), [node]) => writer.part(node),
        (Function::TextOfKey(kind), [node]) => key_as_text(writer, node, *kind),
        (Function::Extract(part, moment), [node]) => {
            let node = in_time_zone(writer, *moment, node);
            extract(writer, *part, *moment, &node);
        }
        (Function::Trunc(unit, Moment::DateTime), [node]) if !writer.time_zone.is_utc() => {
            let node = in_time_zone(writer, Moment::DateTime, node);
            writer.push("belleville_make_aware(");
            trunc(writer, *unit, Moment::DateTime, &node);
            time_zone(writer);
        }
        (Function::Trunc(unit, moment), [node]) => trunc(writer, *unit, *moment, node),
        (Function::Date, [node]) => {
            let node = in_time_zone(writer, Moment::DateTime, node);
            writer.around("SUBSTR(", &node, ", 1, 10)");
        }
        (Function::Time, [node]) => {
            let node = in_time_zone(writer, Moment::DateTime, node);
            writer.around("SUBSTR(", &node, ", 12)");
        }
        (Function::ToLocal, [node]) => {
            writer.around("belleville_to_local(", node, "");
            time_zone(writer);
        }
        (Function::MakeAware, [node]) => {
            writer.around("belleville_make_aware(", node, "");
            time_zone(writer);
        }
        (Function::JsonPath(keys), [node]) => json(writer, keys, node),
        (Function::JsonText(keys), [node]) => {
            writer.around("(", node, " ->> ");
            writer.bind(Value::Text(json_path(keys)));
            writer.push(")");
        }
        (Function::SearchVector { .. } | Function::SearchRank(_) | Function::SearchHeadline { .. }, _) => {
            writer.refuse(NO_SEARCH);
        }
        (Function::Similarity(_) | Function::TrigramDistance(_), _) => writer.refuse(NO_TRIGRAMS),
        (Function::Unaccent, _) => writer.refuse("`unaccent` needs PostgreSQL"),
        _ => writer.refuse("a function with the wrong number of arguments"),
    }
}

/// The value inside a document as JSON text, so that `"1"` and `1` stay different.
fn json(writer: &mut Writer, keys: &[JsonKey], node: &Node) {
    writer.around("(", node, " -> ");
    writer.bind(Value::Text(json_path(keys)));
    writer.push(")");
}

/// The value inside a document as a number or a text, to be compared. SQLite has no value for `true`, `false` and `null`:
/// these are the words, as with Django.
pub(super) fn scalar_in_json(writer: &mut Writer, keys: &[JsonKey], nodes: &[Node]) {
    let [document] = nodes else { return writer.refuse("a path into something that is no document") };
    let path = json_path(keys);
    writer.push("(CASE WHEN ");
    json_function(writer, "JSON_TYPE(", document, &path);
    writer.push(" IN ('false', 'null', 'true') THEN ");
    json_function(writer, "JSON_TYPE(", document, &path);
    writer.push(" ELSE ");
    json_function(writer, "JSON_EXTRACT(", document, &path);
    writer.push(" END)");
}

/// What such a value is compared with.
pub(super) fn json_operand(writer: &mut Writer, json: &Json) {
    // Every value can be written.
    let text = json.dumps().unwrap_or_default();
    if matches!(text.as_str(), "false" | "null" | "true") {
        return writer.bind(Value::Text(text));
    }
    writer.push("JSON_EXTRACT(");
    writer.bind(Value::Text(text));
    writer.push(", '$')");
}

fn json_function(writer: &mut Writer, before: &str, document: &Node, path: &str) {
    writer.around(before, document, ", ");
    writer.bind(Value::Text(path.to_owned()));
    writer.push(")");
}

fn cast(writer: &mut Writer, to: Type, node: &Node) {
    let (before, after) = match to {
        Type::Bool | Type::Int | Type::BigInt | Type::Duration => ("CAST(", " AS INTEGER)"),
        Type::Float => ("CAST(", " AS REAL)"),
        Type::Decimal => ("CAST(", " AS NUMERIC)"),
        Type::Text | Type::Uuid | Type::Json => ("CAST(", " AS TEXT)"),
        Type::Date => ("DATE(", ")"),
        Type::Time => ("STRFTIME('%H:%M:%f', ", ")"),
        Type::DateTime => ("STRFTIME('%Y-%m-%d %H:%M:%f', ", ")"),
        Type::IntRange | Type::BigIntRange | Type::DecimalRange | Type::DateRange | Type::DateTimeRange => {
            return writer.refuse("SQLite has no ranges");
        }
    };
    writer.around(before, node, after);
}

/// What a part of a point in time is taken of: what clocks show then.
fn in_time_zone<'a>(writer: &Writer, moment: Moment, node: &'a Node) -> Cow<'a, Node> {
    if moment != Moment::DateTime || writer.time_zone.is_utc() {
        return Cow::Borrowed(node);
    }
    Cow::Owned(Node::Call(Function::ToLocal, vec![node.clone()]))
}

/// The last argument of a function that needs the time zone. No name of one has a quotation mark.
fn time_zone(writer: &mut Writer) {
    let name = writer.time_zone.name();
    writer.push(&format!(", '{name}')"));
}

/// Parts are cut out of the stored text. SQLite's own functions would round the microseconds, up to the next year.
fn extract(writer: &mut Writer, part: Part, moment: Moment, node: &Node) {
    let clock = if moment == Moment::Time { 1 } else { 12 };
    let at = match part {
        Part::Year => (1, 4),
        Part::Month => (6, 2),
        Part::Day => (9, 2),
        Part::Hour => (clock, 2),
        Part::Minute => (clock + 3, 2),
        Part::Second => (clock + 6, 2),
        Part::Quarter => {
            writer.around("((CAST(SUBSTR(", node, ", 6, 2) AS INTEGER) + 2) / 3)");
            return;
        }
        Part::WeekDay => {
            writer.around("(CAST(STRFTIME('%w', SUBSTR(", node, ", 1, 10)) AS INTEGER) + 1)");
            return;
        }
        Part::IsoWeekDay => return strftime(writer, "%u", node),
        Part::Week => return strftime(writer, "%V", node),
        Part::IsoYear => return strftime(writer, "%G", node),
    };
    writer.around("CAST(SUBSTR(", node, &format!(", {}, {}) AS INTEGER)", at.0, at.1));
}

fn strftime(writer: &mut Writer, format: &str, node: &Node) {
    writer.around(&format!("CAST(STRFTIME('{format}', SUBSTR("), node, ", 1, 10)) AS INTEGER)");
}

fn trunc(writer: &mut Writer, unit: Unit, moment: Moment, node: &Node) {
    if moment == Moment::Time {
        return match unit {
            Unit::Hour => writer.around("(SUBSTR(", node, ", 1, 2) || ':00:00')"),
            Unit::Minute => writer.around("(SUBSTR(", node, ", 1, 5) || ':00')"),
            Unit::Second => writer.around("SUBSTR(", node, ", 1, 8)"),
            _ => writer.refuse("a time of day is cut to its hour, minute or second"),
        };
    }
    let midnight = if moment == Moment::DateTime { " || ' 00:00:00')" } else { ")" };
    match unit {
        Unit::Year => writer.around("(SUBSTR(", node, &format!(", 1, 4) || '-01-01'{midnight}")),
        Unit::Month => writer.around("(SUBSTR(", node, &format!(", 1, 7) || '-01'{midnight}")),
        Unit::Day => writer.around("(SUBSTR(", node, &format!(", 1, 10){midnight}")),
        Unit::Week => {
            writer.around("(DATE(SUBSTR(", node, &format!(", 1, 10), '-6 days', 'weekday 1'){midnight}"));
        }
        Unit::Quarter => {
            writer.around("(SUBSTR(", node, ", 1, 5) || PRINTF('%02d', ((");
            writer.around(
                "CAST(SUBSTR(",
                node,
                &format!(", 6, 2) AS INTEGER) - 1) / 3) * 3 + 1) || '-01'{midnight}"),
            );
        }
        Unit::Hour => writer.around("(SUBSTR(", node, ", 1, 13) || ':00:00')"),
        Unit::Minute => writer.around("(SUBSTR(", node, ", 1, 16) || ':00')"),
        Unit::Second => writer.around("SUBSTR(", node, ", 1, 19)"),
    }
}
