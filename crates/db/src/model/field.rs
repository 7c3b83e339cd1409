//! What is known of a field: [`FieldMeta`].

use std::fmt::Debug;

use super::{ModelMeta, Relation};
use crate::choices::{Choice, ChoiceValue};
use crate::dialect::Dialect;
use crate::files::UploadTo;
use crate::generated::Generated;
use crate::kinds::FieldKind;
use crate::query::named::WrongValue;
use crate::validators::Validator;
use crate::{Value, ValueRef};

/// A field of a model: what a position in [`ModelMeta::fields`] means once it has left its model.
#[derive(Clone, Copy)]
pub struct FieldRef {
    pub(super) model: &'static ModelMeta,
    pub(super) index: usize,
}

impl FieldRef {
    /// The field at a position of a model.
    pub(crate) fn of(model: &'static ModelMeta, index: usize) -> Self {
        Self { model, index }
    }

    /// The model.
    pub fn model(self) -> &'static ModelMeta {
        self.model
    }

    /// The position in [`ModelMeta::fields`].
    pub fn index(self) -> usize {
        self.index
    }

    /// The field.
    pub fn meta(self) -> &'static FieldMeta {
        &self.model.fields[self.index]
    }

    /// The app, the model and the position: the compiler may keep several copies of one model's metadata.
    fn identity(self) -> (&'static str, &'static str, usize) {
        (self.model.app_label, self.model.name, self.index)
    }
}

impl std::ops::Deref for FieldRef {
    type Target = FieldMeta;

    fn deref(&self) -> &FieldMeta {
        self.meta()
    }
}

impl Debug for FieldRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.model.label(), self.name)
    }
}

impl PartialEq for FieldRef {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for FieldRef {}

impl std::hash::Hash for FieldRef {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

/// One field of a model.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FieldMeta {
    /// The field's name: `owner`.
    pub name: &'static str,
    /// The column: `owner_id`.
    pub column: &'static str,
    /// The kind of field, by Django's name.
    pub kind: FieldKind,
    /// The name that people read: `created at`.
    pub verbose_name: &'static str,
    /// A hint for people who fill a form.
    pub help_text: &'static str,
    /// NULL is allowed in the column.
    pub null: bool,
    /// An empty value is allowed on input.
    pub blank: bool,
    /// No two rows have the same value.
    pub unique: bool,
    /// The column has an index.
    pub db_index: bool,
    /// It is the primary key.
    pub primary_key: bool,
    /// Input may set it.
    pub editable: bool,
    /// Set to the present time at each save.
    pub auto_now: bool,
    /// Set to the present time at the first save.
    pub auto_now_add: bool,
    /// The least and the greatest whole number that the field's Rust type holds.
    pub type_range: Option<(i64, i64)>,
    /// NULL may stand inside of the array.
    pub null_inside: bool,
    /// The values that the field may have, or that may stand in an array, with what people read; any where there are none.
    pub choices: &'static [Choice],
    /// Its Rust type is an enum of the choices, which holds no other value.
    pub is_enum: bool,
    /// A slug has letters and digits of every script, and not of ASCII alone.
    pub allow_unicode: bool,
    /// Which addresses an IP address may be.
    pub protocol: Protocol,
    /// Where the files are whose paths the field has.
    pub folder: Option<Folder>,
    /// Further rules for the values, which check input.
    pub validators: &'static [Validator],
    /// Messages instead of the usual ones, by their code: `unique`.
    pub error_messages: &'static [(&'static str, &'static str)],
    /// For which dates the value is unique: the fields that have them. Validation alone checks it, as in Django.
    pub unique_for: &'static [(Period, &'static str)],
    /// The value when the input leaves the field out.
    pub default: Option<fn() -> Value>,
    /// The column's own default, for rows that other programs make.
    pub db_default: Option<fn() -> Value>,
    /// What the database computes the value of. Nobody sets it.
    pub generated: Option<fn() -> Generated>,
    /// Where the uploads of a file field go.
    pub upload_to: Option<UploadTo>,
    /// The model that a foreign key refers to.
    pub relation: Option<Relation>,
}

/// Among which rows a value is unique, by a date that they have: Django's `unique_for_date` and the like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Those of the same day.
    Date,
    /// Those of the same month, of whatever year.
    Month,
    /// Those of the same year.
    Year,
}

/// Which addresses an IP address may be: Django's `protocol`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protocol {
    /// Those of both protocols. An IPv4 address that is written as an IPv6 address (`::ffff:10.0.0.1`) becomes itself.
    #[default]
    Both,
    /// IPv4 alone.
    Ipv4,
    /// IPv6 alone.
    Ipv6,
}

/// Where the files are whose paths a field has: the options of Django's `FilePathField`.
#[derive(Clone, Copy, Debug)]
pub struct Folder {
    /// The path of the folder.
    pub path: fn() -> String,
    /// What Python's `re.search` finds in the names: Django's `match`.
    pub matching: Option<&'static str>,
    /// The folders inside of it too.
    pub recursive: bool,
    /// Files are among the values.
    pub allow_files: bool,
    /// Folders are among the values.
    pub allow_folders: bool,
}

impl FieldMeta {
    /// A field without options, with its name as its column.
    pub const fn new(name: &'static str, kind: FieldKind) -> Self {
        Self {
            name,
            column: name,
            kind,
            verbose_name: name,
            help_text: "",
            null: false,
            blank: false,
            unique: false,
            db_index: false,
            primary_key: false,
            editable: true,
            auto_now: false,
            auto_now_add: false,
            type_range: None,
            null_inside: false,
            choices: &[],
            is_enum: false,
            allow_unicode: false,
            protocol: Protocol::Both,
            folder: None,
            validators: &[],
            error_messages: &[],
            unique_for: &[],
            default: None,
            db_default: None,
            generated: None,
            upload_to: None,
            relation: None,
        }
    }

    /// Whether it links the rows of a child to those of its parent. Saving sets it.
    pub fn is_parent_link(&self) -> bool {
        self.relation.is_some_and(|relation| relation.parent_link)
    }

    /// Whether its Rust type holds an empty text: an enum does where that is one of the choices.
    pub fn holds_blank(&self) -> bool {
        !self.is_enum || self.choices.iter().any(|choice| choice.value == ChoiceValue::Text(""))
    }

    /// The most characters a text may have.
    pub const fn max_length(&self) -> Option<u32> {
        self.kind.max_length()
    }

    /// The field that a foreign key's column refers to: the other model's primary key, or its `to_field`.
    pub fn target(&self) -> Option<&'static FieldMeta> {
        let relation = self.relation.as_ref()?;
        let to = (relation.to)();
        Some(relation.to_field.and_then(|at| to.fields.get(at)).unwrap_or_else(|| to.pk()))
    }

    /// The kind of the value in the column: where the field is a reference, that of the field it refers to.
    pub fn value_kind(&self) -> FieldKind {
        self.target().map_or(self.kind, Self::value_kind)
    }

    /// A value of the field, written as text: what a command asks for. The items of an array are separated by commas.
    ///
    /// # Errors
    /// When the text is no value of the field's kind; it says what was expected.
    pub fn value_of_text(&self, text: &str) -> Result<Value, WrongValue> {
        crate::query::named::value_of_text(self.value_kind(), text)
    }

    /// The model's own message for an error code.
    pub fn error_message(&self, code: &str) -> Option<&'static str> {
        self.error_messages.iter().find(|(known, _)| *known == code).map(|(_, message)| *message)
    }

    /// What people read of a value: Django's `get_status_display`. The value itself where it is none of the choices.
    pub fn choice_label(&self, value: ValueRef<'_>) -> Option<&'static str> {
        self.choices.iter().find(|choice| choice.value.is(value)).map(|choice| choice.label)
    }

    /// The least and the greatest whole number that may be written: what a database's column holds (Django's
    /// `integer_field_range`; on SQLite every column holds 64 bits), as far as the field's Rust type can read it back.
    pub fn integer_range(&self, dialect: Dialect) -> (i64, i64) {
        let (least, greatest) = self.type_range.unwrap_or((i64::MIN, i64::MAX));
        let (column_least, column_greatest) =
            self.kind.integer_range(dialect).unwrap_or((i64::MIN, i64::MAX));
        (least.max(column_least), greatest.min(column_greatest))
    }
}

/// The options of a field, for derived code.
#[doc(hidden)]
impl FieldMeta {
    pub const fn column(self, column: &'static str) -> Self {
        Self { column, ..self }
    }

    pub const fn verbose_name(self, verbose_name: &'static str) -> Self {
        Self { verbose_name, ..self }
    }

    pub const fn help_text(self, help_text: &'static str) -> Self {
        Self { help_text, ..self }
    }

    pub const fn null(self) -> Self {
        Self { null: true, ..self }
    }

    pub const fn blank(self) -> Self {
        Self { blank: true, ..self }
    }

    pub const fn unique(self) -> Self {
        Self { unique: true, ..self }
    }

    pub const fn db_index(self) -> Self {
        Self { db_index: true, ..self }
    }

    pub const fn primary_key(self) -> Self {
        Self { primary_key: true, unique: true, ..self }
    }

    pub const fn editable(self, editable: bool) -> Self {
        Self { editable, ..self }
    }

    pub const fn auto_now(self) -> Self {
        Self { auto_now: true, ..self }
    }

    pub const fn auto_now_add(self) -> Self {
        Self { auto_now_add: true, ..self }
    }

    pub const fn type_range(self, type_range: Option<(i64, i64)>) -> Self {
        Self { type_range, ..self }
    }

    pub const fn null_inside(self, null_inside: bool) -> Self {
        Self { null_inside, ..self }
    }

    /// Those of an enum; of another type there are none.
    pub const fn type_choices(self, choices: &'static [Choice]) -> Self {
        Self { choices, is_enum: !choices.is_empty(), ..self }
    }

    pub const fn choices(self, choices: &'static [Choice]) -> Self {
        Self { choices, ..self }
    }

    pub const fn allow_unicode(self) -> Self {
        Self { allow_unicode: true, ..self }
    }

    pub const fn protocol(self, protocol: Protocol) -> Self {
        Self { protocol, ..self }
    }

    pub const fn folder(self, folder: Folder) -> Self {
        Self { folder: Some(folder), ..self }
    }

    pub const fn validators(self, validators: &'static [Validator]) -> Self {
        Self { validators, ..self }
    }

    pub const fn error_messages(self, error_messages: &'static [(&'static str, &'static str)]) -> Self {
        Self { error_messages, ..self }
    }

    pub const fn unique_for(self, unique_for: &'static [(Period, &'static str)]) -> Self {
        Self { unique_for, ..self }
    }

    pub const fn default(self, default: fn() -> Value) -> Self {
        Self { default: Some(default), ..self }
    }

    pub const fn db_default(self, default: fn() -> Value) -> Self {
        Self { db_default: Some(default), ..self }
    }

    pub const fn generated(self, generated: fn() -> Generated) -> Self {
        Self { generated: Some(generated), editable: false, ..self }
    }

    pub const fn upload_to(self, upload_to: UploadTo) -> Self {
        Self { upload_to: Some(upload_to), ..self }
    }

    pub const fn relation(self, relation: Relation) -> Self {
        Self { relation: Some(relation), ..self }
    }

    /// Of a foreign key.
    pub const fn related_name(self, name: &'static str) -> Self {
        match self.relation {
            Some(relation) => {
                Self { relation: Some(Relation { related_name: Some(name), ..relation }), ..self }
            }
            None => self,
        }
    }
}
