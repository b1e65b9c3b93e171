"""What one appointment permits, another does not extend to its own places."""

from __future__ import annotations

from services.contracts.codes import Role
from tests.callers import appoint
from tests.registry.county import (
    ANNE,
    BEI,
    CHUN,
    DONG,
    JUNIOR,
    OTHER_TOWNSHIP,
    PRIMARY,
    SCHOOL_DAYS,
    SEVENTH,
    THIRD,
    County,
    at,
)

WORDS = "the father says she works in the south"


def appointed_twice(county: County) -> County:
    """The primary school's principal, also a village's cadre, a county aid officer, and a dormitory's supervisor elsewhere."""
    for role, body, division in (
        (Role.PRINCIPAL, PRIMARY, OTHER_TOWNSHIP),
        (Role.VILLAGE_CADRE, "body-village", "990126001001"),
        (Role.AID_OFFICER, "body-aid", "990126"),
        (Role.DORM_SUPERVISOR, JUNIOR, OTHER_TOWNSHIP),
    ):
        appoint(county.others, "both", role, body, division=division)
    county.settle()
    return county


def test_the_ledger_shows_the_places_of_its_own_readers_only(county: County) -> None:
    both = appointed_twice(county).caller("both")
    assert {row["pupil_id"] for row in both.get("/ledger").json["items"]} == {ANNE, BEI, DONG}
    assert both.get(f"/pupils/{CHUN}").status_code == 404


def test_a_principal_acts_on_no_child_that_is_theirs_as_a_cadre_only(county: County) -> None:
    both = appointed_twice(county).caller("both")
    county.live(6, ANNE, DONG)
    county.advance(at(SCHOOL_DAYS[6], 9))
    assert both.post(f"/pupils/{ANNE}:confirm-dropout", {"evidence": WORDS}).status_code == 404
    assert both.post(f"/pupils/{DONG}:confirm-dropout", {"evidence": WORDS}).status_code == 200


def test_a_note_is_read_only_where_the_reader_of_notes_is_appointed(county: County) -> None:
    both = appointed_twice(county).caller("both")
    county.advance(at(SCHOOL_DAYS[5], 9))
    said = {"day": SCHOOL_DAYS[4].isoformat(), "means": "home_visit", "reached": True, "note": WORDS}
    for officer, child in (("teacher-7", ANNE), ("teacher-3", DONG)):
        county.roll(SCHOOL_DAYS[4], child, of_class=SEVENTH if child == ANNE else THIRD)
        posted = county.caller(officer).post(f"/pupils/{child}/contacts", said)
        assert posted.status_code == 201, posted.json
    county.settle()
    notes = [both.get(f"/pupils/{child}").json["contacts"][0]["note"] for child in (ANNE, DONG)]
    assert notes == [None, WORDS]


def test_a_supervisor_of_a_dormitory_who_leads_another_school_calls_no_roll_by_day(county: County) -> None:
    both = appointed_twice(county).caller("both")
    county.advance(at(SCHOOL_DAYS[0], 9))
    a_list = {"class_id": SEVENTH, "day": SCHOOL_DAYS[0].isoformat()}
    refused = both.post("/roll-calls", {**a_list, "session": "morning"})
    assert (refused.status_code, refused.json["code"]) == (403, "session-not-yours")
    assert both.post("/roll-calls", {**a_list, "session": "dormitory"}).status_code == 201
    assert both.post("/roll-calls", {**a_list, "class_id": THIRD, "session": "morning"}).status_code == 201
