"""Whatever order lists, corrections, excuses and closings come in: the ledger is what the final truth of the sessions says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import product

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from services.chassis.decider import Command, Event, Given
from services.chassis.envelope import Envelope
from services.contracts.codes import ExcuseKind, Ledger, Session
from services.contracts.ids import ClassId, PupilId, SchoolId
from services.contracts.registry import Excuse, PupilEnrolled, RollCallCorrected, RollCallTaken
from services.registry.domain.attendance import ExcuseDay
from services.registry.domain.calling import CorrectRollCall, TakeRollCall
from services.registry.domain.class_term import CLASS_TERM
from services.registry.domain.errors import AbsenceNotNoticed, RollCallDiffers, RollCallNotTaken
from services.registry.domain.pupil import PUPIL
from services.registry.domain.pupil_state import PupilState
from services.registry.reactions import pupils_after_correction, pupils_after_roll_call
from tests.registry.domain.children import SCHOOL_DAYS, enrolled

PUPILS = (PupilId("a"), PupilId("b"))
SESSIONS = (Session.MORNING, Session.AFTERNOON)
PLACES = tuple(product(SCHOOL_DAYS[:6], SESSIONS))
NOW = datetime(2026, 9, 30, 4, tzinfo=UTC)
SUSPECTED_BEYOND, VISIT_AFTER, REPORT_AFTER = 2, 2, 2
NUMBERS = {"registry.absence.suspected_beyond": SUSPECTED_BEYOND, "registry.absence.visit_due_after": VISIT_AFTER} | {
    "registry.absence.report_due_after": REPORT_AFTER,
    "registry.roll_call.late_days": 60,
    "registry.roll_call.correction_days": 60,
}
CLASS, SCHOOL = ClassId("class"), SchoolId("school")

Place = tuple[date, Session]
Standings = Mapping[PupilId, str]

standings = st.fixed_dictionaries({pupil: st.sampled_from(["absent", "absent", "excused", "present"]) for pupil in PUPILS})
acts = st.one_of(
    st.tuples(st.just("take"), st.sampled_from(PLACES), standings),
    st.tuples(st.just("take"), st.sampled_from(PLACES), standings),
    st.tuples(st.just("correct"), st.sampled_from(PLACES), standings),
    st.tuples(st.just("excuse"), st.sampled_from(PLACES), st.sampled_from(PUPILS)),
    st.tuples(st.just("close"), st.sampled_from(PUPILS), st.none()),
)


@dataclass
class World:
    """One class and its pupils: events fan out at once, the clock fires when it is told to."""

    class_term: object = field(default_factory=CLASS_TERM.initial)
    pupils: dict[PupilId, PupilState] = field(default_factory=dict)
    on_list: dict[Place, dict[PupilId, str]] = field(default_factory=dict)
    truth: dict[PupilId, dict[Place, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for pupil in PUPILS:
            on_roll: PupilEnrolled = msgspec.structs.replace(enrolled, pupil_id=pupil)
            self.pupils[pupil] = PUPIL.evolve(PUPIL.initial(), on_roll)
            self.truth[pupil] = {}

    def to_class(self, command: Command) -> None:
        for event in CLASS_TERM.decide(self.class_term, _given(command)):
            self.class_term = CLASS_TERM.evolve(self.class_term, event)
            self.fan_out(event)

    def fan_out(self, event: Event) -> None:
        envelope = msgspec.convert(_ENVELOPE, Envelope)
        if isinstance(event, RollCallTaken):
            commands = pupils_after_roll_call(event, envelope, _NoRows())
        else:
            assert isinstance(event, RollCallCorrected)
            commands = pupils_after_correction(event, envelope, _NoRows())
        for command in commands:
            self.to_pupil(command)

    def to_pupil(self, command: Command) -> None:
        state = self.pupils[command.pupil_id]
        for event in PUPIL.decide(state, _given(command)):
            state = PUPIL.evolve(state, event)
        self.pupils[command.pupil_id] = state

    def take(self, place: Place, now: Standings) -> None:
        command = TakeRollCall(
            class_id=CLASS,
            school_id=SCHOOL,
            day=place[0],
            session=place[1],
            roll_is_called=True,
            late_by=0,
            members=frozenset(PUPILS),
            absent=_with(now, "absent"),
            excused=_excuses(now),
            awaited=frozenset(pupil for pupil in PUPILS if self.pupils[pupil].told_run),
        )
        try:
            self.to_class(command)
        except RollCallDiffers:
            assert self.on_list[place] != now
            return
        self.on_list[place] = dict(now)
        for pupil in PUPILS:
            self.truth[pupil].setdefault(place, now[pupil])

    def correct(self, place: Place, now: Standings) -> None:
        command = CorrectRollCall(
            class_id=CLASS,
            day=place[0],
            session=place[1],
            members=frozenset(PUPILS),
            present=_with(now, "present"),
            absent=_with(now, "absent"),
            excused=_excuses(now),
        )
        try:
            self.to_class(command)
        except RollCallNotTaken:
            assert place not in self.on_list
            return
        for pupil in PUPILS:
            if self.on_list[place][pupil] != now[pupil]:
                self.on_list[place][pupil] = self.truth[pupil][place] = now[pupil]

    def excuse(self, day: date, pupil: PupilId) -> None:
        of_day = [place for place in self.truth[pupil] if place[0] == day and self.truth[pupil][place] == "absent"]
        try:
            self.to_pupil(ExcuseDay(pupil_id=pupil, day=day, kind=ExcuseKind.LEAVE))
        except AbsenceNotNoticed:
            assert not of_day
        for place in of_day:
            self.truth[pupil][place] = "excused"

    def clock(self, pupil: PupilId) -> None:
        for deadline in PUPIL.deadlines(self.pupils[pupil]):
            if deadline.purpose.startswith("day:"):
                self.to_pupil(deadline.command)
                return

    def all_days_close(self) -> None:
        for pupil in PUPILS:
            while any(deadline.purpose.startswith("day:") for deadline in PUPIL.deadlines(self.pupils[pupil])):
                self.clock(pupil)


class _NoRows:
    """The fan-out looks nothing up."""


_ENVELOPE = {
    "event_id": "e", "stream_id": "s", "version": 1, "type": "t", "schema": 1, "county": "c", "partition_key": "k",
    "actor": "a", "on_behalf_of": None, "occurred_at": "", "recorded_at": "", "correlation_id": "", "causation_id": "",
    "traceparent": "", "data": b"",
}  # fmt: skip


def _given(command: Command) -> Command:
    return msgspec.structs.replace(command, given=Given(now=NOW, actor="somebody", policies=NUMBERS))


def _with(now: Standings, standing: str) -> tuple[PupilId, ...]:
    return tuple(pupil for pupil in PUPILS if now[pupil] == standing)


def _excuses(now: Standings) -> tuple[Excuse, ...]:
    return tuple(Excuse(pupil, ExcuseKind.LEAVE) for pupil in _with(now, "excused"))


def recomputed(truth: Mapping[Place, str]) -> list[date] | None:
    """The days missed by the open run, or nothing: read off the final truth with the rule's own words."""
    missed: list[date] | None = None
    for day in SCHOOL_DAYS:
        known = [(session, truth[day, session]) for session in SESSIONS if (day, session) in truth]
        for _, standing in known:
            if standing == "present":
                missed = None
            elif standing == "absent" and missed is None:
                missed = []
        if missed is not None and known and known[-1][1] == "absent":
            missed.append(day)
    return missed


@given(st.integers(0, 5), st.lists(acts, max_size=30))
@settings(max_examples=600, deadline=None)
def test_the_ledger_is_what_the_final_truth_of_the_sessions_says(
    days_missed_before: int, story: list[tuple[str, object, object]]
) -> None:
    world = World()
    for day in SCHOOL_DAYS[:days_missed_before]:
        world.take((day, Session.MORNING), dict.fromkeys(PUPILS, "absent"))
    world.all_days_close()
    for act, where, what in story:
        if act == "take":
            world.take(where, what)
        elif act == "correct":
            world.correct(where, what)
        elif act == "excuse":
            world.excuse(where[0], what)
        else:
            world.clock(where)
    world.all_days_close()
    for pupil in PUPILS:
        state, missed = world.pupils[pupil], recomputed(world.truth[pupil])
        count = len(missed or ())
        assert state.told_run == (missed is not None)
        assert state.told_count == count
        assert state.told_contact == (count >= 1)
        assert (state.visit_due_on is not None) == (count >= VISIT_AFTER)
        assert (state.report_due_on is not None) == (count >= REPORT_AFTER)
        assert state.ledger is (Ledger.SUSPECTED if count > SUSPECTED_BEYOND else Ledger.SCHOOL_AGE)


def test_the_recomputation_reads_a_plain_story_as_people_do() -> None:
    monday, tuesday = SCHOOL_DAYS[0], SCHOOL_DAYS[1]
    morning, afternoon = SESSIONS
    assert recomputed({}) is None
    assert recomputed({(monday, morning): "absent"}) == [monday]
    assert recomputed({(monday, morning): "absent", (monday, afternoon): "present"}) is None
    assert recomputed({(monday, morning): "absent", (tuesday, morning): "excused"}) == [monday]
