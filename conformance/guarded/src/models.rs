//! Models with every kind of key that guardian can name.

use belleville::db::Uuid;
use belleville::db::migrations::state::*;
use belleville::prelude::*;

/// With a whole number.
#[derive(Clone, Debug, Model)]
#[model(app = "notes", ordering = ["id"], permissions = [["publish_note", "Can publish note"]])]
pub(crate) struct Note {
    #[field(primary_key)]
    pub(crate) id: i64,
    #[field(max_length = 100)]
    pub(crate) title: String,
}

/// With a UUID.
#[derive(Clone, Debug, Model)]
#[model(app = "notes", ordering = ["id"])]
pub(crate) struct Paper {
    #[field(primary_key, default = Uuid::new_v4())]
    pub(crate) id: Uuid,
    #[field(max_length = 100)]
    pub(crate) title: String,
}

/// With a text.
#[derive(Clone, Debug, Model)]
#[model(app = "notes", ordering = ["name"])]
pub(crate) struct Label {
    #[field(primary_key, max_length = 20)]
    pub(crate) name: String,
    #[field(max_length = 100)]
    pub(crate) title: String,
}

#[derive(ModelSerializer)]
#[serializer(model = Note, fields = [id, title])]
pub(crate) struct NoteSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Paper, fields = [id, title])]
pub(crate) struct PaperSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Label, fields = [name, title])]
pub(crate) struct LabelSerializer;

/// The app `notes`.
pub(crate) fn notes() -> migrations::AppConfig {
    migrations::AppConfig::new("notes").model::<Note>().model::<Paper>().model::<Label>().migration(
        Migration::new("0001_initial")
            .create(model("Label", [char("name", 20).primary_key(), char("title", 100)]))
            .create(model("Note", [id(), char("title", 100)]))
            .create(model("Paper", [uuid("id").primary_key(), char("title", 100)])),
    )
}
