//! Notes with permissions on objects on Belleville: `django/` beside this crate is the same with django-guardian.

mod grants;
mod members;
mod models;
mod views;

use std::process::ExitCode;

use belleville::guardian;
use belleville::prelude::*;

fn main() -> ExitCode {
    let app = App::new("guarded", env!("CARGO_MANIFEST_DIR"), urls).app(guardian::app()).app(models::notes());
    match std::env::var("AUTH_USER_MODEL").as_deref() {
        Ok("members.Member") => app.user_model::<members::Member>().app(members::members()).run(),
        _ => app.run(),
    }
}

fn urls() -> Urls {
    grants::urls(Urls::new().include("", views::urls()))
}
