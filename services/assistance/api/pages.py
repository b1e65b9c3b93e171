"""How applications, notices and alarms are shown; what was said in panel or objection is opened for those who examine it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from services.assistance import queries
from services.assistance.domain.places import objection_answer, objection_text, panel_minutes
from services.assistance.domain.policies import named_in_public
from services.assistance.storage.rows import ApplicationRow
from services.chassis.service import Service
from services.contracts.assistance import ProgrammeSet

NOTICE_TITLE = ("义务教育学生资助", "Aid for pupils")
"""What a notice says instead of a programme that would give away health or family."""


def application_detail(service: Service, row: ApplicationRow, *, readable: bool) -> dict[str, Any]:
    """One application with the objections to it."""
    shown = []
    for each in queries.objections(service.engine, row.application_id):
        text = service.keyring.read(each.text, objection_text(row.application_id, each.objection_id)) if readable else None
        answer = service.keyring.read(each.answer, objection_answer(row.application_id, each.objection_id)) if readable else None
        shown.append({**msgspec.structs.asdict(each), "text": text, "answer": answer})
    minutes = service.keyring.read(row.panel_minutes, panel_minutes(row.application_id)) if readable else None
    return {**msgspec.structs.asdict(row), "panel_minutes": minutes, "objections": shown}


def notice(service: Service, row: ApplicationRow, programme: ProgrammeSet | None, *, names_child: bool) -> dict[str, Any]:
    """What a public notice shows: no number, phone or cause, and no programme that gives away health or family."""
    shown = programme if programme is not None and named_in_public(programme) else None
    return {
        "application_id": row.application_id,
        "pupil_id": row.pupil_id if names_child else None,
        "school_id": row.school_id,
        "title_zh": NOTICE_TITLE[0] if shown is None else shown.name_zh,
        "title_en": NOTICE_TITLE[1] if shown is None else shown.name_en,
        "amount_fen": None if shown is None else row.amount_fen,
        "posted_on": row.posted_on,
        "last_day": queries.last_day_of_notice(service.turns.county, row),
    }


def review_alarm(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A review that takes too long."""
    named = {name: stored[name] for name in ("application_id", "pupil_id", "school_id", "ended_on")}
    return {"kind": queries.REVIEW_OVERDUE, **named, "since": stored["overdue_on"]}
