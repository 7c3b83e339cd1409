//! How long a client has to wait, in words.

use belleville_rest::response::Response;
use http::header::RETRY_AFTER;

/// What a page says of an answer that asks the client to come back later; nothing of others.
pub(crate) fn notice(response: &Response) -> Option<String> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    let reason = match response.status() {
        429 => "There were too many requests.",
        503 => "The server is busy.",
        _ => return None,
    };
    Some(format!("{reason} Try again in {}.", in_words(seconds)))
}

/// A time that is not shorter than so many seconds, in two units at most: `1 minute and 30 seconds`.
pub(crate) fn in_words(seconds: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")];
    let Some(first) = UNITS.iter().position(|(length, _)| seconds >= *length) else {
        return "0 seconds".to_owned();
    };
    let (length, unit) = UNITS[first];
    let Some((finer, finer_unit)) = UNITS.get(first + 1) else { return counted(seconds, unit) };
    // Whoever comes back too early waits again.
    let rest = (seconds % length).div_ceil(*finer);
    match rest {
        0 => counted(seconds / length, unit),
        _ if rest * finer == length => counted(seconds / length + 1, unit),
        _ => format!("{} and {}", counted(seconds / length, unit), counted(rest, finer_unit)),
    }
}

fn counted(number: u64, unit: &str) -> String {
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_words() {
        for (seconds, expected) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (90, "1 minute and 30 seconds"),
            (3599, "59 minutes and 59 seconds"),
            (3600, "1 hour"),
            (3601, "1 hour and 1 minute"),
            (7199, "2 hours"),
            (86_400, "1 day"),
            (100_000, "1 day and 4 hours"),
            (172_799, "2 days"),
        ] {
            assert_eq!(in_words(seconds), expected, "{seconds}");
        }
    }
}
