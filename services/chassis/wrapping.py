"""Wrapping keys, which come from outside the database, and which of them a service's data need, told by the keys' ids alone."""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.chassis.errors import Misconfigured, Tampered

KEY_BYTES = 32
NONCE_BYTES = 12

WRAPPING_KEYS = "wrapping_keys"
"""The file of a service that holds them, one a line."""


class WrappingKeyMissing(Misconfigured):
    """The data need a wrapping key that was not given: lost, of other data, or put in front since this process was started."""

    def __init__(self, missing: Iterable[str]) -> None:
        named = ", ".join(sorted(missing))
        super().__init__(
            f"数据需要包装密钥 {named}，而给定的密钥中没有它：若刚在最前面放了新密钥，请重启本服务的全部容器；否则请放回为这些数据"
            "另行保存的包装密钥（部署：deploy/secrets；单机：数据目录中的 keys），再重新启动。\n"
            f"The data need the wrapping key {named}, which is not among those given: where a new one has just been put in front,"
            " restart all containers of this service; else put those back that were kept for these data (of a deployment"
            " deploy/secrets, of a single machine keys in the data directory), and start again."
        )


class IndexKeyMoved(Misconfigured):
    """The wrapping keys stand in another order, so that the blind indexes of today would not be those that the data have."""

    def __init__(self, index: str, last: str, where: str = WRAPPING_KEYS) -> None:
        super().__init__(
            f"盲索引（按证件号、电话查人所用）由包装密钥 {index} 生成，它须是 {where} 的最后一行，而现在最后一行是 {last}："
            "请恢复各行原来的次序（新密钥总放在最前面），再重新启动。\n"
            f"Blind indexes, by which ID numbers and phones are found, rest on the wrapping key {index}, which has to be the last"
            f" line of {where}; now the last is {last}. Put the lines back in their order (a new key always goes in front), and"
            " start again."
        )


class WrappingKeys:
    """The keys from outside the database, by id; the first one wraps, all of them unwrap.

    Blind indexes are keyed by the last and oldest one, so that they stay findable when a new wrapping key is put in front;
    taking the oldest away would mean writing the indexes anew.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys.values()):
            raise Misconfigured(
                f"包装密钥须为 {KEY_BYTES} 字节：请从备份放回原来的密钥。\n"
                f"a wrapping key must be {KEY_BYTES} bytes long: put those that were there back from their copy."
            )
        self._keys = dict(keys)
        self.ids = tuple(self._keys)
        self.current, self.oldest = self.ids[0], self.ids[-1]
        self._index_keys: dict[str, bytes] = {}

    def wrap(self, subject_id: str, key: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self._keys[self.current]).encrypt(nonce, key, f"subject-key|{subject_id}".encode())

    def unwrap(self, wrapping_key_id: str, subject_id: str, wrapped: bytes) -> bytes:
        if wrapping_key_id not in self._keys:
            raise WrappingKeyMissing([wrapping_key_id])
        try:
            return AESGCM(self._keys[wrapping_key_id]).decrypt(
                wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], f"subject-key|{subject_id}".encode()
            )
        except (InvalidTag, ValueError) as broken:
            raise Tampered(f"the wrapped key of subject {subject_id} does not open") from broken

    def blind_index(self, field: str, value: str) -> str:
        """A keyed digest by which an ID number or phone is found without being stored (HMAC-SHA-256, own subkey per field)."""
        subkey = self._index_keys.get(field)
        if subkey is None:
            subkey = self._index_keys[field] = hmac.digest(self._keys[self.oldest], f"blind-index|{field}".encode(), "sha256")
        return hmac.digest(subkey, value.encode(), "sha256").hex()


class NeededWrapping(msgspec.Struct, frozen=True):
    """The ids of the wrapping keys by which data open, and of the one by which their blind indexes are made.

    `index` is None where no release that writes it down has been started on these data.
    """

    opening: frozenset[str]
    index: str | None

    @property
    def ids(self) -> frozenset[str]:
        """All of them."""
        return self.opening if self.index is None else self.opening | {self.index}

    def must_be_given(self, ids: Sequence[str], where: str = WRAPPING_KEYS) -> None:
        """Raises WrappingKeyMissing and IndexKeyMoved; the ids are in the order of the lines in the file, which is `where`."""
        if missing := self.ids.difference(ids):
            raise WrappingKeyMissing(missing)
        if self.index is not None and self.index != ids[-1]:
            raise IndexKeyMoved(self.index, ids[-1], where)


Ask = Callable[[str], Iterable[Sequence[Any]]]
"""Puts a statement to the database, SQLite or PostgreSQL, as whoever may read; answers its rows."""

_OPENING = "SELECT DISTINCT wrapping_key_id FROM subject_keys WHERE length(wrapped_key) > 0"
"""An erased child's row needs no key."""

_INDEX = "SELECT wrapping_key_id FROM index_keys"


def needed_wrapping(ask: Ask, tables: Collection[str] = ("subject_keys", "index_keys")) -> NeededWrapping:
    """What the data of a service need; `tables` are those that its database has, where not all need be there yet."""
    opening = ask(_OPENING) if "subject_keys" in tables else ()
    index = ask(_INDEX) if "index_keys" in tables else ()
    return NeededWrapping(frozenset(key_id for (key_id,) in opening), next((key_id for (key_id,) in index), None))
