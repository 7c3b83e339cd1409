//! Values that no other row has together: DRF's `UniqueTogetherValidator`.

use belleville_db::{Condition, Detail, ErrorDetail, ModelMeta, Result, Value};

use super::conditions::holds;
use super::declared::UniqueTogetherValidator;
use super::{Among, Object, Verdict, compared};
use crate::value::{Validated, ValidatedData};
use crate::{Context, PlannedField};

/// A field that a validator looks at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    /// Its name in the serializer.
    pub(super) name: &'static str,
    /// Its name in the model and among validated values.
    pub(super) source: &'static str,
    /// Its position in the model whose rows are looked at.
    pub(super) position: usize,
    /// Its position in the serializer's model, where it has it.
    pub(super) own: Option<usize>,
}

impl Member {
    /// The field of a serializer by its name.
    ///
    /// # Panics
    /// At start, when there is none, or it is no field of the model.
    pub(super) fn of(
        name: &str,
        fields: &[PlannedField],
        among: &Among,
        meta: &'static ModelMeta,
        owner: &str,
    ) -> Self {
        let known = || fields.iter().map(|field| field.bound.name);
        let Some(field) = fields.iter().find(|field| field.bound.name == name) else {
            let meant = belleville_db::suggest::did_you_mean(name, known());
            panic!("{owner}: a validator names `{name}`, which is none of its fields{meant}")
        };
        let [source] = field.source.names() else {
            panic!("{owner}: a validator names `{name}`, which is no field of the model itself")
        };
        let Some(position) = among.meta().position(source) else {
            panic!(
                "{owner}: a validator names `{name}`, and {} has no field `{source}`",
                among.meta().label()
            )
        };
        Self { name: field.bound.name, source, position, own: meta.position(source) }
    }

    /// A validated value as the column has it; `None` where it cannot hold it.
    pub(super) fn column_value(&self, value: Option<&Validated>, meta: &ModelMeta) -> Option<Value> {
        let kind = meta.fields[self.position].kind;
        value?.clone().into_column(kind).ok().map(compared)
    }
}

/// Such a validator, prepared at start.
#[derive(Debug)]
pub(super) struct Together {
    pub(super) among: Among,
    pub(super) fields: Vec<Member>,
    pub(super) condition_fields: Vec<Member>,
    pub(super) condition: Option<Condition>,
    pub(super) nulls_distinct: Option<bool>,
    pub(super) message: String,
    pub(super) code: &'static str,
}

impl Together {
    pub(super) fn new(
        among: Among,
        fields: Vec<Member>,
        message: Option<&str>,
        code: Option<&'static str>,
    ) -> Self {
        let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
        let message = words(message, &names);
        let code = code.unwrap_or("unique");
        Self {
            among,
            fields,
            condition_fields: Vec::new(),
            condition: None,
            nulls_distinct: None,
            message,
            code,
        }
    }

    /// # Panics
    /// At start, when the serializer or the model lacks one of the fields.
    pub(super) fn declared(
        declared: UniqueTogetherValidator,
        fields: &[PlannedField],
        meta: &'static ModelMeta,
        owner: &str,
    ) -> Self {
        let among = declared.among.unwrap_or(Among::All(meta));
        let members =
            declared.fields.iter().map(|name| Member::of(name, fields, &among, meta, owner)).collect();
        Self::new(among, members, declared.message.as_deref(), declared.code)
    }

    fn members(&self) -> impl Iterator<Item = &Member> {
        self.fields.iter().chain(&self.condition_fields)
    }

    /// The names by which it looks at values.
    pub(super) fn reads(&self) -> impl Iterator<Item = &'static str> {
        self.members().map(|member| member.source)
    }

    /// The positions of the fields whose values of the object it looks at.
    pub(super) fn positions(&self) -> impl Iterator<Item = usize> {
        self.members().filter_map(|member| member.own)
    }

    /// What it says of values, to which it adds those of the object that is changed, as DRF does.
    pub(super) fn check(
        &self,
        values: &mut ValidatedData,
        object: Option<&Object>,
        context: &Context<'_>,
    ) -> Result<Verdict> {
        if object.is_none()
            && let Some(detail) = missing(self.members().filter(|member| values.get(member.source).is_none()))
        {
            return Ok(Verdict::Refused(detail));
        }
        if let Some(object) = object {
            for member in &self.fields {
                if values.get(member.source).is_none() {
                    // What is not known here is left to the database.
                    let Some(value) = object.value(member.own) else { return Ok(Verdict::Valid) };
                    values.set(member.source, Validated::Value(value.clone()));
                }
            }
            if !self.members().any(|member| member.is_changed(values, object, self.among.meta())) {
                return Ok(Verdict::Valid);
            }
        }
        let meta = self.among.meta();
        let mut equal = Vec::with_capacity(self.fields.len());
        for member in &self.fields {
            // As in DRF, a value that the column cannot hold is that of no row.
            let Some(value) = member.column_value(values.get(member.source), meta) else {
                return Ok(Verdict::Valid);
            };
            equal.push((member.position, value));
        }
        if self.nulls_distinct != Some(false) && equal.iter().any(|(_, value)| value.is_null()) {
            return Ok(Verdict::Valid);
        }
        let mut rows = self.among.rows(context)?.with_values(equal)?;
        if let Some(condition) = &self.condition {
            let value = |name: &str| self.value_of(name, values, object);
            // As in Django, a NULL that leaves the condition open is no clash.
            if holds(condition, &value) != Some(true) {
                return Ok(Verdict::Valid);
            }
            rows = rows.meeting(condition)?;
        }
        if let Some(object) = object {
            rows = rows.except(object.pk.clone())?;
        }
        Ok(Verdict::UnlessFound(rows))
    }

    /// The value of a field of the condition: of the input, or of the object.
    fn value_of(&self, name: &str, values: &ValidatedData, object: Option<&Object>) -> Value {
        let meta = self.among.meta();
        let Some(member) = self.members().find(|member| meta.position(name) == Some(member.position)) else {
            return Value::Null;
        };
        let given = member.column_value(values.get(member.source), meta);
        given.or_else(|| object?.value(member.own).cloned()).unwrap_or(Value::Null)
    }

    pub(super) fn refusal(&self) -> Detail {
        Detail::message(self.error())
    }

    pub(super) fn error(&self) -> ErrorDetail {
        ErrorDetail::new(self.message.clone(), self.code)
    }
}

impl Member {
    /// Whether input has another value than the object.
    fn is_changed(&self, values: &ValidatedData, object: &Object, meta: &ModelMeta) -> bool {
        let Some(given) = values.get(self.source) else { return false };
        self.column_value(Some(given), meta).as_ref() != object.value(self.own)
    }
}

/// The message of a set of fields, of which `{field_names}` stands for the names.
pub(super) fn words(message: Option<&str>, names: &[&str]) -> String {
    let text = message.unwrap_or("The fields {field_names} must make a unique set.");
    text.replace("{field_names}", &names.join(", "))
}

/// What is said where input lacks some of the fields.
pub(super) fn missing<'a>(members: impl Iterator<Item = &'a Member>) -> Option<Detail> {
    let required = || Detail::Text(ErrorDetail::new("This field is required.", "required"));
    let missing: Vec<_> = members.map(|member| (member.name.to_owned(), required())).collect();
    (!missing.is_empty()).then_some(Detail::Dict(missing))
}
