"""What one connection of an attacker does, from its opening to its end."""
import asyncio
import itertools
import json

from . import wire
from .swarm import hold, loop, send

LONGEST_BODY = 2_621_440
FOREIGN = "nobody.example.net"
PIPELINED = 40 * 1024
SMALL_BUFFER = 4096  # of a client that does not read: little of what is sent to it leaves the server


def long_list(length, **fields):
    """JSON of about that many bytes, most of it a list of ones."""
    head = json.dumps({**fields, "x": []})[:-2].encode()
    return head + b"1," * ((length - len(head)) // 2 - 1) + b"1]}"


def wrong_login(path, name, length=0):
    return wire.json_request(path, long_list(length, username=name, password="wrong"))


def pipelined(path, *headers):
    one = wire.request("GET", path, *headers)
    return one * (PIPELINED // len(one))


def list_of_tasks(swarm):
    return pipelined("/api/tasks/", f"Authorization: Token {swarm.token}")


def login_pages(_swarm):
    return pipelined("/api-auth/login/", "Accept: text/html")


def aborted_login(path):
    """A wrong password, and a reset after 2 ms, when the server has begun to look at it."""
    names = itertools.count()

    async def once(swarm, source):
        async with swarm.connection(source) as connection:
            # Each of another name, so that only the address can be counted.
            await send(connection, wrong_login(path, f"somebody-{next(names)}"))
            swarm.seen["attempts"] += 1
            await asyncio.sleep(0.002)
            wire.reset_on_close(connection)

    return once


def never_reading(requests):
    """Asks for much and reads nothing of it."""

    async def once(swarm, source):
        async with swarm.connection(source, SMALL_BUFFER) as connection:
            await send(connection, requests(swarm))
            while wire.is_established(connection):
                await asyncio.sleep(0.5)

    return once


def slow_reader(requests):
    """Asks for much and reads one byte of it a second."""

    async def once(swarm, source):
        async with swarm.connection(source, SMALL_BUFFER) as connection:
            sending = asyncio.create_task(send(connection, requests(swarm)))
            try:
                while await loop().sock_recv(connection, 1):
                    await asyncio.sleep(1)
            finally:
                sending.cancel()

    return once


async def slow_head(swarm, source):
    """A head that comes byte by byte, one in three seconds."""
    async with swarm.connection(source) as connection:
        for byte in wire.request("GET", "/api/tasks/1/", "X-Slow: " + "a" * 200):
            await send(connection, bytes([byte]))
            await hold(connection, 3)


async def long_head(swarm, source):
    """400 KB of a head without an end."""
    async with swarm.connection(source) as connection:
        await send(connection, wire.request("GET", "/", *["X-Long: " + "a" * 100_000] * 4)[:-2])
        await hold(connection)


def endless_body(path, host=wire.HOST):
    """All but the last byte of the longest body there may be."""
    head = wire.request("POST", path, "Content-Type: application/json", host=host, length=LONGEST_BODY)
    body = long_list(LONGEST_BODY)[: LONGEST_BODY - 1]

    async def once(swarm, source):
        async with swarm.connection(source) as connection:
            await send(connection, head)
            await send(connection, body)
            await hold(connection)

    return once


def slow_body(length, at_once, piece):
    """A body for a view that hands out tokens: some of it at once, then a piece a second."""
    head = wire.request("POST", "/api/token/", "Content-Type: application/json", length=length)

    async def once(swarm, source):
        async with swarm.connection(source) as connection:
            await send(connection, head + long_list(at_once)[:at_once])
            while True:
                await hold(connection, 1)
                await send(connection, b"1" * piece)

    return once


def big_login(path, name, length):
    """A login with much beside the name and the password."""
    return posting(lambda _swarm: wrong_login(path, name, length))


def json_poster(path, with_token=False):
    """2.5 MB of JSON; with a token, a task that is refused, so that nothing is written."""

    def content(swarm):
        headers = [f"Authorization: Token {swarm.token}"] if with_token else []
        return wire.json_request(path, long_list(2_500_000), *headers)

    return posting(content)


def posting(content):
    """The same request again and again on one connection, each once the one before is answered."""
    made = []

    async def once(swarm, source):
        made[:] = made or [content(swarm)]
        async with swarm.connection(source) as connection:
            closes = False
            while not closes:
                await send(connection, made[0])
                closes = (await swarm.answer(connection)).closes

    return once


async def idle(swarm, source):
    """A connection, and nothing more."""
    async with swarm.connection(source) as connection:
        await hold(connection)


async def half_and_reset(swarm, source):
    """Half a request, then a reset."""
    async with swarm.connection(source) as connection:
        await send(connection, wire.request("GET", "/api/tasks/1/", "X-Half: " + "a" * 200)[:120])
        wire.reset_on_close(connection)


def broken_body(chunks):
    """A body in chunks that are none, or one that is shorter than its length."""
    chunked = wire.request("POST", "/api/token/", "Content-Type: application/json", "Transfer-Encoding: chunked")
    short = wire.request("POST", "/api/token/", "Content-Type: application/json", body=b"{", length=10)

    async def once(swarm, source):
        async with swarm.connection(source) as connection:
            await send(connection, chunked + chunks if chunks else short)
            if not chunks:
                connection.shutdown(wire.socket.SHUT_WR)
            await swarm.answer(connection)

    return once


async def neighbour(_swarm, _source):
    """Work for the processors that has nothing to do with the server."""
    ours, theirs = wire.socket.socketpair()
    with ours, theirs:
        for connection in ours, theirs:
            connection.setblocking(False)
        for _ in range(100):
            await send(ours, b"a" * 1000)
            await loop().sock_recv(theirs, 1000)
