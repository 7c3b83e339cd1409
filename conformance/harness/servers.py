"""Starting a server, waiting until it answers, stopping it with all its children."""
import os
import shlex
import signal
import socket
import subprocess
import time
from pathlib import Path

from . import reference
from .reference import Broken


class Server:
    """One running server. Leaving the `with` block ends its whole process group."""

    def __init__(self, name, command, port, environment, folder, log, patience):
        self.name, self.port, self.log, self.patience = name, port, Path(log), patience
        with open(log, "wb") as sink:
            self.process = subprocess.Popen(
                command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink,
                start_new_session=True,
            )

    def __enter__(self):
        try:
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def wait_until_ready(self):
        deadline = time.monotonic() + self.patience
        while not self.answers():
            if self.process.poll() is not None:
                raise Broken(f"{self.name} ended with code {self.process.returncode}:\n{self.last_words()}")
            if time.monotonic() > deadline:
                raise Broken(f"{self.name} did not answer within {self.patience} s:\n{self.last_words()}")
            time.sleep(0.05)

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                connection.sendall(b"GET /ready HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n\r\n")
                return connection.recv(5) == b"HTTP/"
        except OSError:
            return False

    def last_words(self):
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join("    " + line for line in lines[-40:])

    def stop(self):
        """Ask politely, then insist; the group may outlive its leader, so it is addressed in any case."""
        for signal_number, seconds in ((signal.SIGTERM, 5), (signal.SIGKILL, 5)):
            try:
                os.killpg(self.process.pid, signal_number)
                self.process.wait(seconds)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def django(interpreter, database, log, extra=None):
    """Django under gunicorn. It trusts no proxy header and sets no limits of its own: Django is what is compared."""
    port = free_port()
    command = [
        interpreter, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1",
        "--no-control-socket", "--forwarded-allow-ips", "192.0.2.1", "--limit-request-line", "0",
        "--limit-request-field_size", "0", "--graceful-timeout", "1",
    ]
    return Server("Django", command, port, reference.environment(database, extra), reference.DJANGO, log, 30)


def belleville(peer, database, log, extra=None):
    """Belleville by the given command line, in which `{port}` stands for the port."""
    port = free_port()
    command = shlex.split(peer.replace("{port}", str(port)))
    return Server("Belleville", command, port, peer_environment(database, extra), reference.REPOSITORY, log, 30)


def peer_environment(database, extra=None):
    return {**os.environ, **reference.ENVIRONMENT, "DATABASE_URL": database, "ALLOWED_HOSTS": "*", **(extra or {})}


def build(package):
    """Compile before the clock of the readiness check starts."""
    if subprocess.run(["cargo", "build", "--quiet", "-p", package], cwd=reference.REPOSITORY).returncode:
        raise Broken(f"cargo build -p {package} failed")
