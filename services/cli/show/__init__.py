"""What the commands print: tables, timelines and findings for a terminal of a hundred columns, Chinese beside English."""

from __future__ import annotations

from services.cli.show.accounts import codes
from services.cli.show.chain import trace
from services.cli.show.children import case, ledger
from services.cli.show.county import DISTRIBUTIONS, summary
from services.cli.show.files import Asked, county_list, imported, roll_calls
from services.cli.show.operation import counting, findings, parked, parked_event, rebuilt, republished, verified

__all__ = [
    "DISTRIBUTIONS",
    "Asked",
    "case",
    "codes",
    "counting",
    "county_list",
    "findings",
    "imported",
    "ledger",
    "parked",
    "parked_event",
    "rebuilt",
    "republished",
    "roll_calls",
    "summary",
    "trace",
    "verified",
]
