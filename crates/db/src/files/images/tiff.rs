//! TIFF: a list of tags, whose values say how the pixels lie.

use std::collections::BTreeMap;

use super::Size;
use super::reader::Reader;

/// The layouts of pixels that Pillow reads: the byte order, the photometric interpretation, the sample formats, the order of bits,
/// the bits of each sample, and what further samples are.
const LAYOUTS: &str = include_str!("tiff_layouts.txt");

const WIDTH: u16 = 256;
const LENGTH: u16 = 257;
const BITS_PER_SAMPLE: u16 = 258;
const COMPRESSION: u16 = 259;
const PHOTOMETRIC: u16 = 262;
const FILL_ORDER: u16 = 266;
const STRIP_OFFSETS: u16 = 273;
const ORIENTATION: u16 = 274;
const SAMPLES_PER_PIXEL: u16 = 277;
const PLANAR: u16 = 284;
const COLOR_MAP: u16 = 320;
const TILE_WIDTH: u16 = 322;
const TILE_LENGTH: u16 = 323;
const TILE_OFFSETS: u16 = 324;
const EXTRA_SAMPLES: u16 = 338;
const SAMPLE_FORMAT: u16 = 339;
const WINDOWS_MEDIA_PHOTO: u16 = 0xbc01;

/// The size, if the first list of tags is one of an image that Pillow reads.
pub(super) fn size(content: &[u8]) -> Option<Size> {
    let order = content.get(..4)?;
    let (mut reader, is_big) = match order {
        b"II*\0" | b"II\0*" => (Reader::little_endian(content), false),
        b"MM\0*" | b"MM*\0" => (Reader::big_endian(content), false),
        b"II+\0" => (Reader::little_endian(content), true),
        b"MM\0+" => (Reader::big_endian(content), true),
        _ => return None,
    };
    reader.seek(if is_big { 8 } else { 4 });
    let first = if is_big { reader.u64()? } else { reader.u32()?.into() };
    if first == 0 {
        return None;
    }
    reader.seek(usize::try_from(first).ok()?);
    Tags::read(reader, is_big, content.len()).size(&order[..2])
}

/// The values of the tags that are whole numbers, and the names of all.
#[derive(Default)]
struct Tags(BTreeMap<u16, Vec<u32>>);

impl Tags {
    /// Reads the list, as far as it goes.
    fn read(mut reader: Reader<'_>, is_big: bool, limit: usize) -> Self {
        let mut tags = Self::default();
        let count = if is_big { reader.u64() } else { reader.u16().map(u64::from) };
        let mut total = 0_usize;
        for _ in 0..count.unwrap_or(0) {
            if tags.read_one(&mut reader, is_big, limit, &mut total).is_none() {
                break;
            }
        }
        tags
    }

    /// Nothing at the end of the bytes.
    fn read_one(
        &mut self,
        reader: &mut Reader<'_>,
        is_big: bool,
        limit: usize,
        total: &mut usize,
    ) -> Option<()> {
        let inside = if is_big { 8 } else { 4 };
        let (tag, kind) = (reader.u16()?, reader.u16()?);
        let count = if is_big { reader.u64()? } else { reader.u32()?.into() };
        let mut values = reader.clone();
        reader.take(inside)?;
        let unit: usize = match kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 | 16 => 8,
            _ => return Some(()),
        };
        let length = usize::try_from(count).ok().and_then(|count| count.checked_mul(unit))?;
        if length == 0 || self.0.contains_key(&tag) {
            return Some(());
        }
        if length > inside {
            let at = if is_big { values.u64()? } else { values.u32()?.into() };
            *total = total.saturating_add(length);
            if *total > limit {
                return Some(());
            }
            values.seek(usize::try_from(at).ok()?);
            values.clone().take(length)?;
        }
        let count = length / unit;
        let numbers = (0..count).map_while(|_| match kind {
            1 => values.u8().map(u32::from),
            3 => values.u16().map(u32::from),
            4 => values.u32(),
            16 => values.u64().and_then(|number| u32::try_from(number).ok()),
            _ => None,
        });
        self.0.insert(tag, numbers.collect());
        Some(())
    }

    fn has(&self, tag: u16) -> bool {
        self.0.contains_key(&tag)
    }

    fn all(&self, tag: u16) -> Option<&[u32]> {
        self.0.get(&tag).map(Vec::as_slice)
    }

    /// The number of a tag that has one.
    fn one(&self, tag: u16) -> Option<u32> {
        match self.all(tag) {
            Some([number]) => Some(*number),
            _ => None,
        }
    }

    fn size(&self, order: &[u8]) -> Option<Size> {
        let compression = self.number(COMPRESSION, 1)?;
        let is_known =
            matches!(compression, 1..=8 | 32_771 | 32_773 | 32_809 | 32_946 | 34_676 | 34_677 | 34_925)
                || matches!(compression, 50_000 | 50_001);
        let (width, height) = (self.one(WIDTH)?, self.one(LENGTH)?);
        let layout = self.layout(order, compression)?;
        let is_read = LAYOUTS.lines().any(|known| known == layout || known == format!("*{}", &layout[2..]));
        let has_pixels = compression != 1
            || self.has(STRIP_OFFSETS)
            || (self.has(TILE_OFFSETS) && self.one(TILE_WIDTH).is_some() && self.one(TILE_LENGTH).is_some());
        let has_colours = self.one(PHOTOMETRIC) != Some(3) || self.has(COLOR_MAP);
        if !is_known || self.has(WINDOWS_MEDIA_PHOTO) || !is_read || !has_pixels || !has_colours {
            return None;
        }
        Some(match self.one(ORIENTATION) {
            Some(5..=8) => (height, width),
            _ => (width, height),
        })
    }

    /// The number of a tag; `usual` where the tag is not there, and nothing where it has several.
    fn number(&self, tag: u16, usual: u32) -> Option<u32> {
        if self.has(tag) { self.one(tag) } else { Some(usual) }
    }

    /// The layout of the pixels, as a line of the table.
    fn layout(&self, order: &[u8], compression: u32) -> Option<String> {
        const OLD_JPEG: u32 = 6;
        let photometric = if compression == OLD_JPEG { 6 } else { self.number(PHOTOMETRIC, 0)? };
        let fill_order = self.number(FILL_ORDER, 1)?;
        let mut formats = self.all(SAMPLE_FORMAT).unwrap_or(&[1]);
        if formats.iter().all(|format| Some(format) == formats.first()) {
            formats = formats.get(..1)?;
        }
        let mut extra = self.all(EXTRA_SAMPLES).unwrap_or(&[]);
        let mut bits = self.all(BITS_PER_SAMPLE).unwrap_or(&[1]).to_vec();
        let usual = if compression == OLD_JPEG && matches!(photometric, 2 | 6) { 3 } else { 1 };
        let mut samples = usize::try_from(self.number(SAMPLES_PER_PIXEL, usual)?).ok()?;
        if self.number(PLANAR, 1)? == 2 && !extra.is_empty() && extra.iter().all(|kind| *kind == 0) {
            bits.truncate(bits.len().saturating_sub(extra.len()));
            samples = samples.checked_sub(extra.len())?;
            extra = &[];
        }
        if samples > 6 {
            return None;
        }
        if samples > bits.len() && bits.len() == 1 {
            bits = vec![bits[0]; samples];
        }
        bits.truncate(samples);
        if bits.len() != samples {
            return None;
        }
        let list = |numbers: &[u32]| numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        let extra = if extra.is_empty() { "-".to_owned() } else { list(extra) };
        let order = String::from_utf8_lossy(order);
        Some(format!("{order} {photometric} {} {fill_order} {} {extra}", list(formats), list(&bits)))
    }
}
