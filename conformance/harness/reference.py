"""The Django reference project: its Python, its seeded database, its management commands."""
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

CONFORMANCE = Path(__file__).resolve().parent.parent
REPOSITORY = CONFORMANCE.parent
# The same app twice: `django` in this folder, and the crate of its name.
PROJECT = Path(os.environ.get("CONFORMANCE_PROJECT", CONFORMANCE)).resolve()
DJANGO = PROJECT / "django"
REQUIREMENTS = CONFORMANCE / "requirements.txt"
SECRET_KEY = "the-one-secret-key-that-both-servers-of-a-conformance-run-share"
USER_MODEL = os.environ.get("AUTH_USER_MODEL", "auth.User")
HAS_ACCOUNTS = USER_MODEL == "people.Account"
# Where a FilePathField finds its choices.
FILES = str(CONFORMANCE / "files")
ENVIRONMENT = {
    "SECRET_KEY": SECRET_KEY,
    "LAB_FILES": FILES,
}


class Broken(Exception):
    """The run cannot go on; the text says why and is all that the reader gets."""


def python(given=None):
    """The interpreter that has Django: the given one, or that of our own venv, made on first use."""
    if given:
        return str(Path(given).absolute())
    home = CONFORMANCE / ".venv"
    stamp = home / "requirements.sha256"
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    executable = home / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != digest:
        print(f"making {home.relative_to(REPOSITORY)} from requirements.txt", file=sys.stderr)
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([executable, "-m", "pip", "install", "--quiet", "-r", REQUIREMENTS], check=True)
        stamp.write_text(digest)
    return str(executable)


def environment(database, extra=None):
    """What every Django process of a run gets to see. The database is a URL."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    return {**inherited, **ENVIRONMENT, "DATABASE_URL": database, "PYTHONDONTWRITEBYTECODE": "1", **(extra or {})}


def manage(interpreter, database, *arguments, extra=None, text=None):
    """Run one management command; its standard output, or Broken with what it said."""
    done = subprocess.run(
        [interpreter, "manage.py", *arguments], cwd=DJANGO, env=environment(database, extra), input=text,
        capture_output=True, text=True,
    )
    if done.returncode:
        raise Broken(f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def migrate_and_seed(interpreter, database):
    print("migrating and seeding a database with Django", file=sys.stderr)
    manage(interpreter, database, "migrate", "-v0")
    manage(interpreter, database, "seed")


def fingerprint(interpreter):
    """Changes whenever the seeded database could come out differently."""
    digest = hashlib.sha256(REQUIREMENTS.read_bytes() + interpreter.encode() + USER_MODEL.encode())
    for path in sorted(DJANGO.rglob("*.py")):
        digest.update(str(path.relative_to(DJANGO)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def kept(interpreter, suffix, make):
    """The file of a seeded database. It is kept between runs, because hashing its passwords takes seconds."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", tempfile.gettempdir())) / f"belleville-conformance-{os.getuid()}"
    cache.mkdir(parents=True, exist_ok=True)
    file = cache / f"seed-{fingerprint(interpreter)}.{suffix}"
    if not file.exists():
        make(file)
    return file


def forged_sessions(interpreter, database, specs):
    """Rows of django_session, written by Django's own session store."""
    return json.loads(manage(interpreter, database, "forge_sessions", text=json.dumps(specs))) if specs else []
