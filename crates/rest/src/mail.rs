//! Mail that the program sends. What carries it is a [`MailTransport`]: the console or a folder in development, one's own
//! in production.

use std::fmt;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use belleville_db::create_private;

use crate::BoxFuture;
use crate::settings::{Settings, SettingsError};

/// A mail of plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The address that it is from.
    pub from: String,
    /// The address that it goes to.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The text.
    pub body: String,
}

impl fmt::Display for Mail {
    /// The mail as Django's console and file backends write it, as near as a reader cares.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |text: &str| text.replace(['\r', '\n'], " ");
        writeln!(f, "Subject: {}", line(&self.subject))?;
        writeln!(f, "From: {}", line(&self.from))?;
        writeln!(f, "To: {}", line(&self.to))?;
        writeln!(f, "\n{}", self.body)
    }
}

/// Why a mail was not sent.
pub type MailError = Box<dyn std::error::Error + Send + Sync>;

/// Carries mail away.
pub trait MailTransport: Send + Sync + 'static {
    /// Sends a mail. Nobody waits for it: what goes wrong is logged.
    fn send(&self, mail: Mail) -> BoxFuture<'_, Result<(), MailError>>;
}

/// Writes mail on standard output: for development.
#[derive(Clone, Copy, Debug)]
pub struct ConsoleTransport;

impl MailTransport for ConsoleTransport {
    fn send(&self, mail: Mail) -> BoxFuture<'_, Result<(), MailError>> {
        println!("{mail}{}", "-".repeat(79));
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Writes each mail into a file of its own in a folder: for development and tests.
#[derive(Debug)]
pub struct FileTransport {
    folder: PathBuf,
    number: AtomicU64,
}

impl FileTransport {
    /// Writes into this folder, which is made when it is not there.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), number: AtomicU64::new(0) }
    }
}

impl MailTransport for FileTransport {
    fn send(&self, mail: Mail) -> BoxFuture<'_, Result<(), MailError>> {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let moment = belleville_db::now().strftime("%Y%m%d-%H%M%S-%6f").to_string();
        let path = self.folder.join(format!("{moment}-{number}.log"));
        let written = std::fs::create_dir_all(&self.folder)
            .and_then(|()| create_private(&path))
            .and_then(|mut file| file.write_all(mail.to_string().as_bytes()));
        Box::pin(std::future::ready(written.map_err(Into::into)))
    }
}

/// The transport that the settings name: Django's `EMAIL_BACKEND`.
pub(crate) fn of_settings(settings: &Settings) -> Result<Option<Arc<dyn MailTransport>>, SettingsError> {
    match settings.email_backend.as_str() {
        "" if settings.debug => Ok(Some(Arc::new(ConsoleTransport))),
        "" => Ok(None),
        "console" => Ok(Some(Arc::new(ConsoleTransport))),
        "filebased" => match &settings.email_file_path {
            Some(folder) => Ok(Some(Arc::new(FileTransport::new(folder)))),
            None => Err(SettingsError::new("email_backend is `filebased`; set email_file_path to a folder")),
        },
        other => Err(SettingsError::new(format!(
            "email_backend is `{other}`; known are `console` and `filebased`, and for everything else the program gives a \
             transport of its own (App::mail)"
        ))),
    }
}
