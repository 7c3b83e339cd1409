//! Chooses the renderer of a response: DRF's `DefaultContentNegotiation`.
//!
//! A format suffix or `?format=` limits the renderers; then the most specific media type of `Accept` that one of them
//! produces is chosen. As in DRF, q-values are ignored.

use crate::exceptions::{Error, Result};
use crate::parsers::media_type::MediaType;

/// How much of an `Accept` header is read: characters, media types, characters of each.
const LONGEST_HEADER: usize = 8192;
const MOST_TOKENS: usize = 64;
const LONGEST_TOKEN: usize = 256;

/// The result: a renderer and a media type.
#[derive(Clone, Debug)]
pub struct Accepted {
    pub(crate) index: usize,
    media_type: MediaType,
}

impl Accepted {
    /// A parameter of the accepted media type: `indent` of `application/json; indent=4`.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.media_type.parameter(name)
    }
}

/// The renderer (media type and format) for a wanted format and an `Accept` header.
///
/// # Errors
/// 404 for an unknown format, 406 when no renderer makes what the client accepts.
pub(crate) fn select(
    renderers: &[(&str, &str)],
    format: Option<&str>,
    accept: Option<&str>,
) -> Result<Accepted> {
    let format = format.filter(|format| !format.is_empty());
    let candidates: Vec<(usize, MediaType)> = renderers
        .iter()
        .enumerate()
        .filter(|(_, (_, known))| format.is_none_or(|format| format == *known))
        .map(|(index, (media_type, _))| (index, MediaType::parse(media_type)))
        .collect();
    if candidates.is_empty() {
        return Err(Error::not_found());
    }
    let tokens: Vec<MediaType> = tokens(accept.unwrap_or("*/*")).map(MediaType::parse).collect();
    for precedence in (0..=3).rev() {
        for (index, made) in &candidates {
            let wanted = tokens.iter().find(|token| token.precedence() == precedence && made.matches(token));
            if let Some(wanted) = wanted {
                return Ok(Accepted { index: *index, media_type: wanted.clone() });
            }
        }
    }
    Err(Error::not_acceptable())
}

/// The media types of a header that are short enough, from a prefix that ends where one of them does.
fn tokens(header: &str) -> impl Iterator<Item = &str> {
    let header = match header.char_indices().nth(LONGEST_HEADER) {
        None => header,
        Some((end, _)) => header[..end].rfind(',').map_or("", |comma| &header[..comma]),
    };
    header
        .split(',')
        .map(crate::python::str_strip)
        .filter(|token| !token.is_empty() && token.chars().count() <= LONGEST_TOKEN)
        .take(MOST_TOKENS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: &[(&str, &str)] = &[("application/json", "json"), ("text/html", "api")];

    #[test]
    fn renderers_are_chosen_as_drf_chooses_them() {
        let long = format!("text/html;{}, application/json", "a".repeat(300));
        for (format, accept, expected) in [
            (None, None, Ok(0)),
            (None, Some("*/*"), Ok(0)),
            (None, Some("text/html"), Ok(1)),
            (None, Some("text/html,application/xhtml+xml,*/*;q=0.8"), Ok(1)),
            (None, Some("text/html;q=0.1, application/json;q=0.9"), Ok(0)),
            (None, Some("application/json;q=0"), Ok(0)),
            (None, Some("text/*"), Ok(1)),
            (None, Some("APPLICATION/JSON"), Ok(0)),
            (None, Some("application/json; indent=4, text/html"), Ok(0)),
            (None, Some("text/html; charset=utf-8, application/json"), Ok(1)),
            (None, Some(long.as_str()), Ok(0)),
            (None, Some(""), Err(406)),
            (None, Some("image/png"), Err(406)),
            (Some("json"), Some("text/html"), Err(406)),
            (Some("api"), Some("*/*"), Ok(1)),
            (Some(""), None, Ok(0)),
            (Some("xml"), None, Err(404)),
        ] {
            let outcome =
                select(BOTH, format, accept).map(|accepted| accepted.index).map_err(|error| match error {
                    Error::Api(exception) => exception.status(),
                    _ => 500,
                });
            assert_eq!(outcome, expected, "{format:?} {accept:?}");
        }
    }
}
