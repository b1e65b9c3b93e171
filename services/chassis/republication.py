"""That a service has sent its whole log again, as an aggregate: the event behind the log tells readers what they may settle.

A reader that has lost its place on a topic (`bus.places`) may lack events; once it has this one of the topic's producer, it has
been sent everything.
"""

from __future__ import annotations

import msgspec

from services.chassis.decider import Command, Decider, Event

KIND = "republication"


class LogRepublished(Event, frozen=True):
    """All events of a service, so many, were put on its topic once more before this one."""

    service: str
    events: int


class RecordRepublication(Command, frozen=True):
    """Tell readers that the log was sent again."""

    service: str
    events: int


class RepublicationState(msgspec.Struct, frozen=True):
    """Whose log it is."""

    service: str = ""


def _decide(_state: RepublicationState, command: RecordRepublication) -> list[LogRepublished]:
    return [LogRepublished(service=command.service, events=command.events)]


REPUBLICATION: Decider[RepublicationState, RecordRepublication, LogRepublished] = Decider(
    kind=KIND,
    commands=(RecordRepublication,),
    initial=RepublicationState,
    decide=_decide,
    evolve=lambda _state, event: RepublicationState(event.service),
    stream_of=lambda command: command.service,
    partition_of=lambda state: f"{KIND}-{state.service}",
)
