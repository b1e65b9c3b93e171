"""The county's numbers over HTTP: set by the bureau's lead, each by one value."""

from __future__ import annotations

from typing import Any

import pytest

from services.chassis.decider import Term, Unit
from tests.identity.conftest import Office

TERM = {"count": 5, "unit": "working_days"}
SOURCE = "县教发〔2026〕9号"


def test_a_number_of_the_county_is_set_as_a_term(office: Office) -> None:
    answer = office.lead().post("/policies/aid.public_notice", {"term": TERM, "source": SOURCE})
    assert (answer.status_code, answer.json) == (201, {"id": "aid.public_notice"})
    assert office.service.turns.county.policies == {"aid.public_notice": Term(5, Unit.WORKING_DAYS)}


@pytest.mark.parametrize("values", [{}, {"number": 5, "term": TERM}], ids=["none", "two"])
def test_a_number_is_given_by_one_value_and_no_more(office: Office, values: dict[str, Any]) -> None:
    refused = office.lead().post("/policies/aid.public_notice", {**values, "source": SOURCE})
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == ["number"]
