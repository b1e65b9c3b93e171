"""A server that shows a certificate of a deployment's authority to whoever connects, for tests."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.deployed import certificates
from services.deployed.certificates import Authority, issue_where_needed


def authority(folder: Path) -> Path:
    """A deployment's own authority: the file with its certificate."""
    Authority.kept(folder / "ca.key", folder / "ca.crt")
    return folder / "ca.crt"


def imported(folder: Path, *names: str) -> tuple[Path, Path]:
    """The same by an authority of the province, which no deployment knows."""
    province = folder / "province"
    province.mkdir()
    return issue(province, *names)


def issue(folder: Path, *names: str, days: int | None = None) -> tuple[Path, Path]:
    """A key and its certificate for these names, good for so many days."""
    key, certificate = folder / "tls.key", folder / "tls.crt"
    with pytest.MonkeyPatch.context() as patched:
        if days is not None:
            patched.setattr(certificates, "SERVER_DAYS", days)
        issue_where_needed(Authority.kept(folder / "ca.key", folder / "ca.crt"), key, certificate, names)
    return key, certificate


@contextmanager
def listening(key: Path, certificate: Path) -> Iterator[int]:
    """The port of a server that shows the certificate, and says nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    wire, _ = server.accept()
                except OSError:
                    return  # the server is closed: the test is over
                with wire:
                    try:
                        context.wrap_socket(wire, server_side=True).close()
                    except OSError:
                        continue  # whoever does not believe the certificate hangs up

        thread = threading.Thread(target=serve)
        thread.start()
        yield int(server.getsockname()[1])
        server.shutdown(socket.SHUT_RDWR)
    thread.join()
