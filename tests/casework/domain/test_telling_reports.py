"""What the system of the police is told of a mandatory report: every step, to their desk, and nothing of the child."""

from __future__ import annotations

import pytest

from services.casework.domain.mandatory_report import MANDATORY_REPORT
from services.casework.domain.mandatory_report_state import MandatoryReportEvent, evolve
from services.casework.domain.telling_reports import tell_of_report
from services.contracts import department
from services.contracts.casework import REPORT_EVENTS
from services.contracts.codes import Department
from services.contracts.department import ReportTold, written
from services.contracts.topics import Desk
from tests.casework.domain.test_mandatory_report import (
    REPORT,
    acknowledged,
    answered,
    corrected,
    escalated,
    named,
    opened,
    recalled,
    released,
    reminded,
    withdrawn,
)
from tests.casework.invented import CASE_ID, EPISODE_ID, PUPIL_ID, TEACHER

EVERY_STEP: tuple[MandatoryReportEvent, ...] = (
    opened,
    named,
    released(TEACHER),
    acknowledged,
    reminded(1),
    escalated("unacknowledged"),
    answered(hold=True),
    recalled(1),
    corrected,
    withdrawn,
)


def said(event: MandatoryReportEvent) -> list[tuple[Desk, ReportTold]]:
    state = evolve(MANDATORY_REPORT.initial(), opened)
    return list(tell_of_report(evolve(state, event), event, {}))


def test_every_step_is_told_once_to_the_police_desk_so_that_numbers_have_no_gap() -> None:
    assert {type(event) for event in EVERY_STEP} == set(REPORT_EVENTS)
    heard = [said(event) for event in EVERY_STEP]
    assert [len(each) for each in heard] == [1] * len(EVERY_STEP)
    assert {desk for each in heard for desk, _ in each} == {Desk(Department.PUBLIC_SECURITY, "990126")}
    assert {type(event) for each in heard for _, event in each} == set(department.ReportTold.__args__)


@pytest.mark.parametrize("event", EVERY_STEP, ids=lambda event: type(event).__name__)
def test_no_step_tells_of_child_case_sign_words_or_officers(event: MandatoryReportEvent) -> None:
    published = written(said(event)[0])
    secret = (PUPIL_ID, CASE_ID, EPISODE_ID, TEACHER, opened.sign, corrected.sign, "officer-", "sealed")
    assert not [each for each in secret if str(each).encode() in published.data]
    assert (published.topic, published.subject) == ("department.public_security.990126", REPORT)
