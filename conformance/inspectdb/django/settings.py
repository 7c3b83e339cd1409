"""The smallest project that has the models. DATABASE_URL says which database: sqlite:///path or postgres://..."""
import os
from urllib.parse import unquote, urlsplit

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
        }
    }
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "legacy"]
if url.scheme != "sqlite":
    INSTALLED_APPS.insert(0, "django.contrib.postgres")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
SECRET_KEY = "of no use here"
# Fields that clash on purpose.
SILENCED_SYSTEM_CHECKS = ["fields.E210", "fields.E302", "fields.E303", "fields.E304", "fields.E305", "models.W042", "fields.W161", "fields.W340", "fields.W342"]
