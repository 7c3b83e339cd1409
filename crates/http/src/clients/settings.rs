//! The table `[server]`: limits and deadlines of clients.

use std::path::PathBuf;

use serde::Deserialize;

use crate::parsers::UploadSettings;
use crate::settings::{Section, SettingsError};

/// The table `[server]`. Times are in seconds, sizes in bytes.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ServerSettings {
    /// The most connections at once; 0 is as many as the process has descriptors for, up to 10,000. Further ones are
    /// answered 503.
    pub max_connections: u32,
    /// The most connections of one address (for IPv6, of one /64); 0 is no such limit. Behind a proxy
    /// (`rest_framework.num_proxies`) there is no such limit, because all connections come from the proxy's address.
    pub max_connections_per_address: u32,
    /// How many requests one connection may send before it is closed; 0 is no limit.
    pub max_requests_per_connection: u32,
    /// The longest head of a request; a longer one is answered 431.
    pub max_head_size: u32,
    /// The longest body, files included. Without files, Django's `data_upload_max_memory_size` is a second limit.
    pub max_body_size: u32,
    /// The memory for all bodies that arrive or are handled; one address gets at most half of it.
    pub body_memory: u32,
    /// How long a connection may be open without a request.
    pub keep_alive_timeout: u64,
    /// How long a head may take, from its first byte to its last.
    pub header_timeout: u64,
    /// How long a body may take.
    pub body_timeout: u64,
    /// How long a client may take for each 64 KiB of an answer.
    pub write_timeout: u64,
    /// How long a list that is streamed from the database may take in all: until then it holds a connection to it.
    pub stream_timeout: u64,
    /// How long the server waits for running requests when it stops.
    pub shutdown_timeout: u64,
    /// Speak HTTP/2 with clients that want it, which takes the feature `http2`: over TLS, and without TLS with clients that
    /// begin with it.
    pub http2: bool,
    /// The most requests at once on one connection of HTTP/2; a further one is refused with `REFUSED_STREAM`.
    pub http2_max_concurrent_streams: u32,
    /// The file of the certificate and those that it depends on, in PEM, which takes the feature `tls`: the server speaks
    /// HTTPS.
    pub tls_certificate: Option<PathBuf>,
    /// The file of the certificate's private key, in PEM.
    pub tls_private_key: Option<PathBuf>,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            max_connections: 0,
            max_connections_per_address: 256,
            max_requests_per_connection: 1000,
            max_head_size: 16_384,
            max_body_size: 5_242_880,
            body_memory: 10_485_760,
            keep_alive_timeout: 75,
            header_timeout: 30,
            body_timeout: 60,
            write_timeout: 30,
            stream_timeout: 300,
            shutdown_timeout: 10,
            http2: cfg!(feature = "http2"),
            http2_max_concurrent_streams: 100,
            tls_certificate: None,
            tls_private_key: None,
        }
    }
}

/// The least head that hyper reads.
const LEAST_HEAD: u32 = 8192;

impl Section for ServerSettings {
    const TABLE: Option<&'static str> = Some("server");

    fn check(&self) -> Result<(), SettingsError> {
        let times = [
            ("keep_alive_timeout", self.keep_alive_timeout),
            ("header_timeout", self.header_timeout),
            ("body_timeout", self.body_timeout),
            ("write_timeout", self.write_timeout),
            ("stream_timeout", self.stream_timeout),
        ];
        if let Some((name, _)) = times.iter().find(|(_, seconds)| *seconds == 0) {
            return Err(SettingsError::new(format!(
                "server.{name} is 0; give the seconds that a client may take"
            )));
        }
        if self.http2 && !cfg!(feature = "http2") {
            return Err(SettingsError::new(
                "server.http2 is on, but not built into this program; give the dependency belleville the feature `http2`",
            ));
        }
        if self.http2_max_concurrent_streams == 0 {
            return Err(SettingsError::new(
                "server.http2_max_concurrent_streams is 0; give the requests that a connection may have at once, or set \
                 server.http2 to false",
            ));
        }
        if self.max_head_size < LEAST_HEAD {
            return Err(SettingsError::new(format!(
                "server.max_head_size is {}; the least is {LEAST_HEAD} bytes",
                self.max_head_size
            )));
        }
        Ok(())
    }
}

impl ServerSettings {
    /// Refuses a limit of Django's that is above the one of this table, and too little memory for one body.
    ///
    /// # Errors
    /// The text names both settings.
    pub fn check_with(&self, uploads: &UploadSettings) -> Result<(), SettingsError> {
        let most = self.max_body_size as usize;
        if let Some(longer) = uploads.data_upload_max_memory_size.filter(|longer| *longer > most) {
            return Err(SettingsError::new(format!(
                "data_upload_max_memory_size is {longer}, which is more than the {most} bytes of server.max_body_size; raise that \
                 too"
            )));
        }
        // A longer body has files, which go to the disk.
        let (name, longest) = match uploads.data_upload_max_memory_size {
            None => ("server.max_body_size", most),
            Some(longest) if longest >= uploads.file_upload_max_memory_size => {
                ("data_upload_max_memory_size", longest)
            }
            Some(_) => ("file_upload_max_memory_size", uploads.file_upload_max_memory_size.min(most)),
        };
        if (self.body_memory as usize) / 2 < longest {
            return Err(SettingsError::new(format!(
                "server.body_memory is {} and {name} {longest}; one client may have half of the memory, which should be enough \
                 for one body",
                self.body_memory
            )));
        }
        Ok(())
    }
}
