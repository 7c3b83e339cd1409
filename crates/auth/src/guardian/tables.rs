//! The tables, and the migrations that make them.

use belleville_db::migrations::state::{auto, char, foreign_key, model};
use belleville_db::migrations::{AUTH_USER_MODEL, AppConfig, Migration, index};
use belleville_db::{ForeignKey, GenericForeignKey, Model};

use crate::models::{ContentType, Group, Permission};
use crate::user::AuthUser;

/// A permission that a user has on an object.
#[derive(Clone, Debug, Model)]
#[model(
    app = "guardian",
    unique_together = [["user", "permission", "object_pk"]],
    indexes = [
        index(name = "guardian_us_permiss_e5749c_idx", fields = ["permission", "user", "content_type", "object_pk"]),
        index(name = "guardian_us_user_id_8eae14_idx", fields = ["user", "content_type", "object_pk"])
    ]
)]
pub struct UserObjectPermission {
    /// The primary key.
    #[field(primary_key)]
    pub id: i32,
    /// The permission.
    #[field(on_delete = Cascade)]
    pub permission: ForeignKey<Permission>,
    /// The model of the object.
    #[field(on_delete = Cascade)]
    pub content_type: ForeignKey<ContentType>,
    /// The object's primary key, as text.
    #[field(max_length = 255, verbose_name = "object ID")]
    pub object_pk: String,
    /// The object.
    #[field(generic(content_type, object_pk))]
    pub content_object: GenericForeignKey,
    /// The user.
    #[field(on_delete = Cascade)]
    pub user: ForeignKey<AuthUser>,
}

/// A permission that the users of a group have on an object.
#[derive(Clone, Debug, Model)]
#[model(
    app = "guardian",
    unique_together = [["group", "permission", "object_pk"]],
    indexes = [
        index(name = "guardian_gr_permiss_83545c_idx", fields = ["permission", "group", "content_type", "object_pk"]),
        index(name = "guardian_gr_group_i_9e7d12_idx", fields = ["group", "content_type", "object_pk"])
    ]
)]
pub struct GroupObjectPermission {
    /// The primary key.
    #[field(primary_key)]
    pub id: i32,
    /// The permission.
    #[field(on_delete = Cascade)]
    pub permission: ForeignKey<Permission>,
    /// The model of the object.
    #[field(on_delete = Cascade)]
    pub content_type: ForeignKey<ContentType>,
    /// The object's primary key, as text.
    #[field(max_length = 255, verbose_name = "object ID")]
    pub object_pk: String,
    /// The object.
    #[field(generic(content_type, object_pk))]
    pub content_object: GenericForeignKey,
    /// The group.
    #[field(on_delete = Cascade)]
    pub group: ForeignKey<Group>,
}

/// The app `guardian`, which a program adds to have permissions on objects. Its migrations do what those of django-guardian do.
pub fn app() -> AppConfig {
    const GROUP: &str = "GroupObjectPermission";
    const USER: &str = "UserObjectPermission";
    let content_type = || foreign_key("content_type", "contenttypes.ContentType");
    let permission = || foreign_key("permission", "auth.Permission");
    let of_groups = [
        auto("id"),
        char("object_pk", 255),
        content_type(),
        foreign_key("group", "auth.Group"),
        permission(),
    ];
    let of_users = [
        auto("id"),
        char("object_pk", 255),
        content_type(),
        permission(),
        foreign_key("user", AUTH_USER_MODEL),
    ];
    let of_object = ["content_type", "object_pk"];
    AppConfig::new("guardian")
        .model::<UserObjectPermission>()
        .model::<GroupObjectPermission>()
        .migration(
            Migration::new("0001_initial")
                .depends_on("contenttypes", "0001_initial")
                .depends_on("auth", "0001_initial")
                .depends_on_user_model()
                .create(model(GROUP, of_groups))
                .create(model(USER, of_users))
                .alter_unique_together(USER, [["user", "permission", "object_pk"]])
                .alter_unique_together(GROUP, [["group", "permission", "object_pk"]]),
        )
        .migration(
            Migration::new("0002_generic_permissions_index")
                .add_index(GROUP, index("guardian_gr_content_ae6aec_idx", of_object))
                .add_index(USER, index("guardian_us_content_179ed2_idx", of_object)),
        )
        .migration(
            Migration::new("0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more")
                .depends_on("auth", "0012_alter_user_first_name_max_length")
                .depends_on("contenttypes", "0002_remove_content_type_name")
                .depends_on_user_model()
                .remove_index(GROUP, "guardian_gr_content_ae6aec_idx")
                .remove_index(USER, "guardian_us_content_179ed2_idx")
                .add_index(
                    GROUP,
                    index(
                        "guardian_gr_permiss_83545c_idx",
                        ["permission", "group", "content_type", "object_pk"],
                    ),
                )
                .add_index(
                    GROUP,
                    index("guardian_gr_group_i_9e7d12_idx", ["group", "content_type", "object_pk"]),
                )
                .add_index(
                    USER,
                    index(
                        "guardian_us_permiss_e5749c_idx",
                        ["permission", "user", "content_type", "object_pk"],
                    ),
                )
                .add_index(
                    USER,
                    index("guardian_us_user_id_8eae14_idx", ["user", "content_type", "object_pk"]),
                ),
        )
}
