//! `/conformance/upload/`: files that were sent, by themselves and in forms.

use belleville::json;
use belleville::json::{Dict, Json};
use belleville::parsers::{Data, FileUploadParser, MultiPartParser, UploadedFile};
use belleville::prelude::*;

pub(crate) fn urls(urls: Urls) -> Urls {
    let view = |name: &str| View::new(name).authentication_classes(()).permission_classes(AllowAny);
    let files = view("Files")
        .description("What is known of each file.")
        .parser_classes((MultiPartParser, FileUploadParser))
        .put(files);
    urls.path("upload/<str:filename>/", view("Upload").parser_classes(FileUploadParser).put(upload))
        .path("upload/", files)
}

async fn upload(request: Request) -> Result<Response> {
    match &*request.data().await? {
        Data::Form(form) => match form.file("file") {
            Some(upload) => Response::data(201, &json!({"name": upload.name(), "size": size(upload)})),
            None => Err(Error::validation("There is no file.")),
        },
        Data::Json(_) => Err(Error::validation("There is no file.")),
    }
}

async fn files(request: Request) -> Result<Response> {
    let mut body = Dict::new();
    if let Data::Form(form) = &*request.data().await? {
        for (key, file) in form.files() {
            let mut known = match body.get(key) {
                Some(Json::List(known)) => known.to_vec(),
                _ => Vec::new(),
            };
            known.push(description(file));
            body.insert(key, Json::from(known));
        }
    }
    Response::data(200, &Json::Dict(body))
}

fn size(file: &UploadedFile) -> i64 {
    i64::try_from(file.size()).unwrap_or(i64::MAX)
}

fn description(file: &UploadedFile) -> Json {
    let content = file.content().blocking_read().unwrap_or_default();
    let last: String =
        content[content.len().saturating_sub(4)..].iter().map(|byte| char::from(*byte)).collect();
    json!({
        "name": file.name(), "size": size(file), "content_type": file.content_type(), "charset": file.charset(),
        "class": file.class_name(), "last": last,
    })
}
