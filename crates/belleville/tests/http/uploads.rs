//! Bodies with files that are too long for the memory: they are parsed as they arrive, and their files go to the disk.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use belleville::App;
use belleville::authentication::SessionAuthentication;
use belleville::db::files::UploadedFile;
use belleville::json;
use belleville::json::Json;
use belleville::parsers::{Data, FileUploadParser};
use belleville::prelude::*;

use crate::server::{Answer, Folder, Server};

fn mode(path: &Path) -> String {
    format!("{:o}", fs::metadata(path).unwrap().permissions().mode() & 0o777)
}

fn form(data: &Data) -> Result<&belleville::parsers::QueryDict> {
    match data {
        Data::Form(form) => Ok(form),
        Data::Json(_) => Err(Error::validation("It is no form.")),
    }
}

/// Keeps the files of a form, and says how they came.
async fn keep(request: Request) -> Result<Response> {
    let data = request.data().await?;
    let form = form(&data)?;
    let mut files = Vec::new();
    for (key, upload) in form.files() {
        let before = upload
            .temporary_file_path()
            .map(|path| (mode(path.parent().unwrap_or(path)), mode(path), fs::metadata(path).unwrap().ino()));
        let name = format!("{}{}", form.get("folder").unwrap_or_default(), upload.name());
        let name = request.db().storage().save(&name, upload.content().clone(), None).await?;
        let (folder, file, inode) = before.map_or((None, None, 0), |(a, b, inode)| (Some(a), Some(b), inode));
        files.push(json!({
            "key": key, "name": name, "size": upload.size() as i64, "folder": folder, "file": file, "inode": inode.to_string(),
        }));
    }
    Response::data(200, &json!({"title": form.get("title"), "files": files}))
}

/// Says what there is, and keeps nothing.
async fn look(request: Request) -> Result<Response> {
    let data = request.data().await?;
    let shown: Vec<Json> = form(&data)?.files().map(|(_, file)| described(file)).collect();
    Response::data(200, &Json::from(shown))
}

fn described(file: &UploadedFile) -> Json {
    let content = file.content().blocking_read().unwrap();
    let sum = content.iter().fold(0_i64, |sum, byte| (sum * 31 + i64::from(*byte)) % 1_000_003);
    json!({"class": file.class_name(), "size": file.size() as i64, "sum": sum})
}

async fn panicking(request: Request) -> Result<Response> {
    let data = request.data().await?;
    panic!("{} files", form(&data)?.files().len());
}

async fn refusing(request: Request) -> Result<Response> {
    let _data = request.data().await?;
    Err(Error::validation("Not this one."))
}

/// What Django calls `request.body` and `request.POST`, beside the input.
async fn twice(request: Request) -> Result<Response> {
    let posted = request.post().await?.files().len();
    let data = request.data().await?;
    let read = request.body().await.is_ok();
    Response::data(200, &json!([posted as i64, form(&data)?.files().len() as i64, read]))
}

fn urls() -> Urls {
    let open = |name: &str| View::new(name).authentication_classes(()).permission_classes(AllowAny);
    Urls::new()
        .path("keep/", open("Keep").post(keep).put(keep))
        .path("atomic/", open("Atomic").atomic().post(keep))
        .path("look/", open("Look").post(look))
        .path("raw/<str:filename>", open("Raw").parser_classes(FileUploadParser).put(look))
        .path("raw-keep/<str:filename>", open("Raw Keep").parser_classes(FileUploadParser).put(keep))
        .path("panic/", open("Panic").post(panicking))
        .path("refuse/", open("Refuse").post(refusing))
        .path("twice/", open("Twice").post(twice))
        .path("mine/", View::new("Mine").authentication_classes(SessionAuthentication).post(look))
}

/// A program with folders for its files and for temporary ones.
struct Program {
    server: Server,
    media: Folder,
    temporary: Folder,
}

impl Program {
    fn start(settings: &str) -> Self {
        let (media, temporary) = (Folder::new(), Folder::new());
        let app = App::new("uploads", env!("CARGO_MANIFEST_DIR"), urls);
        let text = format!(
            "media_root = '{}'\nfile_upload_temp_dir = '{}'\n{settings}",
            media.path().display(),
            temporary.path().display()
        );
        Self { server: Server::start_app(&app, &text, &[]), media, temporary }
    }

    fn send(&self, line: &str, body: &str) -> Answer {
        self.server.send(line, FORM, body)
    }

    /// Nothing is left in the folder for temporary files, at the latest in a moment.
    fn assert_tidy(&self, what: &str) {
        let deadline = Instant::now() + Duration::from_secs(20);
        let left = || fs::read_dir(self.temporary.path()).unwrap().count();
        while left() > 0 && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(10));
        }
        assert_eq!(left(), 0, "{what}: temporary files are left");
    }
}

const FORM: &str = "Content-Type: multipart/form-data; boundary=X";

/// Files from this size on are not in memory.
const SMALL: &str = "file_upload_max_memory_size = 10000\n";

fn part(headers: &str, content: &str) -> String {
    format!("--X\r\nContent-Disposition: form-data; {headers}\r\n\r\n{content}\r\n")
}

fn file(content: &str) -> String {
    part("name=\"f\"; filename=\"a.txt\"", content)
}

/// A content without two like pieces.
fn content(length: usize) -> String {
    (0..)
        .flat_map(|number: u32| format!("{number}\r\n--").into_bytes())
        .take(length)
        .map(char::from)
        .collect()
}

fn sum(content: &str) -> i64 {
    content.bytes().fold(0_i64, |sum, byte| (sum * 31 + i64::from(byte)) % 1_000_003)
}

#[test]
fn a_long_file_goes_by_way_of_the_disk_into_its_place() {
    let program = Program::start(SMALL);
    let long = content(400_000);
    let body = part("name=\"title\"", "One") + &file(&long) + "--X--\r\n";
    for (number, line) in ["POST /keep/", "PUT /keep/", "POST /atomic/"].iter().enumerate() {
        let answer = program.send(line, &body);
        assert_eq!(answer.status, 200, "{line}: {}", answer.body);
        assert!(
            answer.body.starts_with(r#"{"title":"One","files":[{"key":"f","name":"a"#),
            "{}",
            answer.body
        );
        assert!(
            answer.body.contains(r#""size":400000,"folder":"700","file":"600","#),
            "nobody else can read it: {}",
            answer.body
        );
        program.assert_tidy(line);
        let files: Vec<_> = fs::read_dir(program.media.path()).unwrap().map(|file| file.unwrap()).collect();
        assert_eq!(files.len(), number + 1, "{line}");
        let stored = files
            .iter()
            .find(|file| answer.body.contains(&format!(r#""inode":"{}""#, file.metadata().unwrap().ino())));
        let stored = stored.unwrap_or_else(|| panic!("{line}: the file was copied, not moved")).path();
        assert_eq!(fs::read_to_string(&stored).unwrap(), long);
        assert_eq!(mode(&stored), "644");
    }
}

#[test]
fn the_size_decides_where_files_are() {
    let program = Program::start(SMALL);
    let class = |line: &str, headers: &str, body: &str| {
        let answer = program.server.send(line, headers, body);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    };
    let around = (file("") + "--X--\r\n").len();
    for (length, class_name) in [(10_000, "InMemoryUploadedFile"), (10_001, "TemporaryUploadedFile")] {
        let text = content(length);
        let expected = |length: usize| {
            format!(r#"[{{"class":"{class_name}","size":{length},"sum":{}}}]"#, sum(&text[..length]))
        };
        let inner = length - around;
        let body = file(&text[..inner]) + "--X--\r\n";
        assert_eq!(class("POST /look/", FORM, &body), expected(inner));
        let plain = "Content-Type: text/plain";
        assert_eq!(class("PUT /raw/a.txt", plain, &text), expected(length));
        // A body that does not say how long it is.
        let chunks: String = text
            .as_bytes()
            .chunks(999)
            .map(|chunk| format!("{:x}\r\n{}\r\n", chunk.len(), std::str::from_utf8(chunk).unwrap()))
            .collect();
        let request = format!(
            "PUT /raw/a.txt HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n{plain}\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n"
        );
        assert_eq!(Answer::of(&program.server.raw(request.as_bytes())).body, expected(length));
    }
    program.assert_tidy("afterwards");
}

#[test]
fn settings_say_the_permissions_of_what_is_stored() {
    for (settings, of_file, of_folder) in [
        ("file_upload_permissions = 0o640\nfile_upload_directory_permissions = 0o711\n", "640", "711"),
        ("file_upload_permissions = 0o604\nfile_upload_directory_permissions = 0o770\n", "604", "770"),
    ] {
        let program = Program::start(&format!("{settings}{SMALL}"));
        // In memory, and on the disk.
        for length in [100, 100_000] {
            let body = part("name=\"folder\"", "new/") + &file(&content(length)) + "--X--\r\n";
            let answer = program.send("POST /keep/", &body);
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
        let folder = program.media.path().join("new");
        assert_eq!(mode(&folder), of_folder, "{settings}");
        let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| mode(&file.unwrap().path())).collect();
        assert_eq!(files, [of_file, of_file], "{settings}");
    }
}

/// The form is read for CSRF first, and then for the view.
#[test]
fn a_long_form_is_read_once() {
    let program = Program::start(SMALL);
    let body = file(&content(50_000)) + "--X--\r\n";
    assert_eq!(program.send("POST /twice/", &body).body, "[1,1,false]");
    let login = program.server.login("alice", crate::server::PASSWORD);
    let session = login.cookie_value("sessionid").unwrap();
    let secret = "a".repeat(32);
    let headers = format!("{FORM}\nCookie: sessionid={session}; csrftoken={secret}");
    let token = part("name=\"csrfmiddlewaretoken\"", &secret);
    let answer = program.server.send("POST /mine/", &headers, &(token + &body));
    assert!(answer.body.contains("TemporaryUploadedFile"), "{}", answer.body);
    let answer = program.server.send("POST /mine/", &headers, &body);
    assert_eq!((answer.status, answer.body.contains("CSRF")), (403, true), "{}", answer.body);
    program.assert_tidy("afterwards");
}

#[test]
fn nothing_is_left_of_a_form_that_is_not_taken() {
    let program = Program::start(&format!(
        "data_upload_max_number_fields = 2\ndata_upload_max_number_files = 2\ndata_upload_max_memory_size = 9000\n{SMALL}"
    ));
    program.server.expects_panics();
    let long = file(&content(300_000));
    let end = "--X--\r\n";
    let field = part("name=\"a\"", "1");
    let too_long = part("name=\"a\"", &content(9_001));
    let base64 = "--X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n";
    for (line, body, status, part) in [
        ("POST /refuse/", long.clone() + end, 400, "Not this one."),
        ("POST /panic/", long.clone() + end, 500, ""),
        ("POST /keep/", long.clone() + base64 + end, 400, "Could not decode base64 data."),
        ("POST /keep/", long.clone() + &field.repeat(5) + end, 400, "<h1>Bad Request (400)</h1>"),
        ("POST /keep/", long.repeat(3) + end, 400, "<h1>Bad Request (400)</h1>"),
        ("POST /keep/", long.clone() + &too_long + end, 400, "<h1>Bad Request (400)</h1>"),
        ("POST /atomic/", long.clone() + &too_long + end, 400, "<h1>Bad Request (400)</h1>"),
        ("POST /keep/", file(&content(6_000_000)) + end, 400, "<h1>Bad Request (400)</h1>"),
        // Its end is missing, so that the file is not whole.
        ("POST /keep/", long.clone(), 200, r#""files":[]"#),
    ] {
        let answer = program.send(line, &body);
        assert_eq!(answer.status, status, "{line}: {}", answer.body);
        assert!(answer.body.contains(part), "{line}: {}", answer.body);
        program.assert_tidy(line);
    }
    // A client that hangs up in the middle.
    let mut stream = TcpStream::connect(program.server.address).unwrap();
    let head =
        format!("POST /keep/ HTTP/1.1\r\nHost: testserver\r\n{FORM}\r\nContent-Length: 1000000\r\n\r\n");
    stream.write_all((head + &long).as_bytes()).unwrap();
    let begun = || fs::read_dir(program.temporary.path()).unwrap().count() > 0;
    let deadline = Instant::now() + Duration::from_secs(20);
    while !begun() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(begun(), "the file goes to the disk while it arrives");
    drop(stream);
    program.assert_tidy("a client that is gone");
    assert!(fs::read_dir(program.media.path()).unwrap().next().is_none(), "nothing was kept");
}

/// The name of the variable that tells this test that it runs in a process of its own.
const ALONE: &str = "BELLEVILLE_TEST_ALONE";

/// The most memory that this process has had, in kibibytes.
#[cfg(target_os = "linux")]
fn most_memory() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// It is measured in a process that does nothing else.
#[test]
#[cfg(target_os = "linux")]
fn a_file_of_hundreds_of_megabytes_takes_no_more_memory_than_a_small_one() {
    if std::env::var_os(ALONE).is_none() {
        let name = "uploads::a_file_of_hundreds_of_megabytes_takes_no_more_memory_than_a_small_one";
        let alone = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(ALONE, "1")
            .output()
            .unwrap();
        assert!(alone.status.success(), "{}", String::from_utf8_lossy(&alone.stderr));
        return;
    }
    let program = Program::start("[server]\nmax_body_size = 300000000\nbody_timeout = 600\n");
    let upload = |line: &str, content_type: &str, before: &str, megabytes: usize, after: &str| {
        let length = before.len() + megabytes * 1_000_000 + after.len();
        let mut stream = TcpStream::connect(program.server.address).unwrap();
        let head = format!(
            "{line} HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(before.as_bytes()).unwrap();
        let megabyte = vec![b'x'; 1_000_000];
        (0..megabytes).for_each(|_| stream.write_all(&megabyte).unwrap());
        stream.write_all(after.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let answer = Answer::of(&answer);
        assert!(answer.body.contains(&format!(r#""size":{}"#, megabytes * 1_000_000)), "{}", answer.body);
        most_memory()
    };
    let (before, after) =
        ("--X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n", "\r\n--X--\r\n");
    let small = upload("POST /keep/", "multipart/form-data; boundary=X", before, 3, after);
    let large = upload("POST /keep/", "multipart/form-data; boundary=X", before, 200, after);
    assert!(large < small + 12_000, "a form of 200 MB takes {large} KiB, one of 3 MB {small}");
    let raw = upload("PUT /raw-keep/a", "application/octet-stream", "", 200, "");
    assert!(raw < small + 12_000, "a file of 200 MB takes {raw} KiB, one of 3 MB {small}");
    program.assert_tidy("afterwards");
}
