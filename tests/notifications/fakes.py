"""The registry and a gateway as a test needs them: what they are asked is kept, what they answer is set."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from services.chassis.reactions import NotReached
from services.contracts.ids import GuardianId, PupilId
from services.notifications.adapters.gateway import TextMessage
from services.notifications.adapters.people import Recipient, RegistryRefused
from tests.notifications.invented import FATHER, GRANDMOTHER, MOTHER

CHILD = "金丝雀·小翠"
PHONES = {GRANDMOTHER: "13900007777", FATHER: "13900008888", MOTHER: "13900009999"}


@dataclass
class FakePeople:
    """`People`: every guardian has a number and every child one name, until told otherwise."""

    recipients: dict[str, Recipient | None] = field(default_factory=dict)
    asked: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    viewers: list[tuple[tuple[str, ...], Mapping[str, str]]] = field(default_factory=list)
    down: bool = False
    refuses: bool = False

    def recipient(self, pupil_id: PupilId, guardian_id: GuardianId, fields: Collection[str]) -> Recipient | None:
        self.asked.append((pupil_id, guardian_id, tuple(fields)))
        self._check()
        return self.recipients.get(guardian_id, Recipient(PHONES[guardian_id], CHILD, record_version=1))

    def names(self, pupil_ids: Sequence[PupilId], asked_by: Mapping[str, str]) -> Mapping[str, str]:
        self.viewers.append((tuple(pupil_ids), asked_by))
        self._check()
        return dict.fromkeys(pupil_ids, "金*")

    def _check(self) -> None:
        if self.down:
            raise NotReached("planted")
        if self.refuses:
            raise RegistryRefused(403)


@dataclass
class FakeGateway:
    """`Gateway`: takes every text, or raises what is planted after having taken it."""

    name: str = "fake"
    deduplicates: bool = False
    taken: list[TextMessage] = field(default_factory=list)
    raises: list[Exception] = field(default_factory=list)

    def send(self, message: TextMessage) -> str:
        trouble = self.raises.pop(0) if self.raises else None
        if isinstance(trouble, NotReached):
            raise trouble
        self.taken.append(message)
        if trouble is not None:
            raise trouble
        return f"receipt-{len(self.taken)}"
