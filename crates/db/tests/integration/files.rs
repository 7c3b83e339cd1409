//! Files of models, against what Django 5.2.19 does with the same names.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use belleville_db::files::{FieldFile, FileSystemStorage, Storage, UploadedFile};
use belleville_db::migrations::state::ModelState;
use belleville_db::migrations::{AppConfig, Migration, Migrator};
use belleville_db::{Conflicts, Database, Error, Model, Result, change, create_row};

use crate::library::registry;
use crate::postgres;

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "press")]
struct Paper {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 50, unique)]
    title: String,
    #[field(upload_to = "papers/%Y/")]
    file: FieldFile,
    #[field(kind = ImageField, upload_to = cover_path, max_length = 30)]
    cover: Option<FieldFile>,
}

fn cover_path(paper: &Paper, name: &str) -> String {
    format!("covers/{}/{name}", paper.title)
}

/// A folder that is removed at the end of its test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name =
            format!("belleville-files-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        Self(std::env::temp_dir().join(name))
    }

    fn storage(&self) -> FileSystemStorage {
        FileSystemStorage::new(&self.0, "/media/")
    }

    /// The files below it, by their names.
    fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.0.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push(path.strip_prefix(&self.0).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        found.sort();
        found
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn empty(folder: &Folder) -> Database {
    let migration = Migration::new("0001_initial").create(ModelState::of::<Paper>());
    let apps = [AppConfig::new("press").model::<Paper>().migration(migration)];
    let url = postgres::fresh_url().await.unwrap_or_else(|| "sqlite://:memory:".to_owned());
    let db = Database::open(&url, registry(&apps)).unwrap();
    Migrator::new(&apps).migrate(&db, |_| {}).await.unwrap();
    db.set_storage(Arc::new(folder.storage()));
    db
}

fn upload(name: &str, content: &'static str) -> UploadedFile {
    UploadedFile::new(name, content).unwrap()
}

fn paper(title: &str, file: &str) -> Paper {
    Paper { id: 0, title: title.to_owned(), file: upload(file, "text").into(), cover: None }
}

/// A text with the seven random characters of a name as `#`: `a_#######.txt`.
fn without_randomness(text: &str) -> String {
    let is_random = |at: &usize| {
        let mut rest = text[at + 1..].chars();
        let letters = rest.by_ref().take(7).filter(char::is_ascii_alphanumeric).count();
        letters == 7 && !rest.next().is_some_and(|c| c.is_alphanumeric())
    };
    match text.match_indices('_').map(|(at, _)| at).find(is_random) {
        Some(at) => format!("{}_#######{}", &text[..at], &text[at + 8..]),
        None => text.to_owned(),
    }
}

fn text(outcome: Result<String>) -> String {
    match outcome {
        Ok(name) => without_randomness(&name),
        Err(Error::SuspiciousFileOperation(text)) => format!("! {}", without_randomness(&text)),
        Err(error) => format!("!! {error}"),
    }
}

fn this_year() -> i16 {
    belleville_db::now().year()
}

#[tokio::test]
async fn names_of_the_storage_are_djangos() {
    let folder = Folder::new();
    let storage = folder.storage();
    for (name, max_length, expected) in [
        ("a.txt", None, "a.txt"),
        ("a.txt", None, "a_#######.txt"),
        ("x/a.tar.gz", None, "x/a.tar.gz"),
        ("x/a.tar.gz", None, "x/a_#######.tar.gz"),
        ("../a", None, "! Detected path traversal attempt in '../a'"),
        ("/a", None, "! Detected path traversal attempt in '/a'"),
        ("x/../../a", None, "! Detected path traversal attempt in 'x/../../a'"),
        ("x\\..\\a", None, "! Detected path traversal attempt in 'x\\..\\a'"),
        (".", None, "! Could not derive file name from '.'"),
        ("a.txt", Some(13), "a_#######.txt"),
        (
            "a.txt",
            Some(12),
            "! Storage can not find an available filename for \"a_#######.txt\". Please make sure that the corresponding file \
             field allows sufficient \"max_length\".",
        ),
        ("longname.txt", Some(15), "longname.txt"),
        ("longname.txt", Some(15), "lon_#######.txt"),
        ("日本日本日本日本日本.txt", Some(16), "日本日本日本日本日本.txt"),
        ("a\\b.txt", None, "a/b.txt"),
        ("x", None, "x_#######"),
    ] {
        assert_eq!(text(storage.save(name, "x".into(), max_length).await), expected, "{name}");
    }
    let error = storage.save("a.txt/b.txt", "x".into(), None).await.unwrap_err().to_string();
    assert!(error.ends_with("a.txt exists and is not a directory"), "{error}");
    for (name, expected) in [
        ("a.txt", "/media/a.txt"),
        ("x/a b.txt", "/media/x/a%20b.txt"),
        ("/a.txt", "/media/a.txt"),
        ("naïve #?%&'.txt", "/media/na%C3%AFve%20%23%3F%25%26'.txt"),
        ("a:b@c;d=e+f$g,h~!*()|.txt", "/media/a%3Ab%40c%3Bd%3De%2Bf%24g%2Ch~!*()%7C.txt"),
    ] {
        assert_eq!(storage.url(name).unwrap(), expected);
    }
}

#[tokio::test]
async fn nothing_outside_of_the_folder_is_touched() {
    let folder = Folder::new();
    let storage = folder.storage();
    storage.save("x/a.txt", "1".into(), None).await.unwrap();
    assert_eq!(storage.open("x/../x/a.txt").await.unwrap(), "1");
    for name in ["../a", "/etc/passwd", "x/../../a"] {
        assert!(matches!(storage.open(name).await, Err(Error::SuspiciousFileOperation(_))), "{name}");
        assert!(matches!(storage.delete(name).await, Err(Error::SuspiciousFileOperation(_))), "{name}");
        assert!(matches!(storage.exists(name).await, Err(Error::SuspiciousFileOperation(_))), "{name}");
    }
    assert!(storage.delete("").await.is_err());
    storage.delete("nowhere").await.unwrap();
    storage.delete("x/a.txt").await.unwrap();
    assert_eq!(folder.files(), [""; 0]);
}

#[tokio::test]
async fn files_and_folders_have_their_permissions() {
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = Folder::new();
    folder.storage().save("x/a.txt", "1".into(), None).await.unwrap();
    assert_eq!(mode(&folder.0.join("x/a.txt")), 0o644);
    let storage = folder.storage().with_file_permissions(Some(0o600)).with_directory_permissions(Some(0o770));
    storage.save("y/z/a.txt", "1".into(), None).await.unwrap();
    assert_eq!(mode(&folder.0.join("y/z/a.txt")), 0o600);
    assert_eq!((mode(&folder.0.join("y")), mode(&folder.0.join("y/z"))), (0o770, 0o770));
}

#[tokio::test]
async fn uploads_of_one_name_at_the_same_time_are_different_files() {
    let folder = Folder::new();
    let storage = Arc::new(folder.storage());
    let mut saving = tokio::task::JoinSet::new();
    for number in 0..40 {
        let storage = Arc::clone(&storage);
        saving.spawn(async move {
            let name = storage.save("x/a.txt", number.to_string().into(), None).await.unwrap();
            (name, number.to_string())
        });
    }
    let saved = saving.join_all().await;
    for (name, content) in &saved {
        assert_eq!(storage.open(name).await.unwrap(), content.as_bytes());
    }
    assert_eq!(folder.files().len(), 40);
}

#[tokio::test]
async fn a_storage_without_a_folder_says_so() {
    let error = FileSystemStorage::default().save("a.txt", "1".into(), None).await.unwrap_err();
    assert_eq!(error.to_string(), "media_root, the folder of files, is not set");
}

#[tokio::test]
async fn saving_an_object_stores_its_uploads() {
    let folder = Folder::new();
    let db = empty(&folder).await;
    let mut one = paper("one", "my notes.txt");
    one.cover = Some(upload("é (1).png", "image").into());
    one.save(&db).await.unwrap();
    let name = format!("papers/{}/my_notes.txt", this_year());
    assert_eq!(one.file.name(), name);
    assert_eq!(one.cover.as_ref().unwrap().name(), "covers/one/é_1.png");
    assert_eq!(one.file.url(&db).unwrap(), format!("/media/{name}"));
    assert_eq!((one.file.open(&db).await.unwrap(), one.file.size(&db).await.unwrap()), ("text".into(), 4));
    assert_eq!(Paper::objects().get(&db).await.unwrap(), one);
    // A second save stores nothing again.
    one.save(&db).await.unwrap();
    assert_eq!(folder.files(), ["covers/one/é_1.png".to_owned(), name.clone()]);
    // Columns are compared by name.
    assert_eq!(Paper::objects().filter(Paper::FILE.eq(name.as_str())).count(&db).await.unwrap(), 1);
    assert_eq!(Paper::objects().filter(Paper::FILE.ends_with("notes.txt")).count(&db).await.unwrap(), 1);
    // A new upload is another file; the one before stays, as in Django.
    one.file = upload("my notes.txt", "more").into();
    one.save(&db).await.unwrap();
    assert_eq!(without_randomness(one.file.name()), format!("papers/{}/my_notes_#######.txt", this_year()));
    assert_eq!(folder.files().len(), 3);
    one.file.delete(&db).await.unwrap();
    assert!(one.file.is_none());
    one.save(&db).await.unwrap();
    assert_eq!(Paper::objects().get(&db).await.unwrap().file.name(), "");
    assert_eq!(folder.files(), ["covers/one/é_1.png".to_owned(), name]);
}

/// As in Django a row without a file has an empty text, however it is saved; NULL reads the same.
#[tokio::test]
async fn a_row_without_a_file_has_an_empty_text() {
    let folder = Folder::new();
    let db = empty(&folder).await;
    let mut saved = paper("saved", "a.txt");
    saved.save(&db).await.unwrap();
    Paper::objects().create(&db, [Paper::TITLE.set("created"), Paper::FILE.set("a.txt")]).await.unwrap();
    Paper::objects().bulk_create(&db, &mut [paper("bulk", "a.txt")], Conflicts::fail()).await.unwrap();
    assert_eq!(Paper::objects().filter(Paper::COVER.is_null(true)).count(&db).await.unwrap(), 0);
    assert_eq!(Paper::objects().filter(Paper::COVER.eq("")).count(&db).await.unwrap(), 3);
    let rows = Paper::objects().all(&db).await.unwrap();
    assert!(rows.iter().all(|paper| paper.cover.is_none()));
}

#[tokio::test]
async fn values_of_input_are_stored_as_those_of_objects() {
    let folder = Folder::new();
    let db = empty(&folder).await;
    let meta = Paper::meta();
    let [title, file, cover] = ["title", "file", "cover"].map(|name| meta.position(name).unwrap());
    let values = vec![(title, "two".to_owned().into_value()), (file, upload("a.txt", "1").into())];
    let row = create_row(&db, meta, values).await.unwrap();
    let created = Paper::from_row(&row, 0).unwrap();
    assert_eq!(created.file.name(), format!("papers/{}/a.txt", this_year()));
    let values = vec![(title, "three".to_owned().into_value()), (cover, upload("b.png", "2").into())];
    let changed = change(created.clone(), &db, values).await.unwrap().unwrap();
    // The function gets the object as it will be.
    assert_eq!(changed.cover.as_ref().unwrap().name(), "covers/three/b.png");
    assert_eq!(Paper::objects().get(&db).await.unwrap(), changed);
    // A name that does not fit into the column is shortened, or refused.
    let long = "c".repeat(40);
    let values = vec![(cover, upload(&format!("{long}.png"), "3").into())];
    let changed = change(changed, &db, values).await.unwrap().unwrap();
    let name = changed.cover.as_ref().unwrap().name();
    assert_eq!((name.len(), without_randomness(name).as_str()), (30, "covers/three/ccccc_#######.png"));
    let assignments = [Paper::TITLE.set("four"), Paper::FILE.set(FieldFile::from(upload("a.txt", "4")))];
    let four = Paper::objects().create(&db, assignments).await.unwrap();
    assert_eq!(four.file.open(&db).await.unwrap(), "4");
}

trait IntoValue {
    fn into_value(self) -> belleville_db::Value;
}

impl IntoValue for String {
    fn into_value(self) -> belleville_db::Value {
        belleville_db::Value::Text(self)
    }
}

#[tokio::test]
async fn a_row_that_is_not_saved_leaves_no_file() {
    let folder = Folder::new();
    let db = empty(&folder).await;
    paper("one", "a.txt").save(&db).await.unwrap();
    let before = folder.files();
    // The title is taken. The object still has its upload, and can be saved under another one.
    let mut second = paper("one", "b.txt");
    assert!(second.save(&db).await.unwrap_err().is_integrity());
    assert_eq!(folder.files(), before);
    assert!(second.file.upload().is_some());
    second.title = "two".to_owned();
    second.save(&db).await.unwrap();
    assert_eq!(folder.files().len(), 2);
    second.file.delete(&db).await.unwrap();
    // Values of input.
    let meta = Paper::meta();
    let [title, file] = ["title", "file"].map(|name| meta.position(name).unwrap());
    let values = || vec![(title, "one".to_owned().into_value()), (file, upload("c.txt", "1").into())];
    assert!(create_row(&db, meta, values()).await.unwrap_err().is_integrity());
    assert!(change(second.clone(), &db, values()).await.unwrap_err().is_integrity());
    let mut gone = second.clone();
    gone.id = 77;
    assert!(change(gone, &db, vec![(file, upload("c.txt", "1").into())]).await.unwrap().is_none());
    // One of several objects.
    let mut several = [paper("three", "d.txt"), paper("one", "e.txt")];
    let outcome = Paper::objects().bulk_create(&db, &mut several, Conflicts::fail()).await;
    assert!(outcome.unwrap_err().is_integrity());
    assert!(several.iter().all(|paper| paper.file.upload().is_some()));
    assert_eq!(folder.files(), before);
    several[1].title = "four".to_owned();
    Paper::objects().bulk_create(&db, &mut several, Conflicts::fail()).await.unwrap();
    assert_eq!(several[1].file.name(), format!("papers/{}/e.txt", this_year()));
    assert_eq!(folder.files().len(), 3);
}

#[tokio::test]
async fn an_undone_transaction_leaves_no_file() {
    let folder = Folder::new();
    let db = empty(&folder).await;
    let undone: Result<()> = db
        .atomic(async || {
            paper("one", "a.txt").save(&db).await?;
            assert_eq!(folder.files().len(), 1);
            Err(Error::refused("undone"))
        })
        .await;
    assert!(undone.is_err());
    assert_eq!(folder.files(), [""; 0]);
    // Only the savepoint is undone.
    db.atomic(async || {
        paper("one", "a.txt").save(&db).await?;
        let undone: Result<()> = db
            .atomic(async || {
                paper("two", "b.txt").save(&db).await?;
                Err(Error::refused("undone"))
            })
            .await;
        assert!(undone.is_err());
        db.atomic(async || paper("three", "c.txt").save(&db).await).await
    })
    .await
    .unwrap();
    assert_eq!(folder.files(), ["a.txt", "c.txt"].map(|name| format!("papers/{}/{name}", this_year())));
    // A released savepoint is undone with the transaction around it.
    let undone: Result<()> = db
        .atomic(async || {
            db.atomic(async || paper("four", "d.txt").save(&db).await).await?;
            Err(Error::refused("undone"))
        })
        .await;
    assert!(undone.is_err());
    assert_eq!(folder.files().len(), 2);
}

#[tokio::test]
async fn a_transaction_that_nobody_waits_for_leaves_no_file() {
    let folder = Folder::new();
    let db = empty(&folder).await;
    let waiting = db.atomic(async || {
        paper("one", "a.txt").save(&db).await?;
        std::future::pending::<Result<()>>().await
    });
    tokio::select! {
        biased;
        _ = waiting => unreachable!("it waits for ever"),
        () = async {
            while folder.files().is_empty() {
                tokio::task::yield_now().await;
            }
        } => {}
    }
    // It is removed beside the task.
    while !folder.files().is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(!Paper::objects().exists(&db).await.unwrap());
}

#[tokio::test]
async fn a_file_is_deleted_when_the_transaction_is_committed() {
    let folder = Folder::new();
    let db = empty(&folder).await;
    let mut one = paper("one", "a.txt");
    one.save(&db).await.unwrap();
    let undone: Result<()> = db
        .atomic(async || {
            let mut copy = one.clone();
            copy.file.delete(&db).await?;
            copy.save(&db).await?;
            Err(Error::refused("undone"))
        })
        .await;
    assert!(undone.is_err());
    assert_eq!(one.file.open(&db).await.unwrap(), "text");
    db.atomic(async || {
        one.file.delete(&db).await?;
        one.save(&db).await
    })
    .await
    .unwrap();
    // It is removed beside the task.
    while !folder.files().is_empty() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_upload_is_no_parameter() {
    let folder = Folder::new();
    let db = empty(&folder).await;
    paper("one", "a.txt").save(&db).await.unwrap();
    let set = [Paper::FILE.set(FieldFile::from(upload("b.txt", "1")))];
    let error = Paper::objects().update(&db, set).await.unwrap_err().to_string();
    assert!(error.contains("a new upload is stored when its object is saved or created"), "{error}");
    assert_eq!(Paper::objects().update(&db, [Paper::FILE.set("c.txt")]).await.unwrap(), 1);
}
