"""What goes wrong at a demo deployment's gateway for texts, told by a file beside its clock, which the player writes."""

from __future__ import annotations

from collections.abc import Callable, Container
from pathlib import Path

import msgspec

from services.chassis.files import put_in_place
from services.notifications.adapters.local_outbox import GatewayFaults

FILE_NAME = "gateway-faults.json"


class Planted(msgspec.Struct, frozen=True):
    """Guardians' ids: of dead numbers, and of those of whose texts nobody knows whether they were sent."""

    dead: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()


class FaultsFile:
    """The file in the directory of the clock."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / FILE_NAME

    def read(self) -> Planted:
        """What is planted now."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Planted)
        except FileNotFoundError:
            return Planted()

    def write(self, planted: Planted) -> None:
        """Plant these from now on."""
        put_in_place(self._path, msgspec.json.encode(planted))

    def faults(self) -> GatewayFaults:
        """As the local gateway asks for them, before each text."""
        return GatewayFaults(unreachable=_Planted(lambda: self.read().dead), uncertain=_Planted(lambda: self.read().silent))


class _Planted(Container[str]):
    """What is among the planted when it is asked."""

    def __init__(self, planted: Callable[[], frozenset[str]]) -> None:
        self._planted = planted

    def __contains__(self, guardian_id: object) -> bool:
        return guardian_id in self._planted()
