"""A duty from assignment to answer, late, escalated, returned, withdrawn; each refusal once."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from services.casework.domain import errors
from services.casework.domain.duty import DUTY
from services.casework.domain.duty_commands import (
    AcknowledgeDuty,
    AssignDuty,
    CompleteDuty,
    DeclineDuty,
    EscalateDuty,
    NoteDutyOverdue,
    ReturnDuty,
    WithdrawDuty,
)
from services.casework.domain.policies import DUTY_TERMS, ESCALATE_FIRST, ESCALATE_SECOND
from services.chassis.decider import Command, Given, Unit, school_days, working_days
from services.contracts.casework import (
    DutyAssigned,
    DutyDeclined,
    DutyEscalated,
    DutyOverdue,
    DutyReturned,
    DutyWithdrawn,
)
from services.contracts.codes import Cause, Department, DutyKind, Role
from services.contracts.ids import OfficerId
from tests.casework.invented import (
    CASE_ID,
    DUTY_ID,
    EPISODE_ID,
    OPENED_ON,
    PUPIL_ID,
    SCHOOL_ID,
    SEALED,
    TODAY,
    acknowledged,
    assigned,
    completed,
    midnight_after,
)
from tests.scenario import NOW, due, given_now, scenario

THE_DUTY = {"duty_id": DUTY_ID, "case_id": CASE_ID, "pupil_id": PUPIL_ID}
ME = OfficerId("officer-1")
ON_BEHALF = Given(now=NOW, actor="clerk", on_behalf_of="department:civil_affairs")
acknowledge = AcknowledgeDuty(duty_id=DUTY_ID)
complete = CompleteDuty(duty_id=DUTY_ID, finding="granted", answer=SEALED)
decline = DeclineDuty(duty_id=DUTY_ID, reason=SEALED)
return_ = ReturnDuty(duty_id=DUTY_ID, reason=SEALED)
withdraw = WithdrawDuty(duty_id=DUTY_ID)
declined = DutyDeclined(**THE_DUTY, by_officer_id=ME, reason=SEALED)
returned = DutyReturned(**THE_DUTY, by_officer_id=ME, reason=SEALED, returned_on=TODAY)
withdrawn = DutyWithdrawn(**THE_DUTY)
overdue = DutyOverdue(**THE_DUTY, due_on=TODAY)
ANSWERED = (assigned, acknowledged, completed)


def assign(kind: DutyKind = DutyKind.DECIDE_RELIEF, **facts: Any) -> AssignDuty:
    command = AssignDuty(
        **THE_DUTY,
        episode_id=EPISODE_ID,
        department=Department.CIVIL_AFFAIRS,
        division="990126",
        kind=kind,
        cause=Cause.HARDSHIP,
        case_number="C2026-0001",
        given=msgspec.structs.replace(given_now(), number=1),
    )
    return msgspec.structs.replace(command, **facts)


def escalated(level: int, to_role: Role, on: date = TODAY) -> DutyEscalated:
    return DutyEscalated(**THE_DUTY, to_role=to_role, level=level, escalated_on=on)


def by_clock(command: Command, on: date = TODAY) -> Command:
    return msgspec.structs.replace(command, given=msgspec.structs.replace(given_now(), due_at=midnight_after(on)))


# --- assigned ---------------------------------------------------------------------------------------------------------


def test_a_duty_is_assigned_once_with_its_number_and_term() -> None:
    today = msgspec.structs.replace(assigned, assigned_on=TODAY)
    scenario(DUTY, when=[assign(), assign()], then=[today])


def test_a_number_is_never_invented() -> None:
    with pytest.raises(ValueError, match="counter"):
        DUTY.decide(DUTY.initial(), assign(given=given_now()))


DEFAULT_TERMS = {
    DutyKind.VERIFY_WHEREABOUTS: working_days(3),
    DutyKind.DECIDE_RELIEF: working_days(10),
    DutyKind.INSPECT_CHILD_LABOUR: working_days(3),
    DutyKind.PERSUADE: working_days(3),
    DutyKind.SCHOOL_VISIT: school_days(1),
    DutyKind.DETERMINE_CONDITION: working_days(15),
}
"""domain.md §4."""


@pytest.mark.parametrize("kind", list(DEFAULT_TERMS))
def test_the_terms_are_those_of_the_field(kind: DutyKind) -> None:
    assert DUTY_TERMS[kind].default == DEFAULT_TERMS[kind]


def test_every_duty_has_a_term_but_the_standing_protection() -> None:
    assert set(DutyKind) - set(DUTY_TERMS) == {DutyKind.PROTECT_RETURNED}


def test_the_county_may_set_a_term() -> None:
    policies = {"duty.decide_relief": working_days(5)}
    command = assign(given=msgspec.structs.replace(given_now(policies=policies), number=1))
    scenario(DUTY, when=command, then=[msgspec.structs.replace(assigned, assigned_on=TODAY, term_days=5)])


def test_a_schools_duty_counts_its_school_days() -> None:
    visit = assign(DutyKind.SCHOOL_VISIT, school_id=SCHOOL_ID, department=Department.EDUCATION)
    event = DutyAssigned(
        **THE_DUTY,
        number="D2026-0001",
        department=Department.EDUCATION,
        division="990126",
        kind=DutyKind.SCHOOL_VISIT,
        cause=Cause.HARDSHIP,
        case_number="C2026-0001",
        assigned_on=TODAY,
        term_days=1,
        unit=Unit.SCHOOL_DAYS,
        school_id=SCHOOL_ID,
        episode_id=EPISODE_ID,
    )
    scenario(DUTY, when=visit, then=[event])
    assert due(DUTY, event)["term"].school_id == SCHOOL_ID


# --- answered ---------------------------------------------------------------------------------------------------------


def test_a_duty_is_acknowledged_once_and_completed() -> None:
    scenario(DUTY, given=[assigned], when=[acknowledge, acknowledge, complete], then=[acknowledged, completed])


def test_an_answer_acknowledges() -> None:
    scenario(DUTY, given=[assigned], when=complete, then=[acknowledged, completed])


def test_an_answer_may_follow_from_what_an_officer_did_elsewhere() -> None:
    by = OfficerId("teacher")
    scenario(
        DUTY,
        given=[assigned],
        when=msgspec.structs.replace(complete, by_officer_id=by),
        then=[
            msgspec.structs.replace(acknowledged, by_officer_id=by),
            msgspec.structs.replace(completed, by_officer_id=by),
        ],
        actor="service:casework",
    )


def test_a_duty_is_declined_with_its_reason() -> None:
    scenario(DUTY, given=[assigned], when=decline, then=[declined])


def test_a_finding_is_one_of_the_list() -> None:
    wrong = msgspec.structs.replace(complete, finding="found")
    scenario(DUTY, given=[assigned], when=wrong, then=errors.FindingNotOfDuty)


@pytest.mark.parametrize("command", [complete, decline])
def test_an_answer_on_behalf_cites_the_written_reply(command: Any) -> None:
    on_behalf = msgspec.structs.replace(command, given=ON_BEHALF)
    scenario(DUTY, given=[assigned], when=on_behalf, then=errors.ReplyNotCited)


def test_an_answer_on_behalf_shows_both() -> None:
    facts = {"by_officer_id": OfficerId("clerk"), "on_behalf_of": "department:civil_affairs", "evidence_name": SEALED}
    scenario(
        DUTY,
        given=[assigned, acknowledged],
        when=msgspec.structs.replace(complete, given=ON_BEHALF, evidence_name=SEALED),
        then=[msgspec.structs.replace(completed, **facts)],
    )
    scenario(
        DUTY,
        given=[assigned, acknowledged],
        when=msgspec.structs.replace(decline, given=ON_BEHALF, evidence_name=SEALED),
        then=[msgspec.structs.replace(declined, **facts)],
    )


@pytest.mark.parametrize("command", [acknowledge, complete, decline, return_])
@pytest.mark.parametrize(("given", "refused"), [([], errors.NoSuchDuty), ([assigned, withdrawn], errors.DutyWasWithdrawn)])
def test_only_an_existing_duty_is_answered(given: list[Any], command: Any, refused: type[Any]) -> None:
    scenario(DUTY, given=given, when=command, then=refused)


@pytest.mark.parametrize("command", [acknowledge, complete, decline])
@pytest.mark.parametrize("given", [ANSWERED, (assigned, declined)])
def test_an_answered_duty_is_not_answered_again(given: Any, command: Any) -> None:
    scenario(DUTY, given=given, when=command, then=errors.DutyAlreadyAnswered)


# --- returned and withdrawn -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [ANSWERED, (assigned, declined)])
def test_an_answer_that_does_not_suffice_is_returned_and_given_again(given: Any) -> None:
    scenario(DUTY, given=given, when=[return_, complete], then=[returned, acknowledged, completed])


def test_what_is_not_answered_is_not_returned() -> None:
    scenario(DUTY, given=[assigned, acknowledged], when=return_, then=errors.DutyNotAnswered)


def test_an_open_duty_is_withdrawn_once_and_an_answered_one_stays() -> None:
    scenario(DUTY, given=[assigned, overdue], when=[withdraw, withdraw], then=[withdrawn])
    scenario(DUTY, given=ANSWERED, when=withdraw, then=[])
    scenario(DUTY, when=withdraw, then=[])


# --- by clock ---------------------------------------------------------------------------------------------------------


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
    scenario(DUTY, given=given, when=complete, then=[acknowledged, completed])
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
