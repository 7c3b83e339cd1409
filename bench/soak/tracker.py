"""The sample API under the limits of the soak: its database, its process, what /proc and its log say of it."""
import base64
import hashlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

from harness import servers

from .wire import ALICE_PASSWORD, HOST

REPOSITORY = Path(__file__).resolve().parent.parent.parent
ITERATIONS = 1_000_000
NOW = "2026-01-02 03:04:05.678901"
TASKS_OF_MALLORY = 30
LONGEST_EXIT = 30


class Prepared:
    """A migrated database with two users, their tokens and some rows, and how the server is started on a copy of it."""

    def __init__(self, binary, folder, descriptors):
        self.binary, self.folder, self.descriptors = Path(binary).absolute(), Path(folder), descriptors
        self.database = self.folder / "prepared.sqlite3"
        # The settings of the sample, as they stand.
        shutil.copy(REPOSITORY / "examples/tracker/belleville.toml", self.folder)
        self.manage("migrate")
        self.fill()
        self.alice, self.mallory = (self.token(name) for name in ("alice", "mallory"))

    def environment(self, database):
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {
            **inherited, "DATABASE_URL": f"sqlite://{database}", "DEBUG": "0", "ALLOWED_HOSTS": HOST,
            "SECRET_KEY": hashlib.sha512(b"soak").hexdigest(),
        }

    def manage(self, *arguments):
        environment = self.environment(self.database)
        done = subprocess.run(
            [self.binary, *arguments], cwd=self.folder, env=environment, capture_output=True, text=True
        )
        if done.returncode:
            raise SystemExit(f"{self.binary} {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def token(self, name):
        return re.search(r"\b[0-9a-f]{40}\b", self.manage("drf_create_token", name))[0]

    def fill(self):
        """Alice is the honest user, mallory one who attacks with a token."""
        connection = sqlite3.connect(self.database)
        user = (
            "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff,"
            " is_active, date_joined) VALUES (?, 0, ?, '', '', '', 0, 1, ?)"
        )
        project = "INSERT INTO projects_project (name, description, created_at, owner_id) VALUES (?, '', ?, ?)"
        task = (
            "INSERT INTO projects_task (title, description, completed, created_at, project_id)"
            " VALUES (?, 'About as long as people write', 0, ?, ?)"
        )
        for name, password, tasks in (("alice", ALICE_PASSWORD, 3), ("mallory", "another", TASKS_OF_MALLORY)):
            owner = connection.execute(user, (hashed(password), name, NOW)).lastrowid
            theirs = connection.execute(project, (f"The project of {name}", NOW, owner)).lastrowid
            connection.executemany(task, [(f"Task {n}", NOW, theirs) for n in range(tasks)])
        connection.commit()
        connection.close()

    def start(self, name):
        """A fresh server on a fresh copy, so that no scenario lives with what the one before has left."""
        database = self.folder / f"{name}.sqlite3"
        shutil.copy(self.database, database)
        return Tracker(self, database, self.folder / f"{name}.log")


def hashed(password):
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), b"saltofthesoak", ITERATIONS)
    return f"pbkdf2_sha256${ITERATIONS}$saltofthesoak${base64.b64encode(digest).decode()}"


class Tracker(servers.Server):
    """The running server."""

    def __init__(self, prepared, database, log):
        self.name, self.port, self.log, self.patience = "tracker", servers.free_port(), log, 10
        # `exec`, so that the process is the server itself. It is in our session: see `processors.come_first`.
        limited = f'ulimit -n {prepared.descriptors} && exec "$0" runserver "$1"'
        with open(log, "wb") as sink:
            self.process = subprocess.Popen(
                ["sh", "-c", limited, prepared.binary, f"127.0.0.1:{self.port}"], cwd=prepared.folder,
                env=prepared.environment(database), stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, process_group=0,
            )
        self.proc = Path("/proc") / str(self.process.pid)

    def is_alive(self):
        return self.process.poll() is None

    def peak_memory(self):
        """The most mebibytes that were resident since `forget_peak`; 0 when the process has ended."""
        found = re.search(r"VmHWM:\s+(\d+)", self.read("status"))
        return int(found[1]) / 1024 if found else 0.0

    def forget_peak(self):
        (self.proc / "clear_refs").write_text("5")

    def descriptors(self):
        try:
            return len(os.listdir(self.proc / "fd"))
        except OSError:
            return 0

    def read(self, name):
        """A file about the process; empty when the process has ended."""
        try:
            return (self.proc / name).read_text()
        except OSError:
            return ""

    def logged(self, text):
        """How many lines of the log have this text, whatever colours it is written in."""
        lines = re.sub(r"\x1b\[[0-9;]*m", "", self.log.read_text(errors="replace")).splitlines()
        return sum(text in line for line in lines)

    def seconds_to_exit(self):
        """Asks the server to stop and waits; `None` when it had to be killed."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(LONGEST_EXIT)
        except subprocess.TimeoutExpired:
            return None
        return time.monotonic() - began
