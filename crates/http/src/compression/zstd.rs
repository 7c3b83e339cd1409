//! Zstandard (RFC 8878). The bytes that mean nothing are a frame behind it, which is skipped.

use std::io::{self, Write as _};

use super::Encoder;

/// The library's usual level. Its window is smaller than the 8 MiB that every client takes (RFC 9659).
const LEVEL: i32 = 3;

/// What a frame begins with that is skipped.
const SKIPPABLE: [u8; 4] = 0x184D_2A50_u32.to_le_bytes();

pub(super) fn begin(padding: u8) -> io::Result<Box<dyn Encoder>> {
    Ok(Box::new(Zstd { encoder: ::zstd::Encoder::new(Vec::new(), LEVEL)?, padding }))
}

struct Zstd {
    encoder: ::zstd::Encoder<'static, Vec<u8>>,
    padding: u8,
}

impl Encoder for Zstd {
    fn piece(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        self.encoder.write_all(bytes)?;
        self.encoder.flush()?;
        Ok(std::mem::take(self.encoder.get_mut()))
    }

    fn finish(mut self: Box<Self>, bytes: &[u8]) -> io::Result<Vec<u8>> {
        self.encoder.write_all(bytes)?;
        let mut ready = self.encoder.finish()?;
        if self.padding > 0 {
            ready.extend(SKIPPABLE);
            ready.extend(u32::from(self.padding).to_le_bytes());
            ready.resize(ready.len() + usize::from(self.padding), b'a');
        }
        Ok(ready)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_nothing_is_not_read() {
        let compressed = |padding| {
            let mut encoder = begin(padding).expect("an encoder");
            let mut sent = encoder.piece(b"one").expect("a piece");
            sent.extend(encoder.finish(b"two").expect("an end"));
            sent
        };
        let shortest = compressed(0).len();
        for padding in [1, 100, 255] {
            let sent = compressed(padding);
            assert_eq!(sent.len(), shortest + 8 + usize::from(padding));
            assert_eq!(::zstd::decode_all(&sent[..]).expect("Zstandard"), b"onetwo");
        }
    }
}
