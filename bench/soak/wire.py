"""HTTP/1.1 on plain sockets: what both the honest client and the attackers need."""
import socket
import struct

HOST = "api.example.com"
ALICE_PASSWORD = "the-right-password-of-alice"

BIND_ADDRESS_NO_PORT = 24  # IP_BIND_ADDRESS_NO_PORT: one address may have more connections than it has free ports
ESTABLISHED = 1


def new_socket(source, receive_buffer=None):
    """A socket that will connect from the given loopback address."""
    wire = socket.socket()
    wire.setsockopt(socket.IPPROTO_IP, BIND_ADDRESS_NO_PORT, 1)
    if receive_buffer:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    wire.bind((source, 0))
    return wire


def reset_on_close(wire):
    """From now on `close` sends a reset."""
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def is_established(wire):
    """Whether neither side has closed, without reading anything."""
    return wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == ESTABLISHED


def request(method, path, *headers, host=HOST, body=b"", length=None):
    """A request's bytes; `length` tells another Content-Length than that of the body."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *headers]
    if body or length is not None:
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def json_request(path, body, *headers):
    return request("POST", path, "Content-Type: application/json", *headers, body=body)


class Answer:
    """An answer that arrives in pieces."""

    def __init__(self):
        self.received = b""
        self.status = None
        self.end = None
        self.closes = False

    def add(self, piece):
        """Takes a piece; whether the answer is complete."""
        self.received += piece
        if self.end is None and b"\r\n\r\n" in self.received:
            self.read_head()
        return self.end is not None and len(self.received) >= self.end

    def read_head(self):
        head, _, _ = self.received.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split(" ")[1])
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        self.end = len(head) + 4 + int(headers.get("content-length", 0))
        self.closes = headers.get("connection") == "close"
