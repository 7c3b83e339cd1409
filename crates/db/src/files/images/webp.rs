//! WebP: a RIFF file with one image, or with chunks of several.

use super::Size;
use super::reader::Reader;

/// The size, if the file is whole and the image in it has a good head.
pub(super) fn size(content: &[u8]) -> Option<Size> {
    let mut reader = Reader::little_endian(content);
    reader.seek(4);
    let length = usize::try_from(reader.u32()?).ok()?;
    // What stands behind the file is not looked at.
    let content = content.get(..length.checked_add(8)?)?;
    let mut reader = Reader::little_endian(content);
    reader.seek(12);
    let (name, data) = chunk(&mut reader)?;
    match name {
        b"VP8X" => extended(data, reader),
        _ => frame(name, data),
    }
}

fn chunk<'a>(reader: &mut Reader<'a>) -> Option<(&'a [u8], &'a [u8])> {
    let name = reader.take(4)?;
    let length = usize::try_from(reader.u32()?).ok()?;
    let data = reader.take(length)?;
    if !length.is_multiple_of(2) {
        reader.take_at_most(1);
    }
    Some((name, data))
}

/// The size of the canvas, if there is an image for it.
fn extended(head: &[u8], mut reader: Reader<'_>) -> Option<Size> {
    let number = |at: usize| {
        let bytes = head.get(at..at + 3)?;
        Some(u32::from(bytes[0]) | u32::from(bytes[1]) << 8 | u32::from(bytes[2]) << 16)
    };
    let canvas = (number(4)? + 1, number(7)? + 1);
    loop {
        let (name, data) = chunk(&mut reader)?;
        match name {
            b"VP8 " | b"VP8L" => return frame(name, data).filter(|size| *size == canvas),
            b"ANMF" => return animated(data).map(|()| canvas),
            _ => {}
        }
    }
}

/// Whether a frame of an animation has an image.
fn animated(data: &[u8]) -> Option<()> {
    let mut reader = Reader::little_endian(data.get(16..)?);
    loop {
        let (name, data) = chunk(&mut reader)?;
        if matches!(name, b"VP8 " | b"VP8L") {
            return frame(name, data).map(drop);
        }
    }
}

/// The size of one image.
fn frame(name: &[u8], data: &[u8]) -> Option<Size> {
    let mut reader = Reader::little_endian(data);
    match name {
        b"VP8 " => {
            let bits = reader.take(3)?;
            let bits = u32::from(bits[0]) | u32::from(bits[1]) << 8 | u32::from(bits[2]) << 16;
            let is_shown_key_frame = bits & 1 == 0 && (bits >> 1) & 7 <= 3 && (bits >> 4) & 1 == 1;
            let fits = usize::try_from(bits >> 5).is_ok_and(|length| length < data.len());
            let has_mark = reader.take(3)? == [0x9d, 0x01, 0x2a];
            let size = (u32::from(reader.u16()?) & 0x3fff, u32::from(reader.u16()?) & 0x3fff);
            (is_shown_key_frame && fits && has_mark).then_some(size)
        }
        b"VP8L" => {
            let has_mark = reader.u8()? == 0x2f;
            let bits = reader.u32()?;
            let size = ((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1);
            (has_mark && bits >> 29 == 0).then_some(size)
        }
        _ => None,
    }
}
