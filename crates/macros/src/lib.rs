//! Derives of Belleville. Each reads its attributes (`attr`), checks them against the struct and writes what a user
//! could have written by hand (`expand`); every mistake is reported at the user's own token.

mod attr;
mod compose;
mod model;
mod serializer;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct a model: metadata, one typed column constant a field, and reading from a row.
///
/// `#[model(...)]` takes `app`, `table`, `verbose_name`, `ordering`, `unique_together`, `permissions`, `proxy`,
/// `auto_created`;
/// `#[field(...)]` takes `primary_key`, `unique`, `index`, `blank`, `max_length`, `default`, `validators`,
/// `error_messages`, `auto_now`,
/// `auto_now_add`, `editable`, `verbose_name`, `help_text`, `kind`, `column`, `on_delete`, `related_name`, `one_to_one`.
/// A field's kind follows from its type: a `String` with a `max_length` is a `CharField` and without one a `TextField`,
/// an `i64` primary key is a `BigAutoField`, an `Option` allows NULL.
#[proc_macro_derive(Model, attributes(model, field))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    finish(model::derive(&parse_macro_input!(input as DeriveInput)))
}

/// Makes a unit struct a serializer of a model's fields.
///
/// `#[serializer(model = Project, fields = [id, name], read_only_fields = [id])]`: each field is named once, its type and
/// validators come from the model, and a name that the model does not have does not compile. `querysets = [team = own_teams]`
/// says which rows a foreign key may be set to: a function from the request to a queryset of the other model.
#[proc_macro_derive(ModelSerializer, attributes(serializer))]
pub fn derive_model_serializer(input: TokenStream) -> TokenStream {
    finish(serializer::derive(&parse_macro_input!(input as DeriveInput)))
}

/// Gives a permission of one's own the operators `&`, `|` and `!`.
#[proc_macro_derive(Composable)]
pub fn derive_composable(input: TokenStream) -> TokenStream {
    finish(Ok(compose::derive(&parse_macro_input!(input as DeriveInput))))
}

fn finish(outcome: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    outcome.unwrap_or_else(|error| error.to_compile_error()).into()
}
