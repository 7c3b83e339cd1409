"""Where the databases of a run are, and what the SQL of the cases may use on each of them."""
import base64
import datetime
import importlib.util
import json
import os
import sqlite3
import sys
import zlib

from . import reference

KINDS = ("sqlite", "postgres")


def add_argument(parser):
    parser.add_argument("--database", choices=KINDS, default="sqlite", help="on which database (default: sqlite)")


def ready(options):
    """Find the Python that has Django. It has PostgreSQL's driver too: begin again with it, if this one does not."""
    options.python = reference.python(options.python)
    if options.database == "sqlite" or importlib.util.find_spec("psycopg"):
        return
    if os.path.samefile(sys.prefix, os.path.dirname(os.path.dirname(options.python))):
        raise reference.Broken(f"{options.python} has no psycopg; requirements.txt says which version")
    sys.stdout.flush()
    os.execv(options.python, [options.python, *sys.argv])


# In seconds.
CENTURY = 100 * 365 * 86_400


def databases(options, folder):
    """The databases of a run: a context, in which they can be made, copied and looked at."""
    if options.database == "sqlite":
        from .sqlite import Databases
    else:
        from .postgres_databases import Databases
    return Databases(options.python, folder)


def add_functions(connection):
    """What the queries of the cases may call."""
    connection.create_function("session_contents", 1, session_contents, deterministic=True)
    connection.create_function("from_now", 1, seconds_from_now)


def connect(path):
    """A connection to a file of SQLite. In memory it is where the rows of another database are looked at."""
    connection = sqlite3.connect(path, timeout=20, isolation_level=None, check_same_thread=False)
    add_functions(connection)
    return connection


def session_contents(text):
    """SQL function: the JSON inside django_session.session_data (its signature is not checked here)."""
    payload = text.rsplit(":", 2)[0]
    packed = payload.startswith(".")
    data = base64.urlsafe_b64decode(payload.lstrip(".") + "=" * (-len(payload.lstrip(".")) % 4))
    return json.dumps(json.loads(zlib.decompress(data) if packed else data), separators=(",", ":"))


def seconds_from_now(text):
    """SQL function: how far a UTC timestamp lies from now, to the next twenty seconds. One that is a century away was not
    counted from now: it is shown as it is."""
    if text is None:
        return None
    moment = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc)
    seconds = (moment - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
    return text if abs(seconds) > CENTURY else round(seconds / 20) * 20
