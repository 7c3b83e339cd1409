//! `Accept-Encoding`: which content coding a client likes best (RFC 9110, section 12.5.3).

/// The best liked of some codings, of several the first; `None` when the client takes none of them, or likes best what is not
/// compressed.
pub(super) fn best<'a, T>(header: &str, codings: &'a [T], name: impl Fn(&T) -> &str) -> Option<&'a T> {
    let mut best = None;
    let mut most = weight(header, "identity").unwrap_or(0);
    for coding in codings {
        let weight = weight(header, name(coding)).or_else(|| weight(header, "*")).unwrap_or(0);
        if weight > most || (weight == most && weight > 0 && best.is_none()) {
            (best, most) = (Some(coding), weight);
        }
    }
    best
}

/// How much a client likes a coding, in thousandths; `None` when it does not name it.
fn weight(header: &str, coding: &str) -> Option<u16> {
    header.split(',').find_map(|item| {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        let name = name.trim();
        // RFC 9110, section 8.4.1.3: the same as gzip.
        let name = if name.eq_ignore_ascii_case("x-gzip") { "gzip" } else { name };
        name.eq_ignore_ascii_case(coding).then(|| quality(parameters))
    })
}

/// The value of the parameter `q` in thousandths. What is no number does not make a coding unwanted.
fn quality(parameters: &str) -> u16 {
    let q = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
    });
    let q = q.and_then(|q| q.parse::<f32>().ok()).filter(|q| q.is_finite());
    // A float cast saturates.
    q.map_or(1000, |q| (q.clamp(0.0, 1.0) * 1000.0).round() as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_liked_coding_is_chosen() {
        let codings = ["zstd", "br", "gzip"];
        for (header, chosen) in [
            ("", None),
            ("deflate", None),
            ("identity", None),
            ("gzip", Some("gzip")),
            ("x-gzip", Some("gzip")),
            ("GZip ; Q=0.5", Some("gzip")),
            ("gzip, deflate, br, zstd", Some("zstd")),
            ("gzip;q=1.0, br;q=0.9", Some("gzip")),
            ("gzip;q=0.5, br;q=0.501", Some("br")),
            ("gzip;q=0", None),
            ("gzip;q=0.000, br", Some("br")),
            ("*", Some("zstd")),
            ("*;q=0.1, gzip", Some("gzip")),
            ("zstd;q=0, *", Some("br")),
            ("*;q=0", None),
            ("gzip, *;q=0", Some("gzip")),
            ("identity;q=0.5, gzip;q=0.4", None),
            ("identity, gzip", Some("gzip")),
            ("identity;q=0, gzip;q=0.4", Some("gzip")),
            ("gzip;q=nonsense", Some("gzip")),
            ("gzip;q=nan", Some("gzip")),
            ("gzip;q=-1", None),
            ("gzipped", None),
            ("gzip;level=9;q=0", None),
        ] {
            assert_eq!(best(header, &codings, |name| name).copied(), chosen, "{header}");
        }
    }
}
