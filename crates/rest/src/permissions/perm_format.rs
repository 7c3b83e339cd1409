//! Names of permissions that are written for any model: `%(app_label)s.view_%(model_name)s`.

use std::fmt;

use belleville_db::ModelMeta;

/// The name of a permission with places for the app and the name of a model, as DRF writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PermFormat(&'static str);

const APP_LABEL: &str = "%(app_label)s";
const MODEL_NAME: &str = "%(model_name)s";

impl PermFormat {
    pub(crate) const fn new(format: &'static str) -> Self {
        Self(format)
    }

    /// The permission on a model.
    pub(crate) fn of(self, meta: &ModelMeta) -> String {
        self.0.replace(APP_LABEL, meta.app_label).replace(MODEL_NAME, meta.model_name)
    }

    /// Refuses a name that no permission can have.
    pub(crate) fn check(self, meta: &ModelMeta) -> Result<(), String> {
        let name = self.of(meta);
        if name.contains('%') {
            return Err(format!(
                "`{self}` is no name of a permission: its places are {APP_LABEL} and {MODEL_NAME}"
            ));
        }
        match name.split_once('.') {
            Some((app, codename)) if !app.is_empty() && !codename.is_empty() => Ok(()),
            _ => Err(format!(
                "`{self}` names no permission: write it with its app, `{APP_LABEL}.view_{MODEL_NAME}`"
            )),
        }
    }

    /// Refuses also the permission of another app than the model's, which no object can have.
    pub(crate) fn check_object(self, meta: &ModelMeta) -> Result<(), String> {
        self.check(meta)?;
        let name = self.of(meta);
        match name.split_once('.') {
            Some((app, _)) if app != meta.app_label => {
                Err(format!("`{name}` is a permission of another app than that of {}", meta.label()))
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for PermFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
