//! A view's authenticator is none

use belleville::prelude::*;

fn main() {
    let _ = View::new("Ping").authentication_classes(IsAuthenticated);
    //~^ `IsAuthenticated` is not an authenticator
    //~^ give an authenticator
}
