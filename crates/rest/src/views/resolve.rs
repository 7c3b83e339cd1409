//! From what a view says of its policies to the policies of each of its methods, once, at start.

use std::sync::Arc;

use belleville_db::{LookupName, ModelMeta, Registry};

use super::View;
use crate::exceptions::{Error, Result};
use crate::listing::Listing;
use crate::policies::{CLOSED, CompletePolicies, Policies};
use crate::request::Request;
use crate::serializers::SerializerClass;
use crate::viewsets::Action;

/// The policies of each method.
#[derive(Debug)]
pub(super) struct Resolved {
    methods: Vec<(&'static str, Arc<CompletePolicies>)>,
    /// Those of OPTIONS: of the action `metadata`.
    options: Arc<CompletePolicies>,
    /// Those of the methods that the view does not have.
    common: Arc<CompletePolicies>,
    /// By what the view finds its object, where its viewset says that by a name.
    lookup: Option<LookupName>,
    /// What is wrong with them.
    pub(super) mistakes: Vec<String>,
}

impl View {
    /// Works out the policies of each method from what the view says and the defaults, in a program with these models.
    pub fn resolve(&self, defaults: &CompletePolicies, registry: &Registry) {
        // A view under two patterns is asked twice.
        self.resolved.get_or_init(|| {
            let mut resolving = Resolving { view: self, defaults, registry, mistakes: Vec::new() };
            let common = resolving.complete(&self.policies);
            let mut own = |said: &Policies| {
                if said.are_silent() {
                    Arc::clone(&common)
                } else {
                    let policies = resolving.complete(&said.over(&self.policies));
                    resolving.check_filters(said, [&*policies]);
                    policies
                }
            };
            let methods: Vec<_> =
                self.handlers.iter().map(|known| (known.method, own(&known.policies))).collect();
            let options = own(&self.metadata);
            let all = methods.iter().map(|(_, policies)| &**policies).chain([&*options]);
            resolving.check_filters(&self.policies, all);
            let lookup = resolving.lookup();
            Resolved { methods, options, common, lookup, mistakes: resolving.mistakes }
        });
    }

    /// By what the view finds its object, where its viewset says that by a name.
    pub(crate) fn named_lookup(&self) -> Option<&LookupName> {
        self.resolved.get()?.lookup.as_ref()
    }

    /// The policies of a method.
    pub fn policies_of(&self, method: &str) -> &CompletePolicies {
        let Some(resolved) = self.resolved.get() else { return &CLOSED };
        if method == "OPTIONS" {
            return &resolved.options;
        }
        let own = resolved.methods.iter().find(|(known, _)| *known == method);
        own.map_or(&resolved.common, |(_, policies)| policies)
    }

    /// Whether the view has a method and the request may use it; for PUT also on the object of the URL.
    ///
    /// # Errors
    /// Whatever a rule or the database reports.
    pub async fn may_use(&self, method: &'static str, request: &Request) -> Result<bool> {
        self.lets(method, request.with_method(method)).await
    }

    /// The same as the metadata of OPTIONS asks it: with the policies of its own action, as in DRF.
    pub(crate) async fn metadata_may_use(&self, method: &'static str, request: &Request) -> Result<bool> {
        self.lets(method, request.of_metadata(method)).await
    }

    async fn lets(&self, method: &'static str, request: Request) -> Result<bool> {
        if self.handler(method).is_none() {
            return Ok(false);
        }
        if !self.policies_of(request.policy_method()).allow(&request).await? {
            return Ok(false);
        }
        match self.viewset.as_ref().filter(|_| self.is_detail && method == "PUT") {
            None => Ok(true),
            Some(viewset) => match viewset.check_object(request).await {
                Ok(()) => Ok(true),
                Err(Error::Api(_)) => Ok(false),
                Err(error) => Err(error),
            },
        }
    }
}

/// The serializers of a view.
impl View {
    /// Whether the view's requests have serializers.
    pub(crate) fn has_serializer(&self) -> bool {
        self.viewset.is_some() || self.policies_of("OPTIONS").serializer.is_some()
    }

    /// The serializer of a request to this view: the one that its viewset's `get_serializer_class` says, or that of the policies.
    ///
    /// # Errors
    /// Any error of the viewset.
    pub(crate) fn serializer_for(&self, request: &Request) -> Result<Option<Arc<SerializerClass>>> {
        match (&self.viewset, &self.policies_of(request.policy_method()).serializer) {
            (Some(viewset), Some(_)) => viewset.serializer_class(request).map(Some),
            (_, said) => Ok(said.clone()),
        }
    }

    /// The serializer of a method on the URL of a request, for a form.
    ///
    /// # Errors
    /// Those of `get_serializer_class`.
    pub fn serializer_of(
        &self,
        method: &'static str,
        request: &Request,
    ) -> Result<Option<Arc<SerializerClass>>> {
        self.serializer_for(&request.with_method(method))
    }
}

/// The work, with the mistakes that it finds.
struct Resolving<'a> {
    view: &'a View,
    defaults: &'a CompletePolicies,
    registry: &'a Registry,
    mistakes: Vec<String>,
}

impl Resolving<'_> {
    fn complete(&mut self, said: &Policies) -> Arc<CompletePolicies> {
        let mut policies = said.complete(self.defaults);
        if let Some(meta) = policies.serializer().and_then(|serializer| serializer.model()) {
            policies.listing = self.listing(&policies, meta);
        }
        policies.scheme = policies.versioning.as_ref().map(|own| own.resolved(&policies.versions));
        Arc::new(policies)
    }

    fn lookup(&mut self) -> Option<LookupName> {
        let (lookup, meta) = (self.view.lookup?, self.view.model()?);
        lookup.named(meta, self.registry).unwrap_or_else(|mistake| {
            self.refuse(mistake);
            None
        })
    }

    fn listing(&mut self, policies: &CompletePolicies, meta: &'static ModelMeta) -> Option<Arc<Listing>> {
        match Listing::resolve(policies, meta, self.registry) {
            Ok(listing) => Some(Arc::new(listing)),
            Err(mistake) => {
                self.refuse(mistake);
                None
            }
        }
    }

    /// What is said of lists is read by a filter of one of the methods that it is said for.
    fn check_filters<'a>(
        &mut self,
        said: &Policies,
        all: impl IntoIterator<Item = &'a CompletePolicies> + Clone,
    ) {
        for (option, name, filter) in said.options_for_filters() {
            let mut listings = all.clone().into_iter().filter_map(|policies| policies.listing()).peekable();
            if listings.peek().is_some() && !listings.any(|listing| listing.reads(option)) {
                self.refuse(format!(
                    "{name} is set, and no filter reads it: add {filter} to `filter_backends`"
                ));
            }
        }
    }

    /// Several methods may have the same mistake.
    fn refuse(&mut self, mistake: String) {
        let mistake = format!("{}: {mistake}", self.view.class_name());
        if !self.mistakes.contains(&mistake) {
            self.mistakes.push(mistake);
        }
    }
}

/// What a request's view says.
impl Request {
    /// The view that answers.
    pub fn view(&self) -> Option<&View> {
        self.endpoint()
    }

    /// The action of the viewset that answers, as DRF's `self.action`: [`Action::Metadata`] for OPTIONS, and none for a method that
    /// the viewset does not have.
    pub fn action(&self) -> Option<Action> {
        self.view()?.action(self.policy_method())
    }

    /// Whether the view's viewset finds objects as a viewset does that says nothing about it.
    pub(crate) fn finds_by_itself(&self) -> bool {
        self.view().is_some_and(|view| view.finds_by_itself)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_without_defaults_is_closed() {
        let view = View::new("Any");
        assert_eq!(view.policies_of("GET").allows_anonymous("GET"), Some(false));
        assert_eq!(view.policies_of("GET").permissions().len(), 1);
    }
}
