//! A view's permission is none

use belleville::prelude::*;

struct IsAuthor;

fn main() {
    let _ = View::new("Ping").permission_classes(IsAuthor);
    //~^ `IsAuthor` is not a permission
    //~^ implements `Permission`
    let _ = View::new("Ping").permission_classes([IsAuthor]);
    //~^ `[IsAuthor; 1]` is not a permission
    let _ = View::new("Ping").permission_classes("IsAuthenticated");
    //~^ `&str` is not a permission
}
