"""What a former release told, and signed nothing of: sound as it is, and covered from the next checkpoint on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from services.chassis import signing
from services.chassis.checkpoints import CHECKPOINT, CheckpointSigned, Head, SignCheckpoint
from services.chassis.envelope import stamp
from services.chassis.findings import Wrong
from services.chassis.signing import SIGNATURE_SUITE, signed_body
from services.chassis.storage.tables import PUBLICATIONS
from services.chassis.turn import Turn
from tests.chassis.ranges import short_ranges
from tests.chassis.telling import CHECKPOINTS, HEALTH, POLICE, Evidence, at, slipped, telling, told
from tests.chassis.test_checkpoints import signed
from tests.chassis.toy import BY_TEACHER


@pytest.fixture(params=("sqlite", "postgres"))
def evidence(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evidence]:
    short_ranges(monkeypatch, 3 if request.param == "sqlite" else 20)  # there each question is some connections
    yield from telling(request.param, tmp_path, request, monkeypatch)


def sign_as_before(evidence: Evidence) -> None:
    """A checkpoint as a former release signed it, which kept no hash of what it told either."""
    roll, key = evidence.house.roll, evidence.town.keys.checkpoint
    state = roll.turns.run(lambda turn: turn.state(CHECKPOINT, "roll")[0])
    evidence.town.clock.instant += timedelta(minutes=1)
    reached, heads = roll.store.heads_after(state.position)
    unsigned = CheckpointSigned(
        service="roll",
        number=state.number + 1,
        position=reached,
        heads=tuple(Head(stream, *head) for stream, head in sorted(heads.items()) if stream != CHECKPOINTS),
        previous=state.signature,
        key_id=key.key_id,
        suite=SIGNATURE_SUITE,
        covered_until=stamp(evidence.town.clock.instant),
        signature="",
    )
    checkpoint = msgspec.structs.replace(unsigned, signature=key.sign(signed_body(unsigned)))
    assert roll.execute(SignCheckpoint(checkpoint=checkpoint), BY_TEACHER)
    evidence.tamper(sa.update(PUBLICATIONS).values(hash=None, hash_suite=None))


@pytest.fixture
def inherited(evidence: Evidence) -> Evidence:
    """Two checkpoints of a former release."""
    for number in (1, 2):
        evidence.missed(f"p{number}")
        sign_as_before(evidence)
    return evidence


def test_an_old_log_is_sound_and_nothing_told_is_proved(inherited: Evidence) -> None:
    assert [b"publications" in event.data for event in inherited.house.roll.store.walk([CHECKPOINTS])] == [False, False]
    report = inherited.verify(anchors=signed(inherited.house))
    assert report.sound
    assert report.anchored_until is not None
    assert (report.publications, report.publications_proved_until, report.publications_anchored_until) == (6, None, None)


@pytest.mark.parametrize("grown", [True, False])
def test_an_old_log_is_covered_from_its_next_checkpoint_on(inherited: Evidence, grown: bool) -> None:
    if grown:
        inherited.missed("p3")
    assert inherited.sign() == 1
    assert inherited.sign() == 0
    (*_, last) = signed(inherited.house)
    assert len(last.publications or ()) == (9 if grown else 6)
    report = inherited.verify()
    assert (report.sound, report.publications_proved_until) == (True, last.covered_until)
    place = (HEALTH, "pupil-p2", 2)
    inherited.change(place, data=b"forged")
    inherited.tamper(sa.delete(PUBLICATIONS).where(*at((HEALTH, "pupil-p1", 1))))
    assert inherited.findings() == [
        ("pupil-p1", 1, Wrong.PUBLICATION_REMOVED),
        ("pupil-p2", 2, Wrong.PUBLICATION_REWRITTEN),
    ]


def test_a_message_slipped_in_after_an_old_log_was_covered_is_located(inherited: Evidence) -> None:
    inherited.sign()
    inherited.missed("p3")
    inherited.sign()
    inherited.tamper(slipped(told((POLICE, "pupil-p1", 1))))
    assert inherited.findings() == [("pupil-p1", 1, Wrong.PUBLICATION_SLIPPED_IN)]


def test_a_first_covering_that_breaks_off_between_two_parts_is_taken_up_again(
    inherited: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "ENTRIES_A_CHECKPOINT", 4)
    run = inherited.house.roll.turns.run

    def break_off(act: Callable[[Turn], Any]) -> Any:
        if len(signed(inherited.house)) == 3:
            raise ZeroDivisionError
        return run(act)

    with monkeypatch.context() as patched:
        patched.setattr(inherited.house.roll.turns, "run", break_off)
        with pytest.raises(ZeroDivisionError):
            inherited.sign()
    assert inherited.verify().sound
    assert inherited.verify().publications_proved_until is None
    inherited.missed("p3")
    assert inherited.sign() == 3
    assert [len(checkpoint.publications or ()) for checkpoint in signed(inherited.house)[2:]] == [4, 4, 4, 1]
    assert inherited.verify().sound
    for place in ((HEALTH, "pupil-p1", 1), (POLICE, "pupil-p3", 2)):
        inherited.change(place, **msgspec.structs.asdict(told(place)))
    assert inherited.findings() == [("pupil-p1", 1, Wrong.PUBLICATION_REWRITTEN), ("pupil-p3", 2, Wrong.PUBLICATION_REWRITTEN)]
