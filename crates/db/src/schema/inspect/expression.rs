//! SQL of conditions and of what is computed, as far as a model can say it.

use super::tokens::{Sort, Token, tokens};
use crate::Dialect;

/// An expression of SQL. Casts are left out: the column says the type.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    Column(String),
    Text(String),
    Number(String),
    Boolean(bool),
    Null,
    Not(Box<Expression>),
    And(Vec<Expression>),
    Or(Vec<Expression>),
    Compare(Box<Expression>, &'static str, Box<Expression>),
    IsNull(Box<Expression>, bool),
    In(Box<Expression>, Vec<Expression>),
    Arithmetic(Box<Expression>, char, Box<Expression>),
    Call(String, Vec<Expression>),
}

/// Reads an expression; `None` where it has something else in it than this module knows.
pub(super) fn parse(sql: &str, dialect: Dialect) -> Option<Expression> {
    let tokens = tokens(sql, dialect);
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0 };
    let expression = parser.or()?;
    (parser.at == tokens.len()).then_some(expression)
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
}

/// How deep parentheses may be in each other.
const DEEPEST: usize = 50;

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, is: impl Fn(&Token) -> bool) -> Option<&Token> {
        let token = self.tokens.get(self.at).filter(|token| is(token))?;
        self.at += 1;
        Some(token)
    }

    fn word(&mut self, word: &str) -> bool {
        self.take(|token| token.is_word(word)).is_some()
    }

    fn symbol(&mut self, symbol: &str) -> bool {
        self.take(|token| token.is(symbol)).is_some()
    }

    fn or(&mut self) -> Option<Expression> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut parts = vec![self.and()?];
        while self.word("OR") {
            parts.push(self.and()?);
        }
        self.depth -= 1;
        Some(if parts.len() == 1 { parts.remove(0) } else { Expression::Or(parts) })
    }

    fn and(&mut self) -> Option<Expression> {
        let mut parts = vec![self.not()?];
        while self.word("AND") {
            parts.push(self.not()?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Expression::And(parts) })
    }

    fn not(&mut self) -> Option<Expression> {
        if self.word("NOT") {
            self.depth += 1;
            let inner = (self.depth <= DEEPEST).then(|| self.not())??;
            self.depth -= 1;
            return Some(Expression::Not(Box::new(inner)));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Option<Expression> {
        let left = self.sum()?;
        if self.word("IS") {
            let is_null = !self.word("NOT");
            return self.word("NULL").then(|| Expression::IsNull(Box::new(left), is_null));
        }
        if self.word("IN") {
            let values = self.list("(", ")")?;
            return Some(Expression::In(Box::new(left), values));
        }
        if self.word("BETWEEN") {
            let least = self.sum()?;
            let greatest = self.word("AND").then(|| self.sum())??;
            let compare =
                |operator, with| Expression::Compare(Box::new(left.clone()), operator, Box::new(with));
            return Some(Expression::And(vec![compare(">=", least), compare("<=", greatest)]));
        }
        for (sql, operator) in [
            ("=", "=="),
            ("==", "=="),
            ("<>", "!="),
            ("!=", "!="),
            ("<=", "<="),
            (">=", ">="),
            ("<", "<"),
            (">", ">"),
        ] {
            if self.symbol(sql) {
                if operator == "==" && self.word("ANY") {
                    return self.any(left);
                }
                let right = self.sum()?;
                return Some(Expression::Compare(Box::new(left), operator, Box::new(right)));
            }
        }
        Some(left)
    }

    /// `= ANY (ARRAY['a', 'b'])`, as PostgreSQL writes `IN`.
    fn any(&mut self, left: Expression) -> Option<Expression> {
        let mut open = 0;
        while self.symbol("(") {
            open += 1;
        }
        let values = self.word("ARRAY").then(|| self.list("[", "]"))??;
        self.casts()?;
        for _ in 0..open {
            self.symbol(")").then_some(())?;
            self.casts()?;
        }
        Some(Expression::In(Box::new(left), values))
    }

    fn sum(&mut self) -> Option<Expression> {
        let mut left = self.product()?;
        loop {
            let operator = if self.symbol("+") {
                '+'
            } else if self.symbol("-") {
                '-'
            } else {
                return Some(left);
            };
            left = Expression::Arithmetic(Box::new(left), operator, Box::new(self.product()?));
        }
    }

    fn product(&mut self) -> Option<Expression> {
        let mut left = self.primary()?;
        loop {
            let operator = match ["*", "/", "%"].iter().find(|symbol| self.symbol(symbol)) {
                Some(symbol) => symbol.chars().next()?,
                None => return Some(left),
            };
            left = Expression::Arithmetic(Box::new(left), operator, Box::new(self.primary()?));
        }
    }

    fn primary(&mut self) -> Option<Expression> {
        let expression = self.plain()?;
        let is_number = self.casts()?;
        Some(match expression {
            // PostgreSQL's `'-2'::integer`.
            Expression::Text(number) if is_number => Expression::Number(number),
            other => other,
        })
    }

    fn plain(&mut self) -> Option<Expression> {
        if self.symbol("(") {
            let inner = self.or()?;
            return self.symbol(")").then_some(inner);
        }
        if self.symbol("-") {
            let number = self.take(|token| token.sort == Sort::Number)?;
            return Some(Expression::Number(format!("-{}", number.text)));
        }
        let token = self.peek()?.clone();
        self.at += 1;
        match token.sort {
            Sort::Text => Some(Expression::Text(token.text)),
            Sort::Number => Some(Expression::Number(token.text)),
            Sort::Name => Some(Expression::Column(token.text)),
            Sort::Word => self.named(&token.text),
            Sort::Symbol => None,
        }
    }

    /// A keyword, a function, or a column.
    fn named(&mut self, word: &str) -> Option<Expression> {
        const OTHERS: [&str; 8] = ["CASE", "CAST", "EXISTS", "SELECT", "ARRAY", "COLLATE", "INTERVAL", "ROW"];
        if self.peek().is_some_and(|token| token.is("(")) {
            return Some(Expression::Call(word.to_lowercase(), self.list("(", ")")?));
        }
        let is = |known: &str| word.eq_ignore_ascii_case(known);
        match () {
            () if is("TRUE") => Some(Expression::Boolean(true)),
            () if is("FALSE") => Some(Expression::Boolean(false)),
            () if is("NULL") => Some(Expression::Null),
            () if OTHERS.iter().any(|other| is(other)) => None,
            () => Some(Expression::Column(word.to_owned())),
        }
    }

    fn list(&mut self, open: &str, close: &str) -> Option<Vec<Expression>> {
        self.symbol(open).then_some(())?;
        let mut values = Vec::new();
        while !self.symbol(close) {
            values.push(self.or()?);
            if !self.symbol(",") {
                return self.symbol(close).then_some(values);
            }
        }
        Some(values)
    }

    /// `::numeric(5, 2)`, `::character varying[]`. Says whether one of them makes a number.
    fn casts(&mut self) -> Option<bool> {
        const FURTHER: [&str; 6] = ["varying", "precision", "with", "without", "time", "zone"];
        const NUMBERS: [&str; 6] = ["integer", "bigint", "smallint", "numeric", "double", "real"];
        let mut is_number = false;
        while self.symbol("::") {
            let cast = self.take(|token| matches!(token.sort, Sort::Word | Sort::Name))?;
            is_number |= NUMBERS.iter().any(|number| cast.is_word(number));
            while FURTHER.iter().any(|word| self.word(word)) {}
            if self.peek().is_some_and(|token| token.is("(")) {
                self.list("(", ")")?;
                while FURTHER.iter().any(|word| self.word(word)) {}
            }
            while self.symbol("[") {
                self.symbol("]").then_some(())?;
            }
        }
        Some(is_number)
    }
}

/// The field of a column, by its name.
pub(super) type FieldOf<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Expression {
    /// The condition as `#[model(constraints = ..)]` takes it; `None` where it cannot say it.
    pub(super) fn condition(&self, field: FieldOf<'_>) -> Option<String> {
        match self {
            Self::Column(column) => field(column),
            Self::Not(inner) => Some(match &**inner {
                Self::Column(_) => format!("!{}", inner.condition(field)?),
                _ => format!("!({})", inner.condition(field)?),
            }),
            Self::And(parts) => joined(parts, " && ", field),
            Self::Or(parts) => joined(parts, " || ", field),
            Self::IsNull(of, is_null) => {
                let word = if *is_null { "is_null" } else { "is_not_null" };
                Some(format!("{}.{word}()", of.named(field)?))
            }
            Self::In(of, values) if !values.is_empty() => {
                let values: Option<Vec<String>> = values.iter().map(Self::literal).collect();
                Some(format!("{}.is_in({})", of.named(field)?, values?.join(", ")))
            }
            Self::Compare(left, operator, right) => match left.named(field) {
                Some(left) => {
                    let right = right.named(field).or_else(|| right.literal())?;
                    Some(format!("{left} {operator} {right}"))
                }
                None => {
                    let turned = match *operator {
                        "<" => ">",
                        ">" => "<",
                        "<=" => ">=",
                        ">=" => "<=",
                        same => same,
                    };
                    Some(format!("{} {turned} {}", right.named(field)?, left.literal()?))
                }
            },
            _ => None,
        }
    }

    /// What `#[field(generated = ..)]` takes.
    pub(super) fn computed(&self, field: FieldOf<'_>) -> Option<String> {
        const OF_ONE: [&str; 5] = ["lower", "upper", "trim", "length", "abs"];
        match self {
            Self::Column(_) => self.named(field),
            Self::Text(_) | Self::Number(_) => self.literal(),
            Self::Arithmetic(left, operator, right) => {
                let part = |part: &Self| {
                    let text = part.computed(field)?;
                    Some(if matches!(part, Self::Arithmetic(..)) { format!("({text})") } else { text })
                };
                Some(format!("{} {operator} {}", part(left)?, part(right)?))
            }
            Self::Call(name, parts) => {
                let is_known = match parts.len() {
                    1 => OF_ONE.contains(&name.as_str()),
                    2..=6 => name == "coalesce",
                    _ => false,
                };
                let parts: Option<Vec<String>> = parts.iter().map(|part| part.computed(field)).collect();
                is_known.then_some(format!("{name}({})", parts?.join(", ")))
            }
            _ => self.condition(field),
        }
    }

    fn named(&self, field: FieldOf<'_>) -> Option<String> {
        match self {
            Self::Column(column) => field(column),
            _ => None,
        }
    }

    /// The value as Rust writes it.
    pub(super) fn literal(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(format!("{text:?}")),
            Self::Number(number) => {
                let is_plain = number.parse::<i64>().is_ok()
                    || (number.parse::<f64>().is_ok() && number.contains('.') && !number.ends_with('.'));
                is_plain.then(|| number.clone())
            }
            Self::Boolean(value) => Some(value.to_string()),
            _ => None,
        }
    }
}

fn joined(parts: &[Expression], join: &str, field: FieldOf<'_>) -> Option<String> {
    let parts: Option<Vec<String>> = parts
        .iter()
        .map(|part| {
            let text = part.condition(field)?;
            Some(if matches!(part, Expression::And(_) | Expression::Or(_)) {
                format!("({text})")
            } else {
                text
            })
        })
        .collect();
    Some(parts?.join(join))
}

#[cfg(test)]
mod tests {
    use super::*;

    // The SQL is what Django 5.2.19 writes on SQLite, and what PostgreSQL 15 says of it.
    #[test]
    fn conditions_are_read() {
        let field = |column: &str| (column != "other").then(|| column.trim_end_matches("_id").to_owned());
        for (sql, expected) in [
            ("\"returned\" IS NULL", Some("returned.is_null()")),
            ("(returned IS NOT NULL)", Some("returned.is_not_null()")),
            ("(\"a\" > 1 AND (\"b\" = 'x' OR NOT \"flag\"))", Some("a > 1 && (b == \"x\" || !flag)")),
            (
                "((price >= (0)::numeric) AND ((state)::text = 'it''s'::text))",
                Some("price >= 0 && state == \"it's\""),
            ),
            (
                "((state)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
                Some("state.is_in(\"a\", \"b\")"),
            ),
            ("(n = ANY (ARRAY[1, '-2'::integer]))", Some("n.is_in(1, -2)")),
            ("\"n\" IN (1, -2)", Some("n.is_in(1, -2)")),
            ("(NOT ((n = 1) AND (n IS NOT NULL)))", Some("!(n == 1 && n.is_not_null())")),
            ("\"ends\" > (\"starts\")", Some("ends > starts")),
            ("0 <= x", Some("x >= 0")),
            ("owner_id <> 3", Some("owner != 3")),
            ("x BETWEEN 1 AND 2.5", Some("x >= 1 && x <= 2.5")),
            ("other = 1", None),
            ("lower(name) = 'a'", None),
            ("x = ", None),
            ("a AND", None),
            ("CASE WHEN a THEN b END", None),
            ("((((a", None),
        ] {
            let dialect = if sql.contains("::") { Dialect::Postgres } else { Dialect::Sqlite };
            let found = parse(sql, dialect).and_then(|expression| expression.condition(&field));
            assert_eq!(found.as_deref(), expected, "{sql}");
        }
        assert!(parse(&"(".repeat(100_000), Dialect::Postgres).is_none());
        assert!(parse(&"NOT ".repeat(40), Dialect::Postgres).is_none());
    }

    #[test]
    fn what_is_computed_is_read() {
        let field = |column: &str| Some(column.to_owned());
        for (sql, expected) in [
            ("\"a\" * \"b\"", Some("a * b")),
            ("((price * (pieces)::numeric) + (1)::numeric)", Some("(price * pieces) + 1")),
            ("lower((name)::text)", Some("lower(name)")),
            ("COALESCE(\"a\", 0)", Some("coalesce(a, 0)")),
            ("(pieces >= 10)", Some("pieces >= 10")),
            ("substr(name, 1)", None),
        ] {
            let found = parse(sql, Dialect::Postgres).and_then(|expression| expression.computed(&field));
            assert_eq!(found.as_deref(), expected, "{sql}");
        }
    }
}
