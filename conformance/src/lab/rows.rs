//! The rows of a model through one serializer, at `<name>/` and `<name>/<key>/`.

use belleville::db::{self, OrderName};
use belleville::prelude::*;

/// Registers a viewset for each serializer: in the macro's own words, `"uniqueness": UniquenessViewSet(UniquenessSerializer),`.
/// `by TITLE` is another field than the key in the URLs.
/// The URLs after `links:` have the names that hyperlinks lead to, `<model>-detail`; the others begin with their prefix.
macro_rules! rows {
    (
        $($name:literal: $viewset:ident($serializer:ident)$( by $field:ident)?$( of $queryset:path)?,)*
        $(links: $($linked:literal: $linked_viewset:ident($linked_serializer:ident),)*)?
    ) => {
        $($crate::lab::rows::viewset!($viewset($serializer)$( by $field)?$( of $queryset)?);)*
        $($($crate::lab::rows::viewset!($linked_viewset($linked_serializer));)*)?

        pub(crate) fn register(router: &mut SimpleRouter) {
            $(router.register($name, $viewset).basename($name);)*
            $($(router.register($linked, $linked_viewset);)*)?
        }
    };
}

/// `many` in the query creates several, `codes` is as in the rest of the lab. Rows come in the order of their keys, or by
/// what a function says: `"chosen": ChosenViewSet(ChosenSerializer) of chosen_rows,`.
macro_rules! viewset {
    ($viewset:ident($serializer:ident)$( by $field:ident)?) => {
        $crate::lab::rows::viewset!($viewset($serializer)$( by $field)? of $crate::lab::rows::by_key);
    };
    ($viewset:ident($serializer:ident)$( by $field:ident)? of $queryset:path) => {
        struct $viewset;

        impl ModelViewSet for $viewset {
            type Model = <$serializer as belleville::serializers::ModelSerializer>::Model;
            type Serializer = $serializer;

            $(const LOOKUP: belleville::viewsets::Lookup<Self::Model> =
                belleville::viewsets::Lookup::field(Self::Model::$field);)?

            fn queryset(&self, request: &Request) -> Result<QuerySet<Self::Model>> {
                $queryset(request)
            }

            fn many(&self, request: &Request) -> bool {
                !request.query_params().getlist("many").is_empty()
            }

            // The usual one stops the start where a serializer leaves out what a new row must have, as some here do.
            async fn perform_create(
                &self,
                serializer: belleville::serializers::Serializer<Self::Model>,
                request: &Request,
            ) -> Result<Self::Model> {
                serializer.save(request.db()).await
            }

            fn configure(&self, config: &mut Config<Self>) {
                config
                    .authentication_classes(())
                    .permission_classes(AllowAny)
                    .exception_handler($crate::lab::told);
            }
        }
    };
}

/// Every row, in the order of the keys.
pub(crate) fn by_key<M: Model>(request: &Request) -> Result<QuerySet<M>> {
    let order = OrderName::parse(M::meta(), request.db().registry(), "pk")
        .map_err(|error| db::Error::refused(error.to_string()))?;
    let order = order.order().map_err(|error| db::Error::refused(error.to_string()))?;
    Ok(M::objects().order_by(order))
}

pub(crate) use {rows, viewset};
