//! Python's `re` on Rust's `regex`, which takes linear time whatever the pattern is. A pattern is read by Python's rules and
//! written anew for the crate; what the crate cannot do, such as looking around and referring back, is refused.

use std::fmt::{self, Write as _};
use std::sync::{Arc, LazyLock};

use super::{ZEROS, words};

/// A pattern of Python's `re`, compiled.
///
/// What differs from Python: `\b` and `\B` see a letter with its marks as one word, and `(?ai)` folds cases by Unicode's table.
#[derive(Clone, Debug)]
pub struct Regex {
    compiled: regex::Regex,
    /// The names of the groups that are kept, in order.
    names: Arc<[String]>,
    has_unnamed_groups: bool,
}

/// What a pattern with groups has found in a text.
#[derive(Clone, Debug)]
pub struct Groups<'r, 't> {
    /// Where the match ends.
    pub end: usize,
    /// The groups that took part, with their names.
    pub groups: Vec<(&'r str, &'t str)>,
}

impl Regex {
    /// Compiles a pattern. Its flags are those in it: `(?i)` at its beginning.
    ///
    /// # Errors
    /// When Python would refuse the pattern, or Rust's `regex` cannot do what it asks for.
    pub fn new(pattern: &str) -> Result<Self, RegexError> {
        Self::compile(Pattern::translate(pattern, false)?, |text| text)
    }

    /// Compiles a pattern whose named groups can be asked for.
    ///
    /// # Errors
    /// As [`Regex::new`].
    pub fn with_groups(pattern: &str) -> Result<Self, RegexError> {
        Self::compile(Pattern::translate(pattern, true)?, |text| text)
    }

    /// The same of a pattern that the whole text has to match: `re.fullmatch`.
    ///
    /// # Errors
    /// As [`Regex::new`].
    pub fn fullmatch(pattern: &str) -> Result<Self, RegexError> {
        Self::compile(Pattern::translate(pattern, true)?, |text| format!("\\A(?:{text})\\z"))
    }

    fn compile(translated: Translated, around: impl Fn(String) -> String) -> Result<Self, RegexError> {
        let compiled = regex::Regex::new(&around(translated.text));
        let compiled = compiled.map_err(|error| RegexError(error.to_string()))?;
        let Translated { names, has_unnamed_groups, .. } = translated;
        Ok(Self { compiled, names: names.into(), has_unnamed_groups })
    }

    /// The first match in a text, with the named groups in it: `re.search` and `groupdict`.
    pub fn groups<'r, 't>(&'r self, text: &'t str) -> Option<Groups<'r, 't>> {
        let found = self.compiled.captures(text)?;
        let groups = self.names.iter().enumerate();
        let groups = groups.filter_map(|(index, name)| Some((name.as_str(), found.get(index + 1)?.as_str())));
        Some(Groups { end: found.get(0)?.end(), groups: groups.collect() })
    }

    /// The names of its groups, in order.
    pub fn group_names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Whether it has groups without names.
    pub fn has_unnamed_groups(&self) -> bool {
        self.has_unnamed_groups
    }

    /// Whether the pattern matches somewhere in the text: `re.search`.
    pub fn search(&self, text: &str) -> bool {
        self.compiled.is_match(text)
    }
}

/// Why a pattern cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegexError(String);

impl fmt::Display for RegexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RegexError {}

type Result<T, E = RegexError> = std::result::Result<T, E>;

const LOOK_AROUND: &str = "look-ahead and look-behind are not supported";
const BACK_REFERENCE: &str = "references to groups are not supported";
const ATOMIC: &str = "atomic groups and possessive repeats are not supported";

/// `re.A`, `re.I`, `re.M`, `re.S` and `re.X`.
#[derive(Clone, Copy, Default, PartialEq)]
struct Flags {
    ascii: bool,
    ignore_case: bool,
    multi_line: bool,
    dot_all: bool,
    verbose: bool,
}

impl Flags {
    fn set(&mut self, letter: char, on: bool) {
        match letter {
            'a' => self.ascii = on,
            'u' => self.ascii = !on,
            'i' => self.ignore_case = on,
            'm' => self.multi_line = on,
            's' => self.dot_all = on,
            _ => self.verbose = on,
        }
    }
}

/// A part of the translated pattern.
#[derive(Default)]
struct Piece {
    text: String,
    /// `$` is in it, which matches at the end and before a last line break. The translation takes the line break in.
    has_end: bool,
    /// It can tell these two places apart: it may match a line break, or looks at its neighbours.
    sees_line_break: bool,
}

impl Piece {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// One that looks at its neighbours, or may match a line break.
    fn seeing(text: impl Into<String>) -> Self {
        Self { sees_line_break: true, ..Self::new(text) }
    }
}

/// What one character of a set, or several of them, is.
enum Member {
    One(char),
    /// `\d`, `\s` or `\w`, or in upper case any other character.
    Class(char),
}

/// A pattern that is being read.
struct Pattern {
    chars: Vec<char>,
    at: usize,
    names: Vec<String>,
    /// Named groups can be asked for.
    keeps_groups: bool,
    has_unnamed_groups: bool,
}

/// A pattern as Rust's `regex` takes it.
struct Translated {
    text: String,
    names: Vec<String>,
    has_unnamed_groups: bool,
}

impl Pattern {
    fn translate(pattern: &str, keeps_groups: bool) -> Result<Translated> {
        let chars = pattern.chars().collect();
        let mut reader = Self { chars, at: 0, names: Vec::new(), keeps_groups, has_unnamed_groups: false };
        let mut flags = Flags::default();
        while let Some(letters) = reader.global_flags() {
            letters.iter().for_each(|letter| flags.set(*letter, true));
        }
        let piece = reader.alternatives(flags)?;
        if reader.peek().is_some() {
            return reader.refuse("unbalanced parenthesis");
        }
        let text = if flags.ignore_case { format!("(?i:{})", piece.text) } else { piece.text };
        let Self { names, has_unnamed_groups, .. } = reader;
        let names = if keeps_groups { names } else { Vec::new() };
        Ok(Translated { text, names, has_unnamed_groups })
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek();
        self.at += usize::from(next.is_some());
        next
    }

    /// Takes the character if it is the next one.
    fn take(&mut self, wanted: char) -> bool {
        let is_next = self.peek() == Some(wanted);
        self.at += usize::from(is_next);
        is_next
    }

    /// Takes characters while they are such, at most so many.
    fn take_while(&mut self, most: usize, is_such: impl Fn(char) -> bool) -> String {
        let taken: String = self.chars[self.at..].iter().take(most).take_while(|c| is_such(**c)).collect();
        self.at += taken.chars().count();
        taken
    }

    fn refuse<T>(&self, why: impl fmt::Display) -> Result<T> {
        Err(RegexError(format!("{why} (at character {})", self.at)))
    }

    /// The letters of `(?im)`, which stands at the beginning.
    fn global_flags(&mut self) -> Option<Vec<char>> {
        let rest = self.chars[self.at..].strip_prefix(&['(', '?'])?;
        let letters = rest.iter().take_while(|c| "aimsux".contains(**c)).count();
        let is_whole = letters > 0 && rest.get(letters) == Some(&')');
        is_whole.then(|| {
            self.at += letters + 3;
            rest[..letters].to_vec()
        })
    }

    /// `one|two|three`, up to the end or a parenthesis.
    fn alternatives(&mut self, flags: Flags) -> Result<Piece> {
        let mut all = self.sequence(flags)?;
        while self.take('|') {
            let other = self.sequence(flags)?;
            all.text.push('|');
            all.text.push_str(&other.text);
            all.has_end |= other.has_end;
            all.sees_line_break |= other.sees_line_break;
        }
        Ok(all)
    }

    fn sequence(&mut self, flags: Flags) -> Result<Piece> {
        let mut all = Piece::default();
        loop {
            self.skip_layout(flags);
            if matches!(self.peek(), None | Some('|' | ')')) {
                return Ok(all);
            }
            let Some(piece) = self.repeated(flags)? else { continue };
            if all.has_end && piece.sees_line_break {
                return self.refuse(
                    "`$` before something that may match a line break is not supported; \\Z is the end of the text",
                );
            }
            all.text.push_str(&piece.text);
            all.has_end |= piece.has_end;
            all.sees_line_break |= piece.sees_line_break;
        }
    }

    /// White space and comments of a verbose pattern.
    fn skip_layout(&mut self, flags: Flags) {
        if !flags.verbose {
            return;
        }
        loop {
            match self.peek() {
                Some(' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}') => self.at += 1,
                Some('#') => drop(self.take_while(usize::MAX, |c| c != '\n')),
                _ => return,
            }
        }
    }

    /// An item with its repeat; nothing where it is a comment.
    fn repeated(&mut self, flags: Flags) -> Result<Option<Piece>> {
        let is_place = matches!(self.chars[self.at..], ['^' | '$', ..] | ['\\', 'A' | 'b' | 'B' | 'Z', ..]);
        let Some(mut piece) = self.item(flags)? else { return Ok(None) };
        self.skip_layout(flags);
        let Some((least, repeat)) = self.repeat()? else { return Ok(Some(piece)) };
        if is_place {
            return self.refuse("nothing to repeat");
        }
        if piece.has_end && piece.sees_line_break && least > 1 {
            return self
                .refuse("`$` in something that is repeated is not supported; \\Z is the end of the text");
        }
        piece.text.push_str(&repeat);
        if self.take('?') {
            piece.text.push('?');
        } else if self.take('+') {
            return self.refuse(ATOMIC);
        }
        self.skip_layout(flags);
        if self.repeat()?.is_some() {
            return self.refuse("multiple repeat");
        }
        Ok(Some(piece))
    }

    /// `*`, `+`, `?` or `{1,2}`: the least number, and the translation. Other braces are not taken.
    fn repeat(&mut self) -> Result<Option<(u32, String)>> {
        let (least, text) = match self.peek() {
            Some('*') => (0, "*"),
            Some('+') => (1, "+"),
            Some('?') => (0, "?"),
            Some('{') => return self.counted(),
            _ => return Ok(None),
        };
        self.at += 1;
        Ok(Some((least, text.to_owned())))
    }

    fn counted(&mut self) -> Result<Option<(u32, String)>> {
        let start = self.at;
        self.at += 1;
        let digits = |c: char| c.is_ascii_digit();
        let least = self.take_while(usize::MAX, digits);
        let most = if self.take(',') { self.take_while(usize::MAX, digits) } else { least.clone() };
        if !self.take('}') || self.at == start + 2 {
            self.at = start;
            return Ok(None);
        }
        let number = |digits: &str, without| if digits.is_empty() { Ok(without) } else { digits.parse() };
        let (Ok(least), Ok(greatest)) = (number(&least, 0), number(&most, u32::MAX)) else {
            return self.refuse("the repetition number is too large");
        };
        if least > greatest {
            return self.refuse("min repeat greater than max repeat");
        }
        let most = if most.is_empty() { most } else { greatest.to_string() };
        Ok(Some((least, format!("{{{least},{most}}}"))))
    }

    fn item(&mut self, flags: Flags) -> Result<Option<Piece>> {
        let start = self.at;
        if self.repeat()?.is_some() {
            self.at = start;
            return self.refuse("nothing to repeat");
        }
        let Some(c) = self.next() else { return Ok(None) };
        Ok(Some(match c {
            '.' if flags.dot_all => Piece::seeing("(?s:.)"),
            '.' => Piece::new("[^\\n]"),
            '^' => Piece::seeing(if flags.multi_line { "(?m:^)" } else { "\\A" }),
            '$' if flags.multi_line => Piece::seeing("(?m:$)"),
            '$' => Piece { has_end: true, ..Piece::new("(?:\\n?\\z)") },
            '[' => self.set(flags)?,
            '(' => return self.group(flags),
            '\\' => self.escape(flags)?,
            c => one(c, flags),
        }))
    }

    /// What follows a parenthesis; nothing where it is a comment.
    fn group(&mut self, flags: Flags) -> Result<Option<Piece>> {
        let mut inner = flags;
        let mut is_kept = false;
        if self.take('?') {
            match self.next() {
                Some(':') => {}
                Some('P') if self.take('<') => {
                    self.name()?;
                    is_kept = self.keeps_groups;
                }
                Some('P') if self.take('=') => return self.refuse(BACK_REFERENCE),
                Some('#') => {
                    self.take_while(usize::MAX, |c| c != ')');
                    return if self.take(')') { Ok(None) } else { self.refuse("unterminated comment") };
                }
                Some('=' | '!') => return self.refuse(LOOK_AROUND),
                Some('<') if matches!(self.peek(), Some('=' | '!')) => return self.refuse(LOOK_AROUND),
                Some('(') => return self.refuse(BACK_REFERENCE),
                Some('>') => return self.refuse(ATOMIC),
                Some(c) if "aimsuxL-".contains(c) => {
                    self.at -= 1;
                    inner = self.scoped_flags(flags)?;
                }
                _ => return self.refuse("unknown extension of a group"),
            }
        } else {
            self.has_unnamed_groups = true;
        }
        let piece = self.alternatives(inner)?;
        if !self.take(')') {
            return self.refuse("missing ), unterminated subpattern");
        }
        let opening = match inner.ignore_case {
            _ if is_kept => "(",
            same if same == flags.ignore_case => "(?:",
            true => "(?i:",
            false => "(?-i:",
        };
        Ok(Some(Piece { text: format!("{opening}{})", piece.text), ..piece }))
    }

    /// The name of a group.
    fn name(&mut self) -> Result<()> {
        let name = self.take_while(usize::MAX, |c| c != '>');
        let is_name = name.chars().all(super::is_word) && !name.starts_with(|c: char| c.is_numeric());
        if !self.take('>') || name.is_empty() || !is_name {
            return self.refuse(format_args!("bad character in group name `{name}`"));
        }
        if self.names.contains(&name) {
            return self.refuse("redefinition of a group name");
        }
        self.names.push(name);
        Ok(())
    }

    /// `i-s:` of `(?i-s:...)`.
    fn scoped_flags(&mut self, flags: Flags) -> Result<Flags> {
        let mut inner = flags;
        let on = self.take_while(usize::MAX, |c| "aimsux".contains(c));
        on.chars().for_each(|letter| inner.set(letter, true));
        let is_both = on.contains('a') && on.contains('u');
        if self.take('-') {
            let off = self.take_while(usize::MAX, |c| "imsx".contains(c));
            if off.is_empty() || off.contains(|letter| on.contains(letter)) {
                return self.refuse("bad inline flags");
            }
            off.chars().for_each(|letter| inner.set(letter, false));
        }
        match self.next() {
            Some(':') if !is_both => Ok(inner),
            Some(')') => self.refuse("global flags not at the start of the expression"),
            _ => self.refuse("bad inline flags"),
        }
    }

    /// What follows a backslash outside of a set.
    fn escape(&mut self, flags: Flags) -> Result<Piece> {
        let Some(c) = self.next() else { return self.refuse("bad escape (end of pattern)") };
        Ok(match c {
            'A' => Piece::seeing("\\A"),
            'Z' => Piece::seeing("\\z"),
            'b' | 'B' if flags.ascii => Piece::seeing(format!("(?-u:\\{c})")),
            'b' | 'B' => Piece::seeing(format!("\\{c}")),
            'd' | 's' | 'w' | 'D' | 'S' | 'W' => Piece {
                sees_line_break: has_line_break(c),
                ..Piece::new(format!("(?-i:[{}])", class(c, flags)))
            },
            '0' => {
                let digits = self.take_while(2, is_octal);
                one(self.character(&format!("0{digits}"), 8)?, flags)
            }
            '1'..='9' => {
                let rest = &self.chars[self.at..];
                let is_code = is_octal(c) && rest.len() > 1 && rest[..2].iter().all(|c| is_octal(*c));
                if !is_code {
                    return self.refuse(BACK_REFERENCE);
                }
                let digits = self.take_while(2, is_octal);
                one(self.octal(&format!("{c}{digits}"))?, flags)
            }
            c => one(self.escaped_character(c)?, flags),
        })
    }

    /// The character that an escape means inside and outside of a set.
    fn escaped_character(&mut self, c: char) -> Result<char> {
        Ok(match c {
            'a' => '\u{7}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            'x' | 'u' | 'U' => {
                let length = match c {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let digits = self.take_while(length, |c| c.is_ascii_hexdigit());
                if digits.len() < length {
                    return self.refuse(format_args!("incomplete escape \\{c}{digits}"));
                }
                self.character(&digits, 16)?
            }
            'N' => return self.refuse("names of characters (\\N{..}) are not supported"),
            c if c.is_ascii_alphanumeric() => return self.refuse(format_args!("bad escape \\{c}")),
            c => c,
        })
    }

    fn octal(&self, digits: &str) -> Result<char> {
        match u32::from_str_radix(digits, 8) {
            Ok(..=0o377) => self.character(digits, 8),
            _ => self.refuse(format_args!("octal escape value \\{digits} outside of range 0-0o377")),
        }
    }

    fn character(&self, digits: &str, radix: u32) -> Result<char> {
        let character = u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
        character.map_or_else(|| self.refuse("an escape is no character of Unicode"), Ok)
    }

    /// `abc]` of `[abc]`.
    fn set(&mut self, flags: Flags) -> Result<Piece> {
        let is_negated = self.take('^');
        let mut text = String::new();
        let mut sees_line_break = false;
        let mut has_i = false;
        let start = self.at;
        loop {
            if self.at > start && self.take(']') {
                break;
            }
            match self.member()? {
                Member::Class(letter) => {
                    if self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|c| *c != ']') {
                        return self.refuse("bad character range");
                    }
                    text.push_str(&class(letter, flags));
                    sees_line_break |= has_line_break(letter);
                }
                Member::One(first) => {
                    let is_range =
                        self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|c| *c != ']');
                    let last = if is_range {
                        self.at += 1;
                        self.member()?
                    } else {
                        Member::One(first)
                    };
                    let Member::One(last) = last else { return self.refuse("bad character range") };
                    if first > last {
                        return self.refuse("bad character range");
                    }
                    push_literal(&mut text, first);
                    text.push('-');
                    push_literal(&mut text, last);
                    sees_line_break |= (first..=last).contains(&'\n');
                    has_i |= EVERY_I.iter().any(|i| (first..=last).contains(i));
                }
            }
        }
        if has_i && flags.ignore_case && !flags.ascii {
            text.extend(EVERY_I);
        }
        let sign = if is_negated { "^" } else { "" };
        let sees_line_break = sees_line_break != is_negated;
        Ok(Piece { sees_line_break, ..Piece::new(format!("[{sign}{text}]")) })
    }

    fn member(&mut self) -> Result<Member> {
        let Some(c) = self.next() else { return self.refuse("unterminated character set") };
        if c != '\\' {
            return Ok(Member::One(c));
        }
        let Some(c) = self.next() else { return self.refuse("bad escape (end of pattern)") };
        Ok(match c {
            'd' | 's' | 'w' | 'D' | 'S' | 'W' => Member::Class(c),
            'b' => Member::One('\u{8}'),
            c if is_octal(c) => {
                let digits = self.take_while(2, is_octal);
                Member::One(self.octal(&format!("{c}{digits}"))?)
            }
            c => Member::One(self.escaped_character(c)?),
        })
    }
}

fn is_octal(c: char) -> bool {
    ('0'..='7').contains(&c)
}

/// The letters that are `i` for Python when case is ignored. Unicode's own table has the first two.
const EVERY_I: [char; 4] = ['i', 'I', '\u{130}', '\u{131}'];

/// One character outside of a set.
fn one(c: char, flags: Flags) -> Piece {
    if flags.ignore_case && !flags.ascii && EVERY_I.contains(&c) {
        return Piece::new(format!("[{}]", EVERY_I.iter().collect::<String>()));
    }
    literal(c)
}

fn literal(c: char) -> Piece {
    let mut piece = Piece { sees_line_break: c == '\n', ..Piece::default() };
    push_literal(&mut piece.text, c);
    piece
}

/// A character that means itself.
fn push_literal(text: &mut String, c: char) {
    if c.is_ascii() && !c.is_ascii_alphanumeric() {
        // Writing to a text cannot fail.
        let _ = write!(text, "\\x{{{:x}}}", u32::from(c));
    } else {
        text.push(c);
    }
}

/// Whether a line break is one of `\d`, `\s` and so on.
fn has_line_break(letter: char) -> bool {
    matches!(letter, 's' | 'D' | 'W')
}

/// `\d`, `\s`, `\w` and their opposites as the inside of a set.
fn class(letter: char, flags: Flags) -> String {
    let members = match (letter.to_ascii_lowercase(), flags.ascii) {
        ('d', true) => "0-9",
        ('d', false) => DIGITS.as_str(),
        ('s', true) => "\\t-\\r\\x{20}",
        ('s', false) => "\\s\\x{1c}-\\x{1f}",
        (_, true) => "0-9A-Za-z_",
        (_, false) => WORDS.as_str(),
    };
    if letter.is_ascii_uppercase() { format!("[^{members}]") } else { members.to_owned() }
}

/// Python's `\w`, as the inside of a set.
static WORDS: LazyLock<String> = LazyLock::new(|| {
    let ranges = words::EDGES.chunks_exact(2);
    ranges.map(|edges| format!("\\x{{{:x}}}-\\x{{{:x}}}", edges[0], edges[1] - 1)).collect()
});

/// Python's `\d`.
static DIGITS: LazyLock<String> =
    LazyLock::new(|| ZEROS.iter().map(|zero| format!("\\x{{{zero:x}}}-\\x{{{:x}}}", zero + 9)).collect());
