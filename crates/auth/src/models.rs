//! The tables of Django's `auth`, `contenttypes`, `sessions`, `admin` and DRF's `authtoken` apps.
//!
//! The fields are in the order of Django's models, and the tables are exactly Django's.

use belleville_db::{Column, ContentTypes, DateTime, ForeignKey, ManyToMany, Model, now};

use crate::user::AuthUser;

/// A model by its app and name. Permissions and the admin's log refer to it.
#[derive(Clone, Debug, Model)]
#[model(
    app = "contenttypes",
    table = "django_content_type",
    unique_together = [["app_label", "model"]],
    natural_key = ["app_label", "model"]
)]
pub struct ContentType {
    /// The primary key.
    #[field(primary_key)]
    pub id: i32,
    /// The app: `projects`.
    #[field(max_length = 100)]
    pub app_label: String,
    /// The model's name in lower case: `project`.
    #[field(max_length = 100, verbose_name = "python model class name")]
    pub model: String,
}

impl ContentTypes for ContentType {
    const APP_LABEL: Column<Self, String> = Self::APP_LABEL;
    const MODEL: Column<Self, String> = Self::MODEL;
}

/// What a user may do with rows of one model: `add_project`.
#[derive(Clone, Debug, Model)]
#[model(
    app = "auth",
    ordering = ["content_type__app_label", "content_type__model", "codename"],
    unique_together = [["content_type", "codename"]],
    natural_key = ["codename", "content_type"]
)]
pub struct Permission {
    /// The primary key.
    #[field(primary_key)]
    pub id: i32,
    /// What people read: `Can add project`.
    #[field(max_length = 255)]
    pub name: String,
    /// The model.
    #[field(on_delete = Cascade)]
    pub content_type: ForeignKey<ContentType>,
    /// The name in code: `add_project`.
    #[field(max_length = 100)]
    pub codename: String,
}

/// A named set of permissions that several users share.
#[derive(Clone, Debug, Model)]
#[model(app = "auth", natural_key = ["name"])]
pub struct Group {
    /// The primary key.
    #[field(primary_key)]
    pub id: i32,
    /// The name.
    #[field(max_length = 150, unique)]
    pub name: String,
    /// What its users may do.
    #[field(blank)]
    pub permissions: ManyToMany<Permission>,
}

/// A user, who can log in: Django's own model. A program may have another: see [`crate::user`].
#[derive(Clone, Model)]
#[model(app = "auth", user(login = username, required = [email]))]
pub struct User {
    /// The primary key.
    #[field(primary_key)]
    pub id: i32,
    /// The password's hash, with its algorithm and salt, in Django's format.
    #[field(max_length = 128)]
    pub password: String,
    /// The last login through a session.
    #[field(blank)]
    pub last_login: Option<DateTime>,
    /// Has every permission.
    #[field(
        default = false,
        verbose_name = "superuser status",
        help_text = "Designates that this user has all permissions without explicitly assigning them."
    )]
    pub is_superuser: bool,
    /// The name to log in with.
    #[field(
        max_length = 150,
        unique,
        validators = [regex(
            r"^[\w.@+-]+\Z",
            "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."
        )],
        error_messages = [["unique", "A user with that username already exists."]],
        help_text = "Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only."
    )]
    pub username: String,
    /// The first name.
    #[field(max_length = 150, blank)]
    pub first_name: String,
    /// The last name.
    #[field(max_length = 150, blank)]
    pub last_name: String,
    /// The e-mail address.
    #[field(kind = EmailField, max_length = 254, blank, verbose_name = "email address")]
    pub email: String,
    /// May use the admin.
    #[field(
        default = false,
        verbose_name = "staff status",
        help_text = "Designates whether the user can log into this admin site."
    )]
    pub is_staff: bool,
    /// May log in at all.
    #[field(
        default = true,
        verbose_name = "active",
        help_text = "Designates whether this user should be treated as active. Unselect this instead of deleting accounts."
    )]
    pub is_active: bool,
    /// When the account was made.
    #[field(default = now())]
    pub date_joined: DateTime,
    /// The groups that the user belongs to.
    #[field(
        blank,
        related_name = "user_set",
        help_text = "The groups this user belongs to. A user will get all permissions granted to each of their groups."
    )]
    pub groups: ManyToMany<Group>,
    /// The permissions that the user has besides those of the groups.
    #[field(blank, related_name = "user_set", help_text = "Specific permissions for this user.")]
    pub user_permissions: ManyToMany<Permission>,
}

// The hash stays out of logs.
impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User").field("id", &self.id).field("username", &self.username).finish_non_exhaustive()
    }
}

/// A browser's session.
#[derive(Clone, Model)]
#[model(app = "sessions", table = "django_session")]
pub struct Session {
    /// What the cookie holds.
    #[field(primary_key, max_length = 40)]
    pub session_key: String,
    /// The signed contents.
    pub session_data: String,
    /// When the session expires.
    #[field(index)]
    pub expire_date: DateTime,
}

// The key is a credential.
impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("expire_date", &self.expire_date).finish_non_exhaustive()
    }
}

/// A user's token for `Authorization: Token ...`.
#[derive(Clone, Model)]
#[model(app = "authtoken", verbose_name = "Token")]
pub struct Token {
    /// 40 hexadecimal digits.
    #[field(primary_key, max_length = 40, verbose_name = "Key")]
    pub key: String,
    /// The user.
    #[field(one_to_one, on_delete = Cascade, related_name = "auth_token", verbose_name = "User")]
    pub user: ForeignKey<AuthUser>,
    /// When it was made.
    #[field(auto_now_add, verbose_name = "Created")]
    pub created: DateTime,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token").field("user", &self.user).finish_non_exhaustive()
    }
}

/// A proxy of [`Token`]: Django's admin shows tokens by their user.
#[derive(Clone, Model)]
#[model(app = "authtoken", table = "authtoken_token", verbose_name = "Token", proxy)]
pub struct TokenProxy {
    /// 40 hexadecimal digits.
    #[field(primary_key, max_length = 40)]
    pub key: String,
}

// The key is a credential.
impl std::fmt::Debug for TokenProxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenProxy").finish_non_exhaustive()
    }
}

/// One of several tokens of a user, hashed: django-rest-knox's `AuthToken`.
#[derive(Clone, Model)]
#[model(app = "knox", name = "AuthToken", table = "knox_authtoken")]
pub struct KnoxToken {
    /// The SHA-512 of the token.
    #[field(primary_key, max_length = 128)]
    pub digest: String,
    /// The token's first letters, by which it is found and known to people.
    #[field(max_length = 25, index)]
    pub token_key: String,
    /// The user.
    #[field(on_delete = Cascade, related_name = "auth_token_set")]
    pub user: ForeignKey<AuthUser>,
    /// When it was made.
    #[field(auto_now_add)]
    pub created: DateTime,
    /// When it expires; `None` for never.
    #[field(blank)]
    pub expiry: Option<DateTime>,
}

impl std::fmt::Debug for KnoxToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KnoxToken").field("token_key", &self.token_key).finish_non_exhaustive()
    }
}

/// A refresh token that was issued and can be revoked.
#[derive(Clone, Model)]
#[model(app = "token_blacklist", verbose_name = "Outstanding Token", ordering = ["user"])]
pub struct OutstandingToken {
    /// The primary key.
    #[field(primary_key)]
    pub id: i64,
    /// The user of the token.
    #[field(on_delete = SetNull, blank)]
    pub user: Option<ForeignKey<AuthUser>>,
    /// The claim that identifies it.
    #[field(max_length = 255, unique)]
    pub jti: String,
    /// The token as it was issued.
    pub token: String,
    /// When it was made.
    #[field(blank)]
    pub created_at: Option<DateTime>,
    /// When it expires.
    pub expires_at: DateTime,
}

// The token is a credential.
impl std::fmt::Debug for OutstandingToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OutstandingToken")
            .field("id", &self.id)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// A refresh token that was revoked.
#[derive(Clone, Debug, Model)]
#[model(app = "token_blacklist", verbose_name = "Blacklisted Token")]
pub struct BlacklistedToken {
    /// The primary key.
    #[field(primary_key)]
    pub id: i64,
    /// The token.
    #[field(one_to_one, on_delete = Cascade)]
    pub token: ForeignKey<OutstandingToken>,
    /// When it was revoked.
    #[field(auto_now_add)]
    pub blacklisted_at: DateTime,
}

/// A change that was made in the admin.
#[derive(Clone, Debug, Model)]
#[model(app = "admin", table = "django_admin_log", verbose_name = "log entry", ordering = ["-action_time"])]
pub struct LogEntry {
    /// The primary key.
    #[field(primary_key)]
    pub id: i32,
    /// When it was made.
    #[field(default = now(), editable = false)]
    pub action_time: DateTime,
    /// The user who made it.
    #[field(on_delete = Cascade)]
    pub user: ForeignKey<AuthUser>,
    /// The model.
    #[field(on_delete = SetNull, blank)]
    pub content_type: Option<ForeignKey<ContentType>>,
    /// The row's primary key, as text.
    #[field(blank)]
    pub object_id: Option<String>,
    /// The row as people read it.
    #[field(max_length = 200)]
    pub object_repr: String,
    /// 1 for an addition, 2 for a change, 3 for a deletion.
    pub action_flag: u16,
    /// The changed fields, as JSON.
    #[field(blank)]
    pub change_message: String,
}
