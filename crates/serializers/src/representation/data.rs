//! The representation of validated values that were not saved: DRF's `serializer.data` of such.

use std::borrow::Cow;

use belleville_db::json::{self, Json};
use belleville_db::{Detail, Error, ErrorDetail, Result};

use super::named::Named;
use crate::fields::{DefaultValue, cannot_show, write_validated};
use crate::method::Method;
use crate::methods::BoxFuture;
use crate::nested::NestedField;
use crate::plan::{PlannedField, Role};
use crate::value::{Validated, ValidatedData};
use crate::{Context, SerializerClass};

impl SerializerClass {
    /// The representation of validated values, as compact JSON: DRF's `serializer.data`.
    ///
    /// # Errors
    /// When there is no value for a field that has no default, or it is of another type; and any error of a method.
    pub async fn represent_values(&self, data: &ValidatedData, context: &Context<'_>) -> Result<Vec<u8>> {
        let mut named = Named::read(self, &[data], context).await?;
        let mut out = Vec::with_capacity(256);
        self.represent_data(data, &mut named, context, &mut out).await?;
        Ok(out)
    }

    /// The representations of several, as a compact JSON array.
    ///
    /// # Errors
    /// As [`SerializerClass::represent_values`].
    pub async fn represent_all_values(
        &self,
        all: &[ValidatedData],
        context: &Context<'_>,
    ) -> Result<Vec<u8>> {
        let mut named = Named::read(self, &all.iter().collect::<Vec<_>>(), context).await?;
        let mut out = vec![b'['];
        for (index, data) in all.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            self.represent_data(data, &mut named, context, &mut out).await?;
        }
        out.push(b']');
        Ok(out)
    }

    /// Writes validated values by the fields.
    pub(crate) fn represent_data<'a>(
        &'a self,
        data: &'a ValidatedData,
        named: &'a mut Named,
        context: &'a Context<'a>,
        out: &'a mut Vec<u8>,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let start = out.len();
            out.push(b'{');
            let first = out.len();
            for field in self.shown_fields() {
                let before = out.len();
                if before > first {
                    out.push(b',');
                }
                out.extend_from_slice(&field.bound.key);
                if !field.represent_data(data, named, context, out).await? {
                    out.truncate(before);
                }
            }
            out.push(b'}');
            let Some(method) = &self.methods.to_representation else { return Ok(()) };
            let written = out.split_off(start);
            let written = std::str::from_utf8(&written).ok().and_then(|text| json::loads(text).ok());
            let Some(Json::Dict(shown)) = written else { return Err(cannot_show()) };
            let changed = method(data, shown, context).await?;
            context.defaults().write(&Json::Dict(changed), out)
        })
    }
}

impl PlannedField {
    /// Writes the field's value; whether it has one.
    async fn represent_data(
        &self,
        data: &ValidatedData,
        named: &mut Named,
        context: &Context<'_>,
        out: &mut Vec<u8>,
    ) -> Result<bool> {
        match &self.role {
            Role::Method(Method::Now(call)) => write_validated(&call(data, context)?, out)?,
            Role::Method(Method::Later(call)) => write_validated(&call(data, context).await?, out)?,
            Role::MethodOfValues(_) => return Err(cannot_show()),
            Role::Nested(nested) if self.source.is_object() => {
                nested.class.represent_data(data, named, context, out).await?;
            }
            role => match self.attribute(data, context)? {
                None => return Ok(false),
                Some(value) if value.is_null() => out.extend_from_slice(b"null"),
                Some(value) => match role {
                    Role::Nested(nested) => nested.represent(&value, named, context, out).await?,
                    _ => {
                        let value = named.shown(&self.bound, value, context).await?;
                        if value.is_null() {
                            out.extend_from_slice(b"null");
                            return Ok(true);
                        }
                        if let (Role::List(list), Validated::List(items)) = (role, &*value) {
                            list.represent_items(items, named, context, out).await?;
                            return Ok(true);
                        }
                        let written = context.during(|| self.bound.field.represent(&value, context, out));
                        written.map_err(|error| unwritten(&value, error))?;
                    }
                },
            },
        }
        Ok(true)
    }

    /// The value that is shown: DRF's `get_attribute`.
    fn attribute<'a>(
        &self,
        data: &'a ValidatedData,
        context: &Context<'_>,
    ) -> Result<Option<Cow<'a, Validated>>> {
        if self.source.is_object() {
            return Ok(Some(Cow::Owned(Validated::Dict(data.clone()))));
        }
        if let Some(value) = self.source.find(data) {
            return Ok(Some(Cow::Borrowed(value)));
        }
        match &self.bound.default {
            Some(default) => value_of(default, context).map(Cow::Owned).map(Some),
            None if self.bound.allow_null => Ok(Some(Cow::Owned(Validated::NULL))),
            None if !self.bound.required => Ok(None),
            None => Err(Error::refused(format!("there is no value for the field `{}`", self.bound.name))),
        }
    }
}

impl NestedField {
    /// Writes one of them, or several.
    async fn represent(
        &self,
        value: &Validated,
        named: &mut Named,
        context: &Context<'_>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        match (&self.list, value) {
            (None, Validated::Dict(data)) => self.class.represent_data(data, named, context, out).await,
            (Some(list), Validated::List(items)) => list.represent_items(items, named, context, out).await,
            _ => Err(cannot_show()),
        }
    }
}

/// The value of a default that is shown.
fn value_of(default: &DefaultValue, context: &Context<'_>) -> Result<Validated> {
    match default {
        DefaultValue::Value(value) => Ok(value.clone()),
        DefaultValue::Function(function) => function(context),
        DefaultValue::CreateOnly(default) => value_of(default, context),
        DefaultValue::OfModel(value) => Ok(Validated::Value(value())),
    }
}

/// What was taken as it is may be no JSON: an infinite number, or a text with a lone surrogate. DRF fails at it.
fn unwritten(value: &Validated, error: Error) -> Error {
    match value.clone().into_json().map(|json| json.write(&mut Vec::new())) {
        Ok(Err(_)) => {
            let message = ErrorDetail::new("The value cannot be answered as JSON.", "invalid");
            Error::Invalid(Detail::message(message))
        }
        _ => error,
    }
}
