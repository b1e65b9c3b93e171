"""The example subscribers, run for real: over TLS against a broker with its rights and a house that answers over HTTPS.

Each hears its duty, looks it up, acknowledges and completes it, though an answer is lost and its token is refused on the way.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.chassis.bus.port import Message
from services.chassis.envelope import stamp
from services.chassis.errors import BusForbidden
from services.chassis.republish import republish
from services.chassis.storage import epochs
from services.chassis.storage.sqlite_file import engine_for
from services.contracts.casework import DutyAcknowledged, DutyCompleted
from services.contracts.topics import Desk
from services.deployment import FIRST_ACCOUNT
from services.embedded import FirstAccount
from tests.deploy.containers import Images
from tests.deploy.departments import IN_TABLE, NOT_IN_TABLE, SHARED, County, county_in
from tests.deploy.examples import EXAMPLES, java_example, python_example
from tests.patience import eventually
from tests.topics import forms

PAGES = Path(__file__).parents[2] / "docs" / "events"
STEPS = ("DutyAssigned", "DutyAcknowledged", "DutyCompleted")


@pytest.fixture(scope="module")
def county(image: Images, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with county_in(tmp_path_factory.mktemp("outside"), tmp_path_factory.mktemp("house") / "data", image) as at_work:
        yield at_work


@pytest.fixture(scope="module")
def java(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return java_example(tmp_path_factory.mktemp("java"))


@pytest.fixture
def python() -> list[str]:
    return python_example()


def told_outside(desk: Desk, number: int, kind: str) -> Message:
    """A message of casework to a department, about nothing that the house has."""
    about = {"ce_type": kind, "ce_subject": f"report-{number}", "ce_sequence": "1", "ce_id": f"told-{number}"}
    return Message(topic=desk.topic, key=f"report-{number}", headers=about, value=b"{}")


def steps_of(duty: Mapping[str, Any]) -> list[str]:
    """How the lines begin that tell of a duty that is answered."""
    return [f"cn.fuxue.department.{step}.v1 {duty['duty_id']} {n}: " for n, step in enumerate(STEPS, 1)]


def came(*beginnings: str) -> Callable[[list[str]], bool]:
    """Whether there are lines that begin so."""
    return lambda lines: all(any(line.startswith(each) for line in lines) for each in beginnings)


in_both_languages = pytest.mark.parametrize(("language", "desk"), [("python", IN_TABLE), ("java", NOT_IN_TABLE)])


@in_both_languages
def test_a_departments_system_hears_looks_up_acknowledges_and_completes_its_duty(
    language: str, desk: Desk, county: County, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    command: list[str] = request.getfixturevalue(language)
    client = county.let_in(desk)
    before = county.duties(desk)
    duty = county.ask(desk)
    county.apply(IN_TABLE, desk)
    county.door.plan()
    steps = steps_of(duty)
    lines = county.run(command, desk, client, tmp_path, came(steps[-1]))
    assert [step for line in lines for step in steps if line.startswith(step)] == steps
    answered = ["  acknowledge: acknowledged", "  complete: completed"] * (len(before) + 1)
    assert [line for line in lines if line.startswith(("  acknowledge", "  complete"))] == answered, "the lost answer came again"
    assert county.door.troubles == []
    _both_sides_are_in_the_trace(county, duty["duty_id"], duty["number"])

    # The run before may have been stopped before it committed its last places: what is waited for begins with the first step.
    def came_from(first: str) -> Callable[[list[str]], bool]:
        def until(lines: list[str]) -> bool:
            begun = next((at for at, line in enumerate(lines) if line.startswith(first)), len(lines))
            return came(steps[-1])(lines[begun:])

        return until

    republish(county.casework)
    again = county.run(command, desk, client, tmp_path, came_from(steps[0] + "a repeat"))
    assert not [line for line in again if line.startswith("  ")], "what was handled is passed over"

    (tmp_path / "state").unlink()
    republish(county.casework)
    forgotten = county.run(command, desk, client, tmp_path, came_from(steps[0] + "{"))
    assert not [line for line in forgotten if line.startswith("  complete")], "what is answered is looked up, and left alone"
    events = [type(each) for each in _events(county, duty["duty_id"])]
    assert (events.count(DutyAcknowledged), events.count(DutyCompleted)) == (1, 1)


@in_both_languages
def test_after_a_restore_a_system_that_kept_its_state_hears_what_happens_anew_and_takes_nothing_true_twice(
    language: str, desk: Desk, county: County, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    command: list[str] = request.getfixturevalue(language)
    client = county.let_in(desk, "restored")
    county.apply(IN_TABLE, desk)
    done = county.ask(desk)
    county.run(command, desk, client, tmp_path, came(steps_of(done)[-1]))
    unanswered = county.ask(desk)
    with county.at_rest() as data:
        shutil.copytree(data, tmp_path / "backup")
    lost = county.ask(desk, f"child-{language}")
    county.run(command, desk, client, tmp_path, came(steps_of(unanswered)[-1], steps_of(lost)[-1]))

    with county.at_rest() as data:
        shutil.rmtree(data)
        shutil.copytree(tmp_path / "backup", data)
        county.lose(desk)
        county.apply(IN_TABLE, desk)
        begin_epoch(data / "casework.sqlite")
    anew = county.ask(desk, f"child-{language}")
    assert (anew["duty_id"], anew["number"]) == (lost["duty_id"], lost["number"])
    told = [*steps_of(done), f"{steps_of(unanswered)[-1]}{{", f"{steps_of(lost)[-1]}{{"]
    lines = county.run(command, desk, client, tmp_path, came(*told))

    assert [line for line in lines if line.startswith(tuple(steps_of(done)))] == [f"{step}a repeat" for step in steps_of(done)]
    assert [acts_of(lines, each) for each in (done, unanswered, anew)] == [
        [],
        ["  acknowledge: acknowledged", "  complete: completed"],
        ["  acknowledge: acknowledged", "  complete: completed"],
    ]
    assert f"{steps_of(unanswered)[0]}a repeat" in lines, "its answer was lost, and is given again"
    assert [line for line in lines if line.startswith(steps_of(anew)[0])] != [f"{steps_of(anew)[0]}a repeat"]
    assert county.casework.store.lost_places() == [], "what it had told is there again"
    for duty in (done, unanswered, anew):
        events = [type(each) for each in _events(county, duty["duty_id"])]
        assert (events.count(DutyAcknowledged), events.count(DutyCompleted)) == (1, 1)


def begin_epoch(file: Path) -> None:
    """As the bootstrap does where it finds the topics gone."""
    engine = engine_for(file)
    with engine.begin() as connection:
        epochs.begin(connection, stamp(datetime.now(UTC)))
    engine.dispose()


def acts_of(lines: list[str], duty: Mapping[str, Any]) -> list[str]:
    """What the system did when it heard that a duty was assigned."""
    at = next(at for at, line in enumerate(lines) if line.startswith(steps_of(duty)[0]))
    return [line for line in takewhile(lambda line: line.startswith("  "), lines[at + 1 :]) if ": " in line]


def _events(county: County, duty_id: str) -> list[Any]:
    return [county.casework.model.catalogue.decode(each) for each in county.casework.store.walk([f"duty-{duty_id}"])]


def _both_sides_are_in_the_trace(county: County, duty_id: str, number: str) -> None:
    with county.house.client(county.house.signer.sign("clerk")) as clerk:
        duty = clerk.get(f"/casework/duties/{number}").raise_for_status().json()
        trace = eventually(lambda: _trace_of(clerk, duty_id))
    assert duty["status"] == "completed"
    told = {(entry["type"], entry["who"]["service"] or entry["who"]["name"]) for entry in trace}
    assert {
        ("casework.DutyAssigned", "casework"),
        ("casework.DutyAcknowledged", "协查系统"),
        ("casework.DutyCompleted", "协查系统"),
    } <= told


def _trace_of(clerk: Any, duty_id: str) -> Any:
    answer = clerk.get(f"/oversight/trace/{duty_id}")
    entries: list[dict[str, Any]] = answer.json()["items"] if answer.is_success else []
    return entries if any(entry["type"].endswith("DutyCompleted") for entry in entries) else None


def test_casework_makes_no_topic_but_departments_ones(county: County) -> None:
    with pytest.raises(BusForbidden, match=f"topic {SHARED}elsewhere: it lacks CREATE"):
        county.as_casework.create_topics(forms({"elsewhere": 1}))


def test_the_first_account_is_there_but_no_system_is_before_somebody_lets_it_in(county: County) -> None:
    first = msgspec.json.decode((county.house.data / FIRST_ACCOUNT).read_bytes(), type=FirstAccount)
    form = {"grant_type": "client_credentials", "client_id": first.login, "client_secret": first.one_time_code}
    with county.house.client() as anybody:
        assert anybody.post("/identity/token", data=form).status_code == 401


@in_both_languages
def test_a_report_alarms_a_person_and_what_came_after_the_program_was_written_is_not_passed_over(
    language: str, desk: Desk, county: County, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The last of the page: from here on no example reads on behind the message that it does not know."""
    command: list[str] = request.getfixturevalue(language)
    client = county.let_in(desk, "last")
    opened, unknown = "cn.fuxue.department.MandatoryReportOpened.v1", "cn.fuxue.department.DutyAssigned.v2"
    told = [told_outside(desk, number, kind) for number, kind in enumerate((opened, unknown))]
    assert county.as_casework.publish(told) == len(told)
    ended = county.end_of(command, desk, client, tmp_path)
    assert ended.returncode not in (0, None)
    assert ended.stdout.splitlines()[-3:-1] == [
        f"{opened} report-0 1: {{}}",
        f"  the officer on duty has to look into Fuxue now: {opened}",
    ]
    assert f"{unknown} came after this program was written" in ended.stderr
    again = county.end_of(command, desk, client, tmp_path)
    assert f"{unknown} came after this program was written" in again.stderr, "it was not kept as heard"


def test_the_examples_know_every_message_that_is_told_to_departments() -> None:
    told = {page.name.removeprefix("department.").removesuffix(".json") for page in PAGES.glob("department.*.json")}
    python, java = ((EXAMPLES / name).read_text() for name in ("python/subscriber.py", "java/src/main/java/Subscriber.java"))
    names = {"DUTY": "Duty", "REPORT": "MandatoryReport"}
    by_python = [(names[what], happened) for what, happened in re.findall(r"_OF_A_(\w+) = \(([^)]*)\)", python)]
    by_java = re.findall(r'kinds\(\s*"(\w+)",([^)]*)\)', java)
    for known in (by_python, by_java):
        assert {f"{what}{each}.v1" for what, happened in known for each in re.findall(r'"(\w+)"', happened)} == told
