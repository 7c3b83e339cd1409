"""Settings of the reference project. Every knob that a test turns is an environment variable."""
import os
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import global_settings

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ.get("SECRET_KEY", "reference-secret-key-that-is-long-enough-for-hs256-0123456789")
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("SECRET_KEY_FALLBACKS", "").split(",") if key]
DEBUG = os.environ.get("DEBUG", "0") == "1"
ALLOWED_HOSTS = ["*"]
if os.environ.get("SECURE_PROXY_SSL_HEADER"):
    SECURE_PROXY_SSL_HEADER = tuple(os.environ["SECURE_PROXY_SSL_HEADER"].split(","))


def _setting(name, text):
    """The value of a Django setting that the environment gives as text: of the type of its default, or None as `false`."""
    default = getattr(global_settings, name)
    if isinstance(default, bool):
        return text == "1"
    if text == "false":
        return None
    if isinstance(default, list):
        return text.split(",")
    return int(text) if isinstance(default, int) else text


for variable, text in os.environ.items():
    if variable.startswith(("SECURE_", "SESSION_", "CSRF_", "DATA_UPLOAD_", "FILE_UPLOAD_MAX_", "USE_X_", "X_FRAME_", "APPEND_SLASH", "PREPEND_WWW")):
        if variable != "SECURE_PROXY_SSL_HEADER":
            globals()[variable] = _setting(variable, text)

if os.environ.get("CACHE_URL", "").startswith("database://"):
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": os.environ["CACHE_URL"].removeprefix("database://"),
        }
    }

if os.environ.get("DISALLOWED_USER_AGENTS"):
    DISALLOWED_USER_AGENTS = [re.compile(pattern) for pattern in os.environ["DISALLOWED_USER_AGENTS"].split(",")]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework.authtoken",
    "rest_framework_simplejwt.token_blacklist",
    "django_filters",
    "projects",
    "conformance",
    "knox",
    "stock",
    "lab",
]
# The other kind of users: people.Account.
AUTH_USER_MODEL = os.environ.get("AUTH_USER_MODEL", "auth.User")
if AUTH_USER_MODEL == "people.Account":
    INSTALLED_APPS.append("people")
REST_KNOX = {"TOKEN_LIMIT_PER_USER": int(os.environ.get("REST_KNOX__TOKEN_LIMIT_PER_USER", 0)) or None}
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
if os.environ.get("CONDITIONAL_GET", "0") == "1":
    MIDDLEWARE.insert(1, "django.middleware.http.ConditionalGetMiddleware")
# Where the environment says so.
if os.environ.get("COMPRESSION") == "gzip":
    MIDDLEWARE.insert(1, "django.middleware.gzip.GZipMiddleware")
# django-cors-headers, where the environment has settings of it.
CORS = {name: text for name, text in os.environ.items() if name.startswith("CORS_")}
if CORS:
    INSTALLED_APPS.append("corsheaders")
    MIDDLEWARE.insert(0, "corsheaders.middleware.CorsMiddleware")
    for name, text in CORS.items():
        if name == "CORS_URLS_REGEX":
            globals()[name] = text
        elif name == "CORS_PREFLIGHT_MAX_AGE":
            globals()[name] = int(text)
        elif name in ("CORS_ALLOW_ALL_ORIGINS", "CORS_ALLOW_CREDENTIALS", "CORS_ALLOW_PRIVATE_NETWORK"):
            globals()[name] = text == "1"
        else:
            globals()[name] = text.split(",")
ROOT_URLCONF = "config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
WSGI_APPLICATION = "config.wsgi.application"



def _database(url):
    """The database of a URL like Belleville's: sqlite:///relative, sqlite:////absolute, postgres://user:password@host:port/name."""
    if url.startswith("sqlite:"):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": url.removeprefix("sqlite:///"),
            "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;", "transaction_mode": "IMMEDIATE"},
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.removeprefix("/"),
        "USER": parts.username,
        "PASSWORD": unquote(parts.password),
        "HOST": parts.hostname,
        "PORT": parts.port,
        "CONN_MAX_AGE": 600,
    }


DATABASES = {"default": _database(os.environ.get("DATABASE_URL", f"sqlite:///{BASE_DIR / 'db.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LANGUAGE_CODE = "en-us"
TIME_ZONE = os.environ.get("TIME_ZONE", "UTC")
USE_TZ = True
STATIC_URL = "static/"
MEDIA_URL = os.environ.get("MEDIA_URL", "")
MEDIA_ROOT = os.environ.get("MEDIA_ROOT", "")

AUTH = "rest_framework.authentication."
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": os.environ.get(
        "AUTH_CLASSES",
        AUTH + "SessionAuthentication," + AUTH + "BasicAuthentication," + AUTH + "TokenAuthentication,"
        "rest_framework_simplejwt.authentication.JWTAuthentication",
    ).split(","),
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_RATES": {"uploads": "2/day", "user": None},
}
if os.environ.get("REST_FRAMEWORK__UPLOADED_FILES_USE_URL"):
    REST_FRAMEWORK["UPLOADED_FILES_USE_URL"] = os.environ["REST_FRAMEWORK__UPLOADED_FILES_USE_URL"] == "true"
if os.environ.get("PAGE_SIZE"):
    REST_FRAMEWORK["DEFAULT_PAGINATION_CLASS"] = "rest_framework.pagination.PageNumberPagination"
    REST_FRAMEWORK["PAGE_SIZE"] = int(os.environ["PAGE_SIZE"])


def _rest_framework(text):
    """The value of a setting that the environment gives as text: what is true or false, or a list with commas."""
    words = {"true": True, "false": False}
    if text in words:
        return words[text]
    return text.split(",") if "," in text else text


for variable, text in os.environ.items():
    if variable.startswith("REST_FRAMEWORK__"):
        name = variable.removeprefix("REST_FRAMEWORK__")
        # As in belleville.toml, a format may be `false`: none.
        value = _rest_framework(text)
        if name.endswith("_INPUT_FORMATS"):
            value = value if isinstance(value, list) else [value]
        REST_FRAMEWORK[name] = None if value is False and name.endswith("_FORMAT") else value
SIMPLE_JWT = {
    "ROTATE_REFRESH_TOKENS": os.environ.get("ROTATE", "0") == "1",
    "BLACKLIST_AFTER_ROTATION": os.environ.get("ROTATE", "0") == "1",
}


def _simple_jwt(name, text):
    """The value of a setting that the environment gives as text: lifetimes in seconds, lists with commas."""
    if name.endswith("_LIFETIME"):
        return timedelta(seconds=int(text))
    if name.startswith(("ROTATE_", "BLACKLIST_", "UPDATE_", "CHECK_")):
        return text == "1"
    if name == "AUTH_TOKEN_CLASSES":
        return ["rest_framework_simplejwt.tokens." + each for each in text.split(",")]
    if name == "AUTH_HEADER_TYPES" or (name == "AUDIENCE" and "," in text):
        return text.split(",")
    return int(text) if name == "LEEWAY" else text


for variable, text in os.environ.items():
    if variable.startswith("SIMPLE_JWT__"):
        name = variable.removeprefix("SIMPLE_JWT__")
        SIMPLE_JWT[name] = _simple_jwt(name, text)
