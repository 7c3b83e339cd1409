//! Derives of Belleville. Each reads its attributes (`attr`), checks them against the struct and writes code that a
//! user could have written by hand (`expand`); every mistake is reported at its place in the user's code.
//!
//! What they write begins with `::belleville`. A program that gives the crate another name in its `Cargo.toml`
//! (`api = { package = "belleville", ... }`) says so with `crate = api`: `#[model(crate = api, ...)]`,
//! `#[serializer(crate = api, ...)]`, `#[composable(crate = api)]`, `#[api::test(crate = api)]`. Or it says it once, in the
//! root of its crate, and nothing anywhere else: `extern crate api as belleville;`.

mod api_view;
mod attr;
mod bases;
mod choices;
mod compose;
mod condition;
mod declared;
mod facade;
mod generated;
mod model;
mod record;
mod serializer;
mod serializer_fields;
mod serializer_list;
mod serializer_methods;
mod test;
mod validators;
mod viewset;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct a model: its table, one typed constant per column (`Note::TITLE`), and queries (`Note::objects()`).
///
/// `#[model(...)]` takes `app`, `name`, `table`, `verbose_name`, `verbose_name_plural`, `ordering`, `get_latest_by`, `natural_key`,
/// `unique_together`, `constraints`, `indexes`, `default_related_name`, `permissions`, `default_permissions`, `managed`, `proxy`, `user`,
/// `auto_created`;
/// `#[field(...)]` takes `primary_key`, `unique`, `index`, `blank`, `max_length`, `max_digits`, `decimal_places`, `default`,
/// `db_default`, `generated`, `db_persist`, `validators`, `error_messages`, `unique_for_date`, `unique_for_month`, `unique_for_year`, `auto_now`, `auto_now_add`, `editable`, `verbose_name`, `help_text`, `kind`,
/// `column`, and of a foreign key `on_delete`, `related_name`, `one_to_one`, `db_constraint`, `limit_choices_to`, and of a
/// `ManyToMany` `related_name`, `through`, `symmetrical`, `limit_choices_to`; of the row of a parent `parent`, of a `GenericForeignKey` `generic`, of a
/// `GenericRelation` `key` and `related_query_name`.
///
/// A field's kind follows from its type: a `String` with a `max_length` is a `CharField` and without one a `TextField`,
/// an `i64` primary key is a `BigAutoField`, an `Option` allows NULL; `kind = SlugField` chooses another of the same type.
///
/// `validators = [min_value(0), regex(r"^\d{13}$", "Enter 13 digits."), no_shouting]`: `min_value`, `max_value`, `step`, `min_length`,
/// `max_length`, `decimal`, `regex`, `email`, `url`, `slug`, `unicode_slug`, `ipv4`, `ipv6`, `ipv46`, `file_extension`, `int_list` and
/// `prohibit_null_characters` are Django's. A text after the arguments, or `message = ".."`, and `code = ".."` take the place of
/// Django's. A function's name is a validator too (`fn(&str) -> Result<(), String>`, or of the field's type), and the name of a
/// constant of the type `Validator`; `custom(in_stock, code = "out_of_stock")` gives a function a code.
///
/// `constraints = [unique(name = "one_open", fields = ["owner"], condition = state == "open"), check(name = "adult",
/// condition = age >= 18)]`, `indexes = [index(fields = ["owner", "-created"])]`.
#[proc_macro_derive(Model, attributes(model, field))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(model::derive(&input), facade::renamed(&input.attrs, &["model"]))
}

/// Makes a struct an abstract model: fields that several models have, as in Django's abstract base classes. A model has them by
/// a field with `#[field(flatten)]`, and one constant for each: `Note::CREATED`.
///
/// ```ignore
/// #[derive(Clone, Debug, AbstractModel)]
/// pub struct Timestamps {
///     #[field(auto_now_add)]
///     pub created: DateTime,
/// }
///
/// #[derive(Clone, Debug, Model)]
/// #[model(app = "notes")]
/// pub struct Note {
///     #[field(primary_key)]
///     pub id: i64,
///     #[field(flatten)]
///     pub times: Timestamps,
/// }
/// ```
#[proc_macro_derive(AbstractModel, attributes(model, field))]
pub fn derive_abstract_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(bases::derive_abstract(&input), facade::renamed(&input.attrs, &["model"]))
}

/// A model, the abstract ones in it that are known, and one more. Called by what `AbstractModel` writes.
#[doc(hidden)]
#[proc_macro]
pub fn model_with_base(input: TokenStream) -> TokenStream {
    let bases::WithBases { model, bases } = parse_macro_input!(input as bases::WithBases);
    finish(model::with_bases(&model, &bases), facade::renamed(&model.attrs, &["model"]))
}

/// Makes an enum the choices of a field: Django's `TextChoices` and `IntegerChoices`.
///
/// ```ignore
/// #[derive(Clone, Copy, Debug, PartialEq, Choices)]
/// enum Status {
///     #[choice("draft", "Draft")]
///     Draft,
///     #[choice("published", "Published")]
///     Published,
/// }
/// ```
///
/// A field of this type is a `CharField` as long as the longest value, or an `IntegerField`; `max_length` and `kind` choose
/// another.
#[proc_macro_derive(Choices, attributes(choice, choices))]
pub fn derive_choices(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(choices::derive(&input), facade::renamed(&input.attrs, &["choices"]))
}

/// Makes a struct a part of a model's rows: what Django's `only` reads. `Book::objects().only::<BookTitle>()` reads these
/// columns and no others.
///
/// ```ignore
/// #[derive(Clone, Debug, Record)]
/// #[record(model = Book)]
/// struct BookTitle {
///     id: i64,
///     title: String,
///     #[record(from = Book::AUTHOR.to(Author::NAME))]
///     author: String,
/// }
/// ```
///
/// A field is read from the model's column of its name, or from what `from` says: a column over a relation, an expression, an
/// aggregate. The compiler checks the names and the types.
#[proc_macro_derive(Record, attributes(record))]
pub fn derive_record(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(record::derive(&input), facade::renamed(&input.attrs, &["record"]))
}

/// Makes a struct a serializer: the declaration of a model's fields that clients read and write.
///
/// `#[serializer(model = Project, fields = [id, name], read_only_fields = [id])]`: each field is named once, its type and
/// validators come from the model, and a name that the model does not have does not compile. `fields = all` and
/// `exclude = [secret]` are DRF's. `extra_kwargs = [name(help_text = "..", required = false)]` adds options, `depth = 1` nests
/// relations, and `querysets = [team = own_teams]` says which rows a foreign key may be set to: a queryset, or a function from
/// the request to one.
///
/// What is unique in the model is checked; `validators = [UniqueTogetherValidator::new(["team", "name"])]` checks that instead.
///
/// A field of the struct declares a field of the serializer, by its type: `author: StringRelatedField<Author>`. Its options
/// stand in `#[field(..)]`: `source`, `read_only`, `write_only`, `required`, `default`, `allow_null`, `initial`, `label`,
/// `help_text`, `style`, `error_messages`, `validators`, and those of its kind (`many`, `max_length` ...).
#[proc_macro_derive(ModelSerializer, attributes(serializer, field))]
pub fn derive_model_serializer(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(serializer::derive(&input, false), facade::renamed(&input.attrs, &["serializer"]))
}

/// The same as [`ModelSerializer`], with URLs instead of primary keys: DRF's `HyperlinkedModelSerializer`. `url` is the object's
/// own; it stands first with `fields = all`.
#[proc_macro_derive(HyperlinkedModelSerializer, attributes(serializer, field))]
pub fn derive_hyperlinked_model_serializer(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(serializer::derive(&input, true), facade::renamed(&input.attrs, &["serializer"]))
}

/// Makes a struct a serializer without a model: what is read from input and checked, and what is shown.
///
/// A field's kind follows from its type (`String` is a `CharField`), or is named first: `#[field(EmailField, max_length = 100)]`.
/// Input need not have an `Option`. The other options are those of [`ModelSerializer`]'s declared fields.
#[proc_macro_derive(Serializer, attributes(serializer, field))]
pub fn derive_serializer(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(serializer::derive_plain(&input), facade::renamed(&input.attrs, &["serializer"]))
}

/// Makes a struct a base that several serializers of models take their fields from: `#[field(flatten)] audited: Audited` in
/// another one. Its fields are declared as those of [`ModelSerializer`]; `#[serializer(model = Book)]` says of which model the
/// methods of a `SerializerMethodField` are.
#[proc_macro_derive(SerializerFields, attributes(serializer, field))]
pub fn derive_serializer_fields(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(serializer_fields::derive(&input), facade::renamed(&input.attrs, &["serializer"]))
}

/// Makes a struct a list of serializers or of values, whose items its one field `child` declares: `child: BookSerializer`, or
/// `#[field(max_value = 10)] child: IntegerField`.
///
/// `#[serializer(..)]` takes `allow_empty`, `min_length` and `max_length`; `writes = NestedWrites::Replace` says what becomes of
/// rows that a changed list leaves out, and `key = isbn` by which field an item names its row.
#[proc_macro_derive(ListSerializer, attributes(serializer, field))]
pub fn derive_list_serializer(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(serializer_list::derive(&input), facade::renamed(&input.attrs, &["serializer"]))
}

/// Hands methods to a serializer, by their names in DRF: `to_internal_value`, `validate_<field>`, `validate`, `create`, `update`
/// and `to_representation`; of a list, `validate`, `create`, `update` and `to_representation`. It stands above an implementation
/// of the serializer's struct.
#[proc_macro_attribute]
pub fn serializer_methods(options: TokenStream, implementation: TokenStream) -> TokenStream {
    finish(serializer_methods::expand(options.into(), implementation.into()), None)
}

/// Gives a custom permission the operators `&`, `|` and `!`.
#[proc_macro_derive(Composable, attributes(composable))]
pub fn derive_composable(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(Ok(compose::derive(&input)), facade::renamed(&input.attrs, &["composable"]))
}

/// Makes an `async fn` a test: `#[belleville::test]`. It runs on a new runtime, and may return a `Result`.
#[proc_macro_attribute]
pub fn test(options: TokenStream, function: TokenStream) -> TokenStream {
    match test::expand(options.into(), function.into()) {
        Ok((expanded, path)) => finish(Ok(expanded), path),
        Err(error) => finish(Err(error), None),
    }
}

/// Takes the doc comment of a viewset's implementation as its description, which `OPTIONS` and the browsable page show (DRF takes
/// the docstring), and hands on its actions: methods with `#[action(..)]`, the usual ones of a `ViewSet` and the verbs of an
/// `APIView` by their names.
///
/// ```ignore
/// /// The user's own notes.
/// ///
/// /// Nobody else sees them.
/// #[viewset]
/// impl ModelViewSet for NoteViewSet {
///     type Model = Note;
///     type Serializer = NoteSerializer;
///
///     /// Shows a note to everybody.
///     #[action(detail, methods = [POST], permission_classes = IsAdminUser)]
///     async fn publish(&self, request: &Request) -> Result<Response> { .. }
///
///     /// Hides it again, under the same path.
///     #[action(mapping = publish, methods = [DELETE])]
///     async fn hide(&self, request: &Request) -> Result<Response> { .. }
/// }
/// ```
///
/// An action is of one object (`detail`) or of the list (`list`), and answers GET where `methods` does not say otherwise. `url_path`,
/// `url_name`, `name`, `suffix` and `description` are those of `OwnAction`, and everything else is a policy with its value, or
/// alone where it takes none (`atomic`). What this writes is the function `actions`, which can be written by hand:
///
/// ```ignore
/// fn actions(config: &mut Config<Self>) {
///     config.detail_action("publish", [Method::POST], Self::publish).permission_classes(IsAdminUser);
/// }
/// ```
#[proc_macro_attribute]
pub fn viewset(options: TokenStream, implementation: TokenStream) -> TokenStream {
    match viewset::facade(options.into()) {
        Ok(renamed) => finish(viewset::expand(implementation.into()), renamed),
        Err(error) => finish(Err(error), None),
    }
}

/// Makes a function a view, as DRF's `@api_view` does: `#[api_view(GET, POST)]`; `GET` alone where no method is said. The doc comment is
/// the view's description, and what stands behind the methods is a policy with its value.
///
/// ```ignore
/// /// All notes, or a new one.
/// #[api_view(GET, POST, permission_classes = AllowAny)]
/// async fn note_list(request: Request) -> Result<Response> { .. }
///
/// fn urls() -> Urls {
///     Urls::new().path("notes/", note_list())
/// }
/// ```
///
/// What this writes can be written by hand: `View::function("Note List").methods([Method::GET, Method::POST], note_list)`.
#[proc_macro_attribute]
pub fn api_view(options: TokenStream, function: TokenStream) -> TokenStream {
    finish(api_view::expand(options.into(), function.into()), None)
}

fn finish(outcome: syn::Result<proc_macro2::TokenStream>, renamed: Option<syn::Path>) -> TokenStream {
    let expanded = outcome.unwrap_or_else(|error| error.to_compile_error());
    match renamed {
        Some(path) => facade::replace(expanded, &path).into(),
        None => expanded.into(),
    }
}
