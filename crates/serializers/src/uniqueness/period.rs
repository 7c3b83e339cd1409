//! A value that no other row of a period has: DRF's `UniqueForDateValidator` and the two like it.

use belleville_db::json::Json;
use belleville_db::{Detail, ErrorDetail, LookupName, ModelMeta, Period, Registry, Result, Value};

use super::together::{Member, missing};
use super::{Among, Object, Verdict};
use crate::value::ValidatedData;
use crate::{Context, PlannedField};

/// Such a validator as it is declared.
#[derive(Clone, Debug)]
pub(super) struct Periods {
    pub(super) field: &'static str,
    pub(super) date_field: &'static str,
    pub(super) period: Period,
    pub(super) among: Option<Among>,
    pub(super) message: Option<String>,
}

/// The same, prepared at start.
#[derive(Debug)]
pub(super) struct UniqueFor {
    field: Member,
    date: Member,
    among: Among,
    /// What the dates of rows have in common, with the part of a date that it is.
    parts: Vec<(LookupName, Period)>,
    message: String,
}

impl UniqueFor {
    /// # Panics
    /// At start, when the serializer or the model lacks one of the fields.
    pub(super) fn new(
        declared: Periods,
        fields: &[PlannedField],
        meta: &'static ModelMeta,
        owner: &str,
    ) -> Self {
        let Periods { field, date_field, period, among, message } = declared;
        let among = among.unwrap_or(Among::All(meta));
        let member = |name| Member::of(name, fields, &among, meta, owner);
        let (field, date) = (member(field), member(date_field));
        let parts: &[_] = match period {
            Period::Date => &[("day", Period::Date), ("month", Period::Month), ("year", Period::Year)],
            Period::Month => &[("month", Period::Month)],
            Period::Year => &[("year", Period::Year)],
        };
        let lookup = |(part, period): &(&str, Period)| {
            let name = format!("{}__{part}", among.meta().fields[date.position].name);
            let lookup = LookupName::parse(among.meta(), &Registry::default(), &name);
            (lookup.unwrap_or_else(|why| panic!("{owner}: {why}")), *period)
        };
        let parts = parts.iter().map(lookup).collect();
        let word = match period {
            Period::Date => "date",
            Period::Month => "month",
            Period::Year => "year",
        };
        let message = message
            .unwrap_or_else(|| format!("This field must be unique for the \"{{date_field}}\" {word}."));
        Self { message: message.replace("{date_field}", date.name), field, date, among, parts }
    }

    /// The names by which it looks at values. DRF takes those of the fields, whatever their sources are.
    pub(super) fn reads(&self) -> impl Iterator<Item = &'static str> {
        [self.field.name, self.date.name].into_iter()
    }

    pub(super) fn check(
        &self,
        values: &ValidatedData,
        object: Option<&Object>,
        context: &Context<'_>,
    ) -> Result<Verdict> {
        let both = [&self.field, &self.date];
        if let Some(detail) = missing(both.into_iter().filter(|member| values.get(member.name).is_none())) {
            return Ok(Verdict::Refused(detail));
        }
        let (Some(value), Some(date)) = (
            self.field.column_value(values.get(self.field.name), self.among.meta()),
            self.date.column_value(values.get(self.date.name), self.among.meta()),
        ) else {
            return Ok(Verdict::Valid);
        };
        let date = match date {
            Value::Date(date) => date,
            // The day is that of the program's time zone, in which the database looks at it too.
            Value::DateTime(at) => match context.db().time_zone().to_local(at) {
                Some(local) => local.at.date(),
                None => return Ok(Verdict::Valid),
            },
            _ => return Ok(Verdict::Valid),
        };
        let mut rows = self.among.rows(context)?.with_values([(self.field.position, value)])?;
        for (lookup, part) in &self.parts {
            let number = match part {
                Period::Date => i64::from(date.day()),
                Period::Month => i64::from(date.month()),
                Period::Year => i64::from(date.year()),
            };
            let narrowed = rows.filter(lookup, &Json::from(number));
            rows = narrowed.map_err(|why| belleville_db::Error::refused(why.to_string()))?;
        }
        if let Some(object) = object {
            rows = rows.except(object.pk.clone())?;
        }
        Ok(Verdict::UnlessFound(rows))
    }

    pub(super) fn refusal(&self) -> Detail {
        let message = Detail::Text(ErrorDetail::new(self.message.clone(), "unique"));
        Detail::Dict(vec![(self.field.name.to_owned(), message)])
    }
}
