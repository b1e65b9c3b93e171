"""One child's name, numbers, phone and address are found nowhere but in the answers to those who may read them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from rich.console import Console

from services.contracts.ids import OfficerId
from services.demo.checking import check
from services.demo.performance import on_stage
from services.demo.stage import answered
from services.demo.summary import show_summary
from services.identity.adapters.accounts import open_account
from tests.quick_passwords import quick_passwords
from tests.system.played import PERSONAL, Played, roster_row
from tests.system.terminal import Terminal, all_commands, forms_of, is_officers, terminal
from tests.system.wandering import (
    SET_UP,
    Child,
    Needles,
    Walk,
    Wanderer,
    addresses,
    canary_of,
    known_of,
    officers_of_the_demo,
    strangers,
    walk,
)

PUPIL, CASE, DUTY, TEXTS = "/registry/pupils/<pupil_id>", "/casework/cases/<key>", "/casework/duties/<key>", "/notifications/outbox"

HARM = "/casework/mandatory-reports/<key>"
REPORT, APPLICATION = "/registry/reports/<report_id>", "/assistance/applications/<own_id>"
READERS: Mapping[str, set[str]] = {
    "bureau_lead": {PUPIL, CASE, DUTY, REPORT, APPLICATION, HARM},
    "bureau_clerk": {PUPIL, CASE, DUTY, REPORT, APPLICATION},
    "principal": {PUPIL, CASE, REPORT, APPLICATION},
    "vice_principal": {PUPIL, CASE, REPORT, APPLICATION},
    "central_school": {PUPIL, CASE, REPORT, APPLICATION},
    "homeroom": {PUPIL, CASE, TEXTS, REPORT, HARM},
    "township_officer": {CASE, DUTY, REPORT},
    "village_cadre": {CASE, DUTY},
    "aid_officer": {APPLICATION},
    "civil_affairs": {DUTY},
    "public_security": {HARM},
    "rural_revitalisation": {DUTY},
}
"""Who reads, of the child's own places and duties, what somebody has typed about it (casework's and registry's `scope`).

Everything else shows the name masked or not at all; plainly it is asked for with a purpose (`persons:resolve`).
"""

SHOWN_IN_TEXTS = {"姓名"}
"""Of what a parent reads in a text, the homeroom teacher sees the name as it is."""


def written_forms(text: str) -> set[bytes]:
    """The ways in which a text may stand in an answer or a file."""
    return {text.encode(), text.encode("gb18030"), text.encode("utf-16-le"), text.encode("ascii", "backslashreplace")}


@pytest.fixture(scope="module")
def needles(county: Played) -> Needles:
    assert len(county.canary) >= len(PERSONAL) - 1
    return [(column, form) for column, text in county.canary.items() for form in written_forms(text)]


@pytest.fixture(scope="module")
def child(county: Played, canary: str) -> Child:
    return canary_of(county, canary)


@pytest.fixture(scope="module")
def people(county: Played, child: Child) -> Mapping[str, Wanderer]:
    """Officers of the child's own places and of others, and services, by name."""
    services = [Wanderer(name, f"service:{name}") for name in ("operator", "casework", "notifications")]
    everybody = [*officers_of_the_demo(county.house, child), *strangers(county.house, child), *services]
    return {who.name: who for who in everybody}


@pytest.fixture(scope="module")
def walks(county: Played, child: Child, people: Mapping[str, Wanderer], needles: Needles) -> Mapping[str, Walk]:
    """What everybody met who asked for everything."""
    with county.house.client() as client:
        specs = {name: client.get(f"/{name}/openapi.json").json()["paths"] for name in county.house.apps}
    places = list(addresses(county.house, known_of(county.house, child.pupil_id), specs))
    return {name: walk(county, who, child.pupil_id, places, needles) for name, who in people.items()}


def office_of(name: str, child: Child) -> str:
    """The office that the login name of one of the child's own officers says; for all others the name itself."""
    office, _, place = name.partition(".")
    if office == "homeroom":
        return "homeroom" if name == child.homeroom else name
    return office if not place or place in child.places else name


PARKED = "/operator/parked/<int:position>"
"""Nothing is parked in a county that has come to rest."""


def test_every_route_was_seen_from_inside_by_somebody(walks: Mapping[str, Walk]) -> None:
    statuses: dict[str, set[int]] = {}
    for met in walks.values():
        for rule, seen in met.statuses.items():
            statuses.setdefault(rule, set()).update(seen)
    assert [rule for rule, seen in statuses.items() if 200 not in seen and not rule.endswith(PARKED)] == []
    assert [rule for rule, seen in statuses.items() if any(status >= 500 for status in seen)] == []
    assert len(statuses) > 45


def test_only_who_may_read_it_is_shown_anything_of_the_canary(child: Child, walks: Mapping[str, Walk]) -> None:
    assert {office_of(name, child): set(met.shown) for name, met in walks.items() if met.shown} == READERS


def test_whoever_may_read_it_reads_the_childs_own_pages_only(county: Played, child: Child, walks: Mapping[str, Walk]) -> None:
    with county.house.services["casework"].engine.connect() as connection:
        ask = connection.exec_driver_sql
        duties = ask("SELECT duty_id, number, department FROM duties WHERE pupil_id = ?", (child.pupil_id,)).all()
        cases = [key for row in ask("SELECT case_id, number FROM cases WHERE pupil_id = ?", (child.pupil_id,)) for key in row]
    for name, met in walks.items():
        assert set(met.shown.get(PUPIL, ())) <= {f"/registry/pupils/{child.pupil_id}"}, name
        assert set(met.shown.get(CASE, ())) <= {f"/casework/cases/{key}" for key in cases}, name
        own = [duty[:2] for duty in duties if _owes(office_of(name, child), duty.department)]
        assert set(met.shown.get(DUTY, ())) <= {f"/casework/duties/{key}" for keys in own for key in keys}, name
        assert all(columns == SHOWN_IN_TEXTS for columns in met.shown.get(TEXTS, {}).values()), name


def _owes(office: str, department: str) -> bool:
    """Whether an office reads the duties of a department: the bureau all, township and village the township's, others their own."""
    if office in ("bureau_lead", "bureau_clerk"):
        return True
    return department == ("township" if office in ("township_officer", "village_cadre") else office)


def test_beside_the_childs_id_stands_its_masked_name_or_none(county: Played, walks: Mapping[str, Walk]) -> None:
    masked = f"{county.canary['姓名'][0]}*"
    assert walks["bureau_lead"].names == walks["bureau_clerk"].names == {masked}
    assert set().union(*(met.names for met in walks.values())) == {masked}


def test_a_page_of_texts_is_masked_but_for_the_homeroom_teacher(county: Played, child: Child, walks: Mapping[str, Walk]) -> None:
    assert {name for name, met in walks.items() if TEXTS in met.shown} == {child.homeroom}
    with on_stage(county.house, county.county) as stage:
        page = stage.client("bureau_lead").get(TEXTS, headers={"Accept": "text/html"}).text
    assert f"{county.canary['姓名'][0]}*" in page


# --- at a terminal -------------------------------------------------------------------------------------------------------

OF_A_DEPLOYMENT = {
    "doctor",
    "move",
    "backup",
    "restore",
    *(f"container {each}" for each in ("secrets", "wrapping-key", "bootstrap", "web", "worker", "play")),
}
MISTYPED = 2
"""How click ends when a command lacks something or was given what it does not know."""

NO_DATA = {"demo", "serve", "clean-demo", "county generate", "account password"} | OF_A_DEPLOYMENT
"""They make, keep or serve a county or ask for a password, and print no answer of it; what `demo` shows is asked for below."""


@pytest.fixture(scope="module")
def typing(county: Played) -> Iterator[Terminal]:
    with terminal(county) as typing:
        yield typing


def commands(county: Played, child: Child, directory: Path) -> dict[str, list[tuple[str, ...]]]:
    """Every command that prints of a county: some in the forms that ask for the canary, all others of the tree in every form."""
    with county.house.services["casework"].engine.connect() as connection:
        numbers = connection.exec_driver_sql("SELECT number FROM cases WHERE pupil_id = ?", (child.pupil_id,))
        case = str(numbers.scalars().one())
    roster, roll_call = broken_files(county, directory)
    of_school = (roster, "--school", child.school_code)
    known = {
        "ledger": [("--limit", "200"), ("--limit", "200", "--json"), ("--ledger", "dropout", "--json")],
        "case": [(case, *reveal, *form) for reveal in ((), ("--reveal",)) for form in ((), ("--json",))],
        "trace": [(case,), (child.pupil_id, "--json")],
        "summary": [(), ("--json",)],
        "import roster": [(*of_school, "--dry-run"), (*of_school, "--dry-run", "--json"), of_school],
        "import rollcall": [(roll_call,), (roll_call, "--json")],
        "verify": [(), ("--json",)],
        "rebuild": [("registry",), ("casework", "--json")],
        "republish": [("registry",)],
        "parked list": [(), ("--json",)],
        "parked show": [("registry", "1")],
        "parked replay": [("registry", "1")],
        "parked discard": [("registry", "1", "--yes")],
    }
    words = (county.roll_number, *county.canary.values())
    others = {name: command for name, command in all_commands() if name not in NO_DATA | known.keys()}
    return known | {name: forms_of(command, (roster, roll_call), words, directory) for name, command in others.items()}


def broken_files(county: Played, directory: Path) -> tuple[str, str]:
    """The canary's row with something wrong in it, in files that bear its name; and its data typed into a roll-call file."""
    row = dict(roster_row(county.county, county.roll_number))
    row["证件号码"] = row["证件号码"][:-1] + ("0" if row["证件号码"][-1] != "0" else "1")
    roster = directory / f"{county.canary['姓名']} {county.canary['监护人1电话']}.csv"
    roster.write_text("\n".join(",".join(cells) for cells in (row, row.values())), encoding="utf-8")
    typed = dict.fromkeys(("日期", "学校代码", "年级", "班号", "场次", "学籍号", "情况"), county.canary["证件号码"])
    typed[county.canary["现住地址"]] = county.canary["姓名"]
    roll_call = directory / f"{county.canary['姓名']} {county.canary['证件号码']}.csv"
    roll_call.write_text("\n".join(",".join(cells) for cells in (typed, typed.values())), encoding="utf-8")
    return str(roster), str(roll_call)


def sign_up(county: Played, people: list[Wanderer]) -> None:
    """Give passwords to officers, with accounts for those who have none, so that commands may be typed in their name."""
    identity = county.house.services["identity"]
    for who in people:
        if who.name.startswith(("stranger.", "own_school.")):
            identity.turns.run(lambda turn, who=who: open_account(turn, OfficerId(who.subject), who.name, SET_UP))
    county.house.settle()
    with quick_passwords(), on_stage(county.house, county.county) as stage:
        for who in people:
            answered(stage.client(who.name).get("/identity/me"), who.name)


TYPISTS = (
    "bureau_clerk",
    "homeroom",
    "human_resources",
    "aid_officer",
    "stranger.homeroom_teacher",
    "stranger.principal",
    "stranger.township_officer",
    "stranger.public_security",
    "own_school.parent_representative",
)
"""In whose names commands are typed: two who may read the case, and those who may not."""


def test_no_command_prints_anything_of_the_canary_but_a_case_to_those_who_may_read_it(
    county: Played, child: Child, people: Mapping[str, Wanderer], typing: Terminal, tmp_path: Path
) -> None:
    typed = commands(county, child, tmp_path)
    tree = dict(all_commands())
    assert typed.keys() | NO_DATA == tree.keys()
    typists = [people[child.homeroom if name == "homeroom" else name] for name in TYPISTS]
    sign_up(county, typists)
    printed, obeyed = set(), set()
    for command, forms in typed.items():
        reached = set()
        for name in [who.name for who in typists] if is_officers(tree[command]) else ["operator"]:
            for form in forms:
                result = typing.type(*command.split(), *form, *(() if name == "operator" else ("--as", name)))
                assert "Traceback" not in result.output, (command, name)
                reached.add(result.exit_code)
                office = office_of(name, child)
                if result.exit_code == 0:
                    obeyed.add((command, office))
                told = result.output
                for word in form:  # what was typed stands on the terminal already: a file is named as it was
                    told = told.replace(Path(word).name, "")
                if any(text in told for text in county.canary.values()):
                    printed.add((command, office))
        assert reached != {MISTYPED}, f"{command} was never typed as it asks"
    assert printed == {("case", "bureau_clerk"), ("case", "homeroom")}
    assert obeyed >= {("ledger", "bureau_clerk"), ("ledger", "homeroom"), ("ledger", "stranger.principal"), *printed}
    assert {command for command, _ in obeyed} >= {"summary", "trace", "verify", "rebuild", "republish", "parked list"}
    assert {office for command, office in obeyed if command == "case"} == {"bureau_clerk", "homeroom"}
    county.house.settle()


def test_what_a_demo_tells_at_its_end_names_no_child(county: Played) -> None:
    told = io.StringIO()
    with on_stage(county.house, county.county) as stage:
        show_summary(stage, county.county.truth(), Console(file=told, width=4000))
        told.write("\n".join(str(difference) for difference in check(stage, county.county.truth())))
    assert len(told.getvalue()) > 1000
    assert not {column for column, text in county.canary.items() if text in told.getvalue()}


def test_neither_files_nor_logs_hold_anything_of_the_canary_after_all_this(
    county: Played, needles: Needles, walks: Mapping[str, Walk], typing: Terminal
) -> None:
    for path in [path for path in county.data.rglob("*") if path.is_file() and county.county.path not in path.parents]:
        content = path.read_bytes()
        assert not {column for column, needle in needles if needle in content}, path.name
    logged = county.logs.getvalue()
    assert logged.count("\n") > 1000
    assert not {column for column, text in county.canary.items() if text in logged}
