"""From a file to the roll: accepted whole or not at all, applied once, resumed after a crash, and its rows gone after."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.chassis.envelope import Context
from services.chassis.hands import Hands
from services.chassis.places import UPLOADS_AT_ONCE
from services.chassis.spreadsheets import WorkbookReader
from services.chassis.storage.sqlite import SqliteStore
from services.contracts.ids import school_id
from services.contracts.registry import AgeReviewFellDue, ImportInterrupted, PupilEnrolled, SchoolRegistered
from services.demo.county import generate
from services.registry.adapters.imports import application, staging, tables
from services.registry.adapters.imports import intake as intake_page
from services.registry.adapters.imports.intake import Intake, Upload
from services.registry.domain.pupil import PUPIL
from services.registry.domain.school import SCHOOL
from services.registry.domain.school_rows import ClassRow
from services.registry.storage.vault_tables import STAGED_ROWS
from tests.neighbours import events_of, settle
from tests.registry.offices import Offices
from tests.registry.rosters import (
    OTHER_SCHOOL_CODE,
    SCHOOL_CODE,
    child,
    children,
    roster,
    roster_csv,
    school,
    school_class,
    school_list,
    two_schools,
)

FIRST_DAY = date(2026, 9, 1)
SCHOOL_ROW, CLASS_ROW = school(SCHOOL_CODE), school_class(SCHOOL_CODE, 1, 1)


# --- the straight way ---------------------------------------------------------------------------------------------------


def test_a_school_list_registers_schools_and_classes(tmp_path: Path) -> None:
    offices = Offices(tmp_path, schools=False)
    done = offices.bring("clerk", two_schools(), kind="schools")
    assert (done["status"], done["enrolled"], done["rows"]) == ("completed", 10, 10)
    registered, *reviewed = events_of(offices.service, f"school-{school_id(SCHOOL_CODE)}")
    assert isinstance(registered, SchoolRegistered)
    assert [type(event) for event in reviewed] == [AgeReviewFellDue]
    assert registered.name == "测试小学00"
    assert offices.count("classes") == 8
    offices.close()


def test_a_changed_school_list_changes_only_what_is_new(offices: Offices) -> None:
    codes = (SCHOOL_CODE, OTHER_SCHOOL_CODE)
    schools = [school(SCHOOL_CODE, 学校名称="新名小学"), school(OTHER_SCHOOL_CODE)]
    classes = [school_class(code, grade, number) for code in codes for grade in (4, 5) for number in (1, 2)]
    done = offices.bring("clerk", school_list(schools, [*classes, school_class(SCHOOL_CODE, 6, 1)]), kind="schools")
    assert (done["enrolled"], done["changed"], done["unchanged"]) == (1, 1, 9)


def test_a_roster_puts_children_on_the_roll_and_their_data_into_the_vault(offices: Offices) -> None:
    done = offices.bring("registrar", roster(children(3)))
    assert (done["status"], done["enrolled"], done["warnings"]) == ("completed", 3, 0)
    first, *_ = offices.pupils()
    (enrolled,) = events_of(offices.service, f"pupil-{first}")
    assert isinstance(enrolled, PupilEnrolled)
    assert (enrolled.school_id, enrolled.record_version) == (school_id(SCHOOL_CODE), 1)
    record = offices.vault.people([first])[first]
    assert record.fields["name"] == child(0)["姓名"]
    assert record.fields["address"] == child(0)["现住地址"]
    (mother,) = enrolled.guardians
    assert offices.vault.people([mother.guardian_id])[mother.guardian_id].fields["phone"] == child(0)["监护人1电话"]


def test_the_uploader_is_who_it_was_done_for(offices: Offices) -> None:
    offices.bring("registrar", roster(children(1)))
    (first,) = offices.pupils()
    (envelope,) = offices.service.store.walk([f"pupil-{first}"])
    assert (envelope.actor, envelope.on_behalf_of) == ("service:registry", "registrar")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
def test_a_csv_roster_is_a_roster(offices: Offices, encoding: str) -> None:
    done = offices.bring("registrar", roster_csv([child(1, 姓名="阿依古丽·𬭎")], encoding))
    assert done["status"] == "completed"
    (first,) = offices.pupils()
    assert offices.vault.people([first])[first].fields["name"] == "阿依古丽·𬭎"


def test_a_roster_does_not_overwrite_the_guardian_of_another_schools_child(offices: Offices) -> None:
    one = child(1)
    offices.bring("registrar", roster([one]))
    mothers_columns = {column: one[column] for column in one if column.startswith("监护人1")}
    sibling = {**child(2), **mothers_columns, "监护人1电话": "15499999999"}
    brought = offices.bring("clerk", roster([sibling]), school_code=OTHER_SCHOOL_CODE)
    warned = [rule for _, _, rule, severity in offices.findings(brought["import_id"]) if severity == "warning"]
    assert (len(offices.pupils()), warned) == (2, ["roster.guardian_known_otherwise"])
    with offices.service.turns.open() as turn:
        (mother,) = turn.state(PUPIL, offices.pupils()[0])[0].record.guardians
    assert offices.vault.people([mother.guardian_id])[mother.guardian_id].fields["phone"] == one["监护人1电话"]


def test_siblings_in_two_schools_share_their_guardian(offices: Offices) -> None:
    one = child(1)
    sibling = {**child(2), **{column: one[column] for column in one if column.startswith("监护人1")}}
    offices.bring("clerk", roster([one]))
    offices.bring("clerk", roster([sibling]), school_code=OTHER_SCHOOL_CODE)
    mothers = set()
    for pupil_id in offices.pupils():
        with offices.service.turns.open() as turn:
            mothers |= {ref.guardian_id for ref in turn.state(PUPIL, pupil_id)[0].record.guardians}
    assert len(mothers) == 1
    (mother,) = mothers
    assert offices.vault.children_of([mother]) == {mother: set(offices.pupils())}


def test_what_is_staged_is_gone_afterwards_with_its_key(offices: Offices) -> None:
    offices.bring("registrar", roster(children(3)))
    assert offices.count("staged_rows") == 0
    with offices.service.engine.connect() as connection:
        imports = "SELECT count(*) FROM subject_keys WHERE subject_id IN (SELECT import_id FROM imports)"
        assert connection.exec_driver_sql(imports).scalar_one() == 0


# --- nothing twice ------------------------------------------------------------------------------------------------------


def events_and_fields(offices: Offices) -> tuple[int, int]:
    return offices.count("events"), offices.count("person_fields")


def test_the_same_file_again_answers_the_earlier_import(offices: Offices) -> None:
    first = offices.bring("registrar", roster(children(3)))
    before = events_and_fields(offices)
    again = offices.bring("registrar", roster(children(3)))
    assert (again["import_id"], again["repeated"]) == (first["import_id"], True)
    assert events_and_fields(offices) == before


def test_the_same_rows_in_another_file_change_nothing(offices: Offices) -> None:
    offices.bring("registrar", roster(children(3)))
    _, fields = events_and_fields(offices)
    pupils = offices.pupils()
    again = offices.bring("registrar", roster_csv(children(3)))
    assert (again["status"], again["enrolled"], again["changed"], again["unchanged"]) == ("completed", 0, 0, 3)
    assert offices.pupils() == pupils
    assert offices.count("person_fields") == fields


def test_a_rejected_file_may_come_again_when_what_it_lacked_is_there(offices: Offices) -> None:
    sixth = roster([child(1, 年级="6")])
    rejected = offices.bring("registrar", sixth)
    assert rejected["status"] == "rejected"
    offices.bring("clerk", school_list([school(SCHOOL_CODE)], [school_class(SCHOOL_CODE, 6, 1)]), kind="schools")
    accepted = offices.bring("registrar", sixth)
    assert accepted["status"] == "completed"
    assert accepted["import_id"] != rejected["import_id"]


def test_a_file_uploaded_while_its_first_upload_is_being_decided_is_accepted_once(offices: Offices) -> None:
    reader = WorkbookReader()
    intake = Intake(offices.service.turns, offices.vault, reader, offices.service.uploads)
    context = Context(actor="registrar")
    uploads = [intake.check(Upload("roster", roster(children(2)), SCHOOL_CODE), context) for _ in range(2)]
    answers = []
    for checked in uploads:
        answers.append(offices.service.turns.run(lambda turn, checked=checked: intake.decide(turn, context, checked)))  # type: ignore[misc]  # bound at once
        intake.settle(checked)
    settle(offices.crew)
    reader.close()
    assert [answer["repeated"] for answer in answers] == [False, True]
    assert answers[0]["import_id"] == answers[1]["import_id"]
    assert len(offices.pupils()) == 2
    assert offices.count("staged_rows") == 0


# --- a rehearsal --------------------------------------------------------------------------------------------------------


def test_a_dry_run_says_what_would_change_and_leaves_only_its_log(offices: Offices) -> None:
    offices.bring("registrar", roster(children(2)))
    before = offices.count("person_fields"), offices.pupils(), offices.count("person_index")
    rehearsed = offices.bring("registrar", roster([child(0), child(1, 现住地址="新居"), child(2)]), dry_run="true")
    counts = rehearsed["enrolled"], rehearsed["changed"], rehearsed["unchanged"]
    assert (rehearsed["status"], counts) == ("rehearsed", (1, 1, 1))
    came_to = [("学生名册", 3, "changed"), ("学生名册", 4, "enrolled")]
    assert [(each["sheet"], each["row"], each["verdict"]) for each in rehearsed["changes"]] == came_to
    assert (offices.count("person_fields"), offices.pupils(), offices.count("person_index")) == before
    assert offices.count("staged_rows") == 0


def test_a_dry_run_of_a_file_that_was_imported_says_as_the_import_does_that_nothing_would_change(offices: Offices) -> None:
    first = offices.bring("registrar", roster(children(2)))
    offices.bring("registrar", roster([child(0), child(1, 现住地址="新居")]))
    rehearsed = offices.bring("registrar", roster(children(2)), dry_run="true")
    assert (rehearsed["repeated"], rehearsed["import_id"], rehearsed["status"]) == (True, first["import_id"], "completed")
    forced = offices.bring("registrar", roster(children(2)), dry_run="true", again="true")
    assert (forced["repeated"], forced["status"], forced["changed"]) == (False, "rehearsed", 1)


def test_only_a_dry_run_is_done_again(offices: Offices) -> None:
    refused = offices.upload("registrar", roster(children(1)), kind="roster", school_code=SCHOOL_CODE, again="true")
    assert (refused.status_code, [each["field"] for each in refused.json["errors"]]) == (422, ["again"])


def test_a_dry_run_names_what_is_wrong_and_may_be_followed_by_the_import(offices: Offices) -> None:
    rehearsed = offices.bring("registrar", roster([child(0, 姓名="")]), dry_run="true")
    assert (rehearsed["status"], rehearsed["errors"]) == ("rehearsed", 1)
    assert offices.findings(rehearsed["import_id"]) == [(2, "姓名", "name.empty", "error")]
    offices.bring("registrar", roster(children(1)), dry_run="true")
    assert offices.bring("registrar", roster(children(1)))["status"] == "completed"


def test_a_dry_run_of_a_school_list_registers_nothing(offices: Offices) -> None:
    listed = school_list([school("2199012605")], [school_class("2199012605", 1, 1)])
    rehearsed = offices.bring("clerk", listed, kind="schools", dry_run="true")
    assert (rehearsed["status"], rehearsed["enrolled"]) == ("rehearsed", 2)
    assert [(each["sheet"], each["row"]) for each in rehearsed["changes"]] == [("学校", 2), ("班级", 2)]
    with offices.service.turns.open() as turn:
        assert not turn.state(SCHOOL, school_id("2199012605"))[0].school_id


# --- all or nothing -----------------------------------------------------------------------------------------------------


def test_one_bad_row_rejects_the_file_and_every_bad_row_is_named(offices: Offices) -> None:
    rows = children(120)
    rows[7]["姓名"] = ""
    rows[110] = {**rows[110], "现住区划": "99"}
    done = offices.bring("registrar", roster(rows))
    assert (done["status"], done["rows"], done["errors"]) == ("rejected", 120, 2)
    assert offices.findings(done["import_id"]) == [
        (9, "姓名", "name.empty", "error"),
        (112, "现住区划", "division_code.form", "error"),
    ]
    assert offices.pupils() == []
    assert offices.count("staged_rows") == offices.count("person_fields") == 0


def test_rows_sealed_aside_in_the_meantime_go_with_a_rejected_file(offices: Offices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "ROWS_HELD", 10)
    rows = children(130)
    rows[129]["姓名"] = ""
    done = offices.bring("registrar", roster(rows))
    assert done["status"] == "rejected"
    assert offices.count("staged_rows") == 0
    assert offices.bring("registrar", roster(children(130)))["enrolled"] == 130
    assert offices.count("staged_rows") == 0


def test_the_planted_faults_of_the_demo_county_are_found_each_and_no_other(tmp_path: Path) -> None:
    county = generate(tmp_path / "county", seed=1, pupils=60, first_day=FIRST_DAY)
    planted = json.loads(county.truth.read_text())["broken"]
    (tmp_path / "data").mkdir()
    offices = Offices(tmp_path / "data", schools=False)
    offices.bring("clerk", county.schools.read_bytes(), kind="schools")
    wanted = {(each["row"], each["column"], each["rule"], "warning" if each["warning"] else "error") for each in planted["faults"]}
    for path in county.broken:
        done = offices.bring("clerk", path.read_bytes(), school_code=planted["school_code"])
        assert done["status"] == "rejected"
        assert set(offices.findings(done["import_id"])) == wanted
    offices.close()


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        pytest.param(
            [child(1), child(1)],
            {(3, "学籍号", "roster.duplicate_roll_number"), (3, "证件号码", "roster.duplicate_id_number")},
            id="a child twice",
        ),
        pytest.param(
            [{**child(1), "姓名": ""}, {**child(2), "学籍号": child(1)["学籍号"]}],
            {(2, "姓名", "name.empty"), (3, "学籍号", "roster.duplicate_roll_number")},
            id="twice, though the first is bad",
        ),
        pytest.param(
            [child(1, 学籍号="", 证件类型="无", 证件号码="")] * 2,
            {(3, "姓名", "roster.duplicate_child")},
            id="a child without numbers twice",
        ),
        pytest.param([child(1, 班号="9")], {(2, "班号", "roster.unknown_class")}, id="no such class"),
        pytest.param([], {(2, "", "roster.no_rows")}, id="headers only"),
    ],
)
def test_what_only_shows_beside_other_rows_is_found(offices: Offices, rows: list[Any], found: set[tuple[int, str, str]]) -> None:
    done = offices.bring("registrar", roster(rows))
    assert done["status"] == "rejected"
    assert {each[:3] for each in offices.findings(done["import_id"]) if each[3] == "error"} == found


def test_a_broken_header_is_named_column_by_column_and_no_row_is_read(offices: Offices) -> None:
    headers = ["学籍号", "姓名", "姓名", "张三", *list(child(0))[2:-1]]
    done = offices.bring("registrar", roster([{**child(0), "张三": "x"}], headers))
    assert offices.findings(done["import_id"]) == [
        (1, "姓名", "roster.column_twice", "error"),
        (1, "D", "roster.column_unknown", "error"),
        (1, "实际照料人", "roster.column_missing", "error"),
    ]


def test_a_child_on_another_schools_roll_is_named_with_the_hint_to_transfer(offices: Offices) -> None:
    offices.bring("clerk", roster([child(1)]), school_code=OTHER_SCHOOL_CODE)
    done = offices.bring("registrar", roster([child(0), child(1)]))
    assert done["status"] == "rejected"
    listed = offices.get("registrar", f"/imports/{done['import_id']}/errors").json or {}
    (found,) = listed["items"]
    assert (found["row"], found["column"], found["rule"]) == (3, "证件号码", "roster.at_another_school")
    assert "转" in found["accepted"] or "transfer" in found["accepted"]


def test_a_child_in_another_schools_accepted_file_is_named_before_either_is_applied(offices: Offices) -> None:
    assert offices.upload("clerk", roster([child(1)]), kind="roster", school_code=OTHER_SCHOOL_CODE).status_code == 201
    answer = offices.upload("registrar", roster([child(1)]), kind="roster", school_code=SCHOOL_CODE).json or {}
    assert answer["status"] == "rejected"
    assert [each[2] for each in offices.findings(answer["import_id"])] == ["roster.being_imported_elsewhere"]


def test_a_row_that_is_overtaken_after_its_check_is_left_out_and_reported(offices: Offices) -> None:
    accepted = offices.upload("registrar", roster(children(2)), kind="roster", school_code=SCHOOL_CODE).json or {}
    held = offices.service.store.pending_work("9999", 10)
    with offices.service.engine.connect() as connection:
        waiting = connection.execute(STAGED_ROWS.select()).all()
    # in the meantime child 1 comes onto the other school's roll, past the check of files that wait
    with offices.service.store.exclusive() as writer:
        writer.execute("UPDATE staged_rows SET id_digest = NULL, roll_digest = NULL")
    answer = offices.upload("clerk", roster([child(1)]), kind="roster", school_code=OTHER_SCHOOL_CODE).json or {}
    assert (len(held), len(waiting), answer["status"]) == (1, 2, "accepted")
    late = [piece for piece in offices.service.store.pending_work("9999", 10) if piece not in held]
    offices.crew.worker._do(late[0])
    settle(offices.crew)
    done = offices.get("registrar", f"/imports/{accepted['import_id']}").json or {}
    assert (done["status"], done["enrolled"], done["refused"]) == ("completed_with_refusals", 1, 1)
    again = offices.upload("registrar", roster(children(2)), kind="roster", school_code=SCHOOL_CODE).json or {}
    assert (again["repeated"], again["status"], again["refused"]) == (True, "completed_with_refusals", 1)
    assert offices.count("staged_rows") == 0
    assert offices.findings(accepted["import_id"]) == [(3, "证件号码", "roster.at_another_school", "error")]


@pytest.mark.parametrize(
    ("schools", "classes", "found"),
    [
        ([SCHOOL_ROW, SCHOOL_ROW], [CLASS_ROW], (3, "学校代码", "schools.duplicate_school")),
        ([SCHOOL_ROW], [CLASS_ROW, CLASS_ROW], (3, "班号", "schools.duplicate_class")),
        ([SCHOOL_ROW], [school_class("2199012699", 1, 1)], (2, "学校代码", "schools.school_unknown")),
        ([{**SCHOOL_ROW, "中心校代码": "2199012699"}], [CLASS_ROW], (2, "中心校代码", "schools.central_school_unknown")),
        ([], [CLASS_ROW], (2, "", "roster.no_rows")),
    ],
)
def test_what_is_wrong_with_a_school_list_is_found(
    offices: Offices, schools: Any, classes: Any, found: tuple[int, str, str]
) -> None:
    done = offices.bring("clerk", school_list(schools, classes), kind="schools")
    assert done["status"] == "rejected"
    assert [each[:3] for each in offices.findings(done["import_id"])] == [found]


# --- interrupted --------------------------------------------------------------------------------------------------------


def test_an_import_goes_on_where_a_crash_has_left_it(offices: Offices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "ROWS_A_CHUNK", 10)
    accepted = offices.upload("registrar", roster(children(35)), kind="roster", school_code=SCHOOL_CODE).json or {}
    (piece,) = offices.service.store.pending_work("9999", 10)
    offices.crew.worker._do(piece)  # the first chunk
    (piece,) = offices.service.store.pending_work("9999", 10)
    call = offices.service.model.outside_call_of[piece.kind]
    envelope = offices.crew.worker._event(piece)
    started = "UPDATE work SET state = 'started', attempts = 1"
    with offices.service.store.exclusive() as writer:
        writer.execute(started)
    list(call.call(offices.service.model.catalogue.decode(envelope), envelope))  # the second, and then the process dies
    assert len(offices.pupils()) == 20
    offices.service.store.close()
    offices.open()
    settle(offices.crew)
    done = offices.get("registrar", f"/imports/{accepted['import_id']}").json or {}
    assert (done["status"], done["enrolled"], done["chunks_applied"]) == ("completed", 35, 4)
    assert len(set(offices.pupils())) == len(offices.pupils()) == 35
    assert offices.count("staged_rows") == 0


def test_what_cannot_be_applied_waits_for_a_person_and_is_resumed(offices: Offices, monkeypatch: pytest.MonkeyPatch) -> None:
    accepted = offices.upload("registrar", roster(children(2)), kind="roster", school_code=SCHOOL_CODE).json or {}
    path = f"/imports/{accepted['import_id']}"

    def broken(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(application, "put_on_roll", broken)
        for _ in range(10):
            settle(offices.crew)
            due = offices.service.store.next_due()
            if due is not None:
                offices.clock.instant = max(offices.clock.instant, offices.clock.instant.fromisoformat(due))
    assert (offices.get("registrar", path).json or {})["status"] == "interrupted"
    assert isinstance(events_of(offices.service, f"import-{accepted['import_id']}")[-1], ImportInterrupted)
    refused = offices.post("other-registrar", f"{path}:resume", {}, **{"Idempotency-Key": "resume-0"})
    assert refused.status_code == 404
    resumed = offices.post("registrar", f"{path}:resume", {}, **{"Idempotency-Key": "resume-1"})
    assert (resumed.status_code, (resumed.json or {})["status"]) == (200, "accepted")
    settle(offices.crew)
    assert (offices.get("registrar", path).json or {})["status"] == "completed"
    assert len(offices.pupils()) == 2
    again = offices.post("registrar", f"{path}:resume", {}, **{"Idempotency-Key": "resume-2"})
    assert (again.status_code, (again.json or {})["code"]) == (409, "import-not-interrupted")


def left_behind(offices: Offices, *seconds_ago: float) -> list[str]:
    """The ids of uploads that ended in their check, so long ago."""
    begun = [int((time.time() - seconds) * 1000) for seconds in seconds_ago]
    ids = [str(UUID(int=(milliseconds << 80) | (7 << 76) | (2 << 62) | 1)) for milliseconds in begun]
    for import_id in ids:
        staged = staging.Staging(offices.service.turns, import_id, school_id(SCHOOL_CODE))  # type: ignore[arg-type]  # an id
        staged.add(ClassRow(2, school_id(SCHOOL_CODE), "class", 2023, 1))  # type: ignore[arg-type]  # an id
        offices.service.turns.run(staged.seal)
    return ids


def staged_imports(offices: Offices) -> list[str]:
    with offices.service.engine.connect() as connection:
        return list(connection.execute(STAGED_ROWS.select()).scalars().all())


def test_rows_that_an_upload_left_behind_are_deleted_at_the_next_start(offices: Offices) -> None:
    left_behind(offices, 7_200, 60)
    offices.close()
    offices.open()
    assert staged_imports(offices) == []


def test_what_another_process_is_checking_is_left_to_it_at_the_start_of_one_that_shares_the_data(
    offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = left_behind(offices, 7_200, 60)
    monkeypatch.setattr(SqliteStore, "shared", True)
    offices.close()
    offices.open()
    assert sorted(staged_imports(offices)) == sorted(ids)


def test_rows_that_an_upload_left_behind_an_hour_ago_are_deleted_while_the_house_runs(offices: Offices) -> None:
    _, young = left_behind(offices, 7_200, 60)
    hands = Hands(offices.crew)
    hands._timers_step()
    assert staged_imports(offices) == [young]


# --- the demo county ----------------------------------------------------------------------------------------------------


def test_every_roster_of_the_demo_county_is_accepted_and_a_second_import_changes_nothing(tmp_path: Path) -> None:
    county = generate(tmp_path / "county", seed=3, pupils=120, first_day=FIRST_DAY)
    (tmp_path / "data").mkdir()
    offices = Offices(tmp_path / "data", schools=False)
    offices.bring("clerk", county.schools.read_bytes(), kind="schools")
    for path in county.rosters:
        assert offices.bring("clerk", path.read_bytes(), school_code=path.stem)["status"] == "completed"
    assert len(set(offices.pupils())) == 120
    rehearsals = [
        offices.bring("clerk", path.read_bytes(), school_code=path.stem, dry_run="true", again="true") for path in county.rosters
    ]
    assert sum(each["unchanged"] for each in rehearsals) == 120
    with offices.service.engine.connect() as connection:
        opened = connection.exec_driver_sql("SELECT count(*) FROM events WHERE type = 'registry.ClassOpened'").scalar_one()
    assert opened == offices.count("classes")
    offices.close()


# --- what a file may ask of the house -------------------------------------------------------------------------------------


def test_a_file_of_nothing_but_errors_is_checked_until_the_report_is_full(
    offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_page, "FINDINGS_KEPT", 5)
    done = offices.bring("registrar", roster([{**child(order), "姓名": ""} for order in range(20)]))
    assert (done["status"], done["rows"], done["errors"]) == ("rejected", 5, 6)
    assert offices.findings(done["import_id"])[-1] == (6, "", "roster.check_stopped", "error")


def test_a_list_longer_than_any_school_is_refused_with_the_number_of_rows_that_it_may_have(
    offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "ROWS_AT_MOST", 3)
    answer = offices.upload("registrar", roster(children(4)), kind="roster", school_code=SCHOOL_CODE)
    assert (answer.status_code, (answer.json or {})["code"]) == (422, "file-too-large")
    assert " 3 rows" in (answer.json or {})["detail"] or "最多3行" in (answer.json or {})["detail"]


def test_who_brings_a_file_while_as_many_are_checked_as_may_be_is_asked_to_come_again(
    offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work: list[bytes] = []
    answers: list[Any] = []
    table_rows = tables.table_rows

    def meanwhile(data: bytes, *rest: Any) -> Any:
        at_work.append(data)
        if len(at_work) <= UPLOADS_AT_ONCE:
            answers.append(offices.upload("registrar", data, kind="roster", school_code=SCHOOL_CODE, dry_run="true"))
        return table_rows(data, *rest)

    monkeypatch.setattr(intake_page, "table_rows", meanwhile)
    answers.append(offices.upload("registrar", roster(children(1)), kind="roster", school_code=SCHOOL_CODE, dry_run="true"))
    assert [answer.status_code for answer in answers] == [503, 201, 201]
    assert (answers[0].mimetype, answers[0].headers["Retry-After"]) == ("application/problem+json", "10")
    assert offices.bring("registrar", roster(children(1)))["status"] == "completed"
