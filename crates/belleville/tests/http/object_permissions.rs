//! Permissions on objects, by guardian's tables.

use belleville::App;
use belleville::auth::models::{ContentType, Group, Permission as PermissionRow};
use belleville::auth::user::{self, AuthUser};
use belleville::db::migrations::AppConfig;
use belleville::db::migrations::state::ModelState;
use belleville::db::{GenericForeignKey, Object, capture_queries};
use belleville::filters::ObjectPermissionsFilter;
use belleville::guardian::{self, GroupObjectPermission, Guardian, Holder, UserObjectPermission};
use belleville::permissions::{DjangoModelPermissions, DjangoObjectPermissions};
use belleville::prelude::*;
use belleville::settings::Settings;
use belleville::test::TestClient;
use belleville::{db, json};

use crate::server::{Folder, settings};

#[derive(Clone, Debug, Model)]
#[model(app = "pages", ordering = ["id"])]
struct Page {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    title: String,
}

/// The same rows by another name.
#[derive(Clone, Debug, Model)]
#[model(app = "pages", table = "pages_page", proxy)]
struct Leaf {
    #[field(primary_key)]
    id: i64,
}

#[derive(ModelSerializer)]
#[serializer(model = Page, fields = [id, title])]
struct PageSerializer;

fn pages() -> AppConfig {
    AppConfig::new("pages")
        .model::<Page>()
        .model::<Leaf>()
        .migration(Migration::new("0001_initial").create(ModelState::of::<Page>()))
}

macro_rules! viewsets {
    ($($name:ident => |$config:ident| $set:expr;)*) => {$(
        struct $name;

        impl ModelViewSet for $name {
            type Model = Page;
            type Serializer = PageSerializer;

            fn configure(&self, $config: &mut Config<Self>) {
                $set;
            }
        }
    )*};
}

const VIEW: &str = "%(app_label)s.view_%(model_name)s";

viewsets! {
    Visible => |config| config.filter_backends(ObjectPermissionsFilter::new()).permission_classes(AllowAny);
    Guarded => |config| config.permission_classes(DjangoObjectPermissions);
    Usual => |config| config.permission_classes(AllowAny);
    WithoutApp => |config| config.filter_backends(ObjectPermissionsFilter::new().perm_format("view_%(model_name)s"));
    Misspelt => |config| config.filter_backends(ObjectPermissionsFilter::new().perm_format("%(app)s.view_page"));
    OfAnother => |config| config.filter_backends(ObjectPermissionsFilter::new().perm_format("books.view_page"));
    Mapped => |config| config.permission_classes(DjangoObjectPermissions.perms_map([("GET", ["books.view_page"])]));
    MappedModel => |config| config.permission_classes(DjangoModelPermissions.perms_map([("GET", ["view"])]));
    Strict => |config| config.permission_classes(OnThePage);
    MappedWell => |config| config.permission_classes(DjangoModelPermissions.perms_map([("GET", ["books.view_page", VIEW])]));
}

/// What `request.guardian()` says.
async fn own_perms(request: Request) -> Result<Response> {
    let page = Page::objects().filter_pk(request.kwarg_as("pk")?).get(request.db()).await?;
    let perms = request.guardian()?.get_perms(request.user().ok(), &page).await?;
    Response::data(200, &perms)
}

fn urls() -> Urls {
    let mut router = DefaultRouter::new();
    router.register("visible", Visible).basename("visible");
    router.register("guarded", Guarded).basename("guarded");
    let perms = View::new("Perms").get(own_perms).permission_classes(AllowAny);
    Urls::new().include("", router.urls()).path("perms/<int:pk>/", perms)
}

fn program() -> App {
    App::new("paged", env!("CARGO_MANIFEST_DIR"), urls).app(guardian::app()).app(pages())
}

async fn filled(client: &TestClient, number: i64) -> Result<Vec<Page>> {
    let mut made = Vec::new();
    for n in 1..=number {
        made.push(Page::objects().create(client.db(), [Page::TITLE.set(format!("Page {n}"))]).await?);
    }
    Ok(made)
}

/// Gives a user permissions on all rows.
async fn give(db: &Database, user: &AuthUser, codenames: &[&str]) -> Result<()> {
    let permissions =
        PermissionRow::objects().filter(PermissionRow::CODENAME.is_in(codenames.iter().copied()));
    let permissions = permissions.all(db).await?;
    let user = user.get::<User>().ok_or_else(Error::not_found)?;
    Ok(User::USER_PERMISSIONS.of(user).add(db, &permissions).await?)
}

async fn seen(client: &TestClient) -> Vec<String> {
    let answer = client.get("/visible/").await;
    answer.assert_status(200);
    let text = answer.text();
    text.split("\"title\":\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap_or_default().to_owned())
        .collect()
}

#[belleville::test]
async fn who_is_not_logged_in_has_the_permissions_of_the_user_that_the_setting_names() -> Result<()> {
    for (name, expected) in
        [(Some("AnonymousUser"), vec!["Page 1"]), (Some("guest"), vec!["Page 2"]), (None, vec![])]
    {
        let mut settings = Settings::default();
        settings.guardian.anonymous_user_name = name.map(str::to_owned);
        let client = TestClient::with_settings(&program(), settings).await;
        let db = client.db();
        // `migrate` has made the one, and the other is any user.
        let users = AuthUser::objects().all(db).await?;
        assert_eq!(
            users.iter().map(AuthUser::username).collect::<Vec<_>>(),
            name.into_iter().collect::<Vec<_>>()
        );
        let other =
            ["guest", "AnonymousUser"].into_iter().find(|other| name != Some(other)).unwrap_or_default();
        client.create_user(other).await;
        let pages = filled(&client, 3).await?;
        for (username, page) in [("AnonymousUser", &pages[0]), ("guest", &pages[1])] {
            if let Some(user) = belleville::auth::users::find(db, username).await? {
                Guardian::new(db).assign_perm("view_page", &user, page).await?;
            }
        }
        assert_eq!(seen(&client).await, expected, "{name:?}");
        let perms = client.get(&format!("/perms/{}/", pages[1].id)).await;
        perms.assert_json(if name == Some("guest") { json!(["view_page"]) } else { json!([]) });
    }
    Ok(())
}

#[belleville::test]
async fn a_command_names_the_user_itself() -> Result<()> {
    let client = TestClient::new(&program()).await;
    let db = client.db();
    let guest = client.create_user("guest").await;
    let page = &filled(&client, 1).await?[0];
    let guardian = Guardian::new(db).anonymous_user_name(Some("guest"));
    assert!(guardian.assign_perm("pages.view_page", Holder::Anonymous, page).await?);
    assert!(guardian.has_perm(&guest, "view_page", page).await?);
    assert!(!Guardian::new(db).has_perm(Holder::Anonymous, "view_page", page).await?);
    let nobody = Guardian::new(db).anonymous_user_name(None);
    assert!(!nobody.has_perm(Holder::Anonymous, "view_page", page).await?);
    let refused = nobody.assign_perm("view_page", Holder::Anonymous, page).await.unwrap_err();
    assert!(refused.to_string().contains("anonymous_user_name"), "{refused}");
    Ok(())
}

#[belleville::test]
async fn the_number_of_statements_does_not_depend_on_that_of_the_rows() -> Result<()> {
    let client = TestClient::new(&program()).await;
    let db = client.db();
    let alice = client.create_user("alice").await;
    let readers = Group::objects().create(db, [Group::NAME.set("readers")]).await?;
    let user = alice.get::<User>().ok_or_else(Error::not_found)?;
    User::GROUPS.of(user).add(db, [&readers]).await?;
    let pages = filled(&client, 60).await?;
    let guardian = Guardian::new(db);
    guardian.assign_perm("view_page", &alice, &pages[0]).await?;
    guardian.assign_perm("view_page", &readers, &pages[1]).await?;
    let of_alice = client.force_authenticate(alice.clone());
    let (few, of_few) = capture_queries(async { seen(&of_alice).await }).await;
    let added = guardian.bulk_assign_perm("view_page", &readers, &Page::objects()).await?;
    let (many, of_many) = capture_queries(async { seen(&of_alice).await }).await;
    assert_eq!((few.len(), added, many.len()), (2, 59, 60));
    // The user is the request's, and everything else is one statement.
    assert_eq!((of_few.len(), of_many.len()), (1, 1), "{of_few:?}\n{of_many:?}");

    // A detail: the object, the permissions of the user, those of the groups, and those on the object.
    let path = format!("/guarded/{}/", pages[0].id);
    let change = || async { of_alice.patch(&path, json!({"title": "New"})).await.status() };
    let (refused, statements) = capture_queries(change()).await;
    assert_eq!((refused, statements.len()), (403, 2), "{statements:?}");
    give(db, &alice, &["change_page"]).await?;
    let (refused, of_refused) = capture_queries(change()).await;
    guardian.assign_perm("change_page", &readers, &pages[0]).await?;
    let (changed, of_changed) = capture_queries(change()).await;
    assert_eq!((refused, of_refused.len()), (403, 4), "{of_refused:?}");
    assert_eq!((changed, of_changed.len()), (200, 5), "{of_changed:?}");
    Ok(())
}

#[belleville::test]
async fn several_permissions_are_given_together_or_not_at_all() -> Result<()> {
    let client = TestClient::new(&program()).await;
    let db = client.db();
    let (alice, bob) = (client.create_user("alice").await, client.create_user("bob").await);
    let readers = Group::objects().create(db, [Group::NAME.set("readers")]).await?;
    let pages = filled(&client, 2).await?;
    let guardian = Guardian::new(db);
    let map =
        [("view_page", vec![Holder::from(&alice), (&readers).into()]), ("publish_page", vec![(&bob).into()])];
    let error = guardian.assign_permissions(map, &pages[0]).await.unwrap_err();
    assert!(error.to_string().contains("pages.Page has no permission `publish_page`"), "{error}");
    assert_eq!(UserObjectPermission::objects().count(db).await?, 0);
    assert_eq!(GroupObjectPermission::objects().count(db).await?, 0);

    let map =
        [("view_page", vec![Holder::from(&alice), (&readers).into()]), ("change_page", vec![(&bob).into()])];
    guardian.assign_permissions(map.clone(), &pages[0]).await?;
    guardian.assign_permissions(map, &pages[0]).await?;
    assert_eq!(UserObjectPermission::objects().count(db).await?, 2);
    assert_eq!(GroupObjectPermission::objects().count(db).await?, 1);
    let row = UserObjectPermission::objects().first(db).await?.ok_or_else(Error::not_found)?;
    assert_eq!(row.content_object, GenericForeignKey);
    let page: Option<Page> = UserObjectPermission::CONTENT_OBJECT.of(&row).get_as(db).await?;
    assert_eq!(page.map(|page| page.title), Some("Page 1".to_owned()));

    assert!(!guardian.assign_perm("view_page", &alice, &pages[0]).await?, "it is not new");
    assert_eq!(guardian.remove_perm_from_many("view_page", [&alice, &bob], &pages[0]).await?, 1);
    assert_eq!(guardian.remove_perm("publish_page", &alice, &pages[0]).await?, 0);
    // A user who is deleted takes the rows along.
    AuthUser::objects().filter_pk(bob.pk().clone()).delete(db).await?;
    assert_eq!(UserObjectPermission::objects().count(db).await?, 0);
    Ok(())
}

#[belleville::test]
async fn permissions_on_objects_that_are_gone_are_taken_away() -> Result<()> {
    let client = TestClient::new(&program()).await;
    let db = client.db();
    let alice = client.create_user("alice").await;
    let readers = Group::objects().create(db, [Group::NAME.set("readers")]).await?;
    let pages = filled(&client, 3).await?;
    let guardian = Guardian::new(db);
    for page in &pages {
        guardian.assign_perm("view_page", &alice, page).await?;
        guardian.assign_perm("view_page", &readers, page).await?;
    }
    assert_eq!(guardian.clean_orphans().await?, 0);
    Page::objects().filter_pk(pages[1].id).delete(db).await?;
    assert_eq!(UserObjectPermission::objects().count(db).await?, 3, "the rows stay behind");
    assert_eq!(guardian.clean_orphans().await?, 2);
    for page in [&pages[0], &pages[2]] {
        assert!(guardian.has_perm(&alice, "view_page", page).await?);
    }
    assert_eq!(GroupObjectPermission::objects().count(db).await?, 2);

    // What is about a model that the program does not have may well be there.
    let elsewhere = [ContentType::APP_LABEL.set("elsewhere"), ContentType::MODEL.set("thing")];
    let content_type = ContentType::objects().create(db, elsewhere).await?;
    let rows =
        UserObjectPermission::objects().filter(UserObjectPermission::OBJECT_PK.eq(pages[0].id.to_string()));
    rows.update(db, [UserObjectPermission::CONTENT_TYPE.set(&content_type)]).await?;
    Page::objects().filter_pk(pages[2].id).delete(db).await?;
    let error = guardian.clean_orphans().await.unwrap_err();
    assert!(error.to_string().contains("elsewhere"), "{error}");
    assert_eq!(GroupObjectPermission::objects().count(db).await?, 2);
    Ok(())
}

#[belleville::test]
async fn what_can_have_no_permissions_is_refused() -> Result<()> {
    let client = TestClient::new(&program()).await;
    let alice = client.create_user("alice").await;
    let page = &filled(&client, 1).await?[0];
    let guardian = Guardian::new(client.db());
    let unsaved = Page { id: 0, title: "New".to_owned() };
    let error = guardian.assign_perm("view_page", &alice, &unsaved).await.unwrap_err();
    assert!(error.to_string().contains("must be saved"), "{error}");
    let error = guardian.has_perm(&alice, "books.view_page", page).await.unwrap_err();
    assert!(error.to_string().contains("whose app is another"), "{error}");
    let of_books = guardian.get_objects_for(&alice, ["books.view_page"]);
    assert!(of_books.filter(Page::objects()).is_err());
    Ok(())
}

#[belleville::test]
async fn a_proxy_has_the_permissions_of_its_model() -> Result<()> {
    let client = TestClient::new(&program()).await;
    let db = client.db();
    let alice = client.create_user("alice").await;
    filled(&client, 2).await?;
    let leaf = Leaf::objects().first(db).await?.ok_or_else(Error::not_found)?;
    let guardian = Guardian::new(db);
    guardian.assign_perm("view_page", &alice, &leaf).await?;
    let pages = guardian.get_objects_for(&alice, ["pages.view_page"]);
    assert_eq!(pages.filter(Page::objects())?.count(db).await?, 1);
    assert_eq!(pages.filter(Leaf::objects())?.count(db).await?, 1);
    assert_eq!(guardian.with_perms_on(&leaf)?.users().count(db).await?, 1);
    Ok(())
}

// What the guide shows.

/// Lets somebody change a page.
async fn share(request: Request) -> Result<Response> {
    let (db, guardian) = (request.db(), request.guardian()?);
    let page = Page::objects().filter_pk(request.kwarg_as("pk")?).get(db).await?;
    if !guardian.has_perm(request.user().ok(), "change_page", &page).await? {
        return Err(Error::permission_denied());
    }
    let reader = AuthUser::objects().filter(user::login_column().eq("bob")).get(db).await?;
    guardian.assign_perm("change_page", &reader, &page).await?;
    Response::data(200, &guardian.get_perms(&reader, &page).await?)
}

struct SharedPages;

impl ModelViewSet for SharedPages {
    type Model = Page;
    type Serializer = PageSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.filter_backends(ObjectPermissionsFilter::new()).permission_classes(DjangoObjectPermissions);
    }

    // Who makes a page may do everything with it, and the readers may see it.
    async fn perform_create(&self, serializer: Serializer<Page>, request: &Request) -> Result<Page> {
        let (db, user) = (request.db(), request.user()?);
        db.atomic(async || {
            let page = serializer.save(db).await?;
            let readers = Group::objects().filter(Group::NAME.eq("readers")).get(db).await?;
            let map = [
                ("view_page", vec![Holder::from(user), (&readers).into()]),
                ("change_page", vec![user.into()]),
                ("delete_page", vec![user.into()]),
            ];
            request.guardian()?.assign_permissions(map, &page).await?;
            Ok(page)
        })
        .await
    }
}

/// The pages that the user may change.
struct OwnPages;

impl ModelViewSet for OwnPages {
    type Model = Page;
    type Serializer = PageSerializer;

    fn queryset(&self, request: &Request) -> Result<QuerySet<Page>> {
        let mine = request.guardian()?.get_objects_for(request.user()?, ["pages.change_page"]);
        Ok(mine.accept_global_perms(false).filter(Page::objects())?)
    }
}

/// Who has the permission on the page, whatever the user may do with other pages.
#[derive(Composable)]
struct OnThePage;

impl Permission for OnThePage {
    async fn has_object_permission(&self, request: &Request, object: &dyn Object) -> Result<bool> {
        let reading = ("GET", ["%(app_label)s.view_%(model_name)s"]);
        DjangoObjectPermissions.perms_map([reading]).has_object_permission(request, object).await
    }
}

fn guide_urls() -> Urls {
    let mut router = DefaultRouter::new();
    router.register("shared", SharedPages).basename("shared");
    router.register("own", OwnPages).basename("own");
    router.register("strict", Strict).basename("strict");
    let share = View::new("Share").post(share).permission_classes(AllowAny);
    Urls::new().include("", router.urls()).path("share/<int:pk>/", share)
}

#[belleville::test]
async fn what_the_guide_shows() -> Result<()> {
    let program = App::new("paged", env!("CARGO_MANIFEST_DIR"), guide_urls).app(guardian::app()).app(pages());
    let client = TestClient::new(&program).await;
    let db = client.db();
    let (alice, bob) = (client.create_user("alice").await, client.create_user("bob").await);
    Group::objects().create(db, [Group::NAME.set("readers")]).await?;
    give(db, &alice, &["add_page", "change_page"]).await?;
    filled(&client, 1).await?;
    let (as_alice, as_bob) = (client.force_authenticate(alice), client.force_authenticate(bob));

    let made = as_alice.post("/shared/", json!({"title": "Mine"})).await;
    made.assert_status(201).assert_json(json!({"id": 2, "title": "Mine"}));
    as_alice.get("/shared/").await.assert_json(json!([{"id": 2, "title": "Mine"}]));
    as_alice.get("/shared/1/").await.assert_status(404);
    as_alice.patch("/shared/2/", json!({"title": "Ours"})).await.assert_status(200);
    as_alice.get("/own/").await.assert_json(json!([{"id": 2, "title": "Ours"}]));
    as_bob.get("/own/").await.assert_json(json!([]));
    as_bob.get("/shared/").await.assert_json(json!([]));

    as_bob.post("/share/2/", json!({})).await.assert_status(403);
    client.post("/share/2/", json!({})).await.assert_status(403);
    as_alice.post("/share/2/", json!({})).await.assert_status(200).assert_json(json!(["change_page"]));
    as_bob.get("/own/").await.assert_json(json!([{"id": 2, "title": "Ours"}]));

    // bob may change the page, and not read it.
    as_bob.get("/strict/2/").await.assert_status(404);
    as_bob.patch("/strict/2/", json!({"title": "Bob's"})).await.assert_status(200);
    as_bob.delete("/strict/2/").await.assert_status(404);
    as_alice.delete("/strict/1/").await.assert_status(404);
    as_alice.delete("/strict/2/").await.assert_status(204);
    Ok(())
}

/// Why a program does not start.
fn mistake(app: &App, text: &str) -> String {
    let folder = Folder::new();
    app.application(settings(text, &[], &folder.database())).map(drop).unwrap_err().to_string()
}

macro_rules! of_one {
    ($viewset:expr) => {
        App::new("paged", env!("CARGO_MANIFEST_DIR"), || {
            let mut router = DefaultRouter::new();
            router.register("pages", $viewset);
            Urls::new().include("", router.urls())
        })
        .app(pages())
    };
}

#[test]
fn mistakes_stop_the_start() {
    let app = "add the app `guardian::app()`";
    assert!(mistake(&of_one!(WithoutApp), "").contains(app));
    assert!(mistake(&of_one!(Visible), "").contains("Visible: ObjectPermissionsFilter: "));
    let dotted = "rest_framework_guardian.filters.ObjectPermissionsFilter";
    for name in [dotted, "ObjectPermissionsFilter"] {
        let text = format!("[rest_framework]\ndefault_filter_backends = ['{name}']");
        assert!(mistake(&of_one!(Usual), &text).contains(app), "{name}");
        let folder = Folder::new();
        let settings = settings(&text, &[], &folder.database());
        of_one!(Usual).app(guardian::app()).application(settings).unwrap();
    }
    for (program, expected) in [
        (of_one!(WithoutApp), "`view_%(model_name)s` names no permission"),
        (of_one!(Misspelt), "its places are %(app_label)s and %(model_name)s"),
        (of_one!(OfAnother), "`books.view_page` is a permission of another app than that of pages.Page"),
        (of_one!(Mapped), "perms_map: `books.view_page` is a permission of another app"),
        (of_one!(MappedModel), "perms_map: `view` names no permission"),
    ] {
        let mistake = mistake(&program.app(guardian::app()), "");
        assert!(mistake.contains(expected), "{mistake}");
    }
    let folder = Folder::new();
    of_one!(MappedWell).application(settings("", &[], &folder.database())).unwrap();
}

#[belleville::test]
async fn without_the_app_only_superusers_have_permissions_on_objects() -> Result<()> {
    fn urls() -> Urls {
        let mut router = DefaultRouter::new();
        router.register("guarded", Guarded).basename("guarded");
        let perms = View::new("Perms").get(own_perms).permission_classes(AllowAny);
        Urls::new().include("", router.urls()).path("perms/<int:pk>/", perms)
    }
    let client = TestClient::new(&App::new("paged", env!("CARGO_MANIFEST_DIR"), urls).app(pages())).await;
    assert_eq!(AuthUser::objects().count(client.db()).await?, 0);
    let (admin, alice) = (client.create_superuser("admin").await, client.create_user("alice").await);
    let pk = filled(&client, 1).await?[0].id;
    give(client.db(), &alice, &["change_page"]).await?;
    for (user, status) in [(&admin, 200), (&alice, 403)] {
        let client = client.force_authenticate(user.clone());
        client.patch(&format!("/guarded/{pk}/"), json!({"title": "New"})).await.assert_status(status);
    }
    client.raise_request_exception(false).get(&format!("/perms/{pk}/")).await.assert_status(500);
    Ok(())
}

/// The filter in a program's own code.
#[belleville::test]
async fn a_condition_of_a_queryset() -> Result<()> {
    let client = TestClient::new(&program()).await;
    let db = client.db();
    let alice = client.create_user("alice").await;
    let pages = filled(&client, 4).await?;
    let guardian = Guardian::new(db);
    guardian
        .bulk_assign_perm("view_page", &alice, &Page::objects().filter(Page::ID.lte(pages[2].id)))
        .await?;
    guardian.assign_perm("delete_page", &alice, &pages[1]).await?;
    let both = guardian.get_objects_for(&alice, ["view_page", "delete_page"]);
    let (titles, statements) = capture_queries(async {
        both.filter(Page::objects().filter(Page::TITLE.ne("Page 9")))?.values(Page::TITLE).all(db).await
    })
    .await;
    assert_eq!((titles?, statements.len()), (vec!["Page 2".to_owned()], 1));
    // Some other condition goes with it, also under a NOT.
    let rows: db::Result<Vec<Page>> = both.any_perm(true).filter(Page::objects())?.reverse().all(db).await;
    assert_eq!(rows?.len(), 3);
    Ok(())
}
