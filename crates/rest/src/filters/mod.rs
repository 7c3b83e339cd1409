//! Filters of lists: which of a view's rows a request asks for, and in which order.

mod filterset;
mod object_permissions;
mod ordering;
mod search;

use std::sync::Arc;

use belleville_db::{ModelMeta, Rows};
use belleville_http::services::Services;

pub(crate) use filterset::BoundFilterSet;
pub use filterset::{DjangoFilterBackend, Filter, FilterSet};
pub use object_permissions::ObjectPermissionsFilter;
pub(crate) use ordering::Ordering;
pub use ordering::{OrderingFields, OrderingFilter};
pub(crate) use search::SearchFields;
pub use search::SearchFilter;

use crate::BoxFuture;
use crate::exceptions::Result;
use crate::listing::Listing;
use crate::request::Request;
use crate::settings::SettingsError;
use belleville_http::list_of;

/// A filter of a view's rows: DRF's `BaseFilterBackend`. The filters of a view are applied in their order, to its list and to the
/// rows in which the object of a URL is looked for.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// # use belleville::db::{ForeignKey, Model};
/// # use belleville_auth::models::User;
/// # #[derive(Clone, Debug, Model)]
/// # #[model(app = "notes")]
/// # struct Note { #[field(primary_key)] id: i64, #[field(on_delete = Cascade)] owner: ForeignKey<User> }
/// use belleville::db::Rows;
/// use belleville::exceptions::Result;
/// use belleville::filters::FilterBackend;
/// use belleville::request::Request;
/// use belleville::views::Listing;
///
/// struct OwnNotes;
///
/// impl FilterBackend for OwnNotes {
///     async fn filter_rows(&self, request: &Request, rows: Rows, _: &Listing) -> Result<Rows> {
///         Ok(rows.matching(Note::OWNER.eq(request.user()?))?)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a filter",
    label = "implement FilterBackend for it: `async fn filter_rows(&self, &Request, Rows, &Listing) -> Result<Rows>`"
)]
pub trait FilterBackend: Send + Sync + 'static {
    /// The rows that a request asks for: DRF's `filter_queryset`.
    fn filter_rows(
        &self,
        request: &Request,
        rows: Rows,
        listing: &Listing,
    ) -> impl Future<Output = Result<Rows>> + Send;

    /// The options of lists that it reads. A view that sets one without a filter that reads it does not
    /// start.
    fn reads(&self) -> &'static [ListOption] {
        &[]
    }

    /// Checks at start whether the program has what the filter needs, for lists of this model.
    ///
    /// # Errors
    /// What is wrong and how to fix it; the program does not start.
    fn check(&self, meta: &'static ModelMeta, services: &Services) -> Result<(), SettingsError> {
        let _ = (meta, services);
        Ok(())
    }

    /// The name in what is said of a view's mistakes.
    fn name(&self) -> &'static str {
        crate::python::class_name::<Self>()
    }
}

/// An option of a list that filters read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListOption {
    /// `search_fields`.
    SearchFields,
    /// `ordering_fields` and `ordering`.
    Ordering,
    /// `filterset`.
    FilterSet,
}

list_of! {
    /// The filters of a view: one, an array or a `Vec` of one type, or a tuple of different types. `()` filters nothing.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not a filter",
        label = "give a filter (`SearchFilter`), or a tuple of them (`(SearchFilter, OrderingFilter)`)",
        note = "a filter of your own is a type that implements `FilterBackend`"
    )]
    IntoFilterBackends, into_filter_backends, BoxedFilterBackend, FilterBackend
}

/// A type-erased filter.
#[derive(Clone)]
pub struct BoxedFilterBackend(Arc<dyn DynFilterBackend>);

impl<F: FilterBackend> From<F> for BoxedFilterBackend {
    fn from(filter: F) -> Self {
        Self(Arc::new(filter))
    }
}

impl std::fmt::Debug for BoxedFilterBackend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.name())
    }
}

impl BoxedFilterBackend {
    pub(crate) async fn filter_rows(&self, request: &Request, rows: Rows, listing: &Listing) -> Result<Rows> {
        self.0.filter_rows(request, rows, listing).await
    }

    pub(crate) fn reads(&self, option: ListOption) -> bool {
        self.0.reads().contains(&option)
    }

    /// What is missing for the filter, with its name.
    pub(crate) fn check(&self, meta: &'static ModelMeta, services: &Services) -> Result<(), String> {
        self.0.check(meta, services).map_err(|mistake| format!("{}: {mistake}", self.0.name()))
    }
}

/// The object-safe form of [`FilterBackend`].
trait DynFilterBackend: Send + Sync {
    fn filter_rows<'a>(
        &'a self,
        request: &'a Request,
        rows: Rows,
        listing: &'a Listing,
    ) -> BoxFuture<'a, Result<Rows>>;
    fn reads(&self) -> &'static [ListOption];
    fn check(&self, meta: &'static ModelMeta, services: &Services) -> Result<(), SettingsError>;
    fn name(&self) -> &'static str;
}

impl<F: FilterBackend> DynFilterBackend for F {
    fn filter_rows<'a>(
        &'a self,
        request: &'a Request,
        rows: Rows,
        listing: &'a Listing,
    ) -> BoxFuture<'a, Result<Rows>> {
        Box::pin(FilterBackend::filter_rows(self, request, rows, listing))
    }

    fn reads(&self) -> &'static [ListOption] {
        FilterBackend::reads(self)
    }

    fn check(&self, meta: &'static ModelMeta, services: &Services) -> Result<(), SettingsError> {
        FilterBackend::check(self, meta, services)
    }

    fn name(&self) -> &'static str {
        FilterBackend::name(self)
    }
}

/// The filter with a name, short or a dotted one of DRF, django-filter or djangorestframework-guardian.
pub(crate) fn by_name(name: &str) -> Option<BoxedFilterBackend> {
    let short = name.strip_prefix("rest_framework.filters.");
    let short = short.or(name.strip_prefix("django_filters.rest_framework."));
    match short.or(name.strip_prefix("rest_framework_guardian.filters.")).unwrap_or(name) {
        "DjangoFilterBackend" => Some(DjangoFilterBackend.into()),
        "SearchFilter" => Some(SearchFilter.into()),
        "OrderingFilter" => Some(OrderingFilter.into()),
        "ObjectPermissionsFilter" => Some(ObjectPermissionsFilter::new().into()),
        _ => None,
    }
}

/// The names that [`by_name`] knows.
pub(crate) const NAMES: &[&str] =
    &["DjangoFilterBackend", "SearchFilter", "OrderingFilter", "ObjectPermissionsFilter"];
