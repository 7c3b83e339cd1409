//! An array has permissions of two types, where a tuple can: `(IsAuthenticated, IsAdminUser)`

use belleville::prelude::*;

fn main() {
    let _ = View::new("Ping").permission_classes([IsAuthenticated, IsAdminUser]);
    //~^ expected `IsAuthenticated`, found `IsAdminUser`
}
