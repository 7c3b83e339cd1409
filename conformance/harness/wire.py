"""Bytes out, bytes in: no client library stands between a case and the server."""
import gzip
import http.client
import json
import socket
from dataclasses import dataclass
from html.parser import HTMLParser

from .cases import PLACEHOLDER

TIMEOUT = 30


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple
    body: bytes

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name]

    def text(self):
        return self.body.decode("utf-8", "backslashreplace")


class Client:
    """One server's side of one case: its cookies and the values it has handed out."""

    def __init__(self, port, variables):
        self.port = port
        self.variables = dict(variables)
        self.cookies = {}

    def perform(self, step):
        answer = exchange(self.port, step.method, self.request_bytes(step))
        self.remember(answer)
        for name, source in step.capture.items():
            self.variables[name] = captured(answer, source)
        return answer

    def fill(self, text):
        return PLACEHOLDER.sub(lambda match: str(self.variables.get(match[1], match[0])), text)

    def request_bytes(self, step):
        body = self.body_bytes(step)
        headers = [(name, value) for name, value in step.headers if value is not False]
        names = {name.lower() for name, _ in step.headers}
        if self.cookies and "cookie" not in names:
            headers.append(("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items())))
        if body is not None and "content-length" not in names:
            headers.append(("Content-Length", str(len(body))))
        lines = [f"{step.method} {self.fill(step.target)} HTTP/1.1"]
        lines += [f"{name}: {self.fill(str(value))}" for name, value in headers]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")

    def body_bytes(self, step):
        """A body is a text, or a list of texts and [text, times] pairs for long ones."""
        if step.body is None:
            return None
        parts = step.body if isinstance(step.body, list) else [step.body]
        spelled = (part if isinstance(part, str) else part[0] * part[1] for part in parts)
        return self.fill("".join(spelled)).encode(step.encoding, "surrogatepass" if step.encoding == "utf-8" else "strict")

    def remember(self, answer):
        for line in answer.all("set-cookie"):
            name, value, attributes = parse_set_cookie(line)
            if attributes.get("max-age") == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = self.variables[name] = value
        if b"csrfmiddlewaretoken" in answer.body:
            self.variables["csrfmiddlewaretoken"] = input_value(answer.text(), "csrfmiddlewaretoken")


def exchange(port, method, request):
    """Send the bytes on a new connection. A server may answer and close before it has read a large body."""
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT) as connection:
        try:
            connection.sendall(request)
        except (BrokenPipeError, ConnectionResetError):
            pass
        response = http.client.HTTPResponse(connection, method=method.upper())
        response.begin()
        body = response.read()
        # A file whose name ends in .gz may be anything.
        if body.startswith(b"\x1f\x8b") and response.getheader("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return Answer(response.status, tuple(response.getheaders()), body)


def captured(answer, source):
    """`json:a.0.b` takes a value from the body, `header:Name` a header, `cookie:name` a cookie, `input:name` a form field."""
    kind, _, name = source.partition(":")
    if kind == "json":
        value = json.loads(answer.body)
        for key in name.split("."):
            value = value[int(key)] if isinstance(value, list) else value[key]
        return value
    if kind == "header":
        return answer.all(name.lower())[0]
    if kind == "cookie":
        return next(value for key, value, _ in map(parse_set_cookie, answer.all("set-cookie")) if key == name)
    if kind == "input":
        return input_value(answer.text(), name)
    raise ValueError(f"unknown source of a captured value: {source}")


def parse_set_cookie(line):
    pair, *attributes = line.split(";")
    name, _, value = pair.strip().partition("=")
    parsed = (attribute.strip().partition("=") for attribute in attributes)
    return name, value, {key.lower(): text for key, _, text in parsed}


class InputFinder(HTMLParser):
    def __init__(self, name):
        super().__init__()
        self.name, self.value = name, None

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "input" and found.get("name") == self.name and self.value is None:
            self.value = found.get("value", "")


def input_value(page, name):
    finder = InputFinder(name)
    finder.feed(page)
    return finder.value
