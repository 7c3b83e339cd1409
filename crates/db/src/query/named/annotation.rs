//! Values that are computed for each row and have names: Django's annotations.

use super::lookups::{self, NamedLookup};
use super::{OrderName, WrongValue};
use crate::query::node::{Function, Node, OrderNode, Right, Type};
use crate::query::output::Selectable;
use crate::query::row_condition::RowCondition;
use crate::{Model, ModelMeta, Value};

/// A value that is computed for each row, under a name by which rows can be searched and ordered.
///
/// ```
/// # extern crate belleville_db as belleville;
/// # use belleville_db::{Annotation, ForeignKey, Model};
/// # #[derive(Model, Clone, Debug)]
/// # #[model(app = "library")]
/// # struct Author { #[field(primary_key)] id: i64, #[field(max_length = 40)] name: String }
/// # #[derive(Model, Clone, Debug)]
/// # #[model(app = "library")]
/// # struct Book { #[field(primary_key)] id: i64, #[field(on_delete = Cascade)] author: ForeignKey<Author> }
/// let works = Annotation::of("works", Book::AUTHOR.reverse().count());
/// let authors = Author::objects().rows().order_by(&[works.order(true)])?;
/// # Ok::<(), belleville_db::WrongValue>(())
/// ```
#[derive(Clone, Debug)]
pub struct Annotation {
    name: &'static str,
    meta: &'static ModelMeta,
    node: Node,
}

impl Annotation {
    /// A column or an expression under a name.
    pub fn of<M: Model>(name: &'static str, value: impl Selectable<M>) -> Self {
        Self { name, meta: M::meta(), node: value.selected().node }
    }

    /// The name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The model of the rows.
    pub fn model(&self) -> &'static ModelMeta {
        self.meta
    }

    /// The order by the value.
    pub fn order(&self, descending: bool) -> OrderName {
        let by = vec![OrderNode { node: self.node.clone(), descending, nulls_first: None }];
        OrderName { meta: self.meta, by }
    }

    /// The condition that the text of the value is one that a lookup of texts finds: `icontains`.
    ///
    /// # Errors
    /// When there is no such lookup of texts.
    pub fn text_condition(&self, lookup: &str, text: &str) -> Result<RowCondition, WrongValue> {
        let NamedLookup { lookup, .. } = lookups::of_texts(lookup)
            .ok_or_else(|| WrongValue::new(format!("`{lookup}` is no lookup of texts")))?;
        let left = Node::Call(Function::Cast(Type::Text), vec![self.node.clone()]);
        let right = Right::One(Node::Value(Value::Text(text.to_owned())));
        let condition = RowCondition { meta: self.meta, node: Node::compare(left, lookup, right) };
        // A value of many rows is one of all of them, whatever else a query filters by.
        Ok(if self.node.has_aggregate() { condition.in_subquery() } else { condition })
    }
}
