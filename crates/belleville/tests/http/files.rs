//! Files that were sent, in a program: `docs/guide/files.md`, whose blocks are pieces of this file.
#![expect(unreachable_pub, reason = "the page shows what a program has")]

use std::collections::HashMap;
use std::future::ready;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use belleville::db::ErrorDetail;
use belleville::db::files::{Bytes, FieldFile, FileContent, FileFuture, Storage, UploadedFile, image_info};
use belleville::db::migrations::AppConfig;
use belleville::db::migrations::state::ModelState;
use belleville::json;
use belleville::parsers::{Data, FileUploadParser};
use belleville::prelude::*;
use belleville::serializers::fields::ImageField;
use belleville::settings::Settings;
use belleville::static_files::ServeMedia;
use belleville::test::{TestClient, TestResponse};

use crate::server::{Folder, Server};

/// A report, with the file that somebody has sent.
#[derive(Clone, Debug, Model)]
#[model(app = "archive")]
pub struct Report {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 100, unique)]
    pub title: String,
    #[field(upload_to = "reports/%Y/", validators = [small, file_extension(["txt", "md"])])]
    pub file: FieldFile,
    #[field(kind = ImageField, upload_to = cover_path)]
    pub cover: Option<FieldFile>,
}

/// A report has at most 1,000 bytes.
fn small(file: &FieldFile) -> Result<(), ErrorDetail> {
    match file.upload().is_some_and(|upload| upload.size() > 1000) {
        true => Err(ErrorDetail::new("A report has at most 1,000 bytes.", "too_large")),
        false => Ok(()),
    }
}

/// Where the cover of a report goes.
fn cover_path(report: &Report, filename: &str) -> String {
    format!("covers/{}/{filename}", report.title)
}

#[derive(ModelSerializer)]
#[serializer(model = Report, fields = [id, title, file, cover], extra_kwargs = [cover(use_url = false)])]
pub struct ReportSerializer;

pub struct ReportViewSet;

impl ModelViewSet for ReportViewSet {
    type Model = Report;
    type Serializer = ReportSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny);
    }
}

/// A message, with files that are looked at and not kept.
#[derive(Serializer)]
pub struct Message {
    #[field(max_length = 200)]
    text: String,
    #[field(max_length = 50)]
    file: FieldFile,
    #[field(ImageField)]
    picture: Option<FieldFile>,
    #[field(required = false)]
    others: Vec<FieldFile>,
}

async fn check(request: Request) -> Result<Response> {
    let message: Message = request.validated().await?;
    let content = message.file.open(request.db()).await?;
    let words = content.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count();
    Response::data(
        200,
        &json!({"text": message.text, "words": words as i64, "others": message.others.len() as i64}),
    )
}

async fn send(request: Request) -> Result<Response> {
    let data = request.data().await?;
    let Data::Form(form) = &*data else { return Err(Error::validation("Send a form.")) };
    let upload = form.file("file").ok_or_else(|| Error::validation("No file was submitted."))?;
    let title = form.get("title").unwrap_or(upload.name());
    let values = [Report::TITLE.set(title), Report::FILE.set(FieldFile::from(upload.clone()))];
    let report = Report::objects().create(request.db(), values).await?;
    Response::data(201, &json!({"url": report.file.url(request.db())?}))
}

const NO_IMAGE: &str =
    "Upload a valid image. The file you uploaded was either not an image or a corrupted image.";

async fn send_cover(request: Request) -> Result<Response> {
    let data = request.data().await?;
    let Data::Form(form) = &*data else { return Err(Error::validation("Send a file.")) };
    let upload = form.file("file").ok_or_else(|| Error::validation("No file was submitted."))?;
    let Some(image) = image_info(&upload.read().await?) else { return Err(Error::validation(NO_IMAGE)) };
    Response::data(200, &json!({"type": image.format.mime(), "width": i64::from(image.width)}))
}

pub fn urls() -> Urls {
    let view = |name: &str| View::new(name).permission_classes(AllowAny);
    let mut router = SimpleRouter::new();
    router.register("archive", ReportViewSet);
    Urls::new()
        .include("", router.urls())
        .page("media/<path:path>", ServeMedia)
        .path("check/", view("Check").post(check))
        .path("reports/", view("Reports").post(send))
        .path("covers/<str:filename>", view("Cover").parser_classes(FileUploadParser).put(send_cover))
}

/// Keeps files in memory.
#[derive(Default)]
pub struct InMemoryStorage(Mutex<HashMap<String, Bytes>>);

impl InMemoryStorage {
    fn files(&self) -> MutexGuard<'_, HashMap<String, Bytes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn file(&self, name: &str) -> Result<Bytes, belleville::db::Error> {
        let missing = || belleville::db::Error::File(ErrorKind::NotFound.into());
        self.files().get(name).cloned().ok_or_else(missing)
    }
}

impl Storage for InMemoryStorage {
    fn write_new<'a>(&'a self, name: &'a str, content: FileContent) -> FileFuture<'a, bool> {
        Box::pin(async move {
            let content = content.read().await?;
            let mut files = self.files();
            let is_new = !files.contains_key(name);
            if is_new {
                files.insert(name.to_owned(), content);
            }
            Ok(is_new)
        })
    }

    fn open<'a>(&'a self, name: &'a str) -> FileFuture<'a, Bytes> {
        Box::pin(ready(self.file(name)))
    }

    fn delete<'a>(&'a self, name: &'a str) -> FileFuture<'a, ()> {
        self.files().remove(name);
        Box::pin(ready(Ok(())))
    }

    fn exists<'a>(&'a self, name: &'a str) -> FileFuture<'a, bool> {
        Box::pin(ready(Ok(self.files().contains_key(name))))
    }

    fn size<'a>(&'a self, name: &'a str) -> FileFuture<'a, u64> {
        Box::pin(ready(self.file(name).map(|content| content.len() as u64)))
    }

    fn url(&self, name: &str) -> Result<String, belleville::db::Error> {
        Ok(format!("/memory/{name}"))
    }
}

fn app() -> App {
    let migration = Migration::new("0001_initial").create(ModelState::of::<Report>());
    let archive = AppConfig::new("archive").model::<Report>().migration(migration);
    App::new("archive", env!("CARGO_MANIFEST_DIR"), urls).app(archive)
}

/// A program that keeps its files in a folder, which is removed at the end.
struct Archive {
    client: TestClient,
    folder: PathBuf,
}

impl Archive {
    async fn new(name: &str) -> Self {
        Self::with(name, |_| ()).await
    }

    async fn with(name: &str, change: impl FnOnce(&mut Settings)) -> Self {
        let folder = std::env::temp_dir().join(format!("belleville-archive-{}-{name}", std::process::id()));
        let mut settings = Settings::default();
        settings.media.media_root = Some(folder.clone());
        settings.media.media_url = "media/".to_owned();
        change(&mut settings);
        Self { client: TestClient::with_settings(&app(), settings).await, folder }
    }
}

impl Drop for Archive {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn this_year() -> i16 {
    belleville::db::now().year()
}

#[belleville::test]
async fn an_object_keeps_its_file() -> Result<()> {
    let archive = Archive::new("object").await;
    let (db, year) = (archive.client.db(), this_year());
    let upload = UploadedFile::new("my notes.txt", "milk, bread")?;
    let mut report = Report { id: 0, title: "Notes".to_owned(), file: upload.into(), cover: None };
    report.save(db).await?;
    assert_eq!(report.file.name(), format!("reports/{year}/my_notes.txt"));
    assert_eq!(report.file.url(db)?, format!("/media/reports/{year}/my_notes.txt"));
    assert_eq!(report.file.open(db).await?, "milk, bread");

    let upload = |name: &str| FieldFile::from(UploadedFile::new(name, "x").unwrap());
    let taken =
        Report::objects().create(db, [Report::TITLE.set("Notes"), Report::FILE.set(upload("b.txt"))]).await;
    assert!(taken.is_err());
    let undone: Result<()> = db
        .atomic(async || {
            Report::objects().create(db, [Report::TITLE.set("B"), Report::FILE.set(upload("b.txt"))]).await?;
            Err(Error::validation("Not this one."))
        })
        .await;
    assert!(undone.is_err());
    assert!(!db.storage().exists(&format!("reports/{year}/b.txt")).await?);

    report.file.delete(db).await?;
    report.save(db).await?;
    assert!(report.file.is_none());
    assert!(!db.storage().exists(&format!("reports/{year}/my_notes.txt")).await?);
    Ok(())
}

fn form(filename: &str, content: &str) -> String {
    format!(
        "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{filename}\"\r\n\r\n{content}\r\n--B--\r\n"
    )
}

#[belleville::test]
async fn a_view_keeps_what_was_sent() -> Result<()> {
    let archive = Archive::new("view").await;
    let client = &archive.client;
    let post =
        |body: String| client.request("POST", "/reports/").body("multipart/form-data; boundary=B", body);
    let sent = post(form("../a b.txt", "1")).await;
    sent.assert_status(201).assert_json(json!({"url": format!("/media/reports/{}/a_b.txt", this_year())}));
    assert_eq!(Report::objects().get(client.db()).await?.file.open(client.db()).await?, "1");
    // The title is taken, and nothing is left of the file.
    post(form("a b.txt", "2")).await.assert_status(409);
    assert_eq!(
        std::fs::read_dir(archive.folder.join(format!("reports/{}", this_year()))).unwrap().count(),
        1
    );
    // Nothing of the name is left that a storage can keep: Django's `SuspiciousFileOperation`.
    post(form("$%", "3")).await.assert_status(400);
    post("--B--\r\n".to_owned()).await.assert_status(400);
    Ok(())
}

/// A body with files and texts by their names.
fn multipart(parts: &[(&str, &str, &str)]) -> String {
    let part = |(name, filename, content): &(&str, &str, &str)| {
        let file = if filename.is_empty() { String::new() } else { format!("; filename=\"{filename}\"") };
        format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n")
    };
    parts.iter().map(part).collect::<String>() + "--B--\r\n"
}

const GIF: &str = "GIF89a\x02\0\x03\0\0\0\0,\0\0\0\0\x02\0\x03\0\0\x02\x02\x44\x01\0;";

impl Archive {
    async fn send(&self, method: &'static str, path: &str, parts: &[(&str, &str, &str)]) -> TestResponse {
        self.client.request(method, path).body("multipart/form-data; boundary=B", multipart(parts)).await
    }

    /// The files that are kept, below the folder.
    fn files(&self) -> Vec<String> {
        let (mut folders, mut files) = (vec![self.folder.clone()], Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push(path.strip_prefix(&self.folder).unwrap().display().to_string());
                }
            }
        }
        files.sort();
        files
    }
}

#[belleville::test]
async fn a_serializer_keeps_what_was_sent() -> Result<()> {
    let (archive, year) = (Archive::new("serializer").await, this_year());
    let file = ("file", "a b.txt", "milk");
    let sent =
        archive.send("POST", "/archive/", &[("title", "", "One"), file, ("cover", "c.gif", GIF)]).await;
    sent.assert_status(201).assert_json(json!({
        "id": 1,
        "title": "One",
        "file": format!("http://testserver/media/reports/{year}/a_b.txt"),
        "cover": "covers/One/c.gif",
    }));
    assert_eq!(archive.files(), ["covers/One/c.gif".to_owned(), format!("reports/{year}/a_b.txt")]);
    // PATCH leaves the file, and null takes the name of the cover away, but not the file.
    let changed = archive.client.patch("/archive/1/", json!({"title": "Two", "cover": null})).await;
    let url = format!("http://testserver/media/reports/{year}/a_b.txt");
    changed.assert_json(json!({"id": 1, "title": "Two", "file": url, "cover": null}));
    assert!(Report::objects().get(archive.client.db()).await?.cover.is_none());
    assert_eq!(archive.files().len(), 2);
    // What is refused leaves no file.
    for (parts, expected) in [
        (&[("title", "", "Two"), file][..], json!({"title": ["report with this title already exists."]})),
        (&[("title", "", "3")], json!({"file": ["No file was submitted."]})),
        (&[("title", "", "3"), ("file", "a.txt", "")], json!({"file": ["The submitted file is empty."]})),
        (
            &[("title", "", "3"), ("file", "a.exe", "x")],
            json!({"file": ["File extension “exe” is not allowed. Allowed extensions are: txt, md."]}),
        ),
        (
            &[("title", "", "3"), ("file", "a.md", &"x".repeat(1001))],
            json!({"file": ["A report has at most 1,000 bytes."]}),
        ),
        (&[("title", "", "3"), file, ("cover", "c.gif", "no image")], json!({"cover": [NO_IMAGE]})),
    ] {
        archive.send("POST", "/archive/", parts).await.assert_status(400).assert_json(expected);
    }
    assert_eq!(archive.files().len(), 2);
    Ok(())
}

#[belleville::test]
async fn a_serializer_without_a_model_hands_uploads_to_its_view() -> Result<()> {
    let archive = Archive::new("plain").await;
    let parts = [
        ("text", "", "Hi"),
        ("file", "a.txt", "two words"),
        ("others", "b.txt", "1"),
        ("others", "c.txt", "2"),
    ];
    archive.send("POST", "/check/", &parts).await.assert_json(json!({"text": "Hi", "words": 2, "others": 2}));
    let refused = archive.client.post("/check/", json!({"text": "Hi", "file": "a.txt"})).await;
    let expected = "The submitted data was not a file. Check the encoding type on the form.";
    refused.assert_status(400).assert_json(json!({"file": [expected]}));
    assert!(archive.files().is_empty());
    Ok(())
}

#[test]
fn files_are_given_out_in_development_alone() {
    let (folder, outside) = (Folder::new(), Folder::new());
    std::fs::create_dir(folder.path().join("inside")).unwrap();
    std::fs::write(folder.path().join("inside/a.txt"), "milk").unwrap();
    std::fs::write(outside.path().join("a.txt"), "secret").unwrap();
    for (to, link) in [(outside.path().join("a.txt"), "inside/link.txt"), ("a.txt".into(), "inside/b.txt")] {
        std::os::unix::fs::symlink(to, folder.path().join(link)).unwrap();
    }
    for debug in ["1", "0"] {
        let root = folder.path().display().to_string();
        let server = Server::start_app(&app(), "", &[("DEBUG", debug), ("MEDIA_ROOT", &root)]);
        for (path, expected) in [
            ("/media/inside/a.txt", Some("milk")),
            ("/media/inside/b.txt", Some("milk")),
            ("/media/inside/link.txt", None),
            ("/media/inside", None),
            ("/media/inside/c.txt", None),
        ] {
            let answer = server.get(path, "");
            match expected.filter(|_| debug == "1") {
                Some(content) => assert_eq!((answer.status, &*answer.body), (200, content), "{path}"),
                None => assert_eq!(answer.status, 404, "{path}"),
            }
        }
    }
}

#[belleville::test]
async fn files_are_shown_by_their_names_where_the_settings_say_so() -> Result<()> {
    for (use_url, expected) in [(true, "http://testserver/media/a.txt"), (false, "a.txt")] {
        let archive = Archive::with(&format!("names-{use_url}"), |settings| {
            settings.rest_framework.uploaded_files_use_url = use_url;
        })
        .await;
        let values = [Report::TITLE.set("One"), Report::FILE.set("a.txt")];
        Report::objects().create(archive.client.db(), values).await?;
        archive
            .client
            .get("/archive/1/")
            .await
            .assert_json(json!({"id": 1, "title": "One", "file": expected, "cover": null}));
    }
    Ok(())
}

#[belleville::test]
async fn a_page_has_a_form_for_files() -> Result<()> {
    let archive = Archive::new("page").await;
    let client = archive.client.header("Accept", "text/html");
    let page = client.get("/archive/").await.text();
    for part in [
        "enctype=\"multipart/form-data\" data-method=\"POST\"",
        "<input type=\"text\" id=\"post-field-1\" name=\"title\"",
        "<input type=\"file\" id=\"post-field-2\" name=\"file\">",
        "<input type=\"file\" id=\"post-field-3\" name=\"cover\" accept=\"image/*\">",
    ] {
        assert!(page.contains(part), "no {part} in {page}");
    }
    let values = [Report::TITLE.set("One <b>"), Report::FILE.set("a.txt")];
    Report::objects().create(archive.client.db(), values).await?;
    let page = client.get("/archive/1/").await.text();
    assert!(page.contains("name=\"title\" value=\"One &lt;b&gt;\""), "{page}");
    // A view without a serializer, or without files, has none.
    assert!(!client.get("/reports/").await.text().contains("enctype=\"multipart"));
    Ok(())
}

#[belleville::test]
async fn a_view_looks_at_an_image() -> Result<()> {
    let archive = Archive::new("image").await;
    let put = |body: &[u8]| archive.client.request("PUT", "/covers/a.gif").body("image/gif", body);
    let gif = b"GIF89a\x02\x00\x03\x00\x00\x00\x00,\x00\x00\x00\x00\x02\x00\x03\x00\x00\x02\x02\x84\x5f\x00;";
    put(gif).await.assert_status(200).assert_json(json!({"type": "image/gif", "width": 2}));
    put(&gif[..20]).await.assert_status(400).assert_json(json!([NO_IMAGE]));
    Ok(())
}

#[belleville::test]
async fn a_program_has_a_storage_of_its_own() -> Result<()> {
    let client = TestClient::new(&app().storage(InMemoryStorage::default())).await;
    let sent =
        client.request("POST", "/reports/").body("multipart/form-data; boundary=B", form("a.txt", "1")).await;
    sent.assert_json(json!({"url": format!("/memory/reports/{}/a.txt", this_year())}));
    let report = Report::objects().get(client.db()).await?;
    assert_eq!((report.file.open(client.db()).await?, report.file.size(client.db()).await?), ("1".into(), 1));
    Ok(())
}

#[belleville::test]
async fn without_a_folder_nothing_is_kept() -> Result<()> {
    let client = TestClient::new(&app()).await.raise_request_exception(false);
    let sent =
        client.request("POST", "/reports/").body("multipart/form-data; boundary=B", form("a.txt", "1")).await;
    sent.assert_status(500);
    assert!(!Report::objects().exists(client.db()).await?);
    Ok(())
}
