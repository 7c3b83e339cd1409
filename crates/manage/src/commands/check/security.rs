//! Django's security checks of a deployment, by their numbers: what the settings of cookies and headers leave open.

use crate::settings::Settings;

/// What is not as it should be on a public server.
pub(super) fn warnings(settings: &Settings) -> Vec<&'static str> {
    let (security, session, csrf) = (&settings.security, &settings.session, &settings.csrf);
    let has_hsts = security.secure_hsts_seconds > 0;
    [
        (
            !has_hsts,
            "SECURE_HSTS_SECONDS is 0; a browser may come back over plain HTTP. Say 3600 when everything answers over HTTPS, \
             and more when that has worked. (security.W004)",
        ),
        (
            has_hsts && !security.secure_hsts_include_subdomains,
            "SECURE_HSTS_INCLUDE_SUBDOMAINS is off; a subdomain over plain HTTP can set cookies for this host. Turn it on when \
             every subdomain answers over HTTPS. (security.W005)",
        ),
        (
            has_hsts && !security.secure_hsts_preload,
            "SECURE_HSTS_PRELOAD is off; browsers cannot know before the first visit that this host is HTTPS only. \
             (security.W021)",
        ),
        (
            !security.secure_content_type_nosniff,
            "SECURE_CONTENT_TYPE_NOSNIFF is off; a browser may treat a response as a page or a script. (security.W006)",
        ),
        (
            !security.secure_ssl_redirect,
            "SECURE_SSL_REDIRECT is off; plain HTTP is answered. Turn it on unless a proxy redirects. (security.W008)",
        ),
        (
            !session.session_cookie_secure,
            "SESSION_COOKIE_SECURE is off; a session is sent over plain HTTP too. (security.W012)",
        ),
        (
            !session.session_cookie_httponly,
            "SESSION_COOKIE_HTTPONLY is off; a script in a page can read the session cookie. (security.W015)",
        ),
        (
            !csrf.csrf_cookie_secure && !csrf.csrf_use_sessions,
            "CSRF_COOKIE_SECURE is off; the CSRF cookie is sent over plain HTTP too. (security.W016)",
        ),
        (
            security.x_frame_options != "DENY",
            "X_FRAME_OPTIONS is not DENY; another site can show a page in a hidden frame and have it clicked. (security.W019)",
        ),
        (
            settings.hosts.allowed_hosts.is_empty(),
            "ALLOWED_HOSTS is empty; without DEBUG every request is refused. Name the hosts. (security.W020)",
        ),
        (
            security.secure_referrer_policy.is_none(),
            "SECURE_REFERRER_POLICY is false; browsers send these URLs to other sites. (security.W022)",
        ),
    ]
    .into_iter()
    .filter_map(|(is_unsafe, warning)| is_unsafe.then_some(warning))
    .collect()
}
