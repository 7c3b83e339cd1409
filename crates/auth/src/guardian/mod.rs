//! Permissions on single objects, in the tables of django-guardian, by its rules.
//!
//! A user has the permissions on an object that the user's own rows give, and those of the user's groups. A superuser has all of
//! them, and an inactive user none. Who is not logged in has those of the user with a name that the settings say.

mod anonymous;
mod check;
mod grants;
mod holders;
mod objects;
mod orphans;
mod tables;
mod target;
mod who;

use belleville_db::{Database, Model, Registry};

pub use anonymous::create_anonymous_user;
pub use check::ObjectPermissions;
pub use holders::HoldersOf;
pub use objects::ObjectsFor;
pub use tables::{GroupObjectPermission, UserObjectPermission, app};
pub use who::Holder;

/// The name of the user whose permissions those have who are not logged in: the default of guardian's `ANONYMOUS_USER_NAME`.
pub const ANONYMOUS_USER_NAME: &str = "AnonymousUser";

/// The permissions on objects in a database: what guardian has in `guardian.shortcuts`.
///
/// A handler has them by `request.guardian()`; a command, a test or a job makes them of a database.
///
/// A permission is named by its codename, `change_note`, or with its app, `notes.change_note`. It is one of the object's model.
///
/// ```
/// # extern crate belleville_auth as belleville;
/// # use belleville_auth::user::AuthUser;
/// # use belleville_db::{Database, Model};
/// # #[derive(Clone, Debug, Model)]
/// # #[model(app = "notes")]
/// # struct Note { #[field(primary_key)] id: i64, #[field(max_length = 100)] title: String }
/// use belleville_auth::guardian::Guardian;
///
/// # async fn example(db: &Database, alice: &AuthUser, note: &Note) -> belleville_db::Result<()> {
/// let guardian = Guardian::new(db);
/// guardian.assign_perm("change_note", alice, note).await?;
/// assert!(guardian.has_perm(alice, "change_note", note).await?);
/// let notes = guardian.get_objects_for(alice, ["change_note"]).filter(Note::objects())?;
/// assert_eq!(notes.count(db).await?, 1);
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Guardian<'a> {
    db: &'a Database,
    anonymous_user_name: Option<&'a str>,
}

impl<'a> Guardian<'a> {
    /// The permissions in a database.
    pub fn new(db: &'a Database) -> Self {
        Self { db, anonymous_user_name: Some(ANONYMOUS_USER_NAME) }
    }

    /// Sets the name of the user whose permissions those have who are not logged in; `None`: they have none.
    #[must_use]
    pub fn anonymous_user_name(self, name: Option<&'a str>) -> Self {
        Self { anonymous_user_name: name, ..self }
    }
}

/// Whether a program has the app [`app`].
pub fn is_installed(registry: &Registry) -> bool {
    registry.models().iter().any(|model| model.label() == UserObjectPermission::META.label())
}
