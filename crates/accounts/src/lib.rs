//! What hands out credentials: DRF's tokens, JSON Web Tokens, knox's tokens and account endpoints. A program leaves out what it
//! does not include in its URLs.
//!
//! All of them check a name and a password by [`Request::authenticate`](belleville_rest::request::Request::authenticate),
//! which limits failures and reports to `belleville_rest::events`.

pub mod account;
pub mod authtoken;
pub mod knox;
pub mod mail;
pub mod simplejwt;

mod input;
mod tokens;

pub use tokens::RequestTokens;
