//! `/conformance/version/` and `/conformance/versions/`: how each scheme finds the version, which are allowed, and the URLs that
//! keep them.

use belleville::json;
use belleville::prelude::*;
use belleville::renderers::JSONRenderer;
use belleville::serializers::HyperlinkedRelatedField;
use belleville::versioning::{
    AcceptHeaderVersioning, BoxedVersioning, HostNameVersioning, NamespaceVersioning,
    QueryParameterVersioning, URLPathVersioning, Versioning,
};

use crate::stock::Item;

/// The three of the reference's own endpoints.
fn known(name: &str, scheme: impl Versioning) -> View {
    View::new(name)
        .permission_classes(AllowAny)
        .versioning_class(scheme.allowed_versions(["1.0", "2.0"]).default_version("1.0"))
        .get(version)
}

fn version(request: &Request) -> Result<Response> {
    let url = request.build_absolute_uri(&request.quoted_path_and_query(""));
    Response::data(200, &json!({"version": request.version(), "url": url}))
}

/// A scheme with what may be said of its versions.
fn options<V: Versioning + Copy>(scheme: V) -> Vec<(&'static str, BoxedVersioning)> {
    let allowed = || scheme.allowed_versions(["v1", "v2"]);
    vec![
        ("any", scheme.into()),
        ("allowed", allowed()),
        ("default", allowed().default_version("v2")),
        ("other", allowed().default_version("v9")),
        ("none", allowed().allow_unversioned()),
        ("both", allowed().allow_unversioned().default_version("v2")),
        ("named", allowed().default_version("v1").version_param("v")),
    ]
}

#[derive(Serializer)]
struct Link {
    #[field(HyperlinkedRelatedField, view_name = "versioned-item")]
    item: ForeignKey<Item>,
}

fn versioned() -> View {
    View::new("Versioned").permission_classes(AllowAny).renderer_classes(JSONRenderer).get(show).post(link)
}

fn show(request: &Request) -> Result<Response> {
    let body = json!({
        "version": request.version(),
        "scheme": request.versioning_scheme().map(|scheme| scheme.name()),
        "plain": request.reverse("versioned-plain", ())?,
        "item": request.reverse("versioned-item", [("pk", 3)])?,
        "unversioned": request.reverse("unversioned", [("rest", "a b")])?,
    });
    Response::data(200, &body)
}

async fn link(request: Request) -> Result<Response> {
    let link: Link = request.validated().await?;
    Response::of(200, &link, &request).await
}

fn paths<V: Versioning + Copy>(scheme: V) -> Urls {
    options(scheme).into_iter().fold(Urls::new(), |urls, (name, scheme)| {
        urls.path(&format!("{name}/"), versioned().versioning_class(scheme))
    })
}

fn targets() -> Urls {
    Urls::new()
        .path("plain/", versioned())
        .name("versioned-plain")
        .path("items/<int:pk>/", versioned())
        .name("versioned-item")
}

fn in_namespace(namespace: &str) -> Urls {
    targets()
        .include("", paths(NamespaceVersioning))
        .include("inner/", targets().namespace("inner"))
        .namespace(namespace)
}

pub(crate) fn urls(urls: Urls) -> Urls {
    let versions = Urls::new()
        .include("accept/", paths(AcceptHeaderVersioning))
        .include("query/", paths(QueryParameterVersioning))
        .include("host/", paths(HostNameVersioning))
        .include("path/", paths(URLPathVersioning))
        .include("path/<version>/", paths(URLPathVersioning))
        .include("path/<v>/v/", paths(URLPathVersioning))
        .include("namespace/v1/", in_namespace("v1"))
        .include("namespace/v2/", in_namespace("v2"))
        .include("namespace/v3/", in_namespace("v3"))
        .include("namespace/deep/", Urls::new().include("v2/", in_namespace("v2")).namespace("deep"))
        .include("namespace/none/", paths(NamespaceVersioning))
        .path("none/", versioned())
        .path("any/<path:rest>", versioned())
        .name("unversioned")
        .include("", targets())
        .include("<version>/", targets());
    urls.path("version/accept/", known("Version Accept Header Versioning", AcceptHeaderVersioning))
        .path("version/query/", known("Version Query Parameter Versioning", QueryParameterVersioning))
        .path("version/path/<version>/", known("Version Url Path Versioning", URLPathVersioning))
        .include("versions/", versions)
}
