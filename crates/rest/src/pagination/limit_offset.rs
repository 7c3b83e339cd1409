//! Pages by the position of their first row.

use belleville_db::Rows;

use super::counting::{Counting, Slice};
use super::{Page, Pagination, number_param, remove_query_param, replace_query_params, size_param};
use crate::exceptions::Result;
use crate::listing::Listing;
use crate::request::Request;

/// Pages by the position of their first row: `?limit=20&offset=40`. The body has `count`, `next`, `previous` and `results`.
#[derive(Clone, Debug)]
pub struct LimitOffsetPagination {
    default_limit: Option<u64>,
    limit_query_param: &'static str,
    offset_query_param: &'static str,
    max_limit: Option<u64>,
    counting: Counting,
}

impl Default for LimitOffsetPagination {
    fn default() -> Self {
        Self {
            default_limit: None,
            limit_query_param: "limit",
            offset_query_param: "offset",
            max_limit: None,
            counting: Counting::All,
        }
    }
}

impl LimitOffsetPagination {
    /// Pages of as many rows as the client asks for; if it does not say, as the setting `page_size` does.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how many rows a client gets that does not say, instead of the setting `page_size`.
    #[must_use]
    pub fn default_limit(self, rows: u64) -> Self {
        Self { default_limit: Some(rows), ..self }
    }

    /// Sets the most rows that a client may ask for.
    #[must_use]
    pub fn max_limit(self, rows: u64) -> Self {
        Self { max_limit: Some(rows), ..self }
    }

    /// Sets the parameter with the number of rows, instead of `limit`.
    #[must_use]
    pub fn limit_query_param(self, name: &'static str) -> Self {
        Self { limit_query_param: name, ..self }
    }

    /// Sets the parameter with the position of the first row, instead of `offset`.
    #[must_use]
    pub fn offset_query_param(self, name: &'static str) -> Self {
        Self { offset_query_param: name, ..self }
    }

    /// As [`PageNumberPagination::max_count`](super::PageNumberPagination::max_count).
    #[must_use]
    pub fn max_count(self, rows: u64) -> Self {
        Self { counting: Counting::AtMost(rows), ..self }
    }

    /// Counts no rows but those up to the end of the page: the body has no `count`.
    #[must_use]
    pub fn without_count(self) -> Self {
        Self { counting: Counting::Nothing, ..self }
    }

    fn next(&self, request: &Request, limit: u64, offset: u128) -> String {
        let (limit, offset) = (limit.to_string(), offset.saturating_add(limit.into()).to_string());
        replace_query_params(request, &[(self.limit_query_param, &limit), (self.offset_query_param, &offset)])
    }

    fn previous(&self, request: &Request, limit: u64, offset: u128) -> String {
        let text = limit.to_string();
        let limit_param = (self.limit_query_param, text.as_str());
        match offset.saturating_sub(limit.into()) {
            0 => remove_query_param(request, self.offset_query_param, &[limit_param]),
            offset => {
                let offset = offset.to_string();
                replace_query_params(request, &[limit_param, (self.offset_query_param, &offset)])
            }
        }
    }
}

impl Pagination for LimitOffsetPagination {
    async fn paginate_rows(&self, request: &Request, rows: Rows, listing: &Listing) -> Result<Option<Page>> {
        let asked = size_param(request, self.limit_query_param, self.max_limit);
        let Some(limit) = asked.or(self.default_limit).or(listing.page_size()) else { return Ok(None) };
        let offset = number_param(request, self.offset_query_param).unwrap_or(0);
        let asked = u64::try_from(offset).unwrap_or(u64::MAX);
        let range = asked..asked.saturating_add(limit);
        let Slice { rows, known, count } = self.counting.slice(request.db(), rows, range).await?;
        // Behind the last row there is nothing to be asked for.
        let first = asked.min(known);
        let end = first.saturating_add(limit);
        Ok(Some(Page {
            rows: if first < known { rows } else { rows.slice(0..0) },
            count,
            next: (end < known).then(|| self.next(request, limit, offset)),
            previous: (offset > 0).then(|| self.previous(request, limit, offset)),
        }))
    }
}
