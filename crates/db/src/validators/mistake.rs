//! Mistakes in declared validators that only a running program can find: patterns, texts, bounds.

use super::{Limit, Rule, Validator, message, pattern};
use crate::{Family, FieldKind, ModelMeta};

/// What is wrong with the validators of a model's own fields, one line each.
pub fn mistakes(meta: &ModelMeta) -> Vec<String> {
    let fields = meta.own_fields().iter();
    let validators = fields.flat_map(|field| field.validators.iter().map(move |found| (field, found)));
    let mistakes = validators.filter_map(|(field, found)| {
        let mistake = found.mistake(field.kind)?;
        Some(format!("{}.{} has a wrong validator: {mistake}", meta.label(), field.name))
    });
    mistakes.collect()
}

impl Validator {
    /// What is wrong with the validator for a field of this kind.
    pub fn mistake(&self, kind: FieldKind) -> Option<String> {
        let family = kind.row().family;
        if !self.rule.is_for(family) {
            return Some(format!("{} is not for a {}", self.rule.name(), kind.row().django));
        }
        let of_rule = match self.rule {
            Rule::Regex { pattern, .. } => {
                pattern::compiled(pattern).err().map(|error| format!("the pattern `{pattern}`: {error}"))
            }
            Rule::MinValue(limit) | Rule::MaxValue(limit) => no_number(limit),
            Rule::Step { size, offset } => {
                no_number(size).or_else(|| offset.and_then(no_number)).or_else(|| {
                    let is_zero = matches!(size, Limit::Int(0) | Limit::Float(0.0));
                    is_zero.then(|| "a step of 0 has no multiples".to_owned())
                })
            }
            _ => None,
        };
        of_rule.or_else(|| self.message.and_then(|text| message::mistake(text, self.rule.names())))
    }
}

fn no_number(limit: Limit) -> Option<String> {
    match limit {
        Limit::Decimal(text) if limit.value().is_null() => Some(format!("`{text}` is no decimal number")),
        _ => None,
    }
}

impl Rule {
    /// Whether the rule is made for such values.
    fn is_for(self, family: Family) -> bool {
        let is_number = matches!(family, Family::Integer | Family::Float | Family::Decimal);
        match self {
            Self::MinValue(_) | Self::MaxValue(_) => {
                is_number
                    || matches!(family, Family::Date | Family::DateTime | Family::Time | Family::Duration)
            }
            Self::Step { .. } => is_number,
            Self::Decimal { .. } => family == Family::Decimal,
            Self::MinLength(_) | Self::MaxLength(_) => {
                matches!(family, Family::Text | Family::Binary | Family::Array)
            }
            Self::Regex { .. } => matches!(family, Family::Text | Family::Integer),
            Self::Ipv4 | Self::Ipv6 | Self::Ipv46 => matches!(family, Family::Text | Family::IpAddress),
            Self::Custom(_) => true,
            _ => family == Family::Text,
        }
    }

    /// What a text of the rule may name.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Step { offset: Some(_), .. } => &["limit_value", "offset", "valid_value1", "valid_value2"],
            Self::MinValue(_)
            | Self::MaxValue(_)
            | Self::Step { .. }
            | Self::MinLength(_)
            | Self::MaxLength(_) => &["limit_value", "show_value", "value"],
            Self::Decimal { .. } => &["max", "value"],
            Self::FileExtension(_) => &["extension", "allowed_extensions", "value"],
            Self::Ipv4 | Self::Ipv6 | Self::Ipv46 => &["protocol", "value"],
            _ => &["value"],
        }
    }
}
