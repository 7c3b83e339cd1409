"""The attacks, each with what it is made of. All were done for real, on a server that had no answer to them."""
import dataclasses
import typing

from . import attacks, report

ONE, MANY = 1, 250  # addresses that an attack comes from
TOKEN_VIEWS = ["/api-token-auth/", "/api/token/"]
BROKEN_CHUNKS = [b"ZZ\r\n{}\r\n0\r\n\r\n", b"2\r\n{}XX0\r\n\r\n", b"-1\r\n{}\r\n", b"FFFFFFFFFFFFFFFFF\r\n{}", b""]
SPREAD_OVER = 1.5  # seconds in which the connections of an attack that keeps them are opened


@dataclasses.dataclass
class Life:
    """One of the attacker's connections, which is opened again when it has ended."""

    once: typing.Callable
    source: str
    after: float
    pause: float


@dataclasses.dataclass
class Scenario:
    """One attack.

    `connections` is a number, or, as a float, a share of `--connections`. When a connection has ended, `pause` seconds
    pass before the next. With `logins`, somebody else logs in rightly each second. `also` judges what is of this
    scenario alone.
    """

    name: str
    says: str
    kinds: list
    connections: int | float
    addresses: int = ONE
    pause: float = 1.0
    processes: int = 1
    anonymous: bool = True
    logins: bool = False
    judged: bool = True
    also: typing.Callable | None = None

    def lives(self, connections):
        """What each connection does, from which address, and when it begins."""
        many = self.connections if isinstance(self.connections, int) else int(self.connections * connections)
        step = SPREAD_OVER / many if many > 100 else 0
        return [self.life(number, number * step) for number in range(many)]

    def life(self, number, after):
        kind = self.kinds[number % len(self.kinds)]
        pause = self.pause
        if isinstance(kind, tuple):
            kind, pause = kind
        # Neighbours have different addresses, and each address does some of everything.
        return Life(kind, address(number % self.addresses) if self.addresses > 1 else "127.0.0.1", after, pause)


def address(number):
    return f"127.1.{number // 200}.{number % 200 + 1}"


FOREIGN_BODY = attacks.endless_body("/nowhere/", attacks.FOREIGN)
PROTECTED_BODY = attacks.endless_body("/api/tasks/")
TRICKLED = attacks.slow_body(2_600_000, 4096, 4096)
ALMOST_WHOLE = attacks.slow_body(65_000, 60_000, 1)
ABORTED = [attacks.aborted_login(path) for path in TOKEN_VIEWS]
BROKEN = [attacks.broken_body(chunks) for chunks in BROKEN_CHUNKS]
NEVER_READING = attacks.never_reading(attacks.list_of_tasks)
SLOW_READER = attacks.slow_reader(attacks.list_of_tasks)
SLOW_READER_PAGES = attacks.slow_reader(attacks.login_pages)
NEVER_READING_PAGES = attacks.never_reading(attacks.login_pages)


def big_logins(length, names):
    return [attacks.big_login(TOKEN_VIEWS[n % 2], f"somebody-{n}", length) for n in range(names)]


# What only holds connections: a part of `mixed`, and what is there when the server is asked to stop.
HOLDING = [
    attacks.idle, attacks.slow_head, NEVER_READING_PAGES, SLOW_READER_PAGES, TRICKLED, ALMOST_WHOLE, PROTECTED_BODY,
    attacks.long_head, FOREIGN_BODY, attacks.idle,
]
# What comes again and again, here with pauses, since hundreds of connections do it.
COMING = [(kind, 2.0) for kind in [*ABORTED, attacks.half_and_reset, *BROKEN, *big_logins(65_000, 2)]]


def both(name, says, kinds, connections, spread=None, **more):
    """The attack from one address, and from many, perhaps with more connections."""
    return [
        Scenario(name, says, kinds, connections, **more),
        Scenario(f"{name}-spread", says, kinds, spread or connections, addresses=MANY, **more),
    ]


SCENARIOS = [
    Scenario(
        "neighbours", "no attack: the attackers' processes work for themselves, as a measure of what the machine costs",
        [attacks.neighbour], 2, pause=0, processes=2, judged=False,
    ),
    Scenario(
        "aborted-logins", "wrong passwords, reset after 2 ms, without pause", ABORTED, 8, pause=0, logins=True,
        also=report.limited,
    ),
    *both("never-reading", "40 KiB of requests for a list, nothing read", [NEVER_READING], 1.1, anonymous=False),
    *both("never-reading-pages", "the same without a token, for the login page", [NEVER_READING_PAGES], 1.1),
    *both("slow-readers", "the same list, one byte read a second", [SLOW_READER], 1.0, anonymous=False),
    *both("slow-heads", "a byte of a head in three seconds", [attacks.slow_head], 1.0),
    *both("long-heads", "400 KB of a head without an end", [attacks.long_head], 0.5),
    *both("bodies-foreign", "2.5 MB that never end, foreign host, unknown path", [FOREIGN_BODY], 0.3, 1.0),
    *both("bodies-protected", "the same, right host, protected view", [PROTECTED_BODY], 0.3, 1.0),
    *both("slow-bodies", "a body of 2.6 MB for /api/token/ at 4 KiB a second", [TRICKLED], 1.0),
    *both("almost-bodies", "65,000 bytes for /api/token/, the last 5,000 one a second", [ALMOST_WHOLE], 1.0),
    Scenario(
        "big-logins", "twenty logins of 2.6 MB at once, again and again", big_logins(2_600_000, 20), 20, logins=True,
    ),
    Scenario(
        "long-logins", "logins of 64 KiB", big_logins(65_000, 200), 200, addresses=MANY, logins=True,
    ),
    Scenario(
        "json-posters", "four posters of 2.5 MB of JSON to /api/token/ without pause",
        [attacks.json_poster("/api/token/")], 4, pause=0.002,
    ),
    Scenario(
        "json-posters-token", "the same with a token, to /api/tasks/",
        [attacks.json_poster("/api/tasks/", with_token=True)], 4, pause=0.002, anonymous=False,
    ),
    *both("idle", "connections, and nothing more", [attacks.idle], 1.0),
    Scenario(
        "resets", "half a request, then a reset, without pause", [attacks.half_and_reset], 16, pause=0, processes=2,
    ),
    Scenario("chunked", "chunks that are none, bodies that are short", BROKEN, 20, pause=0.02, also=report.no_success),
    Scenario(
        "mixed", "all of it", HOLDING + COMING, 1.0, addresses=MANY, logins=True, processes=2,
    ),
]
GOODBYE = Scenario("goodbye", "SIGTERM with all of them connected", HOLDING, 0.6, addresses=MANY, processes=2)
