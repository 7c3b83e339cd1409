//! gzip (RFC 1952). The bytes that mean nothing are the name of a file, as Django has them.

use std::io::{self, Write as _};

use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};

use super::Encoder;

/// Django's level.
const LEVEL: u32 = 6;

pub(super) fn begin(padding: u8) -> io::Result<Box<dyn Encoder>> {
    let header = GzBuilder::new().filename(vec![b'a'; padding.into()]);
    Ok(Box::new(Gzip(header.write(Vec::new(), Compression::new(LEVEL)))))
}

struct Gzip(GzEncoder<Vec<u8>>);

impl Encoder for Gzip {
    fn piece(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        self.0.write_all(bytes)?;
        self.0.flush()?;
        Ok(std::mem::take(self.0.get_mut()))
    }

    fn finish(mut self: Box<Self>, bytes: &[u8]) -> io::Result<Vec<u8>> {
        self.0.write_all(bytes)?;
        self.0.finish()
    }
}
