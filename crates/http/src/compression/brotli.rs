//! Brotli (RFC 7932). The bytes that mean nothing are metadata before its end.

use std::io::{self, Write as _};

use brotli::CompressorWriter;

use super::Encoder;

/// A quality for what is compressed once for each answer: the highest takes a hundred times as long.
const QUALITY: u32 = 5;

/// The window is two to this power of bytes.
const WINDOW: u32 = 18;

const BUFFER: usize = 4096;

pub(super) fn begin(padding: u8) -> io::Result<Box<dyn Encoder>> {
    Ok(Box::new(Brotli {
        writer: CompressorWriter::new(Vec::new(), BUFFER, QUALITY, WINDOW),
        padding,
        has_begun: false,
    }))
}

struct Brotli {
    writer: CompressorWriter<Vec<u8>>,
    padding: u8,
    has_begun: bool,
}

impl Encoder for Brotli {
    fn piece(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        self.has_begun = true;
        self.writer.write_all(bytes)?;
        self.writer.flush()?;
        Ok(std::mem::take(self.writer.get_mut()))
    }

    fn finish(mut self: Box<Self>, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut ready = match bytes {
            [] => Vec::new(),
            bytes => self.piece(bytes)?,
        };
        // What was flushed ends with a whole byte, where a block of metadata may begin.
        if self.has_begun {
            ready.extend(metadata(self.padding));
        }
        ready.extend(self.writer.into_inner());
        Ok(ready)
    }
}

/// A block of metadata with so many bytes (RFC 7932, section 9.2): not the last block, no nibbles of a length, one byte with
/// the length less one, then the bytes.
fn metadata(length: u8) -> Vec<u8> {
    let Some(less_one) = length.checked_sub(1) else { return Vec::new() };
    let mut block = vec![0b0001_0110 | less_one << 6, less_one >> 2];
    block.resize(block.len() + usize::from(length), b'a');
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compresses pieces, and reads the result with the library.
    fn there_and_back(pieces: &[&[u8]], padding: u8) -> (usize, Vec<u8>) {
        let mut encoder = begin(padding).expect("an encoder");
        let mut sent = Vec::new();
        for piece in pieces {
            sent.extend(encoder.piece(piece).expect("a piece"));
        }
        sent.extend(encoder.finish(&[]).expect("an end"));
        let mut read = Vec::new();
        io::Read::read_to_end(&mut ::brotli::Decompressor::new(&sent[..], BUFFER), &mut read)
            .expect("brotli");
        (sent.len(), read)
    }

    #[test]
    fn what_means_nothing_is_not_read() {
        let (shortest, _) = there_and_back(&[b"one", b"two"], 0);
        for padding in [1, 2, 4, 5, 63, 64, 100, 254, 255] {
            let (length, read) = there_and_back(&[b"one", b"two"], padding);
            assert_eq!((length, &read[..]), (shortest + 2 + usize::from(padding), &b"onetwo"[..]));
        }
        assert_eq!(there_and_back(&[], 9).1, b"");
    }
}
