"""The toy's history: how roll wrote three of its events in its first release, and how they become today's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from services.chassis.catalogue import Upcaster
from services.chassis.envelope import Envelope

FIRST_RELEASE = Path(__file__).parent / "corpus" / "roll.first_release.json"
"""What roll had stored then, byte by byte: never written anew."""


def _enrolled_at_a_school(fields: dict[str, Any]) -> dict[str, Any]:
    """`school` became `school_id`."""
    school = fields.pop("school")
    return {**fields, "school_id": school}


def _noticed_at_an_instant(fields: dict[str, Any]) -> dict[str, Any]:
    """Only the day was kept: the absence counts as noticed when it began, at the county's midnight."""
    return {**fields, "noticed_at": f"{fields['day']}T00:00:00+08:00"}


def _suspected_in_an_episode(fields: dict[str, Any]) -> dict[str, Any]:
    """`absence` became `episode_id`; `by` told what follows from the envelope."""
    return {"pupil_id": fields["pupil_id"], "episode_id": fields["absence"]}


UPCASTERS: Mapping[tuple[str, int], Upcaster] = {
    ("roll.PupilEnrolled", 1): _enrolled_at_a_school,
    ("roll.AbsenceNoticed", 1): _noticed_at_an_instant,
    ("roll.PupilSuspected", 1): _suspected_in_an_episode,
}


class _Kept(msgspec.Struct, frozen=True):
    envelope: dict[str, str | int | None]
    data: str


def first_release() -> list[Envelope]:
    """The events of the first release, in the order in which they were stored."""
    kept = msgspec.json.decode(FIRST_RELEASE.read_bytes(), type=list[_Kept])
    without_data = [msgspec.convert({**one.envelope, "data": b""}, Envelope) for one in kept]
    return [msgspec.structs.replace(event, data=one.data.encode()) for event, one in zip(without_data, kept, strict=True)]
