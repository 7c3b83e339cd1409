//! Rates, as Django REST framework writes them: `10/min`.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// How many requests in which time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub requests: usize,
    /// In which time.
    pub period: Duration,
}

impl FromStr for Rate {
    type Err = String;

    /// The first letter of the period counts, as in DRF's `parse_rate`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no rate; write it as `5/min` (s, min, hour or day)");
        let (number, unit) =
            text.split_once('/').filter(|(_, unit)| !unit.contains('/')).ok_or_else(wrong)?;
        let seconds = match unit.trim().chars().next() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3600,
            Some('d') => 86_400,
            _ => return Err(wrong()),
        };
        let requests = number.trim().parse().map_err(|_| wrong())?;
        Ok(Self { requests, period: Duration::from_secs(seconds) })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.period.as_secs() {
            1 => "s",
            60 => "min",
            3600 => "hour",
            _ => "day",
        };
        write!(f, "{}/{unit}", self.requests)
    }
}

/// The rates by the scopes of throttles: DRF's `DEFAULT_THROTTLE_RATES`. In the environment they are written
/// `anon=10/min, user=false`.
#[derive(Clone, Debug, Default)]
pub struct ThrottleRates(BTreeMap<String, Option<Rate>>);

impl ThrottleRates {
    /// The rate of a scope: `Some(None)` is no limit, `None` that nothing is said of it.
    pub fn of(&self, scope: &str) -> Option<Option<Rate>> {
        self.0.get(scope).copied()
    }

    /// The scopes that have one.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl fmt::Display for ThrottleRates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (scope, rate)) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            match rate {
                Some(rate) => write!(f, "{comma}{scope}={rate}")?,
                None => write!(f, "{comma}{scope}=false")?,
            }
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for ThrottleRates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OfScopes)
    }
}

#[derive(Clone, Copy)]
struct OfScopes;

impl<'de> Visitor<'de> for OfScopes {
    type Value = ThrottleRates;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of rates: { anon = \"10/min\", user = \"1000/day\" }")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<ThrottleRates, A::Error> {
        let mut rates = BTreeMap::new();
        while let Some(scope) = table.next_key::<String>()? {
            let OrNone(rate) = table.next_value()?;
            rates.insert(scope, rate);
        }
        Ok(ThrottleRates(rates))
    }

    /// The environment has several with commas.
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<ThrottleRates, A::Error> {
        let mut rates = BTreeMap::new();
        while let Some(part) = list.next_element::<String>()? {
            rates.extend(self.visit_str::<A::Error>(&part)?.0);
        }
        Ok(ThrottleRates(rates))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<ThrottleRates, E> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let rates = parts.map(|part| {
            let (scope, rate) = part
                .split_once('=')
                .ok_or_else(|| E::custom(format!("`{part}` is no scope and rate; write anon=10/min")))?;
            Ok((scope.trim().to_owned(), rate_or_none(rate.trim()).map_err(E::custom)?))
        });
        rates.collect::<Result<_, E>>().map(ThrottleRates)
    }
}

/// A rate; `false` is none.
struct OrNone(Option<Rate>);

fn rate_or_none(text: &str) -> Result<Option<Rate>, String> {
    if text.eq_ignore_ascii_case("false") { Ok(None) } else { text.parse().map(Some) }
}

impl<'de> Deserialize<'de> for OrNone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RateOrFalse;
        impl Visitor<'_> for RateOrFalse {
            type Value = OrNone;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a rate such as \"10/min\", or false for no limit")
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<OrNone, E> {
                if value { Err(E::custom("true is no rate")) } else { Ok(OrNone(None)) }
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<OrNone, E> {
                rate_or_none(text).map(OrNone).map_err(E::custom)
            }
        }
        deserializer.deserialize_any(RateOrFalse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_drfs() {
        let rate = |requests, seconds| Ok(Rate { requests, period: Duration::from_secs(seconds) });
        for (text, expected) in [
            ("5/min", rate(5, 60)),
            ("5/minutes", rate(5, 60)),
            ("1/s", rate(1, 1)),
            ("20/hour", rate(20, 3600)),
            ("3/day", rate(3, 86_400)),
            ("3/d", rate(3, 86_400)),
            ("0/d", rate(0, 86_400)),
        ] {
            assert_eq!(text.parse::<Rate>(), expected, "{text}");
        }
        for text in ["", "5", "-1/min", "5/", "x/min", "5/year", "5/min/x", "/min", "5/Min"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }
}
