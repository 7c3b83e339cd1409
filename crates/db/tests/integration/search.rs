//! Texts that are like others: what the tables beside Django's (`conformance/queries`) cannot show.

use belleville_db::migrations::state::ModelState;
use belleville_db::migrations::{AppConfig, Migration, Migrator, gin_index, upper};
use belleville_db::{Database, Headline, LookupName, Model, Q, Registry, json::Json};

use crate::postgres::fresh_url;

#[derive(Clone, Debug, PartialEq, Model)]
#[model(
    app = "towns",
    indexes = [gin_index(name = "alike", expressions = [upper(name).opclass("gin_trgm_ops")])],
)]
struct Town {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 40)]
    name: String,
    #[field(max_length = 40)]
    old_name: Option<String>,
}

fn app() -> AppConfig {
    let initial = Migration::new("0001_initial").create_extension("pg_trgm").create_extension("unaccent");
    AppConfig::new("towns").model::<Town>().migration(initial.create(ModelState::of::<Town>()))
}

async fn names(db: &Database, condition: Q<Town>) -> Vec<String> {
    let towns = Town::objects().filter(condition).order_by([Town::ID.asc()]);
    towns.values(Town::NAME).all(db).await.unwrap()
}

#[tokio::test]
async fn accents_and_slips_do_not_matter() {
    let state = ModelState::of::<Town>();
    assert_eq!(
        state.indexes,
        [gin_index("alike", upper(belleville_db::migrations::field("name")).opclass("gin_trgm_ops"))]
    );
    let Some(url) = fresh_url().await else { return };
    let apps = [app()];
    let db = Database::open(&url, Registry::new([Town::META])).unwrap();
    Migrator::new(&apps).migrate(&db, |_| {}).await.unwrap();
    for name in ["Orléans", "Orleans", "Ulm", "50% Ørsted"] {
        Town::objects().create(&db, [Town::NAME.set(name)]).await.unwrap();
    }
    let plain = Town::NAME.unaccent();
    assert_eq!(names(&db, plain.clone().eq("Orleans")).await, ["Orléans", "Orleans"]);
    assert_eq!(names(&db, plain.clone().eq("Örléans")).await, ["Orléans", "Orleans"]);
    assert_eq!(names(&db, plain.clone().icontains("% ör")).await, ["50% Ørsted"]);
    assert_eq!(names(&db, plain.clone().is_in(["Ulm", "orleans"])).await, ["Ulm"]);
    assert_eq!(names(&db, plain.clone().between("Orleans", "Orleanz")).await, ["Orléans", "Orleans"]);
    assert_eq!(names(&db, plain.eq(Town::NAME)).await.len(), 4);
    assert_eq!(names(&db, Town::NAME.trigram_similar("Orlean")).await, ["Orleans"]);
    // What is NULL is like nothing, and has no similarity.
    let likeness = Town::old_likeness();
    let first: Option<f64> = Town::objects().values(likeness).first(&db).await.unwrap().unwrap();
    assert_eq!(first, None);
    let by_name = LookupName::parse(Town::META, db.registry(), "name__unaccent__istartswith").unwrap();
    let found = names(&db, by_name.with(&Json::from("örl")).unwrap()).await;
    assert_eq!(found, ["Orléans", "Orleans"]);
}

impl Town {
    fn old_likeness() -> belleville_db::Expr<Self, Option<f64>> {
        Self::OLD_NAME.trigram_similarity("Ulm")
    }
}

#[tokio::test]
async fn sqlite_says_that_it_cannot() {
    let db = Database::open("sqlite://:memory:", Registry::new([Town::META])).unwrap();
    let table = ModelState { indexes: Vec::new(), ..ModelState::of::<Town>() };
    let app = AppConfig::new("towns").migration(Migration::new("0001_initial").create(table));
    Migrator::new(&[app]).migrate(&db, |_| {}).await.unwrap();
    for (condition, why) in [
        (Town::NAME.trigram_similar("x"), "the similarity of texts needs PostgreSQL"),
        (Town::NAME.trigram_similarity("x").gt(0.5), "the similarity of texts needs PostgreSQL"),
        (Town::NAME.unaccent().eq("x"), "`unaccent` needs PostgreSQL"),
        (Town::NAME.search_headline_by(Headline::new(), "x").eq("x"), "full-text search needs PostgreSQL"),
    ] {
        let error = Town::objects().filter(condition).count(&db).await.unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}
