"""A small county for the chassis' own tests: two services that react to each other, with deadlines, a seal and an outside call.

`roll` misses children and suspects them; `care` opens a case for each, posts a letter, closes it; `roll` strikes off. Roll also
publishes the county's calendars and numbers, so that timers have something to move by.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.chassis.bus.embedded import EmbeddedBus
from services.chassis.bus.port import Bus
from services.chassis.catalogue import Catalogue
from services.chassis.checkpoints import CHECKPOINT, CheckpointSigned
from services.chassis.clock import Clock
from services.chassis.crew import Crew
from services.chassis.decider import Command, Event
from services.chassis.envelope import Context, Envelope
from services.chassis.model import Model
from services.chassis.reactions import IGNORE, RECORD, OutsideCall, Rows, When
from services.chassis.republication import LogRepublished
from services.chassis.service import Foundation, Service
from services.chassis.signing import CheckpointKey
from services.chassis.storage.opening import OpenStore
from services.chassis.wrapping import WrappingKeys
from services.contracts.identity import (
    AppointmentEnded,
    CalendarPublished,
    OfficerAppointed,
    PolicySet,
    SessionsEnded,
    SubstituteNamed,
    SubstituteWithdrawn,
)
from services.contracts.identity_rows import COUNTY_PROJECTIONS
from tests.chassis.toy_care import (
    CASE,
    CASE_ROWS,
    DIARY,
    HEARD_INDEX,
    WATCHED_ROWS,
    CaseAlreadyClosed,
    CaseClosed,
    CaseOpened,
    CloseCase,
    DiaryWritten,
    LetterSettled,
    NoSuchCase,
    OpenCase,
    SettleLetter,
    TalkRecorded,
    VisitReminded,
    case_of,
)
from tests.chassis.toy_history import UPCASTERS
from tests.chassis.toy_roll import COUNTY, PUPIL, PUPIL_ROWS, AbsenceEnded, NoSuchPupil, PupilSuspected, StrikeOff
from tests.migrated import in_copies
from tests.topics import forms


def _open_case(event: PupilSuspected, _envelope: Envelope, _rows: Rows) -> Iterable[Command]:
    yield OpenCase(case_id=case_of(event.episode_id), pupil_id=event.pupil_id, episode_id=event.episode_id)


def _close_case(event: AbsenceEnded, _envelope: Envelope, _rows: Rows) -> Iterable[Command]:
    yield CloseCase(case_id=case_of(event.episode_id))


def _strike_off(event: CaseClosed, _envelope: Envelope, _rows: Rows) -> Iterable[Command]:
    yield StrikeOff(pupil_id=event.pupil_id, episode_id=event.episode_id)


EVENTS: dict[str, tuple[type[Event], ...]] = {
    "identity": (
        CalendarPublished,
        PolicySet,
        OfficerAppointed,
        AppointmentEnded,
        SessionsEnded,
        SubstituteNamed,
        SubstituteWithdrawn,
    ),
    "roll": tuple(PUPIL_ROWS.on),
    "care": (CaseOpened, TalkRecorded, VisitReminded, LetterSettled, CaseClosed, DiaryWritten),
}
CATALOGUE = Catalogue(EVENTS, UPCASTERS, everywhere=(CheckpointSigned, LogRepublished))
TOPICS = {"roll": 3, "care": 2}

Post = Callable[[str], None]
"""The post office: takes the case's id; raises what a real gateway would."""


def no_post(_case_id: str) -> None:
    """A post office that takes every letter."""


def roll_model() -> Model:
    """The service that keeps the roll."""
    return Model(
        service="roll",
        topic="roll",
        listens_to=("care",),
        catalogue=CATALOGUE,
        aggregates=(PUPIL, COUNTY, CHECKPOINT),
        projections=(PUPIL_ROWS, *COUNTY_PROJECTIONS),
        reactions=(When(CaseClosed, then=_strike_off, refused={NoSuchPupil: RECORD}),),
    )


def care_model(post: Post = no_post, *, deduplicates: bool = False, extra_reactions: Iterable[When] = ()) -> Model:
    """The service that cares; `post` is its way outside."""

    def call(event: CaseOpened, _envelope: Envelope) -> Iterable[Command]:
        post(event.case_id)
        return [SettleLetter(case_id=event.case_id, outcome="sent")]

    letter = OutsideCall(
        CaseOpened,
        kind="letter",
        call=call,
        uncertain=lambda event: SettleLetter(case_id=event.case_id, outcome="uncertain"),
        gave_up=lambda event: SettleLetter(case_id=event.case_id, outcome="given_up"),
        deduplicates=deduplicates,
        tries=3,
    )
    return Model(
        service="care",
        topic="care",
        listens_to=("roll",),
        catalogue=CATALOGUE,
        aggregates=(CASE, DIARY, CHECKPOINT),
        projections=(CASE_ROWS, WATCHED_ROWS, *COUNTY_PROJECTIONS),
        indexes=(HEARD_INDEX,),
        reactions=(
            When(PupilSuspected, then=_open_case, refused={CaseAlreadyClosed: IGNORE}),
            When(AbsenceEnded, then=_close_case, refused={NoSuchCase: RECORD}),
            *extra_reactions,
        ),
        outside_calls=(letter,),
    )


# --- putting them together ------------------------------------------------------------------------------------------

COUNTY_CODE = "990100"
"""No real county's division code."""

MIGRATIONS = Path(__file__).parent / "migrations"
START = datetime(2026, 9, 8, 2, 0, tzinfo=UTC)
"""10:00 on Tuesday, 8 September 2026 in the county."""

BY_TEACHER = Context(actor="officer-1")


class SetClock:
    """Business time that a test sets."""

    def __init__(self, now: datetime = START) -> None:
        self.instant = now

    def now(self) -> datetime:
        return self.instant


@dataclass
class Keys:
    """The keys from outside the database; they outlive a restart."""

    wrapping: WrappingKeys = field(default_factory=lambda: WrappingKeys({"test": os.urandom(32)}))
    checkpoint: CheckpointKey = field(default_factory=lambda: CheckpointKey(Ed25519PrivateKey.generate()))


@dataclass(frozen=True)
class Site:
    """Where a house stands: its bus and its databases outlive the house."""

    directory: Path
    open_store: OpenStore
    reach_bus: Callable[[], Bus]

    def open_bus(self) -> Bus:
        """The bus, with the toys' topics."""
        bus = self.reach_bus()
        bus.create_topics(forms(TOPICS))
        return bus


def bus_in(directory: Path) -> Callable[[], Bus]:
    """A bus in a file."""
    return partial(EmbeddedBus, directory / "bus.sqlite")


def in_directory(directory: Path) -> Site:
    """Files for everything."""
    return Site(directory, in_copies(directory), bus_in(directory))


def foundation(site: Site, clock: Clock, keys: Keys) -> Foundation:
    """What both services stand on."""
    return Foundation(
        county_code=COUNTY_CODE,
        open_store=site.open_store,
        clock=clock,
        wrapping_keys=keys.wrapping,
        checkpoint_key=keys.checkpoint,
    )


class House:
    """Roll and care on one bus at one site."""

    def __init__(self, site: Site, clock: Clock, keys: Keys, care: Model | None = None) -> None:
        self.bus = site.open_bus()
        ground = foundation(site, clock, keys)
        self.roll = Service(roll_model(), ground, migrations=MIGRATIONS / "roll")
        self.care = Service(care or care_model(), ground, migrations=MIGRATIONS / "care")
        self.roll_crew, self.care_crew = Crew(self.roll, self.bus), Crew(self.care, self.bus)

    @property
    def crews(self) -> tuple[Crew, Crew]:
        """Roll's and care's."""
        return self.roll_crew, self.care_crew

    def tell(self, command: Command) -> list[Envelope]:
        """A teacher's command to the service that takes it."""
        service = self.roll if type(command) in self.roll.model.decider_of else self.care
        return service.execute(command, BY_TEACHER)

    def relay_all(self) -> None:
        """Let both send what waits, and hear what the other has sent."""
        for crew in self.crews:
            crew.relay.step()
        for crew in self.crews:
            crew.consumer.step()

    def settle(self) -> None:
        """Let both work until nothing is left that can be done now, nor on its way from the bus."""
        while self.roll_crew.step() + self.care_crew.step() or self.bus.lag("roll") + self.bus.lag("care"):
            pass

    def close(self) -> None:
        """Shut down in good order."""
        for crew in self.crews:
            crew.close()
        self.roll.close()
        self.care.close()
        self.bus.close()
