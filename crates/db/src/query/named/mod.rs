//! Columns and lookups by their names, as Django writes them: `author__name__icontains`, `-created`. What a program, a
//! setting or a client says as text goes through here, and is checked once, at start.

mod annotation;
mod lookups;
mod resolve;
mod values;

use std::fmt;

use super::expr::{Order, Q};
use super::node::{Node, OrderNode, Right};
use super::path::Path;
use crate::json::Json;
use crate::{Family, FieldKind, FieldRef, Model, ModelMeta, Registry, Value};

use lookups::{Operand, Side};

pub use annotation::Annotation;

pub(crate) use values::value_of_text;

/// A name that means nothing: what was said, what it should be, and what there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName(String);

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UnknownName {}

/// A value that a lookup cannot compare with. The text is for who gave the value, and does not repeat it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongValue(String);

impl WrongValue {
    pub(super) fn new(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for WrongValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WrongValue {}

/// A column and a kind of comparison, by their names: `author__name__icontains`.
///
/// ```
/// # extern crate belleville_db as belleville;
/// # use belleville_db::{ForeignKey, LookupName, Model, Registry};
/// # #[derive(Model, Clone, Debug)]
/// # #[model(app = "library")]
/// # struct Author { #[field(primary_key)] id: i64, #[field(max_length = 40)] name: String }
/// # #[derive(Model, Clone, Debug)]
/// # #[model(app = "library")]
/// # struct Book { #[field(primary_key)] id: i64, #[field(on_delete = Cascade)] author: ForeignKey<Author> }
/// let registry = Registry::new([Author::META, Book::META]);
/// let by_author = LookupName::parse(Book::META, &registry, "author__name__icontains")?;
/// let books = Book::objects().filter(by_author.with_text::<Book>("ann")?);
///
/// let unknown = LookupName::parse(Book::META, &registry, "athor__name").unwrap_err();
/// assert_eq!(
///     unknown.to_string(),
///     "`athor__name`: library.Book has no field `athor`; did you mean `author`? Its fields are author, author_id, id, pk"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct LookupName {
    meta: &'static ModelMeta,
    side: Side,
    lookup: lookups::NamedLookup,
    names_rows: bool,
}

impl LookupName {
    /// Checks a name. Without a lookup at its end it means `exact`.
    ///
    /// # Errors
    /// When a part of it is no field, no transform and no lookup: the error lists what could stand there.
    pub fn parse(
        meta: &'static ModelMeta,
        registry: &Registry,
        name: &str,
    ) -> std::result::Result<Self, UnknownName> {
        let (path, rest) = resolve::column(meta, registry, name)?;
        let (side, lookup) = lookups::resolve(meta, path, name, &rest)?;
        let field = side.field;
        let last = name.rsplit("__").nth(rest.len());
        let names_rows = last.is_some_and(|last| last != "pk" && last != field.name && last != field.column);
        Ok(Self { meta, side, lookup, names_rows })
    }

    /// The model that the name begins at.
    pub fn model(&self) -> &'static ModelMeta {
        self.meta
    }

    /// The field that is compared, or of which a part is.
    pub fn field(&self) -> FieldRef {
        self.side.field
    }

    /// The kind of what is compared: that of the field, or of the part of it.
    pub fn kind(&self) -> FieldKind {
        self.side.kind
    }

    /// Whether the name is that of a relation without a column of its own, by which the keys of the rows on its other side are
    /// meant: `genres`.
    pub fn names_rows(&self) -> bool {
        self.names_rows
    }

    /// Whether the name says a part of the field: `published_on__year`.
    pub fn is_part(&self) -> bool {
        !matches!(self.side.node, Node::Column(_))
    }

    pub(super) fn node(&self) -> Node {
        self.side.node.clone()
    }

    /// The lookup's name: `icontains`.
    pub fn lookup(&self) -> &'static str {
        self.lookup.name
    }

    /// Whether it is about several values: `in` and `range`.
    pub fn takes_list(&self) -> bool {
        matches!(self.lookup.operand, Operand::Many | Operand::Two | Operand::Keys)
    }

    /// Whether a row may match several times, so that `distinct` is needed.
    pub fn repeats_rows(&self) -> bool {
        self.side.path.is_to_many()
    }

    /// The condition with a value of JSON.
    ///
    /// # Errors
    /// When the value is not of the field's kind, or the lookup is of another model.
    pub fn with<M: Model>(&self, value: &Json) -> std::result::Result<Q<M>, WrongValue> {
        self.of_model(M::meta())?;
        self.condition(value).map(Q::new)
    }

    /// The condition with a value of the field, for a lookup that compares with one: `exact`, `lt`.
    ///
    /// # Errors
    /// When the lookup compares with something else, or is of another model.
    pub fn with_value<M: Model>(&self, value: Value) -> std::result::Result<Q<M>, WrongValue> {
        self.of_model(M::meta())?;
        if self.lookup.operand != Operand::One {
            return Err(WrongValue(format!("`{}` does not compare with one value", self.lookup.name)));
        }
        Ok(Q::new(self.side.compared_with(&self.lookup, Right::One(Node::Value(value)))))
    }

    /// The condition with a value written as text, as in a query string. The values of a list, of an array and the bounds of
    /// a range are separated by commas.
    ///
    /// # Errors
    /// As [`LookupName::with`].
    pub fn with_text<M: Model>(&self, text: &str) -> std::result::Result<Q<M>, WrongValue> {
        self.of_model(M::meta())?;
        self.text_condition(text).map(Q::new)
    }

    pub(super) fn condition(&self, value: &Json) -> std::result::Result<Node, WrongValue> {
        self.side.compared(&self.lookup, value)
    }

    pub(super) fn text_condition(&self, text: &str) -> std::result::Result<Node, WrongValue> {
        let is_list = match self.side.family() {
            Family::Array => self.lookup.operand == Operand::One,
            Family::Range => text.contains(',') && self.lookup.operand != Operand::Text,
            _ => self.lookup.operand == Operand::RangeOf,
        };
        let value = if is_list || self.takes_list() {
            text.split(',').map(Json::from).collect::<Vec<_>>().into()
        } else {
            Json::from(text)
        };
        self.condition(&value)
    }

    fn of_model(&self, meta: &ModelMeta) -> std::result::Result<(), WrongValue> {
        of_model(self.meta, meta)
    }
}

/// A part of an order by its name: `author__name`, `-created`.
#[derive(Clone, Debug)]
pub struct OrderName {
    meta: &'static ModelMeta,
    by: Vec<OrderNode>,
}

impl OrderName {
    /// Checks a name. A minus sign at its beginning means descending; a foreign key means the order of the model that it
    /// refers to.
    ///
    /// # Errors
    /// When a part of it is no field and no transform: the error lists what could stand there.
    pub fn parse(
        meta: &'static ModelMeta,
        registry: &Registry,
        name: &str,
    ) -> std::result::Result<Self, UnknownName> {
        let (column, descending) = match name.strip_prefix('-') {
            Some(column) => (column, true),
            None => (name, false),
        };
        let (path, rest) = resolve::column(meta, registry, column)?;
        let nodes = if rest.is_empty() {
            resolve::expanded(meta, path, column)
        } else {
            vec![(lookups::transformed(meta, path, name, &rest)?.node, false)]
        };
        let by = |(node, turned): (Node, bool)| OrderNode {
            node,
            descending: descending != turned,
            nulls_first: None,
        };
        Ok(Self { meta, by: nodes.into_iter().map(by).collect() })
    }

    /// The model that the name begins at.
    pub fn model(&self) -> &'static ModelMeta {
        self.meta
    }

    /// For [`QuerySet::order_by`](crate::QuerySet::order_by).
    ///
    /// # Errors
    /// When the order is of another model.
    pub fn order<M: Model>(&self) -> std::result::Result<Vec<Order<M>>, WrongValue> {
        of_model(self.meta, M::meta())?;
        Ok(self.by.iter().cloned().map(Order::of_node).collect())
    }

    pub(crate) fn nodes(&self) -> &[OrderNode] {
        &self.by
    }
}

pub(super) fn of_model(own: &ModelMeta, asked: &ModelMeta) -> std::result::Result<(), WrongValue> {
    if own.db_table == asked.db_table {
        return Ok(());
    }
    Err(WrongValue(format!("a name of {} does not fit rows of {}", own.label(), asked.label())))
}

/// The column at the end of a path.
fn field_of(meta: &'static ModelMeta, path: &Path) -> FieldRef {
    FieldRef::of(path.model(meta), path.last())
}
