//! What changed between the migrations and the models, as new migrations: the rules and the order of Django's
//! `MigrationAutodetector`, so that both write the same operations under the same names.

mod dependencies;
mod fields;
mod models;
mod naming;
mod new_migration;
mod optimizer;
mod questioner;
mod rules;
mod split;

use std::collections::{BTreeMap, BTreeSet};

use super::operation::Operation;
use super::state::{FieldState, ManyState, ModelState, ProjectState};
use super::{AppConfig, MigrationError, MigrationName, Migrator};
use crate::{ModelMeta, Value};

use dependencies::{Dependency, Generated};

pub use new_migration::{NewDependency, NewMigration};
pub use questioner::{Answers, Questioner, Refused};

pub(crate) use naming::{number_of, time_name};
pub(crate) use optimizer::optimize;

/// Compares the migrations of apps with their models.
#[derive(Debug)]
pub struct Autodetector<'a> {
    apps: &'a [AppConfig],
    user_model: String,
    models: BTreeMap<String, &'static ModelMeta>,
    leaves: Vec<MigrationName>,
    from: ProjectState,
    to: ProjectState,
}

/// A field of either sort.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there are a few at a time")]
enum AnyField {
    Column(FieldState),
    Many(ManyState),
}

/// Why no migrations are made.
#[derive(Debug)]
#[non_exhaustive]
pub enum DetectError {
    /// The migrations that are there contradict each other.
    Migrations(MigrationError),
    /// A question was not answered.
    Refused(Refused),
    /// What is to be done depends on itself.
    Circular(String),
}

impl std::fmt::Display for DetectError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Migrations(error) => error.fmt(f),
            Self::Refused(error) => error.fmt(f),
            Self::Circular(apps) => {
                write!(f, "the changes of these apps depend on each other in a circle: {apps}")
            }
        }
    }
}

impl std::error::Error for DetectError {}

impl From<MigrationError> for DetectError {
    fn from(error: MigrationError) -> Self {
        Self::Migrations(error)
    }
}

impl From<Refused> for DetectError {
    fn from(error: Refused) -> Self {
        Self::Refused(error)
    }
}

impl<'a> Autodetector<'a> {
    /// Reads migrations and models. `user_model` is the label of the program's user model (`auth.User`): keys to it are
    /// written as [`AUTH_USER_MODEL`](super::AUTH_USER_MODEL).
    ///
    /// # Errors
    /// When the migrations contradict each other.
    pub fn new(apps: &'a [AppConfig], user_model: impl Into<String>) -> Result<Self, MigrationError> {
        let migrator = Migrator::new(apps);
        let (from, leaves) = (migrator.state()?, migrator.leaves()?);
        let all = || apps.iter().flat_map(|app| app.models.iter().copied());
        let models = all().map(|meta| (meta.label(), meta)).collect();
        Ok(Self {
            apps,
            user_model: user_model.into(),
            models,
            leaves,
            from,
            to: ProjectState::from_models(all()),
        })
    }

    /// The new migrations, of these apps or of all, in the order in which they are written. `name` is what they are called
    /// after instead of what they do.
    ///
    /// # Errors
    /// When the questioner refuses to answer, or the changes depend on each other in a circle.
    pub fn changes(
        &self,
        questioner: &mut dyn Questioner,
        only: &[&str],
        name: Option<&str>,
    ) -> Result<Vec<NewMigration>, DetectError> {
        let mut changes = Changes {
            detector: self,
            questioner,
            generated: BTreeMap::new(),
            old_models: self.labels(&self.from),
            new_models: self.labels(&self.to),
            renamed_models: BTreeMap::new(),
            old_fields: BTreeSet::new(),
            new_fields: BTreeSet::new(),
            renamed_fields: BTreeMap::new(),
            field_renames: Vec::new(),
        };
        changes.detect()?;
        let generated = std::mem::take(&mut changes.generated);
        let existing = self.from.models().map(|(label, _)| app_of(label).to_owned()).collect();
        let mut migrations = split::into_migrations(generated, &self.user_model, &self.leaves, existing)?;
        for migration in &mut migrations {
            migration.operations =
                optimize(std::mem::take(&mut migration.operations), &migration.app, &self.user_model);
        }
        naming::name_all(&mut migrations, &self.leaves, name);
        Ok(naming::only_of(migrations, only))
    }

    /// The models that are compared, without the tables of many-to-many fields, which belong to their fields.
    fn labels(&self, state: &ProjectState) -> BTreeSet<String> {
        let links = state.link_labels();
        let ours = |label: &str| {
            let app = label.split_once('.').map_or("", |(app, _)| app);
            self.apps.iter().any(|known| known.label == app && !known.managed_by_django)
        };
        state
            .models()
            .map(|(label, _)| label)
            .filter(|label| !links.contains(*label) && ours(label))
            .map(str::to_owned)
            .collect()
    }
}

/// The name of a model and one of its fields.
type FieldKey = (String, String);

/// A field with another name: the model, the name before and after.
struct FieldRename {
    model: String,
    before: String,
    after: String,
}

/// What was found so far.
struct Changes<'a, 'q> {
    detector: &'a Autodetector<'a>,
    questioner: &'q mut dyn Questioner,
    generated: BTreeMap<String, Vec<Generated>>,
    /// Labels, those before by the names of today once a rename is known.
    old_models: BTreeSet<String>,
    new_models: BTreeSet<String>,
    /// The label of today, and the one before.
    renamed_models: BTreeMap<String, String>,
    old_fields: BTreeSet<FieldKey>,
    new_fields: BTreeSet<FieldKey>,
    /// The field of today, and its name before.
    renamed_fields: BTreeMap<FieldKey, String>,
    field_renames: Vec<FieldRename>,
}

impl Changes<'_, '_> {
    fn detect(&mut self) -> Result<(), DetectError> {
        self.renamed_models()?;
        self.prepare_fields();
        self.deleted_models();
        self.created_models();
        self.altered_options();
        self.find_renamed_fields()?;
        let rules = self.altered_rules();
        self.removed_constraints(&rules);
        self.removed_indexes(&rules);
        self.renamed_fields();
        self.renamed_indexes(&rules);
        self.removed_unique_together();
        self.removed_fields();
        self.added_fields()?;
        self.altered_fields()?;
        self.altered_unique_together();
        self.added_indexes(&rules);
        self.added_constraints(&rules);
        self.altered_tables();
        Ok(())
    }

    fn add(&mut self, label: &str, operation: Operation, dependencies: Vec<Dependency>) {
        let generated = Generated { operation, dependencies };
        self.generated.entry(app_of(label).to_owned()).or_default().push(generated);
    }

    fn add_first(&mut self, label: &str, operation: Operation, dependencies: Vec<Dependency>) {
        let generated = Generated { operation, dependencies };
        self.generated.entry(app_of(label).to_owned()).or_default().insert(0, generated);
    }

    /// The label before, of a model of today.
    fn old_label<'b>(&'b self, label: &'b str) -> &'b str {
        self.renamed_models.get(label).map_or(label, String::as_str)
    }

    /// The models that are in both, by the names of today.
    fn kept(&self) -> Vec<String> {
        self.old_models.intersection(&self.new_models).cloned().collect()
    }

    fn old_model(&self, label: &str) -> Option<&ModelState> {
        self.detector.from.model(self.old_label(label))
    }

    fn new_model(&self, label: &str) -> Option<&ModelState> {
        self.detector.to.model(label)
    }

    /// The model's state before and after.
    fn both(&self, label: &str) -> Option<(&ModelState, &ModelState)> {
        Some((self.old_model(label)?, self.new_model(label)?))
    }

    fn new_field(&self, label: &str, name: &str) -> Option<AnyField> {
        AnyField::of(self.new_model(label)?, name)
    }

    /// A field as it was, by its name before, with the names that models and fields have today.
    fn old_field(&self, label: &str, name: &str) -> Option<AnyField> {
        let mut field = AnyField::of(self.old_model(label)?, name)?;
        let today = |to: &str| {
            let found = self.renamed_models.iter().find(|(_, before)| before.as_str() == to);
            found.map_or_else(|| to.to_owned(), |(after, _)| after.clone())
        };
        match &mut field {
            AnyField::Column(FieldState { relation: Some(relation), .. }) => {
                relation.to = today(&relation.to).into();
                if let Some(to_field) = &relation.to_field {
                    let renamed = self.renamed_fields.iter().find(|((model, _), before)| {
                        **model == *relation.to && before.as_str() == to_field.as_ref()
                    });
                    if let Some(((_, after), _)) = renamed {
                        relation.to_field = Some(after.clone().into());
                    }
                }
            }
            AnyField::Column(_) => {}
            AnyField::Many(many) => many.to = today(&many.to).into(),
        }
        Some(field)
    }

    /// What the metadata of today say of a field.
    fn meta(&self, label: &str, name: &str) -> Option<&'static crate::FieldMeta> {
        self.detector.models.get(label)?.fields.iter().find(|field| field.name == name)
    }
}

impl AnyField {
    fn of(model: &ModelState, name: &str) -> Option<Self> {
        let many = || model.many.iter().find(|many| many.name == name).cloned().map(Self::Many);
        model.field(name).cloned().map(Self::Column).or_else(many)
    }

    /// The model that it refers to.
    fn to(&self) -> Option<&str> {
        match self {
            Self::Column(field) => field.relation.as_ref().map(|relation| &*relation.to),
            Self::Many(many) => Some(&many.to),
        }
    }
}

/// `shop` of `shop.Product`.
fn app_of(label: &str) -> &str {
    label.split_once('.').map_or("", |(app, _)| app)
}

/// `Product` of `shop.Product`.
fn name_of(label: &str) -> &str {
    label.split_once('.').map_or(label, |(_, name)| name)
}

/// All fields of a model: the columns, then the many-to-many fields.
fn field_names(model: &ModelState) -> impl Iterator<Item = String> {
    let columns = model.fields.iter().map(|field| field.name.to_string());
    columns.chain(model.many.iter().map(|many| many.name.to_string())).collect::<Vec<_>>().into_iter()
}

/// A default that has one value, unlike the present time or a random key.
pub(crate) fn steady_default(default: fn() -> Value) -> Option<Value> {
    let value = default();
    (value == default()).then_some(value)
}
