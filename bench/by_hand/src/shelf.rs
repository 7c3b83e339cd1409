//! A page of many books by hand: filtered, searched and ordered as the query says.

use std::borrow::Cow;
use std::collections::HashMap;

use hyper::header::{HOST, HeaderMap};
use hyper::{StatusCode, Uri};
use rusqlite::params_from_iter;
use rusqlite::types::Value;
use serde::Serialize;

use crate::library::{ALLOW_LIST, Book, Name, answer};
use crate::sqlite::Sqlite;
use crate::{Outcome, Refused};

const PAGE_SIZE: i64 = 20;

#[derive(Serialize)]
struct Page {
    count: i64,
    next: Option<String>,
    previous: Option<String>,
    results: Vec<Book>,
}

/// What a query asks for.
#[derive(Default)]
struct Asked {
    /// The conditions, and the values in them.
    conditions: Vec<&'static str>,
    values: Vec<Value>,
    order: Vec<&'static str>,
    page: i64,
}

/// The page that a request asks for.
pub(crate) fn page(database: &Sqlite, headers: &HeaderMap, uri: &Uri) -> Outcome {
    let pairs = pairs(uri.query().unwrap_or_default());
    let Asked { conditions, mut values, order, page } = asked(&pairs)?;
    let mut rows = " FROM library_book b JOIN library_author a ON a.id = b.author_id".to_owned();
    for (index, condition) in conditions.iter().enumerate() {
        rows.push_str(if index == 0 { " WHERE " } else { " AND " });
        rows.push_str(condition);
    }
    let order = if order.is_empty() { "b.id".to_owned() } else { order.join(", ") };
    database.read(|connection| {
        let mut statement = connection.prepare_cached(&format!("SELECT COUNT(*){rows}"))?;
        let count: i64 = statement.query_row(params_from_iter(&values), |row| row.get(0))?;
        let pages = count.div_euclid(PAGE_SIZE) + i64::from(count % PAGE_SIZE > 0);
        if page < 1 || page > pages.max(1) {
            return Err(Refused::NotFound);
        }
        let mut statement = connection.prepare_cached(&format!(
            "SELECT b.id, b.title, b.isbn, b.pages, b.published, a.id, a.name{rows} ORDER BY {order} LIMIT ? OFFSET ?"
        ))?;
        values.extend([Value::Integer(PAGE_SIZE), Value::Integer((page - 1) * PAGE_SIZE)]);
        let found = statement.query_map(params_from_iter(&values), |row| {
            Ok(Book {
                id: row.get(0)?,
                title: row.get(1)?,
                isbn: row.get(2)?,
                pages: row.get(3)?,
                published: row.get(4)?,
                author: Name { id: row.get(5)?, name: row.get(6)? },
                genres: Vec::new(),
            })
        })?;
        let mut results = found.collect::<Result<Vec<_>, _>>()?;
        let places: HashMap<i64, usize> =
            results.iter().enumerate().map(|(place, book)| (book.id, place)).collect();
        let marks = vec!["?"; results.len()].join(", ");
        let mut statement = connection.prepare_cached(&format!(
            "SELECT l.book_id, g.slug FROM library_book_genres l JOIN library_genre g ON g.id = l.genre_id \
             WHERE l.book_id IN ({marks}) ORDER BY g.id"
        ))?;
        let mut rows = statement.query(params_from_iter(results.iter().map(|book| book.id).collect::<Vec<_>>()))?;
        while let Some(row) = rows.next()? {
            if let Some(place) = places.get(&row.get(0)?) {
                results[*place].genres.push(row.get(1)?);
            }
        }
        let next = (page < pages).then(|| url(headers, uri, &pairs, page + 1));
        let previous = (page > 1).then(|| url(headers, uri, &pairs, page - 1));
        answer(StatusCode::OK, ALLOW_LIST, &Page { count, next, previous, results })
    })
}

/// The names and the values of a query.
fn pairs(query: &str) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (text(name), text(value)))
        .collect()
}

/// What an encoded text stands for.
fn text(encoded: &str) -> Cow<'_, str> {
    if !encoded.contains(['+', '%']) {
        return Cow::Borrowed(encoded);
    }
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        let hex = |digit: &u8| char::from(*digit).to_digit(16);
        match (first, after) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, behind @ ..]) if hex(high).is_some() && hex(low).is_some() => {
                bytes.push((hex(high).unwrap_or(0) * 16 + hex(low).unwrap_or(0)) as u8);
                rest = behind;
            }
            (other, _) => bytes.push(*other),
        }
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// What the parameters mean. Of a name that stands there twice, the last value counts.
fn asked(pairs: &[(Cow<'_, str>, Cow<'_, str>)]) -> Result<Asked, Refused> {
    let of = |wanted: &str| {
        let last = pairs.iter().rev().find(|(name, _)| name == wanted);
        last.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    };
    let mut asked = Asked { page: 1, ..Asked::default() };
    for (name, condition) in [("pages__gte", "b.pages >= ?"), ("pages__lte", "b.pages <= ?")] {
        if let Some(value) = of(name) {
            asked.conditions.push(condition);
            asked.values.push(Value::Integer(value.parse().map_err(|_| Refused::BadRequest("pages"))?));
        }
    }
    for word in of("search").unwrap_or_default().split_whitespace() {
        let pattern = format!("%{}%", word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        asked.conditions.push("(b.title LIKE ? ESCAPE '\\' OR a.name LIKE ? ESCAPE '\\')");
        asked.values.extend([Value::Text(pattern.clone()), Value::Text(pattern)]);
    }
    for name in of("ordering").unwrap_or_default().split(',') {
        asked.order.extend(match name.trim() {
            "title" => Some("b.title ASC"),
            "-title" => Some("b.title DESC"),
            "pages" => Some("b.pages ASC"),
            "-pages" => Some("b.pages DESC"),
            "published" => Some("b.published ASC"),
            "-published" => Some("b.published DESC"),
            _ => None,
        });
    }
    if let Some(page) = of("page") {
        asked.page = page.parse().map_err(|_| Refused::NotFound)?;
    }
    Ok(asked)
}

/// The URL of another page of the same list: the parameters sorted by their names.
fn url(headers: &HeaderMap, uri: &Uri, pairs: &[(Cow<'_, str>, Cow<'_, str>)], page: i64) -> String {
    let number = page.to_string();
    let mut params: Vec<(&str, &str)> =
        pairs.iter().filter(|(name, _)| name != "page").map(|(name, value)| (&**name, &**value)).collect();
    if page > 1 {
        params.push(("page", &number));
    }
    params.sort_by_key(|(name, _)| *name);
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let mut url = format!("http://{host}{}", uri.path());
    for (index, (name, value)) in params.into_iter().enumerate() {
        url.push(if index == 0 { '?' } else { '&' });
        push_quoted(&mut url, name);
        url.push('=');
        push_quoted(&mut url, value);
    }
    url
}

/// A text as it stands in a query.
fn push_quoted(url: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => url.push(char::from(byte)),
            b' ' => url.push('+'),
            byte => {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                let digit = |number: u8| char::from(HEX[usize::from(number)]);
                url.extend(['%', digit(byte >> 4), digit(byte & 15)]);
            }
        }
    }
}
