//! The policies of views: one table of them, for a view, for a viewset and for one of its actions.
//!
//! What they say is put together once, at start: an action's word, then its viewset's or view's, then that of the settings.
//! The request pipeline reads the result, in which nothing is missing.

mod declare;
mod settings;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use belleville_db::Annotation;
use declare::policies;
pub use settings::RestFramework;

use crate::authentication::{BoxedAuthenticator, IntoAuthenticators};
use crate::exceptions::{Error, Result};
use crate::filters::{BoxedFilterBackend, FilterSet, IntoFilterBackends, ListOption, OrderingFields};
use crate::listing::Listing;
use crate::metadata::{BoxedMetadata, IntoMetadata};
use crate::negotiation::{BoxedContentNegotiation, ContentNegotiation};
use crate::pagination::{BoxedPagination, IntoPagination};
use crate::parsers::{BoxedParser, IntoParsers};
use crate::permissions::{self, IntoRules, Rule};
use crate::renderers::{BoxedRenderer, IntoRenderers};
use crate::request::Request;
use crate::response::Response;
use crate::serializers::SerializerClass;
use crate::throttling::{BoxedThrottle, IntoThrottles};
use crate::versioning::{BoxedVersioning, IntoVersioning, VersioningScheme, Versions};
use crate::views::View;

policies! {
    authenticators: Vec<BoxedAuthenticator> {
        /// Sets the authenticators, in this order, instead of the default ones: one authenticator, an array, a tuple of
        /// different types, or `()` for none.
        authentication_classes(authenticators: impl IntoAuthenticators) => authenticators.into_authenticators();
    }

    permissions: Vec<Rule> {
        /// Sets the permissions, instead of the default ones: one permission, a rule (`A & B`), or a list of those, all
        /// of which must allow the request. `()` allows everybody, as `AllowAny` does.
        permission_classes(rules: impl IntoRules) => rules.into_rules();
    }

    throttles: Vec<BoxedThrottle> {
        /// Sets the throttles, instead of those of the setting `default_throttle_classes`: one throttle, an array, a tuple of
        /// different types, or `()` for none.
        throttle_classes(throttles: impl IntoThrottles) => throttles.into_throttles();
    }

    throttle_scope: Option<&'static str> {
        /// Sets the scope under which [`ScopedRateThrottle`](crate::throttling::ScopedRateThrottle) counts requests.
        throttle_scope(scope: &'static str) => Some(scope);
    }

    cache_page: Option<Duration> {
        /// Keeps the answers to GET in the cache for so many seconds: Django's `cache_page`. They are kept by URL and by the
        /// headers that their `Vary` names; the view's permissions and throttles are asked as for any other request.
        cache_page(seconds: u64) => Some(Duration::from_secs(seconds));
    }

    never_cache: bool {
        /// Tells every cache to keep nothing: Django's `never_cache`.
        never_cache() => true;
    }

    vary_on_headers: Vec<&'static str> {
        /// Adds names of headers to `Vary`: Django's `vary_on_headers`.
        vary_on_headers(names: impl IntoIterator<Item = &'static str>) => names.into_iter().collect();
    }

    renderers: Vec<BoxedRenderer> {
        /// Sets the renderers, in this order, instead of those of the setting `default_renderer_classes`.
        renderer_classes(renderers: impl IntoRenderers) => renderers.into_renderers();
    }

    parsers: Arc<[BoxedParser]> {
        /// Sets the parsers, in this order, instead of the default ones: one parser, an array, or a tuple of different types.
        parser_classes(parsers: impl IntoParsers) => parsers.into_parsers().into();
    }

    negotiation: BoxedContentNegotiation {
        /// Sets how the renderer of a response and the parser of a body are chosen, instead of as DRF does it.
        content_negotiation_class(negotiation: impl ContentNegotiation) => negotiation.into();
    }

    versioning: Option<BoxedVersioning> {
        /// Sets how the version of the API is found that a request is for, instead of the setting `default_versioning_class`; `()`
        /// for no versions.
        versioning_class(versioning: impl IntoVersioning) => versioning.into_versioning();
    }

    metadata: Option<BoxedMetadata> {
        /// Sets what `OPTIONS` answers, instead of the name, the description and the fields of the view; `()` for 405.
        metadata_class(metadata: impl IntoMetadata) => metadata.into_metadata();
    }

    /// The versions of views that say none.
    versions: Versions {}

    /// The parameter of a URL with the format of the answer.
    format_override: Option<Arc<str>> {}

    serializer: Option<Arc<SerializerClass>> {
        /// Sets the serializer: `OPTIONS` describes its fields, and the forms of the browsable API have them. A viewset's actions
        /// read and write by it; the handlers of a view call it themselves. Of an action of a viewset it is a serializer of the
        /// viewset's model, as DRF's `get_serializer_class` gives it.
        serializer_class(class: impl Into<Arc<SerializerClass>>) => Some(class.into());
    }

    filter_backends: Vec<BoxedFilterBackend> {
        /// Sets the filters of the view's list, in this order, instead of those of the setting `default_filter_backends`:
        /// [`Request::filter_queryset`] does as they say.
        filter_backends(filters: impl IntoFilterBackends) => filters.into_filter_backends();
    }

    filterset: Option<FilterSet> {
        /// Sets by which parameters [`DjangoFilterBackend`](crate::filters::DjangoFilterBackend) filters: a [`FilterSet`], or the names of fields
        /// that are compared for equality.
        filterset(filterset: impl Into<FilterSet>) => Some(filterset.into());
    }

    annotations: Vec<Annotation> {
        /// Names values that are computed for each row, for `search_fields`, `ordering_fields` and `ordering`: the annotations that the
        /// view's queryset has in Django, `Annotation::of("works", Book::AUTHOR.reverse().count())`.
        annotations(annotations: impl IntoIterator<Item = Annotation>) => annotations.into_iter().collect();
    }

    search_fields: Vec<&'static str> {
        /// Sets the fields that [`SearchFilter`](crate::filters::SearchFilter) looks into: `title`, `author__name`. A sign before the name
        /// says how: `^` at the beginning, `=` the whole text, `$` as a regular expression, `@` as PostgreSQL's words. A name may
        /// end with a lookup instead: `title__iendswith`.
        search_fields(names: impl IntoIterator<Item = &'static str>) => names.into_iter().collect();
    }

    ordering_fields: OrderingFields {
        /// Sets by what [`OrderingFilter`](crate::filters::OrderingFilter) orders, instead of the fields that the serializer shows.
        ordering_fields(fields: impl Into<OrderingFields>) => fields.into();
    }

    ordering: Vec<&'static str> {
        /// Sets by what [`OrderingFilter`](crate::filters::OrderingFilter) orders when a request does not say: `["-created"]`.
        ordering(names: impl IntoIterator<Item = &'static str>) => names.into_iter().collect();
    }

    pagination: Option<BoxedPagination> {
        /// Sets how lists are split into pages, instead of the setting `default_pagination_class`; `()` for not at all.
        /// [`Response::of_page`](crate::serializers::SerializerResponse::of_page) does as it says.
        pagination_class(pagination: impl IntoPagination) => pagination.into_pagination();
    }

    streamed: bool {
        /// The rows of the view's list are read, written and sent batch by batch, so that a list of any length takes little
        /// memory. The bytes are those of a list that is not streamed. A list with pages cannot be streamed: give it
        /// `pagination_class(())`.
        ///
        /// A list that is longer than a batch has no `Content-Length`. Its status is sent before its last row is read: what goes
        /// wrong after that ends the connection. It is read outside of the transaction of a view that has one, and holds a
        /// connection to the database until the client has taken it, for as long as the setting `server.stream_timeout` allows.
        /// The browsable API, and renderers of one's own, get the whole list.
        stream() => true;
    }

    /// How many rows a page has where its pagination does not say it.
    page_size: Option<u64> {}

    /// The parameter of a URL with what is searched for.
    search_param: Arc<str> {}

    /// The parameter of a URL with the order of a list.
    ordering_param: Arc<str> {}

    body_limit: Option<usize> {
        /// Sets the most bytes of a body that is read, if that is less than the settings allow. A longer body is answered 400
        /// when the handler reads it.
        body_limit(bytes: usize) => Some(bytes);
    }

    atomic: bool {
        /// The handler of each request runs in one transaction, whatever the setting `atomic_requests` says. An error that the
        /// handler returns undoes it; a response keeps it, whichever status it has.
        atomic() => true;
        /// No transaction is begun for a request, whatever the setting `atomic_requests` says: Django's
        /// `non_atomic_requests`.
        non_atomic() => false;
    }

    exception_handler: ExceptionHandler {
        /// Sets what answers errors: those of the handlers, and those of the steps before them. What it returns as an
        /// error is answered as usual.
        ///
        /// ```
        /// # use belleville_rest::exceptions::{Error, Result};
        /// # use belleville_rest::request::Request;
        /// # use belleville_rest::response::Response;
        /// # use belleville_rest::views::View;
        /// fn gone(error: Error, _: &Request) -> Result<Response> {
        ///     match error {
        ///         Error::Api(exception) if exception.status() == 404 => Ok(Response::empty(410)),
        ///         other => Err(other),
        ///     }
        /// }
        ///
        /// let view = View::new("Archive").exception_handler(gone);
        /// ```
        exception_handler(handler: fn(Error, &Request) -> Result<Response>) => ExceptionHandler(handler);
    }

    challenge: Option<Challenge> {
        /// The challenge in `WWW-Authenticate` of a view that has no authenticators: its failures are 401, not 403.
        challenge(challenge: fn(&Request) -> String) => Some(challenge);
    }

    /// Whether errors are answered with problem details.
    problem_details: bool {}

    /// The key of what is wrong with input and is about no field.
    non_field_errors_key: Arc<str> {}
}

/// Writes the challenge in `WWW-Authenticate`.
type Challenge = fn(&Request) -> String;

/// Answers an error of a view, or returns an error to be answered as usual: DRF's `handle_exception`.
#[derive(Clone, Copy)]
pub(crate) struct ExceptionHandler(fn(Error, &Request) -> Result<Response>);

impl Default for ExceptionHandler {
    /// As usual.
    fn default() -> Self {
        Self(|error, _| Err(error))
    }
}

impl ExceptionHandler {
    pub(crate) fn answer(self, error: Error, request: &Request) -> Result<Response> {
        (self.0)(error, request)
    }
}

impl std::fmt::Debug for Policies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Policies").field("permissions", &self.permissions).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for CompletePolicies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CompletePolicies").field("permissions", &self.permissions).finish_non_exhaustive()
    }
}

impl Policies {
    /// The serializer, if one is said.
    pub(crate) fn serializer(&self) -> Option<&Arc<SerializerClass>> {
        self.serializer.as_ref()?.as_ref()
    }

    /// The options of lists that are set and that a filter must read: with their names, and who reads them.
    pub(crate) fn options_for_filters(
        &self,
    ) -> impl Iterator<Item = (ListOption, &'static str, &'static str)> {
        let set = [
            (self.filterset.is_some(), ListOption::FilterSet, "filterset", "DjangoFilterBackend"),
            (self.search_fields.is_some(), ListOption::SearchFields, "search_fields", "SearchFilter"),
            (self.ordering_fields.is_some(), ListOption::Ordering, "ordering_fields", "OrderingFilter"),
            (self.ordering.is_some(), ListOption::Ordering, "ordering", "OrderingFilter"),
        ];
        set.into_iter().filter_map(|(is_set, option, name, filter)| is_set.then_some((option, name, filter)))
    }
}

/// The policies of a view without defaults.
pub(crate) static CLOSED: LazyLock<CompletePolicies> = LazyLock::new(CompletePolicies::closed);

impl CompletePolicies {
    /// The authenticators.
    pub fn authenticators(&self) -> &[BoxedAuthenticator] {
        &self.authenticators
    }

    /// The permissions.
    pub fn permissions(&self) -> &[Rule] {
        &self.permissions
    }

    /// The throttles.
    pub fn throttles(&self) -> &[BoxedThrottle] {
        &self.throttles
    }

    /// The renderers.
    pub fn renderers(&self) -> &[BoxedRenderer] {
        &self.renderers
    }

    /// The media types that are parsed, in order.
    pub fn parser_media_types(&self) -> impl Iterator<Item = &str> {
        self.parsers.iter().map(BoxedParser::media_type)
    }

    /// The scheme by which versions are found, if there is one.
    pub(crate) fn scheme(&self) -> Option<&VersioningScheme> {
        self.scheme.as_ref()
    }

    /// The serializer, if there is one.
    pub fn serializer(&self) -> Option<&SerializerClass> {
        self.serializer.as_deref()
    }

    /// How the rows of the serializer's model are listed.
    pub fn listing(&self) -> Option<&Listing> {
        self.listing.as_deref()
    }

    /// Whether the handler runs in a transaction.
    pub fn is_atomic(&self) -> bool {
        self.atomic
    }

    /// Whether an anonymous user may use a method; `None` when a permission does not say.
    pub fn allows_anonymous(&self, method: &str) -> Option<bool> {
        let rules = self.permissions.iter().map(|rule| rule.allows_anonymous(method));
        rules.fold(Some(true), permissions::both)
    }

    /// Whether a request passes the permissions, so far as they do not ask for an object.
    pub(crate) async fn allow(&self, request: &Request) -> Result<bool> {
        for rule in &self.permissions {
            if !rule.has_permission(request).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether no object makes a difference to the permissions of a request, which has passed them.
    pub(crate) fn ignore_objects(&self, request: &Request) -> bool {
        self.permissions.iter().all(|rule| rule.at_once(request).is_some())
    }

    /// Who is not known yet is asked to say so; who is known is refused.
    pub(crate) fn refusal(&self, request: &Request, rule: &Rule) -> Error {
        let could_authenticate =
            !self.authenticators.is_empty() && request.successful_authenticator().is_none();
        if could_authenticate { Error::not_authenticated() } else { rule.refusal() }
    }
}

/// The policies of a request.
impl Request {
    /// Those of the view's method.
    pub fn policies(&self) -> Option<&CompletePolicies> {
        Some(self.view()?.policies_of(self.policy_method()))
    }

    /// The media type that the answer is rendered as, which the client and the view agreed upon: `application/json`.
    pub fn accepted_media_type(&self) -> Option<&str> {
        let accepted = self.accepted()?;
        self.policies()?.renderers.get(accepted.index).map(|renderer| renderer.media_type())
    }

    /// Checks the view's permissions on an object.
    ///
    /// # Errors
    /// 401 or 403 when one of them refuses.
    pub async fn check_object_permissions(&self, object: &dyn belleville_db::Object) -> Result<()> {
        let Some(policies) = self.policies() else { return Ok(()) };
        for rule in &policies.permissions {
            if !rule.has_object_permission(self, object).await? {
                return Err(policies.refusal(self, rule));
            }
        }
        Ok(())
    }
}
