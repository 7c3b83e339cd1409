"""Read session descriptions as JSON from standard input, print the rows of django_session that they stand for.

Every description may hold: `user` (a user name), `data` (keys to set; null removes one), `secret` (sign and hash
with this key instead of SECRET_KEY), `expires` (seconds from now, or a text for the column), `timestamp` (of the
signature), `compress`, `tamper` (spoil the signature), `raw` (the column as it is), `key` (the primary key).
"""
import datetime
import hashlib
import json
import sys

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core import signing
from django.core.management.base import BaseCommand
from django.test import override_settings
from django.utils import timezone


def contents(spec):
    data = {}
    if "user" in spec:
        user = get_user_model().objects.get_by_natural_key(spec["user"])
        data = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
    data.update(spec.get("data", {}))
    return {key: value for key, value in data.items() if value is not None}


def signed(spec):
    if not {"timestamp", "compress"} & set(spec):
        return SessionStore().encode(contents(spec))
    signer = signing.TimestampSigner(salt=SessionStore().key_salt)
    if "timestamp" in spec:
        signer.timestamp = lambda: signing.b62_encode(spec["timestamp"])
    return signer.sign_object(contents(spec), serializer=signing.JSONSerializer, compress=spec.get("compress", True))


def expiry(spec):
    expires = spec.get("expires", 1209600)
    if isinstance(expires, str):
        return expires
    moment = timezone.now() + datetime.timedelta(seconds=expires)
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")


def row(spec):
    with override_settings(SECRET_KEY=spec.get("secret", settings.SECRET_KEY)):
        text = spec["raw"] if "raw" in spec else signed(spec)
    if spec.get("tamper"):
        text = text[:-1] + ("A" if text[-1] != "A" else "Q")
    key = spec.get("key") or hashlib.sha256(spec["name"].encode()).hexdigest()[:32]
    return {"name": spec["name"], "session_key": key, "session_data": text, "expire_date": expiry(spec)}


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args, **options):
        json.dump([row(spec) for spec in json.load(sys.stdin)], sys.stdout)
