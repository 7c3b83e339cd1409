//! Generic foreign keys, in both directions. `tables/generic.py` has the same in Python.

use std::sync::Arc;

use belleville_db::json::Json;
use belleville_db::{Database, Deleted, Error, GenericForeignKey, Model, Object, QuerySet, Related, Result};

use crate::models::{Album, Bar, ContentType, Label, Remark, Song, Sticker, Ticket, Visit};
use crate::results::ToJson;
use crate::table::Table;

const LABELED: Related<Label, Album> = Album::LABELS.reverse();
const SONG: Related<Label, Song> = Song::LABELS.reverse();

fn albums() -> QuerySet<Album> {
    Album::objects()
}

fn songs() -> QuerySet<Song> {
    Song::objects()
}

fn labels() -> QuerySet<Label> {
    Label::objects().order_by([Label::ID.asc()])
}

fn album(id: i64) -> Album {
    Album { id, title: String::new(), labels: Default::default(), remarks: Default::default() }
}

fn song(id: i64) -> Song {
    Song { id, album: (&album(1)).into(), title: String::new(), labels: Default::default() }
}

fn ticket(code: &str) -> Ticket {
    Ticket { code: code.to_owned(), remarks: Default::default() }
}

fn remark(id: i64) -> Remark {
    let text = String::new();
    Remark {
        id,
        text,
        about_type: None,
        about_id: None,
        about: GenericForeignKey,
        remarks: Default::default(),
    }
}

async fn some(db: &Database, ids: &[i64]) -> Result<Vec<Label>> {
    labels().filter(Label::ID.is_in(ids.iter().copied())).all(db).await
}

async fn label_rows(db: &Database) -> Result<Vec<(i64, String, String, i64)>> {
    let columns = (Label::ID, Label::TEXT, Label::CONTENT_TYPE.to(ContentType::MODEL), Label::OBJECT_ID);
    labels().values(columns).all(db).await
}

async fn last_label(db: &Database) -> Result<Option<(String, String, i64)>> {
    Ok(label_rows(db).await?.pop().map(|(_, text, model, id)| (text, model, id)))
}

type RemarkRow = (i64, String, Option<String>, Option<String>);

async fn remark_rows(db: &Database) -> Result<Vec<RemarkRow>> {
    let columns = (Remark::ID, Remark::TEXT, Remark::ABOUT_TYPE.to(ContentType::MODEL), Remark::ABOUT_ID);
    Remark::objects().values(columns).all(db).await
}

async fn stickers(db: &Database) -> Result<Vec<Sticker>> {
    Sticker::objects().order_by([Sticker::ID.asc()]).all(db).await
}

/// The name of an object's model, and its key as text.
struct Named(Option<Arc<dyn Object>>);

impl ToJson for Named {
    fn to_json(&self) -> Json {
        let Some(object) = &self.0 else { return Json::Null };
        let pk = if let Some(visit) = object.downcast_ref::<Visit>() {
            visit.key.to_string()
        } else if let Some(ticket) = object.downcast_ref::<Ticket>() {
            ticket.code.clone()
        } else {
            object.value_at(object.meta().pk_position()).to_owned().to_text()
        };
        vec![Json::from(object.meta().name), pk.as_str().into()].into()
    }
}

trait ToText {
    fn to_text(&self) -> String;
}

impl ToText for belleville_db::Value {
    fn to_text(&self) -> String {
        match self {
            Self::Int(number) => number.to_string(),
            other => format!("{other:?}"),
        }
    }
}

async fn label_and_object(db: &Database, id: i64) -> Result<(Label, Named)> {
    let label = Label::objects().filter_pk(id).get(db).await?;
    let object = Label::CONTENT_OBJECT.of(&label).get(db).await?;
    Ok((label, Named(object)))
}

async fn remark_and_object(db: &Database, id: i64) -> Result<(Remark, Named)> {
    let remark = Remark::objects().filter_pk(id).get(db).await?;
    let object = Remark::ABOUT.of(&remark).get(db).await?;
    Ok((remark, Named(object)))
}

fn all_named<R>(pairs: Vec<(R, Option<Arc<dyn Object>>)>) -> Vec<(R, Named)> {
    pairs.into_iter().map(|(row, object)| (row, Named(object))).collect()
}

pub(crate) async fn ask_for_types(db: &Database) -> Result<()> {
    for bar in Bar::objects().all(db).await? {
        Label::CONTENT_OBJECT.set(db, &bar).await?;
    }
    for label in Label::objects().all(db).await? {
        Label::CONTENT_OBJECT.of(&label).get_as::<Album>(db).await?;
    }
    for remark in Remark::objects().all(db).await? {
        Remark::ABOUT.of(&remark).get_as::<Album>(db).await?;
    }
    Ok(())
}

pub(crate) fn add(t: &mut Table) {
    objects(t);
    filters(t);
    back(t);
    rows(t);
    deletion(t);
}

fn objects(t: &mut Table) {
    t.run("generic object", async |db: &Database| {
        let mut found = Vec::new();
        for id in [1, 3, 6] {
            found.push(label_and_object(db, id).await?);
        }
        Ok(found)
    });
    t.run("generic object by text", async |db: &Database| {
        let mut found = Vec::new();
        for id in 1..=6 {
            found.push(remark_and_object(db, id).await?);
        }
        Ok(found)
    });
    t.run("generic prefetch", async |db: &Database| {
        labels().prefetch_objects(Label::CONTENT_OBJECT).all(db).await.map(all_named)
    });
    t.run("generic prefetch by text", async |db: &Database| {
        let remarks = Remark::objects().exclude(Remark::TEXT.eq("torn"));
        remarks.prefetch_objects(Remark::ABOUT).all(db).await.map(all_named)
    });
    t.run("generic prefetch by querysets", async |db: &Database| {
        let rows = labels()
            .prefetch_objects_as(Label::CONTENT_OBJECT, albums().filter(Album::ID.gt(1)))
            .prefetch_objects_as(Label::CONTENT_OBJECT, songs().exclude(Song::TITLE.eq("A")));
        let mut named = Vec::new();
        for ((label, album), song) in rows.all(db).await? {
            let album = album.map(|album| album as Arc<dyn Object>);
            named.push((label, Named(album.or(song.map(|song| song as Arc<dyn Object>)))));
        }
        Ok(named)
    });
    t.run("generic create", async |db: &Database| {
        let song = songs().filter_pk(2).get(db).await?;
        let [content_type, object_id] = Label::CONTENT_OBJECT.set(db, &song).await?;
        Label::objects().create(db, [Label::TEXT.set("made"), content_type, object_id]).await?;
        Ok(((), last_label(db).await?))
    });
    t.run("generic create by text", async |db: &Database| {
        let visit = Visit::objects().get(db).await?;
        let [about_type, about_id] = Remark::ABOUT.set(db, &visit).await?;
        Remark::objects().create(db, [Remark::TEXT.set("made"), about_type, about_id]).await?;
        let last = remark_rows(db).await?.pop();
        Ok(((), last.map(|(_, text, model, id)| (text, model, id))))
    });
    t.run("generic assign", async |db: &Database| {
        let mut label = labels().filter_pk(1).get(db).await?;
        let song = songs().filter_pk(4).get(db).await?;
        Label::CONTENT_OBJECT.assign(db, &mut label, &song).await?;
        label.save(db).await?;
        label_rows(db).await
    });
}

fn filters(t: &mut Table) {
    let loud = || Album::LABELS.to(Label::TEXT).eq("loud");
    t.all("generic filter", albums().filter(loud()));
    t.all("generic filter of another type", songs().filter(Song::LABELS.to(Label::TEXT).eq("loud")));
    t.all("generic filter two in one", albums().filter(loud() & Album::LABELS.to(Label::OBJECT_ID).eq(1)));
    t.all("generic filter twice", albums().filter(loud()).filter(Album::LABELS.to(Label::TEXT).eq("old")));
    t.all("generic filter isnull", albums().filter(Album::LABELS.is_null(true)));
    t.all("generic exclude", albums().exclude(loud()));
    t.all("generic exclude another type", songs().exclude(Song::LABELS.to(Label::TEXT).eq("loud")));
    t.all("generic exclude isnull", songs().exclude(Song::LABELS.is_null(true)));
    t.all("generic filter by text", Remark::objects().filter(Remark::REMARKS.to(Remark::TEXT).eq("why")));
    let so = || Ticket::REMARKS.to(Remark::TEXT).eq("so");
    t.all("generic exclude a text key", Ticket::objects().exclude(so()));
    t.all("generic filter a text key", Ticket::objects().filter(so()));
    t.all(
        "generic filter over a key",
        songs().filter(Song::ALBUM.to_many(Album::LABELS).to(Label::TEXT).eq("new")),
    );
    t.all("generic count", albums().annotate(Album::LABELS.count()));
    t.all(
        "generic count distinct over two",
        albums().annotate((Album::LABELS.count().distinct(), Song::ALBUM.reverse().count().distinct())),
    );
    t.all(
        "generic order",
        albums()
            .filter(Album::LABELS.is_null(false))
            .order_by([-Album::LABELS.to(Label::TEXT), Album::ID.asc()]),
    );
    t.all(
        "generic values",
        albums()
            .order_by([Album::ID.asc(), Album::LABELS.to(Label::ID).asc()])
            .values((Album::ID, Album::LABELS.to(Label::TEXT))),
    );
}

fn back(t: &mut Table) {
    t.all("generic back", labels().filter(LABELED.to(Album::TITLE).eq("Red")));
    t.all("generic back to another type", labels().filter(SONG.to(Song::TITLE).eq("Red")));
    t.all("generic back exclude", labels().exclude(LABELED.to(Album::TITLE).eq("Red")));
    t.all("generic back isnull", labels().filter(SONG.is_null(true)));
    let of_ticket = Ticket::REMARKS.reverse().to(Ticket::CODE).eq("1");
    t.all("generic back by text", Remark::objects().filter(of_ticket));
    t.all("generic back further", labels().filter(SONG.to(Song::ALBUM.to(Album::TITLE)).eq("Blue")));
    t.all("generic of a type", labels().filter(Label::CONTENT_OBJECT.is_a::<Song>()));
}

fn rows(t: &mut Table) {
    t.run("generic rows", async |db: &Database| {
        let of_album = Album::LABELS.of(&album(1)).all()?.order_by([Label::ID.asc()]).all(db).await?;
        let of_song = Song::LABELS.of(&song(1)).all()?.all(db).await?;
        Ok((of_album, of_song, Ticket::REMARKS.of(&ticket("1")).all()?.all(db).await?))
    });
    t.run("generic rows by text", async |db: &Database| {
        let first = Remark::REMARKS.of(&remark(1)).all()?.all(db).await?;
        Ok((first, Remark::REMARKS.of(&remark(4)).all()?.all(db).await?))
    });
    t.run("generic rows filtered", async |db: &Database| {
        Album::LABELS.of(&album(1)).all()?.filter(Label::TEXT.eq("old")).all(db).await
    });
    t.run("generic prefetch back", async |db: &Database| {
        albums().prefetch(Album::LABELS, labels()).all(db).await
    });
    t.run("generic prefetch back of text keys", async |db: &Database| {
        let tickets = Ticket::objects().order_by([Ticket::CODE.asc()]);
        tickets.prefetch_related(Ticket::REMARKS).all(db).await
    });
    t.run("generic prefetch back two", async |db: &Database| {
        songs().prefetch(Song::LABELS, labels()).all(db).await
    });
    t.run("generic add", async |db: &Database| {
        Album::LABELS.of(&album(3)).add(db, &some(db, &[1, 5]).await?).await?;
        Ok(((), label_rows(db).await?))
    });
    t.run("generic add nothing", async |db: &Database| {
        Ok((Album::LABELS.of(&album(3)).add(db, &[]).await?, label_rows(db).await?))
    });
    t.run("generic add by text", async |db: &Database| {
        let first = Remark::objects().filter_pk(1).get(db).await?;
        Ok((Ticket::REMARKS.of(&ticket("x-2")).add(db, [&first]).await?, remark_rows(db).await?))
    });
    t.run("generic create back", async |db: &Database| {
        Song::LABELS.of(&song(4)).create(db, [Label::TEXT.set("made")]).await?;
        Ok(((), last_label(db).await?))
    });
    t.run("generic get or create", async |db: &Database| {
        let mut new = Vec::new();
        for id in [1, 2] {
            let old = [Label::TEXT.set("old")];
            new.push(Album::LABELS.of(&album(id)).get_or_create(db, old, []).await?.1);
        }
        Ok((new[0], new[1], label_rows(db).await?.len()))
    });
    t.run("generic update or create", async |db: &Database| {
        let mut new = Vec::new();
        for id in [1, 2] {
            let (wanted, values) = ([Label::TEXT.set("old")], [Label::TEXT.set("older")]);
            new.push(Album::LABELS.of(&album(id)).update_or_create(db, wanted, values).await?.1);
        }
        Ok((new[0], new[1], label_rows(db).await?.into_iter().take(4).collect::<Vec<_>>()))
    });
    t.run("generic remove", async |db: &Database| {
        Album::LABELS.of(&album(1)).remove(db, &some(db, &[1, 4]).await?).await?;
        Ok(((), label_rows(db).await?, stickers(db).await?))
    });
    t.run("generic clear", async |db: &Database| {
        Album::LABELS.of(&album(1)).clear(db).await?;
        Ok(((), label_rows(db).await?))
    });
    t.run("generic set", async |db: &Database| {
        Ok((Album::LABELS.of(&album(1)).set(db, &some(db, &[2, 5]).await?).await?, label_rows(db).await?))
    });
    t.run("generic set the same", async |db: &Database| {
        Ok((Album::LABELS.of(&album(1)).set(db, &some(db, &[1, 2]).await?).await?, label_rows(db).await?))
    });
}

fn deletion(t: &mut Table) {
    t.run("generic delete", async |db: &Database| {
        let deleted: Deleted = albums().filter_pk(1).delete(db).await?;
        Ok::<_, Error>((deleted, label_rows(db).await?, remark_rows(db).await?, stickers(db).await?))
    });
    t.run("generic delete of nothing", async |db: &Database| {
        Ok((albums().filter_pk(3).delete(db).await?, label_rows(db).await?))
    });
    t.run("generic delete a text key", async |db: &Database| {
        let ticket = Ticket::objects().filter(Ticket::CODE.eq("1"));
        Ok((ticket.delete(db).await?, remark_rows(db).await?))
    });
    t.run("generic delete round", async |db: &Database| {
        Ok((Remark::objects().filter_pk(1).delete(db).await?, remark_rows(db).await?))
    });
    t.run("generic delete the rows", async |db: &Database| {
        Ok((labels().filter_pk(3).delete(db).await?, label_rows(db).await?, stickers(db).await?))
    });
}
