"""The smallest project that has the models. DATABASE_URL says which database: sqlite:///path or postgres://..."""
import os
from urllib.parse import parse_qsl, unquote, urlsplit

url = urlsplit(os.environ["DATABASE_URL"])
if url.scheme == "sqlite":
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": url.path[1:]}}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": url.path[1:],
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": url.hostname or "",
            "PORT": url.port or "",
            "OPTIONS": dict(parse_qsl(url.query)),
        }
    }
INSTALLED_APPS = ["django.contrib.contenttypes", "shop"]
if url.scheme != "sqlite":
    INSTALLED_APPS.insert(0, "django.contrib.postgres")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = os.environ.get("TIME_ZONE", "UTC")
SECRET_KEY = "of no use here"
# A key that is set to NULL and cannot be; images without the library that reads them.
SILENCED_SYSTEM_CHECKS = ["fields.E320", "fields.E210"]
