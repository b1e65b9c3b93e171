"""What a county official reads: names in place of codes, Chinese beside English, in a terminal of a hundred columns."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

import msgspec
import pytest
from rich.cells import cell_len

from services.chassis.findings import Finding, Report, Wrong
from services.cli import reach, show
from services.cli.show.chain import trace
from services.cli.show.operation import WRONG, verified
from services.cli.show.tables import CONSOLE, facts, table
from services.contracts.labels.states import ALARMS
from services.deployed import doctor
from services.deployed.doctor.certificates import SHOW_IT
from services.deployed.doctor.databases import GET_THE_NEWER_IMAGE
from services.deployed.doctor.findings import warning
from services.deployed.doctor.outside import NAME_IT
from tests.cli.conftest import fuxue, kept_open

CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
"""Words that people do not write."""

TEACHER = "homeroom.3157126100.9.1"
COLUMNS = 100


@pytest.fixture(autouse=True)
def _a_terminal_of_a_hundred_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CONSOLE, "width", COLUMNS)


@pytest.fixture(scope="module")
def played(played: Path) -> Iterator[Path]:
    """The county, whose house each command finds open."""
    with kept_open(played):
        yield played


def shown(data: Path, *words: str, exit_code: int = 0) -> str:
    result = fuxue(data, *words)
    assert result.exit_code == exit_code, result.output
    return result.output


def roster(data: Path) -> str:
    return str(data / "county" / "rosters" / "2157126100.xlsx")


def broken_roster(data: Path) -> str:
    return str(data / "county" / "broken" / "roster-with-errors.xlsx")


PAGES = {
    "summary": lambda data: shown(data, "summary"),
    "ledger": lambda data: shown(data, "ledger", "--ledger", "dropout"),
    "ledger_suspected": lambda data: shown(data, "ledger", "--ledger", "suspected"),
    "case_closed": lambda data: shown(data, "case", "C2026-0001"),
    "case_open": lambda data: shown(data, "case", "C2026-0003"),
    "trace": lambda data: shown(data, "trace", "C2026-0001"),
    "trace_en": lambda data: shown(data, "--lang", "en", "trace", "C2026-0001"),
    "verify": lambda data: shown(data, "verify"),
    "parked": lambda data: shown(data, "parked", "list"),
    "roster": lambda data: shown(data, "import", "roster", roster(data), "--dry-run", "--as", "bureau_clerk"),
    "broken": lambda data: shown(
        data, "import", "roster", broken_roster(data), "--school", "2157126100", "--dry-run", "--as", "bureau_clerk", exit_code=1
    ),
}


@pytest.mark.parametrize("page", PAGES)
def test_no_page_shows_a_code_or_is_wider_than_the_terminal(played: Path, page: str) -> None:
    text = PAGES[page](played)
    assert CODE.findall(text) == []
    assert "{" not in text
    assert max(map(cell_len, text.splitlines())) <= COLUMNS


@pytest.mark.parametrize("page", ["summary", "ledger", "ledger_suspected", "verify", "parked"])
def test_the_pages_of_every_day_fit_into_a_terminal_of_eighty_columns(
    played: Path, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CONSOLE, "width", 80)
    lines = PAGES[page](played).splitlines()
    assert max(map(cell_len, lines)) <= 80
    assert {line.rstrip()[-1] for line in lines if line.startswith(("│", "┃"))} <= {*"│┃┘┤"}


def test_the_names_of_services_stay_whole_in_a_narrow_terminal(played: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CONSOLE, "width", 80)
    text = PAGES["verify"](played)
    for name in ("identity", "registry", "casework", "assistance", "notifications", "oversight"):
        assert f"│ {name} " in text


def test_a_suspected_child_whose_case_has_no_number_yet_is_opened_by_what_the_ledger_shows(
    played: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CONSOLE, "width", 80)
    listed = json.loads(shown(played, "ledger", "--ledger", "suspected", "--json"))["items"]
    ids = re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", PAGES["ledger_suspected"](played))
    assert ids
    assert ids == [item["case_id"] for item in listed if item["entry_number"] is None]
    assert "个案 case" in shown(played, "case", ids[0])
    assert ids[0] in shown(played, "trace", ids[0])
    assert "case id" not in PAGES["ledger"](played)


def test_of_a_child_that_is_back_the_ledger_tells_the_day_of_its_return_and_no_earlier_one(played: Path) -> None:
    listed = json.loads(shown(played, "ledger", "--ledger", "dropout", "--json"))
    back = [item for item in listed["items"] if item["returned_on"] and not item["missing_since"]]
    assert back
    assert all(item["last_attended_on"] for item in back)
    with CONSOLE.capture() as page:
        show.ledger({**listed, "items": back})
    assert "attended" not in page.get()
    for item in back:
        assert f"返校 returned {item['returned_on']}" in page.get()


def test_the_ledger_goes_on_behind_a_page_as_its_foot_says_or_to_its_end(played: Path) -> None:
    whole = json.loads(shown(played, "ledger", "--all", "--json"))
    assert whole["next"] is None
    assert len(whole["items"]) == whole["total"] > 20
    first = shown(played, "ledger", "--limit", "20")
    (cursor,) = re.findall(r"^--after (\S+)$", first, re.MULTILINE)
    second = json.loads(shown(played, "ledger", "--limit", "20", "--after", cursor, "--json"))
    in_pages = sorted(whole["items"], key=itemgetter("school_id", "class_id", "pupil_id"))
    assert second["items"] == in_pages[20:40]
    assert "--after" not in shown(played, "ledger", "--all")


def test_a_ledger_that_is_shown_whole_has_the_longest_missing_first_and_a_page_says_that_it_has_not(played: Path) -> None:
    for asked in (("--all",), ("--ledger", "dropout")):
        items = json.loads(shown(played, "ledger", *asked, "--json"))["items"]
        away = [item["away_since"] for item in items if item["away_since"]]
        assert len(set(away)) > 1
        assert [item["away_since"] for item in items] == sorted(away) + [None] * (len(items) - len(away))
        assert "次序：缺课最久的在前" in shown(played, "ledger", *asked)
    assert "次序：按学校、班级" in shown(played, "ledger", "--limit", "20")


def test_a_list_longer_than_a_page_is_read_to_its_end(played: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "MOST_A_PAGE", 7)
    whole = json.loads(shown(played, "ledger", "--all", "--json"))
    assert len({item["pupil_id"] for item in whole["items"]}) == whole["total"] > 14


def test_whose_case_is_closed_and_who_left_the_ledgers_are_told_by_different_words(played: Path) -> None:
    text = shown(played, "summary")
    assert "已离开台账 left the ledgers" in text
    assert re.search(r"已销号 +struck off", text) is None
    assert "与已销号的个案不是同一个数" in text


def test_body_and_role_stand_apart_in_a_trace(played: Path) -> None:
    assert re.search(r"学校·(?:\n[│ ]*)?班主任", shown(played, "trace", "C2026-0003"))


def test_a_case_names_the_childs_school_and_class_as_the_ledger_does(played: Path) -> None:
    (listed,) = (
        each
        for each in json.loads(shown(played, "ledger", "--ledger", "dropout", "--all", "--json"))["items"]
        if each["entry_number"] == "C2026-0003"
    )
    head = shown(played, "case", "C2026-0003").partition("包保责任人")[0]
    assert re.search(rf"学校 school +│ {listed['school_name']} ", head)
    assert re.search(rf"年级 grade +│ {listed['grade']} ", head)
    assert re.search(rf"班级 class +│ {listed['class_number']} ", head)


CLOSING = ("casework.ClosingProposed", "casework.ClosingConfirmed", "casework.ClosingSentBack", "casework.CaseClosed")


@pytest.mark.parametrize("login", ["bureau_lead", "homeroom.2157126100.4.1"])
def test_a_case_says_who_proposed_confirmed_and_approved_its_closing_as_the_trace_does(played: Path, login: str) -> None:
    chain = json.loads(shown(played, "trace", "C2026-0001", "--json"))["items"]
    told = [step["who"]["name"] for step in chain if step["type"] in CLOSING]
    assert len({*told}) == 3
    _, closing = shown(played, "case", "C2026-0001", "--as", login).split("销号 closing")
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in closing.splitlines() if re.match("│ 2", line)]
    assert [who for _, _, who, _ in rows] == told
    assert all(post for *_, post in rows)
    [principal] = {step["on_behalf_of"]["name"] for step in chain if step["type"] in CLOSING and step["on_behalf_of"]}
    assert f"代 for {principal}" in closing


def test_a_case_is_found_by_its_number_in_small_letters(played: Path) -> None:
    assert "C2026-0003" in shown(played, "case", "c2026-0003")
    assert "C2026-0003" in shown(played, "trace", "c2026-0003")


def test_the_refusal_of_an_act_says_how_it_is_read_in_the_other_language(played: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUXUE_PASSWORD", "not the password")
    assert "In English: fuxue --lang en" in shown(played, "summary", exit_code=1)
    assert "中文：fuxue --lang zh" in shown(played, "--lang", "en", "summary", exit_code=1)
    monkeypatch.delenv("FUXUE_PASSWORD")
    assert "In English: fuxue --lang en" in PAGES["broken"](played)
    assert "--lang en" not in shown(played, "case", "C1999-0001", exit_code=1), "a refused question is in both languages"


def test_a_file_of_another_kind_is_refused_once_a_row_and_not_once_a_column(played: Path, tmp_path: Path) -> None:
    told = shown(played, "import", "rollcall", str(played / "county" / "bodies.csv"), "--as", TEACHER, exit_code=1)
    assert told.count("缺少这一列") == 1
    assert "第 1 行 row, 日期、学校代码、年级" in told
    no_table = tmp_path / "words.xlsx"
    no_table.write_text("words")
    told = shown(played, "import", "schools", str(no_table), "--as", "bureau_clerk", exit_code=1)
    assert told.count("不是.xlsx文件") == 1


def test_a_number_stays_whole_in_a_narrow_terminal(played: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CONSOLE, "width", 80)
    assert len(re.findall(r"C2026-\d{4} ", shown(played, "ledger", "--ledger", "dropout"))) > 3


def test_no_english_word_of_a_case_or_a_ledger_is_broken_over_two_lines(
    played: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = [json.loads(shown(played, "case", number, "--json")) for number in ("C2026-0003", "C2026-0007")]
    listed = json.loads(shown(played, "ledger", "--json"))

    def words(columns: int) -> set[str]:
        monkeypatch.setattr(CONSOLE, "width", columns)
        for each in cases:
            show.case(each)
        show.ledger(listed)
        return set(re.findall(r"[A-Za-z]{3,}", capsys.readouterr().out))

    whole = words(4000)
    assert len(whole) > 50
    assert words(80) <= whole
    assert words(120) <= whole


def test_a_column_in_which_nothing_stands_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    made = table("", (("编号", "number"), ("期限", "due")), [("1", None), ("2", "")])
    assert [column.header for column in made.columns] == ["编号\nnumber"]
    assert len(table("", (("编号", "number"), ("期限", "due")), []).columns) == 2


def test_what_people_wrote_is_shown_as_they_wrote_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CONSOLE, "width", 400)
    written = "[red]下周[/] :smile: [link=http://elsewhere.example]再去[/link] [conceal]不见[/conceal]"
    who = {"name": written, "officer_id": "o1", "offices": [], "service": None}
    event = {"depth": 0, "service": "casework", "who": who, "occurred_at": "2026-10-19T00:00:00Z", "event_id": "e1", "zh": written}
    answer = {"reference": written, "items": [event], "restricted": False, "truncated": False}
    with CONSOLE.capture() as told:
        CONSOLE.print(table(written, [("经过", "story")], [(written,)]))
        CONSOLE.print(facts(written, [(("经过", "story"), written)]))
        trace(answer, "zh", ids=True)
    assert told.get().count(written) == 2 + 2 + 3


def test_the_duties_that_a_department_declined_are_counted_apart(played: Path) -> None:
    counted = json.loads(shown(played, "summary", "--json"))["duties"]
    assert sum(each["declined"] for each in counted) > 0
    assert "不属其职责" in shown(played, "summary")


def test_the_ledger_tells_since_when_a_child_is_missing_and_how_long_now(played: Path) -> None:
    listed = json.loads(shown(played, "ledger", "--ledger", "dropout", "--json"))["items"]
    missing = next(item for item in listed if item["missing_since"] and item["last_attended_on"])
    page = shown(played, "ledger", "--ledger", "dropout")
    line = next(line for line in page.splitlines() if missing["entry_number"] in line)
    assert missing["school_days_missing"] > missing["absent_days"]
    for told in ("missing_since", "last_attended_on", "school_days_missing"):
        assert f" {missing[told]} " in line


def test_the_summary_has_a_section_for_all_that_an_official_asks(played: Path) -> None:
    text = shown(played, "summary")
    for section in ("台账 ledgers", "比率 rates", "个案 cases", "销号结果 outcomes", "按原因", "按年级", "按乡镇"):
        assert section in text
    for section in ("部门协办 duties", "资助 aid", "短信 texts", "未处理预警 open alarms"):
        assert section in text
    for line in ("适龄儿童台账 school age", "劝返中 being persuaded", "外出务工/童工 work or child labour", "公安 public security"):
        assert line in text
    rates = json.loads(shown(played, "summary", "--json"))["rates"]
    assert re.search(rf"辍学率 dropout rate +│ +{rates['dropout_rate']:.2%}", text)


def test_the_summary_as_json_has_codes_and_what_the_text_shows(played: Path) -> None:
    answer = json.loads(shown(played, "summary", "--json"))
    assert set(answer["alarms"]) == set(ALARMS)
    assert sum(answer["stages"].values()) == sum(answer["cases"].values())
    assert {item["key"] for item in answer["distribution"]["cause"]} >= {"labour", "lost_contact"}


def test_a_case_names_its_officers_plan_visits_duties_and_follow_ups(played: Path) -> None:
    cases = (json.loads(shown(played, "case", f"C2026-{number:04d}", "--json")) for number in range(1, 10))
    learning = next(case["number"] for case in cases if case["primary_cause"] == "learning" and case["returned_on"])
    text = shown(played, "case", learning)
    for told in (
        "班级 class",
        "一对一辅导",
        "individual tutoring",
        "同意返校",
        "will return",
        "学校家访",
        "已家访",
        "出勤 attendance",
    ):
        assert told in text


def test_a_trace_shows_ids_only_to_who_asks_for_them(played: Path) -> None:
    items = json.loads(shown(played, "trace", "C2026-0001", "--json"))["items"]
    an_id = next(item["event_id"] for item in items if item["type"] == "registry.RollCallTaken")
    assert an_id not in shown(played, "trace", "C2026-0001")
    assert an_id in shown(played, "trace", "C2026-0001", "--ids").replace("\n", "")
    assert "点名" in shown(played, "trace", an_id)


def test_what_is_wrong_with_several_columns_alike_is_said_once(played: Path) -> None:
    not_a_roster = str(played / "county" / "bodies.csv")
    text = shown(
        played, "import", "roster", not_a_roster, "--school", "2157126100", "--dry-run", "--as", "bureau_clerk", exit_code=1
    )
    assert text.count("缺少这一列") == 1


def test_a_roster_whose_file_names_no_school_asks_for_the_school(played: Path) -> None:
    assert "--school" in shown(played, "import", "roster", broken_roster(played), "--as", "bureau_clerk", exit_code=2)


def test_a_refusal_names_the_officer_for_whom_one_acts(played: Path) -> None:
    text = shown(played, "import", "roster", roster(played), exit_code=1)
    assert "You act for bureau_lead; choose another officer with --as." in text


def test_a_file_of_roll_calls_is_refused_by_row_and_column(played: Path, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("日期,学校代码,年级,班号,场次,学籍号,情况\n2026-10-20,3157126100,9,1,早上,,全勤\n", encoding="utf-8")
    told = shown(played, "import", "rollcall", str(file), "--as", TEACHER, exit_code=1)
    assert "第 2 行 row, 场次" in told
    assert "可用：上午、下午、宿舍、返校" in told
    assert "fuxue template rollcall" in told
    file.write_text("日期,学校代码,年级,班号,场次,学籍号,情况\n2026-10-20,3157126100,9,1,上午,,全勤\n", encoding="utf-8")
    assert "点名次数 roll calls" in shown(played, "import", "rollcall", str(file), "--as", TEACHER)


def test_a_dry_run_of_an_imported_file_says_when_it_was_imported_and_that_nothing_would_change(played: Path) -> None:
    asked = ("import", "roster", roster(played), "--as", "bureau_clerk")
    for told in (shown(played, *asked, "--dry-run"), shown(played, *asked)):
        assert "2026-08-31 09:00 导入过" in told
        assert "已完成 completed" in told
        assert "2157126100.xlsx" in told
    assert "rehearsed, nothing imported" in shown(played, *asked, "--dry-run", "--again")
    assert "--again goes with --dry-run only" in shown(played, *asked, "--again", exit_code=2)


def test_a_dry_run_names_the_rows_that_would_change_by_sheet(played: Path) -> None:
    text = PAGES["broken"](played)
    assert "学生名册 第 2, 20, 22 行 rows" in text
    assert "学生名册 第 13 行 性别" in text
    assert "可用：男、女" in text
    assert "roster-with-errors.xlsx" in text


def test_a_visitor_can_bring_in_the_roll_call_that_lies_beside_the_countys_files(played: Path) -> None:
    file = played / "county" / "rollcall-example.csv"
    _, school, grade, number, *_ = file.read_text(encoding="utf-8-sig").splitlines()[1].split(",")
    text = shown(played, "import", "rollcall", str(file), "--as", f"homeroom.{school}.{grade}.{number}")
    assert "其中新录入 of these new │ 1" in text


def test_a_password_that_nobody_can_type_is_asked_for_in_the_environment(played: Path) -> None:
    assert "FUXUE_PASSWORD" in shown(played, "summary", "--as", "nobody", exit_code=2)


def test_everything_that_can_be_wrong_with_a_log_has_its_names() -> None:
    assert set(WRONG) == set(Wrong)
    assert all(zh and en for zh, en in WRONG.values())


def test_what_the_doctor_says_to_type_stays_on_one_line_in_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    drop = "docker compose exec postgres-identity psql -U postgres -c 'DROP DATABASE fuxue_identity'"
    code = "deploy/secrets/bootstrap/first_account_code"
    what = (f"请读 {code}，然后删除。" * 3, f"Read {code}, then remove it. " * 3)
    remedies = (SHOW_IT, NAME_IT, GET_THE_NEWER_IMAGE, (f"确认无误后删除：`{drop}`", f"Once all is well: `{drop}`"))
    found = [warning("certificate", what, remedy) for remedy in remedies]
    monkeypatch.setattr(CONSOLE, "width", 80)
    with CONSOLE.capture() as captured:
        show.findings(msgspec.to_builtins(found))
    lines = captured.get().splitlines()
    typed = re.findall(r"`[^`]+`|deploy/[\w./]+\w|FUXUE_\w+", " ".join(map(" ".join, remedies)))
    assert {word for word in typed if not any(word in line for line in lines)} == set()
    assert sum(line.count(code) for line in lines) == 6 * len(remedies)
    assert [line for line in lines if cell_len(line) > 80] == [f"  `{drop}`"] * 2, "longer than the terminal, and whole"


def test_each_command_that_the_doctor_names_stands_in_backticks() -> None:
    pages = Path(doctor.__file__).parent.glob("*.py")
    bare = [line for page in pages for line in page.read_text("utf-8").splitlines() if re.search("(?<!`)docker compose", line)]
    assert sorted(bare) == [
        '        program = f"docker compose exec {superuser.host} psql"',
        'AS_OPERATOR = "docker compose run --rm operator"',
    ]


@pytest.mark.parametrize("told", [0, 512])
def test_whoever_tells_others_outside_is_shown_up_to_when_that_is_proved(told: int, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = Finding("duty-1", 2, Wrong.PUBLICATION_REWRITTEN, "checkpoint 7 signed another message than stands there")
    report = Report(
        sound=False,
        findings=(finding,),
        wrong=1,
        events=9000,
        streams=700,
        publications=told,
        foreign_events=12,
        checkpoints=30,
        anchors=29,
        removals_excluded_until="2026-10-20T02:00:00.000000Z",
        anchored_until="2026-10-20T01:59:00.000000Z",
        publications_proved_until="2026-10-20T02:00:00.000000Z",
        publications_anchored_until="2026-10-20T01:59:00.000000Z",
    )
    monkeypatch.setattr(CONSOLE, "width", 80)
    with CONSOLE.capture() as captured:
        verified({"casework": msgspec.to_builtins(report)})
    text = captured.get()
    assert ("对外消息 told outside" in text) is (told > 0)
    assert ("2026-10-20 09:59" in text) is (told > 0), "as the county's clocks show when oversight held it"
    assert "对外消息" in text
    assert max(map(cell_len, text.splitlines())) <= 80
