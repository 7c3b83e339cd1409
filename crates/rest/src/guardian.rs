//! Permissions on single objects: django-guardian's tables and rules, where the program has the app [`app`].

use belleville_db::Object;
use belleville_http::services::Services;
use belleville_http::settings::{Section, SettingsError, text_or_false};
use serde::Deserialize;

pub use belleville_auth::guardian::{
    ANONYMOUS_USER_NAME, GroupObjectPermission, Guardian, Holder, HoldersOf, ObjectPermissions, ObjectsFor,
    UserObjectPermission, app,
};

use crate::apps::App;
use crate::exceptions::{Error, Result};
use crate::request::Request;

/// guardian's settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct GuardianSettings {
    /// The name of the user whose permissions on objects those have who are not logged in: `migrate` makes it. `false`: they have
    /// none.
    #[serde(deserialize_with = "text_or_false")]
    pub anonymous_user_name: Option<String>,
}

impl Default for GuardianSettings {
    fn default() -> Self {
        Self { anonymous_user_name: Some(ANONYMOUS_USER_NAME.to_owned()) }
    }
}

impl Section for GuardianSettings {}

/// What guardian brings to a program that has its tables.
#[derive(Clone, Copy, Debug)]
pub struct GuardianApp;

/// The program has guardian's tables.
struct Installed;

impl App for GuardianApp {
    fn ready(&self, services: &mut Services) -> Result<(), SettingsError> {
        if belleville_auth::guardian::is_installed(services.db.registry()) {
            services.insert(Installed);
        }
        Ok(())
    }
}

const NOT_INSTALLED: &str = "permissions on objects need guardian's tables; add the app `guardian::app()` to the program: `App::app(guardian::app())`";

/// Refuses what needs guardian in a program without its tables.
pub(crate) fn check(services: &Services) -> Result<(), SettingsError> {
    services.get::<Installed>().map(|_| ()).ok_or_else(|| SettingsError::new(NOT_INSTALLED))
}

/// Permissions on objects.
impl Request {
    /// The permissions on objects in the program's database, where it has the app [`app`]:
    /// `request.guardian()?.has_perm(request.user().ok(), "change_note", &note)`.
    ///
    /// # Errors
    /// 500 when the program does not have the app.
    pub fn guardian(&self) -> Result<Guardian<'_>> {
        check(self.services()).map_err(Error::internal)?;
        let settings = self.services().require::<GuardianSettings>()?;
        Ok(Guardian::new(self.db()).anonymous_user_name(settings.anonymous_user_name.as_deref()))
    }

    /// The permissions that the user of the request has on an object. Without guardian, as with Django's own backend, only superusers
    /// have any.
    pub(crate) async fn object_permissions(&self, object: &dyn Object) -> Result<ObjectPermissions> {
        if self.services().get::<Installed>().is_some() {
            return Ok(self.guardian()?.object_permissions(self.user().ok().into(), object).await?);
        }
        let user = self.user().ok().filter(|user| !user.is_described());
        Ok(ObjectPermissions::without_rows(user.is_some_and(|user| user.is_active() && user.is_superuser())))
    }
}
