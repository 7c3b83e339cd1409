//! Mistakes of clients, and what they read. The words are those of Django and DRF.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use belleville::db::Registry;
use belleville::db::migrations::Migrator;
use belleville::prelude::*;

use crate::{Row, start};

async fn echo(request: Request) -> Result<Response> {
    request.data().await?;
    Ok(Response::empty(204))
}

fn urls() -> Urls {
    let open = View::new("Open").authentication_classes(()).permission_classes(AllowAny);
    Urls::new()
        .path("open/", open.get(echo).post(echo))
        .path("token/", View::new("Token").authentication_classes(TokenAuthentication::new()).get(echo))
}

/// A server, for as long as the test's runtime is there.
async fn serve() -> SocketAddr {
    let apps = belleville::auth::user::install([]).unwrap();
    let db =
        Database::open("sqlite://:memory:", Registry::new(apps.iter().flat_map(|app| app.models.clone())))
            .unwrap();
    Migrator::new(&apps).migrate(&db, |_| {}).await.unwrap();
    let settings = start::settings("", &[]).unwrap();
    let application =
        belleville::application::Application::new(settings, db, urls(), vec![], Default::default()).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(belleville::server::serve(application, listener, std::future::pending()));
    address
}

/// Each mistake, the request's first line and headers, its body, and what is answered.
const MISTAKES: &[(&str, &str, &str, u16, &str)] = &[
    (
        "No token is sent",
        "GET /token/ HTTP/1.1",
        "",
        401,
        r#"{"detail":"Authentication credentials were not provided."}"#,
    ),
    (
        "A token is sent with the word of another scheme",
        "GET /token/ HTTP/1.1\r\nAuthorization: Bearer abc",
        "",
        401,
        r#"{"detail":"Authentication credentials were not provided."}"#,
    ),
    (
        "A token is sent that nobody has",
        "GET /token/ HTTP/1.1\r\nAuthorization: Token abc",
        "",
        401,
        r#"{"detail":"Invalid token."}"#,
    ),
    (
        "A body says of itself what nobody reads",
        "POST /open/ HTTP/1.1\r\nContent-Type: text/plain",
        "x",
        415,
        r#"{"detail":"Unsupported media type \"text/plain\" in request."}"#,
    ),
    (
        "JSON breaks off",
        "POST /open/ HTTP/1.1\r\nContent-Type: application/json",
        "{",
        400,
        r#"{"detail":"JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"}"#,
    ),
    (
        "A method is used that the view does not have",
        "DELETE /open/ HTTP/1.1",
        "",
        405,
        r#"{"detail":"Method \"DELETE\" not allowed."}"#,
    ),
];

pub(crate) fn rows() -> Vec<Row> {
    let row = |(mistake, _, _, status, said): &(&str, &str, &str, u16, &str)| Row {
        mistake: (*mistake).to_owned(),
        said: vec![format!("{status} {said}")],
    };
    MISTAKES.iter().map(row).collect()
}

#[test]
fn a_client_reads_what_is_wrong() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let address = runtime.block_on(serve());
    for (mistake, head, body, status, said) in MISTAKES {
        let mut stream = TcpStream::connect(address).unwrap();
        let length = body.len();
        let request = format!(
            "{head}\r\nHost: testserver\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{mistake}: {answer}");
        assert!(answer.ends_with(said), "{mistake}: {answer}");
    }
}
