//! ICO: a list of images, of which the largest is looked at.

use super::bmp::Bitmap;
use super::reader::Reader;
use super::{Size, is_opened, png};

/// The size of the largest image, if that is whole.
pub(super) fn size(content: &[u8]) -> Option<Size> {
    let mut reader = Reader::little_endian(content);
    reader.seek(4);
    let count = reader.u16()?;
    let mut entries = (0..count).map(|_| Entry::read(&mut reader)).collect::<Option<Vec<_>>>()?;
    entries.sort_by_key(|entry| (std::cmp::Reverse(entry.width * entry.height), entry.depth()));
    let entry = entries.first()?;
    let image = content.get(entry.offset..)?;
    if image.starts_with(b"\x89PNG\r\n\x1a\n") {
        return png::icon_size(image);
    }
    entry.bitmap_size(content)
}

struct Entry {
    width: u32,
    height: u32,
    colours: u8,
    bits: u16,
    length: usize,
    offset: usize,
}

impl Entry {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let side = |byte: u8| if byte == 0 { 256 } else { u32::from(byte) };
        let (width, height) = (side(reader.u8()?), side(reader.u8()?));
        let colours = reader.u8()?;
        reader.take(3)?;
        let bits = reader.u16()?;
        let length = usize::try_from(reader.u32()?).ok()?;
        let offset = usize::try_from(reader.u32()?).ok()?;
        Some(Self { width, height, colours, bits, length, offset })
    }

    /// How many bits a pixel has, as far as the list says it.
    fn depth(&self) -> u32 {
        match (self.bits, self.colours) {
            (0, 0 | 1) => 256,
            (0, colours) => u32::from(colours).next_power_of_two().ilog2(),
            (bits, _) => u32::from(bits),
        }
    }

    /// The size of an image that is a BMP without its first header, with a mask below it.
    fn bitmap_size(&self, content: &[u8]) -> Option<Size> {
        let mut reader = Reader::little_endian(content);
        reader.seek(self.offset);
        let bitmap = Bitmap::read(&mut reader)?;
        let (width, height) = (bitmap.size.0, bitmap.size.1 / 2);
        if !is_opened((width, height)) {
            return None;
        }
        let (columns, rows) = (usize::try_from(width).ok()?, usize::try_from(height).ok()?);
        let line = ((columns * usize::from(bitmap.bits)).div_ceil(32)) * 4;
        let pixels = reader.position();
        let has_pixels = bitmap.is_packed || reader.take(line * rows).is_some();
        let mask = columns.div_ceil(32) * 4 * rows;
        let has_mask = match self.bits {
            32 => content.len() >= pixels + columns * rows * 4,
            _ => {
                let start = (self.offset + self.length).checked_sub(mask)?;
                content.len() >= start + mask
            }
        };
        (has_pixels && has_mask).then_some((width, height))
    }
}
