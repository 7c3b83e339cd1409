"""The honest client: token requests at a steady pace from an address of its own, and a right login now and then.

Each of its threads is one client that sends one request at a time. The end of a request is the moment at which the
kernel received the answer (SO_TIMESTAMPNS), so that what this process waits for a processor is not counted. Requests
that could not be sent when they were due, because the one before took long, count as if they had waited as well.
"""
import collections
import gc
import json
import struct
import threading
import time

from . import wire

ADDRESS = "127.0.0.2"
LOGIN_ADDRESS = "127.0.0.3"
KEEP_ALIVE, NEW = 8, 2  # threads: as many with a connection kept alive, as many with a new one for each request
PACE = 10  # requests a second of each thread
PATIENCE = 2.5  # seconds until an answer that has not come counts as refused
PATIENCE_WITH_LOGINS = 10  # the same for a right login, which hashes a password
TIMESTAMPS = 35  # SO_TIMESTAMPNS


class Client:
    """One client: a connection at most, and what it went through."""

    def __init__(self, port, source, keep_alive, content, patience=PATIENCE):
        self.port, self.source, self.keep_alive, self.content = port, source, keep_alive, content
        self.patience = patience
        self.connection = None
        self.latencies, self.refusals = [], collections.Counter()

    def run(self, first, interval, end):
        """Sends a request at `first` and then in each interval, until `end`, all in nanoseconds."""
        due = first
        while due < end:
            time.sleep(max(0, due - time.time_ns()) / 1e9)
            ended = self.one()
            due += interval
            while due < min(ended, end):
                self.latencies.append((ended - due) / 1e6)
                due += interval
        self.close()

    def one(self):
        """One request; when it ended."""
        began = time.time_ns()
        try:
            status, ended = self.exchange()
            if status >= 300:
                self.refusals[str(status)] += 1
        except OSError as error:
            self.close()
            self.refusals[type(error).__name__] += 1
            ended = time.time_ns()
        self.latencies.append(max(0, ended - began) / 1e6)
        return ended

    def exchange(self):
        connection = self.connection or self.connect()
        connection.sendall(self.content)
        answer = wire.Answer()
        while True:
            piece, extras, _, _ = connection.recvmsg(65536, 128)
            if not piece:
                raise ConnectionResetError
            if answer.add(piece):
                break
        if answer.closes or not self.keep_alive:
            self.close()
        return answer.status, arrival(extras)

    def connect(self):
        self.connection = wire.new_socket(self.source)
        self.connection.settimeout(self.patience)
        self.connection.setsockopt(wire.socket.SOL_SOCKET, TIMESTAMPS, 1)
        self.connection.connect(("127.0.0.1", self.port))
        return self.connection

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


def arrival(extras):
    for _, kind, content in extras:
        if kind == TIMESTAMPS:
            seconds, nanoseconds = struct.unpack("qq", content[:16])
            return seconds * 10**9 + nanoseconds
    return time.time_ns()


def token_request(token):
    return wire.request("GET", "/api/tasks/1/", f"Authorization: Token {token}")


def login_client(port, password):
    login = json.dumps({"username": "alice", "password": password}).encode()
    content = wire.json_request("/api-token-auth/", login)
    return Client(port, LOGIN_ADDRESS, False, content, PATIENCE_WITH_LOGINS)


def run(pipe, port, token, seconds, logins):
    """The honest process: sends what `Result` needs through the pipe."""
    gc.disable()
    threads = KEEP_ALIVE + NEW
    tokens = [Client(port, ADDRESS, number < KEEP_ALIVE, token_request(token)) for number in range(threads)]
    right_logins = [login_client(port, wire.ALICE_PASSWORD)] if logins else []
    start = time.time_ns() + 50_000_000
    end = start + int(seconds * 1e9)
    interval = 10**9 // PACE
    plans = [(client, start + n * interval // threads, interval) for n, client in enumerate(tokens)]
    plans += [(client, start, 10**9) for client in right_logins]
    running = [threading.Thread(target=client.run, args=(first, every, end)) for client, first, every in plans]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    pipe.send((told(tokens), told(right_logins)))


def told(clients):
    latencies = [latency for client in clients for latency in client.latencies]
    return latencies, sum((client.refusals for client in clients), collections.Counter())


def answers(port, token):
    """Whether one token request is answered as it should, on a new connection."""
    client = Client(port, ADDRESS, False, token_request(token))
    client.one()
    return not client.refusals


def fail_to_log_in(port):
    """One wrong password from `LOGIN_ADDRESS`, for the log."""
    login_client(port, "wrong").one()
