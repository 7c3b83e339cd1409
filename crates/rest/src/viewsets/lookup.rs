//! The object of a URL: the field that names it, the rows that have its value, and the answer where none has.

use std::borrow::Cow;
use std::marker::PhantomData;

use belleville_db::{
    Column, Family, FieldMeta, FieldValue, LookupName, Model, ModelMeta, QuerySet, Registry, Value,
};

use super::ModelViewSet;
use crate::exceptions::{Error, Result};
use crate::python;
use crate::request::Request;
use crate::views::View;

/// The field that the last part of a viewset's URLs is looked up by: DRF's `lookup_field`, `lookup_url_kwarg` and
/// `lookup_value_converter`.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// # use belleville::{db::Model, serializers::ModelSerializer};
/// # #[derive(Clone, Debug, Model)]
/// # #[model(app = "library")]
/// # struct Genre { #[field(primary_key)] id: i64, #[field(max_length = 50, unique, kind = SlugField)] slug: String }
/// # #[derive(ModelSerializer)]
/// # #[serializer(model = Genre, fields = [id, slug])]
/// # struct GenreSerializer;
/// use belleville::viewsets::{Lookup, ModelViewSet};
///
/// struct GenreViewSet;
///
/// impl ModelViewSet for GenreViewSet {
///     type Model = Genre;
///     type Serializer = GenreSerializer;
///
///     // genres/<slug>/
///     const LOOKUP: Lookup<Genre> = Lookup::field(Genre::SLUG);
/// }
/// ```
#[derive(Debug)]
pub struct Lookup<M> {
    by: By,
    url_kwarg: Option<&'static str>,
    converter: Option<&'static str>,
    regex: Option<&'static str>,
    model: PhantomData<fn() -> M>,
}

#[derive(Clone, Copy, Debug)]
enum By {
    Field {
        /// The position of the field in its model's metadata; the primary key when there is none.
        position: Option<usize>,
        /// The numbers that the field's type holds.
        range: Option<(i64, i64)>,
    },
    Name(&'static str),
}

impl<M: Model> Lookup<M> {
    /// By the primary key, under the name `pk`.
    pub const PRIMARY_KEY: Self = Self {
        by: By::Field { position: None, range: M::Pk::RANGE },
        url_kwarg: None,
        converter: None,
        regex: None,
        model: PhantomData,
    };

    /// By another field, under its name. Values of it should be unique: several rows are a 500, as in Django.
    pub const fn field<T: FieldValue>(column: Column<M, T>) -> Self {
        Self { by: By::Field { position: Some(column.field()), range: T::RANGE }, ..Self::PRIMARY_KEY }
    }

    /// By what a name means that goes through relations or has a lookup at its end, as names of filters do:
    /// `Lookup::named("owner__username").url_kwarg("username")`, `Lookup::named("slug__iexact")`. Without a name of its own the parameter is
    /// called so too. The name is checked at start.
    pub const fn named(name: &'static str) -> Self {
        Self { by: By::Name(name), ..Self::PRIMARY_KEY }
    }

    /// Sets the name of the parameter, which [`Request::kwarg`] reads: DRF's `lookup_url_kwarg`.
    pub const fn url_kwarg(self, name: &'static str) -> Self {
        Self { url_kwarg: Some(name), ..self }
    }

    /// Sets the converter of the parameter, one of those of [`Urls`](crate::urls::Urls) or one's own: DRF's `lookup_value_converter`.
    /// Without it everything is taken up to a slash or a dot, DRF's `[^/.]+`.
    pub const fn converter(self, name: &'static str) -> Self {
        Self { converter: Some(name), regex: None, ..self }
    }

    /// Sets which texts the parameter takes, by a regular expression of Python without groups that have names: DRF's
    /// `lookup_value_regex`.
    pub const fn regex(self, regex: &'static str) -> Self {
        Self { regex: Some(regex), converter: None, ..self }
    }

    /// The same without its type.
    pub(super) fn erased(&self) -> LookupOfUrl {
        let (field, name, usual) = match self.by {
            By::Field { position, .. } => {
                let field = field_at::<M>(position);
                (Some(field), None, if position.is_some() { field.name } else { "pk" })
            }
            By::Name(name) => (None, Some(name), name),
        };
        let url_kwarg = self.url_kwarg.unwrap_or(usual);
        LookupOfUrl { field, name, url_kwarg, converter: self.converter, regex: self.regex }
    }

    /// The rows that have this value, written as text; `None` when no row can have it.
    ///
    /// 404 when the text is no value of the field.
    fn filter(&self, rows: QuerySet<M>, text: &str, request: &Request) -> Result<Option<QuerySet<M>>> {
        match self.by {
            By::Field { position, range } => {
                let value = value_in_range(field_at::<M>(position), range, text)?;
                let position = position.unwrap_or_else(|| M::meta().pk_position());
                Ok(value.map(|value| rows.filter_field(position, value)))
            }
            By::Name(name) => {
                let lookup = named_lookup::<M>(name, request)?;
                if lookup.is_part() || lookup.lookup() != "exact" {
                    let condition = lookup.with_text::<M>(text).map_err(|_| Error::not_found())?;
                    return Ok(Some(rows.filter(condition)));
                }
                let field = lookup.field().meta();
                let range = Some(field.integer_range(request.db().dialect()));
                let Some(value) = value_in_range(field, range, text)? else { return Ok(None) };
                Ok(Some(rows.filter(lookup.with_value::<M>(value).map_err(Error::internal)?)))
            }
        }
    }
}

fn field_at<M: Model>(position: Option<usize>) -> &'static FieldMeta {
    &M::meta().fields[position.unwrap_or_else(|| M::meta().pk_position())]
}

/// The lookup of a name, which the view has made ready where the request is for one of its own.
fn named_lookup<'a, M: Model>(name: &str, request: &'a Request) -> Result<Cow<'a, LookupName>> {
    match request.view().and_then(View::named_lookup) {
        Some(lookup) => Ok(Cow::Borrowed(lookup)),
        None => LookupName::parse(M::meta(), request.db().registry(), name)
            .map(Cow::Owned)
            .map_err(Error::internal),
    }
}

fn value_in_range(field: &FieldMeta, range: Option<(i64, i64)>, text: &str) -> Result<Option<Value>> {
    let fits = |n: i64| range.is_none_or(|(least, greatest)| (least..=greatest).contains(&n));
    Ok(value_of_url(field, text)?.filter(|value| !matches!(value, Value::Int(n) if !fits(*n))))
}

/// By which field the objects of a view are looked up, and by which name in its URL.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LookupOfUrl {
    /// The model's field, of a viewset that has a model.
    pub(crate) field: Option<&'static FieldMeta>,
    /// What a name means, in place of a field.
    pub(crate) name: Option<&'static str>,
    /// The name of the parameter in the URL.
    pub(crate) url_kwarg: &'static str,
    /// The name of its converter, if it is not DRF's `[^/.]+`.
    pub(crate) converter: Option<&'static str>,
    /// Which texts it takes, where a regular expression says that.
    pub(crate) regex: Option<&'static str>,
}

impl LookupOfUrl {
    /// Of a viewset without a model.
    pub(crate) fn of_name(url_kwarg: &'static str) -> Self {
        Self { field: None, name: None, url_kwarg, converter: None, regex: None }
    }

    /// The lookup of its name, if it has one.
    ///
    /// # Errors
    /// When the name means nothing in the model.
    pub(crate) fn named(
        &self,
        meta: &'static ModelMeta,
        registry: &Registry,
    ) -> Result<Option<LookupName>, String> {
        let lookup = self.name.map(|name| LookupName::parse(meta, registry, name)).transpose();
        let lookup = lookup.map_err(|error| format!("LOOKUP has {error}"))?;
        let takes_one = |lookup: &LookupName| !lookup.takes_list() && lookup.lookup() != "isnull";
        match lookup.as_ref().filter(|lookup| !takes_one(lookup)) {
            Some(lookup) => {
                Err(format!("LOOKUP has `{}`, which does not compare with one value", lookup.lookup()))
            }
            None => Ok(lookup),
        }
    }

    /// The parameter as a router's route has it: `<pk>`, or a group of a regular expression.
    pub(crate) fn parameter(&self) -> String {
        self.parameter_named("")
    }

    /// The same with something before its name.
    pub(crate) fn parameter_named(&self, before: &str) -> String {
        match (self.converter, self.regex) {
            (Some(converter), _) => format!("<{converter}:{before}{}>", self.url_kwarg),
            (None, Some(regex)) => format!("(?P<{before}{}>{regex})", self.url_kwarg),
            (None, None) => format!("<{before}{}>", self.url_kwarg),
        }
    }
}

/// The default of [`ModelViewSet::get_object`].
pub(super) async fn object_of_url<V: ModelViewSet>(viewset: &V, request: &Request) -> Result<V::Model> {
    let found = rows_of_url(viewset, request).await?;
    let object = match found.get(request.db()).await {
        Err(belleville_db::Error::Decode(_)) => {
            let object = found.get_clamped(request.db()).await?;
            request.set_clamped();
            object
        }
        outcome => outcome?,
    };
    request.check_object_permissions(&object).await?;
    Ok(object)
}

/// The rows of the viewset that have the value of the URL: one at most, where its values are unique.
pub(super) async fn rows_of_url<V: ModelViewSet>(
    viewset: &V,
    request: &Request,
) -> Result<QuerySet<V::Model>> {
    let text = request.kwarg(V::LOOKUP.erased().url_kwarg).unwrap_or_default();
    let rows = viewset.filter_queryset(viewset.queryset(request)?, request).await?;
    let found = V::LOOKUP.filter(rows, text, request)?;
    found.ok_or_else(|| no_match(V::Model::meta()))
}

/// Whether `get_object` is the default one, which is found out as by [`creates_by_itself`](super::create::creates_by_itself).
pub(super) fn finds_by_itself<V: ModelViewSet>() -> bool {
    fn returned<'a, V: 'a, R>(_: impl FnOnce(&'a V, &'a Request) -> R) -> &'static str {
        std::any::type_name::<R>()
    }
    let own = returned::<V, _>(object_of_url);
    returned(V::get_object) == own
}

/// 404, with the text of Django's `get_object_or_404`.
pub(super) fn no_match(meta: &ModelMeta) -> Error {
    belleville_db::Error::DoesNotExist(meta.name).into()
}

/// The part of a URL as a value of a field, as Django's `to_python` reads it: 404 when it is none, `None` when no row can have
/// it.
pub(crate) fn value_of_url(field: &FieldMeta, text: &str) -> Result<Option<Value>> {
    let read = |text: &str| field.value_of_text(text).map(Some).map_err(|_| Error::not_found());
    match field.value_kind().row().family {
        Family::Text => Ok(Some(Value::Text(text.to_owned()))),
        Family::Integer => match python::parse_int(text) {
            Some(n) => Ok(Some(Value::Int(n))),
            None if python::is_int(text) => Ok(None),
            None => Err(Error::not_found()),
        },
        Family::Boolean => match text {
            "t" | "True" | "1" => Ok(Some(Value::Bool(true))),
            "f" | "False" | "0" => Ok(Some(Value::Bool(false))),
            _ => Err(Error::not_found()),
        },
        // As Python's `UUID`, which looks at the hexadecimal digits alone.
        Family::Uuid => {
            read(&text.replace("urn:", "").replace("uuid:", "").trim_matches(['{', '}']).replace('-', ""))
        }
        _ => read(text),
    }
}
