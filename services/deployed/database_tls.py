"""TLS towards a PostgreSQL elsewhere, in libpq's own terms; the deployment's own servers are reached inside, without it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import msgspec

from services.chassis.errors import Misconfigured
from services.contracts.services import SERVICES

OWN_SERVERS = frozenset({"postgres", *(f"postgres-{service}" for service in SERVICES)})
"""Containers of the compose files, on a network that leads nowhere else."""


class SslMode(StrEnum):
    """What is asked of the connection; `verify-full` alone holds the server's name against its certificate."""

    REQUIRE = "require"
    VERIFY_CA = "verify-ca"
    VERIFY_FULL = "verify-full"


class DatabaseTls(msgspec.Struct, frozen=True):
    """How a server elsewhere is reached, and the authority that vouches for it where it is asked for one."""

    mode: SslMode
    root_certificate: Path | None

    @property
    def parameters(self) -> Mapping[str, str]:
        """As libpq takes them in an address."""
        root = {} if self.root_certificate is None else {"sslrootcert": str(self.root_certificate)}
        return {"sslmode": self.mode.value, **root}

    @property
    def variables(self) -> Mapping[str, str]:
        """As PostgreSQL's programs take them."""
        return {f"PG{name.upper()}": value for name, value in self.parameters.items()}


def towards(host: str, mode: str, authority: str) -> DatabaseTls | None:
    """What holds for a server, by the variables' words; raises Misconfigured."""
    if not mode or host in OWN_SERVERS:
        return None
    if mode not in set(SslMode):
        raise Misconfigured(
            f"FUXUE_DATABASE_SSLMODE 只能是 {'、'.join(SslMode)} 之一：请在 .env 中改正，或留空。\n"
            f"FUXUE_DATABASE_SSLMODE is none of {', '.join(SslMode)}: put it right in .env, or leave it empty."
        )
    if mode == SslMode.REQUIRE:
        return DatabaseTls(SslMode.REQUIRE, None)
    root = Path(authority)
    if not root.is_file():
        raise Misconfigured(
            f"没有 {host} 的 CA 文件 {root}：请将它放入 deploy/secrets/ca/postgres.crt，再运行 docker compose run --rm secrets。\n"
            f"there is no file {root} with the authority of {host}: put it into deploy/secrets/ca/postgres.crt, then run"
            " docker compose run --rm secrets."
        )
    return DatabaseTls(SslMode(mode), root)
