"""Which event types exist, and how bytes of any version ever written become today's event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from services.chassis.decider import Event
from services.chassis.envelope import Envelope
from services.chassis.errors import Fault, Misconfigured

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


HOUSE = "chassis"
"""The name before the types that every service writes (checkpoints)."""


class UnknownEventType(Fault):
    """Bytes of an event that this release does not know: a newer release wrote them."""


class Catalogue:
    """The event types of the house: name ⇄ class, and the upcasters from older versions.

    A type's name is `<service>.<Event>`; its version is one more than the number of upcasters that lead to it.
    """

    def __init__(
        self,
        types: Mapping[str, Iterable[type[Event]]],
        upcasters: Mapping[tuple[str, int], Upcaster] | None = None,
        everywhere: Iterable[type[Event]] = (),
    ) -> None:
        self._upcasters = dict(upcasters or {})
        self._names: dict[type[Event], str] = {}
        self._decoders: dict[str, msgspec.json.Decoder[Event]] = {}
        self._versions: dict[str, int] = {}
        for service, classes in {**types, HOUSE: everywhere}.items():
            for cls in classes:
                name = f"{service}.{cls.__name__}"
                self._names[cls] = name
                self._decoders[name] = msgspec.json.Decoder(cls)
                self._versions[name] = 1 + sum(1 for known, _ in self._upcasters if known == name)
        if broken := [key for key in self._upcasters if key[1] not in range(1, self._versions.get(key[0], 1))]:
            raise Misconfigured(f"upcasters of an unknown type, or with a version left out before them: {broken}")
        self._encoder = msgspec.json.Encoder()

    def name(self, cls: type[Event]) -> str:
        """The stored name of an event class; raises KeyError for a class that no contract lists."""
        return self._names[cls]

    def version(self, name: str) -> int:
        """The version that is written today."""
        return self._versions[name]

    def types(self) -> Mapping[str, type[Event]]:
        """Every known type by its stored name."""
        return {name: cls for cls, name in self._names.items()}

    def encode(self, event: Event) -> tuple[str, int, bytes]:
        """Name, version and bytes of an event."""
        name = self._names[type(event)]
        return name, self._versions[name], self._encoder.encode(event)

    def decode(self, envelope: Envelope) -> Event:
        """Today's event from bytes of any version; raises UnknownEventType for what a newer release wrote."""
        decoder = self._decoders.get(envelope.type)
        if decoder is None or envelope.schema > self._versions[envelope.type]:
            raise UnknownEventType(f"{envelope.type} version {envelope.schema}")
        if envelope.schema == self._versions[envelope.type]:
            return decoder.decode(envelope.data)
        fields = msgspec.json.decode(envelope.data)
        for version in range(envelope.schema, self._versions[envelope.type]):
            fields = self._upcasters[envelope.type, version](fields)
        return decoder.decode(self._encoder.encode(fields))
