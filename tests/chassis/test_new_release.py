"""A new release and the timers of old streams: they come to be what its deadlines ask for, a slice of streams a turn."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.chassis import renewal
from services.chassis.decider import Deadline, Policy, days, school_days
from services.chassis.renewal import edition_of
from services.chassis.storage.port import Batch
from tests.chassis import toy
from tests.chassis.absences import TODAY, county, due, kinds, missing, texts
from tests.chassis.conftest import Town
from tests.chassis.storage.adapters import commit
from tests.chassis.toy import House, roll_model
from tests.chassis.toy_roll import PUPIL, EndAbsence, EnrolPupil, FireText, PupilState, SetPolicy, SuspectPupil

CHECK_AFTER = Policy("toy.check_after", days(100), source="a later release")


def deadlines_of_the_next_release(state: PupilState) -> Iterable[Deadline]:
    """Nobody is texted any more, suspicion comes sooner, and every child on the roll is looked at once."""
    if state.stage == "missing" and state.missing_since is not None:
        command = SuspectPupil(pupil_id=state.pupil_id, episode_id=state.episode_id)
        yield Deadline("suspect", state.missing_since, school_days(2), command, school_id=state.school_id)
    if state.pupil_id and state.stage == "at_school":
        yield Deadline("check", TODAY, CHECK_AFTER, FireText(pupil_id=state.pupil_id, episode_id=""))


def deadlines_with_a_bug(state: PupilState) -> Iterable[Deadline]:
    """As of the next release, but for one child."""
    if state.pupil_id == "p2":
        raise ZeroDivisionError
    return deadlines_of_the_next_release(state)


Release = Callable[[Callable[[Any], Iterable[Deadline]]], House]


@pytest.fixture
def release(town: Town, monkeypatch: pytest.MonkeyPatch) -> Release:
    """Starts the house again with other deadlines of pupils."""

    def start(deadlines: Callable[[Any], Iterable[Deadline]]) -> House:
        changed = replace(PUPIL, deadlines=deadlines)
        model = roll_model()
        aggregates = tuple(changed if decider is PUPIL else decider for decider in model.aggregates)
        monkeypatch.setattr(toy, "roll_model", lambda: replace(model, aggregates=aggregates))
        return town.rebuild_house()

    return start


AFTER_THE_RELEASE = {
    "pupil-p1/suspect": county(9, 11),
    "pupil-p2/suspect": county(9, 11),
    "pupil-p3/check": county(12, 18),
    "pupil-p4/check": county(12, 18),
    "pupil-p5/suspect": county(9, 11),
}


def lived(house: House) -> None:
    """Three are missing, one is back, one was never away: of two no timer stands."""
    missing(house, "p1", "p2", "p3", "p5")
    house.tell(EndAbsence(pupil_id="p3"))
    house.tell(EnrolPupil(pupil_id="p4"))
    house.settle()


def test_old_streams_ask_for_what_a_new_release_asks_for(house: House, release: Release) -> None:
    lived(house)
    again = release(deadlines_of_the_next_release)
    again.settle()
    assert due(again) == AFTER_THE_RELEASE


def test_a_new_timer_follows_from_the_last_event_and_one_that_stands_keeps_its_cause(house: House, release: Release) -> None:
    lived(house)
    before = {timer.timer_id: timer for timer in house.roll.store.timers()}
    again = release(deadlines_of_the_next_release)
    again.settle()
    after = {timer.timer_id: timer for timer in again.roll.store.timers()}
    (*_, last) = again.roll.store.walk(["pupil-p3"])
    assert (after["pupil-p3/check"].causation_id, after["pupil-p3/check"].correlation_id) == (last.event_id, last.correlation_id)
    assert after["pupil-p1/suspect"].causation_id == before["pupil-p1/suspect"].causation_id


def test_a_number_of_the_county_holds_for_the_deadlines_of_a_new_release(house: House, release: Release) -> None:
    house.tell(SetPolicy(code=CHECK_AFTER.code, value=days(10)))
    lived(house)
    again = release(deadlines_of_the_next_release)
    again.settle()
    assert due(again)["pupil-p4/check"] == county(9, 19)


def test_the_streams_of_a_release_are_looked_over_once(
    town: Town, house: House, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(house)
    release(deadlines_of_the_next_release).settle()
    again = town.rebuild_house()
    looked: list[str] = []
    named = again.roll.store.streams_named
    monkeypatch.setattr(again.roll.store, "streams_named", lambda prefix, *rest: looked.append(prefix) or named(prefix, *rest))
    again.settle()
    assert looked == []
    assert again.roll_crew.timers.settled


def test_commands_pass_between_slices_and_find_a_stream_of_either_release(
    house: House, release: Release, small_slices: None
) -> None:
    lived(house)
    again = release(deadlines_of_the_next_release)
    assert again.roll_crew.timers.step() == 2
    assert set(due(again)) >= {"pupil-p1/suspect", "pupil-p2/suspect", "pupil-p5/text", "pupil-p5/suspect"}
    again.tell(EndAbsence(pupil_id="p1"))
    again.tell(EndAbsence(pupil_id="p5"))
    missing(again, "p0", "p9")
    again.settle()
    of_now = {f"pupil-p{number}/check": county(12, 18) for number in (1, 3, 4, 5)}
    of_now |= {f"pupil-p{number}/suspect": county(9, 11) for number in (0, 2, 9)}
    assert due(again) == of_now


def test_after_a_crash_in_the_middle_it_goes_on_behind_the_last_slice(
    town: Town,
    house: House,
    release: Release,
    small_slices: None,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    lived(house)
    half = release(deadlines_of_the_next_release)
    half.roll_crew.timers.step()
    request.addfinalizer(half.close)  # it is not closed before the next one begins
    again = town.house_after_death()
    begun: list[str] = []
    named = again.roll.store.streams_named
    monkeypatch.setattr(
        again.roll.store, "streams_named", lambda prefix, after, limit: begun.append(after) or named(prefix, after, limit)
    )
    again.settle()
    assert begun[0] == "pupil-p2"
    assert due(again) == AFTER_THE_RELEASE


def test_a_release_that_comes_in_the_middle_of_another_begins_anew(house: House, release: Release, small_slices: None) -> None:
    lived(house)
    release(deadlines_of_the_next_release).roll_crew.timers.step()
    again = release(PUPIL.deadlines)
    again.settle()
    assert due(again) == {
        f"pupil-p{number}/{purpose}": at
        for number in (1, 2, 5)
        for purpose, at in (("text", county(9, 8, 10, 30)), ("suspect", county(9, 16)))
    }


def test_a_bug_in_one_childs_deadlines_leaves_its_timers_and_holds_up_no_other(house: House, release: Release) -> None:
    lived(house)
    again = release(deadlines_with_a_bug)
    again.settle()
    left = {"pupil-p2/text": county(9, 8, 10, 30), "pupil-p2/suspect": county(9, 16)}
    assert due(again) == {name: at for name, at in AFTER_THE_RELEASE.items() if "p2" not in name} | left
    mended = release(deadlines_of_the_next_release)
    mended.settle()
    assert due(mended) == AFTER_THE_RELEASE


def test_a_timer_of_an_aggregate_that_a_release_has_no_more_is_withdrawn(town: Town, house: House) -> None:
    missing(house, "p1")
    (timer,) = texts(house)
    ghost = msgspec.structs.replace(timer, timer_id="ghost-1/haunt", stream_id="ghost-1")
    commit(house.roll.store, Batch(timers={"ghost-1/haunt": ghost}))
    again = town.rebuild_house()
    again.settle()
    assert set(due(again)) == {"pupil-p1/text", "pupil-p1/suspect"}
    commit(again.roll.store, Batch(timers={"ghost-1/haunt": ghost}))
    town.clock.instant = county(9, 8, 11)
    again.settle()
    assert set(due(again)) == {"pupil-p1/suspect"}


def test_an_edition_names_the_function_and_every_page_it_may_rest_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = roll_model()
    edition = edition_of(PUPIL, model)
    assert edition_of(PUPIL, roll_model()) == edition
    assert edition_of(replace(PUPIL, deadlines=deadlines_of_the_next_release), model) != edition
    rule = tmp_path / "rule.py"
    rule.write_text("DAYS = 5\n")
    monkeypatch.setattr("services.chassis.renewal.inspect.getfile", lambda _page: str(rule))
    before = edition_of(PUPIL, model)
    rule.write_text("DAYS = 6\n")
    renewal._digest_of.cache_clear()
    assert edition_of(PUPIL, model) != before


# --- a file of the release before ---------------------------------------------------------------------------------------

OLD_TIMERS = """
DROP TABLE deadline_editions;
ALTER TABLE timers RENAME TO new_timers;
CREATE TABLE timers (timer_id TEXT NOT NULL PRIMARY KEY, stream_id TEXT NOT NULL, due_at TEXT NOT NULL, not_before TEXT NOT NULL,
    since TEXT NOT NULL, term BLOB NOT NULL, policy TEXT NOT NULL, school_id TEXT, command TEXT NOT NULL, body BLOB NOT NULL,
    correlation_id TEXT NOT NULL, causation_id TEXT NOT NULL, traceparent TEXT NOT NULL);
DROP INDEX ix_timers_not_before;
CREATE INDEX ix_timers_not_before ON timers (not_before);
INSERT INTO timers SELECT timer_id, stream_id, due_at, not_before, '2026-09-08', x'00', '', NULL, 'NoCommandOfToday',
    x'7b226e6f7468696e67', correlation_id, causation_id, traceparent FROM new_timers;
DROP TABLE new_timers;
DROP TABLE lost_places;
DROP TABLE publications;
DROP TABLE substitutions;
DROP TABLE ended_sessions;
DROP TABLE schema_additions;
DROP TABLE bus_epochs;
DROP TABLE checked_brokers;
DROP TABLE index_keys;
ALTER TABLE bus_offsets DROP COLUMN topic_id;
DELETE FROM alembic_version WHERE version_num LIKE 'house%';
"""


def test_a_timer_that_a_former_release_stored_with_its_command_fires_as_todays(town_in_files: Town) -> None:
    town, house = town_in_files, town_in_files.house
    lived(house)
    before = due(house)
    house.close()
    old = sqlite3.connect(town.site.directory / "roll.sqlite", isolation_level=None)
    old.executescript(OLD_TIMERS)
    old.close()
    town.house = again = House(town.site, town.clock, town.keys)
    assert due(again) == before
    town.clock.instant = county(9, 16)
    again.settle()
    assert kinds(again, "p1")[2:] == ["TextFellDue", "PupilSuspected"]
