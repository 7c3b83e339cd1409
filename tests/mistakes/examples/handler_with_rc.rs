//! A handler holds something across an `.await` that only one thread may have

use std::rc::Rc;

use belleville::prelude::*;

async fn ping(request: Request) -> Result<Response> {
    let method = Rc::new(request.method().to_owned());
    request.data().await?;
    Ok(Response::json(200, method.as_bytes().to_vec()))
}

fn main() {
    let _ = View::new("Ping").get(ping);
    //~^ is not a handler
    //~^ no `Rc`
}
