//! Fields that several models share: Django's abstract base classes.

use belleville_db::migrations::{AppConfig, Migration, state::ModelState};
use belleville_db::{ForeignKey, Model};

use crate::library::migrated_apps;
use common::{Keyed, Owned, Owner};

/// The types of the fields are known here alone.
mod common {
    use belleville_db::{AbstractModel, Choices, Date, DateTime, ForeignKey, Model, Uuid};

    #[derive(Clone, Copy, Debug, PartialEq, Choices)]
    pub(super) enum Mood {
        #[choice("g", "Good")]
        Good,
        #[choice("b", "Bad")]
        Bad,
    }

    #[derive(Clone, Debug, PartialEq, Model)]
    #[model(app = "bases")]
    pub(super) struct Owner {
        #[field(primary_key)]
        pub(super) id: i64,
    }

    fn good() -> Mood {
        Mood::Good
    }

    #[derive(Clone, Debug, PartialEq, AbstractModel)]
    pub(super) struct Keyed {
        #[field(primary_key, default = Uuid::new_v4())]
        pub(crate) key: Uuid,
    }

    #[derive(Clone, Debug, PartialEq, AbstractModel)]
    pub(super) struct Owned {
        #[field(on_delete = Cascade, related_name = "%(app_label)s_%(class)s_rows")]
        pub(crate) owner: ForeignKey<Owner>,
        #[field(auto_now_add)]
        pub(crate) created: DateTime,
        #[field(default = good())]
        pub(crate) mood: Mood,
        pub(crate) due: Option<Date>,
    }
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "bases", verbose_name_plural = "notices", ordering = ["-created", "title"], unique_together = [["owner", "title"]])]
struct Note {
    #[field(max_length = 9)]
    title: String,
    #[field(primary_key)]
    id: i64,
    #[field(flatten)]
    owned: Owned,
    #[field(generated = mood == "g")]
    is_good: bool,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "bases")]
struct Letter {
    #[field(max_length = 9)]
    title: String,
    #[field(flatten)]
    keyed: Keyed,
    #[field(flatten)]
    owned: Owned,
}

#[test]
fn the_columns_are_in_djangos_order() {
    let columns = |meta: &'static belleville_db::ModelMeta| -> Vec<&str> {
        meta.fields.iter().map(|field| field.column).collect()
    };
    // As `[f.column for f in Note._meta.fields]` of Django 5.2.19 has them.
    assert_eq!(columns(Note::META), ["id", "owner_id", "created", "mood", "due", "title", "is_good"]);
    assert_eq!(columns(Letter::META), ["key", "owner_id", "created", "mood", "due", "title"]);
    assert_eq!((Note::META.plural().as_ref(), Letter::META.plural().as_ref()), ("notices", "letters"));
    let related = |meta: &'static belleville_db::ModelMeta| {
        meta.field("owner").unwrap().relation.as_ref().unwrap().related_name
    };
    assert_eq!(related(Note::META), Some("bases_note_rows"));
    assert_eq!(related(Letter::META), Some("bases_letter_rows"));
}

#[tokio::test]
async fn rows_have_the_fields_of_their_bases() {
    let app = AppConfig::new("bases").model::<Owner>().model::<Note>().model::<Letter>().migration(
        Migration::new("0001_initial")
            .create(ModelState::of::<Owner>())
            .create(ModelState::of::<Note>())
            .create(ModelState::of::<Letter>()),
    );
    let db = migrated_apps([app]).await;
    let owner = Owner::objects().create(&db, []).await.unwrap();
    let row = [Note::OWNER.set(&owner), Note::TITLE.set("a")];
    let mut note = Note::objects().create(&db, row).await.unwrap();
    assert_eq!((note.owned.mood.to_owned(), note.is_good), (common::Mood::Good, true));
    note.owned.mood = common::Mood::Bad;
    note.save(&db).await.unwrap();
    assert!(!note.is_good);
    let found = Note::objects()
        .filter(Note::MOOD.eq(common::Mood::Bad) & Note::DUE.is_null(true) & Note::OWNER.to(Owner::ID).eq(1))
        .select_related(Note::OWNER)
        .get(&db)
        .await
        .unwrap();
    assert_eq!((found.owned.owner.get(), &found), (Some(&owner), &note));
    let row = [Letter::OWNER.set(ForeignKey::new(1)), Letter::TITLE.set("b")];
    let letter = Letter::objects().create(&db, row).await.unwrap();
    assert_eq!(Letter::objects().filter_pk(letter.keyed.key).get(&db).await.unwrap(), letter);
    assert_eq!(Letter::OWNER.reverse().of(&owner).count(&db).await.unwrap(), 1);
}
