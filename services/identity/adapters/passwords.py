"""Passwords by argon2id, a bounded number at a time: each hash takes 19 MiB while it runs."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB = 19 * 1024
"""OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, 2 passes, 1 lane."""

PASSES = 2
AT_A_TIME = 2

_hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)
_turnstile = threading.BoundedSemaphore(AT_A_TIME)


def hash_password(password: str) -> str:
    """The password's argon2id hash with its parameters and salt."""
    with _turnstile:
        return _hasher.hash(password)


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the hashed one; takes as long where there is no hash, so that names cannot be probed."""
    with _turnstile:
        try:
            return _hasher.verify(password_hash or _NOBODYS, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


_NOBODYS = _hasher.hash("nobody has this password")
