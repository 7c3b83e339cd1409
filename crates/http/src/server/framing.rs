//! Where a request's head and body end, followed beside hyper on the bytes as they arrive.
//!
//! hyper takes a bare line feed for the end of a header line (RFC 9112, section 2.2, allows it). A proxy that does not
//! would forward `X: a\nContent-Length: 50` as one header where the server sees two: a request could be hidden in
//! another one's body. So heads must end their lines with CR LF here. To know which bytes are a head, the bodies between
//! them have to be followed too.

/// How the body of a request is delimited, as hyper has understood its head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyFraming {
    /// There is none.
    None,
    /// So many bytes.
    Length(u64),
    /// Chunks, the last of which is empty.
    Chunked,
}

/// What follows in the stream of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Position {
    /// A head, or more of one.
    Head(Head),
    /// The head is complete; how its body is delimited, hyper has not said yet.
    HeadEnd,
    /// So many bytes of a body.
    Body(u64),
    /// More of a chunked body.
    Chunks(Chunks),
    /// Something that hyper refuses.
    Lost,
}

/// Where in a head the next byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// Before it: empty lines may stand between requests.
    Before,
    BeforeCr,
    /// In a line.
    Line,
    LineCr,
    /// At the beginning of a line that is not the first.
    LineStart,
    LineStartCr,
}

/// Where in a chunked body the next byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chunks {
    /// In the digits of a size.
    Size(u64),
    /// Between a size and the end of its line.
    Extension(u64),
    /// In a chunk or the line break behind it, of which so many bytes are left.
    Data(u64),
    /// In the lines behind the last chunk.
    Trailer { line_is_empty: bool },
}

/// How far some bytes were followed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Followed {
    /// To their end.
    All,
    /// To the end of a head: so many bytes.
    HeadEnd(usize),
    /// To a bare line feed in a head.
    BareLineFeed(usize),
}

impl Position {
    /// The beginning of a connection, and what follows a request.
    pub(super) const START: Self = Self::Head(Head::Before);

    /// Whether the next byte, if any, begins a request.
    pub(super) fn is_between_requests(self) -> bool {
        matches!(self, Self::Head(Head::Before | Head::BeforeCr))
    }

    /// Whether a head has begun that is not complete.
    pub(super) fn is_inside_head(self) -> bool {
        matches!(self, Self::Head(_)) && !self.is_between_requests()
    }

    /// Whether a body has begun that is not complete.
    pub(super) fn is_inside_body(self) -> bool {
        matches!(self, Self::Body(_) | Self::Chunks(_))
    }

    /// What follows a head whose body is delimited like this.
    pub(super) fn after_head(framing: BodyFraming) -> Self {
        match framing {
            BodyFraming::None | BodyFraming::Length(0) => Self::START,
            BodyFraming::Length(length) => Self::Body(length),
            BodyFraming::Chunked => Self::Chunks(Chunks::Size(0)),
        }
    }

    /// Follows some bytes, at most to the end of a head.
    pub(super) fn follow(&mut self, bytes: &[u8]) -> Followed {
        let mut at = 0;
        while at < bytes.len() {
            match self {
                Self::Head(head) => {
                    let followed = head.follow(&bytes[at..]);
                    match followed {
                        Followed::All => return Followed::All,
                        Followed::HeadEnd(length) => {
                            *self = Self::HeadEnd;
                            return Followed::HeadEnd(at + length);
                        }
                        Followed::BareLineFeed(length) => {
                            *self = Self::Lost;
                            return Followed::BareLineFeed(at + length);
                        }
                    }
                }
                Self::Body(left) => {
                    at += skip(left, bytes.len() - at);
                    if *left == 0 {
                        *self = Self::START;
                    }
                }
                Self::Chunks(Chunks::Data(left)) => {
                    at += skip(left, bytes.len() - at);
                    if *left == 0 {
                        *self = Self::Chunks(Chunks::Size(0));
                    }
                }
                Self::Chunks(chunks) => {
                    *self = chunks.follow(bytes[at]);
                    at += 1;
                }
                Self::HeadEnd | Self::Lost => return Followed::All,
            }
        }
        Followed::All
    }
}

/// Takes as much from what is left as there is; how much that is.
fn skip(left: &mut u64, available: usize) -> usize {
    let length = usize::try_from(*left).unwrap_or(usize::MAX).min(available);
    *left -= length as u64;
    length
}

impl Head {
    fn follow(&mut self, bytes: &[u8]) -> Followed {
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            *self = match (*self, byte) {
                (Self::LineStartCr, b'\n') => return Followed::HeadEnd(at + 1),
                (Self::LineCr, b'\n') => Self::LineStart,
                (Self::BeforeCr, b'\n') => Self::Before,
                (_, b'\n') => return Followed::BareLineFeed(at + 1),
                (Self::Before | Self::BeforeCr, b'\r') => Self::BeforeCr,
                (Self::LineStart, b'\r') => Self::LineStartCr,
                (_, b'\r') => Self::LineCr,
                _ => {
                    at = memchr::memchr2(b'\r', b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
                    *self = Self::Line;
                    continue;
                }
            };
            at += 1;
        }
        Followed::All
    }
}

impl Chunks {
    /// What follows a byte that is none of a chunk's data.
    fn follow(self, byte: u8) -> Position {
        Position::Chunks(match (self, byte) {
            (Self::Size(size) | Self::Extension(size), b'\n') => match size.checked_add(2) {
                Some(2) => Self::Trailer { line_is_empty: true },
                Some(length) => Self::Data(length),
                None => return Position::Lost,
            },
            (Self::Size(size), digit) if digit.is_ascii_hexdigit() => {
                let digit = char::from(digit).to_digit(16).map_or(0, u64::from);
                match size.checked_mul(16).and_then(|size| size.checked_add(digit)) {
                    Some(size) => Self::Size(size),
                    None => return Position::Lost,
                }
            }
            (Self::Size(size) | Self::Extension(size), _) => Self::Extension(size),
            (Self::Trailer { line_is_empty: true }, b'\n') => return Position::START,
            (Self::Trailer { .. }, b'\n') => Self::Trailer { line_is_empty: true },
            (Self::Trailer { line_is_empty }, b'\r') => Self::Trailer { line_is_empty },
            (Self::Trailer { .. }, _) => Self::Trailer { line_is_empty: false },
            (data @ Self::Data(_), _) => data,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Follows a stream in pieces of every size, telling hyper's part of it; the heads that were found, and what follows.
    fn heads(stream: &str, framings: &[BodyFraming], piece: usize) -> (Vec<String>, Position) {
        let (mut position, mut framings) = (Position::START, framings.iter());
        let (mut found, mut head) = (Vec::new(), String::new());
        for bytes in stream.as_bytes().chunks(piece) {
            let mut rest = bytes;
            while !rest.is_empty() {
                let was_head = matches!(position, Position::Head(_));
                let length = match position.follow(rest) {
                    Followed::All => rest.len(),
                    Followed::BareLineFeed(_) => return (found, position),
                    Followed::HeadEnd(length) => length,
                };
                if was_head {
                    head.push_str(&String::from_utf8_lossy(&rest[..length]));
                }
                if position == Position::HeadEnd {
                    found.push(std::mem::take(&mut head));
                    position = Position::after_head(*framings.next().expect("a framing for each head"));
                }
                rest = &rest[length..];
            }
        }
        (found, position)
    }

    #[test]
    fn heads_are_found_between_bodies() {
        use BodyFraming::{Chunked, Length, None};
        let (get, post) = ("GET / HTTP/1.1\r\nA: b\r\n\r\n", "POST / HTTP/1.1\r\n\r\n");
        for (stream, framings, count, position) in [
            (format!("{get}{get}"), &[None, None][..], 2, Position::START),
            (format!("{post}a\nb{get}"), &[Length(3), None], 2, Position::START),
            (format!("{post}\n\n"), &[Length(5)], 1, Position::Body(3)),
            (
                format!("{post}3;x=y\r\na\nb\r\nA\r\n0123456789\r\n0\r\n\r\n{get}"),
                &[Chunked, None],
                2,
                Position::START,
            ),
            (format!("{post}0\r\nX: y\r\n\r\n{get}"), &[Chunked, None], 2, Position::START),
            (format!("{post}ffffffffffffffffff\r\n"), &[Chunked], 1, Position::Lost),
            ("GET / HTTP/1.1\r\nA: b".to_owned(), &[], 0, Position::Head(Head::Line)),
            ("GET / HTTP/1.1\nA: b\r\n\r\n".to_owned(), &[], 0, Position::Lost),
            ("GET / HTTP/1.1\r\nA: b\n\r\n".to_owned(), &[], 0, Position::Lost),
            ("GET / HTTP/1.1\r\nA: b\r\n\n".to_owned(), &[], 0, Position::Lost),
            (format!("{get}\n"), &[None], 1, Position::Lost),
        ] {
            for piece in 1..=stream.len() {
                let (found, end) = heads(&stream, framings, piece);
                assert_eq!((found.len(), end), (count, position), "{stream:?} in pieces of {piece}");
            }
        }
        let (found, _) = heads(&format!("\r\n\r\n{get}"), &[None], 4);
        assert_eq!(found, [format!("\r\n\r\n{get}")], "empty lines may stand before a request");
    }
}
