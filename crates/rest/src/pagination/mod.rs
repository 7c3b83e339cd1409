//! Pages of lists: which rows a request gets, and what stands around them.

mod counting;
mod cursor;
mod limit_offset;
mod links;
mod page_number;

use std::sync::Arc;

use belleville_db::{Registry, Rows};
use belleville_http::json::JsonWriter;

pub use cursor::CursorPagination;
pub use limit_offset::LimitOffsetPagination;
pub use links::{remove_query_param, replace_query_params};
pub use page_number::PageNumberPagination;

use crate::BoxFuture;
use crate::exceptions::Result;
use crate::json::Json;
use crate::listing::Listing;
use crate::python;
use crate::request::Request;

/// A way to split lists into pages. One's own can take another's pages and write another body:
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::db::Rows;
/// use belleville::exceptions::Result;
/// use belleville::pagination::{Page, PageNumberPagination, Pagination};
/// use belleville::request::Request;
/// use belleville::views::Listing;
///
/// struct InData(PageNumberPagination);
///
/// impl Pagination for InData {
///     async fn paginate_rows(&self, request: &Request, rows: Rows, listing: &Listing) -> Result<Option<Page>> {
///         self.0.paginate_rows(request, rows, listing).await
///     }
///
///     fn write_page(&self, _: &Page, results: &[u8]) -> Vec<u8> {
///         [b"{\"data\":", results, b"}"].concat()
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a pagination",
    label = "implement Pagination for it: `async fn paginate_rows(&self, &Request, Rows, &Listing) -> Result<Option<Page>>`"
)]
pub trait Pagination: Send + Sync + 'static {
    /// The page that a request asks for; `None` when it gets all the rows. DRF's `paginate_queryset`.
    fn paginate_rows(
        &self,
        request: &Request,
        rows: Rows,
        listing: &Listing,
    ) -> impl Future<Output = Result<Option<Page>>> + Send;

    /// The body of a page, of whose rows `results` is the JSON: DRF's `get_paginated_response`.
    fn write_page(&self, page: &Page, results: &[u8]) -> Vec<u8> {
        page.write(results)
    }

    /// Checks at start whether a view's list can be split so.
    ///
    /// # Errors
    /// What is wrong and how to fix it; the program does not start.
    fn check(&self, listing: &Listing, registry: &Registry) -> Result<(), String> {
        let _ = (listing, registry);
        Ok(())
    }
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its rows.
    pub rows: Rows,
    /// How many rows the whole list has, where they were counted.
    pub count: Option<u64>,
    /// The URL of the page after this one.
    pub next: Option<String>,
    /// The URL of the page before this one.
    pub previous: Option<String>,
}

impl Page {
    /// DRF's body of a page: `count` (where the rows were counted), `next`, `previous` and `results`.
    pub fn write(&self, results: &[u8]) -> Vec<u8> {
        let mut body = JsonWriter::object_of(|object| {
            if let Some(count) = self.count {
                object.key("count").json(&Json::from(count));
            }
            for (key, url) in [("next", &self.next), ("previous", &self.previous)] {
                object.key(key).json(&Json::from(url.as_deref()));
            }
        });
        // The object goes on with the rows, which are JSON already.
        body.pop();
        body.reserve(results.len() + 16);
        body.extend_from_slice(b",\"results\":");
        body.extend_from_slice(results);
        body.push(b'}');
        body
    }
}

/// A type-erased pagination.
#[derive(Clone)]
pub struct BoxedPagination(Arc<dyn DynPagination>);

impl std::fmt::Debug for BoxedPagination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.name())
    }
}

impl<P: Pagination> From<P> for BoxedPagination {
    fn from(pagination: P) -> Self {
        Self(Arc::new(pagination))
    }
}

impl BoxedPagination {
    pub(crate) async fn paginate_rows(
        &self,
        request: &Request,
        rows: Rows,
        listing: &Listing,
    ) -> Result<Option<Page>> {
        self.0.paginate_rows(request, rows, listing).await
    }

    pub(crate) fn write_page(&self, page: &Page, results: &[u8]) -> Vec<u8> {
        self.0.write_page(page, results)
    }

    pub(crate) fn check(&self, listing: &Listing, registry: &Registry) -> Result<(), String> {
        self.0.check(listing, registry)
    }
}

/// The object-safe form of [`Pagination`].
trait DynPagination: Send + Sync {
    fn paginate_rows<'a>(
        &'a self,
        request: &'a Request,
        rows: Rows,
        listing: &'a Listing,
    ) -> BoxFuture<'a, Result<Option<Page>>>;
    fn write_page(&self, page: &Page, results: &[u8]) -> Vec<u8>;
    fn check(&self, listing: &Listing, registry: &Registry) -> Result<(), String>;
    fn name(&self) -> &'static str;
}

impl<P: Pagination> DynPagination for P {
    fn paginate_rows<'a>(
        &'a self,
        request: &'a Request,
        rows: Rows,
        listing: &'a Listing,
    ) -> BoxFuture<'a, Result<Option<Page>>> {
        Box::pin(Pagination::paginate_rows(self, request, rows, listing))
    }

    fn write_page(&self, page: &Page, results: &[u8]) -> Vec<u8> {
        Pagination::write_page(self, page, results)
    }

    fn check(&self, listing: &Listing, registry: &Registry) -> Result<(), String> {
        Pagination::check(self, listing, registry)
    }

    fn name(&self) -> &'static str {
        python::class_name::<P>()
    }
}

/// What a view can be given as its pagination: one, or `()` for none, whatever the settings say.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a pagination",
    label = "give one (`PageNumberPagination::new()`), or `()` for lists that are never split",
    note = "a pagination of your own is a type that implements `Pagination`"
)]
pub trait IntoPagination {
    #[doc(hidden)]
    fn into_pagination(self) -> Option<BoxedPagination>;
}

impl<P: Pagination> IntoPagination for P {
    fn into_pagination(self) -> Option<BoxedPagination> {
        Some(self.into())
    }
}

impl IntoPagination for () {
    fn into_pagination(self) -> Option<BoxedPagination> {
        None
    }
}

/// The names that [`by_name`] knows.
pub(crate) const NAMES: &[&str] = &["PageNumberPagination", "LimitOffsetPagination", "CursorPagination"];

/// The pagination with a name, short or DRF's dotted one.
pub(crate) fn by_name(name: &str) -> Option<BoxedPagination> {
    match name.strip_prefix("rest_framework.pagination.").unwrap_or(name) {
        "PageNumberPagination" => Some(PageNumberPagination::new().into()),
        "LimitOffsetPagination" => Some(LimitOffsetPagination::new().into()),
        "CursorPagination" => Some(CursorPagination::new().into()),
        _ => None,
    }
}

/// The most rows that a database can be asked for.
const MOST_ROWS: u64 = i64::MAX as u64;

/// How many rows a client wants: what Python's `int` reads, one at least and `most` at most; `None` when it is no such number.
fn size_param(request: &Request, param: &str, most: Option<u64>) -> Option<u64> {
    let rows = number_param(request, param).filter(|rows| *rows > 0)?;
    Some(u64::try_from(rows).unwrap_or(MOST_ROWS).min(most.unwrap_or(MOST_ROWS)))
}

/// A number that a client chooses: what Python's `int` reads, where it is not negative.
fn number_param(request: &Request, param: &str) -> Option<u128> {
    match python::int(request.query_params().get(param)?)? {
        Json::Int(number) => u128::try_from(number).ok(),
        Json::BigInt(digits) if !digits.starts_with('-') => Some(digits.parse().unwrap_or(u128::MAX)),
        _ => None,
    }
}
