"""The key that signs badges. It is made once for the installation and kept beside its other secrets; whoever verifies a badge
reads the public half at an address of ours."""

import base64
import hashlib
import json
import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


@lru_cache(maxsize=2)
def _read(path: Path) -> RSAPrivateKey:
    if not path.exists():
        _make(path)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        raise ImproperlyConfigured(f"BADGE_KEY is “{path}”, which holds no RSA key in PEM without a password.") from None
    if not isinstance(key, RSAPrivateKey):
        raise ImproperlyConfigured(f"BADGE_KEY is “{path}”, which holds no RSA key.")
    return key


def _make(path: Path) -> None:
    """There as a whole or not at all; of two processes that make it, the first one's holds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    key = generate_private_key(public_exponent=65537, key_size=2048)
    written = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        file.write(written)
    with suppress(FileExistsError):
        os.link(partial, path)
    partial.unlink()


def private_key() -> RSAPrivateKey:
    return _read(Path(settings.BADGE_KEY))


def public_key() -> dict[str, str]:
    """As a JSON Web Key (RFC 7517). Its id is its thumbprint (RFC 7638), so that another key is another id."""
    numbers = private_key().public_key().public_numbers()
    key = {"e": _number(numbers.e), "kty": "RSA", "n": _number(numbers.n)}
    thumbprint = hashlib.sha256(json.dumps(key, separators=(",", ":"), sort_keys=True).encode()).digest()
    return {**key, "alg": "RS256", "use": "sig", "kid": _text(thumbprint)}


def _number(number: int) -> str:
    return _text(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
