//! Parts of a program that bring services and classes of their own: Django's `AppConfig`. What an app needs of the
//! settings it has been given; what requests need of it, it makes ready once, at start.

use belleville_http::services::Services;
use belleville_http::settings::SettingsError;

use crate::authentication::NamedAuthenticator;

/// A part of a program.
pub trait App: Send + Sync {
    /// The authenticators that `default_authentication_classes` may name.
    fn authenticators(&self) -> Vec<NamedAuthenticator> {
        Vec::new()
    }

    /// Makes the services of the app ready. The database and the settings of all modules are among the services
    /// already.
    ///
    /// # Errors
    /// When a setting cannot be used, or an app that it needs is missing.
    fn ready(&self, services: &mut Services) -> Result<(), SettingsError> {
        let _ = services;
        Ok(())
    }
}
