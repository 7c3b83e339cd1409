//! A thread of the process that makes and drops databases, on one connection: it is there while runtimes of tests come and go, and
//! when a test panics. Its connection holds a lock for as long as the process lives, by which other processes see which databases
//! are still somebody's.

use std::pin::Pin;
use std::sync::{Arc, mpsc};
use std::time::SystemTime;

use belleville_db::functions::raw;
use belleville_db::{Database, Registry};
use tokio::sync::oneshot;

use super::name::{Kind, Prefix, new_owner, url_of};

/// The database that a connection is made to which is about no database in particular; every server has it.
const NO_DATABASE: &str = "postgres";

/// For how many seconds a template is kept that nobody has asked for.
const TEMPLATE_AGE: u64 = 86_400;

type Job = Box<dyn for<'a> FnOnce(&'a Server) -> Pin<Box<dyn Future<Output = ()> + 'a>> + Send>;

/// The thread, and what its databases are called.
#[derive(Clone)]
pub(super) struct Keeper {
    jobs: mpsc::Sender<Job>,
    pub(super) prefix: Prefix,
    pub(super) owner: Arc<str>,
}

/// The server, as the thread sees it.
pub(super) struct Server {
    db: Database,
    prefix: Prefix,
}

impl Keeper {
    /// Starts the thread, and removes what processes have left that were killed.
    pub(super) async fn start(url: &str) -> Result<Self, String> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let (prefix, owner) = (Prefix::of(url), new_owner());
        let keeper = Self { jobs, prefix: prefix.clone(), owner: owner.clone().into() };
        let url =
            format!("{}{}pool_size=1", url_of(url, NO_DATABASE), if url.contains('?') { "&" } else { "?" });
        let db = Database::open(&url, Registry::new([])).map_err(|error| error.to_string())?;
        let run = move || serve(&Server { db, prefix }, queue);
        std::thread::Builder::new()
            .name("test databases".to_owned())
            .spawn(run)
            .map_err(|error| error.to_string())?;
        keeper.ask(|server| Box::pin(server.begin(owner))).await?;
        Ok(keeper)
    }

    /// Has something done, and waits for it.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        job: impl for<'a> FnOnce(&'a Server) -> Pin<Box<dyn Future<Output = Result<T, String>> + 'a>>
        + Send
        + 'static,
    ) -> Result<T, String> {
        let (reply, answer) = oneshot::channel();
        self.send(Box::new(move |server| {
            let work = job(server);
            // Who has asked may have gone.
            Box::pin(async move { drop(reply.send(work.await)) })
        }));
        answer.await.unwrap_or_else(|_| Err("the thread of the test databases has ended".to_owned()))
    }

    /// Drops a database, and waits for it without a runtime. What cannot be dropped now is at the next run.
    pub(super) fn drop_database(&self, name: String) {
        let (reply, done) = mpsc::channel();
        self.send(Box::new(move |server| {
            Box::pin(async move {
                let _ = server.drop_database(&name).await;
                drop(reply);
            })
        }));
        let _: Result<(), _> = done.recv();
    }

    fn send(&self, job: Job) {
        // Without the thread the reply's channel is closed, which is what its reader sees.
        let _ = self.jobs.send(job);
    }
}

fn serve(server: &Server, queue: mpsc::Receiver<Job>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    for job in queue {
        runtime.block_on(job(server));
    }
}

impl Server {
    /// Says that the process is there, and removes what others have left.
    async fn begin(&self, owner: String) -> Result<(), String> {
        self.db.check().await.map_err(|error| error.to_string())?;
        self.lock("pg_advisory_lock", &owner).await?;
        for name in self.databases().await? {
            match self.prefix.kind(&name) {
                Some(Kind::Own { owner }) => self.drop_unless_locked(&name, &owner).await?,
                Some(Kind::Template(key)) if self.is_old(&name).await? => {
                    self.drop_unless_locked(&name, &key).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Nobody else has what is about this key until it is given back.
    pub(super) async fn lock_template(&self, key: &str) -> Result<(), String> {
        self.lock("pg_advisory_lock", key).await
    }

    /// Others may have it too, and nobody drops it while the process lives.
    pub(super) async fn share_template(&self, key: &str) -> Result<(), String> {
        self.lock("pg_advisory_lock_shared", key).await?;
        self.lock("pg_advisory_unlock", key).await
    }

    /// Whether a template is there, and complete.
    pub(super) async fn has_template(&self, name: &str) -> Result<bool, String> {
        Ok(self.finished_at(name).await?.is_some())
    }

    /// Says that a template is complete, and that it was asked for just now.
    pub(super) async fn finish_template(&self, name: &str) -> Result<(), String> {
        let now = seconds_since_1970();
        self.run(format!("COMMENT ON DATABASE \"{name}\" IS '{now}'")).await
    }

    /// Makes a database, with what another one has.
    pub(super) async fn create(&self, name: &str, template: Option<&str>) -> Result<(), String> {
        let template = template.map(|template| format!(" TEMPLATE \"{template}\"")).unwrap_or_default();
        self.run(format!("CREATE DATABASE \"{name}\"{template}")).await
    }

    /// Drops a database, whoever is connected to it.
    pub(super) async fn drop_database(&self, name: &str) -> Result<(), String> {
        self.run(format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)")).await
    }

    async fn drop_unless_locked(&self, name: &str, key: &str) -> Result<(), String> {
        if self.lock_at_once(key).await? {
            // Another process may be faster.
            let _ = self.drop_database(name).await;
            self.lock("pg_advisory_unlock", key).await?;
        }
        Ok(())
    }

    async fn is_old(&self, name: &str) -> Result<bool, String> {
        let finished_at = self.finished_at(name).await?;
        Ok(finished_at.is_none_or(|at| at + TEMPLATE_AGE < seconds_since_1970()))
    }

    /// The databases whose names begin as those of the program's tests.
    async fn databases(&self) -> Result<Vec<String>, String> {
        let query = raw("SELECT datname::text FROM pg_database WHERE starts_with(datname::text, %s)");
        query.bind(self.prefix.as_str()).rows(&self.db).await.map_err(refused)
    }

    async fn finished_at(&self, name: &str) -> Result<Option<u64>, String> {
        let query =
            raw("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname::text = %s");
        let found: Vec<Option<String>> = query.bind(name).rows(&self.db).await.map_err(refused)?;
        Ok(found.into_iter().flatten().next().and_then(|comment| comment.parse().ok()))
    }

    async fn lock(&self, function: &str, key: &str) -> Result<(), String> {
        let query = raw(format!("SELECT count(*) FROM {function}(hashtextextended(%s, 0))"));
        let locked: Result<Vec<i64>, _> = query.bind(self.lock_name(key)).rows(&self.db).await;
        locked.map(drop).map_err(refused)
    }

    async fn lock_at_once(&self, key: &str) -> Result<bool, String> {
        let query = raw("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))").bind(self.lock_name(key));
        let locked: Vec<bool> = query.rows(&self.db).await.map_err(refused)?;
        Ok(locked == [true])
    }

    fn lock_name(&self, key: &str) -> String {
        format!("{}{key}", self.prefix.as_str())
    }

    async fn run(&self, sql: String) -> Result<(), String> {
        raw(sql).execute(&self.db).await.map(drop).map_err(refused)
    }
}

fn seconds_since_1970() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

fn refused(error: belleville_db::Error) -> String {
    format!("the server of the test databases refuses: {error}")
}
