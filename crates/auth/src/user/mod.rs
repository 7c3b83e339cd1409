//! The program's user model (Django's `AUTH_USER_MODEL`): a model like any other, which is chosen when the program
//! starts. Django's own [`User`] is the default.
//!
//! [`AuthUser`] is a row of it. It is a [`Model`] itself, so that keys of Django's tables refer to it
//! (`ForeignKey<AuthUser>`) and queries find it; authentication reads it by the roles that its fields have.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

use belleville_db::migrations::AppConfig;
use belleville_db::{
    Column, DateTime, Error, Expr, FieldKind, FieldValue, ForeignKey, IntoExpr, Model, ModelMeta, Object,
    Result, Row, UserModel, UserRoles, ValueRef,
};

use crate::models::User;

pub use self::pk::UserPk;

mod check;
mod pk;

/// The chosen model.
struct Chosen {
    meta: &'static ModelMeta,
    roles: UserRoles,
    read: fn(&dyn Row, usize) -> Result<Arc<dyn UserRow>>,
}

static CHOSEN: OnceLock<Chosen> = OnceLock::new();

impl Chosen {
    fn of<U: UserModel>() -> Option<Self> {
        let read = |row: &dyn Row, offset: usize| Ok(Arc::new(U::from_row(row, offset)?) as Arc<dyn UserRow>);
        U::meta().roles.map(|roles| Self { meta: U::meta(), roles, read })
    }
}

fn chosen() -> &'static Chosen {
    CHOSEN.get_or_init(|| {
        let usual = Chosen::of::<User>();
        usual.unwrap_or(Chosen { meta: User::META, roles: NO_ROLES, read: |_, _| Err(no_such_user()) })
    })
}

/// Of a model that has none; the derive gives every model of users its own.
const NO_ROLES: UserRoles = UserRoles {
    login: 0,
    password: 0,
    email: None,
    is_active: None,
    is_staff: None,
    is_superuser: None,
    last_login: None,
    required: &[],
};

fn no_such_user() -> Error {
    Error::Decode("the model of users has no roles".to_owned())
}

/// Why a model cannot be the user model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserModelError(String);

impl UserModelError {
    fn new(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for UserModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UserModelError {}

/// Chooses the user model of this process, before a user is read.
///
/// # Errors
/// When another model was chosen or used before.
pub fn choose<U: UserModel>() -> std::result::Result<(), UserModelError> {
    let Some(asked) = Chosen::of::<U>() else { return Ok(()) };
    let label = asked.meta.label();
    let chosen = CHOSEN.get_or_init(|| asked);
    if chosen.meta.label() == label {
        return Ok(());
    }
    Err(UserModelError::new(format!(
        "the user model cannot be {label}: this process uses {} already, and has one user model",
        chosen.meta.label()
    )))
}

/// Django's apps and then the program's own, with the user model in their migrations.
///
/// # Errors
/// When the user model is in none of the apps, cannot be one, or a key refers to another user model.
pub fn install(
    own: impl IntoIterator<Item = AppConfig>,
) -> std::result::Result<Vec<AppConfig>, UserModelError> {
    let apps: Vec<AppConfig> = crate::apps::all().into_iter().chain(own).collect();
    check::check(&apps)?;
    let first = check::first_migration(&apps)
        .ok_or_else(|| UserModelError::new(format!(
            "the app `{}` has no migration that makes the table of {}; the command `makemigrations` writes it",
            meta().app_label,
            label()
        )))?;
    Ok(apps.into_iter().map(|app| app.with_user_model(label(), Some(first))).collect())
}

/// The same before a migration makes the user model's table: for `makemigrations`, which writes it.
///
/// # Errors
/// When the user model cannot be used as it is declared.
pub fn install_unmigrated(
    own: impl IntoIterator<Item = AppConfig>,
) -> std::result::Result<Vec<AppConfig>, UserModelError> {
    let apps: Vec<AppConfig> = crate::apps::all().into_iter().chain(own).collect();
    check::check(&apps)?;
    let first = check::first_migration(&apps);
    Ok(apps.into_iter().map(|app| app.with_user_model(label(), first)).collect())
}

/// The metadata of the user model.
pub fn meta() -> &'static ModelMeta {
    chosen().meta
}

/// Which of its fields authentication reads.
pub fn roles() -> &'static UserRoles {
    &chosen().roles
}

/// The column of the name to log in with: Django's `USERNAME_FIELD`.
pub fn login_column() -> Column<AuthUser, String> {
    Column::new(roles().login)
}

/// The name of that field: `username`.
pub fn login_field() -> &'static str {
    meta().fields[roles().login].name
}

/// The name of that field as DRF labels a serializer's field: `Username`.
pub fn login_label() -> &'static str {
    static LABEL: OnceLock<String> = OnceLock::new();
    LABEL.get_or_init(|| {
        let text = login_field().replace('_', " ").to_lowercase();
        let mut letters = text.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    })
}

/// The column of the password's hash.
pub fn password_column() -> Column<AuthUser, String> {
    Column::new(roles().password)
}

/// The column of the e-mail address, if the model has one.
pub fn email_column() -> Option<Column<AuthUser, String>> {
    roles().email.map(Column::new)
}

/// The column of the last login, if the model has one.
pub fn last_login_column() -> Option<Column<AuthUser, Option<DateTime>>> {
    roles().last_login.map(Column::new)
}

/// The column that says who may log in, if the model has one.
pub(crate) fn is_active_column() -> Option<Column<AuthUser, bool>> {
    roles().is_active.map(Column::new)
}

/// The column that says who has every permission, if the model has one.
pub(crate) fn is_superuser_column() -> Option<Column<AuthUser, bool>> {
    roles().is_superuser.map(Column::new)
}

/// A user: a row of the user model, or what a token says of one ([`AuthUser::described`]).
#[derive(Clone)]
pub struct AuthUser {
    pk: UserPk,
    source: Source,
}

#[derive(Clone)]
enum Source {
    Row(Arc<dyn UserRow>),
    Token(Arc<Described>),
}

/// What a token says of a user.
#[derive(Clone, Debug, Default)]
pub struct Described {
    /// The name.
    pub username: String,
    /// May use the admin.
    pub is_staff: bool,
    /// Has every permission.
    pub is_superuser: bool,
}

// The hash stays out of logs.
impl fmt::Debug for AuthUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthUser")
            .field("pk", &self.pk)
            .field("username", &self.username())
            .finish_non_exhaustive()
    }
}

impl AuthUser {
    /// A user that a token describes: simplejwt's `TokenUser`. There is no row, and no permission.
    pub fn described(pk: UserPk, claims: Described) -> Self {
        Self { pk, source: Source::Token(Arc::new(claims)) }
    }

    /// Whether the user is only described by a token.
    pub fn is_described(&self) -> bool {
        matches!(self.source, Source::Token(_))
    }

    /// The row, as the program's own type.
    pub fn get<U: UserModel>(&self) -> Option<&U> {
        self.row()?.as_any().downcast_ref()
    }

    fn row(&self) -> Option<&dyn UserRow> {
        match &self.source {
            Source::Row(row) => Some(&**row),
            Source::Token(_) => None,
        }
    }

    fn cell(&self, field: Option<usize>) -> ValueRef<'_> {
        match (self.row(), field) {
            (Some(row), Some(field)) => row.value_at(field),
            _ => ValueRef::Null,
        }
    }

    fn text(&self, field: Option<usize>) -> &str {
        match self.cell(field) {
            ValueRef::Text(text) => text,
            _ => "",
        }
    }

    fn flag(&self, field: Option<usize>) -> bool {
        self.cell(field) == ValueRef::Bool(true)
    }

    /// The name to log in with: Django's `get_username()`.
    pub fn username(&self) -> &str {
        match &self.source {
            Source::Row(_) => self.text(Some(roles().login)),
            Source::Token(described) => &described.username,
        }
    }

    /// The password's hash.
    pub fn password(&self) -> &str {
        self.text(Some(roles().password))
    }

    /// The e-mail address; empty where the model has none.
    pub fn email(&self) -> &str {
        self.text(roles().email)
    }

    /// May log in at all; true where the model does not say.
    pub fn is_active(&self) -> bool {
        roles().is_active.is_none() || self.is_described() || self.flag(roles().is_active)
    }

    /// May use the admin.
    pub fn is_staff(&self) -> bool {
        match &self.source {
            Source::Row(_) => self.flag(roles().is_staff),
            Source::Token(described) => described.is_staff,
        }
    }

    /// Has every permission.
    pub fn is_superuser(&self) -> bool {
        match &self.source {
            Source::Row(_) => self.flag(roles().is_superuser),
            Source::Token(described) => described.is_superuser,
        }
    }

    /// The last login through a session.
    pub fn last_login(&self) -> Option<DateTime> {
        match self.cell(roles().last_login) {
            ValueRef::DateTime(at) => Some(at),
            _ => None,
        }
    }

    /// The value of a text field by its name, if the model has it: `first_name`.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        match self.cell(Some(meta().position(name)?)) {
            ValueRef::Text(text) => Some(text),
            _ => None,
        }
    }

    fn row_mut(&mut self) -> Option<&mut dyn UserRow> {
        match &mut self.source {
            // Nobody else has the row yet: it was just read.
            Source::Row(row) => Arc::get_mut(row),
            Source::Token(_) => None,
        }
    }
}

impl<U: UserModel> From<U> for AuthUser {
    fn from(user: U) -> Self {
        Self { pk: UserPk::of(user.pk().to_ref()), source: Source::Row(Arc::new(user)) }
    }
}

/// What a key to users refers to: the program's user model by its name, or whichever it is ([`AuthUser`]).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model of users",
    label = "give the key of a user: `ForeignKey<AuthUser>`, or one to a model with #[model(user(..))]"
)]
pub trait AnyUserModel: Model {}

impl<U: UserModel> AnyUserModel for U {}

impl AnyUserModel for AuthUser {}

/// Whether a key refers to the user: `request.user()? == &note.owner`.
impl<U: AnyUserModel> PartialEq<ForeignKey<U>> for AuthUser {
    fn eq(&self, key: &ForeignKey<U>) -> bool {
        self.pk.value().as_ref() == key.to_ref()
    }
}

impl From<&AuthUser> for AuthUser {
    fn from(user: &AuthUser) -> Self {
        user.clone()
    }
}

/// The user model, whichever it is.
impl Model for AuthUser {
    type Pk = UserPk;

    const META: &'static ModelMeta = User::META;

    fn meta() -> &'static ModelMeta {
        meta()
    }

    fn pk(&self) -> &UserPk {
        &self.pk
    }

    fn set_pk(&mut self, pk: UserPk) {
        if let Some(row) = self.row_mut() {
            row.set_key(pk.value().as_ref());
        }
        self.pk = pk;
    }

    fn from_row(row: &dyn Row, offset: usize) -> Result<Self> {
        let chosen = chosen();
        let row = (chosen.read)(row, offset)?;
        let pk = UserPk::of(row.value_at(chosen.meta.pk_position()));
        Ok(Self { pk, source: Source::Row(row) })
    }

    fn load_related(&mut self, path: &[usize], row: &dyn Row, offset: usize) -> Result<()> {
        self.row_mut().map_or(Ok(()), |user| user.load(path, row, offset))
    }

    fn keep_related(&mut self, before: Self) {
        if let (Some(row), Some(before)) = (self.row_mut(), before.row()) {
            row.keep(before);
        }
    }

    fn value_ref(&self, field: usize) -> ValueRef<'_> {
        self.cell(Some(field))
    }
}

/// A row of a user model, without its type.
trait UserRow: Object {
    fn load(&mut self, path: &[usize], row: &dyn Row, offset: usize) -> Result<()>;
    fn set_key(&mut self, pk: ValueRef<'_>);
    fn keep(&mut self, before: &dyn UserRow);
}

impl<U: UserModel> UserRow for U {
    fn load(&mut self, path: &[usize], row: &dyn Row, offset: usize) -> Result<()> {
        self.load_related(path, row, offset)
    }

    fn set_key(&mut self, pk: ValueRef<'_>) {
        if let Ok(pk) = U::Pk::from_value(pk) {
            self.set_pk(pk);
        }
    }

    fn keep(&mut self, before: &dyn UserRow) {
        let before: Option<&U> = <dyn Any>::downcast_ref(before.as_any());
        if let Some(before) = before {
            self.keep_related(before.clone());
        }
    }
}

impl<M, U: UserModel> IntoExpr<M, ForeignKey<U>> for &AuthUser {
    fn into_expr(self) -> Expr<M, ForeignKey<U>> {
        Expr::value(self.pk.value().clone())
    }
}

impl<M, U: UserModel> IntoExpr<M, Option<ForeignKey<U>>> for &AuthUser {
    fn into_expr(self) -> Expr<M, Option<ForeignKey<U>>> {
        Expr::value(self.pk.value().clone())
    }
}

/// The label of the user model: `auth.User`.
pub fn label() -> &'static str {
    static LABEL: OnceLock<String> = OnceLock::new();
    LABEL.get_or_init(|| meta().label())
}

/// Whether a model is the user model.
pub fn is_user_model(model: &ModelMeta) -> bool {
    model.db_table == meta().db_table
}

/// The kind of the user's key.
fn key_kind() -> FieldKind {
    meta().key_kind()
}
