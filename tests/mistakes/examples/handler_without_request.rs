//! A handler does not take the request

use belleville::prelude::*;

async fn ping() -> Result<Response> {
    Ok(Response::empty(204))
}

fn main() {
    let _ = View::new("Ping").get(ping);
    //~^ is not a handler
    //~^ a handler is `async fn(Request) -> Result<Response>`
}
