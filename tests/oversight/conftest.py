"""Oversight on a bus of its own, and a county in which one child drops out and comes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.chassis.crew import Crew
from services.chassis.decider import Event
from services.chassis.envelope import Envelope, Sealed
from services.chassis.service import Service
from services.contracts import assistance, casework, identity, notifications, registry
from services.contracts.codes import (
    BodyKind,
    Cause,
    Department,
    DutyKind,
    Group,
    Outcome,
    Placement,
    Role,
    SchoolKind,
    Session,
    VisitResult,
)
from services.contracts.ids import (
    ApplicationId,
    BodyId,
    CaseId,
    ClassId,
    DutyId,
    EpisodeId,
    GuardianId,
    MeasureId,
    NotificationId,
    OfficerId,
    ProgrammeId,
    PupilId,
    SchoolId,
    TemplateCode,
    VisitId,
)
from services.oversight.service import build
from tests.callers import appoint
from tests.neighbours import Neighbours, StandingClock, foundation, settle
from tests.scenario import NOW

DAY = date(2026, 9, 8)
CHILD, SCHOOL, CLASS, EPISODE = PupilId("child"), SchoolId("school"), ClassId("class"), EpisodeId("episode")
CASE, DUTY, AID, TEXT = CaseId("case"), DutyId("duty"), ApplicationId("application"), NotificationId("text")
GUARDIAN = GuardianId("guardian")
VILLAGE = "990126100205"
SEALED = Sealed[str](suite="A256GCM", key=CHILD, text="c2VhbGVk")

OFFICES = (
    ("clerk", Role.BUREAU_CLERK, "bureau", "990126", None),
    ("lead", Role.BUREAU_LEAD, "bureau", "990126", None),
    ("county-leader", Role.COUNTY_LEADER, "county", "990126", None),
    ("county-aid", Role.AID_OFFICER, "bureau", "990126", None),
    ("principal", Role.PRINCIPAL, SCHOOL, "990126100", None),
    ("other-principal", Role.PRINCIPAL, "other-school", "990126101", None),
    ("teacher", Role.HOMEROOM_TEACHER, SCHOOL, "990126100", None),
    ("school-aid", Role.AID_OFFICER, SCHOOL, "990126100", None),
    ("township", Role.TOWNSHIP_OFFICER, "town", "990126100", Department.TOWNSHIP),
    ("other-township", Role.TOWNSHIP_OFFICER, "other-town", "990126101", Department.TOWNSHIP),
    ("police", Role.DEPARTMENT_OFFICER, "police-office", "990126", Department.PUBLIC_SECURITY),
    ("civil", Role.DEPARTMENT_OFFICER, "civil-office", "990126", Department.CIVIL_AFFAIRS),
)
BODIES = (
    ("bureau", BodyKind.BUREAU, "某县教育局", "Education Bureau", "990126", Department.EDUCATION),
    ("town", BodyKind.TOWNSHIP, "青石镇人民政府", "Qingshi Town", "990126100", Department.TOWNSHIP),
    (SCHOOL, BodyKind.SCHOOL, "青石中心小学", "Qingshi Central Primary", "990126100", None),
    ("police-office", BodyKind.DEPARTMENT, "某县公安局", "Public Security Bureau", "990126", Department.PUBLIC_SECURITY),
)


class County:
    """Oversight and all whom it reads."""

    def __init__(self, directory: Path) -> None:
        self.clock = StandingClock(NOW)
        self.foundation, self.bus = foundation(directory, self.clock)
        self.service: Service = build(self.foundation)
        self.crew = Crew(self.service, self.bus)
        self.others = Neighbours(self.bus, self.clock)

    def settle(self) -> None:
        settle(self.crew)

    def tell(self, stream: str, *events: Event, cause: Envelope | None = None, actor: str = "service:registry") -> Envelope:
        """Events of a stream about the child, each caused by the one before or by `cause`; answers the last."""
        last = cause
        for event in events:
            last = self.others.tell(
                stream,
                event,
                key=getattr(event, "pupil_id", ""),
                correlation_id="" if isinstance(event, registry.PupilEnrolled) else EPISODE,
                causation_id="" if last is None else last.event_id,
                actor=actor,
            )
            self.clock.instant += timedelta(seconds=1)
        assert last is not None
        return last

    # --- the county and its officers ------------------------------------------------------------------------------

    def found(self) -> None:
        """Bodies, officers, a school."""
        for body_id, kind, name, name_en, division, department in BODIES:
            self.others.tell(
                f"body-{body_id}",
                identity.BodyRegistered(
                    body_id=BodyId(body_id),
                    code=body_id,
                    kind=kind,
                    name=name,
                    name_en=name_en,
                    division=division,
                    department=department,
                ),
            )
        for officer, role, body_id, division, department in OFFICES:
            registered = identity.OfficerRegistered(
                officer_id=OfficerId(officer), staff_number=officer, name=f"名-{officer}", body_id=BodyId(body_id)
            )
            self.others.tell(f"officer-{officer}", registered)
            appoint(self.others, officer, role, body_id, division=division, department=department)
        programme = assistance.ProgrammeSet(
            programme_id=ProgrammeId("programme"),
            code="boarder_living_junior",
            name_zh="初中寄宿生生活补助",
            name_en="Living allowance, junior boarders",
            amount_fen=150_000,
            cadence="year",
            in_kind=False,
            payer="finance",
            payee="social_security_card",
            effective_from=DAY,
            source="of tests",
        )
        self.others.tell("programme-programme", programme)
        school = registry.SchoolRegistered(
            school_id=SCHOOL,
            code="2199012610",
            name="青石中心小学",
            name_en="Qingshi Central Primary",
            kind=SchoolKind.PRIMARY,
            division="990126100",
            boarding=True,
        )
        self.others.tell(f"school-{SCHOOL}", school)
        self.settle()

    def enrol(self, pupil_id: str = CHILD, *, school: str = SCHOOL, division: str = VILLAGE, grade: int = 8) -> Envelope:
        """A child on the roll."""
        return self.tell(
            f"pupil-{pupil_id}",
            registry.PupilEnrolled(
                pupil_id=PupilId(pupil_id),
                school_id=SchoolId(school),
                class_id=CLASS,
                grade=grade,
                sex="female",
                boarding=True,
                residence_division=division,
                guardians=(registry.GuardianRef(GUARDIAN, "mother", carer=True, reachable=True),),
                record_version=1,
                groups=(Group.RELIEF_HOUSEHOLD, Group.LEFT_BEHIND),
            ),
        )

    # --- the path of the child ------------------------------------------------------------------------------------

    def miss(self) -> Envelope:
        """Missing at roll call; the guardian is texted."""
        roll_call = self.tell(
            f"class_term-{CLASS}/2026-1",
            registry.RollCallTaken(class_id=CLASS, school_id=SCHOOL, day=DAY, session=Session.MORNING, absent=(CHILD,)),
            actor="teacher",
        )
        missed = self.tell(
            f"pupil-{CHILD}",
            registry.AbsenceNoticed(
                pupil_id=CHILD,
                episode_id=EPISODE,
                school_id=SCHOOL,
                class_id=CLASS,
                day=DAY,
                session=Session.MORNING,
                first=True,
            ),
            cause=roll_call,
        )
        self.tell(
            f"notification-{TEXT}",
            notifications.NotificationScheduled(
                notification_id=TEXT,
                pupil_id=CHILD,
                guardian_id=GUARDIAN,
                template=TemplateCode("absence_query"),
                template_version=1,
                reason_event_id=missed.event_id,
                urgent=True,
                episode_id=EPISODE,
            ),
            cause=missed,
            actor="service:notifications",
        )
        return missed

    def suspect(self, cause: Envelope | None = None) -> Envelope:
        """Suspected: the case opens, with its officers but the village's."""
        suspected = self.tell(
            f"pupil-{CHILD}",
            registry.PupilSuspected(
                pupil_id=CHILD,
                episode_id=EPISODE,
                school_id=SCHOOL,
                class_id=CLASS,
                grade=8,
                residence_division=VILLAGE,
                suspected_on=DAY,
                last_attended_on=None,
                reason="absent",
            ),
            cause=cause,
        )
        opened = casework.CaseOpened(
            case_id=CASE,
            pupil_id=CHILD,
            episode_id=EPISODE,
            school_id=SCHOOL,
            class_id=CLASS,
            grade=8,
            division=VILLAGE,
            opened_on=DAY,
        )
        named: list[Event] = [
            casework.OfficerNamed(case_id=CASE, pupil_id=CHILD, line=line, officer_id=OfficerId(officer))
            for line, officer in (
                ("bureau", "clerk"),
                ("school", "principal"),
                ("class", "teacher"),
                ("county", "leader"),
                ("township", "township"),
            )
        ]
        return self.tell(f"case-{CASE}", opened, *named, cause=suspected, actor="service:casework")

    def drop_out(self, cause: Cause = Cause.HARDSHIP) -> Envelope:
        """A dropout: numbered, its cause recorded, a duty for the police, aid drafted."""
        dropped = self.tell(
            f"pupil-{CHILD}",
            registry.DropoutConfirmed(
                pupil_id=CHILD, episode_id=EPISODE, school_id=SCHOOL, confirmed_on=DAY, by="principal", evidence=SEALED
            ),
            actor="principal",
        )
        self.tell(
            f"case-{CASE}",
            casework.CaseNumbered(case_id=CASE, pupil_id=CHILD, number="2026-0001", dropout_on=DAY),
            cause=dropped,
            actor="service:casework",
        )
        planned = self.tell(
            f"case-{CASE}",
            casework.CauseRecorded(case_id=CASE, pupil_id=CHILD, primary=cause, note=SEALED),
            casework.AidMeasurePlanned(case_id=CASE, pupil_id=CHILD, measure_id=MeasureId("measure")),
            actor="principal",
        )
        self.tell(
            f"duty-{DUTY}",
            casework.DutyAssigned(
                duty_id=DUTY,
                case_id=CASE,
                pupil_id=CHILD,
                number="D2026-0001",
                department=Department.PUBLIC_SECURITY,
                division="990126",
                kind=DutyKind.VERIFY_WHEREABOUTS,
                cause=cause,
                case_number="2026-0001",
                assigned_on=DAY,
                term_days=3,
            ),
            cause=planned,
            actor="service:casework",
        )
        return self.tell(
            f"application-{AID}",
            assistance.ApplicationDrafted(
                application_id=AID,
                pupil_id=CHILD,
                school_id=SCHOOL,
                programme_id=ProgrammeId("programme"),
                programme_code="boarder_living_junior",
                amount_fen=150_000,
                school_year=2026,
                case_id=CASE,
                episode_id=EPISODE,
            ),
            cause=planned,
            actor="service:assistance",
        )

    def come_back(self) -> None:
        """Visited, returned, closed by three."""
        self.tell(
            f"case-{CASE}",
            casework.VisitRecorded(
                case_id=CASE,
                pupil_id=CHILD,
                visit_id=VisitId("visit"),
                nth=1,
                visited_on=DAY,
                by_officer_id=OfficerId("teacher"),
                result=VisitResult.WILL_RETURN,
                parents_words=SEALED,
            ),
            actor="teacher",
        )
        self.tell(
            f"duty-{DUTY}",
            casework.DutyCompleted(
                duty_id=DUTY,
                case_id=CASE,
                pupil_id=CHILD,
                department=Department.PUBLIC_SECURITY,
                kind=DutyKind.VERIFY_WHEREABOUTS,
                by_officer_id=OfficerId("police"),
                finding="found",
            ),
            actor="police",
        )
        self.tell(
            f"pupil-{CHILD}",
            registry.PupilReturned(pupil_id=CHILD, episode_id=EPISODE, returned_on=DAY, placement=Placement.ORIGINAL_CLASS),
        )

    def strike_off(self, outcome: Outcome = Outcome.RETURNED) -> None:
        """Closed and struck off."""
        closed = self.tell(
            f"case-{CASE}",
            casework.CaseClosed(
                case_id=CASE,
                pupil_id=CHILD,
                episode_id=EPISODE,
                outcome=outcome,
                closed_on=DAY,
                by_officer_id=OfficerId("lead"),
            ),
            actor="lead",
        )
        self.tell(
            f"pupil-{CHILD}",
            registry.PupilStruckOff(pupil_id=CHILD, episode_id=EPISODE, outcome=outcome, struck_off_on=DAY),
            cause=closed,
        )

    def live(self, cause: Cause = Cause.HARDSHIP) -> None:
        """From the roll call to the return."""
        self.found()
        self.enrol()
        self.suspect(self.miss())
        self.drop_out(cause)
        self.come_back()
        self.settle()

    def rows(self, table: str, **match: Any) -> list[dict[str, Any]]:
        """Rows of a read model."""
        projection = next(each for each in self.service.model.projections if each.table.name == table)
        with self.service.turns.open() as turn:
            found = turn.rows(projection, **match)
        return [{name: getattr(row, name) for name in row.__struct_fields__} for row in found]


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    made = County(tmp_path)
    yield made
    made.crew.close()
    made.service.close()
    made.bus.close()
