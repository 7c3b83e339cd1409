"""Asks a real Django 5.2 what it does, and writes the answers to generated.json.

    python generate.py > generated.json

It needs Django, argon2-cffi and bcrypt. Every rule that auth's integration tests check against Django has its rows
here: add a row, run it again, and commit both files.
"""

import base64
import json
import sys
import zlib
from types import SimpleNamespace
from unittest import mock

import django
from django.conf import settings

SECRET = "test-vector-secret-key-0123456789-abcdefghijklmnop"
FALLBACK = "an-older-secret-key-0123456789-abcdefghijklmnopqrs"
NOW = 1_700_000_000

H = "django.contrib.auth.hashers."
settings.configure(
    SECRET_KEY=SECRET,
    SECRET_KEY_FALLBACKS=[FALLBACK],
    USE_I18N=False,
    ALLOWED_HOSTS=["good.example", "good.example:8443"],
    PASSWORD_HASHERS=[
        H + "PBKDF2PasswordHasher",
        H + "PBKDF2SHA1PasswordHasher",
        H + "Argon2PasswordHasher",
        H + "BCryptSHA256PasswordHasher",
        H + "ScryptPasswordHasher",
        H + "BCryptPasswordHasher",
        H + "MD5PasswordHasher",
    ],
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
)
django.setup()

from django.contrib.auth import hashers, password_validation  # noqa: E402
from django.contrib.auth.tokens import PasswordResetTokenGenerator  # noqa: E402
from django.contrib.sessions.backends.base import SessionBase  # noqa: E402
from django.core import signing  # noqa: E402
from django.core.exceptions import ValidationError  # noqa: E402
from django.middleware import csrf  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.test.utils import override_settings  # noqa: E402


class SessionStore(SessionBase):
    """Its name is part of the salt."""


def signed():
    with mock.patch("time.time", return_value=NOW):
        values = ["", "v", "a:b", "é", ":"]
        rows = [{"salt": s, "value": v, "plain": signing.Signer(salt=s).sign(v),
                 "sha1": signing.Signer(salt=s, algorithm="sha1").sign(v),
                 "timed": signing.TimestampSigner(salt=s).sign(v),
                 "fallback": signing.TimestampSigner(key=FALLBACK, salt=s).sign(v)}
                for s in ["s", "other"] for v in values]
        return rows


def signed_bad():
    """Values that unsign must refuse; with a good signature around bad content where that is the point."""
    plain = signing.Signer(salt="s")
    good = signing.TimestampSigner(salt="s").sign("v")
    rows = ["", "v", "v:", ":", good[:-1], good + "A", good.upper(), "w" + good[1:],
            plain.sign("v"), plain.sign("v:é"), plain.sign("v:"), plain.sign("v:1 1"), plain.sign("v:-")]
    return rows


def json_objects():
    rows = [{}, [], "hello", None, {"a": 1}, {"b": [1, 2.5, True, None, "x"]}, {"n": "é"}, {"smile": "😀 \x7f\x01"},
            {"q": "\"\\/\n\t\b\f\r"}, {"long": "abc" * 100}]
    with mock.patch("time.time", return_value=NOW):
        return [{"object": json.dumps(o), "ascii": json.dumps(o, separators=(",", ":")),
                 "plain": signing.dumps(o), "compressed": signing.dumps(o, compress=True)} for o in rows]


def sessions():
    store = SessionStore()
    key = store.key_salt
    signer = signing.TimestampSigner(salt=key)

    def forged(raw, compress=False):
        data = base64.urlsafe_b64encode(zlib.compress(raw) if compress else raw).strip(b"=").decode()
        return signer.sign(("." if compress else "") + data)

    rows = [store.encode({"z": 1, "a": {"nested": ["é", None, 1.5]}, "m": "x" * 300}),
            signing.TimestampSigner(key=FALLBACK, salt=key).sign("eyJhIjoxfQ"),
            signing.TimestampSigner(key="unknown", salt=key).sign("eyJhIjoxfQ"),
            signing.TimestampSigner(salt="elsewhere").sign("eyJhIjoxfQ"),
            signing.Signer(salt=key).sign("eyJhIjoxfQ:G"), signing.Signer(salt=key).sign("eyJhIjoxfQ"),
            forged(b'{"a":1}'), forged(b'{"a":1}', True), forged(b'{"a":1,"b":2,"a":3}'), forged(b'{"a":'),
            forged(b""), forged(b"\xff\xfe"), signer.sign("not*base64"), signer.sign(".eJyr"), signer.sign(""),
            "", ":", "::", "garbage", "eyJhIjoxfQ:1r31eq:AAAA", "é:é:é"]
    return [{"encoded": e, "items": list(store.decode(e).items())} for e in rows]


PASSWORD = "pä$$ wörd"
SALT = "saltsaltsaltsaltsalt22"


class Weak:
    """Cheap work factors, the same as the Rust side's."""

    pbkdf2, sha1, argon2 = hashers.PBKDF2PasswordHasher(), hashers.PBKDF2SHA1PasswordHasher(), None
    argon2 = hashers.Argon2PasswordHasher()
    bcrypt_sha256, bcrypt = hashers.BCryptSHA256PasswordHasher(), hashers.BCryptPasswordHasher()
    scrypt, md5 = hashers.ScryptPasswordHasher(), hashers.MD5PasswordHasher()


for hasher in (Weak.pbkdf2, Weak.sha1):
    type(hasher).iterations = 100
hashers.Argon2PasswordHasher.memory_cost = 64
hashers.Argon2PasswordHasher.time_cost = 1
hashers.Argon2PasswordHasher.parallelism = 2
hashers.BCryptSHA256PasswordHasher.rounds = 5
hashers.ScryptPasswordHasher.work_factor = 16
hashers.ScryptPasswordHasher.block_size = 2
hashers.ScryptPasswordHasher.parallelism = 1


def encoded_passwords():
    import argon2.low_level as low

    def argon(type_=low.Type.ID, version=19, t=1, m=64, p=2, length=32, salt=SALT):
        made = low.hash_secret(PASSWORD.encode(), salt.encode(), t, m, p, length, type_, version)
        return "argon2" + made.decode()

    w, salt4, salt5 = Weak, b"$2b$04$saltsaltsaltsaltsaltsO", b"$2b$05$saltsaltsaltsaltsaltsO"
    good = [w.pbkdf2.encode(PASSWORD, SALT), w.pbkdf2.encode(PASSWORD, SALT, 50), w.pbkdf2.encode(PASSWORD, SALT, 101),
            w.pbkdf2.encode(PASSWORD, SALT, 1), w.pbkdf2.encode(PASSWORD, "short"), w.pbkdf2.encode(PASSWORD, "é" * 60),
            w.sha1.encode(PASSWORD, SALT), w.sha1.encode(PASSWORD, SALT, 99),
            argon(), argon(low.Type.I), argon(low.Type.D), argon(version=16), argon(version=16).replace("v=16$", ""),
            argon(t=2), argon(m=72), argon(p=1), argon(length=16), argon(salt="saltsalt"),
            w.bcrypt_sha256.encode(PASSWORD, salt5), w.bcrypt_sha256.encode(PASSWORD, salt4),
            w.bcrypt_sha256.encode(PASSWORD, salt5.replace(b"2b", b"2y")),
            w.bcrypt.encode(PASSWORD, salt5), w.bcrypt.encode(PASSWORD, salt4.replace(b"2b", b"2a")),
            w.scrypt.encode(PASSWORD, SALT), w.scrypt.encode(PASSWORD, SALT, 32), w.scrypt.encode(PASSWORD, SALT, 16, 8, 5),
            w.scrypt.encode(PASSWORD, "short"), w.md5.encode(PASSWORD, SALT), w.md5.encode(PASSWORD, "s")]
    h = good[0].rsplit("$", 1)[1]
    bad = ["", "!", "!" + "x" * 40, "unknown$a$b", "pbkdf2_sha256", "pbkdf2_sha256$", "pbkdf2_sha256$x",
           f"pbkdf2_sha256$100${SALT}", f"pbkdf2_sha256$x${SALT}${h}", f"pbkdf2_sha256$${SALT}${h}",
           f"pbkdf2_sha256$0100${SALT}${h}", f"pbkdf2_sha256$+100${SALT}${h}", f"pbkdf2_sha256$-100${SALT}${h}",
           f"pbkdf2_sha256$0${SALT}${h}", f"pbkdf2_sha256$1_00${SALT}${h}", f"pbkdf2_sha256$100$${h}",
           f"pbkdf2_sha256$100${SALT}${h}$", f"pbkdf2_sha256$100${SALT}${h}=", f"pbkdf2_sha256$100${SALT}$",
           f" pbkdf2_sha256$100${SALT}${h}", f"PBKDF2_SHA256$100${SALT}${h}", good[0] + "\n", "md5$$" + "0" * 32, "0" * 32,
           "sha1$$" + "0" * 40, f"md5${SALT}", f"md5${SALT}${'0' * 32}", good[-2].upper().replace("MD5", "md5", 1),
           "argon2", "argon2$", "argon2$argon2x$v=19$m=64,t=1,p=2$c2FsdHNhbHQ$AAAA", "argon2$argon2id$v=19$m=64$a$b",
           good[8].replace("v=19", "v=18"), good[8].replace("m=64", "m=4"), good[8].replace("t=1", "t=0"),
           good[8].replace("p=2", "p=0"), good[8].replace("p=2", "p=x"), good[8][:-1], good[8] + "=", good[8] + "$",
           good[8].replace("m=64,t=1", "t=1,m=64"), good[8].rsplit("$", 1)[0] + "$",
           "bcrypt", "bcrypt$", "bcrypt$$2b$05$short", good[18].replace("$05$", "$5$"), good[18].replace("$05$", "$03$"),
           good[18].replace("$05$", "$32$"), good[18].replace("$05$", "$xx$"), good[18].replace("2b", "2c"), good[18][:-1],
           good[18].replace("saltsO", "saltsP"), good[18].replace("$$", "$"), good[18] + "a",
           "scrypt", "scrypt$", good[23].replace("$16$", "$15$"), good[23].replace("$16$", "$1$"),
           good[23].replace("$16$", "$0$"), good[23].replace("$2$", "$0$"), good[23].replace("$1$", "$x$"),
           good[23].replace(SALT, ""), good[23] + "$", good[23][:-1]]

    def outcome(preferred, password, encoded):
        try:
            right, must_update = hashers.verify_password(password, encoded, preferred)
        except Exception:
            return "raises"
        return ("update" if must_update else "right") if right else "wrong"

    names = ["pbkdf2_sha256", "argon2", "bcrypt_sha256", "bcrypt", "scrypt", "md5"]
    return {"password": PASSWORD,
            "good": [{"encoded": e, "outcomes": {n: outcome(n, PASSWORD, e) for n in names},
                      "wrong": outcome("pbkdf2_sha256", PASSWORD + "x", e)} for e in good],
            "bad": [{"encoded": e, "outcome": outcome("pbkdf2_sha256", PASSWORD, e)} for e in bad]}


def password_lengths():
    """The digest of long and odd passwords, with each hasher at its cheapest."""
    w, salt = Weak, b"$2b$04$saltsaltsaltsaltsaltsO"
    rows = []
    for password in ["", "a", "nul\0inside", "x" * 63, "x" * 64, "x" * 65, "x" * 71, "x" * 72, "é" * 36, "x" * 200]:
        rows += [(password, w.pbkdf2.encode(password, SALT)), (password, w.sha1.encode(password, SALT)),
                 (password, w.bcrypt_sha256.encode(password, salt)), (password, w.scrypt.encode(password, SALT)),
                 (password, w.argon2.encode(password, SALT)), (password, w.md5.encode(password, SALT))]
        if len(password.encode()) <= 72:
            rows.append((password, w.bcrypt.encode(password, salt)))
    # Salts that end at, before and past a block of the hash function.
    rows += [("a", w.pbkdf2.encode("a", "s" * n, 2)) for n in (1, 50, 51, 52, 59, 60, 61, 64, 119, 120)]
    return rows


def csrf_sources():
    trusted = ["https://exact.example", "https://*.wild.example", "http://*.insecure.example", "https://port.example:8443",
               "https://*.ported.example:444", "https://UPPER.example", "https://*.Upper2.example", "https://*odd.example",
               "https://*", "https://path.example/x"]
    origins = ["null", "", "https://good.example", "http://good.example", "https://good.example:8443", "HTTPS://good.example",
               "https://good.example/", "https://GOOD.example", "https://exact.example", "http://exact.example",
               "https://exact.example:443", "https://a.exact.example", "https://wild.example", "https://a.wild.example",
               "https://a.b.wild.example", "http://a.wild.example", "https://evilwild.example", "https://a.wild.example:8443",
               "https://a.wild.example/path", "https://user@a.wild.example", "https://a.wild.example.evil",
               "http://a.insecure.example", "https://a.insecure.example", "https://port.example:8443", "https://port.example",
               "https://a.ported.example:444", "https://a.ported.example", "https://UPPER.example", "https://upper.example",
               "https://a.upper2.example", "https://a.Upper2.example", "https://odd.example", "https://x.odd.example",
               "https://*.wild.example", "https://[::1", "https://[::1].wild.example", "https://]a.wild.example",
               "https://[1.2.3.4].wild.example", "https://[v1.x].wild.example", "https://[vx].wild.example",
               "https://[fe80::1%25e].wild.example", "https://[::1%].wild.example", "https://[].wild.example",
               "//a.wild.example", "https:a.wild.example", " https://a.wild.example", "ht\ttps://a.wild\n.example",
               "https://a.wild.example?q", "https://a.wild.example#f", "https:///a.wild.example", "1https://a.wild.example",
               "https://path.example/x", "https://path.example", "javascript://a.wild.example", "https://.wild.example"]
    suffixes = ["", "/", "/path?query#fragment", "/?", "/#", "?q=1", "#f", "/a b"]
    referers = [o for o in origins] + ["https://other.example" + s for s in suffixes] + [
        "https://good.example" + s for s in suffixes] + ["/relative", "relative", "https:", "https://", "://good.example",
        "hTTps://Other.example/P?#", "https://sub.good.example/", "https://cookie.example/", "https://a.cookie.example/",
        "https://cookie.example:8443/", "mailto:a@good.example", "https://other.example/?a?b#c#d", "https://other.example//x",
        "https://other.example/\x01", "https://other.example/ ", "\x01 https://other.example/", "https://good.example ", "https://oth\ter.example/"]
    rows = []
    middleware = csrf.CsrfViewMiddleware(lambda request: None)

    def ask(host, port, secure, origin=None, referer=None, cookie_domain=None):
        request = RequestFactory().post("/", secure=secure)
        request.META.update({"HTTP_HOST": host, "SERVER_PORT": port})
        for name, value in (("HTTP_ORIGIN", origin), ("HTTP_REFERER", referer)):
            if value is not None:
                request.META[name] = value
        reason = None
        with override_settings(CSRF_COOKIE_DOMAIN=cookie_domain):
            if origin is not None:
                if not middleware._origin_verified(request):
                    reason = csrf.REASON_BAD_ORIGIN % origin
            elif secure:
                try:
                    middleware._check_referer(request)
                except csrf.RejectRequest as exc:
                    reason = exc.reason
        allowed = host.split(":")[0] in settings.ALLOWED_HOSTS
        rows.append({"host": host if allowed else None, "port": port, "secure": secure, "origin": origin,
                     "referer": referer, "cookie_domain": cookie_domain, "reason": reason})

    with override_settings(CSRF_TRUSTED_ORIGINS=trusted):
        middleware.csrf_trusted_origins_hosts  # Cached from here on.
        for origin in origins:
            ask("good.example", "443", True, origin=origin)
        for origin in origins[:10]:
            ask("good.example", "80", False, origin=origin)
            ask("good.example:8443", "8443", True, origin=origin)
            ask("bad.example", "443", True, origin=origin)
        ask("bad.example", "443", True, origin="https://bad.example")
        ask("good.example", "443", True)
        ask("good.example", "80", False)
        ask("good.example", "80", False, referer="https://other.example/")
        for referer in referers:
            ask("good.example", "443", True, referer=referer)
            ask("good.example", "8443", True, referer=referer, cookie_domain=".cookie.example")
        for referer in ["https://good.example/", "https://good.example:8443/", "https://cookie.example/", ""]:
            ask("good.example:8443", "8443", True, referer=referer)
            ask("bad.example", "443", True, referer=referer)
            ask("good.example", "443", True, referer=referer, cookie_domain="cookie.example")
            ask("good.example", "443", True, referer=referer, cookie_domain="")
    return {"trusted": trusted, "rows": rows}


def csrf_tokens():
    secret, other = "abcdefghijklmnopqrstuvwxyzABCDEF", "Z" * 32
    with mock.patch.object(csrf, "_get_new_csrf_string", return_value="m9" * 16):
        masked, masked_other = csrf._mask_cipher_secret(secret), csrf._mask_cipher_secret(other)
    values = [None, "", secret, masked, other, masked_other, secret[:-1], secret + "x", masked[:-1], masked + "x",
              secret[:-1] + "!", secret[:-1] + "é", secret[:-1] + " ", "é" * 32, "é" * 16, "_" * 64, secret.upper()]
    middleware = csrf.CsrfViewMiddleware(lambda request: None)
    rows = []

    def ask(cookie, field, header, method="POST", name="HTTP_X_CSRFTOKEN"):
        data = {} if field is None else {"csrfmiddlewaretoken": field}
        request = RequestFactory().generic(method, "/")
        request.POST = data
        if cookie is not None:
            request.COOKIES["csrftoken"] = cookie
        if header is not None:
            request.META[name] = header
        try:
            with override_settings(CSRF_HEADER_NAME=name):
                middleware._check_token(request)
            reason = None
        except csrf.RejectRequest as exc:
            reason = exc.reason
        rows.append({"cookie": cookie, "field": field if method == "POST" else None, "header": header,
                     "header_name": name[5:].replace("_", "-"), "reason": reason})

    for cookie in values:
        ask(cookie, None, secret)
        ask(cookie, masked, None)
    for value in values:
        ask(secret, value, None)
        ask(secret, None, value)
        ask(masked, None, value)
        ask(secret, value, secret)
        ask(secret, "", value)
        ask(secret, None, value, "PUT")
    ask(secret, None, "bad", name="HTTP_X_XSRF2_TOKEN")
    return rows


def password_errors():
    user = SimpleNamespace(username="ada.lovelace", first_name="Ada", last_name="King-Noel O'Näïve", email="countess_99@Example.com",
                           _meta=SimpleNamespace(get_field=lambda n: SimpleNamespace(verbose_name={
                               "email": "email address", "first_name": "first name", "last_name": "last name"}.get(n, n))))
    attributes = [[n, user._meta.get_field(n).verbose_name, getattr(user, n)]
                  for n in ("username", "first_name", "last_name", "email")]
    validators = [password_validation.UserAttributeSimilarityValidator(), password_validation.MinimumLengthValidator(),
                  password_validation.CommonPasswordValidator(), password_validation.NumericPasswordValidator()]
    passwords = ["1234", "password", " PassWord ", "\x1fqwerty\u3000", "password!", "correct horse battery", "12345678901234", "",
                 "٠١٢٣٤٥٦٧", "²³¹²³¹²³", "½½½½½½½½", "①②③④⑤⑥⑦⑧", "1234567８", "1234 5678", "éééééé", "éééééééé", "😀😀😀😀😀😀😀",
                 "ada", "adaadaada", "lovelace", "LOVELACE1", "lovelace1234", "lovelace12345678901234567890", "ecalevol", "ada.lovelace",
                 "o'naïve", "onäïveonäïve", "king-noel", "KINGNOELKING", "countess", "countess_99", "countess_99@example.com", "example.com",
                 "example!", "comcomcom", "moccomcom123", "princess countess", "trustno1", "abc123", "iloveyou", "xxxxxxxx", "ßßßßßßßß",
                 "İstanbul", "ΑΣΑΣΑΣΑΣ", "ada12345678901234567", "adaadaadaadaadaadaadaadaadaada0"]
    rows = []
    for password in passwords:
        for known in (False, True):
            try:
                password_validation.validate_password(password, user if known else None, validators)
                errors = []
            except ValidationError as exc:
                errors = [[e.code, e.messages[0]] for e in exc.error_list]
            rows.append({"password": password, "user": known, "errors": errors})
    one = password_validation.MinimumLengthValidator(1)
    try:
        one.validate("")
    except ValidationError as exc:
        minimum_one = [exc.code, exc.messages[0]]
    return {"attributes": attributes, "rows": rows, "help_texts": [v.get_help_text() for v in validators],
            "minimum_one": minimum_one, "minimum_one_help": one.get_help_text()}


def reset_tokens():
    from datetime import datetime, timedelta

    made_at = 700_000_000
    base = {"pk": "1", "password": "pbkdf2_sha256$1$s$h", "last_login": "2024-01-01 00:00:00", "email": "a@b.c"}

    def user(row):
        last = row["last_login"]
        return SimpleNamespace(pk=row["pk"], password=row["password"], email=row["email"],
                               last_login=last and datetime.fromisoformat(last), get_email_field_name=lambda: "email")

    def generator(seconds, secret=None):
        made = PasswordResetTokenGenerator()
        made._now = lambda: datetime(2001, 1, 1) + timedelta(seconds=seconds)
        if secret:
            made.secret = secret
        return made

    token = generator(made_at).make_token(user(base))
    never = {**base, "last_login": None, "email": ""}
    tries = [(base, token, 0), (base, token, 259_200), (base, token, 259_201), (base, token, -1), (base, token.upper(), 0),
             ({**base, "pk": "2"}, token, 0), ({**base, "password": "x"}, token, 0), ({**base, "email": ""}, token, 0),
             ({**base, "last_login": None}, token, 0), (never, generator(made_at).make_token(user(never)), 5),
             (base, generator(made_at, FALLBACK).make_token(user(base)), 0),
             (base, generator(made_at, "unknown").make_token(user(base)), 0), (base, "0" + token, 0), (base, "+" + token, 0),
             (base, "", 0), (base, "-", 0), (base, token + "-", 0), (base, token.replace("-", ""), 0), (base, token[:-1], 0),
             (base, "z" * 14 + "-abc", 0), (base, "zzzzzzzzzzzzz-abc", 0), (base, "é-é", 0), (base, generator(0).make_token(user(base)), 0)]
    return [{**row, "token": t, "now": made_at + later, "good": generator(made_at + later).check_token(user(row), t)}
            for row, t, later in tries]


json.dump({
    "django": django.get_version(), "secret_key": SECRET, "fallback": FALLBACK, "time": NOW,
    "signed": signed(), "signed_bad": signed_bad(), "json": json_objects(), "sessions": sessions(),
    "passwords": encoded_passwords(), "password_lengths": password_lengths(),
    "csrf_sources": csrf_sources(), "csrf_tokens": csrf_tokens(),
    "password_errors": password_errors(), "reset_tokens": reset_tokens(),
}, sys.stdout, indent=1, ensure_ascii=True)
print()
