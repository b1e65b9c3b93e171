"""A mandatory report: at once, by hours, answered by the police, corrected and taken back by the bureau's lead only."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from services.casework.domain.errors import (
    AskTheBureauFirst,
    MandatoryReportAlreadyAnswered,
    MandatoryReportWasWithdrawn,
    NamesThemselves,
    NoSuchMandatoryReport,
    OfficerAlreadyPrivy,
    OfficerNotPrivy,
    PersuasionHeld,
    PoliceReplyNotCited,
    SignInTheFuture,
)
from services.casework.domain.holding import Hold, goes_to_family, must_not_be_held
from services.casework.domain.mandatory_report import MANDATORY_REPORT, MandatoryReportCommand
from services.casework.domain.mandatory_report_state import MandatoryReportEvent, MandatoryReportState
from services.casework.domain.policies import ESCALATE_UNACKNOWLEDGED, ESCALATE_UNANSWERED, RECALL, REMIND
from services.casework.domain.report_answering import (
    AcknowledgeMandatoryReport,
    AnswerMandatoryReport,
    EscalateMandatoryReport,
    RecallMandatoryReport,
    RemindOfMandatoryReport,
)
from services.casework.domain.reporting import (
    CorrectMandatoryReport,
    NameReportOfficer,
    OpenMandatoryReport,
    ReleaseReportOfficer,
    WithdrawMandatoryReport,
)
from services.chassis.decider import Deadline, Unit
from services.contracts import casework as told
from services.contracts.codes import Cause, HarmSign, Role
from services.contracts.ids import MandatoryReportId, OfficerId
from tests.casework.invented import CASE_ID, EPISODE_ID, PUPIL_ID, SEALED, TEACHER, TODAY
from tests.scenario import NOW, due, given_now, scenario

REPORT = MandatoryReportId("report-1")
POLICE, LEAD = OfficerId("police"), OfficerId("lead")
opened = told.MandatoryReportOpened(
    report_id=REPORT,
    pupil_id=PUPIL_ID,
    number="M2026-0001",
    sign=HarmSign.ABUSE,
    division="990126",
    noticed_on=TODAY,
    opened_at=NOW,
    by_officer_id=TEACHER,
    words=SEALED,
    case_id=CASE_ID,
    episode_id=EPISODE_ID,
)
acknowledged = told.MandatoryReportAcknowledged(report_id=REPORT, pupil_id=PUPIL_ID, acknowledged_at=NOW, by_officer_id=POLICE)
withdrawn = told.MandatoryReportWithdrawn(report_id=REPORT, pupil_id=PUPIL_ID, by_officer_id=LEAD, reason=SEALED)
named = told.MandatoryReportOfficerNamed(report_id=REPORT, pupil_id=PUPIL_ID, officer_id=OfficerId("clerk"))
corrected = told.MandatoryReportCorrected(
    report_id=REPORT, pupil_id=PUPIL_ID, sign=HarmSign.SERIOUS_INJURY, by_officer_id=LEAD, reason=SEALED
)


def released(officer: OfficerId) -> told.MandatoryReportOfficerReleased:
    return told.MandatoryReportOfficerReleased(
        report_id=REPORT, pupil_id=PUPIL_ID, officer_id=officer, by_officer_id=LEAD, reason="under_suspicion"
    )


def answered(*, hold: bool, **facts: Any) -> told.MandatoryReportAnswered:
    facts = {"by_officer_id": POLICE, "answer": SEALED, "answered_at": NOW, **facts}
    return told.MandatoryReportAnswered(report_id=REPORT, pupil_id=PUPIL_ID, hold=hold, **facts)


def reminded(nth: int) -> told.MandatoryReportReminded:
    at = NOW + nth * timedelta(hours=2)
    return told.MandatoryReportReminded(report_id=REPORT, pupil_id=PUPIL_ID, nth=nth, reminded_at=at)


def recalled(nth: int) -> told.MandatoryReportRecalled:
    at = NOW + nth * timedelta(days=7)
    return told.MandatoryReportRecalled(report_id=REPORT, pupil_id=PUPIL_ID, nth=nth, recalled_at=at)


def escalated(reason: told.Pressing) -> told.MandatoryReportEscalated:
    return told.MandatoryReportEscalated(
        report_id=REPORT, pupil_id=PUPIL_ID, to_role=Role.COUNTY_LEADER, reason=reason, escalated_at=NOW
    )


def decided(command: MandatoryReportCommand, *given: MandatoryReportEvent, **facts: Any) -> list[MandatoryReportEvent]:
    """What follows, with more of the edge than a scenario fills in."""
    state: MandatoryReportState = MANDATORY_REPORT.initial()
    for event in given:
        state = MANDATORY_REPORT.evolve(state, event)
    edge = replace(given_now(actor="lead"), **facts)
    return MANDATORY_REPORT.decide(state, replace(command, given=edge))


def opening(on: date = TODAY) -> OpenMandatoryReport:
    return OpenMandatoryReport(
        report_id=REPORT,
        pupil_id=PUPIL_ID,
        sign=HarmSign.ABUSE,
        division="990126",
        noticed_on=on,
        words=SEALED,
        case_id=CASE_ID,
        episode_id=EPISODE_ID,
    )


def test_whoever_reports_is_named_in_it_and_it_gets_the_next_number() -> None:
    assert decided(opening(), actor=TEACHER, number=1) == [opened]


def test_a_report_opened_again_is_the_same_one() -> None:
    assert decided(opening(), opened, actor=TEACHER, number=2) == []


def test_a_sign_cannot_be_noticed_tomorrow() -> None:
    with pytest.raises(SignInTheFuture):
        decided(opening(TODAY + timedelta(days=1)), number=1)


def test_the_police_acknowledge_once() -> None:
    acknowledge = AcknowledgeMandatoryReport(report_id=REPORT)
    scenario(MANDATORY_REPORT, given=[opened], when=[acknowledge, acknowledge], then=[acknowledged], actor=POLICE)
    scenario(MANDATORY_REPORT, when=acknowledge, then=NoSuchMandatoryReport)
    scenario(MANDATORY_REPORT, given=[opened, withdrawn], when=acknowledge, then=MandatoryReportWasWithdrawn)


def test_an_answer_acknowledges_and_says_whether_the_family_may_be_approached() -> None:
    answer = AnswerMandatoryReport(report_id=REPORT, hold=False, answer=SEALED)
    state = scenario(MANDATORY_REPORT, given=[opened], when=answer, then=[acknowledged, answered(hold=False)], actor=POLICE)
    assert not state.held


def test_an_answer_that_holds_is_followed_by_another_and_one_that_releases_is_the_last() -> None:
    hold, release = (AnswerMandatoryReport(report_id=REPORT, hold=each, answer=SEALED) for each in (True, False))
    given = [opened, acknowledged]
    state = scenario(MANDATORY_REPORT, given=given, when=hold, then=[answered(hold=True)], actor=POLICE)
    assert state.held
    scenario(MANDATORY_REPORT, given=[*given, answered(hold=True)], when=release, then=[answered(hold=False)], actor=POLICE)
    scenario(MANDATORY_REPORT, given=[*given, answered(hold=False)], when=hold, then=MandatoryReportAlreadyAnswered)


def test_who_answers_for_the_police_cites_their_reply() -> None:
    answer = AnswerMandatoryReport(report_id=REPORT, hold=False)
    with pytest.raises(PoliceReplyNotCited):
        decided(answer, opened, acknowledged, on_behalf_of="department:public_security")
    cited = AnswerMandatoryReport(report_id=REPORT, hold=False, evidence_name=SEALED)
    by = {"by_officer_id": LEAD, "answer": None, "evidence_name": SEALED, "on_behalf_of": "department:public_security"}
    told_of = decided(cited, opened, acknowledged, on_behalf_of="department:public_security")
    assert told_of == [answered(hold=False, **by)]


def test_the_lead_names_corrects_and_withdraws() -> None:
    name = NameReportOfficer(report_id=REPORT, officer_id=OfficerId("clerk"))
    correct = CorrectMandatoryReport(report_id=REPORT, sign=HarmSign.SERIOUS_INJURY, reason=SEALED)
    withdraw = WithdrawMandatoryReport(report_id=REPORT, reason=SEALED)
    state = scenario(
        MANDATORY_REPORT,
        given=[opened],
        when=[name, correct, correct, withdraw, withdraw],
        then=[named, corrected, withdrawn],
        actor=LEAD,
    )
    assert not state.held
    scenario(MANDATORY_REPORT, given=[opened, named], when=name, then=OfficerAlreadyPrivy)
    scenario(MANDATORY_REPORT, given=[opened, withdrawn], when=correct, then=MandatoryReportWasWithdrawn)


def test_nobody_names_themselves_or_whom_they_stand_in_for() -> None:
    for officer in ("lead", "substitute"):
        name = NameReportOfficer(report_id=REPORT, officer_id=OfficerId(officer))
        with pytest.raises(NamesThemselves):
            decided(name, opened, actor="substitute", on_behalf_of="lead")


def test_the_lead_shuts_an_officer_or_the_reporter_out_and_only_the_lead_lets_them_in_again() -> None:
    clerk = OfficerId("clerk")
    out = {
        each: ReleaseReportOfficer(report_id=REPORT, officer_id=each, reason="under_suspicion") for each in (clerk, TEACHER, POLICE)
    }
    when, then = [out[clerk], out[clerk], out[TEACHER]], [released(clerk), released(TEACHER)]
    state = scenario(MANDATORY_REPORT, given=[opened, named], when=when, then=then, actor=LEAD)
    assert (state.officers, state.held) == (frozenset(), True)
    scenario(MANDATORY_REPORT, given=[opened], when=out[POLICE], then=OfficerNotPrivy)
    scenario(MANDATORY_REPORT, given=[opened, named, withdrawn], when=out[clerk], then=MandatoryReportWasWithdrawn)
    again = NameReportOfficer(report_id=REPORT, officer_id=clerk)
    assert decided(again, opened, named, released(clerk), actor="service:casework") == []
    assert decided(again, opened, named, released(clerk), actor="lead") == [named]


# --- the clock --------------------------------------------------------------------------------------------------------


def test_its_clocks_count_minutes_from_the_instant_and_no_working_days() -> None:
    waiting = due(MANDATORY_REPORT, opened)
    assert {purpose: (each.since, each.term) for purpose, each in waiting.items()} == {
        "remind-1": (NOW, REMIND),
        "escalate-unacknowledged": (NOW, ESCALATE_UNACKNOWLEDGED),
    }
    assert {policy.default.unit for policy in (REMIND, ESCALATE_UNACKNOWLEDGED, ESCALATE_UNANSWERED)} == {Unit.MINUTES}


def test_it_is_recalled_until_it_is_acknowledged_and_a_leader_is_told_once() -> None:
    again = due(MANDATORY_REPORT, opened, reminded(1), escalated("unacknowledged"))
    assert {purpose: each.since for purpose, each in again.items()} == {"remind-2": reminded(1).reminded_at}
    known = due(MANDATORY_REPORT, opened, reminded(1), escalated("unacknowledged"), acknowledged)
    assert {purpose: (each.since, each.term) for purpose, each in known.items()} == {
        "escalate-unanswered": (NOW, ESCALATE_UNANSWERED)
    }


def test_an_answer_that_holds_is_recalled_again_and_again_until_the_family_may_be_approached() -> None:
    held = (opened, acknowledged, answered(hold=True, answered_at=NOW + timedelta(hours=3)))
    once = due(MANDATORY_REPORT, *held)
    assert {purpose: (each.since, each.term) for purpose, each in once.items()} == {"recall-1": (NOW + timedelta(hours=3), RECALL)}
    again = due(MANDATORY_REPORT, *held, recalled(1))
    assert {purpose: each.since for purpose, each in again.items()} == {"recall-2": recalled(1).recalled_at}
    still = due(MANDATORY_REPORT, *held, recalled(1), answered(hold=True, answered_at=NOW + timedelta(days=9)))
    assert {purpose: each.since for purpose, each in still.items()} == {"recall-2": NOW + timedelta(days=9)}
    assert RECALL.default.unit is Unit.MINUTES
    recall = RecallMandatoryReport(report_id=REPORT, nth=1)
    assert decided(recall, *held, due_at=recalled(1).recalled_at) == [recalled(1)]
    assert decided(recall, *held, recalled(1)) == decided(recall, opened, acknowledged, answered(hold=False)) == []
    assert decided(recall, *held, withdrawn) == decided(recall) == []


def test_an_answer_that_told_no_instant_is_recalled_from_its_acknowledgement() -> None:
    waiting = due(MANDATORY_REPORT, opened, acknowledged, answered(hold=True, answered_at=None))
    assert [each.since for each in waiting.values()] == [NOW]


RELEASED_AT_LAST = (acknowledged, answered(hold=True), recalled(1), answered(hold=False))


@pytest.mark.parametrize(
    "end",
    [(acknowledged, answered(hold=False)), RELEASED_AT_LAST, (acknowledged, answered(hold=True), withdrawn), (withdrawn,)],
    ids=["answered", "held and then released", "held and then withdrawn", "withdrawn"],
)
def test_nothing_falls_due_once_the_family_may_be_approached(end: tuple[MandatoryReportEvent, ...]) -> None:
    assert due(MANDATORY_REPORT, opened, *end) == dict[str, Deadline]()


def test_what_the_timers_say_is_told_once_and_not_too_late() -> None:
    remind = RemindOfMandatoryReport(report_id=REPORT, nth=1)
    assert decided(remind, opened, due_at=reminded(1).reminded_at, now=NOW + timedelta(hours=5)) == [reminded(1)]
    assert decided(remind, opened, reminded(1)) == decided(remind, opened, acknowledged) == decided(remind) == []
    escalate = EscalateMandatoryReport(report_id=REPORT, reason="unacknowledged")
    assert decided(escalate, opened, due_at=NOW) == [escalated("unacknowledged")]
    assert decided(escalate, opened, escalated("unacknowledged")) == decided(escalate, opened, acknowledged) == []


# --- persuasion held --------------------------------------------------------------------------------------------------


def test_who_may_know_is_told_why_the_family_is_left_alone_and_everybody_else_to_ask() -> None:
    must_not_be_held(Hold.NONE)
    with pytest.raises(PersuasionHeld):
        must_not_be_held(Hold.KNOWN)
    with pytest.raises(AskTheBureauFirst) as refusal:
        must_not_be_held(Hold.UNKNOWN)
    assert not [word for word in ("报告", "公安", "report", "police") if word in refusal.value.zh + refusal.value.en]


def test_measures_with_the_family_are_told_from_all_others() -> None:
    assert goes_to_family([(Cause.LEARNING, "tutoring"), (Cause.FAMILY_ATTITUDE, "group_visit")])
    assert not goes_to_family([(Cause.HARDSHIP, "aid"), (Cause.LEARNING, "tutoring")])
