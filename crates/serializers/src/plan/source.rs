//! Where a field's value comes from: DRF's `source`.

use belleville_db::{ColumnPath, FieldMeta, ModelMeta};

use crate::value::{Validated, ValidatedData};

/// The names from an object to a value: `author`, `name`. None at all is the object itself: `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    names: Vec<&'static str>,
    /// Another field sets the same value too.
    pub(super) is_shared: bool,
}

/// A column that a source leads to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// Where it is.
    pub(crate) path: ColumnPath,
    /// What is known of it.
    pub(crate) field: &'static FieldMeta,
    /// The model that has it.
    pub(crate) model: &'static ModelMeta,
    /// What people read of the choice is meant: `get_status_display`.
    pub(crate) is_display: bool,
}

impl Source {
    pub(crate) fn new(text: &'static str) -> Self {
        Self::of(if text == "*" { Vec::new() } else { text.split('.').collect() })
    }

    /// The same as a lookup of Django has it: `author__name`.
    pub(crate) fn of_lookup(text: &'static str) -> Self {
        Self::of(text.split("__").collect())
    }

    fn of(names: Vec<&'static str>) -> Self {
        Self { names, is_shared: false }
    }

    /// Whether it is this one name.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.names == [name]
    }

    pub(crate) fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// Whether it is the object itself.
    pub(crate) fn is_object(&self) -> bool {
        self.names.is_empty()
    }

    /// The value that it leads to among validated ones.
    pub(crate) fn find<'a>(&self, data: &'a ValidatedData) -> Option<&'a Validated> {
        let (first, rest) = self.names.split_first()?;
        rest.iter().try_fold(data.get(first)?, |value, name| match value {
            Validated::Dict(data) => data.get(name),
            _ => None,
        })
    }

    /// Sets the value that it leads to among validated ones: DRF's `set_value`.
    #[inline]
    pub(crate) fn set(&self, data: &mut ValidatedData, value: Validated) {
        match &*self.names {
            [name] if !self.is_shared => data.push(*name, value),
            _ => self.set_inside(data, value),
        }
    }

    fn set_inside(&self, data: &mut ValidatedData, value: Validated) {
        match (&*self.names, value) {
            ([], Validated::Dict(values)) => {
                values.into_iter().for_each(|(name, value)| data.set(name, value))
            }
            ([], _) => {}
            ([way @ .., name], value) => {
                let inside = way.iter().fold(data, |data, name| data.dict(name));
                inside.set(*name, value);
            }
        }
    }

    /// The foreign keys on the way to the model whose member the last name is.
    pub(crate) fn keys(&self, meta: &'static ModelMeta) -> Option<(Vec<usize>, &'static ModelMeta)> {
        let (_, way) = self.names.split_last()?;
        let mut model = meta;
        let mut keys = Vec::new();
        for name in way {
            let key = model.fields.iter().position(|field| field.name == *name)?;
            model = (model.fields[key].relation.as_ref()?.to)();
            keys.push(key);
        }
        Some((keys, model))
    }

    /// The column that it leads to.
    pub(crate) fn column(&self, meta: &'static ModelMeta) -> Option<Column> {
        let (keys, model) = self.keys(meta)?;
        let (at, is_display) = member(model, self.names.last()?)?;
        let path = keys.iter().rev().fold(ColumnPath::field(at), |path, key| path.behind(*key));
        Some(Column { path, field: &model.fields[at], model, is_display })
    }
}

/// The field that a name of Python's object stands for.
fn member(model: &'static ModelMeta, name: &str) -> Option<(usize, bool)> {
    if let Some(at) = model.position(name) {
        return Some((at, false));
    }
    if let Some(shown) = name.strip_prefix("get_").and_then(|name| name.strip_suffix("_display")) {
        let at = model.position(shown)?;
        return (!model.fields[at].choices.is_empty()).then_some((at, true));
    }
    match name {
        "pk" => Some((model.pk_position(), false)),
        "get_username" => Some((model.roles?.login, false)),
        _ => None,
    }
}
