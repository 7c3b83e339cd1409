//! Validators that ask whether another row has some values: DRF's `UniqueValidator`, `UniqueTogetherValidator` and those of
//! dates. They say what they ask (rows that must not be there), and the answers are gathered elsewhere.

mod clash;
mod conditions;
mod declared;
mod of_model;
mod period;
mod rule;
mod together;
mod validators;

pub(crate) use clash::Named;
pub use declared::{
    FieldValidator, SerializerValidator, UniqueForDateValidator, UniqueForMonthValidator,
    UniqueForYearValidator, UniqueTogetherValidator, UniqueValidator,
};
pub(crate) use of_model::{Implied, ModelSets};
pub(crate) use rule::UniqueRule;
pub(crate) use validators::{Known, Object, Validators};

use belleville_db::{Detail, Result, Rows, Value};

use crate::{Context, RelatedRows};

/// What a validator of a whole serializer says of values.
pub(crate) enum Verdict {
    /// Nothing is wrong.
    Valid,
    /// Something is, whatever the database has.
    Refused(Detail),
    /// Something is if there are such rows.
    UnlessFound(Rows),
}

/// A value as rows are compared with it: an upload that is not stored yet is its name.
fn compared(value: Value) -> Value {
    match value {
        Value::File(upload) => Value::Text(upload.name().to_owned()),
        value => value,
    }
}

/// Among which rows another one is looked for.
#[derive(Clone, Debug)]
pub(crate) enum Among {
    /// All of a model.
    All(&'static belleville_db::ModelMeta),
    /// Those of a queryset.
    Queryset(&'static belleville_db::ModelMeta, RelatedRows),
}

impl Among {
    pub(crate) fn meta(&self) -> &'static belleville_db::ModelMeta {
        match self {
            Self::All(meta) | Self::Queryset(meta, _) => meta,
        }
    }

    fn rows(&self, context: &Context<'_>) -> Result<Rows> {
        match self {
            Self::All(meta) => Ok(Rows::all(meta)),
            Self::Queryset(_, rows) => rows.of(context),
        }
    }
}
