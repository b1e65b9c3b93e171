"""A deployment is one county's for good: under another code it would pass over its own events as another county's."""

from __future__ import annotations

from services.chassis.errors import Misconfigured


class OtherCounty(Misconfigured):
    """The settings name another county than the one whose events stand in the databases."""


def must_be_of_county(service: str, found: str, county: str) -> None:
    """Raises OtherCounty where the events of a service are of another county than the one that the settings name."""
    if found != county:
        raise OtherCounty(
            f"FUXUE_COUNTY 是 {county}，而 {service} 的数据属于 {found}：请改回 {found}；"
            "另一个县要另行部署，并另用 PostgreSQL 服务器。什么也没有改动。\n"
            f"FUXUE_COUNTY is {county}, the data of {service} are of {found}: set it back to {found};"
            " another county needs a deployment and a PostgreSQL server of its own. Nothing was changed."
        )
