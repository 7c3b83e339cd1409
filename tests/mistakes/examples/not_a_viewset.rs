//! Something is registered that is no viewset

use belleville::prelude::*;

struct Notes;

fn main() {
    let mut router = DefaultRouter::new();
    router.register("notes", Notes);
    //~^ `Notes` is not a viewset
    //~^ implement ModelViewSet or ViewSet for it
}
