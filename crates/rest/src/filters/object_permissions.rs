//! Lists of the objects that a user may see.

use belleville_db::{ModelMeta, Rows};
use belleville_http::services::Services;

use super::FilterBackend;
use crate::exceptions::Result;
use crate::guardian;
use crate::listing::Listing;
use crate::permissions::PermFormat;
use crate::request::Request;
use crate::settings::SettingsError;

/// Only those rows on which the user of the request has a permission, `view` where nothing else is said:
/// djangorestframework-guardian's class of this name. A program needs the app [`guardian::app`](crate::guardian::app) for it.
///
/// The user's own permissions and those of the groups count. A superuser is given all rows; whoever is not logged in has the
/// permissions of the user that the setting `anonymous_user_name` names. It is a condition of the list's own statement.
///
/// ```
/// # use belleville_rest::filters::ObjectPermissionsFilter;
/// # use belleville_rest::policies::Policies;
/// # fn configure(config: &mut Policies) {
/// config.filter_backends(ObjectPermissionsFilter::new().perm_format("%(app_label)s.change_%(model_name)s"));
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ObjectPermissionsFilter {
    perm_format: PermFormat,
    accept_global_perms: bool,
    use_groups: bool,
    with_superuser: bool,
}

impl ObjectPermissionsFilter {
    /// By the permission to view an object.
    pub const fn new() -> Self {
        Self {
            perm_format: PermFormat::new("%(app_label)s.view_%(model_name)s"),
            accept_global_perms: false,
            use_groups: true,
            with_superuser: true,
        }
    }

    /// Sets the permission that is needed, instead of the one to view: the class's `perm_format`.
    #[must_use]
    pub const fn perm_format(self, format: &'static str) -> Self {
        Self { perm_format: PermFormat::new(format), ..self }
    }

    /// Whether Django's permissions, which are on all objects of a model, count too. They do not by default.
    #[must_use]
    pub const fn accept_global_perms(self, accept_global_perms: bool) -> Self {
        Self { accept_global_perms, ..self }
    }

    /// Whether the permissions of a user's groups count. They do by default.
    #[must_use]
    pub const fn use_groups(self, use_groups: bool) -> Self {
        Self { use_groups, ..self }
    }

    /// Whether a superuser is given all rows. It is so by default; otherwise permissions on all objects do not count either.
    #[must_use]
    pub const fn with_superuser(self, with_superuser: bool) -> Self {
        Self { with_superuser, ..self }
    }
}

impl Default for ObjectPermissionsFilter {
    fn default() -> Self {
        Self::new()
    }
}

impl FilterBackend for ObjectPermissionsFilter {
    async fn filter_rows(&self, request: &Request, rows: Rows, _: &Listing) -> Result<Rows> {
        let permission = self.perm_format.of(rows.meta());
        let visible = request
            .guardian()?
            .get_objects_for(request.user().ok(), [permission])
            .accept_global_perms(self.accept_global_perms)
            .use_groups(self.use_groups)
            .with_superuser(self.with_superuser);
        Ok(visible.filter_rows(rows)?)
    }

    fn check(&self, meta: &'static ModelMeta, services: &Services) -> Result<(), SettingsError> {
        guardian::check(services)?;
        self.perm_format.check_object(meta).map_err(SettingsError::new)
    }
}
