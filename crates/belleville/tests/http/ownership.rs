//! Objects that belong to somebody.

use belleville::auth::models::Permission as PermissionRow;
use belleville::exceptions::Detail;
use belleville::prelude::*;

use crate::hooks::{Note, NoteSerializer, notes};
use crate::server::{Server, log};

/// Refuses with a message and a code for programs.
#[derive(Clone, Composable, Copy)]
struct Never;

impl Permission for Never {
    async fn has_permission(&self, _: &Request) -> Result<bool> {
        Ok(false)
    }

    fn message(&self) -> Option<Detail> {
        let item = |key: &str, text: &str| (key.to_owned(), Detail::from(text));
        Some(Detail::Dict(vec![item("detail", "Not today."), item("code", "closed")]))
    }

    fn code(&self) -> &'static str {
        "closed_today"
    }
}

/// Asks for the model's own permission.
#[derive(Clone, Composable, Copy)]
struct MayPublish;

impl Permission for MayPublish {
    async fn has_permission(&self, request: &Request) -> Result<bool> {
        let permissions = request.user_permissions().await?;
        Ok(permissions.is_some_and(|permissions| permissions.has("notes.publish_note")))
    }
}

macro_rules! notes_under {
    ($($name:ident => $rule:expr;)*) => {$(
        struct $name;

        impl ModelViewSet for $name {
            type Model = Note;
            type Serializer = NoteSerializer;

            fn configure(&self, config: &mut Config<Self>) {
 config.permission_classes($rule);
}

            async fn perform_create(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
                serializer.with(Note::OWNER.set(request.user()?)).save(request.db()).await
            }
        }
    )*};
}

notes_under! {
    Private => IsOwner::new();
    Public => IsOwnerOrReadOnly::new();
    Staffed => IsOwner::by(Note::OWNER) | IsAdminUser;
    Coded => Never;
    Published => MayPublish;
}

fn urls() -> Urls {
    let mut router = DefaultRouter::new();
    router.register("private", Private).basename("private");
    router.register("public", Public).basename("public");
    router.register("staffed", Staffed).basename("staffed");
    router.register("coded", Coded).basename("coded");
    router.register("published", Published).basename("published");
    Urls::new().include("", router.urls())
}

#[test]
fn an_object_is_its_owners() {
    let variables = [("REST_FRAMEWORK__DEFAULT_AUTHENTICATION_CLASSES", "TokenAuthentication")];
    let server = Server::start_with("", &variables, urls(), notes(), vec![]);
    let [alice, bob, root] = ["alice", "bob", "root"].map(|name| server.token(name));
    let json = |who: &str| format!("{who}\nContent-Type: application/json");
    assert_eq!(server.send("POST /private/", &json(&alice), "{\"text\":\"mine\"}").status, 201);
    let status = |line: &str, who: &str| server.send(line, &json(who), "").status;
    for (view, rows) in [
        ("private", [(&alice, 200, 200), (&bob, 403, 403), (&root, 403, 403), (&String::new(), 401, 401)]),
        ("public", [(&alice, 200, 200), (&bob, 200, 403), (&root, 200, 403), (&String::new(), 200, 401)]),
        ("staffed", [(&alice, 200, 200), (&bob, 403, 403), (&root, 200, 200), (&String::new(), 401, 401)]),
    ] {
        for (who, reads, writes) in rows {
            assert_eq!(status(&format!("GET /{view}/1/"), who), reads, "{view} {who}");
            assert_eq!(status(&format!("PATCH /{view}/1/"), who), writes, "{view} {who}");
        }
    }
    assert_eq!(status("POST /public/", ""), 401);
    let coded = server.get("/coded/", &alice);
    assert_eq!((coded.status, coded.body.as_str()), (403, r#"{"detail":"Not today.","code":"closed"}"#));
    assert_eq!(status("DELETE /public/1/", &bob), 403);
    assert_eq!(status("DELETE /public/1/", &alice), 204);
}

#[test]
fn a_model_has_permissions_of_its_own() {
    let variables = [("REST_FRAMEWORK__DEFAULT_AUTHENTICATION_CLASSES", "TokenAuthentication")];
    let server = Server::start_with("", &variables, urls(), notes(), vec![]);
    let alice = server.token("alice");
    assert_eq!(server.get("/published/", &alice).status, 403);
    server.runtime.block_on(async {
        let db = &server.application.db;
        let publish = PermissionRow::objects().filter(PermissionRow::CODENAME.eq("publish_note"));
        let publish = publish.get(db).await.unwrap();
        assert_eq!(publish.name, "Can publish note");
        let user = User::objects().filter(User::USERNAME.eq("alice")).get(db).await.unwrap();
        User::USER_PERMISSIONS.of(&user).add(db, [&publish]).await.unwrap();
    });
    assert_eq!(server.get("/published/", &alice).status, 200);
}

#[test]
fn a_refusal_is_logged_by_its_code() {
    let log = log();
    let variables = [("REST_FRAMEWORK__DEFAULT_AUTHENTICATION_CLASSES", "TokenAuthentication")];
    let server = Server::start_with("", &variables, urls(), notes(), vec![]);
    let alice = server.token("alice");
    assert_eq!(server.get("/coded/?first", &alice).status, 403);
    assert_eq!(server.get("/coded/99/", "").status, 401);
    let log = log.text();
    let line = |path: &str| log.lines().find(|line| line.contains(path)).unwrap_or_default();
    assert!(line("GET /coded/ ").contains(r#"status=403 code="closed_today""#), "{log}");
    assert!(line("GET /coded/99/").contains(r#"status=401 code="not_authenticated""#), "{log}");
}
