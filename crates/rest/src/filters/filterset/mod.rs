//! Filter sets: which parameters of a URL filter a list, as django-filter declares them.

mod bound;
mod form;

use std::sync::Arc;

use belleville_db::{ModelMeta, Registry, Rows};

pub(crate) use bound::BoundFilterSet;
use form::Kind;

use super::{FilterBackend, ListOption};
use crate::exceptions::{Detail, Error, Result};
use crate::json::Json;
use crate::listing::Listing;
use crate::request::Request;

/// Filters rows by the view's [`filterset`](crate::policies::Policies::filterset): django-filter's backend. A value that is none of a
/// filter's is answered with 400, with the messages of all filters by their names.
#[derive(Clone, Copy, Debug)]
pub struct DjangoFilterBackend;

impl FilterBackend for DjangoFilterBackend {
    async fn filter_rows(&self, request: &Request, rows: Rows, listing: &Listing) -> Result<Rows> {
        match listing.filterset() {
            Some(filterset) => filterset.filter_rows(request, rows).await,
            None => Ok(rows),
        }
    }

    fn reads(&self) -> &'static [ListOption] {
        &[ListOption::FilterSet]
    }
}

/// The filters of a view, each under the name of its parameter: django-filter's `FilterSet`.
///
/// ```
/// use belleville_rest::filters::{Filter, FilterSet};
///
/// let filterset = FilterSet::new()
///     .lookups("status", ["exact", "in"]) // ?status=draft, ?status__in=draft,published
///     .lookups("author__name", ["icontains"]) // ?author__name__icontains=ann
///     .filter("cheaper_than", Filter::number().field_name("price").lookup_expr("lt"))
///     .filter("sort", Filter::ordering([("price", "cost"), ("title", "title")])); // ?sort=-cost
/// ```
///
/// Names alone are compared for equality, as with django-filter's `filterset_fields`: `config.filterset(["book", "stars"])`.
#[derive(Clone, Debug, Default)]
pub struct FilterSet {
    lookups: Vec<(&'static str, Vec<&'static str>)>,
    declared: Vec<(&'static str, Filter)>,
}

impl<const N: usize> From<[&'static str; N]> for FilterSet {
    fn from(fields: [&'static str; N]) -> Self {
        fields.into_iter().fold(Self::new(), |filterset, field| filterset.lookups(field, ["exact"]))
    }
}

impl FilterSet {
    /// Without filters.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a filter for each of some lookups of a field, or of a relation's (`author__name`): `price` for `exact`, `price__lt` for
    /// `lt`. What values it takes follows from the field.
    #[must_use]
    pub fn lookups(mut self, field: &'static str, lookups: impl IntoIterator<Item = &'static str>) -> Self {
        self.lookups.push((field, lookups.into_iter().collect()));
        self
    }

    /// Adds a filter under a name.
    #[must_use]
    pub fn filter(mut self, name: &'static str, filter: Filter) -> Self {
        self.declared.push((name, filter));
        self
    }

    pub(crate) fn resolve(
        &self,
        meta: &'static ModelMeta,
        registry: &Registry,
    ) -> Result<BoundFilterSet, String> {
        BoundFilterSet::resolve(self, meta, registry)
    }
}

/// Narrows rows by the value of a filter.
type Method = Arc<dyn Fn(Rows, &Json, &Request) -> Result<Rows> + Send + Sync>;

/// A filter that is declared by itself: one of django-filter's classes.
#[derive(Clone)]
pub struct Filter {
    field_class: FieldClass,
    field_name: Option<&'static str>,
    lookup_expr: &'static str,
    exclude: bool,
    distinct: bool,
    required: bool,
    method: Option<Method>,
}

/// What reads the parameters of a filter: django-filter's `field_class`.
#[derive(Clone, Debug)]
enum FieldClass {
    One(Kind),
    /// A parameter that is repeated.
    Multiple {
        choices: Kind,
        conjoined: bool,
    },
    /// Two parameters, whose names end with these: the least and the greatest value.
    Between {
        kind: Kind,
        suffixes: [&'static str; 2],
    },
    /// Names of fields, each with its parameter.
    Ordering(Vec<(&'static str, &'static str)>),
}

impl std::fmt::Debug for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Filter")
            .field("field_class", &self.field_class)
            .field("lookup_expr", &self.lookup_expr)
            .finish_non_exhaustive()
    }
}

/// The classes.
impl Filter {
    fn of(field_class: FieldClass) -> Self {
        Self {
            field_class,
            field_name: None,
            lookup_expr: "exact",
            exclude: false,
            distinct: false,
            required: false,
            method: None,
        }
    }

    /// A text: `CharFilter`.
    pub fn text() -> Self {
        Self::of(FieldClass::One(Kind::Char))
    }

    /// A number: `NumberFilter`.
    pub fn number() -> Self {
        Self::of(FieldClass::One(Kind::Number))
    }

    /// `true` or `false`: `BooleanFilter`. Anything else filters nothing.
    pub fn boolean() -> Self {
        Self::of(FieldClass::One(Kind::Boolean))
    }

    /// A date: `DateFilter`.
    pub fn date() -> Self {
        Self::of(FieldClass::One(Kind::Date))
    }

    /// A point in time, as ISO 8601 has it: `IsoDateTimeFilter`.
    pub fn datetime() -> Self {
        Self::of(FieldClass::One(Kind::DateTime))
    }

    /// A time of day: `TimeFilter`.
    pub fn time() -> Self {
        Self::of(FieldClass::One(Kind::Time))
    }

    /// A length of time: `DurationFilter`.
    pub fn duration() -> Self {
        Self::of(FieldClass::One(Kind::Duration))
    }

    /// A UUID: `UUIDFilter`.
    pub fn uuid() -> Self {
        Self::of(FieldClass::One(Kind::Uuid))
    }

    /// One of these texts: `ChoiceFilter`.
    pub fn choice(choices: impl IntoIterator<Item = &'static str>) -> Self {
        Self::of(FieldClass::One(Kind::choices(choices)))
    }

    /// One or several of these texts, in a parameter that is repeated: `MultipleChoiceFilter`. Rows have one of them, or all with
    /// [`Filter::conjoined`].
    pub fn multiple_choice(choices: impl IntoIterator<Item = &'static str>) -> Self {
        let choices = Kind::choices(choices);
        Self { distinct: true, ..Self::of(FieldClass::Multiple { choices, conjoined: false }) }
    }

    /// Numbers from `name_min` to `name_max`, of which one may be left out: `RangeFilter`.
    pub fn range() -> Self {
        Self::of(FieldClass::Between { kind: Kind::Decimal, suffixes: ["min", "max"] })
    }

    /// Days from `name_after` to `name_before`, both included, of a point in time: `DateFromToRangeFilter`.
    pub fn date_from_to_range() -> Self {
        Self::of(FieldClass::Between { kind: Kind::Date, suffixes: ["after", "before"] })
    }

    /// Points in time from `name_after` to `name_before`: `IsoDateTimeFromToRangeFilter`.
    pub fn datetime_from_to_range() -> Self {
        Self::of(FieldClass::Between { kind: Kind::DateTime, suffixes: ["after", "before"] })
    }

    /// Times of day from `name_after` to `name_before`: `TimeRangeFilter`.
    pub fn time_range() -> Self {
        Self::of(FieldClass::Between { kind: Kind::Time, suffixes: ["after", "before"] })
    }

    /// The order of the list, by names of fields, each with what the parameter calls it: `OrderingFilter`. Several are separated by
    /// commas, and a minus sign turns one round.
    pub fn ordering(fields: impl IntoIterator<Item = (&'static str, &'static str)>) -> Self {
        Self::of(FieldClass::Ordering(fields.into_iter().collect()))
    }
}

/// What all classes have.
impl Filter {
    /// Sets the field, where it is not called as the filter.
    #[must_use]
    pub fn field_name(self, name: &'static str) -> Self {
        Self { field_name: Some(name), ..self }
    }

    /// Sets the lookup, instead of `exact`. With `in` and `range` the values are separated by commas.
    #[must_use]
    pub fn lookup_expr(self, lookup: &'static str) -> Self {
        Self { lookup_expr: lookup, ..self }
    }

    /// Rows that match are left out.
    #[must_use]
    pub fn exclude(self) -> Self {
        Self { exclude: true, ..self }
    }

    /// Each row is found once, where a relation to many rows would repeat it.
    #[must_use]
    pub fn distinct(self) -> Self {
        Self { distinct: true, ..self }
    }

    /// A request without the parameter is answered with 400.
    #[must_use]
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// Rows must match all values of a [`Filter::multiple_choice`], instead of one of them.
    #[must_use]
    pub fn conjoined(mut self) -> Self {
        if let FieldClass::Multiple { conjoined, .. } = &mut self.field_class {
            *conjoined = true;
        }
        self
    }

    /// Sets what the filter does with its value, instead of a lookup: django-filter's `method`. It is not called without a value.
    #[must_use]
    pub fn method(
        self,
        method: impl Fn(Rows, &Json, &Request) -> Result<Rows> + Send + Sync + 'static,
    ) -> Self {
        Self { method: Some(Arc::new(method)), ..self }
    }
}

/// 400 with the messages of the filters, by their names.
fn refusal(messages: Vec<(String, Detail)>) -> Error {
    Error::validation(Detail::Dict(messages))
}
