"""JSON Web Tokens: forging them for requests, and telling what is inside those that come back."""
import base64
import hashlib
import hmac
import json
import re
import time

from . import accounts
from .reference import SECRET_KEY

HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}
MOMENTS = ("exp", "iat", "nbf", "refresh_exp")
STANDARD = {"token_type": "access", "exp": 300, "iat": -1, "jti": "0123456789abcdef0123456789abcdef", "user_id": "2"}
TOKEN = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*")


def forged(spec):
    """A token: the claims of an access token of alice, changed as the spec says. Moments are seconds from now."""
    if "raw" in spec:
        return spec["raw"]
    claims = STANDARD | spec.get("claims", {})
    claims = {name: value for name, value in claims.items() if name not in spec.get("without", [])}
    claims = accounts.claims(claims)
    now = int(time.time())
    claims = {name: now + value if name in MOMENTS else value for name, value in claims.items()}
    claims |= json.loads(spec.get("literally", "{}"))
    payload = accounts.payload(spec.get("payload", json.dumps(claims, separators=(",", ":"))))
    algorithm = spec.get("alg", "HS256")
    header = spec.get("header", json.dumps({"alg": algorithm, "typ": "JWT"}, separators=(",", ":")))
    message = f"{encoded(header.encode())}.{encoded(payload.encode())}"
    signature = signed(message, spec.get("sign", algorithm), spec.get("key", SECRET_KEY))
    token = f"{message}.{encoded(signature)}"
    if "tamper" in spec:
        token = tampered(token, spec["tamper"])
    return token + spec.get("after", "")


def signed(message, algorithm, key):
    return hmac.new(key.encode(), message.encode(), HASHES[algorithm]).digest() if algorithm in HASHES else b""


def tampered(token, how):
    header, payload, signature = token.split(".")
    return {
        "payload": f"{header}.{encoded(decoded(payload).replace(b'2', b'1', 1))}.{signature}",
        "signature": f"{header}.{payload}.{('A' if signature[0] != 'A' else 'B') + signature[1:]}",
        "last bits": f"{header}.{payload}.{signature[:-1]}{chr(ord(signature[-1]) + 1)}",
        "no signature": f"{header}.{payload}.",
        "two parts": f"{header}.{payload}",
        "four parts": f"{header}.{payload}.{signature}.x",
        "padded": f"{header}.{payload}.{signature}=",
        "overpadded": f"{header}.{payload}.{signature}===",
        "space": f"{header}. {payload}.{signature}",
        "standard alphabet": f"{header}.{payload}.{signature[:-2]}+/",
        "junk": f"{header}.{payload}!.{signature}",
    }[how]


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def told(text):
    """The text with what is inside its tokens: header and payload to the letter, but for moments, ids and signatures."""
    return TOKEN.sub(lambda match: inside(match[0]), text)


def inside(token):
    header, payload, signature = token.split(".")
    try:
        shown = decoded(header).decode(), decoded(payload).decode()
    except ValueError:
        return token
    algorithm = json.loads(shown[0]).get("alg")
    good = algorithm in HASHES and signed(f"{header}.{payload}", algorithm, SECRET_KEY) == decoded(signature)
    claims = re.sub(r'"(exp|iat|refresh_exp)":(\d+)', lambda match: f'"{match[1]}":{from_now(int(match[2]))}', shown[1])
    claims = re.sub(r'":"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}"', '":"<uuid4>"', claims)
    return f"<{shown[0]} {claims} {'signed' if good else len(decoded(signature))}>"


def from_now(moment):
    return f"<now + {round((moment - time.time()) / 20) * 20}>"
