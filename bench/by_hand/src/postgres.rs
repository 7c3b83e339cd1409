//! The rows, in the sample's own PostgreSQL database.

use std::error::Error;
use std::pin::pin;
use std::sync::Mutex;

use futures_util::TryStreamExt as _;
use jiff::SignedDuration;
use jiff::civil::{DateTime, datetime};
use tokio_postgres::types::{FromSql, ToSql, Type};
use tokio_postgres::{Client, Config, NoTls, Row, Statement};

use crate::{Refused, push_number, push_project, push_text};

pub(crate) struct Postgres {
    config: Config,
    idle: Mutex<Vec<Connection>>,
}

/// A connection and what is prepared on it.
struct Connection {
    client: Client,
    user: Statement,
    task: Statement,
    tasks: Statement,
    create: Statement,
}

impl From<tokio_postgres::Error> for Refused {
    fn from(_: tokio_postgres::Error) -> Self {
        Self::Failed
    }
}

const USER: &str = "SELECT u.id, u.is_active FROM authtoken_token t \
     JOIN auth_user u ON u.id = t.user_id WHERE t.key = $1";
const TASK: &str = "SELECT t.id, t.project_id, t.title, t.description, t.completed, t.created_at \
     FROM projects_task t JOIN projects_project p ON p.id = t.project_id \
     WHERE p.owner_id = $1 AND t.id = $2";
const TASKS: &str = "SELECT t.id, t.project_id, t.title, t.description, t.completed, t.created_at \
     FROM projects_task t JOIN projects_project p ON p.id = t.project_id \
     WHERE p.owner_id = $1 ORDER BY t.id";
const CREATE: &str = "INSERT INTO projects_project (name, description, created_at, owner_id) \
     VALUES ($1, $2, $3, $4) RETURNING id";

impl Postgres {
    pub(crate) fn new(url: &str) -> Result<Self, tokio_postgres::Error> {
        Ok(Self { config: url.parse()?, idle: Mutex::new(Vec::new()) })
    }

    async fn connect(&self) -> Result<Connection, Refused> {
        let (client, connection) = self.config.connect(NoTls).await?;
        tokio::spawn(connection);
        let [user, task, tasks, create] = [USER, TASK, TASKS, CREATE].map(|sql| client.prepare(sql));
        let (user, task, tasks, create) = (user.await?, task.await?, tasks.await?, create.await?);
        Ok(Connection { client, user, task, tasks, create })
    }

    async fn take(&self) -> Result<Connection, Refused> {
        let idle = self.idle.lock().map_err(|_| Refused::Failed)?.pop();
        match idle {
            Some(connection) => Ok(connection),
            None => self.connect().await,
        }
    }

    fn keep(&self, connection: Connection) -> Result<(), Refused> {
        self.idle.lock().map_err(|_| Refused::Failed)?.push(connection);
        Ok(())
    }

    /// The active user of a token.
    pub(crate) async fn user(&self, key: &str) -> Result<i64, Refused> {
        let connection = self.take().await?;
        let found = connection.client.query_opt(&connection.user, &[&key]).await?;
        self.keep(connection)?;
        let found = found.filter(|row| row.get(1)).map(|row| row.get::<_, i32>(0));
        found.map(i64::from).ok_or(Refused::Unauthenticated)
    }

    pub(crate) async fn task(&self, user: i64, id: i64) -> Result<Vec<u8>, Refused> {
        let connection = self.take().await?;
        let row = connection.client.query_opt(&connection.task, &[&owner(user)?, &id]).await?;
        self.keep(connection)?;
        let mut out = Vec::with_capacity(256);
        push_task(&mut out, &row.ok_or(Refused::NotFound)?)?;
        Ok(out)
    }

    pub(crate) async fn tasks(&self, user: i64) -> Result<Vec<u8>, Refused> {
        let connection = self.take().await?;
        let owner = owner(user)?;
        let parameters: [&(dyn ToSql + Sync); 1] = [&owner];
        let mut out = Vec::with_capacity(4096);
        out.push(b'[');
        {
            let mut rows = pin!(connection.client.query_raw(&connection.tasks, parameters).await?);
            while let Some(row) = rows.try_next().await? {
                if out.len() > 1 {
                    out.push(b',');
                }
                push_task(&mut out, &row)?;
            }
        }
        self.keep(connection)?;
        out.push(b']');
        Ok(out)
    }

    pub(crate) async fn create(&self, user: i64, name: &str, description: &str) -> Result<Vec<u8>, Refused> {
        let now = Moment::now();
        let connection = self.take().await?;
        let row = connection
            .client
            .query_one(&connection.create, &[&name, &description, &now, &owner(user)?])
            .await?;
        self.keep(connection)?;
        let mut out = Vec::with_capacity(256);
        push_project(&mut out, row.try_get(0)?, user, name, description);
        now.push(&mut out)?;
        out.extend_from_slice(b"\"}");
        Ok(out)
    }
}

/// A user's key as its column has it.
fn owner(user: i64) -> Result<i32, Refused> {
    i32::try_from(user).map_err(|_| Refused::Failed)
}

fn push_task(out: &mut Vec<u8>, row: &Row) -> Result<(), Refused> {
    out.extend_from_slice(b"{\"id\":");
    push_number(out, row.try_get(0)?);
    out.extend_from_slice(b",\"project\":");
    push_number(out, row.try_get(1)?);
    out.extend_from_slice(b",\"title\":");
    push_text(out, row.try_get(2)?);
    out.extend_from_slice(b",\"description\":");
    push_text(out, row.try_get(3)?);
    out.extend_from_slice(b",\"completed\":");
    out.extend_from_slice(if row.try_get(4)? { b"true" } else { b"false" });
    out.extend_from_slice(b",\"created_at\":\"");
    row.try_get::<_, Moment>(5)?.push(out)?;
    out.extend_from_slice(b"\"}");
    Ok(())
}

/// A point in time as PostgreSQL sends it: microseconds since the year 2000.
#[derive(Debug)]
struct Moment(i64);

const EPOCH: DateTime = datetime(2000, 1, 1, 0, 0, 0, 0);
/// The same in microseconds since 1970.
const EPOCH_SINCE_1970: i64 = 946_684_800_000_000;

impl Moment {
    fn now() -> Self {
        Self(jiff::Timestamp::now().as_microsecond() - EPOCH_SINCE_1970)
    }

    /// `2026-01-02T03:04:05.678901Z`, without a fraction where there is none.
    fn push(&self, out: &mut Vec<u8>) -> Result<(), Refused> {
        let at = EPOCH.checked_add(SignedDuration::from_micros(self.0)).map_err(|_| Refused::Failed)?;
        push_digits::<4>(out, i64::from(at.year()));
        for (before, part) in [
            (b'-', at.month()),
            (b'-', at.day()),
            (b'T', at.hour()),
            (b':', at.minute()),
            (b':', at.second()),
        ] {
            out.push(before);
            push_digits::<2>(out, i64::from(part));
        }
        let micros = self.0.rem_euclid(1_000_000);
        if micros != 0 {
            out.push(b'.');
            push_digits::<6>(out, micros);
        }
        out.push(b'Z');
        Ok(())
    }
}

/// So many digits.
fn push_digits<const N: usize>(out: &mut Vec<u8>, mut number: i64) {
    let mut digits = [b'0'; N];
    for digit in digits.iter_mut().rev() {
        *digit += (number % 10) as u8;
        number /= 10;
    }
    out.extend_from_slice(&digits);
}

impl<'a> FromSql<'a> for Moment {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(i64::from_be_bytes(raw.try_into()?)))
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::TIMESTAMPTZ
    }
}

impl ToSql for Moment {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut bytes::BytesMut,
    ) -> Result<tokio_postgres::types::IsNull, Box<dyn Error + Sync + Send>> {
        out.extend_from_slice(&self.0.to_be_bytes());
        Ok(tokio_postgres::types::IsNull::No)
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::TIMESTAMPTZ
    }

    tokio_postgres::types::to_sql_checked!();
}
