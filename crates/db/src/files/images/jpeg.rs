//! JPEG: markers, of which some have a segment.

use super::Size;
use super::reader::Reader;

/// The size, if the segments up to the pixels are whole.
pub(super) fn size(content: &[u8]) -> Option<Size> {
    let mut reader = Reader::big_endian(content);
    reader.seek(3);
    let mut image = Image::default();
    let mut byte = Some(0xff);
    while let Some(first) = byte {
        if first != 0xff {
            byte = reader.u8();
            continue;
        }
        let Some(marker) = reader.u8() else { break };
        match marker {
            0xff => {}
            0x00 => byte = reader.u8(),
            0x01..=0xbf => return None,
            0xc8 | 0xd0..=0xd9 | 0xf0..=0xfd => byte = reader.u8(),
            _ => {
                image.read(marker, segment(&mut reader)?)?;
                if marker == START_OF_SCAN {
                    break;
                }
                byte = reader.u8();
            }
        }
    }
    image.size
}

const START_OF_SCAN: u8 = 0xda;

/// The segment of a marker. Its length counts itself.
fn segment<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let length = reader.u16()?;
    reader.take(usize::from(length.saturating_sub(2)))
}

#[derive(Default)]
struct Image {
    size: Option<Size>,
    /// The shortest part of a colour profile.
    shortest_profile: Option<usize>,
}

impl Image {
    /// Reads a segment; nothing when it is too short for what it says.
    fn read(&mut self, marker: u8, segment: &[u8]) -> Option<()> {
        match marker {
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf | 0xde => self.read_frame(segment),
            0xdb => are_tables(segment).then_some(()),
            0xe0 if segment.starts_with(b"JFIF") => segment.get(..7).map(drop),
            0xee if segment.starts_with(b"Adobe") => segment.get(..7).map(drop),
            0xe2 if segment.starts_with(b"ICC_PROFILE\0") => {
                let shortest = self.shortest_profile.map_or(segment.len(), |known| known.min(segment.len()));
                self.shortest_profile = Some(shortest);
                Some(())
            }
            _ => Some(()),
        }
    }

    fn read_frame(&mut self, segment: &[u8]) -> Option<()> {
        let mut reader = Reader::big_endian(segment);
        let bits = reader.u8()?;
        let (height, width, layers) = (reader.u16()?, reader.u16()?, reader.u8()?);
        let is_known = bits == 8 && matches!(layers, 1 | 3 | 4);
        let has_profile = self.shortest_profile.take().is_none_or(|length| length >= 14);
        self.size = Some((width.into(), height.into()));
        (is_known && has_profile && segment.len().is_multiple_of(3)).then_some(())
    }
}

/// Whether a segment consists of tables of 64 numbers, of one byte or two.
fn are_tables(mut segment: &[u8]) -> bool {
    while let Some(first) = segment.first() {
        let length = if first / 16 == 0 { 65 } else { 129 };
        let Some(rest) = segment.get(length..) else { return false };
        segment = rest;
    }
    true
}
