//! Uploaded files in development: Django's `static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)`.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use belleville_db::{DateTime, Duration};
use belleville_http::media::MediaSettings;
use belleville_http::mimetypes;
use belleville_http::response::{content_disposition, http_date, parse_http_date, plain};
use http::header::{CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, IF_MODIFIED_SINCE, LAST_MODIFIED};

use crate::BoxFuture;
use crate::development;
use crate::exceptions::{Error, Result};
use crate::request::Request;
use crate::response::Response;
use crate::urls::Page;

/// The files of `media_root`, in development alone: where `debug` is off, nothing is there, and a server in front of the program
/// gives them out.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::static_files::ServeMedia;
/// use belleville::urls::Urls;
///
/// let urls = Urls::new().page("media/<path:path>", ServeMedia);
/// # assert!(urls.mistakes().is_empty());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ServeMedia;

impl Page for ServeMedia {
    fn respond<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response>> {
        Box::pin(respond(request))
    }

    fn csrf_failure(&self, _: &Request, _: &str) -> Response {
        plain::forbidden()
    }

    fn name(&self) -> &'static str {
        "ServeMedia"
    }
}

async fn respond(request: &Request) -> Result<Response> {
    let settings = request.services().get::<MediaSettings>().filter(|_| request.services().debug);
    let Some(settings) = settings.filter(|settings| settings.media_root.is_some()) else {
        return Ok(development::not_found(request));
    };
    let name = request.kwarg("path").unwrap_or_default().trim_start_matches('/');
    let (root, path) = (settings.storage().path("")?, settings.storage().path(name)?);
    let since = request.header(&IF_MODIFIED_SINCE);
    let served = tokio::task::spawn_blocking(move || Served::read(&root, path, since.as_deref())).await;
    match served.unwrap_or_else(|error| Err(io::Error::other(error))) {
        Ok(Some(served)) => Ok(served.into_response()),
        Ok(None) => Ok(Response::empty(304)),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            Err(Error::internal(error.to_string()))
        }
        Err(_) => Ok(development::not_found(request)),
    }
}

/// A file that is there.
struct Served {
    path: PathBuf,
    modified: DateTime,
    content: Vec<u8>,
}

impl Served {
    /// The file at a path; `None` when it is as old as a client knows.
    ///
    /// # Errors
    /// When there is no such file inside of the folder.
    fn read(root: &Path, path: PathBuf, since: Option<&str>) -> io::Result<Option<Self>> {
        // A link may lead out of the folder. Django follows it.
        if !path.canonicalize()?.starts_with(root.canonicalize()?) || !path.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let modified = whole_seconds(path.metadata()?.modified()?);
        if since.and_then(parse_http_date).is_some_and(|since| modified <= since) {
            return Ok(None);
        }
        let content = std::fs::read(&path)?;
        Ok(Some(Self { path, modified, content }))
    }

    fn into_response(self) -> Response {
        let path = self.path.to_string_lossy();
        let (kind, encoding) = mimetypes::guess_type(&path);
        let mut response = Response::html(200, self.content);
        response.set_header(CONTENT_TYPE, kind.unwrap_or("application/octet-stream"));
        if let Some(disposition) = content_disposition(false, path.rsplit('/').next().unwrap_or_default()) {
            response.set_header(CONTENT_DISPOSITION, &disposition);
        }
        response.set_header(LAST_MODIFIED, &http_date(self.modified));
        if let Some(encoding) = encoding {
            response.set_header(CONTENT_ENCODING, encoding);
        }
        response
    }
}

/// A moment in the whole seconds that HTTP has.
fn whole_seconds(at: SystemTime) -> DateTime {
    let first = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    let since = at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let since =
        i64::try_from(since).ok().and_then(|since| first.checked_add(Duration::from_secs(since)).ok());
    since.unwrap_or(first)
}
