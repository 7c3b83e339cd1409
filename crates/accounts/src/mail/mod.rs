//! Mail that the program sends. A [`MailTransport`] sends it: the console or a folder in development, a custom one in
//! production. It is sent after the response, through a queue of bounded length.

pub mod admins;

use std::collections::VecDeque;
use std::fmt;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use belleville_db::create_private;
use belleville_db::validators::is_email;

use belleville_http::BoxFuture;
use belleville_http::printable::Quoted;
use belleville_http::settings::{Section, SettingsError};
use serde::Deserialize;

/// How mail is sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct MailSettings {
    /// How mail is sent: `console` or `filebased`. In development the console when it is empty; otherwise the program gives
    /// a transport of its own.
    pub email_backend: String,
    /// The folder of `filebased`.
    pub email_file_path: Option<PathBuf>,
    /// The sender of mail.
    pub default_from_email: String,
    /// The addresses of those who get a mail when an error is not handled: Django's `ADMINS`. Nobody in development.
    pub admins: Vec<String>,
    /// The sender of these mails.
    pub server_email: String,
    /// What their subjects begin with.
    pub email_subject_prefix: String,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            email_backend: String::new(),
            email_file_path: None,
            default_from_email: "webmaster@localhost".to_owned(),
            admins: Vec::new(),
            server_email: "root@localhost".to_owned(),
            email_subject_prefix: "[Django] ".to_owned(),
        }
    }
}

impl Section for MailSettings {
    fn check(&self) -> Result<(), SettingsError> {
        match self.admins.iter().find(|address| !is_email(address)) {
            Some(other) => Err(SettingsError::new(format!(
                "admins has `{other}`, which is no e-mail address: write admins = [\"ann@example.com\"]"
            ))),
            None => Ok(()),
        }
    }
}

/// A mail of plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The sender's address.
    pub from: String,
    /// The recipient's address.
    pub to: String,
    /// The subject: one line.
    pub subject: String,
    /// The text.
    pub body: String,
}

impl fmt::Display for Mail {
    /// The mail in about the form that Django's console and file backends write.
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

/// A way to send mail: Django's e-mail backend.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not carry mail",
    label = "implement MailTransport for it, or set `email_backend`"
)]
pub trait MailTransport: Send + Sync + 'static {
    /// Sends a mail. No request waits for it. Errors are logged; a mail that takes longer than a minute is given up
    /// and logged. A few mails are sent at the same time.
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

/// Writes each mail into a separate file in a folder: for development and tests.
#[derive(Debug)]
pub struct FileTransport {
    folder: PathBuf,
    number: AtomicU64,
}

impl FileTransport {
    /// Writes into this folder, which is created when it does not exist.
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
pub(crate) fn of_settings(
    settings: &MailSettings,
    debug: bool,
) -> Result<Option<Arc<dyn MailTransport>>, SettingsError> {
    match settings.email_backend.as_str() {
        "" if debug => Ok(Some(Arc::new(ConsoleTransport))),
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

/// The transport of a program, and the mail that waits for it.
#[derive(Clone)]
pub struct Mailer {
    pub(crate) transport: Option<Arc<dyn MailTransport>>,
    pub(crate) queue: MailQueue,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer").finish_non_exhaustive()
    }
}

impl Mailer {
    /// Queues a mail. Without a transport it is dropped.
    pub(crate) fn send(&self, mail: Mail) {
        let Some(transport) = self.transport.clone() else { return };
        self.queue.push(async move {
            if let Err(error) = transport.send(mail).await {
                tracing::error!(error = %Quoted(error), "a mail could not be sent");
            }
        });
    }

    /// Waits until the queued mail is sent, for ten seconds at most.
    pub async fn finish(&self) {
        self.queue.finish(Duration::from_secs(10)).await;
    }
}

/// How many mails may wait; further ones are dropped.
const LONGEST: usize = 1000;

/// How many mails are sent at the same time.
const WORKERS: usize = 4;

/// How long one may take.
const PATIENCE: Duration = Duration::from_secs(60);

type Job = BoxFuture<'static, ()>;

/// Mail that waits to be sent. The request that caused it is answered at once, with the same response when the queue
/// is full.
#[derive(Clone, Default)]
pub(crate) struct MailQueue(Arc<Shared>);

#[derive(Default)]
struct Shared {
    jobs: Mutex<Jobs>,
    /// The last worker has ended.
    ended: Notify,
}

#[derive(Default)]
struct Jobs {
    waiting: VecDeque<Job>,
    workers: usize,
}

impl MailQueue {
    /// Adds a job to the queue; when too many wait, it is dropped and logged.
    pub(crate) fn push(&self, job: impl Future<Output = ()> + Send + 'static) {
        let mut jobs = self.0.lock();
        if jobs.waiting.len() >= LONGEST {
            drop(jobs);
            tracing::error!("too much mail waits to be sent; one was dropped");
            return;
        }
        jobs.waiting.push_back(Box::pin(job));
        if jobs.workers < WORKERS {
            jobs.workers += 1;
            let worker = Worker { queue: Some(Arc::clone(&self.0)) };
            drop(jobs);
            tokio::spawn(worker.work());
        }
    }

    /// Waits until the queue is empty, or the time is over.
    pub(crate) async fn finish(&self, time: Duration) {
        let finished = async {
            loop {
                let ended = self.0.ended.notified();
                if self.0.lock().workers == 0 {
                    return;
                }
                ended.await;
            }
        };
        if tokio::time::timeout(time, finished).await.is_err() {
            tracing::error!(waiting = self.0.lock().waiting.len(), "mail was not sent before the end");
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends queued mail, and ends when the queue is empty; `queue` is `None` then.
struct Worker {
    queue: Option<Arc<Shared>>,
}

impl Worker {
    async fn work(mut self) {
        while let Some(job) = self.next() {
            // In a separate task: when a transport panics, one mail is lost and the worker goes on.
            let mut task = tokio::spawn(job);
            match tokio::time::timeout(PATIENCE, &mut task).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(error = %Quoted(error), "a mail could not be sent"),
                Err(_) => {
                    task.abort();
                    tracing::error!("a mail was given up: it took longer than a minute");
                }
            }
        }
    }

    /// The next job. When there is none, the worker ends in the same step, so that no job waits for a worker that is
    /// about to end.
    fn next(&mut self) -> Option<Job> {
        let queue = self.queue.as_ref()?;
        let mut jobs = queue.lock();
        if let Some(job) = jobs.waiting.pop_front() {
            return Some(job);
        }
        jobs.workers -= 1;
        drop(jobs);
        queue.ended.notify_waiters();
        self.queue = None;
        None
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // The runtime ended in the middle.
        if let Some(queue) = &self.queue {
            queue.lock().workers -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(600);

    fn count(done: &Arc<AtomicU64>) -> impl Future<Output = ()> + Send + use<> {
        let done = Arc::clone(done);
        async move {
            done.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[tokio::test]
    async fn what_the_queue_does_not_hold_is_dropped() {
        let (queue, done) = (MailQueue::default(), Arc::new(AtomicU64::new(0)));
        // Nothing is sent before this test waits for something.
        for _ in 0..LONGEST + 10 {
            queue.push(count(&done));
        }
        queue.finish(LONG).await;
        assert_eq!(done.load(Ordering::Relaxed), LONGEST as u64);
    }

    #[tokio::test]
    async fn one_that_panics_or_hangs_costs_a_mail_and_not_a_worker() {
        let (queue, done) = (MailQueue::default(), Arc::new(AtomicU64::new(0)));
        tokio::time::pause();
        for _ in 0..3 * WORKERS {
            queue.push(async { panic!("as asked") });
            queue.push(std::future::pending());
        }
        queue.push(count(&done));
        queue.finish(LONG).await;
        assert_eq!(done.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn the_end_does_not_wait_for_ever() {
        let queue = MailQueue::default();
        queue.push(std::future::pending());
        queue.finish(Duration::from_millis(1)).await;
        assert_eq!(queue.0.lock().workers, 1);
    }
}
