//! How each database says what both can do. Everything in which the SQL of queries differs is in this folder.

mod postgres;
mod search;
mod sqlite;

use super::node::{AggregateFunction, Class, Function, JsonKey, Lookup, Node, Operator};
use super::writer::Writer;
use crate::dialect::Dialect;
use crate::json::Json;
use crate::{DateTime, FieldKind, Value};

/// A cast written round an expression.
type Cast = (&'static str, &'static str);

impl Dialect {
    /// What stands before the number of a parameter.
    pub(super) fn mark(self) -> char {
        match self {
            Self::Sqlite => '?',
            Self::Postgres => '$',
        }
    }

    /// What an offset needs before it where there is no limit.
    pub(super) fn no_limit(self) -> &'static str {
        match self {
            Self::Sqlite => " LIMIT -1",
            Self::Postgres => "",
        }
    }

    /// PostgreSQL before 16 wants a name for each subquery in `FROM`.
    pub(super) fn subquery_alias(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " \"member\"",
        }
    }

    /// Whether a connection says which key the database has made for the row that was inserted last.
    pub(super) fn knows_new_key(self) -> bool {
        self == Self::Sqlite
    }

    /// What an `INSERT` begins and ends with that leaves out what breaks a constraint, as Django writes it. SQLite keeps no journal of
    /// such a statement, because it never fails halfway.
    pub(super) fn insert_or_ignore(self) -> (&'static str, &'static str) {
        match self {
            Self::Sqlite => ("INSERT OR IGNORE INTO ", ""),
            Self::Postgres => ("INSERT INTO ", " ON CONFLICT DO NOTHING"),
        }
    }

    pub(super) fn has_distinct_on(self) -> bool {
        self == Self::Postgres
    }

    /// Asks for the foreign keys of one column for which the database itself does nothing when a row is deleted: table,
    /// column, table referred to, column referred to.
    pub(super) fn foreign_keys(self) -> &'static str {
        match self {
            Self::Sqlite => sqlite::FOREIGN_KEYS,
            Self::Postgres => postgres::FOREIGN_KEYS,
        }
    }

    /// A key's column beside a text that has such keys, as a generic foreign key may.
    pub(super) fn text_of_key(self, column: String, kind: FieldKind) -> String {
        match self {
            Self::Sqlite => sqlite::text_of_key(column, kind),
            // A text may be no key at all, so that the key becomes a text.
            Self::Postgres => format!("({column})::text"),
        }
    }

    pub(super) fn has_row_locks(self) -> bool {
        self == Self::Postgres
    }

    /// How a value is written where nothing says its type.
    pub(super) fn literal_cast(self, value: &Value) -> Cast {
        match self {
            Self::Sqlite => sqlite::literal_cast(value),
            Self::Postgres => postgres::literal_cast(value),
        }
    }

    /// How a value is written beside a column.
    pub(super) fn compared_cast(self, value: &Value) -> Cast {
        match self {
            Self::Sqlite => ("", ""),
            Self::Postgres => postgres::compared_cast(value),
        }
    }

    /// An aggregate's name, and the type that its value is brought back to.
    pub(super) fn aggregate(self, function: AggregateFunction) -> (&'static str, Option<&'static str>) {
        let name = match function {
            AggregateFunction::Count => "COUNT",
            AggregateFunction::Sum(_) => "SUM",
            AggregateFunction::Avg(_) => "AVG",
            AggregateFunction::Min => "MIN",
            AggregateFunction::Max => "MAX",
            AggregateFunction::StdDev { sample: false } => "STDDEV_POP",
            AggregateFunction::StdDev { sample: true } => "STDDEV_SAMP",
            AggregateFunction::Variance { sample: false } => "VAR_POP",
            AggregateFunction::Variance { sample: true } => "VAR_SAMP",
        };
        let wider = match (self, function) {
            (Self::Sqlite, _) => None,
            (Self::Postgres, AggregateFunction::Sum(Class::Whole)) => Some("bigint"),
            (Self::Postgres, AggregateFunction::Avg(Class::Whole | Class::Float))
            | (Self::Postgres, AggregateFunction::StdDev { .. } | AggregateFunction::Variance { .. }) => {
                Some("double precision")
            }
            (Self::Postgres, _) => None,
        };
        (name, wider)
    }
}

impl Writer {
    /// The left side of a comparison, and what rows are ordered by. What is inside of a JSON document is compared as the
    /// number or the text that it is.
    pub(super) fn compared(&mut self, node: &Node) {
        match (self.dialect, node) {
            (Dialect::Sqlite, Node::Call(Function::JsonPath(keys), nodes)) => {
                sqlite::scalar_in_json(self, keys, nodes);
            }
            _ => self.part(node),
        }
    }

    /// The right side of a comparison. A value takes the type of the left side where that is a column.
    pub(super) fn operand(&mut self, left: &Node, right: &Node) {
        match (self.dialect, left, right) {
            (Dialect::Sqlite, Node::Call(Function::JsonPath(_), _), Node::Value(Value::Json(json))) => {
                sqlite::json_operand(self, json);
            }
            (_, Node::Column(_) | Node::Outer(_), Node::Value(value)) => {
                let cast = self.dialect.compared_cast(value);
                self.cast_bind(value, cast);
            }
            _ => self.compared(right),
        }
    }

    /// A lookup that is no plain operator.
    pub(super) fn matches(&mut self, left: &Node, lookup: Lookup, right: &Node) {
        match self.dialect {
            Dialect::Sqlite => sqlite::matches(self, left, lookup, right),
            Dialect::Postgres => postgres::matches(self, left, lookup, right),
        }
    }

    /// Whether a JSON document or an hstore has all or any of some keys.
    pub(super) fn has_keys(&mut self, left: &Node, lookup: Lookup, keys: &[Node]) {
        let connector = match lookup {
            Lookup::HasKeys if keys.is_empty() => return self.around("", left, " IS NOT NULL"),
            Lookup::HasAnyKeys if keys.is_empty() => return self.push("FALSE"),
            Lookup::HasKeys => " AND ",
            Lookup::HasAnyKeys => " OR ",
            _ => return self.refuse("a lookup that takes no list"),
        };
        self.push("(");
        for (index, key) in keys.iter().enumerate() {
            if index > 0 {
                self.push(connector);
            }
            self.matches(left, Lookup::HasKey, key);
        }
        self.push(")");
    }

    /// An operator that is a function in one of the databases.
    pub(super) fn special_operator(&mut self, operator: Operator, nodes: &[Node; 2]) {
        match self.dialect {
            Dialect::Sqlite => sqlite::operator(self, operator, nodes),
            Dialect::Postgres => postgres::operator(self, operator, nodes),
        }
    }

    /// A function of one row.
    pub(super) fn call(&mut self, function: &Function, nodes: &[Node]) {
        if let Some(name) = common_name(function) {
            return self.function(name, nodes);
        }
        if let (Function::MakeAware, [Node::Value(Value::DateTime(local))]) = (function, nodes) {
            return self.local_value(*local);
        }
        match self.dialect {
            Dialect::Sqlite => sqlite::call(self, function, nodes),
            Dialect::Postgres => postgres::call(self, function, nodes),
        }
    }

    /// The point in time when clocks show a datetime that came without an offset.
    fn local_value(&mut self, local: DateTime) {
        match self.time_zone.make_aware(local).in_utc() {
            Some(utc) => self.part(&Node::Value(Value::DateTime(utc))),
            None => self.refuse("the datetime is out of range"),
        }
    }

    /// `NAME(a, b)`.
    pub(super) fn function(&mut self, name: &str, nodes: &[Node]) {
        self.push(name);
        self.push("(");
        self.list(nodes, Self::part);
        self.push(")");
    }

    /// Text with one expression in it.
    pub(super) fn around(&mut self, before: &str, node: &Node, after: &str) {
        self.push(before);
        self.part(node);
        self.push(after);
    }

    /// `a CONNECTOR b` of a list, each with text before and after it.
    fn chain(&mut self, nodes: &[Node], connector: &str, (before, after): Cast) {
        self.push("(");
        for (index, node) in nodes.iter().enumerate() {
            if index > 0 {
                self.push(connector);
            }
            self.around(before, node, after);
        }
        self.push(")");
    }
}

/// The functions that both databases call the same.
fn common_name(function: &Function) -> Option<&'static str> {
    Some(match function {
        Function::Coalesce => "COALESCE",
        Function::Lower => "LOWER",
        Function::Upper => "UPPER",
        Function::Length => "LENGTH",
        Function::Trim => "TRIM",
        Function::LTrim => "LTRIM",
        Function::RTrim => "RTRIM",
        Function::Replace => "REPLACE",
        Function::NullIf => "NULLIF",
        Function::Abs => "ABS",
        Function::Floor => "FLOOR",
        Function::Ceil => "CEILING",
        _ => return None,
    })
}

/// The pattern of a lookup in a text: what stands before and after it.
fn wildcards(lookup: Lookup) -> Option<(&'static str, &'static str)> {
    Some(match lookup {
        Lookup::IExact => ("", ""),
        Lookup::Contains | Lookup::IContains => ("%", "%"),
        Lookup::StartsWith | Lookup::IStartsWith => ("", "%"),
        Lookup::EndsWith | Lookup::IEndsWith => ("%", ""),
        _ => return None,
    })
}

/// The right side of `LIKE`: a text whose own `%`, `_` and `\` are escaped.
fn pattern(writer: &mut Writer, (before, after): (&str, &str), right: &Node) {
    match right {
        Node::Value(Value::Text(text)) => {
            writer.bind(Value::Text(format!("{before}{}{after}", escaped(text))));
        }
        right => {
            if !before.is_empty() {
                writer.push("'%' || ");
            }
            writer.around(r"REPLACE(REPLACE(REPLACE(", right, r", '\', '\\'), '%', '\%'), '_', '\_')");
            if !after.is_empty() {
                writer.push(" || '%'");
            }
        }
    }
}

fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

/// A path into a JSON document as SQLite writes it: `$."key"[0]`.
fn json_path(keys: &[JsonKey]) -> String {
    let mut path = String::from("$");
    for key in keys {
        match key {
            JsonKey::Key(key) => {
                path.push('.');
                // Every text can be written.
                path.push_str(&Json::from(key.as_str()).dumps().unwrap_or_default());
            }
            JsonKey::Index(index) if *index < 0 => path.push_str(&format!("[#{index}]")),
            JsonKey::Index(index) => path.push_str(&format!("[{index}]")),
        }
    }
    path
}
