"""Who is behind the ids: the registry's answer at the moment of sending or viewing, asked with a purpose and logged there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol

import httpx
import msgspec

from services.chassis.reactions import NotReached
from services.contracts.ids import GuardianId, PupilId

RESOLVE = "/registry/persons:resolve"
PURPOSE_SEND = "send_text"
PURPOSE_VIEW = "view_text"
NAME, PHONE = "name", "phone"

PERSONS_AT_ONCE = 50
"""How many children one question names: a class; the registry shows no more than sixty plainly in one answer."""


class Recipient(msgspec.Struct, frozen=True):
    """A guardian as a text needs them: number, and the child's name where it was asked for; never printed.

    `record_version` is that of the guardian's record: while it stays, so does the number.
    """

    phone: str | None
    child: str | None = None
    record_version: int | None = None

    def __repr__(self) -> str:
        return "Recipient(…)"


class People(Protocol):
    """The registry's look-up of persons."""

    def recipient(self, pupil_id: PupilId, guardian_id: GuardianId, fields: Collection[str]) -> Recipient | None:
        """The guardian of a child with the fields asked for (`name` is the child's, `phone` the guardian's).

        Nothing where they are no guardian of the child. Raises NotReached where the registry does not answer.
        """

    def names(self, pupil_ids: Sequence[PupilId], asked_by: Mapping[str, str]) -> Mapping[str, str]:
        """The children's names as the registry shows them to the caller whom these headers name; it masks and logs."""


class RegistryRefused(Exception):
    """The registry does not let us, or the caller, see the persons asked for; `status` is its HTTP status."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"the registry answered {status}")


class _Guardian(msgspec.Struct, frozen=True):
    guardian_id: str
    phone: str | None = None
    record_version: int | None = None


class _Person(msgspec.Struct, frozen=True):
    pupil_id: str
    name: str | None = None
    guardians: tuple[_Guardian, ...] = ()


class _Answer(msgspec.Struct, frozen=True):
    persons: tuple[_Person, ...]


_LATER = frozenset({httpx.codes.UNAUTHORIZED, httpx.codes.TOO_MANY_REQUESTS})
"""Answers that another try, with a fresh token or later, may change."""

_answers = msgspec.json.Decoder(_Answer)


class RegistryPeople:
    """`People` over HTTP; `client` makes a client of its own for each question, with this service's token on it."""

    def __init__(self, client: Callable[[], httpx.Client]) -> None:
        self._client = client

    def recipient(self, pupil_id: PupilId, guardian_id: GuardianId, fields: Collection[str]) -> Recipient | None:
        asked = {
            "purpose": PURPOSE_SEND,
            "pupil_ids": [pupil_id],
            "guardian_ids": [guardian_id],
            "fields": sorted(fields),
        }
        for person in self._ask(asked, {}).persons:
            for guardian in person.guardians:
                if (person.pupil_id, guardian.guardian_id) == (pupil_id, guardian_id):
                    return Recipient(guardian.phone, person.name, guardian.record_version)
        return None

    def names(self, pupil_ids: Sequence[PupilId], asked_by: Mapping[str, str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        distinct = list(dict.fromkeys(pupil_ids))
        for first in range(0, len(distinct), PERSONS_AT_ONCE):
            asked = {"purpose": PURPOSE_VIEW, "pupil_ids": distinct[first : first + PERSONS_AT_ONCE], "fields": [NAME]}
            persons = self._ask(asked, asked_by).persons
            found.update({person.pupil_id: person.name for person in persons if person.name is not None})
        return found

    def _ask(self, asked: Mapping[str, Any], headers: Mapping[str, str]) -> _Answer:
        try:
            with self._client() as client:
                response = client.post(RESOLVE, json=asked, headers=headers)
        except httpx.TransportError as trouble:
            raise NotReached(type(trouble).__name__) from trouble
        if response.status_code in _LATER or response.is_server_error:
            raise NotReached(f"the registry answered {response.status_code}")
        if response.status_code == httpx.codes.NOT_FOUND:
            return _Answer(())
        if not response.is_success:
            raise RegistryRefused(response.status_code)
        try:
            return _answers.decode(response.content)
        except msgspec.MsgspecError as trouble:
            raise NotReached("the registry's answer is not in the agreed form") from trouble
