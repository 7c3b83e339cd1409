//! Hooks of models, called by the views that save and delete their objects.

use belleville::db;
use belleville::db::migrations::AppConfig;
use belleville::db::migrations::state::ModelState;
use belleville::prelude::*;

use crate::server::Server;

#[derive(Clone, Debug, Model)]
#[model(app = "blog", ordering = ["id"], hooks)]
struct Post {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 40)]
    title: String,
    #[field(max_length = 40)]
    slug: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "blog", ordering = ["id"], hooks)]
struct Comment {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = Cascade)]
    post: ForeignKey<Post>,
}

/// What the hooks have done, by rows of the same transactions.
#[derive(Clone, Debug, Model)]
#[model(app = "blog", ordering = ["id"])]
struct Entry {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 60)]
    text: String,
}

async fn enter(db: &Database, text: String) -> db::Result<()> {
    Entry::objects().create(db, [Entry::TEXT.set(text)]).await.map(drop)
}

impl ModelHooks for Post {
    async fn before_save(&mut self, db: &Database) -> db::Result<()> {
        self.slug = self.title.to_lowercase().replace(' ', "-");
        enter(db, format!("saving {}", self.slug)).await
    }

    async fn after_save(&self, _: &Database, created: bool) -> db::Result<()> {
        if self.title == "Late" {
            Err(Error::validation(format!("Too late: {created}.")))?;
        }
        Ok(())
    }

    async fn after_delete(&self, db: &Database) -> db::Result<()> {
        if self.title == "Stays" {
            return Err(db::Error::refused("this one stays"));
        }
        enter(db, format!("deleted {}", self.slug)).await
    }
}

impl ModelHooks for Comment {
    async fn before_delete(&self, db: &Database) -> db::Result<()> {
        enter(db, format!("deleting comment {}", self.id)).await
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Post, fields = [id, title, slug], read_only_fields = [slug])]
struct PostSerializer;

struct Posts;

impl ModelViewSet for Posts {
    type Model = Post;
    type Serializer = PostSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(AllowAny).authentication_classes(());
    }
}

fn blog() -> Vec<AppConfig> {
    let first = Migration::new("0001_initial")
        .create(ModelState::of::<Post>())
        .create(ModelState::of::<Comment>())
        .create(ModelState::of::<Entry>());
    vec![AppConfig::new("blog").model::<Post>().model::<Comment>().model::<Entry>().migration(first)]
}

fn server() -> Server {
    let mut router = DefaultRouter::new();
    router.register("posts", Posts);
    Server::start_with("", &[], Urls::new().include("", router.urls()), blog(), vec![])
}

fn entries(server: &Server) -> Vec<String> {
    let db = &server.application.db;
    let texts = server.runtime.block_on(Entry::objects().values(Entry::TEXT).all(db)).unwrap();
    server.runtime.block_on(Entry::objects().delete(db)).unwrap();
    texts
}

fn send(server: &Server, line: &str, body: &str) -> (u16, String) {
    let answer = server.send(line, "Content-Type: application/json", body);
    (answer.status, answer.body)
}

fn answered(status: u16, body: &str) -> (u16, String) {
    (status, body.to_owned())
}

#[test]
fn views_call_the_hooks_of_what_they_save_and_delete() {
    let server = server();
    let made = send(&server, "POST /posts/", r#"{"title":"First Post","slug":"mine"}"#);
    assert_eq!(made, answered(201, r#"{"id":1,"title":"First Post","slug":"first-post"}"#));
    assert_eq!(entries(&server), ["saving first-post"]);
    let changed = send(&server, "PATCH /posts/1/", r#"{"title":"Second Post"}"#);
    assert_eq!(changed, answered(200, r#"{"id":1,"title":"Second Post","slug":"second-post"}"#));
    assert_eq!(send(&server, "GET /posts/1/", ""), changed);
    assert_eq!(entries(&server), ["saving second-post"]);
    server.runtime.block_on(async {
        for _ in 0..2 {
            Comment::objects().create(&server.application.db, [Comment::POST.set(1)]).await.unwrap();
        }
    });
    assert_eq!(send(&server, "DELETE /posts/1/", "").0, 204);
    assert_eq!(entries(&server), ["deleting comment 1", "deleting comment 2", "deleted second-post"]);
}

#[test]
fn what_a_hook_refuses_is_undone_and_answered() {
    let server = server();
    let refused = send(&server, "POST /posts/", r#"{"title":"Late"}"#);
    assert_eq!(refused, answered(400, r#"["Too late: true."]"#));
    assert_eq!(send(&server, "GET /posts/", ""), answered(200, "[]"));
    assert_eq!(send(&server, "POST /posts/", r#"{"title":"Stays"}"#).0, 201);
    assert_eq!(entries(&server), ["saving stays"]);
    let refused = send(&server, "PUT /posts/1/", r#"{"title":"Late"}"#);
    assert_eq!(refused, answered(400, r#"["Too late: false."]"#));
    assert_eq!(send(&server, "DELETE /posts/1/", "").0, 500);
    let there = answered(200, r#"[{"id":1,"title":"Stays","slug":"stays"}]"#);
    assert_eq!(send(&server, "GET /posts/", ""), there);
    assert_eq!(entries(&server), [""; 0]);
}
