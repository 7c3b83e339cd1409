//! `startapp`: a new app in the project of the current folder.

use std::path::Path;

use clap::Args;

use crate::console::CommandError;

/// Makes an app: a folder in src/ with a model, its migration, serializer and viewset, and a test.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The name of the app: orders.
    name: String,
    /// The folder of the project.
    #[arg(default_value = ".")]
    folder: String,
    /// The name of the app's model; made from the app's when it is left out.
    #[arg(long)]
    model: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), CommandError> {
    let folder = Path::new(&arguments.folder);
    let said = belleville_cli::startapp(&arguments.name, folder, arguments.model.as_deref())
        .map_err(|error| CommandError::new(error.to_string()))?;
    println!("{said}");
    Ok(())
}
