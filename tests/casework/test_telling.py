"""Departments are told on topics of their own: in the transaction of the step, in order, the same bytes however often."""

from __future__ import annotations

from datetime import date
from itertools import count

import msgspec
import pytest
import sqlalchemy as sa

from services.casework.domain.answering import AcknowledgeDuty, CompleteDuty, ReturnDuty
from services.casework.domain.planning import RecordCause
from services.casework.domain.report_answering import AnswerMandatoryReport
from services.casework.domain.reporting import NameReportOfficer, OpenMandatoryReport
from services.chassis.bus.places import Position
from services.chassis.bus.port import Message
from services.chassis.county import GOVERNMENT, DayKind
from services.chassis.findings import Wrong
from services.chassis.publication import Published
from services.chassis.rebuild import rebuild
from services.chassis.republish import republish
from services.chassis.storage.tables import PUBLICATIONS
from services.chassis.verification import verify
from services.contracts.codes import Cause, DutyKind, HarmSign
from services.contracts.identity import CalendarPublished
from services.contracts.ids import MandatoryReportId, OfficerId
from tests.casework.conftest import World
from tests.casework.invented import CASE_ID, PUPIL_ID, SEALED, TODAY

CIVIL, POLICE = "department.civil_affairs.990126", "department.public_security.990126"
_readers = count(1)


class Reader:
    """A department's system that reads its topic from the beginning."""

    def __init__(self, world: World, topic: str) -> None:
        self._subscription = world.bus.subscribe(f"{topic}.{next(_readers)}", [topic], self)

    def position(self, _topic: str, _partition: int) -> Position:
        return Position()

    def keep(self, _positions: object) -> None:
        """It begins anew each time."""

    def lost(self, _place: object) -> None:
        pytest.fail("nothing is lost")

    def read(self) -> list[Message]:
        return [delivery.message for delivery in self._subscription.poll(1000)]


@pytest.fixture
def world(world: World) -> World:
    """A case whose cause asks civil affairs for relief, and rural revitalisation for the household's status."""
    world.staff()
    world.suspect()
    world.drop_out()
    world.do(RecordCause(case_id=CASE_ID, primary=Cause.HARDSHIP), by="teacher")
    world.settle()
    return world


def relief(world: World) -> str:
    return next(duty.duty_id for duty in world.duties() if duty.kind is DutyKind.DECIDE_RELIEF)


def test_a_department_hears_each_step_in_order_numbered_without_gaps(world: World) -> None:
    duty = relief(world)
    for command, by in (
        (AcknowledgeDuty(duty_id=duty), "relief"),
        (CompleteDuty(duty_id=duty, finding="granted"), "relief"),
        (ReturnDuty(duty_id=duty, reason=SEALED), "clerk"),
    ):
        world.do(command, by=by)
    world.settle()
    heard = Reader(world, CIVIL).read()
    assert [each.headers["ce_type"] for each in heard] == [
        "cn.fuxue.department.DutyAssigned.v1",
        "cn.fuxue.department.DutyAcknowledged.v1",
        "cn.fuxue.department.DutyCompleted.v1",
        "cn.fuxue.department.DutyReturned.v1",
    ]
    assert [each.headers["ce_sequence"] for each in heard] == ["1", "2", "3", "4"]
    assert {(each.key, each.headers["ce_subject"]) for each in heard} == {(duty, duty)}


def test_the_last_day_is_the_one_that_the_countys_calendar_gives(world: World) -> None:
    first = Reader(world, CIVIL).read()[0]
    assert b'"due_on":"2026-09-22"' in first.value  # ten working days after Tuesday, 8 September


def test_each_department_hears_its_own_duties_only(world: World) -> None:
    of_household = Reader(world, "department.rural_revitalisation.990126").read()
    assert len(of_household) == 1
    assert relief(world) not in of_household[0].headers["ce_subject"]


def test_no_header_names_child_officer_or_chain(world: World) -> None:
    heard = Reader(world, CIVIL).read()[0]
    assert not [value for value in heard.headers.values() if PUPIL_ID in value]
    assert not {"ce_actor", "ce_correlationid", "ce_causationid", "ce_hash", "ce_prevhash"} & set(heard.headers)


def test_told_again_it_is_the_same_message_whatever_the_calendar_says_since(world: World) -> None:
    before = Reader(world, CIVIL).read()
    days = {date(2026, 9, day): DayKind.REST for day in range(9, 20)}
    world.others.tell("county-990126", CalendarPublished(calendar_id=GOVERNMENT, edition="late", days=days))
    world.settle()
    republish(world.service)
    world.settle()
    after = Reader(world, CIVIL).read()
    assert after == [*before, *before]


def test_what_was_told_survives_a_rebuild_and_the_log_verifies(world: World) -> None:
    rebuild(world.service.model, world.service.store)
    republish(world.service)
    world.settle()
    assert len(Reader(world, CIVIL).read()) == 2
    service = world.service
    assert verify(service.store, service.model.catalogue, service.checkpoints.public_keys, []).sound


def test_a_message_to_a_department_that_somebody_changes_is_found_before_it_is_told_again(world: World) -> None:
    service = world.service
    service.checkpoints.sign()
    duty = relief(world)

    def findings() -> list[tuple[str, int, Wrong]]:
        report = verify(service.store, service.model.catalogue, service.checkpoints.public_keys, [])
        assert report.publications == 2
        assert report.publications_proved_until is not None
        return [(finding.stream_id, finding.version, finding.wrong) for finding in report.findings]

    assert findings() == []
    (row,) = (each for each in service.store.walk_told() if each.topic == CIVIL)
    forged = Published(row.topic, row.subject, row.type, row.schema, row.data.replace(b"2026-09-22", b"2026-12-22"))
    with service.engine.begin() as connection:
        changed = msgspec.structs.asdict(forged.beside(row.stream_id, row.version))
        connection.execute(sa.update(PUBLICATIONS).where(PUBLICATIONS.c.topic == CIVIL).values(**changed))
    assert findings() == [(f"duty-{duty}", 1, Wrong.PUBLICATION_REWRITTEN)]


def test_the_police_hear_of_a_mandatory_report_at_once_and_of_each_step_and_nobody_else_does(world: World) -> None:
    report = MandatoryReportId("report-1")
    world.do(
        OpenMandatoryReport(
            report_id=report, pupil_id=PUPIL_ID, sign=HarmSign.ABUSE, division="990126", noticed_on=TODAY, words=SEALED
        ),
        by="teacher",
    )
    assert [each.headers["ce_type"] for each in Reader(world, POLICE).read()] == ["cn.fuxue.department.MandatoryReportOpened.v1"]
    world.do(NameReportOfficer(report_id=report, officer_id=OfficerId("clerk")), by="lead")
    world.do(AnswerMandatoryReport(report_id=report, hold=False, answer=SEALED), by="police")
    heard = Reader(world, POLICE).read()
    assert [each.headers["ce_sequence"] for each in heard] == ["1", "2", "3", "4"]
    assert {(each.key, each.headers["ce_subject"]) for each in heard} == {(report, report)}
    assert not [each for each in heard if PUPIL_ID.encode() in each.value or b"abuse" in each.value]
    assert not [each for each in Reader(world, CIVIL).read() if "MandatoryReport" in each.headers["ce_type"]]
