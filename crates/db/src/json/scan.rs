//! Finding the few bytes of a text that do not stand for themselves, eight at a time.

const LOWS: u64 = u64::from_ne_bytes([1; 8]);
const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);

/// The offset of the first quote, backslash or control character from `at` on.
pub(super) fn end_of_plain(bytes: &[u8], at: usize) -> usize {
    find(bytes, at, |word| below(word, 0x20) | is(word, b'"') | is(word, b'\\'))
}

/// As [`end_of_plain`], but also of the first byte of what may be U+2028 or U+2029.
pub(super) fn end_of_plain_script(bytes: &[u8], at: usize) -> usize {
    find(bytes, at, |word| below(word, 0x20) | is(word, b'"') | is(word, b'\\') | is(word ^ HIGHS, 0x62))
}

/// Whether all the bytes are ASCII that stands for itself.
pub(super) fn is_plain_ascii(bytes: &[u8]) -> bool {
    let special = |word: u64| below(word, 0x20) | is(word, b'"') | is(word, b'\\') | word;
    let (words, tail) = bytes.as_chunks::<8>();
    // Without a branch for each word: nearly all texts are plain to their end.
    let found = words.iter().fold(0, |found, word| found | special(u64::from_le_bytes(*word)));
    if found & HIGHS != 0 {
        return false;
    }
    match bytes.last_chunk::<8>() {
        _ if tail.is_empty() => true,
        Some(last) => special(u64::from_le_bytes(*last)) & HIGHS == 0,
        None => tail.iter().all(|byte| matches!(byte, 0x20..=0x7f) && !matches!(byte, b'"' | b'\\')),
    }
}

/// Whether the lowest of the bytes that are ASCII and below `limit` is one: its high bit is set. Bits above it mean nothing.
fn below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(LOWS * u64::from(limit)) & !word
}

fn is(word: u64, byte: u8) -> u64 {
    below(word ^ (LOWS * u64::from(byte)), 1)
}

#[inline(always)]
fn find(bytes: &[u8], mut at: usize, special: impl Fn(u64) -> u64) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let (words, tail) = rest.as_chunks();
    for word in words {
        let found = special(u64::from_le_bytes(*word)) & HIGHS;
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    // Not special: a byte above ASCII.
    let mut last = [0x80 ^ 0x1; 8];
    last[..tail.len()].copy_from_slice(tail);
    let found = special(u64::from_le_bytes(last)) & HIGHS;
    at + tail.len().min(found.trailing_zeros() as usize / 8)
}
