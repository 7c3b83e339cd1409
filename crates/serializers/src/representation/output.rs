//! What a serializer reads of rows, and what it writes: worked out once, from the declaration.

use std::fmt;
use std::sync::Arc;

use belleville_db::{ColumnPath, FieldMeta, ModelMeta, Result, Row, Selection, Way};

use crate::fields::{AsIs, DefaultValue, Field};
use crate::list::ListSerializerClass;
use crate::method::{Method, OfValues};
use crate::methods::ToRepresentation;
use crate::nested::NestedField;
use crate::plan::{PlannedField, ReadObject, Role};
use crate::relations::{Hyperlink, Related, ViewUrl};
use crate::{Context, SerializerClass, UrlOf};

/// What is read of each row, and what is written of it.
#[derive(Debug)]
pub(crate) struct Output {
    pub(super) selection: Selection,
    /// The model's field of each column that is selected, where it is one of its own.
    positions: Vec<Option<usize>>,
    /// The columns as positions of fields, where all are the model's own.
    pub(super) own_fields: Option<Vec<usize>>,
    pub(super) body: Body,
    /// Something is written by code that may ask for the time zone and the settings of fields of its thread.
    pub(super) asks_thread: bool,
    /// What is read in queries of its own.
    pub(super) children: Vec<Child>,
    /// The objects that methods are given: where their columns begin.
    pub(super) objects: Vec<(usize, ReadObject)>,
    /// The URLs that are made.
    pub(super) links: Vec<ViewUrl>,
}

/// What is written of a row.
#[derive(Debug)]
pub(super) enum Body {
    /// An object of JSON.
    Object(Members),
    /// One value.
    Value(Op),
}

/// The members of an object.
#[derive(Debug)]
pub(super) struct Members {
    pub(super) all: Box<[Member]>,
    /// One of them may be left out.
    pub(super) may_skip: bool,
}

/// A member of an object, with its name ready to be written, after a brace where it is the first and a comma where it is not.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) key: Box<[u8]>,
    pub(super) op: Op,
}

impl Members {
    fn of(members: impl Iterator<Item = (Vec<u8>, Op)>) -> Self {
        let member = |(index, (mut key, op)): (usize, (Vec<u8>, Op))| {
            key.insert(0, if index == 0 { b'{' } else { b',' });
            Member { key: key.into(), op }
        };
        let all: Box<[Member]> = members.enumerate().map(member).collect();
        Self { may_skip: all.iter().any(|member| member.op.may_skip()), all }
    }

    fn ask_thread(&self) -> bool {
        self.all.iter().any(|member| member.op.asks_thread())
    }
}

/// How a value is written.
#[derive(Debug)]
pub(super) enum Op {
    /// A column, by its field.
    Column { at: usize, as_is: AsIs, field: Arc<dyn Field>, model: &'static ModelMeta, column: &'static str },
    /// A URL with the value of a column in it, by one of the output's names.
    Link { at: usize, link: usize },
    /// What people read of a choice.
    Label { at: usize, meta: &'static FieldMeta, field: Arc<dyn Field> },
    /// The fields of a row that is read with this one.
    Nested { members: Members },
    /// The same, but null where this column is.
    IfPresent { at: usize, op: Box<Op> },
    /// The same, but where this column is null nothing has the attribute that the field shows.
    Attribute { at: usize, op: Box<Op>, absent: Absent },
    /// What no object has.
    Absent(Absent),
    /// The text of a row that is read with this one.
    Text { present: usize, first: usize, read: ReadText },
    /// Rows of a child, by the key in this column.
    Child { at: usize, child: usize },
    /// An object that the serializer's own `to_representation` changes.
    Changed { object: usize, method: Change, members: Members },
    /// What a method says of an object.
    Method { object: usize, method: Method },
    /// What a method says of some values of the row.
    OfValues { positions: Vec<usize>, method: Arc<OfValues> },
}

impl Op {
    fn column(at: usize, field: Arc<dyn Field>, model: &'static ModelMeta, column: &'static str) -> Self {
        Self::Column { at, as_is: field.as_is(), field, model, column }
    }

    /// Whether it may write nothing, so that its name is left out too.
    fn may_skip(&self) -> bool {
        match self {
            Self::Attribute { absent, .. } | Self::Absent(absent) => !matches!(absent, Absent::Null),
            _ => false,
        }
    }

    /// Whether code writes it that may ask for the time zone and the settings of its thread.
    fn asks_thread(&self) -> bool {
        match self {
            Self::Column { as_is, .. } => *as_is == AsIs::Nothing,
            Self::Nested { members } => members.ask_thread(),
            Self::IfPresent { op, .. } => op.asks_thread(),
            Self::Attribute { op, absent, .. } => {
                op.asks_thread() || matches!(absent, Absent::Default { .. })
            }
            Self::Absent(absent) => matches!(absent, Absent::Default { .. }),
            Self::Link { .. } | Self::Child { .. } => false,
            Self::Label { .. }
            | Self::Text { .. }
            | Self::Changed { .. }
            | Self::Method { .. }
            | Self::OfValues { .. } => true,
        }
    }
}

/// What is shown in the place of an attribute that an object does not have: what DRF's `get_attribute` does then.
#[derive(Debug)]
pub(super) enum Absent {
    /// The default of the field.
    Default { default: DefaultValue, field: Arc<dyn Field>, is_nested: bool },
    /// Null.
    Null,
    /// Not even the name.
    Skip,
}

impl Absent {
    fn of(field: &PlannedField) -> Self {
        let PlannedField { bound, role, .. } = field;
        match &bound.default {
            Some(DefaultValue::CreateOnly(_)) => Self::Skip,
            Some(default) => Self::Default {
                default: default.clone(),
                field: Arc::clone(&bound.field),
                is_nested: matches!(role, Role::Nested(_)),
            },
            None if bound.allow_null || bound.required => Self::Null,
            None => Self::Skip,
        }
    }
}

/// The serializer's own `to_representation`.
#[derive(Clone)]
pub(super) struct Change(pub(super) Arc<ToRepresentation>);

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Change(..)")
    }
}

/// Reads the text of an object from its columns, which begin at a position.
pub(crate) type ReadText = fn(&dyn Row, usize) -> Result<String>;

/// Rows that are read in a query of their own, for all the rows at once.
#[derive(Debug)]
pub(super) struct Child {
    pub(super) way: Way,
    pub(super) rows: ChildRows,
    /// At most one of them belongs to a row.
    pub(super) is_one: bool,
    /// The list that they are, where it has a `to_representation` of its own.
    pub(super) list: Option<Arc<ListSerializerClass>>,
    /// It is a field of the serializer's own model, of each row nothing is read but its key, and a new object has those that it was
    /// given.
    pub(super) are_given: bool,
}

/// What is read of them.
#[derive(Debug)]
pub(super) enum ChildRows {
    Class(Arc<SerializerClass>),
    Value(Box<Output>),
}

impl Child {
    pub(super) fn output(&self) -> &Output {
        match &self.rows {
            ChildRows::Class(class) => class.output(),
            ChildRows::Value(output) => output,
        }
    }
}

impl Output {
    /// # Panics
    /// At start, when the model does not have what a field shows.
    pub(crate) fn of(class: &SerializerClass) -> Self {
        let mut parts = Parts::default();
        let body = match parts.whole(class, &At { root: class.meta(), keys: Vec::new(), meta: class.meta() })
        {
            Op::Nested { members } => Body::Object(members),
            changed => Body::Value(changed),
        };
        parts.finish(body)
    }

    /// What names the rows of a model.
    fn of_related(related: &Related, field: Arc<dyn Field>) -> Self {
        let mut parts = Parts::default();
        let at = parts.selection.column(related.by());
        let (model, column) = related.column();
        parts.finish(Body::Value(Op::column(at, field, model, column)))
    }

    /// The URL of the rows of a model.
    fn of_link(link: &Hyperlink) -> Self {
        let mut parts = Parts::default();
        let op = parts.link(link.related.by(), link);
        parts.finish(Body::Value(op))
    }

    fn of_text(meta: &'static ModelMeta, read: ReadText) -> Self {
        let mut parts = Parts::default();
        let first = parts.selection.all_columns(meta, &[]);
        let present = first + meta.pk_position();
        parts.finish(Body::Value(Op::Text { present, first, read }))
    }

    /// The URLs that are made, for a request.
    pub(super) fn urls(&self, context: &Context<'_>) -> Result<Vec<UrlOf>> {
        self.links.iter().map(|url| context.urls(url)).collect()
    }

    /// The relations of which it shows the keys alone, and a new object has the rows that it was given.
    pub(crate) fn given_ways(&self) -> impl Iterator<Item = Way> {
        self.children.iter().filter(|child| child.are_given).map(|child| child.way)
    }

    /// Whether an object has all that is read.
    pub(super) fn is_own(&self) -> bool {
        self.own_fields.is_some()
    }

    pub(super) fn positions(&self) -> &[Option<usize>] {
        &self.positions
    }

    pub(super) fn selection(&self) -> &Selection {
        &self.selection
    }
}

/// Where a serializer's model stands: behind these foreign keys of the query's.
struct At {
    /// The query's model.
    root: &'static ModelMeta,
    keys: Vec<usize>,
    meta: &'static ModelMeta,
}

impl At {
    fn column(&self, column: ColumnPath) -> ColumnPath {
        self.keys.iter().rev().fold(column, |column, key| column.behind(*key))
    }

    /// The same, further on.
    fn then(&self, keys: &[usize], meta: &'static ModelMeta) -> Self {
        Self { root: self.root, keys: [&self.keys, keys].concat(), meta }
    }
}

#[derive(Default)]
struct Parts {
    selection: Selection,
    children: Vec<Child>,
    objects: Vec<(usize, ReadObject)>,
    links: Vec<ViewUrl>,
}

impl Parts {
    fn finish(self, body: Body) -> Output {
        let positions = self.selection.positions();
        let asks_thread = match &body {
            Body::Object(members) => members.ask_thread(),
            Body::Value(op) => op.asks_thread(),
        };
        Output {
            asks_thread,
            own_fields: positions.iter().copied().collect(),
            positions,
            selection: self.selection,
            body,
            children: self.children,
            objects: self.objects,
            links: self.links,
        }
    }

    /// All of a serializer's fields, of a row that is there.
    fn whole(&mut self, class: &SerializerClass, at: &At) -> Op {
        let mut object = None;
        let member =
            |field: &PlannedField| (field.bound.key.to_vec(), self.op(class, field, at, &mut object));
        let members = Members::of(class.shown_fields().map(member));
        match &class.methods.to_representation {
            None => Op::Nested { members },
            Some(method) => {
                let object = self.object(class, at, &mut object);
                Op::Changed { object, method: Change(Arc::clone(method)), members }
            }
        }
    }

    /// The object that methods are given.
    fn object(&mut self, class: &SerializerClass, at: &At, known: &mut Option<usize>) -> usize {
        *known.get_or_insert_with(|| {
            let first = self.selection.all_columns(at.meta, &at.keys);
            self.objects.push((first, class.read_object));
            self.objects.len() - 1
        })
    }

    fn op(
        &mut self,
        class: &SerializerClass,
        field: &PlannedField,
        at: &At,
        object: &mut Option<usize>,
    ) -> Op {
        match &field.role {
            Role::MethodOfValues(method) => {
                let positions = self.selection.needs(&method.needs, at.root, &at.keys);
                Op::OfValues { positions, method: Arc::clone(method) }
            }
            Role::Method(method) => {
                let object = self.object(class, at, object);
                Op::Method { object, method: method.clone() }
            }
            Role::Nested(nested) => {
                let op = self.nested(class, field, nested, at);
                self.attribute(op, field, at)
            }
            Role::Value | Role::List(_) | Role::Hidden => {
                let op = self.value(class, field, at);
                self.attribute(op, field, at)
            }
        }
    }

    /// An object that is None has no attributes: on the way to what is shown a foreign key may be null.
    fn attribute(&mut self, op: Op, field: &PlannedField, at: &At) -> Op {
        let Some((keys, _)) = field.source.keys(at.meta) else { return op };
        let Some((last, way)) = keys.split_last() else { return op };
        let mut model = at.meta;
        let is_null = keys.iter().any(|key| {
            let holder = &model.fields[*key];
            model = holder.relation.as_ref().map_or(model, |relation| (relation.to)());
            holder.null
        });
        if !is_null {
            return op;
        }
        let present = at.then(way, at.meta).column(ColumnPath::field(*last));
        let at = self.selection.column(present);
        Op::Attribute { at, op: Box::new(op), absent: Absent::of(field) }
    }

    /// The URL with the value of a column.
    fn link(&mut self, column: ColumnPath, link: &Hyperlink) -> Op {
        let at = self.selection.column(column);
        let known = self.links.iter().position(|known| *known == link.url);
        let link = known.unwrap_or_else(|| {
            self.links.push(link.url.clone());
            self.links.len() - 1
        });
        Op::Link { at, link }
    }

    fn value(&mut self, class: &SerializerClass, field: &PlannedField, at: &At) -> Op {
        if let Some(link) = field.bound.field.link().filter(|_| field.source.is_object()) {
            return self.link(at.column(link.related.by()), link);
        }
        if let Some(op) = self.related(field, at) {
            return op;
        }
        let Some(column) = field.source.column(at.meta) else {
            // The declaration says what is shown of an object without it.
            return match field.bound.default {
                Some(_) => Op::Absent(Absent::of(field)),
                None => no_source(class, field),
            };
        };
        let position = self.selection.column(at.column(column.path));
        let shown = Arc::clone(&field.bound.field);
        if column.is_display {
            return Op::Label { at: position, meta: column.field, field: shown };
        }
        Op::column(position, shown, column.model, column.field.column)
    }

    /// A relation, where the field is one.
    fn related(&mut self, field: &PlannedField, at: &At) -> Option<Op> {
        let shown = &field.bound.field;
        let (keys, model) = field.source.keys(at.meta)?;
        let name = field.source.names().last()?;
        let here = at.then(&keys, model);
        if let Some(text) = shown.text() {
            let way = Way::find(model, name, text.to)?;
            return Some(self.row_or_rows(
                way,
                &here,
                |parts, key| {
                    let to = here.then(&[key], way.to());
                    let first = parts.selection.all_columns(way.to(), &to.keys);
                    Op::Text { present: first + way.to().pk_position(), first, read: text.read }
                },
                || Output::of_text(way.to(), text.read),
            ));
        }
        let related = shown.relation()?;
        let way = Way::find(model, name, related.to())?;
        Some(self.row_or_rows(
            way,
            &here,
            |parts, key| {
                let holder = &model.fields[key];
                let target = holder.relation.and_then(|relation| relation.to_field);
                let target = target.unwrap_or_else(|| way.to().pk_position());
                let is_own = related.by() == ColumnPath::field(target);
                let path = if is_own { ColumnPath::field(key) } else { related.by().behind(key) };
                if let Some(link) = shown.link() {
                    return parts.link(here.column(path), link);
                }
                let at = parts.selection.column(here.column(path));
                let (model, column) = if is_own { (model, holder.column) } else { related.column() };
                Op::column(at, Arc::clone(shown), model, column)
            },
            || match shown.link() {
                Some(link) => Output::of_link(link),
                None => Output::of_related(related, Arc::clone(shown)),
            },
        ))
    }

    /// What is on the other side of a relation: a row that is read with this one, or rows that are read for themselves.
    fn row_or_rows(
        &mut self,
        way: Way,
        here: &At,
        row: impl FnOnce(&mut Self, usize) -> Op,
        rows: impl FnOnce() -> Output,
    ) -> Op {
        match way.kind() {
            belleville_db::WayKind::Key(key) => row(self, key),
            _ => self.child(way, here, ChildRows::Value(Box::new(rows())), None),
        }
    }

    fn child(&mut self, way: Way, here: &At, rows: ChildRows, list: Option<Arc<ListSerializerClass>>) -> Op {
        let at = self.selection.column(here.column(ColumnPath::field(here.meta.pk_position())));
        let is_key = |output: &Output| {
            output.own_fields.as_deref() == Some(&[way.to().pk_position()][..]) && output.children.is_empty()
        };
        let is_own = here.keys.is_empty() && here.meta.parent.is_none();
        let are_given =
            is_own && matches!(&rows, ChildRows::Value(output) if is_key(output)) && way.rows_are_as_added();
        self.children.push(Child { way, rows, is_one: !way.is_to_many(), list, are_given });
        Op::Child { at, child: self.children.len() - 1 }
    }

    fn nested(&mut self, class: &SerializerClass, field: &PlannedField, nested: &NestedField, at: &At) -> Op {
        if field.source.is_object() {
            return self.whole(&nested.class, at);
        }
        let to = nested.class.meta();
        let way = field.source.keys(at.meta).and_then(|(keys, model)| {
            let way = Way::find(model, field.source.names().last()?, to)?;
            Some((at.then(&keys, model), way))
        });
        let Some((here, way)) = way else { no_source(class, field) };
        assert!(
            way.is_to_many() == nested.is_many(),
            "{}.{}: `{}` leads to {}",
            class.name(),
            field.bound.name,
            field.source.names().join("."),
            if nested.is_many() { "one row: leave out `many`" } else { "several rows: add `many`" }
        );
        match way.kind() {
            belleville_db::WayKind::Key(key) => {
                let there = here.then(&[key], to);
                if !here.meta.fields[key].null {
                    return self.whole(&nested.class, &there);
                }
                let present = self.selection.column(here.column(ColumnPath::field(key)));
                Op::IfPresent { at: present, op: Box::new(self.whole(&nested.class, &there)) }
            }
            _ => {
                let list = nested.list.clone().filter(|list| list.methods.to_representation.is_some());
                self.child(way, &here, ChildRows::Class(Arc::clone(&nested.class)), list)
            }
        }
    }
}

fn no_source(class: &SerializerClass, field: &PlannedField) -> ! {
    let source = field.source.names().join(".");
    panic!(
        "{}.{}: {} has no `{source}` that can be shown; a SerializerMethodField shows what a method makes of the object",
        class.name(),
        field.bound.name,
        class.meta().label()
    );
}
