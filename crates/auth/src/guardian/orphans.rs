//! Permissions on objects that are gone.

use belleville_db::{GenericKey, Model, QuerySet, Result};

use super::{GroupObjectPermission, Guardian, UserObjectPermission};

/// How many rows are looked at, or deleted, at once.
const BATCH: usize = 500;

impl Guardian<'_> {
    /// Takes away the permissions on objects that are not there any more, and says how many rows these were: guardian's
    /// `clean_orphan_obj_perms`. Nothing else takes them away when an object is deleted.
    ///
    /// # Errors
    /// When a row is about a model that is none of the program's, or any database error. Nothing is taken away then.
    pub async fn clean_orphans(&self) -> Result<usize> {
        let of_users = self
            .orphans(
                UserObjectPermission::objects().order_by([UserObjectPermission::ID.asc()]),
                UserObjectPermission::CONTENT_OBJECT,
            )
            .await?;
        let of_groups = self
            .orphans(
                GroupObjectPermission::objects().order_by([GroupObjectPermission::ID.asc()]),
                GroupObjectPermission::CONTENT_OBJECT,
            )
            .await?;
        for ids in of_users.chunks(BATCH) {
            let rows = UserObjectPermission::objects();
            rows.filter(UserObjectPermission::ID.is_in(ids.iter().copied())).delete(self.db).await?;
        }
        for ids in of_groups.chunks(BATCH) {
            let rows = GroupObjectPermission::objects();
            rows.filter(GroupObjectPermission::ID.is_in(ids.iter().copied())).delete(self.db).await?;
        }
        Ok(of_users.len() + of_groups.len())
    }

    /// The keys of the rows whose object is not there.
    async fn orphans<M: Model<Pk = i32>>(
        &self,
        rows: QuerySet<M>,
        object: GenericKey<M>,
    ) -> Result<Vec<i32>> {
        let mut rows = rows.prefetch_objects(object).iterator(self.db, BATCH).await?;
        let mut orphans = Vec::new();
        while let Some((row, object)) = rows.next().await? {
            if object.is_none() {
                orphans.push(*row.pk());
            }
        }
        Ok(orphans)
    }
}
