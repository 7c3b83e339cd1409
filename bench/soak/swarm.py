"""The attackers: a few processes, each with many connections, that wait for a word, attack, and tell what they saw.

What one connection does is a coroutine of `attacks`; when it ends, whatever the reason, it begins anew.
"""
import asyncio
import collections
import contextlib
import gc
import multiprocessing
import resource

from . import processors, wire

LONGEST_ANSWER = 10  # seconds


class Swarm:
    """What the connections of one attacking process share."""

    def __init__(self, port, token):
        self.port, self.token = port, token
        self.seen = collections.Counter()

    @contextlib.asynccontextmanager
    async def connection(self, source, receive_buffer=None):
        """A connection from `source`, closed at the end of the block."""
        connection = wire.new_socket(source, receive_buffer)
        connection.setblocking(False)
        try:
            await loop().sock_connect(connection, ("127.0.0.1", self.port))
            self.seen["connections"] += 1
            yield connection
        finally:
            connection.close()

    async def answer(self, connection):
        """Reads one answer and counts its status."""
        answer = wire.Answer()
        async with asyncio.timeout(LONGEST_ANSWER):
            while piece := await loop().sock_recv(connection, 65536):
                if answer.add(piece):
                    self.seen[str(answer.status)] += 1
                    return answer
        raise ConnectionResetError


def loop():
    return asyncio.get_running_loop()


async def send(connection, content):
    await loop().sock_sendall(connection, content)


async def hold(connection, seconds=None):
    """Reads and forgets whatever comes, for that long; an error when the server closes."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while await loop().sock_recv(connection, 65536):
                pass
            raise ConnectionResetError


class Attackers:
    """Processes that wait until `begin`, and end at `stop`."""

    def __init__(self, scenario, port, token, connections, longest):
        self.go, self.end = multiprocessing.Event(), multiprocessing.Event()
        self.running = []
        for number in range(scenario.processes):
            lives = [life for n, life in enumerate(scenario.lives(connections)) if n % scenario.processes == number]
            ours, theirs = multiprocessing.Pipe(duplex=False)
            work = (theirs, self.go, self.end, lives, port, token, longest)
            process = multiprocessing.Process(target=attack, args=work, daemon=True)
            process.start()
            theirs.close()
            self.running.append((process, ours))

    @property
    def processes(self):
        return [process.pid for process, _ in self.running]

    def begin(self):
        self.go.set()

    def stop(self):
        """Ends them; what they saw, together."""
        self.end.set()
        self.go.set()
        seen = collections.Counter()
        for process, pipe in self.running:
            with contextlib.suppress(EOFError):
                if pipe.poll(10):
                    seen += pipe.recv()
            process.join(2)
            if process.is_alive():
                process.kill()
        self.running = []
        return seen


def attack(pipe, go, end, lives, port, token, longest):
    """One attacking process: idle until `go`; ends at `end`, and by itself after `longest` seconds."""
    processors.stand_back()
    gc.disable()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    go.wait(longest)
    swarm = Swarm(port, token)
    asyncio.run(swarming(swarm, lives, end, longest))
    pipe.send(swarm.seen)


async def swarming(swarm, lives, end, longest):
    tasks = [asyncio.create_task(again_and_again(swarm, life)) for life in lives]
    for _ in range(int(longest * 20)):
        if end.is_set():
            break
        await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        # A mistake of ours: what a server may do to a connection is counted where it happens.
        if not isinstance(outcome, asyncio.CancelledError):
            raise outcome


async def again_and_again(swarm, life):
    # Connections are not all opened in the same instant.
    await asyncio.sleep(life.after)
    while True:
        try:
            await life.once(swarm, life.source)
        except (OSError, TimeoutError) as error:
            swarm.seen[type(error).__name__] += 1
        await asyncio.sleep(life.pause)
