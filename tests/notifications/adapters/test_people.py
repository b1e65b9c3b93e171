"""The registry over HTTP: a server that speaks its JSON, behind a WSGI transport."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from werkzeug.wrappers import Request, Response

from services.chassis.reactions import NotReached
from services.contracts.ids import GuardianId, PupilId
from services.notifications.adapters.people import PERSONS_AT_ONCE, Recipient, RegistryPeople, RegistryRefused

PUPIL = PupilId("pupil-1")
MOTHER = GuardianId("mother")


@dataclass
class FakeRegistry:
    """Answers `POST /registry/persons:resolve` with what is planted."""

    status: int = 200
    body: Any = field(default_factory=lambda: {"persons": [], "withheld": [PUPIL]})
    asked: list[dict[str, Any]] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        assert (request.method, request.path) == ("POST", "/registry/persons:resolve")
        self.asked.append(json.loads(request.get_data()))
        self.authorizations.append(request.headers["Authorization"])
        content = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return Response(content, self.status, mimetype="application/json")(environ, start_response)

    def people(self) -> RegistryPeople:
        return RegistryPeople(
            lambda: httpx.Client(
                transport=httpx.WSGITransport(app=self),
                base_url="http://inside",
                headers={"Authorization": "Bearer service"},
            )
        )


def answer(*guardians: dict[str, Any]) -> dict[str, Any]:
    shown = [{"relation": "mother", "carer": True, **guardian} for guardian in guardians]
    return {"persons": [{"pupil_id": PUPIL, "name": "某某", "guardians": shown, "masked": []}], "withheld": []}


def test_a_recipient_is_asked_for_with_the_purpose_of_sending() -> None:
    registry = FakeRegistry(body=answer({"guardian_id": MOTHER, "phone": "13900000000", "record_version": 3}))
    assert registry.people().recipient(PUPIL, MOTHER, ("phone", "name")) == Recipient("13900000000", "某某", record_version=3)
    assert registry.asked == [{"purpose": "send_text", "pupil_ids": [PUPIL], "guardian_ids": [MOTHER], "fields": ["name", "phone"]}]
    assert registry.authorizations == ["Bearer service"]


def test_a_recipient_is_never_printed() -> None:
    assert "139" not in f"{Recipient('13900000000', '某某')!r} {Recipient('13900000000', '某某')}"


def test_who_is_no_guardian_is_no_recipient() -> None:
    other = {"guardian_id": "other", "phone": "13900000000"}
    for registry in (FakeRegistry(body=answer(other)), FakeRegistry(), FakeRegistry(status=404)):
        assert registry.people().recipient(PUPIL, MOTHER, ("phone",)) is None


def test_a_guardian_without_a_number_is_a_recipient_without_one() -> None:
    registry = FakeRegistry(body=answer({"guardian_id": MOTHER, "phone": None}))
    assert registry.people().recipient(PUPIL, MOTHER, ("phone",)) == Recipient(None, "某某")


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_a_registry_in_trouble_is_asked_again_later(status: int) -> None:
    with pytest.raises(NotReached):
        FakeRegistry(status=status).people().recipient(PUPIL, MOTHER, ("phone",))


@pytest.mark.parametrize("body", ["", "[]", '{"persons": [{}]}', '{"persons": 3}'])
def test_an_answer_in_another_form_is_no_answer(body: str) -> None:
    with pytest.raises(NotReached):
        FakeRegistry(body=body).people().recipient(PUPIL, MOTHER, ("phone",))


def test_a_registry_that_cannot_be_reached_is_asked_again_later() -> None:
    def unplugged(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("planted")

    people = RegistryPeople(lambda: httpx.Client(transport=httpx.MockTransport(unplugged), base_url="http://inside"))
    with pytest.raises(NotReached):
        people.recipient(PUPIL, MOTHER, ("phone",))


@pytest.mark.parametrize("status", [403, 422])
def test_a_registry_that_refuses_says_so(status: int) -> None:
    with pytest.raises(RegistryRefused) as refused:
        FakeRegistry(status=status).people().recipient(PUPIL, MOTHER, ("phone",))
    assert refused.value.status == status


def test_a_viewer_asks_in_the_own_name_with_the_purpose_of_viewing() -> None:
    registry = FakeRegistry(body=answer())
    assert registry.people().names([PUPIL, PUPIL], {"Authorization": "Bearer viewer"}) == {PUPIL: "某某"}
    assert registry.asked == [{"purpose": "view_text", "pupil_ids": [PUPIL], "fields": ["name"]}]
    assert registry.authorizations == ["Bearer viewer"]


def test_many_children_are_asked_for_in_several_questions() -> None:
    registry = FakeRegistry()
    assert (
        registry.people().names([PupilId(f"p{number}") for number in range(PERSONS_AT_ONCE + 1)], {"Authorization": "Bearer v"})
        == {}
    )
    assert [len(asked["pupil_ids"]) for asked in registry.asked] == [PERSONS_AT_ONCE, 1]
