"""Where a house would listen: what cannot work at the end of a long command is refused at its beginning."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

import click

from services.deployment import owner_of


class AlreadyServed(click.ClickException):
    """Another process owns the data directory and serves it."""


class AddressNotFree(click.ClickException):
    """Nobody can listen there; the sentence names what to change."""


def address_of(host: str, port: int) -> str:
    """Host and port in one, as a URL has them."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def require_unowned(data: Path) -> None:
    """Raises AlreadyServed with the owner's address, OwnerDoesNotListen where the owner has none yet."""
    owner = owner_of(data)
    if owner is not None:
        raise AlreadyServed(
            f"{data} 已由另一个进程（{owner.pid}）提供服务：{owner.url}/\n"
            f"{data} is already served by process {owner.pid} at {owner.url}/"
        )


def require_free(host: str, port: int) -> None:
    """Raises AddressNotFree where nobody could listen just now."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn: what the last server left does not count
            probe.bind(place)
    except OSError as trouble:
        raise AddressNotFree(_why_not(trouble, host, port)) from trouble


def _why_not(trouble: OSError, host: str, port: int) -> str:
    if isinstance(trouble, socket.gaierror) or trouble.errno == errno.EADDRNOTAVAIL:
        return (
            f"本机没有地址 {host}，请用 --host（或 FUXUE_HOST）指定别的地址。\n"
            f"This machine has no address {host}; name another with --host (or FUXUE_HOST)."
        )
    if trouble.errno == errno.EACCES:
        return (
            f"没有权限监听端口 {port}，请用 --port（或 FUXUE_PORT）指定 1024 以上的端口。\n"
            f"Port {port} is not yours to listen on; name one above 1024 with --port (or FUXUE_PORT)."
        )
    return (
        f"{host} 的端口 {port} 已被占用，请用 --port（或 FUXUE_PORT）指定别的端口。\n"
        f"Port {port} of {host} is in use; name another with --port (or FUXUE_PORT)."
    )
