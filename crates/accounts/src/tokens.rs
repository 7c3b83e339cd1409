//! What the handlers of a program hand out.

use belleville_rest::request::Request;

use crate::authtoken::TokenIssuer;
use crate::knox::KnoxIssuer;
use crate::simplejwt::JwtIssuer;

/// Tokens that a handler hands out, for example after a registration.
///
/// ```
/// use belleville_accounts::RequestTokens as _;
/// # use belleville_auth::users;
/// # use belleville_http::exceptions::Result;
/// # use belleville_http::response::Response;
/// # use belleville_rest::request::Request;
///
/// async fn pair(request: Request) -> Result<Response> {
///     let user = request.user()?;
///     Response::data(201, &request.jwt().pair_for(user).await?)
/// }
/// ```
///
/// The answer counts as one with a credential (the setting `credentials_no_store`), and the program's [event hook](belleville_rest::events) is told of the token.
pub trait RequestTokens {
    /// JSON Web Tokens: `request.jwt().pair_for(&user)`.
    fn jwt(&self) -> JwtIssuer<'_>;

    /// DRF's tokens: `request.tokens().get_or_create(&user)`.
    fn tokens(&self) -> TokenIssuer<'_>;

    /// knox's tokens, where the program has the app [`knox::app`](crate::knox::app): `request.knox().create(&user)`.
    fn knox(&self) -> KnoxIssuer<'_>;
}

impl RequestTokens for Request {
    fn jwt(&self) -> JwtIssuer<'_> {
        JwtIssuer::new(self)
    }

    fn tokens(&self) -> TokenIssuer<'_> {
        TokenIssuer::new(self)
    }

    fn knox(&self) -> KnoxIssuer<'_> {
        KnoxIssuer::new(self)
    }
}
