"""What counts as the same answer, and how a difference is shown."""
import datetime
import difflib
import email.utils
import re
import time

from . import tokens
from .wire import parse_set_cookie

NOT_COMPARED = {
    "date", "server", "connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "via",
    "proxy-connection", "set-cookie", "content-length",
}
FRESH = datetime.timedelta(seconds=60)
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{6})?(?:Z|[+-]\d\d:\d\d)?")


def in_utc(text):
    """The moment that a text names, which is UTC where it does not say."""
    moment = datetime.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)


def present_time(text):
    """Timestamps of the last minute lose their digits and keep their format; older ones are data and stay."""
    now = datetime.datetime.now(datetime.timezone.utc)

    def replace(match):
        moment = in_utc(match[0])
        return f"<now {re.sub('[0-9]', '0', match[0])}>" if abs(now - moment) < FRESH else match[0]

    return TIMESTAMP.sub(replace, text)


def moment_from_now(text):
    """How far a moment lies from now, to the next twenty seconds."""
    moment = in_utc(text)
    return round((moment - datetime.datetime.now(datetime.timezone.utc)).total_seconds() / 20) * 20


def knox_token(text):
    """The answer of knox's login, and that of the handler which makes a token itself."""
    text = re.sub(
        r'"expiry":(\s*)"([^"]*)",(\s*)"token":(\s*)"[0-9a-f]{64}"',
        lambda match: f'"expiry":{match[1]}<{moment_from_now(match[2])}>,{match[3]}"token":{match[4]}"<64 digits>"',
        text,
    )
    return re.sub(
        r'"token":(\s*)"[0-9a-f]{64}",(\s*)"token_key":(\s*)"[0-9a-f]{15}"',
        r'"token":\1"<64 digits>",\2"token_key":\3"<15 digits>"',
        text,
    )


def sorted_sources(text):
    """The rows behind a foreign key, where no order is asked for: PostgreSQL gives them in any."""
    return re.sub(r'(?<="sources":\[)[^\[\]{}]*(?=\])', lambda match: ",".join(sorted(match[0].split(","))), text)


RULES = {
    "sources": sorted_sources,
    "jwt": tokens.told,
    "now": present_time,
    "token": lambda text: re.sub(r"\b[0-9a-f]{40}\b", "<token>", text),
    "knox": knox_token,
    "password": lambda text: re.sub(
        r"pbkdf2_sha256\$1000000\$[A-Za-z0-9]{22}\$[A-Za-z0-9+/]{43}=", "pbkdf2_sha256$1000000$<salt>$<hash>", text
    ),
    "auth-hash": lambda text: re.sub(r'("_auth_user_hash":)"[0-9a-f]{64}"', r'\1"<hash>"', text),
    "uuid": lambda text: re.sub(r"\b[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}\b", "<uuid4>", text),
    "file-name": lambda text: re.sub(r"_[A-Za-z0-9]{7}(?=[.\"'])", "_<random>", text),
    "http-date": lambda text: re.sub(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", "<date>", text),
    "wait": lambda text: re.sub(r"^\d+$|(?<=available in )\d+(?= seconds)", lambda match: str(-int(match[0]) // 5 * -5), text),
    "cursor": lambda text: re.sub(r"(?<=cursor=)[^&\"]+", "<cursor>", text),
    "session-key": lambda text: re.sub(r"\b[a-z0-9]{32}\b", "<session key>", text),
}


def normalised(text, rules):
    for rule in rules:
        if rule in RULES:
            text = RULES[rule](text)
    return text


def view(answer, step):
    """The comparable side of an answer: what remains when all that must differ has been named."""
    head = {"status": str(answer.status)}
    for name in sorted({key.lower() for key, _ in answer.headers} - NOT_COMPARED):
        head[name] = normalised(", ".join(answer.all(name)), step.normalise)
    if "allow-order" in step.normalise and "allow" in head:
        head["allow"] = ", ".join(sorted(head["allow"].split(", ")))
    if "expires" in head:
        head["expires"] = relative(head["expires"])
    if head.get("age", "").isdigit():
        head["age"] = "<seconds>"
    for line in sorted(answer.all("set-cookie")):
        name, shown = cookie(line)
        head[f"set-cookie {name}"] = shown
    body = None if step.compare == "head" else normalised(answer.text(), step.normalise)
    return head, body


def cookie(line):
    """A cookie with its value reduced to its shape and its moment of expiry to a distance."""
    name, value, attributes = parse_set_cookie(line)
    attributes = {key: relative(text) if key == "expires" else text for key, text in attributes.items()}
    spelled = [f"{key}={text}" if text else key for key, text in sorted(attributes.items())]
    return name, "; ".join([shape(name, value), *spelled])


def shape(name, value):
    if name == "sessionid" and re.fullmatch(r"[\w.-]+:\w+:[\w-]+", value):
        return "<signed>"
    alphabet = {"sessionid": "[a-z0-9]{32}"}.get(name, "[a-zA-Z0-9]{32}")
    return "<random>" if re.fullmatch(alphabet, value) else value


def relative(date):
    """An HTTP date near now, or near a whole number of days from now, told as that distance."""
    try:
        seconds = email.utils.parsedate_to_datetime(date).timestamp() - time.time()
    except (TypeError, ValueError):
        return date
    days = round(seconds / 86400)
    if days >= 0 and abs(seconds - days * 86400) < 60:
        return f"<now + {days} days>"
    return f"<now + {round(seconds / 20) * 20} s>" if abs(seconds) < 86400 else date


def differences(step, django, peer, honest=True):
    """Lines that tell every difference between two answers; none when they are alike."""
    if isinstance(django, Exception) or isinstance(peer, Exception):
        return [f"Django: {told(django)}", f"Belleville: {told(peer)}"]
    found = []
    if step.status is not None and django.status != step.status:
        found.append(f"the case expects {step.status}, Django answers {django.status}: {excerpt(django.text())}")
    found += missing(step, "Django", django) + missing(step, "Belleville", peer)
    if honest and step.belleville and step.belleville.keys() - {"db", "why"}:
        return found + departures(step, django, peer)
    return found + unlike(view(django, step), view(peer, step)) + lengths(django, peer, step)


def told(answer):
    return f"no answer ({answer!r})" if isinstance(answer, Exception) else f"status {answer.status}"


def missing(step, name, answer):
    return [f"{name}'s body lacks {text!r}" for text in step.contains if text not in answer.text()]


SECURITY = {
    "x-frame-options": "DENY", "x-content-type-options": "nosniff", "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def departures(step, django, peer):
    """Where Belleville means to differ, it is held to what the case says instead, with the headers and cookies of a usual
    answer: where Django breaks, its own have nothing to be compared with."""
    expected, (django_head, _), (peer_head, _) = step.belleville, view(django, step), view(peer, step)
    meant = {} if expected.get("headers") is False else usual(step, django_head, peer_head) | expected.get("headers", {})
    meant["status"] = str(expected.get("status", peer.status))
    meant = {name: peer_head.get(name, "(any)") if text == "*" else text for name, text in meant.items() if text}
    found = [
        f"{name}: meant {meant.get(name, '(absent)')} | Belleville {peer_head.get(name, '(absent)')}"
        for name in [*meant, *(set(peer_head) - set(meant))]
        if meant.get(name) != peer_head.get(name)
    ]
    if "body" in expected and peer.text() != expected["body"]:
        found.append(f"body: meant {expected['body']!r}, Belleville {excerpt(peer.text())}")
    return found


def usual(step, django_head, peer_head):
    """The headers of an answer of this kind: of an API's view, which says what it allows, or of a page."""
    cookies = {name: text for name, text in django_head.items() if name.startswith("set-cookie ")}
    if "allow" not in peer_head:
        return SECURITY | cookies | {"content-type": "text/html; charset=utf-8"}
    head = SECURITY | cookies | {"content-type": "application/json", "vary": "Accept"}
    if "Cookie" in django_head.get("vary", ""):
        head["vary"] = "Accept, Cookie"
    # Which methods and which challenge, other steps compare with Django.
    head["allow"] = "*" if step.method.upper() in peer_head["allow"] else "a list with the method"
    if peer_head["status"] == "401":
        head["www-authenticate"] = "*"
    return head


def unlike(django, peer):
    (django_head, django_body), (peer_head, peer_body) = django, peer
    found = [
        f"{name}: Django {django_head.get(name, '(absent)')} | Belleville {peer_head.get(name, '(absent)')}"
        for name in [*django_head, *(set(peer_head) - set(django_head))]
        if django_head.get(name) != peer_head.get(name)
    ]
    return found + ([] if django_body == peer_body else body_difference(django_body, peer_body))


def lengths(django, peer, step):
    """Content-Length is framing, and a server may prefer chunks; but a HEAD answer must name the same length."""
    # What is compressed has a random length.
    if step.method.upper() != "HEAD" or step.compare == "head" or django.all("content-encoding"):
        return []
    ours, theirs = peer.all("content-length"), django.all("content-length")
    return [f"content-length: Django {theirs} | Belleville {ours}"] if theirs and ours != theirs else []


def body_difference(django, peer):
    if "\n" in django and "\n" in peer:
        lines = difflib.unified_diff(django.splitlines(), peer.splitlines(), "Django", "Belleville", lineterm="", n=1)
        return ["body:", *(f"    {line}" for line in list(lines)[:30])]
    start = next((i for i, (a, b) in enumerate(zip(django, peer)) if a != b), min(len(django), len(peer)))
    return [
        f"body, from character {start}:", f"    Django:     {excerpt(django, start)}", f"    Belleville: {excerpt(peer, start)}"
    ]


def excerpt(text, around=0, width=200):
    begin = max(0, around - 60)
    cut = text[begin : begin + width]
    return ("…" if begin else "") + repr(cut)[1:-1] + ("…" if len(text) > begin + width else "")
