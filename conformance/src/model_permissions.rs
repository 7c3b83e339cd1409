//! `/conformance/permitted/`: the sample's projects under Django's model and object permissions.

use belleville::permissions::{
    DjangoModelPermissions, DjangoModelPermissionsOrAnonReadOnly, DjangoObjectPermissions,
};
use belleville::prelude::*;
use tracker::models::Project;
use tracker::serializers::ProjectSerializer;

macro_rules! projects {
    ($($(#[$doc:meta])* $name:ident => $rule:expr;)*) => {$(
        $(#[$doc])*
        struct $name;

        impl ModelViewSet for $name {
            type Model = Project;
            type Serializer = ProjectSerializer;

            fn configure(&self, config: &mut Config<Self>) {
 config.permission_classes($rule);
}

            async fn perform_create(&self, serializer: Serializer<Project>, request: &Request) -> Result<Project> {
                serializer.with(Project::OWNER.set(request.user()?)).save(request.db()).await
            }
        }
    )*};
}

projects! {
    ModelPermittedProjects => DjangoModelPermissions;
    AnonReadableProjects => DjangoModelPermissionsOrAnonReadOnly;
    ObjectPermittedProjects => DjangoObjectPermissions;
    EitherPermittedProjects => IsAdminUser | DjangoObjectPermissions;
}

pub(crate) fn urls(urls: Urls) -> Urls {
    let mut router = DefaultRouter::new();
    router.register("model", ModelPermittedProjects).basename("model-permitted");
    router.register("anon", AnonReadableProjects).basename("anon-readable");
    router.register("object", ObjectPermittedProjects).basename("object-permitted");
    router.register("either", EitherPermittedProjects).basename("either-permitted");
    urls.include("permitted/", router.urls())
}
