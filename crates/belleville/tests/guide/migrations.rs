//! `docs/guide/migrations.md`: the history of an app, forwards and backwards.

use belleville::auth::user;
use belleville::db::migrations::prelude::*;
use belleville::db::migrations::{AppConfig, Fake, MigrationName, Migrator, ProjectState, Target};
use belleville::db::{Database, Model, Registry};

use crate::users::Account;

/// A task as this migration knows it.
#[derive(Clone, Debug, Model)]
#[model(app = "projects", table = "projects_task")]
struct Task {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100)]
    title: String,
    #[field(max_length = 100, blank)]
    slug: String,
}

async fn fill_slugs(db: &Database) -> Result<()> {
    for mut task in Task::objects().filter(Task::SLUG.eq("")).all(db).await? {
        task.slug = task.title.to_lowercase().replace(' ', "-");
        task.save(db).await?;
    }
    Ok(())
}

fn due() -> Migration {
    Migration::new("0002_task_due")
        .depends_on("projects", "0001_initial")
        .add_field("Task", date("due").null())
}

fn slug() -> Migration {
    Migration::new("0003_task_slug")
        .add_field("Task", char("slug", 100).default_text(""))
        .add_field("Task", small_integer("priority").default(3))
}

fn filled() -> Migration {
    Migration::new("0004_fill_slugs")
        .depends_on("projects", "0003_task_slug")
        .run_reversible(fill_slugs, noop)
}

fn indexed() -> Migration {
    Migration::new("0005_slug_index").atomic(false).run_sql_reversible(
        by_database(
            "CREATE INDEX task_slug ON projects_task (slug)",
            "CREATE INDEX CONCURRENTLY task_slug ON projects_task (slug)",
        ),
        "DROP INDEX task_slug",
    )
}

fn projects() -> AppConfig {
    let initial = Migration::new("0001_initial")
        .create(model("Task", [id(), char("title", 100)]))
        .run_sql("INSERT INTO projects_task (title) VALUES ('Buy Milk')");
    AppConfig::new("projects").migrations([initial, due(), slug(), filled(), indexed()])
}

#[tokio::test]
async fn a_history_goes_forwards_and_backwards() {
    let apps = [projects()];
    let db = Database::open("sqlite://:memory:", Registry::new([])).unwrap();
    let migrator = Migrator::new(&apps);
    migrator.migrate(&db, |_| {}).await.unwrap();
    let task = Task::objects().get(&db).await.unwrap();
    assert_eq!(task.slug, "buy-milk");
    let second = Target::Migration(MigrationName { app: "projects", name: "0002_task_due" });
    assert_eq!(migrator.migrate_to(&db, second, Fake::Not, |_| {}).await.unwrap(), 3);
    let error = Task::objects().get(&db).await.unwrap_err().to_string();
    assert!(error.contains("slug"), "{error}");
}

/// What is sold.
#[derive(Clone, Debug, Model)]
#[model(app = "shop")]
struct Item {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 100)]
    name: String,
    #[field(max_digits = 8, decimal_places = 2)]
    price: Decimal,
}

fn left_to_django() -> AppConfig {
    AppConfig::new("shop").model::<Item>().managed_by_django()
}

fn left_to_django_and_compared() -> AppConfig {
    AppConfig::new("shop")
        .model::<Item>()
        .managed_by_django()
        .migrations(["0001_initial", "0002_item_price"].map(Migration::new))
}

fn taken_over() -> Migration {
    Migration::new("0001_squashed_0002_item_price")
        .replaces("shop", "0001_initial")
        .replaces("shop", "0002_item_price")
        .create(model("Item", [id(), char("name", 100), decimal("price", 8, 2)]))
}

#[tokio::test]
async fn an_app_is_left_to_django_and_then_taken_over() {
    let db = Database::open("sqlite://:memory:", Registry::new([Item::META])).unwrap();
    let django = [AppConfig::new("shop")
        .migration(Migration::new("0001_initial").create(model("Item", [id(), char("name", 100)])))
        .migration(Migration::new("0002_item_price").add_field("Item", decimal("price", 8, 2).default(1)))];
    let ours = [left_to_django()];
    assert_eq!(Migrator::new(&ours).migrate(&db, |_| {}).await.unwrap(), 0);
    let compared = [left_to_django_and_compared()];
    assert_eq!(Migrator::new(&compared).out_of_step(&db).await.unwrap().len(), 2);
    Migrator::new(&django).migrate(&db, |_| {}).await.unwrap();
    assert_eq!(Migrator::new(&compared).out_of_step(&db).await.unwrap(), Vec::<String>::new());
    let taken = [AppConfig::new("shop").model::<Item>().migration(taken_over())];
    assert_eq!(Migrator::new(&taken).migrate(&db, |_| {}).await.unwrap(), 0);
    Item::objects().create(&db, [Item::NAME.set("Pen"), Item::PRICE.set(Decimal::from(2))]).await.unwrap();
    let made = Migrator::new(&taken).state().unwrap();
    assert_eq!(made.differences(&ProjectState::from_models([Item::META])), Vec::<String>::new());
}

fn app() -> AppConfig {
    user::choose::<Account>().unwrap();
    crate::library::app()
}

#[test]
fn the_migrations_make_the_tables_of_the_models() {
    let apps = user::install([app()]).unwrap();
    let made = Migrator::new(&apps).state().unwrap();
    let models = apps.iter().flat_map(|app| app.models.iter().copied());
    assert_eq!(made.differences(&ProjectState::from_models(models)), Vec::<String>::new());
}
