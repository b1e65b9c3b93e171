"""The stage of a deployed house: it rests when everything that stands on the bus is read, and its clock stops at each timer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import pytest

from services.chassis.errors import BusUnavailable
from services.chassis.shared_clock import HandOfTheClock
from services.contracts.services import SERVICES
from services.demo import patience
from services.demo.deployed_stage import DeployedStage, NotAtRest, Reached
from services.demo.patience import Patient
from services.demo.stage import Refused
from services.notifications.adapters.planted_faults import FaultsFile
from tests.patience import PATIENCE_SECONDS

BEGINS = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
FIRST_CODE = "invented-code"


class Gateway:
    """Six services behind one address: what each answers to whether it rests, and what stands on the bus."""

    def __init__(self) -> None:
        self.asked = 0
        self.working = 0
        self.at_work: Mapping[str, Collection[int]] = {}
        """The times of asking at which a service has something to do."""
        self.rounds: Counter[str] = Counter()
        self.read = 5
        self.due: list[datetime] = []
        self.clock: Callable[[], datetime] = lambda: BEGINS
        self.ended: Callable[[], Mapping[str, int]] = lambda: {"registry/0": 5, "notifications/0": 90}

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if request.url.path == "/identity/login":
            return httpx.Response(200, json={"token": "invented-token"})
        if request.url.path == "/identity/password":
            return httpx.Response(200, json={"token": "invented-token"})
        if request.url.path == "/identity/accounts":
            page = {"items": [{"login": "first-account", "account_id": "a1", "officer_id": "o1"}], "next": None}
            return httpx.Response(200, json=page)
        if not request.url.path.endswith("/operator/rest"):
            return httpx.Response(200, json={"authorization": request.headers["Authorization"]})
        self.working -= 1
        service = request.url.path.split("/")[1]
        self.rounds[service] += 1
        left = [at for at in self.due if at > self.clock()]
        quiescent = self.working < 0 and self.rounds[service] not in self.at_work.get(service, ())
        rest: dict[str, Any] = {"quiescent": quiescent, "next_due": min(left, default=None), "reads": ["registry"]}
        rest["next_due"] = rest["next_due"] and rest["next_due"].isoformat()
        return httpx.Response(200, json={**rest, "positions": {"registry/0": self.read}})


class Played:
    """A stage, its gateway, and where the clock stood each time that the workers were woken."""

    def __init__(self, shared: Path) -> None:
        self.gateway = Gateway()
        self.hand = HandOfTheClock(shared / "clock.json", BEGINS)
        self.gateway.clock = self.hand.clock.now
        self.woken: list[datetime] = []
        transport = httpx.MockTransport(self.gateway.answer)
        reached = Reached("http://gateway", transport, lambda: "t", self.ends, lambda: self.woken.append(self.stage.now()))
        self.stage = DeployedStage(reached, self.hand, shared, lambda: FIRST_CODE)

    def ends(self) -> Mapping[str, int]:
        return self.gateway.ended()


@pytest.fixture
def played(tmp_path: Path) -> Iterable[Played]:
    played = Played(tmp_path)
    yield played
    played.stage.close()


def test_the_house_rests_once_nobody_works(played: Played) -> None:
    played.gateway.working = 3 * len(SERVICES)
    played.stage.settle()
    assert played.gateway.asked > 3 * len(SERVICES)


def test_while_some_are_at_work_only_they_are_asked_and_whom_they_have_woken_is_found_when_all_are_asked(played: Played) -> None:
    played.gateway.at_work = {"registry": {1, 2}, "casework": {2}}
    played.stage.settle()
    all_three_times = dict.fromkeys(SERVICES, 3)
    assert played.gateway.rounds == {**all_three_times, "registry": 5, "casework": 4}


def test_a_house_that_has_yet_to_read_what_stands_on_the_bus_does_not_rest(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.demo.deployed_stage.PATIENCE_SECONDS", 0.1)
    played.gateway.read = 4
    with pytest.raises(NotAtRest):
        played.stage.settle()
    played.gateway.read = 5
    played.stage.settle()


def test_what_nobody_of_the_house_reads_keeps_nobody_awake(played: Played) -> None:
    played.gateway.ended = lambda: {"department-civil_affairs-570126/0": 1_000}
    played.stage.settle()


def test_while_a_broker_is_away_nobody_says_that_the_house_rests(played: Played) -> None:
    away = [BusUnavailable("away"), BusUnavailable("away")]

    def ends() -> Mapping[str, int]:
        if away:
            raise away.pop()
        return {}

    played.gateway.ended = ends
    played.stage.settle()
    assert away == []


def test_the_clock_stops_at_each_timer_and_everybody_is_woken(played: Played) -> None:
    played.gateway.due = [BEGINS + timedelta(hours=hours) for hours in (1, 5, 48)]
    tomorrow = BEGINS + timedelta(days=1)
    played.stage.advance(tomorrow)
    assert played.woken == [BEGINS + timedelta(hours=1), BEGINS + timedelta(hours=5), tomorrow]
    assert played.stage.moved_to() == tomorrow


def test_a_house_that_has_come_to_rest_is_not_asked_again_before_somebody_acts_or_the_clock_moves(played: Played) -> None:
    def asked_by(act: Callable[[], object]) -> int:
        before = played.gateway.asked
        act()
        return played.gateway.asked - before

    assert asked_by(played.stage.settle) == len(SERVICES)
    assert asked_by(played.stage.settle) == 0
    officer = played.stage.client("first-account")
    officer.get("/registry/pupils")
    assert asked_by(played.stage.settle) == len(SERVICES)
    assert asked_by(lambda: played.stage.advance(BEGINS + timedelta(hours=1))) == len(SERVICES), "once, after it has moved"


def test_people_act_together_and_what_goes_wrong_with_one_of_them_is_raised(played: Played) -> None:
    both_there = Barrier(2, timeout=PATIENCE_SECONDS)
    played.stage.together([both_there.wait, both_there.wait])

    def refused() -> None:
        raise Refused("scene", "not-permitted", "no")

    with pytest.raises(Refused):
        played.stage.together([lambda: None, refused])


def test_an_officer_signs_in_with_a_password_that_stands_in_the_accounts_file(played: Played) -> None:
    played.stage.sign_in(["first-account"])
    assert played.stage.client("first-account").get("/registry/pupils").json() == {"authorization": "Bearer invented-token"}
    assert played.stage.officer_id("first-account") == "o1"
    assert list(played.stage.accounts()) == ["first-account"]


def test_a_fault_of_the_gateway_for_texts_is_seen_by_who_asks_before_each_text(played: Played, tmp_path: Path) -> None:
    faults = FaultsFile(tmp_path).faults()
    assert "g1" not in faults.unreachable
    played.stage.break_gateway(dead=["g1"], silent=[])
    played.stage.break_gateway(dead=["g2"], silent=["g3"])
    assert [guardian in faults.unreachable for guardian in ("g1", "g2", "g3")] == [True, True, False]
    assert "g3" in faults.uncertain


# --- patience -------------------------------------------------------------------------------------------------------------


class Flaky(httpx.BaseTransport):
    """Answers in turn; an exception is raised."""

    def __init__(self, *answers: int | httpx.TransportError) -> None:
        self.answers = list(answers)
        self.bodies: list[bytes] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(request.read())
        answer = self.answers.pop(0)
        if isinstance(answer, httpx.TransportError):
            raise answer
        return httpx.Response(answer)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "ASK_AGAIN_SECONDS", 0.0)


def test_what_was_asked_while_a_container_is_away_is_asked_again_with_its_body(at_once: None) -> None:
    flaky = Flaky(httpx.ConnectError("refused"), 502, 503, 504, 200)
    with httpx.Client(base_url="http://gateway", transport=Patient(flaky)) as client:
        assert client.post("/registry/pupils", content=b"asked").status_code == 200
    assert flaky.bodies == [b"asked"] * 5


@pytest.mark.parametrize("status", [409, 422, 500])
def test_what_a_service_itself_answers_is_not_asked_again(at_once: None, status: int) -> None:
    with httpx.Client(base_url="http://gateway", transport=Patient(Flaky(status))) as client:
        assert client.get("/registry/pupils").status_code == status


def test_patience_ends(at_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PATIENCE_SECONDS", 0.0)
    with httpx.Client(base_url="http://gateway", transport=Patient(Flaky(503))) as client:
        assert client.get("/registry/pupils").status_code == 503
    silent = Patient(Flaky(httpx.ConnectError("refused")))
    with httpx.Client(base_url="http://gateway", transport=silent) as client, pytest.raises(httpx.ConnectError):
        client.get("/registry/pupils")
