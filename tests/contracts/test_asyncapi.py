"""The page of what departments are told is AsyncAPI, by AsyncAPI's own schema: a tool of theirs can read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from services.contracts.public_pages import ASYNCAPI, public_pages

OFFICIAL = Path(__file__).parent / "asyncapi" / "3.0.0.json"


def page() -> dict[str, Any]:
    return msgspec.json.decode(public_pages()[ASYNCAPI], type=dict[str, Any])


def wrong(document: dict[str, Any]) -> list[str]:
    """Where a document is none of AsyncAPI 3."""
    official = msgspec.json.decode(OFFICIAL.read_bytes())
    return ["/".join(map(str, error.instance_path)) for error in jsonschema_rs.validator_for(official).iter_errors(document)]


def test_the_page_is_what_asyncapi_says_that_a_page_is() -> None:
    assert page()["asyncapi"] == "3.0.0"
    assert wrong(page()) == []


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (lambda document: document.update(asyncapi="2.6.0"), "asyncapi"),
        (lambda document: document.pop("info"), ""),
        (lambda document: document["channels"]["duties"].update(adress="misspelt"), "channels/duties"),
        (lambda document: document["operations"][next(iter(document["operations"]))].update(action="listen"), "operations/"),
    ],
    ids=["another version", "no title", "a misspelt member", "no such action"],
)
def test_a_page_that_is_not_would_be_found(spoil: Callable[[dict[str, Any]], object], where: str) -> None:
    document = page()
    spoil(document)
    assert [place for place in wrong(document) if place.startswith(where)]
