//! Views with a method for each verb.

use std::marker::PhantomData;

use super::View;
use super::hooks::Usual;
use crate::exceptions::Result;
use crate::names::display_name;
use crate::request::Request;
use crate::response::Response;
use crate::viewsets::{Config, IntoViewSet, ViewSetViews, api_view};

/// A view with one method for each verb: DRF's `APIView`.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// use belleville::exceptions::Result;
/// use belleville::json::Json;
/// use belleville::permissions::AllowAny;
/// use belleville::request::Request;
/// use belleville::response::Response;
/// use belleville::urls::Urls;
/// use belleville::views::APIView;
/// use belleville::viewsets::{Config, Method};
///
/// struct Greeting(&'static str);
///
/// impl Greeting {
///     async fn get(&self, _: &Request) -> Result<Response> {
///         Response::data(200, &Json::from(self.0))
///     }
/// }
///
/// impl APIView for Greeting {
///     fn configure(&self, config: &mut Config<Self>) {
///         config.method(Method::GET, Self::get).permission_classes(AllowAny);
///     }
/// }
///
/// let urls = Urls::new().path("hello/", Greeting("Hello."));
/// # assert!(urls.mistakes().is_empty());
/// ```
///
/// [`#[viewset]`](crate::viewsets::viewset) finds the methods by their names.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a view",
    label = "give a view (`View::new(\"Name\").get(handler)`), or implement APIView for the type"
)]
pub trait APIView: Send + Sync + Sized + 'static {
    /// What the view says of itself: the doc comment of the implementation, where [`#[viewset]`](crate::viewsets::viewset) stands
    /// above it.
    const DOC: &'static str = "";

    /// Sets policies that differ from the settings, and the methods. Called once, at start.
    fn configure(&self, config: &mut Config<Self>) {
        let _ = config;
    }

    /// Adds the methods, before `configure` is called: what [`#[viewset]`](crate::viewsets::viewset) writes.
    fn actions(config: &mut Config<Self>) {
        let _ = config;
    }

    /// Runs before the handler, for each request that may be answered: its renderer, version and user are known, and its permissions
    /// and throttles have passed. An error is the answer. DRF's `initial`, behind `super().initial(..)`.
    ///
    /// # Errors
    /// Any error of the view.
    fn initial(&self, request: &Request) -> impl Future<Output = Result<()>> + Send {
        let _ = request;
        Usual::new(Ok(()))
    }

    /// Changes the answer before it is rendered, also that of an error: DRF's `finalize_response`. `Allow` and `Vary` are in its headers.
    /// An error is answered in its place.
    ///
    /// # Errors
    /// Any error of the view.
    fn finalize_response(
        &self,
        request: &Request,
        response: Response,
    ) -> impl Future<Output = Result<Response>> + Send {
        let _ = request;
        Usual::new(Ok(response))
    }
}

/// What stands at a path: a [`View`], an [`APIView`], or a viewset with actions on the list alone or on one object alone, which
/// is one of DRF's generic views. The compiler finds `Kind`.
///
/// ```
/// # extern crate belleville_rest as belleville;
/// # use belleville::serializers::ModelSerializer;
/// # use belleville_auth::models::User;
/// # #[derive(ModelSerializer)]
/// # #[serializer(model = User, fields = [id, username])]
/// # struct UserSerializer;
/// use belleville::urls::Urls;
/// use belleville::viewsets::{Action, ModelViewSet};
///
/// struct UserList;
///
/// impl ModelViewSet for UserList {
///     type Model = User;
///     type Serializer = UserSerializer;
///
///     const ACTIONS: &'static [Action] = &[Action::List];
/// }
///
/// let urls = Urls::new().path("users/", UserList);
/// # assert_eq!(urls.view_at("users/").map(|view| view.view_name()), Some("User List"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a view",
    label = "give a view (`View::new(\"Name\").get(handler)`), or implement APIView for the type"
)]
pub trait IntoView<Kind> {
    #[doc(hidden)]
    fn into_view(self) -> View;
}

/// What is a view already.
#[doc(hidden)]
#[derive(Debug)]
pub struct Made;

/// What has a method for each verb.
#[doc(hidden)]
#[derive(Debug)]
pub struct OfVerbs;

/// What has actions.
#[doc(hidden)]
#[derive(Debug)]
pub struct OfActions<Kind>(PhantomData<Kind>);

impl IntoView<Made> for View {
    fn into_view(self) -> View {
        self
    }
}

impl<V: APIView> IntoView<OfVerbs> for V {
    fn into_view(self) -> View {
        api_view(self)
    }
}

impl<Kind, V: IntoViewSet<Kind>> IntoView<OfActions<Kind>> for V {
    fn into_view(self) -> View {
        generic_view(self.into_views())
    }
}

/// The only view of a viewset, which has the name of its class.
fn generic_view(views: ViewSetViews) -> View {
    let ViewSetViews { class, list, detail, own, .. } = views;
    let name = display_name(class, "");
    let mistake = match (&list, &detail) {
        _ if !own.is_empty() => "has actions under paths of their own: register it with a router",
        (Some(_), Some(_)) => {
            "has actions on the list and on one object, and stands at one path: register it with a router, say `View::list_of(..)` \
             and `View::detail_of(..)`, or give it fewer ACTIONS"
        }
        (None, None) => "has no actions",
        _ => return list.or(detail).unwrap_or_else(|| View::new("")).name(name),
    };
    let mut view = View::new(name).class(class);
    view.found.push(format!("{class} {mistake}"));
    view
}
