//! Pages by their numbers.

use belleville_db::{Registry, Rows};

use super::counting::{Counting, Slice};
use super::{Page, Pagination, remove_query_param, replace_query_params, size_param};
use crate::exceptions::{Error, Result};
use crate::json::Json;
use crate::listing::Listing;
use crate::python;
use crate::request::Request;

/// Pages by their numbers: `?page=2`. The body has `count`, `next`, `previous` and `results`.
///
/// ```
/// # use belleville_rest::pagination::PageNumberPagination;
/// // ?page=3&page_size=50
/// let pages = PageNumberPagination::new().page_size(20).page_size_query_param("page_size").max_page_size(100);
/// ```
#[derive(Clone, Debug)]
pub struct PageNumberPagination {
    page_size: Option<u64>,
    page_query_param: &'static str,
    page_size_query_param: Option<&'static str>,
    max_page_size: Option<u64>,
    last_page_strings: Vec<&'static str>,
    invalid_page_message: &'static str,
    counting: Counting,
}

impl Default for PageNumberPagination {
    fn default() -> Self {
        Self {
            page_size: None,
            page_query_param: "page",
            page_size_query_param: None,
            max_page_size: None,
            last_page_strings: vec!["last"],
            invalid_page_message: "Invalid page.",
            counting: Counting::All,
        }
    }
}

impl PageNumberPagination {
    /// Pages of as many rows as the setting `page_size` says.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how many rows a page has, instead of the setting `page_size`.
    #[must_use]
    pub fn page_size(self, rows: u64) -> Self {
        Self { page_size: Some(rows), ..self }
    }

    /// Sets the parameter with the number of the page, instead of `page`.
    #[must_use]
    pub fn page_query_param(self, name: &'static str) -> Self {
        Self { page_query_param: name, ..self }
    }

    /// Lets clients choose how many rows a page has, by this parameter.
    #[must_use]
    pub fn page_size_query_param(self, name: &'static str) -> Self {
        Self { page_size_query_param: Some(name), ..self }
    }

    /// Sets the most rows that a client may choose.
    #[must_use]
    pub fn max_page_size(self, rows: u64) -> Self {
        Self { max_page_size: Some(rows), ..self }
    }

    /// Sets what names the last page beside its number, instead of `last`.
    #[must_use]
    pub fn last_page_strings(self, names: impl IntoIterator<Item = &'static str>) -> Self {
        Self { last_page_strings: names.into_iter().collect(), ..self }
    }

    /// Sets the text of the 404 for a page that does not exist.
    #[must_use]
    pub fn invalid_page_message(self, text: &'static str) -> Self {
        Self { invalid_page_message: text, ..self }
    }

    /// Stops counting at so many rows, where counting all of them takes long: a longer list has this `count`, and no last page
    /// (`?page=last`). Its pages can be reached all the same. DRF always counts all rows.
    #[must_use]
    pub fn max_count(self, rows: u64) -> Self {
        Self { counting: Counting::AtMost(rows), ..self }
    }

    /// Counts no rows but those up to the end of the page: the body has no `count`, and there is no last page (`?page=last`).
    #[must_use]
    pub fn without_count(self) -> Self {
        Self { counting: Counting::Nothing, ..self }
    }

    fn page_size_of(&self, request: &Request, listing: &Listing) -> Option<u64> {
        let chosen =
            self.page_size_query_param.and_then(|param| size_param(request, param, self.max_page_size));
        chosen.or(self.page_size).or(listing.page_size())
    }

    /// The number that a request names; `None` where it names the last page.
    fn page_number(&self, request: &Request) -> Result<Option<u64>> {
        let named = request.query_params().get(self.page_query_param).unwrap_or_default();
        let number = match named {
            "" => Some(1),
            named if self.last_page_strings.contains(&named) => return Ok(None),
            named => match python::int(named) {
                Some(Json::Int(number)) => u64::try_from(number).ok(),
                _ => None,
            },
        };
        number.filter(|number| *number > 0).map(Some).ok_or_else(|| self.no_page())
    }

    fn no_page(&self) -> Error {
        Error::not_found_because(self.invalid_page_message)
    }

    fn url(&self, request: &Request, number: u64) -> String {
        match number {
            1 => remove_query_param(request, self.page_query_param, &[]),
            number => replace_query_params(request, &[(self.page_query_param, &number.to_string())]),
        }
    }
}

impl Pagination for PageNumberPagination {
    async fn paginate_rows(&self, request: &Request, rows: Rows, listing: &Listing) -> Result<Option<Page>> {
        let Some(page_size) = self.page_size_of(request, listing) else { return Ok(None) };
        let pages = |count: u64| count.div_ceil(page_size).max(1);
        let range = |number: u64| {
            let first = (number - 1).saturating_mul(page_size);
            first..first.saturating_add(page_size)
        };
        let db = request.db();
        let number = match self.page_number(request)? {
            Some(number) => number,
            None => pages(self.counting.all(db, &rows).await?.ok_or_else(|| self.no_page())?),
        };
        let Slice { rows, known, count } = self.counting.slice(db, rows, range(number)).await?;
        let pages = pages(known);
        if number > pages {
            return Err(self.no_page());
        }
        Ok(Some(Page {
            rows,
            count,
            next: (number < pages).then(|| self.url(request, number + 1)),
            previous: (number > 1).then(|| self.url(request, number - 1)),
        }))
    }

    fn check(&self, _: &Listing, _: &Registry) -> Result<(), String> {
        if self.page_size == Some(0) {
            Err("a page has at least one row: `page_size(20)`".to_owned())
        } else {
            Ok(())
        }
    }
}
