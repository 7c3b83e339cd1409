//! Pages from a row on: what a client is shown does not move when rows are added before it.

mod order;
mod token;

use belleville_db::{Annotation, Registry, Row, Rows, Selection};

use super::{Page, Pagination, replace_query_params, size_param};
use crate::exceptions::{Error, Result};
use crate::listing::Listing;
use crate::request::Request;
use order::Order;
use token::Cursor;

/// Pages from a row on, without numbers and without a count: `?cursor=cD0yMDI2`. The body has `next`, `previous` and `results`.
///
/// The cursor is DRF's: the value of the first field of the order behind which a page begins, and how many rows with the same
/// next value are left out. Where such a cursor would lose or repeat rows (more of them with one value than
/// [`offset_cutoff`](Self::offset_cutoff), a way back through them, NULL), ours has more. Rows that are equal in the order come by their
/// primary key.
///
/// ```
/// # use belleville_rest::pagination::CursorPagination;
/// let pages = CursorPagination::new().page_size(20).ordering(["-created_at"]);
/// ```
#[derive(Clone, Debug)]
pub struct CursorPagination {
    page_size: Option<u64>,
    cursor_query_param: &'static str,
    page_size_query_param: Option<&'static str>,
    max_page_size: Option<u64>,
    ordering: Vec<&'static str>,
    offset_cutoff: u64,
    invalid_cursor_message: &'static str,
}

impl Default for CursorPagination {
    fn default() -> Self {
        Self {
            page_size: None,
            cursor_query_param: "cursor",
            page_size_query_param: None,
            max_page_size: None,
            ordering: vec!["-created"],
            offset_cutoff: 1000,
            invalid_cursor_message: "Invalid cursor",
        }
    }
}

impl CursorPagination {
    /// Pages of as many rows as the setting `page_size` says, the last `created` first.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how many rows a page has, instead of the setting `page_size`.
    #[must_use]
    pub fn page_size(self, rows: u64) -> Self {
        Self { page_size: Some(rows), ..self }
    }

    /// Sets the order, instead of `-created`. What an [`OrderingFilter`](crate::filters::OrderingFilter) of the view says comes first.
    #[must_use]
    pub fn ordering(self, names: impl IntoIterator<Item = &'static str>) -> Self {
        Self { ordering: names.into_iter().collect(), ..self }
    }

    /// Sets the parameter with the cursor, instead of `cursor`.
    #[must_use]
    pub fn cursor_query_param(self, name: &'static str) -> Self {
        Self { cursor_query_param: name, ..self }
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

    /// Sets the most rows that a cursor leaves out, instead of 1000: the database goes over each of them.
    #[must_use]
    pub fn offset_cutoff(self, rows: u64) -> Self {
        Self { offset_cutoff: rows, ..self }
    }

    /// Sets the text of the 404 for what is no cursor.
    #[must_use]
    pub fn invalid_cursor_message(self, text: &'static str) -> Self {
        Self { invalid_cursor_message: text, ..self }
    }

    fn page_size_of(&self, request: &Request, listing: &Listing) -> Option<u64> {
        let chosen =
            self.page_size_query_param.and_then(|param| size_param(request, param, self.max_page_size));
        chosen.or(self.page_size).or(listing.page_size())
    }

    fn order(&self, request: &Request, listing: &Listing) -> Result<Order> {
        let requested = listing.requested_ordering(request);
        let names = if requested.is_empty() { self.ordering.clone() } else { requested };
        Order::resolve(listing.model(), request.db().registry(), &names).map_err(Error::internal)
    }

    fn invalid_cursor(&self) -> Error {
        Error::not_found_because(self.invalid_cursor_message)
    }

    fn cursor_of(&self, request: &Request) -> Result<Cursor> {
        match request.query_params().get(self.cursor_query_param) {
            None => Ok(Cursor::default()),
            Some(text) => Cursor::decode(text, self.offset_cutoff).ok_or_else(|| self.invalid_cursor()),
        }
    }
}

impl Pagination for CursorPagination {
    async fn paginate_rows(&self, request: &Request, rows: Rows, listing: &Listing) -> Result<Option<Page>> {
        let Some(page_size) = self.page_size_of(request, listing) else { return Ok(None) };
        let order = self.order(request, listing)?;
        let cursor = self.cursor_of(request)?;
        let (db, reverse) = (request.db(), cursor.reverse);
        let after = |rows: Rows, position: &Position, reverse: bool| match order.after(
            position,
            reverse,
            db.dialect(),
        ) {
            Some(condition) => Ok(rows.matching(condition)?),
            None => Err(self.invalid_cursor()),
        };
        let mut found = order.applied(rows.clone(), reverse)?;
        if let Some(position) = &cursor.position {
            found = after(found, position, reverse)?;
        }
        // One row more says whether there is another page.
        let end = cursor.offset.saturating_add(page_size);
        let mut positions =
            positions(&order, found.clone().slice(cursor.offset..end.saturating_add(1)), request).await?;
        let has_more = positions.len() as u64 > page_size;
        let following = if has_more { positions.pop() } else { None };
        let shown = positions.len() as u64;
        let page_rows = match (reverse, &following) {
            (false, _) => found.slice(cursor.offset..cursor.offset.saturating_add(shown)),
            // A page that was found from its end is read from its beginning: behind the row before it.
            (true, Some(before)) => after(order.applied(rows, false)?, before, false)?.slice(0..shown),
            (true, None) => order.applied(rows, false)?.slice(0..shown),
        };
        if reverse {
            positions.reverse();
        }
        let links = Links { cursor: &cursor, positions: &positions, following, cutoff: self.offset_cutoff };
        let url =
            |cursor: Cursor| replace_query_params(request, &[(self.cursor_query_param, &cursor.encode())]);
        Ok(Some(Page {
            rows: page_rows,
            count: None,
            next: links.next().map(url),
            previous: links.previous().map(url),
        }))
    }

    fn check(&self, listing: &Listing, registry: &Registry) -> Result<(), String> {
        if self.page_size == Some(0) {
            return Err("a page has at least one row: `page_size(20)`".to_owned());
        }
        let annotations = listing.annotations().iter().map(Annotation::name);
        if let Some(name) = annotations.into_iter().find(|name| listing.may_be_ordered_by(name)) {
            return Err(format!(
                "CursorPagination orders by fields, and `{name}` is an annotation: leave it out of the view's orders"
            ));
        }
        let order = Order::resolve(listing.model(), registry, &self.ordering);
        order.map(drop).map_err(|error| format!("the ordering of CursorPagination has {error}"))
    }
}

/// A row's values of the order, as texts; `None` for NULL.
type Position = Vec<Option<String>>;

/// The positions of some rows.
async fn positions(order: &Order, rows: Rows, request: &Request) -> Result<Vec<Position>> {
    let mut selection = Selection::default();
    let columns = order.select(&mut selection);
    let mut positions = Vec::new();
    let each = &mut |row: &dyn Row| {
        positions.push(order.position(row, &columns)?);
        Ok(())
    };
    rows.select(request.db(), &selection, each).await?;
    Ok(positions)
}

/// What the links of a page are made of.
struct Links<'a> {
    /// The cursor of the page.
    cursor: &'a Cursor,
    /// The positions of its rows, in the order in which they are shown.
    positions: &'a [Position],
    /// The position of the row behind it, in the direction in which it was read.
    following: Option<Position>,
    cutoff: u64,
}

impl Links<'_> {
    /// Whether the page does not begin where the list does, in the direction in which it was read.
    fn is_behind(&self) -> bool {
        self.cursor.position.is_some() || self.cursor.offset > 0
    }

    fn next(&self) -> Option<Cursor> {
        self.onward(false, self.positions.iter().rev())
    }

    fn previous(&self) -> Option<Cursor> {
        self.onward(true, self.positions.iter())
    }

    /// The cursor of the page in a direction, where there is one. `rows` are those of this page, from the side of that page.
    fn onward<'p>(
        &'p self,
        reverse: bool,
        rows: impl Iterator<Item = &'p Position> + Clone,
    ) -> Option<Cursor> {
        let goes_on = self.cursor.reverse == reverse;
        let (has_page, has_opposite) = match goes_on {
            true => (self.following.is_some(), self.is_behind()),
            false => (self.is_behind(), self.following.is_some()),
        };
        if !has_page {
            return None;
        }
        let own = self.cursor.position.clone();
        let Some(outermost) = rows.clone().next() else {
            return Some(Cursor { offset: 0, reverse, position: own });
        };
        let beyond = match (goes_on, &self.following, &own) {
            (true, Some(following), _) => following.first(),
            // The rows that were left out may be equal to the outermost.
            (false, ..) if self.cursor.offset != 0 => outermost.first(),
            (false, _, Some(position)) => position.first(),
            _ => None,
        };
        let ties = rows.clone().take_while(|row| row.first() == beyond).count() as u64;
        let marker = rows.clone().nth(usize::try_from(ties).unwrap_or(usize::MAX));
        let first_of = |position: &Position| position.iter().take(1).cloned().collect();
        let exact = || Cursor { offset: 0, reverse, position: Some(outermost.clone()) };
        let cursor = match marker {
            Some(marker) => Cursor { offset: ties, reverse, position: Some(first_of(marker)) },
            // All rows are equal, and so may be those around them.
            None if !has_opposite => Cursor { offset: ties, reverse, position: None },
            None if goes_on && own.as_ref().is_none_or(|position| position.len() == 1) => {
                Cursor { offset: self.cursor.offset.saturating_add(ties), reverse, position: own }
            }
            None => exact(),
        };
        Some(if cursor.offset > self.cutoff { exact() } else { cursor })
    }
}
