"""How many people an officer sees unmasked in a day: counted from the access log, the same for every way of asking."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from services.contracts.identity import PolicySet
from services.registry.api import access_log
from services.registry.domain.policies import REVEALED_A_DAY
from tests.neighbours import Neighbours, settle
from tests.registry.offices import Offices
from tests.registry.rosters import children, roster

CHILDREN = 8


@pytest.fixture
def pupils(offices: Offices) -> list[str]:
    """Children of one class, each with a guardian of its own."""
    offices.bring("registrar", roster(children(CHILDREN)))
    return offices.pupils()


def allow(offices: Offices, people: int) -> None:
    """The county sets its number."""
    others = Neighbours(offices.bus, offices.clock)
    others.tell("county-reveals", PolicySet(code=REVEALED_A_DAY.code, value=people, source="a test"))
    settle(offices.crew)


def ask(offices: Offices, officer: str, *pupils: str, purpose: str = "casework", fields: tuple[str, ...] = ("name",)) -> Any:
    return offices.post(officer, "/persons:resolve", {"purpose": purpose, "pupil_ids": list(pupils), "fields": list(fields)})


def test_beyond_the_days_number_an_answer_is_refused_whole_with_a_code_in_two_languages(
    offices: Offices, pupils: list[str]
) -> None:
    allow(offices, 5)
    assert ask(offices, "clerk", *pupils[:4]).status_code == 200
    logged = offices.count("reveal_log")
    refused = ask(offices, "clerk", *pupils[3:6])
    assert (refused.status_code, refused.json["code"]) == (409, "too-many-revealed-today")
    assert "4" in refused.json["detail"]
    assert "5" in refused.json["detail"]
    english = offices.post(
        "clerk",
        "/persons:resolve",
        {"purpose": "casework", "pupil_ids": pupils[4:6], "fields": ["name"]},
        **{"Accept-Language": "en"},
    )
    assert "approval" in (english.json or {})["detail"]
    assert "审批" in refused.json["detail"]
    assert offices.count("reveal_log") == logged
    assert ask(offices, "clerk", pupils[4]).status_code == 200


def test_whom_the_officer_has_seen_today_already_counts_once(offices: Offices, pupils: list[str]) -> None:
    allow(offices, 2)
    for _ in range(3):
        assert ask(offices, "clerk", *pupils[:2]).status_code == 200
    assert ask(offices, "clerk", pupils[0], purpose="roll_administration").status_code == 200
    assert ask(offices, "clerk", pupils[2], purpose="roll_administration").status_code == 409


def test_guardians_count_as_people_and_masked_answers_do_not_count(offices: Offices, pupils: list[str]) -> None:
    allow(offices, 3)
    assert ask(offices, "principal", *pupils, purpose="view_text").status_code == 200
    assert ask(offices, "principal", pupils[0], fields=("phone", "name")).status_code == 200
    assert ask(offices, "principal", pupils[1], purpose="contact_family", fields=("phone", "name")).status_code == 200
    assert ask(offices, "principal", pupils[2]).status_code == 409
    assert ask(offices, "principal", *pupils, purpose="view_text").status_code == 200


def test_each_officer_has_a_day_of_their_own_and_it_ends_at_midnight_in_the_county(offices: Offices, pupils: list[str]) -> None:
    allow(offices, 1)
    assert ask(offices, "clerk", pupils[0]).status_code == 200
    assert ask(offices, "lead", pupils[1]).status_code == 200
    offices.clock.instant += timedelta(hours=14, minutes=59)  # 23:59 in the county
    assert ask(offices, "clerk", pupils[1]).status_code == 409
    offices.clock.instant += timedelta(minutes=1)
    assert ask(offices, "clerk", pupils[1]).status_code == 200


def test_texts_to_parents_are_rendered_on_any_day(offices: Offices, pupils: list[str]) -> None:
    allow(offices, 0)
    assert ask(offices, "clerk", pupils[0]).status_code == 409
    for pupil in pupils:
        answer = ask(offices, "service:notifications", pupil, purpose="send_text", fields=("name", "phone"))
        assert len(answer.json["persons"]) == 1


def test_the_number_is_kept_by_many_who_ask_at_once_in_one_officers_name(offices: Offices, pupils: list[str]) -> None:
    allow(offices, 3)
    with ThreadPoolExecutor(CHILDREN) as threads:
        statuses = list(threads.map(lambda pupil: ask(offices, "clerk", pupil).status_code, pupils))
    assert sorted(statuses) == [200] * 3 + [409] * (CHILDREN - 3)


def test_who_loses_a_race_for_the_last_place_of_the_day_counts_again(
    offices: Offices, pupils: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a store with several writers: the slower one has read counter and log before the quicker one commits."""
    allow(offices, 1)
    assert ask(offices, "clerk", pupils[0]).status_code == 200
    with offices.service.store.transaction() as transaction:
        kind = type(transaction)
    counter, seen_since = kind.counter, access_log._seen_since
    stale_counters, stale_views = [0], [set[str]()]

    def slow_counter(self: Any, name: str) -> int:
        return stale_counters.pop() if stale_counters else counter(self, name)

    def slow_view(*asked: Any) -> set[str]:
        return stale_views.pop() if stale_views else seen_since(*asked)

    monkeypatch.setattr(kind, "counter", slow_counter)
    monkeypatch.setattr(access_log, "_seen_since", slow_view)
    assert ask(offices, "clerk", pupils[1]).status_code == 409
    assert (stale_counters, stale_views) == ([], [])
