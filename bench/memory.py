#!/usr/bin/env python3
"""The most memory that a server takes for one list, streamed and at once. bench/README.md has a run.

    python3 bench/memory.py                        # builds the library's API in release
    python3 bench/memory.py --database postgres    # starts a server itself, whose memory is not counted
    python3 bench/memory.py --check                # fails where a streamed list of 100,000 rows takes much more than one of 1,000
"""

import argparse
import hashlib
import http.client
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from instructions import DATABASES, environment, free_port, run

REPOSITORY = Path(__file__).resolve().parent.parent
ROWS = (1_000, 10_000, 100_000)
LISTS = (("streamed", "/streamed-books/"), ("at once", "/books/"))
AUTHORS = 1_000
# A batch is 900 rows: the first list is hardly more than one.
MOST_GROWTH = 12.0  # mebibytes


def main():
    options = parsed()
    if options.binary is None:
        subprocess.run(["cargo", "build", "--release", "--quiet", "--locked", "-p", "library"], cwd=REPOSITORY, check=True)
        options.binary = REPOSITORY / "target/release/library"
    with DATABASES[options.database]() as databases:
        streamed = measured(databases, Path(options.binary).resolve())
    growth = streamed[-1] - streamed[0]
    if options.check and growth > MOST_GROWTH:
        sys.exit(f"a streamed list of {ROWS[-1]:,} rows takes {growth:.1f} MiB more than one of {ROWS[0]:,}")


def parsed():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=DATABASES, default="sqlite", help="on which database (default: sqlite)")
    parser.add_argument("--binary", help="the library's API, where it is not to be built")
    parser.add_argument("--check", action="store_true", help="fail when a streamed list grows with its rows")
    return parser.parse_args()


def measured(databases, binary):
    """Prints the table; returns the figures of the streamed lists."""
    print(f"| rows | body | {' | '.join(f'{name}, most memory' for name, _ in LISTS)} |\n|---|---|{'---|' * len(LISTS)}")
    streamed = []
    for rows in ROWS:
        with tempfile.TemporaryDirectory() as folder, databases.fresh(folder) as url:
            prepare(databases, binary, folder, url, rows)
            peaks, bodies = zip(*(peak(binary, folder, url, path) for _, path in LISTS))
        if len(set(bodies)) != 1:
            sys.exit(f"{rows:,} rows: the streamed list has other bytes")
        streamed.append(peaks[0])
        figures = " | ".join(f"{megabytes:.1f} MiB" for megabytes in peaks)
        print(f"| {rows:,} | {bodies[0][0] / 2**20:.1f} MiB | {figures} |", flush=True)
    return streamed


def prepare(databases, binary, folder, url, rows):
    """Books, each with an author and two genres. Only the number of books differs."""
    run(binary, folder, url, "migrate")
    genres = ", ".join(f"('genre-{number}')" for number in range(1, 11))
    authors = ", ".join(f"('Author {number} of Some Books')" for number in range(1, AUTHORS + 1))
    databases.run(url, f"INSERT INTO library_author (name) VALUES {authors}; INSERT INTO library_genre (slug) VALUES {genres}")
    for first in range(1, rows + 1, 1000):
        numbers = range(first, min(first + 1000, rows + 1))
        books = ", ".join(f"('The Book with Number {number}', '878{number:010}', 100, '2025-03-04', {1 + number % AUTHORS})"
                          for number in numbers)
        links = ", ".join(f"({number}, {1 + (number + step) % 10})" for number in numbers for step in range(2))
        databases.run(url, f"INSERT INTO library_book (title, isbn, pages, published, author_id) VALUES {books}; "
                           f"INSERT INTO library_book_genres (book_id, genre_id) VALUES {links}")


def peak(binary, folder, url, path):
    """The most memory of a server that has answered one request, and the length and the digest of the answer."""
    port = free_port()
    server = subprocess.Popen([binary, "runserver", f"127.0.0.1:{port}"], cwd=folder, env=environment(url),
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        body = fetched(port, path)
        status = Path(f"/proc/{server.pid}/status").read_text()
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
    kibibytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(kibibytes) / 1024, body


def fetched(port, path):
    """Reads an answer without keeping it."""
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            connection.request("GET", path)
            break
        except ConnectionRefusedError:
            time.sleep(0.05)
    answer = connection.getresponse()
    length, digest = 0, hashlib.sha256()
    while piece := answer.read(65536):
        length += len(piece)
        digest.update(piece)
    connection.close()
    if answer.status != 200:
        sys.exit(f"GET {path} was answered {answer.status}")
    return length, digest.hexdigest()


if __name__ == "__main__":
    main()
