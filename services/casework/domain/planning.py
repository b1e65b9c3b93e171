"""Why the child left, where it is said to be, and what will be done for it: causes, plan 一生一案, commitment 承诺书."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal, assert_never

import msgspec
from msgspec.structs import replace

from services.casework.domain.case_state import CaseEvent, CaseState
from services.casework.domain.causes import AID, measure_kind
from services.casework.domain.errors import (
    CauseNamedTwice,
    CauseNotRecorded,
    DetailContradictsAge,
    DetailNamedTwice,
    DetailNotOfCause,
    InTheFuture,
    MeasureNamedTwice,
    MeasureNeedsDate,
    MeasureNeedsOfficer,
    MeasureNotOfCause,
    NobodyHasRefused,
    NotChildLabour,
    PlanEmpty,
    SpecialPlanNeedsLead,
    WhereaboutsEmpty,
    WorkingAgeContradicted,
    WorkingAgeNotStated,
)
from services.casework.domain.standing import must_be_open, must_be_possible
from services.chassis.decider import Command, derived_id
from services.chassis.envelope import Sealed
from services.contracts.casework import (
    AidMeasurePlanned,
    CauseRecorded,
    CommitmentSigned,
    Measure,
    PlanMade,
    WhereaboutsRecorded,
)
from services.contracts.cause_details import CAUSE_OF, CauseDetail
from services.contracts.codes import Cause, Promise, Role
from services.contracts.ids import CaseId, MeasureId, OfficerId

BUREAU = frozenset({Role.BUREAU_LEAD, Role.BUREAU_CLERK})
"""Who may lead a special plan."""


class RecordCause(Command, frozen=True):
    """One primary cause, any number of others; `details` are their second level, where somebody says so.

    `known_under_16` is what the registry has said of the child's age on `worked_on`, the working date (today, if not named).
    """

    case_id: CaseId
    primary: Cause
    others: tuple[Cause, ...] = ()
    note: Sealed[str] | None = None
    under_16_at_work: bool | None = None
    worked_on: date | None = None
    known_under_16: bool | None = None
    details: tuple[CauseDetail, ...] = ()


class RecordWhereabouts(Command, frozen=True):
    """Where the child is said to be."""

    case_id: CaseId
    place: Sealed[str] | None = None
    employer: Sealed[str] | None = None
    contact: Sealed[str] | None = None


class Planned(msgspec.Struct, frozen=True):
    """A measure as it is asked for."""

    cause: Cause
    kind: str
    responsible_id: OfficerId | None = None
    due_on: date | None = None
    note: Sealed[str] | None = None


class MakePlan(Command, frozen=True):
    """The plan; `lead_roles` are the roles that the lead holds.

    Without `knows_causes` it is refused as if no cause were recorded: which measure is accepted would tell a restricted cause.
    """

    case_id: CaseId
    measures: tuple[Planned, ...]
    lead_id: OfficerId | None = None
    lead_roles: tuple[Role, ...] = ()
    knows_causes: bool = True


class RecordCommitment(Command, frozen=True):
    """The household has signed the commitment; the printed one holds every promise."""

    case_id: CaseId
    signed_on: date
    signed_by: Literal["guardian", "child", "both"]
    note: Sealed[str] | None = None
    promises: tuple[Promise, ...] = tuple(Promise)


PlanningCommand = RecordCause | RecordWhereabouts | MakePlan | RecordCommitment


def decide(state: CaseState, command: PlanningCommand) -> list[CaseEvent]:
    match command:
        case RecordCause():
            return _record_cause(state, command)
        case RecordWhereabouts():
            must_be_open(state)
            if not any((command.place, command.employer, command.contact)):
                raise WhereaboutsEmpty(field="place")
            return [
                WhereaboutsRecorded(
                    case_id=state.case_id,
                    pupil_id=state.pupil_id,
                    place=command.place,
                    employer=command.employer,
                    contact=command.contact,
                )
            ]
        case MakePlan():
            return _make_plan(state, command)
        case RecordCommitment():
            must_be_open(state)
            must_be_possible(state, command.signed_on, command.given, field="signed_on")
            return [
                CommitmentSigned(
                    case_id=state.case_id,
                    pupil_id=state.pupil_id,
                    signed_on=command.signed_on,
                    signed_by=command.signed_by,
                    note=command.note,
                    promises=command.promises,
                )
            ]
        case _:
            assert_never(command)


def _record_cause(state: CaseState, command: RecordCause) -> list[CaseEvent]:
    must_be_open(state)
    causes = (command.primary, *command.others)
    if len(set(causes)) < len(causes):
        raise CauseNamedTwice(field="others")
    works = Cause.LABOUR in causes
    if works and command.under_16_at_work is None:
        raise WorkingAgeNotStated(field="under_16_at_work")
    if works and command.worked_on is not None and command.worked_on > command.given.today:
        raise InTheFuture(field="worked_on", day=command.worked_on)
    if works and command.known_under_16 not in (None, command.under_16_at_work):
        raise WorkingAgeContradicted(field="under_16_at_work", on=command.worked_on or command.given.today)
    _must_be_details_of(causes, command)
    recorded = CauseRecorded(
        case_id=state.case_id,
        pupil_id=state.pupil_id,
        primary=command.primary,
        others=command.others,
        details=command.details,
        note=command.note,
        under_16_at_work=command.under_16_at_work if works else None,
        worked_on=command.worked_on if works else None,
        spell=state.spell.nth,
    )
    known = state.cause and replace(state.cause, note=None)
    return [] if recorded == known else [recorded]


def _must_be_details_of(causes: Sequence[Cause], command: RecordCause) -> None:
    """Each detail is one of a recorded cause, and no cause has two."""
    for number, detail in enumerate(command.details):
        field = f"details.{number}"
        if CAUSE_OF[detail] not in causes:
            raise DetailNotOfCause(field=field, detail=detail)
        if CAUSE_OF[detail] in {CAUSE_OF[each] for each in command.details[:number]}:
            raise DetailNamedTwice(field=field)
        if detail is CauseDetail.CHILD_LABOUR and not command.under_16_at_work:
            raise DetailContradictsAge(field=field)


def _make_plan(state: CaseState, command: MakePlan) -> list[CaseEvent]:
    must_be_open(state)
    if state.cause is None or not command.knows_causes:
        raise CauseNotRecorded
    if not command.measures:
        raise PlanEmpty(field="measures")
    if (state.spell.hard or command.lead_id is not None) and BUREAU.isdisjoint(command.lead_roles):
        raise SpecialPlanNeedsLead(field="lead_id")
    plan = PlanMade(
        case_id=state.case_id,
        pupil_id=state.pupil_id,
        measures=_measures(state, command.measures),
        lead_id=command.lead_id,
        spell=state.spell.nth,
    )
    events: list[CaseEvent] = [] if plan == state.plan else [plan]
    return events + [
        AidMeasurePlanned(case_id=state.case_id, pupil_id=state.pupil_id, measure_id=measure.measure_id)
        for measure in plan.measures
        if measure.kind == AID and measure.measure_id not in state.aid_planned
    ]


def _measures(state: CaseState, planned: Sequence[Planned]) -> tuple[Measure, ...]:
    if len({(each.cause, each.kind) for each in planned}) < len(planned):
        raise MeasureNamedTwice(field="measures")
    for place, each in enumerate(planned):
        _check(state, each, f"measures.{place}")
    return tuple(
        Measure(
            measure_id=MeasureId(derived_id("measure", state.case_id, str(state.spell.nth), each.cause, each.kind)),
            kind=each.kind,
            cause=each.cause,
            responsible_id=each.responsible_id,
            due_on=each.due_on,
            note=each.note,
        )
        for each in planned
    )


def _check(state: CaseState, planned: Planned, place: str) -> None:
    kind = measure_kind(planned.cause, planned.kind)
    if kind is None or planned.cause not in state.causes:
        raise MeasureNotOfCause(field=f"{place}.kind", kind=planned.kind, cause=planned.cause)
    if kind.names_officer and planned.responsible_id is None:
        raise MeasureNeedsOfficer(field=f"{place}.responsible_id", kind=planned.kind)
    if kind.names_date and planned.due_on is None:
        raise MeasureNeedsDate(field=f"{place}.due_on", kind=planned.kind)
    if kind.after_refusal and not state.refused:
        raise NobodyHasRefused(field=f"{place}.kind", kind=planned.kind)
    if kind.only_child_labour and not state.child_labour:
        raise NotChildLabour(field=f"{place}.kind", kind=planned.kind)
