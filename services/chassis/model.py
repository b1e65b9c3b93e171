"""What makes a service: its tables of aggregates, reactions, projections and outside calls, joined once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from services.chassis.bus.layout import TopicFamily
from services.chassis.catalogue import Catalogue
from services.chassis.decider import Command, Decider, Event
from services.chassis.errors import Misconfigured
from services.chassis.projections import Index, Projection
from services.chassis.publication import Publication
from services.chassis.reactions import OutsideCall, Rows, When
from services.chassis.republication import REPUBLICATION

HOUSE_AGGREGATES: tuple[Decider[Any, Any, Any], ...] = (REPUBLICATION,)
"""What every service has without naming it."""

Completion = Callable[[Any, Rows], Command]
"""A pure function from a command, and the rows as of its turn, to the command with what they say."""


@dataclass(frozen=True)
class Model:
    """The pure part of one service.

    `topic` is where its own events go; `listens_to` the topics of the bus that it consumes (its own among them, if it reacts
    to its own events); `told` are the topics on which others outside are told, if any are. `completions` say what the service's
    rows know of a command that the clock gives, or anybody: it is completed by them before it is decided.
    """

    service: str
    topic: str
    listens_to: Sequence[str]
    catalogue: Catalogue
    aggregates: Sequence[Decider[Any, Any, Any]]
    projections: Sequence[Projection[Any]] = ()
    indexes: Sequence[Index[Any]] = ()
    reactions: Sequence[When] = ()
    outside_calls: Sequence[OutsideCall] = ()
    publications: Sequence[Publication[Any]] = ()
    told: TopicFamily | None = None
    completions: Mapping[type[Command], Completion] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what would be lost silently: two things of one name, and events that the catalogue does not know."""
        commands = [command.__name__ for decider in self.deciders for command in decider.commands]
        _refuse_twice("commands of one name", commands)
        _refuse_twice("aggregates of one kind", [decider.kind for decider in self.deciders])
        _refuse_twice("outside calls of one kind", [call.kind for call in self.outside_calls])
        if self.publications and self.told is None:
            raise Misconfigured(f"{self.service} tells others outside, and does not say on which topics")
        known = set(self.catalogue.types().values())
        wanted = {*self.heard, *self.outside_calls_on}
        if unknown := sorted(event.__name__ for event in wanted - known):
            raise Misconfigured(f"{self.service} wants events that are not in the catalogue: {', '.join(unknown)}")

    @cached_property
    def deciders(self) -> Sequence[Decider[Any, Any, Any]]:
        """The service's own aggregates and those of the house."""
        return (*self.aggregates, *HOUSE_AGGREGATES)

    @cached_property
    def decider_of(self) -> dict[type[Command], Decider[Any, Any, Any]]:
        """The decider that takes a command."""
        return {command: decider for decider in self.deciders for command in decider.commands}

    def decider_of_stream(self, stream_id: str) -> Decider[Any, Any, Any] | None:
        """The decider whose kind a stream's name begins with; nothing where this release has none."""
        for decider in self.deciders:
            if stream_id.startswith(decider.stream_id("")):
                return decider
        return None

    @cached_property
    def projections_on(self) -> dict[type[Event], list[Projection[Any]]]:
        """The projections that an event touches."""
        return _by_event((event, projection) for projection in self.projections for event in projection.on)

    @cached_property
    def indexes_on(self) -> dict[type[Event], list[Index[Any]]]:
        """The indexes that an event adds to."""
        return _by_event((event, index) for index in self.indexes for event in index.on)

    @cached_property
    def heard(self) -> frozenset[type[Event]]:
        """The events that have any effect here."""
        return frozenset((*self.reactions_on, *self.projections_on, *self.indexes_on))

    @cached_property
    def reactions_on(self) -> dict[type[Event], list[When]]:
        """The reactions to an event, in the order of the table."""
        return _by_event((when.event, when) for when in self.reactions)

    @cached_property
    def outside_calls_on(self) -> dict[type[Event], list[OutsideCall]]:
        """The outside calls that an event asks for."""
        return _by_event((call.event, call) for call in self.outside_calls)

    @cached_property
    def publications_on(self) -> dict[type[Event], list[Publication[Any]]]:
        """What others outside are told of an event."""
        return _by_event((event, publication) for publication in self.publications for event in publication.on)

    @cached_property
    def outside_call_of(self) -> dict[str, OutsideCall]:
        """An outside call by its kind."""
        return {call.kind: call for call in self.outside_calls}


def _refuse_twice(what: str, names: Iterable[str]) -> None:
    if twice := sorted(name for name, count in Counter(names).items() if count > 1):
        raise Misconfigured(f"two {what}: {', '.join(twice)}")


def _by_event(pairs: Iterable[tuple[type[Event], Any]]) -> dict[type[Event], list[Any]]:
    grouped: dict[type[Event], list[Any]] = defaultdict(list)
    for event, thing in pairs:
        grouped[event].append(thing)
    return dict(grouped)
