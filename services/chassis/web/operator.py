"""The operator's routes, the same in every service: verify the log, rebuild read models, republish, lost places, parked events.

The operator runs the deployment and sees no child: what is shown here are ids, versions, types and reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from flask_smorest.fields import Upload  # type: ignore[import-untyped]  # flask-smorest has no types

from services.chassis.emptied_topics import sentence_of
from services.chassis.envelope import Envelope
from services.chassis.errors import FieldError, FormRejected
from services.chassis.model import Model
from services.chassis.rebuild import rebuild
from services.chassis.republish import republish
from services.chassis.rest import rest_of
from services.chassis.storage.port import Lost, Parked
from services.chassis.verification import StoredLog
from services.chassis.verification.questions import Question, answer
from services.chassis.web.access import allowed
from services.chassis.web.acting import repeatable
from services.chassis.web.forms import Form
from services.chassis.web.frame import Blueprint, current_service
from services.chassis.web.tokens import OPERATOR

ROUTES = Blueprint(
    "operator",
    __name__,
    url_prefix="/operator",
    description="运维：核验、重建、重发、搁置事件 · verify, rebuild, republish, parked events",
)


class VerificationForm(Form):
    """A question of `chassis.verification.questions`, as a file: what one range names may be more than a body may hold."""

    question = Upload(required=True)


@ROUTES.route("/verify", methods=["POST"])
@allowed(services=(OPERATOR,))
@repeatable
@ROUTES.arguments(VerificationForm, location="files")
@ROUTES.response(200)
def verify_log(files: Mapping[str, Any]) -> dict[str, Any]:
    """核验事件日志的一段 · Verify one range of the log, or of its checkpoints against anchors held elsewhere."""
    service = current_service()
    try:
        question = msgspec.json.decode(files["question"].read(), type=Question)
    except (msgspec.MsgspecError, UnicodeDecodeError) as malformed:
        zh, en = "应为 JSON 对象，即核验的一步。", "A JSON object is needed, one step of a verification."
        raise FormRejected(FieldError("question", zh, en)) from malformed
    log = StoredLog(service.store, service.model.catalogue, service.checkpoints.public_keys)
    answered: dict[str, Any] = msgspec.to_builtins(answer(log, question))
    return answered


@ROUTES.route("/rebuild", methods=["POST"])
@allowed(services=(OPERATOR,))
@repeatable
@ROUTES.response(200)
def rebuild_read_models() -> dict[str, Any]:
    """重建读模型 · Rebuild all read models of this service from its events."""
    service = current_service()
    rebuilt = rebuild(service.model, service.store)
    service.turns.county_changed()
    return {"events": rebuilt.events, "rows": rebuilt.rows}


@ROUTES.route("/republish", methods=["POST"])
@allowed(services=(OPERATOR,))
@repeatable
@ROUTES.response(200)
def republish_log() -> dict[str, Any]:
    """重新发布全部事件 · Send all events to the bus again, for readers that came too late or have lost their place."""
    return {"events": republish(current_service())}


@ROUTES.route("/lost-places", methods=["GET"])
@allowed(services=(OPERATOR,))
@ROUTES.response(200)
def lost_places() -> dict[str, Any]:
    """丢失的读取位置 · Where this service lost its place on the bus, and what to do about it."""
    service = current_service()
    return {"items": [_lost(each, service.model) for each in service.store.lost_places()]}


@ROUTES.route("/parked", methods=["GET"])
@allowed(services=(OPERATOR,))
@ROUTES.response(200)
def parked() -> dict[str, Any]:
    """搁置的事件 · What waits, and why."""
    return {"items": [_shown(each) for each in current_service().store.parked()]}


@ROUTES.route("/parked/<int:position>", methods=["GET"])
@allowed(services=(OPERATOR,))
@ROUTES.response(200)
def parked_event(position: int) -> dict[str, Any]:
    """一个搁置事件的信封（无内容）· One parked event's envelope, without its data."""
    service = current_service()
    found = service.parked.at(position)
    envelope = {name: getattr(found.envelope, name) for name in Envelope.__struct_fields__ if name != "data"}
    behind = [_shown(each) for each in service.store.parked() if each.envelope.partition_key == found.envelope.partition_key]
    return {**_shown(found), "envelope": envelope, "on_this_key": behind}


@ROUTES.route("/parked/<int:position>:replay", methods=["POST"])
@allowed(services=(OPERATOR,))
@repeatable
@ROUTES.response(200)
def replay(position: int) -> dict[str, Any]:
    """重放 · Handle it again, and what waits behind it."""
    return {"handled": current_service().parked.replay(position)}


@ROUTES.route("/parked/<int:position>:discard", methods=["POST"])
@allowed(services=(OPERATOR,))
@repeatable
@ROUTES.response(200)
def discard(position: int) -> dict[str, Any]:
    """放弃 · Count it as handled without effect, and go on with what waits behind it."""
    return {"handled": current_service().parked.discard(position)}


def _lost(each: Lost, model: Model) -> dict[str, Any]:
    place = each.place
    return {
        "topic": place.topic,
        "partition": place.partition,
        "loss": place.loss.value,
        "what": sentence_of(place, model.service, model.told),
        "found_at": each.found_at,
    }


def _shown(each: Parked) -> dict[str, Any]:
    event = each.envelope
    return {
        "position": each.position,
        "event_id": event.event_id,
        "type": event.type,
        "stream_id": event.stream_id,
        "version": event.version,
        "key": event.partition_key,
        "reason": each.reason,
        "detail": each.detail,
        "parked_at": each.parked_at,
    }


@ROUTES.route("/rest", methods=["GET"])
@allowed(services=(OPERATOR,))
@ROUTES.response(200)
def rest() -> dict[str, Any]:
    """是否空闲 · Whether nothing waits that could be done now; when something falls due; how far each partition was read."""
    answer: dict[str, Any] = msgspec.to_builtins(rest_of(current_service()))
    return answer
