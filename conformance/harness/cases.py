"""Reading the case files: data in, one `Case` for every combination out."""
import base64
import itertools
import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path

from . import accounts
from .reference import Broken

PLACEHOLDER = re.compile(r"\{([a-zA-Z_][\w.-]*)\}")
TOKENS = {
    name: f"{pk:x}" * 40
    for pk, name in enumerate(["admin", "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"], 1)
}
STEP_KEYS = {
    "request", "as", "basic", "headers", "json", "form", "multipart", "body", "type", "encoding", "compare", "contains",
    "normalise", "status", "belleville", "capture", "sql",
}
CASE_KEYS = STEP_KEYS | {"name", "matrix", "each", "step", "setup", "db", "postgres", "accounts"}
FILE_KEYS = {"area", "environment", "session", "jwt", "setup", "defaults", "case"}


@dataclass(frozen=True)
class Step:
    """One request, still with the placeholders that only the run can fill in."""

    method: str
    target: str
    headers: tuple
    body: object = None
    encoding: str = "utf-8"
    compare: str = "all"
    contains: tuple = ()
    normalise: tuple = ()
    status: int | None = None
    belleville: dict | None = None
    capture: dict = field(default_factory=dict)
    sql: tuple = ()


@dataclass(frozen=True)
class Case:
    name: str
    steps: tuple
    setup: tuple = ()
    db: tuple = ()
    normalise: tuple = ()

    @property
    def meant_db(self):
        """The rows that Belleville means to have where Django has others, a text for each query; "*" where they are alike."""
        return next((step.belleville["db"] for step in self.steps if "db" in (step.belleville or {})), [])


@dataclass(frozen=True)
class Area:
    """One case file."""

    name: str
    environment: dict
    sessions: dict
    tokens: dict
    setup: tuple
    cases: tuple

    def with_cases(self, cases):
        return replace(self, cases=tuple(cases))


def read_all(folder, database="sqlite"):
    return [read(path, database) for path in sorted(Path(folder).glob("*.toml"))]


def read(path, database):
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        refuse_unknown(data, FILE_KEYS, "the file")
        cases = tuple(named_apart(case for raw in data["case"] for case in expand(raw, data.get("defaults", {}), database)))
    except (tomllib.TOMLDecodeError, KeyError, ValueError) as error:
        raise Broken(f"{path.name}: {error!r}") from error
    return Area(
        data.get("area", path.stem), accounts.environment(data.get("environment", {})), data.get("session", {}), data.get("jwt", {}),
        statements(data.get("setup")), cases,
    )


def refuse_unknown(table, known, place):
    if unknown := set(table) - known:
        raise ValueError(f"unknown in {place}: {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")


def listed(value):
    """One or many, as a tuple."""
    return () if value is None else tuple(value) if isinstance(value, list) else (value,)


def statements(value):
    return tuple(accounts.sql(statement) for statement in listed(value))


def named_apart(cases):
    """Case names, made readable and unique."""
    seen = set()
    for case in cases:
        name = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in case.name)
        name = name if len(name) <= 100 else name[:99] + "…"
        number = 2
        unique = name
        while unique in seen:
            unique, number = f"{name} #{number}", number + 1
        seen.add(unique)
        yield Case(unique, case.steps, case.setup, case.db, case.normalise)


def expand(raw, defaults, database):
    """Every combination of `matrix` and `each` as a case of its own, with what is said for this database alone."""
    refuse_unknown(raw, CASE_KEYS, f"case {raw.get('name')!r}")
    template = {key: value for key, value in raw.items() if key not in ("matrix", "each")}
    axes = [[(name, value) for value in values] for name, values in raw.get("matrix", {}).items()]
    for combination in itertools.product(*axes):
        for row in raw.get("each", [{}]):
            row = row if isinstance(row, dict) else {"it": row}
            variables = {**dict(combination), **row}
            overriding = {key: value for key, value in row.items() if key in CASE_KEYS}
            together = {**defaults, **template, **overriding}
            on_postgres, with_accounts = together.pop("postgres", {}), together.pop("accounts", {})
            if database == "postgres":
                together |= on_postgres
            if accounts.HAS_ACCOUNTS:
                together |= with_accounts
            yield make(fill(together, variables))


def fill(value, variables):
    """Put `variables` into every `{name}` of a nested value; unknown names stay for the run to fill in."""
    if isinstance(value, dict):
        return {key: fill(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, variables) for item in value]
    if not isinstance(value, str):
        return value
    whole = PLACEHOLDER.fullmatch(value)
    if whole and whole[1] in variables:
        return variables[whole[1]]
    return PLACEHOLDER.sub(lambda match: str(variables.get(match[1], match[0])), value)


def make(raw):
    common = {key: raw[key] for key in ("as", "basic", "headers", "compare", "normalise") if key in raw}
    if "step" in raw:
        steps = [make_step({**common, **step}) for step in raw["step"]]
    else:
        steps = [make_step({key: value for key, value in raw.items() if key in STEP_KEYS})]
    name = raw.get("name") or raw["request"]
    return Case(name, tuple(steps), statements(raw.get("setup")), statements(raw.get("db")), listed(raw.get("normalise")))


def make_step(raw):
    refuse_unknown(raw, STEP_KEYS, f"step {raw.get('request')!r}")
    method, _, target = raw["request"].partition(" ")
    body, media_type = body_of(raw)
    body = accounts.body(method, target, body)
    return Step(
        method, target, tuple(headers_of(raw, media_type)), body, raw.get("encoding", "utf-8"), raw.get("compare", "all"),
        listed(raw.get("contains")), listed(raw.get("normalise")), raw.get("status"), raw.get("belleville"),
        raw.get("capture", {}), statements(raw.get("sql")),
    )


def body_of(raw):
    """The body and the Content-Type that its spelling implies."""
    if "json" in raw:
        return raw["json"], "application/json"
    if "form" in raw:
        return raw["form"], "application/x-www-form-urlencoded"
    if "multipart" in raw:
        return multipart(raw["multipart"]), "multipart/form-data; boundary=frontier"
    return raw.get("body"), None


def multipart(fields):
    parts = [f'--frontier\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    return "".join(parts) + "--frontier--\r\n"


def headers_of(raw, media_type):
    """Header lines in order. A list repeats the header, `false` leaves out one that would be sent by itself."""
    wanted = dict(raw.get("headers", {}))
    if "as" in raw and raw["as"] != "anonymous":
        wanted.setdefault("Authorization", f"Token {TOKENS[raw['as']]}")
    if "basic" in raw:
        wanted.setdefault("Authorization", "Basic " + base64.b64encode(raw["basic"].encode()).decode())
    media_type = raw.get("type", media_type)
    if media_type is not None:
        wanted.setdefault("Content-Type", media_type)
    wanted.setdefault("Host", "testserver")
    for name, value in wanted.items():
        for item in listed(value):
            yield name, item
