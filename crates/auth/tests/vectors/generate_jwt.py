"""Writes jwt.json: the examples of RFC 7515 with their keys as PEM, and tokens of PyJWT under keys made here.

Run with an interpreter that has PyJWT and cryptography. The private keys are for these tests and nothing else.
"""
import base64
import hashlib
import hmac
import json
from pathlib import Path

import jwt
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import ec, rsa

PEM = s.Encoding.PEM
CLAIMS = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
RFC = [
    {
        "section": "RFC 7515, A.2",
        "algorithm": "RS256",
        "jwk": {
            "kty": "RSA",
            "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-"
            "pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665"
            "xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
            "e": "AQAB",
        },
        "token": "eyJhbGciOiJSUzI1NiJ9." + CLAIMS + ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-"
        "0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe"
        "7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXL"
        "IhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
    },
    {
        "section": "RFC 7515, A.3",
        "algorithm": "ES256",
        "jwk": {
            "kty": "EC",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        },
        "token": "eyJhbGciOiJFUzI1NiJ9." + CLAIMS + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJ"
        "qPP3-Kg6NU1Q",
    },
]
CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}
PAYLOAD = {"token_type": "access", "exp": 4102444800, "iat": 1700000000, "jti": "x", "user_id": "1", "name": "Zoë"}


def rfc(example):
    key = jwt.get_algorithm_by_name(example["algorithm"]).from_jwk(example["jwk"])
    jwt.decode(example["token"], key, [example["algorithm"]], options={"verify_exp": False})
    return {**example, "public": public_pem(key)}


def made(algorithm):
    key = ec.generate_private_key(CURVES[algorithm]()) if algorithm in CURVES else rsa.generate_private_key(65537, 2048)
    jwk = jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), as_dict=True)
    jwk.pop("key_ops", None)
    return {
        "algorithm": algorithm,
        "pkcs8": key.private_bytes(PEM, s.PrivateFormat.PKCS8, s.NoEncryption()).decode(),
        "traditional": key.private_bytes(PEM, s.PrivateFormat.TraditionalOpenSSL, s.NoEncryption()).decode(),
        "public": public_pem(key.public_key()),
        "jwk": {**jwk, "kid": "one", "use": "sig"},
        "token": jwt.encode(PAYLOAD, key, algorithm=algorithm, headers={"kid": "one"}),
        "confused": [confused(public_pem(key.public_key()), name) for name in ["HS256", algorithm]],
    }


def confused(public, name):
    """A token whose secret is the public key, which everybody has: as HS256, and under the algorithm's own name."""
    parts = [json.dumps({"alg": name, "typ": "JWT", "kid": "one"}), json.dumps(PAYLOAD)]
    message = ".".join(encoded(part.encode()) for part in parts)
    return f"{message}.{encoded(hmac.digest(public.encode(), message.encode(), hashlib.sha256))}"


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def public_pem(key):
    return key.public_bytes(PEM, s.PublicFormat.SubjectPublicKeyInfo).decode()


def secret(algorithm):
    key = "a-secret-that-is-long-enough-for-every-hash-0123456789-0123456789"
    return {"algorithm": algorithm, "secret": key, "token": jwt.encode(PAYLOAD, key, algorithm=algorithm)}


vectors = {
    "rfc": [rfc(example) for example in RFC],
    "secret": [secret(algorithm) for algorithm in ["HS256", "HS384", "HS512"]],
    "key": [made(algorithm) for algorithm in ["RS256", "RS384", "RS512", *CURVES]],
}
Path(__file__).with_name("jwt.json").write_text(json.dumps(vectors, indent=1) + "\n")
