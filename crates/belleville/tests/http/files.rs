//! Files that were sent, in a program: `docs/guide/files.md`, whose blocks are pieces of this file.
#![expect(unreachable_pub, reason = "the page shows what a program has")]

use std::collections::HashMap;
use std::future::ready;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use belleville::db::files::{Bytes, FieldFile, FileFuture, Storage, UploadedFile, image_info};
use belleville::db::migrations::AppConfig;
use belleville::db::migrations::state::ModelState;
use belleville::json;
use belleville::parsers::{Data, ParserKind};
use belleville::prelude::*;
use belleville::settings::Settings;
use belleville::test::TestClient;

/// A report, with the file that somebody has sent.
#[derive(Clone, Debug, Model)]
#[model(app = "archive")]
pub struct Report {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 100, unique)]
    pub title: String,
    #[field(upload_to = "reports/%Y/")]
    pub file: FieldFile,
    #[field(kind = ImageField, upload_to = cover_path)]
    pub cover: Option<FieldFile>,
}

/// Where the cover of a report goes.
fn cover_path(report: &Report, filename: &str) -> String {
    format!("covers/{}/{filename}", report.title)
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
    let Some(image) = form.file("file").and_then(|upload| image_info(upload.content())) else {
        return Err(Error::validation(NO_IMAGE));
    };
    Response::data(200, &json!({"type": image.format.mime(), "width": i64::from(image.width)}))
}

pub fn urls() -> Urls {
    let view = |name: &str| View::new(name).permission_classes(AllowAny);
    Urls::new()
        .path("reports/", view("Reports").post(send))
        .path("covers/<str:filename>", view("Cover").parser_classes([ParserKind::FileUpload]).put(send_cover))
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
    fn write_new<'a>(&'a self, name: &'a str, content: Bytes) -> FileFuture<'a, bool> {
        let mut files = self.files();
        let is_new = !files.contains_key(name);
        if is_new {
            files.insert(name.to_owned(), content);
        }
        Box::pin(ready(Ok(is_new)))
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
        let folder = std::env::temp_dir().join(format!("belleville-archive-{}-{name}", std::process::id()));
        let mut settings = Settings::default();
        settings.media.media_root = Some(folder.clone());
        settings.media.media_url = "media/".to_owned();
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
    let client = TestClient::new(&app()).await;
    let sent =
        client.request("POST", "/reports/").body("multipart/form-data; boundary=B", form("a.txt", "1")).await;
    sent.assert_status(500);
    assert!(!Report::objects().exists(client.db()).await?);
    Ok(())
}
