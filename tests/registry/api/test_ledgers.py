"""The ledgers, a child's page and its acts, over HTTP."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from services.contracts.casework import CaseNumbered, CauseRecorded, OfficerNamed, OfficerReleased, ReturnConfirmed
from services.contracts.codes import Cause, Placement, Role
from services.contracts.ids import CaseId, ClassId, OfficerId, PupilId, case_id
from services.contracts.registry import DropoutConfirmed, PupilSuspected
from services.registry.adapters.vault import Vault
from services.registry.api.schemas import PupilShown
from services.registry.domain.school_class import OpenClass
from services.registry.storage.tables import PUPILS
from tests.callers import appoint
from tests.registry.county import (
    ANNE,
    BEI,
    CHUN,
    DONG,
    EIGHTH,
    JUNIOR,
    MONDAY,
    OTHER_TOWNSHIP,
    POINT,
    PRIMARY,
    SCHOOL_DAYS,
    SEVENTH,
    THIRD,
    TOWNSHIP,
    County,
    at,
    enrol,
)

WORDS = "the father says she works in the south"


def lived(county: County) -> County:
    """Anne and Dong have been missing for six school days, Chun for one."""
    county.live(5, ANNE, DONG)
    county.live(1, ANNE, CHUN, DONG, first=5)
    return county


@pytest.fixture
def week(county: County) -> County:
    """A week of which a test goes on."""
    return lived(county)


@pytest.fixture(scope="module")
def past_week(standing_county: County) -> County:
    """A week to look at."""
    return lived(standing_county)


def listed(county: County, officer: str, **query: Any) -> dict[str, str]:
    answer = county.caller(officer).get("/ledger", **query)
    assert answer.status_code == 200, answer.json
    assert answer.json["total"] == len(answer.json["items"])
    return {row["pupil_id"]: row["ledger"] for row in answer.json["items"]}


@pytest.mark.parametrize(
    ("officer", "seen"),
    [
        ("teacher-7", {ANNE: "suspected", BEI: "school_age"}),
        ("principal", {ANNE: "suspected", BEI: "school_age", CHUN: "school_age"}),
        ("registrar", {ANNE: "suspected", BEI: "school_age", CHUN: "school_age"}),
        ("township", {ANNE: "suspected", BEI: "school_age", CHUN: "school_age"}),
        ("teacher-3", {DONG: "suspected"}),
        ("bureau", {ANNE: "suspected", BEI: "school_age", CHUN: "school_age", DONG: "suspected"}),
    ],
)
def test_everybody_sees_the_own_part_of_the_ledgers(past_week: County, officer: str, seen: dict[str, str]) -> None:
    assert listed(past_week, officer) == seen


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ({"ledger": "suspected"}, {ANNE, DONG}),
        ({"ledger": "dropout"}, set()),
        ({"school_id": PRIMARY}, {DONG}),
        ({"class_id": EIGHTH}, {CHUN}),
        ({"township": TOWNSHIP}, {ANNE, BEI, CHUN}),
        ({"township": OTHER_TOWNSHIP}, {DONG}),
        ({"township": "990126001002"}, {CHUN}),
        ({"grade": 8}, {CHUN}),
        ({"ledger": "suspected", "grade": 3}, {DONG}),
    ],
)
def test_the_ledger_is_filtered(past_week: County, query: dict[str, Any], seen: set[str]) -> None:
    assert set(listed(past_week, "bureau", **query)) == seen


@pytest.mark.parametrize("query", [{"ledger": "lost"}, {"township": "99-0126"}, {"grade": 12}, {"limit": 0}, {"colour": "red"}])
def test_a_question_that_is_not_in_form_is_refused(past_week: County, query: dict[str, Any]) -> None:
    assert past_week.caller("bureau").get("/ledger", **query).status_code == 422


def test_who_has_no_part_in_the_ledgers_sees_none(past_week: County) -> None:
    assert past_week.caller("aid").get("/ledger").status_code == 403
    assert past_week.caller("dorm").get("/ledger").status_code == 403
    assert past_week.caller("nobody").get("/ledger").status_code == 403


def test_names_are_masked(week: County) -> None:
    vault = Vault(week.service.engine, week.service.keyring)
    week.service.turns.run(lambda turn: vault.write(turn, ANNE, 1, {"name": "张小梅"}))
    [row] = week.caller("bureau").get("/ledger", ledger="suspected", school_id=JUNIOR).json["items"]
    assert row["name"] == "张*"
    assert (row["absent_days"], row["missing_since"], row["school_name"]) == (6, "2026-09-01", "第2学校")


def test_the_absence_of_a_child_that_has_dropped_out_is_told_for_as_long_as_it_goes_on(week: County) -> None:
    def told() -> tuple[object, ...]:
        [row] = week.caller("bureau").get("/ledger", ledger="dropout", school_id=JUNIOR).json["items"]
        return row["missing_since"], row["absent_days"], row["school_days_missing"]

    assert week.caller("principal").post(f"/pupils/{ANNE}:confirm-dropout", {"evidence": WORDS}).status_code == 200
    listed_with = told()
    week.live(2, ANNE, DONG, first=6)
    assert listed_with == ("2026-09-01", 6, 6)
    assert told() == ("2026-09-01", 6, 7), "to yesterday"
    page = week.caller("bureau").get(f"/pupils/{ANNE}").json
    assert page["school_days_missing"] == 7


def test_of_a_child_that_is_not_missing_no_days_are_told(past_week: County) -> None:
    rows = past_week.caller("bureau").get("/ledger", missing="false").json["items"]
    assert rows
    assert {row["school_days_missing"] for row in rows} == {None}


def away_since(county: County) -> dict[str, str | None]:
    return {row["pupil_id"]: row["away_since"] for row in county.caller("bureau").get("/ledger").json["items"]}


def test_the_ledger_tells_since_when_each_child_is_away(past_week: County) -> None:
    assert away_since(past_week) == {ANNE: "2026-09-01", BEI: None, CHUN: "2026-09-08", DONG: "2026-09-01"}


def test_whoever_has_never_come_is_away_since_the_suspicion_also_as_a_dropout_whom_a_list_names_later(county: County) -> None:
    county.advance(at(SCHOOL_DAYS[0], 8))
    registrar = county.caller("registrar")
    for pupil in (ANNE, BEI):
        registrar.post(f"/pupils/{pupil}:expect", {"term": "2026-2", "class_id": EIGHTH, "opened_on": "2026-09-01"})
    registrar.post(f"/pupils/{ANNE}:register", {"term": "2026-2"})
    county.advance(at(SCHOOL_DAYS[4], 7))
    [row] = county.caller("principal").get("/ledger", ledger="suspected").json["items"]
    assert (row["pupil_id"], row["missing_since"]) == (BEI, None)
    assert row["away_since"] == row["suspected_on"] == "2026-09-03"
    assert county.caller("principal").post(f"/pupils/{BEI}:confirm-dropout", {"evidence": WORDS}).status_code == 200
    county.live(1, BEI, first=4)
    [row] = county.caller("principal").get("/ledger", ledger="dropout").json["items"]
    assert (row["ledger_since"], row["missing_since"], row["away_since"]) == ("2026-09-07", "2026-09-07", "2026-09-03")
    assert away_since(county)[ANNE] is None


def test_whoever_is_back_is_away_no_more_until_the_return_is_lost(week: County) -> None:
    assert week.caller("principal").post(f"/pupils/{ANNE}:confirm-dropout", {"evidence": WORDS}).status_code == 200
    [event] = [event for event in week.events(f"pupil-{ANNE}") if isinstance(event, PupilSuspected)]
    case = case_id(ANNE, event.episode_id)
    back = {"case_id": case, "pupil_id": ANNE, "episode_id": event.episode_id, "returned_on": SCHOOL_DAYS[6]}
    week.told(f"case-{case}", ReturnConfirmed(**back, placement=Placement.ORIGINAL_CLASS))
    assert away_since(week)[ANNE] is None
    week.live(2, ANNE, first=7)
    assert away_since(week)[ANNE] == "2026-09-10"
    with week.service.engine.begin() as connection:  # the ledger alone says it, whatever has become of the run
        connection.execute(sa.update(PUPILS).where(PUPILS.c.pupil_id == ANNE).values(missing_since=None))
    assert away_since(week)[ANNE] == "2026-09-10"


def test_pages_of_the_ledger_follow_one_another(past_week: County) -> None:
    bureau = past_week.caller("bureau")
    first = bureau.get("/ledger", limit=3).json
    second = bureau.get("/ledger", limit=3, cursor=first["next"]).json
    pages = [row["pupil_id"] for row in first["items"] + second["items"]]
    assert (sorted(pages), second["next"], first["total"]) == ([ANNE, BEI, CHUN, DONG], None, 4)


def test_children_who_go_missing_between_two_pages_are_shown_all_the_same(county: County) -> None:
    bureau = county.caller("bureau")
    first = bureau.get("/ledger", limit=2).json
    shown = {row["pupil_id"] for row in first["items"]}
    others = {ANNE, BEI, CHUN, DONG} - shown
    county.live(1, *others)
    second = bureau.get("/ledger", limit=2, cursor=first["next"]).json
    assert {row["pupil_id"]: row["away_since"] for row in second["items"]} == dict.fromkeys(others, "2026-09-01")
    assert (second["next"], second["total"]) == (None, 4)


def test_the_entry_of_a_dropout_bears_the_number_of_its_case(week: County) -> None:
    [event] = [event for event in week.events(f"pupil-{ANNE}") if isinstance(event, PupilSuspected)]
    case = case_id(ANNE, event.episode_id)
    week.told(f"case-{case}", CaseNumbered(case_id=case, pupil_id=ANNE, number="2026-0007", dropout_on=SCHOOL_DAYS[6]))
    [row] = week.caller("principal").get("/ledger", ledger="suspected").json["items"]
    assert (row["entry_number"], row["case_id"], row["episode_id"]) == ("2026-0007", case, event.episode_id)


# --- one child --------------------------------------------------------------------------------------------------------


def test_a_childs_page_shows_its_absences_and_contacts(week: County) -> None:
    teacher = week.caller("teacher-7")
    body = {"day": "2026-09-08", "means": "call", "reached": True, "note": WORDS}
    posted = teacher.post(f"/pupils/{ANNE}/contacts", body)
    assert posted.status_code == 201
    page = teacher.get(f"/pupils/{ANNE}")
    assert page.headers["ETag"] == posted.headers["ETag"]
    assert len(page.json["sessions_away"]) == 6
    appoint(week.others, "lead", Role.BUREAU_LEAD, "body-bureau", division="990126")
    week.settle()
    [read] = week.caller("lead").get("/reveal-log", person_id=ANNE).json["items"]
    assert (read["caller"], read["purpose"], read["plain"]) == ("teacher-7", "casework", ["contact_notes"])
    [contact] = page.json["contacts"]
    assert (contact["contact_id"], contact["note"]) == (posted.json["contact_id"], WORDS)
    assert (page.json["contacted_on"], page.json["contact_due_on"], page.json["visit_due_on"]) == ("2026-09-08", None, "2026-09-03")
    for not_a_reader in ("township", "registrar"):
        [told] = week.caller(not_a_reader).get(f"/pupils/{ANNE}").json["contacts"]
        assert told["note"] is None, not_a_reader


def test_what_was_written_about_a_child_is_sealed(week: County) -> None:
    week.caller("teacher-7").post(
        f"/pupils/{ANNE}/contacts", {"day": "2026-09-08", "means": "home_visit", "reached": False, "note": WORDS}
    )
    week.settle()
    for path in week.directory.iterdir():
        assert WORDS.encode() not in path.read_bytes()


def test_a_central_school_answers_for_its_points(county: County) -> None:
    at_point = ClassId("class-of-the-point")
    pupil = msgspec.structs.replace(enrol(PupilId("pupil-p"), at_point, grade=1, division=OTHER_TOWNSHIP), school_id=POINT)
    county.do(OpenClass(class_id=at_point, school_id=POINT, cohort=2026, number=1), pupil)
    assert set(listed(county, "central")) == {"pupil-p", DONG}
    assert {row["class_id"] for row in county.caller("central").get("/classes").json["items"]} == {at_point, THIRD}


def test_another_schools_child_is_not_there(past_week: County) -> None:
    teacher = past_week.caller("teacher-7")
    assert teacher.get(f"/pupils/{DONG}").status_code == 404
    assert teacher.post(f"/pupils/{DONG}:confirm-absence", {"day": "2026-09-08"}).status_code == 404
    assert teacher.get("/pupils/no-such-pupil").status_code == 404


def test_the_teacher_confirms_and_excuses(week: County) -> None:
    teacher = week.caller("teacher-7")
    assert teacher.post(f"/pupils/{ANNE}:confirm-absence", {"day": "2026-09-08"}).json == {
        "pupil_id": ANNE,
        "ledger": "suspected",
    }
    assert teacher.get(f"/pupils/{ANNE}").json["absence_confirmed_on"] == "2026-09-08"
    excused = teacher.post(f"/pupils/{ANNE}:excuse", {"day": "2026-09-08", "kind": "leave", "note": WORDS})
    assert (excused.status_code, excused.json["ledger"]) == (200, "school_age")
    refused = teacher.post(f"/pupils/{BEI}:excuse", {"day": "2026-09-08", "kind": "leave"})
    assert (refused.status_code, refused.json["code"]) == (409, "absence-not-noticed")


def test_only_the_principal_confirms_a_dropout(week: County) -> None:
    body = {"evidence": WORDS}
    assert week.caller("teacher-7").post(f"/pupils/{ANNE}:confirm-dropout", body).status_code == 403
    assert week.caller("principal").post(f"/pupils/{ANNE}:confirm-dropout", {}).status_code == 422
    answer = week.caller("principal").post(f"/pupils/{ANNE}:confirm-dropout", body)
    assert (answer.status_code, answer.json["ledger"]) == (200, "dropout")
    assert week.caller("principal").post(f"/pupils/{BEI}:confirm-dropout", body).json["code"] == "not-suspected"
    [event] = [event for event in week.events(f"pupil-{ANNE}") if isinstance(event, DropoutConfirmed)]
    assert event.evidence is not None
    assert week.service.keyring.open(event.evidence, "dropout/evidence") == WORDS


def test_the_evidence_of_a_confirmed_dropout_is_read_on_the_childs_page_by_those_who_read_notes_and_logged(week: County) -> None:
    appoint(week.others, "lead", Role.BUREAU_LEAD, "body-bureau", division="990126")
    assert week.caller("principal").post(f"/pupils/{ANNE}:confirm-dropout", {"evidence": WORDS}).status_code == 200
    week.settle()
    for reader in ("principal", "teacher-7", "bureau"):
        [evidence] = week.caller(reader).get(f"/pupils/{ANNE}").json["evidence"]
        assert (evidence["act"], evidence["by"], evidence["text"]) == ("DropoutConfirmed", "principal", WORDS), reader
        [read, *_] = week.caller("lead").get("/reveal-log").json["items"]
        assert (read["caller"], read["person_id"], read["purpose"], read["plain"]) == (reader, ANNE, "casework", ["evidence"])
    for not_a_reader in ("registrar", "township"):
        [evidence] = week.caller(not_a_reader).get(f"/pupils/{ANNE}").json["evidence"]
        assert evidence["text"] is None, not_a_reader
    assert week.caller("lead").get("/reveal-log").json["total"] == 3
    assert week.caller("principal").get(f"/pupils/{BEI}").json["evidence"] == []


def test_what_was_written_of_a_child_with_a_restricted_cause_is_read_by_the_bureau_and_those_named_in_its_case_only(
    week: County,
) -> None:
    appoint(week.others, "vice", Role.VICE_PRINCIPAL, JUNIOR, division=TOWNSHIP)
    week.settle()
    principal = week.caller("principal")
    for path, form in (
        (f"/pupils/{ANNE}/contacts", {"day": "2026-09-08", "means": "call", "reached": True, "note": WORDS}),
        (f"/pupils/{ANNE}/reports", {"report": WORDS}),
        (f"/pupils/{ANNE}:confirm-dropout", {"evidence": WORDS}),
    ):
        assert principal.post(path, form).status_code in (200, 201), path
    in_case = {"case_id": CaseId("case-1"), "pupil_id": ANNE}
    week.told("case-1", OfficerNamed(**in_case, line="school", officer_id=OfficerId("principal")))
    assert reads(week, "vice") == [WORDS] * 3
    week.told("case-1", CauseRecorded(**in_case, primary=Cause.EARLY_MARRIAGE))
    week.told("case-1", CauseRecorded(**in_case, primary=Cause.HARDSHIP))
    assert reads(week, "vice") == [None] * 3, "what was written before is still there"
    assert reads(week, "principal") == reads(week, "bureau") == [WORDS] * 3
    week.told("case-1", OfficerNamed(**in_case, line="school", officer_id=OfficerId("vice")))
    assert (reads(week, "vice"), reads(week, "principal")) == ([WORDS] * 3, [None] * 3)
    week.told("case-1", OfficerReleased(**in_case, line="school", officer_id=OfficerId("vice"), until_on=MONDAY))
    assert reads(week, "vice") == [None] * 3


def reads(county: County, officer: str) -> list[str | None]:
    """The note, the report and the evidence about Anne, as an officer is shown them."""
    caller = county.caller(officer)
    page = caller.get(f"/pupils/{ANNE}").json
    [report] = caller.get("/reports", pupil_id=ANNE).json["items"]
    told = caller.get(f"/reports/{report['report_id']}").json["report"]
    return [page["contacts"][0]["note"], told, page["evidence"][0]["text"]]


def test_a_child_that_does_not_register_in_time_is_suspected(county: County) -> None:
    county.advance(at(SCHOOL_DAYS[0], 8))
    registrar = county.caller("registrar")
    expected = {"term": "2026-2", "class_id": EIGHTH, "opened_on": "2026-09-01"}
    for pupil in (ANNE, BEI):
        assert registrar.post(f"/pupils/{pupil}:expect", expected).status_code == 200
    assert registrar.post(f"/pupils/{BEI}:register", {"term": "2026-2"}).status_code == 200
    assert registrar.post(f"/pupils/{CHUN}:register", {"term": "2026-2"}).json["code"] == "not-expected"
    assert registrar.post(f"/pupils/{CHUN}:expect", {**expected, "term": "autumn"}).status_code == 422
    county.advance(at(SCHOOL_DAYS[4], 7))
    seen = {row["pupil_id"]: row for row in county.caller("principal").get("/ledger").json["items"]}
    assert (seen[ANNE]["ledger"], seen[ANNE]["suspected_for"], seen[ANNE]["class_id"]) == ("suspected", "not_registered", EIGHTH)
    assert (seen[BEI]["ledger"], seen[BEI]["enrolment"]) == ("school_age", "enrolled")


def test_a_transfer_is_started_given_up_and_completed(county: County) -> None:
    registrar = county.caller("registrar")
    assert registrar.post(f"/pupils/{ANNE}:start-transfer", {"to_school_id": "nowhere"}).json["code"] == "no-such-school"
    assert registrar.post(f"/pupils/{ANNE}:start-transfer", {"to_school_id": PRIMARY}).status_code == 200
    assert registrar.get(f"/pupils/{ANNE}").json["enrolment"] == "in_transfer"
    assert registrar.post(f"/pupils/{ANNE}:cancel-transfer").status_code == 200
    assert registrar.post(f"/pupils/{ANNE}:start-transfer", {}).status_code == 200
    done = registrar.post(f"/pupils/{ANNE}:complete-transfer", {"evidence": "certificate of 1 September"})
    assert (done.status_code, done.json["ledger"]) == (200, "struck_off")


# --- alarms -----------------------------------------------------------------------------------------------------------


def test_alarms_name_what_waits_for_whom(week: County) -> None:
    week.advance(at(SCHOOL_DAYS[6], 11))
    alarms = week.caller("bureau").get("/alarms").json
    found = {(row["kind"], row["pupil_id"] or row["class_id"], row["since"]) for row in alarms["items"]}
    assert found == {
        ("contact_due", ANNE, "2026-09-01"),
        ("report_due", ANNE, "2026-09-03"),
        ("visit_due", ANNE, "2026-09-03"),
        ("contact_due", CHUN, "2026-09-08"),
        ("absence_unconfirmed", CHUN, "2026-09-08"),
        ("contact_due", DONG, "2026-09-01"),
        ("report_due", DONG, "2026-09-03"),
        ("visit_due", DONG, "2026-09-03"),
        ("roll_call_missing", SEVENTH, "2026-09-09"),
        ("roll_call_missing", EIGHTH, "2026-09-09"),
        ("roll_call_missing", THIRD, "2026-09-09"),
    }
    assert alarms["total"] == len(found)
    assert [row["since"] for row in alarms["items"]] == sorted(row["since"] for row in alarms["items"])


def test_alarms_are_shown_to_those_who_answer_for_them(week: County) -> None:
    week.advance(at(SCHOOL_DAYS[6], 11))
    own = week.caller("teacher-3").get("/alarms", kind="roll_call_missing").json["items"]
    assert [row["class_id"] for row in own] == [THIRD]
    assert week.caller("aid").get("/alarms").status_code == 403


def test_alarms_come_page_by_page(past_week: County) -> None:
    bureau = past_week.caller("bureau")
    seen, cursor = [], None
    for _ in range(8):
        query = {"limit": 1} if cursor is None else {"limit": 1, "cursor": cursor}
        answer = bureau.get("/alarms", **query).json
        seen += [(row["kind"], row["pupil_id"]) for row in answer["items"]]
        cursor = answer["next"]
    assert (len(set(seen)), cursor) == (8, None)


def test_a_line_of_the_ledger_has_the_documented_fields(past_week: County) -> None:
    [row, *_] = past_week.caller("bureau").get("/ledger").json["items"]
    assert set(row) == set(PupilShown().fields)
