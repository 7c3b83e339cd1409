//! Relations as a serializer declares them.

use std::fmt::Display;
use std::marker::PhantomData;

use belleville_db::suggest::did_you_mean;
use belleville_db::{Model, ModelMeta, Result, Row};

use super::{Hyperlink, ManyRelated, TextRelated};
use crate::RelatedRows;
use crate::declaration::IntoRelatedRows;
use crate::fields::{Declared, Field, Kind};
use crate::representation::ReadText;

/// What a declared relation is.
#[derive(Debug)]
pub(crate) struct Related {
    pub(crate) to: fn() -> &'static ModelMeta,
    pub(crate) shows: Shows,
    pub(crate) many: bool,
    pub(crate) allow_empty: bool,
    pub(crate) queryset: Option<RelatedRows>,
    pub(crate) pk_field: Option<Box<dyn Field>>,
}

/// What of the other row is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shows {
    /// Its primary key.
    Key,
    /// A field of it.
    Slug(&'static str),
    /// Its URL, under a name and by a field, which stands in the URL under another name.
    Link(Link),
    /// Its text, which is written from its columns.
    Text(ReadText),
}

/// A URL of the program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    /// Its name; `book-detail` of a model `Book` where nothing is said.
    pub(crate) view_name: Option<&'static str>,
    /// The field that stands in it.
    pub(crate) lookup_field: &'static str,
    /// The parameter; the field's name where nothing is said.
    pub(crate) lookup_url_kwarg: Option<&'static str>,
    /// The format suffix, in the place of the request's.
    pub(crate) format: Option<&'static str>,
}

impl Default for Link {
    fn default() -> Self {
        Self { view_name: None, lookup_field: "pk", lookup_url_kwarg: None, format: None }
    }
}

impl Related {
    fn new<M: Model>(shows: Shows) -> Self {
        Self { to: M::meta, shows, many: false, allow_empty: true, queryset: None, pk_field: None }
    }
}

macro_rules! relation {
    ($(#[$doc:meta])* $name:ident $(where $bound:ident)?, $new:item) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name<M>(Related, PhantomData<fn() -> M>);

        impl<M: Model $(+ $bound)?> $name<M> {
            $new
        }

        impl<M: Model $(+ $bound)?> Default for $name<M> {
            fn default() -> Self {
                Self::new()
            }
        }

        impl<M> $name<M> {
            /// Several rows, or one.
            #[must_use]
            pub fn many(mut self, many: bool) -> Self {
                self.0.many = many;
                self
            }

            /// Of several rows: none at all is one of the values, or is not.
            #[must_use]
            pub fn allow_empty(mut self, allow_empty: bool) -> Self {
                self.0.allow_empty = allow_empty;
                self
            }
        }

        impl<M> From<$name<M>> for Declared {
            fn from(field: $name<M>) -> Self {
                Self::of(Kind::Related(field.0))
            }
        }
    };
}

/// The relations that input can set.
macro_rules! writable {
    ($($name:ident)*) => {$(
        impl<M: Model> $name<M> {
            /// The rows that input may name: a queryset, or a function from the request to one. All of them where nothing is
            /// said.
            #[must_use]
            pub fn queryset<Of>(mut self, rows: impl IntoRelatedRows<M, Of>) -> Self {
                self.0.queryset = Some(rows.into_related_rows());
                self
            }
        }
    )*};
}

relation! {
    /// The primary key of the other row: DRF's `PrimaryKeyRelatedField`.
    PrimaryKeyRelatedField,
    /// A field.
    pub fn new() -> Self {
        Self(Related::new::<M>(Shows::Key), PhantomData)
    }
}

relation! {
    /// A field of the other row that no two rows share: DRF's `SlugRelatedField`.
    SlugRelatedField,
    /// A field, whose [`slug_field`](SlugRelatedField::slug_field) must be said.
    pub fn new() -> Self {
        Self(Related::new::<M>(Shows::Slug("")), PhantomData)
    }
}

relation! {
    /// The other row's text (its `Display`, which is Django's `__str__`), which is only shown: DRF's `StringRelatedField`.
    StringRelatedField where Display,
    /// A field.
    pub fn new() -> Self {
        Self(Related::new::<M>(Shows::Text(text::<M>)), PhantomData)
    }
}

relation! {
    /// The URL of the other row: DRF's `HyperlinkedRelatedField`.
    HyperlinkedRelatedField,
    /// A field.
    pub fn new() -> Self {
        Self(Related::new::<M>(Shows::Link(Link::default())), PhantomData)
    }
}

writable! { PrimaryKeyRelatedField SlugRelatedField HyperlinkedRelatedField }

/// The URL of the object itself: DRF's `HyperlinkedIdentityField`.
#[derive(Clone, Copy, Debug, Default)]
pub struct HyperlinkedIdentityField(Link);

impl HyperlinkedIdentityField {
    /// A field.
    pub fn new() -> Self {
        Self::default()
    }
}

impl From<HyperlinkedIdentityField> for Declared {
    fn from(field: HyperlinkedIdentityField) -> Self {
        Self::of(Kind::Identity(field.0))
    }
}

/// How a URL is made.
macro_rules! linked {
    ($(<$($generic:ident: $bound:ident)?> $type:ty, $link:ident => $place:expr;)*) => {$(
        impl<$($generic: $bound)?> $type {
            /// The name of the URL; that of the router, `book-detail` of a model `Book`, where nothing is said.
            #[must_use]
            pub fn view_name(mut self, name: &'static str) -> Self {
                let $link = &mut self;
                $place.view_name = Some(name);
                self
            }

            /// The field that stands in the URL; the primary key where nothing is said.
            #[must_use]
            pub fn lookup_field(mut self, name: &'static str) -> Self {
                let $link = &mut self;
                $place.lookup_field = name;
                self
            }

            /// The parameter of the URL; the name of the field where nothing is said.
            #[must_use]
            pub fn lookup_url_kwarg(mut self, name: &'static str) -> Self {
                let $link = &mut self;
                $place.lookup_url_kwarg = Some(name);
                self
            }

            /// The format of what the URL leads to. A request with a format suffix, `snippets.json`, is shown URLs with this
            /// suffix; they have the request's own where nothing is said, and none where the request has none.
            #[must_use]
            pub fn format(mut self, format: &'static str) -> Self {
                let $link = &mut self;
                $place.format = Some(format);
                self
            }
        }
    )*};
}

linked! {
    <> HyperlinkedIdentityField, field => field.0;
    <M: Model> HyperlinkedRelatedField<M>, field => *field.0.link();
}

impl Related {
    fn link(&mut self) -> &mut Link {
        if !matches!(self.shows, Shows::Link(_)) {
            self.shows = Shows::Link(Link::default());
        }
        match &mut self.shows {
            Shows::Link(link) => link,
            Shows::Key | Shows::Slug(_) | Shows::Text(_) => unreachable!("it was made a link"),
        }
    }
}

impl<M: Model> SlugRelatedField<M> {
    /// The field of the other row.
    #[must_use]
    pub fn slug_field(mut self, name: &'static str) -> Self {
        self.0.shows = Shows::Slug(name);
        self
    }
}

impl<M: Model> PrimaryKeyRelatedField<M> {
    /// The field that reads and shows the keys: `UUIDField::new().format(UuidFormat::Hex)`. That of the model where nothing is
    /// said.
    #[must_use]
    pub fn pk_field(mut self, field: impl Field) -> Self {
        self.0.pk_field = Some(Box::new(field));
        self
    }
}

impl Related {
    /// The field; `wanted` is the one whose value is kept of a row, and `messages` are those of the declaration.
    ///
    /// # Panics
    /// At start, when the model has no field that the declaration names; `place` is where it is declared.
    pub(crate) fn field(
        self,
        place: &str,
        wanted: Option<usize>,
        messages: &[(&'static str, String)],
    ) -> Box<dyn Field> {
        let Self { to, shows, many, allow_empty, queryset, pk_field } = self;
        let to = to();
        let wanted = wanted.unwrap_or_else(|| to.pk_position());
        let child: Box<dyn Field> = match shows {
            Shows::Key => Box::new(super::Related::by_key(to, wanted, queryset).with_pk_field(pk_field)),
            Shows::Slug(slug) => Box::new(
                super::Related::by_slug(to, slug, wanted, queryset)
                    .unwrap_or_else(|| no_field(place, "slug_field", slug, to)),
            ),
            Shows::Link(link) => Box::new(Hyperlink::new(place, link, to, wanted, queryset)),
            Shows::Text(read) => Box::new(TextRelated { to, read }),
        };
        match many {
            true => Box::new(ManyRelated { child, allow_empty, messages: messages.to_vec() }),
            false => child,
        }
    }
}

/// Stops the start: an option names a field that the model does not have.
pub(super) fn no_field(place: &str, option: &str, name: &str, to: &'static ModelMeta) -> ! {
    let known = to.fields.iter().map(|field| field.name);
    panic!("{place}: {} has no field `{name}`, which {option} names{}", to.label(), did_you_mean(name, known))
}

fn text<M: Model + Display>(row: &dyn Row, offset: usize) -> Result<String> {
    Ok(M::from_row(row, offset)?.to_string())
}
