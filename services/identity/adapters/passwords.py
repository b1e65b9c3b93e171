"""Passwords by argon2id, a bounded number at a time: each hash takes 19 MiB while it runs."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB = 19 * 1024
"""OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, 2 passes, 1 lane."""

PASSES = 2
AT_A_TIME = 2
ONE_TIME_BYTES = 16
_ONE_TIME = "one-time-sha256$"

_hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)
_turnstile = threading.BoundedSemaphore(AT_A_TIME)


def hash_password(password: str) -> str:
    """The password's argon2id hash with its parameters and salt."""
    with _turnstile:
        return _hasher.hash(password)


def new_one_time_code() -> tuple[str, str]:
    """A code that nobody can guess, and its digest; being random (128 bits) it needs no slow hash."""
    code = secrets.token_urlsafe(ONE_TIME_BYTES)
    return code, digest_of(code)


def digest_of(code: str) -> str:
    """The digest of a one-time code."""
    return _ONE_TIME + hashlib.sha256(code.encode()).hexdigest()


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the hashed one; takes as long where there is no hash, so that names cannot be probed."""
    if password_hash is not None and password_hash.startswith(_ONE_TIME):
        is_code = hmac.compare_digest(password_hash, digest_of(password))
        return is_code or password_matches(None, password)  # as slow to refuse as a password
    with _turnstile:
        try:
            return _hasher.verify(password_hash or _NOBODYS, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


_NOBODYS = _hasher.hash("nobody has this password")
