"""A household whose old number is dead: the school writes the new one down, for every child of that guardian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.contracts.registry import PupilRecordWritten
from services.registry.domain.pupil import PUPIL
from services.registry.domain.roll_lookup import GUARDIAN_PHONE_NAME, guardian_keys
from tests.neighbours import events_of
from tests.registry.offices import Offices
from tests.registry.rosters import child, roster

OLD, NEW = str(child(0)["监护人1电话"]), "15400009999"
SISTER = {name: child(0)[name] for name in ("监护人1姓名", "监护人1电话", "监护人1证件号")}


@pytest.fixture
def siblings(offices: Offices) -> list[str]:
    """A child of class 4(1) and its sister, of one mother, and a child of another household."""
    offices.bring("registrar", roster([child(0), child(1, **SISTER), child(2)]))
    return offices.pupils()


def mother_of(offices: Offices, pupil: str) -> Mapping[str, Any]:
    body = {"purpose": "contact_family", "pupil_ids": [pupil], "fields": ["phone", "guardian_name"]}
    (person,) = (offices.post("homeroom", "/persons:resolve", body).json or {})["persons"]
    mother: Mapping[str, Any] = person["guardians"][0]
    return mother


def report(offices: Offices, pupil: str, guardian: str, number: str, *, officer: str = "homeroom") -> TestResponse:
    path = f"/pupils/{pupil}/guardians/{guardian}:new-phone"
    return offices.post(officer, path, {"phone": number}, **{"Idempotency-Key": "a-new-number"})


def record_of(offices: Offices, pupil: str) -> PupilRecordWritten:
    with offices.service.turns.open() as turn:
        record: PupilRecordWritten = turn.state(PUPIL, pupil)[0].record
    return record


def test_the_new_number_holds_for_every_child_of_the_guardian_and_for_no_other(offices: Offices, siblings: list[str]) -> None:
    child_id, sister_id, stranger_id = siblings
    mother = mother_of(offices, child_id)
    assert report(offices, child_id, mother["guardian_id"], f"+86 {NEW}").status_code == 200
    assert mother_of(offices, child_id)["phone"] == mother_of(offices, sister_id)["phone"] == NEW
    assert [record_of(offices, each).record_version for each in siblings] == [2, 2, 1]
    assert mother_of(offices, stranger_id)["phone"] != NEW
    for each in (child_id, sister_id):
        told = events_of(offices.service, f"pupil-{each}")[-1]
        assert isinstance(told, PupilRecordWritten)
        assert told.renumbered == (mother["guardian_id"],)


def test_the_guardian_is_found_by_the_new_number_and_no_longer_by_the_old(offices: Offices, siblings: list[str]) -> None:
    mother = mother_of(offices, siblings[0])
    report(offices, siblings[0], mother["guardian_id"], NEW)

    def found(number: str) -> list[str]:
        keys = guardian_keys(offices.vault.digest, {"name": mother["name"], "phone": number})
        wanted = [key for key in keys if key is not None and key[0] == GUARDIAN_PHONE_NAME]
        return list(offices.vault.find(wanted).values())

    assert found(NEW) == [mother["guardian_id"]]
    assert found(OLD) == []


def test_a_landline_is_written_down_but_no_text_reaches_it(offices: Offices, siblings: list[str]) -> None:
    report(offices, siblings[0], mother_of(offices, siblings[0])["guardian_id"], "0870-2345678")
    assert [ref.reachable for ref in record_of(offices, siblings[0]).guardians] == [False]


def test_a_number_that_is_known_already_changes_nothing(offices: Offices, siblings: list[str]) -> None:
    before = len(events_of(offices.service, f"pupil-{siblings[0]}"))
    assert report(offices, siblings[0], mother_of(offices, siblings[0])["guardian_id"], OLD).status_code == 200
    assert len(events_of(offices.service, f"pupil-{siblings[0]}")) == before


def test_neither_event_nor_answer_holds_the_number(offices: Offices, siblings: list[str]) -> None:
    answer = report(offices, siblings[0], mother_of(offices, siblings[0])["guardian_id"], NEW)
    told = "".join(str(event) for event in events_of(offices.service, f"pupil-{siblings[0]}"))
    assert NEW not in told + answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("officer", "number", "status", "code"),
    [
        ("other-homeroom", NEW, 404, "pupil-not-on-roll"),
        ("township", NEW, 403, "not-permitted"),
        ("homeroom", "12345", 422, "form-rejected"),
    ],
)
def test_a_number_from_who_may_not_report_it_and_one_out_of_form_are_refused(
    offices: Offices, siblings: list[str], officer: str, number: str, status: int, code: str
) -> None:
    answer = report(offices, siblings[0], mother_of(offices, siblings[0])["guardian_id"], number, officer=officer)
    assert (answer.status_code, (answer.json or {})["code"]) == (status, code)


def test_the_guardian_of_another_child_is_refused(offices: Offices, siblings: list[str]) -> None:
    answer = report(offices, siblings[0], mother_of(offices, siblings[2])["guardian_id"], NEW)
    assert (answer.status_code, (answer.json or {})["code"]) == (404, "no-such-guardian")
