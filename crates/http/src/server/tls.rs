//! TLS without a proxy: the certificate and its key.

use std::path::{Path, PathBuf};

use super::ServerSettings;
use crate::settings::SettingsError;

/// HTTP/2 where the two sides of TLS agree on a protocol.
#[cfg(all(feature = "http2", feature = "tls"))]
pub(super) const HTTP_2: &[u8] = b"h2";

/// A certificate and its key, made ready for connections.
#[cfg(feature = "tls")]
#[derive(Clone)]
pub struct Tls(tokio_rustls::TlsAcceptor);

/// A certificate and its key, of which there is none without the feature `tls`.
#[cfg(not(feature = "tls"))]
#[derive(Clone)]
pub struct Tls(std::convert::Infallible);

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

impl Tls {
    /// Reads the files of the settings; nothing where none are named.
    ///
    /// # Errors
    /// When one of them is missing or cannot be used; the text names the setting and says how to fix it.
    pub fn of(settings: &ServerSettings) -> Result<Option<Self>, SettingsError> {
        match (given(&settings.tls_certificate), given(&settings.tls_private_key)) {
            (None, None) => Ok(None),
            (Some(certificate), Some(key)) => Self::read(certificate, key, settings.http2).map(Some),
            (Some(_), None) => Err(SettingsError::new(
                "server.tls_certificate is set and server.tls_private_key is not; name the file of the certificate's key, \
                 or leave out both for HTTP without TLS",
            )),
            (None, Some(_)) => Err(SettingsError::new(
                "server.tls_private_key is set and server.tls_certificate is not; name the file of the certificate, or \
                 leave out both for HTTP without TLS",
            )),
        }
    }
}

/// An empty text in the environment names no file.
fn given(path: &Option<PathBuf>) -> Option<&Path> {
    path.as_deref().filter(|path| !path.as_os_str().is_empty())
}

#[cfg(not(feature = "tls"))]
impl Tls {
    fn read(_: &Path, _: &Path, _: bool) -> Result<Self, SettingsError> {
        Err(SettingsError::new(
            "server.tls_certificate is set, but TLS is not built into this program; give the dependency belleville the \
             feature `tls`",
        ))
    }
}

#[cfg(feature = "tls")]
mod of_feature {
    use std::fmt::Display;
    use std::sync::Arc;

    use rustls::ServerConfig;
    use rustls::crypto::ring;
    use rustls::pki_types::pem::{Error as PemError, PemObject};
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use tokio::net::TcpStream;
    use tokio_rustls::Accept;

    use super::*;

    impl Tls {
        pub(super) fn read(certificate: &Path, key: &Path, http2: bool) -> Result<Self, SettingsError> {
            let chain = chain(certificate)?;
            let private_key = private_key(key)?;
            let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
                .with_safe_default_protocol_versions()
                .map_err(|error| SettingsError::new(format!("TLS cannot be used: {error}")))?
                .with_no_client_auth()
                .with_single_cert(chain, private_key)
                .map_err(|error| match error {
                    rustls::Error::InconsistentKeys(_) => unusable(
                        "private_key",
                        key,
                        "it is not the key of the certificate in server.tls_certificate",
                    ),
                    error => unusable("certificate", certificate, error),
                })?;
            config.alpn_protocols = protocols(http2);
            Ok(Self(Arc::new(config).into()))
        }

        /// The server's part of a handshake.
        pub(in crate::server) fn accept(&self, stream: TcpStream) -> Accept<TcpStream> {
            self.0.accept(stream)
        }
    }

    /// What the server speaks, best first.
    fn protocols(http2: bool) -> Vec<Vec<u8>> {
        let mut names = Vec::new();
        #[cfg(feature = "http2")]
        if http2 {
            names.push(HTTP_2.to_vec());
        }
        let _ = http2;
        names.push(b"http/1.1".to_vec());
        names
    }

    fn unusable(name: &str, file: &Path, reason: impl Display) -> SettingsError {
        SettingsError::new(format!("server.tls_{name} is {}, which cannot be used: {reason}", file.display()))
    }

    fn chain(file: &Path) -> Result<Vec<CertificateDer<'static>>, SettingsError> {
        let found = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        match found {
            Ok(chain) if chain.is_empty() => {
                Err(unusable("certificate", file, "it has no certificate; give a file in PEM"))
            }
            Ok(chain) => Ok(chain),
            Err(PemError::Io(error)) => Err(unusable("certificate", file, error)),
            Err(error) => Err(unusable("certificate", file, error)),
        }
    }

    /// Nothing of the file is told.
    fn private_key(file: &Path) -> Result<PrivateKeyDer<'static>, SettingsError> {
        PrivateKeyDer::from_pem_file(file).map_err(|error| match error {
            PemError::Io(error) => unusable("private_key", file, error),
            PemError::NoItemsFound => unusable(
                "private_key",
                file,
                "it has no private key; give a file in PEM, whose key is not behind a passphrase",
            ),
            _ => unusable("private_key", file, "it is no file in PEM"),
        })
    }
}
