"""A duty that nobody answers falls overdue and is escalated, by the clock alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from services.casework.domain.duty import DUTY
from services.casework.domain.escalating import EscalateDuty, NoteDutyOverdue
from services.casework.domain.policies import DUTY_TERMS, ESCALATE_FIRST, ESCALATE_SECOND
from services.contracts.codes import DutyKind, Role
from tests.casework.domain.duties import (
    ANSWERED,
    assign,
    by_clock,
    complete,
    declined,
    escalated,
    overdue,
    returned,
    withdrawn,
)
from tests.casework.invented import (
    DUTY_ID,
    OPENED_ON,
    TODAY,
    acknowledged,
    assigned,
    completed,
)
from tests.scenario import due, scenario


def test_an_unanswered_duty_falls_overdue_and_is_escalated_level_by_level() -> None:
    term = due(DUTY, assigned)["term"]
    assert (term.since, term.term) == (OPENED_ON, DUTY_TERMS[DutyKind.DECIDE_RELIEF])
    scenario(DUTY, given=[assigned], when=[by_clock(term.command), by_clock(term.command)], then=[overdue])

    first = due(DUTY, assigned, overdue)["escalation-1"]
    assert (first.since, first.term) == (TODAY, ESCALATE_FIRST)
    told_lead = escalated(1, Role.BUREAU_LEAD)
    scenario(DUTY, given=[assigned, overdue], when=[by_clock(first.command), by_clock(first.command)], then=[told_lead])

    second = due(DUTY, assigned, overdue, told_lead)["escalation-2"]
    assert second.term == ESCALATE_SECOND
    told_county = escalated(2, Role.COUNTY_LEADER)
    scenario(DUTY, given=[assigned, overdue, told_lead], when=by_clock(second.command), then=[told_county])
    assert not due(DUTY, assigned, overdue, told_lead, told_county)


def test_the_day_of_the_term_counts_however_late_the_timer() -> None:
    early = date(2026, 9, 4)
    note = by_clock(NoteDutyOverdue(duty_id=DUTY_ID, round=1), early)
    scenario(DUTY, given=[assigned], when=note, then=[msgspec.structs.replace(overdue, due_on=early)])


def test_a_late_answer_is_accepted_and_ends_the_escalation() -> None:
    given = [assigned, overdue, escalated(1, Role.BUREAU_LEAD)]
    late = msgspec.structs.replace(completed, due_on=TODAY)
    scenario(DUTY, given=given, when=complete, then=[acknowledged, late])
    assert not due(DUTY, *given, acknowledged, completed)


def test_an_acknowledged_duty_is_still_due() -> None:
    assert due(DUTY, assigned, acknowledged) == due(DUTY, assigned)


def test_a_returned_duty_has_its_term_anew_and_the_old_clock_does_not_count() -> None:
    given = [assigned, overdue, acknowledged, completed, returned]
    term = due(DUTY, *given)["term"]
    assert term.since == TODAY
    for stale in (NoteDutyOverdue(duty_id=DUTY_ID, round=1), EscalateDuty(duty_id=DUTY_ID, round=1, level=1)):
        scenario(DUTY, given=given, when=by_clock(stale), then=[])
    scenario(DUTY, given=given, when=by_clock(term.command), then=[overdue])


@pytest.mark.parametrize("given", [[], ANSWERED, (assigned, declined), (assigned, withdrawn)])
def test_nothing_is_overdue_that_is_not_open(given: Any) -> None:
    assert not due(DUTY, *given)
    scenario(DUTY, given=given, when=by_clock(NoteDutyOverdue(duty_id=DUTY_ID, round=1)), then=[])


def test_a_standing_duty_is_never_overdue() -> None:
    protect = assign(DutyKind.PROTECT_RETURNED)
    event = msgspec.structs.replace(assigned, kind=DutyKind.PROTECT_RETURNED, assigned_on=TODAY, term_days=0)
    scenario(DUTY, when=protect, then=[event])
    assert not due(DUTY, event)
