//! Where a field's uploads go: Django's `upload_to`.

use super::names;
use crate::{DateTime, Result, Row};

/// Where in the storage the uploads of a field go.
#[derive(Clone, Copy, Debug)]
pub enum UploadTo {
    /// A folder, in which codes such as `%Y` stand for parts of the present time (UTC).
    Folder(&'static str),
    /// What a function makes of the object, of which it gets the values, and the file's name.
    Function(fn(&dyn Row, &str) -> Result<String>),
}

impl UploadTo {
    /// The path of a new upload: of an object whose values are a row, at a moment. It is not checked.
    pub(super) fn path(self, row: &dyn Row, file: &str, now: DateTime) -> Result<String> {
        match self {
            Self::Folder(folder) => Ok(names::join(&expanded(folder, now), file)),
            Self::Function(function) => function(row, file),
        }
    }
}

/// The codes of `strftime` in the language C, as Python has them on Linux. What is no code stays as it is.
fn expanded(folder: &str, now: DateTime) -> String {
    let mut expanded = String::with_capacity(folder.len());
    let mut rest = folder;
    while let Some(at) = rest.find('%') {
        expanded.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        let flag = behind.len() - behind.trim_start_matches(['-', '_', '0', '^', '#']).len();
        let part = behind[flag..].chars().next().and_then(|code| part(&behind[..flag], code, now));
        let length = match part {
            Some(part) => {
                expanded.push_str(&part);
                flag + 1
            }
            None => {
                expanded.push('%');
                0
            }
        };
        rest = &behind[length..];
    }
    expanded + rest
}

/// What a code stands for, if it is one.
fn part(flag: &str, code: char, now: DateTime) -> Option<String> {
    Some(match code {
        'c' => expanded("%a %b %e %H:%M:%S %Y", now),
        'r' => expanded("%I:%M:%S %p", now),
        'x' => expanded("%m/%d/%y", now),
        'X' => expanded("%H:%M:%S", now),
        'f' => format!("{:06}", now.subsec_nanosecond() / 1000),
        // A time that knows no zone has no name and no offset.
        'z' | 'Z' => String::new(),
        code if "YCymBbhdejAauwUWGgVHkIlMSpPDFRTnt%".contains(code) => {
            jiff::fmt::strtime::format(format!("%{flag}{code}"), now).ok()?
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_pythons() {
        // What `datetime.strftime` of Python 3.11 answers.
        for (year, month, day, hour, minute, second, expected) in [
            (
                2026,
                1,
                1,
                0,
                5,
                9,
                "2026|20|26|01|January|Jan|Jan|01| 1|001|Thursday|Thu|4|4|00|00|2026|26|01|00| 0|12|12|05|09|001234|AM|am|\
                 ||Thu Jan  1 00:05:09 2026|01/01/26|00:05:09|12:05:09 AM|01/01/26|2026-01-01|00:05|00:05:09|%Q|%|%E|%L",
            ),
            (
                2024,
                12,
                30,
                13,
                45,
                0,
                "2024|20|24|12|December|Dec|Dec|30|30|365|Monday|Mon|1|1|52|53|2025|25|01|13|13|01| 1|45|00|001234|PM|pm|\
                 ||Mon Dec 30 13:45:00 2024|12/30/24|13:45:00|01:45:00 PM|12/30/24|2024-12-30|13:45|13:45:00|%Q|%|%E|%L",
            ),
            (
                2027,
                1,
                3,
                12,
                0,
                0,
                "2027|20|27|01|January|Jan|Jan|03| 3|003|Sunday|Sun|7|0|01|00|2026|26|53|12|12|12|12|00|00|001234|PM|pm|\
                 ||Sun Jan  3 12:00:00 2027|01/03/27|12:00:00|12:00:00 PM|01/03/27|2027-01-03|12:00|12:00:00|%Q|%|%E|%L",
            ),
        ] {
            let now = DateTime::constant(year, month, day, hour, minute, second, 1_234_000);
            let codes: Vec<String> =
                "YCymBbhdejAauwUWGgVHkIlMSfpPzZcxXrDFRTQ%EL".chars().map(|code| format!("%{code}")).collect();
            assert_eq!(expanded(&codes.join("|"), now), expected);
        }
        let now = DateTime::constant(2026, 1, 1, 0, 5, 9, 0);
        assert_eq!(expanded("%-d/%é/%Q/x%", now), "1/%é/%Q/x%");
        assert_eq!(expanded("covers", now), "covers");
    }
}
