//! A handler that logs somebody in or out: who the request is from afterwards.

use belleville::prelude::*;

use crate::server::{Answer, Server};

/// Logs in each user that the query names, and out where it says so; answers who the request was from at each moment.
async fn become_others(request: Request) -> Result<Response> {
    let mut seen = vec![who(&request).await?];
    for name in request.query_params().get("users").unwrap_or_default().split(',') {
        // The session is asked for before and after: nothing of it is held when somebody logs in.
        let empty = request.session(|session| session.is_empty()).await?;
        if name == "nobody" {
            request.logout().await?;
        } else {
            let user = User::objects().filter(User::USERNAME.eq(name)).get(request.db()).await?;
            request.login(user).await?;
        }
        let changed = request.session(|session| session.is_modified()).await?;
        seen.push(format!("{}/{empty}/{changed}", who(&request).await?));
    }
    Ok(Response::html(200, seen.join(" ")))
}

/// The user's name and whether they may do everything.
async fn who(request: &Request) -> Result<String> {
    let Ok(user) = request.user() else {
        assert!(!request.is_authenticated() && request.user_permissions().await?.is_none());
        return Ok("nobody".to_owned());
    };
    let permissions = request.user_permissions().await?;
    let may = permissions.is_some_and(|permissions| permissions.has("auth.add_user"));
    Ok(format!("{}:{may}", user.username()))
}

#[test]
fn the_request_is_from_whoever_logged_in_last() {
    let view = View::new("Become").permission_classes(AllowAny).get(become_others);
    let server = Server::start("", &[], Urls::new().path("become/", view));
    let ask =
        |users: &str, headers: &str| -> Answer { server.get(&format!("/become/?users={users}"), headers) };
    let answer = ask("alice,root,nobody,bob", "");
    assert_eq!(
        answer.body,
        "nobody alice:false/true/true root:true/false/true nobody/false/true bob:false/true/true"
    );
    // The session is that of the last one.
    let cookie = format!("Cookie: sessionid={}", answer.cookie_value("sessionid").unwrap());
    assert_eq!(ask("root", &cookie).body, "bob:false root:true/false/true");
}
