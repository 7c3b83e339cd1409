//! From a declaration to the prepared fields. What does not fit the model stops the start.

use std::sync::{Arc, OnceLock};

use belleville_db::python::class_name;
use belleville_db::suggest::did_you_mean;
use belleville_db::{FieldMeta, ManyMeta, Model, ModelMeta, Result, Row, Way, WayKind};

use super::{AtOncePlan, PlannedField, Role, SerializerClass, Source, mark_shared};
use crate::declaration::Names;
use crate::fields::{
    BoundField, Declared, DefaultValue, ExtraKwargs, Field, Kind, Options, label_of, of_model,
};
use crate::list::{ListSerializerClass, ListValue};
use crate::method::{AnyObject, MethodValue};
use crate::methods::Methods;
use crate::nested::{NestedField, Nesting, Saved};
use crate::nested_writes::{NestedWrites, Saver};
use crate::plain::{NO_MODEL, no_object};
use crate::relations::{DeclaredRelation, Hyperlink, Link, ManyRelated, Related};
use crate::uniqueness::{Implied, ModelSets, UniqueRule, Validators};
use crate::url_field::{self, url_field_name};
use crate::{Declaration, ModelSerializer, RelatedRows};

/// How deep serializers may stand in one another.
const DEEPEST: u8 = 16;

impl SerializerClass {
    /// Prepares a serializer that stands inside of so many others.
    pub(crate) fn nested<S: ModelSerializer>(nesting: Nesting) -> Arc<Self> {
        let name = class_name::<S>();
        let level = nesting.level;
        assert!(
            level < DEEPEST,
            "{name} is nested in itself, or more than {DEEPEST} levels deep: write the inner levels with `PrimaryKeyRelatedField`"
        );
        let Declaration {
            names,
            declared,
            extra,
            read_only,
            querysets,
            depth,
            hyperlinked,
            validators,
            methods,
            ..
        } = S::declaration();
        let meta = S::Model::meta();
        let implied = Vec::new();
        let mut builder =
            Builder { name, meta, level, depth, hyperlinked, declared, extra, read_only, querysets, implied };
        let names = builder.names(&names);
        let (mut fields, validators) = match validators {
            Some(validators) => {
                let fields = builder.fields(names);
                let validators = Validators::declared(validators, &fields, meta, name);
                (fields, validators)
            }
            None => builder.fields_and_validators(names),
        };
        if nesting.takes_keys {
            builder.take_keys(&mut fields);
        }
        mark_shared(&mut fields);
        let class = Self {
            name,
            meta,
            at_once: AtOncePlan::of(&fields),
            fields,
            validators,
            methods,
            read_object: read_object::<S::Model>,
            saver: Saver::of::<S::Model>(),
            output: OnceLock::new(),
            ways: OnceLock::new(),
        };
        class.check();
        Arc::new(class)
    }

    /// Prepares a serializer that has no model.
    ///
    /// # Panics
    /// At start, when a field is declared that only a model can say.
    pub fn plain(
        name: &'static str,
        fields: impl IntoIterator<Item = (&'static str, Declared)>,
        methods: Methods,
    ) -> Arc<Self> {
        Self::without_model(name, fields, methods, 0)
    }

    pub(crate) fn without_model(
        name: &'static str,
        fields: impl IntoIterator<Item = (&'static str, Declared)>,
        methods: Methods,
        level: u8,
    ) -> Arc<Self> {
        assert!(level < DEEPEST, "{name} is nested in itself");
        let mut builder = Builder {
            name,
            meta: &NO_MODEL,
            level,
            depth: 0,
            hyperlinked: false,
            declared: Vec::new(),
            extra: Vec::new(),
            read_only: Vec::new(),
            querysets: Vec::new(),
            implied: Vec::new(),
        };
        let mut fields: Vec<_> =
            fields.into_iter().map(|(name, field)| builder.declared_field(name, field)).collect();
        mark_shared(&mut fields);
        let class = Self {
            name,
            meta: &NO_MODEL,
            at_once: AtOncePlan::of(&fields),
            fields,
            validators: Validators::default(),
            methods,
            read_object: no_object,
            saver: Saver::none(),
            output: OnceLock::new(),
            ways: OnceLock::new(),
        };
        class.check();
        Arc::new(class)
    }

    /// A serializer of all fields of a model, without a declaration: DRF's `depth`.
    fn of_depth(meta: &'static ModelMeta, level: u8, depth: u8, hyperlinked: bool) -> Arc<Self> {
        let mut builder = Builder {
            name: meta.name,
            meta,
            level,
            depth,
            hyperlinked,
            declared: Vec::new(),
            extra: Vec::new(),
            read_only: Vec::new(),
            querysets: Vec::new(),
            implied: Vec::new(),
        };
        let names = builder.names(&Names::All);
        let fields: Vec<_> = names.into_iter().map(|name| builder.field(name)).collect();
        let methods = Methods::default();
        Arc::new(Self {
            name: meta.name,
            meta,
            at_once: AtOncePlan::of(&fields),
            fields,
            validators: Validators::default(),
            methods,
            read_object: no_object,
            saver: Saver::none(),
            output: OnceLock::new(),
            ways: OnceLock::new(),
        })
    }

    /// Each `validate_<field>` is of a field.
    fn check(&self) {
        for (name, _) in &self.methods.fields {
            let known = self.fields.iter().map(|field| field.bound.name);
            assert!(
                known.clone().any(|known| known == *name),
                "{} has a method validate_{name}, but no field `{name}`{}",
                self.name,
                did_you_mean(name, known)
            );
        }
    }
}

fn read_object<M: Model>(row: &dyn Row, offset: usize) -> Result<Box<AnyObject>> {
    Ok(Box::new(M::from_row(row, offset)?))
}

/// A field that has a default and no input.
fn hidden_field(name: &'static str, default: DefaultValue) -> PlannedField {
    hidden(name, Source::new(name), Options { default: Some(default), ..Options::default() })
}

fn hidden(name: &'static str, source: Source, options: Options) -> PlannedField {
    let options = Options { write_only: true, required: Some(false), ..options };
    let bound = BoundField::new(name, Box::new(MethodValue), options);
    PlannedField { bound, source, role: Role::Hidden }
}

struct Builder {
    name: &'static str,
    meta: &'static ModelMeta,
    level: u8,
    depth: u8,
    /// Relations are URLs.
    hyperlinked: bool,
    declared: Vec<(&'static str, Declared)>,
    extra: Vec<(&'static str, Declared)>,
    read_only: Vec<&'static str>,
    querysets: Vec<(&'static str, RelatedRows)>,
    /// What follows for fields of the model from what is unique together.
    implied: Vec<(usize, Implied)>,
}

impl Builder {
    /// The names of the fields, in DRF's order where they are not named.
    fn names(&self, names: &Names) -> Vec<&'static str> {
        let all = || {
            // A child's key is that of its first parent.
            let pk = self.meta.lineage().map(ModelMeta::pk).find(|pk| !pk.is_parent_link());
            let pk = pk.unwrap_or_else(|| self.meta.pk()).name;
            let declared = self.declared.iter().map(|(name, _)| *name);
            let is_relation = |name: &&'static str| {
                self.meta.field(name).is_some_and(|field| field.relation.is_some() && !field.is_parent_link())
            };
            // Where the URL comes first, the primary key is left out.
            let fields = self
                .meta
                .fields
                .iter()
                .filter(|field| !(field.is_parent_link() || self.hyperlinked && field.primary_key));
            let fields = fields.map(|field| field.name);
            let (relations, fields): (Vec<_>, Vec<_>) = fields.partition(is_relation);
            let many = self.meta.lineage().flat_map(|meta| meta.many.iter().map(|many| many.name));
            let mut all: Vec<&'static str> = Vec::new();
            let first = if self.hyperlinked { url_field::DECLARED } else { pk };
            for name in std::iter::once(first).chain(declared).chain(fields).chain(relations).chain(many) {
                if !all.contains(&name) {
                    all.push(name);
                }
            }
            all
        };
        match names {
            Names::Named(names) => names.clone(),
            Names::All => all(),
            Names::Exclude(names) => {
                let known = all();
                for name in names {
                    assert!(
                        known.contains(name),
                        "{} excludes `{name}`, which is none of its fields{}",
                        self.name,
                        did_you_mean(name, known.iter().copied())
                    );
                }
                known.into_iter().filter(|name| !names.contains(name)).collect()
            }
        }
    }

    fn fields(&mut self, names: Vec<&'static str>) -> Vec<PlannedField> {
        names.into_iter().map(|name| self.field(name)).collect()
    }

    /// The fields, and the validators of the whole serializer that follow from the model.
    fn fields_and_validators(&mut self, names: Vec<&'static str>) -> (Vec<PlannedField>, Validators) {
        let sets = ModelSets::of(self.meta);
        let shown: Vec<usize> =
            names.iter().filter_map(|name| self.meta.position(self.member(self.source_of(name)))).collect();
        self.implied = sets.implied(&shown);
        let mut fields = self.fields(names);
        let hidden = self.implied.iter().filter(|(at, _)| !shown.contains(at));
        fields.extend(hidden.filter_map(|(at, implied)| match implied {
            Implied::Default(default) => Some(hidden_field(self.meta.fields[*at].name, default.clone())),
            Implied::Required => None,
        }));
        let validators = Validators::of_model(&sets, &fields, self.name);
        (fields, validators)
    }

    /// Where the value of a field comes from, as it is declared.
    fn source_of(&self, name: &'static str) -> &'static str {
        let known = |fields: &[(&'static str, Declared)]| {
            let field = fields.iter().find(|(known, _)| *known == name)?;
            field.1.options.source
        };
        known(&self.declared).or_else(|| known(&self.extra)).unwrap_or(name)
    }

    fn field(&mut self, name: &'static str) -> PlannedField {
        if let Some(at) = self.declared.iter().position(|(known, _)| *known == name) {
            let (_, declared) = self.declared.swap_remove(at);
            return self.declared_field(name, declared);
        }
        let extra = self.extra.iter().position(|(known, _)| *known == name);
        let extra = extra.map(|at| self.extra.swap_remove(at).1);
        let (kind, mut options) =
            extra.map_or_else(Default::default, |extra| (Some(extra.kind), extra.options));
        let extra = match kind {
            Some(Kind::OfModel(extra)) => extra,
            _ => ExtraKwargs::new(),
        };
        if self.read_only.contains(&name) {
            options.read_only = Some(true);
        }
        if name == url_field::DECLARED && self.has_model() && self.meta.field(name).is_none() {
            return self.identity(self.url_name(), extra.link, options);
        }
        self.imply(name, &mut options);
        self.model_field(name, options, extra)
    }

    /// What the field with the object's URL is called.
    fn url_name(&self) -> &'static str {
        let name = url_field_name();
        assert!(
            name == url_field::DECLARED || self.meta.field(name).is_none(),
            "{}: the setting rest_framework.url_field_name is `{name}`, which is another field of {}: choose another name",
            self.name,
            self.meta.label()
        );
        name
    }

    /// The URL of the object.
    fn identity(&self, name: &'static str, link: Link, options: Options) -> PlannedField {
        let field = Hyperlink::new(&self.place(name), link, self.meta, self.meta.pk_position(), None);
        let options = Options { read_only: Some(true), ..options };
        let bound = BoundField::new(name, Box::new(field), options);
        PlannedField { bound, source: Source::new("*"), role: Role::Value }
    }

    /// Adds what follows from what is unique together, where the declaration says nothing else.
    fn imply(&self, name: &str, options: &mut Options) {
        let implied = self.implied.iter().find(|(at, _)| self.meta.fields[*at].name == name);
        match implied {
            Some((_, Implied::Required)) if options.default.is_none() => {
                options.required.get_or_insert(true);
            }
            Some((_, Implied::Default(default))) if options.required != Some(true) => {
                options.default.get_or_insert_with(|| default.clone());
            }
            _ => {}
        }
    }

    /// A field that the model says.
    fn model_field(&mut self, name: &'static str, options: Options, extra: ExtraKwargs) -> PlannedField {
        let source = Source::new(self.member(options.source.unwrap_or(name)));
        let [member] = source.names() else { self.no_field(name) };
        let queryset = self.querysets.iter().position(|(known, _)| *known == name);
        let queryset = queryset.map(|at| self.querysets.swap_remove(at).1);
        if let Some(at) = self.meta.position(member) {
            let relation = self.meta.fields[at].relation.as_ref();
            let limit = relation.and_then(|relation| relation.limit_choices_to);
            let queryset = queryset.or_else(|| limit.map(RelatedRows::limited));
            if let Some(relation) = relation.filter(|_| self.depth > 0) {
                return self.deep(name, source, options, (relation.to)(), false);
            }
            let hyperlink = relation.filter(|relation| self.hyperlinked && relation.to_field.is_none());
            let (link, rows) = (extra.link, queryset.clone());
            let hyperlink = hyperlink.map(|relation| -> Box<dyn Field> {
                let to = (relation.to)();
                Box::new(Hyperlink::new(&self.place(name), link, to, to.pk_position(), rows))
            });
            let bound = of_model(name, self.meta, at, options, &extra, hyperlink, queryset);
            return PlannedField { bound, source, role: Role::Value };
        }
        let many = self.meta.lineage().find_map(|meta| meta.many.iter().find(|many| many.name == *member));
        let Some(many) = many else { self.no_field(name) };
        if self.depth > 0 {
            return self.deep(name, source, options, (many.to)(), true);
        }
        self.many_field(name, source, many, options, &extra, queryset)
    }

    /// The name of the model's field that a name means: `pk` is its primary key.
    fn member(&self, name: &'static str) -> &'static str {
        if name == "pk" && self.meta.field("pk").is_none() { self.meta.pk().name } else { name }
    }

    /// A many-to-many field of the model.
    fn many_field(
        &self,
        name: &'static str,
        source: Source,
        many: &'static ManyMeta,
        options: Options,
        extra: &ExtraKwargs,
        queryset: Option<RelatedRows>,
    ) -> PlannedField {
        // Rows with further columns are not made from keys alone.
        let read_only = options.read_only.unwrap_or(false) || many.own_through.is_some();
        let options = Options {
            read_only: Some(read_only),
            required: Some(
                !read_only && options.required.unwrap_or(!many.blank && options.default.is_none()),
            ),
            label: options.label.or_else(|| label_of(many.verbose_name, options.source.unwrap_or(name))),
            help_text: options.help_text.or(Some(many.help_text.into())),
            ..options
        };
        let to = (many.to)();
        let pk = to.pk_position();
        let queryset = queryset.or_else(|| many.limit_choices_to.map(RelatedRows::limited));
        let child: Box<dyn Field> = if self.hyperlinked {
            Box::new(Hyperlink::new(&self.place(name), extra.link, to, pk, queryset))
        } else {
            Box::new(Related::by_key(to, pk, queryset))
        };
        let messages = options.error_messages.clone();
        let field = ManyRelated { child, allow_empty: extra.allow_empty.unwrap_or(many.blank), messages };
        PlannedField { bound: BoundField::new(name, Box::new(field), options), source, role: Role::Value }
    }

    /// A relation as a nested serializer of all fields, which is only shown.
    fn deep(
        &self,
        name: &'static str,
        source: Source,
        options: Options,
        to: &'static ModelMeta,
        many: bool,
    ) -> PlannedField {
        let class = SerializerClass::of_depth(to, self.level + 1, self.depth - 1, self.hyperlinked);
        let list = many.then(|| ListSerializerClass::many(Arc::clone(&class)));
        let nested = NestedField { class, list, saved: None };
        let options = Options { read_only: Some(true), required: None, ..options };
        let bound = BoundField::new(name, Box::new(nested.clone()), options);
        PlannedField { bound, source, role: Role::Nested(nested) }
    }

    /// A field that the serializer declares itself.
    fn declared_field(&mut self, name: &'static str, declared: Declared) -> PlannedField {
        let Declared { kind, mut options } = declared;
        assert!(
            options.source != Some(name),
            "{}.{name}: leave out source = \"{name}\", which is the field's name",
            self.name
        );
        if self.read_only.contains(&name) {
            options.read_only = Some(true);
        }
        let source = Source::new(options.source.unwrap_or(name));
        match kind {
            Kind::OfModel(extra) => self.model_field(name, options, extra),
            Kind::Identity(link) => self.identity(name, link, options),
            Kind::Field(field) => {
                let model_field = source.column(self.meta).map(|column| column.field);
                let mut bound = BoundField::of_model_field(name, field, options, model_field);
                bound.bind_unique(source.names().last().unwrap_or(&name));
                PlannedField { bound, source, role: Role::Value }
            }
            Kind::Related(relation) => self.relation(name, source, relation, options),
            Kind::Nested(nested) => {
                let takes_keys = nested.writes.is_some() && nested.many;
                let by_pk = takes_keys && nested.key.is_none();
                let class = (nested.class)(Nesting { level: self.level + 1, takes_keys: by_pk });
                assert!(
                    nested.key.is_none() || takes_keys,
                    "{}: a `key` is for `many` rows that are saved with the object: add `many` and `writes`, or leave it out",
                    self.place(name)
                );
                let allow_null = options.allow_null == Some(true);
                let list = nested
                    .many
                    .then(|| ListSerializerClass::of_nested(Arc::clone(&class), allow_null, &nested));
                let saved = self.saved(name, &source, nested.writes, &class);
                let nested = NestedField { class, list, saved };
                let bound = BoundField::new(name, Box::new(nested.clone()), options);
                PlannedField { bound, source, role: Role::Nested(nested) }
            }
            Kind::List(list) => {
                let list = list(self.level + 1);
                match list.child() {
                    Some(class) => {
                        // The list may be one that a request has too: then it need not be saved here.
                        let saved = list
                            .writes
                            .and_then(|writes| self.way_to(&source, class).map(|way| Saved { writes, way }));
                        let class = Arc::clone(class);
                        let nested = NestedField { class, list: Some(list), saved };
                        let bound = BoundField::new(name, Box::new(nested.clone()), options);
                        PlannedField { bound, source, role: Role::Nested(nested) }
                    }
                    None => {
                        let bound = BoundField::new(name, Box::new(ListValue(Arc::clone(&list))), options);
                        PlannedField { bound, source, role: Role::List(list) }
                    }
                }
            }
            Kind::Method(method) => {
                let options = Options { read_only: Some(true), ..options };
                let bound = BoundField::new(name, Box::new(MethodValue), options);
                PlannedField { bound, source: Source::new("*"), role: Role::Method(method) }
            }
            Kind::MethodOfValues(method) => {
                let options = Options { read_only: Some(true), ..options };
                let bound = BoundField::new(name, Box::new(MethodValue), options);
                PlannedField { bound, source: Source::new("*"), role: Role::MethodOfValues(Arc::new(method)) }
            }
            Kind::Hidden => {
                assert!(options.default.is_some(), "{}.{name}: a HiddenField has a default", self.name);
                hidden(name, source, options)
            }
        }
    }

    /// From the object to the rows of a nested serializer.
    fn way_to(&self, source: &Source, class: &SerializerClass) -> Option<Way> {
        match source.names() {
            [member] => Way::find(self.meta, member, class.meta()),
            _ => None,
        }
    }

    /// How the rows of a nested serializer are saved with the object.
    ///
    /// # Panics
    /// At start, when the model has no such relation.
    fn saved(
        &self,
        name: &str,
        source: &Source,
        writes: Option<NestedWrites>,
        class: &SerializerClass,
    ) -> Option<Saved> {
        let writes = writes?;
        let Some(way) = self.way_to(source, class) else {
            panic!(
                "{}: {} has no relation `{}` to {}, by which `writes` could save its rows",
                self.place(name),
                self.meta.label(),
                source.names().join("."),
                class.meta().label()
            )
        };
        Some(Saved { writes, way })
    }

    /// A relation. Without a model it may be any: its value is what input says, and not one of an object.
    fn relation(
        &self,
        name: &'static str,
        source: Source,
        relation: DeclaredRelation,
        mut options: Options,
    ) -> PlannedField {
        let own = if self.has_model() { self.own_key(name, &source, &relation, &options) } else { None };
        let target = own.and_then(|(_, field)| field.relation.as_ref()?.to_field);
        assert!(
            relation.queryset.is_none() || options.read_only != Some(true),
            "{}: leave out `queryset` or `read_only`: nobody can set it",
            self.place(name)
        );
        let field = relation.field(&self.place(name), target, &options.error_messages);
        if !field.takes_input() {
            options.read_only = Some(true);
        }
        let has_own_validators = options.validators.is_some();
        let mut bound = BoundField::new(name, field, options);
        if let Some((at, field)) = own {
            bound.model_field = Some(field);
            if !has_own_validators && !bound.read_only {
                bound.unique = UniqueRule::of_model(self.meta, at);
            }
        }
        bound.bind_unique(source.names().last().unwrap_or(&name));
        PlannedField { bound, source, role: Role::Value }
    }

    /// The foreign key of the model itself that a relation is, where it is one. What is not shown need be none of the model's: a
    /// method takes it out of the values.
    ///
    /// # Panics
    /// At start, when the model has no such relation.
    fn own_key(
        &self,
        name: &'static str,
        source: &Source,
        relation: &DeclaredRelation,
        options: &Options,
    ) -> Option<(usize, &'static FieldMeta)> {
        let to = (relation.to)();
        let way = source.keys(self.meta).and_then(|(_, model)| Way::find(model, source.names().last()?, to));
        let Some(way) = way else {
            assert!(
                options.write_only,
                "{}: {} has no relation `{}` to {}",
                self.place(name),
                self.meta.label(),
                source.names().join("."),
                to.label()
            );
            return None;
        };
        assert!(
            way.is_to_many() == relation.many,
            "{}: `{}` leads to {}",
            self.place(name),
            source.names().join("."),
            if relation.many { "one row: leave out `many`" } else { "several rows: add `many`" }
        );
        match way.kind() {
            WayKind::Key(at) if source.names().len() == 1 => Some((at, &self.meta.fields[at])),
            _ => None,
        }
    }

    fn has_model(&self) -> bool {
        !std::ptr::eq(self.meta, &NO_MODEL)
    }

    /// Where a field is declared, in the words of an error.
    fn place(&self, name: &str) -> String {
        format!("{}.{name}", self.name)
    }

    /// Input may name the rows by their primary keys.
    fn take_keys(&self, fields: &mut [PlannedField]) {
        let pk = self.meta.pk().name;
        let key = fields.iter_mut().find(|field| field.source.is(pk));
        let Some(key) = key else {
            panic!(
                "{} is written inside of another serializer, by its rows' keys: add `{pk}` to its fields",
                self.name
            );
        };
        key.bound.read_only = false;
        key.bound.required = false;
        key.bound.unique = Vec::new();
    }

    fn no_field(&self, name: &str) -> ! {
        let fields = self.meta.fields.iter().map(|field| field.name);
        let many = self.meta.many.iter().map(|many| many.name);
        panic!(
            "{}: {} has no field `{name}`, and the serializer declares none{}",
            self.name,
            self.meta.label(),
            did_you_mean(name, fields.chain(many))
        );
    }
}
