"""A roll that tells others outside, and somebody who may write its database; on each store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from services.chassis.bus.layout import TopicFamily
from services.chassis.checkpoints import CheckpointSigned
from services.chassis.findings import Report, Wrong
from services.chassis.publication import Publication, PublicationRow, Published
from services.chassis.storage.postgres_connections import engine_for
from services.chassis.storage.sqlite_file import engine_for as engine_for_file
from services.chassis.storage.tables import PUBLICATIONS
from services.chassis.verification import verify
from tests.chassis import toy
from tests.chassis.conftest import Town, site_of
from tests.chassis.toy import CATALOGUE, START, House
from tests.chassis.toy_roll import AbsenceNoticed, EnrolPupil, NoticeAbsence, PupilEnrolled, PupilState

TODAY = START.date()
HEALTH, POLICE = "department.health", "department.police"
CHECKPOINTS = "checkpoint-roll"

Place = tuple[str, str, int]
"""Topic, stream and version of a message."""


def tell(state: PupilState, event: PupilEnrolled | AbsenceNoticed, _terms: Mapping[str, date]) -> Iterable[Published]:
    """Health hears of everything, the police of absences."""
    for topic in (HEALTH, POLICE) if isinstance(event, AbsenceNoticed) else (HEALTH,):
        yield Published(topic, state.pupil_id, f"toy.{type(event).__name__}", 1, msgspec.json.encode(event))


TOLD = TopicFamily("department.", 1, 90)
PUBLICATION = Publication((PupilEnrolled, AbsenceNoticed), tell, lambda told: told)


@dataclass
class Evidence:
    """A roll that tells others, and whoever may write its database."""

    town: Town
    owner: sa.Engine

    @property
    def house(self) -> House:
        return self.town.house

    def live(self) -> None:
        """Three checkpoints, each over children who were enrolled and missed since the last; and a child behind them."""
        for number in (1, 2, 3):
            self.missed(f"p{number}")
            self.sign()
        self.missed("late")

    def missed(self, pupil_id: str) -> None:
        self.house.tell(EnrolPupil(pupil_id=pupil_id))
        self.house.tell(NoticeAbsence(pupil_id=pupil_id, day=TODAY))

    def sign(self) -> int:
        self.town.clock.instant += timedelta(minutes=1)
        return self.house.roll.checkpoints.sign()

    def verify(self, *, anchors: Iterable[CheckpointSigned] = ()) -> Report:
        return verify(self.house.roll.store, CATALOGUE, self.house.roll.checkpoints.public_keys, anchors)

    def findings(self, **given: Any) -> list[tuple[str, int, Wrong]]:
        report = self.verify(**given)
        assert report.sound is (not report.findings)
        return [(finding.stream_id, finding.version, finding.wrong) for finding in report.findings]

    def row(self, place: Place) -> PublicationRow:
        (row,) = (each for each in self.house.roll.store.walk_told() if (each.topic, each.stream_id, each.version) == place)
        return row

    def tamper(self, *statements: sa.Update | sa.Delete | sa.Insert | sa.TextClause) -> None:
        """What the schema's owner does to the database."""
        with self.owner.begin() as connection:
            for statement in statements:
                assert connection.execute(statement).rowcount != 0, "nothing was tampered with"

    def change(self, place: Place, **values: Any) -> None:
        self.tamper(sa.update(PUBLICATIONS).where(*at(place)).values(**values))


def at(place: Place) -> tuple[sa.ColumnElement[bool], ...]:
    topic, stream_id, version = place
    return PUBLICATIONS.c.topic == topic, PUBLICATIONS.c.stream_id == stream_id, PUBLICATIONS.c.version == version


def told(place: Place, data: bytes = b"forged") -> PublicationRow:
    """A message as somebody writes it who knows how the hash is made."""
    topic, stream_id, version = place
    return Published(topic, "p1", "toy.AbsenceNoticed", 1, data).beside(stream_id, version)


def slipped(row: PublicationRow) -> sa.Insert:
    return sa.insert(PUBLICATIONS).values(**msgspec.structs.asdict(row))


def telling(kind: str, directory: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evidence]:
    """A town on a kind of store whose roll tells others."""
    model = replace(toy.roll_model(), publications=(PUBLICATION,), told=TOLD)
    monkeypatch.setattr(toy, "roll_model", lambda: model)
    town = Town(site_of(kind, directory, request))
    if kind == "sqlite":
        owner = engine_for_file(directory / "roll.sqlite")
    else:
        url = town.house.roll.engine.url.render_as_string(hide_password=False)
        owner = engine_for(request.getfixturevalue("postgres").owner_url(url), 1)
    yield Evidence(town, owner)
    owner.dispose()
    town.house.close()
