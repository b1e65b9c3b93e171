"""Events of roll made by hand and put on the bus in any order, and a care that has trouble with the ones a test names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from services.chassis.bus.cloudevents import to_message
from services.chassis.decider import Command, Event
from services.chassis.envelope import Envelope
from services.chassis.errors import StoreBusy
from services.chassis.reactions import Rows, When
from tests.chassis.storage.adapters import AT
from tests.chassis.toy import CATALOGUE, COUNTY_CODE, House
from tests.chassis.toy_care import DiaryWritten, SettleLetter, WriteDiary
from tests.chassis.toy_roll import AbsenceEnded, AbsenceNoticed, PupilEnrolled, PupilSuspected


class Roll:
    """Roll as its consumers see it: streams of events, each chained, none of them sent yet."""

    def __init__(self) -> None:
        self.heads: dict[str, Envelope] = {}

    def event(self, stream_id: str, key: str, event: Event) -> Envelope:
        """The next event of a stream."""
        name, schema, data = CATALOGUE.encode(event)
        before = self.heads.get(stream_id)
        version = before.version + 1 if before else 1
        envelope = Envelope(
            event_id=f"{stream_id}/{version}",
            stream_id=stream_id,
            version=version,
            type=name,
            schema=schema,
            county=COUNTY_CODE,
            partition_key=key,
            actor="officer-1",
            on_behalf_of=None,
            occurred_at=AT,
            recorded_at=AT,
            correlation_id=f"{stream_id}-episode",
            causation_id=f"{stream_id}/{version}",
            traceparent="",
            data=data,
        ).chained(before.hash if before else "")
        self.heads[stream_id] = envelope
        return envelope

    def life(self, pupil_id: str, episodes: int = 1, key: str = "") -> list[Envelope]:
        """A child that goes missing, is suspected and comes back, so many times over."""
        stream_id, key = f"pupil-{pupil_id}", key or pupil_id
        enrolled = PupilEnrolled(pupil_id=pupil_id, school_id="school-1")
        events = [] if stream_id in self.heads else [self.event(stream_id, key, enrolled)]
        first = self.heads[stream_id].version
        for number in range(first, first + 3 * episodes, 3):
            episode = f"{pupil_id}-e{number}"
            at = datetime(2026, 9, 8, 2, tzinfo=UTC)
            day = date(2026, 9, 8)
            events += [
                self.event(stream_id, key, AbsenceNoticed(pupil_id=pupil_id, episode_id=episode, day=day, noticed_at=at)),
                self.event(stream_id, key, PupilSuspected(pupil_id=pupil_id, episode_id=episode)),
                self.event(stream_id, key, AbsenceEnded(pupil_id=pupil_id, episode_id=episode)),
            ]
        return events


def publish(house: House, *events: Envelope) -> None:
    """Put events on roll's topic as they come."""
    house.bus.publish([to_message(event, "roll") for event in events])


@dataclass
class Trouble:
    """What care cannot do with an event, by event id: a bug, a refusal, or something that passes after some tries.

    Every event that is handled leaves one line in the diary of its key.
    """

    bugs: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    passing: dict[str, int] = field(default_factory=dict)
    passes: Exception = field(default_factory=lambda: StoreBusy("database is locked"))

    def reactions(self) -> tuple[When, ...]:
        """Rows for care's table."""
        heard = (PupilEnrolled, AbsenceNoticed, PupilSuspected, AbsenceEnded)
        return tuple(When(event, then=self.then) for event in heard)

    def then(self, _event: Event, envelope: Envelope, _rows: Rows) -> Iterable[Command]:
        """Write the diary, then run into trouble if there is any."""
        yield WriteDiary(pupil_id=envelope.partition_key, cause=envelope.event_id)
        event_id = envelope.event_id
        if self.passing.get(event_id):
            self.passing[event_id] -= 1
            raise self.passes
        if event_id in self.bugs:
            raise ValueError("a bug")
        if event_id in self.refused:
            yield SettleLetter(case_id="unknown", outcome="sent")


def diary(house: House, key: str) -> list[str]:
    """What care has heard about a key, in order."""
    decode = CATALOGUE.decode
    written = (decode(envelope) for envelope in house.care.store.walk([f"diary-{key}"]))
    return [line.cause for line in written if isinstance(line, DiaryWritten)]
