//! What is tried: for each target the part of a request that it is about, requests that get far, and what the part is made of.

use super::input::Part;
use super::random::Random;

/// A kind of random input.
pub(super) struct Target {
    pub(super) name: &'static str,
    pub(super) part: Part,
    /// Requests that the others are made from. `{session}` is the key of a session.
    pub(super) seeds: &'static [&'static str],
    pub(super) words: &'static [&'static str],
    /// A part that is nearly right.
    pub(super) make: fn(&mut Random) -> Vec<u8>,
}

pub(super) const TARGETS: [Target; 8] = [
    Target {
        name: "negotiation",
        part: Part::Header("accept"),
        seeds: &[
            "GET /api/numbers/\naccept: application/json; indent=4",
            "GET /api/numbers/1/\naccept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
            "GET /api/\naccept: text/*;q=0.5, application/json",
            "GET /version/\naccept: application/json; version=1",
            "OPTIONS /api/numbers/\naccept: */*",
            "POST /api/numbers/\naccept: text/html\ncontent-type: application/json\n\n{\"title\": \"a\"}",
        ],
        words: ACCEPT,
        make: media_types,
    },
    Target {
        name: "query string",
        part: Part::Query,
        seeds: &[
            "GET /api/numbers/?page=2&size=1",
            "GET /api/numbers/?page=last&format=json",
            "GET /api/offsets/?limit=1&offset=2",
            "GET /api/cursors/?cursor=cD0xLjAw",
            "GET /api/cursors/?cursor=bz0xJnI9MSZwPTIuMDA=",
            "GET /asked/?version=1",
            "GET /api/numbers/?format=api\naccept: text/html",
        ],
        words: QUERY,
        make: parameters,
    },
    Target {
        name: "cookies",
        part: Part::Header("cookie"),
        seeds: &[
            "GET /api/numbers/\ncookie: sessionid={session}; csrftoken=abcdefghijklmnopqrstuvwxyz012345",
            "POST /api/numbers/\ncookie: sessionid={session}; csrftoken=abcdefghijklmnopqrstuvwxyz012345\nx-csrftoken: \
             abcdefghijklmnopqrstuvwxyz012345\ncontent-type: application/json\n\n{\"title\": \"a\", \"price\": \"1\"}",
            "POST /api-auth/login/\ncookie: csrftoken=abcdefghijklmnopqrstuvwxyz012345\ncontent-type: \
             application/x-www-form-urlencoded\n\nusername=alice&password=x&csrfmiddlewaretoken=abcdefghijklmnopqrstuvwxyz012345",
            "GET /api/numbers/\naccept: text/html\ncookie: sessionid={session}",
        ],
        words: COOKIES,
        make: cookies,
    },
    Target {
        name: "multipart",
        part: Part::Body,
        seeds: &[
            "POST /read/\ncontent-type: multipart/form-data; boundary=B\n\n--B\r\nContent-Disposition: form-data; \
             name=\"a\"\r\n\r\n1\r\n--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.txt\"\r\nContent-Type: \
             text/plain\r\n\r\nhello\r\n--B--\r\n",
            "POST /read/\ncontent-type: multipart/form-data; boundary=B\n\n--B\r\nContent-Disposition: form-data; name=a; \
             filename*=utf-8''%C3%A9.txt\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--B--",
            "POST /api/numbers/\ncontent-type: multipart/form-data; boundary=B\n\n--B\r\nContent-Disposition: form-data; \
             name=\"title\"\r\n\r\nEmma\r\n--B\r\nContent-Disposition: form-data; name=\"price\"\r\n\r\n1.5\r\n--B--\r\n",
            "PUT /file/a.txt\ncontent-type: application/octet-stream\ncontent-disposition: attachment; filename=a.txt\n\nhello",
        ],
        words: MULTIPART,
        make: parts,
    },
    Target {
        name: "json",
        part: Part::Body,
        seeds: &[
            "POST /api/numbers/\ncontent-type: application/json\n\n{\"title\": \"Emma\", \"price\": \"1.50\", \"author\": 1, \
             \"read_at\": \"2024-01-01T00:00:00Z\", \"facts\": {\"a\": [1, null]}, \"sold\": true}",
            "PATCH /api/numbers/1/\ncontent-type: application/json\n\n{\"price\": 1e2, \"facts\": null}",
            "PUT /api/numbers/2/\ncontent-type: application/json; charset=utf-8\n\n{\"title\": \"x\", \"price\": 3}",
            "POST /read/\ncontent-type: application/json\n\n[1, -2.5e3, \"\\u00e9\\ud83d\\ude00\", {\"a\": {}}]",
        ],
        words: JSON,
        make: document,
    },
    Target {
        name: "url patterns",
        part: Part::Path,
        seeds: &[
            "GET /a/12/a-slug/c0ffee00-0000-0000-0000-000000000001/",
            "GET /b/x/y/z.w",
            "GET /c/2026/11/",
            "GET /d/abc/",
            "GET /e/word/12/",
            "GET /f/a/b/c",
            "GET /api/numbers.json",
            "GET /api/numbers/1.json",
            "GET /api/numbers/1",
            "POST /api/numbers",
            "PUT /file/a.txt\n\nx",
        ],
        words: PATHS,
        make: path,
    },
    Target {
        name: "filters",
        part: Part::Query,
        seeds: &[
            "GET /api/numbers/?id__in=1,2&title__icontains=book",
            "GET /api/numbers/?id__range=1,3&price__lt=2.5",
            "GET /api/numbers/?price__range_min=1&price__range_max=2&ordering=-price,title",
            "GET /api/offsets/?title__regex=^Book&search=book ann",
            "GET /api/numbers/?read_at__year=2024&read_at__date=2024-01-01&read_at__isnull=true",
            "GET /api/numbers/?author=1&author__name__istartswith=a&sold=true",
            "GET /api/numbers/?author__in=1,2&author__name__iregex=a.b",
            "GET /api/numbers/?search=\"a b\",c\naccept: text/html",
        ],
        words: QUERY,
        make: lookups,
    },
    Target {
        name: "form bodies",
        part: Part::Body,
        seeds: &[
            "POST /read/\ncontent-type: application/x-www-form-urlencoded\n\na=1&b=%C3%A9&a=2",
            "POST /api/numbers/\ncontent-type: application/x-www-form-urlencoded\n\ntitle=Emma&price=1.5&author=1&sold=on",
            "PUT /api/numbers/1/\ncontent-type: application/x-www-form-urlencoded; charset=latin-1\naccept: \
             text/html\n\ntitle=%E9&price=1&facts={}",
            "POST /api-auth/login/\ncookie: csrftoken=abcdefghijklmnopqrstuvwxyz012345\ncontent-type: \
             application/x-www-form-urlencoded\n\nusername=alice&password=x&next=/api/&csrfmiddlewaretoken=abcdefghijklmnopqrstuvwxyz012345",
        ],
        words: FORM,
        make: form,
    },
];

/// `a/b;q=0.5, c/*`
fn media_types(random: &mut Random) -> Vec<u8> {
    let mut text = Vec::new();
    for number in 0..=random.below(5) {
        if number > 0 {
            text.extend_from_slice(b", ");
        }
        text.extend_from_slice(
            random.pick(&["application/json", "text/html", "*/*", "text/*", "a/b"]).as_bytes(),
        );
        for _ in 0..random.below(3) {
            text.push(b';');
            text.extend_from_slice(random.pick(ACCEPT).as_bytes());
        }
    }
    text
}

/// `name=value&name=value`, of names and values that something reads.
fn pairs(random: &mut Random, names: &[&str], values: &[&str]) -> Vec<u8> {
    let mut text = Vec::new();
    for number in 0..=random.below(5) {
        if number > 0 {
            text.push(b'&');
        }
        text.extend_from_slice(random.pick(names).as_bytes());
        text.push(b'=');
        for _ in 0..=random.below(2) {
            text.extend_from_slice(random.pick(values).as_bytes());
        }
    }
    text
}

fn parameters(random: &mut Random) -> Vec<u8> {
    pairs(random, &["page", "size", "limit", "offset", "cursor", "format", "version", "search"], QUERY)
}

fn lookups(random: &mut Random) -> Vec<u8> {
    let names = [
        "id",
        "id__in",
        "id__range",
        "title",
        "title__icontains",
        "title__regex",
        "title__in",
        "price",
        "price__lt",
        "price__range",
        "read_at",
        "read_at__year",
        "read_at__date",
        "read_at__isnull",
        "author",
        "author__in",
        "author__name__istartswith",
        "author__name__iregex",
        "sold",
        "search",
        "ordering",
    ];
    pairs(random, &names, QUERY)
}

fn form(random: &mut Random) -> Vec<u8> {
    let names = ["title", "price", "read_at", "author", "facts", "sold", "username", "password", "next", "a"];
    pairs(random, &names, FORM)
}

fn cookies(random: &mut Random) -> Vec<u8> {
    let mut text = Vec::new();
    for number in 0..=random.below(4) {
        if number > 0 {
            text.extend_from_slice(b"; ");
        }
        text.extend_from_slice(random.pick(&["sessionid", "csrftoken", "messages", "a"]).as_bytes());
        text.push(b'=');
        text.extend(random.text(COOKIES, 3));
    }
    text
}

fn parts(random: &mut Random) -> Vec<u8> {
    let mut text = Vec::new();
    for _ in 0..=random.below(4) {
        text.extend_from_slice(b"--B\r\nContent-Disposition: form-data");
        for _ in 0..random.below(4) {
            text.extend_from_slice(random.pick(DISPOSITION).as_bytes());
        }
        for _ in 0..random.below(3) {
            text.extend_from_slice(random.pick(PART_HEADERS).as_bytes());
        }
        text.extend_from_slice(b"\r\n\r\n");
        text.extend(random.text(MULTIPART, 3));
        text.extend_from_slice(b"\r\n");
    }
    text.extend_from_slice(random.pick(&["--B--\r\n", "--B--", "--B", ""]).as_bytes());
    text
}

/// An object with the names of the serializer, or any value.
fn document(random: &mut Random) -> Vec<u8> {
    let mut text = Vec::new();
    if random.one_in(3) {
        value(random, &mut text, 0);
        return text;
    }
    text.push(b'{');
    for number in 0..=random.below(5) {
        if number > 0 {
            text.push(b',');
        }
        let name = random.pick(&["title", "price", "read_at", "author", "facts", "sold", "id"]);
        text.extend_from_slice(format!("\"{name}\":").as_bytes());
        value(random, &mut text, 0);
    }
    text.push(b'}');
    text
}

fn value(random: &mut Random, text: &mut Vec<u8>, depth: usize) {
    match random.below(if depth > 6 { 2 } else { 4 }) {
        2 => list(random, text, depth, b"[]", false),
        3 => list(random, text, depth, b"{}", true),
        _ => text.extend_from_slice(random.pick(SCALARS).as_bytes()),
    }
}

fn list(random: &mut Random, text: &mut Vec<u8>, depth: usize, ends: &[u8; 2], has_names: bool) {
    text.push(ends[0]);
    for number in 0..random.below(4) {
        if number > 0 {
            text.push(b',');
        }
        if has_names {
            text.extend_from_slice(
                random.pick(&["\"a\":", "\"\\u0000\":", "\"\":", "\"a\\ud800\":"]).as_bytes(),
            );
        }
        value(random, text, depth + 1);
    }
    text.push(ends[1]);
}

fn path(random: &mut Random) -> Vec<u8> {
    let starts = ["/", "/a/", "/b/", "/c/", "/d/", "/e/", "/F/", "/api/", "/api/numbers/", "/file/"];
    let mut path = random.pick(&starts).as_bytes().to_vec();
    for _ in 0..random.below(6) {
        path.extend_from_slice(random.pick(PATHS).as_bytes());
        if random.one_in(2) {
            path.push(b'/');
        }
    }
    path
}

#[rustfmt::skip]
const PATHS: &[&str] = &[
    "/", "a", "b", "api", "numbers", ".json", ".api", ".", "%", "%2F", "%00", "%ff", "%C3%A9", "%0A", "%5C", "-", "_", "1", "0012",
    "2026", "99999999999999999999", "..", "//", "c0ffee00-0000-0000-0000-000000000001", "C0FFEE00-0000-0000-0000-000000000001",
    "c0ffee00000000000000000000000001", ";", "#", "\u{e9}", "%E2%80%A8", "%D9%A3", "~", "@", ":", "+", "a-b_c", "xyz",
];

#[rustfmt::skip]
const QUERY: &[&str] = &[
    "&", "=", "?", "+", "%", "%00", "%FF", "%C3%A9", "%F0%9F%98%80", "%ED%A0%80", ";", "page", "size", "limit", "offset", "cursor",
    "search", "ordering", "format", "json", "api", "id", "id__in", "id__range", "title", "title__regex", "title__icontains",
    "price__lt", "price__range_min", "read_at", "read_at__year", "read_at__date", "read_at__isnull", "1", "-1", "0", "1e400", "1.5",
    "NaN", "Infinity", "9223372036854775807", "9223372036854775808", "last", "cD0x", "bz0x", "bz0xJnI9MSZwPTI=", "((((", "[", "]", "(",
    ")", "a{2}", "a{999999999}", "(a*)*b", "(?P<x>a)", "(?=a)", "\\", "\\d", "\\1", "%5Cb", "|", "^", "$", "_", "\"", "'", ",", ",,",
    "2024-02-30", "2024-01-01", "0000-00-00", "10000-01-01", "2024-01-01T00:00", "2024-01-01T00:00:00%2B25:00", "true", "null", "Ann",
    "Book", "-price", "title", "author__name", "%D9%A3", "%C4%B0", "%C3%9F",
];

#[rustfmt::skip]
const ACCEPT: &[&str] = &[
    "application/json", "text/html", "*/*", "*", "/", "text/*", ",", ";", "q=", "q=0", "q=0.5", "q=1e400", "q=NaN", "version=1",
    "version=2", "version=3", "version=\"", "version*=utf-8''%ff", "version*0=1", "indent=4", "indent=-1", "indent=8", "indent=9",
    "indent=99999999999999999999", "indent=", "=", "\"", "\\", " ", "\t", "\u{e9}", "charset=utf-16", "a/b/c", "json",
];

#[rustfmt::skip]
const COOKIES: &[&str] = &[
    "sessionid", "csrftoken", "=", ";", "; ", "\"", "\\", "\\073", "\\999", "\\\"", "abcdefghijklmnopqrstuvwxyz012345",
    "abcdefghijklmnopqrstuvwxyz012345abcdefghijklmnopqrstuvwxyz012345", ",", " ", "\u{e9}", "messages", "$Version", "$Path", "%", "%3B",
    "{session}", "a:b", ".eJx",
];

#[rustfmt::skip]
const JSON: &[&str] = &[
    "{", "}", "[", "]", "[[[[[[[[", "]]]]]]]]", "{\"a\":", ":", ",", "\"", "\"title\"", "\"price\"", "\"read_at\"", "\"author\"",
    "\"facts\"", "\"sold\"", "\\u", "\\ud800", "\\udc00", "\\ud83d\\ude00", "\\u0000", "\\", "\\n", "0", "-", "-0", "1", "e", "1e999",
    "1E-9", ".", "NaN", "Infinity", "-Infinity", "true", "false", "null", "\u{e9}", "\u{1f600}", " ", "\n", "\t", "\u{feff}", "//", "1_0",
];

#[rustfmt::skip]
const SCALARS: &[&str] = &[
    "0", "1", "-1", "1.5", "1.555", "1000", "1e2", "1e999", "1e-999", "9223372036854775808", "123456789012345678901234567890", "NaN",
    "Infinity", "true", "false", "null", "\"\"", "\" \"", "\"Emma\"", "\"\\u0000\"", "\"\\ud800\"", "\"1.5\"", "\"1e2\"", "\"NaN\"",
    "\"sNaN\"", "\"2024-01-01T00:00:00Z\"", "\"2024-02-30T00:00\"", "\"9999-12-31T23:59:59-14:00\"", "\"0001-01-01T00:00:00+14:00\"",
    "\"2024-01-01\"", "\"on\"", "\"\u{e9}\"", "\"aaaaaaaaaaaaaaaaaaaaaaaaa\"", "\"\u{0663}\"",
];

#[rustfmt::skip]
const DISPOSITION: &[&str] = &[
    "; name=\"a\"", "; name=title", "; name=\"title\"", "; name=\"price\"", "; name*=utf-8''%C3%A9", "; name=", "; name=\"",
    "; filename=\"f.txt\"", "; filename*=utf-8''%ff", "; filename*=utf-8''a%2Fb", "; filename=\"../..\"", "; filename=\"C:\\\\a.b\"",
    "; filename=\"\"", "; filename=\".\"", "; filename=\"&#65;\"", "; a=b",
];

#[rustfmt::skip]
const PART_HEADERS: &[&str] = &[
    "\r\nContent-Type: text/plain", "\r\nContent-Type: text/plain; charset=utf-16", "\r\nContent-Type: text/plain; charset=bz2",
    "\r\nContent-Type: ", "\r\nContent-Transfer-Encoding: base64", "\r\nContent-Transfer-Encoding: 8bit", "\r\nContent-Length: 9",
    "\r\nX: y", "\r\n x", "\r\n:", "\nX: y",
];

#[rustfmt::skip]
const MULTIPART: &[&str] = &[
    "--B", "--B--", "\r\n--B", "\r\n--B\r\n", "\r\n", "\n", "\r", "Content-Disposition: form-data", "; name=\"a\"", "; name=title",
    "; filename=\"f\"", "; filename*=utf-8''%ff", "Content-Type: text/plain", "; charset=", "utf-16", "bz2",
    "Content-Transfer-Encoding: base64", ":", "\r\n\r\n", "aGVsbG8=", "aGVs", "=", "====", "\u{e9}", "--", "B", "a",
];

#[rustfmt::skip]
const FORM: &[&str] = &[
    "=", "&", "%", "%FF", "%00", "%E9", "%C3%A9", "%ED%A0%80", "+", ";", "a", "\u{e9}", "title", "price", "1", "1.5", "1e9", "NaN", "on",
    "off", "true", "2024-01-01T00:00", "{", "}", "[1]", "null", "\"", "alice", "/api/", "//evil.example", "http://evil.example",
    "javascript:x", "%0D%0A", "_method", "_content", "_content_type", "csrfmiddlewaretoken",
];
