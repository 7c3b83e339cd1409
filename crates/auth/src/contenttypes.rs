//! What is created after the migrations: a content type for each model, and its permissions, with the names and in
//! the order of Django's `post_migrate`, so that even the ids are the same.

use std::collections::{BTreeMap, BTreeSet};

use belleville_db::migrations::{AppConfig, Operation};
use belleville_db::{Database, Model, ModelMeta, Result};

use crate::models::{ContentType, Permission};

/// Creates the content types and permissions that are missing, in one transaction, in the order in which the migrations create
/// the models. Link tables of a many-to-many field have none; proxies have their own. When nothing is missing, the database is
/// not locked.
///
/// # Errors
/// Any database error; nothing is stored then.
pub async fn create_missing(db: &Database, apps: &[AppConfig]) -> Result<()> {
    create(db, apps, in_order_of_migrations).await
}

/// The same after the tables were emptied: Django's `flush` looks at no migration, and has the models in the order in which
/// their app lists them.
///
/// # Errors
/// As [`create_missing`].
pub async fn create_after_flush(db: &Database, apps: &[AppConfig]) -> Result<()> {
    create(db, apps, models).await
}

/// The models of an app that have a content type, in some order.
type Ordered = fn(&AppConfig) -> Vec<&'static ModelMeta>;

async fn create(db: &Database, apps: &[AppConfig], ordered: Ordered) -> Result<()> {
    let known = Known::read(db).await?;
    if apps.iter().all(|app| known.covers(app)) {
        return Ok(());
    }
    db.forget_content_types();
    db.atomic_alone(async || {
        // Another process may have been faster.
        let mut known = Known::read(db).await?;
        for app in apps {
            let models = ordered(app);
            create_content_types(db, app, &models, &mut known).await?;
            create_permissions(db, &models, &known).await?;
        }
        Ok(())
    })
    .await
}

async fn create_content_types(
    db: &Database,
    app: &AppConfig,
    models: &[&'static ModelMeta],
    known: &mut Known,
) -> Result<()> {
    for meta in models {
        if known.content_type(meta).is_some() {
            continue;
        }
        let row = [ContentType::APP_LABEL.set(app.label), ContentType::MODEL.set(meta.model_name)];
        let created = ContentType::objects().create(db, row).await?;
        known.content_types.insert((created.app_label, created.model), created.id);
    }
    Ok(())
}

async fn create_permissions(db: &Database, models: &[&'static ModelMeta], known: &Known) -> Result<()> {
    for meta in models {
        let Some(content_type) = known.content_type(meta) else { continue };
        for (codename, name) in permissions(meta) {
            if known.permissions.contains(&(content_type, codename.clone())) {
                continue;
            }
            let row = [
                Permission::NAME.set(name),
                Permission::CONTENT_TYPE.set(content_type),
                Permission::CODENAME.set(codename),
            ];
            Permission::objects().create(db, row).await?;
        }
    }
    Ok(())
}

/// The models that have a content type.
fn models(app: &AppConfig) -> Vec<&'static ModelMeta> {
    app.models.iter().copied().filter(|meta| !meta.auto_created).collect()
}

/// The same as migrations have made them. What no migration makes comes after them, as proxies do in Django.
fn in_order_of_migrations(app: &AppConfig) -> Vec<&'static ModelMeta> {
    let mut made: Vec<String> = Vec::new();
    for operation in app.migrations.iter().flat_map(|migration| &migration.operations) {
        match operation {
            Operation::CreateModel(model) => made.push(model.name.to_lowercase()),
            Operation::RenameModel { from, to } => {
                made.retain(|name| *name != from.to_lowercase());
                made.push(to.to_lowercase());
            }
            _ => {}
        }
    }
    let mut models = models(app);
    let place = |meta: &ModelMeta| made.iter().position(|name| name == meta.model_name).unwrap_or(made.len());
    models.sort_by_key(|meta| place(meta));
    models
}

/// The codename and the name of each permission on a model: the four that every model has, then its own.
fn permissions(meta: &ModelMeta) -> impl Iterator<Item = (String, String)> {
    let default = meta.default_permissions.iter().map(|action| {
        (format!("{action}_{}", meta.model_name), format!("Can {action} {}", meta.verbose_name))
    });
    let own = meta.permissions.iter().map(|(codename, name)| ((*codename).to_owned(), (*name).to_owned()));
    default.chain(own)
}

/// The content types and permissions in the database.
struct Known {
    /// The keys of content types by app and model.
    content_types: BTreeMap<(String, String), i32>,
    /// The content type and codename of permissions.
    permissions: BTreeSet<(i32, String)>,
}

impl Known {
    async fn read(db: &Database) -> Result<Self> {
        let columns = (ContentType::APP_LABEL, ContentType::MODEL, ContentType::ID);
        let content_types = ContentType::objects().values(columns).all(db).await?;
        let columns = (Permission::CONTENT_TYPE, Permission::CODENAME);
        let permissions = Permission::objects().values(columns).all(db).await?;
        Ok(Self {
            content_types: content_types.into_iter().map(|(app, model, id)| ((app, model), id)).collect(),
            permissions: permissions.into_iter().map(|(key, codename)| (*key.pk(), codename)).collect(),
        })
    }

    fn content_type(&self, meta: &ModelMeta) -> Option<i32> {
        let name = (meta.app_label.to_owned(), meta.model_name.to_owned());
        self.content_types.get(&name).copied()
    }

    fn covers(&self, app: &AppConfig) -> bool {
        models(app).iter().all(|meta| {
            self.content_type(meta).is_some_and(|content_type| {
                permissions(meta).all(|(codename, _)| self.permissions.contains(&(content_type, codename)))
            })
        })
    }
}
