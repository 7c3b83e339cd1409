//! The shapes in which a program may say the same thing: handlers, rules, authenticators, renderers.

use belleville::authentication::BoxedAuthenticator;
use belleville::db::Registry;
use belleville::json::Json;
use belleville::policies::{CompletePolicies, RestFramework};
use belleville::prelude::*;
use belleville::renderers::JSONRenderer;

use crate::hooks::{IsOwner, Never, Note};
use crate::server::{Server, refusal};

async fn owned(request: Request) -> Result<Response> {
    Response::data(200, &Json::from(request.method()))
}

async fn borrowed(request: &Request) -> Result<Response> {
    request.data().await?;
    Response::data(200, &Json::from(request.method()))
}

fn owned_and_quick(request: Request) -> Result<Response> {
    Response::data(200, &Json::from(request.method()))
}

fn borrowed_and_quick(request: &Request) -> Result<Response> {
    if request.query_params().get("fail").is_some() {
        return Err(Error::permission_denied());
    }
    Response::data(200, &Json::from(request.method()))
}

async fn plain(request: Request) -> Response {
    Response::json(200, format!("{:?}", request.method()).into_bytes())
}

async fn plain_and_borrowed(request: &Request) -> Response {
    Response::json(200, format!("{:?}", request.method()).into_bytes())
}

fn plain_and_quick(_: Request) -> Response {
    Response::empty(204)
}

#[test]
fn handlers_of_every_shape_answer() {
    let captured = "captured".to_owned();
    let closure = move |request: Request| {
        let captured = captured.clone();
        async move { Response::data(200, &Json::from(format!("{captured} {}", request.method()))) }
    };
    let open = |name: &str| View::new(name).permission_classes(AllowAny);
    let urls = Urls::new()
        .path("a/", open("A").get(owned).post(borrowed).put(owned_and_quick).delete(plain_and_quick))
        .path("b/", open("B").get(borrowed_and_quick).post(plain).put(plain_and_borrowed).patch(closure))
        .path(
            "c/",
            open("C").get(|_: &Request| Response::empty(204)).post(|_: Request| Response::empty(204)),
        );
    let server = Server::start("", &[], urls);
    for (line, status, body) in [
        ("GET /a/", 200, "\"GET\""),
        ("POST /a/", 200, "\"POST\""),
        ("PUT /a/", 200, "\"PUT\""),
        ("DELETE /a/", 204, ""),
        ("GET /b/", 200, "\"GET\""),
        ("GET /b/?fail=1", 403, "{\"detail\":\"You do not have permission to perform this action.\"}"),
        ("POST /b/", 200, "\"POST\""),
        ("PUT /b/", 200, "\"PUT\""),
        ("PATCH /b/", 200, "\"captured PATCH\""),
        ("GET /c/", 204, ""),
        ("POST /c/", 204, ""),
    ] {
        let answer = server.send(line, "", "");
        assert_eq!((answer.status, answer.body.as_str()), (status, body), "{line}");
    }
}

/// The policies of a view with the defaults of the settings.
fn of(view: View) -> CompletePolicies {
    let defaults = CompletePolicies::of_settings(&RestFramework::default(), vec![], &[]).unwrap();
    view.resolve(&defaults, &Registry::default());
    view.policies_of("GET").clone()
}

#[test]
fn rules_of_every_shape_are_taken() {
    let rule: Rule = IsAuthenticated.into();
    for (view, expected) in [
        (View::new("A").permission_classes(IsAuthenticated), "IsAuthenticated"),
        (View::new("A").permission_classes(rule.clone()), "IsAuthenticated"),
        (View::new("A").permission_classes(IsAuthenticated & !Never), "(IsAuthenticated & ~Never)"),
        (View::new("A").permission_classes([IsAuthenticated]), "IsAuthenticated"),
        (View::new("A").permission_classes(vec![IsAuthenticated]), "IsAuthenticated"),
        (View::new("A").permission_classes(vec![rule, !Never]), "IsAuthenticated, ~Never"),
        (
            View::new("A").permission_classes([IsAuthenticated | Never, !Never]),
            "(IsAuthenticated | Never), ~Never",
        ),
        (View::new("A").permission_classes((IsAuthenticated, IsAdminUser)), "IsAuthenticated, IsAdminUser"),
        (View::new("A").permission_classes((IsOwner, !Never, [Never])), "IsOwner, ~Never, Never"),
        (View::new("A").permission_classes(()), ""),
    ] {
        let names: Vec<String> = of(view).permissions().iter().map(ToString::to_string).collect();
        assert_eq!(names.join(", "), expected);
    }
}

#[test]
fn authenticators_and_renderers_of_every_shape_are_taken() {
    let boxed: BoxedAuthenticator = BasicAuthentication.into();
    for (view, expected) in [
        (View::new("A").authentication_classes(BasicAuthentication), &["BasicAuthentication"][..]),
        (View::new("A").authentication_classes([BasicAuthentication]), &["BasicAuthentication"]),
        (View::new("A").authentication_classes(vec![boxed]), &["BasicAuthentication"]),
        (
            View::new("A").authentication_classes((SessionAuthentication, BasicAuthentication)),
            &["SessionAuthentication", "BasicAuthentication"],
        ),
        (View::new("A").authentication_classes(()), &[]),
    ] {
        let names: Vec<&str> = of(view).authenticators().iter().map(BoxedAuthenticator::name).collect();
        assert_eq!(names, expected);
    }
    assert_eq!(
        of(View::new("A").renderer_classes(JSONRenderer)).renderers()[0].media_type(),
        "application/json"
    );
    assert_eq!(of(View::new("A").renderer_classes([JSONRenderer])).renderers().len(), 1);
}

#[derive(Clone, Debug, Model)]
#[model(app = "notes")]
struct Other {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = Cascade)]
    note: ForeignKey<Note>,
}

#[derive(ModelSerializer)]
#[serializer(model = Other, fields = [id, note])]
struct OtherSerializer;

struct Others;

impl ModelViewSet for Others {
    type Model = Other;
    type Serializer = OtherSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(IsAuthenticated & IsOwner);
    }
}

#[test]
fn a_permission_on_objects_of_another_model_stops_the_start() {
    let mut router = SimpleRouter::new();
    router.register("others", Others);
    let notes = belleville::db::migrations::AppConfig::new("notes").model::<Note>().model::<Other>();
    assert_eq!(
        refusal(router.urls(), vec![notes]),
        "Others: IsOwner is about objects of notes.Note, and the model here is notes.Other: use it on views of its own model"
    );
}
