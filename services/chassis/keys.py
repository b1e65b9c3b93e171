"""The keys of one deployment, made once, in a directory of their own beside the data (mode 0600): to be backed up apart.

wrapping.key wraps the children's keys · checkpoint.pem signs checkpoints · token.pem signs access tokens
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from services.chassis.errors import Misconfigured
from services.chassis.files import put_once
from services.chassis.wrapping import KEY_BYTES, WrappingKeys

DIRECTORY_MODE = 0o700

WRAPPING, CHECKPOINT, TOKEN = "wrapping.key", "checkpoint.pem", "token.pem"
KEY_FILES = (WRAPPING, CHECKPOINT, TOKEN)


class KeyLost(Misconfigured):
    """A key is gone while the data that need it are there."""


class Keys:
    """The three keys of a deployment; made on first use."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
        self._directory = directory
        wrapping = base64.b64decode(self._kept(WRAPPING, new_wrapping_key))
        self.wrapping = WrappingKeys({hashlib.sha256(wrapping).hexdigest()[:12]: wrapping})
        self.checkpoint = signing_key(self._kept(CHECKPOINT, new_signing_key), str(directory / CHECKPOINT))
        self.token_pem = self._kept(TOKEN, new_signing_key)

    def _kept(self, name: str, make: Callable[[], bytes]) -> bytes:
        path = self._directory / name
        if path.exists():
            return path.read_bytes()
        if any(self._directory.parent.glob("*.sqlite")):
            raise KeyLost(
                f"{path} 不见了，而已有数据离不开它；请从备份放回，新的密钥打不开这些数据。\n"
                f"{path} is missing, but there are data that need it. Put the key back from its backup; a new one would not"
                " open what is there."
            )
        return put_once(path, make())


def new_wrapping_key() -> bytes:
    """A wrapping key, in base64."""
    return base64.b64encode(os.urandom(KEY_BYTES))


def signing_key(pem: bytes, where: str) -> Ed25519PrivateKey:
    """A private key that signs checkpoints; raises Misconfigured, which names `where` it stood."""
    try:
        key = load_pem_private_key(pem, password=None)
    except ValueError as broken:
        raise Misconfigured(
            f"{where} 不是 PEM 格式的私钥：请从备份放回原来的密钥。\n"
            f"{where} is not a private key in PEM form: put the one that was there back from its copy."
        ) from broken
    if not isinstance(key, Ed25519PrivateKey):
        raise Misconfigured(
            f"{where} 不是 Ed25519 密钥：请从备份放回原来的密钥。\n"
            f"{where} is not an Ed25519 key: put the one that was there back from its copy."
        )
    return key


def new_signing_key() -> bytes:
    """A private key in PEM form."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
