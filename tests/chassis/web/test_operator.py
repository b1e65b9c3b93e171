"""The operator's routes: where a service lost its place on the bus, and a log sent again."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import httpx
import msgspec
import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from services.chassis.bus.places import Loss, LostPlace, Position
from services.chassis.envelope import Context
from services.chassis.rest import Rest
from services.chassis.service import Service
from services.chassis.storage.port import Batch, Lost
from services.chassis.verification import verify_log
from services.chassis.web.frame import WebSettings, create_app
from services.chassis.web.operator import ROUTES
from services.chassis.web.state import EXTENSION
from services.chassis.web.tokens import TokenSigner, TokenVerifier, key_set
from services.cli.reach import Reach, Refused
from services.cli.verifying import ServedLog
from tests.chassis.ranges import short_ranges
from tests.chassis.storage.adapters import AT, commit
from tests.chassis.toy import CATALOGUE, SetClock
from tests.chassis.toy_roll import EnrolPupil
from tests.chassis.web.conftest import Desk
from tests.chassis.web.school_app import Gate

OPERATOR = "service:operator"


@pytest.fixture
def desk(service: Service) -> Desk:
    signer, gate = TokenSigner.generate(), Gate()
    app = create_app(service, [ROUTES], title="Toy roll", version="1", tokens=TokenVerifier(lambda: key_set(signer)), extra=(gate,))
    assert isinstance(service.clock, SetClock)
    return Desk(app, service, signer, service.clock, gate)


def test_the_operator_is_told_what_was_lost_and_what_to_do_about_it(desk: Desk) -> None:
    place = LostPlace(topic="care", partition=1, loss=Loss.RECREATED, was=Position(9, "first"), now=Position(0, "second"))
    commit(desk.service.store, Batch(lost=[Lost(place=place, found_at=AT)]))
    answer = desk.get("/operator/lost-places", OPERATOR)
    assert answer.json == {
        "items": [
            {
                "topic": "care",
                "partition": 1,
                "loss": "recreated",
                "what": "topic care, partition 1, read up to 9, goes on at 0: the topic was made anew;"
                " events may be missing until `fuxue republish care` is run",
                "found_at": AT,
            }
        ]
    }
    health = desk.client.get("/health")
    assert (health.status_code, health.json["status"], health.json["lost_places"]) == (200, "degraded", 1)
    assert 'fuxue_waiting{kind="lost_places",service="roll"} 1.0' in desk.client.get("/metrics").text
    assert desk.get("/operator/lost-places").status_code == 403


def test_a_republished_log_waits_for_the_relay_in_its_order_with_the_word_that_it_is_done_behind_it(desk: Desk) -> None:
    for pupil_id in ("p-1", "p-2", "p-3"):
        desk.service.execute(EnrolPupil(pupil_id=pupil_id), Context(actor="o"))
    store = desk.service.store
    store.acknowledge([number for number, _, _ in store.outbox(10)])  # all are sent
    assert desk.post("/operator/republish", {}, OPERATOR).json == {"events": 3}
    waiting = [envelope.stream_id for _, _, envelope in store.outbox(10)]
    assert waiting == ["pupil-p-1", "pupil-p-2", "pupil-p-3", "republication-roll"]
    assert desk.post("/operator/republish", {}).status_code == 403


def test_a_service_rests_once_all_is_sent_and_nothing_is_due_and_says_how_far_it_has_read(desk: Desk) -> None:
    store = desk.service.store
    desk.service.execute(EnrolPupil(pupil_id="p-1"), Context(actor="o"))
    commit(store, Batch(offsets={("care", 1): Position(7, "life")}))
    assert desk.get("/operator/rest", OPERATOR).json["quiescent"] is False, "an event is to be sent"
    store.acknowledge([number for number, _, _ in store.outbox(10)])
    answer = desk.get("/operator/rest", OPERATOR).json
    assert (answer["quiescent"], answer["positions"]) == (True, {"care/1": 7})
    assert desk.get("/operator/rest").status_code == 403


@pytest.mark.parametrize(
    ("positions", "unread"), [({}, 5), ({"roll/0": 3}, 2), ({"roll/0": 3, "roll/1": 2}, 0), ({"roll/0": 9}, 2)]
)
def test_what_a_service_has_yet_to_read_counts_its_own_topics_only(positions: dict[str, int], unread: int) -> None:
    rest = Rest(quiescent=True, next_due=None, reads=("roll",), positions=positions)
    assert rest.unread({"roll/0": 3, "roll/1": 2, "care/0": 100}) == unread


def test_a_log_whose_anchors_are_more_than_a_file_may_hold_verifies_as_ever(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cap, roll = 5_000, desk.service
    desk.app.extensions[EXTENSION].settings = WebSettings(upload_bytes=cap)
    short_ranges(monkeypatch, 10)
    for number in range(60):
        roll.execute(EnrolPupil(pupil_id=f"p{number}"), Context(actor="o"))
        roll.checkpoints.sign()
    held = [CATALOGUE.decode(event) for event in roll.store.walk(["checkpoint-roll"])]
    assert len(msgspec.json.encode(held)) > 4 * cap
    with httpx.Client(
        transport=httpx.WSGITransport(DispatcherMiddleware(desk.app, {"/roll": desk.app})),
        base_url="http://house",
        headers={"Accept-Language": "zh"},
    ) as client:
        log = ServedLog(Reach(client, tmp_path, None, lambda: desk.signer.sign(OPERATOR)), "roll")
        pages = [held[first : first + 5] for first in range(0, 60, 5)]
        report = verify_log(log, {"checkpoint-roll": pages})  # type: ignore[dict-item]  # checkpoints
        assert (report.sound, report.anchors, report.checkpoints, report.events) == (True, 60, 60, 120)
        assert report.anchored_until is not None
        with pytest.raises(Refused, match="请求正文过大"):
            verify_log(log, {"checkpoint-roll": [held]})  # type: ignore[dict-item]  # checkpoints


def test_what_is_no_step_of_a_verification_is_refused_as_a_form(desk: Desk) -> None:
    sent = {"question": (BytesIO(b'{"type":"everything"}'), "question.json")}
    answer = desk.client.post("/operator/verify", data=sent, headers=desk.headers(OPERATOR))
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "question")
