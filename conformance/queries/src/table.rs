//! A table of queries, and what a row of it does.

use std::pin::Pin;

use belleville_db::json::{Dict, Json};
use belleville_db::{Combined, Database, Error, Model, Output, QuerySet, Result, Sliced};

use crate::results::ToJson;

type Outcome<'a> = Pin<Box<dyn Future<Output = Result<Json>> + 'a>>;

/// What a row does with a database.
pub(crate) type Run = Box<dyn for<'a> Fn(&'a Database) -> Outcome<'a>>;

#[derive(Default)]
pub(crate) struct Table(pub(crate) Vec<(String, Run)>);

/// A query whose rows are read, counted and looked for.
pub(crate) trait Query: Clone + 'static {
    async fn rows(&self, db: &Database) -> Result<Json>;
    async fn number(&self, db: &Database) -> Result<u64>;
    async fn is_any(&self, db: &Database) -> Result<bool>;
}

macro_rules! queries {
    ($($type:ident)*) => {$(
        impl<M: Model, Out: Output<M> + 'static> Query for $type<M, Out>
        where
            Out::Item: ToJson,
        {
            async fn rows(&self, db: &Database) -> Result<Json> {
                Ok(self.all(db).await?.to_json())
            }

            async fn number(&self, db: &Database) -> Result<u64> {
                self.count(db).await
            }

            async fn is_any(&self, db: &Database) -> Result<bool> {
                self.exists(db).await
            }
        }
    )*};
}

queries!(QuerySet Sliced Combined);

impl Table {
    /// A row: the rows of a query, how many they are and whether there is any.
    pub(crate) fn all<Q: Query>(&mut self, name: impl Into<String>, query: Q) {
        self.0.push((
            name.into(),
            Box::new(move |db| {
                let query = query.clone();
                Box::pin(async move {
                    let mut found = Dict::new();
                    // PostgreSQL gives up a transaction in which a statement has failed, but not the one around it.
                    found.insert("rows", or_error(db.atomic(async || query.rows(db).await).await));
                    found.insert(
                        "count",
                        or_error(db.atomic(async || Ok(query.number(db).await?.to_json())).await),
                    );
                    found.insert(
                        "exists",
                        or_error(db.atomic(async || query.is_any(db).await.map(Json::from)).await),
                    );
                    Ok(Json::Dict(found))
                })
            }),
        ));
    }

    /// A row that does anything else.
    pub(crate) fn run<T: ToJson>(
        &mut self,
        name: impl Into<String>,
        run: impl AsyncFn(&Database) -> Result<T> + Clone + 'static,
    ) {
        self.0.push((
            name.into(),
            Box::new(move |db| {
                let run = run.clone();
                Box::pin(async move { Ok(db.atomic(async || run(db).await).await?.to_json()) })
            }),
        ));
    }
}

/// An error by the name of Django's class.
pub(crate) fn or_error(outcome: Result<Json>) -> Json {
    outcome.unwrap_or_else(|error| {
        let class = match &error {
            Error::DoesNotExist(_) => "DoesNotExist",
            Error::MultipleObjectsReturned(_) => "MultipleObjectsReturned",
            Error::Integrity(_) => "IntegrityError",
            Error::Protected { .. } => "ProtectedError",
            _ => "Error",
        };
        let mut json = Dict::new();
        json.insert("error", class.into());
        json.insert("text", error.to_string().into());
        Json::Dict(json)
    })
}
