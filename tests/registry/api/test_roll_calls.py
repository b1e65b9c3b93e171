"""Calling the roll over HTTP."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from services.contracts.codes import ExcuseKind, Session
from services.contracts.registry import AbsenceExcused, RollCallTaken
from services.registry.adapters.vault import Vault
from services.registry.domain.roll_lookup import PUPIL_ROLL_NUMBER
from services.registry.projections.pupils import PUPIL_ROWS
from tests.registry.county import (
    ANNE,
    BEI,
    CHUN,
    EIGHTH,
    JUNIOR_CODE,
    MONDAY,
    SCHOOL_DAYS,
    SEVENTH,
    THIRD,
    County,
    at,
)

DAY = SCHOOL_DAYS[0]


@pytest.fixture
def morning(county: County) -> County:
    """The first school day, at twenty past eight."""
    county.advance(at(DAY, 8, 20))
    return county


@pytest.fixture(scope="module")
def standing_morning(standing_county: County) -> County:
    """The same morning, on which nothing goes through; Anne and Bei are found by their roll numbers."""
    standing_county.advance(at(DAY, 8, 20))
    standing_county.roll(DAY, ANNE, session=Session.DORMITORY)
    return with_roll_numbers(standing_county)


def a_list(of_class: str = SEVENTH, **named: Any) -> dict[str, Any]:
    return {"class_id": of_class, "day": DAY.isoformat(), "session": "morning", **named}


def correction_of(day: str = DAY.isoformat(), session: str = "morning", of_class: str = SEVENTH) -> str:
    return f"/roll-calls/{of_class}/{day}/{session}:correct"


def test_a_teacher_calls_the_roll_of_the_own_class(morning: County) -> None:
    excused = {"pupil_id": BEI, "kind": "leave", "note": "grandmother's funeral"}
    answer = morning.caller("teacher-7").post("/roll-calls", a_list(absent=[ANNE], excused=[excused]))
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"2"')
    assert answer.json == {
        "class_id": SEVENTH,
        "day": "2026-09-01",
        "session": "morning",
        "absent": 1,
        "excused": 1,
    }
    morning.settle()
    assert morning.happened(ANNE)[-1] == "AbsenceNoticed"
    [excuse] = [event for event in morning.events(f"pupil-{BEI}") if isinstance(event, AbsenceExcused)]
    assert excuse.kind is ExcuseKind.LEAVE
    assert excuse.note is not None
    assert morning.service.keyring.open(excuse.note, "absence/2026-09-01/note") == "grandmother's funeral"


def test_all_present_is_a_list_without_names(morning: County) -> None:
    answer = morning.caller("principal").post("/roll-calls", a_list())
    assert (answer.status_code, answer.json["absent"]) == (201, 0)


def test_a_list_sent_again_is_the_same_list(morning: County) -> None:
    teacher = morning.caller("teacher-7")
    for _ in range(2):
        assert teacher.post("/roll-calls", a_list(absent=[ANNE])).status_code == 201
    taken = [event for event in morning.events(f"class_term-{SEVENTH}:2026-1") if isinstance(event, RollCallTaken)]
    assert len(taken) == 1


def test_another_list_for_the_same_session_is_refused_and_says_how(morning: County) -> None:
    teacher = morning.caller("teacher-7")
    teacher.post("/roll-calls", a_list(absent=[ANNE]))
    answer = teacher.post("/roll-calls", a_list(absent=[BEI]))
    assert (answer.status_code, answer.json["code"]) == (409, "roll-call-differs")


@pytest.mark.parametrize(
    ("named", "status", "code"),
    [
        ({"day": "2026-09-02"}, 409, "day-not-yet-come"),
        ({"day": MONDAY.isoformat().replace("31", "30")}, 409, "not-a-school-day"),
        ({"absent": [CHUN]}, 409, "pupil-not-of-class"),
        ({"absent": [ANNE, ANNE]}, 409, "pupil-named-twice"),
        ({"class_id": "no-such-class"}, 404, "no-such-class"),
        ({"class_id": THIRD}, 404, "no-such-class"),
        ({"session": "evening"}, 422, "form-rejected"),
        ({"day": "1.9.2026"}, 422, "form-rejected"),
        ({"colour": "red"}, 422, "form-rejected"),
    ],
)
def test_a_list_of_another_day_class_or_child_or_out_of_form_is_refused(
    standing_morning: County, named: dict[str, Any], status: int, code: str
) -> None:
    answer = standing_morning.caller("teacher-7").post("/roll-calls", {**a_list(), **named})
    assert (answer.status_code, answer.json["code"]) == (status, code)


@pytest.mark.parametrize("officer", ["township", "aid", "bureau"])
def test_who_does_not_teach_calls_no_roll(standing_morning: County, officer: str) -> None:
    assert standing_morning.caller(officer).post("/roll-calls", a_list()).status_code == 403


def test_a_dormitory_supervisor_calls_the_roll_of_the_dormitory_only(morning: County) -> None:
    dorm = morning.caller("dorm")
    assert dorm.post("/roll-calls", a_list()).status_code == 403
    assert dorm.post("/roll-calls", {**a_list(), "session": "dormitory"}).status_code == 201


def test_a_wrong_mark_is_corrected_by_naming_the_child(morning: County) -> None:
    teacher = morning.caller("teacher-7")
    version = teacher.post("/roll-calls", a_list(absent=[ANNE, BEI])).headers["ETag"]
    morning.settle()
    stale = teacher.post(correction_of(), {"present": [ANNE]}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    answer = teacher.post(correction_of(), {"present": [ANNE]}, headers={"If-Match": version})
    assert (answer.status_code, answer.json["absent"]) == (200, 1)
    morning.settle()
    assert morning.happened(ANNE)[-2:] == ["AbsenceWithdrawn", "AbsenceEnded"]


def test_a_list_that_was_never_taken_cannot_be_corrected(standing_morning: County) -> None:
    answer = standing_morning.caller("teacher-7").post(correction_of(session="afternoon"), {"present": [ANNE]})
    assert (answer.status_code, answer.json["code"]) == (404, "roll-call-not-taken")


@pytest.mark.parametrize("place", [("2026-13-01", "morning"), ("x", "morning"), ("2026-09-01", "evening")])
def test_a_path_that_names_no_session_names_nothing(standing_morning: County, place: tuple[str, str]) -> None:
    day, session = place
    assert standing_morning.caller("teacher-7").post(correction_of(day, session), {"present": [ANNE]}).status_code == 404
    assert standing_morning.caller("teacher-7").get(f"/roll-calls/{SEVENTH}/{day}/{session}").status_code == 404


def test_one_list_is_shown_with_its_version(morning: County) -> None:
    teacher = morning.caller("teacher-7")
    posted = teacher.post("/roll-calls", a_list(absent=[ANNE], excused=[{"pupil_id": BEI, "kind": "leave"}]))
    shown = teacher.get(f"/roll-calls/{SEVENTH}/2026-09-01/morning")
    assert shown.headers["ETag"] == posted.headers["ETag"]
    assert [each["pupil_id"] for each in shown.json["absent"]] == [ANNE]
    assert [(each["pupil_id"], each["kind"]) for each in shown.json["excused"]] == [(BEI, "leave")]
    assert teacher.get(f"/roll-calls/{THIRD}/2026-09-01/morning").status_code == 404
    assert teacher.get(f"/roll-calls/{SEVENTH}/2026-09-01/afternoon").status_code == 404


def test_the_bureau_sees_which_classes_have_sent_nothing(morning: County) -> None:
    morning.caller("teacher-7").post("/roll-calls", a_list())
    bureau = morning.caller("bureau")
    before = {row["class_id"]: row["status"] for row in bureau.get("/roll-calls").json["items"]}
    assert before == {SEVENTH: "taken", EIGHTH: "awaited", THIRD: "awaited"}
    morning.advance(at(DAY, 11))
    after = bureau.get("/roll-calls", status="missing").json
    assert ({row["class_id"] for row in after["items"]}, after["total"]) == ({EIGHTH, THIRD}, 2)
    assert all(row["expected"] for row in after["items"])


def test_everybody_sees_the_own_classes(standing_morning: County) -> None:
    seen = {
        officer: {row["class_id"] for row in standing_morning.caller(officer).get("/classes").json["items"]}
        for officer in ("teacher-7", "principal", "township", "bureau")
    }
    assert seen == {
        "teacher-7": {SEVENTH},
        "principal": {SEVENTH, EIGHTH},
        "township": {SEVENTH, EIGHTH},
        "bureau": {SEVENTH, EIGHTH, THIRD},
    }
    [own] = standing_morning.caller("teacher-7").get("/classes").json["items"]
    assert (own["grade"], own["number"], own["pupils"], own["school_code"]) == (7, 1, 2, JUNIOR_CODE)


def test_what_a_class_is_called_is_told_to_whoever_is_signed_in_and_how_many_are_on_its_roll_is_not(
    standing_morning: County,
) -> None:
    told = standing_morning.caller("teacher-7").get(f"/classes/{EIGHTH}")
    assert (told.status_code, told.json["school_code"], told.json["grade"], told.json["number"]) == (200, JUNIOR_CODE, 8, 1)
    assert "pupils" not in told.json
    assert standing_morning.caller("teacher-7").get("/classes/no-class").status_code == 404


def test_pages_of_classes_follow_one_another(standing_morning: County) -> None:
    bureau = standing_morning.caller("bureau")
    first = bureau.get("/classes", limit=2).json
    second = bureau.get("/classes", limit=2, cursor=first["next"]).json
    assert [len(first["items"]), len(second["items"]), second["next"]] == [2, 1, None]


# --- from a file ------------------------------------------------------------------------------------------------------

HEADER = "日期,学校代码,年级,班号,场次,学籍号,情况"
ANNES, BEIS = "G110105194912310038", "G11010519491231002X"
"""Well-formed roll numbers, invented."""


def with_roll_numbers(county: County) -> County:
    """Anne and Bei are found by their roll numbers."""
    vault = Vault(county.service.engine, county.service.keyring)

    def index(turn: Any) -> None:
        for number, pupil in ((ANNES, ANNE), (BEIS, BEI)):
            vault.index(turn, (PUPIL_ROLL_NUMBER, vault.digest(PUPIL_ROLL_NUMBER, number)), pupil)

    county.service.turns.run(index)
    return county


@pytest.fixture
def numbered(morning: County) -> County:
    """The morning with roll numbers."""
    return with_roll_numbers(morning)


def upload(county: County, *rows: str, officer: str = "principal") -> Any:
    data = "\n".join((HEADER, *rows)).encode()
    answer = county.caller(officer).upload("/roll-calls:import", {"file": (BytesIO(data), "点名.csv")})
    county.settle()
    return answer


def test_a_list_may_come_until_the_fifth_school_day_after_its_own_whatever_weekend_lies_between(county: County) -> None:
    teacher = county.caller("teacher-7")
    county.advance(at(SCHOOL_DAYS[5], 9))
    assert teacher.post("/roll-calls", a_list(absent=[ANNE])).status_code == 201
    county.advance(at(SCHOOL_DAYS[7], 9))
    answer = teacher.post("/roll-calls", a_list(day=SCHOOL_DAYS[1].isoformat()))
    assert (answer.status_code, answer.json["code"]) == (409, "roll-call-too-old")


def test_lists_on_paper_come_as_a_file(numbered: County) -> None:
    rows = (
        f"2026-09-01,{JUNIOR_CODE},7,1,上午,{ANNES},缺勤",
        f"2026-09-01,{JUNIOR_CODE},7,1,上午,{BEIS},病假（有证明）",
        f"2026-09-01,{JUNIOR_CODE},8,1,上午,,全勤",
    )
    answer = upload(numbered, *rows)
    assert (answer.status_code, answer.json) == (201, {"rows": 3, "roll_calls": 2, "taken": 2})
    assert upload(numbered, *rows).json == {"rows": 3, "roll_calls": 2, "taken": 0}
    with numbered.service.turns.open() as turn:
        assert turn.row(PUPIL_ROWS, ANNE).missing_since == DAY
        assert turn.row(PUPIL_ROWS, BEI).missing_since is None


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (f"2026-09-31,{JUNIOR_CODE},7,1,上午,{ANNES},缺勤", "rows.2.日期"),
        (f"2026-09-02,{JUNIOR_CODE},7,1,上午,{ANNES},缺勤", "rows.2.日期"),
        (f"2026-09-01,12,7,1,上午,{ANNES},缺勤", "rows.2.学校代码"),
        (f"2026-09-01,{JUNIOR_CODE},10,1,上午,{ANNES},缺勤", "rows.2.年级"),
        (f"2026-09-01,{JUNIOR_CODE},7,0,上午,{ANNES},缺勤", "rows.2.班号"),
        (f"2026-09-01,{JUNIOR_CODE},7,1,早上,{ANNES},缺勤", "rows.2.场次"),
        (f"2026-09-01,{JUNIOR_CODE},7,1,上午,5.2E+17,缺勤", "rows.2.学籍号"),
        (f"2026-09-01,{JUNIOR_CODE},7,1,上午,,缺勤", "rows.2.学籍号"),
        (f"2026-09-01,{JUNIOR_CODE},7,1,上午,{ANNES},全勤", "rows.2.学籍号"),
        (f"2026-09-01,{JUNIOR_CODE},7,1,上午,J110105194912310046,缺勤", "rows.2.学籍号"),
        (f"2026-09-01,{JUNIOR_CODE},7,1,上午,{ANNES},逃学", "rows.2.情况"),
        (f"2026-08-30,{JUNIOR_CODE},7,1,上午,{ANNES},缺勤", "rows.2"),
        (f"2026-09-01,{JUNIOR_CODE},8,1,上午,{ANNES},缺勤", "rows.2"),
        (f"2026-09-01,{JUNIOR_CODE},7,9,上午,{ANNES},缺勤", "rows.2"),
    ],
)
def test_every_bad_row_is_named_and_never_its_value(standing_morning: County, row: str, field: str) -> None:
    good = f"2026-09-01,{JUNIOR_CODE},8,1,下午,,全勤"
    answer = upload(standing_morning, row, good)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == [field]
    assert ANNES not in answer.get_data(as_text=True)
    assert standing_morning.caller("bureau").get("/roll-calls", session="afternoon", status="taken").json["total"] == 0


def test_a_list_is_either_all_present_or_names_who_was_away(standing_morning: County) -> None:
    rows = (f"2026-09-01,{JUNIOR_CODE},7,1,上午,,全勤", f"2026-09-01,{JUNIOR_CODE},7,1,上午,{ANNES},缺勤")
    answer = upload(standing_morning, *rows)
    assert [each["field"] for each in answer.json["errors"]] == ["rows.3.情况"]


def test_a_file_without_its_columns_is_not_read(standing_morning: County) -> None:
    data = BytesIO("日期,班\n2026-09-01,7\n".encode())
    answer = standing_morning.caller("principal").upload("/roll-calls:import", {"file": (data, "x.csv")})
    assert answer.status_code == 422
    assert "rows.1.学籍号" in [each["field"] for each in answer.json["errors"]]


def test_a_file_is_asked_to_come_again_while_as_many_are_worked_off_as_may_be(standing_morning: County) -> None:
    row = f"2026-09-01,{JUNIOR_CODE},7,1,下午,,全勤"
    with standing_morning.service.uploads.one(), standing_morning.service.uploads.one():
        busy = upload(standing_morning, row)
    assert (busy.status_code, busy.json["code"], busy.headers["Retry-After"]) == (503, "busy", "10")
    assert upload(standing_morning, "no list").status_code == 422, "its place is free again"
    assert upload(standing_morning, "no list").status_code == 422
    assert upload(standing_morning, "no list").status_code == 422


def test_a_teacher_brings_lists_of_the_own_class_only(standing_morning: County) -> None:
    row = f"2026-09-01,{JUNIOR_CODE},8,1,上午,,全勤"
    assert upload(standing_morning, row, officer="teacher-7").status_code == 422
