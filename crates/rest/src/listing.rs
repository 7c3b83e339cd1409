//! How a view lists its model's rows: filters, search, order and pages.

use std::sync::Arc;

use belleville_db::{Annotation, Model, ModelMeta, QuerySet, Registry, Rows};
use belleville_http::services::Services;

use crate::exceptions::Result;
use crate::filters::{BoundFilterSet, BoxedFilterBackend, ListOption, Ordering, SearchFields};
use crate::pagination::{BoxedPagination, Page};
use crate::policies::CompletePolicies;
use crate::request::Request;
use crate::response::Response;
use crate::serializers::{SerializerClass, context};
use crate::streamed;

/// How a view lists its rows, checked at start.
#[derive(Debug)]
pub struct Listing {
    model: &'static ModelMeta,
    filter_backends: Vec<BoxedFilterBackend>,
    pagination: Option<BoxedPagination>,
    filterset: Option<BoundFilterSet>,
    annotations: Vec<Annotation>,
    search_fields: SearchFields,
    ordering: Ordering,
    page_size: Option<u64>,
    search_param: Arc<str>,
    ordering_param: Arc<str>,
    streamed: bool,
}

impl Listing {
    /// Checks what the policies of a view of this model say of its lists.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(crate) fn resolve(
        policies: &CompletePolicies,
        meta: &'static ModelMeta,
        registry: &Registry,
    ) -> Result<Self, String> {
        let filterset = policies.filterset.as_ref().map(|filterset| filterset.resolve(meta, registry));
        let (ordered, ordering) = (&policies.ordering_fields, &policies.ordering);
        let annotations = &policies.annotations;
        if let Some(other) = annotations.iter().find(|one| one.model().db_table != meta.db_table) {
            let (label, own) = (other.model().label(), meta.label());
            return Err(format!(
                "the annotation `{}` is of {label}, and the view's rows are of {own}",
                other.name()
            ));
        }
        let listing = Self {
            model: meta,
            filterset: filterset.transpose()?,
            search_fields: SearchFields::resolve(meta, registry, &policies.search_fields, annotations)?,
            ordering: Ordering::resolve(
                meta,
                registry,
                ordered,
                ordering,
                policies.serializer(),
                annotations,
            )?,
            annotations: annotations.clone(),
            filter_backends: policies.filter_backends.clone(),
            pagination: policies.pagination.clone(),
            page_size: policies.page_size,
            search_param: Arc::clone(&policies.search_param),
            ordering_param: Arc::clone(&policies.ordering_param),
            streamed: policies.streamed,
        };
        if let Some(pagination) = &listing.pagination {
            if listing.streamed {
                return Err("the list is streamed, and it has pages: leave out `stream`, or the pages by \
                            `pagination_class(())`"
                    .to_owned());
            }
            pagination.check(&listing, registry)?;
        }
        Ok(listing)
    }

    /// Whether one of the filters reads an option.
    pub(crate) fn reads(&self, option: ListOption) -> bool {
        self.filter_backends.iter().any(|filter| filter.reads(option))
    }

    /// What is missing for the filters.
    pub(crate) fn mistakes(&self, services: &Services) -> Vec<String> {
        self.filter_backends.iter().filter_map(|filter| filter.check(self.model, services).err()).collect()
    }

    /// The model of the rows.
    pub fn model(&self) -> &'static ModelMeta {
        self.model
    }

    /// The names by which a request orders the rows, where an [`OrderingFilter`](crate::filters::OrderingFilter) is one of the filters;
    /// those of the view where the request does not say.
    pub fn requested_ordering(&self, request: &Request) -> Vec<&str> {
        if !self.reads(ListOption::Ordering) {
            return Vec::new();
        }
        self.ordering.requested(request, &self.ordering_param).iter().map(|term| term.name.as_str()).collect()
    }

    /// How many rows a page has that does not say it itself: the setting `page_size`.
    pub fn page_size(&self) -> Option<u64> {
        self.page_size
    }

    /// The name of the parameter with what is searched for: the setting `search_param`.
    pub fn search_param(&self) -> &str {
        &self.search_param
    }

    /// The name of the parameter with the order: the setting `ordering_param`.
    pub fn ordering_param(&self) -> &str {
        &self.ordering_param
    }

    pub(crate) fn filterset(&self) -> Option<&BoundFilterSet> {
        self.filterset.as_ref()
    }

    pub(crate) fn annotations(&self) -> &[Annotation] {
        &self.annotations
    }

    /// Whether a request, or the view itself, may order the rows by this name.
    pub(crate) fn may_be_ordered_by(&self, name: &str) -> bool {
        self.reads(ListOption::Ordering) && self.ordering.has(name)
    }

    pub(crate) fn search_fields(&self) -> &SearchFields {
        &self.search_fields
    }

    pub(crate) fn ordering(&self) -> &Ordering {
        &self.ordering
    }

    /// The rows that a request asks for.
    async fn filter_rows(&self, request: &Request, mut rows: Rows) -> Result<Rows> {
        for filter in &self.filter_backends {
            rows = filter.filter_rows(request, rows, self).await?;
        }
        Ok(rows)
    }
}

/// The rows of a view's list.
impl Request {
    /// Those rows of a queryset that the request asks for, by the filters of its view: DRF's `filter_queryset`.
    ///
    /// # Errors
    /// 400 when a parameter of a filter is wrong, and as the filters and the database report.
    pub async fn filter_queryset<M: Model>(&self, queryset: QuerySet<M>) -> Result<QuerySet<M>> {
        match self.listing() {
            Some(listing) if !listing.filter_backends.is_empty() => {
                // Boxed, so that a view without filters does not take their memory.
                let rows = Box::pin(listing.filter_rows(self, queryset.rows())).await?;
                Ok(rows.into_queryset()?)
            }
            _ => Ok(queryset),
        }
    }

    /// The page of a queryset that the request asks for by the pagination of its view, where it has any: DRF's `paginate_queryset`.
    ///
    /// # Errors
    /// 404 when there is no such page, and as the database reports.
    pub async fn paginate_queryset<M: Model>(&self, queryset: &QuerySet<M>) -> Result<Option<Page>> {
        self.page_of(|| queryset.clone().rows()).await
    }

    async fn page_of(&self, rows: impl FnOnce() -> Rows) -> Result<Option<Page>> {
        match self.listing().and_then(|listing| Some((listing, listing.pagination.as_ref()?))) {
            Some((listing, pagination)) => pagination.paginate_rows(self, rows(), listing).await,
            None => Ok(None),
        }
    }

    /// The answer with some rows, filtered already: all of them, or the page that the request asks for by the pagination of its view.
    ///
    /// # Errors
    /// 404 when there is no such page, and as the database and the serializer report.
    pub(crate) async fn list_rows(&self, rows: Rows, serializer: &Arc<SerializerClass>) -> Result<Response> {
        if self.streams_lists() {
            return Box::pin(streamed::rows(self, rows, serializer)).await;
        }
        let page = self.page_of(|| rows.clone()).await?;
        self.answer_list(rows, page, serializer).await
    }

    /// The answer with a page, or without one with all rows.
    pub(crate) async fn answer_list(
        &self,
        rows: Rows,
        page: Option<Page>,
        serializer: &Arc<SerializerClass>,
    ) -> Result<Response> {
        let context = context(self);
        let Some(page) = page else {
            return Ok(Response::json(200, serializer.represent_all(rows, &context).await?));
        };
        let results = serializer.represent_all(page.rows.clone(), &context).await?;
        let body = match self.listing().and_then(|listing| listing.pagination.as_ref()) {
            Some(pagination) => pagination.write_page(&page, &results),
            None => page.write(&results),
        };
        Ok(Response::json(200, body))
    }

    /// Whether the view's lists are sent batch by batch.
    pub(crate) fn streams_lists(&self) -> bool {
        self.listing().is_some_and(|listing| listing.streamed)
    }

    fn listing(&self) -> Option<&Listing> {
        self.policies()?.listing()
    }
}
