"""Events on the bus: CloudEvents 1.0, Kafka binary binding, one header an attribute.

Written by hand because the SDK decodes and re-encodes the data, and the hash covers the exact bytes; a test reads every
message with the SDK.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.chassis.bus.port import Message
from services.chassis.decider import derived_id
from services.chassis.envelope import Envelope
from services.chassis.errors import Fault
from services.chassis.publication import Published

TYPE_PREFIX = "cn.fuxue."


class NotOurMessage(Fault):
    """A message on a topic of ours is not one of our events; `detail` names the header."""


def to_message(envelope: Envelope, topic: str) -> Message:
    """The event as a message of a topic."""
    headers = {
        "ce_specversion": "1.0",
        "ce_id": envelope.event_id,
        "ce_source": f"/fuxue/{envelope.county}/{topic}",
        "ce_type": f"{TYPE_PREFIX}{envelope.type}.v{envelope.schema}",
        "ce_subject": envelope.stream_id,
        "ce_time": envelope.occurred_at,
        "content-type": "application/json",
        "ce_county": envelope.county,
        "ce_sequence": str(envelope.version),
        "ce_partitionkey": envelope.partition_key,
        "ce_recordedtime": envelope.recorded_at,
        "ce_correlationid": envelope.correlation_id,
        "ce_causationid": envelope.causation_id,
        "ce_actor": envelope.actor,
        "ce_prevhash": envelope.prev_hash,
        "ce_hash": envelope.hash,
        "ce_hashsuite": envelope.hash_suite,
    }
    if envelope.on_behalf_of is not None:
        headers["ce_onbehalfof"] = envelope.on_behalf_of
    if envelope.traceparent:
        headers["ce_traceparent"] = envelope.traceparent
    return Message(topic=topic, key=envelope.partition_key, headers=headers, value=envelope.data)


def to_told_message(envelope: Envelope, told: Published, epoch: str | None) -> Message:
    """What is told outside of an event: about whom by the public id only, numbered as the event is, without actor or chain.

    `epoch` is the bus's, in which the message is sent (`storage.epochs`); all else is the same however often that is.
    """
    headers = {
        "ce_specversion": "1.0",
        "ce_id": derived_id("told", envelope.event_id, told.topic),
        "ce_source": f"/fuxue/{envelope.county}/{told.topic}",
        "ce_type": f"{TYPE_PREFIX}{told.type}.v{told.schema}",
        "ce_subject": told.subject,
        "ce_time": envelope.occurred_at,
        "content-type": "application/json",
        "ce_county": envelope.county,
        "ce_sequence": str(envelope.version),
        "ce_partitionkey": told.subject,
        "ce_recordedtime": envelope.recorded_at,
    }
    if envelope.traceparent:
        headers["ce_traceparent"] = envelope.traceparent
    if epoch is not None:
        headers["ce_epoch"] = epoch
    return Message(topic=told.topic, key=told.subject, headers=headers, value=told.data)


def from_message(message: Message) -> Envelope:
    """The event in a message; raises NotOurMessage for anything else."""
    headers: Mapping[str, str] = message.headers
    try:
        name, _, schema = headers["ce_type"].removeprefix(TYPE_PREFIX).rpartition(".v")
        return Envelope(
            event_id=headers["ce_id"],
            stream_id=headers["ce_subject"],
            version=int(headers["ce_sequence"]),
            type=name,
            schema=int(schema),
            county=headers["ce_county"],
            partition_key=headers["ce_partitionkey"],
            actor=headers["ce_actor"],
            on_behalf_of=headers.get("ce_onbehalfof"),
            occurred_at=headers["ce_time"],
            recorded_at=headers["ce_recordedtime"],
            correlation_id=headers["ce_correlationid"],
            causation_id=headers["ce_causationid"],
            traceparent=headers.get("ce_traceparent", ""),
            data=message.value,
            hash_suite=headers["ce_hashsuite"],
            prev_hash=headers["ce_prevhash"],
            hash=headers["ce_hash"],
        )
    except (KeyError, ValueError) as broken:
        raise NotOurMessage(f"topic {message.topic}: {broken}") from broken
