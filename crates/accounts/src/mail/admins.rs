//! Mail about errors for those who run the program: Django's `AdminEmailHandler`.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use belleville_http::settings::SettingsError;
use belleville_rest::reports::{ErrorHook, Report};

use super::{Mail, MailSettings, Mailer};

/// How many errors are told of in one [`PERIOD`]. A flood of errors is no flood of mail.
const MOST: u32 = 10;

const PERIOD: Duration = Duration::from_secs(600);

/// What tells the administrators of errors that nothing has handled, and what tells them of suspicious requests; `None` where there are
/// none. Each has a count of its own: a scanner does not keep anybody from hearing of errors.
///
/// # Errors
/// When nothing sends mail.
pub fn hooks(
    settings: &MailSettings,
    mailer: &Mailer,
) -> Result<Option<(ErrorHook, ErrorHook)>, SettingsError> {
    if settings.admins.is_empty() {
        return Ok(None);
    }
    if mailer.transport.is_none() {
        return Err(SettingsError::new(
            "admins are told of errors by mail, but there is no transport; give one (App::mail), or set email_backend",
        ));
    }
    Ok(Some((hook(settings, mailer), hook(settings, mailer))))
}

fn hook(settings: &MailSettings, mailer: &Mailer) -> ErrorHook {
    let (settings, mailer) = (settings.clone(), mailer.clone());
    let flood = Mutex::new(Flood::default());
    Arc::new(move |report| {
        let admitted = flood.lock().unwrap_or_else(PoisonError::into_inner).admit(Instant::now());
        if let Some(left_out) = admitted {
            mails(&settings, report, left_out).for_each(|mail| mailer.send(mail));
        }
    })
}

/// How many errors were told of.
#[derive(Debug, Default)]
struct Flood {
    since: Option<Instant>,
    told: u32,
    left_out: u64,
}

impl Flood {
    /// Whether one more may be told of, and how many before it were not.
    fn admit(&mut self, now: Instant) -> Option<u64> {
        if self.since.is_none_or(|since| now.duration_since(since) >= PERIOD) {
            (self.since, self.told) = (Some(now), 0);
        }
        if self.told == MOST {
            self.left_out += 1;
            return None;
        }
        self.told += 1;
        Some(std::mem::take(&mut self.left_out))
    }
}

/// One mail for each administrator.
fn mails(settings: &MailSettings, report: &Report, left_out: u64) -> impl Iterator<Item = Mail> {
    let subject = subject(&settings.email_subject_prefix, report);
    let body = body(report, left_out);
    settings.admins.iter().map(move |admin| Mail {
        from: settings.server_email.clone(),
        to: admin.clone(),
        subject: subject.clone(),
        body: body.clone(),
    })
}

/// Django's, on one line: what it logs of an error, and of a suspicious request its reason.
fn subject(prefix: &str, report: &Report) -> String {
    let message = match report.status {
        400 => report.reason.clone(),
        _ => format!("Internal Server Error: {}", report.path),
    };
    format!("{prefix}ERROR (EXTERNAL IP): {message}").replace('\n', "\\n").replace('\r', "\\r")
}

fn body(report: &Report, left_out: u64) -> String {
    let mut body = report.to_string();
    for (title, pairs) in [("Query", &report.query), ("Headers", &report.headers)] {
        if !pairs.is_empty() {
            let _ = writeln!(body, "\n{title}:");
        }
        for (name, value) in pairs {
            let _ = writeln!(body, "{name}: {value}");
        }
    }
    if left_out > 0 {
        let _ = writeln!(body, "\nBefore it were {left_out} errors without a mail; the log has them.");
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_out_is_told_later() {
        let (mut flood, start) = (Flood::default(), Instant::now());
        let admitted: Vec<_> = (0..15).map(|_| flood.admit(start)).collect();
        assert_eq!(admitted, [[Some(0); 10].as_slice(), [None; 5].as_slice()].concat());
        let later = start + PERIOD;
        assert_eq!([flood.admit(later), flood.admit(later)], [Some(5), Some(0)]);
    }

    #[test]
    fn a_subject_is_one_line() {
        let report = Report { path: "/a\r\nTo: b".to_owned(), ..Report::default() };
        assert_eq!(subject("[x] ", &report), "[x] ERROR (EXTERNAL IP): Internal Server Error: /a\\r\\nTo: b");
    }
}
