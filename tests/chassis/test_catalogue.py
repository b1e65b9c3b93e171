"""Old events stay readable: bytes of every version ever written become today's event, step by step."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.chassis.catalogue import Catalogue, UnknownEventType, Upcaster
from services.chassis.decider import Command, Decider, Event
from services.chassis.envelope import Envelope
from services.chassis.errors import Misconfigured
from services.chassis.model import Model
from services.chassis.sealing import Keyring
from services.chassis.storage.port import Batch
from services.chassis.storage.sqlite import SqliteStore
from services.chassis.storage.sqlite_file import migrate_file
from services.chassis.turns import Turns
from tests.chassis.storage.adapters import commit, event
from tests.chassis.toy import COUNTY_CODE, MIGRATIONS, Keys, SetClock


class VisitRecorded(Event, frozen=True):
    """Today's form; version 1 had one `when` text and no kind, version 2 a `visited_on` and no kind."""

    visit_id: str
    visited_on: date
    kind: str
    seen: tuple[str, ...] = ()


def _when_becomes_visited_on(fields: dict[str, Any]) -> dict[str, Any]:
    day = fields.pop("when")
    return {**fields, "visited_on": f"{day[:4]}-{day[4:6]}-{day[6:]}", "trail": ["1 to 2"]}


def _kinds_come_up(fields: dict[str, Any]) -> dict[str, Any]:
    trail = fields.pop("trail", [])
    return {**fields, "kind": "home", "seen": [*trail, "2 to 3"]}


UPCASTERS: dict[tuple[str, int], Upcaster] = {
    ("toy.VisitRecorded", 1): _when_becomes_visited_on,
    ("toy.VisitRecorded", 2): _kinds_come_up,
}
CATALOGUE = Catalogue({"toy": (VisitRecorded,)}, UPCASTERS)
VERSIONS = {
    1: (b'{"visit_id":"v1","when":"20260908"}', ("1 to 2", "2 to 3")),
    2: (b'{"visit_id":"v1","visited_on":"2026-09-08"}', ("2 to 3",)),
    3: (b'{"visit_id":"v1","visited_on":"2026-09-08","kind":"home"}', ()),
}


def stored(version: int, data: bytes, *, number: int = 1, prev_hash: str = "") -> Envelope:
    plain = msgspec.structs.replace(event("visit-v1", number), type="toy.VisitRecorded", schema=version, data=data)
    return plain.chained(prev_hash)


@pytest.mark.parametrize("version", VERSIONS)
def test_upcasters_are_chained_from_the_version_that_was_written(version: int) -> None:
    data, seen = VERSIONS[version]
    read = CATALOGUE.decode(stored(version, data))
    assert read == VisitRecorded(visit_id="v1", visited_on=date(2026, 9, 8), kind="home", seen=seen)


def test_what_is_written_today_carries_the_version_after_the_last_upcaster() -> None:
    written = VisitRecorded(visit_id="v1", visited_on=date(2026, 9, 8), kind="home")
    assert CATALOGUE.encode(written) == ("toy.VisitRecorded", 3, VERSIONS[3][0])
    assert CATALOGUE.version("toy.VisitRecorded") == 3


def test_reading_leaves_the_stored_bytes_as_they_were_hashed() -> None:
    envelope = stored(1, VERSIONS[1][0])
    CATALOGUE.decode(envelope)
    assert envelope == stored(1, VERSIONS[1][0])


@pytest.mark.parametrize(("type_", "schema"), [("toy.VisitRecorded", 4), ("toy.VisitForeseen", 1), ("VisitRecorded", 1)])
def test_what_a_newer_release_wrote_is_not_guessed(type_: str, schema: int) -> None:
    with pytest.raises(UnknownEventType, match=f"{type_} version {schema}"):
        CATALOGUE.decode(msgspec.structs.replace(stored(3, VERSIONS[3][0]), type=type_, schema=schema))


@pytest.mark.parametrize("upcasters", [{("toy.VisitRecorded", 2): _kinds_come_up}, {("toy.VisitForeseen", 1): _kinds_come_up}])
def test_a_catalogue_with_a_hole_in_its_history_is_refused(upcasters: dict[tuple[str, int], Upcaster]) -> None:
    with pytest.raises(Misconfigured, match="upcasters"):
        Catalogue({"toy": (VisitRecorded,)}, upcasters)


class Look(Command, frozen=True):
    """Look at the visits."""


def test_a_stream_of_mixed_versions_is_folded_as_if_all_were_of_today(tmp_path: Path) -> None:
    visits: Decider[tuple[VisitRecorded, ...], Look, VisitRecorded] = Decider(
        kind="visit",
        commands=(Look,),
        initial=tuple,
        decide=lambda _state, _command: [],
        evolve=lambda state, event: (*state, event),
        stream_of=lambda _command: "v1",
        partition_of=lambda _state: "v1",
    )
    migrate_file(tmp_path / "roll.sqlite", MIGRATIONS / "roll")
    store = SqliteStore(tmp_path / "roll.sqlite")
    prev_hash = ""
    for version, (data, _) in VERSIONS.items():
        envelope = stored(version, data, number=version, prev_hash=prev_hash)
        commit(store, Batch(events=[envelope]))
        prev_hash = envelope.hash
    model = Model(service="toy", topic="toy", listens_to=(), catalogue=CATALOGUE, aggregates=(visits,))
    keyring = Keyring(store.engine, Keys().wrapping)
    turns = Turns(model=model, store=store, clock=SetClock(), keyring=keyring, county_code=COUNTY_CODE)
    state, version = turns.run(lambda turn: turn.state(visits, "v1"))
    assert version == 3
    assert [(visit.visited_on, visit.kind) for visit in state] == [(date(2026, 9, 8), "home")] * 3
    store.close()
