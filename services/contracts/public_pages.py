"""What departments' systems are promised, as pages: one JSON Schema of each event's version, and all of it as AsyncAPI 3.

They stand in `docs/events` and are answered at `/events`. A version that is not sent any more keeps its page, in
`told_before`: what was told in it is still there, and is sent again as it was.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from services.chassis.bus.cloudevents import TYPE_PREFIX
from services.chassis.decider import Event
from services.contracts.codes import Department
from services.contracts.department import VERSIONS, type_name
from services.contracts.topics import DEPARTMENT_KEPT_DAYS, DEPARTMENT_PARTITIONS, DEPARTMENT_PREFIX

ASYNCAPI = "asyncapi.json"
TOLD_BEFORE = Path(__file__).parent / "told_before"
Schema = dict[str, Any]

HEADERS: Mapping[str, str] = {
    "ce_specversion": "1.0",
    "ce_id": "the id of this message, the same again when it is sent again: one that you have handled is a repeat",
    "ce_source": "/fuxue/<county>/<topic>",
    "ce_type": "the event's type with its version",
    "ce_subject": "the duty's or report's id, as in the data; also the record's key",
    "ce_time": "when it happened",
    "ce_recordedtime": "when it was recorded",
    "ce_county": "the county's division code",
    "ce_sequence": "1, 2, 3 … for each duty or report, without gaps; after a restore one may come again with another ce_id",
    "ce_partitionkey": "the record's key",
    "content-type": "application/json",
}
"""CloudEvents 1.0, Kafka binary binding: every header that is always there."""

SOMETIMES: Mapping[str, str] = {
    "ce_traceparent": "W3C trace context, where there is one; send it as `traceparent` with what you ask the API",
    "ce_epoch": "since when everything is told anew: another one after each restore, none before the first",
}
"""Headers that may be missing."""


def page_name(event: type[Event]) -> str:
    """The file with the schema of a public event's present version."""
    return f"{type_name(event)}.v{VERSIONS[event]}.json"


def schema_of(event: type[Event]) -> Schema:
    """The JSON Schema of a public event's present version; a reader passes over what it does not know."""
    [root], definitions = msgspec.json.schema_components([event], ref_template="#/$defs/{name}")
    own = definitions.pop(root["$ref"].rpartition("/")[2])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:fuxue:event:{type_name(event)}:v{VERSIONS[event]}",
        **own,
        "description": inspect.cleandoc(event.__doc__ or ""),
        **({"$defs": dict(sorted(definitions.items()))} if definitions else {}),
    }


def schemas(told_before: Path = TOLD_BEFORE) -> dict[str, Schema]:
    """The schemas of all versions ever told, by page name: those of today, and those that stand in that directory."""
    kept = {path.name: msgspec.json.decode(path.read_bytes(), type=Schema) for path in told_before.glob("*.json")}
    return dict(sorted((kept | {page_name(event): schema_of(event) for event in VERSIONS}).items()))


def _message(page: str, schema: Schema) -> Schema:
    ce_type = {"const": f"{TYPE_PREFIX}{page.removesuffix('.json')}"}
    headers = {name: {"type": "string", "description": words} for name, words in {**HEADERS, **SOMETIMES}.items()}
    return {
        "name": ce_type["const"],
        "title": _name(page).replace(".", " "),
        "summary": schema["description"].partition("\n")[0],
        "contentType": "application/json",
        "headers": {
            "type": "object",
            "properties": headers | {"ce_type": headers["ce_type"] | ce_type},
            "required": list(HEADERS),
        },
        "payload": {"schemaFormat": "application/schema+json;version=draft-2020-12", "schema": {"$ref": page}},
    }


def _name(page: str) -> str:
    """`DutyAssigned.v1`, of the page `department.DutyAssigned.v1.json`."""
    return page.removesuffix(".json").partition(".")[2]


def asyncapi(schemas: Mapping[str, Schema]) -> Schema:
    """The topics of departments with messages of these schemas, from the side of a department's system."""
    messages = {_name(page): _message(page, schema) for page, schema in schemas.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "复学 · 联控联保事项与强制报告 (Fuxue: duties of the linked departments, mandatory reports)",
            "version": "1",
            "description": "What the system of a department in a division reads on its own topic. See docs/subscribing.md.",
        },
        "defaultContentType": "application/json",
        "servers": {
            "broker": {
                "host": "{host}:{port}",
                "protocol": "kafka-secure",
                "description": "The county's broker, by TLS with the county's CA; the user bears the topic's name.",
                "variables": {"host": {"description": "given by the county"}, "port": {"default": "9094"}},
                "security": [{"$ref": "#/components/securitySchemes/scram"}],
            }
        },
        "channels": {
            "duties": {
                "address": f"{DEPARTMENT_PREFIX}{{department}}.{{division}}",
                "description": f"Messages are kept for {DEPARTMENT_KEPT_DAYS} days.",
                "parameters": {
                    "department": {"enum": [department.value for department in Department]},
                    "division": {"description": "Division code (GB/T 2260 and below): 6 digits of a county, 9 of a township."},
                },
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
                "bindings": {"kafka": {"partitions": DEPARTMENT_PARTITIONS}},
            }
        },
        "operations": {
            "hear": {
                "action": "receive",
                "channel": {"$ref": "#/channels/duties"},
                "summary": "Hear each step of the department's duties and of mandatory reports; answer them through the API.",
                "bindings": {
                    "kafka": {"groupId": {"type": "string", "description": "the topic's name, a dot, and a name of your own"}}
                },
            }
        },
        "components": {"messages": messages, "securitySchemes": {"scram": {"type": "scramSha512"}}},
    }


def public_pages(told_before: Path = TOLD_BEFORE) -> dict[str, bytes]:
    """The pages by file name."""
    promised = schemas(told_before)
    pages = promised | {ASYNCAPI: asyncapi(promised)}
    return {name: msgspec.json.format(msgspec.json.encode(page), indent=2) + b"\n" for name, page in sorted(pages.items())}
