"""The registry's read models: rebuilt they are the live ones; what comes twice counts once; their order among streams is free."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from services.contracts import assistance, casework
from services.contracts.casework import MandatoryReportAnswered, MandatoryReportOpened, MandatoryReportWithdrawn
from services.contracts.codes import ContactMeans, ExcuseKind, Outcome, SchoolKind, Session, VisitResult
from services.contracts.ids import ContactId, MandatoryReportId, OfficerId, PupilId, ReportId, VisitId
from services.contracts.registry import IMPORT_EVENTS, ImportInterrupted, ImportResumed
from services.registry.domain.absence_reports import WriteAbsenceReport
from services.registry.domain.age import AnswerAge, EndSchoolAge
from services.registry.domain.attendance import ExcuseDay
from services.registry.domain.calling import CorrectRollCall
from services.registry.domain.contacts import ConfirmAbsence, RecordContact
from services.registry.domain.enrolment import WritePupilRecord
from services.registry.domain.leavers import GraduatePupil, NoteLeaver
from services.registry.domain.places import report_text
from services.registry.domain.registration import ExpectRegistration
from services.registry.domain.school_visits import RecordSchoolVisit
from services.registry.domain.teams import Part, Visitor
from services.registry.domain.transfers import CancelTransfer, CompleteTransfer, StartTransfer, TransferPupil
from tests.contracts.example_events import example_event
from tests.read_models import (
    OF_THE_COUNTY,
    beginnings_ask_for_nothing,
    delivered_twice_is_once,
    every_folded_event_happened,
    order_among_streams_is_free,
    rebuilt_is_live,
)
from tests.registry.county import (
    ANNE,
    BEI,
    CHUN,
    DONG,
    EIGHTH,
    JUNIOR,
    JUNIOR_CODE,
    OTHER_TOWNSHIP,
    SCHOOL_DAYS,
    SEVENTH,
    THIRD,
    TOWNSHIP,
    County,
    enrol,
    school,
)
from tests.registry.offices import Offices
from tests.registry.rosters import child, children, roster
from tests.registry.test_reactions import back_at_school, closed, reopen

NEW = PupilId("pupil-new")
FIRST, LAST = SCHOOL_DAYS[0], SCHOOL_DAYS[9]
BY_HAND = frozenset({ImportInterrupted, ImportResumed})
"""What only happens when an import breaks off."""


def days_of_a_class(county: County) -> None:
    """One child drops out, comes back, is lost and restored and closed; others stay away, are corrected, lift a suspicion."""
    returned = back_at_school(county)
    county.live(1, ANNE, CHUN, first=8)
    county.do(EndSchoolAge(pupil_id=ANNE))
    county.do(ExcuseDay(pupil_id=ANNE, day=SCHOOL_DAYS[8], kind=ExcuseKind.LEAVE))
    closed(county, returned, Outcome.ENROLLED_ELSEWHERE)
    reopen(county, returned)
    county.do(enrol(ANNE, SEVENTH))
    closed(county, returned, Outcome.RETURNED)
    county.live(1, BEI, CHUN, DONG, first=9)
    wrong = CorrectRollCall(
        class_id=SEVENTH, day=LAST, session=Session.MORNING, members=frozenset({ANNE, BEI}), present=(BEI,), absent=(ANNE,)
    )
    call = RecordContact(
        contact_id=ContactId("contact"),
        pupil_id=CHUN,
        day=LAST,
        means=ContactMeans.CALL,
        reached=True,
        by_officer_id=OfficerId("teacher"),
    )
    county.do(wrong, ConfirmAbsence(pupil_id=CHUN, day=LAST), call)
    county.live(2, CHUN, DONG, first=10)
    county.do(visit_to(CHUN))
    with county.service.turns.open() as turn:
        report = turn.seal(CHUN, report_text(ReportId("report")), "words")
        turn.commit()
    county.do(WriteAbsenceReport(report_id=ReportId("report"), pupil_id=CHUN, by_officer_id=OfficerId("principal"), report=report))
    county.live(2, CHUN, DONG, first=12)
    was_there = CorrectRollCall(
        class_id=EIGHTH, day=SCHOOL_DAYS[8], session=Session.MORNING, members=frozenset({CHUN}), present=(CHUN,)
    )
    county.do(was_there)


def visit_to(pupil_id: PupilId) -> RecordSchoolVisit:
    return RecordSchoolVisit(
        visit_id=VisitId("visit"),
        pupil_id=pupil_id,
        visited_on=SCHOOL_DAYS[10],
        result=VisitResult.UNDECIDED,
        by_officer_id=OfficerId("principal"),
        visitors=(Visitor(OfficerId("principal"), Part.HEAD),),
    )


def comings_and_goings(county: County) -> None:
    """A school that is described anew, a child that is expected, enrolled, moved; one that leaves and one that stays."""
    expected = ExpectRegistration(
        pupil_id=NEW,
        term="2026-1",
        school_id=JUNIOR,
        class_id=SEVENTH,
        grade=7,
        residence_division=TOWNSHIP,
        opened_on=FIRST,
    )
    county.do(
        replace(school(JUNIOR_CODE, SchoolKind.JUNIOR, f"{TOWNSHIP[:6]}009"), sessions=(Session.MORNING, Session.AFTERNOON)),
        expected,
        enrol(NEW, EIGHTH, grade=8),
        WritePupilRecord(pupil_id=NEW, record_version=2, guardians=(), residence_division=TOWNSHIP, boarding=True),
        TransferPupil(pupil_id=NEW, school_id=JUNIOR, class_id=SEVENTH, grade=7),
        StartTransfer(pupil_id=NEW, to_school_id=JUNIOR),
        CancelTransfer(pupil_id=NEW),
        StartTransfer(pupil_id=NEW),
    )
    with county.service.turns.open() as turn:
        proof = turn.seal(NEW, "transfer/evidence", "words")
        turn.commit()
    county.do(CompleteTransfer(pupil_id=NEW, evidence=proof))


def last_grades(county: County) -> None:
    """A child whose school has no next grade, one who has finished the ninth, and one past the upper age."""
    left, finished, grown = (PupilId(name) for name in ("pupil-left", "pupil-finished", "pupil-grown"))
    county.do(
        enrol(left, THIRD, grade=6, division=OTHER_TOWNSHIP),
        NoteLeaver(pupil_id=left, term="2027-1", since_on=LAST),
        enrol(finished, EIGHTH, grade=9),
        GraduatePupil(pupil_id=finished, graduated_on=LAST),
        AnswerAge(pupil_id=left, on=LAST, under_16=True, reached_upper_age=False),
        enrol(grown, EIGHTH, grade=9),
        EndSchoolAge(pupil_id=grown),
    )


def a_duty(county: County) -> None:
    """casework asks a department about a child, is answered and asks again; somebody goes along on a visit; aid is applied for."""
    for event in (
        casework.DutyAssigned,
        casework.DutyCompleted,
        casework.DutyReturned,
        casework.DutyDeclined,
        casework.DutyWithdrawn,
    ):
        county.others.tell("duty-duty_id-1", example_event(event))
    for event in (MandatoryReportOpened, MandatoryReportAnswered, MandatoryReportWithdrawn):
        county.others.tell("mandatory_report-report_id-1", example_event(event))
    standing = replace(example_event(MandatoryReportOpened), report_id=MandatoryReportId("standing"))
    county.others.tell("mandatory_report-standing", standing)
    county.others.tell("application-drafted", example_event(assistance.ApplicationDrafted))
    for event in (casework.VisitRecorded, casework.CaseWithdrawn, casework.CaseReopened):
        county.others.tell("case-visited", example_event(event))
    for event in (casework.OfficerNamed, casework.CauseRecorded, casework.OfficerReleased):
        county.others.tell("case-named", example_event(event))
    county.settle()


@pytest.fixture
def lived(county: County) -> County:
    days_of_a_class(county)
    comings_and_goings(county)
    last_grades(county)
    a_duty(county)
    assert county.service.store.parked() == []
    return county


def test_rebuilt_read_models_are_the_live_ones(lived: County) -> None:
    rebuilt_is_live(lived.service, empty=("substitutions", "ended_sessions", "county_days", "county_policies", "imports"))


def test_shuffled_across_streams_they_are_the_same(lived: County) -> None:
    every_folded_event_happened(lived.service, but={*OF_THE_COUNTY, *IMPORT_EVENTS})
    order_among_streams_is_free(lived.service)


def test_what_is_made_afresh_owes_nothing_to_what_stood_there(lived: County) -> None:
    beginnings_ask_for_nothing(lived.service)


def test_what_is_delivered_twice_counts_once(lived: County) -> None:
    delivered_twice_is_once(lived)


def test_imports_are_rebuilt_and_shuffled_the_same(offices: Offices) -> None:
    offices.bring("registrar", roster(children(2)))
    offices.bring("registrar", roster([child(9, 姓名="")]))
    offices.bring("registrar", roster(children(3)), dry_run="true")
    lived = {type(offices.service.model.catalogue.decode(envelope)) for envelope in offices.service.store.walk()}
    assert set(IMPORT_EVENTS) - lived == BY_HAND
    order_among_streams_is_free(offices.service)
    beginnings_ask_for_nothing(offices.service)
    live = offices.get("clerk", "/imports").json
    assert live["total"] >= 3
    rebuilt_is_live(
        offices.service,
        empty=(
            "substitutions",
            "ended_sessions",
            "county_days",
            "county_policies",
            "roll_calls",
            "sessions_away",
            "contacts",
            "school_visits",
            "absence_reports",
            "case_numbers",
            "duty_subjects",
            "holds",
            "case_companions",
            "case_circles",
            "aid_subjects",
        ),
    )
    assert offices.get("clerk", "/imports").json == live
