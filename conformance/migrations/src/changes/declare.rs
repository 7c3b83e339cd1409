//! `changes!`: a module for each change, which derives the models of before and after.

/// Several changes of one file: `"app" module { before { struct Thing { .. } } after { .. } }`. A `struct` gets the usual key; one
/// that is `keyed` has its own.
macro_rules! changes {
    ($($app:tt $module:ident { before { $($before:tt)* } after { $($after:tt)* } })*) => {
        $(pub(crate) mod $module {
            stage!($app before { $($before)* });
            stage!($app after { $($after)* });
        })*

        pub(crate) fn all() -> Vec<super::Change> {
            vec![$(super::Change {
                app: $app,
                before: $module::before::models,
                after: $module::after::models,
            }),*]
        }
    };
}

macro_rules! stage {
    ($app:tt $stage:ident { $($(#[$option:meta])* $how:ident $name:ident { $($fields:tt)* })* }) => {
        pub(crate) mod $stage {
            use crate::changes::prelude::*;

            $(one_model! { $app $(#[$option])* $how $name { $($fields)* } })*

            pub(crate) fn models(app: AppConfig) -> AppConfig {
                app$(.model::<$name>())*
            }
        }
    };
}

macro_rules! one_model {
    ($app:tt $(#[$option:meta])* struct $name:ident { $($fields:tt)* }) => {
        one_model! { $app $(#[$option])* keyed $name { #[field(primary_key)] id: i64, $($fields)* } }
    };
    ($app:tt $(#[$option:meta])* keyed $name:ident { $($fields:tt)* }) => {
        #[derive(Clone, Debug, Model)]
        #[model(app = $app)]
        $(#[$option])*
        pub(crate) struct $name { $($fields)* }
    };
}
