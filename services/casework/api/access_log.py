"""The access log: who opened what was typed about a child, for what; written before the page is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, assert_never

import msgspec
from uuid6 import uuid7

from services.casework.storage.log_tables import REVEAL_LOG
from services.casework.storage.rows import CaseRow, DutyRow, MandatoryReportRow
from services.chassis.envelope import stamp
from services.chassis.service import Service
from services.chassis.turn import Turn
from services.chassis.web.caller import Caller


class Purpose(StrEnum):
    """What the words are opened for: as the registry's purposes are called."""

    CASEWORK = "casework"
    DUTY = "duty"
    MANDATORY_REPORT = "mandatory_report"


Page = CaseRow | DutyRow | MandatoryReportRow


def write(service: Service, caller: Caller, page: Page, timeline: Iterable[Mapping[str, Any]]) -> None:
    """Log which words of a page are shown as they were typed; nothing where none are."""
    plain = sorted(set(_opened(timeline)))
    if plain:
        service.turns.run(lambda turn: _record(turn, caller, page, plain))


def _opened(timeline: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for each in timeline:
        for name, words in each["texts"].items():
            if words is not None:
                yield f"{each['event']}.{name}"


def _record(turn: Turn, caller: Caller, page: Page, plain: list[str]) -> None:
    turn.sources.record(
        REVEAL_LOG,
        {
            "reveal_id": str(uuid7()),
            "revealed_at": stamp(turn.now),
            "caller": caller.subject,
            "purpose": _purpose(page).value,
            "person_id": page.pupil_id,
            "plain": msgspec.json.encode(plain).decode(),
            "case_id": page.case_id,
            "duty_id": page.duty_id if isinstance(page, DutyRow) else None,
            "report_id": page.report_id if isinstance(page, MandatoryReportRow) else None,
            "trace_id": caller.trace.trace_id if caller.trace else None,
            "on_behalf_of": caller.on_behalf_of,
        },
    )


def _purpose(page: Page) -> Purpose:
    match page:
        case CaseRow():
            return Purpose.CASEWORK
        case DutyRow():
            return Purpose.DUTY
        case MandatoryReportRow():
            return Purpose.MANDATORY_REPORT
        case _:
            assert_never(page)
