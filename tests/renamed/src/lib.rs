//! A program whose `Cargo.toml` says `api = { package = "belleville", ... }`: every derive is told so.

use api::prelude::*;

/// A note.
#[derive(Clone, Debug, Model)]
#[model(crate = api, app = "notes", ordering = ["id"])]
pub struct Note {
    /// The primary key.
    #[field(primary_key)]
    pub id: i64,
    /// What it says.
    #[field(max_length = 100)]
    pub title: String,
    /// The user who owns it.
    #[field(on_delete = Cascade, related_name = "notes")]
    pub owner: ForeignKey<User>,
}

/// What of a note is shown and taken.
#[derive(ModelSerializer)]
#[serializer(crate = api, model = Note, fields = [id, title])]
pub struct NoteSerializer;

/// Lets only superusers write.
#[derive(Clone, Copy, Debug, Composable)]
#[composable(crate = api)]
pub struct IsSuperuser;

impl Permission for IsSuperuser {
    fn name(&self) -> &'static str {
        "IsSuperuser"
    }

    async fn has_permission(&self, request: &Request) -> Result<bool> {
        Ok(request.user()?.is_superuser())
    }
}

/// The notes of everybody.
#[derive(Debug)]
pub struct NoteViewSet;

impl ModelViewSet for NoteViewSet {
    type Model = Note;
    type Serializer = NoteSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(IsAuthenticated & IsSuperuser);
    }

    async fn perform_create(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
        serializer.with(Note::OWNER.set(request.user()?)).save(request.db()).await
    }
}

/// The program.
pub fn app() -> App {
    App::new("renamed", env!("CARGO_MANIFEST_DIR"), urls).app(notes())
}

fn notes() -> migrations::AppConfig {
    migrations::AppConfig::new("notes").model::<Note>().migration(
        Migration::new("0001_initial")
            .depends_on("auth", "0012_alter_user_first_name_max_length")
            .create(migrations::state::ModelState::of::<Note>()),
    )
}

fn urls() -> Urls {
    let mut router = DefaultRouter::new();
    router.register("notes", NoteViewSet);
    Urls::new().include("api/", router.urls())
}

#[cfg(test)]
mod tests {
    use api::json;
    use api::test::TestClient;

    #[api::test(crate = api)]
    async fn the_api_works_under_another_name() {
        let client = TestClient::new(&super::app()).await;
        client.create_superuser("root").await;
        let root = client.login("root").await;
        root.post("/api/notes/", json!({"title": "Milk"})).await.assert_status(201);
        root.get("/api/notes/").await.assert_status(200).assert_json(json!([{"id": 1, "title": "Milk"}]));
    }
}
