//! A custom permission is joined to another without `#[derive(Composable)]`

use belleville::prelude::*;

struct IsNice;

impl Permission for IsNice {}

fn main() {
    let _ = View::new("Ping").permission_classes(IsNice & IsAuthenticated);
    //~^ no implementation for `IsNice & IsAuthenticated`
}
