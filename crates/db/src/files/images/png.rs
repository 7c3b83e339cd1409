//! PNG: chunks, each with a checksum.

use super::Size;
use super::reader::Reader;

/// The size, if the chunks are whole up to the end of the image.
pub(super) fn size(content: &[u8]) -> Option<Size> {
    let mut reader = Reader::big_endian(content);
    let size = size_before_pixels(&mut reader)?;
    loop {
        let chunk = Chunk::read(&mut reader)?;
        if chunk.name == *b"IEND" {
            return Some(size);
        }
        chunk.data(&mut reader)?;
    }
}

/// The size of an image in an icon, of which Pillow needs the pixels alone.
pub(super) fn icon_size(content: &[u8]) -> Option<Size> {
    let mut reader = Reader::big_endian(content);
    let size = size_before_pixels(&mut reader)?;
    let chunk = Chunk::read(&mut reader)?;
    chunk.data(&mut reader).map(|_| size)
}

/// The size, if the chunks before the pixels are whole. The first chunk of pixels is read next.
fn size_before_pixels(reader: &mut Reader<'_>) -> Option<Size> {
    reader.seek(8);
    let mut header = None;
    loop {
        let chunk = Chunk::read(reader)?;
        match &chunk.name {
            b"IDAT" => break,
            // There are no pixels.
            b"IEND" => return None,
            _ => {}
        }
        let data = chunk.data(reader)?;
        if chunk.name == *b"IHDR" {
            header = Some(Header::read(data)?);
        }
        let has_all = data.len() >= least(&chunk.name, header.as_ref());
        // Text that is packed in another way than the one that there is.
        let is_known_method = chunk.name != *b"iCCP" || method(data)? == 0;
        if !has_all || !is_known_method {
            return None;
        }
    }
    reader.seek(reader.position() - 8);
    header.filter(|header| header.mode.is_some()).map(|header| header.size)
}

struct Chunk {
    name: [u8; 4],
    length: usize,
}

impl Chunk {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let length = usize::try_from(reader.u32()?).ok()?;
        let name: [u8; 4] = reader.take(4)?.try_into().ok()?;
        let is_name = name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        is_name.then_some(Self { name, length })
    }

    /// The data, if the checksum is right.
    fn data<'a>(&self, reader: &mut Reader<'a>) -> Option<&'a [u8]> {
        let data = reader.take(self.length)?;
        let sum = crc(crc(u32::MAX, &self.name), data) ^ u32::MAX;
        (reader.u32()? == sum).then_some(data)
    }
}

struct Header {
    size: Size,
    mode: Option<Mode>,
}

/// What a pixel is, as far as it matters here.
#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Grey,
    Rgb,
    Other,
}

impl Header {
    fn read(data: &[u8]) -> Option<Self> {
        let mut reader = Reader::big_endian(data.get(..13)?);
        let size = (reader.u32()?, reader.u32()?);
        let (bits, color) = (reader.u8()?, reader.u8()?);
        let mode = match (bits, color) {
            (1 | 2 | 4 | 8 | 16, 0) => Some(Mode::Grey),
            (8 | 16, 2) => Some(Mode::Rgb),
            (1 | 2 | 4 | 8, 3) | (8 | 16, 4 | 6) => Some(Mode::Other),
            _ => None,
        };
        // The filter.
        (data[11] == 0).then_some(Self { size, mode })
    }
}

/// How long the data of a chunk is at least.
fn least(name: &[u8; 4], header: Option<&Header>) -> usize {
    match name {
        b"tRNS" => match header.and_then(|header| header.mode) {
            Some(Mode::Grey) => 2,
            Some(Mode::Rgb) => 6,
            _ => 0,
        },
        b"gAMA" => 4,
        b"cHRM" => 32,
        b"sRGB" => 1,
        b"pHYs" => 9,
        b"acTL" => 8,
        b"fcTL" => 26,
        _ => 0,
    }
}

/// What stands behind the name of a colour profile: how it is packed.
fn method(data: &[u8]) -> Option<u8> {
    let name = data.iter().position(|byte| *byte == 0);
    data.get(name.map_or(0, |at| at + 1)).copied()
}

/// The checksum of PNG and zip, of further bytes.
fn crc(sum: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(sum, |sum, byte| TABLE[usize::from(sum as u8 ^ byte)] ^ (sum >> 8))
}

const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let mut value = at as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { 0xedb8_8320 ^ (value >> 1) } else { value >> 1 };
            bit += 1;
        }
        table[at] = value;
        at += 1;
    }
    table
};
