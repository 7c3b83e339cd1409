//! When a session expires: as the settings say, unless Django's `set_expiry` has stored something else in it.

use belleville_db::json::Json;
use belleville_db::{DateTime, parse_stored};
use jiff::SignedDuration;

/// How long sessions last without an expiry of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// Seconds since it was last saved.
    pub seconds: u64,
    /// The browser deletes the cookie when it is closed, even if the row has not expired.
    pub until_the_browser_closes: bool,
}

/// When a session that is saved now expires: its row at a time, and its cookie after this many seconds or when the
/// browser is closed.
#[derive(Debug, PartialEq)]
pub(super) struct Expiry {
    pub(super) at: DateTime,
    pub(super) age: Option<i64>,
}

impl Expiry {
    /// What is kept in a session is a number of seconds, of which none is until the browser closes, or a moment. Anything
    /// else, on which Django breaks, is as long as the settings say.
    pub(super) fn of(kept: Option<&Json>, lifetime: Lifetime, now: DateTime) -> Self {
        let seconds = i64::try_from(lifetime.seconds).unwrap_or(i64::MAX);
        let with_the_browser = Self { at: after(now, seconds), age: None };
        let in_seconds = || Self { at: after(now, seconds), age: Some(seconds) };
        match kept {
            None | Some(Json::Null) if lifetime.until_the_browser_closes => with_the_browser,
            Some(Json::Bool(false)) => with_the_browser,
            Some(Json::Bool(true)) => Self::within(1.0, now),
            Some(Json::Int(0)) => with_the_browser,
            Some(Json::Int(seconds)) => Self::within(*seconds as f64, now),
            Some(Json::Float(0.0)) => with_the_browser,
            Some(Json::Float(seconds)) => Self::within(*seconds, now),
            Some(Json::BigInt(digits)) => {
                digits.parse().map_or_else(|_| in_seconds(), |seconds| Self::within(seconds, now))
            }
            Some(Json::Str(text)) => Self::at(text.as_str(), now).unwrap_or_else(in_seconds),
            None | Some(Json::Null | Json::Surrogates(_) | Json::List(_) | Json::Dict(_)) => in_seconds(),
        }
    }

    fn within(seconds: f64, now: DateTime) -> Self {
        // Python cuts off the fraction for the cookie alone. Too many seconds are the end of time: `as` stops there.
        let whole = seconds.trunc() as i64;
        let micros = (seconds.fract() * 1e6).round() as i64;
        let at = after(now, whole);
        Self { at: at.checked_add(SignedDuration::from_micros(micros)).unwrap_or(at), age: Some(whole) }
    }

    fn at(text: &str, now: DateTime) -> Option<Self> {
        let at = parse_stored(text).ok()?;
        let left = at.duration_since(now);
        // Python counts whole seconds downwards, before and after now.
        let down = i64::from(left.subsec_nanos() < 0);
        Some(Self { at, age: Some(left.as_secs() - down) })
    }
}

/// This many seconds after a time; the first or the last time that exists when that is out of range.
fn after(moment: DateTime, seconds: i64) -> DateTime {
    let end = if seconds < 0 { DateTime::MIN } else { DateTime::MAX };
    moment.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use belleville_db::json::loads;

    use super::*;

    #[test]
    fn sessions_end_as_django_ends_them() {
        let moment = |text: &str| parse_stored(text).expect("a moment");
        let now = moment("2026-01-02 03:04:05.5");
        // Each row is what `get_expire_at_browser_close`, `get_expiry_age` and `get_expiry_date` of Django 5.2 answer for a
        // `_session_expiry` under a `SESSION_COOKIE_AGE` of 7200.
        for (kept, age, at) in [
            ("0", None, "2026-01-02 05:04:05.5"),
            ("0.0", None, "2026-01-02 05:04:05.5"),
            ("false", None, "2026-01-02 05:04:05.5"),
            ("true", Some(1), "2026-01-02 03:04:06.5"),
            ("60", Some(60), "2026-01-02 03:05:05.5"),
            ("-5", Some(-5), "2026-01-02 03:04:00.5"),
            ("90.5", Some(90), "2026-01-02 03:05:36"),
            ("-0.5", Some(0), "2026-01-02 03:04:05"),
            (r#""2026-01-02T03:05:05.500000+00:00""#, Some(60), "2026-01-02 03:05:05.5"),
            (r#""2026-01-02T03:05:05+00:00""#, Some(59), "2026-01-02 03:05:05"),
            (r#""2026-01-02T03:04:05+00:00""#, Some(-1), "2026-01-02 03:04:05"),
            (r#""2026-01-02T04:04:06+01:00""#, Some(0), "2026-01-02 03:04:06"),
            ("[]", Some(7200), "2026-01-02 05:04:05.5"),
            ("{}", Some(7200), "2026-01-02 05:04:05.5"),
            // Here Django breaks.
            (r#""tomorrow""#, Some(7200), "2026-01-02 05:04:05.5"),
        ] {
            let json = loads(kept).expect(kept);
            for until_the_browser_closes in [false, true] {
                let lifetime = Lifetime { seconds: 7200, until_the_browser_closes };
                let expected = Expiry { at: moment(at), age };
                assert_eq!(Expiry::of(Some(&json), lifetime, now), expected, "{kept}");
            }
        }
        for (until_the_browser_closes, age) in [(false, Some(7200)), (true, None)] {
            let lifetime = Lifetime { seconds: 7200, until_the_browser_closes };
            let expected = Expiry { at: moment("2026-01-02 05:04:05.5"), age };
            assert_eq!(Expiry::of(None, lifetime, now), expected);
            assert_eq!(Expiry::of(Some(&Json::Null), lifetime, now), expected);
        }
        let endless = Lifetime { seconds: u64::MAX, until_the_browser_closes: false };
        assert_eq!(Expiry::of(None, endless, now).at, DateTime::MAX);
    }
}
