"""Casework's read models: rebuilt they are the live ones; what comes twice counts once; their order among streams is free."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from services.casework.domain import policies
from services.casework.domain.answering import AcceptDecline, CompleteDuty, DeclineDuty, ReturnDuty
from services.casework.domain.closing import ApproveClosing, ConfirmClosing, ProposeClosing, SendClosingBack
from services.casework.domain.following_up import RecordFollowUp
from services.casework.domain.keeping import CheckCommitment, RecordMeasureDone
from services.casework.domain.planning import MakePlan, Planned, RecordCause, RecordCommitment, RecordWhereabouts
from services.casework.domain.rechecks import RecordRecheck
from services.casework.domain.report_answering import AnswerMandatoryReport
from services.casework.domain.reporting import (
    CorrectMandatoryReport,
    OpenMandatoryReport,
    ReleaseReportOfficer,
    WithdrawMandatoryReport,
)
from services.casework.domain.returning import AgreeReturn, CallOffReturn, ConfirmReturn
from services.casework.domain.visiting import RecordVisit
from services.casework.queries import term_end
from services.chassis.county import ALL_SCHOOLS, Calendars, DayKind
from services.chassis.decider import Policy, Term
from services.contracts import registry
from services.contracts.casework import CASE_EVENTS, DUTY_EVENTS, REPORT_EVENTS
from services.contracts.codes import Cause, HarmSign, Outcome, Placement, Promise, Role, SchoolKind, VisitResult
from services.contracts.ids import CaseId, EpisodeId, FollowUpId, MandatoryReportId, OfficerId, PupilId, SchoolId, VisitId, case_id
from tests.callers import appoint
from tests.casework.conftest import World
from tests.casework.invented import CASE_ID, EPISODE_ID, PUPIL_ID, SCHOOL_ID, SEALED, TODAY, measure_id
from tests.contracts.example_events import example_event
from tests.read_models import (
    beginnings_ask_for_nothing,
    delivered_twice_is_once,
    every_folded_event_happened,
    order_among_streams_is_free,
    rebuilt_is_live,
)

OTHER, OTHER_EPISODE = PupilId("other"), EpisodeId("other-episode")
OTHER_CASE = case_id(OTHER, OTHER_EPISODE)


def return_(of: CaseId, world: World) -> ConfirmReturn:
    return ConfirmReturn(case_id=of, returned_on=world.clock.instant.date(), placement=Placement.ORIGINAL_CLASS)


def close(world: World, of: CaseId, outcome: Outcome, kind: str = "") -> None:
    proposal = ProposeClosing(case_id=of, outcome=outcome, evidence=SEALED, evidence_kind=kind, reference=SEALED)
    world.do(proposal, by="principal")
    world.do(ConfirmClosing(case_id=of), by="township")
    world.do(ApproveClosing(case_id=of), by="lead")


def live_through(world: World) -> None:
    """Two children, with every kind of event that a case, a duty and a mandatory report can have."""
    world.staff()
    world.suspect()
    world.suspect(OTHER, OTHER_EPISODE)
    world.told(registry.SuspicionLifted(pupil_id=OTHER, episode_id=OTHER_EPISODE, lifted_on=TODAY, reason="attended"))
    world.suspect(OTHER, OTHER_EPISODE, on=TODAY)
    world.drop_out()
    world.drop_out(OTHER, OTHER_EPISODE)
    for under_16, day in ((True, TODAY), (False, TODAY + timedelta(days=9))):
        world.told(registry.AgeAnswered(pupil_id=OTHER, on=day, under_16=under_16, reached_upper_age=not under_16))
    world.told(registry.UpperAgeReached(pupil_id=OTHER, episode_id=OTHER_EPISODE, noticed_on=TODAY))
    appoint(world.others, "second", Role.BUREAU_CLERK, "bureau")
    world.leave("clerk", TODAY)
    school = {"name": "一中", "name_en": "No. 1", "kind": SchoolKind.JUNIOR, "division": "990126101", "boarding": True}
    world.others.tell(f"school-{SCHOOL_ID}", registry.SchoolChanged(school_id=SCHOOL_ID, **school))
    world.told(registry.PupilRecordWritten(pupil_id=PUPIL_ID, record_version=2, guardians=(), residence_division="990126101201"))
    aid, talk = Planned(Cause.HARDSHIP, "aid"), Planned(Cause.HARDSHIP, "livelihood_talk", due_on=TODAY + timedelta(days=1))
    world.do(
        RecordCause(case_id=CASE_ID, primary=Cause.HARDSHIP, others=(Cause.LOST_CONTACT,)),
        RecordWhereabouts(case_id=CASE_ID, place=SEALED),
        MakePlan(case_id=CASE_ID, measures=(aid, talk)),
        RecordCommitment(case_id=CASE_ID, signed_on=TODAY, signed_by="both"),
    )
    world.do(
        RecordMeasureDone(case_id=CASE_ID, measure_id=measure_id(Cause.HARDSHIP, "aid"), done_on=TODAY),
        CheckCommitment(case_id=CASE_ID, promise=Promise.NO_WORK, checked_on=TODAY, kept=True),
    )
    for nth in range(3):
        visit = RecordVisit(case_id=CASE_ID, visit_id=VisitId(f"v{nth}"), visited_on=TODAY, result=VisitResult.REFUSED)
        world.do(visit, by="teacher")
    first, second, third, *_ = world.duties()
    world.do(CompleteDuty(duty_id=first.duty_id, finding="granted"), DeclineDuty(duty_id=second.duty_id, reason=SEALED))
    world.do(ReturnDuty(duty_id=second.duty_id, reason=SEALED))
    world.do(DeclineDuty(duty_id=third.duty_id, reason=SEALED), AcceptDecline(duty_id=third.duty_id))
    world.clock.instant += timedelta(days=92)
    world.settle()
    world.do(RecordRecheck(case_id=CASE_ID, checked_on=TODAY, changed=False, finding=SEALED))
    promised = world.clock.instant.date()
    world.do(AgreeReturn(case_id=CASE_ID, return_on=promised), CallOffReturn(case_id=CASE_ID), return_(CASE_ID, world))
    world.pass_days(8)
    contacted = world.clock.instant.date()
    world.do(RecordFollowUp(case_id=CASE_ID, follow_up_id=FollowUpId("f"), contacted_on=contacted, life=SEALED))
    lost = registry.ReturnLost(pupil_id=PUPIL_ID, episode_id=EPISODE_ID, day=contacted)
    world.told(lost, registry.ReturnRestored(pupil_id=PUPIL_ID, episode_id=EPISODE_ID, day=contacted), lost)
    world.do(return_(CASE_ID, world))
    world.pass_days(30)
    world.do(ProposeClosing(case_id=CASE_ID, outcome=Outcome.RETURNED, evidence=SEALED), by="principal")
    world.do(SendClosingBack(case_id=CASE_ID, reason=SEALED))
    close(world, CASE_ID, Outcome.RETURNED)
    close(world, OTHER_CASE, Outcome.ENROLLED_ELSEWHERE, "sealed_certificate")
    world.told(
        registry.TransferCompleted(pupil_id=OTHER, completed_on=TODAY, evidence=SEALED),
        registry.PupilStruckOff(pupil_id=OTHER, episode_id=OTHER_EPISODE, outcome=Outcome.ENROLLED_ELSEWHERE, struck_off_on=TODAY),
        msgspec.structs.replace(example_event(registry.PupilEnrolled), pupil_id=OTHER),
    )
    world.clock.instant += timedelta(days=151)
    world.settle()
    report(world)


def report(world: World) -> None:
    """Two mandatory reports: one that a leader is told of before it is answered, one that is taken back."""
    for of in ("answered", "taken back"):
        today = world.clock.instant.date()
        world.do(
            OpenMandatoryReport(
                report_id=MandatoryReportId(of),
                pupil_id=PUPIL_ID,
                sign=HarmSign.ABUSE,
                division="990126",
                noticed_on=today,
                words=SEALED,
            ),
            by="teacher",
        )
    world.clock.instant += timedelta(hours=7)
    world.settle()
    first, second = MandatoryReportId("answered"), MandatoryReportId("taken back")
    world.do(CorrectMandatoryReport(report_id=first, sign=HarmSign.SERIOUS_INJURY, reason=SEALED), by="lead")
    world.do(ReleaseReportOfficer(report_id=first, officer_id=OfficerId("teacher"), reason="moved_on"), by="lead")
    world.do(AnswerMandatoryReport(report_id=first, hold=True, answer=SEALED), by="police")
    world.clock.instant += timedelta(days=7)
    world.settle()
    world.do(AnswerMandatoryReport(report_id=first, hold=False, answer=SEALED), by="police")
    world.do(WithdrawMandatoryReport(report_id=second, reason=SEALED), by="lead")


@pytest.fixture
def lived(world: World) -> World:
    live_through(world)
    return world


def test_the_lived_cases_have_every_event(lived: World) -> None:
    types = {type(lived.service.model.catalogue.decode(each)) for each in lived.service.store.walk()}
    assert {*CASE_EVENTS, *DUTY_EVENTS, *REPORT_EVENTS} == types
    assert not lived.service.store.parked()


def test_rebuilt_read_models_are_the_live_ones(lived: World) -> None:
    rebuilt_is_live(lived.service, empty=("substitutions", "ended_sessions", "county_days", "county_policies"))


def test_what_is_delivered_twice_counts_once(lived: World) -> None:
    delivered_twice_is_once(lived)


def test_shuffled_across_streams_they_are_the_same(lived: World) -> None:
    every_folded_event_happened(lived.service)
    order_among_streams_is_free(lived.service)


def test_what_is_made_afresh_owes_nothing_to_what_stood_there(lived: World) -> None:
    beginnings_ask_for_nothing(lived.service)


def test_a_row_has_the_version_of_its_stream(lived: World) -> None:
    heads = lived.service.store.streams()
    assert lived.case().version == heads[f"case-{CASE_ID}"][0]
    for duty in lived.duties():
        assert duty.version == heads[f"duty-{duty.duty_id}"][0]


def test_every_number_of_the_county_has_its_source() -> None:
    named = [value for value in vars(policies).values() if isinstance(value, Policy)] + list(policies.DUTY_TERMS.values())
    assert len({policy.code for policy in named}) == len(named) > 20
    assert all(policy.source and (policy.unit or isinstance(policy.default, Term)) for policy in named)


def test_a_term_ends_before_its_vacation_and_else_before_the_next_terms_month() -> None:
    vacation = {date(2027, 1, 16): DayKind.VACATION}
    assert term_end(Calendars({ALL_SCHOOLS: vacation}), SCHOOL_ID, TODAY) == date(2027, 1, 15)
    assert term_end(Calendars({"school-2": vacation}), SCHOOL_ID, TODAY) == date(2027, 1, 31)
    assert term_end(Calendars(), SchoolId(""), date(2027, 2, 1)) == date(2027, 7, 31)
    assert term_end(Calendars(), SchoolId(""), date(2027, 1, 31)) == date(2027, 1, 31)
