//! `?ordering=`: the order of a list.

use belleville_db::{Annotation, ModelMeta, OrderName, Registry, Rows, UnknownName};

use super::{FilterBackend, ListOption};
use crate::exceptions::{Error, Result};
use crate::listing::Listing;
use crate::python::str_strip;
use crate::request::Request;
use crate::serializers::SerializerClass;

/// Orders rows by `?ordering=title,-price`: by those names that the view's
/// [`ordering_fields`](crate::policies::Policies::ordering_fields) have, and without any by the view's
/// [`ordering`](crate::policies::Policies::ordering). The setting `ordering_param` is the name of the parameter.
#[derive(Clone, Copy, Debug)]
pub struct OrderingFilter;

impl FilterBackend for OrderingFilter {
    async fn filter_rows(&self, request: &Request, rows: Rows, listing: &Listing) -> Result<Rows> {
        let terms = listing.ordering().requested(request, listing.ordering_param());
        if terms.is_empty() {
            return Ok(rows);
        }
        rows.order_by(terms.iter().map(|term| &term.order)).map_err(Error::internal)
    }

    fn reads(&self) -> &'static [ListOption] {
        &[ListOption::Ordering]
    }
}

/// By which names a client may order a list: `["title", "author__name"]`, or one of these.
#[derive(Clone, Debug, Default)]
pub enum OrderingFields {
    /// By the fields that the view's serializer shows, where the rows have them.
    #[default]
    Shown,
    /// By every field of the model and every [annotation](crate::policies::Policies::annotations): DRF's `"__all__"`.
    All,
    /// By these.
    Named(Vec<&'static str>),
}

impl<const N: usize> From<[&'static str; N]> for OrderingFields {
    fn from(names: [&'static str; N]) -> Self {
        Self::Named(names.to_vec())
    }
}

impl From<Vec<&'static str>> for OrderingFields {
    fn from(names: Vec<&'static str>) -> Self {
        Self::Named(names)
    }
}

/// A part of an order that may be asked for.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    /// As it is asked for: `-price`.
    pub(crate) name: String,
    pub(crate) order: OrderName,
}

impl Term {
    fn parse(
        meta: &'static ModelMeta,
        registry: &Registry,
        annotations: &[Annotation],
        name: String,
    ) -> Result<Self, UnknownName> {
        let plain = name.strip_prefix('-').unwrap_or(&name);
        let order = match annotations.iter().find(|annotation| annotation.name() == plain) {
            Some(annotation) => annotation.order(plain != name),
            None => OrderName::parse(meta, registry, &name)?,
        };
        Ok(Self { name, order })
    }
}

/// The orders of a list.
#[derive(Debug)]
pub(crate) struct Ordering {
    allowed: Vec<Term>,
    default: Vec<Term>,
}

impl Ordering {
    /// Checks the names.
    ///
    /// # Errors
    /// When one is unknown.
    pub(crate) fn resolve(
        meta: &'static ModelMeta,
        registry: &Registry,
        fields: &OrderingFields,
        default: &[&str],
        serializer: Option<&SerializerClass>,
        annotations: &[Annotation],
    ) -> Result<Self, String> {
        let term = |name: &str| Term::parse(meta, registry, annotations, name.to_owned());
        let both = |name: &str| [name.to_owned(), format!("-{name}")];
        let allowed = match fields {
            // What a serializer shows need not be a column.
            OrderingFields::Shown => {
                let names = serializer.into_iter().flat_map(SerializerClass::shown_sources);
                names.flat_map(|name| both(&name)).filter_map(|name| term(&name).ok()).collect()
            }
            OrderingFields::All => {
                let names = meta.fields.iter().map(|field| field.name);
                let names = names.chain(annotations.iter().map(Annotation::name)).flat_map(both);
                names.filter_map(|name| term(&name).ok()).collect()
            }
            OrderingFields::Named(names) => {
                let terms = names.iter().flat_map(|name| both(name)).map(|name| term(&name));
                terms.collect::<Result<_, _>>().map_err(|error| format!("ordering_fields has {error}"))?
            }
        };
        let default = default.iter().map(|name| term(name)).collect::<Result<_, _>>();
        Ok(Self { allowed, default: default.map_err(|error| format!("ordering has {error}"))? })
    }

    /// Whether rows may be ordered by this name, in one of the two directions.
    pub(crate) fn has(&self, name: &str) -> bool {
        let is_it = |term: &Term| term.name.strip_prefix('-').unwrap_or(&term.name) == name;
        self.allowed.iter().chain(&self.default).any(is_it)
    }

    /// What a request asks for and may have, or the default order.
    pub(crate) fn requested(&self, request: &Request, param: &str) -> Vec<&Term> {
        let asked = request.query_params().get(param).unwrap_or_default();
        let known = |name: &str| self.allowed.iter().find(|term| term.name == str_strip(name));
        let terms: Vec<&Term> = asked.split(',').filter_map(known).collect();
        if terms.is_empty() { self.default.iter().collect() } else { terms }
    }
}
