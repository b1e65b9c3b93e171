"""`fuxue container play`: which county is played, and where its clock is left, however the play ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest

from services.chassis.shared_clock import HandOfTheClock
from services.cli import playing_deployed
from services.cli.playing import NotAsPlanted
from services.demo.county.truth import FORMAT
from services.demo.deployed_demo import DeployedDemo, deployed_demo
from services.demo.founding import CountyDirectory
from services.demo.performance import NotADemo
from services.demo.player.timetable import timetable
from services.demo.stage import Refused

BEGINS = "2026-08-31T09:00:00+08:00"


class StandIn:
    """Of a stage, what is asked when the play is over."""

    def __init__(self, hand: HandOfTheClock) -> None:
        self.hand = hand

    def now(self) -> datetime:
        return self.hand.clock.now()

    def moved_to(self) -> datetime:
        return self.hand.clock.shown().moved_to


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture
def demo(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeployedDemo]:
    """A small county in a demo deployment, whose play `live` stands in for."""
    monkeypatch.setenv("FUXUE_DEMO_CLOCK", str(shared / "clock.json"))
    monkeypatch.setenv("FUXUE_DEMO_BEGINS", BEGINS)

    @contextmanager
    def stage(demo: DeployedDemo) -> Iterator[StandIn]:
        yield StandIn(demo.hand)

    monkeypatch.setattr(playing_deployed, "on_deployed_stage", stage)
    yield deployed_demo(seed=7, pupils=60)
    (shared / "clock.json").unlink(missing_ok=True)


def plays(monkeypatch: pytest.MonkeyPatch, what: Callable[[StandIn, CountyDirectory], None]) -> None:
    def live(stage: Any, county: CountyDirectory, *_more: object) -> None:
        what(stage, county)

    monkeypatch.setattr(playing_deployed, "live", live)


def runs(demo: DeployedDemo) -> bool:
    return demo.hand.clock.shown().running_since is not None


def to_the_end(stage: StandIn, county: CountyDirectory) -> None:
    *_, last = timetable(county.truth())
    stage.hand.move_to(last.evening)


def test_a_deployment_without_a_clock_is_not_played_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FUXUE_DEMO_CLOCK", raising=False)
    with pytest.raises(NotADemo, match="is no demo"):
        playing_deployed.run(seed=7, pupils=60, until=None)


def test_another_county_than_was_asked_for_is_told(
    demo: DeployedDemo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plays(monkeypatch, lambda _stage, _county: None)
    playing_deployed.run(seed=8, pupils=60, until=None)
    assert "沿用已有的县" in capsys.readouterr().out
    playing_deployed.run(seed=7, pupils=60, until=None)
    assert "沿用已有的县" not in capsys.readouterr().out


def test_played_to_the_end_the_county_lives_on(demo: DeployedDemo, monkeypatch: pytest.MonkeyPatch) -> None:
    plays(monkeypatch, to_the_end)
    playing_deployed.run(seed=7, pupils=60, until=None)
    assert runs(demo)


def test_with_differences_at_the_end_the_county_lives_on_all_the_same(demo: DeployedDemo, monkeypatch: pytest.MonkeyPatch) -> None:
    def differs(stage: StandIn, county: CountyDirectory) -> None:
        to_the_end(stage, county)
        raise NotAsPlanted("planted")

    plays(monkeypatch, differs)
    with pytest.raises(NotAsPlanted):
        playing_deployed.run(seed=7, pupils=60, until=None)
    assert runs(demo)


@pytest.mark.parametrize("trouble", [Refused("roll call", "no-such-class", "planted"), KeyboardInterrupt(), None])
def test_with_days_left_the_clock_waits_for_the_next_run_and_says_so(
    demo: DeployedDemo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], trouble: BaseException | None
) -> None:
    def ends_early(stage: StandIn, _county: CountyDirectory) -> None:
        stage.hand.move_to(stage.now() + timedelta(hours=1))
        if trouble is not None:
            raise trouble

    plays(monkeypatch, ends_early)
    if trouble is None:
        playing_deployed.run(seed=7, pupils=60, until=None)
    else:
        with pytest.raises((click.ClickException, KeyboardInterrupt)):
            playing_deployed.run(seed=7, pupils=60, until=None)
    assert not runs(demo)
    assert "docker compose run --rm play" in " ".join(capsys.readouterr().out.split())


def test_a_story_of_another_release_is_not_waited_for(demo: DeployedDemo, monkeypatch: pytest.MonkeyPatch) -> None:
    plays(monkeypatch, lambda _stage, _county: None)
    monkeypatch.setattr("services.demo.performance.FORMAT", FORMAT + 1)
    playing_deployed.run(seed=7, pupils=60, until=None)
    assert runs(demo)
