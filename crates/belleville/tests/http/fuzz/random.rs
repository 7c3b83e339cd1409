//! Numbers that look random, and texts made of them.

/// xorshift64*.
pub(super) struct Random(u64);

impl Random {
    /// Each number begins another sequence.
    pub(super) fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() >> 11) as usize % end.max(1)
    }

    pub(super) fn one_in(&mut self, end: usize) -> bool {
        self.below(end) == 0
    }

    pub(super) fn pick<'a>(&mut self, among: &[&'a str]) -> &'a str {
        among[self.below(among.len())]
    }

    /// Some of the words one after the other, and now and then bytes of no meaning.
    pub(super) fn text(&mut self, words: &[&str], most: usize) -> Vec<u8> {
        let mut text = Vec::new();
        for _ in 0..=self.below(most) {
            match self.below(12) {
                0 => text.push(self.next() as u8),
                1 => text.extend(std::iter::repeat_n(self.next() as u8, self.below(300))),
                _ => text.extend_from_slice(self.pick(words).as_bytes()),
            }
        }
        text
    }
}
