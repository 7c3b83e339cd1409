#!/usr/bin/env python3
"""Follows docs/guide/your-own-project.md word for word, in a folder outside of the repository.

A `console` block is run: each `$ command`, whose output has to be what stands below it. A block after a line like
"`src/urls.rs`:" is that file, and one after "At the end of `src/models.rs`:" comes at its end. A `console serve` block starts a
server, which runs until the next one or the end. Blocks of other kinds are only read.

What differs from run to run is compared by its shape: times, tokens, ports, seconds. With --write the page gets the outputs
that were seen.
"""

import argparse
import difflib
import filecmp
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "docs/guide/your-own-project.md"
BLOCK = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```$", re.M | re.S)
FILE = re.compile(r"(?P<end>At the end of )?`(?P<path>[\w./-]+)`:\n\n\Z")
ADDRESS = "127.0.0.1:8000"
# What the page calls the folder of the repository: in a command, and in what a command says.
CHECKOUT = "belleville/Cargo.toml"
SAID_CHECKOUT = "/home/ann/belleville"


class Failed(Exception):
    pass


def shape(text):
    """The text with what differs from run to run named instead."""
    for pattern, name in [
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", "MOMENT"),
        (r"\b[0-9a-f]{40}\b", "TOKEN"),
        (r"127\.0\.0\.1:\d+", "ADDRESS"),
        (r"finished in \d+\.\d+s", "finished in SECONDS"),
    ]:
        text = re.sub(pattern, name, text)
    return text.strip("\n")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Follower:
    """The reader: a folder, a shell's working directory and environment, and at most one server."""

    def __init__(self, folder, target):
        self.folder = self.here = folder
        self.server = None
        self.address = ADDRESS
        kept = ("PATH", "HOME", "USER", "LANG", "TMPDIR", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN")
        self.environment = {name: os.environ[name] for name in kept if name in os.environ}
        # What the repository has built is not built again, and nothing is newer than what its Cargo.lock says.
        self.environment |= {"CARGO_TARGET_DIR": str(target), "CARGO_NET_OFFLINE": "true"}

    def run(self, command):
        """Runs a command; returns what it wrote on standard output."""
        if command.startswith("cd "):
            self.here = self.here / command[3:]
            if not (self.here / "Cargo.lock").exists():
                shutil.copy(REPOSITORY / "Cargo.lock", self.here)
            return ""
        command = command.replace(ADDRESS, self.address).replace("curl ", "curl -sS ")
        command = command.replace(CHECKOUT, str(REPOSITORY / "Cargo.toml"))
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.here, env=self.environment, capture_output=True, text=True, timeout=900,
        )
        if done.returncode != 0:
            raise Failed(f"ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout.replace(str(REPOSITORY), SAID_CHECKOUT)

    def serve(self, command):
        """Starts a server; returns what it wrote until it was ready."""
        self.stop()
        self.address = f"127.0.0.1:{free_port()}"
        self.log = tempfile.TemporaryFile("w+")
        self.server = subprocess.Popen(
            ["bash", "-c", f"exec {command} -- {self.address}"],
            cwd=self.here, env=self.environment, stdout=subprocess.PIPE, stderr=self.log, text=True,
            start_new_session=True,
        )
        if not self.answers():
            self.log.seek(0)
            raise Failed(f"did not serve:\n{self.log.read()}")
        # What is announced was written before the first request was answered.
        os.set_blocking(self.server.stdout.fileno(), False)
        return self.server.stdout.read() or ""

    def answers(self):
        """Waits until the server answers a request, whatever it says."""
        deadline = time.monotonic() + 600
        while self.server.poll() is None and time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"http://{self.address}/", timeout=60).close()
            except urllib.error.HTTPError:
                return True
            except OSError:
                time.sleep(0.1)
                continue
            return True
        return False

    def stop(self):
        if self.server is None:
            return
        os.killpg(self.server.pid, signal.SIGTERM)
        try:
            self.server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.server.pid, signal.SIGKILL)
            raise Failed("the server did not stop")
        self.server = None


def commands(block):
    """The commands of a block, each with what is shown below it."""
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
        else:
            raise Failed(f"output before the first command: {line}")
    return [(command, "\n".join(shown)) for command, shown in found]


def follow_commands(follower, block, serving, write):
    """Runs a block's commands; returns the block as it should be."""
    lines = []
    for command, shown in commands(block):
        begun = time.monotonic()
        print(f"$ {command}", flush=True)
        try:
            said = follower.serve(command) if serving else follower.run(command)
        except Failed as failure:
            raise Failed(f"`{command}` {failure}") from failure
        print(f"  {time.monotonic() - begun:.1f} s", flush=True)
        if shape(said) == shape(shown):
            said = shown
        elif not write:
            difference = difflib.unified_diff(
                shape(shown).splitlines(), shape(said).splitlines(), "the page", "what happened", lineterm="")
            raise Failed(f"`{command}` does not answer what the page shows:\n" + "\n".join(difference))
        said = re.sub(r"127\.0\.0\.1:\d+", ADDRESS, said).strip("\n")
        lines += [f"$ {command}"] + ([said] if said else [])
    return "\n".join(lines) + "\n"


def write_file(follower, place, text):
    path = follower.here / place["path"]
    if place["end"]:
        text = path.read_text() + text
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    print(f"wrote {place['path']}", flush=True)


def follow(page, follower, write):
    """Follows the page; returns it as it should be."""
    out, at = [], 0
    for block in BLOCK.finditer(page):
        before = page[at:block.start()]
        kind, text = block["kind"], block["text"]
        if kind.startswith("console"):
            text = follow_commands(follower, text, kind == "console serve", write)
        elif kind == "rust":
            place = FILE.search(before)
            if place is None:
                raise Failed(f"no line before this block says which file it is:\n{text}")
            write_file(follower, place, text)
        out += [before, f"```{kind}\n{text}```"]
        at = block.end()
    return "".join(out) + page[at:]


def same_by_cargo(follower, target):
    """`cargo belleville new shop` makes the same project as `startproject shop`, and it is formatted."""
    environment = follower.environment | {"PATH": f"{target / 'debug'}:{follower.environment['PATH']}"}
    build = ["cargo", "build", "-q", "-p", "belleville-cli"]
    subprocess.run(build, cwd=REPOSITORY, env=environment, check=True)
    made = []
    for name, command in [("one", "cargo belleville new shop"), ("two", "belleville startproject shop")]:
        folder = follower.folder / name
        folder.mkdir()
        subprocess.run(command.split(), cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
        made.append(folder / "shop")
    files = [path.relative_to(made[0]) for path in made[0].rglob("*") if path.is_file()]
    _, differing, missing = filecmp.cmpfiles(*made, files, shallow=False)
    if not files or differing or missing:
        raise Failed(f"`cargo belleville new` and `startproject` differ: {differing + missing}")
    if subprocess.run(["cargo", "fmt", "--check"], cwd=made[0], env=environment, check=False).returncode != 0:
        raise Failed("a new project is not formatted as rustfmt does it")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the outputs that were seen into the page")
    options = parser.parse_args()
    target = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")).resolve()
    page = PAGE.read_text()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="own-project-") as folder:
        follower = Follower(Path(folder).resolve(), target)
        try:
            followed = follow(page, follower, options.write)
            follower.stop()
            same_by_cargo(follower, target)
        except Failed as failure:
            print(f"\n{failure}", file=sys.stderr)
            return 1
        finally:
            if follower.server is not None and follower.server.poll() is None:
                os.killpg(follower.server.pid, signal.SIGKILL)
    if followed != page:
        PAGE.write_text(followed)
    print(f"docs/guide/your-own-project.md was followed to its end in {time.monotonic() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
