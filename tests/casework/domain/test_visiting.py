"""Visits, and when a case grows hard."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from services.casework.domain import errors
from services.casework.domain.case import CASE
from services.casework.domain.policies import HARD_AFTER, HARD_AFTER_FAILED_VISITS
from services.casework.domain.visiting import NoteCaseHard, RecordVisit
from services.contracts.casework import CaseGrewHard
from services.contracts.codes import VisitResult
from services.contracts.ids import OfficerId, VisitId
from tests.casework.invented import (
    CASE_ID,
    IN_OBSERVATION,
    OPENED_ON,
    PUPIL_ID,
    SEALED,
    TODAY,
    closed,
    numbered,
    opened,
    relapsed,
    visited,
    withdrawn,
)
from tests.scenario import due, given_now, scenario


def visit(nth: int = 1, result: VisitResult = VisitResult.UNDECIDED, on: date = TODAY, **facts: Any) -> RecordVisit:
    return RecordVisit(case_id=CASE_ID, visit_id=VisitId(f"visit-{nth}"), visited_on=on, result=result, **facts)


def grew_hard(reason: Any) -> CaseGrewHard:
    return CaseGrewHard(case_id=CASE_ID, pupil_id=PUPIL_ID, reason=reason)


def test_visits_are_counted_and_a_repeated_one_is_not() -> None:
    scenario(
        CASE,
        given=[opened],
        when=[visit(1), visit(1), visit(2)],
        then=[visited(1, VisitResult.UNDECIDED), visited(2, VisitResult.UNDECIDED)],
    )


def test_what_was_said_and_who_came_along_is_kept() -> None:
    event = scenario(
        CASE,
        given=[opened],
        when=visit(
            parents_words=SEALED,
            childs_words=SEALED,
            policy_explained=SEALED,
            next_step=SEALED,
            met_child=True,
            accompanied_by=(OfficerId("cadre"),),
            witness_id=OfficerId("witness"),
        ),
        then=[
            type(visited(1, VisitResult.UNDECIDED))(
                case_id=CASE_ID,
                pupil_id=PUPIL_ID,
                visit_id=VisitId("visit-1"),
                nth=1,
                visited_on=TODAY,
                by_officer_id=OfficerId("officer-1"),
                result=VisitResult.UNDECIDED,
                parents_words=SEALED,
                childs_words=SEALED,
                policy_explained=SEALED,
                next_step=SEALED,
                met_child=True,
                accompanied_by=(OfficerId("cadre"),),
                witness_id=OfficerId("witness"),
            )
        ],
    )
    assert event.spell.failed_visits == 0


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        ({"witness_id": OfficerId("officer-1")}, errors.VisitorIsWitness),
        ({"accompanied_by": (OfficerId("cadre"), OfficerId("officer-1"))}, errors.VisitorInCompany),
        ({"accompanied_by": (OfficerId("cadre"), OfficerId("cadre"))}, errors.CompanionNamedTwice),
    ],
)
def test_witness_and_company_are_others_and_each_is_named_once(facts: dict[str, Any], refused: type[Any]) -> None:
    scenario(CASE, given=[opened], when=visit(**facts), then=refused)


def test_nor_is_who_the_visitor_stands_in_for_a_witness_or_in_the_company() -> None:
    standing_in = msgspec.structs.replace(given_now(actor="substitute"), on_behalf_of="away")
    for facts, refused in (
        ({"witness_id": OfficerId("away")}, errors.VisitorIsWitness),
        ({"accompanied_by": (OfficerId("away"),)}, errors.VisitorInCompany),
    ):
        scenario(CASE, given=[opened], when=msgspec.structs.replace(visit(**facts), given=standing_in), then=refused)


@pytest.mark.parametrize(("on", "refused"), [(date(2026, 9, 9), errors.InTheFuture), (date(2026, 8, 31), errors.BeforeTheCase)])
def test_a_visit_lies_between_the_opening_and_today(on: date, refused: type[Any]) -> None:
    scenario(CASE, given=[opened], when=visit(on=on), then=refused)


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ([], errors.NoSuchCase),
        ([opened, withdrawn], errors.CaseWasWithdrawn),
        ([opened, numbered, closed()], errors.CaseAlreadyClosed),
    ],
)
def test_only_an_open_case_is_visited(given: list[Any], refused: type[Any]) -> None:
    scenario(CASE, given=given, when=visit(), then=refused)


def test_the_third_failed_visit_makes_a_case_hard_once() -> None:
    failed = [visited(1, VisitResult.REFUSED), visited(2, VisitResult.NOT_FOUND)]
    third = visited(3, VisitResult.REFUSED)
    scenario(
        CASE,
        given=[opened, *failed],
        when=[visit(3, VisitResult.REFUSED), visit(4, VisitResult.REFUSED)],
        then=[third, grew_hard("failed_visits"), visited(4, VisitResult.REFUSED)],
    )


def test_undecided_households_do_not_make_a_case_hard() -> None:
    given = [opened, visited(1, VisitResult.UNDECIDED), visited(2, VisitResult.REFUSED)]
    scenario(CASE, given=given, when=visit(3, VisitResult.REFUSED), then=[visited(3, VisitResult.REFUSED)])


def test_the_county_sets_how_many_failed_visits_make_a_case_hard() -> None:
    scenario(
        CASE,
        given=[opened],
        when=visit(1, VisitResult.REFUSED),
        then=[visited(1, VisitResult.REFUSED), grew_hard("failed_visits")],
        policies={HARD_AFTER_FAILED_VISITS.code: 1},
    )


def test_failed_visits_are_counted_anew_after_a_relapse() -> None:
    given = [opened, numbered, visited(1, VisitResult.REFUSED), visited(2, VisitResult.REFUSED), *IN_OBSERVATION[2:], relapsed]
    scenario(CASE, given=given, when=visit(3, VisitResult.REFUSED), then=[visited(3, VisitResult.REFUSED)])


def test_a_case_grows_hard_by_the_clock() -> None:
    deadline = due(CASE, opened)["hard-1"]
    assert (deadline.since, deadline.term) == (OPENED_ON, HARD_AFTER)
    scenario(CASE, given=[opened], when=deadline.command, then=[grew_hard("days")])


def test_a_hard_returned_or_ended_case_does_not_grow_hard() -> None:
    note = NoteCaseHard(case_id=CASE_ID)
    for given in ([opened, grew_hard("days")], list(IN_OBSERVATION), [opened, withdrawn], [opened, numbered, closed()]):
        scenario(CASE, given=given, when=note, then=[])
        assert "hard-1" not in due(CASE, *given)


def test_the_clock_starts_again_with_a_relapse() -> None:
    deadline = due(CASE, *IN_OBSERVATION, relapsed)["hard-2"]
    assert deadline.since == relapsed.day
