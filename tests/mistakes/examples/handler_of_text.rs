//! A handler returns something that is no response

use belleville::prelude::*;

async fn ping(_: Request) -> &'static str {
    "pong"
}

fn main() {
    let _ = View::new("Ping").get(ping);
    //~^ is not a handler
    //~^ return a plain `Response`
}
