//! BMP: one of several headers.

use super::Size;
use super::reader::Reader;

/// The size, if the header is one that Pillow reads.
pub(super) fn size(content: &[u8]) -> Option<Size> {
    let mut reader = Reader::little_endian(content);
    reader.take(14)?;
    Bitmap::read(&mut reader).map(|bitmap| bitmap.size)
}

/// What the header says.
pub(super) struct Bitmap {
    pub(super) size: Size,
    pub(super) bits: u16,
    /// Whether the pixels are packed.
    pub(super) is_packed: bool,
}

const BITFIELDS: u32 = 3;

/// The masks of red, green, blue and alpha that Pillow reads, of 32 bits.
const MASKS_32: [[u32; 4]; 8] = [
    [0x00ff_0000, 0xff00, 0xff, 0],
    [0xff00_0000, 0x00ff_0000, 0xff00, 0],
    [0xff00_0000, 0xff00, 0xff, 0],
    [0xff00_0000, 0x00ff_0000, 0xff00, 0xff],
    [0xff, 0xff00, 0x00ff_0000, 0xff00_0000],
    [0x00ff_0000, 0xff00, 0xff, 0xff00_0000],
    [0xff00_0000, 0xff00, 0xff, 0x00ff_0000],
    [0, 0, 0, 0],
];

impl Bitmap {
    /// Reads a header, with the colours behind it.
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let length = usize::try_from(reader.u32()?).ok()?;
        let head = reader.take(length.checked_sub(4)?)?;
        let mut fields = Reader::little_endian(head);
        if length == 12 {
            let size = (fields.u16()?.into(), fields.u16()?.into());
            fields.u16()?;
            let bits = fields.u16()?;
            return Self { size, bits, is_packed: false }.with_colours(0, 3, reader);
        }
        if !matches!(length, 40 | 52 | 56 | 64 | 108 | 124) {
            return None;
        }
        let (width, height) = (fields.u32()?, fields.u32()?);
        // A negative height: the first line is the topmost one.
        let height = if height >> 24 == 0xff { height.wrapping_neg() } else { height };
        fields.u16()?;
        let (bits, compression) = (fields.u16()?, fields.u32()?);
        fields.take(12)?;
        let colours = fields.u32()?;
        let bitmap = Self { size: (width, height), bits, is_packed: matches!(compression, 1 | 2) };
        match compression {
            0..=2 => {}
            BITFIELDS if bitmap.has_known_masks(head, reader)? => {}
            _ => return None,
        }
        bitmap.with_colours(colours, 4, reader)
    }

    /// Whether the masks are known. A short header has them behind it.
    fn has_known_masks(&self, head: &[u8], reader: &mut Reader<'_>) -> Option<bool> {
        let mut masks = [0; 4];
        let count = if head.len() >= 52 { 4 } else { 3 };
        let mut inside = Reader::little_endian(head.get(36..).unwrap_or_default());
        for mask in masks.iter_mut().take(count) {
            *mask = if head.len() >= 48 { inside.u32()? } else { reader.u32()? };
        }
        Some(match self.bits {
            32 => MASKS_32.contains(&masks),
            24 => masks[..3] == [0x00ff_0000, 0xff00, 0xff],
            16 => masks[..3] == [0xf800, 0x7e0, 0x1f] || masks[..3] == [0x7c00, 0x3e0, 0x1f],
            _ => false,
        })
    }

    /// Passes over the colours of an image that has a list of them.
    fn with_colours(self, colours: u32, length: usize, reader: &mut Reader<'_>) -> Option<Self> {
        match self.bits {
            1 | 4 | 8 => {
                let colours = if colours == 0 { 1 << self.bits } else { colours };
                if colours > 65_536 {
                    return None;
                }
                reader.take_at_most(length * usize::try_from(colours).ok()?);
                Some(self)
            }
            16 | 24 | 32 => Some(self),
            _ => None,
        }
    }
}
