"""Substitutes over HTTP: named, shown, acting for the days given and no other, and not beyond the other's appointment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.contracts.codes import Role
from tests.identity.conftest import Office
from tests.neighbours import StandingClock

TODAY, TOMORROW = "2026-09-08", "2026-09-09"
NUMBER = {"number": 100, "source": "县教发〔2026〕9号"}
SET = "/policies/registry.reveal.people_a_day"


def named(office: Office, **changes: Any) -> Any:
    """The lead names the clerk for today and tomorrow."""
    form = {"appointment_id": "lead", "substitute_id": "clerk", "from_on": TODAY, "until_on": TOMORROW, **changes}
    return office.as_officer("lead").post("/officers/lead/substitutes", form)


def staffed(office: Office) -> None:
    office.lead()
    office.join("clerk", Role.BUREAU_CLERK, "bureau")


def test_a_substitute_acts_in_the_others_role_on_these_days_and_the_envelope_says_for_whom(office: Office) -> None:
    staffed(office)
    clerk, for_lead = office.as_officer("clerk"), {"On-Behalf-Of": "lead"}
    assert clerk.post(SET, NUMBER, for_lead).json["code"] == "not-their-substitute"
    answer = named(office)
    assert answer.status_code == 201, answer.json
    assert clerk.post(SET, NUMBER).status_code == 403, "who does not say for whom acts as themselves"
    assert clerk.post(SET, NUMBER, for_lead).status_code == 201
    (*_, envelope) = office.service.store.walk(["county-990126"])
    assert (envelope.actor, envelope.on_behalf_of) == ("clerk", "lead")
    assert isinstance(office.service.clock, StandingClock)
    office.service.clock.instant += timedelta(days=1)
    assert clerk.post(SET, {**NUMBER, "number": 101}, for_lead).status_code == 201
    office.service.clock.instant += timedelta(days=1)
    assert clerk.post(SET, {**NUMBER, "number": 102}, for_lead).status_code == 403


def test_a_withdrawn_substitute_acts_no_more(office: Office) -> None:
    staffed(office)
    substitution = named(office).json["id"]
    clerk, for_lead = office.as_officer("clerk"), {"On-Behalf-Of": "lead"}
    assert clerk.post(f"/officers/clerk/substitutes/{substitution}:withdraw").status_code == 404
    assert office.as_officer("lead").post(f"/officers/lead/substitutes/{substitution}:withdraw").status_code == 200
    assert clerk.post(SET, NUMBER, for_lead).status_code == 403


def test_a_substitute_who_leaves_office_stands_in_no_more_nor_for_who_has_left(office: Office) -> None:
    staffed(office)
    named(office)
    clerk, for_lead = office.as_officer("clerk"), {"On-Behalf-Of": "lead"}
    ended = office.as_officer("lead").post("/officers/clerk/appointments/clerk:end", {"until_on": TODAY})
    assert ended.status_code == 200, ended.json
    assert clerk.post(SET, NUMBER, for_lead).status_code == 201
    assert isinstance(office.service.clock, StandingClock)
    office.service.clock.instant += timedelta(days=1)
    assert clerk.post(SET, NUMBER, for_lead).status_code == 403


def test_both_see_whom_they_have_to_do_with(office: Office) -> None:
    staffed(office)
    substitution = named(office).json["id"]
    shown = {
        "substitution_id": substitution,
        "officer_id": "lead",
        "appointment_id": "lead",
        "role": "bureau_lead",
        "body_id": "bureau",
        "substitute_id": "clerk",
        "from_on": TODAY,
        "until_on": TOMORROW,
        "withdrawn_on": None,
    }
    me = office.as_officer("clerk").get("/me").json
    assert (me["stands_in_for"], me["substitutes"]) == ([shown], [])
    assert office.as_officer("clerk").get("/officers/lead").json["substitutes"] == [shown]


def test_a_substitute_reads_as_what_they_are_admitted_in_their_own_name_and_in_anothers(office: Office) -> None:
    staffed(office)
    named(office)
    clerk = office.as_officer("clerk")
    assert clerk.get("/me").json["roles"] == ["bureau_clerk"]
    assert clerk.get("/me", {"On-Behalf-Of": "lead"}).json["roles"] == ["bureau_lead"]


def test_the_account_administrator_names_no_substitute_for_the_lead_nor_anybody_in_the_leads_name(office: Office) -> None:
    staffed(office)
    office.join("second", Role.BUREAU_CLERK, "bureau")
    form = {"appointment_id": "lead", "substitute_id": "clerk", "from_on": TODAY, "until_on": TODAY}
    refused = office.administrator().post("/officers/lead/substitutes", form)
    assert (refused.status_code, refused.json["code"]) == (403, "needs-bureau-lead")
    named(office)
    clerk, for_lead = office.as_officer("clerk"), {"On-Behalf-Of": "lead"}
    other = {"appointment_id": "clerk", "substitute_id": "second", "from_on": TODAY, "until_on": TODAY}
    refused = clerk.post("/officers/clerk/substitutes", other, for_lead)
    assert (refused.status_code, refused.json["code"]) == (403, "substitute-names-nobody")
    helped = {"role": "bureau_lead", "body_id": "bureau", "from_on": TODAY}
    for officer in ("clerk", "lead"):
        refused = clerk.post(f"/officers/{officer}/appointments", helped, for_lead)
        assert (refused.status_code, refused.json["code"]) == (403, "cannot-appoint-yourself")


def test_the_same_key_is_another_one_in_anothers_name(office: Office) -> None:
    staffed(office)
    named(office)
    key = {"Idempotency-Key": "the-same-key"}
    clerk, days = office.as_officer("clerk"), {"edition": "2026", "days": {"2026-10-01": "rest"}}
    own = clerk.post("/calendars/government", days, key)
    assert clerk.post("/calendars/government", days, key).headers["Idempotency-Replayed"] == "true"
    other = clerk.post("/calendars/government", days, {**key, "On-Behalf-Of": "lead"})
    assert (own.status_code, other.status_code) == (201, 201)
    assert "Idempotency-Replayed" not in other.headers, "an act of its own, not the kept answer"


def test_what_names_nobody_is_refused(office: Office) -> None:
    staffed(office)
    for absent in ("", "x" * 200, "nobody", "service:identity"):
        assert office.as_officer("clerk").get("/me", {"On-Behalf-Of": absent}).status_code == 403
