//! Bytes that are read one after the other.

/// Bytes that are read one after the other, with numbers whose lower or higher byte comes first.
#[derive(Clone)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
    /// The higher byte of a number comes first.
    is_big_endian: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn big_endian(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0, is_big_endian: true }
    }

    pub(super) fn little_endian(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0, is_big_endian: false }
    }

    pub(super) fn position(&self) -> usize {
        self.position
    }

    pub(super) fn seek(&mut self, position: usize) {
        self.position = position;
    }

    /// So many bytes, if there are as many.
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let end = self.position.checked_add(count)?;
        let taken = self.bytes.get(self.position..end)?;
        self.position = end;
        Some(taken)
    }

    /// So many bytes, or what is left.
    pub(super) fn take_at_most(&mut self, count: usize) -> &'a [u8] {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        let taken = &rest[..rest.len().min(count)];
        self.position += taken.len();
        taken
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        let bytes = self.take(2)?.try_into().ok()?;
        Some(if self.is_big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        let bytes = self.take(4)?.try_into().ok()?;
        Some(if self.is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        let bytes = self.take(8)?.try_into().ok()?;
        Some(if self.is_big_endian { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) })
    }
}
