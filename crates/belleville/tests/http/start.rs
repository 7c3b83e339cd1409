//! What a start takes from its settings: every key, every class that can be named, and the pages of a whole program.

use std::collections::BTreeMap;

use belleville::App;
use belleville::application::Application;
use belleville::db::Registry;
use belleville::prelude::*;
use belleville::settings::Settings;

use crate::server::{Folder, PASSWORD, Server, settings};

/// A setting: its key, Django's default, a value in the file and another one in the environment.
type Row = (&'static str, &'static str, &'static str, &'static str, fn(&Settings) -> String);

const KEYS: &[Row] = &[
    ("debug", "false", "true", "0", |s| s.debug.to_string()),
    ("secret_key", "", "'of the file'", "of the environment", |s| s.secret_key.clone()),
    ("secret_key_fallbacks", "", "['a', 'b']", "c, d", |s| s.secret_key_fallbacks.join(",")),
    ("allow_weak_secret_key", "false", "true", "no", |s| s.allow_weak_secret_key.to_string()),
    ("allowed_hosts", "", "['a.example']", "b.example,.c.example", |s| s.hosts.allowed_hosts.join(",")),
    ("csrf_trusted_origins", "", "['https://a.example']", "https://b.example", |s| {
        s.csrf.csrf_trusted_origins.join(",")
    }),
    ("database_url", "sqlite:///db.sqlite3", "'sqlite:///a'", "sqlite:///b", |s| s.database_url.clone()),
    ("cache_url", "memory://", "'database://a'", "redis://b", |s| s.cache.cache_url.clone()),
    ("cache_key_prefix", "", "'a'", "b", |s| s.cache.cache_key_prefix.clone()),
    ("cache_version", "1", "2", "3", |s| s.cache.cache_version.to_string()),
    ("cache_timeout", "300", "false", "60", |s| or_false(s.cache.cache_timeout)),
    ("cache_max_entries", "300", "7", "8", |s| s.cache.cache_max_entries.to_string()),
    ("cache_cull_frequency", "3", "2", "4", |s| s.cache.cache_cull_frequency.to_string()),
    ("cache_max_bytes", "33554432", "1000", "2000", |s| s.cache.cache_max_bytes.to_string()),
    ("session_engine", "db", "'cached_db'", "signed_cookies", |s| s.session.session_engine.clone()),
    ("time_zone", "UTC", "'Europe/Berlin'", "Asia/Kolkata", |s| s.time_zone.clone()),
    ("credentials_no_store", "false", "true", "off", |s| s.middleware.credentials_no_store.to_string()),
    ("atomic_requests", "false", "true", "off", |s| s.middleware.atomic_requests.to_string()),
    ("conditional_get", "false", "true", "off", |s| s.middleware.conditional_get.to_string()),
    ("append_slash", "true", "false", "true", |s| s.middleware.append_slash.to_string()),
    ("prepend_www", "false", "true", "off", |s| s.middleware.prepend_www.to_string()),
    ("disallowed_user_agents", "", "['^Bad', 'Worse']", "Bot, Spider", |s| {
        s.middleware.disallowed_user_agents.join(",")
    }),
    ("access_log", "false", "true", "off", |s| s.monitoring.access_log.to_string()),
    ("request_id_header", "false", "'X-Request-ID'", "X-Trace", |s| {
        or_false(s.monitoring.request_id_header.as_ref())
    }),
    ("health_url", "/healthz", "'/a'", "/b", |s| or_false(s.monitoring.health_url.as_ref())),
    ("metrics_url", "false", "'/metrics'", "/b", |s| or_false(s.monitoring.metrics_url.as_ref())),
    ("basic_authentication_cache_age", "300", "5", "0", |s| {
        s.login.basic_authentication_cache_age.to_string()
    }),
    ("login_redirect_url", "/accounts/profile/", "'/a/'", "/b/", |s| s.login.login_redirect_url.clone()),
    ("pbkdf2_iterations", "1000000", "870000", "600000", |s| s.passwords.pbkdf2_iterations.to_string()),
    ("login_failures_per_user", "", "'5/min'", "6/hour", |s| s.login.login_failures_per_user.clone()),
    ("login_failures_per_user_everywhere", "", "'5/min'", "6/hour", |s| {
        s.login.login_failures_per_user_everywhere.clone()
    }),
    ("login_failures_per_address", "", "'5/min'", "6/hour", |s| s.login.login_failures_per_address.clone()),
    ("registrations_per_address", "", "'5/min'", "6/hour", |s| s.account.registrations_per_address.clone()),
    ("password_resets_per_address", "", "'5/min'", "6/hour", |s| {
        s.account.password_resets_per_address.clone()
    }),
    ("password_resets_per_email", "", "'5/min'", "6/hour", |s| s.account.password_resets_per_email.clone()),
    (
        "password_hashers",
        "PBKDF2PasswordHasher,PBKDF2SHA1PasswordHasher,Argon2PasswordHasher,BCryptSHA256PasswordHasher,ScryptPasswordHasher",
        "['MD5PasswordHasher']",
        "ScryptPasswordHasher, Argon2PasswordHasher",
        |s| s.passwords.password_hashers.join(","),
    ),
    ("revoke_tokens_on_password_change", "false", "true", "off", |s| {
        s.login.revoke_tokens_on_password_change.to_string()
    }),
    (
        "auth_password_validators",
        "UserAttributeSimilarityValidator,MinimumLengthValidator,CommonPasswordValidator,NumericPasswordValidator",
        "['NumericPasswordValidator']",
        "CommonPasswordValidator, NumericPasswordValidator",
        |s| {
            s.passwords.auth_password_validators.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
        },
    ),
    ("secure_proxy_ssl_header", "", "['HTTP_X_A', 'on']", "HTTP_X_B, https", |s| {
        s.forwarding.secure_proxy_ssl_header.join(",")
    }),
    ("email_backend", "", "'console'", "filebased", |s| s.mail.email_backend.clone()),
    ("email_file_path", "", "'a'", "b", |s| {
        s.mail.email_file_path.as_deref().map_or_else(String::new, |path| path.display().to_string())
    }),
    ("default_from_email", "webmaster@localhost", "'a@example.com'", "b@example.com", |s| {
        s.mail.default_from_email.clone()
    }),
    ("admins", "", "['a@example.com']", "b@example.com, c@example.com", |s| s.mail.admins.join(",")),
    ("server_email", "root@localhost", "'a@example.com'", "b@example.com", |s| s.mail.server_email.clone()),
    ("email_subject_prefix", "[Django] ", "'[a]'", "[b]", |s| s.mail.email_subject_prefix.clone()),
    ("anonymous_user_name", "AnonymousUser", "'guest'", "false", |s| {
        or_false(s.guardian.anonymous_user_name.as_ref())
    }),
    ("compression", "", "['gzip']", "br, gzip", |s| s.compression.compression.join(",")),
    ("compression_max_random_bytes", "100", "7", "8", |s| {
        s.compression.compression_max_random_bytes.to_string()
    }),
    ("password_reset_url", "", "'https://a.example/{uid}/{token}'", "https://b.example/{uid}/{token}", |s| {
        s.account.password_reset_url.clone()
    }),
    ("content_security_policy", "", "'a'", "b", |s| {
        s.middleware.content_security_policy.clone().unwrap_or_default()
    }),
    ("password_reset_timeout", "259200", "60", "61", |s| s.account.password_reset_timeout.to_string()),
    ("templates", "", "'a'", "b", |s| {
        s.pages.templates.as_deref().map_or_else(String::new, |path| path.display().to_string())
    }),
];

/// What may be none is `false` then.
fn or_false(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "false".to_owned(), |value| value.to_string())
}

/// The keys of Django's middleware; the defaults are those of `django.conf.global_settings`.
const MIDDLEWARE_KEYS: &[Row] = &[
    ("secure_hsts_seconds", "0", "60", "61", |s| s.security.secure_hsts_seconds.to_string()),
    ("secure_hsts_include_subdomains", "false", "true", "no", |s| {
        s.security.secure_hsts_include_subdomains.to_string()
    }),
    ("secure_hsts_preload", "false", "true", "no", |s| s.security.secure_hsts_preload.to_string()),
    ("secure_content_type_nosniff", "true", "true", "no", |s| {
        s.security.secure_content_type_nosniff.to_string()
    }),
    ("secure_ssl_redirect", "false", "true", "no", |s| s.security.secure_ssl_redirect.to_string()),
    ("secure_ssl_host", "false", "'a.example'", "b.example:444", |s| {
        or_false(s.security.secure_ssl_host.as_ref())
    }),
    ("secure_redirect_exempt", "", "['^a/', 'b']", "^c/$, d", |s| {
        s.security.secure_redirect_exempt.join(",")
    }),
    (
        "secure_referrer_policy",
        "same-origin",
        "['origin', 'unsafe-url']",
        "no-referrer, strict-origin",
        |s| or_false(s.security.secure_referrer_policy.as_ref().map(|list| list.join(","))),
    ),
    ("secure_cross_origin_opener_policy", "same-origin", "false", "unsafe-none", |s| {
        or_false(s.security.secure_cross_origin_opener_policy.as_ref())
    }),
    ("x_frame_options", "DENY", "'SAMEORIGIN'", "sameorigin", |s| s.security.x_frame_options.clone()),
    ("use_x_forwarded_host", "false", "true", "no", |s| s.forwarding.use_x_forwarded_host.to_string()),
    ("use_x_forwarded_port", "false", "true", "no", |s| s.forwarding.use_x_forwarded_port.to_string()),
    ("session_cookie_name", "sessionid", "'a'", "b", |s| s.session.session_cookie_name.clone()),
    ("session_cookie_age", "1209600", "60", "61", |s| s.session.session_cookie_age.to_string()),
    ("session_cookie_domain", "false", "'a.example'", "false", |s| {
        or_false(s.session.session_cookie_domain.as_ref())
    }),
    ("session_cookie_path", "/", "'/a'", "/b", |s| s.session.session_cookie_path.clone()),
    ("session_cookie_secure", "false", "true", "no", |s| s.session.session_cookie_secure.to_string()),
    ("session_cookie_httponly", "true", "false", "no", |s| s.session.session_cookie_httponly.to_string()),
    ("session_cookie_samesite", "Lax", "false", "None", |s| {
        or_false(s.session.session_cookie_samesite.as_ref())
    }),
    ("session_expire_at_browser_close", "false", "true", "no", |s| {
        s.session.session_expire_at_browser_close.to_string()
    }),
    ("session_save_every_request", "false", "true", "no", |s| {
        s.session.session_save_every_request.to_string()
    }),
    ("csrf_cookie_name", "csrftoken", "'a'", "b", |s| s.csrf.csrf_cookie_name.clone()),
    ("csrf_cookie_age", "31449600", "60", "false", |s| or_false(s.csrf.csrf_cookie_age)),
    ("csrf_cookie_domain", "false", "'.a.example'", "b.example", |s| {
        or_false(s.csrf.csrf_cookie_domain.as_ref())
    }),
    ("csrf_cookie_path", "/", "'/a'", "/b", |s| s.csrf.csrf_cookie_path.clone()),
    ("csrf_cookie_secure", "false", "true", "off", |s| s.csrf.csrf_cookie_secure.to_string()),
    ("csrf_cookie_httponly", "false", "true", "off", |s| s.csrf.csrf_cookie_httponly.to_string()),
    ("csrf_cookie_samesite", "Lax", "'Strict'", "false", |s| or_false(s.csrf.csrf_cookie_samesite.as_ref())),
    ("csrf_header_name", "HTTP_X_CSRFTOKEN", "'HTTP_X_A'", "HTTP_X_B", |s| s.csrf.csrf_header_name.clone()),
    ("csrf_use_sessions", "false", "true", "off", |s| s.csrf.csrf_use_sessions.to_string()),
    ("data_upload_max_memory_size", "2621440", "false", "61", |s| {
        or_false(s.uploads.data_upload_max_memory_size)
    }),
    ("data_upload_max_number_fields", "1000", "60", "false", |s| {
        or_false(s.uploads.data_upload_max_number_fields)
    }),
    ("data_upload_max_number_files", "100", "60", "False", |s| {
        or_false(s.uploads.data_upload_max_number_files)
    }),
    ("file_upload_max_memory_size", "2621440", "60", "61", |s| {
        s.uploads.file_upload_max_memory_size.to_string()
    }),
    ("media_root", "false", "'a/b'", "/c", |s| {
        or_false(s.media.media_root.as_ref().map(|folder| folder.display().to_string()))
    }),
    ("media_url", "", "'/media/'", "https://a.example/", |s| s.media.media_url.clone()),
    ("file_upload_permissions", "0o644", "false", "0o600", |s| octal(s.media.file_upload_permissions)),
    ("file_upload_directory_permissions", "false", "0o755", "0o750", |s| {
        octal(s.media.file_upload_directory_permissions)
    }),
    ("file_upload_temp_dir", "false", "'.'", "/", |s| {
        or_false(s.media.file_upload_temp_dir.as_ref().map(|folder| folder.display().to_string()))
    }),
];

/// The keys of django-cors-headers, with its defaults.
const CORS_KEYS: &[Row] = &[
    ("cors_allow_all_origins", "false", "true", "off", |s| s.cors.cors_allow_all_origins.to_string()),
    ("cors_allowed_origins", "", "['https://a.example', 'null']", "http://b.example:8000", |s| {
        s.cors.cors_allowed_origins.join(",")
    }),
    ("cors_allowed_origin_regexes", "", "['^https://a', 'b']", "^c$, d", |s| {
        s.cors.cors_allowed_origin_regexes.join(",")
    }),
    ("cors_urls_regex", "^.*$", "'^/api/.*$'", "^/b", |s| s.cors.cors_urls_regex.clone()),
    ("cors_allow_methods", "DELETE,GET,OPTIONS,PATCH,POST,PUT", "['GET', 'VIEW']", "GET, POST", |s| {
        s.cors.cors_allow_methods.join(",")
    }),
    (
        "cors_allow_headers",
        "accept,authorization,content-type,user-agent,x-csrftoken,x-requested-with",
        "['accept', 'x-a']",
        "x-b, x-c",
        |s| s.cors.cors_allow_headers.join(","),
    ),
    ("cors_expose_headers", "", "['x-a', 'x-b']", "x-c", |s| s.cors.cors_expose_headers.join(",")),
    ("cors_allow_credentials", "false", "true", "off", |s| s.cors.cors_allow_credentials.to_string()),
    ("cors_allow_private_network", "false", "true", "off", |s| s.cors.cors_allow_private_network.to_string()),
    ("cors_preflight_max_age", "86400", "0", "60", |s| s.cors.cors_preflight_max_age.to_string()),
];

const REST_FRAMEWORK_KEYS: &[Row] = &[
    (
        "default_renderer_classes",
        "JSONRenderer,BrowsableAPIRenderer",
        "['JSONRenderer']",
        "StaticHTMLRenderer, JSONRenderer",
        |s| s.rest_framework.default_renderer_classes.join(","),
    ),
    (
        "default_parser_classes",
        "JSONParser,FormParser,MultiPartParser",
        "['JSONParser']",
        "FormParser, JSONParser",
        |s| s.rest_framework.default_parser_classes.join(","),
    ),
    ("default_versioning_class", "false", "'URLPathVersioning'", "HostNameVersioning", |s| {
        or_false(s.rest_framework.default_versioning_class.as_ref())
    }),
    ("default_version", "false", "'1.0'", "v2", |s| or_false(s.rest_framework.default_version.as_ref())),
    ("allowed_versions", "", "['1.0', '2.0']", "v1, v2", |s| s.rest_framework.allowed_versions.join(",")),
    ("version_param", "version", "'v'", "w", |s| s.rest_framework.version_param.clone()),
    ("default_metadata_class", "SimpleMetadata", "false", "SimpleMetadata", |s| {
        or_false(s.rest_framework.default_metadata_class.as_ref())
    }),
    ("url_format_override", "format", "'f'", "false", |s| {
        or_false(s.rest_framework.url_format_override.as_ref())
    }),
    (
        "default_authentication_classes",
        "SessionAuthentication,BasicAuthentication",
        "['TokenAuthentication']",
        "BasicAuthentication, SessionAuthentication",
        |s| s.rest_framework.default_authentication_classes.join(","),
    ),
    // DRF's own default is AllowAny; ours is closed.
    ("default_permission_classes", "IsAuthenticated", "['AllowAny']", "IsAdminUser", |s| {
        s.rest_framework.default_permission_classes.join(",")
    }),
    ("default_filter_backends", "", "['SearchFilter', 'OrderingFilter']", "DjangoFilterBackend", |s| {
        s.rest_framework.default_filter_backends.join(",")
    }),
    ("default_pagination_class", "false", "'PageNumberPagination'", "LimitOffsetPagination", |s| {
        or_false(s.rest_framework.default_pagination_class.as_ref())
    }),
    ("page_size", "false", "20", "30", |s| or_false(s.rest_framework.page_size)),
    ("search_param", "search", "'q'", "find", |s| s.rest_framework.search_param.clone()),
    ("ordering_param", "ordering", "'sort'", "order", |s| s.rest_framework.ordering_param.clone()),
    ("default_throttle_classes", "", "['UserRateThrottle']", "AnonRateThrottle, ScopedRateThrottle", |s| {
        s.rest_framework.default_throttle_classes.join(",")
    }),
    ("default_throttle_rates", "", "'anon=3/min'", "anon=5/s, user=4/hour", |s| {
        s.rest_framework.default_throttle_rates.to_string()
    }),
    ("throttle_fail_open", "false", "true", "off", |s| s.rest_framework.throttle_fail_open.to_string()),
    ("rate_limit_headers", "false", "true", "off", |s| s.rest_framework.rate_limit_headers.to_string()),
    ("num_proxies", "0", "1", "2", |s| or_false(s.rest_framework.num_proxies)),
    ("problem_details", "false", "true", "off", |s| s.rest_framework.problem_details.to_string()),
    ("non_field_errors_key", "non_field_errors", "'errors'", "__all__", |s| {
        s.rest_framework.non_field_errors_key.clone()
    }),
    ("datetime_format", "iso-8601", "'%Y'", "false", |s| or_false(s.rest_framework.datetime_format.as_ref())),
    ("datetime_input_formats", "iso-8601", "['%Y', 'iso-8601']", "%d.%m.%Y, %Y", |s| {
        s.rest_framework.datetime_input_formats.join(",")
    }),
    ("date_format", "iso-8601", "'%Y'", "false", |s| or_false(s.rest_framework.date_format.as_ref())),
    ("date_input_formats", "iso-8601", "['%Y', 'iso-8601']", "%d.%m.%Y, %Y", |s| {
        s.rest_framework.date_input_formats.join(",")
    }),
    ("time_format", "iso-8601", "'%H'", "false", |s| or_false(s.rest_framework.time_format.as_ref())),
    ("time_input_formats", "iso-8601", "['%H', 'iso-8601']", "%H.%M, %H", |s| {
        s.rest_framework.time_input_formats.join(",")
    }),
    ("duration_format", "django", "'iso-8601'", "false", |s| {
        or_false(s.rest_framework.duration_format.as_ref())
    }),
    ("url_field_name", "url", "'self'", "href", |s| s.rest_framework.url_field_name.clone()),
    ("coerce_decimal_to_string", "true", "false", "off", |s| {
        s.rest_framework.coerce_decimal_to_string.to_string()
    }),
    ("coerce_bigint_to_string", "false", "true", "off", |s| {
        s.rest_framework.coerce_bigint_to_string.to_string()
    }),
    ("unicode_json", "true", "false", "off", |s| s.rest_framework.unicode_json.to_string()),
    ("compact_json", "true", "false", "off", |s| s.rest_framework.compact_json.to_string()),
    ("strict_json", "true", "false", "off", |s| s.rest_framework.strict_json.to_string()),
    ("uploaded_files_use_url", "true", "false", "off", |s| {
        s.rest_framework.uploaded_files_use_url.to_string()
    }),
];

const SERVER_KEYS: &[Row] = &[
    ("max_connections", "0", "7", "8", |s| s.server.max_connections.to_string()),
    ("max_connections_per_address", "256", "257", "258", |s| {
        s.server.max_connections_per_address.to_string()
    }),
    ("max_requests_per_connection", "1000", "1001", "1002", |s| {
        s.server.max_requests_per_connection.to_string()
    }),
    ("max_head_size", "16384", "16385", "16386", |s| s.server.max_head_size.to_string()),
    ("max_body_size", "5242880", "3000000", "4000000", |s| s.server.max_body_size.to_string()),
    ("body_memory", "10485760", "16777217", "16777218", |s| s.server.body_memory.to_string()),
    ("keep_alive_timeout", "75", "76", "77", |s| s.server.keep_alive_timeout.to_string()),
    ("header_timeout", "30", "31", "32", |s| s.server.header_timeout.to_string()),
    ("body_timeout", "60", "61", "62", |s| s.server.body_timeout.to_string()),
    ("write_timeout", "30", "31", "32", |s| s.server.write_timeout.to_string()),
    ("stream_timeout", "300", "301", "302", |s| s.server.stream_timeout.to_string()),
    ("shutdown_timeout", "10", "11", "12", |s| s.server.shutdown_timeout.to_string()),
    // On where it is built.
    ("http2", if cfg!(feature = "http2") { "true" } else { "false" }, "false", "off", |s| {
        s.server.http2.to_string()
    }),
    ("http2_max_concurrent_streams", "100", "101", "102", |s| {
        s.server.http2_max_concurrent_streams.to_string()
    }),
    ("tls_certificate", "false", "'a'", "b", |s| {
        or_false(s.server.tls_certificate.as_ref().map(|file| file.display().to_string()))
    }),
    ("tls_private_key", "false", "'a'", "b", |s| {
        or_false(s.server.tls_private_key.as_ref().map(|file| file.display().to_string()))
    }),
];

const REST_KNOX_KEYS: &[Row] = &[
    ("token_ttl", "36000", "60", "61", |s| s.rest_knox.token_ttl.to_string()),
    ("token_limit_per_user", "0", "3", "4", |s| s.rest_knox.token_limit_per_user.to_string()),
    ("auto_refresh", "false", "true", "off", |s| s.rest_knox.auto_refresh.to_string()),
    ("min_refresh_interval", "60", "3", "4", |s| s.rest_knox.min_refresh_interval.to_string()),
    ("auth_header_prefix", "Token", "'Key'", "Word", |s| s.rest_knox.auth_header_prefix.clone()),
];

const SIMPLE_JWT_KEYS: &[Row] = &[
    ("access_token_lifetime", "300", "3", "4", |s| s.simple_jwt.access_token_lifetime.to_string()),
    ("refresh_token_lifetime", "86400", "3", "4", |s| s.simple_jwt.refresh_token_lifetime.to_string()),
    ("sliding_token_lifetime", "300", "3", "4", |s| s.simple_jwt.sliding_token_lifetime.to_string()),
    ("sliding_token_refresh_lifetime", "86400", "3", "4", |s| {
        s.simple_jwt.sliding_token_refresh_lifetime.to_string()
    }),
    ("rotate_refresh_tokens", "false", "true", "off", |s| s.simple_jwt.rotate_refresh_tokens.to_string()),
    ("blacklist_after_rotation", "false", "true", "off", |s| {
        s.simple_jwt.blacklist_after_rotation.to_string()
    }),
    ("detect_refresh_reuse", "false", "true", "off", |s| s.simple_jwt.detect_refresh_reuse.to_string()),
    ("update_last_login", "false", "true", "off", |s| s.simple_jwt.update_last_login.to_string()),
    ("algorithm", "HS256", "'HS384'", "ES256", |s| s.simple_jwt.algorithm.clone()),
    ("signing_key", "", "'a'", "b", |s| s.simple_jwt.signing_key.clone()),
    ("verifying_key", "", "'a'", "b", |s| s.simple_jwt.verifying_key.clone()),
    ("audience", "", "['a', 'b']", "c,d", |s| match &s.simple_jwt.audience {
        belleville::settings::Audience::One(one) => one.clone(),
        belleville::settings::Audience::Many(many) => many.join(","),
    }),
    ("issuer", "", "'a'", "b", |s| s.simple_jwt.issuer.clone()),
    ("jwk_url", "", "'file:///a'", "file:///b", |s| s.simple_jwt.jwk_url.clone()),
    ("leeway", "0", "3.5", "4", |s| s.simple_jwt.leeway.to_string()),
    ("auth_header_types", "Bearer", "['JWT', 'Bearer']", "Word", |s| {
        s.simple_jwt.auth_header_types.join(",")
    }),
    ("auth_header_name", "HTTP_AUTHORIZATION", "'HTTP_X_A'", "HTTP_X_B", |s| {
        s.simple_jwt.auth_header_name.clone()
    }),
    ("user_id_field", "id", "'username'", "pk", |s| s.simple_jwt.user_id_field.clone()),
    ("user_id_claim", "user_id", "'a'", "b", |s| s.simple_jwt.user_id_claim.clone()),
    ("auth_token_classes", "AccessToken", "['SlidingToken']", "UntypedToken, AccessToken", |s| {
        s.simple_jwt.auth_token_classes.join(",")
    }),
    ("token_type_claim", "token_type", "'a'", "b", |s| s.simple_jwt.token_type_claim.clone()),
    ("jti_claim", "jti", "'a'", "b", |s| s.simple_jwt.jti_claim.clone()),
    ("sliding_token_refresh_exp_claim", "refresh_exp", "'a'", "b", |s| {
        s.simple_jwt.sliding_token_refresh_exp_claim.clone()
    }),
    ("check_revoke_token", "false", "true", "off", |s| s.simple_jwt.check_revoke_token.to_string()),
    ("revoke_token_claim", "hash_password", "'a'", "b", |s| s.simple_jwt.revoke_token_claim.clone()),
    ("check_user_is_active", "true", "true", "off", |s| s.simple_jwt.check_user_is_active.to_string()),
];

/// The tables: what stands before their keys in the file and in the environment.
const TABLES: [(&str, &str, &[&[Row]]); 5] = [
    ("", "", &[KEYS, MIDDLEWARE_KEYS, CORS_KEYS]),
    ("[server]\n", "SERVER__", &[SERVER_KEYS]),
    ("[rest_framework]\n", "REST_FRAMEWORK__", &[REST_FRAMEWORK_KEYS]),
    ("[rest_knox]\n", "REST_KNOX__", &[REST_KNOX_KEYS]),
    ("[simple_jwt]\n", "SIMPLE_JWT__", &[SIMPLE_JWT_KEYS]),
];

fn octal(mode: Option<u32>) -> String {
    or_false(mode.map(|mode| format!("{mode:#o}")))
}

/// What a literal of the file reads as, written as the rows' functions write it.
fn plain(literal: &str) -> String {
    literal.trim_matches(['[', ']']).replace(['\'', ' '], "")
}

/// What a text of the environment reads as.
fn given(text: &str) -> String {
    match text {
        "0" | "no" | "off" | "False" => "false".to_owned(),
        list => list.replace(", ", ","),
    }
}

#[test]
fn every_key_is_taken_from_the_file_and_the_environment_wins() {
    let read = |text: &str, variables: &[(&str, &str)]| {
        let environment =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Settings::read(text, &environment).unwrap()
    };
    for (table, prefix, rows) in TABLES {
        for (key, default, literal, variable, found) in rows.iter().copied().flatten() {
            let text = format!("{table}{key} = {literal}");
            let name = format!("{prefix}{}", key.to_uppercase());
            assert_eq!(found(&read("", &[])), *default, "{key}");
            if *key == "secret_key" || key.ends_with("_url") && *key != "uploaded_files_use_url" {
                assert_eq!(format!("'{}'", found(&read(&text, &[]))), *literal, "{key}");
            } else {
                assert_eq!(found(&read(&text, &[])), plain(literal), "{key}");
            }
            let expected =
                if *key == "basic_authentication_cache_age" { "0".into() } else { given(variable) };
            assert_eq!(found(&read("", &[(&name, variable)])), expected, "{name}");
            assert_eq!(found(&read(&text, &[(&name, variable)])), expected, "{name} over the file");
        }
    }
}

/// The words between back quotes, after the first.
fn listed(error: &str) -> Vec<String> {
    error.split('`').skip(1).step_by(2).skip(1).map(str::to_owned).collect()
}

#[test]
fn no_key_is_left_out_of_these_tests() {
    for (table, prefix, rows) in TABLES {
        let text = format!("{table}odd = 1");
        let tables =
            ["rest_framework", "rest_knox", "server", "simple_jwt"].iter().filter(|_| prefix.is_empty());
        let mut known = listed(&Settings::read(&text, &BTreeMap::new()).unwrap_err().to_string());
        let mut tested: Vec<&str> =
            rows.iter().copied().flatten().map(|row| row.0).chain(tables.copied()).collect();
        known.sort_unstable();
        tested.sort_unstable();
        assert_eq!(known, tested);
    }
}

async fn open(_: Request) -> Result<Response> {
    Ok(Response::json(200, b"1".to_vec()))
}

pub(crate) fn application(text: &str) -> Result<std::sync::Arc<Application>, String> {
    let settings = settings(text, &[], "sqlite://:memory:");
    let db = Database::open(&settings.database_url, Registry::default()).unwrap();
    let urls = Urls::new().path("open/", View::new("Open").get(open));
    Application::new(settings, db, urls, vec![], Default::default()).map_err(|error| error.to_string())
}

#[test]
fn every_class_can_be_named_short_and_as_drf_does() {
    for (key, module, expected) in [
        (
            "default_authentication_classes",
            "rest_framework.authentication",
            &["SessionAuthentication", "BasicAuthentication", "TokenAuthentication"][..],
        ),
        (
            "default_permission_classes",
            "rest_framework.permissions",
            &[
                "AllowAny",
                "IsAuthenticated",
                "IsAdminUser",
                "IsAuthenticatedOrReadOnly",
                "DjangoModelPermissions",
                "DjangoModelPermissionsOrAnonReadOnly",
                "DjangoObjectPermissions",
            ],
        ),
    ] {
        let error = application(&format!("[rest_framework]\n{key} = ['Nobody']")).unwrap_err();
        for class in expected {
            assert!(error.contains(class), "{class}: {error}");
            for name in [(*class).to_owned(), format!("{module}.{class}")] {
                let application = application(&format!("[rest_framework]\n{key} = ['{name}']")).unwrap();
                let policies = application.urls().view_at("/open/").unwrap().policies_of("GET");
                let found = match key {
                    "default_permission_classes" => policies.permissions()[0].to_string(),
                    _ => policies.authenticators()[0].name().to_owned(),
                };
                assert_eq!(found, *class, "{name}");
            }
        }
    }
}

#[test]
fn starts_that_cannot_work_are_refused() {
    let error = application("secret_key = ''").unwrap_err();
    assert!(error.contains("SECRET_KEY is not set"), "{error}");
    for (one, other) in [("tls_certificate", "tls_private_key"), ("tls_private_key", "tls_certificate")] {
        let error = application(&format!("[server]\n{one} = 'a'")).unwrap_err();
        assert!(error.contains(&format!("server.{one} is set and server.{other} is not; name")), "{error}");
    }
    for (class, part) in [
        ("default_renderer_classes = ['JSONRendrer']", "did you mean `JSONRenderer`"),
        ("default_parser_classes = ['JSONPaser']", "did you mean `JSONParser`"),
        ("default_versioning_class = 'URLVersioning'", "known are AcceptHeaderVersioning, "),
        ("default_metadata_class = 'NoMetadata'", "known are SimpleMetadata"),
    ] {
        let error = application(&format!("[rest_framework]\n{class}")).unwrap_err();
        assert!(error.contains(part), "{class}: {error}");
    }
    for (text, part) in [
        // Django's check 4_0.E001.
        ("cors_allowed_origins = ['example.com']", "is missing its scheme or its host"),
        ("cors_allowed_origins = ['https://example.com/']", "has more than a scheme and a host"),
        ("cors_allowed_origin_regexes = ['(']", "cors_allowed_origin_regexes has `(`"),
        ("cors_allow_all_origins = true\ncors_urls_regex = '['", "cors_urls_regex has `[`"),
        ("admins = ['Ann']", "admins has `Ann`, which is no e-mail address"),
        ("compression = ['deflate']", "compression has `deflate`; known are `gzip`, `br` and `zstd`"),
        ("compression_max_random_bytes = 256", "line 1: "),
        ("disallowed_user_agents = ['(']", "disallowed_user_agents has `(`, which is no regular expression"),
        ("request_id_header = 'X Y'", "which is no name of a header: write X-Request-ID"),
        ("health_url = 'healthz'", "health_url is `healthz`, which is no path: write `/healthz`"),
        ("[rest_framework]\ndefault_renderer_classes = []", "default_renderer_classes is empty"),
        ("[rest_framework]\nversion_param = ''", "version_param is empty"),
        ("csrf_trusted_origins = ['example.com']", "must start with a scheme (http:// or https://)"),
        ("secure_referrer_policy = 'origin, nonsense'", "has `nonsense`; it should be no-referrer, "),
        ("secure_referrer_policy = ''", "or false for no header (security.E023)"),
        ("secure_cross_origin_opener_policy = 'nonsense'", "same-origin-allow-popups, unsafe-none, or false"),
        ("secure_ssl_host = 'a b'", "a host such as `www.example.com`"),
        ("secure_ssl_host = 'https://a.example'", "a host such as `www.example.com`"),
        ("secure_redirect_exempt = ['^(a']", "`^(a`, which is no regular expression here"),
        ("secure_redirect_exempt = ['^(?!a)']", "look-ahead and look-behind are not supported"),
        ("secure_hsts_seconds = -1", "line 1: "),
        ("x_frame_options = \"a\\nb\"", "which no header can have"),
        ("session_cookie_age = 0", "session_cookie_age is 0"),
        ("session_cookie_name = 'a;b'", "session_cookie_name is `a;b`, which no cookie can be called"),
        ("session_cookie_name = ''", "which no cookie can be called"),
        ("csrf_cookie_name = 'Path'", "csrf_cookie_name is `Path`, which no cookie can be called"),
        ("csrf_cookie_name = 'sessionid'", "are the same"),
        ("csrf_cookie_domain = 'a b'", "csrf_cookie_domain is `a b`; it should be a domain"),
        ("session_cookie_domain = 'None'", "or false for this host alone"),
        ("session_cookie_path = '/;a'", "session_cookie_path is `/;a`"),
        ("session_cookie_samesite = 'sometimes'", "Lax, Strict or None, or false for no attribute"),
        ("\n\ncsrf_cookie_samesite = true", "line 3: invalid type: boolean `true`, expected a string"),
        ("csrf_header_name = 'X-CSRFToken'", "write it as WSGI does: HTTP_X_TOKEN for X-Token"),
        ("debug = true\ndata_upload_max_memory_size = 'much'", "line 2: "),
        ("data_upload_max_number_fields = -1", "line 1: "),
        // Django's `ImproperlyConfigured`.
        (
            "[server]\nbody_memory = 4000000",
            "server.body_memory is 4000000 and data_upload_max_memory_size 2621440; one client may have half",
        ),
        (
            "data_upload_max_memory_size = false\n[server]\nbody_memory = 10000000",
            "server.body_memory is 10000000 and server.max_body_size 5242880",
        ),
        (
            "file_upload_max_memory_size = 9000000\n[server]\nmax_body_size = 8000000",
            "server.body_memory is 10485760 and file_upload_max_memory_size 8000000",
        ),
        ("[server]\nhttp2_max_concurrent_streams = 0", "server.http2_max_concurrent_streams is 0; give "),
        ("media_url = '/media'", "If set, MEDIA_URL must end with a slash"),
        // Django's files.E001.
        ("file_upload_temp_dir = '/no/such'", "file_upload_temp_dir is /no/such, which is no folder"),
        ("file_upload_permissions = 'rw'", "permissions such as 0o644, or false"),
        ("file_upload_permissions = 65536", "permissions such as 0o644, or false"),
    ] {
        let error = Settings::read(text, &BTreeMap::new()).unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
    for (variable, value, part) in [
        (
            "CSRF_COOKIE_AGE",
            "None",
            "CSRF_COOKIE_AGE is `None`; it should be a whole number, or false for none",
        ),
        ("DATA_UPLOAD_MAX_MEMORY_SIZE", "", "or false for none"),
        ("DATA_UPLOAD_MAX_MEMORY_SIZE", "-5", "DATA_UPLOAD_MAX_MEMORY_SIZE is `-5`: "),
        ("SESSION_COOKIE_SAMESITE", "no", "session_cookie_samesite is `no`"),
    ] {
        let environment = BTreeMap::from([(variable.to_owned(), value.to_owned())]);
        let error = Settings::read("", &environment).unwrap_err().to_string();
        assert!(error.contains(part), "{variable}: {error}");
    }
}

#[cfg(not(feature = "zstd"))]
#[test]
fn a_coding_that_is_not_built_is_refused() {
    let error = application("compression = ['zstd']").unwrap_err();
    assert!(
        error.contains("not built into this program; give the dependency belleville the feature `zstd`"),
        "{error}"
    );
}

#[cfg(not(feature = "http2"))]
#[test]
fn http2_that_is_not_built_is_refused() {
    let error = Settings::read("[server]\nhttp2 = true", &BTreeMap::new()).unwrap_err().to_string();
    assert!(error.contains("give the dependency belleville the feature `http2`"), "{error}");
}

#[cfg(not(feature = "tls"))]
#[test]
fn tls_that_is_not_built_is_refused() {
    let error = application("[server]\ntls_certificate = 'a'\ntls_private_key = 'b'").unwrap_err();
    assert!(error.contains("give the dependency belleville the feature `tls`"), "{error}");
}

/// The first authenticator decides, as DRF's guide says: 401 with its challenge, or 403 when it has none.
#[test]
fn the_order_of_the_authenticators_decides() {
    let wrong = "Authorization: Basic YWxpY2U6d3Jvbmc=";
    for (classes, headers, status, challenge, detail) in [
        ("SessionAuthentication,BasicAuthentication", "", 403, None, "credentials were not provided"),
        ("SessionAuthentication,BasicAuthentication", wrong, 403, None, "Invalid username/password."),
        (
            "BasicAuthentication,SessionAuthentication",
            "",
            401,
            Some("Basic realm=\"api\""),
            "credentials were not provided",
        ),
        (
            "BasicAuthentication,SessionAuthentication",
            wrong,
            401,
            Some("Basic realm=\"api\""),
            "Invalid username/password.",
        ),
        ("TokenAuthentication,BasicAuthentication", wrong, 401, Some("Token"), "Invalid username/password."),
        // Basic credentials are nobody's where Basic is not asked.
        ("TokenAuthentication", wrong, 401, Some("Token"), "credentials were not provided"),
    ] {
        let urls = Urls::new().path("open/", View::new("Open").get(open));
        let variables = [("REST_FRAMEWORK__DEFAULT_AUTHENTICATION_CLASSES", classes)];
        let answer = Server::start("", &variables, urls).get("/open/", headers);
        assert_eq!(
            (answer.status, answer.header("www-authenticate")),
            (status, challenge),
            "{classes} {headers}"
        );
        assert!(answer.body.contains(detail), "{classes} {headers}: {}", answer.body);
    }
}

fn app() -> App {
    App::new("sample", env!("CARGO_MANIFEST_DIR"), || {
        Urls::new()
            .path("open/", View::new("Open").permission_classes(AllowAny).get(open))
            .path("api-auth/logout/", View::new("Mine").permission_classes(AllowAny).get(open))
    })
}

#[test]
fn a_program_can_be_served_without_its_command_line() {
    let server = Server::start_app(&app(), "", &[]);
    assert_eq!(server.get("/open/", "").body, "1");
    assert!(server.get("/api-auth/login/", "").body.contains("csrfmiddlewaretoken"));
    // The program's own URLs stand before the pages that come with it, and the first that fits answers.
    assert_eq!(server.get("/api-auth/logout/", "").body, "1");
    let page = server.get("/open/", "Accept: text/html");
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let login = server.login("alice", PASSWORD);
    assert_eq!((login.status, login.header("location")), (302, Some("/accounts/profile/")));
}

#[test]
fn a_key_that_can_be_guessed_does_not_start() {
    let start = |text: &str| app().application(settings(text, &[], "sqlite://:memory:"));
    let good = "k3y-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789-ABCDEF";
    for (text, part) in [
        ("secret_key = 'short'".to_owned(), "SECRET_KEY is shorter than 50 characters"),
        (format!("secret_key = '{}'", "abcd".repeat(20)), "SECRET_KEY has fewer than 5 different characters"),
        (format!("secret_key = 'django-insecure-{good}'"), "SECRET_KEY begins with `django-insecure-`"),
        (
            "[simple_jwt]\nsigning_key = 'short'".to_owned(),
            "SIMPLE_JWT__SIGNING_KEY is shorter than 32 bytes",
        ),
    ] {
        let error = start(&text).expect_err(&text).to_string();
        assert!(error.contains(part) && error.contains("ALLOW_WEAK_SECRET_KEY=1"), "{error}");
        assert!(!error.contains("'short'") && !error.contains(good), "the key is not told: {error}");
        for known in ["allow_weak_secret_key", "debug"] {
            assert!(start(&format!("{known} = true\n{text}")).is_ok(), "{known}: {text}");
        }
    }
    // As long as the hash is what the standard wants; what nobody guesses starts all the same.
    assert!(start(&format!("secret_key = '{good}'\n[simple_jwt]\nalgorithm = 'HS512'")).is_ok());
}

#[test]
fn the_setting_for_templates_reaches_the_pages() {
    let folder = Folder::new();
    let own = folder.path().join("rest_framework");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::write(own.join("login.html"), "my own").unwrap();
    let text = format!("templates = '{}'", folder.path().display());
    let server = Server::start_app(&app(), &text, &[]);
    assert_eq!(server.get("/api-auth/login/", "").body, "my own");

    std::fs::write(own.join("login.html"), "one\ntwo\n{% if %}").unwrap();
    let start = |text: &str| app().application(settings(text, &[], "sqlite://:memory:"));
    let error = start(&text).unwrap_err().to_string();
    assert!(error.contains("templates") && error.contains("login.html, line 3"), "{error}");
    let error = start("templates = 'nowhere'").unwrap_err().to_string();
    assert!(error.contains("nowhere is not a folder"), "{error}");
}
