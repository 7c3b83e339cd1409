//! The words of an SQL text.

use crate::Dialect;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// A word without quotes: a keyword or a name.
    Word,
    /// A name in quotes.
    Name,
    /// A text in quotes.
    Text,
    Number,
    Symbol,
}

/// A token, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) sort: Sort,
    /// Without its quotes.
    pub(super) text: String,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Token {
    /// The keyword, however it is written.
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.sort == Sort::Word && self.text.eq_ignore_ascii_case(word)
    }

    pub(super) fn is(&self, symbol: &str) -> bool {
        self.sort == Sort::Symbol && self.text == symbol
    }
}

const SYMBOLS: [&str; 9] = ["::", "<=", ">=", "<>", "!=", "==", "||", "->>", "->"];

/// The tokens of a text, without comments. What is left open ends with the text.
pub(super) fn tokens(sql: &str, dialect: Dialect) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = sql[at..].chars().next() {
        let rest = &sql[at..];
        if c.is_whitespace() {
            at += c.len_utf8();
        } else if rest.starts_with("--") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |end| end + 2);
        } else {
            let (sort, text, length) = token(rest, c, dialect);
            tokens.push(Token { sort, text, start: at, end: at + length });
            at += length;
        }
    }
    tokens
}

fn token(rest: &str, first: char, dialect: Dialect) -> (Sort, String, usize) {
    match first {
        '\'' => quoted(rest, '\'', Sort::Text),
        '"' => quoted(rest, '"', Sort::Name),
        '`' if dialect == Dialect::Sqlite => quoted(rest, '`', Sort::Name),
        '[' if dialect == Dialect::Sqlite => quoted(rest, ']', Sort::Name),
        'E' if rest.starts_with("E'") && dialect == Dialect::Postgres => {
            let (sort, text, length) = quoted(&rest[1..], '\'', Sort::Text);
            (sort, text.replace("\\\\", "\\"), length + 1)
        }
        _ if first.is_ascii_digit() => {
            let is_part = |(at, c): &(usize, char)| {
                let after_exponent = *at > 0 && rest[..*at].ends_with(['e', 'E']);
                c.is_ascii_alphanumeric() || *c == '.' || (matches!(c, '+' | '-') && after_exponent)
            };
            let length = rest.char_indices().find(|part| !is_part(part)).map_or(rest.len(), |(at, _)| at);
            (Sort::Number, rest[..length].to_owned(), length)
        }
        _ if is_of_a_word(first) => {
            let length = rest.find(|c| !is_of_a_word(c)).unwrap_or(rest.len());
            (Sort::Word, rest[..length].to_owned(), length)
        }
        _ => {
            let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
            let text = symbol.map_or_else(|| first.to_string(), |symbol| (*symbol).to_owned());
            let length = text.len();
            (Sort::Symbol, text, length)
        }
    }
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// A token in quotes, in which a quote is written twice.
fn quoted(rest: &str, end: char, sort: Sort) -> (Sort, String, usize) {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != end {
            text.push(c);
        } else if end != ']' && chars.peek().is_some_and(|(_, next)| *next == end) {
            text.push(c);
            chars.next();
        } else {
            return (sort, text, at + 1);
        }
    }
    (sort, text, rest.len())
}
