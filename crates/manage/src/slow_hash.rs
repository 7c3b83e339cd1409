//! A debug build whose hashing crates are not optimised: a login takes more than ten seconds in it, and it looks as if the
//! server hung. Found out at start, with a hash of few rounds.

use std::time::{Duration, Instant};

use belleville_auth::hashers::{PasswordHasher as _, Pbkdf2PasswordHasher};

/// So many rounds are measured: a hundredth of a second when they are optimised, a quarter of one when not.
const ROUNDS: u32 = 20_000;

/// From this time on a login is too slow.
const SLOW: Duration = Duration::from_secs(3);

/// What to say when a login of so many rounds would be slow in this build; nothing in a release build, which is not measured.
pub(crate) fn advice(iterations: u32) -> Option<String> {
    if !cfg!(debug_assertions) {
        return None;
    }
    let begun = Instant::now();
    let hasher = Pbkdf2PasswordHasher { iterations: ROUNDS };
    std::hint::black_box(hasher.encode("a password", "saltsaltsaltsaltsaltsalt").ok()?);
    advice_of(begun.elapsed(), iterations)
}

/// The same when [`ROUNDS`] took so long.
fn advice_of(measured: Duration, iterations: u32) -> Option<String> {
    let login = measured.mul_f64(f64::from(iterations) / f64::from(ROUNDS));
    if login < SLOW {
        return None;
    }
    Some(format!(
        "A login takes about {:.1} s in this build, because the crates that hash passwords are not optimised. Add these \
         lines to the Cargo.toml of your project (in a workspace, to that of its root):\n\n{}",
        login.as_secs_f64(),
        belleville_cli::PROFILE,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_hash_is_told_with_the_lines_that_fix_it() {
        // 250 ms for 20,000 rounds are 12.5 s for a million.
        let advice = advice_of(Duration::from_millis(250), 1_000_000).expect("it is slow");
        assert!(advice.starts_with("A login takes about 12.5 s in this build"), "{advice}");
        let (_, lines) = advice.split_once("\n\n").expect("lines");
        assert_eq!(lines, belleville_cli::PROFILE);
        let table: toml::Table = lines.parse().expect("TOML");
        assert_eq!(table["profile"]["dev"]["package"]["belleville-auth"]["opt-level"].as_integer(), Some(2));
    }

    #[test]
    fn what_is_quick_is_not_told() {
        for (milliseconds, iterations) in [(8, 1_000_000), (59, 1_000_000), (250, 1_000)] {
            assert_eq!(advice_of(Duration::from_millis(milliseconds), iterations), None);
        }
    }
}
