"""The databases of a run: one base, and the copy that each server writes into."""
import base64
import datetime
import json
import sqlite3
import zlib


class Live:
    """A server's own copy. `restore` puts the base back under the running server, by SQLite's backup interface."""

    def __init__(self, path):
        self.connection = sqlite3.connect(path, timeout=20, isolation_level=None, check_same_thread=False)
        self.connection.create_function("session_contents", 1, session_contents, deterministic=True)
        self.connection.create_function("from_now", 1, seconds_from_now)
        self.restored_at = None

    def restore(self, base):
        source = sqlite3.connect(base)
        source.backup(self.connection)
        source.close()
        self.restored_at = self.version()

    def touched(self):
        """Whether anyone wrote since the last restore."""
        return self.restored_at is None or self.version() != self.restored_at

    def version(self):
        return self.connection.execute("PRAGMA data_version").fetchone()[0]

    def set_up(self, statements):
        for statement in statements:
            self.connection.execute(statement)
        if statements:
            self.restored_at = None

    def rows(self, query):
        return self.connection.execute(query).fetchall()

    def close(self):
        self.connection.close()


def make_base(seed, path, sessions, statements):
    """The seeded database with a file's sessions and rows added."""
    source, base = sqlite3.connect(seed), sqlite3.connect(path, isolation_level=None)
    source.backup(base)
    source.close()
    for row in sessions:
        base.execute("INSERT INTO django_session VALUES (:session_key, :session_data, :expire_date)", row)
    for statement in statements:
        base.execute(statement)
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()


def session_contents(text):
    """SQL function: the JSON inside django_session.session_data (its signature is not checked here)."""
    payload = text.rsplit(":", 2)[0]
    packed = payload.startswith(".")
    data = base64.urlsafe_b64decode(payload.lstrip(".") + "=" * (-len(payload.lstrip(".")) % 4))
    return json.dumps(json.loads(zlib.decompress(data) if packed else data), separators=(",", ":"))


def seconds_from_now(text):
    """SQL function: how far a UTC timestamp lies from now, to the next twenty seconds."""
    if text is None:
        return None
    moment = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc)
    return round((moment - datetime.datetime.now(datetime.timezone.utc)).total_seconds() / 20) * 20
