//! `/conformance/sent/`: files and streams.

use belleville::http::header::{CONTENT_LENGTH, SET_COOKIE};
use belleville::prelude::*;
use belleville::response::FileResponse;

/// A file in memory, or one of the disk.
async fn file(request: Request) -> Result<Response> {
    let query = request.query_params();
    let content = query.get("content").unwrap_or("0123456789").to_owned();
    let name = query.get("name").unwrap_or_default().to_owned();
    let mut file = match query.get("disk") {
        None => FileResponse::of_bytes("", content),
        Some(_) => {
            let path = std::env::temp_dir().join(format!("belleville-sent-{}", std::process::id()));
            std::fs::write(&path, content).map_err(Error::internal)?;
            let file = FileResponse::open(&path).await;
            std::fs::remove_file(&path).map_err(Error::internal)?;
            file?
        }
    };
    file = file.filename(name);
    if query.get("attachment").is_some() {
        file = file.as_attachment();
    }
    if let Some(content_type) = query.get("type") {
        file = file.content_type(content_type);
    }
    Ok(file.answer(&request))
}

/// As many pieces as are asked for.
fn stream(request: &Request) -> Response {
    let query = request.query_params();
    let number =
        |name: &str, default: usize| query.get(name).and_then(|text| text.parse().ok()).unwrap_or(default);
    let pieces: Vec<String> = (0..number("pieces", 3)).map(|number| format!("piece {number}\n")).collect();
    let length: usize = pieces.iter().map(String::len).sum();
    let status = u16::try_from(number("status", 200)).unwrap_or(200);
    let mut response =
        Response::stream(status, query.get("type").unwrap_or("text/plain"), move |mut chunks| async move {
            for piece in pieces {
                chunks.send(piece).await?;
            }
            Ok(())
        });
    if query.get("length").is_some() {
        response.set_header(CONTENT_LENGTH, &length.to_string());
    }
    if query.get("cookie").is_some() {
        response.set_header(SET_COOKIE, "a=b; Path=/");
    }
    response
}

pub(crate) fn urls(urls: Urls) -> Urls {
    let view = |name: &str| View::new(name).permission_classes(AllowAny);
    let sent = Urls::new().path("file/", view("File").get(file)).path("stream/", view("Stream").get(stream));
    urls.include("sent/", sent)
}
