//! The functions of `guardian.shortcuts`, one endpoint for each.

use belleville::auth::models::Group;
use belleville::auth::user;
use belleville::db::Object;
use belleville::guardian::Holder;
use belleville::json;
use belleville::json::{Dict, Json};
use belleville::parsers::Data;
use belleville::prelude::*;
use belleville::python::str_of;

use crate::models::{Label, Note, Paper};

/// A user, a group (`group:readers`) or nobody.
enum Named {
    User(AuthUser),
    Group(Group),
    Nobody,
}

impl Named {
    async fn find(db: &Database, name: &str) -> Result<Self> {
        if name == "nobody" {
            return Ok(Self::Nobody);
        }
        if let Some(name) = name.strip_prefix("group:") {
            return Ok(Self::Group(Group::objects().filter(Group::NAME.eq(name)).get(db).await?));
        }
        Ok(Self::User(AuthUser::objects().filter(user::login_column().eq(name)).get(db).await?))
    }

    /// Whom the parameter `of` names.
    async fn of(request: &Request) -> Result<Self> {
        Self::find(request.db(), request.query_params().get("of").unwrap_or_default()).await
    }

    fn holder(&self) -> Holder<'_> {
        match self {
            Self::User(user) => user.into(),
            Self::Group(group) => group.into(),
            Self::Nobody => Holder::Anonymous,
        }
    }
}

async fn object(request: &Request) -> Result<Box<dyn Object>> {
    let db = request.db();
    Ok(match request.kwarg("kind") {
        Some("paper") => Box::new(Paper::objects().filter_pk(request.kwarg_as("pk")?).get(db).await?),
        Some("label") => Box::new(Label::objects().filter_pk(request.kwarg_as("pk")?).get(db).await?),
        _ => Box::new(note(db, request.kwarg_as("pk")?).await?),
    })
}

async fn note(db: &Database, pk: i64) -> Result<Note> {
    Ok(Note::objects().filter_pk(pk).get(db).await?)
}

#[api_view(GET)]
async fn perms(request: Request) -> Result<Response> {
    let (guardian, object, who) = (request.guardian()?, object(&request).await?, Named::of(&request).await?);
    let mut body = Dict::new();
    body.insert("perms", texts(guardian.get_perms(who.holder(), &*object).await?));
    if !matches!(who, Named::Group(_)) {
        let kind = request.kwarg("kind").unwrap_or_default();
        let mut has = Vec::new();
        for name in [format!("view_{kind}"), format!("notes.change_{kind}"), "notes.unknown".to_owned()] {
            has.push(Json::from(guardian.has_perm(who.holder(), &name, &*object).await?));
        }
        body.insert("has", Json::List(has.into()));
    }
    Response::data(200, &Json::Dict(body))
}

fn texts(texts: Vec<String>) -> Json {
    Json::List(texts.into_iter().map(Json::from).collect())
}

fn flag(request: &Request, name: &str, default: bool) -> bool {
    request.query_params().get(name).map_or(default, |text| text == "1")
}

#[api_view(GET)]
async fn objects(request: Request) -> Result<Response> {
    let who = Named::of(&request).await?;
    let found = request
        .guardian()?
        .get_objects_for(who.holder(), request.query_params().getlist("perm"))
        .any_perm(flag(&request, "any", false))
        .accept_global_perms(flag(&request, "global", true))
        .use_groups(flag(&request, "groups", true))
        .with_superuser(flag(&request, "superuser", true))
        .filter(Note::objects())?;
    Response::data(200, &found.values(Note::ID).all(request.db()).await?)
}

#[api_view(GET)]
async fn holders(request: Request) -> Result<Response> {
    let db = request.db();
    let note = note(db, request.kwarg_as("pk")?).await?;
    let only = request.query_params().getlist("only");
    let mut holders = request
        .guardian()?
        .with_perms_on(&note)?
        .with_superusers(flag(&request, "superusers", false))
        .with_group_users(flag(&request, "group_users", true));
    if !only.is_empty() {
        holders = holders.only_with_perms_in(only);
    }
    let users = holders.users().order_by([user::login_column().asc()]).values(user::login_column());
    let groups = holders.groups().order_by([Group::NAME.asc()]).values(Group::NAME);
    Response::data(
        200,
        &json!({"users": texts(users.all(db).await?), "groups": texts(groups.all(db).await?)}),
    )
}

/// Gives or takes a permission: one, of many objects, or of many users or groups.
#[api_view(POST)]
async fn grants(request: Request) -> Result<Response> {
    let (db, guardian, data) = (request.db(), request.guardian()?, request.data().await?);
    let Data::Json(body) = &*data else { return Err(Error::validation("JSON is needed.")) };
    let list = |name: &str| match body.get(name) {
        Some(Json::List(items)) => items.to_vec(),
        Some(item) => vec![item.clone()],
        None => Vec::new(),
    };
    let names = |name: &str| -> Vec<String> { list(name).iter().map(str_of).collect() };
    let (op, perm) = (names("op").join(""), names("perm").join(""));
    let mut to = Vec::new();
    for name in names("to") {
        to.push(Named::find(db, &name).await?);
    }
    let holders = || to.iter().map(Named::holder);
    let first = || holders().next().unwrap_or(Holder::Anonymous);
    let on: Vec<i64> = names("on").iter().filter_map(|key| key.parse().ok()).collect();
    let one = note(db, on.first().copied().unwrap_or_default()).await?;
    let several = Note::objects().filter(Note::ID.is_in(on));
    let done = match op.as_str() {
        "assign" => guardian.assign_perm(&perm, first(), &one).await.map(|_| json!({}))?,
        "remove" => json!({"removed": guardian.remove_perm(&perm, first(), &one).await?}),
        "bulk_assign" => json!({"added": guardian.bulk_assign_perm(&perm, first(), &several).await?}),
        "bulk_remove" => json!({"removed": guardian.bulk_remove_perm(&perm, first(), &several).await?}),
        "assign_many" => guardian.assign_perm_to_many(&perm, holders(), &one).await.map(|()| json!({}))?,
        _ => json!({"removed": guardian.remove_perm_from_many(&perm, holders(), &one).await?}),
    };
    Response::data(200, &done)
}

pub(crate) fn urls(urls: Urls) -> Urls {
    urls.path("perms/<kind>/<pk>/", perms())
        .path("objects/", objects())
        .path("holders/<int:pk>/", holders())
        .path("grants/", grants())
}
