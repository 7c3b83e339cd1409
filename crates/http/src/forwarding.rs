//! Proxies in front of the server, and which of their headers are believed.

use std::borrow::Cow;
use std::net::IpAddr;

use http::HeaderMap;
use http::header::{HOST, HeaderName};
use serde::Deserialize;

use crate::address;
use crate::headers::text;
use crate::settings::{Section, SettingsError, wsgi_header};

/// Django's `SECURE_PROXY_SSL_HEADER` and `USE_X_FORWARDED_*`. Believe a header only behind a proxy that always sets
/// it itself.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ForwardingSettings {
    /// A header and its value by which a proxy says that the client came over HTTPS: `["HTTP_X_FORWARDED_PROTO",
    /// "https"]`.
    pub secure_proxy_ssl_header: Vec<String>,
    /// Trust `X-Forwarded-Host`.
    pub use_x_forwarded_host: bool,
    /// Trust `X-Forwarded-Port`.
    pub use_x_forwarded_port: bool,
}

impl Section for ForwardingSettings {
    fn check(&self) -> Result<(), SettingsError> {
        self.proxy_header().map(drop)
    }
}

impl ForwardingSettings {
    fn proxy_header(&self) -> Result<Option<(HeaderName, String)>, SettingsError> {
        match self.secure_proxy_ssl_header.as_slice() {
            [] => Ok(None),
            [name, value] => Ok(Some((wsgi_header("secure_proxy_ssl_header", name)?, value.clone()))),
            _ => Err(SettingsError::new(
                "secure_proxy_ssl_header should be a header and a value: [\"HTTP_X_FORWARDED_PROTO\", \"https\"]",
            )),
        }
    }
}

/// Which headers of proxies are believed.
#[derive(Clone, Debug)]
pub struct Forwarding {
    /// How many proxies are in front of the server.
    proxies: usize,
    https: Option<(HeaderName, String)>,
    host: bool,
    port: bool,
}

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");

impl Forwarding {
    /// What the settings say, behind so many proxies.
    ///
    /// # Errors
    /// When `secure_proxy_ssl_header` is no header and a value.
    pub fn new(settings: &ForwardingSettings, proxies: u32) -> Result<Self, SettingsError> {
        Ok(Self {
            proxies: proxies as usize,
            https: settings.proxy_header()?,
            host: settings.use_x_forwarded_host,
            port: settings.use_x_forwarded_port,
        })
    }

    /// The address of the client. Each proxy adds the address of its client to the end of `X-Forwarded-For`;
    /// addresses further left are not trusted, because the client can send them.
    pub(crate) fn client_address(&self, headers: &HeaderMap, peer: Option<IpAddr>) -> Option<IpAddr> {
        if self.proxies == 0 {
            return peer;
        }
        let forwarded = text(headers, &X_FORWARDED_FOR).unwrap_or_default();
        let addresses: Vec<&str> = forwarded.split(',').map(str::trim).collect();
        let at = addresses.len().saturating_sub(self.proxies);
        addresses.get(at).and_then(|address| address::parse(address)).or(peer)
    }

    /// Whether the client came over HTTPS, when a proxy says it; of several values of the header the first one counts.
    pub(crate) fn is_https(&self, headers: &HeaderMap) -> Option<bool> {
        let (name, value) = self.https.as_ref()?;
        let header = text(headers, name)?;
        Some(header.split(',').next().is_some_and(|first| first.trim() == value))
    }

    /// The host that the client asked for.
    pub(crate) fn host<'a>(&self, headers: &'a HeaderMap) -> Option<Cow<'a, str>> {
        let forwarded = self.host.then(|| text(headers, &X_FORWARDED_HOST)).flatten();
        forwarded.or_else(|| text(headers, &HOST))
    }

    /// The port that the client asked, when a proxy says so.
    pub(crate) fn port<'a>(&self, headers: &'a HeaderMap) -> Option<Cow<'a, str>> {
        self.port.then(|| text(headers, &X_FORWARDED_PORT)).flatten()
    }
}
