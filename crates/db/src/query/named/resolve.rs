//! The way that a name goes: fields, foreign keys in both directions, many-to-many fields.

use super::UnknownName;
use crate::query::default_order;
use crate::query::node::Node;
use crate::query::path::{Hop, Path};
use crate::suggest::did_you_mean;
use crate::{ModelMeta, Registry};

/// The column that the first parts of a name lead to, and the parts that are left.
pub(super) fn column<'a>(
    meta: &'static ModelMeta,
    registry: &Registry,
    name: &'a str,
) -> Result<(Path, Vec<&'a str>), UnknownName> {
    let mut way = Way { registry, model: meta, hops: Vec::new(), field: None, is_at_rows: false };
    let mut parts = name.split("__").peekable();
    while let Some(part) = parts.peek() {
        if !way.go(part) {
            break;
        }
        parts.next();
    }
    let Some(field) = way.field else {
        return Err(way.unknown(name, parts.next().unwrap_or_default()));
    };
    let path = Path::of(&way.hops, field).ok_or_else(|| {
        UnknownName(format!("`{name}` follows too many relations: eight at most, three of them back"))
    })?;
    let rest: Vec<&str> = parts.collect();
    // After a relation, what is no field may only be a lookup: the choices are fields and lookups both.
    match rest.first() {
        Some(part) if way.is_at_relation() && !super::lookups::is_lookup_of_key(part) => {
            Err(way.unknown(name, part))
        }
        _ => Ok((path, rest)),
    }
}

/// What a name without a transform orders by: a column, or behind a foreign key the order of the other model. The flag says
/// that the direction is turned round.
pub(super) fn expanded(meta: &'static ModelMeta, path: Path, name: &str) -> Vec<(Node, bool)> {
    let holder = path.model(meta);
    let field = &holder.fields[path.last()];
    let column = vec![(Node::Column(path), false)];
    // The column of a key, by its own name, is no relation: `author_id`.
    if field.relation.is_none() || name.ends_with(field.column) {
        return column;
    }
    let hops = path.hops_through(meta);
    let to = Hop::Forward(path.last()).end(holder);
    let by = to.ordering.iter().flat_map(|by| default_order::nodes(to, &hops, by));
    let nodes: Vec<_> = by.map(|by| (by.node, by.descending)).collect();
    if nodes.is_empty() { column } else { nodes }
}

struct Way<'a> {
    registry: &'a Registry,
    model: &'static ModelMeta,
    hops: Vec<Hop>,
    /// The field that it has come to, if any; of `model`.
    field: Option<usize>,
    /// It has come over a relation to rows of `model`, by which their key is meant.
    is_at_rows: bool,
}

impl Way<'_> {
    /// The model in which the next part is looked for, and the joins to it.
    fn next(&self) -> Option<(&'static ModelMeta, Option<Hop>)> {
        match self.field {
            None => Some((self.model, None)),
            Some(field) => {
                let is_key = self.model.fields[field].relation.is_some();
                let hop = Hop::Forward(field);
                is_key.then(|| (hop.end(self.model), Some(hop)))
            }
        }
    }

    fn is_at_relation(&self) -> bool {
        self.field.is_some_and(|field| self.model.fields[field].relation.is_some())
    }

    /// Follows a part, if it is one of the fields or relations.
    fn go(&mut self, part: &str) -> bool {
        // From rows on the other side of a relation, the way goes on to their fields.
        let from_rows = self.is_at_rows.then_some((self.model, None));
        from_rows.into_iter().chain(self.next()).any(|(model, hop)| self.follow(model, hop, part))
    }

    fn follow(&mut self, model: &'static ModelMeta, hop: Option<Hop>, part: &str) -> bool {
        let Some((hops, end, field)) = relation_or_field(self.registry, model, part) else { return false };
        self.is_at_rows = !hops.is_empty();
        self.hops.extend(hop);
        self.hops.extend(hops);
        (self.model, self.field) = (end, Some(field));
        true
    }

    fn unknown(&self, name: &str, part: &str) -> UnknownName {
        let model = self.next().map_or(self.model, |(model, _)| model);
        let mut known = names(self.registry, model);
        known.sort();
        let meant = did_you_mean(part, known.iter().map(String::as_str));
        let meant = if meant.is_empty() { ".".to_owned() } else { meant };
        let known = known.join(", ");
        let label = model.label();
        UnknownName(format!("`{name}`: {label} has no field `{part}`{meant} Its fields are {known}"))
    }
}

type Found = (Vec<Hop>, &'static ModelMeta, usize);

fn relation_or_field(registry: &Registry, model: &'static ModelMeta, part: &str) -> Option<Found> {
    if part == "pk" {
        return Some((Vec::new(), model, model.pk_position()));
    }
    if let Some(field) = model.position(part) {
        return Some((Vec::new(), model, field));
    }
    let mut links = Vec::new();
    for (generation, meta) in model.lineage().enumerate() {
        if let Some((hops, end, field)) = relation(registry, meta, part, generation > 0) {
            links.extend(hops);
            return Some((links, end, field));
        }
        links.extend(meta.parent.map(|parent| Hop::Forward(parent.link)));
    }
    None
}

/// A relation that is no field. The links of other children belong to the parent alone.
fn relation(registry: &Registry, model: &'static ModelMeta, part: &str, is_parent: bool) -> Option<Found> {
    let mut many = model.many.iter().filter(|many| many.name == part);
    if let Some((own, other)) = many.next().and_then(|many| many.link()) {
        let hops = vec![Hop::Reverse(own.model(), own.index()), Hop::Forward(other.index())];
        let to = Hop::Forward(other.index()).end(own.model());
        return Some((hops, to, to.pk_position()));
    }
    if let Some(at) = model.generic_relations.iter().position(|relation| relation.name == part) {
        let hop = Hop::Generic(model, at);
        let to = hop.end(model);
        return Some((vec![hop], to, to.pk_position()));
    }
    backward(registry, model, is_parent).into_iter().find(|(name, _)| name == part).map(|(_, found)| found)
}

/// The ways back to the models that refer to this one, by the names that queries have for them.
fn backward(registry: &Registry, model: &'static ModelMeta, is_parent: bool) -> Vec<(String, Found)> {
    let mut found = Vec::new();
    let referring = registry.referring_to(model).filter(|(other, ..)| !other.auto_created);
    for (other, key, relation) in referring.filter(|(_, _, relation)| !(is_parent && relation.parent_link)) {
        let name = relation.related_name.unwrap_or(other.model_name);
        found.push((name.to_owned(), (vec![Hop::Reverse(other, key)], other, other.pk_position())));
    }
    for other in registry.models().iter().filter(|other| !other.proxy) {
        for many in other.many.iter().filter(|many| (many.to)().db_table == model.db_table) {
            // Who is a friend of somebody has them as a friend: there is no way back.
            let Some((own, to)) = many.link().filter(|_| !many.is_symmetrical()) else { continue };
            let name = many.related_name.unwrap_or(other.model_name);
            let hops = vec![Hop::Reverse(to.model(), to.index()), Hop::Forward(own.index())];
            found.push((name.to_owned(), (hops, *other, other.pk_position())));
        }
        for (at, relation) in other.generic_relations.iter().enumerate() {
            let name = relation.related_query_name.filter(|_| (relation.to)().db_table == model.db_table);
            let way = || (vec![Hop::GenericBack(other, at)], *other, other.pk_position());
            found.extend(name.map(|name| (name.to_owned(), way())));
        }
    }
    // A name with a plus sign at its end says that there is no way back.
    found.retain(|(name, _)| !name.ends_with('+'));
    found
}

/// Everything that can stand behind a model in a name.
fn names(registry: &Registry, model: &'static ModelMeta) -> Vec<String> {
    let mut names = vec!["pk".to_owned()];
    for field in model.fields {
        names.push(field.name.to_owned());
        if field.column != field.name {
            names.push(field.column.to_owned());
        }
    }
    for (generation, meta) in model.lineage().enumerate() {
        names.extend(meta.many.iter().map(|many| many.name.to_owned()));
        names.extend(meta.generic_relations.iter().map(|relation| relation.name.to_owned()));
        names.extend(backward(registry, meta, generation > 0).into_iter().map(|(name, _)| name));
    }
    names
}
