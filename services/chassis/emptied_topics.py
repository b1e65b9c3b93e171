"""Topics on which others outside are told and that were made anew: what is said of one, and when it is whole again.

A page apart from `told_topics`: the web side tells of them and queues what fills them, and knows no bus.
"""

from __future__ import annotations

from services.chassis.bus.layout import TopicFamily
from services.chassis.bus.places import LostPlace
from services.chassis.clock import wall_now
from services.chassis.envelope import stamp
from services.chassis.storage.port import Batch, EventStore


def emptied(topic: str, service: str) -> str:
    """What happened, and what to do about it."""
    return (
        f"topic {topic}, on which others outside are told, was made anew: what it held is missing there"
        f" until `fuxue republish {service}` is run"
    )


def settled(store: EventStore, family: TopicFamily) -> None:
    """Strike out what was lost on these topics: everything that was ever told there is in the outbox again."""
    topics = {lost.place.topic for lost in store.lost_places() if lost.place.topic.startswith(family.prefix)}
    if topics:
        with store.transaction() as transaction:
            transaction.commit(Batch(said_again=dict.fromkeys(topics, stamp(wall_now()))))


def sentence_of(place: LostPlace, service: str, family: TopicFamily | None) -> str:
    """Of a place that a service has lost: one where it reads, or a topic on which it tells others."""
    if family is not None and place.topic.startswith(family.prefix):
        return emptied(place.topic, service)
    return place.sentence()
