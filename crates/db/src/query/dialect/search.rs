//! PostgreSQL's full-text search, as Django writes it.

use crate::query::node::{Function, Node};
use crate::query::search::Weight;
use crate::query::writer::Writer;
use crate::{FieldKind, Value};

/// Whether a query finds something.
pub(super) fn matches(writer: &mut Writer, left: &Node, right: &Node) {
    // By its name the lookup has a text on its right side.
    let plain = match right {
        Node::Value(_) => Some(Node::Call(
            Function::SearchQuery { function: "plainto_tsquery", config: None },
            vec![right.clone()],
        )),
        _ => None,
    };
    let query = plain.as_ref().unwrap_or(right);
    vector(writer, left, config_of(query));
    writer.push(" @@ ");
    writer.part(query);
}

pub(super) fn call(writer: &mut Writer, function: &Function, nodes: &[Node]) {
    match (function, nodes) {
        (Function::SearchVector { config, weight }, nodes) => {
            writer.push(if weight.is_some() { "setweight(to_tsvector(" } else { "to_tsvector(" });
            push_config(writer, config.as_deref());
            for (index, node) in nodes.iter().enumerate() {
                writer.push(if index > 0 { " || ' ' || " } else { "" });
                writer.around("COALESCE((", node, ")::text, '')");
            }
            if let Some(weight) = weight {
                writer.push(match weight {
                    Weight::A => "), 'A'",
                    Weight::B => "), 'B'",
                    Weight::C => "), 'C'",
                    Weight::D => "), 'D'",
                });
            }
            writer.push(")");
        }
        (Function::SearchQuery { function, config }, [text]) => {
            writer.push(function);
            writer.push("(");
            push_config(writer, config.as_deref());
            writer.around("", text, ")");
        }
        (Function::SearchNot, [query]) => writer.around("!!(", query, ")"),
        (Function::SearchJoin(operator), [one, two]) => {
            writer.around("(", one, operator);
            writer.around("", two, ")");
        }
        (Function::SearchRank(rank), [words, query]) => {
            writer.push(if rank.cover_density { "ts_rank_cd(" } else { "ts_rank(" });
            if let Some(weights) = rank.weights {
                writer.bind(Value::Array(weights.map(Value::Float).to_vec()));
                writer.push("::real[], ");
            }
            vector(writer, words, None);
            writer.around(", ", query, "");
            if let Some(normalization) = rank.normalization {
                writer.push(", ");
                writer.bind(Value::Int(normalization.into()));
                writer.push("::int");
            }
            writer.push(")");
        }
        (Function::SearchHeadline { config, options }, [text, query]) => {
            writer.push("ts_headline(");
            push_config(writer, config.as_deref());
            writer.around("(", text, ")::text, ");
            writer.part(query);
            if !options.is_empty() {
                writer.push(", ");
                writer.bind(Value::Text(options.clone()));
            }
            writer.push(")");
        }
        _ => writer.refuse("a function with the wrong number of arguments"),
    }
}

/// What is searched in: words as they are, or those of a text.
fn vector(writer: &mut Writer, node: &Node, config: Option<&str>) {
    let is_vector = match node {
        Node::Column(path) => {
            let field = &path.model(writer.model()).fields[path.last()];
            field.kind == FieldKind::SearchVectorField
        }
        Node::Call(Function::SearchVector { .. } | Function::SearchJoin(_), _) => true,
        _ => false,
    };
    if is_vector {
        return writer.part(node);
    }
    writer.push("to_tsvector(");
    push_config(writer, config);
    writer.around("COALESCE((", node, ")::text, ''))");
}

fn push_config(writer: &mut Writer, config: Option<&str>) {
    if let Some(config) = config {
        writer.bind(Value::Text(config.to_owned()));
        writer.push("::text::regconfig, ");
    }
}

/// The configuration of a query; of several joined, that of the first.
fn config_of(query: &Node) -> Option<&str> {
    match query {
        Node::Call(Function::SearchQuery { config, .. }, _) => config.as_deref(),
        Node::Call(Function::SearchNot | Function::SearchJoin(_), nodes) => nodes.first().and_then(config_of),
        _ => None,
    }
}
