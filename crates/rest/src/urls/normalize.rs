//! What paths a regular expression is written from: Django's `normalize` of `django.utils.regex_helper`. Of what repeats it takes the
//! fewest, of a class the first character, and of what is optional and has a name both forms.

use std::iter::Peekable;
use std::str::Chars;
use std::sync::Arc;

/// A piece of a path.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    Text(String),
    Name(Arc<str>),
}

/// The forms of a path, in Django's order; none where the expression has alternatives, which Django does not write.
pub(super) fn normalize(pattern: &str) -> Vec<Vec<Piece>> {
    let mut reader = Reader { chars: pattern.chars().peekable(), unnamed: 0 };
    reader.sequence().map(|items| forms(&items)).unwrap_or_default()
}

enum Item {
    One(Piece),
    Group(Vec<Item>),
    /// Nothing, or this.
    Optional(Vec<Item>),
}

impl Item {
    fn has_name(&self) -> bool {
        match self {
            Self::One(piece) => matches!(piece, Piece::Name(_)),
            Self::Group(items) | Self::Optional(items) => items.iter().any(Self::has_name),
        }
    }

    fn again(&self) -> Self {
        match self {
            Self::One(piece) => Self::One(piece.clone()),
            Self::Group(items) => Self::Group(items.iter().map(Self::again).collect()),
            Self::Optional(items) => Self::Optional(items.iter().map(Self::again).collect()),
        }
    }
}

struct Reader<'a> {
    chars: Peekable<Chars<'a>>,
    /// How many groups without a name there were.
    unnamed: usize,
}

impl Reader<'_> {
    /// The next character, or what stands for the class that it means; whether it was escaped. A place is left out.
    fn next(&mut self) -> Option<(char, bool)> {
        loop {
            match self.chars.next()? {
                '\\' => match self.chars.next()? {
                    'A' | 'b' | 'B' | 'Z' => {}
                    'd' => return Some(('0', true)),
                    's' => return Some((' ', true)),
                    'D' | 'S' | 'w' => return Some(('x', true)),
                    'W' => return Some(('!', true)),
                    other => return Some((other, true)),
                },
                other => return Some((other, false)),
            }
        }
    }

    /// Up to the end, or the parenthesis that closes a group.
    fn sequence(&mut self) -> Option<Vec<Item>> {
        let mut items = Vec::new();
        while let Some((letter, is_escaped)) = self.next() {
            let item = match letter {
                letter if is_escaped => text(letter),
                '|' => return None,
                ')' => return Some(items),
                '^' => continue,
                '$' => return Some(items),
                '[' => self.class()?,
                '(' => match self.group()? {
                    Some(item) => item,
                    None => continue,
                },
                letter => text(letter),
            };
            match self.least()? {
                0 if item.has_name() => items.push(Item::Optional(vec![item])),
                0 => {}
                times => {
                    items.extend((1..times).map(|_| item.again()).collect::<Vec<_>>());
                    items.push(item);
                }
            }
        }
        Some(items)
    }

    /// The first character of a class.
    fn class(&mut self) -> Option<Item> {
        let (first, _) = self.next()?;
        loop {
            if let (']', false) = self.next()? {
                return Some(text(first));
            }
        }
    }

    /// What follows a parenthesis; nothing where it is a comment or looks around.
    fn group(&mut self) -> Option<Option<Item>> {
        if self.chars.peek() != Some(&'?') {
            let name = format!("_{}", self.unnamed);
            self.unnamed += 1;
            self.skip()?;
            return Some(Some(Item::One(Piece::Name(name.into()))));
        }
        self.chars.next();
        match self.chars.next()? {
            ':' => Some(Some(Item::Group(self.sequence()?))),
            'P' if self.chars.next()? == '<' => {
                let name: String = self.chars.by_ref().take_while(|letter| *letter != '>').collect();
                self.skip()?;
                Some(Some(Item::One(Piece::Name(name.into()))))
            }
            _ => {
                self.skip()?;
                Some(None)
            }
        }
    }

    /// Up to the parenthesis that closes a group.
    fn skip(&mut self) -> Option<()> {
        let mut depth = 0;
        loop {
            match self.next()? {
                (')', false) if depth == 0 => return Some(()),
                (')', false) => depth -= 1,
                ('(', false) => depth += 1,
                ('[', false) => drop(self.class()?),
                _ => {}
            }
        }
    }

    /// How often the item is written that a repeat may follow.
    fn least(&mut self) -> Option<usize> {
        let least = match self.chars.peek() {
            Some('*' | '?') => 0,
            Some('+') => 1,
            Some('{') => {
                let counted: String =
                    self.chars.clone().skip(1).take_while(|letter| *letter != '}').collect();
                let Ok(least) = counted.split(',').next().unwrap_or_default().parse() else { return Some(1) };
                for _ in 0..=counted.len() {
                    self.chars.next();
                }
                least
            }
            _ => return Some(1),
        };
        self.chars.next();
        if self.chars.peek() == Some(&'?') {
            self.chars.next();
        }
        Some(least)
    }
}

fn text(letter: char) -> Item {
    Item::One(Piece::Text(letter.to_string()))
}

fn forms(items: &[Item]) -> Vec<Vec<Piece>> {
    items.iter().fold(vec![Vec::new()], |before, item| {
        let after = match item {
            Item::One(piece) => vec![vec![piece.clone()]],
            Item::Group(items) => forms(items),
            Item::Optional(items) => [Vec::new()].into_iter().chain(forms(items)).collect(),
        };
        before.iter().flat_map(|first| after.iter().map(move |second| [&**first, second].concat())).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Django 5.2's `normalize` answers, with names in angle brackets.
    const FORMS: &[(&str, &[&str])] = &[
        (r"^articles/(?P<year>[0-9]{4})/$", &["articles/<year>/"]),
        (r"^a/(?:page-(?P<page>\d+)/)?$", &["a/", "a/page-<page>/"]),
        (r"^a/(?:page/)?$", &["a/"]),
        (r"^a+b*c?d{2}e{0,3}$", &["add"]),
        (r"^\d\w\s\.[xyz][^/]$", &["0x .x^"]),
        (r"^(\d+)/(?P<a>(x(y)z))/$", &["<_0>/<a>/"]),
        (r"^a|b$", &[]),
        (r"^(?:x|y)$", &[]),
        ("", &[""]),
    ];

    #[test]
    fn paths_are_written_as_in_django() {
        for (pattern, expected) in FORMS {
            let shown = |form: Vec<Piece>| -> String {
                form.into_iter()
                    .map(|piece| match piece {
                        Piece::Text(text) => text,
                        Piece::Name(name) => format!("<{name}>"),
                    })
                    .collect()
            };
            let forms: Vec<String> = normalize(pattern).into_iter().map(shown).collect();
            assert_eq!(forms, *expected, "{pattern}");
        }
    }
}
