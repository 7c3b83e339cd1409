//! Each viewset has one setting of the filter or of the permissions.

use belleville::auth::models::Group;
use belleville::db::Object;
use belleville::filters::{ObjectPermissionsFilter, OrderingFilter, SearchFilter};
use belleville::guardian::Holder;
use belleville::pagination::{CursorPagination, LimitOffsetPagination, PageNumberPagination};
use belleville::permissions::{
    DjangoModelPermissions, DjangoModelPermissionsOrAnonReadOnly, DjangoObjectPermissions, MappedPermissions,
};
use belleville::prelude::*;

use crate::models::{Label, LabelSerializer, Note, NoteSerializer, Paper, PaperSerializer};

const VIEW: &str = "%(app_label)s.view_%(model_name)s";
const CHANGE: &str = "%(app_label)s.change_%(model_name)s";

/// Reading needs a permission too.
fn readable() -> MappedPermissions {
    DjangoObjectPermissions.perms_map([
        ("GET", vec![VIEW]),
        ("HEAD", vec![VIEW]),
        ("PUT", vec![VIEW, CHANGE]),
    ])
}

/// Only permissions on objects are asked for.
#[derive(Composable)]
struct OnObjectsAlone(MappedPermissions);

impl Permission for OnObjectsAlone {
    async fn has_object_permission(&self, request: &Request, object: &dyn Object) -> Result<bool> {
        self.0.has_object_permission(request, object).await
    }
}

fn on_objects_alone() -> OnObjectsAlone {
    OnObjectsAlone(readable())
}

macro_rules! viewsets {
    ($($name:ident: $model:ident, $serializer:ident => |$config:ident| $set:expr;)*) => {$(
        struct $name;

        impl ModelViewSet for $name {
            type Model = $model;
            type Serializer = $serializer;

            fn configure(&self, $config: &mut Config<Self>) {
                $set;
            }
        }
    )*};
}

viewsets! {
    Filtered: Note, NoteSerializer => |config| config.filter_backends(ObjectPermissionsFilter::new());
    FilteredByGlobals: Note, NoteSerializer => |config| {
        config.filter_backends(ObjectPermissionsFilter::new().accept_global_perms(true))
    };
    FilteredByOwnRows: Note, NoteSerializer => |config| {
        config.filter_backends(ObjectPermissionsFilter::new().use_groups(false))
    };
    FilteredByRows: Note, NoteSerializer => |config| {
        config.filter_backends(ObjectPermissionsFilter::new().with_superuser(false))
    };
    FilteredByRowsAndGlobals: Note, NoteSerializer => |config| {
        config.filter_backends(ObjectPermissionsFilter::new().with_superuser(false).accept_global_perms(true))
    };
    FilteredByChange: Note, NoteSerializer => |config| {
        config.filter_backends(ObjectPermissionsFilter::new().perm_format(CHANGE))
    };
    Paged: Note, NoteSerializer => |config| {
        config
            .filter_backends((ObjectPermissionsFilter::new(), SearchFilter, OrderingFilter))
            .search_fields(["title"])
            .ordering_fields(["id", "title"])
            .pagination_class(PageNumberPagination::new().page_size(2).page_size_query_param("size"))
    };
    Limited: Note, NoteSerializer => |config| {
        config
            .filter_backends((ObjectPermissionsFilter::new(), SearchFilter, OrderingFilter))
            .search_fields(["title"])
            .ordering_fields(["id", "title"])
            .pagination_class(LimitOffsetPagination::new().default_limit(2))
    };
    Cursored: Note, NoteSerializer => |config| {
        config
            .filter_backends(ObjectPermissionsFilter::new())
            .pagination_class(CursorPagination::new().page_size(2).ordering(["-id"]))
    };
    Guarded: Note, NoteSerializer => |config| config.permission_classes(DjangoObjectPermissions);
    GuardedAndFiltered: Note, NoteSerializer => |config| {
        config.permission_classes(DjangoObjectPermissions).filter_backends(ObjectPermissionsFilter::new())
    };
    Mapped: Note, NoteSerializer => |config| config.permission_classes(readable());
    Lenient: Note, NoteSerializer => |config| config.permission_classes(on_objects_alone());
    MappedModel: Note, NoteSerializer => |config| {
        config.permission_classes(DjangoModelPermissions.perms_map([("GET", [VIEW])]))
    };
    MappedAnon: Note, NoteSerializer => |config| {
        config.permission_classes(DjangoModelPermissionsOrAnonReadOnly.perms_map([("GET", [VIEW])]))
    };
    Either: Note, NoteSerializer => |config| {
        config.permission_classes(IsAdminUser | DjangoObjectPermissions)
    };
    Papers: Paper, PaperSerializer => |config| {
        config.permission_classes(on_objects_alone()).filter_backends(ObjectPermissionsFilter::new())
    };
    Labels: Label, LabelSerializer => |config| {
        config.permission_classes(on_objects_alone()).filter_backends(ObjectPermissionsFilter::new())
    };
}

/// Who saves a note may change it, and its readers may see it: djangorestframework-guardian's `ObjectPermissionsAssignmentMixin`.
struct Assigned;

impl Assigned {
    async fn saved(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
        let db = request.db();
        let user = request.user()?;
        db.atomic(async || {
            let note = serializer.save(db).await?;
            let readers = Group::objects().filter(Group::NAME.eq("readers")).get(db).await?;
            let map = [
                ("view_note", vec![Holder::from(user), (&readers).into()]),
                ("change_note", vec![user.into()]),
            ];
            request.guardian()?.assign_permissions(map, &note).await?;
            Ok(note)
        })
        .await
    }
}

impl ModelViewSet for Assigned {
    type Model = Note;
    type Serializer = NoteSerializer;

    fn configure(&self, config: &mut Config<Self>) {
        config.permission_classes(IsAuthenticated);
    }

    async fn perform_create(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
        self.saved(serializer, request).await
    }

    async fn perform_update(&self, serializer: Serializer<Note>, request: &Request) -> Result<Note> {
        self.saved(serializer, request).await
    }
}

pub(crate) fn urls() -> Urls {
    let mut router = DefaultRouter::new();
    macro_rules! register {
        ($($name:literal => $viewset:ident;)*) => {$(
            router.register($name, $viewset).basename($name);
        )*};
    }
    register! {
        "filtered" => Filtered;
        "by-globals" => FilteredByGlobals;
        "by-own-rows" => FilteredByOwnRows;
        "by-rows" => FilteredByRows;
        "by-rows-and-globals" => FilteredByRowsAndGlobals;
        "by-change" => FilteredByChange;
        "paged" => Paged;
        "limited" => Limited;
        "cursored" => Cursored;
        "guarded" => Guarded;
        "guarded-and-filtered" => GuardedAndFiltered;
        "mapped" => Mapped;
        "lenient" => Lenient;
        "mapped-model" => MappedModel;
        "mapped-anon" => MappedAnon;
        "either" => Either;
        "papers" => Papers;
        "labels" => Labels;
        "assigned" => Assigned;
    }
    router.urls()
}
