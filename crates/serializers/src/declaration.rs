//! What a program declares of a serializer.

use belleville_db::{Model, QuerySet, Reference, Result, Rows};

use crate::Context;

/// The declaration of a serializer: which fields of a model clients read and write. `#[derive(ModelSerializer)]`
/// implements it. (The validated input of a request is a [`Serializer`](crate::Serializer).)
///
/// `querysets = [project = own_projects]` says which rows a foreign key may be set to, as DRF's
/// `PrimaryKeyRelatedField(queryset=...)` does: the function gets the request and returns a queryset. For any other row the
/// response is the same as for one that does not exist.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a serializer",
    label = "add #[derive(ModelSerializer)] and #[serializer(model = .., fields = [..])]"
)]
pub trait ModelSerializer: Send + Sync + 'static {
    /// The model.
    type Model: Model;

    /// The fields, in the order of the output.
    fn fields() -> Vec<DeclaredField>;
}

/// One field that a serializer names.
#[derive(Clone, Copy, Debug)]
pub struct DeclaredField {
    /// The position of the model's field.
    pub field: usize,
    /// It is in the output but not accepted as input.
    pub read_only: bool,
    /// Of a foreign key: the rows that input may refer to. Other rows do not exist for the request.
    pub queryset: Option<RelatedRows>,
}

/// The rows that a request may refer to, which may depend on its user: DRF's `get_queryset` of a related field.
pub type RelatedRows = fn(&Context<'_>) -> Result<Rows>;

/// The rows of the model that a foreign key refers to. Called by derived code, where a queryset of another model does not
/// compile.
#[doc(hidden)]
pub fn related_rows<M: Model, T: Reference>(_: fn(&M) -> &T, queryset: QuerySet<T::To>) -> Rows {
    queryset.rows()
}
