//! Where the frames of a client begin and end, followed beside `h2` on the bytes as they arrive, so that the time that a head
//! takes is known.

/// What a client sends before its first frame, by its length.
const PREFACE: usize = 24;

/// The length of a frame's head.
const FRAME_HEAD: usize = 9;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 4;

/// Where in the frames of a client the next byte stands.
#[derive(Debug)]
pub(super) struct Frames {
    /// So much of the preface is left.
    preface: usize,
    /// The head of a frame, as far as it has come.
    head: [u8; FRAME_HEAD],
    arrived: usize,
    /// So much of the frame is left.
    left: usize,
    /// The frame has a part of a body.
    is_data: bool,
    /// The fields of a head are not complete: there are further frames of them.
    in_fields: bool,
}

impl Frames {
    /// The beginning of a connection.
    pub(super) const START: Self = Self {
        preface: PREFACE,
        head: [0; FRAME_HEAD],
        arrived: 0,
        left: 0,
        is_data: false,
        in_fields: false,
    };

    /// Whether something has begun that is not complete, except for a body: the preface, a request's head, or another frame.
    pub(super) fn is_inside_head(&self) -> bool {
        self.preface > 0 || self.in_fields || self.arrived > 0 || (self.left > 0 && !self.is_data)
    }

    /// Follows some bytes; whether what had begun before them was completed by them, if it was not yet complete.
    pub(super) fn follow(&mut self, mut bytes: &[u8]) -> bool {
        let mut was_completed = false;
        while !bytes.is_empty() {
            let length = self.step(bytes);
            bytes = &bytes[length..];
            was_completed |= !self.is_inside_head();
        }
        was_completed
    }

    /// Follows as many bytes as belong together; how many that are.
    fn step(&mut self, bytes: &[u8]) -> usize {
        if self.preface > 0 {
            return take(&mut self.preface, bytes);
        }
        if self.left > 0 {
            return take(&mut self.left, bytes);
        }
        let length = (FRAME_HEAD - self.arrived).min(bytes.len());
        self.head[self.arrived..self.arrived + length].copy_from_slice(&bytes[..length]);
        self.arrived += length;
        if self.arrived == FRAME_HEAD {
            self.arrived = 0;
            self.begin_frame();
        }
        length
    }

    fn begin_frame(&mut self) {
        let [high, middle, low, kind, flags, ..] = self.head;
        self.left = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
        self.is_data = kind == DATA;
        if matches!(kind, HEADERS | CONTINUATION) {
            self.in_fields = flags & END_HEADERS == 0;
        }
    }
}

/// Takes as much from what is left as there is; how much that is.
fn take(left: &mut usize, bytes: &[u8]) -> usize {
    let length = (*left).min(bytes.len());
    *left -= length;
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, length: u8) -> Vec<u8> {
        let mut frame = vec![0, 0, length, kind, flags, 0, 0, 0, 1];
        frame.resize(FRAME_HEAD + usize::from(length), 7);
        frame
    }

    /// Whether the bytes end inside of a head, in pieces of every size.
    fn ends_inside(bytes: &[u8]) -> bool {
        let ends: Vec<bool> = (1..=bytes.len())
            .map(|piece| {
                let mut frames = Frames::START;
                bytes.chunks(piece).for_each(|piece| drop(frames.follow(piece)));
                frames.is_inside_head()
            })
            .collect();
        assert!(ends.iter().all(|end| *end == ends[0]));
        ends[0]
    }

    #[test]
    fn heads_are_found_between_bodies() {
        let preface = vec![b'P'; PREFACE];
        let with = |frames: &[Vec<u8>]| [&[preface.clone()], frames].concat().concat();
        assert!(ends_inside(&preface[..10]));
        assert!(!ends_inside(&preface));
        let (head, begun) = (frame(HEADERS, END_HEADERS, 20), frame(HEADERS, 0, 20));
        let (more, last) = (frame(CONTINUATION, 0, 0), frame(CONTINUATION, END_HEADERS, 3));
        let data = frame(DATA, 0, 200);
        assert!(!ends_inside(&with(&[head.clone(), data.clone()])));
        assert!(ends_inside(&with(&[head.clone(), begun.clone()])));
        assert!(ends_inside(&with(&[begun.clone(), more.clone(), more.clone()])));
        assert!(!ends_inside(&with(&[begun, more, last])));
        let cut = |frame: &[u8], length: usize| frame[..frame.len() - length].to_vec();
        assert!(!ends_inside(&with(&[cut(&data, 1)])));
        assert!(ends_inside(&with(&[cut(&head, 1)])));
        assert!(ends_inside(&with(&[data.clone(), data[..5].to_vec()])));
    }

    #[test]
    fn each_head_has_its_own_time() {
        let mut frames = Frames::START;
        assert!(!frames.follow(&[b'P'; 10]));
        assert!(frames.follow(&[b'P'; 14]));
        let head = frame(HEADERS, END_HEADERS, 5);
        assert!(!frames.follow(&head[..12]));
        assert!(frames.follow(&[&head[12..], &head[..3]].concat()));
        assert!(frames.is_inside_head());
        assert!(!frames.follow(&head[3..5]));
    }
}
