//! Serializers of requests: [`belleville_serializers`] with the request as their context and the API's error as theirs.
//!
//! The rows that a foreign key may be set to can depend on the request, as with DRF's
//! `PrimaryKeyRelatedField(queryset=...)`:
//!
//! ```
//! # extern crate belleville_rest as belleville;
//! use belleville::db::{ForeignKey, Model, QuerySet};
//! use belleville::exceptions::Result;
//! use belleville::request::Request;
//! use belleville::serializers::ModelSerializer;
//!
//! # use belleville_auth::models::User;
//! # #[derive(Clone, Debug, Model)]
//! # #[model(app = "projects")]
//! # struct Project { #[field(primary_key)] id: i64, #[field(on_delete = Cascade)] owner: ForeignKey<User> }
//! # #[derive(Clone, Debug, Model)]
//! # #[model(app = "projects")]
//! # struct Task { #[field(primary_key)] id: i64, #[field(on_delete = Cascade)] project: ForeignKey<Project> }
//! #[derive(ModelSerializer)]
//! #[serializer(model = Task, fields = [id, project], querysets = [project = own_projects])]
//! struct TaskSerializer;
//!
//! fn own_projects(request: &Request) -> Result<QuerySet<Project>> {
//!     Ok(Project::objects().filter(Project::OWNER.eq(request.user()?)))
//! }
//! ```

#[doc(hidden)]
pub use belleville_serializers::related_rows;
pub use belleville_serializers::{
    Context, DeclaredField, Form, FormValue, FromValidated, Input, ModelSerializer, PlannedField, Related,
    RelatedRows, SerializerClass, TextField, Validated, ValidatedData, fields,
};

use crate::exceptions::{Error, Result};
use crate::parsers::{Data, QueryDict};
use crate::request::Request;

/// The validated input of one request, to be saved: what `perform_create` and `perform_update` get.
pub type Serializer<M> = belleville_serializers::Serializer<M, Error>;

/// What a request has sent.
pub(crate) fn input(data: &Data) -> Input<'_> {
    match data {
        Data::Json(json) => Input::Json(json),
        Data::Form(form) => Input::Form(form_of(form)),
    }
}

/// The texts under each name, and then the files.
fn form_of(sent: &QueryDict) -> Form<'_> {
    let mut form = Form::new();
    for (name, texts) in sent.lists() {
        texts.iter().for_each(|text| form.push(name, FormValue::Text(text)));
    }
    sent.files().for_each(|(name, file)| form.push(name, FormValue::File(&file.name)));
    form
}

/// What a serializer may ask of a request.
pub(crate) fn context(request: &Request) -> Context<'_> {
    Context::new(request.db(), request)
}

/// Input without a model.
impl Request {
    /// The texts of some fields of the body, in their order. The rest of the body does not stay in memory while a handler
    /// waits for a password to be hashed.
    ///
    /// # Errors
    /// 400 with DRF's message for each field.
    pub async fn texts<const N: usize>(&self, fields: &[TextField; N]) -> Result<[String; N]> {
        let data = self.take_data().await?;
        Ok(TextField::read(fields, &input(&data))?)
    }

    /// The texts of the fields that the body has, for a partial update.
    ///
    /// # Errors
    /// As [`Request::texts`].
    pub async fn given_texts<const N: usize>(&self, fields: &[TextField; N]) -> Result<[Option<String>; N]> {
        let data = self.take_data().await?;
        Ok(TextField::read_partial(fields, &input(&data))?)
    }
}
