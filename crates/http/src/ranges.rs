//! The header `Range` (RFC 9110, section 14): which bytes of something a client asks for.

/// The most ranges that are answered; who asks for more gets everything.
const MOST: usize = 16;

/// What is asked for.
#[derive(Debug, PartialEq)]
pub(crate) enum Asked {
    /// All of it: no range that can be read, another unit than bytes, or more in all than there is.
    Whole,
    /// Some of it, in the order of the request.
    Parts(Vec<Part>),
    /// Ranges of which there is not a byte.
    Nothing,
}

/// Some bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Part {
    pub(crate) first: u64,
    pub(crate) length: u64,
}

impl Part {
    /// The header `Content-Range`, of something of this length.
    pub(crate) fn content_range(self, length: u64) -> String {
        format!("bytes {}-{}/{length}", self.first, self.first + self.length - 1)
    }
}

impl Asked {
    /// What a header asks of something of this length.
    pub(crate) fn of(header: &str, length: u64) -> Self {
        let Some((unit, ranges)) = header.split_once('=') else { return Self::Whole };
        if !unit.trim().eq_ignore_ascii_case("bytes") {
            return Self::Whole;
        }
        let mut parts = Vec::new();
        let ranges = ranges.split(',').map(|range| range.trim_matches([' ', '\t']));
        let ranges: Vec<&str> = ranges.filter(|range| !range.is_empty()).collect();
        if ranges.is_empty() || ranges.len() > MOST {
            return Self::Whole;
        }
        for range in ranges {
            match part(range, length) {
                Some(part) => parts.extend(part),
                None => return Self::Whole,
            }
        }
        match parts.iter().map(|part: &Part| part.length).sum::<u64>() {
            _ if parts.is_empty() => Self::Nothing,
            // Overlapping ranges are no way to get more than there is.
            all if parts.len() > 1 && all > length => Self::Whole,
            _ => Self::Parts(parts),
        }
    }
}

/// The bytes of one range, if there are any; `None` when it is no range.
fn part(range: &str, length: u64) -> Option<Option<Part>> {
    let (first, last) = range.split_once('-')?;
    if first.is_empty() {
        let wanted = number(last)?.min(length);
        return Some((wanted > 0).then(|| Part { first: length - wanted, length: wanted }));
    }
    let first = number(first)?;
    let last = if last.is_empty() { u64::MAX } else { number(last)? };
    if last < first {
        return None;
    }
    Some((first < length).then(|| Part { first, length: last.min(length - 1) - first + 1 }))
}

/// A number of digits; one that is too large stands for the largest.
fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts<const N: usize>(ranges: [(u64, u64); N]) -> Asked {
        Asked::Parts(ranges.map(|(first, length)| Part { first, length }).into())
    }

    #[test]
    fn ranges_are_read_as_rfc_9110_says() {
        for (header, expected) in [
            // The examples of section 14.1.2, of 10,000 bytes.
            ("bytes=0-499", parts([(0, 500)])),
            ("bytes=500-999", parts([(500, 500)])),
            ("bytes=-500", parts([(9500, 500)])),
            ("bytes=9500-", parts([(9500, 500)])),
            ("bytes=0-0,-1", parts([(0, 1), (9999, 1)])),
            ("bytes= 0-999, 4500-5499, -1000", parts([(0, 1000), (4500, 1000), (9000, 1000)])),
            ("bytes=500-600,601-999", parts([(500, 101), (601, 399)])),
            ("bytes=500-700,601-999", parts([(500, 201), (601, 399)])),
            ("BYTES=0-", parts([(0, 10_000)])),
            ("bytes=0-99999999999999999999999", parts([(0, 10_000)])),
            ("bytes=-99999999999999999999999", parts([(0, 10_000)])),
            ("bytes=9999-10000,10000-", parts([(9999, 1)])),
            (",bytes=0-1", Asked::Whole),
            ("bytes=,0-1 ,", parts([(0, 2)])),
            ("bytes=10000-", Asked::Nothing),
            ("bytes=-0", Asked::Nothing),
            ("bytes=99999999999999999999999-", Asked::Nothing),
            ("bytes=5-4", Asked::Whole),
            ("bytes=a-4", Asked::Whole),
            ("bytes=+1-4", Asked::Whole),
            ("bytes=1", Asked::Whole),
            ("bytes=-", Asked::Whole),
            ("bytes=", Asked::Whole),
            ("bytes", Asked::Whole),
            ("lines=0-1", Asked::Whole),
            ("bytes=0-,0-", Asked::Whole),
        ] {
            assert_eq!(Asked::of(header, 10_000), expected, "{header}");
        }
        assert_eq!(Asked::of(&format!("bytes={}", "0-0,".repeat(17)), 10_000), Asked::Whole);
        assert_eq!(Asked::of("bytes=0-", 0), Asked::Nothing);
        assert_eq!(Part { first: 0, length: 500 }.content_range(1234), "bytes 0-499/1234");
    }
}
