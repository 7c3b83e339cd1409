//! Programs whose user model cannot be one do not start.

use belleville::auth::user;
use belleville::db::Uuid;
use belleville::prelude::*;

use crate::models::{self, Account};

/// A key to Django's users, who are not this program's.
#[derive(Clone, Debug, Model)]
#[model(app = "letters")]
struct Letter {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = Cascade)]
    writer: ForeignKey<User>,
}

#[test]
fn what_is_wrong_with_a_user_model_is_told() {
    user::choose::<Account>().unwrap();
    let other = user::choose::<User>().unwrap_err().to_string();
    assert_eq!(
        other,
        "the user model cannot be auth.User: this process uses shop.Account already, and has one user model"
    );
    let told = |apps: Vec<migrations::AppConfig>| user::install(apps).unwrap_err().to_string();
    assert_eq!(
        told(vec![]),
        "the user model shop.Account is in none of the program's apps: add it to the app `shop` with `.model::<Account>()`"
    );
    assert_eq!(
        told(vec![models::app(), migrations::AppConfig::new("letters").model::<Letter>()]),
        "letters.Letter.writer refers to a user model that the program does not use: its user model is shop.Account \
         (App::user_model)"
    );
    assert_eq!(
        told(vec![migrations::AppConfig::new("shop").model::<Account>()]),
        "the app `shop` has no migration that makes the table of shop.Account; the command `makemigrations` writes it"
    );
    let letter = Letter { id: 1, writer: ForeignKey::new(1) };
    assert_eq!((letter.id, *letter.writer.pk(), Uuid::nil().is_nil()), (1, 1, true));
}
