"""The same cases for users of another model (AUTH_USER_MODEL=people.Account): they log in by `email`, and their keys are UUIDs."""
import re
import uuid

from .reference import HAS_ACCOUNTS

# Claims that hold a user's key, under the names that the areas give them.
KEYS = ("user_id", "uid")


def asks(case):
    """Whether the case is asked there: the lab knows no users, so what needs it is not asked twice."""
    return not HAS_ACCOUNTS or not any(step.target.startswith("/conformance/lab/") for step in case.steps)


def body(method, target, text):
    """A body for simplejwt's views, which call the name to log in with by its field."""
    if not (HAS_ACCOUNTS and isinstance(text, str) and method == "POST" and target.startswith("/api/token/")):
        return text
    return re.sub(r'"username"|\busername=|name="username"', lambda match: match[0].replace("username", "email"), text)


def environment(variables):
    names = {"username": "email"}
    is_field = "SIMPLE_JWT__USER_ID_FIELD"
    return {name: names.get(value, value) if HAS_ACCOUNTS and name == is_field else value for name, value in variables.items()}


def sessions(specs):
    """The user's key in the contents of a session."""
    name = "_auth_user_id"
    if HAS_ACCOUNTS:
        return [spec | {"data": spec["data"] | {name: key(spec["data"][name])}} if name in spec.get("data", {}) else spec for spec in specs]
    return specs


def claims(values):
    """The key of the user with a number."""
    return {name: key(value) if HAS_ACCOUNTS and name in KEYS else value for name, value in values.items()}


def sql(statement):
    """Keys of users in the columns that refer to them. The views of `seed` have numbers, as the cases do."""
    if not HAS_ACCOUNTS or "auth_user_" in statement:
        return statement
    compared = r"(\b(?:user|owner)_id = )([1-9])\b"
    inserted = r"(, )([1-9])(?=, ')"
    pattern = inserted if statement.startswith("INSERT") and "user_id" in statement else compared
    return re.sub(pattern, lambda match: f"{match[1]}'{uuid.UUID(int=int(match[2])).hex}'", statement)


def payload(text):
    """The same in the text of a token's claims."""
    name = "|".join(KEYS)
    keys = re.compile(rf'("(?:{name})"\s*:\s*")([1-9][0-9]*)"')
    return keys.sub(lambda match: f'{match[1]}{key(match[2])}"', text) if HAS_ACCOUNTS else text


def key(value):
    is_number = isinstance(value, str) and re.fullmatch("[1-9][0-9]*", value)
    return str(uuid.UUID(int=int(value))) if is_number else value
