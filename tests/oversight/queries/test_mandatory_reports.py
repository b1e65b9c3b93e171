"""A mandatory report in traces and alarms: there for the few who may know of it, and for nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from services.contracts import casework
from services.contracts.codes import HarmSign, Role
from services.contracts.ids import MandatoryReportId, OfficerId
from services.oversight.domain.errors import NothingToTrace
from services.oversight.queries.alarms import alarm_counts, open_alarms
from services.oversight.queries.scope import Scope
from services.oversight.queries.trace import trace
from tests.oversight.conftest import AID, CASE, CHILD, DAY, DUTY, EPISODE, SCHOOL, SEALED, TEXT, VILLAGE, County
from tests.scenario import NOW

REPORT, NUMBER = MandatoryReportId("report"), "M2026-0001"
LEAD = Scope(county=True, sees_restricted=True, sees_reports=True, officer_id="lead")
REPORTER = Scope(schools=(SCHOOL,), officer_id="principal")
NAMED = Scope(county=True, sees_restricted=True, officer_id="clerk")
POLICE = Scope(departments=(("public_security", "990126"),), officer_id="police")
OTHERS = {
    "another clerk": Scope(county=True, sees_restricted=True, officer_id="other-clerk"),
    "county leader": Scope(county=True, officer_id="county-leader"),
    "aid officer": Scope(county=True, reads_cases=False, officer_id="county-aid"),
    "another head": Scope(schools=(SCHOOL,), officer_id="vice"),
    "township": Scope(divisions=(VILLAGE[:9],), officer_id="township"),
    "civil affairs": Scope(departments=(("civil_affairs", "990126"),), officer_id="civil"),
    "substitute of whom it names": Scope(county=True, officer_id="other-clerk", on_behalf_of="clerk"),
    "named substitute of another": Scope(county=True, officer_id="clerk", on_behalf_of="other-clerk"),
    "next county": Scope(departments=(("public_security", "990127"),), officer_id="next"),
}


@pytest.fixture
def county(county: County) -> County:
    """The child's whole way, and then a report by its principal in which a clerk is named; the police wait."""
    county.live()
    return county


def report(county: County) -> None:
    opened = casework.MandatoryReportOpened(
        report_id=REPORT,
        pupil_id=CHILD,
        number=NUMBER,
        sign=HarmSign.ABUSE,
        division="990126",
        noticed_on=DAY,
        opened_at=NOW,
        by_officer_id=OfficerId("principal"),
        words=SEALED,
        case_id=CASE,
        episode_id=EPISODE,
    )
    named = casework.MandatoryReportOfficerNamed(report_id=REPORT, pupil_id=CHILD, officer_id=OfficerId("clerk"))
    county.tell(f"mandatory_report-{REPORT}", opened, named, actor="principal")
    county.settle()


def acknowledge(county: County) -> None:
    known = casework.MandatoryReportAcknowledged(
        report_id=REPORT, pupil_id=CHILD, acknowledged_at=NOW, by_officer_id=OfficerId("police")
    )
    county.tell(f"mandatory_report-{REPORT}", known, actor="police")
    county.settle()


def told(county: County, reference: str, scope: Scope) -> dict[str, Any]:
    return trace(county.service.engine, reference, scope)


def types(answer: dict[str, Any]) -> list[str]:
    return [item["type"].partition(".")[2] for item in answer["items"] if "MandatoryReport" in item["type"]]


def seen(county: County, scope: Scope) -> dict[str, Any]:
    """All that oversight tells of the child, and of the county's alarms."""
    answers: dict[str, Any] = {"alarms": alarm_counts(county.service.engine, scope)}
    for reference in (CASE, "2026-0001", EPISODE, CHILD, DUTY, AID, TEXT, NUMBER, REPORT):
        try:
            answers[reference] = told(county, reference, scope)
        except NothingToTrace:
            answers[reference] = None
    return answers


@pytest.mark.parametrize("scope", [LEAD, REPORTER, NAMED], ids=["lead", "reporter", "named"])
def test_who_may_know_of_it_traces_it_by_number_and_in_the_case(county: County, scope: Scope) -> None:
    report(county)
    both = ["MandatoryReportOpened", "MandatoryReportOfficerNamed"]
    assert types(told(county, NUMBER, scope)) == types(told(county, REPORT, scope)) == types(told(county, CASE, scope)) == both
    [first, _] = told(county, NUMBER, scope)["items"]
    assert (first["zh"], first["facts"]["sign"]) == ("强制报告 M2026-0001：虐待，送公安机关", "abuse")


def test_the_police_desk_traces_the_report_without_child_case_and_sign(county: County) -> None:
    report(county)
    answer = told(county, NUMBER, POLICE)
    assert (answer["kind"], types(answer)) == ("report", ["MandatoryReportOpened", "MandatoryReportOfficerNamed"])
    assert answer["items"][0]["facts"] == {"report_id": REPORT, "number": NUMBER, "division": "990126"}
    assert types(told(county, DUTY, POLICE)) == []


@pytest.mark.parametrize("scope", list(OTHERS.values()), ids=list(OTHERS))
def test_everybody_else_is_told_the_same_with_and_without_it(county: County, scope: Scope) -> None:
    before = seen(county, scope)
    report(county)
    assert seen(county, scope) == before
    event = next(each for each in county.others.told if each.type.endswith("MandatoryReportOpened"))
    with pytest.raises(NothingToTrace):
        told(county, event.event_id, scope)


def test_it_is_an_alarm_from_the_first_moment_until_the_police_acknowledge_it(county: County) -> None:
    def alarms(scope: Scope) -> list[Any]:
        with county.service.engine.connect() as connection:
            found = connection.execute(open_alarms(scope, "mandatory_report")).all()
        return [(each.alarm_id, each.detail, each.pupil_id, each.case_id) for each in found]

    report(county)
    assert [alarms(scope) for scope in (LEAD, REPORTER, NAMED)] == [[(REPORT, NUMBER, CHILD, CASE)]] * 3
    assert [alarms(scope) for scope in OTHERS.values()] == [[]] * len(OTHERS)
    acknowledge(county)
    assert [alarms(scope) for scope in (LEAD, REPORTER, NAMED)] == [[]] * 3


def test_it_is_an_alarm_again_once_a_leader_is_told_or_a_held_answer_recalled_until_the_next_answer(county: County) -> None:
    leader = Scope(county=True, officer_id="county-leader")
    of: dict[str, Any] = {"report_id": REPORT, "pupil_id": CHILD}

    def after(*events: Any) -> list[int]:
        county.tell(f"mandatory_report-{REPORT}", *events, actor="service:casework")
        county.settle()
        return [alarm_counts(county.service.engine, scope)["mandatory_report"] for scope in (LEAD, leader)]

    report(county)
    acknowledge(county)
    escalated = casework.MandatoryReportEscalated(to_role=Role.COUNTY_LEADER, reason="unanswered", escalated_at=NOW, **of)
    named = casework.MandatoryReportOfficerNamed(officer_id=OfficerId("county-leader"), **of)
    answered = casework.MandatoryReportAnswered(hold=True, by_officer_id=OfficerId("police"), answered_at=NOW, **of)
    assert after(escalated, named) == [1, 1]
    assert after(answered) == [0, 0]
    assert after(casework.MandatoryReportRecalled(nth=1, recalled_at=NOW, **of)) == [1, 1]
    assert after(answered) == [0, 0]


def test_whoever_is_shut_out_of_it_is_told_nothing_of_it_any_more(county: County) -> None:
    report(county)
    assert alarm_counts(county.service.engine, NAMED)["mandatory_report"] == 1
    released = casework.MandatoryReportOfficerReleased(
        report_id=REPORT, pupil_id=CHILD, officer_id=OfficerId("clerk"), by_officer_id=OfficerId("lead"), reason="moved_on"
    )
    county.tell(f"mandatory_report-{REPORT}", released, actor="lead")
    county.settle()
    assert alarm_counts(county.service.engine, NAMED)["mandatory_report"] == 0
    with pytest.raises(NothingToTrace):
        told(county, NUMBER, NAMED)
    assert told(county, NUMBER, LEAD)["items"][-1]["zh"] == "取消强制报告知情人员：调离岗位"


def test_a_report_that_is_taken_back_is_no_alarm(county: County) -> None:
    report(county)
    withdrawn = casework.MandatoryReportWithdrawn(report_id=REPORT, pupil_id=CHILD, by_officer_id=OfficerId("lead"), reason=SEALED)
    county.tell(f"mandatory_report-{REPORT}", withdrawn, actor="lead")
    county.settle()
    assert alarm_counts(county.service.engine, LEAD)["mandatory_report"] == 0
