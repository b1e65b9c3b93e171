"""A deployment is one county's for good: under another code it would pass over its own events as another county's."""

from __future__ import annotations

from collections.abc import Sequence

from services.chassis.errors import Misconfigured
from services.deployed.bootstrap.databases import holds_events
from services.deployed.servers import ServiceDatabase
from services.deployed.sessions import session


class OtherCounty(Misconfigured):
    """The settings name another county than the one whose events stand in the databases."""


def must_be_of_county(databases: Sequence[ServiceDatabase], county: str) -> None:
    """Raises OtherCounty where a service holds events of another county than the one that the settings name."""
    for database in databases:
        if not holds_events(database):
            continue
        with session(database.migrator) as connection:
            row = connection.execute("SELECT county FROM events ORDER BY position DESC LIMIT 1").fetchone()
        if row is not None and row[0] != county:
            raise OtherCounty(
                f"FUXUE_COUNTY 是 {county}，而 {database.service} 的数据属于 {row[0]}：请改回 {row[0]}；"
                "另一个县要另行部署。什么也没有改动。\n"
                f"FUXUE_COUNTY is {county}, the data of {database.service} are of {row[0]}: set it back to {row[0]};"
                " another county needs a deployment of its own. Nothing was changed."
            )
