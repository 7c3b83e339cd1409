//! GIF: the screen, then blocks up to the first image.

use super::reader::Reader;
use super::{Size, is_opened};

/// The size, if there is a first image.
pub(super) fn size(content: &[u8]) -> Option<Size> {
    let mut reader = Reader::little_endian(content);
    reader.seek(6);
    let mut size: Size = (reader.u16()?.into(), reader.u16()?.into());
    let flags = reader.u8()?;
    reader.take(2)?;
    skip_palette(flags, &mut reader);
    loop {
        match reader.u8()? {
            b';' => return None,
            b'!' => extension(&mut reader)?,
            b',' => break,
            _ => {}
        }
    }
    let (left, top) = (u32::from(reader.u16()?), u32::from(reader.u16()?));
    let (right, bottom) = (left + u32::from(reader.u16()?), top + u32::from(reader.u16()?));
    // An image that is larger than the screen makes it larger.
    if right > size.0 || bottom > size.1 {
        size = (size.0.max(right), size.1.max(bottom));
        if !is_opened(size) {
            return None;
        }
    }
    let flags = reader.u8()?;
    skip_palette(flags, &mut reader);
    // How many bits the first code has.
    reader.u8()?;
    Some(size)
}

fn skip_palette(flags: u8, reader: &mut Reader<'_>) {
    if flags & 0x80 != 0 {
        reader.take_at_most(3 << ((flags & 7) + 1));
    }
}

/// Passes over an extension; nothing where one is too short for what it says.
fn extension(reader: &mut Reader<'_>) -> Option<()> {
    let kind = reader.u8();
    let block = block(reader);
    match (kind?, block) {
        (0xf9, Some(block)) => {
            // The time in it, and the colour that is not shown.
            let least = if block.first()? & 1 == 1 { 4 } else { 3 };
            block.get(..least)?;
        }
        // A comment ends with its last block.
        (0xfe, None) => return Some(()),
        _ => {}
    }
    while self::block(reader).is_some() {}
    Some(())
}

/// The next block of some bytes, of which there may be fewer at the end.
fn block<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let length = reader.u8().filter(|length| *length > 0)?;
    Some(reader.take_at_most(length.into()))
}
