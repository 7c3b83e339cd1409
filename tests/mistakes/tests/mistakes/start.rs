//! Mistakes with which a program does not start.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use belleville::application::{Application, Hooks};
use belleville::db::migrations::state::ModelState;
use belleville::db::migrations::{AppConfig, Migrator};
use belleville::db::{Registry, schema};
use belleville::prelude::*;
use belleville::serializers::fields::{CharField, ChoiceField, RegexField, ValidationError};
use belleville::serializers::{
    PlainSerializer as _, PrimaryKeyRelatedField, Serializer as PlainSerializer, SlugRelatedField,
    UniqueTogetherValidator, serializer_methods,
};
use belleville::settings::Settings;

use crate::Row;

#[derive(Clone, Debug, Model)]
#[model(app = "notes")]
struct Note {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 10)]
    title: String,
    #[field(on_delete = Cascade)]
    author: ForeignKey<User>,
}

/// The model of the same table, after a change.
#[derive(Clone, Debug, Model)]
#[model(app = "notes", table = "notes_note", name = "Note")]
struct ChangedNote {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 10)]
    title: String,
    #[field(on_delete = Cascade)]
    author: ForeignKey<User>,
    #[field(max_length = 20)]
    colour: Option<String>,
}

#[derive(Clone, Composable, Copy)]
struct IsTheUser;

impl ObjectPermission for IsTheUser {
    type Object = User;

    async fn allows(&self, request: &Request, user: &User) -> Result<bool> {
        Ok(request.user_as::<User>()?.id == user.id)
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [id, title, author], read_only_fields = [author])]
struct NoteSerializer;

/// A viewset of notes with some rule.
struct Notes(Rule);

impl ModelViewSet for Notes {
    type Model = Note;
    type Serializer = NoteSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(self.0.clone());
    }

    async fn perform_create(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
        serializer.with(Note::AUTHOR.set(request.user()?)).save(request.db()).await
    }
}

/// A viewset of notes that gives them no author.
struct Forgetful;

impl ModelViewSet for Forgetful {
    type Model = Note;
    type Serializer = NoteSerializer;
}

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [id, writer])]
struct NoSourceSerializer {
    #[field(source = "autor.username", read_only)]
    writer: CharField,
}

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [id, author])]
struct NoSlugSerializer {
    #[field(slug_field = "usrname", read_only)]
    author: SlugRelatedField<User>,
}

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [id, author])]
struct OfManySerializer {
    #[field(many, read_only)]
    author: PrimaryKeyRelatedField<User>,
}

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [id, kind])]
struct NoChoicesSerializer {
    #[field(source = "title")]
    kind: ChoiceField,
}

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [id, title], validators = [UniqueTogetherValidator::new(["titel", "id"])])]
struct NoSuchFieldsSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [id, title])]
struct NothingToCheckSerializer;

#[serializer_methods]
impl NothingToCheckSerializer {
    fn validate_titel(_: &str) -> std::result::Result<(), ValidationError> {
        Ok(())
    }
}

#[derive(PlainSerializer)]
struct NoPattern {
    #[field(RegexField)]
    code: String,
}

/// Notes by some serializer.
struct By<S>(PhantomData<fn() -> S>);

impl<S: ModelSerializer<Model = Note>> ModelViewSet for By<S> {
    const ACTIONS: &'static [Action] = Action::READ_ONLY;

    type Model = Note;
    type Serializer = S;
}

fn by<S: ModelSerializer<Model = Note>>() -> Urls {
    let mut router = SimpleRouter::new();
    router.register("notes", By::<S>(PhantomData));
    router.urls()
}

/// The program, whose URLs prepare what they declare.
fn with_program(urls: fn() -> Urls) -> std::result::Result<(), String> {
    let app = App::new("notes", env!("CARGO_MANIFEST_DIR"), urls).app(notes());
    app.application(settings("", &[])?).map(drop).map_err(|error| error.to_string())
}

fn view(name: &str) -> View {
    View::new(name).get(|_: &Request| Response::empty(204))
}

fn notes() -> AppConfig {
    AppConfig::new("notes")
        .model::<Note>()
        .migration(Migration::new("0001_initial").create(ModelState::of::<Note>()))
}

fn routed(prefix: &str, rule: impl Into<Rule>) -> Urls {
    let mut router = SimpleRouter::new();
    router.register(prefix, Notes(rule.into()));
    router.urls()
}

pub(crate) fn settings(text: &str, variables: &[(&str, &str)]) -> std::result::Result<Settings, String> {
    let ours = [
        ("SECRET_KEY", "a-key-for-tests-that-is-long-enough-to-be-good-0123456789"),
        ("DATABASE_URL", "sqlite://:memory:"),
        ("ALLOWED_HOSTS", "testserver"),
    ];
    let variables = variables.iter().chain(&ours);
    let environment: BTreeMap<String, String> =
        variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Settings::read(text, &environment).map_err(|error| error.to_string())
}

fn start(
    settings: std::result::Result<Settings, String>,
    app: AppConfig,
    urls: Urls,
) -> std::result::Result<(), String> {
    let settings = settings?;
    let apps = belleville::auth::user::install([app]).map_err(|error| error.to_string())?;
    let models: Vec<_> = apps.iter().flat_map(|app| app.models.iter().copied()).collect();
    let db = Database::open(&settings.database_url, Registry::new(models)).unwrap();
    let started = Application::new(settings, db, urls, vec![], Hooks::default());
    started.map(drop).map_err(|error| error.to_string())
}

fn with_urls(urls: Urls) -> std::result::Result<(), String> {
    start(settings("", &[]), notes(), urls)
}

fn with_settings(text: &str, variables: &[(&str, &str)]) -> std::result::Result<(), String> {
    start(settings(text, variables), notes(), Urls::new())
}

/// A table that was made before its model was changed.
fn changed_model() -> std::result::Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let db = Database::open("sqlite://:memory:", Registry::default()).unwrap();
        let apps = belleville::auth::user::install([notes()]).unwrap();
        Migrator::new(&apps).migrate(&db, |_| {}).await.unwrap();
        let found = schema::differences(&db, ChangedNote::META).await.unwrap();
        found.first().filter(|found| found.is_fatal).map_or(Ok(()), |found| Err(found.text.clone()))
    })
}

type Start = fn() -> std::result::Result<(), String>;

/// Each mistake, a start with it, and what is said.
const MISTAKES: &[(&str, Start, &str)] = &[
    (
        "A route begins with a slash",
        || with_urls(Urls::new().path("/ping/", view("Ping"))),
        "the route `/ping/` begins with a slash, which the path of a request has already lost (Django's urls.W002): write \
         `ping/`",
    ),
    (
        "A route has a converter that does not exist",
        || with_urls(Urls::new().path("notes/<itn:pk>/", view("Note"))),
        "the route `notes/<itn:pk>/` has the converter `itn`, which is unknown; known are int, str, slug, uuid, path; did you \
         mean `int`?",
    ),
    (
        "A bracket of a route is not closed",
        || with_urls(Urls::new().path("notes/<int:pk/", view("Note"))),
        "the route `notes/<int:pk/` has an unmatched `<` (Django's urls.W010)",
    ),
    (
        "A route is a regular expression",
        || with_urls(Urls::new().path("^notes/(?P<pk>[0-9]+)/$", view("Note"))),
        "is written as a regular expression (Django's 2_0.W001): write names in angle brackets, `articles/<int:pk>/`",
    ),
    (
        "A name stands in a route twice",
        || with_urls(Urls::new().include("notes/<int:pk>/", Urls::new().path("tags/<int:pk>/", view("Tag")))),
        "the route `/notes/<int:pk>/tags/<int:pk>/` has the name `pk` twice: give one of them another name",
    ),
    (
        "Two routes answer the same",
        || with_urls(Urls::new().path("ping/", view("First")).path("ping/", view("Second"))),
        "two routes answer `/ping/`: First, and then Second, which no request reaches: remove one, or give one view the methods \
         of both",
    ),
    (
        "A router's prefix has a slash",
        || with_urls(routed("notes/", IsAuthenticated)),
        "the router has the prefix `notes/`, to which it adds the slashes itself: `router.register(\"notes\", ..)`",
    ),
    (
        "Two viewsets of one model have the same names",
        || {
            let mut router = SimpleRouter::new();
            router.register("notes", Notes(IsAuthenticated.into()));
            router.register("drafts", Notes(IsAuthenticated.into()));
            with_urls(router.urls())
        },
        "the router has two viewsets with the basename `note`, so that their URLs would have the same names: give one of them \
         another, `router.register(\"drafts\", ..).basename(\"..\")`",
    ),
    (
        "A name stands behind no path",
        || with_urls(Urls::new().name("note-list")),
        "`.name(\"note-list\")` names nothing: write it behind the `path` or the `page` that it is the name of",
    ),
    (
        "A path leads to one object and does not say which",
        || with_urls(Urls::new().path("note/", View::detail_of(Notes(AllowAny.into())))),
        "the route `/note/` leads to one object of Notes, and does not say which: it needs the parameter `<pk>`",
    ),
    (
        "A serializer shows what its model does not have",
        || with_program(by::<NoSourceSerializer>),
        "NoSourceSerializer.writer: notes.Note has no `autor.username` that can be shown; a SerializerMethodField shows what \
         a method makes of the object",
    ),
    (
        "A relation is shown by a field that the other model does not have",
        || with_program(by::<NoSlugSerializer>),
        "NoSlugSerializer.author: auth.User has no field `usrname`, which slug_field names; did you mean `username`?",
    ),
    (
        "A relation to one row is said to be of many",
        || with_program(by::<OfManySerializer>),
        "OfManySerializer.author: `author` leads to one row: leave out `many`",
    ),
    (
        "A field of choices has none",
        || with_program(by::<NoChoicesSerializer>),
        "a field of choices needs values: add `choices`",
    ),
    (
        "A validator names a field that the serializer does not have",
        || with_program(by::<NoSuchFieldsSerializer>),
        "NoSuchFieldsSerializer: a validator names `titel`, which is none of its fields; did you mean `title`?",
    ),
    (
        "A method checks a field that the serializer does not have",
        || with_program(by::<NothingToCheckSerializer>),
        "NothingToCheckSerializer has a method validate_titel, but no field `titel`; did you mean `title`?",
    ),
    (
        "A field of a struct lacks what its kind needs",
        || with_program(|| Urls::new().path("x/", view("X").serializer_class(NoPattern::class().clone()))),
        "a RegexField needs a pattern: add `regex`",
    ),
    (
        "A model is in no app",
        || start(settings("", &[]), AppConfig::new("notes"), routed("notes", IsAuthenticated)),
        "Notes: the model notes.Note is in no app: add `.model::<Note>()` to `migrations::AppConfig::new(\"notes\")`",
    ),
    (
        "A serializer leaves out a column that has no default",
        || {
            let mut router = SimpleRouter::new();
            router.register("notes", Forgetful);
            with_urls(router.urls())
        },
        "Forgetful: NoteSerializer does not take `author`, which has no default: set it in perform_create",
    ),
    (
        "A model was changed after its migration",
        changed_model,
        "notes.Note differs from its migrations: column `colour` of the table `notes_note` is missing; run the command \
         `makemigrations`, then `migrate`.",
    ),
    (
        "`IsOwner::new()` stands on a model without `owner`",
        || with_urls(routed("notes", IsOwner::new())),
        "Notes: IsOwner goes by the field `owner`, which is no foreign key of notes.Note to a user: say \
         IsOwner::by(Note::AUTHOR)",
    ),
    (
        "A permission is about objects of another model",
        || with_urls(routed("notes", IsAuthenticated & IsTheUser)),
        "Notes: IsTheUser is about objects of auth.User, and the model here is notes.Note: use it on views of its own model",
    ),
    (
        "A variable of the environment is misspelt",
        || with_settings("", &[("REST_FRAMEWORK__NUM_PROXY", "1")]),
        "the environment has REST_FRAMEWORK__NUM_PROXY, which is no setting; did you mean `REST_FRAMEWORK__NUM_PROXIES`?",
    ),
    (
        "A variable of the environment is DRF's and not known here",
        || with_settings("", &[("REST_FRAMEWORK__HTML_SELECT_CUTOFF", "20")]),
        "the environment has REST_FRAMEWORK__HTML_SELECT_CUTOFF, which is no setting; known are REST_FRAMEWORK__DEFAULT_",
    ),
    (
        "A key of `belleville.toml` is misspelt",
        || with_settings("\nalowed_hosts = ['example.com']", &[]),
        "belleville.toml, line 2: unknown field `alowed_hosts`; did you mean `allowed_hosts`?",
    ),
    (
        "A setting names a class that does not exist",
        || with_settings("[rest_framework]\ndefault_permission_classes = ['IsAuthentcated']", &[]),
        "rest_framework.default_permission_classes has `IsAuthentcated`, which is unknown;",
    ),
    (
        "The default permissions are empty",
        || with_settings("", &[("REST_FRAMEWORK__DEFAULT_PERMISSION_CLASSES", "")]),
        "rest_framework.default_permission_classes is empty, which lets everybody in; say AllowAny if that is meant, or \
         IsAuthenticated",
    ),
];

pub(crate) fn rows() -> Vec<Row> {
    let row = |(mistake, _, said): &(&str, Start, &str)| Row {
        mistake: (*mistake).to_owned(),
        said: vec![(*said).to_owned()],
    };
    MISTAKES.iter().map(row).collect()
}

#[test]
fn a_mistake_in_a_serializer_has_its_line() {
    for urls in [by::<NoSourceSerializer> as fn() -> Urls, by::<NoChoicesSerializer>] {
        let error = with_program(urls).unwrap_err();
        let (place, _) = error.split_once(": ").unwrap();
        let (file, line) = place.rsplit_once(':').unwrap();
        assert!(file.ends_with("tests/mistakes/start.rs"), "{error}");
        let lines: Vec<&str> = include_str!("start.rs").lines().collect();
        assert_eq!(lines[line.parse::<usize>().unwrap() - 1], "#[derive(ModelSerializer)]", "{error}");
    }
}

#[test]
fn a_program_does_not_start_and_says_why() {
    for (mistake, start, said) in MISTAKES {
        let error = start().expect_err(mistake);
        assert!(error.contains(said), "{mistake}: {error}");
        assert_eq!(error.lines().count(), 1, "{mistake}: one mistake, one line: {error}");
    }
    assert_eq!(with_urls(routed("notes", IsOwner::by(Note::AUTHOR) | IsAdminUser)), Ok(()));
}
