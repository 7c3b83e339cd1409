//! The order that a model's rows have when a query asks for no other: Django's `Meta.ordering`, over foreign keys too.

use super::node::{Node, OrderNode};
use super::path::{Hop, Path};
use crate::{ModelMeta, OrderBy};

/// One part of a model's order, as a query that comes to the model over some joins reads it. A foreign key means the order of the
/// model that it refers to. A part that leads nowhere, or in a circle, orders nothing: [`wrong_part`] finds the first at start.
pub(crate) fn nodes(model: &'static ModelMeta, hops: &[Hop], by: &OrderBy) -> Vec<OrderNode> {
    let Some((hops, holder, at)) = by.end(model, hops) else { return Vec::new() };
    let (field, descending) = (&holder.fields[at], by.descending);
    let turned = |by: &OrderBy| OrderBy { descending: by.descending != descending, ..*by };
    if field.relation.is_some() {
        let to = Hop::Forward(at).end(holder);
        if !to.ordering.is_empty() {
            let hops = [&hops[..], &[Hop::Forward(at)]].concat();
            return to.ordering.iter().flat_map(|part| nodes(to, &hops, &turned(part))).collect();
        }
    }
    let path = Path::of(&hops, at);
    let node = |path| OrderNode { node: Node::Column(path), descending, nulls_first: None };
    path.map(node).into_iter().collect()
}

/// The first part of a model's order that names no field: the part, and the model in which it was looked for.
pub(crate) fn wrong_part(model: &'static ModelMeta) -> Option<(&'static str, &'static ModelMeta)> {
    let wrong = |by: &OrderBy| {
        let mut holder = model;
        let mut at = by.field;
        for part in by.parts() {
            if holder.fields[at].relation.is_none() {
                return Some((part, holder));
            }
            holder = Hop::Forward(at).end(holder);
            match holder.position(part) {
                Some(found) => at = found,
                None => return Some((part, holder)),
            }
        }
        None
    };
    model.ordering.iter().chain(model.get_latest_by).find_map(wrong)
}

impl OrderBy {
    fn parts(&self) -> impl Iterator<Item = &'static str> {
        self.then.split("__").filter(|part| !part.is_empty())
    }

    /// The joins to the field, its model and its position in it.
    fn end(&self, model: &'static ModelMeta, hops: &[Hop]) -> Option<(Vec<Hop>, &'static ModelMeta, usize)> {
        let (mut hops, mut holder, mut at) = (hops.to_vec(), model, self.field);
        for part in self.parts() {
            holder.fields[at].relation.as_ref()?;
            let hop = Hop::Forward(at);
            holder = hop.end(holder);
            hops.push(hop);
            at = holder.position(part)?;
        }
        Path::of(&hops, at).map(|_| (hops, holder, at))
    }
}
