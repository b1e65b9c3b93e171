"""What people typed about the canary reached the house, text by text: else nothing could leak and nothing would be proved."""

from __future__ import annotations

import re
from typing import Any

import pytest

from services.contracts.registry import DropoutConfirmed
from services.demo.performance import on_stage
from services.demo.stage import answered
from services.registry.domain.places import DROPOUT_EVIDENCE
from tests.system.played import Played, mark

TYPED_INTO = {
    ("record_contact", "note"),
    ("confirm_dropout", "evidence"),
    ("record_cause", "note"),
    ("make_plan", "measures"),
    *(("record_visit", field) for field in ("parents_words", "childs_words", "policy_explained", "next_step")),
    ("complete_duty", "answer"),
    ("complete_duty", "letter"),
    *(("record_follow_up", field) for field in ("study", "life", "psychology", "attendance")),
    ("propose_closing", "evidence"),
    ("confirm_closing", "text"),
    ("approve_closing", "text"),
}
"""Every text of the canary's story that the API takes: visits, answers of departments, a file's name among them."""


@pytest.fixture(scope="module")
def read(county: Played, canary: str) -> list[str]:
    """Every text of the child's pages, as the bureau's clerk reads them; and the one that stands on no page."""
    with on_stage(county.house, county.county) as stage:

        def ask(path: str) -> Any:
            return answered(stage.client("bureau_clerk").get(path), path)

        (case,) = ask(f"/casework/cases?pupil_id={canary}")["items"]
        page = ask(f"/casework/cases/{case['case_id']}")
        duties = [ask(f"/casework/duties/{duty['duty_id']}") for duty in page["duties"]]
        shown = _texts([page, duties, ask(f"/registry/pupils/{canary}")])
    return [*shown, evidence_of_dropout(county, canary)]


def evidence_of_dropout(county: Played, canary: str) -> str:
    """No page shows it: it is opened with the registry's own keys."""
    registry = county.house.services["registry"]
    told = (registry.model.catalogue.decode(envelope) for envelope in registry.store.walk())
    (confirmed,) = (event for event in told if isinstance(event, DropoutConfirmed) and event.pupil_id == canary)
    assert confirmed.evidence is not None
    return registry.keyring.open(confirmed.evidence, DROPOUT_EVIDENCE)


def _texts(answer: Any) -> list[str]:
    if isinstance(answer, str):
        return [answer]
    parts = answer.values() if isinstance(answer, dict) else answer if isinstance(answer, list) else ()
    return [text for part in parts for text in _texts(part)]


def test_the_canary_was_typed_into_every_text_and_is_read_there_as_it_was_typed(county: Played, read: list[str]) -> None:
    whole = "，".join(county.canary.values())
    typed = [text for text in read if re.search("〔.*〕", text)]
    assert {tuple(found.split(".")) for text in typed for found in re.findall("〔(.*?)〕", text)} == TYPED_INTO
    assert [text[:2] for text in typed if whole not in text] == []


def test_a_file_is_named_after_the_canary(county: Played, read: list[str]) -> None:
    names = [text for text in read if mark("complete_duty", "letter") in text]
    assert names
    assert all(name.endswith(".pdf") and county.canary["姓名"] in name for name in names)
