//! The library's endpoints in their plainest form: a struct for each thing, a query for each list, `serde` around them.

use std::collections::{HashMap, HashSet};

use hyper::StatusCode;
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::sqlite::Sqlite;
use crate::{Outcome, Refused};

/// How many values one statement is given at most.
const CHUNK: usize = 900;

pub(crate) const ALLOW_LIST: &str = "GET, HEAD, OPTIONS";
const ALLOW_POST: &str = "POST, OPTIONS";

#[derive(Serialize)]
pub(crate) struct Name {
    pub(crate) id: i64,
    pub(crate) name: String,
}

#[derive(Serialize)]
pub(crate) struct Book {
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) isbn: String,
    pub(crate) pages: i32,
    pub(crate) published: String,
    pub(crate) author: Name,
    pub(crate) genres: Vec<String>,
}

#[derive(Serialize)]
struct Written {
    id: i64,
    title: String,
    isbn: String,
    pages: i32,
    published: String,
}

#[derive(Serialize)]
struct Author {
    id: i64,
    name: String,
    books: Vec<Written>,
}

#[derive(Serialize)]
struct Line {
    id: i64,
    line: String,
}

/// A new book, as it is sent.
#[derive(Deserialize)]
struct NewBook {
    title: Option<Value>,
    isbn: Option<Value>,
    pages: Option<Value>,
    published: Option<Value>,
    author: Option<Value>,
    genres: Option<Value>,
}

/// What is wrong with a new book, by field.
type Errors = Map<String, Value>;

/// A new book that was checked.
#[derive(Serialize)]
struct Checked {
    id: i64,
    title: String,
    isbn: String,
    pages: i32,
    published: String,
    author: i64,
    genres: Vec<i64>,
}

/// Each book with its author and its genres.
pub(crate) fn books(database: &Sqlite) -> Outcome {
    const BOOKS: &str = "SELECT b.id, b.title, b.isbn, b.pages, b.published, a.id, a.name FROM library_book b \
         JOIN library_author a ON a.id = b.author_id ORDER BY b.id";
    const GENRES: &str = "SELECT l.book_id, g.slug FROM library_book_genres l \
         JOIN library_genre g ON g.id = l.genre_id ORDER BY g.id";
    database.read(|connection| {
        let mut genres = HashMap::<i64, Vec<String>>::new();
        let mut statement = connection.prepare_cached(GENRES)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            genres.entry(row.get(0)?).or_default().push(row.get(1)?);
        }
        let mut statement = connection.prepare_cached(BOOKS)?;
        let books = statement.query_map([], |row| {
            let id = row.get(0)?;
            Ok(Book {
                id,
                title: row.get(1)?,
                isbn: row.get(2)?,
                pages: row.get(3)?,
                published: row.get(4)?,
                author: Name { id: row.get(5)?, name: row.get(6)? },
                genres: genres.remove(&id).unwrap_or_default(),
            })
        })?;
        answer(StatusCode::OK, ALLOW_LIST, &books.collect::<Result<Vec<_>, _>>()?)
    })
}

/// Each author with the books.
pub(crate) fn authors(database: &Sqlite) -> Outcome {
    const BOOKS: &str = "SELECT author_id, id, title, isbn, pages, published FROM library_book ORDER BY id";
    const AUTHORS: &str = "SELECT id, name FROM library_author ORDER BY id";
    database.read(|connection| {
        let mut books = HashMap::<i64, Vec<Written>>::new();
        let mut statement = connection.prepare_cached(BOOKS)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            books.entry(row.get(0)?).or_default().push(Written {
                id: row.get(1)?,
                title: row.get(2)?,
                isbn: row.get(3)?,
                pages: row.get(4)?,
                published: row.get(5)?,
            });
        }
        let mut statement = connection.prepare_cached(AUTHORS)?;
        let authors = statement.query_map([], |row| {
            let id = row.get(0)?;
            Ok(Author { id, name: row.get(1)?, books: books.remove(&id).unwrap_or_default() })
        })?;
        answer(StatusCode::OK, ALLOW_LIST, &authors.collect::<Result<Vec<_>, _>>()?)
    })
}

/// Each book in a line.
pub(crate) fn lines(database: &Sqlite) -> Outcome {
    const BOOKS: &str = "SELECT id, title, pages FROM library_book ORDER BY id";
    database.read(|connection| {
        let mut statement = connection.prepare_cached(BOOKS)?;
        let lines = statement.query_map([], |row| {
            let (title, pages) = (row.get_ref(1)?.as_str()?, row.get::<_, i32>(2)?);
            Ok(Line { id: row.get(0)?, line: format!("{title} ({pages} pages)") })
        })?;
        answer(StatusCode::OK, ALLOW_LIST, &lines.collect::<Result<Vec<_>, _>>()?)
    })
}

/// Checks a new book and saves it.
pub(crate) async fn create(database: &Sqlite, body: &[u8]) -> Outcome {
    const TAKEN: &str = "SELECT 1 FROM library_book WHERE isbn = ?1 LIMIT 1";
    const AUTHOR: &str = "SELECT 1 FROM library_author WHERE id = ?1 LIMIT 1";
    const BOOK: &str =
        "INSERT INTO library_book (title, isbn, pages, published, author_id) VALUES (?1, ?2, ?3, ?4, ?5)";
    const GENRE: &str = "INSERT INTO library_book_genres (book_id, genre_id) VALUES (?1, ?2)";
    let sent: NewBook = serde_json::from_slice(body).map_err(|_| Refused::BadRequest("JSON"))?;
    let mut errors = Errors::new();
    // Each once, in the order in which a list of books shows them.
    let genres = sent.genres.as_ref().and_then(keys).map(|mut genres| {
        genres.sort_unstable();
        genres.dedup();
        genres
    });
    let mut checked = check(sent, &mut errors);
    let Some(genres) = genres else {
        errors.insert("genres".to_owned(), vec!["Expected a list of items."].into());
        return refused(errors);
    };
    database.read(|connection| {
        let found = |sql: &str, key: &dyn rusqlite::ToSql| -> rusqlite::Result<bool> {
            Ok(connection.prepare_cached(sql)?.query_row([key], |_| Ok(())).optional()?.is_some())
        };
        if found(TAKEN, &checked.isbn)? {
            errors.insert("isbn".to_owned(), vec!["book with this isbn already exists."].into());
        }
        if !found(AUTHOR, &checked.author)? {
            errors.insert("author".to_owned(), vec![does_not_exist(checked.author)].into());
        }
        let known: HashSet<i64> =
            among(connection, "SELECT id FROM library_genre WHERE id IN ", &genres, |row| row.get(0))?;
        if let Some(missing) = genres.iter().find(|key| !known.contains(*key)) {
            errors.insert("genres".to_owned(), vec![does_not_exist(*missing)].into());
        }
        Ok(())
    })?;
    if !errors.is_empty() {
        return refused(errors);
    }
    let mut writer = database.writer().await;
    let transaction = writer.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let Checked { title, isbn, pages, published, author, .. } = &checked;
    let inserted = transaction.prepare_cached(BOOK)?.execute((title, isbn, pages, published, author));
    // Another request may have taken the ISBN since it was asked about.
    if let Err(rusqlite::Error::SqliteFailure(failure, _)) = &inserted
        && failure.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE
    {
        errors.insert("isbn".to_owned(), vec!["book with this isbn already exists."].into());
        return refused(errors);
    }
    inserted?;
    checked.id = transaction.last_insert_rowid();
    let mut statement = transaction.prepare_cached(GENRE)?;
    for genre in &genres {
        statement.execute([checked.id, *genre])?;
    }
    drop(statement);
    transaction.commit()?;
    checked.genres = genres;
    answer(StatusCode::CREATED, ALLOW_POST, &checked)
}

/// Checks many new books, and says how many there are.
pub(crate) fn check_many(database: &Sqlite, body: &[u8]) -> Outcome {
    let sent: Vec<NewBook> = serde_json::from_slice(body).map_err(|_| Refused::BadRequest("JSON"))?;
    let mut errors: Vec<Errors> = sent.iter().map(|_| Errors::new()).collect();
    let books: Vec<Checked> =
        sent.into_iter().zip(&mut errors).map(|(book, errors)| check(book, errors)).collect();
    let isbns: Vec<&str> = books.iter().map(|book| &*book.isbn).collect();
    let authors: HashSet<i64> = books.iter().map(|book| book.author).collect();
    let authors: Vec<i64> = authors.into_iter().collect();
    let (taken, known) = database.read(|connection| {
        let taken: HashSet<String> =
            among(connection, "SELECT isbn FROM library_book WHERE isbn IN ", &isbns, |row| row.get(0))?;
        let known: HashSet<i64> =
            among(connection, "SELECT id FROM library_author WHERE id IN ", &authors, |row| row.get(0))?;
        Ok((taken, known))
    })?;
    for (book, errors) in books.iter().zip(&mut errors) {
        if taken.contains(&book.isbn) {
            errors.insert("isbn".to_owned(), vec!["book with this isbn already exists."].into());
        }
        if !known.contains(&book.author) {
            errors.insert("author".to_owned(), vec![does_not_exist(book.author)].into());
        }
    }
    if errors.iter().any(|errors| !errors.is_empty()) {
        return answer(StatusCode::BAD_REQUEST, ALLOW_POST, &errors);
    }
    answer(StatusCode::OK, ALLOW_POST, &serde_json::json!({ "valid": books.len() }))
}

/// The values of a new book, and what is wrong with them.
fn check(sent: NewBook, errors: &mut Errors) -> Checked {
    let mut or_else = |field: &str, error: String| {
        errors.insert(field.to_owned(), vec![error].into());
    };
    let mut text = |field: &str, value: Option<Value>, most: usize| {
        let read = match value {
            None => Err("This field is required.".to_owned()),
            Some(Value::String(text)) => match text.trim() {
                "" => Err("This field may not be blank.".to_owned()),
                text if text.contains('\0') => Err("Null characters are not allowed.".to_owned()),
                text if text.chars().count() > most => {
                    Err(format!("Ensure this field has no more than {most} characters."))
                }
                text => Ok(text.to_owned()),
            },
            Some(_) => Err("Not a valid string.".to_owned()),
        };
        read.unwrap_or_else(|error| {
            or_else(field, error);
            String::new()
        })
    };
    let (title, isbn) = (text("title", sent.title, 200), text("isbn", sent.isbn, 13));
    let pages = match sent.pages.map(|pages| pages.as_i64().and_then(|pages| i32::try_from(pages).ok())) {
        None => 1,
        Some(Some(pages)) if pages >= 1 => pages,
        Some(Some(_)) => {
            or_else("pages", "Ensure this value is greater than or equal to 1.".to_owned());
            0
        }
        Some(None) => {
            or_else("pages", "A valid integer is required.".to_owned());
            0
        }
    };
    let published: Option<jiff::civil::Date> =
        sent.published.as_ref().and_then(Value::as_str).and_then(|text| text.parse().ok());
    if published.is_none() {
        or_else(
            "published",
            "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.".to_owned(),
        );
    }
    let author = sent.author.as_ref().and_then(Value::as_i64);
    if author.is_none() {
        or_else("author", "Incorrect type. Expected pk value.".to_owned());
    }
    Checked {
        id: 0,
        title,
        isbn,
        pages,
        published: published.map(|date| date.to_string()).unwrap_or_default(),
        author: author.unwrap_or_default(),
        genres: Vec::new(),
    }
}

/// The values of a column that are among some others.
fn among<K: rusqlite::ToSql, T: Eq + std::hash::Hash>(
    connection: &Connection,
    sql: &str,
    values: &[K],
    read: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<HashSet<T>> {
    let mut found = HashSet::new();
    for values in values.chunks(CHUNK) {
        let marks = vec!["?"; values.len()].join(", ");
        let mut statement = connection.prepare_cached(&format!("{sql}({marks})"))?;
        for value in statement.query_map(params_from_iter(values), &read)? {
            found.insert(value?);
        }
    }
    Ok(found)
}

fn keys(value: &Value) -> Option<Vec<i64>> {
    value.as_array()?.iter().map(Value::as_i64).collect()
}

fn does_not_exist(key: i64) -> String {
    format!("Invalid pk \"{key}\" - object does not exist.")
}

fn refused(errors: Errors) -> Outcome {
    answer(StatusCode::BAD_REQUEST, ALLOW_POST, &errors)
}

pub(crate) fn answer(status: StatusCode, allow: &'static str, body: &impl Serialize) -> Outcome {
    Ok((status, allow, serde_json::to_vec(body).map_err(|_| Refused::Failed)?))
}
