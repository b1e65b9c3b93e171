"""The first account: as long as its code is unspent, whoever reads the file may choose its password."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from services.chassis.errors import StoreBusy
from services.chassis.storage.postgres_connections import engine_for
from services.deployed.doctor.findings import Finding, warning
from services.deployed.servers import ServiceDatabase
from services.identity.adapters.accounts import FIRST_LOGIN
from services.identity.queries import credential

SUBJECT = f"account {FIRST_LOGIN}"


def code_unspent(wanted: Sequence[ServiceDatabase]) -> Iterator[Finding]:
    """A warning until somebody has chosen a password; of a database that does not answer, others tell."""
    for database in wanted:
        if database.service == "identity" and _unspent(database):
            yield warning(
                SUBJECT,
                (
                    f"{FIRST_LOGIN} 的一次性密码尚未使用：读到该文件的人都能设定密码，并可开立任何账号。",
                    f"The one-time code of {FIRST_LOGIN} is unspent: who reads it can choose the password and let anybody in.",
                ),
                (
                    "请教育局在自己的电脑上用它设定密码，然后删除 deploy/secrets/bootstrap/first_account_code。",
                    "Let the bureau choose a password with it, unseen by you; then remove its file in deploy/secrets/bootstrap.",
                ),
            )


def _unspent(database: ServiceDatabase) -> bool:
    engine = engine_for(database.application.url, 1)
    try:
        found = credential(engine, FIRST_LOGIN)
    except (StoreBusy, sa.exc.DBAPIError):
        return False
    finally:
        engine.dispose()
    return found is not None and found.one_time
