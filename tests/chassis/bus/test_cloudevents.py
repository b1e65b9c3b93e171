"""Every message is a CloudEvent to anybody's library, and comes back as the event that was stored."""

from __future__ import annotations

import msgspec
import pytest
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from services.chassis.bus.cloudevents import NotOurMessage, from_message, to_message
from services.chassis.bus.port import Message
from services.chassis.envelope import Envelope
from tests.chassis.storage.adapters import event

EVENTS = {
    "the first of its stream": event("pupil-1", 1),
    "a later one": event("pupil-1", 2, prev_hash="ab" * 32),
    "with every optional part": msgspec.structs.replace(
        event("pupil-1", 3, key="p1", data=b'{"note":{"suite":"A256GCM","key":"p1","text":"AAAA"}}'),
        on_behalf_of="officer-2",
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    ),
    "with a topic of a department": event("case-1", 1),
}


def read_by_sdk(message: Message) -> BaseCloudEvent:
    headers = {name: value.encode() for name, value in message.headers.items()}
    return from_binary(KafkaMessage(headers, message.key.encode(), message.value), JSONFormat(), CloudEvent)


@pytest.mark.parametrize("envelope", EVENTS.values(), ids=EVENTS.keys())
def test_the_sdk_reads_every_attribute_that_was_written(envelope: Envelope) -> None:
    message = to_message(envelope, "department.police.990100")
    read = read_by_sdk(message)
    attributes = read.get_attributes()
    written = {name.removeprefix("ce_"): value for name, value in message.headers.items() if name.startswith("ce_")}
    time = attributes.pop("time")
    assert time == envelope.occurred
    assert attributes.pop("datacontenttype") == "application/json"
    assert {name: str(value) for name, value in attributes.items()} == {n: v for n, v in written.items() if n != "time"}
    assert read.get_data() == msgspec.json.decode(envelope.data)


@pytest.mark.parametrize("envelope", EVENTS.values(), ids=EVENTS.keys())
def test_a_message_is_the_stored_event_again(envelope: Envelope) -> None:
    assert from_message(to_message(envelope, "roll")) == envelope


@pytest.mark.parametrize("broken", ["ce_type", "ce_sequence", "ce_hash", "ce_partitionkey"])
def test_a_message_without_one_of_our_headers_is_not_ours(broken: str) -> None:
    message = to_message(EVENTS["a later one"], "roll")
    headers = {name: value for name, value in message.headers.items() if name != broken}
    with pytest.raises(NotOurMessage, match=broken):
        from_message(msgspec.structs.replace(message, headers=headers))


@pytest.mark.parametrize(("header", "value"), [("ce_sequence", "second"), ("ce_type", "cn.fuxue.roll.PupilEnrolled")])
def test_a_message_with_an_unreadable_header_is_not_ours(header: str, value: str) -> None:
    message = to_message(EVENTS["a later one"], "roll")
    with pytest.raises(NotOurMessage):
        from_message(msgspec.structs.replace(message, headers={**message.headers, header: value}))
